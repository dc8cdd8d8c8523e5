//! From landed bytes to tables: every source read by a reader that vouches for it, every register as a table.
//!
//! ```text
//! landing/<source>/ --readers--> ruw_* --sql/norm/--> norm/*.parquet
//! ```
//! The readers only read. What a figure means (is empty zero? which vintage counts?) is decided in `sql/norm/`, where
//! everybody can see it. Figures stream through; lists and registers are small and held in memory.

mod code_book;
pub mod crime;
pub mod division;
mod error;
mod inhabitants;
mod lists;
mod population;
pub mod readers;
mod register_tables;

use std::path::{Path, PathBuf};

use chrono::Datelike as _;
use datafusion::arrow::datatypes::DataType;

pub use error::NormaliseError;
pub use register_tables::{MemoryTable, table_name};

use code_book::CodeBook;
use inhabitants::{Publication, Sources};
use population::{Gathered, Layout, PopulationSink};
use readers::{Flavour, Summary};

use crate::landing::{Landed, Landing};
use crate::pipeline::{Pipeline, REGISTERS, Source, SourceKind};
use crate::table_file::TableFile;

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
    let mut tables = from_pipeline(pipeline, report_year)?;
    let mut police = None;
    for source in &pipeline.file.sources {
        match source.kind {
            SourceKind::PoliceCrime => {
                let files = landing.in_use(&source.id)?;
                police = Some(read_crime(source, &files, scratch, &mut tables)?);
            }
            SourceKind::PoliceNuisance => refuse_nuisance(&landing.in_use(&source.id)?)?,
            // Needs the list of regions of the police table: see below.
            SourceKind::PopulationBegin | SourceKind::PopulationEnd => {}
        }
    }
    tables.push(nuisance()?);
    let (book, crime) =
        police.ok_or_else(|| NormaliseError::Bug("a pipeline without police_crime".to_owned()))?;
    tables.push(read_population(pipeline, landing, &book, crime)?);
    Ok(tables)
}

fn from_pipeline(pipeline: &Pipeline, report_year: Option<i32>) -> Result<Vec<RawTable>, NormaliseError> {
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
        raw(register_tables::sources(pipeline)?, file.clone(), true),
        raw(
            register_tables::conventions(pipeline)?,
            format!("{stem}/conventies.csv"),
            true,
        ),
    ];
    for register in REGISTERS {
        if let Some(table) = pipeline.table(register.name) {
            let table = register_tables::from_register(table)?;
            // What sql/norm/ makes an observation of is published from there.
            let published = !table.name.starts_with("register_");
            tables.push(raw(table, format!("{stem}/{}.csv", register.name), published));
        }
    }
    Ok(tables)
}

/// A landed file as errors and lineage name it: `politie_misdrijven/0123…-policedata2019.csv`.
fn name_of(landed: &Landed) -> String {
    format!("{}/{}", landed.source_id, landed.entry.file_name())
}

/// A landed file, opened and recognised.
fn open(landed: &Landed) -> Result<(Flavour, impl std::io::BufRead + use<>), NormaliseError> {
    use std::io::{BufRead as _, Read as _, Seek as _};
    let name = name_of(landed);
    let mut file = landed.open()?;
    let mut head = Vec::new();
    let unreadable = |error: std::io::Error| {
        NormaliseError::Read(readers::ReadError::new(
            &name,
            1,
            "a file that can be read",
            &error.to_string(),
            "",
        ))
    };
    file.by_ref()
        .take(readers::HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .map_err(unreadable)?;
    file.rewind().map_err(unreadable)?;
    let _ = file.fill_buf().map_err(unreadable)?;
    Ok((readers::recognise(&head, &name)?, file))
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

/// What the population needs to know of the police table.
#[derive(Clone, Copy)]
struct Crime {
    first_year: i32,
    division: i32,
}

fn read_crime(
    source: &Source,
    files: &[Landed],
    scratch: &Path,
    tables: &mut Vec<RawTable>,
) -> Result<(CodeBook, Crime), NormaliseError> {
    let mut book = None;
    let mut data = Vec::new();
    for landed in files {
        let (flavour, input) = open(landed)?;
        if flavour == Flavour::PortalMetadata {
            // Files come sorted by peildatum: the newest lists are kept.
            let metadata = readers::read_metadata(input, &name_of(landed))?;
            book = Some((
                CodeBook::from_metadata(&source.table, &metadata, &source.former_titles),
                name_of(landed),
            ));
        } else {
            data.push(landed);
        }
    }
    let incomplete = |missing| NormaliseError::Incomplete {
        source_id: source.id.clone(),
        missing,
    };
    let (book, lists_from) = book.ok_or_else(|| incomplete("metadata export with its code lists"))?;
    if data.is_empty() {
        return Err(incomplete("file with figures"));
    }
    let path = scratch.join("ruw_misdrijven.parquet");
    let mut target = TableFile::create(&path, "", &crime::columns())?;
    for landed in &data {
        let (flavour, input) = open(landed)?;
        let name = name_of(landed);
        let origin = crime::Origin {
            table: &source.table,
            file: &name,
            peildatum: landed.entry.peildatum,
            division: landed
                .entry
                .edition
                .as_deref()
                .and_then(|edition| edition.parse().ok()),
            measures: &source.measures,
        };
        let mut sink = crime::CrimeSink::new(origin, &book, &mut target);
        let summary = readers::read_data(flavour, input, &name, &mut sink)?;
        sink.flush()?;
        whole(landed, &summary, 0)?;
    }
    target.finish()?;
    tables.push(RawTable {
        name: "ruw_misdrijven".to_owned(),
        rows: Rows::File(path),
        landing: data.iter().map(|landed| name_of(landed)).collect(),
        registers: Vec::new(),
        published: false,
    });
    for list in lists::of_police(source, &book)? {
        tables.push(RawTable {
            name: list.name.clone(),
            rows: Rows::Memory(list),
            landing: vec![lists_from.clone()],
            registers: Vec::new(),
            published: false,
        });
    }
    let years = book
        .entries(population::PERIODS)
        .iter()
        .filter_map(|entry| entry.code.strip_suffix("JJ00"));
    let first_year = years.filter_map(|year| year.parse().ok()).min();
    let newest = data.iter().map(|landed| landed.entry.peildatum.year()).max();
    let crime = Crime {
        first_year: first_year.ok_or_else(|| incomplete("list of periods with a year in it"))?,
        division: source.division.or(newest).unwrap_or_default(),
    };
    Ok((book, crime))
}

/// No export of this table with figures per municipality has been seen yet; until one is, none is guessed at.
fn refuse_nuisance(files: &[Landed]) -> Result<(), NormaliseError> {
    let Some(file) = files.first() else { return Ok(()) };
    Err(NormaliseError::Read(readers::ReadError::new(
        &name_of(file),
        1,
        "no file yet: figures of nuisance cannot be read",
        "a file",
        "take the file out of the source until a reader for it is there",
    )))
}

/// The table of nuisance, with its columns and without rows.
fn nuisance() -> Result<RawTable, NormaliseError> {
    let text = |name| (name, DataType::Utf8);
    let table = register_tables::empty(
        "ruw_overlast",
        &[
            text("soort_code"),
            text("regio_code"),
            text("periode_code"),
            ("waarde", DataType::Int64),
            text("status"),
            text("bron"),
            ("peildatum", DataType::Date32),
        ],
    )?;
    Ok(RawTable {
        name: table.name.clone(),
        rows: Rows::Memory(table),
        landing: Vec::new(),
        registers: Vec::new(),
        published: false,
    })
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
    crime: Crime,
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
        begin = read_publication(source, &files, &mut regions)?;
    }
    let mut end = Population::none();
    for source in of_kind(SourceKind::PopulationEnd) {
        let files = landing.in_use(&source.id)?;
        end = read_publication(source, &files, &mut regions)?;
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
) -> Result<Population, NormaliseError> {
    let mut figures = Gathered::default();
    let mut descriptions = Vec::new();
    let mut data = Vec::new();
    for landed in files {
        let (flavour, input) = open(landed)?;
        match flavour {
            Flavour::ODataV4Codes => {
                let list = readers::read_codes(input, &name_of(landed))?;
                let is_regions = list.entries.iter().any(|code| code.identifier.starts_with("GM"));
                if is_regions {
                    let municipal = list
                        .entries
                        .iter()
                        .filter(|code| code.identifier.starts_with("GM"));
                    descriptions = municipal
                        .map(|code| (code.identifier.clone(), code.description.clone()))
                        .collect();
                    regions.add_codes(population::REGIONS, "Regio's", &list.entries);
                }
            }
            Flavour::ODataV4MeasureCodes => drop(readers::read_measure_codes(input, &name_of(landed))?),
            Flavour::ODataV4Dimensions => drop(readers::read_dimensions(input, &name_of(landed))?),
            Flavour::ODataV4Properties => drop(readers::read_properties(input, &name_of(landed))?),
            Flavour::PortalMetadata => drop(readers::read_metadata(input, &name_of(landed))?),
            _ => data.push(landed),
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
    if data.is_empty() {
        return Err(incomplete("file with figures"));
    }
    let mut pages = data.len();
    for landed in &data {
        pages -= 1;
        let (flavour, input) = open(landed)?;
        let name = name_of(landed);
        let mut sink = PopulationSink {
            file: &name,
            peildatum: landed.entry.peildatum,
            book: regions,
            measure,
            slice: &source.slice,
            gathered: &mut figures,
            layout: Layout::default(),
        };
        let summary = readers::read_data(flavour, input, &name, &mut sink)?;
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
