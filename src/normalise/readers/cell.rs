//! One cell: a number, or the symbol that stands in its place.
//!
//! Which numbers and symbols a shape may hold is its reader's; what a symbol means for a table is the caller's.

/// A cell of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    /// A finite number, in the unit of its topic.
    Number(f64),
    /// No number, and what stood there instead.
    Empty(Symbol),
}

/// What stands in a cell without a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// Nothing: cannot occur, or the null of the typed data.
    Blank,
    /// `.`: unknown, unreliable or secret, or merely no value.
    Dot,
    /// `x` or `Confidential`: secret.
    Secret,
    /// `-`: nil, in old tables.
    Dash,
    /// `Impossible`: cannot occur (OData v4).
    Impossible,
    /// `Missing` or `NotAvailable`: not there (OData v4).
    Missing,
}

impl Symbol {
    /// The symbol as the source writes it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Blank => "",
            Self::Dot => ".",
            Self::Secret => "x",
            Self::Dash => "-",
            Self::Impossible => "Impossible",
            Self::Missing => "Missing",
        }
    }

    /// The symbol of a trimmed cell of a CSV file.
    pub(super) fn from_csv(text: &str) -> Option<Self> {
        match text {
            "" => Some(Self::Blank),
            "." => Some(Self::Dot),
            "x" => Some(Self::Secret),
            "-" => Some(Self::Dash),
            _ => None,
        }
    }

    /// The symbol of a `ValueAttribute` other than `None`.
    pub(super) fn from_attribute(attribute: &str) -> Option<Self> {
        match attribute {
            "Impossible" => Some(Self::Impossible),
            "Confidential" => Some(Self::Secret),
            "Missing" | "NotAvailable" => Some(Self::Missing),
            _ => None,
        }
    }
}

/// The mark between the whole and its decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DecimalMark {
    Point,
    Comma,
}

/// A number as the sources write it: an optional minus, digits, at most one decimal mark with digits on both sides.
/// No thousands mark, exponent, plus sign, `NaN` or infinity.
pub(super) fn parse_number(text: &str, mark: DecimalMark) -> Option<f64> {
    /// Whole numbers up to this many digits are exact in a double and need no parser.
    const EXACT_DIGITS: usize = 15;

    let digits = text.strip_prefix('-').unwrap_or(text);
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if digits.len() <= EXACT_DIGITS && are_digits(digits) {
        let whole = digits
            .bytes()
            .fold(0_u64, |sum, byte| sum * 10 + u64::from(byte - b'0'));
        let number = whole as f64;
        return Some(if digits.len() < text.len() {
            -number
        } else {
            number
        });
    }
    let separator = match mark {
        DecimalMark::Point => '.',
        DecimalMark::Comma => ',',
    };
    let is_number = match digits.split_once(separator) {
        Some((whole, decimals)) => are_digits(whole) && are_digits(decimals),
        None => are_digits(digits),
    };
    if !is_number {
        return None;
    }
    let parsed = match mark {
        DecimalMark::Point => text.parse::<f64>(),
        DecimalMark::Comma => text.replace(',', ".").parse::<f64>(),
    };
    parsed.ok().filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (text, mark, number) in [
            ("0", DecimalMark::Point, 0.0),
            ("1127874", DecimalMark::Point, 1_127_874.0),
            ("-12", DecimalMark::Comma, -12.0),
            ("36,7", DecimalMark::Comma, 36.7),
            ("118,0", DecimalMark::Comma, 118.0),
            ("7888.2", DecimalMark::Point, 7888.2),
            ("9007199254740993", DecimalMark::Point, 9_007_199_254_740_992.0),
        ] {
            assert_eq!(parse_number(text, mark), Some(number), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_made_one() {
        let endless = "9".repeat(400);
        for text in [
            "", "-", "+1", "1e3", "NaN", "inf", "1.234,5", "1,234.5", "1 000", ",5", "5,", "--1", "١٢",
            "0x1f", "1;2", "2022*", &endless,
        ] {
            assert_eq!(parse_number(text, DecimalMark::Comma), None, "{text}");
            assert_eq!(parse_number(text, DecimalMark::Point), None, "{text}");
        }
        assert_eq!(parse_number("36,7", DecimalMark::Point), None);
        assert_eq!(parse_number("36.7", DecimalMark::Comma), None);
    }
}
