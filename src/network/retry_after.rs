//! The header `Retry-After`: how long a server asks to be left alone (RFC 9110, section 10.2.3).

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};

/// How a date may be written: as it is today, and in the two forms that a recipient must still take
/// (RFC 9110, section 5.6.7).
const DATE_FORMATS: [&str; 3] = [
    "%a, %d %b %Y %H:%M:%S GMT",
    "%A, %d-%b-%y %H:%M:%S GMT",
    "%a %b %e %H:%M:%S %Y",
];

/// When to come back, as the header gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// After so many seconds.
    Seconds(u64),
    /// Not before this moment.
    At(DateTime<Utc>),
}

impl RetryAfter {
    /// Reads the header; `None` when it is neither a whole number of seconds nor an HTTP date.
    pub fn parse(header: &str) -> Option<Self> {
        let text = header.trim();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            // More seconds than fit in the type are for ever, and not a reason to come back at once.
            return Some(Self::Seconds(text.parse().unwrap_or(u64::MAX)));
        }
        DATE_FORMATS
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
            .map(|moment| Self::At(moment.and_utc()))
    }

    /// How long to wait from `now` on; nothing for a moment that has passed.
    pub fn wait(self, now: DateTime<Utc>) -> Duration {
        match self {
            Self::Seconds(seconds) => Duration::from_secs(seconds),
            Self::At(moment) => (moment - now).to_std().unwrap_or(Duration::ZERO),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn seconds_are_seconds() {
        let now = Utc::with_ymd_and_hms(&Utc, 2026, 7, 14, 2, 0, 0).unwrap();
        let asked = RetryAfter::parse(" 120 ").unwrap();
        assert_eq!(asked, RetryAfter::Seconds(120));
        assert_eq!(asked.wait(now), Duration::from_mins(2));
        let forever = RetryAfter::parse(&"9".repeat(40)).unwrap();
        assert_eq!(forever.wait(now), Duration::from_secs(u64::MAX));
    }

    #[test]
    fn the_three_ways_to_write_a_date_are_the_same_moment() {
        // The example of RFC 9110, section 5.6.7.
        let moment = Utc.with_ymd_and_hms(1994, 11, 6, 8, 49, 37).unwrap();
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(RetryAfter::parse(text), Some(RetryAfter::At(moment)), "{text}");
        }
        let asked = RetryAfter::At(moment);
        assert_eq!(
            asked.wait(moment - Duration::from_secs(90)),
            Duration::from_secs(90)
        );
        assert_eq!(asked.wait(moment + Duration::from_secs(90)), Duration::ZERO);
    }

    #[test]
    fn anything_else_is_no_request_to_wait() {
        for text in [
            "",
            "soon",
            "-5",
            "1.5",
            "+5",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 +0100",
        ] {
            assert_eq!(RetryAfter::parse(text), None, "{text}");
        }
    }
}
