//! A municipality that is not there: named once, and never by what it leaves behind.

use crate::harness::Project;
use crate::live::{CRIMES, Live, NUISANCE};
use crate::service::table3::Axis;

const OWN: &str = "GM0164";
/// Hof van Twente.
const OTHER: &str = "GM1735";
const TYPED: &str = "politie_47013NED/portaal/policedata2019.csv.gz";

fn codes(live: &Live, axis: Axis) -> Vec<String> {
    let table = live.service.table3_mut(CRIMES);
    let members = table.dimension(axis).members().iter();
    members.map(|member| member.code().to_owned()).collect()
}

#[test]
fn a_municipality_that_is_missing_from_the_figures_is_named_once_and_not_by_every_sum() {
    let project = Project::of_year_0();
    let text = String::from_utf8(project.fixture(TYPED)).unwrap();
    let is_other = |line: &&str| line.split(';').nth(2).is_some_and(|cell| cell.contains(OTHER));
    let lost = text.lines().filter(is_other);
    // What it counted, with the total: so many sums are too low without it.
    let counted = lost
        .filter(|line| {
            let count = line.split(';').nth(4).unwrap().trim_matches('"').trim();
            count.parse::<i64>().is_ok_and(|count| count > 0)
        })
        .count();
    assert!(counted > 30, "{counted}");
    let rest: Vec<&str> = text.lines().filter(|line| !is_other(line)).collect();
    project.set_fixture(TYPED, (rest.join("\n") + "\n").as_bytes());
    let ended = project.run().with(65).saying(&[
        "regios_tegen_land: ",
        &format!("zonder Hof van Twente (GM1735) tellen de gemeenten in {counted} cijfers op tot minder dan het land"),
    ]);
    assert_eq!(
        ended.stderr.matches("regios_tegen_land: ").count(),
        1,
        "{}",
        ended.stderr
    );
}

#[test]
fn a_municipality_that_left_a_newer_edition_is_named_once() {
    let live = Live::of_year_0();
    live.run().with(0);
    {
        let mut table = live.service.table3_mut(CRIMES);
        table.drop_region(OTHER);
        table.set_modified("2023-12-01T02:00:00");
    }
    let ended = live.run().with(65).saying(&[
        "gemeente_ontbreekt: ",
        "Hof van Twente (GM1735) staat niet in de versie van 2023-12-01 van 47013NED en nog wel in die van 2023-11-01",
    ]);
    assert_eq!(
        ended.stderr.matches("gemeente_ontbreekt: ").count(),
        1,
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("regios_tegen_land"), "{}", ended.stderr);
}

#[test]
fn an_own_municipality_that_is_absent_or_empty_in_a_newer_edition_is_no_silence() {
    let live = Live::of_year_0();
    live.run().with(0);
    // Empty: the police say nothing any more of what they counted.
    for kind in codes(&live, Axis::Category) {
        let mut table = live.service.table3_mut(CRIMES);
        for topic in 0..table.topics().len() {
            let row = table.position(&kind, OWN, "2019JJ00");
            table.set_row(row, topic, None);
        }
    }
    live.service
        .table3_mut(CRIMES)
        .set_modified("2023-12-01T02:00:00");
    let said = "over Hengelo (GM0164) zegt de versie van 2023-12-01 van 47013NED niets waar het land wel een cijfer heeft: 1 perioden";
    live.run().with(65).saying(&["gemeente_ontbreekt: ", said]);
    // Absent.
    {
        let mut table = live.service.table3_mut(CRIMES);
        table.drop_region(OWN);
        table.set_modified("2023-12-02T02:00:00");
    }
    live.run()
        .with(65)
        .saying(&["gemeente_ontbreekt: ", &said.replace("12-01", "12-02")]);
}

#[test]
fn an_own_municipality_without_nuisance_in_a_newer_edition_is_no_silence() {
    let live = Live::of_year_0();
    live.run().with(0);
    {
        let mut table = live.service.table3_mut(NUISANCE);
        table.drop_region(OWN);
        table.set_modified("2023-12-01T02:00:00");
    }
    live.run().with(0).saying(&[
        "source `politie_overlast` (47021NED) does not pass the checks",
        "gemeente_ontbreekt: over Hengelo (GM0164) zegt de versie van 2023-12-01 van 47021NED niets",
    ]);
}
