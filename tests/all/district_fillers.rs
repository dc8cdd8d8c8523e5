//! What the tables of districts say with a zero, with a blank, and with what they give to no wijk.

use nulmeting::disk;

use crate::district_tables::{CRIMES, OWN, lies_in, regions};
use crate::districts::busy;
use crate::live::Live;
use crate::service::table3::{Axis, Table3};

/// Every cell of the own districts and municipality.
fn each_cell(table: &mut Table3, change: impl Fn(&str, &str, Option<i64>) -> Option<i64>) {
    let codes = |axis: Axis| -> Vec<String> {
        let members = table.dimension(axis).members();
        members.iter().map(|member| member.code().to_owned()).collect()
    };
    let (periods, kinds) = (codes(Axis::Period), codes(Axis::Category));
    for period in periods {
        for kind in &kinds {
            for region in regions() {
                let count = table.get(kind, &region.code, &period);
                table.set(kind, &region.code, &period, change(kind, &region.code, count));
            }
        }
    }
}

fn shown_rows(live: &Live) -> Vec<String> {
    live.run().with(0);
    live.project.release().lines("SELECT * FROM wijkbeeld")
}

#[test]
fn a_table_that_leaves_blank_what_another_fills_with_zeros_says_the_same() {
    let filled = shown_rows(&busy());
    for default in ["Impossible", "Missing"] {
        let live = busy();
        {
            let mut table = live.service.table3_mut(CRIMES);
            table.set_default(default);
            each_cell(&mut table, |_, _, count| count.filter(|count| *count > 0));
        }
        assert_eq!(shown_rows(&live), filled, "{default}");
    }
}

#[test]
fn a_blank_among_zeros_is_unknown_and_closes_its_series() {
    let live = Live::of_year_0();
    {
        let mut table = live.service.table3_mut(CRIMES);
        table.set_default("Missing");
        each_cell(&mut table, |_, _, count| Some(count.unwrap_or(0)));
        table.set("1.2.3", "WK016400", "2019JJ00", None);
    }
    live.run().with(0);
    let seen = "SELECT DISTINCT regio_code = 'WK016400' AS leeg, reden, zonder_wijk FROM wijkbeeld WHERE reeks = 'fietsendiefstal'
        AND niveau = 'wijk' ORDER BY leeg";
    assert_eq!(
        live.project.release().lines(seen),
        ["false | verborgen | ", "true | ontbreekt | "]
    );
}

#[test]
fn a_kind_that_is_zero_in_every_district_and_frequent_in_the_municipality_is_withheld() {
    let live = Live::of_year_0();
    each_cell(&mut live.service.table3_mut(CRIMES), |kind, region, count| {
        let is_gone = kind == "1.2.3" && region != OWN;
        if is_gone { Some(0) } else { count }
    });
    live.run().with(0);
    let release = live.project.release();
    let cells =
        "SELECT DISTINCT reden, weergave, waarde, zonder_wijk FROM wijkbeeld WHERE reeks = 'fietsendiefstal'";
    assert_eq!(release.lines(cells), ["niet_gepubliceerd | – |  | "]);
    let found = release.lines("SELECT voorbeelden FROM controles WHERE controle = 'wijken_tegen_gemeente'");
    // 599 bicycles in 2019.
    for text in [
        "soort 1.2.3 van wijkregels is in 47018NED in elke wijk en buurt 0 over 2019",
        "de gemeente telt er tot 599",
        "zet haar dan bij not_published",
    ] {
        assert!(found[0].contains(text), "{text}: {found:?}");
    }
    // Of a kind that the municipality itself has hardly, nothing follows.
    let rare = "SELECT DISTINCT reden FROM wijkbeeld WHERE reeks = 'overval' AND niveau = 'wijk'";
    assert_eq!(release.lines(rare), ["verborgen"]);
}

#[test]
fn the_fourth_withheld_kind_is_no_difference_between_wijken_and_municipality() {
    let live = Live::of_year_0();
    let served = live.service.table3_mut(CRIMES).get("3.7.3", OWN, "2019JJ00");
    assert_eq!(served, Some(49));
    live.run().with(0);
    let found = "SELECT uitkomst, aantal FROM controles WHERE controle = 'wijken_tegen_gemeente'";
    assert_eq!(live.project.release().lines(found), ["in orde | 0"]);
}

#[test]
fn what_lies_in_no_wijk_is_counted_and_wijken_never_add_up_to_the_other_table() {
    let live = Live::of_year_0();
    let known = regions();
    let buurt = known
        .iter()
        .find(|region| region.crimes.is_some_and(|crimes| crimes > 500))
        .unwrap();
    {
        // As the two tables have it: 599 bicycles in 47013NED, and 595 in 47018NED. Of those three are in no wijk.
        let mut table = live.service.table3_mut(CRIMES);
        for kind in ["1.2.3", "0.0.0"] {
            for region in known.iter().filter(|region| lies_in(&buurt.code, &region.code)) {
                let count = table.get(kind, &region.code, "2019JJ00").unwrap();
                let lost = if region.code == OWN { 4 } else { 7 };
                table.set(kind, &region.code, "2019JJ00", Some(count - lost));
            }
        }
        // More in the wijken than in their own municipality cannot be.
        let there = table.get("2.5.2", OWN, "2019JJ00").unwrap();
        table.set("2.5.2", OWN, "2019JJ00", Some(there - 1));
    }
    live.run().with(0);
    let release = live.project.release();
    let bicycles = "SELECT sum(w.waarde) AS wijken, max(w.zonder_wijk) AS zonder, min(w.zonder_wijk) AS zonder_min, max(d.waarde) AS gemeente
        FROM wijkbeeld AS w JOIN delicten_jaar AS d ON d.reeks = w.reeks AND d.jaar = w.tot_jaar AND d.regio_code = 'GM0164'
        WHERE w.reeks = 'fietsendiefstal' AND w.niveau = 'wijk'";
    assert_eq!(release.lines(bicycles), ["592 | 3 | 3 | 599"]);
    let contradiction = "SELECT count(zonder_wijk) AS n FROM wijkbeeld WHERE reeks = 'winkeldiefstal'";
    assert_eq!(release.lines(contradiction), ["0"]);
    let found = release.lines("SELECT voorbeelden FROM controles WHERE controle = 'wijken_tegen_gemeente'");
    for text in [
        "in 47018NED staan over 2019 misdrijven bij de gemeente en bij geen wijk of geen buurt",
        "soort 1.2.3 over 2019: alle wijken samen 592, alle buurten 592, de gemeente 595, dus 3 bij geen wijk",
        "soort 2.5.2 over 2019 in 47018NED: alle wijken samen 200, alle buurten 200, de gemeente 199; meer dan waar ze in liggen",
    ] {
        assert!(found[0].contains(text), "{text}: {found:?}");
    }
    let report = disk::read_to_string(
        &live
            .project
            .data()
            .join("current/rapport/voortgangsrapportage-2019.html"),
    )
    .unwrap();
    assert!(report.contains("Bij geen wijk staan in 2019: "), "{report}");
    assert!(report.contains("(Brom)fietsendiefstal 3"));
}
