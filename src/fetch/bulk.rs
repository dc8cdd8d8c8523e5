//! A table of OData v4 as one zip: for whoever needs so much of it that thousands of questions would be less polite.
//!
//! The zip lands as it came. It is proven whole against what the service says of the table, so a zip of another version or
//! of a selection brings nothing. The slice of the source is what is read out of it; what that reads stands once and in
//! the lists of the zip.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{Read, Seek};

use super::address::Question;
use super::error::{FetchError, Incomplete};
use super::pages::{self, Pages};
use crate::normalise::readers::{Bulk, Header, Properties, ReadError, Record, Sink, Topic};

const NOT_NOW: &str = "the zip is made anew some time after the table; fetch it again later";
const FETCH_AGAIN: &str = "the zip contradicts its own lists; fetch it again later, or report it";

/// Fetches the zip, below the root of the zips, of the table that the service says this of; gives the number of rows.
///
/// # Errors
/// [`FetchError`].
pub(super) fn fetch(pages: &Pages<'_, '_, '_>, root: &str, stated: &Properties) -> Result<u64, FetchError> {
    let url = format!("{}/{}", root.trim_end_matches('/'), pages.source.table);
    let name = format!("{}.zip", pages.source.table);
    // Half a zip is asked again; one that says something wrong would say it again.
    pages.one(&name, &Question::zip(url), |path| {
        let mut bulk = Bulk::open(pages::open(path, &name)?, &name)?;
        Ok(prove(pages, &mut bulk, &name, stated))
    })?
}

/// Whether a zip is the whole table in the state that the service tells, with what the source asks of it.
fn prove<R: Read + Seek>(
    pages: &Pages<'_, '_, '_>,
    bulk: &mut Bulk<R>,
    file: &str,
    stated: &Properties,
) -> Result<u64, FetchError> {
    let source = pages.source;
    let incomplete = |error: ReadError| pages.incomplete(file, error.into());
    let state = |properties: &Properties| {
        format!(
            "{} of version {} with {} observations",
            properties.identifier,
            properties.version.as_deref().unwrap_or("(none)"),
            properties.observation_count.unwrap_or_default()
        )
    };
    let (expected, found) = (state(stated), state(bulk.properties()));
    if expected != found {
        return Err(incomplete(ReadError::new(file, 1, expected, &found, NOT_NOW)));
    }
    let measures = bulk.measures().map_err(incomplete)?;
    for measure in source.measures.values() {
        if !measures.iter().any(|known| known.identifier == *measure) {
            return Err(pages.not_in_table(format!("measure `{measure}`")));
        }
    }
    let mut lists = BTreeMap::new();
    for dimension in bulk.dimensions().map_err(incomplete)? {
        let codes = bulk.codes(&dimension.identifier).map_err(incomplete)?;
        let mut codes: HashSet<String> = codes.into_iter().map(|code| code.identifier).collect();
        if let Some(wanted) = source.slice.get(&dimension.identifier) {
            if !codes.contains(wanted) {
                let what = format!("member `{wanted}` of the dimension {}", dimension.identifier);
                return Err(pages.not_in_table(what));
            }
            codes.retain(|code| code == wanted);
        }
        lists.insert(dimension.identifier, codes);
    }
    let mut wanted = Wanted {
        file,
        fixed: &source.slice,
        measures: source.measures.values().map(String::as_str).collect(),
        lists,
        dimensions: Vec::new(),
        topics: HashMap::new(),
        seen: HashSet::new(),
    };
    let summary = bulk.observations(&mut wanted).map_err(incomplete)?;
    if wanted.seen.is_empty() {
        return Err(pages.incomplete(file, Incomplete::Nothing));
    }
    Ok(summary.records)
}

/// Looks at the rows that the source is after.
struct Wanted<'a> {
    file: &'a str,
    fixed: &'a BTreeMap<String, String>,
    measures: HashSet<&'a str>,
    /// The codes of each dimension; of a dimension of the slice only its one.
    lists: BTreeMap<String, HashSet<String>>,
    /// The names of the dimensions, as the rows have them.
    dimensions: Vec<String>,
    /// The wanted measures by their number.
    topics: HashMap<usize, String>,
    seen: HashSet<String>,
}

impl Wanted<'_> {
    fn refuse(&self, line: u64, expected: impl Into<String>, found: &str) -> ReadError {
        let file = format!("{}/Observations.csv", self.file);
        ReadError::new(&file, line, expected, found, FETCH_AGAIN)
    }
}

impl Sink for Wanted<'_> {
    fn header(&mut self, header: &Header) -> Result<(), ReadError> {
        self.dimensions.clone_from(&header.dimensions);
        let mut names = header.dimensions.clone();
        names.sort();
        if names.iter().eq(self.lists.keys()) {
            return Ok(());
        }
        let expected: Vec<&str> = self.lists.keys().map(String::as_str).collect();
        let expected = format!("the dimensions {} and no other", expected.join(", "));
        Err(self.refuse(1, expected, &names.join(", ")))
    }

    fn topic(&mut self, number: usize, topic: &Topic) -> Result<(), ReadError> {
        if self.measures.contains(topic.name.as_str()) {
            self.topics.insert(number, topic.name.clone());
        }
        Ok(())
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), ReadError> {
        let named = || self.dimensions.iter().zip(record.members);
        let is_wanted =
            named().all(|(name, member)| self.fixed.get(name).is_none_or(|fixed| fixed == member));
        let topic = record.cells.first().and_then(|(topic, _)| self.topics.get(topic));
        let (true, Some(topic)) = (is_wanted, topic) else {
            return Ok(());
        };
        for (name, member) in named() {
            if !self.lists.get(name).is_some_and(|codes| codes.contains(*member)) {
                return Err(self.refuse(record.line, format!("a member of the list {name}"), member));
            }
        }
        let key = format!("{topic} {}", record.members.join(" "));
        if self.seen.contains(&key) {
            return Err(self.refuse(record.line, "every combination once", &key));
        }
        self.seen.insert(key);
        Ok(())
    }
}
