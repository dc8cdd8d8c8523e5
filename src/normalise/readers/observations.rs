//! B: a page of observations of CBS OData v4, as it streams in.
//!
//! `{"@odata.context":..., "value":[{"Id":55,"Measure":"M000352","ValueAttribute":"None","Value":17282163,...}]}`:
//! every field that is not one of the five fixed ones is a dimension; the first observation settles which, and their
//! order in later observations is free. One observation is held at a time. `Id` is a position and is not read.

use std::cell::Cell as Shared;
use std::collections::HashMap;
use std::fmt;
use std::io::BufRead;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::guard::{Guarded, JsonInspector, MAX_TOPICS};
use super::odata_lists::refuse_json;
use super::{Cell, Header, Members, ReadError, Record, Sink, Summary, Symbol, Topic};

/// The most dimensions of a table; StatLine tables have fewer than ten.
const MAX_DIMENSIONS: usize = 64;

const TWICE: &str = "a field that stands twice";
const OTHER_SHAPE: &str =
    "the reply differs from what the service is known to give: fetch it again, or report it";
const UNKNOWN_SYMBOL: &str = "nothing is guessed: look up what this ValueAttribute means for the table";

pub(super) fn read(input: impl BufRead, file: &str, sink: &mut impl Sink) -> Result<Summary, ReadError> {
    let line = Shared::new(1);
    let guarded = Guarded::new(input, JsonInspector::new(&line));
    let mut deserializer = serde_json::Deserializer::from_reader(guarded);
    let mut page = Page::new(file, &line, sink);
    let read = deserializer
        .deserialize_map(PageVisitor(&mut page))
        .and_then(|()| deserializer.end());
    if let Some(refused) = page.refused {
        return Err(refused);
    }
    read.map_err(|error| refuse_json(file, line.get(), error))?;
    if !page.has_value {
        return Err(ReadError::new(
            file,
            1,
            "a field value with observations",
            "none",
            OTHER_SHAPE,
        ));
    }
    if page.summary.records == 0 {
        return Err(ReadError::new(
            file,
            1,
            "at least one observation",
            "an empty page",
            OTHER_SHAPE,
        ));
    }
    page.summary.lines = line.get();
    Ok(page.summary)
}

/// All that is known while a page is read; the texts are reused from one observation to the next.
struct Page<'a, S> {
    file: &'a str,
    line: &'a Shared<u64>,
    sink: &'a mut S,
    summary: Summary,
    refused: Option<ReadError>,
    has_value: bool,
    dimensions: Vec<String>,
    topics: HashMap<String, usize>,
    key: String,
    observation: Observation,
}

#[derive(Default)]
struct Observation {
    line: u64,
    /// Empty when not seen, as are the attribute and the members.
    measure: String,
    attribute: String,
    value: Field<f64>,
    string_value: Field<String>,
    /// Parallel to the dimensions.
    members: Vec<String>,
}

/// A field that may be null or not be there.
#[derive(Default, PartialEq)]
enum Field<T> {
    #[default]
    Absent,
    Null,
    Holds(T),
}

impl<T> From<Option<T>> for Field<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Holds)
    }
}

impl Observation {
    fn start(&mut self, line: u64) {
        self.line = line;
        self.measure.clear();
        self.attribute.clear();
        self.value = Field::Absent;
        self.string_value = Field::Absent;
        self.members.iter_mut().for_each(String::clear);
    }
}

impl<'a, S: Sink> Page<'a, S> {
    fn new(file: &'a str, line: &'a Shared<u64>, sink: &'a mut S) -> Self {
        Self {
            file,
            line,
            sink,
            summary: Summary::default(),
            refused: None,
            has_value: false,
            dimensions: Vec::new(),
            topics: HashMap::new(),
            key: String::new(),
            observation: Observation::default(),
        }
    }

    fn refuse(&self, expected: impl Into<String>, found: &str, hint: &'static str) -> ReadError {
        ReadError::new(self.file, self.observation.line, expected, found, hint)
    }

    /// Where a member goes: the dimension that the key names.
    fn dimension(&mut self) -> Result<usize, ReadError> {
        if let Some(known) = self.dimensions.iter().position(|name| *name == self.key) {
            return Ok(known);
        }
        if self.summary.records > 0 || self.dimensions.len() == MAX_DIMENSIONS {
            return Err(self.refuse("the dimensions of the first observation", &self.key, OTHER_SHAPE));
        }
        self.dimensions.push(self.key.clone());
        self.observation.members.push(String::new());
        Ok(self.dimensions.len() - 1)
    }

    fn finish(&mut self) -> Result<(), ReadError> {
        let cell = self.cell()?;
        if let Some(missing) = self
            .observation
            .members
            .iter()
            .position(|member| member.trim_end().is_empty())
        {
            let name = self.dimensions.get(missing).map_or("a dimension", String::as_str);
            return Err(self.refuse(format!("a member of {name}"), "", OTHER_SHAPE));
        }
        if self.summary.records == 0 {
            if self.dimensions.is_empty() {
                return Err(self.refuse("at least one dimension", "", OTHER_SHAPE));
            }
            let dimensions = self.dimensions.clone();
            self.sink.header(&Header {
                title: None,
                members: Members::Codes,
                dimensions,
            })?;
        }
        let topic = self.topic()?;
        let members: Vec<&str> = self
            .observation
            .members
            .iter()
            .map(|member| member.trim_end())
            .collect();
        let cells = [(topic, cell)];
        self.sink.record(&Record {
            line: self.observation.line,
            members: &members,
            cells: &cells,
        })?;
        self.summary.records += 1;
        self.summary.cells += 1;
        Ok(())
    }

    fn cell(&self) -> Result<Cell, ReadError> {
        let observation = &self.observation;
        if let Field::Holds(text) = &observation.string_value {
            return Err(self.refuse("no StringValue: a table of numbers", text, OTHER_SHAPE));
        }
        match (observation.attribute.as_str(), &observation.value) {
            ("None", Field::Holds(number)) if number.is_finite() => Ok(Cell::Number(*number)),
            ("None", _) => Err(self.refuse("a number beside ValueAttribute None", "none", OTHER_SHAPE)),
            (attribute, Field::Null) => Symbol::from_attribute(attribute)
                .map(Cell::Empty)
                .ok_or_else(|| self.refuse("a known ValueAttribute", attribute, UNKNOWN_SYMBOL)),
            (attribute, _) => Err(self.refuse(
                "ValueAttribute None beside a number, Value null beside others",
                attribute,
                UNKNOWN_SYMBOL,
            )),
        }
    }

    fn topic(&mut self) -> Result<usize, ReadError> {
        let measure = self.observation.measure.trim_end();
        if measure.is_empty() {
            return Err(self.refuse("a Measure", "", OTHER_SHAPE));
        }
        if let Some(number) = self.topics.get(measure) {
            return Ok(*number);
        }
        let number = self.topics.len();
        if number == MAX_TOPICS {
            return Err(self.refuse("at most 10000 measures", measure, OTHER_SHAPE));
        }
        self.sink.topic(
            number,
            &Topic {
                name: measure.to_owned(),
                unit: None,
            },
        )?;
        self.topics.insert(measure.to_owned(), number);
        Ok(number)
    }
}

struct PageVisitor<'p, 'a, S>(&'p mut Page<'a, S>);

impl<'de, S: Sink> Visitor<'de> for PageVisitor<'_, '_, S> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with observations")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let page = self.0;
        while map.next_key_seed(TextInto(&mut page.key))?.is_some() {
            match page.key.as_str() {
                "value" if page.has_value => return Err(A::Error::custom("a second field value")),
                "value" => {
                    page.has_value = true;
                    map.next_value_seed(Observations(page))?;
                }
                "@odata.nextLink" => page.summary.next_link = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct Observations<'p, 'a, S>(&'p mut Page<'a, S>);

impl<'de, S: Sink> DeserializeSeed<'de> for Observations<'_, '_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for Observations<'_, '_, S> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of observations")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(OneObservation(self.0))?.is_some() {}
        Ok(())
    }
}

struct OneObservation<'p, 'a, S>(&'p mut Page<'a, S>);

impl<'de, S: Sink> DeserializeSeed<'de> for OneObservation<'_, '_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for OneObservation<'_, '_, S> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an observation")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let page = self.0;
        page.observation.start(page.line.get());
        while map.next_key_seed(TextInto(&mut page.key))?.is_some() {
            let observation = &mut page.observation;
            match page.key.as_str() {
                "Id" => {
                    map.next_value::<IgnoredAny>()?;
                }
                "Measure" => text_once(&mut map, &mut observation.measure)?,
                "ValueAttribute" => text_once(&mut map, &mut observation.attribute)?,
                "Value" if observation.value == Field::Absent => {
                    observation.value = map.next_value::<Option<f64>>()?.into();
                }
                "StringValue" if observation.string_value == Field::Absent => {
                    observation.string_value = map.next_value::<Option<String>>()?.into();
                }
                "Value" | "StringValue" => return Err(A::Error::custom(TWICE)),
                _ => {
                    let number = match page.dimension() {
                        Ok(number) => number,
                        Err(refused) => return Err(stop(page, refused)),
                    };
                    if let Some(member) = page.observation.members.get_mut(number) {
                        text_once(&mut map, member)?;
                    }
                }
            }
        }
        page.finish().map_err(|refused| stop(page, refused))
    }
}

/// Reads a text into a place that must still be empty.
fn text_once<'de, A: MapAccess<'de>>(map: &mut A, place: &mut String) -> Result<(), A::Error> {
    if !place.is_empty() {
        return Err(A::Error::custom(TWICE));
    }
    map.next_value_seed(TextInto(place))
}

/// Keeps the refusal aside and gives the parser an error of its own kind to stop on.
fn stop<S, E: serde::de::Error>(page: &mut Page<'_, S>, refused: ReadError) -> E {
    page.refused = Some(refused);
    E::custom("stopped")
}

/// Writes a text over another one, so that no text is allocated for each observation.
struct TextInto<'t>(&'t mut String);

impl<'de> DeserializeSeed<'de> for TextInto<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for TextInto<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.0.clear();
        self.0.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Flavour::ODataV4Observations;
    use super::super::test_sink::{read_text, refusal};

    /// Two observations of 03759ned as recorded, the second of a municipality that no longer exists.
    const RECORDED: &str = r#"{
 "@odata.context": "https://datasets.cbs.nl/odata/v1/CBS/03759ned/$metadata#Observations",
 "value": [
  {
   "Id": 60, "Measure": "M000365", "ValueAttribute": "None", "Value": 17533043.5, "StringValue": null,
   "BurgerlijkeStaat": "T001019", "Geslacht": "T001038", "Leeftijd": "10000", "RegioS": "NL01", "Perioden": "2021JJ00"
  },
  {
   "Perioden": "2026JJ00", "RegioS": "GM0997", "Id": 64497, "Measure": "M000352", "ValueAttribute": "Impossible",
   "Value": null, "StringValue": null, "BurgerlijkeStaat": "T001019", "Geslacht": "T001038", "Leeftijd": "10000"
  }
 ]
}
"#;

    #[test]
    fn observations_are_read_in_any_order_of_their_fields() {
        let (summary, notes) = read_text(ODataV4Observations, RECORDED).unwrap();
        assert_eq!(
            notes.dimensions(),
            ["BurgerlijkeStaat", "Geslacht", "Leeftijd", "RegioS", "Perioden"]
        );
        assert_eq!(notes.topic_names(), ["M000365/?", "M000352/?"]);
        assert_eq!(
            notes.records,
            [
                "4: T001019|T001038|10000|NL01|2021JJ00 0=17533043.5",
                "8: T001019|T001038|10000|GM0997|2026JJ00 1=Impossible",
            ]
        );
        assert_eq!((summary.records, summary.next_link), (2, None));
    }

    #[test]
    fn a_next_page_is_reported_wherever_the_link_stands() {
        let link = "\"@odata.nextLink\": \"https://datasets.cbs.nl/x?$skip=100000\",";
        let before = RECORDED.replacen('{', &format!("{{{link}"), 1);
        let after = RECORDED.replace(" ]\n}", &format!(" ],{}\n}}", link.trim_end_matches(',')));
        for text in [before, after] {
            let (summary, _) = read_text(ODataV4Observations, &text).unwrap();
            assert_eq!(
                summary.next_link.as_deref(),
                Some("https://datasets.cbs.nl/x?$skip=100000")
            );
        }
    }

    #[test]
    fn a_page_that_ends_early_is_refused_wherever_it_was_cut() {
        let whole = RECORDED.trim_end();
        for end in 0..whole.len() {
            assert!(
                read_text(ODataV4Observations, &whole[..end]).is_err(),
                "cut at {end}"
            );
        }
        assert!(
            refusal(ODataV4Observations, &whole[..whole.len() - 30])
                .1
                .contains("the end of the file")
        );
        assert!(read_text(ODataV4Observations, &format!("{whole}{{}}")).is_err());
    }

    #[test]
    fn contradictions_and_unknown_attributes_are_refused() {
        for (old, new, line) in [
            ("\"Impossible\"", "\"Geheim\"", 8),
            ("\"Impossible\"", "\"None\"", 8),
            ("17533043.5", "null", 4),
            ("17533043.5", "\"17533043\"", 5),
            ("17533043.5", "1e999", 5),
            (
                "17533043.5, \"StringValue\": null",
                "null, \"StringValue\": \"x\"",
                4,
            ),
            ("\"Value\": null,", "\"Value\": 3,", 8),
            ("\"RegioS\": \"GM0997\"", "\"Regio\": \"GM0997\"", 8),
            ("\"RegioS\": \"GM0997\", ", "", 8),
            (
                "\"RegioS\": \"GM0997\"",
                "\"RegioS\": \"GM0997\", \"RegioS\": \"GM0164\"",
                9,
            ),
            ("\"RegioS\": \"GM0997\"", "\"RegioS\": 997", 9),
            ("\"Measure\": \"M000352\", ", "", 8),
            (
                "\"Id\": 60, \"Measure\"",
                "\"Id\": 60, \"Value\": 1, \"Measure\"",
                5,
            ),
        ] {
            let text = RECORDED.replace(old, new);
            assert_ne!(text, RECORDED, "{old}");
            let (found, message) = refusal(ODataV4Observations, &text);
            assert_eq!(found, line, "{message}");
        }
    }

    #[test]
    fn a_page_without_observations_or_of_another_kind_is_refused() {
        for text in [
            "",
            "{}",
            "[]",
            "{\"value\":[]}",
            "{\"value\":{}}",
            "{\"error\":{\"code\":\"404\"}}",
            "{\"value\":[[]]}",
        ] {
            assert!(read_text(ODataV4Observations, text).is_err(), "{text}");
        }
        let deep = format!("{{\"a\":{}", "[".repeat(100_000));
        assert!(read_text(ODataV4Observations, &deep).is_err());
    }
}
