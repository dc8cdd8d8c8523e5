//! What can go wrong between the landed bytes and the normalised tables.

use chrono::NaiveDate;

use super::block::BlockError;
use super::division::{ChangeError, DivisionError};
use super::readers::ReadError;
use super::survey_scale::Outside;
use super::survey_topics::{self, LostTopics};
use super::unknown_titles::UnknownTitles;
use crate::derive::DeriveError;
use crate::disk::DiskError;
use crate::landing::LandingError;
use crate::pipeline::Source;
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
    /// The table of a survey has not the topics that are asked of it.
    #[error(transparent)]
    Topics(Box<LostTopics>),
    /// An outcome of a survey that cannot be.
    #[error(transparent)]
    Outside(Box<Outside>),
    /// What is wrong is wrong with this source alone.
    #[error("{error}")]
    Source {
        /// The source.
        source_id: String,
        /// What is wrong with it.
        error: Box<NormaliseError>,
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

/// What is wrong with one source, as far as a release can do without its newest edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceTrouble {
    /// The source.
    pub source_id: String,
    /// What kind of trouble it is, in one Dutch word; `sql/checks/bron_achtergebleven.sql` has more of them.
    pub code: &'static str,
    /// What it is about: keys, a value, a period.
    pub about: Option<String>,
    /// The landed file that it is in, as `<source>/<file>`, where one is known.
    pub file: Option<String>,
    /// The day on which it may be over although nothing else changes.
    pub over_on: Option<NaiveDate>,
}

impl NormaliseError {
    /// The same error, of a source.
    pub(super) fn of(self, source: &Source) -> Self {
        match self {
            Self::Source { .. } => self,
            error => Self::Source {
                source_id: source.id.clone(),
                error: Box::new(error),
            },
        }
    }

    /// What is wrong with the edition of a source that was read last; nothing for what is wrong with this machine, this
    /// program, the landing or the pipeline file.
    pub fn trouble(&self) -> Option<SourceTrouble> {
        let Self::Source { source_id, error } = self else {
            return None;
        };
        let (code, about, file, over_on) = match error.as_ref() {
            Self::Read(error) if !error.is_io() => ("onleesbaar", None, Some(error.file.clone()), None),
            Self::Titles(titles) => ("onleesbaar", None, Some(titles.file().to_owned()), None),
            Self::Incomplete { .. } | Self::Block(_) => ("onvolledig", None, None, None),
            Self::PartOfYear { code, .. } => ("deel_van_jaar", Some(code.clone()), None, None),
            Self::Topics(lost) => (
                "onderwerpen",
                Some(lost.pairs()),
                Some(lost.file().to_owned()),
                None,
            ),
            Self::Outside(outside) => {
                let Outside {
                    topic,
                    region,
                    period,
                    found,
                    ..
                } = outside.as_ref();
                let about = format!("{topic}, {region}, {period}: {found}");
                (
                    "bereik",
                    Some(about),
                    Some(outside.file.clone()),
                    outside.possible_on,
                )
            }
            _ => return None,
        };
        Some(SourceTrouble {
            source_id: source_id.clone(),
            code,
            about,
            file,
            over_on,
        })
    }

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
            Self::Topics(_) => Some(survey_topics::HINT.to_owned()),
            Self::Outside(_) => Some(
                "look at the table of the service: a digit may be lost, or the topic is another one than `soort` in the \
                 register monitor_vragen says; what was fetched comes once more with `nulmeting fetch --only SOURCE --again`"
                    .to_owned(),
            ),
            Self::Source { error, .. } => error.hint(),
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
