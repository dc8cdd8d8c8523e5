//! What a user, a disk or another run can do wrong: the exit code, the words, and a data directory that stays as it was.
//!
//! Wrong recorded files are in `refused_data`, wrong registers in `refused_registers`.

use nulmeting::clock::Clock;
use nulmeting::disk;
use nulmeting::publish::RunLock;

use crate::harness::{Project, copy_tree, nulmeting, published, repository};

#[test]
fn what_cannot_be_typed_is_wrong_usage() {
    for (arguments, found) in [
        (&["publiceer"][..], "publiceer"),
        // A command that does not exist yet is not there.
        (&["explain"], "explain"),
        (&["run", "--offline", "--only", "politie_misdrijven"], "--only"),
        (&["fetch", "--outage-after", "0"], "--outage-after"),
        (&["run", "--ofline"], "--ofline"),
        (&["run", "--offline", "--as-of", "31-12-2024"], "31-12-2024"),
        (&["query"], "<SQL>"),
        (&["query", "SELECT 1", "--format", "xml"], "xml"),
        (&["query", "SELECT 1", "--release"], "--release"),
        (&[], "Usage: nulmeting <COMMAND>"),
    ] {
        let ended = nulmeting(repository(), arguments).with(2).saying(&[found]);
        assert_eq!(ended.stdout, "", "{arguments:?}");
    }
}

#[test]
fn a_question_that_is_no_sql_or_no_release_is_wrong_usage() {
    let data = published().to_str().unwrap();
    let mut wrong = Vec::new();
    for (arguments, found) in [
        (&["query", "SELEKT 1"][..], "SELEKT"),
        (&["query", "SELECT geen FROM nulmeting"], "geen"),
        (&["query", "SELECT * FROM geen"], "geen"),
        (&["query", "SELECT 1", "--release", "gisteren"], "gisteren"),
        (&["query", "SELECT 1", "--release", "../../etc"], "../../etc"),
        (
            &["query", "SELECT 1", "--release", "20200101T000000Z-00000000"],
            "20200101T000000Z-00000000",
        ),
    ] {
        let mut all = arguments.to_vec();
        all.extend(["--data", data]);
        wrong.extend(nulmeting(repository(), &all).unlike(2, &[found]));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn nothing_to_build_from_or_to_ask_is_told_with_what_to_do() {
    let project = Project::copy();
    for arguments in [&["build"][..], &["query", "SELECT 1"], &["check"]] {
        project
            .nulmeting(arguments)
            .with(69)
            .saying(&["hint: ", "nulmeting run --offline"]);
    }
}

#[test]
fn a_recorded_file_that_is_missing_is_named_with_its_path() {
    let project = Project::copy();
    let file = "fixtures/politie_47013NED/portaal/policedata2015.csv.gz";
    disk::remove_file(&project.path(file)).unwrap();
    project.run().with(69).saying(&[file, "hint: "]);
    assert_eq!(project.current(), None);
    disk::remove_tree(&project.path("fixtures")).unwrap();
    project
        .run()
        .with(69)
        .saying(&["fixtures/politie_47013NED/portaal/policedata2012.csv.gz"]);
}

#[test]
fn a_data_directory_that_is_a_file_is_a_disk_error() {
    let project = Project::copy();
    project.write("bestand", b"geen map");
    for data in ["bestand", "bestand/eronder"] {
        project
            .nulmeting(&["run", "--offline", "--data", data])
            .with(74)
            .saying(&["bestand"]);
    }
    assert_eq!(disk::read(&project.path("bestand")).unwrap(), b"geen map");
}

#[test]
fn a_second_run_at_the_same_time_ends_at_once_and_names_the_first() {
    let project = Project::copy();
    let clock: Clock = "2026-11-23".parse().unwrap();
    let lock = RunLock::acquire(&project.data(), &clock).unwrap();
    let process = format!("process {}", std::process::id());
    project
        .run()
        .with(75)
        .saying(&["another run holds", &process, "hint: wait until"]);
    project.nulmeting(&["build"]).with(75);
    assert_eq!(
        disk::list(&project.data()).unwrap(),
        [project.data().join(".lock")],
        "nothing was touched"
    );
    drop(lock);
}

#[test]
fn whatever_a_run_is_refused_for_the_release_before_still_stands() {
    let project = Project::copy();
    copy_tree(published(), &project.data());
    let before = project.current();
    assert!(before.is_some());
    let pipeline = disk::read(&project.path("pipelines/hengelo.toml")).unwrap();

    project.edit(
        "pipelines/hengelo.toml",
        "baseline_year = 2019",
        "baseline_year = \"2019\"",
    );
    project.run().with(78);
    assert_eq!(project.current(), before, "78");

    project.write("pipelines/hengelo.toml", &pipeline);
    let file = "politie_47013NED/portaal/policedata2014.csv.gz";
    let content = project.fixture(file);
    disk::remove_file(&project.path(&format!("fixtures/{file}"))).unwrap();
    project.run().with(69);
    assert_eq!(project.current(), before, "69");

    let lock = RunLock::acquire(&project.data(), &Clock::real()).unwrap();
    project.run().with(75);
    drop(lock);
    assert_eq!(project.current(), before, "75");

    project.set_fixture(file, &content[..content.len() / 2]);
    project.run().with(65);
    assert_eq!(project.current(), before, "65");
    let tables = project
        .release()
        .number("SELECT count(*) AS n FROM doel_voortgang");
    assert!(
        (tables - 66.0).abs() < 0.5,
        "the release before can still be asked"
    );
}
