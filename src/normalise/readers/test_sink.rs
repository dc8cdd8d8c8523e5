//! A sink for the tests of the readers: it writes down all that it is given, one line a record.

use std::fmt::Write;

use super::{Cell, Flavour, Header, ReadError, Record, Sink, Summary, Topic, read_data};

/// Everything a reader said.
#[derive(Default)]
pub struct Notes {
    pub header: Option<Header>,
    pub topics: Vec<Topic>,
    pub records: Vec<String>,
    /// Periods with stars, and how many.
    pub provisional: Vec<(String, usize)>,
}

impl Notes {
    /// Names of the topics, with the unit behind a slash.
    pub fn topic_names(&self) -> Vec<String> {
        let name = |topic: &Topic| format!("{}/{}", topic.name, topic.unit.as_deref().unwrap_or("?"));
        self.topics.iter().map(name).collect()
    }

    /// Names of the dimensions.
    pub fn dimensions(&self) -> Vec<String> {
        self.header.clone().unwrap().dimensions
    }
}

impl Sink for Notes {
    fn header(&mut self, header: &Header) -> Result<(), ReadError> {
        assert!(self.header.is_none(), "a second header");
        self.header = Some(header.clone());
        Ok(())
    }

    fn topic(&mut self, number: usize, topic: &Topic) -> Result<(), ReadError> {
        assert_eq!(number, self.topics.len());
        self.topics.push(topic.clone());
        Ok(())
    }

    fn provisional(&mut self, period: &str, stars: usize) {
        self.provisional.push((period.to_owned(), stars));
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), ReadError> {
        let mut line = format!("{}: {}", record.line, record.members.join("|"));
        for (topic, cell) in record.cells {
            assert!(*topic < self.topics.len(), "a cell before its topic");
            let cell = match cell {
                Cell::Number(number) => number.to_string(),
                Cell::Empty(symbol) => format!("{symbol:?}"),
            };
            write!(line, " {topic}={cell}").unwrap();
        }
        self.records.push(line);
        Ok(())
    }
}

/// Reads a text of a known flavour.
pub fn read_text(flavour: Flavour, text: &str) -> Result<(Summary, Notes), ReadError> {
    let mut notes = Notes::default();
    let summary = read_data(flavour, text.as_bytes(), "test", &mut notes)?;
    Ok((summary, notes))
}

/// Line, expectation, finding and hint of the error that a text gives.
pub fn refusal(flavour: Flavour, text: &str) -> (u64, String) {
    let Err(error) = read_text(flavour, text) else {
        panic!("taken: {text}")
    };
    assert!(!error.hint().is_empty());
    (error.line, format!("{error}"))
}

/// Every line of a text with the same behind it, as a spreadsheet adds empty columns.
pub fn widened(text: &str, columns: &str) -> String {
    text.lines()
        .fold(String::new(), |all, line| all + line + columns + "\r\n")
}
