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

const EARLIER: [Earlier; 6] = [
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
    // Its verdicts on series and themes.
    Earlier {
        name: "ruw_vorig_oordeel_reeks",
        table: "trend_reeks",
        sql: "SELECT reeks, jaar, waarde, basis, vorig, oordeel, oordeel_vorig FROM vorige_tabel",
        columns: || verdicts("reeks"),
    },
    Earlier {
        name: "ruw_vorig_oordeel_thema",
        table: "trend_thema",
        sql: "SELECT thema, jaar, waarde, basis, lag(waarde) OVER (PARTITION BY thema ORDER BY jaar) AS vorig, oordeel, oordeel_vorig
              FROM vorige_tabel",
        columns: || verdicts("thema"),
    },
    // The places of the own municipality, with what all municipalities together counted.
    Earlier {
        name: "ruw_vorige_plaats",
        table: "vergelijking",
        sql: "SELECT v.reeks, v.jaar, CAST(sum(v.waarde) AS BIGINT) AS samen,
                  max(v.waarde) FILTER (WHERE v.regio_code = b.gemeente) AS waarde,
                  max(v.rang) FILTER (WHERE v.regio_code = b.gemeente) AS rang,
                  max(v.oordeel) FILTER (WHERE v.regio_code = b.gemeente) AS oordeel
              FROM vorige_tabel AS v CROSS JOIN beleid AS b GROUP BY v.reeks, v.jaar",
        columns: || {
            let numbers = ["samen", "waarde", "rang"].map(|name| (name, no_numbers()));
            let first = vec![("reeks", no_text()), ("jaar", no_numbers())];
            [first, numbers.into(), vec![("oordeel", no_text())]].concat()
        },
    },
];

fn verdicts(key: &'static str) -> Vec<(&'static str, ArrayRef)> {
    let numbers = ["jaar", "waarde", "basis", "vorig"].map(|name| (name, no_numbers()));
    let texts = ["oordeel", "oordeel_vorig"].map(|name| (name, no_text()));
    [vec![(key, no_text())], numbers.into(), texts.into()].concat()
}

/// `ruw_bewogen`: for each table the tables of sources behind it of which something else landed than at the release before.
/// `moved` are those sources: their id and the name of their table.
///
/// # Errors
/// [`DeriveError`], never for tables of a run.
pub fn register_moved(
    engine: &Engine,
    moved: &[(String, String)],
    tables: &[TableDescription],
) -> Result<(), DeriveError> {
    let (mut names, mut sources) = (Vec::new(), Vec::new());
    for table in tables {
        for (id, source) in moved {
            let is_of = |file: &String| {
                file.strip_prefix(id.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
            };
            if table.landing.iter().any(is_of) {
                names.push(table.name.clone());
                sources.push(source.clone());
            }
        }
    }
    let rows = RecordBatch::try_from_iter([
        ("tabel", Arc::new(StringArray::from(names)) as ArrayRef),
        ("bron", Arc::new(StringArray::from(sources)) as ArrayRef),
    ])
    .map_err(|error| DeriveError::Bug(error.to_string()))?;
    engine.register_rows("ruw_bewogen", rows)
}

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
