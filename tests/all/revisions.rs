//! Two editions of the police table: what was revised is shown with both figures, and a new municipal division is one
//! finding and not a thousand.

use crate::harness::Asked;
use crate::live::{CRIMES, Live};

/// Hengelo and every region that it is a part of.
const REGIONS: [&str; 5] = ["GM0164", "PV23", "LD02", "RE02", "NL01"];
const YEAR: &str = "2019JJ00";

/// Moves burglaries of homes to those of sheds, wherever Hengelo is counted: every sum stays as it was.
fn revise(live: &Live, moved: i64) {
    let mut table = live.service.table3_mut(CRIMES);
    for region in REGIONS {
        for (kind, change) in [("1.1.1", -moved), ("1.1.2", moved)] {
            let count = table.get(kind, region, YEAR).unwrap();
            table.set(kind, region, YEAR, Some(count + change));
        }
    }
}

fn two_editions(change: impl FnOnce(&Live)) -> (Live, Asked) {
    let live = Live::of_year_0();
    live.run().with(0);
    change(&live);
    live.run().with(0);
    let release = live.project.release();
    (live, release)
}

#[test]
fn a_revision_shows_both_figures_and_the_newest_counts() {
    let (_live, release) = two_editions(|live| {
        revise(live, 2);
        live.service
            .table3_mut(CRIMES)
            .set_modified("2023-12-15T02:00:00");
    });
    // 170 and 61 in 2019, as recorded in November 2023.
    let own = "SELECT soort_code, peildatum, oude_peildatum, oud, nieuw, verschil, herindeling
        FROM herziening WHERE regio_code = 'GM0164' ORDER BY soort_code";
    assert_eq!(
        release.lines(own),
        [
            "1.1.1 | 2023-12-15 | 2023-11-01 | 170 | 168 | -2 | false",
            "1.1.2 | 2023-12-15 | 2023-11-01 | 61 | 63 | 2 | false",
        ]
    );
    assert_eq!(release.lines("SELECT count(*) FROM herziening"), ["10"]);
    let versions = "SELECT waarde, bekend_van, bekend_tot FROM misdrijven_versies
        WHERE soort_code = '1.1.1' AND regio_code = 'GM0164' ORDER BY peildatum";
    assert_eq!(
        release.lines(versions),
        ["170 | 2023-11-01 | 2023-12-15", "168 | 2023-12-15 | "]
    );
    let counted = "SELECT waarde, peildatum FROM delicten_jaar
        WHERE reeks = 'woninginbraken' AND regio_code = 'GM0164' AND jaar = 2019";
    assert_eq!(release.lines(counted), ["168 | 2023-12-15"]);
    let basket =
        "SELECT waarde FROM delicten_jaar WHERE reeks = 'mand' AND regio_code = 'GM0164' AND jaar = 2019";
    assert_eq!(release.lines(basket), ["2140"]);
    let checks =
        "SELECT uitkomst FROM controles WHERE controle IN ('herindeling', 'herziening_buiten_budget')";
    assert_eq!(release.lines(checks), ["in orde", "in orde"]);
}

#[test]
fn a_revision_beyond_the_budget_is_a_finding_for_a_person() {
    let (_live, release) = two_editions(|live| {
        revise(live, 40);
        live.service
            .table3_mut(CRIMES)
            .set_modified("2023-12-15T02:00:00");
    });
    let found =
        release.lines("SELECT voorbeelden FROM controles WHERE controle = 'herziening_buiten_budget'");
    assert!(
        found[0].contains("Hengelo (O.)") && found[0].contains("van 170 (2023-11-01) naar 130 (2023-12-15)"),
        "{found:?}"
    );
}

#[test]
fn a_new_municipal_division_is_in_force_at_once_and_its_differences_are_no_revisions() {
    let (_live, release) = two_editions(|live| {
        revise(live, 40);
        let mut table = live.service.table3_mut(CRIMES);
        table.set_modified("2024-01-15T02:00:00");
        table.set_title("Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente 2024");
    });
    assert_eq!(
        release.lines("SELECT indeling FROM bronnen WHERE bron = '47013NED'"),
        ["2024"]
    );
    let counted = "SELECT DISTINCT peildatum FROM misdrijven";
    assert_eq!(release.lines(counted), ["2024-01-15"]);
    let found = release.lines(
        "SELECT controle, uitkomst, aantal, voorbeelden FROM controles
         WHERE controle IN ('herindeling', 'herziening_buiten_budget', 'andere_indeling_wacht') ORDER BY controle",
    );
    assert_eq!(
        found,
        [
            "andere_indeling_wacht | in orde | 0 | ",
            "herindeling | gevonden | 1 | van de indeling van 2023 naar die van 2024 (2024-01-15): 8 cijfers van 4 regio's verschillen",
            "herziening_buiten_budget | in orde | 0 | ",
        ]
    );
}

#[test]
fn a_place_that_leaves_with_a_new_division_stops_nothing_and_is_still_named() {
    let (_live, release) = two_editions(|live| {
        let mut table = live.service.table3_mut(CRIMES);
        // The one place that never holds a figure, so that every sum stays as it was.
        table.drop_region("GM0998");
        table.set_modified("2024-01-15T02:00:00");
        table.set_title("Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente 2024");
    });
    let place = "SELECT naam, in_te_delen FROM regio WHERE regio_code = 'GM0998'";
    assert_eq!(release.lines(place), ["Buitenland | false"]);
    let rows = |table: &str| {
        release.number(&format!(
            "SELECT count(*) AS n FROM {table} WHERE regio_code = 'GM0998'"
        ))
    };
    assert_eq!((rows("misdrijven"), rows("misdrijven_versies")), (0.0, 59.0));
}
