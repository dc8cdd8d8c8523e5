//! `nulmeting status`: the sources with their age, the release that stands, and how its checks ended.

use std::fmt::Write as _;

use chrono::NaiveDate;

use super::arguments::StatusArguments;
use super::table::{Align, TextTable, harmless};
use super::{acceptances, behind, output, query};
use crate::Error;
use crate::clock::Clock;
use crate::derive::rows::{Row, Rows};
use crate::derive::session::Engine;
use crate::landing::Landing;
use crate::night;
use crate::pipeline::{INBOX, Pipeline};
use crate::publish;

/// Prints what stands; without a release it says so and ends well.
pub(super) fn run(arguments: &StatusArguments) -> Result<(), Error> {
    let place = &arguments.place;
    let pipeline = night::load_pipeline_of_current(&place.pipeline, &place.data)?;
    let landing = Landing::open(&arguments.place.data)?;
    let today = Clock::real().today();
    let mut text = sources(&pipeline, &landing, today)?;
    for file in night::passed_over(&place.pipeline, &pipeline)? {
        let _ = writeln!(
            text,
            "passed over in the inbox: {}",
            harmless(&file.to_string(), &[])
        );
    }
    let current = publish::current(&place.data)?;
    for one in night::sources_behind(&pipeline, &landing, current.as_ref())? {
        let told = behind::told(&one).replace('\n', "\n         ");
        let _ = write!(text, "\nbehind     {told}\n");
    }
    match current {
        None => text.push_str("\nno release yet: `nulmeting run --offline` makes one\n"),
        Some(release) => {
            let manifest = &release.manifest;
            let checks = manifest.run.checks;
            let rows: u64 = manifest.tables.iter().map(|table| table.description.rows).sum();
            let _ = write!(
                text,
                "\nrelease    {}\npublished  {}\ntables     {} with {rows} rows, every file as its hash says\nchecks     {} done: {} passed, {} with a warning, {} failed\nfigures    ",
                release.id().as_str(),
                manifest.published.format("%Y-%m-%d %H:%M UTC"),
                manifest.tables.len(),
                checks.performed,
                checks.passed,
                checks.warned,
                checks.failed,
            );
            let engine = query::open(&release)?;
            let _ = write!(text, "{}\nreport     ", figures(&engine)?);
            let reports: Vec<String> = manifest
                .reports
                .iter()
                .map(|report| {
                    arguments
                        .place
                        .data
                        .join("current")
                        .join(&report.file)
                        .display()
                        .to_string()
                })
                .collect();
            let _ = writeln!(
                text,
                "{}",
                if reports.is_empty() {
                    "none".to_owned()
                } else {
                    reports.join("\n           ")
                }
            );
            let fates = acceptances::recorded(&engine, &release)?;
            let (holding, all) = acceptances::counted(&fates);
            if all > 0 {
                let _ = writeln!(text, "accepted   {all} findings, of which {holding} hold");
                text.push_str(&acceptances::listed(&fates, "           "));
            }
        }
    }
    output::result(&text)
}

/// The vintage of the police figures in the release. A newer file may have landed that holds only totals.
fn figures(engine: &Engine) -> Result<String, Error> {
    let sql = "SELECT bron, max(peildatum) AS peildatum FROM misdrijven GROUP BY bron ORDER BY bron";
    let vintage = |row: Row<'_>| Some(format!("{} as of {}", row.text("bron")?, row.date("peildatum")?));
    let vintages: Vec<String> = Rows::ask(engine, "status", sql)?
        .iter()
        .filter_map(vintage)
        .collect();
    Ok(vintages.join(", "))
}

fn sources(pipeline: &Pipeline, landing: &Landing, today: NaiveDate) -> Result<String, Error> {
    let mut table = TextTable::new(&[
        ("source", Align::Left),
        ("table", Align::Left),
        ("files", Align::Right),
        ("newest file", Align::Left),
        ("days old", Align::Right),
        ("last seen", Align::Left),
    ]);
    let sources = pipeline.file.sources.iter();
    let mut named: Vec<(&str, &str)> = sources
        .map(|source| (source.id.as_str(), source.table.as_str()))
        .collect();
    named.extend(pipeline.file.inbox.iter().map(|_| (INBOX, "")));
    for (id, name) in named {
        let landed = landing.read_source(id)?;
        let newest = landed.iter().map(|file| file.entry.peildatum).max();
        let seen = landed.iter().map(|file| file.entry.confirmed).max();
        table.push(vec![
            id.to_owned(),
            name.to_owned(),
            landed.len().to_string(),
            newest.map_or_else(|| "never".to_owned(), |day| day.to_string()),
            newest.map_or_else(String::new, |day| {
                today.signed_duration_since(day).num_days().to_string()
            }),
            seen.map_or_else(
                || "never".to_owned(),
                |moment| moment.format("%Y-%m-%d %H:%M").to_string(),
            ),
        ]);
    }
    Ok(table.render())
}
