//! A build beside the releases: these files of the landing, with these registers and this SQL, and nothing published.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::PHRASES;
use super::stage::Stage;
use crate::derive::sql_file::SqlFile;
use crate::error::Error;
use crate::fetch::inbox;
use crate::landing::{Landing, Named};
use crate::pipeline::{self, Inbox, LoadError, Pipeline};
use crate::publish::{HashedFile, LandingFile, Release, TableDescription, recall_code};
use crate::{disk, normalise};

/// Where the checks stand.
const CHECKS: &str = "sql/checks/";

/// Tables that were built, in a folder of the shape of a release.
pub struct Built {
    /// The folder.
    pub folder: PathBuf,
    /// Its tables.
    pub tables: Vec<TableDescription>,
}

/// The pipeline and the registers of a release, from the store of code.
///
/// # Errors
/// [`Error`] when a file was not kept, or this program reads it otherwise than the one that made the release.
pub fn pipeline_of(data: &Path, release: &Release) -> Result<Pipeline, Error> {
    let run = &release.manifest.run;
    let mut files: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
    for file in &run.registers {
        files.insert(PathBuf::from(&file.file), recall_code(data, file)?);
    }
    let read = |path: &Path| {
        let bytes = files.get(path).cloned();
        bytes.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    };
    let list = |folder: &Path| {
        let inside = files.keys().filter(|path| path.parent() == Some(folder));
        Ok(inside.cloned().collect())
    };
    let length = |path: &Path| Ok(files.get(path).map(|bytes| bytes.len() as u64));
    let disk = pipeline::Disk {
        read: &read,
        list: &list,
        length: &length,
    };
    let dropped = inbox::landed(&landing_of(data, &run.landing)?)?;
    let path = Path::new(&run.pipeline.file);
    // Its registers were held against its own day when it was made.
    let today = release.manifest.published.date_naive();
    pipeline::load(path, &disk, PHRASES, Inbox::Landed(&dropped), today).map_err(|error| match error {
        LoadError::Invalid { .. } => Error::Usage {
            message: format!(
                "this program reads the registers of {} otherwise than the one that made it: {error}",
                release.id()
            ),
            hint: "compare two releases of this program; `nulmeting run --force` makes one",
        },
        error @ LoadError::Unreadable { .. } => error.into(),
    })
}

/// The SQL of a release, from the store of code, without its checks: what is built again is held against nothing.
///
/// # Errors
/// As [`pipeline_of`].
pub fn sql_of(data: &Path, release: &Release) -> Result<Vec<SqlFile>, Error> {
    let parse = |file: &HashedFile| {
        let bytes = recall_code(data, file)?;
        let relative = file.file.strip_prefix("sql/").unwrap_or(&file.file);
        Ok(SqlFile::parse(relative, &String::from_utf8_lossy(&bytes))?)
    };
    let is_check = |file: &&HashedFile| file.file.starts_with(CHECKS);
    let files = release.manifest.run.sql.iter();
    files.filter(|file| !is_check(file)).map(parse).collect()
}

/// The landing as it was when it held these files.
///
/// # Errors
/// [`Error::Landing`] when the landing is not there.
pub fn landing_of(data: &Path, files: &[LandingFile]) -> Result<Landing, Error> {
    let named = files.iter().map(|file| Named {
        source_id: file.source.clone(),
        file: file.file.clone(),
        peildatum: file.peildatum,
        state: file.state.clone(),
    });
    Ok(Landing::open(data)?.restricted_to(named.collect()))
}

/// Builds the tables. Checks and report are not made: what is asked is what the figures would be.
///
/// # Errors
/// [`Error`] of the first stage that fails.
pub fn rebuild(
    pipeline: &Pipeline,
    landing: &Landing,
    files: &[SqlFile],
    folder: &Path,
) -> Result<Built, Error> {
    let scratch = folder.join("stappen");
    disk::create_dir_all(&scratch)?;
    let mut stage = Stage::in_folder(folder, scratch.clone())?;
    // What was published had passed the clock of its own night.
    for table in normalise::read(pipeline, landing, &scratch, None, NaiveDate::MAX)? {
        stage.add_raw(table)?;
    }
    stage.derive(files, None, &[])?;
    let tables = stage.into_tables();
    disk::remove_tree(&scratch)?;
    Ok(Built {
        folder: folder.to_owned(),
        tables,
    })
}
