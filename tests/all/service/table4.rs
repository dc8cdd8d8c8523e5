//! A table of OData v4, from the replies of Statistics Netherlands as they were recorded.
//!
//! The recorded observations are a slice of 100,741,875, which `ObservationCount` goes on saying; a count that is asked for
//! is that of the slice. Groups (`LeeftijdGroups`) were not recorded and are not there.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::filter::{Dialect, Filter};
use super::page::Record;
use super::portal::recorded;

/// Observations a page.
const PAGE: usize = 100_000;

/// A table.
#[derive(Debug, Clone)]
pub struct Table4 {
    /// The singleton `Properties`, without its context.
    pub properties: Record,
    /// `Dimensions`, `MeasureCodes` and the lists of codes, by name.
    pub lists: BTreeMap<String, Vec<Record>>,
    /// `Observations`.
    pub observations: Vec<Record>,
    page_size: usize,
}

impl Table4 {
    /// The table whose replies lie in a folder, as `properties.json.gz`, `codes-RegioS.json.gz` and so on.
    pub fn from_replies(folder: &Path) -> Self {
        let list = |name: &str| records(&folder.join(format!("{name}.json.gz")));
        let properties = object(&folder.join("properties.json.gz"));
        let dimensions = list("dimensions");
        let mut lists = BTreeMap::new();
        for dimension in &dimensions {
            let name = text(dimension, "Identifier");
            lists.insert(format!("{name}Codes"), list(&format!("codes-{name}")));
        }
        lists.insert("MeasureCodes".to_owned(), list("measure-codes"));
        lists.insert("Dimensions".to_owned(), dimensions);
        Self {
            properties,
            lists,
            observations: list("observations-page-1"),
            page_size: PAGE,
        }
    }

    /// The identifier, in its own case.
    pub fn identifier(&self) -> &str {
        text(&self.properties, "Identifier")
    }

    /// A text of `Properties`; empty when it has no such field.
    pub fn text(&self, name: &str) -> &str {
        text(&self.properties, name)
    }

    /// Changes a text of `Properties`: `Version`, `Modified`, `ObservationsModified`, `Title`.
    #[track_caller]
    pub fn set_text(&mut self, name: &str, value: &str) {
        let found = self.properties.iter_mut().find(|(field, _)| &**field == name);
        let (_, old) = found.unwrap_or_else(|| panic!("Properties has no field {name}"));
        *old = Value::from(value);
    }

    /// From now on `ObservationCount` is that of the observations that are there.
    pub fn count_all(&mut self) {
        let count = Value::from(self.observations.len());
        let named = |(field, _): &&mut (Arc<str>, Value)| &**field == "ObservationCount";
        self.properties.iter_mut().find(named).unwrap().1 = count;
    }

    /// Observations a page; 100,000 unless a test sets it.
    pub fn set_page_size(&mut self, rows: usize) {
        self.page_size = rows.max(1);
    }

    /// Observations a page.
    pub fn page_size(&self) -> usize {
        self.page_size
    }

    /// Changes the value of the one observation with this measure, region and period. No value makes it `Impossible`.
    #[track_caller]
    pub fn set(&mut self, measure: &str, region: &str, period: &str, value: Option<i64>) {
        let keys = [("Measure", measure), ("RegioS", region), ("Perioden", period)];
        let is_wanted = |record: &&mut Record| keys.iter().all(|(name, code)| text(record, name) == *code);
        let found = self.observations.iter_mut().find(is_wanted);
        let record = found.unwrap_or_else(|| panic!("no observation of {measure}, {region}, {period}"));
        for (name, old) in record {
            match &**name {
                "Value" => *old = value.map_or(Value::Null, Value::from),
                "ValueAttribute" => *old = Value::from(if value.is_some() { "None" } else { "Impossible" }),
                _ => {}
            }
        }
    }

    /// The observations for which a filter holds. It may name any dimension, `Measure` and `ValueAttribute`.
    pub fn matching(&self, filter: Option<&str>) -> Result<Vec<&Record>, String> {
        let Some(filter) = filter else {
            return Ok(self.observations.iter().collect());
        };
        let dimensions = self.lists["Dimensions"]
            .iter()
            .map(|dimension| text(dimension, "Identifier"));
        let names: Vec<&str> = dimensions.chain(["Measure", "ValueAttribute"]).collect();
        let filter = Filter::parse(filter, Dialect::V4, &names)?;
        let holds = |record: &&Record| {
            let fields: Vec<Option<&str>> = names.iter().map(|name| Some(text(record, name))).collect();
            filter.holds(&fields) == Some(true)
        };
        Ok(self.observations.iter().filter(holds).collect())
    }
}

/// A text of a record; empty when there is none.
fn text<'a>(record: &'a Record, name: &str) -> &'a str {
    let found = record.iter().find(|(field, _)| &**field == name);
    found.and_then(|(_, value)| value.as_str()).unwrap_or_default()
}

fn object(path: &Path) -> Record {
    let bytes = recorded(path);
    let text = std::str::from_utf8(&bytes).unwrap();
    let mut object: Map<String, Value> = serde_json::from_str(text).unwrap();
    object.remove("@odata.context");
    let order = order(text, &object);
    order
        .iter()
        .map(|name| (Arc::clone(name), object[&**name].clone()))
        .collect()
}

fn records(path: &Path) -> Vec<Record> {
    let bytes = recorded(path);
    let text = std::str::from_utf8(&bytes).unwrap();
    let mut reply: Map<String, Value> = serde_json::from_str(text).unwrap();
    let Some(Value::Array(values)) = reply.remove("value") else {
        panic!("{} holds no list", path.display());
    };
    // The order of the fields differs between records only by a type in front.
    let mut orders: BTreeMap<usize, Vec<Arc<str>>> = BTreeMap::new();
    let mut records = Vec::with_capacity(values.len());
    for value in values {
        let Value::Object(mut fields) = value else {
            panic!("{} holds more than objects", path.display());
        };
        let names = orders.entry(fields.len()).or_insert_with(|| order(text, &fields));
        let record = names
            .iter()
            .map(|name| (Arc::clone(name), fields.remove(&**name).unwrap()));
        records.push(record.collect());
    }
    records
}

/// The names of the fields as the reply has them: a JSON object of serde forgets their order.
fn order(reply: &str, fields: &Map<String, Value>) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = fields.keys().map(|name| Arc::from(name.as_str())).collect();
    names.sort_by_key(|name| (!name.starts_with('@'), reply.find(&format!("\"{name}\":"))));
    names
}
