//! What differs between two releases, cell by cell, and which step on the way from one to the other made it so.
//!
//! ```text
//! old release -> this program -> new division -> new data -> new registers -> new SQL = new release
//! ```
//! Each step that changed something is built: the old data with the old rules by this program, the new data with the old
//! rules, and so on. A cell belongs to every step at which it changed. Data come in source by source, so that a change
//! names the table that it comes from. Those of sources that went to another municipal division come before those of the
//! others, so that the division of one explains nothing of another.

mod cause;
mod leg;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use self::cause::{Grounds, Sources, Step};
use self::leg::Leg;
use super::VERSION;
use super::rebuild::{self, Built};
use crate::derive::DeriveError;
use crate::derive::session::Engine;
use crate::derive::sql_file::{Layer, SqlFile};
use crate::error::Error;
use crate::publish::{LandingFile, Release, Run, TableDescription};

/// Columns that say when a figure was known and where it came from, and not what it is.
const NO_FIGURES: [&str; 5] = [
    "peildatum",
    "oude_peildatum",
    "bekend_van",
    "bekend_tot",
    "bestand",
];

/// Tables that tell of versions and of checks themselves; a change in them is always a change elsewhere.
const NOT_COMPARED: [&str; 6] = [
    "misdrijven_versies",
    "overlast_versies",
    "optelcontrole",
    "herziening",
    "controles",
    "aanvaardingen",
];

/// The key column that holds a region.
pub const REGION: &str = "regio_code";

/// Why a cell changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The source gave a row that was not there, or a figure where there was none.
    NewData,
    /// The source changed what it had given.
    Revision,
    /// The source put all years on another municipal division.
    Rebase,
    /// A register, the pipeline file, or a file of the inbox.
    Register,
    /// The SQL.
    Sql,
    /// The program.
    Program,
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NewData => "nieuwe gegevens",
            Self::Revision => "herziening",
            Self::Rebase => "herindeling",
            Self::Register => "register",
            Self::Sql => "SQL",
            Self::Program => "programma",
        })
    }
}

/// Why a cell changed, with the table that moved where that is one of a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// What it is.
    pub cause: Cause,
    /// The table of the source.
    pub table: Option<String>,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.table {
            Some(table) => write!(formatter, "{} {table}", self.cause),
            None => self.cause.fmt(formatter),
        }
    }
}

/// Where a cell stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The table.
    pub table: String,
    /// Its key: each column with its value.
    pub key: Vec<(String, String)>,
    /// The column.
    pub column: String,
}

/// A cell that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub place: Place,
    /// What stood there; nothing for an empty cell or a row that was not there.
    pub old: Option<String>,
    /// What stands there now.
    pub new: Option<String>,
    /// Why, in the order of the steps; never empty.
    pub causes: Vec<Reason>,
}

/// Columns with a verdict or a place.
const VERDICTS: [&str; 3] = ["oordeel", "oordeel_vorig", "rang"];
/// Columns with the counts that those are about.
const COUNTS: [&str; 8] = [
    "waarde",
    "basis",
    "vorig",
    "verschil",
    "waarde_bron",
    "waarde_vastgesteld",
    "nota",
    "bron",
];
/// The key column that holds a year: a verdict on it may be about the year before too, which stands in another row.
const YEAR: &str = "jaar";

/// The verdicts and places that turned although no count of their row changed, nor of the same row a year before: not one
/// crime more or less made them so.
pub fn turned(changes: &[Change]) -> Vec<&Change> {
    let row = |change: &Change| (change.place.table.clone(), change.place.key.clone());
    let before = |change: &Change| {
        let (table, mut key) = row(change);
        for (_, value) in key.iter_mut().filter(|(column, _)| column == YEAR) {
            if let Ok(year) = value.parse::<i32>() {
                *value = (year - 1).to_string();
            }
        }
        (table, key)
    };
    let is_of = |change: &&Change, columns: &[&str]| columns.contains(&change.place.column.as_str());
    let counted: BTreeSet<_> = changes
        .iter()
        .filter(|change| is_of(change, &COUNTS))
        .map(row)
        .collect();
    let verdicts = changes.iter().filter(|change| is_of(change, &VERDICTS));
    let was_and_is = |change: &&Change| change.old.is_some() && change.new.is_some();
    verdicts
        .filter(was_and_is)
        .filter(|change| !counted.contains(&row(change)) && !counted.contains(&before(change)))
        .collect()
}

/// Cells with what they held before and after.
type Cells = BTreeMap<Place, (Option<String>, Option<String>)>;

/// All changes from one release to another of the same data directory.
///
/// # Errors
/// [`Error`] when what a release was made from is gone or damaged.
pub fn between(data: &Path, old: &Release, new: &Release, scratch: &Path) -> Result<Vec<Change>, Error> {
    let (before, after) = (&old.manifest.run, &new.manifest.run);
    let pipelines = [rebuild::pipeline_of(data, old)?, rebuild::pipeline_of(data, new)?];
    let sql = [rebuild::sql_of(data, old)?, rebuild::sql_of(data, new)?];
    let [old_tables, new_tables] = [old, new].map(Tables::of_release);
    let models = models_of(&sql[1]);
    let sources = Sources::of(&pipelines, &old_tables, &new_tables)?;

    let legs = leg::all(&sources);
    // What landed for a leg.
    let landed = |run: &Run, leg: &Leg| -> Vec<LandingFile> {
        let files = run.landing.iter().filter(|file| leg.brings(file, &sources));
        files.cloned().collect()
    };
    let is_taken = |leg: &Leg| match leg.step {
        Step::Program => false,
        Step::Division | Step::Data => landed(before, leg) != landed(after, leg),
        Step::Registers => before.registers != after.registers || landed(before, leg) != landed(after, leg),
        Step::Sql => before.sql != after.sql,
    };
    let taken: Vec<&Leg> = legs.iter().filter(|leg| is_taken(leg)).collect();
    // Everything up to and with this leg is new, the rest is old; the program is this one.
    let build = |last: &Leg| {
        let side = |step: Step| usize::from(step <= last.step);
        let files: Vec<Vec<LandingFile>> = legs
            .iter()
            .map(|leg| landed([before, after][usize::from(leg <= last)], leg))
            .collect();
        let landing = rebuild::landing_of(data, &files.concat())?;
        let (pipeline, sql) = (&pipelines[side(Step::Registers)], &sql[side(Step::Sql)]);
        let folder = scratch.join(last.name());
        rebuild::rebuild(pipeline, &landing, sql, &folder).map(|built| Tables::of_build(&built))
    };

    let same_program = before.program_version == after.program_version;
    let way = match taken.as_slice() {
        [] if same_program => return Ok(Vec::new()),
        [] => vec![(Leg::PROGRAM, new_tables.clone())],
        [only] if same_program => vec![((*only).clone(), new_tables.clone())],
        taken => {
            let mut way = Vec::new();
            if before.program_version != VERSION {
                way.push((Leg::PROGRAM, build(&Leg::PROGRAM)?));
            }
            let ends_here = after.program_version == VERSION;
            for leg in taken {
                let is_release = ends_here && taken.last() == Some(leg);
                let to = if is_release {
                    new_tables.clone()
                } else {
                    build(leg)?
                };
                way.push(((*leg).clone(), to));
            }
            if !ends_here {
                way.push((Leg::PROGRAM, new_tables.clone()));
            }
            way
        }
    };
    let mut causes: BTreeMap<Place, Vec<Reason>> = BTreeMap::new();
    let mut from = old_tables.clone();
    for (leg, to) in way {
        let cells = differing(&from, &to, &models)?;
        let grounds = Grounds::of(leg.step, &cells, &models, &from, &to)?;
        for (place, (old, _)) in &cells {
            let cause = grounds.cause(place, old.is_none());
            let table = leg.table().map(str::to_owned);
            let reason = Reason { cause, table };
            let causes = causes.entry(place.clone()).or_default();
            if !causes.contains(&reason) {
                causes.push(reason);
            }
        }
        from = to;
    }
    let whole = differing(&old_tables, &new_tables, &models)?;
    let changes = whole.into_iter().map(|(place, (old, new))| {
        let by_program = || {
            let (cause, table) = (Cause::Program, None);
            vec![Reason { cause, table }]
        };
        let causes = causes.remove(&place).unwrap_or_else(by_program);
        Change {
            place,
            old,
            new,
            causes,
        }
    });
    Ok(changes.collect())
}

/// The Parquet files of a release or a build, with their columns.
#[derive(Clone)]
struct Tables {
    files: BTreeMap<String, (PathBuf, Vec<String>)>,
}

impl Tables {
    fn of_release(release: &Release) -> Self {
        let descriptions = release.manifest.tables.iter().map(|table| &table.description);
        Self::of(&release.folder, descriptions)
    }

    fn of_build(built: &Built) -> Self {
        Self::of(&built.folder, built.tables.iter())
    }

    fn of<'a>(folder: &Path, tables: impl Iterator<Item = &'a TableDescription>) -> Self {
        let files = tables.map(|table| {
            let columns = table.schema.iter().map(|column| column.name.clone()).collect();
            (table.name.clone(), (folder.join(table.file()), columns))
        });
        Self {
            files: files.collect(),
        }
    }
}

/// What is compared of a table that SQL makes.
struct Model {
    /// Its key.
    key: Vec<String>,
    /// Whether it is what a source said, and not derived from it.
    is_norm: bool,
}

/// The tables that SQL makes, by name.
fn models_of(files: &[SqlFile]) -> BTreeMap<String, Model> {
    let published = files
        .iter()
        .filter(|file| matches!(file.layer, Layer::Norm | Layer::Mart));
    let compared = published.filter(|file| !NOT_COMPARED.contains(&file.name.as_str()));
    let model = |file: &SqlFile| Model {
        key: file.key.clone(),
        is_norm: file.layer == Layer::Norm,
    };
    compared.map(|file| (file.name.clone(), model(file))).collect()
}

/// Every cell that differs between two sets of tables, in the tables and columns that both have.
fn differing(from: &Tables, to: &Tables, models: &BTreeMap<String, Model>) -> Result<Cells, DeriveError> {
    let mut cells = Cells::new();
    for (table, Model { key, .. }) in models {
        let (Some((_, old_columns)), Some((_, new_columns))) = (from.files.get(table), to.files.get(table))
        else {
            continue;
        };
        let shared: BTreeSet<&String> = old_columns
            .iter()
            .filter(|name| new_columns.contains(name))
            .collect();
        if !key.iter().all(|name| shared.contains(name)) {
            continue;
        }
        let Some(engine) = pair(from, to, table)? else {
            continue;
        };
        let figures = shared
            .into_iter()
            .filter(|name| !key.contains(name) && !NO_FIGURES.contains(&name.as_str()));
        for column in figures {
            for row in ask(&engine, table, key, column)? {
                let (cell, values) = row;
                let place = Place {
                    table: table.clone(),
                    key: cell,
                    column: column.clone(),
                };
                cells.insert(place, values);
            }
        }
    }
    Ok(cells)
}

/// An engine with a table as it was and as it is, where both have it.
fn pair(from: &Tables, to: &Tables, table: &str) -> Result<Option<Engine>, DeriveError> {
    let (Some((old, _)), Some((new, _))) = (from.files.get(table), to.files.get(table)) else {
        return Ok(None);
    };
    let engine = Engine::new()?;
    engine.register_file("oud", old)?;
    engine.register_file("nieuw", new)?;
    Ok(Some(engine))
}

type CellRow = (Vec<(String, String)>, (Option<String>, Option<String>));

/// The rows in which one column differs.
fn ask(engine: &Engine, table: &str, key: &[String], column: &str) -> Result<Vec<CellRow>, DeriveError> {
    let keys: Vec<String> = key
        .iter()
        .map(|name| format!("CAST(coalesce(o.{name}, n.{name}) AS VARCHAR) AS sleutel_{name}"))
        .collect();
    let joined: Vec<String> = key.iter().map(|name| format!("o.{name} = n.{name}")).collect();
    let sql = format!(
        "SELECT {}, CAST(o.{column} AS VARCHAR) AS oud, CAST(n.{column} AS VARCHAR) AS nieuw
         FROM oud AS o FULL JOIN nieuw AS n ON {}
         WHERE o.{column} IS DISTINCT FROM n.{column}",
        keys.join(", "),
        joined.join(" AND ")
    );
    let mut rows = Vec::new();
    for batch in engine.query(table, &sql)? {
        let options = FormatOptions::default();
        let bug = |error: datafusion::arrow::error::ArrowError| DeriveError::Bug(error.to_string());
        let columns: Vec<ArrayFormatter<'_>> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &options).map_err(bug))
            .collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            let mut cells: Vec<Option<String>> = batch
                .columns()
                .iter()
                .zip(&columns)
                .map(|(column, formatter)| (!column.is_null(row)).then(|| formatter.value(row).to_string()))
                .collect();
            let new = cells.pop().flatten();
            let old = cells.pop().flatten();
            let values = cells.into_iter().map(Option::unwrap_or_default);
            rows.push((key.iter().cloned().zip(values).collect(), (old, new)));
        }
    }
    Ok(rows)
}
