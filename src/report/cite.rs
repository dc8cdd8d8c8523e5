//! Ties every figure on the page to the row that says where it comes from.
//!
//! A part of the report asks for a figure by its key in `voortgangsrapportage`. When that table knows the key, the
//! figure becomes a link and its row appears under "Herkomst van de cijfers"; otherwise it stays plain text, so that
//! a link never points nowhere.

use std::collections::BTreeMap;

use super::components::Figure;
use super::dutch;
use super::facts::Facts;

/// The figures that the page showed, each once.
#[derive(Debug)]
pub(super) struct Citations<'a> {
    facts: Facts<'a>,
    used: BTreeMap<String, String>,
}

impl<'a> Citations<'a> {
    pub(super) fn new(facts: Facts<'a>) -> Self {
        Self {
            facts,
            used: BTreeMap::new(),
        }
    }

    /// The figure with this key, as a link when its provenance is known.
    pub(super) fn figure(&mut self, key: &str, text: String) -> Figure {
        if self.facts.provenance(key).is_none() {
            return Figure::plain(text);
        }
        let anchor = anchor(key);
        self.used.insert(key.to_owned(), anchor.clone());
        Figure {
            text,
            anchor: Some(anchor),
        }
    }

    /// The count of a series in a year, or why there is none.
    pub(super) fn series_value(&mut self, series: &str, year: i32) -> Figure {
        match self.facts.trend(series, year).and_then(|row| row.waarde) {
            None => Figure::plain(self.facts.no_figure(series, year)),
            Some(value) => self.figure(
                &format!("trend_reeks.{series}.{year}.waarde"),
                dutch::count(value),
            ),
        }
    }

    /// Year 0 of a series as adopted, or a dash.
    pub(super) fn adopted(&mut self, series: &str) -> Figure {
        match self.facts.baseline(series).and_then(|row| row.waarde_vastgesteld) {
            None => Figure::plain(dutch::NOTHING),
            Some(value) => self.figure(
                &format!("nulmeting.{series}.waarde_vastgesteld"),
                dutch::count(value),
            ),
        }
    }

    /// Key and id of every figure shown, in the order of the keys.
    pub(super) fn used(&self) -> impl Iterator<Item = (&str, &str)> {
        self.used
            .iter()
            .map(|(key, anchor)| (key.as_str(), anchor.as_str()))
    }
}

/// The id of a figure: `cijfer-<reeks>-<jaar>` for the count of a series, the whole key for any other.
fn anchor(key: &str) -> String {
    let counted = key
        .strip_prefix("trend_reeks.")
        .and_then(|rest| rest.strip_suffix(".waarde"));
    match counted.and_then(|rest| rest.rsplit_once('.')) {
        Some((series, year)) => id(&["cijfer", series, year]),
        None => id(&["cijfer", key]),
    }
}

/// An id for an element, from parts that may hold anything.
pub(super) fn id(parts: &[&str]) -> String {
    parts
        .join("-")
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-') {
                letter
            } else {
                '-'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    #[test]
    fn the_count_of_a_series_has_the_short_anchor() {
        assert_eq!(anchor("trend_reeks.mand.2022.waarde"), "cijfer-mand-2022");
        assert_eq!(
            anchor("doel_voortgang.4.2.4-2.waarde"),
            "cijfer-doel_voortgang.4.2.4-2.waarde"
        );
        assert_eq!(anchor("x.<\"a b\">"), "cijfer-x.--a-b--");
    }

    #[test]
    fn a_figure_without_provenance_is_no_link() {
        let data = testing::report();
        let mut citations = Citations::new(Facts::new(&data));
        assert_eq!(
            citations
                .figure("trend_reeks.mand.1999.waarde", "1".into())
                .anchor,
            None
        );
        assert_eq!(citations.used().count(), 0);
        let known = citations.series_value("mand", 2022);
        assert_eq!(known.text, "2.087");
        assert_eq!(known.anchor.as_deref(), Some("cijfer-mand-2022"));
        assert_eq!(citations.used().count(), 1);
    }
}
