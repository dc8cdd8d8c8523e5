//! Recorded files that look right and are not: another table, half a list, a last line that is gone, text that would steer
//! a terminal; and what a person may accept of the findings on them.
//!
//! What is no table at all, or has one bad cell, is in `refused_data`.

use std::fmt::Write as _;

use nulmeting::disk;

use crate::harness::{Ended, Project, recorded};

const TYPED: &str = "politie_47013NED/portaal/policedata2019.csv.gz";
const LISTS: &str = "politie_47013NED/portaal/metadata.csv.gz";
const TABLE_LAYOUT: &str = "politie_47013NED/tabelindeling/misdrijven_2022_2023.csv.gz";
const PLAIN: &str = "politie_47013NED/zonder_symbolen/Misdrijven_per_gemeente.csv.gz";
const END_OF_YEAR: &str = "cbs_37230ned/bevolkingeindeperiod_jaren_22122025.csv.gz";
const OBSERVATIONS: &str = "cbs_03759ned/observations-page-1.json.gz";
const REGIONS: &str = "cbs_03759ned/codes-RegioS.json.gz";

/// Runs with one recorded file replaced: it must be refused with its name and this place, in these words.
#[track_caller]
fn refused(fixture: &str, content: &[u8], place: &str, words: &[&str]) -> Ended {
    let project = Project::of_each_kind();
    project.set_fixture(fixture, content);
    let name = fixture.rsplit('/').next().unwrap().trim_end_matches(".gz");
    let ended = project
        .run()
        .with(65)
        .saying(&[&format!("-{name}, {place}"), ": expected ", "\nhint: "])
        .saying(words);
    assert_eq!(ended.stdout, "");
    assert_eq!(project.current(), None, "nothing may be published");
    ended
}

/// The text with its first `from` replaced.
#[track_caller]
fn swapped(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not there");
    text.replacen(from, to, 1)
}

/// The first lines of a text.
fn lines_up_to(text: &str, count: usize) -> String {
    text.split_inclusive('\n').take(count).collect()
}

#[test]
fn a_portal_file_of_another_table_or_saved_by_another_program_is_refused() {
    let text = recorded(TYPED);
    for (from, to, reason) in [
        ("\"RegioS\"", "\"Wijken\"", "a table with the dimension RegioS"),
        ("\"RegioS\"", "\"RegioS\";\"Leeftijd\"", "and no other"),
        (
            "GeregistreerdeMisdrijven_1",
            "Overlast_1",
            "a measure of table 47013NED",
        ),
        ("Aangiften_2", "GeregistreerdeMisdrijven_1", "each once"),
        ("\"Perioden\"", "\"\"", "a name for each column"),
    ] {
        refused(TYPED, swapped(&text, from, to).as_bytes(), "line ", &[reason]);
    }
    refused(TYPED, text.replace(';', ",").as_bytes(), "line 1", &["`;`"]);
    refused(TYPED, text.replace('\n', "\r").as_bytes(), "line 1", &[]);
}

#[test]
fn a_line_or_a_header_that_is_too_large_is_refused_far_down_the_file_too() {
    let endless = format!("\"1\";\"{}\"\n", "9".repeat(4 << 20));
    let content = lines_up_to(&recorded(TYPED), 5000) + &endless;
    refused(
        TYPED,
        content.as_bytes(),
        "line 5001",
        &["a line of at most 1 MiB"],
    );
    let mut wide = "\"ID\";\"SoortMisdrijf\";\"RegioS\";\"Perioden\"".to_owned();
    for number in 0..10_001 {
        write!(wide, ";A_{number}").unwrap();
    }
    let content = format!("{wide}\n{}\n", ";".repeat(10_004));
    refused(TYPED, content.as_bytes(), "line 1", &[]);
}

#[test]
fn text_in_another_encoding_is_found_far_down_the_file_too() {
    let mut content = lines_up_to(&recorded(TYPED), 19_999).into_bytes();
    content.extend(b"\"1\";\"1.1.1 \";\"Frysl\xe2n\";\"2019JJ00\";\"1\";\"1\";\"1\"\n");
    refused(
        TYPED,
        &content,
        "line 20000",
        &["text in UTF-8", "another encoding"],
    );
}

#[test]
fn a_cell_cannot_steer_the_terminal_or_flood_it() {
    let text = recorded(TYPED);
    // 803644 is the first count of the file: all crimes of the country in 2019.
    let steering = swapped(
        &text,
        "\"803644\"",
        "\"\u{1b}]0;eigenaar\u{7}\u{1b}[2J\u{9b}31m\u{202e}\"",
    );
    let ended = refused(TYPED, steering.as_bytes(), "line 2", &["\\u{1b}]0;eigenaar"]);
    let is_plain = |letter: char| letter == '\n' || !(letter.is_control() || letter == '\u{202e}');
    assert!(ended.stderr.chars().all(is_plain), "{:?}", ended.stderr);
    let flood = format!("{}\"1\";\"{}\"\n", lines_up_to(&text, 5000), "x".repeat(100_000));
    let ended = refused(TYPED, flood.as_bytes(), "line 5001", &["7 fields"]);
    assert!(ended.stderr.len() < 1000, "{}", ended.stderr);
    // The name of a measure goes into messages too.
    let name = format!("{}_1", "\u{1b}".repeat(50_000));
    let renamed = swapped(&text, "GeregistreerdeMisdrijven_1", &name);
    let ended = refused(TYPED, renamed.as_bytes(), "line 1", &[]);
    assert!(ended.stderr.len() < 1000 && ended.stderr.chars().all(is_plain));
}

#[test]
fn a_file_that_lost_its_last_line_or_the_end_of_it_is_refused_where_it_ends() {
    for (fixture, reason) in [(TABLE_LAYOUT, "Bron:"), (END_OF_YEAR, "Bron:")] {
        let text = recorded(fixture);
        let lines = text.lines().count() - 1;
        let cut = lines_up_to(&text, lines);
        refused(fixture, cut.as_bytes(), &format!("line {lines}"), &[reason]);
    }
    for fixture in [TYPED, PLAIN] {
        let text = recorded(fixture);
        let place = format!("line {}", text.lines().count());
        let without_its_end = text.trim_end();
        refused(fixture, without_its_end.as_bytes(), &place, &["a line break"]);
        let one_digit_less = without_its_end.trim_end_matches(['"', ';']);
        let one_digit_less = &one_digit_less[..one_digit_less.len() - 1];
        refused(fixture, one_digit_less.as_bytes(), &place, &[]);
        let header = lines_up_to(&text, 1);
        refused(fixture, header.as_bytes(), "line 1", &["at least one row"]);
    }
}

#[test]
fn inhabitants_that_cannot_be_are_refused_at_their_observation() {
    let text = recorded(OBSERVATIONS);
    for (from, to) in [
        ("\"Value\": 17282163", "\"Value\": -17282163"),
        ("\"Value\": 17282163", "\"Value\": 17282163.5"),
        ("\"Value\": 17282163", "\"Value\": null"),
        ("\"Value\": 17282163", "\"Value\": 1e400"),
        (
            "\"ValueAttribute\": \"None\"",
            "\"ValueAttribute\": \"Impossible\"",
        ),
        ("\"RegioS\": \"NL01\"", "\"RegioS\": \"\""),
        ("\"Perioden\": \"2019JJ00\"", "\"Jaren\": \"2019JJ00\""),
    ] {
        refused(OBSERVATIONS, swapped(&text, from, to).as_bytes(), "line ", &[]);
    }
}

#[test]
fn half_a_list_or_a_code_that_stands_twice_is_refused_in_every_list() {
    for list in [
        "codes-RegioS",
        "codes-Perioden",
        "codes-Geslacht",
        "codes-Leeftijd",
        "codes-BurgerlijkeStaat",
        "measure-codes",
        "dimensions",
        "properties",
    ] {
        let fixture = format!("cbs_03759ned/{list}.json.gz");
        let text = recorded(&fixture);
        // Without the brackets that close it: a list that was cut between two codes.
        let cut = text
            .trim_end()
            .trim_end_matches(|last: char| last == '}' || last == ']' || last.is_whitespace());
        refused(&fixture, cut.as_bytes(), "line ", &[]);
    }
    let sexes = "cbs_03759ned/codes-Geslacht.json.gz";
    let twice = swapped(&recorded(sexes), "\"3000\"", "\"T001038\"");
    refused(sexes, twice.as_bytes(), "line ", &["T001038"]);
}

#[test]
fn a_border_change_that_is_told_in_a_new_way_is_refused_and_not_passed_over() {
    // Noordwijkerhout went into Noordwijk on 1 January 2019: whoever misses that divides by half of the inhabitants.
    let text = recorded(REGIONS);
    let told = text
        .lines()
        .find(|line| line.contains("Noordwijkerhout (GM0576)") && line.contains("inwoners"))
        .unwrap();
    let project = Project::of_each_kind();
    let new_words = told.replace(" inwoners", " zielen");
    project.set_fixture(REGIONS, swapped(&text, told, &new_words).as_bytes());
    project.run().with(65).saying(&["zielen", "\nhint: "]);
    assert_eq!(project.current(), None);
}

#[test]
fn a_metadata_export_without_a_list_or_with_a_code_twice_or_gone_is_refused() {
    let text = recorded(LISTS);
    let (before_regions, _) = text.split_once("\nRegioS;;;").unwrap();
    refused(
        LISTS,
        format!("{before_regions}\n").as_bytes(),
        "line ",
        &["RegioS"],
    );
    let municipality = text.lines().find(|line| line.contains("GM0164")).unwrap();
    let twice = swapped(&text, municipality, &format!("{municipality}\n{municipality}"));
    refused(LISTS, twice.as_bytes(), "line ", &["GM0164"]);
    let project = Project::of_each_kind();
    let entry = format!("[[source.recorded]]\npath = \"{LISTS}\"\npeildatum = 2025-06-16\ndivision = 2025\n");
    project.edit("pipelines/hengelo.toml", &entry, "");
    project
        .run()
        .with(69)
        .saying(&["`politie_misdrijven`", "metadata export"]);
    assert_eq!(project.current(), None);
}

#[test]
fn when_one_recorded_file_is_missing_none_of_the_others_lands() {
    let project = Project::copy();
    disk::remove_file(&project.path("fixtures").join(END_OF_YEAR)).unwrap();
    project.run().with(69).saying(&[END_OF_YEAR]);
    assert_eq!(
        disk::kind(&project.data().join("landing/politie_misdrijven")).unwrap(),
        None
    );
}

/// One more domestic burglary in Almelo than there was: its rows and the municipalities no longer add up.
fn miscount(project: &Project) {
    let text = recorded(TYPED);
    let row = text
        .lines()
        .find(|line| line.contains("\"1.1.1 \";\"GM0141\""))
        .unwrap();
    let mut fields: Vec<String> = row.split(';').map(str::to_owned).collect();
    let count: u32 = fields[4].trim_matches('"').parse().unwrap();
    fields[4] = format!("\"{}\"", count + 1);
    project.set_fixture(TYPED, swapped(&text, row, &fields.join(";")).as_bytes());
}

/// What [`miscount`] must lead to, as check, key and what is seen: Almelo has 3,673 crimes, the country 39,473 burglaries.
const MISCOUNTED: [&str; 2] = [
    "rijen_tegen_totaal;GM0141 2019JJ00;3674 tegen 3673 (2023-11-01)",
    "regios_tegen_land;gemeente 1.1.1 2019JJ00;39474 tegen 39473 (2023-11-01)",
];

#[test]
fn a_finding_that_a_person_accepted_lets_through_itself_and_nothing_else() {
    let project = Project::of_year_0();
    project.accept_missing_years();
    miscount(&project);
    let accept = |finding: &str| {
        let row = format!("{finding};beleidsmedewerker;2026-11-24;telfout van de politie\n");
        project.append("pipelines/hengelo/aanvaard.csv", &row);
    };
    // Another key of the same check accepts nothing, nor does another amount or another edition.
    accept("regios_tegen_land;gemeente 1.1.2 2019JJ00;39474 tegen 39473 (2023-11-01)");
    accept("regios_tegen_land;gemeente 1.1.1 2019JJ00;39475 tegen 39473 (2023-11-01)");
    accept("regios_tegen_land;gemeente 1.1.1 2019JJ00;39474 tegen 39473 (2023-12-01)");
    accept(MISCOUNTED[0]);
    let ended = project
        .run()
        .with(65)
        .saying(&["regios_tegen_land: ", "gemeente", "1.1.1", "aanvaard.csv"]);
    assert!(!ended.stderr.contains("rijen_tegen_totaal"), "{}", ended.stderr);
    assert_eq!(project.current(), None);

    accept(MISCOUNTED[1]);
    project.run().with(0);
    let outcomes = project.release().lines(
        "SELECT controle, uitkomst, aantal, aanvaard FROM controles WHERE aanvaard > 0 AND controle LIKE 'r%' ORDER BY controle",
    );
    assert_eq!(
        outcomes,
        [
            "regios_tegen_land | aanvaard | 0 | 1",
            "rijen_tegen_totaal | aanvaard | 0 | 1"
        ]
    );
}

/// Publishes, spoils what was published, changes year 0 in both registers, and runs again: that must not go through.
fn year_0_is_kept_after(spoil: impl Fn(&Project)) {
    let project = Project::of_year_0();
    project.accept_missing_years();
    project.run().with(0);
    let before = disk::list(&project.data().join("releases")).unwrap();
    spoil(&project);
    project.edit("pipelines/hengelo/vastgesteld.csv", "overval;7;", "overval;9;");
    project.edit(
        "pipelines/hengelo/gedrukt.csv",
        "overval;2019;7;",
        "overval;2019;9;",
    );
    let ended = project.run();
    assert_ne!(
        ended.code,
        Some(0),
        "year 0 changed without a word: {}",
        ended.stdout
    );
    assert_eq!(disk::list(&project.data().join("releases")).unwrap(), before);
}

#[test]
fn year_0_stays_frozen_when_the_release_before_is_damaged() {
    year_0_is_kept_after(|project| {
        let table = project.data().join("current/marts/aansluiting.parquet");
        fs_err::write(table, b"weg").unwrap();
    });
}

#[test]
fn year_0_stays_frozen_when_the_pointer_to_the_release_before_is_gone() {
    year_0_is_kept_after(|project| disk::remove_file(&project.data().join("current")).unwrap());
}

#[test]
fn a_place_that_cannot_hold_data_is_a_disk_error_and_a_missing_sql_folder_is_no_bug() {
    let project = Project::copy();
    for data in ["/dev/null", "/proc/nulmeting"] {
        project
            .nulmeting(&["run", "--offline", "--data", data])
            .with(74)
            .saying(&[data]);
    }
    let ended = project.nulmeting(&["run", "--offline", "--sql", "geen/map"]);
    assert!(matches!(ended.code, Some(2 | 74 | 78)), "{ended:?}");
    ended.saying(&["geen/map", "\nhint: "]);
}
