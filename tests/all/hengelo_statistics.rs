//! The specification's table of Hengelo, row by row, and its test values that come from the recorded data.
//!
//! The table is copied as the statistical specification prints it, section 2; a value counts as equal when it rounds to
//! the printed digits.

use crate::harness::{Asked, recorded_release};

/// Columns: reeks, 2019, 2021, 2022, tau2, then for 2019 to 2022 and for 2021 to 2022 the rate ratio, its limits, p,
/// (only for the second) p after Holm, and the verdict.
const TABLE: &str = "
| mand | 2140 | 1758 | 2087 | 0.00230 | 0.9657 | 0.8322–1.1206 | 0.6666 | geen aantoonbaar verschil | 1.1809 | 1.0161–1.3732 | 0.0299 | – | hoger |
| woninginbraken | 170 | 132 | 142 | 0.01495 | 0.8272 | 0.5375–1.2673 | 0.4167 | geen aantoonbaar verschil | 1.0701 | 0.6922–1.6575 | 0.8295 | 1 | geen aantoonbaar verschil |
| diefstal_box_garage | 61 | 65 | 47 | 0.03041 | 0.7630 | 0.3871–1.4796 | 0.4820 | geen aantoonbaar verschil | 0.7193 | 0.3648–1.3900 | 0.3704 | 1 | geen aantoonbaar verschil |
| diefstal_uit_motorvoertuig | 114 | 155 | 118 | 0.01676 | 1.0250 | 0.6424–1.6372 | 1 | geen aantoonbaar verschil | 0.7573 | 0.4765–1.1942 | 0.2503 | 1 | geen aantoonbaar verschil |
| fietsendiefstal | 599 | 389 | 678 | 0.01081 | 1.1209 | 0.8134–1.5472 | 0.5186 | geen aantoonbaar verschil | 1.7338 | 1.2414–2.4414 | 0.0009 | 0.0122 | hoger |
| inbraak_bedrijven | 73 | 30 | 65 | 0.01381 | 0.8817 | 0.5357–1.4456 | 0.6823 | geen aantoonbaar verschil | 2.1553 | 1.2063–3.9938 | 0.0077 | 0.0928 | mogelijk hoger |
| winkeldiefstal | 200 | 136 | 155 | 0.00689 | 0.7675 | 0.5532–1.0609 | 0.1128 | geen aantoonbaar verschil | 1.1337 | 0.8079–1.5943 | 0.5014 | 1 | geen aantoonbaar verschil |
| overige_vermogensdelicten | 471 | 388 | 447 | 0.00396 | 0.9398 | 0.7515–1.1749 | 0.6137 | geen aantoonbaar verschil | 1.1460 | 0.9128–1.4402 | 0.2499 | 1 | geen aantoonbaar verschil |
| bedreiging | 106 | 113 | 105 | 0.00240 | 0.9809 | 0.7164–1.3429 | 0.9617 | geen aantoonbaar verschil | 0.9243 | 0.6775–1.2599 | 0.6594 | 1 | geen aantoonbaar verschil |
| mishandeling | 149 | 145 | 176 | 0.00170 | 1.1697 | 0.9076–1.5097 | 0.2358 | geen aantoonbaar verschil | 1.2074 | 0.9354–1.5611 | 0.1528 | 1 | geen aantoonbaar verschil |
| overval | 7 | 3 | 0 | 0.05194 | 0 | 0–0.8557 | 0.0320 | te klein om te beoordelen | 0 | 0–2.7493 | 0.2884 | – | te klein om te beoordelen |
| straatroof | 4 | 1 | 5 | 0.02523 | 1.2378 | 0.2409–6.9785 | 1 | te klein om te beoordelen | 4.9738 | 0.5123–301.0022 | 0.2517 | – | te klein om te beoordelen |
| openlijk_geweld | 15 | 16 | 17 | 0.02064 | 1.1223 | 0.4641–2.7528 | 0.9378 | geen aantoonbaar verschil | 1.0569 | 0.4410–2.5500 | 1 | 1 | geen aantoonbaar verschil |
| zedendelicten | 47 | 43 | 47 | 0.02330 | 0.9903 | 0.5265–1.8625 | 1 | geen aantoonbaar verschil | 1.0873 | 0.5750–2.0664 | 0.8998 | 1 | geen aantoonbaar verschil |
| illegale_handel | 124 | 142 | 85 | 0.01517 | 0.6788 | 0.4218–1.0802 | 0.1068 | geen aantoonbaar verschil | 0.5955 | 0.3695–0.9454 | 0.0267 | 0.2938 | mogelijk lager |
| horizontale_fraude | 381 | 531 | 388 | 0.00786 | 1.0085 | 0.7515–1.3535 | 1 | geen aantoonbaar verschil | 0.7269 | 0.5421–0.9712 | 0.0303 | 0.3033 | mogelijk lager |";

/// Asks one row of `trend_reeks` of 2022 and holds its cells against the printed ones.
struct Row {
    release: Asked,
}

impl Row {
    /// Whether a column of the row rounds to a printed number; `–` is printed for none.
    fn rounds_to(&self, series: &str, column: &str, printed: &str) {
        let question =
            format!("SELECT {column} AS n FROM trend_reeks WHERE reeks = '{series}' AND jaar = 2022");
        let found = self.release.rows(&question).first().unwrap().number("n");
        if printed == "–" {
            assert_eq!(found, None, "{series} {column}");
            return;
        }
        let decimals = printed.split_once('.').map_or(4, |(_, decimals)| decimals.len());
        let half_a_digit = 0.5 * 10_f64.powi(-i32::try_from(decimals).unwrap()) + 1e-12;
        let expected: f64 = printed.parse().unwrap();
        let found =
            found.unwrap_or_else(|| panic!("{series} {column} is empty, the specification says {printed}"));
        assert!(
            (found - expected).abs() <= half_a_digit,
            "{series} {column}: {found}, printed {printed}"
        );
    }

    fn says(&self, series: &str, column: &str, words: &str) {
        let question = format!("SELECT {column} FROM trend_reeks WHERE reeks = '{series}' AND jaar = 2022");
        assert_eq!(self.release.lines(&question), [words], "{series} {column}");
    }
}

#[test]
fn each_series_has_the_dispersion_the_ratios_and_the_verdicts_of_the_specification() {
    let row = Row {
        release: recorded_release(),
    };
    let mut compared = 0;
    for line in TABLE.lines().skip(1) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let &[
            series,
            in_2019,
            in_2021,
            in_2022,
            tau2,
            ratio,
            limits,
            p,
            verdict,
            ratio_last,
            limits_last,
            p_last,
            holm_last,
            verdict_last,
        ] = cells.as_slice()
        else {
            panic!("{line}")
        };
        for (column, printed) in [("basis", in_2019), ("vorig", in_2021), ("waarde", in_2022)] {
            row.says(series, column, printed);
        }
        row.rounds_to(series, "tau2", tau2);
        for (suffix, ratio, limits, p) in [
            ("", ratio, limits, p),
            ("_vorig", ratio_last, limits_last, p_last),
        ] {
            let (lower, upper) = limits.split_once('–').unwrap();
            row.rounds_to(series, &format!("verhouding{suffix}"), ratio);
            row.rounds_to(series, &format!("verhouding{suffix}_onder"), lower);
            row.rounds_to(series, &format!("verhouding{suffix}_boven"), upper);
            row.rounds_to(series, &format!("p_waarde{suffix}"), p);
        }
        // "19→22: every p* is 1", of the rows in the family; the primary series and the two small ones have none.
        row.rounds_to(series, "p_holm", if holm_last == "–" { "–" } else { "1" });
        row.rounds_to(series, "p_holm_vorig", holm_last);
        row.says(series, "oordeel", verdict);
        row.says(series, "oordeel_vorig", verdict_last);
        let last = "coalesce(voorbehoud_vorig, '') LIKE '%niet-representatief jaar%'";
        row.says(series, last, "true");
        compared += 1;
    }
    assert_eq!(compared, 16);
    row.says(
        "horizontale_fraude",
        "voorbehoud_basis LIKE '%trendbreuk%'",
        "true",
    );
}

/// Relative tolerance of the specification.
const TOLERANCE: f64 = 1e-9;

#[track_caller]
fn is(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= TOLERANCE * expected.abs(),
        "{found}, the specification says {expected}"
    );
}

#[test]
fn test_value_6_the_dispersion_of_the_basket_of_bicycles_and_of_fraud() {
    let release = recorded_release();
    for (series, expected) in [
        ("mand", 71_031_024.0 / 30_875_330_318.0),
        ("fietsendiefstal", 16_626_992.0 / 1_538_711_678.0),
        ("horizontale_fraude", 975_308.0 / 124_054_162.0),
    ] {
        let question = format!("SELECT tau2 AS n FROM trend_reeks WHERE reeks = '{series}' AND jaar = 2022");
        is(release.number(&question), expected);
    }
}

#[test]
fn test_values_7_and_14_to_17_the_intervals_and_pairs_of_the_recorded_years() {
    let release = recorded_release();
    let of_2022 = |series: &str, column: &str| {
        release.number(&format!(
            "SELECT {column} AS n FROM trend_reeks WHERE reeks = '{series}' AND jaar = 2022"
        ))
    };
    is(of_2022("mand", "ondergrens"), 1_876.884_993);
    is(of_2022("mand", "bovengrens"), 2_314.203_156);
    is(of_2022("mand", "verhouding"), 0.965_741_766_5);
    is(of_2022("mand", "verhouding_onder"), 0.832_204_740_4);
    is(of_2022("mand", "verhouding_boven"), 1.120_626_844);
    is(of_2022("mand", "p_waarde"), 0.666_627_440_3);
    is(
        of_2022("fietsendiefstal", "verhouding_vorig_onder"),
        1.241_423_908,
    );
    is(
        of_2022("fietsendiefstal", "verhouding_vorig_boven"),
        2.441_449_576,
    );
    is(of_2022("fietsendiefstal", "p_waarde_vorig"), 0.000_942_260_689_4);
}

#[test]
fn test_value_28_the_outlook_of_the_basket_to_2024() {
    let release = recorded_release();
    let limit = |column: &str| {
        release.number(&format!(
            "SELECT {column} AS n FROM prognose WHERE reeks = 'mand' AND soort = 'vooruitblik' AND jaar = 2024"
        ))
    };
    is(limit("ondergrens"), 1_504.505_343);
    is(limit("bovengrens"), 2_894.942_378);
    // "Centre x_last".
    is(limit("schatting"), 2087.0);
}

#[test]
fn test_value_31_the_rank_of_the_basket_in_2022() {
    let release = recorded_release();
    let rank = "SELECT rang, rang_van, rang_tot, gerangschikt FROM vergelijking
        WHERE regio_code = 'GM0164' AND reeks = 'mand' AND jaar = 2022";
    assert_eq!(release.lines(rank), ["40 | 26 | 60 | 341"]);
    // "Municipalities without inhabitants that year are named, not ranked": later mergers had none yet.
    let of_later = |year: i32| {
        release.lines(&format!(
            "SELECT regio_code FROM vergelijking WHERE reeks = 'mand' AND jaar = {year} AND rang IS NULL
                AND opmerking = 'bestond dat jaar nog niet als gemeente' ORDER BY regio_code"
        ))
    };
    assert_eq!(of_later(2022), ["GM1992"]);
    assert_eq!(of_later(2019), ["GM1979", "GM1980", "GM1982", "GM1991", "GM1992"]);
    let without_reason = "SELECT regio_code FROM vergelijking WHERE rang IS NULL AND opmerking IS NULL";
    assert_eq!(release.lines(without_reason), Vec::<String>::new());
}

#[test]
fn there_are_117_comparable_municipalities() {
    let release = recorded_release();
    // From half to twice the inhabitants of 1 January 2019, Hengelo itself included.
    let peers = "SELECT count(*) AS n FROM bevolking
        WHERE jaar = 2019 AND regio_code LIKE 'GM%' AND 2 * inwoners_eigen >= 80683 AND inwoners_eigen <= 2 * 80683";
    is(release.number(peers), 117.0);
    let marked =
        "SELECT count(*) AS n FROM vergelijking WHERE reeks = 'mand' AND jaar = 2019 AND vergelijkbaar";
    is(release.number(marked), 117.0);
}

#[test]
fn only_words_of_the_closed_lists_are_used() {
    let release = recorded_release();
    const TREND: &str =
        "'geen waarde', 'nulmeting', 'niet te beoordelen', 'te klein om te beoordelen', 'lager', 'hoger',
        'mogelijk lager', 'mogelijk hoger', 'geen aantoonbaar verschil'";
    for table in ["trend_reeks", "trend_thema"] {
        let others = release.lines(&format!(
            "SELECT DISTINCT oordeel, oordeel_vorig FROM {table} WHERE oordeel NOT IN ({TREND}) OR oordeel_vorig NOT IN ({TREND})"
        ));
        assert_eq!(others, Vec::<String>::new(), "{table}");
        let notes = release.lines(&format!(
            "SELECT DISTINCT voorbehoud FROM {table} WHERE voorbehoud IS NOT NULL"
        ));
        for note in notes.iter().flat_map(|notes| notes.split("; ")) {
            let known = [
                "trendbreuk",
                "voorlopig",
                "niet-representatief jaar",
                "nulmeting verschilt van bron",
                "hangt af van controles",
            ];
            assert!(known.contains(&note), "{table}: {note}");
        }
    }
    let base_year = "SELECT DISTINCT oordeel FROM trend_reeks WHERE jaar = 2019 AND waarde IS NOT NULL";
    assert_eq!(release.lines(base_year), ["nulmeting"]);
}
