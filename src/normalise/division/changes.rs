//! Changes of territory, read from the description that CBS gives with the code of each municipality.
//!
//! The descriptions are prose in a fixed form: `Ontstaan per 01-01-2021, ontvangen van:`, then for each municipality
//! a line with its name and code and one with hectares, homes and inhabitants. Only changes after a given day count;
//! among those a line that does not fit is an error, for a change that is overlooked is a wrong rate.

use chrono::{Datelike, NaiveDate};

/// One move of territory between two municipalities, as one of them tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The day from which it holds.
    pub date: NaiveDate,
    /// What happened to the municipality that tells it.
    pub kind: ChangeKind,
    /// The municipality that gave.
    pub from_code: String,
    /// The municipality that received; the same when it goes on with what it had.
    pub to_code: String,
    /// Inhabitants that went along; `None` when all did, with a new name and code.
    pub inhabitants: Option<u64>,
}

/// What happened to the municipality that tells of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// `Ontstaan`: it began, out of the one that gave.
    Began,
    /// `Opgeheven`: it ended, and this part went to the one that received.
    Ended,
    /// `Naamswijziging`: it goes on under another code.
    Renamed,
    /// `Grenswijziging`, `Gemeentelijke herindeling` or `Wijziging`, `ontvangen van`.
    Received,
    /// The same, `overgegaan naar`.
    Gave,
}

/// A description that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("description of {code}, line {line}: expected {expected}, found {found:?}")]
pub struct ChangeError {
    /// The municipality that the description belongs to.
    pub code: String,
    /// Line in the description, from 1.
    pub line: u64,
    /// What had to stand there.
    pub expected: &'static str,
    /// What stands there, at most 60 characters.
    pub found: String,
}

impl ChangeError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        "CBS tells a change of territory in a new way: teach the reader of descriptions that form before rates are shown"
    }
}

/// Reads the changes after the day `after` out of the description of municipality `code`, in the order of the text.
///
/// # Errors
/// A change after that day with an unknown name, without a date, or with an entry that has no code or no inhabitants.
pub fn parse_changes(code: &str, description: &str, after: NaiveDate) -> Result<Vec<Change>, ChangeError> {
    let mut parser = Parser {
        code,
        after,
        line: 0,
        block: None,
        last_counted: false,
        changes: Vec::new(),
    };
    for line in description.lines() {
        parser.line += 1;
        parser.read_line(line.trim())?;
    }
    parser.close("")?;
    Ok(parser.changes)
}

struct Parser<'a> {
    code: &'a str,
    after: NaiveDate,
    line: u64,
    block: Option<Block<'a>>,
    /// Whether the last block counted, open or closed.
    last_counted: bool,
    changes: Vec<Change>,
}

/// A heading with the lines under it.
struct Block<'a> {
    /// `None` for a change that does not count: too old, or between provinces.
    counts: Option<(NaiveDate, Heading)>,
    entries: u64,
    /// Code of the entry whose inhabitants are still to come.
    awaits: Option<&'a str>,
}

/// What the lines under a heading say.
#[derive(Clone, Copy)]
enum Heading {
    Parts(ChangeKind),
    NewName,
}

impl<'a> Parser<'a> {
    fn refuse(&self, expected: &'static str, found: &str) -> ChangeError {
        let found = found.chars().take(60).collect();
        ChangeError {
            code: self.code.to_owned(),
            line: self.line,
            expected,
            found,
        }
    }

    fn read_line(&mut self, line: &'a str) -> Result<(), ChangeError> {
        if line.is_empty() || line == "." || line.starts_with("Begindatum") {
            return self.close(line);
        }
        let is_entry = line.starts_with("- ") || line.starts_with("... ");
        if let Some((name, date, wording)) = split_heading(line).filter(|_| !is_entry) {
            self.close(line)?;
            return self.open(line, name, date, wording);
        }
        match self.block {
            Some(Block {
                counts: Some((date, heading)),
                ..
            }) => self.read_entry(line, date, heading),
            None if is_entry && self.last_counted => Err(self.refuse("a heading above the entry", line)),
            _ if is_entry => Ok(()),
            _ => self.pass_over(line),
        }
    }

    /// Ends the block: one that counts must have said something.
    fn close(&mut self, line: &str) -> Result<(), ChangeError> {
        match self.block.take() {
            Some(Block {
                awaits: Some(_),
                counts: Some(_),
                ..
            }) => Err(self.refuse("the inhabitants of the entry above", line)),
            Some(Block {
                counts: Some(_),
                entries: 0,
                ..
            }) => Err(self.refuse("the municipalities of the change above", line)),
            _ => Ok(()),
        }
    }

    fn open(&mut self, line: &str, name: &str, date: &str, wording: &str) -> Result<(), ChangeError> {
        let year = date.get(6..).and_then(|year| year.parse::<i32>().ok());
        let date = NaiveDate::parse_from_str(date, "%d-%m-%Y").ok();
        let is_old = match date {
            Some(date) => date <= self.after,
            None => year.is_some_and(|year| year < self.after.year()),
        };
        let counts = if is_old || name == "Provinciale wijziging" {
            None
        } else {
            let date = date.ok_or_else(|| self.refuse("a date dd-mm-yyyy", line))?;
            let heading = heading(name, wording);
            Some((
                date,
                heading.ok_or_else(|| self.refuse("a known kind of change", line))?,
            ))
        };
        self.last_counted = counts.is_some();
        self.block = Some(Block {
            counts,
            entries: 0,
            awaits: None,
        });
        Ok(())
    }

    fn read_entry(&mut self, line: &'a str, date: NaiveDate, heading: Heading) -> Result<(), ChangeError> {
        let awaits = self.block.as_mut().and_then(|block| block.awaits.take());
        let change = match (heading, awaits) {
            (Heading::Parts(_), None) => {
                let other = line.strip_prefix("- ").and_then(municipality);
                let other = other.ok_or_else(|| self.refuse("`- Name (GM0000),`", line))?;
                if let Some(block) = &mut self.block {
                    block.awaits = Some(other);
                }
                return Ok(());
            }
            (Heading::Parts(kind), Some(other)) => {
                let inhabitants = line.strip_prefix("...").and_then(inhabitants);
                let inhabitants = inhabitants.ok_or_else(|| self.refuse("`... 1 inwoners`", line))?;
                let (from, to) = match kind {
                    ChangeKind::Ended | ChangeKind::Gave => (self.code, other),
                    ChangeKind::Began | ChangeKind::Received | ChangeKind::Renamed => (other, self.code),
                };
                new_change(date, kind, from, to, Some(inhabitants))
            }
            (Heading::NewName, _) => {
                let old = line.strip_prefix("oude naam: ").and_then(municipality);
                let new = line.strip_prefix("nieuwe naam: ").and_then(municipality);
                match (old, new) {
                    (Some(old), _) => new_change(date, ChangeKind::Renamed, old, self.code, None),
                    (_, Some(new)) => new_change(date, ChangeKind::Renamed, self.code, new, None),
                    _ => return Err(self.refuse("`oude naam:` or `nieuwe naam: Name (GM0000)`", line)),
                }
            }
        };
        self.changes.push(change);
        if let Some(block) = &mut self.block {
            block.entries += 1;
        }
        Ok(())
    }

    /// Prose outside a change may say anything, but not something about a year that counts.
    fn pass_over(&self, line: &str) -> Result<(), ChangeError> {
        let words = line.split(|character: char| !character.is_ascii_digit());
        let mut years = words
            .filter(|word| word.len() == 4)
            .filter_map(|word| word.parse::<i32>().ok());
        if years.any(|year| year > self.after.year() && year < 2200) {
            return Err(self.refuse("a change with its kind and date", line));
        }
        Ok(())
    }
}

fn new_change(date: NaiveDate, kind: ChangeKind, from: &str, to: &str, inhabitants: Option<u64>) -> Change {
    Change {
        date,
        kind,
        from_code: from.to_owned(),
        to_code: to.to_owned(),
        inhabitants,
    }
}

/// Name, date and wording of a line `Ontstaan per 01-01-2021, ontvangen van:`.
fn split_heading(line: &str) -> Option<(&str, &str, &str)> {
    const DATE_BYTES: usize = 10;

    let (name, rest) = line.split_once(" per ")?;
    let (date, wording) = rest.split_at_checked(DATE_BYTES)?;
    let is_date_like = date.bytes().filter(|byte| *byte == b'-').count() == 2;
    is_date_like.then_some((name, date, wording))
}

/// The meaning of `Ontstaan per 01-01-2021, ontvangen van:`: the name before the date and the wording behind it.
fn heading(name: &str, wording: &str) -> Option<Heading> {
    let wording = wording.trim_start_matches(',').trim().trim_end_matches(':');
    let kind = match (name, wording) {
        ("Ontstaan", "ontvangen van" | "uit") => ChangeKind::Began,
        ("Opgeheven", "overgegaan naar") => ChangeKind::Ended,
        ("Grenswijziging" | "Gemeentelijke herindeling" | "Wijziging", "ontvangen van") => {
            ChangeKind::Received
        }
        ("Grenswijziging" | "Gemeentelijke herindeling" | "Wijziging", "overgegaan naar") => ChangeKind::Gave,
        ("Naamswijziging", "") => return Some(Heading::NewName),
        _ => return None,
    };
    Some(Heading::Parts(kind))
}

/// The code in `Schinnen (GM0962),`; names hold parentheses too: `Hengelo (O.) (GM0164)`.
fn municipality(entry: &str) -> Option<&str> {
    let (name, code) = entry.trim_end_matches(',').strip_suffix(')')?.rsplit_once(" (")?;
    let digits = code.strip_prefix("GM")?;
    let is_code = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_code && !name.trim().is_empty()).then_some(code)
}

/// The number in `11142 hectare met 12813 woningen en 29721 inwoners`.
fn inhabitants(amounts: &str) -> Option<u64> {
    let mut words = amounts.split_whitespace().rev();
    let is_unit = matches!(words.next(), Some("inwoners" | "inwoner"));
    let number = words
        .next()
        .filter(|word| is_unit && word.bytes().all(|byte| byte.is_ascii_digit()))?;
    // `5 026 inwoners` would lose its thousands.
    let is_alone = words
        .next()
        .is_none_or(|word| !word.bytes().all(|byte| byte.is_ascii_digit()));
    number.parse().ok().filter(|_| is_alone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after_2011() -> NaiveDate {
        NaiveDate::from_ymd_opt(2011, 1, 1).unwrap()
    }

    fn parse(description: &str) -> Result<Vec<String>, ChangeError> {
        let changes = parse_changes("GM9999", description, after_2011())?;
        let tell = |change: &Change| {
            let Change {
                date,
                kind,
                from_code,
                to_code,
                inhabitants,
            } = change;
            format!("{date} {kind:?} {from_code}>{to_code} {inhabitants:?}")
        };
        Ok(changes.iter().map(tell).collect())
    }

    #[test]
    fn each_kind_of_change_is_read_from_the_words_of_cbs() {
        for (text, expected) in [
            (
                "Ontstaan per 01-01-2019, ontvangen van:\r\n- Nuth (GM0951),\r\n... 3310 hectare met 7018 woningen en \
                 15187 inwoners\r\n- Schinnen (GM0962)\r\n... 2406 hectare met 5956 woningen en 12758 inwoners\r\n\
                 Begindatum 01-01-2019\r\n",
                &[
                    "2019-01-01 Began GM0951>GM9999 Some(15187)",
                    "2019-01-01 Began GM0962>GM9999 Some(12758)",
                ][..],
            ),
            (
                "Opgeheven per 01-01-2019, overgegaan naar:\r\n- Vijfheerenlanden (GM1961),\r\n... 3376 hectare met 8988 \
                 woningen en 21248 inwoners\r\nProvinciale wijziging per 01-01-2019:\r\n- overgegaan van provincie \
                 Zuid-Holland naar provincie Utrecht\r\n\r\nBegindatum voor 1830\r\n",
                &["2019-01-01 Ended GM9999>GM1961 Some(21248)"],
            ),
            (
                "Gemeentelijke herindeling per 24-03-2022, ontvangen van:\r\n- Weesp (GM0457),\r\n... 2272 hectare met \
                 9526 woningen en 20766 inwoners \r\n\r\nGrenswijziging per 01-01-2014, overgegaan naar:\r\n- Hengelo \
                 (O.) (GM0164),\r\n... 0,17 hectare met 1 woning en 1 inwoner\r\n",
                &[
                    "2022-03-24 Received GM0457>GM9999 Some(20766)",
                    "2014-01-01 Gave GM9999>GM0164 Some(1)",
                ],
            ),
            (
                "Naamswijziging per 01-07-2015,\r\noude naam: De Friese Meren (GM1921)\r\nBegindatum 01-07-2015\r\n",
                &["2015-07-01 Renamed GM1921>GM9999 None"],
            ),
            (
                "Naamswijziging per 01-01-2016,\r\nnieuwe naam: Berg en Dal (GM1945),\r\n",
                &["2016-01-01 Renamed GM9999>GM1945 None"],
            ),
        ] {
            assert_eq!(parse(text).unwrap(), expected);
        }
    }

    #[test]
    fn changes_up_to_the_given_day_are_ignored_however_they_are_told() {
        for text in [
            "Grenswijziging per 01-01-2011, ontvangen van:\r\n- Borne (GM0147),\r\n... 1 hectare met 0 woningen en 0 inwoners",
            "Ontstaan per 01-01-2007 uit:\r\niets\r\n... niets",
            "Opgeheven per 01-10-1994\r\n\r\nSinds 1 oktober 1994 zijn deze personen ingeschreven.",
            "Splitsing per 31-02-1990, overgegaan naar:\r\n- ?",
            "Begindatum voor 1830\r\n.\r\n",
            "",
        ] {
            assert_eq!(parse(text).unwrap(), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_change_that_counts_and_cannot_be_read_is_an_error_with_its_line() {
        for (text, line) in [
            ("Splitsing per 01-01-2024, overgegaan naar:", 1),
            ("Opgeheven per 31-02-2024, overgegaan naar:", 1),
            ("Opgeheven per 01-01-2024", 1),
            ("Opgeheven per 01-01-2024, overgegaan naar:", 1),
            (
                "Opgeheven per 01-01-2024, overgegaan naar:\n\n- Tilburg (GM0855),",
                2,
            ),
            ("Opgeheven per 01-01-2024, overgegaan naar:\n- Tilburg", 2),
            ("Opgeheven per 01-01-2024, overgegaan naar:\n- Tilburg (PV30),", 2),
            (
                "Opgeheven per 01-01-2024, overgegaan naar:\n- Tilburg (GM0855),\n",
                2,
            ),
            (
                "Opgeheven per 01-01-2024, overgegaan naar:\n- Tilburg (GM0855),\n- Vught (GM0865),",
                3,
            ),
            (
                "Opgeheven per 01-01-2024, overgegaan naar:\n- Tilburg (GM0855),\n... 978 hectare",
                3,
            ),
            (
                "Opgeheven per 01-01-2024, overgegaan naar:\n- Tilburg (GM0855),\n... 1 442 inwoners",
                3,
            ),
            (
                "Opgeheven per 01-01-2024, overgegaan naar:\n- Tilburg (GM0855),\n... 1.442 inwoners",
                3,
            ),
            (
                "Opgeheven per 01-01-2024, overgegaan naar:\n- Tilburg (GM0855),\n... 1 inwoner\n\n- Vught (GM0865),",
                5,
            ),
            (
                "Wijziging per 01-01-1990,\n- ?\nOpgeheven per 1 januari 2024, overgegaan naar:",
                3,
            ),
            ("Naamswijziging per 01-01-2024,\nnu: Tilburg (GM0855)", 2),
            ("Op 1 januari 2024 samengegaan met Tilburg.", 1),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.line, line, "{text}: {error}");
            assert!(!error.hint().is_empty());
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic() {
        for text in [
            "é per é",
            " per 0é-01-20é4, x",
            "x per --\u{202e}",
            "... ",
            "- ()",
            "- (GM0164)",
            "oude naam: (",
        ] {
            let block = format!("Opgeheven per 01-01-2024, overgegaan naar:\n{text}\n{text}");
            assert!(parse(&block).is_err(), "{text}");
            assert_eq!(parse(text).unwrap_or_default(), [""; 0], "{text}");
        }
    }
}
