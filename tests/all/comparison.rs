//! The comparison between municipalities: places with their ranges, the funnel of peers, and the own approximation.
//!
//! Expected figures are those of the specification's test values 25, 26 and 31. All others were calculated once in Python
//! with NumPy and SciPy from the recorded police and population files, in the way of `tests/second_engine/recompute.py`,
//! without the program's SQL or Rust; Weesp counts with Amsterdam there, as it does for the police.

use crate::harness::{Asked, Project, published, recorded_release};

const APPROXIMATION: &str = "eigen_benadering_misdaadmeter";

/// One number of Hengelo in 2022.
fn of_hengelo(release: &Asked, series: &str, column: &str) -> f64 {
    release.number(&format!(
        "SELECT CAST({column} AS DOUBLE) AS n FROM vergelijking
         WHERE regio_code = 'GM0164' AND jaar = 2022 AND reeks = '{series}'"
    ))
}

#[track_caller]
fn is(found: f64, printed: f64) {
    assert!(
        (found - printed).abs() <= 1e-9 * printed.abs(),
        "{found}, expected {printed}"
    );
}

#[test]
fn test_values_25_and_26_the_funnel_of_the_basket_in_2022() {
    let release = recorded_release();
    for (column, printed) in [
        ("verwacht", 1_737.115_122),
        ("trechter_score", 8.009_964_138),
        ("trechter_phi", 157.004_730_6),
        ("trechter_tau2", 0.025_873_319_52),
        ("trechter_onder", 9.970_892_269),
        ("trechter_boven", 36.931_989_61),
        ("trechter_boven_ruim", 47.872_210_98),
    ] {
        is(of_hengelo(&release, "mand", column), printed);
    }
    // Not printed; SciPy.
    is(
        of_hengelo(&release, "mand", "trechter_onder_ruim"),
        5.363_239_049_561_543,
    );
    is(
        of_hengelo(&release, "mand", "trechter_midden"),
        21.320_574_423_709_33,
    );
}

/// Series, place, its range, peers outside the 95% limits, and peers outside the wide ones; all of 2022.
type Expected = (&'static str, (i64, i64, i64), usize, &'static [&'static str]);

#[rustfmt::skip]
const EXPECTED: &[Expected] = &[
    ("woninginbraken", (59, 9, 203), 13, &["GM0310 hoger", "GM1942 hoger", "GM1978 lager"]),
    ("diefstal_box_garage", (119, 27, 273), 13, &["GM0928 hoger", "GM1734 lager"]),
    ("diefstal_uit_motorvoertuig", (149, 68, 240), 16, &[]),
    ("fietsendiefstal", (19, 6, 43), 12, &[]),
    ("inbraak_bedrijven", (59, 6, 236), 14, &["GM0603 hoger"]),
    ("winkeldiefstal", (88, 51, 131), 8, &[]),
    ("overige_vermogensdelicten", (46, 20, 89), 9, &[]),
    ("bedreiging", (96, 31, 228), 13, &[]),
    ("mishandeling", (84, 41, 167), 8, &[]),
    ("zedendelicten", (67, 1, 265), 15, &["GM0736 lager"]),
    ("illegale_handel", (80, 29, 185), 12, &[]),
    ("vermogensdelicten", (37, 18, 62), 14, &[]),
    ("gewelddelicten", (86, 52, 146), 8, &[]),
    // Test value 31: 40 (26-60) of 341.
    ("mand", (40, 26, 60), 14, &[]),
    ("horizontale_fraude", (160, 13, 335), 15, &["GM0935 hoger"]),
    ("mand_met_fraude", (41, 25, 71), 13, &[]),
    ("cybercrime", (220, 7, 338), 5, &["GM1966 hoger"]),
    ("totaal_misdrijven", (46, 30, 72), 13, &[]),
    (APPROXIMATION, (86, 45, 154), 16, &["GM0917 hoger", "GM1978 lager"]),
];

#[test]
fn each_series_has_its_place_its_range_and_the_peers_that_stand_out() {
    let release = recorded_release();
    for (series, (place, highest, lowest), outside, far) in EXPECTED {
        let rank = release.lines(&format!(
            "SELECT rang, rang_van, rang_tot, gerangschikt FROM vergelijking
             WHERE regio_code = 'GM0164' AND jaar = 2022 AND reeks = '{series}'"
        ));
        assert_eq!(
            rank,
            [format!("{place} | {highest} | {lowest} | 341")],
            "{series}"
        );
        let of_2022 = format!("FROM vergelijking WHERE jaar = 2022 AND reeks = '{series}'");
        let found = release.number(&format!(
            "SELECT count(*) AS n {of_2022} AND oordeel IN ('hoger', 'lager', 'mogelijk hoger', 'mogelijk lager')"
        ));
        assert_eq!(found as usize, *outside, "{series}");
        let found = release.lines(&format!(
            "SELECT concat(regio_code, ' ', oordeel) AS a {of_2022} AND oordeel IN ('hoger', 'lager') ORDER BY regio_code"
        ));
        assert_eq!(found, *far, "{series}");
    }
}

#[test]
fn the_largest_has_a_range_as_well_and_its_police_territory() {
    // Amsterdam with Weesp, Enschede, Almelo and Schiermonnikoog; SciPy.
    let release = recorded_release();
    let found = release.lines(
        "SELECT regio_code, rang, rang_van, rang_tot FROM vergelijking WHERE jaar = 2022 AND reeks = 'mand'
         AND regio_code IN ('GM0363', 'GM0153', 'GM0141', 'GM0088') ORDER BY rang",
    );
    assert_eq!(
        found,
        [
            "GM0363 | 1 | 1 | 3",
            "GM0153 | 6 | 3 | 16",
            "GM0141 | 22 | 9 | 36",
            "GM0088 | 211 | 68 | 334"
        ]
    );
}

#[test]
fn whoever_is_not_of_a_size_has_a_place_and_no_verdict() {
    let release = recorded_release();
    let amsterdam =
        "SELECT oordeel, verwacht IS NULL AS a, trechter_onder IS NULL AS b, rang IS NOT NULL AS c
        FROM vergelijking WHERE regio_code = 'GM0363' AND jaar = 2022 AND reeks = 'mand'";
    assert_eq!(
        release.lines(amsterdam),
        ["niet vergelijkbaar | true | true | true"]
    );
    let others = "SELECT count(*) AS n FROM vergelijking WHERE NOT vergelijkbaar
        AND (oordeel NOT IN ('niet vergelijkbaar', 'geen waarde') OR trechter_boven IS NOT NULL)";
    is(release.number(others), 0.0);
}

#[test]
fn whoever_has_no_place_has_a_reason_and_nothing_else() {
    let release = recorded_release();
    let unranked = "FROM vergelijking WHERE rang IS NULL";
    let with_more = format!(
        "SELECT count(*) AS n {unranked} AND (opmerking IS NULL OR oordeel <> 'geen waarde' OR rang_van IS NOT NULL
            OR gerangschikt IS NOT NULL OR trechter_onder IS NOT NULL)"
    );
    is(release.number(&with_more), 0.0);
    let reasons = release.lines(&format!(
        "SELECT DISTINCT opmerking {unranked} ORDER BY opmerking"
    ));
    assert_eq!(
        reasons,
        [
            "bestond dat jaar nog niet als gemeente",
            "geen cijfer",
            "geen inwonertal",
            "grenswijziging met inwoners",
            "voorganger niet geheel"
        ]
    );
    let ranked = "SELECT count(*) AS n FROM vergelijking WHERE rang IS NOT NULL AND opmerking IS NOT NULL";
    is(release.number(ranked), 0.0);
}

#[test]
fn a_place_lies_within_its_range_everywhere() {
    let release = recorded_release();
    let outside = "SELECT count(*) AS n FROM vergelijking
        WHERE rang IS NOT NULL AND NOT (1 <= rang_van AND rang_van <= rang AND rang <= rang_tot AND rang_tot <= gerangschikt)";
    is(release.number(outside), 0.0);
    let limits = "SELECT count(*) AS n FROM vergelijking WHERE trechter_midden IS NOT NULL
        AND NOT (0 <= trechter_onder_ruim AND trechter_onder_ruim <= trechter_onder AND trechter_onder < trechter_midden
            AND trechter_midden < trechter_boven AND trechter_boven < trechter_boven_ruim)";
    is(release.number(limits), 0.0);
}

#[test]
fn fewer_than_ten_expected_is_too_small_to_compare() {
    let release = recorded_release();
    // Robberies: all 117 peers expect fewer than ten, street robberies 100 of them, violence in public 13; SciPy.
    for (series, small) in [
        ("overval", 117.0),
        ("straatroof", 100.0),
        ("openlijk_geweld", 13.0),
        ("mand", 0.0),
    ] {
        let found = format!(
            "SELECT count(*) AS n FROM vergelijking WHERE jaar = 2022 AND reeks = '{series}' AND oordeel = 'te klein'"
        );
        is(release.number(&found), small);
    }
}

#[test]
fn the_rate_is_that_of_the_table_of_crimes() {
    let release = recorded_release();
    let different = "SELECT count(*) AS n FROM vergelijking AS v
        JOIN delicten_jaar AS d ON d.regio_code = v.regio_code AND d.reeks = v.reeks AND d.jaar = v.jaar
        WHERE (v.per_1000 IS DISTINCT FROM d.per_1000) OR (v.waarde IS DISTINCT FROM d.waarde)
            OR (v.inwoners IS DISTINCT FROM d.inwoners) OR v.eigen_benadering";
    is(release.number(different), 0.0);
    let rows = "SELECT count(*) - (SELECT count(*) FROM delicten_jaar) AS n FROM vergelijking WHERE NOT eigen_benadering";
    is(release.number(rows), 0.0);
}

#[test]
fn the_own_approximation_is_labelled_and_stands_nowhere_but_in_the_comparison() {
    let release = recorded_release();
    let named = format!(
        "SELECT DISTINCT naam, eigen_benadering FROM vergelijking WHERE reeks = '{APPROXIMATION}' OR eigen_benadering"
    );
    assert_eq!(
        release.lines(&named),
        ["Eigen benadering, niet de AD Misdaadmeter | true"]
    );
    // Ten codes of the recorded file, in every municipality and year.
    is(of_hengelo(&release, APPROXIMATION, "waarde"), 968.0);
    for table in [
        "delicten_jaar",
        "trend_reeks",
        "nulmeting",
        "prognose",
        "aansluiting",
    ] {
        let there = format!("SELECT count(*) AS n FROM {table} WHERE reeks = '{APPROXIMATION}'");
        is(release.number(&there), 0.0);
    }
    // Whatever is said of it for the report carries the label.
    let unlabelled = format!(
        "SELECT count(*) AS n FROM voortgangsrapportage WHERE onderwerp = '{APPROXIMATION}'
            AND NOT (omschrijving LIKE 'Eigen benadering, niet de AD Misdaadmeter%'
                AND voorbehoud = 'Eigen benadering, niet de AD Misdaadmeter')"
    );
    is(release.number(&unlabelled), 0.0);
    let figures = format!(
        "SELECT count(*) AS n FROM voortgangsrapportage WHERE onderwerp = '{APPROXIMATION}' AND jaar = 2022"
    );
    is(release.number(&figures), 6.0);
}

#[test]
fn the_target_on_the_misdaadmeter_stays_unavailable_whatever_the_approximation_says() {
    let release = recorded_release();
    let target = "SELECT oordeel, waarde, bewijs, benadering FROM doel_voortgang WHERE doel = 'G5'";
    assert_eq!(
        release.lines(target),
        [format!("niet beschikbaar |  |  | {APPROXIMATION}")]
    );
    let others = "SELECT count(*) AS n FROM doel_voortgang WHERE benadering IS NOT NULL AND doel <> 'G5'";
    is(release.number(others), 0.0);
    let evidence = "SELECT count(*) AS n FROM doel_voortgang WHERE bewijs LIKE '%benadering%'";
    is(release.number(evidence), 0.0);
}

#[test]
fn the_report_shows_the_place_with_its_range_and_never_the_approximation_without_its_label() {
    let report = published().join("current/rapport/voortgangsrapportage-2022.html");
    let page = nulmeting::disk::read_to_string(&report).unwrap();
    let plain = page.replace('\u{a0}', " ");
    assert!(plain.contains("rang 40 van 341, kan ook 26 tot 60 zijn"));
    assert!(plain.contains("geen aantoonbaar verschil met vergelijkbare gemeenten"));
    assert!(plain.contains("id=\"grafiek-trechter\"") || plain.contains("grafiek-trechter-titel"));
    let place = "rang 86 van 341, kan ook 45 tot 154 zijn";
    let label = "Eigen benadering, niet de AD Misdaadmeter";
    // Beside the comparison, beside the target, and in the table of provenance.
    let shown: Vec<usize> = plain.match_indices(place).map(|(at, _)| at).collect();
    assert_eq!(shown.len(), 2);
    for at in shown {
        let before: String = plain[..at]
            .chars()
            .rev()
            .take(1200)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        assert!(before.contains(label), "{before}");
    }
    assert!(plain.contains("Achtergrond, geen bewijs."));
}

#[test]
fn without_years_to_measure_dispersion_a_place_has_no_range_and_the_report_says_so() {
    let project = Project::of_year_0();
    project.accept_missing_years();
    project.run().with(0);
    let release = project.release();
    // The place is counted here from the rates; the funnel needs no other years.
    let of_2019 = "FROM vergelijking WHERE jaar = 2019 AND reeks = 'mand' AND gerangschikt IS NOT NULL";
    let higher = format!(
        "SELECT count(*) AS n {of_2019}
            AND 1000.0 * waarde / inwoners > (SELECT max(1000.0 * waarde / inwoners) {of_2019} AND regio_code = 'GM0164')"
    );
    let place = 1 + release.number(&higher) as usize;
    let of = release.number(&format!("SELECT count(*) AS n {of_2019}")) as usize;
    assert!(of > 300);
    let hengelo =
        format!("SELECT rang, rang_van, rang_tot, gerangschikt, oordeel {of_2019} AND regio_code = 'GM0164'");
    assert_eq!(
        release.lines(&hengelo),
        [format!("{place} |  |  | {of} | geen aantoonbaar verschil")]
    );
    // The approximation lies outside the top 100 in 2019 (148th of 337 by the population of each code; SciPy), and that
    // proves nothing.
    let approximated = format!(
        "SELECT rang AS n FROM vergelijking WHERE reeks = '{APPROXIMATION}' AND regio_code = 'GM0164'"
    );
    assert!(release.number(&approximated) > 100.0);
    let target = "SELECT oordeel FROM doel_voortgang WHERE doel = 'G5'";
    assert_eq!(release.lines(target), ["niet beschikbaar"]);
    let page = nulmeting::disk::read_to_string(
        &project
            .data()
            .join("current/rapport/voortgangsrapportage-2019.html"),
    )
    .unwrap();
    assert!(page.replace('\u{a0}', " ").contains(&format!(
        "rang {place} van {of}; hoe zeker die is, is niet bekend"
    )));
}

#[test]
fn an_approximation_that_is_no_sum_of_single_crimes_is_refused() {
    let parts = "pipelines/hengelo/benadering_delen.csv";
    let of = |row: &str| {
        let project = Project::copy();
        project.append(parts, row);
        project.run().with(78)
    };
    of(&format!("{APPROXIMATION};47013NED;0.0.0;alles\n"))
        .saying(&["benadering_delen.csv:12: `soort_code`", "no total of the source"]);
    of(&format!("{APPROXIMATION};47021NED;E33;overlast\n"))
        .saying(&["benadering_delen.csv:12: `bron`", "holds crimes"]);
    of(&format!("{APPROXIMATION};47013NED;1.1.1;nog een keer\n"))
        .saying(&["benadering_delen.csv:12", "stands once"]);
}
