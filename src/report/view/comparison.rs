//! The basket per 1,000 inhabitants beside other municipalities: a place with its range, and the funnel of peers.

use super::{Citations, Facts, Figure, PlainTable, Svg, Verdict, dutch};
use crate::report::chart::{Apart, Description, FunnelChart, FunnelPlace};
use crate::report::model::{BenaderingRow, GelijkeRow, VergelijkingRow};
use crate::report::{reason, words};

/// The comparison and the cautions that belong to it.
#[derive(Debug)]
pub(in crate::report) struct Comparison {
    /// What the comparison says of the report year; none without a place in it.
    pub(in crate::report) lead: Option<String>,
    /// The years without an own figure, and why.
    pub(in crate::report) without_place: Vec<String>,
    /// The funnel of the report year.
    pub(in crate::report) funnel: Option<Funnel>,
    /// One row a year: year 0 and the report year.
    pub(in crate::report) rows: Vec<ComparisonRow>,
    /// What a place on a list does not say.
    pub(in crate::report) cautions: Vec<String>,
    /// Own approximations of a measure that its source does not give.
    pub(in crate::report) approximations: Vec<Approximation>,
}

/// The funnel with its table.
#[derive(Debug)]
pub(in crate::report) struct Funnel {
    /// Its heading.
    pub(in crate::report) title: String,
    /// The drawing.
    pub(in crate::report) chart: Svg,
    /// Class and words of each key; a key without municipalities is left out.
    pub(in crate::report) keys: Vec<(&'static str, String)>,
    /// The same values.
    pub(in crate::report) table: PlainTable,
}

/// A year.
#[derive(Debug)]
pub(in crate::report) struct ComparisonRow {
    /// The year.
    pub(in crate::report) year: i32,
    /// Own rate.
    pub(in crate::report) own: Figure,
    /// What fits the number of inhabitants.
    pub(in crate::report) expected: String,
    /// Median of comparable municipalities.
    pub(in crate::report) peers: String,
    /// Rate of all municipalities together.
    pub(in crate::report) together: String,
    /// Own place.
    pub(in crate::report) rank: Figure,
    /// How many are comparable.
    pub(in crate::report) peer_count: String,
    /// How it lies among them.
    pub(in crate::report) verdict: Option<Verdict>,
}

/// An own approximation.
#[derive(Debug)]
pub(in crate::report) struct Approximation {
    /// Its name, which says that it is our own.
    pub(in crate::report) name: String,
    /// How it is composed and what is different.
    pub(in crate::report) explanation: String,
    /// Year, rate and place.
    pub(in crate::report) rows: Vec<(i32, Figure, Figure)>,
}

impl Comparison {
    /// `None` without an own rate in year 0 or the report year.
    pub(super) fn new(facts: Facts<'_>, citations: &mut Citations<'_>) -> Option<Self> {
        let basket = facts.basket()?;
        let rows: Vec<ComparisonRow> = shown(facts, &basket.reeks)
            .into_iter()
            .map(|row| ComparisonRow {
                year: row.jaar,
                own: rate(citations, row),
                expected: dutch::interval_or_nothing(row.trechter_onder, row.trechter_boven, 1),
                peers: decimal(row.mediaan_vergelijkbaar),
                together: decimal(row.per_1000_samen),
                rank: rank(citations, row),
                peer_count: dutch::count_or_nothing(row.vergelijkbaar),
                verdict: row
                    .oordeel
                    .as_deref()
                    .map(|words| Verdict::comparison(facts, words)),
            })
            .collect();
        if rows.is_empty() {
            return None;
        }
        let now = facts
            .report_year()
            .and_then(|year| facts.comparison(&basket.reeks, year));
        Some(Self {
            lead: now.and_then(|row| lead(facts, row)),
            without_place: without_place(facts, &basket.reeks),
            funnel: now.and_then(|row| Funnel::new(facts, row)),
            rows,
            cautions: cautions(facts),
            approximations: facts
                .data()
                .benaderingen
                .iter()
                .filter_map(|own| Approximation::new(facts, citations, own))
                .collect(),
        })
    }
}

/// Year 0 and the report year.
fn years(facts: Facts<'_>) -> Vec<i32> {
    let mut years = vec![facts.baseline_year()];
    years.extend(facts.report_year().filter(|year| *year != facts.baseline_year()));
    years
}

/// The years of [`years`] in which the own municipality cannot be compared for want of a count.
fn without_place(facts: Facts<'_>, series: &str) -> Vec<String> {
    let rows = years(facts)
        .into_iter()
        .filter_map(|year| facts.trend(series, year));
    rows.filter(|row| row.waarde.is_none())
        .map(|row| {
            format!(
                "Over {} is er geen vergelijking: het eigen aantal {}.",
                row.jaar,
                reason::explained(row.reden.as_deref())
            )
        })
        .collect()
}

/// Year 0 and the report year of a series, as far as there is an own rate.
fn shown<'a>(facts: Facts<'a>, series: &str) -> Vec<&'a VergelijkingRow> {
    years(facts)
        .into_iter()
        .filter_map(|year| facts.comparison(series, year))
        .collect()
}

fn decimal(value: Option<f64>) -> String {
    value.map_or_else(|| dutch::NOTHING.to_owned(), |value| dutch::decimal(value, 1))
}

fn rate(citations: &mut Citations<'_>, row: &VergelijkingRow) -> Figure {
    let key = format!("vergelijking.{}.{}.per_1000", row.reeks, row.jaar);
    citations.figure(&key, decimal(row.per_1000))
}

fn rank(citations: &mut Citations<'_>, row: &VergelijkingRow) -> Figure {
    let words = words::rank(row);
    if words.is_empty() {
        return Figure::plain(dutch::NOTHING);
    }
    citations.figure(&format!("vergelijking.{}.{}.rang", row.reeks, row.jaar), words)
}

fn lead(facts: Facts<'_>, row: &VergelijkingRow) -> Option<String> {
    let name = &facts.data().beleid.gemeente_naam;
    let rank = words::rank(row);
    if rank.is_empty() {
        return None;
    }
    let mut sentences = vec![format!(
        "In {} telde {name} {} delicten van de mand per 1.000 inwoners: {rank}.",
        row.jaar,
        decimal(row.per_1000)
    )];
    if let (Some(verdict), Some(lower), Some(upper), Some(peers)) = (
        &row.oordeel,
        row.trechter_onder,
        row.trechter_boven,
        row.vergelijkbaar,
    ) {
        sentences.push(format!(
            "Naast {} gemeenten van ongeveer dezelfde grootte, {name} meegeteld, past bij dit inwonertal een cijfer van {}. \
             Oordeel: {}.",
            dutch::count(peers),
            dutch::interval(lower, upper, 1),
            words::among_peers(facts, verdict)
        ));
    }
    Some(sentences.join(" "))
}

fn cautions(facts: Facts<'_>) -> Vec<String> {
    let mut cautions: Vec<String> = [
        "Rang 1 heeft de meeste delicten per inwoner. Gemeenten zonder inwonertal op hetzelfde grondgebied hebben geen \
         plaats.",
        "“Kan ook” telt alle plaatsen die niet aantoonbaar anders zijn (95%): een klein verschil in aantal schuift een \
         gemeente tientallen plaatsen op.",
        "Delicten tellen waar ze gebeuren, inwoners waar ze wonen: een centrum met winkels, station en uitgaan maakt een \
         gemeente niet onveiliger voor wie er woont.",
    ]
    .map(String::from)
    .to_vec();
    let conventions = facts.data().conventies.iter();
    cautions.extend(
        conventions
            .filter(|row| row.conventie == "trechter_alfa_ruim")
            .map(|row| row.tekst.clone()),
    );
    cautions
}

impl Funnel {
    fn new(facts: Facts<'_>, now: &VergelijkingRow) -> Option<Self> {
        let peers = &facts.data().gelijken;
        let places: Vec<FunnelPlace> = peers.iter().filter_map(|peer| place(facts, peer)).collect();
        let middle = peers.iter().find_map(|peer| peer.trechter_midden)?;
        let amount = |apart: Apart| places.iter().filter(|place| place.apart == apart).count();
        let (perhaps, certainly) = (amount(Apart::Perhaps), amount(Apart::Certainly));
        let title = format!(
            "Delicten per 1.000 inwoners in vergelijkbare gemeenten, {}",
            now.jaar
        );
        let chart = FunnelChart {
            description: Description {
                id: "grafiek-trechter".to_owned(),
                title: format!(
                    "Delicten per 1.000 inwoners van {} vergelijkbare gemeenten in {}, naar inwonertal",
                    places.len(),
                    now.jaar
                ),
                text: format!(
                    "{}: {}, {}. Samen {}. Buiten de trechter liggen {}, waarvan {} buiten de ruime grenzen. De tabel \
                     onder de grafiek bevat alle gemeenten.",
                    facts.data().beleid.gemeente_naam,
                    decimal(now.per_1000),
                    words::among_peers(facts, now.oordeel.as_deref().unwrap_or_default()),
                    dutch::decimal(middle, 1),
                    dutch::counted(perhaps + certainly, "gemeente", "gemeenten"),
                    certainly
                ),
            },
            middle_label: format!("samen {}", dutch::decimal(middle, 1)),
            middle,
            places,
        };
        let mut keys = vec![
            ("own", facts.data().beleid.gemeente_naam.clone()),
            ("peer", "vergelijkbare gemeente".to_owned()),
        ];
        if perhaps > 0 {
            let words = dutch::counted(perhaps, "gemeente", "gemeenten");
            keys.push((
                "perhaps",
                format!("buiten de trechter, binnen de ruime grenzen ({words})"),
            ));
        }
        if certainly > 0 {
            let words = dutch::counted(certainly, "gemeente", "gemeenten");
            keys.push(("certain", format!("buiten de ruime grenzen ({words})")));
        }
        keys.push(("funnel", "past bij het inwonertal (95%)".to_owned()));
        keys.push(("funnel-wide", "ruime grenzen (99,8%)".to_owned()));
        keys.push(("funnel-middle", "alle vergelijkbare gemeenten samen".to_owned()));
        Some(Self {
            title,
            chart: Svg::new(chart.draw()?),
            keys,
            table: table(peers, now.jaar),
        })
    }
}

fn place(facts: Facts<'_>, peer: &GelijkeRow) -> Option<FunnelPlace> {
    Some(FunnelPlace {
        name: if peer.eigen {
            facts.data().beleid.gemeente_naam.clone()
        } else {
            peer.regio.clone()
        },
        own: peer.eigen,
        inhabitants: peer.inwoners as f64,
        rate: peer.per_1000,
        limits: (peer.trechter_onder?, peer.trechter_boven?),
        wide: (peer.trechter_onder_ruim?, peer.trechter_boven_ruim?),
        apart: match facts.comparison_code(&peer.oordeel) {
            "trechter_hoger" | "trechter_lager" => Apart::Certainly,
            "trechter_mogelijk_hoger" | "trechter_mogelijk_lager" => Apart::Perhaps,
            _ => Apart::Within,
        },
    })
}

fn table(peers: &[GelijkeRow], year: i32) -> PlainTable {
    let head = [
        "Gemeente",
        "Inwoners",
        "Delicten",
        "Per 1.000 inwoners",
        "Trechter (95%)",
        "Ruime grenzen (99,8%)",
        "Oordeel",
    ];
    let rows = peers.iter().map(|peer| {
        vec![
            peer.regio.clone(),
            dutch::count(peer.inwoners),
            dutch::count(peer.waarde),
            dutch::decimal(peer.per_1000, 1),
            dutch::interval_or_nothing(peer.trechter_onder, peer.trechter_boven, 1),
            dutch::interval_or_nothing(peer.trechter_onder_ruim, peer.trechter_boven_ruim, 1),
            peer.oordeel.clone(),
        ]
    });
    PlainTable {
        caption: format!("Vergelijkbare gemeenten in {year}, op naam"),
        head: head.map(String::from).to_vec(),
        rows: rows.collect(),
    }
}

impl Approximation {
    /// `None` without a place in year 0 or the report year.
    fn new(facts: Facts<'_>, citations: &mut Citations<'_>, own: &BenaderingRow) -> Option<Self> {
        let rows: Vec<(i32, Figure, Figure)> = shown(facts, &own.benadering)
            .into_iter()
            .filter(|row| row.rang.is_some())
            .map(|row| (row.jaar, rate(citations, row), rank(citations, row)))
            .collect();
        (!rows.is_empty()).then(|| Self {
            name: own.naam.clone(),
            explanation: own.toelichting.clone(),
            rows,
        })
    }
}
