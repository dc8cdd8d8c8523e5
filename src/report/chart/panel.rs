//! A small line chart of one series, as drawn side by side for a theme: true time axis, interval band, year 0 marked.

use chrono::NaiveDate;

use super::scale::{Scale, ticks};
use super::svg::{Anchor, Drawing};
use super::{Description, decimal_year, middle_of, runs};
use crate::report::dutch;

const WIDTH: f64 = 430.0;
const HEIGHT: f64 = 230.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 384.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 200.0;

/// A year of the series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::report) struct PanelPoint {
    /// Calendar year.
    pub(in crate::report) year: i32,
    /// Count.
    pub(in crate::report) value: f64,
    /// 95% interval of the count.
    pub(in crate::report) interval: Option<(f64, f64)>,
}

/// One series by year.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::report) struct Panel {
    /// What the chart says in words.
    pub(in crate::report) description: Description,
    /// The years, oldest first.
    pub(in crate::report) points: Vec<PanelPoint>,
    /// First and last year of the axis, the same in every panel of a page.
    pub(in crate::report) years: (i32, i32),
    /// Year 0.
    pub(in crate::report) baseline_year: i32,
    /// Years that prove nothing.
    pub(in crate::report) shaded: Vec<i32>,
    /// First days of a new way of counting.
    pub(in crate::report) breaks: Vec<NaiveDate>,
}

impl Panel {
    /// The chart as an SVG element; `None` without any count to show.
    pub(in crate::report) fn draw(&self) -> Option<String> {
        let last = self.points.last()?;
        let highest = self
            .points
            .iter()
            .map(|point| {
                point
                    .interval
                    .map_or(point.value, |(_, upper)| upper.max(point.value))
            })
            .filter(|value| value.is_finite())
            .fold(0.0, f64::max);
        let ticks = ticks(highest);
        let top = ticks.last().copied().unwrap_or(1.0);
        let x = Scale::new(
            (f64::from(self.years.0), f64::from(self.years.1) + 1.0),
            (LEFT, RIGHT),
        );
        let y = Scale::new((0.0, top), (BOTTOM, TOP));
        let mut drawing = Drawing::new(&self.description.id, WIDTH, HEIGHT);
        self.draw_frame(&mut drawing, x, y, &ticks);
        self.draw_band(&mut drawing, x, y);
        let line: Vec<_> = self
            .points
            .iter()
            .map(|point| (x.at(middle_of(point.year)), y.at(point.value)))
            .collect();
        let years = self.points.iter().map(|point| point.year);
        drawing.line_of_years("line", years, &line);
        for (point, at) in self.points.iter().zip(&line) {
            if point.year == self.baseline_year {
                drawing.circle("dot open", *at, 4.5);
                let text = dutch::decimal(point.value, 0);
                drawing.text("lab halo", (at.0, at.1 - 10.0), Anchor::Middle, &text);
            } else {
                drawing.circle("dot", *at, if point.year == last.year { 4.5 } else { 2.4 });
            }
        }
        if last.year != self.baseline_year
            && let Some(at) = line.last()
        {
            let text = dutch::decimal(last.value, 0);
            drawing.text("lab strong halo", (at.0 + 9.0, at.1 + 4.5), Anchor::Start, &text);
        }
        Some(drawing.finish("chart panel", &self.description))
    }

    fn draw_frame(&self, drawing: &mut Drawing, x: Scale, y: Scale, ticks: &[f64]) {
        for (from, to) in runs(&self.shaded) {
            let (start, end) = (x.at(f64::from(from)), x.at(f64::from(to) + 1.0));
            if start >= LEFT - 0.01 && end <= RIGHT + 0.01 {
                drawing.hatched("shade", (start, TOP), end - start, BOTTOM - TOP);
            }
        }
        for tick in ticks {
            drawing.line("grid", (LEFT, y.at(*tick)), (RIGHT, y.at(*tick)));
            drawing.text(
                "tick",
                (LEFT - 7.0, y.at(*tick) + 4.5),
                Anchor::End,
                &dutch::decimal(*tick, 0),
            );
        }
        let baseline = x.at(middle_of(self.baseline_year));
        if (LEFT..=RIGHT).contains(&baseline) {
            drawing.line("baseline", (baseline, TOP), (baseline, BOTTOM));
            drawing.text(
                "tick strong",
                (baseline, BOTTOM + 19.0),
                Anchor::Middle,
                &self.baseline_year.to_string(),
            );
        }
        for year in [self.years.0, self.years.1] {
            let at = x.at(middle_of(year));
            if (at - baseline).abs() > 34.0 {
                drawing.text("tick", (at, BOTTOM + 19.0), Anchor::Middle, &year.to_string());
            }
        }
        for day in &self.breaks {
            let at = x.at(decimal_year(*day));
            if (LEFT..=RIGHT).contains(&at) {
                drawing.line("break", (at, TOP), (at, BOTTOM));
                drawing.text("note", (at, TOP - 5.0), Anchor::Middle, "¦");
            }
        }
    }

    fn draw_band(&self, drawing: &mut Drawing, x: Scale, y: Scale) {
        let limits: Vec<(i32, (f64, f64))> = self
            .points
            .iter()
            .filter_map(|point| Some((point.year, point.interval?)))
            .collect();
        // Over a year without a figure there is no band.
        for run in limits.chunk_by(|before, after| before.0.checked_add(1) == Some(after.0)) {
            let upper = run
                .iter()
                .map(|(year, limits)| (x.at(middle_of(*year)), y.at(limits.1)));
            let lower = run.iter().rev();
            let lower = lower.map(|(year, limits)| (x.at(middle_of(*year)), y.at(limits.0)));
            let edge: Vec<_> = upper.chain(lower).collect();
            drawing.area("band", &edge);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel() -> Panel {
        let point = |year, value: f64| PanelPoint {
            year,
            value,
            interval: Some((value * 0.8, value * 1.2)),
        };
        Panel {
            description: Description {
                id: "p".into(),
                title: "t".into(),
                text: "d".into(),
            },
            points: vec![point(2018, 795.0), point(2019, 599.0), point(2022, 678.0)],
            years: (2012, 2022),
            baseline_year: 2019,
            shaded: vec![2020, 2021],
            breaks: vec![NaiveDate::from_ymd_opt(2016, 6, 1).unwrap()],
        }
    }

    #[test]
    fn year_0_and_the_last_year_carry_their_counts() {
        let svg = panel().draw().unwrap();
        assert!(svg.contains(">599</text>") && svg.contains(">678</text>") && !svg.contains(">795</text>"));
        assert!(svg.contains(r#"class="band""#) && svg.contains(r#"class="break""#));
    }

    #[test]
    fn a_year_that_is_missing_keeps_its_room_on_the_axis() {
        let svg = panel().draw().unwrap();
        // 2018, 2019 and 2022 in the middle of their years: one step apart, then three.
        assert!(svg.contains(r#"points="245.7,"#), "{svg}");
        let x = Scale::new((2012.0, 2023.0), (LEFT, RIGHT));
        assert!((x.at(2019.5) - x.at(2018.5) - (x.at(2022.5) - x.at(2019.5)) / 3.0).abs() < 1e-9);
    }

    #[test]
    fn without_counts_there_is_no_chart() {
        assert_eq!(Panel::default().draw(), None);
    }
}
