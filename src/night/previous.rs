//! What the release before this one said, as tables that the checks compare with.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};

use crate::derive::DeriveError;
use crate::derive::session::Engine;
use crate::publish::{Release, TableDescription, TableKind};

/// `ruw_vorige_nulmeting`: year 0 as the release before had it; empty when there is none.
///
/// # Errors
/// [`DeriveError`] when the release before cannot be read: a check that cannot compare must not pass.
pub fn register_baseline(engine: &Engine, standing: Option<&Release>) -> Result<(), DeriveError> {
    let empty = RecordBatch::try_from_iter([
        (
            "reeks",
            Arc::new(StringArray::from(Vec::<String>::new())) as ArrayRef,
        ),
        (
            "waarde_vastgesteld",
            Arc::new(Int64Array::from(Vec::<i64>::new())) as ArrayRef,
        ),
    ])
    .map_err(|error| DeriveError::Bug(error.to_string()))?;
    let Some(path) = standing.and_then(|release| release.table_path("nulmeting")) else {
        return engine.register_rows("ruw_vorige_nulmeting", empty);
    };
    engine.register_file("vorige_nulmeting_bestand", &path)?;
    let rows = engine.query(
        "the release before",
        "SELECT reeks, waarde_vastgesteld FROM vorige_nulmeting_bestand WHERE waarde_vastgesteld IS NOT NULL",
    )?;
    engine.register_rows("ruw_vorige_nulmeting", rows.into_iter().next().unwrap_or(empty))
}

/// `ruw_vorig_rapportjaar`: the year that the release before reported on; empty when there is none.
///
/// # Errors
/// As [`register_baseline`].
pub fn register_report_year(engine: &Engine, standing: Option<&Release>) -> Result<(), DeriveError> {
    let empty =
        RecordBatch::try_from_iter([("jaar", Arc::new(Int64Array::from(Vec::<i64>::new())) as ArrayRef)])
            .map_err(|error| DeriveError::Bug(error.to_string()))?;
    let Some(path) = standing.and_then(|release| release.table_path("voortgangsrapportage")) else {
        return engine.register_rows("ruw_vorig_rapportjaar", empty);
    };
    engine.register_file("vorige_voortgangsrapportage_bestand", &path)?;
    let rows = engine.query(
        "the release before",
        "SELECT jaar FROM (SELECT max(rapportjaar) AS jaar FROM vorige_voortgangsrapportage_bestand) WHERE jaar IS NOT NULL",
    )?;
    engine.register_rows("ruw_vorig_rapportjaar", rows.into_iter().next().unwrap_or(empty))
}

/// `ruw_omvang`: the number of rows of each normalised table that comes from a source, now and in the release before.
///
/// # Errors
/// [`DeriveError`], never for tables of a release.
pub fn register_sizes(
    engine: &Engine,
    standing: Option<&Release>,
    tables: &[TableDescription],
) -> Result<(), DeriveError> {
    let mut names = Vec::new();
    let mut rows = Vec::new();
    let mut rows_before = Vec::new();
    let before = standing.map_or(&[][..], |release| &release.manifest.tables);
    let of_source = |old: &&TableDescription| old.kind == TableKind::Norm && !old.landing.is_empty();
    for old in before.iter().map(|table| &table.description).filter(of_source) {
        let now = tables
            .iter()
            .find(|table| table.name == old.name)
            .map_or(0, |table| table.rows);
        names.push(old.name.clone());
        rows.push(now as i64);
        rows_before.push(old.rows as i64);
    }
    let sizes = RecordBatch::try_from_iter([
        ("tabel", Arc::new(StringArray::from(names)) as ArrayRef),
        ("rijen", Arc::new(Int64Array::from(rows)) as ArrayRef),
        ("rijen_vorig", Arc::new(Int64Array::from(rows_before)) as ArrayRef),
    ])
    .map_err(|error| DeriveError::Bug(error.to_string()))?;
    engine.register_rows("ruw_omvang", sizes)
}
