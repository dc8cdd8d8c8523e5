//! What can be wrong with the landing, told apart by who has to act.

use std::io;
use std::path::{Path, PathBuf};

use crate::disk::DiskError;

/// Why something cannot land or be read back.
#[derive(Debug, thiserror::Error)]
pub enum LandingError {
    /// A source id or file name that is not safe as a name on the disk.
    #[error("expected a {what} of at most 200 letters, digits, `.`, `-` and `_`, found `{found}`")]
    BadName {
        /// `source id` or `file name`.
        what: &'static str,
        /// What was given, escaped and shortened.
        found: String,
    },
    /// The source answered with something else than its data.
    #[error("{source_id}: expected status 200, found {status} from {url}")]
    Status {
        /// The source.
        source_id: String,
        /// The request.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The source answered with no bytes at all.
    #[error("{source_id}: expected data, found an empty answer from {url}")]
    Empty {
        /// The source.
        source_id: String,
        /// The request.
        url: String,
    },
    /// The bytes stopped coming.
    #[error("{source_id}: the answer from {url} broke off: {cause}")]
    BrokenOff {
        /// The source.
        source_id: String,
        /// The request.
        url: String,
        /// What the reader answered.
        cause: io::Error,
    },
    /// A landed file was edited or cut off.
    #[error("`{}` is not what landed: expected {expected}, found {found}", path.display())]
    Altered {
        /// The file.
        path: PathBuf,
        /// The recorded length or SHA-256.
        expected: String,
        /// What the file has now.
        found: String,
    },
    /// The manifest names a file that is gone.
    #[error("`{}` is in the manifest and not on the disk", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A link, folder or device stands where a landed file must be.
    #[error("`{}` is not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// A file or link stands where a folder of the landing must be.
    #[error("`{}` is not a folder", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// A manifest that cannot be understood.
    #[error("`{}`: expected {expected}, found {found}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What must stand there.
        expected: String,
        /// What stands there; with line and column when it is no JSON.
        found: String,
    },
    /// A landed file cannot be read from its start a second time.
    #[error("`{}` cannot be read twice: {cause}", path.display())]
    Unseekable {
        /// The file.
        path: PathBuf,
        /// What the operating system answered.
        cause: io::Error,
    },
    /// The disk refused.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl LandingError {
    pub(super) fn altered(path: &Path, expected: &str, found: &str) -> Self {
        Self::Altered {
            path: path.to_path_buf(),
            expected: format!("sha256 {expected}"),
            found: format!("sha256 {found}"),
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::BadName { .. } => Some("choose a short plain name in the pipeline file".to_owned()),
            Self::Status { .. } | Self::Empty { .. } | Self::BrokenOff { .. } => {
                Some("nothing was kept of this answer; run again later".to_owned())
            }
            Self::Altered { path, .. } => Some(format!(
                "restore `{}` from a backup, or remove it and fetch the source again",
                path.display()
            )),
            Self::Missing { path } => Some(format!(
                "restore `{}` from a backup, or fetch the source again",
                path.display()
            )),
            Self::NotAFile { path } | Self::NotAFolder { path } => Some(format!(
                "move `{}` out of the landing; nulmeting follows no links in it",
                path.display()
            )),
            Self::Manifest { .. } => {
                Some("restore the manifest from a backup; the files beside it are untouched".to_owned())
            }
            Self::Unseekable { .. } => None,
            Self::Disk(error) => error.hint(),
        }
    }
}
