//! Which part of each register is general, and which part is the own of the pipeline that serves as an example.
//!
//! The police's codes, the questions of the national survey with its scale, the breaks in their series, the product's conventions and phrases hold for every municipality.
//! What a council adopted, what its note prints, its targets, themes and measurements hold for one. A remark that
//! speaks of that one (of its note, by its name, of one of its targets or printed figures) is left out: a sentence that
//! is true of the example would be false in another report.

use std::collections::HashSet;

use crate::pipeline::{Pipeline, Table, Values};

/// The registers that are general, by rows of the police and the product. All others start empty.
const GENERAL: [&str; 9] = [
    "reeksen",
    "reeks_delen",
    "monitor_vragen",
    "definities",
    "conventies",
    "benaderingen",
    "benadering_delen",
    "wijkregels",
    "frasen",
];

/// Columns that quote the note of the example, or say what its council asked of a series.
const OF_THE_NOTE: [&str; 6] = [
    "naam_in_nota",
    "regel",
    "streef",
    "geldig_vanaf",
    "afgestemd_met",
    "doel",
];

/// Columns that a row can do without.
const REMARKS: [&str; 2] = ["toelichting", "bron"];

/// Registers whose column `bron` is a remark, and not the name of a table or a publication.
const REMARKS_ON_ORIGIN: &str = "conventies";

/// The closed list of phrases speaks of whatever note there is, and of no one's.
const AS_IT_IS: &str = "frasen";

/// The word with which remarks name a policy note.
const NOTE: &str = "nota";

/// The registers of a new pipeline.
pub fn registers(example: &Pipeline) -> Vec<Table> {
    let own = Own::of(example);
    example
        .tables
        .iter()
        .map(|table| {
            let keeps = |row: usize| match table.name {
                "definities" => own.keeps_definition(table, row),
                "instrumenten" | "trendbreuken" => own.keeps_survey(table.text("instrument", row)),
                name => GENERAL.contains(&name),
            };
            let rows: Vec<usize> = (0..table.rows()).filter(|row| keeps(*row)).collect();
            let mut general = rows_of(table, &rows);
            if table.name == AS_IT_IS {
                return general;
            }
            for name in OF_THE_NOTE {
                clear(&mut general, name, |_, _| true);
            }
            for name in REMARKS
                .into_iter()
                .filter(|name| *name != "bron" || table.name == REMARKS_ON_ORIGIN)
            {
                clear(&mut general, name, |series, text| own.is_in(text, series));
            }
            general
        })
        .collect()
}

/// What makes a remark one about the example.
struct Own {
    /// Words in small letters: its name, its targets, the note.
    words: HashSet<String>,
    /// Printed and adopted figures, each with its series.
    figures: HashSet<(String, String)>,
    series: HashSet<String>,
    /// Surveys whose questions are fetched: everybody's.
    surveys: HashSet<String>,
}

impl Own {
    fn of(example: &Pipeline) -> Self {
        let texts = |register: &str, column: &str| -> Vec<String> {
            let Some(table) = example.table(register) else {
                return Vec::new();
            };
            (0..table.rows())
                .filter_map(|row| table.text(column, row).map(str::to_owned))
                .collect()
        };
        let mut words: HashSet<String> = words_of(&example.file.municipality.name).collect();
        words.extend(texts("doelen", "doel").iter().map(|target| target.to_lowercase()));
        words.insert(NOTE.to_owned());
        let mut figures = HashSet::new();
        for table in ["gedrukt", "vastgesteld"]
            .iter()
            .filter_map(|name| example.table(name))
        {
            for row in 0..table.rows() {
                if let (Some(series), Some(value)) = (table.text("reeks", row), table.whole("waarde", row)) {
                    figures.insert((series.to_owned(), value.to_string()));
                }
            }
        }
        Self {
            words,
            figures,
            series: texts("reeksen", "reeks").into_iter().collect(),
            surveys: texts("monitor_vragen", "instrument").into_iter().collect(),
        }
    }

    /// Whether a text, beside a series or alone, is about the example.
    fn is_in(&self, text: &str, series: Option<&str>) -> bool {
        words_of(text).any(|word| {
            self.words.contains(&word)
                || series.is_some_and(|series| self.figures.contains(&(series.to_owned(), word)))
        })
    }

    /// A survey that nobody else can fetch is the example's own; a row about none is not about it.
    fn keeps_survey(&self, survey: Option<&str>) -> bool {
        survey.is_none_or(|survey| self.surveys.contains(survey))
    }

    /// A word that stands in the note is the note's, unless it is a series of the police. Nobody else adopted it yet.
    fn keeps_definition(&self, table: &Table, row: usize) -> bool {
        let is_series = table
            .text("term", row)
            .is_some_and(|term| self.series.contains(term));
        let is_general = is_series || table.text("regel", row).is_none();
        let text = table.text("tekst", row).unwrap_or_default();
        is_general && table.text("status", row) == Some("voorstel") && !self.is_in(text, None)
    }
}

fn words_of(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// Some rows of a table, in their order.
fn rows_of(table: &Table, rows: &[usize]) -> Table {
    fn some<T: Clone>(values: &[Option<T>], rows: &[usize]) -> Vec<Option<T>> {
        rows.iter()
            .map(|row| values.get(*row).cloned().flatten())
            .collect()
    }
    let mut some_rows = table.clone();
    some_rows.lines = (0..rows.len() as u64).map(|row| row + 2).collect();
    for column in &mut some_rows.columns {
        column.values = match &column.values {
            Values::Text(values) => Values::Text(some(values, rows)),
            Values::Whole(values) => Values::Whole(some(values, rows)),
            Values::Number(values) => Values::Number(some(values, rows)),
            Values::Date(values) => Values::Date(some(values, rows)),
            Values::YesNo(values) => Values::YesNo(some(values, rows)),
        };
    }
    some_rows
}

/// Empties the cells of a column of which `is_own` says so of the row's series and the text. Other types than text have
/// no words to judge and are emptied whole.
fn clear(table: &mut Table, name: &str, is_own: impl Fn(Option<&str>, &str) -> bool) {
    let series: Vec<Option<String>> = (0..table.rows())
        .map(|row| table.text("reeks", row).map(str::to_owned))
        .collect();
    let Some(column) = table.columns.iter_mut().find(|column| column.name == name) else {
        return;
    };
    match &mut column.values {
        Values::Text(values) => {
            for (value, series) in values.iter_mut().zip(&series) {
                if value
                    .as_deref()
                    .is_some_and(|text| is_own(series.as_deref(), text))
                {
                    *value = None;
                }
            }
        }
        Values::Date(values) => values.iter_mut().for_each(|value| *value = None),
        Values::Whole(_) | Values::Number(_) | Values::YesNo(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::TODAY;
    use crate::init::template::Template;
    use crate::pipeline::to_csv;

    fn general(name: &str) -> Table {
        let example = Template::built_in(TODAY).unwrap().pipeline;
        registers(&example)
            .into_iter()
            .find(|table| table.name == name)
            .unwrap()
    }

    #[test]
    fn what_a_council_decided_is_empty_and_what_the_police_count_is_there() {
        let example = Template::built_in(TODAY).unwrap().pipeline;
        for table in registers(&example) {
            let whole = example.table(table.name).unwrap();
            let expected = match table.name {
                "reeksen" | "reeks_delen" | "monitor_vragen" | "trendbreuken" | "conventies" | "frasen"
                | "benaderingen" | "benadering_delen" | "wijkregels" => whole.rows(),
                "definities" => continue,
                // Of the two surveys one is national.
                "instrumenten" => 1,
                _ => 0,
            };
            assert_eq!(table.rows(), expected, "{}", table.name);
            assert_eq!(table.columns.len(), whole.columns.len());
        }
    }

    #[test]
    fn no_row_speaks_of_the_example() {
        for name in [
            "reeksen",
            "reeks_delen",
            "monitor_vragen",
            "instrumenten",
            "definities",
            "trendbreuken",
            "conventies",
            "benaderingen",
            "benadering_delen",
            "wijkregels",
        ] {
            let text = to_csv(&general(name)).to_lowercase();
            // The header has a column that is called after the note.
            let rows = text.split_once('\n').unwrap().1;
            for own in ["hengelo", " nota", "raad", "welbions", "g1.", "gedrukte"] {
                assert!(!rows.contains(own), "{own} in {name}:\n{rows}");
            }
        }
    }

    #[test]
    fn a_remark_that_holds_everywhere_stays_and_one_that_quotes_a_printed_figure_goes() {
        let series = general("reeksen");
        let remark = |name: &str| series.text("toelichting", series.row_of("reeks", name).unwrap());
        assert_eq!(
            remark("woninginbraken"),
            Some("De politiecode telt ook diefstal zonder inbraak en pogingen")
        );
        // "lees van 7 naar 5": the note prints 7 for 2019 (l.261).
        assert_eq!(remark("overval"), None);
        assert_eq!(remark("fietsendiefstal"), None);
    }

    #[test]
    fn no_series_has_a_target_and_every_definition_is_a_proposal() {
        let series = general("reeksen");
        assert!((0..series.rows()).all(|row| series.text("streef", row).is_none()));
        let definitions = general("definities");
        let terms: Vec<&str> = (0..definitions.rows())
            .filter_map(|row| definitions.text("term", row))
            .collect();
        assert!(
            terms.contains(&"woninginbraken") && terms.contains(&"misdrijf"),
            "{terms:?}"
        );
        for of_the_note in ["mand", "werklocatie", "kwetsbare_wijk", "opgepakt", "jaar_0"] {
            assert!(!terms.contains(&of_the_note), "{of_the_note}");
        }
        assert!((0..definitions.rows()).all(|row| definitions.text("status", row) == Some("voorstel")));
    }
}
