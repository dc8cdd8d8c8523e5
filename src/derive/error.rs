//! What can go wrong between the normalised tables and the marts.

use datafusion::error::DataFusionError;

use super::words::{self, Told};
use crate::disk::DiskError;

/// A model that cannot be read, ordered or run, or that does not give what its header promises.
#[derive(Debug, thiserror::Error)]
pub enum DeriveError {
    /// The header of a SQL file is incomplete.
    #[error("{path}, line {line}: expected {expected}, found {found}")]
    Header {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// What must stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// The SQL does not parse, plan or run.
    #[error("{path}: {message}")]
    Sql {
        /// The file, or what was asked on the command line.
        path: String,
        /// What is wrong with it, with the place where the engine gives one.
        message: String,
        /// What to do about it.
        advice: Option<String>,
    },
    /// Two files have one name.
    #[error("{first} and {second} make the same table `{name}`")]
    Twice {
        /// The name.
        name: String,
        /// One file.
        first: String,
        /// The other.
        second: String,
    },
    /// Models that need each other.
    #[error("models need each other in a circle: {}", cycle.join(" -> "))]
    Cycle {
        /// The tables of the circle, the first one again at the end.
        cycle: Vec<String>,
    },
    /// A model reads a table that nobody makes.
    #[error("{path} reads the table `{table}`, which does not exist")]
    UnknownTable {
        /// The file.
        path: String,
        /// The name it reads.
        table: String,
    },
    /// Header and SELECT disagree.
    #[error("{path}: the header describes the columns {described}, the SELECT gives {given}")]
    Columns {
        /// The file.
        path: String,
        /// The columns of the header.
        described: String,
        /// The columns of the result.
        given: String,
    },
    /// A column of a type that not every reader of Parquet knows.
    #[error(
        "{path}: column `{column}` is {found}, expected a whole number, a number, text, yes/no or a date"
    )]
    Type {
        /// The file.
        path: String,
        /// The column.
        column: String,
        /// Its type.
        found: String,
    },
    /// Two rows with one key, or a key that is empty.
    #[error("table `{table}`: {problem} ({key})")]
    Key {
        /// The table.
        table: String,
        /// What is wrong.
        problem: &'static str,
        /// The key as `column=value` pairs.
        key: String,
    },
    /// A finding that does not say what it is about or what a person sees of it, so that nobody could accept it.
    #[error("{path}: a finding has no `{column}`: {finding}")]
    Finding {
        /// The file of the check.
        path: String,
        /// The column that is empty.
        column: &'static str,
        /// The words of the finding.
        finding: String,
    },
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A broken promise inside this program or its libraries.
    #[error("{0}")]
    Bug(String),
}

impl DeriveError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Sql { advice, .. } => advice.clone(),
            Self::Header { .. } => Some("the header is described in ARCHITECTURE.md, under SQL".to_owned()),
            Self::UnknownTable { .. } => {
                Some("tables are files of sql/norm, sql/stappen and sql/marts, and the registers".to_owned())
            }
            Self::Key { .. } => Some(
                "a source or a register names the same thing twice; the table's SQL file says what its key is".to_owned(),
            ),
            Self::Finding { .. } => Some("every row of a check gives `sleutel`, `stand` and `bevinding`, none of them empty".to_owned()),
            Self::Disk(error) => error.hint(),
            _ => None,
        }
    }

    /// The engine's error in our words.
    pub fn from_engine(path: &str, error: &DataFusionError) -> Self {
        Self::of_question(path, error, "", &[])
    }

    /// The same of a question that was asked of these tables.
    pub fn of_question(path: &str, error: &DataFusionError, question: &str, tables: &[String]) -> Self {
        let Told { message, advice } = words::told(error, question, tables);
        Self::Sql {
            path: path.to_owned(),
            message,
            advice,
        }
    }
}
