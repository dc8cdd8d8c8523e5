//! The small pieces of HTML that come back everywhere: a figure with its link, a verdict with its sign, a chart.
//!
//! Each is a template of its own, escapes what it holds, and says so to the templates that embed it.

use askama::Template;
use askama::filters::HtmlSafe;

use super::facts::{Facts, PhraseKind};

/// A figure as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Template)]
#[template(
    ext = "html",
    source = r##"{% if let Some(anchor) = anchor %}<a class="figure" href="#{{ anchor }}">{{ text }}</a>{% else %}{{ text }}{% endif %}"##
)]
pub(super) struct Figure {
    /// The figure as text.
    pub(super) text: String,
    /// Id of the row that says where it comes from.
    pub(super) anchor: Option<String>,
}

impl HtmlSafe for Figure {}

impl Figure {
    /// A figure without a row of its own.
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            anchor: None,
        }
    }
}

/// A sign and its words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Mark {
    /// The sign, hidden from a screen reader.
    pub(super) sign: String,
    /// The words.
    pub(super) words: String,
}

/// A verdict: its sign and words, and the reservations about it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Template)]
#[template(
    ext = "html",
    source = r#"<span class="sign" aria-hidden="true">{{ sign }}</span> {{ words }}
{%- for mark in marks %}<span class="mark"><span aria-hidden="true">{{ mark.sign }}</span><span class="unseen"> (voorbehoud: {{ mark.words }})</span></span>{% endfor %}"#
)]
pub(super) struct Verdict {
    /// The sign, hidden from a screen reader.
    pub(super) sign: String,
    /// The phrase of the closed list.
    pub(super) words: String,
    /// Reservations.
    pub(super) marks: Vec<Mark>,
}

impl HtmlSafe for Verdict {}

impl Verdict {
    /// A verdict on a change, with the reservations that the mart separates by semicolons.
    pub(super) fn trend(facts: Facts<'_>, words: Option<&str>, reservations: Option<&str>) -> Option<Self> {
        let mut verdict = Self::without_marks(facts, PhraseKind::Trend, words?);
        verdict.marks = reservations
            .unwrap_or_default()
            .split(';')
            .map(str::trim)
            .filter(|reservation| !reservation.is_empty())
            .map(|reservation| Mark {
                sign: facts
                    .phrase(PhraseKind::Reservation, reservation)
                    .map_or_else(|| "†".to_owned(), |phrase| phrase.teken.clone()),
                words: reservation.to_owned(),
            })
            .collect();
        Some(verdict)
    }

    /// How a target stands.
    pub(super) fn target(facts: Facts<'_>, words: &str) -> Self {
        Self::without_marks(facts, PhraseKind::Target, words)
    }

    /// How a municipality lies among comparable ones.
    pub(super) fn comparison(facts: Facts<'_>, words: &str) -> Self {
        Self::without_marks(facts, PhraseKind::Comparison, words)
    }

    fn without_marks(facts: Facts<'_>, kind: PhraseKind, words: &str) -> Self {
        let sign = facts
            .phrase(kind, words)
            .map(|phrase| phrase.teken.clone())
            .unwrap_or_default();
        Self {
            sign,
            words: words.to_owned(),
            marks: Vec::new(),
        }
    }
}

/// A chart that is already an SVG element, with its text escaped.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(ext = "html", source = "{{ element|safe }}")]
pub(super) struct Svg {
    element: String,
}

impl HtmlSafe for Svg {}

impl Svg {
    /// Wraps what a chart drew.
    pub(super) fn new(element: String) -> Self {
        Self { element }
    }
}

/// A table of texts behind a chart: the first column heads each row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct PlainTable {
    /// What the table holds.
    pub(super) caption: String,
    /// Heads of the columns.
    pub(super) head: Vec<String>,
    /// Cells; the first of each row is its head.
    pub(super) rows: Vec<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    #[test]
    fn a_verdict_shows_its_sign_its_words_and_its_reservations() {
        let data = testing::report();
        let verdict = Verdict::trend(
            Facts::new(&data),
            Some("hoger"),
            Some("niet-representatief jaar; trendbreuk"),
        )
        .unwrap();
        assert_eq!(verdict.sign, "▲");
        let signs: Vec<&str> = verdict.marks.iter().map(|mark| mark.sign.as_str()).collect();
        assert_eq!(signs, ["°", "¦"]);
        let html = verdict.render().unwrap();
        assert!(
            html.contains("hoger") && html.contains("(voorbehoud: trendbreuk)"),
            "{html}"
        );
    }

    #[test]
    fn an_unknown_phrase_keeps_its_words_and_has_no_sign() {
        let data = testing::report();
        let verdict = Verdict::target(Facts::new(&data), "iets anders");
        assert_eq!(
            (verdict.sign.as_str(), verdict.words.as_str()),
            ("", "iets anders")
        );
    }

    #[test]
    fn pieces_escape_what_they_hold() {
        let html = Figure {
            text: "<b>".into(),
            anchor: Some("a\"b".into()),
        }
        .render()
        .unwrap();
        assert!(!html.contains("<b>") && !html.contains("a\"b"), "{html}");
    }
}
