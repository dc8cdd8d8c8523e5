//! A row of a reply that is written exactly as the row before it, but for its values, needs no parser.
//!
//! A service writes all rows of a page in one way: the same fields in the same order with the same blanks. So a row
//! that the strict parser took is a pattern for the next ones: what stands between the values is compared as it is,
//! and only the values are looked at. Whatever differs in any other way (an escape, a letter beyond ASCII, a number
//! that is no plain whole one, another order) is not taken here, and the strict parser judges it as ever.

use super::json_rows::count_line_breaks;

/// The most digits of a whole number that a double holds exactly.
const EXACT_DIGITS: usize = 15;

/// The row before, with the places of its values. `R` is what the reader knows of a field.
pub(super) struct RowTemplate<R> {
    row: Vec<u8>,
    slots: Vec<Slot<R>>,
    /// Line breaks in a row; there is none inside a value.
    line_breaks: u64,
}

/// Where a value stands in the row, a text with its quotes.
struct Slot<R> {
    role: R,
    start: usize,
    end: usize,
}

/// A value as a row has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'v> {
    /// A text in ASCII without escapes.
    Text(&'v str),
    /// A whole number of at most 15 digits.
    Number(f64),
    Null,
}

/// The values of a row that are not those of the row before: number of the slot, start and end.
#[derive(Default)]
pub(super) struct Changed(Vec<(usize, usize, usize)>);

impl<R: Copy> RowTemplate<R> {
    /// The way in which a row that the strict parser took is written; `None` when it is too unusual to be one.
    pub fn of(row: &[u8], mut role_of: impl FnMut(&str) -> Option<R>) -> Option<Self> {
        let mut slots = Vec::new();
        let mut at = 0;
        loop {
            let key_start = at + row.get(at..)?.iter().position(|byte| *byte == b'"')? + 1;
            let key_end = key_start + plain_text(row.get(key_start..)?)?;
            let key = std::str::from_utf8(row.get(key_start..key_end)?).ok()?;
            let colon = key_end + 1 + row.get(key_end + 1..)?.iter().position(|byte| *byte == b':')?;
            let blanks = row.get(colon + 1..)?;
            let start = colon + 1 + blanks.iter().position(|byte| !byte.is_ascii_whitespace())?;
            let end = start + value_length(row.get(start..)?)?;
            let role = role_of(key)?;
            slots.push(Slot { role, start, end });
            at = end;
            let rest = row.get(end..)?;
            if rest.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b',') {
                break;
            }
        }
        Some(Self {
            row: row.to_vec(),
            slots,
            line_breaks: count_line_breaks(row),
        })
    }

    /// Line breaks in a row that matches.
    pub fn line_breaks(&self) -> u64 {
        self.line_breaks
    }

    /// The length of a row at the start of these bytes, when it is written in this way and is whole.
    pub fn find(&self, bytes: &[u8], changed: &mut Changed) -> Option<usize> {
        changed.0.clear();
        // Up to here both rows are understood: in the bytes, and in the row before.
        let (mut at, mut own) = (0, 0);
        let mut slots = self.slots.iter().enumerate();
        loop {
            let same = common_start(self.row.get(own..)?, bytes.get(at..)?);
            let differs = own + same;
            if differs == self.row.len() {
                return Some(at + same);
            }
            // A number may also go on where the one before ended.
            let (number, slot) = slots.find(|(_, slot)| differs <= slot.end)?;
            if differs < slot.start {
                return None;
            }
            let start = at + (slot.start - own);
            let value = bytes.get(start..)?;
            if (value.first() == Some(&b'"')) != (self.row.get(slot.start) == Some(&b'"')) {
                return None;
            }
            at = start + value_length(value)?;
            own = slot.end;
            changed.0.push((number, start, at));
        }
    }

    /// The values of a row that was found and that are not those of the row before, each with what the reader knows of
    /// its field.
    pub fn changed<'v>(&self, found: &'v [u8], changed: &Changed) -> impl Iterator<Item = (R, Value<'v>)> {
        changed.0.iter().filter_map(move |&(number, start, end)| {
            let role = self.slots.get(number)?.role;
            Some((role, value_of(found.get(start..end)?)))
        })
    }

    /// All values of the row before.
    pub fn values(&self) -> impl Iterator<Item = (R, Value<'_>)> {
        self.slots
            .iter()
            .filter_map(|slot| Some((slot.role, value_of(self.row.get(slot.start..slot.end)?))))
    }

    /// The row that was found is the one before from now on.
    pub fn follow(&mut self, found: &[u8], changed: &Changed) {
        let mut has_moved = found.len() != self.row.len();
        for &(number, start, end) in &changed.0 {
            let Some(slot) = self.slots.get(number) else {
                continue;
            };
            match (self.row.get_mut(start..end), found.get(start..end)) {
                (Some(old), Some(new)) if (slot.start, slot.end) == (start, end) => old.copy_from_slice(new),
                _ => has_moved = true,
            }
        }
        if has_moved {
            self.move_slots(changed);
            self.row.clear();
            self.row.extend_from_slice(found);
        }
    }

    /// Values got longer or shorter, and so others stand elsewhere.
    fn move_slots(&mut self, changed: &Changed) {
        let mut changed = changed.0.iter().peekable();
        let (mut old_end, mut new_end) = (0, 0);
        for (number, slot) in self.slots.iter_mut().enumerate() {
            let start = new_end + (slot.start - old_end);
            let as_before = (number, start, start + (slot.end - slot.start));
            let (_, start, end) = changed
                .next_if(|(changed, ..)| *changed == number)
                .unwrap_or(&as_before);
            old_end = slot.end;
            new_end = *end;
            (slot.start, slot.end) = (*start, *end);
        }
    }
}

/// How many bytes at the start of both are the same.
fn common_start(one: &[u8], other: &[u8]) -> usize {
    const AT_ONCE: usize = size_of::<u128>();
    let (ones, _) = one.as_chunks::<AT_ONCE>();
    let (others, _) = other.as_chunks::<AT_ONCE>();
    let mut at = 0;
    for (one, other) in ones.iter().zip(others) {
        let differs = u128::from_le_bytes(*one) ^ u128::from_le_bytes(*other);
        if differs != 0 {
            return at + differs.trailing_zeros() as usize / 8;
        }
        at += AT_ONCE;
    }
    let rest = one.iter().zip(other).skip(at);
    at + rest.take_while(|(one, other)| one == other).count()
}

/// Length of a text up to its closing quote, when it is plain.
fn plain_text(bytes: &[u8]) -> Option<usize> {
    let end = bytes
        .iter()
        .position(|byte| *byte == b'"' || *byte == b'\\' || !(0x20..0x7f).contains(byte))?;
    (bytes.get(end) == Some(&b'"')).then_some(end)
}

/// Length of a plain text with its quotes, of a plain whole number or of a null, when more follows.
fn value_length(bytes: &[u8]) -> Option<usize> {
    match bytes.first()? {
        b'"' => Some(plain_text(bytes.get(1..)?)? + 2),
        b'n' => bytes.starts_with(b"null").then_some(4),
        first => {
            let length = bytes.iter().position(|byte| !byte.is_ascii_digit())?;
            let is_whole = (*first != b'0' && (1..=EXACT_DIGITS).contains(&length)) || length == 1;
            is_whole.then_some(length)
        }
    }
}

fn value_of(value: &[u8]) -> Value<'_> {
    match value {
        [b'"', text @ .., b'"'] => Value::Text(std::str::from_utf8(text).unwrap_or_default()),
        b"null" => Value::Null,
        digits => {
            let whole = digits
                .iter()
                .fold(0_u64, |sum, byte| sum * 10 + u64::from(byte.wrapping_sub(b'0')));
            Value::Number(whole as f64)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "{\r\n \"ID\" : 7, \"Soort\":\"0.0.0 \",\n\"Aantal_1\":null }";

    fn template() -> RowTemplate<usize> {
        let mut places = 0..;
        RowTemplate::of(ROW.as_bytes(), |_| places.next()).unwrap()
    }

    fn read(template: &mut RowTemplate<usize>, row: &str) -> Option<Vec<(usize, String)>> {
        let mut changed = Changed::default();
        // What follows is no part of the row.
        let bytes = [row.as_bytes(), b",{\"ID\""].concat();
        let length = template.find(&bytes, &mut changed)?;
        assert_eq!(length, row.len());
        let text = |(place, value): (usize, Value<'_>)| (place, format!("{value:?}"));
        let values = template.changed(row.as_bytes(), &changed).map(text).collect();
        template.follow(row.as_bytes(), &changed);
        let strict = RowTemplate::of(row.as_bytes(), |_| Some(())).unwrap();
        let parts = |slot: &Slot<usize>| (slot.start, slot.end);
        let strictly: Vec<_> = strict.slots.iter().map(|slot| (slot.start, slot.end)).collect();
        assert_eq!(template.slots.iter().map(parts).collect::<Vec<_>>(), strictly);
        assert_eq!(template.row, row.as_bytes());
        Some(values)
    }

    #[test]
    fn the_common_start_is_found_wherever_it_ends() {
        let text = b"0123456789abcdefghijklmnop";
        for length in 0..text.len() {
            for differs in 0..text.len() {
                let mut other = text.to_vec();
                other[differs] = b'!';
                assert_eq!(common_start(&text[..length], &other), length.min(differs));
                assert_eq!(common_start(&other, &text[..length]), length.min(differs));
            }
        }
    }

    #[test]
    fn a_row_written_in_the_same_way_gives_the_values_that_changed() {
        let mut template = template();
        assert_eq!(template.line_breaks(), 2);
        let of = |place, value: &str| (place, value.to_owned());
        let mut row = ROW.to_owned();
        for (from, to, given) in [
            ("null", "120", vec![of(2, "Number(120.0)")]),
            ("0.0.0 ", "1.1.1", vec![of(1, "Text(\"1.1.1\")")]),
            ("120", "12", vec![of(2, "Number(12.0)")]),
            (" 7", " 700", vec![of(0, "Number(700.0)")]),
            ("12 ", "1234 ", vec![of(2, "Number(1234.0)")]),
            ("1234 ", "0 ", vec![of(2, "Number(0.0)")]),
            ("700", "701", vec![of(0, "Number(701.0)")]),
            ("1.1.1", "2.6.10", vec![of(1, "Text(\"2.6.10\")")]),
        ] {
            row = row.replace(from, to);
            assert_eq!(read(&mut template, &row).unwrap(), given, "{row}");
        }
    }

    #[test]
    fn whatever_else_differs_is_left_to_the_strict_parser() {
        for (from, to) in [
            ("null", "1.5"),
            ("null", "-1"),
            ("null", "1e3"),
            ("null", "01"),
            ("null", "1234567890123456"),
            ("null", "true"),
            ("null", "\"12\""),
            ("0.0.0 ", "0.0\\u0030"),
            ("0.0.0 ", "0.é"),
            ("0.0.0 ", "0.\t"),
            ("\"0.0.0 \"", "null"),
            ("Soort", "soort"),
            ("ID\" : 7", "ID\": 7"),
            (" }", "}"),
        ] {
            let other = ROW.replace(from, to);
            assert_ne!(other, ROW);
            assert_eq!(read(&mut template(), &other), None, "{other}");
        }
        for cut in 0..ROW.len() {
            assert_eq!(
                template().find(&ROW.as_bytes()[..cut], &mut Changed::default()),
                None
            );
        }
    }
}
