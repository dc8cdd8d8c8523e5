//! Inhabitants from the two CBS tables, put on the territory that the police table uses.
//!
//! 37230ned gives the end of a year, which is 1 January after; 03759ned gives 1 January itself and wins where both do.
//! Months that stand beside the years are passed over.
//! [`super::division`] decides where a figure may be used; this file only gathers what it needs.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::code_book::CodeBook;
use super::division::{Day, Inhabitants};
use super::provisional::stars_of;
use super::readers::period_label::{self, is_part_of_year};
use super::readers::{Cell, Header, Members, ReadError, Record, Sink, Topic};
use super::unknown_titles::UnknownTitles;

/// The list of regions and the list of periods, by key.
pub const REGIONS: &str = "RegioS";
/// The list of periods, by key.
pub const PERIODS: &str = "Perioden";

const NOT_THIS_TABLE: &str = "check the table, the slice and the measures of the source in the pipeline file";

/// The year of a code such as `2019JJ00`; nothing for a month, a quarter or what is no period at all.
pub(super) fn year_of(code: &str) -> Option<i32> {
    four_digits(code.strip_suffix("JJ00")?)
}

/// The year in which a year or a month of the police begins (`2019JJ00`, `2019MM05`); nothing for every other period. No
/// code of a real year begins with a zero.
pub(super) fn begins_in(code: &str) -> Option<i32> {
    let year = four_digits(code.get(..4)?)?;
    let is_month = |month: &str| (1..=12).any(|number| month == format!("{number:02}"));
    let is_period = match code.get(4..)? {
        "JJ00" => true,
        other => other.strip_prefix("MM").is_some_and(is_month),
    };
    (is_period && !code.starts_with('0')).then_some(year)
}

/// A year.
pub(super) fn four_digits(text: &str) -> Option<i32> {
    period_label::year(text)
}

/// Published inhabitants by code and year, all of one day of the year.
#[derive(Debug, Default)]
pub struct Gathered {
    figures: BTreeMap<(String, i32), (u64, NaiveDate)>,
    /// Periods with figures that were left alone, with the newest day on which they came: see `PopulationSink::year`.
    set_aside: BTreeMap<String, NaiveDate>,
    /// Stars behind the years that a file called not final, with the day of the file.
    stars: BTreeMap<i32, (NaiveDate, usize)>,
}

impl Gathered {
    /// The figures as [`super::division`] wants them: municipalities only.
    pub fn of_municipalities(&self, day: Day) -> impl Iterator<Item = Inhabitants> {
        self.figures
            .iter()
            .filter(|((code, _), _)| code.starts_with("GM"))
            .map(move |((code, year), (inhabitants, _))| Inhabitants {
                code: code.clone(),
                year: *year,
                day,
                inhabitants: *inhabitants,
            })
    }

    /// A figure with the day on which it was known so.
    pub fn get(&self, code: &str, year: i32) -> Option<(u64, NaiveDate)> {
        self.figures.get(&(code.to_owned(), year)).copied()
    }

    /// The first and the last year that has figures.
    pub fn years(&self) -> Option<(i32, i32)> {
        let years = || self.figures.keys().map(|(_, year)| *year);
        Some((years().min()?, years().max()?))
    }

    /// Periods with figures that are no year or month, or were not over on the day of their edition.
    pub fn set_aside(&self) -> impl Iterator<Item = (&str, NaiveDate)> {
        self.set_aside.iter().map(|(period, day)| (period.as_str(), *day))
    }

    /// The stars that stand behind a year in the newest file that has it, or in the list of periods; 0 for a final one.
    pub fn stars(&self, year: i32) -> usize {
        match self.stars.get(&year) {
            Some((day, stars)) if self.peildatum(year) == Some(*day) => *stars,
            _ => 0,
        }
    }

    /// Adds what the newest list of periods says of a year; stars in the file itself are nearer.
    pub fn add_listed(&mut self, period: &str, status: Option<&str>) {
        let stars = status.map_or(0, stars_of);
        let year = year_of(period).filter(|year| stars > 0 && self.stars(*year) == 0);
        if let Some((year, day)) = year.and_then(|year| Some((year, self.peildatum(year)?))) {
            self.stars.insert(year, (day, stars));
        }
    }

    /// The newest day on which the figures of a year were known so.
    pub fn peildatum(&self, year: i32) -> Option<NaiveDate> {
        self.figures
            .iter()
            .filter(|((_, other), _)| *other == year)
            .map(|(_, (_, day))| *day)
            .max()
    }
}

/// Takes the inhabitants out of one file; a later vintage overwrites an earlier one.
pub struct PopulationSink<'a> {
    /// The file, as errors name it.
    pub file: &'a str,
    /// The day on which the source stood so.
    pub peildatum: NaiveDate,
    /// The day of the year to which its figures belong.
    pub day: Day,
    /// Titles of the regions.
    pub book: &'a CodeBook,
    /// The measure that counts inhabitants, by code or by label.
    pub measure: &'a str,
    /// The member of every further dimension that stands for everybody.
    pub slice: &'a BTreeMap<String, String>,
    /// Where the figures go.
    pub gathered: &'a mut Gathered,
    /// Filled by the header.
    pub layout: Layout,
    /// Titles that the list of regions has not.
    pub unknown: UnknownTitles,
}

/// Where things stand in the records of a file.
#[derive(Debug, Default)]
pub struct Layout {
    labels: bool,
    region: usize,
    period: usize,
    fixed: Vec<(usize, String)>,
    topic: Option<usize>,
    /// The year of each period; nothing for a part of one.
    years: HashMap<String, Option<i32>>,
}

impl PopulationSink<'_> {
    fn refuse(&self, line: u64, expected: impl Into<String>, found: &str) -> ReadError {
        ReadError::new(self.file, line, expected, found, NOT_THIS_TABLE)
    }

    /// The year of a period: `2019JJ00` or, in an export with labels, `2019`. Nothing for a period that does not count: a month
    /// or another part of a year, a code of another kind, or a day that had yet to come when the figures were published.
    fn year(&mut self, line: u64, period: &str) -> Result<Option<i32>, ReadError> {
        if let Some(year) = self.layout.years.get(period) {
            return Ok(*year);
        }
        let year = if self.layout.labels {
            let year = four_digits(period);
            if year.is_none() && !is_part_of_year(period) {
                return Err(self.refuse(line, "a year, or a month or another part of one", period));
            }
            year
        } else {
            year_of(period).filter(|_| !period.starts_with('0'))
        };
        let is_past = |year: &i32| {
            let day = match self.day {
                Day::Begin => NaiveDate::from_ymd_opt(*year, 1, 1),
                Day::End => NaiveDate::from_ymd_opt(*year, 12, 31),
            };
            day.is_some_and(|day| day <= self.peildatum)
        };
        let counts = year.filter(is_past);
        let is_part = year.is_none() && (self.layout.labels || begins_in(period).is_some());
        if counts.is_none() && !is_part {
            // In the words of the list, so that a finding is the same for a code and a label.
            let code = year.map_or(period.to_owned(), |year| format!("{year:04}JJ00"));
            self.gathered.set_aside.insert(code, self.peildatum);
        }
        self.layout.years.insert(period.to_owned(), counts);
        Ok(counts)
    }
}

impl Sink for PopulationSink<'_> {
    fn header(&mut self, header: &Header) -> Result<(), ReadError> {
        self.layout.labels = header.members == Members::Labels;
        let position = |names: [&str; 2]| {
            header
                .dimensions
                .iter()
                .position(|name| names.contains(&name.as_str()))
        };
        let shown = header.dimensions.join(", ");
        self.layout.region =
            position([REGIONS, "Regio's"]).ok_or_else(|| self.refuse(1, "a dimension of regions", &shown))?;
        self.layout.period =
            position([PERIODS, PERIODS]).ok_or_else(|| self.refuse(1, "a dimension of periods", &shown))?;
        for (index, name) in header.dimensions.iter().enumerate() {
            if index == self.layout.region || index == self.layout.period {
                continue;
            }
            let member = self.slice.get(name).ok_or_else(|| {
                self.refuse(
                    1,
                    format!("a slice that names one member of the dimension {name}"),
                    "none",
                )
            })?;
            self.layout.fixed.push((index, member.clone()));
        }
        Ok(())
    }

    fn topic(&mut self, number: usize, topic: &Topic) -> Result<(), ReadError> {
        if topic.name == self.measure {
            self.layout.topic = Some(number);
        }
        Ok(())
    }

    fn provisional(&mut self, period: &str, stars: usize) {
        if let Some(year) = four_digits(period) {
            self.gathered.stars.insert(year, (self.peildatum, stars));
        }
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), ReadError> {
        let member = |position: usize| record.members.get(position).copied().unwrap_or_default();
        if self
            .layout
            .fixed
            .iter()
            .any(|(position, wanted)| member(*position) != wanted)
        {
            return Ok(());
        }
        let Some(topic) = self.layout.topic else {
            return Ok(());
        };
        let Some(&(_, cell)) = record.cells.iter().find(|(number, _)| *number == topic) else {
            return Ok(());
        };
        let Cell::Number(number) = cell else { return Ok(()) };
        if number.fract() != 0.0 || !(0.0..1e9).contains(&number) {
            return Err(self.refuse(record.line, "a number of inhabitants", &number.to_string()));
        }
        let Some(year) = self.year(record.line, member(self.layout.period))? else {
            return Ok(());
        };
        let members = if self.layout.labels {
            Members::Labels
        } else {
            Members::Codes
        };
        let region = member(self.layout.region);
        let Some(code) = self.book.code(REGIONS, region, members) else {
            self.unknown.member(self.book, REGIONS, region, record.line);
            return Ok(());
        };
        let code = code.to_owned();
        self.gathered
            .figures
            .insert((code, year), (number as u64, self.peildatum));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_year_is_four_digits_and_nothing_else(
            year in 0..10_000,
            other in prop::collection::vec(prop::sample::select("0123456789+-. ٢JMK".chars().collect::<Vec<_>>()), 3..9),
        ) {
            prop_assert_eq!(year_of(&format!("{year:04}JJ00")), Some(year));
            let other = String::from_iter(other);
            let are_digits = other.len() == 4 && other.bytes().all(|byte| byte.is_ascii_digit());
            prop_assert_eq!(year_of(&format!("{other}JJ00")).is_some(), are_digits, "{}", other);
            prop_assert_eq!(year_of(&other), None);
        }

        #[test]
        fn a_month_a_quarter_or_a_half_is_no_year(year in 1000..10_000, part in 1..13, kind in 0..4_usize) {
            let kind = ["MM", "KW", "HJ", "X0"][kind];
            let code = format!("{year}{kind}{part:02}");
            prop_assert_eq!(year_of(&code), None);
            prop_assert_eq!(begins_in(&code).is_some(), kind == "MM");
        }
    }
}
