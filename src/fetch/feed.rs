//! A table of OData v3 (`ODataFeed`): TableInfos, DataProperties, a list for each dimension, and the rows.
//!
//! The untyped rows are fetched: only they keep the sign that stands where there is no number. A slice is one period,
//! which is at most a few pages; of wijken and buurten, of which there are 18,500, it is one period and kind of the own
//! municipality. Every list gives its keys padded, and a filter must send them so.

use super::State;
use super::address::{Filter, Question};
use super::census::Expected;
use super::error::FetchError;
use super::pages::{Pages, Slice};
use crate::normalise::readers::{self, DimensionList, Flavour, Member, Property, ReadError};
use crate::pipeline::{Source, SourceKind};

/// The answer that tells what the service holds.
pub const STATE: &str = "TableInfos";
const ROWS: &str = "UntypedDataSet";
const TIME: &str = "TimeDimension";
/// Name of the only slice of a table.
const ALL: &str = "all";
/// Where the digits of the municipality begin in the code of a wijk or buurt: `WK016400`.
const DIGITS_FROM: usize = 2;

/// How a resource of the table is asked.
pub(super) fn resource(source: &Source, name: &str) -> Question {
    Question::json(format!("{}/{name}", source.table_url()))
}

/// What the service says of the table now.
///
/// # Errors
/// [`ReadError`] for anything else than one row of TableInfos.
pub(super) fn read_state(source: &Source, bytes: &[u8], file: &str) -> Result<Option<State>, ReadError> {
    let Some(info) = readers::read_feed_table_infos(bytes, file)? else {
        return Ok(None);
    };
    let field = |name: &str| {
        let field = info.fields.iter().find(|(key, _)| key == name);
        field.map(|(_, text)| text.clone()).unwrap_or_default()
    };
    // A police title ends in the year of the municipal division.
    let year = info.title.trim_end().rsplit(' ').next().filter(|year| {
        source.kind.is_police() && year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit())
    });
    Ok(Some(State {
        marks: vec![
            info.modified.clone(),
            field("MetaDataModified"),
            field("OutputStatus"),
            info.title.clone(),
        ],
        division: year.map(str::to_owned),
        table: info.identifier,
        modified: info.modified,
    }))
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

/// One slice a period, and of the large tables of districts one a period and kind, each with the members that it must
/// hold. A table without periods is one slice.
fn slices(
    pages: &Pages<'_, '_, '_>,
    dimensions: &[&Property],
    lists: &[DimensionList],
) -> Result<Vec<Slice>, FetchError> {
    let source = pages.source;
    let is_of_time = |list: &DimensionList| {
        dimensions
            .iter()
            .any(|dimension| dimension.kind == TIME && dimension.key == list.key)
    };
    let mut common = Part::default();
    let mut parts = vec![Part::default()];
    for list in lists {
        if is_of_time(list) {
            let members = list.members.iter();
            let asked: Vec<&Member> = members
                .filter(|member| source.periods.takes(&member.key))
                .collect();
            parts = for_each(&parts, list, &asked);
        } else if let Some(wanted) = source.slice.get(&list.key) {
            let member = list.members.iter().find(|member| member.key == *wanted);
            let member = member.ok_or_else(|| {
                pages.not_in_table(format!("member `{wanted}` of the dimension {}", list.key))
            })?;
            common.filters.push(Filter::member(&list.key, &member.padded_key));
            common.expected.push(expected(&list.key, [member]));
        } else if !source.kind.is_of_districts() {
            common.expected.push(expected(&list.key, &list.members));
        } else if list.key == source.kind.region_dimension() {
            let (filter, own) = own_districts(pages, list)?;
            common.filters.push(filter);
            common.expected.push(own);
        } else {
            let all: Vec<&Member> = list.members.iter().collect();
            parts = for_each(&parts, list, &all);
        }
    }
    if !source.kind.is_of_districts() && !lists.iter().any(is_of_time) {
        return Err(pages.not_in_table("dimension of periods".to_owned()));
    }
    if parts.is_empty() {
        return Err(pages.not_in_table("period that is asked for".to_owned()));
    }
    let slices = parts.into_iter().map(|part| {
        let filter = Filter::all(common.filters.iter().cloned().chain(part.filters));
        let names = if part.names.is_empty() {
            ALL.to_owned()
        } else {
            part.names.join("-")
        };
        Slice {
            name: names,
            question: rows_of(source, lists).filtered(filter.as_ref()),
            expected: common.expected.iter().cloned().chain(part.expected).collect(),
            counted: None,
        }
    });
    Ok(slices.collect())
}

/// What a slice is asked with, and what it must hold.
#[derive(Clone, Default)]
struct Part {
    names: Vec<String>,
    filters: Vec<Filter>,
    expected: Vec<Expected>,
}

/// Each part once for each of these members.
fn for_each(parts: &[Part], list: &DimensionList, members: &[&Member]) -> Vec<Part> {
    let of_member = |member: &&Member| {
        let with_member = |part: &Part| {
            let mut part = part.clone();
            part.names.push(member.key.clone());
            part.filters.push(Filter::member(&list.key, &member.padded_key));
            part.expected.push(expected(&list.key, [*member]));
            part
        };
        parts.iter().map(with_member).collect::<Vec<Part>>()
    };
    members.iter().flat_map(of_member).collect()
}

/// The own municipality with its wijken and buurten: as the service filters them by the digits in their codes, and as the
/// list assigns them. A slice is only whole when the two agree.
fn own_districts(pages: &Pages<'_, '_, '_>, list: &DimensionList) -> Result<(Filter, Expected), FetchError> {
    let own = |member: &&Member| member.municipality.as_deref() == Some(pages.municipality);
    let members: Vec<&Member> = list.members.iter().filter(own).collect();
    let digits = pages.municipality.trim_start_matches("GM");
    if members.is_empty() {
        return Err(pages.not_in_table(format!("district of the municipality {}", pages.municipality)));
    }
    let filter = Filter::part_of_member(&list.key, DIGITS_FROM, digits);
    Ok((filter, expected(&list.key, members)))
}

/// How the rows of a table are asked. A table of districts has more than a hundred topics beside the inhabitants.
fn rows_of(source: &Source, lists: &[DimensionList]) -> Question {
    let question = resource(source, ROWS);
    if source.kind != SourceKind::DistrictPopulation {
        return question;
    }
    let dimensions = lists.iter().map(|list| list.key.as_str());
    let measures = source.measures.values().map(String::as_str);
    question.selecting(&dimensions.chain(measures).collect::<Vec<_>>())
}

fn expected<'a>(dimension: &str, members: impl IntoIterator<Item = &'a Member>) -> Expected {
    let keys = members.into_iter().map(|member| member.key.clone());
    Expected {
        dimension: dimension.to_owned(),
        members: keys.collect(),
    }
}
