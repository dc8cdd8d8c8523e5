//! Tests of the table layout, on lines of the two recorded exports and on what could be taken for them.

use super::super::Flavour::TableLayout;
use super::super::test_sink::{read_text, refusal};

/// Lines of the police export of June 2026.
const POLICE: &str = "\"Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente 2026\"
\"Soort misdrijf: Totaal misdrijven\"
\"\"
\"Onderwerp\";\"Geregistreerde misdrijven\";\"Geregistreerde misdrijven\"
\"Perioden\";\"2022\";\"2023\"
\"Regio's\";\"aantal\";\"aantal\"
\"Nederland\";\"800027\";\"805590\"
\"Buitenland\";\".\";\".\"
\"Bron: Politie\"
";

/// Lines of the CBS export of December 2025, with three of its 23 years.
const POPULATION: &str = "\u{feff}\"Bevolkingsontwikkeling; regio per maand\"
\"\"
\"\";\"\";\"\";\"Perioden\"
\"Regio's\";\"Onderwerp\";\"\";\"2002\";\"2003\";\"2004\"
\"Nederland\";\"Bevolking aan het einde van de periode\";\"aantal\";\"16192572\";\"16258032\";\"16305526\"
\"Groningen (PV)\";\"Bevolking aan het einde van de periode\";\"aantal\";\"572997\";\"574384\";\"\"
\"Bron: CBS\"
";

#[test]
fn topics_over_the_columns_give_a_record_for_each_period() {
    let (summary, notes) = read_text(TableLayout, POLICE).unwrap();
    let title = notes.header.clone().unwrap().title.unwrap();
    assert_eq!(
        title,
        "Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente 2026"
    );
    assert_eq!(notes.dimensions(), ["Soort misdrijf", "Regio's", "Perioden"]);
    assert_eq!(notes.topic_names(), ["Geregistreerde misdrijven/aantal"]);
    assert_eq!(
        notes.records,
        [
            "7: Totaal misdrijven|Nederland|2022 0=800027",
            "7: Totaal misdrijven|Nederland|2023 0=805590",
            "8: Totaal misdrijven|Buitenland|2022 0=Dot",
            "8: Totaal misdrijven|Buitenland|2023 0=Dot",
        ]
    );
    assert_eq!(summary.source.as_deref(), Some("Politie"));
    assert_eq!((summary.records, summary.lines), (4, 9));
}

#[test]
fn topics_down_the_rows_give_the_same_with_their_unit_from_the_unnamed_column() {
    let (summary, notes) = read_text(TableLayout, POPULATION).unwrap();
    assert_eq!(notes.dimensions(), ["Regio's", "Perioden"]);
    assert_eq!(
        notes.topic_names(),
        ["Bevolking aan het einde van de periode/aantal"]
    );
    assert_eq!(notes.records.first().unwrap(), "5: Nederland|2002 0=16192572");
    assert_eq!(notes.records.last().unwrap(), "6: Groningen (PV)|2004 0=Blank");
    assert_eq!(summary.source.as_deref(), Some("CBS"));
}

#[test]
fn two_topics_of_one_period_share_a_record() {
    let text = POLICE
        .replace(
            "\"Geregistreerde misdrijven\";\"Geregistreerde misdrijven\"",
            "\"Misdrijven\";\"Per 1 000\"",
        )
        .replace("\"2022\";\"2023\"", "\"2022\";\"2022\"")
        .replace("\"aantal\";\"aantal\"", "\"aantal\";\"%\"")
        .replace("\"805590\"", "\"45,0\"");
    let (_, notes) = read_text(TableLayout, &text).unwrap();
    assert_eq!(notes.topic_names(), ["Misdrijven/aantal", "Per 1 000/%"]);
    assert_eq!(
        notes.records[0],
        "7: Totaal misdrijven|Nederland|2022 0=800027 1=45"
    );
}

#[test]
fn a_copy_saved_by_a_spreadsheet_is_read_the_same() {
    let saved = POLICE
        .replace("gemeente 2026\"\n", "gemeente 2026\";;\n")
        .replace("Totaal misdrijven\"\n\"\"\n", "Totaal misdrijven;;\n;;\n")
        .replace("\"Soort misdrijf: ", "Soort misdrijf: ")
        .replace("\"Bron: Politie\"\n", "Bron: Politie;;\n;;\n")
        .replace("\"800027\";\"805590\"", "800027;805590")
        .replace('\n', "\r\n");
    let saved = format!("\u{feff}{saved}");
    assert!(saved.contains("\r\n\"Nederland\";800027;805590\r\n"), "{saved}");
    let (summary, notes) = read_text(TableLayout, &saved).unwrap();
    assert_eq!(notes.records, read_text(TableLayout, POLICE).unwrap().1.records);
    assert_eq!(summary.source.as_deref(), Some("Politie"));
}

#[test]
fn a_file_without_its_footer_is_refused_wherever_it_was_cut() {
    for text in [POLICE, POPULATION] {
        let footer = text.find("\"Bron: ").unwrap();
        for end in (0..=footer).filter(|end| text.is_char_boundary(*end)) {
            assert!(read_text(TableLayout, &text[..end]).is_err(), "cut at {end}");
        }
    }
    let (line, message) = refusal(TableLayout, POLICE.strip_suffix("\"Bron: Politie\"\n").unwrap());
    assert_eq!((line, message.contains("Bron:")), (8, true), "{message}");
    assert_eq!(
        refusal(TableLayout, &format!("{POLICE}\"Almelo\";\"1\";\"2\"\n")).0,
        10
    );
}

#[test]
fn text_in_place_of_a_number_is_refused_in_every_cell() {
    for (old, new, line) in [
        ("\"800027\"", "\"veel\"", 7),
        ("\"805590\"", "\"805.590\"", 7),
        ("\".\";\".\"", "\".\";\"..\"", 8),
        ("\"Buitenland\"", "\"\"", 8),
        ("\"800027\";", "", 7),
    ] {
        let (found, message) = refusal(TableLayout, &POLICE.replace(old, new));
        assert_eq!(found, line, "{message}");
    }
    let other_unit = POPULATION.replace("\"aantal\";\"572997\"", "\"%\";\"572997\"");
    assert_eq!(refusal(TableLayout, &other_unit).0, 6);
}

#[test]
fn headers_in_an_unknown_layout_are_refused() {
    for (old, new) in [
        ("\"Onderwerp\"", "\"Iets anders\""),
        ("\"Regio's\";\"aantal\";\"aantal\"\n", ""),
        ("\"2022\";\"2023\"", "\"2022\";\"2022\""),
        ("\"2022\";\"2023\"", "\"2022\";\"\""),
        ("\"Soort misdrijf: Totaal misdrijven\"", "\"zomaar een regel\""),
        ("\"Soort misdrijf: Totaal misdrijven\"", "\"Perioden: 2022\""),
        (
            "\"Soort misdrijf: Totaal misdrijven\"\n\"\"",
            "\"Regio's: Hengelo (O.)\"",
        ),
    ] {
        let text = POLICE.replace(old, new);
        assert_ne!(text, POLICE, "{old}");
        let (line, message) = refusal(TableLayout, &text);
        // A dimension that is fixed and lies over the columns too shows only when both are known.
        assert!((2..=9).contains(&line), "{message}");
    }
    for (old, new) in [
        ("\"Onderwerp\";\"\"", "\"Onderwerp\";\"Eenheid\""),
        ("\"Onderwerp\";\"\"", "\"Iets\";\"\""),
        ("\"2003\";\"2004\"", "\"2003\";\"2003\""),
        (
            "\"\";\"\";\"\";\"Perioden\"",
            "\"\";\"\";\"Geslacht\";\"Perioden\"",
        ),
        (
            "\"\";\"\";\"\";\"Perioden\"",
            "\"\";\"\";\"\";\"\";\"\";\"\";\"\";\"Perioden\"",
        ),
        ("\"\";\"\";\"\";\"Perioden\"", "\"\";\"Perioden\""),
    ] {
        let text = POPULATION.replace(old, new);
        assert_ne!(text, POPULATION, "{old}");
        assert!(read_text(TableLayout, &text).is_err(), "{new}");
    }
}
