//! One engine, set up one way: the settings that keep figures and files the same every night.
//!
//! What was measured of the engine and leads to these settings stands in ARCHITECTURE.md, "The engine".

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Column;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::MemTable;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::prelude::{DataFrame, ParquetReadOptions, SQLOptions, SessionConfig, SessionContext};

use super::error::DeriveError;
use super::{functions, set_functions};
use crate::table_file::{ColumnSpec, schema};

/// Memory that operators may hold before they spill to disk.
const MEMORY_LIMIT: usize = 512 * 1024 * 1024;

/// Into how many parts an operator splits its rows. A fixed number and not that of the machine: the same input gives the
/// same plan, and with it the same bytes, everywhere.
pub const PARTITIONS: usize = 2;

/// A table of at most so many rows is small. A query of small tables alone is not split: planning and running the parts
/// would take longer than the rows. Not a setting, because with it the bytes of a release would change.
const SMALL: u64 = 200_000;

/// An engine and the threads that run it.
pub struct Engine {
    session: SessionContext,
    runtime: tokio::runtime::Runtime,
    /// Names of the tables that are known to be small.
    small: Mutex<BTreeSet<String>>,
}

impl Engine {
    /// A fresh session: nothing is cached from an earlier one.
    ///
    /// # Errors
    /// [`DeriveError::Bug`] when the engine cannot be set up.
    pub fn new() -> Result<Self, DeriveError> {
        let bug =
            |error: &dyn std::fmt::Display| DeriveError::Bug(format!("the engine does not start: {error}"));
        let mut config = SessionConfig::new()
            .with_target_partitions(PARTITIONS)
            .with_information_schema(true)
            // What comes in order stays in order when it is shared out.
            .with_prefer_existing_sort(true)
            // Plain text, not views: every reader of Parquet knows it.
            .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false)
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false);
        config.options_mut().sql_parser.collect_spans = true;
        let memory = RuntimeEnvBuilder::new()
            .with_memory_limit(MEMORY_LIMIT, 1.0)
            .build_arc()
            .map_err(|error| bug(&error))?;
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(memory)
            .with_default_features()
            .build();
        let session = SessionContext::new_with_state(state);
        for function in functions::all().into_iter().chain(set_functions::all()) {
            session.register_udf(function);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(PARTITIONS)
            .build()
            .map_err(|error| bug(&error))?;
        Ok(Self {
            session,
            runtime,
            small: Mutex::default(),
        })
    }

    /// The session, for planning.
    pub fn session(&self) -> &SessionContext {
        &self.session
    }

    /// Runs a future of the engine to its end.
    pub fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Makes a Parquet file a table.
    ///
    /// # Errors
    /// [`DeriveError::Sql`] when the file cannot be read.
    pub fn register_file(&self, name: &str, file: &Path) -> Result<(), DeriveError> {
        self.register_parquet(name, file, &[])
    }

    /// Makes a Parquet file a table of which is known how many rows it has, and that they are sorted by these columns, none
    /// of them empty: what asks for its rows in that order then sorts nothing.
    ///
    /// # Errors
    /// [`DeriveError::Sql`] when the file cannot be read.
    pub fn register_sorted(
        &self,
        name: &str,
        file: &Path,
        key: &[String],
        rows: u64,
    ) -> Result<(), DeriveError> {
        self.register_parquet(name, file, key)?;
        self.remember(name, rows);
        Ok(())
    }

    fn register_parquet(&self, name: &str, file: &Path, key: &[String]) -> Result<(), DeriveError> {
        let path = file.to_string_lossy();
        let by = |column: &String| Expr::Column(Column::new_unqualified(column)).sort(true, false);
        let order: Vec<_> = key.iter().map(by).collect();
        let orders = if order.is_empty() { Vec::new() } else { vec![order] };
        let options = ParquetReadOptions::default().file_sort_order(orders);
        self.wait(self.session.register_parquet(name, url_of(file), options))
            .map_err(|error| DeriveError::from_engine(&path, &error))
    }

    /// Makes files that are sorted by the same columns one table, which is sorted so too; without any it has no rows.
    ///
    /// # Errors
    /// [`DeriveError::Sql`] when a file cannot be read.
    pub fn register_sorted_files(
        &self,
        name: &str,
        files: &[PathBuf],
        columns: &[ColumnSpec],
        key: &[String],
    ) -> Result<(), DeriveError> {
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let names = names.join(", ");
        let mut parts = Vec::new();
        for (number, file) in (1..).zip(files) {
            let part = format!("{name}_{number}");
            self.register_parquet(&part, file, key)?;
            parts.push(format!("SELECT {names} FROM {part}"));
        }
        if parts.is_empty() {
            // The planner sees that there is nothing, and whoever adds this table to another keeps the order of that one.
            let empty = format!("{name}_0");
            self.register_rows(&empty, RecordBatch::new_empty(schema(columns)))?;
            parts.push(format!("SELECT {names} FROM {empty} WHERE false"));
        }
        self.register_view(name, name, &parts.join(" UNION ALL "))
    }

    /// Makes rows in memory a table, or replaces it.
    ///
    /// # Errors
    /// [`DeriveError::Sql`] when the batches disagree.
    pub fn register_rows(&self, name: &str, rows: RecordBatch) -> Result<(), DeriveError> {
        self.remember(name, rows.num_rows() as u64);
        let table = MemTable::try_new(rows.schema(), vec![vec![rows]])
            .map_err(|error| DeriveError::from_engine(name, &error))?;
        self.session
            .deregister_table(name)
            .and_then(|_| self.session.register_table(name, Arc::new(table)))
            .map(drop)
            .map_err(|error| DeriveError::from_engine(name, &error))
    }

    /// Makes a query a table without running it.
    ///
    /// # Errors
    /// [`DeriveError::Sql`] when it cannot be planned.
    pub fn register_view(&self, name: &str, path: &str, sql: &str) -> Result<(), DeriveError> {
        let view = self.wait(self.session.sql_with_options(sql, only_reading()));
        view.and_then(|frame| self.session.register_table(name, frame.into_view()))
            .map(drop)
            .map_err(|error| DeriveError::from_engine(path, &error))
    }

    /// Runs a query that may only read. `path` names it in errors.
    ///
    /// # Errors
    /// [`DeriveError::Sql`], also for anything that would write.
    pub fn query(&self, path: &str, sql: &str) -> Result<Vec<RecordBatch>, DeriveError> {
        let frame = self.plan(path, sql)?;
        let schema = Arc::clone(frame.schema().inner());
        let mut batches = self
            .wait(frame.collect())
            .map_err(|error| DeriveError::from_engine(path, &error))?;
        if batches.is_empty() {
            batches.push(RecordBatch::new_empty(schema));
        }
        Ok(batches)
    }

    /// A query that may only read, ready to run. `path` names it in errors.
    ///
    /// # Errors
    /// As [`Engine::query`].
    pub fn plan(&self, path: &str, sql: &str) -> Result<DataFrame, DeriveError> {
        let failed = |error| DeriveError::of_question(path, &error, sql, &self.table_names());
        let frame = self.wait(self.session.sql_with_options(sql, only_reading()));
        let (mut state, plan) = frame.map_err(failed)?.into_parts();
        let needs_no_parts = self
            .reads_small_tables(&plan)
            .and_then(|is_small| Ok(is_small || is_looked_up(&plan)?));
        if needs_no_parts.map_err(failed)? {
            state.config_mut().options_mut().execution.target_partitions = 1;
        }
        Ok(DataFrame::new(state, plan))
    }

    /// The tables of the session, sorted.
    fn table_names(&self) -> Vec<String> {
        let catalogs = self.session.catalog_names().into_iter();
        let catalogs = catalogs.filter_map(|name| self.session.catalog(&name));
        let schemas = catalogs.flat_map(|catalog| {
            let names = catalog.schema_names().into_iter();
            names
                .filter_map(move |name| catalog.schema(&name))
                .collect::<Vec<_>>()
        });
        let mut names: Vec<String> = schemas.flat_map(|schema| schema.table_names()).collect();
        names.sort_unstable();
        names
    }

    fn reads_small_tables(&self, plan: &LogicalPlan) -> datafusion::error::Result<bool> {
        let small = self.small.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = true;
        plan.apply_with_subqueries(|node| {
            if let LogicalPlan::TableScan(scan) = node {
                all &= small.contains(scan.table_name.table());
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(all)
    }

    fn remember(&self, name: &str, rows: u64) {
        let mut small = self.small.lock().unwrap_or_else(PoisonError::into_inner);
        if rows <= SMALL {
            small.insert(name.to_owned());
        } else {
            small.remove(name);
        }
    }
}

/// Whether a query only looks things up for its rows, one by one. They come in the order of the table then, and two parts
/// of it would only be put together again in that order: it takes as long, and an eighth more of the processor.
fn is_looked_up(plan: &LogicalPlan) -> datafusion::error::Result<bool> {
    let mut all = true;
    plan.apply_with_subqueries(|node| {
        all &= !matches!(
            node,
            LogicalPlan::Aggregate(_)
                | LogicalPlan::Window(_)
                | LogicalPlan::Distinct(_)
                | LogicalPlan::Sort(_)
        );
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(all)
}

/// A path as the engine takes it: as a URL, so that `[`, `*` and `?` in the name of a folder mean themselves.
fn url_of(file: &Path) -> String {
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let mut url = String::from("file://");
    for byte in absolute.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            use std::fmt::Write as _;
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

/// No statement that would write, also not through a query that was let in from outside.
fn only_reading() -> SQLOptions {
    SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false)
}
