//! Rows as columns for a terminal: numbers to the right, text to the left, nothing cut off silently.

use std::fmt::Write as _;

/// Which way a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// A table of text.
pub(super) struct TextTable {
    columns: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl TextTable {
    pub(super) fn new(columns: &[(&str, Align)]) -> Self {
        let columns = columns
            .iter()
            .map(|(name, align)| ((*name).to_owned(), *align))
            .collect();
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row; one of a single cell is a heading across all columns. What would steer the terminal or break the row is shown as `\n`, `\u{1b}`.
    pub(super) fn push(&mut self, row: Vec<String>) {
        self.rows
            .push(row.into_iter().map(|cell| harmless(&cell, &[])).collect());
    }

    /// The table with two spaces between columns and a rule under the header.
    pub(super) fn render(&self) -> String {
        let width = |index: usize| {
            let is_heading = |row: &&Vec<String>| row.len() == 1 && self.columns.len() > 1;
            let cells = self
                .rows
                .iter()
                .filter(|row| !is_heading(row))
                .filter_map(|row| row.get(index))
                .map(|cell| shown_width(cell));
            let header = self.columns.get(index).map_or(0, |(name, _)| shown_width(name));
            cells.max().unwrap_or(0).max(header)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let mut text = String::new();
        let header: Vec<String> = self.columns.iter().map(|(name, _)| name.clone()).collect();
        self.line(&mut text, &header, &widths);
        let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        self.line(&mut text, &rule, &widths);
        for row in &self.rows {
            self.line(&mut text, row, &widths);
        }
        text
    }

    fn line(&self, text: &mut String, cells: &[String], widths: &[usize]) {
        let mut line = String::new();
        for ((cell, width), (_, align)) in cells.iter().zip(widths).zip(&self.columns) {
            if !line.is_empty() {
                line.push_str("  ");
            }
            let padding = " ".repeat(width.saturating_sub(shown_width(cell)));
            let _ = match align {
                Align::Left => write!(line, "{cell}{padding}"),
                Align::Right => write!(line, "{padding}{cell}"),
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// A text without what steers a terminal, but for the characters that are allowed: `\u{1b}` instead.
pub(super) fn harmless(text: &str, allowed: &[char]) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() && !allowed.contains(&character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Columns on the terminal. Dutch needs no wide characters; combining marks do not occur in the sources.
fn shown_width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right_and_accents_count_as_one() {
        let mut table = TextTable::new(&[("naam", Align::Left), ("aantal", Align::Right)]);
        table.push(vec!["Fryslân".to_owned(), "7".to_owned()]);
        table.push(vec!["Hengelo".to_owned(), "2.087".to_owned()]);
        assert_eq!(
            table.render(),
            "naam     aantal\n───────  ──────\nFryslân       7\nHengelo   2.087\n"
        );
    }

    #[test]
    fn a_cell_can_neither_break_its_row_nor_steer_the_terminal() {
        let mut table = TextTable::new(&[("naam", Align::Left), ("a", Align::Left)]);
        table.push(vec!["é\r\n".to_owned(), "\u{1b}[31m".to_owned()]);
        assert_eq!(
            table.render(),
            "naam   a\n─────  ──────────\né\\r\\n  \\u{1b}[31m\n"
        );
    }
}
