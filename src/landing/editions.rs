//! The editions of a source: what came in together, counts together and is left out together.
//!
//! A table that was fetched is one edition for each state; of two states of one day the later took the place of the
//! earlier, which stays in the landing. What was recorded is one edition for each day. When the newest edition of a source cannot be
//! used, the landing is read as it would be without it: an edition whose place it took then counts again.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Entry, Landed, Landing, LandingError};
use crate::disk::sha256_hex;

/// How many digits of a state's fingerprint tell it from the others.
const STATE_DIGITS: usize = 16;

/// One edition of a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EditionOf {
    /// The source.
    pub source_id: String,
    /// The day on which the source held it.
    pub peildatum: NaiveDate,
    /// The state of its table; nothing for what was not fetched.
    pub state: Option<String>,
}

impl EditionOf {
    /// The edition that a file is of.
    pub fn of(landed: &Landed) -> Self {
        Self {
            source_id: landed.source_id.clone(),
            peildatum: landed.entry.peildatum,
            state: landed.entry.state.clone(),
        }
    }

    fn holds(&self, entry: &Entry) -> bool {
        self.peildatum == entry.peildatum && self.state == entry.state
    }
}

/// A file of the landing as a release names it. A list that two editions share is one file of two days, or of two states.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The source.
    pub source_id: String,
    /// Its name in the landing.
    pub file: String,
    /// The day on which the source held it.
    pub peildatum: NaiveDate,
    /// The fingerprint of the state that it is of, 16 digits; nothing for what was not fetched, and in a
    /// release of before states were named.
    pub state: Option<String>,
}

impl Named {
    /// How a release names a file.
    pub fn of(file: &Landed) -> Self {
        Self {
            state: file.entry.state.as_deref().map(state_mark),
            ..Self::without_state(file)
        }
    }

    fn without_state(file: &Landed) -> Self {
        Self {
            source_id: file.source_id.clone(),
            file: file.entry.file_name(),
            peildatum: file.entry.peildatum,
            state: None,
        }
    }
}

/// A short fingerprint of the state of a table.
fn state_mark(state: &str) -> String {
    format!("{:.STATE_DIGITS$}", sha256_hex(state.as_bytes()))
}

impl Landing {
    /// The landing as it would be without these editions.
    #[must_use]
    pub fn without(mut self, left_out: BTreeSet<EditionOf>) -> Self {
        self.left_out = left_out;
        self
    }

    /// The newest edition of a source that counts; with a name, the newest that has a file called so, as errors call it:
    /// `<source>/<file>`.
    ///
    /// # Errors
    /// As [`Landing::read_source`].
    pub fn newest_edition(
        &self,
        source_id: &str,
        named: Option<&str>,
    ) -> Result<Option<EditionOf>, LandingError> {
        let landed = self.in_use(source_id)?;
        let is_named = |file: &&Landed| {
            named.is_none_or(|name| name == format!("{source_id}/{}", file.entry.file_name()))
        };
        let newest = landed
            .iter()
            .filter(is_named)
            .max_by_key(|file| (file.entry.peildatum, file.entry.time));
        Ok(newest.map(EditionOf::of))
    }

    /// What counts of all that landed from a source.
    pub(super) fn counting(&self, source_id: &str, mut landed: Vec<Landed>) -> Vec<Landed> {
        if let Some(files) = &self.only {
            landed.retain(|file| {
                files.contains(&Named::of(file)) || files.contains(&Named::without_state(file))
            });
            // Without a state in its name a file that two editions of one day share is there twice.
            landed.dedup_by(|later, earlier| {
                let is_twice = Named::without_state(later) == Named::without_state(earlier)
                    && files.contains(&Named::without_state(later));
                if is_twice && earlier.entry.replaced {
                    earlier.entry.clone_from(&later.entry);
                }
                is_twice
            });
            return landed;
        }
        let own = |edition: &&EditionOf| edition.source_id == source_id;
        let gone: Vec<&EditionOf> = self.left_out.iter().filter(own).collect();
        let back = in_their_place(&landed, &gone);
        let mut place = 0;
        landed.retain(|file| {
            let is_gone = gone.iter().any(|edition| edition.holds(&file.entry));
            let counts = back.contains(&place) || (!is_gone && !file.entry.replaced);
            place += 1;
            counts
        });
        landed
    }
}

/// Places of the files that count again because the edition that took their place is left out: of each such day the state
/// that landed last before it, and of that state each file as it was fetched last.
fn in_their_place(landed: &[Landed], gone: &[&EditionOf]) -> BTreeSet<usize> {
    let mut back = BTreeSet::new();
    let days: BTreeSet<NaiveDate> = gone.iter().map(|edition| edition.peildatum).collect();
    for day in days {
        let others = || {
            landed.iter().enumerate().filter(|(_, file)| {
                file.entry.peildatum == day
                    && file.entry.state.is_some()
                    && !gone.iter().any(|edition| edition.holds(&file.entry))
            })
        };
        if others().any(|(_, file)| !file.entry.replaced) {
            continue;
        }
        let last = others().max_by_key(|(_, file)| file.entry.time);
        let Some(state) = last.and_then(|(_, file)| file.entry.state.as_ref()) else {
            continue;
        };
        let mut files: BTreeMap<&str, (usize, &Landed)> = BTreeMap::new();
        for (place, file) in others().filter(|(_, file)| file.entry.state.as_ref() == Some(state)) {
            let known = files.entry(&file.entry.name).or_insert((place, file));
            if known.1.entry.time < file.entry.time {
                *known = (place, file);
            }
        }
        back.extend(files.into_values().map(|(place, _)| place));
    }
    back
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{parse_date, parse_stamp};
    use std::path::PathBuf;

    fn file(name: &str, content: char, day: &str, state: &str, night: u32, replaced: bool) -> Landed {
        let time = parse_stamp(&format!("2026-11-{night:02}T02:00:00Z")).unwrap();
        Landed {
            source_id: "bron".to_owned(),
            path: PathBuf::new(),
            entry: Entry {
                name: name.to_owned(),
                url: String::new(),
                time,
                confirmed: time,
                status: 200,
                etag: None,
                last_modified: None,
                sha256: content.to_string().repeat(64),
                bytes: 1,
                rows: None,
                peildatum: parse_date(day).unwrap(),
                edition: None,
                state: Some(state.to_owned()),
                replaced,
            },
        }
    }

    fn edition(day: &str, state: &str) -> EditionOf {
        EditionOf {
            source_id: "bron".to_owned(),
            peildatum: parse_date(day).unwrap(),
            state: Some(state.to_owned()),
        }
    }

    fn landing() -> Landing {
        Landing {
            root: PathBuf::new(),
            only: None,
            left_out: BTreeSet::new(),
        }
    }

    /// Content and state of what counts.
    fn counting(landing: &Landing, all: &[Landed]) -> Vec<String> {
        let counts = landing.counting("bron", all.to_vec());
        let state = |file: &Landed| file.entry.state.clone().unwrap_or_default();
        let mark = |file: &Landed| {
            format!(
                "{}{}",
                file.entry.sha256.get(..1).unwrap_or_default(),
                state(file)
            )
        };
        counts.iter().map(mark).collect()
    }

    #[test]
    fn what_the_newest_edition_replaced_counts_again_without_it_and_then_the_day_before() {
        let all = [
            file("rows", 'a', "2026-01-01", "1", 1, false),
            // Wrong, and fetched once more.
            file("rows", 'b', "2026-05-01", "2", 2, true),
            file("rows", 'c', "2026-05-01", "2", 3, true),
            file("lists", 'e', "2026-05-01", "2", 2, true),
            file("lists", 'e', "2026-05-01", "3", 4, false),
            file("rows", 'd', "2026-05-01", "3", 4, false),
        ];
        assert_eq!(counting(&landing(), &all), ["a1", "e3", "d3"]);
        let newest = edition("2026-05-01", "3");
        let before = edition("2026-05-01", "2");
        let without = landing().without([newest.clone()].into());
        assert_eq!(counting(&without, &all), ["a1", "c2", "e2"]);
        let without = landing().without([newest.clone(), before.clone()].into());
        assert_eq!(counting(&without, &all), ["a1"]);
        let without = landing().without([newest, before, edition("2026-01-01", "1")].into());
        assert_eq!(counting(&without, &all), Vec::<String>::new());
        // Another source's trouble.
        let other = EditionOf {
            source_id: "andere".to_owned(),
            ..edition("2026-05-01", "3")
        };
        assert_eq!(
            counting(&landing().without([other].into()), &all),
            ["a1", "e3", "d3"]
        );
    }

    #[test]
    fn a_list_that_two_states_of_one_day_share_is_read_as_that_of_the_one_that_is_named() {
        let all = [
            file("lists", 'e', "2026-05-01", "2", 2, true),
            file("lists", 'e', "2026-05-01", "3", 4, false),
            file("rows", 'c', "2026-05-01", "2", 3, true),
            file("rows", 'd', "2026-05-01", "3", 4, false),
        ];
        let named = |places: [usize; 2]| {
            landing().restricted_to(places.iter().map(|place| Named::of(&all[*place])).collect())
        };
        assert_eq!(counting(&named([0, 2]), &all), ["e2", "c2"]);
        assert_eq!(counting(&named([1, 3]), &all), ["e3", "d3"]);
        // As releases named their files before.
        let stateless = [1, 3].map(|place| Named::without_state(&all[place]));
        assert_eq!(
            counting(&landing().restricted_to(stateless.into()), &all),
            ["e3", "d3"]
        );
    }
}
