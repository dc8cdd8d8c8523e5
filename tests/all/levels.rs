//! A year that was not delivered whole, and inhabitants that cannot be: nothing is judged by it, whoever accepts the finding.
//!
//! The recorded files are damaged the way a half delivery would be: every kind of a municipality shrinks, its total with it, and
//! the regions that it lies in by as much, so that every sum still holds.

use std::collections::BTreeMap;

use crate::district_tables::WINDOW;
use crate::harness::{Asked, Project, UNTYPED, recorded_release};
use crate::live::{Live, NUISANCE};
use crate::service::table3::Table3;

const OWN: &str = "GM0164";
/// Hengelo and Almelo lie in all of these.
const AROUND: [&str; 4] = ["NL01", "LD02", "PV23", "RE02"];
const ALMELO: &str = "GM0141";
const OBSERVATIONS: &str = "cbs_03759ned/observations-page-1.json.gz";

fn portal_export(year: i32) -> String {
    format!("politie_47013NED/portaal/policedata{year}.csv.gz")
}

/// Multiplies the counts of a municipality in a recorded year, and takes what is lost from the regions around it. Gives its new
/// total.
fn multiply(project: &Project, year: i32, region: &str, factor: f64) -> i64 {
    let fixture = portal_export(year);
    let text = String::from_utf8(project.fixture(&fixture)).unwrap();
    if year == 2022 {
        // The same figures of the country stand in one more recorded file.
        let once_more = format!("[[source.recorded]]\npath = \"{UNTYPED}\"\npeildatum = 2023-11-01\n");
        project.edit("pipelines/hengelo.toml", &once_more, "");
    }
    let cells = |line: &str| -> Vec<String> {
        let cells = line.trim_end().split(';');
        cells
            .map(|cell| cell.trim_matches('"').trim().to_owned())
            .collect()
    };
    let mut lost: BTreeMap<String, i64> = BTreeMap::new();
    for line in text.lines() {
        let row = cells(line);
        if row[2] == region && row[1] != "0.0.0" {
            let count: i64 = row[4].parse().unwrap_or(0);
            lost.insert(row[1].clone(), count - (count as f64 * factor).round() as i64);
        }
    }
    let all = lost.values().sum();
    lost.insert("0.0.0".to_owned(), all);
    let mut total = 0;
    let changed = text.lines().map(|line| {
        let row = cells(line);
        let place = row.get(2).map_or("", String::as_str);
        let (true, Some(lost)) = (place == region || AROUND.contains(&place), lost.get(&row[1])) else {
            return line.to_owned();
        };
        let Ok(count) = row[4].parse::<i64>() else {
            return line.to_owned();
        };
        if place == region && row[1] == "0.0.0" {
            total = count - lost;
        }
        let mut parts: Vec<String> = line.split(';').map(str::to_owned).collect();
        parts[4] = format!("\"{}\"", count - lost);
        parts.join(";")
    });
    let changed: Vec<String> = changed.collect();
    project.set_fixture(&fixture, (changed.join("\n") + "\n").as_bytes());
    total
}

#[track_caller]
fn same_as_recorded(release: &Asked, sql: &str) {
    let recorded = recorded_release().lines(sql);
    assert!(!recorded.is_empty(), "{sql}");
    assert_eq!(release.lines(sql), recorded, "{sql}");
}

#[test]
fn half_a_year_is_no_fall_no_target_met_and_no_place_whoever_accepts_it() {
    let project = Project::copy();
    let own = multiply(&project, 2022, OWN, 0.45);
    let other = multiply(&project, 2021, ALMELO, 0.45);
    // Hengelo had 3,586 crimes in 2021.
    let ended = project.run().with(65).saying(&[
        "niveau_eigen: ",
        "Hengelo over 2022",
        &format!("0.0.0: {own}, en het laatste gewone jaar ernaast telt er 3586"),
    ]);
    assert_eq!(project.current(), None);

    project.accept(&ended);
    let summary = project.run().with(0).stdout;
    for verdict in ["▼", "▲", "▽", "△"] {
        assert!(!summary.contains(verdict), "{summary}");
    }
    let release = project.release();
    // Series without a year 0, or too small for a verdict, say that; of what is judged nothing is left.
    let judged = "SELECT DISTINCT oordeel FROM trend_reeks WHERE jaar = 2022 AND waarde IS NOT NULL
        UNION SELECT DISTINCT oordeel_vorig FROM trend_reeks WHERE jaar = 2022 AND waarde IS NOT NULL
        UNION SELECT DISTINCT oordeel FROM trend_thema WHERE jaar = 2022 AND waarde IS NOT NULL";
    assert_eq!(release.lines(judged), ["niet te beoordelen"]);
    let why = "SELECT DISTINCT voorbehoud_basis LIKE '%afwijkend jaar%' AS gezegd FROM trend_reeks WHERE jaar = 2022 AND waarde IS NOT NULL";
    assert_eq!(release.lines(why), ["true"]);
    let target = "SELECT oordeel, oordeel_herzien, waarde_tekst FROM doel_voortgang WHERE doel = 'G1'";
    assert_eq!(
        release.lines(target),
        [
            "niet te beoordelen | niet te beoordelen | niet te vergelijken: het aantal ligt te ver van de jaren ernaast"
        ]
    );
    // No place for a year that is not whole, and the years beside it keep theirs.
    let place =
        "SELECT regio_code, jaar, rang IS NULL, oordeel, opmerking FROM vergelijking WHERE reeks = 'mand'
        AND regio_code IN ('GM0141', 'GM0164') AND jaar IN (2021, 2022) ORDER BY regio_code, jaar";
    let places = release.lines(place);
    let without = "true | niet te beoordelen | aantal te ver van de jaren ernaast";
    assert_eq!(places[0], format!("GM0141 | 2021 | {without}"));
    assert!(places[1].starts_with("GM0141 | 2022 | false") && places[2].starts_with("GM0164 | 2021 | false"));
    assert_eq!(places[3], format!("GM0164 | 2022 | {without}"));
    let ranked = "SELECT jaar, max(gerangschikt) FROM vergelijking WHERE reeks = 'mand' AND jaar >= 2021 GROUP BY jaar ORDER BY jaar";
    let before: Vec<String> = recorded_release().lines(ranked);
    let one_less = before.iter().map(|line| {
        let (year, count) = line.split_once(" | ").unwrap();
        format!("{year} | {}", count.parse::<i64>().unwrap() - 1)
    });
    assert_eq!(release.lines(ranked), one_less.collect::<Vec<_>>());
    // The usual movement of a series is that of whole years, and the outlook begins in the last whole representative year.
    let movement = "SELECT reeks, tau2 FROM trend_reeks WHERE jaar = 2019 ORDER BY reeks";
    same_as_recorded(&release, movement);
    let outlook = "SELECT vanaf_jaar FROM prognose WHERE soort = 'vooruitblik' AND reeks = 'mand'";
    assert_eq!(release.lines(outlook), ["2019"]);
    let warned = release.lines("SELECT voorbeelden FROM controles WHERE controle = 'niveau_anderen'");
    assert!(
        warned[0].contains("Almelo over 2021") && warned[0].contains(&format!("0.0.0: {other},")),
        "{warned:?}"
    );
}

#[test]
fn the_year_after_half_a_year_is_a_good_year() {
    let project = Project::copy();
    multiply(&project, 2021, OWN, 0.45);
    project.accept(&project.run().with(65).saying(&["niveau_eigen: "]));
    project.run().with(0);
    let release = project.release();
    let found = "SELECT aanvaard, aantal FROM controles WHERE controle = 'niveau_eigen'";
    assert_eq!(release.lines(found), ["1 | 0"]);
    // Against year 0 all is as it was; 2021 was never representative, so the outlook and the target are too.
    for sql in [
        "SELECT reeks, oordeel, p_waarde, p_holm FROM trend_reeks WHERE jaar = 2022 ORDER BY reeks",
        "SELECT doel, oordeel, oordeel_herzien, padwaarde FROM doel_voortgang ORDER BY doel",
        "SELECT reeks, rang, rang_van, rang_tot, trechter_onder, trechter_boven, oordeel FROM vergelijking
         WHERE regio_code = 'GM0164' AND jaar = 2022 ORDER BY reeks",
        "SELECT reeks, schatting, ondergrens, bovengrens FROM prognose WHERE soort = 'vooruitblik' ORDER BY reeks",
    ] {
        same_as_recorded(&release, sql);
    }
    let against_2021 =
        "SELECT DISTINCT oordeel_vorig FROM trend_reeks WHERE jaar = 2022 AND waarde IS NOT NULL";
    assert_eq!(release.lines(against_2021), ["niet te beoordelen"]);
}

#[test]
fn a_year_0_that_is_not_whole_is_compared_with_nothing() {
    let project = Project::copy();
    project.without_years_after(2020);
    multiply(&project, 2019, OWN, 0.45);
    project.accept(&project.run().with(65).saying(&["niveau_eigen: "]));
    project.run().with(0);
    let release = project.release();
    let against_year_0 = "SELECT DISTINCT oordeel FROM trend_reeks WHERE jaar <> 2019 AND waarde IS NOT NULL";
    assert_eq!(release.lines(against_year_0), ["niet te beoordelen"]);
    let before = "SELECT count(*) AS n FROM trend_reeks WHERE jaar = 2018 AND reeks = 'mand' AND oordeel_vorig <> 'niet te beoordelen'";
    assert_eq!(release.lines(before), ["1"]);
}

/// Gives a municipality another number of inhabitants on 1 January of a year.
fn set_inhabitants(project: &Project, region: &str, year: i32, count: i64) {
    let text = String::from_utf8(project.fixture(OBSERVATIONS)).unwrap();
    let mut reply: serde_json::Value = serde_json::from_str(&text).unwrap();
    let period = format!("{year}JJ00");
    let rows = reply["value"].as_array_mut().unwrap().iter_mut();
    let of_place = |row: &&mut serde_json::Value| {
        row["RegioS"].as_str().map(str::trim) == Some(region)
            && row["Perioden"] == period.as_str()
            && row["Measure"] == "M000352"
    };
    let rows: Vec<_> = rows.filter(of_place).collect();
    assert_eq!(rows.len(), 1);
    for row in rows {
        row["Value"] = count.into();
    }
    project.set_fixture(OBSERVATIONS, reply.to_string().as_bytes());
}

#[test]
fn inhabitants_that_doubled_or_vanished_overnight_divide_nothing() {
    let project = Project::of_year_0();
    // Hengelo had 81,140 or so in 2020; Almelo a tenth; Losser nobody at all; Enschede a tenth more, which passes.
    set_inhabitants(&project, OWN, 2020, 2 * 81_000);
    set_inhabitants(&project, ALMELO, 2019, 7_300);
    set_inhabitants(&project, "GM0168", 2019, 0);
    let ended = project.run().with(65).saying(&[
        "niveau_eigen: ",
        "Hengelo over 2020 in 03759ned: 162000 inwoners",
        "geen cijfer per inwoner",
    ]);
    project.accept(&ended);
    project.run().with(0);
    let release = project.release();
    let population = "SELECT regio_code, jaar, inwoners, inwoners_eigen, samenstelling, reden FROM bevolking
        WHERE (regio_code = 'GM0164' AND jaar = 2020) OR (regio_code IN ('GM0141', 'GM0168') AND jaar = 2019) ORDER BY regio_code";
    assert_eq!(
        release.lines(population),
        [
            "GM0141 | 2019 |  |  | inwonertal te ver van de jaren ernaast | ontbreekt",
            "GM0164 | 2020 |  |  | inwonertal te ver van de jaren ernaast | ontbreekt",
            "GM0168 | 2019 |  |  | de bron noemt 0 inwoners | nul",
        ]
    );
    let kept = "SELECT count(inwoners) AS n FROM bevolking WHERE regio_code IN ('GM0141', 'GM0164', 'GM0168') AND jaar BETWEEN 2019 AND 2022";
    assert_eq!(release.lines(kept), ["9"]);
    let places = "SELECT regio_code, per_1000, rang, opmerking FROM vergelijking
        WHERE reeks = 'mand' AND jaar = 2019 AND regio_code IN ('GM0141', 'GM0168') ORDER BY regio_code";
    assert_eq!(
        release.lines(places),
        [
            "GM0141 |  |  | inwonertal te ver van de jaren ernaast",
            "GM0168 |  |  | de bron noemt 0 inwoners",
        ]
    );
    let warned = release.lines("SELECT voorbeelden FROM controles WHERE controle = 'niveau_anderen'");
    assert!(
        warned[0].contains("Almelo over 2019 in 03759ned: 7300 inwoners"),
        "{warned:?}"
    );
}

fn set_nuisance(table: &mut Table3, kind: &str, count: i64) {
    let before = table.get(kind, OWN, "2019JJ00").unwrap();
    table.set(kind, OWN, "2019JJ00", Some(count));
    let total = table.get("0.0.0", OWN, "2019JJ00").unwrap();
    table.set("0.0.0", OWN, "2019JJ00", Some(total - before + count));
}

#[test]
fn half_a_year_of_e33_costs_the_news_of_nuisance_although_all_of_it_together_hardly_fell() {
    let live = Live::new(Project::of_year_0(), &WINDOW);
    {
        let mut table = live.service.table3_mut(NUISANCE);
        for year in WINDOW {
            let period = format!("{year}JJ00");
            for (kind, count) in [("E33", 470), ("E35", 2_000), ("0.0.0", 2_470)] {
                table.set(kind, OWN, &period, Some(count));
            }
        }
        // Up by 18%, as in the country in 2020, is no finding.
        set_nuisance(&mut table, "E33", 554);
    }
    live.run().with(0);
    {
        let mut table = live.service.table3_mut(NUISANCE);
        set_nuisance(&mut table, "E33", 211);
        table.set_modified("2023-12-01T02:00:00");
    }
    // A release can do without the news of nuisance: it stays as it was, and crimes go out.
    let ended = live.run().with(0).saying(&[
        "source `politie_overlast` (47021NED) does not pass the checks since 2026-11-24",
        "its edition of 2023-12-01 is left out; its figures stay those of 2023-11-01",
        "niveau_eigen: Hengelo over 2019 in 47021NED, soort E33: 211, en het laatste gewone jaar ernaast telt er 470",
    ]);
    let counted = "SELECT waarde FROM delicten_jaar WHERE regio_code = 'GM0164' AND reeks = 'overlast_zorgbehoevenden' AND jaar = 2019";
    assert_eq!(live.project.release().lines(counted), ["554"]);
    // Whoever looked at it and finds it right has the line to say so; there is still no verdict.
    let printed = ended
        .stderr
        .lines()
        .find(|line| line.contains("niveau_eigen;47021NED E33"));
    let line = printed.unwrap().trim().replacen(";;", ";beleidsmedewerker;", 1);
    live.project
        .append("pipelines/hengelo/aanvaard.csv", &format!("{line}\n"));
    live.run().with(0);
    let release = live.project.release();
    let judged = "SELECT waarde, oordeel_vorig, voorbehoud_vorig LIKE '%afwijkend jaar%' FROM trend_reeks
        WHERE reeks = 'overlast_zorgbehoevenden' AND jaar = 2019";
    assert_eq!(release.lines(judged), ["211 | niet te beoordelen | true"]);
    // Crimes of that year are whole.
    let crimes =
        "SELECT DISTINCT afwijkend FROM delicten_jaar WHERE regio_code = 'GM0164' AND bron = '47013NED'";
    assert_eq!(release.lines(crimes), ["false"]);
}
