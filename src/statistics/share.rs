//! Survey percentages: the Wilson interval, and Newcombe's interval and the pooled z test for a difference.
//!
//! A panel is no simple random sample; the design effect shrinks the sample to n' = n/deff before anything else
//! (section 1, "Share"). A share whose number of respondents is unknown has no interval and no test.

use super::quantile::{normal_critical, normal_two_sided};
use super::{Interval, is_positive};

/// A share of respondents, with the effective size of the sample behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    proportion: f64,
    effective_respondents: f64,
}

impl Share {
    /// A proportion (0 to 1, not a percentage) of so many respondents under this design effect.
    ///
    /// `None` unless the proportion is within \[0, 1\] and the other two are finite and above 0.
    pub fn new(proportion: f64, respondents: f64, design_effect: f64) -> Option<Self> {
        let effective_respondents = respondents / design_effect;
        let valid = (0.0..=1.0).contains(&proportion)
            && is_positive(respondents)
            && is_positive(design_effect)
            && is_positive(effective_respondents);
        valid.then_some(Self {
            proportion,
            effective_respondents,
        })
    }

    /// Wilson interval at level `alpha`, as proportions within \[0, 1\].
    pub fn wilson(&self, alpha: f64) -> Option<Interval> {
        let z = normal_critical(alpha)?;
        let (p, n) = (self.proportion, self.effective_respondents);
        let ratio = z * z / n;
        let centre = p + ratio / 2.0;
        let half_width = (ratio * (p * (1.0 - p) + ratio / 4.0)).sqrt();
        // At 0 and 1 the outer limit is exact; the subtraction would leave a speck of rounding.
        let lower = if p > 0.0 {
            (centre - half_width) / (1.0 + ratio)
        } else {
            0.0
        };
        let upper = if p < 1.0 {
            (centre + half_width) / (1.0 + ratio)
        } else {
            1.0
        };
        let interval = Interval {
            lower: lower.max(0.0),
            upper: upper.min(1.0),
        };
        (interval.lower <= interval.upper).then_some(interval)
    }

    /// Newcombe's interval at level `alpha` for the difference `self` − `base`, as proportions.
    pub fn difference_from(&self, base: &Self, alpha: f64) -> Option<Interval> {
        let (own, other) = (self.wilson(alpha)?, base.wilson(alpha)?);
        let difference = self.proportion - base.proportion;
        let down = (self.proportion - own.lower).hypot(other.upper - base.proportion);
        let up = (own.upper - self.proportion).hypot(base.proportion - other.lower);
        Some(Interval {
            lower: difference - down,
            upper: difference + up,
        })
    }

    /// Two-sided p-value of "the shares are equal": the pooled two-proportion z test on effective respondents.
    ///
    /// 1 when both shares are 0 or both are 1: equal shares without any spread are no evidence of a difference.
    pub fn p_value_against(&self, base: &Self) -> Option<f64> {
        let (own_size, base_size) = (self.effective_respondents, base.effective_respondents);
        let own_weight = own_size / (own_size + base_size);
        let pooled = own_weight * self.proportion + (1.0 - own_weight) * base.proportion;
        let variance = pooled * (1.0 - pooled) * (1.0 / own_size + 1.0 / base_size);
        let difference = self.proportion - base.proportion;
        if difference == 0.0 && variance.is_finite() {
            return Some(1.0);
        }
        if !is_positive(variance) {
            return None;
        }
        normal_two_sided(difference / variance.sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{HOSTILE, assert_close};

    const ALPHA: f64 = 0.05;

    fn share(proportion: f64, respondents: f64, design_effect: f64) -> Share {
        Share::new(proportion, respondents, design_effect).unwrap()
    }

    fn assert_interval(interval: Option<Interval>, lower: f64, upper: f64) {
        let interval = interval.unwrap();
        assert_close(interval.lower, lower);
        assert_close(interval.upper, upper);
    }

    #[test]
    fn wilson_matches_test_values_19_to_21() {
        assert_interval(
            share(0.18, 1000.0, 1.0).wilson(ALPHA),
            0.157_426_892_5,
            0.205_022_232_9,
        );
        assert_interval(
            share(0.18, 1000.0, 1.5).wilson(ALPHA),
            0.152_695_947_1,
            0.210_970_725_4,
        );
        assert_interval(share(0.0, 20.0, 1.0).wilson(ALPHA), 0.0, 0.161_125_158_1);
    }

    #[test]
    fn a_difference_matches_test_values_22_and_23() {
        let difference = |design_effect| {
            share(0.18, 1000.0, design_effect).difference_from(&share(0.13, 1000.0, design_effect), ALPHA)
        };
        assert_interval(difference(1.0), 0.018_291_796_14, 0.081_684_049_56);
        assert_interval(difference(1.5), 0.011_131_484_31, 0.088_831_034_99);
        let p_value = share(0.18, 1000.0, 1.5).p_value_against(&share(0.13, 1000.0, 1.5));
        assert_close(p_value.unwrap(), 0.011_655_474_52);
    }

    #[test]
    fn everyone_is_the_mirror_image_of_no_one() {
        let everyone = share(1.0, 20.0, 1.0).wilson(ALPHA).unwrap();
        assert_close(everyone.upper, 1.0);
        assert_close(everyone.lower, 1.0 - 0.161_125_158_1);
    }

    #[test]
    fn the_interval_stays_within_zero_and_one_and_encloses_the_share() {
        for respondents in [1.0, 2.0, 20.0, 1e6, 1e15] {
            for percent in 0..=100 {
                let proportion = f64::from(percent) / 100.0;
                let interval = share(proportion, respondents, 1.5).wilson(ALPHA).unwrap();
                assert!(interval.lower >= 0.0 && interval.upper <= 1.0);
                assert!(
                    interval.contains(proportion),
                    "{proportion} {respondents} {interval:?}"
                );
            }
        }
    }

    #[test]
    fn equal_shares_do_not_differ_not_even_at_the_edges() {
        for proportion in [0.0, 0.3, 1.0] {
            let (own, base) = (share(proportion, 40.0, 1.5), share(proportion, 900.0, 1.0));
            assert_eq!(own.p_value_against(&base), Some(1.0));
            assert!(own.difference_from(&base, ALPHA).unwrap().contains(0.0));
        }
    }

    #[test]
    fn a_difference_and_its_p_value_do_not_depend_on_which_share_comes_first() {
        let (own, base) = (share(0.18, 1000.0, 1.5), share(0.13, 700.0, 1.5));
        assert_close(
            own.p_value_against(&base).unwrap(),
            base.p_value_against(&own).unwrap(),
        );
        let forward = own.difference_from(&base, ALPHA).unwrap();
        assert_interval(base.difference_from(&own, ALPHA), -forward.upper, -forward.lower);
    }

    #[test]
    fn hostile_numbers_give_nothing_or_proper_answers() {
        let all = HOSTILE.into_iter().chain([0.0, 0.5, 1.0, 20.0]);
        let base = share(0.13, 1000.0, 1.5);
        for proportion in all.clone() {
            for respondents in all.clone() {
                for design_effect in all.clone() {
                    let Some(own) = Share::new(proportion, respondents, design_effect) else {
                        continue;
                    };
                    for alpha in [ALPHA, proportion] {
                        if let Some(interval) = own.wilson(alpha) {
                            assert!(interval.lower >= 0.0 && interval.upper <= 1.0, "{own:?}");
                        }
                        if let Some(interval) = own.difference_from(&base, alpha) {
                            assert!(interval.lower <= interval.upper, "{own:?}");
                        }
                    }
                    assert!(
                        own.p_value_against(&base)
                            .is_none_or(|p| (0.0..=1.0).contains(&p)),
                        "{own:?}"
                    );
                }
            }
        }
        for proportion in [-0.01, 1.01, 18.0, f64::NAN] {
            assert_eq!(Share::new(proportion, 1000.0, 1.5), None);
        }
        assert_eq!(Share::new(0.18, 0.0, 1.5), None);
    }
}
