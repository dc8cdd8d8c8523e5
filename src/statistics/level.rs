//! Does a year of a series stand on the level of the years around it, or was only half of it delivered?
//!
//! Judged are totals that hardly move from year to year. A year that left the level is never what the next one is held
//! against: that is the last year which stood on it. A level that changes for good (enough years in a row that agree with
//! one another and none of them with the level before) is a new level, and its years are good ones; what lies on two levels
//! can be named beside each other and not compared. Whether a jump is real is for a person to find out.

use super::{finite, is_count};

/// When a year agrees with another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// The least that it may be of the other, as a ratio between 0 and 1.
    pub lower: f64,
    /// The most, as a ratio of 1 or more.
    pub upper: f64,
    /// Below this count in the other nothing is said: it agrees.
    pub minimum: f64,
    /// So many years in a row, 2 or more, make a level.
    pub years: f64,
}

impl Tolerance {
    fn is_valid(self) -> bool {
        (0.0..=1.0).contains(&self.lower)
            && self.upper >= 1.0
            && self.upper.is_finite()
            && is_count(self.minimum)
            && (2.0..=100.0).contains(&self.years)
    }

    fn agree(self, other: f64, count: f64) -> bool {
        other < self.minimum || (self.lower * other..=self.upper * other).contains(&count)
    }
}

/// What is known of a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Number of the level that it stands on, from 1; 0 when it stands on none.
    pub level: usize,
    /// The count that it was held against; its own for the first year.
    pub against: f64,
}

/// Judges each year; `series` holds year and count, in any order, and the answer is in that order.
///
/// `None` when a value is negative or not finite, a year stands there twice, or the tolerance is none.
pub fn standings(series: &[(f64, f64)], tolerance: Tolerance) -> Option<Vec<Standing>> {
    if !tolerance.is_valid() {
        return None;
    }
    let mut order: Vec<usize> = (0..series.len()).collect();
    order.sort_by(|one, other| series[*one].0.total_cmp(&series[*other].0));
    let mut counts = Vec::with_capacity(series.len());
    let mut last = None;
    for place in &order {
        let (year, count) = series[*place];
        finite(year)?;
        if last == Some(year) || !is_count(count) {
            return None;
        }
        last = Some(year);
        counts.push(count);
    }
    let mut answer = vec![
        Standing {
            level: 0,
            against: 0.0
        };
        series.len()
    ];
    for (place, standing) in order.into_iter().zip(in_order(&counts, tolerance)) {
        answer[place] = standing;
    }
    Some(answer)
}

/// The standings of counts that are in the order of their years.
fn in_order(counts: &[f64], tolerance: Tolerance) -> Vec<Standing> {
    let Some((first, rest)) = counts.split_first() else {
        return Vec::new();
    };
    let mut found = vec![Standing {
        level: 1,
        against: *first,
    }];
    // The level now: its number, its last year and how many years it has.
    let (mut level, mut good, mut years) = (1, *first, 1);
    for (before, count) in rest.iter().enumerate() {
        let agrees = tolerance.agree(good, *count);
        if !agrees && !begins_level(&counts[before + 1..], good, tolerance) {
            found.push(Standing {
                level: 0,
                against: good,
            });
            continue;
        }
        if !agrees && level == 1 && years == 1 {
            // A first year that no other year agrees with is the one that is wrong.
            found[0] = Standing {
                level: 0,
                against: *count,
            };
        } else if !agrees {
            level += 1;
        }
        found.push(Standing { level, against: good });
        years = if agrees { years + 1 } else { 2 };
        good = *count;
    }
    found
}

/// Whether these years, the first of them among them, are a level of their own beside one whose last count is `other`.
fn begins_level(counts: &[f64], other: f64, tolerance: Tolerance) -> bool {
    let years = tolerance.years as usize;
    counts.len() >= years
        && counts[..years]
            .windows(2)
            .all(|pair| tolerance.agree(pair[0], pair[1]) && !tolerance.agree(other, pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::HOSTILE;

    const TOLERANCE: Tolerance = Tolerance {
        lower: 0.6,
        upper: 1.6,
        minimum: 500.0,
        years: 3.0,
    };

    fn levels(counts: &[f64]) -> Vec<usize> {
        let series: Vec<(f64, f64)> = (2012..).map(f64::from).zip(counts.iter().copied()).collect();
        let standings = standings(&series, TOLERANCE).unwrap();
        standings.iter().map(|standing| standing.level).collect()
    }

    /// Hengelo as recorded (47013NED, total 2012-2022).
    const HENGELO: [f64; 11] = [
        5432.0, 5536.0, 5215.0, 4862.0, 4613.0, 4337.0, 4052.0, 3757.0, 3828.0, 3617.0, 3907.0,
    ];

    fn with(changes: &[(i32, f64)]) -> Vec<f64> {
        let mut counts = HENGELO.to_vec();
        for (year, factor) in changes {
            counts[(year - 2012) as usize] *= factor;
        }
        counts
    }

    #[test]
    fn years_as_they_were_recorded_are_one_level() {
        assert_eq!(levels(&HENGELO), [1; 11]);
    }

    #[test]
    fn half_a_year_stands_on_no_level_and_the_year_after_it_does() {
        assert_eq!(levels(&with(&[(2022, 0.45)]))[9..], [1, 0]);
        assert_eq!(levels(&with(&[(2021, 0.45)]))[8..], [1, 0, 1]);
        assert_eq!(levels(&with(&[(2021, 0.01)]))[8..], [1, 0, 1]);
        assert_eq!(levels(&with(&[(2021, 2.0)]))[8..], [1, 0, 1]);
        // Two in a row are no level.
        assert_eq!(levels(&with(&[(2021, 0.45), (2022, 0.45)]))[8..], [1, 0, 0]);
        // Nor does a year lead over to the next by steps that are small by themselves.
        assert_eq!(levels(&with(&[(2020, 0.55), (2021, 0.75)]))[7..], [1, 0, 1, 1]);
    }

    #[test]
    fn a_first_year_that_stands_alone_is_the_one_that_is_wrong() {
        assert_eq!(levels(&with(&[(2012, 0.45)]))[..4], [0, 1, 1, 1]);
        assert_eq!(levels(&[1000.0, 2200.0]), [1, 0], "of two nobody knows which");
    }

    #[test]
    fn a_level_that_changes_for_good_is_another_level() {
        // Vijfheerenlanden as recorded: the only municipality-year that left its level in 2012-2022.
        let recorded = [
            1132.0, 1165.0, 2133.0, 1953.0, 1981.0, 1714.0, 1714.0, 1671.0, 1853.0, 1830.0, 1631.0,
        ];
        assert_eq!(levels(&recorded), [1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
        let halved = with(&[(2020, 0.45), (2021, 0.45), (2022, 0.45)]);
        assert_eq!(levels(&halved)[7..], [1, 2, 2, 2]);
    }

    #[test]
    fn a_small_count_is_not_judged() {
        assert_eq!(levels(&[400.0, 100.0, 450.0]), [1, 1, 1]);
    }

    #[test]
    fn a_year_is_held_against_the_last_good_one_whatever_order_the_list_has() {
        let series = [(2022.0, 3907.0), (2020.0, 3828.0), (2021.0, 1628.0)];
        let found = standings(&series, TOLERANCE).unwrap();
        let of = |level, against| Standing { level, against };
        assert_eq!(found, [of(1, 3828.0), of(1, 3828.0), of(0, 3828.0)]);
    }

    #[test]
    fn numbers_outside_the_domain_give_nothing() {
        for hostile in HOSTILE {
            let _ = standings(&[(2019.0, hostile), (2020.0, 1000.0)], TOLERANCE);
            let _ = standings(&[(hostile, 1000.0), (2020.0, 1000.0)], TOLERANCE);
        }
        assert_eq!(standings(&[(2019.0, -1.0)], TOLERANCE), None);
        assert_eq!(standings(&[(2019.0, 1.0), (2019.0, 1.0)], TOLERANCE), None);
        assert_eq!(standings(&[(f64::NAN, 1.0)], TOLERANCE), None);
        for years in [f64::NAN, 0.0, 1.0, 1e300] {
            let tolerance = Tolerance { years, ..TOLERANCE };
            assert_eq!(standings(&[(2019.0, 1.0)], tolerance), None, "{years}");
        }
        assert_eq!(standings(&[], TOLERANCE), Some(Vec::new()));
    }
}
