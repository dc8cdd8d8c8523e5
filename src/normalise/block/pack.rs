//! Cells in order into the finished Parquet file, two row groups at a time.
//!
//! A row group is one kind, or a range of its regions, so that a reader who wants one kind skips all others. Most columns
//! are then the same in every row group: regions and periods repeat for each kind, source and day are constant. Such a
//! column is packed once and copied, see [`super::stencil`]; only counts, signs and files are packed row by row.

use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, SyncSender};

use datafusion::arrow::array::{ArrayRef, Date32Array, DictionaryArray, Int32Array, Int64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Int32Type, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::EnabledStatistics;
use datafusion::parquet::schema::types::ColumnPath;

use super::axes::{Axes, Axis};
use super::counts::{self, IMPOSSIBLE, SECRET};
use super::settle::Settled;
use super::stencil::{self, Bytes, Stencil};
use super::{THREADS, Whole};
use crate::disk::{self, Scratch};
use crate::normalise::crime::{days, name_of};
use crate::normalise::error::NormaliseError;
use crate::normalise::readers::Symbol;
use crate::table_file::{self, ColumnSpec, ROWS_PER_GROUP};

/// The columns, in the order of the file: those of `sql/stappen/tellingen.sql`.
const COLUMNS: [(&str, Column); 11] = [
    ("bron", Column::Source),
    ("peildatum", Column::Day),
    ("soort_code", Column::Kind),
    ("regio_code", Column::Region),
    ("periode_code", Column::Period),
    ("waarde", Column::Count(0)),
    ("aangiften", Column::Count(1)),
    ("internetaangiften", Column::Count(2)),
    (SIGN, Column::Sign),
    ("indeling", Column::Division),
    (FILE, Column::File),
];
const SIGN: &str = "teken";
const FILE: &str = "bestand";

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Kind,
    Region,
    Period,
    /// One of the three counts.
    Count(usize),
    Sign,
    Source,
    Day,
    Division,
    File,
}

impl Column {
    fn data_type(self) -> DataType {
        match self {
            Self::Count(_) => DataType::Int64,
            Self::Day => DataType::Date32,
            Self::Division | Self::File => DataType::Int32,
            _ => DataType::Utf8,
        }
    }

    /// Whether it is the same for other kinds of the same regions; the kind itself is but for its code.
    fn repeats(self, table: &Whole<'_>) -> bool {
        match self {
            Self::Sign | Self::File => false,
            Self::Count(count) => count >= table.columns,
            _ => true,
        }
    }
}

/// The rows of a row group.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    kind: usize,
    regions: Range<usize>,
}

/// Row groups in the order of the file.
fn groups(axes: &Axes, at_most: usize) -> Vec<Group> {
    let regions = axes.regions.len();
    let step = (at_most / axes.periods.len().max(1)).max(1);
    let of_kind = |kind: usize| {
        (0..regions).step_by(step).map(move |start| Group {
            kind,
            regions: start..(start + step).min(regions),
        })
    };
    (0..axes.kinds.len()).flat_map(of_kind).collect()
}

impl Group {
    fn rows(&self, axes: &Axes) -> usize {
        self.regions.len() * axes.periods.len()
    }

    /// Its rows in the table, which follow each other.
    fn range(&self, axes: &Axes) -> Range<u64> {
        let before = (self.regions.start * axes.periods.len()) as u64;
        let start = self.kind as u64 * axes.rows_of_kind() + before;
        start..start + self.rows(axes) as u64
    }
}

/// The columns of the file.
pub(super) fn specs() -> [ColumnSpec; 11] {
    COLUMNS.map(|(name, column)| ColumnSpec {
        name: name.to_owned(),
        data_type: column.data_type(),
        description: String::new(),
    })
}

/// Writes the file; `folder` is for what is packed once.
///
/// # Errors
/// The disk.
pub(super) fn write(
    table: &Whole<'_>,
    axes: &Axes,
    settled: Settled<'_>,
    folder: &Path,
    target: &Path,
) -> Result<(), NormaliseError> {
    let specs = specs();
    let packer = Packer {
        table,
        axes,
        specs: &specs,
        settled,
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

impl From<ParquetError> for Failure {
    fn from(error: ParquetError) -> Self {
        Self::Parquet(error)
    }
}

impl From<ArrowError> for Failure {
    fn from(error: ArrowError) -> Self {
        Self::Parquet(error.into())
    }
}

impl From<disk::DiskError> for Failure {
    fn from(error: disk::DiskError) -> Self {
        Self::Other(error.into())
    }
}

fn bug(message: &str) -> Failure {
    Failure::Other(NormaliseError::Bug(message.to_owned()))
}

struct Packer<'a> {
    table: &'a Whole<'a>,
    axes: &'a Axes,
    specs: &'a [ColumnSpec],
    settled: Settled<'a>,
}

type Packed = Result<Vec<ArrowColumnChunk>, Failure>;

impl Packer<'_> {
    fn write(&self, groups: &[Group], folder: &Path, file: disk::File) -> Result<(), Failure> {
        let schema = table_file::schema(self.specs);
        let properties = table_file::properties("", None);
        let writer = ArrowWriter::try_new(file, schema, Some(properties))?;
        let (mut writer, _) = writer.into_serialized_writer()?;
        std::thread::scope(|scope| {
            let packed: Vec<Receiver<Packed>> = (0..THREADS)
                .map(|thread| {
                    // One waits while the next is packed.
                    let (sender, receiver) = mpsc::sync_channel(1);
                    scope.spawn(move || self.pack(groups.iter().skip(thread).step_by(THREADS), &sender));
                    receiver
                })
                .collect();
            // Meanwhile those of the first kind: the ranges of regions are the same for all.
            let ranges = groups.iter().take_while(|group| group.kind == 0);
            let stencils = ranges
                .map(|group| self.stencil(group, folder))
                .collect::<Result<Vec<_>, _>>()?;
            let codes = self.codes(folder)?;
            let packed = packed.iter().cycle();
            for ((group, packed), stencil) in groups.iter().zip(packed).zip(stencils.iter().cycle()) {
                let ended = |_| Err(bug("a thread that packs a table ended too early"));
                let mut chunks = packed.recv().unwrap_or_else(ended)?.into_iter();
                let mut repeated = 0;
                let mut row_group = writer.next_row_group()?;
                for (_, column) in COLUMNS {
                    if !column.repeats(self.table) {
                        let chunk = chunks.next().ok_or_else(|| bug("a row group lacks a column"))?;
                        chunk.append_to_row_group(&mut row_group)?;
                        continue;
                    }
                    if column == Column::Kind {
                        let code = self.axes.kinds.code(group.kind).as_bytes();
                        let (file, close) = stencil.with_text(repeated, &codes, group.kind, code)?;
                        row_group.append_column(&file, close)?;
                    } else {
                        row_group.append_column(&stencil.file, stencil.column(0, repeated)?)?;
                    }
                    repeated += 1;
                }
                row_group.close()?;
            }
            writer.close()?;
            Ok(())
        })
    }

    /// The columns that repeat, or those that do not.
    fn part(&self, repeats: bool) -> (Vec<Column>, SchemaRef) {
        let part = COLUMNS.iter().zip(self.specs);
        let part = part.filter(|((_, column), _)| column.repeats(self.table) == repeats);
        let (columns, specs): (Vec<Column>, Vec<ColumnSpec>) =
            part.map(|((_, column), spec)| (*column, spec.clone())).unzip();
        (columns, table_file::schema(&specs))
    }

    /// The columns that repeat, for a range of regions; their kind is the first one.
    fn stencil(&self, group: &Group, folder: &Path) -> Result<Stencil<impl Bytes + use<>>, Failure> {
        let (columns, schema) = self.part(true);
        let arrays = columns.iter().map(|column| self.repeated(*column, group));
        let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
        Ok(stencil::pack(&Scratch::create(folder)?, &schema, &[arrays])??)
    }

    /// The code of each kind, in a row group of one row.
    fn codes(&self, folder: &Path) -> Result<Stencil<impl Bytes + use<>>, Failure> {
        let all = COLUMNS.iter().zip(self.specs);
        let specs: Vec<ColumnSpec> = all
            .filter(|((_, column), _)| *column == Column::Kind)
            .map(|(_, spec)| spec.clone())
            .collect();
        let code = |kind| texts(std::iter::once(kind as i32), &self.axes.kinds).map(|code| vec![code]);
        let codes = (0..self.axes.kinds.len())
            .map(code)
            .collect::<Result<Vec<_>, _>>()?;
        let schema = table_file::schema(&specs);
        Ok(stencil::pack(&Scratch::create(folder)?, &schema, &codes)??)
    }

    /// A column that repeats.
    fn repeated(&self, column: Column, group: &Group) -> Result<ArrayRef, ArrowError> {
        let rows = group.rows(self.axes);
        let (periods, regions) = (self.axes.periods.len(), &group.regions);
        let in_turn = || regions.clone().flat_map(|_| 0..periods as i32);
        Ok(match column {
            Column::Kind => texts(std::iter::repeat_n(0, rows), &self.axes.kinds)?,
            Column::Region => {
                let places = regions.clone();
                let places = places.flat_map(|region| std::iter::repeat_n(region as i32, periods));
                texts(places, &self.axes.regions)?
            }
            Column::Period => texts(in_turn(), &self.axes.periods)?,
            Column::Source => {
                let name = Arc::new(StringArray::from(vec![self.table.source.table.as_str()]));
                Arc::new(DictionaryArray::try_new(Int32Array::from_value(0, rows), name)?)
            }
            Column::Day => Arc::new(Date32Array::from_value(days(self.table.peildatum), rows)),
            Column::Division => Arc::new(Int32Array::from(vec![self.table.division; rows])),
            Column::Sign | Column::File | Column::Count(_) => Arc::new(Int64Array::new_null(rows)),
        })
    }

    /// Packs some row groups, as far as anybody wants them.
    fn pack<'g>(&self, groups: impl Iterator<Item = &'g Group>, sender: &SyncSender<Packed>) {
        let (columns, schema) = self.part(false);
        // The least and the greatest of them in a page help nobody, and every row is compared for them.
        let properties = table_file::properties("", None)
            .into_builder()
            .set_column_statistics_enabled(ColumnPath::from(SIGN), EnabledStatistics::None)
            .set_column_statistics_enabled(ColumnPath::from(FILE), EnabledStatistics::None)
            .build();
        let factory = ArrowWriter::try_new(io::sink(), Arc::clone(&schema), Some(properties))
            .and_then(ArrowWriter::into_serialized_writer);
        let factory = match factory {
            Ok((_, factory)) => factory,
            Err(error) => return drop(sender.send(Err(error.into()))),
        };
        let mut cells: Vec<Vec<u32>> = vec![Vec::new(); self.table.columns + 1];
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
        let arrays = columns.iter().map(|column| varying(*column, cells));
        let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
        Ok(stencil::encode(factory, schema, &arrays)?)
    }
}

/// A column that does not repeat, from the counts and the number of the file.
fn varying(column: Column, cells: &[Vec<u32>]) -> Result<ArrayRef, ArrowError> {
    let of = |column: usize| cells.get(column).map(Vec::as_slice).unwrap_or_default();
    Ok(match column {
        Column::Count(count) => {
            let numbers = of(count).iter().map(|cell| counts::number(*cell).map(i64::from));
            Arc::new(numbers.collect::<Int64Array>())
        }
        Column::File => {
            let files = cells.last().map(Vec::as_slice).unwrap_or_default();
            Arc::new(Int32Array::from_iter_values(
                files.iter().map(|file| *file as i32),
            ))
        }
        _ => {
            let words = Arc::new(StringArray::from(vec![
                name_of(Symbol::Secret),
                name_of(Symbol::Impossible),
            ]));
            let places: Int32Array = of(0).iter().map(|cell| sign(*cell)).collect();
            Arc::new(DictionaryArray::try_new(places, words)?)
        }
    })
}

/// Texts by their place on an axis.
fn texts(places: impl Iterator<Item = i32>, axis: &Axis) -> Result<ArrayRef, ArrowError> {
    let codes = Arc::new(StringArray::from_iter_values(axis.codes()));
    let places = Int32Array::from_iter_values(places);
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(places, codes)?))
}

/// The place of a sign among those that mean something by themselves.
fn sign(cell: u32) -> Option<i32> {
    match cell {
        SECRET => Some(0),
        IMPOSSIBLE => Some(1),
        _ => None,
    }
}
