//! Writes SVG: shapes with a class, text that is escaped, coordinates with one decimal.

use std::fmt::Write as _;

use super::Description;

/// A coordinate pair.
pub(super) type At = (f64, f64);

/// On which side of its place a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// To the right of it.
    Start,
    /// Around it.
    Middle,
    /// To the left of it.
    End,
}

impl Anchor {
    fn key(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A drawing under construction. Later shapes lie over earlier ones.
#[derive(Debug)]
pub(super) struct Drawing {
    id: String,
    width: f64,
    height: f64,
    hatched: bool,
    body: String,
}

impl Drawing {
    /// An empty drawing of this size, in units of its own view box.
    pub(super) fn new(id: &str, width: f64, height: f64) -> Self {
        Self {
            id: id.to_owned(),
            width,
            height,
            hatched: false,
            body: String::new(),
        }
    }

    pub(super) fn line(&mut self, class: &str, from: At, to: At) {
        let (x1, y1, x2, y2) = (number(from.0), number(from.1), number(to.0), number(to.1));
        self.put(format_args!(
            r#"<line class="{class}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>"#
        ));
    }

    /// A line through points; nothing for fewer than two.
    pub(super) fn polyline(&mut self, class: &str, points: &[At]) {
        if points.len() > 1 {
            self.put(format_args!(
                r#"<polyline class="{class}" points="{}"/>"#,
                pairs(points)
            ));
        }
    }

    /// A line through points of years, broken where a year is missing; `years` and `points` stand in the same order.
    pub(super) fn line_of_years(&mut self, class: &str, years: impl Iterator<Item = i32>, points: &[At]) {
        let years: Vec<i32> = years.collect();
        let mut rest = points;
        for run in years.chunk_by(|before, after| before.checked_add(1) == Some(*after)) {
            let (of_run, others) = rest.split_at(run.len().min(rest.len()));
            self.polyline(class, of_run);
            rest = others;
        }
    }

    /// A closed area; nothing for fewer than three points.
    pub(super) fn area(&mut self, class: &str, points: &[At]) {
        if points.len() > 2 {
            self.put(format_args!(
                r#"<polygon class="{class}" points="{}"/>"#,
                pairs(points)
            ));
        }
    }

    pub(super) fn circle(&mut self, class: &str, centre: At, radius: f64) {
        let (x, y, r) = (number(centre.0), number(centre.1), number(radius));
        self.put(format_args!(
            r#"<circle class="{class}" cx="{x}" cy="{y}" r="{r}"/>"#
        ));
    }

    /// A square on its point, `radius` from its middle to a corner.
    pub(super) fn diamond(&mut self, class: &str, centre: At, radius: f64) {
        let (x, y) = centre;
        self.area(
            class,
            &[(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)],
        );
    }

    pub(super) fn rectangle(&mut self, class: &str, corner: At, width: f64, height: f64) {
        let (x, y, width, height) = (number(corner.0), number(corner.1), number(width), number(height));
        self.put(format_args!(
            r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}"/>"#
        ));
    }

    /// A rectangle that is filled and then hatched, so that it differs without colour too.
    pub(super) fn hatched(&mut self, class: &str, corner: At, width: f64, height: f64) {
        self.hatched = true;
        self.rectangle(class, corner, width, height);
        let pattern = escape(&self.id);
        let (x, y, width, height) = (number(corner.0), number(corner.1), number(width), number(height));
        self.put(format_args!(
            r#"<rect fill="url(#{pattern}-arcering)" x="{x}" y="{y}" width="{width}" height="{height}"/>"#
        ));
    }

    /// An upright interval with a cap at both ends.
    pub(super) fn whisker(&mut self, class: &str, x: f64, ends: (f64, f64), cap: f64) {
        self.line(class, (x, ends.0), (x, ends.1));
        for y in [ends.0, ends.1] {
            self.line(class, (x - cap, y), (x + cap, y));
        }
    }

    pub(super) fn text(&mut self, class: &str, at: At, anchor: Anchor, text: &str) {
        let (x, y, side, text) = (number(at.0), number(at.1), anchor.key(), escape(text));
        self.put(format_args!(
            r#"<text class="{class}" x="{x}" y="{y}" text-anchor="{side}">{text}</text>"#
        ));
    }

    /// The drawing as an element that names and describes itself.
    pub(super) fn finish(self, class: &str, description: &Description) -> String {
        let id = escape(&description.id);
        let (title, text) = (escape(&description.title), escape(&description.text));
        let (width, height) = (number(self.width), number(self.height));
        let pattern = if self.hatched {
            format!(
                concat!(
                    r#"<defs><pattern id="{0}-arcering" width="6" height="6" patternUnits="userSpaceOnUse" "#,
                    r#"patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>"#
                ),
                escape(&self.id)
            )
        } else {
            String::new()
        };
        format!(
            concat!(
                r#"<svg class="{class}" viewBox="0 0 {width} {height}" role="img" "#,
                r#"aria-labelledby="{id}-titel {id}-tekst"><title id="{id}-titel">{title}</title>"#,
                r#"<desc id="{id}-tekst">{text}</desc>{pattern}{body}</svg>"#
            ),
            class = class,
            width = width,
            height = height,
            id = id,
            title = title,
            text = text,
            pattern = pattern,
            body = self.body
        )
    }

    fn put(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.body.write_fmt(element);
    }
}

fn pairs(points: &[At]) -> String {
    let pairs: Vec<String> = points
        .iter()
        .map(|(x, y)| format!("{},{}", number(*x), number(*y)))
        .collect();
    pairs.join(" ")
}

/// A coordinate with one decimal; one that is not finite becomes 0, so that a browser still draws the rest.
fn number(value: f64) -> String {
    let value = if value.is_finite() { value } else { 0.0 };
    let text = format!("{value:.1}");
    if text == "-0.0" { "0.0".to_owned() } else { text }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn description() -> Description {
        Description {
            id: "g".into(),
            title: "Titel <b>".into(),
            text: "Van 7 & naar 0".into(),
        }
    }

    #[test]
    fn a_drawing_names_and_describes_itself_and_escapes() {
        let mut drawing = Drawing::new("g", 10.0, 20.0);
        drawing.text("lab", (1.0, 2.0), Anchor::End, "<script>\"x\"</script>");
        let svg = drawing.finish("chart", &description());
        assert!(svg.contains(r#"role="img" aria-labelledby="g-titel g-tekst""#));
        assert!(svg.contains(r#"<title id="g-titel">Titel &lt;b&gt;</title>"#));
        assert!(svg.contains(r#"<desc id="g-tekst">Van 7 &amp; naar 0</desc>"#));
        assert!(svg.contains("&lt;script&gt;&quot;x&quot;&lt;/script&gt;"));
        assert!(!svg.contains("<script>"));
    }

    #[test]
    fn coordinates_have_one_decimal_and_are_never_wild() {
        assert_eq!(number(1.25), "1.2");
        assert_eq!(number(-0.01), "0.0");
        assert_eq!(number(f64::NAN), "0.0");
        assert_eq!(number(f64::INFINITY), "0.0");
    }

    #[test]
    fn a_hatched_area_brings_its_pattern_and_others_do_not() {
        let mut drawing = Drawing::new("g", 10.0, 10.0);
        drawing.hatched("up", (0.0, 0.0), 5.0, 5.0);
        assert!(
            drawing
                .finish("chart", &description())
                .contains(r#"<pattern id="g-arcering""#)
        );
        assert!(
            !Drawing::new("g", 10.0, 10.0)
                .finish("chart", &description())
                .contains("<pattern")
        );
    }

    #[test]
    fn a_line_does_not_bridge_a_year_that_is_missing() {
        let mut drawing = Drawing::new("g", 10.0, 10.0);
        let points = [(1.0, 1.0), (2.0, 2.0), (4.0, 4.0), (6.0, 6.0), (7.0, 7.0)];
        drawing.line_of_years("line", [2018, 2019, 2021, 2023, 2024].into_iter(), &points);
        let svg = drawing.finish("chart", &description());
        assert_eq!(svg.matches("<polyline").count(), 2, "{svg}");
        assert!(
            svg.contains(r#"points="1.0,1.0 2.0,2.0""#) && svg.contains(r#"points="6.0,6.0 7.0,7.0""#),
            "{svg}"
        );
    }

    #[test]
    fn a_line_needs_two_points_and_an_area_three() {
        let mut drawing = Drawing::new("g", 10.0, 10.0);
        drawing.polyline("line", &[(1.0, 1.0)]);
        drawing.area("band", &[(1.0, 1.0), (2.0, 2.0)]);
        let svg = drawing.finish("chart", &description());
        assert!(!svg.contains("<polyline") && !svg.contains("<polygon"));
    }
}
