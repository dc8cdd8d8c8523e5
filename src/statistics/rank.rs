//! The place of a municipality in a ranking of rates, and the places it might as well have had.
//!
//! 1 is the highest rate. A place without inhabitants in the year cannot be ranked; the caller names it and leaves it
//! out (section 1, "Rank").

use super::quantile::normal_critical;
use super::{Observed, finite, is_count};

/// The places of a ranking, each in the order given: 1 + the number of places with a higher rate. Equal rates share one.
///
/// `None` when a place has no inhabitants, or a value is negative or not finite.
pub fn places(ranked: &[Observed]) -> Option<Vec<usize>> {
    let rates: Vec<f64> = ranked.iter().map(|place| rate(*place)).collect::<Option<_>>()?;
    let mut descending = rates.clone();
    descending.sort_by(|one, other| other.total_cmp(one));
    let above = |own: &f64| descending.partition_point(|other| other > own);
    Some(rates.iter().map(|own| 1 + above(own)).collect())
}

/// The highest place that each might as well have had: 1 + the number of places whose rate is demonstrably higher, for a
/// row with yearly dispersion τ², at level `alpha` for each pair.
///
/// Two places differ demonstrably when |√r_j−√r_i| exceeds z√(v_i+v_j), with v = (1+τ²O)/(4N). `None` as in [`places`],
/// and for a dispersion or a level outside its domain. The time taken grows with the square of the number of places.
pub fn highest(ranked: &[Observed], dispersion: f64, alpha: f64) -> Option<Vec<usize>> {
    let scores = Scores::new(ranked, dispersion, alpha)?;
    Some(scores.in_given_order(|own| 1 + scores.differing(own, 0..own)))
}

/// The lowest place that each might as well have had: all places but those whose rate is demonstrably lower. See
/// [`highest`].
pub fn lowest(ranked: &[Observed], dispersion: f64, alpha: f64) -> Option<Vec<usize>> {
    let scores = Scores::new(ranked, dispersion, alpha)?;
    let all = ranked.len();
    Some(scores.in_given_order(|own| all - scores.differing(own, own..all)))
}

fn rate(place: Observed) -> Option<f64> {
    if !place.is_valid() {
        return None;
    }
    finite(place.count / place.inhabitants)
}

/// The square roots of the rates, highest first, so that whoever can be above stands before and whoever can be below after.
struct Scores {
    roots: Vec<f64>,
    /// Variance of each root, times z².
    variances: Vec<f64>,
    /// Where each stood in the order given.
    given: Vec<usize>,
}

impl Scores {
    fn new(ranked: &[Observed], dispersion: f64, alpha: f64) -> Option<Self> {
        let critical = normal_critical(alpha)?;
        if !is_count(dispersion) {
            return None;
        }
        let mut scores = Vec::with_capacity(ranked.len());
        for (given, place) in ranked.iter().enumerate() {
            let variance = (1.0 + dispersion * place.count) / (4.0 * place.inhabitants);
            scores.push((
                rate(*place)?.sqrt(),
                finite(critical * critical * variance)?,
                given,
            ));
        }
        scores.sort_by(|one, other| other.0.total_cmp(&one.0));
        Some(Self {
            roots: scores.iter().map(|score| score.0).collect(),
            variances: scores.iter().map(|score| score.1).collect(),
            given: scores.iter().map(|score| score.2).collect(),
        })
    }

    /// How many within `others` differ demonstrably from `own`; both count from the highest rate.
    fn differing(&self, own: usize, others: std::ops::Range<usize>) -> usize {
        let (Some(root), Some(variance)) = (self.roots.get(own), self.variances.get(own)) else {
            return 0;
        };
        let roots = self.roots.get(others.clone()).unwrap_or_default();
        let variances = self.variances.get(others).unwrap_or_default();
        // Squares instead of roots, and no branch: this is the loop that takes the time.
        roots
            .iter()
            .zip(variances)
            .map(|(other, of_other)| usize::from((other - root).powi(2) > variance + of_other))
            .sum()
    }

    fn in_given_order(&self, place: impl Fn(usize) -> usize) -> Vec<usize> {
        let mut places = vec![0; self.given.len()];
        for (own, given) in self.given.iter().enumerate() {
            if let Some(found) = places.get_mut(*given) {
                *found = place(own);
            }
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::HOSTILE;

    const ALPHA: f64 = 0.05;

    fn observed(values: &[(f64, f64)]) -> Vec<Observed> {
        values
            .iter()
            .map(|(count, inhabitants)| Observed {
                count: *count,
                inhabitants: *inhabitants,
            })
            .collect()
    }

    fn toy() -> Vec<Observed> {
        observed(&[
            (400.0, 20_000.0),
            (120.0, 8000.0),
            (118.0, 8000.0),
            (60.0, 5000.0),
            (0.0, 1000.0),
            (9.0, 3000.0),
        ])
    }

    /// Place, highest and lowest of each.
    fn ranks(ranked: &[Observed], dispersion: f64) -> Vec<(usize, usize, usize)> {
        let highest = highest(ranked, dispersion, ALPHA).unwrap();
        let lowest = lowest(ranked, dispersion, ALPHA).unwrap();
        let ends = highest.into_iter().zip(lowest);
        let places = places(ranked).unwrap().into_iter();
        places
            .zip(ends)
            .map(|(place, (highest, lowest))| (place, highest, lowest))
            .collect()
    }

    #[test]
    fn a_toy_ranking_agrees_with_numpy() {
        assert_eq!(
            ranks(&toy(), 0.0),
            [(1, 1, 1), (2, 2, 4), (3, 2, 4), (4, 2, 4), (6, 6, 6), (5, 5, 5)]
        );
        assert_eq!(
            ranks(&toy(), 0.01),
            [(1, 1, 3), (2, 1, 4), (3, 1, 4), (4, 2, 4), (6, 6, 6), (5, 5, 5)]
        );
    }

    #[test]
    fn the_order_in_which_places_are_given_changes_nothing() {
        let mut turned = toy();
        turned.reverse();
        let mut found = ranks(&turned, 0.01);
        found.reverse();
        assert_eq!(found, ranks(&toy(), 0.01));
    }

    #[test]
    fn equal_rates_share_a_rank() {
        let tied = observed(&[(30.0, 1000.0), (60.0, 2000.0), (5.0, 1000.0)]);
        assert_eq!(ranks(&tied, 0.0), [(1, 1, 2), (1, 1, 2), (3, 3, 3)]);
    }

    #[test]
    fn a_rank_lies_within_its_own_range() {
        for dispersion in [0.0, 0.0023, 0.3] {
            for (place, highest, lowest) in ranks(&toy(), dispersion) {
                assert!(highest <= place && place <= lowest);
            }
        }
    }

    #[test]
    fn a_place_alone_is_first_and_no_place_has_no_ranks() {
        assert_eq!(ranks(&toy()[..1], 0.01), [(1, 1, 1)]);
        assert_eq!(ranks(&[], 0.01), []);
    }

    #[test]
    fn a_place_without_inhabitants_is_not_ranked_by_accident() {
        let ghost = observed(&[(3.0, 1000.0), (0.0, 0.0)]);
        assert_eq!(places(&ghost), None);
        assert_eq!(highest(&ghost, 0.01, ALPHA), None);
        assert_eq!(lowest(&ghost, 0.01, ALPHA), None);
    }

    #[test]
    fn hostile_numbers_give_nothing_or_ranks_within_the_list() {
        for first in HOSTILE {
            for second in HOSTILE {
                let mut mixed = toy();
                mixed.extend(observed(&[(first, second)]));
                let answers = [
                    places(&mixed),
                    highest(&mixed, 0.01, ALPHA),
                    lowest(&mixed, 0.01, ALPHA),
                    highest(&toy(), first, second),
                    lowest(&toy(), first, second),
                ];
                for answer in answers.into_iter().flatten() {
                    assert!(answer.iter().all(|found| (1..=mixed.len()).contains(found)));
                }
            }
        }
    }
}
