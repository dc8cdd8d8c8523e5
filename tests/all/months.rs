//! A police table with months beside its years: what an empty month means, what the checks make of it, and what is derived.
//!
//! No recorded file holds months, so they are made from the recorded years by one rule ([`until`]): of a year's count
//! the share of the first `m` months is fixed, November and December weighing double in odd years. As in the real table the kinds that the
//! police publish by year only are empty in a month and counted in its total. The country of these tests is Hengelo
//! alone, so that every level of regions has its counts and each expected figure follows from them by hand.

use crate::harness::{Asked, Project, recorded_release};
use crate::live::{CRIMES, Live, NUISANCE};
use crate::service::table3::{Axis, Member, Table3};

const OWN: &str = "GM0164";
/// The country, and one region of each level.
const REGIONS: [&str; 5] = ["NL01", "LD02", "PV23", "RE02", OWN];
const TOTAL: &str = "0.0.0";
/// By year only, says the text of the table.
const WITHHELD: [&str; 4] = ["1.4.1", "3.2.1", "3.2.2", "3.7.3"];
const YEARS: [i32; 5] = [2015, 2017, 2018, 2019, 2022];
const PIPELINE: &str = "pipelines/hengelo.toml";

/// How much of a year's count has been registered when this month ends.
fn until(count: i64, year: i32, month: i64) -> i64 {
    let extra = i64::from(year % 2);
    let weight = |month: i64| month + extra * (month - 10).max(0);
    count * weight(month) / weight(12)
}

fn codes(table: &Table3, axis: Axis) -> Vec<String> {
    let members = table.dimension(axis).members().iter();
    members.map(|member| member.code().to_owned()).collect()
}

fn month_code(year: i32, month: i64) -> String {
    format!("{year}MM{month:02}")
}

/// Adds the first `months` months of a year, made from the counts of the year `like`.
fn add_months(table: &mut Table3, year: i32, like: i32, months: i64) {
    let added: Vec<String> = (1..=months).map(|month| month_code(year, month)).collect();
    table.add_periods(added.iter().map(|code| Member::new(code, code)).collect());
    let kinds = codes(table, Axis::Category);
    for region in REGIONS {
        for topic in 0..table.topics().len() {
            let mut totals = vec![0; added.len()];
            for kind in kinds.iter().filter(|kind| *kind != TOTAL) {
                let of_year = table.get_row(table.position(kind, region, &format!("{like}JJ00")), topic);
                let Some(count) = of_year else { continue };
                for (month, code) in (1..).zip(&added) {
                    let registered = until(count, year, month) - until(count, year, month - 1);
                    totals[month as usize - 1] += registered;
                    if registered > 0 && !WITHHELD.contains(&kind.as_str()) {
                        table.set_row(table.position(kind, region, code), topic, Some(registered));
                    }
                }
            }
            for (total, code) in totals.into_iter().zip(&added) {
                table.set_row(
                    table.position(TOTAL, region, code),
                    topic,
                    (total > 0).then_some(total),
                );
            }
        }
    }
}

/// Ends a year that had some months: its count and its twelve months become those of the year `like`.
fn end_as(table: &mut Table3, year: i32, like: i32) {
    let (ended, model) = (format!("{year}JJ00"), format!("{like}JJ00"));
    table.keep(Axis::Period, |period| !period.starts_with(&format!("{year}MM")));
    table.add_periods(vec![Member::new(&ended, &year.to_string())]);
    for kind in codes(table, Axis::Category) {
        for region in REGIONS {
            for topic in 0..table.topics().len() {
                let count = table.get_row(table.position(&kind, region, &model), topic);
                table.set_row(table.position(&kind, region, &ended), topic, count);
            }
        }
    }
    add_months(table, year, like, 12);
}

/// Takes every region away but Hengelo and those around it, which get its counts.
fn hengelo_alone(table: &mut Table3) {
    table.keep(Axis::Region, |region| REGIONS.contains(&region));
    for kind in codes(table, Axis::Category) {
        for period in codes(table, Axis::Period) {
            for topic in 0..table.topics().len() {
                let count = table.get_row(table.position(&kind, OWN, &period), topic);
                for region in REGIONS {
                    table.set_row(table.position(&kind, region, &period), topic, count);
                }
            }
        }
    }
}

/// A project that fetches months: all twelve of each of these years, and ten of 2023 with the counts of the last one.
fn with_months(years: &[i32]) -> Live {
    let project = if years.len() > 1 {
        Project::copy()
    } else {
        Project::of_year_0()
    };
    let live = Live::new(project, years);
    {
        let mut nuisance = live.service.table3_mut(NUISANCE);
        nuisance.keep(Axis::Region, |region| REGIONS.contains(&region));
    }
    {
        let mut table = live.service.table3_mut(CRIMES);
        hengelo_alone(&mut table);
        for year in years {
            add_months(&mut table, *year, *year, 12);
        }
        add_months(&mut table, 2023, *years.last().unwrap(), 10);
    }
    live
}

/// Changes a count wherever Hengelo is counted, so that the regions still add up.
fn set(live: &Live, kind: &str, period: &str, change: impl Fn(Option<i64>) -> Option<i64>) {
    let mut table = live.service.table3_mut(CRIMES);
    for region in REGIONS {
        let count = change(table.get(kind, region, period));
        table.set(kind, region, period, count);
    }
}

fn plus(change: i64) -> impl Fn(Option<i64>) -> Option<i64> {
    move |count| Some(count.unwrap_or(0) + change)
}

fn is_later(live: &Live, modified: &str) {
    live.service.table3_mut(CRIMES).set_modified(modified);
}

#[track_caller]
fn months_of(release: &Asked, series: &str, year: i32) -> Vec<String> {
    release.lines(&format!(
        "SELECT maand, waarde, reden, twaalf_maanden, jaar_tot_nu, jaar_tot_nu_vorig, verschil_vorig FROM delicten_maand
         WHERE regio_code = '{OWN}' AND reeks = '{series}' AND jaar = {year} ORDER BY maand"
    ))
}

#[test]
fn the_rule_of_these_tests_splits_a_year_without_a_rest() {
    // 170 over 14 parts: 12.14 a month until October, twice that in November and December.
    let months = |count, year| -> Vec<i64> {
        (1..=12)
            .map(|month| until(count, year, month) - until(count, year, month - 1))
            .collect()
    };
    assert_eq!(
        months(170, 2019),
        [12, 12, 12, 12, 12, 12, 13, 12, 12, 12, 24, 25]
    );
    assert_eq!(months(192, 2018), [16; 12]);
}

#[test]
fn a_right_table_with_months_is_published_and_its_months_say_what_its_years_say() {
    let live = with_months(&YEARS);
    live.run().with(0);
    let release = live.project.release();
    what_is_empty_in_a_month(&release);
    the_months_of_a_series(&release);
    the_estimate_of_the_running_year(&release);
    // The years are those of the recording.
    let years =
        "SELECT jaar, waarde FROM delicten_jaar WHERE reeks = 'mand' AND regio_code = 'GM0164' ORDER BY jaar";
    assert_eq!(release.lines(years)[3..], ["2019 | 2140", "2022 | 2087"]);
    let report_year = "SELECT max(rapportjaar) AS n FROM voortgangsrapportage";
    assert_eq!(release.lines(report_year), ["2022"]);
}

fn what_is_empty_in_a_month(release: &Asked) {
    // The four kinds without months: 47 + 5 + 0 + 49 = 101 in 2019, and of 47 and 56 in ten months of 2023 33 + 40 = 73.
    let proof = "SELECT periode_code, maanden, rest_jaar, verborgen_jaar, uitkomst, aangiften_sluit FROM optelcontrole
        WHERE regio_code = 'GM0164' AND periode_code IN ('2019JJ00', '2019MM01', '2023MM01') ORDER BY periode_code";
    assert_eq!(
        release.lines(proof),
        [
            "2019JJ00 |  |  |  | sluit | true",
            "2019MM01 | 12 | 101 | 101 | sluit | true",
            "2023MM01 | 10 | 73 |  | past | false",
        ]
    );
    let meaning = |period: &str| {
        release.lines(&format!(
            "SELECT soort_code, waarde, reden FROM misdrijven WHERE regio_code = 'GM0164' AND periode_code = '{period}'
             AND soort_code IN ('1.1.1', '1.4.1', '1.4.7', '3.2.2') ORDER BY soort_code"
        ))
    };
    // Of 7 robberies (1.4.7) in 2019 none is in January.
    assert_eq!(
        meaning("2019MM01"),
        [
            "1.1.1 | 12 | waarde",
            "1.4.1 |  | niet_gepubliceerd",
            "1.4.7 | 0 | nul",
            "3.2.2 |  | niet_gepubliceerd",
        ]
    );
    // 142 over 14 parts. The year is not there, so nothing proves that no robbery is a zero.
    assert_eq!(
        meaning("2023MM01"),
        [
            "1.1.1 | 10 | waarde",
            "1.4.1 |  | niet_gepubliceerd",
            "1.4.7 |  | ontbreekt",
            "3.2.2 |  | niet_gepubliceerd",
        ]
    );
}

fn the_months_of_a_series(release: &Asked) {
    let burglaries = months_of(release, "woninginbraken", 2019);
    // March: 9 months of 16 in 2018 and 36 in 2019; in 2018 it was 48 until then.
    assert_eq!(burglaries[2], "3 | 12 | waarde | 180 | 36 | 48 | -12");
    assert_eq!(burglaries[11], "12 | 25 | waarde | 170 | 170 | 192 | -22");
    // The months of 2016 are not there: no year back, and no twelve months until December 2017.
    let after_a_gap = months_of(release, "woninginbraken", 2017);
    assert_eq!(after_a_gap[0], "1 | 19 | waarde |  | 19 |  | ");
    assert_eq!(after_a_gap[11], "12 | 39 | waarde | 273 | 273 |  | ");
    let robberies = months_of(release, "overval", 2023);
    assert_eq!(robberies.len(), 10);
    assert_eq!(robberies[9], "10 |  | ontbreekt |  |  | 0 | ");
    for series in ["mand", "mand_met_fraude", "zedendelicten"] {
        let expected: Vec<String> = (1..=12)
            .map(|month| format!("{month} |  | niet_gepubliceerd |  |  |  | "))
            .collect();
        assert_eq!(months_of(release, series, 2019), expected, "{series}");
    }
    // Before 2016 the code of fraud held other things; the total of the police has months like any kind.
    assert!(months_of(release, "horizontale_fraude", 2015)[5].starts_with("6 |  | niet_gepubliceerd |"));
    let differing = "SELECT d.reeks, d.jaar, m.jaar_tot_nu, d.waarde FROM delicten_maand AS m
        JOIN delicten_jaar AS d ON d.regio_code = m.regio_code AND d.reeks = m.reeks AND d.jaar = m.jaar
        WHERE m.maand = 12 AND m.jaar_tot_nu <> d.waarde";
    assert_eq!(release.lines(differing), Vec::<String>::new());
    let all =
        "SELECT count(*) AS n FROM delicten_maand WHERE reeks = 'totaal_misdrijven' AND waarde IS NOT NULL";
    assert_eq!(release.lines(all), ["70"]);
    let nuisance = "SELECT count(*) AS n FROM delicten_maand WHERE bron <> '47013NED'";
    assert_eq!(release.lines(nuisance), ["0"]);
}

/// Computed in SciPy from the recorded years by the formula of the specification: the share of ten months is 10/12 or
/// 10/14 of a year, but for the rounding of [`until`].
fn the_estimate_of_the_running_year(release: &Asked) {
    let estimate = |series: &str| {
        release.lines(&format!(
            "SELECT jaar, uitgangspunt, vanaf_jaar, schatting, ondergrens, bovengrens, werkelijk, binnen FROM prognose
             WHERE soort = 'seizoen' AND reeks = '{series}'"
        ))
    };
    // Shares of five years: mean 0.7604580398, deviation 0.06546717488; 101 of 142 counted, phi 7.524882272.
    assert_eq!(
        estimate("woninginbraken"),
        ["2023 | 101.0 | 2022 | 132.814692 | 102.0 | 171.0 |  | "]
    );
    // Fraud has four years, from 2016: mean 0.7727149901, deviation 0.06846756; 277 of 388 counted, phi 31.5337885.
    assert_eq!(
        estimate("horizontale_fraude"),
        ["2023 | 277.0 | 2022 | 358.476286 | 277.0 | 485.0 |  | "]
    );
    for without_months_or_with_a_gap in ["mand", "zedendelicten", "overval"] {
        assert_eq!(
            estimate(without_months_or_with_a_gap),
            Vec::<String>::new(),
            "{without_months_or_with_a_gap}"
        );
    }
    let method = "SELECT methode FROM prognose WHERE soort = 'seizoen' AND reeks = 'woninginbraken'";
    assert!(release.lines(method)[0].starts_with("geextrapoleerd op basis van 10 maanden"));
}

#[test]
fn a_month_that_does_not_add_up_stops_the_night() {
    let live = with_months(&[2019]);
    let refused = |said: &[&str]| {
        live.run().with(65).saying(said);
        assert_eq!(live.project.current(), None);
    };
    // More in a month than the police totalled: 12 burglaries of March 2019 become 400.
    let total = live
        .service
        .table3_mut(CRIMES)
        .get(TOTAL, OWN, "2019MM03")
        .unwrap();
    assert!(total < 400, "{total}");
    set(&live, "1.1.1", "2019MM03", |_| Some(400));
    refused(&[
        "rijen_tegen_totaal",
        "GM0164 over 2019MM03",
        &format!("het totaal is {total}"),
    ]);
    // One more than there were: 100 are left where the year has 101, and the months are one more than the year.
    set(&live, "1.1.1", "2019MM03", |_| Some(13));
    is_later(&live, "2023-11-02T02:00:00");
    refused(&[
        "rijen_tegen_totaal",
        "GM0164 over 2019: de twaalf maanden laten 100 over voor de soorten zonder maandcijfers, het jaar heeft er 101",
        "maanden_tegen_jaar",
        "1.1.1 in GM0164: de twaalf maanden van 2019 tellen op tot 171, het jaar is 170",
    ]);
    // The total with it: what is left is right, and only the year tells.
    set(&live, TOTAL, "2019MM03", plus(1));
    is_later(&live, "2023-11-03T02:00:00");
    refused(&[
        "maanden_tegen_jaar",
        "0.0.0 in GM0164",
        "tellen op tot 3758, het jaar is 3757",
    ]);
    // A month of a published kind that is suddenly empty is no zero.
    set(&live, TOTAL, "2019MM03", plus(-1));
    set(&live, "1.1.1", "2019MM03", |_| None);
    is_later(&live, "2023-11-04T02:00:00");
    refused(&["rijen_tegen_totaal", "laten 113 over", "maanden_tegen_jaar"]);
    // In a year that is not whole nothing is left to hold a month against but the other regions.
    set(&live, "1.1.1", "2019MM03", |_| Some(12));
    live.service
        .table3_mut(CRIMES)
        .set("1.1.1", OWN, "2023MM03", Some(9));
    is_later(&live, "2023-11-05T02:00:00");
    refused(&[
        "regios_tegen_land",
        "gemeente tellen voor 1.1.1 over 2023MM03 op tot 9, het land is 12",
    ]);
    set(&live, "1.1.1", "2023MM03", |_| Some(12));
    is_later(&live, "2023-11-06T02:00:00");
    live.run().with(0);
}

#[test]
fn a_withheld_kind_has_no_months_whatever_stands_in_its_cells() {
    let live = with_months(&[2019]);
    // The table of neighbourhoods fills with zeros what it hides.
    for month in 1..=12 {
        set(&live, "1.4.1", &month_code(2019, month), |_| Some(0));
    }
    live.run().with(0);
    let release = live.project.release();
    let hidden = "SELECT reden, waarde, count(*) FROM misdrijven JOIN periode USING (periode_code)
        WHERE soort_code = '1.4.1' AND jaar = 2019 AND soort = 'maand' GROUP BY reden, waarde";
    assert_eq!(release.lines(hidden), ["niet_gepubliceerd |  | 60"]);
    let basket = "SELECT count(waarde) AS n FROM delicten_maand WHERE reeks IN ('mand', 'zedendelicten')";
    assert_eq!(release.lines(basket), ["0"]);

    // Nobody told the pipeline: its empty months are then no zeros, for the total counts them.
    live.project.edit(
        PIPELINE,
        "not_published_monthly = [\"1.4.1\", ",
        "not_published_monthly = [",
    );
    live.run().with(65).saying(&[
        "rijen_tegen_totaal",
        "GM0164 over 2019: de twaalf maanden laten 101 over voor de soorten zonder maandcijfers, het jaar heeft er 54",
        "maanden_tegen_jaar",
        "1.4.1 in GM0164: de twaalf maanden van 2019 tellen op tot 0, het jaar is 47",
    ]);
}

#[test]
fn a_month_without_a_single_number_does_not_prove_itself_zero() {
    let live = with_months(&[2019]);
    // From July nothing was delivered, and the year was added up from what was there: everything closes.
    {
        let mut table = live.service.table3_mut(CRIMES);
        let kinds = codes(&table, Axis::Category);
        for kind in &kinds {
            for region in REGIONS {
                let until_june: i64 = (1..=6)
                    .filter_map(|month| table.get(kind, region, &month_code(2019, month)))
                    .sum();
                for month in 7..=12 {
                    table.set(kind, region, &month_code(2019, month), None);
                }
                // What has no months keeps what the totals leave for it: until June 6 of 14 parts of 47, 5 and 49.
                let whole = table.get(kind, region, "2019JJ00").unwrap_or(0);
                let of_year = if WITHHELD.contains(&kind.as_str()) {
                    until(whole, 2019, 6)
                } else {
                    until_june
                };
                table.set(kind, region, "2019JJ00", (of_year > 0).then_some(of_year));
            }
        }
    }
    live.run().with(0);
    let release = live.project.release();
    let september =
        "SELECT DISTINCT reden, waarde FROM misdrijven WHERE periode_code = '2019MM09' ORDER BY reden";
    assert_eq!(release.lines(september), ["niet_gepubliceerd | ", "ontbreekt | "]);
    let june = "SELECT waarde, reden FROM misdrijven WHERE periode_code = '2019MM06' AND regio_code = 'GM0164' AND soort_code IN ('1.1.1', '1.4.7')
        ORDER BY soort_code";
    // 170 burglaries and 7 robberies over 14 parts: an empty month of a kind is a zero where the month has numbers.
    assert_eq!(release.lines(june), ["12 | waarde", "1 | waarde"]);
    let burglaries = months_of(&release, "woninginbraken", 2019);
    assert_eq!(burglaries[8], "9 |  | ontbreekt |  |  |  | ");
    let told = release
        .lines("SELECT voorbeelden FROM controles WHERE controle = 'perioden'")
        .concat();
    assert!(
        told.contains("heeft over 2019MM09 voor 5 regio's geen enkel getal"),
        "{told}"
    );
}

#[test]
fn a_fifth_kind_that_is_withheld_is_named_with_the_setting_that_it_belongs_in() {
    let live = with_months(&[2019]);
    live.project.edit(
        PIPELINE,
        "not_published_monthly = [\"1.4.1\", ",
        "not_published_monthly = [",
    );
    // The other three have 54 in 2019, and 47 sexual offences are what is left.
    live.run().with(65).saying(&[
        "maanden_tegen_jaar",
        "1.4.1 in GM0164",
        "en haar jaar is precies wat de maanden te veel overlaten",
        "zet haar dan bij not_published_monthly in de pipeline",
        "hoort die bij not_published_monthly in de pipeline",
    ]);
}

#[test]
fn ten_months_become_a_year_and_only_then_are_empty_months_zeros() {
    let live = with_months(&[2019]);
    live.run().with(0);
    end_as(&mut live.service.table3_mut(CRIMES), 2023, 2019);
    is_later(&live, "2024-01-15T02:00:00");
    live.run().with(0);
    let release = live.project.release();
    let robberies = months_of(&release, "overval", 2023);
    assert_eq!(robberies[0], "1 | 0 | nul |  | 0 |  | ");
    assert_eq!(robberies[11], "12 | 1 | waarde | 7 | 7 |  | ");
    let running = "SELECT count(*) AS n FROM prognose WHERE soort = 'seizoen'";
    assert_eq!(release.lines(running), ["0"]);
    // The police changed no figure; that it was zero has become known.
    assert_eq!(release.lines("SELECT count(*) AS n FROM herziening"), ["0"]);
    let report_year = "SELECT max(rapportjaar) AS n FROM voortgangsrapportage";
    assert_eq!(release.lines(report_year), ["2023"]);
}

#[test]
fn a_month_may_lose_its_last_crimes_and_not_all_that_it_had() {
    let live = with_months(&[2019]);
    let kinds = codes(&live.service.table3_mut(CRIMES), Axis::Category);
    let empty = |period: &str| {
        for kind in &kinds {
            set(&live, kind, period, |_| None);
        }
    };
    // September had three burglaries and nothing else, and later none: they moved to another month.
    empty("2023MM09");
    set(&live, "1.1.1", "2023MM09", |_| Some(3));
    set(&live, TOTAL, "2023MM09", |_| Some(3));
    live.run().with(0);
    empty("2023MM09");
    is_later(&live, "2023-11-02T02:00:00");
    live.run().with(0);
    // October had hundreds.
    empty("2023MM10");
    is_later(&live, "2023-11-03T02:00:00");
    live.run()
        .with(65)
        .saying(&["1 place", "versie_zonder_waarden", "2023MM10"]);
}

#[test]
fn without_months_the_table_of_months_is_there_and_empty() {
    let release = recorded_release();
    assert_eq!(release.lines("SELECT count(*) AS n FROM delicten_maand"), ["0"]);
    let types =
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'delicten_maand'
        AND column_name IN ('regio_code', 'reeks', 'periode_code', 'waarde') ORDER BY column_name";
    assert_eq!(
        release.lines(types),
        [
            "periode_code | Utf8",
            "reeks | Utf8",
            "regio_code | Utf8",
            "waarde | Int64"
        ]
    );
}
