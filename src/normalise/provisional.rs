//! Periods that a file calls not final with stars behind their label, for the lists of a table may be older than the file.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;

/// What the files say, by table and code of the period; several threads add to it.
#[derive(Debug, Default)]
pub(super) struct Provisional {
    stars: Mutex<BTreeMap<(String, String), (NaiveDate, usize)>>,
}

impl Provisional {
    /// Adds what a file that stood so on a day says. The newest file counts, and of one day the one that is least sure.
    pub fn note(&self, table: &str, period: &str, day: NaiveDate, stars: usize) {
        let mut known = self.stars.lock().unwrap_or_else(PoisonError::into_inner);
        let said = known
            .entry((table.to_owned(), period.to_owned()))
            .or_insert((day, stars));
        if day > said.0 || (day == said.0 && stars < said.1) {
            *said = (day, stars);
        }
    }

    /// The word of the source for a period that a file of the day of the lists or later calls not final.
    pub fn status(&self, table: &str, period: &str, listed: Option<NaiveDate>) -> Option<&'static str> {
        let known = self.stars.lock().unwrap_or_else(PoisonError::into_inner);
        let (day, stars) = *known.get(&(table.to_owned(), period.to_owned()))?;
        listed
            .is_none_or(|listed| day >= listed)
            .then_some(word_of(stars))
    }
}

/// The words of the lists for one star, and for two.
const WORDS: [&str; 2] = ["Voorlopig", "NaderVoorlopig"];

/// What the lists call a period with one star, or with two.
fn word_of(stars: usize) -> &'static str {
    if stars == 1 { WORDS[0] } else { WORDS[1] }
}

/// How many stars a word of the lists stands for; none for what is final.
pub(super) fn stars_of(word: &str) -> usize {
    let known = WORDS.iter().position(|known| *known == word);
    known.map_or(0, |place| place + 1)
}

/// The word of a published table for so many stars.
pub(super) fn published_word(stars: usize) -> &'static str {
    match stars {
        0 => "definitief",
        1 => "voorlopig",
        _ => "nader_voorlopig",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_of_a_newer_file_count_over_the_list_and_those_of_an_older_one_do_not() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let said = Provisional::default();
        said.note("47013NED", "2023JJ00", day("2024-02-01"), 1);
        said.note("47013NED", "2023JJ00", day("2025-02-01"), 2);
        said.note("47013NED", "2023JJ00", day("2023-02-01"), 1);
        let status = |listed| said.status("47013NED", "2023JJ00", listed);
        assert_eq!(status(Some(day("2025-02-01"))), Some("NaderVoorlopig"));
        assert_eq!(status(Some(day("2025-02-02"))), None);
        assert_eq!(status(None), Some("NaderVoorlopig"));
        said.note("47013NED", "2023JJ00", day("2025-02-01"), 1);
        assert_eq!(status(None), Some("Voorlopig"));
        assert_eq!(said.status("47013NED", "2022JJ00", None), None);
        assert_eq!(said.status("47021NED", "2023JJ00", None), None);
    }
}
