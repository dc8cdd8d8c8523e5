//! The publications of inhabitants out of the landing: they need nothing of the police, so they are read beside it.

use std::sync::Arc;

use datafusion::arrow::array::{Date32Array, StringArray};

use super::code_book::CodeBook;
use super::crime::days;
use super::division::Day;
use super::error::NormaliseError;
use super::inhabitants::{self, Publication, Sources};
use super::population::{self, Gathered, Layout, PopulationSink};
use super::readers::{self, Code, Flavour};
use super::register_tables::MemoryTable;
use super::unknown_titles::UnknownTitles;
use super::{RawTable, Rows, editions, files, is_feed, name_of, open, police, whole};
use crate::landing::{Landed, Landing};
use crate::pipeline::{Pipeline, Source, SourceKind};

/// What was published of inhabitants, on the territory of each publication.
pub(super) struct Publications {
    begin: Population,
    end: Population,
    /// Their files with figures.
    pub files: files::Files,
}

/// The lists and the figures of one source of inhabitants.
struct Population {
    publication: Publication,
    descriptions: Vec<(String, String)>,
    files: Vec<String>,
}

fn of_kind(pipeline: &Pipeline, kind: SourceKind) -> impl Iterator<Item = &Source> {
    let sources = pipeline.file.sources.iter();
    sources.filter(move |source| source.kind == kind)
}

/// Reads every publication that the pipeline names.
///
/// # Errors
/// [`NormaliseError`] at the first file that a reader cannot vouch for.
pub(super) fn read(pipeline: &Pipeline, landing: &Landing) -> Result<Publications, NormaliseError> {
    let mut numbers = files::Files::default();
    let mut regions = CodeBook::empty("inwoners", &[]);
    let mut begin = Population::none();
    for source in of_kind(pipeline, SourceKind::PopulationBegin) {
        let files = landing.in_use(&source.id)?;
        regions = CodeBook::empty(&source.table, &source.former_titles);
        let read = read_publication(source, Day::Begin, &files, &mut regions, &mut numbers);
        begin = read.map_err(|error| error.of(source))?;
    }
    let mut end = Population::none();
    for source in of_kind(pipeline, SourceKind::PopulationEnd) {
        let files = landing.in_use(&source.id)?;
        // Its regions are those of the list above, under the titles that its own exports have.
        regions.add_former(&source.former_titles);
        let read = read_publication(source, Day::End, &files, &mut regions, &mut numbers);
        end = read.map_err(|error| error.of(source))?;
    }
    Ok(Publications {
        begin,
        end,
        files: numbers,
    })
}

/// The inhabitants on the territory of the police table, and the periods of the publications that do not count.
///
/// # Errors
/// [`NormaliseError`] when the publications do not cover it.
pub(super) fn tables(
    pipeline: &Pipeline,
    publications: Publications,
    police: &CodeBook,
    crime: police::Crime,
) -> Result<[RawTable; 2], NormaliseError> {
    let Publications { begin, end, .. } = publications;
    let codes = || {
        police
            .entries(population::REGIONS)
            .iter()
            .map(|entry| entry.code.as_str())
    };
    let unassigned: Vec<&String> = of_kind(pipeline, SourceKind::PoliceCrime)
        .flat_map(|source| &source.unassigned_regions)
        .collect();
    let is_place = |code: &&str| code.starts_with("GM") && !unassigned.iter().any(|other| other == code);
    let mut files = begin.files;
    files.extend(end.files);
    let set_aside = police::in_memory(set_aside(&begin.publication, &end.publication)?, &files);
    let table = inhabitants::table(&Sources {
        municipalities: codes().filter(is_place).collect(),
        country: codes().find(|code| code.starts_with("NL")),
        first_year: crime.first_year,
        division: crime.division,
        negligible_move: pipeline.convention("grenswijziging_inwoners").unwrap_or_default() as u64,
        begin: begin.publication,
        end: end.publication,
        descriptions: begin.descriptions,
    })?;
    let inhabitants = RawTable {
        name: table.name.clone(),
        rows: Rows::Memory(table),
        landing: files,
        registers: Vec::new(),
        published: false,
    };
    Ok([inhabitants, set_aside])
}

/// The raw table `ruw_inwoners_periode`: what was published and does not count, for the check that says so.
fn set_aside(begin: &Publication, end: &Publication) -> Result<MemoryTable, NormaliseError> {
    let of = |publication: &Publication| {
        let periods = publication.figures.set_aside();
        let rows = periods.map(|(period, day)| (publication.table.clone(), period.to_owned(), days(day)));
        rows.collect::<Vec<_>>()
    };
    let rows = [of(begin), of(end)].concat();
    let tables: StringArray = rows.iter().map(|(table, ..)| Some(table)).collect();
    let periods: StringArray = rows.iter().map(|(_, period, _)| Some(period)).collect();
    let dates: Date32Array = rows.iter().map(|(.., day)| Some(*day)).collect();
    MemoryTable::new(
        "ruw_inwoners_periode",
        "",
        vec![
            ("bron", "", Arc::new(tables)),
            ("periode_code", "", Arc::new(periods)),
            ("peildatum", "", Arc::new(dates)),
        ],
    )
}

impl Population {
    fn none() -> Self {
        Self {
            publication: Publication {
                table: String::new(),
                figures: Gathered::default(),
            },
            descriptions: Vec::new(),
            files: Vec::new(),
        }
    }
}

/// The measure that a source of inhabitants counts.
///
/// # Errors
/// [`NormaliseError::NoMeasure`] when the pipeline file does not name it.
pub(super) fn measure(source: &Source) -> Result<&String, NormaliseError> {
    source
        .measures
        .get("inwoners")
        .ok_or_else(|| NormaliseError::NoMeasure {
            source_id: source.id.clone(),
        })
}

fn read_publication(
    source: &Source,
    day: Day,
    files: &[Landed],
    regions: &mut CodeBook,
    numbers: &mut files::Files,
) -> Result<Population, NormaliseError> {
    let mut figures = Gathered::default();
    let mut descriptions = Vec::new();
    let mut data = Vec::new();
    let sorted = editions::sort(source, files)?;
    let mut listed = Vec::new();
    let mut take_codes = |codes: &[Code]| {
        let members = codes.iter();
        let members = members.map(|code| (code.identifier.as_str(), code.title.as_str()));
        editions::prove_years(source, members)?;
        let years = codes
            .iter()
            .filter(|code| population::year_of(&code.identifier).is_some());
        listed.extend(years.map(|code| (code.identifier.clone(), code.status.clone())));
        let is_municipality = |code: &&Code| code.identifier.starts_with("GM");
        let municipal = codes.iter().filter(is_municipality);
        if municipal.clone().next().is_some() {
            descriptions = municipal
                .map(|code| (code.identifier.clone(), code.description.clone()))
                .collect();
            regions.add_codes(population::REGIONS, "Regio's", codes);
        }
        Ok::<(), NormaliseError>(())
    };
    for (landed, flavour) in &sorted.figures {
        let (_, input) = open(landed)?;
        match flavour {
            Flavour::ODataV4Codes => take_codes(&readers::read_codes(input, &name_of(landed))?.entries)?,
            Flavour::ODataV4Bulk => {
                let mut bulk = readers::Bulk::open(input, &name_of(landed))?;
                for dimension in bulk.dimensions()? {
                    take_codes(&bulk.codes(&dimension.identifier)?)?;
                }
                data.push((*landed, *flavour));
            }
            Flavour::ODataV4MeasureCodes => drop(readers::read_measure_codes(input, &name_of(landed))?),
            Flavour::ODataV4Dimensions => drop(readers::read_dimensions(input, &name_of(landed))?),
            Flavour::ODataV4Properties => drop(readers::read_properties(input, &name_of(landed))?),
            _ => data.push((*landed, *flavour)),
        }
    }
    let incomplete = |missing| NormaliseError::Incomplete {
        source_id: source.id.clone(),
        missing,
    };
    let measure = measure(source)?;
    // Titles are looked up in the lists of the table itself, where it gave them.
    let titles = sorted
        .editions
        .last()
        .map(|edition| CodeBook::from_metadata(&source.table, &edition.metadata, &source.former_titles));
    let key = titles.as_ref().and_then(|titles| titles.measure(measure));
    if data.is_empty() {
        return Err(incomplete("file with figures"));
    }
    let mut pages = data.len();
    for (landed, flavour) in &data {
        pages -= 1;
        let (_, input) = open(landed)?;
        let name = name_of(landed);
        numbers.number(source, landed);
        let mut sink = PopulationSink {
            file: &name,
            peildatum: landed.entry.peildatum,
            day,
            book: regions,
            measure: if is_feed(*flavour) {
                key.unwrap_or(measure)
            } else {
                measure
            },
            slice: &source.slice,
            gathered: &mut figures,
            layout: Layout::default(),
            unknown: UnknownTitles::of(&name, &source.table),
        };
        let summary = match flavour {
            Flavour::ODataV4Bulk => readers::Bulk::open(input, &name)?.observations(&mut sink)?,
            _ => readers::read_data(*flavour, input, &name, &mut sink)?,
        };
        sink.unknown.into_result()?;
        whole(landed, &summary, pages)?;
    }
    if figures.years().is_none() {
        return Err(incomplete("figure of the measure `inwoners` of a whole year"));
    }
    let edition = sorted.editions.last();
    let periods = edition.and_then(|edition| edition.metadata.members(population::PERIODS));
    for member in periods.unwrap_or_default() {
        figures.add_listed(&member.key, member.status.as_deref());
    }
    for (period, status) in &listed {
        figures.add_listed(period, status.as_deref());
    }
    let publication = Publication {
        table: source.table.clone(),
        figures,
    };
    Ok(Population {
        publication,
        descriptions,
        files: files.iter().map(name_of).collect(),
    })
}
