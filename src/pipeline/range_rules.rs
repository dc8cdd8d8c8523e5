//! Between which ends a value lies: a share between 0 and 100, a mark between 1 and 10, a score on the scale of its survey
//! (register `instrumenten`), a count, a length of time or an amount from 0.
//!
//! A share such as 0,15 is probably 15 %, and whoever typed it is asked. Whether a value has the right unit in the first
//! place is asked in `unit_rules`.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};

use super::day_rules::Days;
use super::error::{Findings, PipelineError, quoted};
use super::file::Policy;
use super::registers::{BELOW_ONE_PERCENT, OUTCOME_UNITS, SCORE, SHARE, UNITS, YEAR};
use super::rules::Registers;
use super::schema::SEEN;
use super::table::Table;
use super::workbook::shown_number;
use super::write::number;

/// Adds every value that lies outside its ends to `findings`.
pub(super) fn values_lie_between_their_ends(registers: &Registers<'_>, findings: &mut Findings) {
    counts_are_not_below_zero(registers, findings);
    scales_have_two_ends(registers, findings);
    targets_have_values_of_their_unit(registers, findings);
    measurements_have_values_of_their_unit(registers, findings);
    answers_lie_on_their_scale(registers, findings);
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

    /// Those of an answer; of a score they are the ends of the scale of its survey, and nothing when the register has none.
    fn of_answer(answers: &Table, row: usize, surveys: Option<&Table>) -> Option<Self> {
        let kind = answers.text("soort", row);
        if kind != Some(SCORE) {
            let unit = OUTCOME_UNITS.iter().find(|(name, _)| Some(*name) == kind);
            return Some(Self::of_unit(unit.map(|(_, unit)| *unit)));
        }
        let surveys = surveys?;
        let survey = surveys.row_of("instrument", answers.text("instrument", row)?)?;
        Some(Self {
            first: surveys.number("schaal_van", survey)?,
            last: surveys.number("schaal_tot", survey)?,
        })
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

/// What the note prints, and the year 0 that was adopted, are counts.
fn counts_are_not_below_zero(registers: &Registers<'_>, findings: &mut Findings) {
    for table in ["gedrukt", "vastgesteld"]
        .into_iter()
        .filter_map(|name| registers.get(name))
    {
        for row in 0..table.rows() {
            if let Some(count) = table.whole("waarde", row).filter(|count| *count < 0) {
                let expected = "a number from 0".to_owned();
                let error = registers.mistake(table, row, expected, quoted(&count.to_string()));
                findings.push(error.in_field("waarde"));
            }
        }
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
    }
}

/// A measured value lies between the ends of its own unit, also where it proves nothing.
fn measurements_have_values_of_their_unit(registers: &Registers<'_>, findings: &mut Findings) {
    let Some(measurements) = registers.get("metingen") else {
        return;
    };
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
        let Some(ends) = Ends::of_answer(answers, row, registers.get("instrumenten")) else {
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

/// Between which ends an answer lies that is read from the table of a survey, by its row in the register of questions;
/// nothing when nobody says what the scale of its survey is.
pub fn ends_of_answer(questions: &Table, row: usize, surveys: Option<&Table>) -> Option<RangeInclusive<f64>> {
    let ends = Ends::of_answer(questions, row, surveys)?;
    Some(ends.first..=ends.last)
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
    use crate::pipeline::testing::{Small, measured_in, refused};

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
    fn a_printed_or_adopted_count_is_not_below_zero() {
        let message = refused(&Small::new().replace("gedrukt", "2018;192", "2018;-192"));
        assert_eq!(
            message,
            "p/klein/gedrukt.csv:2: `waarde`: expected a number from 0, found `-192`"
        );
        let message = refused(&Small::new().replace("vastgesteld", "mand;880", "mand;-880"));
        assert!(
            message.contains("vastgesteld.csv:3: `waarde`: expected a number from 0"),
            "{message}"
        );
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
