//! Everything after the landing, once: the stages from reading to publishing, into one staging folder.

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
        stage.derive(self.files, self.standing)?;
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
}

fn is_error(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}

/// How many checks ended how; accepted findings are not among `findings`.
fn count(files: &[SqlFile], findings: &[Finding]) -> Checks {
    let names = |severity: Severity| {
        let found = findings.iter().filter(|finding| finding.severity == severity);
        found
            .map(|finding| &finding.check)
            .collect::<std::collections::BTreeSet<_>>()
            .len() as u64
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
