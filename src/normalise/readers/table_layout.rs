//! C3: the export of a table as it lies on the screen.
//!
//! A title, one `Dimension: value` line for each dimension that is fixed, header rows, data, and a footer `Bron: ...`
//! that proves the file is whole. Labels only. Two layouts are known from recorded files, others are refused:
//!
//! * topics over the columns: one header row for each dimension over the columns, then one with the row dimension and
//!   the units (47013NED);
//! * topics down the rows: one dimension over the columns, any number down the rows, one of which is `Onderwerp`, and
//!   a column without a name that holds the unit (37230ned).
//!
//! Of a table that has months beside its years the years are read. A copy that a spreadsheet saved has empty columns behind
//! the last one, on every line or on those of the table alone.

use std::collections::{HashMap, HashSet};
use std::io::BufRead;

use super::cell::{DecimalMark, parse_number};
use super::guard::MAX_TOPICS;
use super::period_label::{is_part_of_year, without_stars, year};
use super::rows::Rows;
use super::stars::{PERIODS, WithoutStars};
use super::{Cell, Header, Members, ReadError, Record, Sink, Summary, Symbol, Topic};

/// What the layout calls the dimension of the topics.
pub(super) const TOPICS: &str = "Onderwerp";
/// How the footer starts.
const FOOTER: &str = "Bron:";
/// The most dimensions over the columns; StatLine tables have fewer than ten in all.
const MAX_HEADER_ROWS: usize = 16;

const LAYOUT: &str =
    "export the table again, with its regions down the rows and topics and periods over the columns";
const WRONG_CELL: &str = "nothing is guessed: export the table again, or look up what this cell means";

pub(super) fn read(input: impl BufRead, file: &str, sink: &mut impl Sink) -> Result<Summary, ReadError> {
    let mut rows = Rows::open(input, file);
    rows.advance_to("a title")?;
    let title = rows.only_first().map(str::to_owned);
    if title.is_none() {
        let found = rows.record().get(1).unwrap_or_default();
        return Err(rows.error("a title alone on the first line", found, LAYOUT));
    }
    let fixed = read_fixed_dimensions(&mut rows)?;
    let starts_blank = rows.record().get(0).is_some_and(|field| field.trim().is_empty());
    let mut layout = if starts_blank {
        topics_in_rows(&mut rows)?
    } else {
        topics_in_columns(&mut rows)?
    };
    layout.keep_years();
    let sink = &mut WithoutStars::new(file, sink);

    let (mut dimensions, fixed_members): (Vec<String>, Vec<String>) = fixed.into_iter().unzip();
    dimensions.extend_from_slice(&layout.row_dimensions);
    dimensions.extend_from_slice(&layout.column_dimensions);
    refuse_repeats_and_blanks(&rows, &dimensions)?;
    sink.header(&Header {
        title,
        members: Members::Labels,
        dimensions,
    })?;
    Body {
        rows,
        layout,
        fixed_members,
        topic_numbers: HashMap::new(),
        topics: Vec::new(),
    }
    .read(sink)
}

/// Where the columns of a table stand, as its header rows say.
struct Layout {
    /// Fields of a row, and how many of them have a name: the others were added by a spreadsheet.
    width: usize,
    named: usize,
    row_dimensions: Vec<String>,
    /// Column of each row dimension.
    row_columns: Vec<usize>,
    column_dimensions: Vec<String>,
    groups: Vec<Group>,
    /// Columns of a part of a year, which are not read; what stands in them must be figures all the same.
    passed_over: Vec<usize>,
    topics: Topics,
}

/// The columns that share one member of each column dimension.
struct Group {
    members: Vec<String>,
    columns: Vec<usize>,
}

enum Topics {
    /// Topic of each column of the table, `None` for those of the row dimensions.
    OfColumn(Vec<Option<Topic>>),
    /// Columns with the topic and its unit.
    InRow { topic: usize, unit: usize },
}

/// Reads the lines `Dimension: value` and stops on the first header row.
fn read_fixed_dimensions<R: BufRead>(rows: &mut Rows<R>) -> Result<Vec<(String, String)>, ReadError> {
    let mut fixed: Vec<(String, String)> = Vec::new();
    loop {
        rows.advance_to("a header row with Onderwerp")?;
        let Some(line) = rows.only_first() else {
            return Ok(fixed);
        };
        let pair = line
            .split_once(": ")
            .map(|(name, value)| (name.trim(), value.trim()));
        match pair {
            Some((name, value)) if !name.is_empty() && !value.is_empty() && !line.starts_with(FOOTER) => {
                if fixed.iter().any(|(known, _)| known == name) {
                    return Err(rows.error("each dimension once", line, LAYOUT));
                }
                fixed.push((name.to_owned(), value.to_owned()));
            }
            _ => return Err(rows.error("a line `Dimension: value` or a header row", line, LAYOUT)),
        }
    }
}

/// `""; ""; ""; "Perioden"` over `"Regio's"; "Onderwerp"; ""; "2002"; "2003"`.
fn topics_in_rows<R: BufRead>(rows: &mut Rows<R>) -> Result<Layout, ReadError> {
    let filled: Vec<(usize, &str)> = rows
        .record()
        .iter()
        .map(str::trim)
        .enumerate()
        .filter(|(_, field)| !field.is_empty())
        .collect();
    let &[(first_value, name)] = filled.as_slice() else {
        let found = format!("{} filled cells", filled.len());
        return Err(rows.error("one dimension over the columns", &found, LAYOUT));
    };
    let column_dimension = name.to_owned();
    rows.advance_to("a header row with the row dimensions")?;
    let width = rows.record().len();
    let names = trimmed(rows);
    let unit = first_value.saturating_sub(1);
    let row_names = names.get(..unit).unwrap_or_default();
    let values = names.get(first_value..).unwrap_or_default();
    let topic = row_names.iter().position(|name| name == TOPICS);
    let unit_is_unnamed = names.get(unit).is_some_and(String::is_empty);
    let (Some(topic), true) = (topic, unit_is_unnamed) else {
        let found = names.join(";");
        return Err(rows.error(
            "row dimensions with Onderwerp, then a column without a name",
            &found,
            LAYOUT,
        ));
    };
    refuse_repeats_and_blanks(rows, row_names)?;
    refuse_repeats_and_blanks(rows, values)?;
    if values.is_empty() {
        return Err(rows.error("at least one column with figures", "", LAYOUT));
    }
    let (row_columns, row_dimensions) = row_names
        .iter()
        .cloned()
        .enumerate()
        .filter(|(column, _)| *column != topic)
        .unzip();
    let groups = values
        .iter()
        .zip(first_value..)
        .map(|(member, column)| Group {
            members: vec![member.clone()],
            columns: vec![column],
        })
        .collect();
    Ok(Layout {
        width,
        named: names.len(),
        row_dimensions,
        row_columns,
        column_dimensions: vec![column_dimension],
        groups,
        passed_over: Vec::new(),
        topics: Topics::InRow { topic, unit },
    })
}

/// `"Onderwerp"; "A"; "A"` over `"Perioden"; "2022"; "2023"` over `"Regio's"; "aantal"; "aantal"`.
fn topics_in_columns<R: BufRead>(rows: &mut Rows<R>) -> Result<Layout, ReadError> {
    let width = rows.record().len();
    let named = rows.named_fields();
    let mut header: Vec<Vec<String>> = Vec::new();
    loop {
        rows.expect_fields(width)?;
        rows.expect_nothing_after(named)?;
        let mut row = trimmed(rows);
        row.resize(named, String::new());
        if let Some(blank) = row.iter().position(String::is_empty) {
            let expected = format!("a name in column {} of a header row", blank + 1);
            return Err(rows.error(expected, "", LAYOUT));
        }
        let topics = header
            .iter()
            .find(|row| row.first().is_some_and(|name| name == TOPICS));
        let is_last = topics.is_some_and(|topics| are_units(&row, topics));
        header.push(row);
        if is_last {
            break;
        }
        if header.len() > MAX_HEADER_ROWS {
            return Err(rows.error("a header row with the units", "figures or other labels", LAYOUT));
        }
        rows.advance_to("a header row with the units")?;
    }
    let units = header.pop().unwrap_or_default();
    let Some(topics) = header
        .iter()
        .position(|row| row.first().is_some_and(|name| name == TOPICS))
    else {
        return Err(rows.error("a header row Onderwerp", "none", LAYOUT));
    };
    let topics = header.remove(topics);
    let mut names: Vec<String> = header.iter().filter_map(|row| row.first().cloned()).collect();
    let row_dimension = units.first().cloned().unwrap_or_default();
    names.push(row_dimension.clone());
    refuse_repeats_and_blanks(rows, &names)?;
    names.pop();

    let mut of_column = vec![None];
    let mut seen = HashSet::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut group_numbers: HashMap<Vec<&String>, usize> = HashMap::new();
    for (column, (name, unit)) in topics.iter().zip(&units).enumerate().skip(1) {
        let key: Vec<&String> = header.iter().filter_map(|row| row.get(column)).collect();
        let number = *group_numbers.entry(key).or_insert_with_key(|key| {
            let members = key.iter().copied().cloned().collect();
            groups.push(Group {
                members,
                columns: Vec::new(),
            });
            groups.len() - 1
        });
        if !seen.insert((number, name)) {
            return Err(rows.error("each column once", name, LAYOUT));
        }
        if let Some(group) = groups.get_mut(number) {
            group.columns.push(column);
        }
        of_column.push(Some(Topic {
            name: name.clone(),
            unit: Some(unit.clone()),
        }));
    }
    if groups.is_empty() {
        return Err(rows.error("at least one column with figures", "", LAYOUT));
    }
    Ok(Layout {
        width,
        named,
        row_dimensions: vec![row_dimension],
        row_columns: vec![0],
        column_dimensions: names,
        groups,
        passed_over: Vec::new(),
        topics: Topics::OfColumn(of_column),
    })
}

/// The fields of a header row up to the last that is filled.
fn trimmed<R: BufRead>(rows: &Rows<R>) -> Vec<String> {
    let fields = rows.record().iter().take(rows.named_fields());
    fields.map(|field| field.trim().to_owned()).collect()
}

impl Layout {
    /// Leaves out the columns of a part of a year, when there are columns of years: a table by month and year is read for
    /// its years. Without a year the periods are left as they are.
    fn keep_years(&mut self) {
        let Some(place) = self.column_dimensions.iter().position(|name| name == PERIODS) else {
            return;
        };
        let period = |group: &Group| group.members.get(place).cloned().unwrap_or_default();
        let is_year = |label: &str| without_stars(label).is_some_and(|(text, _)| year(text).is_some());
        if !self.groups.iter().any(|group| is_year(&period(group))) {
            return;
        }
        let groups = std::mem::take(&mut self.groups).into_iter();
        let (passed_over, groups): (Vec<Group>, Vec<Group>) =
            groups.partition(|group| is_part_of_year(&period(group)));
        self.groups = groups;
        self.passed_over = passed_over.into_iter().flat_map(|group| group.columns).collect();
    }
}

/// Whether a header row holds units: words only, and one word for each topic.
fn are_units(row: &[String], topics: &[String]) -> bool {
    let mut of_topic = HashMap::new();
    row.iter().zip(topics).skip(1).all(|(unit, topic)| {
        cell(unit).is_none() && of_topic.insert(topic, unit).is_none_or(|known| known == unit)
    })
}

fn refuse_repeats_and_blanks<R: BufRead>(rows: &Rows<R>, names: &[String]) -> Result<(), ReadError> {
    let mut seen = HashSet::new();
    match names.iter().find(|name| name.is_empty() || !seen.insert(*name)) {
        Some(name) => Err(rows.error("a name for each column, each once", name, LAYOUT)),
        None => Ok(()),
    }
}

/// The rows under the header.
struct Body<R> {
    rows: Rows<R>,
    layout: Layout,
    fixed_members: Vec<String>,
    topic_numbers: HashMap<String, usize>,
    topics: Vec<Topic>,
}

impl<R: BufRead> Body<R> {
    fn read(mut self, sink: &mut impl Sink) -> Result<Summary, ReadError> {
        let column_topics = self.announce_column_topics(sink)?;
        let mut summary = Summary::default();
        let mut cells = Vec::new();
        loop {
            self.rows.advance_to("a footer `Bron: ...`")?;
            if let Some(source) = self.rows.only_first().and_then(|line| line.strip_prefix(FOOTER)) {
                summary.source = Some(source.trim().to_owned());
                break;
            }
            self.rows.expect_fields(self.layout.width)?;
            self.rows.expect_nothing_after(self.layout.named)?;
            let row_topic = self.row_topic(sink)?;
            let mut row_members = Vec::with_capacity(self.layout.row_columns.len());
            for (column, dimension) in self.layout.row_columns.iter().zip(&self.layout.row_dimensions) {
                let member = self.field(*column);
                if member.is_empty() {
                    return Err(self
                        .rows
                        .error(format!("a member of {dimension}"), "", WRONG_CELL));
                }
                row_members.push(member);
            }
            for column in &self.layout.passed_over {
                self.cell(*column)?;
            }
            for group in &self.layout.groups {
                cells.clear();
                for column in &group.columns {
                    let topic = row_topic.or_else(|| column_topics.get(*column).copied().flatten());
                    let value = self.cell(*column)?;
                    cells.extend(topic.map(|topic| (topic, value)));
                }
                let members: Vec<&str> = self
                    .fixed_members
                    .iter()
                    .map(String::as_str)
                    .chain(row_members.iter().copied())
                    .chain(group.members.iter().map(String::as_str))
                    .collect();
                sink.record(&Record {
                    line: self.rows.line(),
                    members: &members,
                    cells: &cells,
                })?;
                summary.records += 1;
                summary.cells += cells.len() as u64;
            }
        }
        if summary.records == 0 {
            return Err(self.rows.error("at least one row of data", FOOTER, LAYOUT));
        }
        if self.rows.advance()? {
            let found = self.rows.record().get(0).unwrap_or_default();
            return Err(self.rows.error("nothing after the footer", found, LAYOUT));
        }
        summary.lines = self.rows.lines();
        Ok(summary)
    }

    fn cell(&self, column: usize) -> Result<Cell, ReadError> {
        let text = self.field(column);
        cell(text).ok_or_else(|| {
            let expected = format!("a number or a known symbol in column {}", column + 1);
            self.rows.error(expected, text, WRONG_CELL)
        })
    }

    fn field(&self, column: usize) -> &str {
        self.rows.record().get(column).unwrap_or_default().trim()
    }

    /// Number of the topic of each column, when the topics lie over the columns.
    fn announce_column_topics(&mut self, sink: &mut impl Sink) -> Result<Vec<Option<usize>>, ReadError> {
        let Topics::OfColumn(of_column) = &mut self.layout.topics else {
            return Ok(Vec::new());
        };
        let of_column = std::mem::take(of_column);
        let mut numbers = Vec::with_capacity(of_column.len());
        for topic in of_column {
            numbers.push(match topic {
                Some(topic) => Some(self.topic_number(&topic.name, topic.unit.as_deref(), sink)?),
                None => None,
            });
        }
        Ok(numbers)
    }

    /// Number of the topic of the present row, when the topics lie down the rows.
    fn row_topic(&mut self, sink: &mut impl Sink) -> Result<Option<usize>, ReadError> {
        let Topics::InRow { topic, unit } = self.layout.topics else {
            return Ok(None);
        };
        let name = self.field(topic);
        if name.is_empty() {
            return Err(self.rows.error("a topic", "", WRONG_CELL));
        }
        let unit = Some(self.field(unit)).filter(|unit| !unit.is_empty());
        if let Some(number) = self.topic_numbers.get(name).copied() {
            let known = self.topics.get(number).and_then(|topic| topic.unit.as_deref());
            if known != unit {
                let expected = format!("the unit {} of this topic", known.unwrap_or("(none)"));
                return Err(self.rows.error(expected, unit.unwrap_or_default(), WRONG_CELL));
            }
            return Ok(Some(number));
        }
        let (name, unit) = (name.to_owned(), unit.map(str::to_owned));
        self.topic_number(&name, unit.as_deref(), sink).map(Some)
    }

    fn topic_number(
        &mut self,
        name: &str,
        unit: Option<&str>,
        sink: &mut impl Sink,
    ) -> Result<usize, ReadError> {
        if let Some(number) = self.topic_numbers.get(name) {
            return Ok(*number);
        }
        let number = self.topics.len();
        if number == MAX_TOPICS {
            return Err(self.rows.error("at most 10000 topics", name, LAYOUT));
        }
        let topic = Topic {
            name: name.to_owned(),
            unit: unit.map(str::to_owned),
        };
        sink.topic(number, &topic)?;
        self.topics.push(topic);
        self.topic_numbers.insert(name.to_owned(), number);
        Ok(number)
    }
}

/// The cell of a trimmed text, or nothing when it is neither a number nor a known symbol.
fn cell(text: &str) -> Option<Cell> {
    let number = parse_number(text, DecimalMark::Comma).map(Cell::Number);
    number.or_else(|| Symbol::from_csv(text).map(Cell::Empty))
}

#[cfg(test)]
mod tests;
