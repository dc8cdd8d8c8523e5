//! The one door to the clock.
//!
//! A run asks this clock what time it is and nothing else does, so that `--as-of DATE` replays a night at
//! another moment. It counts whole seconds in UTC: what is written to a manifest is exactly what was in
//! memory. No figure depends on it; the time of a run stands in the release's id and in manifests, never in a
//! table.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Utc};

/// How a moment is written: `2024-01-31T02:15:00Z`.
const STAMP_FORMAT: &str = "%Y-%m-%dT%H:%M:%SZ";
/// How a day is written: `2024-01-31`.
const DATE_FORMAT: &str = "%Y-%m-%d";

/// The time of a run: that of the machine, or one fixed moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    fixed: Option<DateTime<Utc>>,
}

/// A date that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a date as YYYY-MM-DD, found `{found}`")]
pub struct ClockError {
    /// What was given, escaped and at most 40 characters of it.
    pub found: String,
}

impl ClockError {
    /// What to write instead.
    pub fn hint(&self) -> Option<String> {
        Some("write the year in four digits, then month and day: 2024-01-31".to_owned())
    }
}

impl Clock {
    /// The clock of the machine.
    pub const fn real() -> Self {
        Self { fixed: None }
    }

    /// The moment that this run counts as, in whole seconds.
    pub fn now(&self) -> DateTime<Utc> {
        #[allow(clippy::disallowed_methods)] // This is the door that the ban refers to.
        let moment = self.fixed.unwrap_or_else(Utc::now);
        moment.trunc_subsecs(0)
    }
}

impl Clock {
    /// The day of that moment, in UTC.
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }
}

impl FromStr for Clock {
    type Err = ClockError;

    /// The clock of `--as-of DATE`: it stands at 00:00 UTC of that day.
    fn from_str(date: &str) -> Result<Self, ClockError> {
        let day = parse_date(date).ok_or_else(|| ClockError {
            found: date.chars().take(40).flat_map(char::escape_debug).collect(),
        })?;
        Ok(Self {
            fixed: Some(day.and_time(NaiveTime::MIN).and_utc()),
        })
    }
}

/// Writes a moment as `2024-01-31T02:15:00Z`.
pub fn write_stamp(moment: DateTime<Utc>) -> String {
    moment.format(STAMP_FORMAT).to_string()
}

/// Reads what [`write_stamp`] writes, and nothing else.
pub fn parse_stamp(text: &str) -> Option<DateTime<Utc>> {
    let moment = NaiveDateTime::parse_from_str(text, STAMP_FORMAT).ok()?.and_utc();
    (write_stamp(moment) == text).then_some(moment)
}

/// Reads `2024-01-31`: four digits for the year, none missing.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text, DATE_FORMAT).ok()?;
    // chrono also takes `+2024-1-31` and a year of five digits, which no file of ours holds.
    (text.len() == 10 && day.format(DATE_FORMAT).to_string() == text).then_some(day)
}

/// For `#[serde(with)]`: a moment as [`write_stamp`] writes it.
pub mod serde_stamp {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serializer, de};

    /// Writes a moment.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(moment: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::write_stamp(*moment))
    }

    /// Reads a moment.
    ///
    /// # Errors
    /// When the text is not written as `2024-01-31T02:15:00Z`.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::parse_stamp(&text).ok_or_else(|| {
            de::Error::invalid_value(de::Unexpected::Str(&text), &"a time as 2024-01-31T02:15:00Z")
        })
    }
}

/// For `#[serde(with)]`: a day as `2024-01-31`.
pub mod serde_date {
    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serializer, de};

    /// Writes a day.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(day: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&day.format(super::DATE_FORMAT).to_string())
    }

    /// Reads a day.
    ///
    /// # Errors
    /// When the text is not written as `2024-01-31`.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::parse_date(&text)
            .ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(&text), &"a date as 2024-01-31"))
    }
}

/// For `#[serde(with)]`: a day as `2024-01-31`, or null.
pub mod serde_optional_date {
    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Day(#[serde(with = "super::serde_date")] NaiveDate);

    /// Writes a day.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(day: &Option<NaiveDate>, serializer: S) -> Result<S::Ok, S::Error> {
        day.map(Day).serialize(serializer)
    }

    /// Reads a day.
    ///
    /// # Errors
    /// When there is a text that is not written as `2024-01-31`.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
        Ok(Option::<Day>::deserialize(deserializer)?.map(|Day(day)| day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_stands_at_the_start_of_its_day_in_utc() {
        let clock: Clock = "2024-02-29".parse().unwrap();
        assert_eq!(write_stamp(clock.now()), "2024-02-29T00:00:00Z");
        assert_eq!(clock.now(), clock.now());
    }

    #[test]
    fn the_real_clock_moves_on_from_this_century_in_whole_seconds() {
        let now = Clock::real().now();
        assert!(now > parse_stamp("2025-01-01T00:00:00Z").unwrap());
        assert_eq!(parse_stamp(&write_stamp(now)), Some(now));
    }

    #[test]
    fn only_an_iso_date_sets_the_clock() {
        for text in [
            "",
            "2024",
            "2024-1-31",
            "31-01-2024",
            "2023-02-29",
            "+2024-01-31",
            "12024-01-31",
            " 2024-01-31",
            "2024-01-31T00",
        ] {
            let error = text.parse::<Clock>().unwrap_err();
            assert!(error.to_string().contains(&format!("`{text}`")), "{error}");
        }
    }

    #[test]
    fn a_hostile_date_is_shown_short_and_escaped() {
        let error = format!("\u{1b}[31m{}", "9".repeat(1000))
            .parse::<Clock>()
            .unwrap_err();
        assert!(!error.found.contains('\u{1b}'));
        assert!(error.found.len() < 60);
        assert!(error.hint().is_some());
    }

    #[test]
    fn a_moment_with_an_offset_or_a_fraction_is_not_ours() {
        for text in [
            "2024-01-31T02:15:00+02:00",
            "2024-01-31T02:15:00.5Z",
            "2024-01-31 02:15:00Z",
            "2024-01-31T2:15:00Z",
        ] {
            assert_eq!(parse_stamp(text), None, "{text}");
        }
    }
}
