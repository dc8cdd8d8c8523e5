//! The inbox: spreadsheets that people drop beside the pipeline, taken in by what stands in them.
//!
//! A sheet is a register when its header row says so; its rows are then added to those of the register's own file, under
//! the same rules. A row that says something else under the same key is refused with both places, the same row twice is
//! one. Whether a file is read from the folder (see `inbox_folder`) or as it landed is decided by the caller.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{Findings, PipelineError, SheetPlace, quoted};
use super::invisible::seen;
use super::register::read_rows;
use super::registers::{REGISTERS, SHARE};
use super::schema::Register;
use super::sheet::{Row, Sheet, read_sheet};
use super::table::{RowOrigin, Table, Values};
use super::value::{DAY_ORDER, list};
use super::workbook::{WorkSheet, column_letters, is_of_excel, read_workbook};

/// How many rows of a sheet may stand above its header row.
const TITLE_ROWS: usize = 10;

/// Where the files of the inbox are.
#[derive(Debug, Clone, Copy)]
pub enum Inbox<'a> {
    /// In the folder that the pipeline file names, if it names one.
    Folder,
    /// Here, as they landed before.
    Landed(&'a [InboxFile]),
}

/// A file that was dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxFile {
    /// Where it stands or stood, as messages name it: `pipelines/inbox/Monitor 2023.xlsx`.
    pub path: PathBuf,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// A file of the inbox that passed every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// The file.
    pub file: InboxFile,
    /// The registers that have rows of it.
    pub registers: Vec<&'static str>,
}

/// A sheet that was told to be a register.
struct Told<'a> {
    register: &'static Register,
    file: &'a Path,
    sheet: Sheet,
    place: Option<Arc<SheetPlace>>,
}

/// Adds the rows of every file to the tables of their registers.
///
/// What is wrong goes to `findings`; a file with a mistake adds nothing. A register whose own file is wrong takes no
/// rows, for they could not be held against it.
pub(super) fn add_rows(
    files: Vec<InboxFile>,
    registers: &Path,
    tables: &mut [Table],
    findings: &mut Findings,
) -> Vec<Dropped> {
    let mut dropped = Vec::new();
    for file in files {
        let mut names = Vec::new();
        match told(&file) {
            Err(found) => findings.append(found),
            Ok(sheets) => {
                for sheet in sheets {
                    names.push(sheet.register.name);
                    match read_told(sheet) {
                        Err(found) => findings.append(found),
                        Ok(rows) => {
                            if let Some(table) = tables.iter_mut().find(|table| table.name == rows.name) {
                                merge(table, &rows, registers, findings);
                            }
                        }
                    }
                }
            }
        }
        names.sort_unstable();
        names.dedup();
        dropped.push(Dropped {
            file,
            registers: names,
        });
    }
    dropped
}

/// The sheets of a file, each with the register that its header row fits.
fn told(file: &InboxFile) -> Result<Vec<Told<'_>>, Findings> {
    let path = file.path.as_path();
    if !is_of_excel(&file.bytes) {
        let sheet = read_sheet(path, &file.bytes)?;
        let register = fitting(&sheet.header.cells)
            .map_err(|problem| problem.of(path, None, sheet.header.line, &sheet.header.cells))?;
        return Ok(vec![Told {
            register,
            file: path,
            sheet,
            place: None,
        }]);
    }
    let sheets = read_workbook(&file.bytes).map_err(|problem| {
        let expected = "an Excel workbook (.xlsx) or a CSV file with a register";
        Findings::from(PipelineError::new(path, expected, problem.found).with_hint(problem.hint))
    })?;
    let (mut told, mut findings) = (Vec::new(), Findings::default());
    for sheet in sheets {
        match told_sheet(path, sheet) {
            Ok(sheet) => told.extend(sheet),
            Err(found) => findings.append(found),
        }
    }
    if told.is_empty() && findings.is_empty() {
        let expected = "a sheet with the header row of a register";
        findings.push(PipelineError::new(path, expected, "only empty or hidden sheets"));
    }
    if findings.is_empty() {
        Ok(told)
    } else {
        Err(findings)
    }
}

/// A sheet of a workbook as a register; nothing for a hidden one that is none.
fn told_sheet(file: &Path, sheet: WorkSheet) -> Result<Option<Told<'_>>, Findings> {
    let mut rows = sheet.rows;
    let header = (0..rows.len().min(TITLE_ROWS))
        .find(|row| rows.get(*row).is_some_and(|row| fitting(&row.cells).is_ok()));
    let first_cells = rows.first().map(|row| row.cells.clone()).unwrap_or_default();
    let place = |columns: Vec<String>| {
        Arc::new(SheetPlace {
            name: sheet.name.clone(),
            columns,
        })
    };
    let Some(header) = header else {
        if sheet.is_hidden {
            return Ok(None);
        }
        let line = rows.first().map_or(1, |row| row.line);
        let problem = match fitting(&first_cells) {
            Err(problem) => problem,
            Ok(_) => NoFit::None,
        };
        return Err(problem.of(file, Some(place(first_cells.clone())), line, &first_cells));
    };
    // The header was found among the rows, so there is a row to split behind.
    let rows_below = rows.split_off(header + 1);
    let header = rows.pop().unwrap_or(Row {
        line: 1,
        cells: Vec::new(),
    });
    let register =
        fitting(&header.cells).map_err(|problem| problem.of(file, None, header.line, &header.cells))?;
    let place = place(header.cells.clone());
    let mut findings = Findings::default();
    let mut refuse = |row: u64, column: usize, expected: &str, found: String, hint: &str| {
        let error = PipelineError::new(file, expected, found)
            .with_hint(hint)
            .at_line(row);
        findings.push(error.on_sheet(Some(Arc::clone(&place))).in_column(column));
    };
    if sheet.is_hidden {
        let found = format!("a hidden sheet that is the register {}", register.name);
        refuse(
            header.line,
            0,
            "a sheet that people can see",
            found,
            "show the sheet, or delete it",
        );
    }
    let unit = header.cells.iter().position(|cell| cell == "eenheid");
    for (row, column) in sheet
        .percentages
        .into_iter()
        .filter(|(row, _)| *row > header.line)
    {
        let cells = rows_below
            .iter()
            .find(|other| other.line == row)
            .map(|row| &row.cells);
        let is_percent = unit
            .and_then(|unit| cells?.get(unit))
            .is_some_and(|unit| seen(unit) == SHARE);
        if !is_percent {
            let expected = "a number that is not shown as a percentage, for the unit of the row is not %";
            let hint = "give the cell the format Getal, and type the value in the unit of its row";
            refuse(row, column, expected, "a percentage".to_owned(), hint);
        }
    }
    for complaint in sheet
        .complaints
        .into_iter()
        .filter(|complaint| complaint.row >= header.line)
    {
        refuse(
            complaint.row,
            complaint.column,
            complaint.expected,
            complaint.found,
            &complaint.hint,
        );
    }
    for (row, column, last) in sheet
        .merged
        .into_iter()
        .filter(|(_, _, last)| *last >= header.line)
    {
        let found = format!("cells merged down to row {last}");
        refuse(
            row,
            column,
            "cells that are not merged",
            found,
            "split them, and repeat the value in each row",
        );
    }
    if !findings.is_empty() {
        findings.sort_by_line();
        return Err(findings);
    }
    Ok(Some(Told {
        register,
        file,
        sheet: Sheet {
            header,
            rows: rows_below,
        },
        place: Some(place),
    }))
}

/// Why a header row is that of no register.
enum NoFit {
    None,
    Several(Vec<&'static str>),
}

impl NoFit {
    fn of(self, file: &Path, place: Option<Arc<SheetPlace>>, line: u64, cells: &[String]) -> Findings {
        let names: Vec<&str> = REGISTERS.iter().map(|register| register.name).collect();
        let header: Vec<&str> = cells
            .iter()
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
            .collect();
        let (expected, hint) = match self {
            Self::None => (
                format!("the header row of one of the registers {}", list(&names)),
                "copy the header row of the register's own file; sheets that are no register do not belong in the inbox",
            ),
            Self::Several(several) => (
                format!("the header row of one register, not of {}", list(&several)),
                "complete the header row",
            ),
        };
        let error = PipelineError::new(file, expected, quoted(&header.join(";")))
            .at_line(line)
            .on_sheet(place)
            .with_hint(hint);
        Findings::from(error)
    }
}

/// The register whose columns are most like those of a header row, with at least half of them: of the columns that
/// either of the two has, the largest share is in both. So a register that is a part of another one does not stand for it.
fn fitting(cells: &[String]) -> Result<&'static Register, NoFit> {
    // A sign that nobody sees does not make it another register; the name is refused for the sign later.
    let seen: Vec<String> = cells.iter().map(|cell| seen(cell)).collect();
    let named: BTreeSet<&str> = seen
        .iter()
        .map(String::as_str)
        .filter(|cell| !cell.is_empty())
        .collect();
    let likeness = |register: &Register| {
        let both = register
            .fields
            .iter()
            .filter(|field| named.contains(field.name))
            .count();
        (both, register.fields.len() + named.len() - both)
    };
    let mut best: Vec<&'static Register> = Vec::new();
    for register in REGISTERS {
        let (both, either) = likeness(register);
        if both < 2 || both * 2 < register.fields.len() {
            continue;
        }
        let (best_both, best_either) = best.first().map_or((0, 1), |best| likeness(best));
        match (both * best_either).cmp(&(best_both * either)) {
            Ordering::Greater => best = vec![register],
            Ordering::Equal => best.push(register),
            Ordering::Less => {}
        }
    }
    match best.as_slice() {
        [] => Err(NoFit::None),
        [register] => Ok(register),
        several => Err(NoFit::Several(
            several.iter().map(|register| register.name).collect(),
        )),
    }
}

/// The rows of a sheet as a table that knows where they come from.
fn read_told(told: Told<'_>) -> Result<Table, Findings> {
    let mut table = read_rows(told.register, told.file, &told.sheet)
        .map_err(|findings| findings.on_sheet(told.place.as_ref()))?;
    let origin = Arc::new(RowOrigin {
        file: told.file.to_path_buf(),
        sheet: told.place,
    });
    table.origins = vec![Some(origin); table.rows()];
    Ok(table)
}

/// Adds rows to a table; a key that is there already must come with the same values.
fn merge(table: &mut Table, rows: &Table, registers: &Path, findings: &mut Findings) {
    let Some(register) = REGISTERS.iter().find(|register| register.name == table.name) else {
        return;
    };
    let keys: Vec<&str> = register
        .fields
        .iter()
        .filter(|field| field.in_key)
        .map(|field| field.name)
        .collect();
    let mut places: HashMap<Vec<Option<String>>, usize> = (0..table.rows())
        .map(|row| (key_of(table, &keys, row), row))
        .collect();
    for row in 0..rows.rows() {
        let key = key_of(rows, &keys, row);
        let Some(known) = places.get(&key).copied() else {
            places.insert(key, table.rows());
            push_row(table, rows, row);
            continue;
        };
        let differs = table
            .columns
            .iter()
            .zip(&rows.columns)
            .find(|(own, new)| own.values.shown(known) != new.values.shown(row));
        if let Some((own, new)) = differs {
            let shown = |values: &Values, row: usize| {
                values
                    .shown(row)
                    .map_or_else(|| "nothing".to_owned(), |value| quoted(&value))
            };
            let shown_key: Vec<&str> = key.iter().flatten().map(String::as_str).collect();
            let expected = format!(
                "{} for {}, as in {}",
                shown(&own.values, known),
                quoted(&shown_key.join(";")),
                table.place(registers, known)
            );
            let error = rows
                .mistake(registers, row, expected, shown(&new.values, row))
                .in_field(new.name);
            let mut hint = "one of the two is wrong: correct it, or delete the row".to_owned();
            if matches!(own.values, Values::Date(_)) {
                hint = format!("{hint}; {DAY_ORDER}");
            }
            findings.push(error.with_hint(hint));
        }
    }
}

fn key_of(table: &Table, keys: &[&str], row: usize) -> Vec<Option<String>> {
    table
        .columns
        .iter()
        .filter(|column| keys.contains(&column.name))
        .map(|column| column.values.shown(row))
        .collect()
}

fn push_row(table: &mut Table, rows: &Table, row: usize) {
    table.origins.resize(table.lines.len(), None);
    table.origins.push(rows.origins.get(row).cloned().flatten());
    table.lines.push(rows.line(row));
    for (own, new) in table.columns.iter_mut().zip(&rows.columns) {
        match (&mut own.values, &new.values) {
            (Values::Text(own), Values::Text(new)) => own.push(new.get(row).cloned().flatten()),
            (Values::Whole(own), Values::Whole(new)) => own.push(new.get(row).copied().flatten()),
            (Values::Number(own), Values::Number(new)) => own.push(new.get(row).copied().flatten()),
            (Values::Date(own), Values::Date(new)) => own.push(new.get(row).copied().flatten()),
            (Values::YesNo(own), Values::YesNo(new)) => own.push(new.get(row).copied().flatten()),
            // Both were made from the same declaration, so their types are equal.
            _ => {}
        }
    }
}

/// Where a cell is, as people find it: `D7`, or `rij 7` when it is the whole row.
pub(super) fn cell_name(column: Option<usize>, row: u64) -> String {
    match column {
        Some(column) => format!("cel {}{row}", column_letters(column)),
        None => format!("rij {row}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Vec<String> {
        text.split(';').map(str::to_owned).collect()
    }

    #[test]
    fn every_register_is_told_by_its_own_header_also_with_a_column_missing_or_too_many() {
        for register in REGISTERS {
            let mut names: Vec<String> = register
                .fields
                .iter()
                .map(|field| field.name.to_owned())
                .collect();
            assert_eq!(fitting(&names).ok().unwrap().name, register.name);
            names.push("eigen kolom".to_owned());
            assert_eq!(fitting(&names).ok().unwrap().name, register.name);
            names.reverse();
            assert_eq!(fitting(&names).ok().unwrap().name, register.name);
        }
        // All of thema_reeksen stands in doelen as well.
        let doelen = REGISTERS
            .iter()
            .find(|register| register.name == "doelen")
            .unwrap();
        let most: Vec<String> = doelen
            .fields
            .iter()
            .skip(1)
            .map(|field| field.name.to_owned())
            .collect();
        assert_eq!(fitting(&most).ok().unwrap().name, "doelen");
        let without_year = "indicator;naam;instrument;waarde;eenheid;soort;n;standaardafwijking;ontwerpeffect;richting;regel;toelichting";
        assert_eq!(fitting(&header(without_year)).ok().unwrap().name, "monitor");
    }

    #[test]
    fn a_header_that_fits_no_register_or_two_is_told_to_be_none() {
        assert!(matches!(
            fitting(&header("naam;adres;woonplaats")),
            Err(NoFit::None)
        ));
        assert!(matches!(fitting(&[]), Err(NoFit::None)));
        // Two of four columns of thema_reeksen and themas would be a guess: two of three decide.
        assert_eq!(
            fitting(&header("thema;reeks")).ok().unwrap().name,
            "thema_reeksen"
        );
    }
}
