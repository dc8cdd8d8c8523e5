//! From rows in the order in which they came to cells in the order of the finished table.
//!
//! Part by part: the rows of a range of regions are put in their places, which shows what is missing or stands twice;
//! their kinds are added up; and the cells of each kind go to where the finished table has them.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::axes::Axes;
use super::counts::{self, ABSENT, BYTES};
use super::spill::Spill;
use super::sums::{Role, Sums};
use super::{BlockError, at_work};
use crate::disk::{DiskError, Scratch};
use crate::normalise::NormaliseError;

/// Cells of a part, more or less: two threads hold a part each, with up to three counts.
const CELLS_OF_PART: usize = 1 << 19;
/// The most cells of one region that can be held at all.
const MOST_CELLS_OF_REGION: usize = 1 << 22;

/// How a block is cut into parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    /// Regions of a part; the last one may have fewer.
    regions: usize,
    all_regions: usize,
    periods: usize,
    kinds: usize,
}

impl Parts {
    /// The parts of a block.
    ///
    /// # Errors
    /// [`BlockError::TooLarge`] when one region does not fit.
    pub fn of(axes: &Axes) -> Result<Self, BlockError> {
        let (kinds, periods) = (axes.kinds.len(), axes.periods.len());
        let of_region = kinds.saturating_mul(periods);
        if of_region > MOST_CELLS_OF_REGION {
            return Err(BlockError::TooLarge { kinds, periods });
        }
        Ok(Self {
            regions: (CELLS_OF_PART / of_region.max(1)).max(1),
            all_regions: axes.regions.len(),
            periods,
            kinds,
        })
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.all_regions.div_ceil(self.regions)
    }

    /// The part that holds a row, and where the row stands in it: region after region, kind after kind.
    pub fn locate(self, kind: u32, region: u32, period: u32) -> (usize, u32) {
        let (part, region) = (region as usize / self.regions, region as usize % self.regions);
        let place = (region * self.kinds + kind as usize) * self.periods + period as usize;
        (part, place as u32)
    }

    /// Kind, region and period of a place in a part.
    pub fn members(self, part: usize, place: usize) -> [usize; 3] {
        let (row, period) = (place / self.periods, place % self.periods);
        let region = part * self.regions + row / self.kinds;
        [row % self.kinds, region, period]
    }

    fn range(self, part: usize) -> Range<usize> {
        let start = part * self.regions;
        start..(start + self.regions).min(self.all_regions)
    }
}

/// Where the cells of the whole table stand: one column after the other, each in the order of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settled<'s> {
    /// The file.
    pub scratch: &'s Scratch,
    /// Rows of the table.
    pub rows: u64,
}

impl Settled<'_> {
    fn offset(&self, column: usize, row: u64) -> u64 {
        (column as u64 * self.rows + row) * BYTES as u64
    }

    /// Puts cells from a row on; `buffer` is used on the way.
    fn write(&self, column: usize, row: u64, cells: &[u32], buffer: &mut Vec<u8>) -> Result<(), DiskError> {
        buffer.clear();
        counts::write(cells, buffer);
        self.scratch.write_at(buffer, self.offset(column, row))
    }

    /// The cells of some rows.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn read(&self, column: usize, rows: Range<u64>, cells: &mut Vec<u32>) -> Result<(), DiskError> {
        let mut bytes = vec![0; (rows.end - rows.start) as usize * BYTES];
        self.scratch
            .read_at(&mut bytes, self.offset(column, rows.start))?;
        cells.clear();
        cells.extend(counts::read(&bytes));
        Ok(())
    }
}

/// What is put in order: the rows of a block, and the members of its lists that have any.
pub(super) struct Settling<'a> {
    /// The rows.
    pub spill: &'a Spill<'a>,
    /// How they are cut.
    pub parts: Parts,
    /// The lists.
    pub listed: &'a Axes,
    /// Kinds, regions and periods with rows, by their places on the lists. No other was asked for.
    pub places: &'a [Vec<usize>; 3],
    /// What each of those kinds is in a sum.
    pub roles: &'a [Role],
    /// Cells of a row: its counts, and the number of its file.
    pub cells: usize,
}

impl Settling<'_> {
    /// Settles all parts, two at a time. Gives the sums by region and then by period.
    ///
    /// # Errors
    /// [`BlockError`] for a row that is missing or stands twice, and the disk.
    pub fn settle(&self, target: Settled<'_>) -> Result<Vec<Sums>, NormaliseError> {
        let sums = Mutex::new(vec![Vec::new(); self.parts.len()]);
        at_work(self.parts.len(), |next| {
            let mut part = Part::default();
            while let Some(number) = next() {
                part.fill(self, number)?;
                part.prove_whole(self, number)?;
                let of_part = part.add_up(self, number);
                let mut sums = sums.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(sums) = sums.get_mut(number) {
                    *sums = of_part;
                }
                drop(sums);
                part.write(self, number, target)?;
            }
            Ok(())
        })?;
        let sums = sums.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(sums.concat())
    }

    /// The regions of a part that have rows: their numbers among all that have, and their places in the part.
    fn regions(&self, part: usize) -> (usize, Vec<usize>) {
        let range = self.parts.range(part);
        let [_, regions, _] = self.places;
        let before = regions.partition_point(|place| *place < range.start);
        let own = regions
            .iter()
            .skip(before)
            .take_while(|place| **place < range.end);
        (before, own.map(|place| place - range.start).collect())
    }
}

/// The cells of one part, by column.
#[derive(Default)]
struct Part {
    cells: Vec<Vec<u32>>,
    run: Vec<u32>,
    buffer: Vec<u8>,
}

impl Part {
    fn fill(&mut self, block: &Settling<'_>, number: usize) -> Result<(), NormaliseError> {
        let parts = block.parts;
        let size = parts.range(number).len() * parts.kinds * parts.periods;
        self.cells.resize(block.cells, Vec::new());
        for cells in &mut self.cells {
            cells.clear();
            cells.resize(size, ABSENT);
        }
        let mut twice = None;
        block.spill.read(number, |place, given| {
            for (cells, given) in self.cells.iter_mut().zip(given) {
                let Some(cell) = cells.get_mut(place as usize) else {
                    continue;
                };
                if *cell != ABSENT {
                    twice.get_or_insert(place as usize);
                }
                *cell = *given;
            }
        })?;
        twice.map_or(Ok(()), |place| {
            let members = parts.members(number, place);
            Err(BlockError::Twice { members }.into())
        })
    }

    /// The cells of a region and kind with rows, by the places of all periods.
    fn periods(parts: Parts, cells: &[u32], region: usize, kind: usize) -> &[u32] {
        let start = (region * parts.kinds + kind) * parts.periods;
        cells.get(start..start + parts.periods).unwrap_or_default()
    }

    /// Every kind in every region over every period, of those that have rows at all.
    fn prove_whole(&self, block: &Settling<'_>, number: usize) -> Result<(), BlockError> {
        let [kinds, _, periods] = block.places;
        let Some(cells) = self.cells.first() else {
            return Ok(());
        };
        let (mut missing, mut first) = (0, None);
        for region in block.regions(number).1 {
            for &kind in kinds {
                let cells = Self::periods(block.parts, cells, region, kind);
                for &period in periods
                    .iter()
                    .filter(|period| cells.get(**period) == Some(&ABSENT))
                {
                    missing += 1;
                    first.get_or_insert((kind, region, period));
                }
            }
        }
        first.map_or(Ok(()), |(kind, region, period)| {
            let region = block.parts.range(number).start + region;
            Err(BlockError::Gap {
                missing,
                first: block.listed.name(kind, region, period),
            })
        })
    }

    /// The sums of the regions of the part.
    fn add_up(&self, block: &Settling<'_>, number: usize) -> Vec<Sums> {
        let [kinds, _, periods] = block.places;
        let (_, regions) = block.regions(number);
        // The last column is the file.
        let counts = self.cells.len().saturating_sub(1);
        let mut all = vec![Sums::default(); regions.len() * periods.len()];
        for (region, sums) in regions.iter().zip(all.chunks_exact_mut(periods.len().max(1))) {
            for (kind, role) in kinds.iter().zip(block.roles) {
                for (column, cells) in self.cells.iter().take(counts).enumerate() {
                    let cells = Self::periods(block.parts, cells, *region, *kind);
                    for (sums, period) in sums.iter_mut().zip(periods) {
                        sums.add(*role, column, cells.get(*period).copied().unwrap_or(ABSENT));
                    }
                }
            }
        }
        all
    }

    /// The regions of a part stand together in the finished table for each kind.
    fn write(
        &mut self,
        block: &Settling<'_>,
        number: usize,
        target: Settled<'_>,
    ) -> Result<(), NormaliseError> {
        let [kinds, all_regions, periods] = block.places;
        let (before, regions) = block.regions(number);
        let rows_of_kind = all_regions.len() * periods.len();
        for (column, cells) in self.cells.iter().enumerate() {
            for (kind_number, kind) in kinds.iter().enumerate() {
                self.run.clear();
                for region in &regions {
                    let cells = Self::periods(block.parts, cells, *region, *kind);
                    self.run
                        .extend(periods.iter().filter_map(|period| cells.get(*period)));
                }
                let row = (kind_number * rows_of_kind + before * periods.len()) as u64;
                target.write(column, row, &self.run, &mut self.buffer)?;
            }
        }
        Ok(())
    }
}
