//! Units and ranges: what a value is a value of, and between which ends it lies.
//!
//! A target of 100 % is not met by 100 schools, and "at most 7 dagen" not by 6 weken. So what may prove a target has its
//! unit, letter by letter; a share lies between 0 and 100, a mark between 1 and 10, a score on the scale of its survey
//! (register `instrumenten`). A share such as 0,15 is probably 15 %, and whoever typed it is asked.

use std::collections::HashMap;
use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate};

use super::day_rules::Days;
use super::error::{Findings, PipelineError, nearest, quoted};
use super::file::Policy;
use super::registers::{BELOW_ONE_PERCENT, OUTCOME_UNITS, SCORE, SHARE, UNITS, YEAR};
use super::rules::Registers;
use super::schema::SEEN;
use super::table::Table;
use super::workbook::shown_number;
use super::write::number;

/// Adds every unit and value that cannot be to `findings`.
pub(super) fn units_and_ranges_hold(registers: &Registers<'_>, findings: &mut Findings) {
    scales_have_two_ends(registers, findings);
    targets_have_values_of_their_unit(registers, findings);
    targets_have_the_unit_of_their_evidence(registers, findings);
    measurements_have_the_unit_of_their_target(registers, findings);
    answers_lie_on_their_scale(registers, findings);
    questions_have_one_unit(registers, findings);
}

/// The lowest and the highest value of a unit, or of an outcome.
#[derive(Debug, Clone, Copy)]
struct Ends {
    first: f64,
    last: f64,
}

impl Ends {
    fn of_unit(unit: Option<&str>) -> Self {
        let known = UNITS.iter().find(|(name, ..)| Some(*name) == unit);
        known.map_or(
            Self {
                first: 0.0,
                last: f64::INFINITY,
            },
            |(_, first, last)| Self {
                first: *first,
                last: *last,
            },
        )
    }

    fn hold(self, value: f64) -> bool {
        (self.first..=self.last).contains(&value)
    }

    /// `a number of dagen from 0`, `a number of % from 0 to 100`.
    fn words(self, unit: Option<&str>) -> String {
        let mut words = "a number".to_owned();
        // Writing to a text does not fail.
        if let Some(unit) = unit {
            let _ = write!(words, " of {unit}");
        }
        let _ = write!(words, " from {}", number(self.first));
        if self.last.is_finite() {
            let _ = write!(words, " to {}", number(self.last));
        }
        words
    }
}

/// A value beside its unit, in a row of a register.
struct Cell<'a> {
    registers: &'a Registers<'a>,
    table: &'a Table,
    row: usize,
    field: &'static str,
}

impl Cell<'_> {
    fn mistake(&self, expected: impl Into<String>, found: impl Into<String>) -> PipelineError {
        let error = self
            .registers
            .mistake(self.table, self.row, expected.into(), found.into());
        error.in_field(self.field)
    }

    /// Refuses a number that lies outside its ends, and asks about a share that looks like a fraction.
    fn check(&self, ends: Ends, unit: Option<&str>, findings: &mut Findings) {
        let Some(value) = self.table.number(self.field, self.row) else {
            return;
        };
        let found = quoted(&number(value));
        if !ends.hold(value) {
            findings.push(
                self.mistake(ends.words(unit), found)
                    .with_hint("correct the value, or the unit beside it"),
            );
        } else if unit == Some(SHARE) && 0.0 < value && value < 1.0 && !self.says_below_one_percent() {
            let meant = shown_number(value, true);
            findings.push(
                self.mistake("a share in percent", format!("{found}: is {meant} meant?"))
                    .with_hint(format!(
                        "write {meant} for {meant}%; where the share really is below one percent, write \"{BELOW_ONE_PERCENT}\" in its toelichting"
                    )),
            );
        }
    }

    fn says_below_one_percent(&self) -> bool {
        let plain = |text: &str| -> String {
            text.chars()
                .filter(|letter| !letter.is_whitespace())
                .flat_map(char::to_lowercase)
                .collect()
        };
        let remark = self.table.text("toelichting", self.row).unwrap_or_default();
        plain(remark).contains(&plain(BELOW_ONE_PERCENT))
    }
}

fn scales_have_two_ends(registers: &Registers<'_>, findings: &mut Findings) {
    let Some(surveys) = registers.get("instrumenten") else {
        return;
    };
    for row in 0..surveys.rows() {
        let ends = (
            surveys.number("schaal_van", row),
            surveys.number("schaal_tot", row),
        );
        let (expected, found) = match ends {
            (None, None) => continue,
            (Some(first), Some(last)) if first < last => continue,
            (Some(first), Some(last)) => (
                format!("a number above {}, where the scale begins", number(first)),
                quoted(&number(last)),
            ),
            _ => (
                "both ends of the scale, or neither".to_owned(),
                "one of them".to_owned(),
            ),
        };
        let error = registers.mistake(surveys, row, expected, found);
        findings.push(error.in_field("schaal_tot"));
    }
}

fn targets_have_values_of_their_unit(registers: &Registers<'_>, findings: &mut Findings) {
    let Some(targets) = registers.get("doelen") else {
        return;
    };
    for row in 0..targets.rows() {
        let unit = targets.text("eenheid", row);
        for field in ["streefwaarde", "basiswaarde"] {
            let cell = Cell {
                registers,
                table: targets,
                row,
                field,
            };
            cell.check(Ends::of_unit(unit), unit, findings);
        }
        let has_value = targets.number("streefwaarde", row).is_some();
        if has_value && unit.is_none() {
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
        let cell = |field: &'static str| Cell {
            registers,
            table: measurements,
            row,
            field,
        };
        cell("waarde").check(Ends::of_unit(unit), unit, findings);
        if let Some(cases) = measurements.number("noemer", row).filter(|cases| *cases < 1.0) {
            findings.push(cell("noemer").mistake("a number of cases from 1", quoted(&number(cases))));
        }
        let Some(proof) = measurements.text("bewijs", row) else {
            // Without a proof a row is background and is held against nothing.
            continue;
        };
        if !proof.contains(char::is_alphanumeric) {
            findings.push(
                cell("bewijs")
                    .mistake("where the proof can be found, in words or numbers", quoted(proof))
                    .with_hint("leave the cell empty when there is no proof yet"),
            );
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
        let error = cell("eenheid").mistake(
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

fn answers_lie_on_their_scale(registers: &Registers<'_>, findings: &mut Findings) {
    let Some(answers) = registers.get("monitor") else {
        return;
    };
    for row in 0..answers.rows() {
        let cell = |field: &'static str| Cell {
            registers,
            table: answers,
            row,
            field,
        };
        let unit = answers.text("eenheid", row);
        let ends = if answers.text("soort", row) == Some(SCORE) {
            scale_of(registers, answers.text("instrument", row))
        } else {
            let kind = answers.text("soort", row);
            let unit = OUTCOME_UNITS.iter().find(|(name, _)| Some(*name) == kind);
            Some(Ends::of_unit(unit.map(|(_, unit)| *unit)))
        };
        let Some(ends) = ends else {
            findings.push(
                cell("instrument")
                    .mistake(
                        format!(
                            "a survey with a scale in {}",
                            registers.file("instrumenten").display()
                        ),
                        quoted(answers.text("instrument", row).unwrap_or_default()),
                    )
                    .with_hint("fill in schaal_van and schaal_tot there: between which values a score lies"),
            );
            continue;
        };
        cell("waarde").check(ends, unit, findings);
        if let Some(size) = answers.whole("n", row).filter(|size| *size < 1) {
            findings.push(cell("n").mistake("a number of participants from 1", quoted(&size.to_string())));
        }
        if let Some(deviation) = answers.number("standaardafwijking", row) {
            let width = ends.last - ends.first;
            if !(0.0..=width).contains(&deviation) {
                let expected = format!(
                    "a standard deviation from 0 to {}, the width of the scale",
                    number(width)
                );
                findings.push(cell("standaardafwijking").mistake(expected, quoted(&number(deviation))));
            }
        }
        if let Some(effect) = answers
            .number("ontwerpeffect", row)
            .filter(|effect| *effect < 1.0)
        {
            findings.push(
                cell("ontwerpeffect")
                    .mistake("a factor from 1", quoted(&number(effect)))
                    .with_hint("1 is a random sample; a panel says less, so its factor is larger"),
            );
        }
    }
}

/// The scale of a survey; nothing when the register has none for it.
fn scale_of(registers: &Registers<'_>, survey: Option<&str>) -> Option<Ends> {
    let surveys = registers.get("instrumenten")?;
    let row = surveys.row_of("instrument", survey?)?;
    Some(Ends {
        first: surveys.number("schaal_van", row)?,
        last: surveys.number("schaal_tot", row)?,
    })
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
            let cell = |field: &'static str| Cell {
                registers,
                table,
                row,
                field,
            };
            let (kind, unit) = (table.text("soort", row), table.text("eenheid", row));
            let fitting = OUTCOME_UNITS.iter().find(|(name, _)| Some(*name) == kind);
            if let (Some((kind, fitting)), Some(unit)) = (fitting, unit)
                && unit != *fitting
            {
                let expected = format!("{}, the unit of every {kind}", quoted(fitting));
                findings.push(cell("eenheid").mistake(expected, quoted(unit)));
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
                    findings.push(cell(field).mistake(expected, quoted(found.unwrap_or_default())));
                }
            }
        }
    }
}

/// A chance lies between 0 and 1, a percentage between 0 and 100, and a year in the past.
pub(super) fn conventions_have_values_of_their_unit(
    registers: &Registers<'_>,
    policy: &Policy,
    today: NaiveDate,
    findings: &mut Findings,
) {
    let Some(conventions) = registers.get("conventies") else {
        return;
    };
    let days = Days::of(SEEN, policy, today);
    for row in 0..conventions.rows() {
        let Some(value) = conventions.number("waarde", row) else {
            continue;
        };
        let unit = conventions.text("eenheid", row);
        let ends = if unit == Some(YEAR) {
            let [first, last] = [days.first, days.last].map(|day| f64::from(day.year()));
            Ends { first, last }
        } else {
            Ends::of_unit(unit)
        };
        if !ends.hold(value) {
            let error = registers.mistake(conventions, row, ends.words(unit), quoted(&number(value)));
            findings.push(error.in_field("waarde"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::pipeline::testing::{Small, refused};

    /// A measurement of a target with a proof.
    fn measured(value: &str, unit: &str, remark: &str) -> Small {
        Small::new().append(
            "metingen",
            &format!("x;G1;x;meting;2022-06-30;;{value};;{unit};x;Lijst;ik;;{remark}\n"),
        )
    }

    /// The same when the target is in this unit, with a value and a base of 7.
    fn measured_in(target: &str, value: &str, unit: &str, remark: &str) -> Small {
        let target = format!(";7;{target};<=;7;2019;2024-12-31;eind 2024;nee;eenmalig;nee;;;;");
        let own = ";792;delicten;<=;880;2019;2024-12-31;eind 2024;nee;eenmalig;nee;mand;;;";
        measured(value, unit, remark).replace("doelen", own, &target)
    }

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
    fn shares_marks_and_counts_lie_between_their_ends() {
        for (unit, value, ends) in [
            ("%", "150", "% from 0 to 100"),
            ("%", "-5", "% from 0 to 100"),
            ("rapportcijfer", "78", "rapportcijfer from 1 to 10"),
            ("rapportcijfer", "0,5", "rapportcijfer from 1 to 10"),
            ("procentpunt", "-101", "procentpunt from -100 to 100"),
            ("dagen", "-5", "dagen from 0"),
        ] {
            let message = refused(&measured_in(unit, value, unit, ""));
            assert_eq!(
                message,
                format!("p/klein/metingen.csv:4: `waarde`: expected a number of {ends}, found `{value}`")
            );
        }
        let message = refused(&Small::new().replace("metingen", ";2,5;;", ";2,5;0;"));
        assert!(
            message.contains("`noemer`: expected a number of cases from 1, found `0`"),
            "{message}"
        );
    }

    #[test]
    fn a_share_that_looks_like_a_fraction_is_asked_about_and_one_that_says_so_is_below_one_percent() {
        let error = measured_in("%", "0,15", "%", "").load().unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("`waarde`: expected a share in percent, found `0,15`: is 15 meant?"),
            "{error}"
        );
        assert!(error.hint().unwrap().contains("\"minder dan 1%\""));
        for remark in ["minder dan 1%", "Geteld: Minder dan 1 % van de gevallen"] {
            assert!(measured_in("%", "0,15", "%", remark).load().is_ok(), "{remark}");
        }
        for value in ["0", "1", "15"] {
            assert!(measured_in("%", value, "%", "").load().is_ok(), "{value}");
        }
        assert!(refused(&Small::new().replace("monitor", "14,4", "0,0725")).contains("is 7,25 meant?"));
        let message = refused(&measured_in("%", "5", "%", "").replace("doelen", ";7;%;", ";0,07;%;"));
        assert!(
            message.contains("`streefwaarde`") && message.contains("is 7 meant?"),
            "{message}"
        );
    }

    #[test]
    fn an_answer_lies_on_the_scale_of_its_kind_and_of_its_survey() {
        let with = |from: &str, to: &str| Small::new().replace("monitor", from, to);
        for (small, expected) in [
            (
                with("14,4;%", "150;%"),
                "`waarde`: expected a number of % from 0 to 100, found `150`",
            ),
            (with("14,4;%", "-5;%"), "found `-5`"),
            (
                with("14,4;%;aandeel", "78;rapportcijfer;rapportcijfer"),
                "`waarde`: expected a number of rapportcijfer from 1 to 10",
            ),
            (
                with("14,4;%;aandeel", "14,4;schaalscore;schaalscore"),
                "`waarde`: expected a number of schaalscore from 0 to 10",
            ),
            (
                with("14,4;%;aandeel", "101;procentpunt;saldo"),
                "from -100 to 100",
            ),
            (
                with("14,4;%;aandeel", "14,4;rapportcijfer;aandeel"),
                "`eenheid`: expected `%`, the unit of every aandeel",
            ),
            (
                with(";1000;;", ";-1000;;"),
                "`n`: expected a number of participants from 1",
            ),
            (
                with(";1000;;", ";0;;"),
                "`n`: expected a number of participants from 1",
            ),
            (
                with(";1000;;", ";1000;-1;"),
                "`standaardafwijking`: expected a standard deviation from 0 to 100",
            ),
            (
                with(";1,5;lager", ";0,15;lager"),
                "`ontwerpeffect`: expected a factor from 1",
            ),
            (
                with(";panel;", ";pannel;"),
                "`instrument`: expected a value of `instrument` in",
            ),
        ] {
            let message = refused(&small);
            assert!(
                message.contains("monitor.csv:2: ") && message.contains(expected),
                "{expected} in\n{message}"
            );
        }
        let score = with("14,4;%;aandeel", "7,2;schaalscore;schaalscore");
        assert!(score.load().is_ok());
        let message = refused(&score.replace("instrumenten", ";0;10;", ";;;"));
        assert!(
            message.contains("`instrument`: expected a survey with a scale"),
            "{message}"
        );
        for (from, expected) in [
            (";0;;", "both ends"),
            (";10;0;", "a number above 10"),
            (";5;5;", "a number above 5"),
        ] {
            let message = refused(&Small::new().replace("instrumenten", ";0;10;", from));
            assert!(
                message.contains("instrumenten.csv:2: `schaal_tot`") && message.contains(expected),
                "{message}"
            );
        }
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

    #[test]
    fn a_convention_lies_between_the_ends_of_its_unit() {
        for (convention, expected) in [
            ("alfa;1,5;kans;", "kans from 0 to 1"),
            ("alfa;150;%;", "% from 0 to 100"),
            ("alfa;-1;jaren;", "jaren from 0"),
            ("alfa;1905;jaar;", "jaar from 1989 to 2026"),
        ] {
            let message = refused(&Small::new().replace("conventies", "alfa;0,05;kans;", convention));
            assert!(
                message.contains("conventies.csv:2: `waarde`") && message.contains(expected),
                "{message}"
            );
        }
        assert!(
            Small::new()
                .replace("conventies", "alfa;0,05;kans;", "alfa;0,5;%;")
                .load()
                .is_ok()
        );
    }
}
