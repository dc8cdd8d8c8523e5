//! Part a: what is new since the note, how its estimate came out, and how far the target year may still spread.

use chrono::NaiveDate;

use super::basket::BasketFigure;
use super::{Citations, Facts, Figure, Svg, Verdict, dutch};
use crate::report::chart::{Description, Range};
use crate::report::cite::id;
use crate::report::model::{PrognoseRow, TrendbreukRow};
use crate::report::plain::plain;
use crate::report::{reason, words};

/// Everything of part a.
#[derive(Debug, Default)]
pub(in crate::report) struct Developments {
    /// The big chart.
    pub(in crate::report) basket: Option<BasketFigure>,
    /// Why there is none.
    pub(in crate::report) no_basket: String,
    /// The years since the note.
    pub(in crate::report) new_years: Vec<NewYear>,
    /// Why a year is not representative.
    pub(in crate::report) unrepresentative: Vec<String>,
    /// How the estimates of the note came out.
    pub(in crate::report) estimates: Vec<Estimates>,
    /// The outlook to the target year.
    pub(in crate::report) outlook: Option<Outlook>,
    /// Breaks that touch this report.
    pub(in crate::report) breaks: Vec<BreakNote>,
    /// The note beside the source.
    pub(in crate::report) note: NoteAgainstSource,
    /// Figures that the source changed.
    pub(in crate::report) revisions: Vec<Revision>,
    /// Checks that found something.
    pub(in crate::report) warnings: Vec<Warning>,
}

/// A year that the note did not have yet.
#[derive(Debug)]
pub(in crate::report) struct NewYear {
    /// The year.
    pub(in crate::report) year: i32,
    /// The basket.
    pub(in crate::report) figure: Figure,
    /// Verdict on the year before.
    pub(in crate::report) previous: Option<Verdict>,
    /// Verdict on year 0.
    pub(in crate::report) baseline: Option<Verdict>,
}

/// The estimates of the note for one year.
#[derive(Debug)]
pub(in crate::report) struct Estimates {
    /// The year.
    pub(in crate::report) year: i32,
    /// How they came out, in one sentence.
    pub(in crate::report) sentence: String,
    /// How the note estimated.
    pub(in crate::report) method: String,
    /// One row a series.
    pub(in crate::report) rows: Vec<EstimateRow>,
}

/// The outlook.
#[derive(Debug)]
pub(in crate::report) struct Outlook {
    /// The target year.
    pub(in crate::report) year: i32,
    /// What it says about the basket.
    pub(in crate::report) sentence: Option<String>,
    /// How it is made.
    pub(in crate::report) method: String,
    /// One row a series.
    pub(in crate::report) rows: Vec<EstimateRow>,
}

/// An estimate of one series.
#[derive(Debug)]
pub(in crate::report) struct EstimateRow {
    /// Name of the series.
    pub(in crate::report) name: String,
    /// As printed in the note, or the last count that an outlook rests on.
    pub(in crate::report) expected: Figure,
    /// The interval.
    pub(in crate::report) interval: String,
    /// What it became.
    pub(in crate::report) actual: String,
    /// Inside or outside the interval, with a sign.
    pub(in crate::report) inside: Option<(&'static str, &'static str)>,
    /// What is said without that.
    pub(in crate::report) unjudged: &'static str,
    /// The same as a drawing.
    pub(in crate::report) drawing: Option<Svg>,
}

/// A break and the series that it touches.
#[derive(Debug)]
pub(in crate::report) struct BreakNote {
    /// Month.
    pub(in crate::report) when: String,
    /// What changed.
    pub(in crate::report) text: String,
    /// Names of the series.
    pub(in crate::report) series: String,
    /// What it does to a comparison.
    pub(in crate::report) effect: &'static str,
    /// Where it is written.
    pub(in crate::report) source: String,
}

/// How the printed figures relate to the source.
#[derive(Debug, Default)]
pub(in crate::report) struct NoteAgainstSource {
    /// All printed figures by verdict, in one sentence.
    pub(in crate::report) sentence: Option<String>,
    /// Printed totals that are not the sum of their rows.
    pub(in crate::report) wrong_totals: Vec<String>,
    /// Printed figures that differ from the source without a known cause.
    pub(in crate::report) unexplained: Vec<Unexplained>,
}

/// A printed figure that differs.
#[derive(Debug)]
pub(in crate::report) struct Unexplained {
    /// Name of the series.
    pub(in crate::report) name: String,
    /// The year.
    pub(in crate::report) year: i32,
    /// As printed.
    pub(in crate::report) printed: Figure,
    /// As the source has it now.
    pub(in crate::report) now: String,
    /// The difference.
    pub(in crate::report) difference: String,
    /// The verdict of the mart.
    pub(in crate::report) verdict: String,
}

/// A figure that the source changed from one version to the next.
#[derive(Debug)]
pub(in crate::report) struct Revision {
    /// Kind of crime or nuisance.
    pub(in crate::report) name: String,
    /// Period in words.
    pub(in crate::report) period: String,
    /// From what to what, and on which days it was known so.
    pub(in crate::report) change: String,
}

/// A check that found something.
#[derive(Debug)]
pub(in crate::report) struct Warning {
    /// Name of the check.
    pub(in crate::report) name: String,
    /// What was looked at.
    pub(in crate::report) checked: String,
    /// How many findings.
    pub(in crate::report) amount: String,
    /// The first ones.
    pub(in crate::report) examples: Vec<String>,
}

impl Developments {
    pub(super) fn new(facts: Facts<'_>, citations: &mut Citations<'_>) -> Self {
        Self {
            basket: BasketFigure::new(facts),
            no_basket: no_basket(facts),
            new_years: new_years(facts, citations),
            unrepresentative: unrepresentative(facts),
            estimates: estimates(facts, citations),
            outlook: outlook(facts, citations),
            breaks: breaks(facts),
            note: note_against_source(facts, citations),
            revisions: revisions(facts),
            warnings: warnings(facts),
        }
    }
}

/// Why there is no chart of the basket: it has no figures yet, or those that it has are kept back.
fn no_basket(facts: Facts<'_>) -> String {
    let kept_back = facts
        .basket()
        .map(|basket| facts.told(&basket.reeks))
        .unwrap_or_default();
    let years: Vec<String> = kept_back
        .iter()
        .filter(|row| row.waarde.is_none())
        .map(|row| format!("{}: {}", row.jaar, reason::words(row.reden.as_deref(), false)))
        .collect();
    if years.is_empty() {
        return "Er zijn nog geen politiecijfers over de mand.".to_owned();
    }
    format!("Over de mand is er geen cijfer ({}).", dutch::list(&years))
}

/// The years after the last one that the note counted.
fn new_years(facts: Facts<'_>, citations: &mut Citations<'_>) -> Vec<NewYear> {
    let Some(basket) = facts.basket() else {
        return Vec::new();
    };
    let printed = facts
        .data()
        .aansluiting
        .iter()
        .filter(|row| row.status != "geextrapoleerd");
    let last_counted = printed
        .map(|row| row.jaar)
        .max()
        .unwrap_or_else(|| facts.baseline_year());
    facts
        .told(&basket.reeks)
        .into_iter()
        .filter(|row| row.jaar > last_counted)
        .map(|row| NewYear {
            year: row.jaar,
            figure: citations.series_value(&row.reeks, row.jaar),
            previous: Verdict::trend(
                facts,
                row.oordeel_vorig.as_deref(),
                row.voorbehoud_vorig.as_deref(),
            ),
            baseline: Verdict::trend(facts, row.oordeel.as_deref(), row.voorbehoud_basis.as_deref()),
        })
        .collect()
}

fn unrepresentative(facts: Facts<'_>) -> Vec<String> {
    facts
        .data()
        .niet_representatief
        .iter()
        .map(|row| {
            let by = match (&row.regel, row.door.as_str()) {
                (Some(lines), _) => format!("nota, regel {lines}"),
                (None, "product") => "aanname van deze rapportage".to_owned(),
                (None, by) => by.to_owned(),
            };
            format!("{} is niet representatief: {} ({by})", row.jaar, row.tekst)
        })
        .collect()
}

fn estimates(facts: Facts<'_>, citations: &mut Citations<'_>) -> Vec<Estimates> {
    let of_note: Vec<&PrognoseRow> = facts
        .data()
        .prognose
        .iter()
        .filter(|row| row.soort == "deeljaar")
        .collect();
    let mut years: Vec<i32> = of_note.iter().map(|row| row.jaar).collect();
    years.sort_unstable();
    years.dedup();
    years
        .into_iter()
        .map(|year| {
            let rows: Vec<&PrognoseRow> = of_note.iter().copied().filter(|row| row.jaar == year).collect();
            Estimates {
                year,
                sentence: came_out(facts, year, &rows),
                method: rows.first().map(|row| row.methode.clone()).unwrap_or_default(),
                rows: estimate_rows(facts, citations, &rows),
            }
        })
        .collect()
}

fn came_out(facts: Facts<'_>, year: i32, rows: &[&PrognoseRow]) -> String {
    let judged = rows.iter().filter(|row| row.binnen.is_some()).count();
    if judged == 0 {
        return format!("Wat {year} werd, is nog niet bekend.");
    }
    let outside: Vec<String> = rows
        .iter()
        .filter(|row| row.binnen == Some(false))
        .map(|row| facts.series_name(&row.reeks))
        .collect();
    let estimates = dutch::counted(judged, "schatting", "schattingen");
    if outside.is_empty() {
        return format!("Van de {estimates} van de nota voor {year} kwam elke uitkomst binnen de marge.");
    }
    format!(
        "Van de {estimates} van de nota voor {year} kwamen er {} buiten de marge uit: {}.",
        outside.len(),
        dutch::list(&outside)
    )
}

fn estimate_rows(facts: Facts<'_>, citations: &mut Citations<'_>, rows: &[&PrognoseRow]) -> Vec<EstimateRow> {
    let axis = ratio_axis(rows);
    rows.iter()
        .map(|row| estimate_row(facts, citations, axis, row))
        .collect()
}

/// What an estimate says: as printed when the note printed it.
fn expected(row: &PrognoseRow) -> Option<f64> {
    row.gedrukt.or(row.schatting)
}

/// Lowest and highest ratio to the estimate in these rows, with some room.
fn ratio_axis(rows: &[&PrognoseRow]) -> (f64, f64) {
    let ratios = rows.iter().flat_map(|row| {
        let expected = expected(row).unwrap_or_default();
        [
            row.ondergrens,
            row.bovengrens,
            row.werkelijk.map(|count| count as f64),
        ]
        .into_iter()
        .flatten()
        .map(move |value| value / expected)
        .filter(|ratio| ratio.is_finite())
    });
    ratios.fold((0.9, 1.1), |(low, high), ratio| (ratio.min(low), ratio.max(high)))
}

fn estimate_row(
    facts: Facts<'_>,
    citations: &mut Citations<'_>,
    axis: (f64, f64),
    row: &PrognoseRow,
) -> EstimateRow {
    let name = facts.series_name(&row.reeks);
    let interval = dutch::interval_or_nothing(row.ondergrens, row.bovengrens, 0);
    let drawing = row
        .ondergrens
        .zip(row.bovengrens)
        .zip(expected(row))
        .filter(|(_, expected)| *expected > 0.0)
        .and_then(|((lower, upper), expected)| {
            let became = row
                .werkelijk
                .map(|count| format!(", werd {}", dutch::count(count)))
                .unwrap_or_default();
            let range = Range {
                description: Description {
                    id: id(&["marge", &row.soort, &row.jaar.to_string(), &row.reeks]),
                    title: format!("{name} {}", row.jaar),
                    text: format!("Marge {interval}{became}."),
                },
                interval: (lower / expected, upper / expected),
                actual: row.werkelijk.map(|count| count as f64 / expected),
                axis,
            };
            range.draw().map(Svg::new)
        });
    let missing = facts.no_figure(&row.reeks, row.jaar);
    EstimateRow {
        name,
        expected: cited_estimate(facts, citations, row),
        interval,
        actual: row.werkelijk.map_or_else(|| missing.to_owned(), dutch::count),
        unjudged: if missing == dutch::NOTHING {
            "nog niet bekend"
        } else {
            "niet te beoordelen"
        },
        inside: row.binnen.map(|inside| {
            if inside {
                ("●", "binnen")
            } else {
                ("◇", "buiten")
            }
        }),
        drawing,
    }
}

/// An estimate with its origin: the printed cell when that is what is shown, else the estimate as recomputed.
fn cited_estimate(facts: Facts<'_>, citations: &mut Citations<'_>, row: &PrognoseRow) -> Figure {
    let Some(value) = expected(row) else {
        return Figure::plain(dutch::NOTHING);
    };
    let text = dutch::decimal(value, 0);
    let is_printed = facts.data().aansluiting.iter().any(|cell| {
        cell.reeks == row.reeks
            && cell.jaar == row.jaar
            && cell.nota.map(dutch::count).as_ref() == Some(&text)
    });
    let key = if is_printed {
        format!("aansluiting.{}.{}.nota", row.reeks, row.jaar)
    } else {
        format!("prognose.{}.{}.{}.schatting", row.reeks, row.soort, row.jaar)
    };
    citations.figure(&key, text)
}

fn outlook(facts: Facts<'_>, citations: &mut Citations<'_>) -> Option<Outlook> {
    let rows: Vec<&PrognoseRow> = facts
        .data()
        .prognose
        .iter()
        .filter(|row| row.soort == "vooruitblik")
        .collect();
    let first = rows.first()?;
    let basket = facts.basket();
    let sentence = basket.and_then(|basket| {
        let target = facts.baseline(&basket.reeks).and_then(|row| row.streefwaarde);
        words::outlook(
            facts.outlook(&basket.reeks)?,
            &format!("het {}", dutch::inside_sentence(&basket.naam)),
            target,
        )
    });
    Some(Outlook {
        year: first.jaar,
        sentence,
        method: first.methode.clone(),
        rows: estimate_rows(facts, citations, &rows),
    })
}

/// The breaks between the first year shown and the target year, each with the series that it touches.
fn breaks(facts: Facts<'_>) -> Vec<BreakNote> {
    use chrono::Datelike;
    let first = super::axis(facts).0;
    let mut seen: Vec<&str> = Vec::new();
    let mut notes = Vec::new();
    for row in &facts.data().trendbreuken {
        if seen.contains(&row.breuk.as_str())
            || !is_shown(facts, row)
            || !(first..=facts.target_year()).contains(&row.datum.year())
        {
            continue;
        }
        seen.push(&row.breuk);
        let touched: Vec<_> = facts
            .data()
            .trendbreuken
            .iter()
            .filter(|other| other.breuk == row.breuk)
            .collect();
        let names: Vec<String> = touched
            .iter()
            .map(|other| match &other.instrument {
                Some(instrument) => format!("enquête {}", dutch::words_of_key(instrument)),
                None => dutch::inside_sentence(&facts.series_name(&other.reeks)),
            })
            .collect();
        notes.push(BreakNote {
            when: dutch::month_and_year(row.datum),
            text: row.tekst.clone(),
            series: dutch::list(&names),
            effect: if touched.iter().any(|other| other.blokkerend) {
                "niet over te vergelijken waar de reeks zelf verandert"
            } else if row.effect == "breuk" {
                "voorbehoud trendbreuk"
            } else {
                "toelichting"
            },
            source: row.bron.clone(),
        });
    }
    notes
}

/// Whether the report has figures that a break could touch: a survey may not have been fetched.
fn is_shown(facts: Facts<'_>, row: &TrendbreukRow) -> bool {
    let surveys = &facts.data().monitor_indicator;
    let instrument = row.instrument.as_ref();
    instrument.is_none_or(|instrument| surveys.iter().any(|answer| answer.instrument == *instrument))
}

fn note_against_source(facts: Facts<'_>, citations: &mut Citations<'_>) -> NoteAgainstSource {
    let rows = &facts.data().aansluiting;
    let wrong_totals = rows
        .iter()
        .filter_map(|row| {
            let (printed, sum, off) = (row.nota?, row.som_rijen?, row.verschil_som?);
            (off != 0).then(|| {
                format!(
                    "{}: gedrukt {}, de rijen tellen op tot {} ({})",
                    row.jaar,
                    dutch::count(printed),
                    dutch::count(sum),
                    dutch::signed_count(off)
                )
            })
        })
        .collect();
    let unexplained = rows
        .iter()
        .filter(|row| row.oordeel == "verschil, oorzaak onbekend")
        .map(|row| {
            let printed = row.nota.map_or_else(
                || Figure::plain(dutch::NOTHING),
                |count| {
                    let key = format!("aansluiting.{}.{}.nota", row.reeks, row.jaar);
                    citations.figure(&key, dutch::count(count))
                },
            );
            Unexplained {
                name: facts.series_name(&row.reeks),
                year: row.jaar,
                printed,
                now: dutch::count_or_nothing(row.bron),
                difference: row
                    .verschil
                    .map_or_else(|| dutch::NOTHING.to_owned(), dutch::signed_count),
                verdict: row.oordeel.clone(),
            }
        })
        .collect();
    NoteAgainstSource {
        sentence: words::printed_cells(rows),
        wrong_totals,
        unexplained,
    }
}

fn known_on(day: Option<NaiveDate>) -> String {
    day.map_or_else(String::new, |day| format!(" ({})", dutch::date(day)))
}

fn revisions(facts: Facts<'_>) -> Vec<Revision> {
    facts
        .data()
        .herziening
        .iter()
        .map(|row| Revision {
            name: row.soort.clone(),
            period: plain(facts, &row.periode_code),
            change: format!(
                "van {}{} naar {}{}",
                dutch::count_or_nothing(row.oud),
                known_on(row.oude_peildatum),
                dutch::count_or_nothing(row.nieuw),
                known_on(row.peildatum)
            ),
        })
        .collect()
}

fn warnings(facts: Facts<'_>) -> Vec<Warning> {
    facts
        .data()
        .controles
        .iter()
        .filter(|row| row.aantal > 0)
        .map(|row| Warning {
            name: dutch::capitalised(&dutch::words_of_key(&row.controle)),
            checked: plain(facts, &row.getoetst),
            amount: dutch::counted(
                usize::try_from(row.aantal).unwrap_or_default(),
                "bevinding",
                "bevindingen",
            ),
            examples: row
                .voorbeelden
                .iter()
                .map(|example| dutch::capitalised(&plain(facts, example)))
                .collect(),
        })
        .collect()
}
