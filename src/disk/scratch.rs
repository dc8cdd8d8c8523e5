//! A file without a name for what does not fit in memory: it is gone when it is closed, also after a crash.

use std::io::Seek as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::{DiskError, File};

/// Room on the disk that several threads write to and read from, each at its own places.
#[derive(Debug)]
pub struct Scratch {
    file: File,
    path: PathBuf,
}

impl Scratch {
    /// Makes the file in this folder and takes its name away.
    ///
    /// # Errors
    /// [`DiskError`] when it cannot be made.
    pub fn create(folder: &Path) -> Result<Self, DiskError> {
        let path = super::partial_path(folder);
        let file = fs_err::OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(|cause| DiskError::new("create", &path, cause))?;
        super::remove_file(&path)?;
        Ok(Self { file, path })
    }

    /// Writes bytes at a place; what lies between is zero.
    ///
    /// # Errors
    /// [`DiskError`] when they cannot be written, such as on a full disk.
    pub fn write_at(&self, bytes: &[u8], offset: u64) -> Result<(), DiskError> {
        self.file
            .file()
            .write_all_at(bytes, offset)
            .map_err(|cause| DiskError::new("write", &self.path, cause))
    }

    /// Fills the buffer from a place.
    ///
    /// # Errors
    /// [`DiskError`] when there are not as many bytes, or they cannot be read.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), DiskError> {
        self.file
            .file()
            .read_exact_at(buffer, offset)
            .map_err(|cause| DiskError::new("read", &self.path, cause))
    }

    /// The same file for a library that reads or writes it from its start.
    ///
    /// # Errors
    /// [`DiskError`] when the process has too many open files.
    pub fn share(&self) -> Result<std::fs::File, DiskError> {
        let shared = self.file.file().try_clone().and_then(|mut file| {
            file.rewind()?;
            Ok(file)
        });
        shared.map_err(|cause| DiskError::new("read", &self.path, cause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_at_a_place_is_read_there_and_the_folder_stays_empty() {
        let folder = tempfile::tempdir().unwrap();
        let scratch = Scratch::create(folder.path()).unwrap();
        scratch.write_at(b"later", 7).unwrap();
        scratch.write_at(b"first", 0).unwrap();
        let mut all = [1; 12];
        scratch.read_at(&mut all, 0).unwrap();
        assert_eq!(&all, b"first\0\0later");
        assert!(scratch.read_at(&mut all, 1).is_err());
        assert_eq!(super::super::list(folder.path()).unwrap(), Vec::<PathBuf>::new());
    }
}
