//! What is published, what is refused, and what is found out afterwards.

use std::path::{Path, PathBuf};

use super::*;
use crate::clock::{Clock, parse_date};
use crate::disk;

/// A data directory of its own, locked.
pub(super) struct Data {
    pub(super) folder: tempfile::TempDir,
    pub(super) lock: RunLock,
}

impl Data {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lock = RunLock::acquire(folder.path(), &night()).unwrap();
        Self { folder, lock }
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Publishes a release of one norm table, one mart and one report file.
    pub(super) fn publish(
        &mut self,
        run: Run,
        content: &[u8],
        clock: &Clock,
    ) -> Result<ReleaseId, PublishError> {
        stage(&mut self.lock, content).publish(run, tables(), clock)
    }

    fn current(&self) -> Release {
        current(self.path()).unwrap().unwrap()
    }

    pub(super) fn releases(&self) -> Vec<PathBuf> {
        disk::list(&self.path().join("releases")).unwrap()
    }
}

pub(super) fn night() -> Clock {
    "2024-01-31".parse().unwrap()
}

fn hashed(file: &str) -> HashedFile {
    HashedFile {
        file: file.to_owned(),
        sha256: disk::sha256_hex(file.as_bytes()),
    }
}

pub(super) fn run() -> Run {
    Run {
        program_version: "0.1.0".to_owned(),
        pipeline: hashed("pipelines/hengelo.toml"),
        municipality: Municipality {
            code: "GM0164".to_owned(),
            name: "Hengelo".to_owned(),
        },
        input_fingerprint: "input".to_owned(),
        code_fingerprint: "code".to_owned(),
        behind: Vec::new(),
        landing: vec![LandingFile {
            state: None,
            source: "47013NED".to_owned(),
            file: "ba7816bf8f01cfea-a.csv".to_owned(),
            sha256: disk::sha256_hex(b"abc"),
            peildatum: parse_date("2023-11-01").unwrap(),
        }],
        registers: vec![hashed("reeksen.csv"), hashed("doelen.csv")],
        sql: vec![hashed("sql/marts/nulmeting.sql")],
        checks: Checks {
            performed: 3,
            passed: 2,
            warned: 1,
            failed: 0,
        },
    }
}

fn table(name: &str, kind: TableKind) -> TableDescription {
    TableDescription {
        name: name.to_owned(),
        kind,
        rows: 81,
        schema: vec![Column {
            name: "reeks".to_owned(),
            data_type: "Utf8".to_owned(),
            description: "naam van de reeks".to_owned(),
        }],
        sql: None,
        inputs: Vec::new(),
        registers: Vec::new(),
        landing: Vec::new(),
    }
}

pub(super) fn tables() -> Vec<TableDescription> {
    let mart = TableDescription {
        sql: Some(hashed("sql/marts/nulmeting.sql")),
        inputs: vec!["misdrijven".to_owned(), "misdrijven".to_owned()],
        registers: vec!["reeksen.csv".to_owned()],
        ..table("nulmeting", TableKind::Mart)
    };
    let norm = TableDescription {
        landing: vec!["47013NED/ba7816bf8f01cfea-a.csv".to_owned()],
        ..table("misdrijven", TableKind::Norm)
    };
    vec![mart, norm]
}

pub(super) fn stage<'lock>(lock: &'lock mut RunLock, content: &[u8]) -> Staging<'lock> {
    let staging = Staging::begin(lock).unwrap();
    for (kind, name) in [(TableKind::Norm, "misdrijven"), (TableKind::Mart, "nulmeting")] {
        disk::write_atomic(&staging.table_path(kind, name).unwrap(), content).unwrap();
    }
    disk::write_atomic(&staging.report_path("voortgang.html").unwrap(), b"<html>").unwrap();
    staging
}

#[test]
fn a_release_is_what_current_points_at_with_its_lineage_and_hashes() {
    let mut data = Data::new();
    assert_eq!(current(data.path()).unwrap(), None);
    assert_eq!(list(data.path()).unwrap(), []);
    let id = data.publish(run(), b"abc", &night()).unwrap();
    assert!(id.as_str().starts_with("20240131T000000Z-"), "{id}");
    let link = disk::read_link(&data.path().join("current")).unwrap();
    assert_eq!(link, Path::new("releases").join(id.as_str()));
    let release = data.current();
    assert_eq!(release.id(), &id);
    let names: Vec<_> = release
        .manifest
        .tables
        .iter()
        .map(|table| table.file.as_str())
        .collect();
    assert_eq!(names, ["norm/misdrijven.parquet", "marts/nulmeting.parquet"]);
    let mart = release.manifest.table("nulmeting").unwrap();
    assert_eq!(mart.description.inputs, ["misdrijven"]);
    assert_eq!(
        (mart.bytes, mart.sha256.as_str()),
        (3, disk::sha256_hex(b"abc").as_str())
    );
    assert_eq!(release.manifest.reports[0].file, "rapport/voortgang.html");
    assert_eq!(release.manifest.run.registers[0].file, "doelen.csv");
    assert_eq!(
        disk::read(&release.table_path("nulmeting").unwrap()).unwrap(),
        b"abc"
    );
    assert_eq!(release.table_path("none"), None);
    assert_eq!(list(data.path()).unwrap(), [id]);
}

#[test]
fn the_manifest_is_flat_json_that_others_can_read() {
    let mut data = Data::new();
    data.publish(run(), b"abc", &night()).unwrap();
    let text = disk::read_to_string(&data.path().join("current/manifest.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["published"], "2024-01-31T00:00:00Z");
    assert_eq!(json["municipality"]["code"], "GM0164");
    assert_eq!(json["checks"]["performed"], 3);
    assert_eq!(json["tables"][1]["name"], "nulmeting");
    assert_eq!(json["tables"][1]["kind"], "mart");
    assert_eq!(json["tables"][1]["sql"]["file"], "sql/marts/nulmeting.sql");
    assert_eq!(json["tables"][0]["schema"][0]["type"], "Utf8");
    assert_eq!(json["landing"][0]["peildatum"], "2023-11-01");
    assert!(text.starts_with("{\n  \"format\": 1,\n  \"release\": "), "{text}");
    assert!(text.ends_with("}\n"));
}

#[test]
fn the_same_night_gives_the_same_bytes_whatever_the_order_of_description() {
    let manifests = [false, true].map(|reversed| {
        let mut data = Data::new();
        let (mut run, mut tables) = (run(), tables());
        if reversed {
            run.registers.reverse();
            tables.reverse();
        }
        stage(&mut data.lock, b"abc")
            .publish(run, tables, &night())
            .unwrap();
        disk::read_to_string(&data.path().join("current/manifest.json")).unwrap()
    });
    assert_eq!(manifests[0], manifests[1]);
}

#[test]
fn an_id_carries_the_content_and_not_the_hour() {
    let mut data = Data::new();
    let first = data.publish(run(), b"abc", &night()).unwrap();
    let later = data
        .publish(run(), b"abc", &"2024-02-01".parse().unwrap())
        .unwrap();
    let other = data.publish(run(), b"abd", &night()).unwrap();
    let hash = |id: &ReleaseId| id.as_str().split_once('-').unwrap().1.to_owned();
    assert_eq!(hash(&first), hash(&later));
    assert_ne!(
        hash(&first),
        hash(&other),
        "two contents in one second do not collide"
    );
    assert_eq!(data.current().id(), &other);
    for id in list(data.path()).unwrap() {
        open(data.path(), &id).unwrap();
    }
    assert_eq!(list(data.path()).unwrap().len(), 3);
}

#[test]
fn the_hash_of_a_content_does_not_depend_on_the_order_of_its_files() {
    let files = [("norm/a.parquet", 1, "aa"), ("marts/b.parquet", 2, "bb")];
    let hash = |order: &[(&'static str, u64, &'static str)]| release::content_hash(order.iter().copied(), 0);
    assert_eq!(hash(&files), hash(&[files[1], files[0]]));
    let swapped = [("norm/a.parquet", 1, "bb"), ("marts/b.parquet", 2, "aa")];
    assert_ne!(hash(&files), hash(&swapped));
}

#[test]
fn the_same_release_twice_in_a_second_is_kept_once() {
    let mut data = Data::new();
    let first = data.publish(run(), b"abc", &night()).unwrap();
    let again = data.publish(run(), b"abc", &night()).unwrap();
    assert_eq!(first, again);
    assert_eq!(data.releases().len(), 1, "no staging is left");
    data.current();
}

#[test]
fn the_same_figures_with_other_lineage_in_a_second_get_an_id_of_their_own() {
    let mut data = Data::new();
    let first = data.publish(run(), b"abc", &night()).unwrap();
    let newer_code = Run {
        code_fingerprint: "newer".to_owned(),
        ..run()
    };
    let second = data.publish(newer_code, b"abc", &night()).unwrap();
    assert_ne!(first, second);
    assert_eq!(data.current().manifest.run.code_fingerprint, "newer");
    assert_eq!(
        open(data.path(), &first).unwrap().manifest.run.code_fingerprint,
        "code"
    );
}

#[test]
fn a_damaged_release_with_the_same_id_is_left_alone_and_stepped_over() {
    let mut data = Data::new();
    let first = data.publish(run(), b"abc", &night()).unwrap();
    let damaged = data.current().table_path("nulmeting").unwrap();
    disk::write_atomic(&damaged, b"edited").unwrap();
    let second = data.publish(run(), b"abc", &night()).unwrap();
    assert_ne!(first, second);
    assert_eq!(data.current().id(), &second);
    assert_eq!(disk::read(&damaged).unwrap(), b"edited");
}

#[test]
fn ids_run_out_with_an_error_and_not_with_an_overwrite() {
    let mut data = Data::new();
    let publish = |data: &mut Data, number: usize| {
        data.publish(
            Run {
                code_fingerprint: number.to_string(),
                ..run()
            },
            b"abc",
            &night(),
        )
    };
    for number in 0..16 {
        publish(&mut data, number).unwrap();
    }
    let error = publish(&mut data, 16).unwrap_err();
    assert!(matches!(error, PublishError::IdsTaken { .. }), "{error}");
    assert_eq!(data.releases().len(), 16);
    assert_eq!(data.current().manifest.run.code_fingerprint, "15");
}

#[test]
fn what_is_not_audited_or_failed_is_not_published_and_the_last_release_stands() {
    let mut data = Data::new();
    let first = data.publish(run(), b"abc", &night()).unwrap();
    for (performed, passed, warned, failed) in [
        (0, 0, 0, 0),
        (3, 2, 0, 0),
        (3, 2, 0, 1),
        (u64::MAX, u64::MAX, 1, 1),
    ] {
        let checks = Checks {
            performed,
            passed,
            warned,
            failed,
        };
        let error = data
            .publish(Run { checks, ..run() }, b"abd", &night())
            .unwrap_err();
        let refused = matches!(
            error,
            PublishError::NotAudited { .. } | PublishError::AuditFailed { .. }
        );
        assert!(refused, "{error}");
    }
    assert_eq!(data.current().id(), &first);
    assert_eq!(data.releases().len(), 1);
}

#[test]
fn descriptions_and_files_must_agree() {
    let mut data = Data::new();
    let refused = |data: &mut Data, change: &dyn Fn(&Staging, &mut Run, &mut Vec<TableDescription>)| {
        let staging = stage(&mut data.lock, b"abc");
        let (mut run, mut tables) = (run(), tables());
        change(&staging, &mut run, &mut tables);
        let error = staging.publish(run, tables, &night()).unwrap_err();
        assert_eq!(data.releases(), Vec::<PathBuf>::new(), "{error}");
        error
    };
    let missing = refused(&mut data, &|_, _, tables| {
        tables.push(table("bevolking", TableKind::Norm));
    });
    assert!(matches!(missing, PublishError::Missing { .. }), "{missing}");
    let undescribed = refused(&mut data, &|_, _, tables| drop(tables.remove(0)));
    assert!(
        matches!(undescribed, PublishError::Undescribed { .. }),
        "{undescribed}"
    );
    let stray = refused(&mut data, &|staging, _, _| {
        disk::write_atomic(&staging.folder().join("stray"), b"").unwrap();
    });
    assert!(matches!(stray, PublishError::Undescribed { .. }), "{stray}");
    let link = refused(&mut data, &|staging, _, _| {
        disk::replace_link(Path::new("/etc/hostname"), &staging.folder().join("rapport/link")).unwrap();
    });
    assert!(matches!(link, PublishError::NotAFile { .. }), "{link}");
    let twice = refused(&mut data, &|_, _, tables| {
        tables.push(table("nulmeting", TableKind::Norm));
    });
    assert!(matches!(twice, PublishError::DuplicateTable { .. }), "{twice}");
    let empty = refused(&mut data, &|_, _, tables| tables.clear());
    assert!(matches!(empty, PublishError::NoTables), "{empty}");
    for origin in ["input", "register", "landing"] {
        let unknown = refused(&mut data, &|_, _, tables| match origin {
            "input" => tables[0].inputs.push("nergens".to_owned()),
            "register" => tables[0].registers.push("nergens".to_owned()),
            _ => tables[0].landing.push("nergens".to_owned()),
        });
        assert!(
            unknown
                .to_string()
                .contains("`nulmeting` says it was made from `nergens`"),
            "{unknown}"
        );
    }
}

#[test]
fn hostile_names_are_refused() {
    let mut data = Data::new();
    let staging = Staging::begin(&mut data.lock).unwrap();
    let long = "a".repeat(64);
    for name in [
        "",
        "..",
        "../x",
        "a/b",
        "a\0b",
        "Hoofdletter",
        "1a",
        "_a",
        "a-b",
        "é",
        &long,
    ] {
        assert!(
            matches!(
                staging.table_path(TableKind::Norm, name),
                Err(PublishError::BadName { .. })
            ),
            "{name:?}"
        );
    }
    for name in ["", "..", "../x", "a/b", "a\0b", ".hidden"] {
        assert!(
            matches!(staging.report_path(name), Err(PublishError::BadName { .. })),
            "{name:?}"
        );
    }
    drop(staging);
    for id in [
        "",
        "../../etc",
        "20240131T000000Z",
        "20240131T000000Z-",
        "20240131T000000Z-1A2B3C4D",
        "20240131T000000Z-1a2b3c4",
        "20240131T000000Z-1a2b3c4d5",
        "20240231T000000Z-1a2b3c4d",
        "+2024131T000000Z-1a2b3c4d",
        "20240131T000000Z-1a2b3c4d/",
    ] {
        assert!(
            matches!(id.parse::<ReleaseId>(), Err(PublishError::NotAnId { .. })),
            "{id:?}"
        );
    }
    let id: ReleaseId = "20240131T000000Z-1a2b3c4d".parse().unwrap();
    assert!(matches!(
        open(data.path(), &id),
        Err(PublishError::UnknownRelease { .. })
    ));
}

#[test]
fn an_edited_cut_off_missing_or_linked_file_of_a_release_is_named() {
    let mut data = Data::new();
    data.publish(run(), b"abc", &night()).unwrap();
    for file in [
        "norm/misdrijven.parquet",
        "marts/nulmeting.parquet",
        "rapport/voortgang.html",
    ] {
        let path = data.current().folder.join(file);
        let good = disk::read(&path).unwrap();
        for damage in [&b"abd"[..], b"ab", b""] {
            disk::write_atomic(&path, damage).unwrap();
            let error = current(data.path()).unwrap_err();
            assert!(
                matches!(error, PublishError::Altered { .. }) && error.to_string().contains(file),
                "{error}"
            );
        }
        disk::remove_file(&path).unwrap();
        assert!(matches!(current(data.path()), Err(PublishError::Missing { .. })));
        disk::replace_link(Path::new("elsewhere"), &path).unwrap();
        assert!(matches!(current(data.path()), Err(PublishError::NotAFile { .. })));
        disk::write_atomic(&path, &good).unwrap();
        data.current();
    }
}

#[test]
fn a_damaged_manifest_is_refused() {
    let mut data = Data::new();
    let id = data.publish(run(), b"abc", &night()).unwrap();
    let path = data.current().folder.join("manifest.json");
    let good = disk::read_to_string(&path).unwrap();
    for damage in [
        String::new(),
        good[..good.len() / 2].to_owned(),
        good.replace("\"format\": 1", "\"format\": 2"),
        good.replace(id.as_str(), "20240131T000000Z-00000000"),
        good.replace(id.as_str(), "../../etc"),
        good.replace("\"published\": \"2024-01-31", "\"published\": \"2024-01-30"),
        good.replace("marts/nulmeting.parquet", "../current/marts/nulmeting.parquet"),
        good.replace("nulmeting\",\n", "../nulmeting\",\n"),
        good.replace("rapport/voortgang.html", "rapport/../norm/misdrijven.parquet"),
        good.replace("rapport/voortgang.html", "/etc/hostname"),
        good.replace(&disk::sha256_hex(b"<html>"), &disk::sha256_hex(b"forged")),
    ] {
        assert_ne!(damage, good);
        disk::write_atomic(&path, damage.as_bytes()).unwrap();
        let error = current(data.path()).unwrap_err();
        assert!(matches!(error, PublishError::Manifest { .. }), "{error}");
    }
    disk::remove_file(&path).unwrap();
    assert!(matches!(current(data.path()), Err(PublishError::Missing { .. })));
}

#[test]
fn a_file_that_a_spreadsheet_program_leaves_beside_the_report_does_no_harm() {
    let mut data = Data::new();
    data.publish(run(), b"abc", &night()).unwrap();
    disk::write_atomic(&data.current().folder.join("rapport/~$voortgang.xlsx"), b"lock").unwrap();
    data.current();
}

#[test]
fn current_must_be_a_link_to_a_release() {
    let mut data = Data::new();
    let link = data.path().join("current");
    for target in [
        "elsewhere",
        "releases",
        "releases/../x",
        "/etc",
        "releases/20240131T000000Z-1a2b3c4d/norm",
    ] {
        disk::replace_link(Path::new(target), &link).unwrap();
        assert!(
            matches!(current(data.path()), Err(PublishError::Pointer { .. })),
            "{target}"
        );
        assert!(
            matches!(Staging::begin(&mut data.lock), Err(PublishError::Pointer { .. })),
            "{target}"
        );
    }
    disk::remove_file(&link).unwrap();
    disk::create_dir_all(&link).unwrap();
    let error = Staging::begin(&mut data.lock).unwrap_err();
    assert!(error.to_string().ends_with("found a folder"), "{error}");
    assert!(error.hint().unwrap().contains("the next run makes it again"));
}

#[test]
fn nothing_changed_only_when_data_and_code_are_known_and_the_same() {
    let mut data = Data::new();
    data.publish(run(), b"abc", &night()).unwrap();
    let mut manifest = data.current().manifest;
    assert!(unchanged(&manifest, "input", "code"));
    assert!(!unchanged(&manifest, "other", "code"));
    assert!(!unchanged(&manifest, "input", "other"));
    manifest.run.input_fingerprint = String::new();
    assert!(!unchanged(&manifest, "", "code"), "unknown is not unchanged");
}

#[test]
fn the_code_fingerprint_moves_with_version_name_and_content_and_not_with_order() {
    let (first, second) = (hashed("a.sql"), hashed("b.sql"));
    let print = |version: &str, files: &[&HashedFile]| {
        code_fingerprint(version, &files.iter().copied().cloned().collect::<Vec<_>>())
    };
    let base = print("0.1.0", &[&first, &second]);
    assert_eq!(base, print("0.1.0", &[&second, &first]));
    let renamed = HashedFile {
        file: "c.sql".to_owned(),
        ..first.clone()
    };
    let edited = HashedFile {
        sha256: "0".repeat(64),
        ..first.clone()
    };
    for other in [
        print("0.1.1", &[&first, &second]),
        print("0.1.0", &[&first]),
        print("0.1.0", &[&renamed, &second]),
        print("0.1.0", &[&edited, &second]),
    ] {
        assert_ne!(base, other);
    }
}
