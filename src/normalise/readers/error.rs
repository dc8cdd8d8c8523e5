//! The one error of all readers: which file, which line, what had to stand there and what stands there.
//!
//! A reader refuses; it never repairs. What it found is quoted, so it is shortened and stripped of control characters
//! before it reaches a terminal or a log.

use std::io;

/// How many characters of a refused text are quoted.
const QUOTED_CHARACTERS: usize = 60;
/// How many characters an expectation has at most, names of columns included.
const EXPECTED_CHARACTERS: usize = 160;

/// A file is not what a reader can vouch for.
#[derive(Debug, thiserror::Error)]
#[error("{file}, line {line}: expected {expected}, found {found}")]
pub struct ReadError {
    /// The file as the caller named it.
    pub file: String,
    /// Line in the file, from 1; for a fault of the file as a whole the line where it showed.
    pub line: u64,
    /// What had to stand there.
    pub expected: String,
    /// What stands there: at most 60 characters, control characters escaped.
    pub found: String,
    hint: &'static str,
    source: Option<io::Error>,
}

impl ReadError {
    /// An error with `expected` and `found` shortened and escaped.
    pub fn new(file: &str, line: u64, expected: impl Into<String>, found: &str, hint: &'static str) -> Self {
        Self {
            file: file.to_owned(),
            line,
            // It may name a column of the file, which is no more to be trusted than a cell.
            expected: printable(&expected.into(), EXPECTED_CHARACTERS),
            found: quote(found),
            hint,
            source: None,
        }
    }

    /// What to do about it, in one sentence.
    pub fn hint(&self) -> &'static str {
        self.hint
    }

    /// Whether the disk (or the pipe) failed, and not the content of the file.
    pub fn is_io(&self) -> bool {
        self.source.is_some()
    }

    /// An error of the input itself. What a guard on the bytes refused becomes an error about the content again.
    pub fn from_io(file: &str, line: u64, error: io::Error) -> Self {
        match error.downcast::<Complaint>() {
            Ok(complaint) => Self {
                file: file.to_owned(),
                line: complaint.line,
                expected: complaint.expected.to_owned(),
                found: complaint.found,
                hint: complaint.hint,
                source: None,
            },
            Err(error) => Self {
                file: file.to_owned(),
                line,
                expected: "a file that can be read to its end".to_owned(),
                found: quote(&error.to_string()),
                hint: "check the disk and the permissions of the file",
                source: Some(error),
            },
        }
    }
}

/// What a guard on the bytes refuses; it travels through the parser inside an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("line {line}: expected {expected}, found {found}")]
pub(super) struct Complaint {
    pub line: u64,
    pub expected: &'static str,
    pub found: String,
    pub hint: &'static str,
}

/// A text of the file between quotes, as it may be printed.
pub(super) fn quote(text: &str) -> String {
    if text.is_empty() {
        return "nothing".to_owned();
    }
    format!("\"{}\"", printable(text, QUOTED_CHARACTERS))
}

/// The text without what steers a terminal, and not longer than the given number of characters.
fn printable(text: &str, limit: usize) -> String {
    let mut printable = String::new();
    for (position, character) in text.chars().enumerate() {
        if position == limit {
            printable.push('…');
            break;
        }
        if character.is_control() || changes_direction(character) {
            printable.extend(character.escape_default());
        } else if let Some(sign) = invisible_sign(character) {
            printable.extend(["<", &sign, ">"]);
        } else {
            printable.push(character);
        }
    }
    printable
}

/// Characters that make a terminal show text in another order than it stands.
fn changes_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The name of a character that does not show, or that shows as an ordinary blank: `U+00A0`.
pub fn invisible_sign(character: char) -> Option<String> {
    let is_invisible = match character {
        ' ' => false,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' => true,
        _ => character.is_control() || character.is_whitespace(),
    };
    is_invisible.then(|| format!("U+{:04X}", u32::from(character)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_text_is_shortened_and_cannot_steer_a_terminal() {
        assert_eq!(
            quote("\u{1b}[31mrood\u{202e}\n"),
            "\"\\u{1b}[31mrood\\u{202e}\\n\""
        );
        assert_eq!(quote("a\u{a0}b\u{200b}"), "\"a<U+00A0>b<U+200B>\"");
        let long = quote(&"é".repeat(61));
        assert_eq!(long, format!("\"{}…\"", "é".repeat(60)));
        assert_eq!(quote(""), "nothing");
    }

    #[test]
    fn an_error_says_where_what_was_expected_and_what_was_found() {
        let error = ReadError::new("a.csv", 7, "a number", "veel", "export the table again");
        assert_eq!(
            error.to_string(),
            "a.csv, line 7: expected a number, found \"veel\""
        );
        assert_eq!(error.hint(), "export the table again");
        assert!(!error.is_io());
    }

    #[test]
    fn a_failing_disk_is_told_from_a_wrong_file() {
        let error = ReadError::from_io("a.csv", 3, io::Error::new(io::ErrorKind::TimedOut, "gone"));
        assert!(error.is_io());
        assert_eq!(error.line, 3);
    }
}
