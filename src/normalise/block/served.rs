//! The answers of a service that has a police table, as they landed: made up so that every rule decides something.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate};

use crate::disk;
use crate::landing::{Entry as Landing, Landed};
use crate::pipeline::Source;

pub(super) const TOPICS: [&str; 3] = ["GeregistreerdeMisdrijven_1", "Aangiften_2", "Internetaangiften_3"];

/// A table as a service has it: what stands in a cell is given as the untyped data writes it.
pub(super) struct Served {
    pub kinds: Vec<String>,
    pub regions: Vec<String>,
    pub periods: Vec<(String, String)>,
    /// Which of them are fetched.
    pub asked: fn(&str) -> bool,
    /// What an empty count of crimes is said to be.
    pub default: &'static str,
    pub cells: Box<dyn Fn(usize, usize, usize) -> [String; 3]>,
}

/// A folder with the answers of a service, as they landed.
pub(super) struct Answers {
    folder: tempfile::TempDir,
    pub files: Vec<Landed>,
    peildatum: NaiveDate,
}

impl Answers {
    fn none() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            files: Vec::new(),
            peildatum: NaiveDate::from_ymd_opt(2026, 10, 15).unwrap(),
        }
    }

    /// Lets an edition follow that landed in another folder; `day` is that of its month.
    pub fn follow(&mut self, day: u32, others: &Answers) {
        let peildatum = NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        for landed in &others.files {
            let text = disk::read_to_string(&landed.path).unwrap();
            self.peildatum = peildatum;
            self.land(&landed.entry.name, &text);
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
            peildatum: self.peildatum,
            edition: Some("2026".to_owned()),
            state: Some(format!("state of {}", self.peildatum)),
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
    pub fn replace(&mut self, page: usize, from: &str, to: &str) {
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
    pub fn answers(&self, of_page: usize, by_period: bool) -> Answers {
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
            if !(self.asked)(&self.periods[period].0) {
                return;
            }
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

/// The source with its first so many measures.
pub(super) fn source(measures: usize) -> Source {
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

/// The next of a row of numbers that look random and are the same every time (Knuth's MMIX).
fn next(seed: &mut u64, below: u64) -> u64 {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

pub(super) const KINDS: [&str; 6] = ["0.0.0", "1.1.1", "1.4.1", "2.6.2", "2.6.10", "3.7.3"];
pub(super) const REGIONS: usize = 240;

/// Months and years in which every rule about empty cells decides something: each region has a way in which it adds up
/// or not.
pub(super) fn every_combination(default: &'static str) -> Served {
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
        asked: |_| true,
        cells: Box::new(move |kind, region, period| {
            counts[(region * KINDS.len() + kind) * size + period].clone()
        }),
        periods,
    }
}

/// Cells by region, kind and period.
// Each place is read and written by its number, in one table or the other.
#[allow(clippy::needless_range_loop)]
pub(super) fn make_counts(periods: &[(String, String)]) -> Vec<[String; 3]> {
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
