//! A table of OData v3: its texts, its padded code lists and a dense product of category, region and period.
//!
//! Everything that the police change between two nights is a method here. `ID` is never kept: it is the position of a
//! row, and moves with every period that is added. A table has three dimensions, and a cell is empty or a whole number, of
//! tenths in a table that says so.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::filter::{Dialect, Filter};
use super::page::{Record, field};

/// A reply of the feed with more rows than this comes in pages.
const PAGE: usize = 10_000;
/// Width of an untyped cell of 47013NED.
const CELL_WIDTH: usize = 8;

/// What runs along one side of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// `SoortMisdrijf`, `Overlast`: varies slowest.
    Category,
    /// `RegioS`, `WijkenEnBuurten`.
    Region,
    /// `Perioden`: varies fastest.
    Period,
}

/// A code and its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The code; in a table it is as wide as the longest one of its list.
    pub key: String,
    /// Title.
    pub title: String,
    /// Description.
    pub description: String,
    /// Status of a period, such as `Definitief`.
    pub status: String,
}

impl Member {
    /// A code with its title; a period of that name is definite.
    pub fn new(key: &str, title: &str) -> Self {
        Self {
            key: key.to_owned(),
            title: title.to_owned(),
            description: String::new(),
            status: "Definitief".to_owned(),
        }
    }

    /// The code without its padding.
    pub fn code(&self) -> &str {
        self.key.trim_end()
    }
}

/// A dimension and its list.
#[derive(Debug, Clone)]
pub struct Dimension {
    /// `SoortMisdrijf`, `RegioS`, `Perioden`.
    pub name: Arc<str>,
    /// `Dimension`, `GeoDimension`, `GeoDetail` or `TimeDimension`: decides the fields of the list.
    pub kind: String,
    members: Vec<Member>,
    /// How wide the codes were when the list was made: a table that a test thins out keeps its padding.
    least_width: usize,
}

impl Dimension {
    /// A list; the codes are padded here.
    pub fn new(name: &str, kind: &str, members: Vec<Member>) -> Self {
        let mut dimension = Self {
            name: Arc::from(name),
            kind: kind.to_owned(),
            members,
            least_width: 0,
        };
        dimension.pad();
        dimension.least_width = dimension
            .members
            .first()
            .map_or(0, |member| member.key.chars().count());
        dimension
    }

    /// A side that a table does not have: it shows nowhere. The tables of inhabitants by district have regions alone.
    pub fn none() -> Self {
        Self::new("", "Dimension", vec![Member::new("", "")])
    }

    /// Whether the table has it.
    pub fn is_there(&self) -> bool {
        !self.name.is_empty()
    }

    /// The codes, padded to the longest.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    fn pad(&mut self) {
        let widths = self.members.iter().map(|member| member.code().chars().count());
        let width = widths.chain([self.least_width]).max().unwrap_or_default();
        for member in &mut self.members {
            member.key = format!("{:<width$}", member.code());
        }
    }

    fn position(&self, code: &str) -> Option<usize> {
        self.members
            .iter()
            .position(|member| member.code() == code.trim_end())
    }

    /// The rows of the list as the service gives them.
    pub fn records(&self) -> Vec<Record> {
        self.members.iter().map(|member| self.record(member)).collect()
    }

    fn record(&self, member: &Member) -> Record {
        let mut record = vec![
            field("Key", member.key.as_str()),
            field("Title", member.title.as_str()),
            field("Description", member.description.as_str()),
        ];
        match self.kind.as_str() {
            "TimeDimension" => record.push(field("Status", member.status.as_str())),
            "GeoDetail" => {
                // Unpadded, and empty for the country.
                let code = Some(member.code())
                    .filter(|code| !code.starts_with("NL"))
                    .unwrap_or_default();
                let municipality = code.get(2..6).map(|digits| format!("GM{digits}"));
                record.push(field("Municipality", municipality.unwrap_or_default()));
                record.push(field("DetailRegionCode", code));
            }
            _ => record.push(field("CategoryGroupID", Value::Null)),
        }
        record
    }
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table3 {
    /// The fields of `TableInfos`, in their order; all are texts there but `ID`.
    pub info: Vec<(String, String)>,
    /// The rows of `DataProperties`.
    pub properties: Vec<Record>,
    dimensions: [Dimension; 3],
    topics: Vec<Arc<str>>,
    cells: Vec<Option<i64>>,
    page_size: usize,
    skips_in_api: bool,
    in_tenths: bool,
    texts: Vec<TextTopic>,
}

/// A topic that says something in words of each region: `Gemeentenaam_2`.
#[derive(Debug, Clone)]
struct TextTopic {
    key: Arc<str>,
    /// Padded to this width, in a typed row too.
    width: usize,
    /// By the code of the region; a dot for the others.
    texts: BTreeMap<String, String>,
}

impl Table3 {
    /// A table without a single value. Its dimensions are those of category, region and period, in this order.
    pub fn new(
        info: Vec<(String, String)>,
        properties: Vec<Record>,
        dimensions: [Dimension; 3],
        topics: &[&str],
    ) -> Self {
        let mut table = Self {
            info,
            properties,
            dimensions,
            topics: topics.iter().map(|topic| Arc::from(*topic)).collect(),
            cells: Vec::new(),
            page_size: PAGE,
            skips_in_api: false,
            in_tenths: false,
            texts: Vec::new(),
        };
        table.cells = vec![None; table.row_count() * topics.len()];
        table
    }

    /// The identifier, in its own case.
    pub fn identifier(&self) -> &str {
        self.text("Identifier")
    }

    /// A text of `TableInfos`; empty when it has no such field.
    pub fn text(&self, name: &str) -> &str {
        let found = self.info.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }

    /// Changes a text of `TableInfos`.
    #[track_caller]
    pub fn set_text(&mut self, name: &str, value: &str) {
        let found = self.info.iter_mut().find(|(field, _)| field == name);
        let (_, text) = found.unwrap_or_else(|| panic!("TableInfos has no field {name}"));
        value.clone_into(text);
    }

    /// The moment of the last change: local time without a zone.
    pub fn set_modified(&mut self, modified: &str) {
        self.set_text("Modified", modified);
    }

    /// The title, which names the year of the municipal division.
    pub fn set_title(&mut self, title: &str) {
        self.set_text("Title", title);
    }

    /// Numbers a topic anew: another key, the same title.
    #[track_caller]
    pub fn rename_topic(&mut self, old: &str, new: &str) {
        let place = self.topics.iter().position(|topic| &**topic == old);
        self.topics[place.unwrap_or_else(|| panic!("no topic {old}"))] = Arc::from(new);
        for (name, value) in self.properties.iter_mut().flatten() {
            if &**name == "Key" && value == old {
                *value = Value::from(new);
            }
        }
    }

    /// How a cell without a value is written, for all topics: `Missing` (null and a dot), `Zero` (0) or `Impossible`
    /// (null and blank).
    pub fn set_default(&mut self, default: &str) {
        for (name, value) in self.properties.iter_mut().flatten() {
            if &**name == "Default" {
                *value = Value::from(default);
            }
        }
    }

    /// Rows a page of the feed; 10,000 unless a test sets it.
    pub fn set_page_size(&mut self, rows: usize) {
        self.page_size = rows.max(1);
    }

    /// Whether ODataApi knows `$skip`: the evidence conflicts, so a test may have it either way.
    pub fn set_skips_in_api(&mut self, skips: bool) {
        self.skips_in_api = skips;
    }

    /// From now on a cell counts tenths: 201 is written 20.1.
    pub fn count_in_tenths(&mut self) {
        self.in_tenths = true;
    }

    /// Adds a topic of texts, with what it says of the regions that it says something of.
    pub fn add_texts(&mut self, key: &str, title: &str, width: usize, of: impl Fn(&str) -> Option<String>) {
        let property = [
            ("Type", "Topic"),
            ("Key", key),
            ("Title", title),
            ("Datatype", "String"),
            ("Unit", "naam"),
            ("Default", "Missing"),
        ];
        let property = property.map(|(name, text)| field(name, text));
        self.properties
            .push(std::iter::once(field("ID", 0)).chain(property).collect());
        let regions = self.dimension(Axis::Region).members().iter();
        let texts = regions.filter_map(|region| Some((region.code().to_owned(), of(region.code())?)));
        self.texts.push(TextTopic {
            key: Arc::from(key),
            width,
            texts: texts.collect(),
        });
    }

    /// Rows a page.
    pub fn page_size(&self) -> usize {
        self.page_size
    }

    /// Whether ODataApi knows `$skip`.
    pub fn skips_in_api(&self) -> bool {
        self.skips_in_api
    }

    /// The dimensions in their order.
    pub fn dimensions(&self) -> &[Dimension; 3] {
        &self.dimensions
    }

    /// The dimension of that side.
    pub fn dimension(&self, axis: Axis) -> &Dimension {
        &self.dimensions[axis as usize]
    }

    /// The topics in their order.
    pub fn topics(&self) -> &[Arc<str>] {
        &self.topics
    }

    /// How many rows the whole table has: the product of its lists.
    pub fn row_count(&self) -> usize {
        self.dimensions
            .iter()
            .map(|dimension| dimension.members.len())
            .product()
    }

    /// The position of a row, which is its `ID`; codes may be given without padding.
    #[track_caller]
    pub fn position(&self, category: &str, region: &str, period: &str) -> usize {
        let mut position = 0;
        for (dimension, code) in self.dimensions.iter().zip([category, region, period]) {
            let found = dimension.position(code);
            let found = found.unwrap_or_else(|| panic!("{} has no code {code}", dimension.name));
            position = position * dimension.members.len() + found;
        }
        position
    }

    /// Changes a cell of the first topic.
    #[track_caller]
    pub fn set(&mut self, category: &str, region: &str, period: &str, value: Option<i64>) {
        let row = self.position(category, region, period);
        self.set_row(row, 0, value);
    }

    /// A cell by the position of its row and of its topic.
    pub fn get_row(&self, row: usize, topic: usize) -> Option<i64> {
        self.cells[row * self.topics.len() + topic]
    }

    /// Changes a cell by the position of its row and of its topic.
    pub fn set_row(&mut self, row: usize, topic: usize, value: Option<i64>) {
        self.cells[row * self.topics.len() + topic] = value;
    }

    /// A cell of the first topic.
    #[track_caller]
    pub fn get(&self, category: &str, region: &str, period: &str) -> Option<i64> {
        self.cells[self.position(category, region, period) * self.topics.len()]
    }

    /// Adds periods where they belong: by year, the months before the year's total. Their cells are empty.
    pub fn add_periods(&mut self, periods: Vec<Member>) {
        let place = |member: &Member| {
            let (year, rest) = member.code().split_at(4.min(member.code().len()));
            (year.to_owned(), rest.starts_with("JJ"), rest.to_owned())
        };
        self.change(Axis::Period, |members| {
            members.extend(periods);
            members.sort_by_key(place);
        });
    }

    /// Adds a region after the last of its kind (`GM`, `PV`, …). Its cells are empty.
    #[track_caller]
    pub fn add_region(&mut self, region: Member) {
        let known = self.dimension(Axis::Region).position(&region.key);
        assert_eq!(known, None, "there is a region {} already", region.key);
        self.change(Axis::Region, |members| {
            let kind = region.key.get(..2);
            let last = members.iter().rposition(|member| member.key.get(..2) == kind);
            members.insert(last.map_or(members.len(), |last| last + 1), region);
        });
    }

    /// Takes a region away, as a re-division of municipalities does.
    #[track_caller]
    pub fn drop_region(&mut self, code: &str) {
        let before = self.row_count();
        self.keep(Axis::Region, |region| region != code);
        assert_ne!(before, self.row_count(), "there was no region {code}");
    }

    /// Keeps only the codes, given without their padding, that the test wants. The others keep their width.
    pub fn keep(&mut self, axis: Axis, wanted: impl Fn(&str) -> bool) {
        self.change(axis, |members| members.retain(|member| wanted(member.code())));
    }

    /// Changes a list and moves the cells along with their codes.
    fn change(&mut self, axis: Axis, change: impl FnOnce(&mut Vec<Member>)) {
        let before = self.dimensions.clone();
        let changed = &mut self.dimensions[axis as usize];
        change(&mut changed.members);
        changed.pad();
        let sources = changed
            .members
            .iter()
            .map(|member| before[axis as usize].position(member.code()));
        let sources: Vec<Option<usize>> = sources.collect();
        let sizes = before.map(|dimension| dimension.members.len());
        let width = self.topics.len();
        let mut cells = Vec::with_capacity(self.row_count() * width);
        for row in 0..self.row_count() {
            let mut place = self.places(row);
            let source = sources[place[axis as usize]];
            place[axis as usize] = source.unwrap_or(0);
            let old = (place[0] * sizes[1] + place[1]) * sizes[2] + place[2];
            for topic in 0..width {
                cells.push(source.and_then(|_| self.cells[old * width + topic]));
            }
        }
        self.cells = cells;
    }

    /// Where a row stands in each list.
    fn places(&self, row: usize) -> [usize; 3] {
        let regions = self.dimensions[1].members.len();
        let periods = self.dimensions[2].members.len();
        [row / periods / regions, row / periods % regions, row % periods]
    }

    fn keys(&self, row: usize) -> [&str; 3] {
        let places = self.places(row);
        [0, 1, 2].map(|side| self.dimensions[side].members[places[side]].key.as_str())
    }

    /// The fields that a filter may name.
    pub fn filter(&self, text: &str) -> Result<Filter, String> {
        let names: Vec<&str> = self.dimensions.iter().map(|dimension| &*dimension.name).collect();
        Filter::parse(text, Dialect::V3, &names)
    }

    /// The positions of the rows for which the filter holds, in their order.
    pub fn matching(&self, filter: Option<&Filter>) -> Vec<usize> {
        let Some(filter) = filter else {
            return (0..self.row_count()).collect();
        };
        // A code that is ruled out by itself is ruled out with every other: a period of a table is found at once.
        let possible = |side: usize| -> Vec<usize> {
            let members = self.dimensions[side].members.iter().enumerate();
            let open = members.filter(|(_, member)| {
                let mut known = [None; 3];
                known[side] = Some(member.key.as_str());
                filter.holds(&known) != Some(false)
            });
            open.map(|(place, _)| place).collect()
        };
        let (categories, regions, periods) = (possible(0), possible(1), possible(2));
        let sizes = [1, 2].map(|side| self.dimensions[side].members.len());
        let mut rows = Vec::new();
        for category in &categories {
            for region in &regions {
                for period in &periods {
                    let row = (category * sizes[0] + region) * sizes[1] + period;
                    if filter.holds(&self.keys(row).map(Some)) == Some(true) {
                        rows.push(row);
                    }
                }
            }
        }
        rows
    }

    /// Rows as the service gives them: padded codes, and cells typed or as right-aligned text.
    pub fn records(&self, rows: &[usize], typed: bool) -> Vec<Record> {
        let fillers: Vec<Value> = self
            .topics
            .iter()
            .map(|topic| self.filler(topic, typed))
            .collect();
        let id: Arc<str> = Arc::from("ID");
        let record = |row: &usize| {
            let mut record = Vec::with_capacity(4 + self.topics.len());
            record.push((Arc::clone(&id), Value::from(*row)));
            let sides = self.dimensions.iter().zip(self.keys(*row));
            for (dimension, key) in sides.filter(|(dimension, _)| dimension.is_there()) {
                record.push((Arc::clone(&dimension.name), Value::from(key)));
            }
            for (index, topic) in self.topics.iter().enumerate() {
                let value = match self.cells[row * self.topics.len() + index] {
                    None => fillers[index].clone(),
                    Some(number) if self.in_tenths && typed => Value::from(number as f64 / 10.0),
                    Some(number) if self.in_tenths => {
                        right_aligned(&format!("{}.{}", number / 10, number % 10))
                    }
                    Some(number) if typed => Value::from(number),
                    Some(number) => right_aligned(&number.to_string()),
                };
                record.push((Arc::clone(topic), value));
            }
            let region = self.keys(*row)[Axis::Region as usize].trim_end();
            for topic in &self.texts {
                let text = topic.texts.get(region).map_or(".", String::as_str);
                record.push((
                    Arc::clone(&topic.key),
                    Value::from(format!("{text:<0$}", topic.width)),
                ));
            }
            record
        };
        rows.iter().map(record).collect()
    }

    /// How a cell without a value of this topic is written, after its `Default` in `DataProperties`.
    fn filler(&self, topic: &str, typed: bool) -> Value {
        let mut of_topic = self
            .properties
            .iter()
            .filter(|record| text(record, "Key") == Some(topic));
        match (of_topic.next().and_then(|record| text(record, "Default")), typed) {
            (Some("Zero"), true) => Value::from(0),
            (_, true) => Value::Null,
            (Some("Zero"), false) => right_aligned("0"),
            (Some("Impossible"), false) => right_aligned(""),
            (_, false) => right_aligned("."),
        }
    }
}

fn text<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    let found = record.iter().find(|(field, _)| &**field == name);
    found.and_then(|(_, value)| value.as_str())
}

fn right_aligned(text: &str) -> Value {
    Value::from(format!("{text:>CELL_WIDTH$}"))
}
