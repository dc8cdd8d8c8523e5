//! The big chart of part a: is the basket on its way to the target?
//!
//! The counts by year, the interval of the report year, the cells that the note printed, hatched years that prove
//! nothing, breaks by letter, the straight path from each year 0, and how far the target year may still spread.

use chrono::NaiveDate;

use super::scale::{Scale, spread, ticks};
use super::svg::{Anchor, Drawing};
use super::{Description, Interval, Point, decimal_year, middle_of, runs};
use crate::report::dutch;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 728.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 360.0;
const LABEL_GAP: f64 = 17.0;

/// A cell as printed in the note.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::report) struct Printed {
    /// Year and count.
    pub(in crate::report) point: Point,
    /// Whether the note estimated it.
    pub(in crate::report) estimated: bool,
}

/// A break in the series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Break {
    /// First day of the new way of counting.
    pub(in crate::report) day: NaiveDate,
    /// Letter that the caption explains.
    pub(in crate::report) letter: String,
}

/// A straight path from year 0 to the threshold in the target year.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Path {
    /// Year 0.
    pub(in crate::report) from: Point,
    /// Threshold.
    pub(in crate::report) to: Point,
    /// What stands beside year 0.
    pub(in crate::report) from_label: String,
    /// What stands beside the threshold.
    pub(in crate::report) to_label: String,
}

/// Everything that the chart shows. Any part may be missing.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::report) struct BasketChart {
    /// What the chart says in words.
    pub(in crate::report) description: Description,
    /// Counts by year, oldest first.
    pub(in crate::report) points: Vec<Point>,
    /// Interval of the report year.
    pub(in crate::report) interval: Option<Interval>,
    /// Cells of the note.
    pub(in crate::report) printed: Vec<Printed>,
    /// Years that prove nothing.
    pub(in crate::report) shaded: Vec<i32>,
    /// Breaks, oldest first.
    pub(in crate::report) breaks: Vec<Break>,
    /// Path from year 0 as adopted.
    pub(in crate::report) adopted: Option<Path>,
    /// Path from year 0 as the source has it now.
    pub(in crate::report) revised: Option<Path>,
    /// Spread in the target year.
    pub(in crate::report) outlook: Option<Interval>,
}

impl BasketChart {
    /// The chart as an SVG element; `None` without any count to show.
    pub(in crate::report) fn draw(&self) -> Option<String> {
        let first = self.points.first()?.year;
        let last = self.last_year()?;
        let ticks = ticks(self.highest());
        let top = ticks.last().copied().unwrap_or(1.0);
        let x = Scale::new((f64::from(first), f64::from(last) + 1.0), (LEFT, RIGHT));
        let y = Scale::new((0.0, top), (BOTTOM, TOP));
        let mut drawing = Drawing::new(&self.description.id, WIDTH, HEIGHT);
        self.draw_frame(&mut drawing, x, y, &ticks);
        self.draw_outlook(&mut drawing, x, y);
        self.draw_paths(&mut drawing, x, y);
        self.draw_counts(&mut drawing, x, y);
        self.draw_labels(&mut drawing, x, y);
        Some(drawing.finish("chart wide", &self.description))
    }

    fn last_year(&self) -> Option<i32> {
        let ends = [&self.adopted, &self.revised]
            .into_iter()
            .flatten()
            .map(|path| path.to.year);
        self.points
            .iter()
            .map(|point| point.year)
            .chain(ends)
            .chain(self.outlook.map(|end| end.year))
            .max()
    }

    fn highest(&self) -> f64 {
        let paths = [&self.adopted, &self.revised]
            .into_iter()
            .flatten()
            .map(|path| path.from.value);
        self.points
            .iter()
            .map(|point| point.value)
            .chain(self.printed.iter().map(|cell| cell.point.value))
            .chain(self.interval.map(|interval| interval.upper))
            .chain(self.outlook.map(|interval| interval.upper))
            .chain(paths)
            .filter(|value| value.is_finite())
            .fold(0.0, f64::max)
    }

    fn draw_frame(&self, drawing: &mut Drawing, x: Scale, y: Scale, ticks: &[f64]) {
        for (from, to) in runs(&self.shaded) {
            let (start, end) = (x.at(f64::from(from)), x.at(f64::from(to) + 1.0));
            if start >= LEFT && end <= RIGHT + 0.01 {
                drawing.hatched("shade", (start, TOP), end - start, BOTTOM - TOP);
                drawing.text(
                    "note halo",
                    (start.midpoint(end), BOTTOM - 8.0),
                    Anchor::Middle,
                    "niet representatief",
                );
            }
        }
        for tick in ticks {
            drawing.line("grid", (LEFT, y.at(*tick)), (RIGHT, y.at(*tick)));
            drawing.text(
                "tick",
                (LEFT - 8.0, y.at(*tick) + 4.5),
                Anchor::End,
                &dutch::decimal(*tick, 0),
            );
        }
        for event in &self.breaks {
            let at = x.at(decimal_year(event.day));
            if (LEFT..=RIGHT).contains(&at) {
                drawing.line("break", (at, TOP - 6.0), (at, BOTTOM));
                drawing.circle("badge", (at, TOP - 16.0), 10.0);
                drawing.text("badge-letter", (at, TOP - 11.5), Anchor::Middle, &event.letter);
            }
        }
        let first = self.points.first().map_or(0, |point| point.year);
        for year in first..=self.last_year().unwrap_or(first).min(first.saturating_add(60)) {
            let is_key = self.is_key_year(year);
            let label = if is_key || year == first {
                year.to_string()
            } else {
                format!("’{:02}", year.rem_euclid(100))
            };
            let class = if is_key { "tick strong" } else { "tick" };
            drawing.text(
                class,
                (x.at(middle_of(year)), BOTTOM + 22.0),
                Anchor::Middle,
                &label,
            );
        }
    }

    fn is_key_year(&self, year: i32) -> bool {
        let path = self.adopted.as_ref().or(self.revised.as_ref());
        path.is_some_and(|path| path.from.year == year || path.to.year == year)
            || self.points.last().is_some_and(|point| point.year == year)
    }

    fn draw_outlook(&self, drawing: &mut Drawing, x: Scale, y: Scale) {
        if let (Some(outlook), Some(last)) = (self.outlook, self.points.last()) {
            let end = x.at(middle_of(outlook.year));
            let start = (x.at(middle_of(last.year)), y.at(last.value));
            drawing.area(
                "fan",
                &[start, (end, y.at(outlook.upper)), (end, y.at(outlook.lower))],
            );
            drawing.whisker("fan-edge", end, (y.at(outlook.lower), y.at(outlook.upper)), 5.0);
        }
    }

    fn draw_paths(&self, drawing: &mut Drawing, x: Scale, y: Scale) {
        for (class, path) in [("path-revised", &self.revised), ("path-adopted", &self.adopted)] {
            if let Some(path) = path {
                let from = (x.at(middle_of(path.from.year)), y.at(path.from.value));
                let to = (x.at(middle_of(path.to.year)), y.at(path.to.value));
                drawing.line(class, from, to);
                drawing.diamond(&format!("{class}-end"), to, 6.0);
            }
        }
    }

    fn draw_counts(&self, drawing: &mut Drawing, x: Scale, y: Scale) {
        if let Some(interval) = self.interval {
            let ends = (y.at(interval.lower), y.at(interval.upper));
            drawing.whisker("interval", x.at(middle_of(interval.year)), ends, 7.0);
        }
        let line: Vec<_> = self
            .points
            .iter()
            .map(|point| (x.at(middle_of(point.year)), y.at(point.value)))
            .collect();
        let years = self.points.iter().map(|point| point.year);
        drawing.line_of_years("line", years, &line);
        for (point, at) in self.points.iter().zip(&line) {
            drawing.circle("dot", *at, if self.is_key_year(point.year) { 5.0 } else { 3.0 });
        }
        for cell in &self.printed {
            let at = (x.at(middle_of(cell.point.year)), y.at(cell.point.value));
            drawing.circle(if cell.estimated { "ring estimated" } else { "ring" }, at, 7.0);
        }
    }

    fn draw_labels(&self, drawing: &mut Drawing, x: Scale, y: Scale) {
        if let Some(last) = self.points.last() {
            let low = self
                .interval
                .map_or(last.value, |interval| interval.lower.min(last.value));
            let at = (x.at(middle_of(last.year)), y.at(low) + 20.0);
            let text = format!("{}: {}", last.year, dutch::decimal(last.value, 0));
            drawing.text("lab strong halo", at, Anchor::Middle, &text);
        }
        let adopted_is_higher = match (&self.adopted, &self.revised) {
            (Some(adopted), Some(revised)) => adopted.from.value >= revised.from.value,
            _ => true,
        };
        for (path, above) in [
            (&self.adopted, adopted_is_higher),
            (&self.revised, !adopted_is_higher),
        ] {
            if let Some(path) = path {
                let (at_x, at_y) = (x.at(middle_of(path.from.year)), y.at(path.from.value));
                let (at, side) = if above {
                    ((at_x + 4.0, at_y - 14.0), Anchor::Start)
                } else {
                    ((at_x - 2.0, at_y + 23.0), Anchor::End)
                };
                drawing.text("lab halo", at, side, &path.from_label);
            }
        }
        self.draw_end_labels(drawing, y);
    }

    fn draw_end_labels(&self, drawing: &mut Drawing, y: Scale) {
        let mut labels: Vec<(f64, &str, String)> = Vec::new();
        if let Some(path) = &self.adopted {
            labels.push((y.at(path.to.value), "lab strong halo", path.to_label.clone()));
        }
        if let Some(path) = &self.revised {
            labels.push((y.at(path.to.value), "lab halo", path.to_label.clone()));
        }
        if let Some(outlook) = self.outlook {
            labels.push((
                y.at(outlook.upper),
                "note halo",
                format!("bovengrens {}", dutch::decimal(outlook.upper, 0)),
            ));
            labels.push((
                y.at(outlook.lower),
                "note halo",
                format!("ondergrens {}", dutch::decimal(outlook.lower, 0)),
            ));
        }
        let wanted: Vec<f64> = labels.iter().map(|label| label.0).collect();
        for ((_, class, text), place) in labels.iter().zip(spread(&wanted, LABEL_GAP)) {
            drawing.text(class, (RIGHT - 10.0, place + 4.5), Anchor::Start, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> BasketChart {
        let path = |from: f64, to: f64| Path {
            from: Point {
                year: 2019,
                value: from,
            },
            to: Point {
                year: 2024,
                value: to,
            },
            from_label: format!("jaar 0 {}", dutch::decimal(from, 0)),
            to_label: format!("streefwaarde {}", dutch::decimal(to, 0)),
        };
        BasketChart {
            description: Description {
                id: "g".into(),
                title: "t".into(),
                text: "d".into(),
            },
            points: [
                (2018, 2441.0),
                (2019, 2140.0),
                (2020, 2020.0),
                (2021, 1758.0),
                (2022, 2087.0),
            ]
            .map(|(year, value)| Point { year, value })
            .to_vec(),
            interval: Some(Interval {
                year: 2022,
                lower: 1876.9,
                upper: 2314.2,
            }),
            printed: vec![Printed {
                point: Point {
                    year: 2020,
                    value: 1869.0,
                },
                estimated: true,
            }],
            shaded: vec![2020, 2021],
            breaks: vec![Break {
                day: NaiveDate::from_ymd_opt(2018, 7, 1).unwrap(),
                letter: "A".into(),
            }],
            adopted: Some(path(2248.0, 2023.0)),
            revised: Some(path(2140.0, 1926.0)),
            outlook: Some(Interval {
                year: 2024,
                lower: 1504.505,
                upper: 2894.9,
            }),
        }
    }

    #[test]
    fn the_chart_shows_both_paths_the_interval_the_breaks_and_the_years_that_prove_nothing() {
        let svg = chart().draw().unwrap();
        for part in [
            "jaar 0 2.248",
            "streefwaarde 2.023",
            "jaar 0 2.140",
            "streefwaarde 1.926",
            "2022: 2.087",
            "bovengrens 2.895",
            "ondergrens 1.505",
            "niet representatief",
            r#"class="interval""#,
            r#"class="ring estimated""#,
            r#"class="badge-letter""#,
        ] {
            assert!(svg.contains(part), "{part}");
        }
    }

    #[test]
    fn without_counts_there_is_no_chart_and_one_count_is_enough() {
        assert_eq!(BasketChart::default().draw(), None);
        let lone = BasketChart {
            points: vec![Point {
                year: 2022,
                value: 0.0,
            }],
            ..BasketChart::default()
        };
        assert!(lone.draw().unwrap().contains("2022: 0"));
    }

    #[test]
    fn the_same_input_gives_the_same_bytes() {
        assert_eq!(chart().draw(), chart().draw());
    }
}
