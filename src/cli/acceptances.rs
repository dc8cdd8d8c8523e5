//! Acceptances that hold for nothing: what a person accepted and is not there any more, or is something else now.
//!
//! They stop nothing, and must not be forgotten either: a register of old acceptances hides the one that counts.

use super::table::harmless;
use crate::Error;
use crate::derive::rows::{Row, Rows};
use crate::derive::session::Engine;
use crate::publish::Release;

/// The table that says what became of each acceptance.
pub(super) const TABLE: &str = "aanvaardingen";
/// The outcome of one that holds.
const HOLDS: &str = "geldt";

/// What became of an acceptance.
pub(super) struct Fate {
    /// The check that it names.
    pub check: String,
    outcome: String,
    key: String,
    why: String,
    by: String,
    day: String,
}

/// What became of the acceptances of a release when it was made. A release of before there was such a table tells nothing.
pub(super) fn recorded(engine: &Engine, release: &Release) -> Result<Vec<Fate>, Error> {
    if release.table_path(TABLE).is_none() {
        return Ok(Vec::new());
    }
    asked(engine, "the release", &format!("SELECT * FROM {TABLE}"))
}

/// What became of acceptances, by a question that gives the columns of the table.
pub(super) fn asked(engine: &Engine, path: &str, sql: &str) -> Result<Vec<Fate>, Error> {
    let fate = |row: Row<'_>| Fate {
        check: row.text("controle").unwrap_or_default(),
        outcome: row.text("uitkomst").unwrap_or_default(),
        key: row.text("sleutel").unwrap_or_default(),
        why: row.text("uitleg").unwrap_or_default(),
        by: row.text("aanvaard_door").unwrap_or_default(),
        day: row.date("datum").map(|day| day.to_string()).unwrap_or_default(),
    };
    let mut fates: Vec<Fate> = Rows::ask(engine, path, sql)?.iter().map(fate).collect();
    fates.sort_by(|left, right| (&left.check, &left.key).cmp(&(&right.check, &right.key)));
    Ok(fates)
}

/// A line for each that does not hold; nothing when all do.
pub(super) fn listed(fates: &[Fate], indent: &str) -> String {
    let mut text = String::new();
    for fate in fates.iter().filter(|fate| fate.outcome != HOLDS) {
        let Fate {
            check,
            outcome,
            key,
            why,
            by,
            day,
        } = fate;
        let line = format!("{outcome}: {check}, {key}: {why} ({by}, {day})");
        text.push_str(indent);
        text.push_str(&harmless(&line, &[]));
        text.push('\n');
    }
    text
}

/// How many hold, and how many there are.
pub(super) fn counted(fates: &[Fate]) -> (usize, usize) {
    let holding = fates.iter().filter(|fate| fate.outcome == HOLDS).count();
    (holding, fates.len())
}
