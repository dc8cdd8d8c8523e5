//! The outcomes of surveys out of the landing: a row for each region, period, question and margin, as the table has it.
//!
//! A table of a survey gives the outcome and the limits of its interval as rows that differ in one dimension; which
//! member is which stands in the pipeline file, and which topics are read in the register of questions. Of a source the
//! newest edition alone is read: topics are numbered anew when a table gets more of them, so an older edition may mean
//! another question by the same key. Only the own municipality and the country are kept: the others are no business of
//! this product, and nothing is compared with them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike as _, NaiveDate};
use datafusion::arrow::array::{ArrayRef, Date32Array, Float64Array, Int32Array, Int64Array, StringArray};

use super::code_book::{CodeBook, Entry};
use super::crime::{days, name_of as sign_of};
use super::editions::{self, Sorted};
use super::error::NormaliseError;
use super::files::Files;
use super::population::{PERIODS, REGIONS};
use super::readers::{self, Cell, Header, Members, Metadata, ReadError, Record, Sink, Topic};
use super::register_tables::MemoryTable;
use super::survey_scale::{Outside, Scale, not_begun};
use super::survey_topics;
use super::unknown_titles::UnknownTitles;
use super::{RawTable, Rows, name_of, open, whole};
use crate::landing::Landed;
use crate::pipeline::{Margins, Source, Table};

const TO_PIPELINE: &str =
    "check [source.margins] of this source in the pipeline file: it names the dimension and its members";
/// What the outcome itself is called among the margins.
const VALUE: &str = "waarde";
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
    /// The register of instruments, where the pipeline has one: their scales.
    pub instruments: Option<&'a Table>,
    /// Code of the own municipality.
    pub municipality: &'a str,
    /// The day of the run's clock.
    pub today: NaiveDate,
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
        if let Some(questions) = wanted.questions {
            let editions: Vec<&Metadata> = sorted.editions.iter().map(|edition| &edition.metadata).collect();
            let file = file_of(&lists.files, "DataProperties");
            if let Some(lost) = survey_topics::lost(source, questions, &editions, file) {
                return Err(NormaliseError::Topics(Box::new(lost)));
            }
        }
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
                today: wanted.today,
                wanted: &topics,
                outside: None,
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
            if let Some(outside) = sink.outside {
                return Err(NormaliseError::Outside(Box::new(outside)));
            }
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
    /// The topics that the register asks of the table of a source, each with the scales of its questions.
    fn topics(&self, source: &Source) -> BTreeMap<&str, Vec<Scale>> {
        let mut topics: BTreeMap<&str, Vec<Scale>> = BTreeMap::new();
        let Some(questions) = self.questions else {
            return topics;
        };
        for row in 0..questions.rows() {
            if let Some(topic) = questions.text("onderwerp", row)
                && questions.text("bron", row) == Some(&source.table)
            {
                let scales = topics.entry(topic).or_default();
                scales.extend(Scale::of(questions, row, self.instruments));
            }
        }
        topics
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

/// Takes the rows of one file.
struct SurveySink<'a> {
    source: &'a Source,
    margins: &'a Margins,
    book: &'a CodeBook,
    municipality: &'a str,
    today: NaiveDate,
    /// Keys of the topics that are read, with what their outcomes can be.
    wanted: &'a BTreeMap<&'a str, Vec<Scale>>,
    /// The first outcome that cannot be.
    outside: Option<Outside>,
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
            (&self.margins.value, VALUE),
            (&self.margins.lower, "ondergrens"),
            (&self.margins.upper, "bovengrens"),
        ];
        names
            .into_iter()
            .find(|(member, _)| *member == code)
            .map(|(_, name)| name)
    }

    /// What is wrong with an outcome, or with a limit of its interval: the year, or its place on the scale.
    fn cannot_be(
        &self,
        number: f64,
        topic: &str,
        margin: &str,
        (region, period): (&str, &str),
        line: u64,
    ) -> Option<Outside> {
        let possible_on = not_begun(period, self.today);
        let scales = self.wanted.get(topic).filter(|_| margin == VALUE);
        let expected = match possible_on {
            Some(_) => format!("a year up to {}", self.today.year()),
            None => scales?.iter().find_map(|scale| scale.refuses(number))?,
        };
        Some(Outside {
            file: self.name.to_owned(),
            line,
            topic: topic.to_owned(),
            region: region.to_owned(),
            period: period.to_owned(),
            expected,
            found: number,
            possible_on,
        })
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
            .push(self.wanted.keys().copied().find(|wanted| key == Some(*wanted)));
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
            if let Some(number) = number
                && self.outside.is_none()
            {
                self.outside = self.cannot_be(number, topic, margin, (&region.code, &period), record.line);
            }
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
