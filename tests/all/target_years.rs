//! Verdicts on targets in other report years, against other thresholds and on evidence that should not count.
//!
//! A run for each would take minutes, so the normalised tables of the shared release are changed in one place and the
//! real `sql/` runs over them. What follows from evidence in the registers, through the binary, is in `verdicts`.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::compute::concat_batches;
use nulmeting::derive::order::tables_read;
use nulmeting::derive::rows::Rows;
use nulmeting::derive::session::Engine;
use nulmeting::derive::sql_file::{Layer, SqlFile};
use nulmeting::derive::{load, ordered};
use nulmeting::publish::TableKind;

use crate::harness::recorded_release;

/// The steps and marts that `doel_voortgang` is made from, itself included.
fn files_below(engine: &Engine) -> Vec<SqlFile> {
    let files: Vec<SqlFile> = load(None)
        .unwrap()
        .into_iter()
        .filter(|file| matches!(file.layer, Layer::Step | Layer::Mart))
        .collect();
    let mut wanted = BTreeSet::from(["doel_voortgang".to_owned()]);
    loop {
        let reads = files
            .iter()
            .filter(|file| wanted.contains(&file.name))
            .flat_map(|file| tables_read(engine.session(), &file.path, &file.text).unwrap());
        let more: BTreeSet<String> = reads.chain(wanted.iter().cloned()).collect();
        if more == wanted {
            break;
        }
        wanted = more;
    }
    files
        .into_iter()
        .filter(|file| wanted.contains(&file.name))
        .collect()
}

/// `doel_voortgang` as it follows from the shared release with some normalised tables changed: the name of each, and the
/// query that it becomes, in which `was_<name>` is the table as it was.
fn progress_with(changes: &[(&str, String)]) -> Rows {
    let release = recorded_release().release;
    let engine = Engine::new().unwrap();
    let mut given = BTreeSet::new();
    for table in &release.manifest.tables {
        let name = &table.description.name;
        if table.description.kind != TableKind::Norm {
            continue;
        }
        let path = release.table_path(name).unwrap();
        match changes.iter().find(|(changed, _)| changed == name) {
            None => engine.register_file(name, &path).unwrap(),
            Some((_, sql)) => {
                engine.register_file(&format!("was_{name}"), &path).unwrap();
                keep(&engine, name, sql);
            }
        }
        given.insert(name.clone());
    }
    for (changed, _) in changes {
        assert!(given.contains(*changed), "{changed} is no table of norm");
    }
    let files = files_below(&engine);
    for (file, _) in ordered(&engine, &files, &[Layer::Step, Layer::Mart], &given).unwrap() {
        keep(&engine, &file.name, &file.text);
    }
    Rows::ask(&engine, "test", "SELECT * FROM doel_voortgang").unwrap()
}

/// Runs a query once and keeps its answer as a table.
fn keep(engine: &Engine, name: &str, sql: &str) {
    let batches = engine.query(name, sql).unwrap();
    let rows = concat_batches(&batches[0].schema(), &batches).unwrap();
    engine.register_rows(name, rows).unwrap();
}

fn verdicts(rows: &Rows) -> BTreeMap<String, String> {
    rows.iter()
        .map(|row| (row.text("doel").unwrap(), row.text("oordeel").unwrap()))
        .collect()
}

fn asked_over(year: i32) -> (&'static str, String) {
    (
        "beleid",
        format!("SELECT * EXCEPT (gevraagd_jaar), CAST({year} AS INT) AS gevraagd_jaar FROM was_beleid"),
    )
}

/// Hand-kept values with a document: target, day, value.
fn measured(values: &[(&str, &str, &str)]) -> (&'static str, String) {
    let rows = values.iter().enumerate().map(|(at, (target, day, value))| {
        format!(
            " UNION ALL SELECT * REPLACE ('proef_{at}' AS meting, '{target}' AS doel, DATE '{day}' AS datum,
                CAST({value} AS DOUBLE) AS waarde, 'stuk' AS bewijs)
              FROM was_metingen WHERE meting = 'kwekerijen_2019'"
        )
    });
    let sql = std::iter::once("SELECT * FROM was_metingen".to_owned())
        .chain(rows)
        .collect();
    ("metingen", sql)
}

/// Copies of targets that differ in some columns: `<target>/<what differs>`, and the columns.
fn targets(copies: &[(&str, String)]) -> (&'static str, String) {
    let rows = copies.iter().map(|(name, columns)| {
        let original = name.split('/').next().unwrap();
        format!(" UNION ALL SELECT * REPLACE ('{name}' AS doel, {columns}) FROM was_doel WHERE doel = '{original}'")
    });
    let sql = std::iter::once("SELECT * FROM was_doel".to_owned())
        .chain(rows)
        .collect();
    ("doel", sql)
}

#[test]
fn over_2019_what_has_a_figure_is_the_nulmeting_and_nothing_else_is_judged() {
    let rows = verdicts(&progress_with(&[asked_over(2019)]));
    assert_eq!(rows.len(), 66);
    for (target, verdict) in &rows {
        let expected = match target.as_str() {
            // The series of horizontale fraude is evidence as well; rule 5 stands before rule 6.
            "G1" | "4.2.4-2" => "nulmeting",
            "G3" => "niet te beoordelen",
            "G5" => "niet beschikbaar",
            _ => "geen meting",
        };
        assert_eq!(verdict, expected, "{target}");
    }
}

#[test]
fn over_2020_the_main_target_is_judged_against_neither_count_of_year_0() {
    let rows = progress_with(&[asked_over(2020)]);
    let main = rows
        .iter()
        .find(|row| row.text("doel").as_deref() == Some("G1"))
        .unwrap();
    assert_eq!(main.number("waarde"), Some(2020.0));
    for verdict in ["oordeel", "oordeel_herzien"] {
        assert_eq!(main.text(verdict).as_deref(), Some("niet te beoordelen"));
    }
    assert_eq!(
        main.text("waarde_tekst").as_deref(),
        Some("onder de streefwaarde, jaar niet representatief")
    );
}

#[test]
fn a_count_is_uncertain_when_its_interval_reaches_over_the_threshold_or_the_path() {
    // 2087 [1876,9 - 2314,2] of 2022, at the deadline against the threshold, before it against 2248 + 3/5 of the way.
    let threshold = |value: &str| format!("CAST({value} AS DOUBLE) AS streefwaarde");
    let at_the_end = |value: &str| format!("{}, DATE '2022-12-31' AS termijn", threshold(value));
    let cases = [
        ("G1/drempel 1876", at_the_end("1876"), "niet gehaald"),
        ("G1/drempel 1877", at_the_end("1877"), "niet gehaald (onzeker)"),
        ("G1/drempel 2087", at_the_end("2087"), "gehaald (onzeker)"),
        ("G1/drempel 2314", at_the_end("2314"), "gehaald (onzeker)"),
        ("G1/drempel 2315", at_the_end("2315"), "gehaald"),
        // 2248 - 0,6 × 1248 = 1499,2; 2248 - 0,6 × 348 = 2039,2; 2248 + 0,6 × 252 = 2399,2.
        ("G1/pad 1499", threshold("1000"), "niet op koers"),
        ("G1/pad 2039", threshold("1900"), "niet op koers (onzeker)"),
        ("G1/pad 2399", threshold("2500"), "op koers"),
    ];
    let copies: Vec<(&str, String)> = cases
        .iter()
        .map(|(name, columns, _)| (*name, columns.clone()))
        .collect();
    let rows = verdicts(&progress_with(&[targets(&copies)]));
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(name, _, expected)| rows[*name] != *expected)
        .map(|(name, _, expected)| format!("{name}: {}, the specification says {expected}", rows[*name]))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn evidence_of_year_0_itself_or_without_a_document_does_not_count() {
    let (table, mut sql) = measured(&[("4.2.1-1b", "2019-12-31", "3"), ("4.2.2-1b", "2020-01-01", "3")]);
    sql.push_str(
        " UNION ALL SELECT * REPLACE ('zonder_stuk' AS meting, 'R-16' AS doel, DATE '2022-12-31' AS datum,
            100.0 AS waarde, 20.0 AS noemer, CAST(NULL AS VARCHAR) AS bewijs)
          FROM was_metingen WHERE meting = 'kwekerijen_2019'",
    );
    let rows = verdicts(&progress_with(&[(table, sql)]));
    assert_eq!(rows["4.2.1-1b"], "geen meting");
    assert_eq!(
        rows["4.2.2-1b"], "gehaald",
        "a counter, begun on the first day after year 0"
    );
    assert_eq!(rows["R-16"], "geen meting");
}

#[test]
fn a_target_whose_source_stopped_is_not_judged_on_a_figure_that_somebody_wrote_down() {
    let rows = verdicts(&progress_with(&[measured(&[("G5", "2022-06-01", "110")])]));
    assert_eq!(rows["G5"], "niet beschikbaar");
}

/// Outcomes of a national survey over 2022 with the interval of the source: question, region, outcome and limits.
fn surveyed(outcomes: &[(&str, &str, [f64; 3])]) -> (&'static str, String) {
    let rows = outcomes.iter().map(|(question, region, [value, lower, upper])| {
        format!(
            " UNION ALL SELECT * REPLACE ('{question}' AS indicator, 'veiligheidsmonitor' AS instrument,
                    '{region}' AS regio_code, CAST(2022 AS BIGINT) AS jaar, CAST({value} AS DOUBLE) AS waarde,
                    CAST({lower} AS DOUBLE) AS ondergrens, CAST({upper} AS DOUBLE) AS bovengrens,
                    95.0 AS betrouwbaarheid, CAST(NULL AS BIGINT) AS n, '85146NED' AS bron,
                    CAST(NULL AS VARCHAR) AS regel)
                  FROM was_monitor WHERE indicator = 'onveilig_eigen_buurt' AND jaar = 2019"
        )
    });
    let sql = std::iter::once("SELECT * FROM was_monitor".to_owned())
        .chain(rows)
        .collect();
    ("monitor", sql)
}

#[test]
fn the_national_survey_turns_no_target_green_that_does_not_name_its_question_and_itself() {
    let named = |question: &str, survey: &str| {
        format!("'{question}' AS indicator, CAST({survey} AS VARCHAR) AS instrument")
    };
    // The path of G2 over 2022 is 18 - 3/5 of 3,6 = 15,84; 12,0 (10,1-14,2) lies below it and below 14,4.
    let rows = progress_with(&[
        surveyed(&[
            ("vm_onveilig_in_buurt", "GM0164", [12.0, 10.1, 14.2]),
            ("vm_onveilig_algemeen", "NL01", [12.0, 11.8, 12.2]),
            ("vm_veiligheid_in_buurt", "GM0164", [9.1, 9.0, 9.2]),
        ]),
        targets(&[
            (
                "G2/de vraag van de enquete",
                named("vm_onveilig_in_buurt", "'veiligheidsmonitor'"),
            ),
            (
                "G2/de vraag van een ander",
                named("vm_onveilig_in_buurt", "'hengelopanel'"),
            ),
            ("G2/de vraag van niemand", named("vm_onveilig_in_buurt", "NULL")),
            (
                "G2/het land",
                named("vm_onveilig_algemeen", "'veiligheidsmonitor'"),
            ),
        ]),
    ]);
    let found = verdicts(&rows);
    for (target, expected) in [
        ("G2", "geen meting"),
        ("G3", "niet te beoordelen"),
        ("G2/de vraag van de enquete", "op koers"),
        ("G2/de vraag van een ander", "niet te beoordelen"),
        ("G2/de vraag van niemand", "niet te beoordelen"),
        ("G2/het land", "geen meting"),
    ] {
        assert_eq!(found[target], expected, "{target}");
    }
    let background = |target: &str| {
        let row = rows
            .iter()
            .find(|row| row.text("doel").as_deref() == Some(target));
        row.unwrap().text("achtergrond")
    };
    assert_eq!(background("G2").as_deref(), Some("vm_onveilig_in_buurt"));
    assert_eq!(background("G3").as_deref(), Some("vm_veiligheid_in_buurt"));
    assert_eq!(background("G1"), None);
}
