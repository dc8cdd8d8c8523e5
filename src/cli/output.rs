//! The only file that writes to the terminal. A broken pipe ends quietly: who reads `| head` has seen enough.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

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

/// How far a table is: what came of it, how fast, and how long the rest will take.
const TEMPLATE: &str = "  {prefix} {wide_bar} {human_pos}/{human_len} rows, {rate}/s, {eta} left";

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

    fn begin(&self, target: ProgressDrawTarget, source: &str, rows: u64) {
        // A template that cannot be read is a bug that a test would show; the bar then has its own.
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            // In whole rows: `{per_sec}` has four decimals.
            let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
                // A terminal that takes no text has no progress to show.
                let _ = write!(out, "{}", HumanCount(state.per_sec() as u64));
            };
            self.bar.set_style(style.with_key("rate", rate));
        }
        self.bar.set_draw_target(target);
        self.bar.set_prefix(source.to_owned());
        self.bar.set_length(rows);
        self.bar.reset();
    }
}

impl Watch for Progress {
    fn say(&self, text: &str) {
        if io::stderr().is_terminal() {
            self.bar.suspend(|| line(&format!("  {text} …")));
        }
    }

    fn tell(&self, text: &str) {
        // The name of a file may hold what steers a terminal.
        self.bar.suspend(|| line(&table::harmless(text, &[])));
    }

    fn expect(&self, source: &str, rows: u64) {
        self.begin(ProgressDrawTarget::stderr(), source, rows);
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use indicatif::TermLike;

    use super::*;

    /// A terminal of 80 columns that remembers all that was written to it.
    #[derive(Debug, Clone, Default)]
    struct Terminal(Arc<Mutex<String>>);

    impl Terminal {
        fn take(&self) -> String {
            std::mem::take(&mut *self.0.lock().unwrap())
        }
    }

    impl TermLike for Terminal {
        fn width(&self) -> u16 {
            80
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_terminal_sees_rows_rate_and_the_time_that_is_left_on_one_line() {
        let (progress, terminal) = (Progress::new(), Terminal::default());
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        progress.begin(target, "politie_misdrijven", 4_159_500);
        progress.arrived(2_000_000);
        terminal.take();
        progress.bar.force_draw();
        let seen = terminal.take();
        let line = seen.trim_end();
        assert!(line.starts_with("  politie_misdrijven "), "{line:?}");
        let (_, said) = line.split_once(" 2,000,000/4,159,500 rows, ").unwrap();
        let (rate, left) = said.split_once("/s, ").unwrap();
        assert!(
            rate.bytes().all(|byte| byte.is_ascii_digit() || byte == b','),
            "{rate}"
        );
        assert!(left.ends_with("s left"), "{left}");
        assert!(line.chars().count() <= 80 && !line.contains('\n'), "{line:?}");
        progress.finished();
        assert!(!terminal.take().contains("politie_misdrijven"));
    }
}
