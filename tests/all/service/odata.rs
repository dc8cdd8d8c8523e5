//! Which address gives what, and the options of OData v3; v4 is in `odata4.rs`.
//!
//! What was measured at the service is done as measured; where the evidence is silent a question is refused, because a
//! program that passes here must not lean on what nobody has seen. `$metadata` (EDMX) and the catalogue are not there.

use serde_json::Value;

use super::Tables;
use super::http::{Reply, Request};
use super::odata4;
use super::page::{Page, Record, encoded, field};
use super::table3::Table3;
use super::zip4;

/// No longer address is answered; the real limit is not known, clients met it with some hundred codes.
const LONGEST_URL: usize = 2_000;
/// ODataApi gives no more rows than this in one reply.
const ROWS_OF_API: usize = 10_000;
/// The lists that every table has, in the order of the service document.
const FIXED: [&str; 5] = [
    "TableInfos",
    "UntypedDataSet",
    "TypedDataSet",
    "DataProperties",
    "CategoryGroups",
];

/// What is to be sent.
#[derive(Debug, Clone)]
pub enum Content {
    /// A page of a list.
    Page(Page),
    /// The service document, which is a list in JSON and something else in Atom.
    Service(Page),
    /// One object, with its context: `Properties` of v4.
    Single(String, Record),
    /// A reply that is neither: a count, an error.
    Plain(Reply),
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// Atom XML: what ODataFeed answers unless it is asked for JSON.
    Atom,
}

/// An answer that faults may still change.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What.
    pub content: Content,
    /// In which form.
    pub format: Format,
    /// When the table last changed, as the table says.
    pub modified: String,
}

impl Answer {
    /// An answer that has no form to choose and belongs to no table.
    pub fn plain(reply: Reply) -> Self {
        Self {
            content: Content::Plain(reply),
            format: Format::Json,
            modified: String::new(),
        }
    }
}

/// Why a question gets no answer. The exact words of the real service are not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Status code.
    pub status: u16,
    /// In words.
    pub message: String,
}

impl Refusal {
    /// With this status and for this reason.
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    /// As OData v3 tells it.
    fn reply(self) -> Reply {
        let message = Value::from(self.message);
        let body = format!(
            "{{\"odata.error\":{{\"code\":\"\",\"message\":{{\"lang\":\"en-US\",\"value\":{message}}}}}}}"
        );
        Reply::new(self.status, "application/json; charset=utf-8", body)
    }
}

/// The number that a query option gives.
pub fn number(request: &Request, name: &str) -> Result<Option<usize>, Refusal> {
    let number = request.option(name).map(str::parse).transpose();
    number.map_err(|_| Refusal::new(400, format!("{name} must be a number of zero or more")))
}

/// Answers a request at `base`, the address of the service without a slash at its end.
pub fn answer(request: &Request, tables: &Tables, base: &str) -> Answer {
    if base.len() + request.target.len() > LONGEST_URL {
        return Answer::plain(Reply::new(
            414,
            "text/html",
            "<h2>HTTP Error 414. The request URL is too long.</h2>",
        ));
    }
    if request.method != "GET" {
        return Answer::plain(Refusal::new(405, "only GET is answered").reply());
    }
    let segments: Vec<&str> = request
        .path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    match &segments[..] {
        [
            door @ ("ODataFeed" | "ODataApi"),
            "odata" | "OData",
            identifier,
            rest @ ..,
        ] => {
            let Some(table) = tables.v3.get(*identifier) else {
                let refusal = Refusal::new(404, format!("Resource not found for '{identifier}'"));
                return Answer::plain(refusal.reply());
            };
            let question = Question {
                request,
                base,
                door,
                table,
            };
            let content = question
                .answer(rest)
                .unwrap_or_else(|refusal| Content::Plain(refusal.reply()));
            Answer {
                content,
                format: question.format(),
                modified: table.text("Modified").to_owned(),
            }
        }
        ["odata", "v1", "CBS", identifier, rest @ ..] => match tables.v4.get(*identifier) {
            Some(table) => odata4::answer(request, table, base, rest),
            None => Answer::plain(odata4::unknown_dataset(identifier)),
        },
        ["CSV", "CBS", "nl", identifier] => match tables.v4.get(*identifier) {
            Some(table) => {
                let given = tables.zips.get(*identifier).cloned();
                let zip = given.unwrap_or_else(|| zip4::zip(table));
                Answer::plain(Reply::new(200, "application/zip", zip))
            }
            None => Answer::plain(odata4::unknown_dataset(identifier)),
        },
        _ => Answer::plain(Reply::new(
            404,
            "text/html",
            "<h1>404 - File or directory not found.</h1>",
        )),
    }
}

/// A question to a table of v3.
struct Question<'a> {
    request: &'a Request,
    base: &'a str,
    door: &'a str,
    table: &'a Table3,
}

/// The rows that are asked for, before they are counted off in pages.
enum Rows {
    /// All of a small list.
    List(Vec<Record>),
    /// The positions of rows of data, and whether they are typed.
    Data(Vec<usize>, bool),
}

impl Rows {
    fn len(&self) -> usize {
        match self {
            Self::List(records) => records.len(),
            Self::Data(positions, _) => positions.len(),
        }
    }
}

impl Question<'_> {
    fn is_feed(&self) -> bool {
        self.door == "ODataFeed"
    }

    fn format(&self) -> Format {
        match self.request.option("$format") {
            Some("json") => Format::Json,
            None if !self.is_feed() => Format::Json,
            _ => Format::Atom,
        }
    }

    /// Every recorded reply spells `OData` in the address of its metadata, however it was asked for.
    fn metadata(&self) -> String {
        format!(
            "{}/{}/OData/{}/$metadata",
            self.base,
            self.door,
            self.table.identifier()
        )
    }

    fn answer(&self, rest: &[&str]) -> Result<Content, Refusal> {
        for (name, _) in &self.request.query {
            let known = ["$format", "$filter", "$select", "$top", "$skip", "$orderby"];
            if name.starts_with('$') && !known.contains(&name.as_str()) {
                return Err(Refusal::new(
                    400,
                    format!("the query option '{name}' is not supported"),
                ));
            }
        }
        match rest {
            [] => Ok(Content::Service(self.service_document())),
            [name] => self.page(name).map(Content::Page),
            [name, "$count"] => {
                let count = self.rows(name)?.len().to_string();
                Ok(Content::Plain(Reply::new(200, "text/plain;charset=utf-8", count)))
            }
            _ => Err(Refusal::new(404, "Resource not found for the segment")),
        }
    }

    fn service_document(&self) -> Page {
        let dimensions = self.table.dimensions().iter();
        let dimensions = dimensions
            .filter(|dimension| dimension.is_there())
            .map(|dimension| &*dimension.name);
        let path = self.request.path.trim_end_matches('/');
        let of_name = |name: &str| {
            let url = format!("{}{path}/{name}", self.base);
            vec![field("name", name), field("url", url)]
        };
        Page {
            name: String::new(),
            context: ("odata.metadata", self.metadata()),
            count: None,
            records: FIXED.into_iter().chain(dimensions).map(of_name).collect(),
            next: ("odata.nextLink", None),
        }
    }

    fn rows(&self, name: &str) -> Result<Rows, Refusal> {
        let is_typed = name == "TypedDataSet";
        if is_typed || name == "UntypedDataSet" {
            let filter = self
                .request
                .option("$filter")
                .map(|text| self.table.filter(text))
                .transpose();
            let filter = filter.map_err(|message| Refusal::new(400, message))?;
            return Ok(Rows::Data(self.table.matching(filter.as_ref()), is_typed));
        }
        if self.request.option("$filter").is_some() {
            return Err(Refusal::new(
                400,
                format!("no filter on {name} was ever seen to work"),
            ));
        }
        let dimension = self
            .table
            .dimensions()
            .iter()
            .find(|dimension| &*dimension.name == name);
        match (name, dimension) {
            ("TableInfos", _) => Ok(Rows::List(vec![self.table_infos()])),
            ("DataProperties", _) => Ok(Rows::List(self.table.properties.clone())),
            ("CategoryGroups", _) => Ok(Rows::List(Vec::new())),
            (_, Some(dimension)) => Ok(Rows::List(dimension.records())),
            _ => Err(Refusal::new(
                404,
                format!("Resource not found for the segment '{name}'."),
            )),
        }
    }

    fn table_infos(&self) -> Record {
        let fields = self.table.info.iter();
        let of_text = |(name, text): &(String, String)| match (name.as_str(), text.parse::<u64>()) {
            ("ID", Ok(number)) => field(name, number),
            _ => field(name, text.as_str()),
        };
        fields.map(of_text).collect()
    }

    fn page(&self, name: &str) -> Result<Page, Refusal> {
        let rows = self.rows(name)?;
        let (skip, top) = (number(self.request, "$skip")?, number(self.request, "$top")?);
        if !self.is_feed() && skip.is_some() && !self.table.skips_in_api() {
            return Err(Refusal::new(400, "Skip query option not supported"));
        }
        let first = skip.unwrap_or(0).min(rows.len());
        let wanted = (rows.len() - first).min(top.unwrap_or(usize::MAX));
        if !self.is_feed() && wanted > ROWS_OF_API {
            return Err(Refusal::new(
                400,
                format!("the query gives more than {ROWS_OF_API} rows"),
            ));
        }
        let size = if self.is_feed() {
            wanted.min(self.table.page_size())
        } else {
            wanted
        };
        let after = first + size;
        let next = (wanted > size).then(|| self.next_link(after, top.map(|top| top - size)));
        let mut records = match rows {
            Rows::List(mut records) => records.drain(first..after).collect(),
            Rows::Data(positions, typed) => self.table.records(&positions[first..after], typed),
        };
        self.select(&mut records)?;
        Ok(Page {
            name: name.to_owned(),
            context: (
                "odata.metadata",
                format!("{}#Cbs.OData.WebAPI.{name}", self.metadata()),
            ),
            count: None,
            records,
            next: ("odata.nextLink", next),
        })
    }

    fn select(&self, records: &mut [Record]) -> Result<(), Refusal> {
        let Some(select) = self.request.option("$select") else {
            return Ok(());
        };
        let wanted: Vec<&str> = select.split(',').map(str::trim).collect();
        for record in records {
            for name in &wanted {
                if !record.iter().any(|(field, _)| &**field == *name) {
                    return Err(Refusal::new(
                        400,
                        format!("could not find a property named '{name}'"),
                    ));
                }
            }
            record.retain(|(field, _)| wanted.contains(&&**field));
        }
        Ok(())
    }

    /// The path is that of the question, as the recorded links have it.
    fn next_link(&self, skip: usize, top: Option<usize>) -> String {
        let path = self.request.target.split('?').next().unwrap_or_default();
        let mut options = Vec::new();
        for name in ["$format", "$filter", "$select"] {
            let value = self.request.option(name);
            options.extend(value.map(|value| format!("{name}={}", encoded(value))));
        }
        options.extend(top.map(|top| format!("$top={top}")));
        options.push(format!("$skip={skip}"));
        format!("{}{path}?{}", self.base, options.join("&"))
    }
}
