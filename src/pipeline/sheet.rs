//! From the bytes of a CSV file to cells with their line numbers, as Excel in the Netherlands saves them.
//!
//! Why no library does this: a general CSV reader accepts a quote that is never closed, and with it
//! silently takes all rows behind it for one cell. A register is small and edited by hand, so here every
//! doubt is an error with its line. What the cells mean is not decided here, see `register`.

use std::path::Path;

use super::error::{Findings, PipelineError, quoted};
use super::invisible::{name_of, trimmed};

/// The largest register that is read, in bytes. The largest of Hengelo is far below 100 kB.
pub(super) const MOST_BYTES: usize = 10 * 1024 * 1024;
/// The most rows and the most cells in a row; what is larger is no register but a data export.
pub(super) const MOST_ROWS: usize = 10_000;
pub(super) const MOST_CELLS: usize = 1_000;

const SAVE_AS_UTF_8: &str = "in Excel: Bestand, Opslaan als, type \"CSV UTF-8 (door scheidingstekens gescheiden)\" (opslaan als CSV UTF-8)";

/// One row, its cells trimmed (a cell of signs that nobody sees is empty), and the line of the file on which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
}

/// A register before its columns have a meaning. Rows without any content are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) header: Row,
    pub(super) rows: Vec<Row>,
}

/// Reads `bytes` as UTF-8 text (with or without byte order mark) of cells between `;` or `,`.
///
/// # Errors
/// Another encoding, a binary or too large file, a header without or with both delimiters, and
/// quotes that do not pair.
pub(super) fn read_sheet(file: &Path, bytes: &[u8]) -> Result<Sheet, Findings> {
    let text = decode(file, bytes)?.replace("\r\n", "\n").replace('\r', "\n");
    let delimiter = delimiter_of_header(file, &text)?;
    let mut rows = split(file, &text, delimiter)?;
    if rows.is_empty() {
        return Err(
            PipelineError::new(file, "a header line with the names of the columns", "no content").into(),
        );
    }
    let header = rows.remove(0);
    Ok(Sheet { header, rows })
}

fn decode<'a>(file: &Path, bytes: &'a [u8]) -> Result<&'a str, Findings> {
    if bytes.len() > MOST_BYTES {
        let found = format!("{} bytes", bytes.len());
        return Err(
            PipelineError::new(file, format!("a register of at most {MOST_BYTES} bytes"), found)
                .with_hint(
                    "a register holds what people decided, not data; delete what does not belong in it",
                )
                .into(),
        );
    }
    let not_utf_8 = |line: u64, found: String| {
        PipelineError::new(file, "text in UTF-8", found)
            .at_line(line)
            .with_hint(SAVE_AS_UTF_8)
    };
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(not_utf_8(1, "text in UTF-16".to_owned()).into());
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let (before, rest) = bytes.split_at(error.valid_up_to());
            let byte = rest.first().copied().unwrap_or_default();
            let found = format!("the byte {byte:#04X}, as in a file saved as Windows-1252");
            return Err(not_utf_8(line_after(before), found).into());
        }
    };
    let mut previous = ' ';
    for (index, letter) in text.char_indices() {
        let line = || line_after(text.as_bytes().get(..index).unwrap_or_default());
        if letter == '\u{FFFD}' {
            return Err(not_utf_8(
                line(),
                "a replacement character, so a letter was lost earlier".to_owned(),
            )
            .into());
        }
        // "Ã«" is what "ë" becomes when UTF-8 is read as Windows-1252 and saved again.
        if previous == 'Ã' && ('\u{80}'..='\u{BF}').contains(&letter) {
            return Err(not_utf_8(
                line(),
                format!(
                    "{}, a letter that was converted twice",
                    quoted(&format!("Ã{letter}"))
                ),
            )
            .into());
        }
        if letter.is_control() && !matches!(letter, '\n' | '\r' | '\t') {
            return Err(not_utf_8(line(), format!("the control character {}", name_of(letter))).into());
        }
        previous = letter;
    }
    Ok(text)
}

/// Number of the line that follows `before`.
fn line_after(before: &[u8]) -> u64 {
    before.split(|byte| *byte == b'\n').count() as u64
}

fn delimiter_of_header(file: &Path, text: &str) -> Result<char, Findings> {
    let header = text.lines().next().unwrap_or_default();
    let mut in_quotes = false;
    let (mut semicolons, mut commas) = (0_usize, 0_usize);
    for letter in header.chars() {
        match letter {
            '"' => in_quotes = !in_quotes,
            ';' if !in_quotes => semicolons += 1,
            ',' if !in_quotes => commas += 1,
            _ => {}
        }
    }
    match (semicolons, commas) {
        (0, 0) => Err(PipelineError::new(
            file,
            "a header whose column names are separated by `;` or by `,`",
            if header.contains('\t') {
                "tabs".to_owned()
            } else {
                quoted(header)
            },
        )
        .at_line(1)
        .with_hint(SAVE_AS_UTF_8)
        .into()),
        (_, 0) => Ok(';'),
        (0, _) => Ok(','),
        _ => Err(PipelineError::new(
            file,
            "one delimiter in the header, `;` or `,`",
            format!("{semicolons} times `;` and {commas} times `,`"),
        )
        .at_line(1)
        .with_hint("use one of the two in the whole file; column names contain neither")
        .into()),
    }
}

/// Where the reader stands within a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Bare,
    InQuotes,
    AfterQuotes,
}

/// Splits text whose line ends are `\n`. A quoted cell may hold delimiters, line ends and doubled quotes; a
/// quote inside a bare cell is a quote.
fn split(file: &Path, text: &str, delimiter: char) -> Result<Vec<Row>, Findings> {
    let mut rows = Vec::new();
    let mut row = Row {
        line: 1,
        cells: Vec::new(),
    };
    let mut cell = String::new();
    let mut place = Place::Start;
    let (mut line, mut line_of_quote) = (1_u64, 1_u64);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (place, letter) {
            (Place::InQuotes, '"') if letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            (Place::InQuotes, '"') => place = Place::AfterQuotes,
            (Place::InQuotes, _) => {
                line += u64::from(letter == '\n');
                cell.push(letter);
            }
            (_, '\n') => {
                finish_cell(file, &mut row, &mut cell)?;
                line += 1;
                let finished = std::mem::replace(
                    &mut row,
                    Row {
                        line,
                        cells: Vec::new(),
                    },
                );
                keep(file, &mut rows, finished)?;
                place = Place::Start;
            }
            (_, _) if letter == delimiter => {
                finish_cell(file, &mut row, &mut cell)?;
                place = Place::Start;
            }
            (Place::Start, '"') => {
                line_of_quote = line;
                cell.clear();
                place = Place::InQuotes;
            }
            (Place::Start, _) => {
                cell.push(letter);
                if !letter.is_whitespace() {
                    place = Place::Bare;
                }
            }
            (Place::Bare, _) => cell.push(letter),
            (Place::AfterQuotes, _) if letter.is_whitespace() => {}
            (Place::AfterQuotes, _) => {
                let found = quoted(&letter.to_string());
                return Err(
                    PipelineError::new(file, format!("`{delimiter}` after a closing quote"), found)
                        .at_line(line)
                        .with_hint("write a quote inside a quoted cell twice: \"de \"\"grote\"\" stad\"")
                        .into(),
                );
            }
        }
    }
    if place == Place::InQuotes {
        return Err(PipelineError::new(file, "a closing quote", "the end of the file")
            .at_line(line_of_quote)
            .with_hint("the cell that begins with a quote on this line is never closed")
            .into());
    }
    finish_cell(file, &mut row, &mut cell)?;
    keep(file, &mut rows, row)?;
    Ok(rows)
}

fn finish_cell(file: &Path, row: &mut Row, cell: &mut String) -> Result<(), Findings> {
    if row.cells.len() == MOST_CELLS {
        return Err(
            PipelineError::new(file, format!("at most {MOST_CELLS} cells in a row"), "more")
                .at_line(row.line)
                .into(),
        );
    }
    row.cells.push(trimmed(cell).to_owned());
    cell.clear();
    Ok(())
}

/// Keeps a row that holds something. Excel leaves rows of bare delimiters below the last one.
fn keep(file: &Path, rows: &mut Vec<Row>, row: Row) -> Result<(), Findings> {
    if row.cells.iter().all(String::is_empty) {
        return Ok(());
    }
    if rows.len() > MOST_ROWS {
        return Err(
            PipelineError::new(file, format!("at most {MOST_ROWS} rows"), "more")
                .at_line(row.line)
                .into(),
        );
    }
    rows.push(row);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Sheet, Findings> {
        read_sheet(Path::new("hengelo/x.csv"), bytes)
    }

    fn refused(bytes: &[u8]) -> PipelineError {
        read(bytes).unwrap_err().into_first()
    }

    fn row(line: u64, cells: &[&str]) -> Row {
        Row {
            line,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        }
    }

    #[test]
    fn a_quoted_cell_keeps_its_delimiters_quotes_and_line_breaks_and_lines_stay_right() {
        let sheet = read(b"a;b\r\n\"een; twee\r\n\"\"drie\"\"\";x\r\n\r\n;\r\nlast;y\r\n").unwrap();
        assert_eq!(sheet.header, row(1, &["a", "b"]));
        assert_eq!(
            sheet.rows,
            [row(2, &["een; twee\n\"drie\"", "x"]), row(6, &["last", "y"])]
        );
    }

    #[test]
    fn a_quote_inside_a_bare_cell_is_a_quote() {
        assert_eq!(
            read(b"a;b\nde \"grote\" stad;x").unwrap().rows,
            [row(2, &["de \"grote\" stad", "x"])]
        );
    }

    #[test]
    fn spaces_around_a_cell_and_around_its_quotes_do_not_count() {
        assert_eq!(
            read("a;b\n \"x\" ;\u{A0}y ".as_bytes()).unwrap().rows,
            [row(2, &["x", "y"])]
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_is_refused_at_its_own_line() {
        let error = refused(b"a;b\n1;2\n3;\"vier\n5;6\n");
        assert_eq!(
            (error.line, error.expected.as_str()),
            (Some(3), "a closing quote")
        );
    }

    #[test]
    fn text_after_a_closing_quote_is_refused() {
        assert_eq!(refused(b"a;b\n\"x\"y;2\n").line, Some(2));
    }

    #[test]
    fn a_header_with_both_delimiters_or_none_is_refused() {
        assert!(refused(b"a;b,c\n").found.contains("1 times `;` and 1 times `,`"));
        assert_eq!(refused(b"a\tb\n").found, "tabs");
        assert_eq!(refused(b"reeks\n").found, "`reeks`");
        assert!(refused(b"").expected.contains("header"));
        assert!(refused(b";;\n;;\n").expected.contains("header line"));
    }

    #[test]
    fn windows_1252_is_refused_with_its_line_and_the_menu_of_excel() {
        let error = refused(b"a;b\nx;y\nge\xEBxtrapoleerd;y\n");
        assert_eq!(error.line, Some(3));
        assert!(error.hint().unwrap().contains("opslaan als CSV UTF-8"));
    }

    #[test]
    fn utf_16_is_refused_with_and_without_byte_order_mark() {
        for bytes in [&b"\xFF\xFEa\0;\0b\0"[..], b"\xFE\xFF\0a\0;\0b", b"a\0;\0b\0\n\0"] {
            let error = refused(bytes);
            assert_eq!(error.line, Some(1));
            assert!(error.hint().unwrap().contains("opslaan als CSV UTF-8"));
        }
    }

    #[test]
    fn letters_that_were_converted_twice_or_lost_are_refused() {
        assert_eq!(
            refused("a;b\nge\u{C3}\u{AB}xtrapoleerd;y".as_bytes()).line,
            Some(2)
        );
        assert_eq!(refused("a;b\nge\u{FFFD}xtrapoleerd;y".as_bytes()).line, Some(2));
        assert!(read("a;b\nSÃO;y".as_bytes()).is_ok());
    }

    #[test]
    fn a_cell_of_signs_that_nobody_sees_is_empty_and_a_row_of_them_is_no_row() {
        let text = "a;b\n\u{200B};\u{FEFF}\u{200E}\nx;\u{200B}\n\"\u{AD} \";y\u{200B}z\n";
        assert_eq!(
            read(text.as_bytes()).unwrap().rows,
            [row(3, &["x", ""]), row(4, &["", "y\u{200B}z"])]
        );
    }

    #[test]
    fn nul_and_other_control_characters_are_refused() {
        assert!(refused(b"a;b\nx\0;y").found.contains("U+0000"));
        assert!(refused(b"a;b\nx\x1B;y").found.contains("U+001B"));
    }

    #[test]
    fn hostile_sizes_are_refused_and_empty_rows_cost_nothing() {
        assert!(refused(&vec![b'x'; MOST_BYTES + 1]).expected.contains("at most"));
        assert!(refused(&b";".repeat(MOST_BYTES)).expected.contains("cells"));
        assert!(refused(&b"a;b\n".repeat(MOST_ROWS + 2)).expected.contains("rows"));
        let only_empty_rows = [&b"a;b\n"[..], &b";\n".repeat(1_000_000)].concat();
        assert_eq!(read(&only_empty_rows).unwrap().rows, []);
    }
}
