//! The editions of a police table that were fetched whole, from their pages straight to rows in order, in memory that does
//! not grow.
//!
//! ```text
//! pages --two threads--> rows by part, on disk --put in order part by part--> cells in order, on disk --> Parquet
//! ```
//! A year of months has millions of rows. SQL on such a table holds hundreds of MiB to find what stands twice, to add up the
//! kinds of each place and to sort; here a row is three places on lists that are known, up to three counts and the file that
//! it stood in. What comes out is what `sql/stappen/tellingen.sql` and `opgeteld.sql` make of the raw rows of other files;
//! what the figures mean is said in SQL only. A file of a part of the table, or one that shares its day with another, is not
//! for this path: those may say the same twice, or contradict each other.

mod axes;
mod counts;
mod pack;
mod pages;
#[cfg(test)]
mod served;
mod settle;
mod spill;
mod stencil;
mod sums;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use chrono::NaiveDate;
use datafusion::arrow::array::{ArrayRef, Date32Array, Int32Array, StringArray};

pub(super) use self::pages::Page;

use self::axes::{Axes, Axis};
use self::settle::{Parts, Settled, Settling};
use self::spill::Spill;
use super::code_book::CodeBook;
use super::crime::{MEASURE_COLUMNS, days};
use super::error::NormaliseError;
use super::lists::kind_dimension;
use super::population::PERIODS;
use super::register_tables::MemoryTable;
use super::{RawTable, Rows, name_of, police};
use crate::disk::Scratch;
use crate::pipeline::Source;
use crate::table_file::TableFile;

/// Threads that work at the same time, on every machine.
const THREADS: usize = 2;

/// Names of the raw tables: the rows, their sums by region and period, and the members of the lists that have rows.
const ROWS: &str = "ruw_blok";
const SUMS: &str = "ruw_blok_opgeteld";
const MEMBERS: &str = "ruw_blok_lid";
/// What the lists are called there.
const LISTS: [&str; 3] = ["soort", "regio", "periode"];
/// What the rows of an edition are sorted by.
const KEY: [&str; 4] = ["soort_code", "regio_code", "periode_code", "peildatum"];

/// A table that is no whole block.
#[derive(Debug, thiserror::Error)]
pub enum BlockError {
    /// A list spans no block.
    #[error("the list {key} of the table is empty, or names a code twice")]
    List {
        /// Key of the dimension.
        key: String,
    },
    /// Rows are missing.
    #[error("{missing} rows of the table are missing, the first is {first}")]
    Gap {
        /// How many are missing in the first part of the table that is not whole.
        missing: u64,
        /// Kind, region and period of the first.
        first: String,
    },
    /// A row stands twice; places of its kind, region and period.
    #[error("a row of the table stands twice")]
    Twice {
        /// Places on the lists, in the order of bytes.
        members: [usize; 3],
    },
    /// One region has more cells than are held at once.
    #[error("a table of {kinds} kinds and {periods} periods is too large")]
    TooLarge {
        /// Kinds of crime.
        kinds: usize,
        /// Periods.
        periods: usize,
    },
}

impl BlockError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::List { .. } | Self::Gap { .. } | Self::Twice { .. } => {
                Some("the table is not whole: fetch the source again".to_owned())
            }
            Self::TooLarge { .. } => None,
        }
    }
}

/// An edition that was fetched whole.
pub(super) struct Edition<'a> {
    /// Its own lists.
    pub book: CodeBook,
    /// Its pages, in the order in which they landed; at least one.
    pub pages: Vec<Page<'a>>,
}

/// Reads editions into the three raw tables that SQL goes on with. `counted` has the newest lists of the source: a kind that
/// left them counts in no sum. `folder` is where the tables come, and for what does not fit in memory.
///
/// # Errors
/// [`NormaliseError`]: a file that a reader cannot vouch for or that is not as it landed, a row that is unknown, missing
/// or double, or the disk.
pub(super) fn read(
    source: &Source,
    counted: &CodeBook,
    editions: &[Edition<'_>],
    folder: &Path,
) -> Result<[RawTable; 3], NormaliseError> {
    let sums_path = folder.join(format!("{SUMS}.parquet"));
    let mut sums = TableFile::create(&sums_path, "", &sums::specs())?;
    let mut files = Vec::new();
    let mut members = Vec::new();
    for edition in editions {
        let table = Whole::of(source, edition)?;
        let target = folder.join(format!("{ROWS}-{}.parquet", table.peildatum));
        let (of_edition, columns) = table.write(counted, &edition.pages, folder, &target)?;
        members.extend(of_edition);
        sums.write(&columns)?;
        files.push(target);
    }
    sums.finish()?;
    let pages = editions.iter().flat_map(|edition| &edition.pages);
    let landing: Vec<String> = pages.map(|page| name_of(page.landed)).collect();
    let rows = RawTable {
        name: ROWS.to_owned(),
        rows: Rows::Sorted {
            files,
            columns: pack::specs().to_vec(),
            key: KEY.map(str::to_owned).to_vec(),
        },
        landing: landing.clone(),
        registers: Vec::new(),
        published: false,
    };
    let members = police::in_memory(members_table(source, &members)?, &landing);
    Ok([rows, police::on_disk(SUMS, sums_path, landing), members])
}

/// A member of a list that has rows in an edition.
struct Member {
    peildatum: NaiveDate,
    list: &'static str,
    code: String,
    /// The first file with one of its rows.
    file: i32,
}

fn members_table(source: &Source, members: &[Member]) -> Result<MemoryTable, NormaliseError> {
    let texts = |of: fn(&Member) -> &str| Arc::new(StringArray::from_iter_values(members.iter().map(of)));
    let days = members.iter().map(|member| days(member.peildatum));
    let files = members.iter().map(|member| member.file);
    let table = vec![source.table.as_str(); members.len()];
    MemoryTable::new(
        MEMBERS,
        "",
        vec![
            ("bron", "", Arc::new(StringArray::from(table))),
            ("peildatum", "", Arc::new(Date32Array::from_iter_values(days))),
            ("lijst", "", texts(|member| member.list)),
            ("code", "", texts(|member| &member.code)),
            ("bestand", "", Arc::new(Int32Array::from_iter_values(files))),
        ],
    )
}

/// An edition that is read.
struct Whole<'a> {
    source: &'a Source,
    book: &'a CodeBook,
    /// Keys of its kinds, regions and periods.
    dimensions: [&'a str; 3],
    /// How many counts it has: that of crimes, or all three.
    columns: usize,
    peildatum: NaiveDate,
    /// Year of its municipal division.
    division: Option<i32>,
}

impl<'a> Whole<'a> {
    fn of(source: &'a Source, edition: &'a Edition<'_>) -> Result<Self, NormaliseError> {
        let entry = edition.pages.first().map(|page| &page.landed.entry);
        let entry = entry.ok_or_else(|| NormaliseError::Bug("an edition without a page".to_owned()))?;
        let has_reports = MEASURE_COLUMNS
            .iter()
            .skip(1)
            .any(|column| source.measures.contains_key(*column));
        Ok(Self {
            source,
            book: &edition.book,
            dimensions: [kind_dimension(source), source.kind.region_dimension(), PERIODS],
            columns: if has_reports { MEASURE_COLUMNS.len() } else { 1 },
            peildatum: entry.peildatum,
            division: entry.edition.as_deref().and_then(|edition| edition.parse().ok()),
        })
    }

    /// Writes its rows; gives the members that have any, and the sums as columns.
    fn write(
        &self,
        counted: &CodeBook,
        pages: &[Page<'_>],
        folder: &Path,
        target: &Path,
    ) -> Result<(Vec<Member>, Vec<ArrayRef>), NormaliseError> {
        let [kinds, regions, periods] = self.dimensions;
        let axis = |key| Axis::new(key, self.book.entries(key).iter());
        let listed = Axes {
            kinds: axis(kinds)?,
            regions: axis(regions)?,
            periods: axis(periods)?,
        };
        let parts = Parts::of(&listed)?;
        let spilled = Scratch::create(folder)?;
        let cells = self.columns + 1;
        let spill = Spill::new(&spilled, parts.len(), cells);
        let seen = pages::read(self, &listed, parts, &spill, pages)?.members();
        let places = seen
            .each_ref()
            .map(|members| members.iter().map(|(place, _)| *place).collect());
        let axes = listed.only(&places);
        let roles = sums::roles(self.source, axes.kinds.codes(), counted.entries(kinds));
        let ordered = Scratch::create(folder)?;
        let settled = Settled {
            scratch: &ordered,
            rows: axes.rows(),
        };
        let settling = Settling {
            spill: &spill,
            parts,
            listed: &listed,
            places: &places,
            roles: &roles,
            cells,
        };
        let sums = settling.settle(settled);
        if let Err(NormaliseError::Block(BlockError::Twice { members })) = sums {
            pages::find_second(self, &listed, pages, members)?;
        }
        let sums = sums::columns(self, &axes, &roles, &sums?);
        drop(spilled);
        pack::write(self, &axes, settled, folder, target)?;
        let axes = [&axes.kinds, &axes.regions, &axes.periods];
        let members = LISTS
            .into_iter()
            .zip(axes)
            .zip(seen)
            .flat_map(|((list, axis), seen)| {
                let files = seen.into_iter().map(|(_, file)| file);
                axis.codes().iter().zip(files).map(move |(code, file)| Member {
                    peildatum: self.peildatum,
                    list,
                    code: code.clone(),
                    file,
                })
            });
        Ok((members.collect(), sums))
    }
}

/// Does numbered pieces of work, from 0, in two threads. Of several that fail the first one counts, so that the error is
/// the same every time.
fn at_work(
    pieces: usize,
    thread: impl Fn(&mut dyn FnMut() -> Option<usize>) -> Result<(), NormaliseError> + Sync,
) -> Result<(), NormaliseError> {
    let (next, has_failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let work = || {
        let mut last = 0;
        let done = thread(&mut || {
            if has_failed.load(Ordering::Relaxed) {
                return None;
            }
            last = next.fetch_add(1, Ordering::Relaxed);
            (last < pieces).then_some(last)
        });
        done.map_err(|error| {
            has_failed.store(true, Ordering::Relaxed);
            (last, error)
        })
    };
    let failures = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        let ended = threads.into_iter().map(|thread| {
            thread.join().unwrap_or_else(|_| {
                let message = "a thread that reads a table ended too early".to_owned();
                Err((0, NormaliseError::Bug(message)))
            })
        });
        ended.filter_map(Result::err).collect::<Vec<_>>()
    });
    let first = failures.into_iter().min_by_key(|(number, _)| *number);
    first.map_or(Ok(()), |(_, error)| Err(error))
}
