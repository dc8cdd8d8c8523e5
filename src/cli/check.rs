//! `nulmeting check`: the checks run again on the current release, and printed.
//!
//! Some checks look at what came in and not at what was published (a key that stands twice in a file); the landing may
//! have moved on since, so of those the outcome is shown that the release itself recorded.

use std::collections::{BTreeMap, BTreeSet};

use super::acceptances::{self, Fate};
use super::arguments::CheckArguments;
use super::table::{Align, TextTable};
use super::{output, query};
use crate::Error;
use crate::check::acceptance::{self, Acceptance};
use crate::check::{self, Finding};
use crate::clock::Clock;
use crate::derive::rows::Rows;
use crate::derive::session::Engine;
use crate::derive::sql_file::{Layer, Severity, SqlFile};
use crate::derive::{self, order};
use crate::night;
use crate::publish::Release;

/// Findings shown of each check.
const SHOWN: usize = 5;

/// How one check ended.
struct Outcome {
    severity: String,
    found: i64,
    accepted: i64,
    looked_at: i64,
    now: bool,
    examples: Vec<String>,
}

/// Opens the release (which holds every file against its hash), runs what can run, and prints.
pub(super) fn run(arguments: &CheckArguments) -> Result<(), Error> {
    let place = &arguments.place;
    let pipeline = night::load_pipeline_as_landed(&place.pipeline, &place.data)?;
    let release = query::current(&arguments.place.data)?;
    let of = &release.manifest.run.municipality;
    if of.code != pipeline.file.municipality.code {
        return Err(Error::Usage {
            message: format!(
                "the release is of {}, the pipeline of {}",
                of.name, pipeline.file.municipality.name
            ),
            hint: "give the pipeline file and the data directory of one municipality",
        });
    }
    let engine = query::open(&release)?;
    let files = derive::load(None)?;
    let runnable = runnable(&engine, &release, &files)?;
    let found = check::run(&engine, &runnable)?;
    let mut outcomes = recorded(&engine)?;
    for file in &runnable {
        outcomes.insert(file.name.clone(), outcome(file, &found));
    }
    let mut text = shown(&outcomes, &release);
    let fates = acceptances::listed(&fates(&engine, &release, &files, &runnable, &found)?, "  ");
    if !fates.is_empty() {
        text.push_str("\naanvaardingen die nergens voor gelden\n");
        text.push_str(&fates);
    }
    output::result(&text)?;
    let broken = |finding: &Finding| finding.severity == Severity::Error && !finding.is_accepted;
    let findings: Vec<Finding> = found.findings.into_iter().filter(broken).collect();
    if findings.is_empty() {
        Ok(())
    } else {
        let day = Clock::real().now().date_naive();
        Err(Error::ChecksFailed { findings, day })
    }
}

/// What became of each acceptance: now where its check ran now, else as the release recorded it.
fn fates(
    engine: &Engine,
    release: &Release,
    files: &[SqlFile],
    runnable: &[SqlFile],
    found: &check::Outcome,
) -> Result<Vec<Fate>, Error> {
    let ran: Vec<&str> = runnable.iter().map(|file| file.name.as_str()).collect();
    let is_of_now = |check: &str| ran.contains(&check);
    let mut fates = acceptances::recorded(engine, release)?;
    let Some(model) = files.iter().find(|file| file.name == acceptances::TABLE) else {
        return Ok(fates);
    };
    if fates.is_empty() {
        return Ok(fates);
    }
    fates.retain(|fate| !is_of_now(&fate.check));
    let accepted = found.accepted.iter().filter(|row| is_of_now(&row.check));
    let accepted: Vec<Acceptance> = accepted.cloned().collect();
    acceptance::register(engine, &accepted, &found.findings, &ran)?;
    fates.extend(acceptances::asked(engine, &model.path, &model.text)?);
    Ok(fates)
}

/// The checks that read only published tables, or steps that can be made from those.
fn runnable(engine: &Engine, release: &Release, files: &[SqlFile]) -> Result<Vec<SqlFile>, Error> {
    let mut known: BTreeSet<String> = release
        .manifest
        .tables
        .iter()
        .map(|table| table.description.name.clone())
        .collect();
    let mut steps: Vec<(&SqlFile, Vec<String>)> = Vec::new();
    for file in files.iter().filter(|file| file.layer == Layer::Step) {
        steps.push((
            file,
            order::tables_read(engine.session(), &file.path, &file.text)?,
        ));
    }
    while let Some(at) = steps
        .iter()
        .position(|(_, reads)| reads.iter().all(|table| known.contains(table)))
    {
        let (file, _) = steps.remove(at);
        engine.register_view(&file.name, &file.path, &file.text)?;
        known.insert(file.name.clone());
    }
    let mut runnable = Vec::new();
    for file in files.iter().filter(|file| file.layer == Layer::Check) {
        let reads = order::tables_read(engine.session(), &file.path, &file.text)?;
        if reads.iter().all(|table| known.contains(table)) {
            runnable.push(file.clone());
        }
    }
    Ok(runnable)
}

fn recorded(engine: &Engine) -> Result<BTreeMap<String, Outcome>, Error> {
    let question = "SELECT controle, ernst, aantal, aanvaard, gezien, voorbeelden FROM controles";
    let rows = Rows::ask(engine, "check", question)?;
    let outcome = |row: crate::derive::rows::Row<'_>| {
        let examples = row.text("voorbeelden").unwrap_or_default();
        let outcome = Outcome {
            severity: row.text("ernst").unwrap_or_default(),
            found: row.whole("aantal").unwrap_or_default(),
            accepted: row.whole("aanvaard").unwrap_or_default(),
            looked_at: row.whole("gezien").unwrap_or_default(),
            now: false,
            examples: examples.lines().map(str::to_owned).collect(),
        };
        (row.text("controle").unwrap_or_default(), outcome)
    };
    Ok(rows.iter().map(outcome).collect())
}

fn outcome(file: &SqlFile, found: &check::Outcome) -> Outcome {
    let (known, open): (Vec<&Finding>, Vec<&Finding>) = found
        .findings
        .iter()
        .filter(|finding| finding.check == file.name)
        .partition(|finding| finding.is_accepted);
    Outcome {
        severity: file
            .severity
            .map(|severity| severity.to_string())
            .unwrap_or_default(),
        found: open.len() as i64,
        accepted: known.len() as i64,
        looked_at: found.looked_at.get(&file.name).copied().unwrap_or_default(),
        now: true,
        examples: open
            .iter()
            .take(SHOWN)
            .map(|finding| finding.text.clone())
            .collect(),
    }
}

fn shown(outcomes: &BTreeMap<String, Outcome>, release: &Release) -> String {
    let mut table = TextTable::new(&[
        ("controle", Align::Left),
        ("ernst", Align::Left),
        ("uitkomst", Align::Left),
        ("aantal", Align::Right),
        ("gezien", Align::Right),
        ("moment", Align::Left),
    ]);
    for (name, outcome) in outcomes {
        let word = match (outcome.found, outcome.accepted) {
            (0, 0) if outcome.looked_at == 0 => "niets te toetsen",
            (0, 0) => "in orde",
            (0, _) => "aanvaard",
            _ => "gevonden",
        };
        let amount = match outcome.accepted {
            0 => outcome.found.to_string(),
            accepted => format!("{} (+{accepted} aanvaard)", outcome.found),
        };
        table.push(vec![
            name.clone(),
            outcome.severity.clone(),
            word.to_owned(),
            amount,
            outcome.looked_at.to_string(),
            (if outcome.now { "nu" } else { "bouw" }).to_owned(),
        ]);
    }
    let mut text = format!("{}\n\n{}", release.id().as_str(), table.render());
    for (name, outcome) in outcomes.iter().filter(|(_, outcome)| outcome.found > 0) {
        text.push('\n');
        text.push_str(name);
        text.push('\n');
        for example in &outcome.examples {
            text.push_str("  ");
            text.push_str(example);
            text.push('\n');
        }
        let more = outcome.found - outcome.examples.len() as i64;
        if more > 0 {
            text.push_str("  en nog ");
            text.push_str(&more.to_string());
            text.push('\n');
        }
    }
    text
}
