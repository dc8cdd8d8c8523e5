//! Days and years that make sense: each column of a register says which (see [`Span`]), and so do the days of the
//! pipeline file.
//!
//! A year that is typed into a cell for days becomes a day in 1905, which is a day like any other to whatever reads it:
//! a measurement of 1905 is no evidence, a break in 1905 breaks nothing. And nothing that a person writes down can have been
//! seen after the day of the run. A run whose clock was set to an earlier day (`--as-of`) is held to that: what the
//! registers say of later days was not known then.

use chrono::{Datelike, NaiveDate};

use super::error::Findings;
use super::file::{PipelineFile, Policy};
use super::registers::REGISTERS;
use super::rules::Registers;
use super::schema::{Span, SpanEnd};
use super::table::Values;
use super::value::{DAY_ORDER, YEARS, date_of};

const LATER: &str = "what lies after the day of the run cannot be known yet; a night is replayed (--as-of) with the pipeline file and the registers of that day";

/// The first and the last day of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) first: NaiveDate,
    pub(super) last: NaiveDate,
    ends_today: bool,
}

impl Days {
    pub(super) fn of(span: Span, policy: &Policy, today: NaiveDate) -> Self {
        let year = |year: i32, last: bool| {
            let (month, day) = if last { (12, 31) } else { (1, 1) };
            NaiveDate::from_ymd_opt(year, month, day)
        };
        let first = policy.baseline_year.saturating_sub(span.years_before_year_0);
        let last = match span.end {
            SpanEnd::Today => Some(today),
            SpanEnd::YearsAhead(years) => {
                year(policy.target_year.max(today.year()).saturating_add(years), true)
            }
        };
        Self {
            // A year that no calendar has was refused in the pipeline file already.
            first: year(first, false).unwrap_or(NaiveDate::MIN),
            last: last.unwrap_or(NaiveDate::MAX),
            ends_today: span.end == SpanEnd::Today,
        }
    }

    /// What is wrong with a day, as what was expected, what stands there, and what to do; nothing for one that fits.
    pub(super) fn mistake_of(&self, day: NaiveDate) -> Option<(String, String, String)> {
        if (self.first..=self.last).contains(&day) {
            return None;
        }
        let end = if self.ends_today {
            ", the day of the run"
        } else {
            ""
        };
        let expected = format!("a day from {} to {}{end}", self.first, self.last);
        Some(match year_behind(day) {
            Some(year) => (
                expected,
                format!("`{day}` (a year in a date cell? {year} is the number of that day)"),
                format!("type the whole day, such as {year}-12-31; {DAY_ORDER}"),
            ),
            None if self.ends_today && self.last < day => {
                (expected, format!("`{day}`"), format!("{LATER}; {DAY_ORDER}"))
            }
            None => (expected, format!("`{day}`"), DAY_ORDER.to_owned()),
        })
    }
}

/// The year whose number a spreadsheet shows as this day: it counts days from 30 December 1899, some from 1904.
pub(super) fn year_behind(day: NaiveDate) -> Option<i64> {
    [(1899, 12, 30), (1904, 1, 1)]
        .into_iter()
        .find_map(|(year, month, first)| {
            let begin = NaiveDate::from_ymd_opt(year, month, first)?;
            let number = day.signed_duration_since(begin).num_days();
            YEARS.contains(&number).then_some(number)
        })
}

/// Adds every day and year of a register that makes no sense to `findings`.
pub(super) fn days_make_sense(
    registers: &Registers<'_>,
    file: &PipelineFile,
    today: NaiveDate,
    findings: &mut Findings,
) {
    for register in REGISTERS {
        let Some(table) = registers.get(register.name) else {
            continue;
        };
        for field in register.fields {
            let (Some(span), Some(column)) = (field.span, table.column(field.name)) else {
                continue;
            };
            let days = Days::of(span, &file.policy, today);
            for row in 0..table.rows() {
                let mistake = match &column.values {
                    Values::Date(values) => values
                        .get(row)
                        .and_then(|day| date_of((*day)?))
                        .and_then(|day| days.mistake_of(day)),
                    Values::Whole(values) => values
                        .get(row)
                        .copied()
                        .flatten()
                        .and_then(|year| mistake_of_year(&days, year)),
                    _ => None,
                };
                if let Some((expected, found, hint)) = mistake {
                    let error = registers.mistake(table, row, expected, found);
                    findings.push(error.in_field(field.name).with_hint(hint));
                }
            }
        }
    }
}

fn mistake_of_year(days: &Days, year: i64) -> Option<(String, String, String)> {
    let (first, last) = (days.first.year(), days.last.year());
    if (i64::from(first)..=i64::from(last)).contains(&year) {
        return None;
    }
    let end = if days.ends_today {
        ", the year of the run"
    } else {
        ""
    };
    let hint = if i64::from(last) < year {
        LATER
    } else {
        "type the year with its four digits"
    };
    Some((
        format!("a year from {first} to {last}{end}"),
        format!("`{year}`"),
        hint.to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::testing::{Small, TODAY, refused};

    #[test]
    fn a_year_in_a_date_cell_is_told_by_the_number_of_its_day() {
        // `date -u -d "1899-12-30 +2022 days" +%F` says 1905-07-14, and from 1904-01-01 it is 1909-07-15.
        for (day, year) in [
            ((1905, 7, 14), Some(2022)),
            ((1905, 7, 13), Some(2021)),
            ((1909, 7, 15), Some(2022)),
            ((1900, 2, 10), None),
            ((2022, 6, 30), None),
        ] {
            let day = NaiveDate::from_ymd_opt(day.0, day.1, day.2).unwrap();
            assert_eq!(year_behind(day), year, "{day}");
        }
        let message = refused(&Small::new().replace("metingen", "31-12-2019", "14-7-1905"));
        assert_eq!(
            message,
            "p/klein/metingen.csv:2: `datum`: expected a day from 1989-01-01 to 2026-11-24, the day of the run, \
             found `1905-07-14` (a year in a date cell? 2022 is the number of that day)"
        );
    }

    #[test]
    fn what_was_seen_or_decided_lies_before_the_day_of_the_run_and_what_is_planned_may_lie_after_it() {
        let accepted =
            |day: &str| Small::new().append("aanvaard", &format!("gekrompen;x;3 -> 2;ik;{day};\n"));
        let cases = [
            (
                Small::new().replace("metingen", "31-12-2019", "2026-11-25"),
                "metingen.csv:2: `datum`",
            ),
            (
                Small::new().replace("vastgesteld", "2021-01-13", "2026-11-25"),
                "vastgesteld.csv:2: `datum`",
            ),
            (
                Small::new().replace("vastgesteld", "2021-01-13", "2017-12-31"),
                "vastgesteld.csv:2: `datum`",
            ),
            (accepted("2026-11-25"), "aanvaard.csv:2: `datum`"),
            (
                Small::new().replace("doelen", "2024-12-31", "2037-01-01"),
                "doelen.csv:2: `termijn`",
            ),
            (
                Small::new().replace("doelen", "2024-12-31", "1905-07-16"),
                "doelen.csv:2: `termijn`",
            ),
            (
                Small::new().replace("trendbreuken", "2018-07-01", "1905-07-13"),
                "trendbreuken.csv:2: `datum`",
            ),
            (
                Small::new().replace("trendbreuken", "2018-07-01", "2032-01-01"),
                "trendbreuken.csv:2: `datum`",
            ),
            (
                Small::new().replace("definities", "voorstel;;", "voorstel;2032-01-01;"),
                "definities.csv:2: `geldig_vanaf`",
            ),
            (
                Small::new().replace("monitor", ";2019;14,4", ";2027;14,4"),
                "monitor.csv:2: `jaar`",
            ),
            (
                Small::new().replace("gedrukt", "woninginbraken;2018", "woninginbraken;2027"),
                "gedrukt.csv:2: `jaar`",
            ),
            (
                Small::new().replace("doelen", "880;2019", "880;2091"),
                "doelen.csv:2: `basisjaar`",
            ),
            (
                Small::new().replace("reeksen", "reeks;1;;", "reeks;1;1905;"),
                "reeksen.csv:2: `vanaf_jaar`",
            ),
        ];
        for (small, place) in cases {
            let message = refused(&small);
            assert!(
                message.contains(place) && message.lines().count() == 1,
                "{place} in\n{message}"
            );
        }
        for small in [
            accepted("2026-11-24"),
            Small::new().replace("metingen", "31-12-2019", "2026-11-24"),
            Small::new().replace("doelen", "2024-12-31", "2036-12-31"),
            Small::new().replace("trendbreuken", "2018-07-01", "2031-12-31"),
            Small::new().replace("definities", "voorstel;;", "voorstel;2027-01-01;"),
            Small::new().replace("monitor", ";2019;14,4", ";2026;14,4"),
        ] {
            assert!(small.load().is_ok(), "{:?}", small.load());
        }
    }

    #[test]
    fn the_order_of_a_date_is_said_where_one_is_refused() {
        let hint = |small: &Small| small.load().unwrap_err().hint().unwrap();
        for day in ["2026-12-01", "1-12-2026", "12/1/2026", "12-31-2019"] {
            let hint = hint(&Small::new().replace("metingen", "31-12-2019", day));
            assert!(
                hint.contains("03-04-2024 is read day-month-year"),
                "{day}: {hint}"
            );
        }
        assert_eq!(TODAY.to_string(), "2026-11-24");
    }

    #[test]
    fn a_replay_of_an_earlier_night_meets_no_day_that_was_still_to_come() {
        let earlier = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        let message = Small::new().load_on(earlier).unwrap_err();
        assert!(
            message.to_string().contains("`source[0].recorded[1].peildatum`"),
            "{message}"
        );
        assert!(message.hint().unwrap().contains("--as-of"), "{message}");
    }
}
