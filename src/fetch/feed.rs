//! A table of OData v3 (`ODataFeed`): TableInfos, DataProperties, a list for each dimension, and the rows.
//!
//! The untyped rows are fetched: only they keep the sign that stands where there is no number. A slice is one period,
//! which is at most a few pages. Every list gives its keys padded, and a filter must send them so.

use super::State;
use super::address::{Filter, Question};
use super::census::Expected;
use super::error::FetchError;
use super::pages::{Pages, Slice};
use crate::normalise::readers::{self, DimensionList, Flavour, Member, Property, ReadError};
use crate::pipeline::Source;

/// The answer that tells what the service holds.
pub const STATE: &str = "TableInfos";
const ROWS: &str = "UntypedDataSet";
const TIME: &str = "TimeDimension";

/// How a resource of the table is asked.
pub(super) fn resource(source: &Source, name: &str) -> Question {
    Question::json(format!("{}/{name}", source.table_url()))
}

/// What the service says of the table now.
///
/// # Errors
/// [`ReadError`] for anything else than one row of TableInfos.
pub(super) fn read_state(source: &Source, bytes: &[u8], file: &str) -> Result<State, ReadError> {
    let info = readers::read_feed_table_infos(bytes, file)?;
    let field = |name: &str| {
        let field = info.fields.iter().find(|(key, _)| key == name);
        field.map(|(_, text)| text.clone()).unwrap_or_default()
    };
    // A police title ends in the year of the municipal division.
    let year = info.title.trim_end().rsplit(' ').next().filter(|year| {
        source.kind.is_police() && year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit())
    });
    Ok(State {
        marks: vec![
            info.modified.clone(),
            field("MetaDataModified"),
            field("OutputStatus"),
            info.title.clone(),
        ],
        division: year.map(str::to_owned),
        table: info.identifier,
        modified: info.modified,
    })
}

/// Fetches lists and rows; gives the number of rows.
///
/// # Errors
/// [`FetchError`].
pub(super) fn fetch(pages: &Pages<'_, '_, '_>) -> Result<u64, FetchError> {
    let source = pages.source;
    let name = "DataProperties";
    let properties = pages.list(name, &resource(source, name), |input, file| {
        Ok((readers::read_feed_properties(input, file)?, None))
    })?;
    let dimensions: Vec<&Property> = properties
        .iter()
        .filter(|property| property.is_dimension())
        .collect();
    let mut lists = Vec::new();
    for dimension in &dimensions {
        let key = dimension.key.as_str();
        let members = pages.list(key, &resource(source, key), |input, file| {
            let (list, next) = readers::read_feed_list(key, input, file)?;
            Ok((list.members, next))
        })?;
        lists.push(DimensionList {
            key: key.to_owned(),
            members,
        });
    }
    let slices = slices(pages, &dimensions, &lists)?;
    pages.rows(ROWS, Flavour::FeedUntyped, &slices)
}

/// One slice a period, each with the members that it must hold.
fn slices(
    pages: &Pages<'_, '_, '_>,
    dimensions: &[&Property],
    lists: &[DimensionList],
) -> Result<Vec<Slice>, FetchError> {
    let source = pages.source;
    let time = dimensions.iter().find(|dimension| dimension.kind == TIME);
    let time = time.ok_or_else(|| pages.not_in_table("dimension of periods".to_owned()))?;
    let mut fixed = Vec::new();
    let mut filters = Vec::new();
    for list in lists.iter().filter(|list| list.key != time.key) {
        let Some(wanted) = source.slice.get(&list.key) else {
            fixed.push(expected(&list.key, &list.members));
            continue;
        };
        let member = list.members.iter().find(|member| member.key == *wanted);
        let member = member
            .ok_or_else(|| pages.not_in_table(format!("member `{wanted}` of the dimension {}", list.key)))?;
        filters.push(Filter::member(&list.key, &member.padded_key));
        fixed.push(expected(&list.key, std::slice::from_ref(member)));
    }
    let periods = lists.iter().filter(|list| list.key == time.key);
    let periods = periods
        .flat_map(|list| &list.members)
        .filter(|member| source.periods.takes(&member.key));
    let slices: Vec<Slice> = periods
        .map(|period| {
            let of_period = Filter::member(&time.key, &period.padded_key);
            let filter = Filter::all(filters.iter().cloned().chain([of_period]));
            let mut expected_members = fixed.clone();
            expected_members.push(expected(&time.key, std::slice::from_ref(period)));
            Slice {
                name: period.key.clone(),
                question: resource(source, ROWS).filtered(filter.as_ref()),
                expected: expected_members,
                counted: None,
            }
        })
        .collect();
    if slices.is_empty() {
        return Err(pages.not_in_table("period that is asked for".to_owned()));
    }
    Ok(slices)
}

fn expected(dimension: &str, members: &[Member]) -> Expected {
    Expected {
        dimension: dimension.to_owned(),
        members: members.iter().map(|member| member.key.clone()).collect(),
    }
}
