//! The funnel: how far comparable municipalities lie apart, and where the own one lies among them.
//!
//! Across is the number of inhabitants, upwards the rate. The area is where a municipality of that size is expected, the
//! dotted lines are the wide limits. What lies outside has another shape, and a name only outside the wide limits: the
//! chart is no ranking.

use super::Description;
use super::scale::{Scale, spread, ticks};
use super::svg::{Anchor, Drawing};
use crate::report::dutch;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 780.0;
const TOP: f64 = 36.0;
const BOTTOM: f64 = 342.0;
const LABEL_GAP: f64 = 17.0;

/// How far from the others a municipality lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Apart {
    /// Within the limits, or too small to say.
    Within,
    /// Outside the limits and within the wide ones.
    Perhaps,
    /// Outside the wide limits.
    Certainly,
}

/// A municipality.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct FunnelPlace {
    /// Its name.
    pub(in crate::report) name: String,
    /// Whether it is the own one.
    pub(in crate::report) own: bool,
    /// Inhabitants.
    pub(in crate::report) inhabitants: f64,
    /// Rate, in the unit of the chart.
    pub(in crate::report) rate: f64,
    /// Limits at its number of inhabitants.
    pub(in crate::report) limits: (f64, f64),
    /// Wide limits there.
    pub(in crate::report) wide: (f64, f64),
    /// How far from the others it lies.
    pub(in crate::report) apart: Apart,
}

/// Everything that the chart shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::report) struct FunnelChart {
    /// What the chart says in words.
    pub(in crate::report) description: Description,
    /// What stands at the end of the middle line.
    pub(in crate::report) middle_label: String,
    /// Rate of all together.
    pub(in crate::report) middle: f64,
    /// The municipalities, in any order.
    pub(in crate::report) places: Vec<FunnelPlace>,
}

impl FunnelChart {
    /// The chart as an SVG element; `None` with fewer than two municipalities.
    pub(in crate::report) fn draw(&self) -> Option<String> {
        if self.places.len() < 2 {
            return None;
        }
        let mut ascending: Vec<&FunnelPlace> = self.places.iter().collect();
        ascending.sort_by(|one, other| one.inhabitants.total_cmp(&other.inhabitants));
        let (first, last) = (ascending.first()?.inhabitants, ascending.last()?.inhabitants);
        let margin = 0.03 * (last - first);
        let highest = self
            .places
            .iter()
            .flat_map(|place| [place.rate, place.wide.1])
            .filter(|value| value.is_finite())
            .fold(0.0, f64::max);
        let ticks = ticks(highest);
        let top = ticks.last().copied().unwrap_or(1.0);
        let x = Scale::new((first - margin, last + margin), (LEFT, RIGHT));
        let y = Scale::new((0.0, top), (BOTTOM, TOP));
        let mut drawing = Drawing::new(&self.description.id, WIDTH, HEIGHT);
        draw_frame(&mut drawing, x, y, &ticks, (first, last));
        self.draw_limits(&mut drawing, x, y, &ascending);
        self.draw_places(&mut drawing, x, y);
        Some(drawing.finish("chart wide", &self.description))
    }

    fn draw_limits(&self, drawing: &mut Drawing, x: Scale, y: Scale, ascending: &[&FunnelPlace]) {
        let edge = |of: fn(&FunnelPlace) -> f64| -> Vec<(f64, f64)> {
            ascending
                .iter()
                .map(|place| (x.at(place.inhabitants), y.at(of(place))))
                .collect()
        };
        let (upper, mut lower) = (edge(|place| place.limits.1), edge(|place| place.limits.0));
        let wide = [edge(|place| place.wide.1), edge(|place| place.wide.0)];
        let mut labels = vec![
            (y.at(self.middle), self.middle_label.clone()),
            (upper.last().map_or(TOP, |end| end.1), "95%".to_owned()),
            (lower.last().map_or(BOTTOM, |end| end.1), "95%".to_owned()),
        ];
        for line in &wide {
            drawing.polyline("funnel-wide", line);
            labels.push((line.last().map_or(TOP, |end| end.1), "99,8%".to_owned()));
        }
        lower.reverse();
        let outline: Vec<_> = upper.into_iter().chain(lower).collect();
        drawing.area("funnel", &outline);
        drawing.line(
            "funnel-middle",
            (LEFT, y.at(self.middle)),
            (RIGHT, y.at(self.middle)),
        );
        let wanted: Vec<f64> = labels.iter().map(|label| label.0).collect();
        for ((_, text), place) in labels.iter().zip(spread(&wanted, LABEL_GAP)) {
            drawing.text("note halo", (RIGHT + 6.0, place + 4.5), Anchor::Start, text);
        }
    }

    fn draw_places(&self, drawing: &mut Drawing, x: Scale, y: Scale) {
        let at = |place: &FunnelPlace| (x.at(place.inhabitants), y.at(place.rate));
        for place in self.places.iter().filter(|place| !place.own) {
            match place.apart {
                Apart::Within => drawing.circle("peer", at(place), 3.4),
                Apart::Perhaps => drawing.diamond("peer-perhaps", at(place), 5.2),
                Apart::Certainly => drawing.diamond("peer-certain", at(place), 6.4),
            }
        }
        for place in self.places.iter().filter(|place| place.own) {
            let (own_x, own_y) = at(place);
            match place.apart {
                Apart::Within => drawing.circle("dot", (own_x, own_y), 7.0),
                Apart::Perhaps | Apart::Certainly => drawing.diamond("dot", (own_x, own_y), 9.0),
            }
            // Above the plot, with a line to the point: there it covers no other municipality.
            drawing.line("leader", (own_x, TOP - 4.0), (own_x, own_y - 9.0));
            let text = format!("{}: {}", place.name, dutch::decimal(place.rate, 1));
            drawing.text("lab strong halo", (own_x, TOP - 10.0), Anchor::Middle, &text);
        }
        let named = |place: &&FunnelPlace| !place.own && place.apart == Apart::Certainly;
        for place in self.places.iter().filter(named) {
            let (place_x, place_y) = at(place);
            let (side, shift) = if place_x > LEFT.midpoint(RIGHT) {
                (Anchor::End, -10.0)
            } else {
                (Anchor::Start, 10.0)
            };
            drawing.text("lab halo", (place_x + shift, place_y + 4.5), side, &place.name);
        }
    }
}

fn draw_frame(drawing: &mut Drawing, x: Scale, y: Scale, ticks: &[f64], (first, last): (f64, f64)) {
    for tick in ticks {
        drawing.line("grid", (LEFT, y.at(*tick)), (RIGHT, y.at(*tick)));
        drawing.text(
            "tick",
            (LEFT - 8.0, y.at(*tick) + 4.5),
            Anchor::End,
            &dutch::decimal(*tick, 0),
        );
    }
    for tick in super::scale::ticks(last)
        .into_iter()
        .filter(|tick| *tick >= first && *tick <= last)
    {
        let at = x.at(tick);
        drawing.line("axis", (at, BOTTOM), (at, BOTTOM + 5.0));
        drawing.text(
            "tick",
            (at, BOTTOM + 22.0),
            Anchor::Middle,
            &dutch::decimal(tick, 0),
        );
    }
    drawing.line("axis", (LEFT, BOTTOM), (RIGHT, BOTTOM));
    drawing.text(
        "note",
        (LEFT - 8.0, TOP - 14.0),
        Anchor::Start,
        "per 1.000 inwoners",
    );
    drawing.text(
        "note",
        (LEFT.midpoint(RIGHT), BOTTOM + 44.0),
        Anchor::Middle,
        "inwoners op 1 januari",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str, inhabitants: f64, rate: f64, apart: Apart) -> FunnelPlace {
        FunnelPlace {
            name: name.to_owned(),
            own: name == "Hengelo",
            inhabitants,
            rate,
            limits: (10.0, 37.0),
            wide: (5.4, 47.9),
            apart,
        }
    }

    fn chart() -> FunnelChart {
        FunnelChart {
            description: Description {
                id: "trechter".into(),
                title: "t".into(),
                text: "d".into(),
            },
            middle_label: "samen 21,3".into(),
            middle: 21.3,
            places: vec![
                place("Almelo", 73_000.0, 38.0, Apart::Perhaps),
                place("Hengelo", 81_476.0, 25.6, Apart::Within),
                place("Elders <&>", 150_000.0, 50.0, Apart::Certainly),
                place("Zuid", 42_000.0, 12.0, Apart::Within),
            ],
        }
    }

    #[test]
    fn the_own_municipality_and_those_outside_the_wide_limits_are_named_and_no_other() {
        let svg = chart().draw().unwrap();
        assert!(
            svg.contains("Hengelo: 25,6") && svg.contains("Elders &lt;&amp;&gt;"),
            "{svg}"
        );
        assert!(!svg.contains("Almelo") && !svg.contains("Zuid"));
    }

    #[test]
    fn what_lies_outside_has_another_shape_and_not_only_another_colour() {
        let svg = chart().draw().unwrap();
        assert_eq!(svg.matches("class=\"peer\"").count(), 1);
        assert_eq!(svg.matches("class=\"peer-perhaps\"").count(), 1);
        assert_eq!(svg.matches("class=\"peer-certain\"").count(), 1);
        assert!(svg.contains("<circle class=\"peer\"") && !svg.contains("<circle class=\"peer-"));
    }

    #[test]
    fn the_order_of_the_municipalities_does_not_change_the_limits() {
        let mut turned = chart();
        turned.places.reverse();
        let limits = |svg: String| {
            let start = svg.find("class=\"funnel\"").unwrap();
            svg[start..start + 120].to_owned()
        };
        assert_eq!(limits(turned.draw().unwrap()), limits(chart().draw().unwrap()));
    }

    #[test]
    fn one_municipality_is_no_funnel_and_equal_sizes_do_not_break_it() {
        let mut alone = chart();
        alone.places.truncate(1);
        assert_eq!(alone.draw(), None);
        let mut equal = chart();
        for place in &mut equal.places {
            place.inhabitants = 80_000.0;
        }
        assert!(!equal.draw().unwrap().contains("NaN"));
    }
}
