//! Whether what the council adopted, as the pipeline file has it, makes sense: its years, its day, its reduction.

use std::collections::HashSet;

use super::error::quoted;
use super::file::{PipelineFile, SaidBy};
use super::file_rules::Judge;
use super::schema::{DECIDED, are_line_numbers};
use super::workbook::shown_number;

/// Adds what is wrong with the policy to the findings of `judge`.
pub(super) fn check_policy(file: &PipelineFile, judge: &mut Judge<'_>) {
    let policy = &file.policy;
    judge.refuse_blank("policy.title", &policy.title);
    if let Some(adopted) = policy.adopted {
        judge.refuse_odd_day("policy.adopted", adopted, DECIDED, policy);
    }
    judge.refuse_odd_year("policy.baseline_year", policy.baseline_year);
    judge.refuse_odd_year("policy.target_year", policy.target_year);
    judge.refuse_unless(
        policy.baseline_year < policy.start_year,
        "policy.start_year",
        &format!("a year after the baseline year {}", policy.baseline_year),
        &policy.start_year.to_string(),
    );
    judge.refuse_unless(
        policy.start_year <= policy.target_year,
        "policy.target_year",
        &format!(
            "the first year of the policy, {}, or a later one",
            policy.start_year
        ),
        &policy.target_year.to_string(),
    );
    // Not-a-number lies in no range either.
    judge.refuse_unless(
        (0.0..=100.0).contains(&policy.reduction_percent),
        "policy.reduction_percent",
        "a percentage from 0 to 100",
        &policy.reduction_percent.to_string(),
    );
    let looks_like_a_fraction = 0.0 < policy.reduction_percent && policy.reduction_percent < 1.0;
    let meant = shown_number(policy.reduction_percent, true);
    judge.refuse_unless_hinting(
        !looks_like_a_fraction,
        "policy.reduction_percent",
        (
            "a reduction in percent",
            &format!("{}: is {meant} meant?", policy.reduction_percent),
        ),
        "write 10.0 for 10%; a council that asks for less than one percent asks for nothing that can be measured",
    );
}

/// Adds what is wrong with the years that are no baseline and no evidence.
pub(super) fn check_unrepresentative_years(file: &PipelineFile, judge: &mut Judge<'_>) {
    let mut seen = HashSet::new();
    for (index, entry) in file.policy.unrepresentative.iter().enumerate() {
        let path = |key: &str| format!("policy.unrepresentative[{index}].{key}");
        let year = entry.year.to_string();
        judge.refuse_odd_year(&path("year"), entry.year);
        judge.refuse_unless(
            seen.insert(entry.year),
            &path("year"),
            "every year once",
            &format!("{year} again"),
        );
        judge.refuse_unless_hinting(
            entry.year != file.policy.baseline_year,
            &path("year"),
            ("a year that is not the baseline year", &year),
            "a year that is not representative may never be the baseline; choose another baseline_year",
        );
        judge.refuse_blank(&path("text"), &entry.text);
        match (&entry.lines, entry.by) {
            (Some(lines), _) => judge.refuse_unless(
                are_line_numbers(lines),
                &path("lines"),
                "line numbers of the note such as 236-237, 532-533",
                &quoted(lines),
            ),
            (None, SaidBy::Nota) => judge.refuse_unless(
                false,
                &path("lines"),
                "the lines of the note that say so",
                "no such key in this block",
            ),
            (None, SaidBy::Product) => {}
        }
    }
}
