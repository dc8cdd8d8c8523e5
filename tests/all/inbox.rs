//! What people drop in the inbox: taken in by what stands in it, held to the rules of the registers, and refused with
//! sheet and cell.

use nulmeting::disk;
use nulmeting::landing::Landing;
use nulmeting::pipeline::{Pipeline, Table};

use crate::harness::{NIGHT, Project, load_pipeline};
use crate::live::Live;
use crate::workbook::{Cell, Sheet, text, workbook};

const HENGELO: &str = "pipelines/hengelo.toml";
const MONITOR: &str = "indicator;naam;instrument;jaar;waarde;eenheid;soort;n;standaardafwijking;ontwerpeffect;richting;regel;toelichting";
const ACCEPTED: &str = "controle;sleutel;stand;aanvaard_door;datum;toelichting";

/// The answer of 2023, as Kennispunt Twente could give it: columns A to M.
fn answer(value: Cell) -> Vec<Cell> {
    vec![
        text("onveilig_eigen_buurt"),
        text("Voelt u zich wel eens onveilig in de eigen buurt?"),
        text("hengelopanel"),
        Cell::Number(2023.0),
        value,
        text("%"),
        text("aandeel"),
        Cell::Number(860.0),
        Cell::Empty,
        Cell::Number(1.5),
        text("lager"),
        Cell::Empty,
        Cell::Empty,
    ]
}

fn monitor(rows: Vec<Vec<Cell>>) -> Sheet {
    Sheet::new("Metingen", MONITOR, rows)
}

/// A project with one file in its inbox.
fn with_file(project: Project, name: &str, bytes: &[u8]) -> Project {
    project.write(&format!("pipelines/inbox/{name}"), bytes);
    project
}

fn dropped(bytes: &[u8]) -> Project {
    with_file(Project::copy(), "monitor.xlsx", bytes)
}

fn loaded(project: &Project) -> Pipeline {
    load_pipeline(&project.path(HENGELO)).unwrap()
}

/// What is said of a sheet that is refused.
#[track_caller]
fn refused(sheets: &[Sheet]) -> String {
    let project = dropped(&workbook(sheets));
    load_pipeline(&project.path(HENGELO)).unwrap_err().to_string()
}

/// The value of 2023 in a register.
fn value_of_2023(monitor: &Table) -> Option<f64> {
    (0..monitor.rows())
        .filter(|row| monitor.whole("jaar", *row) == Some(2023))
        .find_map(|row| monitor.number("waarde", row))
}

#[test]
fn a_dropped_monitor_is_landed_and_published_and_a_withdrawn_one_is_not() {
    let live = Live::of_year_0();
    let first = workbook(&[monitor(vec![answer(Cell::Number(21.0))])]);
    let project = with_file(live.project, "Monitor Kennispunt 2023.xlsx", &first);
    let live = Live { project, ..live };
    live.run().with(0);
    let asked = "SELECT waarde, instrument, n FROM monitor WHERE jaar = 2023 AND bron = 'register'";
    let release = live.project.release();
    assert_eq!(release.lines(asked), ["21.0 | hengelopanel | 860"]);
    let manifest = &release.release.manifest;
    let landed = &manifest.run.landing;
    let file = landed.iter().find(|file| file.source == "inbox").unwrap();
    assert_eq!(file.sha256, disk::sha256_hex(&first));
    assert_eq!(file.peildatum.to_string(), NIGHT);
    let table = manifest
        .tables
        .iter()
        .find(|table| table.description.name == "monitor")
        .unwrap();
    // The national survey, which was fetched, stands in the same table.
    let (dropped, fetched): (Vec<&String>, Vec<&String>) = table
        .description
        .landing
        .iter()
        .partition(|name| name.starts_with("inbox/"));
    assert_eq!(dropped, [&format!("inbox/{}", file.file)]);
    assert!(
        fetched
            .iter()
            .all(|name| name.starts_with("cbs_veiligheidsmonitor/")),
        "{fetched:?}"
    );

    // Another day with the same file brings nothing new.
    let same = live.night(&["run", "--as-of", "2026-11-25"]).with(0);
    assert!(same.stderr.contains("niets nieuws"), "{}", same.stderr);
    assert!(
        live.project
            .nulmeting(&["status"])
            .with(0)
            .stdout
            .contains("inbox")
    );

    // A corrected file takes its place; a build uses what landed and not what lies in the folder.
    let second = workbook(&[monitor(vec![answer(Cell::Number(22.0))])]);
    live.project
        .write("pipelines/inbox/Monitor Kennispunt 2023.xlsx", &second);
    live.project
        .nulmeting(&["build", "--force", "--as-of", "2026-11-26"])
        .with(0);
    assert_eq!(live.project.release().lines(asked), ["21.0 | hengelopanel | 860"]);
    let before = live.project.current().unwrap();
    live.night(&["run", "--as-of", "2026-11-26"]).with(0);
    assert_eq!(live.project.release().lines(asked), ["22.0 | hengelopanel | 860"]);
    // It landed like data, and is a register.
    let after = live.project.current().unwrap();
    let changes = live
        .project
        .nulmeting(&["diff", &before, &after, "--format", "csv"])
        .with(0)
        .stdout;
    let lines: Vec<&str> = changes.lines().skip(1).collect();
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("monitor,") && line.ends_with(",21.0,22.0,register")),
        "{changes}"
    );
    assert!(lines.iter().all(|line| line.ends_with(",register")), "{changes}");
    let landing = Landing::open(&live.project.data()).unwrap();
    assert_eq!(landing.read_source("inbox").unwrap().len(), 2);
    assert_eq!(landing.in_use("inbox").unwrap().len(), 1);

    // A figure that goes away is a finding until a person accepts it.
    disk::remove_file(&live.project.path("pipelines/inbox/Monitor Kennispunt 2023.xlsx")).unwrap();
    let stopped = live.night(&["run", "--as-of", "2026-11-27"]).with(65);
    live.project.accept(&stopped.saying(&["tabel monitor heeft"]));
    live.night(&["run", "--as-of", "2026-11-27"]).with(0);
    assert_eq!(live.project.release().lines(asked), Vec::<String>::new());
}

#[test]
fn a_wrong_file_ends_with_78_and_its_sheet_and_cell_and_nothing_lands() {
    let project = dropped(&workbook(&[
        monitor(vec![answer(Cell::Number(21.0)), answer(text("veel"))]),
        Sheet::new(
            "Aanvaard",
            ACCEPTED,
            vec![vec![
                text("gekrompen"),
                text("x"),
                text("2 -> 1"),
                text("ik"),
                text("gisteren"),
            ]],
        ),
    ]));
    project.run().with(78).saying(&[
        "pipelines/inbox/monitor.xlsx, blad Metingen, cel E3: expected a number with a decimal comma",
        "found `veel`",
        "pipelines/inbox/monitor.xlsx, blad Aanvaard, cel E2: expected a date",
    ]);
    assert!(!project.data().exists());
    let after = Live::of_year_0();
    let project = with_file(after.project, "x.xlsx", b"PK\x03\x04");
    let live = Live { project, ..after };
    live.night(&["fetch"])
        .with(78)
        .saying(&["pipelines/inbox/x.xlsx: expected an Excel workbook"]);
    assert_eq!(live.service.requests().len(), 0);
}

#[test]
fn numbers_percentages_days_and_formulas_are_what_a_person_sees() {
    for (cell, expected) in [
        (Cell::Number(14.4), 14.4),
        (Cell::Number(1.234), 1.234),
        (text("14,4"), 14.4),
        (text(" 14.4 "), 14.4),
        (Cell::Percent(0.144), 14.4),
        (Cell::Percent(0.18), 18.0),
        (Cell::Formula("7+7", Some(14.0)), 14.0),
    ] {
        let shown = format!("{cell:?}");
        let project = dropped(&workbook(&[monitor(vec![answer(cell)])]));
        let pipeline = loaded(&project);
        let value = value_of_2023(pipeline.table("monitor").unwrap()).unwrap();
        assert_eq!(value.to_bits(), f64::to_bits(expected), "{shown}");
    }
    // 46350 days after 30 December 1899 is 24 November 2026: (46350 - 25569) * 86400 is what `date -u -d 2026-11-24 +%s` says.
    let row = vec![
        text("gekrompen"),
        text("monitor"),
        text("28 -> 27"),
        text("ik"),
        Cell::Day(46_350.0),
        Cell::Empty,
    ];
    let project = dropped(&workbook(&[Sheet::new("Blad1", ACCEPTED, vec![row])]));
    let pipeline = loaded(&project);
    let nulmeting::pipeline::Values::Date(days) = &pipeline
        .table("aanvaard")
        .unwrap()
        .column("datum")
        .unwrap()
        .values
    else {
        panic!("a column of days");
    };
    assert_eq!(days.last(), Some(&Some(46_350 - 25_569)));
}

#[test]
fn what_a_cell_cannot_mean_is_refused_at_its_cell() {
    let mut other_unit = answer(Cell::Percent(0.072));
    other_unit[5] = text("rapportcijfer");
    other_unit[6] = text("rapportcijfer");
    let mut year_as_day = answer(Cell::Number(20.0));
    year_as_day[3] = Cell::Day(46_350.0);
    let day_with_time = vec![
        text("gekrompen"),
        text("x"),
        text("2 -> 1"),
        text("ik"),
        Cell::Day(46_350.5),
        Cell::Empty,
    ];
    let cases: [(Sheet, &[&str]); 9] = [
        (
            monitor(vec![answer(Cell::Error("#DIV/0!"))]),
            &["blad Metingen, cel E2", "`#DIV/0!`"],
        ),
        (
            monitor(vec![answer(Cell::Formula("A1", None))]),
            &["cel E2", "never calculated"],
        ),
        (monitor(vec![other_unit]), &["cel E2", "unit of the row is not %"]),
        (
            monitor(vec![year_as_day]),
            &["cel D2", "a year from 1900 to 2100", "`2026-11-24`"],
        ),
        (
            Sheet::new("Blad1", ACCEPTED, vec![day_with_time]),
            &["blad Blad1, cel E2", "a day without a time"],
        ),
        (monitor(vec![answer(text("1.234"))]), &["cel E2", "`1.234`"]),
        (monitor(vec![answer(text("goed\u{1}"))]), &["cel E2", "U+0001"]),
        (
            Sheet::new(
                "Metingen",
                &MONITOR.replace("jaar", "jaartal"),
                vec![answer(Cell::Number(1.0))],
            ),
            &["cel D1", "rij 1: expected the column `jaar`"],
        ),
        (
            Sheet::new("Adressen", "naam;straat;plaats", vec![vec![text("a")]]),
            &["blad Adressen, rij 1", "`naam;straat;plaats`"],
        ),
    ];
    for (sheet, texts) in cases {
        let message = refused(&[sheet]);
        for text in texts {
            assert!(message.contains(text), "{text} in\n{message}");
        }
    }
}

#[test]
fn merged_hidden_and_empty_sheets_have_an_outcome_of_their_own() {
    let good = monitor(vec![answer(Cell::Number(21.0))]);
    let merged = Sheet {
        merged: vec!["C2:C3"],
        ..good.clone()
    };
    let message = refused(&[merged]);
    assert!(
        message.contains("cel C2: expected cells that are not merged"),
        "{message}"
    );
    let hidden = Sheet {
        is_hidden: true,
        ..good.clone()
    };
    assert!(refused(std::slice::from_ref(&hidden)).contains("a hidden sheet that is the register monitor"));
    let empty = Sheet {
        name: "Leeg",
        rows: Vec::new(),
        ..good.clone()
    };
    assert!(refused(std::slice::from_ref(&empty)).contains("only empty or hidden sheets"));

    // A title above the header, a hidden list of words and an empty sheet do no harm.
    let mut titled = good.clone();
    titled
        .rows
        .insert(0, vec![text("Monitor Kennispunt Twente 2023")]);
    titled.rows.insert(1, Vec::new());
    titled.merged = vec!["A1:M1"];
    let words = Sheet {
        name: "Lijst",
        is_hidden: true,
        ..Sheet::new("Lijst", "ja;nee", vec![vec![text("lager")]])
    };
    let project = dropped(&workbook(&[titled, words, empty]));
    assert_eq!(
        value_of_2023(loaded(&project).table("monitor").unwrap()),
        Some(21.0)
    );
}

#[test]
fn files_of_another_kind_are_named() {
    let mut with_password = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    with_password.extend("EncryptedPackage".bytes().flat_map(|letter| [letter, 0]));
    let whole = workbook(&[monitor(vec![answer(Cell::Number(21.0))])]);
    let cases: [(&[u8], &str); 5] = [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on",
            "a workbook of Excel before 2007 (.xls)",
        ),
        (&with_password, "a workbook with a password"),
        (&whole[..whole.len() / 2], "a damaged file"),
        (b"%PDF-1.7\n%\xe2\xe3", "text in UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0", "UTF-8"),
    ];
    for (bytes, expected) in cases {
        let message = load_pipeline(&dropped(bytes).path(HENGELO))
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("monitor.xlsx") && message.contains(expected),
            "{expected} in\n{message}"
        );
    }
    // 100 MB, without so much on the disk.
    let project = dropped(&whole);
    let large = fs_err::File::create(project.path("pipelines/inbox/groot.xlsx")).unwrap();
    large.set_len(100_000_000).unwrap();
    disk::create_dir_all(&project.path("pipelines/inbox/2023")).unwrap();
    project.write("pipelines/inbox/~$monitor.xlsx", b"lock");
    project.write("pipelines/inbox/.DS_Store", b"x");
    let message = load_pipeline(&project.path(HENGELO)).unwrap_err().to_string();
    assert!(
        message.contains("groot.xlsx: expected a file of at most 20971520 bytes, found 100000000 bytes"),
        "{message}"
    );
    assert!(message.contains("inbox/2023: expected a file"), "{message}");
    assert_eq!(message.lines().count(), 2, "{message}");
}

#[test]
fn the_same_row_twice_is_one_and_another_value_under_the_same_key_names_both_places() {
    let original = "onveilig_eigen_buurt;Voelt u zich wel eens onveilig in de eigen buurt?;hengelopanel;2019;18;%;aandeel;1000;;1,5;lager;299;De nota zegt: ruim 1000 inwoners (regel 290)";
    let before = loaded(&dropped(&workbook(&[monitor(vec![answer(Cell::Number(21.0))])])));
    let before = before.table("monitor").unwrap().rows();
    let csv = format!("{MONITOR}\n{original}\n");
    let project = with_file(Project::copy(), "zelfde.csv", csv.as_bytes());
    assert_eq!(loaded(&project).table("monitor").unwrap().rows(), before - 1);

    let other = csv.replace(";18;", ";19;");
    project.write("pipelines/inbox/anders.csv", other.as_bytes());
    let message = load_pipeline(&project.path(HENGELO)).unwrap_err().to_string();
    assert!(
        message.contains(
            "inbox/anders.csv:2: `waarde`: expected `18` for `onveilig_eigen_buurt;hengelopanel;2019`, as in "
        ) && message.contains("hengelo/monitor.csv:3, found `19`"),
        "{message}"
    );
    disk::remove_file(&project.path("pipelines/inbox/anders.csv")).unwrap();

    // Two dropped files that contradict each other, of which one is a workbook.
    project.write(
        "pipelines/inbox/a.xlsx",
        &workbook(&[monitor(vec![answer(Cell::Number(21.0))])]),
    );
    project.write(
        "pipelines/inbox/b.xlsx",
        &workbook(&[monitor(vec![answer(Cell::Number(22.0))])]),
    );
    let message = load_pipeline(&project.path(HENGELO)).unwrap_err().to_string();
    assert!(
        message.contains("b.xlsx, blad Metingen, cel E2: expected `21`")
            && message.contains("a.xlsx, blad Metingen, rij 2, found `22`"),
        "{message}"
    );
    project.write(
        "pipelines/inbox/b.xlsx",
        &workbook(&[monitor(vec![answer(Cell::Number(21.0))])]),
    );
    assert_eq!(loaded(&project).table("monitor").unwrap().rows(), before);
}

#[test]
fn rules_between_registers_hold_for_dropped_rows_at_their_own_place() {
    let header = "meting;doel;onderwerp;stand;datum;datum_tekst;waarde;noemer;eenheid;tekst;bewijs;opsteller;regel;toelichting";
    let mut row = vec![Cell::Empty; 14];
    row[0] = text("nieuw");
    row[1] = text("9.9.9-9");
    row[2] = text("Iets");
    row[3] = text("gereed");
    row[11] = text("de gemeente");
    let message = refused(&[Sheet::new("Blad1", header, vec![row])]);
    assert!(
        message.contains("blad Blad1, cel B2: expected a value of `doel` in"),
        "{message}"
    );
}

#[test]
fn an_inbox_that_is_not_there_is_refused_and_without_one_nothing_changes() {
    let project = dropped(b"");
    disk::remove_tree(&project.path("pipelines/inbox")).unwrap();
    project
        .run()
        .with(78)
        .saying(&["pipelines/inbox: expected the folder", "make the folder"]);
    project.edit(HENGELO, "folder = \"inbox\"", "folder = \"../inbox\"");
    project.run().with(78).saying(&["`inbox.folder`"]);
    // Without the block a folder of that name is just a folder.
    let plain = dropped(b"PK");
    plain.edit(HENGELO, "[inbox]\nfolder = \"inbox\"\n", "");
    assert!(loaded(&plain).dropped.is_empty());
}

#[test]
fn hostile_workbooks_give_words_and_no_panic() {
    let whole = workbook(&[monitor(vec![
        answer(Cell::Number(21.0)),
        answer(Cell::Formula("A1", Some(3.0))),
    ])]);
    let project = dropped(&whole);
    let mut state = 20_261_124_u64;
    for _ in 0..120 {
        let mut spoilt = whole.clone();
        for _ in 0..4 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(state >> 33).unwrap() % spoilt.len();
            spoilt[at] = u8::try_from((state >> 20) & 0xff).unwrap();
        }
        project.write("pipelines/inbox/monitor.xlsx", &spoilt);
        // Either a good file or words; a panic would end the test.
        let _ = load_pipeline(&project.path(HENGELO));
    }
}
