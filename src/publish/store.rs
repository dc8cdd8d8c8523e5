//! The code of every release: its pipeline file, registers and SQL, kept by their content in `data/code/`.
//!
//! A release only names them by hash. Kept here once each, they let an old release be built again, or new figures with
//! the old rules: that is how a change is told to come from the source or from us.

use std::path::{Path, PathBuf};

use super::{HashedFile, PublishError, RunLock};
use crate::disk::{self, Kind};

/// Keeps files; what is there already stays. The lock says that nobody else writes.
///
/// # Errors
/// [`PublishError::Disk`].
pub fn keep_code<'a>(
    lock: &RunLock,
    files: impl IntoIterator<Item = (&'a HashedFile, &'a [u8])>,
) -> Result<(), PublishError> {
    let folder = folder(lock.data_dir());
    disk::create_dir_all(&folder)?;
    for (file, bytes) in files {
        let path = folder.join(&file.sha256);
        if disk::kind(&path)?.is_none() {
            disk::write_atomic(&path, bytes)?;
        }
    }
    Ok(())
}

/// The content of a file of a release.
///
/// # Errors
/// [`PublishError::Missing`] when it was not kept, [`PublishError::Altered`] when it is something else by now.
pub fn recall_code(data_dir: &Path, file: &HashedFile) -> Result<Vec<u8>, PublishError> {
    let path = folder(data_dir).join(&file.sha256);
    if disk::kind(&path)? != Some(Kind::File) {
        return Err(PublishError::Missing { path });
    }
    let bytes = disk::read(&path)?;
    let found = disk::sha256_hex(&bytes);
    if found == file.sha256 {
        return Ok(bytes);
    }
    Err(PublishError::Altered {
        path,
        expected: format!("sha256 {}", file.sha256),
        found: format!("sha256 {found}"),
    })
}

fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("code")
}
