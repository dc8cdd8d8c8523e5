//! A project whose sources are on this machine: the service of the tests, filled from the recorded files.
//!
//! The nuisance table was never recorded with regions, so its counts are made up here; nothing is said about them but
//! that they come through.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use nulmeting::disk;
use nulmeting::landing::Landing;
use serde_json::Value;

use crate::district_tables;
use crate::harness::{Ended, NIGHT, Project, recorded, repository};
use crate::service::Service;
use crate::service::page::field;
use crate::service::table3::{Axis, Dimension, Member, Table3};
use crate::service::table4::Table4;
use crate::surveys::safety_monitor;

/// The police table of crimes.
pub const CRIMES: &str = "47013NED";
/// The police table of nuisance.
pub const NUISANCE: &str = "47021NED";
/// Inhabitants at the end of a period.
pub const AT_THE_END: &str = "37230ned";

/// A project and the service that it asks.
pub struct Live {
    /// The service.
    pub service: Service,
    /// The project.
    pub project: Project,
}

impl Live {
    /// Police figures of year 0 only, with all inhabitants: a night on them takes seconds.
    pub fn of_year_0() -> Self {
        Self::new(Project::of_year_0(), &[2019])
    }

    /// Police figures of these years.
    pub fn new(project: Project, years: &[i32]) -> Self {
        let service = Service::start();
        let crimes = crimes(years);
        service.add3(nuisance(&crimes));
        service.add3(district_tables::crimes(&crimes));
        service.add3(district_tables::inhabitants(&crimes));
        service.add3(safety_monitor(&crimes, [2021, 2023]));
        service.add3(crimes);
        service.add3(at_the_end());
        service.add4(Table4::from_replies(&repository().join("fixtures/cbs_03759ned")));
        let pipeline = "pipelines/hengelo.toml";
        let text = disk::read_to_string(&project.path(pipeline)).unwrap();
        let url = service.url();
        let text = [
            "https://dataderden.cbs.nl",
            "https://opendata.cbs.nl",
            "https://datasets.cbs.nl",
        ]
        .iter()
        .fold(text, |text, host| text.replace(host, &url));
        project.write(pipeline, text.as_bytes());
        Self { service, project }
    }

    /// `nulmeting <command>` with little patience.
    pub fn night(&self, command: &[&str]) -> Ended {
        self.project
            .nulmeting(&[command, &["--outage-after", "2"]].concat())
    }

    /// A whole night.
    pub fn run(&self) -> Ended {
        self.night(&["run", "--as-of", NIGHT])
    }

    /// Only the landing of one source.
    pub fn fetch(&self, source: &str) -> Ended {
        self.night(&["fetch", "--only", source])
    }

    /// Requests whose path holds a text.
    pub fn asked(&self, text: &str) -> usize {
        let requests = self.service.requests();
        requests
            .iter()
            .filter(|request| request.path.contains(text))
            .count()
    }

    /// What landed of a source, without the address of the service, which differs from one to the next.
    pub fn contents(&self, source: &str) -> Vec<String> {
        let texts = self.landed(source).into_iter();
        texts
            .map(|path| {
                disk::read_to_string(&path)
                    .unwrap()
                    .replace(&self.service.url(), "")
            })
            .collect()
    }

    /// The landed files of a source that count.
    pub fn landed(&self, source: &str) -> Vec<PathBuf> {
        let landing = Landing::open(&self.project.data()).unwrap();
        let files = landing.in_use(source).unwrap();
        for file in &files {
            file.verify().unwrap();
        }
        files.into_iter().map(|file| file.path).collect()
    }
}

fn fixture(path: &str) -> PathBuf {
    repository().join("fixtures").join(path)
}

/// 47013NED as it stood in November 2023.
pub fn crimes(years: &[i32]) -> Table3 {
    let exports: Vec<PathBuf> = years
        .iter()
        .map(|year| fixture(&format!("politie_47013NED/portaal/policedata{year}.csv.gz")))
        .collect();
    let exports: Vec<&std::path::Path> = exports.iter().map(PathBuf::as_path).collect();
    let mut table = Table3::from_portal(&fixture("politie_47013NED/portaal/metadata.csv.gz"), &exports);
    table.set_modified("2023-11-01T02:00:00");
    table.set_title("Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente 2023");
    table
}

/// A dimension or topic of `DataProperties`, in the fields that all have.
pub fn described(key: &str, kind: &str, title: &str) -> Vec<(Arc<str>, Value)> {
    vec![
        field("ID", 0),
        field("Type", kind),
        field("Key", key),
        field("Title", title),
        field("Description", ""),
    ]
}

/// A topic of `DataProperties`.
pub fn topic(key: &str, title: &str) -> Vec<(Arc<str>, Value)> {
    let mut topic = described(key, "Topic", title);
    topic.extend([
        field("Datatype", "Long"),
        field("Unit", "aantal"),
        field("Default", "Missing"),
    ]);
    topic
}

/// `TableInfos` as that of another table, with other names.
pub fn information(table: &Table3, identifier: &str, title: &str, modified: &str) -> Vec<(String, String)> {
    let changes = [
        ("Identifier", identifier),
        ("Title", title),
        ("Modified", modified),
    ];
    let mut info = table.info.clone();
    for (name, text) in &mut info {
        if let Some((_, change)) = changes.iter().find(|(field, _)| field == name) {
            (*change).clone_into(text);
        }
    }
    info
}

/// 47021NED with made-up counts: its code list is the recorded one, the total is the sum.
fn nuisance(crimes: &Table3) -> Table3 {
    let kinds = [
        ("0.0.0", "Totaal registraties overlast"),
        ("E33", "Overlast door verward persoon"),
        ("E35", "Melding overlast jeugd"),
        ("M061", "Geluidshinder horeca"),
    ];
    let members = kinds.iter().map(|(key, title)| Member::new(key, title)).collect();
    let info = information(
        crimes,
        NUISANCE,
        "Overlast per gemeente 2023",
        "2023-11-01T02:00:00",
    );
    let mut table = Table3::new(
        info,
        vec![
            described("Overlast", "Dimension", "Overlast"),
            described("RegioS", "GeoDimension", "Regio's"),
            described("Perioden", "TimeDimension", "Perioden"),
            topic("GeregistreerdeOverlast_1", "Geregistreerde overlast"),
        ],
        [
            Dimension::new("Overlast", "Dimension", members),
            crimes.dimension(Axis::Region).clone(),
            crimes.dimension(Axis::Period).clone(),
        ],
        &["GeregistreerdeOverlast_1"],
    );
    let codes = |axis: Axis| -> Vec<String> {
        let members = crimes.dimension(axis).members();
        members.iter().map(|member| member.code().to_owned()).collect()
    };
    for (number, region) in codes(Axis::Region).iter().enumerate() {
        for period in &codes(Axis::Period) {
            let count = i64::try_from(number).unwrap() + 20;
            table.set("E33", region, period, Some(count));
            table.set("E35", region, period, Some(7));
            table.set("0.0.0", region, period, Some(count + 7));
        }
    }
    table
}

/// 37230ned from the recorded table layout; the codes of its titles are those of 03759ned.
fn at_the_end() -> Table3 {
    let list: Value = serde_json::from_str(&recorded("cbs_03759ned/codes-RegioS.json.gz")).unwrap();
    let code_of: HashMap<&str, &str> = list["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|code| {
            (
                code["Title"].as_str().unwrap(),
                code["Identifier"].as_str().unwrap(),
            )
        })
        .collect();
    let text = recorded("cbs_37230ned/bevolkingeindeperiod_jaren_22122025.csv.gz");
    let cells = |line: &str| -> Vec<String> {
        line.trim_end()
            .split(';')
            .map(|cell| cell.trim_matches('"').to_owned())
            .collect()
    };
    let lines: Vec<Vec<String>> = text.lines().skip(3).map(cells).collect();
    let (years, rows) = (&lines[0][3..], &lines[1..lines.len() - 1]);
    let regions = rows
        .iter()
        .map(|row| Member::new(code_of[row[0].as_str()], &row[0]))
        .collect();
    let periods = years
        .iter()
        .map(|year| Member::new(&format!("{year}JJ00"), year))
        .collect();
    let key = "BevolkingAanHetEindeVanDePeriode_15";
    let info = information(
        &crimes(&[2019]),
        AT_THE_END,
        "Bevolkingsontwikkeling; regio per maand",
        "2025-12-22T02:00:00",
    );
    let mut table = Table3::new(
        info,
        vec![
            described("RegioS", "GeoDimension", "Regio's"),
            described("Perioden", "TimeDimension", "Perioden"),
            topic(key, "Bevolking aan het einde van de periode"),
        ],
        [
            Dimension::none(),
            Dimension::new("RegioS", "GeoDimension", regions),
            Dimension::new("Perioden", "TimeDimension", periods),
        ],
        &[key],
    );
    for row in rows {
        for (year, cell) in years.iter().zip(&row[3..]) {
            table.set(
                "",
                code_of[row[0].as_str()],
                &format!("{year}JJ00"),
                cell.parse().ok(),
            );
        }
    }
    table
}
