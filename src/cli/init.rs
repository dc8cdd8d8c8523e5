//! `nulmeting init`: a pipeline for another municipality, with what is still to be filled in.

use std::fmt::Write as _;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::arguments::{Asking, InitArguments};
use super::output;
use crate::Error;
use crate::clock::Clock;
use crate::disk;
use crate::fetch::desk::Desk;
use crate::fetch::regions::regions;
use crate::init::municipality::{Municipality, MunicipalityList, is_code};
use crate::init::template::Template;
use crate::init::{InitError, Made, Order, make};
use crate::landing::Landing;
use crate::network::Network;
use crate::night::{self, fixtures_of};
use crate::normalise::readers::{Code, Flavour, HEAD_BYTES, ReadError, read_codes, recognise};
use crate::pipeline::Source;

/// Makes the pipeline and says what there is and what is missing.
pub(super) fn run(arguments: &InitArguments) -> Result<(), Error> {
    let today = Clock::real().today();
    let template = match &arguments.template {
        Some(path) => Template::read(path, today)?,
        None => Template::built_in(today)?,
    };
    let (municipality, origin) = whose(arguments, &template)?;
    let order = Order {
        municipality,
        folder: arguments.dir.clone(),
        baseline_year: arguments.baseline_year,
        target_year: arguments.target_year,
    };
    let made = make(&order, &template, today)?;
    output::result(&told(&order.municipality, &origin, &made))
}

/// The municipality that is meant, and where its title comes from: what is on the disk, else `--name`, else the service.
fn whose(arguments: &InitArguments, template: &Template) -> Result<(Municipality, String), Error> {
    let source = template.list_of_regions();
    let list = match source {
        Some(source) => match on_disk(source, arguments)? {
            None if arguments.name.is_none() => Some(of_the_service(source, arguments)?),
            list => list,
        },
        None => None,
    };
    let asked = &arguments.municipality;
    let name = arguments
        .name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let (municipality, origin) = match (list, name) {
        (Some(list), _) => (list.find(asked)?, list.origin),
        (None, Some(name)) if is_code(&asked.to_uppercase()) => (
            Municipality::unlisted(&asked.to_uppercase(), name),
            "--name; held against no list".to_owned(),
        ),
        (None, _) => {
            return Err(InitError::NoList { asked: asked.clone() }.into());
        }
    };
    let municipality = match name {
        Some(name) => municipality.called(name),
        None => municipality,
    };
    Ok((municipality, origin))
}

/// The newest list that landed, else the recorded one.
fn on_disk(source: &Source, arguments: &InitArguments) -> Result<Option<MunicipalityList>, InitError> {
    let landing = Landing::open(&arguments.data)?;
    for landed in landing.in_use(&source.id)?.into_iter().rev() {
        let name = landed.path.display().to_string();
        let mut bytes = Vec::new();
        read_to(&mut landed.open()?, &name, &mut bytes)?;
        if let Some(list) = list_of(&bytes, &name)? {
            return Ok(Some(list));
        }
    }
    let fixtures = fixtures_of(&arguments.dir.join("any.toml"));
    for recorded in &source.recorded {
        let path = fixtures.join(&recorded.path);
        if disk::kind(&path)?.is_none() {
            continue;
        }
        let name = path.display().to_string();
        let mut bytes = Vec::new();
        read_to(&mut MultiGzDecoder::new(disk::open(&path)?), &name, &mut bytes)?;
        if let Some(list) = list_of(&bytes, &name)? {
            return Ok(Some(list));
        }
    }
    Ok(None)
}

fn read_to(reader: &mut impl std::io::Read, name: &str, bytes: &mut Vec<u8>) -> Result<(), ReadError> {
    match reader.read_to_end(bytes) {
        Ok(_) => Ok(()),
        Err(cause) => Err(ReadError::from_io(name, 1, cause)),
    }
}

/// The municipalities of a file, when it is such a list; the other files of the table are passed over.
fn list_of(bytes: &[u8], name: &str) -> Result<Option<MunicipalityList>, ReadError> {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    if !matches!(recognise(head, name), Ok(Flavour::ODataV4Codes)) {
        return Ok(None);
    }
    let regions: Vec<Code> = read_codes(bytes, name)?.entries;
    Ok(MunicipalityList::new(regions, name.to_owned()))
}

fn of_the_service(source: &Source, arguments: &InitArguments) -> Result<MunicipalityList, Error> {
    let asking = super::fetch::asking(&Asking {
        only: None,
        outage_after: arguments.outage_after,
    });
    let network = Network::new(asking.limits, &night::program());
    let (clock, progress) = (Clock::real(), output::Progress::new());
    let desk = Desk::new(&network, asking.patience, &clock, &progress);
    let regions = regions(source, &desk)?;
    let list = MunicipalityList::new(regions, format!("{}/RegioSCodes", source.table_url()));
    Ok(list.ok_or_else(|| InitError::NoList {
        asked: arguments.municipality.clone(),
    })?)
}

/// What was made and what is to be done, in 80 columns but for paths.
fn told(municipality: &Municipality, origin: &str, made: &Made) -> String {
    let policy = &made.pipeline.file.policy;
    let mut text = format!(
        "{} ({}), {} in the tables\n  from {origin}\n\nmade\n  {}\n      year 0 {}, policy from {}, targets for {}, {} sources\n  {}\n",
        municipality.name,
        municipality.code,
        municipality.title,
        made.file.display(),
        policy.baseline_year,
        policy.start_year,
        policy.target_year,
        made.pipeline.file.sources.len(),
        made.registers.display(),
    );
    for table in made.pipeline.tables.iter().filter(|table| table.rows() > 0) {
        // Writing to a text does not fail.
        let _ = writeln!(
            text,
            "      {:14} {:>3} rows, the same everywhere",
            table.name,
            table.rows()
        );
    }
    text.push_str("\nto fill in; until then nothing is judged against a target\n");
    text.push_str("  in the pipeline file: title, adopted, reduction_percent and the years\n");
    for table in made.pipeline.tables.iter().filter(|table| table.rows() == 0) {
        let _ = writeln!(text, "  {:14} {}", table.name, purpose(table.description));
    }
    let _ = write!(
        text,
        "\nwhat each column means\n  {}\n\nthen\n  nulmeting run {} --offline --data data-{}\n",
        made.explanation.display(),
        shell_word(&made.file),
        municipality.file_stem,
    );
    text
}

/// A description on one line.
fn purpose(description: &str) -> String {
    const ROOM: usize = 62;
    if description.chars().count() <= ROOM {
        return description.to_owned();
    }
    description
        .chars()
        .take(ROOM - 1)
        .chain(std::iter::once('…'))
        .collect()
}

/// A path as it can be typed.
fn shell_word(path: &Path) -> String {
    let shown = path.display().to_string();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
    if shown.chars().all(is_plain) {
        shown
    } else {
        format!("'{}'", shown.replace('\'', r"'\''"))
    }
}
