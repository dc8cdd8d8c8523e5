//! B: the bulk zip of CBS, which is a whole table of OData v4 as CSV files.
//!
//! ```text
//! Properties.csv, Dimensions.csv, MeasureCodes.csv, <Dimension>Codes.csv    as the replies of those names
//! Observations.csv    Id;Measure;<dimensions>;Value;StringValue;ValueAttribute, in any order of columns
//! ```
//! Each file is unpacked as it is read, from where the zip landed and never to the disk; what it unpacks to is counted
//! on the way, because the sizes in a zip are written by whoever made it. The site makes zips of a selection too, under
//! the same names and with its rows numbered anew: such a one has fewer rows than its properties count. Rows that are
//! numbered upwards stand once each. So count and numbers together prove that the table is whole.

use std::collections::HashMap;
use std::io::{self, BufReader, Read, Seek};

use csv::StringRecord;
use serde::de::DeserializeOwned;
use zip::ZipArchive;
use zip::result::ZipError;

use super::cell::{DecimalMark, parse_number};
use super::error::Complaint;
use super::guard::MAX_TOPICS;
use super::odata_lists::{self, Entry, MAX_LIST_BYTES};
use super::rows::Rows;
use super::{
    Cell, Code, Dimension, Header, MeasureCode, Members, Properties, ReadError, Record, Sink, Summary,
    Symbol, Topic,
};

/// The most files in a zip: some ten, and two for each dimension.
const MOST_FILES: usize = 200;
/// The most bytes of an observation, its texts padded.
const MOST_BYTES_OF_ROW: u64 = 1 << 10;
/// The columns of an observation that are no dimension.
const FIXED: [&str; 5] = ["Id", "Measure", "Value", "StringValue", "ValueAttribute"];

const DAMAGED: &str = "the zip was cut off or damaged: fetch it again";
const OTHER_SHAPE: &str =
    "the zip differs from what the service is known to give: fetch it again, or report it";
const SELECTION: &str =
    "fetch the zip of the whole table; one that is made of a selection on the site has fewer rows";
const BOMB: &str = "the zip unpacks to more than its table can hold: check where it came from";
const UNKNOWN_SYMBOL: &str = "nothing is guessed: look up what this ValueAttribute means for the table";

/// A bulk zip.
pub struct Bulk<R> {
    archive: ZipArchive<R>,
    file: String,
    properties: Properties,
}

/// A file of a zip, while it is read.
type FileRows<'a, R> = Rows<BufReader<Unpacked<zip::read::ZipFile<'a, R>>>>;

impl<R: Read + Seek> Bulk<R> {
    /// Opens a zip and reads what it says of its table; `file` is what messages call it.
    ///
    /// # Errors
    /// Something else than a whole zip, and one without the properties of a table or their `ObservationCount`.
    pub fn open(input: R, file: &str) -> Result<Self, ReadError> {
        let archive = ZipArchive::new(input).map_err(|error| refuse(file, error))?;
        if archive.len() > MOST_FILES {
            let found = format!("{} files", archive.len());
            return Err(ReadError::new(
                file,
                1,
                "a zip of at most 200 files",
                &found,
                OTHER_SHAPE,
            ));
        }
        let mut bulk = Self {
            archive,
            file: file.to_owned(),
            properties: Properties::default(),
        };
        let mut found = bulk.records::<Properties>("Properties.csv")?;
        bulk.properties = match (found.pop(), found.pop()) {
            (Some(properties), None) if properties.observation_count.is_some() => properties,
            _ => {
                let name = bulk.name_of("Properties.csv");
                let expected = "one row with an ObservationCount";
                return Err(ReadError::new(
                    &name,
                    2,
                    expected,
                    "none, or more rows",
                    OTHER_SHAPE,
                ));
            }
        };
        Ok(bulk)
    }

    /// What the zip says of its table.
    pub fn properties(&self) -> &Properties {
        &self.properties
    }

    /// The dimensions of the table.
    ///
    /// # Errors
    /// As [`super::read_dimensions`].
    pub fn dimensions(&mut self) -> Result<Vec<Dimension>, ReadError> {
        self.list("Dimensions.csv")
    }

    /// The measures of the table.
    ///
    /// # Errors
    /// As [`super::read_measure_codes`].
    pub fn measures(&mut self) -> Result<Vec<MeasureCode>, ReadError> {
        self.list("MeasureCodes.csv")
    }

    /// The codes of a dimension.
    ///
    /// # Errors
    /// As [`super::read_codes`].
    pub fn codes(&mut self, dimension: &str) -> Result<Vec<Code>, ReadError> {
        self.list(&format!("{dimension}Codes.csv"))
    }

    /// Hands every observation to `sink`.
    ///
    /// # Errors
    /// Whatever is not exactly as described, the errors of `sink`, and more or fewer rows than the table has.
    pub fn observations(&mut self, sink: &mut impl Sink) -> Result<Summary, ReadError> {
        let counted = self.properties.observation_count.unwrap_or_default();
        let most = counted.saturating_add(1).saturating_mul(MOST_BYTES_OF_ROW);
        let mut rows = self.rows("Observations.csv", most)?;
        rows.advance_to("a header with Measure and Value")?;
        let mut observations = Observations::new(&rows)?;
        sink.header(&Header {
            title: None,
            members: Members::Codes,
            dimensions: observations
                .dimensions
                .iter()
                .map(|(_, name)| name.clone())
                .collect(),
        })?;
        let mut summary = Summary::default();
        while rows.advance()? {
            if summary.records == counted {
                let expected = format!("no more than the {counted} observations of the whole table");
                return Err(rows.error(expected, "another one", OTHER_SHAPE));
            }
            observations.take(&rows, sink)?;
            summary.records += 1;
        }
        rows.expect_line_break_at_end()?;
        if summary.records != counted {
            let expected = format!("the {counted} observations of the whole table");
            return Err(rows.error(expected, &summary.records.to_string(), SELECTION));
        }
        summary.cells = summary.records;
        summary.lines = rows.lines();
        Ok(summary)
    }

    fn name_of(&self, entry: &str) -> String {
        format!("{}/{entry}", self.file)
    }

    /// The rows of a file of the zip, which unpacks to no more than so many bytes.
    fn rows(&mut self, entry: &str, most: u64) -> Result<FileRows<'_, R>, ReadError> {
        let name = self.name_of(entry);
        let unpacked = self
            .archive
            .by_name(entry)
            .map_err(|error| refuse(&name, error))?;
        let unpacked = Unpacked {
            input: unpacked,
            left: most,
            line: 1,
        };
        Ok(Rows::open(BufReader::new(unpacked), &name))
    }

    fn records<T: DeserializeOwned>(&mut self, entry: &str) -> Result<Vec<T>, ReadError> {
        let mut rows = self.rows(entry, MAX_LIST_BYTES)?;
        rows.advance_to("a header")?;
        let header: StringRecord = rows.record().clone();
        let mut records = Vec::new();
        while rows.advance()? {
            rows.expect_fields(header.len())?;
            let record = rows.record().deserialize(Some(&header));
            records.push(record.map_err(|error| {
                rows.error(
                    "an entry with the columns of its list",
                    &error.to_string(),
                    OTHER_SHAPE,
                )
            })?);
        }
        rows.expect_line_break_at_end()?;
        Ok(records)
    }

    fn list<T: DeserializeOwned + Entry>(&mut self, entry: &str) -> Result<Vec<T>, ReadError> {
        let records = self.records(entry)?;
        odata_lists::checked(records, &self.name_of(entry))
    }
}

/// What is known while the observations are read.
struct Observations {
    width: usize,
    /// Column of each of the fixed ones.
    fixed: [usize; FIXED.len()],
    /// Column and name of each dimension.
    dimensions: Vec<(usize, String)>,
    topics: HashMap<String, usize>,
    last: Option<u64>,
}

impl Observations {
    fn new<B: io::BufRead>(rows: &Rows<B>) -> Result<Self, ReadError> {
        let header = rows.record();
        let mut fixed = [0; FIXED.len()];
        for (slot, name) in fixed.iter_mut().zip(FIXED) {
            let mut columns = header.iter().enumerate().filter(|(_, column)| *column == name);
            *slot = match (columns.next(), columns.next()) {
                (Some((column, _)), None) => column,
                _ => return Err(rows.error(format!("one column {name}"), "none or more", OTHER_SHAPE)),
            };
        }
        let dimensions: Vec<(usize, String)> = header
            .iter()
            .enumerate()
            .filter(|(_, name)| !FIXED.contains(name))
            .map(|(column, name)| (column, name.to_owned()))
            .collect();
        let mut names: Vec<&str> = dimensions.iter().map(|(_, name)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        if names.is_empty() || names.len() < dimensions.len() || names.contains(&"") {
            return Err(rows.error("dimensions, each once", &names.join(", "), OTHER_SHAPE));
        }
        Ok(Self {
            width: header.len(),
            fixed,
            dimensions,
            topics: HashMap::new(),
            last: None,
        })
    }

    fn take<B: io::BufRead>(&mut self, rows: &Rows<B>, sink: &mut impl Sink) -> Result<(), ReadError> {
        rows.expect_fields(self.width)?;
        let field = |column: usize| rows.record().get(column).unwrap_or_default().trim_end();
        let [id, measure, value, string_value, attribute] = self.fixed.map(field);
        let number = id.parse().ok();
        if number.is_none() || number <= self.last {
            return Err(rows.error("an Id above that of the row before", id, OTHER_SHAPE));
        }
        self.last = number;
        if !string_value.is_empty() {
            return Err(rows.error("no StringValue: a table of numbers", string_value, OTHER_SHAPE));
        }
        let cell = match (attribute, value) {
            ("None", _) => parse_number(value, DecimalMark::Comma)
                .map(Cell::Number)
                .ok_or_else(|| rows.error("a number beside ValueAttribute None", value, OTHER_SHAPE))?,
            (_, "") => Symbol::from_attribute(attribute)
                .map(Cell::Empty)
                .ok_or_else(|| rows.error("a known ValueAttribute", attribute, UNKNOWN_SYMBOL))?,
            _ => return Err(rows.error("ValueAttribute None beside a number", attribute, UNKNOWN_SYMBOL)),
        };
        let mut members = Vec::with_capacity(self.dimensions.len());
        for (column, name) in &self.dimensions {
            let member = field(*column);
            if member.is_empty() {
                return Err(rows.error(format!("a member of {name}"), "", OTHER_SHAPE));
            }
            members.push(member);
        }
        let topic = match self.topics.get(measure) {
            Some(known) => *known,
            None if measure.is_empty() || self.topics.len() == MAX_TOPICS => {
                return Err(rows.error("one of at most 10000 measures", measure, OTHER_SHAPE));
            }
            None => {
                let number = self.topics.len();
                let topic = Topic {
                    name: measure.to_owned(),
                    unit: None,
                };
                sink.topic(number, &topic)?;
                self.topics.insert(topic.name, number);
                number
            }
        };
        sink.record(&Record {
            line: rows.line(),
            members: &members,
            cells: &[(topic, cell)],
        })
    }
}

/// The bytes of a file of a zip, counted; a fault of the zip becomes one of the content.
struct Unpacked<I> {
    input: I,
    left: u64,
    line: u64,
}

impl<I: Read> Read for Unpacked<I> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let complain = |line, expected, found, hint| {
            io::Error::other(Complaint {
                line,
                expected,
                found,
                hint,
            })
        };
        let read = self.input.read(target).map_err(|error| {
            if error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted {
                return error;
            }
            complain(
                self.line,
                "a zip that can be unpacked",
                error.to_string(),
                DAMAGED,
            )
        })?;
        let bytes = target.get(..read).unwrap_or_default();
        self.line += bytes.split(|byte| *byte == b'\n').skip(1).count() as u64;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let found = "more bytes than that".to_owned();
            complain(
                self.line,
                "a list, or as many rows as the table counts",
                found,
                BOMB,
            )
        })?;
        Ok(read)
    }
}

fn refuse(file: &str, error: ZipError) -> ReadError {
    match error {
        ZipError::Io(error) if error.raw_os_error().is_some() => ReadError::from_io(file, 1, error),
        ZipError::FileNotFound => {
            ReadError::new(file, 1, "this file in the zip of a table", "none", OTHER_SHAPE)
        }
        other => ReadError::new(
            file,
            1,
            "a whole zip without a password",
            &other.to_string(),
            DAMAGED,
        ),
    }
}

#[cfg(test)]
mod tests;
