//! Two outcomes of a survey that come with an interval and without the sample behind it: do they differ?
//!
//! Newcombe's difference (section 1, "Share") needs of each outcome only how far its own interval reaches towards the
//! other. So a margin that the source publishes serves as well as one that was computed here, for a mark as well as for
//! a share; where intervals are symmetric it is the difference over the root of the two squared standard errors. The
//! p-value turns that interval around: it is below alpha exactly when the interval does not hold 0.

use super::Interval;
use super::quantile::{normal_critical, normal_two_sided};

/// An outcome with the interval that was published with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Published {
    value: f64,
    interval: Interval,
}

impl Published {
    /// An outcome in any unit, with its interval in the same one.
    ///
    /// `None` unless all are finite and the outcome lies in its interval.
    pub fn new(value: f64, lower: f64, upper: f64) -> Option<Self> {
        let valid = lower.is_finite() && upper.is_finite() && lower <= value && value <= upper;
        valid.then_some(Self {
            value,
            interval: Interval { lower, upper },
        })
    }

    /// Two-sided p-value of "the outcomes are equal", both intervals being at level `alpha`.
    ///
    /// 1 for equal outcomes; `None` for two that differ without any margin, of which nothing is known.
    pub fn p_value_against(&self, base: &Self, alpha: f64) -> Option<f64> {
        let critical = normal_critical(alpha)?;
        let difference = self.value - base.value;
        if difference == 0.0 {
            return Some(1.0);
        }
        let reach = if difference > 0.0 {
            (self.value - self.interval.lower).hypot(base.interval.upper - base.value)
        } else {
            (self.interval.upper - self.value).hypot(base.value - base.interval.lower)
        };
        if !(reach.is_finite() && reach > 0.0 && difference.is_finite()) {
            return None;
        }
        normal_two_sided(critical * difference / reach)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{HOSTILE, assert_close};

    const ALPHA: f64 = 0.05;

    fn published(value: f64, lower: f64, upper: f64) -> Published {
        Published::new(value, lower, upper).unwrap()
    }

    #[test]
    fn symmetric_margins_are_the_test_on_two_standard_errors() {
        // SciPy 1.17.1: se = 3.1 / 1.959963985 and 2.9 / 1.959963985, z = 5 / hypot(se), 2 * norm.sf(z).
        let (was, now) = (published(20.0, 16.9, 23.1), published(25.0, 22.1, 27.9));
        assert_close(now.p_value_against(&was, ALPHA).unwrap(), 0.020_968_146_88);
    }

    #[test]
    fn the_sides_that_face_each_other_count() {
        // SciPy 1.17.1: reach of a rise is hypot(25 - 22.6, 24 - 20), of the fall hypot(23 - 20, 25 - 22.6).
        let (was, now) = (published(20.0, 17.0, 24.0), published(25.0, 22.6, 28.1));
        assert_close(now.p_value_against(&was, ALPHA).unwrap(), 0.035_656_852_281_6);
        assert_close(
            was.p_value_against(&now, ALPHA).unwrap(),
            now.p_value_against(&was, ALPHA).unwrap(),
        );
    }

    #[test]
    fn p_is_alpha_where_the_interval_of_the_difference_begins_at_nought() {
        // 3-4-5: the difference is 5 and the two intervals together reach 5.
        let (was, now) = (published(20.0, 16.0, 23.0), published(25.0, 21.0, 30.0));
        assert_close(now.p_value_against(&was, ALPHA).unwrap(), ALPHA);
    }

    #[test]
    fn equal_outcomes_do_not_differ_and_margins_of_nought_say_nothing() {
        let exact = published(7.4, 7.4, 7.4);
        assert_eq!(exact.p_value_against(&exact, ALPHA), Some(1.0));
        assert_eq!(published(7.5, 7.5, 7.5).p_value_against(&exact, ALPHA), None);
    }

    #[test]
    fn an_outcome_outside_its_interval_or_a_hostile_number_gives_nothing() {
        assert_eq!(Published::new(20.0, 21.0, 22.0), None);
        assert_eq!(Published::new(20.0, 22.0, 18.0), None);
        let base = published(20.0, 17.0, 23.0);
        for value in HOSTILE {
            for other in HOSTILE {
                for own in [
                    Published::new(value, other, 1e300),
                    Published::new(value, -1e300, other),
                ] {
                    let p = own.and_then(|own| own.p_value_against(&base, value.abs()));
                    assert!(p.is_none_or(|p| (0.0..=1.0).contains(&p)), "{own:?}");
                }
            }
        }
    }
}
