//! What can go wrong with a request, as data: which requests, which of them in turn, and how.
//!
//! Faults in a page change it while its rows are still rows; faults of HTTP change the reply or how it travels. Several
//! rules may hit one request; they work in the order in which they were made.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::http::{Ending, Framing, Reply, Request};
use super::odata::{Answer, Content, Format};
use super::page::{Page, encoded};

/// Which requests a rule is about.
#[derive(Debug, Clone, Default)]
pub struct Matcher {
    path: String,
    query: Vec<String>,
}

impl Matcher {
    /// Every request.
    pub fn any() -> Self {
        Self::default()
    }

    /// Requests whose path ends in these segments: `TypedDataSet`, `47013NED/RegioS`, `Observations/$count`.
    pub fn path(end: &str) -> Self {
        Self {
            path: format!("/{end}"),
            query: Vec::new(),
        }
    }

    /// Of these only those with this text somewhere in an option, decoded: `2022JJ00`, `$skip=10000`.
    pub fn with(mut self, text: &str) -> Self {
        self.query.push(text.to_owned());
        self
    }

    fn matches(&self, request: &Request) -> bool {
        let options: Vec<String> = request
            .query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let has = |text: &String| options.iter().any(|option| option.contains(text));
        request.path.trim_end_matches('/').ends_with(&self.path) && self.query.iter().all(has)
    }
}

/// Which of the requests that match are hit, counted from one.
#[derive(Debug, Clone, Copy)]
pub enum Times {
    /// All of them.
    Every,
    /// The first so many.
    First(usize),
    /// Only that one.
    Only(usize),
    /// That one and all after it.
    From(usize),
}

impl Times {
    fn include(self, turn: usize) -> bool {
        match self {
            Self::Every => true,
            Self::First(last) => turn <= last,
            Self::Only(only) => turn == only,
            Self::From(first) => turn >= first,
        }
    }
}

/// What goes wrong.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Another status, with these headers and this body.
    Status(u16, Vec<(String, String)>, String),
    /// 503 with `Retry-After` in seconds.
    RetryAfter(u64),
    /// The connection is reset before a byte is sent.
    ResetAtOnce,
    /// The connection is reset after so many bytes of the body.
    ResetAfter(usize),
    /// `Content-Length` promises so many bytes more than come, and the connection closes in order.
    ShortBody(usize),
    /// The body comes in chunks and the last, empty one does not.
    ChunkedWithoutEnd,
    /// Silence before the status line; then the reply.
    SilenceBefore(Duration),
    /// Silence after so many bytes of the body; then the rest.
    SilenceWithin(usize, Duration),
    /// 200 with a page for people, as a proxy or a maintenance window gives.
    Html,
    /// Atom XML although JSON was asked for.
    Atom,
    /// 200 as JSON, and only the first half of it, with the length of that half.
    NotJson,
    /// Compressed, when the request offers gzip.
    Gzip,
    /// Compressed and only so many bytes of it, with the length of those.
    GzipCutOff(usize),
    /// So many bytes at a time, so long apart.
    Trickle(usize, Duration),
    /// The next link is the page itself, also where there was none.
    NextLinkLoops,
    /// The next link names another host (and port).
    NextLinkElsewhere(String),
    /// The next link names another path, which begins with a slash.
    NextLinkOtherPath(String),
    /// The page lacks this row, counted from zero.
    DropRow(usize),
    /// The page has this row twice.
    RepeatRow(usize),
    /// In this row the field has another text.
    ReplaceRow(usize, String, String),
    /// The page has no rows, and a link to another one.
    EmptyPageWithLink,
    /// The last page with rows names one more, which has none.
    LinkAfterLastPage,
    /// 302 to another address.
    Redirect(String),
    /// `ETag` and `Last-Modified` are served, and a request that has them gets 304 without a body.
    EtagAndLastModified,
    /// After so many of these requests the `Modified` of their table of v3 is another.
    ModifiedMovesAfter(usize, String),
    /// After so many of these requests the `Version` of their table of v4 is another.
    VersionMovesAfter(usize, String),
}

/// A fault and when it strikes.
#[derive(Debug)]
pub struct Rule {
    matcher: Matcher,
    times: Times,
    fault: Fault,
    matched: usize,
    hits: usize,
}

/// A fault that struck, and how often it did, this time included.
pub type Strike = (Fault, usize);

impl Rule {
    /// A rule that has not struck yet.
    pub fn new(matcher: Matcher, times: Times, fault: Fault) -> Self {
        Self {
            matcher,
            times,
            fault,
            matched: 0,
            hits: 0,
        }
    }

    /// Whether it strikes this request.
    pub fn strike(&mut self, request: &Request) -> Option<Strike> {
        if !self.matcher.matches(request) {
            return None;
        }
        self.matched += 1;
        if !self.times.include(self.matched) {
            return None;
        }
        self.hits += 1;
        Some((self.fault.clone(), self.hits))
    }
}

impl Fault {
    /// Spoils the answer while it still has rows.
    pub fn spoil(&self, answer: &mut Answer, request: &Request, base: &str) {
        if matches!(self, Self::Atom) {
            answer.format = Format::Atom;
        }
        if let Content::Page(page) = &mut answer.content {
            self.spoil_page(page, request, base);
        }
    }

    fn spoil_page(&self, page: &mut Page, request: &Request, base: &str) {
        let next = &mut page.next.1;
        match self {
            Self::NextLinkLoops => *next = Some(format!("{base}{}", request.target)),
            Self::NextLinkElsewhere(host) => {
                *next = next
                    .as_deref()
                    .map(|link| link.replacen(base, &format!("http://{host}"), 1));
            }
            Self::NextLinkOtherPath(path) => {
                let query = |link: &str| {
                    link.split_once('?')
                        .map_or(String::new(), |(_, query)| query.to_owned())
                };
                *next = next
                    .as_deref()
                    .map(|link| format!("{base}{path}?{}", query(link)));
            }
            Self::LinkAfterLastPage if next.is_none() && !page.records.is_empty() => {
                let path = request.target.split('?').next().unwrap_or_default();
                let skip = request
                    .option("$skip")
                    .and_then(|skip| skip.parse::<usize>().ok());
                let after = skip.unwrap_or(0) + page.records.len();
                *next = Some(format!("{base}{path}?$format=json&$skip={after}"));
            }
            Self::DropRow(row) => drop(page.records.remove(*row)),
            Self::RepeatRow(row) => page.records.insert(*row, page.records[*row].clone()),
            Self::ReplaceRow(row, name, text) => {
                let found = page.records[*row].iter_mut().find(|(field, _)| **field == **name);
                let (_, value) = found.unwrap_or_else(|| panic!("the page has no field {name}"));
                *value = Value::from(text.as_str());
            }
            Self::EmptyPageWithLink => {
                let path = request.target.split('?').next().unwrap_or_default();
                let kept = request.query.iter().filter(|(name, _)| name != "$skip");
                let mut options: Vec<String> = kept
                    .map(|(name, value)| format!("{name}={}", encoded(value)))
                    .collect();
                let skip = request
                    .option("$skip")
                    .and_then(|skip| skip.parse::<usize>().ok());
                options.push(format!("$skip={}", skip.unwrap_or(0) + 10_000));
                *next = Some(format!("{base}{path}?{}", options.join("&")));
                page.records.clear();
            }
            _ => {}
        }
    }

    /// Breaks the reply, or the way it travels. `modified` is when the table last changed.
    pub fn break_reply(&self, reply: &mut Reply, request: &Request, modified: &str) {
        match self {
            Self::Status(code, headers, body) => {
                *reply = Reply::new(*code, "text/plain", body.as_str());
                for (name, value) in headers {
                    reply.set_header(name, value);
                }
            }
            Self::RetryAfter(seconds) => {
                *reply = Reply::new(503, "text/html", "<h2>Service Unavailable</h2>");
                reply.set_header("Retry-After", &seconds.to_string());
            }
            Self::Html => *reply = Reply::new(200, "text/html; charset=utf-8", MAINTENANCE),
            Self::Redirect(url) => {
                *reply = Reply::new(302, "text/html", "<h2>Object moved</h2>");
                reply.set_header("Location", url);
            }
            Self::NotJson => reply.body.truncate(reply.body.len() / 2),
            Self::Gzip if accepts_gzip(request) => compress(reply),
            Self::GzipCutOff(bytes) => {
                compress(reply);
                let last = reply.body.len() - 1;
                reply.body.truncate(last.min(*bytes));
            }
            Self::EtagAndLastModified => validate(reply, request, modified),
            Self::ResetAtOnce => reply.delivery.ending = Ending::ResetAtOnce,
            Self::ResetAfter(bytes) => reply.delivery.ending = Ending::ResetAfter(*bytes),
            Self::ShortBody(missing) => {
                reply.delivery.framing = Framing::LengthPlus(*missing);
                reply.delivery.ending = Ending::Closed;
            }
            Self::ChunkedWithoutEnd => {
                reply.delivery.framing = Framing::ChunkedWithoutEnd;
                reply.delivery.ending = Ending::Closed;
            }
            Self::SilenceBefore(length) => reply.delivery.wait = *length,
            Self::SilenceWithin(bytes, length) => reply.delivery.stall = Some((*bytes, *length)),
            Self::Trickle(bytes, pause) => reply.delivery.trickle = Some((*bytes, *pause)),
            _ => {}
        }
    }
}

const MAINTENANCE: &str = "<!DOCTYPE html><html><head><title>Onderhoud</title></head><body>StatLine is tijdelijk niet beschikbaar.</body></html>";

fn accepts_gzip(request: &Request) -> bool {
    request
        .header("accept-encoding")
        .is_some_and(|offer| offer.contains("gzip"))
}

fn compress(reply: &mut Reply) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&reply.body).unwrap();
    reply.body = encoder.finish().unwrap();
    reply.set_header("Content-Encoding", "gzip");
}

/// Serves both validators; `If-None-Match` decides when it is there, as RFC 9110 has it.
fn validate(reply: &mut Reply, request: &Request, modified: &str) {
    let mut hasher = DefaultHasher::new();
    reply.body.hash(&mut hasher);
    let etag = format!("\"{:016x}\"", hasher.finish());
    let last_modified = http_date(modified);
    let is_same = match request.header("if-none-match") {
        Some(known) => known == etag,
        None => request
            .header("if-modified-since")
            .is_some_and(|known| known == last_modified),
    };
    if is_same {
        reply.status = 304;
        reply.body.clear();
    }
    reply.set_header("ETag", &etag);
    reply.set_header("Last-Modified", &last_modified);
}

/// `2025-06-16T02:00:00` as HTTP writes it. The zone is left out of it: only that it changes matters.
pub fn http_date(modified: &str) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    // The day of the week after Sakamoto: January and February count with the year before.
    const SHIFTS: [usize; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let number = |from: usize, to: usize| -> usize {
        let digits = modified.get(from..to).and_then(|digits| digits.parse().ok());
        digits.unwrap_or_else(|| panic!("{modified:?} is no moment"))
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let counted = if month < 3 { year - 1 } else { year };
    let weekday = (counted + counted / 4 - counted / 100 + counted / 400 + SHIFTS[month - 1] + day) % 7;
    let time = modified.get(11..19).unwrap_or("00:00:00");
    format!(
        "{}, {day:02} {} {year} {time} GMT",
        DAYS[weekday],
        MONTHS[month - 1]
    )
}
