//! "In het kort": where the basket is, where it must go, how that stands against both counts of year 0.

use super::{Citations, Facts, Figure, Verdict, dutch};
use crate::report::model::{DoelVoortgangRow, NulmetingRow, TrendReeksRow};
use crate::report::words;

/// The first screen of the report.
#[derive(Debug, Default)]
pub(in crate::report) struct Summary {
    /// The basket in the report year.
    pub(in crate::report) now: Option<Now>,
    /// The target.
    pub(in crate::report) target: Option<Target>,
    /// The verdict against the adopted and against the revised year 0.
    pub(in crate::report) standings: Vec<Standing>,
    /// What changed for certain.
    pub(in crate::report) sentences: Vec<String>,
    /// How much of the target is a difference in counting.
    pub(in crate::report) counting: Vec<String>,
}

/// The basket in the report year.
#[derive(Debug)]
pub(in crate::report) struct Now {
    /// Its count.
    pub(in crate::report) figure: Figure,
    /// What is counted.
    pub(in crate::report) label: String,
    /// Verdicts on the other years.
    pub(in crate::report) comparisons: Vec<Compared>,
}

/// A verdict on another year.
#[derive(Debug)]
pub(in crate::report) struct Compared {
    /// The other year, with its count.
    pub(in crate::report) with: String,
    /// The verdict, its reservations left out.
    pub(in crate::report) verdict: Verdict,
    /// The reservations in words.
    pub(in crate::report) reservations: String,
}

/// The target value.
#[derive(Debug)]
pub(in crate::report) struct Target {
    /// The value.
    pub(in crate::report) figure: Figure,
    /// For which year.
    pub(in crate::report) label: String,
    /// How it follows from year 0.
    pub(in crate::report) derivation: String,
}

/// How the target stands against one count of year 0.
#[derive(Debug)]
pub(in crate::report) struct Standing {
    /// The verdict.
    pub(in crate::report) verdict: Verdict,
    /// Which year 0.
    pub(in crate::report) against: String,
    /// Count and path.
    pub(in crate::report) detail: String,
}

impl Summary {
    pub(super) fn new(facts: Facts<'_>, citations: &mut Citations<'_>) -> Self {
        let Some(basket) = facts.basket() else {
            return Self::default();
        };
        let row = facts
            .report_year()
            .and_then(|year| facts.trend(&basket.reeks, year));
        let baseline = facts.baseline(&basket.reeks);
        let goal = main_target(facts);
        Self {
            now: row.and_then(|row| now(facts, citations, &basket.naam, row)),
            target: baseline.and_then(|baseline| target(facts, citations, baseline, goal)),
            standings: goal.map(|goal| standings(facts, goal)).unwrap_or_default(),
            sentences: sentences(facts),
            counting: counting(facts, baseline),
        }
    }
}

/// The target that is measured by the basket.
pub(super) fn main_target(facts: Facts<'_>) -> Option<&DoelVoortgangRow> {
    let basket = facts.basket()?;
    facts
        .data()
        .doel_voortgang
        .iter()
        .find(|row| row.reeks.as_deref() == Some(&basket.reeks))
}

fn now(facts: Facts<'_>, citations: &mut Citations<'_>, name: &str, row: &TrendReeksRow) -> Option<Now> {
    row.waarde?;
    let mut comparisons = Vec::new();
    let mut compare = |year: i32, count: Option<i64>, words: Option<&str>, reservations: Option<&str>| {
        // A year that is kept back is named; one of which nothing is known is not.
        let known = count.map_or_else(|| facts.no_figure(&row.reeks, year).to_owned(), dutch::count);
        if let (true, Some(verdict)) = (known != dutch::NOTHING, Verdict::trend(facts, words, None)) {
            comparisons.push(Compared {
                with: format!("{year} ({known})"),
                verdict,
                reservations: reservations.unwrap_or_default().replace(';', ","),
            });
        }
    };
    if row.jaar != facts.baseline_year() {
        let reservations = row.voorbehoud_basis.as_deref();
        compare(
            facts.baseline_year(),
            row.basis,
            row.oordeel.as_deref(),
            reservations,
        );
    }
    let previous = row.jaar.saturating_sub(1);
    if previous != facts.baseline_year() {
        let reservations = row.voorbehoud_vorig.as_deref();
        compare(previous, row.vorig, row.oordeel_vorig.as_deref(), reservations);
    }
    Some(Now {
        figure: citations.series_value(&row.reeks, row.jaar),
        label: format!(
            "geregistreerde delicten in {} ({})",
            row.jaar,
            dutch::inside_sentence(name)
        ),
        comparisons,
    })
}

fn target(
    facts: Facts<'_>,
    citations: &mut Citations<'_>,
    baseline: &NulmetingRow,
    goal: Option<&DoelVoortgangRow>,
) -> Option<Target> {
    let value = baseline.streefwaarde?;
    let upper = goal
        .and_then(|goal| goal.richting.as_deref())
        .is_none_or(|side| side.starts_with('<'));
    // A count is whole, so "at most 2023.2" is at most 2023.
    let (words, whole) = if upper {
        ("hoogstens", value.floor())
    } else {
        ("minstens", value.ceil())
    };
    let key = format!("nulmeting.{}.streefwaarde", baseline.reeks);
    let derivation = match (baseline.waarde_vastgesteld, facts.data().beleid.daling_pct) {
        (Some(adopted), Some(percent)) => format!(
            "de vastgestelde {} van {} min {}% is {}",
            dutch::count(adopted),
            facts.baseline_year(),
            dutch::number(percent, 1),
            dutch::number(value, 1)
        ),
        _ => format!("de streefwaarde is {}", dutch::number(value, 1)),
    };
    Some(Target {
        figure: citations.figure(&key, dutch::decimal(whole, 0)),
        label: format!("{words}, in {}: de streefwaarde", facts.target_year()),
        derivation,
    })
}

/// The verdicts on a target, against the adopted year 0 and against year 0 as the source has it now.
pub(super) fn standings(facts: Facts<'_>, goal: &DoelVoortgangRow) -> Vec<Standing> {
    let year = facts.baseline_year();
    let against_adopted = match goal.basiswaarde {
        Some(value) => format!("tegen het vastgestelde jaar 0 ({})", dutch::number(value, 1)),
        None => "tegen het vastgestelde jaar 0".to_owned(),
    };
    let against_revised = match goal.basiswaarde_herzien {
        Some(value) => format!(
            "tegen {year} zoals de politie het nu telt ({})",
            dutch::number(value, 1)
        ),
        None => format!("tegen {year} zoals de politie het nu telt"),
    };
    let both = [
        (goal.oordeel.as_deref(), against_adopted, goal.padwaarde),
        (
            goal.oordeel_herzien.as_deref(),
            against_revised,
            goal.padwaarde_herzien,
        ),
    ];
    both.into_iter()
        .filter_map(|(words, against, path)| {
            let verdict = Verdict::target(facts, words?);
            let detail = match (goal.waarde, path) {
                (Some(value), Some(path)) => format!(
                    "{} nu, de rechte weg staat op {}",
                    dutch::number(value, 1),
                    dutch::decimal(path, 0)
                ),
                _ => goal.waarde_tekst.clone().unwrap_or_default(),
            };
            Some(Standing {
                verdict,
                against,
                detail,
            })
        })
        .collect()
}

fn sentences(facts: Facts<'_>) -> Vec<String> {
    let Some(year) = facts.report_year() else {
        return Vec::new();
    };
    let series = facts
        .basket()
        .into_iter()
        .chain(facts.basket_parts())
        .chain(facts.companions());
    let rows: Vec<(String, &TrendReeksRow)> = series
        .filter_map(|series| {
            facts
                .trend(&series.reeks, year)
                .map(|row| (dutch::inside_sentence(&series.naam), row))
        })
        .collect();
    let mut sentences = Vec::new();
    if year != facts.baseline_year() {
        sentences.extend(words::certain_differences(
            facts,
            &rows,
            facts.baseline_year(),
            |row| (row.oordeel.as_deref(), row.basis),
        ));
    }
    let previous = year.saturating_sub(1);
    if previous != facts.baseline_year() {
        sentences.extend(words::certain_differences(facts, &rows, previous, |row| {
            (row.oordeel_vorig.as_deref(), row.vorig)
        }));
    }
    if let Some(goal) = main_target(facts)
        && let (Some(lower), Some(upper), Some(verdict)) = (goal.ondergrens, goal.bovengrens, &goal.oordeel)
        && verdict.ends_with("(onzeker)")
    {
        sentences.push(format!(
            "Onzeker betekent hier: de rechte weg ligt binnen de gewone jaarschommeling van het cijfer ({}).",
            dutch::interval(lower, upper, 0)
        ));
    }
    sentences
}

fn counting(facts: Facts<'_>, basket: Option<&NulmetingRow>) -> Vec<String> {
    let Some(basket) = basket else { return Vec::new() };
    let parts: Vec<(String, &NulmetingRow)> = facts
        .basket_parts()
        .into_iter()
        .filter_map(|series| {
            facts
                .baseline(&series.reeks)
                .map(|row| (series.naam.clone(), row))
        })
        .collect();
    words::counting_difference(facts, basket, &parts)
}
