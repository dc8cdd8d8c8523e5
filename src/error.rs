//! Every way in which a command ends other than well, told apart by who can mend it.
//!
//! The exit codes are those of sysexits, as the design lists them; 70 is a bug of ours and never the user's fault.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use chrono::NaiveDate;

use crate::check::{Finding, acceptance};
use crate::derive::DeriveError;
use crate::disk::DiskError;
use crate::fetch::FetchError;
use crate::init::InitError;
use crate::landing::LandingError;
use crate::network::NetworkError;
use crate::normalise::NormaliseError;
use crate::pipeline::LoadError;
use crate::publish::{LockError, PublishError};
use crate::report::ReportError;
use crate::table_file::TableFileError;

/// How many findings are shown in full.
const FINDINGS_SHOWN: usize = 20;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line asks for something that is not there.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: &'static str,
    },
    /// A question to the tables of a release that cannot be answered.
    #[error("{message}")]
    Question {
        /// What is wrong with it.
        message: String,
        /// What to do, where that does not follow from it.
        hint: Option<String>,
    },
    /// The pipeline file or a register is wrong.
    #[error(transparent)]
    Pipeline(#[from] LoadError),
    /// No pipeline was made.
    #[error(transparent)]
    Init(#[from] InitError),
    /// A source did not come in whole.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// There is nothing to build from.
    #[error("the landing in {} is empty", data.display())]
    NothingLanded {
        /// The data directory.
        data: PathBuf,
    },
    /// There is no release to look at.
    #[error("there is no release in {}", data.display())]
    NoRelease {
        /// The data directory.
        data: PathBuf,
    },
    /// A landed file is gone or altered.
    #[error(transparent)]
    Landing(#[from] LandingError),
    /// A file is not what its reader can vouch for.
    #[error(transparent)]
    Normalise(#[from] NormaliseError),
    /// A model or a query fails.
    #[error(transparent)]
    Derive(#[from] DeriveError),
    /// Checks found errors.
    #[error("{}", shown(findings, *day))]
    ChecksFailed {
        /// What they found.
        findings: Vec<Finding>,
        /// The day of the run, which is that of an acceptance.
        day: NaiveDate,
    },
    /// The report cannot be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// Another run holds the lock.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The release cannot be published or read.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The release that stands is damaged, so that nothing can be held against it.
    #[error("the release that stands cannot be read: {error}")]
    Damaged {
        /// What is wrong with it.
        error: PublishError,
    },
    /// A table cannot be written.
    #[error(transparent)]
    Table(#[from] TableFileError),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The answer cannot be handed over: a full disk behind a redirection.
    #[error("the answer cannot be written: {0}")]
    Output(std::io::Error),
    /// A broken promise inside this program.
    #[error("{0}")]
    Bug(String),
}

fn shown(findings: &[Finding], day: NaiveDate) -> String {
    let mut text = format!(
        "the data broke its contract in {} places; nothing is published",
        findings.len()
    );
    for finding in findings.iter().take(FINDINGS_SHOWN) {
        let _ = write!(text, "\n  {}: {}", finding.check, finding.text);
        if !finding.accepted_otherwise.is_empty() {
            let before = finding.accepted_otherwise.join("`, `");
            let _ = write!(
                text,
                "\n    accepted was `{before}`, and this is `{}`",
                finding.seen
            );
        }
    }
    if let Some(more) = findings
        .len()
        .checked_sub(FINDINGS_SHOWN)
        .filter(|more| *more > 0)
    {
        let _ = write!(text, "\n  and {more} more");
    }
    text.push_str("\n\nlines for aanvaard.csv, each of which needs a name in its fourth place:");
    // Findings of one key and with the same to see are accepted by one line.
    let shown = findings.iter().take(FINDINGS_SHOWN);
    let lines: BTreeSet<String> = shown.map(|finding| acceptance::line(finding, day)).collect();
    for line in lines {
        let _ = write!(text, "\n{line}");
    }
    text
}

/// What sysexits calls them.
mod exit {
    pub(super) const USAGE: u8 = 2;
    pub(super) const DATA: u8 = 65;
    pub(super) const UNAVAILABLE: u8 = 69;
    pub(super) const SOFTWARE: u8 = 70;
    pub(super) const DISK: u8 = 74;
    pub(super) const BUSY: u8 = 75;
    pub(super) const CONFIG: u8 = 78;
}

impl Error {
    /// The exit code of the process.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } | Self::Question { .. } => exit::USAGE,
            Self::Pipeline(LoadError::Invalid { .. }) => exit::CONFIG,
            Self::Lock(LockError::Held { .. }) => exit::BUSY,
            Self::Pipeline(LoadError::Unreadable { .. })
            | Self::Disk(_)
            | Self::Lock(_)
            | Self::Output(_) => exit::DISK,
            Self::Init(error) => of_init(error),
            Self::Fetch(error) => of_fetch(error),
            Self::NothingLanded { .. } | Self::NoRelease { .. } => exit::UNAVAILABLE,
            Self::Landing(error) => of_landing(error),
            Self::Normalise(error) => of_normalise(error),
            Self::Derive(error) => of_derive(error),
            Self::ChecksFailed { .. } => exit::DATA,
            Self::Publish(error) | Self::Damaged { error } => of_publish(error),
            Self::Table(error) => of_table(error),
            Self::Report(_) | Self::Bug(_) => exit::SOFTWARE,
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } => Some((*hint).to_owned()),
            Self::Question { hint, .. } => hint.clone(),
            Self::Pipeline(error) => error.hint(),
            Self::Init(error) => error.hint(),
            Self::Fetch(error) => error.hint(),
            Self::NothingLanded { .. } | Self::NoRelease { .. } => {
                Some("`nulmeting run --offline` makes one from the recorded files".to_owned())
            }
            Self::Landing(error) => error.hint(),
            Self::Normalise(error) => error.hint(),
            Self::Derive(error) => error.hint(),
            Self::ChecksFailed { .. } => Some(
                "the release before still stands; mend the source, fetch it once more with `nulmeting fetch --only SOURCE --again`, or let a person who looked at a finding accept it with its line in aanvaard.csv: that holds for what stands there now and for nothing else"
                    .to_owned(),
            ),
            Self::Lock(error) => error.hint(),
            Self::Damaged { .. } => Some("put its files back, or build a new one with --force; what was adopted and what shrank is then not compared".to_owned()),
            Self::Publish(error) => error.hint(),
            Self::Disk(error) => error.hint(),
            Self::Report(error) => Some(error.hint().to_owned()),
            Self::Output(_) => Some("look at where stdout leads to, and at the room there".to_owned()),
            Self::Table(_) | Self::Bug(_) => None,
        }
    }
}

fn of_fetch(error: &FetchError) -> u8 {
    match error {
        // The service answers, and says that what the pipeline file asks for is not there.
        FetchError::NothingRecorded { .. }
        | FetchError::Network {
            error: NetworkError::BadUrl { .. } | NetworkError::Plain { .. },
            ..
        }
        | FetchError::Refused { .. }
        | FetchError::OtherTable { .. }
        | FetchError::NotInTable { .. }
        | FetchError::LongAddress { .. } => exit::CONFIG,
        FetchError::NoRecording { .. }
        | FetchError::Recording { .. }
        | FetchError::Outage { .. }
        | FetchError::TooOften { .. }
        | FetchError::Network { .. }
        | FetchError::Incomplete { .. }
        | FetchError::Moving { .. } => exit::UNAVAILABLE,
        FetchError::UnknownSource { .. } => exit::USAGE,
        FetchError::Read(error) if error.is_io() => exit::DISK,
        FetchError::Read(_) | FetchError::AfterClock { .. } => exit::DATA,
        FetchError::Landing(error) => of_landing(error),
        FetchError::Disk(_) => exit::DISK,
    }
}

fn of_init(error: &InitError) -> u8 {
    match error {
        InitError::Unknown { .. }
        | InitError::Ambiguous { .. }
        | InitError::Ended { .. }
        | InitError::NoList { .. }
        | InitError::Years { .. }
        | InitError::Exists { .. } => exit::USAGE,
        InitError::Landing(error) => of_landing(error),
        InitError::Read(error) if error.is_io() => exit::DISK,
        InitError::Read(_) => exit::DATA,
        InitError::Pipeline(LoadError::Invalid { .. }) => exit::CONFIG,
        InitError::Pipeline(LoadError::Unreadable { .. }) | InitError::Disk(_) => exit::DISK,
    }
}

fn of_landing(error: &LandingError) -> u8 {
    match error {
        LandingError::Disk(_) => exit::DISK,
        LandingError::Status { .. } | LandingError::Empty { .. } | LandingError::BrokenOff { .. } => {
            exit::UNAVAILABLE
        }
        _ => exit::DATA,
    }
}

fn of_normalise(error: &NormaliseError) -> u8 {
    match error {
        NormaliseError::Read(error) if error.is_io() => exit::DISK,
        NormaliseError::Landing(error) => of_landing(error),
        NormaliseError::Incomplete { .. } => exit::UNAVAILABLE,
        NormaliseError::NoMeasure { .. } => exit::CONFIG,
        NormaliseError::Source { error, .. } => of_normalise(error),
        NormaliseError::Read(_)
        | NormaliseError::Titles(_)
        | NormaliseError::Topics(_)
        | NormaliseError::Outside(_)
        | NormaliseError::PartOfYear { .. }
        | NormaliseError::Change(_)
        | NormaliseError::Division(_)
        | NormaliseError::Block(_) => exit::DATA,
        NormaliseError::Disk(_) => exit::DISK,
        NormaliseError::Table(error) => of_table(error),
        NormaliseError::Derive(error) => of_derive(error),
        NormaliseError::Publish(error) => of_publish(error),
        NormaliseError::Bug(_) => exit::SOFTWARE,
    }
}

fn of_derive(error: &DeriveError) -> u8 {
    match error {
        DeriveError::Disk(_) => exit::DISK,
        DeriveError::Key { .. } => exit::DATA,
        DeriveError::Bug(_) => exit::SOFTWARE,
        // The SQL is the user's own where it is not ours: a query, or a folder given with --sql.
        _ => exit::CONFIG,
    }
}

fn of_publish(error: &PublishError) -> u8 {
    match error {
        PublishError::Disk(_) => exit::DISK,
        PublishError::NotAnId { .. } | PublishError::UnknownRelease { .. } => exit::USAGE,
        PublishError::NotAudited { .. }
        | PublishError::AuditFailed { .. }
        | PublishError::Altered { .. }
        | PublishError::Manifest { .. }
        | PublishError::Pointer { .. }
        | PublishError::Missing { .. }
        | PublishError::NotAFile { .. } => exit::DATA,
        // Names, descriptions and origins that do not fit are made by this program.
        _ => exit::SOFTWARE,
    }
}

fn of_table(error: &TableFileError) -> u8 {
    match error {
        TableFileError::Disk(_) => exit::DISK,
        TableFileError::Write { .. } => exit::SOFTWARE,
    }
}
