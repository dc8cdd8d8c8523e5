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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn hashed(bytes: &[u8]) -> HashedFile {
        HashedFile {
            file: "hengelo/reeksen.csv".to_owned(),
            sha256: disk::sha256_hex(bytes),
        }
    }

    #[test]
    fn what_was_kept_comes_back_and_what_was_not_or_is_altered_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let lock = RunLock::acquire(folder.path(), &Clock::real()).unwrap();
        let (kept, other) = (hashed(b"reeks;naam\n"), hashed(b"iets anders"));
        keep_code(&lock, [(&kept, b"reeks;naam\n".as_slice())]).unwrap();
        keep_code(&lock, [(&kept, b"reeks;naam\n".as_slice())]).unwrap();
        assert_eq!(recall_code(folder.path(), &kept).unwrap(), b"reeks;naam\n");
        assert!(matches!(
            recall_code(folder.path(), &other),
            Err(PublishError::Missing { .. })
        ));
        disk::write_atomic(&folder.path().join("code").join(&kept.sha256), b"reeks").unwrap();
        assert!(matches!(
            recall_code(folder.path(), &kept),
            Err(PublishError::Altered { .. })
        ));
    }
}
