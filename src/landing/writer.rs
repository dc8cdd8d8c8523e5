//! Adding to the landing: write beside, sync, rename, then note it in the manifest. The names in a folder are synced once,
//! before a manifest tells of them.
//!
//! There is one writer at a time, and it holds the run's lock for as long as it lives. Between any two steps
//! a crash leaves either a partial file, which the next writer sweeps, or a whole file that the manifest does
//! not name yet, which the next arrival of the same bytes adopts after checking it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};

use super::{Entry, Landed, Landing, LandingError, check_name, check_source_id, manifest};
use crate::beside;
use crate::disk::{self, Content, CopyError, Kind};
use crate::publish::RunLock;

/// The only status that stands for the whole of what was asked; 206 is a part of it and 304 nothing.
const STATUS_OK: u16 = 200;

/// What is known of an answer before its bytes are read.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// What to call the file; see [`disk::is_plain_name`].
    pub name: String,
    /// The address that was asked.
    pub url: String,
    /// When it was asked, UTC.
    pub time: DateTime<Utc>,
    /// The HTTP status; a recorded file counts as 200.
    pub status: u16,
    /// The answer's `ETag`.
    pub etag: Option<String>,
    /// The answer's `Last-Modified`, as the server wrote it.
    pub last_modified: Option<String>,
    /// Records in the answer, when they were counted.
    pub rows: Option<u64>,
    /// The day on which the source held these figures.
    pub peildatum: NaiveDate,
    /// Which edition of the source it belongs to.
    pub edition: Option<String>,
}

/// The landing, open for adding. The borrow of the lock makes a second writer impossible.
#[derive(Debug)]
pub struct LandingWriter<'lock> {
    landing: Landing,
    /// What the manifests on the disk say, by source, for the sources touched so far.
    entries: BTreeMap<String, Vec<Entry>>,
    _lock: &'lock mut RunLock,
}

impl<'lock> LandingWriter<'lock> {
    /// Opens the landing of the locked data directory and removes what a crash left unfinished.
    ///
    /// # Errors
    /// [`LandingError`] when the landing is not a folder or cannot be cleaned.
    pub fn open(lock: &'lock mut RunLock) -> Result<Self, LandingError> {
        let landing = Landing::open(lock.data_dir())?;
        disk::create_dir_all(&landing.root)?;
        for path in disk::list(&landing.root)? {
            if disk::kind(&path)? == Some(Kind::Directory) {
                disk::sweep_partials(&path)?;
            }
        }
        Ok(Self {
            landing,
            entries: BTreeMap::new(),
            _lock: lock,
        })
    }

    /// The landing as it is now, for reading.
    pub fn landing(&self) -> &Landing {
        &self.landing
    }

    /// Takes in one answer. Bytes that are there already under the same name, peildatum and edition make no
    /// new file and no new entry; the entry's `confirmed` moves to this arrival's time.
    ///
    /// # Errors
    /// [`LandingError`]: an unsafe name, a status other than 200, an empty or broken answer, an altered file
    /// where the new one belongs, a damaged manifest, or the disk. Nothing of the answer is visible then.
    pub fn store(
        &mut self,
        source_id: &str,
        arrival: Arrival,
        body: impl Read,
    ) -> Result<Landed, LandingError> {
        let expected = self.expect(source_id, arrival)?;
        let landed = expected.receive(body).and_then(|content| {
            let path = expected.settle(&content)?;
            Ok((content, path))
        });
        if landed.is_err() {
            expected.discard();
        }
        let (content, path) = landed?;
        let folder = expected.folder.clone();
        let mut entries = self.load(source_id)?.to_vec();
        let entry = note(&mut entries, entry_of(expected.arrival, content));
        self.replace_manifest(source_id, &folder, entries)?;
        Ok(Landed {
            source_id: source_id.to_owned(),
            path,
            entry,
        })
    }

    /// Takes in several answers, each with its source, as [`LandingWriter::store`] does one. They are received
    /// beside each other, and each manifest is written once. `open` gives the bytes of the answer at a place.
    ///
    /// # Errors
    /// That of the first answer that cannot be taken in, with its place; when its bytes cannot be had, no other landed either.
    pub fn store_all<B: Read>(
        &mut self,
        arrivals: Vec<(String, Arrival)>,
        open: impl Fn(usize) -> Result<B, LandingError> + Sync,
    ) -> Result<(), (usize, LandingError)> {
        let mut all = Vec::with_capacity(arrivals.len());
        for (place, (source_id, arrival)) in arrivals.into_iter().enumerate() {
            let expected = self.expect(&source_id, arrival);
            all.push((place, expected.map_err(|error| (place, error))?));
        }
        let received = beside::map(&all, |(place, expected)| {
            let content = open(*place).and_then(|body| expected.receive(body));
            content.map_err(|error| (*place, error))
        });
        let contents: Result<Vec<Content>, _> = received.into_iter().collect();
        let landed = contents.and_then(|contents| self.keep(&all, contents));
        if landed.is_err() {
            for (_, expected) in &all {
                expected.discard();
            }
        }
        landed
    }

    /// Gives what was received its names, then notes it.
    fn keep(
        &mut self,
        all: &[(usize, Expected)],
        contents: Vec<Content>,
    ) -> Result<(), (usize, LandingError)> {
        let mut arrived: BTreeMap<&str, (usize, &Path, Vec<Entry>)> = BTreeMap::new();
        for ((place, expected), content) in all.iter().zip(contents) {
            let at = |error| (*place, error);
            expected.settle(&content).map_err(at)?;
            let source_id = expected.source_id.as_str();
            let known = self.load(source_id).map_err(at)?;
            let (_, _, entries) = arrived
                .entry(source_id)
                .or_insert_with(|| (*place, &expected.folder, known.to_vec()));
            note(entries, entry_of(expected.arrival.clone(), content));
        }
        for (source_id, (place, folder, entries)) in arrived {
            self.replace_manifest(source_id, folder, entries)
                .map_err(|error| (place, error))?;
        }
        Ok(())
    }

    /// What must be right before the bytes of an answer are taken.
    fn expect(&mut self, source_id: &str, arrival: Arrival) -> Result<Expected, LandingError> {
        check_source_id(source_id)?;
        check_name("file name", &arrival.name)?;
        refuse_status(source_id, &arrival)?;
        let folder = self.folder(source_id)?;
        // Read before anything is written: next to a manifest that cannot be trusted nothing lands.
        self.load(source_id)?;
        Ok(Expected {
            source_id: source_id.to_owned(),
            arrival,
            partial: disk::partial_path(&folder),
            folder,
        })
    }

    /// Lets only these files of a source count from now on: the others stay, and are not read any more.
    ///
    /// # Errors
    /// [`LandingError`]: a damaged manifest, or the disk.
    pub fn withdraw_all_but(&mut self, source_id: &str, kept: &[Landed]) -> Result<(), LandingError> {
        if self.landing.existing_folder(source_id)?.is_none() {
            return Ok(());
        }
        let before = self.load(source_id)?.to_vec();
        let mut entries = before.clone();
        for entry in &mut entries {
            entry.replaced = !kept.iter().any(|file| file.entry.identity() == entry.identity());
        }
        if entries == before {
            return Ok(());
        }
        let folder = self.folder(source_id)?;
        self.replace_manifest(source_id, &folder, entries)
    }

    /// What the manifest of a source says, read once.
    pub(super) fn load(&mut self, source_id: &str) -> Result<&[Entry], LandingError> {
        if !self.entries.contains_key(source_id) {
            let folder = self.folder(source_id)?;
            self.entries
                .insert(source_id.to_owned(), manifest::read(&folder, source_id)?);
        }
        Ok(self.entries.get(source_id).map_or(&[], Vec::as_slice))
    }

    /// Writes a manifest anew; `entries` must be sorted by [`Entry::identity`].
    pub(super) fn replace_manifest(
        &mut self,
        source_id: &str,
        folder: &Path,
        entries: Vec<Entry>,
    ) -> Result<(), LandingError> {
        disk::sync(folder)?;
        manifest::write(folder, source_id, &entries)?;
        self.entries.insert(source_id.to_owned(), entries);
        Ok(())
    }

    pub(super) fn folder(&self, source_id: &str) -> Result<PathBuf, LandingError> {
        if let Some(folder) = self.landing.existing_folder(source_id)? {
            return Ok(folder);
        }
        let folder = self.landing.root.join(source_id);
        disk::create_dir_all(&folder)?;
        Ok(folder)
    }
}

/// An answer on its way in.
#[derive(Debug)]
struct Expected {
    source_id: String,
    arrival: Arrival,
    folder: PathBuf,
    partial: PathBuf,
}

impl Expected {
    fn receive(&self, body: impl Read) -> Result<Content, LandingError> {
        receive(&self.source_id, &self.arrival.url, body, &self.partial)
    }

    fn settle(&self, content: &Content) -> Result<PathBuf, LandingError> {
        settle(&self.partial, &self.folder, &self.arrival.name, content)
    }

    /// Removes what did not land.
    fn discard(&self) {
        disk::discard(&self.partial);
    }
}

/// Brings an entry among those of a manifest and gives it back as the manifest has it.
fn note(entries: &mut Vec<Entry>, arrived: Entry) -> Entry {
    let entry = match entries.binary_search_by(|entry| entry.identity().cmp(&arrived.identity())) {
        Ok(index) => {
            // The index is of the element that was just found.
            let entry = &mut entries[index];
            entry.confirmed = entry.confirmed.max(arrived.time);
            entry.replaced = false;
            entry.clone()
        }
        Err(index) => {
            entries.insert(index, arrived.clone());
            arrived
        }
    };
    for other in entries.iter_mut().filter(|other| other.excludes(&entry)) {
        other.replaced = true;
    }
    entry
}

pub(super) fn refuse_status(source_id: &str, arrival: &Arrival) -> Result<(), LandingError> {
    if arrival.status == STATUS_OK {
        return Ok(());
    }
    Err(LandingError::Status {
        source_id: source_id.to_owned(),
        url: arrival.url.clone(),
        status: arrival.status,
    })
}

/// Writes the answer to the partial file.
pub(super) fn receive(
    source_id: &str,
    url: &str,
    body: impl Read,
    partial: &Path,
) -> Result<Content, LandingError> {
    let content = disk::write_hashed(body, partial).map_err(|error| match error {
        CopyError::Reader(cause) => LandingError::BrokenOff {
            source_id: source_id.to_owned(),
            url: url.to_owned(),
            cause,
        },
        CopyError::Disk(error) => LandingError::Disk(error),
    })?;
    if content.bytes == 0 {
        return Err(LandingError::Empty {
            source_id: source_id.to_owned(),
            url: url.to_owned(),
        });
    }
    Ok(content)
}

/// Gives the partial file the name of its content, or removes it when that content is there already.
pub(super) fn settle(
    partial: &Path,
    folder: &Path,
    name: &str,
    content: &Content,
) -> Result<PathBuf, LandingError> {
    let path = folder.join(manifest::file_name(&content.sha256, name));
    match disk::kind(&path)? {
        None => disk::rename_loosely(partial, &path)?,
        Some(Kind::File) => {
            let found = disk::hash_file(&path)?;
            if found != *content {
                return Err(LandingError::altered(&path, &content.sha256, &found.sha256));
            }
            disk::remove_file(partial)?;
        }
        Some(_) => return Err(LandingError::NotAFile { path }),
    }
    Ok(path)
}

pub(super) fn entry_of(arrival: Arrival, content: Content) -> Entry {
    // Whole seconds, as the manifest writes them.
    let time = arrival.time.trunc_subsecs(0);
    Entry {
        name: arrival.name,
        url: arrival.url,
        time,
        confirmed: time,
        status: arrival.status,
        etag: arrival.etag,
        last_modified: arrival.last_modified,
        sha256: content.sha256,
        bytes: content.bytes,
        rows: arrival.rows,
        peildatum: arrival.peildatum,
        edition: arrival.edition,
        state: None,
        replaced: false,
    }
}
