//! Bars to the left and the right of zero: which rows pushed the basket down and which up.

use super::Description;
use super::scale::Scale;
use super::svg::{Anchor, Drawing};
use crate::report::dutch;

const WIDTH: f64 = 620.0;
const LABELS: f64 = 190.0;
const VALUES: f64 = 46.0;
const ROW: f64 = 27.0;
const BAR: f64 = 15.0;
const TOP: f64 = 8.0;

/// What one row added to the change of the basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Contribution {
    /// Name of the row.
    pub(in crate::report) name: String,
    /// Change in counts.
    pub(in crate::report) change: i64,
}

/// The rows in the order that they are drawn, and their sum.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::report) struct ContributionsChart {
    /// What the chart says in words.
    pub(in crate::report) description: Description,
    /// The rows.
    pub(in crate::report) rows: Vec<Contribution>,
    /// The basket itself, under a line.
    pub(in crate::report) total: Option<Contribution>,
}

impl ContributionsChart {
    /// The chart as an SVG element; `None` without rows.
    pub(in crate::report) fn draw(&self) -> Option<String> {
        if self.rows.is_empty() {
            return None;
        }
        let all = || self.rows.iter().chain(&self.total);
        let lowest = all().map(|row| row.change).min().unwrap_or(0).min(0) as f64;
        let highest = all().map(|row| row.change).max().unwrap_or(0).max(0) as f64;
        let x = Scale::new((lowest, highest), (LABELS + VALUES, WIDTH - VALUES));
        let height = TOP + ROW * (all().count() as f64) + 14.0;
        let mut drawing = Drawing::new(&self.description.id, WIDTH, height);
        let zero = x.at(0.0);
        let mut top = TOP;
        for row in &self.rows {
            draw_row(&mut drawing, row, x, top, "");
            top += ROW;
        }
        drawing.line("axis", (zero, TOP - 4.0), (zero, top));
        if let Some(total) = &self.total {
            top += 6.0;
            drawing.line("rule", (0.0, top - 3.0), (WIDTH, top - 3.0));
            draw_row(&mut drawing, total, x, top + 2.0, " strong");
            drawing.line("axis", (zero, top), (zero, top + ROW));
        }
        Some(drawing.finish("chart bars", &self.description))
    }
}

fn draw_row(drawing: &mut Drawing, row: &Contribution, x: Scale, top: f64, weight: &str) {
    let (zero, end) = (x.at(0.0), x.at(row.change as f64));
    let (middle, class) = (top + ROW / 2.0, format!("lab{weight}"));
    drawing.text(&class, (LABELS, middle + 4.5), Anchor::End, &row.name);
    let corner = (zero.min(end), middle - BAR / 2.0);
    let width = (end - zero).abs();
    let value = dutch::signed_count(row.change);
    if row.change > 0 {
        drawing.hatched("bar up", corner, width, BAR);
        drawing.text(&class, (end + 7.0, middle + 4.5), Anchor::Start, &value);
    } else {
        drawing.rectangle("bar down", corner, width, BAR);
        drawing.text(&class, (end - 7.0, middle + 4.5), Anchor::End, &value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rises_are_hatched_and_falls_are_not() {
        let row = |name: &str, change| Contribution {
            name: name.into(),
            change,
        };
        let chart = ContributionsChart {
            description: Description {
                id: "b".into(),
                ..Description::default()
            },
            rows: vec![row("fiets", 79), row("overval", 0), row("winkel", -45)],
            total: Some(row("totaal", 34)),
        };
        let svg = chart.draw().unwrap();
        assert_eq!(svg.matches(r#"class="bar up""#).count(), 2);
        assert_eq!(svg.matches("url(#b-arcering)").count(), 2);
        assert_eq!(svg.matches(r#"class="bar down""#).count(), 2);
        assert!(svg.contains(">+79</text>") && svg.contains(">−45</text>") && svg.contains(">0</text>"));
        assert_eq!(ContributionsChart::default().draw(), None);
    }
}
