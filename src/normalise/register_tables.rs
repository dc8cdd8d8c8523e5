//! Registers and the pipeline file as tables, so that SQL finds every constant of the domain by name.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, Int64Array, StringArray,
};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;

use super::crime::days;
use super::error::NormaliseError;
use crate::pipeline::{CONVENTIONS, Pipeline, SaidBy, Source, Table, Values};
use crate::table_file::{ColumnSpec, schema};

/// A table in memory with its name, its purpose and its described columns.
pub struct MemoryTable {
    /// Its name in SQL.
    pub name: String,
    /// What it holds, in Dutch.
    pub description: String,
    /// Its columns.
    pub columns: Vec<ColumnSpec>,
    /// Its rows.
    pub rows: RecordBatch,
}

impl MemoryTable {
    /// A table of columns that have equal lengths.
    pub(super) fn new(
        name: &str,
        description: &str,
        columns: Vec<(&str, &str, ArrayRef)>,
    ) -> Result<Self, NormaliseError> {
        let specs: Vec<ColumnSpec> = columns
            .iter()
            .map(|(name, description, values)| ColumnSpec {
                name: (*name).to_owned(),
                data_type: values.data_type().clone(),
                description: (*description).to_owned(),
            })
            .collect();
        let values = columns.into_iter().map(|(_, _, values)| values).collect();
        let rows = RecordBatch::try_new(schema(&specs), values)
            .map_err(|error| NormaliseError::Bug(format!("table {name}: {error}")))?;
        Ok(Self {
            name: name.to_owned(),
            description: description.to_owned(),
            columns: specs,
            rows,
        })
    }
}

/// The name that a register has as a table: the three dimensions of the design are in the singular, and the registers
/// that `sql/norm/` makes observations of keep the plain name free for that.
pub fn table_name(register: &str) -> &str {
    match register {
        "reeksen" => "reeks",
        "themas" => "thema",
        "doelen" => "doel",
        "monitor" => "register_monitor",
        "metingen" => "register_metingen",
        other => other,
    }
}

/// A register as a table.
///
/// # Errors
/// [`NormaliseError::Bug`] when its columns have unequal lengths.
pub fn from_register(register: &Table) -> Result<MemoryTable, NormaliseError> {
    let columns = register
        .columns
        .iter()
        .map(|column| {
            let values: ArrayRef = match &column.values {
                Values::Text(values) => Arc::new(StringArray::from_iter(values)),
                Values::Whole(values) => Arc::new(Int64Array::from_iter(values)),
                Values::Number(values) => Arc::new(Float64Array::from_iter(values)),
                Values::Date(values) => Arc::new(Date32Array::from_iter(values)),
                Values::YesNo(values) => Arc::new(BooleanArray::from_iter(values)),
            };
            (column.name, column.description, values)
        })
        .collect();
    MemoryTable::new(table_name(register.name), register.description, columns)
}

/// What the council decided, as one row.
///
/// # Errors
/// [`NormaliseError::Bug`], never for a pipeline that was loaded.
pub fn policy(pipeline: &Pipeline, report_year: Option<i32>) -> Result<MemoryTable, NormaliseError> {
    let (policy, municipality) = (&pipeline.file.policy, &pipeline.file.municipality);
    let text = |text: &str| Arc::new(StringArray::from(vec![text.to_owned()])) as ArrayRef;
    let year = |year: Option<i32>| Arc::new(Int32Array::from(vec![year])) as ArrayRef;
    MemoryTable::new(
        "beleid",
        "Wat de raad vaststelde, in een rij",
        vec![
            ("gemeente", "code van de gemeente", text(&municipality.code)),
            ("gemeente_naam", "naam in zinnen", text(&municipality.name)),
            (
                "gemeente_volledig",
                "titel in de tabellen van CBS en politie",
                text(&municipality.full_name),
            ),
            ("titel", "titel van het beleid", text(&policy.title)),
            (
                "vastgesteld_op",
                "dag waarop de raad het beleid vaststelde; leeg zolang dat niet is gebeurd",
                Arc::new(Date32Array::from(vec![policy.adopted.map(days)])),
            ),
            ("basisjaar", "jaar 0", year(Some(policy.baseline_year))),
            (
                "beginjaar",
                "eerste jaar van het beleid",
                year(Some(policy.start_year)),
            ),
            (
                "streefjaar",
                "jaar waarvoor de streefwaarde geldt",
                year(Some(policy.target_year)),
            ),
            (
                "daling_pct",
                "gevraagde daling ten opzichte van jaar 0, in procent",
                Arc::new(Float64Array::from(vec![policy.reduction_percent])),
            ),
            (
                "gevraagd_jaar",
                "rapportjaar waar om gevraagd is; leeg voor het nieuwste",
                year(report_year),
            ),
        ],
    )
}

/// The years that prove nothing, one row each.
///
/// # Errors
/// [`NormaliseError::Bug`], never for a pipeline that was loaded.
pub fn unrepresentative_years(pipeline: &Pipeline) -> Result<MemoryTable, NormaliseError> {
    let years = &pipeline.file.policy.unrepresentative;
    let texts = |of: &dyn Fn(usize) -> Option<String>| {
        Arc::new((0..years.len()).map(of).collect::<StringArray>()) as ArrayRef
    };
    let by = |index: usize| {
        Some(match years.get(index)?.by {
            SaidBy::Nota => "nota".to_owned(),
            SaidBy::Product => "product".to_owned(),
        })
    };
    MemoryTable::new(
        "niet_representatief",
        "Jaren die nooit een basis zijn en nooit bewijzen dat een doel gehaald is",
        vec![
            (
                "jaar",
                "kalenderjaar",
                Arc::new(years.iter().map(|entry| Some(entry.year)).collect::<Int32Array>()),
            ),
            (
                "door",
                "wie dat zegt: de nota, of dit product als aanname",
                texts(&by),
            ),
            (
                "tekst",
                "waarom",
                texts(&|index| Some(years.get(index)?.text.clone())),
            ),
            (
                "regel",
                "regels van de nota",
                texts(&|index| years.get(index)?.lines.clone()),
            ),
        ],
    )
}

/// The sources of the pipeline, one row each, in its order; `divisions` are the municipal divisions in force.
///
/// # Errors
/// [`NormaliseError::Bug`], never for a pipeline that was loaded.
pub fn sources(pipeline: &Pipeline, divisions: &[Option<i32>]) -> Result<MemoryTable, NormaliseError> {
    let sources = &pipeline.file.sources;
    let texts = |of: &dyn Fn(&Source) -> String| {
        Arc::new(
            sources
                .iter()
                .map(|source| Some(of(source)))
                .collect::<StringArray>(),
        ) as ArrayRef
    };
    let publisher = |source: &Source| {
        (if source.kind.is_police() {
            "Politie"
        } else {
            "CBS StatLine"
        })
        .to_owned()
    };
    MemoryTable::new(
        "bronnen",
        "De tabellen die zijn opgehaald, en waarvoor",
        vec![
            ("bron", "tabel van de bron", texts(&|source| source.table.clone())),
            (
                "titel",
                "titel van de tabel",
                texts(&|source| source.title.clone().unwrap_or_default()),
            ),
            ("uitgever", "wie als bron genoemd wordt", texts(&publisher)),
            (
                "waarom",
                "waarvoor de cijfers nodig zijn",
                texts(&|source| source.why.clone().unwrap_or_default()),
            ),
            ("adres", "waar de tabel staat", texts(&Source::table_url)),
            (
                "indeling",
                "jaar van de gemeentelijke indeling, leeg waar elk jaar zijn eigen heeft",
                Arc::new(divisions.iter().copied().collect::<Int32Array>()),
            ),
            ("volgorde", "plaats in het pijplijnbestand", {
                Arc::new((1..=sources.len() as i32).map(Some).collect::<Int32Array>())
            }),
        ],
    )
}

/// The conventions as one row with a column each: `conventie.alfa`.
///
/// # Errors
/// [`NormaliseError::Bug`], never for a pipeline that was loaded.
pub fn conventions(pipeline: &Pipeline) -> Result<MemoryTable, NormaliseError> {
    let columns = CONVENTIONS
        .iter()
        .map(|name| {
            let value = Arc::new(Float64Array::from(vec![pipeline.convention(name)])) as ArrayRef;
            (*name, "zie conventies", value)
        })
        .collect();
    MemoryTable::new(
        "conventie",
        "De afspraken van dit product, een kolom per afspraak",
        columns,
    )
}

/// An empty table of plain columns: what a source would fill that has not been fetched.
///
/// # Errors
/// [`NormaliseError::Bug`] when a type has no empty array.
pub fn empty(name: &str, columns: &[(&str, DataType)]) -> Result<MemoryTable, NormaliseError> {
    let columns = columns
        .iter()
        .map(|(name, data_type)| (*name, "", datafusion::arrow::array::new_empty_array(data_type)))
        .collect();
    MemoryTable::new(name, "", columns)
}
