//! Police figures of one file into the raw table, row by row: codes for titles, whole counts, the sign for "no figure".
//!
//! Nothing is decided here about what empty means; that takes the whole table and is `sql/norm/`'s work.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{
    ArrayRef, Date32Builder, Int32Array, Int32Builder, Int64Builder, StringBuilder,
};
use datafusion::arrow::datatypes::DataType;

use super::code_book::CodeBook;
use super::error::NormaliseError;
use super::population::PERIODS;
use super::provisional::Provisional;
use super::readers::period_label::is_part_of_year;
use super::readers::{Cell, Header, Members, ReadError, Record, Sink, Symbol, Topic};
use super::side_by_side::HandOn;
use super::unknown_titles::UnknownTitles;
use crate::table_file::ColumnSpec;

/// Rows gathered before they are written: memory does not grow with the file.
const ROWS_AT_ONCE: usize = 8192;

/// The measures that have a column of their own, in the order of the columns.
pub(super) const MEASURE_COLUMNS: [&str; 3] = ["waarde", "aangiften", "internetaangiften"];

const TO_PIPELINE: &str = "check the measures of the source in the pipeline file";

/// The columns of the raw table.
pub fn columns() -> Vec<ColumnSpec> {
    [
        ("bron", DataType::Utf8),
        ("bestand", DataType::Int32),
        ("regel", DataType::Int64),
        ("peildatum", DataType::Date32),
        ("indeling", DataType::Int32),
        ("soort_code", DataType::Utf8),
        ("regio_code", DataType::Utf8),
        ("periode_code", DataType::Utf8),
        ("waarde", DataType::Int64),
        ("aangiften", DataType::Int64),
        ("internetaangiften", DataType::Int64),
        ("teken", DataType::Utf8),
        ("is_herhaling", DataType::Boolean),
    ]
    .into_iter()
    .map(|(name, data_type)| ColumnSpec {
        name: name.to_owned(),
        data_type,
        description: name.to_owned(),
    })
    .collect()
}

/// What is the same for every row of a file.
pub struct Origin<'a> {
    /// The table: `47013NED`.
    pub table: &'a str,
    /// The file, as errors and lineage name it.
    pub file: &'a str,
    /// Its number in `bestanden`.
    pub number: i32,
    /// The day on which the source stood so.
    pub peildatum: NaiveDate,
    /// Year of the municipal division.
    pub division: Option<i32>,
    /// Which measure of the table goes into which column.
    pub measures: &'a BTreeMap<String, String>,
    /// What its kinds are called: `SoortMisdrijf` or `Overlast`.
    pub kind: &'a str,
    /// What its regions are called: `RegioS` or `WijkenEnBuurten`.
    pub region: &'a str,
}

impl<'a> Origin<'a> {
    /// The dimensions of the table, by key.
    fn dimensions(&self) -> [&'a str; 3] {
        [self.kind, self.region, PERIODS]
    }
}

/// Where the kind, the region, the period and the counts stand in the records of one file.
pub(super) struct Layout<'a> {
    file: &'a str,
    table: &'a str,
    /// Keys of the dimensions, in the order kind, region, period.
    pub dimensions: [&'a str; 3],
    measures: &'a BTreeMap<String, String>,
    book: &'a CodeBook,
    /// Whether the members are codes.
    pub members: Members,
    /// Where the three dimensions stand in a record.
    pub positions: [usize; 3],
    /// For each topic of the file the column that it fills.
    topics: Vec<Option<usize>>,
}

/// The counts of a record, and the sign that stands in the place of the first.
pub(super) type Counts = ([Option<i64>; 3], Option<Symbol>);

/// Takes the rows of one file and hands them on as columns of the raw table, all but the last.
pub struct CrimeSink<'a> {
    origin: Origin<'a>,
    book: &'a CodeBook,
    provisional: &'a Provisional,
    hand_on: HandOn<'a, Vec<ArrayRef>>,
    layout: Layout<'a>,
    rows: Rows,
    unknown: UnknownTitles,
    /// Whether there was a row of a known period, and the line of the first of a part of a year that the list has not.
    has_known: bool,
    part_of_year: Option<u64>,
}

/// Rows that wait to be written.
#[derive(Default)]
struct Rows {
    count: usize,
    line: Int64Builder,
    kind: StringBuilder,
    region: StringBuilder,
    period: StringBuilder,
    counts: [Int64Builder; 3],
    symbol: StringBuilder,
}

impl<'a> CrimeSink<'a> {
    /// A sink for one file.
    pub(super) fn new(
        origin: Origin<'a>,
        book: &'a CodeBook,
        provisional: &'a Provisional,
        hand_on: HandOn<'a, Vec<ArrayRef>>,
    ) -> Self {
        let dimensions = origin.dimensions();
        Self {
            layout: Layout::new(origin.file, origin.table, dimensions, origin.measures, book),
            unknown: UnknownTitles::of(origin.file, book.table()),
            origin,
            book,
            provisional,
            hand_on,
            rows: Rows::default(),
            has_known: false,
            part_of_year: None,
        }
    }

    /// Hands on what still waits, at the end of the file.
    ///
    /// # Errors
    /// [`NormaliseError::Titles`] with every title that no list has, and [`ReadError`] when there was no period that the
    /// list has or when nobody takes rows any more; what ended that is told elsewhere.
    pub fn finish(mut self) -> Result<(), NormaliseError> {
        self.flush()?;
        self.unknown.into_result()?;
        match self.part_of_year {
            Some(line) if !self.has_known => Err(ReadError::new(
                self.origin.file,
                line,
                "a period of the list of the table",
                "parts of a year only",
                "export the table again with its years, or give the lists of the same day as the file",
            )
            .into()),
            _ => Ok(()),
        }
    }

    /// Hands on what waits.
    fn flush(&mut self) -> Result<(), ReadError> {
        let rows = std::mem::take(&mut self.rows);
        if rows.count == 0 {
            return Ok(());
        }
        if (self.hand_on)(rows.into_columns(&self.origin)) {
            return Ok(());
        }
        let given_up = "an earlier file that could not be used";
        Err(ReadError::new(
            self.origin.file,
            0,
            "rows that are asked for",
            given_up,
            "",
        ))
    }
}

impl Sink for CrimeSink<'_> {
    fn header(&mut self, header: &Header) -> Result<(), ReadError> {
        self.layout.header(header)
    }

    fn topic(&mut self, _number: usize, topic: &Topic) -> Result<(), ReadError> {
        if self.layout.members == Members::Labels && self.book.measure(&topic.name).is_none() {
            self.unknown.measure(self.book, &topic.name);
            self.layout.topics.push(None);
            return Ok(());
        }
        self.layout.topic(topic)
    }

    fn provisional(&mut self, period: &str, stars: usize) {
        if let Some(code) = self.book.code(PERIODS, period, self.layout.members) {
            self.provisional
                .note(self.origin.table, code, self.origin.peildatum, stars);
        }
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), ReadError> {
        let mut codes = [Some(""); 3];
        let dimensions = self.origin.dimensions();
        let member = |position: usize| record.members.get(position).copied().unwrap_or_default();
        for ((slot, position), key) in codes.iter_mut().zip(self.layout.positions).zip(dimensions) {
            *slot = self.book.code(key, member(position), self.layout.members);
        }
        let [_, _, period] = self.layout.positions;
        // A month that the list of periods has is read as a month.
        if matches!(codes, [_, _, None]) && is_part_of_year(member(period)) {
            self.part_of_year.get_or_insert(record.line);
            return Ok(());
        }
        self.has_known = true;
        let [Some(kind), Some(region), Some(period)] = codes else {
            for ((code, position), key) in codes.iter().zip(self.layout.positions).zip(dimensions) {
                if code.is_none() {
                    self.unknown.member(self.book, key, member(position), record.line);
                }
            }
            return Ok(());
        };
        if !self.unknown.is_empty() {
            // The file is refused at its end, with every title at once.
            return Ok(());
        }
        let codes = [kind, region, period];
        let (counts, symbol) = self.layout.counts(record)?;
        self.rows
            .push(record.line, codes, counts, symbol.map_or("", name_of));
        if self.rows.count >= ROWS_AT_ONCE {
            self.flush()
        } else {
            Ok(())
        }
    }
}

impl<'a> Layout<'a> {
    /// What is known of a file before it was read.
    pub fn new(
        file: &'a str,
        table: &'a str,
        dimensions: [&'a str; 3],
        measures: &'a BTreeMap<String, String>,
        book: &'a CodeBook,
    ) -> Self {
        Self {
            file,
            table,
            dimensions,
            measures,
            book,
            members: Members::Codes,
            positions: [0; 3],
            topics: Vec::new(),
        }
    }

    fn refuse(&self, line: u64, expected: impl Into<String>, found: &str) -> ReadError {
        ReadError::new(self.file, line, expected, found, TO_PIPELINE)
    }

    /// Finds the dimensions in the header.
    ///
    /// # Errors
    /// Other dimensions than the three.
    pub fn header(&mut self, header: &Header) -> Result<(), ReadError> {
        self.members = header.members;
        let dimensions = self.dimensions;
        for (slot, key) in self.positions.iter_mut().zip(dimensions) {
            let position = header
                .dimensions
                .iter()
                .position(|name| self.book.dimension(name) == Some(key));
            *slot = position.ok_or_else(|| {
                ReadError::new(
                    self.file,
                    1,
                    format!("a table with the dimension {key}"),
                    &header.dimensions.join(", "),
                    "the file belongs to another table, or its metadata export is missing",
                )
            })?;
        }
        if header.dimensions.len() == dimensions.len() {
            return Ok(());
        }
        let expected = format!("the dimensions {} and no other", dimensions.join(", "));
        Err(self.refuse(1, expected, &header.dimensions.join(", ")))
    }

    /// Finds the column of a topic, if it has one.
    ///
    /// # Errors
    /// No measure of the table.
    pub fn topic(&mut self, topic: &Topic) -> Result<(), ReadError> {
        let key = self
            .book
            .measure(&topic.name)
            .ok_or_else(|| self.refuse(1, format!("a measure of table {}", self.table), &topic.name))?;
        let column = MEASURE_COLUMNS
            .iter()
            .position(|column| self.measures.get(*column).is_some_and(|measure| measure == key));
        self.topics.push(column);
        Ok(())
    }

    /// The counts of a record.
    ///
    /// # Errors
    /// No measure that fills `waarde`, or a number that is no count.
    pub fn counts(&self, record: &Record<'_>) -> Result<Counts, ReadError> {
        if !self.topics.contains(&Some(0)) {
            let expected = format!("the measure of table {} that fills `waarde`", self.table);
            return Err(self.refuse(1, expected, "other measures only"));
        }
        let mut counts = [None; 3];
        let mut symbol = None;
        for &(topic, cell) in record.cells {
            let Some(column) = self.column(topic) else {
                continue;
            };
            match cell {
                Cell::Number(number) => counts[column] = Some(self.whole(record.line, number)?),
                Cell::Empty(sign) if column == 0 => symbol = Some(sign),
                Cell::Empty(_) => {}
            }
        }
        Ok((counts, symbol))
    }

    /// The column that a topic fills.
    pub fn column(&self, topic: usize) -> Option<usize> {
        self.topics.get(topic).copied().flatten()
    }

    /// A count is a whole number that is not negative; 2^53 is where doubles stop being exact.
    ///
    /// # Errors
    /// Any other number.
    pub fn whole(&self, line: u64, number: f64) -> Result<i64, ReadError> {
        if number.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&number) {
            return Ok(number as i64);
        }
        Err(ReadError::new(
            self.file,
            line,
            "a count: a whole number that is not negative",
            &number.to_string(),
            "export the table again; a count has no sign and no decimals",
        ))
    }
}

/// The words of `teken` in a raw table that `sql/norm/` tells apart.
pub(super) fn name_of(symbol: Symbol) -> &'static str {
    match symbol {
        Symbol::Secret => "geheim",
        Symbol::Impossible => "onmogelijk",
        Symbol::Blank | Symbol::Dot | Symbol::Dash | Symbol::Missing => "leeg",
    }
}

impl Rows {
    fn push(&mut self, line: u64, codes: [&str; 3], counts: [Option<i64>; 3], symbol: &str) {
        self.count += 1;
        self.line.append_value(line as i64);
        let [kind, region, period] = codes;
        self.kind.append_value(kind);
        self.region.append_value(region);
        self.period.append_value(period);
        for (builder, count) in self.counts.iter_mut().zip(counts) {
            builder.append_option(count);
        }
        self.symbol.append_option((!symbol.is_empty()).then_some(symbol));
    }

    fn into_columns(mut self, origin: &Origin<'_>) -> Vec<ArrayRef> {
        let rows = self.count;
        let same_text = |text: &str| {
            let mut builder = StringBuilder::with_capacity(rows, rows * text.len());
            (0..rows).for_each(|_| builder.append_value(text));
            Arc::new(builder.finish()) as ArrayRef
        };
        let mut peildatum = Date32Builder::with_capacity(rows);
        peildatum.append_value_n(days(origin.peildatum), rows);
        let mut division = Int32Builder::with_capacity(rows);
        (0..rows).for_each(|_| division.append_option(origin.division));
        let [mut first, mut second, mut third] = self.counts;
        vec![
            same_text(origin.table),
            Arc::new(Int32Array::from_value(origin.number, rows)),
            Arc::new(self.line.finish()),
            Arc::new(peildatum.finish()),
            Arc::new(division.finish()),
            Arc::new(self.kind.finish()),
            Arc::new(self.region.finish()),
            Arc::new(self.period.finish()),
            Arc::new(first.finish()),
            Arc::new(second.finish()),
            Arc::new(third.finish()),
            Arc::new(self.symbol.finish()),
        ]
    }
}

/// Days since 1 January 1970, as Arrow counts dates.
pub fn days(date: NaiveDate) -> i32 {
    date.signed_duration_since(NaiveDate::default()).num_days() as i32
}
