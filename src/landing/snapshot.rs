//! A table that comes in many answers: they are all there, or for a reader there is nothing.
//!
//! ```text
//! landing/<source>/unfinished.jsonl      the first line says what is being fetched; then one line an answer
//! ```
//! Each answer is a file of the landing from the moment it is stored, but the manifest does not name it. When the
//! last one is in and the table was proven whole, [`Snapshot::commit`] names them all in one step. A fetch that was
//! interrupted finds its answers in the journal and asks only for the rest; when the source has moved on meanwhile
//! they are thrown away. The journal is not synced: what a power cut took of it is asked again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, SubsecRound as _, Utc};
use serde::{Deserialize, Serialize};

use super::writer::{entry_of, receive, refuse_status, settle};
use super::{Arrival, Entry, Landed, LandingError, LandingWriter, check_name, check_source_id, manifest};
use crate::clock::serde_date;
use crate::disk::{self, File, Kind};

/// What is fetched, as the source names it; two that are equal are the same table in the same state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// The source's own mark of the state of its table, with what was asked of it; only compared for equality.
    pub state: String,
    /// The day on which the source held these figures.
    #[serde(with = "serde_date")]
    pub peildatum: NaiveDate,
    /// Year of the municipal division, for a table that has one.
    pub division: Option<String>,
}

/// How a server marks the version of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    /// `ETag`, with its quotes.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// Why an answer was not kept.
#[derive(Debug)]
pub enum Refused<E> {
    /// Whoever judged it refused it.
    Judged(E),
    /// It could not land.
    Landing(LandingError),
}

/// A table on its way in. Answers may be stored from several threads.
#[derive(Debug)]
pub struct Snapshot<'writer, 'lock> {
    writer: &'writer mut LandingWriter<'lock>,
    source_id: String,
    folder: PathBuf,
    edition: Edition,
    arrived: Mutex<Journal>,
}

#[derive(Debug)]
struct Journal {
    file: File,
    entries: BTreeMap<String, Entry>,
}

impl<'lock> LandingWriter<'lock> {
    /// Begins to take in a table, or goes on where an interrupted fetch of the same edition stopped.
    ///
    /// # Errors
    /// [`LandingError`] when the folder or its journal cannot be used.
    pub fn snapshot(
        &mut self,
        source_id: &str,
        edition: Edition,
    ) -> Result<Snapshot<'_, 'lock>, LandingError> {
        check_source_id(source_id)?;
        let folder = self.folder(source_id)?;
        let known = self.load(source_id)?;
        let path = journal_path(&folder);
        let (begun, mut entries) = read(&path)?;
        // Of an interrupted fetch only what is whole counts; the rest is asked again.
        let mut left = Vec::new();
        entries.retain(|_, entry| {
            let is_wanted = begun.as_ref() == Some(&edition) && is_whole(&folder, entry);
            if !is_wanted {
                left.push(entry.file_name());
            }
            is_wanted
        });
        let is_named = |name: &String| known.iter().any(|entry| entry.file_name() == *name);
        for name in left.iter().filter(|name| !is_named(name)) {
            let path = folder.join(name);
            if disk::kind(&path)? == Some(Kind::File) {
                disk::remove_file(&path)?;
            }
        }
        let mut text = line(&path, &edition)?;
        for entry in entries.values() {
            text.extend(line(&path, entry)?);
        }
        disk::write_atomic(&path, &text)?;
        Ok(Snapshot {
            source_id: source_id.to_owned(),
            arrived: Mutex::new(Journal {
                file: disk::open_to_append(&path)?,
                entries,
            }),
            folder,
            edition,
            writer: self,
        })
    }

    /// The edition of a source that was taken in last, if any was.
    ///
    /// # Errors
    /// [`LandingError`] when the manifest is damaged.
    pub fn newest_edition(&mut self, source_id: &str) -> Result<Option<Edition>, LandingError> {
        check_source_id(source_id)?;
        let known = self.load(source_id)?;
        let fetched = known.iter().filter(|entry| !entry.replaced);
        let newest = fetched
            .filter_map(|entry| Some((entry.time, entry, entry.state.clone()?)))
            .max_by_key(|(time, ..)| *time);
        Ok(newest.map(|(_, entry, state)| Edition {
            state,
            peildatum: entry.peildatum,
            division: entry.edition.clone(),
        }))
    }

    /// What the source said of the version of one of its answers in the edition that was taken in last: `ETag` and
    /// `Last-Modified`, as they came.
    ///
    /// # Errors
    /// [`LandingError`] when the manifest is damaged.
    pub fn marks(&mut self, source_id: &str, name: &str) -> Result<Marks, LandingError> {
        let newest = self.newest_edition(source_id)?;
        let known = self.load(source_id)?;
        let answer = known.iter().find(|entry| {
            entry.name == name
                && !entry.replaced
                && entry.state.as_ref() == newest.as_ref().map(|edition| &edition.state)
        });
        Ok(answer.map_or_else(Marks::default, |entry| Marks {
            etag: entry.etag.clone(),
            last_modified: entry.last_modified.clone(),
        }))
    }

    /// Notes that the source still holds an edition.
    ///
    /// # Errors
    /// [`LandingError`] when the manifest cannot be written.
    pub fn confirm(
        &mut self,
        source_id: &str,
        edition: &Edition,
        time: DateTime<Utc>,
    ) -> Result<(), LandingError> {
        let folder = self.folder(source_id)?;
        let mut entries = self.load(source_id)?.to_vec();
        for entry in entries
            .iter_mut()
            .filter(|entry| entry.state.as_ref() == Some(&edition.state))
        {
            entry.confirmed = entry.confirmed.max(time.trunc_subsecs(0));
        }
        self.replace_manifest(source_id, &folder, entries)
    }
}

impl Snapshot<'_, '_> {
    /// An answer that an interrupted fetch brought.
    pub fn found(&self, name: &str) -> Option<Landed> {
        let journal = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = journal.entries.get(name)?.clone();
        Some(self.landed(entry))
    }

    /// Takes in one answer. `judge` reads it where it stands before it counts; what it refuses is not kept.
    ///
    /// # Errors
    /// [`Refused`]; nothing of the answer is kept then.
    pub fn store<T, E>(
        &self,
        arrival: Arrival,
        body: impl std::io::Read,
        judge: impl FnOnce(&Path) -> Result<T, E>,
    ) -> Result<(Landed, T), Refused<E>> {
        let landing = Refused::Landing;
        check_name("file name", &arrival.name).map_err(landing)?;
        refuse_status(&self.source_id, &arrival).map_err(landing)?;
        let partial = disk::partial_path(&self.folder);
        let kept = receive(&self.source_id, &arrival.url, body, &partial)
            .map_err(landing)
            .and_then(|content| Ok((content, judge(&partial).map_err(Refused::Judged)?)))
            .and_then(|(content, judged)| {
                settle(&partial, &self.folder, &arrival.name, &content).map_err(landing)?;
                Ok((content, judged))
            });
        if kept.is_err() {
            disk::discard(&partial);
        }
        let (content, judged) = kept?;
        let mut entry = entry_of(arrival, content);
        entry.peildatum = self.edition.peildatum;
        entry.edition.clone_from(&self.edition.division);
        entry.state = Some(self.edition.state.clone());
        self.note(&entry).map_err(landing)?;
        Ok((self.landed(entry), judged))
    }

    fn landed(&self, entry: Entry) -> Landed {
        Landed {
            source_id: self.source_id.clone(),
            path: self.folder.join(entry.file_name()),
            entry,
        }
    }

    fn note(&self, entry: &Entry) -> Result<(), LandingError> {
        let path = journal_path(&self.folder);
        let text = line(&path, entry)?;
        let mut journal = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        disk::append(&mut journal.file, &text)?;
        journal.entries.insert(entry.name.clone(), entry.clone());
        Ok(())
    }

    /// Makes everything that arrived count, in one step. Another edition of the same peildatum counts no more.
    ///
    /// # Errors
    /// [`LandingError`] when the manifest cannot be written; nothing counts then, and nothing is lost.
    pub fn commit(self) -> Result<(), LandingError> {
        let journal = self.arrived.into_inner().unwrap_or_else(PoisonError::into_inner);
        let arrived = journal.entries;
        let mut entries = self.writer.load(&self.source_id)?.to_vec();
        entries.retain(|entry| {
            arrived
                .get(&entry.name)
                .is_none_or(|other| !other.takes_the_place_of(entry))
        });
        for other in &mut entries {
            let same_day = other.peildatum == self.edition.peildatum;
            other.replaced |= other.state.is_some() && same_day;
        }
        entries.extend(arrived.into_values());
        entries.sort_by(|left, right| left.identity().cmp(&right.identity()));
        self.writer
            .replace_manifest(&self.source_id, &self.folder, entries)?;
        drop(journal.file);
        Ok(disk::remove_file(&journal_path(&self.folder))?)
    }

    /// Throws away everything that arrived.
    ///
    /// # Errors
    /// [`LandingError::Disk`] when a file cannot be removed.
    pub fn discard(self) -> Result<(), LandingError> {
        let journal = self.arrived.into_inner().unwrap_or_else(PoisonError::into_inner);
        let known = self.writer.load(&self.source_id)?;
        for entry in journal.entries.values() {
            let name = entry.file_name();
            if !known.iter().any(|other| other.file_name() == name) {
                disk::remove_file(&self.folder.join(name))?;
            }
        }
        Ok(disk::remove_file(&journal_path(&self.folder))?)
    }
}

fn journal_path(folder: &Path) -> PathBuf {
    folder.join("unfinished.jsonl")
}

/// Reads a journal. What a power cut left of its last line does not count, and neither does what follows a line
/// that cannot be read: those answers are asked again.
fn read(path: &Path) -> Result<(Option<Edition>, BTreeMap<String, Entry>), LandingError> {
    match disk::kind(path)? {
        None => return Ok((None, BTreeMap::new())),
        Some(Kind::File) => {}
        Some(_) => {
            return Err(LandingError::NotAFile {
                path: path.to_path_buf(),
            });
        }
    }
    let bytes = disk::read(path)?;
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let begun = lines.next().and_then(|first| serde_json::from_slice(first).ok());
    let entries = lines
        .map_while(|line| serde_json::from_slice::<Entry>(line).ok())
        .take_while(manifest::is_sound)
        .map(|entry| (entry.name.clone(), entry))
        .collect();
    Ok((begun, entries))
}

fn line(path: &Path, value: &impl Serialize) -> Result<Vec<u8>, LandingError> {
    let mut text = serde_json::to_vec(value).map_err(|error| LandingError::Manifest {
        path: path.to_path_buf(),
        expected: "a line that can be written as JSON".to_owned(),
        found: error.to_string(),
    })?;
    text.push(b'\n');
    Ok(text)
}

fn is_whole(folder: &Path, entry: &Entry) -> bool {
    let path = folder.join(entry.file_name());
    let is_file = disk::kind(&path).is_ok_and(|kind| kind == Some(Kind::File));
    is_file
        && disk::hash_file(&path)
            .is_ok_and(|found| found.sha256 == entry.sha256 && found.bytes == entry.bytes)
}
