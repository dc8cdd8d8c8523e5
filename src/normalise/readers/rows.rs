//! The records of a `;` file, one at a time, with the line on which each starts.
//!
//! The number of fields is left to the reader of each shape, whose message can say what they had to be.

use std::io::BufRead;

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};

use super::ReadError;
use super::guard::{CsvInspector, Guarded};

pub(super) const SAVE_AS_UTF8: &str = "export it again, or save the copy as CSV UTF-8";
pub(super) const CUT_OFF: &str = "the file was cut off or has lost columns: fetch or export it again";
const NOT_EMPTY: &str =
    "a column without a name may only be one that a spreadsheet added: use the file as the portal gave it";

/// A stream of records; one record is held at a time.
pub(super) struct Rows<R> {
    reader: Reader<Guarded<R, CsvInspector>>,
    record: StringRecord,
    file: String,
    line: u64,
}

impl<R: BufRead> Rows<R> {
    pub fn open(input: R, file: &str) -> Self {
        let reader = ReaderBuilder::new()
            .delimiter(b';')
            .has_headers(false)
            .flexible(true)
            .from_reader(Guarded::new(input, CsvInspector::new()));
        Self {
            reader,
            record: StringRecord::new(),
            file: file.to_owned(),
            line: 1,
        }
    }

    /// Goes to the next record; `false` at the end of the file. Lines without anything are passed over, and so are those
    /// of nothing but `;`, as a spreadsheet writes its empty rows.
    pub fn advance(&mut self) -> Result<bool, ReadError> {
        loop {
            let read = self.reader.read_record(&mut self.record);
            if !matches!(read, Ok(false)) {
                self.line = self.reader.get_mut().inspector.next_start().unwrap_or(self.line);
            }
            if !read.map_err(|error| self.refuse(error))? {
                return Ok(false);
            }
            if self.record.iter().any(|field| !field.trim().is_empty()) {
                return Ok(true);
            }
        }
    }

    /// Goes to the next record, which must be there.
    pub fn advance_to(&mut self, expected: &str) -> Result<(), ReadError> {
        if self.advance()? {
            return Ok(());
        }
        Err(self.error_at_end(expected))
    }

    pub fn record(&self) -> &StringRecord {
        &self.record
    }

    /// Line on which the present record starts.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The only field that is filled, when it is the first.
    pub fn only_first(&self) -> Option<&str> {
        let mut fields = self.record.iter().map(str::trim);
        let first = fields.next().filter(|field| !field.is_empty())?;
        fields.all(str::is_empty).then_some(first)
    }

    /// Number of fields up to the last that is filled: a header without the empty columns that a spreadsheet added.
    pub fn named_fields(&self) -> usize {
        let is_filled = |(_, field): &(usize, &str)| !field.trim().is_empty();
        let last = self.record.iter().enumerate().filter(is_filled).last();
        last.map_or(0, |(position, _)| position + 1)
    }

    /// Number of lines, once the end was reached.
    pub fn lines(&self) -> u64 {
        let inspector = &self.reader.get_ref().inspector;
        inspector.line() - u64::from(inspector.stands_at_line_start())
    }

    /// An error on the present record.
    pub fn error(&self, expected: impl Into<String>, found: &str, hint: &'static str) -> ReadError {
        ReadError::new(&self.file, self.line, expected, found, hint)
    }

    /// An error because the file ends here.
    pub fn error_at_end(&self, expected: &str) -> ReadError {
        ReadError::new(
            &self.file,
            self.lines().max(1),
            expected,
            "the end of the file",
            CUT_OFF,
        )
    }

    /// Refuses a record with another number of fields.
    pub fn expect_fields(&self, count: usize) -> Result<(), ReadError> {
        if self.record.len() == count {
            return Ok(());
        }
        let found = format!("{} fields", self.record.len());
        Err(self.error(format!("{count} fields"), &found, CUT_OFF))
    }

    /// Refuses a record with anything behind the fields that have a name.
    pub fn expect_nothing_after(&self, named: usize) -> Result<(), ReadError> {
        let filled = |named: usize| {
            self.record
                .iter()
                .skip(named)
                .any(|field| !field.trim().is_empty())
        };
        if self.record.len() <= named || !filled(named) {
            return Ok(());
        }
        let column = self.named_fields();
        let found = self.record.get(column - 1).unwrap_or_default();
        let expected = format!("nothing in column {column}, which has no name");
        Err(self.error(expected, found, NOT_EMPTY))
    }

    /// Refuses a file whose last line has no line break: its last number may have lost digits.
    pub fn expect_line_break_at_end(&self) -> Result<(), ReadError> {
        if self.reader.get_ref().inspector.stands_at_line_start() {
            return Ok(());
        }
        Err(self.error_at_end("a line break after the last record"))
    }

    fn refuse(&self, error: csv::Error) -> ReadError {
        match error.into_kind() {
            ErrorKind::Io(error) => ReadError::from_io(&self.file, self.line, error),
            ErrorKind::Utf8 { .. } => ReadError::new(
                &self.file,
                self.line,
                "text in UTF-8",
                "text in another encoding",
                SAVE_AS_UTF8,
            ),
            _ => ReadError::new(
                &self.file,
                self.line,
                "a record of a CSV file",
                "something else",
                CUT_OFF,
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_knows_its_line_after_line_breaks_in_fields_and_blank_lines() {
        let mut rows = Rows::open(&b"a;b\r\n\r\n\"c\nd\";e\n\nf;g"[..], "test");
        let mut seen = Vec::new();
        while rows.advance().unwrap() {
            seen.push((rows.line(), rows.record().get(0).unwrap().to_owned()));
        }
        assert_eq!(
            seen,
            [(1, "a".to_owned()), (3, "c\nd".to_owned()), (6, "f".to_owned())]
        );
        assert_eq!(rows.lines(), 6);
        assert!(rows.expect_line_break_at_end().is_err());
    }

    #[test]
    fn text_in_another_encoding_is_refused_with_its_line() {
        let mut rows = Rows::open(&b"a;b\nFrysl\xe2n;1\n"[..], "test");
        assert!(rows.advance().unwrap());
        let error = rows.advance().unwrap_err();
        assert_eq!(error.line, 2);
        assert!(error.hint().contains("CSV UTF-8"));
    }
}
