//! How a series may be built from police codes and other series, so that nothing is counted twice.
//!
//! A total that holds itself, a row twice, or nuisance among crimes is a wrong figure that no later
//! check can see, because the sum looks like any other number.

use std::collections::{HashMap, HashSet};

use super::error::{Findings, quoted};
use super::file::PipelineFile;
use super::rules::Registers;
use super::source_kind::SourceKind;
use super::table::Table;

/// The series of which each series is the sum, in the order of the register. Parts that are codes are left out.
pub(super) fn parts_of(parts: &Table) -> HashMap<&str, Vec<&str>> {
    let mut of: HashMap<&str, Vec<&str>> = HashMap::new();
    for row in 0..parts.rows() {
        if let (Some(series), Some(part)) = (parts.text("reeks", row), parts.text("deel", row)) {
            of.entry(series).or_default().push(part);
        }
    }
    of
}

/// The cells of a text column of `reeksen`, by the key of the series.
pub(super) fn texts_by_series<'a>(series: &'a Table, column: &str) -> HashMap<&'a str, &'a str> {
    (0..series.rows())
        .filter_map(|row| Some((series.text("reeks", row)?, series.text(column, row)?)))
        .collect()
}

/// Adds what is wrong with `reeks_delen` to `findings`.
pub(super) fn series_are_sums_of_known_parts(
    registers: &Registers<'_>,
    file: Option<&PipelineFile>,
    findings: &mut Findings,
) {
    let (Some(series), Some(parts)) = (registers.get("reeksen"), registers.get("reeks_delen")) else {
        return;
    };
    let before = findings.count();
    every_part_is_a_code_or_a_series(registers, parts, findings);
    every_series_has_parts(registers, series, parts, findings);
    crimes_and_nuisance_stay_apart(registers, series, parts, file, findings);
    a_total_of_the_source_is_no_part(registers, series, parts, findings);
    if findings.count() == before && !a_series_holds_itself(registers, parts, findings) {
        nothing_is_counted_twice(registers, series, parts, findings);
    }
}

fn every_part_is_a_code_or_a_series(registers: &Registers<'_>, parts: &Table, findings: &mut Findings) {
    for row in 0..parts.rows() {
        let (table, code) = (parts.text("bron", row), parts.text("soort_code", row));
        let is_code = table.is_some() && code.is_some();
        let is_series = parts.text("deel", row).is_some();
        let half_a_code = table.is_some() != code.is_some();
        if is_code == is_series || half_a_code {
            let found = match (is_series, table.is_some() || code.is_some()) {
                (true, true) => "both",
                (false, true) => "half a code",
                _ => "neither",
            };
            let expected = "either `bron` with `soort_code`, or `deel`".to_owned();
            findings.push(registers.mistake(parts, row, expected, found.to_owned()));
        }
    }
}

fn every_series_has_parts(registers: &Registers<'_>, series: &Table, parts: &Table, findings: &mut Findings) {
    let built: HashSet<&str> = (0..parts.rows())
        .filter_map(|row| parts.text("reeks", row))
        .collect();
    for row in 0..series.rows() {
        let Some(name) = series.text("reeks", row) else {
            continue;
        };
        if !built.contains(name) {
            let expected = format!(
                "a row for {} in {}",
                quoted(name),
                registers.file("reeks_delen").display()
            );
            findings.push(
                registers
                    .mistake(series, row, expected, "none".to_owned())
                    .in_field("reeks"),
            );
        }
    }
}

/// Crimes and nuisance are never added, and a code comes from a police table of the pipeline of the same nature.
fn crimes_and_nuisance_stay_apart(
    registers: &Registers<'_>,
    series: &Table,
    parts: &Table,
    file: Option<&PipelineFile>,
    findings: &mut Findings,
) {
    let natures = texts_by_series(series, "aard");
    let nature = |name: &str| natures.get(name).copied();
    for row in 0..parts.rows() {
        let Some(own) = parts.text("reeks", row).and_then(nature) else {
            continue;
        };
        if let Some(of_part) = parts.text("deel", row).and_then(nature)
            && of_part != own
        {
            let expected = format!("a part of aard {own}, for crimes and nuisance are never added");
            findings.push(
                registers
                    .mistake(parts, row, expected, format!("aard {of_part}"))
                    .in_field("deel"),
            );
        }
        let (Some(file), Some(table)) = (file, parts.text("bron", row)) else {
            continue;
        };
        let kind = if own == "overlast" {
            SourceKind::PoliceNuisance
        } else {
            SourceKind::PoliceCrime
        };
        if !file
            .sources
            .iter()
            .any(|source| source.kind == kind && source.table == table)
        {
            let expected = format!("the table of a source of the pipeline that holds {own}");
            findings.push(
                registers
                    .mistake(parts, row, expected, quoted(table))
                    .in_field("bron"),
            );
        }
    }
}

/// The source's own total already holds the rows, so neither it nor its code may be added to anything.
fn a_total_of_the_source_is_no_part(
    registers: &Registers<'_>,
    series: &Table,
    parts: &Table,
    findings: &mut Findings,
) {
    let kinds = texts_by_series(series, "soort");
    let is_total = |name: &str| kinds.get(name) == Some(&"brontotaal");
    let code_of = |row: usize| Some((parts.text("bron", row)?, parts.text("soort_code", row)?));
    let of_total = |row: &usize| parts.text("reeks", *row).is_some_and(is_total);
    let total_codes: HashSet<(&str, &str)> = (0..parts.rows()).filter(of_total).filter_map(code_of).collect();
    for row in (0..parts.rows()).filter(|row| !of_total(row)) {
        let expected = "a part that is no total of the source, for that already holds the other rows";
        if let Some(part) = parts.text("deel", row).filter(|part| is_total(part)) {
            findings.push(
                registers
                    .mistake(parts, row, expected.to_owned(), quoted(part))
                    .in_field("deel"),
            );
        }
        if let Some((_, code)) = code_of(row).filter(|code| total_codes.contains(code)) {
            findings.push(
                registers
                    .mistake(parts, row, expected.to_owned(), quoted(code))
                    .in_field("soort_code"),
            );
        }
    }
}

/// Whether some series is, by way of its parts, a part of itself. One such circle is named.
fn a_series_holds_itself(registers: &Registers<'_>, parts: &Table, findings: &mut Findings) -> bool {
    let mut unresolved = parts_of(parts);
    loop {
        let before = unresolved.len();
        let names: HashSet<&str> = unresolved.keys().copied().collect();
        unresolved.retain(|_, parts| parts.iter().any(|part| names.contains(part)));
        if unresolved.len() == before {
            break;
        }
    }
    // What is left holds a part that is left too: following those parts must come back somewhere.
    let Some(first) = unresolved.keys().min().copied() else {
        return false;
    };
    let mut path: Vec<&str> = vec![first];
    let mut current = first;
    while let Some(next) = unresolved
        .get(current)
        .and_then(|parts| parts.iter().copied().find(|part| unresolved.contains_key(part)))
    {
        if let Some(start) = path.iter().position(|earlier| *earlier == next) {
            let circle: Vec<&str> = path.iter().skip(start).copied().chain([next]).collect();
            let row = (0..parts.rows())
                .find(|row| {
                    parts.text("reeks", *row) == Some(current) && parts.text("deel", *row) == Some(next)
                })
                .unwrap_or_default();
            let expected = "series that are no part of themselves".to_owned();
            findings.push(
                registers
                    .mistake(parts, row, expected, circle.join(" > "))
                    .in_field("deel"),
            );
            break;
        }
        path.push(next);
        current = next;
    }
    true
}

/// In one series no other series and no police code may come in by two ways.
fn nothing_is_counted_twice(
    registers: &Registers<'_>,
    series: &Table,
    parts: &Table,
    findings: &mut Findings,
) {
    let parts_of = parts_of(parts);
    let mut codes_of: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
    for row in 0..parts.rows() {
        if let (Some(name), Some(table), Some(code)) = (
            parts.text("reeks", row),
            parts.text("bron", row),
            parts.text("soort_code", row),
        ) {
            codes_of.entry(name).or_default().push((table, code));
        }
    }
    for row in 0..series.rows() {
        let Some(name) = series.text("reeks", row) else {
            continue;
        };
        let mut seen_series = HashSet::new();
        let mut seen_codes = HashSet::new();
        let mut waiting = vec![name];
        while let Some(current) = waiting.pop() {
            let twice = if seen_series.insert(current) {
                codes_of
                    .get(current)
                    .into_iter()
                    .flatten()
                    .find(|code| !seen_codes.insert(**code))
                    .map(|(_, code)| *code)
            } else {
                Some(current)
            };
            if let Some(twice) = twice {
                let expected = format!("every part of {} once", quoted(name));
                let found = format!("{} by two ways", quoted(twice));
                let error = registers.mistake(series, row, expected, found).in_field("reeks");
                findings.push(error.with_hint(format!("see {}", registers.file("reeks_delen").display())));
                break;
            }
            waiting.extend(parts_of.get(current).into_iter().flatten());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::pipeline::testing::{Small, refused};

    fn with_parts(rows: &str) -> Small {
        let header = "reeks;bron;soort_code;deel;toelichting\n";
        Small::new().replace("reeks_delen", header, &format!("{header}{rows}"))
    }

    #[test]
    fn a_row_is_a_code_or_a_series_and_not_both_or_half() {
        for (row, found) in [
            ("mand;47013NED;1.2.3;woninginbraken;", "found both"),
            ("mand;;;;leeg", "found neither"),
            ("mand;47013NED;;;", "found half a code"),
        ] {
            let message = refused(&with_parts(&format!("{row}\n")));
            assert!(
                message.contains("reeks_delen.csv:2: expected either") && message.contains(found),
                "{message}"
            );
        }
    }

    #[test]
    fn a_series_without_parts_is_refused() {
        let message = refused(&Small::new().replace("reeks_delen", "overlast;47021NED;E33;;\n", ""));
        assert!(
            message.contains("klein/reeksen.csv:5: `reeks`: expected a row for `overlast`"),
            "{message}"
        );
    }

    #[test]
    fn a_series_that_is_part_of_itself_is_refused_with_the_circle() {
        let message = refused(&with_parts("woninginbraken;;;mand;\n"));
        assert!(
            message.contains("woninginbraken > mand > woninginbraken")
                || message.contains("mand > woninginbraken > mand")
        );
        assert!(refused(&with_parts("mand;;;mand;\n")).contains("mand > mand"));
    }

    #[test]
    fn nuisance_never_enters_a_sum_of_crimes() {
        assert!(refused(&with_parts("mand;;;overlast;\n")).contains("never added, found aard overlast"));
        let message = refused(&with_parts("mand;47021NED;E35;;\n"));
        assert!(
            message.contains("`bron`: expected the table of a source of the pipeline that holds misdrijf")
        );
    }

    #[test]
    fn a_code_of_a_table_that_no_source_has_is_refused() {
        assert!(refused(&with_parts("mand;47018NED;1.2.4;;\n")).contains("found `47018NED`"));
    }

    #[test]
    fn the_total_of_the_source_is_never_added() {
        assert!(refused(&with_parts("mand;;;totaal_misdrijven;\n")).contains("found `totaal_misdrijven`"));
        assert!(refused(&with_parts("mand;47013NED;0.0.0;;\n")).contains("found `0.0.0`"));
    }

    #[test]
    fn a_series_or_code_that_comes_in_twice_is_refused() {
        let message = refused(&with_parts("mand;47013NED;1.1.1;;\n"));
        assert!(
            message.contains("every part of `mand` once, found `1.1.1` by two ways"),
            "{message}"
        );
        let twice = Small::new()
            .replace(
                "reeksen",
                "mand;Totaal",
                "sub;Sub;;vermogen;subtotaal;9;;lager;nee;misdrijf;sommen;;;\nmand;Totaal",
            )
            .replace(
                "reeks_delen",
                "mand;;;woninginbraken;\n",
                "mand;;;woninginbraken;\nmand;;;sub;\nsub;;;woninginbraken;\n",
            );
        assert!(refused(&twice).contains("found `woninginbraken` by two ways"));
    }
}
