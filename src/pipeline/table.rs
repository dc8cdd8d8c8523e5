//! A register in memory: named, described columns of equal length, and the line each row came from.
//!
//! The shape is that of an Arrow table on purpose, so that `normalise` can write it without looking at
//! rows; this module knows nothing of Arrow, files or what a column means.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{PipelineError, SheetPlace};
use super::value::date_of;

/// One register.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Name of the register, which is the stem of its file.
    pub name: &'static str,
    /// What the register holds, in Dutch.
    pub description: &'static str,
    /// The columns in the order of the schema, whatever order the file has.
    pub columns: Vec<Column>,
    /// Line of its file on which each row begins, from 1.
    pub lines: Vec<u64>,
    /// Where a row comes from that is not in the register's own file; rows without an entry are.
    pub origins: Vec<Option<Arc<RowOrigin>>>,
}

/// The file and sheet of the inbox that a row was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowOrigin {
    /// The file, as messages name it.
    pub file: PathBuf,
    /// The sheet of a workbook.
    pub sheet: Option<Arc<SheetPlace>>,
}

/// One column of a register.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Name of the column, as in the header of the file.
    pub name: &'static str,
    /// What the column holds, in Dutch, with its unit.
    pub description: &'static str,
    /// One value a row; `None` is an empty cell: not applicable or not known, never zero.
    pub values: Values,
}

/// The values of a column, of one type.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Text, keys, codes and words of a closed list.
    Text(Vec<Option<String>>),
    /// Whole numbers and years.
    Whole(Vec<Option<i64>>),
    /// Finite numbers.
    Number(Vec<Option<f64>>),
    /// Days since 1 January 1970.
    Date(Vec<Option<i32>>),
    /// `ja` and `nee`.
    YesNo(Vec<Option<bool>>),
}

impl Values {
    /// The value of a row as the reader would have to type it, for keys and messages.
    pub(super) fn shown(&self, row: usize) -> Option<String> {
        match self {
            Self::Text(values) => values.get(row)?.clone(),
            Self::Whole(values) => values.get(row)?.map(|value| value.to_string()),
            Self::Number(values) => values.get(row)?.map(|value| value.to_string()),
            Self::Date(values) => values.get(row)?.and_then(date_of).map(|day| day.to_string()),
            Self::YesNo(values) => values.get(row)?.map(|value| value.to_string()),
        }
    }
}

impl Table {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// A cell of a text column; `None` when it is empty or there is no such column of text.
    pub fn text(&self, column: &str, row: usize) -> Option<&str> {
        match &self.column(column)?.values {
            Values::Text(values) => values.get(row)?.as_deref(),
            _ => None,
        }
    }

    /// A cell of a column of whole numbers; `None` as for [`Table::text`].
    pub fn whole(&self, column: &str, row: usize) -> Option<i64> {
        match &self.column(column)?.values {
            Values::Whole(values) => *values.get(row)?,
            _ => None,
        }
    }

    /// A cell of a column of numbers; `None` as for [`Table::text`].
    pub fn number(&self, column: &str, row: usize) -> Option<f64> {
        match &self.column(column)?.values {
            Values::Number(values) => *values.get(row)?,
            _ => None,
        }
    }

    /// The line of the file on which a row begins; 1, the header, for a row that does not exist.
    pub fn line(&self, row: usize) -> u64 {
        self.lines.get(row).copied().unwrap_or(1)
    }

    /// A mistake in a row, at the place where that row stands. `registers` is the folder of the registers.
    pub(super) fn mistake(
        &self,
        registers: &Path,
        row: usize,
        expected: String,
        found: String,
    ) -> PipelineError {
        let origin = self.origins.get(row).and_then(Option::as_deref);
        let (file, sheet) = match origin {
            Some(origin) => (origin.file.clone(), origin.sheet.clone()),
            None => (registers.join(self.name).with_extension("csv"), None),
        };
        PipelineError::new(&file, expected, found)
            .at_line(self.line(row))
            .on_sheet(sheet)
    }

    /// Where a row stands, in words.
    pub(super) fn place(&self, registers: &Path, row: usize) -> String {
        self.mistake(registers, row, String::new(), String::new()).place()
    }

    /// The first row whose text in `column` is `value`.
    pub fn row_of(&self, column: &str, value: &str) -> Option<usize> {
        (0..self.rows()).find(|row| self.text(column, *row) == Some(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_found_by_column_and_row_and_its_type_is_not_stretched() {
        let table = Table {
            name: "gedrukt",
            description: "",
            columns: vec![
                Column {
                    name: "reeks",
                    description: "",
                    values: Values::Text(vec![Some("mand".to_owned()), None]),
                },
                Column {
                    name: "waarde",
                    description: "",
                    values: Values::Whole(vec![Some(2248), None]),
                },
            ],
            lines: vec![2, 5],
            origins: Vec::new(),
        };
        assert_eq!(table.text("reeks", 0), Some("mand"));
        assert_eq!(table.row_of("reeks", "mand"), Some(0));
        assert_eq!(table.whole("waarde", 0), Some(2248));
        assert_eq!((table.line(1), table.line(2)), (5, 1));
        assert_eq!(table.whole("waarde", 1), None);
        assert_eq!(table.whole("waarde", 2), None);
        assert_eq!(table.text("waarde", 0), None);
        assert_eq!(table.number("waarde", 0), None);
    }
}
