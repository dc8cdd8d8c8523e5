//! Units: what a value is a value of.
//!
//! A target of 100 % is not met by 100 schools, and "at most 7 dagen" not by 6 weken. So what may prove a target has its
//! unit, letter by letter; a target has that of the series or question that judges it; and a question is asked in one unit.
//! Between which ends a value lies is asked in `range_rules`.

use std::collections::HashMap;

use super::error::{Findings, nearest, quoted};
use super::registers::{OUTCOME_UNITS, UNITS};
use super::rules::Registers;

/// Adds every unit that cannot be to `findings`.
pub(super) fn units_are_those_of_what_they_measure(registers: &Registers<'_>, findings: &mut Findings) {
    targets_with_a_value_have_a_unit(registers, findings);
    targets_have_the_unit_of_their_evidence(registers, findings);
    measurements_have_the_unit_of_their_target(registers, findings);
    questions_have_one_unit(registers, findings);
}

fn targets_with_a_value_have_a_unit(registers: &Registers<'_>, findings: &mut Findings) {
    let Some(targets) = registers.get("doelen") else {
        return;
    };
    for row in 0..targets.rows() {
        if targets.number("streefwaarde", row).is_some() && targets.text("eenheid", row).is_none() {
            let expected = "the unit of `streefwaarde`".to_owned();
            let error = registers.mistake(targets, row, expected, "an empty cell".to_owned());
            findings.push(
                error
                    .in_field("eenheid")
                    .with_hint("without a unit, a measurement of anything would be held against the target"),
            );
        }
    }
}

/// A series is a count, and a question has a unit of its own: a target that is judged by one of them is in that unit.
fn targets_have_the_unit_of_their_evidence(registers: &Registers<'_>, findings: &mut Findings) {
    let Some(targets) = registers.get("doelen") else {
        return;
    };
    for row in 0..targets.rows() {
        let Some(unit) = targets.text("eenheid", row) else {
            continue;
        };
        if targets.number("streefwaarde", row).is_none() {
            continue;
        }
        let refuse = |expected: String| {
            registers
                .mistake(targets, row, expected, quoted(unit))
                .in_field("eenheid")
        };
        if let Some(series) = targets.text("reeks", row)
            && UNITS.iter().any(|(name, ..)| *name == unit)
        {
            let expected = format!(
                "a unit of counts, such as `delicten`, for {} is a number of crimes or registrations",
                quoted(series)
            );
            findings
                .push(refuse(expected).with_hint("write the target as a number, in the unit of the series"));
        }
        let Some(question) = targets.text("indicator", row) else {
            continue;
        };
        let survey = targets.text("instrument", row);
        let asked = ["monitor", "monitor_vragen"]
            .into_iter()
            .filter_map(|name| registers.get(name))
            .find_map(|table| {
                let is_asked = |other: &usize| {
                    table.text("indicator", *other) == Some(question)
                        && table.text("instrument", *other) == survey
                };
                let other = (0..table.rows()).find(is_asked)?;
                Some((
                    table.text("eenheid", other)?,
                    table.place(registers.folder, other),
                ))
            });
        if let Some((asked, place)) = asked.filter(|(asked, _)| *asked != unit) {
            let expected = format!(
                "{}, the unit of the question {} ({place})",
                quoted(asked),
                quoted(question)
            );
            findings.push(refuse(expected));
        }
    }
}

fn measurements_have_the_unit_of_their_target(registers: &Registers<'_>, findings: &mut Findings) {
    let Some(measurements) = registers.get("metingen") else {
        return;
    };
    let targets = registers.get("doelen");
    for row in 0..measurements.rows() {
        let unit = measurements.text("eenheid", row);
        let mistake = |field: &str, expected: String, found: String| {
            registers
                .mistake(measurements, row, expected, found)
                .in_field(field)
        };
        let Some(proof) = measurements.text("bewijs", row) else {
            // Without a proof a row is background and is held against nothing.
            continue;
        };
        if !proof.contains(char::is_alphanumeric) {
            let expected = "where the proof can be found, in words or numbers".to_owned();
            let error = mistake("bewijs", expected, quoted(proof));
            findings.push(error.with_hint("leave the cell empty when there is no proof yet"));
        }
        let target = measurements.text("doel", row).and_then(|target| {
            let targets = targets?;
            let of = targets.row_of("doel", target)?;
            Some((target, targets.text("eenheid", of)?))
        });
        let Some((target, expected)) = target.filter(|(_, expected)| unit != Some(*expected)) else {
            continue;
        };
        if measurements.number("waarde", row).is_none() {
            continue;
        }
        let error = mistake(
            "eenheid",
            format!("{}, the unit of target {}", quoted(expected), quoted(target)),
            unit.map_or_else(|| "an empty cell".to_owned(), quoted),
        );
        let is_near = unit.is_some_and(|unit| nearest(unit, [expected]).is_some());
        findings.push(error.with_hint(if is_near {
            format!("perhaps {} is meant", quoted(expected))
        } else {
            format!(
                "write the value in {}, or leave `doel` empty when it is no measurement of that target",
                quoted(expected)
            )
        }));
    }
}

/// A question is asked in one unit, with one kind of outcome and one better side, in every year and wherever it is kept.
fn questions_have_one_unit(registers: &Registers<'_>, findings: &mut Findings) {
    let tables = ["monitor", "monitor_vragen"]
        .into_iter()
        .filter_map(|name| registers.get(name));
    // The first row of each question of each survey.
    let mut first = HashMap::new();
    for table in tables {
        for row in 0..table.rows() {
            let mistake = |field: &str, expected: String, found: &str| {
                registers
                    .mistake(table, row, expected, quoted(found))
                    .in_field(field)
            };
            let (kind, unit) = (table.text("soort", row), table.text("eenheid", row));
            let fitting = OUTCOME_UNITS.iter().find(|(name, _)| Some(*name) == kind);
            if let (Some((kind, fitting)), Some(unit)) = (fitting, unit)
                && unit != *fitting
            {
                let expected = format!("{}, the unit of every {kind}", quoted(fitting));
                findings.push(mistake("eenheid", expected, unit));
                continue;
            }
            let key = (table.text("indicator", row), table.text("instrument", row));
            let (other, other_row) = *first.entry(key).or_insert((table, row));
            for field in ["eenheid", "soort", "richting"] {
                let (known, found) = (other.text(field, other_row), table.text(field, row));
                if known != found {
                    let expected = format!(
                        "{} for this question, as in {}",
                        quoted(known.unwrap_or_default()),
                        other.place(registers.folder, other_row)
                    );
                    findings.push(mistake(field, expected, found.unwrap_or_default()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::pipeline::testing::{Small, measured, measured_in, refused};

    #[test]
    fn what_may_prove_a_target_has_its_unit_letter_by_letter() {
        for (target, value, unit) in [
            ("%", "100", "scholen"),
            ("dagen", "6", "weken"),
            ("dagen", "6", "Dagen"),
            ("dagen", "6", ""),
            ("rapportcijfer", "78", "kwekerijen"),
            ("acties per jaar", "3", "acties\u{A0}per jaar"),
        ] {
            let message = refused(&measured_in(target, value, unit, ""));
            let found = match unit {
                "" => "an empty cell".to_owned(),
                unit => format!("`{}`", unit.replace('\u{A0}', "[U+00A0]")),
            };
            assert_eq!(
                message,
                format!(
                    "p/klein/metingen.csv:4: `eenheid`: expected `{target}`, the unit of target `G1`, found {found}"
                )
            );
        }
        let near = measured_in("dagen", "6", "dagne", "").load().unwrap_err();
        assert_eq!(near.hint().as_deref(), Some("perhaps `dagen` is meant"));
        for (target, value) in [
            ("%", "100"),
            ("dagen", "6"),
            ("dagen", "0"),
            ("rapportcijfer", "7,8"),
        ] {
            assert!(measured_in(target, value, target, "").load().is_ok(), "{target}");
        }
        // Without a proof, or without a value, it is held against nothing.
        let without =
            |from: &str, to: &str| measured_in("%", "25", "personen", "").replace("metingen", from, to);
        assert!(without(";x;Lijst;ik", ";x;;ik").load().is_ok());
        assert!(without(";25;;personen;", ";;;personen;").load().is_ok());
    }

    #[test]
    fn a_question_has_one_unit_kind_and_direction_in_every_row() {
        let next = |row: &str| Small::new().append("monitor", row);
        let same = "onveilig;Onveilig?;panel;2021;15;%;aandeel;1000;;1,5;lager;;\n";
        assert!(next(same).load().is_ok());
        for (row, field) in [
            (same.replace(";lager;", ";hoger;"), "richting"),
            (
                same.replace(";15;%;aandeel;", ";5;rapportcijfer;rapportcijfer;"),
                "eenheid",
            ),
        ] {
            let message = refused(&next(&row));
            assert!(
                message.contains(&format!("monitor.csv:3: `{field}`: expected")),
                "{message}"
            );
            assert!(message.contains("as in p/klein/monitor.csv:2"), "{message}");
        }
    }

    #[test]
    fn a_target_is_in_the_unit_of_its_series_or_question_and_has_one_where_it_has_a_value() {
        let message = refused(
            &Small::new()
                .replace("doelen", ";792;delicten;<=;880;", ";10;%;<=;;")
                .replace("doelen", ";2019;2024", ";;2024"),
        );
        assert!(
            message.contains("doelen.csv:2: `eenheid`: expected a unit of counts"),
            "{message}"
        );
        let by_question = Small::new().replace("doelen", ";mand;;;", ";;onveilig;panel;");
        let message = refused(&by_question);
        assert!(message.contains("doelen.csv:2: `eenheid`: expected `%`, the unit of the question `onveilig` (p/klein/monitor.csv:2), found `delicten`"), "{message}");
        let message = refused(&Small::new().replace("doelen", ";792;delicten;", ";792;;"));
        assert!(
            message.contains("doelen.csv:2: `eenheid`: expected the unit of `streefwaarde`"),
            "{message}"
        );
    }

    #[test]
    fn a_proof_without_a_letter_or_a_digit_is_none() {
        for proof in ["-", "?", "…", "n/"] {
            let small = measured("5", "delicten", "").replace("metingen", ";Lijst;", &format!(";{proof};"));
            match proof {
                "n/" => assert!(small.load().is_ok()),
                proof => assert!(refused(&small).contains("metingen.csv:4: `bewijs`"), "{proof}"),
            }
        }
    }
}
