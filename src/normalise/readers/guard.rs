//! Guards on the bytes that go into a parser.
//!
//! The parsers are lenient where a figure must not be: the CSV parser reads `"12"34` as 1234, takes a quote that is
//! never closed for the rest of the file, and grows with the record it is given; the JSON parser grows with a string.
//! A guard sees each byte first, refuses such a file in words, and so bounds the memory as well.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

use super::error::Complaint;

/// The longest record or text, in bytes.
const MAX_RECORD_BYTES: usize = 1 << 20;
/// The most columns of a table.
const MAX_COLUMNS: usize = 10_000;
/// The most topics of a table.
pub(super) const MAX_TOPICS: usize = MAX_COLUMNS;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

const DAMAGED: &str = "the file is damaged or is no text: fetch or export it again";
const CUT_OFF: &str = "the file was cut off: fetch or export it again";
const NOT_AS_EXPORTED: &str = "use the file as the portal gave it, not a copy that was edited by hand";
const TOO_LARGE: &str = "this is no statistical table: check which file was given";

/// Looks at each byte once, in order.
pub(super) trait Inspect {
    /// Refuses the byte or takes it.
    fn byte(&mut self, byte: u8) -> Result<(), Complaint>;
    /// Refuses to end here or does.
    fn end(&mut self) -> Result<(), Complaint>;
}

/// A reader that shows its bytes to an inspector before it hands them on, without a byte order mark.
pub(super) struct Guarded<R, I> {
    input: R,
    pub inspector: I,
    started: bool,
}

impl<R: BufRead, I: Inspect> Guarded<R, I> {
    pub fn new(input: R, inspector: I) -> Self {
        Self {
            input,
            inspector,
            started: false,
        }
    }

    /// Skips the mark, also when the input gives it in pieces.
    fn skip_byte_order_mark(&mut self) -> io::Result<()> {
        for (position, expected) in BYTE_ORDER_MARK.iter().enumerate() {
            match self.input.fill_buf()?.first() {
                Some(byte) if byte == expected => self.input.consume(1),
                _ if position == 0 => break,
                _ => {
                    return Err(io::Error::other(Complaint {
                        line: 1,
                        expected: "text in UTF-8",
                        found: "half a byte order mark".to_owned(),
                        hint: DAMAGED,
                    }));
                }
            }
        }
        Ok(())
    }
}

impl<R: BufRead, I: Inspect> Read for Guarded<R, I> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if !self.started {
            self.started = true;
            self.skip_byte_order_mark()?;
        }
        // `read` of a slice copies what fits, so that no byte is inspected twice.
        let copied = self.input.fill_buf()?.read(target)?;
        self.input.consume(copied);
        if copied == 0 && !target.is_empty() {
            self.inspector.end().map_err(io::Error::other)?;
        }
        for byte in target.iter().take(copied) {
            self.inspector.byte(*byte).map_err(io::Error::other)?;
        }
        Ok(copied)
    }
}

/// Where the next byte of a CSV file stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    FieldStart,
    Bare,
    Quoted,
    QuoteInQuoted,
    CarriageReturn,
}

/// Holds a `;` file to RFC 4180: quotes closed and only around whole fields, line breaks LF or CRLF.
pub(super) struct CsvInspector {
    line: u64,
    place: Place,
    record_bytes: usize,
    columns: usize,
    /// Lines of the records that the parser has not handed out yet; it reads one buffer ahead.
    starts: VecDeque<u64>,
}

impl CsvInspector {
    pub fn new() -> Self {
        Self {
            line: 1,
            place: Place::FieldStart,
            record_bytes: 0,
            columns: 1,
            starts: VecDeque::new(),
        }
    }

    /// Line of the next record that is not blank, for each record once: the parser's own count is off by the blank
    /// lines that it passes over.
    pub fn next_start(&mut self) -> Option<u64> {
        self.starts.pop_front()
    }

    /// Number of the line that the bytes so far have come to.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Whether the last byte was a line break that ended a record.
    pub fn stands_at_line_start(&self) -> bool {
        self.place == Place::FieldStart && self.record_bytes == 0
    }

    fn complain(&self, expected: &'static str, found: &str, hint: &'static str) -> Complaint {
        Complaint {
            line: self.line,
            expected,
            found: found.to_owned(),
            hint,
        }
    }
}

impl Inspect for CsvInspector {
    fn byte(&mut self, byte: u8) -> Result<(), Complaint> {
        self.record_bytes += 1;
        if self.record_bytes > MAX_RECORD_BYTES {
            return Err(self.complain("a line of at most 1 MiB", "a longer one", TOO_LARGE));
        }
        if self.record_bytes == 1 && !matches!(byte, b'\r' | b'\n') {
            self.starts.push_back(self.line);
        }
        self.place = match (self.place, byte) {
            (_, 0) => return Err(self.complain("text", "a NUL byte", DAMAGED)),
            (Place::Quoted, b'"') => Place::QuoteInQuoted,
            (Place::Quoted, _) | (Place::QuoteInQuoted | Place::FieldStart, b'"') => Place::Quoted,
            (_, b'\n') => {
                self.record_bytes = 0;
                self.columns = 1;
                Place::FieldStart
            }
            (Place::CarriageReturn, _) => {
                return Err(self.complain("a line break LF or CRLF", "a CR alone", NOT_AS_EXPORTED));
            }
            (_, b'\r') => Place::CarriageReturn,
            (_, b';') => {
                self.columns += 1;
                if self.columns > MAX_COLUMNS {
                    return Err(self.complain("at most 10000 columns", "more columns", TOO_LARGE));
                }
                Place::FieldStart
            }
            (Place::QuoteInQuoted, _) => {
                return Err(self.complain(
                    "`;` or a line break after a closing quote",
                    "text",
                    NOT_AS_EXPORTED,
                ));
            }
            (Place::Bare, b'"') => {
                return Err(self.complain(
                    "quotes around a whole field",
                    "a quote inside a field",
                    NOT_AS_EXPORTED,
                ));
            }
            (Place::FieldStart | Place::Bare, _) => Place::Bare,
        };
        if byte == b'\n' {
            self.line += 1;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Complaint> {
        if self.place == Place::Quoted {
            return Err(self.complain("a closing quote", "the end of the file", CUT_OFF));
        }
        Ok(())
    }
}

/// Bounds the texts of a JSON file and keeps count of the lines, which the parser does not tell while it reads.
pub(super) struct JsonInspector<'a> {
    line: &'a Cell<u64>,
    in_text: bool,
    escaped: bool,
    token_bytes: usize,
}

impl<'a> JsonInspector<'a> {
    /// `line` is set to the number of the line that has been read to.
    pub fn new(line: &'a Cell<u64>) -> Self {
        line.set(1);
        Self {
            line,
            in_text: false,
            escaped: false,
            token_bytes: 0,
        }
    }
}

impl Inspect for JsonInspector<'_> {
    fn byte(&mut self, byte: u8) -> Result<(), Complaint> {
        if byte == b'\n' {
            self.line.set(self.line.get() + 1);
        }
        let stands_between = !self.in_text && matches!(byte, b',' | b':' | b'[' | b']' | b'{' | b'}');
        let closes_or_opens = byte == b'"' && !self.escaped;
        self.token_bytes = if stands_between || closes_or_opens {
            0
        } else {
            self.token_bytes + 1
        };
        if self.token_bytes > MAX_RECORD_BYTES {
            return Err(Complaint {
                line: self.line.get(),
                expected: "a text or number of at most 1 MiB",
                found: "a longer one".to_owned(),
                hint: TOO_LARGE,
            });
        }
        self.escaped = self.in_text && byte == b'\\' && !self.escaped;
        if closes_or_opens {
            self.in_text = !self.in_text;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Complaint> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inspect_csv(text: &[u8]) -> Result<Vec<u8>, String> {
        let mut taken = Vec::new();
        match Guarded::new(text, CsvInspector::new()).read_to_end(&mut taken) {
            Ok(_) => Ok(taken),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn a_byte_order_mark_is_dropped_and_the_rest_kept() {
        assert_eq!(
            inspect_csv(b"\xef\xbb\xbfa;\"b\"\"\nc\"\r\n").unwrap(),
            b"a;\"b\"\"\nc\"\r\n"
        );
        assert!(
            inspect_csv(b"\xef\xbb")
                .unwrap_err()
                .contains("half a byte order mark")
        );
        assert_eq!(inspect_csv(b"").unwrap(), b"");
    }

    #[test]
    fn what_the_parser_would_quietly_repair_is_refused_with_its_line() {
        for (text, line, found) in [
            (&b"a;b\n\"12\"34;5\n"[..], 2, "text"),
            (b"a;b\n1\"2;5\n", 2, "a quote inside a field"),
            (b"a;b\n1;\"2", 2, "the end of the file"),
            (b"a;b\r1;2\r", 1, "a CR alone"),
            (b"a;b\n1;\"2\n\x00\"\n", 3, "a NUL byte"),
        ] {
            let message = inspect_csv(text).unwrap_err();
            assert!(message.starts_with(&format!("line {line}:")), "{message}");
            assert!(message.ends_with(found), "{message}");
        }
    }

    #[test]
    fn a_line_or_a_header_without_end_is_refused_before_it_fills_the_memory() {
        let endless = io::BufReader::new(io::repeat(b'1'));
        let error = io::copy(&mut Guarded::new(endless, CsvInspector::new()), &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("1 MiB"), "{error}");
        assert!(inspect_csv(&[b';'; 9_999]).is_ok());
        assert!(inspect_csv(&[b';'; 10_000]).unwrap_err().contains("more columns"));
    }

    #[test]
    fn a_json_text_without_end_is_refused_and_escaped_quotes_do_not_end_it() {
        let line = Cell::new(0);
        let endless = io::BufReader::new((&b"{\n\"a\\\""[..]).chain(io::repeat(b'x')));
        let mut guarded = Guarded::new(endless, JsonInspector::new(&line));
        let error = io::copy(&mut guarded, &mut io::sink()).unwrap_err();
        assert!(error.to_string().starts_with("line 2:"), "{error}");
    }
}
