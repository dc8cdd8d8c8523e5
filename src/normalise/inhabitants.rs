//! The raw table of inhabitants: one row a municipality of the police list and year, and one for the country.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{ArrayRef, Date32Array, Int32Array, Int64Array, StringArray};

use super::crime::days;
use super::division::{Change, Changes, Day, Inhabitants, on_division, parse_changes};
use super::error::NormaliseError;
use super::population::Gathered;
use super::provisional::published_word;
use super::register_tables::MemoryTable;

/// One of the two sources of inhabitants.
pub struct Publication {
    /// The table: `03759ned`.
    pub table: String,
    /// Its figures.
    pub figures: Gathered,
}

/// What the table is made of.
pub struct Sources<'a> {
    /// Municipalities of the police list that are places.
    pub municipalities: Vec<&'a str>,
    /// The country's code in the police list.
    pub country: Option<&'a str>,
    /// First year of the police table.
    pub first_year: i32,
    /// Year of the municipal division of the police table.
    pub division: i32,
    /// A change of territory with at most so many inhabitants counts as none.
    pub negligible_move: u64,
    /// Inhabitants on 1 January.
    pub begin: Publication,
    /// Inhabitants on 31 December.
    pub end: Publication,
    /// Code and description of every municipality that there ever was.
    pub descriptions: Vec<(String, String)>,
}

/// One row.
struct Row {
    region: String,
    year: i32,
    inhabitants: Option<u64>,
    own: Option<u64>,
    basis: &'static str,
}

/// The raw table `ruw_bevolking`.
///
/// # Errors
/// [`NormaliseError::Change`] or [`NormaliseError::Division`] when CBS contradicts itself.
pub fn table(sources: &Sources<'_>) -> Result<MemoryTable, NormaliseError> {
    let last_year = [
        sources.begin.figures.years(),
        sources.end.figures.years().map(|(first, last)| (first, last + 1)),
    ]
    .into_iter()
    .flatten()
    .map(|(_, last)| last)
    .max()
    .unwrap_or(sources.first_year);
    let figures: Vec<Inhabitants> = sources
        .begin
        .figures
        .of_municipalities(Day::Begin)
        .chain(sources.end.figures.of_municipalities(Day::End))
        .collect();
    let placed = on_division(
        &sources.municipalities,
        sources.division,
        sources.first_year..=last_year,
        &figures,
        &changes(sources)?,
    )?;
    let mut rows: Vec<Row> = placed
        .into_iter()
        .map(|placed| Row {
            region: placed.code,
            year: placed.year,
            inhabitants: placed.inhabitants,
            own: placed.own,
            basis: placed.basis.text(),
        })
        .collect();
    for year in sources.first_year..=last_year {
        let Some(country) = sources.country else { break };
        let begin = sources.begin.figures.get(country, year);
        if let Some((inhabitants, _)) = begin.or_else(|| sources.end.figures.get(country, year - 1)) {
            let (inhabitants, own) = (Some(inhabitants), Some(inhabitants));
            rows.push(Row {
                region: country.to_owned(),
                year,
                inhabitants,
                own,
                basis: "zelf",
            });
        }
    }
    into_table(sources, &rows)
}

/// Every change of territory that can matter: those after the last day before the first year.
fn changes(sources: &Sources<'_>) -> Result<Changes, NormaliseError> {
    let before = NaiveDate::from_ymd_opt(sources.first_year - 1, 12, 31).unwrap_or(NaiveDate::MIN);
    let mut all: Vec<Change> = Vec::new();
    for (code, description) in &sources.descriptions {
        all.extend(parse_changes(code, description, before)?);
    }
    Ok(Changes::new(all, sources.negligible_move)?)
}

/// Table, day and word of the source for the figures of a year.
type Origin<'a> = (&'a str, (NaiveDate, &'static str));

fn into_table(sources: &Sources<'_>, rows: &[Row]) -> Result<MemoryTable, NormaliseError> {
    // The whole year comes from one table: 1 January itself where it is published.
    let from = |year: i32| {
        let of = |publication: &'_ Publication, year: i32| {
            let day = publication.figures.peildatum(year)?;
            Some((day, published_word(publication.figures.stars(year))))
        };
        let (begin, end) = (&sources.begin, &sources.end);
        let found = of(begin, year).map(|found| (begin.table.as_str(), found));
        found.or_else(|| of(end, year - 1).map(|found| (end.table.as_str(), found)))
    };
    let origin: BTreeMap<i32, Option<Origin<'_>>> = rows
        .iter()
        .map(|row| row.year)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|year| (year, from(year)))
        .collect();
    let of_year = |row: &Row| origin.get(&row.year).copied().flatten();
    let count = |of: &dyn Fn(&Row) -> Option<u64>| {
        Arc::new(
            rows.iter()
                .map(|row| of(row).map(|count| count as i64))
                .collect::<Int64Array>(),
        ) as ArrayRef
    };
    let text = |of: &dyn Fn(&Row) -> Option<String>| {
        Arc::new(rows.iter().map(of).collect::<StringArray>()) as ArrayRef
    };
    MemoryTable::new(
        "ruw_bevolking",
        "",
        vec![
            ("regio_code", "", text(&|row| Some(row.region.clone()))),
            (
                "jaar",
                "",
                Arc::new(rows.iter().map(|row| Some(row.year)).collect::<Int32Array>()),
            ),
            ("inwoners", "", count(&|row| row.inhabitants)),
            ("inwoners_eigen", "", count(&|row| row.own)),
            ("samenstelling", "", text(&|row| Some(row.basis.to_owned()))),
            // A year is final unless stars stand behind it or the list of periods calls it something else.
            (
                "status",
                "",
                text(&|row| of_year(row).map(|(_, (_, word))| word.to_owned())),
            ),
            (
                "bron",
                "",
                text(&|row| of_year(row).map(|(table, _)| table.to_owned())),
            ),
            (
                "peildatum",
                "",
                Arc::new(
                    rows.iter()
                        .map(|row| of_year(row).map(|(_, (day, _))| days(day)))
                        .collect::<Date32Array>(),
                ),
            ),
        ],
    )
}
