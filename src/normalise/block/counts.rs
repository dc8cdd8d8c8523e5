//! A count in four bytes, with what stands where there is none.

use crate::normalise::readers::Symbol;

/// Counts from here on are signs and no counts.
const SIGNS: u32 = u32::MAX - 15;

/// No row has filled this cell yet.
pub(super) const ABSENT: u32 = SIGNS;
/// No count, and no sign that says why.
pub(super) const EMPTY: u32 = SIGNS + 1;
/// No count: secret.
pub(super) const SECRET: u32 = SIGNS + 2;
/// No count: cannot occur.
pub(super) const IMPOSSIBLE: u32 = SIGNS + 3;

/// Bytes of a count.
pub(super) const BYTES: usize = size_of::<u32>();

/// The count in this cell, if it is one.
pub(super) fn number(cell: u32) -> Option<u32> {
    (cell < SIGNS).then_some(cell)
}

/// The cell for what a record gave; `None` for a count that is too large.
pub(super) fn cell(count: Option<i64>, symbol: Option<Symbol>) -> Option<u32> {
    match (count, symbol) {
        (Some(count), _) => u32::try_from(count).ok().filter(|count| *count < SIGNS),
        (None, Some(Symbol::Secret)) => Some(SECRET),
        (None, Some(Symbol::Impossible)) => Some(IMPOSSIBLE),
        (None, _) => Some(EMPTY),
    }
}

/// Puts the bytes of the cells at the end of `bytes`.
pub(super) fn write(cells: &[u32], bytes: &mut Vec<u8>) {
    for cell in cells {
        bytes.extend_from_slice(&cell.to_le_bytes());
    }
}

/// The cells that these bytes hold.
pub(super) fn read(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let (cells, _) = bytes.as_chunks::<BYTES>();
    cells.iter().map(|cell| u32::from_le_bytes(*cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_comes_back_and_one_that_would_be_a_sign_is_refused() {
        assert_eq!(cell(Some(0), None).and_then(number), Some(0));
        assert_eq!(cell(Some(799_681), None).and_then(number), Some(799_681));
        assert_eq!(cell(Some(i64::from(ABSENT)), None), None);
        assert_eq!(cell(Some(1 << 40), None), None);
        for sign in [ABSENT, EMPTY, SECRET, IMPOSSIBLE] {
            assert_eq!(number(sign), None);
        }
    }

    #[test]
    fn cells_come_back_from_their_bytes() {
        let mut bytes = Vec::new();
        write(&[0, 1, EMPTY, 70_000], &mut bytes);
        assert_eq!(read(&bytes).collect::<Vec<_>>(), [0, 1, EMPTY, 70_000]);
    }
}
