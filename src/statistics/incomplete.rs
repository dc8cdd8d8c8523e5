//! The regularised incomplete beta and gamma functions, in logarithms.
//!
//! Written here, on the logarithm of the gamma function of `statrs`, because the versions there are made for small
//! parameters: the beta fraction stops after 140 terms (wrong in the third digit for a million incidents), its
//! inverse can loop for ever once an intermediate value overflows, and the gamma series has no bound on its length.
//! These also keep their digits in a far tail, where a probability itself would be rounded to zero.

use statrs::function::gamma::ln_gamma;
use std::f64::consts::TAU;

/// Largest parameter of either function; the number of terms grows with its square root.
const LARGEST_PARAMETER: f64 = 1e9;

/// Several times what [`LARGEST_PARAMETER`] needs; reached only by input that never settles.
const MAXIMUM_TERMS: u32 = 2_000_000;

/// A relative change that is rounding and no progress.
const SETTLED: f64 = 4.0 * f64::EPSILON;

/// A cumulative probability and its slope, both as natural logarithms.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cumulative {
    /// ln of the probability below the point.
    pub(super) ln_probability: f64,
    /// ln of the derivative of that probability: for beta to the log-odds of the point, for gamma to its logarithm.
    pub(super) ln_slope: f64,
}

/// A point strictly between 0 and 1 with its complement, each to full precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct UnitPoint {
    x: f64,
    complement: f64,
}

impl UnitPoint {
    /// The point part/(part+rest); `None` unless it lies strictly between 0 and 1.
    pub(super) fn from_parts(part: f64, rest: f64) -> Option<Self> {
        let whole = part + rest;
        let point = Self {
            x: part / whole,
            complement: rest / whole,
        };
        (whole.is_finite() && point.x > 0.0 && point.complement > 0.0).then_some(point)
    }

    /// The point whose odds x/(1−x) have this logarithm.
    pub(super) fn from_log_odds(log_odds: f64) -> Self {
        Self {
            x: 1.0 / (1.0 + (-log_odds).exp()),
            complement: 1.0 / (1.0 + log_odds.exp()),
        }
    }

    /// The point itself.
    pub(super) fn value(self) -> f64 {
        self.x
    }

    /// The distance to 1, as a point.
    pub(super) fn complement(self) -> Self {
        Self {
            x: self.complement,
            complement: self.x,
        }
    }
}

/// I_x(a,b): the probability that a beta variable with parameters `a` and `b` lies below the point.
///
/// `None` when a parameter is not above 0 or exceeds a thousand million.
pub(super) fn regularised_beta(a: f64, b: f64, point: UnitPoint) -> Option<f64> {
    cumulative_beta(a, b, point).map(|cumulative| cumulative.ln_probability.exp())
}

/// ln I_x(a,b) and its slope to the log-odds; domain as [`regularised_beta`].
pub(super) fn cumulative_beta(a: f64, b: f64, point: UnitPoint) -> Option<Cumulative> {
    if !is_parameter(a) || !is_parameter(b) {
        return None;
    }
    let ln_slope = ln_beta_slope(a, b, point);
    let left_of_mean = point.x * (b + 1.0) <= point.complement * (a + 1.0);
    let ln_probability = if left_of_mean {
        ln_slope - a.ln() + beta_fraction(a, b, point.x)?.ln()
    } else {
        ln_complement((ln_slope - b.ln()).exp() * beta_fraction(b, a, point.complement)?)
    };
    Some(Cumulative {
        ln_probability: ln_probability.min(0.0),
        ln_slope,
    })
}

/// ln P(a,x) and its slope to ln x, where P(a,x) is the probability that a gamma variable with shape `a` and scale 1
/// lies below `x`.
///
/// `None` when `x` is not finite and above 0, or `a` is not above 0 or exceeds a thousand million.
pub(super) fn cumulative_gamma(a: f64, x: f64) -> Option<Cumulative> {
    if !is_parameter(a) || !super::is_positive(x) {
        return None;
    }
    let deviance = a * ln_1p_minus((x - a) / a, x / a);
    let ln_slope = deviance + 0.5 * (a.ln() - TAU.ln()) - stirling_remainder(a);
    let ln_probability = if x <= a + 1.0 {
        ln_slope - a.ln() + gamma_series(a, x)?.ln()
    } else {
        ln_complement(ln_slope.exp() * gamma_fraction(a, x)?)
    };
    Some(Cumulative {
        ln_probability: ln_probability.min(0.0),
        ln_slope,
    })
}

fn is_parameter(value: f64) -> bool {
    value > 0.0 && value <= LARGEST_PARAMETER
}

/// ln(1 − upper tail).
fn ln_complement(upper_tail: f64) -> f64 {
    (-upper_tail.min(1.0)).ln_1p()
}

/// ln of x^a (1−x)^b / B(a,b), arranged so that nothing large cancels when x is near a/(a+b).
fn ln_beta_slope(a: f64, b: f64, point: UnitPoint) -> f64 {
    let whole = a + b;
    let excess = point.x * b - point.complement * a;
    let deviance = a * ln_1p_minus(excess / a, point.x * whole / a)
        + b * ln_1p_minus(-excess / b, point.complement * whole / b);
    let spread = 0.5 * (a.ln() + b.ln() - whole.ln() - TAU.ln());
    deviance + spread + stirling_remainder(whole) - stirling_remainder(a) - stirling_remainder(b)
}

/// ln(1+u) − u. `one_plus_u` is the same quantity calculated without the subtraction, exact where u is near −1.
fn ln_1p_minus(u: f64, one_plus_u: f64) -> f64 {
    if u.abs() > 0.5 {
        return one_plus_u.ln() - u;
    }
    // ln(1+u) = 2 artanh(r) with r = u/(2+u), and 2r − u = −u·r: no cancellation for small u.
    let r = u / (2.0 + u);
    let square = r * r;
    let mut power = 1.0;
    let mut odd = 3.0;
    let mut sum = 0.0;
    // |r| is at most 1/3, so twenty terms exhaust a double.
    for _ in 0..20 {
        sum += power / odd;
        power *= square;
        odd += 2.0;
    }
    2.0 * r * square * sum - u * r
}

/// ln Γ(v) minus Stirling's (v−½) ln v − v + ½ ln 2π.
fn stirling_remainder(v: f64) -> f64 {
    if v < 16.0 {
        return ln_gamma(v) - ((v - 0.5) * v.ln() - v + 0.5 * TAU.ln());
    }
    let y = 1.0 / (v * v);
    (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y / 1188.0)))) / v
}

/// a B(a,b) I_x(a,b) / (x^a (1−x)^b) as a continued fraction (DLMF 8.17.22), for x left of the mean.
fn beta_fraction(a: f64, b: f64, x: f64) -> Option<f64> {
    let reciprocal = lentz(1.0, |term| {
        let m = f64::from(term / 2);
        let numerator = if term % 2 == 1 {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        } else {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        };
        (numerator, 1.0)
    })?;
    Some(1.0 / reciprocal)
}

/// Γ(a,x) e^x / x^a as a continued fraction (DLMF 8.9.2, contracted), for x right of the mean.
fn gamma_fraction(a: f64, x: f64) -> Option<f64> {
    let reciprocal = lentz(x + 1.0 - a, |term| {
        let m = f64::from(term);
        (m * (a - m), x + 1.0 - a + 2.0 * m)
    })?;
    Some(1.0 / reciprocal)
}

/// a Γ(a) P(a,x) e^x / x^a as a series of positive terms, for x left of the mean.
fn gamma_series(a: f64, x: f64) -> Option<f64> {
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..MAXIMUM_TERMS {
        term *= x / (a + f64::from(n));
        sum += term;
        if term <= 0.1 * f64::EPSILON * sum {
            return Some(sum);
        }
    }
    None
}

/// first + n₁/(d₁ + n₂/(d₂ + …)) by the modified method of Lentz, `part` giving (nᵢ, dᵢ) from i = 1.
///
/// `None` when the fraction does not settle on a positive number.
fn lentz(first: f64, part: impl Fn(u32) -> (f64, f64)) -> Option<f64> {
    let away_from_zero = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut fraction = away_from_zero(first);
    let mut upper = fraction;
    let mut lower = 0.0;
    for term in 1..MAXIMUM_TERMS {
        let (numerator, denominator) = part(term);
        lower = 1.0 / away_from_zero(denominator + numerator * lower);
        upper = away_from_zero(denominator + numerator / upper);
        let change = upper * lower;
        fraction *= change;
        if change.is_nan() {
            return None;
        }
        if (change - 1.0).abs() <= SETTLED {
            return (fraction.is_finite() && fraction > 0.0).then_some(fraction);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{HOSTILE, assert_close};

    #[test]
    fn the_beta_function_agrees_with_exact_sums_and_forty_digit_arithmetic() {
        // (a, b, part, rest, I): the first and third are finite sums, the others mpmath with 40 digits.
        let cases = [
            (3.0, 5.0, 2.0, 3.0, 0.580_096),
            (0.3, 40.5, 1.0, 50.0, 0.885_351_838_351_214),
            (60.0, 1.0, 1.0, 1.0, 8.673_617_379_884_04e-19),
            (0.001, 1.0, 1.0, 1e6, 0.986_279_484_644_931),
            (200.0, 2001.0, 1.0, 99.0, 7.098_692_580_061_53e-120),
        ];
        for (a, b, part, rest, expected) in cases {
            assert_close(
                regularised_beta(a, b, UnitPoint::from_parts(part, rest).unwrap()).unwrap(),
                expected,
            );
        }
    }

    #[test]
    fn the_beta_function_holds_for_national_counts() {
        // SciPy 1.17 betainc; the fraction of statrs is off in the third digit here.
        let cases = [
            (1e6, 1e6 + 1.0, 1.0, 1.0, 0.500_282_094_756_512_3),
            (800_027.0, 799_682.0, 1.0, 1.0, 0.392_514_501_048_522_7),
            (5e6, 4e6, 1.25, 1.001, 0.068_109_557_367_214_25),
        ];
        for (a, b, part, rest, expected) in cases {
            assert_close(
                regularised_beta(a, b, UnitPoint::from_parts(part, rest).unwrap()).unwrap(),
                expected,
            );
        }
    }

    #[test]
    fn a_tail_below_the_smallest_double_keeps_its_logarithm() {
        let point = UnitPoint::from_parts(1.0, 9.0).unwrap();
        let cumulative = cumulative_beta(2000.0, 2001.0, point).unwrap();
        // mpmath: 5.71482689718984e-890
        assert_close(
            cumulative.ln_probability,
            5.714_826_897_189_84_f64.ln() - 890.0 * std::f64::consts::LN_10,
        );
    }

    #[test]
    fn a_beta_probability_and_that_of_the_complement_add_up_to_one() {
        for (a, b) in [(0.5, 0.5), (2.0, 7.5), (170.0, 143.0), (1e4, 3.0), (1e5, 2e5)] {
            for part in [0.1, 0.4, 0.5, 0.9] {
                let point = UnitPoint::from_parts(part, 1.0 - part).unwrap();
                let sum = regularised_beta(a, b, point).unwrap()
                    + regularised_beta(b, a, point.complement()).unwrap();
                assert_close(sum, 1.0);
            }
        }
    }

    #[test]
    fn the_gamma_function_with_shape_one_is_the_exponential_distribution() {
        for x in [1e-12, 0.3, 1.0, 2.0, 2.1, 30.0] {
            let expected = if x < 1.0 {
                (-f64::exp_m1(-x)).ln()
            } else {
                (-f64::exp(-x)).ln_1p()
            };
            assert_close(cumulative_gamma(1.0, x).unwrap().ln_probability, expected);
        }
    }

    #[test]
    fn the_gamma_function_with_a_whole_shape_is_a_sum_of_poisson_probabilities() {
        for x in [0.5_f64, 4.0, 5.0, 6.5, 12.0] {
            let below_five = f64::exp(-x) * (1.0 + x + x.powi(2) / 2.0 + x.powi(3) / 6.0 + x.powi(4) / 24.0);
            assert_close(
                cumulative_gamma(5.0, x).unwrap().ln_probability.exp(),
                1.0 - below_five,
            );
        }
    }

    #[test]
    fn hostile_parameters_end_without_an_answer_instead_of_a_loop() {
        let half = UnitPoint::from_parts(1.0, 1.0).unwrap();
        for bad in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e15, f64::MAX] {
            assert_eq!(regularised_beta(bad, 2.0, half), None);
            assert_eq!(regularised_beta(2.0, bad, half), None);
            assert!(cumulative_gamma(bad, 2.0).is_none());
        }
        for one in HOSTILE {
            for other in HOSTILE {
                if let Some(point) = UnitPoint::from_parts(one, other) {
                    let probability = regularised_beta(2.0, 3.0, point).unwrap();
                    assert!((0.0..=1.0).contains(&probability), "{one} {other}");
                }
                if let Some(cumulative) = cumulative_gamma(one, other) {
                    assert!(cumulative.ln_probability <= 0.0, "{one} {other}");
                }
            }
        }
    }
}
