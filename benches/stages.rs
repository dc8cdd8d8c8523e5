//! Where the time of a night goes, and what reading costs: `cargo bench`, or `cargo bench -- --quick` for one night.
//!
//! The stages are timed from outside, at the moments at which [`night::run`] says what it begins with, so that what is
//! measured is what runs at night and a new stage shows up by itself. A figure in milliseconds says more of the
//! machine than of the program; therefore each stage is also printed as a share of its night, and each reader against
//! a bare CSV reader over the same bytes in the same minute. Nothing is judged here: the limits stand in
//! ARCHITECTURE.md, "Speed and size".

use std::error::Error;
use std::hint::black_box;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use flate2::read::MultiGzDecoder;
use nulmeting::clock::Clock;
use nulmeting::disk;
use nulmeting::night::{self, Input, Order};
use nulmeting::normalise::readers::{self, Flavour, Header, ReadError, Record, Sink, Topic};

/// Nights of which the median is taken.
const NIGHTS: usize = 5;

/// Times that a file is read; the median is taken.
const READS: usize = 11;

/// A stage that is not timed: loading the pipeline, before the first word.
const BEFORE: &str = "loading the pipeline";

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo itself adds `--bench`.
    let quick = std::env::args().any(|argument| argument == "--quick");
    let rounds = if quick { 1 } else { NIGHTS };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut output = io::stdout().lock();

    let nights = (0..rounds)
        .map(|_| one_night(root))
        .collect::<Result<Vec<_>, _>>()?;
    print_stages(&mut output, &nights)?;
    if let Some(peak) = peak_memory() {
        writeln!(output, "{:38} {peak}", "peak memory of the process")?;
    }
    print_readers(&mut output, root)?;
    Ok(())
}

/// The stages of one night with their durations, in the order in which they ran.
type Night = Vec<(String, Duration)>;

/// A night in a data directory of its own, from the recorded files to a published release.
fn one_night(root: &Path) -> Result<Night, Box<dyn Error>> {
    let data = tempfile::tempdir()?;
    let order = Order {
        pipeline: root.join("pipelines/hengelo.toml"),
        data: data.path().join("data"),
        sql: None,
        input: Input::Recorded,
        force: false,
        clock: Clock::real(),
    };
    let said = Mutex::new(vec![(BEFORE.to_owned(), Instant::now())]);
    let hear = |next: &str| {
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        said.push((next.to_owned(), Instant::now()));
    };
    night::run(&order, &hear)?;
    let said = said.into_inner().unwrap_or_else(PoisonError::into_inner);
    let ends = said
        .iter()
        .skip(1)
        .map(|(_, begin)| *begin)
        .chain([Instant::now()]);
    Ok(said
        .iter()
        .zip(ends)
        .map(|((stage, begin), end)| (stage.clone(), end - *begin))
        .collect())
}

fn print_stages(output: &mut impl io::Write, nights: &[Night]) -> io::Result<()> {
    let total = median(
        nights
            .iter()
            .map(|night| night.iter().map(|(_, time)| *time).sum())
            .collect(),
    );
    writeln!(
        output,
        "one night on the recorded files, median of {}",
        nights.len()
    )?;
    writeln!(output, "{:38} {:>10} {:>7}", "stage", "ms", "share")?;
    for (at, (name, _)) in nights.iter().take(1).flatten().enumerate() {
        let time = median(
            nights
                .iter()
                .filter_map(|night| night.get(at))
                .map(|(_, time)| *time)
                .collect(),
        );
        let share = 100.0 * time.as_secs_f64() / total.as_secs_f64();
        writeln!(output, "{name:38} {:>10.1} {share:>6.1}%", milliseconds(time))?;
    }
    writeln!(
        output,
        "{:38} {:>10.1} {:>6.1}%",
        "total",
        milliseconds(total),
        100.0
    )
}

/// The files of the recorded police and population exports, one of each flavour that holds figures.
const READ: [&str; 5] = [
    "politie_47013NED/portaal/policedata2019.csv.gz",
    "politie_47013NED/ongetypeerd/landelijk_2022.csv.gz",
    "politie_47013NED/zonder_symbolen/Misdrijven_per_gemeente.csv.gz",
    "cbs_37230ned/bevolkingeindeperiod_jaren_22122025.csv.gz",
    "cbs_03759ned/observations-page-1.json.gz",
];

fn print_readers(output: &mut impl io::Write, root: &Path) -> Result<(), Box<dyn Error>> {
    writeln!(
        output,
        "\nreading alone, in memory, median of {READS}; bare CSV: the same bytes cut into fields and no more"
    )?;
    let (flavour, records, rate, cells, against) =
        ("flavour", "records", "records/s", "cells/s", "x bare CSV");
    writeln!(
        output,
        "{flavour:22} {records:>9} {rate:>12} {cells:>12} {against:>10}"
    )?;
    for name in READ {
        let bytes = unpacked(&root.join("fixtures").join(name))?;
        let flavour = readers::recognise(bytes.get(..readers::HEAD_BYTES).unwrap_or(&bytes), name)?;
        let (mut ours, mut bare) = (Vec::with_capacity(READS), Vec::with_capacity(READS));
        let mut counted = Counter::default();
        // In turn, so that whatever else the machine does slows down both.
        for _ in 0..READS {
            counted = Counter::default();
            let began = Instant::now();
            readers::read_data(flavour, bytes.as_slice(), name, &mut counted)?;
            ours.push(began.elapsed());
            let began = Instant::now();
            bare_csv(&bytes)?;
            bare.push(began.elapsed());
        }
        let (ours, bare) = (median(ours).as_secs_f64(), median(bare).as_secs_f64());
        let is_csv = flavour != Flavour::ODataV4Observations;
        let against = if is_csv {
            format!("{:.1}", ours / bare)
        } else {
            "-".to_owned()
        };
        writeln!(
            output,
            "{:22} {:>9} {:>12.0} {:>12.0} {against:>10}",
            format!("{flavour:?}"),
            counted.records,
            counted.records as f64 / ours,
            counted.cells as f64 / ours,
        )?;
    }
    Ok(())
}

fn unpacked(path: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    MultiGzDecoder::new(disk::open(path)?).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Takes what a reader gives and keeps only the numbers, so that nothing is optimised away.
#[derive(Default)]
struct Counter {
    records: u64,
    cells: u64,
}

impl Sink for Counter {
    fn header(&mut self, header: &Header) -> Result<(), ReadError> {
        black_box(header);
        Ok(())
    }

    fn topic(&mut self, number: usize, topic: &Topic) -> Result<(), ReadError> {
        black_box((number, topic));
        Ok(())
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), ReadError> {
        black_box(record);
        self.records += 1;
        self.cells += record.cells.len() as u64;
        Ok(())
    }
}

fn bare_csv(bytes: &[u8]) -> Result<(), csv::Error> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record)? {
        black_box(&record);
    }
    Ok(())
}

/// The middle one, or the lower of the two in the middle; zero of none.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times
        .get(times.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// What Linux says was the most memory this process held; `None` elsewhere.
fn peak_memory() -> Option<String> {
    let status = disk::read_to_string(Path::new("/proc/self/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(format!("{:.0} MiB", kibibytes / 1024.0))
}
