//! What the codes of a table are: the lists that the source publishes beside its figures.
//!
//! Some exports give titles and no codes. A title is only taken for a code when the source's own list has exactly that
//! title, and once, or the pipeline file names it as a former one. Nothing is matched loosely.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::population::PERIODS;
use super::readers::period_label::without_stars;
use super::readers::{Code, Member, Members, Metadata};
use crate::pipeline::FormerTitle;

/// One member of a list, in the order of the source.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Code, without padding.
    pub code: String,
    /// Title.
    pub title: String,
    /// Description, empty when the source gives none.
    pub description: String,
    /// The source's word for how final a period is.
    pub status: Option<String>,
}

/// A dimension with its list.
#[derive(Debug)]
struct Dimension {
    key: String,
    title: String,
    entries: Vec<Entry>,
    /// Members of older editions that are in the list no more.
    former: Vec<Entry>,
    /// Nothing for a title that several members have.
    code_of_title: HashMap<String, Option<String>>,
}

/// A measure of the table.
#[derive(Debug, Clone)]
pub struct Measure {
    /// Key: `GeregistreerdeMisdrijven_1`.
    pub key: String,
    /// Title.
    pub title: String,
    /// What the source puts where it has no figure: `Missing`, `Zero` or `Impossible`.
    pub default: Option<String>,
}

fn entry_of(member: &Member) -> Entry {
    Entry {
        code: member.key.clone(),
        title: member.title.clone(),
        description: member.description.clone(),
        status: member.status.clone(),
    }
}

/// The lists of one table.
#[derive(Debug, Default)]
pub struct CodeBook {
    /// The day on which the lists stood so, where that is known.
    pub peildatum: Option<NaiveDate>,
    table: String,
    dimensions: Vec<Dimension>,
    measures: Vec<Measure>,
    former: HashMap<String, String>,
}

impl CodeBook {
    /// The lists of a portal metadata export.
    pub fn from_metadata(table: &str, metadata: &Metadata, former: &[FormerTitle]) -> Self {
        let mut book = Self::empty(table, former);
        for property in &metadata.properties {
            if property.is_dimension() {
                let members = metadata.members(&property.key).unwrap_or_default();
                let entries = members.iter().map(entry_of).collect();
                book.add(&property.key, &property.title, entries);
            } else {
                book.measures.push(Measure {
                    key: property.key.clone(),
                    title: property.title.clone(),
                    default: property.default.clone(),
                });
            }
        }
        book
    }

    /// A table of which only some lists are known.
    pub fn empty(table: &str, former: &[FormerTitle]) -> Self {
        let mut book = Self {
            table: table.to_owned(),
            ..Self::default()
        };
        book.add_former(former);
        book
    }

    /// The table.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Adds what another source that names the same members calls some of them.
    pub fn add_former(&mut self, former: &[FormerTitle]) {
        let former = former.iter();
        self.former
            .extend(former.map(|entry| (entry.title.clone(), entry.code.clone())));
    }

    /// Remembers the members that an older edition had and this one has not: old figures still name them.
    pub fn remember(&mut self, older: &Metadata) {
        for list in &older.dimensions {
            let Some(dimension) = self.dimensions.iter_mut().find(|known| known.key == list.key) else {
                continue;
            };
            for member in &list.members {
                let is_known = |entries: &[Entry]| entries.iter().any(|entry| entry.code == member.key);
                if is_known(&dimension.entries) || is_known(&dimension.former) {
                    continue;
                }
                dimension
                    .code_of_title
                    .entry(member.title.trim().to_owned())
                    .or_insert_with(|| Some(member.key.clone()));
                dimension.former.push(entry_of(member));
            }
        }
    }

    /// Adds the list of a dimension of OData v4.
    pub fn add_codes(&mut self, key: &str, title: &str, codes: &[Code]) {
        let entries = codes
            .iter()
            .map(|code| Entry {
                code: code.identifier.clone(),
                title: code.title.clone(),
                description: code.description.clone(),
                status: code.status.clone(),
            })
            .collect();
        self.add(key, title, entries);
    }

    fn add(&mut self, key: &str, title: &str, entries: Vec<Entry>) {
        let mut code_of_title = HashMap::new();
        for entry in &entries {
            let title = entry.title.trim();
            // The label of a period comes without its stars.
            let title = match without_stars(title) {
                Some((label, _)) if key == PERIODS => label,
                _ => title,
            };
            code_of_title
                .entry(title.to_owned())
                .and_modify(|code| *code = None)
                .or_insert(Some(entry.code.clone()));
        }
        self.dimensions.push(Dimension {
            key: key.to_owned(),
            title: title.to_owned(),
            entries,
            former: Vec::new(),
            code_of_title,
        });
    }

    /// The list of a dimension; empty when it is not known.
    pub fn entries(&self, key: &str) -> &[Entry] {
        self.dimensions
            .iter()
            .find(|dimension| dimension.key == key)
            .map_or(&[], |dimension| &dimension.entries)
    }

    /// Members of older editions that the list of a dimension has no more.
    pub fn former(&self, key: &str) -> &[Entry] {
        self.dimensions
            .iter()
            .find(|dimension| dimension.key == key)
            .map_or(&[], |dimension| &dimension.former)
    }

    /// The measures in the order of the table.
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// The key of a dimension that a file calls by key or by title.
    pub fn dimension(&self, name: &str) -> Option<&str> {
        self.dimensions
            .iter()
            .find(|dimension| dimension.key == name || dimension.title == name)
            .map(|dimension| dimension.key.as_str())
    }

    /// The key of a measure that a file calls by key, title or former title. A title of several measures names none.
    pub fn measure(&self, name: &str) -> Option<&str> {
        let name = self.former.get(name).map_or(name, String::as_str);
        let is_key = self.measures.iter().find(|measure| measure.key == name);
        let mut titled = self.measures.iter().filter(|measure| measure.title == name);
        let found = is_key.or_else(|| titled.next().filter(|_| titled.next().is_none()));
        found.map(|measure| measure.key.as_str())
    }

    /// The code of a member that a file gives as code or as title; nothing for a title that the list does not have, or
    /// that several members have, and that the pipeline file does not name. A code is not looked up: codes that are absent
    /// from the list are a finding of the checks, with all of them at once.
    pub fn code<'a>(&'a self, key: &str, member: &'a str, members: Members) -> Option<&'a str> {
        if members == Members::Codes {
            return Some(member);
        }
        let known = self.dimensions.iter().find(|dimension| dimension.key == key);
        let listed = known.and_then(|dimension| dimension.code_of_title.get(member)?.as_deref());
        listed.or_else(|| self.former.get(member).map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> CodeBook {
        let former = FormerTitle {
            title: "Friesland (PV)".to_owned(),
            code: "PV21".to_owned(),
        };
        let mut book = CodeBook::empty("47013NED", &[former]);
        let entry = |code: &str, title: &str| Entry {
            code: code.to_owned(),
            title: title.to_owned(),
            description: String::new(),
            status: None,
        };
        book.add(
            "RegioS",
            "Regio's",
            vec![entry("GM0164", "Hengelo (O.)"), entry("PV21", "Fryslân (PV)")],
        );
        book
    }

    #[test]
    fn a_title_is_matched_exactly_or_as_a_former_title() {
        let book = book();
        let code = |title| book.code("RegioS", title, Members::Labels);
        assert_eq!(code("Hengelo (O.)"), Some("GM0164"));
        assert_eq!(code("Friesland (PV)"), Some("PV21"));
        for other in ["Hengelo", "hengelo (o.)", "Hengelo\u{a0}(O.)", ""] {
            assert_eq!(code(other), None, "{other}");
        }
        assert_eq!(book.code("RegioS", "GM9999", Members::Codes), Some("GM9999"));
    }

    #[test]
    fn a_title_that_two_members_have_names_neither() {
        let mut book = book();
        let entry = |code: &str, title: &str| Entry {
            code: code.to_owned(),
            title: title.to_owned(),
            description: String::new(),
            status: None,
        };
        let wijken = [
            ("WK016400", "Wijk 00"),
            ("WK015300", "Wijk 00"),
            ("WK016401", "Wijk 01"),
        ];
        let wijken = wijken.map(|(code, title)| entry(code, title));
        book.add("WijkenEnBuurten", "Wijken en buurten", wijken.to_vec());
        let code = |title| book.code("WijkenEnBuurten", title, Members::Labels);
        assert_eq!(code("Wijk 01"), Some("WK016401"));
        assert_eq!(code("Wijk 00"), None);
    }

    #[test]
    fn a_measure_is_found_by_its_key_and_by_a_title_that_is_its_own() {
        let mut book = book();
        for (key, title) in [
            ("Mannen_1", "Mannen"),
            ("Totaal_2", "Totaal"),
            ("Totaal_3", "Totaal"),
        ] {
            book.measures.push(Measure {
                key: key.to_owned(),
                title: title.to_owned(),
                default: None,
            });
        }
        assert_eq!(book.measure("Mannen"), Some("Mannen_1"));
        assert_eq!(book.measure("Totaal_3"), Some("Totaal_3"));
        assert_eq!(book.measure("Totaal"), None);
    }

    #[test]
    fn a_dimension_answers_to_its_key_and_to_its_title() {
        assert_eq!(book().dimension("Regio's"), Some("RegioS"));
        assert_eq!(book().dimension("RegioS"), Some("RegioS"));
        assert_eq!(book().dimension("Regios"), None);
    }
}
