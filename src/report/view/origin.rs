//! Where the figures come from and how a verdict is reached: sources, conventions, phrases, definitions, checks.

use super::{Citations, Facts, Mark, PhraseKind, dutch};
use crate::report::model::{AanvaardingRow, VoortgangsrapportageRow};
use crate::report::plain::plain;

/// Everything under "Herkomst".
#[derive(Debug, Default)]
pub(in crate::report) struct Origin {
    /// The sources.
    pub(in crate::report) sources: Vec<Source>,
    /// The conventions, with where each comes from.
    pub(in crate::report) conventions: Vec<(String, String)>,
    /// The phrases by kind.
    pub(in crate::report) phrases: Vec<(&'static str, Vec<(Mark, String)>)>,
    /// The definitions.
    pub(in crate::report) definitions: Vec<Definition>,
    /// How many definitions are only proposed.
    pub(in crate::report) proposed: Option<String>,
    /// The checks.
    pub(in crate::report) checks: Vec<Check>,
    /// Acceptances that hold for nothing, each in a sentence.
    pub(in crate::report) idle: Vec<String>,
    /// The figures shown.
    pub(in crate::report) figures: Vec<Provenance>,
}

/// A source.
#[derive(Debug)]
pub(in crate::report) struct Source {
    /// Id of the table.
    pub(in crate::report) table: String,
    /// Its title.
    pub(in crate::report) title: String,
    /// What the report needs it for.
    pub(in crate::report) purpose: String,
    /// Whom to name.
    pub(in crate::report) credit: String,
    /// Newest day on which its figures were so known.
    pub(in crate::report) known: String,
}

/// A definition.
#[derive(Debug)]
pub(in crate::report) struct Definition {
    /// The word.
    pub(in crate::report) term: String,
    /// Its description.
    pub(in crate::report) text: String,
    /// `voorstel` or `vastgesteld`.
    pub(in crate::report) status: String,
}

/// A check.
#[derive(Debug)]
pub(in crate::report) struct Check {
    /// Its name in words.
    pub(in crate::report) name: String,
    /// What it looked at.
    pub(in crate::report) checked: String,
    /// What a finding does.
    pub(in crate::report) severity: String,
    /// Outcome with a sign.
    pub(in crate::report) outcome: (&'static str, String),
    /// Findings, and how many of them a person accepted.
    pub(in crate::report) amount: String,
}

/// Where one figure comes from.
#[derive(Debug)]
pub(in crate::report) struct Provenance {
    /// Id that the figure links to.
    pub(in crate::report) anchor: String,
    /// Series, theme, question or target.
    pub(in crate::report) subject: String,
    /// What the figure is.
    pub(in crate::report) what: String,
    /// The year it is about.
    pub(in crate::report) year: String,
    /// The figure.
    pub(in crate::report) value: String,
    /// Source, the day on which it was so known, and lines of the note.
    pub(in crate::report) source: String,
    /// Key of the figure; it starts with the mart that holds it.
    pub(in crate::report) key: String,
}

impl Origin {
    pub(super) fn new(facts: Facts<'_>, citations: &Citations<'_>) -> Self {
        let data = facts.data();
        let proposed = data
            .definities
            .iter()
            .filter(|row| row.status == "voorstel")
            .count();
        Self {
            sources: sources(facts),
            conventions: data
                .conventies
                .iter()
                .map(|row| (row.tekst.clone(), row.bron.clone()))
                .collect(),
            phrases: phrases(facts),
            definitions: data
                .definities
                .iter()
                .map(|row| Definition {
                    term: facts.series(&row.term).map_or_else(
                        || dutch::capitalised(&dutch::words_of_key(&row.term)),
                        |row| row.naam.clone(),
                    ),
                    text: row.tekst.clone(),
                    status: row.status.clone(),
                })
                .collect(),
            proposed: (proposed > 0).then(|| dutch::counted(proposed, "definitie is", "definities zijn")),
            checks: checks(facts),
            idle: idle(facts),
            figures: figures(facts, citations),
        }
    }
}

fn sources(facts: Facts<'_>) -> Vec<Source> {
    facts
        .data()
        .bronnen
        .iter()
        .map(|row| Source {
            table: row.bron.clone(),
            title: row.titel.clone(),
            purpose: row.waarom.clone(),
            credit: format!("Bron: {}", row.uitgever),
            known: row
                .peildatum
                .map_or_else(|| "nog geen rijen".to_owned(), dutch::date),
        })
        .collect()
}

fn phrases(facts: Facts<'_>) -> Vec<(&'static str, Vec<(Mark, String)>)> {
    let kinds = [
        ("Oordelen over een verandering", PhraseKind::Trend),
        ("Voorbehouden bij een vergelijking", PhraseKind::Reservation),
        ("Standen van een doel", PhraseKind::Target),
    ];
    kinds
        .into_iter()
        .map(|(name, kind)| {
            let of_kind = facts.data().frasen.iter().filter(|row| row.soort == kind.key());
            let rows: Vec<(Mark, String)> = of_kind
                .map(|row| {
                    let mark = Mark {
                        sign: row.teken.clone(),
                        words: row.frase.clone(),
                    };
                    (mark, row.toelichting.clone().unwrap_or_default())
                })
                .collect();
            (name, rows)
        })
        .filter(|(_, rows)| !rows.is_empty())
        .collect()
}

fn checks(facts: Facts<'_>) -> Vec<Check> {
    facts
        .data()
        .controles
        .iter()
        .map(|row| Check {
            name: dutch::capitalised(&dutch::words_of_key(&row.controle)),
            checked: row.getoetst.clone(),
            severity: row.ernst.clone(),
            outcome: (
                match row.uitkomst.as_str() {
                    "in orde" => "✓",
                    "aanvaard" => "◐",
                    "niets te toetsen" => "–",
                    _ => "!",
                },
                row.uitkomst.clone(),
            ),
            amount: match (row.aantal, row.aanvaard) {
                (found, 0) => dutch::count(found),
                (found, accepted) => format!("{} ({} aanvaard)", dutch::count(found), dutch::count(accepted)),
            },
        })
        .collect()
}

fn idle(facts: Facts<'_>) -> Vec<String> {
    let sentence = |row: &AanvaardingRow| {
        let day = row
            .datum
            .map_or_else(String::new, |day| format!(" op {}", dutch::date(day)));
        format!(
            "{}, {}: {}. Aanvaard door {}{day}.",
            dutch::capitalised(&dutch::words_of_key(&row.controle)),
            plain(facts, &row.sleutel),
            plain(facts, &row.uitleg),
            row.aanvaard_door,
        )
    };
    facts.data().aanvaardingen.iter().map(sentence).collect()
}

fn figures(facts: Facts<'_>, citations: &Citations<'_>) -> Vec<Provenance> {
    citations
        .used()
        .filter_map(|(key, anchor)| facts.provenance(key).map(|row| provenance(facts, anchor, row)))
        .collect()
}

fn provenance(facts: Facts<'_>, anchor: &str, row: &VoortgangsrapportageRow) -> Provenance {
    let theme = facts
        .data()
        .thema
        .iter()
        .find(|theme| theme.thema == row.onderwerp);
    let own = facts
        .data()
        .benaderingen
        .iter()
        .find(|own| own.benadering == row.onderwerp);
    let subject = match (facts.series(&row.onderwerp), theme, own) {
        (Some(series), _, _) => series.naam.clone(),
        (None, Some(theme), _) if row.tabel == "trend_thema" => theme.naam.clone(),
        (None, _, Some(own)) => own.naam.clone(),
        _ => dutch::words_of_key(&row.onderwerp),
    };
    let source = row.bron.clone().unwrap_or_else(|| dutch::NOTHING.to_owned());
    Provenance {
        anchor: anchor.to_owned(),
        subject,
        what: row.omschrijving.clone(),
        year: row.jaar.map(|year| year.to_string()).unwrap_or_default(),
        value: row.waarde.map_or_else(
            || dutch::NOTHING.to_owned(),
            |value| match row.eenheid.as_deref() {
                Some("aantal") | None => dutch::number(value, 2),
                Some(unit) => dutch::with_unit(value, unit),
            },
        ),
        source: [
            Some(source),
            row.regel.as_ref().map(|lines| format!("regel {lines}")),
            row.peildatum.map(dutch::date),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", "),
        key: row.cijfer.clone(),
    }
}
