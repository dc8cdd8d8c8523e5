//! Cuts the rows out of the one list of a JSON reply, so that a page of any size is read with little memory.
//!
//! `{"odata.metadata":..., "value":[` is the head, each flat object of the list a row, `],"odata.nextLink":...}` the
//! tail. Only quotes, escapes and closing brackets are looked at: whoever takes a piece parses it whole and so
//! refuses whatever is no JSON. A parser on a slice is several times as fast as one that asks a reader for each byte.

use std::io::{BufRead, Read};

use super::ReadError;

/// The most bytes of a row, and of the head and the tail.
const MAX_PIECE_BYTES: usize = 1 << 20;
/// How much is read at a time.
const READ_BYTES: usize = 64 << 10;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

const CUT_OFF: &str = "the file was cut off: fetch it again";
const TOO_LARGE: &str = "this is no page of a statistical table: check which file was given";
const DAMAGED: &str = "the reply is damaged or of another kind: fetch it again";

/// A reply of which the pieces are taken in this order: the head, each row, the tail.
pub(super) struct JsonRows<R> {
    input: R,
    file: String,
    /// Bytes that were read and are not all taken; those before `at` are.
    held: Vec<u8>,
    at: usize,
    /// Line of the byte at `at`.
    line: u64,
    has_row: bool,
}

/// A part of the reply with the line on which it starts.
#[derive(Clone, Copy)]
pub(super) struct Piece<'p> {
    pub line: u64,
    pub bytes: &'p [u8],
}

impl<R: BufRead> JsonRows<R> {
    pub fn open(input: R, file: &str) -> Result<Self, ReadError> {
        let mut rows = Self {
            input,
            file: file.to_owned(),
            held: Vec::new(),
            at: 0,
            line: 1,
            has_row: false,
        };
        rows.read_more()?;
        if rows.held.starts_with(BYTE_ORDER_MARK) {
            rows.at = BYTE_ORDER_MARK.len();
        }
        Ok(rows)
    }

    /// All up to and with the bracket that opens the list; the whole reply when there is none.
    pub fn head(&mut self) -> Result<Piece<'_>, ReadError> {
        self.peek()?;
        let found = self.find(b'[')?;
        let length = found.unwrap_or(self.held.len() - self.at);
        Ok(self.take(length))
    }

    /// The next row; `None` before the bracket that closes the list.
    pub fn next_row(&mut self) -> Result<Option<Piece<'_>>, ReadError> {
        let mut next = self.peek()?;
        if next == Some(b']') {
            return Ok(None);
        }
        if self.has_row {
            if next != Some(b',') {
                return Err(self.refuse("`,` or `]` after a row", next));
            }
            self.at += 1;
            next = self.peek()?;
        }
        if next != Some(b'{') {
            return Err(self.refuse("a row that starts with `{`", next));
        }
        match self.find(b'}')? {
            Some(length) => {
                self.has_row = true;
                Ok(Some(self.take(length)))
            }
            None => Err(self.refuse("the rest of the row", None)),
        }
    }

    /// What was read and not taken yet: the next row starts after a comma, and may not be whole.
    pub fn ahead(&self) -> &[u8] {
        self.held.get(self.at..).unwrap_or_default()
    }

    /// Passes over a row that was found in [`Self::ahead`], the comma before it included.
    pub fn pass(&mut self, length: usize, line_breaks: u64) {
        self.at = (self.at + length).min(self.held.len());
        self.line += line_breaks;
    }

    /// The rest, from the bracket that closes the list to the end of the file.
    pub fn tail(&mut self) -> Result<Piece<'_>, ReadError> {
        while self.held.len() - self.at <= MAX_PIECE_BYTES {
            if !self.read_more()? {
                return Ok(self.take(self.held.len() - self.at));
            }
        }
        Err(self.refuse_length())
    }

    /// Line of what was not yet taken; of the last byte once the tail was.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The next byte that is not blank, which is left where it stands.
    pub fn peek(&mut self) -> Result<Option<u8>, ReadError> {
        loop {
            let held = self.held.get(self.at..).unwrap_or_default();
            let is_filled = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
            if let Some(blank) = held.iter().position(is_filled) {
                self.take(blank);
                return Ok(self.held.get(self.at).copied());
            }
            self.take(held.len());
            if !self.read_more()? {
                return Ok(None);
            }
        }
    }

    /// Length of what stands before and with the first such bracket outside a text.
    fn find(&mut self, bracket: u8) -> Result<Option<usize>, ReadError> {
        let mut search = Search::default();
        let mut length = 0;
        loop {
            let held = self.held.get(self.at + length..).unwrap_or_default();
            if let Some(found) = search.find(bracket, held) {
                length += found + 1;
                return if length > MAX_PIECE_BYTES {
                    Err(self.refuse_length())
                } else {
                    Ok(Some(length))
                };
            }
            length += held.len();
            if length > MAX_PIECE_BYTES {
                return Err(self.refuse_length());
            }
            if !self.read_more()? {
                return Ok(None);
            }
        }
    }

    fn take(&mut self, length: usize) -> Piece<'_> {
        let line = self.line;
        let start = self.at;
        self.at += length;
        let bytes = self.held.get(start..self.at).unwrap_or_default();
        self.line += count_line_breaks(bytes);
        Piece { line, bytes }
    }

    /// Drops what was taken and reads on; `false` at the end of the file.
    fn read_more(&mut self) -> Result<bool, ReadError> {
        self.held.drain(..self.at);
        self.at = 0;
        let mut limited = self.input.by_ref().take(READ_BYTES as u64);
        match limited.read_to_end(&mut self.held) {
            Ok(count) => Ok(count > 0),
            Err(error) => Err(ReadError::from_io(&self.file, self.line, error)),
        }
    }

    fn refuse(&self, expected: &str, next: Option<u8>) -> ReadError {
        match next {
            Some(byte) => {
                let found = char::from(byte).to_string();
                ReadError::new(&self.file, self.line, expected, &found, DAMAGED)
            }
            None => ReadError::new(&self.file, self.line, expected, "the end of the file", CUT_OFF),
        }
    }

    fn refuse_length(&self) -> ReadError {
        let expected = "a row, a start and an end of at most 1 MiB each";
        ReadError::new(&self.file, self.line, expected, "a longer one", TOO_LARGE)
    }
}

pub(super) fn count_line_breaks(bytes: &[u8]) -> u64 {
    // A sum in one byte is what the processor adds up many at a time; 255 is the most that fits.
    let count = |piece: &[u8]| piece.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>();
    bytes.chunks(255).map(|piece| u64::from(count(piece))).sum()
}

/// Looks for a bracket over one buffer after another.
#[derive(Default)]
struct Search {
    in_text: bool,
    is_escaped: bool,
}

impl Search {
    /// Place of the bracket. It runs over every byte, so it looks for one of two bytes at a time.
    fn find(&mut self, bracket: u8, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            if self.is_escaped {
                self.is_escaped = false;
                at += 1;
                continue;
            }
            let mark = if self.in_text { b'\\' } else { bracket };
            let found = rest.iter().position(|byte| *byte == b'"' || *byte == mark)?;
            at += found + 1;
            if rest.get(found) == Some(&b'"') {
                self.in_text = !self.in_text;
            } else if self.in_text {
                self.is_escaped = true;
            } else {
                return Some(at - 1);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, BufReader};

    use super::*;

    /// The pieces as text with their lines; the input comes in buffers of the given size.
    fn pieces(text: &str, buffer: usize) -> Result<Vec<(u64, String)>, ReadError> {
        let mut rows = JsonRows::open(BufReader::with_capacity(buffer, text.as_bytes()), "test")?;
        let own = |piece: Piece<'_>| (piece.line, String::from_utf8_lossy(piece.bytes).into_owned());
        let mut pieces = vec![own(rows.head()?)];
        while let Some(row) = rows.next_row()? {
            pieces.push(own(row));
        }
        pieces.push(own(rows.tail()?));
        Ok(pieces)
    }

    #[test]
    fn brackets_and_escaped_quotes_inside_a_text_do_not_end_a_row() {
        let text = "\u{feff}\n{\"a\":\"[{\",\n\"value\" : [ {\"b\":\"}\\\"}\\\\\"}\n,\n {\"b\":\n1} ]\n}\n";
        let expected = [
            (2, "{\"a\":\"[{\",\n\"value\" : ["),
            (3, "{\"b\":\"}\\\"}\\\\\"}"),
            (5, "{\"b\":\n1}"),
            (6, "]\n}\n"),
        ]
        .map(|(line, piece)| (line, piece.to_owned()));
        for buffer in 1..=text.len() {
            assert_eq!(pieces(text, buffer).unwrap(), expected);
        }
    }

    #[test]
    fn a_row_longer_than_a_buffer_is_whole_and_knows_its_line() {
        let long = format!("{{\"a\":\"{}\n\"}}", "é".repeat(READ_BYTES));
        let text = format!("{{\"value\":[{long},\n{long}]}}");
        let pieces = pieces(&text, 4096).unwrap();
        assert_eq!(pieces[1], (1, long.clone()));
        assert_eq!(pieces[2], (3, long));
    }

    #[test]
    fn what_stands_between_rows_is_a_comma_and_nothing_else() {
        for (text, line, expected) in [
            ("{\"value\":[\n{}{}]}", 2, "`,` or `]` after a row"),
            ("{\"value\":[{},\n]}", 2, "a row that starts with `{`"),
            ("{\"value\":[{},,{}]}", 1, "a row that starts with `{`"),
            ("{\"value\":[,{}]}", 1, "a row that starts with `{`"),
            ("{\"value\":[[]]}", 1, "a row that starts with `{`"),
            ("{\"value\":[{", 1, "the rest of the row"),
            ("{\"value\":[{}", 1, "`,` or `]` after a row"),
            ("{\"value\":[", 1, "a row that starts with `{`"),
        ] {
            let error = pieces(text, 8).unwrap_err();
            assert_eq!((error.line, error.expected.as_str()), (line, expected), "{text}");
        }
    }

    #[test]
    fn a_piece_without_end_is_refused_before_it_fills_the_memory() {
        let endless = |start: &'static str, byte| BufReader::new(start.as_bytes().chain(io::repeat(byte)));
        let mut rows = JsonRows::open(endless("{\"", b'x'), "test").unwrap();
        assert!(rows.head().err().unwrap().to_string().contains("1 MiB"));

        let mut rows = JsonRows::open(endless("{\"value\":[{\"a\":", b'1'), "test").unwrap();
        rows.head().unwrap();
        assert!(rows.next_row().err().unwrap().to_string().contains("1 MiB"));

        let mut rows = JsonRows::open(endless("{\"value\":[]", b' '), "test").unwrap();
        rows.head().unwrap();
        assert!(rows.next_row().unwrap().is_none());
        assert!(rows.tail().err().unwrap().to_string().contains("1 MiB"));
    }
}
