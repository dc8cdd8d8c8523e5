//! What can go wrong between the landed bytes and the normalised tables.

use super::block::BlockError;
use super::division::{ChangeError, DivisionError};
use super::readers::ReadError;
use super::unknown_titles::UnknownTitles;
use crate::derive::DeriveError;
use crate::disk::DiskError;
use crate::landing::LandingError;
use crate::publish::PublishError;
use crate::table_file::TableFileError;

/// A source that cannot be normalised.
#[derive(Debug, thiserror::Error)]
pub enum NormaliseError {
    /// A file is not what its reader can vouch for.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file has titles that no list has.
    #[error(transparent)]
    Titles(#[from] Box<UnknownTitles>),
    /// A landed file is gone or altered.
    #[error(transparent)]
    Landing(#[from] LandingError),
    /// A source of the pipeline has no file of a kind that it needs.
    #[error("source `{source_id}` has no {missing} in the landing")]
    Incomplete {
        /// The source.
        source_id: String,
        /// What is missing.
        missing: &'static str,
    },
    /// The pipeline file does not say which measure holds the figures.
    #[error("source `{source_id}` names no measure for `inwoners`")]
    NoMeasure {
        /// The source.
        source_id: String,
    },
    /// A period with the code of a year is none.
    #[error("source `{source_id}` calls the period {code} `{title}`: that is not the year")]
    PartOfYear {
        /// The source.
        source_id: String,
        /// Code of the period.
        code: String,
        /// What the source calls it.
        title: String,
    },
    /// A description of a change of territory is told in a new way.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// Figures of inhabitants contradict each other.
    #[error(transparent)]
    Division(#[from] DivisionError),
    /// A table that should be whole is not.
    #[error(transparent)]
    Block(#[from] BlockError),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A table cannot be written.
    #[error(transparent)]
    Table(#[from] TableFileError),
    /// The engine.
    #[error(transparent)]
    Derive(#[from] DeriveError),
    /// The staging folder.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// A broken promise inside this program.
    #[error("{0}")]
    Bug(String),
}

impl NormaliseError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read(error) => Some(format!(
                "{}; what was fetched comes once more with `nulmeting fetch --only SOURCE --again`",
                error.hint()
            )),
            Self::Titles(_) => Some(
                "look up in the table which code each title stands for, paste the lines, and run again: nothing is matched \
                 loosely; a period that is in no list needs the lists of the same day as the file"
                    .to_owned(),
            ),
            Self::Landing(error) => error.hint(),
            Self::Incomplete { .. } => {
                Some("fetch the source, or name a recorded file of it in the pipeline file".to_owned())
            }
            Self::NoMeasure { .. } => {
                Some("add `inwoners = …` under [source.measures] of the pipeline file".to_owned())
            }
            Self::PartOfYear { .. } => Some(
                "its figures would stand as those of the whole year: leave the source out of the pipeline file until the \
                 service has the year"
                    .to_owned(),
            ),
            Self::Change(error) => Some(error.hint().to_owned()),
            Self::Division(error) => Some(error.hint().to_owned()),
            Self::Derive(error) => error.hint(),
            Self::Publish(error) => error.hint(),
            Self::Block(error) => error.hint(),
            Self::Disk(error) => error.hint(),
            Self::Table(_) | Self::Bug(_) => None,
        }
    }
}
