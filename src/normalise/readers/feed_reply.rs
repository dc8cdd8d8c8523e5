//! A: what every reply of OData v3 has around its rows, and the rows of a small reply.
//!
//! `{"odata.metadata":"https://.../$metadata#Cbs.OData.WebAPI.RegioS","value":[...],"odata.nextLink":"..."}`. What a
//! service in trouble sends instead (an error object, a web page, Atom because nobody asked for JSON) is named.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;

use super::ReadError;

pub(super) const OTHER_SHAPE: &str =
    "the reply differs from what the service is known to give: fetch it again, or report it";
const CUT_OFF: &str = "the file was cut off: fetch it again";
const ASK_FOR_JSON: &str = "ask for it with $format=json";
const NO_DATA: &str = "the service gave something else than data: fetch it again later";
const SERVICE_ERROR: &str =
    "the service refused the request: check the table, its exact case and the filter, then fetch it again";

/// A whole reply.
pub(super) struct Reply<T> {
    /// What the reply holds, after the last dot of its `odata.metadata`: `TypedDataSet`, `RegioS`; `None` when the
    /// reply does not say, as a service document does not.
    pub resource: Option<String>,
    pub next_link: Option<String>,
    pub rows: Vec<T>,
}

#[derive(Deserialize)]
struct Envelope<T> {
    #[serde(rename = "odata.metadata")]
    metadata: Option<String>,
    #[serde(rename = "odata.nextLink")]
    next_link: Option<String>,
    #[serde(rename = "odata.error", alias = "error")]
    error: Option<Value>,
    value: Option<Vec<T>>,
}

impl<T: DeserializeOwned> Reply<T> {
    /// Parses a reply that starts on the given line of its file.
    pub fn parse(bytes: &[u8], line: u64, file: &str) -> Result<Self, ReadError> {
        let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(1 << 10)).unwrap_or_default());
        if text.trim_start().starts_with('<') {
            let (found, hint) = name_markup(&text);
            return Err(ReadError::new(file, line, "a reply in JSON", found, hint));
        }
        let envelope: Envelope<T> =
            serde_json::from_slice(bytes).map_err(|error| refuse_json(file, line, &error))?;
        if let Some(error) = &envelope.error {
            let found = message(error);
            return Err(ReadError::new(
                file,
                line,
                "a reply with data",
                &found,
                SERVICE_ERROR,
            ));
        }
        let Some(rows) = envelope.value else {
            return Err(ReadError::new(file, line, "a list in value", "none", OTHER_SHAPE));
        };
        Ok(Self {
            resource: envelope.metadata.as_deref().and_then(resource).map(str::to_owned),
            next_link: envelope.next_link,
            rows,
        })
    }
}

/// What a reply holds, by its `odata.metadata`; the names before the last dot differ by service.
pub(super) fn resource(metadata: &str) -> Option<&str> {
    let (_, fragment) = metadata.rsplit_once('#')?;
    fragment.rsplit('.').next().filter(|name| !name.is_empty())
}

/// What a text that starts with `<` is, and what to do about it.
pub(super) fn name_markup(text: &str) -> (&'static str, &'static str) {
    /// Namespaces and elements that only the service's own XML has.
    const MARKS: &[&str] = &["2005/atom", "2007/app", "ado/2007", "<feed", "<edmx"];

    let text = text.to_ascii_lowercase();
    if MARKS.iter().any(|mark| text.contains(mark)) {
        ("Atom XML", ASK_FOR_JSON)
    } else {
        ("a web page or XML", NO_DATA)
    }
}

/// `{"code":"","message":{"lang":"nl","value":"..."}}`, as far as it is there.
pub(super) fn message(error: &Value) -> String {
    let message = error.get("message").unwrap_or(error);
    match message.get("value").unwrap_or(message) {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The error of the parser on a piece that starts on the given line; it counts from the start of the piece.
pub(super) fn refuse_json(file: &str, first_line: u64, error: &serde_json::Error) -> ReadError {
    let line = first_line + (error.line() as u64).saturating_sub(1);
    if error.is_eof() {
        return ReadError::new(
            file,
            line,
            "the rest of the reply",
            "the end of the file",
            CUT_OFF,
        );
    }
    let text = error.to_string();
    let found = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(found, _)| found);
    ReadError::new(file, line, "a reply of OData v3 in JSON", found, OTHER_SHAPE)
}

/// One row of a small reply: names in the order of the service, each once, no value nested.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fields(pub Vec<(String, Scalar)>);

/// The value of a field.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    Null,
    Text(String),
    /// A number or a truth value, written out.
    Other(String),
}

impl Scalar {
    /// The value as it is written, without blanks around it; empty for null.
    pub fn text(&self) -> &str {
        self.raw().trim()
    }

    /// The value with its padding.
    pub fn raw(&self) -> &str {
        match self {
            Self::Null => "",
            Self::Text(text) | Self::Other(text) => text,
        }
    }
}

impl Fields {
    pub fn get(&self, name: &str) -> Option<&Scalar> {
        let field = self.0.iter().find(|(known, _)| known == name);
        field.map(|(_, value)| value)
    }

    /// The text of a field; empty when it is null or not there.
    pub fn text(&self, name: &str) -> String {
        self.get(name).map_or("", Scalar::text).to_owned()
    }

    /// The text of a field, if it has any.
    pub fn optional(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        /// More than any row of the service has; it keeps the check below cheap.
        const MAX_FIELDS: usize = 1_000;

        let mut fields = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Scalar>()? {
            if fields.len() == MAX_FIELDS {
                return Err(A::Error::custom("more than 1000 fields in a row"));
            }
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom(format_args!("field {name} twice in a row")));
            }
            fields.push((name, value));
        }
        Ok(Fields(fields))
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, a number or null")
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Other(value.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar::Other(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar::Other(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar::Other(number.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Reply<Fields>, ReadError> {
        Reply::parse(text.as_bytes(), 1, "test")
    }

    #[test]
    fn only_what_stands_after_the_last_dot_names_the_resource() {
        for (metadata, name) in [
            (
                "https://x/47013NED/$metadata#Cbs.OData.WebAPI.TypedDataSet",
                Some("TypedDataSet"),
            ),
            ("x#RegioS", Some("RegioS")),
            ("https://opendata.cbs.nl/ODataFeed/odata/80137ned/$metadata", None),
            ("x#", None),
            ("x#a.", None),
        ] {
            assert_eq!(resource(metadata), name, "{metadata}");
        }
    }

    #[test]
    fn texts_numbers_and_null_keep_their_order_and_entities_stay_as_they_are() {
        let text = r#"{"odata.metadata":"x#a.b","value":[{"B":"&copy; Politie ","A":0,"C":null,"D":7888.2}],"odata.nextLink":"y"}"#;
        let reply = parse(text).unwrap();
        assert_eq!(
            (reply.resource.as_deref(), reply.next_link.as_deref()),
            (Some("b"), Some("y"))
        );
        let row = &reply.rows[0];
        let names: Vec<&str> = row.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["B", "A", "C", "D"]);
        assert_eq!(row.text("B"), "&copy; Politie");
        assert_eq!(row.get("B").unwrap().raw(), "&copy; Politie ");
        assert_eq!(
            (row.text("A"), row.optional("C"), row.text("D")),
            ("0".to_owned(), None, "7888.2".to_owned())
        );
    }

    #[test]
    fn what_a_service_in_trouble_sends_is_named() {
        for (text, found, hint) in [
            (
                r#"{"odata.error":{"code":"","message":{"lang":"en-US","value":"Resource not found for the segment 'X'."}}}"#,
                "Resource not found",
                "the service refused",
            ),
            (r#"{"error":{"code":"503"}}"#, "503", "the service refused"),
            (
                "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\">",
                "Atom XML",
                "$format=json",
            ),
            ("\r\n<!DOCTYPE HTML>", "a web page or XML", "later"),
            ("<x>", "a web page or XML", "later"),
            ("{}", "none", "fetch it again"),
            ("{\"value\":null}", "none", "fetch it again"),
            ("", "the end of the file", "cut off"),
        ] {
            let error = parse(text).err().unwrap();
            assert!(error.found.contains(found), "{error}");
            assert!(error.hint().contains(hint), "{}", error.hint());
        }
    }

    #[test]
    fn rows_that_are_nested_doubled_or_endless_are_refused_with_their_line() {
        let many: Vec<String> = (0..1_001).map(|number| format!("\"{number}\":1")).collect();
        for text in [
            "{\"value\":[\n{\"A\":1,\"A\":2}]}",
            "{\"value\":[\n{\"A\":{}}]}",
            "{\"value\":[\n{\"A\":[]}]}",
            "{\"value\":[\n[]]}",
            "{\"value\":[\n{\"A\":1e999}]}",
            "{\"value\":[],\n\"value\":[]}",
            &format!("{{\"value\":[\n{{{}}}]}}", many.join(",")),
        ] {
            let error = parse(text).err().unwrap();
            assert_eq!(error.line, 2, "{error}");
            assert!(!error.found.contains("line"), "{error}");
        }
        let deep = format!("{{\"error\":{}", "[".repeat(100_000));
        assert!(parse(&deep).is_err());
    }
}
