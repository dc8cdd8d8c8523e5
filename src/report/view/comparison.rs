//! The basket per 1,000 inhabitants beside other municipalities.

use super::{Facts, dutch};

/// The table and the caution that belongs to it.
#[derive(Debug)]
pub(in crate::report) struct Comparison {
    /// One row a year: year 0 and the report year.
    pub(in crate::report) rows: Vec<ComparisonRow>,
    /// What a place on a list does not say.
    pub(in crate::report) cautions: Vec<&'static str>,
}

/// A year.
#[derive(Debug)]
pub(in crate::report) struct ComparisonRow {
    /// The year.
    pub(in crate::report) year: i32,
    /// Own rate.
    pub(in crate::report) own: String,
    /// Median of comparable municipalities.
    pub(in crate::report) peers: String,
    /// Rate of all municipalities together.
    pub(in crate::report) together: String,
    /// Own place.
    pub(in crate::report) rank: String,
    /// How many are comparable.
    pub(in crate::report) peer_count: String,
}

impl Comparison {
    /// `None` without an own rate in year 0 or the report year.
    pub(super) fn new(facts: Facts<'_>) -> Option<Self> {
        let years = [Some(facts.baseline_year()), facts.report_year()];
        let rate = |value: Option<f64>| {
            value.map_or_else(|| dutch::NOTHING.to_owned(), |value| dutch::decimal(value, 1))
        };
        let rows: Vec<ComparisonRow> = facts
            .data()
            .vergelijking
            .iter()
            .filter(|row| years.contains(&Some(row.jaar)) && row.per_1000.is_some())
            .map(|row| ComparisonRow {
                year: row.jaar,
                own: rate(row.per_1000),
                peers: rate(row.mediaan_vergelijkbaar),
                together: rate(row.per_1000_samen),
                rank: match (row.rang, row.gerangschikt) {
                    (Some(rank), Some(of)) => format!("{} van {}", dutch::count(rank), dutch::count(of)),
                    _ => dutch::NOTHING.to_owned(),
                },
                peer_count: dutch::count_or_nothing(row.vergelijkbaar),
            })
            .collect();
        (!rows.is_empty()).then_some(Self {
            rows,
            cautions: vec![
                "Plaats 1 heeft de meeste delicten per inwoner. Gemeenten zonder inwonertal op hetzelfde \
                 grondgebied hebben geen plaats.",
                "Een plaats op een lijst is onzeker: een klein verschil in aantal schuift een gemeente tientallen \
                 plaatsen op.",
                "Delicten tellen waar ze gebeuren, inwoners waar ze wonen: een centrum met winkels, station en \
                 uitgaan maakt een gemeente niet onveiliger voor wie er woont.",
            ],
        })
    }
}
