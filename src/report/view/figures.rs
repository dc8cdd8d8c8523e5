//! Part b: the crime table, with year 0 twice, and what stands beside it.

use super::comparison::Comparison;
use super::contributions::Contributions;
use super::districts::Districts;
use super::survey::{Survey, surveys};
use super::themes::Themes;
use super::{
    Citations, Facts, Figure, Mark, PhraseKind, PlainTable, Svg, Verdict, axis, dutch, legend, years_of,
};
use crate::report::chart::{Description, Point, Sparkline};
use crate::report::cite::id;
use crate::report::model::{AansluitingRow, ReeksRow};
use crate::report::{reason, words};

/// Everything of part b.
#[derive(Debug)]
pub(in crate::report) struct Figures {
    /// The crime table.
    pub(in crate::report) crimes: Option<CrimeTable>,
    /// What moved under the total.
    pub(in crate::report) contributions: Option<Contributions>,
    /// The themes of the note.
    pub(in crate::report) themes: Themes,
    /// The surveys.
    pub(in crate::report) surveys: Vec<Survey>,
    /// Other municipalities.
    pub(in crate::report) comparison: Option<Comparison>,
    /// The wijken of the own municipality.
    pub(in crate::report) districts: Option<Districts>,
    /// Year 0.
    pub(in crate::report) baseline_year: i32,
}

/// The crime table.
#[derive(Debug)]
pub(in crate::report) struct CrimeTable {
    /// Its caption.
    pub(in crate::report) caption: String,
    /// The columns that depend on the years.
    pub(in crate::report) columns: Columns,
    /// The rows, by group.
    pub(in crate::report) groups: Vec<CrimeGroup>,
    /// Every year of every row: the table behind the lines at the end of the rows.
    pub(in crate::report) all_years: PlainTable,
    /// Signs of the reservations.
    pub(in crate::report) legend: Vec<Mark>,
    /// What must be said under it.
    pub(in crate::report) remarks: Vec<String>,
}

/// Which years the table compares.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Columns {
    /// First year of the lines at the end of the rows.
    pub(in crate::report) first: i32,
    /// Year 0.
    pub(in crate::report) baseline: i32,
    /// The year before the report year; none when that is year 0 or earlier.
    pub(in crate::report) previous: Option<i32>,
    /// The report year.
    pub(in crate::report) current: i32,
    /// Whether the note adopted a year 0.
    pub(in crate::report) has_adopted: bool,
    /// Whether the report year differs from year 0.
    pub(in crate::report) has_change: bool,
}

impl Columns {
    /// Number of columns, the one with the names included.
    pub(in crate::report) fn count(&self) -> usize {
        4 + usize::from(self.has_adopted)
            + 3 * usize::from(self.has_change)
            + 2 * usize::from(self.previous.is_some())
    }

    /// Number of columns after the names and the adopted year 0.
    pub(in crate::report) fn after_adopted(&self) -> usize {
        self.count() - 1 - usize::from(self.has_adopted)
    }
}

/// Rows under a heading.
#[derive(Debug)]
pub(in crate::report) struct CrimeGroup {
    /// The heading; none for a total that heads itself.
    pub(in crate::report) name: Option<String>,
    /// The rows.
    pub(in crate::report) rows: Vec<CrimeRow>,
}

/// A series in the table.
#[derive(Debug)]
pub(in crate::report) struct CrimeRow {
    /// Its name.
    pub(in crate::report) name: String,
    /// `sum` for a sum of rows above it, else empty.
    pub(in crate::report) class: &'static str,
    /// Year 0 as adopted.
    pub(in crate::report) adopted: Figure,
    /// Its figures; none without a figure in the report year.
    pub(in crate::report) numbers: Option<CrimeNumbers>,
    /// Why there are none.
    pub(in crate::report) missing: String,
}

/// The figures of a series.
#[derive(Debug)]
pub(in crate::report) struct CrimeNumbers {
    /// Year 0 as the source has it now.
    pub(in crate::report) baseline: Figure,
    /// The year before the report year.
    pub(in crate::report) previous: Figure,
    /// The report year.
    pub(in crate::report) current: Figure,
    /// Its interval.
    pub(in crate::report) interval: String,
    /// Change on year 0.
    pub(in crate::report) change: String,
    /// Verdict on year 0.
    pub(in crate::report) verdict: Option<Verdict>,
    /// Verdict on the year before.
    pub(in crate::report) previous_verdict: Option<Verdict>,
    /// The run of the series.
    pub(in crate::report) line: Option<Svg>,
}

impl Figures {
    pub(super) fn new(facts: Facts<'_>, citations: &mut Citations<'_>) -> Self {
        Self {
            crimes: CrimeTable::new(facts, citations),
            contributions: Contributions::new(facts),
            themes: Themes::new(facts, citations),
            surveys: surveys(facts, citations),
            comparison: Comparison::new(facts, citations),
            districts: Districts::new(facts, citations),
            baseline_year: facts.baseline_year(),
        }
    }
}

impl Figures {
    /// Signs of the reservations, empty without a crime table.
    pub(in crate::report) fn legend(&self) -> &[Mark] {
        self.crimes
            .as_ref()
            .map(|crimes| crimes.legend.as_slice())
            .unwrap_or_default()
    }
}

impl Columns {
    /// The columns of a report, `None` without a report year.
    pub(super) fn new(facts: Facts<'_>) -> Option<Self> {
        let current = facts.report_year()?;
        let baseline = facts.baseline_year();
        let previous = current.saturating_sub(1);
        Some(Self {
            first: axis(facts).0,
            baseline,
            previous: (previous > baseline).then_some(previous),
            current,
            has_adopted: facts
                .data()
                .nulmeting
                .iter()
                .any(|row| row.waarde_vastgesteld.is_some()),
            has_change: current != baseline,
        })
    }
}

impl CrimeTable {
    fn new(facts: Facts<'_>, citations: &mut Citations<'_>) -> Option<Self> {
        let columns = Columns::new(facts)?;
        let basket = facts.basket()?;
        let mut groups = basket_groups(facts, citations, columns);
        groups.push(CrimeGroup {
            name: None,
            rows: vec![row(facts, citations, columns, basket, "sum")],
        });
        let beside: Vec<CrimeRow> = beside(facts)
            .into_iter()
            .map(|series| row(facts, citations, columns, series, ""))
            .collect();
        if !beside.is_empty() {
            groups.push(CrimeGroup {
                name: Some("Naast het totaal".to_owned()),
                rows: beside,
            });
        }
        Some(Self {
            caption: format!(
                "Geregistreerde delicten, {}; {} is jaar 0",
                facts.data().beleid.gemeente_naam,
                columns.baseline
            ),
            columns,
            groups,
            all_years: all_years(facts),
            legend: legend(facts, PhraseKind::Reservation),
            remarks: remarks(facts),
        })
    }
}

/// The rows of the basket under the names of their subtotals; rows without one stand together at the end.
fn basket_groups(facts: Facts<'_>, citations: &mut Citations<'_>, columns: Columns) -> Vec<CrimeGroup> {
    let mut groups: Vec<(&str, Vec<&ReeksRow>)> = Vec::new();
    for part in facts.basket_parts() {
        let key = if subtotal(facts, &part.groep).is_some() {
            part.groep.as_str()
        } else {
            ""
        };
        match groups.iter_mut().find(|(name, _)| *name == key) {
            Some((_, rows)) => rows.push(part),
            None => groups.push((key, vec![part])),
        }
    }
    groups.sort_by_key(|(key, _)| key.is_empty());
    let only_one = groups.len() == 1;
    groups
        .into_iter()
        .map(|(key, parts)| {
            let sum = subtotal(facts, key);
            let mut rows: Vec<CrimeRow> = parts
                .into_iter()
                .map(|part| row(facts, citations, columns, part, ""))
                .collect();
            rows.extend(sum.map(|sum| row(facts, citations, columns, sum, "subtotal")));
            let name = match sum {
                Some(sum) => Some(sum.naam.clone()),
                None if only_one => None,
                None => Some("Overige rijen".to_owned()),
            };
            CrimeGroup { name, rows }
        })
        .collect()
}

/// Every year of every series that the crime table shows.
fn all_years(facts: Facts<'_>) -> PlainTable {
    let shown: Vec<&ReeksRow> = facts
        .basket_parts()
        .into_iter()
        .chain(facts.basket())
        .chain(beside(facts))
        .filter(|series| !facts.told(&series.reeks).is_empty())
        .collect();
    let years = years_of(facts, &shown);
    let mut head = vec!["Delict".to_owned()];
    head.extend(years.iter().map(ToString::to_string));
    let rows = shown
        .into_iter()
        .map(|series| {
            let counts = years
                .iter()
                .map(|year| facts.count_or_reason(&series.reeks, *year));
            std::iter::once(series.naam.clone()).chain(counts).collect()
        })
        .collect();
    PlainTable {
        caption: "Alle jaren van de delicten".to_owned(),
        head,
        rows,
    }
}

fn subtotal<'a>(facts: Facts<'a>, group: &str) -> Option<&'a ReeksRow> {
    facts
        .data()
        .reeks
        .iter()
        .find(|row| row.soort == "subtotaal" && row.groep == group)
}

/// What belongs beside the basket: the companion series, the sensitivity of the target, the source's own total.
fn beside(facts: Facts<'_>) -> Vec<&ReeksRow> {
    let companions = facts.companions();
    facts
        .data()
        .reeks
        .iter()
        .filter(|row| {
            companions.iter().any(|companion| companion.reeks == row.reeks)
                || row.streef.as_deref() == Some("gevoeligheid")
                || row.soort == "brontotaal"
        })
        .collect()
}

/// A series as a row of the table.
pub(super) fn row(
    facts: Facts<'_>,
    citations: &mut Citations<'_>,
    columns: Columns,
    series: &ReeksRow,
    class: &'static str,
) -> CrimeRow {
    CrimeRow {
        name: series.naam.clone(),
        class,
        adopted: citations.adopted(&series.reeks),
        numbers: numbers(facts, citations, columns, series),
        missing: missing(facts, &series.reeks, columns.current),
    }
}

/// Why a series has no figure in the report year: `geen politiecijfers`, or `2022: geheim`.
fn missing(facts: Facts<'_>, series: &str, year: i32) -> String {
    let words = match facts.no_figure(series, year) {
        dutch::NOTHING => reason::words(None, !facts.history(series).is_empty()),
        words => words,
    };
    if words == reason::words(None, false) {
        words.to_owned()
    } else {
        format!("{year}: {words}")
    }
}

fn numbers(
    facts: Facts<'_>,
    citations: &mut Citations<'_>,
    columns: Columns,
    series: &ReeksRow,
) -> Option<CrimeNumbers> {
    let key = series.reeks.as_str();
    let now = facts
        .trend(key, columns.current)
        .filter(|row| row.waarde.is_some())?;
    Some(CrimeNumbers {
        baseline: citations.series_value(key, columns.baseline),
        previous: columns
            .previous
            .map(|year| citations.series_value(key, year))
            .unwrap_or_default(),
        current: citations.series_value(key, columns.current),
        interval: dutch::interval_or_nothing(now.ondergrens, now.bovengrens, 0),
        change: words::change(now.basis, now.waarde, now.verschil_pct),
        verdict: Verdict::trend(facts, now.oordeel.as_deref(), now.voorbehoud_basis.as_deref()),
        previous_verdict: Verdict::trend(
            facts,
            now.oordeel_vorig.as_deref(),
            now.voorbehoud_vorig.as_deref(),
        ),
        line: line(facts, series),
    })
}

fn line(facts: Facts<'_>, series: &ReeksRow) -> Option<Svg> {
    let points: Vec<Point> = facts
        .history(&series.reeks)
        .iter()
        .filter_map(|row| {
            row.waarde.map(|value| Point {
                year: row.jaar,
                value: value as f64,
            })
        })
        .collect();
    let (first, last) = points.first().zip(points.last())?;
    let title = format!("{} {}–{}", series.naam, first.year, last.year);
    let counts: Vec<String> = points
        .iter()
        .filter(|point| [first.year, facts.baseline_year(), last.year].contains(&point.year))
        .map(|point| format!("{} in {}", dutch::decimal(point.value, 0), point.year))
        .collect();
    let spark = Sparkline {
        description: Description {
            id: id(&["lijn", &series.reeks]),
            title,
            text: format!("{}.", dutch::list(&counts)),
        },
        points,
        years: axis(facts),
        baseline_year: facts.baseline_year(),
    };
    spark.draw().map(Svg::new)
}

fn remarks(facts: Facts<'_>) -> Vec<String> {
    let mut remarks = Vec::new();
    for companion in facts.companions() {
        let has_figures = !facts.history(&companion.reeks).is_empty();
        let printed = if has_figures {
            String::new()
        } else {
            printed_figures(facts, &companion.reeks)
        };
        let missing = if has_figures {
            String::new()
        } else {
            let year = facts.report_year().unwrap_or_else(|| facts.baseline_year());
            format!(
                " {}.",
                dutch::capitalised(&missing(facts, &companion.reeks, year))
            )
        };
        let remark = companion.toelichting.as_deref().map(sentence).unwrap_or_default();
        remarks.push(format!(
            "{}: telt niet mee in het totaal.{missing}{printed}{remark}",
            companion.naam
        ));
    }
    let conventions = facts.data().conventies.iter();
    remarks.extend(
        conventions
            .filter(|row| ["percentage_vanaf", "oordeel_vanaf"].contains(&row.conventie.as_str()))
            .map(|row| row.tekst.clone()),
    );
    remarks
}

fn sentence(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    format!(" {}.", dutch::capitalised(text))
}

/// What the note prints of a series that the police have no figures for.
fn printed_figures(facts: Facts<'_>, series: &str) -> String {
    let cells: Vec<String> = facts
        .data()
        .aansluiting
        .iter()
        .filter(|row| row.reeks == series)
        .filter_map(|row| row.nota.map(|count| printed_cell(facts, row, count)))
        .collect();
    if cells.is_empty() {
        return String::new();
    }
    format!(" De nota drukt {}.", dutch::list(&cells))
}

fn printed_cell(facts: Facts<'_>, row: &AansluitingRow, count: i64) -> String {
    let kind = if row.jaar == facts.baseline_year() {
        ", jaar 0"
    } else if row.status == "geextrapoleerd" {
        ", geschat"
    } else {
        ""
    };
    format!("{} ({}{kind})", dutch::count(count), row.jaar)
}
