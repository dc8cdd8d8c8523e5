//! The only file that writes to the terminal. A broken pipe ends quietly: who reads `| head` has seen enough.

use std::io::{self, IsTerminal as _, Write as _};

use crate::Error;

/// Writes a result to stdout.
///
/// # Errors
/// [`Error::Bug`] when stdout cannot be written for another reason than that nobody reads it any more.
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
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::Bug(format!("stdout cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Whether stdout is a terminal, where bytes of a file would do harm.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Says on stderr what is being done, only to a person who watches.
pub fn progress(text: &str) {
    if io::stderr().is_terminal() {
        line(&format!("  {text} …"));
    }
}

/// Writes a line to stderr.
pub fn line(text: &str) {
    // There is nowhere left to say that stderr is closed.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Says on stderr how a command ended and what to do about it.
pub fn error(error: &Error) {
    line(&format!("error: {error}"));
    if let Some(hint) = error.hint() {
        line(&format!("\nhint: {hint}"));
    }
    if error.exit_code() == 70 {
        line("\nThis is a bug of nulmeting. Please report it with the command and its output.");
    }
}
