//! From the pages of a table to the finished figures, against what else a user could take: `cargo bench --bench
//! streaming`, or `-- --quick` for a small table of which only the figures are judged.
//!
//! Every contestant runs in a process of its own on the same pages, in turn, and says its own time; the peak of memory
//! is that of its process. Ours goes through [`nulmeting::normalise::block`] on a landing, as a night does. The peers
//! are a Python script; they need an environment, which this makes:
//!
//! ```sh
//! python3 -m venv target/peers && target/peers/bin/pip install -r benches/peers/requirements.txt
//! ```
//! Nothing is judged here but the figures: the bars and the results stand in ARCHITECTURE.md, "Speed and size".

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{NaiveDate, Utc};
use nulmeting::derive;
use nulmeting::disk;
use nulmeting::landing::{Arrival, Landing, LandingWriter};
use nulmeting::normalise::block::{self, Order};
use nulmeting::pipeline::Source;
use nulmeting::publish::RunLock;

const SOURCE: &str = r#"
id = "wijken"
kind = "police_crime"
table = "47022NED"
base_url = "https://dataderden.cbs.nl/ODataFeed/odata"
total_code = "0.0.0"
not_published_monthly = ["1.4.1", "3.2.1", "3.2.2", "3.7.3"]
[measures]
waarde = "GeregistreerdeMisdrijven_1"
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--land", pages, data, ..] => land(Path::new(pages), Path::new(data)),
        ["--direct", data, out, ..] => direct(Path::new(data), Path::new(out)),
        _ => Ok(()),
    }
}

fn source() -> Result<Source, Box<dyn Error>> {
    Ok(toml::from_str(SOURCE)?)
}

fn land(pages: &Path, data: &Path) -> Result<(), Box<dyn Error>> {
    disk::create_dir_all(data)?;
    let source = source()?;
    let mut lock = RunLock::acquire(data, &nulmeting::clock::Clock::real())?;
    let mut writer = LandingWriter::open(&mut lock)?;
    let peildatum = NaiveDate::from_ymd_opt(2026, 10, 15).ok_or("a date")?;
    let files = disk::list(pages)?
        .into_iter()
        .chain(disk::list(&pages.join("lists"))?);
    for path in files.filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name == "manifest.json" || name == "CategoryGroups.json" {
            continue;
        }
        let arrival = Arrival {
            url: source.base_url.clone(),
            name,
            time: Utc::now(),
            status: 200,
            etag: None,
            last_modified: None,
            rows: None,
            peildatum,
            edition: Some("2026".to_owned()),
        };
        writer.store(&source.id, arrival, disk::open(&path)?)?;
    }
    Ok(())
}

fn direct(data: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let source = source()?;
    let sql = derive::load(None)?;
    let like = sql
        .iter()
        .find(|file| file.path == "sql/norm/misdrijven.sql")
        .ok_or("misdrijven")?;
    let target = out.join("nulmeting.parquet");
    disk::remove_file(&target)?;
    let began = Instant::now();
    let landing = Landing::open(data)?;
    let files = landing.in_use(&source.id)?;
    let order = Order {
        source: &source,
        regions: "WijkenEnBuurten",
        like,
    };
    let rows = block::write(&order, &files, out, &target)?;
    println!(
        "nulmeting normalise {:8.3} s {rows} rows {}",
        began.elapsed().as_secs_f64(),
        peak_memory().unwrap_or_default()
    );
    Ok(())
}

/// What Linux says was the most memory this process held; `None` elsewhere.
fn peak_memory() -> Option<String> {
    let status = disk::read_to_string(Path::new("/proc/self/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(format!("{:.0} MiB", kibibytes / 1024.0))
}
