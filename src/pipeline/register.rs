//! From a sheet of cells to a typed [`Table`], as the schema declares the register.
//!
//! All mistakes of a register come out together. What a row means beside other rows is not judged
//! here, except that keys are unique; see `rules`.

use std::collections::HashMap;
use std::path::Path;

use super::error::{Findings, PipelineError, nearest, quoted};
use super::invisible::{TYPE_AGAIN, first_invisible, name_of, named, seen};
use super::schema::{Field, Kind, Register};
use super::sheet::{Row, Sheet, read_sheet};
use super::table::{Column, Table, Values};
use super::value::{Mismatch, list, parse_date, parse_number, parse_text, parse_whole, parse_yes_no};

/// Reads the bytes of a register.
///
/// # Errors
/// Everything that is wrong with its encoding, header, cells and keys.
pub(super) fn read_register(register: &Register, file: &Path, bytes: &[u8]) -> Result<Table, Findings> {
    let sheet = read_sheet(file, bytes)?;
    let table = read_rows(register, file, &sheet)?;
    if table.rows() == 0 && !register.may_be_empty {
        let error = PipelineError::new(file, "at least one row", "only the header");
        return Err(error.at_line(sheet.header.line).into());
    }
    Ok(table)
}

/// Reads cells that were a register's in some file, a CSV file or a workbook.
///
/// # Errors
/// Everything that is wrong with its header, cells and keys.
pub(super) fn read_rows(register: &Register, file: &Path, sheet: &Sheet) -> Result<Table, Findings> {
    let mut findings = Findings::default();
    let places = match_header(register, file, &sheet.header, &mut findings);
    if !findings.is_empty() {
        // With a column missing, every message about a cell would be noise.
        return Err(findings);
    }
    refuse_cells_without_column(file, sheet, &mut findings);
    let mut columns = Vec::with_capacity(register.fields.len());
    for (field, place) in register.fields.iter().zip(places) {
        columns.push(read_column(field, place, file, &sheet.rows, &mut findings));
    }
    let table = Table {
        name: register.name,
        description: register.description,
        columns,
        lines: sheet.rows.iter().map(|row| row.line).collect(),
        origins: Vec::new(),
    };
    refuse_double_keys(register, file, &table, &mut findings);
    findings.sort_by_line();
    if findings.is_empty() {
        Ok(table)
    } else {
        Err(findings)
    }
}

/// For each field of the register, the place of its column in the file.
fn match_header(register: &Register, file: &Path, header: &Row, findings: &mut Findings) -> Vec<usize> {
    let known: Vec<&str> = register.fields.iter().map(|field| field.name).collect();
    // A name with a sign that nobody sees is told by its letters, so that it is refused for that sign alone.
    let names: Vec<String> = header.cells.iter().map(|name| seen(name)).collect();
    let mut wrong = |field: &str, expected: String, found: String, hint: Option<String>| {
        let error = PipelineError::new(file, expected, found)
            .at_line(header.line)
            .in_field(field);
        findings.push(match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        });
    };
    for (written, name) in header.cells.iter().zip(&names) {
        if let Some(sign) = first_invisible(written) {
            wrong(
                name,
                "a column name of letters that can be seen".to_owned(),
                format!("{} with the sign {}", quoted(written), name_of(sign)),
                Some(TYPE_AGAIN.to_owned()),
            );
        }
    }
    for (place, name) in names.iter().enumerate() {
        if names.iter().take(place).any(|earlier| earlier == name) && !name.is_empty() {
            wrong(
                name,
                "every column once".to_owned(),
                "the same name again".to_owned(),
                None,
            );
        } else if !name.is_empty() && !known.contains(&name.as_str()) {
            let hint =
                nearest(name, known.iter().copied()).map(|near| format!("perhaps {} is meant", quoted(near)));
            let field = named(&name.chars().take(60).collect::<String>());
            wrong(
                &field,
                format!("one of the columns {}", list(&known)),
                "an unknown column".to_owned(),
                hint,
            );
        }
    }
    let mut places = Vec::with_capacity(known.len());
    for field in register.fields {
        match names.iter().position(|cell| *cell == field.name) {
            Some(place) => places.push(place),
            None => wrong(
                field.name,
                format!("the column {}", quoted(field.name)),
                "no such column".to_owned(),
                field.when_missing.map(str::to_owned),
            ),
        }
    }
    places
}

/// Excel writes empty cells to the right of a table; content there has lost its column.
fn refuse_cells_without_column(file: &Path, sheet: &Sheet, findings: &mut Findings) {
    for row in &sheet.rows {
        for (place, cell) in row.cells.iter().enumerate() {
            let named = sheet.header.cells.get(place).is_some_and(|name| !name.is_empty());
            if !named && !cell.is_empty() {
                let expected = format!(
                    "an empty cell, for the header has no name for column {}",
                    place + 1
                );
                findings.push(
                    PipelineError::new(file, expected, quoted(cell))
                        .at_line(row.line)
                        .with_hint("put quotes around a cell that holds the delimiter of the file"),
                );
                break;
            }
        }
    }
}

fn read_column(field: &Field, place: usize, file: &Path, rows: &[Row], findings: &mut Findings) -> Column {
    let kind = field.kind;
    let values = match kind {
        Kind::Key | Kind::Text | Kind::OneOf(_) | Kind::Shaped(_) => {
            Values::Text(read_cells(field, place, file, rows, findings, |cell| {
                parse_text(kind, cell)
            }))
        }
        Kind::Whole | Kind::Year => Values::Whole(read_cells(field, place, file, rows, findings, |cell| {
            parse_whole(kind, cell)
        })),
        Kind::Number => Values::Number(read_cells(field, place, file, rows, findings, parse_number)),
        Kind::Date => Values::Date(read_cells(field, place, file, rows, findings, parse_date)),
        Kind::YesNo => Values::YesNo(read_cells(field, place, file, rows, findings, parse_yes_no)),
    };
    Column {
        name: field.name,
        description: field.description,
        values,
    }
}

/// One value a row; `None` for an empty cell and, next to its finding, for a wrong one.
fn read_cells<T>(
    field: &Field,
    place: usize,
    file: &Path,
    rows: &[Row],
    findings: &mut Findings,
    parse: impl Fn(&str) -> Result<T, Mismatch>,
) -> Vec<Option<T>> {
    let mut values = Vec::with_capacity(rows.len());
    for row in rows {
        // Excel leaves out the delimiters of empty cells at the end of a row, so a short row is no mistake.
        let cell = row.cells.get(place).map_or("", String::as_str);
        let value = match (cell.is_empty(), field.required) {
            (true, false) => None,
            (true, true) => {
                let error = PipelineError::new(file, "a value", "an empty cell");
                findings.push(error.at_line(row.line).in_field(field.name));
                None
            }
            (false, _) => match letters_of(cell).and_then(&parse) {
                Ok(value) => Some(value),
                Err(Mismatch {
                    expected,
                    found,
                    hint,
                }) => {
                    let error = PipelineError::new(file, expected, found)
                        .at_line(row.line)
                        .in_field(field.name);
                    findings.push(match hint {
                        Some(hint) => error.with_hint(hint),
                        None => error,
                    });
                    None
                }
            },
        };
        values.push(value);
    }
    values
}

/// A cell without signs that nobody sees: `meting` with one of them is another word that looks the same.
fn letters_of(cell: &str) -> Result<&str, Mismatch> {
    match first_invisible(cell) {
        None => Ok(cell),
        Some(sign) => Err(Mismatch {
            expected: "letters that can be seen".to_owned(),
            found: format!("{} with the sign {}", quoted(cell), name_of(sign)),
            hint: Some(TYPE_AGAIN.to_owned()),
        }),
    }
}

fn refuse_double_keys(register: &Register, file: &Path, table: &Table, findings: &mut Findings) {
    let names: Vec<&str> = register
        .fields
        .iter()
        .filter(|field| field.in_key)
        .map(|field| field.name)
        .collect();
    let columns: Vec<&Column> = table
        .columns
        .iter()
        .filter(|column| names.contains(&column.name))
        .collect();
    let mut seen: HashMap<Vec<Option<String>>, u64> = HashMap::new();
    for (row, line) in table.lines.iter().enumerate() {
        let key: Vec<Option<String>> = columns.iter().map(|column| column.values.shown(row)).collect();
        if key.iter().all(Option::is_none) {
            // An empty or wrong key has its own finding.
            continue;
        }
        let shown = key
            .iter()
            .map(|part| part.as_deref().unwrap_or_default())
            .collect::<Vec<_>>()
            .join(";");
        if let Some(first) = seen.get(&key) {
            let expected = format!("a combination of {} that stands once", list(&names));
            let found = format!("{} again, first on line {first}", quoted(&shown));
            findings.push(PipelineError::new(file, expected, found).at_line(*line));
        } else {
            seen.insert(key, *line);
        }
    }
}
