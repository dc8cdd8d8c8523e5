//! The crimes of the report year by wijk. What `wijkbeeld` hides is shown as hidden, with the agreement that says why.

use super::{Citations, Facts, Figure, dutch};
use crate::report::model::WijkRow;
use crate::report::reason;

/// The agreements that decide what is shown of districts.
const AGREEMENTS: [&str; 2] = ["wijk_drempel", "wijk_som_jaren"];

/// The table of wijken.
#[derive(Debug)]
pub(in crate::report) struct Districts {
    /// What it holds.
    pub(in crate::report) caption: String,
    /// Names of the wijken, one a column.
    pub(in crate::report) wijken: Vec<String>,
    /// The series.
    pub(in crate::report) rows: Vec<DistrictRow>,
    /// How to read it.
    pub(in crate::report) cautions: Vec<String>,
}

/// A series.
#[derive(Debug)]
pub(in crate::report) struct DistrictRow {
    /// Its name.
    pub(in crate::report) name: String,
    /// A cell for each wijk.
    pub(in crate::report) cells: Vec<Figure>,
}

impl Districts {
    /// `None` without a figure of a wijk in the report year.
    pub(super) fn new(facts: Facts<'_>, citations: &mut Citations<'_>) -> Option<Self> {
        let year = facts.report_year()?;
        let of_year = facts.data().wijken.iter().filter(|row| row.jaar == year);
        let rows: Vec<&WijkRow> = of_year.collect();
        if !rows.iter().any(|row| row.waarde.is_some()) {
            return None;
        }
        let mut wijken: Vec<(&str, &str)> = Vec::new();
        let mut series: Vec<(&str, &str)> = Vec::new();
        for row in &rows {
            let (wijk, name) = ((row.regio_code.as_str(), row.regio.as_str()), row.reeks.as_str());
            if !wijken.contains(&wijk) {
                wijken.push(wijk);
            }
            if !series.iter().any(|(known, _)| *known == name) {
                series.push((name, &row.reeks_naam));
            }
        }
        let mut cell = |series: &str, wijk: &str| {
            let row = rows
                .iter()
                .find(|row| row.reeks == series && row.regio_code == wijk);
            row.map_or_else(|| Figure::plain(dutch::NOTHING), |row| cell_of(citations, row))
        };
        let cautions = cautions(facts, &rows, &series);
        let rows = series.into_iter().map(|(key, name)| DistrictRow {
            name: name.to_owned(),
            cells: wijken.iter().map(|(wijk, _)| cell(key, wijk)).collect(),
        });
        Some(Self {
            caption: format!("Geregistreerde misdrijven per wijk in {year}"),
            rows: rows.collect(),
            wijken: wijken.iter().map(|(_, name)| short(name).to_owned()).collect(),
            cautions,
        })
    }
}

fn cell_of(citations: &mut Citations<'_>, row: &WijkRow) -> Figure {
    match row.waarde {
        Some(count) => {
            let key = format!("wijkbeeld.{}.{}.{}.waarde", row.regio_code, row.reeks, row.jaar);
            citations.figure(&key, dutch::count(count))
        }
        // The mart shows a dash for what it hides nothing of: there is no count.
        None if row.weergave == dutch::NOTHING => Figure::plain(reason::words(Some(&row.reden), true)),
        None => Figure::plain(row.weergave.clone()),
    }
}

/// A name without the number that the source puts before it: `Wijk 00 Binnenstad`.
fn short(name: &str) -> &str {
    let after_number = name.strip_prefix("Wijk ").and_then(|rest| rest.split_once(' '));
    match after_number {
        Some((number, rest)) if number.len() == 2 => rest,
        _ => name,
    }
}

/// What the table of wijken counts in the municipality and in no wijk, by series.
fn without_wijk(rows: &[&WijkRow], series: &[(&str, &str)]) -> Option<String> {
    let first = rows.first()?;
    let of_series = |(key, name): &(&str, &str)| {
        let row = rows.iter().find(|row| row.reeks == *key)?;
        let count = row.zonder_wijk.filter(|count| *count > 0)?;
        Some(format!("{name} {}", dutch::count(count)))
    };
    let counts: Vec<String> = series.iter().filter_map(of_series).collect();
    let (year, table) = (first.jaar, &first.bron);
    (!counts.is_empty()).then(|| {
        format!(
            "Bij geen wijk staan in {year}: {}. Die telt {table} alleen bij de gemeente.",
            counts.join(", ")
        )
    })
}

fn cautions(facts: Facts<'_>, rows: &[&WijkRow], series: &[(&str, &str)]) -> Vec<String> {
    let agreements = facts.data().conventies.iter();
    let mut cautions: Vec<String> = agreements
        .filter(|row| AGREEMENTS.contains(&row.conventie.as_str()))
        .map(|row| row.tekst.clone())
        .collect();
    cautions.push(
        "„verborgen” betekent dat anders een klein aantal van een andere wijk was te berekenen; dat zegt niets over de \
         hoogte van dit aantal."
            .to_owned(),
    );
    cautions.push(
        "Een misdrijf telt waar het gebeurde en niet waar iemand woont: in een centrum of op een bedrijventerrein vallen er \
         meer dan bij het aantal inwoners past."
            .to_owned(),
    );
    cautions.extend(without_wijk(rows, series));
    cautions.push(
        "De wijken komen uit een eigen tabel van de politie, die ook bij de gemeente als geheel wat lager telt dan de tabel van \
         gemeenten: hun aantallen tellen niet op tot de cijfers elders in dit rapport."
            .to_owned(),
    );
    cautions.push(
        "Soorten die hier niet staan worden nooit onder het niveau van de gemeente getoond, zie het register wijkregels. \
         Andere jaren en de buurten staan in de tabel wijkbeeld."
            .to_owned(),
    );
    cautions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;
    use crate::report::{ReportData, render};

    fn row(wijk: &str, waarde: Option<i64>, weergave: &str) -> WijkRow {
        WijkRow {
            regio_code: format!("WK01640{wijk}"),
            regio: format!("Wijk 0{wijk} Noord <{wijk}>"),
            reeks: "winkeldiefstal".into(),
            reeks_naam: "Winkeldiefstal".into(),
            jaar: 2022,
            waarde,
            reden: if waarde.is_some() { "waarde" } else { "verborgen" }.into(),
            weergave: weergave.into(),
            zonder_wijk: Some(0),
            bron: "47018NED".into(),
        }
    }

    fn report(rows: Vec<WijkRow>) -> ReportData {
        ReportData {
            wijken: rows,
            ..testing::report()
        }
    }

    #[test]
    fn what_is_hidden_is_shown_as_hidden_and_what_is_not_as_a_count() {
        let rows = vec![
            row("0", Some(1234), "1234"),
            row("1", None, "<5"),
            row("2", None, "verborgen"),
            WijkRow {
                reden: "niet_gepubliceerd".into(),
                ..row("3", None, "–")
            },
        ];
        let html = render(&report(rows)).unwrap();
        for text in [
            "Geregistreerde misdrijven per wijk in 2022",
            ">1.234<",
            ">&#60;5<",
            ">verborgen<",
            ">niet gepubliceerd<",
            "Noord &#60;0&#62;",
        ] {
            assert!(html.contains(text), "{text}");
        }
    }

    #[test]
    fn what_lies_in_no_wijk_is_said_with_its_table_and_nothing_is_said_to_add_up() {
        let elsewhere = WijkRow {
            zonder_wijk: Some(1040),
            ..row("0", Some(1234), "1234")
        };
        let html = render(&report(vec![elsewhere])).unwrap();
        let said =
            "Bij geen wijk staan in 2022: Winkeldiefstal 1.040. Die telt 47018NED alleen bij de gemeente.";
        assert!(html.contains(said), "{html}");
        assert!(html.contains("tellen niet op tot"));
        let html = render(&report(vec![row("0", Some(1234), "1234")])).unwrap();
        assert!(!html.contains("Bij geen wijk"));
    }

    #[test]
    fn without_a_figure_in_the_report_year_there_is_no_table() {
        let other_year = WijkRow {
            jaar: 2021,
            ..row("0", Some(7), "7")
        };
        for rows in [Vec::new(), vec![row("0", None, "verborgen")], vec![other_year]] {
            assert!(!render(&report(rows)).unwrap().contains("per wijk in"));
        }
    }

    #[test]
    fn only_the_number_of_a_wijk_is_left_out_of_its_name() {
        assert_eq!(short("Wijk 00 Binnenstad"), "Binnenstad");
        for whole in ["Wijk Noord", "Binnenstad", "Wijk aan Zee", "Wijk 00"] {
            assert_eq!(short(whole), whole);
        }
    }
}
