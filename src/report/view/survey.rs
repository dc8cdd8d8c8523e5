//! The survey figures with their margins, each instrument apart: two surveys are never joined into one line.

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
            let group = if answers.len() > 1 {
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
        cautions: cautions(facts, rows),
    }
}

fn survey_row(
    facts: Facts<'_>,
    citations: &mut super::Citations<'_>,
    years: &[i32],
    answers: &[&MonitorIndicatorRow],
) -> Option<SurveyRow> {
    let newest = answers.iter().max_by_key(|row| row.meting)?;
    let outcomes = years
        .iter()
        .map(|year| match answers.iter().find(|row| row.meting == *year) {
            Some(row) => outcome(citations, row),
            None => Outcome {
                value: super::Figure::plain(dutch::NOTHING),
                margin: String::new(),
            },
        })
        .collect();
    Some(SurveyRow {
        question: newest.naam.clone(),
        outcomes,
        change: newest.verandering.map_or_else(
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
        verdict: (answers.len() > 1)
            .then(|| Verdict::trend(facts, newest.oordeel.as_deref(), None))
            .flatten(),
        better: match newest.richting.as_str() {
            "lager" => "lager",
            "hoger" => "hoger",
            _ => dutch::NOTHING,
        },
        lines: newest.regel.clone().unwrap_or_default(),
    })
}

fn outcome(citations: &mut super::Citations<'_>, row: &MonitorIndicatorRow) -> Outcome {
    let key = format!("monitor_indicator.{}.{}.waarde", row.indicator, row.meting);
    let text = row.waarde.map_or_else(
        || dutch::NOTHING.to_owned(),
        |value| match row.eenheid.as_str() {
            "%" => dutch::with_unit(value, "%"),
            "procentpunt" => dutch::with_unit(value, "procentpunt"),
            _ => dutch::decimal(value, 1),
        },
    );
    let margin = match (row.ondergrens, row.bovengrens, row.marge_indicatief) {
        (Some(lower), Some(upper), _) => dutch::interval(lower, upper, 1),
        (_, _, Some(margin)) => format!("± {}, indicatief", dutch::decimal(margin, 1)),
        _ => "marge onbekend".to_owned(),
    };
    Outcome {
        value: citations.figure(&key, text),
        margin,
    }
}

fn cautions(facts: Facts<'_>, rows: &[&MonitorIndicatorRow]) -> Vec<String> {
    let mut cautions = Vec::new();
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
        .filter(|row| row.n.is_none())
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
    let panel = facts
        .data()
        .conventies
        .iter()
        .find(|row| row.conventie == "ontwerpeffect_panel");
    cautions.extend(panel.map(|row| row.tekst.clone()));
    cautions.push(
        "De marge is het 95%-interval van de uitkomst. Uitkomsten van twee verschillende enquêtes zijn niet te \
         vergelijken, ook niet bij dezelfde vraag."
            .to_owned(),
    );
    cautions
}
