//! `nulmeting diff`: what changed between two releases, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::json;

use super::arguments::{ChangesFormat, DiffArguments};
use super::output;
use super::table::{Align, TextTable};
use crate::Error;
use crate::disk;
use crate::night::difference::{self, Cause, Change, Place, REGION, Reason};
use crate::publish::{self, Release, ReleaseId};

/// Changes that a terminal shows; the other formats give them all.
const SHOWN: usize = 40;

/// Verdicts and places that turned without a count, of which a terminal shows so many.
const TURNED_SHOWN: usize = 10;

/// The longest and the shortest that a text of a cell is cut to, so that a row fits a terminal.
const LONGEST: usize = 24;
const SHORTEST: usize = 7;
/// Columns of a terminal, and what stands between the four of a row.
const TERMINAL: usize = 80;
const BETWEEN: usize = 6;

/// Prints the changes from one release to another.
pub(super) fn run(arguments: &DiffArguments) -> Result<(), Error> {
    let data = &arguments.data;
    let new = match &arguments.new {
        Some(id) => publish::open(data, &id.parse()?)?,
        None => publish::current(data)?.ok_or_else(|| Error::NoRelease { data: data.clone() })?,
    };
    let old = publish::open(data, &old_id(arguments, new.id())?)?;
    if old.manifest.run.sql.is_empty() || new.manifest.run.sql.is_empty() {
        return Err(Error::Usage {
            message: "one of the releases was made before the code of releases was kept".to_owned(),
            hint: "compare two newer ones; `nulmeting run --force` makes one",
        });
    }
    let scratch = Scratch::new()?;
    let mut changes = difference::between(data, &old, &new, &scratch.folder)?;
    if !arguments.all {
        let own = &new.manifest.run.municipality.code;
        changes.retain(|change| is_of(change, own));
    }
    match arguments.format {
        ChangesFormat::Table => output::result(&as_text(&old, &new, &changes)),
        ChangesFormat::Csv => output::bytes(&as_csv(&changes)?),
        ChangesFormat::Json => output::result(&as_json(&changes)?),
    }
}

/// The release that was asked for, or the one before the newer.
fn old_id(arguments: &DiffArguments, new: &ReleaseId) -> Result<ReleaseId, Error> {
    if let Some(id) = &arguments.old {
        return Ok(id.parse()?);
    }
    // Two releases of one second are told apart by their hash, which says nothing of their order.
    let moment = |id: &ReleaseId| id.as_str().split('-').next().map(str::to_owned);
    let before = publish::list(&arguments.data)?
        .into_iter()
        .rfind(|id| id != new && moment(id) <= moment(new));
    before.ok_or_else(|| Error::Usage {
        message: format!("there is no release before {new}"),
        hint: "a second release comes with the first night that brings something new",
    })
}

/// Whether a change is the own municipality's, or nobody's in particular.
fn is_of(change: &Change, municipality: &str) -> bool {
    let key = &change.place.key;
    key.iter()
        .all(|(column, value)| column != REGION || value == municipality)
}

fn key_of(change: &Change) -> String {
    let values: Vec<&str> = change.place.key.iter().map(|(_, value)| value.as_str()).collect();
    values.join(" ")
}

fn causes_of(change: &Change) -> String {
    let causes: Vec<String> = change.causes.iter().map(Reason::to_string).collect();
    causes.join(", ")
}

fn as_text(old: &Release, new: &Release, changes: &[Change]) -> String {
    let mut text = format!("van  {}\nnaar {}\n\n", old.id(), new.id());
    if changes.is_empty() {
        text.push_str("niets veranderd\n");
        return text;
    }
    let mut counts: BTreeMap<&Reason, usize> = BTreeMap::new();
    for reason in changes.iter().flat_map(|change| &change.causes) {
        *counts.entry(reason).or_default() += 1;
    }
    for (reason, count) in counts {
        let _ = writeln!(text, "{count:7}  {reason}");
    }
    text.push_str(&turned(changes));
    let mut table = TextTable::new(&[
        ("tabel, oorzaak en rij", Align::Left),
        ("kolom", Align::Left),
        ("oud", Align::Right),
        ("nieuw", Align::Right),
    ]);
    // A new municipal division moves everything; what happened beside it must not get lost in that.
    let is_moved = |change: &&Change| change.causes.iter().all(|reason| reason.cause == Cause::Rebase);
    let (moved, mut others): (Vec<&Change>, Vec<&Change>) = changes.iter().partition(is_moved);
    // Table and cause stand once above their rows, so that a row fits a terminal.
    others.sort_by_key(|change| (&change.place.table, &change.causes));
    let shown = &others[..others.len().min(SHOWN)];
    let longest = |of: &dyn Fn(&Change) -> usize| shown.iter().map(|change| of(change)).max().unwrap_or(0);
    let rows = longest(&|change| key_of(change).chars().count() + 2);
    let columns = longest(&|change| change.place.column.chars().count());
    let room = TERMINAL.saturating_sub(rows + columns + BETWEEN) / 2;
    let cell =
        |value: &Option<String>| shortened(value.as_deref().unwrap_or("–"), room.clamp(SHORTEST, LONGEST));
    let mut above = String::new();
    for change in shown {
        let heading = format!("{}: {}", change.place.table, causes_of(change));
        if heading != above {
            table.push(vec![heading.clone()]);
            above = heading;
        }
        table.push(vec![
            format!("  {}", key_of(change)),
            change.place.column.clone(),
            cell(&change.old),
            cell(&change.new),
        ]);
    }
    if !others.is_empty() {
        text.push('\n');
        text.push_str(&table.render());
    }
    if let Some(more) = others.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = writeln!(text, "en nog {more}; --format csv geeft ze alle");
    }
    if !moved.is_empty() {
        let _ = writeln!(
            text,
            "\nzonder de {} van de nieuwe gemeentelijke indeling; --format csv geeft ze alle",
            moved.len()
        );
    }
    text
}

/// The verdicts and places that turned although no count of their row did.
fn turned(changes: &[Change]) -> String {
    let mut turned = difference::turned(changes);
    turned.sort_by_key(|change| &change.place.column);
    let mut text = String::new();
    if turned.is_empty() {
        return text;
    }
    // Writing to a text does not fail.
    let _ = writeln!(
        text,
        "\ngekeerd zonder een delict meer of minder in hun rij: {}",
        turned.len()
    );
    for change in turned.iter().take(TURNED_SHOWN) {
        let (table, column) = (&change.place.table, &change.place.column);
        let (old, new) = (change.old.as_deref(), change.new.as_deref());
        let (key, causes) = (key_of(change), causes_of(change));
        let _ = writeln!(text, "  {table} {key}, {column}");
        let turn = format!("    {} -> {}", old.unwrap_or("–"), new.unwrap_or("–"));
        let is_long = turn.chars().count() + causes.chars().count() + BETWEEN > TERMINAL;
        let between = if is_long { "\n    " } else { " " };
        let _ = writeln!(text, "{turn}{between}({causes})");
    }
    if let Some(more) = turned.len().checked_sub(TURNED_SHOWN).filter(|more| *more > 0) {
        let _ = writeln!(text, "  en nog {more}; --format json geeft ze alle");
    }
    text
}

fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    text.chars().take(longest - 1).chain(['…']).collect()
}

fn as_csv(changes: &[Change]) -> Result<Vec<u8>, Error> {
    let bug = |error: &dyn std::fmt::Display| Error::Bug(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["tabel", "rij", "kolom", "oud", "nieuw", "oorzaak"])
        .map_err(|error| bug(&error))?;
    for change in changes {
        let record = [
            change.place.table.as_str(),
            &key_of(change),
            &change.place.column,
            change.old.as_deref().unwrap_or_default(),
            change.new.as_deref().unwrap_or_default(),
            &causes_of(change),
        ];
        writer.write_record(record).map_err(|error| bug(&error))?;
    }
    writer.into_inner().map_err(|error| bug(&error))
}

fn as_json(changes: &[Change]) -> Result<String, Error> {
    let turned: BTreeSet<&Place> = difference::turned(changes)
        .iter()
        .map(|change| &change.place)
        .collect();
    let rows: Vec<_> = changes
        .iter()
        .map(|change| {
            let causes: Vec<String> = change.causes.iter().map(Reason::to_string).collect();
            let key: serde_json::Map<_, _> = change
                .place
                .key
                .iter()
                .map(|(column, value)| (column.clone(), json!(value)))
                .collect();
            json!({
                "tabel": change.place.table,
                "rij": key,
                "kolom": change.place.column,
                "oud": change.old,
                "nieuw": change.new,
                "oorzaak": causes,
                "gekeerd_zonder_delict": turned.contains(&change.place),
            })
        })
        .collect();
    let text = serde_json::to_string_pretty(&rows).map_err(|error| Error::Bug(error.to_string()))?;
    Ok(text + "\n")
}

/// A folder for what is built on the way; it goes when the command ends.
struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    fn new() -> Result<Self, Error> {
        let folder = disk::partial_path(&std::env::temp_dir());
        disk::create_dir_all(&folder)?;
        Ok(Self { folder })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nobody needs what stays when it cannot be removed.
        drop(disk::remove_tree(&self.folder));
    }
}
