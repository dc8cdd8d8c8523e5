//! The landing: the bytes of the sources as they came, never edited.
//!
//! ```text
//! landing/<source>/<first 16 digits of the sha256>-<name>
//! landing/<source>/manifest.json      one entry a request: url, time, status, sha256, rows, peildatum
//! landing/<source>/trouble.json       since when nothing new came, and why; only as long as that is so
//! ```
//! A file is named after its content, so the same bytes are kept once, an older vintage is never overwritten,
//! and a file that was cut off or edited is found out. The manifest decides what exists: a file that it does
//! not name is invisible, so a crash at any moment leaves the landing as it was or as it should be.
//!
//! The landing does not know what is inside a file. It refuses only what cannot be data: an answer that is
//! not 200, and an empty one.

mod editions;
mod error;
mod manifest;
mod snapshot;
mod trouble;
mod writer;

use std::collections::BTreeSet;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};

pub use editions::{EditionOf, Named};
pub use error::LandingError;
pub use manifest::Entry;
pub use snapshot::{Edition, Marks, Refused, Snapshot};
pub use trouble::Trouble;
pub use writer::{Arrival, LandingWriter};

use crate::disk::{self, DiskError, File, Hashing, Kind};

/// The landing of a data directory, for reading; it needs no lock. [`LandingWriter`] adds to it.
#[derive(Debug, Clone)]
pub struct Landing {
    root: PathBuf,
    /// What may be read, when that is not all.
    only: Option<BTreeSet<Named>>,
    /// Editions that are passed over.
    left_out: BTreeSet<EditionOf>,
}

/// One file of the landing with what its manifest says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    /// The source it came from.
    pub source_id: String,
    /// Where it stands.
    pub path: PathBuf,
    /// Its request.
    pub entry: Entry,
}

impl Landing {
    /// The landing of a data directory; a landing that does not exist yet is empty.
    ///
    /// # Errors
    /// [`LandingError::Disk`] when the path leads through a file, [`LandingError::NotAFolder`] when a file
    /// stands in its place.
    pub fn open(data_dir: &Path) -> Result<Self, LandingError> {
        let root = data_dir.join("landing");
        match disk::kind(&root)? {
            // A link is the operator's choice of another disk; what is inside must be real.
            None | Some(Kind::Directory | Kind::Link) => Ok(Self {
                root,
                only: None,
                left_out: BTreeSet::new(),
            }),
            Some(_) => Err(LandingError::NotAFolder { path: root }),
        }
    }

    /// The landing as it was once read: these files and no other, replaced by now or not.
    #[must_use]
    pub fn restricted_to(mut self, files: BTreeSet<Named>) -> Self {
        self.only = Some(files);
        self
    }

    /// Every file that landed from a source, all vintages, sorted by peildatum, edition, name and content.
    ///
    /// Each is a regular file of the recorded length; its content is checked by [`Landed::open`].
    ///
    /// # Errors
    /// [`LandingError`] when the id is unsafe, the manifest is damaged, or a file is missing, cut off or a
    /// link.
    pub fn read_source(&self, source_id: &str) -> Result<Vec<Landed>, LandingError> {
        let Some(folder) = self.existing_folder(source_id)? else {
            return Ok(Vec::new());
        };
        let mut landed = Vec::new();
        for entry in manifest::read(&folder, source_id)? {
            let path = folder.join(entry.file_name());
            match disk::kind(&path)? {
                None => return Err(LandingError::Missing { path }),
                Some(Kind::File) => {}
                Some(_) => return Err(LandingError::NotAFile { path }),
            }
            let found_bytes = disk::length(&path)?;
            if found_bytes != entry.bytes {
                let (expected, found) = (format!("{} bytes", entry.bytes), format!("{found_bytes} bytes"));
                return Err(LandingError::Altered {
                    path,
                    expected,
                    found,
                });
            }
            landed.push(Landed {
                source_id: source_id.to_owned(),
                path,
                entry,
            });
        }
        Ok(landed)
    }

    /// The files that count: those whose place no other arrival has taken. So a file that was refused, or a peildatum
    /// that a person corrects, does not stand in the way of the right one.
    ///
    /// # Errors
    /// As [`Landing::read_source`].
    pub fn in_use(&self, source_id: &str) -> Result<Vec<Landed>, LandingError> {
        Ok(self.counting(source_id, self.read_source(source_id)?))
    }

    /// The folder of a source, `None` when nothing landed yet.
    fn existing_folder(&self, source_id: &str) -> Result<Option<PathBuf>, LandingError> {
        check_source_id(source_id)?;
        let folder = self.root.join(source_id);
        match disk::kind(&folder)? {
            None => Ok(None),
            Some(Kind::Directory) => Ok(Some(folder)),
            Some(_) => Err(LandingError::NotAFolder { path: folder }),
        }
    }
}

impl Landed {
    /// The file, read from its start, after its whole content was found to be what landed. The handle that
    /// was checked is the one that is returned.
    ///
    /// # Errors
    /// [`LandingError::Altered`] when the content differs from its fingerprint, [`LandingError::Disk`] when
    /// it cannot be read.
    pub fn open(&self) -> Result<BufReader<File>, LandingError> {
        let mut file = disk::open(&self.path)?;
        let found = disk::hash_reader(&mut file, &self.path)?;
        if found.sha256 != self.entry.sha256 {
            return Err(LandingError::altered(
                &self.path,
                &self.entry.sha256,
                &found.sha256,
            ));
        }
        file.rewind().map_err(|cause| LandingError::Unseekable {
            path: self.path.clone(),
            cause,
        })?;
        Ok(file)
    }

    /// The file, read from its start, whose content is checked on the way: whoever reads it calls
    /// [`Unchecked::finish`] before anything of it is believed.
    ///
    /// # Errors
    /// [`LandingError::Disk`] when it cannot be opened.
    pub fn open_unchecked(&self) -> Result<Unchecked<'_>, LandingError> {
        Ok(Unchecked {
            landed: self,
            content: Hashing::new(disk::open(&self.path)?.into_inner()),
        })
    }

    /// Whether the file still holds what landed.
    ///
    /// # Errors
    /// As [`Landed::open`].
    pub fn verify(&self) -> Result<(), LandingError> {
        self.open().map(drop)
    }
}

/// A landed file while it is read for the first and only time.
pub struct Unchecked<'l> {
    landed: &'l Landed,
    content: Hashing<File>,
}

impl Unchecked<'_> {
    /// Whether what was read is what landed; what was not read yet is read for it.
    ///
    /// # Errors
    /// As [`Landed::open`].
    pub fn finish(self) -> Result<(), LandingError> {
        let Landed { path, entry, .. } = self.landed;
        let found = self.content.finish().map_err(|cause| DiskError {
            action: "read",
            path: path.clone(),
            cause,
        })?;
        if found.sha256 == entry.sha256 {
            return Ok(());
        }
        Err(LandingError::altered(path, &entry.sha256, &found.sha256))
    }
}

impl Read for Unchecked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.content.read(buffer)
    }
}

/// One fingerprint of what a build reads: source, name, content, peildatum and edition of each file, in any
/// order. When it was fetched, from which address and with which headers does not count, so that a night on
/// which nothing changed looks like the night before. SHA-256, 64 hexadecimal digits.
pub fn fingerprint(landed: &[Landed]) -> String {
    let mut contents: Vec<_> = landed
        .iter()
        .map(|file| {
            (
                &file.source_id,
                &file.entry.name,
                &file.entry.sha256,
                file.entry.peildatum,
                &file.entry.edition,
            )
        })
        .collect();
    contents.sort();
    // The debug form quotes and escapes every text, so no two lists are written alike.
    disk::sha256_hex(format!("{contents:?}").as_bytes())
}

/// A source id becomes a folder's name.
fn check_source_id(source_id: &str) -> Result<(), LandingError> {
    check_name("source id", source_id)
}

fn check_name(what: &'static str, name: &str) -> Result<(), LandingError> {
    // Room for the fingerprint in front: file systems stop at 255 bytes.
    if disk::is_plain_name(name) {
        return Ok(());
    }
    let found = name.chars().take(60).flat_map(char::escape_debug).collect();
    Err(LandingError::BadName { what, found })
}

#[cfg(test)]
mod snapshot_tests;
#[cfg(test)]
mod tests;
