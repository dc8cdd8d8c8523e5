//! Settled counts into the finished Parquet file, two row groups at a time.
//!
//! Most columns of a block are the same in every row group: regions and periods repeat for each kind, source and day are
//! constant. Such a column is packed once and copied; only the kind and the counts are packed row by row. A row group is
//! some whole kinds, or a range of regions of one kind, so that a reader who wants one kind skips all others.

use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, SyncSender};

use datafusion::arrow::array::{
    Array as _, ArrayRef, Date32Array, DictionaryArray, Int32Array, Int64Array, StringArray,
};
use datafusion::arrow::datatypes::{DataType, Int32Type, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves,
};
use datafusion::parquet::column::writer::ColumnCloseResult;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::{PageIndexPolicy, ParquetMetaDataReader};
use datafusion::parquet::file::reader::{ChunkReader, Length as _};

use super::axes::{Axes, Axis};
use super::counts::{self, IMPOSSIBLE, MISSING, NOT_PUBLISHED, SECRET};
use super::settle::Settled;
use super::{THREADS, Whole};
use crate::derive::sql_file::SqlFile;
use crate::disk::{self, Scratch};
use crate::normalise::crime::{MEASURE_COLUMNS, days};
use crate::normalise::error::NormaliseError;
use crate::table_file::{self, ColumnSpec, ROWS_PER_GROUP};

/// Why a cell holds what it holds, in the words of `sql/norm/misdrijven_versies.sql`.
const REASONS: [&str; 6] = [
    "waarde",
    "nul",
    "niet_gepubliceerd",
    "geheim",
    "onmogelijk",
    "ontbreekt",
];

/// A column of the finished table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Kind,
    Region,
    Period,
    /// One of the three counts.
    Count(usize),
    Reason,
    Status,
    Source,
    Day,
}

impl Column {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "soort_code" => Self::Kind,
            "regio_code" => Self::Region,
            "periode_code" => Self::Period,
            "reden" => Self::Reason,
            "status" => Self::Status,
            "bron" => Self::Source,
            "peildatum" => Self::Day,
            other => Self::Count(MEASURE_COLUMNS.iter().position(|column| *column == other)?),
        })
    }

    fn data_type(self) -> DataType {
        match self {
            Self::Count(_) => DataType::Int64,
            Self::Day => DataType::Date32,
            _ => DataType::Utf8,
        }
    }

    /// Whether it is the same for other kinds of the same regions.
    fn repeats(self, table: &Whole<'_>) -> bool {
        match self {
            Self::Kind | Self::Reason => false,
            Self::Count(count) => count >= table.columns,
            _ => true,
        }
    }
}

/// The rows of a row group.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    kinds: Range<usize>,
    regions: Range<usize>,
}

/// Row groups in the order of the file.
fn groups(axes: &Axes, at_most: usize) -> Vec<Group> {
    let cut = |all: usize, step: usize| {
        let step = step.max(1);
        (0..all)
            .step_by(step)
            .map(move |start| start..(start + step).min(all))
    };
    let (kinds, regions, periods) = (axes.kinds.len(), axes.regions.len(), axes.periods.len());
    let of_kind = regions * periods;
    if of_kind <= at_most {
        let group = |kinds| Group {
            kinds,
            regions: 0..regions,
        };
        return cut(kinds, at_most / of_kind.max(1)).map(group).collect();
    }
    let of_one = |kind: usize| cut(regions, at_most / periods.max(1)).map(move |regions| (kind, regions));
    let group = |(kind, regions)| Group {
        kinds: kind..kind + 1,
        regions,
    };
    (0..kinds).flat_map(of_one).map(group).collect()
}

impl Group {
    fn rows(&self, axes: &Axes) -> usize {
        self.kinds.len() * self.regions.len() * axes.periods.len()
    }

    /// Its rows in the table, which follow each other.
    fn range(&self, axes: &Axes) -> Range<u64> {
        let start =
            self.kinds.start as u64 * axes.rows_of_kind() + (self.regions.start * axes.periods.len()) as u64;
        start..start + self.rows(axes) as u64
    }

    /// Whether columns that repeat are the same in both.
    fn is_alike(&self, other: &Self) -> bool {
        self.regions == other.regions && self.kinds.len() == other.kinds.len()
    }
}

/// Writes the file; `folder` is for what is packed once.
///
/// # Errors
/// The disk, or a column that is none of the finished table.
pub(super) fn write(
    table: &Whole<'_>,
    axes: &Axes,
    like: &SqlFile,
    settled: Settled<'_>,
    folder: &Path,
    target: &Path,
) -> Result<(), NormaliseError> {
    let mut columns = Vec::new();
    let mut specs = Vec::new();
    for text in &like.columns {
        let column = Column::of(&text.name).ok_or_else(|| {
            NormaliseError::Bug(format!(
                "{}: no whole table has the column {}",
                like.path, text.name
            ))
        })?;
        columns.push(column);
        specs.push(ColumnSpec {
            name: text.name.clone(),
            data_type: column.data_type(),
            description: text.description.clone(),
        });
    }
    let packer = Packer {
        table,
        axes,
        columns: &columns,
        specs: &specs,
        settled,
        description: &like.purpose,
    };
    let groups = groups(axes, ROWS_PER_GROUP);
    let file = disk::create_new(target)?;
    packer.write(&groups, folder, file).map_err(|error| match error {
        Failure::Parquet(error) => table_file::refused(target, &error).into(),
        Failure::Other(error) => error,
    })
}

/// What stops the packing.
enum Failure {
    Parquet(ParquetError),
    Other(NormaliseError),
}

impl<E: Into<NormaliseError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

fn parquet(error: ParquetError) -> Failure {
    Failure::Parquet(error)
}

struct Packer<'a> {
    table: &'a Whole<'a>,
    axes: &'a Axes,
    columns: &'a [Column],
    specs: &'a [ColumnSpec],
    settled: Settled<'a>,
    description: &'a str,
}

/// The columns that repeat, packed once for all row groups that are alike.
struct Stencil<R> {
    of: Group,
    file: R,
    columns: Vec<ColumnCloseResult>,
}

type Packed = Result<Vec<ArrowColumnChunk>, Failure>;

impl Packer<'_> {
    fn write(&self, groups: &[Group], folder: &Path, file: disk::File) -> Result<(), Failure> {
        let mut stencils: Vec<Stencil<_>> = Vec::new();
        for group in groups {
            if !stencils.iter().any(|stencil| stencil.of.is_alike(group)) {
                stencils.push(self.stencil(group, folder)?);
            }
        }
        let schema = table_file::schema(self.specs);
        let properties = table_file::properties(self.description, None);
        let writer = ArrowWriter::try_new(file, schema, Some(properties)).map_err(parquet)?;
        let (mut writer, _) = writer.into_serialized_writer().map_err(parquet)?;
        std::thread::scope(|scope| {
            let packed: Vec<Receiver<Packed>> = (0..THREADS)
                .map(|thread| {
                    // One waits while the next is packed.
                    let (sender, receiver) = mpsc::sync_channel(1);
                    scope.spawn(move || self.pack(groups.iter().skip(thread).step_by(THREADS), &sender));
                    receiver
                })
                .collect();
            for (group, packed) in groups.iter().zip(packed.iter().cycle()) {
                let chunks = packed.recv().unwrap_or_else(|_| {
                    let message = "a thread that packs a table ended too early";
                    Err(Failure::Other(NormaliseError::Bug(message.to_owned())))
                })?;
                let stencil = stencils.iter().find(|stencil| stencil.of.is_alike(group));
                let mut repeated = stencil.map(|stencil| (&stencil.file, stencil.columns.iter()));
                let mut chunks = chunks.into_iter();
                let mut row_group = writer.next_row_group().map_err(parquet)?;
                for column in self.columns {
                    if column.repeats(self.table) {
                        let next = repeated
                            .as_mut()
                            .and_then(|(file, columns)| Some((*file, columns.next()?)));
                        if let Some((file, close)) = next {
                            row_group.append_column(file, close.clone()).map_err(parquet)?;
                        }
                    } else if let Some(chunk) = chunks.next() {
                        chunk.append_to_row_group(&mut row_group).map_err(parquet)?;
                    }
                }
                row_group.close().map_err(parquet)?;
            }
            writer.close().map_err(parquet)?;
            Ok(())
        })
    }

    /// The columns that repeat, or those that do not.
    fn part(&self, repeats: bool) -> (Vec<Column>, SchemaRef) {
        let part = self.columns.iter().zip(self.specs);
        let part = part.filter(|(column, _)| column.repeats(self.table) == repeats);
        let (columns, specs): (Vec<Column>, Vec<ColumnSpec>) =
            part.map(|(column, spec)| (*column, spec.clone())).unzip();
        (columns, table_file::schema(&specs))
    }

    /// Packs the columns that repeat into a file of their own.
    fn stencil(&self, group: &Group, folder: &Path) -> Result<Stencil<impl ChunkReader + use<>>, Failure> {
        let scratch = Scratch::create(folder)?;
        let (columns, schema) = self.part(true);
        let properties = table_file::properties("", None);
        let copy = scratch.share()?;
        let writer = ArrowWriter::try_new(copy, Arc::clone(&schema), Some(properties)).map_err(parquet)?;
        let (mut writer, factory) = writer.into_serialized_writer().map_err(parquet)?;
        let arrays = columns.iter().map(|column| self.repeated(*column, group));
        let chunks = encode(&factory, &schema, arrays).map_err(parquet)?;
        let mut row_group = writer.next_row_group().map_err(parquet)?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut row_group).map_err(parquet)?;
        }
        row_group.close().map_err(parquet)?;
        writer.close().map_err(parquet)?;

        let file = scratch.share()?;
        let metadata = ParquetMetaDataReader::new()
            .with_page_index_policy(PageIndexPolicy::Required)
            .parse_and_finish(&file)
            .map_err(parquet)?;
        let index = |at: usize| Some(metadata.column_index()?.first()?.get(at)?.clone());
        let offsets = |at: usize| Some(metadata.offset_index()?.first()?.get(at)?.clone());
        let row_group = metadata.row_group(0);
        let columns = row_group
            .columns()
            .iter()
            .enumerate()
            .map(|(at, column)| ColumnCloseResult {
                bytes_written: column.compressed_size() as u64,
                rows_written: group.rows(self.axes) as u64,
                metadata: column.clone(),
                bloom_filter: None,
                column_index: index(at),
                offset_index: offsets(at),
            });
        Ok(Stencil {
            of: group.clone(),
            columns: columns.collect(),
            // In memory: a copy of it is written for every row group.
            file: file.get_bytes(0, file.len() as usize).map_err(parquet)?,
        })
    }

    /// A column that repeats.
    fn repeated(&self, column: Column, group: &Group) -> Result<ArrayRef, ArrowError> {
        let rows = group.rows(self.axes);
        let (periods, regions) = (self.axes.periods.len(), &group.regions);
        let of_kind = || {
            regions
                .clone()
                .flat_map(|region| std::iter::repeat_n(region as i32, periods))
        };
        let in_turn = || (0..regions.len()).flat_map(|_| 0..periods as i32);
        let kinds = || group.kinds.clone();
        Ok(match column {
            Column::Region => texts(kinds().flat_map(|_| of_kind()), &self.axes.regions)?,
            Column::Period => texts(kinds().flat_map(|_| in_turn()), &self.axes.periods)?,
            Column::Status => {
                let words = Arc::new(StringArray::from(self.table.statuses.clone()));
                let word = |period: i32| (!words.is_null(period as usize)).then_some(period);
                let keys: Int32Array = kinds().flat_map(|_| in_turn()).map(word).collect();
                Arc::new(DictionaryArray::try_new(keys, words.clone())?)
            }
            Column::Source => {
                let name = StringArray::from(vec![self.table.source.table.as_str()]);
                Arc::new(DictionaryArray::try_new(
                    Int32Array::from_value(0, rows),
                    Arc::new(name),
                )?)
            }
            Column::Day => Arc::new(Date32Array::from_value(days(self.table.peildatum), rows)),
            Column::Kind | Column::Reason | Column::Count(_) => Arc::new(Int64Array::new_null(rows)),
        })
    }

    /// Packs some row groups, as far as anybody wants them.
    fn pack<'g>(&self, groups: impl Iterator<Item = &'g Group>, sender: &SyncSender<Packed>) {
        let (columns, schema) = self.part(false);
        let properties = table_file::properties("", None);
        let factory = ArrowWriter::try_new(io::sink(), Arc::clone(&schema), Some(properties))
            .and_then(ArrowWriter::into_serialized_writer);
        let factory = match factory {
            Ok((_, factory)) => factory,
            Err(error) => return drop(sender.send(Err(parquet(error)))),
        };
        let mut cells: Vec<Vec<u32>> = vec![Vec::new(); self.table.columns];
        for group in groups {
            let packed = self.pack_group(group, &columns, &schema, &factory, &mut cells);
            let has_failed = packed.is_err();
            if sender.send(packed).is_err() || has_failed {
                return;
            }
        }
    }

    fn pack_group(
        &self,
        group: &Group,
        columns: &[Column],
        schema: &SchemaRef,
        factory: &ArrowRowGroupWriterFactory,
        cells: &mut [Vec<u32>],
    ) -> Packed {
        let range = group.range(self.axes);
        for (column, cells) in cells.iter_mut().enumerate() {
            self.settled.read(column, range.clone(), cells)?;
        }
        let arrays = columns.iter().map(|column| self.varying(*column, group, cells));
        encode(factory, schema, arrays).map_err(parquet)
    }

    /// A column that does not repeat.
    fn varying(&self, column: Column, group: &Group, cells: &[Vec<u32>]) -> Result<ArrayRef, ArrowError> {
        let of = |column: usize| cells.get(column).map(Vec::as_slice).unwrap_or_default();
        Ok(match column {
            Column::Kind => {
                let of_kind = group.regions.len() * self.axes.periods.len();
                let kinds = group
                    .kinds
                    .clone()
                    .flat_map(|kind| std::iter::repeat_n(kind as i32, of_kind));
                texts(kinds, &self.axes.kinds)?
            }
            Column::Reason => {
                let words = Arc::new(StringArray::from(REASONS.to_vec()));
                let keys: Int32Array = of(0).iter().map(|cell| Some(reason(*cell))).collect();
                Arc::new(DictionaryArray::try_new(keys, words)?)
            }
            Column::Count(count) => {
                let numbers = of(count).iter().map(|cell| counts::number(*cell).map(i64::from));
                Arc::new(numbers.collect::<Int64Array>())
            }
            Column::Region | Column::Period | Column::Status | Column::Source | Column::Day => {
                self.repeated(column, group)?
            }
        })
    }
}

/// Texts by their place on an axis.
fn texts(places: impl Iterator<Item = i32>, axis: &Axis) -> Result<ArrayRef, ArrowError> {
    let codes = StringArray::from_iter_values(axis.codes());
    let places = Int32Array::from_iter_values(places);
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(
        places,
        Arc::new(codes),
    )?))
}

/// The place of a settled cell's reason among the reasons.
fn reason(cell: u32) -> i32 {
    match cell {
        0 => 1,
        NOT_PUBLISHED => 2,
        SECRET => 3,
        IMPOSSIBLE => 4,
        MISSING => 5,
        _ => 0,
    }
}

/// Packs columns; texts may come as places in a dictionary, which is not seen in the file.
fn encode(
    factory: &ArrowRowGroupWriterFactory,
    schema: &SchemaRef,
    arrays: impl Iterator<Item = Result<ArrayRef, ArrowError>>,
) -> Result<Vec<ArrowColumnChunk>, ParquetError> {
    let mut chunks = Vec::new();
    let writers = factory.create_column_writers(0)?;
    for ((mut writer, field), array) in writers.into_iter().zip(schema.fields()).zip(arrays) {
        for leaf in compute_leaves(field, &array?)? {
            writer.write(&leaf)?;
        }
        chunks.push(writer.close()?);
    }
    Ok(chunks)
}
