//! What an own approximation may be made of, and that nobody can take it for a series or for evidence of a target.
//!
//! It is a sum of police codes beside the series of the note. A total among its codes, nuisance, or the name of a series
//! would give a number that looks like another.

use std::collections::HashSet;

use super::error::{Findings, quoted};
use super::file::PipelineFile;
use super::rules::Registers;
use super::source_kind::SourceKind;
use super::table::Table;

/// Adds what is wrong with `benaderingen` and `benadering_delen` to `findings`.
pub(super) fn approximations_are_sums_of_crimes(
    registers: &Registers<'_>,
    file: Option<&PipelineFile>,
    findings: &mut Findings,
) {
    let (Some(own), Some(parts)) = (registers.get("benaderingen"), registers.get("benadering_delen")) else {
        return;
    };
    each_has_a_name_of_its_own_and_codes(registers, own, parts, findings);
    a_target_has_one_at_most(registers, own, findings);
    if let Some(file) = file {
        codes_are_single_crimes(registers, parts, file, findings);
    }
}

fn each_has_a_name_of_its_own_and_codes(
    registers: &Registers<'_>,
    own: &Table,
    parts: &Table,
    findings: &mut Findings,
) {
    let built: HashSet<&str> = (0..parts.rows())
        .filter_map(|row| parts.text("benadering", row))
        .collect();
    for row in 0..own.rows() {
        let Some(name) = own.text("benadering", row) else {
            continue;
        };
        let mut refuse = |expected: String, found: &str| {
            let error = registers.mistake(own, row, expected, found.to_owned());
            findings.push(error.in_field("benadering"));
        };
        if registers
            .get("reeksen")
            .is_some_and(|series| series.row_of("reeks", name).is_some())
        {
            refuse("a key that no series has".to_owned(), &quoted(name));
        }
        if !built.contains(name) {
            let file = registers.file("benadering_delen");
            refuse(
                format!("a row for {} in {}", quoted(name), file.display()),
                "none",
            );
        }
    }
}

fn a_target_has_one_at_most(registers: &Registers<'_>, own: &Table, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for row in 0..own.rows() {
        if let Some(target) = own.text("doel", row).filter(|target| !seen.insert(*target)) {
            let expected = "a target that has no approximation yet".to_owned();
            findings.push(
                registers
                    .mistake(own, row, expected, quoted(target))
                    .in_field("doel"),
            );
        }
    }
}

/// Nuisance is no crime, and a total of the source already holds the other codes.
fn codes_are_single_crimes(
    registers: &Registers<'_>,
    parts: &Table,
    file: &PipelineFile,
    findings: &mut Findings,
) {
    for row in 0..parts.rows() {
        let (Some(table), Some(code)) = (parts.text("bron", row), parts.text("soort_code", row)) else {
            continue;
        };
        let source = file
            .sources
            .iter()
            .find(|source| source.kind == SourceKind::PoliceCrime && source.table == table);
        let Some(source) = source else {
            let expected = "the table of a source of the pipeline that holds crimes".to_owned();
            findings.push(
                registers
                    .mistake(parts, row, expected, quoted(table))
                    .in_field("bron"),
            );
            continue;
        };
        if source.total_code.as_deref() == Some(code) {
            let expected =
                "a code that is no total of the source, for that already holds the others".to_owned();
            findings.push(
                registers
                    .mistake(parts, row, expected, quoted(code))
                    .in_field("soort_code"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::pipeline::testing::{Small, refused};

    fn with(register: &str, from: &str, to: &str) -> Small {
        Small::new().replace(register, from, to)
    }

    const PART: &str = "eigen_benadering;47013NED;1.1.1;";

    #[test]
    fn an_approximation_without_codes_is_refused() {
        let message = refused(&with("benadering_delen", &format!("{PART}\n"), ""));
        assert!(
            message.contains("klein/benaderingen.csv:2: `benadering`: expected a row for `eigen_benadering`"),
            "{message}"
        );
    }

    #[test]
    fn an_approximation_never_bears_the_key_of_a_series() {
        let message = refused(
            &with("benaderingen", "eigen_benadering;", "woninginbraken;").replace(
                "benadering_delen",
                "eigen_benadering;",
                "woninginbraken;",
            ),
        );
        assert!(
            message.contains("a key that no series has, found `woninginbraken`"),
            "{message}"
        );
    }

    #[test]
    fn a_target_has_one_approximation_at_most() {
        let row = "eigen_benadering;Eigen benadering, niet de meter;G1;Som van een code\n";
        let second = row.replace("eigen_benadering;", "nog_een;");
        let message = refused(&with("benaderingen", row, &format!("{row}{second}")).replace(
            "benadering_delen",
            PART,
            &format!("{PART}\nnog_een;47013NED;1.1.2;"),
        ));
        assert!(
            message.contains("a target that has no approximation yet"),
            "{message}"
        );
    }

    #[test]
    fn nuisance_and_the_total_of_the_source_are_no_part_of_it() {
        let nuisance = refused(&with("benadering_delen", PART, "eigen_benadering;47021NED;E33;"));
        assert!(
            nuisance.contains("that holds crimes, found `47021NED`"),
            "{nuisance}"
        );
        let total = refused(
            &with("benadering_delen", PART, "eigen_benadering;47013NED;0.0.0;")
                .in_pipeline("division = 2023\n", "division = 2023\ntotal_code = \"0.0.0\"\n"),
        );
        assert!(total.contains("no total of the source"), "{total}");
    }
}
