//! Two counts compared: the p-value, the rate ratio and its limits.
//!
//! The p-value doubles the smaller tail because exactly that test is inverted by the interval here: the two never
//! disagree (section 1, "Two counts"). It is not the "minlike" p-value other packages give.

use super::incomplete::{UnitPoint, regularised_beta};
use super::quantile::beta_log_odds;
use super::{Observed, finite, is_count, is_proper_fraction};

/// A compared year against a base year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    base: Observed,
    compared: Observed,
    /// π: the compared year's share of the inhabitants of both.
    share: UnitPoint,
    widening: f64,
}

/// Limits of a rate ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatioLimits {
    /// Lower limit, 0 when nothing was registered in the compared year.
    pub lower: f64,
    /// Upper limit; `None` (unbounded) when nothing was registered in the base year, or too little for a double.
    pub upper: Option<f64>,
}

impl Pair {
    /// Two counts with the yearly dispersion τ² of their row.
    ///
    /// `None` when a count or τ² is negative, inhabitants are not above 0, or any of them is not finite.
    pub fn new(base: Observed, compared: Observed, dispersion: f64) -> Option<Self> {
        if !base.is_valid() || !compared.is_valid() || !is_count(dispersion) {
            return None;
        }
        let share = UnitPoint::from_parts(compared.inhabitants, base.inhabitants)?;
        let variance = share.value() * share.complement().value();
        let widening = finite(1.0 + 2.0 * dispersion * (base.count + compared.count) * variance)?;
        Some(Self {
            base,
            compared,
            share,
            widening,
        })
    }

    /// Widening φ = 1 + 2τ²(x0+x1)π(1−π), with π the compared year's share of the inhabitants.
    pub fn widening(&self) -> f64 {
        self.widening
    }

    /// Two-sided p-value of "the rates are equal", at most 1.
    ///
    /// `None` when an effective count exceeds a thousand million.
    pub fn p_value(&self) -> Option<f64> {
        let (base, compared) = self.effective_counts();
        let high = if compared > 0.0 {
            regularised_beta(compared, base + 1.0, self.share)?
        } else {
            1.0
        };
        let low = if base > 0.0 {
            regularised_beta(base, compared + 1.0, self.share.complement())?
        } else {
            1.0
        };
        Some((2.0 * high.min(low)).min(1.0))
    }

    /// Rate ratio (x1/N1)/(x0/N0); `None` when the base count is 0.
    pub fn rate_ratio(&self) -> Option<f64> {
        if self.base.count <= 0.0 {
            return None;
        }
        finite(self.compared.count / self.base.count * self.population_ratio())
    }

    /// Limits of the rate ratio at level `alpha`.
    ///
    /// `None` as a whole when `alpha` is no proper fraction or an effective count exceeds a thousand million.
    pub fn limits(&self, alpha: f64) -> Option<RatioLimits> {
        if !is_proper_fraction(alpha) {
            return None;
        }
        let (base, compared) = self.effective_counts();
        let tail = alpha / 2.0;
        let ln_population_ratio = self.population_ratio().ln();
        let lower = if compared > 0.0 {
            finite((beta_log_odds(tail, compared, base + 1.0)? + ln_population_ratio).exp())?
        } else {
            0.0
        };
        // B(1−q; a,b) = 1 − B(q; b,a): the odds turn over, and the small tail keeps its digits.
        let upper = if base > 0.0 {
            finite((ln_population_ratio - beta_log_odds(tail, base, compared + 1.0)?).exp())
        } else {
            None
        };
        Some(RatioLimits { lower, upper })
    }

    fn effective_counts(&self) -> (f64, f64) {
        (
            self.base.count / self.widening,
            self.compared.count / self.widening,
        )
    }

    /// N0/N1.
    fn population_ratio(&self) -> f64 {
        self.base.inhabitants / self.compared.inhabitants
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{HOSTILE, assert_close};

    const ALPHA: f64 = 0.05;

    fn pair(base: (f64, f64), compared: (f64, f64), dispersion: f64) -> Pair {
        let observed = |(count, inhabitants)| Observed { count, inhabitants };
        Pair::new(observed(base), observed(compared), dispersion).unwrap()
    }

    fn assert_limits(pair: &Pair, lower: f64, upper: f64) {
        let limits = pair.limits(ALPHA).unwrap();
        assert_close(limits.lower, lower);
        assert_close(limits.upper.unwrap(), upper);
    }

    #[test]
    fn burglaries_without_dispersion_match_test_values_9_and_10() {
        let burglaries = pair((170.0, 80_683.0), (142.0, 81_476.0), 0.0);
        assert_close(burglaries.rate_ratio().unwrap(), 0.827_164_260_6);
        assert_limits(&burglaries, 0.657_230_808_3, 1.039_758_136);
        assert_close(burglaries.p_value().unwrap(), 0.106_198_620_9);
    }

    #[test]
    fn from_seven_to_none_matches_test_value_11() {
        // "Same N" there means the inhabitants of test value 9, not equal populations.
        let robberies = pair((7.0, 80_683.0), (0.0, 81_476.0), 0.0);
        assert_limits(&robberies, 0.0, 0.687_061_138_9);
        assert_close(robberies.p_value().unwrap(), 0.015_097_910_94);
        assert_eq!(robberies.rate_ratio(), Some(0.0));
    }

    #[test]
    fn a_plain_pair_matches_test_value_12() {
        let pair = pair((192.0, 1.0), (176.0, 1.0), 0.0);
        assert_limits(&pair, 0.742_827_030_9, 1.130_627_047);
        assert_close(pair.p_value().unwrap(), 0.434_297_115_6);
    }

    #[test]
    fn a_large_rise_matches_test_value_13() {
        let rise = pair((200.0, 80_683.0), (300.0, 81_476.0), 0.0);
        assert_close(rise.p_value().unwrap(), 1.475_568_521e-5);
    }

    #[test]
    fn the_basket_matches_test_values_14_to_16() {
        let basket = pair(
            (2140.0, 80_683.0),
            (2087.0, 81_476.0),
            71_031_024.0 / 30_875_330_318.0,
        );
        assert_close(basket.widening(), 5.862_149_733);
        assert_close(basket.rate_ratio().unwrap(), 0.965_741_766_5);
        assert_limits(&basket, 0.832_204_740_4, 1.120_626_844);
        assert_close(basket.p_value().unwrap(), 0.666_627_440_3);
    }

    #[test]
    fn bicycle_theft_matches_test_value_17() {
        let bicycles = pair(
            (389.0, 81_049.0),
            (678.0, 81_476.0),
            16_626_992.0 / 1_538_711_678.0,
        );
        assert_close(bicycles.widening(), 6.764_848_041);
        assert_limits(&bicycles, 1.241_423_908, 2.441_449_576);
        assert_close(bicycles.p_value().unwrap(), 0.000_942_260_689_4);
    }

    #[test]
    fn nothing_in_the_base_year_leaves_ratio_and_upper_limit_open() {
        let rise = pair((0.0, 1000.0), (7.0, 1000.0), 0.01);
        assert_eq!(rise.rate_ratio(), None);
        let limits = rise.limits(ALPHA).unwrap();
        assert_eq!(limits.upper, None);
        assert!(limits.lower > 0.0);
    }

    #[test]
    fn nothing_in_either_year_is_no_difference() {
        let nothing = pair((0.0, 1000.0), (0.0, 900.0), 0.02);
        assert_eq!(nothing.p_value(), Some(1.0));
        assert_eq!(nothing.rate_ratio(), None);
        assert_eq!(
            nothing.limits(ALPHA),
            Some(RatioLimits {
                lower: 0.0,
                upper: None
            })
        );
    }

    #[test]
    fn a_difference_is_significant_exactly_when_the_interval_excludes_one() {
        let mut significant = 0;
        for dispersion in [0.0, 0.0023, 0.0519, 1.0] {
            for base in [0.0, 1.0, 3.0, 10.0, 41.0, 170.0, 2140.0] {
                for step in 0..60 {
                    let compared = (f64::from(step) / 20.0 * (base + 3.0)).round();
                    let pair = pair((base, 80_683.0), (compared, 81_476.0), dispersion);
                    let limits = pair.limits(ALPHA).unwrap();
                    let excludes_one = limits.lower > 1.0 || limits.upper.is_some_and(|upper| upper < 1.0);
                    let differs = pair.p_value().unwrap() < ALPHA;
                    assert_eq!(differs, excludes_one, "{base} {compared} {dispersion}");
                    significant += u32::from(differs);
                }
            }
        }
        assert!(
            significant > 100,
            "the grid holds both outcomes, found {significant}"
        );
    }

    #[test]
    fn limits_rise_with_the_compared_count_and_enclose_the_ratio() {
        let mut previous = RatioLimits {
            lower: -1.0,
            upper: Some(-1.0),
        };
        for compared in 0..300 {
            let pair = pair((60.0, 80_683.0), (f64::from(compared), 81_476.0), 0.015);
            let limits = pair.limits(ALPHA).unwrap();
            assert!(limits.lower > previous.lower || compared == 0);
            assert!(limits.upper > previous.upper);
            let ratio = pair.rate_ratio().unwrap();
            assert!(limits.lower <= ratio && limits.upper.unwrap() >= ratio);
            previous = limits;
        }
    }

    #[test]
    fn swapping_the_years_turns_the_limits_over() {
        let (base, compared) = ((170.0, 80_683.0), (142.0, 81_476.0));
        let forward = pair(base, compared, 0.015);
        let backward = pair(compared, base, 0.015);
        assert_close(forward.p_value().unwrap(), backward.p_value().unwrap());
        assert_limits(
            &backward,
            1.0 / forward.limits(ALPHA).unwrap().upper.unwrap(),
            1.0 / forward.limits(ALPHA).unwrap().lower,
        );
    }

    #[test]
    fn enormous_dispersion_makes_every_difference_undetectable() {
        let noisy = pair((2140.0, 80_683.0), (10.0, 81_476.0), 1e6);
        assert!(noisy.p_value().unwrap() > 0.9);
        let limits = noisy.limits(ALPHA).unwrap();
        assert!(limits.lower < 1e-100 && limits.upper.is_none_or(|upper| upper > 1e100));
    }

    #[test]
    fn hostile_numbers_give_nothing_or_finite_numbers() {
        let all = HOSTILE.into_iter().chain([0.0, 7.0]);
        for count in all.clone() {
            for inhabitants in all.clone() {
                for dispersion in all.clone() {
                    let observed = Observed { count, inhabitants };
                    let base = Observed {
                        count: 7.0,
                        inhabitants: 1000.0,
                    };
                    for (first, second) in [(base, observed), (observed, base), (observed, observed)] {
                        let Some(pair) = Pair::new(first, second, dispersion) else {
                            continue;
                        };
                        let case = format!("{pair:?}");
                        assert!(pair.widening().is_finite() && pair.widening() >= 1.0, "{case}");
                        assert!(pair.p_value().is_none_or(|p| (0.0..=1.0).contains(&p)), "{case}");
                        assert!(pair.rate_ratio().is_none_or(f64::is_finite), "{case}");
                        if let Some(limits) = pair.limits(ALPHA) {
                            assert!(limits.lower.is_finite(), "{case}");
                            assert!(limits.upper.is_none_or(|upper| upper >= limits.lower), "{case}");
                        }
                        assert_eq!(pair.limits(dispersion.max(1.0)), None);
                    }
                }
            }
        }
        let huge = Observed {
            count: 1e15,
            inhabitants: 1e15,
        };
        assert_eq!(Pair::new(huge, huge, 0.0).unwrap().p_value(), None);
        assert!(Pair::new(huge, huge, 0.01).unwrap().p_value().is_some());
    }
}
