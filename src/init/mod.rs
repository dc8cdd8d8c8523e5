//! A pipeline for another municipality: files that run, and that claim nothing which nobody there has decided.
//!
//! | file | one idea |
//! |---|---|
//! | [`municipality`] | which municipality is meant, from a list of codes and titles |
//! | [`template`] | the pipeline that is taken as an example, built in or from the disk |
//! | [`general`] | which part of each register is general, and which is the example's own |
//! | `wording` | the text of the new files |
//!
//! What is written loads, or nothing is written: the files are read back in memory first. Where the list comes from
//! (landing, recorded files, service) is decided by the command; nothing here asks the network.

mod error;
pub mod general;
pub mod municipality;
pub mod template;
mod wording;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

pub use error::InitError;
use municipality::Municipality;
use template::Template;

use crate::disk::{self, DiskError};
use crate::night;
use crate::pipeline::{Disk, Pipeline, to_csv};

/// The day on which the tests read.
#[cfg(test)]
const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();

/// What a new pipeline is made of.
#[derive(Debug, Clone)]
pub struct Order {
    /// Whose it is.
    pub municipality: Municipality,
    /// The folder that pipelines stand in.
    pub folder: PathBuf,
    /// Year 0; that of the template when it is not given.
    pub baseline_year: Option<i32>,
    /// Year in which targets must be met; that of the template when it is not given.
    pub target_year: Option<i32>,
}

/// A pipeline that was made.
#[derive(Debug)]
pub struct Made {
    /// The pipeline file.
    pub file: PathBuf,
    /// The folder of its registers.
    pub registers: PathBuf,
    /// The explanation beside them.
    pub explanation: PathBuf,
    /// The pipeline as it was read back.
    pub pipeline: Pipeline,
}

/// The files of a new pipeline, not yet written.
#[derive(Debug)]
struct Files {
    file: PathBuf,
    registers: PathBuf,
    pipeline: String,
    /// Name of the file in the folder of the registers, with its content.
    inside: BTreeMap<String, String>,
}

/// The name of the explanation: not a CSV file, so no register.
const EXPLANATION: &str = "LEESMIJ.md";

/// Makes a pipeline and writes it; `today` is the day on which it is read back.
///
/// # Errors
/// [`InitError`]; nothing has been written then.
pub fn make(order: &Order, template: &Template, today: NaiveDate) -> Result<Made, InitError> {
    let years = wording::Years::of(order, &template.pipeline.file.policy)?;
    let stem = order.municipality.file_stem.as_str();
    let file = order.folder.join(stem).with_extension("toml");
    let registers = order.folder.join(stem);
    for path in [&file, &registers] {
        if disk::kind(path)?.is_some() {
            return Err(InitError::Exists { path: path.clone() });
        }
    }
    let mut inside: BTreeMap<String, String> = general::registers(&template.pipeline)
        .iter()
        .map(|table| (format!("{}.csv", table.name), to_csv(table)))
        .collect();
    inside.insert(EXPLANATION.to_owned(), wording::explanation(&order.municipality));
    let files = Files {
        pipeline: wording::pipeline_file(&order.municipality, &years, template),
        file,
        registers,
        inside,
    };
    let pipeline = read_back(&files, today)?;
    write(&order.folder, &files)?;
    Ok(Made {
        explanation: files.registers.join(EXPLANATION),
        file: files.file,
        registers: files.registers,
        pipeline,
    })
}

/// Loads the files as a run will, before they exist.
fn read_back(files: &Files, today: NaiveDate) -> Result<Pipeline, InitError> {
    let not_there = || io::Error::from(io::ErrorKind::NotFound);
    let read = |path: &Path| {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let text = if path == files.file {
            Some(&files.pipeline)
        } else {
            files.inside.get(name)
        };
        text.map(|text| text.clone().into_bytes()).ok_or_else(not_there)
    };
    let list = |_: &Path| Ok(files.inside.keys().map(PathBuf::from).collect());
    let disk = Disk {
        read: &read,
        list: &list,
        length: &|_| Ok(None),
    };
    Ok(night::load_pipeline_from(&files.file, &disk, today)?)
}

/// Writes everything under a name that no reader looks at, then gives the folder and the file theirs.
fn write(folder: &Path, files: &Files) -> Result<(), DiskError> {
    disk::create_dir_all(folder)?;
    let partial = disk::partial_path(folder);
    let written = write_inside(&partial, files).and_then(|()| disk::rename(&partial, &files.registers));
    if let Err(error) = written {
        drop(disk::remove_tree(&partial));
        return Err(error);
    }
    disk::write_atomic(&files.file, files.pipeline.as_bytes()).inspect_err(|_| {
        // The first error is the one to report.
        drop(disk::remove_tree(&files.registers));
    })
}

fn write_inside(partial: &Path, files: &Files) -> Result<(), DiskError> {
    disk::create_dir_all(partial)?;
    for (name, text) in &files.inside {
        disk::write_atomic(&partial.join(name), text.as_bytes())?;
    }
    Ok(())
}
