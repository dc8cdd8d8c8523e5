//! Where the values of a pipeline file stand in its text, so that a mistake can point at them.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// Line and character, both from 1, of a byte of the text.
pub(super) fn position(text: &str, byte: usize) -> (u64, u64) {
    let before = text.get(..byte).unwrap_or(text);
    let line = 1 + before.matches('\n').count() as u64;
    let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count() as u64;
    (line, column)
}

/// Where the values of a pipeline file stand in its text, so that a judgement of content can point at them.
pub(super) struct Places<'a> {
    text: &'a str,
    document: DeTable<'a>,
}

impl<'a> Places<'a> {
    /// # Errors
    /// When the text is no TOML.
    pub(super) fn of_text(text: &'a str) -> Result<Self, toml::de::Error> {
        Ok(Self {
            text,
            document: DeTable::parse(text)?.into_inner(),
        })
    }

    pub(super) fn document(&self) -> &DeTable<'a> {
        &self.document
    }

    /// Line and character of a byte of the text.
    pub(super) fn position(&self, byte: usize) -> (u64, u64) {
        position(self.text, byte)
    }

    /// Line and character of the value at a path such as `source[2].recorded[0].path`, or of the nearest
    /// block around it that is written down.
    pub(super) fn of(&self, path: &str) -> (u64, u64) {
        let mut span: Range<usize> = 0..0;
        let mut table = &self.document;
        for step in path.split('.') {
            let (key, index) = match step.trim_end_matches(']').split_once('[') {
                Some((key, index)) => (key, index.parse::<usize>().ok()),
                None => (step, None),
            };
            let Some(mut value) = table.get(key) else { break };
            if let (Some(index), DeValue::Array(array)) = (index, value.get_ref())
                && let Some(element) = array.get(index)
            {
                value = element;
            }
            span = value.span();
            match value.get_ref() {
                DeValue::Table(inner) => table = inner,
                _ => break,
            }
        }
        position(self.text, span.start)
    }
}
