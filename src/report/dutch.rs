//! Numbers, dates and lists as a Dutch reader writes them.
//!
//! Decimal comma, point for thousands, a true minus, `14,4%` without and `3,6 procentpunt` with a space that does not
//! break. A number that is not finite prints as a dash, never as `NaN`. Escaping for HTML is the template's work.

use chrono::{Datelike, NaiveDate};

/// Stands where a number would: nothing is known.
pub const NOTHING: &str = "–";
const MINUS: char = '\u{2212}';
const NO_BREAK: char = '\u{a0}';

const MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];

/// A count: `2.087`, `−53`.
pub fn count(value: i64) -> String {
    let digits = group(&value.unsigned_abs().to_string());
    if value < 0 {
        format!("{MINUS}{digits}")
    } else {
        digits
    }
}

/// A count, or a dash.
pub fn count_or_nothing(value: Option<i64>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), count)
}

/// A difference between counts, always with its sign unless it is zero: `+79`, `−45`, `0`.
pub fn signed_count(value: i64) -> String {
    if value > 0 {
        format!("+{}", count(value))
    } else {
        count(value)
    }
}

/// A number with a fixed number of decimals: `decimal(26.5236, 1)` is `26,5`.
pub fn decimal(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return NOTHING.to_owned();
    }
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((text.as_str(), ""));
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let mut out = String::new();
    if value < 0.0 && !is_zero {
        out.push(MINUS);
    }
    out.push_str(&group(whole));
    if !fraction.is_empty() {
        out.push(',');
        out.push_str(fraction);
    }
    out
}

/// A number with at most `decimals` decimals and no zeros after the last one that counts: `2.023,2`, `7,5`, `100`.
pub fn number(value: f64, decimals: usize) -> String {
    let text = decimal(value, decimals);
    match text.split_once(',') {
        None => text,
        Some((whole, fraction)) => match fraction.trim_end_matches('0') {
            "" => whole.to_owned(),
            fraction => format!("{whole},{fraction}"),
        },
    }
}

/// A change in percent with one decimal and its sign: `−2,5%`, `+18,7%`, `0,0%`.
pub fn signed_percent(value: f64) -> String {
    if !value.is_finite() {
        return NOTHING.to_owned();
    }
    let text = decimal(value, 1);
    let sign = if value > 0.0 && text != "0,0" { "+" } else { "" };
    format!("{sign}{text}%")
}

/// A number with its unit: `14,4%`, `3,6 procentpunt`, `2.087 delicten`, `rang 40`.
pub fn with_unit(value: f64, unit: &str) -> String {
    let number = number(value, 2);
    match unit {
        "" => number,
        "%" => format!("{number}%"),
        "rang" => format!("{unit}{NO_BREAK}{number}"),
        unit => format!("{number}{NO_BREAK}{unit}"),
    }
}

/// The limits of an interval, rounded to `decimals`: `1.877–2.314`.
pub fn interval(lower: f64, upper: f64, decimals: usize) -> String {
    format!("{}–{}", decimal(lower, decimals), decimal(upper, decimals))
}

/// The limits of an interval, or a dash when one of them is not known.
pub fn interval_or_nothing(lower: Option<f64>, upper: Option<f64>, decimals: usize) -> String {
    match (lower, upper) {
        (Some(lower), Some(upper)) => interval(lower, upper, decimals),
        _ => NOTHING.to_owned(),
    }
}

/// A day: `1 november 2023`, with spaces that do not break.
pub fn date(day: NaiveDate) -> String {
    format!("{}{NO_BREAK}{}{NO_BREAK}{}", day.day(), month(day), day.year())
}

/// The month of a day: `juli 2018`.
pub fn month_and_year(day: NaiveDate) -> String {
    format!("{}{NO_BREAK}{}", month(day), day.year())
}

/// Things in a row: `a`, `a en b`, `a, b en c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} en {last}", first.join(", ")),
    }
}

/// A count and its noun: `1 doel`, `66 doelen`.
pub fn counted(amount: usize, one: &str, many: &str) -> String {
    let noun = if amount == 1 { one } else { many };
    let amount = group(&amount.to_string());
    format!("{amount}{NO_BREAK}{noun}")
}

/// Text that starts with a capital, as a sentence does.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// A name as it stands inside a sentence: without its capital, unless more capitals follow, as in `GHB`.
pub fn inside_sentence(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        (Some('('), Some(_)) => name.to_lowercase(),
        _ => name.to_owned(),
    }
}

/// A printed heading without shouting: `VEILIGHEID EN ZORG` becomes `Veiligheid en zorg`; a heading that has small
/// letters stays as printed.
pub fn heading(printed: &str) -> String {
    if printed.chars().any(char::is_lowercase) {
        return printed.to_owned();
    }
    let lower = printed.to_lowercase();
    let start = lower.find(char::is_alphabetic).unwrap_or(lower.len());
    let (number, words) = lower.split_at(start);
    format!("{number}{}", capitalised(words))
}

/// A key as words: `kwetsbare_wijk` becomes `kwetsbare wijk`.
pub fn words_of_key(key: &str) -> String {
    key.replace('_', " ")
}

fn month(day: NaiveDate) -> &'static str {
    // `month0` is 0 to 11, so the array always has it.
    MONTHS.get(day.month0() as usize).copied().unwrap_or_default()
}

fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_points_and_a_true_minus() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(2087), "2.087");
        assert_eq!(count(1_234_567), "1.234.567");
        assert_eq!(count(-53), "−53");
        assert_eq!(count(i64::MIN), "−9.223.372.036.854.775.808");
        assert_eq!(count_or_nothing(None), "–");
    }

    #[test]
    fn differences_show_their_sign() {
        assert_eq!(signed_count(79), "+79");
        assert_eq!(signed_count(-1045), "−1.045");
        assert_eq!(signed_count(0), "0");
        assert_eq!(signed_percent(-2.4766), "−2,5%");
        assert_eq!(signed_percent(13.19), "+13,2%");
    }

    #[test]
    fn a_change_that_rounds_to_nothing_has_no_sign() {
        assert_eq!(signed_percent(-0.04), "0,0%");
        assert_eq!(signed_percent(0.04), "0,0%");
        assert_eq!(decimal(-0.4, 0), "0");
    }

    #[test]
    fn numbers_keep_only_the_decimals_that_count() {
        assert_eq!(number(2023.2, 2), "2.023,2");
        assert_eq!(number(7.5, 2), "7,5");
        assert_eq!(number(100.0, 2), "100");
        assert_eq!(number(-12.0, 2), "−12");
    }

    #[test]
    fn numbers_that_are_not_finite_are_dashes() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(decimal(value, 1), "–");
            assert_eq!(number(value, 1), "–");
            assert_eq!(signed_percent(value), "–");
        }
    }

    #[test]
    fn units_stay_with_their_number() {
        assert_eq!(with_unit(14.4, "%"), "14,4%");
        assert_eq!(with_unit(3.6, "procentpunt"), "3,6\u{a0}procentpunt");
        assert_eq!(with_unit(7.5, ""), "7,5");
    }

    #[test]
    fn intervals_round_to_whole_counts() {
        assert_eq!(interval(1_876.884_993, 2_314.203_156, 0), "1.877–2.314");
        assert_eq!(interval_or_nothing(Some(1.0), None, 0), "–");
    }

    #[test]
    fn days_are_written_out() {
        let day = NaiveDate::from_ymd_opt(2023, 11, 1).unwrap();
        assert_eq!(date(day), "1\u{a0}november\u{a0}2023");
        assert_eq!(month_and_year(day), "november\u{a0}2023");
    }

    #[test]
    fn lists_end_with_en() {
        let items: Vec<String> = ["a", "b", "c"].map(String::from).to_vec();
        assert_eq!(list(&items), "a, b en c");
        assert_eq!(list(&items[..1]), "a");
        assert_eq!(list(&[]), "");
    }

    #[test]
    fn one_thing_is_singular() {
        assert_eq!(counted(1, "doel", "doelen"), "1\u{a0}doel");
        assert_eq!(counted(66, "doel", "doelen"), "66\u{a0}doelen");
    }

    #[test]
    fn names_lose_their_capital_inside_a_sentence() {
        assert_eq!(
            inside_sentence("Totaal van de 14 rijen"),
            "totaal van de 14 rijen"
        );
        assert_eq!(inside_sentence("(Brom)fietsendiefstal"), "(brom)fietsendiefstal");
        assert_eq!(inside_sentence("GHB"), "GHB");
        assert_eq!(inside_sentence(""), "");
    }

    #[test]
    fn shouted_headings_calm_down_and_others_stay() {
        assert_eq!(
            heading("4.2 RECREËREN/WERKEN EN VEILIGHEID"),
            "4.2 Recreëren/werken en veiligheid"
        );
        assert_eq!(
            heading("4.1 De bestuurlijke aanpak"),
            "4.1 De bestuurlijke aanpak"
        );
        assert_eq!(heading("4.1"), "4.1");
    }
}
