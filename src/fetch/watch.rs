//! Who looks on while a night runs: a terminal shows how far it is, a log keeps the words, a test counts.

/// Hears what is being done. Everything is called from several threads.
pub trait Watch: Sync {
    /// A few words on what begins, or on what is tried again.
    fn say(&self, text: &str);

    /// What whoever reads the log of a night should know, also where nobody looks on.
    fn tell(&self, text: &str) {
        self.say(text);
    }

    /// A table is about to be fetched: its source and how many rows it has.
    fn expect(&self, source: &str, rows: u64) {
        let _ = (source, rows);
    }

    /// So many rows of it have landed.
    fn arrived(&self, rows: u64) {
        let _ = rows;
    }

    /// The table is whole, or given up.
    fn finished(&self) {}
}

impl<F: Fn(&str) + Sync> Watch for F {
    fn say(&self, text: &str) {
        self(text);
    }
}
