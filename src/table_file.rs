//! Tables as Parquet files that every reader opens and that come out the same, byte for byte, for the same rows.
//!
//! Plain types only (whole numbers, numbers, text, yes/no, dates), a description in each field and one of the table
//! in the file, one row group order, no time and no program version inside. What breaks sameness was measured:
//! more than one entry in a metadata map, and the writer's own version string.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::JoinHandle;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::KeyValue;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::disk::{self, DiskError, File};

/// Rows of a row group: small enough to skip by region, large enough to compress.
pub(crate) const ROWS_PER_GROUP: usize = 131_072;

/// A table that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum TableFileError {
    /// The disk refused.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The rows do not fit the columns, or Parquet refuses them.
    #[error("{path}: {message}")]
    Write {
        /// The file.
        path: PathBuf,
        /// The library's words.
        message: String,
    },
}

/// A column of a table that is going to be written.
#[derive(Debug, Clone)]
pub struct ColumnSpec {
    /// Its name.
    pub name: String,
    /// A plain type, see [`plain`].
    pub data_type: DataType,
    /// What it holds and in which unit, in Dutch.
    pub description: String,
}

/// The plain type that a type of the engine is written as; `None` when there is none.
pub fn plain(data_type: &DataType) -> Option<DataType> {
    Some(match data_type {
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 => {
            DataType::Int32
        }
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => DataType::Int64,
        DataType::Float32 | DataType::Float64 => DataType::Float64,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::Boolean => DataType::Boolean,
        DataType::Date32 => DataType::Date32,
        _ => return None,
    })
}

/// The schema of a file: every column may be empty, every field is described.
pub fn schema(columns: &[ColumnSpec]) -> SchemaRef {
    let fields: Vec<Field> = columns
        .iter()
        .map(|column| {
            let description = HashMap::from([("description".to_owned(), column.description.clone())]);
            Field::new(&column.name, column.data_type.clone(), true).with_metadata(description)
        })
        .collect();
    Arc::new(Schema::new(fields))
}

/// How a file is packed; without a number of rows whoever writes decides where a row group ends.
pub(crate) fn properties(description: &str, rows_per_group: Option<usize>) -> WriterProperties {
    let description = KeyValue::new("description".to_owned(), description.to_owned());
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("nulmeting".to_owned())
        .set_key_value_metadata(Some(vec![description]))
        .set_max_row_group_row_count(rows_per_group)
        .set_statistics_enabled(EnabledStatistics::Page)
        .build()
}

/// Batches that wait to be written, at most: whoever makes rows faster than they are packed waits too.
const BATCHES_WAITING: usize = 1;

/// A Parquet file that rows are added to. They are packed in a thread of the file, so that whoever makes them goes on
/// with the next ones meanwhile.
pub struct TableFile {
    path: PathBuf,
    schema: SchemaRef,
    batches: SyncSender<Option<RecordBatch>>,
    packer: JoinHandle<Result<(), ParquetError>>,
    rows: u64,
}

impl TableFile {
    /// Makes the file; it must not exist.
    ///
    /// # Errors
    /// [`TableFileError`] when it cannot be made.
    pub fn create(path: &Path, description: &str, columns: &[ColumnSpec]) -> Result<Self, TableFileError> {
        let schema = schema(columns);
        let properties = properties(description, Some(ROWS_PER_GROUP));
        let file = disk::create_new(path)?;
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))
            .map_err(|error| refused(path, &error))?;
        let (batches, waiting) = mpsc::sync_channel(BATCHES_WAITING);
        Ok(Self {
            path: path.to_owned(),
            schema,
            batches,
            packer: std::thread::spawn(move || pack(writer, &waiting)),
            rows: 0,
        })
    }

    /// Adds rows, column by column in the order of the file, cast to its plain types.
    ///
    /// # Errors
    /// [`TableFileError::Write`] when a column does not fit. That the disk refuses may only show in [`Self::finish`].
    pub fn write(&mut self, columns: &[ArrayRef]) -> Result<(), TableFileError> {
        let plain: Result<Vec<ArrayRef>, ArrowError> = columns
            .iter()
            .zip(self.schema.fields())
            .map(|(column, field)| cast(column, field.data_type()))
            .collect();
        let batch = plain
            .and_then(|columns| RecordBatch::try_new(Arc::clone(&self.schema), columns))
            .map_err(|error| refused(&self.path, &ParquetError::from(error)))?;
        self.rows += batch.num_rows() as u64;
        // A packer that is gone has failed, and says why when the file is finished.
        let _ = self.batches.send(Some(batch));
        Ok(())
    }

    /// Closes the file and gives the number of rows in it. A file that is not finished has no end and is no table.
    ///
    /// # Errors
    /// [`TableFileError::Write`] when any of its bytes could not be written.
    pub fn finish(self) -> Result<u64, TableFileError> {
        let _ = self.batches.send(None);
        let packed = self.packer.join().unwrap_or_else(|_| {
            let message = "the thread that packs the rows ended too early".to_owned();
            Err(ParquetError::General(message))
        });
        packed.map_err(|error| refused(&self.path, &error))?;
        Ok(self.rows)
    }
}

/// Packs batches until the last one is told; without that the file was given up, and gets no end.
fn pack(mut writer: ArrowWriter<File>, batches: &Receiver<Option<RecordBatch>>) -> Result<(), ParquetError> {
    while let Ok(next) = batches.recv() {
        match next {
            Some(batch) => writer.write(&batch)?,
            None => return writer.close().map(drop),
        }
    }
    Ok(())
}

pub(crate) fn refused(path: &Path, error: &ParquetError) -> TableFileError {
    TableFileError::Write {
        path: path.to_owned(),
        message: error.to_string(),
    }
}
