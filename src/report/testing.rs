//! A report for tests: Hengelo 2022 in small, from the recorded police figures and the specification of statistics.
//!
//! Counts are those of 47013NED as known on 1 November 2023, year 0 as adopted is that of the note (l.244-278), verdicts
//! and intervals are those of the specification. Small enough to read, with one row for every branch of the page.

use chrono::NaiveDate;

use super::model::*;

mod judged;

/// First year of [`SERIES`].
const FIRST_YEAR: i32 = 2012;
/// Verdict without a difference, the one that most rows have.
const SAME: &str = "geen aantoonbaar verschil";
const SMALL: &str = "te klein om te beoordelen";

/// Key, name, group, kind, family, year 0 as adopted, counts from 2012, 95% interval of 2022, verdicts of 2022.
type Series = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Option<i64>,
    &'static [i64],
    (f64, f64),
    (&'static str, &'static str),
);

#[rustfmt::skip]
const SERIES: &[Series] = &[
    ("woninginbraken", "Woninginbraken", "vermogensdelicten", "reeks", "rijen", Some(176), &[360, 395, 389, 302, 305, 273, 192, 170, 187, 132, 142], (103.8, 189.7), (SAME, SAME)),
    ("fietsendiefstal", "(Brom)fietsendiefstal", "vermogensdelicten", "reeks", "rijen", Some(704), &[789, 963, 882, 902, 846, 790, 795, 599, 499, 389, 678], (538.8, 842.2), (SAME, "hoger")),
    ("inbraak_bedrijven", "Inbraak bedrijven", "vermogensdelicten", "reeks", "rijen", Some(60), &[209, 202, 139, 156, 160, 141, 112, 73, 54, 30, 65], (45.1, 90.7), (SAME, "mogelijk hoger")),
    ("winkeldiefstal", "Winkeldiefstal", "vermogensdelicten", "reeks", "rijen", Some(200), &[246, 195, 161, 151, 152, 153, 151, 200, 168, 136, 155], (121.9, 194.3), (SAME, SAME)),
    ("vermogensdelicten", "Vermogensdelicten", "vermogensdelicten", "subtotaal", "sommen", Some(1800), &[2717, 3001, 2538, 2461, 2523, 2102, 1948, 1688, 1525, 1295, 1652], (1400.0, 1930.0), (SAME, "hoger")),
    ("overval", "Overvallen", "gewelddelicten", "reeks", "rijen", Some(7), &[7, 6, 9, 3, 3, 1, 5, 7, 6, 3, 0], (0.0, 3.7), (SMALL, SMALL)),
    ("gewelddelicten", "Gewelddelicten", "gewelddelicten", "subtotaal", "sommen", Some(279), &[562, 536, 468, 440, 382, 334, 341, 281, 308, 278, 303], (250.0, 360.0), (SAME, SAME)),
    ("illegale_handel", "Illegale handel", "illegale_handel", "reeks", "rijen", Some(122), &[110, 105, 90, 79, 79, 54, 96, 124, 157, 142, 85], (59.9, 117.1), (SAME, "mogelijk lager")),
    ("mand", "Totaal van de 14 rijen", "totaal", "mand", "hoofd", Some(2248), &[3441, 3680, 3133, 3008, 3013, 2538, 2441, 2140, 2020, 1758, 2087], (1_876.884_993, 2_314.203_156), (SAME, "hoger")),
    ("horizontale_fraude", "Horizontale fraude", "begeleidend", "reeks", "rijen", Some(382), &[0, 0, 0, 0, 322, 317, 279, 381, 589, 531, 388], (314.2, 473.9), (SAME, "mogelijk lager")),
    ("cybercrime", "Cybercrime", "begeleidend", "reeks", "sommen", None, &[52, 25, 16, 19, 1, 11, 9, 26, 49, 41, 52], (34.0, 76.0), (SAME, SAME)),
    ("overlast_zorgbehoevenden", "Overlast door personen met verward gedrag", "begeleidend", "reeks", "rijen", Some(470), &[], (0.0, 0.0), (SAME, SAME)),
    ("totaal_misdrijven", "Alle geregistreerde misdrijven", "totaal", "brontotaal", "sommen", None, &[5432, 5497, 4843, 4795, 4596, 4056, 4005, 3757, 3932, 3586, 3907], (3600.0, 4220.0), (SAME, SAME)),
];

#[rustfmt::skip]
const PHRASES: &[(&str, &str, &str, &str)] = &[
    ("nulmeting", "nulmeting", "trend", "0"),
    ("te_klein", SMALL, "trend", "·"),
    ("lager", "lager", "trend", "▼"),
    ("hoger", "hoger", "trend", "▲"),
    ("mogelijk_lager", "mogelijk lager", "trend", "▽"),
    ("mogelijk_hoger", "mogelijk hoger", "trend", "△"),
    ("geen_verschil", SAME, "trend", "="),
    ("niet_te_beoordelen", "niet te beoordelen", "trend", "?"),
    ("voorbehoud_trendbreuk", "trendbreuk", "voorbehoud", "¦"),
    ("voorbehoud_niet_representatief", "niet-representatief jaar", "voorbehoud", "°"),
    ("voorbehoud_nulmeting_verschilt", "nulmeting verschilt van bron", "voorbehoud", "≠"),
    ("voorbehoud_controles", "hangt af van controles", "voorbehoud", "†"),
    ("doel_niet_beschikbaar", "niet beschikbaar", "doel", "–"),
    ("doel_niet_te_beoordelen", "niet te beoordelen", "doel", "?"),
    ("doel_geen_meting", "geen meting", "doel", "○"),
    ("doel_termijn_verstreken", "geen meting, termijn verstreken", "doel", "!"),
    ("doel_gehaald", "gehaald", "doel", "●"),
    ("doel_in_uitvoering", "in uitvoering", "doel", "◐"),
    ("doel_op_koers_onzeker", "op koers (onzeker)", "doel", "◐"),
    ("doel_niet_op_koers_onzeker", "niet op koers (onzeker)", "doel", "◇"),
    ("trechter_te_klein", "te klein", "vergelijking", "·"),
    ("trechter_hoger", "hoger", "vergelijking", "▲"),
    ("trechter_mogelijk_hoger", "mogelijk hoger", "vergelijking", "△"),
    ("trechter_geen_verschil", SAME, "vergelijking", "="),
];

/// The day on which the police figures were as the tests have them.
pub(super) fn peildatum() -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, 11, 1).unwrap()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// A cell that holds a text.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the columns of the model may be empty, these cells are not"
)]
fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

/// The report of Hengelo over 2022, in small.
pub(super) fn report() -> ReportData {
    let mut data = ReportData {
        beleid: BeleidRow {
            gemeente: "GM0164".into(),
            gemeente_naam: "Hengelo".into(),
            titel: "Integraal veiligheidsbeleid 2021-2024".into(),
            vastgesteld_op: Some(day(2021, 1, 13)),
            basisjaar: 2019,
            streefjaar: 2024,
            daling_pct: Some(10.0),
        },
        rapportjaar: Some(2022),
        niet_representatief: vec![
            unrepresentative(
                2020,
                "nota",
                "In cijfermatige zin is 2020 weinig representatief.",
                text("236-237"),
            ),
            unrepresentative(2021, "product", "Ook in 2021 golden coronamaatregelen.", None),
        ],
        bronnen: vec![BronRow {
            bron: "47013NED".into(),
            titel: "Geregistreerde misdrijven en aangiften".into(),
            uitgever: "Politie".into(),
            waarom: "De geregistreerde misdrijven.".into(),
            peildatum: Some(peildatum()),
        }],
        frasen: PHRASES.iter().map(phrase).collect(),
        conventies: ["percentage_vanaf", "ontwerpeffect_panel"]
            .map(convention)
            .to_vec(),
        definities: vec![DefinitieRow {
            term: "kwetsbare_wijk".into(),
            tekst: "Wijk die het meest kwetsbaar is.".into(),
            status: "voorstel".into(),
            regel: text("939-941"),
        }],
        ..ReportData::default()
    };
    add_series(&mut data);
    add_themes(&mut data);
    add_breaks(&mut data);
    add_note(&mut data);
    add_estimates(&mut data);
    judged::add_surveys(&mut data);
    judged::add_targets(&mut data);
    judged::add_checks(&mut data);
    data
}

fn unrepresentative(jaar: i32, door: &str, tekst: &str, regel: Option<String>) -> NietRepresentatiefRow {
    NietRepresentatiefRow {
        jaar,
        door: door.into(),
        tekst: tekst.into(),
        regel,
    }
}

fn phrase((code, frase, soort, teken): &(&str, &str, &str, &str)) -> FraseRow {
    FraseRow {
        code: (*code).into(),
        frase: (*frase).into(),
        soort: (*soort).into(),
        teken: (*teken).into(),
        toelichting: text("Toelichting bij de frase"),
    }
}

fn convention(key: &str) -> ConventieRow {
    ConventieRow {
        conventie: key.into(),
        tekst: format!("Afspraak {key}."),
        bron: "eigen afspraak".into(),
    }
}

fn add_series(data: &mut ReportData) {
    for (reeks, naam, groep, soort, familie, adopted, counts, interval, verdicts) in SERIES {
        data.reeks.push(ReeksRow {
            reeks: (*reeks).into(),
            naam: (*naam).into(),
            groep: (*groep).into(),
            soort: (*soort).into(),
            aard: if *reeks == "overlast_zorgbehoevenden" {
                "overlast"
            } else {
                "misdrijf"
            }
            .into(),
            familie: (*familie).into(),
            vanaf_jaar: (*reeks == "horizontale_fraude").then_some(2016),
            streef: (*soort == "mand").then(|| "doel".to_owned()),
            toelichting: (*reeks == "overlast_zorgbehoevenden")
                .then(|| "Telt registraties van overlast".to_owned()),
        });
        if *familie == "rijen" && *groep != "begeleidend" {
            data.reeks_delen.push(ReeksDeelRow {
                reeks: "mand".into(),
                deel: (*reeks).into(),
            });
        }
        let base = counts.get(7).copied();
        let differs = adopted.zip(base).map(|(adopted, base)| base - adopted);
        data.nulmeting.push(NulmetingRow {
            reeks: (*reeks).into(),
            waarde_vastgesteld: *adopted,
            waarde_bron: base,
            verschil: differs,
            oordeel: text(if differs.is_some_and(|by| by.abs() > 10) {
                "verschil, oorzaak onbekend"
            } else {
                "verschil binnen het herzieningsbudget"
            }),
            streefwaarde: (*soort == "mand").then_some(2023.2),
            streefwaarde_soort: (*soort == "mand").then(|| "doel".to_owned()),
        });
        for (offset, count) in counts.iter().enumerate() {
            let jaar = FIRST_YEAR + i32::try_from(offset).unwrap();
            // The fraud code held other things before 2016.
            let waarde = (*reeks != "horizontale_fraude" || jaar >= 2016).then_some(*count);
            let last = jaar == 2022;
            let vorig = offset
                .checked_sub(1)
                .and_then(|before| counts.get(before))
                .copied();
            let row = TrendReeksRow {
                reeks: (*reeks).into(),
                jaar,
                waarde,
                reden: text(if waarde.is_some() {
                    "waarde"
                } else {
                    "niet_gepubliceerd"
                }),
                status: text("definitief"),
                basis: base,
                vorig,
                verschil: base.map(|base| count - base),
                verschil_pct: base
                    .filter(|base| *base >= 50)
                    .map(|base| 100.0 * (count - base) as f64 / base as f64),
                verschil_vorig_pct: None,
                ondergrens: Some(if last { interval.0 } else { *count as f64 * 0.9 }),
                bovengrens: Some(if last { interval.1 } else { *count as f64 * 1.1 }),
                per_1000: Some(*count as f64 / 81.476),
                oordeel: text(if jaar == 2019 { "nulmeting" } else { verdicts.0 }),
                teken: None,
                oordeel_vorig: text(verdicts.1),
                teken_vorig: None,
                voorbehoud_basis: text("nulmeting verschilt van bron; trendbreuk"),
                voorbehoud_vorig: text("niet-representatief jaar"),
                bron: text("47013NED"),
                peildatum: Some(peildatum()),
            };
            if waarde.is_some() {
                data.voortgangsrapportage.push(VoortgangsrapportageRow {
                    cijfer: format!("trend_reeks.{reeks}.{jaar}.waarde"),
                    jaar: Some(jaar),
                    onderwerp: (*reeks).into(),
                    omschrijving: "geregistreerd volgens de politie nu".into(),
                    waarde: Some(*count as f64),
                    eenheid: text("aantal"),
                    tabel: "trend_reeks".into(),
                    bron: text("47013NED"),
                    peildatum: Some(peildatum()),
                    regel: None,
                });
            }
            data.trend_reeks.push(row);
        }
    }
}

fn add_themes(data: &mut ReportData) {
    for (thema, paragraaf, naam, hoofdstuk, series) in [
        (
            "ondermijning",
            Some("4.1.1"),
            "Georganiseerde criminaliteit",
            "4.1 De bestuurlijke aanpak",
            &[][..],
        ),
        (
            "drugs",
            Some("4.1.3"),
            "Drugs",
            "4.1 De bestuurlijke aanpak",
            &["illegale_handel"],
        ),
        (
            "cybercrime",
            Some("4.2.4"),
            "Cybercrime",
            "4.2 RECREËREN/WERKEN EN VEILIGHEID",
            &["horizontale_fraude", "cybercrime"],
        ),
        (
            "thuis_en_daklozen",
            None,
            "Beleid thuis en daklozen",
            "4.4 VEILIGHEID EN ZORG",
            &[],
        ),
        (
            "verward_gedrag",
            Some("4.4.4"),
            "Overlast door personen met verward gedrag",
            "4.4 VEILIGHEID EN ZORG",
            &["overlast_zorgbehoevenden"],
        ),
    ] {
        data.thema.push(ThemaRow {
            thema: thema.into(),
            paragraaf: paragraaf.map(String::from),
            naam: naam.into(),
            hoofdstuk: hoofdstuk.into(),
            heeft_paragraaf: paragraaf.is_some(),
        });
        for reeks in series {
            let toelichting = (*reeks == "illegale_handel").then(|| "Telt ook bezit".to_owned());
            data.thema_reeksen.push(ThemaReeksRow {
                thema: thema.into(),
                reeks: (*reeks).into(),
                toelichting,
            });
        }
    }
    for (thema, waarde, basis) in [("drugs", 85, 124), ("cybercrime", 440, 407)] {
        data.trend_thema.push(TrendThemaRow {
            thema: thema.into(),
            jaar: 2022,
            waarde: Some(waarde),
            basis: Some(basis),
            oordeel: text(SAME),
            voorbehoud: text("niet-representatief jaar; trendbreuk"),
            ..TrendThemaRow::default()
        });
    }
}

fn add_breaks(data: &mut ReportData) {
    for (breuk, reeks, datum, tekst, blokkerend) in [
        (
            "fraude_2015",
            "horizontale_fraude",
            day(2015, 5, 1),
            "Nieuwe indeling van fraude.",
            true,
        ),
        (
            "digid_2016",
            "mand",
            day(2016, 6, 1),
            "Aangifte via internet vraagt om DigiD.",
            false,
        ),
        (
            "samenloop_2018",
            "illegale_handel",
            day(2018, 7, 1),
            "Samenhangende delicten apart geregistreerd.",
            false,
        ),
        (
            "samenloop_2018",
            "mand",
            day(2018, 7, 1),
            "Samenhangende delicten apart geregistreerd.",
            false,
        ),
        (
            "wet_2024",
            "mand",
            day(2024, 7, 1),
            "De Wet seksuele misdrijven.",
            false,
        ),
        ("wet_2030", "mand", day(2030, 1, 1), "Na het streefjaar.", false),
    ] {
        data.trendbreuken.push(TrendbreukRow {
            breuk: breuk.into(),
            reeks: reeks.into(),
            instrument: None,
            datum,
            tekst: tekst.into(),
            effect: "breuk".into(),
            blokkerend,
            bron: "politie.nl".into(),
        });
    }
}

fn add_note(data: &mut ReportData) {
    for (reeks, jaar, nota, bron, sum, oordeel, status) in [
        (
            "mand",
            2018,
            2346,
            Some(2441),
            Some(2442),
            "gedrukt totaal klopt niet",
            "gedrukt_in_nota",
        ),
        (
            "mand",
            2019,
            2248,
            Some(2140),
            Some(2248),
            "verschil binnen het herzieningsbudget",
            "gedrukt_in_nota",
        ),
        (
            "mand",
            2020,
            1770,
            Some(2020),
            Some(1869),
            "nota schatte dit jaar",
            "geextrapoleerd",
        ),
        (
            "fietsendiefstal",
            2019,
            704,
            Some(599),
            None,
            "verschil, oorzaak onbekend",
            "gedrukt_in_nota",
        ),
        (
            "overlast_zorgbehoevenden",
            2018,
            385,
            None,
            None,
            "geen bronwaarde",
            "gedrukt_in_nota",
        ),
        (
            "overlast_zorgbehoevenden",
            2019,
            470,
            None,
            None,
            "geen bronwaarde",
            "gedrukt_in_nota",
        ),
        (
            "overlast_zorgbehoevenden",
            2020,
            503,
            None,
            None,
            "geen bronwaarde",
            "geextrapoleerd",
        ),
    ] {
        data.aansluiting.push(AansluitingRow {
            reeks: reeks.into(),
            jaar,
            nota: Some(nota),
            bron,
            verschil: bron.map(|bron: i64| bron - nota),
            oordeel: oordeel.into(),
            som_rijen: sum,
            verschil_som: sum.map(|sum| nota - sum),
            status: status.into(),
            regel: text("271"),
        });
    }
}

fn add_estimates(data: &mut ReportData) {
    let estimate = |reeks: &str, gedrukt: f64, limits: (f64, f64), werkelijk: i64| PrognoseRow {
        reeks: reeks.into(),
        soort: "deeljaar".into(),
        jaar: 2020,
        gedrukt: Some(gedrukt),
        schatting: Some(gedrukt),
        ondergrens: Some(limits.0),
        bovengrens: Some(limits.1),
        werkelijk: Some(werkelijk),
        binnen: Some((limits.0..=limits.1).contains(&(werkelijk as f64))),
        methode: "negen maanden, maal twaalf negende".into(),
        ..PrognoseRow::default()
    };
    data.prognose = vec![
        estimate("fietsendiefstal", 495.0, (450.0, 547.0), 499),
        estimate("mand", 1869.0, (1792.0, 1950.0), 2020),
        PrognoseRow {
            reeks: "mand".into(),
            soort: "vooruitblik".into(),
            jaar: 2024,
            vanaf_jaar: Some(2022),
            schatting: Some(2087.0),
            ondergrens: Some(1_504.505_343),
            bovengrens: Some(2_894.942_378),
            methode: "gelijk aan het laatste representatieve jaar".into(),
            ..PrognoseRow::default()
        },
    ];
    add_comparison(data);
}

/// The figures of the comparison are those of the recorded police figures, calculated with SciPy; four of the 117 peers.
fn add_comparison(data: &mut ReportData) {
    let comparison = |reeks: &str, jaar, per_1000, (rang, rang_van, rang_tot, of)| VergelijkingRow {
        reeks: reeks.into(),
        naam: "Totaal van de 14 rijen".into(),
        jaar,
        per_1000: Some(per_1000),
        rang: Some(rang),
        rang_van: Some(rang_van),
        rang_tot: Some(rang_tot),
        gerangschikt: Some(of),
        trechter_onder: Some(9.970_892),
        trechter_boven: Some(36.931_990),
        oordeel: text(SAME),
        vergelijkbaar: Some(117),
        mediaan_vergelijkbaar: Some(19.9),
        per_1000_samen: Some(24.2),
        ..VergelijkingRow::default()
    };
    let name = "Eigen benadering, niet de AD Misdaadmeter";
    data.vergelijking = vec![
        comparison("mand", 2019, 26.523_555, (44, 27, 69, 331)),
        comparison("mand", 2022, 25.614_905, (40, 26, 60, 341)),
        VergelijkingRow {
            naam: name.into(),
            eigen_benadering: true,
            ..comparison("eigen_benadering", 2022, 11.880_799, (86, 45, 154, 341))
        },
    ];
    data.benaderingen = vec![BenaderingRow {
        benadering: "eigen_benadering".into(),
        naam: name.into(),
        toelichting: "Som van tien soorten misdrijf.".into(),
    }];
    let peer = |regio: &str, inwoners: i64, waarde: i64, oordeel: &str| GelijkeRow {
        regio: regio.into(),
        eigen: regio == "Hengelo (O.)",
        inwoners,
        waarde,
        per_1000: 1000.0 * waarde as f64 / inwoners as f64,
        trechter_midden: Some(21.320_574),
        trechter_onder: Some(9.970_892),
        trechter_boven: Some(36.931_990),
        trechter_onder_ruim: Some(5.363_239),
        trechter_boven_ruim: Some(47.872_211),
        oordeel: oordeel.into(),
    };
    data.gelijken = vec![
        peer("Almelo", 73_132, 2100, SAME),
        peer("Hengelo (O.)", 81_476, 2087, SAME),
        peer("Roermond", 59_234, 2600, "mogelijk hoger"),
        peer("Verzonnen", 50_000, 2600, "hoger"),
    ];
}
