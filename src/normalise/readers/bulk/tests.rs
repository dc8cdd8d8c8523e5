//! A zip in the dialect that was seen at the service (columns, decimal comma, quotes, CRLF), with figures of 03759ned.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::test_sink::Notes;
use super::super::{Flavour, recognise};
use super::*;

const PROPERTIES: &str = "Identifier;Title;Description;Modified;Version;ObservationCount\r\n\
    03759ned;\"Bevolking op 1 januari; \";\"Een \"\"tabel\"\"\r\n\r\nvan twee regels\";2026-06-23T00:00:00+02:00;202606230000;3\r\n";
const DIMENSIONS: &str = "Identifier;Title;Description;MapYear;ReleasePolicy;Kind;ContainsGroups;ContainsCodes;CodesUrl;GroupsUrl\r\n\
    RegioS;Regio's;;;;GeoDimension;True;True;RegioSCodes.csv;RegioSGroups.csv\r\n\
    Perioden;Perioden;;;True;TimeDimension;False;True;PeriodenCodes.csv;\r\n";
const REGIONS: &str = "Identifier;DimensionGroupId;DimensionId;Index;Title;Description\r\n\
    NL01;;RegioS;1;Nederland;\r\n\
    GM0164;GMPV23;RegioS;2;Hengelo (O.) ;\"Grenswijziging:\r\n- 5 hectare\"\r\n";
const OBSERVATIONS: &str = "Id;Measure;Perioden;RegioS;Value;StringValue;ValueAttribute\r\n\
    55;M000352;2019JJ00;NL01;17282163;;None\r\n\
    57;M000352;2019JJ00;GM0164;;   ;Impossible\r\n\
    90;M000365;2019JJ00;NL01;17344874,5;;None\r\n";

fn parts() -> Vec<(&'static str, String)> {
    [
        ("Catalog.csv", "Identifier\r\nCBS\r\n"),
        ("Dimensions.csv", DIMENSIONS),
        ("MeasureCodes.csv", "Identifier;MeasureGroupId;Index;Title;Description;DataType;Unit;Decimals;PresentationType\r\nM000352;;5;Bevolking op 1 januari;;Long;aantal;0;Absolute\r\n"),
        ("Observations.csv", OBSERVATIONS),
        ("Properties.csv", PROPERTIES),
        ("RegioSCodes.csv", REGIONS),
    ]
    .map(|(name, text)| (name, text.to_owned()))
    .to_vec()
}

fn zipped(parts: &[(&str, String)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The zip with a text replaced in one of its files.
fn changed(file: &str, from: &str, to: &str) -> Vec<u8> {
    let mut parts = parts();
    let (_, text) = parts.iter_mut().find(|(name, _)| *name == file).unwrap();
    assert!(text.contains(from), "{from}");
    *text = text.replacen(from, to, 1);
    zipped(&parts)
}

fn read(zip: &[u8]) -> Result<(Summary, Notes), ReadError> {
    let mut notes = Notes::default();
    let summary = Bulk::open(Cursor::new(zip), "t.zip")?.observations(&mut notes)?;
    Ok((summary, notes))
}

#[test]
fn observations_lists_and_properties_are_read_as_the_replies_of_the_service_are() {
    let zip = zipped(&parts());
    assert_eq!(recognise(&zip, "t.zip").unwrap(), Flavour::ODataV4Bulk);
    let (summary, notes) = read(&zip).unwrap();
    assert_eq!(notes.dimensions(), ["Perioden", "RegioS"]);
    assert_eq!(notes.topic_names(), ["M000352/?", "M000365/?"]);
    assert_eq!(
        notes.records,
        [
            "2: 2019JJ00|NL01 0=17282163",
            "3: 2019JJ00|GM0164 0=Impossible",
            "4: 2019JJ00|NL01 1=17344874.5"
        ]
    );
    assert_eq!((summary.records, summary.cells, summary.lines), (3, 3, 4));

    let mut bulk = Bulk::open(Cursor::new(zip), "t.zip").unwrap();
    assert_eq!(bulk.properties().observation_count, Some(3));
    assert_eq!(bulk.properties().version.as_deref(), Some("202606230000"));
    let kinds: Vec<String> = bulk
        .dimensions()
        .unwrap()
        .into_iter()
        .map(|known| known.kind)
        .collect();
    assert_eq!(kinds, ["GeoDimension", "TimeDimension"]);
    assert_eq!(bulk.measures().unwrap()[0].decimals, Some(0));
    let codes = bulk.codes("RegioS").unwrap();
    assert_eq!(
        (codes[1].title.as_str(), codes[0].description.as_str()),
        ("Hengelo (O.)", "")
    );
    assert_eq!(codes[1].description, "Grenswijziging:\r\n- 5 hectare");
    let error = bulk.codes("Geslacht").unwrap_err().to_string();
    assert!(error.contains("t.zip/GeslachtCodes.csv"), "{error}");
}

#[test]
fn a_zip_of_a_selection_is_told_by_its_count() {
    let fewer = read(&changed("Properties.csv", ";3\r\n", ";100741875\r\n"))
        .err()
        .unwrap();
    assert!(
        fewer
            .to_string()
            .contains("100741875 observations of the whole table"),
        "{fewer}"
    );
    assert!(fewer.hint().contains("selection"));
    let more = read(&changed("Properties.csv", ";3\r\n", ";2\r\n"))
        .err()
        .unwrap();
    assert_eq!(more.line, 4);
    for count in [";\r\n", ";-1\r\n", ";drie\r\n"] {
        assert!(
            read(&changed("Properties.csv", ";3\r\n", count)).is_err(),
            "{count}"
        );
    }
}

#[test]
fn what_is_not_as_described_is_refused_with_file_and_line() {
    for (from, to, line) in [
        (";17282163;", ";17.282.163;", 2),
        (";17282163;", ";;", 2),
        (";17282163;;None", ";17282163;;Impossible", 2),
        (";17282163;;None", ";17282163;Hengelo;None", 2),
        (";Impossible", ";Onbekend", 3),
        ("\r\n57;", "\r\n55;", 3),
        ("\r\n57;", "\r\n;", 3),
        (";GM0164;", ";;", 3),
        ("90;M000365", "90;", 4),
        (";Measure;", ";Maat;", 1),
        (";Perioden;", ";RegioS;", 1),
        ("StringValue;", "", 1),
        ("17344874,5;;None\r\n", "17344874,5;;None", 4),
        ("17344874,5;;None\r\n", "17344874", 4),
    ] {
        let error = read(&changed("Observations.csv", from, to))
            .err()
            .unwrap_or_else(|| panic!("taken: {to}"));
        assert!(error.to_string().contains("t.zip/Observations.csv"), "{error}");
        assert_eq!(error.line, line, "{error}");
    }
    let lists = |from: &str, to: &str| {
        let zip = changed("RegioSCodes.csv", from, to);
        Bulk::open(Cursor::new(zip), "t.zip")
            .unwrap()
            .codes("RegioS")
            .is_err()
    };
    assert!(lists("GM0164;", "NL01;") && lists("GM0164;", ";") && lists("Identifier;", "Sleutel;"));
}

#[test]
fn a_zip_that_unpacks_to_more_than_its_table_can_hold_is_refused() {
    let blank = "\r\n".repeat(1 << 20);
    let bomb = changed("Observations.csv", "55;", &format!("{blank}55;"));
    assert!(bomb.len() < 64 << 10);
    let error = read(&bomb).err().unwrap();
    assert!(error.to_string().contains("more bytes than that"), "{error}");
}

#[test]
fn every_cut_and_every_spoilt_byte_is_refused_or_changes_nothing() {
    let whole = zipped(&parts());
    let (_, expected) = read(&whole).unwrap();
    for length in 0..whole.len() {
        assert!(read(&whole[..length]).is_err(), "{length}");
    }
    for at in 0..whole.len() {
        let mut spoilt = whole.clone();
        spoilt[at] ^= 0x55;
        match read(&spoilt) {
            Ok((_, notes)) => assert_eq!(notes.records, expected.records, "{at}"),
            Err(error) => assert!(!error.is_io(), "{error}"),
        }
    }
}
