//! C4: the metadata export of the open-data portals.
//!
//! Sections one under another: `TableInfos`, `DataProperties`, then the list of each dimension. Each is a line with
//! its name alone, a header and rows, all padded with `;` to one width. Small, so it is read whole.

use std::collections::HashSet;
use std::io::BufRead;

use super::ReadError;
use super::rows::Rows;

/// Name of the first section, on the first line.
pub(super) const FIRST_SECTION: &str = "TableInfos";
const SECOND_SECTION: &str = "DataProperties";
/// The most members of all dimensions together; 47018NED has 18,385.
const MAX_MEMBERS: usize = 200_000;

const NO_METADATA: &str = "export the metadata of the table from the portal again, all sections";

/// What the portal says of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The table itself.
    pub table: TableInfo,
    /// Dimensions and topics, in the order of the table.
    pub properties: Vec<Property>,
    /// The members of each dimension, in the order of the file.
    pub dimensions: Vec<DimensionList>,
}

/// The one row of `TableInfos` of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableInfo {
    /// Id of the table (`47013NED`).
    pub identifier: String,
    /// Title; that of a police table names the year of its municipal division.
    pub title: String,
    /// When the table changed, local time without a zone: compare for inequality.
    pub modified: String,
    /// Every field with its text, those above included.
    pub fields: Vec<(String, String)>,
}

/// One row of `DataProperties`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Number that the rows of a group name as their parent.
    pub id: String,
    /// `id` of the `TopicGroup` above it: titles are unique only together with those of their groups.
    pub parent_id: Option<String>,
    /// `Dimension`, `TimeDimension`, `GeoDimension`, `GeoDetail`, `Topic` or `TopicGroup`.
    pub kind: String,
    /// Name of the column in the data; empty for a `TopicGroup`.
    pub key: String,
    /// The label.
    pub title: String,
    /// Free text.
    pub description: String,
    /// `Long`, `Integer`, `Float`, `Double` or `String`, for a topic.
    pub datatype: Option<String>,
    /// Unit, for a topic.
    pub unit: Option<String>,
    /// What fills a cell without a figure: `Missing`, `Zero` or `Impossible`, for a topic.
    pub default: Option<String>,
}

/// The members of one dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DimensionList {
    /// Key of the dimension (`RegioS`).
    pub key: String,
    /// Its members; each key once.
    pub members: Vec<Member>,
}

/// A member of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The code, without the padding at its end.
    pub key: String,
    /// The code with its padding, as a filter of the service needs it.
    pub padded_key: String,
    /// The label; titles change, codes do not.
    pub title: String,
    /// Free text; of a kind of crime its incident codes, of a municipality its changes.
    pub description: String,
    /// Status of a period (`Definitief`).
    pub status: Option<String>,
    /// Group of the member, where the list has groups.
    pub category_group: Option<String>,
    /// Gemeente in which a wijk or buurt lies (`GM0164`); a gemeente names itself.
    pub municipality: Option<String>,
}

impl Metadata {
    /// The members of a dimension.
    pub fn members(&self, key: &str) -> Option<&[Member]> {
        self.dimensions
            .iter()
            .find(|list| list.key == key)
            .map(|list| list.members.as_slice())
    }
}

impl Property {
    /// Whether the property is a dimension, and so has a list of members.
    pub fn is_dimension(&self) -> bool {
        !matches!(self.kind.as_str(), "Topic" | "TopicGroup")
    }
}

/// Reads a metadata export.
///
/// # Errors
/// A section that is missing, unknown, empty or lacks a column; a code that stands twice; anything a file cannot be.
pub fn read_metadata(input: impl BufRead, file: &str) -> Result<Metadata, ReadError> {
    let mut sections = Sections {
        rows: Rows::open(input, file),
        columns: Vec::new(),
        next: None,
    };
    sections.rows.advance_to("the section TableInfos")?;
    if sections.rows.only_first() != Some(FIRST_SECTION) {
        let found = sections.rows.record().get(0).unwrap_or_default();
        return Err(sections.rows.error("the section TableInfos", found, NO_METADATA));
    }
    let table = sections.read_table()?;
    let properties = sections.read_properties()?;
    let keys: Vec<&str> = properties
        .iter()
        .filter(|property| property.is_dimension())
        .map(|property| property.key.as_str())
        .collect();
    let mut dimensions: Vec<DimensionList> = Vec::new();
    let mut count = 0;
    while let Some(key) = sections.next.take() {
        if dimensions.iter().any(|list| list.key == key) {
            return Err(sections.rows.error("each section once", &key, NO_METADATA));
        }
        let members = sections.read_members(&keys, &mut count)?;
        dimensions.push(DimensionList { key, members });
    }
    sections.rows.expect_line_break_at_end()?;
    if let Some(missing) = keys
        .iter()
        .find(|key| !dimensions.iter().any(|list| list.key == **key))
    {
        return Err(sections.rows.error_at_end(&format!("a section {missing}")));
    }
    Ok(Metadata {
        table,
        properties,
        dimensions,
    })
}

struct Sections<R> {
    rows: Rows<R>,
    /// Header of the present section.
    columns: Vec<String>,
    /// Name of the section on whose first line the reader stands.
    next: Option<String>,
}

impl<R: BufRead> Sections<R> {
    fn read_header(&mut self, required: &[&str]) -> Result<(), ReadError> {
        self.rows.advance_to("the header of a section")?;
        self.columns = self
            .rows
            .record()
            .iter()
            .map(|name| name.trim().to_owned())
            .collect();
        match required
            .iter()
            .find(|name| !self.columns.iter().any(|column| column == **name))
        {
            None => Ok(()),
            Some(missing) => {
                let found = self.columns.join(";");
                Err(self
                    .rows
                    .error(format!("a column {missing}"), &found, NO_METADATA))
            }
        }
    }

    /// Goes to the next row of the section; `false` at its end. A section starts on a line with a known name alone.
    fn advance(&mut self, starts_section: impl Fn(&str) -> bool) -> Result<bool, ReadError> {
        if !self.rows.advance()? {
            return Ok(false);
        }
        if let Some(name) = self.rows.only_first().filter(|name| starts_section(name)) {
            self.next = Some(name.to_owned());
            return Ok(false);
        }
        self.rows.expect_fields(self.columns.len())?;
        Ok(true)
    }

    /// A field of the present row as it stands.
    fn raw(&self, column: &str) -> &str {
        let position = self.columns.iter().position(|name| name == column);
        position
            .and_then(|position| self.rows.record().get(position))
            .unwrap_or_default()
    }

    fn text(&self, column: &str) -> String {
        self.raw(column).trim().to_owned()
    }

    fn optional(&self, column: &str) -> Option<String> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    fn required(&self, column: &str) -> Result<String, ReadError> {
        self.optional(column)
            .ok_or_else(|| self.rows.error(format!("a text in {column}"), "", NO_METADATA))
    }

    fn read_table(&mut self) -> Result<TableInfo, ReadError> {
        self.read_header(&["Identifier", "Title", "Modified"])?;
        if !self.advance(|name| name == SECOND_SECTION)? {
            return Err(self.rows.error("one row of TableInfos", "none", NO_METADATA));
        }
        let fields = self
            .columns
            .iter()
            .zip(self.rows.record())
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, text)| (name.clone(), text.trim().to_owned()))
            .collect();
        let table = TableInfo {
            identifier: self.required("Identifier")?,
            title: self.required("Title")?,
            modified: self.required("Modified")?,
            fields,
        };
        if self.advance(|name| name == SECOND_SECTION)? {
            return Err(self
                .rows
                .error("one row of TableInfos", "a second row", NO_METADATA));
        }
        Ok(table)
    }

    fn read_properties(&mut self) -> Result<Vec<Property>, ReadError> {
        if self.next.take().is_none() {
            return Err(self.rows.error_at_end("the section DataProperties"));
        }
        self.read_header(&["Type", "Key", "Title"])?;
        let mut properties: Vec<Property> = Vec::new();
        let mut keys: Vec<String> = Vec::new();
        while self.advance(|name| keys.iter().any(|key| key == name))? {
            let kind = self.required("Type")?;
            let key = if kind == "TopicGroup" {
                self.text("Key")
            } else {
                self.required("Key")?
            };
            if !key.is_empty() && properties.iter().any(|property| property.key == key) {
                return Err(self.rows.error("each key once", &key, NO_METADATA));
            }
            let property = Property {
                id: self.text("ID"),
                parent_id: self.optional("ParentID"),
                kind,
                key: key.clone(),
                title: self.required("Title")?,
                description: self.text("Description"),
                datatype: self.optional("Datatype"),
                unit: self.optional("Unit"),
                default: self.optional("Default"),
            };
            if property.is_dimension() {
                keys.push(key);
            }
            properties.push(property);
        }
        if keys.is_empty() || keys.len() == properties.len() {
            return Err(self
                .rows
                .error("dimensions and topics in DataProperties", "", NO_METADATA));
        }
        Ok(properties)
    }

    fn read_members(&mut self, keys: &[&str], count: &mut usize) -> Result<Vec<Member>, ReadError> {
        self.read_header(&["Key", "Title"])?;
        let mut members = Vec::new();
        let mut seen = HashSet::new();
        while self.advance(|name| keys.contains(&name))? {
            let padded_key = self.raw("Key").to_owned();
            let key = padded_key.trim_end().to_owned();
            if key.is_empty() || !seen.insert(key.clone()) {
                return Err(self.rows.error("a code that stands once", &key, NO_METADATA));
            }
            *count += 1;
            if *count > MAX_MEMBERS {
                return Err(self.rows.error("at most 200000 members", "more", NO_METADATA));
            }
            members.push(Member {
                key,
                padded_key,
                title: self.required("Title")?,
                description: self.text("Description"),
                status: self.optional("Status"),
                category_group: self.optional("CategoryGroupID"),
                municipality: self.optional("Municipality"),
            });
        }
        if members.is_empty() {
            return Err(self.rows.error("at least one member", "none", NO_METADATA));
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shortened from the recorded metadata of June 2025: five columns wide instead of 21.
    const RECORDED: &str = "\u{feff}TableInfos;;;;;;\n\
        ID;Title;Identifier;Modified;Description;OutputStatus;\n\
        0;\"Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente 2025\";47013NED;2025-06-16T02:00:00;\"regel 1\nregel 2\";Regulier;\n\
        DataProperties;;;;;;\n\
        ID;Type;Key;Title;Datatype;Unit;Default\n\
        0;Dimension;SoortMisdrijf;Soort misdrijf;;;\n\
        1;GeoDimension;RegioS;Regio's;;;\n\
        2;TimeDimension;Perioden;Perioden;;;\n\
        3;Topic;GeregistreerdeMisdrijven_1;Geregistreerde misdrijven;Long;aantal;Missing\n\
        SoortMisdrijf;;;;;;\n\
        Key;Title;Description;;;;\n\
        \"0.0.0 \";Totaal misdrijven;;;;;\n\
        \"1.1.1 \";1.1.1 Diefstal/inbraak woning;\"A20 Gekwal. Diefstal in/uit woning\nA30\";;;;\n\
        RegioS;;;;;;\n\
        Key;Title;Description;;;;\n\
        \"NL01  \";Nederland;;;;;\n\
        GM0164;Hengelo (O.);Begindatum voor 1830;;;;\n\
        Perioden;;;;;;\n\
        Key;Title;Description;Status;;;\n\
        2012JJ00;2012;;Definitief;;;\n";

    fn read(text: &str) -> Result<Metadata, ReadError> {
        read_metadata(text.as_bytes(), "test")
    }

    #[test]
    fn every_section_is_read_and_codes_lose_their_padding() {
        let metadata = read(RECORDED).unwrap();
        assert_eq!(metadata.table.identifier, "47013NED");
        assert_eq!(metadata.table.modified, "2025-06-16T02:00:00");
        assert!(
            metadata
                .table
                .fields
                .contains(&("OutputStatus".to_owned(), "Regulier".to_owned()))
        );
        let topic = metadata.properties.last().unwrap();
        assert_eq!(
            (topic.unit.as_deref(), topic.default.as_deref()),
            (Some("aantal"), Some("Missing"))
        );
        let crimes = metadata.members("SoortMisdrijf").unwrap();
        assert_eq!(
            (crimes[0].key.as_str(), crimes[1].key.as_str()),
            ("0.0.0", "1.1.1")
        );
        assert_eq!(crimes[0].padded_key, "0.0.0 ");
        assert_eq!(metadata.members("RegioS").unwrap()[1].title, "Hengelo (O.)");
        assert_eq!(
            metadata.members("Perioden").unwrap()[0].status.as_deref(),
            Some("Definitief")
        );
        assert_eq!(metadata.members("Onderwerp"), None);
    }

    #[test]
    fn a_section_that_is_missing_twice_there_or_empty_is_refused() {
        for (old, new) in [
            ("TableInfos;", "TableInfo;"),
            ("DataProperties;", "Properties;"),
            (
                "Perioden;;;;;;\nKey;Title;Description;Status;;;\n2012JJ00;2012;;Definitief;;;\n",
                "",
            ),
            ("2012JJ00;2012;;Definitief;;;\n", ""),
            ("2012JJ00;2012;;Definitief;;;\n", "2012JJ00;2012;;Definitief;;;"),
            ("GM0164;Hengelo (O.);", "\"NL01  \";Hengelo (O.);"),
            ("GM0164;Hengelo (O.);", "GM0164;;"),
            ("Key;Title;Description;Status", "Sleutel;Title;Description;Status"),
            ("RegioS;;;;;;\nKey", "SoortMisdrijf;;;;;;\nKey"),
            ("47013NED", ""),
            ("2012JJ00;2012;;", "2012JJ00;2012;"),
            ("3;Topic;GeregistreerdeMisdrijven_1", "3;Topic;RegioS"),
            ("3;Topic;", "3;Dimension;"),
        ] {
            let text = RECORDED.replacen(old, new, 1);
            assert_ne!(text, RECORDED, "{old}");
            assert!(read(&text).is_err(), "{old} -> {new}");
        }
    }

    #[test]
    fn a_metadata_file_that_was_cut_off_is_refused_until_its_last_section() {
        let last = RECORDED.find("2012JJ00;").unwrap();
        for end in (0..=last).filter(|end| RECORDED.is_char_boundary(*end)) {
            assert!(read(&RECORDED[..end]).is_err(), "cut at {end}");
        }
    }
}
