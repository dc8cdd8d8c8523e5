//! Which municipality is meant: a code or a title, looked up in the list that CBS publishes with its tables.
//!
//! The list holds every municipality since 1988, so that one which ended has to be told from one that is there. Nothing
//! is matched loosely: what merely looks like a name is offered and not taken.

use std::collections::BTreeSet;

use super::error::InitError;
use crate::normalise::readers::Code;
use crate::pipeline::edit_distance;

/// The most names that are offered.
const MOST_OFFERED: usize = 5;

/// The longest name of a file that is made of a name.
const LONGEST_STEM: usize = 100;

/// How the code of a municipality begins; four digits follow.
const CODE_PREFIX: &str = "GM";

/// A municipality as the tables name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Municipality {
    /// `GM0164`.
    pub code: String,
    /// Title in the tables: `Hengelo (O.)`.
    pub title: String,
    /// Name in sentences: `Hengelo`.
    pub name: String,
    /// What its files are called: its name in small ASCII letters, digits and hyphens.
    pub file_stem: String,
}

impl Municipality {
    /// A municipality whose name is its title without what CBS adds to tell it from another.
    fn titled(code: &str, title: &str) -> Self {
        Self {
            code: code.to_owned(),
            title: title.to_owned(),
            name: plain_name(title).to_owned(),
            file_stem: file_stem(plain_name(title), code),
        }
    }

    /// A municipality that is in no list at hand: its title is taken to be its name.
    pub fn unlisted(code: &str, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            file_stem: file_stem(name, code),
            ..Self::titled(code, name)
        }
    }

    /// The same under another name, such as Den Haag for 's-Gravenhage.
    #[must_use]
    pub fn called(self, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            file_stem: file_stem(name, &self.code),
            ..self
        }
    }
}

/// A name as the name of a file; the code where its letters leave nothing.
fn file_stem(name: &str, code: &str) -> String {
    let mut stem = String::new();
    for letter in name.to_lowercase().chars().map(without_accent) {
        if letter.is_ascii_alphanumeric() {
            stem.push(letter);
        } else if !stem.is_empty() && !stem.ends_with('-') {
            stem.push('-');
        }
    }
    let stem = stem.trim_end_matches('-');
    if stem.is_empty() || stem.len() > LONGEST_STEM {
        code.to_lowercase()
    } else {
        stem.to_owned()
    }
}

/// Whether this is how a code of a municipality is written.
pub fn is_code(text: &str) -> bool {
    text.strip_prefix(CODE_PREFIX)
        .is_some_and(|number| number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `Hengelo (O.)` is called Hengelo, `'s-Gravenhage (gemeente)` is called 's-Gravenhage.
fn plain_name(title: &str) -> &str {
    match title.rsplit_once(" (") {
        Some((name, addition)) if addition.ends_with(')') && !name.is_empty() => name,
        _ => title,
    }
}

/// The letters of Dutch and Frisian names.
fn without_accent(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        other => other,
    }
}

/// A list of municipalities, and where it came from.
#[derive(Debug)]
pub struct MunicipalityList {
    entries: Vec<Code>,
    /// Where it came from, for messages.
    pub origin: String,
}

impl MunicipalityList {
    /// The municipalities of a list of regions; `None` when it has none.
    pub fn new(regions: Vec<Code>, origin: String) -> Option<Self> {
        let entries: Vec<Code> = regions
            .into_iter()
            .filter(|region| is_code(region.identifier.trim()))
            .collect();
        (!entries.is_empty()).then_some(Self { entries, origin })
    }

    /// The municipality of a code, a title, or a name that only one has.
    ///
    /// # Errors
    /// [`InitError::Unknown`] with those that look like it, [`InitError::Ambiguous`], or [`InitError::Ended`].
    pub fn find(&self, asked: &str) -> Result<Municipality, InitError> {
        let asked = asked.trim();
        let code = asked.to_uppercase();
        let is_meant = |entry: &&Code| {
            if is_code(&code) {
                entry.identifier.trim() == code
            } else {
                same(&entry.title, asked)
            }
        };
        let mut found: Vec<&Code> = self.entries.iter().filter(is_meant).collect();
        if found.is_empty() && !is_code(&code) {
            let is_called_so = |entry: &&Code| same(plain_name(&entry.title), asked);
            found = self.entries.iter().filter(is_called_so).collect();
        }
        // A name that one has now and others had earlier is the one of now.
        let mut current: Vec<&Code> = found
            .iter()
            .copied()
            .filter(|entry| end_of(&entry.description).is_none())
            .collect();
        current.dedup_by(|right, left| right.identifier == left.identifier && right.title == left.title);
        match (current.as_slice(), found.first()) {
            ([entry], _) => Ok(self.told_apart(entry)),
            ([], None) => Err(InitError::Unknown {
                asked: asked.to_owned(),
                list: self.origin.clone(),
                near: self.near(asked),
            }),
            ([], Some(entry)) => Err(self.ended(entry)),
            (several, _) => Err(InitError::Ambiguous {
                asked: asked.to_owned(),
                list: self.origin.clone(),
                found: several
                    .iter()
                    .map(|entry| Municipality::titled(&entry.identifier, &entry.title))
                    .collect(),
            }),
        }
    }

    /// A municipality whose files are called after its title where another of now has the same name.
    fn told_apart(&self, entry: &Code) -> Municipality {
        let municipality = Municipality::titled(entry.identifier.trim(), entry.title.trim());
        let is_shared = self.entries.iter().any(|other| {
            other.identifier != entry.identifier
                && plain_name(&other.title) == municipality.name
                && end_of(&other.description).is_none()
        });
        if is_shared {
            let file_stem = file_stem(&municipality.title, &municipality.code);
            return Municipality {
                file_stem,
                ..municipality
            };
        }
        municipality
    }

    fn ended(&self, entry: &Code) -> InitError {
        let (how, codes) = end_of(&entry.description).unwrap_or_default();
        let titled = |code: &str| self.entries.iter().find(|other| other.identifier.trim() == code);
        let successors = self.of_now(codes).into_iter().map(|code| {
            let title = titled(&code).map(|other| format!("{} ({code})", other.title.trim()));
            title.unwrap_or(code)
        });
        InitError::Ended {
            code: entry.identifier.clone(),
            title: entry.title.clone(),
            how,
            successors: successors.collect(),
        }
    }

    /// The municipalities of now that these became, in the order of their codes: a successor may have ended as well.
    fn of_now(&self, codes: Vec<String>) -> BTreeSet<String> {
        let (mut seen, mut waiting) = (BTreeSet::new(), codes);
        let mut now = BTreeSet::new();
        while let Some(code) = waiting.pop() {
            if !seen.insert(code.clone()) {
                continue;
            }
            let entry = self.entries.iter().find(|entry| entry.identifier.trim() == code);
            match entry.and_then(|entry| end_of(&entry.description)) {
                Some((_, next)) if !next.is_empty() => waiting.extend(next),
                _ => drop(now.insert(code)),
            }
        }
        now
    }

    /// Municipalities of now that a typing error may have meant: for a code those that differ in one digit, for a name
    /// those with at most a third of other letters, nearest first.
    fn near(&self, asked: &str) -> Vec<Municipality> {
        const LONGEST_NAME: usize = 100;
        if asked.len() > LONGEST_NAME {
            return Vec::new();
        }
        let typed = asked.to_lowercase();
        let by_code = typed.starts_with("gm") && typed.bytes().any(|byte| byte.is_ascii_digit());
        let mut near: Vec<(usize, &Code)> = self
            .entries
            .iter()
            .filter(|entry| end_of(&entry.description).is_none())
            .filter_map(|entry| {
                let (candidate, most) = if by_code {
                    (entry.identifier.to_lowercase(), 1)
                } else {
                    let name = plain_name(&entry.title).to_lowercase();
                    let most = name.chars().count().div_ceil(3);
                    (name, most)
                };
                let distance = edit_distance(&typed, &candidate);
                (distance <= most).then_some((distance, entry))
            })
            .collect();
        near.sort_by(|left, right| {
            (left.0, &left.1.title, &left.1.identifier).cmp(&(right.0, &right.1.title, &right.1.identifier))
        });
        near.into_iter()
            .take(MOST_OFFERED)
            .map(|(_, entry)| Municipality::titled(&entry.identifier, &entry.title))
            .collect()
    }
}

fn same(title: &str, asked: &str) -> bool {
    title.trim().to_lowercase() == asked.to_lowercase()
}

/// How and into which codes a municipality ended, when its description says so: `Opgeheven per 01-01-2005, overgegaan
/// naar:`, or a change of name with a `nieuwe naam:`. What stands below is about other changes.
fn end_of(description: &str) -> Option<(String, Vec<String>)> {
    let blocks = description.lines().map(str::trim).collect::<Vec<_>>();
    for block in blocks.split(|line| line.is_empty()) {
        let heading = block.first()?;
        let is_over = heading.starts_with("Opgeheven per ")
            || (heading.starts_with("Naamswijziging per ")
                && block.iter().any(|line| line.starts_with("nieuwe naam:")));
        if is_over {
            let codes: BTreeSet<String> = block
                .iter()
                .skip(1)
                .take_while(|line| !line.contains(" per "))
                .filter_map(|line| code_in(line))
                .collect();
            // Where to is told by the codes.
            let how = heading
                .trim_end_matches(':')
                .trim_end_matches(", overgegaan naar");
            let how = how.trim_end_matches(',').to_owned();
            return Some((how, codes.into_iter().collect()));
        }
    }
    None
}

/// The code in `- Schinnen (GM0962),`.
fn code_in(line: &str) -> Option<String> {
    let (_, code) = line.trim_end_matches(',').strip_suffix(')')?.rsplit_once('(')?;
    is_code(code).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(code: &str, title: &str, description: &str) -> Code {
        Code {
            identifier: code.to_owned(),
            title: title.to_owned(),
            description: description.to_owned(),
            dimension_group_id: None,
            status: None,
        }
    }

    /// Entries as the recorded list of 03759ned has them.
    fn list() -> MunicipalityList {
        let entries = vec![
            entry("NL01", "Nederland", ""),
            entry(
                "GM0153",
                "Enschede",
                "Grenswijziging per 01-01-2001, ontvangen van:\r\n- Weerselo (GM0188),\r\n",
            ),
            entry("GM0164", "Hengelo (O.)", "Begindatum voor 1830\r\n"),
            entry(
                "GM0248",
                "Hengelo (Gld.)",
                "Opgeheven per 01-01-2005, overgegaan naar:\r\n- Berkelland (GM1859),\r\n... 6 hectare met 1 woning en 3 inwoners\r\n- Bronckhorst (GM1876),\r\n... 4915 hectare\r\nBegindatum voor 1830\r\n",
            ),
            entry("GM1876", "Bronckhorst", ""),
            entry("GM0373", "Bergen (NH.)", ""),
            entry("GM0893", "Bergen (L.)", ""),
            entry(
                "GM1921",
                "De Friese Meren",
                "Naamswijziging per 01-07-2015,\r\nnieuwe naam: De Fryske Marren (GM1940)\r\n\r\nOntstaan per 01-01-2014, ontvangen van:\r\n- Lemsterland (GM0082),\r\n",
            ),
            entry(
                "GM1940",
                "De Fryske Marren",
                "Naamswijziging per 01-07-2015,\r\noude naam: De Friese Meren (GM1921)\r\n",
            ),
        ];
        MunicipalityList::new(entries, "the list".to_owned()).unwrap()
    }

    fn refused(asked: &str) -> InitError {
        list().find(asked).unwrap_err()
    }

    #[test]
    fn a_code_a_title_and_a_name_that_only_one_has_now_find_the_same() {
        for asked in ["GM0164", "gm0164", "Hengelo (O.)", "hengelo", " Hengelo "] {
            let found = list().find(asked).unwrap();
            assert_eq!(
                (found.code.as_str(), found.title.as_str(), found.name.as_str()),
                ("GM0164", "Hengelo (O.)", "Hengelo"),
                "{asked}"
            );
        }
        assert_eq!(list().find("GM1940").unwrap().name, "De Fryske Marren");
    }

    #[test]
    fn what_is_in_no_list_is_refused_with_what_looks_like_it() {
        let error = refused("Enchede");
        assert_eq!(
            error.to_string(),
            "expected a municipality of the list, found `Enchede`"
        );
        assert_eq!(error.hint().unwrap(), "perhaps Enschede (GM0153) is meant");
        assert_eq!(
            refused("GM0154").hint().unwrap(),
            "perhaps Enschede (GM0153), Hengelo (O.) (GM0164) is meant"
        );
        assert!(refused("GM9999").hint().unwrap().contains("four digits"));
        assert!(
            refused(&"x".repeat(1_000_000))
                .hint()
                .unwrap()
                .contains("four digits")
        );
        // The country is in the list and is no municipality.
        assert!(matches!(refused("Nederland"), InitError::Unknown { .. }));
    }

    #[test]
    fn a_name_that_two_have_is_refused_with_both() {
        let message = refused("Bergen").to_string();
        assert!(
            message.contains("Bergen (NH.) (GM0373), Bergen (L.) (GM0893)"),
            "{message}"
        );
        assert_eq!(list().find("Bergen (L.)").unwrap().code, "GM0893");
    }

    #[test]
    fn a_code_with_two_titles_is_refused() {
        let entries = vec![entry("GM0001", "Een", ""), entry("GM0001", "Twee", "")];
        let list = MunicipalityList::new(entries, "the list".to_owned()).unwrap();
        let message = list.find("GM0001").unwrap_err().to_string();
        assert!(message.contains("Een (GM0001), Twee (GM0001)"), "{message}");
    }

    #[test]
    fn a_municipality_that_ended_is_refused_with_those_that_have_its_territory() {
        let error = refused("GM0248");
        assert_eq!(
            error.to_string(),
            "Hengelo (Gld.) (GM0248) is a municipality no more: Opgeheven per 01-01-2005; its territory is now in parts of \
             GM1859, Bronckhorst (GM1876)"
        );
        assert!(error.hint().unwrap().contains("of now"));
        assert_eq!(
            refused("De Friese Meren").to_string(),
            "De Friese Meren (GM1921) is a municipality no more: Naamswijziging per 01-07-2015; its territory is now in \
             De Fryske Marren (GM1940)"
        );
    }

    #[test]
    fn of_a_municipality_whose_successor_ended_too_the_one_of_now_is_named() {
        let entries = vec![
            entry(
                "GM0001",
                "Een",
                "Opgeheven per 01-01-1995, overgegaan naar:\r\n- Twee (GM0002),\r\n",
            ),
            entry(
                "GM0002",
                "Twee",
                "Opgeheven per 01-01-2003, overgegaan naar:\r\n- Drie (GM0003),\r\n- Een (GM0001),\r\n",
            ),
            entry("GM0003", "Drie", ""),
            entry("GM0004", "Vier", "Opgeheven per 01-10-1994\r\n"),
        ];
        let list = MunicipalityList::new(entries, "the list".to_owned()).unwrap();
        assert_eq!(
            list.find("Een").unwrap_err().to_string(),
            "Een (GM0001) is a municipality no more: Opgeheven per 01-01-1995; its territory is now in Drie (GM0003)"
        );
        assert_eq!(
            list.find("GM0004").unwrap_err().to_string(),
            "Vier (GM0004) is a municipality no more: Opgeheven per 01-10-1994"
        );
    }

    #[test]
    fn files_are_called_after_the_name_in_plain_letters() {
        for (title, stem) in [
            ("Enschede", "enschede"),
            ("'s-Gravenhage (gemeente)", "s-gravenhage"),
            ("Súdwest-Fryslân", "sudwest-fryslan"),
            ("Oost-, West- en Middelbeers", "oost-west-en-middelbeers"),
            ("../../etc", "etc"),
            ("Ωμ", "gm0001"),
        ] {
            assert_eq!(Municipality::titled("GM0001", title).file_stem, stem, "{title}");
        }
        assert_eq!(list().find("GM0373").unwrap().file_stem, "bergen-nh");
        assert_eq!(
            list().find("GM0164").unwrap().called("Hengelo Ov").file_stem,
            "hengelo-ov"
        );
    }
}
