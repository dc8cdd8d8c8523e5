//! Which rows pushed the basket up or down since year 0: an unchanged sum hides what moves under it.

use super::{Facts, PlainTable, Svg, dutch};
use crate::report::chart::{Contribution, ContributionsChart, Description};

/// The chart, its sentence and the table behind it.
#[derive(Debug)]
pub(in crate::report) struct Contributions {
    /// What moved, in words.
    pub(in crate::report) sentences: Vec<String>,
    /// The chart.
    pub(in crate::report) chart: Svg,
    /// The same values as text.
    pub(in crate::report) table: PlainTable,
}

/// A row of the basket: name, count in year 0, count now and the difference.
struct Part {
    name: String,
    from: i64,
    to: i64,
    change: i64,
}

impl Contributions {
    /// `None` without figures in the report year, or when that is year 0.
    pub(super) fn new(facts: Facts<'_>) -> Option<Self> {
        let (basket, year) = facts.basket().zip(facts.report_year())?;
        if year == facts.baseline_year() {
            return None;
        }
        let total = facts.trend(&basket.reeks, year).and_then(|row| row.verschil)?;
        let mut parts: Vec<Part> = facts
            .basket_parts()
            .into_iter()
            .filter_map(|series| {
                let row = facts.trend(&series.reeks, year)?;
                Some(Part {
                    name: series.naam.clone(),
                    from: row.basis?,
                    to: row.waarde?,
                    change: row.verschil?,
                })
            })
            .collect();
        parts.sort_by(|a, b| b.change.cmp(&a.change).then(a.name.cmp(&b.name)));
        let sentences = sentences(facts, &parts, total);
        let chart = ContributionsChart {
            description: Description {
                id: "grafiek-bijdragen".to_owned(),
                title: format!(
                    "Bijdrage van elke rij aan de verandering {}–{year}",
                    facts.baseline_year()
                ),
                text: sentences.join(" "),
            },
            rows: parts
                .iter()
                .map(|part| Contribution {
                    name: part.name.clone(),
                    change: part.change,
                })
                .collect(),
            total: Some(Contribution {
                name: basket.naam.clone(),
                change: total,
            }),
        };
        Some(Self {
            sentences,
            chart: Svg::new(chart.draw()?),
            table: table(facts, year, &parts),
        })
    }
}

fn sentences(facts: Facts<'_>, parts: &[Part], total: i64) -> Vec<String> {
    let year = facts.baseline_year();
    let up: Vec<&Part> = parts.iter().filter(|part| part.change > 0).collect();
    let down: Vec<&Part> = parts.iter().filter(|part| part.change < 0).collect();
    let sum = |parts: &[&Part]| parts.iter().map(|part| part.change).sum::<i64>();
    let mut sentences = vec![format!(
        "Sinds {year} veranderde het totaal met {}: {} in {} en {} in {}.",
        dutch::signed_count(total),
        dutch::signed_count(sum(&up)),
        dutch::counted(up.len(), "rij die steeg", "rijen die stegen"),
        dutch::signed_count(sum(&down)),
        dutch::counted(down.len(), "rij die daalde", "rijen die daalden"),
    )];
    let highest = up.iter().max_by_key(|part| part.change);
    let lowest = down.iter().min_by_key(|part| part.change);
    let named = [highest, lowest]
        .into_iter()
        .flatten()
        .map(|part| format!("{} ({})", part.name, dutch::signed_count(part.change)))
        .collect::<Vec<_>>();
    if !named.is_empty() {
        sentences.push(format!("De grootste: {}.", dutch::list(&named)));
    }
    sentences.push(
        "Een bijdrage is een verschil in aantal, geen oordeel: dat staat in de tabel hierboven.".to_owned(),
    );
    sentences
}

fn table(facts: Facts<'_>, year: i32, parts: &[Part]) -> PlainTable {
    PlainTable {
        caption: format!(
            "Bijdrage aan de verandering van het totaal, {}–{year}",
            facts.baseline_year()
        ),
        head: vec![
            "Delict".to_owned(),
            facts.baseline_year().to_string(),
            year.to_string(),
            "Verschil".to_owned(),
        ],
        rows: parts
            .iter()
            .map(|part| {
                vec![
                    part.name.clone(),
                    dutch::count(part.from),
                    dutch::count(part.to),
                    dutch::signed_count(part.change),
                ]
            })
            .collect(),
    }
}
