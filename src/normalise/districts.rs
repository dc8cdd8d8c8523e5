//! The tables of wijken and buurten out of the landing: counts by kind and year, and inhabitants of one year.
//!
//! They are read like every other table of the police, and none of what is read here is ever published: small counts of
//! small areas say something about people. What may be shown of it is decided in `sql/marts/wijkbeeld.sql`.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{ArrayRef, BooleanArray, Date32Array, Int32Array, Int64Array, StringArray};

use super::code_book::CodeBook;
use super::crime::days;
use super::editions::{self, Sorted};
use super::error::NormaliseError;
use super::readers::{Cell, Header, ReadError, Record, Sink, Topic};
use super::register_tables::MemoryTable;
use super::{RawTable, Reading, crime, lists, name_of, open, police, publications, readers, whole};
use crate::landing::{Landed, Landing};
use crate::pipeline::{Periods, Pipeline, Source, SourceKind};
use crate::table_file::TableFile;

const FIGURES: &str = "ruw_wijkcijfers";
/// How the description of the regions names the year of their division: `Wijken en buurten (indeling 2024)`.
const DIVISION: &str = "indeling ";

/// The answer that tells the state of a table.
const STATE: &str = "TableInfos";

const NOT_THIS_TABLE: &str = "check the table and the measures of the source in the pipeline file";

/// What the lists of all sources together say.
#[derive(Default)]
struct Gathered {
    regions: Vec<Region>,
    kinds: Vec<Kind>,
    withheld: Vec<(String, String)>,
    inhabitants: Vec<Inhabitants>,
    /// The landed files with lists, and those with inhabitants.
    lists: Vec<String>,
    census: Vec<String>,
}

struct Region {
    table: String,
    code: String,
    title: String,
    division: Option<i32>,
}

struct Kind {
    table: String,
    code: String,
    title: String,
    is_total: bool,
}

struct Inhabitants {
    table: String,
    region: String,
    year: i32,
    count: u64,
    peildatum: NaiveDate,
}

/// Reads every source of districts of which something landed; the tables are there without it, and empty.
///
/// # Errors
/// [`NormaliseError`] at the first file that a reader cannot vouch for, or without lists or figures.
pub(super) fn read(
    pipeline: &Pipeline,
    landing: &Landing,
    reading: &mut Reading<'_>,
) -> Result<Vec<RawTable>, NormaliseError> {
    let own = pipeline.file.municipality.code.trim_start_matches("GM");
    let path = reading.scratch.join(format!("{FIGURES}.parquet"));
    let mut target = TableFile::create(&path, "", &crime::columns())?;
    let mut from = Vec::new();
    let mut gathered = Gathered::default();
    let sources = pipeline.file.sources.iter();
    for source in sources.filter(|source| source.kind.is_of_districts()) {
        let files = landing.in_use(&source.id)?;
        if source.periods == Periods::None || files.is_empty() {
            continue;
        }
        let read = read_source(
            source,
            &files,
            own,
            reading,
            &mut target,
            &mut from,
            &mut gathered,
        );
        read.map_err(|error| error.of(source))?;
    }
    target.finish()?;
    let mut tables = vec![police::on_disk(FIGURES, path, from)];
    tables.extend(gathered.into_tables()?);
    Ok(tables)
}

/// Reads one source of districts.
fn read_source(
    source: &Source,
    files: &[Landed],
    own: &str,
    reading: &mut Reading<'_>,
    target: &mut TableFile,
    from: &mut Vec<String>,
    gathered: &mut Gathered,
) -> Result<(), NormaliseError> {
    let sorted = editions::sort(source, files)?;
    let (book, listed) = police::code_book(source, &sorted)?;
    gathered.lists.extend(listed);
    if source.kind == SourceKind::DistrictPopulation {
        return read_inhabitants(source, &sorted, reading, gathered);
    }
    // The name of a landed file holds the fingerprint of its content. An answer is so small a part of the figures (a kind
    // and a year) that the content could be guessed from it, so a release names the state that all answers are of.
    let state_of = |landed: &Landed| {
        let same_state = |file: &&Landed| file.entry.state == landed.entry.state;
        let mut states = files.iter().filter(|file| file.entry.name.starts_with(STATE));
        states.find(same_state)
    };
    police::there_are_figures(source, &sorted)?;
    from.extend(police::add_figures(
        target,
        source,
        &sorted.figures,
        &book,
        reading,
        state_of,
    )?);
    gathered.add_lists(source, &sorted, &book, own);
    Ok(())
}

impl Gathered {
    fn add_lists(&mut self, source: &Source, sorted: &Sorted<'_>, book: &CodeBook, own: &str) {
        let dimension = source.kind.region_dimension();
        let division = division_of(sorted, dimension);
        let is_own = |code: &str| code.get(2..).is_some_and(|rest| rest.starts_with(own));
        let regions = book.entries(dimension).iter().filter(|entry| is_own(&entry.code));
        self.regions.extend(regions.map(|entry| Region {
            table: source.table.clone(),
            code: entry.code.clone(),
            title: entry.title.clone(),
            division,
        }));
        let kinds = book.entries(lists::kind_dimension(source)).iter();
        self.kinds.extend(kinds.map(|entry| Kind {
            table: source.table.clone(),
            code: entry.code.clone(),
            title: entry.title.clone(),
            is_total: source.total_code.as_ref() == Some(&entry.code),
        }));
        let withheld = source.not_published.iter();
        self.withheld
            .extend(withheld.map(|code| (source.table.clone(), code.clone())));
    }

    fn into_tables(self) -> Result<[RawTable; 4], NormaliseError> {
        let regions = MemoryTable::new(
            "ruw_wijkregio",
            "",
            vec![
                ("bron", "", texts(&self.regions, |region| &region.table)),
                ("regio_code", "", texts(&self.regions, |region| &region.code)),
                ("naam", "", texts(&self.regions, |region| &region.title)),
                (
                    "indeling",
                    "",
                    Arc::new(
                        self.regions
                            .iter()
                            .map(|region| region.division)
                            .collect::<Int32Array>(),
                    ),
                ),
            ],
        )?;
        let is_total = self.kinds.iter().map(|kind| Some(kind.is_total));
        let kinds = MemoryTable::new(
            "ruw_wijksoort",
            "",
            vec![
                ("bron", "", texts(&self.kinds, |kind| &kind.table)),
                ("soort_code", "", texts(&self.kinds, |kind| &kind.code)),
                ("naam", "", texts(&self.kinds, |kind| &kind.title)),
                ("is_totaal", "", Arc::new(is_total.collect::<BooleanArray>())),
            ],
        )?;
        let withheld = MemoryTable::new(
            "ruw_wijk_niet_gepubliceerd",
            "",
            vec![
                ("bron", "", texts(&self.withheld, |(table, _)| table)),
                ("soort_code", "", texts(&self.withheld, |(_, code)| code)),
            ],
        )?;
        let rows = &self.inhabitants;
        let counts = rows.iter().map(|row| Some(row.count as i64));
        let inhabitants = MemoryTable::new(
            "ruw_wijkinwoners",
            "",
            vec![
                ("bron", "", texts(rows, |row| &row.table)),
                ("regio_code", "", texts(rows, |row| &row.region)),
                (
                    "jaar",
                    "",
                    Arc::new(rows.iter().map(|row| Some(row.year)).collect::<Int32Array>()),
                ),
                ("inwoners", "", Arc::new(counts.collect::<Int64Array>())),
                (
                    "peildatum",
                    "",
                    Arc::new(
                        rows.iter()
                            .map(|row| Some(days(row.peildatum)))
                            .collect::<Date32Array>(),
                    ),
                ),
            ],
        )?;
        Ok([
            police::in_memory(regions, &self.lists),
            police::in_memory(kinds, &self.lists),
            police::in_memory(withheld, &[]),
            police::in_memory(inhabitants, &self.census),
        ])
    }
}

fn texts<T>(rows: &[T], of: impl Fn(&T) -> &String) -> ArrayRef {
    Arc::new(rows.iter().map(|row| Some(of(row))).collect::<StringArray>())
}

/// Year of the division in wijken and buurten, as the newest edition describes its regions. The title of such a table
/// names none, and `MapYear` does not follow it.
fn division_of(sorted: &Sorted<'_>, dimension: &str) -> Option<i32> {
    let properties = &sorted.editions.last()?.metadata.properties;
    let regions = properties.iter().find(|property| property.key == dimension)?;
    let (_, after) = regions.description.split_once(DIVISION)?;
    year_in(after.get(..4)?)
}

fn year_in(text: &str) -> Option<i32> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_year.then(|| text.parse().ok()).flatten()
}

/// Inhabitants by wijk and buurt. Each edition is a table of its own with the year in its title.
fn read_inhabitants(
    source: &Source,
    sorted: &Sorted<'_>,
    reading: &mut Reading<'_>,
    gathered: &mut Gathered,
) -> Result<(), NormaliseError> {
    let incomplete = |missing| NormaliseError::Incomplete {
        source_id: source.id.clone(),
        missing,
    };
    let title = sorted
        .editions
        .last()
        .map(|edition| &edition.metadata.table.title);
    let year = title.and_then(|title| title.split_whitespace().last().and_then(year_in));
    let year = year.ok_or_else(|| incomplete("title that ends in the year of its figures"))?;
    let measure = publications::measure(source)?;
    let mut counts = BTreeMap::new();
    for (place, (landed, flavour)) in sorted.figures.iter().enumerate() {
        let (_, input) = open(landed)?;
        let file = name_of(landed);
        reading.files.number(source, landed);
        let mut sink = InhabitantsSink {
            file: &file,
            region: source.kind.region_dimension(),
            measure,
            peildatum: landed.entry.peildatum,
            slice: &source.slice,
            counts: &mut counts,
            place: 0,
            topic: None,
        };
        let summary = readers::read_data(*flavour, input, &file, &mut sink)?;
        whole(landed, &summary, sorted.figures.len() - place - 1)?;
        gathered.census.push(file);
    }
    if counts.is_empty() {
        return Err(incomplete("figure of the measure `inwoners`"));
    }
    gathered.inhabitants.extend(
        counts
            .into_iter()
            .map(|(region, (count, peildatum))| Inhabitants {
                table: source.table.clone(),
                region,
                year,
                count,
                peildatum,
            }),
    );
    Ok(())
}

/// Takes the inhabitants out of one page; a later edition overwrites an earlier one.
struct InhabitantsSink<'a> {
    file: &'a str,
    region: &'a str,
    measure: &'a str,
    peildatum: NaiveDate,
    slice: &'a BTreeMap<String, String>,
    counts: &'a mut BTreeMap<String, (u64, NaiveDate)>,
    /// Where the regions stand among the dimensions, and the measure among the topics.
    place: usize,
    topic: Option<usize>,
}

impl InhabitantsSink<'_> {
    fn refuse(&self, line: u64, expected: impl Into<String>, found: &str) -> ReadError {
        ReadError::new(self.file, line, expected, found, NOT_THIS_TABLE)
    }
}

impl Sink for InhabitantsSink<'_> {
    fn header(&mut self, header: &Header) -> Result<(), ReadError> {
        let shown = header.dimensions.join(", ");
        let place = header.dimensions.iter().position(|name| name == self.region);
        self.place = place.ok_or_else(|| self.refuse(1, format!("the dimension {}", self.region), &shown))?;
        let is_fixed = |name: &String| name == self.region || self.slice.contains_key(name);
        if header.dimensions.iter().all(is_fixed) {
            return Ok(());
        }
        let expected = "a slice that names one member of every other dimension";
        Err(self.refuse(1, expected, &shown))
    }

    fn topic(&mut self, number: usize, topic: &Topic) -> Result<(), ReadError> {
        if topic.name == self.measure {
            self.topic = Some(number);
        }
        Ok(())
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), ReadError> {
        let region = record.members.get(self.place).copied().unwrap_or_default();
        for (topic, cell) in record.cells {
            let Cell::Number(number) = *cell else { continue };
            if self.topic != Some(*topic) {
                continue;
            }
            if number.fract() != 0.0 || !(0.0..1e9).contains(&number) {
                let expected = "a whole number of inhabitants";
                return Err(self.refuse(record.line, expected, &number.to_string()));
            }
            self.counts
                .insert(region.trim_end().to_owned(), (number as u64, self.peildatum));
        }
        Ok(())
    }
}
