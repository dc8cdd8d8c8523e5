//! The addresses and options of OData v4, as far as clients were seen to use them.
//!
//! How a next link looks here is not known: this one repeats the question with `$skip`. Errors are those of the standard.

use serde_json::Value;

use super::http::{Reply, Request};
use super::odata::{Answer, Content, Format, Refusal, number};
use super::page::{Page, Record, encoded, field};
use super::table4::Table4;

/// A refusal as OData v4 tells it.
fn reply(refusal: Refusal) -> Reply {
    let message = Value::from(refusal.message);
    let body = format!("{{\"error\":{{\"code\":\"\",\"message\":{message}}}}}");
    Reply::new(refusal.status, "application/json; charset=utf-8", body)
}

/// What a wrong identifier gets.
pub fn unknown_dataset(identifier: &str) -> Reply {
    reply(Refusal::new(404, format!("unknown dataset '{identifier}'")))
}

/// Answers a request for a part of a table.
pub fn answer(request: &Request, table: &Table4, base: &str, rest: &[&str]) -> Answer {
    Answer {
        content: content(request, table, base, rest).unwrap_or_else(|refusal| Content::Plain(reply(refusal))),
        format: Format::Json,
        modified: table.text("Modified").to_owned(),
    }
}

fn content(request: &Request, table: &Table4, base: &str, rest: &[&str]) -> Result<Content, Refusal> {
    for (name, _) in &request.query {
        if name.starts_with('$') && !["$filter", "$top", "$skip", "$count"].contains(&name.as_str()) {
            return Err(Refusal::new(
                400,
                format!("the query option '{name}' is not supported"),
            ));
        }
    }
    let identifier = table.identifier();
    let context = |name: &str| format!("{base}/odata/v1/CBS/{identifier}/$metadata{name}");
    match rest {
        [] => Ok(Content::Service(Page {
            name: String::new(),
            context: ("@odata.context", context("")),
            count: None,
            records: resources(table),
            next: ("@odata.nextLink", None),
        })),
        // Asked for as JSON it is not acceptable, and nobody needs it as XML.
        ["$metadata"] => Err(Refusal::new(406, "$metadata is XML")),
        ["Properties"] => Ok(Content::Single(context("#Properties"), table.properties.clone())),
        ["Observations", "$count"] => {
            let count = observations(request, table)?.len().to_string();
            Ok(Content::Plain(Reply::new(200, "text/plain", count)))
        }
        ["Observations"] => {
            let found = observations(request, table)?;
            page(
                request,
                base,
                (context("#Observations"), "Observations"),
                &found,
                table.page_size(),
            )
        }
        [name] => {
            let list = table.lists.get(*name);
            let list = list.ok_or_else(|| Refusal::new(404, format!("no resource '{name}'")))?;
            if request.option("$filter").is_some() {
                return Err(Refusal::new(
                    400,
                    format!("no filter on {name} was ever seen to work"),
                ));
            }
            let found: Vec<&Record> = list.iter().collect();
            page(
                request,
                base,
                (context(&format!("#{name}")), name),
                &found,
                table.page_size(),
            )
        }
        _ => Err(Refusal::new(404, "no such resource")),
    }
}

fn resources(table: &Table4) -> Vec<Record> {
    let lists = table.lists.keys().map(|name| (name.as_str(), "EntitySet"));
    let others = [("Observations", "EntitySet"), ("Properties", "Singleton")];
    let of_name = |(name, kind)| vec![field("name", name), field("kind", kind), field("url", name)];
    lists.chain(others).map(of_name).collect()
}

fn observations<'a>(request: &Request, table: &'a Table4) -> Result<Vec<&'a Record>, Refusal> {
    let found = table.matching(request.option("$filter"));
    found.map_err(|message| Refusal::new(400, message))
}

fn page(
    request: &Request,
    base: &str,
    (context, name): (String, &str),
    found: &[&Record],
    page_size: usize,
) -> Result<Content, Refusal> {
    let (skip, top) = (number(request, "$skip")?, number(request, "$top")?);
    let first = skip.unwrap_or(0).min(found.len());
    let wanted = (found.len() - first).min(top.unwrap_or(usize::MAX));
    let size = wanted.min(page_size);
    let after = first + size;
    let next = (wanted > size).then(|| {
        let path = request.target.split('?').next().unwrap_or_default();
        let filter = request
            .option("$filter")
            .map(|filter| format!("$filter={}&", encoded(filter)));
        let top = top.map(|top| format!("$top={}&", top - size));
        let (filter, top) = (filter.unwrap_or_default(), top.unwrap_or_default());
        format!("{base}{path}?{filter}{top}$skip={after}")
    });
    Ok(Content::Page(Page {
        name: name.to_owned(),
        context: ("@odata.context", context),
        count: (request.option("$count") == Some("true")).then_some(found.len()),
        records: found[first..after]
            .iter()
            .map(|record| (*record).clone())
            .collect(),
        next: ("@odata.nextLink", next),
    }))
}
