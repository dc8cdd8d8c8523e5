//! From the tables to what the pages show: one struct a part, filled here and written by its template.
//!
//! The parts are those of the note: a developments and outlook, b figures and trends, c progress on the targets. They
//! are built in that order, and the provenance last, for it lists the figures that the others showed.

mod basket;
mod comparison;
mod contributions;
mod developments;
mod districts;
mod figures;
mod origin;
mod summary;
mod survey;
mod targets;
mod themes;

use askama::Template;

use super::cite::Citations;
use super::components::{Figure, Mark, PlainTable, Svg, Verdict};
use super::dutch;
use super::facts::{Facts, PhraseKind};
use super::model::{ReeksRow, ReportData};

/// The whole page.
// Askama looks for a `path` in `templates/` at the root only; an include is looked up from the root of the crate.
#[derive(Debug, Template)]
#[template(ext = "html", source = r#"{% include "src/report/templates/report.html" %}"#)]
pub(super) struct Page {
    title: String,
    subtitle: Vec<String>,
    targets_in_nav: String,
    missing: Option<String>,
    summary: summary::Summary,
    developments: developments::Developments,
    figures: figures::Figures,
    targets: targets::Targets,
    origin: origin::Origin,
}

impl Page {
    /// Builds every part. Whatever is missing from the tables is said on the page.
    pub(super) fn new(data: &ReportData) -> Self {
        let facts = Facts::new(data);
        let mut citations = Citations::new(facts);
        let summary = summary::Summary::new(facts, &mut citations);
        let developments = developments::Developments::new(facts, &mut citations);
        let figures = figures::Figures::new(facts, &mut citations);
        let targets = targets::Targets::new(facts, &mut citations);
        let origin = origin::Origin::new(facts, &citations);
        Self {
            title: title(facts),
            subtitle: subtitle(facts),
            targets_in_nav: match data.doel_voortgang.len() {
                0 => "Voortgang op de doelen".to_owned(),
                amount => format!("Voortgang op de {}", dutch::counted(amount, "doel", "doelen")),
            },
            missing: facts.report_year().is_none().then(|| {
                "Er is nog geen jaar met een cijfer voor elke rij van de mand. Daarom staan hieronder geen trends \
                 en geen oordelen over een jaar."
                    .to_owned()
            }),
            summary,
            developments,
            figures,
            targets,
            origin,
        }
    }
}

fn title(facts: Facts<'_>) -> String {
    match facts.report_year() {
        Some(year) => format!("Voortgangsrapportage veiligheid {year}"),
        None => "Voortgangsrapportage veiligheid".to_owned(),
    }
}

fn subtitle(facts: Facts<'_>) -> Vec<String> {
    let policy = &facts.data().beleid;
    let mut parts = Vec::new();
    if !policy.gemeente_naam.is_empty() {
        parts.push(format!("Gemeente {}", policy.gemeente_naam));
    }
    if !policy.titel.is_empty() {
        parts.push(policy.titel.clone());
    }
    let known = facts
        .basket()
        .zip(facts.report_year())
        .and_then(|(basket, year)| facts.trend(&basket.reeks, year))
        .and_then(|row| row.peildatum);
    if let Some(day) = known {
        parts.push(format!("politiecijfers zoals bekend op {}", dutch::date(day)));
    }
    parts
}

/// The phrases of one kind as signs with words, in the order of the register.
fn legend(facts: Facts<'_>, kind: PhraseKind) -> Vec<Mark> {
    facts
        .data()
        .frasen
        .iter()
        .filter(|phrase| phrase.soort == kind.key())
        .map(|phrase| Mark {
            sign: phrase.teken.clone(),
            words: phrase.frase.clone(),
        })
        .collect()
}

/// First and last year with a figure of the basket, up to the report year; the years of every time axis.
fn axis(facts: Facts<'_>) -> (i32, i32) {
    let last = facts.report_year().unwrap_or_default();
    let all = facts.data().trend_reeks.iter();
    let first = all
        .filter(|row| row.waarde.is_some() && row.jaar <= last)
        .map(|row| row.jaar)
        .min();
    (first.unwrap_or(last), last)
}

/// The years of which something must be said of any of these series, oldest first.
fn years_of(facts: Facts<'_>, series: &[&ReeksRow]) -> Vec<i32> {
    let mut years: Vec<i32> = series
        .iter()
        .flat_map(|series| facts.told(&series.reeks))
        .map(|row| row.jaar)
        .collect();
    years.sort_unstable();
    years.dedup();
    years
}

/// The unrepresentative years that lie on the axis.
fn shaded(facts: Facts<'_>) -> Vec<i32> {
    let (first, last) = axis(facts);
    let years = facts.data().niet_representatief.iter().map(|row| row.jaar);
    years.filter(|year| (first..=last).contains(year)).collect()
}
