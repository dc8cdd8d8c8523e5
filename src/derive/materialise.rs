//! One model: its SELECT, run, held against its header, sorted by its key and written to a Parquet file.

use std::path::Path;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::arrow::compute::and;
use datafusion::arrow::compute::kernels::cmp::eq;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::Column;
use datafusion::logical_expr::Expr;
use datafusion::prelude::DataFrame;
use futures::StreamExt as _;

use super::error::DeriveError;
use super::session::Engine;
use super::sql_file::SqlFile;
use crate::table_file::{ColumnSpec, TableFile, TableFileError, plain};

/// What a model became.
#[derive(Debug, Clone)]
pub struct Made {
    /// Number of rows.
    pub rows: u64,
    /// Its columns, with the plain types they were written as.
    pub columns: Vec<ColumnSpec>,
}

/// Runs a model and writes it to `target`, sorted by its key and no key twice.
///
/// # Errors
/// [`DeriveError`] when the SQL fails, columns and header disagree, a type is not plain, or a key is double or empty.
pub fn materialise(engine: &Engine, file: &SqlFile, target: &Path) -> Result<Made, DeriveError> {
    let frame = engine.plan(&file.path, &file.text)?;
    let columns = described(file, &frame)?;
    let rows = sorted(file, frame)?;
    let mut table = TableFile::create(target, &file.purpose, &columns).map_err(written)?;
    let mut key = KeyCheck::new(file, &columns)?;
    engine.wait(async {
        let engine_error = |error| DeriveError::from_engine(&file.path, &error);
        let mut batches = rows.execute_stream().await.map_err(engine_error)?;
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(engine_error)?;
            key.check(&batch)?;
            table.write(batch.columns()).map_err(written)?;
        }
        Ok::<(), DeriveError>(())
    })?;
    Ok(Made {
        rows: table.finish().map_err(written)?,
        columns,
    })
}

fn sorted(file: &SqlFile, frame: DataFrame) -> Result<DataFrame, DeriveError> {
    let key = file
        .key
        .iter()
        .map(|column| by_name(column).sort(true, false))
        .collect();
    frame
        .sort(key)
        .map_err(|error| DeriveError::from_engine(&file.path, &error))
}

fn written(error: TableFileError) -> DeriveError {
    match error {
        TableFileError::Disk(error) => DeriveError::Disk(error),
        error @ TableFileError::Write { .. } => DeriveError::Bug(error.to_string()),
    }
}

/// Pairs the columns of the header with those of the SELECT: same names, same order.
fn described(file: &SqlFile, frame: &DataFrame) -> Result<Vec<ColumnSpec>, DeriveError> {
    let given: Vec<&str> = frame
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    let promised: Vec<&str> = file.columns.iter().map(|column| column.name.as_str()).collect();
    if given != promised {
        return Err(DeriveError::Columns {
            path: file.path.clone(),
            described: promised.join(", "),
            given: given.join(", "),
        });
    }
    if let Some(missing) = file
        .key
        .iter()
        .find(|column| !promised.contains(&column.as_str()))
    {
        return Err(DeriveError::Columns {
            path: file.path.clone(),
            described: format!("{} with the key {missing}", promised.join(", ")),
            given: given.join(", "),
        });
    }
    file.columns
        .iter()
        .zip(frame.schema().fields())
        .map(|(text, field)| {
            let data_type = plain(field.data_type()).ok_or_else(|| DeriveError::Type {
                path: file.path.clone(),
                column: text.name.clone(),
                found: field.data_type().to_string(),
            })?;
            Ok(ColumnSpec {
                name: text.name.clone(),
                data_type,
                description: text.description.clone(),
            })
        })
        .collect()
}

/// A column by its exact name: names are never split or folded.
fn by_name(column: &str) -> Expr {
    Expr::Column(Column::new_unqualified(column))
}

/// Holds each row's key against that of the row before it; rows come sorted by key, so equal keys are neighbours.
struct KeyCheck<'a> {
    file: &'a SqlFile,
    positions: Vec<usize>,
    /// The key of the last row, each column of one row.
    last: Option<Vec<ArrayRef>>,
}

impl<'a> KeyCheck<'a> {
    fn new(file: &'a SqlFile, columns: &[ColumnSpec]) -> Result<Self, DeriveError> {
        let positions: Option<Vec<usize>> = file
            .key
            .iter()
            .map(|name| columns.iter().position(|column| column.name == *name))
            .collect();
        let positions =
            positions.ok_or_else(|| DeriveError::Bug(format!("{}: a key column is missing", file.path)))?;
        Ok(Self {
            file,
            positions,
            last: None,
        })
    }

    fn check(&mut self, batch: &RecordBatch) -> Result<(), DeriveError> {
        let Some(last_row) = batch.num_rows().checked_sub(1) else {
            return Ok(());
        };
        let keys: Vec<&ArrayRef> = self
            .positions
            .iter()
            .map(|&position| batch.column(position))
            .collect();
        if keys.iter().any(|column| column.null_count() > 0) {
            let empty = |row: &usize| keys.iter().any(|column| column.is_null(*row));
            let row = (0..=last_row).find(empty).unwrap_or_default();
            return Err(self.broken("a row has an empty key", batch, row));
        }
        let part =
            |start, rows| -> Vec<ArrayRef> { keys.iter().map(|column| column.slice(start, rows)).collect() };
        if let Some(last) = &self.last
            && first_equal(last, &part(0, 1))?.is_some()
        {
            return Err(self.broken("two rows have the same key", batch, 0));
        }
        if let Some(row) = first_equal(&part(0, last_row), &part(1, last_row))? {
            return Err(self.broken("two rows have the same key", batch, row));
        }
        self.last = Some(part(last_row, 1));
        Ok(())
    }

    fn broken(&self, problem: &'static str, batch: &RecordBatch, row: usize) -> DeriveError {
        let shown: Vec<String> = self
            .positions
            .iter()
            .zip(&self.file.key)
            .map(|(&position, name)| {
                let value = array_value_to_string(batch.column(position), row).unwrap_or_default();
                format!("{name}={value}")
            })
            .collect();
        DeriveError::Key {
            table: self.file.name.clone(),
            problem,
            key: shown.join(" "),
        }
    }
}

/// The first row in which all columns of two keys are equal.
fn first_equal(one: &[ArrayRef], other: &[ArrayRef]) -> Result<Option<usize>, DeriveError> {
    let bug = |error: ArrowError| DeriveError::Bug(error.to_string());
    let mut equal: Option<BooleanArray> = None;
    // Of sorted rows the last columns differ most, so that the first ones are hardly ever looked at.
    for (one, other) in one.iter().zip(other).rev() {
        let column = eq(one, other).map_err(bug)?;
        let all = match equal {
            Some(before) => and(&before, &column).map_err(bug)?,
            None => column,
        };
        if !all.has_true() {
            return Ok(None);
        }
        equal = Some(all);
    }
    Ok(equal.and_then(|equal| equal.values().set_indices().next()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::Int64Array;
    use datafusion::arrow::datatypes::DataType;

    use super::*;

    fn run(select: &str, key: &str) -> Result<Made, DeriveError> {
        let text = format!(
            "-- doel: d\n-- korrel: k\n-- sleutel: {key}\n-- kolommen:\n-- a | een\n-- b | twee\n{select}"
        );
        let file = SqlFile::parse("marts/proef.sql", &text).unwrap();
        let folder = tempfile::tempdir().unwrap();
        materialise(
            &Engine::new().unwrap(),
            &file,
            &folder.path().join("proef.parquet"),
        )
    }

    #[test]
    fn the_columns_of_the_header_are_the_columns_of_the_select() {
        let made = run("SELECT 1 AS a, 'x' AS b", "a").unwrap();
        assert_eq!(made.rows, 1);
        let message = run("SELECT 1 AS b, 2 AS a", "a").unwrap_err().to_string();
        assert!(
            message.contains("describes the columns a, b, the SELECT gives b, a"),
            "{message}"
        );
    }

    #[test]
    fn a_double_or_empty_key_is_an_error_that_shows_it() {
        let double = run(
            "SELECT 1 AS a, 'x' AS b UNION ALL SELECT 1 AS a, 'x' AS b",
            "a, b",
        )
        .unwrap_err()
        .to_string();
        assert!(
            double.contains("same key") && double.contains("a=1 b=x"),
            "{double}"
        );
        let empty = run("SELECT CAST(NULL AS INT) AS a, 'x' AS b", "a")
            .unwrap_err()
            .to_string();
        assert!(empty.contains("empty key"), "{empty}");
    }

    #[test]
    fn a_double_key_is_found_where_one_batch_ends_and_the_next_begins() {
        let text = "-- doel: d\n-- korrel: k\n-- sleutel: a\n-- kolommen:\n-- a | een\nSELECT 1 AS a";
        let file = SqlFile::parse("marts/proef.sql", text).unwrap();
        let columns = [ColumnSpec {
            name: "a".to_owned(),
            data_type: DataType::Int64,
            description: String::new(),
        }];
        let batch = |values: Vec<i64>| {
            RecordBatch::try_from_iter([("a", Arc::new(Int64Array::from(values)) as ArrayRef)]).unwrap()
        };
        let mut key = KeyCheck::new(&file, &columns).unwrap();
        key.check(&batch(vec![1, 2])).unwrap();
        key.check(&batch(vec![])).unwrap();
        key.check(&batch(vec![3])).unwrap();
        let message = key.check(&batch(vec![3, 4])).unwrap_err().to_string();
        assert!(
            message.contains("same key") && message.contains("a=3"),
            "{message}"
        );
    }

    #[test]
    fn a_type_that_not_everybody_reads_is_refused() {
        let message = run("SELECT 1 AS a, interval '1 day' AS b", "a")
            .unwrap_err()
            .to_string();
        assert!(message.contains("column `b`"), "{message}");
    }

    #[test]
    fn a_model_cannot_write() {
        assert!(run("COPY (SELECT 1 AS a, 2 AS b) TO '/tmp/geschreven.csv'", "a").is_err());
    }
}
