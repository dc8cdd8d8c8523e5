//! A: the small replies of OData v3: the table, its properties, the members of a dimension, the list of resources.
//!
//! They become the same structs as the portal's metadata export, so that nothing further on knows which way a table
//! came. Texts stay as the service writes them, HTML entities (`&copy;`) included. A list is read whole, within a
//! limit; fields that nobody needs are passed over, for CBS adds them.

use std::collections::HashSet;
use std::io::BufRead;

use super::feed_reply::{Fields, OTHER_SHAPE, Reply, Scalar};
use super::odata_lists::read_whole;
use super::{DimensionList, Member, Property, ReadError, TableInfo};

/// Reads the one row of `TableInfos`; none where the service has no such table.
///
/// # Errors
/// No such reply, no row or a second one, and a row without `Identifier`, `Title` or `Modified`.
pub fn read_feed_table_infos(input: impl BufRead, file: &str) -> Result<Option<TableInfo>, ReadError> {
    let list = List::read(input, file)?;
    list.expect_resource("TableInfos")?;
    list.expect_whole()?;
    let row = match list.rows.as_slice() {
        // Only of a reply that says what it is: anything in trouble may send an empty list.
        [] if list.resource.is_some() => return Ok(None),
        [row] => row,
        rows => {
            let found = format!("{} rows", rows.len());
            return Err(list.refuse("one row of TableInfos", &found));
        }
    };
    let as_text = |(name, value): &(String, Scalar)| (name.clone(), value.text().to_owned());
    Ok(Some(TableInfo {
        identifier: list.required(0, row, "Identifier")?,
        title: list.required(0, row, "Title")?,
        modified: list.required(0, row, "Modified")?,
        fields: row.0.iter().map(as_text).collect(),
    }))
}

/// Reads `DataProperties`: the dimensions and topics in the order of the table.
///
/// # Errors
/// No such reply, one without dimensions or without topics, a row without type, key or title, a key that stands twice.
pub fn read_feed_properties(input: impl BufRead, file: &str) -> Result<Vec<Property>, ReadError> {
    let list = List::read(input, file)?;
    list.expect_resource("DataProperties")?;
    list.expect_whole()?;
    let mut seen = HashSet::new();
    let mut properties = Vec::with_capacity(list.rows.len());
    for (position, row) in list.rows.iter().enumerate() {
        let kind = list.required(position, row, "Type")?;
        let key = if kind == "TopicGroup" {
            row.text("Key")
        } else {
            list.required(position, row, "Key")?
        };
        if !key.is_empty() && !seen.insert(key.clone()) {
            return Err(list.refuse("each key once", &key));
        }
        properties.push(Property {
            id: row.text("ID"),
            parent_id: row.optional("ParentID"),
            kind,
            key,
            title: list.required(position, row, "Title")?,
            description: row.text("Description"),
            datatype: row.optional("Datatype"),
            unit: row.optional("Unit"),
            default: row.optional("Default"),
        });
    }
    let has_dimension = properties.iter().any(Property::is_dimension);
    let has_topic = properties.iter().any(|property| property.kind == "Topic");
    if !has_dimension || !has_topic {
        let found = format!("{} properties of other kinds", properties.len());
        return Err(list.refuse("dimensions and topics in DataProperties", &found));
    }
    Ok(properties)
}

/// Reads the members of the dimension `key`, or one page of them: the second part is the address of the next page.
///
/// # Errors
/// No such reply, that of another dimension, an empty one, a member without key or title, a key that stands twice.
pub fn read_feed_list(
    key: &str,
    input: impl BufRead,
    file: &str,
) -> Result<(DimensionList, Option<String>), ReadError> {
    let list = List::read(input, file)?;
    list.expect_resource(key)?;
    let mut seen = HashSet::new();
    let mut members = Vec::with_capacity(list.rows.len());
    for (position, row) in list.rows.iter().enumerate() {
        let padded_key = row.get("Key").map_or("", Scalar::raw).to_owned();
        let code = padded_key.trim_end().to_owned();
        if code.is_empty() {
            return Err(list.refuse_row(position, "Key"));
        }
        if !seen.insert(code.clone()) {
            return Err(list.refuse("each key once", &code));
        }
        members.push(Member {
            key: code,
            padded_key,
            title: list.required(position, row, "Title")?,
            description: row.text("Description"),
            status: row.optional("Status"),
            category_group: row.optional("CategoryGroupID"),
            municipality: row.optional("Municipality"),
        });
    }
    if members.is_empty() {
        return Err(list.refuse("at least one member", "an empty list"));
    }
    let dimension = DimensionList {
        key: key.to_owned(),
        members,
    };
    Ok((dimension, list.next_link))
}

/// Reads the service document: name and address of each resource of a table, in the order of the service.
///
/// # Errors
/// No such reply, an empty one, a resource without name or address, a name that stands twice.
pub fn read_feed_service(input: impl BufRead, file: &str) -> Result<Vec<(String, String)>, ReadError> {
    let list = List::read(input, file)?;
    if let Some(other) = &list.resource {
        return Err(list.refuse("a service document", other));
    }
    list.expect_whole()?;
    let mut seen = HashSet::new();
    let mut resources = Vec::with_capacity(list.rows.len());
    for (position, row) in list.rows.iter().enumerate() {
        let name = list.required(position, row, "name")?;
        if !seen.insert(name.clone()) {
            return Err(list.refuse("each name once", &name));
        }
        resources.push((name, list.required(position, row, "url")?));
    }
    if resources.is_empty() {
        return Err(list.refuse("at least one resource", "an empty list"));
    }
    Ok(resources)
}

/// A small reply with the name of its file, for the errors.
struct List<'f> {
    file: &'f str,
    resource: Option<String>,
    next_link: Option<String>,
    rows: Vec<Fields>,
}

impl<'f> List<'f> {
    fn read(input: impl BufRead, file: &'f str) -> Result<Self, ReadError> {
        let bytes = read_whole(input, file)?;
        let Reply {
            resource,
            next_link,
            rows,
        } = Reply::parse(&bytes, 1, file)?;
        Ok(Self {
            file,
            resource,
            next_link,
            rows,
        })
    }

    fn refuse(&self, expected: impl Into<String>, found: &str) -> ReadError {
        ReadError::new(self.file, 1, expected, found, OTHER_SHAPE)
    }

    fn refuse_row(&self, position: usize, name: &str) -> ReadError {
        self.refuse(format!("a text in {name} of row {}", position + 1), "")
    }

    /// Refuses a reply that says it holds something else.
    fn expect_resource(&self, name: &str) -> Result<(), ReadError> {
        match self.resource.as_deref() {
            Some(other) if other != name => Err(self.refuse(name, other)),
            _ => Ok(()),
        }
    }

    /// Refuses one page of several.
    fn expect_whole(&self) -> Result<(), ReadError> {
        match self.next_link.as_deref() {
            Some(link) => Err(self.refuse("the whole list on one page", link)),
            None => Ok(()),
        }
    }

    fn required(&self, position: usize, row: &Fields, name: &str) -> Result<String, ReadError> {
        row.optional(name).ok_or_else(|| self.refuse_row(position, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: &str = r#"{"odata.metadata":"https://opendata.cbs.nl/ODataFeed/odata/80137ned/$metadata",
 "value":[{"name":"TableInfos","url":"https://x/TableInfos"},{"name":"UntypedDataSet","url":"https://x/UntypedDataSet"},
          {"name":"Perioden","url":"https://x/Perioden"}]}"#;
    const TABLE: &str = r#"{"odata.metadata":"https://x/47013NED/$metadata#Cbs.OData.WebAPI.TableInfos","value":[
{"ID":0,"Title":"Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente 2025","Identifier":"47013NED",
 "Modified":"2025-12-15T02:00:00","ReasonDelivery":"ActualiseringBijzonder","Language":"nl","Catalog":"Politie",
 "Frequency":"Permaand","Period":"2012-2025","OutputStatus":"Regulier","Source":"&copy; Politie","Summary":null}]}"#;
    const PROPERTIES: &str = r#"{"odata.metadata":"https://x/$metadata#Cbs.OData.WebAPI.DataProperties","value":[
 {"odata.type":"Cbs.OData.Dimension","ID":0,"Position":0,"ParentID":null,"Type":"Dimension","Key":"SoortMisdrijf","Title":"Soort misdrijf","Description":""},
 {"odata.type":"Cbs.OData.TimeDimension","ID":2,"Position":2,"Type":"TimeDimension","Key":"Perioden","Title":"Perioden","ReleasePolicy":false},
 {"odata.type":"Cbs.OData.Topic","ID":3,"Position":3,"ParentID":null,"Type":"Topic","Key":"GeregistreerdeMisdrijven_1","Title":"Geregistreerde misdrijven","Datatype":"Long","Unit":"aantal","Decimals":0,"Default":"Zero","PresentationType":"Absolute"},
 {"odata.type":"Cbs.OData.TopicGroup","ID":4,"Position":null,"ParentID":null,"Type":"TopicGroup","Key":"","Title":"Regioaanduiding"},
 {"odata.type":"Cbs.OData.Topic","ID":5,"Position":4,"ParentID":4,"Type":"Topic","Key":"Gemeentenaam_2","Title":"Gemeentenaam","Datatype":"String","Unit":"naam","Default":"Missing"}]}"#;
    const WIJKEN: &str = r#"{"odata.metadata":"https://x/$metadata#Cbs.OData.WebAPI.WijkenEnBuurten","value":[
{"Key":"NL00      ","Title":"Nederland","Description":null,"Municipality":"","DetailRegionCode":""},
{"Key":"WK168001  ","Title":"Wijk 01 Eext","Description":"Wijk &#39;01&#39; &amp; Eext","Municipality":"GM1680","DetailRegionCode":"WK168001"},
{"Key":"BU16800100","Title":"Eext","Description":"","Municipality":"GM1680","DetailRegionCode":"BU16800100"}],
"odata.nextLink":"https://x/WijkenEnBuurten?$format=json&$skip=10000"}"#;

    #[test]
    fn the_resources_of_a_table_keep_their_order() {
        let resources = read_feed_service(SERVICE.as_bytes(), "test").unwrap();
        let names: Vec<&str> = resources.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["TableInfos", "UntypedDataSet", "Perioden"]);
        assert_eq!(resources[2].1, "https://x/Perioden");
    }

    #[test]
    fn the_table_keeps_every_field_and_its_entities() {
        let table = read_feed_table_infos(TABLE.as_bytes(), "test").unwrap().unwrap();
        assert_eq!(
            (table.identifier.as_str(), table.modified.as_str()),
            ("47013NED", "2025-12-15T02:00:00")
        );
        assert_eq!(table.fields.len(), 12);
        for (name, text) in [("ID", "0"), ("Source", "&copy; Politie"), ("Summary", "")] {
            assert!(
                table.fields.contains(&(name.to_owned(), text.to_owned())),
                "{name}"
            );
        }
    }

    #[test]
    fn properties_differ_in_their_fields_by_kind() {
        let properties = read_feed_properties(PROPERTIES.as_bytes(), "test").unwrap();
        let keys: Vec<&str> = properties.iter().map(|property| property.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "SoortMisdrijf",
                "Perioden",
                "GeregistreerdeMisdrijven_1",
                "",
                "Gemeentenaam_2"
            ]
        );
        assert_eq!(
            properties.iter().map(Property::is_dimension).collect::<Vec<_>>(),
            [true, true, false, false, false]
        );
        assert_eq!(properties[2].default.as_deref(), Some("Zero"));
        assert_eq!(properties[1].unit, None);
        assert_eq!(
            (properties[3].id.as_str(), properties[4].parent_id.as_deref()),
            ("4", Some("4"))
        );
        assert_eq!(properties[2].parent_id, None);
    }

    #[test]
    fn members_lose_the_padding_of_their_key_and_keep_it_beside() {
        let (list, next) = read_feed_list("WijkenEnBuurten", WIJKEN.as_bytes(), "test").unwrap();
        assert_eq!(list.key, "WijkenEnBuurten");
        let wijk = &list.members[1];
        assert_eq!(
            (wijk.key.as_str(), wijk.padded_key.as_str()),
            ("WK168001", "WK168001  ")
        );
        assert_eq!(wijk.description, "Wijk &#39;01&#39; &amp; Eext");
        assert_eq!(
            (
                wijk.municipality.as_deref(),
                list.members[0].municipality.as_deref()
            ),
            (Some("GM1680"), None)
        );
        assert_eq!(
            next.as_deref(),
            Some("https://x/WijkenEnBuurten?$format=json&$skip=10000")
        );

        let months = r#"{"value":[{"Key":"2026MM06","Title":"2026 juni","Description":"","Status":"Definitief"},
            {"Key":"E33   ","Title":"Overlast door verward persoon","Description":"Elke vorm","CategoryGroupID":7}]}"#;
        let (list, next) = read_feed_list("Perioden", months.as_bytes(), "test").unwrap();
        assert_eq!(list.members[0].status.as_deref(), Some("Definitief"));
        assert_eq!(list.members[1].category_group.as_deref(), Some("7"));
        assert_eq!(next, None);
    }

    type Reader = fn(&str) -> Result<(), ReadError>;
    const READERS: [(&str, Reader); 4] = [
        (SERVICE, |text| {
            read_feed_service(text.as_bytes(), "test").map(drop)
        }),
        (TABLE, |text| {
            read_feed_table_infos(text.as_bytes(), "test").map(drop)
        }),
        (PROPERTIES, |text| {
            read_feed_properties(text.as_bytes(), "test").map(drop)
        }),
        (WIJKEN, |text| {
            read_feed_list("WijkenEnBuurten", text.as_bytes(), "test").map(drop)
        }),
    ];

    #[test]
    fn a_reply_that_ends_early_is_refused_wherever_it_was_cut() {
        for (whole, read) in READERS {
            read(whole).unwrap();
            for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
                assert!(read(&whole[..end]).is_err(), "cut at {end}");
            }
            assert!(read(&format!("{whole} {{}}")).is_err());
        }
    }

    #[test]
    fn a_service_that_has_no_such_table_says_so_with_an_empty_list() {
        let empty = |rest: &str| format!("{{{rest}\"value\":[]}}");
        let own = empty("\"odata.metadata\":\"https://x/$metadata#Cbs.OData.WebAPI.TableInfos\",");
        assert!(read_feed_table_infos(own.as_bytes(), "test").unwrap().is_none());
        assert!(read_feed_table_infos(empty("").as_bytes(), "test").is_err());
    }

    #[test]
    fn no_reply_is_taken_for_another_and_trouble_is_named() {
        for (whole, read) in READERS {
            for (other, _) in READERS.iter().filter(|(other, _)| *other != whole) {
                assert!(read(other).is_err(), "{other}");
            }
            for (text, found) in [
                (
                    "{\"odata.error\":{\"code\":\"\",\"message\":{\"lang\":\"nl\",\"value\":\"Weg\"}}}",
                    "Weg",
                ),
                ("<feed xmlns=\"http://www.w3.org/2005/Atom\"/>", "Atom XML"),
                ("<html>", "a web page"),
                ("{\"value\":[]}", ""),
                ("{\"value\":[{}]}", ""),
                ("{\"value\":[[]]}", ""),
                ("[]", ""),
            ] {
                let error = read(text).unwrap_err();
                assert!(error.found.contains(found), "{error}");
                assert!(!error.hint().is_empty());
            }
        }
    }

    #[test]
    fn doubles_gaps_and_pages_of_what_must_be_whole_are_refused() {
        let [
            (service, read_service),
            (table, read_table),
            (properties, read_properties),
            (wijken, read_list),
        ] = READERS;
        let cases: [(&str, Reader, &str, &str); 14] = [
            (service, read_service, "\"Perioden\"", "\"TableInfos\""),
            (service, read_service, "\"Perioden\"", "\" \""),
            (service, read_service, "https://x/Perioden", ""),
            (service, read_service, "}]}", "}],\"odata.nextLink\":\"y\"}"),
            (table, read_table, "\"Identifier\":\"47013NED\",", ""),
            (table, read_table, "\"2025-12-15T02:00:00\"", "null"),
            (table, read_table, "null}]", "null},{\"ID\":1}]"),
            (table, read_table, "null}]}", "null}],\"odata.nextLink\":\"y\"}"),
            (properties, read_properties, "Gemeentenaam_2", "Perioden"),
            (
                properties,
                read_properties,
                "\"Type\":\"Dimension\"",
                "\"Kind\":\"Dimension\"",
            ),
            (
                properties,
                read_properties,
                "\"Key\":\"Perioden\"",
                "\"Key\":\"\"",
            ),
            (
                wijken,
                read_list,
                "\"BU16800100\",\"Title\"",
                "\"WK168001\",\"Title\"",
            ),
            (wijken, read_list, "\"WK168001  \"", "\"          \""),
            (
                wijken,
                read_list,
                "\"Title\":\"Eext\"",
                "\"Title\":\"Eext\",\"Title\":\"Eext\"",
            ),
        ];
        for (whole, read, old, new) in cases {
            let text = whole.replacen(old, new, 1);
            assert_ne!(text, whole, "{old}");
            assert!(read(&text).is_err(), "{old} -> {new}");
        }
    }

    #[test]
    fn keys_of_different_widths_go_together() {
        let text = WIJKEN.replace("\"BU16800100\",\"Title\"", "\"BU1680010012\",\"Title\"");
        assert_ne!(text, WIJKEN);
        read_feed_list("WijkenEnBuurten", text.as_bytes(), "test").unwrap();
    }
}
