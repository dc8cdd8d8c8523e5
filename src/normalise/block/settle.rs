//! From rows in the order in which they came to settled counts in the order of the finished table.
//!
//! Part by part: the rows of a range of regions are put in their places, which shows what is missing or stands twice;
//! their meaning is settled; and the counts of each kind go to where the finished table has them.

use std::ops::Range;

use super::axes::Axes;
use super::counts::{self, ABSENT, BYTES};
use super::meaning::Rules;
use super::spill::Spill;
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

/// Where the settled counts of the whole table stand: one count after the other, each in the order of the table.
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

    /// Puts counts from a row on; `buffer` is used on the way.
    fn write(&self, column: usize, row: u64, cells: &[u32], buffer: &mut Vec<u8>) -> Result<(), DiskError> {
        buffer.clear();
        counts::write(cells, buffer);
        self.scratch.write_at(buffer, self.offset(column, row))
    }

    /// The counts of some rows.
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

/// Settles all parts, two at a time. `columns` is how many counts a row has.
///
/// # Errors
/// [`BlockError`] for a row that is missing or stands twice, and the disk.
pub(super) fn settle(
    spill: &Spill<'_>,
    parts: Parts,
    axes: &Axes,
    rules: &Rules,
    columns: usize,
    target: Settled<'_>,
) -> Result<(), NormaliseError> {
    at_work(parts.len(), |next| {
        let mut part = Part::default();
        while let Some(number) = next() {
            part.fill(spill, parts, number, axes, columns)?;
            part.settle(parts, rules);
            part.write(parts, number, axes, target)?;
        }
        Ok(())
    })
}

/// The cells of one part, by count.
#[derive(Default)]
struct Part {
    cells: Vec<Vec<u32>>,
    run: Vec<u32>,
    buffer: Vec<u8>,
}

impl Part {
    fn fill(
        &mut self,
        spill: &Spill<'_>,
        parts: Parts,
        number: usize,
        axes: &Axes,
        columns: usize,
    ) -> Result<(), NormaliseError> {
        let size = parts.range(number).len() * parts.kinds * parts.periods;
        self.cells.resize(columns, Vec::new());
        for cells in &mut self.cells {
            cells.clear();
            cells.resize(size, ABSENT);
        }
        let (mut rows, mut twice) = (0, None);
        spill.read(number, |place, given| {
            for (cells, given) in self.cells.iter_mut().zip(given) {
                let Some(cell) = cells.get_mut(place as usize) else {
                    continue;
                };
                if *cell != ABSENT {
                    twice.get_or_insert(place as usize);
                }
                *cell = *given;
            }
            rows += 1;
        })?;
        if let Some(place) = twice {
            let members = parts.members(number, place);
            return Err(BlockError::Twice { members }.into());
        }
        if rows == size {
            return Ok(());
        }
        let first = self
            .cells
            .first()
            .and_then(|cells| cells.iter().position(|cell| *cell == ABSENT));
        let [kind, region, period] = parts.members(number, first.unwrap_or_default());
        Err(BlockError::Gap {
            missing: size.saturating_sub(rows) as u64,
            first: axes.name(kind, region, period),
        }
        .into())
    }

    fn settle(&mut self, parts: Parts, rules: &Rules) {
        let of_region = parts.kinds * parts.periods;
        let mut columns: Vec<_> = self
            .cells
            .iter_mut()
            .map(|cells| cells.chunks_exact_mut(of_region))
            .collect();
        loop {
            let mut region: Vec<&mut [u32]> = columns.iter_mut().filter_map(Iterator::next).collect();
            if region.is_empty() {
                return;
            }
            rules.settle(&mut region);
        }
    }

    /// The regions of a part stand together in the finished table for each kind.
    fn write(
        &mut self,
        parts: Parts,
        number: usize,
        axes: &Axes,
        target: Settled<'_>,
    ) -> Result<(), NormaliseError> {
        let regions = parts.range(number);
        for (column, cells) in self.cells.iter().enumerate() {
            for kind in 0..parts.kinds {
                self.run.clear();
                for region in cells.chunks_exact(parts.kinds * parts.periods) {
                    let periods = region.get(kind * parts.periods..).unwrap_or_default();
                    self.run.extend(periods.iter().take(parts.periods));
                }
                let row = kind as u64 * axes.rows_of_kind() + (regions.start * parts.periods) as u64;
                target.write(column, row, &self.run, &mut self.buffer)?;
            }
        }
        Ok(())
    }
}
