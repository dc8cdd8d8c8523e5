//! The answer to a query as rows with named, typed cells, for the few places that print tables instead of writing them.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, AsArray as _, RecordBatch};
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, Schema};

use super::error::DeriveError;
use super::session::Engine;

/// All rows of an answer.
pub struct Rows {
    batch: RecordBatch,
    positions: HashMap<String, usize>,
}

/// One row of an answer.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    rows: &'a Rows,
    index: usize,
}

impl Rows {
    /// Asks and keeps the whole answer. `path` names the question in errors.
    ///
    /// # Errors
    /// [`DeriveError`] when the question fails or a column is of no plain type.
    pub fn ask(engine: &Engine, path: &str, sql: &str) -> Result<Self, DeriveError> {
        let bug = |error: datafusion::arrow::error::ArrowError| DeriveError::Bug(format!("{path}: {error}"));
        let batches = engine.query(path, sql)?;
        let schema = batches
            .first()
            .map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
        let whole = concat_batches(&schema, &batches).map_err(bug)?;
        let mut columns = Vec::with_capacity(whole.num_columns());
        for (field, column) in schema.fields().iter().zip(whole.columns()) {
            let target = match field.data_type() {
                DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 | DataType::Null => DataType::Utf8,
                DataType::Boolean => DataType::Boolean,
                DataType::Date32 => DataType::Date32,
                other if other.is_integer() => DataType::Int64,
                _ => DataType::Float64,
            };
            columns.push((field.name().clone(), cast(column, &target).map_err(bug)?, true));
        }
        let positions = columns
            .iter()
            .enumerate()
            .map(|(at, (name, ..))| (name.clone(), at))
            .collect();
        let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(bug)?;
        Ok(Self { batch, positions })
    }

    /// The rows in their order.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.batch.num_rows()).map(|index| Row { rows: self, index })
    }

    /// The first row.
    pub fn first(&self) -> Option<Row<'_>> {
        self.iter().next()
    }

    fn column(&self, name: &str, data_type: &DataType) -> Option<&dyn Array> {
        let column = self.batch.column(*self.positions.get(name)?);
        (column.data_type() == data_type).then_some(column.as_ref())
    }
}

impl Row<'_> {
    fn cell(&self, name: &str, data_type: &DataType) -> Option<&dyn Array> {
        self.rows
            .column(name, data_type)
            .filter(|column| column.is_valid(self.index))
    }

    /// A text; `None` for NULL, and for a column that does not exist or is no text.
    pub fn text(&self, name: &str) -> Option<String> {
        Some(
            self.cell(name, &DataType::Utf8)?
                .as_string::<i32>()
                .value(self.index)
                .to_owned(),
        )
    }

    /// A whole number; `None` as for [`Row::text`].
    pub fn whole(&self, name: &str) -> Option<i64> {
        Some(
            self.cell(name, &DataType::Int64)?
                .as_primitive::<Int64Type>()
                .value(self.index),
        )
    }

    /// A number, whole or not; `None` as for [`Row::text`].
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.cell(name, &DataType::Float64) {
            Some(column) => Some(column.as_primitive::<Float64Type>().value(self.index)),
            None => self.whole(name).map(|whole| whole as f64),
        }
    }

    /// Yes or no; `None` as for [`Row::text`].
    pub fn flag(&self, name: &str) -> Option<bool> {
        Some(
            self.cell(name, &DataType::Boolean)?
                .as_boolean()
                .value(self.index),
        )
    }

    /// A day; `None` as for [`Row::text`].
    pub fn date(&self, name: &str) -> Option<NaiveDate> {
        let days = self
            .cell(name, &DataType::Date32)?
            .as_primitive::<Date32Type>()
            .value(self.index);
        NaiveDate::default().checked_add_signed(chrono::TimeDelta::days(i64::from(days)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_by_name_and_type_and_null_is_none() {
        let sql = "SELECT 1 AS a, 2.5 AS b, 'x' AS c, true AS d, CAST('2023-11-01' AS DATE) AS e, CAST(NULL AS INT) AS f";
        let rows = Rows::ask(&Engine::new().unwrap(), "proef", sql).unwrap();
        let row = rows.first().unwrap();
        assert_eq!(row.whole("a"), Some(1));
        assert_eq!(row.number("a"), Some(1.0));
        assert_eq!(row.number("b"), Some(2.5));
        assert_eq!(row.text("c").as_deref(), Some("x"));
        assert_eq!(row.flag("d"), Some(true));
        assert_eq!(row.date("e"), NaiveDate::from_ymd_opt(2023, 11, 1));
        assert_eq!(row.whole("f"), None);
        assert_eq!(row.text("a"), None);
        assert_eq!(row.text("geen"), None);
    }
}
