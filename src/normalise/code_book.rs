//! What the codes of a table are: the lists that the source publishes beside its figures.
//!
//! Some exports give titles and no codes. A title is only taken for a code when the source's own list has exactly that
//! title, or the pipeline file names it as a former one. Nothing is matched loosely.

use std::collections::HashMap;

use super::readers::{Code, Member, Members, Metadata, ReadError};
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
    code_of_title: HashMap<String, String>,
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
        let former = former
            .iter()
            .map(|entry| (entry.title.clone(), entry.code.clone()))
            .collect();
        Self {
            table: table.to_owned(),
            former,
            ..Self::default()
        }
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
                    .or_insert_with(|| member.key.clone());
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
        let code_of_title = entries
            .iter()
            .map(|entry| (entry.title.trim().to_owned(), entry.code.clone()))
            .collect();
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

    /// The key of a measure that a file calls by key, title or former title.
    pub fn measure(&self, name: &str) -> Option<&str> {
        let name = self.former.get(name).map_or(name, String::as_str);
        self.measures
            .iter()
            .find(|measure| measure.key == name || measure.title == name)
            .map(|measure| measure.key.as_str())
    }

    /// The code of a member that a file gives as code or as title.
    ///
    /// # Errors
    /// A title that the list does not have. A code is not looked up: codes that are absent from the list are a finding
    /// of the checks, with all of them at once.
    pub fn code<'a>(
        &'a self,
        key: &str,
        member: &'a str,
        members: Members,
        file: &str,
        line: u64,
    ) -> Result<&'a str, ReadError> {
        if members == Members::Codes {
            return Ok(member);
        }
        let known = self.dimensions.iter().find(|dimension| dimension.key == key);
        known
            .and_then(|dimension| dimension.code_of_title.get(member))
            .or_else(|| self.former.get(member))
            .map(String::as_str)
            .ok_or_else(|| {
                ReadError::new(
                    file,
                    line,
                    format!("a title of the list {key} of table {}", self.table),
                    member,
                    "if the source renamed it, add the old title under [[source.former_titles]] of the pipeline file",
                )
            })
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
        let code = |title| {
            book.code("RegioS", title, Members::Labels, "a.csv", 7)
                .map(str::to_owned)
        };
        assert_eq!(code("Hengelo (O.)").unwrap(), "GM0164");
        assert_eq!(code("Friesland (PV)").unwrap(), "PV21");
        let message = code("Hengelo").unwrap_err().to_string();
        assert!(
            message.contains("a.csv, line 7") && message.contains("list RegioS of table 47013NED"),
            "{message}"
        );
    }

    #[test]
    fn a_dimension_answers_to_its_key_and_to_its_title() {
        assert_eq!(book().dimension("Regio's"), Some("RegioS"));
        assert_eq!(book().dimension("RegioS"), Some("RegioS"));
        assert_eq!(book().dimension("Regios"), None);
    }
}
