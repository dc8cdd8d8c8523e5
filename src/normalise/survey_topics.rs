//! Topics of a survey that its table has no more under the keys of the register: all of them at once, each with the key
//! that it may have now.
//!
//! A table numbers its topics anew when it gets more of them, and its titles stay. So the title that the key had in an
//! older edition is looked for in the newest; without one, the words that the key itself is made of. A person says
//! whether it is the same question: nothing is taken over.

use std::fmt;

use super::readers::{Metadata, Property};
use crate::pipeline::{Source, Table, to_csv};

/// What to do about topics that are gone.
pub(super) const HINT: &str = "a table numbers its topics anew when it gets more of them: where it is the same question, put the line in the place of \
     its own in the register monitor_vragen";

/// The topics that are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostTopics {
    source_id: String,
    table: String,
    file: String,
    topics: Vec<Lost>,
    /// The rows of the register as they would be, with its header.
    rows: String,
}

/// A topic that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Lost {
    key: String,
    title: Option<String>,
    /// Keys that it may have now.
    now: Vec<String>,
}

/// The topics of the questions of a source that the newest of its editions has not; nothing when it has them all.
pub(super) fn lost(
    source: &Source,
    questions: &Table,
    editions: &[&Metadata],
    file: &str,
) -> Option<LostTopics> {
    let (newest, older) = editions.split_last()?;
    let is_of_source = |row: &usize| questions.text("bron", *row) == Some(source.table.as_str());
    let has = |metadata: &Metadata, key: &str| topics(metadata).any(|topic| topic.key == key);
    let mut found: Vec<Lost> = Vec::new();
    let mut renamed = Vec::new();
    for row in (0..questions.rows()).filter(is_of_source) {
        let Some(key) = questions.text("onderwerp", row).filter(|key| !has(newest, key)) else {
            continue;
        };
        let lost = found.iter().find(|lost| lost.key == key).cloned();
        let lost = lost.unwrap_or_else(|| {
            let lost = one(key, newest, older);
            found.push(lost.clone());
            lost
        });
        if let [now] = lost.now.as_slice() {
            renamed.push((row, now.clone()));
        }
    }
    (!found.is_empty()).then(|| LostTopics {
        source_id: source.id.clone(),
        table: source.table.clone(),
        file: file.to_owned(),
        topics: found,
        rows: with_new_keys(questions, &renamed),
    })
}

fn topics(metadata: &Metadata) -> impl Iterator<Item = &Property> {
    let properties = metadata.properties.iter();
    properties.filter(|property| !property.is_dimension() && !property.key.is_empty())
}

fn one(key: &str, newest: &Metadata, older: &[&Metadata]) -> Lost {
    let known = older.iter().rev().find_map(|metadata| {
        let topic = topics(metadata).find(|topic| topic.key == key)?;
        Some((topic.title.clone(), titles(metadata, topic)))
    });
    let is_same = |topic: &&Property| match &known {
        Some((_, path)) => titles(newest, topic) == *path,
        None => stem(&topic.key) == stem(key),
    };
    let mut now: Vec<String> = topics(newest)
        .filter(is_same)
        .map(|topic| topic.key.clone())
        .collect();
    if now.is_empty() && known.is_some() {
        // A title may change in a word while the key, which was made of it once, keeps its words.
        let same_words = topics(newest).filter(|topic| stem(&topic.key) == stem(key));
        now = same_words.map(|topic| topic.key.clone()).collect();
    }
    Lost {
        key: key.to_owned(),
        title: known.map(|(title, _)| title),
        now,
    }
}

/// The title of a topic under those of its groups, without which titles are not unique.
fn titles<'a>(metadata: &'a Metadata, topic: &'a Property) -> Vec<&'a str> {
    let mut titles = vec![topic.title.trim()];
    let mut above = topic.parent_id.as_deref();
    while let Some(group) = above.and_then(|id| metadata.properties.iter().find(|other| other.id == id)) {
        // Groups that stand under each other would have no end.
        if titles.len() > metadata.properties.len() {
            break;
        }
        titles.push(group.title.trim());
        above = group.parent_id.as_deref();
    }
    titles
}

/// `Onveilig_50` without its number.
fn stem(key: &str) -> &str {
    key.rsplit_once('_').map_or(key, |(stem, _)| stem)
}

/// The rows of a register with another topic each, under its header.
fn with_new_keys(questions: &Table, renamed: &[(usize, String)]) -> String {
    use crate::pipeline::Values;

    fn picked<T: Clone>(values: &[Option<T>], renamed: &[(usize, String)]) -> Vec<Option<T>> {
        let pick = |(row, _): &(usize, String)| values.get(*row).cloned().flatten();
        renamed.iter().map(pick).collect()
    }
    if renamed.is_empty() {
        return String::new();
    }
    let mut rows = questions.clone();
    rows.lines = renamed.iter().map(|(row, _)| questions.line(*row)).collect();
    rows.origins = Vec::new();
    for column in &mut rows.columns {
        column.values = match &column.values {
            Values::Text(_) if column.name == "onderwerp" => {
                Values::Text(renamed.iter().map(|(_, key)| Some(harmless(key))).collect())
            }
            Values::Text(values) => Values::Text(picked(values, renamed)),
            Values::Whole(values) => Values::Whole(picked(values, renamed)),
            Values::Number(values) => Values::Number(picked(values, renamed)),
            Values::Date(values) => Values::Date(picked(values, renamed)),
            Values::YesNo(values) => Values::YesNo(picked(values, renamed)),
        };
    }
    to_csv(&rows)
}

/// A key or title of the service without what steers a terminal.
fn harmless(text: &str) -> String {
    text.chars()
        .take(100)
        .flat_map(|letter| {
            let is_shown = letter.is_alphanumeric() || letter == ' ' || letter.is_ascii_punctuation();
            let escaped = (!is_shown).then(|| letter.escape_debug().collect::<Vec<_>>());
            escaped.unwrap_or_else(|| vec![letter])
        })
        .collect()
}

impl LostTopics {
    /// Old and new keys on one line.
    pub fn pairs(&self) -> String {
        let pair = |lost: &Lost| format!("{} -> {}", lost.key, lost.now());
        self.topics.iter().map(pair).collect::<Vec<_>>().join(", ")
    }

    /// The landed file that has the topics.
    pub fn file(&self) -> &str {
        &self.file
    }
}

impl Lost {
    fn now(&self) -> String {
        match self.now.as_slice() {
            [] => "?".to_owned(),
            keys => keys
                .iter()
                .map(|key| harmless(key))
                .collect::<Vec<_>>()
                .join(" or "),
        }
    }
}

impl fmt::Display for LostTopics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "source `{}`: table {} has not {} of the topics of monitor_vragen ({}):",
            self.source_id,
            self.table,
            self.topics.len(),
            self.file
        )?;
        for lost in &self.topics {
            write!(formatter, "\n  {} -> {}", lost.key, lost.now())?;
            if let Some(title) = &lost.title {
                write!(formatter, "  ({})", harmless(title))?;
            }
        }
        if self.rows.is_empty() {
            return Ok(());
        }
        write!(
            formatter,
            "\nthe lines of those that are found by their title:\n{}",
            self.rows.trim_end()
        )
    }
}

impl std::error::Error for LostTopics {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::readers::TableInfo;
    use crate::pipeline::{Column, Values};

    const SOURCE: &str = "id = 'vm'\nkind = 'survey'\ntable = '85146NED'\nbase_url = 'https://x'\n";

    fn property(id: &str, parent: Option<&str>, key: &str, title: &str) -> Property {
        Property {
            id: id.to_owned(),
            parent_id: parent.map(str::to_owned),
            kind: if key.is_empty() { "TopicGroup" } else { "Topic" }.to_owned(),
            key: key.to_owned(),
            title: title.to_owned(),
            description: String::new(),
            datatype: None,
            unit: None,
            default: None,
        }
    }

    fn metadata(properties: Vec<Property>) -> Metadata {
        Metadata {
            table: TableInfo {
                identifier: "85146NED".to_owned(),
                title: String::new(),
                modified: String::new(),
                fields: Vec::new(),
            },
            properties,
            dimensions: Vec::new(),
        }
    }

    fn questions(topics: &[&str]) -> Table {
        let column = |name, values: Vec<String>| Column {
            name,
            description: "",
            values: Values::Text(values.into_iter().map(Some).collect()),
        };
        let names = (1..=topics.len())
            .map(|number| format!("vraag_{number}"))
            .collect();
        Table {
            name: "monitor_vragen",
            description: "",
            columns: vec![
                column("indicator", names),
                column("bron", topics.iter().map(|_| "85146NED".to_owned()).collect()),
                column(
                    "onderwerp",
                    topics.iter().map(|&topic| topic.to_owned()).collect(),
                ),
            ],
            lines: (2..).take(topics.len()).collect(),
            origins: Vec::new(),
        }
    }

    #[test]
    fn all_topics_that_were_numbered_anew_are_named_at_once_by_their_title_ready_to_paste() {
        let source: Source = toml::from_str(SOURCE).unwrap();
        let before = metadata(vec![
            property("1", None, "", "Leefbaarheid"),
            property("2", None, "", "Veiligheid"),
            property("3", Some("1"), "Totaal_1", "Totaal"),
            property("4", Some("2"), "Totaal_2", "Totaal"),
            property("5", None, "Blijft_3", "Blijft"),
            property("6", None, "Weg_4", "Weg"),
        ]);
        let now = metadata(vec![
            property("1", None, "", "Veiligheid"),
            property("2", None, "", "Leefbaarheid"),
            property("3", Some("1"), "TotaalNieuw_7", "Totaal"),
            property("4", Some("2"), "Totaal_8", "Totaal"),
            property("5", None, "Blijft_3", "Blijft"),
            property("6", None, "Schoon_9", "Schoon"),
        ]);
        let register = questions(&["Totaal_1", "Totaal_2", "Blijft_3", "Weg_4", "Schoon_5"]);
        let lost = lost(&source, &register, &[&before, &now], "vm/f.json").unwrap();
        assert_eq!(
            lost.pairs(),
            "Totaal_1 -> Totaal_8, Totaal_2 -> TotaalNieuw_7, Weg_4 -> ?, Schoon_5 -> Schoon_9"
        );
        let message = lost.to_string();
        assert!(message.contains("4 of the topics"), "{message}");
        assert!(
            message.ends_with(
                "indicator;bron;onderwerp\nvraag_1;85146NED;Totaal_8\nvraag_2;85146NED;TotaalNieuw_7\nvraag_5;85146NED;Schoon_9"
            ),
            "{message}"
        );
        assert_eq!(
            super::lost(&source, &questions(&["Blijft_3"]), &[&before, &now], ""),
            None
        );
    }

    #[test]
    fn two_topics_of_one_title_are_both_shown_and_none_is_ready_to_paste() {
        let source: Source = toml::from_str(SOURCE).unwrap();
        let before = metadata(vec![property("1", None, "Totaal_1", "Totaal")]);
        let now = metadata(vec![
            property("1", None, "Totaal_2", "Totaal"),
            property("2", None, "Totaal\u{1b}_3", "Totaal"),
        ]);
        let lost = lost(&source, &questions(&["Totaal_1"]), &[&before, &now], "f").unwrap();
        assert_eq!(lost.pairs(), "Totaal_1 -> Totaal_2 or Totaal\\u{1b}_3");
        assert!(!lost.to_string().contains("vraag_1"));
    }

    #[test]
    fn groups_that_stand_under_each_other_end() {
        let loops = metadata(vec![
            property("1", Some("2"), "", "Een"),
            property("2", Some("1"), "", "Twee"),
            property("3", Some("1"), "Totaal_1", "Totaal"),
        ]);
        let source: Source = toml::from_str(SOURCE).unwrap();
        assert!(lost(&source, &questions(&["Totaal_2"]), &[&loops, &loops], "f").is_some());
    }
}
