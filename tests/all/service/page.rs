//! What OData answers before it is text: records, and the page that holds them.
//!
//! Faults change pages here, where a row is still a row; only then they become JSON or Atom. The fields of a record keep
//! their order, as those of the service do.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value;

/// The fields of one row, in the order of the service.
pub type Record = Vec<(Arc<str>, Value)>;

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// Name of the list: `TypedDataSet`, `RegioS`, `Observations`.
    pub name: String,
    /// The field that tells what the page is, `odata.metadata` or `@odata.context`, and its address.
    pub context: (&'static str, String),
    /// `@odata.count`, where it was asked for.
    pub count: Option<usize>,
    /// The rows.
    pub records: Vec<Record>,
    /// The field that holds the next address, and the address; an empty page has none.
    pub next: (&'static str, Option<String>),
}

/// A field of a record.
pub fn field(name: &str, value: impl Into<Value>) -> (Arc<str>, Value) {
    (Arc::from(name), value.into())
}

impl Page {
    /// As OData writes JSON.
    pub fn json(&self) -> String {
        let (context, address) = &self.context;
        let mut text = format!("{{\r\n  \"{context}\":{}", Value::from(address.as_str()));
        if let Some(count) = self.count {
            let _ = write!(text, ",\"@odata.count\":{count}");
        }
        text.push_str(",\"value\":[\r\n    ");
        for (index, record) in self.records.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            write_record(&mut text, record);
        }
        text.push_str("\r\n  ]");
        if let (name, Some(next)) = &self.next {
            let _ = write!(text, ",\"{name}\":{}", Value::from(next.as_str()));
        }
        text.push_str("\r\n}");
        text
    }

    /// As ODataFeed writes it when nobody asks for JSON. `updated` is the table's `Modified`, with an offset.
    pub fn atom(&self, updated: &str) -> String {
        let mut text = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><feed xml:base=\"{}\" \
             xmlns=\"http://www.w3.org/2005/Atom\" \
             xmlns:d=\"http://schemas.microsoft.com/ado/2007/08/dataservices\" \
             xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\">\
             <title type=\"text\">{}</title><updated>{updated}</updated>",
            escaped(self.base()),
            escaped(&self.name),
        );
        for record in &self.records {
            text.push_str("<entry><content type=\"application/xml\"><m:properties>");
            for (name, value) in record.iter().filter(|(name, _)| !name.contains('.')) {
                let _ = match value {
                    Value::Null => write!(text, "<d:{name} m:null=\"true\" />"),
                    Value::String(plain) => write!(text, "<d:{name}>{}</d:{name}>", escaped(plain)),
                    // Topics of Datatype Long are Edm.Int32 here, as in the recorded sample.
                    number => write!(text, "<d:{name} m:type=\"Edm.Int32\">{number}</d:{name}>"),
                };
            }
            text.push_str("</m:properties></content></entry>");
        }
        if let (_, Some(next)) = &self.next {
            let _ = write!(text, "<link rel=\"next\" href=\"{}\" />", escaped(next));
        }
        text + "</feed>"
    }

    /// The service document as ODataFeed writes it when nobody asks for JSON.
    pub fn atom_service(&self) -> String {
        let mut text = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><service xml:base=\"{}\" \
             xmlns=\"http://www.w3.org/2007/app\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><workspace>",
            escaped(self.base()),
        );
        for (_, name) in self.records.iter().filter_map(|record| record.first()) {
            let name = escaped(name.as_str().unwrap_or_default());
            let _ = write!(
                text,
                "<collection href=\"{name}\"><atom:title>{name}</atom:title></collection>"
            );
        }
        text + "</workspace></service>"
    }

    /// The address of the table, which is that of its metadata but for the last segment.
    fn base(&self) -> &str {
        self.context.1.split('$').next().unwrap_or_default()
    }
}

/// One record as a JSON object.
pub fn write_record(text: &mut String, record: &Record) {
    text.push('{');
    for (index, (name, value)) in record.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let _ = write!(text, "{comma}\r\n      \"{name}\":{value}");
    }
    text.push_str("\r\n    }");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

/// Encoded for a query, as the service encodes its links: quotes, brackets and dollars stay.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~'(),$/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
