//! The files of one source, told apart by what they are: lists that name things, and figures.
//!
//! Lists come as one metadata export, or as the answers of a service that landed together. Either way they end as the
//! same [`Metadata`], one for each edition; the newest names things now, older ones know what has left the table since.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::error::NormaliseError;
use super::population::year_of;
use super::readers::{
    self, DimensionList, Flavour, Metadata, Property, TableInfo, read_feed_list, read_feed_properties,
    read_feed_table_infos, read_metadata,
};
use super::{flavour_of, name_of, open};
use crate::beside;
use crate::landing::Landed;
use crate::pipeline::Source;

/// The lists of one edition of a table.
pub(super) struct Edition {
    /// The day on which it stood so.
    pub peildatum: NaiveDate,
    /// The state that a service gave it; nothing for what was recorded.
    pub state: Option<String>,
    /// What they say.
    pub metadata: Metadata,
    /// The landed files that they were read from.
    pub files: Vec<String>,
}

/// The files of a source.
pub(super) struct Sorted<'a> {
    /// Lists, oldest first.
    pub editions: Vec<Edition>,
    /// Figures, in the order in which they landed.
    pub figures: Vec<Figures<'a>>,
}

/// A landed file with figures, and its shape.
pub(super) type Figures<'a> = (&'a Landed, Flavour);

impl<'a> Sorted<'a> {
    /// Numbers of the figures of each edition that was fetched, with its lists. One that shares its day with other figures
    /// is not among them: those may say the same once more, or something else.
    pub fn fetched(&self) -> Vec<(&Edition, Vec<usize>)> {
        let fetched = |edition: &'_ Edition| {
            edition.state.as_ref()?;
            let of_day =
                |(_, (landed, _)): &(usize, &Figures<'a>)| landed.entry.peildatum == edition.peildatum;
            let of_day: Vec<_> = self.figures.iter().enumerate().filter(of_day).collect();
            let is_own = |(_, (landed, _)): &(usize, &Figures<'a>)| landed.entry.state == edition.state;
            (!of_day.is_empty() && of_day.iter().all(is_own))
                .then(|| of_day.into_iter().map(|(number, _)| number).collect())
        };
        let editions = self.editions.iter();
        editions
            .filter_map(|edition| Some((edition, fetched(edition)?)))
            .collect()
    }
}

/// What a service said of one edition, as far as it was read.
#[derive(Default)]
struct Parts {
    table: Option<TableInfo>,
    properties: Vec<Property>,
    lists: Vec<DimensionList>,
    files: Vec<String>,
}

/// Reads the lists among the files and leaves the figures.
///
/// # Errors
/// [`NormaliseError`] at the first list that a reader cannot vouch for, or an edition that lacks a part.
pub(super) fn sort<'a>(source: &Source, files: &'a [Landed]) -> Result<Sorted<'a>, NormaliseError> {
    let mut editions: BTreeMap<(NaiveDate, Option<&str>), Parts> = BTreeMap::new();
    let mut exports = Vec::new();
    let mut figures = Vec::new();
    // Whoever reads the figures holds them against their fingerprint; that is not done twice.
    // A table of districts comes in hundreds of pages.
    for (landed, flavour) in files.iter().zip(beside::map(files, flavour_of)) {
        let flavour = flavour?;
        if flavour.is_figures() {
            figures.push((landed, flavour));
            continue;
        }
        let (flavour, input) = open(landed)?;
        let name = name_of(landed);
        let key = (landed.entry.peildatum, landed.entry.state.as_deref());
        match flavour {
            Flavour::PortalMetadata => {
                let metadata = read_metadata(input, &name)?;
                exports.push((landed.entry.peildatum, metadata, name));
            }
            Flavour::FeedTableInfos => {
                let parts = editions.entry(key).or_default();
                parts.table = read_feed_table_infos(input, &name)?;
                parts.files.push(name);
            }
            Flavour::FeedProperties => {
                let parts = editions.entry(key).or_default();
                parts.properties = read_feed_properties(input, &name)?;
                parts.files.push(name);
            }
            Flavour::FeedList => {
                let parts = editions.entry(key).or_default();
                let (list, _) = read_feed_list(dimension_of(&landed.entry.name), input, &name)?;
                match parts.lists.iter_mut().find(|known| known.key == list.key) {
                    Some(known) => known.members.extend(list.members),
                    None => parts.lists.push(list),
                }
                parts.files.push(name);
            }
            Flavour::FeedService => drop(readers::read_feed_service(input, &name)?),
            other => figures.push((landed, other)),
        }
    }
    let mut dated: Vec<Edition> = exports
        .into_iter()
        .map(|(peildatum, metadata, file)| Edition {
            peildatum,
            state: None,
            metadata,
            files: vec![file],
        })
        .collect();
    for ((peildatum, state), parts) in editions {
        dated.push(parts.whole(source, peildatum, state)?);
    }
    for edition in &dated {
        let members = edition.metadata.dimensions.iter().flat_map(|list| &list.members);
        prove_years(
            source,
            members.map(|member| (member.key.as_str(), member.title.as_str())),
        )?;
    }
    // Stable: of two editions of one day the later landed stays last.
    dated.sort_by_key(|edition| edition.peildatum);
    Ok(Sorted {
        editions: dated,
        figures,
    })
}

/// Holds the title of each year among codes against its code. Some tables of CBS give a part of a year (`2026 januari-april`)
/// or a moment in it (`2010 december`) the code of the year, and only the title says so.
///
/// # Errors
/// [`NormaliseError::PartOfYear`] for the first that is none.
pub(super) fn prove_years<'m>(
    source: &Source,
    members: impl IntoIterator<Item = (&'m str, &'m str)>,
) -> Result<(), NormaliseError> {
    for (code, title) in members {
        let Some(year) = code.strip_suffix("JJ00").filter(|_| year_of(code).is_some()) else {
            continue;
        };
        // What is not final yet has a star. A title that is missing, or the code once more, says nothing.
        let said = title.trim().trim_end_matches('*').trim_end();
        if ![year, code, ""].contains(&said) {
            return Err(NormaliseError::PartOfYear {
                source_id: source.id.clone(),
                code: code.to_owned(),
                title: title.to_owned(),
            });
        }
    }
    Ok(())
}

impl Parts {
    fn whole(
        self,
        source: &Source,
        peildatum: NaiveDate,
        state: Option<&str>,
    ) -> Result<Edition, NormaliseError> {
        let incomplete = |missing| NormaliseError::Incomplete {
            source_id: source.id.clone(),
            missing,
        };
        let dimensions: Vec<&Property> = self
            .properties
            .iter()
            .filter(|property| property.is_dimension())
            .collect();
        let has_list = |key: &str| self.lists.iter().any(|list| list.key == key);
        if dimensions.is_empty() || !dimensions.iter().all(|dimension| has_list(&dimension.key)) {
            return Err(incomplete("list of each dimension"));
        }
        Ok(Edition {
            peildatum,
            state: state.map(str::to_owned),
            metadata: Metadata {
                table: self.table.ok_or_else(|| incomplete("answer of TableInfos"))?,
                properties: self.properties,
                dimensions: self.lists,
            },
            files: self.files,
        })
    }
}

/// The dimension of a list, which is what the fetch called its answer: `RegioS.json`, `WijkenEnBuurten-002.json`. The
/// reader refuses a list that says that it is another one.
fn dimension_of(name: &str) -> &str {
    name.split(['-', '.']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "id = 'politie'\nkind = 'police_crime'\ntable = '47013NED'\nbase_url = 'https://x'\n\
        total_code = '0.0.0'\n[measures]\nwaarde = 'GeregistreerdeMisdrijven_1'\n";

    #[test]
    fn a_year_is_what_its_title_calls_a_year() {
        let source = toml::from_str(SOURCE).unwrap();
        let prove = |code, title| prove_years(&source, [("GM0164", "Hengelo"), (code, title)]);
        for title in ["2026", "2026*", "2026 *", "2026**", "2026JJ00", ""] {
            prove("2026JJ00", title).unwrap();
        }
        prove("2026MM01", "2026 januari").unwrap();
        prove("2026KW01", "2026 1e kwartaal").unwrap();
        for (code, title) in [
            ("2026JJ00", "2026 januari-april"),
            ("2010JJ00", "2010 december"),
            ("2026JJ00", "2025"),
        ] {
            let message = prove(code, title).unwrap_err().to_string();
            assert!(
                message.contains("`politie`") && message.contains(code) && message.contains(title),
                "{message}"
            );
        }
    }
}
