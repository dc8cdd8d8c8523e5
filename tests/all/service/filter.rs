//! `$filter`, as far as it was seen to work at CBS and not a word further.
//!
//! What nobody has proven there is refused with a reason, so that the program cannot come to lean on it. Texts compare as
//! they are: a key without its padding equals nothing, and `2024JJ00` lies between two months.

/// Which service is asked; each has functions that the other lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// OData v3: `eq ne ge le`, `substringof`, `startswith`, `substring(X,2,4) eq`.
    V3,
    /// OData v4: `eq ge`, `startswith`, `contains`.
    V4,
}

/// A condition on the texts of a row; fields are positions in the list that the parser was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// A field, or a part of it (first character from zero, how many), compared with a text.
    Compare {
        /// The field.
        field: usize,
        /// Where `substring` begins and how long it is.
        part: Option<(usize, usize)>,
        /// How.
        comparison: Comparison,
        /// With what.
        text: String,
    },
    /// `startswith`.
    StartsWith(usize, String),
    /// `contains`, and `substringof` with the needle first.
    Contains(usize, String),
    /// Both.
    And(Box<Filter>, Box<Filter>),
    /// One of them or both.
    Or(Box<Filter>, Box<Filter>),
}

/// How two texts compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`
    Equal,
    /// `ne`
    Unequal,
    /// `ge`
    AtLeast,
    /// `le`
    AtMost,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Comma,
    Word(String),
    Text(String),
}

impl Filter {
    /// Reads a filter over these fields, or says in words what it does not know.
    pub fn parse(text: &str, dialect: Dialect, fields: &[&str]) -> Result<Self, String> {
        let mut parser = Parser {
            tokens: tokens(text)?,
            at: 0,
            dialect,
            fields,
        };
        let filter = parser.any_of()?;
        match parser.next() {
            None => Ok(filter),
            Some(token) => Err(format!("unexpected {token:?} after the filter")),
        }
    }

    /// Whether a row is wanted; none as long as it hangs on a field that is not known yet.
    pub fn holds(&self, fields: &[Option<&str>]) -> Option<bool> {
        match self {
            Self::Compare {
                field,
                part,
                comparison,
                text,
            } => {
                let found = fields[*field]?;
                Some(match part {
                    None => comparison.holds(found, text),
                    Some((from, length)) => {
                        let part: String = found.chars().skip(*from).take(*length).collect();
                        comparison.holds(&part, text)
                    }
                })
            }
            Self::StartsWith(field, text) => Some(fields[*field]?.starts_with(text.as_str())),
            Self::Contains(field, text) => Some(fields[*field]?.contains(text.as_str())),
            Self::And(left, right) => match (left.holds(fields), right.holds(fields)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(left, right) => match (left.holds(fields), right.holds(fields)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
        }
    }
}

impl Comparison {
    fn holds(self, left: &str, right: &str) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Unequal => left != right,
            Self::AtLeast => left >= right,
            Self::AtMost => left <= right,
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '(' | ')' | ',' => {
                tokens.push(match first {
                    '(' => Token::Open,
                    ')' => Token::Close,
                    _ => Token::Comma,
                });
                1
            }
            '\'' => {
                let (literal, length) = literal(rest)?;
                tokens.push(Token::Text(literal));
                length
            }
            _ => {
                let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
                let length = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
                if length == 0 {
                    return Err(format!("unexpected {first:?}"));
                }
                tokens.push(Token::Word(rest[..length].to_owned()));
                length
            }
        };
        rest = rest[taken..].trim_start();
    }
    Ok(tokens)
}

/// The text between quotes at the start, where a doubled quote is one quote, and how many bytes it took.
fn literal(text: &str) -> Result<(String, usize), String> {
    let mut plain = String::new();
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != '\'' {
            plain.push(letter);
        } else if letters.next_if(|(_, next)| *next == '\'').is_some() {
            plain.push('\'');
        } else {
            return Ok((plain, at + 1));
        }
    }
    Err("a text without its closing quote".to_owned())
}

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    dialect: Dialect,
    fields: &'a [&'a str],
}

impl Parser<'_> {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Word(next)) if next == word);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, token: &Token) -> Result<(), String> {
        match self.next() {
            Some(found) if found == *token => Ok(()),
            found => Err(format!("expected {token:?}, found {found:?}")),
        }
    }

    fn any_of(&mut self) -> Result<Filter, String> {
        let mut filter = self.all_of()?;
        while self.takes_word("or") {
            filter = Filter::Or(Box::new(filter), Box::new(self.all_of()?));
        }
        Ok(filter)
    }

    fn all_of(&mut self) -> Result<Filter, String> {
        let mut filter = self.one()?;
        while self.takes_word("and") {
            filter = Filter::And(Box::new(filter), Box::new(self.one()?));
        }
        Ok(filter)
    }

    fn one(&mut self) -> Result<Filter, String> {
        match self.next() {
            Some(Token::Open) => {
                let filter = self.any_of()?;
                self.expect(&Token::Close)?;
                Ok(filter)
            }
            Some(Token::Word(word)) if self.tokens.get(self.at) == Some(&Token::Open) => {
                self.at += 1;
                self.call(&word)
            }
            Some(Token::Word(word)) => {
                let field = self.position(&word)?;
                self.compare(field, None)
            }
            found => Err(format!("expected a condition, found {found:?}")),
        }
    }

    fn call(&mut self, function: &str) -> Result<Filter, String> {
        match (function, self.dialect) {
            ("startswith", _) => {
                let (field, text) = (self.field()?, self.text_after_comma()?);
                self.expect(&Token::Close)?;
                Ok(Filter::StartsWith(field, text))
            }
            ("contains", Dialect::V4) => {
                let (field, text) = (self.field()?, self.text_after_comma()?);
                self.expect(&Token::Close)?;
                Ok(Filter::Contains(field, text))
            }
            ("substringof", Dialect::V3) => {
                let text = self.text()?;
                self.expect(&Token::Comma)?;
                let field = self.field()?;
                self.expect(&Token::Close)?;
                Ok(Filter::Contains(field, text))
            }
            ("substring", Dialect::V3) => {
                let field = self.field()?;
                let part = (self.number_after_comma()?, self.number_after_comma()?);
                self.expect(&Token::Close)?;
                self.compare(field, Some(part))
            }
            _ => Err(format!("an unknown function with name '{function}' was found")),
        }
    }

    fn compare(&mut self, field: usize, part: Option<(usize, usize)>) -> Result<Filter, String> {
        let comparison = match (self.next(), self.dialect) {
            (Some(Token::Word(word)), _) if word == "eq" => Comparison::Equal,
            (Some(Token::Word(word)), _) if word == "ge" => Comparison::AtLeast,
            (Some(Token::Word(word)), Dialect::V3) if word == "ne" => Comparison::Unequal,
            (Some(Token::Word(word)), Dialect::V3) if word == "le" => Comparison::AtMost,
            (found, _) => return Err(format!("expected a comparison, found {found:?}")),
        };
        let text = self.text()?;
        Ok(Filter::Compare {
            field,
            part,
            comparison,
            text,
        })
    }

    fn field(&mut self) -> Result<usize, String> {
        match self.next() {
            Some(Token::Word(word)) => self.position(&word),
            found => Err(format!("expected a field, found {found:?}")),
        }
    }

    fn position(&self, name: &str) -> Result<usize, String> {
        let position = self.fields.iter().position(|field| *field == name);
        position.ok_or_else(|| format!("could not find a property named '{name}'"))
    }

    fn text(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Text(text)) => Ok(text),
            found => Err(format!("expected a text, found {found:?}")),
        }
    }

    fn text_after_comma(&mut self) -> Result<String, String> {
        self.expect(&Token::Comma)?;
        self.text()
    }

    fn number_after_comma(&mut self) -> Result<usize, String> {
        self.expect(&Token::Comma)?;
        let found = self.next();
        match &found {
            Some(Token::Word(word)) => word
                .parse()
                .map_err(|_| format!("expected a number, found {word:?}")),
            _ => Err(format!("expected a number, found {found:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Filter};

    const FIELDS: [&str; 2] = ["RegioS", "Perioden"];

    fn holds(text: &str, regio: &str, periode: &str) -> bool {
        let filter = Filter::parse(text, Dialect::V3, &FIELDS).unwrap();
        filter.holds(&[Some(regio), Some(periode)]).unwrap()
    }

    #[test]
    fn a_key_equals_only_with_its_padding() {
        assert!(holds("RegioS eq 'NL01  '", "NL01  ", "2022JJ00"));
        assert!(!holds("RegioS eq 'NL01'", "NL01  ", "2022JJ00"));
    }

    #[test]
    fn and_binds_stronger_than_or() {
        let text = "RegioS eq 'A' or RegioS eq 'B' and Perioden eq '2'";
        assert!(holds(text, "A", "1"));
        assert!(!holds(
            "(RegioS eq 'A' or RegioS eq 'B') and Perioden eq '2'",
            "A",
            "1"
        ));
    }

    #[test]
    fn a_range_of_months_catches_the_total_of_the_year_before_its_first_month() {
        let text = "Perioden ge '2023MM12' and Perioden le '2024MM02'";
        for caught in ["2023MM12", "2024JJ00", "2024MM01", "2024MM02"] {
            assert!(holds(text, "", caught), "{caught}");
        }
        assert!(!holds(text, "", "2023JJ00"));
    }

    #[test]
    fn functions_are_those_that_clients_use() {
        assert!(holds("substringof('JJ',Perioden)", "", "2022JJ00"));
        assert!(holds(
            "startswith(RegioS,'GM') and Perioden ne '2021JJ00'",
            "GM0164",
            "2022JJ00"
        ));
        assert!(holds("substring(RegioS,2,4) eq '0164'", "BU01640000", ""));
        assert!(!holds("substring(RegioS,2,4) eq '0164'", "BU07580000", ""));
    }

    #[test]
    fn a_doubled_quote_is_one_quote() {
        assert!(holds("RegioS eq '''s-Gravenhage'", "'s-Gravenhage", ""));
    }

    #[test]
    fn what_was_never_seen_to_work_is_refused() {
        let v3 = [
            "RegioS gt 'A'",
            "RegioS in ('A','B')",
            "contains(RegioS,'A')",
            "not RegioS eq 'A'",
            "regios eq 'A'",
            "RegioS eq 'A",
            "RegioS eq A",
            "RegioS eq 'A' RegioS eq 'B'",
            "(RegioS eq 'A'",
            "",
        ];
        for text in v3 {
            assert!(Filter::parse(text, Dialect::V3, &FIELDS).is_err(), "{text}");
        }
        for text in [
            "RegioS ne 'A'",
            "substringof('A',RegioS)",
            "substring(RegioS,1,2) eq 'A'",
        ] {
            assert!(Filter::parse(text, Dialect::V4, &FIELDS).is_err(), "{text}");
        }
        assert!(Filter::parse("contains(RegioS,'A')", Dialect::V4, &FIELDS).is_ok());
    }

    #[test]
    fn a_condition_on_what_is_not_known_yet_is_open_unless_the_rest_decides() {
        let text = "RegioS eq 'A' and Perioden eq '2'";
        let filter = Filter::parse(text, Dialect::V3, &FIELDS).unwrap();
        assert_eq!(filter.holds(&[Some("A"), None]), None);
        assert_eq!(filter.holds(&[Some("B"), None]), Some(false));
    }
}
