//! What lands, what is refused, and what a crash leaves.

use std::io::{self, Read};

use super::*;
use crate::clock::{Clock, parse_date, parse_stamp};
use crate::publish::RunLock;

/// The example of FIPS 180-2, appendix B.1: SHA-256 of `abc`.
const SHA256_OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

pub(super) struct Data {
    pub(super) folder: tempfile::TempDir,
    pub(super) lock: RunLock,
}

impl Data {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lock = RunLock::acquire(folder.path(), &Clock::real()).unwrap();
        Self { folder, lock }
    }

    fn store(&mut self, arrival: Arrival, body: &[u8]) -> Result<Landed, LandingError> {
        LandingWriter::open(&mut self.lock)?.store("47013NED", arrival, body)
    }

    pub(super) fn read(&self) -> Result<Vec<Landed>, LandingError> {
        Landing::open(self.folder.path())?.read_source("47013NED")
    }

    pub(super) fn source_folder(&self) -> PathBuf {
        self.folder.path().join("landing/47013NED")
    }

    pub(super) fn file_names(&self) -> Vec<String> {
        let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        disk::list(&self.source_folder())
            .unwrap()
            .iter()
            .map(name)
            .collect()
    }
}

fn arrival(name: &str, time: &str) -> Arrival {
    Arrival {
        name: name.to_owned(),
        url: format!("https://dataderden.cbs.nl/{name}"),
        time: parse_stamp(time).unwrap(),
        status: 200,
        etag: Some("\"1\"".to_owned()),
        last_modified: None,
        rows: Some(7),
        peildatum: parse_date("2023-11-01").unwrap(),
        edition: None,
    }
}

pub(super) fn page(name: &str) -> Arrival {
    arrival(name, "2024-01-31T02:15:00Z")
}

#[test]
fn bytes_land_under_their_hash_and_come_back_with_their_request() {
    let mut data = Data::new();
    let landed = data.store(page("abc.csv"), b"abc").unwrap();
    assert_eq!(data.file_names(), ["ba7816bf8f01cfea-abc.csv", "manifest.json"]);
    assert_eq!(landed.entry.sha256, SHA256_OF_ABC);
    assert_eq!((landed.entry.bytes, landed.entry.rows), (3, Some(7)));
    assert_eq!(data.read().unwrap()[0].entry, landed.entry);
    assert_eq!(io::read_to_string(landed.open().unwrap()).unwrap(), "abc");
}

#[test]
fn the_same_bytes_again_make_no_file_no_entry_and_no_other_fingerprint() {
    let mut data = Data::new();
    data.store(page("abc.csv"), b"abc").unwrap();
    let before = fingerprint(&data.read().unwrap());
    let mut again = arrival("abc.csv", "2024-02-01T02:15:00Z");
    again.etag = Some("\"2\"".to_owned());
    again.url = "https://elsewhere.example/abc.csv".to_owned();
    data.store(again, b"abc").unwrap();
    assert_eq!(data.file_names().len(), 2);
    let landed = data.read().unwrap();
    assert_eq!(landed.len(), 1);
    assert_eq!(landed[0].entry.time, parse_stamp("2024-01-31T02:15:00Z").unwrap());
    assert_eq!(
        landed[0].entry.confirmed,
        parse_stamp("2024-02-01T02:15:00Z").unwrap()
    );
    assert_eq!(fingerprint(&landed), before);
}

#[test]
fn a_fingerprint_moves_with_content_name_peildatum_edition_and_source() {
    let mut data = Data::new();
    let base = data.store(page("abc.csv"), b"abc").unwrap();
    let mut variants = vec![base.clone(); 6];
    variants[1].entry.sha256 = "0".repeat(64);
    variants[2].entry.name = "abd.csv".to_owned();
    variants[3].entry.peildatum = parse_date("2023-11-02").unwrap();
    variants[4].entry.edition = Some(String::new());
    variants[5].source_id = "47018NED".to_owned();
    let prints: std::collections::BTreeSet<_> = variants
        .iter()
        .map(|landed| fingerprint(std::slice::from_ref(landed)))
        .collect();
    assert_eq!(prints.len(), 6);
    let (first, second) = (variants[1].clone(), variants[2].clone());
    assert_eq!(
        fingerprint(&[first.clone(), second.clone()]),
        fingerprint(&[second, first])
    );
    assert_ne!(fingerprint(&[]), fingerprint(&[base]));
}

#[test]
fn every_vintage_stays_and_the_order_is_by_peildatum_edition_and_name() {
    let mut data = Data::new();
    let mut newer = page("a.csv");
    newer.peildatum = parse_date("2024-01-01").unwrap();
    let mut edition = page("a.csv");
    edition.edition = Some("2026".to_owned());
    data.store(newer, b"new").unwrap();
    data.store(edition, b"old").unwrap();
    data.store(page("b.csv"), b"old").unwrap();
    data.store(page("a.csv"), b"old").unwrap();
    let order: Vec<_> = data
        .read()
        .unwrap()
        .iter()
        .map(|landed| {
            (
                landed.entry.name.clone(),
                landed.entry.edition.clone(),
                landed.entry.bytes,
            )
        })
        .collect();
    assert_eq!(order[0], ("a.csv".to_owned(), None, 3));
    assert_eq!(order[1], ("b.csv".to_owned(), None, 3));
    assert_eq!(order[2], ("a.csv".to_owned(), Some("2026".to_owned()), 3));
    assert_eq!(
        data.read().unwrap()[3].entry.peildatum,
        parse_date("2024-01-01").unwrap()
    );
    assert_eq!(
        data.file_names().len(),
        4,
        "one content under one name is one file"
    );
}

#[test]
fn the_manifest_is_the_same_bytes_whatever_the_order_of_arrival() {
    let manifests = [["a.csv", "b.csv"], ["b.csv", "a.csv"]].map(|names| {
        let mut data = Data::new();
        for name in names {
            data.store(page(name), b"abc").unwrap();
        }
        disk::read_to_string(&data.source_folder().join("manifest.json")).unwrap()
    });
    assert_eq!(manifests[0], manifests[1]);
    assert!(
        manifests[0].contains("\"time\": \"2024-01-31T02:15:00Z\""),
        "{}",
        manifests[0]
    );
    assert!(manifests[0].ends_with("}\n"));
}

#[test]
fn a_file_that_was_edited_cut_off_or_removed_is_named() {
    let mut data = Data::new();
    let landed = data.store(page("abc.csv"), b"abc").unwrap();
    let name = landed.path.display().to_string();

    disk::write_atomic(&landed.path, b"abd").unwrap();
    let error = data.read().unwrap()[0].verify().unwrap_err();
    assert!(
        matches!(error, LandingError::Altered { .. }) && error.to_string().contains(&name),
        "{error}"
    );
    let error = data.store(page("abc.csv"), b"abc").unwrap_err();
    assert!(
        matches!(error, LandingError::Altered { .. }),
        "never overwritten: {error}"
    );

    disk::write_atomic(&landed.path, b"ab").unwrap();
    let error = data.read().unwrap_err();
    assert!(
        error.to_string().contains("expected 3 bytes, found 2 bytes"),
        "{error}"
    );

    disk::remove_file(&landed.path).unwrap();
    let error = data.read().unwrap_err();
    assert!(
        matches!(error, LandingError::Missing { .. }) && error.to_string().contains(&name),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("fetch the source again"));
    data.store(page("abc.csv"), b"abc").unwrap();
    data.read().unwrap()[0].verify().unwrap();
}

#[test]
fn an_answer_that_breaks_off_is_empty_or_is_not_200_leaves_nothing() {
    struct Breaks(bool);
    impl Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0 {
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            self.0 = true;
            buffer[0] = b'a';
            Ok(1)
        }
    }
    let mut data = Data::new();
    let broken = LandingWriter::open(&mut data.lock)
        .unwrap()
        .store("47013NED", page("a.csv"), Breaks(false));
    let error = broken.unwrap_err();
    assert!(matches!(error, LandingError::BrokenOff { .. }), "{error}");
    assert!(
        error.to_string().contains("47013NED: the answer from https://"),
        "{error}"
    );
    assert_eq!(data.file_names(), Vec::<String>::new());
    assert!(matches!(
        data.store(page("a.csv"), b""),
        Err(LandingError::Empty { .. })
    ));
    assert_eq!(data.file_names(), Vec::<String>::new());
    for status in [206, 304, 404, 500] {
        let mut refused = page("a.csv");
        refused.status = status;
        assert!(
            matches!(data.store(refused, b"abc"), Err(LandingError::Status { .. })),
            "{status}"
        );
    }
    assert_eq!(data.file_names(), Vec::<String>::new());
    assert_eq!(data.read().unwrap(), []);
}

#[test]
fn hostile_ids_and_names_are_refused_before_anything_is_touched() {
    let mut data = Data::new();
    let long = "a".repeat(300);
    for name in [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "/etc/passwd",
        "a\0b",
        "a\\b",
        ".hidden",
        "é",
        &long,
    ] {
        let by_id = LandingWriter::open(&mut data.lock)
            .unwrap()
            .store(name, page("a.csv"), &b"abc"[..]);
        assert!(
            matches!(
                by_id,
                Err(LandingError::BadName {
                    what: "source id",
                    ..
                })
            ),
            "{name:?}"
        );
        let by_name = data.store(page_named(name), b"abc");
        assert!(
            matches!(
                by_name,
                Err(LandingError::BadName {
                    what: "file name",
                    ..
                })
            ),
            "{name:?}"
        );
        let read = Landing::open(data.folder.path()).unwrap().read_source(name);
        let error = read.unwrap_err();
        assert!(
            error.to_string().len() < 300 && !error.to_string().contains('\0'),
            "{error}"
        );
    }
    assert_eq!(
        disk::list(&data.folder.path().join("landing")).unwrap(),
        Vec::<PathBuf>::new()
    );
}

fn page_named(name: &str) -> Arrival {
    Arrival {
        name: name.to_owned(),
        ..page("x")
    }
}

#[test]
fn the_longest_name_that_is_allowed_fits_on_the_disk() {
    let mut data = Data::new();
    data.store(page_named(&"a".repeat(200)), b"abc").unwrap();
    data.read().unwrap()[0].verify().unwrap();
}

#[test]
fn links_in_the_landing_are_not_followed() {
    let mut data = Data::new();
    let landed = data.store(page("abc.csv"), b"abc").unwrap();
    let outside = data.folder.path().join("outside");
    disk::write_atomic(&outside, b"abc").unwrap();
    disk::replace_link(&outside, &landed.path).unwrap();
    assert!(matches!(data.read(), Err(LandingError::NotAFile { .. })));
    assert!(matches!(
        data.store(page("abc.csv"), b"abc"),
        Err(LandingError::NotAFile { .. })
    ));
    assert_eq!(disk::read(&outside).unwrap(), b"abc");

    let manifest = data.source_folder().join("manifest.json");
    disk::replace_link(&outside, &manifest).unwrap();
    assert!(matches!(data.read(), Err(LandingError::NotAFile { .. })));

    let elsewhere = data.folder.path().join("elsewhere");
    disk::create_dir_all(&elsewhere).unwrap();
    disk::remove_tree(&data.source_folder()).unwrap();
    disk::replace_link(&elsewhere, &data.source_folder()).unwrap();
    assert!(matches!(data.read(), Err(LandingError::NotAFolder { .. })));
    assert!(matches!(
        data.store(page("abc.csv"), b"abc"),
        Err(LandingError::NotAFolder { .. })
    ));
    assert_eq!(disk::list(&elsewhere).unwrap(), Vec::<PathBuf>::new());
}

#[test]
fn a_file_in_the_place_of_the_landing_or_the_data_directory_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("landing");
    disk::write_atomic(&file, b"").unwrap();
    assert!(matches!(
        Landing::open(folder.path()),
        Err(LandingError::NotAFolder { .. })
    ));
    assert!(matches!(Landing::open(&file), Err(LandingError::Disk(_))));
}

#[test]
fn a_damaged_manifest_is_refused_and_never_written_over() {
    let mut data = Data::new();
    data.store(page("abc.csv"), b"abc").unwrap();
    let path = data.source_folder().join("manifest.json");
    let good = disk::read_to_string(&path).unwrap();
    let entries_start = good.find('[').unwrap() + 1;
    let entry = &good[entries_start..good.rfind(']').unwrap()];
    for (damage, expected) in [
        (String::new(), "a manifest as nulmeting writes it"),
        (
            good[..good.len() / 2].to_owned(),
            "a manifest as nulmeting writes it",
        ),
        (good.replace("\"format\": 1", "\"format\": 2"), "format 1"),
        (
            good.replace("47013NED\",\n", "47018NED\",\n"),
            "the manifest of source `47013NED`",
        ),
        (
            good.replace("\"name\": \"abc.csv\"", "\"name\": \"../../x\""),
            "a plain file name",
        ),
        (
            good.replace(SHA256_OF_ABC, "../../../../etc/passwd"),
            "a sha256 of 64",
        ),
        (good.replace(SHA256_OF_ABC, &"é".repeat(32)), "a sha256 of 64"),
        (
            good.replace(entry, &format!("{entry},{entry}")),
            "each file of a vintage once",
        ),
        (
            good.replace("2024-01-31T02:15:00Z", "2024-01-31"),
            "a manifest as nulmeting writes it",
        ),
        (
            good.replace("\"rows\"", "\"extra\": 1, \"rows\""),
            "a manifest as nulmeting writes it",
        ),
    ] {
        assert_ne!(damage, good);
        disk::write_atomic(&path, damage.as_bytes()).unwrap();
        let error = data.read().unwrap_err().to_string();
        assert!(
            error.contains(expected) && error.contains("manifest.json"),
            "{error}"
        );
        assert!(matches!(
            data.store(page("b.csv"), b"b"),
            Err(LandingError::Manifest { .. })
        ));
        assert_eq!(disk::read_to_string(&path).unwrap(), damage);
    }
    assert_eq!(data.file_names().len(), 2);
}

#[test]
fn a_source_that_never_landed_is_empty() {
    let data = Data::new();
    assert_eq!(data.read().unwrap(), []);
}

#[test]
fn a_crash_before_the_rename_leaves_a_partial_that_nobody_sees_and_the_next_writer_sweeps() {
    let mut data = Data::new();
    data.store(page("abc.csv"), b"abc").unwrap();
    for name in [".partial-1-0", ".partial-99999-7"] {
        disk::write_atomic(&data.source_folder().join(name), b"half of a pa").unwrap();
    }
    assert_eq!(data.read().unwrap().len(), 1);
    LandingWriter::open(&mut data.lock).unwrap();
    assert_eq!(data.file_names(), ["ba7816bf8f01cfea-abc.csv", "manifest.json"]);
}

#[test]
fn a_crash_between_rename_and_manifest_leaves_a_file_that_nobody_sees_and_the_next_arrival_adopts() {
    let mut data = Data::new();
    disk::create_dir_all(&data.source_folder()).unwrap();
    disk::write_atomic(&data.source_folder().join("ba7816bf8f01cfea-abc.csv"), b"abc").unwrap();
    assert_eq!(data.read().unwrap(), []);
    data.store(page("abc.csv"), b"abc").unwrap();
    assert_eq!(data.read().unwrap().len(), 1);
    assert_eq!(data.file_names(), ["ba7816bf8f01cfea-abc.csv", "manifest.json"]);
}
