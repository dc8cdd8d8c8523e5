//! Runs the binary as a user does: a folder with a pipeline and fixtures, a data directory, exit code, stdout, stderr.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use nulmeting::derive::rows::{Row, Rows};
use nulmeting::derive::session::Engine;
use nulmeting::publish::{self, Release};
use tempfile::TempDir;

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of its own with a data directory and, when it was copied, a pipeline that can be changed.
pub struct Place {
    folder: TempDir,
    pipeline: PathBuf,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    /// The pipeline of the repository with an empty data directory.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            pipeline: root().join("pipelines/hengelo.toml"),
        }
    }

    /// A copy of the pipeline and its registers, and links to the fixtures, so that any one file can be replaced.
    pub fn with_copy() -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
            pipeline: PathBuf::new(),
        };
        let pipelines = place.path("pipelines");
        copy_folder(&root().join("pipelines"), &pipelines, &|from, to| {
            fs::copy(from, to).unwrap();
        });
        copy_folder(&root().join("fixtures"), &place.path("fixtures"), &|from, to| {
            std::os::unix::fs::symlink(from, to).unwrap();
        });
        Self {
            pipeline: pipelines.join("hengelo.toml"),
            ..place
        }
    }

    /// A path in this folder.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// The pipeline file.
    pub fn pipeline(&self) -> &Path {
        &self.pipeline
    }

    /// Replaces a file of a copied pipeline or its fixtures; the original is never written through a link.
    pub fn write(&self, relative: &str, bytes: &[u8]) {
        let path = self.path(relative);
        if path.is_symlink() {
            fs::remove_file(&path).unwrap();
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// The text of a file of a copied pipeline.
    pub fn read(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).unwrap()
    }

    /// Changes a text file of a copied pipeline; the text to replace must be there.
    pub fn replace(&self, relative: &str, from: &str, to: &str) {
        let text = self.read(relative);
        assert!(text.contains(from), "{relative} does not contain {from:?}");
        self.write(relative, text.replacen(from, to, 1).as_bytes());
    }

    /// The bytes of a fixture, unpacked.
    pub fn fixture(&self, relative: &str) -> Vec<u8> {
        use std::io::Read as _;
        let mut bytes = Vec::new();
        let packed = fs::File::open(self.path(&format!("fixtures/{relative}"))).unwrap();
        flate2::read::MultiGzDecoder::new(packed)
            .read_to_end(&mut bytes)
            .unwrap();
        bytes
    }

    /// Replaces a fixture by these bytes, packed.
    pub fn write_fixture(&self, relative: &str, bytes: &[u8]) {
        use std::io::Write as _;
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        self.write(&format!("fixtures/{relative}"), &packer.finish().unwrap());
    }

    /// A command that takes a pipeline and a data directory: run, build, check, status.
    pub fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = binary();
        command
            .arg(name)
            .arg(&self.pipeline)
            .arg("--data")
            .arg(self.data())
            .args(arguments);
        command
    }

    /// Runs such a command to its end.
    pub fn run(&self, name: &str, arguments: &[&str]) -> Ended {
        ended(self.command(name, arguments))
    }

    /// `nulmeting run --offline`.
    pub fn run_offline(&self) -> Ended {
        self.run("run", &["--offline"])
    }

    /// `nulmeting query`.
    pub fn query(&self, sql: &str, arguments: &[&str]) -> Ended {
        let mut command = binary();
        command
            .arg("query")
            .arg(sql)
            .arg("--data")
            .arg(self.data())
            .args(arguments);
        ended(command)
    }

    /// The release that stands, every file of it held against its hash.
    pub fn release(&self) -> Option<Release> {
        publish::current(&self.data()).unwrap()
    }

    /// Asks the release that stands.
    #[track_caller]
    pub fn ask(&self, sql: &str) -> Rows {
        ask(&self.data(), sql)
    }

    /// The names of the release folders.
    pub fn releases(&self) -> Vec<String> {
        let folder = self.data().join("releases");
        if !folder.exists() {
            return Vec::new();
        }
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with('.'))
            .collect();
        names.sort();
        names
    }
}

impl Ended {
    /// Fails with everything that was printed when the command ended otherwise.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// Fails unless stderr has all of these.
    #[track_caller]
    pub fn complains(self, words: &[&str]) -> Self {
        for word in words {
            assert!(
                self.stderr.contains(word),
                "no {word:?} in stderr:\n{}",
                self.stderr
            );
        }
        self
    }
}

/// The binary without arguments and without the user's settings.
pub fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nulmeting"));
    command.env_remove("NULMETING_DATA");
    command
}

/// Runs a command to its end.
pub fn ended(mut command: Command) -> Ended {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    Ended {
        code: status.code().unwrap_or(-1),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

/// One release of the repository's own pipeline, made once for all tests that only read.
pub fn shared() -> &'static Place {
    static SHARED: OnceLock<Place> = OnceLock::new();
    SHARED.get_or_init(|| {
        let place = Place::new();
        place.run_offline().expect(0);
        place
    })
}

/// Asks the current release of a data directory: every table by its name.
#[track_caller]
pub fn ask(data: &Path, sql: &str) -> Rows {
    let engine = Engine::new().unwrap();
    for folder in ["norm", "marts"] {
        for entry in fs::read_dir(data.join("current").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            engine
                .register_file(path.file_stem().unwrap().to_str().unwrap(), &path)
                .unwrap();
        }
    }
    Rows::ask(&engine, "test", sql).unwrap_or_else(|error| panic!("{sql}\n{error}"))
}

/// The one row of an answer.
#[track_caller]
pub fn only(rows: &Rows) -> Row<'_> {
    assert_eq!(rows.iter().count(), 1, "expected one row");
    rows.first().unwrap()
}

fn copy_folder(from: &Path, to: &Path, copy: &dyn Fn(&Path, &Path)) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target, copy);
        } else {
            copy(&path, &target);
        }
    }
}
