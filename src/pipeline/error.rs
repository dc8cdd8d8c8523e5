//! What can be wrong with a pipeline file or a register, told so that a policy officer can mend it.
//!
//! One [`PipelineError`] is one place in one file: where, what was expected and what stands there. They are
//! gathered, because somebody who mends registers by hand should not need a run for every mistake.
//! Exit codes are not decided here; [`LoadError`] only keeps a wrong file apart from an unreadable disk.

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use super::inbox::cell_name;
use super::invisible::named;

/// The most errors of one file that are shown; a file saved with the wrong delimiter has thousands.
pub const MOST_ERRORS_OF_A_FILE: usize = 20;

/// One mistake in the pipeline file or in a register.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct PipelineError {
    /// Path of the file, as the user would type it: `pipelines/hengelo/doelen.csv`.
    pub file: PathBuf,
    /// Line of the file, from 1; empty when the mistake is the whole file.
    pub line: Option<u64>,
    /// Character in the line, from 1; only for mistakes in the pipeline file.
    pub column: Option<u64>,
    /// Key of the pipeline file (`policy.target_year`) or column of the register; empty for a whole row or file.
    pub field: Option<String>,
    /// What should have stood there.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// The sheet of a workbook in which the line is a row; empty for a text file.
    pub sheet: Option<Arc<SheetPlace>>,
    cell_column: Option<usize>,
    hint: Option<String>,
}

/// A sheet of a workbook, with what its header row says, so that a column can be named by its letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetPlace {
    /// What its tab says.
    pub name: String,
    /// The cells of its header row, from column A.
    pub columns: Vec<String>,
}

impl PipelineError {
    /// A mistake in `file`; the other parts are added with the methods below.
    pub(super) fn new(file: &Path, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            file: file.to_path_buf(),
            line: None,
            column: None,
            field: None,
            expected: expected.into(),
            found: found.into(),
            sheet: None,
            cell_column: None,
            hint: None,
        }
    }

    pub(super) fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    pub(super) fn at_position(mut self, position: (u64, u64)) -> Self {
        self.line = Some(position.0);
        self.column = Some(position.1);
        self
    }

    pub(super) fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    pub(super) fn on_sheet(mut self, sheet: Option<Arc<SheetPlace>>) -> Self {
        self.sheet = sheet;
        self
    }

    /// The column of the cell, from 0, where it is not that of the field.
    pub(super) fn in_column(mut self, column: usize) -> Self {
        self.cell_column = Some(column);
        self
    }

    /// File and line or sheet and cell.
    pub(super) fn place(&self) -> String {
        let mut place = self.file.display().to_string();
        if let (Some(sheet), Some(row)) = (&self.sheet, self.line) {
            let of_field = || {
                let field = self.field.as_deref()?;
                sheet.columns.iter().position(|name| name == field)
            };
            // Writing to a text does not fail.
            let _ = write!(
                place,
                ", blad {}, {}",
                named(&sheet.name),
                cell_name(self.cell_column.or_else(of_field), row)
            );
            return place;
        }
        for number in [self.line, self.column].into_iter().flatten() {
            let _ = write!(place, ":{number}");
        }
        place
    }

    pub(super) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What to do about it, when that does not follow from the message.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for PipelineError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.place())?;
        if let Some(field) = self.field.as_ref().filter(|_| self.sheet.is_none()) {
            write!(formatter, ": `{field}`")?;
        }
        write!(formatter, ": expected {}, found {}", self.expected, self.found)
    }
}

/// Why a pipeline could not be loaded.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The pipeline file or a register is wrong. `errors` is never empty.
    #[error("{}", listed(.errors, *.left_out))]
    Invalid {
        /// At most [`MOST_ERRORS_OF_A_FILE`] a file, in the order of the files and their lines.
        errors: Vec<PipelineError>,
        /// How many more there are.
        left_out: usize,
    },
    /// A file or folder that exists could not be read.
    #[error("cannot read {}", .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the disk said.
        source: std::io::Error,
    },
}

impl LoadError {
    /// What to do about it: each different hint once, one a line.
    pub fn hint(&self) -> Option<String> {
        let Self::Invalid { errors, .. } = self else {
            return Some("check that the file may be read by the user who runs nulmeting".to_owned());
        };
        let mut hints: Vec<&str> = Vec::new();
        for hint in errors.iter().filter_map(PipelineError::hint) {
            if !hints.contains(&hint) {
                hints.push(hint);
            }
        }
        (!hints.is_empty()).then(|| hints.join("\n"))
    }
}

fn listed(errors: &[PipelineError], left_out: usize) -> String {
    let mut lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    if left_out > 0 {
        lines.push(format!("and {left_out} more"));
    }
    lines.join("\n")
}

/// The mistakes found so far, at most [`MOST_ERRORS_OF_A_FILE`] a file; the rest is only counted.
#[derive(Debug, Default)]
pub(super) struct Findings {
    errors: Vec<PipelineError>,
    left_out: usize,
}

impl Findings {
    pub(super) fn push(&mut self, error: PipelineError) {
        let of_this_file = self
            .errors
            .iter()
            .filter(|earlier| earlier.file == error.file)
            .count();
        if of_this_file < MOST_ERRORS_OF_A_FILE {
            self.errors.push(error);
        } else {
            self.left_out += 1;
        }
    }

    pub(super) fn append(&mut self, later: Findings) {
        self.left_out += later.left_out;
        for error in later.errors {
            self.push(error);
        }
    }

    /// The same on a sheet of a workbook.
    pub(super) fn on_sheet(mut self, sheet: Option<&Arc<SheetPlace>>) -> Self {
        for error in &mut self.errors {
            error.sheet = sheet.cloned();
        }
        self
    }

    /// Brings the errors of one file in the order in which its reader meets them.
    pub(super) fn sort_by_line(&mut self) {
        self.errors.sort_by_key(|error| error.line);
    }

    /// How many there are, those that are not shown included.
    pub(super) fn count(&self) -> usize {
        self.errors.len() + self.left_out
    }

    pub(super) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// The first error, for a test that made one mistake.
    #[cfg(test)]
    pub(super) fn into_first(mut self) -> PipelineError {
        self.errors.remove(0)
    }

    /// The error that shows all of it.
    pub(super) fn into_error(self) -> LoadError {
        LoadError::Invalid {
            errors: self.errors,
            left_out: self.left_out,
        }
    }
}

impl From<PipelineError> for Findings {
    fn from(error: PipelineError) -> Self {
        let mut findings = Self::default();
        findings.push(error);
        findings
    }
}

/// The candidate that a typing error most likely meant: at most a third of its letters away from `typed`.
pub(super) fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A hostile name could be megabytes long, and the distance takes time in proportion to it.
    const LONGEST_NAME: usize = 100;
    if typed.len() > LONGEST_NAME {
        return None;
    }
    candidates
        .into_iter()
        .map(|candidate| (edit_distance(&typed.to_lowercase(), candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance: insertions, deletions and substitutions of one character.
pub(crate) fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    // Distance of the letters of `left` so far to the first one, two, three, … letters of `right`.
    let mut row: Vec<usize> = (1..=right.len()).collect();
    let mut letters = 0;
    for letter in left.chars() {
        let mut diagonal = letters;
        letters += 1;
        let mut before = letters;
        for (above, other) in row.iter_mut().zip(&right) {
            let substituted = diagonal + usize::from(letter != *other);
            diagonal = *above;
            before = substituted.min(*above + 1).min(before + 1);
            *above = before;
        }
    }
    row.last().copied().unwrap_or(letters)
}

/// `text` on one line and at most 60 characters of it, in quotes, for use in a message. Signs that nobody sees are named.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown = named(&text.chars().take(LONGEST).collect::<String>());
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_in(file: &str, line: u64) -> PipelineError {
        PipelineError::new(Path::new(file), "a number", "`x`")
            .at_line(line)
            .in_field("waarde")
    }

    #[test]
    fn an_error_names_file_line_field_expected_and_found() {
        let error = error_in("hengelo/gedrukt.csv", 7);
        assert_eq!(
            error.to_string(),
            "hengelo/gedrukt.csv:7: `waarde`: expected a number, found `x`"
        );
    }

    #[test]
    fn twenty_errors_of_a_file_are_shown_and_the_rest_is_counted() {
        let mut findings = Findings::default();
        (1..=25).for_each(|line| findings.push(error_in("a.csv", line)));
        findings.push(error_in("b.csv", 1));
        let shown = findings.into_error().to_string();
        assert_eq!(shown.lines().count(), 22);
        assert!(shown.ends_with("b.csv:1: `waarde`: expected a number, found `x`\nand 5 more"));
    }

    #[test]
    fn the_same_hint_is_given_once() {
        let mut findings = Findings::default();
        findings.push(error_in("a.csv", 1).with_hint("write 1234"));
        findings.push(error_in("a.csv", 2).with_hint("write 1234"));
        findings.push(error_in("a.csv", 3).with_hint("write ja or nee"));
        assert_eq!(
            findings.into_error().hint().as_deref(),
            Some("write 1234\nwrite ja or nee")
        );
    }

    #[test]
    fn the_nearest_name_is_the_one_a_typing_error_meant() {
        let names = ["reeks", "jaar", "waarde"];
        assert_eq!(nearest("Reeks", names), Some("reeks"));
        assert_eq!(nearest("waaarde", names), Some("waarde"));
        assert_eq!(nearest("toelichting", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest(&"x".repeat(1_000_000), names), None);
    }

    #[test]
    fn the_edit_distance_counts_single_letters() {
        for (left, right, distance) in [
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("jaar", "jaar", 0),
        ] {
            assert_eq!(edit_distance(left, right), distance, "{left} {right}");
        }
    }

    #[test]
    fn a_long_cell_is_shortened_and_stays_on_one_line() {
        assert_eq!(quoted("a\nb"), "`a b`");
        assert_eq!(quoted("a\u{A0}b\u{200B}"), "`a[U+00A0]b[U+200B]`");
        assert_eq!(quoted(&"é".repeat(61)), format!("`{}…`", "é".repeat(60)));
    }
}
