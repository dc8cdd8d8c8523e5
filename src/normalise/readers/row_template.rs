//! A row of a reply that is written exactly as the row before it, but for its values, needs no parser.
//!
//! A service writes all rows of a page in one way: the same fields in the same order with the same blanks. So a row
//! that the strict parser took is a pattern for the next ones: what stands between the values is compared as it is,
//! and only the values are looked at. Whatever differs in any other way (an escape, a letter beyond ASCII, a number
//! that is no plain whole one, another order) is not taken here, and the strict parser judges it as ever.

/// The most digits of a whole number that a double holds exactly.
const EXACT_DIGITS: usize = 15;

/// The way in which a row was written. `R` is what the reader knows of a field.
pub(super) struct RowTemplate<R> {
    slots: Vec<Slot<R>>,
    /// What stands after the last value, closing bracket included.
    end: Vec<u8>,
    /// Line breaks in a row; there is none inside a value.
    line_breaks: u64,
}

struct Slot<R> {
    role: R,
    /// What stands between the value before and this one; quotes belong to the value.
    before: Vec<u8>,
    /// The value as it stood last, with its quotes.
    last: Vec<u8>,
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

/// Where the values of a row stand, one for each slot: start, end, and whether it is as it stood last.
#[derive(Default)]
pub(super) struct Matched {
    spans: Vec<(usize, usize, bool)>,
}

impl<R: Copy> RowTemplate<R> {
    /// The way in which a row that the strict parser took is written; `None` when it is too unusual to be one.
    pub fn of(row: &[u8], mut role_of: impl FnMut(&str) -> Option<R>) -> Option<Self> {
        let mut slots = Vec::new();
        let (mut at, mut literal) = (0, 0);
        loop {
            let key_start = at + row.get(at..)?.iter().position(|byte| *byte == b'"')? + 1;
            let key_end = key_start + plain_text(row.get(key_start..)?)?;
            let key = std::str::from_utf8(row.get(key_start..key_end)?).ok()?;
            let colon = key_end + 1 + row.get(key_end + 1..)?.iter().position(|byte| *byte == b':')?;
            let blanks = row.get(colon + 1..)?;
            let start = colon + 1 + blanks.iter().position(|byte| !byte.is_ascii_whitespace())?;
            let end = start + value_length(row.get(start..)?)?;
            slots.push(Slot {
                role: role_of(key)?,
                before: row.get(literal..start)?.to_vec(),
                last: row.get(start..end)?.to_vec(),
            });
            (literal, at) = (end, end);
            let rest = row.get(end..)?;
            if rest.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b',') {
                break;
            }
        }
        let end = row.get(literal..)?.to_vec();
        let breaks = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        let line_breaks = breaks(&end) + slots.iter().map(|slot| breaks(&slot.before)).sum::<u64>();
        Some(Self {
            slots,
            end,
            line_breaks,
        })
    }

    /// Line breaks in a row that matches.
    pub fn line_breaks(&self) -> u64 {
        self.line_breaks
    }

    /// The length of a row at the start of these bytes, when it is written in this way and is whole.
    pub fn find(&self, bytes: &[u8], matched: &mut Matched) -> Option<usize> {
        matched.spans.clear();
        let mut at = 0;
        for slot in &self.slots {
            let rest = bytes.get(at..)?.strip_prefix(slot.before.as_slice())?;
            at += slot.before.len();
            // A number may go on after the digits that it had last; a text ends with its quote.
            let is_text = slot.last.first() == Some(&b'"');
            let is_same = is_text && rest.starts_with(&slot.last);
            let length = if is_same {
                slot.last.len()
            } else {
                value_length(rest)?
            };
            if is_text != (rest.first() == Some(&b'"')) {
                return None;
            }
            matched.spans.push((at, at + length, is_same));
            at += length;
        }
        bytes
            .get(at..)?
            .starts_with(&self.end)
            .then_some(at + self.end.len())
    }

    /// The values of a row that matched, each with what the reader knows of its field. A text that stood there in the
    /// row before is left out when `is_kept` says that the reader still has it.
    pub fn values<'v, E>(
        &mut self,
        bytes: &'v [u8],
        matched: &Matched,
        is_kept: impl Fn(R) -> bool,
        mut take: impl FnMut(R, Value<'v>) -> Result<(), E>,
    ) -> Result<(), E> {
        for (slot, &(start, end, is_same)) in self.slots.iter_mut().zip(&matched.spans) {
            if is_same && is_kept(slot.role) {
                continue;
            }
            let value = bytes.get(start..end).unwrap_or_default();
            if !is_same && value.first() == Some(&b'"') {
                slot.last.clear();
                slot.last.extend_from_slice(value);
            }
            take(slot.role, value_of(value))?;
        }
        Ok(())
    }
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
        let mut matched = Matched::default();
        let length = template.find(row.as_bytes(), &mut matched)?;
        assert_eq!(length, row.len());
        let mut values = Vec::new();
        let take = |place, value: Value<'_>| {
            values.push((place, format!("{value:?}")));
            Ok::<(), ()>(())
        };
        template
            .values(row.as_bytes(), &matched, |place| place == 1, take)
            .unwrap();
        Some(values)
    }

    #[test]
    fn a_row_written_in_the_same_way_gives_its_values_and_a_text_that_stayed_is_left_out() {
        let mut template = template();
        assert_eq!(template.line_breaks(), 2);
        let next = ROW.replace("null", "120").replace("0.0.0 ", "1.1.1");
        let of = |place, value: &str| (place, value.to_owned());
        let given = [
            of(0, "Number(7.0)"),
            of(1, "Text(\"1.1.1\")"),
            of(2, "Number(120.0)"),
        ];
        assert_eq!(read(&mut template, &next).unwrap(), given);
        let again = next.replace("120", "0");
        let given = [of(0, "Number(7.0)"), of(2, "Number(0.0)")];
        assert_eq!(read(&mut template, &again).unwrap(), given);
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
                template().find(&ROW.as_bytes()[..cut], &mut Matched::default()),
                None
            );
        }
    }
}
