//! The tables of a run as they come into being: registered for the next query, written for the release, described for
//! the manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::lineage::{Lineage, Origins};
use super::previous;
use crate::check::acceptance::REGISTER;
use crate::check::{self, Finding};
use crate::derive::materialise::Made;
use crate::derive::schedule::{Task, make_all};
use crate::derive::session::Engine;
use crate::derive::sql_file::{Layer, SqlFile};
use crate::derive::{self, DeriveError, Model};
use crate::error::Error;
use crate::normalise::{MemoryTable, RawTable, Rows};
use crate::publish::{Column, HashedFile, Release, Staging, TableDescription, TableKind};
use crate::table_file::{ColumnSpec, TableFile};
use crate::{disk, report};

/// The tables that are made last: they tell how the checks on all others ended.
const OUTCOME: [&str; 2] = ["aanvaardingen", "controles"];

/// Models made at the same time. Two: the long ones need each other, and beside them there is work for one more.
const MODELS_AT_ONCE: usize = 2;

/// Tables that exist only while the checks run.
const GIVEN_TO_CHECKS: [&str; 11] = [
    "ruw_vorige_indeling",
    "ruw_vorig_rapportjaar",
    "ruw_bevindingen",
    "ruw_aanvaardingen",
    "ruw_controles",
    "ruw_omvang",
    "ruw_vorige_nulmeting",
    "ruw_vorig_oordeel_reeks",
    "ruw_vorig_oordeel_thema",
    "ruw_vorige_plaats",
    "ruw_bewogen",
];

/// A run in the making.
pub struct Stage {
    engine: Engine,
    scratch: PathBuf,
    folders: BTreeMap<TableKind, PathBuf>,
    lineage: Lineage,
    given: BTreeSet<String>,
    tables: Vec<TableDescription>,
}

impl Stage {
    /// An empty stage that writes into a staging folder; `scratch` holds what is not published.
    ///
    /// # Errors
    /// [`Error::Derive`] when the engine does not start.
    pub fn new(staging: &Staging<'_>, scratch: PathBuf) -> Result<Self, Error> {
        Self::in_folder(staging.folder(), scratch)
    }

    /// The same in any folder.
    ///
    /// # Errors
    /// As [`Stage::new`].
    pub fn in_folder(folder: &Path, scratch: PathBuf) -> Result<Self, Error> {
        let folders: BTreeMap<TableKind, PathBuf> = [TableKind::Norm, TableKind::Mart]
            .into_iter()
            .map(|kind| (kind, folder.join(kind.folder())))
            .collect();
        for folder in folders.values() {
            disk::create_dir_all(folder)?;
        }
        Ok(Self {
            engine: Engine::new()?,
            scratch,
            folders,
            lineage: Lineage::default(),
            given: BTreeSet::new(),
            tables: Vec::new(),
        })
    }

    /// Adds a table that was read from the landing or a register.
    ///
    /// # Errors
    /// [`Error`] when it cannot be registered or written.
    pub fn add_raw(&mut self, table: RawTable) -> Result<(), Error> {
        self.lineage
            .add_raw(&table.name, &table.registers, &table.landing, table.published);
        self.given.insert(table.name.clone());
        if let (Rows::Memory(memory), true) = (&table.rows, table.published) {
            self.publish_memory(memory, &table.registers, &table.landing)?;
        }
        table.rows.register(&self.engine, &table.name)?;
        Ok(())
    }

    /// A register is published as it is, in the order that people keep it in.
    fn publish_memory(
        &mut self,
        table: &MemoryTable,
        registers: &[String],
        landing: &[String],
    ) -> Result<(), Error> {
        let path = self.path(TableKind::Norm, &table.name);
        let mut file = TableFile::create(&path, &table.description, &table.columns)?;
        file.write(table.rows.columns())?;
        let rows = file.finish()?;
        let origins = Origins {
            registers: registers.iter().cloned().collect(),
            landing: landing.iter().cloned().collect(),
            ..Origins::default()
        };
        self.describe(&table.name, TableKind::Norm, rows, &table.columns, None, origins);
        Ok(())
    }

    fn path(&self, kind: TableKind, name: &str) -> PathBuf {
        // Both kinds are in the map from the start.
        self.folders
            .get(&kind)
            .unwrap_or(&self.scratch)
            .join(format!("{name}.parquet"))
    }

    /// Makes every table of `sql/` but the outcome of the checks. `moved` are the sources of which something else landed than
    /// at the release that stands: their id and the name of their table.
    ///
    /// # Errors
    /// [`Error::Derive`] at the first model that fails.
    pub fn derive(
        &mut self,
        files: &[SqlFile],
        standing: Option<&Release>,
        moved: &[(String, String)],
    ) -> Result<(), Error> {
        let models: Vec<SqlFile> = files
            .iter()
            .filter(|file| !OUTCOME.contains(&file.name.as_str()))
            .cloned()
            .collect();
        let layers = [Layer::Norm, Layer::Step, Layer::Mart];
        let ordered = derive::ordered(&self.engine, &models, &layers, &self.given)?;
        self.make(&ordered)?;
        previous::register(&self.engine, standing)?;
        previous::register_sizes(&self.engine, standing, &self.tables)?;
        previous::register_moved(&self.engine, moved, &self.tables)?;
        Ok(())
    }

    /// Makes models, which come in an order in which they can run, and describes them in that order.
    fn make(&mut self, models: &[Model]) -> Result<(), DeriveError> {
        let kind_of = |file: &SqlFile| match file.layer {
            Layer::Norm => Some(TableKind::Norm),
            Layer::Mart => Some(TableKind::Mart),
            Layer::Step | Layer::Check => None,
        };
        let targets: Vec<PathBuf> = models
            .iter()
            .map(|(file, _)| match kind_of(file) {
                Some(kind) => self.path(kind, &file.name),
                None => self.scratch.join(format!("{}.parquet", file.name)),
            })
            .collect();
        let tasks: Vec<Task<'_>> = models
            .iter()
            .zip(&targets)
            .map(|((file, reads), target)| Task { file, reads, target })
            .collect();
        let made = make_all(&self.engine, &tasks, MODELS_AT_ONCE)?;
        for ((file, reads), Made { rows, columns }) in models.iter().zip(made) {
            self.given.insert(file.name.clone());
            let kind = kind_of(file);
            let origins = self.lineage.add_derived(&file.name, reads, kind.is_some());
            if let Some(kind) = kind {
                self.describe(&file.name, kind, rows, &columns, Some(file), origins);
            }
        }
        Ok(())
    }

    fn describe(
        &mut self,
        name: &str,
        kind: TableKind,
        rows: u64,
        columns: &[ColumnSpec],
        sql: Option<&SqlFile>,
        origins: Origins,
    ) {
        let schema = columns
            .iter()
            .map(|column| Column {
                name: column.name.clone(),
                data_type: column.data_type.to_string(),
                description: column.description.clone(),
            })
            .collect();
        let sql = sql.map(|file| HashedFile {
            file: file.path.clone(),
            sha256: disk::sha256_hex(file.text.as_bytes()),
        });
        self.tables.push(TableDescription {
            name: name.to_owned(),
            kind,
            rows,
            schema,
            sql,
            inputs: origins.tables.into_iter().collect(),
            registers: origins.registers.into_iter().collect(),
            landing: origins.landing.into_iter().collect(),
        });
    }

    /// Runs every check, makes the tables of their outcome, and gives the findings that nobody accepted.
    ///
    /// # Errors
    /// [`Error::Derive`] when a check does not run.
    pub fn check(&mut self, files: &[SqlFile]) -> Result<Vec<Finding>, Error> {
        let outcome = check::run(&self.engine, files)?;
        check::register(&self.engine, files, &outcome)?;
        let findings = outcome.findings;
        self.given.extend(GIVEN_TO_CHECKS.map(str::to_owned));
        let last: Vec<SqlFile> = files
            .iter()
            .filter(|file| OUTCOME.contains(&file.name.as_str()))
            .cloned()
            .collect();
        let mut ordered = derive::ordered(&self.engine, &last, &[Layer::Mart], &self.given)?;
        for (_, reads) in &mut ordered {
            reads.push(REGISTER.to_owned());
            for check in files.iter().filter(|file| file.layer == Layer::Check) {
                reads.extend(derive::order::tables_read(
                    self.engine.session(),
                    &check.path,
                    &check.text,
                )?);
            }
        }
        self.make(&ordered)?;
        Ok(findings
            .into_iter()
            .filter(|finding| !finding.is_accepted)
            .collect())
    }

    /// Writes the report from the tables as they are.
    ///
    /// # Errors
    /// [`Error`] when a table is missing or the file cannot be written.
    pub fn report(&self, staging: &Staging<'_>) -> Result<(), Error> {
        let data = report::load(&self.engine)?;
        let path = staging.report_path(&report::file_name(&data))?;
        disk::write_atomic(&path, report::render(&data)?.as_bytes())?;
        Ok(())
    }

    /// The tables for the manifest.
    pub fn into_tables(self) -> Vec<TableDescription> {
        self.tables
    }
}
