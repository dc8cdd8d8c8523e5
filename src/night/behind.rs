//! One source's trouble costs that source's news, and not the night: what a release does without, and why.
//!
//! A source that can be missed fails in one of three places. Its fetch: the landing says so itself. Its reader, or a check
//! that says which source it is about: then its newest edition is left out and the landing read again, and so on until
//! the release stands or nothing of the source is left. What a release did without stands in its manifest, from where
//! the next night knows since when.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::check::{Finding, acceptance};
use crate::derive::sql_file::{Blame, Severity, SqlFile};
use crate::disk;
use crate::error::Error;
use crate::landing::{self, EditionOf, Landed, Landing, LandingError};
use crate::pipeline::{Periods, Pipeline, Source};
use crate::publish::{Behind, Manifest, Step};

/// How many findings of a check are kept in full.
const FINDINGS_KEPT: usize = 5;

/// The sources that brought nothing in their last fetch.
///
/// # Errors
/// [`LandingError`] when what the landing says of it cannot be understood.
pub(super) fn of_fetch(pipeline: &Pipeline, landing: &Landing) -> Result<Vec<Behind>, LandingError> {
    let mut behind = Vec::new();
    for source in &pipeline.file.sources {
        if source.periods == Periods::None {
            continue;
        }
        let Some(trouble) = landing.trouble(&source.id)? else {
            continue;
        };
        behind.push(Behind {
            source: source.id.clone(),
            table: source.table.clone(),
            kind: source.kind.name().to_owned(),
            step: Step::Ophalen,
            code: trouble.code,
            about: trouble.about.map(|about| about.replace(';', ",")),
            since: trouble.since,
            stands_at: stands_at(landing, &source.id)?,
            left_out: None,
            over_on: None,
            detail: trouble.detail,
            hint: trouble.hint,
        });
    }
    Ok(behind)
}

fn stands_at(landing: &Landing, source_id: &str) -> Result<Option<NaiveDate>, LandingError> {
    let newest = landing.newest_edition(source_id, None)?;
    Ok(newest.map(|edition| edition.peildatum))
}

/// One fingerprint of what a build reads: the landing, and what did not land. In which words a service failed and on which
/// night does not count, so that a second night of the same trouble brings nothing new.
pub(super) fn fingerprint(landed: &[Landed], of_fetch: &[Behind]) -> String {
    let landed = landing::fingerprint(landed);
    if of_fetch.is_empty() {
        return landed;
    }
    let what = |one: &Behind| (one.source.clone(), one.code.clone(), one.about.clone(), one.since);
    let what: Vec<_> = of_fetch.iter().map(what).collect();
    disk::sha256_hex(format!("{landed} {what:?}").as_bytes())
}

/// What a release did without although it had come.
pub(super) fn after_fetch(manifest: &Manifest) -> impl Iterator<Item = Behind> {
    let behind = manifest.run.behind.iter();
    behind.filter(|one| one.step != Step::Ophalen).cloned()
}

/// Whether something that a release did without may be usable by now although nothing changed but the day.
pub(super) fn may_be_over(manifest: &Manifest, today: NaiveDate) -> bool {
    let behind = manifest.run.behind.iter();
    behind.filter_map(|one| one.over_on).any(|day| day <= today)
}

/// What is left out of a release that is being made.
pub(super) struct HeldBack<'a> {
    pipeline: &'a Pipeline,
    /// The source that was asked for: its trouble is that of the night.
    asked: Option<&'a str>,
    /// What the release before did without.
    before: &'a [Behind],
    today: NaiveDate,
    left_out: BTreeSet<EditionOf>,
    /// By source; the first that was wrong with it.
    behind: BTreeMap<String, Behind>,
}

impl<'a> HeldBack<'a> {
    /// Nothing is left out yet.
    pub fn new(
        pipeline: &'a Pipeline,
        asked: Option<&'a str>,
        before: Option<&'a Manifest>,
        today: NaiveDate,
    ) -> Self {
        Self {
            pipeline,
            asked,
            before: before.map_or(&[], |manifest| &manifest.run.behind),
            today,
            left_out: BTreeSet::new(),
            behind: BTreeMap::new(),
        }
    }

    /// The landing without what is left out.
    pub fn rest_of(&self, landing: &Landing) -> Landing {
        landing.clone().without(self.left_out.clone())
    }

    /// All that the release does without, when it is made from this rest of the landing.
    ///
    /// # Errors
    /// As [`of_fetch`].
    pub fn list(&self, of_fetch: &[Behind], rest: &Landing) -> Result<Vec<Behind>, LandingError> {
        let mut all: Vec<Behind> = of_fetch.to_vec();
        all.extend(self.behind.values().cloned());
        for one in &mut all {
            one.stands_at = stands_at(rest, &one.source)?;
        }
        all.sort();
        Ok(all)
    }

    /// Leaves out the newest edition of the source that an error is about, so that it can be tried without. Gives the names
    /// of the sources; none when the error stands: it is of a source that is needed, of none, or of one that has nothing
    /// left.
    ///
    /// # Errors
    /// [`LandingError`] when the landing cannot be read.
    pub fn leave_out(
        &mut self,
        error: &Error,
        rest: &Landing,
        files: &[SqlFile],
    ) -> Result<Vec<String>, LandingError> {
        let hint = error.hint();
        match error {
            Error::Normalise(error) => {
                let Some(trouble) = error.trouble() else {
                    return Ok(Vec::new());
                };
                let sources = self.pipeline.file.sources.iter();
                let Some(source) = sources
                    .into_iter()
                    .find(|source| source.id == trouble.source_id && self.can_be_missed(source))
                else {
                    return Ok(Vec::new());
                };
                let named = match &trouble.file {
                    Some(file) => rest.newest_edition(&source.id, Some(file))?,
                    None => None,
                };
                let why = Why {
                    step: Step::Lezen,
                    code: trouble.code,
                    about: trouble.about,
                    over_on: trouble.over_on,
                    detail: error.to_string(),
                    hint,
                };
                self.leave(source, named, why, rest)
            }
            Error::ChecksFailed { findings, .. } => {
                let Some(sources) = self.blamed(findings, files) else {
                    return Ok(Vec::new());
                };
                let mut left = Vec::new();
                for (source, findings) in sources {
                    let why = Why::of_checks(&findings, hint.clone(), self.today);
                    left.extend(self.leave(source, None, why, rest)?);
                }
                Ok(left)
            }
            _ => Ok(Vec::new()),
        }
    }

    fn can_be_missed(&self, source: &Source) -> bool {
        !source.needed && self.asked != Some(source.id.as_str())
    }

    /// The sources that findings are about, each with its own; nothing when one of them is about no source that can be missed.
    fn blamed<'f>(
        &self,
        findings: &'f [Finding],
        files: &[SqlFile],
    ) -> Option<Vec<(&'a Source, Vec<&'f Finding>)>> {
        let mut blamed: BTreeMap<&str, (&'a Source, Vec<&'f Finding>)> = BTreeMap::new();
        for finding in findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
        {
            let file = files.iter().find(|file| file.name == finding.check)?;
            let blame = file.source_of(&finding.key)?;
            let is_blamed = |source: &&Source| match blame {
                Blame::Kind(kind) => source.kind == kind,
                Blame::TableInKey => finding.key.split(' ').any(|word| word == source.table),
            };
            let all = || self.pipeline.file.sources.iter().filter(is_blamed);
            // Of several sources of a kind it is the one whose table the words name, else any of them.
            let is_named = |source: &&Source| finding.text.contains(&source.table);
            let named = all().any(|source| is_named(&source));
            let mut sources = all().filter(|source| !named || is_named(source)).peekable();
            sources.peek()?;
            for source in sources {
                if !self.can_be_missed(source) {
                    return None;
                }
                blamed
                    .entry(&source.id)
                    .or_insert((source, Vec::new()))
                    .1
                    .push(finding);
            }
        }
        Some(blamed.into_values().collect())
    }

    /// Leaves out an edition of a source, or else its newest.
    fn leave(
        &mut self,
        source: &Source,
        edition: Option<EditionOf>,
        why: Why,
        rest: &Landing,
    ) -> Result<Vec<String>, LandingError> {
        let edition = match edition {
            Some(edition) => Some(edition),
            None => rest.newest_edition(&source.id, None)?,
        };
        let Some(edition) = edition else {
            return Ok(Vec::new());
        };
        let day = edition.peildatum;
        if !self.left_out.insert(edition) {
            return Ok(Vec::new());
        }
        let was_behind = |one: &&Behind| one.source == source.id && one.step != Step::Ophalen;
        let since = self
            .before
            .iter()
            .find(was_behind)
            .map_or(self.today, |one| one.since);
        let behind = self.behind.entry(source.id.clone()).or_insert_with(|| Behind {
            source: source.id.clone(),
            table: source.table.clone(),
            kind: source.kind.name().to_owned(),
            step: why.step,
            code: why.code.to_owned(),
            about: why.about.map(|about| about.replace(';', ",")),
            since,
            stands_at: None,
            left_out: None,
            over_on: why.over_on,
            detail: why.detail,
            hint: why.hint,
        });
        behind.left_out = behind.left_out.max(Some(day));
        Ok(vec![source.id.clone()])
    }
}

/// Why an edition is left out.
struct Why {
    step: Step,
    code: &'static str,
    about: Option<String>,
    over_on: Option<NaiveDate>,
    detail: String,
    hint: Option<String>,
}

impl Why {
    fn of_checks(findings: &[&Finding], hint: Option<String>, today: NaiveDate) -> Self {
        let checks: BTreeSet<&str> = findings.iter().map(|finding| finding.check.as_str()).collect();
        let shown = findings.iter().take(FINDINGS_KEPT);
        let mut lines: Vec<String> = shown
            .map(|finding| format!("{}: {}", finding.check, finding.text))
            .collect();
        if let Some(more) = findings.len().checked_sub(FINDINGS_KEPT).filter(|more| *more > 0) {
            lines.push(format!("and {more} more"));
        }
        let shown = findings.iter().take(FINDINGS_KEPT);
        let accepting: BTreeSet<String> = shown.map(|finding| acceptance::line(finding, today)).collect();
        lines.push("lines for aanvaard.csv, each of which needs a name in its fourth place:".to_owned());
        lines.extend(accepting);
        Self {
            step: Step::Controle,
            code: "controle",
            about: Some(checks.into_iter().collect::<Vec<_>>().join(", ")),
            over_on: None,
            detail: lines.join("\n"),
            hint,
        }
    }
}
