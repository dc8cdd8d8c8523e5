//! What differs between two releases, cell by cell, and which step on the way from one to the other made it so.
//!
//! ```text
//! old release -> this program -> new division -> new data -> new registers -> new SQL = new release
//! ```
//! Each step that changed something is built: the old data with the old rules by this program, the new data with the old
//! rules, and so on. A cell belongs to every step at which it changed. The data of sources that went to another municipal
//! division come before those of the others, so that the division of one explains nothing of another.

mod cause;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use self::cause::{Grounds, Sources, Step};
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
    pub causes: Vec<Cause>,
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

    // What landed for a step.
    let landed = |run: &Run, step: Step| -> Vec<LandingFile> {
        let files = run.landing.iter().filter(|file| sources.step_of(file) == step);
        files.cloned().collect()
    };
    let is_taken = |step: &Step| match step {
        Step::Program => false,
        Step::Division | Step::Data => landed(before, *step) != landed(after, *step),
        Step::Registers => {
            before.registers != after.registers || landed(before, *step) != landed(after, *step)
        }
        Step::Sql => before.sql != after.sql,
    };
    let taken: Vec<Step> = Step::ALL.into_iter().filter(is_taken).collect();
    // Everything up to and with this step is new, the rest is old; the program is this one.
    let build = |last: Step| {
        let side = |step: Step| usize::from(step <= last);
        let files = Step::ALL.map(|step| landed([before, after][side(step)], step));
        let landing = rebuild::landing_of(data, &files.concat())?;
        let (pipeline, sql) = (&pipelines[side(Step::Registers)], &sql[side(Step::Sql)]);
        let folder = scratch.join(last.name());
        rebuild::rebuild(pipeline, &landing, sql, &folder).map(|built| Tables::of_build(&built))
    };

    let same_program = before.program_version == after.program_version;
    let way = match taken.as_slice() {
        [] if same_program => return Ok(Vec::new()),
        [] => vec![(Step::Program, new_tables.clone())],
        [only] if same_program => vec![(*only, new_tables.clone())],
        steps => {
            let mut way = Vec::new();
            if before.program_version != VERSION {
                way.push((Step::Program, build(Step::Program)?));
            }
            let ends_here = after.program_version == VERSION;
            for step in steps {
                let is_release = ends_here && steps.last() == Some(step);
                let to = if is_release {
                    new_tables.clone()
                } else {
                    build(*step)?
                };
                way.push((*step, to));
            }
            if !ends_here {
                way.push((Step::Program, new_tables.clone()));
            }
            way
        }
    };
    let mut causes: BTreeMap<Place, Vec<Cause>> = BTreeMap::new();
    let mut from = old_tables.clone();
    for (step, to) in way {
        let cells = differing(&from, &to, &models)?;
        let grounds = Grounds::of(step, &cells, &models, &from, &to)?;
        for (place, (old, _)) in &cells {
            let cause = grounds.cause(place, old.is_none());
            let causes = causes.entry(place.clone()).or_default();
            if !causes.contains(&cause) {
                causes.push(cause);
            }
        }
        from = to;
    }
    let whole = differing(&old_tables, &new_tables, &models)?;
    let changes = whole.into_iter().map(|(place, (old, new))| {
        let causes = causes.remove(&place).unwrap_or_else(|| vec![Cause::Program]);
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
