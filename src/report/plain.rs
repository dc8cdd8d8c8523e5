//! Findings of the checks in plain words: names instead of keys, written-out days instead of codes.
//!
//! The checks are written for whoever keeps the pipeline. A member of the council reads `(brom)fietsendiefstal` and not
//! `fietsendiefstal`, `2018` and not `2018JJ00`, `15 juni 2019` and not `2019-06-15`.

use chrono::NaiveDate;

use super::dutch;
use super::facts::Facts;

/// The same text with keys of series, periods and days in words. Everything else stays as it is.
pub(super) fn plain(facts: Facts<'_>, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-') {
            word.push(letter);
        } else {
            out.push_str(&in_words(facts, &word));
            word.clear();
            out.push(letter);
        }
    }
    out.push_str(&in_words(facts, &word));
    out
}

fn in_words(facts: Facts<'_>, word: &str) -> String {
    if let Some(series) = facts.series(word) {
        return dutch::inside_sentence(&series.naam);
    }
    if let Ok(day) = word.parse::<NaiveDate>() {
        return dutch::date(day);
    }
    period(word).unwrap_or_else(|| word.to_owned())
}

/// `2018JJ00` is a year and `2018MM07` a month.
fn period(word: &str) -> Option<String> {
    let (year, rest) = word.split_at_checked(4)?;
    let year: i32 = year.parse().ok()?;
    let (kind, number) = rest.split_at_checked(2)?;
    match (kind, number) {
        ("JJ", "00") => Some(year.to_string()),
        ("MM", month) => NaiveDate::from_ymd_opt(year, month.parse().ok()?, 1).map(dutch::month_and_year),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    #[test]
    fn keys_periods_and_days_become_words_and_the_rest_stays() {
        let data = testing::report();
        let plain = |text| plain(Facts::new(&data), text);
        assert_eq!(
            plain("inbraak_bedrijven 2019: nota 60, politie nu 73"),
            "inbraak bedrijven 2019: nota 60, politie nu 73"
        );
        assert_eq!(
            plain("2018JJ00: van 9 (2019-06-15)"),
            "2018: van 9 (15\u{a0}juni\u{a0}2019)"
        );
        assert_eq!(plain("2018MM07 en 2018MM13"), "juli\u{a0}2018 en 2018MM13");
        assert_eq!(
            plain("Limburg (PV), 1.2.4 é 2018XX00"),
            "Limburg (PV), 1.2.4 é 2018XX00"
        );
        assert_eq!(plain(""), "");
    }
}
