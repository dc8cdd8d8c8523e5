//! The one door to the disk.
//!
//! Everything that is read or written goes through these few functions, so that every error names its path,
//! every listing is sorted, and whatever must survive a power cut is synced: a file before it gets its name,
//! a folder after a name in it changed, before anything relies on that. Nothing here knows what a landing or a release is.
//!
//! Nothing is overwritten in place. A file or link that replaces another one is made under a temporary name
//! (`.partial-…`) beside it and renamed, which rename(2) does in one step; what a crash leaves of that has a
//! name that no reader looks at, and [`sweep_partials`] removes it.

use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

mod scratch;

pub use scratch::Scratch;

/// A file that names its path in every error.
pub type File = fs_err::File;

/// How the name of everything unfinished begins.
const PARTIAL_PREFIX: &str = ".partial-";
/// Large enough that system calls do not show beside the hashing.
const COPY_BUFFER_BYTES: usize = 128 * 1024;

/// The disk refused; the caller's exit code is 74.
///
/// `cause` is a whole sentence with the path in it, so it is what is shown and is not repeated as a source.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct DiskError {
    /// What was being done, as a verb: `read`, `create`, `rename`.
    pub action: &'static str,
    /// The file or folder it was done to.
    pub path: PathBuf,
    /// What the operating system answered.
    pub cause: io::Error,
}

impl DiskError {
    fn new(action: &'static str, path: &Path, cause: io::Error) -> Self {
        Self {
            action,
            path: path.to_path_buf(),
            cause,
        }
    }

    /// What the user can do about it, when the kind of error tells.
    pub fn hint(&self) -> Option<String> {
        let path = self.path.display();
        match self.cause.kind() {
            io::ErrorKind::PermissionDenied => Some(format!(
                "give the user that runs nulmeting the right to {} `{path}`",
                self.action
            )),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Some("free space on this disk or choose another data directory with --data".to_owned())
            }
            io::ErrorKind::ReadOnlyFilesystem => {
                Some("this disk is mounted read-only; choose another data directory with --data".to_owned())
            }
            io::ErrorKind::NotADirectory => {
                Some(format!("a part of `{path}` is a file where a folder must be"))
            }
            io::ErrorKind::NotFound => Some(format!(
                "check that `{path}` exists and is spelled as on the disk"
            )),
            _ => None,
        }
    }
}

/// What broke while bytes were copied: whoever delivered them, or the disk.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The reader failed; nothing is wrong with the disk.
    #[error("{0}")]
    Reader(io::Error),
    /// The bytes could not be written.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// Size and fingerprint of a file's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// SHA-256, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
}

/// What a path is, without following a symbolic link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, wherever it points.
    Link,
    /// A socket, pipe or device.
    Other,
}

/// A file that was to be locked, open for reading and writing.
#[derive(Debug)]
pub enum Lock {
    /// The lock is ours until the file is closed.
    Taken(File),
    /// Another has it.
    Busy(File),
}

/// Whether a name that came from outside is safe as one part of a path: 1 to 200 ASCII letters, digits, `.`,
/// `-` and `_`, and no dot in front. Such a name cannot leave its folder, hide, or differ between systems.
pub fn is_plain_name(name: &str) -> bool {
    (1..=200).contains(&name.len())
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

/// The SHA-256 of bytes in memory, 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// Reads a whole file.
///
/// # Errors
/// [`DiskError`] when it cannot be opened or read.
pub fn read(path: &Path) -> Result<Vec<u8>, DiskError> {
    fs_err::read(path).map_err(|cause| DiskError::new("read", path, cause))
}

/// Reads a whole file that must be UTF-8.
///
/// # Errors
/// [`DiskError`] when it cannot be read or is not UTF-8.
pub fn read_to_string(path: &Path) -> Result<String, DiskError> {
    fs_err::read_to_string(path).map_err(|cause| DiskError::new("read", path, cause))
}

/// Opens a file for reading from its start, buffered.
///
/// # Errors
/// [`DiskError`] when it cannot be opened.
pub fn open(path: &Path) -> Result<BufReader<File>, DiskError> {
    let file = File::open(path).map_err(|cause| DiskError::new("read", path, cause))?;
    Ok(BufReader::new(file))
}

/// Creates a file that does not exist yet, for writing. The writer calls [`sync`] on the path when it is
/// complete.
///
/// # Errors
/// [`DiskError`] when it exists (a dangling link counts) or cannot be created.
pub fn create_new(path: &Path) -> Result<File, DiskError> {
    File::create_new(path).map_err(|cause| DiskError::new("create", path, cause))
}

/// Opens an existing file to add to its end; see [`append`].
///
/// # Errors
/// [`DiskError`] when it is not there or cannot be written.
pub fn open_to_append(path: &Path) -> Result<File, DiskError> {
    fs_err::OpenOptions::new()
        .append(true)
        .open(path)
        .map_err(|cause| DiskError::new("open", path, cause))
}

/// Adds bytes to the end of a file, without a sync: a power cut may leave a part of them, or nothing.
///
/// # Errors
/// [`DiskError`] when it cannot be written.
pub fn append(file: &mut File, bytes: &[u8]) -> Result<(), DiskError> {
    let path = file.path().to_path_buf();
    file.write_all(bytes)
        .map_err(|cause| DiskError::new("write", &path, cause))
}

/// Writes a whole file so that a reader sees either the old content or all of the new, also after a power
/// cut.
///
/// # Errors
/// [`DiskError`] when any step fails; the old file then stands and nothing is left behind.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    let partial = partial_path(&parent(path));
    let written = create_new(&partial).and_then(|mut file| {
        file.write_all(bytes)
            .and_then(|()| file.sync_all())
            .map_err(|cause| DiskError::new("write", &partial, cause))
    });
    if let Err(error) = written.and_then(|()| rename(&partial, path)) {
        discard(&partial);
        return Err(error);
    }
    Ok(())
}

/// Copies a stream into a new file, hashing on the way, and syncs the file (not its folder).
///
/// # Errors
/// [`CopyError::Reader`] when the stream fails, [`CopyError::Disk`] when the file exists or cannot be
/// written. A part of the file may then be left; the caller removes it.
pub fn write_hashed(mut reader: impl Read, to: &Path) -> Result<Content, CopyError> {
    let mut file = create_new(to)?;
    let content = pump(&mut reader, |chunk| {
        file.write_all(chunk)
            .map_err(|cause| CopyError::Disk(DiskError::new("write", to, cause)))
    })?;
    file.sync_all()
        .map_err(|cause| DiskError::new("write", to, cause))?;
    Ok(content)
}

/// A reader that hashes what goes through it, so that a large file need not be read twice.
pub struct Hashing<R> {
    inner: R,
    hasher: Sha256,
    bytes: u64,
}

impl<R: Read> Hashing<R> {
    /// Nothing went through yet.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            hasher: Sha256::new(),
            bytes: 0,
        }
    }

    /// Reads to the end what is left, and says what it was.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn finish(mut self) -> io::Result<Content> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(Content {
            sha256: format!("{:x}", self.hasher.finalize()),
            bytes: self.bytes,
        })
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..length).unwrap_or_default());
        self.bytes += length as u64;
        Ok(length)
    }
}

/// Size and SHA-256 of a file.
///
/// # Errors
/// [`DiskError`] when it cannot be read.
pub fn hash_file(path: &Path) -> Result<Content, DiskError> {
    let mut file = File::open(path).map_err(|cause| DiskError::new("read", path, cause))?;
    hash_reader(&mut file, path)
}

/// Size and SHA-256 of what is left to read; `path` is only for the error.
///
/// # Errors
/// [`DiskError`] when the reader fails.
pub fn hash_reader(reader: &mut impl Read, path: &Path) -> Result<Content, DiskError> {
    pump(reader, |_| Ok(())).map_err(|error| reader_is_disk(error, path))
}

/// Moves a stream through SHA-256 and hands each piece on.
fn pump(
    reader: &mut impl Read,
    mut write: impl FnMut(&[u8]) -> Result<(), CopyError>,
) -> Result<Content, CopyError> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0_u8; COPY_BUFFER_BYTES];
    let mut bytes = 0;
    loop {
        let length = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
            Err(cause) => return Err(CopyError::Reader(cause)),
        };
        let Some(chunk) = buffer.get(..length) else {
            return Err(CopyError::Reader(io::Error::other(
                "the reader claims more bytes than it was asked for",
            )));
        };
        hasher.update(chunk);
        write(chunk)?;
        bytes += length as u64;
    }
    Ok(Content {
        sha256: format!("{:x}", hasher.finalize()),
        bytes,
    })
}

fn reader_is_disk(error: CopyError, path: &Path) -> DiskError {
    match error {
        CopyError::Reader(cause) => DiskError::new("read", path, cause),
        CopyError::Disk(error) => error,
    }
}

/// Brings a file's content, or the names in a folder, safely onto the disk.
///
/// # Errors
/// [`DiskError`] when it cannot be opened or synced.
pub fn sync(path: &Path) -> Result<(), DiskError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(|cause| DiskError::new("sync", path, cause))
}

/// The entries of a folder as full paths, sorted by name as bytes.
///
/// # Errors
/// [`DiskError`] when the folder cannot be read.
pub fn list(folder: &Path) -> Result<Vec<PathBuf>, DiskError> {
    let mut paths = fs_err::read_dir(folder)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|found| found.path()))
                .collect::<Result<Vec<_>, _>>()
        })
        .map_err(|cause| DiskError::new("list", folder, cause))?;
    paths.sort();
    Ok(paths)
}

/// Everything below a folder with what it is, folders included, a folder before its entries, sorted. Links
/// are reported and not followed.
///
/// # Errors
/// [`DiskError`] when a folder cannot be read.
pub fn walk(folder: &Path) -> Result<Vec<(PathBuf, Kind)>, DiskError> {
    let mut found = Vec::new();
    let mut pending = list(folder)?;
    pending.reverse();
    while let Some(path) = pending.pop() {
        // An entry that is gone by now was not ours to report.
        let Some(path_kind) = kind(&path)? else { continue };
        if path_kind == Kind::Directory {
            pending.extend(list(&path)?.into_iter().rev());
        }
        found.push((path, path_kind));
    }
    Ok(found)
}

/// What a path is, without following a link; `None` when nothing is there.
///
/// # Errors
/// [`DiskError`] when the question cannot be answered, such as a path that leads through a file.
pub fn kind(path: &Path) -> Result<Option<Kind>, DiskError> {
    let kind = match fs_err::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Kind::Link,
        Ok(metadata) if metadata.is_dir() => Kind::Directory,
        Ok(metadata) if metadata.is_file() => Kind::File,
        Ok(_) => Kind::Other,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(DiskError::new("read", path, cause)),
    };
    Ok(Some(kind))
}

/// The length of a file in bytes, a link followed.
///
/// # Errors
/// [`DiskError`] when there is none.
pub fn length(path: &Path) -> Result<u64, DiskError> {
    let metadata = fs_err::metadata(path).map_err(|cause| DiskError::new("read", path, cause))?;
    Ok(metadata.len())
}

/// Makes a folder and those above it, and syncs each folder that got a new entry.
///
/// # Errors
/// [`DiskError`] when one cannot be made.
pub fn create_dir_all(path: &Path) -> Result<(), DiskError> {
    let missing: Vec<PathBuf> = path
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .map(Path::to_path_buf)
        .collect();
    fs_err::create_dir_all(path).map_err(|cause| DiskError::new("create", path, cause))?;
    for folder in missing {
        sync(&parent(&folder))?;
    }
    Ok(())
}

/// Removes a file or a link, not what a link points at; nothing there is fine.
///
/// # Errors
/// [`DiskError`] when it cannot be removed.
pub fn remove_file(path: &Path) -> Result<(), DiskError> {
    match fs_err::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(DiskError::new("remove", path, cause)),
        _ => Ok(()),
    }
}

/// Removes a folder with everything in it, links not followed; nothing there is fine.
///
/// # Errors
/// [`DiskError`] when a part of it cannot be removed.
pub fn remove_tree(path: &Path) -> Result<(), DiskError> {
    match fs_err::remove_dir_all(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(DiskError::new("remove", path, cause)),
        _ => Ok(()),
    }
}

/// Renames in one step, on the same disk. A file at `to` is replaced. The caller calls [`sync`] on the folder before anything
/// relies on the new name.
///
/// # Errors
/// [`DiskError`] when the rename fails.
pub fn rename_loosely(from: &Path, to: &Path) -> Result<(), DiskError> {
    fs_err::rename(from, to).map_err(|cause| DiskError::new("rename", to, cause))
}

/// Renames in one step, on the same disk, and syncs the folders on both sides. A file at `to` is replaced.
///
/// # Errors
/// [`DiskError`] when the rename or a sync fails.
pub fn rename(from: &Path, to: &Path) -> Result<(), DiskError> {
    rename_loosely(from, to)?;
    let (old_parent, new_parent) = (parent(from), parent(to));
    if old_parent != new_parent {
        sync(&old_parent)?;
    }
    sync(&new_parent)
}

/// Lets the link at `link` point to `target` (taken as it is written, relative to the link's folder) in one
/// step.
///
/// # Errors
/// [`DiskError`] when the link cannot be made or `link` is a folder; the old link then stands.
pub fn replace_link(target: &Path, link: &Path) -> Result<(), DiskError> {
    let partial = partial_path(&parent(link));
    fs_err::os::unix::fs::symlink(target, &partial)
        .map_err(|cause| DiskError::new("create", &partial, cause))?;
    let renamed = rename(&partial, link);
    if renamed.is_err() {
        discard(&partial);
    }
    renamed
}

/// Where a link points, as it is written.
///
/// # Errors
/// [`DiskError`] when it is not a link or cannot be read.
pub fn read_link(path: &Path) -> Result<PathBuf, DiskError> {
    fs_err::read_link(path).map_err(|cause| DiskError::new("read", path, cause))
}

/// The absolute path with every link resolved.
///
/// # Errors
/// [`DiskError`] when the path does not exist.
pub fn canonical(path: &Path) -> Result<PathBuf, DiskError> {
    fs_err::canonicalize(path).map_err(|cause| DiskError::new("resolve", path, cause))
}

/// Opens (or makes) a file for reading and writing and locks it, without waiting. The lock lasts until the
/// file is closed, which the kernel does for a process that was killed.
///
/// # Errors
/// [`DiskError`] when the file cannot be opened or the disk cannot lock.
pub fn try_lock(path: &Path) -> Result<Lock, DiskError> {
    let file = fs_err::OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|cause| DiskError::new("open", path, cause))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock::Taken(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(Lock::Busy(file)),
        Err(std::fs::TryLockError::Error(cause)) => {
            let sentence = io::Error::new(
                cause.kind(),
                format!("failed to lock `{}`: {cause}", path.display()),
            );
            Err(DiskError::new("lock", path, sentence))
        }
    }
}

/// Replaces the content of an open file. Not atomic: only for a file that is read as a courtesy, such as the
/// lock.
///
/// # Errors
/// [`DiskError`] when it cannot be written.
pub fn rewrite(file: &mut File, bytes: &[u8]) -> Result<(), DiskError> {
    let path = file.path().to_path_buf();
    file.set_len(0)
        .and_then(|()| io::Seek::rewind(file))
        .and_then(|()| file.write_all(bytes))
        .and_then(|()| file.sync_all())
        .map_err(|cause| DiskError::new("write", &path, cause))
}

/// A name for something unfinished in this folder that nothing in this process has used. Two processes share
/// a folder only one after the other (the run lock), and the second sweeps first.
pub fn partial_path(folder: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    folder.join(format!("{PARTIAL_PREFIX}{}-{number}", std::process::id()))
}

/// Removes what a crash left unfinished in this folder. Only for whoever holds the run lock: the partial of a
/// living process looks the same. A folder that does not exist has none.
///
/// # Errors
/// [`DiskError`] when the folder cannot be read or a leftover cannot be removed.
pub fn sweep_partials(folder: &Path) -> Result<(), DiskError> {
    sweep(folder, PARTIAL_PREFIX)
}

/// Removes every entry of a folder whose name begins with `prefix`; see [`sweep_partials`] for who may.
///
/// # Errors
/// As [`sweep_partials`].
pub fn sweep(folder: &Path, prefix: &str) -> Result<(), DiskError> {
    if kind(folder)?.is_none() {
        return Ok(());
    }
    for path in list(folder)? {
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        if !name.starts_with(prefix.as_bytes()) {
            continue;
        }
        match kind(&path)? {
            Some(Kind::Directory) => remove_tree(&path)?,
            _ => remove_file(&path)?,
        }
    }
    Ok(())
}

/// Removes a partial after another error; that error is the one to report, and the next sweep gets what
/// stays.
pub fn discard(partial: &Path) {
    drop(remove_file(partial));
}

/// The folder a path stands in; a bare name stands in the working directory.
fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        Some(_) => PathBuf::from("."),
        None => path.to_path_buf(),
    }
}

#[cfg(test)]
mod tests;
