//! A published release: its id, where it stands, and whether it still is what was published.
//!
//! Reading needs no lock. [`current`] resolves the link once and hands out the release's own folder, so a
//! reader stays on one release while the next is published. A release is opened only after each of its files
//! was hashed: a figure from a damaged file is worse than none. Files that somebody put beside them, as a
//! spreadsheet program does while it has a file open, are not part of the release and are ignored.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::error::shorten;
use super::manifest::{FORMAT, is_table_name};
use super::{Manifest, PublishError};
use crate::disk::{self, Kind};

const TIME_FORMAT: &str = "%Y%m%dT%H%M%SZ";
/// How many digits of the content's hash stand in an id.
const HASH_DIGITS: usize = 8;
/// How many ids a content has in one second, see [`content_hash`].
pub(super) const ATTEMPTS: u32 = 16;

/// The name of a release: `20240131T021500Z-1a2b3c4d`, its time and the hash of its content. Safe as a
/// folder's name by its form; sorts by time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReleaseId(String);

impl ReleaseId {
    pub(super) fn new(published: DateTime<Utc>, content_hash: &str) -> Self {
        Self(format!(
            "{}-{content_hash:.HASH_DIGITS$}",
            published.format(TIME_FORMAT)
        ))
    }

    /// The day of its run, by the clock of the run.
    pub fn day(&self) -> Option<NaiveDate> {
        let (time, _) = self.0.split_once('-')?;
        let moment = NaiveDateTime::parse_from_str(time, TIME_FORMAT).ok()?;
        Some(moment.date())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReleaseId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for ReleaseId {
    type Err = PublishError;

    fn from_str(text: &str) -> Result<Self, PublishError> {
        let not_an_id = || PublishError::NotAnId { found: shorten(text) };
        let (time, hash) = text.split_once('-').ok_or_else(not_an_id)?;
        let moment = NaiveDateTime::parse_from_str(time, TIME_FORMAT).map_err(|_| not_an_id())?;
        let is_hash = hash.len() == HASH_DIGITS
            && hash
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        // Written back, because chrono also takes signs and single digits.
        if !is_hash || moment.format(TIME_FORMAT).to_string() != time {
            return Err(not_an_id());
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for ReleaseId {
    type Error = PublishError;

    fn try_from(text: String) -> Result<Self, PublishError> {
        text.parse()
    }
}

impl From<ReleaseId> for String {
    fn from(id: ReleaseId) -> Self {
        id.0
    }
}

/// A published release whose files were found to be what was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its folder, not through `current`.
    pub folder: PathBuf,
    /// What it says of itself.
    pub manifest: Manifest,
}

impl Release {
    /// Its id.
    pub fn id(&self) -> &ReleaseId {
        &self.manifest.release
    }

    /// The Parquet file of a table; `None` when the release has no such table.
    pub fn table_path(&self, name: &str) -> Option<PathBuf> {
        self.manifest
            .table(name)
            .map(|table| self.folder.join(&table.file))
    }
}

/// The release that `current` points at, verified; `None` when nothing was published yet.
///
/// # Errors
/// [`PublishError::Pointer`] when `current` is something else than a link to a release, else as [`open`].
pub fn current(data_dir: &Path) -> Result<Option<Release>, PublishError> {
    let Some(id) = pointed_at(data_dir)? else {
        return Ok(None);
    };
    open(data_dir, &id).map(Some)
}

/// A release by its id, verified: every file hashed, the manifest's own hashes against the id.
///
/// # Errors
/// [`PublishError`] when there is no such release, its manifest is damaged, or a file is missing or altered.
pub fn open(data_dir: &Path, id: &ReleaseId) -> Result<Release, PublishError> {
    let folder = folder_of(data_dir, id);
    match disk::kind(&folder)? {
        Some(Kind::Directory) => {}
        _ => return Err(PublishError::UnknownRelease { path: folder }),
    }
    let manifest = read_manifest(&folder, id)?;
    for (file, _, sha256) in manifest.files() {
        let path = folder.join(file);
        match disk::kind(&path)? {
            Some(Kind::File) => {}
            Some(_) => return Err(PublishError::NotAFile { path }),
            None => return Err(PublishError::Missing { path }),
        }
        let found = disk::hash_file(&path)?.sha256;
        if found != sha256 {
            let (expected, found) = (format!("sha256 {sha256}"), format!("sha256 {found}"));
            return Err(PublishError::Altered {
                path,
                expected,
                found,
            });
        }
    }
    Ok(Release { folder, manifest })
}

/// The ids of all releases, oldest first by the clocks of their runs. They are not opened.
///
/// # Errors
/// [`PublishError::Disk`] when the folder cannot be read.
pub fn list(data_dir: &Path) -> Result<Vec<ReleaseId>, PublishError> {
    let folder = releases_folder(data_dir);
    if disk::kind(&folder)?.is_none() {
        return Ok(Vec::new());
    }
    // What has no id for a name is not a release: staging, or something an operator put there.
    let names = disk::list(&folder)?;
    Ok(names
        .iter()
        .filter_map(|path| path.file_name()?.to_str()?.parse().ok())
        .collect())
}

/// The id that `current` names, without opening the release.
pub(super) fn pointed_at(data_dir: &Path) -> Result<Option<ReleaseId>, PublishError> {
    let path = pointer(data_dir);
    let wrong = |found: &str| PublishError::Pointer {
        path: path.clone(),
        found: found.to_owned(),
    };
    match disk::kind(&path)? {
        None => return Ok(None),
        Some(Kind::Link) => {}
        Some(Kind::Directory) => return Err(wrong("a folder")),
        Some(_) => return Err(wrong("a file")),
    }
    let target = disk::read_link(&path)?;
    let id = target
        .strip_prefix("releases")
        .ok()
        .and_then(Path::to_str)
        .and_then(|name| name.parse().ok());
    id.map(Some)
        .ok_or_else(|| wrong(&format!("a link to `{}`", shorten(&target.to_string_lossy()))))
}

pub(super) fn pointer(data_dir: &Path) -> PathBuf {
    data_dir.join("current")
}

pub(super) fn releases_folder(data_dir: &Path) -> PathBuf {
    data_dir.join("releases")
}

pub(super) fn folder_of(data_dir: &Path, id: &ReleaseId) -> PathBuf {
    releases_folder(data_dir).join(id.as_str())
}

/// The hash that an id is made of: path and SHA-256 of every file, sorted, and no time. `attempt` is 0; only
/// when that id is taken in the same second, by the same figures with another manifest or by chance, it
/// counts on.
pub(super) fn content_hash<'file>(
    files: impl Iterator<Item = (&'file str, u64, &'file str)>,
    attempt: u32,
) -> String {
    let mut sorted: Vec<_> = files.map(|(file, _, sha256)| (file, sha256)).collect();
    sorted.sort_unstable();
    // The debug form quotes and escapes every text, so no two lists are written alike.
    let mut text = format!("{sorted:?}");
    if attempt > 0 {
        text = format!("{text} {attempt}");
    }
    disk::sha256_hex(text.as_bytes())
}

/// Reads a manifest and holds it against itself and the release's id.
fn read_manifest(folder: &Path, id: &ReleaseId) -> Result<Manifest, PublishError> {
    let path = folder.join("manifest.json");
    match disk::kind(&path)? {
        Some(Kind::File) => {}
        Some(_) => return Err(PublishError::NotAFile { path }),
        None => return Err(PublishError::Missing { path }),
    }
    let wrong = |expected: String, found: String| PublishError::Manifest {
        path: path.clone(),
        expected,
        found,
    };
    let manifest: Manifest = serde_json::from_slice(&disk::read(&path)?)
        .map_err(|error| wrong("a manifest as nulmeting writes it".to_owned(), error.to_string()))?;
    if manifest.format != FORMAT {
        return Err(wrong(format!("format {FORMAT}"), manifest.format.to_string()));
    }
    if manifest.release != *id {
        return Err(wrong(format!("release {id}"), manifest.release.to_string()));
    }
    for table in &manifest.tables {
        let expected = table.description.file();
        if !is_table_name(&table.description.name) || table.file != expected {
            return Err(wrong(
                format!("the file {expected}"),
                format!("`{}`", shorten(&table.file)),
            ));
        }
    }
    if let Some(report) = manifest
        .reports
        .iter()
        .find(|report| !is_report_file(&report.file))
    {
        return Err(wrong(
            "a file below rapport/".to_owned(),
            format!("`{}`", shorten(&report.file)),
        ));
    }
    let names_this_content =
        |attempt| ReleaseId::new(manifest.published, &content_hash(manifest.files(), attempt)) == *id;
    if !(0..ATTEMPTS).any(names_this_content) {
        return Err(wrong(
            format!("the time and hashes that give {id}"),
            "others".to_owned(),
        ));
    }
    Ok(manifest)
}

/// Whether a path of a manifest stands below `rapport/` and only goes down, by plain names.
pub(super) fn is_report_file(file: &str) -> bool {
    file.strip_prefix("rapport/")
        .is_some_and(|below| below.split('/').all(disk::is_plain_name))
}
