//! The pipeline file: whose figures, what the council decided, and where the figures come from.
//!
//! Here is its shape, typed and without room for an unknown key, because a mistyped `reduction_percent`
//! that is silently ignored changes what the council is told. Whether the values make sense
//! together is judged in `file_rules`.

use std::path::Path;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de};

use super::error::{Findings, PipelineError, quoted};
use super::file_places::{Places, position};
use super::file_rules::check_pipeline_file;
use super::file_signs::refuse_signs;
use super::source_kind::SourceKind;

/// The largest pipeline file that is read, in bytes.
const MOST_BYTES: usize = 1024 * 1024;

/// A pipeline file such as `pipelines/hengelo.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipelineFile {
    /// Whose figures these are.
    pub municipality: Municipality,
    /// What the council adopted.
    pub policy: Policy,
    /// Where people drop spreadsheets; nowhere when it is not there.
    pub inbox: Option<InboxFolder>,
    /// Where the figures come from, in the order of the file.
    #[serde(rename = "source")]
    pub sources: Vec<Source>,
}

/// The folder in which people drop spreadsheets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InboxFolder {
    /// The folder, relative to that of the pipeline file, with `/` and without `..`.
    pub folder: String,
}

/// A municipality.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Municipality {
    /// Code of Statistics Netherlands: `GM` and four digits.
    pub code: String,
    /// Name in sentences: `Hengelo`.
    pub name: String,
    /// Title in the tables of CBS and police: `Hengelo (O.)`.
    pub full_name: String,
    /// Whom the services can write to when a night does harm: an address of mail or web.
    pub contact: Option<String>,
}

/// The policy against which figures are judged.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Title of the policy note.
    pub title: String,
    /// Day on which the council adopted it; empty while it has not, and then nothing can be judged against it.
    #[serde(default, deserialize_with = "optional_toml_date")]
    pub adopted: Option<NaiveDate>,
    /// Year 0; never an unrepresentative year.
    pub baseline_year: i32,
    /// First year of the policy.
    pub start_year: i32,
    /// Year in which the targets must be met.
    pub target_year: i32,
    /// How much lower than the baseline the basket must be in the target year, in percent, 0 to 100.
    pub reduction_percent: f64,
    /// Years that are no baseline and no evidence.
    #[serde(default)]
    pub unrepresentative: Vec<UnrepresentativeYear>,
}

/// A year that may not be compared as if it were an ordinary one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnrepresentativeYear {
    /// The year.
    pub year: i32,
    /// Who says so.
    pub by: SaidBy,
    /// Why, in Dutch, as the report prints it.
    pub text: String,
    /// Line or lines of the note; always there when the note says so.
    pub lines: Option<String>,
}

/// Who qualifies a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SaidBy {
    /// The policy note, and with it the council.
    Nota,
    /// This product: an assumption, always printed as such.
    Product,
}

/// A table of a public service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Name of the source, and of its folder in the landing.
    pub id: String,
    /// What the table holds and how it is read.
    pub kind: SourceKind,
    /// Whether no release can stand without its news. What is not needed stays at its last good edition when it fails.
    #[serde(default = "yes")]
    pub needed: bool,
    /// Identifier of the table, in the letters that the service uses: `47013NED`, `03759ned`.
    pub table: String,
    /// Root of the service, with or without the table at its end; see [`Source::table_url`].
    pub base_url: String,
    /// Root of the zips of whole tables, for a table of OData v4 that is fetched as one.
    pub bulk_url: Option<String>,
    /// Title of the table, in Dutch.
    pub title: Option<String>,
    /// What the figures are for, in Dutch.
    pub why: Option<String>,
    /// Year of the municipal division on which a police table puts all its years.
    pub division: Option<i32>,
    /// Codes whose months the police withhold: an empty month is then not a zero.
    #[serde(default)]
    pub not_published_monthly: Vec<String>,
    /// Codes that the police keep back in this table altogether: the zero that stands there is no count.
    #[serde(default)]
    pub not_published: Vec<String>,
    /// Code of the row that totals all kinds; never a part of a sum.
    pub total_code: Option<String>,
    /// Regions that hold what cannot be placed, or that overlap others: never a part of a comparison.
    #[serde(default)]
    pub unassigned_regions: Vec<String>,
    /// The measure of each column that is read: `waarde = "GeregistreerdeMisdrijven_1"`.
    #[serde(default)]
    pub measures: BTreeMap<String, String>,
    /// The member of each further dimension that is read: `Geslacht = "T001038"`, everybody.
    #[serde(default)]
    pub slice: BTreeMap<String, String>,
    /// How the table of a survey tells an outcome from its margin.
    pub margins: Option<Margins>,
    /// Which of its periods are fetched.
    #[serde(default)]
    pub periods: Periods,
    /// Titles that the table no longer uses, in exports that give titles and no codes.
    #[serde(default)]
    pub former_titles: Vec<FormerTitle>,
    /// Files of this table that were saved earlier.
    #[serde(default)]
    pub recorded: Vec<Recorded>,
}

fn yes() -> bool {
    true
}

/// How the table of a survey tells an outcome from the limits of its interval: members of one dimension.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Margins {
    /// Key of the dimension: `Marges`.
    pub dimension: String,
    /// Member of the outcome itself: `MW00000`.
    pub value: String,
    /// Member of the lower limit: `MOG0095`.
    pub lower: String,
    /// Member of the upper limit: `MBG0095`.
    pub upper: String,
    /// How sure the interval is, in percent, 1 to 99.
    pub percent: u32,
}

/// A title that a table used earlier for one of its codes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerTitle {
    /// The title as the export has it.
    pub title: String,
    /// The code that it stands for.
    pub code: String,
}

/// Which periods of a table are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Periods {
    /// Every period of its list.
    #[default]
    All,
    /// Whole years only.
    Years,
    /// None: the table is known and left alone.
    None,
}

impl Periods {
    /// Whether a period of the list, such as `2022JJ00` or `2022MM01`, is one of them.
    pub fn takes(self, code: &str) -> bool {
        match self {
            Self::All => true,
            Self::Years => code.ends_with("JJ00"),
            Self::None => false,
        }
    }
}

/// A saved file of a source.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// Path below `fixtures/`, with `/` and without `..`.
    pub path: String,
    /// Day on which the source stood as the file has it.
    #[serde(deserialize_with = "toml_date")]
    pub peildatum: NaiveDate,
    /// Year of the municipal division, when it is not that of the source; see [`Source::division_of`].
    pub division: Option<i32>,
}

impl Source {
    /// Address below which the resources of the table are: `…/47013NED`, without a slash at the end.
    pub fn table_url(&self) -> String {
        let base = self.base_url.trim_end_matches('/');
        if base.rsplit('/').next() == Some(self.table.as_str()) {
            return base.to_owned();
        }
        format!("{base}/{}", self.table)
    }

    /// Year of the municipal division of one of its recorded files.
    pub fn division_of(&self, recorded: &Recorded) -> Option<i32> {
        recorded.division.or(self.division)
    }
}

fn toml_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let expected = "a day such as 2021-01-13, without quotes and without a time";
    let written = toml::value::Datetime::deserialize(deserializer)
        .map_err(|_| de::Error::invalid_value(de::Unexpected::Other("something else"), &expected))?;
    let (Some(date), None, None) = (written.date, written.time, written.offset) else {
        return Err(de::Error::invalid_value(
            de::Unexpected::Other("a time"),
            &expected,
        ));
    };
    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day)).ok_or_else(
        || de::Error::invalid_value(de::Unexpected::Other("a day that does not exist"), &expected),
    )
}

fn optional_toml_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    toml_date(deserializer).map(Some)
}

/// Reads a pipeline file; `name` is what messages call it, `today` the day of the run.
///
/// # Errors
/// The first mistake of form, or all mistakes of content.
pub(super) fn read_pipeline_file(
    name: &Path,
    bytes: &[u8],
    today: NaiveDate,
) -> Result<PipelineFile, Findings> {
    let text = decode(name, bytes)?;
    let mistake = |error: toml::de::Error| Findings::from(mistake_of_form(name, text, &error));
    let file: PipelineFile = toml::from_str(text).map_err(mistake)?;
    let mut findings = Findings::default();
    let places = Places::of_text(text).map_err(mistake)?;
    refuse_signs(name, &places, &mut findings);
    check_pipeline_file(name, &file, today, &places, &mut findings);
    if findings.is_empty() {
        Ok(file)
    } else {
        Err(findings)
    }
}

fn decode<'a>(name: &Path, bytes: &'a [u8]) -> Result<&'a str, Findings> {
    if bytes.len() > MOST_BYTES {
        let expected = format!("a pipeline file of at most {MOST_BYTES} bytes");
        return Err(PipelineError::new(name, expected, format!("{} bytes", bytes.len())).into());
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.split_at(error.valid_up_to()).0;
        PipelineError::new(name, "text in UTF-8", "another encoding")
            .at_line(before.split(|byte| *byte == b'\n').count() as u64)
            .with_hint("save the file as UTF-8")
            .into()
    })
}

/// A mistake that the TOML reader or the types found, in the words of the other errors.
fn mistake_of_form(name: &Path, text: &str, error: &toml::de::Error) -> PipelineError {
    let span = error.span().unwrap_or_default();
    let message = error.message().lines().next().unwrap_or_default();
    let written = text.get(span.clone()).unwrap_or_default();
    let first_line = written.lines().next().unwrap_or_default();
    let (found, expected) = match message.split_once(", expected ") {
        Some((found, expected)) if first_line.is_empty() => (found.to_owned(), expected.to_owned()),
        Some((found, expected)) => (format!("{}: {found}", quoted(first_line)), expected.to_owned()),
        None => match message.strip_prefix("missing field ") {
            Some(field) => ("no such key in this block".to_owned(), format!("the key {field}")),
            None => (quoted(first_line), format!("a readable pipeline file: {message}")),
        },
    };
    let error = PipelineError::new(name, in_words(&expected), found).at_position(position(text, span.start)).with_hint(
        "compare the block with the same block of pipelines/hengelo.toml; a text stands in quotes, a day and a number do not",
    );
    match key_before(text, span.start) {
        Some(key) => error.in_field(key),
        None => error,
    }
}

/// The key of the line on which a value begins: `baseline_year = "2019"`.
fn key_before(text: &str, byte: usize) -> Option<&str> {
    let before = text.get(..byte)?;
    let (key, _) = before.rsplit('\n').next()?.split_once('=')?;
    let key = key.trim();
    (!key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
    .then_some(key)
}

/// What a type of the program is to whoever writes the file.
fn in_words(expected: &str) -> String {
    match expected {
        "i32" => "a whole number".to_owned(),
        "f64" => "a number".to_owned(),
        "a string" => "a text between quotes".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::testing::{SMALL_PIPELINE, TODAY};

    fn read(text: &str) -> Result<PipelineFile, Findings> {
        read_pipeline_file(Path::new("x.toml"), text.as_bytes(), TODAY)
    }

    fn refused(text: &str) -> PipelineError {
        read(text).unwrap_err().into_first()
    }

    fn line_of(part: &str) -> u64 {
        1 + SMALL_PIPELINE
            .lines()
            .position(|line| line.contains(part))
            .unwrap() as u64
    }

    #[test]
    fn a_small_file_is_read_into_its_types() {
        let file = read(SMALL_PIPELINE).unwrap();
        assert_eq!(file.municipality.code, "GM0164");
        assert_eq!(file.policy.adopted, NaiveDate::from_ymd_opt(2021, 1, 13));
        assert_eq!(file.sources[0].kind, SourceKind::PoliceCrime);
        assert_eq!(file.policy.unrepresentative[0].by, SaidBy::Nota);
    }

    #[test]
    fn the_file_of_hengelo_is_right() {
        let file = read(include_str!("../../pipelines/hengelo.toml")).unwrap();
        let tables: Vec<&str> = file.sources.iter().map(|source| source.table.as_str()).collect();
        assert_eq!(
            tables,
            [
                "47013NED", "47021NED", "47018NED", "47022NED", "47024NED", "85984NED", "03759ned",
                "37230ned", "85146NED"
            ]
        );
        let left_alone = file
            .sources
            .iter()
            .filter(|source| source.periods == Periods::None);
        assert_eq!(
            left_alone.map(|source| source.table.as_str()).collect::<Vec<_>>(),
            ["47022NED", "47024NED"]
        );
        assert_eq!(
            file.sources[0].not_published_monthly,
            ["1.4.1", "3.2.1", "3.2.2", "3.7.3"]
        );
        let unrepresentative: Vec<i32> = file
            .policy
            .unrepresentative
            .iter()
            .map(|entry| entry.year)
            .collect();
        assert_eq!(
            (file.policy.baseline_year, unrepresentative),
            (2019, vec![2020, 2021])
        );
    }

    #[test]
    fn a_recorded_file_has_the_division_of_its_source_unless_it_gives_its_own() {
        let file = read(SMALL_PIPELINE).unwrap();
        let source = &file.sources[0];
        let divisions: Vec<_> = source
            .recorded
            .iter()
            .map(|recorded| source.division_of(recorded))
            .collect();
        assert_eq!(divisions, [Some(2023), Some(2026)]);
    }

    #[test]
    fn the_address_of_a_table_ends_with_the_table_once() {
        let mut source = read(SMALL_PIPELINE).unwrap().sources.remove(0);
        for base in [
            "https://x.nl/odata",
            "https://x.nl/odata/",
            "https://x.nl/odata/47013NED",
        ] {
            base.clone_into(&mut source.base_url);
            assert_eq!(source.table_url(), "https://x.nl/odata/47013NED");
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line_and_column() {
        let error = refused(&SMALL_PIPELINE.replace("reduction_percent", "reduction_percnt"));
        assert_eq!(
            (error.line, error.column),
            (Some(line_of("reduction_percent")), Some(1))
        );
        assert!(
            error.found.contains("unknown field `reduction_percnt`"),
            "{error}"
        );
        assert!(error.expected.contains("`reduction_percent`"), "{error}");
    }

    #[test]
    fn a_missing_key_is_named() {
        let error = refused(&SMALL_PIPELINE.replace("baseline_year = 2019\n", ""));
        assert_eq!(error.expected, "the key `baseline_year`");
        assert_eq!(error.line, Some(line_of("[policy]")));
    }

    #[test]
    fn a_date_in_quotes_or_with_a_time_is_refused_at_its_line() {
        for wrong in ["\"2021-01-13\"", "2021-01-13T10:00:00", "2021"] {
            let error = refused(&SMALL_PIPELINE.replace("2021-01-13", wrong));
            assert_eq!(error.line, Some(line_of("adopted")), "{error}");
            assert!(error.expected.contains("without quotes"), "{error}");
        }
        assert!(read(&SMALL_PIPELINE.replace("2021-01-13", "2021-02-30")).is_err());
    }

    #[test]
    fn text_that_is_no_toml_is_refused_with_line_and_column() {
        let error = refused(&SMALL_PIPELINE.replace("name = \"Hengelo\"", "name = Hengelo"));
        assert_eq!(error.line, Some(line_of("name = \"Hengelo\"")));
        assert!(error.column.is_some_and(|column| column > 1));
    }

    #[test]
    fn hostile_bytes_give_an_error_and_no_panic() {
        let deep = format!("a = {}", "[".repeat(100_000));
        let keys = format!("{} = 1", "a.".repeat(100_000));
        for text in [
            "",
            "\u{0}",
            "\u{FEFF}",
            "[[[[",
            &deep,
            &keys,
            "source = 1",
            "[source]\nid = 1",
        ] {
            assert!(read(text).is_err());
        }
        let windows_1252 = read_pipeline_file(Path::new("x.toml"), b"# a\n# caf\xE9", TODAY).unwrap_err();
        assert!(
            windows_1252
                .into_error()
                .to_string()
                .starts_with("x.toml:2: expected text in UTF-8")
        );
        let huge = vec![b'#'; MOST_BYTES + 1];
        assert!(read_pipeline_file(Path::new("x.toml"), &huge, TODAY).is_err());
    }
}
