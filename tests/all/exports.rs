//! Exports that a person saved: months beside the years, columns that a spreadsheet added, stars, and titles that the lists
//! of the source do not have. What can be proven to say the same gives the same rows; the rest is refused with what settles
//! it.

use std::fmt::Write as _;

use crate::harness::{Asked, Ended, Project, recorded};

const TYPED: &str = "politie_47013NED/portaal/policedata2019.csv.gz";
const TABLE_LAYOUT: &str = "politie_47013NED/tabelindeling/misdrijven_2022_2023.csv.gz";
const PLAIN: &str = "politie_47013NED/zonder_symbolen/Misdrijven_per_gemeente.csv.gz";
const END_OF_YEAR: &str = "cbs_37230ned/bevolkingeindeperiod_jaren_22122025.csv.gz";
const PIPELINE: &str = "pipelines/hengelo.toml";

/// A table layout with other columns between its columns; `added` gives them for each line of the table, by its first field.
fn with_columns(text: &str, at: usize, added: impl Fn(&str) -> [String; 2]) -> String {
    let mut changed = String::new();
    for line in text.lines() {
        let mut fields: Vec<String> = line.split("\";\"").map(str::to_owned).collect();
        // The line with the name of the dimension alone stays as short as it is.
        if fields.len() > at && !line.starts_with("\"\"") {
            let [first, second] = added(line);
            fields.insert(at, first);
            let last = fields.pop().unwrap();
            fields.push(format!("{}\";\"{second}\"", last.trim_end_matches('"')));
        }
        writeln!(changed, "{}", fields.join("\";\"")).unwrap();
    }
    changed
}

/// The crimes with a month in front of the years and a part of a year behind them.
fn crimes_with_months() -> String {
    with_columns(&recorded(TABLE_LAYOUT), 1, |line| {
        let pair = if line.starts_with("\"Perioden") {
            ["2022 januari*", "2026 januari-april"]
        } else if line.starts_with("\"Onderwerp") {
            ["Geregistreerde misdrijven"; 2]
        } else if line.starts_with("\"Regio's") {
            ["aantal"; 2]
        } else {
            ["7", "."]
        };
        pair.map(str::to_owned)
    })
}

/// The inhabitants with months in front of the years and behind them.
fn inhabitants_with_months() -> String {
    with_columns(&recorded(END_OF_YEAR), 3, |line| {
        let pair = if line.starts_with("\"Regio's") {
            ["2002 januari", "2025 januari*"]
        } else {
            ["1", ""]
        };
        pair.map(str::to_owned)
    })
}

/// Every line with more columns behind it.
fn widened(text: &str, columns: &str) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        write!(all, "{line}{columns}\r\n").unwrap();
        all
    })
}

/// Everything that was read of the police and of inhabitants.
fn read(release: &Asked) -> Vec<String> {
    let crimes = "SELECT soort_code, regio_code, periode_code, waarde, reden, status, peildatum, bekend_van, geldt \
        FROM misdrijven_versies ORDER BY peildatum, soort_code, regio_code, periode_code";
    let inhabitants = "SELECT regio_code, jaar, inwoners, inwoners_eigen, samenstelling, status, bron, peildatum \
        FROM bevolking ORDER BY regio_code, jaar";
    [release.lines(crimes), release.lines(inhabitants)].concat()
}

fn run(project: &Project) -> Vec<String> {
    project.run().with(0);
    read(&project.release())
}

#[test]
fn months_beside_years_and_columns_of_a_spreadsheet_give_the_same_rows() {
    let project = Project::of_year_0();
    let expected = run(&project);
    assert!(expected.iter().any(|row| row.contains("GM0164")) && expected.len() > 20_000);
    for (fixture, changed) in [
        (TABLE_LAYOUT, crimes_with_months()),
        (END_OF_YEAR, inhabitants_with_months()),
        (PLAIN, widened(&recorded(PLAIN), ";;") + ";;;;;\r\n"),
        (TYPED, widened(&recorded(TYPED), ";\"\"")),
    ] {
        assert_ne!(changed, recorded(fixture));
        project.set_fixture(fixture, changed.as_bytes());
    }
    assert_eq!(run(&project), expected);
    for (fixture, changed) in [
        (TABLE_LAYOUT, widened(&crimes_with_months(), ";;") + ";;;\r\n"),
        (END_OF_YEAR, widened(&inhabitants_with_months(), ";;;")),
        (PLAIN, widened(&recorded(PLAIN), ";\"\";\"\"")),
        (TYPED, widened(&recorded(TYPED), ";;;;")),
    ] {
        project.set_fixture(fixture, changed.as_bytes());
    }
    assert_eq!(run(&project), expected);
}

#[test]
fn half_a_change_is_refused_with_its_line() {
    let project = Project::of_year_0();
    let refused = |fixture: &str, content: &str, words: &[&str]| -> Ended {
        project.set_fixture(fixture, content.as_bytes());
        let ended = project.run().with(65).saying(words);
        project.set_fixture(fixture, recorded(fixture).as_bytes());
        ended
    };
    let last = |text: &str| text.lines().count();
    for fixture in [TABLE_LAYOUT, END_OF_YEAR, PLAIN, TYPED] {
        let text = widened(&recorded(fixture), ";;");
        // Of a layout the last line is the footer, which may have no columns at all.
        let line = last(&text) - 1;
        let changed = |end: &str| -> String {
            let lines = text.lines().enumerate().map(|(at, row)| {
                let end = if at + 1 == line { end } else { ";;" };
                row.strip_suffix(";;").unwrap().to_owned() + end + "\r\n"
            });
            lines.collect()
        };
        let place = format!("line {line}: ");
        refused(fixture, &changed(";;12"), &[&place, "which has no name", "12"]);
        refused(fixture, &changed(";"), &[&place, "fields"]);
    }
    let shifted = crimes_with_months().replacen("\"7\"", "\"Almelo\"", 1);
    refused(
        TABLE_LAYOUT,
        &shifted,
        &["line 7: ", "a number or a known symbol in column 2", "Almelo"],
    );
    let months_only = recorded(END_OF_YEAR)
        .lines()
        .fold(String::new(), |mut all, line| {
            let fields: Vec<&str> = line.split(';').take(4).collect();
            writeln!(
                all,
                "{}",
                fields.join(";").replace("\"2002\"", "\"2025 januari*\"")
            )
            .unwrap();
            all
        });
    project.set_fixture(END_OF_YEAR, months_only.as_bytes());
    project
        .run()
        .with(69)
        .saying(&["`cbs_bevolking_eind`", "of a whole year"]);
}

#[test]
fn a_month_of_an_export_is_no_month_of_the_list_when_the_list_has_none_and_that_alone_is_refused() {
    let project = Project::of_year_0();
    let text = recorded(TABLE_LAYOUT)
        .replace("\"2022\"", "\"2027 januari*\"")
        .replace("\"2023\"", "\"2027 februari*\"");
    project.set_fixture(TABLE_LAYOUT, text.as_bytes());
    project.run().with(65).saying(&[
        "line 7: ",
        "a period of the list of the table",
        "parts of a year only",
    ]);
}

#[test]
fn a_star_behind_a_year_still_means_that_it_is_not_final() {
    let project = Project::of_year_0();
    let text = recorded(TABLE_LAYOUT).replace("\"2023\"", "\"2023*\"");
    project.set_fixture(TABLE_LAYOUT, text.as_bytes());
    let text = recorded(END_OF_YEAR).replace("\"2017\"", "\"2017**\"");
    project.set_fixture(END_OF_YEAR, text.as_bytes());
    project.run().with(0);
    let release = project.release();
    let crimes = "SELECT DISTINCT periode_code, status FROM misdrijven_versies \
        WHERE periode_code IN ('2019JJ00', '2022JJ00', '2023JJ00') ORDER BY periode_code";
    assert_eq!(
        release.lines(crimes),
        [
            "2019JJ00 | definitief",
            "2022JJ00 | definitief",
            "2023JJ00 | voorlopig"
        ]
    );
    // The end of a year is 1 January of the next.
    let inhabitants =
        "SELECT DISTINCT jaar, status FROM bevolking WHERE jaar BETWEEN 2017 AND 2019 ORDER BY jaar";
    assert_eq!(
        release.lines(inhabitants),
        ["2017 | definitief", "2018 | nader_voorlopig", "2019 | definitief"]
    );
}

/// The blocks that a refusal offers, up to the hint.
fn offered(stderr: &str) -> String {
    let (_, rest) = stderr.split_once("\n\n").unwrap();
    let (lines, _) = rest.split_once("\nhint: ").unwrap();
    format!("{lines}\n\n")
}

#[test]
fn titles_that_the_list_has_not_come_all_at_once_with_the_lines_that_settle_them() {
    let project = Project::of_year_0();
    let expected = run(&project);
    let swapped = |fixture: &str, pairs: &[(&str, &str)]| {
        let mut text = recorded(fixture);
        for (from, to) in pairs {
            assert!(text.contains(&format!("\"{from}\"")), "{from}");
            text = text.replace(&format!("\"{from}\""), &format!("\"{to}\""));
        }
        project.set_fixture(fixture, text.as_bytes());
    };
    swapped(
        TABLE_LAYOUT,
        &[
            ("Hengelo (O.)", "Hengelo"),
            ("Middelburg (Z.)", "Middelburg\u{a0}(Z.)"),
            ("Geregistreerde misdrijven", "Geregistreerde  misdrijven"),
        ],
    );
    swapped(END_OF_YEAR, &[("Hengelo (O.)", "Hengelo")]);

    let ended = project.run().with(65);
    let lines = offered(&ended.stderr);
    for said in [
        "found 3 other titles",
        "title = \"Hengelo\"\ncode = \"GM0164\" # \"Hengelo (O.)\"",
        "only the sign U+00A0 in the file differs",
        "code = \"GeregistreerdeMisdrijven_1\"",
    ] {
        assert!(ended.stderr.contains(said), "{said} in\n{}", ended.stderr);
    }
    let below = "[[source.former_titles]]\ntitle = \"Friesland (PV)\"";
    project.edit(PIPELINE, below, &format!("{lines}{below}"));

    // CBS has two of that name, so nobody but the user can say which it is.
    let ended = project.run().with(65);
    let lines = offered(&ended.stderr);
    for said in [
        "of table 37230ned, found 1 other title;",
        "# code = \"GM0248\" # \"Hengelo (Gld.)\"\n",
        "# code = \"GM0164\" # \"Hengelo (O.)\"\n",
    ] {
        assert!(ended.stderr.contains(said), "{said} in\n{}", ended.stderr);
    }
    let below = "[[source.recorded]]\npath = \"cbs_37230ned/";
    project.edit(PIPELINE, below, &format!("{lines}{below}"));
    project.run().with(78).saying(&["expected the key `code`"]);
    project.edit(PIPELINE, "# code = \"GM0164\"", "code = \"GM0164\"");
    assert_eq!(run(&project), expected);
}
