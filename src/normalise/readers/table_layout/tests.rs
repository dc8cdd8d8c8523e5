//! Tests of the table layout, on lines of the two recorded exports and on what could be taken for them.

use super::super::Flavour::TableLayout;
use super::super::test_sink::{read_text, refusal, widened};

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

/// The text with months behind its first year and behind its last.
fn with_months(text: &str) -> String {
    let after = |line: &str, old: &str, new: &str| {
        if line.starts_with("\"\"") || !line.contains(';') {
            return line.to_owned();
        }
        line.replacen(old, &format!("{old};{new}"), 1)
    };
    let mut lines = Vec::new();
    for line in text.lines() {
        lines.push(match line {
            _ if line.starts_with("\"Perioden\"") || line.contains(";\"2002\"") => after(
                &format!("{line};\"2026 januari-april\""),
                if line.contains("2002") { "\"2002\"" } else { "\"2022\"" },
                "\"2025 januari\";\"2025 februari*\"",
            ),
            _ if line.starts_with("\"Onderwerp\"") => format!("{line};\"Geregistreerde misdrijven\";\"Geregistreerde misdrijven\";\"Geregistreerde misdrijven\""),
            _ if line.ends_with("\"aantal\"") => format!("{line};\"aantal\";\"aantal\";\"aantal\""),
            _ if line.contains("\"800027\"") => format!("{}; \"1\"", after(line, "\"800027\"", "\"66000\";\".\"")).replace("; ", ";"),
            _ if line.starts_with("\"Buitenland\"") => format!("{line};\".\";\".\";\".\""),
            _ if line.contains("\"16192572\"") => format!("{};\"3\"", after(line, "\"16192572\"", "\"1\";\"2\"")),
            _ if line.contains("\"572997\"") => format!("{};\"\"", after(line, "\"572997\"", "\"1\";\"\"")),
            _ => line.to_owned(),
        });
    }
    lines.join("\n") + "\n"
}

#[test]
fn months_beside_the_years_are_passed_over_and_are_never_a_year() {
    for text in [POLICE, POPULATION] {
        let text_with = with_months(text);
        assert!(text_with.contains("2025 februari*"), "{text_with}");
        let (summary, notes) = read_text(TableLayout, &text_with).unwrap();
        let (without, expected) = read_text(TableLayout, text).unwrap();
        assert_eq!(notes.records, expected.records, "{text_with}");
        assert_eq!(
            (summary.records, summary.cells, summary.lines),
            (without.records, without.cells, without.lines)
        );
        // What is passed over holds figures, or the columns have shifted.
        for (cell, wrong) in [("\"66000\"", "\"veel\""), ("\"1\";\"2\"", "\"1\";\"Zwolle\"")] {
            if text_with.contains(cell) {
                let (_, message) = refusal(TableLayout, &text_with.replace(cell, wrong));
                assert!(
                    message.contains("a number or a known symbol in column"),
                    "{message}"
                );
            }
        }
    }
}

#[test]
fn what_does_not_prove_to_be_a_part_of_a_year_is_left_to_the_list_of_the_source() {
    for odd in [
        "2025 jan",
        "2025 januari***",
        "2025 gemiddeld",
        "2026 januari-december",
    ] {
        let text = with_months(POPULATION).replace("2025 januari\"", &format!("{odd}\""));
        match read_text(TableLayout, &text) {
            Ok((_, notes)) => assert!(
                notes.records.iter().any(|record| record.contains(odd)),
                "{odd} was passed over"
            ),
            Err(error) => assert!(error.to_string().contains("stars"), "{error}"),
        }
    }
    // Without a year the months are what the file is about.
    let months = POLICE
        .replace("\"2022\"", "\"2025 januari*\"")
        .replace("\"2023\"", "\"2025 februari*\"");
    let (_, notes) = read_text(TableLayout, &months).unwrap();
    assert_eq!(
        notes.records[0],
        "7: Totaal misdrijven|Nederland|2025 januari 0=800027"
    );
}

#[test]
fn stars_are_told_apart_from_the_label_and_cannot_hide_a_second_year() {
    let text = POLICE.replace("\"2023\"", "\"2023*\"");
    let (_, notes) = read_text(TableLayout, &text).unwrap();
    assert_eq!(notes.records, read_text(TableLayout, POLICE).unwrap().1.records);
    assert_eq!(notes.provisional, [("2023".to_owned(), 1)]);
    for second in ["2022*", "2023 *", "2023***"] {
        let text = POLICE.replace("\"2023\"", &format!("\"{second}\""));
        assert_eq!(refusal(TableLayout, &text).0, 7, "{second}");
    }
}

#[test]
fn columns_and_rows_that_a_spreadsheet_added_change_nothing() {
    for text in [POLICE, POPULATION] {
        let (_, expected) = read_text(TableLayout, text).unwrap();
        let on_every_line = widened(text, ";;");
        let quoted = widened(text, ";\"\";\" \"");
        let rows = text.replace("\"Bron: ", ";;;;\n\"Bron: ") + ";;;;\n;;;;\n";
        let in_front = format!(";;;;\n{}", text.trim_start_matches('\u{feff}'));
        for (changed, down) in [(&on_every_line, 0), (&quoted, 0), (&rows, 0), (&in_front, 1)] {
            let (_, notes) = read_text(TableLayout, changed).unwrap();
            assert_eq!(
                super::super::recognise(changed.as_bytes(), "test").unwrap(),
                TableLayout
            );
            let moved: Vec<String> = expected
                .records
                .iter()
                .map(|record| {
                    let (line, rest) = record.split_once(':').unwrap();
                    format!("{}:{rest}", line.parse::<u64>().unwrap() + down)
                })
                .collect();
            assert_eq!(notes.records, moved, "{changed}");
        }
        // A column is only empty when every cell of it is, and half a change is none.
        let region = if text == POLICE {
            "\"Nederland\""
        } else {
            "\"Groningen (PV)\""
        };
        let line = text.lines().position(|line| line.starts_with(region)).unwrap();
        let spoilt = |end: &str| -> String {
            let lines = on_every_line.lines().enumerate();
            lines
                .map(|(at, text)| {
                    if at == line {
                        format!("{}{end}\n", text.strip_suffix(";;").unwrap())
                    } else {
                        format!("{text}\n")
                    }
                })
                .collect()
        };
        for (end, said) in [
            (";;1", "which has no name"),
            (";x;", "which has no name"),
            (";", "fields"),
            ("", "fields"),
            (";;;", "fields"),
        ] {
            let (at, message) = refusal(TableLayout, &spoilt(end));
            assert_eq!(
                (at, message.contains(said)),
                (line as u64 + 1, true),
                "{end}: {message}"
            );
        }
    }
}
