//! What a year will become of which only a part has been observed.
//!
//! What has been registered stays registered: the limits are the observed count plus a number still to come, never
//! below what is already there (section 1, "Part-year"; section 4, pitfall 9).

use super::count::is_widening;
use super::incomplete::{UnitPoint, regularised_beta};
use super::quantile::{normal_critical, student_critical};
use super::{Interval, finite, is_count, is_proper_fraction};

/// An estimate of a whole year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WholeYear {
    /// Observed count divided by the share of the year, in incidents; not rounded.
    pub total: f64,
    /// Prediction limits, in incidents: the observed count plus a whole number.
    pub range: Interval,
}

/// The share of a year's incidents that falls in its observed part, learned from representative years.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeasonalShare {
    mean: f64,
    deviation: f64,
    years: f64,
}

impl SeasonalShare {
    /// Mean and sample standard deviation of the shares of at least `minimum_years` years.
    ///
    /// Every share lies strictly between 0 and 1; `None` otherwise, or with fewer than two years.
    pub fn from_years(shares: &[f64], minimum_years: usize) -> Option<Self> {
        let enough = shares.len() >= minimum_years.max(2);
        if !enough || !shares.iter().all(|share| is_proper_fraction(*share)) {
            return None;
        }
        let years = shares.len() as f64;
        let mean = shares.iter().sum::<f64>() / years;
        let squares: f64 = shares.iter().map(|share| (share - mean).powi(2)).sum();
        Some(Self {
            mean,
            deviation: (squares / (years - 1.0)).sqrt(),
            years,
        })
    }

    /// From the mean and the sample standard deviation of the shares of `years` years.
    ///
    /// `None` with fewer than two years, a mean that is not strictly between 0 and 1, or a deviation below 0.
    pub fn from_moments(mean: f64, deviation: f64, years: f64) -> Option<Self> {
        let is_known = is_proper_fraction(mean) && is_count(deviation) && years.is_finite() && years >= 2.0;
        is_known.then_some(Self {
            mean,
            deviation,
            years,
        })
    }

    /// Mean share s, strictly between 0 and 1.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Widening φ for an observed count: max(1, (t(1−α/2; k−1)/z)² (1+1/k) X sd²/(s²(1−s))).
    pub fn widening(&self, observed: f64, alpha: f64) -> Option<f64> {
        if !is_count(observed) {
            return None;
        }
        let heavier_tail = student_critical(alpha, self.years - 1.0)? / normal_critical(alpha)?;
        let relative_variance = (self.deviation / self.mean).powi(2) / (1.0 - self.mean);
        finite((heavier_tail.powi(2) * (1.0 + 1.0 / self.years) * observed * relative_variance).max(1.0))
    }
}

/// Widening φ when the share of the year is taken from the calendar (nine of twelve months: 0.75): that of a pair of
/// counts with N0 = s, N1 = 1−s and x0+x1 = X/s, which is 1 + 2τ²X(1−s).
pub fn calendar_widening(observed: f64, share: f64, dispersion: f64) -> Option<f64> {
    if !is_count(observed) || !is_proper_fraction(share) || !is_count(dispersion) {
        return None;
    }
    finite(1.0 + 2.0 * dispersion * observed * (1.0 - share))
}

/// The whole year from an observed count, the share of the year it covers, its widening φ and the level `alpha`.
///
/// The limits are X+r with r the smallest whole number for which I_s(X/φ+½, r/φ+1) reaches α/2 and 1−α/2. `None` when
/// `share` is no proper fraction, φ is below 1, or the search would pass a thousand million effective incidents.
pub fn whole_year(observed: f64, share: f64, widening: f64, alpha: f64) -> Option<WholeYear> {
    if !is_count(observed) || !is_widening(widening) || !is_proper_fraction(share) {
        return None;
    }
    if !is_proper_fraction(alpha) {
        return None;
    }
    let total = finite(observed / share)?;
    let still_to_come = |probability| remainder_quantile(observed / widening, share, widening, probability);
    let range = Interval {
        lower: observed + still_to_come(alpha / 2.0)?,
        upper: observed + still_to_come(1.0 - alpha / 2.0)?,
    };
    Some(WholeYear { total, range })
}

/// The count that was observed, from a printed whole-year figure that was extrapolated from a share of the year.
///
/// printed × share, half a unit rounded up (section 1: "Note's X").
pub fn observed_from_printed(printed: f64, share: f64) -> Option<f64> {
    if !is_count(printed) || !is_proper_fraction(share) {
        return None;
    }
    Some((printed * share + 0.5).floor())
}

/// Smallest whole r with I_s(effective+½, r/φ+1) ≥ probability; the left side increases with r.
fn remainder_quantile(effective: f64, share: f64, widening: f64, probability: f64) -> Option<f64> {
    let point = UnitPoint::from_parts(share, 1.0 - share)?;
    let reached = |remainder: f64| {
        regularised_beta(effective + 0.5, remainder / widening + 1.0, point).map(|value| value >= probability)
    };
    if reached(0.0)? {
        return Some(0.0);
    }
    let mut below = 0.0;
    let mut above = 1.0;
    while !reached(above)? {
        below = above;
        above *= 2.0;
    }
    // Both are whole; beyond 2^53 neighbouring doubles are further apart than 1 and the middle equals an end.
    loop {
        let middle = (below + (above - below) / 2.0).floor();
        if middle <= below || middle >= above {
            return Some(above);
        }
        if reached(middle)? {
            above = middle;
        } else {
            below = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{HOSTILE, assert_close};

    const ALPHA: f64 = 0.05;

    #[test]
    fn nine_months_match_test_value_29() {
        let larger = whole_year(126.0, 0.75, 1.0, ALPHA).unwrap();
        assert_eq!(
            larger,
            WholeYear {
                total: 168.0,
                range: Interval {
                    lower: 154.0,
                    upper: 184.0
                }
            }
        );
        let smaller = whole_year(4.0, 0.75, 1.0, ALPHA).unwrap();
        assert_eq!(
            smaller.range,
            Interval {
                lower: 4.0,
                upper: 9.0
            }
        );
        let point = UnitPoint::from_parts(0.75, 0.25).unwrap();
        assert_close(regularised_beta(126.5, 43.0, point).unwrap(), 0.532_470_345_2);
    }

    #[test]
    fn a_seasonal_share_matches_test_value_30() {
        let seasonal = SeasonalShare::from_years(&[0.70, 0.78, 0.74, 0.76], 3).unwrap();
        let widening = seasonal.widening(126.0, ALPHA).unwrap();
        assert_close(widening, 3.422_950_428);
        let estimate = whole_year(126.0, seasonal.mean(), widening, ALPHA).unwrap();
        assert_close(estimate.total, 169.127_516_8);
        assert_eq!(
            estimate.range,
            Interval {
                lower: 144.0,
                upper: 199.0
            }
        );
    }

    #[test]
    fn moments_say_the_same_as_the_years_that_they_are_of() {
        // The shares of test value 30: their squares around 0.745 add up to 0.0035.
        let deviation = (0.0035_f64 / 3.0).sqrt();
        let seasonal = SeasonalShare::from_moments(0.745, deviation, 4.0).unwrap();
        assert_close(seasonal.widening(126.0, ALPHA).unwrap(), 3.422_950_428);
        assert_eq!(SeasonalShare::from_moments(1.0, deviation, 4.0), None);
        assert_eq!(SeasonalShare::from_moments(0.745, -0.1, 4.0), None);
        assert_eq!(SeasonalShare::from_moments(0.745, deviation, 1.0), None);
        assert_eq!(SeasonalShare::from_moments(f64::NAN, deviation, 4.0), None);
        assert_eq!(SeasonalShare::from_moments(0.745, f64::INFINITY, 4.0), None);
        assert_eq!(SeasonalShare::from_moments(0.745, deviation, f64::INFINITY), None);
    }

    #[test]
    fn the_basket_of_2020_becomes_what_the_specification_says() {
        let observed = observed_from_printed(1869.0, 0.75).unwrap();
        assert_close(observed, 1402.0);
        let widening = calendar_widening(observed, 0.75, 71_031_024.0 / 30_875_330_318.0).unwrap();
        let estimate = whole_year(observed, 0.75, widening, ALPHA).unwrap();
        assert_close(estimate.total.round(), 1869.0);
        assert_eq!(
            estimate.range,
            Interval {
                lower: 1792.0,
                upper: 1950.0
            }
        );
    }

    #[test]
    fn half_an_incident_is_rounded_up() {
        assert_eq!(observed_from_printed(94.0, 0.75), Some(71.0));
        assert_eq!(observed_from_printed(5.0, 0.75), Some(4.0));
        assert_eq!(observed_from_printed(-5.0, 0.75), None);
    }

    #[test]
    fn nothing_observed_and_few_observed_agree_with_a_plain_search_in_scipy() {
        let none = whole_year(0.0, 0.75, 1.0, ALPHA).unwrap();
        assert_eq!(
            none.range,
            Interval {
                lower: 0.0,
                upper: 2.0
            }
        );
        let few = whole_year(10.0, 0.75, 3.0, ALPHA).unwrap();
        assert_eq!(
            few.range,
            Interval {
                lower: 10.0,
                upper: 22.0
            }
        );
    }

    #[test]
    fn limits_are_never_below_what_was_observed_and_rise_with_it() {
        let mut previous = Interval {
            lower: -1.0,
            upper: -1.0,
        };
        for observed in (0..300).map(f64::from) {
            let range = whole_year(observed, 0.75, 2.0, ALPHA).unwrap().range;
            assert!(range.lower >= observed && range.upper >= range.lower);
            assert!(range.lower >= previous.lower && range.upper >= previous.upper);
            previous = range;
        }
    }

    #[test]
    fn shares_that_never_vary_leave_pure_chance() {
        let steady = SeasonalShare::from_years(&[0.75, 0.75, 0.75], 3).unwrap();
        assert_eq!(steady.widening(126.0, ALPHA), Some(1.0));
    }

    #[test]
    fn too_few_years_or_a_share_that_is_no_part_of_a_year_teach_nothing() {
        assert_eq!(SeasonalShare::from_years(&[0.7, 0.8], 3), None);
        assert_eq!(SeasonalShare::from_years(&[0.7], 0), None);
        assert_eq!(SeasonalShare::from_years(&[0.7, 1.0, 0.8], 3), None);
        assert_eq!(SeasonalShare::from_years(&[0.7, f64::NAN, 0.8], 3), None);
    }

    #[test]
    fn hostile_numbers_give_nothing_or_finite_limits() {
        let seasonal = SeasonalShare::from_years(&[1e-9, 0.5, 0.999], 3).unwrap();
        for first in HOSTILE {
            for second in HOSTILE.into_iter().chain([0.5]) {
                for answer in [
                    whole_year(first, 0.75, second, ALPHA),
                    whole_year(first, second, 1.0, ALPHA),
                    whole_year(126.0, first, second, ALPHA),
                    whole_year(126.0, 0.75, first, second),
                ]
                .into_iter()
                .flatten()
                {
                    assert!(
                        answer.total.is_finite() && answer.range.upper.is_finite(),
                        "{first} {second}"
                    );
                    assert!(answer.range.lower <= answer.range.upper, "{first} {second}");
                }
                assert!(calendar_widening(first, 0.75, second).is_none_or(|value| value >= 1.0));
                assert!(seasonal.widening(first, second).is_none_or(|value| value >= 1.0));
                assert!(observed_from_printed(first, second).is_none_or(f64::is_finite));
            }
        }
        assert_eq!(whole_year(1e15, 0.75, 1.0, ALPHA), None);
        assert!(whole_year(1e15, 0.75, 1e12, ALPHA).is_some());
    }
}
