//! The place of a municipality in a ranking of rates, and the places it might as well have had.
//!
//! 1 is the highest rate. A place without inhabitants in the year cannot be ranked; the caller names it and leaves it
//! out (section 1, "Rank").

use super::quantile::normal_critical;
use super::{Observed, finite, is_count};

/// A place in a ranking with the range that chance and ordinary restlessness allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rank {
    /// 1 + the number of places with a higher rate; equal rates share a rank.
    pub rank: usize,
    /// 1 + the number of places whose rate is demonstrably higher.
    pub highest: usize,
    /// All places but those whose rate is demonstrably lower.
    pub lowest: usize,
}

/// Ranks of all places, in the order given, for a row with yearly dispersion τ², at level `alpha` for each pair.
///
/// Two places differ demonstrably when |√r_j−√r_i| exceeds z√(v_i+v_j), with v = (1+τ²O)/(4N). `None` when a place has no
/// inhabitants or a value is negative or not finite. The time taken grows with the square of the number of places.
pub fn rank(places: &[Observed], dispersion: f64, alpha: f64) -> Option<Vec<Rank>> {
    if !is_count(dispersion) || !places.iter().all(Observed::is_valid) {
        return None;
    }
    let critical = normal_critical(alpha)?;
    let rates: Vec<Rate> = places
        .iter()
        .map(|place| Rate::new(*place, dispersion))
        .collect::<Option<_>>()?;
    Some(rates.iter().map(|own| own.rank_among(&rates, critical)).collect())
}

struct Rate {
    value: f64,
    root: f64,
    /// Variance of `root`.
    variance: f64,
}

impl Rate {
    fn new(place: Observed, dispersion: f64) -> Option<Self> {
        let value = finite(place.count / place.inhabitants)?;
        let variance = finite((1.0 + dispersion * place.count) / (4.0 * place.inhabitants))?;
        Some(Self {
            value,
            root: value.sqrt(),
            variance,
        })
    }

    fn rank_among(&self, all: &[Self], critical: f64) -> Rank {
        let mut above = 0;
        let mut surely_above = 0;
        let mut surely_below = 0;
        // The place itself is among `all`; it differs from itself by nothing and so counts nowhere.
        for other in all {
            let difference = other.root - self.root;
            let margin = critical * (self.variance + other.variance).sqrt();
            above += usize::from(other.value > self.value);
            surely_above += usize::from(difference > margin);
            surely_below += usize::from(difference < -margin);
        }
        Rank {
            rank: 1 + above,
            highest: 1 + surely_above,
            lowest: all.len() - surely_below,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::HOSTILE;

    const ALPHA: f64 = 0.05;

    fn places(values: &[(f64, f64)]) -> Vec<Observed> {
        values
            .iter()
            .map(|(count, inhabitants)| Observed {
                count: *count,
                inhabitants: *inhabitants,
            })
            .collect()
    }

    fn toy() -> Vec<Observed> {
        places(&[
            (400.0, 20_000.0),
            (120.0, 8000.0),
            (118.0, 8000.0),
            (60.0, 5000.0),
            (0.0, 1000.0),
            (9.0, 3000.0),
        ])
    }

    fn ranks(found: Option<Vec<Rank>>) -> Vec<(usize, usize, usize)> {
        found
            .unwrap()
            .iter()
            .map(|rank| (rank.rank, rank.highest, rank.lowest))
            .collect()
    }

    #[test]
    fn a_toy_ranking_agrees_with_numpy() {
        let poisson = ranks(rank(&toy(), 0.0, ALPHA));
        assert_eq!(
            poisson,
            [(1, 1, 1), (2, 2, 4), (3, 2, 4), (4, 2, 4), (6, 6, 6), (5, 5, 5)]
        );
        let dispersed = ranks(rank(&toy(), 0.01, ALPHA));
        assert_eq!(
            dispersed,
            [(1, 1, 3), (2, 1, 4), (3, 1, 4), (4, 2, 4), (6, 6, 6), (5, 5, 5)]
        );
    }

    #[test]
    fn equal_rates_share_a_rank() {
        let tied = places(&[(30.0, 1000.0), (60.0, 2000.0), (5.0, 1000.0)]);
        assert_eq!(ranks(rank(&tied, 0.0, ALPHA)), [(1, 1, 2), (1, 1, 2), (3, 3, 3)]);
    }

    #[test]
    fn a_rank_lies_within_its_own_range() {
        for dispersion in [0.0, 0.0023, 0.3] {
            for found in rank(&toy(), dispersion, ALPHA).unwrap() {
                assert!(
                    found.highest <= found.rank && found.rank <= found.lowest,
                    "{found:?}"
                );
            }
        }
    }

    #[test]
    fn a_place_alone_is_first_and_no_place_has_no_ranks() {
        assert_eq!(ranks(rank(&toy()[..1], 0.01, ALPHA)), [(1, 1, 1)]);
        assert_eq!(rank(&[], 0.01, ALPHA), Some(Vec::new()));
    }

    #[test]
    fn a_place_without_inhabitants_is_not_ranked_by_accident() {
        assert_eq!(rank(&places(&[(3.0, 1000.0), (0.0, 0.0)]), 0.01, ALPHA), None);
    }

    #[test]
    fn hostile_numbers_give_nothing_or_ranks_within_the_list() {
        for first in HOSTILE {
            for second in HOSTILE {
                let mut mixed = toy();
                mixed.push(Observed {
                    count: first,
                    inhabitants: second,
                });
                for answer in [rank(&mixed, 0.01, ALPHA), rank(&toy(), first, second)]
                    .into_iter()
                    .flatten()
                {
                    assert!(
                        answer
                            .iter()
                            .all(|found| found.highest >= 1 && found.lowest <= mixed.len())
                    );
                }
            }
        }
    }
}
