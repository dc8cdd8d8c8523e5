//! `nulmeting`: what was typed, what it means, how it ended.

use std::process::ExitCode;

use nulmeting::cli;

fn main() -> ExitCode {
    match cli::parse() {
        Ok(command) => cli::finish(cli::run(&command)),
        Err(code) => code,
    }
}
