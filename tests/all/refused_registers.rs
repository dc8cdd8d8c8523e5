//! A pipeline file or a register that is wrong: exit 78, with file, line, field and what was expected.
//!
//! All of it is found before anything is locked or written, so these runs are short.

use nulmeting::disk;

use crate::harness::{Ended, Project};

const PIPELINE: &str = "pipelines/hengelo.toml";

const REGISTERS: [&str; 16] = [
    "reeksen",
    "reeks_delen",
    "gedrukt",
    "vastgesteld",
    "themas",
    "thema_reeksen",
    "instrumenten",
    "doelen",
    "monitor",
    "monitor_vragen",
    "metingen",
    "definities",
    "trendbreuken",
    "conventies",
    "frasen",
    "aanvaard",
];

fn path_of(register: &str) -> String {
    format!("pipelines/hengelo/{register}.csv")
}

#[track_caller]
fn refused(project: &Project) -> Ended {
    let ended = project.run();
    assert!(!project.data().exists(), "nothing may be written");
    ended
}

#[test]
fn a_register_that_is_no_table_of_text_is_refused_whichever_it_is() {
    let project = Project::copy();
    let huge = vec![b'a'; (10 << 20) + 1];
    let mut wrong = Vec::new();
    for register in REGISTERS {
        let path = path_of(register);
        let original = disk::read(&project.path(&path)).unwrap();
        let header: Vec<u8> = original
            .split_inclusive(|byte| *byte == b'\n')
            .next()
            .unwrap()
            .to_vec();
        let with = |more: &[u8]| [header.as_slice(), more].concat();
        for (content, place, expected) in [
            (Vec::new(), "", "a header"),
            (with(b"caf\xe9;x\n"), ":2", "text in UTF-8"),
            (b"\xff\xfer\0e\0".to_vec(), ":1", "text in UTF-8"),
            (with(b"\"open\n"), ":2", "quote"),
            (with(b"x;\x00\n"), ":2", ""),
            (
                header
                    .iter()
                    .map(|byte| if *byte == b';' { b'\t' } else { *byte })
                    .collect(),
                ":1",
                "separated by",
            ),
            (with(b"Een;twee\n"), ":2", ""),
            (b"PK\x03\x04;\n".to_vec(), ":1", ""),
            (huge.clone(), "", "at most 10485760 bytes"),
        ] {
            fs_err::write(project.path(&path), &content).unwrap();
            wrong.extend(refused(&project).unlike(78, &[&format!("{path}{place}"), expected, "expected"]));
        }
        disk::remove_file(&project.path(&path)).unwrap();
        wrong.extend(refused(&project).unlike(78, &[&path, "expected"]));
        fs_err::write(project.path(&path), &original).unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Replaces text in a register or in the pipeline file, runs, and puts it back.
#[track_caller]
fn refused_with(project: &Project, file: &str, from: &str, to: &str) -> Ended {
    let original = disk::read(&project.path(file)).unwrap();
    project.edit(file, from, to);
    let ended = refused(project);
    fs_err::write(project.path(file), original).unwrap();
    ended
}

/// The line of the first occurrence of a text, from 1.
fn line_of(project: &Project, file: &str, text: &str) -> usize {
    let content = disk::read_to_string(&project.path(file)).unwrap();
    1 + content[..content.find(text).unwrap()].matches('\n').count()
}

#[test]
fn a_wrong_cell_is_named_with_file_line_field_and_what_was_expected() {
    let project = Project::copy();
    let mut wrong = Vec::new();
    for (register, from, to, field, expected) in [
        (
            "gedrukt",
            "fietsendiefstal;2019;704;",
            "fietsendiefstal;2019;zevenhonderd;",
            "waarde",
            "a whole number",
        ),
        (
            "gedrukt",
            "fietsendiefstal;2019;704;",
            "fietsendiefstal;2019;704,5;",
            "waarde",
            "a whole number",
        ),
        (
            "gedrukt",
            "fietsendiefstal;2019;704;",
            "fietsendiefstal;19;704;",
            "jaar",
            "a year",
        ),
        (
            "gedrukt",
            "fietsendiefstal;2019;704;",
            "fietsdiefstal;2019;704;",
            "reeks",
            "a value of `reeks`",
        ),
        (
            "gedrukt",
            "fietsendiefstal;2019;704;",
            "fietsendiefstal;2019;;",
            "waarde",
            "",
        ),
        (
            "vastgesteld",
            "mand;2248;",
            "mand;2.248;",
            "waarde",
            "a whole number",
        ),
        (
            "vastgesteld",
            "mand;2248;gemeenteraad van Hengelo;2021-01-13",
            "mand;2248;gemeenteraad van Hengelo;13/1/2021",
            "datum",
            "a date",
        ),
        (
            "vastgesteld",
            "mand;2248;",
            "mand;=SOM(B2:B15);",
            "waarde",
            "not a formula",
        ),
        (
            "conventies",
            "alfa;0,05;",
            "alfa;#VERW!;",
            "waarde",
            "not a formula",
        ),
        ("conventies", "alfa;0,05;", "alpha;0,05;", "conventie", "alfa"),
        ("conventies", "alfa;0,05;", "alfa;5%;", "waarde", "a number"),
        (
            "doelen",
            "G1;3;;1;",
            "G1;3-jan;;1;",
            "paragraaf",
            "a section of the note",
        ),
        (
            "doelen",
            "G1;3;;1;",
            "G1;3;fietsen;1;",
            "thema",
            "a value of `thema`",
        ),
        (
            "doelen",
            "2023,2;delicten;<=;2248",
            "2023,2;delicten;><;2248",
            "richting",
            "one of",
        ),
        (
            "doelen",
            "2023,2;delicten;<=;2248",
            ";delicten;<=;2248",
            "streefwaarde",
            "a value",
        ),
        (
            "metingen",
            "kwekerijen_2019;4.1.3-3;",
            "kwekerijen_2019;4.1.3-33;",
            "doel",
            "a value of `doel`",
        ),
        (
            "metingen",
            "kwekerijen_2019;4.1.3-3;Opgerolde hennepkwekerijen;meting",
            "kwekerijen_2019;4.1.3-3;Opgerolde hennepkwekerijen;klaar",
            "stand",
            "one of",
        ),
        (
            "reeksen",
            "overval;Overvallen;overval;gewelddelicten;reeks;11;;lager;nee",
            "overval;Overvallen;overval;gewelddelicten;reeks;11;;lager;wel",
            "hangt_af_van_controles",
            "`ja` or `nee`",
        ),
        (
            "reeks_delen",
            "woninginbraken;47013NED;1.1.1;",
            "woninginbraken;47013NED;1-1-2001;",
            "soort_code",
            "a code of the police",
        ),
        (
            "reeks_delen",
            "vermogensdelicten;;;woninginbraken;",
            "vermogensdelicten;;;vermogensdelicten;",
            "deel",
            "",
        ),
        (
            "trendbreuken",
            "fraude_indeling_2015;horizontale_fraude;;2015-05-01",
            "fraude_indeling_2015;horizontale_fraude;;2015-02-30",
            "datum",
            "a date",
        ),
        (
            "monitor",
            "onveilig_eigen_buurt;Voelt u zich wel eens onveilig in de eigen buurt?;hengelopanel;2019;18;",
            "onveilig_eigen_buurt;Voelt u zich wel eens onveilig in de eigen buurt?;hengelopanel;2019;achttien;",
            "waarde",
            "a number",
        ),
        (
            "frasen",
            "geen_waarde;geen waarde;trend;",
            "geen_waarde;geen waarde;trent;",
            "soort",
            "one of",
        ),
        (
            "themas",
            "woninginbraken;4.3.1;9;",
            "woninginbraken;;9;",
            "paragraaf",
            "the number of the section",
        ),
        (
            "thema_reeksen",
            "drugs;illegale_handel;",
            "drugs;illegale_handels;",
            "reeks",
            "a value of `reeks`",
        ),
        (
            "definities",
            "mishandeling;Geregistreerde",
            "mishandeling;;voorstel;;;;\nmishandeling2;Geregistreerde",
            "tekst",
            "",
        ),
    ] {
        let file = path_of(register);
        let line = line_of(&project, &file, from);
        // A name that is missing from a whole register has no line of its own.
        let place = if to.starts_with("alpha") {
            file.clone()
        } else {
            format!("{file}:{line}")
        };
        let said = [&place, &format!("`{field}`"), expected, "expected", "found"];
        wrong.extend(refused_with(&project, &file, from, to).unlike(78, &said));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    let project = Project::copy();
    project.append(
        &path_of("vastgesteld"),
        "mand;2248;gemeenteraad van Hengelo;2021-01-13;;\n",
    );
    refused(&project)
        .with(78)
        .saying(&["pipelines/hengelo/vastgesteld.csv:22"]);
}

#[test]
fn a_column_that_is_missing_or_unknown_is_named() {
    let project = Project::copy();
    let file = path_of("gedrukt");
    refused_with(
        &project,
        &file,
        "reeks;jaar;waarde;status;regel",
        "reeks;jaar;aantal;status;regel",
    )
    .with(78)
    .saying(&["pipelines/hengelo/gedrukt.csv:1", "waarde"]);
}

#[test]
fn a_printed_value_of_2019_that_differs_from_the_frozen_one_is_refused_in_a_fresh_data_directory() {
    let project = Project::copy();
    // Line 251 of the note is the fifth block of five years.
    let file = path_of("gedrukt");
    let line = line_of(&project, &file, "fietsendiefstal;2019;704;");
    refused_with(
        &project,
        &file,
        "fietsendiefstal;2019;704;",
        "fietsendiefstal;2019;599;",
    )
    .with(78)
    .saying(&[
        &format!("{file}:{line}"),
        "`waarde`",
        "704",
        "599",
        "pipelines/hengelo/vastgesteld.csv:5",
    ]);
    refused_with(&project, &path_of("vastgesteld"), "mand;2248;", "mand;2140;")
        .with(78)
        .saying(&["2140", "2248", &file]);
}

#[test]
fn a_wrong_pipeline_file_is_named_with_line_and_field() {
    let project = Project::copy();
    let mut wrong = Vec::new();
    for (from, to, field, expected) in [
        (
            "baseline_year = 2019",
            "baseline_year = \"2019\"",
            "baseline_year",
            "",
        ),
        (
            "baseline_year = 2019",
            "baseline_yaer = 2019",
            "baseline_year",
            "",
        ),
        ("target_year = 2024", "target_year = 2018", "target_year", ""),
        ("code = \"GM0164\"", "code = \"0164\"", "code", ""),
        (
            "reduction_percent = 10.0",
            "reduction_percent = 110.0",
            "reduction_percent",
            "",
        ),
        (
            "kind = \"population_begin\"",
            "kind = \"bevolking\"",
            "kind",
            "population_begin",
        ),
        (
            "base_url = \"https://datasets.cbs.nl/odata/v1/CBS\"",
            "base_url = \"http://datasets.cbs.nl/odata\"",
            "base_url",
            "https",
        ),
        (
            "id = \"cbs_bevolking_eind\"",
            "id = \"cbs_bevolking_begin\"",
            "id",
            "",
        ),
        (
            "path = \"cbs_37230ned/bevolkingeindeperiod_jaren_22122025.csv.gz\"",
            "path = \"../../../etc/passwd\"",
            "path",
            "",
        ),
        (
            "peildatum = 2025-12-22",
            "peildatum = \"gisteren\"",
            "peildatum",
            "",
        ),
    ] {
        // A key that is missing or belongs elsewhere is told at its table, a value at its own line.
        let line = if to.contains("yaer") {
            0
        } else {
            line_of(&project, PIPELINE, from)
        };
        let place = if line == 0 {
            format!("{PIPELINE}:")
        } else {
            format!("{PIPELINE}:{line}")
        };
        let said = [place.as_str(), field, expected, "expected", "found"];
        wrong.extend(refused_with(&project, PIPELINE, from, to).unlike(78, &said));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_is_no_pipeline_file_at_all_is_refused() {
    let project = Project::copy();
    for content in [&b""[..], b"[municipality", b"\xff\xfe", b"<html>"] {
        let original = disk::read(&project.path(PIPELINE)).unwrap();
        fs_err::write(project.path(PIPELINE), content).unwrap();
        refused(&project).with(78).saying(&[PIPELINE, "expected"]);
        fs_err::write(project.path(PIPELINE), original).unwrap();
    }
}

#[test]
fn a_pipeline_file_that_is_not_there_is_named() {
    let project = Project::copy();
    project
        .nulmeting(&["run", "pipelines/almelo.toml", "--offline"])
        .with(78)
        .saying(&["pipelines/almelo.toml", "hint: "]);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let project = Project::copy();
    project.edit(&path_of("gedrukt"), "overval;2019;7;", "overval;2019;zeven;");
    project.edit(
        &path_of("monitor"),
        "hengelopanel;2019;18;",
        "hengelopanel;2019;achttien;",
    );
    project.edit(PIPELINE, "target_year = 2024", "target_year = 2018");
    refused(&project)
        .with(78)
        .saying(&["gedrukt.csv:", "monitor.csv:", "hengelo.toml:"]);
}
