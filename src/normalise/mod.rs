//! From landed bytes to tables: every source read by a reader that vouches for it, every register as a table.
//!
//! ```text
//! landing/<source>/ --readers--> ruw_* --sql/norm/--> norm/*.parquet
//! ```
//! The readers only read. What a figure means (is empty zero? which vintage counts?) is decided in `sql/norm/`, where
//! everybody can see it. Figures stream through; lists and registers are small and held in memory.

pub mod block;
mod code_book;
pub mod crime;
mod districts;
pub mod division;
mod editions;
mod error;
mod files;
mod inhabitants;
mod lists;
mod police;
mod population;
pub mod readers;
mod register_tables;
mod side_by_side;
mod survey;

use std::io::{self, BufRead, Read, Seek};
use std::path::{Path, PathBuf};

pub use error::NormaliseError;
pub use register_tables::{MemoryTable, table_name};

use code_book::CodeBook;
use inhabitants::{Publication, Sources};
use population::{Gathered, Layout, PopulationSink};
use readers::{Code, Flavour, Summary};

use crate::disk::{self, sha256_hex};
use crate::landing::{Landed, Landing};
use crate::pipeline::{INBOX, Pipeline, REGISTERS, Source, SourceKind};

/// A table that SQL starts from, with where it came from.
pub struct RawTable {
    /// Its rows.
    pub rows: Rows,
    /// Its name in SQL.
    pub name: String,
    /// Landed files, each as `<source>/<file>`.
    pub landing: Vec<String>,
    /// Registers and the pipeline file, by their names in the manifest.
    pub registers: Vec<String>,
    /// Whether it is published as it is, as a table of `norm/`.
    pub published: bool,
}

/// Where the rows of a raw table are.
pub enum Rows {
    /// In memory: lists and registers.
    Memory(MemoryTable),
    /// In a Parquet file: figures.
    File(PathBuf),
}

/// What readers add to.
struct Reading<'a> {
    /// Folder of the figures on disk.
    scratch: &'a Path,
    /// Tables so far.
    tables: Vec<RawTable>,
    /// Files so far.
    files: files::Files,
}

/// Reads everything that the pipeline names out of the landing.
///
/// # Errors
/// [`NormaliseError`] at the first file that a reader cannot vouch for.
pub fn read(
    pipeline: &Pipeline,
    landing: &Landing,
    scratch: &Path,
    report_year: Option<i32>,
) -> Result<Vec<RawTable>, NormaliseError> {
    let mut divisions = Vec::new();
    for source in &pipeline.file.sources {
        divisions.push(police::division_of(source, &landing.in_use(&source.id)?));
    }
    let dropped = match pipeline.file.inbox {
        Some(_) => landing.in_use(INBOX)?,
        None => Vec::new(),
    };
    let mut reading = Reading {
        scratch,
        tables: from_pipeline(pipeline, report_year, &divisions, &dropped)?,
        files: files::Files::default(),
    };
    let mut police = None;
    let mut has_nuisance = false;
    let mut outcomes = survey::Outcomes::default();
    let wanted = survey::Wanted {
        questions: pipeline.table("monitor_vragen"),
        municipality: &pipeline.file.municipality.code,
    };
    for source in &pipeline.file.sources {
        match source.kind {
            SourceKind::PoliceCrime => {
                let files = landing.in_use(&source.id)?;
                police = Some(police::read_crime(source, &files, &mut reading)?);
            }
            SourceKind::PoliceNuisance => {
                let files = landing.in_use(&source.id)?;
                has_nuisance = police::read_nuisance(source, &files, &mut reading)?;
            }
            SourceKind::Survey => {
                let files = landing.in_use(&source.id)?;
                outcomes.read(source, &files, &wanted, &mut reading.files)?;
            }
            // Inhabitants need the list of regions of the police table, and districts are read together: see below.
            SourceKind::PopulationBegin
            | SourceKind::PopulationEnd
            | SourceKind::DistrictCrime
            | SourceKind::DistrictNuisance
            | SourceKind::DistrictPopulation => {}
        }
    }
    reading.tables.push(outcomes.into_table()?);
    if !has_nuisance {
        reading.tables.extend(police::no_nuisance()?);
    }
    let districts = districts::read(pipeline, landing, &mut reading)?;
    reading.tables.extend(districts);
    let (book, crime) =
        police.ok_or_else(|| NormaliseError::Bug("a pipeline without police_crime".to_owned()))?;
    let population = read_population(pipeline, landing, &book, crime, &mut reading.files)?;
    reading.tables.push(population);
    let (table, names) = reading.files.into_table()?;
    reading.tables.push(RawTable {
        name: table.name.clone(),
        rows: Rows::Memory(table),
        landing: names,
        registers: Vec::new(),
        published: true,
    });
    Ok(reading.tables)
}

/// Registers and the pipeline file as tables; `divisions` stand parallel to its sources.
fn from_pipeline(
    pipeline: &Pipeline,
    report_year: Option<i32>,
    divisions: &[Option<i32>],
    dropped: &[Landed],
) -> Result<Vec<RawTable>, NormaliseError> {
    let file = pipeline
        .files
        .first()
        .map(|(path, _)| path.to_string_lossy().into_owned())
        .unwrap_or_default();
    let stem = file.trim_end_matches(".toml").to_owned();
    let raw = |table: MemoryTable, register: String, published: bool| RawTable {
        name: table.name.clone(),
        rows: Rows::Memory(table),
        landing: Vec::new(),
        registers: vec![register],
        published,
    };
    let mut tables = vec![
        raw(
            register_tables::policy(pipeline, report_year)?,
            file.clone(),
            true,
        ),
        raw(
            register_tables::unrepresentative_years(pipeline)?,
            file.clone(),
            true,
        ),
        raw(register_tables::sources(pipeline, divisions)?, file.clone(), true),
        RawTable {
            landing: dropped_rows(pipeline, "conventies", dropped),
            ..raw(
                register_tables::conventions(pipeline)?,
                format!("{stem}/conventies.csv"),
                true,
            )
        },
    ];
    for register in REGISTERS {
        if let Some(table) = pipeline.table(register.name) {
            let table = register_tables::from_register(table)?;
            // What sql/norm/ makes an observation of is published from there.
            let published = !table.name.starts_with("register_");
            let mut table = raw(table, format!("{stem}/{}.csv", register.name), published);
            table.landing = dropped_rows(pipeline, register.name, dropped);
            tables.push(table);
        }
    }
    Ok(tables)
}

/// The landed files that people dropped with rows of a register.
fn dropped_rows(pipeline: &Pipeline, register: &str, landed: &[Landed]) -> Vec<String> {
    let with_rows = pipeline
        .dropped
        .iter()
        .filter(|dropped| dropped.registers.contains(&register));
    let hashes: Vec<String> = with_rows.map(|dropped| sha256_hex(&dropped.file.bytes)).collect();
    landed
        .iter()
        .filter(|file| hashes.contains(&file.entry.sha256))
        .map(name_of)
        .collect()
}

/// A landed file as errors and lineage name it: `politie_misdrijven/0123…-policedata2019.csv`.
fn name_of(landed: &Landed) -> String {
    format!("{}/{}", landed.source_id, landed.entry.file_name())
}

/// A landed file, opened and recognised.
fn open(landed: &Landed) -> Result<(Flavour, impl BufRead + Seek + use<>), NormaliseError> {
    let mut file = landed.open()?;
    let flavour = recognise(&mut file, landed)?;
    file.rewind().map_err(|error| unreadable(landed, &error))?;
    Ok((flavour, file))
}

/// What a landed file is, by its start. Only a file that is refused is held against its fingerprint here.
fn flavour_of(landed: &Landed) -> Result<Flavour, NormaliseError> {
    let flavour = recognise(&mut disk::open(&landed.path)?, landed);
    if flavour.is_err() {
        landed.verify()?;
    }
    flavour
}

fn recognise(file: &mut impl Read, landed: &Landed) -> Result<Flavour, NormaliseError> {
    let mut head = Vec::new();
    file.take(readers::HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .map_err(|error| unreadable(landed, &error))?;
    Ok(readers::recognise(&head, &name_of(landed))?)
}

fn unreadable(landed: &Landed, error: &io::Error) -> NormaliseError {
    let (expected, found) = ("a file that can be read", error.to_string());
    NormaliseError::Read(readers::ReadError::new(&name_of(landed), 1, expected, &found, ""))
}

/// Whether a file calls its topics by key, as the services of v3 do.
fn is_feed(flavour: Flavour) -> bool {
    matches!(flavour, Flavour::FeedTyped | Flavour::FeedUntyped)
}

/// All pages must have been fetched: a page that names another one which did not land is half a table.
fn whole(landed: &Landed, summary: &Summary, following: usize) -> Result<(), NormaliseError> {
    if summary.next_link.is_some() && following == 0 {
        let source_id = landed.source_id.clone();
        return Err(NormaliseError::Incomplete {
            source_id,
            missing: "last page (a page names a next one)",
        });
    }
    Ok(())
}

/// The lists and the figures of one source of inhabitants.
struct Population {
    publication: Publication,
    descriptions: Vec<(String, String)>,
    files: Vec<String>,
}

fn read_population(
    pipeline: &Pipeline,
    landing: &Landing,
    police: &CodeBook,
    crime: police::Crime,
    numbers: &mut files::Files,
) -> Result<RawTable, NormaliseError> {
    let of_kind = |kind| {
        pipeline
            .file
            .sources
            .iter()
            .filter(move |source| source.kind == kind)
    };
    let mut regions = CodeBook::empty("inwoners", &[]);
    let mut begin = Population::none();
    for source in of_kind(SourceKind::PopulationBegin) {
        let files = landing.in_use(&source.id)?;
        regions = CodeBook::empty(&source.table, &source.former_titles);
        begin = read_publication(source, &files, &mut regions, numbers)?;
    }
    let mut end = Population::none();
    for source in of_kind(SourceKind::PopulationEnd) {
        let files = landing.in_use(&source.id)?;
        end = read_publication(source, &files, &mut regions, numbers)?;
    }
    let codes = || {
        police
            .entries(population::REGIONS)
            .iter()
            .map(|entry| entry.code.as_str())
    };
    let unassigned: Vec<&String> = of_kind(SourceKind::PoliceCrime)
        .flat_map(|source| &source.unassigned_regions)
        .collect();
    let is_place = |code: &&str| code.starts_with("GM") && !unassigned.iter().any(|other| other == code);
    let mut files = begin.files;
    files.extend(end.files);
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
    Ok(RawTable {
        name: table.name.clone(),
        rows: Rows::Memory(table),
        landing: files,
        registers: Vec::new(),
        published: false,
    })
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

fn read_publication(
    source: &Source,
    files: &[Landed],
    regions: &mut CodeBook,
    numbers: &mut files::Files,
) -> Result<Population, NormaliseError> {
    let mut figures = Gathered::default();
    let mut descriptions = Vec::new();
    let mut data = Vec::new();
    let sorted = editions::sort(source, files)?;
    let mut take_codes = |codes: &[Code]| {
        let is_municipality = |code: &&Code| code.identifier.starts_with("GM");
        let municipal = codes.iter().filter(is_municipality);
        if municipal.clone().next().is_some() {
            descriptions = municipal
                .map(|code| (code.identifier.clone(), code.description.clone()))
                .collect();
            regions.add_codes(population::REGIONS, "Regio's", codes);
        }
    };
    for (landed, flavour) in &sorted.figures {
        let (_, input) = open(landed)?;
        match flavour {
            Flavour::ODataV4Codes => take_codes(&readers::read_codes(input, &name_of(landed))?.entries),
            Flavour::ODataV4Bulk => {
                let mut bulk = readers::Bulk::open(input, &name_of(landed))?;
                for dimension in bulk.dimensions()? {
                    take_codes(&bulk.codes(&dimension.identifier)?);
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
    let measure = source
        .measures
        .get("inwoners")
        .ok_or_else(|| NormaliseError::NoMeasure {
            source_id: source.id.clone(),
        })?;
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
            book: regions,
            measure: if is_feed(*flavour) {
                key.unwrap_or(measure)
            } else {
                measure
            },
            slice: &source.slice,
            gathered: &mut figures,
            layout: Layout::default(),
        };
        let summary = match flavour {
            Flavour::ODataV4Bulk => readers::Bulk::open(input, &name)?.observations(&mut sink)?,
            _ => readers::read_data(*flavour, input, &name, &mut sink)?,
        };
        whole(landed, &summary, pages)?;
    }
    if figures.years().is_none() {
        return Err(incomplete("figure of the measure `inwoners`"));
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
