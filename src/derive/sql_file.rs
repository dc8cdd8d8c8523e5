//! A SQL file and what its header comment says of it.
//!
//! Every file of `sql/` is one SELECT under a header in Dutch; the header is the data dictionary. It is read here and
//! held against what the SELECT really gives in [`super::materialise`], so that the two cannot drift apart.
//!
//! ```sql
//! -- doel:    Waarom deze tabel er is.
//! -- korrel:  een rij per reeks en jaar
//! -- sleutel: reeks, jaar
//! -- kolommen:
//! --   reeks | sleutel van de reeks
//! --   jaar  | kalenderjaar
//! SELECT …
//! ```

use std::fmt;

use super::error::DeriveError;
use crate::pipeline::SourceKind;

/// The folder of `sql/` that a file stands in, which is what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// `sql/norm/`: a normalised table, published.
    Norm,
    /// `sql/stappen/`: a step in between, not published.
    Step,
    /// `sql/marts/`: a derived table, published.
    Mart,
    /// `sql/checks/`: each row that it gives is a finding.
    Check,
}

impl Layer {
    /// The name of the folder.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Norm => "norm",
            Self::Step => "stappen",
            Self::Mart => "marts",
            Self::Check => "checks",
        }
    }

    fn of_folder(folder: &str) -> Option<Self> {
        [Self::Norm, Self::Step, Self::Mart, Self::Check]
            .into_iter()
            .find(|layer| layer.folder() == folder)
    }
}

/// How bad a finding of a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// `fout`: nothing is published.
    Error,
    /// `waarschuwing`: published with the release.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Error => "fout",
            Self::Warning => "waarschuwing",
        })
    }
}

/// A column as the header describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnText {
    /// Its name.
    pub name: String,
    /// What it holds and in which unit, in Dutch.
    pub description: String,
}

/// The columns of every check: what a finding is about, what a person sees of it, and the words.
pub const FINDING: [&str; 3] = ["sleutel", "stand", "bevinding"];
/// Which source findings are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// One of this kind.
    Kind(SourceKind),
    /// `tabel in sleutel`: that of the table which the key of the finding names.
    TableInKey,
}

/// Findings with the source that they are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blamed {
    /// The source.
    pub blame: Blame,
    /// How the keys of those findings begin; all of them, when there is none.
    pub keys: Vec<String>,
}

/// Reads `survey`, `tabel in sleutel`, or `police_nuisance (overlast, soort_overlast)`.
fn blamed(value: &str) -> Option<Vec<Blamed>> {
    let one = |part: &str| {
        let (kind, keys) = match part.split_once('(') {
            None => (part, Vec::new()),
            Some((kind, keys)) => {
                let keys = keys.split(',').map(|key| key.trim().to_owned());
                (kind, keys.filter(|key| !key.is_empty()).collect())
            }
        };
        let blame = match kind.trim() {
            "tabel in sleutel" => Blame::TableInKey,
            kind => Blame::Kind(SourceKind::of_name(kind)?),
        };
        Some(Blamed { blame, keys })
    };
    match value.trim().strip_suffix(')') {
        None => Some(vec![one(value.trim())?]),
        Some(several) => several.split("),").map(|part| one(part.trim())).collect(),
    }
}

/// One file of `sql/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlFile {
    /// The table's name, which is the file's stem.
    pub name: String,
    /// What it is for.
    pub layer: Layer,
    /// Its path as people know it: `sql/marts/nulmeting.sql`.
    pub path: String,
    /// The whole text, header included.
    pub text: String,
    /// `doel`: why it exists.
    pub purpose: String,
    /// `korrel`: what one row is. Empty for a check.
    pub grain: String,
    /// `sleutel`: the columns that tell rows apart, also the order of the file. Empty for a check.
    pub key: Vec<String>,
    /// `kolommen`, in the order of the SELECT.
    pub columns: Vec<ColumnText>,
    /// `ernst`, only of a check.
    pub severity: Option<Severity>,
    /// `getoetst`: what a check looked at. Empty for others.
    pub tested: String,
    /// `bron`: the source that a finding of a check is about, where it is about one; see [`SqlFile::source_of`].
    pub sources: Vec<Blamed>,
    /// `telt`: the rows that a check looked at, as SQL after a FROM: a table, or some of its rows. Without a row there was
    /// nothing to check, which is not the same as nothing wrong. Empty for others.
    pub looked_at: String,
}

impl SqlFile {
    /// Reads the header of a file; `relative` is its path below `sql/`, with `/`.
    ///
    /// # Errors
    /// [`DeriveError::Header`] naming the line that is missing or not understood.
    pub fn parse(relative: &str, text: &str) -> Result<Self, DeriveError> {
        let path = format!("sql/{relative}");
        let wrong = |line: usize, expected: &str, found: &str| DeriveError::Header {
            path: path.clone(),
            line,
            expected: expected.to_owned(),
            found: found.to_owned(),
        };
        let (folder, file) = relative
            .split_once('/')
            .ok_or_else(|| wrong(1, "a folder of sql/", relative))?;
        let layer = Layer::of_folder(folder)
            .ok_or_else(|| wrong(1, "one of the folders norm, stappen, marts and checks", folder))?;
        let name = file.strip_suffix(".sql").unwrap_or(file).to_owned();

        let mut read = Self {
            name,
            layer,
            path: path.clone(),
            text: text.to_owned(),
            purpose: String::new(),
            grain: String::new(),
            key: Vec::new(),
            columns: Vec::new(),
            severity: None,
            tested: String::new(),
            sources: Vec::new(),
            looked_at: String::new(),
        };
        let mut in_columns = false;
        for (index, line) in text.lines().enumerate() {
            let Some(comment) = line.strip_prefix("--") else {
                break;
            };
            let comment = comment.trim();
            if in_columns {
                let (column, description) = comment
                    .split_once('|')
                    .ok_or_else(|| wrong(index + 1, "`name | description` of a column", comment))?;
                read.columns.push(ColumnText {
                    name: column.trim().to_owned(),
                    description: description.trim().to_owned(),
                });
                continue;
            }
            let (field, value) = comment
                .split_once(':')
                .ok_or_else(|| wrong(index + 1, "`field: text`", comment))?;
            let value = value.trim();
            match field {
                "doel" => value.clone_into(&mut read.purpose),
                "korrel" => value.clone_into(&mut read.grain),
                "sleutel" => read.key = value.split(',').map(|column| column.trim().to_owned()).collect(),
                "getoetst" => value.clone_into(&mut read.tested),
                "telt" => value.clone_into(&mut read.looked_at),
                "bron" => {
                    let sources = blamed(value);
                    read.sources = sources.ok_or_else(|| {
                        wrong(
                            index + 1,
                            "bron: a kind of source, `tabel in sleutel`, or `kind (first words of keys, …)`",
                            value,
                        )
                    })?;
                }
                "ernst" => {
                    read.severity = Some(match value {
                        "fout" => Severity::Error,
                        "waarschuwing" => Severity::Warning,
                        other => return Err(wrong(index + 1, "ernst: fout or waarschuwing", other)),
                    });
                }
                "kolommen" => in_columns = true,
                other => {
                    return Err(wrong(
                        index + 1,
                        "one of doel, korrel, sleutel, ernst, getoetst, telt, bron, kolommen",
                        other,
                    ));
                }
            }
        }
        read.complete()
            .map_err(|missing| wrong(1, missing, "no such line in the header"))?;
        Ok(read)
    }

    /// The source that a finding with this key is about: when that source can be missed, it is its newest edition that
    /// is left out, and not the release.
    pub fn source_of(&self, key: &str) -> Option<Blame> {
        let begins = |first: &String| {
            key.strip_prefix(first.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        let is_about = |blamed: &&Blamed| blamed.keys.is_empty() || blamed.keys.iter().any(begins);
        self.sources.iter().find(is_about).map(|blamed| blamed.blame)
    }

    /// Names the first line that this layer needs and the header lacks.
    fn complete(&self) -> Result<(), &'static str> {
        if self.purpose.is_empty() {
            return Err("a line `-- doel:`");
        }
        if self.columns.is_empty() {
            return Err("the lines under `-- kolommen:`");
        }
        if self.layer == Layer::Check {
            if self.severity.is_none() {
                return Err("a line `-- ernst:`");
            }
            if self.tested.is_empty() {
                return Err("a line `-- getoetst:`");
            }
            if self.looked_at.is_empty() {
                return Err("a line `-- telt:`");
            }
            let columns = self.columns.iter().map(|column| column.name.as_str());
            return if columns.eq(FINDING) {
                Ok(())
            } else {
                Err("the columns sleutel, stand and bevinding under `-- kolommen:`")
            };
        }
        if self.grain.is_empty() {
            return Err("a line `-- korrel:`");
        }
        if self.key.is_empty() {
            return Err("a line `-- sleutel:`");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "-- doel: waarom\n-- korrel: een rij per x\n-- sleutel: a, b\n-- kolommen:\n--   a | eerste\n--   b | tweede; met | streep\nSELECT 1 AS a, 2 AS b\n";

    #[test]
    fn a_header_gives_purpose_key_and_columns() {
        let file = SqlFile::parse("marts/proef.sql", GOOD).unwrap();
        assert_eq!(file.name, "proef");
        assert_eq!(file.layer, Layer::Mart);
        assert_eq!(file.key, ["a", "b"]);
        assert_eq!(file.columns[1].description, "tweede; met | streep");
    }

    #[test]
    fn what_a_header_lacks_is_named_with_its_line() {
        for (text, expected) in [
            (GOOD.replace("-- doel: waarom\n", ""), "a line `-- doel:`"),
            (GOOD.replace("-- sleutel: a, b\n", ""), "a line `-- sleutel:`"),
            (GOOD.replace("doel", "dole"), "one of doel"),
            (GOOD.replace("a | eerste", "a eerste"), "`name | description`"),
        ] {
            let message = SqlFile::parse("marts/proef.sql", &text).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
            assert!(message.contains("sql/marts/proef.sql"), "{message}");
        }
        let check = GOOD.replace(
            "-- korrel: een rij per x\n-- sleutel: a, b",
            "-- ernst: fout\n-- getoetst: alles",
        );
        let message = SqlFile::parse("checks/proef.sql", &check)
            .unwrap_err()
            .to_string();
        assert!(message.contains("a line `-- telt:`"), "{message}");
        let check = check.replace("-- kolommen", "-- telt: mand\n-- kolommen");
        let message = SqlFile::parse("checks/proef.sql", &check)
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("the columns sleutel, stand and bevinding"),
            "{message}"
        );
        let unknown = check.replace("-- ernst", "-- bron: enquete\n-- ernst");
        let message = SqlFile::parse("checks/proef.sql", &unknown)
            .unwrap_err()
            .to_string();
        assert!(message.contains("a kind of source"), "{message}");
        assert!(SqlFile::parse("elders/proef.sql", GOOD).is_err());
        assert!(
            SqlFile::parse("checks/proef.sql", GOOD)
                .unwrap_err()
                .to_string()
                .contains("ernst")
        );
    }

    #[test]
    fn a_check_says_which_kind_of_source_a_finding_is_about() {
        let check = |source: &str| {
            let text = format!(
                "-- ernst: fout\n-- doel: waarom\n-- getoetst: alles\n-- telt: a\n-- bron: {source}\n-- kolommen:\n\
                 --   sleutel | a\n--   stand | b\n--   bevinding | c\nSELECT 1 AS a\n"
            );
            SqlFile::parse("checks/proef.sql", &text).unwrap()
        };
        assert_eq!(
            check("survey").source_of("wat dan ook"),
            Some(Blame::Kind(SourceKind::Survey))
        );
        let several = check("police_nuisance (overlast, regio van overlast), district_crime (wijksoort)");
        for (key, kind) in [
            ("overlast", Some(SourceKind::PoliceNuisance)),
            ("overlast E33", Some(SourceKind::PoliceNuisance)),
            ("regio van overlast GM1", Some(SourceKind::PoliceNuisance)),
            ("wijksoort 1.1.1", Some(SourceKind::DistrictCrime)),
            ("overlastkosten", None),
            ("regio GM1", None),
        ] {
            assert_eq!(several.source_of(key), kind.map(Blame::Kind), "{key}");
        }
    }
}
