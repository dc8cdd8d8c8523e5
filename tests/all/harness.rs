//! What the tests share: a copy of the project that may be damaged, the binary, and one release to ask.
//!
//! A full run takes seconds, so the release of the recorded files is made once for all tests that only read it.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use nulmeting::derive::rows::Rows;
use nulmeting::derive::session::Engine;
use nulmeting::disk::{self, Kind};
use nulmeting::pipeline::Pipeline;
use nulmeting::publish::{self, Release};
use tempfile::TempDir;

/// The day on which the runs of the tests take place.
pub const NIGHT: &str = "2026-11-24";

/// The register of what a person accepted.
pub const ACCEPTED: &str = "pipelines/hengelo/aanvaard.csv";

/// The police's untyped export, of 2022.
pub const UNTYPED: &str = "politie_47013NED/ongetypeerd/landelijk_2022.csv.gz";

/// The police's typed export of a year.
fn portal_export(year: i32) -> String {
    format!("politie_47013NED/portaal/policedata{year}.csv.gz")
}

/// The repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// How a process ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// All of stdout.
    pub stdout: String,
    /// All of stderr.
    pub stderr: String,
}

impl Ended {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// Stops the test unless the process ended with this code.
    #[track_caller]
    pub fn with(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "stdout: {}\nstderr: {}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Stops the test unless every one of these texts stands in stderr.
    #[track_caller]
    pub fn saying(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(
                self.stderr.contains(text),
                "expected {text:?} in:\n{}",
                self.stderr
            );
        }
        self
    }

    /// What is not as expected, for a test that tries many things and wants to show all that is wrong.
    pub fn unlike(&self, code: i32, texts: &[&str]) -> Option<String> {
        let missing: Vec<&&str> = texts
            .iter()
            .filter(|text| !self.stderr.contains(**text))
            .collect();
        if self.code == Some(code) && missing.is_empty() {
            return None;
        }
        let found = self.code;
        Some(format!(
            "expected {code}, found {found:?}; without {missing:?}:\n{}",
            self.stderr.trim_end()
        ))
    }
}

/// The binary in a folder, with no environment of the tester's that could change what it does.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nulmeting"));
    command
        .current_dir(folder)
        .args(arguments)
        .env_remove("NULMETING_DATA")
        .stdin(Stdio::null());
    command
}

/// Runs the binary in a folder to its end.
pub fn nulmeting(folder: &Path, arguments: &[&str]) -> Ended {
    Ended::of(&command(folder, arguments).output().unwrap())
}

/// Runs the binary in a folder with a text on stdin.
pub fn nulmeting_reading(folder: &Path, arguments: &[&str], stdin: &[u8]) -> Ended {
    let mut started = command(folder, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    started.stdin.take().unwrap().write_all(stdin).unwrap();
    Ended::of(&started.wait_with_output().unwrap())
}

/// A copy of `pipelines/` and `fixtures/` in a folder of its own, with a data directory beside them.
pub struct Project {
    folder: TempDir,
}

impl Project {
    /// The repository's files as they are.
    pub fn copy() -> Self {
        let project = Self {
            folder: TempDir::new().unwrap(),
        };
        for part in ["pipelines", "fixtures"] {
            copy_tree(&repository().join(part), &project.path(part));
        }
        project
    }

    /// The files of one year of police figures, year 0: a run on them takes a quarter of the time and does all the same
    /// work. There is no dispersion in it and so no trend.
    pub fn of_year_0() -> Self {
        let project = Self::of_each_kind();
        project.without_recorded(UNTYPED);
        project.accept_missing_years();
        project
    }

    /// One file of each kind that the readers know.
    pub fn of_each_kind() -> Self {
        let project = Self::copy();
        for year in (2012..=2022).filter(|year| *year != 2019) {
            project.without_recorded(&portal_export(year));
        }
        project.edit(
            "pipelines/hengelo/conventies.csv",
            "dispersie_van;2012",
            "dispersie_van;2019",
        );
        project
    }

    /// Takes the police figures after a year out of the pipeline file.
    pub fn without_years_after(&self, last: i32) {
        for year in last + 1..=2022 {
            self.without_recorded(&portal_export(year));
        }
        self.without_recorded(UNTYPED);
    }

    fn without_recorded(&self, file: &str) {
        let entry = format!("[[source.recorded]]\npath = \"{file}\"\npeildatum = 2023-11-01\n");
        self.edit("pipelines/hengelo.toml", &entry, "");
    }

    /// A path of the copy.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// Replaces the one occurrence of a text in a file.
    #[track_caller]
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let text = disk::read_to_string(&self.path(file)).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {file}");
        self.write(file, text.replacen(from, to, 1).as_bytes());
    }

    /// Adds lines to the end of a file.
    pub fn append(&self, file: &str, lines: &str) {
        let mut text = disk::read_to_string(&self.path(file)).unwrap();
        text.push_str(lines);
        self.write(file, text.as_bytes());
    }

    /// Replaces a file.
    pub fn write(&self, file: &str, content: &[u8]) {
        fs_err::write(self.path(file), content).unwrap();
    }

    /// A recorded file, unpacked.
    pub fn fixture(&self, file: &str) -> Vec<u8> {
        unpacked(&self.path("fixtures").join(file))
    }

    /// Replaces a recorded file by other content.
    pub fn set_fixture(&self, file: &str, content: &[u8]) {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(content).unwrap();
        fs_err::write(self.path("fixtures").join(file), packed.finish().unwrap()).unwrap();
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// `nulmeting <arguments>` in the copy.
    pub fn nulmeting(&self, arguments: &[&str]) -> Ended {
        nulmeting(self.folder.path(), arguments)
    }

    /// Accepts what stopped a run, as a person would: with the lines that it printed and a name in their empty place.
    #[track_caller]
    pub fn accept(&self, ended: &Ended) {
        let (_, printed) = ended.stderr.split_once("lines for aanvaard.csv").unwrap();
        let (printed, _) = printed.split_once("\n\nhint: ").unwrap();
        let lines: Vec<String> = printed
            .lines()
            .skip(1)
            .map(|line| format!("{}\n", line.replacen(";;", ";beleidsmedewerker;", 1)))
            .collect();
        assert!(!lines.is_empty(), "{}", ended.stderr);
        self.append(ACCEPTED, &lines.concat());
    }

    /// `nulmeting run --offline` in the copy.
    pub fn run(&self) -> Ended {
        self.nulmeting(&["run", "--offline", "--as-of", NIGHT])
    }

    /// The same, started and not waited for.
    pub fn start(&self, arguments: &[&str]) -> Child {
        command(self.folder.path(), arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// What `current` points at: the name of a release, or nothing.
    pub fn current(&self) -> Option<String> {
        let release = publish::current(&self.data()).unwrap();
        release.map(|release| release.id().as_str().to_owned())
    }

    /// The published release, to ask.
    pub fn release(&self) -> Asked {
        Asked::open(&self.data())
    }
}

/// A pipeline as the night of the tests loads it.
pub fn load_pipeline(path: &Path) -> Result<Pipeline, nulmeting::Error> {
    nulmeting::night::load_pipeline(path, NIGHT.parse().unwrap())
}

/// A recorded file of the repository, unpacked.
pub fn recorded(file: &str) -> String {
    String::from_utf8(unpacked(&repository().join("fixtures").join(file))).unwrap()
}

fn unpacked(path: &Path) -> Vec<u8> {
    let mut content = Vec::new();
    MultiGzDecoder::new(disk::open(path).unwrap())
        .read_to_end(&mut content)
        .unwrap();
    content
}

/// Copies a folder with everything in it; links stay links.
pub fn copy_tree(from: &Path, to: &Path) {
    disk::create_dir_all(to).unwrap();
    for path in disk::list(from).unwrap() {
        let target = to.join(path.file_name().unwrap());
        match disk::kind(&path).unwrap().unwrap() {
            Kind::Directory => copy_tree(&path, &target),
            Kind::Link => disk::replace_link(&disk::read_link(&path).unwrap(), &target).unwrap(),
            _ => drop(fs_err::copy(&path, &target).unwrap()),
        }
    }
}

/// A release with a session on all of its tables.
pub struct Asked {
    /// The release, whose files were held against their hashes.
    pub release: Release,
    /// The session.
    pub engine: Engine,
}

impl Asked {
    fn open(data: &Path) -> Self {
        let release = publish::current(data).unwrap().unwrap();
        let engine = Engine::new().unwrap();
        for table in &release.manifest.tables {
            let name = &table.description.name;
            engine
                .register_file(name, &release.table_path(name).unwrap())
                .unwrap();
        }
        Self { release, engine }
    }

    /// The rows of an answer.
    #[track_caller]
    pub fn rows(&self, sql: &str) -> Rows {
        Rows::ask(&self.engine, "test", sql).unwrap()
    }

    /// The rows of an answer as text: cells between ` | `, nothing for NULL.
    #[track_caller]
    pub fn lines(&self, sql: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for batch in self.engine.query("test", sql).unwrap() {
            let options = FormatOptions::default();
            let columns: Vec<ArrayFormatter> = batch
                .columns()
                .iter()
                .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
                .collect();
            for row in 0..batch.num_rows() {
                let mut line = String::new();
                for (index, column) in columns.iter().enumerate() {
                    let separator = if index == 0 { "" } else { " | " };
                    write!(line, "{separator}{}", column.value(row)).unwrap();
                }
                lines.push(line);
            }
        }
        lines
    }

    /// The only number of an answer of one row and one column called `n`.
    #[track_caller]
    pub fn number(&self, sql: &str) -> f64 {
        self.rows(sql).first().and_then(|row| row.number("n")).unwrap()
    }
}

/// The run of the recorded files that all tests share.
struct Shared {
    data: PathBuf,
    summary: String,
}

fn shared() -> &'static Shared {
    static SHARED_RUN: OnceLock<Shared> = OnceLock::new();
    SHARED_RUN.get_or_init(|| {
        let parent = Path::new(env!("CARGO_TARGET_TMPDIR"));
        sweep(parent);
        // A static is never dropped: the next run of the tests sweeps what this one leaves.
        let data = parent.join(format!("{SHARED}{}", std::process::id()));
        let arguments = [
            "run",
            "--offline",
            "--as-of",
            NIGHT,
            "--data",
            data.to_str().unwrap(),
        ];
        let summary = nulmeting(repository(), &arguments).with(0).stdout;
        Shared { data, summary }
    })
}

/// Where the release of the recorded files stands: the data directory, made by one run for all tests.
pub fn published() -> &'static Path {
    &shared().data
}

/// What the run printed that made it.
pub fn printed() -> &'static str {
    &shared().summary
}

const SHARED: &str = "published-";

/// Removes what test processes left that are gone.
fn sweep(parent: &Path) {
    for path in disk::list(parent).unwrap() {
        let owner = path.file_name().unwrap().to_str().unwrap().strip_prefix(SHARED);
        if owner.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            disk::remove_tree(&path).unwrap();
        }
    }
}

/// The release of the recorded files, to ask.
pub fn recorded_release() -> Asked {
    Asked::open(published())
}

impl Project {
    /// Accepts that the years before year 0 have no police figures, which a release on [`Project::of_year_0`] needs.
    pub fn accept_missing_years(&self) {
        let accepted = disk::read_to_string(&self.path(ACCEPTED)).unwrap();
        for year in 2012..2019 {
            let finding = format!("mandjaar_ontbreekt;{year};geen cijfers;");
            if !accepted.contains(&finding) {
                self.append(
                    ACCEPTED,
                    &format!("{finding}proef;{NIGHT};niet opgenomen in deze proef\n"),
                );
            }
        }
    }
}
