//! From the outside to the landing, complete or not at all.
//!
//! | file | one idea |
//! |---|---|
//! | [`offline`] | the recorded files of `fixtures/`, landed as a fetch would |
//! | `feed`, `observations`, `bulk` | what is asked of a table of OData v3, of v4, and of v4 as one zip |
//! | [`pages`] | answers on their way into a snapshot, slices four at a time |
//! | [`census`] | the proof that a slice is whole |
//! | [`address`] | filters, addresses, and which link to a next page is believed |
//! | [`desk`], [`patience`] | one question, asked until it is answered well or given up |
//! | [`regions`] | a list of regions alone, not landed |
//! | [`inbox`] | what people dropped, landed beside the sources |
//! | [`trouble`] | which failures are the source's own, and what is kept of them |
//! | [`watch`] | who looks on |
//!
//! A source is asked first in which state its table is; when that is the state that landed last, the night is over for
//! it after one question. Nothing here knows what a figure means.

pub mod address;
mod bulk;
pub mod census;
pub mod desk;
mod error;
mod feed;
pub mod inbox;
mod observations;
pub mod offline;
pub mod pages;
pub mod patience;
pub mod regions;
pub mod trouble;
pub mod watch;

pub use error::{FetchError, Incomplete};

use chrono::NaiveDate;

use crate::clock::parse_date;
use crate::disk;
use crate::landing::{Edition, LandingWriter, Marks, Refused};
use crate::normalise::readers;
use crate::pipeline::{Periods, Pipeline, Protocol, Source};
use desk::{Desk, Reply};
use pages::Pages;

/// How often a table that keeps changing while it is fetched is begun.
const MOST_BEGINNINGS: u32 = 3;

/// What a source brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// The pipeline file wants nothing of it.
    LeftAlone,
    /// The state of its table is the one that landed before.
    Unchanged,
    /// A new state, with so many rows.
    New {
        /// Rows of the table.
        rows: u64,
    },
    /// Nothing: it failed, and can be missed. What is wrong was noted in the landing.
    Behind,
}

/// Fetches every source of a pipeline, or one of them, as far as it changed, or `again` although it did not. A source
/// that fails and can be missed is left behind, unless it is the one that was asked for.
///
/// # Errors
/// [`FetchError`] of the first source that fails and is needed, or whose failure is not its own; the sources before it have
/// landed.
pub fn all(
    pipeline: &Pipeline,
    only: Option<&str>,
    again: bool,
    desk: &Desk<'_>,
    writer: &mut LandingWriter<'_>,
) -> Result<Vec<(String, Fetched)>, FetchError> {
    let sources = &pipeline.file.sources;
    if let Some(only) = only
        && !sources.iter().any(|source| source.id == only)
    {
        let known: Vec<&str> = sources.iter().map(|source| source.id.as_str()).collect();
        return Err(FetchError::UnknownSource {
            source_id: only.to_owned(),
            known: known.join(", "),
        });
    }
    let mut fetched = Vec::new();
    for source in sources {
        if only.is_some_and(|only| source.id != only) {
            continue;
        }
        if source.periods == Periods::None {
            fetched.push((source.id.clone(), Fetched::LeftAlone));
            continue;
        }
        desk.watch().say(&format!("fetching {}", source.id));
        let municipality = &pipeline.file.municipality.code;
        let came = match one(source, municipality, again, desk, writer) {
            Ok(came) => {
                writer.clear_trouble(&source.id)?;
                came
            }
            Err(error) => {
                desk.watch().finished();
                let Some(trouble) = trouble::of(&error, desk.clock().today()) else {
                    return Err(error);
                };
                writer.note_trouble(&source.id, trouble)?;
                if source.needed || only.is_some() {
                    return Err(error);
                }
                Fetched::Behind
            }
        };
        fetched.push((source.id.clone(), came));
    }
    Ok(fetched)
}

/// Fetches one source.
fn one(
    source: &Source,
    municipality: &str,
    again: bool,
    desk: &Desk<'_>,
    writer: &mut LandingWriter<'_>,
) -> Result<Fetched, FetchError> {
    for _ in 0..MOST_BEGINNINGS {
        let state = format!("{}.json", state_resource(source));
        let newest = writer.newest_edition(&source.id)?;
        // Marks are of what was asked then: another question is asked without them.
        let marks = match &newest {
            Some(edition) if !again && edition.state.ends_with(&plan_of(source, municipality)) => {
                writer.marks(&source.id, &state)?
            }
            _ => Marks::default(),
        };
        let held = look(source, municipality, desk, &marks)?;
        let is_new = |held: &(Edition, Reply)| again || newest.as_ref() != Some(&held.0);
        let (edition, reply) = match (held.filter(is_new), newest) {
            (Some(held), _) => held,
            (None, Some(newest)) => {
                writer.confirm(&source.id, &newest, desk.clock().now())?;
                return Ok(Fetched::Unchanged);
            }
            // Nothing landed, so no mark was sent and no service could say that nothing changed.
            (None, None) => continue,
        };
        let snapshot = writer.snapshot(&source.id, edition.clone())?;
        let arrival = reply.arrival(&state, desk.clock());
        snapshot
            .store(arrival, reply.bytes.as_slice(), |_| {
                Ok::<_, std::convert::Infallible>(())
            })
            .map_err(|refused| match refused {
                Refused::Landing(error) => FetchError::Landing(error),
                Refused::Judged(never) => match never {},
            })?;
        let pages = Pages {
            source,
            municipality,
            desk,
            snapshot: &snapshot,
        };
        let outcome = match (source.kind.protocol(), &source.bulk_url) {
            (Protocol::Feed, _) => feed::fetch(&pages),
            (Protocol::Observations, None) => observations::fetch(&pages),
            (Protocol::Observations, Some(root)) => readers::read_properties(reply.bytes.as_slice(), &state)
                .map_err(|error| FetchError::Read(Box::new(error)))
                .and_then(|stated| bulk::fetch(&pages, root, &stated)),
        };
        desk.watch().finished();
        let rows = match outcome {
            Ok(rows) => rows,
            // What contradicts itself is not gone on with; what merely broke off is.
            Err(error @ FetchError::Incomplete { .. }) => {
                snapshot.discard()?;
                return Err(error);
            }
            Err(error) => return Err(error),
        };
        let still = look(source, municipality, desk, &Marks::default())?;
        if still.is_some_and(|(still, _)| still == edition) {
            snapshot.commit()?;
            return Ok(Fetched::New { rows });
        }
        snapshot.discard()?;
        let table = &source.table;
        desk.watch()
            .say(&format!("{table} changed while it was fetched; once more"));
    }
    Err(FetchError::Moving {
        source_id: source.id.clone(),
        table: source.table.clone(),
        times: MOST_BEGINNINGS,
    })
}

/// What a service says of a table before anything of it is fetched.
struct State {
    /// Its id, with its exact case.
    table: String,
    /// When it changed, as the service writes it.
    modified: String,
    /// Everything that tells one state from another; only compared for equality.
    marks: Vec<String>,
    /// Year of the municipal division, where the title names it.
    division: Option<String>,
}

/// Which edition the service has of the table of a source; nothing when it is the one of these marks.
fn look(
    source: &Source,
    municipality: &str,
    desk: &Desk<'_>,
    marks: &Marks,
) -> Result<Option<(Edition, Reply)>, FetchError> {
    let name = state_resource(source);
    let file = format!("{}/{name}", source.table);
    let protocol = source.kind.protocol();
    let question = match protocol {
        Protocol::Feed => feed::resource(source, name),
        Protocol::Observations => observations::resource(source, name),
    };
    let answer = desk.ask(&source.id, &question, marks, |bytes| match protocol {
        Protocol::Feed => feed::read_state(source, bytes, &file),
        Protocol::Observations => observations::read_state(bytes, &file).map(Some),
    })?;
    let Some((state, reply)) = answer else {
        return Ok(None);
    };
    let other = |found: String| FetchError::OtherTable {
        source_id: source.id.clone(),
        expected: source.table.clone(),
        found,
    };
    // For a name that it does not know a service gives a list without a row, or 404.
    let state = state.ok_or_else(|| other("no table of this name".to_owned()))?;
    if state.table != source.table {
        return Err(other(state.table));
    }
    let peildatum = day_of(source, &state.modified)?;
    // A service writes the hour of its own country, which may be a day ahead of the clock.
    let today = desk.clock().today();
    if peildatum > today.succ_opt().unwrap_or(today) {
        return Err(FetchError::AfterClock {
            source_id: source.id.clone(),
            table: state.table,
            modified: peildatum,
            today,
        });
    }
    let edition = Edition {
        // With what is asked of it: another question about the same table brings another edition.
        state: format!("{} | {}", state.marks.join(" | "), plan_of(source, municipality)),
        peildatum,
        division: state.division,
    };
    Ok(Some((edition, reply)))
}

/// The resource that tells the state of a table.
fn state_resource(source: &Source) -> &'static str {
    match source.kind.protocol() {
        Protocol::Feed => feed::STATE,
        Protocol::Observations => observations::STATE,
    }
}

/// What is asked of a table, as a short fingerprint.
fn plan_of(source: &Source, municipality: &str) -> String {
    let mut asked = format!(
        "{:?} {:?} {:?} {:?}",
        source.table, source.slice, source.measures, source.periods
    );
    if source.kind.is_of_districts() {
        asked.push_str(municipality);
    }
    // Only then, so that what landed before there were zips goes on counting.
    asked.extend(source.bulk_url.clone());
    let digest = disk::sha256_hex(asked.as_bytes());
    format!("{digest:.16}")
}

/// The day of a moment as the services write it, with a zone or without.
fn day_of(source: &Source, moment: &str) -> Result<NaiveDate, FetchError> {
    moment
        .get(..10)
        .and_then(parse_date)
        .ok_or_else(|| FetchError::NotInTable {
            source_id: source.id.clone(),
            table: source.table.clone(),
            what: format!("day of change (`{}`)", moment.escape_debug()),
        })
}
