//! A police table that was fetched whole, from its pages straight to the finished table, in memory that does not grow.
//!
//! ```text
//! pages --two threads--> rows by part, on disk --settled part by part--> counts in order, on disk --> Parquet
//! ```
//! Tables of districts have 15 to 190 million rows. SQL on such a table holds hundreds of MiB for each of its sorts and
//! windows; here a row is three places on lists that are known and up to three counts. What the figures mean is what
//! `sql/norm/optelcontrole.sql`, `misdrijven_versies.sql` and `misdrijven.sql` say; the tests hold the two against each
//! other, row by row. Several vintages of a table, or files of a part of it, are not for this path.

mod axes;
mod counts;
mod meaning;
mod pack;
mod pages;
mod settle;
mod spill;
mod stencil;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use chrono::NaiveDate;

use self::axes::{Axes, Axis};
use self::meaning::Rules;
use self::pages::Page;
use self::settle::{Parts, Settled};
use self::spill::Spill;
use super::code_book::{CodeBook, Entry};
use super::crime::MEASURE_COLUMNS;
use super::editions::{self, Sorted};
use super::error::NormaliseError;
use super::lists::kind_dimension;
use super::population::PERIODS;
use crate::derive::sql_file::SqlFile;
use crate::disk::Scratch;
use crate::landing::Landed;
use crate::pipeline::Source;

/// Threads that work at the same time, on every machine.
const THREADS: usize = 2;

/// A table that is no whole block.
#[derive(Debug, thiserror::Error)]
pub enum BlockError {
    /// A list spans no block.
    #[error("the list {key} of the table is empty, or names a code twice")]
    List {
        /// Key of the dimension.
        key: String,
    },
    /// The lists lack what the additive check stands on.
    #[error(
        "table {table} has no kind `{total}` that totals the others, or a period that does not begin with a year"
    )]
    Unfit {
        /// The table.
        table: String,
        /// Code of the total in the pipeline file.
        total: String,
    },
    /// The files of a source are of several editions.
    #[error("source `{source_id}` has {editions} editions with figures, and only one can be read as a whole")]
    Editions {
        /// The source.
        source_id: String,
        /// How many.
        editions: usize,
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
            Self::Unfit { .. } => Some("check `total_code` of the source in the pipeline file".to_owned()),
            Self::Editions { .. } | Self::TooLarge { .. } => None,
        }
    }
}

/// Which table is written, and as what.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// The source, as the pipeline file has it: measures, total, kinds without months, periods.
    pub source: &'a Source,
    /// Key of its list of regions: `RegioS`, `WijkenEnBuurten`.
    pub regions: &'a str,
    /// The file of `sql/norm/` that says which columns the finished table has and what they hold: those of
    /// `misdrijven`, or some of them.
    pub like: &'a SqlFile,
}

/// Writes a table that was fetched whole to a Parquet file, sorted by kind, region and period, with the rows that the
/// SQL of `norm/misdrijven` gives. `files` is all that landed of the source and is in use: its lists and its pages, of
/// one edition. `scratch` is a folder for what does not fit in memory. Gives the number of rows.
///
/// # Errors
/// [`NormaliseError`]: a file that a reader cannot vouch for or that is not as it landed, a row that is unknown, missing
/// or double, or the disk. `target` is then no table.
pub fn write(
    order: &Order<'_>,
    files: &[Landed],
    scratch: &Path,
    target: &Path,
) -> Result<u64, NormaliseError> {
    let source = order.source;
    let sorted = editions::sort(source, files)?;
    let (book, peildatum) = of_one_edition(source, &sorted)?;
    let dimensions = [kind_dimension(source), order.regions, PERIODS];
    let [kinds, regions, periods] = dimensions;
    let statuses: Vec<&Entry> = book
        .entries(periods)
        .iter()
        .filter(|entry| source.periods.takes(&entry.code))
        .collect();
    let axes = Axes {
        kinds: Axis::new(kinds, book.entries(kinds).iter())?,
        regions: Axis::new(regions, book.entries(regions).iter())?,
        periods: Axis::new(periods, statuses.iter().copied())?,
    };
    let total = source.total_code.as_deref().unwrap_or_default();
    let counted = source.measures.get("waarde");
    let counted = book
        .measures()
        .iter()
        .find(|measure| Some(&measure.key) == counted);
    let empty_is_impossible = counted.is_some_and(|measure| measure.default.as_deref() == Some("Impossible"));
    let withheld = &source.not_published_monthly;
    let rules = Rules::new(&axes.kinds, &axes.periods, total, withheld, empty_is_impossible);
    let rules = rules.ok_or_else(|| BlockError::Unfit {
        table: source.table.clone(),
        total: total.to_owned(),
    })?;
    // Reports and reports by internet are proven together.
    let has_reports = MEASURE_COLUMNS
        .iter()
        .skip(1)
        .any(|column| source.measures.contains_key(*column));
    let table = Whole {
        source,
        book: &book,
        dimensions,
        columns: if has_reports { MEASURE_COLUMNS.len() } else { 1 },
        peildatum,
        statuses: axes
            .periods
            .codes()
            .iter()
            .map(|code| {
                statuses
                    .iter()
                    .find(|entry| entry.code == *code)
                    .and_then(|entry| meaning::status(entry))
            })
            .collect(),
    };
    let counts = Scratch::create(scratch)?;
    let settled = Settled {
        scratch: &counts,
        rows: axes.rows(),
    };
    settle(&table, &axes, &rules, &sorted.figures, scratch, settled)?;
    pack::write(&table, &axes, order.like, settled, scratch, target)?;
    Ok(axes.rows())
}

/// A table that is read.
struct Whole<'a> {
    source: &'a Source,
    book: &'a CodeBook,
    /// Keys of its kinds, regions and periods.
    dimensions: [&'a str; 3],
    /// How many counts it has: that of crimes, or all three.
    columns: usize,
    peildatum: NaiveDate,
    /// How final each period is, by its place.
    statuses: Vec<Option<&'static str>>,
}

/// The lists of the one edition, and the day on which it stood so.
fn of_one_edition(source: &Source, sorted: &Sorted<'_>) -> Result<(CodeBook, NaiveDate), NormaliseError> {
    let incomplete = |missing| NormaliseError::Incomplete {
        source_id: source.id.clone(),
        missing,
    };
    let edition = |page: &Page<'_>| (page.0.entry.peildatum, page.0.entry.state.clone());
    let mut editions: Vec<_> = sorted.figures.iter().map(edition).collect();
    editions.sort();
    editions.dedup();
    let [(peildatum, _)] = editions.as_slice() else {
        return Err(match editions.len() {
            0 => incomplete("file with figures"),
            editions => BlockError::Editions {
                source_id: source.id.clone(),
                editions,
            }
            .into(),
        });
    };
    let lists = sorted
        .editions
        .last()
        .ok_or_else(|| incomplete("list of each dimension"))?;
    let book = CodeBook::from_metadata(&source.table, &lists.metadata, &source.former_titles);
    Ok((book, *peildatum))
}

/// From pages to settled counts; the rows on the way are gone at the end.
fn settle(
    table: &Whole<'_>,
    axes: &Axes,
    rules: &Rules,
    pages: &[Page<'_>],
    folder: &Path,
    settled: Settled<'_>,
) -> Result<(), NormaliseError> {
    let parts = Parts::of(axes)?;
    let scratch = Scratch::create(folder)?;
    let spill = Spill::new(&scratch, parts.len(), table.columns);
    pages::read(table, axes, parts, &spill, pages)?;
    let done = settle::settle(&spill, parts, axes, rules, table.columns, settled);
    if let Err(NormaliseError::Block(BlockError::Twice { members })) = done {
        pages::find_second(table, axes, pages, members)?;
    }
    done
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
