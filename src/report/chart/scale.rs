//! From values to places on the page, and the round numbers beside an axis.

/// A straight scale from a domain of values to a range of coordinates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    domain: (f64, f64),
    range: (f64, f64),
}

impl Scale {
    /// A scale; a domain without width maps everything to the start of the range.
    pub(super) fn new(domain: (f64, f64), range: (f64, f64)) -> Self {
        Self { domain, range }
    }

    /// The coordinate of `value`.
    pub(super) fn at(&self, value: f64) -> f64 {
        let width = self.domain.1 - self.domain.0;
        if width <= 0.0 {
            return self.range.0;
        }
        self.range.0 + (value - self.domain.0) / width * (self.range.1 - self.range.0)
    }
}

/// Round numbers from zero to the first one at or above `highest`, at most six of them.
pub(super) fn ticks(highest: f64) -> Vec<f64> {
    let highest = if highest.is_finite() && highest > 0.0 {
        highest
    } else {
        1.0
    };
    let step = step(highest / 4.0);
    let mut out = vec![0.0];
    let mut last = 0.0;
    for number in 1..=6_u32 {
        if last >= highest {
            break;
        }
        last = step * f64::from(number);
        out.push(last);
    }
    out
}

/// The smallest of 1, 2 and 5 times a power of ten that is not below `rough`, and never below 1: counts are whole.
fn step(rough: f64) -> f64 {
    let magnitude = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * magnitude)
        .find(|candidate| *candidate >= rough)
        .unwrap_or(10.0 * magnitude);
    step.max(1.0)
}

/// Moves labels apart so that each keeps `gap` from the next, and keeps their order.
///
/// `places` are the coordinates that the labels would like; the answer is in the same order.
pub(super) fn spread(places: &[f64], gap: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| place(places, *a).total_cmp(&place(places, *b)));
    let mut out = places.to_vec();
    let mut previous = f64::NEG_INFINITY;
    for index in order {
        let wanted = place(places, index).max(previous + gap);
        if let Some(slot) = out.get_mut(index) {
            *slot = wanted;
        }
        previous = wanted;
    }
    out
}

fn place(places: &[f64], index: usize) -> f64 {
    places.get(index).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_straight_and_may_run_down() {
        let scale = Scale::new((0.0, 10.0), (100.0, 0.0));
        assert!((scale.at(2.5) - 75.0).abs() < 1e-9);
        assert!((Scale::new((3.0, 3.0), (5.0, 9.0)).at(7.0) - 5.0).abs() < 1e-9);
    }

    #[test]
    fn ticks_are_round_and_cover_the_highest_value() {
        assert_eq!(ticks(3676.0), [0.0, 1000.0, 2000.0, 3000.0, 4000.0]);
        assert_eq!(ticks(7.0), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(ticks(1.0), [0.0, 1.0]);
        assert_eq!(ticks(0.0), ticks(f64::NAN));
        for highest in [1.0, 2.0, 9.0, 11.0, 99.0, 101.0, 4001.0, 1e9] {
            let ticks = ticks(highest);
            assert!(
                ticks.len() <= 7 && ticks.last().is_some_and(|last| *last >= highest),
                "{highest}: {ticks:?}"
            );
        }
    }

    #[test]
    fn labels_keep_their_order_and_distance() {
        assert_eq!(spread(&[10.0, 12.0, 50.0], 16.0), [10.0, 26.0, 50.0]);
        assert_eq!(spread(&[12.0, 10.0], 16.0), [26.0, 10.0]);
        assert!(spread(&[], 16.0).is_empty());
    }
}
