//! One cell to one value: the numbers, dates and words that people and Excel write.
//!
//! A number that can be read in two ways is refused instead of guessed: `1.234` is 1234 on one
//! computer and 1,234 on the next, and the council would see whichever it became.

use chrono::{Datelike, NaiveDate};

use super::error::{nearest, quoted};
use super::schema::Kind;

/// Why a cell is not a value of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mismatch {
    pub(super) expected: String,
    pub(super) found: String,
    pub(super) hint: Option<String>,
}

impl Mismatch {
    fn new(expected: impl Into<String>, cell: &str) -> Self {
        Self {
            expected: expected.into(),
            found: quoted(cell),
            hint: None,
        }
    }

    fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Years that a calendar of ours knows.
pub(super) const YEARS: std::ops::RangeInclusive<i64> = 1900..=2100;

/// In which order the parts of a day are read, for whoever meant another.
pub(super) const DAY_ORDER: &str = "03-04-2024 is read day-month-year and 2024-04-03 year-month-day";

/// Text of one of the kinds that are kept as text.
pub(super) fn parse_text(kind: Kind, cell: &str) -> Result<String, Mismatch> {
    refuse_formula(cell)?;
    match kind {
        Kind::Key if !is_key(cell) => Err(Mismatch::new(
            "a key of small letters a-z, digits and `_`, beginning with a letter",
            cell,
        )),
        Kind::Shaped(shape) if !(shape.fits)(cell) => Err(Mismatch::new(shape.expected, cell)
            .with_hint("if Excel made a date of it, give the column the format Tekst and type it again")),
        Kind::OneOf(words) if !words.contains(&cell) => {
            let mismatch = Mismatch::new(format!("one of {}", list(words)), cell);
            Err(match nearest(cell, words.iter().copied()) {
                Some(word) => mismatch.with_hint(format!("perhaps {} is meant", quoted(word))),
                None => mismatch,
            })
        }
        _ => Ok(cell.to_owned()),
    }
}

/// A whole number without thousands separators; for [`Kind::Year`] one from 1900 to 2100.
pub(super) fn parse_whole(kind: Kind, cell: &str) -> Result<i64, Mismatch> {
    refuse_formula(cell)?;
    let expected = if kind == Kind::Year {
        "a year from 1900 to 2100"
    } else {
        "a whole number"
    };
    let mismatch = || match without_thousands(cell) {
        Some(plain) => Mismatch::new(expected, cell).with_hint(thousands_hint(&plain)),
        None => Mismatch::new(expected, cell),
    };
    if !is_digits(cell.strip_prefix('-').unwrap_or(cell)) {
        return Err(mismatch());
    }
    let number: i64 = cell.parse().map_err(|_| mismatch())?;
    if kind == Kind::Year && !YEARS.contains(&number) {
        return Err(mismatch());
    }
    Ok(number)
}

/// A finite number with a decimal comma or point and without thousands separators.
pub(super) fn parse_number(cell: &str) -> Result<f64, Mismatch> {
    refuse_formula(cell)?;
    let expected = "a number with a decimal comma and without thousands separators, such as 2023,2";
    if let Some(plain) = without_thousands(cell) {
        return Err(Mismatch::new(expected, cell).with_hint(thousands_hint(&plain)));
    }
    let unsigned = cell.strip_prefix('-').unwrap_or(cell);
    let well_formed = match unsigned.split_once([',', '.']) {
        Some((whole, decimals)) => is_digits(whole) && is_digits(decimals),
        None => is_digits(unsigned),
    };
    if !well_formed {
        return Err(Mismatch::new(expected, cell));
    }
    match cell.replace(',', ".").parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(Mismatch::new(expected, cell)),
    }
}

/// Days since 1 January 1970 of an ISO (`2024-12-31`) or Dutch (`31-12-2024`) date.
pub(super) fn parse_date(cell: &str) -> Result<i32, Mismatch> {
    refuse_formula(cell)?;
    let mismatch = || {
        Mismatch::new("a date such as 2024-12-31 or 31-12-2024", cell).with_hint(format!(
            "write the day with hyphens and the year with four digits: {DAY_ORDER}"
        ))
    };
    let parts: Vec<&str> = cell.split('-').collect();
    let &[first, second, third] = parts.as_slice() else {
        return Err(mismatch());
    };
    if !parts.iter().all(|part| is_digits(part) && part.len() <= 4) {
        return Err(mismatch());
    }
    let (year, month, day) = if first.len() == 4 {
        (first, second, third)
    } else {
        (third, second, first)
    };
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return Err(mismatch());
    }
    let (Ok(year), Ok(month), Ok(day)) = (year.parse::<i32>(), month.parse::<u32>(), day.parse::<u32>())
    else {
        return Err(mismatch());
    };
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) if YEARS.contains(&i64::from(year)) => Ok(days_since_1970(date)),
        _ => Err(mismatch()),
    }
}

/// 1 January 1970 as chrono counts days.
const FIRST_DAY_OF_1970: i32 = 719_163;

/// Days since 1 January 1970, negative before it: what Arrow calls `Date32`.
pub(super) fn days_since_1970(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - FIRST_DAY_OF_1970
}

/// The day of a number of days since 1 January 1970.
pub(super) fn date_of(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(days.checked_add(FIRST_DAY_OF_1970)?)
}

/// `ja` or `nee`.
pub(super) fn parse_yes_no(cell: &str) -> Result<bool, Mismatch> {
    refuse_formula(cell)?;
    match cell {
        "ja" => Ok(true),
        "nee" => Ok(false),
        _ => Err(Mismatch::new("`ja` or `nee`", cell)),
    }
}

/// Refuses what Excel left instead of a value: a formula that was saved as text, or its error. A lone
/// `=` is a comparison sign of a target and stays.
fn refuse_formula(cell: &str) -> Result<(), Mismatch> {
    const ERRORS: [&str; 14] = [
        "#NAAM?", "#VERW!", "#DEEL/0!", "#N/B", "#WAARDE!", "#GETAL!", "#LEEG!", "#NAME?", "#REF!", "#N/A",
        "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!",
    ];
    let is_formula = cell.len() > 1 && cell.starts_with('=');
    if is_formula || ERRORS.contains(&cell) || cell.starts_with("####") {
        return Err(
            Mismatch::new("a value, not a formula of Excel or its error", cell)
                .with_hint("copy the column and paste it back with Plakken speciaal, Waarden"),
        );
    }
    Ok(())
}

/// The digits of a number that has thousands separators, or may have: groups of three behind one to three digits.
/// `0,123` is no such number: nobody writes a thousand that begins with a nought.
fn without_thousands(cell: &str) -> Option<String> {
    let unsigned = cell.strip_prefix('-').unwrap_or(cell);
    // The part behind a last, different separator is the fraction: `2.023,2`, `1,234.5`.
    let first = unsigned.find(['.', ',', ' ', '\u{A0}', '\u{202F}', '\''])?;
    let separator = unsigned.get(first..)?.chars().next()?;
    let (whole, fraction) = match unsigned.rfind(['.', ',']) {
        Some(last) if unsigned.get(last..)?.chars().next()? != separator => {
            (unsigned.get(..last)?, unsigned.get(last + 1..)?)
        }
        _ => (unsigned, ""),
    };
    let mut groups = whole.split(separator);
    let head = groups.next()?;
    let grouped = (1..=3).contains(&head.len()) && is_digits(head) && !head.starts_with('0');
    let groups: Vec<&str> = groups.collect();
    if !grouped || groups.is_empty() || !groups.iter().all(|group| group.len() == 3 && is_digits(group)) {
        return None;
    }
    if !(fraction.is_empty() || is_digits(fraction)) {
        return None;
    }
    let sign = if cell.starts_with('-') { "-" } else { "" };
    let comma = if fraction.is_empty() { "" } else { "," };
    Some(format!("{sign}{head}{}{comma}{fraction}", groups.concat()))
}

fn thousands_hint(plain: &str) -> String {
    format!(
        "write {plain} for the number with thousands, or one more decimal if the separator is the decimal sign"
    )
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_key(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// `a`, `b`, `c`.
pub(super) fn list(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_a_decimal_comma_or_point() {
        for (cell, number) in [
            ("2023,2", 2023.2),
            ("2023.2", 2023.2),
            ("-12", -12.0),
            ("0,05", 0.05),
            ("0,123", 0.123),
            ("1234", 1234.0),
            ("1,2340", 1.234),
            ("1234,567", 1234.567),
        ] {
            assert_eq!(
                parse_number(cell).map(f64::to_bits),
                Ok(f64::to_bits(number)),
                "{cell}"
            );
        }
    }

    #[test]
    fn thousands_separators_are_refused_with_the_plain_number_in_the_hint() {
        for (cell, plain) in [
            ("1.234,5", "1234,5"),
            ("2.023,2", "2023,2"),
            ("1,234.5", "1234,5"),
            ("1.234", "1234"),
            ("1,234", "1234"),
            ("-1.234.567", "-1234567"),
            ("1 234", "1234"),
            ("1\u{A0}234,5", "1234,5"),
        ] {
            let hint = parse_number(cell).unwrap_err().hint.unwrap();
            assert!(hint.starts_with(&format!("write {plain} ")), "{cell}: {hint}");
        }
        assert!(
            parse_whole(Kind::Whole, "2.248")
                .unwrap_err()
                .hint
                .unwrap()
                .starts_with("write 2248 ")
        );
    }

    #[test]
    fn what_is_not_a_finite_number_is_refused() {
        let beyond_f64 = "9".repeat(400);
        for cell in [
            "NaN",
            "inf",
            "1e3",
            "1,2,3",
            ",5",
            "5,",
            "+5",
            "--5",
            "-",
            "12%",
            "½",
            "٣",
            "1..2",
            &beyond_f64,
        ] {
            assert!(parse_number(cell).is_err(), "{cell}");
        }
    }

    #[test]
    fn a_whole_number_has_no_decimals_and_fits() {
        assert_eq!(parse_whole(Kind::Whole, "-2248"), Ok(-2248));
        for cell in ["2248,0", "2248.5", "99999999999999999999", "", "-", "x"] {
            assert!(parse_whole(Kind::Whole, cell).is_err(), "{cell}");
        }
    }

    #[test]
    fn a_year_lies_between_1900_and_2100() {
        assert_eq!(parse_whole(Kind::Year, "2019"), Ok(2019));
        for cell in ["19", "20119", "-2019", "1899", "2101"] {
            assert!(parse_whole(Kind::Year, cell).is_err(), "{cell}");
        }
    }

    #[test]
    fn dates_are_iso_or_dutch_and_count_from_1970() {
        // Independent: `date -u -d 2024-12-31 +%s` divided by 86400 is 20088.
        for (cell, days) in [
            ("1970-01-01", 0),
            ("2024-12-31", 20_088),
            ("31-12-2024", 20_088),
            ("1-1-1970", 0),
        ] {
            assert_eq!(parse_date(cell), Ok(days), "{cell}");
        }
        assert_eq!(parse_date("31-12-1969"), Ok(-1));
    }

    #[test]
    fn other_dates_are_refused() {
        for cell in [
            "31/12/2024",
            "12-31-2024",
            "31-12-24",
            "2023-02-29",
            "2024-12",
            "2024-12-31-1",
            "0001-01-01",
            "1-1-0001",
            "45657",
            "2024-012-01",
            "--",
            "éé-éé-éééé",
        ] {
            assert!(parse_date(cell).is_err(), "{cell}");
        }
    }

    #[test]
    fn yes_and_no_are_ja_and_nee() {
        assert_eq!((parse_yes_no("ja"), parse_yes_no("nee")), (Ok(true), Ok(false)));
        for cell in ["Ja", "yes", "WAAR", "1"] {
            assert!(parse_yes_no(cell).is_err(), "{cell}");
        }
    }

    #[test]
    fn formulas_and_their_errors_are_refused_in_every_kind_but_a_lone_equals_sign_is_text() {
        for cell in ["=A1+1", "=", "#NAAM?", "#DEEL/0!", "########"] {
            assert!(parse_number(cell).is_err(), "{cell}");
            assert_eq!(parse_text(Kind::Text, cell).is_ok(), cell == "=", "{cell}");
        }
    }

    #[test]
    fn keys_are_lower_snake_ascii() {
        assert_eq!(
            parse_text(Kind::Key, "veilig_uitgaan2"),
            Ok("veilig_uitgaan2".to_owned())
        );
        for cell in ["Veilig", "veilig uitgaan", "2veilig", "café", "a-b", "_a"] {
            assert!(parse_text(Kind::Key, cell).is_err(), "{cell}");
        }
    }

    #[test]
    fn a_word_outside_the_list_is_refused_with_the_nearest_one() {
        let mismatch = parse_text(Kind::OneOf(&["lager", "hoger"]), "Lager").unwrap_err();
        assert_eq!(mismatch.expected, "one of `lager`, `hoger`");
        assert_eq!(mismatch.hint.as_deref(), Some("perhaps `lager` is meant"));
    }
}
