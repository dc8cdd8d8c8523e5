//! Which shape a file has, told by its first bytes and never by its name.
//!
//! What is no table at all (a web page, an archive, a spreadsheet) is named in the error, for that is what a portal
//! in trouble or a hurried hand delivers.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};

use super::feed_reply::{self, Fields, Scalar};
use super::json_rows::JsonRows;
use super::metadata::FIRST_SECTION;
use super::portal::{self, Form, POSITION_COLUMN};
use super::table_layout::TOPICS;
use super::{Flavour, ReadError, feed_rows, plain};

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
    if holds_csv(head) {
        return Ok(Flavour::ODataV4Bulk);
    }
    if let Some((_, found, hint)) = SIGNATURES
        .iter()
        .find(|(signature, _, _)| head.starts_with(signature))
    {
        return refuse(found, hint);
    }
    let marked = head.strip_prefix(b"\xef\xbb\xbf");
    let head = marked.unwrap_or(head);
    if let Some(position) = head.iter().position(|byte| *byte == 0) {
        let line = line_of(head, position);
        return Err(ReadError::new(file, line, "text in UTF-8", "a NUL byte", AS_CSV));
    }
    let text = utf8(head, is_whole, file)?;
    let Some(first) = text.chars().find(|character| !character.is_whitespace()) else {
        return refuse("an empty file", FETCH_AGAIN);
    };
    match first {
        '<' => {
            let (found, hint) = feed_reply::name_markup(&text);
            refuse(found, hint)
        }
        '{' => recognise_json(&text, file),
        '[' => refuse("a JSON list", FETCH_AGAIN),
        _ => recognise_csv(&text, is_whole, marked.is_some(), file),
    }
}

/// Whether a zip begins with a CSV file, as those of CBS do and a workbook never does.
fn holds_csv(head: &[u8]) -> bool {
    /// Where the record of a file in a zip has the length of its name, and where the name begins.
    const LENGTH: usize = 26;
    const NAME: usize = 30;
    let length = match head.get(LENGTH..LENGTH + 2) {
        Some(&[low, high]) => usize::from(u16::from_le_bytes([low, high])),
        _ => return false,
    };
    let name = head.get(NAME..NAME + length).unwrap_or_default();
    head.starts_with(b"PK\x03\x04") && name.ends_with(b".csv")
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

/// A reply of OData names what it holds: v4 at the end of its `@odata.context`, v3 of its `odata.metadata`.
fn recognise_json(text: &str, file: &str) -> Result<Flavour, ReadError> {
    if let Some(metadata) = annotation(text, "\"odata.metadata\"") {
        return recognise_v3(metadata, file);
    }
    if let Some(context) = annotation(text, "\"@odata.context\"") {
        return recognise_v4(context, file);
    }
    let first = first_row(text, file);
    if let Some(flavour) = first.as_ref().and_then(recognise_fields) {
        return Ok(flavour);
    }
    let expected = "a reply with @odata.context or odata.metadata";
    let error = text
        .contains("\"odata.error\"")
        .then_some("an error of the service");
    Err(ReadError::new(
        file,
        1,
        expected,
        error.unwrap_or("other JSON"),
        FETCH_AGAIN,
    ))
}

/// The text of the first field with this name, which is given with its quotes.
fn annotation<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(name)?;
    let rest = rest.trim_start().strip_prefix(':')?;
    let rest = rest.trim_start().strip_prefix('"')?;
    rest.split_once('"').map(|(text, _)| text)
}

fn recognise_v4(context: &str, file: &str) -> Result<Flavour, ReadError> {
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

fn recognise_v3(metadata: &str, file: &str) -> Result<Flavour, ReadError> {
    let expected = "rows, properties, a dimension or the list of resources of a table";
    let refuse = |found| Err(ReadError::new(file, 1, expected, found, FETCH_AGAIN));
    let is_name = |name: &str| {
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    match feed_reply::resource(metadata) {
        None if metadata.ends_with("$metadata") => Ok(Flavour::FeedService),
        None => refuse(metadata),
        Some(name) if name == feed_rows::resource(Form::Typed) => Ok(Flavour::FeedTyped),
        Some(name) if name == feed_rows::resource(Form::Untyped) => Ok(Flavour::FeedUntyped),
        Some("TableInfos") => Ok(Flavour::FeedTableInfos),
        Some("DataProperties") => Ok(Flavour::FeedProperties),
        // Groups of members have the shape of no dimension, and the rows of a catalogue are tables.
        Some(other @ ("CategoryGroups" | "Tables" | "Themes" | "Tables_Themes")) => refuse(other),
        Some(name) if is_name(name) => Ok(Flavour::FeedList),
        Some(other) => refuse(other),
    }
}

/// The first row of a list, when it is whole in the head.
fn first_row(text: &str, file: &str) -> Option<Fields> {
    let mut rows = JsonRows::open(text.as_bytes(), file).ok()?;
    rows.head().ok()?;
    let row = rows.next_row().ok()??;
    serde_json::from_slice(row.bytes).ok()
}

/// What a reply of OData v3 without `odata.metadata` holds, by the fields of its first row.
fn recognise_fields(row: &Fields) -> Option<Flavour> {
    let has = |names: [&str; 2]| names.iter().all(|name| row.get(name).is_some());
    if has(["Identifier", "Modified"]) {
        return Some(Flavour::FeedTableInfos);
    }
    if has(["Type", "Key"]) {
        return Some(Flavour::FeedProperties);
    }
    if has(["Key", "Title"]) {
        return Some(Flavour::FeedList);
    }
    if has(["name", "url"]) {
        return Some(Flavour::FeedService);
    }
    let mut topics = row.0.iter().filter(|(name, _)| portal::is_topic(name)).peekable();
    topics.peek()?;
    // Topics with texts are texts in both forms, so one bare number or null tells.
    let is_untyped = topics.all(|(_, value)| matches!(value, Scalar::Text(_)));
    Some(if is_untyped {
        Flavour::FeedUntyped
    } else {
        Flavour::FeedTyped
    })
}

fn recognise_csv(text: &str, is_whole: bool, is_marked: bool, file: &str) -> Result<Flavour, ReadError> {
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
        Some(_) if is_quoted(text, topic) && is_marked => Ok(quoted_export(&records)),
        // The old site gave the same quotes and other signs.
        Some(_) if is_quoted(text, topic) => refuse(
            2,
            "numbers without quotes, or a byte order mark at the start of the file",
            "neither",
            UNTOUCHED,
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

/// Which export has its numbers between quotes. That with symbols fills them up to one width, and has signs where there is
/// no number; that without them has neither, so in a copy of it that was saved with quotes the widths differ.
fn quoted_export(records: &[StringRecord]) -> Flavour {
    let (header, rows) = records.split_at(records.len().min(1));
    let names = header.iter().flatten().enumerate();
    let topics = names.filter(|(_, name)| plain::topic(name).is_some());
    let mut differ = false;
    for (column, _) in topics {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let mut known = None;
        for cell in cells.filter(|cell| !cell.is_empty()) {
            if portal::is_untyped(cell) {
                return Flavour::SymbolExport;
            }
            differ |= *known.get_or_insert(cell.len()) != cell.len();
        }
    }
    if differ {
        Flavour::PlainExport
    } else {
        Flavour::SymbolExport
    }
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
    // A spreadsheet writes an empty row as nothing but `;`.
    records.retain(|record| record.iter().any(|field| !field.trim().is_empty()));
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

/// Whether the field of a column in the second record that is not empty stands between quotes, which the CSV parser does
/// not tell.
fn is_quoted(text: &str, column: usize) -> bool {
    let (mut in_quotes, mut is_filled, mut is_quoted) = (false, false, false);
    let (mut record, mut field) = (0, 0);
    for character in text.chars() {
        match character {
            '"' => {
                is_quoted |= field == column;
                in_quotes = !in_quotes;
            }
            '\n' if !in_quotes => {
                if is_filled && record == 1 {
                    break;
                }
                record += usize::from(is_filled);
                (field, is_filled, is_quoted) = (0, false, false);
            }
            ';' if !in_quotes => field += 1,
            _ => is_filled |= !character.is_whitespace(),
        }
    }
    is_quoted && record == 1
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
                "\u{feff}\"Perioden\";\"Misdrijven (aantal)\"\r\n\"2013\";\" 1078\"\r\n",
                Flavour::SymbolExport,
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
            (
                "{\r\n  \"odata.metadata\" : \"https://x/$metadata#Cbs.OData.WebAPI.TypedDataSet\",\"value\":[",
                Flavour::FeedTyped,
            ),
            (
                "{\"odata.metadata\":\"x#UntypedDataSet\",\"value\":[]}",
                Flavour::FeedUntyped,
            ),
            ("{\"odata.metadata\":\"x#a.TableInfos\"", Flavour::FeedTableInfos),
            (
                "{\"odata.metadata\":\"x#a.DataProperties\"",
                Flavour::FeedProperties,
            ),
            ("{\"odata.metadata\":\"x#a.b.WijkenEnBuurten\"", Flavour::FeedList),
            (
                "{\"odata.metadata\":\"https://x/$metadata\"",
                Flavour::FeedService,
            ),
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
            (
                b"{\"odata.metadata\":\"x#a.CategoryGroups\",\"value\":[]}",
                "CategoryGroups",
            ),
            (b"{\"odata.metadata\":\"x#a.RegioS/@Element\"}", "RegioS/@Element"),
            (b"{\"odata.metadata\":\"x\",\"value\":[]}", "\"x\""),
            (b"{\"odata.error\":{\"code\":\"\"}}", "an error of the service"),
            (b"{\"value\":[]}", "other JSON"),
            (b"{\"value\":[{\"RegioS\":\"NL01  \"}]}", "other JSON"),
            (
                b"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'>",
                "Atom XML",
            ),
            (b"[1,2]", "a JSON list"),
            (b"\"ID\",\"RegioS\",\"A_1\"\n1,2,3\n", "ID"),
            (b"ID,RegioS,A_1\n1,NL01,3\n", "ID,RegioS,A_1"),
            (b"zomaar", "zomaar"),
            (
                b"\"Perioden\";\"Misdrijven (aantal)\"\n\"2013*\";\" 1078\"\n",
                "neither",
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
    fn a_reply_without_metadata_is_told_by_the_fields_of_its_first_row() {
        for (row, flavour) in [
            (
                r#""ID":1,"RegioS":"NL01  ","A_1":799681,"Naam_2":"Hengelo ""#,
                Flavour::FeedTyped,
            ),
            (r#""ID":1,"RegioS":"NL01  ","A_1":null"#, Flavour::FeedTyped),
            (
                r#""ID":1,"RegioS":"NL01  ","A_1":"       .""#,
                Flavour::FeedUntyped,
            ),
            (
                r#""ID":0,"Identifier":"47013NED","Modified":"""#,
                Flavour::FeedTableInfos,
            ),
            (
                r#""ID":0,"Type":"Topic","Key":"A_1","Title":"A""#,
                Flavour::FeedProperties,
            ),
            (r#""Key":"2026MM06","Title":"2026 juni""#, Flavour::FeedList),
            (r#""name":"Perioden","url":"https://x""#, Flavour::FeedService),
        ] {
            let text = format!("\u{feff}{{\"value\":[{{{row}}},");
            assert_eq!(recognise(text.as_bytes(), "test").unwrap(), flavour, "{row}");
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
