//! A table of OData v4, asked measure by measure and period by period: counted, paged, and never taken for less than it is.

use nulmeting::landing::Landing;
use serde_json::Value;

use crate::live::{Live, NUISANCE};
use crate::service::faults::{Fault, Matcher, Times};

#[test]
fn a_table_of_which_the_service_counts_no_row_is_not_taken_for_an_empty_one() {
    let live = Live::of_year_0();
    live.service.on(
        Matcher::path("Observations/$count"),
        Times::Every,
        Fault::Status(200, Vec::new(), "0".to_owned()),
    );
    let ended = live.fetch("cbs_bevolking_begin").with(69);
    ended.saying(&["no row at all of what is asked"]);
    assert!(live.landed("cbs_bevolking_begin").is_empty());
}

#[test]
fn a_table_of_v4_is_fetched_again_when_any_mark_of_its_state_moves_and_only_then() {
    const BEGIN: &str = "cbs_bevolking_begin";
    for (mark, value) in [
        ("Version", "202608010200"),
        ("Modified", "2026-08-01T02:00:00+02:00"),
        ("ObservationsModified", "2026-08-01T02:00:00+02:00"),
    ] {
        let live = Live::of_year_0();
        assert!(live.fetch(BEGIN).with(0).stdout.contains("rijen"));
        assert!(live.fetch(BEGIN).with(0).stdout.contains("niets nieuws"));
        live.service.table4_mut("03759ned").set_text(mark, value);
        assert!(live.fetch(BEGIN).with(0).stdout.contains("rijen"), "{mark}");
    }
    // While it is fetched: what came before belongs to another version, and is asked once more.
    let live = Live::of_year_0();
    let moves = Fault::VersionMovesAfter(2, "202608010200".to_owned());
    live.service
        .on(Matcher::path("Observations"), Times::Every, moves);
    live.fetch(BEGIN).with(0);
    let landing = Landing::open(&live.project.data()).unwrap();
    for file in landing.in_use(BEGIN).unwrap() {
        assert!(file.entry.state.unwrap().contains("202608010200"));
    }
}

#[test]
fn pages_of_v4_are_followed_to_their_end() {
    let whole = Live::of_year_0();
    let live = Live::of_year_0();
    live.service.table4_mut("03759ned").set_page_size(300);
    let fetched = |live: &Live| live.fetch("cbs_bevolking_begin").with(0).stdout;
    assert_eq!(fetched(&live), fetched(&whole));
    // A slice has 848 rows: three pages of at most 300 instead of one.
    let of_rows = |live: &Live| {
        let landed = live.landed("cbs_bevolking_begin");
        let pages = landed
            .iter()
            .filter(|path| path.to_string_lossy().contains("Observations-M000"));
        pages.count()
    };
    assert_eq!(of_rows(&live), 3 * of_rows(&whole));
    assert!(of_rows(&whole) > 0);

    let live = Live::of_year_0();
    live.service.table4_mut("03759ned").set_page_size(300);
    live.service
        .on(Matcher::path("Observations"), Times::Every, Fault::NextLinkLoops);
    live.fetch("cbs_bevolking_begin").with(69);
    assert!(live.landed("cbs_bevolking_begin").is_empty());
}

#[test]
fn a_count_of_v4_that_its_rows_do_not_make_is_refused() {
    let live = Live::of_year_0();
    live.service.on(
        Matcher::path("Observations").with("2020JJ00"),
        Times::Every,
        Fault::DropRow(0),
    );
    let ended = live.fetch("cbs_bevolking_begin").with(69);
    ended.saying(&["M000352-2020JJ00", "the service counts 848 rows and gives 847"]);
    assert!(live.landed("cbs_bevolking_begin").is_empty());
}

#[test]
fn a_page_of_v4_with_one_row_twice_and_another_not_is_refused_although_the_count_is_right() {
    let live = Live::of_year_0();
    let of_first = {
        let table = live.service.table4_mut("03759ned");
        let first = table.observations.first().unwrap();
        let region = first.iter().find(|(name, _)| &**name == "RegioS").unwrap();
        region.1.as_str().unwrap().to_owned()
    };
    live.service.on(
        Matcher::path("Observations"),
        Times::Every,
        Fault::ReplaceRow(1, "RegioS".to_owned(), of_first.clone()),
    );
    let ended = live.fetch("cbs_bevolking_begin").with(69);
    ended.saying(&["every combination once", &of_first]);
    assert!(live.landed("cbs_bevolking_begin").is_empty());
}

#[test]
fn a_period_that_a_service_of_v4_has_no_more_is_a_table_that_shrank() {
    let live = Live::of_year_0();
    live.run().with(0);
    let release = live.project.current();
    {
        let mut table = live.service.table4_mut("03759ned");
        let gone = Value::from("2026JJ00");
        table.observations.retain(|row| {
            row.iter()
                .all(|(name, value)| &**name != "Perioden" || *value != gone)
        });
        table.set_text("Version", "202608010200");
    }
    {
        // Another source on a new division excuses nothing here.
        let mut table = live.service.table3_mut(NUISANCE);
        table.set_title("Overlast per gemeente 2024");
        table.set_modified("2024-01-15T02:00:00");
    }
    live.run()
        .with(65)
        .saying(&["gekrompen", "tabel bevolking heeft "]);
    assert_eq!(live.project.current(), release);
}
