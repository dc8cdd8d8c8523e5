//! The uncertainty of one registered count: exact Poisson limits, widened for the years' own restlessness.

use super::quantile::gamma_quantile;
use super::{Interval, finite, is_count, is_positive, is_proper_fraction};

/// Widening φ = 1 + τ²x of a count (section 1, "Widening φ"); 1 is pure Poisson.
///
/// `count` is in incidents, `dispersion` is τ², both 0 or more.
pub fn widening(count: f64, dispersion: f64) -> Option<f64> {
    if !is_count(count) || !is_count(dispersion) {
        return None;
    }
    finite(1.0 + dispersion * count)
}

/// Garwood limits of a count at level `alpha`, widened by φ (section 1, "Count interval"); in incidents.
///
/// The lower limit is 0 for a count of 0. `widening` is 1 or more; `None` also when count/φ exceeds a thousand million.
pub fn interval(count: f64, widening: f64, alpha: f64) -> Option<Interval> {
    if !is_count(count) || !is_widening(widening) || !is_proper_fraction(alpha) {
        return None;
    }
    let effective = count / widening;
    // ½χ²(q;2k) is the gamma quantile with shape k. An effective count that underflows to zero counts as zero.
    let lower = if effective > 0.0 {
        widening * gamma_quantile(alpha / 2.0, effective)?
    } else {
        0.0
    };
    let upper = finite(widening * gamma_quantile(1.0 - alpha / 2.0, effective + 1.0)?)?;
    Some(Interval { lower, upper })
}

/// A count, or a limit of one, as a rate per `per` inhabitants (1000 in the marts).
pub fn rate(count: f64, inhabitants: f64, per: f64) -> Option<f64> {
    if !is_count(count) || !is_positive(inhabitants) || !is_positive(per) {
        return None;
    }
    finite(count / inhabitants * per)
}

pub(super) fn is_widening(value: f64) -> bool {
    value.is_finite() && value >= 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{HOSTILE, assert_close};

    const ALPHA: f64 = 0.05;

    fn assert_interval(count: f64, widening: f64, lower: f64, upper: f64) {
        let interval = interval(count, widening, ALPHA).unwrap();
        assert_close(interval.lower, lower);
        assert_close(interval.upper, upper);
    }

    #[test]
    fn poisson_limits_match_test_values_1_to_4() {
        assert_interval(0.0, 1.0, 0.0, 3.688_879_454);
        assert_interval(7.0, 1.0, 2.814_363_052, 14.422_675_36);
        assert_interval(60.0, 1.0, 45.786_320_95, 77.231_893_41);
        assert_interval(2140.0, 1.0, 2_050.282_641, 2_232.632_783);
    }

    #[test]
    fn widened_limits_match_test_value_5() {
        assert_interval(7.0, 2.0, 1.689_869_181, 19.022_767_8);
    }

    #[test]
    fn the_basket_of_2022_matches_test_value_7() {
        let widening = widening(2087.0, 71_031_024.0 / 30_875_330_318.0).unwrap();
        assert_close(widening, 5.801_300_765);
        assert_interval(2087.0, widening, 1_876.884_993, 2_314.203_156);
    }

    #[test]
    fn a_rate_and_its_limits_match_test_value_8() {
        let limits = interval(2140.0, 1.0, ALPHA).unwrap();
        let per_thousand = |value| rate(value, 80_683.0, 1000.0).unwrap();
        assert_close(per_thousand(2140.0), 26.523_555_15);
        assert_close(per_thousand(limits.lower), 25.411_581_64);
        assert_close(per_thousand(limits.upper), 27.671_662_97);
    }

    #[test]
    fn limits_rise_with_the_count_and_enclose_it() {
        for dispersion in [0.0, 0.0023, 0.05, 2.0] {
            let mut previous = Interval {
                lower: -1.0,
                upper: -1.0,
            };
            for count in (0..400).map(f64::from) {
                let limits = interval(count, widening(count, dispersion).unwrap(), ALPHA).unwrap();
                assert!(limits.contains(count), "{count} {dispersion}");
                assert!(
                    limits.lower > previous.lower && limits.upper > previous.upper,
                    "{count} {dispersion}"
                );
                previous = limits;
            }
        }
    }

    #[test]
    fn a_lower_level_widens_the_interval() {
        let usual = interval(60.0, 1.5, 0.05).unwrap();
        let strict = interval(60.0, 1.5, 0.001).unwrap();
        assert!(strict.lower < usual.lower && strict.upper > usual.upper);
    }

    #[test]
    fn an_enormous_widening_leaves_a_lower_limit_of_nearly_zero() {
        let limits = interval(7.0, 1e9, ALPHA).unwrap();
        assert!(limits.lower < 1e-100 && limits.upper > 3.6e9);
    }

    #[test]
    fn hostile_numbers_give_nothing_or_an_ordered_interval() {
        for first in HOSTILE {
            for second in HOSTILE {
                for answer in [interval(first, second, ALPHA), interval(first, 1.0, second)]
                    .into_iter()
                    .flatten()
                {
                    assert!(
                        answer.lower.is_finite() && answer.upper.is_finite(),
                        "{first} {second}"
                    );
                    assert!(answer.lower <= answer.upper, "{first} {second}");
                }
                assert!(widening(first, second).is_none_or(|value| value >= 1.0));
                assert!(rate(first, second, 1000.0).is_none_or(|value| value >= 0.0 && value.is_finite()));
            }
        }
        assert_eq!(interval(1e15, 1.0, ALPHA), None);
        assert_eq!(interval(7.0, 0.99, ALPHA), None);
        assert_eq!(interval(-1.0, 1.0, ALPHA), None);
        assert_eq!(interval(7.0, 1.0, 0.0), None);
        assert_eq!(rate(7.0, 0.0, 1000.0), None);
    }
}
