//! An interval the height of a table row with what it became: a filled dot inside, an open diamond outside.
//!
//! Rows of a table have counts of every size, so the axis is the ratio to what was expected: the stroke at 1 stands
//! under each other in all rows.

use super::Description;
use super::scale::Scale;
use super::svg::Drawing;

const WIDTH: f64 = 170.0;
const HEIGHT: f64 = 30.0;
const EDGE: f64 = 8.0;

/// An interval and what it became, as ratios to what was expected.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::report) struct Range {
    /// What it says in words.
    pub(in crate::report) description: Description,
    /// The limits.
    pub(in crate::report) interval: (f64, f64),
    /// What it became.
    pub(in crate::report) actual: Option<f64>,
    /// First and last ratio of the axis, the same in every row of a table.
    pub(in crate::report) axis: (f64, f64),
}

impl Range {
    /// The interval as an SVG element; `None` when a limit is not a number.
    pub(in crate::report) fn draw(&self) -> Option<String> {
        let (lower, upper) = self.interval;
        if !(lower.is_finite() && upper.is_finite() && lower <= upper) {
            return None;
        }
        let x = Scale::new(self.axis, (EDGE, WIDTH - EDGE));
        let middle = HEIGHT / 2.0;
        let mut drawing = Drawing::new(&self.description.id, WIDTH, HEIGHT);
        drawing.line("grid", (EDGE, middle), (WIDTH - EDGE, middle));
        drawing.rectangle(
            "reach",
            (x.at(lower), middle - 5.0),
            x.at(upper) - x.at(lower),
            10.0,
        );
        let expected = x.at(1.0);
        drawing.line("expected", (expected, middle - 9.0), (expected, middle + 9.0));
        if let Some(actual) = self.actual {
            let at = (x.at(actual), middle);
            if (lower..=upper).contains(&actual) {
                drawing.circle("dot", at, 4.2);
            } else {
                drawing.diamond("outside", at, 6.0);
            }
        }
        Some(drawing.finish("chart reach-row", &self.description))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(actual: f64) -> String {
        let range = Range {
            description: Description {
                id: "r".into(),
                ..Description::default()
            },
            interval: (0.96, 1.04),
            actual: Some(actual),
            axis: (0.5, 1.5),
        };
        range.draw().unwrap()
    }

    #[test]
    fn inside_and_outside_differ_in_shape() {
        assert!(range(1.02).contains(r#"class="dot""#) && !range(1.02).contains("outside"));
        assert!(range(1.08).contains("outside") && !range(1.08).contains(r#"class="dot""#));
    }

    #[test]
    fn limits_that_are_no_numbers_draw_nothing() {
        let range = Range {
            interval: (f64::NAN, 2.0),
            ..Range::default()
        };
        assert_eq!(range.draw(), None);
    }
}
