//! Tests of the division on descriptions and figures as CBS published them (03759ned, July 2026; 37230ned, December
//! 2025). The expected sums were added by hand or come from a script that follows each municipality forward in time,
//! where the code here goes back.

use super::*;

const EEMSDELTA: &str = "Ontstaan per 01-01-2021, ontvangen van:\r\n- Appingedam (GM0003),\r\n... 2378 hectare met 6023 woningen en 11496 inwoners\r\n- Delfzijl (GM0010),\r\n... 13307 hectare met 12278 woningen en 24596 inwoners\r\n- Loppersum (GM0024),\r\n... 11104 hectare met 4782 woningen en 9495 inwoners\r\n\r\n";
const NOORDWIJK: &str = "Gemeentelijke herindeling per 01-01-2019, ontvangen van:\r\n- Noordwijk (GM0575),\r\n... 3578 hectare met 12544 woningen en 26174 inwoners\r\n- Noordwijkerhout (GM0576),\r\n... 2259 hectare met 7144 woningen en 16685 inwoners\r\n\r\nGrenswijziging per 01-01-2002, overgegaan naar:\r\n- Katwijk (GM0537),\r\n... 33 hectare met 4 woningen en 53 inwoners\r\n\r\nBegindatum voor 1830\r\n";
const HENGELO: &str = "Grenswijziging per 01-01-2011, ontvangen van:\r\n- Borne (GM0147),\r\n... 1 hectare met 0 woningen en 0 inwoners\r\nGrenswijziging per 01-01-2011, overgegaan naar:\r\n- Borne (GM0147),\r\n... 2 hectare met 0 woningen en 0 inwoners\r\n\r\nBegindatum voor 1830\r\n";
const HAAREN: &str = "Opgeheven per 01-01-2021, overgegaan naar:\r\n- Boxtel (GM0757),\r\n... 535 hectare met 918 woningen en 2149 inwoners\r\n- Oisterwijk (GM0824),\r\n... 1627 hectare met 2412 woningen en 5827 inwoners\r\n- Tilburg (GM0855),\r\n... 978 hectare met 588 woningen en 1442 inwoners\r\n- Vught (GM0865),\r\n... 2630 hectare met 2085 woningen en 4900 inwoners\r\n\r\n";

/// The receivers of Haaren tell their part as a redivision.
fn part_of_haaren(inhabitants: u32) -> String {
    format!(
        "Gemeentelijke herindeling per 01-01-2021, ontvangen van:\r\n- Haaren (GM0788),\r\n... 1 hectare met 1 woning en {inhabitants} inwoners\r\n"
    )
}

/// A municipality that went to one other as a whole.
fn ended(date: &str, to: &str, inhabitants: u32) -> String {
    format!(
        "Opgeheven per {date}, overgegaan naar:\r\n- X ({to}),\r\n... 1 hectare met {inhabitants} inwoners\r\n"
    )
}

/// A municipality that began out of others.
fn began(date: &str, from: &[(&str, u32)]) -> String {
    let part = |(code, inhabitants): &(&str, u32)| {
        format!("- X ({code}),\r\n... 1 hectare met 2 woningen en {inhabitants} inwoners\r\n")
    };
    let parts: Vec<String> = from.iter().map(part).collect();
    format!("Ontstaan per {date}, ontvangen van:\r\n{}", parts.concat())
}

fn changes(descriptions: &[(&str, &str)]) -> Changes {
    let after = NaiveDate::from_ymd_opt(2011, 12, 31).unwrap();
    let parsed = descriptions
        .iter()
        .flat_map(|(code, text)| parse_changes(code, text, after).unwrap());
    Changes::new(parsed, 0).unwrap()
}

fn begin(code: &str, year: i32, inhabitants: u64) -> Inhabitants {
    Inhabitants {
        code: code.to_owned(),
        year,
        day: Day::Begin,
        inhabitants,
    }
}

fn end(code: &str, year: i32, inhabitants: u64) -> Inhabitants {
    Inhabitants {
        day: Day::End,
        ..begin(code, year, inhabitants)
    }
}

/// Inhabitants and basis of one municipality in one year on the division of 2023.
fn one(code: &str, year: i32, figures: &[Inhabitants], changes: &Changes) -> (Option<u64>, Basis) {
    let found = on_division(&[code], 2023, year..=year, figures, changes).unwrap();
    let [only] = found.as_slice() else {
        panic!("one municipality, one year")
    };
    assert_eq!(only.inhabitants.is_none(), only.parts.is_empty());
    (only.inhabitants, only.basis)
}

#[test]
fn hengelo_keeps_its_own_figure_in_every_year() {
    let changes = changes(&[("GM0164", HENGELO), ("GM1979", EEMSDELTA)]);
    let figures = [
        end("GM0164", 2011, 80_939),
        begin("GM0164", 2019, 80_683),
        begin("GM0164", 2022, 81_476),
    ];
    assert_eq!(
        one("GM0164", 2012, &figures, &changes),
        (Some(80_939), Basis::Own)
    );
    assert_eq!(
        one("GM0164", 2019, &figures, &changes),
        (Some(80_683), Basis::Own)
    );
    assert_eq!(
        one("GM0164", 2022, &figures, &changes),
        (Some(81_476), Basis::Own)
    );
    assert_eq!(
        one("GM0164", 2015, &figures, &changes),
        (None, Basis::Empty(Reason::NoFigure))
    );
}

#[test]
fn new_municipalities_are_the_sum_of_their_whole_predecessors_until_they_begin() {
    let voorne = began(
        "01-01-2023",
        &[("GM0501", 18_024), ("GM0530", 40_930), ("GM0614", 14_991)],
    );
    let changes = changes(&[
        ("GM1979", EEMSDELTA),
        ("GM0003", &ended("01-01-2021", "GM1979", 11_496)),
        ("GM0010", &ended("01-01-2021", "GM1979", 24_596)),
        ("GM0024", &ended("01-01-2021", "GM1979", 9_495)),
        (
            "GM1980",
            &began("01-01-2022", &[("GM0398", 59_102), ("GM0416", 28_593)]),
        ),
        ("GM0398", &ended("01-01-2022", "GM1980", 59_102)),
        ("GM0416", &ended("01-01-2022", "GM1980", 28_593)),
        ("GM1992", &voorne),
        ("GM0501", &ended("01-01-2023", "GM1992", 18_024)),
        ("GM0530", &ended("01-01-2023", "GM1992", 40_930)),
        ("GM0614", &ended("01-01-2023", "GM1992", 14_991)),
    ]);
    let figures = [
        begin("GM0003", 2020, 11_642),
        begin("GM0010", 2020, 24_678),
        begin("GM0024", 2020, 9_537),
        begin("GM1979", 2021, 45_587),
        begin("GM0398", 2021, 58_387),
        begin("GM0416", 2021, 28_335),
        begin("GM0501", 2022, 17_704),
        begin("GM0530", 2022, 40_574),
        begin("GM0614", 2022, 14_960),
    ];
    assert_eq!(
        one("GM1979", 2020, &figures, &changes),
        (Some(45_857), Basis::Predecessors)
    );
    assert_eq!(
        one("GM1979", 2021, &figures, &changes),
        (Some(45_587), Basis::Own)
    );
    assert_eq!(
        one("GM1980", 2021, &figures, &changes),
        (Some(86_722), Basis::Predecessors)
    );
    assert_eq!(
        one("GM1992", 2022, &figures, &changes),
        (Some(73_238), Basis::Predecessors)
    );
    let found = on_division(&["GM1980"], 2023, 2021..=2021, &figures, &changes).unwrap();
    assert_eq!(
        (found[0].parts.as_slice(), found[0].own),
        (&["GM0398".to_owned(), "GM0416".to_owned()][..], None)
    );
    let incomplete = &figures[..8];
    assert_eq!(
        one("GM1992", 2022, incomplete, &changes),
        (None, Basis::Empty(Reason::NoFigure))
    );
}

#[test]
fn a_code_that_grew_is_summed_too_and_its_own_figure_stays_apart() {
    let changes = changes(&[
        ("GM0575", NOORDWIJK),
        ("GM0576", &ended("01-01-2019", "GM0575", 16_685)),
    ]);
    let figures = [
        end("GM0575", 2017, 26_056),
        end("GM0576", 2017, 16_605),
        end("GM0575", 2018, 1),
        begin("GM0575", 2019, 42_859),
    ];
    let found = on_division(&["GM0575"], 2023, 2018..=2019, &figures, &changes).unwrap();
    assert_eq!(
        (found[0].inhabitants, found[0].basis),
        (Some(42_661), Basis::Predecessors)
    );
    assert_eq!(found[0].own, Some(26_056));
    assert_eq!(
        (found[1].inhabitants, found[1].basis, found[1].own),
        (Some(42_859), Basis::Own, Some(42_859))
    );
}

#[test]
fn the_last_day_of_a_year_does_not_have_the_changes_of_the_next_day_and_the_first_day_has() {
    let changes = changes(&[
        ("GM0575", NOORDWIJK),
        ("GM0576", &ended("01-01-2019", "GM0575", 16_685)),
    ]);
    let last = [end("GM0575", 2018, 26_174), end("GM0576", 2018, 16_685)];
    assert_eq!(
        one("GM0575", 2019, &last, &changes),
        (Some(42_859), Basis::Predecessors)
    );
    let first = [begin("GM0575", 2019, 42_859)];
    assert_eq!(one("GM0575", 2019, &first, &changes), (Some(42_859), Basis::Own));
    // One year has one source: the first day wins as a whole.
    let both = [
        end("GM0576", 2018, 16_685),
        end("GM0575", 2018, 26_174),
        begin("GM0164", 2019, 80_683),
    ];
    assert_eq!(
        one("GM0575", 2019, &both, &changes),
        (None, Basis::Empty(Reason::NoFigure))
    );
}

#[test]
fn every_receiver_of_a_municipality_that_was_split_is_empty_before_the_split() {
    let parts = [
        ("GM0757", 2_149),
        ("GM0824", 5_827),
        ("GM0855", 1_442),
        ("GM0865", 4_900),
    ];
    let told: Vec<(&str, String)> = parts
        .iter()
        .map(|(code, part)| (*code, part_of_haaren(*part)))
        .collect();
    let mut descriptions = vec![("GM0788", HAAREN)];
    descriptions.extend(told.iter().map(|(code, text)| (*code, text.as_str())));
    let changes = changes(&descriptions);
    for (code, _) in parts {
        let figures = [
            begin(code, 2020, 30_000),
            begin("GM0788", 2020, 14_318),
            begin(code, 2021, 33_000),
        ];
        assert_eq!(
            one(code, 2020, &figures, &changes),
            (None, Basis::Empty(Reason::PredecessorNotWhole))
        );
        assert_eq!(one(code, 2021, &figures, &changes), (Some(33_000), Basis::Own));
    }
    // The parts that come together again are whole.
    let joined =
        ["GM0824", "GM0855", "GM0865", "GM0757"].map(|code| (code, ended("01-01-2022", "GM9999", 9)));
    descriptions.extend(joined.iter().map(|(code, text)| (*code, text.as_str())));
    let codes = [("GM0757", 9), ("GM0824", 9), ("GM0855", 9), ("GM0865", 9)];
    let new = began("01-01-2022", &codes);
    descriptions.push(("GM9999", &new));
    let changes = self::changes(&descriptions);
    let mut figures: Vec<Inhabitants> = codes.iter().map(|(code, _)| begin(code, 2020, 10)).collect();
    figures.push(begin("GM0788", 2020, 5));
    assert_eq!(
        one("GM9999", 2020, &figures, &changes),
        (Some(45), Basis::Predecessors)
    );
}

#[test]
fn land_without_inhabitants_does_not_matter_and_one_inhabitant_does() {
    for (inhabitants, expected) in [(0, Basis::Own), (1, Basis::Empty(Reason::BorderWithInhabitants))] {
        let text = format!(
            "Grenswijziging per 01-01-2018, overgegaan naar:\r\n- Goirle (GM0785),\r\n... 89 hectare met 25 woningen en {inhabitants} inwoners\r\n"
        );
        let changes = changes(&[("GM0855", &text)]);
        for code in ["GM0855", "GM0785"] {
            let figures = [end(code, 2016, 100), begin(code, 2018, 100)];
            assert_eq!(one(code, 2017, &figures, &changes).1, expected, "{code}");
            assert_eq!(one(code, 2018, &figures, &changes).1, Basis::Own, "{code}");
        }
    }
}

#[test]
fn a_new_name_takes_the_territory_along_also_in_the_middle_of_a_year() {
    let changes = changes(&[
        (
            "GM1921",
            "Naamswijziging per 01-07-2015,\r\nnieuwe naam: De Fryske Marren (GM1940)\r\n",
        ),
        (
            "GM1940",
            "Naamswijziging per 01-07-2015,\r\noude naam: De Friese Meren (GM1921)\r\n",
        ),
    ]);
    let figures = [end("GM1921", 2014, 51_400), end("GM1940", 2015, 51_500)];
    assert_eq!(
        one("GM1940", 2015, &figures, &changes),
        (Some(51_400), Basis::Predecessors)
    );
    assert_eq!(
        one("GM1940", 2016, &figures, &changes),
        (Some(51_500), Basis::Own)
    );
}

#[test]
fn a_year_after_the_division_has_a_figure_only_while_the_territory_stands() {
    let changes = changes(&[
        ("GM0575", NOORDWIJK),
        ("GM0576", &ended("01-01-2019", "GM0575", 16_685)),
        (
            "GM1921",
            "Naamswijziging per 01-07-2015,\r\nnieuwe naam: De Fryske Marren (GM1940)\r\n",
        ),
    ]);
    let figures = [
        begin("GM0575", 2020, 43_508),
        begin("GM1940", 2020, 51_564),
        begin("GM0164", 2020, 81_140),
    ];
    let codes = ["GM0164", "GM0575", "GM0576", "GM1921"];
    let found = on_division(&codes, 2014, 2020..=2020, &figures, &changes).unwrap();
    let bases: Vec<Basis> = found.iter().map(|one| one.basis).collect();
    let merged = Basis::Empty(Reason::MergedLater);
    assert_eq!(bases, [Basis::Own, merged, merged, Basis::Successors]);
    assert_eq!(found[1].own, Some(43_508));
}

#[test]
fn figures_and_accounts_that_contradict_each_other_are_errors() {
    let two = [begin("GM0164", 2020, 81_140), begin("GM0164", 2020, 81_141)];
    let error = on_division(&["GM0164"], 2023, 2020..=2020, &two, &Changes::default()).unwrap_err();
    assert!(matches!(
        error,
        DivisionError::TwoFigures {
            first: 81_140,
            second: 81_141,
            ..
        }
    ));
    let after = NaiveDate::from_ymd_opt(2011, 12, 31).unwrap();
    let told = [
        ("GM0576", ended("01-01-2019", "GM0575", 0)),
        ("GM0575", NOORDWIJK.to_owned()),
    ];
    let parsed = told
        .iter()
        .flat_map(|(code, text)| parse_changes(code, text, after).unwrap());
    let error = Changes::new(parsed, 0).unwrap_err();
    assert!(matches!(error, DivisionError::TwoAccounts { .. }), "{error}");
    assert!(!error.hint().is_empty());
    let error = on_division(&[], i32::MAX, 2020..=2020, &[], &Changes::default()).unwrap_err();
    assert_eq!(error, DivisionError::NoYear(i32::MAX));
}
