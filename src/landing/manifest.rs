//! The manifest of one source: every request that brought data, as JSON beside the files.
//!
//! It is read back as strictly as foreign input, because it decides which bytes count: a name that could
//! leave the folder, an entry that stands twice or a field from elsewhere is refused, never skipped.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::LandingError;
use crate::clock::{serde_date, serde_stamp};
use crate::disk;

/// Raised when the meaning of a field changes.
const FORMAT: u32 = 1;
/// How many digits of the SHA-256 stand in a file's name.
const NAME_DIGITS: usize = 16;

/// One request and what it brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What the file is called, without its fingerprint: `policedata2012.csv.gz`.
    pub name: String,
    /// The address that was asked.
    pub url: String,
    /// When these bytes first came, UTC.
    #[serde(with = "serde_stamp")]
    pub time: DateTime<Utc>,
    /// When the source last gave the same bytes, UTC; equal to `time` at first.
    #[serde(with = "serde_stamp")]
    pub confirmed: DateTime<Utc>,
    /// The HTTP status.
    pub status: u16,
    /// The answer's `ETag`.
    pub etag: Option<String>,
    /// The answer's `Last-Modified`, as the server wrote it.
    pub last_modified: Option<String>,
    /// SHA-256 of the content, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
    /// Records in the file, when whoever fetched it counted them.
    pub rows: Option<u64>,
    /// The day on which the source held these figures.
    #[serde(with = "serde_date")]
    pub peildatum: NaiveDate,
    /// Which edition of the source it belongs to, such as a municipal division; files of one vintage share
    /// it.
    pub edition: Option<String>,
    /// The state of the table that it is a part of, for a table that came in many answers: see
    /// [`super::snapshot::Edition`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Whether another arrival has taken its place: other bytes of the same name and vintage, or the same bytes under
    /// a vintage that was corrected. The file stays; it is not read any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replaced: bool,
}

impl Entry {
    /// What the file is called in the landing.
    pub fn file_name(&self) -> String {
        file_name(&self.sha256, &self.name)
    }

    /// Whether only one of the two can be right: other bytes of one file of one vintage, or one file under two vintages.
    pub(super) fn excludes(&self, other: &Self) -> bool {
        let same_vintage = self.peildatum == other.peildatum && self.edition == other.edition;
        self.name == other.name && (same_vintage != (self.sha256 == other.sha256))
    }

    /// Whether it is the same file of the same vintage, of the same state or of one that nobody asked.
    pub(super) fn takes_the_place_of(&self, other: &Self) -> bool {
        let stateless = Self {
            state: other.state.clone(),
            ..self.clone()
        };
        stateless.identity() == other.identity() && (other.state.is_none() || other.state == self.state)
    }

    /// What makes two entries the same file of the same state of the same vintage; also the order of the manifest. Two
    /// states of one day may share an answer: each keeps its entry, so that the earlier can be read without the later.
    pub(super) fn identity(&self) -> (NaiveDate, Option<&str>, &str, &str, Option<&str>) {
        (
            self.peildatum,
            self.edition.as_deref(),
            &self.name,
            &self.sha256,
            self.state.as_deref(),
        )
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    format: u32,
    source: String,
    entries: Vec<Entry>,
}

/// `<first 16 digits>-<name>`.
pub(super) fn file_name(sha256: &str, name: &str) -> String {
    format!("{sha256:.NAME_DIGITS$}-{name}")
}

/// The entries of a source, in the order of [`Entry::identity`]; none when there is no manifest yet.
pub(super) fn read(folder: &Path, source_id: &str) -> Result<Vec<Entry>, LandingError> {
    let path = path(folder);
    match disk::kind(&path)? {
        None => return Ok(Vec::new()),
        Some(disk::Kind::File) => {}
        Some(_) => return Err(LandingError::NotAFile { path }),
    }
    let manifest: Manifest =
        serde_json::from_slice(&disk::read(&path)?).map_err(|error| LandingError::Manifest {
            path: path.clone(),
            expected: "a manifest as nulmeting writes it".to_owned(),
            found: error.to_string(),
        })?;
    check(&manifest, source_id).map_err(|(expected, found)| LandingError::Manifest {
        path,
        expected,
        found: format!(
            "`{}`",
            found
                .chars()
                .take(60)
                .flat_map(char::escape_debug)
                .collect::<String>()
        ),
    })?;
    let mut entries = manifest.entries;
    entries.sort_by(|left, right| left.identity().cmp(&right.identity()));
    Ok(entries)
}

/// Writes the entries in one step; `entries` must be sorted by [`Entry::identity`].
pub(super) fn write(folder: &Path, source_id: &str, entries: &[Entry]) -> Result<(), LandingError> {
    let manifest = Manifest {
        format: FORMAT,
        source: source_id.to_owned(),
        entries: entries.to_vec(),
    };
    let path = path(folder);
    let mut text = serde_json::to_vec_pretty(&manifest).map_err(|error| LandingError::Manifest {
        path: path.clone(),
        expected: "entries that can be written as JSON".to_owned(),
        found: error.to_string(),
    })?;
    text.push(b'\n');
    Ok(disk::write_atomic(&path, &text)?)
}

fn path(folder: &Path) -> PathBuf {
    folder.join("manifest.json")
}

/// What must be true of a manifest beyond its shape; the error is what was expected and what was found.
fn check(manifest: &Manifest, source_id: &str) -> Result<(), (String, String)> {
    if manifest.format != FORMAT {
        return Err((format!("format {FORMAT}"), manifest.format.to_string()));
    }
    if manifest.source != source_id {
        return Err((
            format!("the manifest of source `{source_id}`"),
            manifest.source.clone(),
        ));
    }
    let mut identities = std::collections::BTreeSet::new();
    for entry in &manifest.entries {
        if !disk::is_plain_name(&entry.name) {
            return Err(("a plain file name".to_owned(), entry.name.clone()));
        }
        if !is_sha256(&entry.sha256) {
            return Err((
                "a sha256 of 64 lower-case hexadecimal digits".to_owned(),
                entry.sha256.clone(),
            ));
        }
        if !identities.insert(entry.identity()) {
            return Err(("each file of a vintage once".to_owned(), entry.name.clone()));
        }
    }
    Ok(())
}

/// Whether an entry can stand in a manifest: its name cannot leave the folder, its fingerprint is one.
pub(super) fn is_sound(entry: &Entry) -> bool {
    disk::is_plain_name(&entry.name) && is_sha256(&entry.sha256)
}

fn is_sha256(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == 64 && text.bytes().all(is_digit)
}
