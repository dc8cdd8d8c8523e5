//! The two police tables out of the landing: crimes, and nuisance. Same shape, never one table.

use std::path::PathBuf;

use chrono::Datelike as _;
use datafusion::arrow::array::{ArrayRef, new_empty_array};

use super::block::{self, Page};
use super::code_book::CodeBook;
use super::editions::{self, Figures, Sorted};
use super::error::NormaliseError;
use super::provisional::Provisional;
use super::register_tables::{self, MemoryTable};
use super::repeats::Repeats;
use super::side_by_side::{self, HandOn};
use super::{RawTable, Reading, Rows, crime, lists, name_of, open, population, readers, whole};
use crate::landing::Landed;
use crate::pipeline::Source;
use crate::table_file::TableFile;

/// What the population needs to know of the police table.
#[derive(Clone, Copy)]
pub(super) struct Crime {
    /// The first year of the table.
    pub first_year: i32,
    /// Year of the municipal division that it stands on.
    pub division: i32,
}

/// Names of the raw tables of nuisance.
const NUISANCE: &str = "ruw_overlast";
const NUISANCE_KINDS: &str = "ruw_overlast_soort";

/// Year of the municipal division that counts for a police table. A table that was fetched is whole, so the division of
/// its newest edition is in force, as soon as the police change it; until then the pipeline file decides.
pub(super) fn division_of(source: &Source, files: &[Landed]) -> Option<i32> {
    let fetched = files.iter().filter(|file| file.entry.state.is_some());
    let newest = fetched.max_by_key(|file| (file.entry.peildatum, file.entry.time));
    newest
        .and_then(|file| file.entry.edition.as_deref()?.parse().ok())
        .or(source.division)
}

/// Reads the table of crimes with its lists.
///
/// # Errors
/// [`NormaliseError`] at the first file that a reader cannot vouch for, or without lists or figures.
pub(super) fn read_crime(
    source: &Source,
    files: &[Landed],
    reading: &mut Reading<'_>,
) -> Result<(CodeBook, Crime), NormaliseError> {
    let sorted = editions::sort(source, files)?;
    let (book, lists_from) = code_book(source, &sorted)?;
    read_crime_figures(source, &sorted, &book, reading)?;
    for list in lists::of_police(source, &book, &reading.provisional)? {
        reading.tables.push(in_memory(list, &lists_from));
    }
    let incomplete = |missing| NormaliseError::Incomplete {
        source_id: source.id.clone(),
        missing,
    };
    let periods = book.entries(population::PERIODS).iter();
    // What is neither a year nor a month begins with four digits too, and they need not be a year: `0000X000`.
    let first_year = periods
        .filter_map(|entry| population::begins_in(&entry.code))
        .min();
    let newest = sorted
        .figures
        .iter()
        .map(|(landed, _)| landed.entry.peildatum.year())
        .max();
    let crime = Crime {
        first_year: first_year.ok_or_else(|| incomplete("list of periods with a year in it"))?,
        division: division_of(source, files).or(newest).unwrap_or_default(),
    };
    Ok((book, crime))
}

/// Reads the table of nuisance, when anything of it landed.
///
/// # Errors
/// As [`read_crime`].
pub(super) fn read_nuisance(
    source: &Source,
    files: &[Landed],
    reading: &mut Reading<'_>,
) -> Result<bool, NormaliseError> {
    if files.is_empty() {
        return Ok(false);
    }
    let sorted = editions::sort(source, files)?;
    let (book, lists_from) = code_book(source, &sorted)?;
    there_are_figures(source, &sorted)?;
    let figures = figures(NUISANCE, source, &sorted.figures, &book, reading)?;
    reading.tables.push(figures);
    reading.tables.push(in_memory(
        lists::kinds(NUISANCE_KINDS, source, &book)?,
        &lists_from,
    ));
    Ok(true)
}

/// The table of nuisance as long as nothing of it landed: its columns, and no rows.
///
/// # Errors
/// [`NormaliseError::Bug`], never.
pub(super) fn no_nuisance() -> Result<[RawTable; 2], NormaliseError> {
    Ok([
        no_figures(NUISANCE)?,
        in_memory(register_tables::empty(NUISANCE_KINDS, &lists::KIND_COLUMNS)?, &[]),
    ])
}

/// A raw table of figures without a row.
///
/// # Errors
/// [`NormaliseError::Bug`], never.
pub(super) fn no_figures(name: &str) -> Result<RawTable, NormaliseError> {
    let specs = crime::columns();
    let columns: Vec<_> = specs
        .iter()
        .map(|column| (column.name.as_str(), "", new_empty_array(&column.data_type)))
        .collect();
    Ok(in_memory(MemoryTable::new(name, "", columns)?, &[]))
}

pub(super) fn in_memory(table: MemoryTable, from: &[String]) -> RawTable {
    RawTable {
        name: table.name.clone(),
        rows: Rows::Memory(table),
        landing: from.to_vec(),
        registers: Vec::new(),
        published: false,
    }
}

/// The lists of the newest edition, with what older ones remember, and the files that they came from.
pub(super) fn code_book(
    source: &Source,
    sorted: &Sorted<'_>,
) -> Result<(CodeBook, Vec<String>), NormaliseError> {
    let (newest, older) = sorted
        .editions
        .split_last()
        .ok_or_else(|| NormaliseError::Incomplete {
            source_id: source.id.clone(),
            missing: "metadata export with its code lists",
        })?;
    let mut book = CodeBook::from_metadata(&source.table, &newest.metadata, &source.former_titles);
    book.peildatum = Some(newest.peildatum);
    for edition in older.iter().rev() {
        book.remember(&edition.metadata);
    }
    let files = sorted.editions.iter().flat_map(|edition| &edition.files);
    Ok((book, files.cloned().collect()))
}

/// Editions that were fetched whole into raw tables of their own, everything else into one where nothing is known of.
fn read_crime_figures(
    source: &Source,
    sorted: &Sorted<'_>,
    book: &CodeBook,
    reading: &mut Reading<'_>,
) -> Result<(), NormaliseError> {
    there_are_figures(source, sorted)?;
    // Files are numbered in the order in which they landed, whichever way they are read.
    let mut pages: Vec<Option<Page<'_>>> = Vec::new();
    for &(landed, flavour) in &sorted.figures {
        let number = reading.files.number(source, landed);
        pages.push(Some(Page {
            landed,
            flavour,
            number,
        }));
    }
    let mut editions = Vec::new();
    for (lists, numbers) in sorted.fetched() {
        let own = numbers
            .into_iter()
            .filter_map(|number| pages.get_mut(number)?.take());
        editions.push(block::Edition {
            book: CodeBook::from_metadata(&source.table, &lists.metadata, &source.former_titles),
            pages: own.collect(),
        });
    }
    let others: Vec<Figures<'_>> = pages
        .into_iter()
        .flatten()
        .map(|page| (page.landed, page.flavour))
        .collect();
    let figures = figures("ruw_misdrijven", source, &others, book, reading)?;
    reading.tables.push(figures);
    let blocks = block::read(source, book, &editions, reading.scratch)?;
    reading.tables.extend(blocks);
    Ok(())
}

/// A source without figures is not read.
///
/// # Errors
/// [`NormaliseError::Incomplete`].
pub(super) fn there_are_figures(source: &Source, sorted: &Sorted<'_>) -> Result<(), NormaliseError> {
    if sorted.figures.is_empty() {
        return Err(NormaliseError::Incomplete {
            source_id: source.id.clone(),
            missing: "file with figures",
        });
    }
    Ok(())
}

/// Figures of a source into one raw table.
///
/// # Errors
/// As [`add_figures`].
pub(super) fn figures(
    name: &str,
    source: &Source,
    data: &[Figures<'_>],
    book: &CodeBook,
    reading: &mut Reading<'_>,
) -> Result<RawTable, NormaliseError> {
    let path = reading.scratch.join(format!("{name}.parquet"));
    let mut target = TableFile::create(&path, "", &crime::columns())?;
    let landing = add_figures(&mut target, source, data, book, reading, |_| None)?;
    target.finish()?;
    Ok(on_disk(name, path, landing))
}

/// A raw table of figures.
pub(super) fn on_disk(name: &str, path: PathBuf, landing: Vec<String>) -> RawTable {
    RawTable {
        name: name.to_owned(),
        rows: Rows::File(path),
        landing,
        registers: Vec::new(),
        published: false,
    }
}

/// Adds the figures of a source to a raw table; gives the files that they came from. `named_by` may give another file
/// by which the release calls a file.
///
/// # Errors
/// [`NormaliseError`] at the first file that a reader cannot vouch for.
pub(super) fn add_figures<'a>(
    target: &mut TableFile,
    source: &Source,
    data: &[Figures<'_>],
    book: &CodeBook,
    reading: &mut Reading<'_>,
    named_by: impl Fn(&Landed) -> Option<&'a Landed>,
) -> Result<Vec<String>, NormaliseError> {
    let numbered: Vec<Numbered<'_>> = data
        .iter()
        .enumerate()
        .map(|(place, (landed, flavour))| Numbered {
            landed,
            flavour: *flavour,
            number: reading.files.number(source, named_by(landed).unwrap_or(landed)),
            following: data.len() - place - 1,
        })
        .collect();
    let mut repeats = Repeats::default();
    let provisional = &reading.provisional;
    side_by_side::in_order(
        &numbered,
        |file, hand_on| read_figures(file, source, book, provisional, hand_on),
        |mut columns: Vec<ArrayRef>| {
            let marks = repeats.mark(&columns);
            columns.push(marks.ok_or_else(|| NormaliseError::Bug("figures without their codes".to_owned()))?);
            Ok(target.write(&columns)?)
        },
    )?;
    let names = data
        .iter()
        .map(|(landed, _)| name_of(named_by(landed).unwrap_or(landed)));
    Ok(names.collect())
}

/// A file with figures.
struct Numbered<'a> {
    landed: &'a Landed,
    flavour: readers::Flavour,
    /// Its number in `bestanden`.
    number: i32,
    /// Files that come after it.
    following: usize,
}

fn read_figures(
    figures: &Numbered<'_>,
    source: &Source,
    book: &CodeBook,
    provisional: &Provisional,
    hand_on: HandOn<'_, Vec<ArrayRef>>,
) -> Result<(), NormaliseError> {
    let landed = figures.landed;
    let (_, input) = open(landed)?;
    let file = name_of(landed);
    let origin = crime::Origin {
        table: &source.table,
        file: &file,
        number: figures.number,
        peildatum: landed.entry.peildatum,
        division: landed
            .entry
            .edition
            .as_deref()
            .and_then(|edition| edition.parse().ok()),
        measures: &source.measures,
        kind: lists::kind_dimension(source),
        region: source.kind.region_dimension(),
    };
    let mut sink = crime::CrimeSink::new(origin, book, provisional, hand_on);
    let summary = readers::read_data(figures.flavour, input, &file, &mut sink)?;
    sink.finish()?;
    whole(landed, &summary, figures.following)
}
