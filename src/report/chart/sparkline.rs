//! A line the height of a table row: the run of a series, year 0 open, the last year filled.

use super::scale::Scale;
use super::svg::Drawing;
use super::{Description, Point, middle_of};

const WIDTH: f64 = 150.0;
const HEIGHT: f64 = 36.0;
const EDGE: f64 = 6.0;

/// The run of one series.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::report) struct Sparkline {
    /// What it says in words.
    pub(in crate::report) description: Description,
    /// The years, oldest first.
    pub(in crate::report) points: Vec<Point>,
    /// First and last year of the axis, the same in every row of a table.
    pub(in crate::report) years: (i32, i32),
    /// Year 0.
    pub(in crate::report) baseline_year: i32,
}

impl Sparkline {
    /// The line as an SVG element; `None` without any count to show.
    pub(in crate::report) fn draw(&self) -> Option<String> {
        let last = self.points.last()?;
        let highest = self
            .points
            .iter()
            .map(|point| point.value)
            .filter(|value| value.is_finite());
        let highest = highest.fold(1.0, f64::max);
        let x = Scale::new(
            (middle_of(self.years.0), middle_of(self.years.1)),
            (EDGE, WIDTH - EDGE),
        );
        let y = Scale::new((0.0, highest), (HEIGHT - EDGE + 2.0, EDGE));
        let mut drawing = Drawing::new(&self.description.id, WIDTH, HEIGHT);
        drawing.line("grid", (EDGE, y.at(0.0)), (WIDTH - EDGE, y.at(0.0)));
        let line: Vec<_> = self
            .points
            .iter()
            .map(|point| (x.at(middle_of(point.year)), y.at(point.value)))
            .collect();
        let years = self.points.iter().map(|point| point.year);
        drawing.line_of_years("line thin", years, &line);
        for (point, at) in self.points.iter().zip(&line) {
            if point.year == self.baseline_year {
                drawing.line("baseline", (at.0, EDGE - 2.0), (at.0, y.at(0.0)));
                drawing.circle("dot open", *at, 3.0);
            } else if point.year == last.year {
                drawing.circle("dot", *at, 3.4);
            }
        }
        Some(drawing.finish("chart spark", &self.description))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn year_0_is_open_and_the_last_year_filled() {
        let spark = Sparkline {
            description: Description {
                id: "s".into(),
                ..Description::default()
            },
            points: [(2019, 7.0), (2021, 3.0), (2022, 0.0)]
                .map(|(year, value)| Point { year, value })
                .to_vec(),
            years: (2012, 2022),
            baseline_year: 2019,
        };
        let svg = spark.draw().unwrap();
        assert_eq!(svg.matches(r#"class="dot open""#).count(), 1);
        assert_eq!(svg.matches(r#"class="dot""#).count(), 1);
        assert_eq!(Sparkline::default().draw(), None);
    }
}
