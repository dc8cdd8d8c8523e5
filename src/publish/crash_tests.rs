//! Every window in which a run can die, and what the next run finds.
//!
//! The windows are first built by hand, one a test. Then a real process is killed, again and again: this test
//! binary starts itself as a run that publishes without end, and [`kill_and_check`] sends it `SIGKILL` at
//! another moment each time. It takes the command as an argument, so that an integration test can drive the
//! program's own binary with it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::tests::{Data, night, run, stage, tables};
use super::*;
use crate::clock::{Clock, parse_date};
use crate::disk;
use crate::landing::{Arrival, Landing, LandingWriter};

/// Tells the test binary that it is the run to be killed, and in which data directory.
const VICTIM_VARIABLE: &str = "NULMETING_TEST_VICTIM";
const VICTIM_TEST: &str = "publish::crash_tests::a_run_that_waits_to_be_killed";

#[test]
fn a_staging_folder_of_a_dead_run_is_no_release_and_is_swept() {
    let mut data = Data::new();
    let id = data.publish(run(), b"abc", &night()).unwrap();
    let releases = data.path().join("releases");
    // The same process number too: in a container every run is process 1.
    for left in [
        ".staging-1-0".to_owned(),
        format!(".staging-{}-0", std::process::id()),
    ] {
        disk::create_dir_all(&releases.join(&left).join("norm")).unwrap();
        disk::write_atomic(&releases.join(&left).join("norm/half.parquet"), b"PAR1").unwrap();
        disk::write_atomic(&releases.join(&left).join("manifest.json"), b"{").unwrap();
    }
    assert_eq!(list(data.path()).unwrap(), std::slice::from_ref(&id));
    assert_eq!(current(data.path()).unwrap().unwrap().id(), &id);
    let staging = Staging::begin(&mut data.lock).unwrap();
    assert_eq!(disk::list(&releases).unwrap().len(), 2);
    assert_eq!(
        disk::list(&staging.folder().join("norm")).unwrap(),
        Vec::<std::path::PathBuf>::new()
    );
}

#[test]
fn a_staging_that_is_given_up_leaves_nothing() {
    let mut data = Data::new();
    drop(stage(&mut data.lock, b"abc"));
    assert_eq!(data.releases(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_release_that_current_never_reached_changes_nothing_and_the_next_run_goes_on() {
    let mut data = Data::new();
    let old = data.publish(run(), b"abc", &night()).unwrap();
    let orphan = data.publish(run(), b"abd", &night()).unwrap();
    // The state between the rename of the folder and the switch.
    disk::replace_link(
        &Path::new("releases").join(old.as_str()),
        &data.path().join("current"),
    )
    .unwrap();
    assert_eq!(current(data.path()).unwrap().unwrap().id(), &old);
    // The replay of that night finds its release standing and only switches.
    assert_eq!(data.publish(run(), b"abd", &night()).unwrap(), orphan);
    assert_eq!(current(data.path()).unwrap().unwrap().id(), &orphan);
    assert_eq!(list(data.path()).unwrap().len(), 2);
}

#[test]
fn a_first_release_that_current_never_reached_is_not_current() {
    let mut data = Data::new();
    data.publish(run(), b"abc", &night()).unwrap();
    disk::remove_file(&data.path().join("current")).unwrap();
    assert_eq!(current(data.path()).unwrap(), None);
    data.publish(run(), b"abc", &"2024-02-01".parse().unwrap())
        .unwrap();
    assert!(current(data.path()).unwrap().is_some());
}

#[test]
fn a_temporary_link_of_a_dead_run_is_swept() {
    let mut data = Data::new();
    let id = data.publish(run(), b"abc", &night()).unwrap();
    let left = data.path().join(".partial-1-0");
    disk::replace_link(Path::new("releases/20240201T000000Z-00000000"), &left).unwrap();
    assert_eq!(current(data.path()).unwrap().unwrap().id(), &id);
    data.publish(run(), b"abd", &night()).unwrap();
    assert_eq!(disk::kind(&left).unwrap(), None);
}

#[test]
fn a_pointer_to_a_release_that_is_gone_is_an_error_that_the_next_run_repairs() {
    let mut data = Data::new();
    let id = data.publish(run(), b"abc", &night()).unwrap();
    disk::remove_tree(&data.path().join("releases").join(id.as_str())).unwrap();
    assert!(matches!(
        current(data.path()),
        Err(PublishError::UnknownRelease { .. })
    ));
    data.publish(run(), b"abc", &night()).unwrap();
    assert_eq!(current(data.path()).unwrap().unwrap().id(), &id);
}

#[test]
fn a_disk_that_refuses_the_switch_leaves_the_old_release_standing() {
    let mut data = Data::new();
    let old = data.publish(run(), b"abc", &night()).unwrap();
    let staging = stage(&mut data.lock, b"abd");
    // A folder cannot be replaced by a link, also not by root.
    let releases = staging.folder().parent().unwrap().to_path_buf();
    let link = releases.with_file_name("current");
    disk::remove_file(&link).unwrap();
    disk::create_dir_all(&link.join("in the way")).unwrap();
    assert!(matches!(
        staging.publish(run(), tables(), &night()),
        Err(PublishError::Disk(_))
    ));
    open(data.path(), &old).unwrap();
    disk::remove_tree(&link).unwrap();
    data.publish(run(), b"abd", &night()).unwrap();
    assert_eq!(list(data.path()).unwrap().len(), 2);
}

#[test]
fn after_a_kill_at_any_moment_current_verifies_and_the_next_run_needs_no_repair() {
    let folder = tempfile::tempdir().unwrap();
    let binary = std::env::current_exe().unwrap();
    // A run is killed later each time. How late is late enough to publish depends on the disk: a slow one gets more
    // rounds, and the number of rounds has an end so that a run that never publishes fails here.
    let mut published = 0;
    let mut round = 0;
    while round < 12 || published == 0 {
        assert!(round < 400, "no run lived long enough to publish");
        let mut command = Command::new(&binary);
        command
            .args(["--exact", "--ignored", VICTIM_TEST])
            .env(VICTIM_VARIABLE, folder.path());
        published = kill_and_check(&mut command, folder.path(), Duration::from_millis(7 * round));
        round += 1;
    }
    let landed = Landing::open(folder.path())
        .unwrap()
        .read_source("47013NED")
        .unwrap();
    assert!(!landed.is_empty());
    for file in landed {
        file.verify().unwrap();
    }
}

/// Starts a run, kills it `delay` after it took the lock, and holds the data directory to its promises: the
/// lock is free, `current` verifies, and so does every release, whether or not `current` ever reached it; and
/// the next run's first step leaves nothing unfinished. The number of releases is returned.
fn kill_and_check(command: &mut Command, data_dir: &Path, delay: Duration) -> usize {
    let mut victim = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The file is read and not locked, or this test would stand in the run's way.
    let holds_the_lock = |pid: u32| {
        let text = disk::read(&data_dir.join(".lock")).unwrap_or_default();
        serde_json::from_slice(&text).is_ok_and(|holder: Holder| holder.pid == pid)
    };
    while !holds_the_lock(victim.id()) {
        assert!(
            victim.try_wait().unwrap().is_none(),
            "the run ended before it was killed"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    // While it lives a reader sees whole releases only, and never none once there was one.
    let start = Instant::now();
    let mut was_published = false;
    while start.elapsed() < delay {
        let is_published = current(data_dir).unwrap().is_some();
        assert!(is_published || !was_published, "current was gone for a moment");
        was_published = is_published;
    }
    victim.kill().unwrap();
    victim.wait().unwrap();

    let mut lock = RunLock::acquire(data_dir, &night()).unwrap();
    current(data_dir).unwrap();
    let releases = list(data_dir).unwrap();
    for id in &releases {
        open(data_dir, id).unwrap();
    }
    drop(LandingWriter::open(&mut lock).unwrap());
    drop(Staging::begin(&mut lock).unwrap());
    for (path, _) in disk::walk(data_dir).unwrap() {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(
            !name.starts_with('.') || name == ".lock",
            "{} is left",
            path.display()
        );
    }
    releases.len()
}

/// The victim: it lands and publishes until it is killed.
#[test]
#[ignore = "not a test of its own: the test above starts it in a process that it then kills"]
fn a_run_that_waits_to_be_killed() {
    let Some(data_dir) = std::env::var_os(VICTIM_VARIABLE) else {
        return;
    };
    let data_dir = Path::new(&data_dir);
    let mut lock = RunLock::acquire(data_dir, &Clock::real()).unwrap();
    for number in 0_u64.. {
        let content = format!("{} {number}", std::process::id());
        let arrival = Arrival {
            name: "a.csv".to_owned(),
            url: "https://example.nl/a.csv".to_owned(),
            time: Clock::real().now(),
            status: 200,
            etag: None,
            last_modified: None,
            rows: None,
            peildatum: parse_date("2023-11-01").unwrap(),
            edition: None,
        };
        LandingWriter::open(&mut lock)
            .unwrap()
            .store("47013NED", arrival, content.as_bytes())
            .unwrap();
        stage(&mut lock, content.as_bytes())
            .publish(run(), tables(), &Clock::real())
            .unwrap();
    }
}
