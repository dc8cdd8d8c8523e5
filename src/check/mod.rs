//! Checks: every file of `sql/checks/` is a question whose rows are findings.
//!
//! A finding of severity `fout` stops the release unless a person accepted what it says, in the register `aanvaard`
//! ([`acceptance`]); a finding of severity `waarschuwing` goes with the release. All checks run before anything is decided,
//! so that the user sees everything at once. The outcome is itself two tables, `controles` and `aanvaardingen`.

pub mod acceptance;

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Int64Array, StringArray};
use datafusion::arrow::record_batch::RecordBatch;

use crate::beside;
use crate::derive::DeriveError;
use crate::derive::rows::{Row, Rows};
use crate::derive::session::Engine;
use crate::derive::sql_file::{FINDING, Layer, Severity, SqlFile};
use acceptance::Acceptance;

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name of the check, which is the stem of its file.
    pub check: String,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about: the same as long as it is about the same thing.
    pub key: String,
    /// What a person sees of it: an amount, an edition or both. Another one is another thing to look at.
    pub seen: String,
    /// What was found, in Dutch words, on one line.
    pub text: String,
    /// Whether a person accepted just this.
    pub is_accepted: bool,
    /// What a person accepted of the same thing, and is not what stands there now.
    pub accepted_otherwise: Vec<String>,
}

/// How the checks ended.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What they found, sorted by check, key and text.
    pub findings: Vec<Finding>,
    /// What a person accepted, whether it was found or not.
    pub accepted: Vec<Acceptance>,
    /// How many rows each check looked at, by its name. With none it says nothing.
    pub looked_at: BTreeMap<String, i64>,
}

/// Runs every check on the tables of a session.
///
/// # Errors
/// [`DeriveError`] when a check fails to run: no check is ever skipped.
pub fn run(engine: &Engine, files: &[SqlFile]) -> Result<Outcome, DeriveError> {
    let checks: Vec<&SqlFile> = files.iter().filter(|file| file.layer == Layer::Check).collect();
    // They ask and change nothing, so they run beside each other.
    let answers = beside::map(&checks, |check| {
        Ok::<_, DeriveError>((ask(engine, check)?, count(engine, check)?))
    });
    let mut outcome = Outcome::default();
    for (check, answer) in checks.iter().zip(answers) {
        let (findings, rows) = answer?;
        outcome.findings.extend(findings);
        outcome.looked_at.insert(check.name.clone(), rows);
    }
    outcome.findings.sort_by(|left, right| {
        (&left.check, &left.key, &left.text).cmp(&(&right.check, &right.key, &right.text))
    });
    outcome.accepted = acceptance::read(engine)?;
    acceptance::mark(&mut outcome.findings, &outcome.accepted);
    Ok(outcome)
}

fn count(engine: &Engine, check: &SqlFile) -> Result<i64, DeriveError> {
    let question = format!("SELECT count(*) AS aantal FROM {}", check.looked_at);
    let place = format!("{}, `-- telt:`", check.path);
    let rows = Rows::ask(engine, &place, &question)?;
    Ok(rows
        .iter()
        .find_map(|row| row.whole("aantal"))
        .unwrap_or_default())
}

fn ask(engine: &Engine, check: &SqlFile) -> Result<Vec<Finding>, DeriveError> {
    let severity = check.severity.unwrap_or(Severity::Error);
    let rows = Rows::ask(engine, &check.path, &check.text)?;
    let finding = |row: Row<'_>| {
        let text = row.text("bevinding").unwrap_or_default();
        let filled = |column: &'static str| {
            let cell = row.text(column).filter(|cell| !cell.is_empty());
            cell.ok_or_else(|| DeriveError::Finding {
                path: check.path.clone(),
                column,
                finding: text.clone(),
            })
        };
        let [key, seen, text] = FINDING.map(filled);
        Ok(Finding {
            check: check.name.clone(),
            severity,
            key: key?,
            seen: seen?,
            // Findings are kept one a line, see `controles`.
            text: text?.replace(['\r', '\n'], " "),
            is_accepted: false,
            accepted_otherwise: Vec::new(),
        })
    };
    rows.iter().map(finding).collect()
}

/// Makes the findings, the list of checks and what became of acceptances tables, for `sql/marts/controles.sql` and
/// `sql/marts/aanvaardingen.sql`.
///
/// # Errors
/// [`DeriveError`], never for findings of [`run`].
pub fn register(engine: &Engine, files: &[SqlFile], outcome: &Outcome) -> Result<(), DeriveError> {
    let findings = &outcome.findings;
    let text = |values: Vec<String>| Arc::new(StringArray::from(values)) as ArrayRef;
    let table = |columns: Vec<(&str, ArrayRef)>| {
        RecordBatch::try_from_iter(columns).map_err(|error| DeriveError::Bug(error.to_string()))
    };
    let mut place = 0;
    let mut last = "";
    let places: Vec<i64> = findings
        .iter()
        .map(|finding| {
            place = if finding.check == last { place + 1 } else { 1 };
            last = &finding.check;
            place
        })
        .collect();
    let found = table(vec![
        (
            "controle",
            text(findings.iter().map(|finding| finding.check.clone()).collect()),
        ),
        (
            "sleutel",
            text(findings.iter().map(|finding| finding.key.clone()).collect()),
        ),
        (
            "bevinding",
            text(findings.iter().map(|finding| finding.text.clone()).collect()),
        ),
        ("volgorde", Arc::new(Int64Array::from(places))),
        (
            "is_aanvaard",
            Arc::new(
                findings
                    .iter()
                    .map(|finding| Some(finding.is_accepted))
                    .collect::<BooleanArray>(),
            ),
        ),
    ])?;
    engine.register_rows("ruw_bevindingen", found)?;
    let checks: Vec<&SqlFile> = files.iter().filter(|file| file.layer == Layer::Check).collect();
    let names: Vec<&str> = checks.iter().map(|file| file.name.as_str()).collect();
    acceptance::register(engine, &outcome.accepted, findings, &names)?;
    let looked_at = |file: &&SqlFile| outcome.looked_at.get(&file.name).copied();
    let severity = |file: &&SqlFile| file.severity.unwrap_or(Severity::Error).to_string();
    let listed = table(vec![
        (
            "controle",
            text(checks.iter().map(|file| file.name.clone()).collect()),
        ),
        ("ernst", text(checks.iter().map(severity).collect())),
        (
            "doel",
            text(checks.iter().map(|file| file.purpose.clone()).collect()),
        ),
        (
            "getoetst",
            text(checks.iter().map(|file| file.tested.clone()).collect()),
        ),
        (
            "gezien",
            Arc::new(checks.iter().map(looked_at).collect::<Int64Array>()),
        ),
    ])?;
    engine.register_rows("ruw_controles", listed)
}
