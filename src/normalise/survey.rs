//! The outcomes of surveys out of the landing: a row for each region, period, question and margin, as the table has it.
//!
//! A table of a survey gives the outcome and the limits of its interval as rows that differ in one dimension; which
//! member is which stands in the pipeline file, and which topics are read in the register of questions. Of a source the
//! newest edition alone is read: topics are numbered anew when a table gets more of them, so an older edition may mean
//! another question by the same key. Only the own municipality and the country are kept: the others are no business of
//! this product, and nothing is compared with them.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Float64Array, Int32Array, Int64Array, StringArray};

use super::code_book::{CodeBook, Entry};
use super::crime::{days, name_of as sign_of};
use super::editions::{self, Sorted};
use super::error::NormaliseError;
use super::files::Files;
use super::population::{PERIODS, REGIONS};
use super::readers::{self, Cell, Header, Members, ReadError, Record, Sink, Topic};
use super::register_tables::MemoryTable;
use super::unknown_titles::UnknownTitles;
use super::{RawTable, Rows, name_of, open, whole};
use crate::landing::Landed;
use crate::pipeline::{Margins, Source, Table};

const TO_PIPELINE: &str =
    "check [source.margins] of this source in the pipeline file: it names the dimension and its members";
const TO_QUESTIONS: &str = "correct `onderwerp` in the register monitor_vragen: a table numbers its topics anew when it gets more of them";
const OTHER_TABLE: &str = "the file belongs to another table, or its lists are missing";

/// The outcomes that were read so far, of all surveys.
#[derive(Default)]
pub(super) struct Outcomes {
    rows: Vec<Row>,
    files: Vec<String>,
}

/// One number of a survey, or the sign in its place.
struct Row {
    table: String,
    file: i32,
    line: u64,
    peildatum: i32,
    region: Entry,
    period: String,
    status: Option<String>,
    topic: String,
    margin: &'static str,
    percent: u32,
    number: Option<f64>,
    sign: Option<&'static str>,
}

/// What is read of a source, and for whom.
pub(super) struct Wanted<'a> {
    /// The register of questions.
    pub questions: Option<&'a Table>,
    /// Code of the own municipality.
    pub municipality: &'a str,
}

impl Outcomes {
    /// Adds the newest edition of a source, when anything of it landed.
    ///
    /// # Errors
    /// [`NormaliseError`] at the first file that a reader cannot vouch for, and when the table has not the margins or
    /// the topics that are asked of it.
    pub fn read(
        &mut self,
        source: &Source,
        files: &[Landed],
        wanted: &Wanted<'_>,
        numbers: &mut Files,
    ) -> Result<(), NormaliseError> {
        if files.is_empty() {
            return Ok(());
        }
        let incomplete = |missing| NormaliseError::Incomplete {
            source_id: source.id.clone(),
            missing,
        };
        let margins = source
            .margins
            .as_ref()
            .ok_or_else(|| NormaliseError::Bug(format!("survey {} without margins", source.id)))?;
        let sorted = editions::sort(source, files)?;
        let lists = sorted
            .editions
            .last()
            .ok_or_else(|| incomplete("lists of its dimensions"))?;
        let book = CodeBook::from_metadata(&source.table, &lists.metadata, &source.former_titles);
        let topics = wanted.topics(source);
        expect_margins(margins, &book, &lists.files)?;
        expect_topics(&topics, &book, &lists.files)?;
        let data = newest(&sorted);
        if data.is_empty() {
            return Err(incomplete("file with figures"));
        }
        self.files.extend(lists.files.iter().cloned());
        for (place, landed) in data.iter().enumerate() {
            let (flavour, input) = open(landed)?;
            let name = name_of(landed);
            let mut sink = SurveySink {
                source,
                margins,
                book: &book,
                municipality: wanted.municipality,
                wanted: &topics,
                name: &name,
                file: numbers.number(source, landed),
                peildatum: days(landed.entry.peildatum),
                members: Members::Codes,
                positions: [0; 3],
                topics: Vec::new(),
                rows: &mut self.rows,
                unknown: UnknownTitles::of(&name, book.table()),
            };
            let summary = readers::read_data(flavour, input, &name, &mut sink)?;
            sink.unknown.into_result()?;
            whole(landed, &summary, data.len() - place - 1)?;
            self.files.push(name);
        }
        Ok(())
    }

    /// The raw table, which has no row as long as no survey was fetched.
    ///
    /// # Errors
    /// [`NormaliseError::Bug`], never.
    pub fn into_table(self) -> Result<RawTable, NormaliseError> {
        let rows = &self.rows;
        let texts = |of: &dyn Fn(&Row) -> Option<&str>| {
            Arc::new(rows.iter().map(of).collect::<StringArray>()) as ArrayRef
        };
        let table = MemoryTable::new(
            "ruw_enquete",
            "",
            vec![
                ("bron", "", texts(&|row| Some(&row.table))),
                (
                    "bestand",
                    "",
                    Arc::new(rows.iter().map(|row| Some(row.file)).collect::<Int32Array>()),
                ),
                (
                    "regel",
                    "",
                    Arc::new(
                        rows.iter()
                            .map(|row| Some(row.line as i64))
                            .collect::<Int64Array>(),
                    ),
                ),
                (
                    "peildatum",
                    "",
                    Arc::new(
                        rows.iter()
                            .map(|row| Some(row.peildatum))
                            .collect::<Date32Array>(),
                    ),
                ),
                ("regio_code", "", texts(&|row| Some(&row.region.code))),
                ("regio", "", texts(&|row| Some(&row.region.title))),
                ("periode_code", "", texts(&|row| Some(&row.period))),
                ("status", "", texts(&|row| row.status.as_deref())),
                ("onderwerp", "", texts(&|row| Some(&row.topic))),
                ("marge", "", texts(&|row| Some(row.margin))),
                (
                    "betrouwbaarheid",
                    "",
                    Arc::new(
                        rows.iter()
                            .map(|row| Some(f64::from(row.percent)))
                            .collect::<Float64Array>(),
                    ),
                ),
                (
                    "getal",
                    "",
                    Arc::new(rows.iter().map(|row| row.number).collect::<Float64Array>()),
                ),
                ("teken", "", texts(&|row| row.sign)),
            ],
        )?;
        Ok(RawTable {
            name: table.name.clone(),
            rows: Rows::Memory(table),
            landing: self.files,
            registers: Vec::new(),
            published: false,
        })
    }
}

impl Wanted<'_> {
    /// The topics that the register asks of the table of a source.
    fn topics(&self, source: &Source) -> Vec<&str> {
        let Some(questions) = self.questions else {
            return Vec::new();
        };
        (0..questions.rows())
            .filter(|row| questions.text("bron", *row) == Some(&source.table))
            .filter_map(|row| questions.text("onderwerp", row))
            .collect()
    }
}

/// The figures of the newest edition, in the order in which they landed.
fn newest<'a>(sorted: &Sorted<'a>) -> Vec<&'a Landed> {
    let edition = |landed: &'a Landed| (landed.entry.peildatum, landed.entry.state.as_deref());
    let last = sorted.figures.iter().map(|(landed, _)| edition(landed)).max();
    sorted
        .figures
        .iter()
        .map(|(landed, _)| *landed)
        .filter(|landed| Some(edition(landed)) == last)
        .collect()
}

/// The file among those of an edition that holds a list, for a message.
fn file_of<'a>(files: &'a [String], list: &str) -> &'a str {
    let name = format!("-{list}.json");
    let found = files.iter().find(|file| file.ends_with(&name));
    found.or(files.first()).map_or("", String::as_str)
}

fn expect_margins(margins: &Margins, book: &CodeBook, files: &[String]) -> Result<(), ReadError> {
    let dimension = &margins.dimension;
    if book.dimension(dimension).is_none() {
        let expected = format!("a table with the dimension {dimension}");
        let file = file_of(files, "DataProperties");
        return Err(ReadError::new(
            file,
            1,
            expected,
            "no such dimension",
            TO_PIPELINE,
        ));
    }
    let known: Vec<&str> = book
        .entries(dimension)
        .iter()
        .map(|entry| entry.code.as_str())
        .collect();
    for member in [&margins.value, &margins.lower, &margins.upper] {
        if !known.contains(&member.as_str()) {
            let expected = format!("a member `{member}` in the list {dimension}");
            let file = file_of(files, dimension);
            return Err(ReadError::new(file, 1, expected, &known.join(", "), TO_PIPELINE));
        }
    }
    Ok(())
}

fn expect_topics(topics: &[&str], book: &CodeBook, files: &[String]) -> Result<(), ReadError> {
    let keys = || book.measures().iter().map(|measure| measure.key.as_str());
    for topic in topics {
        if keys().any(|key| key == *topic) {
            continue;
        }
        // `Onveilig_50` that became `Onveilig_54` is shown, and not taken: a person says that it is the same question.
        let stem = |key: &str| {
            key.rsplit_once('_')
                .map_or(key.to_owned(), |(stem, _)| stem.to_owned())
        };
        let same: Vec<&str> = keys().filter(|key| stem(key) == stem(topic)).collect();
        let found = if same.is_empty() {
            "no such topic".to_owned()
        } else {
            same.join(", ")
        };
        let file = file_of(files, "DataProperties");
        return Err(ReadError::new(
            file,
            1,
            format!("a topic `{topic}`"),
            &found,
            TO_QUESTIONS,
        ));
    }
    Ok(())
}

/// Takes the rows of one file.
struct SurveySink<'a> {
    source: &'a Source,
    margins: &'a Margins,
    book: &'a CodeBook,
    municipality: &'a str,
    /// Keys of the topics that are read.
    wanted: &'a [&'a str],
    /// The file, as errors name it, and its number in `bestanden`.
    name: &'a str,
    file: i32,
    peildatum: i32,
    members: Members,
    /// Where margin, region and period stand in a record.
    positions: [usize; 3],
    /// For each topic of the file its key, when it is read.
    topics: Vec<Option<&'a str>>,
    rows: &'a mut Vec<Row>,
    unknown: UnknownTitles,
}

impl<'a> SurveySink<'a> {
    fn dimensions(&self) -> [&'a str; 3] {
        [&self.margins.dimension, REGIONS, PERIODS]
    }

    /// The member of a record, as a code; nothing for a title that no list has, which is noted.
    fn code<'r>(&mut self, record: &Record<'r>, place: usize) -> Option<&'r str>
    where
        'a: 'r,
    {
        let dimension = self.dimensions()[place];
        let member = record
            .members
            .get(self.positions[place])
            .copied()
            .unwrap_or_default();
        let code = self.book.code(dimension, member, self.members);
        if code.is_none() {
            self.unknown.member(self.book, dimension, member, record.line);
        }
        code
    }

    /// What a member of the dimension of margins is; nothing for one that is not asked for.
    fn margin(&self, code: &str) -> Option<&'static str> {
        let names = [
            (&self.margins.value, "waarde"),
            (&self.margins.lower, "ondergrens"),
            (&self.margins.upper, "bovengrens"),
        ];
        names
            .into_iter()
            .find(|(member, _)| *member == code)
            .map(|(_, name)| name)
    }

    fn entry(&self, dimension: &str, code: &str) -> Option<&Entry> {
        self.book
            .entries(dimension)
            .iter()
            .find(|entry| entry.code == code)
    }
}

impl Sink for SurveySink<'_> {
    fn header(&mut self, header: &Header) -> Result<(), ReadError> {
        self.members = header.members;
        let expected = self.dimensions().map(str::to_owned);
        let found = expected.each_ref().map(|key| {
            let is_it = |name: &String| self.book.dimension(name) == Some(key);
            header.dimensions.iter().position(is_it)
        });
        if let ([Some(margin), Some(region), Some(period)], 3) = (found, header.dimensions.len()) {
            self.positions = [margin, region, period];
            return Ok(());
        }
        let expected = format!("the dimensions {} and no other", expected.join(", "));
        Err(ReadError::new(
            self.name,
            1,
            expected,
            &header.dimensions.join(", "),
            OTHER_TABLE,
        ))
    }

    fn topic(&mut self, _number: usize, topic: &Topic) -> Result<(), ReadError> {
        let key = self.book.measure(&topic.name);
        self.topics
            .push(self.wanted.iter().copied().find(|wanted| key == Some(*wanted)));
        Ok(())
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), ReadError> {
        let Some(region) = self.code(record, 1) else {
            return Ok(());
        };
        if region != self.municipality && !region.starts_with("NL") {
            return Ok(());
        }
        let Some(margin) = self.code(record, 0).and_then(|code| self.margin(code)) else {
            return Ok(());
        };
        let Some(period) = self.code(record, 2) else {
            return Ok(());
        };
        let (Some(region), Some(listed)) = (self.entry(REGIONS, region), self.entry(PERIODS, period)) else {
            let expected = format!("a region and a period of the lists of {}", self.source.table);
            let found = format!("{region}, {period}");
            return Err(ReadError::new(
                self.name,
                record.line,
                expected,
                &found,
                OTHER_TABLE,
            ));
        };
        let (region, status) = (region.clone(), listed.status.clone());
        let period = period.to_owned();
        for &(topic, cell) in record.cells {
            let Some(topic) = self.topics.get(topic).copied().flatten() else {
                continue;
            };
            let (number, sign) = match cell {
                Cell::Number(number) => (Some(number), None),
                Cell::Empty(symbol) => (None, Some(sign_of(symbol))),
            };
            self.rows.push(Row {
                table: self.source.table.clone(),
                file: self.file,
                line: record.line,
                peildatum: self.peildatum,
                region: region.clone(),
                period: period.clone(),
                status: status.clone(),
                topic: topic.to_owned(),
                margin,
                percent: self.margins.percent,
                number,
                sign,
            });
        }
        Ok(())
    }
}
