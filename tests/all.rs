//! The program as its users have it: every test here starts the real binary, or asks a release that it made.
//!
//! One test binary, because each one links the engine once more. What a single function does is tested beside that
//! function in `src/`; here stands what only shows in the whole. Expected figures come from the policy note, from
//! the statistical specification and from the recorded files themselves, never from the program's output.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on must stop, and helpers are part of tests"
)]

#[path = "all/acceptances.rs"]
mod acceptances;
#[path = "all/bulk.rs"]
mod bulk;
#[path = "all/cli.rs"]
mod cli;
#[path = "all/comparison.rs"]
mod comparison;
#[path = "all/district_attack.rs"]
mod district_attack;
#[path = "all/district_fillers.rs"]
mod district_fillers;
#[path = "all/district_tables.rs"]
mod district_tables;
#[path = "all/districts.rs"]
mod districts;
#[path = "all/exports.rs"]
mod exports;
#[path = "all/fetch.rs"]
mod fetch;
#[path = "all/figures.rs"]
mod figures;
#[path = "all/harness.rs"]
mod harness;
#[path = "all/help.rs"]
mod help;
#[path = "all/hengelo_statistics.rs"]
mod hengelo_statistics;
#[path = "all/implausible.rs"]
mod implausible;
#[path = "all/inbox.rs"]
mod inbox;
#[path = "all/init.rs"]
mod init;
#[path = "all/levels.rs"]
mod levels;
#[path = "all/live.rs"]
mod live;
#[path = "all/months.rs"]
mod months;
#[path = "all/municipalities.rs"]
mod municipalities;
#[path = "all/new_inhabitants.rs"]
mod new_inhabitants;
#[path = "all/note_against_police.rs"]
mod note_against_police;
#[path = "all/observations.rs"]
mod observations;
#[path = "all/periods.rs"]
mod periods;
#[path = "all/questions.rs"]
mod questions;
#[path = "all/reasons.rs"]
mod reasons;
#[path = "all/refusals.rs"]
mod refusals;
#[path = "all/refusals_sources.rs"]
mod refusals_sources;
#[path = "all/refused_data.rs"]
mod refused_data;
#[path = "all/refused_registers.rs"]
mod refused_registers;
#[path = "all/registers.rs"]
mod registers;
#[path = "all/release.rs"]
mod release;
#[path = "all/release_files.rs"]
mod release_files;
#[path = "all/revisions.rs"]
mod revisions;
#[path = "all/service/mod.rs"]
mod service;
#[path = "all/sql_rules.rs"]
mod sql_rules;
#[path = "all/surveys.rs"]
mod surveys;
#[path = "all/symbols.rs"]
mod symbols;
#[path = "all/target_years.rs"]
mod target_years;
#[path = "all/trouble.rs"]
mod trouble;
#[path = "all/verdicts.rs"]
mod verdicts;
#[path = "all/workbook.rs"]
mod workbook;
