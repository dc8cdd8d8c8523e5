//! A pipeline: what a municipality wants to know, what its council decided, and the registers that people keep.
//!
//! `pipelines/hengelo.toml` and the CSV files of `pipelines/hengelo/` are the only places where a figure
//! enters by hand, so everything is checked before anything is fetched: one wrong cell here would stand
//! in the report of the council. The parts:
//!
//! | module | one idea |
//! |---|---|
//! | `file`, `source_kind`, `file_places`, `file_signs`, `file_rules`, `policy_rules`, `address` | the pipeline file: its types, and whether its values make sense |
//! | `schema`, `registers` | how a register is declared, and the declarations |
//! | `sheet`, `value`, `register` | bytes to cells, a cell to a value, cells to a [`Table`] |
//! | `rules` and the other `*_rules` | what must hold between rows and between registers |
//! | `day_rules`, `unit_rules`, `range_rules` | which days make sense, what a value is a value of, and between which ends it lies |
//! | `invisible` | signs that nobody sees, in every text that people write |
//! | `inbox_folder`, `inbox` | what people drop, apart from what programs leave; told by its header row |
//! | `archive`, `workbook`, `number_format` | a workbook: measured before, read cell by cell, each number as its format shows it |
//! | `write` | a [`Table`] back to the CSV that people keep |
//! | `error` | one place in one file that is wrong |
//!
//! This module opens no file itself (see [`Disk`]) and decides no exit code.

mod address;
mod approximation_rules;
mod archive;
mod day_rules;
mod district_rules;
mod error;
mod file;
mod file_places;
mod file_rules;
mod file_signs;
mod inbox;
mod inbox_folder;
mod invisible;
mod number_format;
mod policy_rules;
mod range_rules;
mod register;
mod registers;
mod rules;
mod schema;
mod series_rules;
mod sheet;
mod source_kind;
mod survey_rules;
mod table;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod theme_rules;
mod unit_rules;
mod value;
mod workbook;
mod write;

use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

pub use error::{LoadError, MOST_ERRORS_OF_A_FILE, PipelineError, SheetPlace};
pub use file::{
    FormerTitle, InboxFolder, Margins, Municipality, Periods, PipelineFile, Policy, Recorded, SaidBy, Source,
    UnrepresentativeYear,
};
pub use inbox::{Dropped, Inbox, InboxFile};
pub use inbox_folder::PassedOver;
pub use range_rules::ends_of_answer;
pub use registers::{CONVENTIONS, REGISTERS};
pub use schema::{Field, Kind, Register, Shape, Span, SpanEnd};
pub use source_kind::{Protocol, SourceKind};
pub use table::{Column, RowOrigin, Table, Values};
pub use write::to_csv;

use crate::disk::sha256_hex;
pub(crate) use error::edit_distance;
use error::{Findings, nearest, quoted};
use file::read_pipeline_file;
use register::read_register;
use rules::{Registers, check_registers};
use value::list;

/// The id under which the files of the inbox land.
pub const INBOX: &str = file_rules::INBOX;

/// What loading asks of a disk. The caller owns the only door to it.
pub struct Disk<'a> {
    /// The bytes of a file.
    pub read: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
    /// The entries of a folder, as names or as paths.
    pub list: &'a dyn Fn(&Path) -> io::Result<Vec<PathBuf>>,
    /// The length of a file in bytes; nothing for what is no file.
    pub length: &'a dyn Fn(&Path) -> io::Result<Option<u64>>,
}

/// A pipeline that has passed every check.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
    /// The pipeline file.
    pub file: PipelineFile,
    /// The registers, in the order of [`REGISTERS`].
    pub tables: Vec<Table>,
    /// Every file that was read, relative to the folder of the pipeline file, with its SHA-256 in hexadecimal.
    pub files: Vec<(PathBuf, String)>,
    /// The files of the inbox, whose rows are in the registers.
    pub dropped: Vec<Dropped>,
    /// Files of the folder of the inbox that are nobody's register; none of an inbox that landed before.
    pub passed_over: Vec<PassedOver>,
}

impl Pipeline {
    /// A register by its name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The value of a convention, one of [`CONVENTIONS`], in the unit of its row.
    pub fn convention(&self, name: &str) -> Option<f64> {
        let table = self.table("conventies")?;
        table.number("waarde", table.row_of("conventie", name)?)
    }

    /// The words of a phrase of the closed list.
    pub fn phrase(&self, code: &str) -> Option<&str> {
        let table = self.table("frasen")?;
        table.text("frase", table.row_of("code", code)?)
    }
}

/// Loads a pipeline file and the registers in the folder of the same name beside it. `phrases` are the codes of
/// the register `frasen` that the product uses. Where the pipeline file names an inbox, the rows of its files, which are
/// in `inbox`, are added to the registers. `today` is the day of the run: nothing that was seen lies after it.
///
/// # Errors
/// [`LoadError::Invalid`] with everything that is wrong in any of the files, or
/// [`LoadError::Unreadable`] when a file that exists cannot be read.
pub fn load(
    path: &Path,
    disk: &Disk<'_>,
    phrases: &[&str],
    inbox: Inbox<'_>,
    today: NaiveDate,
) -> Result<Pipeline, LoadError> {
    let mut findings = Findings::default();
    let name = PathBuf::from(path.file_name().unwrap_or(path.as_os_str()));
    let folder = Folder {
        name: name.with_extension(""),
        path: path.with_extension(""),
    };
    if path.extension().is_none_or(|extension| extension != "toml") {
        let error = PipelineError::new(path, "a pipeline file whose name ends in .toml", "another name");
        findings.push(error.with_hint("give the path of the file, such as pipelines/hengelo.toml"));
        return Err(findings.into_error());
    }
    let mut files = Vec::new();
    let file = if let Some(bytes) = read_if_there(path, disk)? {
        files.push((name.clone(), sha256_hex(&bytes)));
        take(read_pipeline_file(path, &bytes, today), &mut findings)
    } else {
        let error = PipelineError::new(path, "a pipeline file", "no such file");
        findings
            .push(error.with_hint("the pipeline of Hengelo, pipelines/hengelo.toml, shows how one looks"));
        None
    };
    let mut tables = read_registers(&folder, disk, &mut files, &mut findings)?;
    let (mut dropped, mut passed_over) = (Vec::new(), Vec::new());
    if let Some(named) = file.as_ref().and_then(|file| file.inbox.as_ref()) {
        let waiting = match inbox {
            Inbox::Landed(files) => files.to_vec(),
            Inbox::Folder => {
                let beside = path.parent().unwrap_or(Path::new(""));
                let (files, others) =
                    inbox_folder::read_folder(&beside.join(&named.folder), disk, &mut findings)?;
                passed_over = others;
                files
            }
        };
        dropped = inbox::add_rows(waiting, &folder.path, &mut tables, &mut findings);
    }
    let registers = Registers {
        folder: &folder.path,
        tables: &tables,
    };
    check_registers(&registers, file.as_ref(), phrases, today, &mut findings);
    match file {
        Some(file) if findings.is_empty() => Ok(Pipeline {
            file,
            tables,
            files,
            dropped,
            passed_over,
        }),
        _ => Err(findings.into_error()),
    }
}

/// What lies in the folder of the inbox now and is nobody's register. What else is wrong there is not judged.
///
/// # Errors
/// [`LoadError::Unreadable`] when the folder or a file in it cannot be read.
pub fn passed_over(path: &Path, file: &PipelineFile, disk: &Disk<'_>) -> Result<Vec<PassedOver>, LoadError> {
    let Some(named) = &file.inbox else {
        return Ok(Vec::new());
    };
    let folder = path.parent().unwrap_or(Path::new("")).join(&named.folder);
    Ok(inbox_folder::look(&folder, disk, &mut Findings::default())?.passed_over)
}

/// The folder of the registers: relative to that of the pipeline file, and where it is.
struct Folder {
    name: PathBuf,
    path: PathBuf,
}

/// Reads all registers that are there and adds each to `files`; a register with a mistake gives no table.
fn read_registers(
    folder: &Folder,
    disk: &Disk<'_>,
    files: &mut Vec<(PathBuf, String)>,
    findings: &mut Findings,
) -> Result<Vec<Table>, LoadError> {
    let entries = match (disk.list)(&folder.path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            findings.push(PipelineError::new(
                &folder.path,
                "a folder with the registers as CSV files",
                "no such folder",
            ));
            return Ok(Vec::new());
        }
        Err(source) => {
            return Err(LoadError::Unreadable {
                path: folder.path.clone(),
                source,
            });
        }
    };
    refuse_unknown_registers(folder, &entries, findings);
    let mut tables = Vec::with_capacity(REGISTERS.len());
    for register in REGISTERS {
        let file_name = format!("{}.csv", register.name);
        let path = folder.path.join(&file_name);
        let Some(bytes) = read_if_there(&path, disk)? else {
            let columns: Vec<&str> = register.fields.iter().map(|field| field.name).collect();
            let error = PipelineError::new(&path, "the register", "no such file");
            findings.push(error.with_hint(format!("{file_name} has the columns {}", list(&columns))));
            continue;
        };
        files.push((folder.name.join(&file_name), sha256_hex(&bytes)));
        tables.extend(take(read_register(register, &path, &bytes), findings));
    }
    Ok(tables)
}

/// A CSV file that no register is called after was probably meant to be one, but for what a program left.
fn refuse_unknown_registers(folder: &Folder, entries: &[PathBuf], findings: &mut Findings) {
    let known: Vec<&str> = REGISTERS.iter().map(|register| register.name).collect();
    let mut names: Vec<PathBuf> = entries
        .iter()
        .filter_map(|entry| entry.file_name())
        .map(PathBuf::from)
        .collect();
    names.sort_unstable();
    for name in names {
        let is_csv = name
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        let stem = name
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let is_known =
            known.contains(&stem.as_str()) && name.extension().is_some_and(|extension| extension == "csv");
        if !is_csv || is_known || inbox_folder::is_left_by_a_program(&name.to_string_lossy()) {
            continue;
        }
        let error = PipelineError::new(
            &folder.path.join(&name),
            format!("one of {}", list(&known)),
            quoted(&stem),
        );
        findings.push(match nearest(&stem, known.iter().copied()) {
            Some(near) => error.with_hint(format!(
                "perhaps {near}.csv is meant; move a copy out of the folder"
            )),
            None => error.with_hint("move a file that is no register out of the folder"),
        });
    }
}

/// The bytes of a file, or nothing when it does not exist.
fn read_if_there(path: &Path, disk: &Disk<'_>) -> Result<Option<Vec<u8>>, LoadError> {
    match (disk.read)(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LoadError::Unreadable {
            path: path.to_path_buf(),
            source,
        }),
    }
}

/// The value, or nothing after its findings have been added to the others.
fn take<T>(outcome: Result<T, Findings>, findings: &mut Findings) -> Option<T> {
    outcome.map_err(|found| findings.append(found)).ok()
}
