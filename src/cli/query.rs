//! `nulmeting query`: any question in SQL to one release, read only.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::parquet::arrow::ArrowWriter;
use futures::StreamExt as _;
use serde_json::{Map, Value};

use super::arguments::{Format, QueryArguments};
use super::output;
use super::table::{Align, TextTable};
use crate::Error;
use crate::derive::DeriveError;
use crate::derive::session::Engine;
use crate::publish::{self, Release};

/// The most words and signs of a question: each may nest one deeper, and the engine goes down to the last of them. The
/// longest of our own files has 1,900.
const MOST_STEPS: usize = 5000;
/// Room for so many, also without optimisation; only what is used of it is taken.
const STACK_BYTES: usize = 128 << 20;

/// The most memory that the rows of an answer may take, in bytes: ten times the largest table of a release.
const LARGEST_ANSWER: usize = 1 << 30;

/// Asks and prints.
pub(super) fn run(arguments: &QueryArguments) -> Result<(), Error> {
    std::thread::scope(|scope| {
        let asking = std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, || ask(arguments));
        let asked = asking.map_err(|error| bug(&error))?.join();
        asked.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn ask(arguments: &QueryArguments) -> Result<(), Error> {
    let sql = match arguments.sql.as_str() {
        "-" => from_stdin()?,
        sql => sql.to_owned(),
    };
    let steps = steps(&sql);
    if steps > MOST_STEPS {
        return Err(Error::Usage {
            message: format!("expected a question of at most {MOST_STEPS} words and signs, found {steps}"),
            hint: "write a list as `x in (…)`, or ask in parts",
        });
    }
    let release = match &arguments.release {
        Some(id) => {
            let id = id.parse().map_err(Error::Publish)?;
            publish::open(&arguments.data, &id)?
        }
        None => current(&arguments.data)?,
    };
    let engine = open(&release)?;
    let batches = answer(&engine, &sql)?;
    match arguments.format {
        Format::Table => output::result(&as_table(&batches)?),
        Format::Csv => output::bytes(&as_csv(&batches)?),
        Format::Json => output::result(&as_json(&batches)?),
        Format::Parquet if output::is_terminal() => Err(Error::Usage {
            message: "a Parquet file cannot be shown on a terminal".to_owned(),
            hint: "redirect it to a file: nulmeting query … --format parquet > answer.parquet",
        }),
        Format::Parquet => output::bytes(&as_parquet(&batches)?),
    }
}

/// The whole answer, as long as it can be held.
fn answer(engine: &Engine, sql: &str) -> Result<Vec<RecordBatch>, Error> {
    let wrong = |error: DeriveError| match error {
        DeriveError::Sql { message, advice, .. } => Error::Question {
            message,
            hint: advice,
        },
        error => error.into(),
    };
    let failed = |error| wrong(DeriveError::from_engine("query", &error));
    let question = engine.plan("query", sql).map_err(wrong)?;
    let schema = Arc::clone(question.schema().inner());
    engine.wait(async {
        let mut arriving = question.execute_stream().await.map_err(failed)?;
        let (mut batches, mut bytes) = (Vec::new(), 0);
        while let Some(batch) = arriving.next().await {
            let batch = batch.map_err(failed)?;
            bytes += batch.get_array_memory_size();
            if bytes > LARGEST_ANSWER {
                return Err(Error::Usage {
                    message: format!("the answer takes more than {} MiB", LARGEST_ANSWER >> 20),
                    hint: "ask for fewer rows (`where`, `limit`) or for sums; the tables themselves are Parquet files",
                });
            }
            batches.push(batch);
        }
        if batches.is_empty() {
            batches.push(RecordBatch::new_empty(schema));
        }
        Ok(batches)
    })
}

/// Words and signs of a question. Numbers, commas and quotes do not count; words between quotes do, so that no quote in a
/// comment hides what follows it.
fn steps(sql: &str) -> usize {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let words = sql.split(|character| !is_word(character));
    let words = words.filter(|word| word.starts_with(|first: char| !first.is_numeric()));
    let signs = sql.chars().filter(|&character| {
        !is_word(character) && !character.is_whitespace() && !",'\"".contains(character)
    });
    words.count() + signs.count()
}

fn from_stdin() -> Result<String, Error> {
    let mut sql = String::new();
    std::io::stdin()
        .read_to_string(&mut sql)
        .map_err(|_| Error::Usage {
            message: "the question on stdin is not text in UTF-8".to_owned(),
            hint: "save the SQL file as UTF-8",
        })?;
    Ok(sql)
}

/// The current release.
pub(super) fn current(data: &Path) -> Result<Release, Error> {
    publish::current(data)?.ok_or_else(|| Error::NoRelease {
        data: data.to_owned(),
    })
}

/// A session with every table of a release under its name.
pub(super) fn open(release: &Release) -> Result<Engine, Error> {
    let engine = Engine::new()?;
    for table in &release.manifest.tables {
        let name = &table.description.name;
        if let Some(path) = release.table_path(name) {
            engine.register_file(name, &path)?;
        }
    }
    Ok(engine)
}

fn bug(error: &dyn std::fmt::Display) -> Error {
    Error::Bug(error.to_string())
}

fn is_number(data_type: &DataType) -> bool {
    data_type.is_numeric()
}

/// The cells of a column as text, `None` for NULL.
fn texts(column: &ArrayRef) -> Result<Vec<Option<String>>, Error> {
    let formatter =
        ArrayFormatter::try_new(column, &FormatOptions::default()).map_err(|error| bug(&error))?;
    // A column of type NULL has no null buffer of its own.
    let nulls = column.logical_nulls();
    (0..column.len())
        .map(|row| {
            if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                return Ok(None);
            }
            formatter
                .value(row)
                .try_to_string()
                .map(Some)
                .map_err(|error| bug(&error))
        })
        .collect()
}

fn schema_of(batches: &[RecordBatch]) -> Arc<Schema> {
    batches
        .first()
        .map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema)
}

fn as_table(batches: &[RecordBatch]) -> Result<String, Error> {
    let schema = schema_of(batches);
    let columns: Vec<(&str, Align)> = schema
        .fields()
        .iter()
        .map(|field| {
            let align = if is_number(field.data_type()) {
                Align::Right
            } else {
                Align::Left
            };
            (field.name().as_str(), align)
        })
        .collect();
    let mut table = TextTable::new(&columns);
    let mut rows = 0;
    for batch in batches {
        let cells: Vec<Vec<Option<String>>> = batch.columns().iter().map(texts).collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            table.push(
                cells
                    .iter()
                    .map(|column| column[row].clone().unwrap_or_default())
                    .collect(),
            );
        }
        rows += batch.num_rows();
    }
    let noun = if rows == 1 { "row" } else { "rows" };
    Ok(format!("{}({rows} {noun})\n", table.render()))
}

fn as_csv(batches: &[RecordBatch]) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let schema = schema_of(batches);
    writer
        .write_record(schema.fields().iter().map(|field| field.name()))
        .map_err(|error| bug(&error))?;
    for batch in batches {
        let cells: Vec<Vec<Option<String>>> = batch.columns().iter().map(texts).collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            let record = cells
                .iter()
                .map(|column| column[row].as_deref().unwrap_or_default());
            writer.write_record(record).map_err(|error| bug(&error))?;
        }
    }
    writer.into_inner().map_err(|error| bug(&error))
}

fn as_json(batches: &[RecordBatch]) -> Result<String, Error> {
    let mut rows = Vec::new();
    for batch in batches {
        let schema = batch.schema();
        let cells: Vec<Vec<Option<String>>> = batch.columns().iter().map(texts).collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            let mut object = Map::new();
            for (field, column) in schema.fields().iter().zip(&cells) {
                object.insert(field.name().clone(), json_value(field, column[row].as_deref()));
            }
            rows.push(Value::Object(object));
        }
    }
    let mut text = serde_json::to_string_pretty(&rows).map_err(|error| bug(&error))?;
    text.push('\n');
    Ok(text)
}

/// A number or yes/no as JSON has it, everything else as text.
fn json_value(field: &Field, text: Option<&str>) -> Value {
    let Some(text) = text else { return Value::Null };
    let plain = is_number(field.data_type()) || *field.data_type() == DataType::Boolean;
    let parsed = if plain {
        serde_json::from_str(text).ok()
    } else {
        None
    };
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

fn as_parquet(batches: &[RecordBatch]) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut writer =
        ArrowWriter::try_new(&mut bytes, schema_of(batches), None).map_err(|error| bug(&error))?;
    for batch in batches {
        writer.write(batch).map_err(|error| bug(&error))?;
    }
    writer.close().map_err(|error| bug(&error))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_nest_is_counted() {
        assert_eq!(steps("select 1"), 1);
        assert_eq!(steps("select a_1 + 1, 'x y' from t -- don't"), 11);
        assert_eq!(steps(&format!("select 1{}", "+1".repeat(100))), 101);
        assert_eq!(steps("x in ('GM0153', 'GM0164', 2019)"), 6);
    }
}
