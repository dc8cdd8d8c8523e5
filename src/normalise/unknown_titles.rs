//! Titles of one file that no list has: all of them at once, each as the lines that settle it in the pipeline file.
//!
//! Titles change and codes do not, so an export can only be read when somebody says which code an older or newer title
//! stands for. Who says so is a person; this file looks for what they probably mean and writes the lines. What several
//! members could be is never chosen here.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use super::code_book::CodeBook;
use super::error::NormaliseError;
use super::population::PERIODS;
use super::readers::invisible_sign;
use crate::pipeline::edit_distance;

/// The most titles that are kept: a file with more belongs to another table.
const MOST_TITLES: usize = 200;
/// The most candidates of a title.
const MOST_CANDIDATES: usize = 5;
/// The longest text that can be a title, in characters.
const LONGEST_TITLE: usize = 200;
/// One letter in so many may be another in a title that is nearly the same.
const LETTERS_FOR_AN_ERROR: usize = 5;

/// The titles of a file that are in no list.
#[derive(Debug)]
pub struct UnknownTitles {
    file: String,
    table: String,
    titles: Vec<Unknown>,
    /// Whether there were more.
    more: bool,
}

/// A title that no list has, and what it may stand for.
#[derive(Debug)]
struct Unknown {
    title: String,
    /// Line of its first row; nothing for the header.
    line: Option<u64>,
    /// Key of the dimension; nothing for a measure.
    list: Option<String>,
    candidates: Vec<Candidate>,
}

/// A member or measure that a title may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    code: String,
    title: String,
    /// What else there is to say.
    note: Option<String>,
}

impl UnknownTitles {
    /// The file that has them.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// None so far.
    pub fn of(file: &str, table: &str) -> Self {
        Self {
            file: file.to_owned(),
            table: table.to_owned(),
            titles: Vec::new(),
            more: false,
        }
    }

    /// Whether every title was known.
    pub fn is_empty(&self) -> bool {
        self.titles.is_empty()
    }

    /// Nothing, when every title was known.
    ///
    /// # Errors
    /// [`NormaliseError::Titles`].
    pub fn into_result(self) -> Result<(), NormaliseError> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(Box::new(self).into())
        }
    }

    /// Notes a member of a dimension, once.
    pub fn member(&mut self, book: &CodeBook, list: &str, title: &str, line: u64) {
        let entries = book.entries(list).iter().chain(book.former(list));
        let known = entries.map(|entry| (entry.code.as_str(), entry.title.as_str()));
        self.note(title, Some(line), Some(list), &known.collect::<Vec<_>>());
    }

    /// Notes a measure, once.
    pub fn measure(&mut self, book: &CodeBook, title: &str) {
        let measures = book.measures().iter();
        let known = measures.map(|measure| (measure.key.as_str(), measure.title.as_str()));
        self.note(title, None, None, &known.collect::<Vec<_>>());
    }

    /// `known` are the codes and titles of the list.
    fn note(&mut self, title: &str, line: Option<u64>, list: Option<&str>, known: &[(&str, &str)]) {
        let is_same = |noted: &Unknown| noted.title == title && noted.list.as_deref() == list;
        if self.titles.iter().any(is_same) {
            return;
        }
        if self.titles.len() == MOST_TITLES {
            self.more = true;
            return;
        }
        self.titles.push(Unknown {
            title: title.to_owned(),
            line,
            list: list.map(str::to_owned),
            // One digit makes another year, so that of periods nothing is offered that is merely near.
            candidates: candidates(title, known, list != Some(PERIODS)),
        });
    }
}

/// Whether a code with its title is what a title may stand for.
type Way<'a> = dyn Fn(&str, &str) -> bool + 'a;

/// What a title may stand for, when it is a name or no more than looks the same as one, by the first way in which the list has anything like it.
fn candidates(title: &str, known: &[(&str, &str)], is_named: bool) -> Vec<Candidate> {
    if title.chars().count() > LONGEST_TITLE {
        return Vec::new();
    }
    let alike = |is_alike: &Way<'_>| {
        let alike = known.iter().filter(|(code, other)| is_alike(code, other));
        let mut alike: Vec<Candidate> = alike.map(|(code, other)| candidate(title, code, other)).collect();
        alike.dedup();
        alike
    };
    let visible = as_seen(title);
    let name = plain_name(&visible);
    // `1.4.1 Zedenmisdrijf` has its code in front.
    let code = visible.split(' ').next().filter(|word| word.contains('.'));
    let ways: [&Way<'_>; 4] = [
        &|_, other| other == title,
        &|_, other| as_seen(other) == visible,
        &|known, _| is_named && code == Some(known),
        &|_, other| is_named && plain_name(&as_seen(other)) == name,
    ];
    for way in ways {
        let found = alike(way);
        if !found.is_empty() {
            return found;
        }
    }
    if is_named { near(title, known) } else { Vec::new() }
}

/// Those with few other letters, nearest first.
fn near(title: &str, known: &[(&str, &str)]) -> Vec<Candidate> {
    let typed = title.to_lowercase();
    let length = typed.chars().count();
    let most = length / LETTERS_FOR_AN_ERROR;
    let mut near: Vec<(usize, &str, &str)> = known
        .iter()
        .filter(|(_, other)| other.chars().count().abs_diff(length) <= most)
        .map(|(code, other)| (edit_distance(&typed, &other.to_lowercase()), *code, *other))
        .filter(|(distance, _, _)| *distance <= most)
        .collect();
    near.sort_unstable();
    near.truncate(MOST_CANDIDATES);
    near.into_iter()
        .map(|(_, code, other)| candidate(title, code, other))
        .collect()
}

fn candidate(title: &str, code: &str, other: &str) -> Candidate {
    let signs = |text: &str| text.chars().filter_map(invisible_sign).collect::<BTreeSet<_>>();
    let note = if title == other {
        None
    } else if as_seen(title) == as_seen(other) {
        let (own, listed) = (signs(title), signs(other));
        let named = |signs: BTreeSet<String>| signs.into_iter().collect::<Vec<_>>().join(", ");
        Some(match (own.is_empty(), listed.is_empty()) {
            (true, true) => "only the blanks differ".to_owned(),
            (false, _) => format!("only the sign {} in the file differs", named(own)),
            (true, false) => format!("only the sign {} in the list differs", named(listed)),
        })
    } else {
        None
    };
    Candidate {
        code: code.to_owned(),
        title: other.to_owned(),
        note,
    }
}

/// A title as a person sees it: a blank for each run of blanks, whichever they are, and no sign that does not show.
fn as_seen(title: &str) -> String {
    let shown = title
        .chars()
        .filter(|letter| letter.is_whitespace() || invisible_sign(*letter).is_none());
    let shown: String = shown.collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `Hengelo (O.)` and `Hengelo` are called the same.
fn plain_name(title: &str) -> String {
    let name = match title.rsplit_once(" (") {
        Some((name, addition)) if addition.ends_with(')') && !name.is_empty() => name,
        _ => title,
    };
    name.to_lowercase()
}

/// A text between quotes as TOML has it; what does not show is written as its number.
fn toml_text(text: &str) -> String {
    let mut written = "\"".to_owned();
    for letter in text.chars().take(LONGEST_TITLE) {
        match letter {
            '"' | '\\' => written.extend(['\\', letter]),
            _ if invisible_sign(letter).is_some() => {
                let _ = write!(written, "\\U{:08X}", u32::from(letter));
            }
            _ => written.push(letter),
        }
    }
    written.push('"');
    written
}

impl fmt::Display for UnknownTitles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.titles.first().and_then(|title| title.line).unwrap_or(1);
        let (file, table, count) = (&self.file, &self.table, self.titles.len());
        let titles = if count == 1 { "title" } else { "titles" };
        let more = if self.more { "more than " } else { "" };
        write!(
            f,
            "{file}, line {line}: expected titles of the lists of table {table}, found {more}{count} other {titles}; for each its \
             code, to paste below the [[source]] of {table} in the pipeline file:"
        )?;
        for unknown in &self.titles {
            write!(f, "\n\n{unknown}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = self.list.as_deref().unwrap_or("measure");
        let line = self
            .line
            .map_or("header".to_owned(), |line| format!("line {line}"));
        write!(f, "[[source.former_titles]] # {line}, {list}\ntitle = ")?;
        if self.title.chars().count() > LONGEST_TITLE {
            return write!(f, "# {}…: too long for a title", toml_text(&self.title));
        }
        f.write_str(&toml_text(&self.title))?;
        let (chosen, is_one) = match self.candidates.as_slice() {
            [] => return f.write_str("\n# code = \"\" # no title of the list is like it"),
            [one] => (std::slice::from_ref(one), true),
            several => (several, false),
        };
        if !is_one {
            f.write_str("\n# one of these, without the sign in front:")?;
        }
        for candidate in chosen {
            let mark = if is_one { "" } else { "# " };
            let code = toml_text(&candidate.code);
            write!(f, "\n{mark}code = {code} # {}", toml_text(&candidate.title))?;
            if let Some(note) = &candidate.note {
                write!(f, ": {note}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for UnknownTitles {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::FormerTitle;

    const LIST: [(&str, &str); 9] = [
        ("GM0164", "Hengelo (O.)"),
        ("GM0248", "Hengelo (Gld.)"),
        ("GM0687", "Middelburg (Z.)"),
        ("GM0014", "Groningen (gemeente)"),
        ("PV20", "Groningen (PV)"),
        ("GM0373", "Bergen (NH.)"),
        ("GM0153", "Enschede"),
        ("1.4.1", "1.4.1 Seksuele misdrijven"),
        ("M1", "Geregistreerde misdrijven"),
    ];

    fn offered(title: &str) -> Vec<String> {
        let codes = candidates(title, &LIST, true).into_iter();
        codes.map(|candidate| candidate.code).collect()
    }

    #[test]
    fn a_bare_name_may_be_each_that_has_an_addition_behind_it() {
        assert_eq!(offered("Hengelo"), ["GM0164", "GM0248"]);
        assert_eq!(offered("Hengelo (Overijssel)"), ["GM0164", "GM0248"]);
        assert_eq!(offered("Middelburg"), ["GM0687"]);
        assert_eq!(offered("Groningen"), ["GM0014", "PV20"]);
        assert_eq!(offered("1.4.1 Zedenmisdrijf"), ["1.4.1"]);
        assert_eq!(offered("Geregisteerde misdrijven"), ["M1"]);
        assert_eq!(offered("Enschede "), ["GM0153"]);
        for other in ["Almelo", "Berg", "", "9.9.9 Iets"] {
            assert_eq!(offered(other), Vec::<String>::new(), "{other}");
        }
    }

    #[test]
    fn of_periods_nothing_is_offered_that_is_merely_near() {
        let list = [("2025JJ00", "2025"), ("2014MM02", "2014  februari")];
        assert_eq!(candidates("2026", &list, false), []);
        let [blanks] = &candidates("2014 februari", &list, false)[..] else {
            panic!("one candidate expected");
        };
        assert_eq!(blanks.note.as_deref(), Some("only the blanks differ"));
    }

    #[test]
    fn a_sign_that_does_not_show_is_named_and_the_line_can_be_pasted_with_it() {
        let list = [("GM0164", "Hengelo (O.)")];
        let mut titles = UnknownTitles::of("x/a.csv", "47013NED");
        for title in ["Hengelo\u{a0}(O.)", "Hengelo\u{200b} (O.)", "He\"ngelo\\"] {
            titles.note(title, Some(7), Some("RegioS"), &list);
        }
        let message = titles.to_string();
        assert!(
            message.contains("only the sign U+00A0 in the file differs"),
            "{message}"
        );
        assert!(
            message.contains("only the sign U+200B in the file differs"),
            "{message}"
        );
        assert!(
            message
                .chars()
                .all(|letter| letter == '\n' || invisible_sign(letter).is_none())
        );
        let (_, lines) = message.split_once("\n\n").unwrap();
        assert_eq!(
            pasted(lines),
            [
                ("Hengelo\u{a0}(O.)".to_owned(), Some("GM0164".to_owned())),
                ("Hengelo\u{200b} (O.)".to_owned(), Some("GM0164".to_owned())),
                ("He\"ngelo\\".to_owned(), None),
            ]
        );
    }

    /// What TOML makes of lines that were pasted.
    fn pasted(lines: &str) -> Vec<(String, Option<String>)> {
        let table: toml::Table =
            toml::from_str(&lines.replace("source.former_titles", "former_titles")).unwrap();
        let entries = table["former_titles"].as_array().unwrap().iter();
        entries
            .map(|entry| {
                let text = |key: &str| entry.get(key).map(|text| text.as_str().unwrap().to_owned());
                (text("title").unwrap(), text("code"))
            })
            .collect()
    }

    #[test]
    fn every_title_stands_there_at_once_and_of_several_candidates_a_person_chooses() {
        let mut titles = UnknownTitles::of("x/a.csv", "47013NED");
        for (title, line) in [("Hengelo", 7), ("Middelburg", 8), ("Hengelo", 9), ("Almelo", 10)] {
            titles.note(title, Some(line), Some("RegioS"), &LIST);
        }
        titles.note("Aantal", None, None, &LIST);
        let message = titles.to_string();
        assert!(
            message.starts_with(
                "x/a.csv, line 7: expected titles of the lists of table 47013NED, found 4 other titles"
            ),
            "{message}"
        );
        let lines = "[[source.former_titles]] # line 7, RegioS\ntitle = \"Hengelo\"\n\
            # one of these, without the sign in front:\n\
            # code = \"GM0164\" # \"Hengelo (O.)\"\n# code = \"GM0248\" # \"Hengelo (Gld.)\"\n\n\
            [[source.former_titles]] # line 8, RegioS\ntitle = \"Middelburg\"\ncode = \"GM0687\" # \"Middelburg (Z.)\"\n\n\
            [[source.former_titles]] # line 10, RegioS\ntitle = \"Almelo\"\n# code = \"\" # no title of the list is like it\n\n\
            [[source.former_titles]] # header, measure\ntitle = \"Aantal\"\n";
        assert!(message.contains(lines), "{message}");
        let settled = message.replace("# code = \"GM0248\"", "code = \"GM0248\"");
        let (_, lines) = settled.split_once("\n\n").unwrap();
        let entries = pasted(lines);
        assert_eq!(entries[0], ("Hengelo".to_owned(), Some("GM0248".to_owned())));
        // What was pasted without a choice is no former title, and the pipeline file is refused.
        assert!(toml::from_str::<FormerTitle>("title = \"Hengelo\"").is_err());
    }

    #[test]
    fn a_file_of_another_table_does_not_flood_the_terminal() {
        let mut titles = UnknownTitles::of("x/a.csv", "47013NED");
        for number in 0..10_000 {
            titles.note(
                &format!("{number} {}", "x".repeat(1000)),
                Some(2),
                Some("RegioS"),
                &LIST,
            );
        }
        let message = titles.to_string();
        assert!(message.contains("more than 200") && message.len() < 100_000);
    }
}
