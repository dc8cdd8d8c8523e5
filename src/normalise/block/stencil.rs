//! Columns that are packed once and copied into every row group.
//!
//! What one row group of a block has in common with the next is packed into a small file, of which the bytes are copied
//! with their places moved. A column with one text in all of its rows differs from kind to kind in its dictionary only,
//! so that is exchanged.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves,
};
use datafusion::parquet::basic::{BoundaryOrder, Type};
use datafusion::parquet::column::writer::ColumnCloseResult;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::{
    ColumnIndexBuilder, PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader,
};
use datafusion::parquet::file::reader::{ChunkReader, Length as _};

use crate::disk::{DiskError, Scratch};
use crate::table_file;

/// Bytes in memory, as the Parquet library holds them.
pub(super) trait Bytes: ChunkReader + From<Vec<u8>> {}

impl<B: ChunkReader + From<Vec<u8>>> Bytes for B {}

/// Row groups in a small file of their own.
pub(super) struct Stencil<B> {
    /// The file.
    pub file: B,
    metadata: ParquetMetaData,
}

/// Packs row groups, each with the columns of the schema. Texts may come as places in a dictionary, which is not seen
/// in the file.
///
/// # Errors
/// The disk; within, what the Parquet library refuses.
pub(super) fn pack(
    scratch: &Scratch,
    schema: &SchemaRef,
    row_groups: &[Vec<ArrayRef>],
) -> Result<Result<Stencil<impl Bytes + use<>>, ParquetError>, DiskError> {
    let (written, read) = (scratch.share()?, scratch.share()?);
    let pack = || {
        let properties = table_file::properties("", None);
        let writer = ArrowWriter::try_new(written, Arc::clone(schema), Some(properties))?;
        let (mut writer, factory) = writer.into_serialized_writer()?;
        for arrays in row_groups {
            let mut row_group = writer.next_row_group()?;
            for chunk in encode(&factory, schema, arrays)? {
                chunk.append_to_row_group(&mut row_group)?;
            }
            row_group.close()?;
        }
        writer.close()?;
        let metadata = ParquetMetaDataReader::new()
            .with_page_index_policy(PageIndexPolicy::Required)
            .parse_and_finish(&read)?;
        let file = read.get_bytes(0, read.len() as usize)?;
        Ok(Stencil { file, metadata })
    };
    Ok(pack())
}

/// Packs the columns of one row group.
///
/// # Errors
/// What the Parquet library refuses.
pub(super) fn encode(
    factory: &ArrowRowGroupWriterFactory,
    schema: &SchemaRef,
    arrays: &[ArrayRef],
) -> Result<Vec<ArrowColumnChunk>, ParquetError> {
    let mut chunks = Vec::new();
    let writers = factory.create_column_writers(0)?;
    for ((mut writer, field), array) in writers.into_iter().zip(schema.fields()).zip(arrays) {
        for leaf in compute_leaves(field, array)? {
            writer.write(&leaf)?;
        }
        chunks.push(writer.close()?);
    }
    Ok(chunks)
}

impl<B: Bytes> Stencil<B> {
    /// What the library must know to copy a column out of the file.
    ///
    /// # Errors
    /// There is none.
    pub fn column(&self, row_group: usize, column: usize) -> Result<ColumnCloseResult, ParquetError> {
        let find = || {
            let rows = self.metadata.row_groups().get(row_group)?;
            let metadata = rows.columns().get(column)?.clone();
            Some(ColumnCloseResult {
                bytes_written: metadata.compressed_size() as u64,
                rows_written: rows.num_rows() as u64,
                metadata,
                bloom_filter: None,
                column_index: Some(self.metadata.column_index()?.get(row_group)?.get(column)?.clone()),
                offset_index: Some(self.metadata.offset_index()?.get(row_group)?.get(column)?.clone()),
            })
        };
        find().ok_or_else(|| ParquetError::General(format!("there is no column {column} to copy")))
    }

    /// A column with one text in all rows, with another text: `texts` has a row group of one row for each, the first
    /// of them the text that the column has now.
    ///
    /// # Errors
    /// There is no such column, or it has no dictionary.
    pub fn with_text(
        &self,
        column: usize,
        texts: &Stencil<impl Bytes>,
        number: usize,
        text: &[u8],
    ) -> Result<(B, ColumnCloseResult), ParquetError> {
        let mut close = self.column(0, column)?;
        let (old, new) = (texts.column(0, 0)?.metadata, texts.column(number, 0)?.metadata);
        let own = close.metadata.clone();
        let no_dictionary = || ParquetError::General("a text has no dictionary".to_owned());
        let start = new.dictionary_page_offset().ok_or_else(no_dictionary)?;
        let dictionary = (new.data_page_offset() - start) as usize;
        let dictionary = texts.file.get_bytes(start as u64, dictionary)?;
        let start = own.dictionary_page_offset().ok_or_else(no_dictionary)?;
        let pages_at = own.data_page_offset();
        let pages = (start + own.compressed_size() - pages_at) as usize;
        let pages = self.file.get_bytes(pages_at as u64, pages)?;
        let file = [dictionary.as_ref(), pages.as_ref()].concat();

        let unpacked = own.uncompressed_size() + new.uncompressed_size() - old.uncompressed_size();
        let texts_bytes = own.num_values() * text.len() as i64;
        let mut builder = own
            .into_builder()
            .set_dictionary_page_offset(Some(0))
            .set_data_page_offset(dictionary.len() as i64)
            .set_total_compressed_size(file.len() as i64)
            .set_total_uncompressed_size(unpacked)
            .set_unencoded_byte_array_data_bytes(Some(texts_bytes));
        if let Some(statistics) = new.statistics() {
            builder = builder.set_statistics(statistics.clone());
        }
        close.metadata = builder.build()?;
        let mut index = ColumnIndexBuilder::new(Type::BYTE_ARRAY);
        index.set_boundary_order(BoundaryOrder::ASCENDING);
        if let Some(offsets) = &mut close.offset_index {
            offsets.unencoded_byte_array_data_bytes = None;
            for page in &mut offsets.page_locations {
                page.offset += dictionary.len() as i64 - pages_at;
                index.append(false, text.to_vec(), text.to_vec(), 0);
            }
        }
        close.column_index = Some(index.build()?);
        close.bytes_written = file.len() as u64;
        Ok((B::from(file), close))
    }
}
