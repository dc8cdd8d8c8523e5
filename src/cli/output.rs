//! The only file that writes to the terminal. A broken pipe ends quietly: who reads `| head` has seen enough.

use std::io::{self, IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::table;
use crate::Error;
use crate::fetch::watch::Watch;

/// Writes a result to stdout.
///
/// # Errors
/// [`Error::Output`] when stdout cannot be written for another reason than that nobody reads it any more.
pub fn result(text: &str) -> Result<(), Error> {
    bytes(text.as_bytes())
}

/// Writes bytes to stdout.
///
/// # Errors
/// As [`result`].
pub fn bytes(bytes: &[u8]) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Output(error)),
        _ => Ok(()),
    }
}

/// Whether stdout is a terminal, where bytes of a file would do harm.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Says on stderr what is being done, only to a person who watches; while a table comes in, how far it is.
pub struct Progress {
    /// Draws nothing when stderr is no terminal.
    bar: ProgressBar,
}

impl Progress {
    /// Nothing is shown yet.
    pub fn new() -> Self {
        Self {
            bar: ProgressBar::hidden(),
        }
    }
}

impl Watch for Progress {
    fn say(&self, text: &str) {
        if io::stderr().is_terminal() {
            self.bar.suspend(|| line(&format!("  {text} …")));
        }
    }

    fn expect(&self, source: &str, rows: u64) {
        let template = "  {prefix} {bar:20} {human_pos}/{human_len} rows, {per_sec}, {eta} left";
        // A template that cannot be read is a bug that a test would show; the bar then has its own.
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
        self.bar.set_prefix(source.to_owned());
        self.bar.set_length(rows);
        self.bar.reset();
    }

    fn arrived(&self, rows: u64) {
        self.bar.inc(rows);
    }

    fn finished(&self) {
        self.bar.finish_and_clear();
    }
}

/// Writes a line to stderr.
pub fn line(text: &str) {
    // There is nowhere left to say that stderr is closed.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Says on stderr how a command ended and what to do about it.
pub fn error(error: &Error) {
    // The name of a file or a sheet may hold what steers a terminal.
    line(&format!(
        "error: {}",
        table::harmless(&error.to_string(), &['\n'])
    ));
    if let Some(hint) = error.hint() {
        line(&format!("\nhint: {hint}"));
    }
    if error.exit_code() == 70 {
        line("\nThis is a bug of nulmeting. Please report it with the command and its output.");
    }
}
