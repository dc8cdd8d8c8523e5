//! Each fault does what its name says: a test that asks for one must not pass because the service was well after all.

use std::io::{ErrorKind, Read as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::Service;
use super::client::{Connection, Seen, get, pages};
use super::faults::{Fault, Matcher, Times, http_date};
use super::page::field;
use super::table3::{Dimension, Member, Table3};
use super::table4::Table4;

const DATA: &str = "/ODataFeed/odata/1NED/TypedDataSet?$format=json";

/// One category, two regions, three years, and pages of two rows.
fn small() -> Table3 {
    let text = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let members = |codes: &[&str]| codes.iter().map(|code| Member::new(code, code)).collect();
    let topic = vec![field("Key", "Aantal_1"), field("Default", "Missing")];
    let mut table = Table3::new(
        vec![
            text("Identifier", "1NED"),
            text("Title", "gemeente 2025"),
            text("Modified", "2025-06-16T02:00:00"),
        ],
        vec![topic],
        [
            Dimension::new("Overlast", "Dimension", members(&["E33", "F010"])),
            Dimension::new(
                "WijkenEnBuurten",
                "GeoDetail",
                members(&["NL00", "BU01640000", "WK0363AA"]),
            ),
            Dimension::new("Perioden", "TimeDimension", members(&["2023JJ00"])),
        ],
        &["Aantal_1"],
    );
    for (row, value) in [41, 42, 43, 44, 45, 46].into_iter().enumerate() {
        table.set_row(row, 0, Some(value));
    }
    table.set_page_size(4);
    table
}

fn serving() -> Service {
    let service = Service::start();
    service.add3(small());
    service
}

fn failing(fault: Fault) -> Service {
    let service = serving();
    service.on(Matcher::path("TypedDataSet"), Times::Every, fault);
    service
}

fn ids(rows: &[Value]) -> Vec<u64> {
    rows.iter().map(|row| row["ID"].as_u64().unwrap()).collect()
}

/// What the fault makes of the first page.
fn seen(fault: Fault) -> Seen {
    let service = failing(fault);
    get(&format!("{}{DATA}", service.url())).unwrap()
}

/// How the reading of the first page fails, while the rest of the service is well.
fn failure(fault: Fault) -> ErrorKind {
    let service = failing(fault);
    let url = service.url();
    let error = get(&format!("{url}{DATA}")).unwrap_err();
    assert_eq!(
        get(&format!("{url}/ODataFeed/odata/1NED/TableInfos?$format=json"))
            .unwrap()
            .status,
        200
    );
    error.kind()
}

#[test]
fn without_a_fault_all_rows_come_on_one_connection() {
    let service = serving();
    let pages = pages(&format!("{}{DATA}", service.url()));
    assert_eq!(
        pages.iter().map(|page| ids(page)).collect::<Vec<_>>(),
        [vec![0, 1, 2, 3], vec![4, 5]]
    );
    assert_eq!(pages[1][0]["WijkenEnBuurten"], "BU01640000");
    assert_eq!(pages[1][0]["Aantal_1"], 45);
    assert_eq!((service.connections(), service.requests().len()), (1, 2));
    let list = format!(
        "{}/ODataFeed/odata/1NED/WijkenEnBuurten?$format=json",
        service.url()
    );
    let expected = json!([
        {"Key": "NL00      ", "Title": "NL00", "Description": "", "Municipality": "", "DetailRegionCode": ""},
        {"Key": "BU01640000", "Title": "BU01640000", "Description": "", "Municipality": "GM0164",
         "DetailRegionCode": "BU01640000"},
        {"Key": "WK0363AA  ", "Title": "WK0363AA", "Description": "", "Municipality": "GM0363",
         "DetailRegionCode": "WK0363AA"},
    ]);
    assert_eq!(Value::from(get(&list).unwrap().rows()), expected);
}

#[test]
fn a_rule_strikes_the_requests_that_it_names_in_turn_and_no_others() {
    let service = serving();
    let only = Matcher::path("TypedDataSet").with("$skip=4");
    service.on(
        only,
        Times::First(2),
        Fault::Status(500, Vec::new(), "eerste".to_owned()),
    );
    service.on(Matcher::path("TableInfos"), Times::Only(2), Fault::RetryAfter(1));
    service.on(Matcher::any().with("$top=1"), Times::From(2), Fault::Html);
    let status = |target: &str| get(&format!("{}{target}", service.url())).unwrap().status;
    let infos = "/ODataFeed/odata/1NED/TableInfos?$format=json";
    let next = format!("{DATA}&$skip=4");
    assert_eq!([DATA, &next, &next, &next].map(status), [200, 500, 500, 200]);
    assert_eq!([infos, infos, infos].map(status), [200, 503, 200]);
    let is_json = |_| {
        let seen = get(&format!("{}{DATA}&$top=1", service.url())).unwrap();
        seen.header("content-type")
            .unwrap()
            .starts_with("application/json")
    };
    assert_eq!([0, 1, 2].map(is_json), [true, false, false]);
    service.on(Matcher::any(), Times::Every, Fault::ResetAtOnce);
    service.recover();
    assert_eq!(status(DATA), 200);
}

#[test]
fn a_status_comes_with_its_headers_and_body() {
    let headers = vec![(
        "Retry-After".to_owned(),
        "Wed, 15 Jul 2026 02:00:00 GMT".to_owned(),
    )];
    let seen_status = seen(Fault::Status(429, headers, "te veel".to_owned()));
    assert_eq!((seen_status.status, seen_status.text()), (429, "te veel"));
    assert_eq!(
        seen_status.header("retry-after"),
        Some("Wed, 15 Jul 2026 02:00:00 GMT")
    );
    let later = seen(Fault::RetryAfter(7));
    assert_eq!((later.status, later.header("retry-after")), (503, Some("7")));
    let elsewhere = seen(Fault::Redirect("https://example.org/".to_owned()));
    assert_eq!(
        (elsewhere.status, elsewhere.header("location")),
        (302, Some("https://example.org/"))
    );
}

#[test]
fn a_body_that_is_cut_off_is_never_a_whole_one() {
    assert_eq!(failure(Fault::ResetAtOnce), ErrorKind::ConnectionReset);
    assert_eq!(failure(Fault::ResetAfter(0)), ErrorKind::ConnectionReset);
    assert_eq!(failure(Fault::ResetAfter(300)), ErrorKind::ConnectionReset);
    assert_eq!(failure(Fault::ResetAfter(usize::MAX)), ErrorKind::ConnectionReset);
    assert_eq!(failure(Fault::ShortBody(1)), ErrorKind::UnexpectedEof);
    assert_eq!(failure(Fault::ChunkedWithoutEnd), ErrorKind::UnexpectedEof);
}

#[test]
fn a_body_that_is_not_what_was_asked_for_comes_whole() {
    let html = seen(Fault::Html);
    assert_eq!(
        (html.status, html.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    let atom = seen(Fault::Atom);
    assert!(
        atom.text()
            .contains("<d:Aantal_1 m:type=\"Edm.Int32\">41</d:Aantal_1>"),
        "{}",
        atom.text()
    );
    assert!(
        atom.text()
            .contains("<link rel=\"next\" href=\"http://127.0.0.1:")
    );
    let half = seen(Fault::NotJson);
    assert!(
        half.header("content-type")
            .unwrap()
            .starts_with("application/json")
    );
    assert!(serde_json::from_slice::<Value>(&half.body).is_err());
}

#[test]
fn gzip_is_for_those_who_offer_it_and_its_cut_is_hidden_from_http() {
    let whole = seen(Fault::Trickle(100, Duration::from_millis(1)));
    let unpacked = |body: &[u8]| {
        let mut plain = Vec::new();
        GzDecoder::new(body).read_to_end(&mut plain).map(|_| plain)
    };
    let service = failing(Fault::Gzip);
    let url = format!("{}{DATA}", service.url());
    assert_eq!(get(&url).unwrap().header("content-encoding"), None);
    let packed = Connection::open(&url)
        .get(&url, &["Accept-Encoding: gzip"])
        .unwrap();
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_eq!(unpacked(&packed.body).unwrap().len(), whole.body.len());
    let cut = seen(Fault::GzipCutOff(60));
    assert_eq!((cut.status, cut.body.len()), (200, 60));
    assert_eq!(unpacked(&cut.body).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    assert!(unpacked(&seen(Fault::GzipCutOff(usize::MAX)).body).is_err());
}

#[test]
fn silence_and_drops_cost_time_and_no_bytes() {
    let slow = Duration::from_millis(40);
    for fault in [
        Fault::SilenceBefore(slow),
        Fault::SilenceWithin(100, slow),
        Fault::Trickle(100, slow / 4),
    ] {
        let service = failing(fault.clone());
        let url = format!("{}{DATA}", service.url());
        let asked = Instant::now();
        assert_eq!(get(&url).unwrap().rows().len(), 4, "{fault:?}");
        assert!(asked.elapsed() >= slow, "{fault:?} took {:?}", asked.elapsed());
    }
}

#[test]
fn a_service_that_is_silent_stops_at_once_when_it_is_dropped() {
    let service = failing(Fault::SilenceBefore(Duration::from_mins(10)));
    let url = format!("{}{DATA}", service.url());
    let asking = thread::spawn(move || get(&url).is_err());
    while service.requests().is_empty() {
        thread::yield_now();
    }
    let dropped = Instant::now();
    drop(service);
    assert!(asking.join().unwrap());
    assert!(dropped.elapsed() < Duration::from_mins(1));
}

#[test]
fn a_next_link_may_loop_or_lead_elsewhere() {
    let link = |fault: Fault| {
        let service = failing(fault);
        let url = service.url();
        let link = get(&format!("{url}{DATA}")).unwrap().json()["odata.nextLink"].clone();
        link.as_str().unwrap().replace(&url, "HERE")
    };
    let query = "?$format=json&$skip=4";
    assert_eq!(link(Fault::NextLinkLoops), format!("HERE{DATA}"));
    assert_eq!(
        link(Fault::NextLinkElsewhere("elsewhere.example:81".to_owned())),
        format!("http://elsewhere.example:81/ODataFeed/odata/1NED/TypedDataSet{query}")
    );
    assert_eq!(
        link(Fault::NextLinkOtherPath(
            "/ODataFeed/odata/2NED/TypedDataSet".to_owned()
        )),
        format!("HERE/ODataFeed/odata/2NED/TypedDataSet{query}")
    );
    let service = failing(Fault::EmptyPageWithLink);
    let page = get(&format!("{}{DATA}&$skip=4", service.url())).unwrap().json();
    assert_eq!(page["value"], json!([]));
    assert_eq!(
        page["odata.nextLink"],
        format!(
            "{}/ODataFeed/odata/1NED/TypedDataSet?$format=json&$skip=10004",
            service.url()
        )
    );
}

#[test]
fn a_page_may_lack_a_row_repeat_one_or_hold_an_unknown_code() {
    assert_eq!(ids(&seen(Fault::DropRow(1)).rows()), [0, 2, 3]);
    assert_eq!(ids(&seen(Fault::RepeatRow(1)).rows()), [0, 1, 1, 2, 3]);
    let replaced = seen(Fault::ReplaceRow(2, "Overlast".to_owned(), "E99 ".to_owned())).rows();
    assert_eq!(
        (ids(&replaced), &replaced[2]["Overlast"]),
        (vec![0, 1, 2, 3], &json!("E99 "))
    );
}

#[test]
fn validators_spare_the_body_as_long_as_nothing_changes() {
    let service = failing(Fault::EtagAndLastModified);
    let url = format!("{}{DATA}", service.url());
    let mut connection = Connection::open(&url);
    let first = connection.get(&url, &[]).unwrap();
    let etag = format!("If-None-Match: {}", first.header("etag").unwrap());
    let since = format!("If-Modified-Since: {}", first.header("last-modified").unwrap());
    assert_eq!(since, "If-Modified-Since: Mon, 16 Jun 2025 02:00:00 GMT");
    for known in [&etag, &since] {
        let again = connection.get(&url, &[known.as_str()]).unwrap();
        assert_eq!((again.status, again.body.len()), (304, 0), "{known}");
    }
    service
        .table3_mut("1NED")
        .set("E33", "NL00", "2023JJ00", Some(40));
    // The tag sees what the moment of change does not tell.
    assert_eq!(connection.get(&url, &[&etag, &since]).unwrap().status, 200);
    assert_eq!(connection.get(&url, &[&since]).unwrap().status, 304);
    service.table3_mut("1NED").set_modified("2025-07-15T02:00:00");
    assert_eq!(connection.get(&url, &[&since]).unwrap().status, 200);
    assert_eq!(service.connections(), 1);
}

#[test]
fn a_moment_of_change_is_written_with_its_day_of_the_week() {
    // Days of the week after the calendar: a leap day, the first of January, the last of December.
    assert_eq!(http_date("2024-02-29T23:59:59"), "Thu, 29 Feb 2024 23:59:59 GMT");
    assert_eq!(http_date("2000-01-01T00:00:00"), "Sat, 01 Jan 2000 00:00:00 GMT");
    assert_eq!(
        http_date("2026-12-31T02:00:00+01:00"),
        "Thu, 31 Dec 2026 02:00:00 GMT"
    );
}

#[test]
fn a_table_changes_while_its_rows_are_being_fetched() {
    let service = failing(Fault::ModifiedMovesAfter(2, "2025-07-15T02:00:00".to_owned()));
    let modified = || service.table3_mut("1NED").text("Modified").to_owned();
    let url = format!("{}{DATA}", service.url());
    get(&url).unwrap();
    assert_eq!(modified(), "2025-06-16T02:00:00");
    get(&url).unwrap();
    assert_eq!(modified(), "2025-07-15T02:00:00");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cbs_03759ned");
    service.add4(Table4::from_replies(&folder));
    let moves = Fault::VersionMovesAfter(1, "202606240000".to_owned());
    service.on(Matcher::path("Observations"), Times::Every, moves);
    let version = || service.table4_mut("03759ned").text("Version").to_owned();
    get(&format!("{}/odata/v1/CBS/03759ned/Properties", service.url())).unwrap();
    assert_eq!(version(), "202606230000");
    get(&format!(
        "{}/odata/v1/CBS/03759ned/Observations?$top=1",
        service.url()
    ))
    .unwrap();
    assert_eq!(version(), "202606240000");
}

#[test]
fn the_log_tells_what_was_asked_when_and_how_many_at_once() {
    let service = failing(Fault::SilenceBefore(Duration::from_mins(10)));
    let url = format!("{}{DATA}&$filter=Overlast+eq+'E33%20'", service.url());
    let ask = |url: String| thread::spawn(move || Connection::open(&url).get(&url, &["X-Vraag: 1"]).is_err());
    let asking = [0, 1, 2].map(|_| ask(url.clone()));
    while service.requests().len() < asking.len() {
        thread::yield_now();
    }
    let requests = service.requests();
    // Nobody was answered yet, so each found one more in flight than the one before.
    drop(service);
    assert!(
        asking
            .map(|thread| thread.join().unwrap())
            .iter()
            .all(|failed| *failed)
    );
    let in_flight: Vec<usize> = requests.iter().map(|request| request.in_flight).collect();
    assert_eq!(in_flight, [1, 2, 3]);
    assert!(requests.is_sorted_by_key(|request| request.at));
    let request = &requests[0];
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("GET", "/ODataFeed/odata/1NED/TypedDataSet")
    );
    assert_eq!(request.option("$filter"), Some("Overlast eq 'E33 '"));
    assert_eq!(request.header("x-vraag"), Some("1"));
}
