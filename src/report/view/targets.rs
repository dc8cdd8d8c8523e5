//! Part c: all targets of the note in its order, each with its threshold, its measurement and how it stands.

use super::summary::{Standing, standings};
use super::survey::{margin, printed};
use super::themes::heading;
use super::{Citations, Facts, Figure, PhraseKind, Verdict, dutch};
use crate::report::model::DoelVoortgangRow;
use crate::report::words;

/// Everything of part c.
#[derive(Debug)]
pub(in crate::report) struct Targets {
    /// How many targets there are.
    pub(in crate::report) total: String,
    /// How many stand how, in the order of the register of phrases.
    pub(in crate::report) counts: Vec<(Verdict, usize)>,
    /// The targets by chapter.
    pub(in crate::report) chapters: Vec<Chapter>,
}

/// A chapter of the note.
#[derive(Debug)]
pub(in crate::report) struct Chapter {
    /// Its title.
    pub(in crate::report) title: String,
    /// Its themes.
    pub(in crate::report) themes: Vec<ThemeTargets>,
}

/// The targets of one theme.
#[derive(Debug)]
pub(in crate::report) struct ThemeTargets {
    /// Section and name; none for the general targets and where the chapter has the same title.
    pub(in crate::report) heading: Option<String>,
    /// The targets.
    pub(in crate::report) rows: Vec<TargetRow>,
    /// Why there is no target.
    pub(in crate::report) without: Option<&'static str>,
}

/// A target.
#[derive(Debug)]
pub(in crate::report) struct TargetRow {
    /// Its number.
    pub(in crate::report) number: String,
    /// The target in the words of the note.
    pub(in crate::report) text: String,
    /// What must be said with it.
    pub(in crate::report) remark: Option<String>,
    /// Threshold in words.
    pub(in crate::report) threshold: String,
    /// Deadline in words.
    pub(in crate::report) deadline: Option<String>,
    /// Newest value.
    pub(in crate::report) value: Figure,
    /// The measurement in words, with its day and evidence.
    pub(in crate::report) measured: Vec<String>,
    /// How it stands.
    pub(in crate::report) verdict: Verdict,
    /// The verdicts against both counts of year 0, for a target that has both.
    pub(in crate::report) standings: Vec<Standing>,
}

impl Targets {
    pub(super) fn new(facts: Facts<'_>, citations: &mut Citations<'_>) -> Self {
        let all = &facts.data().doel_voortgang;
        let general: Vec<TargetRow> = all
            .iter()
            .filter(|row| row.thema.is_none())
            .map(|row| target(facts, citations, row))
            .collect();
        let mut chapters = Vec::new();
        if !general.is_empty() {
            let themes = vec![ThemeTargets {
                heading: None,
                rows: general,
                without: None,
            }];
            chapters.push(Chapter {
                title: "Algemene doelen".to_owned(),
                themes,
            });
        }
        for theme in &facts.data().thema {
            let of_theme = all
                .iter()
                .filter(|row| row.thema.as_deref() == Some(&theme.thema));
            let rows: Vec<TargetRow> = of_theme.map(|row| target(facts, citations, row)).collect();
            let without = match (rows.is_empty(), theme.heeft_paragraaf) {
                (false, _) => None,
                (true, true) => Some("geen doel in de nota"),
                (true, false) => Some("geen paragraaf en geen doel in de nota"),
            };
            let title = dutch::heading(&theme.hoofdstuk);
            let themes = ThemeTargets {
                // A chapter of one theme carries its name already.
                heading: Some(heading(theme)).filter(|heading| *heading != title),
                rows,
                without,
            };
            match chapters.last_mut() {
                Some(chapter) if chapter.title == title => chapter.themes.push(themes),
                _ => chapters.push(Chapter {
                    title,
                    themes: vec![themes],
                }),
            }
        }
        Self {
            total: dutch::counted(all.len(), "doel", "doelen"),
            counts: counts(facts, all),
            chapters,
        }
    }
}

fn counts(facts: Facts<'_>, all: &[DoelVoortgangRow]) -> Vec<(Verdict, usize)> {
    let amount = |words: &str| {
        all.iter()
            .filter(|row| row.oordeel.as_deref() == Some(words))
            .count()
    };
    let phrases = facts
        .data()
        .frasen
        .iter()
        .filter(|phrase| phrase.soort == PhraseKind::Target.key());
    let mut words: Vec<&str> = phrases.map(|phrase| phrase.frase.as_str()).collect();
    // A stand that the register does not know is still counted, so that the counts add up to all targets.
    for row in all {
        let stand = row.oordeel.as_deref().unwrap_or_default();
        if !words.contains(&stand) {
            words.push(stand);
        }
    }
    let mut counts: Vec<(Verdict, usize)> = words
        .into_iter()
        .map(|words| {
            (
                words,
                all.iter()
                    .filter(|row| row.oordeel.as_deref().unwrap_or_default() == words)
                    .count(),
            )
        })
        .filter(|(_, amount)| *amount > 0)
        .map(|(words, _)| (stand(facts, words), amount(words)))
        .collect();
    counts.sort_by_key(|(_, amount)| std::cmp::Reverse(*amount));
    counts
}

fn stand(facts: Facts<'_>, words: &str) -> Verdict {
    if words.is_empty() {
        return Verdict {
            words: "geen oordeel".to_owned(),
            ..Verdict::default()
        };
    }
    Verdict::target(facts, words)
}

fn target(facts: Facts<'_>, citations: &mut Citations<'_>, row: &DoelVoortgangRow) -> TargetRow {
    let words = row.oordeel.as_deref().unwrap_or_default();
    let two_counts = row.oordeel_herzien.is_some();
    TargetRow {
        number: row.doel.clone(),
        text: row.tekst.trim_end_matches([';', ':', ',']).to_owned(),
        remark: row
            .toelichting
            .clone()
            .filter(|_| row.thema.is_none() || asks_why(facts, words)),
        threshold: row.drempel.clone().unwrap_or_else(|| "geen".to_owned()),
        deadline: row.termijn_tekst.clone(),
        value: value(citations, row),
        measured: measured(facts, row, words),
        verdict: stand(facts, words),
        standings: if two_counts {
            standings(facts, row)
        } else {
            Vec::new()
        },
    }
}

/// Whether a reader of this stand wants to know why: the target cannot be judged at all.
fn asks_why(facts: Facts<'_>, words: &str) -> bool {
    let code = facts
        .phrase(PhraseKind::Target, words)
        .map(|phrase| phrase.code.as_str());
    matches!(
        code,
        Some("doel_niet_te_beoordelen" | "doel_niet_beschikbaar" | "doel_nvt" | "doel_klein_aantal")
    )
}

fn value(citations: &mut Citations<'_>, row: &DoelVoortgangRow) -> Figure {
    match row.waarde {
        None => Figure::plain(dutch::NOTHING),
        Some(value) => citations.figure(
            &format!("doel_voortgang.{}.waarde", row.doel),
            dutch::with_unit(value, row.eenheid.as_deref().unwrap_or_default()),
        ),
    }
}

fn measured(facts: Facts<'_>, row: &DoelVoortgangRow, words: &str) -> Vec<String> {
    let mut out = Vec::new();
    if row.waarde.is_some()
        && let (Some(lower), Some(upper)) = (row.ondergrens, row.bovengrens)
    {
        let decimals = usize::from(row.eenheid.as_deref() != Some("delicten"));
        out.push(format!(
            "95%-interval {}",
            dutch::interval(lower, upper, decimals)
        ));
    }
    out.extend(
        row.waarde_tekst
            .clone()
            .filter(|text| text != words && !words.starts_with(text.as_str())),
    );
    out.extend(row.peildatum.map(|day| format!("peildatum {}", dutch::date(day))));
    out.extend(row.bewijs.as_ref().map(|evidence| format!("bewijs: {evidence}")));
    out.extend(background(facts, row));
    out.extend(asked_elsewhere(facts, row));
    out
}

/// What another survey than that of the target found at its newest measurement: shown, and proof of nothing.
fn asked_elsewhere(facts: Facts<'_>, row: &DoelVoortgangRow) -> Option<String> {
    let data = facts.data();
    let last = facts.report_year().unwrap_or(i32::MAX);
    let newest = |question: &str| {
        let answers = data.monitor_indicator.iter().filter(|answer| {
            answer.indicator == question
                && answer.regio_code == data.beleid.gemeente
                && answer.meting <= last
                && answer.waarde.is_some()
        });
        answers.max_by_key(|answer| answer.meting)
    };
    let found: Vec<String> = row
        .achtergrond
        .as_deref()?
        .split("; ")
        .filter_map(|question| {
            let answer = newest(question)?;
            Some(format!(
                "{}: {} ({}), {} {}",
                answer.naam,
                printed(answer.waarde?, &answer.eenheid),
                margin(answer),
                dutch::words_of_key(&answer.instrument),
                answer.meting,
            ))
        })
        .collect();
    (!found.is_empty()).then(|| {
        format!(
            "Achtergrond uit een andere enquête, geen bewijs. {}.",
            found.join("; ")
        )
    })
}

/// The own approximation beside a target, which names itself and proves nothing.
fn background(facts: Facts<'_>, row: &DoelVoortgangRow) -> Option<String> {
    let own = facts.comparison(row.benadering.as_deref()?, facts.report_year()?)?;
    let rank = words::rank(own);
    (!rank.is_empty()).then(|| format!("{}, {}: {rank}. Achtergrond, geen bewijs.", own.naam, own.jaar))
}
