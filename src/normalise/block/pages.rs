//! The pages of a block into rows of three places and up to three counts, two pages at a time.
//!
//! A page streams through once: its bytes are read, held against the fingerprint with which they landed, and parsed.
//! Nothing of a row is kept but a few numbers.

use std::io::BufReader;
use std::sync::{Mutex, PoisonError};

use super::axes::{Axes, Seen};
use super::counts::{self, EMPTY};
use super::settle::Parts;
use super::spill::Spill;
use super::{Whole, at_work};
use crate::disk::DiskError;
use crate::landing::Landed;
use crate::normalise::crime::Layout;
use crate::normalise::error::NormaliseError;
use crate::normalise::readers::{
    self, Cell, Change, Flavour, Header, ReadError, Record, Sink, Symbol, Topic,
};
use crate::normalise::{name_of, whole};

const FETCH_AGAIN: &str = "the service gave a table that contradicts its own lists; fetch it again later";
const TOO_LARGE: &str = "no table of the police has such a count: check which table was fetched";

/// A page that landed.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The file.
    pub landed: &'a Landed,
    /// Its shape.
    pub flavour: Flavour,
    /// Its number in `bestanden`.
    pub number: i32,
}

/// Reads all pages into the spill; the last cell of each row is the number of its file. Gives the members that have rows.
///
/// # Errors
/// [`NormaliseError`] at the first page that a reader cannot vouch for, or that is not as it landed.
pub(super) fn read(
    table: &Whole<'_>,
    axes: &Axes,
    parts: Parts,
    spill: &Spill<'_>,
    pages: &[Page<'_>],
) -> Result<Seen, NormaliseError> {
    let all_seen = Mutex::new(Seen::nothing(axes));
    at_work(pages.len(), |next| {
        let mut rows = spill.adder();
        let mut seen = Seen::nothing(axes);
        while let Some(at) = next() {
            let file = pages.get(at).map_or(0, |page| page.number);
            let mut take = |_: u64, places: [u32; 3], counts: [u32; 3]| {
                let [kind, region, period] = places;
                let (part, place) = parts.locate(kind, region, period);
                seen.note(places, file);
                let [first, second, third] = counts;
                match table.columns {
                    1 => rows.push(part, place, &[first, file as u32]),
                    _ => rows.push(part, place, &[first, second, third, file as u32]),
                }
            };
            read_page(table, axes, pages, at, &mut take)?;
        }
        rows.finish()?;
        all_seen.lock().unwrap_or_else(PoisonError::into_inner).add(&seen);
        Ok(())
    })?;
    Ok(all_seen.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Names the second row of a combination that stands twice. Pages are read once more for that, in their order.
pub(super) fn find_second(
    table: &Whole<'_>,
    axes: &Axes,
    pages: &[Page<'_>],
    wanted: [usize; 3],
) -> Result<(), NormaliseError> {
    let mut seen = 0;
    for (number, Page { landed, .. }) in pages.iter().enumerate() {
        let mut second = None;
        read_page(table, axes, pages, number, &mut |line, places: [u32; 3], _| {
            if places.map(|place| place as usize) == wanted {
                seen += 1;
                if seen == 2 {
                    second = Some(line);
                }
            }
            Ok(())
        })?;
        if let Some(line) = second {
            let [kind, region, period] = wanted;
            let expected = format!("every combination once ({})", axes.name(kind, region, period));
            let file = name_of(landed);
            return Err(ReadError::new(&file, line, expected, "a second one", FETCH_AGAIN).into());
        }
    }
    Ok(())
}

/// What takes a row: its line, its places (kind, region, period) and its cells.
trait Take: FnMut(u64, [u32; 3], [u32; 3]) -> Result<(), DiskError> {}

impl<F: FnMut(u64, [u32; 3], [u32; 3]) -> Result<(), DiskError>> Take for F {}

fn read_page(
    table: &Whole<'_>,
    axes: &Axes,
    pages: &[Page<'_>],
    number: usize,
    take: &mut impl Take,
) -> Result<(), NormaliseError> {
    let Some(Page { landed, flavour, .. }) = pages.get(number) else {
        return Ok(());
    };
    let file = name_of(landed);
    let mut bytes = landed.open_unchecked()?;
    let mut sink = CellSink {
        file: &file,
        layout: Layout::new(
            &file,
            &table.source.table,
            table.dimensions,
            &table.source.measures,
            table.book,
        ),
        axes,
        numbers: [0; 3],
        places: [0; 3],
        cells: [EMPTY; 3],
        take,
        failed: None,
    };
    let read = readers::read_data(*flavour, BufReader::new(&mut bytes), &file, &mut sink);
    let failed = sink.failed.take();
    // What was altered is no longer what the service gave, so that is said before anything else.
    bytes.finish()?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    whole(landed, &read?, pages.len() - number - 1)
}

/// Finds the places of each row on the axes.
struct CellSink<'a, T> {
    file: &'a str,
    layout: Layout<'a>,
    axes: &'a Axes,
    /// Of each axis the number of the last code, in the order of the source.
    numbers: [u32; 3],
    /// Of the present row.
    places: [u32; 3],
    cells: [u32; 3],
    take: &'a mut T,
    /// What the disk said; the reader is only told to stop.
    failed: Option<DiskError>,
}

impl<T: Take> Sink for CellSink<'_, T> {
    fn header(&mut self, header: &Header) -> Result<(), ReadError> {
        self.layout.header(header)
    }

    fn topic(&mut self, _number: usize, topic: &Topic) -> Result<(), ReadError> {
        self.layout.topic(topic)
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), ReadError> {
        for at in 0..self.places.len() {
            let member = record
                .members
                .get(self.layout.positions[at])
                .copied()
                .unwrap_or_default();
            self.place(record.line, at, member)?;
        }
        let (counts, symbol) = self.layout.counts(record)?;
        self.cells = [EMPTY; 3];
        for (at, count) in counts.into_iter().enumerate() {
            let symbol = symbol.filter(|_| at == 0);
            self.cells[at] = self.cell(record.line, count, symbol)?;
        }
        self.hand_over(record.line)
    }

    fn change(&mut self, line: u64, change: Change<'_>) -> Result<bool, ReadError> {
        match change {
            Change::Member(dimension, member) => {
                let at = self
                    .layout
                    .positions
                    .iter()
                    .position(|position| *position == dimension);
                at.map_or(Ok(()), |at| self.place(line, at, member))?;
            }
            Change::Cell(topic, cell) => {
                if let Some(at) = self.layout.column(topic) {
                    let (count, symbol) = match cell {
                        Cell::Number(number) => (Some(self.layout.whole(line, number)?), None),
                        Cell::Empty(symbol) => (None, (at == 0).then_some(symbol)),
                    };
                    self.cells[at] = self.cell(line, count, symbol)?;
                }
            }
            Change::Row => self.hand_over(line)?,
        }
        Ok(true)
    }
}

// `at` is always the number of one of three dimensions or counts.
impl<T: Take> CellSink<'_, T> {
    fn place(&mut self, line: u64, at: usize, member: &str) -> Result<(), ReadError> {
        let axis = [&self.axes.kinds, &self.axes.regions, &self.axes.periods][at];
        self.places[at] = axis.place(member, &mut self.numbers[at]).ok_or_else(|| {
            let expected = format!(
                "a member of the list {} that was asked for",
                self.layout.dimensions[at]
            );
            ReadError::new(self.file, line, expected, member, FETCH_AGAIN)
        })?;
        Ok(())
    }

    fn cell(&self, line: u64, count: Option<i64>, symbol: Option<Symbol>) -> Result<u32, ReadError> {
        counts::cell(count, symbol).ok_or_else(|| {
            let found = count.unwrap_or_default().to_string();
            ReadError::new(
                self.file,
                line,
                "a count of at most 4294967279",
                &found,
                TOO_LARGE,
            )
        })
    }

    fn hand_over(&mut self, line: u64) -> Result<(), ReadError> {
        (self.take)(line, self.places, self.cells).map_err(|error| {
            let refused = ReadError::new(self.file, line, "room on the disk", &error.to_string(), "");
            self.failed = Some(error);
            refused
        })
    }
}
