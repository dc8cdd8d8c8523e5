//! A: a page of `TypedDataSet` or `UntypedDataSet` of OData v3, as it streams in.
//!
//! `{"ID":142,"SoortMisdrijf":"0.0.0 ","RegioS":"NL01  ","Perioden":"2022JJ00","Aangiften_2":657512}`: topics are the
//! fields that end in `_<number>`, `ID` is a position that means nothing, the others are dimensions; the first row
//! settles which, and the order of the fields of later rows is free. One row is held at a time, its texts are reused.
//!
//! Topics with texts (`Gemeentenaam_2`) are passed over and not announced, for nobody counts them. Until the first
//! text of such a topic its symbols cannot be told from those of an untyped number, so they are handed on as such.
//! A page without rows is no error: that is how a filter that matches nothing is answered. The caller decides.

mod row_visitor;

use std::collections::HashMap;
use std::io::BufRead;

use serde::de::{Deserializer, IgnoredAny};

use self::row_visitor::RowVisitor;
use super::feed_reply::{OTHER_SHAPE, Reply, refuse_json};
use super::guard::MAX_TOPICS;
use super::json_rows::{JsonRows, Piece};
use super::portal::{self, Form, POSITION_COLUMN};
use super::row_template::{Changed, RowTemplate, Value};
use super::{Cell, Change, Header, Members, ReadError, Record, Sink, Summary, Symbol, Topic};

/// The most dimensions of a table; StatLine tables have fewer than ten.
const MAX_DIMENSIONS: usize = 32;
/// So many dimensions have the tables that are large.
const FEW_DIMENSIONS: usize = 4;
/// The most fields of a row.
const MAX_FIELDS: usize = MAX_TOPICS + MAX_DIMENSIONS + 1;

const MIXED: &str =
    "typed and untyped cells do not go together: fetch the page again, with $select for the topics you need";
const UNKNOWN_CELL: &str = "nothing is guessed: look up what this cell means for the table";

pub(super) fn read(
    form: Form,
    input: impl BufRead,
    file: &str,
    sink: &mut impl Sink,
) -> Result<Summary, ReadError> {
    let mut rows = JsonRows::open(input, file)?;
    let mut envelope = rows.head()?.bytes.to_vec();
    if envelope.ends_with(b"[") {
        envelope.extend_from_slice(b"]}");
    }
    let head = Reply::<IgnoredAny>::parse(&envelope, 1, file)?;
    if let Some(other) = head.resource.as_deref().filter(|name| *name != resource(form)) {
        return Err(ReadError::new(file, 1, resource(form), other, OTHER_SHAPE));
    }

    let mut page = Page::new(form, file, sink);
    let mut changed = Changed::default();
    while let Some(row) = rows.next_row()? {
        page.read_row(row)?;
        let Some(mut template) = page.template(row.bytes) else {
            continue;
        };
        while let Some(ahead) = rows.ahead().strip_prefix(b",") {
            let Some(length) = template.find(ahead, &mut changed) else {
                break;
            };
            let row = ahead.get(..length).unwrap_or_default();
            page.read_alike(rows.line(), row, &mut template, &changed)?;
            rows.pass(1 + length, template.line_breaks());
        }
    }

    let tail = rows.tail()?;
    envelope.clear();
    envelope.extend_from_slice(b"{\"value\":[");
    envelope.extend_from_slice(tail.bytes);
    let tail_line = tail.line;
    let tail = Reply::<IgnoredAny>::parse(&envelope, tail_line, file)?;
    if let (Some(_), Some(second)) = (&head.next_link, &tail.next_link) {
        let expected = "one odata.nextLink";
        return Err(ReadError::new(file, tail_line, expected, second, OTHER_SHAPE));
    }
    page.expect_figures()?;
    page.summary.next_link = tail.next_link.or(head.next_link);
    page.summary.lines = rows.line();
    Ok(page.summary)
}

/// How the service names the data of a form.
pub(super) fn resource(form: Form) -> &'static str {
    match form {
        Form::Typed => "TypedDataSet",
        Form::Untyped => "UntypedDataSet",
    }
}

/// All that is known while a page is read.
struct Page<'a, S> {
    form: Form,
    file: &'a str,
    sink: &'a mut S,
    summary: Summary,
    refused: Option<ReadError>,
    fields: Vec<Field>,
    position_of_field: HashMap<String, usize>,
    dimensions: Vec<String>,
    topics: Vec<TopicState>,
    /// Topics that have given a cell, by their number for the sink, and how many of them the sink knows.
    numbered: Vec<usize>,
    announced: usize,
    /// Line of the present row.
    line: u64,
    /// How many fields of the present row were seen.
    seen: usize,
    /// Parallel to the dimensions.
    members: Vec<String>,
    cells: Vec<(usize, Cell)>,
}

/// A field of each row.
struct Field {
    name: String,
    role: Role,
    /// Number of the last row that had the field, from 1.
    last_row: u64,
}

#[derive(Clone, Copy)]
enum Role {
    Position,
    /// Place among the dimensions.
    Dimension(usize),
    /// Place among the topics.
    Topic(usize),
}

struct TopicState {
    name: String,
    holds: Holds,
    /// Number for the sink, from its first cell on.
    number: Option<usize>,
}

/// What a topic has given so far, which it must go on giving.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Nothing, or in untyped data symbols alone: whether they stand for numbers or texts is not known yet.
    Symbols,
    Numbers,
    Texts,
}

impl<'a, S: Sink> Page<'a, S> {
    fn new(form: Form, file: &'a str, sink: &'a mut S) -> Self {
        Self {
            form,
            file,
            sink,
            summary: Summary::default(),
            refused: None,
            fields: Vec::new(),
            position_of_field: HashMap::new(),
            dimensions: Vec::new(),
            topics: Vec::new(),
            numbered: Vec::new(),
            announced: 0,
            line: 1,
            seen: 0,
            members: Vec::new(),
            cells: Vec::new(),
        }
    }

    fn refuse(&self, expected: impl Into<String>, found: &str, hint: &'static str) -> ReadError {
        ReadError::new(self.file, self.line, expected, found, hint)
    }

    fn read_row(&mut self, row: Piece<'_>) -> Result<(), ReadError> {
        self.line = row.line;
        self.seen = 0;
        self.cells.clear();
        let mut deserializer = serde_json::Deserializer::from_slice(row.bytes);
        let parsed = deserializer
            .deserialize_map(RowVisitor(self))
            .and_then(|()| deserializer.end());
        if let Some(refused) = self.refused.take() {
            return Err(refused);
        }
        parsed.map_err(|error| refuse_json(self.file, row.line, &error))?;
        self.finish_row()
    }

    /// How the row that was just read is written.
    fn template(&self, row: &[u8]) -> Option<RowTemplate<Role>> {
        RowTemplate::of(row, |name| {
            let place = self.position_of_field.get(name)?;
            self.fields.get(*place).map(|field| field.role)
        })
    }

    /// Takes a row that is written as the one before: it has each of the fields once.
    fn read_alike(
        &mut self,
        line: u64,
        row: &[u8],
        template: &mut RowTemplate<Role>,
        changed: &Changed,
    ) -> Result<(), ReadError> {
        self.line = line;
        let is_taken = self.take_changes(row, template, changed)?;
        template.follow(row, changed);
        if is_taken {
            self.summary.records += 1;
            self.summary.cells += self.numbered.len() as u64;
            return Ok(());
        }
        self.seen = self.fields.len();
        self.cells.clear();
        template.values().try_for_each(|(role, value)| match value {
            Value::Text(text) => self.take_text(role, text),
            Value::Number(number) => self.take_number(role, number),
            Value::Null => self.take_null(role),
        })?;
        self.finish_row()
    }

    /// Tells the sink only what changed. `false` when it wants whole records, or when a value is no cell like those that
    /// its topic has had: then the row is judged as any other.
    fn take_changes(
        &mut self,
        row: &[u8],
        template: &RowTemplate<Role>,
        changed: &Changed,
    ) -> Result<bool, ReadError> {
        if self.announced < self.topics.len() {
            return Ok(false);
        }
        for (role, value) in template.changed(row, changed) {
            let change = match (role, value) {
                (Role::Position, _) => continue,
                (Role::Dimension(dimension), Value::Text(text)) if !text.trim_end().is_empty() => {
                    Change::Member(dimension, text.trim_end())
                }
                (Role::Topic(topic), value) => {
                    let number = self
                        .topics
                        .get(topic)
                        .filter(|topic| topic.holds == Holds::Numbers);
                    let cell = match (self.form, value) {
                        (Form::Typed, Value::Number(number)) => Some(Cell::Number(number)),
                        (Form::Typed, Value::Null) => Some(Cell::Empty(Symbol::Blank)),
                        (Form::Untyped, Value::Text(text)) => portal::untyped_cell(text).ok(),
                        _ => None,
                    };
                    let (Some(number), Some(cell)) = (number.and_then(|topic| topic.number), cell) else {
                        return Ok(false);
                    };
                    Change::Cell(number, cell)
                }
                _ => return Ok(false),
            };
            if !self.sink.change(self.line, change)? {
                return Ok(false);
            }
        }
        self.sink.change(self.line, Change::Row)
    }

    /// Place of the field with this name, which the row must not have given before.
    fn field(&mut self, name: &str) -> Result<usize, ReadError> {
        // Rows have their fields in one order, so the next one needs no look-up.
        let is_next = self.fields.get(self.seen).is_some_and(|field| field.name == name);
        let place = if is_next {
            self.seen
        } else {
            match self.position_of_field.get(name) {
                Some(place) => *place,
                None => self.add_field(name)?,
            }
        };
        let row = self.summary.records + 1;
        match self.fields.get_mut(place) {
            Some(field) if field.last_row < row => {
                field.last_row = row;
                self.seen += 1;
                Ok(place)
            }
            _ => Err(self.refuse("each field once in a row", name, OTHER_SHAPE)),
        }
    }

    fn add_field(&mut self, name: &str) -> Result<usize, ReadError> {
        if self.summary.records > 0 {
            return Err(self.refuse("the fields of the first row", name, OTHER_SHAPE));
        }
        if name.trim().is_empty() || name.starts_with("odata.") {
            return Err(self.refuse("the name of a dimension or a topic", name, OTHER_SHAPE));
        }
        let role = if name == POSITION_COLUMN {
            Role::Position
        } else if portal::is_topic(name) {
            self.topics.push(TopicState {
                name: name.to_owned(),
                holds: Holds::Symbols,
                number: None,
            });
            Role::Topic(self.topics.len() - 1)
        } else {
            self.dimensions.push(name.to_owned());
            self.members.push(String::new());
            Role::Dimension(self.dimensions.len() - 1)
        };
        if self.dimensions.len() > MAX_DIMENSIONS || self.fields.len() == MAX_FIELDS {
            return Err(self.refuse("at most 32 dimensions and 10000 topics", name, OTHER_SHAPE));
        }
        let place = self.fields.len();
        self.position_of_field.insert(name.to_owned(), place);
        self.fields.push(Field {
            name: name.to_owned(),
            role,
            last_row: 0,
        });
        Ok(place)
    }

    fn take_text(&mut self, role: Role, text: &str) -> Result<(), ReadError> {
        match role {
            Role::Position => Err(self.refuse("a number in ID", text, OTHER_SHAPE)),
            Role::Topic(topic) => self.take_text_of_topic(topic, text),
            Role::Dimension(dimension) => {
                let member = text.trim_end();
                if member.is_empty() {
                    return Err(self.refuse_member(dimension, text));
                }
                if let Some(place) = self.members.get_mut(dimension) {
                    place.clear();
                    place.push_str(member);
                }
                Ok(())
            }
        }
    }

    fn take_number(&mut self, role: Role, number: f64) -> Result<(), ReadError> {
        match role {
            Role::Position => Ok(()),
            Role::Dimension(dimension) => Err(self.refuse_member(dimension, &number.to_string())),
            Role::Topic(topic) => self.take_typed(topic, Cell::Number(number)),
        }
    }

    fn take_null(&mut self, role: Role) -> Result<(), ReadError> {
        match role {
            Role::Position => Err(self.refuse("a number in ID", "null", OTHER_SHAPE)),
            Role::Dimension(dimension) => Err(self.refuse_member(dimension, "null")),
            Role::Topic(topic) => self.take_typed(topic, Cell::Empty(Symbol::Blank)),
        }
    }

    fn refuse_member(&self, dimension: usize, found: &str) -> ReadError {
        let name = self
            .dimensions
            .get(dimension)
            .map_or("a dimension", String::as_str);
        self.refuse(format!("a member of {name}"), found, OTHER_SHAPE)
    }

    fn refuse_cell(&self, expected: &str, topic: usize, found: &str, hint: &'static str) -> ReadError {
        let name = self
            .topics
            .get(topic)
            .map_or("a topic", |topic| topic.name.as_str());
        self.refuse(format!("{expected} in {name}"), found, hint)
    }

    fn holds(&self, topic: usize) -> Holds {
        self.topics.get(topic).map_or(Holds::Symbols, |topic| topic.holds)
    }

    fn set_holds(&mut self, topic: usize, holds: Holds) {
        if let Some(topic) = self.topics.get_mut(topic) {
            topic.holds = holds;
        }
    }

    /// Takes a bare number or a null.
    fn take_typed(&mut self, topic: usize, cell: Cell) -> Result<(), ReadError> {
        let expected = match (self.form, self.holds(topic)) {
            (Form::Untyped, _) => "a number or a symbol as text (untyped data)",
            (Form::Typed, Holds::Texts) => "a text, as in the rows before,",
            (Form::Typed, _) => {
                self.set_holds(topic, Holds::Numbers);
                self.push(topic, cell);
                return Ok(());
            }
        };
        let found = match cell {
            Cell::Number(number) => number.to_string(),
            Cell::Empty(_) => "null".to_owned(),
        };
        Err(self.refuse_cell(expected, topic, &found, MIXED))
    }

    fn take_text_of_topic(&mut self, topic: usize, text: &str) -> Result<(), ReadError> {
        let cell = portal::untyped_cell(text);
        match (self.form, cell, self.holds(topic)) {
            // In typed data what is no number is the text of a topic with texts, but a number among it is suspect.
            (Form::Typed, Ok(Cell::Number(_)), _) | (Form::Typed, _, Holds::Numbers) => {
                Err(self.refuse_cell("a bare number or null (typed data)", topic, text, MIXED))
            }
            (Form::Untyped, Ok(Cell::Number(_)), Holds::Texts) => {
                Err(self.refuse_cell("a text, as in the rows before,", topic, text, UNKNOWN_CELL))
            }
            (Form::Untyped, Err(expected), Holds::Numbers) => {
                Err(self.refuse_cell(expected, topic, text, UNKNOWN_CELL))
            }
            (Form::Untyped, Ok(cell), Holds::Symbols | Holds::Numbers) => {
                if let Cell::Number(_) = cell {
                    self.set_holds(topic, Holds::Numbers);
                }
                self.push(topic, cell);
                Ok(())
            }
            (_, Err(_), _) | (Form::Typed, Ok(Cell::Empty(_)), _) => {
                self.set_holds(topic, Holds::Texts);
                Ok(())
            }
            (Form::Untyped, Ok(Cell::Empty(_)), Holds::Texts) => Ok(()),
        }
    }

    fn push(&mut self, topic: usize, cell: Cell) {
        let Some(state) = self.topics.get_mut(topic) else {
            return;
        };
        let number = *state.number.get_or_insert_with(|| {
            self.numbered.push(topic);
            self.numbered.len() - 1
        });
        self.cells.push((number, cell));
    }

    fn finish_row(&mut self) -> Result<(), ReadError> {
        if self.seen < self.fields.len() {
            let row = self.summary.records + 1;
            let missing = self.fields.iter().find(|field| field.last_row < row);
            let name = missing.map_or("a field", |field| field.name.as_str());
            let expected = format!("a field {name} as in the first row");
            return Err(self.refuse(expected, "none", OTHER_SHAPE));
        }
        if self.summary.records == 0 {
            self.start_table()?;
        }
        while let Some(topic) = self.numbered.get(self.announced) {
            let name = self
                .topics
                .get(*topic)
                .map_or_else(String::new, |topic| topic.name.clone());
            self.sink.topic(self.announced, &Topic { name, unit: None })?;
            self.announced += 1;
        }
        if self.members.len() <= FEW_DIMENSIONS {
            self.hand_over::<FEW_DIMENSIONS>()?;
        } else {
            self.hand_over::<MAX_DIMENSIONS>()?;
        }
        self.summary.records += 1;
        self.summary.cells += self.cells.len() as u64;
        Ok(())
    }

    /// Hands the row to the sink, of which the members fit in `N`.
    fn hand_over<const N: usize>(&mut self) -> Result<(), ReadError> {
        let mut members = [""; N];
        for (place, member) in members.iter_mut().zip(&self.members) {
            *place = member;
        }
        self.sink.record(&Record {
            line: self.line,
            members: members.get(..self.members.len()).unwrap_or_default(),
            cells: &self.cells,
        })
    }

    fn start_table(&mut self) -> Result<(), ReadError> {
        if self.dimensions.is_empty() || self.topics.is_empty() {
            let found = format!(
                "{} dimensions and {} topics",
                self.dimensions.len(),
                self.topics.len()
            );
            return Err(self.refuse("fields for dimensions and for topics", &found, OTHER_SHAPE));
        }
        self.sink.header(&Header {
            title: None,
            members: Members::Codes,
            dimensions: self.dimensions.clone(),
        })
    }

    /// Refuses rows of which no topic ever gave a cell: numbers written as something that was taken for a text.
    fn expect_figures(&self) -> Result<(), ReadError> {
        if self.summary.records > 0 && self.numbered.is_empty() {
            return Err(self.refuse("a topic with figures", "texts alone", MIXED));
        }
        Ok(())
    }

    /// Keeps the refusal aside and gives the parser an error of its own kind to stop on.
    fn stop<E: serde::de::Error>(&mut self, refused: ReadError) -> E {
        self.refused = Some(refused);
        E::custom("stopped")
    }
}

#[cfg(test)]
mod tests;
