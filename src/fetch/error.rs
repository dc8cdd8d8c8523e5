//! What can go wrong on the way to the landing.

use std::path::PathBuf;

use chrono::NaiveDate;

use super::address::LinkError;
use super::census::CensusError;
use crate::disk::DiskError;
use crate::landing::LandingError;
use crate::network::NetworkError;
use crate::normalise::readers::ReadError;

/// A source that did not come in whole.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// A recorded file is not there.
    #[error("the recorded file {} of source `{source_id}` does not exist", path.display())]
    NoRecording {
        /// The source.
        source_id: String,
        /// Where it should be.
        path: PathBuf,
    },
    /// A recorded file is damaged.
    #[error("the recorded file {} {problem}", path.display())]
    Recording {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A source has nothing recorded, so that it cannot be read without the network.
    #[error("no source of {pipeline} has recorded files")]
    NothingRecorded {
        /// The pipeline file.
        pipeline: String,
    },
    /// A service that gives nothing.
    #[error("source `{source_id}`: {host} gives nothing good since {seconds} s; last: {last}")]
    Outage {
        /// The source.
        source_id: String,
        /// The host with its port.
        host: String,
        /// For how long.
        seconds: u64,
        /// What went wrong last.
        last: String,
    },
    /// One question that is never answered well, by a service that answers others.
    #[error("source `{source_id}`{}: no good answer in {attempts} tries from {url}; last: {last}", part(slice.as_deref()))]
    TooOften {
        /// The source.
        source_id: String,
        /// The question.
        url: String,
        /// Which part of the table it asks for.
        slice: Option<String>,
        /// How often it was asked.
        attempts: u32,
        /// What went wrong last.
        last: String,
    },
    /// The service cannot be asked at all.
    #[error("source `{source_id}`: {error}")]
    Network {
        /// The source.
        source_id: String,
        /// Why not.
        error: NetworkError,
    },
    /// The service answers that it will not.
    #[error("source `{source_id}`: status {status} from {url}{}", said_by(said, location.as_deref()))]
    Refused {
        /// The source.
        source_id: String,
        /// The question.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The beginning of what the service says, escaped.
        said: String,
        /// Where it points instead.
        location: Option<String>,
    },
    /// The answer is about another table.
    #[error("source `{source_id}`: expected the table {expected}, found {found}")]
    OtherTable {
        /// The source.
        source_id: String,
        /// The table of the pipeline file.
        expected: String,
        /// The table of the answer.
        found: String,
    },
    /// The table has not the dimension, member or measure that the pipeline file names.
    #[error("source `{source_id}`: table {table} has no {what}")]
    NotInTable {
        /// The source.
        source_id: String,
        /// The table.
        table: String,
        /// What is missing.
        what: String,
    },
    /// A slice that is not whole.
    #[error("source `{source_id}`, {slice}: {problem}")]
    Incomplete {
        /// The source.
        source_id: String,
        /// Which part of the table.
        slice: String,
        /// What is wrong with it.
        problem: Box<Incomplete>,
    },
    /// The table changed while it was fetched, again and again.
    #[error("source `{source_id}`: table {table} changed {times} times while it was fetched")]
    Moving {
        /// The source.
        source_id: String,
        /// The table.
        table: String,
        /// How often it was begun.
        times: u32,
    },
    /// The table says of itself that it is of a day that has not come.
    #[error("source `{source_id}`: table {table} says that it changed on {modified}, and it is {today}")]
    AfterClock {
        /// The source.
        source_id: String,
        /// The table.
        table: String,
        /// The day of its change.
        modified: NaiveDate,
        /// The day of the run's clock.
        today: NaiveDate,
    },
    /// A question longer than the services take.
    #[error("source `{source_id}`: a question of {length} characters is longer than the service takes")]
    LongAddress {
        /// The source.
        source_id: String,
        /// Its length.
        length: usize,
    },
    /// A landed answer cannot be read back.
    #[error(transparent)]
    Read(Box<ReadError>),
    /// There is no such source.
    #[error("the pipeline has no source `{source_id}`; it has {known}")]
    UnknownSource {
        /// What was asked for.
        source_id: String,
        /// What there is.
        known: String,
    },
    /// The landing refused the bytes.
    #[error(transparent)]
    Landing(#[from] LandingError),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// What is wrong with a slice.
#[derive(Debug, thiserror::Error)]
pub enum Incomplete {
    /// A page that does not hold what was asked for.
    #[error(transparent)]
    Page(#[from] ReadError),
    /// Rows are missing.
    #[error(transparent)]
    Census(#[from] CensusError),
    /// The link to the next page.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The service counts other rows than it gives.
    #[error("the service counts {counted} rows and gives {given}")]
    Count {
        /// Rows by its count.
        counted: u64,
        /// Rows that came.
        given: u64,
    },
    /// There is no row in anything that is asked of the table.
    #[error("the service has no row at all of what is asked of the table")]
    Nothing,
    /// A page without rows that names a next one, or rows after the last one.
    #[error("a page names a next one although there are no rows left")]
    NoEnd,
}

fn part(slice: Option<&str>) -> String {
    slice.map_or_else(String::new, |slice| format!(", {slice}"))
}

fn said_by(said: &str, location: Option<&str>) -> String {
    match (said.is_empty(), location) {
        (_, Some(location)) => format!(": it moved to {}", location.escape_debug()),
        (true, None) => String::new(),
        (false, None) => format!(": {said}"),
    }
}

impl FetchError {
    /// The same, of this part of the table, where one question is never answered.
    pub(super) fn of_part(mut self, name: &str) -> Self {
        if let Self::TooOften { slice, .. } = &mut self {
            *slice = Some(name.to_owned());
        }
        self
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoRecording { .. } => Some(
                "`--offline` reads the folder fixtures/ beside the folder of the pipeline file; take it from the repository"
                    .to_owned(),
            ),
            Self::Recording { .. } => Some("take it from the repository again".to_owned()),
            Self::NothingRecorded { .. } => {
                Some("name recorded files under [[source.recorded]] in the pipeline file".to_owned())
            }
            Self::Outage { .. } => Some(
                "the service or the way to it is down, or something else answers in its place; the release stands as it stood, and the next run goes on where this one stopped"
                    .to_owned(),
            ),
            Self::TooOften { .. } => Some(
                "the service answers, and not this question; the next run goes on where this one stopped".to_owned(),
            ),
            Self::Network { error, .. } => error.hint(),
            Self::Refused { .. } | Self::OtherTable { .. } => Some(
                "check base_url and table of the source in the pipeline file; the service tells capitals from small letters"
                    .to_owned(),
            ),
            Self::NotInTable { .. } => {
                Some("check slice, measures and periods of the source in the pipeline file".to_owned())
            }
            Self::Incomplete { .. } | Self::Moving { .. } => Some(
                "nothing of this edition is used; run again later, and report it to the service if it stays so".to_owned(),
            ),
            Self::AfterClock { .. } => Some(
                "nothing of this edition is used; look at the clock of this machine, and report it to the service if that is right"
                    .to_owned(),
            ),
            Self::LongAddress { .. } => Some("shorten the slice of the source in the pipeline file".to_owned()),
            Self::Read(error) => Some(error.hint().to_owned()),
            Self::UnknownSource { .. } => Some("name one of them after --only".to_owned()),
            Self::Landing(error) => error.hint(),
            Self::Disk(error) => error.hint(),
        }
    }
}
