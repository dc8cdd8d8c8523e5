//! Which shape a file has, told by its first bytes and never by its name.
//!
//! What is no table at all (a web page, an archive, a spreadsheet) is named in the error, for that is what a portal
//! in trouble or a hurried hand delivers.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};

use super::metadata::FIRST_SECTION;
use super::portal::{self, POSITION_COLUMN};
use super::table_layout::TOPICS;
use super::{Flavour, ReadError, plain};

/// How many bytes of a file are looked at; giving more changes nothing.
pub const HEAD_BYTES: usize = 64 << 10;

/// How far down the header of a table layout may start: below the title and the fixed dimensions.
const HEADER_RECORDS: usize = 64;

const UNPACK: &str = "unpack the file first";
const AS_CSV: &str = "save it as CSV UTF-8, or export it again from the portal";
const FETCH_AGAIN: &str = "the service gave something else than data: fetch it again later";
const WHICH: &str = "export the table again: as table layout, without symbols, or the data of the portal";
const UNTOUCHED: &str =
    "use the file as the portal gave it (with `;`), not a copy that another program saved";

/// Files that are no text, by their first bytes.
const SIGNATURES: &[(&[u8], &str, &str)] = &[
    (b"\x1f\x8b", "a gzip file", UNPACK),
    (
        b"PK",
        "a zip or xlsx file",
        "unpack the zip, or save the sheet as CSV UTF-8",
    ),
    (
        b"PAR1",
        "a Parquet file",
        "give the export of the portal, not a file made from it",
    ),
    (b"\xff\xfe", "text in UTF-16", AS_CSV),
    (b"\xfe\xff", "text in UTF-16", AS_CSV),
    (b"\xd0\xcf\x11\xe0", "an xls file", AS_CSV),
    (b"%PDF", "a PDF file", AS_CSV),
    (b"\x28\xb5\x2f\xfd", "a zstd file", UNPACK),
    (b"BZh", "a bzip2 file", UNPACK),
];

/// Tells the flavour of a file from its start; at most [`HEAD_BYTES`] are looked at.
///
/// # Errors
/// An empty file, one that is no text in UTF-8, and text in none of the known shapes.
pub fn recognise(head: &[u8], file: &str) -> Result<Flavour, ReadError> {
    let refuse = |found: &str, hint| {
        Err(ReadError::new(
            file,
            1,
            "a table of the police or CBS",
            found,
            hint,
        ))
    };
    let is_whole = head.len() < HEAD_BYTES;
    let head = head.get(..HEAD_BYTES).unwrap_or(head);
    if let Some((_, found, hint)) = SIGNATURES
        .iter()
        .find(|(signature, _, _)| head.starts_with(signature))
    {
        return refuse(found, hint);
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if let Some(position) = head.iter().position(|byte| *byte == 0) {
        let line = line_of(head, position);
        return Err(ReadError::new(file, line, "text in UTF-8", "a NUL byte", AS_CSV));
    }
    let text = utf8(head, is_whole, file)?;
    let Some(first) = text.chars().find(|character| !character.is_whitespace()) else {
        return refuse("an empty file", FETCH_AGAIN);
    };
    match first {
        '<' => refuse("a web page or XML", FETCH_AGAIN),
        '{' => recognise_json(&text, file),
        '[' => refuse("a JSON list", FETCH_AGAIN),
        _ => recognise_csv(&text, is_whole, file),
    }
}

/// The head as text; a character that is cut by the end of the head is left off.
fn utf8<'h>(head: &'h [u8], is_whole: bool, file: &str) -> Result<Cow<'h, str>, ReadError> {
    let error = match std::str::from_utf8(head) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    let valid = head.get(..error.valid_up_to()).unwrap_or_default();
    if error.error_len().is_none() && !is_whole {
        return Ok(String::from_utf8_lossy(valid));
    }
    let line = line_of(head, error.valid_up_to());
    Err(ReadError::new(
        file,
        line,
        "text in UTF-8",
        "text in another encoding",
        AS_CSV,
    ))
}

fn line_of(head: &[u8], position: usize) -> u64 {
    1 + head.iter().take(position).filter(|byte| **byte == b'\n').count() as u64
}

/// A reply of OData v4 names what it holds at the end of its `@odata.context`.
fn recognise_json(text: &str, file: &str) -> Result<Flavour, ReadError> {
    let context = text
        .split_once("\"@odata.context\"")
        .and_then(|(_, rest)| rest.trim_start().strip_prefix(':'))
        .and_then(|rest| rest.trim_start().strip_prefix('"'))
        .and_then(|rest| rest.split_once('"'))
        .map(|(context, _)| context);
    let Some(context) = context else {
        return Err(ReadError::new(
            file,
            1,
            "a reply with @odata.context",
            "other JSON",
            FETCH_AGAIN,
        ));
    };
    match context.rsplit('#').next().unwrap_or_default() {
        "Observations" => Ok(Flavour::ODataV4Observations),
        "MeasureCodes" => Ok(Flavour::ODataV4MeasureCodes),
        "Dimensions" => Ok(Flavour::ODataV4Dimensions),
        "Properties" => Ok(Flavour::ODataV4Properties),
        codes if codes.len() > "Codes".len() && codes.ends_with("Codes") => Ok(Flavour::ODataV4Codes),
        other => {
            let expected = "observations, codes, measures, dimensions or properties";
            Err(ReadError::new(file, 1, expected, other, FETCH_AGAIN))
        }
    }
}

fn recognise_csv(text: &str, is_whole: bool, file: &str) -> Result<Flavour, ReadError> {
    let refuse =
        |line, expected: &str, found: &str, hint| Err(ReadError::new(file, line, expected, found, hint));
    let records = complete_records(text, is_whole);
    let Some(header) = records.first() else {
        return refuse(1, "a first line of a table", "a line of more than 64 KiB", WHICH);
    };
    let first = header.get(0).unwrap_or_default();
    let others_are_blank = header.iter().skip(1).all(|field| field.trim().is_empty());
    if first == POSITION_COLUMN && !others_are_blank {
        return recognise_portal(&records, file);
    }
    if others_are_blank {
        return match first.trim() {
            FIRST_SECTION => Ok(Flavour::PortalMetadata),
            title if title.starts_with("ID,") || title.starts_with("ID\t") => {
                refuse(1, "columns with `;` between them", title, UNTOUCHED)
            }
            _ if has_topics(&records) => Ok(Flavour::TableLayout),
            title if title.contains(',') => {
                refuse(1, "a table with `;` between its columns", title, UNTOUCHED)
            }
            title => refuse(1, "a title over a table with Onderwerp", title, WHICH),
        };
    }
    let Some(topic) = header.iter().position(|name| plain::topic(name).is_some()) else {
        return refuse(
            1,
            "a header with ID, a title, or topics with their unit",
            first,
            WHICH,
        );
    };
    match records.get(1) {
        None => refuse(1, "at least one row of data", "a header alone", WHICH),
        Some(_) if is_quoted(text, topic) => refuse(
            2,
            "numbers without quotes",
            "an export with statistical symbols",
            WHICH,
        ),
        Some(_) => Ok(Flavour::PlainExport),
    }
}

/// Whether a header row of a table layout is among the first records.
fn has_topics(records: &[StringRecord]) -> bool {
    records
        .iter()
        .take(HEADER_RECORDS)
        .flatten()
        .any(|field| field.trim() == TOPICS)
}

/// The records that are whole in the head.
fn complete_records(text: &str, is_whole: bool) -> Vec<StringRecord> {
    let mut reader = ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records: Vec<StringRecord> = reader.records().map_while(Result::ok).collect();
    if !is_whole {
        records.pop();
    }
    records
}

/// Untyped data shows in its first rows: numbers are padded to the width of the largest, gaps are symbols.
fn recognise_portal(records: &[StringRecord], file: &str) -> Result<Flavour, ReadError> {
    let Some((header, rows)) = records.split_first().filter(|(_, rows)| !rows.is_empty()) else {
        return Err(ReadError::new(
            file,
            1,
            "at least one row of data",
            "a header alone",
            WHICH,
        ));
    };
    let topics: Vec<usize> = header
        .iter()
        .enumerate()
        .filter(|(_, name)| portal::is_topic(name))
        .map(|(column, _)| column)
        .collect();
    let is_untyped = rows
        .iter()
        .flat_map(|row| topics.iter().filter_map(|column| row.get(*column)))
        .any(portal::is_untyped);
    Ok(if is_untyped {
        Flavour::PortalUntyped
    } else {
        Flavour::PortalTyped
    })
}

/// Whether the field of a column in the second record stands between quotes, which the CSV parser does not tell.
fn is_quoted(text: &str, column: usize) -> bool {
    let mut in_quotes = false;
    let mut record = 0;
    let mut field = 0;
    for character in text.chars() {
        match character {
            '"' if record == 1 && field == column => return true,
            '"' => in_quotes = !in_quotes,
            '\n' if !in_quotes => {
                record += 1;
                field = 0;
            }
            ';' if !in_quotes => field += 1,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_is_told_by_its_content() {
        for (head, flavour) in [
            (
                "\u{feff}\"ID\";\"RegioS\";\"A_1\"\n\"12\";\"NL01  \";\"1127874\"\n",
                Flavour::PortalTyped,
            ),
            ("ID;RegioS;A_1\n12;\"NL01  \";\n", Flavour::PortalTyped),
            (
                "\"ID\";\"RegioS\";\"A_1\"\r\n\"142\";\"NL01  \";\"  799681\"\r\n",
                Flavour::PortalUntyped,
            ),
            ("ID;RegioS;A_1;B_2\n1;NL01;17282163;.\n", Flavour::PortalUntyped),
            ("\u{feff}TableInfos;;\nID;Title;\n", Flavour::PortalMetadata),
            (
                "\"Misdrijven; 2026\"\n\"\"\n\"Onderwerp\";\"Misdrijven\"\n",
                Flavour::TableLayout,
            ),
            (
                "\u{feff}\"Perioden\";\"Misdrijven (aantal)\"\n\"2013\";1078439\n",
                Flavour::PlainExport,
            ),
            (
                "\"Perioden\";\"Misdrijven (aantal)\"\n\"2013\";\n",
                Flavour::PlainExport,
            ),
            (
                "{\n \"@odata.context\" : \"https://x/$metadata#Observations\",\"value\":[",
                Flavour::ODataV4Observations,
            ),
            ("{\"@odata.context\":\"x#RegioSCodes\"", Flavour::ODataV4Codes),
            (
                "{\"@odata.context\":\"x#MeasureCodes\"",
                Flavour::ODataV4MeasureCodes,
            ),
            ("{\"@odata.context\":\"x#Dimensions\"", Flavour::ODataV4Dimensions),
            ("{\"@odata.context\":\"x#Properties\"", Flavour::ODataV4Properties),
        ] {
            assert_eq!(recognise(head.as_bytes(), "test").unwrap(), flavour, "{head}");
        }
    }

    #[test]
    fn what_is_no_table_is_named_in_the_error() {
        for (head, found) in [
            (&b""[..], "an empty file"),
            (b" \r\n \n", "an empty file"),
            (b"\xef\xbb\xbf", "an empty file"),
            (b"\x1f\x8b\x08\x00", "a gzip file"),
            (b"PK\x03\x04", "a zip or xlsx file"),
            (b"PAR1\x15\x04", "a Parquet file"),
            (b"\xff\xfeI\0D\0", "text in UTF-16"),
            (b"I\0D\0;\0", "a NUL byte"),
            (b"<!DOCTYPE html><html>", "a web page or XML"),
            (b"\n<?xml version='1.0'?>", "a web page or XML"),
            (b"{\"tableId\":\"03759ned\"}", "other JSON"),
            (b"{\"@odata.context\":\"x#Catalogs\"}", "Catalogs"),
            (b"[1,2]", "a JSON list"),
            (b"\"ID\",\"RegioS\",\"A_1\"\n1,2,3\n", "ID"),
            (b"ID,RegioS,A_1\n1,NL01,3\n", "ID,RegioS,A_1"),
            (b"zomaar", "zomaar"),
            (
                b"\"Perioden\";\"Misdrijven (aantal)\"\n\"2013\";\" 1078\"\n",
                "with statistical symbols",
            ),
            (b"\"Perioden\";\"Misdrijven (aantal)\"\n", "a header alone"),
            (b"\"ID\";\"A_1\"\n", "a header alone"),
            (
                b"incident_type_code,year\nTotaal,2012\n",
                "incident_type_code,year",
            ),
            (b"Een titel\nen nog een regel\n", "Een titel"),
            (b"Key;Title\nE33;Overlast\n", "Key"),
        ] {
            let error = recognise(head, "test").unwrap_err();
            assert!(error.to_string().contains(found), "{error}");
            assert!(!error.hint().is_empty());
        }
    }

    #[test]
    fn another_encoding_is_refused_with_its_line() {
        let error = recognise(b"\"Regio's\";\"A (aantal)\"\n\"Frysl\xe2n\";1\n", "test").unwrap_err();
        assert_eq!((error.line, error.hint().contains("CSV UTF-8")), (2, true));
    }

    #[test]
    fn a_head_that_ends_inside_a_character_or_a_record_is_recognised_all_the_same() {
        let mut head = b"ID;RegioS;A_1\n1;NL01;2\n".to_vec();
        head.extend(std::iter::repeat_n("é".as_bytes(), HEAD_BYTES / 2).flatten());
        head.truncate(HEAD_BYTES + 100);
        assert_eq!(recognise(&head, "test").unwrap(), Flavour::PortalTyped);
        assert!(recognise(&vec![b'a'; HEAD_BYTES * 2], "test").is_err());
    }
}
