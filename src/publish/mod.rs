//! Publishing: one audited release at a time, switched in one rename.
//!
//! ```text
//! .lock                                  one run at a time              lock.rs
//! releases/.staging-<pid>-<n>/           being built, seen by nobody    staging.rs
//! releases/<UTC time>-<hash>/            complete, never changed again  release.rs
//!     norm/ marts/ rapport/ manifest.json                               manifest.rs
//! current -> releases/<UTC time>-<hash>
//! code/<sha256>                          what releases were made with    store.rs
//! ```
//! The order is what makes it safe: every file synced, the manifest last, the folder renamed to its id,
//! `current` replaced by rename(2), each folder synced before the next step counts on it. A crash between any
//! two steps leaves `current` at a whole release, the old one or the new one, and the next run needs no
//! repair.
//!
//! Publishing does not judge figures. It does refuse a release whose checks did not run or did not pass, and
//! one whose manifest and files disagree.

mod error;
mod lock;
mod manifest;
mod release;
mod staging;
mod store;

pub use error::PublishError;
pub use lock::{Holder, LockError, RunLock};
pub use manifest::{
    Behind, Checks, Column, HashedFile, LandingFile, Manifest, Municipality, Report, Run, Step, Table,
    TableDescription, TableKind,
};
pub use release::{Release, ReleaseId, current, list, open};
pub use staging::Staging;
pub use store::{keep_code, recall_code};

use crate::disk;

/// Whether a build would give what the previous release holds: it read the same bytes with the same code.
/// Both fingerprints must be known; a release without them is always built again.
pub fn unchanged(previous: &Manifest, input_fingerprint: &str, code_fingerprint: &str) -> bool {
    !input_fingerprint.is_empty()
        && !code_fingerprint.is_empty()
        && previous.run.input_fingerprint == input_fingerprint
        && previous.run.code_fingerprint == code_fingerprint
}

/// One fingerprint of everything but the data that decides what a build gives: the program's version, the
/// pipeline file, the registers and the SQL, in any order. SHA-256, 64 hexadecimal digits.
pub fn code_fingerprint(program_version: &str, files: &[HashedFile]) -> String {
    let mut sorted: Vec<_> = files.iter().map(|file| (&file.file, &file.sha256)).collect();
    sorted.sort();
    // The debug form quotes and escapes every text, so no two lists are written alike.
    disk::sha256_hex(format!("{program_version:?} {sorted:?}").as_bytes())
}

#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod tests;
