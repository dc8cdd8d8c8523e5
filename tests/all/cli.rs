//! What stands on the terminal: errors, the summary of a run, and answers to questions in each format. Help is in `help`.
//!
//! One snapshot a behaviour, read line by line before it was kept. What changes from run to run (release, folder, version)
//! is replaced by a name in brackets.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use insta::assert_snapshot;
use nulmeting::disk;

use crate::harness::{
    Ended, Project, command, copy_tree, nulmeting, nulmeting_reading, printed, published, recorded_release,
    repository,
};

pub fn ask(arguments: &[&str]) -> Ended {
    let mut all = vec!["query"];
    all.extend(arguments);
    all.extend(["--data", published().to_str().unwrap()]);
    nulmeting(repository(), &all)
}

/// Exit code, stdout and stderr as one text.
fn shown(ended: &Ended) -> String {
    format!(
        "exit {}\n--- stdout\n{}--- stderr\n{}",
        ended.code.unwrap(),
        ended.stdout,
        ended.stderr
    )
}

#[test]
fn a_command_that_does_not_exist_is_an_error_on_stderr() {
    assert_snapshot!(shown(&nulmeting(repository(), &["publiceer"])), @r"
    exit 2
    --- stdout
    --- stderr
    error: unrecognized subcommand 'publiceer'

    Usage: nulmeting <COMMAND>

    For more information, try '--help'.
    ");
}

#[test]
fn a_run_prints_the_table_of_the_note_what_moved_and_what_cannot_be_judged() {
    let release = recorded_release().release;
    let summary = printed()
        .replace(published().to_str().unwrap(), "[DATA]")
        .replace(release.id().as_str(), "[RELEASE]");
    assert_snapshot!(summary, @r"
    Hengelo 2022 · Integraal veiligheidsbeleid 2021-2024
    politiecijfers zoals bekend op 01-11-2023

    jaar 0 is het jaar        2019    2019  2021  2022  oordeel t.o.v. 2019
                              nota politie
    ────────────────────────────────────────────────────────────────────────────────
    Woninginbraken             176     170   132   142  = geen aantoonbaar verschil
    Diefstal box of garage      70      61    65    47  = geen aantoonbaar verschil
    Diefstal uit motorvoert…   118     114   155   118  = geen aantoonbaar verschil
    (Brom)fietsendiefstal      704     599   389   678  = geen aantoonbaar verschil
    Inbraak bedrijven           60      73    30    65  = geen aantoonbaar verschil
    Winkeldiefstal             200     200   136   155  = geen aantoonbaar verschil
    Overige vermogensdelict…   472     471   388   447  = geen aantoonbaar verschil
    VERMOGENSDELICTEN        1.800   1.688 1.295 1.652  = geen aantoonbaar verschil
    Bedreiging                 104     106   113   105  = geen aantoonbaar verschil
    Mishandeling               150     149   145   176  = geen aantoonbaar verschil
    Overvallen                   7       7     3     0  · te klein om te beoordelen
    Straatroof                   3       4     1     5  · te klein om te beoordelen
    Openlijk geweld             15      15    16    17  = geen aantoonbaar verschil
    GEWELDDELICTEN             279     281   278   303  = geen aantoonbaar verschil
    Zedendelicten               47      47    43    47  = geen aantoonbaar verschil
    Illegale handel            122     124   142    85  = geen aantoonbaar verschil
    TOTAAL VAN DE 14 RIJEN   2.248   2.140 1.758 2.087  = geen aantoonbaar verschil
    Horizontale fraude         382     381   531   388  = geen aantoonbaar verschil
    TOTAAL MET FRAUDE        2.630   2.521 2.289 2.475  = geen aantoonbaar verschil
    Overlast door personen …   470       –     –     –  · geen politiecijfers

    Wat bewoog van 2021 naar 2022
      ▲ (Brom)fietsendiefstal: hoger, van 389 naar 678 (niet-representatief jaar)
      △ Inbraak bedrijven: mogelijk hoger, van 30 naar 65 (niet-representatief jaar)
      ▲ Vermogensdelicten: hoger, van 1.295 naar 1.652 (niet-representatief jaar)
      ▽ Illegale handel: mogelijk lager, van 142 naar 85
          (hangt af van controles; niet-representatief jaar)
      ▲ Totaal van de 14 rijen: hoger, van 1.758 naar 2.087
          (niet-representatief jaar)
      ▽ Horizontale fraude: mogelijk lager, van 531 naar 388
          (niet-representatief jaar)

    Niet te beoordelen
      te klein om te beoordelen: Overvallen, Straatroof
      geen politiecijfers: Overlast door personen met verward gedrag

    66 doelen; zonder bewijs is geen doel gehaald
       60  geen meting
        2  geen meting, termijn verstreken
        1  in uitvoering
        1  niet beschikbaar
        1  niet te beoordelen
        1  op koers (onzeker)

    G1: 2.087 delicten, streefwaarde 2.023,2 (kalenderjaar 2024)
      tegen jaar 0 zoals vastgesteld   pad 2.113,1: op koers (onzeker)
      tegen jaar 0 zoals nu geteld     pad 2.011,6: niet op koers (onzeker)

    Controles    29 gedaan, 0 fouten, 6 met een waarschuwing (nulmeting check)
                 5 daarvan hadden niets te toetsen
    Publicatie   [DATA]/releases/[RELEASE]
    Rapport      [DATA]/current/rapport/voortgangsrapportage-2022.html
    ");
}

#[test]
fn status_without_a_release_says_so_and_ends_well() {
    let project = Project::copy();
    assert_snapshot!(shown(&project.nulmeting(&["status"])), @r"
    exit 0
    --- stdout
    source                   table     files  newest file  days old  last seen
    ───────────────────────  ────────  ─────  ───────────  ────────  ─────────
    politie_misdrijven       47013NED      0  never                  never
    politie_overlast         47021NED      0  never                  never
    politie_wijken           47018NED      0  never                  never
    politie_wijken_maanden   47022NED      0  never                  never
    politie_wijken_overlast  47024NED      0  never                  never
    cbs_wijken               85984NED      0  never                  never
    cbs_bevolking_begin      03759ned      0  never                  never
    cbs_bevolking_eind       37230ned      0  never                  never
    cbs_veiligheidsmonitor   85146NED      0  never                  never
    inbox                                  0  never                  never

    no release yet: `nulmeting run --offline` makes one
    --- stderr
    ");
}

#[test]
fn status_names_the_release_the_age_of_its_sources_and_its_report() {
    let data = published().to_str().unwrap();
    let status = nulmeting(repository(), &["status", "--data", data])
        .with(0)
        .stdout;
    let release = recorded_release().release;
    let tables = format!("{} with", release.manifest.tables.len());
    for text in [
        release.id().as_str(),
        "2026-11-24 00:00 UTC",
        &tables,
        "0 failed",
        "voortgangsrapportage-2022.html",
    ] {
        assert!(status.contains(text), "{text} in {status}");
    }
    // The newest day on which a source stood so, from `data/SOURCES.md`, and the number of recorded files.
    for (source, files, day) in [
        ("politie_misdrijven", "15", "2026-06-15"),
        ("politie_overlast", "0", "never"),
        ("cbs_bevolking_begin", "9", "2026-07-02"),
        ("cbs_bevolking_eind", "1", "2025-12-22"),
    ] {
        let line = status.lines().find(|line| line.starts_with(source)).unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(&words[2..4], [files, day], "{line}");
    }
}

const OF_EACH_KIND: &str = "SELECT 1 AS geheel, 2.5 AS deel, CAST(NULL AS INT) AS leeg, 'a, \"b\"' AS tekst, true AS klopt,
    CAST('2023-11-01' AS DATE) AS dag UNION ALL SELECT -20, 0.125, 3, 'Fryslân', false, NULL ORDER BY geheel DESC";

#[test]
fn an_answer_as_a_table_aligns_numbers_and_counts_rows() {
    assert_snapshot!(ask(&[OF_EACH_KIND]).with(0).stdout, @r#"
    geheel   deel  leeg  tekst    klopt  dag
    ──────  ─────  ────  ───────  ─────  ──────────
         1    2.5        a, "b"   true   2023-11-01
       -20  0.125     3  Fryslân  false
    (2 rows)
    "#);
    assert_snapshot!(ask(&["SELECT reeks FROM nulmeting WHERE false"]).with(0).stdout, @r"
    reeks
    ─────
    (0 rows)
    ");
}

#[test]
fn an_answer_as_csv_has_commas_a_header_points_and_nothing_for_null() {
    assert_eq!(
        ask(&[OF_EACH_KIND, "--format", "csv"]).with(0).stdout,
        "geheel,deel,leeg,tekst,klopt,dag\n1,2.5,,\"a, \"\"b\"\"\",true,2023-11-01\n-20,0.125,3,Fryslân,false,\n"
    );
    let year_0 = "SELECT reeks, waarde_vastgesteld, waarde_bron, streefwaarde FROM nulmeting
        WHERE reeks IN ('mand', 'fietsendiefstal') ORDER BY reeks";
    assert_eq!(
        ask(&[year_0, "--format", "csv"]).with(0).stdout,
        "reeks,waarde_vastgesteld,waarde_bron,streefwaarde\nfietsendiefstal,704,599,\nmand,2248,2140,2023.2\n"
    );
    assert_eq!(
        ask(&["SELECT 1 AS een WHERE false", "--format", "csv"])
            .with(0)
            .stdout,
        "een\n"
    );
    // A row of one empty field is a row all the same.
    assert_eq!(
        ask(&["SELECT CAST(NULL AS INT) AS een", "--format", "csv"])
            .with(0)
            .stdout,
        "een\n\"\"\n"
    );
}

#[test]
fn an_answer_as_json_keeps_types() {
    assert_snapshot!(ask(&[OF_EACH_KIND, "--format", "json"]).with(0).stdout, @r#"
    [
      {
        "dag": "2023-11-01",
        "deel": 2.5,
        "geheel": 1,
        "klopt": true,
        "leeg": null,
        "tekst": "a, \"b\""
      },
      {
        "dag": null,
        "deel": 0.125,
        "geheel": -20,
        "klopt": false,
        "leeg": 3,
        "tekst": "Fryslân"
      }
    ]
    "#);
    assert_eq!(
        ask(&["SELECT 1 AS een WHERE false", "--format", "json"])
            .with(0)
            .stdout,
        "[]\n"
    );
    // A column that holds nothing has no type, and nothing is still not an empty text.
    assert_eq!(
        ask(&["SELECT NULL AS leeg", "--format", "json"]).with(0).stdout,
        "[\n  {\n    \"leeg\": null\n  }\n]\n"
    );
}

#[test]
fn an_answer_as_parquet_can_be_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = published().to_str().unwrap();
    let question = "SELECT reeks, waarde_bron FROM nulmeting";
    let output = command(
        repository(),
        &["query", question, "--format", "parquet", "--data", data],
    )
    .output()
    .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let path = folder.path().join("antwoord.parquet");
    fs_err::write(&path, &output.stdout).unwrap();
    let file = fs_err::File::open(&path).unwrap().into_file();
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let names: Vec<&String> = builder
        .schema()
        .fields()
        .iter()
        .map(|field| field.name())
        .collect();
    assert_eq!(names, ["reeks", "waarde_bron"]);
    let rows: usize = builder
        .build()
        .unwrap()
        .map(|batch| batch.unwrap().num_rows())
        .sum();
    assert_eq!(
        recorded_release().lines("SELECT count(*) FROM nulmeting"),
        [rows.to_string()]
    );
}

#[test]
fn a_question_is_read_from_stdin() {
    let arguments = [
        "query",
        "-",
        "--format",
        "csv",
        "--data",
        published().to_str().unwrap(),
    ];
    let question = b"SELECT waarde\nFROM trend_reeks\nWHERE reeks = 'mand' AND jaar = 2022\n";
    assert_eq!(
        nulmeting_reading(repository(), &arguments, question)
            .with(0)
            .stdout,
        "waarde\n2087\n"
    );
    nulmeting_reading(repository(), &arguments, b"SELECT '\xff'")
        .with(2)
        .saying(&["UTF-8", "hint: "]);
}

#[test]
fn a_question_can_only_read_and_only_the_release() {
    let project = Project::copy();
    project.write("geheim.csv", b"a,b\n1,2\n");
    let before = disk::walk(project.path("").as_path()).unwrap();
    let data = published().to_str().unwrap();
    for question in [
        "COPY (SELECT 1 AS een) TO 'gestolen.csv'",
        "CREATE TABLE nieuw AS SELECT 1 AS een",
        "CREATE VIEW nieuw AS SELECT 1 AS een",
        "CREATE EXTERNAL TABLE nieuw STORED AS CSV LOCATION 'geheim.csv'",
        "INSERT INTO aanvaard SELECT controle, sleutel, aanvaard_door, datum, toelichting FROM aanvaard",
        "UPDATE nulmeting SET waarde_vastgesteld = 0",
        "DELETE FROM nulmeting",
        "DROP TABLE nulmeting",
        "SET datafusion.execution.batch_size = 1",
        "SELECT * FROM 'geheim.csv'",
        "SELECT 1; DROP TABLE nulmeting",
        "EXPLAIN ANALYZE COPY (SELECT 1 AS een) TO 'gestolen.csv'",
    ] {
        let ended = project.nulmeting(&["query", question, "--data", data]);
        assert_ne!(ended.code, Some(0), "{question}: {}", ended.stdout);
        assert_eq!(ended.stdout, "", "{question}");
        assert_eq!(
            disk::walk(project.path("").as_path()).unwrap(),
            before,
            "{question} wrote something"
        );
    }
    ask(&["SELECT count(*) FROM nulmeting"]).with(0);
}

#[test]
fn a_question_that_nests_without_end_is_refused_in_words() {
    let sum = format!("select 1{}", "+1".repeat(20_000));
    ask(&[&sum])
        .with(2)
        .saying(&["at most 5000 words and signs, found 20001", "in parts"]);
}

#[test]
fn an_answer_without_end_is_refused_before_it_fills_the_memory() {
    ask(&["select * from generate_series(1, 1000000000000)"])
        .with(2)
        .saying(&["more than 1024 MiB", "`limit`"]);
}

#[test]
fn a_full_disk_behind_a_redirection_is_no_bug_of_ours() {
    let full = disk::open_to_append(Path::new("/dev/full")).unwrap();
    let data = published().to_str().unwrap();
    let mut asking = command(repository(), &["query", "select 1", "--data", data]);
    let ended = asking.stdout(full.into_file()).output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(74), "{said}");
    assert!(
        said.contains("the answer cannot be written") && !said.contains("bug"),
        "{said}"
    );
}

#[test]
fn an_older_release_answers_by_its_name() {
    let project = Project::copy();
    copy_tree(published(), &project.data());
    let older = project.current().unwrap();
    project.edit("pipelines/hengelo.toml", "title = \"Integraal", "title = \"Ander");
    project.nulmeting(&["build"]).with(0);
    let question = ["query", "SELECT titel FROM beleid"];
    let now = project.nulmeting(&question).with(0).stdout;
    assert!(now.contains("Ander veiligheidsbeleid"), "{now}");
    let of_the_older = [&question[..], &["--release", &older]].concat();
    let then = project.nulmeting(&of_the_older).with(0).stdout;
    assert!(then.contains("Integraal veiligheidsbeleid"), "{then}");
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_command_quietly() {
    let data = published().to_str().unwrap();
    let mut asking = command(
        repository(),
        &[
            "query",
            "SELECT * FROM delicten_jaar",
            "--format",
            "csv",
            "--data",
            data,
        ],
    )
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    let mut first = String::new();
    let mut stdout = BufReader::new(asking.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    assert!(first.starts_with("regio_code,regio,reeks,jaar,waarde"), "{first}");
    drop(stdout);
    let ended = asking.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
}

#[test]
fn nothing_is_coloured_where_nobody_watches() {
    let data = published().to_str().unwrap();
    for arguments in [
        &["status", "--data", data][..],
        &["--help"],
        &["publiceer"],
        &["query", "SELEKT", "--data", data],
    ] {
        let output = command(repository(), arguments)
            .env("CLICOLOR_FORCE", "1")
            .output()
            .unwrap();
        assert!(
            !output.stdout.contains(&b'\x1b') && !output.stderr.contains(&b'\x1b'),
            "{arguments:?}"
        );
    }
}

#[test]
fn the_data_directory_can_come_from_the_environment() {
    let arguments = ["query", "SELECT 1 AS een", "--format", "csv"];
    let output = command(repository(), &arguments)
        .env("NULMETING_DATA", published())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "een\n1\n");
}
