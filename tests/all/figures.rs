//! The figures that the recorded data and the note give, read from a release as an analyst reads it.

use crate::harness::{only, shared};

/// The table of verdicts for Hengelo in the specification of the statistics: series, 2019, 2021, 2022, τ², then ratio,
/// limits, p and verdict of 2022 against 2019, and ratio, limits, p, Holm's p and verdict of 2022 against 2021.
const VERDICTS: &str = "\
mand|2140|1758|2087|0.00230|0.9657|0.8322|1.1206|0.6666|geen aantoonbaar verschil|1.1809|1.0161|1.3732|0.0299|-|hoger
woninginbraken|170|132|142|0.01495|0.8272|0.5375|1.2673|0.4167|geen aantoonbaar verschil|1.0701|0.6922|1.6575|0.8295|1|geen aantoonbaar verschil
diefstal_box_garage|61|65|47|0.03041|0.7630|0.3871|1.4796|0.4820|geen aantoonbaar verschil|0.7193|0.3648|1.3900|0.3704|1|geen aantoonbaar verschil
diefstal_uit_motorvoertuig|114|155|118|0.01676|1.0250|0.6424|1.6372|1|geen aantoonbaar verschil|0.7573|0.4765|1.1942|0.2503|1|geen aantoonbaar verschil
fietsendiefstal|599|389|678|0.01081|1.1209|0.8134|1.5472|0.5186|geen aantoonbaar verschil|1.7338|1.2414|2.4414|0.0009|0.0122|hoger
inbraak_bedrijven|73|30|65|0.01381|0.8817|0.5357|1.4456|0.6823|geen aantoonbaar verschil|2.1553|1.2063|3.9938|0.0077|0.0928|mogelijk hoger
winkeldiefstal|200|136|155|0.00689|0.7675|0.5532|1.0609|0.1128|geen aantoonbaar verschil|1.1337|0.8079|1.5943|0.5014|1|geen aantoonbaar verschil
overige_vermogensdelicten|471|388|447|0.00396|0.9398|0.7515|1.1749|0.6137|geen aantoonbaar verschil|1.1460|0.9128|1.4402|0.2499|1|geen aantoonbaar verschil
bedreiging|106|113|105|0.00240|0.9809|0.7164|1.3429|0.9617|geen aantoonbaar verschil|0.9243|0.6775|1.2599|0.6594|1|geen aantoonbaar verschil
mishandeling|149|145|176|0.00170|1.1697|0.9076|1.5097|0.2358|geen aantoonbaar verschil|1.2074|0.9354|1.5611|0.1528|1|geen aantoonbaar verschil
overval|7|3|0|0.05194|0|0|0.8557|0.0320|te klein om te beoordelen|0|0|2.7493|0.2884|-|te klein om te beoordelen
straatroof|4|1|5|0.02523|1.2378|0.2409|6.9785|1|te klein om te beoordelen|4.9738|0.5123|301.0022|0.2517|-|te klein om te beoordelen
openlijk_geweld|15|16|17|0.02064|1.1223|0.4641|2.7528|0.9378|geen aantoonbaar verschil|1.0569|0.4410|2.5500|1|1|geen aantoonbaar verschil
zedendelicten|47|43|47|0.02330|0.9903|0.5265|1.8625|1|geen aantoonbaar verschil|1.0873|0.5750|2.0664|0.8998|1|geen aantoonbaar verschil
illegale_handel|124|142|85|0.01517|0.6788|0.4218|1.0802|0.1068|geen aantoonbaar verschil|0.5955|0.3695|0.9454|0.0267|0.2938|mogelijk lager
horizontale_fraude|381|531|388|0.00786|1.0085|0.7515|1.3535|1|geen aantoonbaar verschil|0.7269|0.5421|0.9712|0.0303|0.3033|mogelijk lager";

/// Whether a number is what is printed, to its printed decimals.
#[track_caller]
fn printed(what: &str, actual: Option<f64>, expected: &str) {
    if expected == "-" {
        assert_eq!(actual, None, "{what}");
        return;
    }
    let actual = actual.unwrap_or_else(|| panic!("{what} is empty, expected {expected}"));
    // A 1 or a 0 stands for itself to four decimals.
    let decimals = expected
        .split_once('.')
        .map_or(4, |(_, decimals)| decimals.len() as i32);
    let slack = 0.5 * 10_f64.powi(-decimals) + 1e-12;
    let expected: f64 = expected.parse().unwrap();
    assert!(
        (actual - expected).abs() <= slack,
        "{what}: {actual}, expected {expected}"
    );
}

#[test]
fn every_row_of_the_table_of_verdicts_holds() {
    let rows = shared().ask("SELECT * FROM trend_reeks WHERE jaar = 2022");
    for line in VERDICTS.lines() {
        let cells: Vec<&str> = line.split('|').collect();
        let series = cells[0];
        let row = rows
            .iter()
            .find(|row| row.text("reeks").as_deref() == Some(series))
            .unwrap();
        assert_eq!(row.whole("basis"), cells[1].parse().ok(), "{series} 2019");
        assert_eq!(row.whole("vorig"), cells[2].parse().ok(), "{series} 2021");
        assert_eq!(row.whole("waarde"), cells[3].parse().ok(), "{series} 2022");
        let numbers = [
            ("tau2", 4),
            ("verhouding", 5),
            ("verhouding_onder", 6),
            ("verhouding_boven", 7),
            ("p_waarde", 8),
            ("verhouding_vorig", 10),
            ("verhouding_vorig_onder", 11),
            ("verhouding_vorig_boven", 12),
            ("p_waarde_vorig", 13),
            ("p_holm_vorig", 14),
        ];
        for (column, at) in numbers {
            printed(&format!("{series} {column}"), row.number(column), cells[at]);
        }
        assert_eq!(
            row.text("oordeel").as_deref(),
            Some(cells[9]),
            "{series} against 2019"
        );
        assert_eq!(
            row.text("oordeel_vorig").as_deref(),
            Some(cells[15]),
            "{series} against 2021"
        );
        let previous = row.text("voorbehoud_vorig").unwrap_or_default();
        assert!(
            previous.contains("niet-representatief jaar"),
            "{series}: {previous}"
        );
        let base = row.text("voorbehoud_basis").unwrap_or_default();
        assert_eq!(
            base.contains("trendbreuk"),
            series == "horizontale_fraude",
            "{series}: {base}"
        );
        // Every p* of 2022 against 2019 is 1 where there is one.
        assert!(
            row.number("p_holm").is_none_or(|p| (p - 1.0).abs() < 1e-12),
            "{series}"
        );
    }
}

#[test]
fn the_interval_of_the_basket_is_that_of_the_specification() {
    let rows = shared().ask("SELECT ondergrens, bovengrens, index_2019, voorbehoud FROM trend_reeks WHERE reeks = 'mand' AND jaar = 2022");
    let row = only(&rows);
    printed("lower", row.number("ondergrens"), "1876.884993");
    printed("upper", row.number("bovengrens"), "2314.203156");
    assert!(
        row.text("voorbehoud")
            .unwrap()
            .contains("niet-representatief jaar")
    );
}

#[test]
fn year_0_stands_twice_with_the_target_for_the_basket_alone() {
    let rows = shared().ask("SELECT * FROM nulmeting WHERE reeks = 'mand'");
    let row = only(&rows);
    assert_eq!(row.whole("waarde_vastgesteld"), Some(2248));
    assert_eq!(row.whole("waarde_bron"), Some(2140));
    printed("target", row.number("streefwaarde"), "2023.2");
    let targets = shared().ask("SELECT reeks, streefwaarde, streefwaarde_soort FROM nulmeting WHERE streefwaarde IS NOT NULL ORDER BY reeks");
    let names: Vec<_> = targets
        .iter()
        .map(|row| {
            (
                row.text("reeks").unwrap(),
                row.text("streefwaarde_soort").unwrap(),
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            ("mand".into(), "doel".into()),
            ("mand_met_fraude".into(), "gevoeligheid".into())
        ]
    );
    let companions = shared().ask("SELECT reeks, waarde_vastgesteld FROM nulmeting WHERE reeks IN ('horizontale_fraude', 'overlast_zorgbehoevenden') ORDER BY reeks");
    let adopted: Vec<_> = companions
        .iter()
        .map(|row| row.whole("waarde_vastgesteld").unwrap())
        .collect();
    assert_eq!(adopted, [382, 470]);
}

#[test]
fn an_unexplained_difference_with_year_0_is_never_called_a_revision() {
    let rows = shared().ask("SELECT reeks, oordeel FROM nulmeting WHERE reeks IN ('fietsendiefstal', 'mand', 'winkeldiefstal') ORDER BY reeks");
    let verdicts: Vec<_> = rows.iter().map(|row| row.text("oordeel").unwrap()).collect();
    assert_eq!(
        verdicts,
        [
            "verschil, oorzaak onbekend",
            "verschil, oorzaak onbekend",
            "gelijk"
        ]
    );
}

#[test]
fn the_basket_of_every_year_is_the_sum_of_its_rows() {
    let rows = shared().ask(
        "SELECT jaar, waarde FROM delicten_jaar WHERE regio_code = 'GM0164' AND reeks = 'mand' ORDER BY jaar",
    );
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row.whole("jaar").unwrap(), row.whole("waarde").unwrap()))
        .collect();
    let expected = [
        (2012, 3441),
        (2013, 3680),
        (2014, 3133),
        (2015, 3008),
        (2016, 3013),
        (2017, 2538),
        (2018, 2441),
        (2019, 2140),
        (2020, 2020),
        (2021, 1758),
        (2022, 2087),
    ];
    assert_eq!(found, expected);
    let rate = shared().ask(
        "SELECT per_1000 FROM delicten_jaar WHERE regio_code = 'GM0164' AND reeks = 'mand' AND jaar = 2019",
    );
    printed("per 1,000", only(&rate).number("per_1000"), "26.52");
}

#[test]
fn all_81_printed_cells_stand_beside_the_source_and_two_printed_totals_are_flagged() {
    let rows = shared().ask("SELECT * FROM aansluiting");
    assert_eq!(rows.iter().count(), 81);
    let totals = shared().ask("SELECT jaar, nota, som_rijen, verschil_som, oordeel_som FROM aansluiting WHERE reeks = 'mand' ORDER BY jaar");
    let found: Vec<_> = totals
        .iter()
        .map(|row| {
            (
                row.whole("jaar").unwrap(),
                row.whole("nota").unwrap(),
                row.whole("som_rijen").unwrap(),
                row.whole("verschil_som").unwrap(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (2014, 3134, 3134, 0),
            (2017, 2538, 2538, 0),
            (2018, 2346, 2442, -96),
            (2019, 2248, 2248, 0),
            (2020, 1770, 1869, -99)
        ]
    );
    let flagged: Vec<_> = totals
        .iter()
        .filter(|row| row.text("oordeel_som").unwrap() != "gelijk")
        .map(|row| row.whole("jaar").unwrap())
        .collect();
    assert_eq!(flagged, [2018, 2020]);
    // What the police say of the fourteen rows in 2014, 2017 and 2018 is at most 1 apart: the mapping of rows to codes.
    let apart = shared().ask("SELECT max(abs(verschil)) AS apart FROM aansluiting WHERE reeks NOT IN ('mand', 'horizontale_fraude') AND jaar < 2019");
    assert_eq!(only(&apart).whole("apart"), Some(1));
}

#[test]
fn the_country_comes_whole_from_the_vintage_that_has_all_kinds() {
    let sql = "SELECT waarde, peildatum FROM misdrijven WHERE soort_code = '0.0.0' AND regio_code = 'NL01' AND periode_code = '2022JJ00'";
    assert_eq!(only(&shared().ask(sql)).whole("waarde"), Some(799_681));
    let versions = shared().ask(
        &sql.replace("misdrijven WHERE", "misdrijven_versies WHERE")
            .replace("'2022JJ00'", "'2022JJ00' ORDER BY peildatum"),
    );
    let values: Vec<_> = versions.iter().map(|row| row.whole("waarde").unwrap()).collect();
    assert_eq!(values, [799_681, 800_027]);
    let newer = shared().ask("SELECT count(*) AS n FROM misdrijven WHERE periode_code = '2023JJ00'");
    assert_eq!(only(&newer).whole("n"), Some(0), "2023 has a total and no rows");
}

#[test]
fn the_additive_check_holds_in_4125_region_years_of_which_22_hold_nothing() {
    let rows = shared().ask("SELECT uitkomst, count(*) AS n FROM optelcontrole WHERE volledig GROUP BY uitkomst ORDER BY uitkomst");
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row.text("uitkomst").unwrap(), row.whole("n").unwrap()))
        .collect();
    assert_eq!(found, [("geen enkele waarde".into(), 22), ("sluit".into(), 4103)]);
    let empty = shared().ask(
        "SELECT DISTINCT regio_code FROM misdrijven WHERE reden = 'niet_gepubliceerd' ORDER BY regio_code",
    );
    let regions: Vec<_> = empty.iter().map(|row| row.text("regio_code").unwrap()).collect();
    assert_eq!(regions, ["GM0998", "LDG4"]);
}

#[test]
fn an_empty_cell_that_the_table_proves_is_zero_with_its_reason() {
    let row = shared().ask("SELECT waarde, reden FROM misdrijven WHERE soort_code = '1.4.7' AND regio_code = 'GM0164' AND periode_code = '2022JJ00'");
    assert_eq!(only(&row).whole("waarde"), Some(0));
    assert_eq!(only(&row).text("reden").as_deref(), Some("nul"));
    let mixed = shared().ask("SELECT count(*) AS n FROM misdrijven WHERE (reden = 'nul') <> (waarde = 0) OR (waarde IS NULL) <> (reden IN ('niet_gepubliceerd', 'geheim', 'onmogelijk', 'ontbreekt'))");
    assert_eq!(only(&mixed).whole("n"), Some(0));
}

#[test]
fn fraud_has_no_value_before_2016_in_any_series_and_its_rows_stay_in_norm() {
    let shown = shared().ask("SELECT count(*) AS n FROM delicten_jaar WHERE reeks IN ('horizontale_fraude', 'mand_met_fraude') AND jaar < 2016 AND (waarde IS NOT NULL OR reden <> 'niet_gepubliceerd')");
    assert_eq!(only(&shown).whole("n"), Some(0));
    let trends = shared().ask("SELECT count(waarde) AS n FROM trend_reeks WHERE reeks IN ('horizontale_fraude', 'mand_met_fraude') AND jaar < 2016");
    assert_eq!(only(&trends).whole("n"), Some(0));
    let themes =
        shared().ask("SELECT count(waarde) AS n FROM trend_thema WHERE paragraaf = '4.2.4' AND jaar < 2016");
    assert_eq!(only(&themes).whole("n"), Some(0));
    let kept = shared().ask("SELECT waarde FROM misdrijven WHERE soort_code = '3.9.1' AND regio_code = 'GM0164' AND periode_code = '2014JJ00'");
    assert_eq!(only(&kept).whole("waarde"), Some(6));
}

#[test]
fn inhabitants_come_from_the_end_of_the_year_before_until_2018_and_from_1_january_since() {
    let rows = shared().ask("SELECT jaar, inwoners, bron FROM bevolking WHERE regio_code = 'GM0164' AND jaar <= 2022 ORDER BY jaar");
    let found: Vec<_> = rows.iter().map(|row| row.whole("inwoners").unwrap()).collect();
    assert_eq!(
        found[..8],
        [80_939, 80_952, 80_957, 81_059, 81_075, 80_802, 80_593, 80_683]
    );
    assert_eq!(found[10], 81_476);
    for row in rows.iter() {
        let expected = if row.whole("jaar").unwrap() < 2019 {
            "37230ned"
        } else {
            "03759ned"
        };
        assert_eq!(row.text("bron").as_deref(), Some(expected));
    }
}

#[test]
fn a_rate_never_divides_over_a_border_change() {
    // Noordwijk took in Noordwijkerhout in 2019: 25,886 + 16,775 inhabitants make its territory of 2018.
    let noordwijk = shared()
        .ask("SELECT inwoners, samenstelling FROM bevolking WHERE regio_code = 'GM0575' AND jaar = 2018");
    assert_eq!(
        only(&noordwijk).text("samenstelling").as_deref(),
        Some("som van voorgangers")
    );
    assert_eq!(only(&noordwijk).whole("inwoners"), Some(42_661));
    // Haaren was divided over four municipalities in 2021: before that Vught has no inhabitants on its territory.
    let vught = shared().ask("SELECT per_1000, inwoners_uitleg FROM delicten_jaar WHERE regio_code = 'GM0865' AND jaar = 2020 AND reeks = 'mand'");
    assert_eq!(only(&vught).number("per_1000"), None);
    assert_eq!(
        only(&vught).text("inwoners_uitleg").as_deref(),
        Some("voorganger niet geheel")
    );
    let rank = shared().ask("SELECT rang, gerangschikt FROM vergelijking WHERE regio_code = 'GM0164' AND reeks = 'mand' AND jaar = 2022");
    assert_eq!(
        (only(&rank).whole("rang"), only(&rank).whole("gerangschikt")),
        (Some(40), Some(341))
    );
}

#[test]
fn the_targets_of_2022_stand_as_the_specification_has_them_and_none_is_green_without_evidence() {
    let rows = shared().ask("SELECT doel, oordeel, bewijs FROM doel_voortgang");
    assert_eq!(rows.iter().count(), 66);
    for row in rows.iter() {
        let (target, verdict) = (row.text("doel").unwrap(), row.text("oordeel").unwrap());
        let expected = match target.as_str() {
            "G1" => "op koers (onzeker)",
            "G3" => "niet te beoordelen",
            "G5" => "niet beschikbaar",
            "G4c" | "4.1.3-1a" => "geen meting, termijn verstreken",
            "4.2.4-2" => "in uitvoering",
            _ => "geen meting",
        };
        assert_eq!(verdict, expected, "{target}");
        assert_eq!(
            row.text("bewijs").is_some(),
            matches!(target.as_str(), "G1" | "4.2.4-2"),
            "{target}"
        );
    }
    let main = shared().ask("SELECT * FROM doel_voortgang WHERE doel = 'G1'");
    let main = only(&main);
    printed("path", main.number("padwaarde"), "2113.12");
    printed("revised path", main.number("padwaarde_herzien"), "2011.6");
    assert_eq!(
        main.text("oordeel_herzien").as_deref(),
        Some("niet op koers (onzeker)")
    );
}

#[test]
fn the_estimate_of_2020_and_the_outlook_are_those_of_the_specification() {
    let estimate = shared().ask("SELECT * FROM prognose WHERE reeks = 'mand' AND soort = 'deeljaar'");
    let estimate = only(&estimate);
    assert_eq!(estimate.number("uitgangspunt"), Some(1402.0));
    assert_eq!(
        (estimate.number("ondergrens"), estimate.number("bovengrens")),
        (Some(1792.0), Some(1950.0))
    );
    assert_eq!(
        (estimate.whole("werkelijk"), estimate.flag("binnen")),
        (Some(2020), Some(false))
    );
    let outside =
        shared().ask("SELECT reeks FROM prognose WHERE soort = 'deeljaar' AND NOT binnen ORDER BY reeks");
    let names: Vec<_> = outside.iter().map(|row| row.text("reeks").unwrap()).collect();
    assert_eq!(
        names,
        [
            "diefstal_box_garage",
            "diefstal_uit_motorvoertuig",
            "horizontale_fraude",
            "mand",
            "overige_vermogensdelicten"
        ]
    );
    let outlook = shared().ask("SELECT * FROM prognose WHERE reeks = 'mand' AND soort = 'vooruitblik'");
    printed("outlook", only(&outlook).number("ondergrens"), "1504.505343");
    printed("outlook", only(&outlook).number("bovengrens"), "2894.942378");
}

#[test]
fn small_bases_have_no_percentage_and_no_index() {
    let rows = shared().ask("SELECT count(*) AS n FROM trend_reeks WHERE (basis < 50 AND (index_2019 IS NOT NULL OR verschil_pct IS NOT NULL)) OR (vorig < 50 AND verschil_vorig_pct IS NOT NULL)");
    assert_eq!(only(&rows).whole("n"), Some(0));
}

#[test]
fn overlast_exists_typed_and_empty_and_is_never_in_a_crime_total() {
    let rows = shared().ask("SELECT count(*) AS n FROM overlast");
    assert_eq!(only(&rows).whole("n"), Some(0));
    let series = shared().ask(
        "SELECT waarde, oordeel FROM trend_reeks WHERE reeks = 'overlast_zorgbehoevenden' AND jaar = 2022",
    );
    assert_eq!(only(&series).whole("waarde"), None);
    assert_eq!(only(&series).text("oordeel").as_deref(), Some("geen waarde"));
}

#[test]
fn words_of_reason_and_status_are_those_of_the_design() {
    for table in [
        "misdrijven",
        "misdrijven_versies",
        "bevolking",
        "monitor",
        "metingen",
    ] {
        let rows = shared().ask(&format!("SELECT count(*) AS n FROM {table} WHERE reden NOT IN ('waarde', 'nul', 'niet_gepubliceerd', 'geheim', 'onmogelijk', 'ontbreekt') OR reden IS NULL"));
        assert_eq!(only(&rows).whole("n"), Some(0), "{table}");
        let rows = shared().ask(&format!("SELECT count(*) AS n FROM {table} WHERE status NOT IN ('definitief', 'nader_voorlopig', 'voorlopig', 'geextrapoleerd', 'gedrukt_in_nota')"));
        assert_eq!(only(&rows).whole("n"), Some(0), "{table}");
    }
    let printed =
        shared().ask("SELECT count(*) AS n FROM gedrukt WHERE (jaar = 2020) <> (status = 'geextrapoleerd')");
    assert_eq!(only(&printed).whole("n"), Some(0));
}
