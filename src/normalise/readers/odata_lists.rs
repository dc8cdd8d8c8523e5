//! B: the small replies of CBS OData v4: codes, measures, dimensions and the properties of a table.
//!
//! A list is read whole, for it is small beside the observations; a limit guards against what is no list. Fields that
//! nobody needs are passed over, for CBS adds them; types that vary in practice are read leniently.

use std::cell::Cell as Shared;
use std::collections::HashSet;
use std::io::{self, BufRead, Read};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::ReadError;
use super::guard::{Guarded, JsonInspector};

/// The largest reply that is read whole, in bytes; all wijken and buurten of the country are some 20 MB.
pub(super) const MAX_LIST_BYTES: u64 = 64 << 20;

const NO_LIST: &str =
    "the reply differs from what the service is known to give: fetch it again, or report it";
const CUT_OFF: &str = "the file was cut off: fetch it again";

/// A list of the service with the address of its next page, if it says that there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T> {
    /// The entries in the order of the service; never empty, each identifier once.
    pub entries: Vec<T>,
    /// Where the next page is.
    pub next_link: Option<String>,
}

/// A member of a dimension.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Code {
    /// The code, without padding.
    pub identifier: String,
    /// The label; titles change, codes do not.
    pub title: String,
    /// Free text; of a municipality its changes of territory.
    #[serde(default, deserialize_with = "text_or_null")]
    pub description: String,
    /// Group of the member (`GMPV23` for a municipality in Overijssel).
    #[serde(default)]
    pub dimension_group_id: Option<String>,
    /// Status of a period (`Definitief`).
    #[serde(default)]
    pub status: Option<String>,
}

/// What is measured.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MeasureCode {
    /// The code (`M000352`).
    pub identifier: String,
    /// The label.
    pub title: String,
    /// Free text.
    #[serde(default, deserialize_with = "text_or_null")]
    pub description: String,
    /// Unit (`aantal`).
    #[serde(default)]
    pub unit: Option<String>,
    /// `Long`, `Double` or another word of the service.
    #[serde(default)]
    pub data_type: Option<String>,
    /// Decimals that are shown.
    #[serde(default)]
    pub decimals: Option<i64>,
}

/// A dimension of a table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Dimension {
    /// Name of the column (`RegioS`).
    pub identifier: String,
    /// The label (`Regio's`).
    pub title: String,
    /// `Dimension`, `TimeDimension`, `GeoDimension` or another word of the service.
    #[serde(default, deserialize_with = "text_or_null")]
    pub kind: String,
}

/// What the service says of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Properties {
    /// Id of the table, with its exact case.
    pub identifier: String,
    /// Title of the table.
    pub title: String,
    /// When anything changed, as the service writes it; compare for inequality.
    pub modified: String,
    /// Version, to be taken together with the two dates.
    #[serde(default)]
    pub version: Option<String>,
    /// When a figure changed.
    #[serde(default)]
    pub observations_modified: Option<String>,
    /// Why there is a version (`Actualisering`).
    #[serde(default)]
    pub version_reason: Option<String>,
    /// `Regulier`, `Gediscontinueerd` or another word of the service.
    #[serde(default)]
    pub status: Option<String>,
    /// Number of observations of the whole table.
    #[serde(default)]
    pub observation_count: Option<u64>,
    /// Licence, as an address.
    #[serde(default)]
    pub license: Option<String>,
}

/// Reads the codes of one dimension.
///
/// # Errors
/// No such list, an empty one, an entry without code or title, or a code that stands twice.
pub fn read_codes(input: impl BufRead, file: &str) -> Result<List<Code>, ReadError> {
    read_list(input, file)
}

/// Reads the measures of a table.
///
/// # Errors
/// As [`read_codes`].
pub fn read_measure_codes(input: impl BufRead, file: &str) -> Result<List<MeasureCode>, ReadError> {
    read_list(input, file)
}

/// Reads the dimensions of a table.
///
/// # Errors
/// As [`read_codes`].
pub fn read_dimensions(input: impl BufRead, file: &str) -> Result<List<Dimension>, ReadError> {
    read_list(input, file)
}

/// Reads the properties of a table.
///
/// # Errors
/// No such object, or one without identifier, title or date.
pub fn read_properties(input: impl BufRead, file: &str) -> Result<Properties, ReadError> {
    let mut properties: Properties = read_json(input, file)?;
    trim_end(&mut properties.title);
    for (field, text) in [
        ("Identifier", &properties.identifier),
        ("Title", &properties.title),
        ("Modified", &properties.modified),
    ] {
        if text.is_empty() {
            return Err(ReadError::new(file, 1, format!("a text in {field}"), "", NO_LIST));
        }
    }
    Ok(properties)
}

/// What every entry of a list has.
pub(super) trait Entry {
    /// Identifier and title.
    fn name(&mut self) -> (&mut String, &mut String);
}

/// Texts of the service end in blanks now and then (`"Gemiddelde bevolking "`).
fn trim_end(text: &mut String) {
    text.truncate(text.trim_end().len());
}

impl Entry for Code {
    fn name(&mut self) -> (&mut String, &mut String) {
        (&mut self.identifier, &mut self.title)
    }
}

impl Entry for MeasureCode {
    fn name(&mut self) -> (&mut String, &mut String) {
        (&mut self.identifier, &mut self.title)
    }
}

impl Entry for Dimension {
    fn name(&mut self) -> (&mut String, &mut String) {
        (&mut self.identifier, &mut self.title)
    }
}

#[derive(Deserialize)]
struct Reply<T> {
    value: Vec<T>,
    #[serde(default, rename = "@odata.nextLink")]
    next_link: Option<String>,
}

fn read_list<T: Entry + DeserializeOwned>(input: impl BufRead, file: &str) -> Result<List<T>, ReadError> {
    let Reply { value, next_link } = read_json::<Reply<T>>(input, file)?;
    let entries = checked(value, file)?;
    Ok(List { entries, next_link })
}

/// The entries without blanks at the end of their names, each identifier once.
pub(super) fn checked<T: Entry>(mut entries: Vec<T>, file: &str) -> Result<Vec<T>, ReadError> {
    if entries.is_empty() {
        return Err(ReadError::new(
            file,
            1,
            "at least one entry",
            "an empty list",
            NO_LIST,
        ));
    }
    let mut seen = HashSet::new();
    for (position, entry) in entries.iter_mut().enumerate() {
        let (identifier, title) = entry.name();
        trim_end(identifier);
        trim_end(title);
        if identifier.is_empty() || title.is_empty() {
            let expected = format!("an Identifier and a Title in entry {}", position + 1);
            return Err(ReadError::new(file, 1, expected, identifier, NO_LIST));
        }
        if !seen.insert(identifier.clone()) {
            return Err(ReadError::new(
                file,
                1,
                "each Identifier once",
                identifier,
                NO_LIST,
            ));
        }
    }
    Ok(entries)
}

fn read_json<T: DeserializeOwned>(input: impl BufRead, file: &str) -> Result<T, ReadError> {
    let bytes = read_whole(input, file)?;
    serde_json::from_slice(&bytes).map_err(|error| refuse_json(file, 1, error))
}

/// All bytes of a small reply, without a byte order mark.
pub(super) fn read_whole(input: impl BufRead, file: &str) -> Result<Vec<u8>, ReadError> {
    let line = Shared::new(1);
    let mut limited = io::Read::take(Guarded::new(input, JsonInspector::new(&line)), MAX_LIST_BYTES);
    let mut bytes = Vec::new();
    limited
        .read_to_end(&mut bytes)
        .map_err(|error| ReadError::from_io(file, line.get(), error))?;
    if limited.limit() == 0 {
        return Err(ReadError::new(
            file,
            line.get(),
            "a list of at most 64 MiB",
            "a longer one",
            NO_LIST,
        ));
    }
    Ok(bytes)
}

/// The error of a JSON parser, with the line it names or else the line that was read to.
pub(super) fn refuse_json(file: &str, line: u64, error: serde_json::Error) -> ReadError {
    let at = if error.line() == 0 {
        line
    } else {
        error.line() as u64
    };
    if error.is_io() {
        return ReadError::from_io(file, at, error.into());
    }
    if error.is_eof() {
        return ReadError::new(file, at, "the rest of the reply", "the end of the file", CUT_OFF);
    }
    ReadError::new(
        file,
        at,
        "a reply of OData v4 in JSON",
        &error.to_string(),
        NO_LIST,
    )
}

fn text_or_null<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_their_description_group_and_status() {
        let text = r#"{"@odata.context":"…#RegioSCodes","value":[
            {"Identifier":"GM0164","Index":3,"Title":"Hengelo (O.)","Description":"Grens\r\n","DimensionGroupId":"GMPV23"},
            {"Identifier":"2026JJ00","Title":"2026","Description":null,"DimensionGroupId":null,"Status":"Definitief"}]}"#;
        let list = read_codes(text.as_bytes(), "test").unwrap();
        let [hengelo, period] = list.entries.as_slice() else {
            panic!("two entries")
        };
        assert_eq!(
            (hengelo.title.as_str(), hengelo.description.as_str()),
            ("Hengelo (O.)", "Grens\r\n")
        );
        assert_eq!(hengelo.dimension_group_id.as_deref(), Some("GMPV23"));
        assert_eq!(
            (period.status.as_deref(), period.description.as_str()),
            (Some("Definitief"), "")
        );
        assert_eq!(list.next_link, None);
    }

    #[test]
    fn measures_and_properties_are_read_as_recorded() {
        let text = r#"{"value":[{"Identifier":"M000365","Index":6,"Title":"Gemiddelde bevolking ","Description":"",
            "MeasureGroupId":null,"DataType":"Double","Unit":"aantal","Decimals":1,"PresentationType":"Absolute"}]}"#;
        let measures = read_measure_codes(text.as_bytes(), "test").unwrap();
        assert_eq!(measures.entries[0].title, "Gemiddelde bevolking");
        assert_eq!(measures.entries[0].unit.as_deref(), Some("aantal"));
        let text = r#"{"Identifier":"RegioS","Title":"Regio's","MapYear":"","ReleasePolicy":null,"Kind":"GeoDimension"}"#;
        let dimensions = read_dimensions(format!("{{\"value\":[{text}]}}").as_bytes(), "test").unwrap();
        assert_eq!(dimensions.entries[0].kind, "GeoDimension");
        let text = r#"{"Identifier":"03759ned","Title":"Bevolking","Modified":"2026-06-23T00:00:00+02:00",
            "Version":"202606230000","ObservationCount":100741875,"Distributions":[]}"#;
        let properties = read_properties(text.as_bytes(), "test").unwrap();
        assert_eq!(properties.observation_count, Some(100_741_875));
        assert_eq!(properties.version.as_deref(), Some("202606230000"));
    }

    #[test]
    fn a_list_that_is_cut_empty_or_ambiguous_is_refused() {
        let entry = r#"{"Identifier":"GM0164","Title":"Hengelo (O.)"}"#;
        for text in [
            String::new(),
            "[]".to_owned(),
            r#"{"value":[]}"#.to_owned(),
            format!(r#"{{"value":[{entry},{entry}]}}"#),
            r#"{"value":[{"Identifier":"GM0164","Title":" "}]}"#.to_owned(),
            r#"{"value":[{"Title":"Hengelo (O.)"}]}"#.to_owned(),
            format!(r#"{{"value":[{entry}"#),
            format!(r#"{{"value":[{entry}]}} x"#),
        ] {
            let error = read_codes(text.as_bytes(), "test").unwrap_err();
            assert!(!error.is_io(), "{text}");
        }
        assert!(
            read_properties(
                &b"{\"Identifier\":\"x\",\"Title\":\"\",\"Modified\":\"\"}"[..],
                "test"
            )
            .is_err()
        );
    }

    #[test]
    fn bytes_that_are_no_utf_8_are_refused() {
        let text = b"{\"value\":[{\"Identifier\":\"GM0164\",\n\"Title\":\"Frysl\xe2n\"}]}";
        assert_eq!(read_codes(&text[..], "test").unwrap_err().line, 2);
    }
}
