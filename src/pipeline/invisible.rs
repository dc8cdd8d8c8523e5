//! Signs that nobody sees: a cell that holds nothing else is empty, and in a text they are named.
//!
//! They come along when a text is copied from a web page, a PDF or a chat. `meting` with one in it looks like `meting`
//! and is another word, and a proof of one such sign would be a proof of nothing. The table is that of Unicode 16.0:
//! `Default_Ignorable_Code_Point` (`DerivedCoreProperties.txt`) and the general category Cf
//! (`DerivedGeneralCategory.txt`), with U+2800, the pattern of braille without dots, which looks empty as well.

/// First and last of each range.
const INVISIBLE: &[(char, char)] = &[
    ('\u{AD}', '\u{AD}'),
    ('\u{34F}', '\u{34F}'),
    ('\u{600}', '\u{605}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{6DD}', '\u{6DD}'),
    ('\u{70F}', '\u{70F}'),
    ('\u{890}', '\u{891}'),
    ('\u{8E2}', '\u{8E2}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{202A}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFFB}'),
    ('\u{110BD}', '\u{110BD}'),
    ('\u{110CD}', '\u{110CD}'),
    ('\u{13430}', '\u{1343F}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', '\u{E0FFF}'),
];

/// What to do about such a sign.
pub(super) const TYPE_AGAIN: &str =
    "delete the text and type it again: a sign that nobody sees came along when it was copied";

/// Whether nothing is shown for a sign, although it is no space and no control character.
pub(super) fn is_invisible(letter: char) -> bool {
    INVISIBLE
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&letter))
}

/// The first sign of a text that nobody sees.
pub(super) fn first_invisible(text: &str) -> Option<char> {
    text.chars().find(|letter| is_invisible(*letter))
}

/// A text without the spaces around it; nothing when all of it is spaces and signs that nobody sees.
pub(super) fn trimmed(text: &str) -> &str {
    let is_empty = text
        .chars()
        .all(|letter| letter.is_whitespace() || is_invisible(letter));
    if is_empty { "" } else { text.trim() }
}

/// What a person reads of a text.
pub(super) fn seen(text: &str) -> String {
    text.chars().filter(|letter| !is_invisible(*letter)).collect()
}

/// A sign as messages call it: `U+200B`.
pub(super) fn name_of(letter: char) -> String {
    format!("U+{:04X}", u32::from(letter))
}

/// A text for a message, on one line: every sign that cannot be told from nothing or from a space is named,
/// `meting[U+200B]`. A line break is shown as the space that it looks like.
pub(crate) fn named(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => shown.push(' '),
            ' ' => shown.push(letter),
            letter if letter.is_control() || letter.is_whitespace() || is_invisible(letter) => {
                shown.extend(["[", &name_of(letter), "]"]);
            }
            letter => shown.push(letter),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_signs_that_nobody_sees_is_empty_and_one_among_letters_is_named() {
        for sign in [
            '\u{200B}',
            '\u{FEFF}',
            '\u{200E}',
            '\u{AD}',
            '\u{FE0F}',
            '\u{202E}',
            '\u{E0020}',
            '\u{2800}',
            '\u{3164}',
            '\u{2060}',
        ] {
            assert!(is_invisible(sign), "{sign:?}");
            assert_eq!(trimmed(&format!(" {sign}\u{A0}{sign}\n")), "");
            let spoilt = format!("met{sign}ing");
            assert_eq!(trimmed(&spoilt), spoilt);
            assert_eq!(first_invisible(&spoilt), Some(sign));
            assert_eq!(seen(&spoilt), "meting");
            assert_eq!(named(&spoilt), format!("met[{}]ing", name_of(sign)));
        }
        assert_eq!(name_of('\u{AD}'), "U+00AD");
    }

    #[test]
    fn what_people_write_is_seen() {
        for text in [
            "Eén \"zin\"",
            "gecoördineerd – 18 %",
            "▼ ≤ €",
            "naïve ’s",
            "Łódź",
            "مثال",
            "日本",
            "😀",
        ] {
            assert_eq!(first_invisible(text), None, "{text}");
            assert_eq!(named(text), text);
        }
    }

    #[test]
    fn a_space_that_is_no_space_is_named_and_a_line_break_is_a_space() {
        assert_eq!(named("acties\u{A0}per jaar\nof"), "acties[U+00A0]per jaar of");
        assert_eq!(
            named("\u{202F}\u{2009}\u{2028}\u{7}"),
            "[U+202F][U+2009][U+2028][U+0007]"
        );
        assert_eq!(trimmed("\u{A0}x\u{A0}"), "x");
    }

    #[test]
    fn the_ranges_are_in_order() {
        let ends: Vec<char> = INVISIBLE
            .iter()
            .flat_map(|(first, last)| [*first, *last])
            .collect();
        assert!(ends.is_sorted());
    }
}
