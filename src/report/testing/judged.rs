//! The surveys, targets and checks of the report for tests.

use chrono::NaiveDate;

use super::{peildatum, text};
use crate::report::model::*;

pub(super) fn add_surveys(data: &mut ReportData) {
    let answer = |indicator: &str, naam: &str, meting, waarde, n: Option<i64>| MonitorIndicatorRow {
        indicator: indicator.into(),
        naam: naam.into(),
        instrument: "hengelopanel".into(),
        regio_code: "GM0164".into(),
        regio: "Hengelo".into(),
        bron: "nota".into(),
        meting,
        waarde: Some(waarde),
        eenheid: "%".into(),
        n,
        ondergrens: n.map(|_| 15.269_594),
        bovengrens: n.map(|_| 21.097_072),
        verandering: (meting == 2019).then_some(5.0),
        oordeel: text("niet te beoordelen"),
        richting: "lager".into(),
        regel: text("299"),
        ..MonitorIndicatorRow::default()
    };
    data.monitor_indicator = vec![
        answer(
            "onveilig_eigen_buurt",
            "Voelt u zich wel eens onveilig?",
            2017,
            13.0,
            None,
        ),
        answer(
            "onveilig_eigen_buurt",
            "Voelt u zich wel eens onveilig?",
            2019,
            18.0,
            Some(1000),
        ),
        answer(
            "bang_slachtoffer",
            "Is bang slachtoffer te worden",
            2019,
            25.0,
            Some(1000),
        ),
    ];
}

pub(super) fn add_targets(data: &mut ReportData) {
    let target = |doel: &str, thema: Option<&str>, tekst: &str, oordeel: &str| DoelVoortgangRow {
        doel: doel.into(),
        thema: thema.map(String::from),
        tekst: tekst.into(),
        drempel: text("vastgesteld"),
        termijn_tekst: text("over 4 jaar"),
        waarde_tekst: text("geen meting"),
        oordeel: text(oordeel),
        toelichting: text("Waarom dit doel zo staat"),
        ..DoelVoortgangRow::default()
    };
    data.doel_voortgang = vec![
        DoelVoortgangRow {
            reeks: text("mand"),
            eenheid: text("delicten"),
            richting: text("<="),
            streefwaarde: Some(2023.2),
            basiswaarde: Some(2248.0),
            waarde: Some(2087.0),
            waarde_tekst: text("gemeten"),
            ondergrens: Some(1_876.884_993),
            bovengrens: Some(2_314.203_156),
            padwaarde: Some(2113.12),
            oordeel_herzien: text("niet op koers (onzeker)"),
            basiswaarde_herzien: Some(2140.0),
            streefwaarde_herzien: Some(1926.0),
            padwaarde_herzien: Some(2011.6),
            peildatum: Some(peildatum()),
            bewijs: text("reeks mand in delicten_jaar"),
            ..target(
                "G1",
                None,
                "Als streefcijfer voor 2024 hanteren wij 2019 minus 10%.",
                "op koers (onzeker)",
            )
        },
        target("G3", None, "Een verbetering van 20%.", "niet te beoordelen"),
        DoelVoortgangRow {
            benadering: text("eigen_benadering"),
            ..target("G5", None, "Buiten de top 100 geraken.", "niet beschikbaar")
        },
        target(
            "4.1.3-1a",
            Some("drugs"),
            "Er ligt in 2021 een herziening;",
            "geen meting, termijn verstreken",
        ),
        target("4.1.3-2", Some("drugs"), "We maken afspraken", "geen meting"),
        DoelVoortgangRow {
            waarde_tekst: text("gereed"),
            bewijs: text("raadsbesluit 2022-17"),
            ..target(
                "4.1.1-1",
                Some("ondermijning"),
                "Het plan is uitgevoerd;",
                "gehaald",
            )
        },
        DoelVoortgangRow {
            reeks: text("horizontale_fraude"),
            eenheid: text("delicten"),
            waarde: Some(388.0),
            waarde_tekst: text("de reeks staat in deze rapportage"),
            ..target(
                "4.2.4-2",
                Some("cybercrime"),
                "We hebben inzicht",
                "in uitvoering",
            )
        },
    ];
}

pub(super) fn add_checks(data: &mut ReportData) {
    let check = |controle: &str, uitkomst: &str, aantal, voorbeelden: Vec<String>| ControleRow {
        controle: controle.into(),
        ernst: "waarschuwing".into(),
        uitkomst: uitkomst.into(),
        aantal,
        aanvaard: 0,
        getoetst: "de vijf gedrukte totalen van de nota".into(),
        voorbeelden,
    };
    data.controles = vec![
        check(
            "gedrukt_totaal",
            "gevonden",
            2,
            vec![
                "de nota drukt voor 2018 een totaal van 2346, zie regel 259; de rijen tellen op tot 2345"
                    .into(),
                "de nota drukt voor 2020 een totaal van 1770".into(),
            ],
        ),
        check("dubbele_sleutel", "in orde", 0, Vec::new()),
    ];
    data.herziening = vec![HerzieningRow {
        soort: "Zakkenrollerij".into(),
        periode_code: "2018JJ00".into(),
        oud: Some(15118),
        oude_peildatum: NaiveDate::from_ymd_opt(2023, 11, 1),
        nieuw: Some(15025),
        peildatum: NaiveDate::from_ymd_opt(2023, 12, 15),
    }];
}
