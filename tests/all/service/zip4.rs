//! A table of OData v4 as the one zip that the site gives of it: CSV files in the dialect that was seen in copies of such
//! zips (`;`, CRLF, no byte order mark, quotes only where needed, a decimal comma, columns in another order than the JSON).

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::page::Record;
use super::table4::Table4;

const CODES: &[&str] = &[
    "Identifier",
    "DimensionGroupId",
    "DimensionId",
    "Index",
    "Title",
    "Description",
    "Status",
];
const MEASURES: &[&str] = &[
    "Identifier",
    "MeasureGroupId",
    "Index",
    "Title",
    "Description",
    "DataType",
    "Unit",
    "Decimals",
    "PresentationType",
];
const DIMENSIONS: &[&str] = &[
    "Identifier",
    "Title",
    "Description",
    "MapYear",
    "ReleasePolicy",
    "Kind",
    "ContainsGroups",
    "ContainsCodes",
    "CodesUrl",
    "GroupsUrl",
];
const PROPERTIES: &[&str] = &[
    "Identifier",
    "Title",
    "Description",
    "Modified",
    "Language",
    "Version",
    "VersionReason",
    "Status",
    "ObservationCount",
    "ObservationsModified",
    "License",
];

/// The zip.
pub fn zip(table: &Table4) -> Vec<u8> {
    zip_beginning_with("", table)
}

/// The zip, with these characters in front of each of its files.
pub fn zip_beginning_with(mark: &str, table: &Table4) -> Vec<u8> {
    let mut files = vec![("Properties.csv".to_owned(), csv(PROPERTIES, [&table.properties]))];
    for (name, list) in &table.lists {
        let columns = match name.as_str() {
            "MeasureCodes" => MEASURES,
            "Dimensions" => DIMENSIONS,
            _ => CODES,
        };
        files.push((format!("{name}.csv"), csv(columns, list)));
    }
    let names: Vec<String> = table.lists["Dimensions"]
        .iter()
        .map(|dimension| text(dimension, "Identifier"))
        .collect();
    let mut columns = vec!["Id", "Measure"];
    columns.extend(names.iter().map(String::as_str));
    columns.extend(["Value", "StringValue", "ValueAttribute"]);
    files.push(("Observations.csv".to_owned(), csv(&columns, &table.observations)));
    files.sort();

    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(mark.as_bytes()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn csv<'a>(columns: &[&str], records: impl IntoIterator<Item = &'a Record>) -> String {
    let mut lines = columns.join(";") + "\r\n";
    for record in records {
        let fields: Vec<String> = columns
            .iter()
            .map(|column| quoted(&text(record, column)))
            .collect();
        write!(lines, "{}\r\n", fields.join(";")).unwrap();
    }
    lines
}

/// A field of a record as the site writes it.
fn text(record: &Record, name: &str) -> String {
    match record
        .iter()
        .find(|(field, _)| &**field == name)
        .map(|(_, value)| value)
    {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(true)) => "True".to_owned(),
        Some(Value::Bool(false)) => "False".to_owned(),
        Some(other) => other.to_string().replace('.', ","),
    }
}

fn quoted(text: &str) -> String {
    if text.contains([';', '"', '\n']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}
