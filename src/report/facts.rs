//! Questions to the tables that more than one part of the report asks: which series is judged, what a year held.
//!
//! A table has a few hundred rows at most, so every answer is a walk through it. Nothing is computed here that a
//! mart should compute.

use super::dutch;
use super::model::{
    FraseRow, NulmetingRow, PrognoseRow, ReeksRow, ReportData, TrendReeksRow, VergelijkingRow,
    VoortgangsrapportageRow,
};
use super::reason;

/// The tables of one report, and the questions to them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    data: &'a ReportData,
}

/// A kind of phrase in the register `frasen`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PhraseKind {
    /// Verdict on a change.
    Trend,
    /// Reservation about a comparison.
    Reservation,
    /// How a target stands.
    Target,
    /// How a municipality lies among comparable ones.
    Comparison,
}

impl PhraseKind {
    /// The kind's name in the column `soort`.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Trend => "trend",
            Self::Reservation => "voorbehoud",
            Self::Target => "doel",
            Self::Comparison => "vergelijking",
        }
    }
}

impl<'a> Facts<'a> {
    pub(super) fn new(data: &'a ReportData) -> Self {
        Self { data }
    }

    pub(super) fn data(self) -> &'a ReportData {
        self.data
    }

    pub(super) fn baseline_year(self) -> i32 {
        self.data.beleid.basisjaar
    }

    pub(super) fn target_year(self) -> i32 {
        self.data.beleid.streefjaar
    }

    pub(super) fn report_year(self) -> Option<i32> {
        self.data.rapportjaar
    }

    pub(super) fn is_unrepresentative(self, year: i32) -> bool {
        self.data.niet_representatief.iter().any(|row| row.jaar == year)
    }

    pub(super) fn series(self, key: &str) -> Option<&'a ReeksRow> {
        self.data.reeks.iter().find(|row| row.reeks == key)
    }

    /// The name of a series, or its key when the register does not know it.
    pub(super) fn series_name(self, key: &str) -> String {
        self.series(key)
            .map_or_else(|| key.to_owned(), |row| row.naam.clone())
    }

    /// The basket that the council is judged on.
    pub(super) fn basket(self) -> Option<&'a ReeksRow> {
        self.data.reeks.iter().find(|row| row.familie == "hoofd")
    }

    /// The rows that add up to the basket, in the order of the register.
    pub(super) fn basket_parts(self) -> Vec<&'a ReeksRow> {
        let Some(basket) = self.basket() else {
            return Vec::new();
        };
        let is_part = |row: &&ReeksRow| {
            self.data
                .reeks_delen
                .iter()
                .any(|part| part.reeks == basket.reeks && part.deel == row.reeks)
        };
        self.data.reeks.iter().filter(is_part).collect()
    }

    /// The single series beside the basket that have an adopted year 0 of their own.
    pub(super) fn companions(self) -> Vec<&'a ReeksRow> {
        let parts = self.basket_parts();
        let is_companion = |row: &&ReeksRow| {
            row.soort == "reeks"
                && !parts.iter().any(|part| part.reeks == row.reeks)
                && self
                    .baseline(&row.reeks)
                    .is_some_and(|baseline| baseline.waarde_vastgesteld.is_some())
        };
        self.data.reeks.iter().filter(is_companion).collect()
    }

    pub(super) fn baseline(self, series: &str) -> Option<&'a NulmetingRow> {
        self.data.nulmeting.iter().find(|row| row.reeks == series)
    }

    pub(super) fn trend(self, series: &str, year: i32) -> Option<&'a TrendReeksRow> {
        self.data
            .trend_reeks
            .iter()
            .find(|row| row.reeks == series && row.jaar == year)
    }

    /// The years of a series that hold a figure, up to and including the report year, oldest first.
    pub(super) fn history(self, series: &str) -> Vec<&'a TrendReeksRow> {
        let last = self.report_year().unwrap_or(i32::MIN);
        let mut rows: Vec<&TrendReeksRow> = self
            .data
            .trend_reeks
            .iter()
            .filter(|row| row.reeks == series && row.jaar <= last && row.waarde.is_some())
            .collect();
        rows.sort_by_key(|row| row.jaar);
        rows
    }

    /// The years of a series up to and including the report year of which something must be said, oldest first: those with
    /// a figure, those in between, and those of which the figure is kept back.
    pub(super) fn told(self, series: &str) -> Vec<&'a TrendReeksRow> {
        let first = self.history(series).first().map(|row| row.jaar);
        let last = self.report_year().unwrap_or(i32::MIN);
        let is_told = |row: &&TrendReeksRow| {
            row.reeks == series
                && row.jaar <= last
                && (first.is_some_and(|first| first <= row.jaar)
                    || matches!(row.reden.as_deref(), Some("geheim" | "onmogelijk")))
        };
        let mut rows: Vec<&TrendReeksRow> = self.data.trend_reeks.iter().filter(is_told).collect();
        rows.sort_by_key(|row| row.jaar);
        rows
    }

    /// Why a series has no figure in a year, in words; a dash for a year that it is not about.
    pub(super) fn no_figure(self, series: &str, year: i32) -> &'static str {
        let starts_later = self
            .series(series)
            .and_then(|row| row.vanaf_jaar)
            .is_some_and(|first| year < first);
        let is_over = self.report_year().is_some_and(|last| year <= last);
        match self.trend(series, year) {
            Some(row) if is_over && !starts_later && row.waarde.is_none() => {
                reason::words(row.reden.as_deref(), !self.history(series).is_empty())
            }
            _ => dutch::NOTHING,
        }
    }

    /// The count of a series in a year, or why there is none.
    pub(super) fn count_or_reason(self, series: &str, year: i32) -> String {
        let count = self.trend(series, year).and_then(|row| row.waarde);
        count.map_or_else(|| self.no_figure(series, year).to_owned(), dutch::count)
    }

    /// The series of a theme, in the order of the register.
    pub(super) fn theme_series(self, theme: &str) -> Vec<&'a ReeksRow> {
        self.data
            .thema_reeksen
            .iter()
            .filter(|row| row.thema == theme)
            .filter_map(|row| self.series(&row.reeks))
            .collect()
    }

    pub(super) fn outlook(self, series: &str) -> Option<&'a PrognoseRow> {
        self.data
            .prognose
            .iter()
            .find(|row| row.soort == "vooruitblik" && row.reeks == series)
    }

    pub(super) fn phrase(self, kind: PhraseKind, words: &str) -> Option<&'a FraseRow> {
        self.data
            .frasen
            .iter()
            .find(|row| row.soort == kind.key() && row.frase == words)
    }

    /// The own municipality among the others, by a series or an own approximation.
    pub(super) fn comparison(self, series: &str, year: i32) -> Option<&'a VergelijkingRow> {
        self.data
            .vergelijking
            .iter()
            .find(|row| row.reeks == series && row.jaar == year && row.per_1000.is_some())
    }

    /// The code of a verdict on a change, empty for words that the register does not have.
    pub(super) fn trend_code(self, words: Option<&str>) -> &'a str {
        words
            .and_then(|words| self.phrase(PhraseKind::Trend, words))
            .map_or("", |row| row.code.as_str())
    }

    /// The code of a verdict among comparable municipalities, empty for words that the register does not have.
    pub(super) fn comparison_code(self, words: &str) -> &'a str {
        self.phrase(PhraseKind::Comparison, words)
            .map_or("", |row| row.code.as_str())
    }

    pub(super) fn provenance(self, figure: &str) -> Option<&'a VoortgangsrapportageRow> {
        self.data
            .voortgangsrapportage
            .iter()
            .find(|row| row.cijfer == figure)
    }
}
