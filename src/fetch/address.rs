//! Addresses of OData: what is asked, and which answer about the next page is believed.
//!
//! Host and path come from the pipeline file and from nowhere else. Of a link to the next page only the position in it
//! is used, and only when the link leads to what was asked.

use std::fmt::Write as _;

/// Longest address that is sent, in bytes: the services refuse those of about 2,000 (observed).
pub const LONGEST: usize = 1999;

const SKIP: &str = "$skip";
const TOKEN: &str = "$skiptoken";

/// A condition on the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(String);

impl Filter {
    /// Rows whose member of a dimension is this one, with the padding that the table's own list has.
    pub fn member(dimension: &str, padded_key: &str) -> Self {
        Self(format!("{dimension} eq {}", literal(padded_key)))
    }

    /// Rows whose member has this text from a character on, counted from 0: `substring(WijkenEnBuurten,2,4) eq '0164'`.
    pub fn part_of_member(dimension: &str, first: usize, text: &str) -> Self {
        let length = text.chars().count();
        Self(format!(
            "substring({dimension},{first},{length}) eq {}",
            literal(text)
        ))
    }

    /// Rows that fulfil all of the conditions; `None` when there are none.
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        let texts: Vec<String> = filters.into_iter().map(|filter| filter.0).collect();
        (!texts.is_empty()).then(|| Self(texts.join(" and ")))
    }

    /// The condition as the service reads it.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A text between quotes, a quote in it doubled.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// What a page of a table is asked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Address of the resource, without a query: `https://…/47013NED/UntypedDataSet`.
    pub resource: String,
    /// Options in the order in which they are sent, not yet encoded: `("$format", "json")`.
    pub options: Vec<(&'static str, String)>,
    /// Whether it is a zip, which takes its time, and not a reply in JSON.
    pub is_zip: bool,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// After so many rows.
    Row(u64),
    /// At a mark that only the service understands.
    Token(String),
}

/// Why the link to a next page is not followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It leads to another host.
    #[error("the link to the next page leads to another host: {link}")]
    OtherHost {
        /// The link, shortened.
        link: String,
    },
    /// It leads to another resource of the host, or asks something else.
    #[error("the link to the next page asks something else than was asked: {link}")]
    OtherQuestion {
        /// The link, shortened.
        link: String,
    },
    /// It leads past rows that did not come.
    #[error("the next page begins after row {begins}, and {rows} rows have come")]
    Gap {
        /// Where the next page begins.
        begins: u64,
        /// Rows of the slice that came so far.
        rows: u64,
    },
    /// It does not lead on.
    #[error("the link to the next page leads back: {link}")]
    Loop {
        /// The link, shortened.
        link: String,
    },
}

impl Question {
    /// A resource, answered in JSON.
    pub fn json(resource: String) -> Self {
        Self {
            resource,
            options: vec![("$format", "json".to_owned())],
            is_zip: false,
        }
    }

    /// The same with these fields of a row only.
    #[must_use]
    pub fn selecting(mut self, fields: &[&str]) -> Self {
        self.options.push(("$select", fields.join(",")));
        self
    }

    /// A resource, answered as the service likes.
    pub fn plain(resource: String) -> Self {
        Self {
            resource,
            options: Vec::new(),
            is_zip: false,
        }
    }

    /// A zip.
    pub fn zip(resource: String) -> Self {
        Self {
            is_zip: true,
            ..Self::plain(resource)
        }
    }

    /// The same with a condition.
    #[must_use]
    pub fn filtered(mut self, filter: Option<&Filter>) -> Self {
        self.options
            .extend(filter.map(|filter| ("$filter", filter.text().to_owned())));
        self
    }

    /// The same from a position on.
    #[must_use]
    pub fn from(&self, position: &Position) -> Self {
        let mut question = self.clone();
        match position {
            Position::Row(0) => {}
            Position::Row(rows) => question.options.push((SKIP, rows.to_string())),
            Position::Token(mark) => question.options.push((TOKEN, mark.clone())),
        }
        question
    }

    /// The address, encoded; at most [`LONGEST`] bytes or it would be refused.
    pub fn address(&self) -> String {
        let mut address = self.resource.clone();
        for (number, (name, value)) in self.options.iter().enumerate() {
            let separator = if number == 0 { '?' } else { '&' };
            let _ = write!(address, "{separator}{name}={}", encoded(value));
        }
        address
    }

    /// Where the page after this one begins. `rows` have been read so far, this page included; the pages that were asked
    /// began at `asked`.
    ///
    /// # Errors
    /// [`LinkError`] when the link leads anywhere but to the next rows of the same question.
    pub fn next(&self, link: &str, rows: u64, asked: &[Position]) -> Result<Position, LinkError> {
        let shown = || {
            link.chars()
                .take(200)
                .flat_map(char::escape_debug)
                .collect::<String>()
        };
        let (resource, query) = link.split_once('?').unwrap_or((link, ""));
        let (host, path) = split(resource).ok_or_else(|| LinkError::OtherHost { link: shown() })?;
        let (own_host, own_path) = split(&self.resource).unwrap_or_default();
        if !host.eq_ignore_ascii_case(own_host) {
            return Err(LinkError::OtherHost { link: shown() });
        }
        // The services spell `odata` and `OData` at will, and a recorded link has a slash before its query.
        let mut is_same = path.trim_end_matches('/').eq_ignore_ascii_case(own_path);
        let mut found = None;
        for option in query.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            let (name, value) = (decoded(name), decoded(value));
            let position = match name.as_str() {
                SKIP => value.parse().ok().map(Position::Row),
                TOKEN => Some(Position::Token(value)),
                _ => {
                    is_same &= self
                        .options
                        .iter()
                        .any(|(own, text)| *own == name && *text == value);
                    continue;
                }
            };
            is_same &= position.is_some() && found.is_none();
            found = position;
        }
        if !is_same {
            return Err(LinkError::OtherQuestion { link: shown() });
        }
        // Without a position it is the first page.
        match found.unwrap_or(Position::Row(0)) {
            Position::Row(begins) if begins > rows => Err(LinkError::Gap { begins, rows }),
            Position::Row(row) if row < rows => Err(LinkError::Loop { link: shown() }),
            position if asked.contains(&position) => Err(LinkError::Loop { link: shown() }),
            position => Ok(position),
        }
    }
}

/// Scheme with host and port, and the path.
fn split(resource: &str) -> Option<(&str, &str)> {
    let start = resource.find("://")? + 3;
    let end = resource
        .get(start..)?
        .find('/')
        .map_or(resource.len(), |at| start + at);
    Some((resource.get(..end)?, resource.get(end..)?))
}

/// Everything but letters, digits and what may stand in a query as it is.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~$'(),".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The text of a part of a query; what is no encoding stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = (byte == b'%').then(|| after.get(..2)).flatten();
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let coded = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, coded) {
            (_, Some(coded)) => {
                bytes.push(coded);
                rest = after.get(2..).unwrap_or_default();
                continue;
            }
            (b'+', None) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page() -> Question {
        let resource = "https://dataderden.cbs.nl/ODataFeed/odata/47013NED/UntypedDataSet".to_owned();
        let filter = Filter::all([Filter::member("Perioden", "2022JJ00")]);
        Question::json(resource).filtered(filter.as_ref())
    }

    #[test]
    fn the_padding_of_a_key_and_its_quotes_are_sent() {
        let filter = Filter::member("SoortMisdrijf", "0.0.0 ");
        assert_eq!(filter.text(), "SoortMisdrijf eq '0.0.0 '");
        assert_eq!(Filter::member("A", "it's").text(), "A eq 'it''s'");
        let question = Question::json("https://x.nl/T".to_owned()).filtered(Some(&filter));
        assert_eq!(
            question.address(),
            "https://x.nl/T?$format=json&$filter=SoortMisdrijf%20eq%20'0.0.0%20'"
        );
    }

    #[test]
    fn the_next_page_is_the_one_after_the_rows_that_were_read() {
        let page = page();
        let link = "https://dataderden.cbs.nl/ODataFeed/OData/47013NED/UntypedDataSet?$format=json&$filter=Perioden%20eq%20%272022JJ00%27&$skip=10000";
        assert_eq!(
            page.next(link, 10_000, &[Position::Row(0)]),
            Ok(Position::Row(10_000))
        );
        // As recorded: other capitals, a slash, and no filter.
        let bare =
            "https://dataderden.cbs.nl/ODataFeed/OData/47013NED/UntypedDataSet/?$format=json&$skip=10000";
        assert_eq!(page.next(bare, 10_000, &[]), Ok(Position::Row(10_000)));
        let next = page.from(&Position::Row(10_000)).address();
        assert!(next.ends_with("'2022JJ00'&$skip=10000"), "{next}");
    }

    #[test]
    fn a_mark_of_the_service_is_sent_back_as_it_came_and_only_once() {
        let page = page();
        let link = format!("{}?$skiptoken=a%26b", page.resource);
        let mark = page.next(&link, 7, &[Position::Row(0)]).unwrap();
        assert_eq!(mark, Position::Token("a&b".to_owned()));
        assert!(page.from(&mark).address().ends_with("&$skiptoken=a%26b"));
        assert!(matches!(
            page.next(&link, 14, &[mark]),
            Err(LinkError::Loop { .. })
        ));
    }

    #[test]
    fn a_link_that_leads_elsewhere_or_back_is_refused() {
        let page = page();
        let own = "https://dataderden.cbs.nl/ODataFeed/odata/47013NED/UntypedDataSet";
        let other = |link: &str| matches!(page.next(link, 10_000, &[]), Err(LinkError::OtherQuestion { .. }));
        let host = |link: &str| matches!(page.next(link, 10_000, &[]), Err(LinkError::OtherHost { .. }));
        assert!(host(
            "https://dataderden.cbs.nl.example.org/ODataFeed/odata/47013NED/UntypedDataSet?$skip=10000"
        ));
        assert!(host(
            "http://dataderden.cbs.nl/ODataFeed/odata/47013NED/UntypedDataSet?$skip=10000"
        ));
        assert!(host("https://a@dataderden.cbs.nl/x?$skip=10000") && host("") && host("/x?$skip=1"));
        assert!(other(
            "https://dataderden.cbs.nl/ODataFeed/odata/47022NED/UntypedDataSet?$skip=10000"
        ));
        assert!(other(&format!(
            "{own}?$skip=10000&$filter=Perioden%20eq%20'2021JJ00'"
        )));
        assert!(other(&format!("{own}?$skip=x")));
        assert!(other(&format!("{own}?$skip=10000&$skip=10000")));
        let gap = page.next(&format!("{own}?$skip=20000"), 10_000, &[]);
        assert!(matches!(
            gap,
            Err(LinkError::Gap {
                begins: 20_000,
                rows: 10_000
            })
        ));
        for skip in ["0", "9999"] {
            let link = format!("{own}?$skip={skip}");
            assert!(
                matches!(page.next(&link, 10_000, &[]), Err(LinkError::Loop { .. })),
                "{skip}"
            );
        }
    }

    fn text() -> impl Strategy<Value = String> {
        proptest::collection::vec(any::<char>(), 0..60)
            .prop_map(|characters| characters.into_iter().collect())
    }

    proptest! {
        #[test]
        fn whatever_is_encoded_is_what_is_read_back(text in text()) {
            prop_assert_eq!(decoded(&encoded(&text)), text.clone());
            prop_assert!(encoded(&text).bytes().all(|byte| byte.is_ascii_graphic() && !b"&#+?=".contains(&byte)));
        }

        #[test]
        fn a_text_cannot_leave_its_quotes(text in text()) {
            let filter = Filter::member("A", &text);
            let inside = filter.text().strip_prefix("A eq '").and_then(|rest| rest.strip_suffix('\'')).unwrap();
            prop_assert_eq!(inside.replace("''", "\u{0}").matches('\'').count(), 0);
            prop_assert_eq!(inside.replace("''", "'"), text);
        }

        #[test]
        fn no_link_makes_it_panic(link in text(), rows in any::<u64>()) {
            let _ = page().next(&link, rows, &[]);
        }
    }
}
