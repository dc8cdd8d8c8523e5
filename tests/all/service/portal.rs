//! Fills a table of OData v3 from what the police's portal exported: the metadata and the typed rows.
//!
//! The exports are of another day than the metadata, and hold fewer periods: only the periods that have rows stay in the
//! list. Everything else must agree, or the loader stops: it serves what was recorded and makes nothing up.

use std::collections::{HashMap, HashSet};
use std::io::Read as _;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde_json::Value;

use super::page::{Record, field};
use super::table3::{Dimension, Member, Table3};

/// The fields of `DataProperties` that are numbers, and those that only some types have.
const NUMBERS: [&str; 4] = ["ID", "Position", "ParentID", "Decimals"];
const OF_ALL: [&str; 7] = [
    "ID",
    "Position",
    "ParentID",
    "Type",
    "Key",
    "Title",
    "Description",
];

/// The bytes of a recorded file, unpacked when it is packed.
#[expect(
    clippy::disallowed_methods,
    reason = "the service stands outside the program and does not go through its doors"
)]
pub fn recorded(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_none_or(|extension| extension != "gz") {
        return bytes;
    }
    let mut plain = Vec::new();
    MultiGzDecoder::new(bytes.as_slice())
        .read_to_end(&mut plain)
        .unwrap();
    plain
}

/// The rows of an export, without its byte order mark.
pub fn rows_of(path: &Path) -> Vec<csv::StringRecord> {
    let bytes = recorded(path);
    let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .flexible(true)
        .from_reader(plain);
    reader.records().map(Result::unwrap).collect()
}

/// A part of the metadata export: a name, a line of fields, and rows.
#[derive(Default)]
struct Section {
    fields: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

impl Section {
    fn get<'a>(&self, row: &'a csv::StringRecord, name: &str) -> &'a str {
        let place = self.fields.iter().position(|field| field == name);
        place.and_then(|place| row.get(place)).unwrap_or_default()
    }
}

impl Table3 {
    /// The table of a metadata export with the rows of typed exports, plain or packed with gzip.
    pub fn from_portal(metadata_csv: &Path, data_csvs: &[&Path]) -> Self {
        let sections = sections(rows_of(metadata_csv));
        let infos = &sections["TableInfos"];
        let info = infos.fields.iter().zip(infos.rows[0].iter());
        let properties = &sections["DataProperties"];
        let data: Vec<Vec<csv::StringRecord>> = data_csvs.iter().map(|path| rows_of(path)).collect();
        let of_type = |is_wanted: fn(&str) -> bool| {
            let rows = properties.rows.iter();
            rows.filter(move |row| is_wanted(properties.get(row, "Type")))
        };
        let topics: Vec<&str> = of_type(|kind| kind == "Topic")
            .map(|row| properties.get(row, "Key"))
            .collect();
        let with_rows: HashSet<&str> = data.iter().flatten().map(|row| &row[3]).collect();
        let dimensions: Vec<Dimension> = of_type(|kind| kind.ends_with("Dimension") || kind == "GeoDetail")
            .map(|row| {
                let (name, kind) = (properties.get(row, "Key"), properties.get(row, "Type"));
                let mut members = members(&sections[name]);
                if kind == "TimeDimension" {
                    members.retain(|member| with_rows.contains(member.key.as_str()));
                }
                Dimension::new(name, kind, members)
            })
            .collect();
        let mut table = Self::new(
            info.map(|(name, value)| (name.clone(), value.to_owned()))
                .collect(),
            properties
                .rows
                .iter()
                .map(|row| property(properties, row))
                .collect(),
            dimensions.try_into().unwrap(),
            &topics,
        );
        for rows in &data {
            table.fill(rows);
        }
        table
    }

    /// Puts the cells of an export in their places; its `ID` is of the day of the export and is left alone.
    fn fill(&mut self, rows: &[csv::StringRecord]) {
        let names: Vec<&str> = self
            .dimensions()
            .iter()
            .map(|dimension| &*dimension.name)
            .collect();
        let topics: Vec<&str> = self.topics().iter().map(|topic| &**topic).collect();
        let expected = [vec!["ID"], names, topics].concat();
        assert_eq!(
            rows[0].iter().collect::<Vec<_>>(),
            expected,
            "the fields of the export"
        );
        let places = self.dimensions().each_ref().map(|dimension| {
            let keys = dimension.members().iter().enumerate();
            keys.map(|(place, member)| (member.key.clone(), place))
                .collect::<HashMap<_, _>>()
        });
        let sizes = places.each_ref().map(HashMap::len);
        for row in &rows[1..] {
            let [category, region, period] = [0, 1, 2].map(|side| places[side][&row[side + 1]]);
            let position = (category * sizes[1] + region) * sizes[2] + period;
            for (topic, cell) in row.iter().skip(4).enumerate() {
                let value = (!cell.is_empty()).then(|| cell.parse().unwrap());
                self.set_row(position, topic, value);
            }
        }
    }
}

/// Each section begins with a line whose first cell is its name and whose other cells are empty.
fn sections(rows: Vec<csv::StringRecord>) -> HashMap<String, Section> {
    let mut sections: HashMap<String, Section> = HashMap::new();
    let mut current = String::new();
    for row in rows {
        let is_name = row.iter().skip(1).all(str::is_empty);
        if is_name {
            row[0].clone_into(&mut current);
            sections.insert(current.clone(), Section::default());
            continue;
        }
        let section = sections.get_mut(&current).unwrap();
        if section.fields.is_empty() {
            let names = row.iter().take_while(|name| !name.is_empty());
            section.fields = names.map(str::to_owned).collect();
        } else {
            section.rows.push(row);
        }
    }
    sections
}

fn members(section: &Section) -> Vec<Member> {
    let rows = section.rows.iter();
    rows.map(|row| Member {
        key: section.get(row, "Key").to_owned(),
        title: section.get(row, "Title").to_owned(),
        description: section.get(row, "Description").to_owned(),
        status: section.get(row, "Status").to_owned(),
    })
    .collect()
}

/// A row of `DataProperties`; a field that its type does not have is absent, as in the recorded replies.
fn property(section: &Section, row: &csv::StringRecord) -> Record {
    let mut record = vec![field(
        "odata.type",
        format!("Cbs.OData.{}", section.get(row, "Type")),
    )];
    for name in &section.fields {
        let text = section.get(row, name);
        if text.is_empty() && !OF_ALL.contains(&name.as_str()) {
            continue;
        }
        record.push(field(
            name,
            match text {
                "" if NUMBERS.contains(&name.as_str()) => Value::Null,
                "TRUE" => Value::from(true),
                "FALSE" => Value::from(false),
                text if NUMBERS.contains(&name.as_str()) => Value::from(text.parse::<u64>().unwrap()),
                text => Value::from(text),
            },
        ));
    }
    record
}
