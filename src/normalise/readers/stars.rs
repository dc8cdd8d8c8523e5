//! Stars behind a period, which every export with labels may have: `2024**`.
//!
//! They are taken off on the way to the sink, so that the label is that of the list, and told to it apart
//! ([`Sink::provisional`]): what is not final must not come out as final. A period has the same stars everywhere in a file.

use std::collections::HashMap;

use super::period_label::without_stars;
use super::{Header, ReadError, Record, Sink, Topic};

/// The dimension whose labels carry stars.
pub(super) const PERIODS: &str = "Perioden";

const STARS: &str = "nothing is guessed: export the table again, or look up what these stars mean";

/// Takes the stars off the labels of the periods on their way to another sink.
pub(super) struct WithoutStars<'a, S> {
    file: &'a str,
    sink: &'a mut S,
    /// Position of the periods among the dimensions.
    period: Option<usize>,
    /// How many stars the label of a period has.
    stars: HashMap<String, usize>,
}

impl<'a, S: Sink> WithoutStars<'a, S> {
    pub fn new(file: &'a str, sink: &'a mut S) -> Self {
        Self {
            file,
            sink,
            period: None,
            stars: HashMap::new(),
        }
    }

    fn label<'t>(&mut self, text: &'t str, line: u64) -> Result<&'t str, ReadError> {
        let refuse = |expected: &str| Err(ReadError::new(self.file, line, expected, text, STARS));
        let Some((label, stars)) = without_stars(text) else {
            return refuse("a period with at most two stars behind it");
        };
        match self.stars.get(label) {
            Some(known) if *known != stars => return refuse("a period with the stars it has above"),
            Some(_) => {}
            None => {
                self.stars.insert(label.to_owned(), stars);
                if stars > 0 {
                    self.sink.provisional(label, stars);
                }
            }
        }
        Ok(label)
    }
}

impl<S: Sink> Sink for WithoutStars<'_, S> {
    fn header(&mut self, header: &Header) -> Result<(), ReadError> {
        self.period = header.dimensions.iter().position(|name| name == PERIODS);
        self.sink.header(header)
    }

    fn topic(&mut self, number: usize, topic: &Topic) -> Result<(), ReadError> {
        self.sink.topic(number, topic)
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), ReadError> {
        let mut members = record.members.to_vec();
        if let Some(member) = self.period.and_then(|position| members.get_mut(position)) {
            *member = self.label(member, record.line)?;
        }
        self.sink.record(&Record {
            members: &members,
            ..*record
        })
    }
}
