//! A register back to the CSV that people keep: `;`, decimal comma, ISO dates, quotes only where they are needed.
//!
//! What is written is read back as the same table. Nothing is decided here about which rows are written.

use super::table::{Table, Values};
use super::value::date_of;

const DELIMITER: char = ';';

/// The register as a CSV file: the header, then a line for each row (more where a cell holds line breaks).
pub fn to_csv(table: &Table) -> String {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let mut text = names.join(";");
    text.push('\n');
    for row in 0..table.rows() {
        for (place, column) in table.columns.iter().enumerate() {
            if place > 0 {
                text.push(DELIMITER);
            }
            text.push_str(&cell(&column.values, row));
        }
        text.push('\n');
    }
    text
}

fn cell(values: &Values, row: usize) -> String {
    let written = match values {
        Values::Text(values) => values
            .get(row)
            .and_then(|value| value.as_deref().map(quoted_if_needed)),
        Values::Whole(values) => values
            .get(row)
            .and_then(|value| value.map(|value| value.to_string())),
        Values::Number(values) => values.get(row).and_then(|value| value.map(number)),
        Values::Date(values) => values
            .get(row)
            .and_then(|value| value.and_then(date_of))
            .map(|date| date.format("%Y-%m-%d").to_string()),
        Values::YesNo(values) => values
            .get(row)
            .and_then(|value| value.map(|value| if value { "ja" } else { "nee" }.to_owned())),
    };
    written.unwrap_or_default()
}

fn quoted_if_needed(text: &str) -> String {
    let needs_quotes = text.starts_with('"') || text.contains([DELIMITER, '\n']);
    if !needs_quotes {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A decimal comma, and never exactly three decimals behind a short number: those read as thousands.
pub(super) fn number(value: f64) -> String {
    let mut text = value.to_string().replace('.', ",");
    if text
        .split_once(',')
        .is_some_and(|(_, decimals)| decimals.len() == 3)
    {
        text.push('0');
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::pipeline::register::read_register;
    use crate::pipeline::registers::REGISTERS;
    use crate::pipeline::testing::Small;

    #[test]
    fn every_register_is_read_back_as_the_same_table() {
        let plain = Small::new();
        let tables = plain.load().unwrap().tables;
        let mut again = plain;
        for table in &tables {
            let path = Small::path(table.name);
            again.files.insert(path, to_csv(table).into_bytes());
        }
        // The register `metingen` has a quoted cell of two lines with quotes in it, and ends on the same line.
        assert_eq!(again.load().unwrap().tables, tables);
    }

    #[test]
    fn a_number_with_three_decimals_is_not_taken_for_thousands() {
        assert_eq!(number(1.234), "1,2340");
        assert_eq!(number(0.05), "0,05");
        assert_eq!(number(-2248.0), "-2248");
    }

    const LETTERS: &[char] = &['a', 'é', '"', ';', ',', '\n', ' ', '\'', '1', '.'];

    proptest! {
        #[test]
        fn any_text_and_any_number_come_back(
            letters in proptest::collection::vec(proptest::sample::select(LETTERS), 1..12),
            value in -1.0e9..1.0e9_f64,
        ) {
            let text: String = letters.into_iter().collect();
            let text = text.trim();
            prop_assume!(!text.is_empty());
            let register = REGISTERS.iter().find(|register| register.name == "conventies").unwrap();
            let mut table = Small::new().load().unwrap().table("conventies").unwrap().clone();
            table.lines = vec![2];
            for column in &mut table.columns {
                column.values = match column.name {
                    "conventie" => Values::Text(vec![Some("alfa".to_owned())]),
                    "waarde" => Values::Number(vec![Some(value)]),
                    _ => Values::Text(vec![Some(text.to_owned())]),
                };
            }
            let written = to_csv(&table);
            let read = read_register(register, Path::new("x.csv"), written.as_bytes());
            prop_assert_eq!(read.unwrap(), table);
        }
    }
}
