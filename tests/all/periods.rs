//! Periods that do not count: what is no year and no month, and what was not over on the day of its edition.

use crate::district_tables::CRIMES as DISTRICTS;
use crate::harness::Asked;
use crate::live::{AT_THE_END, CRIMES, Live, NUISANCE};
use crate::service::table3::{Axis, Member, Table3};

/// Adds a period with the counts of 2019.
fn add_like_2019(table: &mut Table3, code: &str, title: &str) {
    table.add_periods(vec![Member::new(code, title)]);
    let codes = |axis: Axis| -> Vec<String> {
        let members = table.dimension(axis).members();
        members.iter().map(|member| member.code().to_owned()).collect()
    };
    let kinds = if table.dimension(Axis::Category).is_there() {
        codes(Axis::Category)
    } else {
        vec![String::new()]
    };
    for region in codes(Axis::Region) {
        for kind in &kinds {
            for topic in 0..table.topics().len() {
                let count = table.get_row(table.position(kind, &region, "2019JJ00"), topic);
                let row = table.position(kind, &region, code);
                table.set_row(row, topic, count);
            }
        }
    }
}

fn told(release: &Asked) -> String {
    let found = "SELECT string_agg(voorbeelden, '') FROM controles WHERE controle = 'perioden' AND ernst = 'waarschuwing'";
    release.lines(found).concat()
}

#[test]
fn a_year_that_is_not_over_is_no_report_year_in_any_table() {
    let live = Live::of_year_0();
    // Each edition is older than the end of this year; the year 2027 was filled while the clock stood in November 2026.
    for table in [CRIMES, NUISANCE, DISTRICTS, AT_THE_END] {
        add_like_2019(&mut live.service.table3_mut(table), "2027JJ00", "2027");
    }
    live.run().with(0);
    let release = live.project.release();
    assert_eq!(
        release.lines("SELECT max(rapportjaar) AS n FROM voortgangsrapportage"),
        ["2019"]
    );
    for sql in [
        "SELECT max(periode_code) AS n FROM misdrijven",
        "SELECT max(periode_code) AS n FROM misdrijven_versies",
        "SELECT max(periode_code) AS n FROM overlast",
        "SELECT max(periode_code) AS n FROM overlast_versies",
        "SELECT max(periode_code) AS n FROM optelcontrole",
    ] {
        assert_eq!(release.lines(sql), ["2019JJ00"], "{sql}");
    }
    for sql in [
        "SELECT max(jaar) AS n FROM delicten_jaar",
        "SELECT max(jaar) AS n FROM trend_reeks",
        "SELECT max(jaar) AS n FROM vergelijking",
        "SELECT max(tot_jaar) AS n FROM wijkbeeld",
    ] {
        assert_eq!(release.lines(sql), ["2019"], "{sql}");
    }
    // The recorded inhabitants end in 2026, and the survey in 2023.
    assert_eq!(release.lines("SELECT max(jaar) AS n FROM bevolking"), ["2026"]);
    assert_eq!(
        release.lines("SELECT max(jaar) AS n FROM monitor WHERE bron = '85146NED'"),
        ["2023"]
    );
    let late = "SELECT count(*) AS n FROM doel_voortgang WHERE rapportjaar > 2019";
    assert_eq!(release.lines(late), ["0"]);
    let told = told(&release);
    for table in [CRIMES, NUISANCE, DISTRICTS, AT_THE_END] {
        assert!(
            told.contains(&format!("{table} heeft cijfers over 2027JJ00")),
            "{table}: {told}"
        );
    }
    assert!(told.contains("op 2023-11-01 nog niet voorbij"), "{told}");
    // Once it is over it counts like any other.
    let mut table = live.service.table3_mut(CRIMES);
    table.set_modified("2028-01-15T02:00:00");
    drop(table);
    live.night(&["run", "--as-of", "2028-02-01"]).with(0);
    let release = live.project.release();
    assert_eq!(
        release.lines("SELECT max(periode_code) AS n FROM misdrijven"),
        ["2027JJ00"]
    );
}

#[test]
fn what_is_no_year_and_no_month_stays_out_and_is_named_with_its_table() {
    let live = Live::of_year_0();
    let others = [
        ("2019G400", "2019-2022"),
        ("2019X000", "Onbekend"),
        ("2019W101", "2019 week 1"),
        ("0000X000", "Geen periode"),
        ("2019SJ00", "2019/'20"),
        ("2019KW01", "2019 1e kwartaal"),
    ];
    for (code, title) in others {
        add_like_2019(&mut live.service.table3_mut(CRIMES), code, title);
    }
    live.run().with(0);
    let release = live.project.release();
    for table in ["misdrijven", "misdrijven_versies", "optelcontrole"] {
        let sql = format!("SELECT DISTINCT periode_code FROM {table}");
        assert_eq!(release.lines(&sql), ["2019JJ00"], "{table}");
    }
    let number = "SELECT aantal FROM controles WHERE controle = 'perioden'";
    assert_eq!(release.lines(number), [others.len().to_string()]);
    let told = told(&release);
    // The table of checks shows five.
    for code in ["0000X000", "2019G400", "2019KW01", "2019SJ00", "2019W101"] {
        assert!(
            told.contains(&format!(
                "47013NED heeft cijfers over {code}: dat is geen jaar en geen maand"
            )),
            "{code}: {told}"
        );
    }
    // No border change of before the first year is looked at.
    let years = "SELECT min(jaar) AS n FROM bevolking";
    assert_eq!(release.lines(years), ["2019"]);
    let basket = "SELECT waarde FROM delicten_jaar WHERE regio_code = 'GM0164' AND reeks = 'mand'";
    assert_eq!(release.lines(basket), ["2140"]);
}
