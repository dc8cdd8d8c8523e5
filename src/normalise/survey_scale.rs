//! What an answer to a question of a survey can be: on the scale of its kind, in a year that has begun.
//!
//! A share of 131% is no outcome, whatever the service says: then digits were lost, or another topic was taken. Limits of
//! an interval are not held against the scale: a formula may put them beyond its end.

use std::ops::RangeInclusive;

use chrono::{Datelike as _, NaiveDate};

use super::population::four_digits;
use crate::pipeline::{Table, ends_of_answer};

/// Between which ends the outcomes of a question lie, both of them possible.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scale {
    ends: RangeInclusive<f64>,
    unit: String,
}

/// An outcome that cannot be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{file}, line {line}: expected {expected} for {topic} in {region} over {period}, found {found}")]
pub struct Outside {
    /// The landed file.
    pub file: String,
    /// Its line.
    pub line: u64,
    /// Key of the topic.
    pub topic: String,
    /// Code of the region.
    pub region: String,
    /// Code of the period.
    pub period: String,
    /// What can be.
    pub expected: String,
    /// What was found.
    pub found: f64,
    /// The day on which it can be, when only the clock is against it.
    pub possible_on: Option<NaiveDate>,
}

impl Scale {
    /// The scale of a question, in a row of the register of questions; nothing when nobody says what it is.
    pub fn of(questions: &Table, row: usize, surveys: Option<&Table>) -> Option<Self> {
        Some(Self {
            ends: ends_of_answer(questions, row, surveys)?,
            unit: questions.text("eenheid", row).unwrap_or_default().to_owned(),
        })
    }

    /// What should stand in the place of an outcome; nothing when it can be.
    pub fn refuses(&self, outcome: f64) -> Option<String> {
        // What is no number lies in no range either.
        let (first, last) = (self.ends.start(), self.ends.end());
        (!self.ends.contains(&outcome)).then(|| format!("a number of {} from {first} to {last}", self.unit))
    }
}

/// When the year of a period begins, if it has not begun on a day.
pub(super) fn not_begun(period: &str, today: NaiveDate) -> Option<NaiveDate> {
    let year = four_digits(period.get(..4)?)?;
    (year > today.year())
        .then(|| NaiveDate::from_ymd_opt(year, 1, 1))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::parse_date;
    use crate::pipeline::{Column, Values};

    fn table(name: &'static str, columns: Vec<(&'static str, Values)>) -> Table {
        let column = |(name, values)| Column {
            name,
            description: "",
            values,
        };
        Table {
            name,
            description: "",
            columns: columns.into_iter().map(column).collect(),
            lines: vec![2],
            origins: Vec::new(),
        }
    }

    fn question(kind: &str) -> Table {
        let text = |text: &str| Values::Text(vec![Some(text.to_owned())]);
        table(
            "monitor_vragen",
            vec![
                ("soort", text(kind)),
                ("eenheid", text(kind)),
                ("instrument", text("vm")),
            ],
        )
    }

    #[test]
    fn an_outcome_lies_on_the_scale_of_its_kind() {
        for (kind, can_be, cannot) in [
            ("aandeel", [0.0, 100.0], [-0.1, 131.0]),
            ("rapportcijfer", [1.0, 10.0], [0.0, 78.0]),
            ("saldo", [-100.0, 100.0], [-101.0, f64::NAN]),
        ] {
            let scale = Scale::of(&question(kind), 0, None).unwrap();
            assert!(
                can_be.iter().all(|outcome| scale.refuses(*outcome).is_none()),
                "{kind}"
            );
            assert!(
                cannot.iter().all(|outcome| scale.refuses(*outcome).is_some()),
                "{kind}"
            );
        }
    }

    #[test]
    fn a_score_lies_on_the_scale_of_its_instrument_where_that_is_known() {
        let score = question("schaalscore");
        assert_eq!(Scale::of(&score, 0, None), None);
        let of = |instrument: &str| {
            table(
                "instrumenten",
                vec![
                    ("instrument", Values::Text(vec![Some(instrument.to_owned())])),
                    ("schaal_van", Values::Number(vec![Some(0.0)])),
                    ("schaal_tot", Values::Number(vec![Some(10.0)])),
                ],
            )
        };
        assert_eq!(Scale::of(&score, 0, Some(&of("ander"))), None);
        let scale = Scale::of(&score, 0, Some(&of("vm"))).unwrap();
        assert_eq!(
            (scale.refuses(10.0), scale.refuses(10.1)),
            (None, Some("a number of schaalscore from 0 to 10".to_owned()))
        );
    }

    #[test]
    fn a_year_that_has_not_begun_has_no_outcome() {
        let today = parse_date("2026-11-24").unwrap();
        assert_eq!(not_begun("2026JJ00", today), None);
        assert_eq!(not_begun("2091JJ00", today), parse_date("2091-01-01"));
        assert_eq!(not_begun("x", today), None);
    }
}
