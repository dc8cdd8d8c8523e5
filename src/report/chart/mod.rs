//! Charts as SVG that stands inside the page, drawn by our own small code.
//!
//! Every chart has `role="img"`, a title and a description with its main figures; the page puts a table with the same
//! values behind it. Nothing is told by colour alone: lines differ in dash, points in shape, areas in hatching. The
//! output is the same bytes for the same input: coordinates have one decimal and nothing depends on a clock. Colours
//! and letters are classes of the page's style sheet.

use chrono::{Datelike, NaiveDate};

mod basket;
mod contributions;
mod funnel;
mod panel;
mod range;
mod scale;
mod sparkline;
mod svg;

pub(super) use basket::{BasketChart, Break, Path, Printed};
pub(super) use contributions::{Contribution, ContributionsChart};
pub(super) use funnel::{Apart, FunnelChart, FunnelPlace};
pub(super) use panel::{Panel, PanelPoint};
pub(super) use range::Range;
pub(super) use sparkline::Sparkline;

/// What every chart says in words, for who does not see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Description {
    /// Id of the drawing; the ids of title, description and pattern start with it.
    pub(super) id: String,
    /// Name of the chart.
    pub(super) title: String,
    /// Its main figures in sentences.
    pub(super) text: String,
}

/// A value in a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    /// Calendar year.
    pub(super) year: i32,
    /// Value, in the unit of the chart.
    pub(super) value: f64,
}

/// An interval in a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Interval {
    /// Calendar year.
    pub(super) year: i32,
    /// Lower limit.
    pub(super) lower: f64,
    /// Upper limit.
    pub(super) upper: f64,
}

/// Where a year's count stands on the time axis: in the middle of the year that it counts.
fn middle_of(year: i32) -> f64 {
    f64::from(year) + 0.5
}

/// A day on the axis of years: 1 July 2018 is about 2018.5.
fn decimal_year(day: NaiveDate) -> f64 {
    f64::from(day.year()) + f64::from(day.ordinal0()) / 366.0
}

/// Years that follow each other, joined: `[2020, 2021, 2023]` is 2020 to 2021 and 2023 to 2023.
fn runs(years: &[i32]) -> Vec<(i32, i32)> {
    let mut sorted = years.to_vec();
    sorted.sort_unstable();
    let mut out: Vec<(i32, i32)> = Vec::new();
    for year in sorted {
        match out.last_mut() {
            Some((_, last)) if year <= last.saturating_add(1) => *last = year,
            _ => out.push((year, year)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_that_follow_each_other_are_one_run() {
        assert_eq!(runs(&[2023, 2020, 2021, 2021]), [(2020, 2021), (2023, 2023)]);
        assert_eq!(runs(&[]), []);
    }
}
