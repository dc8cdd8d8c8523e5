//! Readers: one streaming reader for each shape in which the police and CBS hand out their tables.
//!
//! A reader is chosen by what stands in a file, never by its name ([`recognise()`]), and turns each shape into the
//! same thing: a [`Header`], then records of trimmed members and cells ([`read_data`]). Nothing is guessed: an unknown
//! symbol, text where a number must stand or a file that was cut off is a [`ReadError`] with file and line. Memory
//! does not grow with the file.
//!
//! Not here: what an empty cell means (that differs by table), which label belongs to which code, whether a count may
//! be fractional, whether a row stands twice. The caller has the metadata for that.

mod bulk;
mod cell;
mod error;
mod feed_lists;
mod feed_reply;
mod feed_rows;
mod flat;
mod guard;
mod json_rows;
mod metadata;
mod observations;
mod odata_lists;
pub mod period_label;
mod plain;
mod portal;
mod recognise;
mod row_template;
mod rows;
mod stars;
mod symbols;
mod table_layout;

use std::io::BufRead;

pub use bulk::Bulk;
pub use cell::{Cell, Symbol};
pub use error::{ReadError, invisible_sign};
pub use feed_lists::{read_feed_list, read_feed_properties, read_feed_service, read_feed_table_infos};
pub use metadata::{DimensionList, Member, Metadata, Property, TableInfo, read_metadata};
pub use odata_lists::{
    Code, Dimension, List, MeasureCode, Properties, read_codes, read_dimensions, read_measure_codes,
    read_properties,
};
pub use recognise::{HEAD_BYTES, recognise};

/// The shape of a file; the letters are those of ARCHITECTURE.md, "Flavours of an export".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// C4, portal export of the typed data: codes, an empty cell for every missing value.
    PortalTyped,
    /// C4, portal export of the untyped data: codes, right-aligned numbers, symbols.
    PortalUntyped,
    /// C4, the portal's metadata: see [`read_metadata`].
    PortalMetadata,
    /// C3, export as the table lies on the screen: labels, with title and source.
    TableLayout,
    /// C2, export without statistical symbols: labels, one row a cell.
    PlainExport,
    /// C1, export with statistical symbols: labels, everything between quotes.
    SymbolExport,
    /// A, a page of rows of OData v3 with bare numbers, or null for every missing value.
    FeedTyped,
    /// A, a page of rows of OData v3 with right-aligned numbers and symbols as text.
    FeedUntyped,
    /// A, the table as OData v3 describes it: see [`read_feed_table_infos`].
    FeedTableInfos,
    /// A, the dimensions and topics of OData v3: see [`read_feed_properties`].
    FeedProperties,
    /// A, the members of one dimension of OData v3: see [`read_feed_list`].
    FeedList,
    /// A, which resources a table of OData v3 has: see [`read_feed_service`].
    FeedService,
    /// B, a page of observations of OData v4.
    ODataV4Observations,
    /// B, the codes of one dimension of OData v4: see [`read_codes`].
    ODataV4Codes,
    /// B, the measures of OData v4: see [`read_measure_codes`].
    ODataV4MeasureCodes,
    /// B, the dimensions of OData v4: see [`read_dimensions`].
    ODataV4Dimensions,
    /// B, the properties of an OData v4 table: see [`read_properties`].
    ODataV4Properties,
    /// B, a whole table of OData v4 in a zip: see [`Bulk`].
    ODataV4Bulk,
}

impl Flavour {
    /// Whether [`read_data`] reads it.
    pub fn is_figures(self) -> bool {
        matches!(
            self,
            Self::PortalTyped
                | Self::PortalUntyped
                | Self::TableLayout
                | Self::PlainExport
                | Self::FeedTyped
                | Self::FeedUntyped
                | Self::ODataV4Observations
        )
    }
}

/// Whether the members of a file are codes or labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Members {
    /// Codes without the padding at their end.
    Codes,
    /// Labels as they are shown, without blanks around them.
    Labels,
}

/// What a data file says before its first figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Title of the table, where the file has one.
    pub title: Option<String>,
    /// What the members are.
    pub members: Members,
    /// Names of the dimensions, fixed ones included; records have their members in this order.
    pub dimensions: Vec<String>,
}

/// What is measured: a column, a row or a measure code, as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Key (`Aangiften_2`), measure code (`M000352`) or label.
    pub name: String,
    /// Unit, where the file names one (`aantal`).
    pub unit: Option<String>,
}

/// The cells that share one member of every dimension.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Line on which the record starts.
    pub line: u64,
    /// Members, parallel to [`Header::dimensions`].
    pub members: &'a [&'a str],
    /// Cells with the number of their topic.
    pub cells: &'a [(usize, Cell)],
}

/// How a record differs from the one before; all else is as it was.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// The member of a dimension, by its number.
    Member(usize, &'a str),
    /// The cell of a topic, by its number.
    Cell(usize, Cell),
    /// Nothing else: this was the record.
    Row,
}

/// What takes the content of a file. The calls come in this order: the header once, each topic before its first cell,
/// records.
pub trait Sink {
    /// Takes the header. An error stops the reader, which returns it.
    fn header(&mut self, header: &Header) -> Result<(), ReadError>;
    /// Takes a topic; `number` counts from 0 without gaps.
    fn topic(&mut self, number: usize, topic: &Topic) -> Result<(), ReadError>;
    /// Takes that the file calls a period not final: one star (provisional) or two (nearly final). It comes before the
    /// first record of the period, whose label has no stars then.
    fn provisional(&mut self, _period: &str, _stars: usize) {}
    /// Takes a record. An error stops the reader, which returns it.
    fn record(&mut self, record: &Record<'_>) -> Result<(), ReadError>;
    /// Takes what the next record has other than the one before, and then, as [`Change::Row`], that record. `false` from
    /// a sink that wants every record as a whole; after that the record comes as such.
    fn change(&mut self, _line: u64, _change: Change<'_>) -> Result<bool, ReadError> {
        Ok(false)
    }
}

/// What was read, when a file was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Records handed to the sink.
    pub records: u64,
    /// Cells in those records, empty ones included.
    pub cells: u64,
    /// Lines of the file.
    pub lines: u64,
    /// Who the footer names as source (`Politie`, `CBS`), in a table layout.
    pub source: Option<String>,
    /// Where the next page is, when the service says that there is one: the caller decides whether it has it.
    pub next_link: Option<String>,
}

/// Reads a data file to its end and hands every record to `sink`.
///
/// # Errors
/// Whatever is not exactly as the flavour has it, the errors of `sink`, and a flavour that holds no data. A page of
/// OData v3 may have no rows, for that is how a filter that matches nothing is answered: `sink` is not called then,
/// and [`Summary::records`] is 0.
pub fn read_data(
    flavour: Flavour,
    input: impl BufRead,
    file: &str,
    sink: &mut impl Sink,
) -> Result<Summary, ReadError> {
    match flavour {
        Flavour::PortalTyped => portal::read(portal::Form::Typed, input, file, sink),
        Flavour::PortalUntyped => portal::read(portal::Form::Untyped, input, file, sink),
        Flavour::TableLayout => table_layout::read(input, file, sink),
        Flavour::PlainExport => plain::read(input, file, sink),
        Flavour::SymbolExport => symbols::read(input, file, sink),
        Flavour::ODataV4Observations => observations::read(input, file, sink),
        Flavour::FeedTyped => feed_rows::read(portal::Form::Typed, input, file, sink),
        Flavour::FeedUntyped => feed_rows::read(portal::Form::Untyped, input, file, sink),
        Flavour::PortalMetadata
        | Flavour::FeedTableInfos
        | Flavour::FeedProperties
        | Flavour::FeedList
        | Flavour::FeedService
        | Flavour::ODataV4Codes
        | Flavour::ODataV4MeasureCodes
        | Flavour::ODataV4Dimensions
        | Flavour::ODataV4Properties
        | Flavour::ODataV4Bulk => Err(ReadError::new(
            file,
            1,
            "a file with figures",
            "a file with codes or metadata, or a zip",
            "read it with the reader of its own flavour",
        )),
    }
}

#[cfg(test)]
mod flavour_properties;
#[cfg(test)]
pub(super) mod test_sink;
