//! The proof that a slice of a table is whole: every combination of its members once, and nothing else.
//!
//! The tables of police and CBS are full blocks: each member of each dimension with each member of the others. So a
//! page that was lost, repeated or cut off shows as a combination that is missing or stands twice, whatever the service
//! says of the number of rows.

use std::collections::HashMap;

use crate::normalise::readers::{Header, ReadError, Record, Sink, Topic};

const FETCH_AGAIN: &str = "the service gave a table that contradicts its own lists; fetch it again later";

/// Largest number of combinations of one slice, a byte each: 47018NED has 59 kinds x 18,523 regions in a year, 1.1 million.
const LARGEST: usize = 1 << 24;

/// One dimension of a slice with the members that must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Key of the dimension.
    pub dimension: String,
    /// Codes, without padding; each once.
    pub members: Vec<String>,
}

/// What a slice may still lack.
#[derive(Debug)]
pub struct Census {
    dimensions: Vec<(String, HashMap<String, usize>)>,
    seen: Vec<bool>,
    rows: u64,
}

/// Why a slice is not whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CensusError {
    /// Rows are missing.
    #[error("{missing} of {expected} rows are missing, the first is {first}")]
    Gap {
        /// Rows that did not come.
        missing: u64,
        /// Rows of the whole slice.
        expected: u64,
        /// The members of the first that is missing.
        first: String,
    },
    /// More rows than this program is made for.
    #[error("a slice of {0} members is too large to be checked")]
    TooLarge(String),
}

impl Census {
    /// Nothing has been seen yet of the block that these dimensions span.
    ///
    /// # Errors
    /// [`CensusError::TooLarge`].
    pub fn new(expected: &[Expected]) -> Result<Self, CensusError> {
        let mut size = 1_usize;
        for dimension in expected {
            size = size
                .checked_mul(dimension.members.len())
                .filter(|size| *size <= LARGEST)
                .ok_or_else(|| CensusError::TooLarge(sizes(expected)))?;
        }
        let dimensions = expected
            .iter()
            .map(|dimension| {
                let numbers = dimension.members.iter().cloned().zip(0..).collect();
                (dimension.dimension.clone(), numbers)
            })
            .collect();
        Ok(Self {
            dimensions,
            seen: vec![false; size],
            rows: 0,
        })
    }

    /// Rows that the whole slice has.
    fn expected_rows(&self) -> u64 {
        self.seen.len() as u64
    }

    /// Rows seen so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Takes the rows of one page into account: see [`PageCensus`].
    pub fn page<'a>(&'a self, file: &'a str) -> PageCensus<'a> {
        PageCensus {
            census: self,
            file,
            positions: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Counts what a page held.
    pub fn count(&mut self, found: &[usize]) {
        for &number in found {
            if let Some(seen) = self.seen.get_mut(number) {
                *seen = true;
            }
        }
        self.rows += found.len() as u64;
    }

    /// Whether nothing is missing.
    ///
    /// # Errors
    /// [`CensusError::Gap`].
    pub fn finish(&self) -> Result<(), CensusError> {
        let Some(first) = self.seen.iter().position(|seen| !seen) else {
            return Ok(());
        };
        Err(CensusError::Gap {
            missing: self.seen.iter().filter(|seen| !**seen).count() as u64,
            expected: self.expected_rows(),
            first: self.name(first),
        })
    }

    /// The members behind a number: `SoortMisdrijf 1.1.1, RegioS GM0164`.
    fn name(&self, number: usize) -> String {
        let mut rest = number;
        let mut parts = Vec::new();
        for (dimension, members) in self.dimensions.iter().rev() {
            let size = members.len().max(1);
            let code = members.iter().find(|(_, index)| **index == rest % size);
            parts.push(format!("{dimension} {}", code.map_or("", |(code, _)| code)));
            rest /= size;
        }
        parts.reverse();
        parts.join(", ")
    }
}

fn sizes(expected: &[Expected]) -> String {
    let sizes: Vec<String> = expected
        .iter()
        .map(|dimension| dimension.members.len().to_string())
        .collect();
    sizes.join(" x ")
}

/// Reads one page: which combinations it holds. The census itself only changes when the page is counted, so that a page
/// that is refused half-way leaves no trace.
#[derive(Debug)]
pub struct PageCensus<'a> {
    census: &'a Census,
    file: &'a str,
    /// For each dimension of the census its place in a record.
    positions: Vec<usize>,
    found: Vec<usize>,
}

impl PageCensus<'_> {
    /// The combinations of the page, sorted.
    ///
    /// # Errors
    /// One that stands twice.
    pub fn finish(mut self) -> Result<Vec<usize>, ReadError> {
        self.found.sort_unstable();
        let twice = self.found.windows(2).find_map(|pair| match pair {
            [first, second] if first == second => Some(*first),
            _ => None,
        });
        match twice {
            Some(number) => Err(self.twice(1, number)),
            None => Ok(self.found),
        }
    }

    fn twice(&self, line: u64, number: usize) -> ReadError {
        let expected = format!("every combination once ({})", self.census.name(number));
        self.refuse(line, expected, "a second one")
    }

    fn refuse(&self, line: u64, expected: impl Into<String>, found: &str) -> ReadError {
        ReadError::new(self.file, line, expected, found, FETCH_AGAIN)
    }
}

impl Sink for PageCensus<'_> {
    fn header(&mut self, header: &Header) -> Result<(), ReadError> {
        for (name, _) in &self.census.dimensions {
            let position = header.dimensions.iter().position(|dimension| dimension == name);
            let position = position.ok_or_else(|| {
                self.refuse(1, format!("the dimension {name}"), &header.dimensions.join(", "))
            })?;
            self.positions.push(position);
        }
        if header.dimensions.len() == self.positions.len() {
            return Ok(());
        }
        let names: Vec<&str> = self
            .census
            .dimensions
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let expected = format!("the dimensions {} and no other", names.join(", "));
        Err(self.refuse(1, expected, &header.dimensions.join(", ")))
    }

    fn topic(&mut self, _number: usize, _topic: &Topic) -> Result<(), ReadError> {
        Ok(())
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), ReadError> {
        let mut number = 0;
        for ((name, members), position) in self.census.dimensions.iter().zip(&self.positions) {
            let member = record.members.get(*position).copied().unwrap_or_default();
            let index = members.get(member).ok_or_else(|| {
                self.refuse(
                    record.line,
                    format!("a member of the list {name} that was asked for"),
                    member,
                )
            })?;
            number = number * members.len() + index;
        }
        let is_twice = self.census.seen.get(number).is_none_or(|seen| *seen);
        if is_twice {
            return Err(self.twice(record.line, number));
        }
        self.found.push(number);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::readers::Members;

    fn census() -> Census {
        let expected = |dimension: &str, members: &[&str]| Expected {
            dimension: dimension.to_owned(),
            members: members.iter().map(|&member| member.to_owned()).collect(),
        };
        Census::new(&[
            expected("Soort", &["a", "b"]),
            expected("Regio", &["1", "2", "3"]),
        ])
        .unwrap()
    }

    fn read(census: &Census, rows: &[[&str; 2]]) -> Result<Vec<usize>, ReadError> {
        let mut page = census.page("p.json");
        page.header(&Header {
            title: None,
            members: Members::Codes,
            dimensions: vec!["Regio".to_owned(), "Soort".to_owned()],
        })?;
        for (line, row) in (2..).zip(rows) {
            page.record(&Record {
                line,
                members: row,
                cells: &[],
            })?;
        }
        page.finish()
    }

    const ALL: [[&str; 2]; 6] = [
        ["1", "a"],
        ["2", "a"],
        ["3", "a"],
        ["1", "b"],
        ["2", "b"],
        ["3", "b"],
    ];

    #[test]
    fn a_block_is_whole_when_every_combination_came_once_in_any_order() {
        let mut census = census();
        let first = read(&census, &ALL[3..]).unwrap();
        census.count(&first);
        let second = read(&census, &ALL[..3]).unwrap();
        census.count(&second);
        assert_eq!(census.rows(), 6);
        census.finish().unwrap();
    }

    #[test]
    fn a_row_that_is_missing_is_named() {
        for lost in 0..6 {
            let mut census = census();
            let mut rows = ALL.to_vec();
            let gone = rows.remove(lost);
            let found = read(&census, &rows).unwrap();
            census.count(&found);
            let message = census.finish().unwrap_err().to_string();
            let first = format!("Soort {}, Regio {}", gone[1], gone[0]);
            assert!(
                message.contains("1 of 6 rows") && message.ends_with(&first),
                "{message}"
            );
        }
    }

    #[test]
    fn a_row_of_an_earlier_page_is_not_taken_twice() {
        let mut census = census();
        let found = read(&census, &ALL[..3]).unwrap();
        census.count(&found);
        let message = read(&census, &ALL[2..]).unwrap_err().to_string();
        assert!(
            message.contains("every combination once (Soort a, Regio 3)"),
            "{message}"
        );
        let twice = [ALL[0], ALL[1], ALL[0]];
        assert!(read(&census, &twice).is_err() && read(&self::census(), &twice).is_err());
    }

    #[test]
    fn a_member_that_was_not_asked_for_is_refused() {
        let message = read(&census(), &[["4", "a"]]).unwrap_err().to_string();
        assert!(
            message.contains("p.json, line 2") && message.contains("list Regio"),
            "{message}"
        );
    }

    #[test]
    fn a_block_that_does_not_fit_is_refused_before_it_is_made() {
        let members: Vec<String> = (0..100_000).map(|number| number.to_string()).collect();
        let expected = |dimension: &str| Expected {
            dimension: dimension.to_owned(),
            members: members.clone(),
        };
        let refused = Census::new(&[expected("a"), expected("b"), expected("c"), expected("d")]);
        assert!(matches!(refused, Err(CensusError::TooLarge(_))));
    }
}
