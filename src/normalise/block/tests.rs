//! The direct path against the SQL on the same pages, row by row, and what it refuses.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::DateTime;
use datafusion::arrow::array::{ArrayRef, AsArray as _, Int32Array, RecordBatch, StringArray};
use datafusion::arrow::compute::concat_batches;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use flate2::read::MultiGzDecoder;

use super::*;
use crate::derive::materialise::materialise;
use crate::derive::session::Engine;
use crate::disk;
use crate::landing::Entry as Landing;
use crate::normalise::readers::{self, Cell, Header, ReadError, Record, Sink, Topic};
use crate::normalise::{Reading, Rows, files, police};

const TOPICS: [&str; 3] = ["GeregistreerdeMisdrijven_1", "Aangiften_2", "Internetaangiften_3"];

/// A table as a service has it: what stands in a cell is given as the untyped data writes it.
struct Served {
    kinds: Vec<String>,
    regions: Vec<String>,
    periods: Vec<(String, String)>,
    /// What an empty count of crimes is said to be.
    default: &'static str,
    cells: Box<dyn Fn(usize, usize, usize) -> [String; 3]>,
}

/// A folder with the answers of a service, as they landed.
struct Answers {
    folder: tempfile::TempDir,
    files: Vec<Landed>,
}

impl Answers {
    fn none() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            files: Vec::new(),
        }
    }

    fn land(&mut self, name: &str, text: &str) {
        let sha256 = disk::sha256_hex(text.as_bytes());
        let entry = Landing {
            name: name.to_owned(),
            url: "https://x".to_owned(),
            time: DateTime::default(),
            confirmed: DateTime::default(),
            status: 200,
            etag: None,
            last_modified: None,
            bytes: text.len() as u64,
            rows: None,
            peildatum: NaiveDate::from_ymd_opt(2026, 10, 15).unwrap(),
            edition: Some("2026".to_owned()),
            state: Some("15 October".to_owned()),
            replaced: false,
            sha256,
        };
        let path = self.folder.path().join(entry.file_name());
        disk::write_atomic(&path, text.as_bytes()).unwrap();
        self.files.push(Landed {
            source_id: "politie".to_owned(),
            path,
            entry,
        });
    }

    /// Lets a page be another one, as if the service had given it so.
    fn replace(&mut self, page: usize, from: &str, to: &str) {
        let name = format!("UntypedDataSet-{page:03}.json");
        let place = self
            .files
            .iter()
            .position(|file| file.entry.name == name)
            .unwrap();
        let text = disk::read_to_string(&self.files.remove(place).path).unwrap();
        let other = text.replacen(from, to, 1);
        assert_ne!(text, other, "{from}");
        self.land(&name, &other);
        let landed = self.files.pop().unwrap();
        self.files.insert(place, landed);
    }
}

fn reply(resource: &str, rows: &[String], next: bool) -> String {
    let next = if next {
        ",\n\"odata.nextLink\":\"https://x/?$skip=1\""
    } else {
        ""
    };
    let rows = rows.join(",");
    format!(
        "{{\n\"odata.metadata\":\"https://x/$metadata#Cbs.OData.WebAPI.{resource}\",\"value\":[\n{rows}\n]{next}\n}}"
    )
}

impl Served {
    /// All answers; rows in pages of so many, period after period as a fetch asks them, or kind after kind.
    fn answers(&self, of_page: usize, by_period: bool) -> Answers {
        let mut answers = Answers::none();
        let info = "{\"ID\":0,\"Title\":\"Misdrijven 2026\",\"Identifier\":\"47013NED\",\"Modified\":\"2026-10-15T02:00:00\"}";
        answers.land("TableInfos.json", &reply("TableInfos", &[info.to_owned()], false));
        let property = |kind: &str, key: &str, more: &str| {
            format!(
                "{{\"ID\":1,\"Type\":\"{kind}\",\"Key\":\"{key}\",\"Title\":\"{key}\",\"Description\":\"\"{more}}}"
            )
        };
        let topic = |key: &&str| property("Topic", key, &format!(",\"Default\":\"{}\"", self.default));
        let dimensions = [
            ("Dimension", "SoortMisdrijf"),
            ("GeoDimension", "RegioS"),
            ("TimeDimension", "Perioden"),
        ];
        let mut properties: Vec<String> = dimensions
            .iter()
            .map(|(kind, key)| property(kind, key, ""))
            .collect();
        properties.extend(TOPICS.iter().map(topic));
        answers.land(
            "DataProperties.json",
            &reply("DataProperties", &properties, false),
        );
        let member =
            |key: &String| format!("{{\"Key\":\"{key:10}\",\"Title\":\"{key}\",\"Description\":\"\"}}");
        let of = |list: &[String]| list.iter().map(member).collect::<Vec<_>>();
        answers.land(
            "SoortMisdrijf.json",
            &reply("SoortMisdrijf", &of(&self.kinds), false),
        );
        answers.land("RegioS.json", &reply("RegioS", &of(&self.regions), false));
        let periods = self.periods.iter();
        let periods = periods.map(|(key, status)| {
            format!("{{\"Key\":\"{key}\",\"Title\":\"{key}\",\"Description\":\"\",\"Status\":\"{status}\"}}")
        });
        answers.land(
            "Perioden.json",
            &reply("Perioden", &periods.collect::<Vec<_>>(), false),
        );
        let rows = self.rows(by_period);
        let pages = rows.len().div_ceil(of_page);
        for (page, rows) in rows.chunks(of_page).enumerate() {
            let text = reply("UntypedDataSet", rows, page + 1 < pages);
            answers.land(&format!("UntypedDataSet-{page:03}.json"), &text);
        }
        answers
    }

    fn rows(&self, by_period: bool) -> Vec<String> {
        let mut rows = Vec::new();
        let mut push = |kind: usize, region: usize, period: usize| {
            let mut row = format!(
                "{{\n  \"ID\":{},\"SoortMisdrijf\":\"{:6}\",\"RegioS\":\"{:10}\",\"Perioden\":\"{}\"",
                rows.len(),
                self.kinds[kind],
                self.regions[region],
                self.periods[period].0
            );
            for (topic, cell) in TOPICS.iter().zip((self.cells)(kind, region, period)) {
                write!(row, ",\"{topic}\":\"{cell:>8}\"").unwrap();
            }
            rows.push(row + "\n}");
        };
        let [kinds, regions, periods] = [self.kinds.len(), self.regions.len(), self.periods.len()];
        for place in 0..kinds * regions * periods {
            if by_period {
                push(place / regions % kinds, place % regions, place / regions / kinds);
            } else {
                push(
                    place / periods / regions,
                    place / periods % regions,
                    place % periods,
                );
            }
        }
        rows
    }
}

fn source(measures: usize) -> Source {
    let names = ["waarde", "aangiften", "internetaangiften"];
    let measures: Vec<String> = names
        .iter()
        .zip(TOPICS)
        .take(measures)
        .map(|(name, topic)| format!("{name} = \"{topic}\""))
        .collect();
    let text = format!(
        "id = \"politie\"\nkind = \"police_crime\"\ntable = \"47013NED\"\nbase_url = \"https://x\"\n\
         total_code = \"0.0.0\"\nnot_published_monthly = [\"1.4.1\", \"3.7.3\"]\n[measures]\n{}\n",
        measures.join("\n")
    );
    toml::from_str(&text).unwrap()
}

fn sql(name: &str) -> SqlFile {
    let all = crate::derive::load(None).unwrap();
    all.into_iter().find(|file| file.name == name).unwrap()
}

fn read_table(path: &Path) -> RecordBatch {
    let file = disk::open(path).unwrap().into_inner().into_file();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let (schema, reader) = (Arc::clone(reader.schema()), reader.build().unwrap());
    let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    concat_batches(&schema, &batches).unwrap()
}

/// The table as the SQL of the night makes it.
fn by_sql(source: &Source, answers: &Answers) -> RecordBatch {
    let folder = tempfile::tempdir().unwrap();
    let mut reading = Reading {
        scratch: folder.path(),
        tables: Vec::new(),
        files: files::Files::default(),
    };
    police::read_crime(source, &answers.files, &mut reading).unwrap();
    let engine = Engine::new().unwrap();
    for table in reading.tables {
        match table.rows {
            Rows::File(path) => engine.register_file(&table.name, &path).unwrap(),
            Rows::Memory(memory) => engine.register_rows(&table.name, memory.rows).unwrap(),
        }
    }
    let sources: Vec<(&str, ArrayRef)> = vec![
        ("bron", Arc::new(StringArray::from(vec![source.table.as_str()]))),
        ("indeling", Arc::new(Int32Array::from(vec![2026]))),
    ];
    engine
        .register_rows("bronnen", RecordBatch::try_from_iter(sources).unwrap())
        .unwrap();
    let models = [
        "soort_misdrijf",
        "periode",
        "dubbelen",
        "tellingen",
        "opgeteld",
        "optelcontrole",
        "misdrijven_versies",
    ];
    for name in models.into_iter().chain(["misdrijven"]) {
        let path = folder.path().join(format!("{name}.parquet"));
        materialise(&engine, &sql(name), &path).unwrap();
        engine.register_file(name, &path).unwrap();
    }
    read_table(&folder.path().join("misdrijven.parquet"))
}

fn write_to(source: &Source, answers: &Answers, target: &Path) -> Result<u64, NormaliseError> {
    let order = Order {
        source,
        regions: "RegioS",
        like: &sql("misdrijven"),
    };
    let scratch = tempfile::tempdir().unwrap();
    let written = write(&order, &answers.files, scratch.path(), target);
    assert!(
        disk::list(scratch.path()).unwrap().is_empty(),
        "nothing is left behind"
    );
    written
}

fn directly(source: &Source, answers: &Answers) -> RecordBatch {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("misdrijven.parquet");
    let rows = write_to(source, answers, &target).unwrap();
    let table = read_table(&target);
    assert_eq!(table.num_rows() as u64, rows);
    table
}

#[track_caller]
fn assert_same(direct: &RecordBatch, sql: &RecordBatch) {
    assert_eq!(direct.schema(), sql.schema());
    assert_eq!(direct.num_rows(), sql.num_rows());
    for (column, field) in sql.columns().iter().zip(sql.schema().fields()) {
        let name = field.name();
        let ours = direct.column_by_name(name).unwrap();
        let differs = (0..sql.num_rows()).find(|row| ours.slice(*row, 1) != column.slice(*row, 1));
        if let Some(row) = differs {
            panic!(
                "{name}: {:?} and not {:?}",
                direct.slice(row, 1),
                sql.slice(row, 1)
            );
        }
    }
}

fn reasons(table: &RecordBatch) -> BTreeSet<String> {
    let reasons = table.column_by_name("reden").unwrap().as_string::<i32>();
    reasons.iter().flatten().map(str::to_owned).collect()
}

/// The next of a row of numbers that look random and are the same every time (Knuth's MMIX).
fn next(seed: &mut u64, below: u64) -> u64 {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

const KINDS: [&str; 6] = ["0.0.0", "1.1.1", "1.4.1", "2.6.2", "2.6.10", "3.7.3"];
const REGIONS: usize = 240;

/// Months and years in which every rule about empty cells decides something: each region has a way in which it adds up
/// or not.
fn every_combination(default: &'static str) -> Served {
    let mut periods = Vec::new();
    for year in [2023, 2024] {
        periods.extend((1..=12).map(|month| (format!("{year}MM{month:02}"), "Definitief".to_owned())));
        periods.push((format!("{year}JJ00"), "NaderVoorlopig".to_owned()));
    }
    periods.extend((1..=5).map(|month| (format!("2025MM{month:02}"), "Voorlopig".to_owned())));
    periods.push(("2025KW01".to_owned(), String::new()));
    let counts = make_counts(&periods);
    let size = periods.len();
    Served {
        kinds: KINDS.map(str::to_owned).to_vec(),
        regions: (0..REGIONS)
            .rev()
            .map(|region| format!("GM{region:04}"))
            .collect(),
        default,
        cells: Box::new(move |kind, region, period| {
            counts[(region * KINDS.len() + kind) * size + period].clone()
        }),
        periods,
    }
}

/// Cells by region, kind and period.
// Each place is read and written by its number, in one table or the other.
#[allow(clippy::needless_range_loop)]
fn make_counts(periods: &[(String, String)]) -> Vec<[String; 3]> {
    let is_month = |period: usize| periods[period].0.contains("MM");
    let mut all = Vec::new();
    for region in 0..REGIONS {
        let mut seed = region as u64;
        let mut of_region = vec![vec![["", "", ""].map(str::to_owned); periods.len()]; KINDS.len()];
        for column in 0..3 {
            let mut cells = vec![vec![0_u64; periods.len()]; KINDS.len()];
            let mut hidden = 0;
            for kind in 1..KINDS.len() {
                let mut year = 0;
                for (period, cell) in cells[kind].iter_mut().enumerate() {
                    *cell = if is_month(period) {
                        next(&mut seed, 3)
                    } else {
                        std::mem::take(&mut year)
                    };
                    year += *cell;
                }
            }
            for period in 0..periods.len() {
                cells[0][period] = (1..KINDS.len()).map(|kind| cells[kind][period]).sum();
                for kind in [2, 5] {
                    // Withheld: the months count in the total only.
                    if is_month(period) && region % 7 != 3 {
                        hidden += cells[kind][period];
                        cells[kind][period] = 0;
                    }
                }
            }
            // One month, one year or everything too much or too little.
            match region % 11 {
                1 => cells[0][3] += 1,
                2 => cells[0][12] += 1,
                4 => cells[1][20] += 1 + hidden,
                6 => cells[0]
                    .iter_mut()
                    .for_each(|total| *total = total.saturating_sub(1)),
                _ => {}
            }
            for (kind, periods) in cells.iter().enumerate() {
                for (period, count) in periods.iter().enumerate() {
                    let is_withheld = (kind == 2 || kind == 5) && is_month(period);
                    let sign = match (region % 13, next(&mut seed, 6)) {
                        (0, _) | (5, 0..3) => Some("."),
                        (1..=3, 0) => Some("x"),
                        (4, 0) => Some("-"),
                        (6, _) if column > 0 && kind == 0 => Some("."),
                        (7, _) if kind == 0 => Some("."),
                        (8, _) if *count == 0 && is_withheld => None,
                        (_, die) if *count == 0 && (is_withheld || die < 5) => Some("."),
                        _ => None,
                    };
                    of_region[kind][period][column] = sign.map_or_else(|| count.to_string(), str::to_owned);
                }
            }
        }
        all.extend(of_region.into_iter().flatten());
    }
    all
}

#[test]
fn every_combination_of_empty_cells_means_what_the_sql_says() {
    let mut seen = BTreeSet::new();
    for default in ["Missing", "Impossible"] {
        let served = every_combination(default);
        let (source, answers) = (source(3), served.answers(1000, true));
        let direct = directly(&source, &answers);
        assert_same(&direct, &by_sql(&source, &answers));
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
fn a_table_of_one_count_or_of_years_alone_means_what_the_sql_says() {
    let served = every_combination("Missing");
    for measures in [1, 2] {
        let (source, answers) = (source(measures), served.answers(2500, false));
        let direct = directly(&source, &answers);
        assert_same(&direct, &by_sql(&source, &answers));
        // What was not asked for is not zero.
        let not_read = direct.column_by_name("internetaangiften").unwrap();
        assert_eq!(not_read.null_count(), direct.num_rows());
    }
    let mut years = every_combination("Missing");
    years.periods = vec![
        ("2023JJ00".to_owned(), "Definitief".to_owned()),
        ("2024JJ00".to_owned(), "x".to_owned()),
    ];
    let size = every_combination("Missing").periods.len();
    let counts = make_counts(&every_combination("Missing").periods);
    years.cells = Box::new(move |kind, region, period| {
        counts[(region * KINDS.len() + kind) * size + 12 + 13 * period].clone()
    });
    let (source, answers) = (source(3), years.answers(700, true));
    assert_same(&directly(&source, &answers), &by_sql(&source, &answers));
}

#[test]
fn the_same_rows_give_the_same_bytes_however_they_came() {
    let served = every_combination("Missing");
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (number, (of_page, by_period)) in [(999, true), (1000, false), (100_000, true)]
        .into_iter()
        .enumerate()
    {
        let target = folder.path().join(number.to_string());
        write_to(&source(3), &served.answers(of_page, by_period), &target).unwrap();
        files.push(disk::read(&target).unwrap());
    }
    assert!(files.windows(2).all(|pair| pair[0] == pair[1]));
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
fn recorded_years_of_all_municipalities_mean_what_the_sql_says() {
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
        cells: Box::new(move |kind, region, period| {
            years[period][&(of_kinds[kind].clone(), of_regions[region].clone())].clone()
        }),
    };
    let (source, answers) = (source(3), served.answers(10_000, true));
    let direct = directly(&source, &answers);
    assert_same(&direct, &by_sql(&source, &answers));
    assert!(reasons(&direct).contains("niet_gepubliceerd"));
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
        let folder = tempfile::tempdir().unwrap();
        let error = write_to(&source(3), &answers, &folder.path().join("t"))
            .unwrap_err()
            .to_string();
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
        let folder = tempfile::tempdir().unwrap();
        write_to(&source(3), &answers, &folder.path().join("t"))
            .unwrap_err()
            .to_string()
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
    let second_edition = |answers: &mut Answers| {
        answers.files[9].entry.state = Some("16 October".to_owned());
    };
    for (change, expected) in [
        (
            &last_but_one as &dyn Fn(&mut Answers),
            "1000 rows of the table are missing",
        ),
        (&last, "no last page"),
        (&altered, "sha256"),
        (&second_edition, "2 editions"),
    ] {
        let error = refusal(change);
        assert!(error.contains(expected), "{error}");
    }
}
