//! The answers of one table on their way into a snapshot: single ones, lists of several pages, and rows slice by slice.
//!
//! What an interrupted fetch brought is read again from the disk and not asked again. How a service is addressed is
//! told by `feed` and `observations`.

use std::io::BufReader;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::address::{Position, Question};
use super::census::{Census, Expected};
use super::desk::Desk;
use super::error::{FetchError, Incomplete};
use crate::disk;
use crate::landing::Snapshot;
use crate::normalise::readers::{self, Flavour, ReadError};
use crate::pipeline::Source;

/// Requests that one host gets at the same time: enough to hide its slowness, few enough to be a polite guest.
const AT_ONCE: usize = 4;

/// A part of a table that is asked for by itself.
#[derive(Debug)]
pub struct Slice {
    /// What it is called in file names and messages: the period, or period and measure.
    pub name: String,
    /// How its rows are asked.
    pub question: Question,
    /// The members that it must hold.
    pub expected: Vec<Expected>,
    /// Rows by the service's own count, where that decides and not the block of all members.
    pub counted: Option<u64>,
}

impl Slice {
    /// How many rows it must have.
    fn rows(&self) -> u64 {
        let sizes = self
            .expected
            .iter()
            .map(|dimension| dimension.members.len() as u64);
        self.counted.unwrap_or_else(|| sizes.product())
    }
}

/// Answers that go into one snapshot.
pub struct Pages<'a, 'writer, 'lock> {
    /// The source that they are of.
    pub source: &'a Source,
    /// Code of the own municipality: of the tables of districts only its own are fetched.
    pub municipality: &'a str,
    /// Where they are asked.
    pub desk: &'a Desk<'a>,
    /// Where they land.
    pub snapshot: &'a Snapshot<'writer, 'lock>,
}

impl Pages<'_, '_, '_> {
    /// An answer of one page.
    ///
    /// # Errors
    /// [`FetchError`].
    pub fn one<T>(
        &self,
        name: &str,
        question: &Question,
        judge: impl Fn(&Path) -> Result<T, ReadError>,
    ) -> Result<T, FetchError> {
        if let Some(landed) = self.snapshot.found(name) {
            return judge(&landed.path).map_err(|error| FetchError::Read(Box::new(error)));
        }
        let desk = self.desk;
        let landed = desk.land(self.snapshot, &self.source.id, name, question, judge);
        let (_, judged) = landed.map_err(|error| error.of_part(name))?;
        Ok(judged)
    }

    /// A list with all its pages. `read` gives the entries of a page and the link to the next one.
    ///
    /// # Errors
    /// [`FetchError`].
    pub fn list<T>(
        &self,
        name: &str,
        question: &Question,
        read: impl Fn(BufReader<disk::File>, &str) -> Result<(Vec<T>, Option<String>), ReadError>,
    ) -> Result<Vec<T>, FetchError> {
        let mut entries = Vec::new();
        let mut asked = vec![Position::Row(0)];
        loop {
            let position = asked.last().cloned().unwrap_or(Position::Row(0));
            let file = if asked.len() == 1 {
                format!("{}.json", plain(name))
            } else {
                format!("{}-{:03}.json", plain(name), asked.len())
            };
            let (page, next) = self.one(&file, &question.from(&position), |path| {
                read(open(path, &file)?, &file)
            })?;
            let is_empty = page.is_empty();
            entries.extend(page);
            let Some(link) = next else { return Ok(entries) };
            if is_empty {
                return Err(self.incomplete(name, Incomplete::NoEnd));
            }
            let next = question.next(&link, entries.len() as u64, &asked);
            asked.push(next.map_err(|error| self.incomplete(name, error.into()))?);
        }
    }

    /// The rows of all slices, a few slices at a time; gives their number.
    ///
    /// # Errors
    /// That of the first slice that fails.
    pub fn rows(&self, resource: &str, flavour: Flavour, slices: &[Slice]) -> Result<u64, FetchError> {
        let expected = slices.iter().map(Slice::rows).sum();
        self.desk.watch().expect(&self.source.id, expected);

        let (next, rows, has_failed) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicBool::new(false));
        let failure: Mutex<Option<FetchError>> = Mutex::default();
        let work = || {
            while !has_failed.load(Ordering::Relaxed) {
                let Some(slice) = slices.get(next.fetch_add(1, Ordering::Relaxed)) else {
                    return;
                };
                match self.slice(resource, flavour, slice) {
                    Ok(count) => drop(rows.fetch_add(count, Ordering::Relaxed)),
                    Err(error) => {
                        has_failed.store(true, Ordering::Relaxed);
                        failure
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .get_or_insert(error);
                    }
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE.min(slices.len()) {
                scope.spawn(work);
            }
        });
        match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok(rows.into_inner()),
        }
    }

    /// Fetches one slice and proves that it is whole.
    fn slice(&self, resource: &str, flavour: Flavour, slice: &Slice) -> Result<u64, FetchError> {
        let refuse = |problem: Incomplete| self.incomplete(&slice.name, problem);
        let mut census = Census::new(&slice.expected).map_err(|error| refuse(error.into()))?;
        let expected = slice.rows();
        let mut asked = vec![Position::Row(0)];
        loop {
            let position = asked.last().cloned().unwrap_or(Position::Row(0));
            let file = format!(
                "{}-{}-{:03}.json",
                plain(resource),
                plain(&slice.name),
                asked.len()
            );
            let page = self.one(&file, &slice.question.from(&position), |path| {
                let mut page = census.page(&file);
                let summary = readers::read_data(flavour, open(path, &file)?, &file, &mut page)?;
                Ok((page.finish()?, summary.next_link))
            });
            let (found, next) = page.map_err(|error| error.of_part(&slice.name))?;
            census.count(&found);
            self.desk.watch().arrived(found.len() as u64);
            let Some(link) = next else { break };
            // A last page that is full may name one more, which is empty; the census proves that it was the last.
            if found.is_empty() || census.rows() > expected {
                return Err(refuse(Incomplete::NoEnd));
            }
            let next = slice.question.next(&link, census.rows(), &asked);
            asked.push(next.map_err(|error| refuse(error.into()))?);
        }
        match slice.counted {
            None => census.finish().map_err(|error| refuse(error.into()))?,
            Some(counted) if counted == census.rows() => {}
            Some(counted) => {
                let given = census.rows();
                return Err(refuse(Incomplete::Count { counted, given }));
            }
        }
        Ok(census.rows())
    }

    /// The table has not what the pipeline file names.
    pub fn not_in_table(&self, what: String) -> FetchError {
        FetchError::NotInTable {
            source_id: self.source.id.clone(),
            table: self.source.table.clone(),
            what,
        }
    }

    /// What came is not the table, or not all of it.
    pub fn incomplete(&self, slice: &str, problem: Incomplete) -> FetchError {
        FetchError::Incomplete {
            source_id: self.source.id.clone(),
            slice: slice.to_owned(),
            problem: Box::new(problem),
        }
    }
}

/// A file that landed, for a reader.
///
/// # Errors
/// The disk, as a [`ReadError`] that knows it.
pub fn open(path: &Path, file: &str) -> Result<BufReader<disk::File>, ReadError> {
    disk::open(path).map_err(|error| ReadError::from_io(file, 1, error.cause))
}

/// A name of the service as a part of the name of a file.
fn plain(name: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '-';
    name.chars()
        .map(|character| if is_plain(character) { character } else { '_' })
        .collect()
}
