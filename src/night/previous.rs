//! What the release before this one said, as tables that the checks compare with.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::compute::concat_batches;

use crate::derive::DeriveError;
use crate::derive::session::Engine;
use crate::publish::{Release, TableDescription, TableKind};

/// A column of a table that has no rows yet.
fn no_text() -> ArrayRef {
    Arc::new(StringArray::from(Vec::<String>::new()))
}

fn no_numbers() -> ArrayRef {
    Arc::new(Int64Array::from(Vec::<i64>::new()))
}

/// What the checks ask of the release before: `name` holds the rows of `sql` on its `table`, and none when there is no
/// release or it has no such table.
struct Earlier {
    name: &'static str,
    table: &'static str,
    sql: &'static str,
    columns: fn() -> Vec<(&'static str, ArrayRef)>,
}

const EARLIER: [Earlier; 3] = [
    // Year 0 as the release before had it.
    Earlier {
        name: "ruw_vorige_nulmeting",
        table: "nulmeting",
        sql: "SELECT reeks, waarde_vastgesteld FROM vorige_tabel WHERE waarde_vastgesteld IS NOT NULL",
        columns: || vec![("reeks", no_text()), ("waarde_vastgesteld", no_numbers())],
    },
    // The year that it reported on.
    Earlier {
        name: "ruw_vorig_rapportjaar",
        table: "voortgangsrapportage",
        sql: "SELECT jaar FROM (SELECT max(rapportjaar) AS jaar FROM vorige_tabel) WHERE jaar IS NOT NULL",
        columns: || vec![("jaar", no_numbers())],
    },
    // The municipal divisions that were in force.
    Earlier {
        name: "ruw_vorige_indeling",
        table: "bronnen",
        sql: "SELECT bron, indeling FROM vorige_tabel WHERE indeling IS NOT NULL",
        columns: || vec![("bron", no_text()), ("indeling", no_numbers())],
    },
];

/// Makes what the release before said tables that the checks compare with.
///
/// # Errors
/// [`DeriveError`] when the release before cannot be read: a check that cannot compare must not pass.
pub fn register(engine: &Engine, standing: Option<&Release>) -> Result<(), DeriveError> {
    for earlier in &EARLIER {
        let empty = RecordBatch::try_from_iter((earlier.columns)())
            .map_err(|error| DeriveError::Bug(error.to_string()))?;
        let rows = match standing.and_then(|release| release.table_path(earlier.table)) {
            None => empty,
            Some(path) => {
                let file = format!("{}_bestand", earlier.name);
                engine.register_file(&file, &path)?;
                let sql = earlier.sql.replace("vorige_tabel", &file);
                let rows = engine.query("the release before", &sql)?;
                let schema = rows.first().map_or_else(|| empty.schema(), RecordBatch::schema);
                concat_batches(&schema, &rows).map_err(|error| DeriveError::Bug(error.to_string()))?
            }
        };
        engine.register_rows(earlier.name, rows)?;
    }
    Ok(())
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
