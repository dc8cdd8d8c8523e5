//! What the whole page must hold, whatever its data: meaning, links that lead somewhere, and no trace of emptiness.

use std::collections::BTreeSet;

use super::model::{BeleidRow, ReeksDeelRow, ReeksRow, ReportData, TrendReeksRow};
use super::{file_name, render, testing};

fn page() -> String {
    render(&testing::report()).unwrap()
}

/// The values of an attribute, in order.
fn attribute(html: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    html.split(&start)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(String::from)
        .collect()
}

/// The text between the first `from` and the `to` after it.
fn between<'a>(html: &'a str, from: &str, to: &str) -> &'a str {
    html.split_once(from)
        .and_then(|(_, rest)| rest.split_once(to))
        .unwrap_or_default()
        .0
}

fn assert_sound(html: &str) {
    let ids = attribute(html, "id");
    let unique: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len(), "an id occurs twice");
    for link in attribute(html, "href") {
        let target = link
            .strip_prefix('#')
            .unwrap_or_else(|| panic!("a link leaves the page: {link}"));
        assert!(ids.iter().any(|id| id == target), "{link} leads nowhere");
    }
    for names in attribute(html, "aria-labelledby") {
        assert!(
            names.split(' ').all(|name| ids.iter().any(|id| id == name)),
            "{names}"
        );
    }
    for svg in html.split("<svg").skip(1) {
        let svg = svg.split("</svg>").next().unwrap();
        assert!(
            svg.contains("role=\"img\"") && svg.contains("</title>") && svg.contains("</desc>"),
            "{svg}"
        );
        assert!(
            !svg.contains("></title>") && !svg.contains("></desc>"),
            "an empty name or description: {svg}"
        );
    }
    for forbidden in [
        "NaN", "None", "Some(", "inf%", "<script", "http:", "https:", "url(http", "@import",
    ] {
        assert!(!html.contains(forbidden), "{forbidden} on the page");
    }
    let levels: Vec<u32> = html
        .match_indices("<h")
        .filter_map(|(at, _)| html.get(at + 2..at + 3)?.parse().ok())
        .collect();
    assert_eq!(levels.first(), Some(&1));
    assert!(
        levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
        "a heading skips a level: {levels:?}"
    );
}

#[test]
fn the_page_is_sound() {
    assert_sound(&page());
}

#[test]
fn the_first_screen_gives_the_basket_the_target_and_both_verdicts() {
    let html = page();
    let brief = between(&html, "id=\"kort\"", "</section>");
    for part in [
        ">2.087</a>",
        "2.023",
        "de vastgestelde 2.248 van 2019 min 10% is 2.023,2",
        "◐</span> op koers (onzeker)",
        "◇</span> niet op koers (onzeker)",
        "tegen het vastgestelde jaar 0 (2.248)",
        "zoals de politie het nu telt (2.140)",
        "de rechte weg staat op 2.113",
        "de rechte weg staat op 2.012",
        "Van de gevraagde daling van 224,8 delicten is 108 alleen een verschil in tellen",
        "Het meeste daarvan, 105, zit in (Brom)fietsendiefstal (704 in de nota, 599 nu)",
        "hoger dan 2021, een niet-representatief jaar: totaal van de 14 rijen (van 1.758 naar 2.087) en (brom)fietsendiefstal (van 389 naar 678)",
    ] {
        assert!(brief.contains(part), "{part} in {brief}");
    }
}

#[test]
fn the_header_names_municipality_policy_and_peildatum() {
    let html = page();
    let header = between(&html, "<header", "</header>");
    for part in [
        "Voortgangsrapportage veiligheid 2022",
        "Gemeente Hengelo",
        "Integraal veiligheidsbeleid 2021-2024",
        "1\u{a0}november\u{a0}2023",
    ] {
        assert!(header.contains(part), "{part}");
    }
}

#[test]
fn small_numbers_are_told_as_from_and_to_and_never_as_a_percentage() {
    let html = page();
    let row = between(&html, "<th scope=\"row\">Overvallen</th>", "</tr>");
    assert!(
        row.contains("van\u{a0}7 naar\u{a0}0") && row.contains("te klein om te beoordelen"),
        "{row}"
    );
    assert!(!row.contains('%'), "{row}");
}

#[test]
fn year_0_stands_twice_and_reservations_have_words() {
    let html = page();
    let row = between(&html, "<th scope=\"row\">(Brom)fietsendiefstal</th>\n", "</tr>");
    assert!(
        row.contains("704") && row.contains("599") && row.contains("+13,2%"),
        "{row}"
    );
    assert!(
        row.contains("(voorbehoud: niet-representatief jaar)") && row.contains('°'),
        "{row}"
    );
}

#[test]
fn a_series_without_police_figures_says_so_and_shows_what_the_note_adopted() {
    let html = page();
    let row = between(
        &html,
        "<th scope=\"row\">Overlast door personen met verward gedrag</th>",
        "</tr>",
    );
    assert!(
        row.contains("470") && row.contains("geen politiecijfers"),
        "{row}"
    );
    assert!(html.contains("De nota drukt 385 (2018), 470 (2019, jaar 0) en 503 (2020, geschat)."));
}

#[test]
fn themes_have_a_chart_or_stand_in_the_list_of_those_without_figures() {
    let html = page();
    for id in [
        "grafiek-drugs-illegale_handel",
        "grafiek-cybercrime-horizontale_fraude",
        "grafiek-cybercrime-cybercrime",
    ] {
        assert!(html.contains(&format!("<title id=\"{id}-titel\">")), "{id}");
    }
    assert!(html.contains("4.1.1 Georganiseerde criminaliteit: geen politiecijfers"));
    assert!(html.contains("4.4.4 Overlast door personen met verward gedrag: geen politiecijfers"));
    assert!(
        html.contains("In 2022 telt dit thema 440 registraties: geen aantoonbaar verschil met 2019 (407).")
    );
}

#[test]
fn a_theme_is_not_marked_with_what_only_touches_the_year_before() {
    let html = page();
    let theme = between(&html, "In 2022 telt dit thema 440 registraties", "</p>");
    assert!(
        theme.contains("trendbreuk") && !theme.contains("niet-representatief"),
        "{theme}"
    );
}

#[test]
fn the_contributions_show_what_the_total_hides() {
    let html = page();
    assert!(html.contains("De grootste: (Brom)fietsendiefstal (+79) en Winkeldiefstal (−45)."));
}

#[test]
fn the_estimate_of_the_note_stands_beside_what_it_became() {
    let html = page();
    assert!(html.contains("kwamen er 1 buiten de marge uit: Totaal van de 14 rijen."));
    let row = between(&html, "Schatting en uitkomst van 2020", "</table>");
    assert!(
        row.contains("1.792–1.950") && row.contains("2.020") && row.contains("◇</span> buiten de marge"),
        "{row}"
    );
}

#[test]
fn wrong_printed_totals_and_unexplained_differences_are_told() {
    let html = page();
    assert!(html.contains("2018: gedrukt 2.346, de rijen tellen op tot 2.442 (−96)"));
    assert!(html.contains("2020: gedrukt 1.770, de rijen tellen op tot 1.869 (−99)"));
    assert!(html.contains("verschil, oorzaak onbekend"));
}

#[test]
fn breaks_are_listed_once_up_to_the_target_year() {
    let html = page();
    let breaks = between(&html, "Trendbreuken die deze rapportage raken", "</ul>");
    assert_eq!(breaks.matches("juli\u{a0}2018").count(), 1);
    assert!(
        breaks.contains("illegale handel en totaal van de 14 rijen") && breaks.contains("juli\u{a0}2024")
    );
    assert!(!breaks.contains("2030"));
}

#[test]
fn all_targets_are_counted_and_listed_in_the_order_of_the_note() {
    let html = page();
    let part = between(&html, "id=\"c\"", "</section>");
    assert!(
        part.contains("7\u{a0}doelen: ") && part.contains("Zonder bewijs wordt geen doel gehaald genoemd.")
    );
    assert_eq!(part.matches("<td class=\"id\">").count(), 7);
    assert!(part.contains("geen paragraaf en geen doel in de nota"));
    let places: Vec<usize> = [
        "Algemene doelen",
        ">G1<",
        "4.1.1 Georganiseerde",
        "4.1.3 Drugs",
        "4.2 Recreëren/werken en veiligheid",
        ">4.2.4-2<",
    ]
    .iter()
    .map(|text| part.find(text).unwrap_or_else(|| panic!("{text}")))
    .collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn the_counts_of_the_stands_add_up_to_all_targets() {
    let html = page();
    let stands = between(&html, "<ul class=\"stands\">", "</ul>");
    let sum: u32 = stands
        .split("<b>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().parse::<u32>().unwrap())
        .sum();
    assert_eq!(sum, 7);
}

#[test]
fn a_target_that_is_met_shows_its_evidence() {
    let html = page();
    let row = between(&html, ">4.1.1-1<", "</tr>");
    assert!(
        row.contains("gehaald") && row.contains("bewijs: raadsbesluit 2022-17"),
        "{row}"
    );
}

#[test]
fn surveys_carry_their_margin_and_the_caution_about_unknown_numbers() {
    let html = page();
    assert!(html.contains("15,3–21,1") && html.contains("marge onbekend"));
    assert!(html.contains("Van de meting van 2017 is het aantal deelnemers niet bekend."));
    assert!(html.contains("+5\u{a0}procentpunt"));
}

#[test]
fn a_hostile_register_cannot_write_html() {
    let attack = "<script>alert('x')</script>\"><img src=x>";
    let mut data = testing::report();
    data.beleid.gemeente_naam = attack.into();
    for series in &mut data.reeks {
        series.naam = attack.into();
    }
    for theme in &mut data.thema {
        theme.naam = attack.into();
        theme.hoofdstuk = attack.into();
    }
    for target in &mut data.doel_voortgang {
        target.tekst = attack.into();
        target.doel.push_str(attack);
    }
    for check in &mut data.controles {
        check.getoetst = attack.into();
    }
    let html = render(&data).unwrap();
    assert!(
        !html.contains("<script") && !html.contains("<img"),
        "markup got through"
    );
    assert_sound(&html);
}

#[test]
fn empty_tables_make_a_page_that_says_what_is_missing() {
    let html = render(&ReportData::default()).unwrap();
    assert_sound(&html);
    assert!(html.contains("Er is nog geen jaar met een cijfer voor elke rij van de mand"));
    assert!(html.contains("Er staan geen doelen in het register."));
    assert_eq!(file_name(&ReportData::default()), "voortgangsrapportage.html");
}

#[test]
fn every_table_may_be_empty_on_its_own() {
    let empty: [fn(&mut ReportData); 18] = [
        |data| data.rapportjaar = None,
        |data| data.reeks.clear(),
        |data| data.reeks_delen.clear(),
        |data| data.frasen.clear(),
        |data| data.nulmeting.clear(),
        |data| data.trend_reeks.clear(),
        |data| data.trend_thema.clear(),
        |data| data.thema.clear(),
        |data| data.thema_reeksen.clear(),
        |data| data.prognose.clear(),
        |data| data.aansluiting.clear(),
        |data| data.doel_voortgang.clear(),
        |data| data.monitor_indicator.clear(),
        |data| data.vergelijking.clear(),
        |data| data.gelijken.clear(),
        |data| data.benaderingen.clear(),
        |data| data.trendbreuken.clear(),
        |data| data.voortgangsrapportage.clear(),
    ];
    for (number, clear) in empty.into_iter().enumerate() {
        let mut data = testing::report();
        clear(&mut data);
        let html = render(&data).unwrap_or_else(|error| panic!("table {number}: {error}"));
        assert_sound(&html);
    }
}

#[test]
fn figures_that_are_not_finite_never_reach_the_page() {
    let mut data = testing::report();
    for row in &mut data.trend_reeks {
        row.ondergrens = Some(f64::NAN);
        row.bovengrens = Some(f64::INFINITY);
        row.verschil_pct = Some(f64::NEG_INFINITY);
    }
    for row in &mut data.gelijken {
        row.per_1000 = f64::NAN;
        row.trechter_boven_ruim = Some(f64::INFINITY);
    }
    for row in &mut data.vergelijking {
        row.per_1000 = Some(f64::NAN);
        row.trechter_onder = Some(f64::NEG_INFINITY);
    }
    for row in &mut data.doel_voortgang {
        row.waarde = Some(f64::NAN);
        row.padwaarde = Some(f64::NAN);
    }
    assert_sound(&render(&data).unwrap());
}

#[test]
fn a_municipality_without_a_printed_note_gets_its_own_names_and_one_year_0() {
    let year = |jaar: i32, waarde| TrendReeksRow {
        reeks: "fiets".into(),
        jaar,
        waarde: Some(waarde),
        basis: Some(50),
        ..TrendReeksRow::default()
    };
    let series = |reeks: &str, naam: &str, familie: &str, soort: &str| ReeksRow {
        reeks: reeks.into(),
        naam: naam.into(),
        groep: "g".into(),
        soort: soort.into(),
        aard: "misdrijf".into(),
        familie: familie.into(),
        vanaf_jaar: None,
        streef: None,
        toelichting: None,
    };
    let data = ReportData {
        beleid: BeleidRow {
            gemeente_naam: "Elders".into(),
            basisjaar: 2023,
            streefjaar: 2027,
            ..BeleidRow::default()
        },
        rapportjaar: Some(2024),
        reeks: vec![
            series("fiets", "Fietsen", "rijen", "reeks"),
            series("som", "Som", "hoofd", "mand"),
        ],
        reeks_delen: vec![ReeksDeelRow {
            reeks: "som".into(),
            deel: "fiets".into(),
        }],
        trend_reeks: vec![
            year(2023, 50),
            year(2024, 40),
            TrendReeksRow {
                reeks: "som".into(),
                ..year(2024, 40)
            },
        ],
        ..ReportData::default()
    };
    let html = render(&data).unwrap();
    assert_sound(&html);
    assert!(html.contains("Gemeente Elders") && html.contains("Fietsen") && !html.contains("in de nota"));
    for foreign in ["Hengelo", "2019", "2022", "fietsendiefstal", "14 rijen"] {
        assert!(!html.contains(foreign), "{foreign} is typed in code");
    }
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    assert_eq!(page(), page());
    assert_eq!(file_name(&testing::report()), "voortgangsrapportage-2022.html");
}

/// The report in which a figure of a series is kept back for a reason.
fn without(data: &mut ReportData, series: &str, year: i32, reason: &str) {
    let row = data
        .trend_reeks
        .iter_mut()
        .find(|row| row.reeks == series && row.jaar == year)
        .unwrap();
    *row = TrendReeksRow {
        reeks: series.into(),
        jaar: year,
        reden: Some(reason.into()),
        oordeel: Some("geen waarde".into()),
        oordeel_vorig: Some("geen waarde".into()),
        ..TrendReeksRow::default()
    };
}

#[test]
fn what_is_kept_back_is_not_called_a_series_without_police_figures() {
    for (reason, words, sentence) in [
        ("geheim", "geheim", "is geheim: de bron houdt het achter"),
        (
            "onmogelijk",
            "onmogelijk",
            "is onmogelijk: volgens de bron kan het er niet zijn",
        ),
        ("niet_gepubliceerd", "niet gepubliceerd", "is niet gepubliceerd"),
        ("ontbreekt", "ontbreekt", "ontbreekt"),
    ] {
        let mut data = testing::report();
        without(&mut data, "cybercrime", 2022, reason);
        without(&mut data, "mand", 2021, reason);
        for row in data.trend_reeks.iter_mut().filter(|row| row.reeks == "mand") {
            row.vorig = row.vorig.filter(|_| row.jaar != 2022);
        }
        let theme = data
            .trend_thema
            .iter_mut()
            .find(|row| row.thema == "cybercrime")
            .unwrap();
        (theme.waarde, theme.reden) = (None, Some(reason.into()));
        let html = render(&data).unwrap();
        assert_sound(&html);
        // The table of crimes and that of the theme.
        let row = between(&html, "<th scope=\"row\">Cybercrime</th>", "</tr>");
        assert!(
            row.contains(&format!("2022: {words}<")) && !row.contains("politiecijfers"),
            "{row}"
        );
        assert!(html.contains(&format!("Het cijfer van dit thema over 2022 {sentence}.")));
        // The basket in the year before: the chart's table, what is new since the note, and in short.
        let table = between(&html, "Totaal van de 14 rijen naar jaar", "</table>");
        let year = between(table, ">2021<", "</tr>");
        assert!(year.contains(&format!(">{words}<")), "{year}");
        let new = between(&html, "Nieuw sinds de nota", "</table>");
        assert!(between(new, ">2021<", "</tr>").contains(words), "{new}");
        assert!(html.contains(&format!("2021 ({words})")), "in short");
        // A comparison needs an own count.
        let mut data = testing::report();
        without(&mut data, "mand", 2019, reason);
        let html = render(&data).unwrap();
        assert!(html.contains(&format!(
            "Over 2019 is er geen vergelijking: het eigen aantal {sentence}."
        )));
    }
}

#[test]
fn a_basket_that_is_kept_back_altogether_is_not_one_without_figures() {
    let mut data = testing::report();
    for year in 2012..=2022 {
        without(&mut data, "mand", year, "geheim");
    }
    let html = render(&data).unwrap();
    assert!(
        html.contains("Over de mand is er geen cijfer (2012: geheim,"),
        "{html}"
    );
    assert!(!html.contains("nog geen politiecijfers over de mand"));
    // A theme of which every figure is secret has no table, and says why.
    let mut data = testing::report();
    for year in 2012..=2022 {
        without(&mut data, "illegale_handel", year, "geheim");
    }
    let theme = data
        .trend_thema
        .iter_mut()
        .find(|row| row.thema == "drugs")
        .unwrap();
    (theme.waarde, theme.reden) = (None, Some("geheim".into()));
    let html = render(&data).unwrap();
    assert!(html.contains("<li>4.1.3 Drugs: geheim</li>"));
    assert!(html.contains("<li>4.1.1 Georganiseerde criminaliteit: geen politiecijfers</li>"));
}

#[test]
fn years_before_a_series_can_be_compared_are_a_dash_and_not_called_unpublished() {
    let html = page();
    let years = between(&html, "Alle jaren van de delicten", "</table>");
    let row = between(years, "Horizontale fraude", "</tr>");
    assert!(row.contains("–") && !row.contains("niet gepubliceerd"), "{row}");
}
