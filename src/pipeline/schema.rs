//! How a register is described: the vocabulary in which [`REGISTERS`](super::REGISTERS) is written.
//!
//! A register is declared as data, so that reading, checking and the data dictionary all follow one
//! declaration, and a new column is one line there. Rules that span rows or registers are in `rules`.

/// A register: a CSV file that people keep, one subject a file.
#[derive(Debug, Clone, Copy)]
pub struct Register {
    /// Name of the register, and stem of its file: `doelen` is `doelen.csv`.
    pub name: &'static str,
    /// What it holds, in Dutch.
    pub description: &'static str,
    /// Whether a municipality can do without any row.
    pub may_be_empty: bool,
    /// The columns; all must be in the file, in any order.
    pub fields: &'static [Field],
}

/// A column of a register.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Name of the column in the header: Dutch, snake_case, ASCII.
    pub name: &'static str,
    /// What its cells may hold.
    pub kind: Kind,
    /// What it means, in Dutch, with its unit.
    pub description: &'static str,
    /// Whether no cell may be empty.
    pub required: bool,
    /// Whether the column is part of the key: the key columns of two rows are never all equal.
    pub in_key: bool,
    /// Register and column that must hold every value of this one.
    pub references: Option<(&'static str, &'static str)>,
    /// Another register and column that may hold it instead.
    pub or_references: Option<(&'static str, &'static str)>,
    /// What to do about a file without the column, where that does not follow from its name.
    pub when_missing: Option<&'static str>,
    /// Between which days or years the cells of a column of days or years make sense.
    pub span: Option<Span>,
}

/// Which days or years make sense, told from the policy and from the day of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// It begins on 1 January of so many years before year 0.
    pub years_before_year_0: i32,
    /// Where it ends.
    pub end: SpanEnd,
}

/// The last day or year of a [`Span`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanEnd {
    /// The day of the run, or its year: what was seen or decided lies behind us.
    Today,
    /// 31 December of so many years after the target year, or after the day of the run when that is later: what is
    /// planned or announced.
    YearsAhead(i32),
}

/// What was counted, printed, published or accepted: at most a generation before year 0, and never after the day of the run.
pub(super) const SEEN: Span = Span {
    years_before_year_0: 30,
    end: SpanEnd::Today,
};

/// What was decided about year 0: hardly before it, and never after the day of the run.
pub(super) const DECIDED: Span = Span {
    years_before_year_0: 1,
    end: SpanEnd::Today,
};

/// What was or will be the case, such as a law that has been announced.
pub(super) const ANNOUNCED: Span = Span {
    years_before_year_0: 30,
    end: SpanEnd::YearsAhead(5),
};

/// Until when something must be done: within the policy, or some years after it.
pub(super) const PLANNED: Span = Span {
    years_before_year_0: 0,
    end: SpanEnd::YearsAhead(10),
};

/// What the cells of a column may hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Lower snake ASCII, a name that SQL joins on.
    Key,
    /// Any text, also with line breaks.
    Text,
    /// A whole number.
    Whole,
    /// A year from 1900 to 2100.
    Year,
    /// A finite number with a decimal comma or point.
    Number,
    /// A day, ISO or Dutch.
    Date,
    /// `ja` or `nee`.
    YesNo,
    /// One word of a closed list that the program knows.
    OneOf(&'static [&'static str]),
    /// Text of a form that Excel likes to turn into a date.
    Shaped(Shape),
}

/// A form of text.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The form in words, for messages.
    pub expected: &'static str,
    /// Whether a text has it.
    pub fits: fn(&str) -> bool,
}

impl PartialEq for Shape {
    // The addresses of functions say nothing reliable; the words that describe the form do.
    fn eq(&self, other: &Self) -> bool {
        self.expected == other.expected
    }
}

impl Field {
    /// A column without empty cells.
    pub const fn required(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            description: "",
            required: true,
            in_key: false,
            references: None,
            or_references: None,
            when_missing: None,
            span: None,
        }
    }

    /// A column whose cells may be empty.
    pub const fn optional(name: &'static str, kind: Kind) -> Self {
        Self {
            required: false,
            ..Self::required(name, kind)
        }
    }

    /// A column that is the key or part of it. Its cells may not be empty.
    pub const fn key(name: &'static str, kind: Kind) -> Self {
        Self {
            in_key: true,
            ..Self::required(name, kind)
        }
    }

    /// A column that is part of the key and whose cells may be empty.
    pub const fn optional_key(name: &'static str, kind: Kind) -> Self {
        Self {
            in_key: true,
            ..Self::optional(name, kind)
        }
    }

    /// The same column with its meaning, in Dutch and with its unit.
    #[must_use]
    pub const fn means(self, description: &'static str) -> Self {
        Self { description, ..self }
    }

    /// The same column, with what to do about a file that lacks it.
    #[must_use]
    pub const fn when_missing(self, hint: &'static str) -> Self {
        Self {
            when_missing: Some(hint),
            ..self
        }
    }

    /// The same column of days or years, which lie in `span`.
    #[must_use]
    pub const fn within(self, span: Span) -> Self {
        Self {
            span: Some(span),
            ..self
        }
    }

    /// The same column, whose values must stand in `column` of `register`.
    #[must_use]
    pub const fn refers_to(self, register: &'static str, column: &'static str) -> Self {
        Self {
            references: Some((register, column)),
            ..self
        }
    }

    /// The same column, whose values may also stand in `column` of `register`.
    #[must_use]
    pub const fn or_to(self, register: &'static str, column: &'static str) -> Self {
        Self {
            or_references: Some((register, column)),
            ..self
        }
    }
}

/// Section of the note as printed: `3`, `4.2.4`.
pub(super) const SECTION: Kind = Kind::Shaped(Shape {
    expected: "a section of the note such as 3 or 4.2.4",
    fits: |text| {
        text.split('.')
            .all(|part| (1..=2).contains(&part.len()) && is_digits(part))
    },
});

/// Line or lines of the note: `533`, `236-237, 532-533`.
pub(super) const NOTE_LINES: Kind = Kind::Shaped(Shape {
    expected: "line numbers of the note such as 533 or 236-237, 532-533",
    fits: are_line_numbers,
});

/// Number of a target: `G4a`, `4.2.4-1b`, `R-16`.
pub(super) const TARGET: Kind = Kind::Shaped(Shape {
    expected: "a target such as G4a, 4.2.4-1b or R-16",
    fits: |text| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
    },
});

/// Code of a kind of crime or nuisance in a police table: `1.1.1`, `E33`.
pub(super) const POLICE_CODE: Kind = Kind::Shaped(Shape {
    expected: "a code of the police such as 1.1.1 or E33, without spaces around it",
    fits: |text| {
        let dotted =
            text.split('.').count() == 3 && text.split('.').all(|part| part.len() <= 2 && is_digits(part));
        let incident = text.split_at_checked(1).is_some_and(|(letter, number)| {
            letter.bytes().all(|byte| byte.is_ascii_uppercase()) && number.len() <= 4 && is_digits(number)
        });
        dotted || incident
    },
});

/// Whether `text` is a list of line numbers and ranges of them, each range with its lower end first.
pub(super) fn are_line_numbers(text: &str) -> bool {
    text.split(',').all(|part| {
        let part = part.trim();
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        if ![first, last].iter().all(|number| is_digits(number)) {
            return false;
        }
        matches!((first.parse::<u32>(), last.parse::<u32>()), (Ok(first), Ok(last)) if 0 < first && first <= last)
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(kind: Kind, text: &str) -> bool {
        match kind {
            Kind::Shaped(shape) => (shape.fits)(text),
            _ => panic!("not a shaped kind"),
        }
    }

    #[test]
    fn line_numbers_are_numbers_and_rising_ranges() {
        for good in ["533", "255-256", "236-237, 532-533", "1,2"] {
            assert!(fits(NOTE_LINES, good), "{good}");
        }
        for bad in [
            "",
            "255-",
            "256-255",
            "10-nov",
            "0",
            "1-2-3",
            "1;2",
            "99999999999",
        ] {
            assert!(!fits(NOTE_LINES, bad), "{bad}");
        }
    }

    #[test]
    fn a_section_that_excel_made_a_date_of_no_longer_fits() {
        for good in ["3", "4.2.4", "4.5.6", "4.10"] {
            assert!(fits(SECTION, good), "{good}");
        }
        for bad in ["", "4-2-2004", "4.2.2004", "4.", "4,2", "jan-04"] {
            assert!(!fits(SECTION, bad), "{bad}");
        }
    }

    #[test]
    fn police_codes_are_three_numbers_or_an_incident_code() {
        for good in ["0.0.0", "2.6.14", "E33", "F010"] {
            assert!(fits(POLICE_CODE, good), "{good}");
        }
        for bad in ["", "1.1", "1-1-2001", "e33", "E", "1.1.1 ", "É33", "E33333"] {
            assert!(!fits(POLICE_CODE, bad), "{bad}");
        }
    }

    #[test]
    fn targets_hold_no_spaces_or_slashes() {
        assert!(fits(TARGET, "4.2.4-1b") && fits(TARGET, "G4a") && fits(TARGET, "R-16"));
        assert!(!fits(TARGET, "") && !fits(TARGET, "4/2") && !fits(TARGET, "G 1"));
    }
}
