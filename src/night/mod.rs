//! One run, from the outside to a published release: the stages in their order, under one lock.
//!
//! Nothing here computes. A stage that fails ends the run; the staging folder goes, and `current` stands as it stood.

mod behind;
mod build;
pub mod difference;
mod lineage;
mod previous;
pub mod rebuild;
mod stage;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::clock::Clock;
use crate::derive::sql_file::SqlFile;
use crate::error::Error;
use crate::fetch::Fetched;
use crate::fetch::desk::Desk;
use crate::fetch::inbox;
use crate::fetch::patience::Patience;
use crate::fetch::watch::Watch;
use crate::landing::{Landed, Landing, LandingWriter, Named};
use crate::network::{Limits, Network};
use crate::pipeline::{self, Inbox, LoadError, PassedOver, Pipeline};
use crate::publish::{
    self, Behind, Checks, HashedFile, LandingFile, Municipality, Release, ReleaseId, Run, RunLock, Staging,
};
use crate::{derive, disk, fetch};

use behind::HeldBack;
use build::Build;

/// Version of the program and of its source: a release says which code made it.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "+", env!("NULMETING_SOURCE"));

/// What a run is asked to do.
#[derive(Debug)]
pub struct Order {
    /// The pipeline file.
    pub pipeline: PathBuf,
    /// The data directory.
    pub data: PathBuf,
    /// Another folder than the SQL of the binary.
    pub sql: Option<PathBuf>,
    /// Where the data come from.
    pub input: Input,
    /// Build and publish although nothing changed.
    pub force: bool,
    /// The clock of the run.
    pub clock: Clock,
}

/// Where the data of a run come from.
#[derive(Debug)]
pub enum Input {
    /// What landed before.
    Landing,
    /// The recorded files of `fixtures/`.
    Recorded,
    /// The live services.
    Services(Asking),
}

impl Input {
    /// The only source that is asked for.
    fn asked(&self) -> Option<&str> {
        match self {
            Self::Landing | Self::Recorded => None,
            Self::Services(asking) => asking.only.as_deref(),
        }
    }
}

/// How the services are asked.
#[derive(Debug, Clone, Default)]
pub struct Asking {
    /// Only this source; the others as they landed before.
    pub only: Option<String>,
    /// Whether a table is fetched although its state is the one that landed.
    pub again: bool,
    /// How long is waited for a connection and for an answer.
    pub limits: Limits,
    /// When a question is asked again, and when not any more.
    pub patience: Patience,
}

/// How a run ended well.
#[derive(Debug)]
pub struct Ended {
    /// The release that stands.
    pub release: ReleaseId,
    /// Whether it is a new one. When bytes, code and trouble are the same, the one that stood stands.
    pub is_new: bool,
    /// The sources whose news it does without.
    pub behind: Vec<Behind>,
}

/// Loads a pipeline file with its registers and what lies in its inbox, held against the day of the run.
///
/// # Errors
/// [`Error::Pipeline`] with everything that is wrong in them.
pub fn load_pipeline(path: &Path, today: NaiveDate) -> Result<Pipeline, Error> {
    Ok(load_from_disk(path, Inbox::Folder, today)?)
}

/// The same with the files of the inbox that landed in a data directory, as the last run or fetch took them in.
///
/// # Errors
/// As [`load_pipeline`], and [`Error::Landing`] when a landed file cannot be read.
pub fn load_pipeline_as_landed(path: &Path, data: &Path, today: NaiveDate) -> Result<Pipeline, Error> {
    let landed = inbox::landed(&Landing::open(data)?)?;
    Ok(load_from_disk(path, Inbox::Landed(&landed), today)?)
}

/// The same to look at what stands, on the day of the clock or on that of the newest release, if that is later: its run
/// may have been given another clock.
///
/// # Errors
/// As [`load_pipeline_as_landed`].
pub fn load_pipeline_of_current(path: &Path, data: &Path) -> Result<Pipeline, Error> {
    let newest = publish::list(data)?.last().and_then(ReleaseId::day);
    let today = newest.into_iter().fold(Clock::real().today(), NaiveDate::max);
    load_pipeline_as_landed(path, data, today)
}

/// What lies in the folder of the inbox now and is nobody's register.
///
/// # Errors
/// As [`load_pipeline`].
pub fn passed_over(path: &Path, pipeline: &Pipeline) -> Result<Vec<PassedOver>, Error> {
    with_disk(|disk| Ok(pipeline::passed_over(path, &pipeline.file, disk)?))
}

fn load_from_disk(path: &Path, inbox: Inbox<'_>, today: NaiveDate) -> Result<Pipeline, LoadError> {
    with_disk(|disk| pipeline::load(path, disk, PHRASES, inbox, today))
}

fn with_disk<T>(work: impl FnOnce(&pipeline::Disk<'_>) -> T) -> T {
    let read = |path: &Path| disk::read(path).map_err(|error| error.cause);
    let list = |path: &Path| disk::list(path).map_err(|error| error.cause);
    let length = |path: &Path| {
        let is_file = disk::kind(path).map_err(|error| error.cause)? == Some(disk::Kind::File);
        is_file
            .then(|| disk::length(path).map_err(|error| error.cause))
            .transpose()
    };
    work(&pipeline::Disk {
        read: &read,
        list: &list,
        length: &length,
    })
}

/// The same from what stands in for a disk, such as files that are about to be written.
///
/// # Errors
/// As [`load_pipeline`].
pub fn load_pipeline_from(
    path: &Path,
    disk: &pipeline::Disk<'_>,
    today: NaiveDate,
) -> Result<Pipeline, LoadError> {
    pipeline::load(path, disk, PHRASES, Inbox::Folder, today)
}

/// The phrases that the SQL names by code; all must be in the register `frasen`.
const PHRASES: &[&str] = &[
    "geen_waarde",
    "nulmeting",
    "niet_te_beoordelen",
    "te_klein",
    "lager",
    "hoger",
    "mogelijk_lager",
    "mogelijk_hoger",
    "geen_verschil",
    "voorbehoud_trendbreuk",
    "voorbehoud_niveau",
    "voorbehoud_voorlopig",
    "voorbehoud_niet_representatief",
    "voorbehoud_nulmeting_verschilt",
    "voorbehoud_controles",
    "doel_nvt",
    "doel_niet_beschikbaar",
    "doel_niet_te_beoordelen",
    "doel_klein_aantal",
    "doel_geen_meting",
    "doel_termijn_verstreken",
    "doel_nulmeting",
    "doel_gehaald",
    "doel_gehaald_onzeker",
    "doel_gehaald_te_laat",
    "doel_in_uitvoering",
    "doel_niet_gehaald",
    "doel_niet_gehaald_onzeker",
    "doel_op_koers",
    "doel_op_koers_onzeker",
    "doel_niet_op_koers",
    "doel_niet_op_koers_onzeker",
    "doel_nog_niet_gehaald",
    "doel_nog_niet_gehaald_onzeker",
    "aansluiting_gelijk",
    "aansluiting_binnen_budget",
    "aansluiting_onbekend",
    "aansluiting_geschat",
    "aansluiting_totaal_klopt_niet",
    "aansluiting_geen_bron",
    "trechter_geen_waarde",
    "trechter_niet_vergelijkbaar",
    "trechter_niet_te_beoordelen",
    "trechter_te_klein",
    "trechter_hoger",
    "trechter_mogelijk_hoger",
    "trechter_lager",
    "trechter_mogelijk_lager",
    "trechter_geen_verschil",
];

/// What each source brought.
type Came = Vec<(String, Fetched)>;

/// Brings what the services have into the landing, and no further. Gives what each source brought, and which of them
/// failed and can be missed.
///
/// # Errors
/// [`Error`]; what had landed before still counts.
pub fn fetch(
    pipeline: &Path,
    data: &Path,
    asking: &Asking,
    clock: &Clock,
    watch: &dyn Watch,
) -> Result<(Came, Vec<Behind>), Error> {
    // Who asks for one source takes everything else as it landed before.
    let pipeline = match asking.only {
        None => load_pipeline(pipeline, clock.today())?,
        Some(_) => load_pipeline_as_landed(pipeline, data, clock.today())?,
    };
    tell_passed_over(&pipeline, watch);
    let mut lock = RunLock::acquire(data, clock)?;
    let fetched = ask(&pipeline, asking, clock, &mut lock, watch)?;
    if asking.only.is_none() {
        take_in(&pipeline, clock, &mut lock)?;
    }
    let mut behind = behind::of_fetch(&pipeline, &Landing::open(data)?)?;
    behind.retain(|one| {
        fetched
            .iter()
            .any(|(id, came)| *id == one.source && *came == Fetched::Behind)
    });
    Ok((fetched, behind))
}

/// Says which files of the inbox are nobody's register, so that nobody waits for one of them.
fn tell_passed_over(pipeline: &Pipeline, watch: &dyn Watch) {
    for file in &pipeline.passed_over {
        watch.tell(&format!("passed over in the inbox: {file}"));
    }
}

/// Brings the files of the inbox into the landing. They were checked when the pipeline was loaded.
fn take_in(pipeline: &Pipeline, clock: &Clock, lock: &mut RunLock) -> Result<(), Error> {
    if pipeline.file.inbox.is_some() {
        inbox::land(&pipeline.dropped, clock, &mut LandingWriter::open(lock)?)?;
    }
    Ok(())
}

/// The sources whose news is missing: those that did not come in the last fetch, and those that the current release does
/// without for another reason.
///
/// # Errors
/// [`Error`] when the landing cannot be read.
pub fn sources_behind(
    pipeline: &Pipeline,
    landing: &Landing,
    release: Option<&Release>,
) -> Result<Vec<Behind>, Error> {
    let mut behind = behind::of_fetch(pipeline, landing)?;
    if let Some(release) = release {
        behind.extend(behind::after_fetch(&release.manifest));
    }
    Ok(behind)
}

fn ask(
    pipeline: &Pipeline,
    asking: &Asking,
    clock: &Clock,
    lock: &mut RunLock,
    watch: &dyn Watch,
) -> Result<Came, Error> {
    let network = Network::new(asking.limits, &who_asks(pipeline));
    let desk = Desk::new(&network, asking.patience, clock, watch);
    let mut writer = LandingWriter::open(lock)?;
    let only = asking.only.as_deref();
    Ok(fetch::all(pipeline, only, asking.again, &desk, &mut writer)?)
}

/// What a service sees of who asks: the program, and for which municipality.
fn who_asks(pipeline: &Pipeline) -> String {
    let municipality = &pipeline.file.municipality;
    let contact = municipality.contact.as_deref().unwrap_or("no contact given");
    format!(
        "{} ({} {}; {contact})",
        program(),
        municipality.name,
        municipality.code
    )
}

/// What a service sees of the program, where no municipality asks yet.
pub fn program() -> String {
    format!("nulmeting/{}", env!("CARGO_PKG_VERSION"))
}

/// Runs every stage.
///
/// # Errors
/// [`Error`], and then nothing has been published.
pub fn run(order: &Order, watch: &dyn Watch) -> Result<Ended, Error> {
    let is_as_landed = match &order.input {
        Input::Landing => true,
        Input::Recorded => false,
        Input::Services(asking) => asking.only.is_some(),
    };
    let today = order.clock.today();
    let pipeline = if is_as_landed {
        load_pipeline_as_landed(&order.pipeline, &order.data, order.clock.today())?
    } else {
        load_pipeline(&order.pipeline, order.clock.today())?
    };
    tell_passed_over(&pipeline, watch);
    let files = derive::load(order.sql.as_deref())?;
    let mut lock = RunLock::acquire(&order.data, &order.clock)?;

    match &order.input {
        Input::Landing => {}
        Input::Recorded => {
            watch.say("landing the recorded files");
            let mut writer = LandingWriter::open(&mut lock)?;
            fetch::offline::land(
                &pipeline,
                &fixtures_of(&order.pipeline),
                &order.clock,
                &mut writer,
            )?;
        }
        Input::Services(asking) => drop(ask(&pipeline, asking, &order.clock, &mut lock, watch)?),
    }
    if !is_as_landed {
        take_in(&pipeline, &order.clock, &mut lock)?;
    }
    let landing = Landing::open(&order.data)?;
    let landed = all_landed(&pipeline, &landing)?;
    if landed.is_empty() {
        return Err(Error::NothingLanded {
            data: order.data.clone(),
        });
    }

    let code = code_files(&pipeline, &files);
    let of_fetch = behind::of_fetch(&pipeline, &landing)?;
    let mut run = describe_run(&pipeline, &code, &files);
    run.input_fingerprint = behind::fingerprint(&landed, &of_fetch);
    // Year 0 and the number of rows are held against the release that stands. One that is damaged can only be passed
    // over by a person who says so.
    let standing = standing_release(&order.data, order.force)?;
    if let Some(release) = &standing
        && !order.force
        && publish::current(&order.data)?.is_some()
        && publish::unchanged(&release.manifest, &run.input_fingerprint, &run.code_fingerprint)
        && !behind::may_be_over(&release.manifest, today)
    {
        let mut behind = of_fetch;
        behind.extend(behind::after_fetch(&release.manifest));
        return Ok(Ended {
            release: release.id().clone(),
            is_new: false,
            behind,
        });
    }

    keep_code(&lock, &run, &order.pipeline, &files)?;
    let before = standing.as_ref().map(|release| &release.manifest);
    let mut held = HeldBack::new(&pipeline, order.input.asked(), before, today);
    loop {
        let rest = held.rest_of(&landing);
        run.landing = all_landed(&pipeline, &rest)?.iter().map(landing_file).collect();
        run.behind = held.list(&of_fetch, &rest)?;
        let build = Build {
            pipeline: &pipeline,
            landing: &rest,
            files: &files,
            standing: standing.as_ref(),
            clock: &order.clock,
        };
        let behind = run.behind.clone();
        match build.publish(run.clone(), Staging::begin(&mut lock)?, watch) {
            Ok(release) => {
                return Ok(Ended {
                    release,
                    is_new: true,
                    behind,
                });
            }
            Err(error) => {
                let left_out = held.leave_out(&error, &rest, &files)?;
                if left_out.is_empty() {
                    return Err(error);
                }
                watch.say(&format!(
                    "once more without the newest edition of {}",
                    left_out.join(", ")
                ));
            }
        }
    }
}

/// The release to compare with: the current one. Where the pointer is gone it is the newest; where a release is damaged
/// and the user builds with force, the newest that is whole.
fn standing_release(data: &Path, force: bool) -> Result<Option<Release>, Error> {
    match publish::current(data) {
        Ok(Some(release)) => return Ok(Some(release)),
        Err(error) if !force => return Err(Error::Damaged { error }),
        Ok(None) | Err(_) => {}
    }
    for id in publish::list(data)?.iter().rev() {
        match publish::open(data, id) {
            Ok(release) => return Ok(Some(release)),
            Err(error) if !force => return Err(Error::Damaged { error }),
            Err(_) => {}
        }
    }
    Ok(None)
}

/// `fixtures/` stands beside the folder of the pipeline file.
pub fn fixtures_of(pipeline: &Path) -> PathBuf {
    let folder = pipeline.parent().unwrap_or(Path::new(""));
    folder
        .parent()
        .map_or_else(|| folder.join("../fixtures"), |root| root.join("fixtures"))
}

fn all_landed(pipeline: &Pipeline, landing: &Landing) -> Result<Vec<Landed>, Error> {
    let mut landed = Vec::new();
    for source in &pipeline.file.sources {
        landed.extend(landing.in_use(&source.id)?);
    }
    if pipeline.file.inbox.is_some() {
        landed.extend(landing.in_use(pipeline::INBOX)?);
    }
    Ok(landed)
}

/// Registers and SQL by the names that the manifest gives them.
fn code_files(pipeline: &Pipeline, files: &[SqlFile]) -> Vec<HashedFile> {
    let registers = register_files(pipeline);
    registers.into_iter().chain(sql_files(files)).collect()
}

fn sql_files(files: &[SqlFile]) -> Vec<HashedFile> {
    let hashed = files.iter().map(|file| HashedFile {
        file: file.path.clone(),
        sha256: disk::sha256_hex(file.text.as_bytes()),
    });
    hashed.collect()
}

fn register_files(pipeline: &Pipeline) -> Vec<HashedFile> {
    pipeline
        .files
        .iter()
        .map(|(path, sha256)| HashedFile {
            file: path.to_string_lossy().into_owned(),
            sha256: sha256.clone(),
        })
        .collect()
}

/// Keeps what the release is made with, so that it can be built again.
fn keep_code(lock: &RunLock, run: &Run, pipeline: &Path, files: &[SqlFile]) -> Result<(), Error> {
    let folder = pipeline.parent().unwrap_or(Path::new(""));
    let mut registers = Vec::new();
    for file in &run.registers {
        let bytes = disk::read(&folder.join(&file.file))?;
        if disk::sha256_hex(&bytes) != file.sha256 {
            return Err(Error::Usage {
                message: format!("{} changed while the run was reading it", file.file),
                hint: "run again when nobody is saving it",
            });
        }
        registers.push((file, bytes));
    }
    let registers = registers.iter().map(|(file, bytes)| (*file, bytes.as_slice()));
    let sql = run.sql.iter().filter_map(|kept| {
        let file = files.iter().find(|file| file.path == kept.file)?;
        Some((kept, file.text.as_bytes()))
    });
    Ok(publish::keep_code(lock, registers.chain(sql))?)
}

/// A run of which neither the input nor the outcome is known.
fn describe_run(pipeline: &Pipeline, code: &[HashedFile], files: &[SqlFile]) -> Run {
    let registers = register_files(pipeline);
    let unknown = HashedFile {
        file: String::new(),
        sha256: String::new(),
    };
    Run {
        program_version: VERSION.to_owned(),
        pipeline: registers.first().cloned().unwrap_or(unknown),
        municipality: Municipality {
            code: pipeline.file.municipality.code.clone(),
            name: pipeline.file.municipality.name.clone(),
        },
        input_fingerprint: String::new(),
        code_fingerprint: publish::code_fingerprint(VERSION, code),
        landing: Vec::new(),
        registers,
        sql: sql_files(files),
        behind: Vec::new(),
        checks: Checks {
            performed: 0,
            passed: 0,
            warned: 0,
            failed: 0,
        },
    }
}

/// A landed file as the manifest of a release has it.
fn landing_file(file: &Landed) -> LandingFile {
    let Named {
        source_id,
        file: name,
        peildatum,
        state,
    } = Named::of(file);
    LandingFile {
        source: source_id,
        file: name,
        sha256: file.entry.sha256.clone(),
        peildatum,
        state,
    }
}
