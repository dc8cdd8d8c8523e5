//! Nights on a service that behaves, changes and breaks: what lands, what is asked, and what stands afterwards.

use std::time::Duration;

use nulmeting::disk;
use serde_json::Value;

use crate::district_tables;
use crate::harness::{NIGHT, Project};
use crate::live::{AT_THE_END, CRIMES, Live, NUISANCE};
use crate::service::faults::{Fault, Matcher, Times};
use crate::surveys::SURVEY;

const SOURCE: &str = "politie_misdrijven";

#[test]
fn what_is_fetched_gives_the_norm_tables_of_the_recorded_files() {
    let recorded = Project::copy();
    for other in [
        "politie_47013NED/tabelindeling/misdrijven_2022_2023.csv.gz\"\npeildatum = 2026-06-15\ndivision = 2026\n",
        "politie_47013NED/zonder_symbolen/Misdrijven_per_gemeente.csv.gz\"\npeildatum = 2019-06-15\ndivision = 2019\n",
        "politie_47013NED/ongetypeerd/landelijk_2022.csv.gz\"\npeildatum = 2023-11-01\n",
    ] {
        let entry = format!("[[source.recorded]]\npath = \"{other}");
        recorded.edit("pipelines/hengelo.toml", &entry, "");
    }
    recorded
        .nulmeting(&["run", "--offline", "--as-of", NIGHT])
        .with(0);
    let years: Vec<i32> = (2012..=2022).collect();
    let live = Live::new(Project::copy(), &years);
    live.night(&["run", "--as-of", NIGHT]).with(0);

    let (recorded, fetched) = (recorded.release(), live.project.release());
    for (table, columns) in [
        ("misdrijven", "*"),
        (
            "misdrijven_versies",
            "soort_code, regio_code, periode_code, waarde, reden, status, bron, peildatum, aangiften, internetaangiften, bekend_van, bekend_tot",
        ),
        ("optelcontrole", "*"),
        // The recording says on which day it was made, the service when the table changed.
        (
            "bevolking",
            "regio_code, jaar, inwoners, inwoners_eigen, samenstelling, reden, status, bron",
        ),
        ("soort_misdrijf", "*"),
        ("regio", "*"),
        ("periode", "*"),
        ("metingen", "*"),
        ("monitor", "*"),
        ("reeks", "*"),
        (
            "delicten_jaar",
            "regio_code, reeks, jaar, waarde, reden, status, per_1000",
        ),
    ] {
        // Nuisance and the national survey were not recorded.
        let recorded_only = match table {
            "delicten_jaar" => "WHERE bron <> '47021NED'",
            "monitor" => "WHERE bron <> '85146NED'",
            // The recorded list is that of a later edition, with months; the service has the years that it has figures of.
            "periode" => "WHERE periode_code IN (SELECT periode_code FROM misdrijven)",
            _ => "",
        };
        let sql =
            format!("SELECT {columns} FROM {table} {recorded_only} ORDER BY ALL").replace("ORDER BY ALL", "");
        let mut expected = recorded.lines(&sql);
        let mut found = fetched.lines(&sql);
        expected.sort();
        found.sort();
        assert!(!expected.is_empty(), "{table}");
        let other = expected
            .iter()
            .zip(&found)
            .find(|(expected, found)| expected != found);
        assert_eq!(other, None, "{table}");
        assert_eq!(expected.len(), found.len(), "{table}");
    }
    let lines = fetched.lines("SELECT waarde, reden, status FROM overlast WHERE soort_code = 'E33' AND regio_code = 'GM0164' AND periode_code = '2019JJ00'");
    assert_eq!(lines.len(), 1);
    assert!(lines[0].ends_with("| waarde | definitief"), "{lines:?}");
}

#[test]
fn a_night_on_which_nothing_changed_asks_one_question_a_table_and_publishes_nothing() {
    let live = Live::of_year_0();
    let first = live.run().with(0).stdout;
    // One year has no dispersion, so nothing is judged: that is not the same as nothing that moved.
    assert!(first.contains("geen reeks kon worden beoordeeld"), "{first}");
    let (release, first) = (live.project.current(), live.service.requests().len());
    let again = live.run().with(0);
    assert!(again.stderr.contains("niets nieuws"), "{}", again.stderr);
    assert_eq!(live.project.current(), release);
    // The tables that are fetched; two more are known and left alone.
    assert_eq!(live.service.requests().len() - first, 7);
    let releases = nulmeting::publish::list(&live.project.data()).unwrap();
    assert_eq!(releases.len(), 1);
}

#[test]
fn the_service_is_asked_politely_and_only_for_what_the_pipeline_names() {
    let live = Live::of_year_0();
    live.run().with(0);
    for request in live.service.requests() {
        assert_eq!(request.method, "GET");
        assert!(request.in_flight <= 4, "{} at once", request.in_flight);
        assert!(request.target.len() < 2_000);
        let agent = request.header("user-agent").unwrap_or_default().to_owned();
        assert!(
            agent.starts_with("nulmeting/") && agent.contains("Hengelo GM0164; "),
            "{agent}"
        );
        // What was never answered has no mark to send.
        let marks = ["if-none-match", "if-modified-since"].map(|name| request.header(name));
        assert_eq!(marks, [None, None], "{}", request.target);
        let table = [
            CRIMES,
            NUISANCE,
            AT_THE_END,
            "03759ned",
            SURVEY,
            district_tables::CRIMES,
            district_tables::INHABITANTS,
        ];
        assert!(
            table
                .iter()
                .any(|table| request.path.contains(&format!("/{table}/"))),
            "{}",
            request.path
        );
    }
    let periods = live.service.requests();
    let of_rows = periods
        .iter()
        .filter(|request| request.path.ends_with("UntypedDataSet"));
    let filters: Vec<&str> = of_rows.filter_map(|request| request.option("$filter")).collect();
    assert!(filters.contains(&"Perioden eq '2019JJ00'"), "{filters:?}");
}

/// Trouble that passes, on the second answer with rows.
fn passing() -> Vec<Fault> {
    vec![
        Fault::Status(503, Vec::new(), "busy".to_owned()),
        Fault::Status(429, Vec::new(), String::new()),
        Fault::Status(408, Vec::new(), String::new()),
        Fault::RetryAfter(1),
        Fault::ResetAtOnce,
        Fault::ResetAfter(20_000),
        Fault::ShortBody(10),
        Fault::ChunkedWithoutEnd,
        Fault::Html,
        Fault::Atom,
        Fault::NotJson,
        Fault::GzipCutOff(3_000),
        Fault::RepeatRow(7),
        Fault::ReplaceRow(7, "RegioS".to_owned(), "GM9999".to_owned()),
    ]
}

#[test]
fn trouble_that_passes_costs_a_second_question_and_nothing_else() {
    let live = Live::of_year_0();
    live.fetch(SOURCE).with(0);
    let expected = live.contents(SOURCE);
    for fault in passing() {
        let live = Live::of_year_0();
        live.service
            .on(Matcher::path("UntypedDataSet"), Times::Only(2), fault.clone());
        live.fetch(SOURCE).with(0);
        assert!(live.contents(SOURCE) == expected, "{fault:?}");
        assert_eq!(live.asked("UntypedDataSet"), 4, "{fault:?}");
    }
}

#[test]
fn gzip_and_a_slow_trickle_are_no_trouble() {
    for fault in [Fault::Gzip, Fault::Trickle(20_000, Duration::from_millis(2))] {
        let live = Live::of_year_0();
        live.service
            .on(Matcher::path("UntypedDataSet"), Times::Every, fault.clone());
        live.fetch(SOURCE).with(0);
        assert_eq!(live.asked("UntypedDataSet"), 3, "{fault:?}");
    }
}

#[test]
fn trouble_that_stays_ends_with_69_and_nothing_of_the_table_counts() {
    for (fault, text) in [
        (Fault::Status(500, Vec::new(), "kapot".to_owned()), "status 500"),
        (Fault::Html, "expected"),
        (Fault::ShortBody(10), "broke off"),
        (Fault::SilenceBefore(Duration::from_secs(8)), "silent"),
        (
            Fault::DropRow(3),
            "the next page begins after row 10000, and 9999 rows have come",
        ),
        (Fault::RepeatRow(3), "every combination once"),
        (
            Fault::ReplaceRow(3, "RegioS".to_owned(), "GM9999".to_owned()),
            "a member of the list RegioS that was asked for, found \"GM9999\"",
        ),
        (Fault::NextLinkLoops, "leads back"),
        (
            Fault::NextLinkElsewhere("127.0.0.1:9".to_owned()),
            "leads to another host",
        ),
        (
            Fault::NextLinkOtherPath("/ODataFeed/odata/47022NED/UntypedDataSet".to_owned()),
            "asks something else",
        ),
        (Fault::EmptyPageWithLink, "no rows left"),
        (Fault::RetryAfter(3600), "to be left alone for 3600 s"),
    ] {
        let live = Live::of_year_0();
        live.service
            .on(Matcher::path("UntypedDataSet"), Times::Every, fault.clone());
        let ended = live.run();
        let unlike = ended.unlike(69, &[text, "source `politie_misdrijven`", "hint: "]);
        assert_eq!(unlike, None, "{fault:?}");
        assert!(live.landed(SOURCE).is_empty(), "{fault:?}");
        assert_eq!(live.project.current(), None, "{fault:?}");
    }
}

#[test]
fn an_outage_leaves_the_release_and_the_next_night_goes_on_where_it_stopped() {
    let live = Live::of_year_0();
    live.run().with(0);
    let release = live.project.current();
    let count = live
        .service
        .table3_mut(CRIMES)
        .get("1.1.1", "GM0164", "2019JJ00")
        .unwrap();
    live.service
        .table3_mut(CRIMES)
        .set("1.1.1", "GM0164", "2019JJ00", Some(count + 1));
    live.service
        .table3_mut(CRIMES)
        .set_modified("2023-12-15T02:00:00");
    live.service.on(
        Matcher::path("UntypedDataSet").with("$skip=20000"),
        Times::Every,
        Fault::ResetAtOnce,
    );
    live.run()
        .with(69)
        .saying(&["source `politie_misdrijven`", "goes on where this one stopped"]);
    assert_eq!(live.project.current(), release);
    let before = live.asked("47013NED/UntypedDataSet");

    live.service.recover();
    // Made right: the total of the region and of what it is part of.
    live.fetch(SOURCE).with(0);
    assert_eq!(
        live.asked("47013NED/UntypedDataSet") - before,
        1,
        "only the page that was missing is asked"
    );
    assert_eq!(
        live.fetch(SOURCE).with(0).stdout.trim(),
        "politie_misdrijven  niets nieuws"
    );
}

#[test]
fn a_service_that_is_down_reads_otherwise_than_a_mistake_in_the_pipeline_file() {
    let live = Live::of_year_0();
    live.service.on(Matcher::any(), Times::Every, Fault::ResetAtOnce);
    live.run()
        .with(69)
        .saying(&["gives nothing", "something else answers"]);

    let live = Live::of_year_0();
    live.project.edit(
        "pipelines/hengelo.toml",
        "table = \"03759ned\"",
        "table = \"03759NED\"",
    );
    let ended = live.fetch("cbs_bevolking_begin").with(78);
    ended.saying(&["status 404", "capitals"]);

    // Of a name that it does not know v3 says that nothing is in the list, and asking again does not help.
    let live = Live::of_year_0();
    let nothing = "{\"odata.metadata\":\"https://x/$metadata#Cbs.OData.WebAPI.TableInfos\",\"value\":[]}";
    let json = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    live.service.on(
        Matcher::path("TableInfos"),
        Times::Every,
        Fault::Status(200, json, nothing.to_owned()),
    );
    let ended = live.fetch(SOURCE).with(78);
    ended.saying(&[
        "expected the table 47013NED, found no table of this name",
        "capitals",
    ]);
    assert_eq!(live.service.requests().len(), 1);

    let live = Live::of_year_0();
    live.project.edit(
        "pipelines/hengelo.toml",
        "Geslacht = \"T001038\"",
        "Geslacht = \"T001\"",
    );
    let ended = live.fetch("cbs_bevolking_begin").with(78);
    ended.saying(&["03759ned has no member `T001` of the dimension Geslacht"]);

    let live = Live::of_year_0();
    live.fetch("politie")
        .with(2)
        .saying(&["no source `politie`", "politie_misdrijven, "]);
    let moved = Fault::Redirect("https://example.org/odata".to_owned());
    live.service.on(Matcher::path("TableInfos"), Times::Every, moved);
    live.fetch(SOURCE)
        .with(78)
        .saying(&["it moved to https://example.org/odata"]);
}

#[test]
fn a_table_that_changes_while_it_is_fetched_is_begun_again_and_in_the_end_left() {
    let live = Live::of_year_0();
    let moves = Fault::ModifiedMovesAfter(2, "2023-12-15T02:00:00".to_owned());
    live.service
        .on(Matcher::path("UntypedDataSet"), Times::Every, moves);
    live.fetch(SOURCE).with(0);
    assert_eq!(live.asked("47013NED/UntypedDataSet"), 6);
    let landing = nulmeting::landing::Landing::open(&live.project.data()).unwrap();
    for file in landing.in_use(SOURCE).unwrap() {
        assert_eq!(file.entry.peildatum.to_string(), "2023-12-15");
    }

    let live = Live::of_year_0();
    for turn in 1..=6 {
        let moves = Fault::ModifiedMovesAfter(1, format!("2023-12-{turn:02}T02:00:00"));
        let only = Times::Only(3 * turn);
        live.service.on(Matcher::path("UntypedDataSet"), only, moves);
    }
    live.fetch(SOURCE)
        .with(69)
        .saying(&["changed 3 times while it was fetched"]);
    assert!(live.landed(SOURCE).is_empty());
}

#[test]
fn an_address_is_sent_below_2000_characters_and_at_2000_it_is_a_mistake_of_the_file() {
    let live = Live::of_year_0();
    let pipeline = "pipelines/hengelo.toml";
    let text = disk::read_to_string(&live.project.path(pipeline)).unwrap();
    let base = format!("{}/ODataFeed/odata", live.service.url());
    let asked = format!("{base}/{CRIMES}/TableInfos?$format=json");
    for (length, code, words, requests) in [
        (1_999, 78, "status 404", 1),
        (2_000, 78, "a question of 2000 characters", 1),
    ] {
        let longer = format!("{base}/{}", "a".repeat(length - asked.len() - 1));
        let text = text.replacen(
            &format!("base_url = \"{base}\""),
            &format!("base_url = \"{longer}\""),
            1,
        );
        live.project.write(pipeline, text.as_bytes());
        live.fetch(SOURCE).with(code).saying(&[words]);
        assert_eq!(live.service.requests().len(), requests, "{length}");
    }
}

#[test]
fn after_a_kill_at_any_moment_of_a_fetch_the_next_one_ends_it_and_asks_less() {
    let live = Live::of_year_0();
    // Slow enough that a kill hits it anywhere.
    live.service.on(
        Matcher::any(),
        Times::Every,
        Fault::Trickle(60_000, Duration::from_millis(4)),
    );
    for moment in [20, 60, 120, 250] {
        let mut child = live.project.start(&["fetch", "--only", SOURCE]);
        std::thread::sleep(Duration::from_millis(moment));
        child.kill().unwrap();
        child.wait().unwrap();
        live.landed(SOURCE);
    }
    live.service.recover();
    live.fetch(SOURCE).with(0);
    assert_eq!(live.landed(SOURCE).len(), 4 + 1 + 3);

    // Killed while it waits for the last of three pages: the two before it are never asked again.
    let live = Live::of_year_0();
    live.service.on(
        Matcher::path("UntypedDataSet").with("$skip=20000"),
        Times::Every,
        Fault::SilenceBefore(Duration::from_mins(1)),
    );
    let mut child = live.project.start(&["fetch", "--only", SOURCE]);
    while live.asked("UntypedDataSet") < 3 {
        assert_eq!(child.try_wait().unwrap(), None, "it ended by itself");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    live.service.recover();
    live.fetch(SOURCE).with(0);
    assert_eq!(live.asked("UntypedDataSet"), 3 + 1);
    assert_eq!(live.landed(SOURCE).len(), 4 + 1 + 3);
}

#[test]
fn a_row_that_the_last_page_lacks_is_named() {
    let live = Live::of_year_0();
    let last = Matcher::path("UntypedDataSet").with("$skip=20000");
    live.service.on(last, Times::Every, Fault::DropRow(3));
    // Counted from nought it is row 20,003 of the recorded file.
    let ended = live.run().with(69);
    ended.saying(&["1 of 22125 rows are missing, the first is SoortMisdrijf 3.7.2, RegioS GM0394"]);
    assert!(live.landed(SOURCE).is_empty());
    assert!(
        !live
            .project
            .path("data/landing/politie_misdrijven/unfinished.jsonl")
            .exists()
    );
}

#[test]
fn an_edition_that_lost_a_page_in_the_landing_is_not_read() {
    let live = Live::of_year_0();
    live.run().with(0);
    let release = live.project.current();
    let path = live
        .project
        .data()
        .join(format!("landing/{SOURCE}/manifest.json"));
    let mut manifest: Value = serde_json::from_str(&disk::read_to_string(&path).unwrap()).unwrap();
    let entries = manifest["entries"].as_array_mut().unwrap();
    let before = entries.len();
    entries.retain(|entry| entry["name"] != "UntypedDataSet-2019JJ00-002.json");
    assert_eq!(entries.len(), before - 1);
    disk::write_atomic(&path, manifest.to_string().as_bytes()).unwrap();
    live.project.nulmeting(&["build"]).with(65).saying(&[
        "rows of the table are missing, the first is",
        "fetch the source again",
    ]);
    assert_eq!(live.project.current(), release);
}

#[test]
fn what_a_service_marks_is_asked_with_its_marks() {
    let live = Live::of_year_0();
    live.service.on(
        Matcher::path("TableInfos"),
        Times::Every,
        Fault::EtagAndLastModified,
    );
    live.fetch(SOURCE).with(0);
    let first = live.service.requests().len();
    assert_eq!(
        live.fetch(SOURCE).with(0).stdout.trim(),
        "politie_misdrijven  niets nieuws"
    );
    let requests = live.service.requests();
    assert_eq!(requests.len() - first, 1);
    assert!(requests[first].header("if-none-match").is_some());
    assert!(requests[first].header("if-modified-since").is_some());

    // Another question has no marks: the answer to it was never given.
    live.project.edit(
        "pipelines/hengelo.toml",
        "waarde = \"GeregistreerdeMisdrijven_1\"\naangiften = \"Aangiften_2\"\n",
        "waarde = \"GeregistreerdeMisdrijven_1\"\n",
    );
    assert!(live.fetch(SOURCE).with(0).stdout.contains("22125 rijen"));
    live.service
        .table3_mut(CRIMES)
        .set_modified("2023-12-15T02:00:00");
    assert!(live.fetch(SOURCE).with(0).stdout.contains("22125 rijen"));
}

#[test]
fn a_place_without_any_figure_of_nuisance_in_a_year_has_not_none_but_unknown_nuisance() {
    let live = Live::new(Project::of_year_0(), &[2018, 2019]);
    {
        let mut table = live.service.table3_mut(NUISANCE);
        for kind in ["0.0.0", "E33", "E35"] {
            table.set(kind, "GM0141", "2019JJ00", None);
        }
    }
    live.run().with(0);
    let release = live.project.release();
    let reasons = |year: i32| {
        release.lines(&format!(
            "SELECT DISTINCT waarde IS NULL, reden FROM overlast WHERE regio_code = 'GM0141' AND periode_code = '{year}JJ00'
             AND soort_code IN ('E33', 'M061') ORDER BY reden"
        ))
    };
    // Music has no figure in any year: it is zero where the others make the total, and unknown where there is none.
    assert_eq!(reasons(2018), ["false | nul", "false | waarde"]);
    assert_eq!(reasons(2019), ["true | ontbreekt"]);
}

#[test]
fn a_wrong_answer_that_landed_is_fetched_once_more_although_the_table_did_not_change() {
    let live = Live::of_year_0();
    let wrong = Fault::ReplaceRow(0, "GeregistreerdeOverlast_1".to_owned(), "-5".to_owned());
    let rows = Matcher::path("47021NED/UntypedDataSet");
    live.service.on(rows, Times::Only(1), wrong);
    // Without it the night goes on.
    live.run()
        .with(0)
        .saying(&["politie_overlast/", "found \"-5\"", "--only SOURCE --again"]);
    // The service says that nothing changed, so another night does not help.
    live.run().with(0).saying(&["niets nieuws", "found \"-5\""]);
    live.night(&["fetch", "--again"]).with(2).saying(&["--only"]);
    let again = live
        .night(&["fetch", "--only", "politie_overlast", "--again"])
        .with(0);
    assert!(again.stdout.contains("rijen"), "{}", again.stdout);
    assert_eq!(live.landed("politie_overlast").len(), 6);
    let mended = live.run().with(0);
    assert!(!mended.stderr.contains("warning"), "{}", mended.stderr);
}
