//! One run at a time.
//!
//! The lock is the kernel's, on `data/.lock`: it ends with the process however that ends, so a crash or `kill
//! -9` needs no repair and the file is never removed. What stands in the file only tells a second run who is
//! busy. The things that change a data directory ([`crate::landing::LandingWriter`], [`super::Staging`])
//! borrow the lock mutably: without it they cannot exist, and never two of them at once.
//!
//! On NFS a lock may be advisory or local to one machine; two machines must not share a data directory there.

use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::clock::{Clock, serde_stamp, write_stamp};
use crate::disk::{self, DiskError, File, Kind, Lock};

/// Longer than any holder that we write; a file that holds more is not ours.
const HOLDER_BYTES_MAX: u64 = 4096;

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Process number.
    pub pid: u32,
    /// Name of the machine.
    pub host: String,
    /// When it started, UTC, by the clock of that run.
    #[serde(with = "serde_stamp")]
    pub started: DateTime<Utc>,
}

/// Why a run cannot have the data directory.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another run is busy; the caller's exit code is 75.
    #[error("another run holds `{}`{}", path.display(), describe(holder.as_ref()))]
    Held {
        /// The lock file.
        path: PathBuf,
        /// Who, when the file could be read.
        holder: Option<Holder>,
    },
    /// Something else than a regular file stands where the lock belongs.
    #[error("`{}` is not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The disk refused; the caller's exit code is 74.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl LockError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Held { holder, .. } => Some(match holder {
                Some(holder) => format!(
                    "wait until process {} on {} has ended; the lock file itself need not be removed",
                    holder.pid, holder.host
                ),
                None => "wait until it has ended; the lock file itself need not be removed".to_owned(),
            }),
            Self::NotAFile { path } => Some(format!("move `{}` away", path.display())),
            Self::Disk(error) => error.hint(),
        }
    }
}

fn describe(holder: Option<&Holder>) -> String {
    holder.map_or_else(String::new, |holder| {
        format!(
            ": process {} on {}, since {}",
            holder.pid,
            holder.host,
            write_stamp(holder.started)
        )
    })
}

/// The right to change a data directory, until it is dropped.
#[derive(Debug)]
pub struct RunLock {
    data_dir: PathBuf,
    file: File,
}

impl RunLock {
    /// Takes the lock of a data directory, which is made when it does not exist. Does not wait.
    ///
    /// # Errors
    /// [`LockError::Held`] when another run (also of this process) has it, else the disk.
    pub fn acquire(data_dir: &Path, clock: &Clock) -> Result<Self, LockError> {
        disk::create_dir_all(data_dir)?;
        let path = data_dir.join(".lock");
        match disk::kind(&path)? {
            None | Some(Kind::File) => {}
            Some(_) => return Err(LockError::NotAFile { path }),
        }
        let mut file = match disk::try_lock(&path)? {
            Lock::Taken(file) => file,
            Lock::Busy(held) => {
                return Err(LockError::Held {
                    holder: read_holder(held),
                    path,
                });
            }
        };
        let holder = Holder {
            pid: std::process::id(),
            host: host(),
            started: clock.now(),
        };
        // Three plain fields always become JSON; if ever not, the lock holds and only the courtesy is lost.
        disk::rewrite(&mut file, &serde_json::to_vec(&holder).unwrap_or_default())?;
        // The path is made absolute so that a change of working directory cannot move the data.
        Ok(Self {
            data_dir: disk::canonical(data_dir)?,
            file,
        })
    }

    /// The data directory that is locked, absolute.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }
}

impl Drop for RunLock {
    /// Clears the name of the holder; closing the file, which follows, is what unlocks.
    fn drop(&mut self) {
        // A name that stays does no harm: it is read only while the lock is held, and then it is overwritten.
        drop(disk::rewrite(&mut self.file, b""));
    }
}

/// What the other run wrote; it may be writing just now, and then its name is not known.
fn read_holder(file: File) -> Option<Holder> {
    let mut text = Vec::new();
    file.take(HOLDER_BYTES_MAX).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

/// The name of this machine, as the kernel or else the environment has it.
fn host() -> String {
    let name = disk::read_to_string(Path::new("/proc/sys/kernel/hostname"))
        .ok()
        .or_else(|| std::env::var("HOSTNAME").ok())
        .unwrap_or_default();
    match name.trim() {
        "" => "an unnamed machine".to_owned(),
        known => known.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        "2024-01-31".parse().unwrap()
    }

    #[test]
    fn a_second_run_is_refused_and_told_who_is_busy_and_where() {
        let folder = tempfile::tempdir().unwrap();
        let held = RunLock::acquire(folder.path(), &clock()).unwrap();
        let error = RunLock::acquire(folder.path(), &clock()).unwrap_err();
        let sentence = error.to_string();
        let lock = folder.path().join(".lock");
        assert!(
            sentence.starts_with(&format!("another run holds `{}`", lock.display())),
            "{sentence}"
        );
        assert!(
            sentence.contains(&format!("process {} on ", std::process::id())),
            "{sentence}"
        );
        assert!(sentence.ends_with("since 2024-01-31T00:00:00Z"), "{sentence}");
        assert!(error.hint().unwrap().contains("wait"));
        drop(held);
        RunLock::acquire(folder.path(), &clock()).unwrap();
    }

    #[test]
    fn what_a_killed_run_left_in_the_file_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join(".lock");
        for leftover in [
            &b"{\"pid\":1,\"host\":\"gone\",\"started\":\"2020-01-01T00:00:00Z\"}"[..],
            b"{\"pi",
            b"\0\xff",
        ] {
            disk::write_atomic(&lock, leftover).unwrap();
            let held = RunLock::acquire(folder.path(), &clock()).unwrap();
            let LockError::Held { holder, .. } = RunLock::acquire(folder.path(), &clock()).unwrap_err()
            else {
                panic!("the lock is held")
            };
            assert_eq!(holder.unwrap().pid, std::process::id());
            drop(held);
            assert_eq!(disk::read(&lock).unwrap(), b"");
        }
    }

    #[test]
    fn a_holder_that_is_not_readable_yet_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join(".lock");
        let Lock::Taken(mut raw) = disk::try_lock(&lock).unwrap() else {
            panic!("nobody had it")
        };
        disk::rewrite(&mut raw, b"{\"pid\":").unwrap();
        let error = RunLock::acquire(folder.path(), &clock()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("another run holds `{}`", lock.display())
        );
    }

    #[test]
    fn a_data_directory_that_is_a_file_or_a_lock_that_is_a_link_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        disk::write_atomic(&file, b"").unwrap();
        for data_dir in [file.clone(), file.join("below")] {
            assert!(matches!(
                RunLock::acquire(&data_dir, &clock()),
                Err(LockError::Disk(_))
            ));
        }
        let data_dir = folder.path().join("data");
        disk::create_dir_all(&data_dir).unwrap();
        disk::replace_link(&file, &data_dir.join(".lock")).unwrap();
        assert!(matches!(
            RunLock::acquire(&data_dir, &clock()),
            Err(LockError::NotAFile { .. })
        ));
        assert_eq!(disk::read(&file).unwrap(), b"");
    }

    #[test]
    fn the_data_directory_is_made_and_made_absolute() {
        let folder = tempfile::tempdir().unwrap();
        let lock = RunLock::acquire(&folder.path().join("new/data"), &clock()).unwrap();
        assert!(lock.data_dir().is_absolute());
        assert!(lock.data_dir().ends_with("new/data"));
    }
}
