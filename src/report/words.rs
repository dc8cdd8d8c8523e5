//! The sentences of the report: a closed set of patterns, filled with figures from the marts.
//!
//! A pattern never weighs figures itself: which one is taken follows from the verdict that a mart gave, by its code in
//! the register of phrases. A verdict without a pattern of its own is quoted as it is.

use super::dutch;
use super::facts::Facts;
use super::model::{AansluitingRow, NulmetingRow, PrognoseRow, TrendReeksRow, VergelijkingRow};

/// A change in a table cell: a percentage when the mart gives one, else `van 7 naar 0`.
pub(super) fn change(from: Option<i64>, to: Option<i64>, percent: Option<f64>) -> String {
    match (percent, from, to) {
        (Some(percent), _, _) => dutch::signed_percent(percent),
        (None, Some(from), Some(to)) => {
            format!("van\u{a0}{} naar\u{a0}{}", dutch::count(from), dutch::count(to))
        }
        _ => dutch::NOTHING.to_owned(),
    }
}

/// A place on a list with the places that it might as well have been: `rang 40 van 341, kan ook 26 tot 60 zijn`; empty
/// without a place.
pub(super) fn rank(row: &VergelijkingRow) -> String {
    let (Some(rank), Some(of)) = (row.rang, row.gerangschikt) else {
        return String::new();
    };
    let place = format!("rang\u{a0}{} van\u{a0}{}", dutch::count(rank), dutch::count(of));
    match (row.rang_van, row.rang_tot) {
        (Some(from), Some(to)) if from == to => place,
        (Some(from), Some(to)) => {
            format!(
                "{place}, kan ook {} tot\u{a0}{} zijn",
                dutch::count(from),
                dutch::count(to)
            )
        }
        _ => format!("{place}; hoe zeker die is, is niet bekend"),
    }
}

/// How the own municipality lies among comparable ones: `geen aantoonbaar verschil met vergelijkbare gemeenten`.
pub(super) fn among_peers(facts: Facts<'_>, verdict: &str) -> String {
    match facts.comparison_code(verdict) {
        "trechter_hoger" | "trechter_lager" => {
            format!("aantoonbaar {verdict} dan vergelijkbare gemeenten")
        }
        "trechter_mogelijk_hoger" | "trechter_mogelijk_lager" => {
            format!("{verdict} dan vergelijkbare gemeenten")
        }
        "trechter_geen_verschil" => format!("{verdict} met vergelijkbare gemeenten"),
        "trechter_te_klein" => format!("{verdict} om met andere gemeenten te vergelijken"),
        _ => verdict.to_owned(),
    }
}

/// A verdict beside the year it compares with: `geen aantoonbaar verschil met 2019 (2.140)`.
pub(super) fn compared(facts: Facts<'_>, verdict: Option<&str>, year: i32, value: Option<i64>) -> String {
    let words = verdict.unwrap_or("geen oordeel");
    let other = match value {
        Some(value) => format!("{year} ({})", dutch::count(value)),
        None => year.to_string(),
    };
    match facts.trend_code(verdict) {
        "lager" | "hoger" => format!("aantoonbaar {words} dan {other}"),
        "mogelijk_lager" | "mogelijk_hoger" => format!("{words} dan {other}"),
        "geen_verschil" => format!("{words} met {other}"),
        _ => format!("{words} ten opzichte van {other}"),
    }
}

/// The words for a year that proves nothing, in apposition; empty for any other year.
pub(super) fn unrepresentative(facts: Facts<'_>, year: i32) -> &'static str {
    if facts.is_unrepresentative(year) {
        ", een niet-representatief jaar,"
    } else {
        ""
    }
}

/// Which rows differ from a year for certain, in one sentence; `None` when no row was compared.
///
/// `verdict_of` takes the verdict and the earlier count from a row.
pub(super) fn certain_differences(
    facts: Facts<'_>,
    rows: &[(String, &TrendReeksRow)],
    year: i32,
    verdict_of: fn(&TrendReeksRow) -> (Option<&str>, Option<i64>),
) -> Option<String> {
    let mut lower = Vec::new();
    let mut higher = Vec::new();
    let (mut compared, mut too_small) = (0, 0);
    for (name, row) in rows {
        let (verdict, earlier) = verdict_of(row);
        let place = match facts.trend_code(verdict) {
            "lager" => &mut lower,
            "hoger" => &mut higher,
            "geen_verschil" | "mogelijk_lager" | "mogelijk_hoger" => {
                compared += 1;
                continue;
            }
            "te_klein" => {
                too_small += 1;
                continue;
            }
            _ => continue,
        };
        compared += 1;
        if let (Some(earlier), Some(now)) = (earlier, row.waarde) {
            place.push(format!(
                "{name} (van {} naar {})",
                dutch::count(earlier),
                dutch::count(now)
            ));
        }
    }
    if compared == 0 {
        return None;
    }
    let than = format!("{year}{}", unrepresentative(facts, year));
    let than = than.trim_end_matches(',');
    let rest = match too_small {
        0 => String::new(),
        1 => "; één is te klein om te beoordelen".to_owned(),
        more => format!("; {more} zijn te klein om te beoordelen"),
    };
    Some(match (lower.is_empty(), higher.is_empty()) {
        (true, true) => {
            let judged = dutch::counted(compared, "beoordeelde reeks", "beoordeelde reeksen");
            format!("Van de {judged}, het totaal meegeteld, verschilt er geen aantoonbaar van {than}{rest}.")
        }
        (false, true) => format!("Aantoonbaar lager dan {than}: {}.", dutch::list(&lower)),
        (true, false) => format!("Aantoonbaar hoger dan {than}: {}.", dutch::list(&higher)),
        (false, false) => format!(
            "Aantoonbaar lager dan {than}: {}. Aantoonbaar hoger: {}.",
            dutch::list(&lower),
            dutch::list(&higher)
        ),
    })
}

/// How much of the required fall is only a difference in counting year 0; empty when the two counts agree.
///
/// `parts` are the rows of the basket with their names.
pub(super) fn counting_difference(
    facts: Facts<'_>,
    basket: &NulmetingRow,
    parts: &[(String, &NulmetingRow)],
) -> Vec<String> {
    let (Some(adopted), Some(now), Some(difference)) =
        (basket.waarde_vastgesteld, basket.waarde_bron, basket.verschil)
    else {
        return Vec::new();
    };
    let year = facts.baseline_year();
    let (less, required) = (
        -difference,
        basket.streefwaarde.map(|target| adopted as f64 - target),
    );
    let mut sentences = match required {
        _ if difference == 0 => return Vec::new(),
        Some(required) if less > 0 && less as f64 <= required => vec![format!(
            "Van de gevraagde daling van {} delicten is {} alleen een verschil in tellen: de nota nam voor {year} het aantal {} \
             over, de politie telt nu {}.",
            dutch::number(required, 1),
            dutch::count(less),
            dutch::count(adopted),
            dutch::count(now),
        )],
        _ => vec![format!(
            "De nota nam voor {year} {} delicten over, de politie telt er nu {}: een verschil in tellen van {}.",
            dutch::count(adopted),
            dutch::count(now),
            dutch::signed_count(difference),
        )],
    };
    let same_way = |row: &NulmetingRow| row.verschil.filter(|part| part.signum() == difference.signum());
    let largest = parts
        .iter()
        .filter_map(|(name, row)| same_way(row).map(|part| (name, *row, part)))
        .max_by_key(|(_, _, part)| part.unsigned_abs());
    if let Some((name, row, part)) = largest {
        let counts = match (row.waarde_vastgesteld, row.waarde_bron) {
            (Some(adopted), Some(now)) => {
                format!(
                    " ({} in de nota, {} nu)",
                    dutch::count(adopted),
                    dutch::count(now)
                )
            }
            _ => String::new(),
        };
        let verdict = row
            .oordeel
            .as_deref()
            .map(|words| format!(" Oordeel: {words}."))
            .unwrap_or_default();
        sentences.push(format!(
            "Het meeste daarvan, {}, zit in {name}{counts}.{verdict}",
            dutch::count(part.abs()),
        ));
    }
    sentences
}

/// What the outlook says about the target: `None` when limits are missing.
pub(super) fn outlook(row: &PrognoseRow, name: &str, target: Option<f64>) -> Option<String> {
    let (lower, upper) = (row.ondergrens?, row.bovengrens?);
    let since = row
        .vanaf_jaar
        .map(|year| format!(" vanaf {year}"))
        .unwrap_or_default();
    let reach = format!(
        "De vooruitblik{since} voor {name} in {} loopt van {} tot {} (95%-interval).",
        row.jaar,
        dutch::decimal(lower, 0),
        dutch::decimal(upper, 0)
    );
    let Some(target) = target else { return Some(reach) };
    let place = if target < lower {
        "ligt eronder: zonder verandering wordt zij waarschijnlijk niet gehaald"
    } else if target > upper {
        "ligt erboven: zonder verandering wordt zij waarschijnlijk gehaald"
    } else {
        "ligt daarbinnen: het kan nog beide kanten op"
    };
    Some(format!(
        "{reach} De streefwaarde van {} {place}.",
        dutch::number(target.floor(), 0)
    ))
}

/// How the printed cells relate to the source, counted by verdict; `None` without printed cells.
pub(super) fn printed_cells(rows: &[AansluitingRow]) -> Option<String> {
    if rows.is_empty() {
        return None;
    }
    let mut verdicts: Vec<(&str, usize)> = Vec::new();
    for row in rows {
        match verdicts.iter_mut().find(|(words, _)| *words == row.oordeel) {
            Some((_, amount)) => *amount += 1,
            None => verdicts.push((&row.oordeel, 1)),
        }
    }
    verdicts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let parts: Vec<String> = verdicts
        .iter()
        .map(|(words, amount)| format!("{amount} keer “{words}”"))
        .collect();
    Some(format!(
        "Van de nota zijn {} naast de politiecijfers van nu gelegd: {}.",
        dutch::counted(rows.len(), "gedrukt cijfer", "gedrukte cijfers"),
        dutch::list(&parts)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    #[test]
    fn a_change_is_a_percentage_only_where_the_mart_gives_one() {
        assert_eq!(change(Some(2140), Some(2087), Some(-2.476_635)), "−2,5%");
        assert_eq!(change(Some(7), Some(0), None), "van\u{a0}7 naar\u{a0}0");
        assert_eq!(change(None, Some(3), None), "–");
    }

    #[test]
    fn a_place_is_never_given_without_what_it_might_as_well_have_been() {
        let place = |range: Option<(i64, i64)>| {
            rank(&VergelijkingRow {
                rang: Some(40),
                rang_van: range.map(|range| range.0),
                rang_tot: range.map(|range| range.1),
                gerangschikt: Some(341),
                ..VergelijkingRow::default()
            })
            .replace('\u{a0}', " ")
        };
        assert_eq!(place(Some((26, 60))), "rang 40 van 341, kan ook 26 tot 60 zijn");
        assert_eq!(place(Some((40, 40))), "rang 40 van 341");
        assert_eq!(place(None), "rang 40 van 341; hoe zeker die is, is niet bekend");
        assert_eq!(rank(&VergelijkingRow::default()), "");
    }

    #[test]
    fn a_verdict_among_peers_says_whom_it_compares_with() {
        let data = testing::report();
        let facts = Facts::new(&data);
        for (verdict, expected) in [
            ("hoger", "aantoonbaar hoger dan vergelijkbare gemeenten"),
            ("mogelijk hoger", "mogelijk hoger dan vergelijkbare gemeenten"),
            (
                "geen aantoonbaar verschil",
                "geen aantoonbaar verschil met vergelijkbare gemeenten",
            ),
            ("te klein", "te klein om met andere gemeenten te vergelijken"),
            ("een woord dat niemand kent", "een woord dat niemand kent"),
        ] {
            assert_eq!(among_peers(facts, verdict), expected);
        }
    }

    #[test]
    fn verdicts_are_read_by_their_code() {
        let data = testing::report();
        let facts = Facts::new(&data);
        let compared = |words| compared(facts, Some(words), 2019, Some(2140));
        assert_eq!(
            compared("geen aantoonbaar verschil"),
            "geen aantoonbaar verschil met 2019 (2.140)"
        );
        assert_eq!(compared("lager"), "aantoonbaar lager dan 2019 (2.140)");
        assert_eq!(compared("mogelijk hoger"), "mogelijk hoger dan 2019 (2.140)");
        assert_eq!(
            compared("te klein om te beoordelen"),
            "te klein om te beoordelen ten opzichte van 2019 (2.140)"
        );
    }

    #[test]
    fn the_difference_in_counting_is_taken_from_year_0() {
        // Specification: 108 of the required 224.8 is a difference in counting, 105 of it in bicycle theft.
        let data = testing::report();
        let facts = Facts::new(&data);
        let parts: Vec<_> = facts
            .basket_parts()
            .iter()
            .filter_map(|row| {
                facts
                    .baseline(&row.reeks)
                    .map(|baseline| (row.naam.clone(), baseline))
            })
            .collect();
        let text = counting_difference(facts, facts.baseline("mand").unwrap(), &parts).join(" ");
        for part in [
            "224,8",
            "108",
            "2.248",
            "2.140",
            "Het meeste daarvan, 105",
            "704 in de nota, 599 nu",
            "oorzaak onbekend",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn no_difference_in_counting_is_no_sentence() {
        let data = testing::report();
        let same = NulmetingRow {
            waarde_vastgesteld: Some(10),
            waarde_bron: Some(10),
            verschil: Some(0),
            ..NulmetingRow::default()
        };
        assert!(counting_difference(Facts::new(&data), &same, &[]).is_empty());
        assert!(counting_difference(Facts::new(&data), &NulmetingRow::default(), &[]).is_empty());
    }

    #[test]
    fn the_outlook_says_on_which_side_the_target_lies() {
        let row = PrognoseRow {
            jaar: 2024,
            ondergrens: Some(1504.505),
            bovengrens: Some(2894.942),
            ..PrognoseRow::default()
        };
        let text = |target| outlook(&row, "het totaal", target).unwrap();
        assert!(
            text(Some(2023.2)).contains("1.505 tot 2.895") && text(Some(2023.2)).contains("beide kanten")
        );
        assert!(text(Some(1000.0)).contains("waarschijnlijk niet gehaald"));
        assert!(text(Some(3000.0)).contains("waarschijnlijk gehaald"));
        assert!(!text(None).contains("streefwaarde"));
    }

    #[test]
    fn printed_cells_are_counted_by_verdict() {
        let row = |oordeel: &str| AansluitingRow {
            oordeel: oordeel.into(),
            ..AansluitingRow::default()
        };
        let text = printed_cells(&[row("gelijk"), row("gelijk"), row("nota schatte dit jaar")]).unwrap();
        assert!(
            text.contains("3\u{a0}gedrukte cijfers")
                && text.contains("2 keer “gelijk” en 1 keer “nota schatte dit jaar”"),
            "{text}"
        );
        assert_eq!(printed_cells(&[]), None);
    }
}
