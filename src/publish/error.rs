//! Why a release is not published or cannot be read.

use std::path::PathBuf;

use crate::disk::DiskError;

/// A release that must not be published, or one that cannot be trusted.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// No check ran, or their numbers do not add up: nothing shows that the figures are right.
    #[error("the release was not audited: {performed} checks ran and {counted} of them have an outcome")]
    NotAudited {
        /// Checks that ran.
        performed: u64,
        /// Checks that passed, warned or failed.
        counted: u64,
    },
    /// Checks failed.
    #[error("{failed} checks failed on the staged release")]
    AuditFailed {
        /// How many.
        failed: u64,
    },
    /// A release without a table.
    #[error("the release holds no table")]
    NoTables,
    /// A table or file whose name cannot be published.
    #[error("expected {expected}, found `{found}`")]
    BadName {
        /// What a name must be.
        expected: &'static str,
        /// What it is, escaped and shortened.
        found: String,
    },
    /// Two tables with one name, whatever their kind.
    #[error("table `{table}` is described twice")]
    DuplicateTable {
        /// Its name.
        table: String,
    },
    /// A table names an origin that the release does not have.
    #[error("table `{table}` says it was made from `{origin}`, which this release does not have")]
    UnknownOrigin {
        /// The table.
        table: String,
        /// The table, register or landed file.
        origin: String,
    },
    /// A file that the manifest describes is not there.
    #[error("`{}` is described and not on the disk", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A staged file that nobody described.
    #[error("`{}` is in the release and nobody described it", path.display())]
    Undescribed {
        /// The file.
        path: PathBuf,
    },
    /// A link or device in a release.
    #[error("`{}` is not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// A published file was edited or cut off.
    #[error("`{}` is not what was published: expected {expected}, found {found}", path.display())]
    Altered {
        /// The file.
        path: PathBuf,
        /// What the manifest has.
        expected: String,
        /// What the file has.
        found: String,
    },
    /// A manifest that cannot be understood, or contradicts itself.
    #[error("`{}`: expected {expected}, found {found}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What must stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// `current` is not a link to a release.
    #[error("`{}` must be a link to `releases/<id>`, found {found}", path.display())]
    Pointer {
        /// The path of `current`.
        path: PathBuf,
        /// What it is.
        found: String,
    },
    /// Not the form of a release id.
    #[error("expected a release id as 20240131T021500Z-1a2b3c4d, found `{found}`")]
    NotAnId {
        /// What was given, escaped and shortened.
        found: String,
    },
    /// No such release.
    #[error("there is no release `{}`", path.display())]
    UnknownRelease {
        /// Where it would stand.
        path: PathBuf,
    },
    /// Every id that this content may get in this second is taken by another release.
    #[error("the release ids of this second are taken, the last one by `{}`", path.display())]
    IdsTaken {
        /// The last one tried.
        path: PathBuf,
    },
    /// The disk refused; the caller's exit code is 74.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl PublishError {
    /// What the user can do about it; none when it is a mistake of the program.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::AuditFailed { .. } => {
                Some("the last release stands; `nulmeting check` shows the findings".to_owned())
            }
            Self::NotAudited { .. }
            | Self::NoTables
            | Self::BadName { .. }
            | Self::DuplicateTable { .. }
            | Self::UnknownOrigin { .. }
            | Self::Undescribed { .. } => None,
            Self::Missing { .. } | Self::NotAFile { .. } | Self::Altered { .. } | Self::Manifest { .. } => {
                Some(
                    "restore the release from a backup, or publish a new one with `nulmeting build --force`"
                        .to_owned(),
                )
            }
            Self::Pointer { path, .. } => Some(format!(
                "move `{}` away; the next run makes it again",
                path.display()
            )),
            Self::NotAnId { .. } | Self::UnknownRelease { .. } => {
                Some("the names of the folders in `releases` are the ids".to_owned())
            }
            Self::IdsTaken { .. } => Some("run again, or give another date with --as-of".to_owned()),
            Self::Disk(error) => error.hint(),
        }
    }
}

/// Foreign text for a message: at most 60 characters, control characters escaped.
pub(super) fn shorten(text: &str) -> String {
    text.chars().take(60).flat_map(char::escape_debug).collect()
}
