//! What the engine says of a question, in words for whoever asked it.
//!
//! The engine speaks of its own types and lists every column that there is. Somebody who mistyped a name wants to know the
//! name that was meant, and the place. What is not known here is passed on short, without the engine's own names.

use datafusion::arrow::error::ArrowError;
use datafusion::common::{Column, SchemaError, TableReference};
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;

use crate::pipeline::edit_distance;

/// Names that are offered instead of one that does not exist.
const OFFERED: usize = 3;
/// Fewer letters are a part of nearly every name.
const SHORTEST_PART: usize = 3;
/// A longer name is no typing error, and the distance takes time in proportion to it.
const LONGEST_NAME: usize = 100;
/// The most letters of a complaint that is not known here.
const LONGEST_COMPLAINT: usize = 300;

/// How a message begins that knows its place.
const PLACE: &str = "line ";

const ONLY_READS: &str =
    "a question can only read: it begins with `select`, `with`, `show`, `describe` or `explain`";

/// A complaint of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What is wrong, with the place where it is known.
    pub message: String,
    /// What to do about it.
    pub advice: Option<String>,
}

impl Told {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            advice: None,
        }
    }

    fn advising(self, advice: impl Into<String>) -> Self {
        Self {
            advice: Some(advice.into()),
            ..self
        }
    }
}

/// The same in our words. `question` is the SQL and `tables` the names that it could have used, as far as they are known.
pub fn told(error: &DataFusionError, question: &str, tables: &[String]) -> Told {
    let root = error.find_root();
    let mut told = match root {
        DataFusionError::SQL(parser, _) => of_syntax(parser),
        DataFusionError::SchemaError(schema, _) => of_schema(schema, question, tables),
        DataFusionError::Plan(text) => of_plan(text, tables),
        DataFusionError::NotImplemented(text) => of_missing(text),
        DataFusionError::ArrowError(arrow, _) => of_value(arrow),
        DataFusionError::Execution(text) if text.starts_with("Scalar subquery returned more") => {
            Told::new("a question in brackets that stands for one value gave more than one row")
                .advising("let it give one row: `max(…)`, `limit 1`, or a join instead")
        }
        DataFusionError::ResourcesExhausted(_) => {
            Told::new("the question needs more memory than there is for one")
                .advising("ask for fewer rows or columns, or for sums")
        }
        other => Told::new(shortened(&other.strip_backtrace())),
    };
    let is_placed = told.message.starts_with(PLACE);
    if let Some(span) = error
        .diagnostic()
        .filter(|_| !is_placed)
        .and_then(|diagnostic| diagnostic.span)
    {
        let (line, column) = (span.start.line, span.start.column);
        told.message = format!("{PLACE}{line}, column {column}: {}", told.message);
    }
    told
}

/// `Expected: an expression, found: FROM at Line: 1, Column: 8`.
fn of_syntax(parser: &ParserError) -> Told {
    let text = match parser {
        ParserError::ParserError(text) | ParserError::TokenizerError(text) => text,
        ParserError::RecursionLimitExceeded => {
            return Told::new("the question nests too deep").advising("ask in parts");
        }
    };
    let (what, place) = match text.rsplit_once(" at Line: ") {
        Some((what, place)) => (what, place.split_once(", Column: ")),
        None => (text.as_str(), None),
    };
    let what = match what
        .strip_prefix("Expected: ")
        .and_then(|rest| rest.split_once(", found: "))
    {
        Some((expected, "EOF")) => format!("expected {expected}, found the end of the question"),
        Some((expected, found)) => format!("expected {expected}, found `{found}`"),
        None => in_a_sentence(what),
    };
    let told = match place {
        Some((line, column)) => Told::new(format!("{PLACE}{line}, column {column}: {what}")),
        None => Told::new(what),
    };
    if text.starts_with("Expected: an SQL statement") {
        return told.advising(ONLY_READS);
    }
    told
}

fn of_schema(error: &SchemaError, question: &str, tables: &[String]) -> Told {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => {
            of_column(field, valid_fields, question, tables)
        }
        SchemaError::AmbiguousReference { field } => {
            let name = &field.name;
            Told::new(format!(
                "more than one table of the question has a column `{name}`"
            ))
            .advising(format!("say of which: `table.{name}`"))
        }
        SchemaError::DuplicateQualifiedField { name, .. }
        | SchemaError::DuplicateUnqualifiedField { name } => {
            Told::new(format!("two columns have the name `{name}`")).advising("name one of them with `as`")
        }
    }
}

fn of_column(field: &Column, valid: &[Column], question: &str, tables: &[String]) -> Told {
    let name = &field.name;
    let mut relations: Vec<&str> = Vec::new();
    for relation in valid.iter().filter_map(|column| column.relation.as_ref()) {
        if !relations.contains(&relation.table()) {
            relations.push(relation.table());
        }
    }
    let asked = field.relation.as_ref().map(TableReference::table);
    if let Some(asked) = asked.filter(|asked| !relations.contains(asked)) {
        return Told::new(format!("`{asked}` is no table of this question"))
            .advising(format!("it reads {}", listed(&relations, "and")));
    }
    let message = match (asked, relations.as_slice()) {
        (Some(of), _) => format!("`{of}` has no column `{name}`"),
        (None, [of]) => format!("`{of}` has no column `{name}`"),
        (None, []) => format!("there is no column `{name}` here"),
        (None, several) => format!("none of {} has a column `{name}`", listed(several, "and")),
    };
    let is_of =
        |column: &&Column| asked.is_none() || column.relation.as_ref().map(TableReference::table) == asked;
    let near = nearest(
        name,
        valid.iter().filter(is_of).map(|column| column.name.as_str()),
    );
    let of_table = asked.or(match relations.as_slice() {
        [of] => Some(*of),
        _ => None,
    });
    let all = match of_table.filter(|of| tables.iter().any(|table| table == of)) {
        Some(of) => format!("`describe {of}` shows its columns"),
        None => "`describe`, followed by a table, shows its columns".to_owned(),
    };
    let is_quoted = question.contains(&format!("\"{name}\""));
    let advice = match near.as_slice() {
        [] if is_quoted => format!("text stands between single quotes: '{name}'"),
        [] => all,
        [near, ..] if near.to_lowercase() == name.to_lowercase() => {
            format!("names are in small letters: `{near}`")
        }
        near => format!("perhaps {} is meant; {all}", listed(near, "or")),
    };
    Told::new(message).advising(advice)
}

fn of_plan(text: &str, tables: &[String]) -> Told {
    if let Some(name) = between(text, "table '", "' not found") {
        let name = name.strip_prefix("datafusion.public.").unwrap_or(name);
        let near = nearest(name, tables.iter().map(String::as_str));
        let all = "`show tables` lists the tables";
        let advice = if near.is_empty() {
            all.to_owned()
        } else {
            format!("perhaps {} is meant; {all}", listed(&near, "or"))
        };
        return Told::new(format!("there is no table `{name}`")).advising(advice);
    }
    if let Some(name) = between(text, "Invalid function '", "'") {
        let told = Told::new(format!("there is no function `{name}`"));
        // The engine always knows one, however far away.
        let offered = between(text, "Did you mean '", "'");
        return match nearest(name, offered.into_iter()).first() {
            Some(near) => told.advising(format!("perhaps `{near}` is meant")),
            None => told,
        };
    }
    if let Some(name) = between(text, "table function '", "' not found") {
        return Told::new(format!("there is no table function `{name}`"));
    }
    if let Some(what) = between(text, "non-boolean predicate '", "'") {
        return Told::new(format!("`{what}` is no condition"))
            .advising("compare it with something: `=`, `<`, `is null`");
    }
    if [
        "DDL not supported",
        "DML not supported",
        "Statement not supported",
    ]
    .iter()
    .any(|refused| text.contains(refused))
    {
        return writes();
    }
    if let Some(call) = between(text, "argument types '", "'") {
        return of_arguments(call);
    }
    if let Some(operation) = between(text, "Cannot coerce arithmetic expression ", " to valid types") {
        return of_operation(operation);
    }
    if let Some((types, place)) =
        between(text, "common type to coerce ", " expression").and_then(|rest| rest.rsplit_once(" in "))
    {
        let types: Vec<String> = types.split(" and ").map(kind).collect();
        return Told::new(format!(
            "`{}` does not go with {}",
            place.to_lowercase(),
            types.join(" and ")
        ))
        .advising("make them the same kind with `cast(… as …)`");
    }
    if text.contains("must be in GROUP BY") {
        let column = between(text, "column \"", "\"").unwrap_or("a column");
        return Told::new(format!(
            "`{column}` stands beside a sum, a count or the like, and is not grouped by"
        ))
        .advising(format!("add `group by {column}`, or ask for `max({column})`"));
    }
    if text.starts_with("No SQL statements") {
        return Told::new("the question is empty").advising(ONLY_READS);
    }
    if let Some(name) = between(text, "'", "' is not a variable") {
        return Told::new(format!("there is nothing to show by the name `{name}`"))
            .advising("`show tables` lists the tables, `show columns from <table>` the columns of one");
    }
    if text.starts_with("UNION queries have different number") {
        return Told::new("the parts of a `union` have not the same number of columns");
    }
    if text.starts_with("Too many columns! The subquery") {
        return Told::new("a question in brackets gives one column here, and not more");
    }
    if text.contains("Expected LIMIT to be an integer") {
        return Told::new("`limit` takes a whole number");
    }
    if text.starts_with("Aggregate function calls cannot be nested") {
        return Told::new("a sum, a count or the like stands inside another one")
            .advising("make the inner one a question in brackets after `from`");
    }
    Told::new(shortened(text))
}

fn of_missing(text: &str) -> Told {
    if text.contains("single SQL statement") {
        return Told::new("expected one question, found more than one").advising("ask them one by one");
    }
    if text.starts_with("Unsupported SQL statement") {
        return writes();
    }
    if let Some(name) = text.strip_prefix("Unsupported SQL type ") {
        return Told::new(format!("there is no type `{name}`"))
            .advising("there are int, double, varchar, boolean and date");
    }
    if text.contains("ompound identifier") {
        return Told::new("a name has more parts than a table and a column").advising("write `table.column`");
    }
    Told::new(format!("the engine cannot do this: {}", shortened(text)))
}

fn writes() -> Told {
    Told::new("the question would write or change something").advising(ONLY_READS)
}

/// `sum(Utf8)`: a function with the types that it was given.
fn of_arguments(call: &str) -> Told {
    let (name, types) = call.split_once('(').unwrap_or((call, ""));
    let types: Vec<String> = separate(types.strip_suffix(')').unwrap_or(types))
        .into_iter()
        .map(kind)
        .collect();
    if types.is_empty() {
        return Told::new(format!(
            "the function `{name}` needs something between its brackets"
        ));
    }
    Told::new(format!(
        "the function `{name}` does not take {}",
        types.join(", ")
    ))
    .advising("`cast(… as …)` makes another kind of a value: int, double, varchar, date")
}

/// `Utf8 + Int64`.
fn of_operation(operation: &str) -> Told {
    let message = match operation.split(' ').collect::<Vec<&str>>().as_slice() {
        [left, sign, right] => format!("`{sign}` does not go with {} and {}", kind(left), kind(right)),
        _ => "the sign does not go with what stands beside it".to_owned(),
    };
    Told::new(message).advising("`cast(… as …)` makes another kind of a value: int, double, varchar, date")
}

fn of_value(error: &ArrowError) -> Told {
    match error {
        ArrowError::DivideByZero => {
            Told::new("something is divided by 0").advising("`nullif(x, 0)` makes nothing of a 0")
        }
        ArrowError::CastError(text) => {
            let value = between(text, "Cannot cast string '", "' to value of");
            let target = between(text, "to value of ", " type");
            match (value, target) {
                (Some(value), Some(target)) => {
                    Told::new(format!("`{value}` cannot be read as {}", kind(target)))
                        .advising("`try_cast(… as …)` makes NULL of what cannot be read")
                }
                _ => Told::new(shortened(text)),
            }
        }
        ArrowError::ArithmeticOverflow(_) => Told::new("a number becomes too large"),
        ArrowError::ParseError(text)
        | ArrowError::ComputeError(text)
        | ArrowError::InvalidArgumentError(text) => Told::new(shortened(text)),
        other => Told::new(shortened(&other.to_string())),
    }
}

/// A type of the engine in words.
fn kind(name: &str) -> String {
    let name = name.trim();
    let base = name.split(['(', '<']).next().unwrap_or(name);
    known_kind(base).map_or_else(|| format!("`{base}`"), str::to_owned)
}

/// The words for a type that is known.
fn known_kind(base: &str) -> Option<&'static str> {
    Some(match base {
        "Utf8" | "LargeUtf8" | "Utf8View" | "String" => "text",
        "Int8" | "Int16" | "Int32" | "Int64" | "UInt8" | "UInt16" | "UInt32" | "UInt64" => "a whole number",
        "Float16" | "Float32" | "Float64" | "Decimal32" | "Decimal64" | "Decimal128" | "Decimal256" => {
            "a number"
        }
        "Boolean" => "yes or no",
        "Date32" | "Date64" => "a day",
        "Timestamp" => "a moment",
        "Interval" | "Duration" => "a length of time",
        "List" | "LargeList" | "FixedSizeList" => "a list",
        "Null" => "NULL",
        _ => return None,
    })
}

/// What stands between commas, but for those inside brackets.
fn separate(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (at, letter) in list.char_indices() {
        match letter {
            '(' | '<' => depth += 1,
            ')' | '>' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(list.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(list.get(start..).unwrap_or_default());
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// The text after `start` and before the next `end`.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(inside, _)| inside)
}

/// The names that a typing error most likely meant, or that the typed one is a part of; the nearest first.
fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    if typed.len() > LONGEST_NAME {
        return Vec::new();
    }
    let typed = typed.to_lowercase();
    let is_part = |name: &str| typed.chars().count() >= SHORTEST_PART && name.contains(&typed);
    let mut near: Vec<(usize, &str)> = names
        .map(|name| (edit_distance(&typed, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= name.chars().count().div_ceil(3) || is_part(name))
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(OFFERED).map(|(_, name)| name).collect()
}

/// `a`, `b` or `c`.
fn listed(names: &[&str], last: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., one] => format!("{} {last} {one}", first.join(", ")),
    }
}

/// A complaint that is not known, on one line, without what the engine says of itself.
fn shortened(text: &str) -> String {
    let text = [
        "Error during planning: ",
        "Internal error: ",
        "Execution error: ",
        "External error: ",
    ]
    .iter()
    .fold(text.to_owned(), |text, own| text.replace(own, ""));
    let words = text
        .split_whitespace()
        .map(|word| known_kind(word).unwrap_or(word));
    let text = words.collect::<Vec<_>>().join(" ");
    let ends = [
        " This issue was likely caused",
        " Valid fields are",
        " Candidate functions",
        " Backtrace:",
    ];
    let end = ends
        .iter()
        .filter_map(|end| text.find(end))
        .min()
        .unwrap_or(text.len());
    let text = text.get(..end).unwrap_or(&text);
    let mut short: String = text.chars().take(LONGEST_COMPLAINT).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    in_a_sentence(&short)
}

/// With a small letter in front, unless the first word is a name.
fn in_a_sentence(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_near_when_it_is_mistyped_or_a_part_of_another() {
        let names = ["waarde_bron", "waarde_vastgesteld", "naam", "regel"];
        let near = |typed| nearest(typed, names.iter().copied());
        assert_eq!(near("waard"), ["waarde_bron", "waarde_vastgesteld"]);
        assert_eq!(near("Namm"), ["naam"]);
        assert_eq!(near("x"), Vec::<&str>::new());
        assert_eq!(near(&"a".repeat(10_000)), Vec::<&str>::new());
    }

    #[test]
    fn types_are_separated_where_no_bracket_is_open() {
        assert_eq!(
            separate("Decimal128(20, 15), List(Int64), Utf8"),
            ["Decimal128(20, 15)", " List(Int64)", " Utf8"]
        );
        assert_eq!(
            of_arguments("round(Decimal128(20, 15), Utf8)").message,
            "the function `round` does not take a number, text"
        );
    }

    #[test]
    fn what_is_not_known_is_short_and_on_one_line() {
        let text =
            "Internal error: Iets\n  gaat mis. This issue was likely caused by a bug in DataFusion's code.";
        assert_eq!(shortened(text), "iets gaat mis.");
        assert_eq!(
            shortened(&"é".repeat(1000)).chars().count(),
            LONGEST_COMPLAINT + 1
        );
    }
}
