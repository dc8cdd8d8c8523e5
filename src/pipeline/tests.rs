//! The traps of a register and of a pipeline as a whole, each through [`load`](super::load).

use std::io;
use std::path::{Path, PathBuf};

use super::testing::{Small, TODAY, refused};
use super::{Disk, LoadError, REGISTERS, Values, load};

/// A register as another program would save it.
fn saved_otherwise(text: &str, delimiter: char, bom: bool, decimal: char, line_end: &str) -> Vec<u8> {
    let mut saved = String::new();
    if bom {
        saved.push('\u{FEFF}');
    }
    let mut in_quotes = false;
    let mut cell = String::new();
    // Quotes every cell: then the one thing that differs is what the arguments say.
    let finish = |cell: &mut String, saved: &mut String| {
        let is_number = cell.contains(',')
            && cell
                .chars()
                .all(|letter| letter.is_ascii_digit() || letter == ',');
        let text = if is_number {
            cell.replace(',', &decimal.to_string())
        } else {
            cell.clone()
        };
        saved.extend(["\"", &text.replace('"', "\"\""), "\""]);
        cell.clear();
    };
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if in_quotes && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => in_quotes = !in_quotes,
            ';' if !in_quotes => {
                finish(&mut cell, &mut saved);
                saved.push(delimiter);
            }
            '\n' if in_quotes => cell.push_str(line_end),
            '\n' => {
                finish(&mut cell, &mut saved);
                saved.push_str(line_end);
            }
            other => cell.push(other),
        }
    }
    saved.into_bytes()
}

#[test]
fn the_same_registers_in_every_spelling_of_csv_give_equal_tables() {
    let plain = Small::new();
    let expected = plain.load().unwrap().tables;
    for delimiter in [';', ','] {
        for bom in [false, true] {
            for decimal in [',', '.'] {
                for line_end in ["\n", "\r\n"] {
                    let mut other = plain.clone();
                    for register in REGISTERS {
                        let path = Small::path(register.name);
                        let text = String::from_utf8(plain.files[&path].clone()).unwrap();
                        other
                            .files
                            .insert(path, saved_otherwise(&text, delimiter, bom, decimal, line_end));
                    }
                    let what = format!("{delimiter} {bom} {decimal} {line_end:?}");
                    assert_eq!(other.load().unwrap().tables, expected, "{what}");
                }
            }
        }
    }
}

#[test]
fn cells_become_values_of_their_type() {
    let pipeline = Small::new().load().unwrap();
    let measurements = pipeline.table("metingen").unwrap();
    assert_eq!(measurements.number("waarde", 0), Some(2.5));
    assert_eq!(
        measurements.text("tekst", 0),
        Some("Eén \"zin\";\nmet een regeleinde")
    );
    assert_eq!(measurements.text("bewijs", 0), None);
    // 18261 is 2019-12-31: `date -u -d 2019-12-31 +%s` divided by 86400.
    assert_eq!(
        measurements.column("datum").unwrap().values,
        Values::Date(vec![Some(18_261)])
    );
    assert_eq!(pipeline.table("gedrukt").unwrap().lines, [2, 3, 4, 5]);
    assert_eq!(pipeline.convention("alfa"), Some(0.05));
    assert_eq!(pipeline.phrase("lager"), Some("lager"));
    assert_eq!(
        (pipeline.convention("lager"), pipeline.phrase("alfa")),
        (None, None)
    );
}

#[test]
fn all_files_are_listed_with_their_digest() {
    let files = Small::new().load().unwrap().files;
    assert_eq!(files.len(), 1 + REGISTERS.len());
    assert_eq!(files[0].0, Path::new("klein.toml"));
    let (name, digest) = files.last().unwrap();
    assert_eq!(name, Path::new("klein/aanvaard.csv"));
    // `printf 'controle;sleutel;stand;aanvaard_door;datum;toelichting\n' | sha256sum`
    assert_eq!(
        digest,
        "9413158f9417020e0938131f0b2fa418f4df8eadd2d97009c526d9ee6e40c996"
    );
}

#[test]
fn columns_may_stand_in_any_order_and_excel_may_add_empty_ones() {
    let plain = Small::new().load().unwrap();
    let turned = Small::new().replace(
        "thema_reeksen",
        "thema;reeks;toelichting\nwonen;woninginbraken;\n",
        "reeks;toelichting;thema;;;\nwoninginbraken;;wonen;;;\n;;;;;\n;;;;;\n",
    );
    assert_eq!(turned.load().unwrap().tables, plain.tables);
}

#[test]
fn excel_may_leave_out_delimiters_at_the_end_of_a_row() {
    let short = Small::new().replace("thema_reeksen", "wonen;woninginbraken;", "wonen;woninginbraken");
    assert_eq!(short.load().unwrap().tables, Small::new().load().unwrap().tables);
}

#[test]
fn missing_unknown_and_double_columns_are_named_together() {
    let message = refused(&Small::new().replace(
        "gedrukt",
        "reeks;jaar;waarde;status;regel",
        "reeks;Jaar;status;status;regel",
    ));
    for part in [
        "gedrukt.csv:1: `Jaar`: expected one of the columns `reeks`, `jaar`, `waarde`, `status`, `regel`, found an unknown column",
        "`status`: expected every column once",
        "`jaar`: expected the column `jaar`, found no such column",
        "`waarde`: expected the column `waarde`, found no such column",
    ] {
        assert!(message.contains(part), "{part}\n{message}");
    }
    let error = Small::new()
        .replace("gedrukt", "jaar;", "Jaar;")
        .load()
        .unwrap_err();
    assert!(error.hint().unwrap().contains("perhaps `jaar` is meant"));
}

#[test]
fn a_cell_without_a_column_is_refused() {
    let message =
        refused(&Small::new().replace("gedrukt", "176;gedrukt_in_nota;248", "176;gedrukt_in_nota;248;x"));
    assert!(
        message.contains("gedrukt.csv:3: expected an empty cell") && message.contains("`x`"),
        "{message}"
    );
}

#[test]
fn an_unquoted_decimal_comma_between_commas_does_not_shift_the_row_unseen() {
    let header = "indicator;naam;instrument;jaar;waarde;eenheid;soort;n;standaardafwijking;ontwerpeffect;richting;regel;toelichting";
    let spoilt = Small::new()
        .replace("monitor", header, &header.replace(';', ","))
        .replace(
            "monitor",
            "onveilig;Onveilig?;panel;2019;14,4;%;aandeel;1000;;1,5;lager;299;",
            "onveilig,Onveilig?,panel,2019,14,4,%,aandeel,1000,,1.5,lager,299",
        );
    assert!(refused(&spoilt).contains("monitor.csv:2"));
}

#[test]
fn an_empty_cell_of_a_required_column_is_refused() {
    let message = refused(&Small::new().replace("gedrukt", "2019;704;", "2019;;"));
    assert!(
        message.contains("gedrukt.csv:4: `waarde`: expected a value, found an empty cell"),
        "{message}"
    );
}

#[test]
fn the_same_key_twice_is_refused_with_its_first_line() {
    let row = "mand;2019;880;gedrukt_in_nota;271\n";
    let message = refused(&Small::new().replace("gedrukt", row, &row.repeat(2)));
    assert!(message.contains("gedrukt.csv:6: expected a combination of `reeks`, `jaar` that stands once"));
    assert!(
        message.contains("found `mand;2019` again, first on line 5"),
        "{message}"
    );
}

#[test]
fn mistakes_of_all_files_come_out_together_and_in_the_order_of_their_lines() {
    let spoilt = Small::new()
        .in_pipeline("\"GM0164\"", "\"164\"")
        .replace("gedrukt", "2019;704;gedrukt_in_nota", "2019;1.704;x")
        .replace("gedrukt", "2018;192", "18;192")
        .replace("vastgesteld", "13-1-2021", "13 januari");
    let message = refused(&spoilt);
    let starts: Vec<&str> = message
        .lines()
        .map(|line| line.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        starts,
        [
            "p/klein.toml:2:8",
            "p/klein/gedrukt.csv:2",
            "p/klein/gedrukt.csv:4",
            "p/klein/gedrukt.csv:4",
            "p/klein/vastgesteld.csv:3"
        ]
    );
}

#[test]
fn a_thousand_mistakes_are_cut_at_twenty() {
    let rows = "x;19;y;z;w\n".repeat(1000);
    let message = refused(&Small::new().replace(
        "gedrukt",
        "reeks;jaar;waarde;status;regel\n",
        &format!("reeks;jaar;waarde;status;regel\n{rows}"),
    ));
    assert_eq!(message.lines().count(), 21);
    assert!(message.ends_with(" more"), "{message}");
}

#[test]
fn a_missing_or_unknown_register_is_named() {
    let mut small = Small::new();
    small.files.remove(&Small::path("doelen"));
    small
        .files
        .insert(PathBuf::from("p/klein/Kopie van reeksen.csv"), Vec::new());
    small
        .files
        .insert(PathBuf::from("p/klein/Trendbreuken.CSV"), Vec::new());
    small
        .files
        .insert(PathBuf::from("p/klein/leesmij.txt"), Vec::new());
    let message = refused(&small);
    assert!(
        message.contains("klein/Kopie van reeksen.csv: expected one of `reeksen`, "),
        "{message}"
    );
    assert!(
        message.contains("klein/Trendbreuken.CSV: expected one of"),
        "{message}"
    );
    assert!(
        message.contains("klein/doelen.csv: expected the register, found no such file"),
        "{message}"
    );
    assert!(!message.contains("leesmij"));
}

#[test]
fn a_register_that_must_have_rows_is_refused_when_it_has_none() {
    let mut small = Small::new();
    small.files.insert(
        Small::path("frasen"),
        b"code;frase;soort;teken;toelichting\n".to_vec(),
    );
    assert!(refused(&small).contains("klein/frasen.csv:1: expected at least one row"));
}

#[test]
fn a_missing_pipeline_or_folder_is_an_invalid_pipeline_and_not_a_broken_disk() {
    let nothing = Small {
        files: std::collections::BTreeMap::new(),
    };
    let message = refused(&nothing);
    assert!(
        message.contains("klein.toml: expected a pipeline file"),
        "{message}"
    );
    assert!(
        message.contains("klein: expected a folder with the registers"),
        "{message}"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_a_broken_disk_and_names_its_path() {
    let read = |_: &Path| Err(io::Error::from(io::ErrorKind::PermissionDenied));
    let list = |_: &Path| Ok(Vec::new());
    let error = load(
        Path::new("p/klein.toml"),
        &Disk {
            read: &read,
            list: &list,
            length: &|_| Ok(None),
        },
        &[],
        super::Inbox::Folder,
        TODAY,
    )
    .unwrap_err();
    assert!(matches!(&error, LoadError::Unreadable { path, .. } if path == Path::new("p/klein.toml")));
    assert_eq!(error.to_string(), "cannot read p/klein.toml");
    assert!(error.hint().is_some());
}

#[test]
fn a_path_that_is_no_pipeline_file_is_refused() {
    let read = |_: &Path| Ok(Vec::new());
    let list = |_: &Path| Ok(Vec::new());
    for path in ["", "/", "..", "p/klein", "p/klein.csv"] {
        let error = load(
            Path::new(path),
            &Disk {
                read: &read,
                list: &list,
                length: &|_| Ok(None),
            },
            &[],
            super::Inbox::Folder,
            TODAY,
        )
        .unwrap_err();
        assert!(error.to_string().contains("ends in .toml"), "{path}");
    }
}

#[test]
fn hostile_registers_give_errors_and_no_panic() {
    let hostile: Vec<Vec<u8>> = vec![
        Vec::new(),
        vec![0],
        vec![0xFF; 1000],
        b"\"".to_vec(),
        b"\xEF\xBB\xBF".to_vec(),
        "reeks;bron;soort_code;deel;toelichting\n\"".as_bytes().to_vec(),
        "é;é\né".repeat(1000).into_bytes(),
        b"\r\r\r;\r".to_vec(),
        (0..=255).collect(),
    ];
    for bytes in hostile {
        for register in REGISTERS {
            let mut small = Small::new();
            small.files.insert(Small::path(register.name), bytes.clone());
            assert!(
                small.load().is_err(),
                "{} {:?}",
                register.name,
                &bytes[..bytes.len().min(8)]
            );
        }
    }
}

#[test]
fn a_long_chain_of_series_is_followed_without_overflow() {
    let series = |number: usize| format!("k{number};K;;vermogen;subtotaal;9;;lager;nee;misdrijf;sommen;;;\n");
    let part = |number: usize| format!("k{};;;k{number};\n", number + 1);
    let all_series: String = (0..2_000).map(series).collect();
    let all_parts: String = (0..1_999).map(part).collect();
    let total = "mand;;;woninginbraken;\n";
    let small = Small::new()
        .replace("reeksen", "mand;Totaal", &format!("{all_series}mand;Totaal"))
        .replace(
            "reeks_delen",
            total,
            &format!("{total}k0;;;woninginbraken;\n{all_parts}"),
        );
    assert!(small.load().is_ok());
}
