//! Recorded files that are not what they should be: refused with file, line and reason, and nothing published.
//!
//! A file that no reader can vouch for ends the run early, so there are many of those here. What a reader can read and the
//! figures themselves contradict is found by a check, after everything was derived: those share few runs.

use nulmeting::disk;

use crate::harness::{Ended, Project, UNTYPED};

const TYPED: &str = "politie_47013NED/portaal/policedata2019.csv.gz";
const LISTS: &str = "politie_47013NED/portaal/metadata.csv.gz";
const TABLE_LAYOUT: &str = "politie_47013NED/tabelindeling/misdrijven_2022_2023.csv.gz";
const PLAIN: &str = "politie_47013NED/zonder_symbolen/Misdrijven_per_gemeente.csv.gz";
const END_OF_YEAR: &str = "cbs_37230ned/bevolkingeindeperiod_jaren_22122025.csv.gz";
const OBSERVATIONS: &str = "cbs_03759ned/observations-page-1.json.gz";
const REGIONS: &str = "cbs_03759ned/codes-RegioS.json.gz";
const MEASURES: &str = "cbs_03759ned/measure-codes.json.gz";

const ALL: [&str; 9] = [
    TYPED,
    UNTYPED,
    LISTS,
    TABLE_LAYOUT,
    PLAIN,
    END_OF_YEAR,
    OBSERVATIONS,
    REGIONS,
    MEASURES,
];

/// The name that messages give to a file, without the digits of its content.
fn name_of(fixture: &str) -> &str {
    fixture.rsplit('/').next().unwrap().trim_end_matches(".gz")
}

/// Runs with one recorded file replaced, in a data directory of its own, and puts the file back.
fn run_with(project: &Project, fixture: &str, content: &[u8]) -> Ended {
    let original = project.fixture(fixture);
    project.set_fixture(fixture, content);
    let ended = project.run();
    assert_eq!(project.current(), None, "{fixture}: nothing may be published");
    project.set_fixture(fixture, &original);
    disk::remove_tree(&project.data()).unwrap();
    ended
}

/// The line of a byte, from 1.
fn line_at(content: &[u8], position: usize) -> usize {
    content[..position].split(|byte| *byte == b'\n').count()
}

/// The content with one line replaced; lines count from 1.
fn with_line(content: &[u8], number: usize, change: impl Fn(&str) -> String) -> Vec<u8> {
    let text = std::str::from_utf8(content).unwrap();
    let lines: Vec<String> = text
        .split_inclusive('\n')
        .enumerate()
        .map(|(index, line)| {
            if index + 1 == number {
                change(line)
            } else {
                line.to_owned()
            }
        })
        .collect();
    lines.concat().into_bytes()
}

#[test]
fn what_is_no_table_is_refused_whichever_file_it_comes_in_place_of() {
    let project = Project::of_each_kind();
    let endless_line = vec![b'1'; 3 << 20];
    let contents = [
        (
            &b"<!DOCTYPE html><html><body>Storing</body></html>"[..],
            "a web page or XML",
        ),
        (b"PK\x03\x04\x14\x00\x00\x00", "a zip or xlsx file"),
        (
            b"\"Regio's\";\"A (aantal)\"\n\"Frysl\xe2n\";1\n",
            "text in another encoding",
        ),
        (b"\x1f\x8b\x08\x00\x00\x00", "a gzip file"),
        (b"\xff\xfeI\0D\0;\0", "text in UTF-16"),
        (b"ID;RegioS\n1;NL\x0001\n", "a NUL byte"),
        (b" \r\n\r\n", "an empty file"),
        (b"{\"error\":\"te druk\"}", "other JSON"),
        (b"\x1b[2J\x1b[31mrood", "\\u{1b}[2J"),
        (&endless_line, "a line of more than 64 KiB"),
    ];
    let mut wrong = Vec::new();
    for fixture in ALL {
        // Each kind of content in one place, the most likely ones in every place.
        let tried = if fixture == TYPED { contents.len() } else { 3 };
        for (content, reason) in &contents[..tried] {
            let said = [name_of(fixture), "line ", "expected", reason, "hint: "];
            wrong.extend(run_with(&project, fixture, content).unlike(65, &said));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn an_empty_or_broken_packed_file_is_refused_by_its_name() {
    let project = Project::of_year_0();
    let mut wrong = Vec::new();
    for fixture in [TYPED, OBSERVATIONS] {
        let path = project.path("fixtures").join(fixture);
        let packed = disk::read(&path).unwrap();
        for content in [&b""[..], b"dit is geen gzip", &packed[..packed.len() / 2]] {
            fs_err::write(&path, content).unwrap();
            wrong.extend(project.run().unlike(69, &[name_of(fixture)]));
            assert_eq!(project.current(), None);
        }
        fs_err::write(&path, &packed).unwrap();
        wrong.extend(run_with(&project, fixture, b"").unlike(69, &[name_of(fixture)]));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_file_that_was_cut_off_in_the_middle_of_a_line_is_refused_at_that_line() {
    let project = Project::of_each_kind();
    for fixture in ALL {
        let content = project.fixture(fixture);
        // Within the first field of a line two thirds down, so that quotes and columns are open.
        let after = content.len() * 2 / 3;
        let line_break = after + content[after..].iter().position(|byte| *byte == b'\n').unwrap();
        let cut = line_break + 3;
        let line = format!("line {}:", line_at(&content, cut));
        run_with(&project, fixture, &content[..cut])
            .with(65)
            .saying(&[name_of(fixture), &line, "hint: "]);
    }
}

#[test]
fn a_cell_that_is_no_number_is_refused_with_its_line_and_column() {
    let project = Project::of_each_kind();
    let mut wrong = Vec::new();
    // Below the first 64 KiB, by which the reader knows that this is typed data.
    let line = 5000;
    let (no_number, no_count) = (
        "GeregistreerdeMisdrijven_1",
        "a whole number that is not negative",
    );
    for (cell, reason) in [
        ("veel", no_number),
        ("1.234,5", no_number),
        ("12*", no_number),
        ("NaN", no_number),
        ("1e9", no_number),
        ("-", no_number),
        ("  12", no_number),
        ("=1+1", no_number),
        ("-3", no_count),
        ("1.5", no_count),
        ("99999999999999999999999", no_count),
    ] {
        let content = with_line(&project.fixture(TYPED), line, |text| {
            let mut columns: Vec<String> = text.trim_end().split(';').map(str::to_owned).collect();
            columns[4] = format!("\"{cell}\"");
            format!("{}\n", columns.join(";"))
        });
        let said = [name_of(TYPED), "line 5000:", "expected", reason];
        wrong.extend(run_with(&project, TYPED, &content).unlike(65, &said));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_damaged_row_is_refused_with_its_line_in_every_kind_of_file() {
    let project = Project::of_each_kind();
    let mut wrong = Vec::new();
    for (fixture, line, from, to) in [
        // A column too few, a column too many, a code that is missing.
        (TYPED, 300, "\"2019JJ00\";", ""),
        (TYPED, 300, "\"2019JJ00\";", "\"2019JJ00\";\"1\";"),
        (TYPED, 300, "\"2019JJ00\"", "\"        \""),
        (TYPED, 300, "\"2019JJ00\"", "\"20\"19JJ00"),
        (UNTYPED, 4, "   24414", "    veel"),
        (TABLE_LAYOUT, 7, "\"800027\"", "\"800.027\""),
        (TABLE_LAYOUT, 7, "\"800027\"", "\"800027\";\"1\""),
        (TABLE_LAYOUT, 5, "\"2023\"", "\"drieentwintig\""),
        (TABLE_LAYOUT, 8, "\"Aa en Hunze\"", "\"Atlantis\""),
        (PLAIN, 2, "1078439", "veel"),
        (PLAIN, 2, "\"Totaal misdrijven\"", "\"Onbekend misdrijf\""),
        (PLAIN, 2, "\"2013\"", "\"tweeduizenddertien\""),
        (END_OF_YEAR, 5, "\"16192572\"", "\"x16192572\""),
        (END_OF_YEAR, 5, "\"aantal\"", "\"x 1 000\""),
        (OBSERVATIONS, 8, "17282163", "\"veel\""),
        (OBSERVATIONS, 7, "\"None\"", "\"Vermoedelijk\""),
        (REGIONS, 5, "\"Identifier\"", "\"Idee\""),
        (MEASURES, 5, "\"M000352\"", "7"),
    ] {
        let original = project.fixture(fixture);
        let content = with_line(&original, line, |text| text.replacen(from, to, 1));
        assert_ne!(content, original, "{fixture} has no {from:?} on line {line}");
        wrong.extend(
            run_with(&project, fixture, &content).unlike(65, &[name_of(fixture), "line ", "expected"]),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_page_that_names_a_next_one_which_did_not_come_leaves_the_source_incomplete() {
    let project = Project::of_each_kind();
    let text = String::from_utf8(project.fixture(OBSERVATIONS)).unwrap();
    let (start, _) = text.rsplit_once('}').unwrap();
    let with_next = format!(
        "{start},\n \"@odata.nextLink\": \"https://datasets.cbs.nl/odata/v1/CBS/03759ned/Observations?p=2\"\n}}\n"
    );
    run_with(&project, OBSERVATIONS, with_next.as_bytes())
        .with(69)
        .saying(&["cbs_bevolking_begin", "last page"]);
}

#[test]
fn figures_that_contradict_each_other_are_found_by_the_check_that_is_there_for_them() {
    // Hengelo's robberies of 2019 (7) counted once more, so that its rows no longer add up, nor do the municipalities.
    let project = Project::of_year_0();
    let content = String::from_utf8(project.fixture(TYPED)).unwrap();
    let number = 1 + content
        .lines()
        .position(|line| line.contains("\"1.4.7 \";\"GM0164\""))
        .unwrap();
    let changed = with_line(content.as_bytes(), number, |line| {
        line.replacen("\"7\"", "\"8\"", 1)
    });
    assert_ne!(changed, content.as_bytes());
    run_with(&project, TYPED, &changed).with(65).saying(&[
        "rijen_tegen_totaal",
        "regios_tegen_land",
        "GM0164",
        "hint: ",
    ]);
}

#[test]
fn municipalities_that_together_have_not_the_inhabitants_of_the_country_are_a_warning() {
    let project = Project::of_year_0();
    let content = String::from_utf8(project.fixture(OBSERVATIONS)).unwrap();
    // The country on 1 January 2022, as CBS has it, and one less.
    let changed = content.replacen("17590672", "17590671", 1);
    assert_ne!(changed, content);
    project.set_fixture(OBSERVATIONS, changed.as_bytes());
    project.run().with(0);
    let found = "SELECT ernst, voorbeelden FROM controles WHERE controle = 'inwoners_tegen_land'";
    assert_eq!(
        project.release().lines(found),
        ["waarschuwing | 2022: alle gemeenten samen hebben 17590672 inwoners, het land 17590671"]
    );
}

#[test]
fn a_row_that_stands_twice_is_found() {
    let project = Project::of_year_0();
    let content = project.fixture(TYPED);
    let twice = with_line(&content, 700, |line| line.repeat(2));
    run_with(&project, TYPED, &twice)
        .with(65)
        .saying(&["dubbele_sleutel", name_of(TYPED), "regel 701"]);
}

#[test]
fn a_file_that_was_cut_off_between_two_lines_is_found() {
    let project = Project::of_year_0();
    let content = project.fixture(TYPED);
    let half = content.len() / 2;
    let line_break = half + content[half..].iter().position(|byte| *byte == b'\n').unwrap();
    run_with(&project, TYPED, &content[..=line_break])
        .with(65)
        .saying(&["onvolledig_blok", name_of(TYPED)]);
}

#[test]
fn a_code_that_the_lists_of_the_source_do_not_know_is_found() {
    let project = Project::of_year_0();
    let content = String::from_utf8(project.fixture(TYPED)).unwrap();
    // One municipality under another code, in all of its rows: the block stays whole.
    let changed = content.replace("\"GM0164\"", "\"GM9999\"");
    run_with(&project, TYPED, changed.as_bytes())
        .with(65)
        .saying(&["onbekende_code", "GM9999"]);
}

#[test]
fn a_file_that_was_refused_yesterday_is_no_reason_to_refuse_the_right_one_today() {
    let project = Project::of_year_0();
    let content = project.fixture(TYPED);
    project.set_fixture(TYPED, &content[..content.len() / 2]);
    project.run().with(65);
    project.set_fixture(TYPED, &content);
    project.run().with(0);
}

#[test]
fn a_list_that_shrank_since_the_last_release_is_found_until_a_person_accepts_it() {
    let project = Project::of_year_0();
    project.run().with(0);
    let first = project.current();
    // A newer edition of the lists, without the last month that they have now, which no figure uses.
    let lists = String::from_utf8(project.fixture(LISTS)).unwrap();
    let last_month = lists.lines().rfind(|line| line.contains("MM")).unwrap();
    project.set_fixture(
        LISTS,
        lists.replacen(&format!("{last_month}\n"), "", 1).as_bytes(),
    );
    project.edit(
        "pipelines/hengelo.toml",
        "peildatum = 2025-06-16",
        "peildatum = 2025-07-16",
    );
    let periods = lists.lines().filter(|line| line.starts_with("20")).count();
    let line = format!("gekrompen;periode;{periods} -> {};;2026-11-24;", periods - 1);
    project
        .run()
        .with(65)
        .saying(&["gekrompen", "periode", "aanvaard.csv", &line]);
    assert_eq!(project.current(), first);
    let accepted = line.replacen(";;", ";beleidsmedewerker;", 1);
    project.append(
        "pipelines/hengelo/aanvaard.csv",
        &format!("{accepted}de politie trok de maand terug\n"),
    );
    project.run().with(0);
    assert_ne!(project.current(), first);
    let outcome = project
        .release()
        .lines("SELECT uitkomst, aantal, aanvaard FROM controles WHERE controle = 'gekrompen'");
    assert_eq!(outcome, ["aanvaard | 0 | 1"]);
}

#[test]
fn year_0_cannot_change_between_two_releases() {
    let project = Project::of_year_0();
    project.run().with(0);
    let first = project.current();
    project.edit("pipelines/hengelo/vastgesteld.csv", "overval;7;", "overval;9;");
    project.edit(
        "pipelines/hengelo/gedrukt.csv",
        "overval;2019;7;",
        "overval;2019;9;",
    );
    project
        .run()
        .with(65)
        .saying(&["jaar0_bevroren", "overval was 7", "nu 9"]);
    assert_eq!(project.current(), first);
}
