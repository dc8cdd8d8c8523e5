//! Publishing over time: the same input gives the same bytes, nothing new gives nothing, and a run that dies leaves a
//! whole release.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use nulmeting::disk::{self, Kind};
use nulmeting::landing::Landing;
use nulmeting::publish;

use crate::harness::{Project, nulmeting, published, repository};

/// Every file below the current release with its hash, but the manifest, which holds the time of the run.
fn hashes(data: &Path) -> BTreeMap<String, String> {
    let release = disk::canonical(&data.join("current")).unwrap();
    let mut hashes = BTreeMap::new();
    for (path, kind) in disk::walk(&release).unwrap() {
        let name = path.strip_prefix(&release).unwrap().to_str().unwrap().to_owned();
        if kind == Kind::File && name != "manifest.json" {
            hashes.insert(name, disk::hash_file(&path).unwrap().sha256);
        }
    }
    hashes
}

#[test]
fn the_same_input_gives_the_same_bytes_another_day_in_another_place() {
    let project = Project::copy();
    project
        .nulmeting(&["run", "--offline", "--as-of", "2031-05-06"])
        .with(0);
    let (here, there) = (hashes(&project.data()), hashes(published()));
    assert!(here.len() > 30, "tables and report were compared");
    assert_eq!(here, there);
}

#[test]
fn a_run_without_anything_new_leaves_the_release_and_force_makes_the_same_one_again() {
    let project = Project::of_year_0();
    project.run().with(0);
    let (first, content) = (project.current().unwrap(), hashes(&project.data()));
    let again = project
        .nulmeting(&["run", "--offline", "--as-of", "2026-11-25"])
        .with(0)
        .saying(&["niets nieuws", &first]);
    assert!(
        again.stdout.contains(&first),
        "the summary is that of the release that stands"
    );
    assert_eq!(publish::list(&project.data()).unwrap().len(), 1);
    assert_eq!(project.current().as_deref(), Some(first.as_str()));

    project
        .nulmeting(&["build", "--force", "--as-of", "2026-11-26"])
        .with(0);
    assert_ne!(project.current().as_deref(), Some(first.as_str()));
    assert_eq!(hashes(&project.data()), content);
    assert_eq!(publish::list(&project.data()).unwrap().len(), 2);
    // The old release answers old questions.
    let question = [
        "query",
        "SELECT count(*) AS n FROM doel_voortgang",
        "--format",
        "csv",
        "--release",
        &first,
    ];
    assert_eq!(project.nulmeting(&question).with(0).stdout, "n\n66\n");
}

#[test]
fn a_change_in_a_register_is_reason_for_a_new_release_and_its_words_are_text_in_the_report() {
    let project = Project::of_year_0();
    project.run().with(0);
    let first = project.current();
    let name = "woninginbraken;Woninginbraken;";
    project.edit(
        "pipelines/hengelo/reeksen.csv",
        name,
        "woninginbraken;Woning<script>'inbraken;",
    );
    project.run().with(0);
    assert_ne!(project.current(), first);
    let report = project
        .data()
        .join("current/rapport/voortgangsrapportage-2019.html");
    let html = disk::read_to_string(&report).unwrap();
    assert!(
        !html.contains("Woning<script>") && html.contains("Woning&"),
        "what people type is never code"
    );
}

/// What a run has come to, seen from outside.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// So long after its start.
    After(Duration),
    /// Its staging folder holds a file whose name ends so.
    Staged(&'static str),
    /// One more release than this has its final name.
    Released(usize),
}

impl Moment {
    fn has_come(self, data: &Path, started: Instant) -> bool {
        match self {
            Self::After(delay) => started.elapsed() >= delay,
            Self::Staged(ending) => staged(data).iter().any(|name| name.ends_with(ending)),
            Self::Released(before) => publish::list(data).unwrap().len() > before,
        }
    }
}

/// What stands in staging folders now; a run may remove or rename them at any time.
fn staged(data: &Path) -> Vec<String> {
    let folders = disk::list(&data.join("releases")).unwrap_or_default();
    let staging = folders.iter().filter(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'))
    });
    let files = staging.flat_map(|folder| disk::walk(folder).unwrap_or_default());
    files
        .map(|(path, _)| path.to_string_lossy().into_owned())
        .collect()
}

/// Kills a run with SIGKILL at a moment and says whether it was still alive. While it lives, a reader sees whole releases
/// only.
fn kill_at(moment: Moment, mut run: Child, data: &Path) -> bool {
    // Opening a release hashes all of it: now and then is often enough.
    const LOOKS_BETWEEN_READINGS: usize = 50;
    let started = Instant::now();
    let mut looks = 0_usize;
    while !moment.has_come(data, started) && run.try_wait().unwrap().is_none() {
        if looks.is_multiple_of(LOOKS_BETWEEN_READINGS) {
            assert!(
                publish::current(data).unwrap().is_some(),
                "{moment:?}: `current` was gone"
            );
        }
        looks += 1;
        std::thread::sleep(Duration::from_millis(1));
    }
    run.kill().unwrap();
    // A process that ended by itself has a code, one that was killed has none.
    run.wait().unwrap().code().is_none()
}

#[test]
fn after_a_kill_at_any_moment_the_release_is_whole_and_the_next_run_needs_no_repair() {
    let project = Project::of_year_0();
    let data = project.data();
    project.run().with(0);
    let content = hashes(&data);
    let mut killed = 0;
    let of_time = [5, 60, 200, 500, 1000].map(|delay| Moment::After(Duration::from_millis(delay)));
    let of_place = [
        "misdrijven.parquet",
        "doel_voortgang.parquet",
        ".html",
        "manifest.json",
    ]
    .map(Moment::Staged);
    for moment in of_time.into_iter().chain(of_place) {
        let was_alive = kill_at(moment, project.start(&["run", "--offline", "--force"]), &data);
        killed += usize::from(was_alive);
        assert_eq!(hashes(&data), content, "{moment:?}");
        for release in publish::list(&data).unwrap() {
            publish::open(&data, &release).unwrap();
        }
        for source in ["politie_misdrijven", "cbs_bevolking_begin", "cbs_bevolking_eind"] {
            for file in Landing::open(&data).unwrap().read_source(source).unwrap() {
                file.verify().unwrap();
            }
        }
    }
    assert!(
        killed >= 5,
        "only {killed} runs were still alive when they were killed"
    );
    let before = publish::list(&data).unwrap().len();
    kill_at(
        Moment::Released(before),
        project.start(&["run", "--offline", "--force"]),
        &data,
    );
    assert_eq!(hashes(&data), content);

    project.nulmeting(&["run", "--offline", "--force"]).with(0);
    assert_eq!(hashes(&data), content);
    let left: Vec<_> = disk::walk(&data)
        .unwrap()
        .into_iter()
        .filter(|(path, _)| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with('.') && name != ".lock"
        })
        .collect();
    assert_eq!(left, []);
}

#[test]
fn a_first_run_that_was_killed_leaves_nothing_that_a_reader_could_take_for_a_release() {
    let project = Project::of_year_0();
    let data = project.data();
    let mut run = project.start(&["run", "--offline"]);
    while staged(&data).is_empty() {
        assert!(
            run.try_wait().unwrap().is_none(),
            "the run ended before it staged anything"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(project.current(), None);
    project.nulmeting(&["query", "SELECT 1"]).with(69);
    project.run().with(0);
}

#[test]
fn checks_of_the_current_release_can_be_run_again() {
    let data = published().to_str().unwrap();
    let checked = nulmeting(repository(), &["check", "--data", data]).with(0);
    // The two printed totals that are not the sum of their rows: l.271 of the note.
    for line in [
        "de nota drukt voor 2018 een totaal van 2346, de rijen tellen op tot 2442",
        "de nota drukt voor 2020 een totaal van 1770, de rijen tellen op tot 1869",
    ] {
        assert!(checked.stdout.contains(line), "{}", checked.stdout);
    }
}
