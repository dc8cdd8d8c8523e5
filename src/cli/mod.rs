//! The command line: one command, one file. Results go to stdout, everything else to stderr.

mod acceptances;
mod arguments;
mod behind;
mod build;
mod check;
mod diff;
mod fetch;
mod init;
mod output;
mod query;
mod run;
mod status;
mod summary;
mod table;

use std::process::ExitCode;

pub use arguments::{Cli, Command, parse};

use crate::Error;

/// Runs a command.
///
/// # Errors
/// Whatever ended it; see [`Error::exit_code`].
pub fn run(cli: &Cli) -> Result<(), Error> {
    match &cli.command {
        Command::Run(arguments) => run::run(arguments),
        Command::Fetch(arguments) => fetch::run(arguments),
        Command::Build(arguments) => build::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Query(arguments) => query::run(arguments),
        Command::Diff(arguments) => diff::run(arguments),
        Command::Status(arguments) => status::run(arguments),
        Command::Init(arguments) => init::run(arguments),
    }
}

/// Turns the end of a command into words on stderr and an exit code.
pub fn finish(ended: Result<(), Error>) -> ExitCode {
    let Err(error) = ended else {
        return ExitCode::SUCCESS;
    };
    output::error(&error);
    ExitCode::from(error.exit_code())
}
