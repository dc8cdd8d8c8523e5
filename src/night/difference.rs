//! What differs between two releases, cell by cell, and which step on the way from one to the other made it so.
//!
//! ```text
//! old release -> this program -> new data -> new registers -> new SQL = new release
//! ```
//! Each step that changed something is built: the old data with the old rules by this program, the new data with the old
//! rules, and so on. A cell belongs to every step at which it changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use super::rebuild::{self, Built};
use crate::derive::DeriveError;
use crate::derive::rows::Rows;
use crate::derive::session::Engine;
use crate::derive::sql_file::{Layer, SqlFile};
use crate::error::Error;
use crate::pipeline::INBOX;
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
const NOT_COMPARED: [&str; 4] = ["misdrijven_versies", "optelcontrole", "herziening", "controles"];

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
    /// A register or the pipeline file.
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
    let keys = keys_of(&rebuild::sql_of(data, new)?);
    let (before, after) = (&old.manifest.run, &new.manifest.run);
    let landing = [rebuild::landing_of(data, old)?, rebuild::landing_of(data, new)?];
    let pipelines = [rebuild::pipeline_of(data, old)?, rebuild::pipeline_of(data, new)?];
    let sql = [rebuild::sql_of(data, old)?, rebuild::sql_of(data, new)?];
    let build = |name: &str, [data, registers, rules]: [usize; 3]| {
        let folder = scratch.join(name);
        rebuild::rebuild(&pipelines[registers], &landing[data], &sql[rules], &folder)
            .map(|built| Tables::of_build(&built))
    };

    // Each way-station is only built when the step to it, or from it, is one that can be told from its neighbours.
    let mut steps: Vec<(Step, Tables)> = Vec::new();
    if before.program_version != after.program_version {
        steps.push((Step::Program, build("programma", [0, 0, 0])?));
    }
    // What people drop in the inbox are rows of registers, although it lands like data.
    let landed = |run: &Run, is_inbox: bool| -> Vec<LandingFile> {
        let files = run
            .landing
            .iter()
            .filter(|file| (file.source == INBOX) == is_inbox);
        files.cloned().collect()
    };
    let has_new = [
        (Step::Data, landed(before, false) != landed(after, false)),
        (
            Step::Registers,
            before.registers != after.registers || landed(before, true) != landed(after, true),
        ),
        (Step::Sql, before.sql != after.sql),
    ];
    let mut state = [0; 3];
    let last = has_new.iter().rposition(|(_, differs)| *differs);
    for (number, (step, differs)) in has_new.into_iter().enumerate() {
        if let (true, Some(place)) = (differs, state.get_mut(number)) {
            *place = 1;
            // The last step ends at the release itself.
            let tables = if last == Some(number) {
                Tables::of_release(new)
            } else {
                build(step.name(), state)?
            };
            steps.push((step, tables));
        }
    }
    if last.is_none() && steps.is_empty() {
        return Ok(Vec::new());
    }

    let mut causes: BTreeMap<Place, Vec<Cause>> = BTreeMap::new();
    let mut from = Tables::of_release(old);
    for (step, to) in steps {
        let rebase = Rebase::between(&from, &to)?;
        for (place, (old, _)) in differing(&from, &to, &keys)? {
            let cause = step.cause(&place, old.is_none(), rebase.as_ref());
            causes.entry(place).or_default().push(cause);
        }
        from = to;
    }
    let whole = differing(&Tables::of_release(old), &Tables::of_release(new), &keys)?;
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

/// A step on the way.
#[derive(Clone, Copy)]
enum Step {
    Program,
    Data,
    Registers,
    Sql,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Program => "programma",
            Self::Data => "gegevens",
            Self::Registers => "registers",
            Self::Sql => "sql",
        }
    }

    fn cause(self, place: &Place, was_empty: bool, rebase: Option<&Rebase>) -> Cause {
        match self {
            Self::Program => Cause::Program,
            Self::Data if rebase.is_some_and(|rebase| rebase.explains(place, was_empty)) => Cause::Rebase,
            Self::Data if was_empty => Cause::NewData,
            Self::Data => Cause::Revision,
            Self::Registers => Cause::Register,
            Self::Sql => Cause::Sql,
        }
    }
}

/// Another municipal division, as the table `herziening` has it: what a source says of a part of the country differs for it,
/// and what it says of the country does not.
struct Rebase {
    /// Regions that were in no list before.
    newcomers: BTreeSet<String>,
    /// The country.
    whole: BTreeSet<String>,
}

impl Rebase {
    /// That of a step, if a source has another division after it.
    fn between(from: &Tables, to: &Tables) -> Result<Option<Self>, DeriveError> {
        let sources = pair(from, to, "bronnen")?;
        let divisions = sources.map_or(Ok(Vec::new()), |engine| {
            ask(&engine, "bronnen", &["bron".to_owned()], "indeling")
        })?;
        let is_other = |(_, (old, new)): &CellRow| old.is_some() && new.is_some();
        let regions = pair(from, to, "regio")?;
        let Some(engine) = regions.filter(|_| divisions.iter().any(is_other)) else {
            return Ok(None);
        };
        let code = |(key, _): CellRow| key.into_iter().next().map(|(_, code)| code);
        let named = ask(&engine, "regio", &[REGION.to_owned()], "naam")?;
        let newcomers = named.into_iter().filter(|(_, (old, _))| old.is_none());
        let whole = "SELECT regio_code FROM nieuw WHERE niveau = 'land'";
        let whole = Rows::ask(&engine, "regio", whole)?;
        Ok(Some(Self {
            newcomers: newcomers.filter_map(code).collect(),
            whole: whole.iter().filter_map(|row| row.text(REGION)).collect(),
        }))
    }

    fn explains(&self, place: &Place, was_empty: bool) -> bool {
        let region = place.key.iter().find(|(column, _)| column == REGION);
        match region {
            Some((_, region)) if was_empty => self.newcomers.contains(region),
            Some((_, region)) => !self.whole.contains(region),
            // A figure without a region is the own municipality's.
            None => !was_empty,
        }
    }
}

/// The Parquet files of a release or a build, with their columns.
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

/// The keys of the tables that SQL makes, by table.
fn keys_of(files: &[SqlFile]) -> BTreeMap<String, Vec<String>> {
    let published = files
        .iter()
        .filter(|file| matches!(file.layer, Layer::Norm | Layer::Mart));
    published
        .filter(|file| !NOT_COMPARED.contains(&file.name.as_str()))
        .map(|file| (file.name.clone(), file.key.clone()))
        .collect()
}

/// Every cell that differs between two sets of tables, in the tables and columns that both have.
fn differing(from: &Tables, to: &Tables, keys: &BTreeMap<String, Vec<String>>) -> Result<Cells, DeriveError> {
    let mut cells = Cells::new();
    for (table, key) in keys {
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
