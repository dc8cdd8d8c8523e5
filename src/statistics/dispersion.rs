//! Yearly dispersion τ²: how much more the counts of ordinary years differ than Poisson chance explains.
//!
//! Second differences of three consecutive years ignore a straight trend. One municipality has too few years, so the
//! terms are summed over its peers; the choice of peers and years is the caller's (section 1, "Yearly dispersion").

use super::{finite, is_count, is_positive};

/// What one triple of consecutive years adds to the two sums of the estimator; add them up column by column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TripleTerms {
    /// A = (a−2b+c)² − (a+4b+c): the squared second difference beyond its Poisson expectation; may be negative.
    pub excess: f64,
    /// B = a(a−1) + 4b(b−1) + c(c−1): what that excess is a fraction τ² of.
    pub scale: f64,
}

/// The terms of the counts of three consecutive years; `None` when one is negative or not finite.
pub fn triple_terms(first: f64, second: f64, third: f64) -> Option<TripleTerms> {
    if ![first, second, third].into_iter().all(is_count) {
        return None;
    }
    let excess = (first - 2.0 * second + third).powi(2) - (first + 4.0 * second + third);
    let scale = first * (first - 1.0) + 4.0 * second * (second - 1.0) + third * (third - 1.0);
    Some(TripleTerms {
        excess: finite(excess)?,
        scale: finite(scale)?,
    })
}

/// τ² = max(0, ΣA/ΣB), dimensionless.
///
/// `None` (the row cannot be judged) with fewer than `minimum_triples` triples, or when ΣB is not above 0: then no
/// year had more than one incident and nothing can be said about dispersion.
pub fn yearly_dispersion(sum_excess: f64, sum_scale: f64, triples: u64, minimum_triples: u64) -> Option<f64> {
    if triples < minimum_triples || !sum_excess.is_finite() || !is_positive(sum_scale) {
        return None;
    }
    finite((sum_excess / sum_scale).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{HOSTILE, assert_close};

    #[test]
    fn the_sums_of_the_peers_match_test_value_6() {
        let basket = yearly_dispersion(71_031_024.0, 30_875_330_318.0, 702, 60).unwrap();
        assert_close(basket, 0.002_300_575_355);
        // The printed table has five decimals for these two.
        let bicycles = yearly_dispersion(16_626_992.0, 1_538_711_678.0, 702, 60).unwrap();
        assert!((bicycles - 0.010_81).abs() < 5e-6);
        let fraud = yearly_dispersion(975_308.0, 124_054_162.0, 234, 60).unwrap();
        assert!((fraud - 0.007_86).abs() < 5e-6);
    }

    #[test]
    fn the_terms_of_a_triple_follow_their_definition() {
        // (10 − 2·20 + 60)² − (10 + 4·20 + 60) = 900 − 150; 10·9 + 4·20·19 + 60·59 = 90 + 1520 + 3540
        assert_eq!(
            triple_terms(10.0, 20.0, 60.0),
            Some(TripleTerms {
                excess: 750.0,
                scale: 5150.0
            })
        );
    }

    #[test]
    fn a_straight_trend_has_no_second_difference_and_so_no_dispersion() {
        let terms = triple_terms(100.0, 200.0, 300.0).unwrap();
        assert_close(terms.excess, -1200.0);
        assert_eq!(yearly_dispersion(terms.excess, terms.scale, 60, 60), Some(0.0));
    }

    #[test]
    fn too_few_triples_cannot_be_judged() {
        assert_eq!(yearly_dispersion(10.0, 1000.0, 59, 60), None);
        assert_eq!(yearly_dispersion(10.0, 1000.0, 60, 60), Some(0.01));
    }

    #[test]
    fn years_without_any_repeated_incident_say_nothing_about_dispersion() {
        let terms = triple_terms(0.0, 1.0, 0.0).unwrap();
        assert_eq!(yearly_dispersion(terms.excess, terms.scale, 100, 60), None);
    }

    #[test]
    fn hostile_numbers_give_nothing_or_finite_numbers() {
        for first in HOSTILE {
            for second in HOSTILE {
                assert!(yearly_dispersion(first, second, 702, 60).is_none_or(|value| value >= 0.0));
                if let Some(terms) = triple_terms(first, second, 3.0) {
                    assert!(terms.excess.is_finite() && terms.scale.is_finite());
                }
            }
        }
        assert_eq!(triple_terms(1.0, -1.0, 1.0), None);
        assert_eq!(triple_terms(1.0, f64::NAN, 1.0), None);
    }
}
