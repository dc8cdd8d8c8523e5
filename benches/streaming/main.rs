//! From the pages of a table to the finished figures, against what else a user could take: `cargo bench --bench
//! streaming`, with `-- --fetch` only the fetching, or with `-- --quick` a small table of which only the figures are
//! judged.
//!
//! Every contestant runs in a process of its own on the same pages, in turn, and says its own time and its peak of
//! memory. Ours is what a night does with an edition that was fetched, and says both when the rows stand in order, proven whole
//! and added up, and when `misdrijven` is finished, in which every figure has its meaning. The peers write seven columns
//! and no meaning. They are Python scripts in `benches/peers/` and need an environment, which this makes; without it nothing is
//! compared:
//!
//! ```sh
//! python3 -m venv target/peers && target/peers/bin/pip install -r benches/peers/requirements.txt
//! ```
//! Only the figures are judged here: they must be those of a peer. The bars and the results stand in ARCHITECTURE.md,
//! "Speed and size".

mod server;

use std::collections::BTreeSet;
use std::error::Error;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use datafusion::arrow::array::RecordBatch;
use nulmeting::clock::Clock;
use nulmeting::derive::schedule::{Task, make_all};
use nulmeting::derive::session::Engine;
use nulmeting::derive::sql_file::Layer;
use nulmeting::derive::{self, Model};
use nulmeting::fetch::offline;
use nulmeting::landing::{Arrival, Edition, Landing, LandingWriter};
use nulmeting::pipeline::SourceKind;
use nulmeting::publish::RunLock;
use nulmeting::{disk, night, normalise};

use self::server::Server;

/// What makes the pages.
const GENERATOR: &str = "benches/peers/make_odata_pages.py";
/// The table in which the figures are finished.
const FINISHED: &str = "misdrijven";
/// How many regions the tables have: 0.7 and 3.7 million rows.
const SIZES: [usize; 2] = [70, 350];
/// Times that each contestant runs; the median counts.
const ROUNDS: usize = 3;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What one contestant did.
#[derive(Debug, Clone)]
struct Run {
    seconds: f64,
    rows: u64,
    /// MiB.
    peak: u64,
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--direct", pipeline, data, out, sql @ ..] => direct(
            Path::new(pipeline),
            Path::new(data),
            Path::new(out),
            sql.first().map(Path::new),
        ),
        others if others.contains(&"--quick") => compare(&[4], 1, &["duckdb"], false),
        others if others.contains(&"--fetch") => compare(&[], ROUNDS, &[], true),
        _ => compare(&SIZES, ROUNDS, &["polars", "duckdb"], true),
    }
}

/// Runs everybody on tables of these sizes and prints who took how long.
fn compare(sizes: &[usize], rounds: usize, peers: &[&str], fetches: bool) -> Outcome<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // What another generator made is not taken for what this one makes.
    let generator = disk::sha256_hex(&disk::read(&root.join(GENERATOR))?);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("streaming-{generator:.8}"));
    let peer_python =
        std::env::var_os("NULMETING_PYTHON").map_or(root.join("target/peers/bin/python"), PathBuf::from);
    let mut output = io::stdout().lock();
    let has_peers = disk::kind(&peer_python)?.is_some();
    if !has_peers {
        writeln!(
            output,
            "no peers at {}: see the head of benches/streaming/main.rs",
            peer_python.display()
        )?;
    }
    let peers = if has_peers { peers } else { &[] };
    writeln!(
        output,
        "{:>8} {:>10} {:13} {:>8} {:>12} {:>6}",
        "regions", "rows", "contestant", "s", "x nulmeting", "MiB"
    )?;
    // Of the address only the tables matter here.
    let night = pipeline(root, &folder, "localhost")?;
    let mut times = Vec::new();
    for regions in sizes {
        let pages = pages(root, &folder, *regions)?;
        let data = landed(root, &night, &pages, &folder.join(format!("night-{regions}")))?;
        let out = folder.join("out");
        disk::create_dir_all(&out)?;
        let (mut in_order, mut ours) = (Vec::new(), Vec::new());
        let mut theirs = vec![Vec::new(); peers.len()];
        for _ in 0..rounds {
            let both = said(
                Command::new(std::env::current_exe()?)
                    .arg("--direct")
                    .args([&night, &data, &out]),
            )?;
            let [rows, finished] = both.try_into().map_err(|_| "ours says two times")?;
            in_order.push(rows);
            ours.push(finished);
            for (peer, runs) in peers.iter().zip(&mut theirs) {
                let script = root.join("benches/peers/peers.py");
                let said = said(
                    Command::new(&peer_python)
                        .arg(script)
                        .args([&pages, &out])
                        .arg(peer),
                )?;
                runs.extend(said.into_iter().next());
            }
        }
        for peer in peers {
            same_figures(
                &out.join("nulmeting.parquet"),
                &out.join(format!("{peer}.parquet")),
            )?;
        }
        let ours = median(ours);
        print(&mut output, *regions, "rows in order", &median(in_order), &ours)?;
        print(&mut output, *regions, "nulmeting", &ours, &ours)?;
        for (peer, runs) in peers.iter().zip(theirs) {
            print(&mut output, *regions, peer, &median(runs), &ours)?;
        }
        times.push(ours);
    }
    if let [small, large] = times.as_slice() {
        let (time, rows) = (
            large.seconds / small.seconds,
            large.rows as f64 / small.rows as f64,
        );
        writeln!(output, "{time:.2} times as long for {rows:.2} times as many rows")?;
    }
    if fetches && has_peers {
        fetch(root, &folder, &peer_python, rounds, &mut output)?;
    }
    Ok(())
}

fn print(output: &mut impl io::Write, regions: usize, name: &str, run: &Run, ours: &Run) -> io::Result<()> {
    let times = run.seconds / ours.seconds;
    writeln!(
        output,
        "{regions:>8} {:>10} {name:13} {:>8.2} {times:>12.1} {:>6}",
        run.rows, run.seconds, run.peak
    )
}

/// From a service on this machine: our fetch, which proves that the table is whole and keeps it, and the package of CBS.
fn fetch(
    root: &Path,
    folder: &Path,
    python: &Path,
    rounds: usize,
    output: &mut impl io::Write,
) -> Outcome<()> {
    let regions = SIZES[0];
    let pages = pages(root, folder, regions)?;
    let manifest: serde_json::Value = serde_json::from_slice(&disk::read(&pages.join("manifest.json"))?)?;
    // The fetch proves by itself that each of them came once.
    let rows = manifest["rows"].as_u64().ok_or("a manifest without rows")?;
    let server = Server::start(pages)?;
    let pipeline = pipeline(root, folder, &server.address())?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let data = folder.join("fetched");
        disk::remove_tree(&data)?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_nulmeting"));
        command
            .args(["fetch", "--only", "politie_misdrijven", "--data"])
            .arg(&data)
            .arg(&pipeline);
        let (seconds, peak) = watched(&mut command)?;
        ours.push(Run { seconds, rows, peak });
        let script = root.join("benches/peers/download.py");
        // Both as whole processes, from outside.
        let began = Instant::now();
        let said = said(
            Command::new(python)
                .arg(script)
                .args([&server.address(), "47013NED"]),
        )?;
        let mut run = said.into_iter().next().ok_or("a peer that says nothing")?;
        run.seconds = began.elapsed().as_secs_f64();
        theirs.push(run);
    }
    let ours = median(ours);
    print(output, regions, "fetch", &ours, &ours)?;
    print(output, regions, "cbsodata", &median(theirs), &ours)?;
    Ok(())
}

/// The pipeline of Hengelo with its table of crimes from this service, with one count.
fn pipeline(root: &Path, folder: &Path, address: &str) -> Outcome<PathBuf> {
    let target = folder.join("pipeline");
    disk::remove_tree(&target)?;
    disk::create_dir_all(&target.join("hengelo"))?;
    disk::create_dir_all(&target.join("inbox"))?;
    for register in disk::list(&root.join("pipelines/hengelo"))? {
        let name = register.file_name().unwrap_or_default();
        disk::write_atomic(&target.join("hengelo").join(name), &disk::read(&register)?)?;
    }
    let text = disk::read_to_string(&root.join("pipelines/hengelo.toml"))?
        .replacen("https://dataderden.cbs.nl", &format!("http://{address}"), 1)
        .replacen(
            "aangiften = \"Aangiften_2\"\ninternetaangiften = \"Internetaangiften_3\"\n",
            "",
            1,
        );
    let path = target.join("hengelo.toml");
    disk::write_atomic(&path, text.as_bytes())?;
    Ok(path)
}

/// Seconds and peak of memory of a command, watched from outside.
fn watched(command: &mut Command) -> Outcome<(f64, u64)> {
    let began = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak = peak.max(peak_memory(&child.id().to_string()).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(5));
    };
    let seconds = began.elapsed().as_secs_f64();
    if status.success() {
        return Ok((seconds, peak));
    }
    let mut words = String::new();
    if let Some(mut error) = child.stderr.take() {
        error.read_to_string(&mut words)?;
    }
    Err(words.into())
}

/// What a contestant says of itself, a line for each thing that it made: `polars normalise 3.41 s 3717000 rows 361 MiB`.
fn said(command: &mut Command) -> Outcome<Vec<Run>> {
    let output = command.stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8(output.stdout)?;
    let run = |line: &str| -> Outcome<Run> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [_, _, seconds, "s", rows, "rows", peak, "MiB"] => Ok(Run {
                seconds: seconds.parse()?,
                rows: rows.parse()?,
                peak: peak.parse()?,
            }),
            _ => Err(format!("a contestant says: {line}").into()),
        }
    };
    if !output.status.success() {
        return Err(format!("a contestant failed: {text}").into());
    }
    text.lines().map(run).collect()
}

/// Has the pages made, unless they are there.
fn pages(root: &Path, folder: &Path, regions: usize) -> Outcome<PathBuf> {
    let pages = folder.join(format!("pages-{regions}"));
    if disk::kind(&pages.join("manifest.json"))?.is_none() {
        disk::create_dir_all(&pages)?;
        let script = root.join(GENERATOR);
        let made = Command::new("python3")
            .arg(script)
            .arg(&pages)
            .args(["--regions", &regions.to_string()])
            .status()?;
        if !made.success() {
            return Err("the generator of the pages failed".into());
        }
    }
    Ok(pages)
}

/// Lets the pages land with their lists, and the inhabitants that were recorded, unless they have.
fn landed(root: &Path, pipeline: &Path, pages: &Path, data: &Path) -> Outcome<PathBuf> {
    let mut pipeline = night::load_pipeline(pipeline, Clock::real().today())?;
    let sources = &mut pipeline.file.sources;
    let source = sources
        .iter_mut()
        .find(|source| source.kind == SourceKind::PoliceCrime);
    let source = source.ok_or("a pipeline without crimes")?;
    source.recorded.clear();
    let source = source.clone();
    let files: Vec<PathBuf> = [disk::list(pages)?, disk::list(&pages.join("lists"))?].concat();
    let is_answer = |path: &&PathBuf| {
        let name = path.file_name().unwrap_or_default();
        path.extension().is_some_and(|extension| extension == "json")
            && name != "manifest.json"
            && name != "CategoryGroups.json"
    };
    let files: Vec<&PathBuf> = files.iter().filter(is_answer).collect();
    // Behind the last period that is made, so that all of them are over and count.
    let day = NaiveDate::from_ymd_opt(2027, 1, 15).ok_or("no such day")?;
    let before = Landing::open(data)?.in_use(&source.id)?;
    if before.len() == files.len() && before.iter().all(|file| file.entry.peildatum == day) {
        return Ok(data.to_owned());
    }
    disk::create_dir_all(data)?;
    let clock = Clock::real();
    let mut lock = RunLock::acquire(data, &clock)?;
    let mut writer = LandingWriter::open(&mut lock)?;
    offline::land(&pipeline, &root.join("fixtures"), &clock, &mut writer)?;
    let edition = Edition {
        state: day.to_string(),
        peildatum: day,
        division: Some("2026".to_owned()),
    };
    let snapshot = writer.snapshot(&source.id, edition.clone())?;
    for path in files {
        let arrival = Arrival {
            name: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            url: source.base_url.clone(),
            time: clock.now(),
            status: 200,
            etag: None,
            last_modified: None,
            rows: None,
            peildatum: edition.peildatum,
            edition: edition.division.clone(),
        };
        let stored = snapshot.store(arrival, disk::open(path)?, |_| {
            Ok::<_, std::convert::Infallible>(())
        });
        stored.map_err(|refused| format!("{refused:?}"))?;
    }
    snapshot.commit()?;
    Ok(data.to_owned())
}

/// Our contestant: from the landing to the finished table, as a night makes it; with the SQL of a folder, to try another.
fn direct(pipeline: &Path, data: &Path, out: &Path, sql: Option<&Path>) -> Outcome<()> {
    let scratch = out.join("nulmeting");
    disk::remove_tree(&scratch)?;
    disk::create_dir_all(&scratch)?;
    let pipeline = night::load_pipeline(pipeline, Clock::real().today())?;
    let mut files = derive::load(sql)?;
    // They tell how the checks ended, and there are none here.
    files.retain(|file| !["aanvaardingen", "controles"].contains(&file.name.as_str()));
    let began = Instant::now();
    let tables = normalise::read(
        &pipeline,
        &Landing::open(data)?,
        &scratch,
        None,
        chrono::NaiveDate::MAX,
    )?;
    let read = began.elapsed().as_secs_f64();
    let peak_of_reading = peak_memory("self").unwrap_or_default();
    let engine = Engine::new()?;
    let mut given = BTreeSet::new();
    for table in tables {
        table.rows.register(&engine, &table.name)?;
        given.insert(table.name);
    }
    let layers = [Layer::Norm, Layer::Step, Layer::Mart];
    let models = needed(derive::ordered(&engine, &files, &layers, &given)?);
    let targets: Vec<PathBuf> = models
        .iter()
        .map(|(file, _)| scratch.join(format!("{}.parquet", file.name)))
        .collect();
    let tasks: Vec<Task<'_>> = models
        .iter()
        .zip(&targets)
        .map(|((file, reads), target)| Task { file, reads, target })
        .collect();
    let made = make_all(&engine, &tasks, 2)?;
    let seconds = began.elapsed().as_secs_f64();
    let peak = peak_memory("self").unwrap_or_default();
    let (Some(made), Some(target)) = (made.last(), targets.last()) else {
        return Err("no model of the finished table".into());
    };
    disk::rename(target, &out.join("nulmeting.parquet"))?;
    let rows = made.rows;
    writeln!(
        io::stdout(),
        "nulmeting normalise {read:.3} s {rows} rows {peak_of_reading} MiB\n\
         nulmeting finished {seconds:.3} s {rows} rows {peak} MiB"
    )?;
    Ok(())
}

/// The finished table and what it needs, of models that come in an order in which they can run.
fn needed(models: Vec<Model>) -> Vec<Model> {
    let mut wanted = BTreeSet::from([FINISHED.to_owned()]);
    let mut needed: Vec<Model> = Vec::new();
    for (file, reads) in models.into_iter().rev() {
        if wanted.contains(&file.name) {
            wanted.extend(reads.iter().cloned());
            needed.push((file, reads));
        }
    }
    needed.reverse();
    needed
}

/// The sums by kind and year must be those of a peer.
fn same_figures(ours: &Path, theirs: &Path) -> Outcome<()> {
    let engine = Engine::new()?;
    engine.register_file("ons", ours)?;
    engine.register_file("ander", theirs)?;
    let sql = "SELECT o.soort_code, o.jaar, o.waarde, a.aantal
        FROM (SELECT soort_code, CAST(left(periode_code, 4) AS INT) AS jaar, sum(waarde) AS waarde
              FROM ons GROUP BY soort_code, left(periode_code, 4)) AS o
        FULL JOIN (SELECT soort_code, CAST(jaar AS INT) AS jaar, sum(aantal) AS aantal
                   FROM ander GROUP BY soort_code, jaar) AS a
            ON a.soort_code = o.soort_code AND a.jaar = o.jaar
        WHERE o.waarde IS DISTINCT FROM a.aantal";
    let differing = engine.query("figures", sql)?;
    let rows: usize = differing.iter().map(RecordBatch::num_rows).sum();
    if rows == 0 {
        return Ok(());
    }
    Err(format!("{rows} sums are not those of {}: {differing:?}", theirs.display()).into())
}

/// The one whose time is in the middle.
fn median(mut runs: Vec<Run>) -> Run {
    runs.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    // There is at least one round.
    runs.swap_remove((runs.len() - 1) / 2)
}

/// What Linux says was the most memory that a process held, in MiB; `None` elsewhere.
fn peak_memory(process: &str) -> Option<u64> {
    let status = disk::read_to_string(&Path::new("/proc").join(process).join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes / 1024)
}
