//! What can be typed. A command or a flag that does not exist yet is not here either.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::clock::Clock;

/// Safety figures that a Dutch municipality can trust
///
/// Reads the police's crime exports and the survey figures, holds them against what the council adopted, checks them, and
/// publishes one release that analysts query and BI tools read.
#[derive(Debug, Parser)]
#[command(name = "nulmeting", version = crate::night::VERSION, after_help = "Examples:\n  nulmeting run --offline                            build from the recorded files\n  nulmeting query \"select * from nulmeting\"           ask the current release\n  nulmeting status                                   what stands, and how old it is\n\nExit codes: 0 good, 2 wrong usage, 65 the data broke its contract, 69 a source that is\nneeded was not reached, 74 disk, 75 another run is busy, 78 the pipeline file or a\nregister is wrong.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fetch, normalise, derive, check, report and publish
    #[command(
        after_help = "Examples:\n  nulmeting run\n  nulmeting run --offline\n  nulmeting run pipelines/hengelo.toml --offline --data /srv/nulmeting"
    )]
    Run(RunArguments),
    /// Only the landing: bring in what the services have changed, and build nothing
    #[command(after_help = "Examples:\n  nulmeting fetch\n  nulmeting fetch --only politie_misdrijven")]
    Fetch(FetchArguments),
    /// Everything after the landing: build again from what was fetched before
    #[command(after_help = "Examples:\n  nulmeting build\n  nulmeting build --sql sql --force")]
    Build(BuildArguments),
    /// Run the checks on the current release and print them
    #[command(after_help = "Example:\n  nulmeting check")]
    Check(CheckArguments),
    /// Ask the tables of a release in SQL; every table of norm and marts by its name
    #[command(
        after_help = "Examples:\n  nulmeting query \"select * from nulmeting\"\n  nulmeting query \"select jaar, waarde from trend_reeks where reeks = 'mand'\" --format csv\n  echo \"show tables\" | nulmeting query -"
    )]
    Query(QueryArguments),
    /// What changed between two releases: new data, a revision, a register, the SQL or the program
    #[command(
        after_help = "Examples:\n  nulmeting diff                                     the last two releases\n  nulmeting diff --all --format csv > wijzigingen.csv"
    )]
    Diff(DiffArguments),
    /// The sources with their age, the current release, and what the checks said
    #[command(after_help = "Example:\n  nulmeting status")]
    Status(StatusArguments),
    /// Make a pipeline for another municipality, with what is still to be filled in
    #[command(
        after_help = "Examples:\n  nulmeting init GM0153\n  nulmeting init \"Bergen (NH.)\" --baseline-year 2022 --target-year 2026\n  nulmeting init GM0518 --name \"Den Haag\" --dir /srv/veiligheid/pipelines\n\nThe title is looked up in the list of regions that landed before, else in the recorded one\nof fixtures/, else (without --name) it is asked of the service. Nothing is overwritten."
    )]
    Init(InitArguments),
}

/// Where the pipeline and the data are.
#[derive(Debug, Args)]
pub struct Place {
    /// The pipeline file
    #[arg(default_value = "pipelines/hengelo.toml")]
    pub pipeline: PathBuf,
    /// The data directory
    #[arg(
        long,
        env = "NULMETING_DATA",
        default_value = "data",
        value_name = "DIR",
        hide_env_values = true
    )]
    pub data: PathBuf,
}

/// How to build.
#[derive(Debug, Args)]
pub struct Building {
    /// Build and publish although nothing changed
    #[arg(long)]
    pub force: bool,
    /// Read the SQL from this folder instead of from the binary
    #[arg(long, value_name = "DIR")]
    pub sql: Option<PathBuf>,
    /// Set the clock of the run, so that a night can be replayed
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Clock>,
}

/// `nulmeting run`
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Where the pipeline and the data are.
    #[command(flatten)]
    pub place: Place,
    /// Read the recorded files of fixtures/ instead of the live services
    #[arg(long, conflicts_with_all = ["only", "outage_after"])]
    pub offline: bool,
    /// How to ask the services.
    #[command(flatten)]
    pub asking: Asking,
    /// How to build.
    #[command(flatten)]
    pub building: Building,
}

/// How to ask the services.
#[derive(Debug, Args)]
pub struct Asking {
    /// Fetch this source only, take the others as they landed before, and fail when it fails
    #[arg(long, value_name = "SOURCE")]
    pub only: Option<String>,
    /// Give up when a host has given nothing good for so long
    #[arg(long, value_name = "SECONDS", default_value_t = 90, value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub outage_after: u64,
}

/// `nulmeting fetch`
#[derive(Debug, Args)]
pub struct FetchArguments {
    /// Where the pipeline and the data are.
    #[command(flatten)]
    pub place: Place,
    /// How to ask the services.
    #[command(flatten)]
    pub asking: Asking,
    /// Fetch it although the service says that nothing changed, when what landed is wrong
    #[arg(long, requires = "only")]
    pub again: bool,
}

/// `nulmeting build`
#[derive(Debug, Args)]
pub struct BuildArguments {
    /// Where the pipeline and the data are.
    #[command(flatten)]
    pub place: Place,
    /// How to build.
    #[command(flatten)]
    pub building: Building,
}

/// `nulmeting check`
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Where the pipeline and the data are.
    #[command(flatten)]
    pub place: Place,
}

/// `nulmeting status`
#[derive(Debug, Args)]
pub struct StatusArguments {
    /// Where the pipeline and the data are.
    #[command(flatten)]
    pub place: Place,
}

/// `nulmeting init`
#[derive(Debug, Args)]
pub struct InitArguments {
    /// The municipality: its code such as GM0153, or its title in the tables of CBS
    #[arg(value_name = "GEMEENTE")]
    pub municipality: String,
    /// The folder that the pipeline is written in
    #[arg(long, default_value = "pipelines", value_name = "DIR")]
    pub dir: PathBuf,
    /// Its name in sentences, when that is not its title
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Year 0 of its policy [default: that of the template]
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1900..=2100))]
    pub baseline_year: Option<i32>,
    /// The year in which its targets must be met [default: that of the template]
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1900..=2100))]
    pub target_year: Option<i32>,
    /// Take sources and general registers from this pipeline instead of from the binary
    #[arg(long, value_name = "PIPELINE")]
    pub template: Option<PathBuf>,
    /// The data directory, for the list of regions that landed
    #[arg(
        long,
        env = "NULMETING_DATA",
        default_value = "data",
        value_name = "DIR",
        hide_env_values = true
    )]
    pub data: PathBuf,
    /// Give up when the service has given nothing good for so long
    #[arg(long, value_name = "SECONDS", default_value_t = 90, value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub outage_after: u64,
}

/// `nulmeting query`
#[derive(Debug, Args)]
pub struct QueryArguments {
    /// The question in SQL, or - to read it from stdin
    #[arg(value_name = "SQL")]
    pub sql: String,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Ask this release instead of the current one
    #[arg(long, value_name = "ID")]
    pub release: Option<String>,
    /// The data directory
    #[arg(
        long,
        env = "NULMETING_DATA",
        default_value = "data",
        value_name = "DIR",
        hide_env_values = true
    )]
    pub data: PathBuf,
}

/// `nulmeting diff`
#[derive(Debug, Args)]
pub struct DiffArguments {
    /// The older release; the one before the newer when it is not named
    #[arg(value_name = "OLD")]
    pub old: Option<String>,
    /// The newer release; the current one when it is not named
    #[arg(value_name = "NEW")]
    pub new: Option<String>,
    /// Every municipality and region, and not only the own one
    #[arg(long)]
    pub all: bool,
    /// How to print the changes
    #[arg(long, value_enum, default_value_t = ChangesFormat::Table)]
    pub format: ChangesFormat,
    /// The data directory
    #[arg(
        long,
        env = "NULMETING_DATA",
        default_value = "data",
        value_name = "DIR",
        hide_env_values = true
    )]
    pub data: PathBuf,
}

/// How changes are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChangesFormat {
    /// The first of them, for a terminal
    Table,
    /// All of them, comma, header, an empty field for NULL
    Csv,
    /// All of them, one array of objects
    Json,
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns for a terminal
    Table,
    /// Comma, header, decimal point, an empty field for NULL
    Csv,
    /// One array of objects
    Json,
    /// A Parquet file
    Parquet,
}

/// Reads the command line. `--help` and `--version` are answered here.
///
/// # Errors
/// The exit code, when there is nothing left to do.
pub fn parse() -> Result<Cli, ExitCode> {
    Cli::try_parse().map_err(|error| {
        // A closed pipe is no reason to fail while printing help.
        let _ = error.print();
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
}
