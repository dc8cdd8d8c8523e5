//! What a person accepted, and what it still holds for.
//!
//! An acceptance holds for what the person saw and for nothing else: it names the check, the key of the finding, and what
//! stood there (an amount, an edition, or both). The rule stands here, once; SQL, the run and the command line read what
//! came of it.

use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{ArrayRef, BooleanArray, StringArray};
use datafusion::arrow::record_batch::RecordBatch;

use super::Finding;
use crate::derive::DeriveError;
use crate::derive::rows::{Row, Rows};
use crate::derive::session::Engine;

/// The register, and the table of it.
pub const REGISTER: &str = "aanvaard";

/// A row of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Name of the check.
    pub check: String,
    /// What the finding is about.
    pub key: String,
    /// What the person saw of it.
    pub seen: String,
}

impl Acceptance {
    /// Whether it is about the same thing as a finding, whatever stands there now.
    fn is_about(&self, finding: &Finding) -> bool {
        self.check == finding.check && self.key == finding.key
    }

    /// Whether a finding is what the person saw.
    fn holds_for(&self, finding: &Finding) -> bool {
        self.is_about(finding) && self.seen == finding.seen
    }
}

/// The rows of the register in a session.
///
/// # Errors
/// [`DeriveError`] when the register is no table of the session.
pub fn read(engine: &Engine) -> Result<Vec<Acceptance>, DeriveError> {
    let rows = Rows::ask(engine, REGISTER, "SELECT * FROM aanvaard")?;
    let acceptance = |row: Row<'_>| Acceptance {
        check: row.text("controle").unwrap_or_default(),
        key: row.text("sleutel").unwrap_or_default(),
        // A release of a program that did not ask what was seen has no such column: what it accepted holds for nothing.
        seen: row.text("stand").unwrap_or_default(),
    };
    Ok(rows.iter().map(acceptance).collect())
}

/// Marks the findings that were accepted as they are, and on the others what was accepted of the same thing.
pub(super) fn mark(findings: &mut [Finding], accepted: &[Acceptance]) {
    for finding in findings {
        finding.is_accepted = accepted.iter().any(|acceptance| acceptance.holds_for(finding));
        if !finding.is_accepted {
            let about = accepted.iter().filter(|acceptance| acceptance.is_about(finding));
            finding.accepted_otherwise = about.map(|acceptance| acceptance.seen.clone()).collect();
        }
    }
}

/// Makes the table `ruw_aanvaardingen`: each acceptance, with what the checks say of it now.
///
/// # Errors
/// [`DeriveError`], never for rows of [`read`].
pub fn register(
    engine: &Engine,
    accepted: &[Acceptance],
    findings: &[Finding],
    checks: &[&str],
) -> Result<(), DeriveError> {
    let text = |of: &dyn Fn(&Acceptance) -> Option<String>| {
        Arc::new(accepted.iter().map(of).collect::<StringArray>()) as ArrayRef
    };
    let flag = |of: &dyn Fn(&Acceptance) -> bool| {
        Arc::new(accepted.iter().map(|row| Some(of(row))).collect::<BooleanArray>()) as ArrayRef
    };
    let now = |acceptance: &Acceptance| {
        let about = findings.iter().filter(|finding| acceptance.is_about(finding));
        let seen: Vec<&str> = about.map(|finding| finding.seen.as_str()).collect();
        (!seen.is_empty()).then(|| seen.join(", "))
    };
    let holds = |acceptance: &Acceptance| findings.iter().any(|finding| acceptance.holds_for(finding));
    let rows = RecordBatch::try_from_iter([
        ("controle", text(&|row| Some(row.check.clone()))),
        ("sleutel", text(&|row| Some(row.key.clone()))),
        ("stand", text(&|row| Some(row.seen.clone()))),
        ("stand_nu", text(&now)),
        ("geldt", flag(&holds)),
        (
            "is_controle",
            flag(&|row: &Acceptance| checks.contains(&row.check.as_str())),
        ),
    ])
    .map_err(|error| DeriveError::Bug(error.to_string()))?;
    engine.register_rows("ruw_aanvaardingen", rows)
}

/// The row of the register that accepts a finding, but for the name of whoever does: the loader refuses it until that
/// stands there.
pub fn line(finding: &Finding, day: NaiveDate) -> String {
    let [check, key, seen] = [&finding.check, &finding.key, &finding.seen].map(|cell| cell_of(cell));
    format!("{check};{key};{seen};;{day};")
}

/// A text as a cell of a CSV file.
fn cell_of(text: &str) -> String {
    if text.contains([';', '"', '\r', '\n']) || text.trim() != text {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::sql_file::Severity;

    fn finding(key: &str, seen: &str) -> Finding {
        Finding {
            check: "gekrompen".to_owned(),
            severity: Severity::Error,
            key: key.to_owned(),
            seen: seen.to_owned(),
            text: String::new(),
            is_accepted: false,
            accepted_otherwise: Vec::new(),
        }
    }

    fn accepted(key: &str, seen: &str) -> Acceptance {
        Acceptance {
            check: "gekrompen".to_owned(),
            key: key.to_owned(),
            seen: seen.to_owned(),
        }
    }

    #[test]
    fn an_acceptance_holds_for_what_was_seen_and_for_nothing_else() {
        let mut findings = [
            finding("metingen", "34 -> 33"),
            finding("metingen", "33 -> 15"),
            finding("periode", "34 -> 33"),
        ];
        mark(&mut findings, &[accepted("metingen", "34 -> 33")]);
        let marks = findings.map(|finding| (finding.is_accepted, finding.accepted_otherwise));
        let before = vec!["34 -> 33".to_owned()];
        assert_eq!(marks, [(true, vec![]), (false, before), (false, vec![])]);
    }

    #[test]
    fn what_became_of_an_acceptance_is_a_row() {
        let engine = Engine::new().unwrap();
        let rows = [
            accepted("a", "1 -> 2"),
            accepted("b", "1 -> 2"),
            accepted("c", "1 -> 2"),
        ];
        let findings = [finding("a", "1 -> 2"), finding("b", "2 -> 9")];
        register(&engine, &rows, &findings, &["regios"]).unwrap();
        let rows = Rows::ask(&engine, "proef", "SELECT * FROM ruw_aanvaardingen").unwrap();
        let rows: Vec<_> = rows
            .iter()
            .map(|row| (row.flag("geldt"), row.text("stand_nu"), row.flag("is_controle")))
            .collect();
        let now = |text: &str| Some(text.to_owned());
        assert_eq!(
            rows,
            [
                (Some(true), now("1 -> 2"), Some(false)),
                (Some(false), now("2 -> 9"), Some(false)),
                (Some(false), None, Some(false)),
            ]
        );
    }

    #[test]
    fn a_line_to_paste_is_csv_whatever_it_is_about() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let line_of = |key, seen| line(&finding(key, seen), day);
        assert_eq!(
            line_of("metingen", "34 -> 33"),
            "gekrompen;metingen;34 -> 33;;2026-11-24;"
        );
        assert_eq!(
            line_of("a;b", "de \"oude\" stand"),
            "gekrompen;\"a;b\";\"de \"\"oude\"\" stand\";;2026-11-24;"
        );
    }
}
