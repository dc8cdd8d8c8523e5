//! What is known of a survey before its figures are: which table a question comes from, which survey a target believes.
//!
//! Two surveys may ask the same words and measure another thing. So a question that is fetched has a table to come from,
//! a target names its survey beside its question, and a break touches a series or a survey and never both.

use super::error::{Findings, quoted};
use super::file::{PipelineFile, Source};
use super::rules::Registers;
use super::source_kind::SourceKind;

/// Adds what is wrong with the questions, the targets that are measured by one, and the breaks to `findings`.
pub(super) fn surveys_are_told_apart(
    registers: &Registers<'_>,
    file: Option<&PipelineFile>,
    findings: &mut Findings,
) {
    if let Some(file) = file {
        questions_come_from_a_survey(registers, file, findings);
    }
    a_question_of_another_survey_has_another_key(registers, findings);
    a_target_names_the_survey_of_its_question(registers, findings);
    a_break_touches_a_series_or_a_survey(registers, findings);
}

fn questions_come_from_a_survey(registers: &Registers<'_>, file: &PipelineFile, findings: &mut Findings) {
    let Some(questions) = registers.get("monitor_vragen") else {
        return;
    };
    let surveys: Vec<&Source> = file
        .sources
        .iter()
        .filter(|source| source.kind == SourceKind::Survey)
        .collect();
    for row in 0..questions.rows() {
        let table = questions.text("bron", row).unwrap_or_default();
        if surveys.iter().all(|source| source.table != table) {
            let expected = "the table of a source of kind `survey` in the pipeline file".to_owned();
            let error = registers.mistake(questions, row, expected, quoted(table));
            findings.push(
                error
                    .in_field("bron")
                    .with_hint("add the source, or take the row away"),
            );
        }
    }
}

/// One key for two surveys would put a figure beside a target of the other.
fn a_question_of_another_survey_has_another_key(registers: &Registers<'_>, findings: &mut Findings) {
    let (Some(questions), Some(kept)) = (registers.get("monitor_vragen"), registers.get("monitor")) else {
        return;
    };
    for row in 0..questions.rows() {
        let (indicator, instrument) = (
            questions.text("indicator", row),
            questions.text("instrument", row),
        );
        let other = (0..kept.rows()).find(|other| {
            kept.text("indicator", *other) == indicator && kept.text("instrument", *other) != instrument
        });
        if let Some(other) = other {
            let place = kept.place(registers.folder, other);
            let expected = format!("another key than the question of another survey ({place})");
            let error = registers.mistake(questions, row, expected, quoted(indicator.unwrap_or_default()));
            findings.push(
                error
                    .in_field("indicator")
                    .with_hint("two surveys are never compared, so each question has a key of its own"),
            );
        }
    }
}

fn a_target_names_the_survey_of_its_question(registers: &Registers<'_>, findings: &mut Findings) {
    let Some(targets) = registers.get("doelen") else {
        return;
    };
    for row in 0..targets.rows() {
        if targets.text("indicator", row).is_some() && targets.text("instrument", row).is_none() {
            let expected = "the survey that may judge the target, beside its `indicator`".to_owned();
            let error = registers.mistake(targets, row, expected, "an empty cell".to_owned());
            findings.push(error.in_field("instrument"));
        }
    }
}

fn a_break_touches_a_series_or_a_survey(registers: &Registers<'_>, findings: &mut Findings) {
    let Some(breaks) = registers.get("trendbreuken") else {
        return;
    };
    for row in 0..breaks.rows() {
        let found = match (breaks.text("reeks", row), breaks.text("instrument", row)) {
            (Some(_), None) | (None, Some(_)) => continue,
            (Some(_), Some(_)) => "both",
            (None, None) => "neither",
        };
        let expected = "either a `reeks` or an `instrument`".to_owned();
        findings.push(
            registers
                .mistake(breaks, row, expected, found.to_owned())
                .in_field("reeks"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::pipeline::testing::{Small, refused};

    const QUESTION: &str = "buurt;Onveilig in de buurt;landelijk;85146NED;Onveilig_1;%;aandeel;lager;;\n";

    #[test]
    fn a_question_without_a_survey_to_come_from_is_refused() {
        let message = refused(&Small::new().append("monitor_vragen", QUESTION));
        assert!(
            message.contains("monitor_vragen.csv:2: `bron`: expected the table of a source of kind `survey`"),
            "{message}"
        );
    }

    #[test]
    fn a_question_has_not_the_key_of_another_survey() {
        let same = QUESTION.replace("buurt;", "onveilig;");
        let message = refused(&Small::new().append("monitor_vragen", &same));
        assert!(message.contains("`indicator`: expected another key than the question of another survey (p/klein/monitor.csv:2)"), "{message}");
    }

    #[test]
    fn a_target_that_is_measured_by_a_question_names_its_survey() {
        let measured = |instrument: &str| {
            Small::new()
                .replace("doelen", ";mand;;;", &format!(";;onveilig;{instrument};"))
                .replace("doelen", ";792;delicten;<=;880;", ";14,4;%;<=;18;")
        };
        assert!(refused(&measured("")).contains("doelen.csv:2: `instrument`"));
        assert!(measured("panel").load().is_ok());
    }

    #[test]
    fn a_break_of_both_or_of_nothing_is_refused() {
        for (from, to) in [
            ("registratie;mand;;", "registratie;mand;panel;"),
            ("registratie;mand;;", "registratie;;;"),
        ] {
            let message = refused(&Small::new().replace("trendbreuken", from, to));
            assert!(
                message.contains("either a `reeks` or an `instrument`"),
                "{message}"
            );
        }
        assert!(
            Small::new()
                .replace("trendbreuken", "registratie;mand;;", "registratie;;panel;")
                .load()
                .is_ok()
        );
    }
}
