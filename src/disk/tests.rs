//! The disk as the rest of the program relies on it.

use super::*;

/// The example of FIPS 180-2, appendix B.1: SHA-256 of `abc`.
const SHA256_OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Hands out one byte a call, is interrupted before each, and fails at the end if told so.
struct Stutter {
    bytes: Vec<u8>,
    interrupted: bool,
    fails: bool,
}

impl Read for Stutter {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if self.bytes.is_empty() {
            return if self.fails {
                Err(io::ErrorKind::ConnectionReset.into())
            } else {
                Ok(0)
            };
        }
        buffer[0] = self.bytes.remove(0);
        Ok(1)
    }
}

#[test]
fn sha256_is_the_published_value() {
    assert_eq!(sha256_hex(b"abc"), SHA256_OF_ABC);
    let folder = folder();
    let path = folder.path().join("abc");
    write_atomic(&path, b"abc").unwrap();
    assert_eq!(
        hash_file(&path).unwrap(),
        Content {
            sha256: SHA256_OF_ABC.to_owned(),
            bytes: 3
        }
    );
}

#[test]
fn a_copy_hashes_what_it_wrote_whatever_the_size_of_the_pieces() {
    let folder = folder();
    let to = folder.path().join("to");
    let slow = Stutter {
        bytes: b"abc".to_vec(),
        interrupted: false,
        fails: false,
    };
    assert_eq!(
        write_hashed(slow, &to).unwrap(),
        Content {
            sha256: SHA256_OF_ABC.to_owned(),
            bytes: 3
        }
    );
    assert_eq!(read(&to).unwrap(), b"abc");
}

#[test]
fn a_reader_that_breaks_is_not_called_a_disk_error() {
    let folder = folder();
    let broken = Stutter {
        bytes: b"ab".to_vec(),
        interrupted: false,
        fails: true,
    };
    let error = write_hashed(broken, &folder.path().join("to")).unwrap_err();
    assert!(matches!(error, CopyError::Reader(cause) if cause.kind() == io::ErrorKind::ConnectionReset));
}

#[test]
fn a_reader_that_lies_about_its_length_does_not_panic() {
    struct Liar;
    impl Read for Liar {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            Ok(buffer.len() + 1)
        }
    }
    let folder = folder();
    assert!(matches!(
        write_hashed(Liar, &folder.path().join("to")),
        Err(CopyError::Reader(_))
    ));
}

#[test]
fn an_atomic_write_replaces_the_whole_file_and_leaves_nothing_else() {
    let folder = folder();
    let path = folder.path().join("file");
    write_atomic(&path, b"a long first version").unwrap();
    write_atomic(&path, b"short").unwrap();
    assert_eq!(read_to_string(&path).unwrap(), "short");
    assert_eq!(list(folder.path()).unwrap(), [path]);
}

#[test]
fn an_atomic_write_over_a_folder_fails_and_cleans_up() {
    let folder = folder();
    let path = folder.path().join("taken");
    create_dir_all(&path).unwrap();
    assert!(write_atomic(&path, b"x").is_err());
    assert_eq!(list(folder.path()).unwrap(), [path]);
}

#[test]
fn a_new_file_never_replaces_a_file_or_follows_a_link() {
    let folder = folder();
    let link = folder.path().join("link");
    replace_link(Path::new("elsewhere"), &link).unwrap();
    assert_eq!(
        create_new(&link).unwrap_err().cause.kind(),
        io::ErrorKind::AlreadyExists
    );
    assert_eq!(kind(&folder.path().join("elsewhere")).unwrap(), None);
}

#[test]
fn an_error_names_the_path_once_and_says_what_to_do() {
    let folder = folder();
    let file = folder.path().join("file");
    write_atomic(&file, b"").unwrap();
    let below = file.join("below");
    for error in [
        read(&below).unwrap_err(),
        create_new(&below).unwrap_err(),
        create_dir_all(&below).unwrap_err(),
        list(&below).unwrap_err(),
        sync(&below).unwrap_err(),
        try_lock(&below).unwrap_err(),
    ] {
        let sentence = error.to_string();
        assert_eq!(
            sentence.matches(&below.display().to_string()).count(),
            1,
            "{sentence}"
        );
        assert!(
            error.hint().unwrap().contains("a file where a folder must be"),
            "{sentence}"
        );
        assert!(std::error::Error::source(&error).is_none());
    }
    let missing = read(&folder.path().join("missing")).unwrap_err();
    assert!(missing.hint().unwrap().contains("check that"));
    let full = DiskError::new("write", &file, io::ErrorKind::StorageFull.into());
    assert!(full.hint().unwrap().contains("free space"));
    let denied = DiskError::new("read", &file, io::ErrorKind::PermissionDenied.into());
    assert!(denied.hint().unwrap().contains("the right to read"));
}

#[test]
fn listings_are_sorted_and_a_walk_reports_links_without_following_them() {
    let folder = folder();
    let root = folder.path();
    for name in ["b/2", "b/1", "a", "c"] {
        create_dir_all(root.join(name).parent().unwrap()).unwrap();
        write_atomic(&root.join(name), b"").unwrap();
    }
    replace_link(Path::new("."), &root.join("b/loop")).unwrap();
    assert_eq!(
        list(root).unwrap(),
        [root.join("a"), root.join("b"), root.join("c")]
    );
    let expected = [
        (root.join("a"), Kind::File),
        (root.join("b"), Kind::Directory),
        (root.join("b/1"), Kind::File),
        (root.join("b/2"), Kind::File),
        (root.join("b/loop"), Kind::Link),
        (root.join("c"), Kind::File),
    ];
    assert_eq!(walk(root).unwrap(), expected);
}

#[test]
fn a_link_is_replaced_in_one_step_and_removing_it_spares_its_target() {
    let folder = folder();
    let link = folder.path().join("link");
    write_atomic(&folder.path().join("target"), b"kept").unwrap();
    replace_link(Path::new("nowhere"), &link).unwrap();
    replace_link(Path::new("target"), &link).unwrap();
    assert_eq!(read_link(&link).unwrap(), Path::new("target"));
    assert_eq!(
        canonical(&link).unwrap(),
        canonical(&folder.path().join("target")).unwrap()
    );
    remove_file(&link).unwrap();
    assert_eq!(read(&folder.path().join("target")).unwrap(), b"kept");
    assert_eq!(list(folder.path()).unwrap().len(), 1);
}

#[test]
fn removing_what_is_not_there_is_fine() {
    let folder = folder();
    remove_file(&folder.path().join("none")).unwrap();
    remove_tree(&folder.path().join("none")).unwrap();
    sweep_partials(&folder.path().join("none")).unwrap();
}

#[test]
fn a_sweep_removes_partial_files_links_and_folders_and_nothing_else() {
    let folder = folder();
    let kept = folder.path().join("kept");
    write_atomic(&kept, b"").unwrap();
    replace_link(&kept, &partial_path(folder.path())).unwrap();
    create_dir_all(&partial_path(folder.path()).join("deep")).unwrap();
    create_new(&partial_path(folder.path())).unwrap();
    sweep_partials(folder.path()).unwrap();
    assert_eq!(list(folder.path()).unwrap(), [kept]);
}

#[test]
fn a_lock_is_held_once_until_its_file_is_closed() {
    let folder = folder();
    let path = folder.path().join("lock");
    let Lock::Taken(mut held) = try_lock(&path).unwrap() else {
        panic!("nobody had it")
    };
    rewrite(&mut held, b"a long first text").unwrap();
    rewrite(&mut held, b"short").unwrap();
    let Lock::Busy(refused) = try_lock(&path).unwrap() else {
        panic!("it is held")
    };
    assert_eq!(io::read_to_string(refused).unwrap(), "short");
    drop(held);
    assert!(matches!(try_lock(&path).unwrap(), Lock::Taken(_)));
}

#[test]
fn only_names_that_stay_in_their_folder_are_plain() {
    for name in [
        "47013NED",
        "policedata2012.csv.gz",
        "a",
        "observations-page-1.json",
        "a..b",
    ] {
        assert!(is_plain_name(name), "{name}");
    }
    let long = "a".repeat(201);
    for name in [
        "", ".", "..", ".lock", "a/b", "../a", "a\\b", "a\0b", "a b", "é", "C:", "a\n", &long,
    ] {
        assert!(!is_plain_name(name), "{name:?}");
    }
}
