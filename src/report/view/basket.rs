//! The big chart of part a with its table: the basket by year, and the way to the target.

use super::summary::main_target;
use super::{Facts, PlainTable, Svg, dutch, shaded};
use crate::report::chart::{BasketChart, Break, Description, Interval, Path, Point, Printed};
use crate::report::model::{ReeksRow, TrendbreukRow};

/// The chart, its explanation and the table behind it.
#[derive(Debug)]
pub(in crate::report) struct BasketFigure {
    /// The question that the chart answers.
    pub(in crate::report) question: String,
    /// The chart.
    pub(in crate::report) chart: Svg,
    /// What each line and point is.
    pub(in crate::report) keys: Vec<(&'static str, String)>,
    /// Letter, month and text of each break on the chart.
    pub(in crate::report) breaks: Vec<(String, String, String)>,
    /// The same values as text.
    pub(in crate::report) table: PlainTable,
}

impl BasketFigure {
    /// `None` when the basket has no figure.
    pub(super) fn new(facts: Facts<'_>) -> Option<Self> {
        let basket = facts.basket()?;
        let breaks = breaks(facts, basket);
        let chart = chart(facts, basket, &breaks);
        let drawn = chart.draw()?;
        let table = table(facts, basket, &chart);
        Some(Self {
            question: format!(
                "Daalt het aantal delicten naar de streefwaarde van {}?",
                facts.target_year()
            ),
            keys: keys(facts, basket, &chart),
            chart: Svg::new(drawn),
            breaks: breaks
                .into_iter()
                .map(|(letter, row)| (letter, dutch::month_and_year(row.datum), row.tekst.clone()))
                .collect(),
            table,
        })
    }
}

/// The breaks of the basket between its first year and the target year, with a letter each.
fn breaks<'a>(facts: Facts<'a>, basket: &ReeksRow) -> Vec<(String, &'a TrendbreukRow)> {
    use chrono::Datelike;
    let Some(first) = facts.history(&basket.reeks).first().map(|row| row.jaar) else {
        return Vec::new();
    };
    let rows = facts.data().trendbreuken.iter().filter(|row| {
        row.reeks == basket.reeks
            && row.effect == "breuk"
            && (first..=facts.target_year()).contains(&row.datum.year())
    });
    ('A'..='Z').map(String::from).zip(rows).collect()
}

fn chart(facts: Facts<'_>, basket: &ReeksRow, breaks: &[(String, &TrendbreukRow)]) -> BasketChart {
    let history = facts.history(&basket.reeks);
    let points: Vec<Point> = history
        .iter()
        .filter_map(|row| {
            row.waarde.map(|value| Point {
                year: row.jaar,
                value: value as f64,
            })
        })
        .collect();
    let interval = history.last().and_then(|row| {
        Some(Interval {
            year: row.jaar,
            lower: row.ondergrens?,
            upper: row.bovengrens?,
        })
    });
    let cells = facts
        .data()
        .aansluiting
        .iter()
        .filter(|row| row.reeks == basket.reeks);
    let printed = cells
        .filter_map(|row| {
            // The printed total can be wrong; the sum of the printed rows is what the note counted.
            let value = row.som_rijen.or(row.nota)? as f64;
            Some(Printed {
                point: Point {
                    year: row.jaar,
                    value,
                },
                estimated: row.status == "geextrapoleerd",
            })
        })
        .collect();
    let outlook = facts.outlook(&basket.reeks).and_then(|row| {
        Some(Interval {
            year: row.jaar,
            lower: row.ondergrens?,
            upper: row.bovengrens?,
        })
    });
    let (adopted, revised) = paths(facts, basket);
    let mut chart = BasketChart {
        description: Description::default(),
        points,
        interval,
        printed,
        shaded: shaded(facts),
        breaks: breaks
            .iter()
            .map(|(letter, row)| Break {
                day: row.datum,
                letter: letter.clone(),
            })
            .collect(),
        adopted,
        revised,
        outlook,
    };
    chart.description = describe(facts, basket, &chart);
    chart
}

fn paths(facts: Facts<'_>, basket: &ReeksRow) -> (Option<Path>, Option<Path>) {
    let Some(baseline) = facts.baseline(&basket.reeks) else {
        return (None, None);
    };
    let goal = main_target(facts);
    let path = |from: Option<i64>, to: Option<f64>, name: &str, end: &str| {
        let (from, to) = (from? as f64, to?);
        (facts.target_year() > facts.baseline_year()).then(|| Path {
            from: Point {
                year: facts.baseline_year(),
                value: from,
            },
            to: Point {
                year: facts.target_year(),
                value: to,
            },
            from_label: format!("{name} {}", dutch::decimal(from, 0)),
            to_label: format!("{end} {}", dutch::decimal(to.floor(), 0)),
        })
    };
    let adopted = path(
        baseline.waarde_vastgesteld,
        baseline.streefwaarde,
        "vastgesteld",
        "streefwaarde",
    );
    let revised_target = goal.and_then(|goal| goal.streefwaarde_herzien);
    let revised = path(
        baseline.waarde_bron,
        revised_target,
        "politie nu",
        "vanaf politie nu",
    );
    (adopted, revised)
}

fn describe(facts: Facts<'_>, basket: &ReeksRow, chart: &BasketChart) -> Description {
    let (Some(first), Some(last)) = (chart.points.first(), chart.points.last()) else {
        return Description::default();
    };
    let count = |value: f64| dutch::decimal(value, 0);
    let main: Vec<String> = chart
        .points
        .iter()
        .filter(|point| [first.year, facts.baseline_year(), last.year].contains(&point.year))
        .map(|point| format!("{} in {}", count(point.value), point.year))
        .collect();
    let mut sentences = vec![format!("{}: {}.", basket.naam, dutch::list(&main))];
    if let Some(interval) = chart.interval {
        sentences.push(format!(
            "Het 95%-interval van {} is {}.",
            interval.year,
            dutch::interval(interval.lower, interval.upper, 0)
        ));
    }
    if let Some(path) = &chart.adopted {
        sentences.push(format!(
            "De streefwaarde voor {} is {}.",
            path.to.year,
            count(path.to.value.floor())
        ));
    }
    sentences.push("De tabel onder de grafiek bevat alle waarden.".to_owned());
    Description {
        id: "grafiek-mand".to_owned(),
        title: format!(
            "{} {} {}–{}, met de weg naar {}",
            basket.naam,
            facts.data().beleid.gemeente_naam,
            first.year,
            last.year,
            facts.target_year()
        ),
        text: sentences.join(" "),
    }
}

fn keys(facts: Facts<'_>, basket: &ReeksRow, chart: &BasketChart) -> Vec<(&'static str, String)> {
    let source = facts
        .history(&basket.reeks)
        .last()
        .and_then(|row| row.bron.clone());
    let mut keys = vec![(
        "line",
        match source {
            Some(table) => format!("geteld door de politie ({table})"),
            None => "geteld door de politie".to_owned(),
        },
    )];
    if !chart.printed.is_empty() {
        keys.push((
            "ring",
            "gedrukt in de nota, som van de rijen; gestippeld: schatting".to_owned(),
        ));
    }
    if let Some(interval) = chart.interval {
        keys.push((
            "interval",
            format!(
                "95%-interval van {}, met de gewone schommeling tussen jaren",
                interval.year
            ),
        ));
    }
    if chart.adopted.is_some() {
        keys.push(("adopted", "rechte weg vanaf het vastgestelde jaar 0".to_owned()));
    }
    if chart.revised.is_some() {
        keys.push((
            "revised",
            "rechte weg vanaf jaar 0 zoals de politie het nu telt".to_owned(),
        ));
    }
    if chart.outlook.is_some() {
        keys.push(("fan", "vooruitblik, 95%-interval".to_owned()));
    }
    keys
}

fn table(facts: Facts<'_>, basket: &ReeksRow, chart: &BasketChart) -> PlainTable {
    let mut head: Vec<String> = ["Jaar", "Politie nu", "95%-interval"].map(String::from).to_vec();
    let has_note = !chart.printed.is_empty();
    if has_note {
        head.push("Nota, som van de rijen".to_owned());
    }
    head.push("Bijzonderheden".to_owned());
    let rows = facts
        .told(&basket.reeks)
        .iter()
        .map(|row| {
            let mut cells = vec![
                row.jaar.to_string(),
                facts.count_or_reason(&basket.reeks, row.jaar),
                dutch::interval_or_nothing(row.ondergrens, row.bovengrens, 0),
            ];
            if has_note {
                let printed = chart.printed.iter().find(|cell| cell.point.year == row.jaar);
                cells.push(printed.map_or_else(
                    || dutch::NOTHING.to_owned(),
                    |cell| dutch::decimal(cell.point.value, 0),
                ));
            }
            cells.push(remarks(facts, row.jaar, chart));
            cells
        })
        .collect();
    PlainTable {
        caption: format!("{} naar jaar", basket.naam),
        head,
        rows,
    }
}

fn remarks(facts: Facts<'_>, year: i32, chart: &BasketChart) -> String {
    use chrono::Datelike;
    let mut remarks = Vec::new();
    if year == facts.baseline_year() {
        remarks.push("jaar 0".to_owned());
    }
    if facts.is_unrepresentative(year) {
        remarks.push("niet representatief".to_owned());
    }
    if chart
        .printed
        .iter()
        .any(|cell| cell.point.year == year && cell.estimated)
    {
        remarks.push("in de nota een schatting".to_owned());
    }
    for event in chart.breaks.iter().filter(|event| event.day.year() == year) {
        remarks.push(format!(
            "trendbreuk {} ({})",
            event.letter,
            dutch::month_and_year(event.day)
        ));
    }
    remarks.join("; ")
}
