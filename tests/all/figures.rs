//! The figures that the issue and the record of the sources name, asked of the release of the recorded files.
//!
//! What the note prints is in `note_against_police`; what the specification computes (dispersion, intervals, verdicts) in
//! `hengelo_statistics`.

use crate::harness::{Asked, recorded, recorded_release};

/// The codes of the 14 rows of the note: `data/SOURCES.md`.
const BASKET: [&str; 16] = [
    "1.1.1", "1.1.2", "1.2.1", "1.2.3", "2.5.1", "2.5.2", "1.6.2", "1.4.4", "1.4.5", "1.4.7", "1.4.6",
    "1.4.3", "1.4.1", "3.1.1", "3.1.2", "3.1.3",
];

/// The basket of Hengelo, added up from a recorded file by hand.
fn basket_in_the_file(year: i64) -> i64 {
    let file = recorded(&format!("politie_47013NED/portaal/policedata{year}.csv.gz"));
    let rows = file.lines().map(|line| {
        line.split(';')
            .map(|cell| cell.trim_matches('"').trim())
            .collect::<Vec<_>>()
    });
    let own = rows.filter(|cells| cells[2] == "GM0164" && BASKET.contains(&cells[1]));
    own.map(|cells| cells[4].parse::<i64>().unwrap_or_default()).sum()
}

#[test]
fn the_basket_of_hengelo_is_that_of_the_issue_and_of_the_files_in_every_year() {
    let found = recorded_release().lines(
        "SELECT jaar, waarde FROM delicten_jaar WHERE regio_code = 'GM0164' AND reeks = 'mand' ORDER BY jaar",
    );
    let in_the_files: Vec<String> = (2012..=2022)
        .map(|year| format!("{year} | {}", basket_in_the_file(year)))
        .collect();
    assert_eq!(found, in_the_files);
    for of_the_issue in [
        "2014 | 3133",
        "2017 | 2538",
        "2018 | 2441",
        "2019 | 2140",
        "2020 | 2020",
        "2021 | 1758",
        "2022 | 2087",
    ] {
        assert!(found.iter().any(|line| line == of_the_issue), "{of_the_issue}");
    }
}

#[test]
fn the_rate_of_2019_divides_by_the_inhabitants_of_1_january_2019() {
    let release = recorded_release();
    let rate = release.number("SELECT per_1000 AS n FROM delicten_jaar WHERE regio_code = 'GM0164' AND reeks = 'mand' AND jaar = 2019");
    // Test value 8 of the specification; the mart rounds to six decimals.
    assert!((rate - 26.523_555_15).abs() < 5.1e-7, "{rate}");
    let inhabitants = release.lines(
        "SELECT jaar, inwoners, bron FROM bevolking WHERE regio_code = 'GM0164' AND jaar IN (2012, 2013, 2014, 2015, 2016, 2017, 2018, 2019, 2021, 2022) ORDER BY jaar",
    );
    // `data/SOURCES.md`: the end of a year is 1 January of the next, from 37230ned until 03759ned begins.
    assert_eq!(
        inhabitants,
        [
            "2012 | 80939 | 37230ned",
            "2013 | 80952 | 37230ned",
            "2014 | 80957 | 37230ned",
            "2015 | 81059 | 37230ned",
            "2016 | 81075 | 37230ned",
            "2017 | 80802 | 37230ned",
            "2018 | 80593 | 37230ned",
            "2019 | 80683 | 03759ned",
            "2021 | 81049 | 03759ned",
            "2022 | 81476 | 03759ned",
        ]
    );
}

#[test]
fn a_rate_never_divides_over_a_border_change() {
    let release = recorded_release();
    // Noordwijk took in Noordwijkerhout in 2019, and the police count both for every year.
    let population = recorded("cbs_37230ned/bevolkingeindeperiod_jaren_22122025.csv.gz");
    let end_of_2017 = |title: &str| -> i64 {
        let line = population
            .lines()
            .find(|line| line.starts_with(&format!("\"{title}\";")))
            .unwrap();
        // Three columns of labels, then the years from 2002.
        line.split(';')
            .nth(3 + 2017 - 2002)
            .unwrap()
            .trim_matches('"')
            .parse()
            .unwrap()
    };
    let both = end_of_2017("Noordwijk") + end_of_2017("Noordwijkerhout");
    let (inhabitants, rate) = (
        release.number("SELECT inwoners AS n FROM bevolking WHERE regio_code = 'GM0575' AND jaar = 2018"),
        release.number("SELECT per_1000 AS n FROM delicten_jaar WHERE regio_code = 'GM0575' AND reeks = 'mand' AND jaar = 2018"),
    );
    assert_eq!(inhabitants as i64, both);
    assert!(
        (rate - 21.2).abs() < 0.2,
        "{rate} is not the rate of the whole municipality"
    );
    // Haaren was divided over four municipalities in 2021: before that nobody knows the inhabitants of Vught as it is.
    let vught = "SELECT per_1000, inwoners_uitleg FROM delicten_jaar
        WHERE regio_code = 'GM0865' AND reeks = 'mand' AND jaar = 2020";
    assert_eq!(release.lines(vught), [" | voorganger niet geheel"]);
    let without_reason = release.lines(
        "SELECT DISTINCT regio_code, jaar FROM delicten_jaar
         WHERE waarde IS NOT NULL AND per_1000 IS NULL AND (inwoners IS NOT NULL OR coalesce(inwoners_uitleg, '') IN ('', 'zelf'))",
    );
    assert_eq!(without_reason, Vec::<String>::new());
    // Nobody got lost in a merger and nobody counts twice: where each municipality has a number, they are the country's.
    let kept = release.lines(
        "SELECT jaar, count(*) FILTER (WHERE samenstelling = 'som van voorgangers'),
                sum(inwoners) FILTER (WHERE left(regio_code, 2) = 'GM') - max(inwoners) FILTER (WHERE regio_code = 'NL01')
         FROM bevolking WHERE jaar BETWEEN 2021 AND 2023 GROUP BY jaar ORDER BY jaar",
    );
    assert_eq!(kept, ["2021 | 6 | 0", "2022 | 2 | 0", "2023 | 0 | 0"]);
    // `data/SOURCES.md`: the five mergers after 2019, the last of them in 2023.
    let empty_since_2019 = release.lines(
        "SELECT regio_code, min(jaar), max(jaar) FROM bevolking
         WHERE regio_code IN ('GM1979', 'GM1980', 'GM1982', 'GM1991', 'GM1992') AND jaar BETWEEN 2019 AND 2022
           AND inwoners_eigen IS NULL GROUP BY regio_code ORDER BY regio_code",
    );
    assert_eq!(
        empty_since_2019,
        [
            "GM1979 | 2019 | 2020",
            "GM1980 | 2019 | 2021",
            "GM1982 | 2019 | 2021",
            "GM1991 | 2019 | 2021",
            "GM1992 | 2019 | 2022",
        ]
    );
}

#[test]
fn the_newest_vintage_that_has_all_its_categories_wins_and_the_others_stay() {
    let release = recorded_release();
    let netherlands = "soort_code = '0.0.0' AND regio_code = 'NL01' AND periode_code = '2022JJ00'";
    let current = release.lines(&format!(
        "SELECT waarde, peildatum FROM misdrijven WHERE {netherlands}"
    ));
    assert_eq!(current, ["799681 | 2023-11-01"]);
    let all = release.lines(&format!(
        "SELECT waarde, bekend_van, bekend_tot FROM misdrijven_versies WHERE {netherlands} ORDER BY bekend_van"
    ));
    assert_eq!(
        all,
        ["799681 | 2023-11-01 | 2026-06-15", "800027 | 2026-06-15 | "]
    );
    // 2023 has a total and no rows: it is known, and no table counts with it.
    assert_eq!(
        release.lines("SELECT count(*) FROM misdrijven WHERE periode_code = '2023JJ00'"),
        ["0"]
    );
    let of_2023 =
        "SELECT waarde FROM misdrijven_versies WHERE regio_code = 'NL01' AND periode_code = '2023JJ00'";
    assert_eq!(release.lines(of_2023), ["805590"]);
}

#[test]
fn the_additive_check_closes_in_4103_region_years_and_22_hold_no_value_at_all() {
    let release = recorded_release();
    let outcomes = release.lines(
        "SELECT uitkomst, count(*) FROM optelcontrole WHERE peildatum = '2023-11-01' GROUP BY uitkomst ORDER BY uitkomst",
    );
    assert_eq!(outcomes, ["geen enkele waarde | 22", "sluit | 4103"]);
    let empty = release.lines(
        "SELECT DISTINCT regio_code FROM optelcontrole WHERE uitkomst = 'geen enkele waarde' ORDER BY regio_code",
    );
    assert_eq!(empty, ["GM0998", "LDG4"]);
    let reasons = release.lines(
        "SELECT DISTINCT reden, waarde FROM misdrijven_versies WHERE regio_code IN ('GM0998', 'LDG4')",
    );
    assert_eq!(reasons, ["niet_gepubliceerd | "], "not published is not zero");
    assert_eq!(
        release.lines("SELECT count(*) FROM misdrijven WHERE reden = 'ontbreekt'"),
        ["0"]
    );
}

#[test]
fn an_empty_cell_of_a_region_that_adds_up_is_zero() {
    // Hengelo had no robbery in 2022: the file has nothing there, and its 58 rows add up to its total.
    let file = recorded("politie_47013NED/portaal/policedata2022.csv.gz");
    let line = file
        .lines()
        .find(|line| line.contains("\"1.4.7 \";\"GM0164\""))
        .unwrap();
    assert!(line.ends_with("\"2022JJ00\";;;"), "{line}");
    let release = recorded_release();
    let robbery = "soort_code = '1.4.7' AND regio_code = 'GM0164' AND periode_code = '2022JJ00'";
    let found = release.lines(&format!("SELECT waarde, reden FROM misdrijven WHERE {robbery}"));
    assert_eq!(found, ["0 | nul"]);
}

#[test]
fn horizontal_fraud_has_no_value_before_2016_in_any_series_and_its_rows_stay() {
    let release = recorded_release();
    for table in ["delicten_jaar", "trend_reeks"] {
        let reasons = release.lines(&format!(
            "SELECT DISTINCT reeks, waarde, reden FROM {table}
             WHERE reeks IN ('horizontale_fraude', 'mand_met_fraude') AND jaar < 2016 ORDER BY reeks"
        ));
        let expected = [
            "horizontale_fraude |  | niet_gepubliceerd",
            "mand_met_fraude |  | niet_gepubliceerd",
        ];
        assert_eq!(reasons, expected, "{table}");
    }
    let kept = "SELECT waarde FROM misdrijven WHERE soort_code = '3.9.1' AND regio_code = 'GM0164' AND periode_code = '2014JJ00'";
    assert_eq!(release.lines(kept), ["6"]);
    // The theme cybercrime counts it too (4.2.4).
    let theme =
        "SELECT count(*) FROM trend_thema WHERE thema = 'cybercrime' AND jaar < 2016 AND waarde IS NOT NULL";
    assert_eq!(release.lines(theme), ["0"]);
}

#[test]
fn reasons_and_statuses_are_words_of_the_closed_lists_and_agree_with_the_value() {
    const REASONS: &str = "'waarde', 'nul', 'niet_gepubliceerd', 'geheim', 'onmogelijk', 'ontbreekt'";
    const STATUSES: &str =
        "'definitief', 'nader_voorlopig', 'voorlopig', 'geextrapoleerd', 'gedrukt_in_nota'";
    let release = recorded_release();
    for table in [
        "misdrijven",
        "misdrijven_versies",
        "overlast",
        "monitor",
        "metingen",
        "delicten_jaar",
        "trend_reeks",
    ] {
        let wrong = release.lines(&format!(
            "SELECT DISTINCT reden, status FROM {table}
             WHERE reden IS NULL OR reden NOT IN ({REASONS}) OR status NOT IN ({STATUSES})
                OR (status IS NULL AND reden <> 'ontbreekt')
                OR (reden = 'nul' AND (waarde IS NULL OR waarde <> 0)) OR (reden = 'waarde' AND (waarde IS NULL OR waarde = 0))
                OR (reden NOT IN ('nul', 'waarde') AND waarde IS NOT NULL)"
        ));
        assert_eq!(wrong, Vec::<String>::new(), "{table}");
    }
    let printed =
        release.lines("SELECT DISTINCT jaar = 2020 AS jaar_2020, status FROM gedrukt ORDER BY status");
    assert_eq!(
        printed,
        ["false | gedrukt_in_nota", "true | geextrapoleerd"],
        "all of the note's 2020 is an estimate"
    );
}

#[test]
fn nuisance_is_there_typed_and_empty() {
    let release = recorded_release();
    assert_eq!(release.lines("SELECT count(*) FROM overlast"), ["0"]);
    let series = "SELECT DISTINCT waarde, oordeel FROM trend_reeks WHERE reeks = 'overlast_zorgbehoevenden'";
    assert_eq!(release.lines(series), [" | geen waarde"]);
    let columns = release.lines(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'overlast' ORDER BY ordinal_position",
    );
    for expected in [
        "soort_code | Utf8",
        "regio_code | Utf8",
        "periode_code | Utf8",
        "waarde | Int64",
        "reden | Utf8",
        "status | Utf8",
        "bron | Utf8",
        "peildatum | Date32",
    ] {
        assert!(
            columns.iter().any(|column| column == expected),
            "{expected} in {columns:?}"
        );
    }
}

#[test]
fn no_total_and_no_nuisance_is_part_of_a_sum() {
    let release = recorded_release();
    let codes_of_the_basket = release.lines(
        "SELECT d.soort_code FROM reeks_delen AS d WHERE d.soort_code IN ('0.0.0', 'E33') AND d.reeks NOT IN
            ('totaal_misdrijven', 'overlast_zorgbehoevenden')",
    );
    assert_eq!(codes_of_the_basket, Vec::<String>::new());
    // The police's own total of Hengelo in 2022, from the file.
    let total = "SELECT waarde FROM delicten_jaar WHERE regio_code = 'GM0164' AND reeks = 'totaal_misdrijven' AND jaar = 2022";
    assert_eq!(release.lines(total), ["3907"]);
}

#[test]
fn the_66_targets_have_the_verdicts_of_the_specification_and_none_is_met() {
    let release = recorded_release();
    assert_eq!(
        release.lines("SELECT count(*), min(rapportjaar), max(rapportjaar) FROM doel_voortgang"),
        ["66 | 2022 | 2022"]
    );
    let with_another_verdict = release
        .lines("SELECT doel, oordeel FROM doel_voortgang WHERE oordeel <> 'geen meting' ORDER BY doel");
    assert_eq!(
        with_another_verdict,
        [
            "4.1.3-1a | geen meting, termijn verstreken",
            "4.2.4-2 | in uitvoering",
            "G1 | op koers (onzeker)",
            "G3 | niet te beoordelen",
            "G4c | geen meting, termijn verstreken",
            "G5 | niet beschikbaar",
        ]
    );
    let by_kind = release.lines("SELECT doel LIKE 'G%' AS algemeen, doel = 'R-16' AS r16, count(*) FROM doel_voortgang GROUP BY 1, 2 ORDER BY 1, 2");
    assert_eq!(
        by_kind,
        ["false | false | 58", "false | true | 1", "true | false | 7"]
    );
    let with_evidence =
        release.lines("SELECT doel FROM doel_voortgang WHERE bewijs IS NOT NULL ORDER BY doel");
    assert_eq!(with_evidence, ["4.2.4-2", "G1"]);
    let unproven = "SELECT doel FROM doel_voortgang WHERE bewijs IS NULL AND (oordeel LIKE 'gehaald%' OR oordeel LIKE 'op koers%')";
    assert_eq!(release.lines(unproven), Vec::<String>::new());
}

#[test]
fn the_main_target_stands_against_both_counts_of_year_0() {
    let row = recorded_release().lines(
        "SELECT waarde, streefwaarde, padwaarde, oordeel, basiswaarde_herzien, streefwaarde_herzien, padwaarde_herzien,
                oordeel_herzien
         FROM doel_voortgang WHERE doel = 'G1'",
    );
    assert_eq!(
        row,
        [
            "2087.0 | 2023.2 | 2113.12 | op koers (onzeker) | 2140.0 | 1926.0 | 2011.6 | niet op koers (onzeker)"
        ]
    );
}

#[test]
fn no_percentage_stands_on_a_base_below_50_and_no_verdict_on_one_below_10() {
    let release = recorded_release();
    for table in ["trend_reeks", "trend_thema"] {
        let below_50 = format!("SELECT count(*) FROM {table} WHERE basis < 50 AND index_2019 IS NOT NULL");
        assert_eq!(release.lines(&below_50), ["0"], "{table}");
    }
    let percentages = "SELECT count(*) FROM trend_reeks
        WHERE (basis < 50 AND verschil_pct IS NOT NULL) OR (vorig < 50 AND verschil_vorig_pct IS NOT NULL)";
    assert_eq!(release.lines(percentages), ["0"]);
    let below_10 =
        "SELECT DISTINCT oordeel FROM trend_reeks WHERE basis < 10 AND jaar <> 2019 AND waarde IS NOT NULL";
    assert_eq!(release.lines(below_10), ["te klein om te beoordelen"]);
    let compared = "SELECT DISTINCT oordeel_vorig FROM trend_reeks WHERE vorig < 10 AND jaar <> 2019 AND waarde IS NOT NULL";
    assert_eq!(release.lines(compared), ["te klein om te beoordelen"]);
}

#[test]
fn each_theme_with_series_counts_what_the_register_links_and_the_others_have_no_row() {
    let release = recorded_release();
    let themes = release.lines("SELECT DISTINCT paragraaf FROM trend_thema ORDER BY paragraaf");
    assert_eq!(themes, ["4.1.3", "4.2.2", "4.2.4", "4.3.1", "4.3.3", "4.4.4"]);
    // 4.4.4 counts nuisance, of which nothing was recorded.
    let nuisance = "SELECT DISTINCT waarde, reden, oordeel FROM trend_thema WHERE paragraaf = '4.4.4'";
    assert_eq!(release.lines(nuisance), [" | ontbreekt | geen waarde"]);
    // 2022 from the table of the specification: bedrijven 65 + winkel 155, motorvoertuig 118 + fiets 678.
    for (section, value) in [
        ("4.2.2", 65 + 155),
        ("4.3.3", 118 + 678),
        ("4.3.1", 142),
        ("4.1.3", 85),
    ] {
        let question =
            format!("SELECT waarde FROM trend_thema WHERE paragraaf = '{section}' AND jaar = 2022");
        assert_eq!(release.lines(&question), [value.to_string()], "{section}");
    }
}

#[test]
fn every_check_ran_and_none_found_an_error() {
    let release: Asked = recorded_release();
    let errors = "SELECT controle FROM controles WHERE ernst = 'fout' AND uitkomst NOT IN ('in orde', 'niets te toetsen')";
    assert_eq!(release.lines(errors), Vec::<String>::new());
    // The recordings hold no nuisance, no national survey, no months and no districts.
    let without = "SELECT controle FROM controles WHERE uitkomst = 'niets te toetsen' AND gezien = 0";
    assert_eq!(
        release.lines(without),
        [
            "enquete_marge",
            "maanden_tegen_jaar",
            "overlast_tegen_totaal",
            "wijken_tegen_gemeente",
            "wijkinwoners_tegen_gemeente",
        ]
    );
    // 58 kinds and their total in 375 regions and 11 years.
    let rows = "SELECT uitkomst, gezien FROM controles WHERE controle = 'regios_tegen_land'";
    assert_eq!(release.lines(rows), [format!("in orde | {}", 59 * 375 * 11)]);
    let warned = release.lines("SELECT controle, aantal FROM controles WHERE controle = 'gedrukt_totaal'");
    assert_eq!(warned, ["gedrukt_totaal | 2"]);
    let checks = release.release.manifest.run.checks;
    assert_eq!(
        release.lines("SELECT count(*) FROM controles"),
        [checks.performed.to_string()]
    );
    assert_eq!(checks.failed, 0);
}
