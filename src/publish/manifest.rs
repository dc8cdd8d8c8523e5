//! What a release says of itself: `manifest.json`, the lineage of every table in it.
//!
//! [`Run`] and [`TableDescription`] are what the build knows; [`Table`] and [`Report`] add what was measured
//! on the files themselves when the release was closed. The manifest is written once, sorted, pretty-printed,
//! and is the only file of a release that holds the time of the run.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::ReleaseId;
use crate::clock::{serde_date, serde_optional_date, serde_stamp};

/// Raised when the meaning of a field changes; an unknown number is refused, an unknown field is not.
pub(super) const FORMAT: u32 = 1;

/// A release as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this form.
    pub format: u32,
    /// The release; also the name of its folder.
    pub release: ReleaseId,
    /// When it was published, UTC, by the clock of the run.
    #[serde(with = "serde_stamp")]
    pub published: DateTime<Utc>,
    /// What the build ran on.
    #[serde(flatten)]
    pub run: Run,
    /// Every table, norm before marts, by name.
    pub tables: Vec<Table>,
    /// Every file below `rapport/`, by name.
    pub reports: Vec<Report>,
}

/// What a build ran on and how its checks ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Version of nulmeting.
    pub program_version: String,
    /// The pipeline file.
    pub pipeline: HashedFile,
    /// Whose figures these are.
    pub municipality: Municipality,
    /// Of the landing, see [`crate::landing::fingerprint`].
    pub input_fingerprint: String,
    /// Of program, pipeline, registers and SQL, see [`super::code_fingerprint`].
    pub code_fingerprint: String,
    /// Every landed file that was read.
    pub landing: Vec<LandingFile>,
    /// Every register that was read.
    pub registers: Vec<HashedFile>,
    /// Every SQL file; none in a release of before they were kept.
    #[serde(default)]
    pub sql: Vec<HashedFile>,
    /// Sources whose news this release does without, sorted; none in a release of before they could be missed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub behind: Vec<Behind>,
    /// How the checks ended.
    pub checks: Checks,
}

/// Where a source failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// It did not come.
    Ophalen,
    /// It came and cannot be read.
    Lezen,
    /// A check found an error in it.
    Controle,
}

impl Step {
    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ophalen => "ophalen",
            Self::Lezen => "lezen",
            Self::Controle => "controle",
        }
    }
}

/// A source that stays at its last good edition, or has none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Behind {
    /// The source's id.
    pub source: String,
    /// Its table.
    pub table: String,
    /// The kind of source, as the pipeline file calls it.
    pub kind: String,
    /// Where it failed.
    pub step: Step,
    /// What kind of trouble it is, in one word that stays the same as long as the trouble does.
    pub code: String,
    /// What it is about, when that stays the same too.
    pub about: Option<String>,
    /// The first night without its news.
    #[serde(with = "serde_date")]
    pub since: NaiveDate,
    /// The day of the newest edition that is used; nothing when there is none.
    #[serde(with = "serde_optional_date")]
    pub stands_at: Option<NaiveDate>,
    /// The day of the newest edition that landed and is not used.
    #[serde(with = "serde_optional_date")]
    pub left_out: Option<NaiveDate>,
    /// The day on which it may be over although nothing else changes.
    #[serde(with = "serde_optional_date")]
    pub over_on: Option<NaiveDate>,
    /// All that was known of it when the release was made.
    pub detail: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// A municipality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Municipality {
    /// CBS code: `GM0164`.
    pub code: String,
    /// Name: `Hengelo`.
    pub name: String,
}

/// A file that is part of the code or the configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HashedFile {
    /// Its path as people know it: `sql/marts/nulmeting.sql`.
    pub file: String,
    /// SHA-256 of its content.
    pub sha256: String,
}

/// A file of the landing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LandingFile {
    /// The source's id.
    pub source: String,
    /// Its name in the source's folder.
    pub file: String,
    /// SHA-256 of its content.
    pub sha256: String,
    /// The day on which the source held these figures.
    #[serde(with = "serde_date")]
    pub peildatum: NaiveDate,
    /// A fingerprint of the state of the table that it is a part of; nothing for what was not fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// How the checks on the staged release ended, in numbers of checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// All that ran.
    pub performed: u64,
    /// Without a finding.
    pub passed: u64,
    /// With a finding that a reader must know and that does not stop the release.
    pub warned: u64,
    /// With a finding that stops the release.
    pub failed: u64,
}

/// Which folder of the release a table stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TableKind {
    /// A normalised source or register: `norm/`.
    Norm,
    /// A table derived from others in SQL: `marts/`.
    Mart,
}

impl TableKind {
    /// The folder in the release.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Norm => "norm",
            Self::Mart => "marts",
        }
    }
}

/// What the build knows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableDescription {
    /// Its name: lower-case ASCII, digits and `_`, at most 63.
    pub name: String,
    /// Norm or mart.
    pub kind: TableKind,
    /// Number of rows.
    pub rows: u64,
    /// Its columns in their order.
    pub schema: Vec<Column>,
    /// The SQL that made it; none for a table that is read from a file.
    pub sql: Option<HashedFile>,
    /// The tables of this release that it was made from.
    pub inputs: Vec<String>,
    /// The registers that it was made from, as in [`Run::registers`].
    pub registers: Vec<String>,
    /// The landed files that it was made from, each as `<source>/<file>` of [`Run::landing`].
    pub landing: Vec<String>,
}

impl TableDescription {
    /// Where its file stands in the release: `marts/nulmeting.parquet`.
    pub fn file(&self) -> String {
        format!("{}/{}.parquet", self.kind.folder(), self.name)
    }
}

/// A column as the data dictionary has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its Arrow type: `Utf8`, `Float64`.
    #[serde(rename = "type")]
    pub data_type: String,
    /// What it holds and in which unit, in Dutch.
    pub description: String,
}

/// A table of a release with its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What the build knows of it.
    #[serde(flatten)]
    pub description: TableDescription,
    /// Its path in the release.
    pub file: String,
    /// Length of the file in bytes.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// A file of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its path in the release: `rapport/voortgangsrapportage.html`.
    pub file: String,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 of its content.
    pub sha256: String,
}

impl Manifest {
    /// Path in the release, length and SHA-256 of every file but the manifest.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, u64, &str)> {
        let tables = self
            .tables
            .iter()
            .map(|table| (table.file.as_str(), table.bytes, table.sha256.as_str()));
        let reports = self
            .reports
            .iter()
            .map(|report| (report.file.as_str(), report.bytes, report.sha256.as_str()));
        tables.chain(reports)
    }

    /// A table of the release.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.description.name == name)
    }
}

/// Whether a table may be called so, in files, SQL, PostgreSQL and spreadsheets alike.
pub(super) fn is_table_name(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
