//! What the label of a period says by itself: a year, or no more than a part of one.
//!
//! Exports have months beside their years (`2025 januari*`), and some tables have a part of a year under the code of the
//! year (`2026 januari-april`). A period is only passed over when its label proves that it is no whole year; what proves
//! nothing is left to the list of the source.

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
/// Weeks of the longest year.
const MOST_WEEKS: u32 = 53;
/// `*` is provisional and `**` nearly final; more was never described.
pub(super) const MOST_STARS: usize = 2;

/// A label without the stars behind it, and how many there are; nothing for more stars than have a meaning, for stars
/// alone, and for stars with a blank before them.
pub fn without_stars(label: &str) -> Option<(&str, usize)> {
    let text = label.trim_end_matches('*');
    let stars = label.len() - text.len();
    let is_plain = stars == 0 || !(text.is_empty() || text.ends_with(char::is_whitespace));
    (is_plain && stars <= MOST_STARS).then_some((text, stars))
}

/// The year of a label without stars that is nothing but a year.
pub fn year(label: &str) -> Option<i32> {
    let is_year = label.len() == 4 && label.bytes().all(|byte| byte.is_ascii_digit());
    is_year.then(|| label.parse().ok()).flatten()
}

/// Whether a label, with its stars, is that of a part of a year: a month, a few months in a row, a quarter, a half or a week.
pub fn is_part_of_year(label: &str) -> bool {
    let parts = without_stars(label).and_then(|(text, _)| {
        let (first, rest) = text.split_once(char::is_whitespace)?;
        year(first).map(|_| rest.trim_start())
    });
    parts.is_some_and(is_part)
}

fn is_part(text: &str) -> bool {
    let month = |name: &str| MONTHS.iter().position(|month| *month == name.trim());
    if let Some((first, last)) = text.split_once(['-', '\u{2013}']) {
        // From January to December is a year by another name, which is not for us to say.
        return match (month(first), month(last)) {
            (Some(first), Some(last)) => first <= last && last - first + 1 < MONTHS.len(),
            _ => false,
        };
    }
    if let Some(number) = text.strip_prefix("week ") {
        return number
            .parse::<u32>()
            .is_ok_and(|week| (1..=MOST_WEEKS).contains(&week));
    }
    let is_one_of = |most: char, of: &str| {
        let (number, rest) = text.split_at_checked(1).unwrap_or_default();
        number.chars().all(|digit| ('1'..=most).contains(&digit)) && rest == of
    };
    month(text).is_some() || is_one_of('4', "e kwartaal") || is_one_of('2', "e halfjaar")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_year_is_told_by_its_label_and_nothing_else_is() {
        for label in [
            "2025 januari",
            "2025 januari*",
            "2025 december**",
            // So in the list of the police.
            "2014  februari",
            "2026 januari-april",
            "2026 januari - april*",
            "2026 januari\u{2013}april",
            "2019 1e kwartaal",
            "2019 2e halfjaar*",
            "2019 week 53",
        ] {
            assert!(is_part_of_year(label), "{label}");
        }
        for label in [
            "2025",
            "2025*",
            "2025JJ00",
            "januari",
            "januari 2025",
            "2025 Januari",
            "2025 jan",
            "2025januari",
            "2025 januari***",
            "2025 januari *",
            "2025 januari-december",
            "2025 april-januari",
            "2025 januari-",
            "2019 5e kwartaal",
            "2019 week 54",
            "2019 e kwartaal",
            "2018/2019",
            "2019 gemiddeld",
            "25 januari",
            "*",
            "",
        ] {
            assert!(!is_part_of_year(label), "{label}");
        }
    }

    #[test]
    fn a_year_is_four_digits_and_stars_say_how_final_it_is() {
        assert_eq!(without_stars("2025**"), Some(("2025", 2)));
        assert_eq!(without_stars("2025"), Some(("2025", 0)));
        for label in ["2025***", "2025 *", "*", "**"] {
            assert_eq!(without_stars(label), None, "{label}");
        }
        assert_eq!(year("2025"), Some(2025));
        for label in ["2025*", "+025", "٢٠٢٥", "20255"] {
            assert_eq!(year(label), None, "{label}");
        }
    }
}
