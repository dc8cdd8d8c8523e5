//! Wijken and buurten: what is fetched of them, what `wijkbeeld` shows, and what it keeps to itself.
//!
//! What is expected is worked out here once more from the counts that were served: the rules in words, in another language
//! than the SQL.

use std::collections::BTreeMap;

use nulmeting::disk;
use serde_json::Value;

use crate::district_tables::{CRIMES, INHABITANTS, OWN, Region, WINDOW, busy_years, lies_in, regions};
use crate::harness::{Asked, Project, recorded_release};
use crate::live::Live;
use crate::service::faults::{Fault, Matcher, Times};
use crate::service::table3::{Axis, Member, Table3};

const SOURCE: &str = "politie_wijken";
const THRESHOLD: i64 = 5;
const TOTAL: &str = "totaal_misdrijven";

/// The codes of each series that may be shown of a wijk, and whether a sum of years may be of a buurt.
const SERIES: [(&str, &[&str], bool); 15] = [
    ("woninginbraken", &["1.1.1"], true),
    ("diefstal_box_garage", &["1.1.2"], false),
    ("diefstal_uit_motorvoertuig", &["1.2.1"], true),
    ("fietsendiefstal", &["1.2.3"], true),
    ("inbraak_bedrijven", &["2.5.1"], false),
    ("winkeldiefstal", &["2.5.2"], false),
    ("overige_vermogensdelicten", &["1.6.2"], false),
    ("vernieling", &["2.2.1"], true),
    ("bedreiging", &["1.4.4"], false),
    ("mishandeling", &["1.4.5"], false),
    ("overval", &["1.4.7"], false),
    ("straatroof", &["1.4.6"], false),
    ("openlijk_geweld", &["1.4.3"], false),
    ("illegale_handel", &["3.1.1", "3.1.2", "3.1.3"], false),
    ("horizontale_fraude", &["3.9.1"], false),
];

/// What is seen of districts that add up to a known sum, in the order of their codes.
fn suppressed(counts: &[i64]) -> Vec<String> {
    let is_small = |count: &i64| *count < THRESHOLD;
    if !counts.iter().any(is_small) {
        return counts.iter().map(i64::to_string).collect();
    }
    let sum_with_last = |last: usize| -> i64 {
        let tail = counts.len() - last;
        let hidden = |(place, count): &(usize, &i64)| is_small(count) || *place >= tail;
        counts
            .iter()
            .enumerate()
            .filter(hidden)
            .map(|(_, count)| count)
            .sum()
    };
    let enough = (1..=counts.len()).find(|last| sum_with_last(*last) >= 2 * THRESHOLD - 1);
    let tail = counts.len() - enough.unwrap_or(counts.len());
    let seen = |(place, count): (usize, &i64)| match count {
        _ if place >= tail => "verborgen".to_owned(),
        small if is_small(small) => "kleiner_dan_drempel".to_owned(),
        shown => shown.to_string(),
    };
    counts.iter().enumerate().map(seen).collect()
}

fn count_of(table: &Table3, codes: &[&str], region: &str, year: i32) -> i64 {
    let counts = codes
        .iter()
        .filter_map(|code| table.get(code, region, &format!("{year}JJ00")));
    counts.sum()
}

/// `region | series | period | count or reason`, as the rules want it.
fn expected(table: &Table3) -> Vec<String> {
    let known = regions();
    let of_kind = |kind: &str| -> Vec<&Region> {
        known
            .iter()
            .filter(|region| region.code.starts_with(kind))
            .collect()
    };
    let mut lines = Vec::new();
    for (series, codes, by_buurt) in SERIES {
        let mut open_years: BTreeMap<&str, usize> = BTreeMap::new();
        for year in WINDOW {
            let counts: Vec<i64> = of_kind("WK")
                .iter()
                .map(|wijk| count_of(table, codes, &wijk.code, year))
                .collect();
            for (wijk, seen) in of_kind("WK").into_iter().zip(suppressed(&counts)) {
                lines.push(format!("{} | {series} | {year} | {seen}", wijk.code));
                if seen.parse::<i64>().is_ok() {
                    *open_years.entry(&wijk.code).or_default() += 1;
                }
            }
        }
        for wijk in of_kind("WK").into_iter().filter(|_| by_buurt) {
            let buurten: Vec<&Region> = of_kind("BU")
                .into_iter()
                .filter(|buurt| lies_in(&buurt.code, &wijk.code))
                .collect();
            let sum = |buurt: &&Region| {
                WINDOW
                    .iter()
                    .map(|year| count_of(table, codes, &buurt.code, *year))
                    .sum()
            };
            let counts: Vec<i64> = buurten.iter().map(sum).collect();
            let seen = suppressed(&counts);
            for (buurt, seen) in buurten.iter().zip(seen) {
                let is_open = open_years.get(wijk.code.as_str()) == Some(&WINDOW.len());
                let seen = if is_open { seen } else { "verborgen".to_owned() };
                lines.push(format!("{} | {series} | 2017-2019 | {seen}", buurt.code));
            }
        }
    }
    for year in WINDOW {
        let wijken: Vec<&str> = of_kind("WK").iter().map(|wijk| wijk.code.as_str()).collect();
        let totals: Vec<i64> = wijken
            .iter()
            .map(|wijk| count_of(table, &["0.0.0"], wijk, year))
            .collect();
        let parts: Vec<Vec<i64>> = SERIES
            .iter()
            .map(|(_, codes, _)| {
                wijken
                    .iter()
                    .map(|wijk| count_of(table, codes, wijk, year))
                    .collect()
            })
            .collect();
        for (wijk, seen) in wijken.iter().zip(open_totals(&totals, &parts)) {
            lines.push(format!("{wijk} | {TOTAL} | {year} | {seen}"));
        }
    }
    lines.sort();
    lines
}

/// What is seen of the totals: a total stays closed without room for all that is hidden in it, and the last ones with it until
/// the closed ones have room together.
fn open_totals(totals: &[i64], parts: &[Vec<i64>]) -> Vec<String> {
    let mut room: Vec<i64> = totals.iter().map(|total| total - THRESHOLD).collect();
    for counts in parts {
        let seen = suppressed(counts);
        let hidden: i64 = counts
            .iter()
            .zip(&seen)
            .filter(|(_, seen)| seen.parse::<i64>().is_err())
            .map(|(count, _)| count)
            .sum();
        for (room, seen) in room.iter_mut().zip(&seen) {
            *room -= match seen.as_str() {
                "verborgen" => hidden,
                "kleiner_dan_drempel" => THRESHOLD - 1,
                shown => shown.parse().unwrap(),
            };
        }
    }
    let closed_with = |last: usize| -> Vec<usize> {
        (0..totals.len())
            .filter(|place| room[*place] < 0 || *place >= totals.len() - last)
            .collect()
    };
    let has_room = |last: &usize| closed_with(*last).iter().map(|place| room[*place]).sum::<i64>() >= 0;
    let last = if closed_with(0).is_empty() {
        0
    } else {
        (1..=totals.len()).find(has_room).unwrap_or(totals.len())
    };
    let closed = closed_with(last);
    let seen = |(place, total): (usize, &i64)| {
        if closed.contains(&place) {
            "verborgen".to_owned()
        } else {
            total.to_string()
        }
    };
    totals.iter().enumerate().map(seen).collect()
}

fn shown(release: &Asked) -> Vec<String> {
    let mut lines = release.lines(
        "SELECT regio_code, reeks, periode, coalesce(CAST(waarde AS VARCHAR), reden) AS gezien FROM wijkbeeld",
    );
    lines.sort();
    lines
}

#[test]
fn codes_with_letters_are_codes_like_others() {
    let live = Live::of_year_0();
    for table in [CRIMES, INHABITANTS] {
        let mut table = live.service.table3_mut(table);
        // As in the large cities since their new codes.
        for (code, title) in [("WK0164AA", "Nieuwe wijk"), ("BU0164AA01", "Nieuwe buurt")] {
            table.add_region(Member::new(code, title));
        }
    }
    let known = regions();
    let has_some = |region: &&Region| {
        let table = live.service.table3_mut(CRIMES);
        region.code.starts_with("BU") && table.get("1.1.1", &region.code, "2019JJ00") > Some(0)
    };
    let from = &known.iter().find(has_some).unwrap().code;
    let wijk = format!("WK{}", &from[2..8]);
    for kind in ["1.1.1", "0.0.0"] {
        // What the new buurt has is taken from another one, so that every sum stays.
        let mut table = live.service.table3_mut(CRIMES);
        for (region, change) in [
            (from.as_str(), -1),
            (&wijk, -1),
            ("WK0164AA", 1),
            ("BU0164AA01", 1),
        ] {
            let count = table.get(kind, region, "2019JJ00").unwrap_or(0);
            table.set(kind, region, "2019JJ00", Some(count + change));
        }
    }
    live.run().with(0);
    let release = live.project.release();
    let districts = "SELECT regio_code, naam, niveau, wijk_code FROM wijk_buurt WHERE regio_code LIKE '%AA%' ORDER BY regio_code";
    assert_eq!(
        release.lines(districts),
        [
            "BU0164AA01 | Nieuwe buurt | buurt | WK0164AA",
            "WK0164AA | Nieuwe wijk | wijk | WK0164AA",
        ]
    );
    // One burglary: the last wijk by its code is the first that the rule hides.
    let shown = "SELECT reden FROM wijkbeeld WHERE regio_code = 'WK0164AA' AND reeks = 'woninginbraken' AND periode = '2019'";
    assert_eq!(release.lines(shown), ["verborgen"]);
}

#[test]
fn without_districts_the_table_is_there_and_empty() {
    let release = recorded_release();
    for table in ["wijkbeeld", "wijk_buurt", "wijk_bevolking"] {
        assert_eq!(
            release.lines(&format!("SELECT count(*) AS n FROM {table}")),
            ["0"]
        );
    }
}

#[test]
fn only_the_own_districts_are_fetched_one_year_and_kind_at_a_time() {
    let live = Live::of_year_0();
    live.fetch(SOURCE).with(0);
    let requests = live.service.requests();
    let rows: Vec<_> = requests
        .iter()
        .filter(|request| request.path.ends_with("UntypedDataSet"))
        .collect();
    let kinds = live
        .service
        .table3_mut(CRIMES)
        .dimension(Axis::Category)
        .members()
        .len();
    assert_eq!(rows.len(), kinds);
    for request in rows {
        let filter = request.option("$filter").unwrap();
        assert!(
            filter.contains("substring(WijkenEnBuurten,2,4) eq '0164'"),
            "{filter}"
        );
        assert!(
            filter.contains("SoortMisdrijf eq '") && filter.contains("Perioden eq '2019JJ00'"),
            "{filter}"
        );
        assert!(request.target.len() + live.service.url().len() < 2000);
    }
    let rows_of = |text: &String| -> Vec<Value> {
        let answer: Value = serde_json::from_str(text).unwrap();
        let is_rows = answer["odata.metadata"]
            .as_str()
            .is_some_and(|name| name.ends_with("UntypedDataSet"));
        answer["value"]
            .as_array()
            .filter(|_| is_rows)
            .cloned()
            .unwrap_or_default()
    };
    let landed: Vec<Value> = live.contents(SOURCE).iter().flat_map(rows_of).collect();
    assert_eq!(landed.len(), kinds * regions().len());
    assert!(
        landed
            .iter()
            .all(|row| row["WijkenEnBuurten"].as_str().unwrap()[2..].starts_with("0164"))
    );
    // A second night asks one thing: whether something changed.
    let asked = live.asked(CRIMES);
    live.fetch(SOURCE).with(0);
    assert_eq!(live.asked(CRIMES), asked + 1);
}

#[test]
fn inhabitants_are_asked_alone_and_a_table_without_periods_is_one_slice() {
    let live = Live::of_year_0();
    live.fetch("cbs_wijken").with(0);
    let requests = live.service.requests();
    let rows: Vec<_> = requests
        .iter()
        .filter(|request| request.path.ends_with("UntypedDataSet"))
        .collect();
    let [rows] = rows.as_slice() else {
        panic!("{} requests", rows.len())
    };
    assert_eq!(rows.option("$select"), Some("WijkenEnBuurten,AantalInwoners_5"));
    assert_eq!(
        rows.option("$filter"),
        Some("substring(WijkenEnBuurten,2,4) eq '0164'")
    );
}

#[test]
fn a_district_that_the_service_leaves_out_is_seen_and_nothing_lands() {
    let live = Live::of_year_0();
    let rows = Matcher::path("47018NED/UntypedDataSet");
    live.service.on(rows, Times::Every, Fault::DropRow(40));
    let ended = live.fetch(SOURCE);
    assert_eq!(ended.code, Some(69), "{}", ended.stderr);
}

#[test]
fn what_may_never_be_shown_is_not_even_asked() {
    let live = Live::of_year_0();
    for source in ["politie_wijken_maanden", "politie_wijken_overlast"] {
        live.fetch(source).with(0);
    }
    assert_eq!(live.asked("47022NED") + live.asked("47024NED"), 0);
}

/// A night on three years of districts, with counts of every size.
pub fn busy() -> Live {
    let live = Live::new(Project::of_year_0(), &WINDOW);
    busy_years(&mut live.service.table3_mut(CRIMES));
    live
}

#[test]
fn a_release_shows_what_the_rules_allow_and_nothing_else() {
    let live = busy();
    live.run().with(0);
    let release = live.project.release();
    let served = live.service.table3_mut(CRIMES).clone();
    let (found, wanted) = (shown(&release), expected(&served));
    let differences: Vec<_> = found
        .iter()
        .zip(&wanted)
        .filter(|(found, wanted)| found != wanted)
        .take(5)
        .collect();
    assert!(
        found == wanted,
        "{} and {} rows, {differences:?}",
        found.len(),
        wanted.len()
    );
    for reason in ["kleiner_dan_drempel", "verborgen"] {
        assert!(
            wanted
                .iter()
                .any(|line| line.starts_with("BU") && line.ends_with(reason)),
            "{reason}"
        );
        assert!(
            wanted
                .iter()
                .any(|line| line.starts_with("WK") && line.ends_with(reason)),
            "{reason}"
        );
    }
    let totals: Vec<&String> = wanted.iter().filter(|line| line.contains(TOTAL)).collect();
    let closed = totals.iter().filter(|line| line.ends_with("verborgen")).count();
    assert!(closed > 0 && closed < totals.len(), "{totals:?}");
    let silent = "SELECT count(*) AS n FROM wijkbeeld WHERE reden <> 'waarde' AND (waarde IS NOT NULL OR per_1000 IS NOT NULL)";
    assert_eq!(release.lines(silent), ["0"]);

    // The report shows the same, and its register of figures holds what is shown and no more.
    let report = disk::read_to_string(
        &live
            .project
            .data()
            .join("current/rapport/voortgangsrapportage-2019.html"),
    )
    .unwrap();
    for text in [
        "Geregistreerde misdrijven per wijk in 2019",
        ">&#60;5<",
        ">verborgen<",
        "Hasseler Es",
    ] {
        assert!(report.contains(text), "{text}");
    }
    let figures = "SELECT count(*) AS n FROM voortgangsrapportage WHERE tabel = 'wijkbeeld'";
    let open = wanted
        .iter()
        .filter(|line| line.starts_with("WK") && line.contains("| 2019 |"))
        .filter(|line| line.ends_with(|last: char| last.is_ascii_digit()))
        .count();
    assert_eq!(release.lines(figures), [open.to_string()]);

    // No other table knows a district by its count.
    let tables = &release.release.manifest.tables;
    let of_districts: Vec<&str> = tables
        .iter()
        .map(|table| table.description.name.as_str())
        .filter(|name| name.contains("wijk"))
        .collect();
    assert_eq!(
        of_districts,
        ["wijk_bevolking", "wijk_buurt", "wijkregels", "wijkbeeld"]
    );

    // Nor is a single answer named, whose hash is that of a few counts.
    let named = "SELECT naam FROM bestanden WHERE bron = '47018NED'";
    let named = release.lines(named);
    assert!(
        named.len() == 1 && named[0].ends_with("TableInfos.json"),
        "{named:?}"
    );

    crate::district_attack::solve(&release, TOTAL);
}

#[test]
fn a_kind_that_the_police_keep_back_is_never_zero_in_a_wijk_whatever_the_register_says() {
    let live = Live::of_year_0();
    live.project.edit(
        "pipelines/hengelo/wijkregels.csv",
        "47018NED;1.4.1;zedendelicten;gemeente",
        "47018NED;1.4.1;zedendelicten;buurt",
    );
    // As the table writes it: nothing is filled in, and nothing reads 0.
    let served = live
        .service
        .table3_mut(CRIMES)
        .get("1.4.1", "WK016400", "2019JJ00");
    assert_eq!(served, None);
    live.run().with(0);
    let release = live.project.release();
    let cells = "SELECT DISTINCT reden, waarde, weergave FROM wijkbeeld WHERE reeks = 'zedendelicten'";
    assert_eq!(release.lines(cells), ["niet_gepubliceerd |  | –"]);
}

#[test]
fn a_rate_is_given_for_the_year_and_division_of_the_inhabitants_and_for_no_other() {
    let live = Live::of_year_0();
    live.run().with(0);
    let rates = "SELECT count(per_1000) AS n FROM wijkbeeld";
    assert_eq!(live.project.release().lines(rates), ["0"]);
    for table in [CRIMES, INHABITANTS] {
        let mut table = live.service.table3_mut(table);
        table.set_modified("2024-09-01T02:00:00");
        for (name, value) in table.properties.iter_mut().flatten() {
            if &**name == "Description" && value.as_str().is_some_and(|text| text.contains("indeling")) {
                *value = Value::from("Wijken en buurten (indeling 2019)");
            }
        }
    }
    live.service
        .table3_mut(INHABITANTS)
        .set_title("Kerncijfers wijken en buurten 2019");
    live.run().with(0);
    let release = live.project.release();
    let served = live.service.table3_mut(CRIMES).clone();
    let inhabitants: i64 = regions()
        .iter()
        .filter(|region| lies_in(&region.code, "WK016400"))
        .filter_map(|region| region.inhabitants)
        .sum();
    let count = count_of(&served, &["1.2.3"], "WK016400", 2019);
    let rate = release.number(
        "SELECT per_1000 AS n FROM wijkbeeld WHERE regio_code = 'WK016400' AND reeks = 'fietsendiefstal'",
    );
    let by_hand = 1000.0 * count as f64 / inhabitants as f64;
    assert!((rate - by_hand).abs() < 1e-6 && count > 100, "{rate} {by_hand}");
    let without = "SELECT count(*) AS n FROM wijkbeeld WHERE (per_1000 IS NULL) <> (reden <> 'waarde')";
    assert_eq!(release.lines(without), ["0"]);
}

#[test]
fn lists_and_rows_of_several_pages_give_what_one_page_gives() {
    let tables = ["wijk_buurt", "wijk_bevolking", "wijkbeeld"];
    let figures = |live: &Live| {
        live.run().with(0);
        let release = live.project.release();
        tables.map(|table| release.lines(&format!("SELECT * FROM {table}")))
    };
    let live = Live::of_year_0();
    for table in [CRIMES, INHABITANTS] {
        // The real lists have 18,313 members, and a page 10,000.
        live.service.table3_mut(table).set_page_size(50);
    }
    let of_pages = figures(&live);
    for source in ["politie_wijken", "cbs_wijken"] {
        let second = |path: &std::path::PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.ends_with("-WijkenEnBuurten-002.json")
        };
        assert!(live.landed(source).iter().any(second), "{source}");
    }
    let whole = figures(&Live::of_year_0());
    for ((of_pages, whole), table) in of_pages.iter().zip(&whole).zip(tables) {
        assert!(!whole.is_empty(), "{table}");
        assert_eq!(of_pages, whole, "{table}");
    }
}

#[test]
fn wijken_without_the_inhabitants_of_the_municipality_are_a_warning() {
    let live = Live::of_year_0();
    live.run().with(0);
    let checked = "SELECT uitkomst, aantal FROM controles WHERE controle = 'wijkinwoners_tegen_gemeente'";
    assert_eq!(live.project.release().lines(checked), ["in orde | 0"]);
    {
        let mut table = live.service.table3_mut(INHABITANTS);
        table.set("", "WK016400", "", Some(0));
        table.set_modified("2024-10-30T02:00:00");
    }
    live.run().with(0);
    let release = live.project.release();
    assert_eq!(release.lines(checked), ["gevonden | 1"]);
    // The municipality as 03759ned has it.
    let own = "SELECT inwoners FROM bevolking WHERE regio_code = 'GM0164' AND jaar = 2024";
    let expected = format!("de gemeente {}", release.lines(own)[0]);
    let found =
        release.lines("SELECT voorbeelden FROM controles WHERE controle = 'wijkinwoners_tegen_gemeente'");
    assert!(
        found[0].contains("2024: alle wijken samen") && found[0].contains(&expected),
        "{found:?}"
    );
}

#[test]
fn districts_that_do_not_add_up_to_the_municipality_are_a_warning_that_names_no_district() {
    let live = Live::of_year_0();
    {
        let mut table = live.service.table3_mut(CRIMES);
        let before = table.get("1.2.3", OWN, "2019JJ00").unwrap();
        table.set("1.2.3", OWN, "2019JJ00", Some(before + 3));
        let before = table.get("2.5.2", OWN, "2019JJ00").unwrap();
        table.set("2.5.2", OWN, "2019JJ00", Some(before + 40));
    }
    live.run().with(0);
    let findings = live
        .project
        .release()
        .lines("SELECT ernst, voorbeelden FROM controles WHERE controle = 'wijken_tegen_gemeente'");
    let [finding] = findings.as_slice() else {
        panic!("{findings:?}")
    };
    for text in [
        "waarschuwing",
        "1.2.3 over 2019",
        "alle wijken samen 599",
        "de gemeente 602",
        "de gemeente telt 240",
    ] {
        assert!(finding.contains(text), "{text}: {finding}");
    }
    assert!(!finding.contains("WK0164") && !finding.contains("BU0164"));
}
