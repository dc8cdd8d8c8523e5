//! The survey figures with their margins, each instrument apart: two surveys are never joined into one line.
//!
//! A survey that covers the country gives its figure beside that of the municipality, in the same cell.

use super::{Facts, Verdict, dutch};
use crate::report::model::MonitorIndicatorRow;

/// One survey.
#[derive(Debug)]
pub(in crate::report) struct Survey {
    /// Its name.
    pub(in crate::report) name: String,
    /// The years it was held.
    pub(in crate::report) years: Vec<i32>,
    /// The questions, those asked more than once first.
    pub(in crate::report) groups: Vec<SurveyGroup>,
    /// What must be said with it.
    pub(in crate::report) cautions: Vec<String>,
}

/// Questions with a heading.
#[derive(Debug)]
pub(in crate::report) struct SurveyGroup {
    /// The heading.
    pub(in crate::report) name: String,
    /// The questions.
    pub(in crate::report) rows: Vec<SurveyRow>,
}

/// One question.
#[derive(Debug)]
pub(in crate::report) struct SurveyRow {
    /// The question as printed.
    pub(in crate::report) question: String,
    /// Outcome and margin by year of the survey.
    pub(in crate::report) outcomes: Vec<Outcome>,
    /// Change on the survey before.
    pub(in crate::report) change: String,
    /// Verdict on it.
    pub(in crate::report) verdict: Option<Verdict>,
    /// Which way is better.
    pub(in crate::report) better: &'static str,
    /// Lines of the note.
    pub(in crate::report) lines: String,
}

/// What one survey found.
#[derive(Debug)]
pub(in crate::report) struct Outcome {
    /// The outcome.
    pub(in crate::report) value: super::Figure,
    /// Its margin.
    pub(in crate::report) margin: String,
    /// What it found elsewhere: the name of the region, the outcome and its margin.
    pub(in crate::report) beside: Option<(String, super::Figure, String)>,
}

/// The surveys, in the order of the register.
pub(super) fn surveys(facts: Facts<'_>, citations: &mut super::Citations<'_>) -> Vec<Survey> {
    let last = facts.report_year().unwrap_or(i32::MAX);
    let rows: Vec<&MonitorIndicatorRow> = facts
        .data()
        .monitor_indicator
        .iter()
        .filter(|row| row.meting <= last)
        .collect();
    let mut instruments: Vec<&str> = Vec::new();
    for row in &rows {
        if !instruments.contains(&row.instrument.as_str()) {
            instruments.push(&row.instrument);
        }
    }
    instruments
        .into_iter()
        .map(|instrument| {
            let of_this: Vec<&MonitorIndicatorRow> = rows
                .iter()
                .copied()
                .filter(|row| row.instrument == instrument)
                .collect();
            survey(facts, citations, instrument, &of_this)
        })
        .collect()
}

fn survey(
    facts: Facts<'_>,
    citations: &mut super::Citations<'_>,
    instrument: &str,
    rows: &[&MonitorIndicatorRow],
) -> Survey {
    let mut years: Vec<i32> = rows.iter().map(|row| row.meting).collect();
    years.sort_unstable();
    years.dedup();
    let mut questions: Vec<&str> = Vec::new();
    for row in rows {
        if !questions.contains(&row.indicator.as_str()) {
            questions.push(&row.indicator);
        }
    }
    let mut repeated = Vec::new();
    let mut once = Vec::new();
    for question in questions {
        let answers: Vec<&MonitorIndicatorRow> = rows
            .iter()
            .copied()
            .filter(|row| row.indicator == question)
            .collect();
        if let Some(row) = survey_row(facts, citations, &years, &answers) {
            let first = answers.first().map(|row| row.meting);
            let group = if answers.iter().any(|row| Some(row.meting) != first) {
                &mut repeated
            } else {
                &mut once
            };
            group.push(row);
        }
    }
    let groups = [("Vaker gevraagd", repeated), ("Eén keer gevraagd", once)];
    Survey {
        name: dutch::capitalised(&dutch::words_of_key(instrument)),
        years,
        groups: groups
            .into_iter()
            .filter(|(_, rows)| !rows.is_empty())
            .map(|(name, rows)| SurveyGroup {
                name: name.to_owned(),
                rows,
            })
            .collect(),
        cautions: cautions(facts, instrument, rows),
    }
}

fn survey_row(
    facts: Facts<'_>,
    citations: &mut super::Citations<'_>,
    years: &[i32],
    answers: &[&MonitorIndicatorRow],
) -> Option<SurveyRow> {
    let is_own = |row: &&&MonitorIndicatorRow| row.regio_code == facts.data().beleid.gemeente;
    let newest = answers.iter().filter(is_own).max_by_key(|row| row.meting);
    let newest = newest.or(answers.iter().max_by_key(|row| row.meting))?;
    let outcomes = years
        .iter()
        .map(|year| {
            let of_year = || answers.iter().filter(|row| row.meting == *year);
            let own = of_year().find(is_own);
            let beside = of_year().find(|row| !is_own(row));
            Outcome {
                value: own.map_or_else(
                    || super::Figure::plain(dutch::NOTHING),
                    |row| figure(citations, row),
                ),
                margin: own.map_or_else(String::new, |row| margin(row)),
                beside: beside.map(|row| (row.regio.clone(), figure(citations, row), margin(row))),
            }
        })
        .collect();
    // What was found elsewhere alone says nothing of a change here.
    let newest_own = Some(newest).filter(|row| is_own(row));
    Some(SurveyRow {
        question: newest.naam.clone(),
        outcomes,
        change: newest_own.and_then(|row| row.verandering).map_or_else(
            || dutch::NOTHING.to_owned(),
            |change| {
                let sign = if change > 0.0 { "+" } else { "" };
                let unit = if newest.eenheid == "%" {
                    "\u{a0}procentpunt"
                } else {
                    ""
                };
                format!("{sign}{}{unit}", dutch::number(change, 1))
            },
        ),
        verdict: newest_own
            .filter(|newest| {
                answers
                    .iter()
                    .filter(is_own)
                    .any(|row| row.meting != newest.meting)
            })
            .and_then(|row| Verdict::trend(facts, row.oordeel.as_deref(), row.voorbehoud.as_deref())),
        better: match newest.richting.as_str() {
            "lager" => "lager",
            "hoger" => "hoger",
            _ => dutch::NOTHING,
        },
        lines: newest.regel.clone().unwrap_or_default(),
    })
}

/// An outcome as it is printed: `18%`, `7,5`.
pub(super) fn printed(value: f64, unit: &str) -> String {
    match unit {
        "%" => dutch::with_unit(value, "%"),
        "procentpunt" => dutch::with_unit(value, "procentpunt"),
        _ => dutch::decimal(value, 1),
    }
}

fn figure(citations: &mut super::Citations<'_>, row: &MonitorIndicatorRow) -> super::Figure {
    let MonitorIndicatorRow {
        indicator,
        instrument,
        regio_code,
        meting,
        ..
    } = row;
    let key = format!("monitor_indicator.{indicator}.{instrument}.{regio_code}.{meting}.waarde");
    match row.waarde {
        Some(value) => citations.figure(&key, printed(value, &row.eenheid)),
        None => super::Figure::plain(dutch::NOTHING),
    }
}

/// The margin of an outcome, in words where there is none.
pub(super) fn margin(row: &MonitorIndicatorRow) -> String {
    match (row.ondergrens, row.bovengrens, row.marge_indicatief) {
        _ if row.waarde.is_none() => "de bron geeft geen uitkomst".to_owned(),
        (Some(lower), Some(upper), _) => dutch::interval(lower, upper, 1),
        (_, _, Some(margin)) => format!("± {}, indicatief", dutch::decimal(margin, 1)),
        _ => "marge onbekend".to_owned(),
    }
}

fn cautions(facts: Facts<'_>, instrument: &str, rows: &[&MonitorIndicatorRow]) -> Vec<String> {
    let mut cautions = of_the_source(facts, instrument, rows);
    let mut known: Vec<(i32, i64)> = rows
        .iter()
        .filter_map(|row| row.n.map(|participants| (row.meting, participants)))
        .collect();
    known.sort_unstable();
    known.dedup();
    if !known.is_empty() {
        let known: Vec<String> = known
            .iter()
            .map(|(year, participants)| format!("{} in {year}", dutch::count(*participants)))
            .collect();
        cautions.push(format!("Deelnemers: {}.", dutch::list(&known)));
    }
    let mut unknown: Vec<i32> = rows
        .iter()
        .filter(|row| row.n.is_none() && row.ondergrens.is_none() && row.waarde.is_some())
        .map(|row| row.meting)
        .collect();
    unknown.sort_unstable();
    unknown.dedup();
    if !unknown.is_empty() {
        let years: Vec<String> = unknown.iter().map(ToString::to_string).collect();
        cautions.push(format!(
            "Van de meting van {} is het aantal deelnemers niet bekend. Een verandering ten opzichte van die meting is \
             daarom niet getoetst.",
            dutch::list(&years)
        ));
    }
    if rows.iter().any(|row| is_kept_by_hand(row)) {
        let panel = facts
            .data()
            .conventies
            .iter()
            .find(|row| row.conventie == "ontwerpeffect_panel");
        cautions.extend(panel.map(|row| row.tekst.clone()));
    }
    cautions.push(
        "De marge is het 95%-interval van de uitkomst. Uitkomsten van twee verschillende enquêtes zijn niet te \
         vergelijken, ook niet bij dezelfde vraag."
            .to_owned(),
    );
    cautions
}

/// Whether an outcome stands in the note or a register, and not in a table of a source.
fn is_kept_by_hand(row: &MonitorIndicatorRow) -> bool {
    matches!(row.bron.as_str(), "nota" | "register")
}

/// What must be said of a survey that was fetched: its table, whose margin it is, breaks, and that a place is not in it.
fn of_the_source(facts: Facts<'_>, instrument: &str, rows: &[&MonitorIndicatorRow]) -> Vec<String> {
    let data = facts.data();
    let fetched: Vec<&&MonitorIndicatorRow> = rows.iter().filter(|row| !is_kept_by_hand(row)).collect();
    let mut said = Vec::new();
    for source in &data.bronnen {
        if !fetched.iter().any(|row| row.bron == source.bron) {
            continue;
        }
        let known = source
            .peildatum
            .map_or_else(String::new, |day| format!(", peildatum {}", dutch::date(day)));
        said.push(format!(
            "Bron: {}, {} ({}){known}. De marge is die van de bron.",
            source.uitgever, source.titel, source.bron
        ));
    }
    if !fetched.is_empty() && rows.iter().all(|row| row.regio_code != data.beleid.gemeente) {
        said.push(format!(
            "Voor {} geeft deze bron geen uitkomsten.",
            data.beleid.gemeente_naam
        ));
    }
    if !fetched.is_empty() {
        let breaks = data.trendbreuken.iter();
        let breaks = breaks.filter(|row| row.instrument.as_deref() == Some(instrument));
        said.extend(breaks.map(|row| format!("¦ {}: {}", dutch::month_and_year(row.datum), row.tekst)));
    }
    said
}
