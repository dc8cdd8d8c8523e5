//! Does a municipality stand out among its peers? A funnel with additive dispersion between municipalities.
//!
//! Additive, because a multiplicative factor over all municipalities flags almost every large city and no small one
//! (section 1, "Funnel"). Who the peers are is the caller's decision; so is hiding a place with too small an expected
//! count.

use super::quantile::normal_critical;
use super::{Interval, Observed, finite, is_count, is_positive, is_proper_fraction};

/// A funnel fitted to a group of peers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Funnel {
    /// Common rate θ = ΣO/ΣN, incidents per inhabitant.
    pub rate: f64,
    /// φ_f: mean squared winsorised score; about 1 when peers differ by chance alone.
    pub overdispersion: f64,
    /// τ_f² between municipalities, on the scale of the square root of the relative rate.
    pub between_variance: f64,
}

impl Funnel {
    /// Fits the funnel. `winsorised_tail` is the part of the scores pulled in on either side (0.1), from 0 to below ½.
    ///
    /// `None` with fewer than two peers, when nothing was registered anywhere, or when a peer has no inhabitants or a
    /// negative or non-finite count.
    pub fn fit(peers: &[Observed], winsorised_tail: f64) -> Option<Self> {
        let valid_tail = (0.0..0.5).contains(&winsorised_tail);
        if peers.len() < 2 || !valid_tail || !peers.iter().all(Observed::is_valid) {
            return None;
        }
        let incidents: f64 = peers.iter().map(|peer| peer.count).sum();
        let inhabitants: f64 = peers.iter().map(|peer| peer.inhabitants).sum();
        let rate = incidents / inhabitants;
        if !is_positive(rate) {
            return None;
        }
        let scores: Vec<f64> = peers
            .iter()
            .map(|peer| score(peer.count, rate * peer.inhabitants))
            .collect();
        let mut ascending = scores.clone();
        ascending.sort_by(f64::total_cmp);
        let lowest = type_7_quantile(&ascending, winsorised_tail)?;
        let highest = type_7_quantile(&ascending, 1.0 - winsorised_tail)?;
        let size = peers.len() as f64;
        let squares: f64 = scores
            .iter()
            .map(|score| score.max(lowest).min(highest).powi(2))
            .sum();
        let overdispersion = finite(squares / size)?;

        let weights = peers.iter().map(|peer| 4.0 * rate * peer.inhabitants);
        let sum: f64 = weights.clone().sum();
        let sum_of_squares: f64 = weights.map(|weight| weight * weight).sum();
        let spread = sum - sum_of_squares / sum;
        if !is_positive(spread) {
            return None;
        }
        let between_variance = finite(((size * overdispersion - size + 1.0) / spread).max(0.0))?;
        Some(Self {
            rate,
            overdispersion,
            between_variance,
        })
    }

    /// Incidents a place with so many inhabitants would have at the common rate: E = θN.
    pub fn expected(&self, inhabitants: f64) -> Option<f64> {
        finite(self.rate * inhabitants).filter(|_| is_positive(inhabitants))
    }

    /// Score z = 2(√O−√E) of a place, in standard deviations of pure chance.
    pub fn score(&self, place: Observed) -> Option<f64> {
        if !place.is_valid() {
            return None;
        }
        finite(score(place.count, self.expected(place.inhabitants)?))
    }

    /// Limits of the rate at this population, per `per` inhabitants; see [`limits`].
    pub fn limits(&self, inhabitants: f64, per: f64, alpha: f64) -> Option<Interval> {
        limits(self.rate, self.between_variance, inhabitants, per, alpha)
    }
}

/// Limits of the rate at this population, per `per` inhabitants: per·θ·max(0, 1 ± z√(1/(4E)+τ_f²))², for the common
/// rate θ and the variance τ_f² of a funnel that was fitted before.
///
/// `alpha` 0.05 gives the 95% funnel, 0.002 the 99.8% one.
pub fn limits(rate: f64, between_variance: f64, inhabitants: f64, per: f64, alpha: f64) -> Option<Interval> {
    let expected = rate * inhabitants;
    let is_funnel = is_positive(rate) && is_positive(inhabitants) && is_positive(expected);
    if !is_funnel || !is_count(between_variance) || !is_proper_fraction(alpha) || !is_positive(per) {
        return None;
    }
    let reach = normal_critical(alpha)? * (0.25 / expected + between_variance).sqrt();
    let limit = |factor: f64| finite(per * rate * factor.max(0.0).powi(2));
    Some(Interval {
        lower: limit(1.0 - reach)?,
        upper: limit(1.0 + reach)?,
    })
}

/// Variance-stabilised score of an observed against an expected count.
fn score(observed: f64, expected: f64) -> f64 {
    2.0 * (observed.sqrt() - expected.sqrt())
}

/// Quantile by linear interpolation between order statistics (type 7, NumPy's default).
fn type_7_quantile(ascending: &[f64], probability: f64) -> Option<f64> {
    let position = probability * ascending.len().checked_sub(1)? as f64;
    let index = position.floor() as usize;
    let lower = *ascending.get(index)?;
    let upper = ascending.get(index + 1).copied().unwrap_or(lower);
    Some(lower + (upper - lower) * (position - position.floor()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{HOSTILE, assert_close};

    fn toy() -> Vec<Observed> {
        [
            (10.0, 1000.0),
            (20.0, 1000.0),
            (30.0, 2000.0),
            (40.0, 2000.0),
            (100.0, 3000.0),
        ]
        .into_iter()
        .map(|(count, inhabitants)| Observed { count, inhabitants })
        .collect()
    }

    #[test]
    fn the_toy_funnel_matches_test_value_27() {
        let funnel = Funnel::fit(&toy(), 0.1).unwrap();
        assert_close(funnel.overdispersion, 3.662_441_891);
        assert_close(funnel.between_variance, 0.023_372_761_41);
        assert_close(funnel.rate, 200.0 / 9000.0);
    }

    #[test]
    fn the_toy_scores_and_limits_agree_with_numpy() {
        let funnel = Funnel::fit(&toy(), 0.1).unwrap();
        let expected = [
            -3.103_535_1,
            -0.483_818_51,
            -2.378_882_18,
            -0.684_222_69,
            3.670_068_38,
        ];
        for (place, expected) in toy().into_iter().zip(expected) {
            assert!((funnel.score(place).unwrap() - expected).abs() < 1e-8);
        }
        let limits = funnel.limits(900.0, 1000.0, 0.05).unwrap();
        assert_close(limits.lower, 8.785_893_877_673_1);
        assert_close(limits.upper, 41.783_161_044_445_066);
        let wide = funnel.limits(900.0, 1000.0, 0.002).unwrap();
        assert_close(wide.lower, 3.821_814_867_195_337_6);
        assert_close(wide.upper, 55.847_883_620_667_034);
    }

    #[test]
    fn the_limits_of_hengelo_follow_from_the_fit_of_test_values_25_and_26() {
        // The fit itself needs all 117 peers; here it is taken from the printed test value 25.
        let inhabitants = 81_476.0;
        let funnel = Funnel {
            rate: 1_737.115_122 / inhabitants,
            overdispersion: 157.004_730_6,
            between_variance: 0.025_873_319_52,
        };
        assert_close(
            funnel
                .score(Observed {
                    count: 2087.0,
                    inhabitants,
                })
                .unwrap(),
            8.009_964_138,
        );
        let limits = funnel.limits(inhabitants, 1000.0, 0.05).unwrap();
        assert_close(limits.lower, 9.970_892_269);
        assert_close(limits.upper, 36.931_989_61);
        assert_close(
            funnel.limits(inhabitants, 1000.0, 0.002).unwrap().upper,
            47.872_210_98,
        );
    }

    #[test]
    fn peers_with_one_and_the_same_rate_have_no_variance_between_them() {
        let peers: Vec<Observed> = [1.0, 2.0, 3.0]
            .into_iter()
            .map(|size| Observed {
                count: 20.0 * size,
                inhabitants: 1000.0 * size,
            })
            .collect();
        let funnel = Funnel::fit(&peers, 0.1).unwrap();
        assert!(funnel.overdispersion < 1e-20);
        assert_close(funnel.between_variance, 0.0);
    }

    #[test]
    fn the_lower_limit_of_a_small_place_is_zero_and_not_a_mirror_image() {
        let funnel = Funnel::fit(&toy(), 0.1).unwrap();
        assert_close(funnel.limits(50.0, 1000.0, 0.002).unwrap().lower, 0.0);
    }

    #[test]
    fn limits_narrow_with_the_population() {
        let funnel = Funnel::fit(&toy(), 0.1).unwrap();
        let mut previous = Interval {
            lower: 0.0,
            upper: f64::MAX,
        };
        for inhabitants in [500.0, 1000.0, 5000.0, 80_000.0, 1e6] {
            let limits = funnel.limits(inhabitants, 1000.0, 0.05).unwrap();
            assert!(limits.lower > previous.lower && limits.upper < previous.upper);
            previous = limits;
        }
    }

    #[test]
    fn winsorising_pulls_in_a_single_wild_peer() {
        let mut peers = toy();
        peers.extend(toy());
        peers.push(Observed {
            count: 500.0,
            inhabitants: 1000.0,
        });
        // NumPy
        assert_close(
            Funnel::fit(&peers, 0.0).unwrap().overdispersion,
            125.716_324_754_148_32,
        );
        assert_close(
            Funnel::fit(&peers, 0.1).unwrap().overdispersion,
            39.939_787_830_185_24,
        );
    }

    #[test]
    fn peers_that_cannot_carry_a_funnel_give_none() {
        assert_eq!(Funnel::fit(&toy()[..1], 0.1), None);
        assert_eq!(Funnel::fit(&toy(), 0.5), None);
        assert_eq!(Funnel::fit(&toy(), f64::NAN), None);
        assert_eq!(
            Funnel::fit(
                &[Observed {
                    count: 0.0,
                    inhabitants: 1000.0
                }; 5],
                0.1
            ),
            None
        );
        let mut without_inhabitants = toy();
        without_inhabitants[2].inhabitants = 0.0;
        assert_eq!(Funnel::fit(&without_inhabitants, 0.1), None);
    }

    #[test]
    fn hostile_numbers_give_nothing_or_finite_numbers() {
        for first in HOSTILE {
            for second in HOSTILE {
                let mut peers = toy();
                let place = Observed {
                    count: first,
                    inhabitants: second,
                };
                peers.push(place);
                let usual = Funnel::fit(&toy(), 0.1).unwrap();
                for funnel in [Funnel::fit(&peers, 0.1), Some(usual)].into_iter().flatten() {
                    assert!(funnel.overdispersion.is_finite() && funnel.between_variance.is_finite());
                    assert!(funnel.score(place).is_none_or(f64::is_finite));
                    if let Some(limits) = funnel.limits(second, 1000.0, first) {
                        assert!(limits.lower <= limits.upper && limits.upper.is_finite());
                    }
                    if let Some(limits) = funnel.limits(second, first, 0.05) {
                        assert!(limits.lower <= limits.upper && limits.upper.is_finite());
                    }
                }
            }
        }
    }
}
