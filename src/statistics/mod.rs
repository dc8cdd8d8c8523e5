//! The arithmetic behind every verdict: intervals, tests and comparisons for registered crime and survey figures.
//!
//! Everything here is a pure function on numbers. No table, no register and no phrase is known to this module: the
//! significance level, the design effect, minimum sample sizes and the dispersion τ² come in as arguments, and the
//! caller turns the numbers into a verdict. Sections below refer to the statistics specification.
//!
//! | file | question it answers |
//! |---|---|
//! | [`count`] | between which limits lies one registered count or its rate? |
//! | [`pair`] | do two counts differ, and by what ratio? |
//! | [`dispersion`] | how much do years differ more than chance alone explains (τ²)? |
//! | [`holm`] | which p-values survive when a family of rows is looked at together? |
//! | [`share`] | the same questions for a survey percentage |
//! | [`mean`] | and for a survey mark |
//! | [`published`] | do two survey outcomes differ that come with a margin only? |
//! | [`outlook`] | where may a count end up if nothing changes? |
//! | [`part_year`] | what will a year become of which only a part is observed? |
//! | [`funnel`] | does a municipality stand out among its peers? |
//! | [`rank`] | how sure is its place in a ranking? |
//! | [`level`] | is a year whole, or has it left the level of the years around it? |
//!
//! `incomplete` and `quantile` hold the special functions underneath.
//!
//! One rule for errors: an argument that is not finite or lies outside the stated domain gives `None`, never a panic
//! and never a number that looks like an answer. Effective counts beyond a thousand million are outside the domain of
//! everything that needs an incomplete beta or gamma function.

pub mod count;
pub mod dispersion;
pub mod funnel;
#[cfg(test)]
mod hengelo;
pub mod holm;
mod incomplete;
pub mod level;
pub mod mean;
pub mod outlook;
pub mod pair;
pub mod part_year;
pub mod published;
mod quantile;
pub mod rank;
pub mod share;

/// A two-sided interval, in the unit of the value it belongs to; `lower <= upper`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower limit (`ondergrens`).
    pub lower: f64,
    /// Upper limit (`bovengrens`).
    pub upper: f64,
}

impl Interval {
    /// Whether `value` lies between the limits, the limits included: a threshold inside makes a verdict uncertain.
    pub fn contains(&self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }
}

/// A registered count and the population it was registered in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// Registered incidents in the period, 0 or more; a whole number in practice, though nothing depends on that.
    pub count: f64,
    /// Inhabitants on 1 January of the year, above 0.
    pub inhabitants: f64,
}

impl Observed {
    fn is_valid(&self) -> bool {
        is_count(self.count) && is_positive(self.inhabitants)
    }
}

fn is_count(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

fn is_positive(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

/// An open unit interval: the domain of a significance level and of the observed part of a year.
fn is_proper_fraction(value: f64) -> bool {
    value > 0.0 && value < 1.0
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod testing {
    /// Asserts that `actual` equals a figure printed to ten digits, within the tolerance of the specification (1e-9).
    #[track_caller]
    pub fn assert_close(actual: f64, expected: f64) {
        let tolerance = 1e-9 * expected.abs();
        assert!(
            (actual - expected).abs() <= tolerance,
            "expected {expected}, found {actual}"
        );
    }

    /// Asserts that `actual` rounds to the figure printed with this many decimals.
    #[track_caller]
    pub fn assert_printed(actual: f64, expected: f64, decimals: i32) {
        let half_a_unit = 0.5 * 10f64.powi(-decimals) + 1e-9;
        assert!(
            (actual - expected).abs() <= half_a_unit,
            "expected {expected}, found {actual}"
        );
    }

    /// Numbers no municipality sends but a file might hold.
    pub const HOSTILE: [f64; 9] = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -1.0,
        -0.0,
        f64::MIN_POSITIVE,
        1e15,
        1e300,
        f64::MAX,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_contains_its_own_limits() {
        let interval = Interval {
            lower: 1877.0,
            upper: 2314.0,
        };
        assert!(interval.contains(1877.0) && interval.contains(2314.0) && interval.contains(2113.12));
        assert!(!interval.contains(1876.9) && !interval.contains(2314.1) && !interval.contains(f64::NAN));
    }
}
