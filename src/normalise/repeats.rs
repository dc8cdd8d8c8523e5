//! Rows that say again what was read before: in two files of the same edition, or twice in one file.
//!
//! SQL would have to hold every row against every other to find the few; while rows go by once it takes a bit for each.
//! What a repetition means (the same once more, or a contradiction) is decided in `sql/`.

use std::collections::HashMap;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Date32Array, StringArray};

/// Periods of which the bits stand in one word.
const BITS: u32 = u64::BITS;

/// What was read of one source.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    /// Kinds, regions and periods.
    numbers: [Numbers; 3],
    /// Periods that were read, by day, kind, region and word: one entry for up to 64 rows.
    read: HashMap<(i32, u32, u32, u32), u64>,
}

/// Codes by the order in which they came.
#[derive(Debug, Default)]
struct Numbers {
    of: HashMap<String, u32>,
    /// Neighbours mostly share two of their three codes.
    last: Option<(String, u32)>,
}

impl Numbers {
    fn of(&mut self, code: &str) -> u32 {
        if let Some((last, number)) = &self.last
            && last == code
        {
            return *number;
        }
        let next = self.of.len() as u32;
        let number = match self.of.get(code) {
            Some(number) => *number,
            None => *self.of.entry(code.to_owned()).or_insert(next),
        };
        self.last = Some((code.to_owned(), number));
        number
    }
}

impl Repeats {
    /// Whether a row of this day, kind, region and period was here before; from now on it was.
    fn has(&mut self, day: i32, codes: [&str; 3]) -> bool {
        let [kinds, regions, periods] = &mut self.numbers;
        let [kind, region, period] = codes;
        let period = periods.of(period);
        let key = (day, kinds.of(kind), regions.of(region), period / BITS);
        let word = self.read.entry(key).or_default();
        let bit = 1 << (period % BITS);
        let is_repetition = *word & bit != 0;
        *word |= bit;
        is_repetition
    }

    /// For each row whether it was here before. `columns` are those of [`super::crime::columns`] before this one; `None`
    /// when they are others.
    pub fn mark(&mut self, columns: &[ArrayRef]) -> Option<ArrayRef> {
        let [_, _, _, days, _, kinds, regions, periods, ..] = columns else {
            return None;
        };
        let days = days.as_any().downcast_ref::<Date32Array>()?;
        let text = |column: &'_ ArrayRef| column.as_any().downcast_ref::<StringArray>().cloned();
        let (kinds, regions, periods) = (text(kinds)?, text(regions)?, text(periods)?);
        let rows = 0..days.len();
        let marks = rows.map(|row| {
            let codes = [kinds.value(row), regions.value(row), periods.value(row)];
            Some(self.has(days.value(row), codes))
        });
        Some(std::sync::Arc::new(marks.collect::<BooleanArray>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_repetition_only_when_day_kind_region_and_period_are_those_of_one_before() {
        let mut repeats = Repeats::default();
        let row = ["1.1.1", "GM0164", "2019JJ00"];
        assert!(!repeats.has(1, row));
        assert!(repeats.has(1, row) && repeats.has(1, row));
        for (day, codes) in [
            (2, row),
            (1, ["1.1.2", "GM0164", "2019JJ00"]),
            (1, ["1.1.1", "GM0153", "2019JJ00"]),
            (1, ["1.1.1", "GM0164", "2020JJ00"]),
            (1, ["GM0164", "1.1.1", "2019JJ00"]),
        ] {
            assert!(!repeats.has(day, codes), "{day} {codes:?}");
            assert!(repeats.has(day, codes), "{day} {codes:?}");
        }
    }

    #[test]
    fn every_period_of_a_long_list_has_a_bit_of_its_own() {
        let mut repeats = Repeats::default();
        let periods: Vec<String> = (0..300).map(|period| format!("P{period}")).collect();
        for expected in [false, true] {
            for period in &periods {
                assert_eq!(repeats.has(1, ["1.1.1", "GM0164", period]), expected);
            }
        }
    }
}
