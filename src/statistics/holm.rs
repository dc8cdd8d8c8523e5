//! Holm's correction for judging a family of rows together.
//!
//! Valid under any dependence between the rows, which crimes in one town certainly have. Which rows form a family is
//! the caller's decision (section 1, "Multiplicity").

/// Corrected p-values p*, in the order of `p_values`: p*₍ᵢ₎ = max over j ≤ i of min(1, (m−j+1)·p₍ⱼ₎).
///
/// `None` when any p-value is outside \[0, 1\] or not a number: a family with an unknown member has no known size.
pub fn holm(p_values: &[f64]) -> Option<Vec<f64>> {
    if !p_values.iter().all(|p_value| (0.0..=1.0).contains(p_value)) {
        return None;
    }
    let mut ascending: Vec<(usize, f64)> = p_values.iter().copied().enumerate().collect();
    ascending.sort_by(|left, right| left.1.total_cmp(&right.1));
    let mut largest: f64 = 0.0;
    let mut corrected: Vec<(usize, f64)> = Vec::with_capacity(ascending.len());
    for ((position, p_value), remaining) in ascending.into_iter().zip((1..=p_values.len()).rev()) {
        largest = largest.max((remaining as f64 * p_value).min(1.0));
        corrected.push((position, largest));
    }
    corrected.sort_by_key(|(position, _)| *position);
    Some(corrected.into_iter().map(|(_, p_value)| p_value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_family_matches_test_value_18() {
        let corrected = holm(&[0.01, 0.04, 0.03, 0.005]).unwrap();
        for (found, expected) in corrected.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((found - expected).abs() < 1e-15, "{corrected:?}");
        }
        assert_eq!(corrected.len(), 4);
    }

    #[test]
    fn a_corrected_value_is_never_smaller_than_the_raw_one_and_keeps_the_order() {
        let raw: Vec<f64> = (0..40).map(|index| f64::from(index * 37 % 41) / 400.0).collect();
        let corrected = holm(&raw).unwrap();
        for (own, own_corrected) in raw.iter().zip(&corrected) {
            assert!(own_corrected >= own && *own_corrected <= 1.0);
            for (other, other_corrected) in raw.iter().zip(&corrected) {
                assert!(own > other || own_corrected <= other_corrected);
            }
        }
    }

    #[test]
    fn equal_values_get_an_equal_correction() {
        assert_eq!(holm(&[0.02, 0.02, 0.02]), Some(vec![0.06, 0.06, 0.06]));
    }

    #[test]
    fn a_family_of_one_is_not_corrected_and_an_empty_one_is_empty() {
        assert_eq!(holm(&[0.04]), Some(vec![0.04]));
        assert_eq!(holm(&[]), Some(Vec::new()));
    }

    #[test]
    fn one_value_that_is_no_probability_leaves_the_family_without_an_answer() {
        for bad in [f64::NAN, -0.01, 1.01, f64::INFINITY] {
            assert_eq!(holm(&[0.01, bad, 0.5]), None);
        }
    }
}
