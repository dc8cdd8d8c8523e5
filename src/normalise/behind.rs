//! The sources whose news a release does without, as a table for the checks.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, StringArray};

use super::RawTable;
use super::crime::days;
use super::error::NormaliseError;
use super::police;
use super::register_tables::MemoryTable;
use crate::publish::Behind;

/// Its raw table.
///
/// # Errors
/// [`NormaliseError::Bug`], never.
pub fn sources_behind(behind: &[Behind]) -> Result<RawTable, NormaliseError> {
    let texts = |of: &dyn Fn(&Behind) -> Option<&str>| {
        Arc::new(behind.iter().map(of).collect::<StringArray>()) as ArrayRef
    };
    let dates = |of: &dyn Fn(&Behind) -> Option<chrono::NaiveDate>| {
        Arc::new(
            behind
                .iter()
                .map(|one| of(one).map(days))
                .collect::<Date32Array>(),
        ) as ArrayRef
    };
    let table = MemoryTable::new(
        "ruw_achterstand",
        "",
        vec![
            ("naam", "", texts(&|one| Some(&one.source))),
            ("bron", "", texts(&|one| Some(&one.table))),
            ("soort", "", texts(&|one| Some(&one.kind))),
            ("stap", "", texts(&|one| Some(one.step.name()))),
            ("code", "", texts(&|one| Some(&one.code))),
            ("waarover", "", texts(&|one| one.about.as_deref())),
            ("sinds", "", dates(&|one| Some(one.since))),
            ("stand_van", "", dates(&|one| one.stands_at)),
            ("overgeslagen", "", dates(&|one| one.left_out)),
        ],
    )?;
    Ok(police::in_memory(table, &[]))
}
