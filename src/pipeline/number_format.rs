//! What a number format of a spreadsheet makes of a number: a number, a percentage, a day or a time.
//!
//! A cell holds a number, and only its format says that 44742 is 30 June 2022. Guessing from the letters goes wrong: the
//! `d` of `Standaard` or of `0 delicten` is no day. So a format is taken apart as ECMA-376 part 1, 18.8.31 has it: text
//! between quotes and signs behind `\`, `_` and `*` are shown and mean nothing, `[Red]`, `[$-413]` and `[>9]` are no
//! letters of a day, `[h]` is a time. The file holds formats with the letters of English (`yyyy`, also where Excel shows
//! `jjjj`), and a format that mixes them with other letters is refused: what a person sees there is not known.

use std::collections::BTreeSet;

/// What a person sees of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// The number.
    Number,
    /// A hundred times the number.
    Percentage,
    /// A day, perhaps with a time.
    Day,
    /// A time of the day, or a time that something took.
    Time,
    /// Something else, in words.
    Unclear(&'static str),
}

/// `General` in the languages in which spreadsheet programs write it: Excel in the English of the file, other programs
/// sometimes in that of their own screens.
const GENERAL: [&str; 20] = [
    "general",
    "standaard",
    "algemeen",
    "standard",
    "standardformat",
    "estándar",
    "estandar",
    "generale",
    "geral",
    "padrão",
    "standardowy",
    "ogólny",
    "všeobecný",
    "všeobecně",
    "obecný",
    "yleinen",
    "normál",
    "általános",
    "genel",
    "основной",
];

const MIXED: &str = "a day, a time or a text: its format mixes their letters";
const NOTHING: &str = "no number: its format shows none of its digits";
const SCALED: &str = "a thousandth of it: its format ends in a comma";

/// What a format shows of a number, whatever its sign.
pub(super) fn shown_by(format: &str) -> Shown {
    // The fourth part is for texts, and one of only `@` in the place of another as well: `dd-mm-yyyy;@`.
    let parts = parts_of(format).into_iter().take(3).enumerate();
    let mut parts = parts.filter_map(|(place, part)| part.shown(place == 0));
    let Some(first) = parts.next() else {
        return Shown::Unclear(NOTHING);
    };
    if parts.all(|part| part == first) {
        first
    } else {
        Shown::Unclear("a number or a day: its format differs for numbers below zero")
    }
}

/// What can stand in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    /// `0`, `#` or `?`, also the decimals of seconds.
    Digits,
    /// Digits that are no decimals of seconds.
    OwnDigits,
    Percent,
    /// `General`.
    Whole,
    /// `@`, which shows a number as it is.
    Text,
    /// `d` or `y`.
    Day,
    /// `h` or `s`.
    Time,
    /// `m`: a month, or minutes beside hours or seconds.
    Month,
    /// `[h]`, `[mm]`, `[ss]`: how long something took.
    Span,
    /// Letters that mean nothing here.
    Others,
    /// A comma behind the last digit, which divides by a thousand.
    Divides,
}

/// A part of a format, for numbers above zero, below zero, or zero.
#[derive(Debug, Default)]
struct Part(BTreeSet<Sign>);

impl Part {
    fn has_any(&self, signs: &[Sign]) -> bool {
        signs.iter().any(|sign| self.0.contains(sign))
    }

    /// Nothing for a part that shows no number at all: text, or nothing.
    fn shown(&self, is_first: bool) -> Option<Shown> {
        use Sign::{Day, Digits, Divides, Month, Others, OwnDigits, Percent, Span, Text, Time, Whole};

        let is_moment = self.has_any(&[Day, Time, Month, Span]);
        Some(
            if is_moment && self.has_any(&[Others, OwnDigits, Whole, Text, Percent]) {
                Shown::Unclear(MIXED)
            } else if self.has_any(&[Span]) {
                Shown::Time
            } else if self.has_any(&[Day]) || (self.has_any(&[Month]) && !self.has_any(&[Time])) {
                Shown::Day
            } else if self.has_any(&[Time]) {
                Shown::Time
            } else if self.has_any(&[Divides]) {
                Shown::Unclear(SCALED)
            } else if self.has_any(&[Percent]) && self.has_any(&[Digits]) {
                Shown::Percentage
            } else if self.has_any(&[Digits, Whole]) || (self.has_any(&[Text]) && is_first) {
                Shown::Number
            } else {
                return None;
            },
        )
    }

    /// A run of letters: a name of `General`, or letters of a day, or others.
    fn take_word(&mut self, word: &str) {
        let word = word.to_lowercase();
        if GENERAL.contains(&word.as_str()) {
            self.0.insert(Sign::Whole);
            return;
        }
        self.0.extend(word.chars().map(|letter| match letter {
            'd' | 'y' => Sign::Day,
            'h' | 's' => Sign::Time,
            'm' => Sign::Month,
            _ => Sign::Others,
        }));
    }
}

/// The parts of a format, which `;` separates.
fn parts_of(format: &str) -> Vec<Part> {
    let mut parts = vec![Part::default()];
    let letters: Vec<char> = format.chars().collect();
    let mut at = 0;
    while let Some(letter) = letters.get(at).copied() {
        let rest = letters.get(at + 1..).unwrap_or_default();
        let until = |end: char| {
            rest.iter()
                .position(|letter| *letter == end)
                .unwrap_or(rest.len())
        };
        if letter == ';' {
            parts.push(Part::default());
            at += 1;
            continue;
        }
        let Some(part) = parts.last_mut() else { break };
        at += match letter {
            '\\' | '_' | '*' => 2,
            '"' => 2 + until('"'),
            '[' => {
                let end = until(']');
                let inside = rest.get(..end).unwrap_or_default();
                let first = inside.first().map(char::to_ascii_lowercase);
                let is_one_letter = inside
                    .iter()
                    .all(|letter| Some(letter.to_ascii_lowercase()) == first);
                if matches!(first, Some('h' | 'm' | 's')) && is_one_letter {
                    part.0.insert(Sign::Span);
                }
                2 + end
            }
            '0' | '#' | '?' => digits(part, &letters, at),
            '%' => {
                part.0.insert(Sign::Percent);
                1
            }
            '@' => {
                part.0.insert(Sign::Text);
                1
            }
            letter if letter.is_alphabetic() => word(part, &letters, at),
            _ => 1,
        };
    }
    parts
}

/// Takes the digits that begin at a place, with what belongs to them: separators and an exponent. Behind seconds they
/// are its decimals.
fn digits(part: &mut Part, letters: &[char], start: usize) -> usize {
    let is_digit = |letter: &char| matches!(letter, '0' | '#' | '?');
    let before: String = letters
        .get(..start)
        .unwrap_or_default()
        .iter()
        .rev()
        .take(2)
        .collect();
    let are_decimals_of_seconds = part.has_any(&[Sign::Time, Sign::Span])
        && before.starts_with(['.', ','])
        && before.ends_with(['s', 'S', ']']);
    part.0.insert(Sign::Digits);
    if !are_decimals_of_seconds {
        part.0.insert(Sign::OwnDigits);
    }
    let rest = letters.get(start..).unwrap_or_default();
    let mut length = rest
        .iter()
        .take_while(|letter| is_digit(letter) || matches!(letter, '.' | ',' | ' ' | '/'))
        .count();
    // `0 d` is digits and a letter: what is behind the last digit is taken again, but for the comma that divides.
    while length > 1
        && rest
            .get(length - 1)
            .is_some_and(|letter| matches!(letter, '.' | ' ' | '/'))
    {
        length -= 1;
    }
    if rest.get(length - 1) == Some(&',') {
        part.0.insert(Sign::Divides);
    }
    let exponent = rest.get(length..length + 3).unwrap_or_default();
    if let ['e' | 'E', '+' | '-', digit] = exponent
        && is_digit(digit)
    {
        length += 3;
    }
    length
}

/// Takes the letters that begin at a place; `AM/PM` and `A/P` are one word.
fn word(part: &mut Part, letters: &[char], start: usize) -> usize {
    let rest = letters.get(start..).unwrap_or_default();
    for clock in ["am/pm", "a/p"] {
        let same = rest
            .iter()
            .map(char::to_ascii_lowercase)
            .take(clock.len())
            .eq(clock.chars());
        if same {
            part.0.insert(Sign::Time);
            return clock.len();
        }
    }
    let word: String = rest.iter().take_while(|letter| letter.is_alphabetic()).collect();
    part.take_word(&word);
    word.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn general_is_a_number_in_every_language_also_in_a_colour_and_with_text_behind_it() {
        for format in [
            "General",
            "GENERAL",
            "Standaard",
            "Standard",
            "Standardformat",
            "Estándar",
            "Generale",
            "[Red]Standaard",
            "General;-General",
            "Standaard\" stuks\"",
            "@",
            "[$-413]General",
        ] {
            assert_eq!(shown_by(format), Shown::Number, "{format}");
        }
    }

    #[test]
    fn text_that_only_looks_like_the_letters_of_a_day_is_text() {
        for format in [
            "0",
            "0.00",
            "#,##0",
            "#,##0.00;[Red](#,##0.00)",
            "0\" stuks\"",
            "0\" dagen\"",
            "0\\d",
            "0\\ \\d\\a\\g",
            "0_d",
            "[Red]0;[Blue]-0",
            "[$€-413] #,##0.00",
            "[>=100]0\" d\";0",
            "0.00E+00",
            "##0.0E+0",
            "# ?/?",
            "0 euro",
            "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)",
            "_($* #,##0.00_);_($* (#,##0.00);_($* \"-\"??_);_(@_)",
            "#,##0 ;(#,##0)",
            "0;-0;;@",
            "\"dd\"0",
        ] {
            assert_eq!(shown_by(format), Shown::Number, "{format}");
        }
        for format in ["0%", "0.00%", "0 %", "0%;-0%", "[Red]0.0%"] {
            assert_eq!(shown_by(format), Shown::Percentage, "{format}");
        }
        assert_eq!(shown_by("0\" %\""), Shown::Number);
        assert_eq!(shown_by("0\\%"), Shown::Number);
    }

    #[test]
    fn days_and_times_are_told_in_the_letters_of_the_file() {
        for format in [
            "yyyy",
            "dd-mm-yyyy",
            "dd-mm-yyyy;@",
            "d-mmm",
            "mmm-yy",
            "mm-dd-yy",
            "[$-413]d mmmm yyyy",
            "[$-413]d mmmm yyyy;@",
            "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
            "d \"de\" mmmm",
            "m/d/yy h:mm",
            "YYYY-MM-DD",
            "yyyy\\-mm\\-dd;;",
            "dd/mm/yyyy\\ hh:mm AM/PM",
        ] {
            assert_eq!(shown_by(format), Shown::Day, "{format}");
        }
        for format in [
            "h:mm",
            "h:mm:ss AM/PM",
            "[h]:mm",
            "[h]:mm:ss",
            "[mm]:ss",
            "mm:ss",
            "mmss.0",
            "h:mm:ss.00",
            "hh:mm a/p",
        ] {
            assert_eq!(shown_by(format), Shown::Time, "{format}");
        }
    }

    #[test]
    fn a_format_whose_letters_are_of_a_day_and_of_something_else_is_unclear() {
        for format in [
            "0 delicten",
            "0 stuks",
            "0 d",
            "0 m",
            "d0",
            "dd-mm-jjjj",
            "jj/mm/aaaa",
            "TT.MM.JJJJ",
            "0;dd-mm-yyyy",
            "0,",
            "#,##0,",
            "0.0,,",
            ";;;",
            "\"ja\"",
            "jjjj",
            "",
            "General d",
            "d%",
            "ss.0 x",
            "0 \u{3b4}d",
        ] {
            assert!(matches!(shown_by(format), Shown::Unclear(_)), "{format}");
        }
    }

    #[test]
    fn hostile_formats_end() {
        for format in [
            "\"",
            "[",
            "\\",
            "_",
            "*",
            "[[[[",
            "\"\"\"",
            "0.,.,",
            ";",
            "é\u{301}",
            "0E",
            "0E+",
            "[h",
            "A/",
        ] {
            let _ = shown_by(format);
        }
    }
}
