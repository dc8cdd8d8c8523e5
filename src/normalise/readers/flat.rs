//! Files with one record a line: each column is a dimension, a topic or a position.
//!
//! The portal's exports and those with and without symbols differ in their header and in what a cell may hold; the rest
//! of the reading is here.

use std::collections::HashSet;
use std::io::BufRead;

use super::rows::Rows;
use super::{Cell, Header, Members, ReadError, Record, Sink, Summary, Topic};

/// What a column is.
pub(super) enum Column {
    Dimension(String),
    Topic(Topic),
    /// The position of a row in the file, which shifts with every edition and means nothing.
    Position,
}

const WRONG_CELL: &str = "nothing is guessed: export the table again, or look up what this cell means";

/// Reads the records that follow the header, on whose line `rows` stands. Columns behind the last that has a name were
/// added by a spreadsheet: they must be there and empty in every record. `parse` reads one cell as it stands in
/// the file; its error says what was expected.
pub(super) fn read<R: BufRead>(
    mut rows: Rows<R>,
    mut columns: Vec<Column>,
    members: Members,
    mut parse: impl FnMut(&str) -> Result<Cell, &'static str>,
    sink: &mut impl Sink,
) -> Result<Summary, ReadError> {
    let width = columns.len();
    let named = rows.named_fields();
    refuse_odd_names(&rows, named)?;
    columns.truncate(named);
    let mut dimensions = Vec::new();
    let mut dimension_columns = Vec::new();
    let mut topics = Vec::new();
    let mut topic_columns = Vec::new();
    for (position, column) in columns.into_iter().enumerate() {
        match column {
            Column::Dimension(name) => {
                dimensions.push(name);
                dimension_columns.push(position);
            }
            Column::Topic(topic) => {
                topics.push(topic);
                topic_columns.push(position);
            }
            Column::Position => {}
        }
    }
    if dimensions.is_empty() || topics.is_empty() {
        let found = format!("{} dimensions and {} topics", dimensions.len(), topics.len());
        return Err(rows.error("columns for dimensions and for topics", &found, WRONG_CELL));
    }
    sink.header(&Header {
        title: None,
        members,
        dimensions: dimensions.clone(),
    })?;
    for (number, topic) in topics.iter().enumerate() {
        sink.topic(number, topic)?;
    }

    let mut summary = Summary::default();
    let mut cells = Vec::with_capacity(topics.len());
    while rows.advance()? {
        rows.expect_fields(width)?;
        rows.expect_nothing_after(named)?;
        let mut record_members = Vec::with_capacity(dimensions.len());
        for (column, dimension) in dimension_columns.iter().zip(&dimensions) {
            let member = trim(rows.record().get(*column).unwrap_or_default(), members);
            if member.is_empty() {
                return Err(rows.error(format!("a member of {dimension}"), "", WRONG_CELL));
            }
            record_members.push(member);
        }
        cells.clear();
        for (number, (column, topic)) in topic_columns.iter().zip(&topics).enumerate() {
            let text = rows.record().get(*column).unwrap_or_default();
            let cell = parse(text)
                .map_err(|expected| rows.error(format!("{expected} in {}", topic.name), text, WRONG_CELL))?;
            cells.push((number, cell));
        }
        sink.record(&Record {
            line: rows.line(),
            members: &record_members,
            cells: &cells,
        })?;
        summary.records += 1;
        summary.cells += cells.len() as u64;
    }
    rows.expect_line_break_at_end()?;
    if summary.records == 0 {
        return Err(rows.error_at_end("at least one row of data"));
    }
    summary.lines = rows.lines();
    Ok(summary)
}

/// Codes are padded at their end only; labels have no blanks around them.
fn trim(text: &str, members: Members) -> &str {
    match members {
        Members::Codes => text.trim_end(),
        Members::Labels => text.trim(),
    }
}

/// A column without a name or with the name of another cannot be told apart.
fn refuse_odd_names<R: BufRead>(rows: &Rows<R>, named: usize) -> Result<(), ReadError> {
    let mut seen = HashSet::new();
    for name in rows.record().iter().take(named) {
        if name.trim().is_empty() || !seen.insert(name) {
            return Err(rows.error("a name for each column, each once", name, WRONG_CELL));
        }
    }
    Ok(())
}
