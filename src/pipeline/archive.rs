//! What a zip file unpacks to, measured before anything takes it apart.
//!
//! A workbook is a zip, and its sizes are written by whoever made it: a few kilobytes can unpack to gigabytes. Here every
//! part is unpacked into nothing and counted. What the parts mean is read elsewhere.

use std::io::{self, Read as _};

use flate2::read::DeflateDecoder;

/// The most bytes that all parts together may unpack to.
const MOST_UNPACKED: u64 = 64 << 20;
/// The most parts; a workbook has a few for each sheet.
const MOST_PARTS: usize = 2_000;

const END: &[u8] = b"PK\x05\x06";
const CENTRAL: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";

/// The end record is 22 bytes and a comment of at most 65,535.
const LONGEST_END: usize = 22 + 65_535;
const CENTRAL_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;

/// Why a zip file is not taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// It is no zip, or was cut off, or uses a feature that workbooks do without.
    Damaged,
    /// Its parts are encrypted.
    Encrypted,
    /// It unpacks to more than a register can hold.
    Huge,
}

/// Unpacks every part of a zip file and keeps nothing.
///
/// # Errors
/// [`Unfit`].
pub(super) fn measure(bytes: &[u8]) -> Result<(), Unfit> {
    let from = bytes.len().saturating_sub(LONGEST_END);
    let tail = bytes.get(from..).unwrap_or_default();
    let end = tail
        .windows(END.len())
        .rposition(|window| window == END)
        .ok_or(Unfit::Damaged)?
        + from;
    // Its last field is the length of the comment: a file that was cut off in it is cut off.
    short(bytes, end + 20)?;
    let parts = usize::from(short(bytes, end + 10)?);
    if parts > MOST_PARTS {
        return Err(Unfit::Huge);
    }
    let mut at = long(bytes, end + 16)?;
    let mut unpacked = 0;
    for _ in 0..parts {
        if bytes.get(at..at + CENTRAL.len()) != Some(CENTRAL) {
            return Err(Unfit::Damaged);
        }
        unpacked += part(bytes, at, MOST_UNPACKED.saturating_sub(unpacked))?;
        let variable: usize = [28, 30, 32]
            .iter()
            .map(|field| short(bytes, at + field).map(usize::from))
            .sum::<Result<usize, Unfit>>()?;
        at += CENTRAL_BYTES + variable;
    }
    Ok(())
}

/// How many bytes a part unpacks to, at most `most`; `at` is its record in the central directory.
fn part(bytes: &[u8], at: usize, most: u64) -> Result<u64, Unfit> {
    const IS_ENCRYPTED: u16 = 1;
    const STORED: u16 = 0;
    const DEFLATED: u16 = 8;

    if short(bytes, at + 8)? & IS_ENCRYPTED != 0 {
        return Err(Unfit::Encrypted);
    }
    let method = short(bytes, at + 10)?;
    let packed_length = long(bytes, at + 20)?;
    let local = long(bytes, at + 42)?;
    if bytes.get(local..local.saturating_add(LOCAL.len())) != Some(LOCAL) {
        return Err(Unfit::Damaged);
    }
    let start =
        local + LOCAL_BYTES + usize::from(short(bytes, local + 26)?) + usize::from(short(bytes, local + 28)?);
    let packed = bytes
        .get(start..start.saturating_add(packed_length))
        .ok_or(Unfit::Damaged)?;
    let length = match method {
        STORED => packed.len() as u64,
        DEFLATED => io::copy(&mut DeflateDecoder::new(packed).take(most + 1), &mut io::sink())
            .map_err(|_| Unfit::Damaged)?,
        _ => return Err(Unfit::Damaged),
    };
    if length > most {
        return Err(Unfit::Huge);
    }
    Ok(length)
}

fn short(bytes: &[u8], at: usize) -> Result<u16, Unfit> {
    match bytes.get(at..at.saturating_add(2)) {
        Some(&[low, high]) => Ok(u16::from_le_bytes([low, high])),
        _ => Err(Unfit::Damaged),
    }
}

fn long(bytes: &[u8], at: usize) -> Result<usize, Unfit> {
    match bytes.get(at..at.saturating_add(4)) {
        Some(&[first, second, third, fourth]) => {
            Ok(u32::from_le_bytes([first, second, third, fourth]) as usize)
        }
        _ => Err(Unfit::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zip of one part, as the format describes it.
    fn zip(method: u16, flags: u16, packed: &[u8]) -> Vec<u8> {
        let length = (packed.len() as u32).to_le_bytes();
        let mut local = LOCAL.to_vec();
        local.extend([20, 0]);
        local.extend(flags.to_le_bytes());
        local.extend(method.to_le_bytes());
        local.extend([0; 8]);
        local.extend(length);
        local.extend([0; 4]);
        local.extend([1, 0, 0, 0]);
        local.push(b'x');
        local.extend(packed);
        let mut central = CENTRAL.to_vec();
        central.extend([20, 0, 20, 0]);
        central.extend(flags.to_le_bytes());
        central.extend(method.to_le_bytes());
        central.extend([0; 8]);
        central.extend(length);
        central.extend([0; 4]);
        central.extend([1, 0, 0, 0, 0, 0]);
        central.extend([0; 12]);
        central.push(b'x');
        let mut end = END.to_vec();
        end.extend([0, 0, 0, 0, 1, 0, 1, 0]);
        end.extend((central.len() as u32).to_le_bytes());
        end.extend((local.len() as u32).to_le_bytes());
        end.extend([0, 0]);
        [local, central, end].concat()
    }

    fn deflated(length: u64) -> Vec<u8> {
        let mut packed = Vec::new();
        let zeros = io::repeat(0).take(length);
        flate2::read::DeflateEncoder::new(zeros, flate2::Compression::fast())
            .read_to_end(&mut packed)
            .unwrap();
        packed
    }

    #[test]
    fn what_unpacks_to_more_than_the_limit_is_huge_whatever_it_says_of_itself() {
        let bomb = zip(8, 0, &deflated(MOST_UNPACKED + 1));
        assert!(bomb.len() < 1 << 20);
        assert_eq!(measure(&bomb), Err(Unfit::Huge));
        assert_eq!(measure(&zip(8, 0, &deflated(1000))), Ok(()));
        assert_eq!(measure(&zip(0, 0, b"text")), Ok(()));
    }

    #[test]
    fn encrypted_and_foreign_parts_are_told_apart() {
        assert_eq!(measure(&zip(8, 1, &deflated(10))), Err(Unfit::Encrypted));
        assert_eq!(measure(&zip(14, 0, b"lzma")), Err(Unfit::Damaged));
        assert_eq!(measure(&zip(8, 0, b"\xff\xff\xff")), Err(Unfit::Damaged));
    }

    #[test]
    fn every_cut_and_every_spoilt_byte_gives_an_answer() {
        let whole = zip(8, 0, &deflated(1000));
        for length in 0..whole.len() {
            assert!(measure(&whole[..length]).is_err(), "{length}");
        }
        for at in 0..whole.len() {
            let mut spoilt = whole.clone();
            spoilt[at] ^= 0xff;
            let _ = measure(&spoilt);
        }
    }
}
