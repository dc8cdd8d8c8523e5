//! A table of OData v4: Properties, the lists of dimensions and measures, and the observations that are needed.
//!
//! A slice is one measure in one period, which is below the length of a page. Empty cells may be left out of a v4 table,
//! so a slice is whole when it has as many rows as the service counts, each once.

use super::State;
use super::address::{Filter, Question};
use super::census::Expected;
use super::error::{FetchError, Incomplete};
use super::pages::{Pages, Slice};
use crate::landing::Marks;
use crate::normalise::readers::{self, Code, Flavour, ReadError};
use crate::pipeline::Source;

/// The answer that tells what the service holds.
pub const STATE: &str = "Properties";
const ROWS: &str = "Observations";
const TIME: &str = "TimeDimension";
const MEASURE: &str = "Measure";
const NO_COUNT: &str = "the service did not count; fetch it again later";

/// How a resource of the table is asked.
pub(super) fn resource(source: &Source, name: &str) -> Question {
    Question::plain(format!("{}/{name}", source.table_url()))
}

/// What the service says of the table now.
///
/// # Errors
/// [`ReadError`] for anything else than the properties of a table.
pub(super) fn read_state(bytes: &[u8], file: &str) -> Result<State, ReadError> {
    let properties = readers::read_properties(bytes, file)?;
    Ok(State {
        // The three differ now and then: a table counts as changed when any of them moves.
        marks: vec![
            properties.version.unwrap_or_default(),
            properties.modified.clone(),
            properties.observations_modified.unwrap_or_default(),
            properties.status.unwrap_or_default(),
        ],
        division: None,
        table: properties.identifier,
        modified: properties.modified,
    })
}

/// Fetches lists and observations; gives the number of rows.
///
/// # Errors
/// [`FetchError`].
pub(super) fn fetch(pages: &Pages<'_, '_, '_>) -> Result<u64, FetchError> {
    let source = pages.source;
    let dimensions = pages.list("Dimensions", &resource(source, "Dimensions"), |input, file| {
        let list = readers::read_dimensions(input, file)?;
        Ok((list.entries, list.next_link))
    })?;
    let measures = pages.list(
        "MeasureCodes",
        &resource(source, "MeasureCodes"),
        |input, file| {
            let list = readers::read_measure_codes(input, file)?;
            Ok((list.entries, list.next_link))
        },
    )?;
    for measure in source.measures.values() {
        if !measures.iter().any(|known| known.identifier == *measure) {
            return Err(pages.not_in_table(format!("measure `{measure}`")));
        }
    }
    let mut fixed = Vec::new();
    let mut filters = Vec::new();
    let mut time = None;
    for dimension in &dimensions {
        let name = format!("{}Codes", dimension.identifier);
        let codes = pages.list(&name, &resource(source, &name), |input, file| {
            let list = readers::read_codes(input, file)?;
            Ok((list.entries, list.next_link))
        })?;
        if dimension.kind == TIME {
            time = Some((dimension.identifier.clone(), codes));
            continue;
        }
        let wanted = source.slice.get(&dimension.identifier);
        if let Some(wanted) = wanted {
            if !codes.iter().any(|code| code.identifier == *wanted) {
                let what = format!("member `{wanted}` of the dimension {}", dimension.identifier);
                return Err(pages.not_in_table(what));
            }
            filters.push(Filter::member(&dimension.identifier, wanted));
        }
        let is_wanted = |code: &&Code| wanted.is_none_or(|wanted| code.identifier == *wanted);
        fixed.push(Expected {
            dimension: dimension.identifier.clone(),
            members: codes
                .iter()
                .filter(is_wanted)
                .map(|code| code.identifier.clone())
                .collect(),
        });
    }
    let (time, periods) = time.ok_or_else(|| pages.not_in_table("dimension of periods".to_owned()))?;
    let mut slices = Vec::new();
    for period in periods
        .iter()
        .filter(|code| source.periods.takes(&code.identifier))
    {
        for measure in source.measures.values() {
            let conditions = [
                Filter::member(MEASURE, measure),
                Filter::member(&time, &period.identifier),
            ];
            let filter = Filter::all(conditions.into_iter().chain(filters.iter().cloned()));
            let mut expected = fixed.clone();
            expected.push(Expected {
                dimension: time.clone(),
                members: vec![period.identifier.clone()],
            });
            let name = format!("{measure}-{}", period.identifier);
            let counted = count(pages, &name, filter.as_ref())?;
            slices.push(Slice {
                name,
                question: resource(source, ROWS).filtered(filter.as_ref()),
                expected,
                counted: Some(counted),
            });
        }
    }
    if slices.is_empty() {
        return Err(pages.not_in_table("period that is asked for".to_owned()));
    }
    // A period that has no observations yet is in the list, and a page without rows is none.
    slices.retain(|slice| slice.counted != Some(0));
    if slices.is_empty() {
        return Err(pages.incomplete(ROWS, Incomplete::Nothing));
    }
    pages.rows(ROWS, Flavour::ODataV4Observations, &slices)
}

/// How many observations the service counts.
fn count(pages: &Pages<'_, '_, '_>, slice: &str, filter: Option<&Filter>) -> Result<u64, FetchError> {
    let source = pages.source;
    let question = resource(source, &format!("{ROWS}/$count")).filtered(filter);
    let file = format!("{}/{ROWS}/$count of {slice}", source.table);
    let answer = pages
        .desk
        .ask(&source.id, &question, &Marks::default(), |bytes| {
            let text = String::from_utf8_lossy(bytes);
            let digits = text.trim().trim_start_matches('\u{feff}');
            digits
                .parse()
                .map_err(|_| ReadError::new(&file, 1, "a number of rows", &text, NO_COUNT))
        })
        .map_err(|error| error.of_part(slice))?;
    // Without a mark no service says that nothing changed.
    Ok(answer.map_or(0, |(count, _)| count))
}
