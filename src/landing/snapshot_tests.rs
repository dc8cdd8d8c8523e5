//! A table of several answers: before the commit there is nothing, after it everything, and nothing is asked twice.

use std::convert::Infallible;
use std::path::Path;

use super::tests::{Data, page};
use super::*;
use crate::clock::{parse_date, parse_stamp};

const SOURCE: &str = "47013NED";

fn edition(state: &str, day: &str) -> Edition {
    Edition {
        state: state.to_owned(),
        peildatum: parse_date(day).unwrap(),
        division: Some("2023".to_owned()),
    }
}

fn first() -> Edition {
    edition("first", "2023-11-01")
}

fn store(snapshot: &Snapshot<'_, '_>, name: &str, body: &str) -> Landed {
    let kept = snapshot.store(page(name), body.as_bytes(), |_| Ok::<_, Infallible>(()));
    kept.unwrap().0
}

/// Takes in a table of the given pages.
fn take_in(data: &mut Data, edition: Edition, pages: &[(&str, &str)]) {
    let mut writer = LandingWriter::open(&mut data.lock).unwrap();
    let snapshot = writer.snapshot(SOURCE, edition).unwrap();
    for (name, body) in pages {
        store(&snapshot, name, body);
    }
    snapshot.commit().unwrap();
}

fn in_use(data: &Data) -> Vec<(String, String)> {
    let landing = Landing::open(data.folder.path()).unwrap();
    let files = landing.in_use(SOURCE).unwrap();
    let shown = |file: Landed| {
        file.verify().unwrap();
        (file.entry.name, file.entry.peildatum.to_string())
    };
    files.into_iter().map(shown).collect()
}

#[test]
fn a_table_counts_when_it_is_whole_and_not_before() {
    let mut data = Data::new();
    let mut writer = LandingWriter::open(&mut data.lock).unwrap();
    let snapshot = writer.snapshot(SOURCE, first()).unwrap();
    store(&snapshot, "1.json", "one");
    store(&snapshot, "2.json", "two");
    drop(writer);
    assert_eq!(data.read().unwrap(), []);
    let mut writer = LandingWriter::open(&mut data.lock).unwrap();
    assert_eq!(writer.newest_edition(SOURCE).unwrap(), None);
    writer.snapshot(SOURCE, first()).unwrap().commit().unwrap();
    assert_eq!(writer.newest_edition(SOURCE).unwrap(), Some(first()));
    let day = "2023-11-01".to_owned();
    let expected = ["1.json", "2.json"].map(|name| (name.to_owned(), day.clone()));
    assert_eq!(in_use(&data), expected);
    assert!(!data.file_names().contains(&"unfinished.jsonl".to_owned()));
}

#[test]
fn an_answer_that_is_refused_is_not_kept() {
    let mut data = Data::new();
    let mut writer = LandingWriter::open(&mut data.lock).unwrap();
    let snapshot = writer.snapshot(SOURCE, first()).unwrap();
    let judge = |path: &Path| match disk::read_to_string(path).unwrap().as_str() {
        "good" => Ok(4),
        _ => Err("no good"),
    };
    let refused = snapshot.store(page("1.json"), b"bad".as_slice(), judge);
    assert!(matches!(refused, Err(Refused::Judged("no good"))));
    assert!(matches!(
        snapshot.store(page("1.json"), b"".as_slice(), judge),
        Err(Refused::Landing(LandingError::Empty { .. }))
    ));
    assert_eq!(snapshot.found("1.json"), None);
    let (_, judged) = snapshot.store(page("1.json"), b"good".as_slice(), judge).unwrap();
    assert_eq!(judged, 4);
    snapshot.commit().unwrap();
    assert_eq!(data.file_names().len(), 2);
}

#[test]
fn an_interrupted_fetch_is_gone_on_with_when_the_source_still_stands_so() {
    let mut data = Data::new();
    let mut writer = LandingWriter::open(&mut data.lock).unwrap();
    let snapshot = writer.snapshot(SOURCE, first()).unwrap();
    let kept = store(&snapshot, "1.json", "one");
    let again = writer.snapshot(SOURCE, first()).unwrap();
    assert_eq!(again.found("1.json"), Some(kept));
    assert_eq!(again.found("2.json"), None);
    let moved = writer.snapshot(SOURCE, edition("second", "2023-12-01")).unwrap();
    assert_eq!(moved.found("1.json"), None);
    drop(writer);
    assert_eq!(data.file_names(), ["unfinished.jsonl"]);
}

#[test]
fn a_journal_that_a_power_cut_shortened_is_read_as_far_as_it_is_whole() {
    let mut data = Data::new();
    let mut writer = LandingWriter::open(&mut data.lock).unwrap();
    let snapshot = writer.snapshot(SOURCE, first()).unwrap();
    for name in ["1.json", "2.json"] {
        store(&snapshot, name, name);
    }
    let path = data.source_folder().join("unfinished.jsonl");
    let whole = disk::read(&path).unwrap();
    let second = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for length in 0..whole.len() {
        disk::write_atomic(&path, &whole[..length]).unwrap();
        let mut writer = LandingWriter::open(&mut data.lock).unwrap();
        let snapshot = writer.snapshot(SOURCE, first()).unwrap();
        let found = ["1.json", "2.json"].map(|name| snapshot.found(name).is_some());
        assert!(found != [false, true], "{length}");
        assert!(length >= second || found == [false, false], "{length}");
        for name in ["1.json", "2.json"] {
            store(&snapshot, name, name);
        }
    }
}

#[test]
fn an_answer_that_was_altered_on_the_disk_is_asked_again() {
    let mut data = Data::new();
    let mut writer = LandingWriter::open(&mut data.lock).unwrap();
    let kept = store(&writer.snapshot(SOURCE, first()).unwrap(), "1.json", "one");
    disk::write_atomic(&kept.path, b"two").unwrap();
    let snapshot = writer.snapshot(SOURCE, first()).unwrap();
    assert_eq!(snapshot.found("1.json"), None);
    store(&snapshot, "1.json", "one");
    snapshot.commit().unwrap();
    assert_eq!(in_use(&data).len(), 1);
}

#[test]
fn a_correction_on_the_same_day_takes_the_place_of_the_table_and_a_later_one_stands_beside_it() {
    let mut data = Data::new();
    take_in(&mut data, first(), &[("1.json", "one"), ("2.json", "two")]);
    take_in(
        &mut data,
        edition("corrected", "2023-11-01"),
        &[("1.json", "eins")],
    );
    let day = |name: &str, day: &str| (name.to_owned(), day.to_owned());
    assert_eq!(in_use(&data), [day("1.json", "2023-11-01")]);
    take_in(&mut data, edition("later", "2023-12-01"), &[("1.json", "eins")]);
    assert_eq!(
        in_use(&data),
        [day("1.json", "2023-11-01"), day("1.json", "2023-12-01")]
    );
    let mut writer = LandingWriter::open(&mut data.lock).unwrap();
    assert_eq!(writer.newest_edition(SOURCE).unwrap().unwrap().state, "later");
}

#[test]
fn the_newest_edition_is_the_one_that_came_last_and_is_confirmed_without_a_new_fingerprint() {
    let mut data = Data::new();
    take_in(&mut data, first(), &[("1.json", "one")]);
    let before = fingerprint(&data.read().unwrap());
    let mut writer = LandingWriter::open(&mut data.lock).unwrap();
    let later = parse_stamp("2024-06-01T02:00:00Z").unwrap();
    writer.confirm(SOURCE, &first(), later).unwrap();
    let landed = data.read().unwrap();
    assert_eq!(landed[0].entry.confirmed, later);
    assert_eq!(fingerprint(&landed), before);
}

#[test]
fn what_is_given_up_leaves_nothing_and_spares_what_counts() {
    let mut data = Data::new();
    take_in(&mut data, first(), &[("1.json", "one")]);
    let mut writer = LandingWriter::open(&mut data.lock).unwrap();
    let snapshot = writer.snapshot(SOURCE, edition("second", "2023-12-01")).unwrap();
    store(&snapshot, "1.json", "one");
    store(&snapshot, "2.json", "two");
    snapshot.discard().unwrap();
    assert_eq!(in_use(&data), [("1.json".to_owned(), "2023-11-01".to_owned())]);
    assert_eq!(data.file_names().len(), 2);
}

#[test]
fn a_journal_entry_that_would_leave_the_folder_is_not_followed() {
    let mut data = Data::new();
    let mut writer = LandingWriter::open(&mut data.lock).unwrap();
    store(&writer.snapshot(SOURCE, first()).unwrap(), "1.json", "one");
    let path = data.source_folder().join("unfinished.jsonl");
    let text = disk::read_to_string(&path).unwrap();
    disk::write_atomic(&path, text.replace("\"1.json\"", "\"../../x\"").as_bytes()).unwrap();
    let mut writer = LandingWriter::open(&mut data.lock).unwrap();
    let snapshot = writer.snapshot(SOURCE, first()).unwrap();
    assert_eq!(snapshot.found("../../x"), None);
}
