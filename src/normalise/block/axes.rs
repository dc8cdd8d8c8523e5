//! The three lists that span a block: a row of the table is a place on each of them.

use std::collections::HashMap;

use super::BlockError;
use crate::normalise::code_book::Entry;

/// A list, with its codes in the order of the finished table: that of their bytes.
#[derive(Debug)]
pub(super) struct Axis {
    codes: Vec<String>,
    /// Places of the codes in the order in which the source lists them.
    listed: Vec<u32>,
    /// For each code its number in the source's list.
    numbers: HashMap<String, u32>,
}

impl Axis {
    /// The axis of a list.
    ///
    /// # Errors
    /// [`BlockError::List`] when it is empty or names a code twice.
    pub fn new<'e>(key: &str, entries: impl Iterator<Item = &'e Entry>) -> Result<Self, BlockError> {
        let listed: Vec<&str> = entries.map(|entry| entry.code.as_str()).collect();
        let mut codes: Vec<String> = listed.iter().map(|&code| code.to_owned()).collect();
        codes.sort();
        let is_twice = codes
            .windows(2)
            .any(|pair| matches!(pair, [first, second] if first == second));
        if codes.is_empty() || is_twice {
            return Err(BlockError::List { key: key.to_owned() });
        }
        let place = |code: &str| codes.partition_point(|other| other.as_str() < code) as u32;
        Ok(Self {
            listed: listed.iter().map(|code| place(code)).collect(),
            numbers: listed.iter().map(|&code| code.to_owned()).zip(0..).collect(),
            codes,
        })
    }

    /// The axis of these members only, by their places in ascending order.
    fn only(&self, places: &[usize]) -> Self {
        let codes: Vec<String> = places.iter().map(|place| self.code(*place).to_owned()).collect();
        Self {
            listed: (0..codes.len() as u32).collect(),
            numbers: codes.iter().cloned().zip(0..).collect(),
            codes,
        }
    }

    /// Codes by their place.
    pub fn codes(&self) -> &[String] {
        &self.codes
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// The code at a place.
    pub fn code(&self, place: usize) -> &str {
        self.codes.get(place).map_or("", String::as_str)
    }

    /// The place of a code. `number` is its number in the list of the source, or that of the row before: rows follow
    /// that list, so it is mostly the same or the next one.
    pub fn place(&self, code: &str, number: &mut u32) -> Option<u32> {
        for guess in [*number, *number + 1, 0] {
            let place = self.listed.get(guess as usize).copied();
            if place.is_some_and(|place| is_same(self.code(place as usize), code)) {
                *number = guess;
                return place;
            }
        }
        *number = *self.numbers.get(code)?;
        self.listed.get(*number as usize).copied()
    }
}

/// Whether two short texts are the same. Codes are 5 to 10 bytes, and three are compared for each row: there a call to the
/// general comparison shows.
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    match (one.first_chunk::<8>(), other.first_chunk::<8>()) {
        _ if one.len() != other.len() => false,
        (Some(start), Some(other_start)) if one.len() <= 16 => {
            let ends = one.last_chunk::<8>() == other.last_chunk::<8>();
            u64::from_le_bytes(*start) == u64::from_le_bytes(*other_start) && ends
        }
        (None, None) => one.iter().zip(other).all(|(one, other)| one == other),
        _ => one == other,
    }
}

/// The extent of a block.
#[derive(Debug)]
pub(super) struct Axes {
    /// Kinds of crime.
    pub kinds: Axis,
    /// Regions.
    pub regions: Axis,
    /// Periods.
    pub periods: Axis,
}

/// Which members of the lists have rows: of each axis, by place, the number of the first file with one.
#[derive(Debug, Clone)]
pub(super) struct Seen([Vec<Option<i32>>; 3]);

impl Seen {
    /// Nothing yet.
    pub fn nothing(axes: &Axes) -> Self {
        Self([&axes.kinds, &axes.regions, &axes.periods].map(|axis| vec![None; axis.len()]))
    }

    /// Notes a row of this file.
    pub fn note(&mut self, places: [u32; 3], file: i32) {
        for (seen, place) in self.0.iter_mut().zip(places) {
            if let Some(first) = seen.get_mut(place as usize) {
                *first = Some(first.map_or(file, |first| first.min(file)));
            }
        }
    }

    /// Takes in what another thread has seen.
    pub fn add(&mut self, other: &Self) {
        for (first, other) in self.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            *first = (*first).into_iter().chain(*other).min();
        }
    }

    /// Of each axis the places of the members that have rows, and the first file of each.
    pub fn members(&self) -> [Vec<(usize, i32)>; 3] {
        let members = |seen: &Vec<Option<i32>>| {
            let files = seen.iter().enumerate();
            files
                .filter_map(|(place, file)| Some((place, (*file)?)))
                .collect()
        };
        self.0.each_ref().map(members)
    }
}

impl Axes {
    /// The same with these members only, by their places.
    pub fn only(&self, places: &[Vec<usize>; 3]) -> Self {
        let [kinds, regions, periods] = places;
        Self {
            kinds: self.kinds.only(kinds),
            regions: self.regions.only(regions),
            periods: self.periods.only(periods),
        }
    }

    /// Rows of the whole table.
    pub fn rows(&self) -> u64 {
        self.kinds.len() as u64 * self.rows_of_kind()
    }

    /// Rows of one kind, which stand together in the finished table.
    pub fn rows_of_kind(&self) -> u64 {
        self.regions.len() as u64 * self.periods.len() as u64
    }

    /// What a row is about, for messages.
    pub fn name(&self, kind: usize, region: usize, period: usize) -> String {
        format!(
            "{}, {}, {}",
            self.kinds.code(kind),
            self.regions.code(region),
            self.periods.code(period)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(code: &str) -> Entry {
        Entry {
            code: code.to_owned(),
            title: String::new(),
            description: String::new(),
            status: None,
        }
    }

    #[test]
    fn a_code_has_its_place_in_the_order_of_bytes_whatever_was_asked_before() {
        let list = ["2.6.2", "0.0.0", "2.6.10"].map(entry);
        let axis = Axis::new("SoortMisdrijf", list.iter()).unwrap();
        assert_eq!(axis.codes(), ["0.0.0", "2.6.10", "2.6.2"]);
        for before in [0, 1, 2, 9] {
            for (place, code) in ["0.0.0", "2.6.10", "2.6.2"].iter().enumerate() {
                let mut number = before;
                assert_eq!(axis.place(code, &mut number), Some(place as u32));
            }
            assert_eq!(axis.place("2.6.1", &mut { before }), None);
        }
    }

    #[test]
    fn short_texts_are_the_same_as_the_general_comparison_says() {
        let text = "0123456789abcdefghij";
        for one in 0..text.len() {
            for other in 0..text.len() {
                assert_eq!(is_same(&text[..one], &text[..other]), one == other);
            }
            for differs in 0..one {
                let changed = format!("{}!{}", &text[..differs], &text[differs + 1..one]);
                assert!(!is_same(&text[..one], &changed));
            }
        }
    }

    #[test]
    fn a_list_that_is_empty_or_has_a_code_twice_spans_no_block() {
        assert!(Axis::new("RegioS", [].iter()).is_err());
        assert!(Axis::new("RegioS", [entry("GM0164"), entry("GM0164")].iter()).is_err());
    }
}
