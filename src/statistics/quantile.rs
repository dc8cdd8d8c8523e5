//! Quantiles of the normal, Student, gamma and beta distributions, by one safeguarded root finder.
//!
//! Beta quantiles come back as log-odds ln(x/(1−x)) and gamma quantiles as ln x: the callers want odds and limits
//! with all their digits, also where x itself would be rounded to 0 or 1.

use super::incomplete::{Cumulative, UnitPoint, cumulative_beta, cumulative_gamma};
use super::{finite, is_positive, is_proper_fraction};
use statrs::distribution::{ContinuousCDF, Normal};

/// Logarithms beyond this are no longer comfortable as a double (e^700 is about 1e304).
const FARTHEST: f64 = 700.0;

/// Halving the range [−700, 700] to full precision takes some sixty steps; Newton's method takes about six.
const MAXIMUM_STEPS: u32 = 200;

/// Φ⁻¹(probability); `None` outside the open unit interval.
pub(super) fn normal_quantile(probability: f64) -> Option<f64> {
    if !is_proper_fraction(probability) {
        return None;
    }
    finite(Normal::standard().inverse_cdf(probability))
}

/// The z of a two-sided test or interval at this level: Φ⁻¹(1−α/2).
pub(super) fn normal_critical(alpha: f64) -> Option<f64> {
    // The lower quantile keeps its digits for a very small level, where 1−α/2 rounds to 1.
    normal_quantile(if is_proper_fraction(alpha) {
        alpha / 2.0
    } else {
        f64::NAN
    })
    .map(|quantile| -quantile)
}

/// Two-sided p-value of a standard normal score.
pub(super) fn normal_two_sided(score: f64) -> Option<f64> {
    let p_value = 2.0 * Normal::standard().cdf(-score.abs());
    (p_value >= 0.0).then_some(p_value.min(1.0))
}

/// The t of a two-sided interval at this level: the (1−α/2) quantile of Student's distribution.
///
/// `degrees_of_freedom` at least 1; `None` otherwise.
pub(super) fn student_critical(alpha: f64, degrees_of_freedom: f64) -> Option<f64> {
    if !is_proper_fraction(alpha) || degrees_of_freedom < 1.0 {
        return None;
    }
    // P(|T| ≤ t) = I_w(½, ν/2) with w/(1−w) = t²/ν.
    let log_odds = beta_log_odds(1.0 - alpha, 0.5, 0.5 * degrees_of_freedom)?;
    finite((0.5 * (degrees_of_freedom.ln() + log_odds)).exp())
}

/// The `probability` quantile of a gamma variable with this shape and scale 1; half of a χ² quantile with twice as
/// many degrees of freedom. Zero when the quantile is too small for a double.
pub(super) fn gamma_quantile(probability: f64, shape: f64) -> Option<f64> {
    if !is_proper_fraction(probability) || !is_positive(shape) {
        return None;
    }
    let spread = 1.0 / shape.sqrt();
    let start = shape.ln() + normal_quantile(probability)? * spread;
    let ln_quantile = solve(probability, start, spread, |ln_x| {
        cumulative_gamma(shape, ln_x.exp())
    })?;
    Some(ln_quantile.exp())
}

/// Log-odds of the point x with I_x(a,b) = `probability`; minus infinity when the odds are too small for a double.
pub(super) fn beta_log_odds(probability: f64, a: f64, b: f64) -> Option<f64> {
    if !is_proper_fraction(probability) || !is_positive(a) || !is_positive(b) {
        return None;
    }
    let spread = (1.0 / a + 1.0 / b).sqrt();
    let start = (a / b).ln() + normal_quantile(probability)? * spread;
    solve(probability, start, spread, |log_odds| {
        cumulative_beta(a, b, UnitPoint::from_log_odds(log_odds))
    })
}

/// The argument at which an increasing cumulative distribution reaches `probability`.
///
/// Newton's method on the logarithm of the distribution, which is concave, so that a tail is as good as the middle;
/// any step that leaves the bracket is replaced by halving it. `spread` is the width on which the distribution
/// bends. Gives minus infinity when the answer lies below −700 and `None` when it lies above 700.
fn solve(
    probability: f64,
    start: f64,
    spread: f64,
    distribution: impl Fn(f64) -> Option<Cumulative>,
) -> Option<f64> {
    let target = probability.ln();
    // Newton doubles the digits: after a step this small the next would be below rounding.
    let small_step = 1e-11 * spread.min(1.0);
    let (mut low, mut high) = (-FARTHEST, FARTHEST);
    let mut argument = start.clamp(low + 1.0, high - 1.0);
    for _ in 0..MAXIMUM_STEPS {
        let here = distribution(argument)?;
        let shortfall = target - here.ln_probability;
        if shortfall > 0.0 {
            low = argument;
        } else {
            high = argument;
        }
        let newton = argument + shortfall / (here.ln_slope - here.ln_probability).exp();
        let next = if newton >= low && newton <= high {
            newton
        } else {
            low + 0.5 * (high - low)
        };
        let settled = (next - argument).abs() <= small_step;
        argument = next;
        if settled {
            break;
        }
    }
    if argument < 1.0 - FARTHEST {
        return Some(f64::NEG_INFINITY);
    }
    (argument < FARTHEST - 1.0).then_some(argument)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{HOSTILE, assert_close};

    #[test]
    fn normal_quantiles_agree_with_scipy() {
        assert_close(normal_critical(0.05).unwrap(), 1.959_963_984_540_054);
        assert_close(normal_quantile(0.999).unwrap(), 3.090_232_306_167_813);
        assert_close(normal_quantile(1e-12).unwrap(), -7.034_483_825_301_131);
        assert_close(normal_two_sided(-10.0).unwrap(), 1.523_970_604_832_094e-23);
        assert_close(normal_two_sided(0.0).unwrap(), 1.0);
    }

    #[test]
    fn student_quantiles_agree_with_scipy() {
        let cases = [
            (0.05, 1.0, 12.706_204_736_174_694),
            (0.05, 2.0, 4.302_652_729_749_462),
            (0.05, 29.0, 2.045_229_642_132_703),
            (0.05, 1000.0, 1.962_339_080_826_408_3),
            (0.002, 8.0, 4.500_790_933_723_723_7),
        ];
        for (alpha, degrees_of_freedom, expected) in cases {
            assert_close(student_critical(alpha, degrees_of_freedom).unwrap(), expected);
        }
    }

    #[test]
    fn gamma_quantiles_agree_with_scipy_from_tiny_to_national_shapes() {
        let cases = [
            (0.025, 1e6, 998_040.983_340_293_9),
            (0.975, 1e6, 1_001_960.910_965_450_3),
            (0.025, 1e8, 99_980_401.307_324_74),
            (0.025, 0.5, 0.000_491_034_558_587_627_8),
            (1e-9, 3.0, 0.001_817_946_600_027_013_3),
            // mpmath
            (0.025, 0.02, 4.501_881_229_117_7e-81),
        ];
        for (probability, shape, expected) in cases {
            assert_close(gamma_quantile(probability, shape).unwrap(), expected);
        }
        assert_close(gamma_quantile(0.975, 1.0).unwrap(), 40f64.ln());
    }

    #[test]
    fn beta_quantiles_agree_with_scipy_as_odds() {
        let cases = [
            (0.025, 142.0, 171.0, 0.663_690_459_410_912_5),
            (0.025, 0.5, 1000.0, 4.911_574_531_810_223e-7),
            (0.025, 0.01, 1.0, 6.223_015_277_861_177e-161),
            (0.025, 1e6, 1e6 + 1.0, 0.997_231_032_934_401),
            (1e-12, 3.0, 4.0, 3.684_269_028_120_799e-5),
            (0.975, 2.0, 3.0, 4.151_440_776_238_426),
            (0.025, 1.0, 1e6, 2.531_780_830_478_557_6e-8),
        ];
        for (probability, a, b, expected) in cases {
            assert_close(beta_log_odds(probability, a, b).unwrap().exp(), expected);
        }
    }

    #[test]
    fn a_quantile_too_small_for_a_double_is_zero() {
        assert_eq!(gamma_quantile(0.025, 1e-4), Some(0.0));
        assert_eq!(beta_log_odds(0.025, 1e-4, 1.0), Some(f64::NEG_INFINITY));
    }

    #[test]
    fn every_quantile_is_a_point_where_the_distribution_reaches_the_probability() {
        for probability in [1e-10, 0.001, 0.025, 0.5, 0.95, 0.999] {
            for a in [0.05, 0.5, 1.0, 7.0, 600.0, 1e5] {
                for b in [0.5, 1.0, 30.0, 2000.0] {
                    let log_odds = beta_log_odds(probability, a, b).unwrap();
                    let there = cumulative_beta(a, b, UnitPoint::from_log_odds(log_odds)).unwrap();
                    assert!(
                        (there.ln_probability - probability.ln()).abs() < 1e-9,
                        "{probability} {a} {b}"
                    );
                }
                let there = cumulative_gamma(a, gamma_quantile(probability, a).unwrap()).unwrap();
                assert!(
                    (there.ln_probability - probability.ln()).abs() < 1e-9,
                    "{probability} {a}"
                );
            }
        }
    }

    #[test]
    fn hostile_arguments_never_panic_and_never_give_a_number_that_is_not_one() {
        for first in HOSTILE {
            for second in HOSTILE {
                for answer in [
                    normal_quantile(first),
                    normal_critical(first),
                    normal_two_sided(first),
                    student_critical(first, second),
                    student_critical(0.05, second),
                    gamma_quantile(first, second),
                    gamma_quantile(0.025, second),
                    beta_log_odds(first, second, 1.0),
                    beta_log_odds(0.025, first, second),
                ] {
                    assert!(answer.is_none_or(|value| !value.is_nan()), "{first} {second}");
                }
            }
        }
        assert_eq!(normal_two_sided(f64::NAN), None);
        assert_eq!(gamma_quantile(0.025, 1e15), None);
    }
}
