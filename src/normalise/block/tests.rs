//! Editions that go straight through against the same pages as raw rows, row by row, and what is refused.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray as _, Float64Array, Int32Array, RecordBatch, StringArray};
use datafusion::arrow::compute::concat_batches;
use flate2::read::MultiGzDecoder;

use super::served::{Answers, KINDS, REGIONS, Served, TOPICS, every_combination, source};
use super::*;
use crate::derive::materialise::materialise;
use crate::derive::session::Engine;
use crate::disk;
use crate::normalise::provisional::Provisional;
use crate::normalise::readers::{self, Cell, Header, ReadError, Record, Sink, Topic};
use crate::normalise::{Reading, editions, files, lists};

/// The tables as SQL makes them of raw tables.
struct Tables {
    engine: Engine,
    _folder: tempfile::TempDir,
}

impl Tables {
    fn of(source: &Source, raw: Vec<RawTable>, folder: tempfile::TempDir) -> Self {
        let engine = Engine::new().unwrap();
        for table in raw {
            table.rows.register(&engine, &table.name).unwrap();
        }
        let sources: Vec<(&str, ArrayRef)> = vec![
            ("bron", Arc::new(StringArray::from(vec![source.table.as_str()]))),
            ("indeling", Arc::new(Int32Array::from(vec![2026]))),
        ];
        engine
            .register_rows("bronnen", RecordBatch::try_from_iter(sources).unwrap())
            .unwrap();
        let conventions: Vec<(&str, ArrayRef)> =
            vec![("oordeel_vanaf", Arc::new(Float64Array::from(vec![10.0])))];
        engine
            .register_rows("conventie", RecordBatch::try_from_iter(conventions).unwrap())
            .unwrap();
        let models = [
            "soort_misdrijf",
            "periode",
            "dubbelen",
            "tellingen",
            "opgeteld",
            "optelcontrole",
            "soort_levering",
            "soortgroep",
            "opvolging",
            "plaats",
            "misdrijven_versies",
            "misdrijven",
        ];
        let all = crate::derive::load(None).unwrap();
        for name in models {
            let path = folder.path().join(format!("{name}.parquet"));
            let model = all.iter().find(|file| file.name == name).unwrap();
            let made = materialise(&engine, model, &path).unwrap();
            engine
                .register_sorted(name, &path, &model.key, made.rows)
                .unwrap();
        }
        Self {
            engine,
            _folder: folder,
        }
    }

    fn ask(&self, sql: &str) -> RecordBatch {
        let batches = self.engine.query("test", sql).unwrap();
        concat_batches(&batches[0].schema(), &batches).unwrap()
    }

    fn table(&self, name: &str) -> RecordBatch {
        self.ask(&format!("SELECT * FROM {name} ORDER BY 1, 2, 3, 4, peildatum"))
    }
}

/// Straight from the pages.
fn directly(source: &Source, answers: &Answers) -> Tables {
    let folder = tempfile::tempdir().unwrap();
    let raw = read_with_files(source, answers, folder.path()).unwrap();
    let straight = raw.iter().find(|table| table.name == ROWS).unwrap();
    assert!(matches!(&straight.rows, Rows::Sorted { files, .. } if !files.is_empty()));
    Tables::of(source, raw, folder)
}

fn read_with_files(
    source: &Source,
    answers: &Answers,
    folder: &Path,
) -> Result<Vec<RawTable>, NormaliseError> {
    let mut reading = reading(folder);
    police::read_crime(source, &answers.files, &mut reading)?;
    Ok(with_files(reading))
}

fn reading(scratch: &Path) -> Reading<'_> {
    Reading {
        scratch,
        tables: Vec::new(),
        files: files::Files::default(),
        provisional: Provisional::default(),
    }
}

fn with_files(reading: Reading<'_>) -> Vec<RawTable> {
    let mut tables = reading.tables;
    let (files, names) = reading.files.into_table().unwrap();
    tables.push(police::in_memory(files, &names));
    tables
}

/// The same pages as raw rows, all of whose order, sums and doubles SQL has to find.
fn by_sql(source: &Source, answers: &Answers) -> Tables {
    let folder = tempfile::tempdir().unwrap();
    let mut reading = reading(folder.path());
    let sorted = editions::sort(source, &answers.files).unwrap();
    let (book, _) = police::code_book(source, &sorted).unwrap();
    let rows = police::figures("ruw_misdrijven", source, &sorted.figures, &book, &mut reading).unwrap();
    reading.tables.push(rows);
    let none = read(source, &book, &[], folder.path()).unwrap();
    reading.tables.extend(none);
    for list in lists::of_police(source, &book, &Provisional::default()).unwrap() {
        reading.tables.push(police::in_memory(list, &[]));
    }
    Tables::of(source, with_files(reading), folder)
}

#[track_caller]
fn assert_same(direct: &Tables, sql: &Tables) {
    for name in ["optelcontrole", "misdrijven_versies", "misdrijven", "opvolging"] {
        let (direct, sql) = (direct.table(name), sql.table(name));
        assert_eq!(direct.schema(), sql.schema());
        assert_eq!(direct.num_rows(), sql.num_rows(), "{name}");
        for (column, field) in sql.columns().iter().zip(sql.schema().fields()) {
            let ours = direct.column_by_name(field.name()).unwrap();
            let differs = (0..sql.num_rows()).find(|row| ours.slice(*row, 1) != column.slice(*row, 1));
            if let Some(row) = differs {
                let (ours, other) = (direct.slice(row, 1), sql.slice(row, 1));
                panic!("{name}.{}: {ours:?} and not {other:?}", field.name());
            }
        }
    }
}

fn reasons(table: &RecordBatch) -> BTreeSet<String> {
    let reasons = table.column_by_name("reden").unwrap().as_string::<i32>();
    reasons.iter().flatten().map(str::to_owned).collect()
}

#[test]
fn every_combination_of_empty_cells_means_what_raw_rows_mean() {
    let mut seen = BTreeSet::new();
    for default in ["Missing", "Impossible"] {
        let served = every_combination(default);
        let (source, answers) = (source(3), served.answers(1000, true));
        let direct = directly(&source, &answers);
        assert_same(&direct, &by_sql(&source, &answers));
        let direct = direct.table("misdrijven");
        // The quarter is neither a year nor a month, and counts nowhere.
        let periods = served
            .periods
            .iter()
            .filter(|(code, _)| !code.contains("KW"))
            .count();
        assert_eq!(periods, served.periods.len() - 1);
        assert_eq!(direct.num_rows(), KINDS.len() * REGIONS * periods);
        seen.extend(reasons(&direct));
        let filled =
            ["aangiften", "internetaangiften"].map(|name| direct.column_by_name(name).unwrap().null_count());
        assert!(filled.iter().all(|nulls| (1..direct.num_rows()).contains(nulls)));
    }
    let all = [
        "geheim",
        "niet_gepubliceerd",
        "nul",
        "onmogelijk",
        "ontbreekt",
        "waarde",
    ];
    assert_eq!(seen, all.map(str::to_owned).into());
}

#[test]
fn a_table_of_one_count_means_what_raw_rows_mean() {
    let served = every_combination("Missing");
    for measures in [1, 2] {
        let (source, answers) = (source(measures), served.answers(2500, false));
        let direct = directly(&source, &answers);
        assert_same(&direct, &by_sql(&source, &answers));
        // What was not asked for is not zero.
        let direct = direct.table("misdrijven");
        let not_read = direct.column_by_name("internetaangiften").unwrap();
        assert_eq!(not_read.null_count(), direct.num_rows());
    }
}

/// The years of every combination, with a list of all periods as the service has it.
fn years_alone() -> Served {
    let mut served = every_combination("Missing");
    served.asked = |period| period.ends_with("JJ00");
    served
}

#[test]
fn periods_that_were_not_asked_for_are_not_missing() {
    let (source, answers) = (source(3), years_alone().answers(700, true));
    let direct = directly(&source, &answers);
    assert_same(&direct, &by_sql(&source, &answers));
    assert_eq!(direct.table("misdrijven").num_rows(), KINDS.len() * REGIONS * 2);
}

#[test]
fn editions_follow_each_other_whatever_their_lists_have() {
    // Years only; then all, with a kind and regions that are new; then without a kind and regions that it had.
    let mut first = years_alone();
    first.kinds.remove(4);
    first.regions.truncate(200);
    let mut last = every_combination("Missing");
    last.kinds.remove(1);
    last.regions.drain(..50);
    last.default = "Impossible";
    let mut answers = first.answers(900, true);
    answers.follow(1, &every_combination("Missing").answers(1000, false));
    answers.follow(2, &last.answers(1100, true));
    let source = source(3);
    let direct = directly(&source, &answers);
    assert_same(&direct, &by_sql(&source, &answers));

    // Row by row, without the groups of kinds.
    let row_by_row = direct.ask(
        "WITH alle AS (
             SELECT soort_code, regio_code, periode_code, peildatum, bekend_tot,
                    lead(peildatum) OVER (PARTITION BY soort_code, regio_code, periode_code ORDER BY peildatum) AS volgende
             FROM misdrijven_versies
         )
         SELECT count(*) AS rijen, count(volgende) AS gevolgd,
                count(*) FILTER (WHERE bekend_tot IS DISTINCT FROM volgende) AS anders
         FROM alle",
    );
    let of = |at: usize| {
        let counts = row_by_row.column(at);
        counts
            .as_primitive::<datafusion::arrow::datatypes::Int64Type>()
            .value(0)
    };
    assert_eq!(of(2), 0);
    assert!(0 < of(1) && of(1) < of(0));
}

#[test]
fn the_same_rows_give_the_same_bytes_every_time() {
    let answers = every_combination("Missing").answers(999, true);
    let bytes = || {
        let folder = tempfile::tempdir().unwrap();
        let raw = read_with_files(&source(3), &answers, folder.path()).unwrap();
        let files = raw.into_iter().find_map(|table| match table.rows {
            Rows::Sorted { files, .. } => Some(files),
            _ => None,
        });
        let left = disk::list(folder.path()).unwrap().len();
        assert_eq!(
            left, 3,
            "raw rows (none), sums and rows, and nothing else is left behind"
        );
        disk::read(&files.unwrap()[0]).unwrap()
    };
    let first = bytes();
    assert!((0..3).all(|_| bytes() == first));
}

#[test]
fn an_edition_that_shares_its_day_goes_as_raw_rows() {
    let mut answers = every_combination("Missing").answers(1000, true);
    let recorded = answers.files.last_mut().unwrap();
    recorded.entry.state = None;
    let folder = tempfile::tempdir().unwrap();
    let raw = read_with_files(&source(3), &answers, folder.path()).unwrap();
    let straight = raw.iter().find(|table| table.name == ROWS).unwrap();
    assert!(matches!(&straight.rows, Rows::Sorted { files, .. } if files.is_empty()));
}

/// Takes the cells of a recorded export.
#[derive(Default)]
struct Recorded(std::collections::HashMap<(String, String), [String; 3]>);

impl Sink for Recorded {
    fn header(&mut self, header: &Header) -> Result<(), ReadError> {
        assert_eq!(header.dimensions, ["SoortMisdrijf", "RegioS", "Perioden"]);
        Ok(())
    }

    fn topic(&mut self, number: usize, topic: &Topic) -> Result<(), ReadError> {
        assert_eq!(topic.name, TOPICS[number]);
        Ok(())
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), ReadError> {
        let mut cells = [".", ".", "."].map(str::to_owned);
        for (topic, cell) in record.cells {
            if let Cell::Number(number) = cell {
                cells[*topic] = number.to_string();
            }
        }
        let of = |at: usize| record.members[at].to_owned();
        assert!(self.0.insert((of(0), of(1)), cells).is_none());
        Ok(())
    }
}

#[test]
fn recorded_years_of_all_municipalities_mean_what_raw_rows_mean() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/politie_47013NED/portaal");
    let unpacked = |name: &str| {
        let packed = disk::open(&folder.join(format!("{name}.csv.gz"))).unwrap();
        std::io::BufReader::new(MultiGzDecoder::new(packed))
    };
    let metadata = readers::read_metadata(unpacked("metadata"), "metadata").unwrap();
    let list = |key: &str| -> Vec<String> {
        let members = metadata.members(key).unwrap();
        members.iter().map(|member| member.key.clone()).collect()
    };
    let (kinds, regions) = (list("SoortMisdrijf"), list("RegioS"));
    let years = [2012, 2019].map(|year| {
        let mut cells = Recorded::default();
        let flavour = readers::Flavour::PortalTyped;
        readers::read_data(
            flavour,
            unpacked(&format!("policedata{year}")),
            "recorded",
            &mut cells,
        )
        .unwrap();
        assert_eq!(cells.0.len(), kinds.len() * regions.len());
        cells.0
    });
    let (of_kinds, of_regions) = (kinds.clone(), regions.clone());
    let served = Served {
        kinds,
        regions,
        periods: ["2012JJ00", "2019JJ00"]
            .map(|code| (code.to_owned(), "Definitief".to_owned()))
            .to_vec(),
        default: "Missing",
        asked: |_| true,
        cells: Box::new(move |kind, region, period| {
            years[period][&(of_kinds[kind].clone(), of_regions[region].clone())].clone()
        }),
    };
    let (source, answers) = (source(3), served.answers(10_000, true));
    let direct = directly(&source, &answers);
    assert_same(&direct, &by_sql(&source, &answers));
    assert!(reasons(&direct.table("misdrijven")).contains("niet_gepubliceerd"));
}

fn refusal_of(answers: &Answers) -> String {
    let folder = tempfile::tempdir().unwrap();
    let read = read_with_files(&source(3), answers, folder.path());
    read.err().unwrap().to_string()
}

#[test]
fn what_is_no_whole_table_is_refused_with_its_file_and_line() {
    let served = every_combination("Missing");
    let row_of = |answers: &Answers| disk::read_to_string(&answers.files[6].path).unwrap();
    let whole = served.answers(1000, false);
    let text = row_of(&whole);
    let member = "\"SoortMisdrijf\":\"0.0.0 \",\"RegioS\":\"GM0207    \",\"Perioden\":\"2024MM03\"";
    assert!(text.contains(member));
    let line = text.lines().position(|line| line.contains(member)).unwrap();
    let (_, cell) = text.split_once(&format!("{member},\"{}\":", TOPICS[0])).unwrap();
    let (cell, _) = cell.split_once(',').unwrap();
    let counted = format!("{member},\"{}\":{cell},", TOPICS[0]);
    let with = |count: &str| counted.replace(cell, &format!("\"{count}\""));
    // The line of a row is that of its bracket.
    let at = format!("UntypedDataSet-001.json, line {line}");
    for (from, to, expected) in [
        (
            member.to_owned(),
            member.replace("GM0207", "GM0208"),
            vec!["every combination once", "0.0.0, GM0208, 2024MM03"],
        ),
        (
            member.to_owned(),
            member.replace("GM0207", "GM9999"),
            vec![&at, "GM9999", "list RegioS"],
        ),
        (
            member.to_owned(),
            member.replace("2024MM03", "2024MM13"),
            vec![&at, "2024MM13"],
        ),
        (counted.clone(), with("1.5"), vec![&at, "a count"]),
        (counted.clone(), with("9999999999"), vec![&at, "at most"]),
        (
            format!("{member},"),
            format!("{member},\"Anders\":\"x\","),
            vec![&at, "Anders"],
        ),
        ("]".to_owned(), String::new(), vec!["UntypedDataSet-001.json"]),
    ] {
        let mut answers = served.answers(1000, false);
        answers.replace(1, &from, &to);
        let error = refusal_of(&answers);
        assert!(
            expected.iter().all(|part| error.contains(*part)),
            "{error} lacks one of {expected:?}"
        );
    }
}

#[test]
fn missing_rows_pages_and_altered_bytes_are_refused() {
    let served = every_combination("Missing");
    let refusal = |change: &dyn Fn(&mut Answers)| {
        let mut answers = served.answers(1000, true);
        change(&mut answers);
        refusal_of(&answers)
    };
    let last_but_one = |answers: &mut Answers| drop(answers.files.remove(answers.files.len() - 2));
    let last = |answers: &mut Answers| drop(answers.files.pop());
    let altered = |answers: &mut Answers| {
        let path = &answers.files[8].path;
        let text = disk::read_to_string(path)
            .unwrap()
            .replacen("\"       2\"", "\"       3\"", 1);
        disk::write_atomic(path, text.as_bytes()).unwrap();
    };
    for (change, expected) in [
        (
            &last_but_one as &dyn Fn(&mut Answers),
            "1000 rows of the table are missing",
        ),
        (&last, "no last page"),
        (&altered, "sha256"),
    ] {
        let error = refusal(change);
        assert!(error.contains(expected), "{error}");
    }
}
