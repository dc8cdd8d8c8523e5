//! Everything after the landing, once: the stages from reading to publishing, into one staging folder.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::stage::Stage;
use crate::check::Finding;
use crate::clock::Clock;
use crate::derive::sql_file::{Severity, SqlFile};
use crate::disk;
use crate::error::Error;
use crate::fetch::watch::Watch;
use crate::landing::Landing;
use crate::normalise;
use crate::pipeline::Pipeline;
use crate::publish::{Checks, Release, ReleaseId, Run, Staging};

/// What a release is built from.
pub(super) struct Build<'a> {
    pub pipeline: &'a Pipeline,
    pub landing: &'a Landing,
    pub files: &'a [SqlFile],
    pub standing: Option<&'a Release>,
    pub clock: &'a Clock,
}

impl Build<'_> {
    /// Everything after the landing: normalise, derive, check, report, publish. The run says what is left out, and of what.
    ///
    /// # Errors
    /// [`Error`], and then nothing has been published.
    pub fn publish(&self, mut run: Run, staging: Staging<'_>, watch: &dyn Watch) -> Result<ReleaseId, Error> {
        let scratch = staging.folder().join("stappen");
        disk::create_dir_all(&scratch)?;
        let mut stage = Stage::new(&staging, scratch.clone())?;

        watch.say("reading the landing");
        let today = self.clock.today();
        for table in normalise::read(self.pipeline, self.landing, &scratch, None, today)? {
            stage.add_raw(table)?;
        }
        stage.add_raw(normalise::sources_behind(&run.behind)?)?;
        watch.say("deriving the tables");
        stage.derive(self.files, self.standing, &self.moved(&run))?;
        watch.say("checking");
        let findings = stage.check(self.files)?;
        run.checks = count(self.files, &findings);
        if run.checks.failed > 0 {
            return Err(Error::ChecksFailed {
                findings: findings.into_iter().filter(is_error).collect(),
                day: today,
            });
        }
        watch.say("writing the report");
        stage.report(&staging)?;

        let tables = stage.into_tables();
        disk::remove_tree(&scratch)?;
        watch.say("publishing");
        Ok(staging.publish(run, tables, self.clock)?)
    }

    /// The sources of which something else landed than at the release before: their id and the name of their table.
    fn moved(&self, run: &Run) -> Vec<(String, String)> {
        let Some(standing) = self.standing else {
            return Vec::new();
        };
        let landed = |run: &Run, id: &str| -> BTreeSet<(String, NaiveDate)> {
            let files = run.landing.iter().filter(|file| file.source == id);
            files.map(|file| (file.sha256.clone(), file.peildatum)).collect()
        };
        let before = &standing.manifest.run;
        let sources = self.pipeline.file.sources.iter();
        sources
            .filter(|source| landed(before, &source.id) != landed(run, &source.id))
            .map(|source| (source.id.clone(), source.table.clone()))
            .collect()
    }
}

fn is_error(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}

/// How many checks ended how; accepted findings are not among `findings`.
fn count(files: &[SqlFile], findings: &[Finding]) -> Checks {
    let names = |severity: Severity| {
        let found = findings.iter().filter(|finding| finding.severity == severity);
        found.map(|finding| &finding.check).collect::<BTreeSet<_>>().len() as u64
    };
    let performed = files.iter().filter(|file| file.severity.is_some()).count() as u64;
    let (failed, warned) = (names(Severity::Error), names(Severity::Warning));
    Checks {
        performed,
        passed: performed - failed - warned,
        warned,
        failed,
    }
}
