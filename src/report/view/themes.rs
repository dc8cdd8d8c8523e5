//! Part b by theme of the note: one table and one chart for each theme that has police figures.

use super::figures::{Columns, CrimeRow, row};
use super::{Citations, Facts, Figure, PlainTable, Svg, Verdict, axis, dutch, shaded, years_of};
use crate::report::chart::{Description, Panel, PanelPoint};
use crate::report::cite::id;
use crate::report::model::{ReeksRow, ThemaRow, TrendReeksRow, TrendThemaRow, TrendbreukRow};
use crate::report::{reason, words};

/// The themes with figures, and the names of the others.
#[derive(Debug, Default)]
pub(in crate::report) struct Themes {
    /// Themes with police figures, in the order of the note.
    pub(in crate::report) with_figures: Vec<Theme>,
    /// Section and name of the others, and why they have none.
    pub(in crate::report) without_figures: Vec<String>,
}

/// A theme with police figures.
#[derive(Debug)]
pub(in crate::report) struct Theme {
    /// Id of its heading.
    pub(in crate::report) id: String,
    /// Section as printed, and name.
    pub(in crate::report) heading: String,
    /// What its figures say.
    pub(in crate::report) sentence: String,
    /// The columns of its table.
    pub(in crate::report) columns: Columns,
    /// Its series.
    pub(in crate::report) rows: Vec<CrimeRow>,
    /// Their sum, when there is more than one.
    pub(in crate::report) sum: Option<ThemeSum>,
    /// A chart for each series, with its name.
    pub(in crate::report) panels: Vec<(String, Svg)>,
    /// Breaks that the charts mark.
    pub(in crate::report) breaks: Vec<String>,
    /// The same values as text.
    pub(in crate::report) table: PlainTable,
    /// Remarks of the registers.
    pub(in crate::report) remarks: Vec<String>,
}

/// The sum of the series of a theme.
#[derive(Debug)]
pub(in crate::report) struct ThemeSum {
    /// Sum in year 0.
    pub(in crate::report) baseline: String,
    /// Sum in the year before the report year.
    pub(in crate::report) previous: String,
    /// Sum in the report year.
    pub(in crate::report) current: Figure,
    /// Its interval.
    pub(in crate::report) interval: String,
    /// Change on year 0.
    pub(in crate::report) change: String,
    /// Verdict on year 0.
    pub(in crate::report) verdict: Option<Verdict>,
    /// Verdict on the year before.
    pub(in crate::report) previous_verdict: Option<Verdict>,
}

impl Themes {
    pub(super) fn new(facts: Facts<'_>, citations: &mut Citations<'_>) -> Self {
        let mut themes = Self::default();
        for theme in &facts.data().thema {
            let table = Columns::new(facts).and_then(|columns| Theme::new(facts, citations, columns, theme));
            if let Some(table) = table {
                themes.with_figures.push(table);
            } else {
                let why = without_figures(facts, theme);
                themes.without_figures.push(format!("{}: {why}", heading(theme)));
            }
        }
        themes
    }
}

/// Why a theme has no table: no series of it ever had a figure, or all that it has is kept back.
fn without_figures(facts: Facts<'_>, theme: &ThemaRow) -> &'static str {
    let now = facts.report_year().and_then(|year| in_year(facts, theme, year));
    reason::words(now.and_then(|row| row.reden.as_deref()), false)
}

/// Section as printed and name of a theme.
pub(super) fn heading(theme: &ThemaRow) -> String {
    match &theme.paragraaf {
        Some(section) => format!("{section} {}", theme.naam),
        None => theme.naam.clone(),
    }
}

impl Theme {
    fn new(
        facts: Facts<'_>,
        citations: &mut Citations<'_>,
        columns: Columns,
        theme: &ThemaRow,
    ) -> Option<Self> {
        let series: Vec<&ReeksRow> = facts
            .theme_series(&theme.thema)
            .into_iter()
            .filter(|series| !facts.history(&series.reeks).is_empty())
            .collect();
        if series.is_empty() {
            return None;
        }
        let rows = series
            .iter()
            .map(|series| row(facts, citations, columns, series, ""))
            .collect();
        Some(Self {
            id: id(&["thema", &theme.thema]),
            heading: heading(theme),
            sentence: sentence(facts, theme, columns, &series),
            columns,
            rows,
            sum: (series.len() > 1)
                .then(|| sum(facts, citations, theme, columns, &series))
                .flatten(),
            panels: panels(facts, theme, &series),
            breaks: breaks(facts, &series),
            table: table(facts, theme, &series),
            remarks: remarks(facts, theme, &series),
        })
    }
}

fn sentence(facts: Facts<'_>, theme: &ThemaRow, columns: Columns, series: &[&ReeksRow]) -> String {
    let year = columns.current;
    let row = in_year(facts, theme, year);
    let Some((row, value)) = row.and_then(|row| row.waarde.map(|value| (row, value))) else {
        let reason = row.and_then(|row| row.reden.as_deref());
        return format!(
            "Het cijfer van dit thema over {year} {}.",
            reason::explained(reason)
        );
    };
    let counted = format!("In {year} telt dit thema {} registraties", dutch::count(value));
    if !columns.has_change {
        return format!("{counted}; {year} is jaar 0.");
    }
    let verdict = words::compared(facts, row.oordeel.as_deref(), columns.baseline, row.basis);
    let reservations = reservations(facts, series, year, |row| row.voorbehoud_basis.as_deref());
    let reservations = match reservations.as_slice() {
        [] => String::new(),
        some => format!(" Voorbehoud: {}.", dutch::list(some)),
    };
    format!("{counted}: {verdict}.{reservations}")
}

fn in_year<'a>(facts: Facts<'a>, theme: &ThemaRow, year: i32) -> Option<&'a TrendThemaRow> {
    facts
        .data()
        .trend_thema
        .iter()
        .find(|row| row.thema == theme.thema && row.jaar == year)
}

/// The reservations about one comparison of a theme: those of its series, each once.
///
/// The mart of the themes has them for both comparisons together, which would mark year 0 with what touches last year.
fn reservations(
    facts: Facts<'_>,
    series: &[&ReeksRow],
    year: i32,
    of: fn(&TrendReeksRow) -> Option<&str>,
) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for row in series
        .iter()
        .filter_map(|series| facts.trend(&series.reeks, year))
    {
        for reservation in of(row).unwrap_or_default().split(';').map(str::trim) {
            if !reservation.is_empty() && !out.iter().any(|known| known == reservation) {
                out.push(reservation.to_owned());
            }
        }
    }
    out
}

fn sum(
    facts: Facts<'_>,
    citations: &mut Citations<'_>,
    theme: &ThemaRow,
    columns: Columns,
    series: &[&ReeksRow],
) -> Option<ThemeSum> {
    let row = in_year(facts, theme, columns.current)?;
    let value = row.waarde?;
    let key = format!("trend_thema.{}.{}.waarde", theme.thema, columns.current);
    let marks = |of| reservations(facts, series, columns.current, of).join(";");
    let on_baseline = marks(|row| row.voorbehoud_basis.as_deref());
    let on_previous = marks(|row| row.voorbehoud_vorig.as_deref());
    let previous = columns.previous.and_then(|year| in_year(facts, theme, year));
    Some(ThemeSum {
        baseline: row.basis.map_or_else(
            || sum_or_reason(in_year(facts, theme, columns.baseline)),
            dutch::count,
        ),
        previous: sum_or_reason(previous),
        current: citations.figure(&key, dutch::count(value)),
        interval: dutch::interval_or_nothing(row.ondergrens, row.bovengrens, 0),
        change: row.basis.map_or_else(
            || dutch::NOTHING.to_owned(),
            |basis| dutch::signed_count(value.saturating_sub(basis)),
        ),
        verdict: Verdict::trend(facts, row.oordeel.as_deref(), Some(&on_baseline)),
        previous_verdict: Verdict::trend(facts, row.oordeel_vorig.as_deref(), Some(&on_previous)),
    })
}

/// The sum of a theme in a year, or why there is none.
fn sum_or_reason(row: Option<&TrendThemaRow>) -> String {
    let Some(row) = row else {
        return dutch::NOTHING.to_owned();
    };
    let words = || reason::words(row.reden.as_deref(), true).to_owned();
    row.waarde.map_or_else(words, dutch::count)
}

fn panels(facts: Facts<'_>, theme: &ThemaRow, series: &[&ReeksRow]) -> Vec<(String, Svg)> {
    series
        .iter()
        .filter_map(|series| {
            let history = facts.history(&series.reeks);
            let points: Vec<PanelPoint> = history
                .iter()
                .filter_map(|row| {
                    Some(PanelPoint {
                        year: row.jaar,
                        value: row.waarde? as f64,
                        interval: row.ondergrens.zip(row.bovengrens),
                    })
                })
                .collect();
            let (first, last) = points.first().zip(points.last())?;
            let main: Vec<String> = points
                .iter()
                .filter(|point| [first.year, facts.baseline_year(), last.year].contains(&point.year))
                .map(|point| format!("{} in {}", dutch::decimal(point.value, 0), point.year))
                .collect();
            let panel = Panel {
                description: Description {
                    id: id(&["grafiek", &theme.thema, &series.reeks]),
                    title: format!("{} {}–{}", series.naam, first.year, last.year),
                    text: format!(
                        "{}. De tabel onder de grafiek bevat alle waarden.",
                        dutch::capitalised(&dutch::list(&main))
                    ),
                },
                points,
                years: axis(facts),
                baseline_year: facts.baseline_year(),
                shaded: shaded(facts),
                breaks: breaks_of(facts, &series.reeks).map(|row| row.datum).collect(),
            };
            panel
                .draw()
                .map(|element| (series.naam.clone(), Svg::new(element)))
        })
        .collect()
}

fn breaks_of<'a>(facts: Facts<'a>, series: &str) -> impl Iterator<Item = &'a TrendbreukRow> {
    let last = facts
        .report_year()
        .and_then(|year| chrono::NaiveDate::from_ymd_opt(year, 12, 31));
    facts
        .data()
        .trendbreuken
        .iter()
        .filter(move |row| row.reeks == series && row.effect == "breuk" && Some(row.datum) <= last)
}

fn breaks(facts: Facts<'_>, series: &[&ReeksRow]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for series in series {
        for row in breaks_of(facts, &series.reeks) {
            let text = format!("{}: {}", dutch::month_and_year(row.datum), row.tekst);
            if !out.contains(&text) {
                out.push(text);
            }
        }
    }
    out
}

fn table(facts: Facts<'_>, theme: &ThemaRow, series: &[&ReeksRow]) -> PlainTable {
    let mut head = vec!["Jaar".to_owned()];
    for series in series {
        head.push(series.naam.clone());
        head.push("95%-interval".to_owned());
    }
    let rows = years_of(facts, series)
        .into_iter()
        .map(|year| {
            let mut cells = vec![year.to_string()];
            for series in series {
                let row = facts.trend(&series.reeks, year);
                cells.push(facts.count_or_reason(&series.reeks, year));
                let limits = row
                    .map(|row| (row.ondergrens, row.bovengrens))
                    .unwrap_or_default();
                cells.push(dutch::interval_or_nothing(limits.0, limits.1, 0));
            }
            cells
        })
        .collect();
    PlainTable {
        caption: format!("{} naar jaar", theme.naam),
        head,
        rows,
    }
}

fn remarks(facts: Facts<'_>, theme: &ThemaRow, series: &[&ReeksRow]) -> Vec<String> {
    let links = facts
        .data()
        .thema_reeksen
        .iter()
        .filter(|row| row.thema == theme.thema);
    links
        .filter(|link| series.iter().any(|series| series.reeks == link.reeks))
        .filter_map(|link| {
            let remark = link.toelichting.as_deref()?;
            Some(format!("{}: {remark}.", facts.series_name(&link.reeks)))
        })
        .collect()
}
