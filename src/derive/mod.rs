//! From normalised tables to marts: every figure is one readable SELECT in `sql/`, and this module only runs them.
//!
//! | file | one idea |
//! |---|---|
//! | [`session`] | one engine, set up one way |
//! | [`functions`] | the statistics as SQL functions |
//! | [`sql_file`] | a SQL file and its header, which is the data dictionary |
//! | [`order`] | the order of the models, from their own SQL |
//! | [`materialise`] | one model to one Parquet file |
//! | [`schedule`] | models that do not need each other, at the same time |
//! | [`rows`] | an answer as rows, for what is printed |
//! | [`words`] | what the engine complains of, in words |
//!
//! It knows no figure, no code and no phrase: those stand in the registers, which are tables here.

pub mod dictionary;
mod error;
pub mod functions;
pub mod materialise;
#[cfg(test)]
mod month_tests;
pub mod order;
#[cfg(test)]
mod period_tests;
pub mod rows;
pub mod schedule;
pub mod session;
pub mod set_functions;
pub mod sql_file;
pub mod words;

use std::collections::BTreeSet;
use std::path::Path;

pub use error::DeriveError;
use session::Engine;
use sql_file::{Layer, SqlFile};

use crate::disk;

/// The files of `sql/` as they were when this binary was built.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sql_files.rs"));

/// All SQL files: those in the binary, or those of another folder of the same shape.
///
/// # Errors
/// [`DeriveError`] when the folder cannot be read or a header is incomplete.
pub fn load(folder: Option<&Path>) -> Result<Vec<SqlFile>, DeriveError> {
    let Some(folder) = folder else {
        return EMBEDDED
            .iter()
            .map(|(path, text)| SqlFile::parse(path, text))
            .collect();
    };
    let mut files = Vec::new();
    for (path, kind) in disk::walk(folder)? {
        let is_sql = path.extension().is_some_and(|extension| extension == "sql");
        if kind != disk::Kind::File || !is_sql {
            continue;
        }
        let relative = path
            .strip_prefix(folder)
            .unwrap_or(&path)
            .to_string_lossy()
            .replace('\\', "/");
        files.push(SqlFile::parse(&relative, &disk::read_to_string(&path)?)?);
    }
    Ok(files)
}

/// A model with the tables that it reads.
pub type Model = (SqlFile, Vec<String>);

/// The models of some layers in the order in which they can run. `given` are the tables that exist beforehand.
///
/// # Errors
/// [`DeriveError`] when one does not parse, reads an unknown table, or they need each other in a circle.
pub fn ordered(
    engine: &Engine,
    files: &[SqlFile],
    layers: &[Layer],
    given: &BTreeSet<String>,
) -> Result<Vec<Model>, DeriveError> {
    let models = files
        .iter()
        .filter(|file| layers.contains(&file.layer))
        .map(|file| {
            Ok((
                file.clone(),
                order::tables_read(engine.session(), &file.path, &file.text)?,
            ))
        })
        .collect::<Result<Vec<_>, DeriveError>>()?;
    order::in_order(models, given)
}
