//! The lists of the police table as raw tables: kinds of crime, regions, periods, measures.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Int32Array, StringArray};
use datafusion::arrow::datatypes::DataType;

use super::code_book::{CodeBook, Entry, Measure};
use super::error::NormaliseError;
use super::provisional::Provisional;
use super::register_tables::MemoryTable;
use crate::pipeline::{Source, SourceKind};

fn texts<'a, T: 'a>(rows: &'a [T], of: impl Fn(&'a T) -> Option<&'a str>) -> ArrayRef {
    Arc::new(rows.iter().map(of).collect::<StringArray>())
}

fn places<T>(rows: &[T]) -> ArrayRef {
    Arc::new((1..=rows.len() as i32).map(Some).collect::<Int32Array>())
}

fn same<T>(rows: &[T], text: &str) -> ArrayRef {
    Arc::new(rows.iter().map(|_| Some(text)).collect::<StringArray>())
}

fn flags(entries: &[Entry], of: impl Fn(&str) -> bool) -> ArrayRef {
    Arc::new(
        entries
            .iter()
            .map(|entry| Some(of(&entry.code)))
            .collect::<BooleanArray>(),
    )
}

/// The columns of a list of kinds.
pub const KIND_COLUMNS: [(&str, DataType); 6] = [
    ("bron", DataType::Utf8),
    ("soort_code", DataType::Utf8),
    ("naam", DataType::Utf8),
    ("omschrijving", DataType::Utf8),
    ("is_totaal", DataType::Boolean),
    ("volgorde", DataType::Int32),
];

/// What the kinds of a police table are called there.
pub fn kind_dimension(source: &Source) -> &'static str {
    match source.kind {
        SourceKind::PoliceNuisance | SourceKind::DistrictNuisance => "Overlast",
        _ => "SoortMisdrijf",
    }
}

/// The kinds of crime or nuisance of a police table.
///
/// # Errors
/// [`NormaliseError::Bug`], never for a list that was read.
pub fn kinds(name: &str, source: &Source, book: &CodeBook) -> Result<MemoryTable, NormaliseError> {
    let kinds = book.entries(kind_dimension(source));
    let is_total = |code: &str| source.total_code.as_deref() == Some(code);
    let values = [
        same(kinds, &source.table),
        texts(kinds, |entry| Some(&entry.code)),
        texts(kinds, |entry| Some(&entry.title)),
        texts(kinds, |entry| Some(&entry.description)),
        flags(kinds, is_total),
        places(kinds),
    ];
    let names = KIND_COLUMNS.iter().map(|(name, _)| (*name, ""));
    let columns = names
        .zip(values)
        .map(|((name, text), values)| (name, text, values));
    MemoryTable::new(name, "", columns.collect())
}

/// The raw lists of the table of crimes; a period that a newer file marks as not final is not final.
///
/// # Errors
/// [`NormaliseError::Bug`], never for lists that were read.
pub fn of_police(
    source: &Source,
    book: &CodeBook,
    provisional: &Provisional,
) -> Result<Vec<MemoryTable>, NormaliseError> {
    let table = source.table.as_str();
    // A place that left the list has figures in older vintages; it is named, and is part of no comparison.
    let current = book.entries("RegioS").len();
    let regions = &[book.entries("RegioS"), book.former("RegioS")].concat();
    let periods = book.entries("Perioden");
    let measures = book.measures();
    let withheld = &source.not_published_monthly;
    let is_count = |measure: &Measure| Some(source.measures.get("waarde") == Some(&measure.key));
    let is_placed = |code: &str| {
        let is_current = || regions.iter().take(current).any(|entry| entry.code == code);
        !source.unassigned_regions.iter().any(|other| other == code) && is_current()
    };
    Ok(vec![
        kinds("ruw_soort", source, book)?,
        MemoryTable::new(
            "ruw_regio",
            "",
            vec![
                ("bron", "", same(regions, table)),
                ("regio_code", "", texts(regions, |entry| Some(&entry.code))),
                ("naam", "", texts(regions, |entry| Some(&entry.title))),
                ("in_te_delen", "", flags(regions, is_placed)),
                ("volgorde", "", places(regions)),
            ],
        )?,
        MemoryTable::new(
            "ruw_periode",
            "",
            vec![
                ("bron", "", same(periods, table)),
                ("periode_code", "", texts(periods, |entry| Some(&entry.code))),
                ("naam", "", texts(periods, |entry| Some(&entry.title))),
                (
                    "status",
                    "",
                    texts(periods, |entry| {
                        let marked = provisional.status(table, &entry.code, book.peildatum);
                        marked.or(entry.status.as_deref())
                    }),
                ),
            ],
        )?,
        MemoryTable::new(
            "ruw_onderwerp",
            "",
            vec![
                ("bron", "", same(measures, table)),
                ("onderwerp", "", texts(measures, |measure| Some(&measure.key))),
                ("naam", "", texts(measures, |measure| Some(&measure.title))),
                (
                    "standaard",
                    "",
                    texts(measures, |measure| measure.default.as_deref()),
                ),
                (
                    "is_waarde",
                    "",
                    Arc::new(measures.iter().map(is_count).collect::<BooleanArray>()),
                ),
                ("volgorde", "", places(measures)),
            ],
        )?,
        MemoryTable::new(
            "ruw_niet_per_maand",
            "",
            vec![
                ("bron", "", same(withheld, table)),
                ("soort_code", "", texts(withheld, |code| Some(code))),
            ],
        )?,
    ])
}
