//! What must hold between the rows of a register, and between registers.
//!
//! Each rule is one function with a name that says it. A rule looks only at registers that were read without
//! mistakes; the others have their own messages already. How series are built from parts is in `series_rules`.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::approximation_rules::approximations_are_sums_of_crimes;
use super::day_rules::days_make_sense;
use super::district_rules::rules_of_districts_name_their_table;
use super::error::{Findings, PipelineError, nearest, quoted};
use super::file::PipelineFile;
use super::range_rules::{conventions_have_values_of_their_unit, values_lie_between_their_ends};
use super::registers::{CONVENTIONS, REGISTERS};
use super::series_rules::{parts_of, series_are_sums_of_known_parts, texts_by_series};
use super::survey_rules::surveys_are_told_apart;
use super::table::{Table, Values};
use super::theme_rules::themes_add_up;
use super::unit_rules::units_are_those_of_what_they_measure;

/// The registers that were read without mistakes.
pub(super) struct Registers<'a> {
    /// Path of the folder that holds them: `pipelines/hengelo`.
    pub(super) folder: &'a Path,
    pub(super) tables: &'a [Table],
}

impl<'a> Registers<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name).with_extension("csv")
    }

    /// A mistake in a row of a register.
    pub(super) fn mistake(
        &self,
        table: &Table,
        row: usize,
        expected: String,
        found: String,
    ) -> PipelineError {
        table.mistake(self.folder, row, expected, found)
    }
}

/// Adds what is wrong between rows and registers to `findings`. `file` is there when the pipeline file is right;
/// `phrases` are the codes that the product uses, `today` is the day of the run.
pub(super) fn check_registers(
    registers: &Registers<'_>,
    file: Option<&PipelineFile>,
    phrases: &[&str],
    today: NaiveDate,
    findings: &mut Findings,
) {
    references_point_to_rows(registers, findings);
    series_are_sums_of_known_parts(registers, file, findings);
    themes_add_up(registers, findings);
    approximations_are_sums_of_crimes(registers, file, findings);
    surveys_are_told_apart(registers, file, findings);
    units_are_those_of_what_they_measure(registers, findings);
    values_lie_between_their_ends(registers, findings);
    if let Some(file) = file {
        days_make_sense(registers, file, today, findings);
        conventions_have_values_of_their_unit(registers, &file.policy, today, findings);
        rules_of_districts_name_their_table(registers, file, findings);
        printed_baseline_equals_frozen_baseline(registers, i64::from(file.policy.baseline_year), findings);
        nothing_stands_before_a_policy_is_adopted(registers, file, findings);
    }
    every_row_of_a_printed_total_is_printed(registers, findings);
    themes_with_a_section_have_its_number(registers, findings);
    targets_can_be_judged_as_their_kind_says(registers, findings);
    all_names_are_there(registers, ("conventies", "conventie"), CONVENTIONS, findings);
    all_names_are_there(registers, ("frasen", "code"), phrases, findings);
}

fn references_point_to_rows(registers: &Registers<'_>, findings: &mut Findings) {
    for register in REGISTERS {
        let Some(table) = registers.get(register.name) else {
            continue;
        };
        for field in register.fields {
            let Some((target, target_column)) = field.references else {
                continue;
            };
            let Some(known) = registers
                .get(target)
                .and_then(|table| table.column(target_column))
            else {
                continue;
            };
            let Values::Text(known) = &known.values else {
                continue;
            };
            let mut known: HashSet<&str> = known.iter().flatten().map(String::as_str).collect();
            let other = field
                .or_references
                .and_then(|(other, column)| registers.get(other)?.column(column));
            if let Some(Values::Text(others)) = other.map(|column| &column.values) {
                known.extend(others.iter().flatten().map(String::as_str));
            }
            for row in 0..table.rows() {
                let Some(value) = table.text(field.name, row) else {
                    continue;
                };
                if known.contains(value) {
                    continue;
                }
                let expected = format!(
                    "a value of `{target_column}` in {}",
                    registers.file(target).display()
                );
                let error = registers
                    .mistake(table, row, expected, quoted(value))
                    .in_field(field.name);
                let mut candidates: Vec<&str> = known.iter().copied().collect();
                candidates.sort_unstable();
                findings.push(match nearest(value, candidates) {
                    Some(near) => error.with_hint(format!("perhaps {} is meant", quoted(near))),
                    None => error,
                });
            }
        }
    }
}

/// Year 0 stands twice, in the note's table and as the council adopted it; the two may not drift apart.
fn printed_baseline_equals_frozen_baseline(
    registers: &Registers<'_>,
    baseline: i64,
    findings: &mut Findings,
) {
    let (Some(printed), Some(frozen)) = (registers.get("gedrukt"), registers.get("vastgesteld")) else {
        return;
    };
    for row in (0..printed.rows()).filter(|row| printed.whole("jaar", *row) == Some(baseline)) {
        let Some(series) = printed.text("reeks", row) else {
            continue;
        };
        let Some(frozen_row) = frozen.row_of("reeks", series) else {
            continue;
        };
        let (printed_value, frozen_value) =
            (printed.whole("waarde", row), frozen.whole("waarde", frozen_row));
        if printed_value == frozen_value {
            continue;
        }
        let shown =
            |value: Option<i64>| value.map_or_else(|| "nothing".to_owned(), |value| value.to_string());
        let expected = format!(
            "the frozen year 0 of `{series}`, {} ({})",
            shown(frozen_value),
            frozen.place(registers.folder, frozen_row)
        );
        let found = format!(
            "{}, a printed {baseline} value that differs from the frozen year 0",
            shown(printed_value)
        );
        findings.push(
            registers
                .mistake(printed, row, expected, found)
                .in_field("waarde")
                .with_hint("year 0 is what the council adopted: compare both registers with the note"),
        );
    }
}

/// A target or a year 0 that no council adopted would be judged as if one had, and what a note says has no day.
fn nothing_stands_before_a_policy_is_adopted(
    registers: &Registers<'_>,
    file: &PipelineFile,
    findings: &mut Findings,
) {
    if file.policy.adopted.is_some() {
        return;
    }
    let says_the_note = |table: &Table, row: &usize| table.text("regel", *row).is_some();
    for (register, needs_the_note) in [
        ("vastgesteld", false),
        ("doelen", false),
        ("gedrukt", false),
        ("monitor", true),
        ("metingen", true),
    ] {
        let Some(table) = registers.get(register) else {
            continue;
        };
        let first = (0..table.rows()).find(|row| !needs_the_note || says_the_note(table, row));
        if let Some(row) = first {
            let expected = "no row of an adopted policy while `policy.adopted` is not filled in";
            let error = registers.mistake(table, row, expected.to_owned(), "a row".to_owned());
            findings
                .push(error.with_hint("write the day on which the council adopted it in the pipeline file"));
        }
    }
}

/// A printed total without all of its rows cannot be compared with their sum.
fn every_row_of_a_printed_total_is_printed(registers: &Registers<'_>, findings: &mut Findings) {
    let (Some(series), Some(printed), Some(parts)) = (
        registers.get("reeksen"),
        registers.get("gedrukt"),
        registers.get("reeks_delen"),
    ) else {
        return;
    };
    let parts = parts_of(parts);
    let kinds = texts_by_series(series, "soort");
    let cells: HashSet<(&str, i64)> = (0..printed.rows())
        .filter_map(|row| Some((printed.text("reeks", row)?, printed.whole("jaar", row)?)))
        .collect();
    for row in 0..printed.rows() {
        let (Some(total), Some(year)) = (printed.text("reeks", row), printed.whole("jaar", row)) else {
            continue;
        };
        if kinds.get(total) != Some(&"mand") {
            continue;
        }
        let missing: Vec<&str> = parts
            .get(total)
            .into_iter()
            .flatten()
            .copied()
            .filter(|part| !cells.contains(&(*part, year)))
            .collect();
        if !missing.is_empty() {
            let expected = format!("a printed {year} value of every part of `{total}`");
            let found = format!("none of {}", missing.join(", "));
            findings.push(registers.mistake(printed, row, expected, found));
        }
    }
}

fn themes_with_a_section_have_its_number(registers: &Registers<'_>, findings: &mut Findings) {
    let Some(themes) = registers.get("themas") else {
        return;
    };
    let Some(Values::YesNo(has_section)) = themes.column("heeft_paragraaf").map(|column| &column.values)
    else {
        return;
    };
    for (row, has_section) in has_section.iter().enumerate() {
        let number = themes.text("paragraaf", row);
        let (expected, found) = match (has_section, number) {
            (Some(true), None) => ("the number of the section", "an empty cell"),
            (Some(false), Some(number)) => ("an empty cell, for `heeft_paragraaf` is nee", number),
            _ => continue,
        };
        findings.push(
            registers
                .mistake(themes, row, expected.to_owned(), found.to_owned())
                .in_field("paragraaf"),
        );
    }
}

/// Numbers and coverages are compared with a value; a comparison without a value would pass or fail by accident.
fn targets_can_be_judged_as_their_kind_says(registers: &Registers<'_>, findings: &mut Findings) {
    let Some(targets) = registers.get("doelen") else {
        return;
    };
    for row in 0..targets.rows() {
        let mut refuse = |field: &str, expected: &str, found: &str| {
            let error = registers.mistake(targets, row, expected.to_owned(), found.to_owned());
            findings.push(error.in_field(field));
        };
        let kind = targets.text("soort", row).unwrap_or_default();
        let is_judged = targets.text("beoordeelbaar", row) == Some("ja");
        let direction = targets.text("richting", row);
        let value = targets.number("streefwaarde", row);
        if matches!(kind, "NUM" | "COV") && is_judged {
            if value.is_none() {
                refuse(
                    "streefwaarde",
                    &format!("a value for a target of soort {kind} that can be judged"),
                    "an empty cell",
                );
            }
            if direction.is_none() {
                refuse(
                    "richting",
                    &format!("a direction for a target of soort {kind} that can be judged"),
                    "an empty cell",
                );
            }
        }
        if let (Some(direction), None) = (direction, value)
            && !(matches!(kind, "NUM" | "COV") && is_judged)
        {
            refuse(
                "richting",
                "an empty cell, for there is no `streefwaarde` to compare with",
                &quoted(direction),
            );
        }
        if targets.number("basiswaarde", row).is_none() && targets.whole("basisjaar", row).is_some() {
            refuse(
                "basisjaar",
                "an empty cell, for there is no `basiswaarde`",
                "a year",
            );
        }
    }
}

/// Every name that the program uses must be in the register, or a sentence or figure could not be made.
fn all_names_are_there(
    registers: &Registers<'_>,
    (register, column): (&str, &str),
    names: &[&str],
    findings: &mut Findings,
) {
    let Some(table) = registers.get(register) else {
        return;
    };
    let rows: HashMap<&str, usize> = (0..table.rows())
        .filter_map(|row| Some((table.text(column, row)?, row)))
        .collect();
    for name in names.iter().filter(|name| !rows.contains_key(**name)) {
        let expected = format!("a row for {}", quoted(name));
        findings
            .push(PipelineError::new(&registers.file(register), expected, "no such row").in_field(column));
    }
}

#[cfg(test)]
mod tests {
    use crate::pipeline::testing::{Small, refused};

    #[test]
    fn a_value_that_no_row_has_is_refused_with_the_nearest_one() {
        let message =
            refused(&Small::new().replace("thema_reeksen", "wonen;woninginbraken", "wonen;woninginbrak"));
        assert!(
            message
                .contains("thema_reeksen.csv:2: `reeks`: expected a value of `reeks` in p/klein/reeksen.csv")
        );
        assert!(message.contains("found `woninginbrak`"), "{message}");
    }

    #[test]
    fn a_printed_baseline_that_differs_from_the_frozen_one_names_both_files_and_lines() {
        let message =
            refused(&Small::new().replace("gedrukt", "woninginbraken;2019;176", "woninginbraken;2019;177"));
        assert_eq!(
            message,
            "p/klein/gedrukt.csv:3: `waarde`: expected the frozen year 0 of `woninginbraken`, 176 (p/klein/vastgesteld.csv:2), \
             found 177, a printed 2019 value that differs from the frozen year 0"
        );
    }

    #[test]
    fn nothing_of_a_policy_stands_before_the_council_adopted_it() {
        let message = refused(&Small::new().in_pipeline("adopted = 2021-01-13\n", ""));
        for register in ["vastgesteld", "doelen", "gedrukt", "monitor"] {
            assert!(
                message.contains(&format!("{register}.csv:2: expected no row of an adopted policy")),
                "{message}"
            );
        }
        // The small measurement does not come from the note.
        assert!(!message.contains("metingen.csv"), "{message}");
    }

    #[test]
    fn the_baseline_year_is_that_of_the_pipeline() {
        // In a pipeline with year 0 in 2018, the printed 2018 value is the one that must be frozen.
        let other_year = Small::new().in_pipeline("baseline_year = 2019", "baseline_year = 2018");
        let message = refused(&other_year);
        assert!(
            message.contains("klein/gedrukt.csv:2:") && message.contains("found 192, a printed 2018"),
            "{message}"
        );
    }

    #[test]
    fn a_printed_total_needs_all_its_printed_rows() {
        let message =
            refused(&Small::new().replace("gedrukt", "fietsendiefstal;2019;704;gedrukt_in_nota;251\n", ""));
        assert!(
            message.contains("every part of `mand`, found none of fietsendiefstal"),
            "{message}"
        );
    }

    #[test]
    fn a_target_with_a_number_needs_its_value_and_direction_unless_it_cannot_be_judged() {
        let without = |judged: &str| {
            Small::new()
                .replace("doelen", "792;delicten;<=;", ";delicten;;")
                .replace("doelen", "nee;ja;531", judged)
        };
        let message = refused(&without("nee;ja;531"));
        assert!(
            message.contains("doelen.csv:2: `streefwaarde`") && message.contains("doelen.csv:2: `richting`")
        );
        assert!(without("nee;nee;531").load().is_ok());
    }

    #[test]
    fn a_direction_needs_a_value_to_compare_with() {
        let message =
            refused(&Small::new().replace("doelen", "plan uitgevoerd;;;;", "plan uitgevoerd;;;>=;"));
        assert!(
            message.contains("doelen.csv:3: `richting`: expected an empty cell"),
            "{message}"
        );
    }

    #[test]
    fn a_base_year_without_base_value_is_refused() {
        let message = refused(&Small::new().replace("doelen", "<=;880;2019", "<=;;2019"));
        assert!(message.contains("`basisjaar`"), "{message}");
    }

    #[test]
    fn a_theme_has_a_number_exactly_when_it_has_a_section() {
        let message = refused(&Small::new().replace("themas", "wonen;4.3.1;", "wonen;;"));
        assert!(
            message.contains("`paragraaf`: expected the number of the section"),
            "{message}"
        );
        let message = refused(&Small::new().replace("themas", "4.3 Wonen;ja", "4.3 Wonen;nee"));
        assert!(message.contains("found 4.3.1"), "{message}");
    }

    #[test]
    fn every_convention_and_every_phrase_of_the_product_must_be_there() {
        assert!(
            refused(&Small::new().replace("conventies", "alfa;0,05;kans;x;\n", ""))
                .contains("a row for `alfa`")
        );
        let message = refused(&Small::new().replace("frasen", "lager;lager;trend;▼;\n", ""));
        assert!(
            message.contains("klein/frasen.csv: `code`: expected a row for `lager`"),
            "{message}"
        );
    }
}
