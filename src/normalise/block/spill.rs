//! Rows that were read, put down on the disk by part of the block, so that memory does not grow with the table.
//!
//! Rows come in any order and the finished table has its own. A part is a range of regions with all its kinds and
//! periods: few enough cells to hold in memory, and all that the additive check needs to see together.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::counts::{self, BYTES};
use crate::disk::{DiskError, Scratch};

/// Bytes that a thread lets wait, over all parts.
const WAITING_BYTES: usize = 4 << 20;
/// Bytes that wait for one part, at most.
const LARGEST_PIECE: usize = 64 << 10;
/// Bytes that wait for one part, at least: below that the disk is asked too often.
const SMALLEST_PIECE: usize = 4 << 10;

/// Where pieces of a part stand: offset and length.
type Pieces = Vec<(u64, usize)>;

/// The rows on the disk.
pub(super) struct Spill<'s> {
    scratch: &'s Scratch,
    end: AtomicU64,
    parts: Vec<Mutex<Pieces>>,
    /// Counts in a row.
    columns: usize,
}

impl<'s> Spill<'s> {
    /// No rows yet.
    pub fn new(scratch: &'s Scratch, parts: usize, columns: usize) -> Self {
        Self {
            scratch,
            end: AtomicU64::new(0),
            parts: (0..parts).map(|_| Mutex::default()).collect(),
            columns,
        }
    }

    /// Bytes of a row: where it stands in its part, and its counts.
    fn row_bytes(&self) -> usize {
        (1 + self.columns) * BYTES
    }

    /// What one thread adds.
    pub fn adder(&self) -> Adder<'_, 's> {
        let piece = (WAITING_BYTES / self.parts.len().max(1)).clamp(SMALLEST_PIECE, LARGEST_PIECE);
        Adder {
            spill: self,
            waiting: vec![Vec::new(); self.parts.len()],
            piece: piece / self.row_bytes() * self.row_bytes(),
        }
    }

    /// Gives each row of a part, in any order: where it stands, and its counts.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn read(&self, part: usize, mut take: impl FnMut(u32, &[u32])) -> Result<(), DiskError> {
        let pieces = self.parts.get(part).map(|pieces| {
            let pieces = pieces.lock().unwrap_or_else(PoisonError::into_inner);
            pieces.clone()
        });
        let mut buffer = Vec::new();
        let mut row = Vec::with_capacity(1 + self.columns);
        for (offset, length) in pieces.unwrap_or_default() {
            buffer.resize(length, 0);
            self.scratch.read_at(&mut buffer, offset)?;
            for bytes in buffer.chunks_exact(self.row_bytes()) {
                row.clear();
                row.extend(counts::read(bytes));
                if let Some((place, cells)) = row.split_first() {
                    take(*place, cells);
                }
            }
        }
        Ok(())
    }

    fn add(&self, part: usize, bytes: &[u8]) -> Result<(), DiskError> {
        let offset = self.end.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        self.scratch.write_at(bytes, offset)?;
        if let Some(pieces) = self.parts.get(part) {
            let mut pieces = pieces.lock().unwrap_or_else(PoisonError::into_inner);
            pieces.push((offset, bytes.len()));
        }
        Ok(())
    }
}

/// Rows of one thread that wait to be written.
pub(super) struct Adder<'a, 's> {
    spill: &'a Spill<'s>,
    waiting: Vec<Vec<u8>>,
    piece: usize,
}

impl Adder<'_, '_> {
    /// Adds a row to a part.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn push(&mut self, part: usize, place: u32, cells: &[u32]) -> Result<(), DiskError> {
        let Some(waiting) = self.waiting.get_mut(part) else {
            return Ok(());
        };
        counts::write(&[place], waiting);
        counts::write(cells, waiting);
        if waiting.len() >= self.piece {
            self.spill.add(part, waiting)?;
            waiting.clear();
        }
        Ok(())
    }

    /// Writes what still waits.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn finish(self) -> Result<(), DiskError> {
        for (part, waiting) in self.waiting.iter().enumerate() {
            if !waiting.is_empty() {
                self.spill.add(part, waiting)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_comes_back_from_its_own_part() {
        let folder = tempfile::tempdir().unwrap();
        let scratch = Scratch::create(folder.path()).unwrap();
        let spill = Spill::new(&scratch, 3, 2);
        std::thread::scope(|scope| {
            for thread in 0..2_u32 {
                let spill = &spill;
                scope.spawn(move || {
                    let mut adder = spill.adder();
                    for place in (0..60_000).filter(|place| place % 2 == thread) {
                        adder
                            .push(place as usize % 3, place, &[place * 2, place + 1])
                            .unwrap();
                    }
                    adder.finish().unwrap();
                });
            }
        });
        for part in 0..3 {
            let mut places = Vec::new();
            spill
                .read(part as usize, |place, cells| {
                    assert_eq!(cells, [place * 2, place + 1]);
                    places.push(place);
                })
                .unwrap();
            places.sort_unstable();
            assert_eq!(
                places,
                (0..60_000).filter(|place| place % 3 == part).collect::<Vec<_>>()
            );
        }
    }
}
