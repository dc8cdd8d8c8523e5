//! The margin of a survey mark (a mean on a scale), with the correction for a small population.

use super::quantile::student_critical;
use super::{finite, is_count, is_positive};

/// The respondents behind a mean mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Number of respondents, at least 2.
    pub respondents: f64,
    /// Design effect, above 0; 1 for a simple random sample.
    pub design_effect: f64,
    /// Size of the population the sample was drawn from, when known: at least the number of respondents.
    pub population: Option<f64>,
}

/// Half the width of the interval around a mean, in marks: t(1−α/2; n−1)·s·√(deff/n)·√((M−n)/(M−1)).
///
/// The last factor only when the population M is known. A `standard_deviation` that is not known has no margin; the
/// caller must then publish none (section 1, "Mean mark").
pub fn margin(standard_deviation: f64, sample: Sample, alpha: f64) -> Option<f64> {
    let Sample {
        respondents,
        design_effect,
        population,
    } = sample;
    if !is_count(standard_deviation)
        || !is_positive(design_effect)
        || !respondents.is_finite()
        || respondents < 2.0
    {
        return None;
    }
    let finite_population = match population {
        None => 1.0,
        Some(size) if size.is_finite() && size >= respondents => (size - respondents) / (size - 1.0),
        Some(_) => return None,
    };
    let standard_error = standard_deviation * (design_effect / respondents * finite_population).sqrt();
    finite(student_critical(alpha, respondents - 1.0)? * standard_error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{HOSTILE, assert_close};

    fn sample(respondents: f64, population: Option<f64>) -> Sample {
        Sample {
            respondents,
            design_effect: 1.0,
            population,
        }
    }

    #[test]
    fn the_margin_matches_test_value_24() {
        assert_close(margin(1.0, sample(30.0, None), 0.05).unwrap(), 0.373_406_136_8);
        assert_close(
            margin(1.0, sample(30.0, Some(60.0)), 0.05).unwrap(),
            0.266_266_219_8,
        );
    }

    #[test]
    fn a_design_effect_of_four_doubles_the_margin() {
        let clustered = Sample {
            respondents: 30.0,
            design_effect: 4.0,
            population: None,
        };
        assert_close(margin(1.0, clustered, 0.05).unwrap(), 2.0 * 0.373_406_136_8);
    }

    #[test]
    fn a_population_asked_in_full_has_no_margin() {
        assert_eq!(margin(1.5, sample(60.0, Some(60.0)), 0.05), Some(0.0));
    }

    #[test]
    fn a_sample_larger_than_its_population_or_of_one_has_no_answer() {
        assert_eq!(margin(1.0, sample(61.0, Some(60.0)), 0.05), None);
        assert_eq!(margin(1.0, sample(1.0, None), 0.05), None);
    }

    #[test]
    fn hostile_numbers_give_nothing_or_a_finite_margin() {
        for first in HOSTILE {
            for second in HOSTILE {
                let odd = Sample {
                    respondents: 30.0,
                    design_effect: first,
                    population: Some(second),
                };
                for answer in [
                    margin(first, sample(second, None), 0.05),
                    margin(1.0, sample(first, Some(second)), 0.05),
                    margin(1.0, odd, 0.05),
                    margin(1.0, sample(30.0, None), first),
                ] {
                    assert!(
                        answer.is_none_or(|value| value.is_finite() && value >= 0.0),
                        "{first} {second}"
                    );
                }
            }
        }
    }
}
