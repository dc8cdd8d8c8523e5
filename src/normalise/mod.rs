//! From landed bytes to tables: every source read by a reader that vouches for it, every register as a table.
//!
//! ```text
//! landing/<source>/ --readers--> ruw_* --sql/norm/--> norm/*.parquet
//! ```
//! The readers only read. What a figure means (is empty zero? which vintage counts?) is decided in `sql/norm/`, where
//! everybody can see it. Figures stream through; lists and registers are small and held in memory.

mod behind;
mod block;
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
mod provisional;
mod publications;
pub mod readers;
mod register_tables;
mod repeats;
mod side_by_side;
mod survey;
mod survey_scale;
mod survey_topics;
mod unknown_titles;

use std::io::{self, BufRead, Read, Seek};
use std::path::{Path, PathBuf};

pub use behind::sources_behind;
pub use error::{NormaliseError, SourceTrouble};
pub use register_tables::{MemoryTable, table_name};

use chrono::NaiveDate;
use code_book::CodeBook;
use readers::{Flavour, Summary};

use crate::derive::DeriveError;
use crate::derive::session::Engine;
use crate::disk::{self, sha256_hex};
use crate::landing::{Landed, Landing};
use crate::pipeline::{INBOX, Pipeline, REGISTERS, SourceKind};
use crate::table_file::ColumnSpec;

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
    /// In files that are sorted by a key, which no two rows of all of them share; there may be none.
    Sorted {
        /// The files.
        files: Vec<PathBuf>,
        /// Their columns.
        columns: Vec<ColumnSpec>,
        /// Names of the columns that they are sorted by, none of them ever empty.
        key: Vec<String>,
    },
}

impl Rows {
    /// Makes the rows a table of the engine.
    ///
    /// # Errors
    /// [`DeriveError`] when a file cannot be read.
    pub fn register(self, engine: &Engine, name: &str) -> Result<(), DeriveError> {
        match self {
            Self::Memory(memory) => engine.register_rows(name, memory.rows),
            Self::File(path) => engine.register_file(name, &path),
            Self::Sorted { files, columns, key } => {
                engine.register_sorted_files(name, &files, &columns, &key)
            }
        }
    }
}

/// What readers add to.
struct Reading<'a> {
    /// Folder of the figures on disk.
    scratch: &'a Path,
    /// Tables so far.
    tables: Vec<RawTable>,
    /// Files so far.
    files: files::Files,
    /// Periods that the files of the police call not final.
    provisional: provisional::Provisional,
}

/// Reads everything that the pipeline names out of the landing. `today` is the day of the run's clock.
///
/// # Errors
/// [`NormaliseError`] at the first file that a reader cannot vouch for; it names the source, see [`NormaliseError::trouble`].
pub fn read(
    pipeline: &Pipeline,
    landing: &Landing,
    scratch: &Path,
    report_year: Option<i32>,
    today: NaiveDate,
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
        provisional: provisional::Provisional::default(),
    };
    let (police, publications) = std::thread::scope(|scope| {
        let publications = scope.spawn(|| publications::read(pipeline, landing));
        (
            read_police(pipeline, landing, &mut reading, today),
            publications.join(),
        )
    });
    let (book, crime) = police?;
    let mut publications = publications
        .map_err(|_| NormaliseError::Bug("the thread of the inhabitants ended too early".to_owned()))??;
    reading.files.append(&mut publications.files);
    reading
        .tables
        .extend(publications::tables(pipeline, publications, &book, crime)?);
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

/// Reads everything but the inhabitants of municipalities: crimes, nuisance, surveys and districts. Gives the lists of the
/// table of crimes, and what the inhabitants must be counted on.
fn read_police(
    pipeline: &Pipeline,
    landing: &Landing,
    reading: &mut Reading<'_>,
    today: NaiveDate,
) -> Result<(CodeBook, police::Crime), NormaliseError> {
    let mut police = None;
    let mut has_nuisance = false;
    let mut outcomes = survey::Outcomes::default();
    let wanted = survey::Wanted {
        questions: pipeline.table("monitor_vragen"),
        instruments: pipeline.table("instrumenten"),
        municipality: &pipeline.file.municipality.code,
        today,
    };
    for source in &pipeline.file.sources {
        match source.kind {
            SourceKind::PoliceCrime => {
                let files = landing.in_use(&source.id)?;
                let read = police::read_crime(source, &files, reading);
                police = Some(read.map_err(|error| error.of(source))?);
            }
            SourceKind::PoliceNuisance => {
                let files = landing.in_use(&source.id)?;
                let read = police::read_nuisance(source, &files, reading);
                has_nuisance = read.map_err(|error| error.of(source))?;
            }
            SourceKind::Survey => {
                let files = landing.in_use(&source.id)?;
                let read = outcomes.read(source, &files, &wanted, &mut reading.files);
                read.map_err(|error| error.of(source))?;
            }
            // Inhabitants are read beside this, and districts together: see below.
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
    let districts = districts::read(pipeline, landing, reading)?;
    reading.tables.extend(districts);
    police.ok_or_else(|| NormaliseError::Bug("a pipeline without police_crime".to_owned()))
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
