//! What can go wrong on the way to the landing.

use std::path::PathBuf;

use crate::disk::DiskError;
use crate::landing::LandingError;

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
    /// The landing refused the bytes.
    #[error(transparent)]
    Landing(#[from] LandingError),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl FetchError {
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
            Self::Landing(error) => error.hint(),
            Self::Disk(error) => error.hint(),
        }
    }
}
