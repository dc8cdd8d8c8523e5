//! From the bytes of an .xlsx file to sheets of cells, each cell as the person who typed it would write it in a CSV file.
//!
//! A spreadsheet knows more about a cell than its text, and less: a percentage is stored as a hundredth, a day as a
//! number, a formula as whatever it gave last. Here each becomes text, or a complaint with its place. Which sheet is
//! which register, and whether the text fits, is not decided here.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    DataRef, ExcelDateTime, ExcelDateTimeType, Reader as _, SheetType, SheetVisible, Style, Xlsx, XlsxError,
};

use super::archive::{Unfit, measure};
use super::invisible::{name_of, named, trimmed};
use super::number_format::{Shown, shown_by};
use super::sheet::{MOST_BYTES, MOST_CELLS, MOST_ROWS, Row};
use super::value::{DAY_ORDER, YEARS};
use super::write::number;

/// How a file begins that Excel saved before 2007, or with a password.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0";
/// How a zip begins.
pub(super) const ZIP: &[u8] = b"PK";

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WorkSheet {
    /// What its tab says.
    pub(super) name: String,
    /// Whether its tab is hidden.
    pub(super) is_hidden: bool,
    /// Rows with content; the line is the row number, and cells begin at column A.
    pub(super) rows: Vec<Row>,
    /// Cells that are no value.
    pub(super) complaints: Vec<Complaint>,
    /// Cells that are shown as a percentage, as row number and column from 0.
    pub(super) percentages: Vec<(u64, usize)>,
    /// Merged cells, as the row number and the column of their first cell and the row number of their last.
    pub(super) merged: Vec<(u64, usize, u64)>,
}

/// Why a cell is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) row: u64,
    pub(super) column: usize,
    pub(super) expected: &'static str,
    pub(super) found: String,
    pub(super) hint: String,
}

/// Why a file is no workbook that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoWorkbook {
    pub(super) found: String,
    pub(super) hint: &'static str,
}

const SAVE_AGAIN: &str = "open it in Excel and save it as Excel-werkmap (.xlsx), without a password";

fn no_workbook(found: impl Into<String>) -> NoWorkbook {
    NoWorkbook {
        found: found.into(),
        hint: SAVE_AGAIN,
    }
}

/// Whether a file is one of the two kinds that Excel saves.
pub(super) fn is_of_excel(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP) || bytes.starts_with(COMPOUND)
}

/// Reads every sheet of a workbook that holds cells.
///
/// # Errors
/// [`NoWorkbook`]: a password, an .xls file, a file that is too large, or one that is damaged.
pub(super) fn read_workbook(bytes: &[u8]) -> Result<Vec<WorkSheet>, NoWorkbook> {
    if bytes.starts_with(COMPOUND) {
        return Err(no_workbook(if is_encrypted(bytes) {
            "a workbook with a password"
        } else {
            "a workbook of Excel before 2007 (.xls)"
        }));
    }
    measure(bytes).map_err(|unfit| match unfit {
        Unfit::Damaged => no_workbook("a damaged file, or no workbook at all"),
        Unfit::Encrypted => no_workbook("a workbook with a password"),
        Unfit::Huge => NoWorkbook {
            found: "a file that unpacks to more than 64 MiB".to_owned(),
            hint: "a register holds what people decided, not data; delete what does not belong in it",
        },
    })?;
    // The library is not ours; whatever it does with a hostile file, the night ends with words.
    catch_unwind(AssertUnwindSafe(|| sheets_of(bytes)))
        .unwrap_or_else(|_| Err(no_workbook("a workbook that cannot be read")))
}

/// Excel puts an encrypted workbook into a container with a part of this name, in UTF-16.
fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage"
        .bytes()
        .flat_map(|letter| [letter, 0])
        .collect();
    bytes.windows(name.len()).any(|window| window == name)
}

fn sheets_of(bytes: &[u8]) -> Result<Vec<WorkSheet>, NoWorkbook> {
    let unreadable = |error: XlsxError| match error {
        XlsxError::Password => no_workbook("a workbook with a password"),
        error => no_workbook(format!("a workbook that cannot be read ({error})")),
    };
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let tabs: Vec<(String, bool)> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    let mut sheets = Vec::new();
    for (name, is_hidden) in tabs {
        let mut sheet = WorkSheet {
            name,
            is_hidden,
            rows: Vec::new(),
            complaints: Vec::new(),
            percentages: Vec::new(),
            merged: Vec::new(),
        };
        read_cells(&mut workbook, &mut sheet)?;
        find_formulas_without_value(&mut workbook, &mut sheet).map_err(unreadable)?;
        let merged = workbook
            .merge_cells_by_sheet_name(&sheet.name)
            .map_err(unreadable)?;
        sheet.merged = merged
            .iter()
            .map(|range| {
                let (row, column) = range.start;
                (u64::from(row) + 1, column as usize, u64::from(range.end.0) + 1)
            })
            .collect();
        if !sheet.rows.is_empty() {
            sheets.push(sheet);
        }
    }
    Ok(sheets)
}

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

fn read_cells(workbook: &mut Workbook<'_>, sheet: &mut WorkSheet) -> Result<(), NoWorkbook> {
    let unreadable = |error: XlsxError| no_workbook(format!("a sheet that cannot be read ({error})"));
    let counts_from_1904 = workbook.has_1904_epoch();
    let mut reader = workbook.worksheet_cells_reader(&sheet.name).map_err(unreadable)?;
    let formats: Vec<Format> = reader.styles().iter().map(Format::of).collect();
    let mut rows: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    let mut letters = 0;
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(unreadable)? {
        let (row, column) = cell.get_position();
        let (row, column) = (u64::from(row) + 1, column as usize);
        let plain = Format::default();
        let format = formats.get(style).unwrap_or(&plain);
        let text = match text_of(cell.get_value(), format, counts_from_1904) {
            Ok(text) => text,
            Err((expected, found, hint)) => {
                sheet.complaints.push(Complaint {
                    row,
                    column,
                    expected,
                    found,
                    hint,
                });
                // Something stands there, so that the row counts.
                "?".to_owned()
            }
        };
        if text.is_empty() {
            continue;
        }
        letters += text.len();
        if column >= MOST_CELLS
            || letters > MOST_BYTES
            || (rows.len() > MOST_ROWS && !rows.contains_key(&row))
        {
            return Err(NoWorkbook {
                found: format!(
                    "sheet {} with more than {MOST_ROWS} rows, {MOST_CELLS} columns or {MOST_BYTES} bytes",
                    sheet.name
                ),
                hint: "a register holds what people decided, not data; delete what does not belong in it",
            });
        }
        if format.shown == Some(Shown::Percentage) && number_of(cell.get_value()).is_some() {
            sheet.percentages.push((row, column));
        }
        let cells = rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        if let Some(place) = cells.get_mut(column) {
            *place = text;
        }
    }
    sheet.rows = rows
        .into_iter()
        .map(|(line, cells)| Row { line, cells })
        .collect();
    Ok(())
}

/// The number format of a style.
#[derive(Debug, Default)]
struct Format {
    code: String,
    /// What it shows of a number; nothing where only the number of the format is known, whose days the library knows.
    shown: Option<Shown>,
}

impl Format {
    /// Below this number a format is built in; those of other languages have no code.
    const FIRST_OF_A_FILE: u32 = 164;

    fn of(style: &Style) -> Self {
        let Some(format) = &style.number_format else {
            return Self::default();
        };
        let number = format.format_id.unwrap_or_default();
        let is_unnamed = format.format_code == "General" && (1..Self::FIRST_OF_A_FILE).contains(&number);
        Self {
            shown: (!is_unnamed).then(|| shown_by(&format.format_code)),
            code: format.format_code.clone(),
        }
    }
}

type Refused = (&'static str, String, String);

const TYPE_IT: &str = "type the value itself; a formula can be replaced with Plakken speciaal, Waarden";

/// A cell as it would be typed. What a number is, its own format says and not what the library takes it for.
fn text_of(value: &DataRef<'_>, format: &Format, counts_from_1904: bool) -> Result<String, Refused> {
    if let Some(number) = number_of(value) {
        return match format.shown {
            Some(Shown::Percentage) => Ok(shown_number(number, true)),
            Some(Shown::Day) => day(number, counts_from_1904),
            Some(Shown::Time) => Err(no_day(number)),
            Some(Shown::Unclear(instead)) => Err((
                "a number whose format shows what it is",
                format!("{number} in the format `{}`, which shows {instead}", named(&format.code)),
                "give the cell the format Tekst or Standaard, and type again what it should say; text in a format stands in quotes: 0\" stuks\"".to_owned(),
            )),
            None if matches!(value, DataRef::DateTime(_)) => day(number, counts_from_1904),
            Some(Shown::Number) | None => Ok(shown_number(number, false)),
        };
    }
    match value {
        DataRef::String(text) => clean(text),
        DataRef::SharedString(text) => clean(text),
        DataRef::Bool(value) => Ok(if *value { "ja" } else { "nee" }.to_owned()),
        DataRef::DateTimeIso(moment) => match moment.split_once('T') {
            None => Ok(moment.clone()),
            Some((day, time)) if time.chars().all(|letter| "0:.".contains(letter)) => Ok(day.to_owned()),
            Some(_) => Err((DAY, format!("`{moment}`"), without_time())),
        },
        DataRef::DurationIso(text) => Err((DAY, format!("the duration `{text}`"), without_time())),
        DataRef::Error(error) => Err((
            "a value, not the error of a formula",
            format!("`{error}`"),
            TYPE_IT.to_owned(),
        )),
        DataRef::Float(value) => Err(("a number", value.to_string(), TYPE_IT.to_owned())),
        DataRef::Empty | DataRef::Int(_) | DataRef::DateTime(_) => Ok(String::new()),
    }
}

/// The number of a cell that holds one, before its format makes anything of it.
fn number_of(value: &DataRef<'_>) -> Option<f64> {
    let number = match value {
        DataRef::Int(value) => *value as f64,
        DataRef::Float(value) => *value,
        DataRef::DateTime(moment) => moment.as_f64(),
        _ => return None,
    };
    number.is_finite().then_some(number)
}

const DAY: &str = "a day without a time";

fn without_time() -> String {
    format!(
        "type the day as 2024-12-31 in a cell of the format Tekst, or as a date without a time; {DAY_ORDER}"
    )
}

fn no_day(number: f64) -> Refused {
    (DAY, format!("the moment {number}"), without_time())
}

/// The day of a number, as `2024-12-31`.
fn day(number: f64, counts_from_1904: bool) -> Result<String, Refused> {
    let moment = ExcelDateTime::new(number, ExcelDateTimeType::DateTime, counts_from_1904);
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if (hour, minute, second) != (0, 0, 0) || number < 1.0 {
        return Err(no_day(number));
    }
    let day = format!("{year:04}-{month:02}-{day:02}");
    // Nobody means a day of 1905, in whatever column: 2022 was typed where a day is shown.
    if YEARS.contains(&(number as i64)) {
        return Err((
            "a day",
            format!("`{day}` (a year in a date cell? {number} is the number of that day)"),
            format!(
                "type the whole day, such as {number}-12-31, or give the cell the format Tekst and type the year; {DAY_ORDER}"
            ),
        ));
    }
    Ok(day)
}

/// A number with a decimal comma; 0.144 that is shown as 14,4% is 14,4.
pub(super) fn shown_number(value: f64, is_percentage: bool) -> String {
    if !is_percentage {
        return number(value);
    }
    // In decimals, for 0.144 times 100 is not 14.4 in binary.
    let text = value.to_string();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let padded = format!("{fraction:0<2}");
    // The padding made it at least two digits.
    let (moved, rest) = padded.split_at(2);
    let whole = format!("{whole}{moved}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{rest}")
        .parse()
        .map_or_else(|_| text.clone(), number)
}

/// The letters of a cell, as a CSV file may hold them.
fn clean(text: &str) -> Result<String, Refused> {
    const LOST: &str = "letters that can be read";
    const RETYPE: &str = "type the cell again; it was copied from something that is no text";

    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = trimmed(&text);
    let is_odd =
        |letter: &char| *letter == '\u{FFFD}' || (letter.is_control() && !matches!(letter, '\n' | '\t'));
    match text.chars().find(is_odd) {
        None => Ok(text.to_owned()),
        Some(letter) => Err((LOST, format!("the sign {}", name_of(letter)), RETYPE.to_owned())),
    }
}

/// A formula that was never calculated reads as an empty cell, and would be taken for one.
fn find_formulas_without_value(workbook: &mut Workbook<'_>, sheet: &mut WorkSheet) -> Result<(), XlsxError> {
    let name = sheet.name.clone();
    let mut reader = workbook.worksheet_cells_reader(&name)?;
    while let Some(record) = reader.next_cell_with_formula_metadata()? {
        if record.formula.is_some() && record.value == DataRef::Empty {
            let (row, column) = record.pos;
            sheet.complaints.push(Complaint {
                row: u64::from(row) + 1,
                column: column as usize,
                expected: "the saved value of the formula",
                found: "a formula that was never calculated".to_owned(),
                hint: "open the file in Excel, let it calculate, and save it".to_owned(),
            });
        }
    }
    Ok(())
}

/// The letters of a column: 0 is A, 26 is AA.
pub(super) fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_called_as_excel_calls_them() {
        for (column, letters) in [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (701, "ZZ"),
            (702, "AAA"),
            (16_383, "XFD"),
        ] {
            assert_eq!(column_letters(column), letters);
        }
    }

    #[test]
    fn a_percentage_is_what_is_shown_to_the_last_digit() {
        for (stored, shown) in [
            (0.18, "18"),
            (0.144, "14,4"),
            (0.07, "7"),
            (0.0725, "7,25"),
            (1.0, "100"),
            (-0.05, "-5"),
            (0.0, "0"),
            (0.005, "0,5"),
        ] {
            assert_eq!(shown_number(stored, true), shown, "{stored}");
        }
        assert_eq!(shown_number(0.18, false), "0,18");
    }

    #[test]
    fn other_files_are_named() {
        let found = |bytes: &[u8]| read_workbook(bytes).unwrap_err().found;
        assert!(found(b"PK\x03\x04 and no more").contains("damaged"));
        let mut old = COMPOUND.to_vec();
        assert!(found(&old).contains(".xls"));
        old.extend("EncryptedPackage".bytes().flat_map(|letter| [letter, 0]));
        assert!(found(&old).contains("password"));
    }
}
