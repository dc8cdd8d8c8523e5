//! A release while it is being built, and the step that makes it one.
//!
//! A staging folder is seen by nobody: its name is no release id. Dropped without [`Staging::publish`], it is
//! removed; left by a crash, the next [`Staging::begin`] removes it, which is safe because it holds the lock.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::error::shorten;
use super::manifest::{FORMAT, is_table_name};
use super::release::{self, ATTEMPTS};
use super::{Manifest, PublishError, ReleaseId, Report, Run, RunLock, Table, TableDescription, TableKind};
use crate::beside;
use crate::clock::Clock;
use crate::disk::{self, Content, Kind};

const STAGING_PREFIX: &str = ".staging-";
const REPORT_FOLDER: &str = "rapport";

/// A folder to build a release in. The borrow of the lock makes a second one impossible.
#[derive(Debug)]
pub struct Staging<'lock> {
    folder: PathBuf,
    lock: &'lock mut RunLock,
}

impl<'lock> Staging<'lock> {
    /// Makes an empty staging folder in the locked data directory and removes what crashed runs left.
    ///
    /// # Errors
    /// [`PublishError::Pointer`] when `current` could not be switched later, so that no work is done in vain;
    /// else the disk.
    pub fn begin(lock: &'lock mut RunLock) -> Result<Self, PublishError> {
        let data_dir = lock.data_dir();
        release::pointed_at(data_dir)?;
        let releases = release::releases_folder(data_dir);
        disk::create_dir_all(&releases)?;
        disk::sweep(&releases, STAGING_PREFIX)?;
        disk::sweep_partials(&releases)?;
        disk::sweep_partials(data_dir)?;
        // After the sweep no other has the number 0.
        let folder = releases.join(format!("{STAGING_PREFIX}{}-0", std::process::id()));
        for part in [TableKind::Norm.folder(), TableKind::Mart.folder(), REPORT_FOLDER] {
            disk::create_dir_all(&folder.join(part))?;
        }
        Ok(Self { folder, lock })
    }

    /// The staging folder, for the session that reads the staged tables back.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the file of a table must be written.
    ///
    /// # Errors
    /// [`PublishError::BadName`] when the name is not lower-case ASCII, digits and `_`, at most 63.
    pub fn table_path(&self, kind: TableKind, name: &str) -> Result<PathBuf, PublishError> {
        check_table_name(name)?;
        Ok(self.folder.join(kind.folder()).join(format!("{name}.parquet")))
    }

    /// Where a file of the report must be written.
    ///
    /// # Errors
    /// [`PublishError::BadName`] when the name is not plain, see [`disk::is_plain_name`].
    pub fn report_path(&self, name: &str) -> Result<PathBuf, PublishError> {
        if !disk::is_plain_name(name) {
            let expected = "a file name of letters, digits, `.`, `-` and `_`";
            return Err(PublishError::BadName {
                expected,
                found: shorten(name),
            });
        }
        Ok(self.folder.join(REPORT_FOLDER).join(name))
    }

    /// Closes the release and lets `current` point at it.
    ///
    /// Length and hash of each file are measured here, never taken over. When the very same release stands
    /// already (same second, same content, same manifest), that one is kept.
    ///
    /// # Errors
    /// [`PublishError`] when the checks did not run or did not pass, descriptions and files disagree, or the
    /// disk refuses. `current` then stands as it was, unless only the sync after its switch failed.
    pub fn publish(
        self,
        run: Run,
        tables: Vec<TableDescription>,
        clock: &Clock,
    ) -> Result<ReleaseId, PublishError> {
        check_audit(&run)?;
        check_origins(&run, &tables)?;
        let draft = self.measure(run, tables)?;
        let data_dir = self.lock.data_dir();
        let id = self.settle(&draft, clock.now())?;
        disk::replace_link(
            &Path::new("releases").join(id.as_str()),
            &release::pointer(data_dir),
        )?;
        Ok(id)
    }

    /// Syncs and hashes what is staged and pairs it with what is described.
    fn measure(&self, run: Run, mut descriptions: Vec<TableDescription>) -> Result<Draft, PublishError> {
        let measured = beside::map(&disk::walk(&self.folder)?, |(path, kind)| match kind {
            Kind::Link | Kind::Other => Err(PublishError::NotAFile { path: path.clone() }),
            Kind::Directory => Ok(disk::sync(path).map(|()| None)?),
            Kind::File => {
                disk::sync(path)?;
                Ok(Some((path.clone(), disk::hash_file(path)?)))
            }
        });
        let mut staged = BTreeMap::new();
        for file in measured {
            staged.extend(file?);
        }
        descriptions.sort_by(|left, right| (left.kind, &left.name).cmp(&(right.kind, &right.name)));
        let mut tables = Vec::with_capacity(descriptions.len());
        for mut description in descriptions {
            for origins in [
                &mut description.inputs,
                &mut description.registers,
                &mut description.landing,
            ] {
                origins.sort();
                origins.dedup();
            }
            let file = description.file();
            let path = self.folder.join(&file);
            let Some(Content { sha256, bytes }) = staged.remove(&path) else {
                return Err(PublishError::Missing { path });
            };
            tables.push(Table {
                description,
                file,
                bytes,
                sha256,
            });
        }
        let mut reports = Vec::new();
        for (path, Content { sha256, bytes }) in staged {
            let file = path
                .strip_prefix(&self.folder)
                .ok()
                .and_then(Path::to_str)
                .unwrap_or_default()
                .to_owned();
            if !release::is_report_file(&file) {
                return Err(PublishError::Undescribed { path });
            }
            reports.push(Report { file, bytes, sha256 });
        }
        Ok(Draft {
            run: sorted(run),
            tables,
            reports,
        })
    }

    /// Gives the staged release its manifest and its id. After this it is complete and nothing points at it.
    fn settle(&self, draft: &Draft, published: DateTime<Utc>) -> Result<ReleaseId, PublishError> {
        let data_dir = self.lock.data_dir();
        let mut folder = PathBuf::new();
        for attempt in 0..ATTEMPTS {
            let manifest = draft.manifest(published, attempt);
            let id = &manifest.release;
            folder = release::folder_of(data_dir, id);
            if disk::kind(&folder)?.is_none() {
                self.write_manifest(&manifest)?;
                disk::rename(&self.folder, &folder)?;
                return Ok(manifest.release);
            }
            // Whatever else stands there, damaged or with another manifest, is never touched.
            let standing = release::open(data_dir, id);
            if standing.is_ok_and(|release| release.manifest == manifest) {
                return Ok(manifest.release);
            }
        }
        Err(PublishError::IdsTaken { path: folder })
    }

    fn write_manifest(&self, manifest: &Manifest) -> Result<(), PublishError> {
        let path = self.folder.join("manifest.json");
        let mut text = serde_json::to_vec_pretty(manifest).map_err(|error| PublishError::Manifest {
            path: path.clone(),
            expected: "a manifest that can be written as JSON".to_owned(),
            found: error.to_string(),
        })?;
        text.push(b'\n');
        Ok(disk::write_atomic(&path, &text)?)
    }
}

impl Drop for Staging<'_> {
    /// Removes what was not published; after the rename nothing is there any more.
    fn drop(&mut self) {
        // If it cannot be removed now, the next run sweeps it.
        drop(disk::remove_tree(&self.folder));
    }
}

/// A release that lacks only its time and id.
struct Draft {
    run: Run,
    tables: Vec<Table>,
    reports: Vec<Report>,
}

impl Draft {
    fn manifest(&self, published: DateTime<Utc>, attempt: u32) -> Manifest {
        let mut manifest = Manifest {
            format: FORMAT,
            release: ReleaseId::new(published, ""),
            published,
            run: self.run.clone(),
            tables: self.tables.clone(),
            reports: self.reports.clone(),
        };
        manifest.release = ReleaseId::new(published, &release::content_hash(manifest.files(), attempt));
        manifest
    }
}

/// The order in which a build met its files says nothing, so it does not show.
fn sorted(mut run: Run) -> Run {
    run.landing.sort();
    run.landing.dedup();
    run.registers.sort();
    run.registers.dedup();
    run
}

/// A green light needs evidence: checks that ran, and passed.
fn check_audit(run: &Run) -> Result<(), PublishError> {
    let checks = run.checks;
    let counted = checks
        .passed
        .saturating_add(checks.warned)
        .saturating_add(checks.failed);
    if checks.performed == 0 || checks.performed != counted {
        return Err(PublishError::NotAudited {
            performed: checks.performed,
            counted,
        });
    }
    if checks.failed > 0 {
        return Err(PublishError::AuditFailed {
            failed: checks.failed,
        });
    }
    Ok(())
}

/// Every table has one name, and its lineage ends within the release.
fn check_origins(run: &Run, tables: &[TableDescription]) -> Result<(), PublishError> {
    if tables.is_empty() {
        return Err(PublishError::NoTables);
    }
    let mut names = BTreeSet::new();
    for table in tables {
        check_table_name(&table.name)?;
        if !names.insert(table.name.as_str()) {
            return Err(PublishError::DuplicateTable {
                table: table.name.clone(),
            });
        }
    }
    let registers: BTreeSet<&str> = run
        .registers
        .iter()
        .map(|register| register.file.as_str())
        .collect();
    let landing: BTreeSet<String> = run
        .landing
        .iter()
        .map(|file| format!("{}/{}", file.source, file.file))
        .collect();
    for table in tables {
        let unknown_input = table.inputs.iter().find(|name| !names.contains(name.as_str()));
        let unknown_register = table
            .registers
            .iter()
            .find(|name| !registers.contains(name.as_str()));
        let unknown_landing = table.landing.iter().find(|name| !landing.contains(*name));
        if let Some(origin) = unknown_input.or(unknown_register).or(unknown_landing) {
            return Err(PublishError::UnknownOrigin {
                table: table.name.clone(),
                origin: shorten(origin),
            });
        }
    }
    Ok(())
}

fn check_table_name(name: &str) -> Result<(), PublishError> {
    if is_table_name(name) {
        return Ok(());
    }
    let expected = "a table name of at most 63 lower-case letters, digits and `_`";
    Err(PublishError::BadName {
        expected,
        found: shorten(name),
    })
}
