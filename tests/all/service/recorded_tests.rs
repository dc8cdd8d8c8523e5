//! The service held against what was recorded of the real ones.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::Service;
use super::client::{get, pages};
use super::portal::{recorded, rows_of};
use super::table3::{Axis, Member, Table3};
use super::table4::Table4;

const FEED: &str = "/ODataFeed/odata/47013NED";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn export(year: u16) -> PathBuf {
    fixture(&format!("politie_47013NED/portaal/policedata{year}.csv.gz"))
}

/// All that was recorded of 47013NED, read once.
fn police() -> Table3 {
    static TABLE: OnceLock<Table3> = OnceLock::new();
    let load = || {
        let exports: Vec<PathBuf> = (2012..=2022).map(export).collect();
        let exports: Vec<&Path> = exports.iter().map(PathBuf::as_path).collect();
        Table3::from_portal(&fixture("politie_47013NED/portaal/metadata.csv.gz"), &exports)
    };
    TABLE.get_or_init(load).clone()
}

fn serving(table: Table3) -> Service {
    let service = Service::start();
    service.add3(table);
    service
}

/// The periods from January 2012 on, so many of them.
fn periods(count: usize) -> Vec<Member> {
    let years = 2012..;
    let of_year = |year: i32| {
        (1..=12)
            .map(move |month| format!("{year}MM{month:02}"))
            .chain([format!("{year}JJ00")])
    };
    years
        .flat_map(of_year)
        .take(count)
        .map(|code| Member::new(&code, &code))
        .collect()
}

/// The table as it was when it had so many periods, with only some of its categories.
fn edition(count: usize, categories: &[&str]) -> Table3 {
    let mut table = police();
    table.keep(Axis::Category, |code| categories.contains(&code));
    let there: Vec<String> = table
        .dimension(Axis::Period)
        .members()
        .iter()
        .map(|period| period.key.clone())
        .collect();
    let missing = periods(count)
        .into_iter()
        .filter(|period| !there.contains(&period.key));
    table.add_periods(missing.collect());
    table
}

#[test]
fn the_untyped_rows_are_those_of_the_recorded_untyped_export() {
    let mut table = police();
    table.keep(Axis::Region, |code| ["NL01", "LDG4"].contains(&code));
    let service = serving(table);
    let url = format!(
        "{}{FEED}/UntypedDataSet?$format=json&$filter=Perioden eq '2022JJ00'",
        service.url()
    );
    let served = get(&url).unwrap().rows();
    let rows = rows_of(&fixture("politie_47013NED/ongetypeerd/landelijk_2022.csv.gz"));
    let names: Vec<&str> = rows[0].iter().collect();
    assert_eq!(served.len(), rows.len() - 1);
    for (served, recorded) in served.iter().zip(&rows[1..]) {
        assert_eq!(served.as_object().unwrap().len(), names.len());
        for (name, cell) in names.iter().zip(recorded).skip(1) {
            assert_eq!(served[name], cell, "{name} of {recorded:?}");
        }
    }
}

#[test]
fn a_typed_row_is_the_one_of_the_specification() {
    let service = serving(edition(152, &["0.0.0"]));
    let filter = "SoortMisdrijf eq '0.0.0 ' and RegioS eq 'NL01  ' and Perioden eq '2022JJ00'";
    let url = format!(
        "{}{FEED}/TypedDataSet?$format=json&$filter={filter}",
        service.url()
    );
    let seen = get(&url).unwrap();
    let expected = json!({
        "ID": 142, "SoortMisdrijf": "0.0.0 ", "RegioS": "NL01  ", "Perioden": "2022JJ00",
        "GeregistreerdeMisdrijven_1": 799_681, "Aangiften_2": 657_512, "Internetaangiften_3": 357_232,
    });
    assert_eq!(seen.rows(), [expected]);
    let order = [
        "\"ID\"",
        "SoortMisdrijf",
        "RegioS",
        "Perioden",
        "GeregistreerdeMisdrijven_1",
        "Aangiften_2",
    ];
    let places: Vec<_> = order.iter().map(|name| seen.text().find(name).unwrap()).collect();
    assert!(places.is_sorted(), "{}", seen.text());
}

#[test]
fn the_id_is_a_position_that_moves_with_the_number_of_periods() {
    // The typed exports were made when there were 152 periods, the untyped one a month before: 151.
    let typed = rows_of(&export(2022));
    let untyped = rows_of(&fixture("politie_47013NED/ongetypeerd/landelijk_2022.csv.gz"));
    for (periods, rows) in [(152, typed), (151, untyped)] {
        // The IDs of a category count the categories before it, so the first two are enough.
        let table = edition(periods, &["0.0.0", "1.1.1"]);
        let mut compared = 0;
        for row in rows
            .iter()
            .skip(1)
            .filter(|row| ["0.0.0 ", "1.1.1 "].contains(&&row[1]))
        {
            assert_eq!(
                table.position(&row[1], &row[2], &row[3]).to_string(),
                row[0],
                "{row:?}"
            );
            compared += 1;
        }
        assert!(compared >= 4);
    }
    assert_eq!(
        police().position("0.0.0", "NL01", "2022JJ00"),
        10,
        "the eleventh of the eleven recorded years"
    );
}

#[test]
fn every_recorded_cell_of_a_year_is_served_once_over_three_pages() {
    let service = serving(police());
    let url = format!(
        "{}{FEED}/TypedDataSet?$format=json&$filter=Perioden eq '2019JJ00'",
        service.url()
    );
    let pages = pages(&url);
    assert_eq!(
        pages.iter().map(Vec::len).collect::<Vec<_>>(),
        [10_000, 10_000, 2_125]
    );
    let rows = rows_of(&export(2019));
    assert_eq!(rows.len() - 1, 22_125);
    for (served, recorded) in pages.iter().flatten().zip(&rows[1..]) {
        for (name, cell) in rows[0].iter().zip(recorded).skip(1) {
            let text = match &served[name] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                number => number.to_string(),
            };
            assert_eq!(text, cell, "{name} of {recorded:?}");
        }
    }
    let count = format!(
        "{}{FEED}/TypedDataSet/$count?$filter=Perioden eq '2019JJ00'",
        service.url()
    );
    assert_eq!(get(&count).unwrap().text(), "22125");
}

#[test]
fn the_next_link_is_absolute_and_repeats_the_question() {
    let service = serving(police());
    let base = service.url();
    let first = get(&format!(
        "{base}/ODataFeed/OData/47013NED/UntypedDataSet/?$format=json"
    ))
    .unwrap()
    .json();
    assert_eq!(
        first["odata.nextLink"],
        format!("{base}/ODataFeed/OData/47013NED/UntypedDataSet/?$format=json&$skip=10000")
    );
    assert_eq!(
        first["odata.metadata"],
        format!("{base}/ODataFeed/OData/47013NED/$metadata#Cbs.OData.WebAPI.UntypedDataSet")
    );
    let filtered =
        format!("{base}{FEED}/TypedDataSet?$filter=Perioden eq '2019JJ00'&$format=json&$top=15000");
    let link = get(&filtered).unwrap().json()["odata.nextLink"].clone();
    assert_eq!(
        link,
        format!(
            "{base}{FEED}/TypedDataSet?$format=json&$filter=Perioden%20eq%20'2019JJ00'&$top=5000&$skip=10000"
        )
    );
    let last = get(link.as_str().unwrap()).unwrap().json();
    assert_eq!(last["value"].as_array().unwrap().len(), 5_000);
    assert!(last.get("odata.nextLink").is_none());
}

#[test]
fn the_service_document_names_the_five_fixed_lists_and_then_the_dimensions() {
    let service = serving(police());
    let base = service.url();
    let document = get(&format!("{base}{FEED}?$format=json")).unwrap().json();
    assert_eq!(
        document["odata.metadata"],
        format!("{base}/ODataFeed/OData/47013NED/$metadata")
    );
    let names = [
        "TableInfos",
        "UntypedDataSet",
        "TypedDataSet",
        "DataProperties",
        "CategoryGroups",
        "SoortMisdrijf",
        "RegioS",
        "Perioden",
    ];
    let expected: Vec<Value> = names
        .iter()
        .map(|name| json!({"name": name, "url": format!("{base}{FEED}/{name}")}))
        .collect();
    assert_eq!(document["value"], Value::from(expected));
    for name in names {
        let seen = get(&format!("{base}{FEED}/{name}?$format=json&$top=1")).unwrap();
        assert_eq!(seen.rows().len(), usize::from(name != "CategoryGroups"), "{name}");
    }
}

#[test]
fn the_lists_hold_padded_keys_and_the_fields_of_their_kind() {
    let service = serving(police());
    let list = |name: &str| {
        get(&format!("{}{FEED}/{name}?$format=json", service.url()))
            .unwrap()
            .rows()
    };
    let (categories, regions, periods) = (list("SoortMisdrijf"), list("RegioS"), list("Perioden"));
    assert_eq!((categories.len(), regions.len(), periods.len()), (59, 375, 11));
    assert!(
        categories
            .iter()
            .chain(&regions)
            .all(|row| row["Key"].as_str().unwrap().len() == 6)
    );
    assert_eq!(categories[0]["Key"], "0.0.0 ");
    assert_eq!(regions[0]["Key"], "NL01  ");
    assert_eq!(regions[0]["CategoryGroupID"], Value::Null);
    assert_eq!(
        periods[10],
        json!({"Key": "2022JJ00", "Title": "2022", "Description": "", "Status": "Definitief"})
    );
    let properties = list("DataProperties");
    let types: Vec<&str> = properties
        .iter()
        .map(|row| row["Type"].as_str().unwrap())
        .collect();
    assert_eq!(
        types,
        [
            "Dimension",
            "GeoDimension",
            "TimeDimension",
            "Topic",
            "Topic",
            "Topic"
        ]
    );
    assert_eq!(properties[2]["ReleasePolicy"], true);
    assert_eq!(properties[3]["odata.type"], "Cbs.OData.Topic");
    assert_eq!(properties[3]["Default"], "Missing");
    let infos = list("TableInfos");
    assert_eq!(infos[0].as_object().unwrap().len(), 21);
    assert_eq!(infos[0]["ID"], 0);
    assert_eq!(infos[0]["Modified"], "2025-06-16T02:00:00");
    assert_eq!(infos[0]["Source"], "&copy; Politie");
}

#[test]
fn a_key_without_its_padding_finds_nothing_and_says_nothing() {
    let service = serving(police());
    let rows = |filter: &str| {
        let url = format!(
            "{}{FEED}/TypedDataSet?$format=json&$filter={filter}",
            service.url()
        );
        get(&url).unwrap().rows().len()
    };
    assert_eq!(rows("SoortMisdrijf eq '0.0.0 ' and RegioS eq 'NL01  '"), 11);
    assert_eq!(rows("SoortMisdrijf eq '0.0.0' and RegioS eq 'NL01  '"), 0);
    assert_eq!(rows("RegioS eq 'NL01' and SoortMisdrijf eq '0.0.0 '"), 0);
    assert_eq!(
        rows("substringof('2022',Perioden) and startswith(RegioS,'NL')"),
        59
    );
    assert_eq!(
        rows("substring(RegioS,2,4) eq '0164' and Perioden ne '2022JJ00'"),
        590
    );
}

#[test]
fn the_feed_answers_atom_unless_it_is_asked_for_json_and_the_api_answers_json() {
    let mut table = police();
    table.keep(Axis::Category, |code| code == "0.0.0");
    table.keep(Axis::Region, |code| code == "LDG4" || code == "NL01");
    let service = serving(table);
    let atom = get(&format!("{}{FEED}/TypedDataSet", service.url())).unwrap();
    assert!(
        atom.header("content-type")
            .unwrap()
            .starts_with("application/atom+xml")
    );
    assert!(
        atom.text()
            .contains("<updated>2025-06-16T02:00:00+02:00</updated>")
    );
    assert!(
        atom.text()
            .contains("<d:GeregistreerdeMisdrijven_1 m:type=\"Edm.Int32\">799681</")
    );
    assert!(
        atom.text()
            .contains("<d:GeregistreerdeMisdrijven_1 m:null=\"true\" />")
    );
    let document = get(&format!("{}{FEED}", service.url())).unwrap();
    assert!(
        document.text().contains("<collection href=\"RegioS\">"),
        "{}",
        document.text()
    );
    let api = get(&format!("{}/ODataApi/OData/47013NED/TypedDataSet", service.url())).unwrap();
    assert_eq!(api.rows().len(), 22);
}

#[test]
fn the_api_refuses_more_than_ten_thousand_rows_and_a_skip() {
    let service = serving(police());
    let status = |query: &str| {
        let url = format!("{}/ODataApi/odata/47013NED/TypedDataSet?{query}", service.url());
        get(&url).unwrap().status
    };
    assert_eq!(status(""), 400);
    assert_eq!(status("$top=10000"), 200);
    assert_eq!(status("$top=10001"), 400);
    assert_eq!(status("$top=10&$skip=10"), 400);
    service.table3_mut("47013NED").set_skips_in_api(true);
    assert_eq!(status("$top=10&$skip=10"), 200);
}

#[test]
fn select_takes_fields_and_an_order_is_ignored() {
    let service = serving(police());
    let url = format!(
        "{}{FEED}/TypedDataSet?$format=json&$select=Aangiften_2,RegioS&$orderby=RegioS desc&$top=1",
        service.url()
    );
    assert_eq!(
        get(&url).unwrap().rows(),
        [json!({"RegioS": "NL01  ", "Aangiften_2": 977_746})]
    );
}

#[test]
fn what_is_not_there_is_404_and_what_is_not_understood_is_400() {
    let service = serving(police());
    let status = |target: &str| get(&format!("{}{target}", service.url())).unwrap().status;
    assert_eq!(status("/ODataFeed/odata/47013ned/TableInfos?$format=json"), 404);
    assert_eq!(status("/ODataFeed/odata/47013NED/Regios?$format=json"), 404);
    assert_eq!(status("/ODataFeed/odata/47021NED?$format=json"), 404);
    assert_eq!(status("/"), 404);
    assert_eq!(status(&format!("{FEED}/TypedDataSet?$filter=RegioS gt 'A'")), 400);
    assert_eq!(status(&format!("{FEED}/TypedDataSet?$select=Regios")), 400);
    assert_eq!(status(&format!("{FEED}/TypedDataSet?$inlinecount=allpages")), 400);
    let ladder = vec!["RegioS eq 'GM0164'"; 80].join(" or ");
    assert_eq!(status(&format!("{FEED}/TypedDataSet?$filter={ladder}")), 414);
}

#[test]
fn a_default_decides_how_an_empty_cell_is_written() {
    let service = serving(police());
    let cell = |list: &str| {
        let filter = "SoortMisdrijf eq '0.0.0 ' and RegioS eq 'LDG4  ' and Perioden eq '2022JJ00'";
        let url = format!("{}{FEED}/{list}?$format=json&$filter={filter}", service.url());
        get(&url).unwrap().rows()[0]["GeregistreerdeMisdrijven_1"].clone()
    };
    assert_eq!(
        (cell("TypedDataSet"), cell("UntypedDataSet")),
        (Value::Null, json!("       ."))
    );
    service.table3_mut("47013NED").set_default("Zero");
    assert_eq!(
        (cell("TypedDataSet"), cell("UntypedDataSet")),
        (json!(0), json!("       0"))
    );
    service.table3_mut("47013NED").set_default("Impossible");
    assert_eq!(
        (cell("TypedDataSet"), cell("UntypedDataSet")),
        (Value::Null, json!("        "))
    );
}

#[test]
fn the_next_night_has_another_figure_another_division_and_another_title() {
    let service = serving(police());
    assert_eq!(
        service.table3_mut("47013NED").get("0.0.0", "GM0164", "2022JJ00"),
        Some(3_907)
    );
    {
        let mut table = service.table3_mut("47013NED");
        table.set("0.0.0", "GM0164", "2022JJ00", Some(3_908));
        table.set_modified("2026-01-15T02:00:00");
        table.set_title("Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente 2026");
        table.drop_region("GM0147");
        table.add_region(Member::new("GM1999", "Nieuwe gemeente"));
        table.add_periods(vec![Member::new("2023JJ00", "2023")]);
    }
    let list = |name: &str| get(&format!("{}{FEED}/{name}", service.url())).unwrap();
    assert!(list("TableInfos?$format=json").text().contains("gemeente 2026"));
    let regions = list("RegioS?$format=json").rows();
    let last = regions
        .iter()
        .rposition(|row| row["Key"].as_str().unwrap().starts_with("GM"))
        .unwrap();
    assert_eq!(
        (regions.len(), &regions[last]["Title"]),
        (375, &json!("Nieuwe gemeente"))
    );
    assert!(!regions.iter().any(|row| row["Key"] == "GM0147"));
    let filter = "startswith(RegioS,'GM0164') and SoortMisdrijf eq '0.0.0 ' and Perioden ge '2021JJ00'";
    let rows = list(&format!("TypedDataSet?$format=json&$filter={filter}")).rows();
    let cells: Vec<&Value> = rows
        .iter()
        .map(|row| &row["GeregistreerdeMisdrijven_1"])
        .collect();
    let before = police().get("0.0.0", "GM0164", "2021JJ00").unwrap();
    assert_eq!(cells, [&json!(before), &json!(3_908), &Value::Null]);
}

#[test]
fn a_list_gets_wider_with_its_longest_code() {
    let mut table = police();
    table.add_region(Member::new("WK016400A", "Wijk"));
    assert_eq!(table.dimension(Axis::Region).members()[0].key, "NL01     ");
    table.drop_region("WK016400A");
    assert_eq!(table.dimension(Axis::Region).members()[0].key, "NL01  ");
}

#[test]
fn the_replies_of_v4_are_the_recorded_ones() {
    let folder = fixture("cbs_03759ned");
    let service = Service::start();
    service.add4(Table4::from_replies(&folder));
    let base = format!("{}/odata/v1/CBS/03759ned", service.url());
    let replies = [
        ("Properties", "properties"),
        ("Dimensions", "dimensions"),
        ("MeasureCodes", "measure-codes"),
        ("RegioSCodes", "codes-RegioS"),
        ("PeriodenCodes", "codes-Perioden"),
        ("LeeftijdCodes", "codes-Leeftijd"),
        ("GeslachtCodes", "codes-Geslacht"),
        ("BurgerlijkeStaatCodes", "codes-BurgerlijkeStaat"),
        ("Observations", "observations-page-1"),
    ];
    for (resource, file) in replies {
        let seen = get(&format!("{base}/{resource}")).unwrap();
        let mut served = seen.json();
        let bytes = recorded(&folder.join(format!("{file}.json.gz")));
        let recorded: Value = serde_json::from_slice(&bytes).unwrap();
        let context = served["@odata.context"]
            .as_str()
            .unwrap()
            .replace(&service.url(), "https://datasets.cbs.nl");
        served["@odata.context"] = Value::from(context);
        assert!(served == recorded, "{resource}");
    }
    let text = get(&format!("{base}/Observations?$top=1")).unwrap();
    let order = [
        "\"Id\"",
        "\"Measure\"",
        "\"ValueAttribute\"",
        "\"Value\"",
        "\"StringValue\"",
        "\"RegioS\"",
    ];
    let places: Vec<_> = order.iter().map(|name| text.text().find(name).unwrap()).collect();
    assert!(places.is_sorted());
}

#[test]
fn observations_are_filtered_counted_and_paged() {
    let service = Service::start();
    service.add4(Table4::from_replies(&fixture("cbs_03759ned")));
    let base = format!("{}/odata/v1/CBS/03759ned", service.url());
    // The filter with which the recorded slice was made finds all of it.
    let slice = "Geslacht eq 'T001038' and Leeftijd eq '10000' and BurgerlijkeStaat eq 'T001019' and \
                 (startswith(RegioS,'NL') or startswith(RegioS,'PV') or startswith(RegioS,'GM')) and Perioden ge '2019JJ00'";
    assert_eq!(
        get(&format!("{base}/Observations/$count?$filter={slice}"))
            .unwrap()
            .text(),
        "13568"
    );
    let one = "Measure eq 'M000352' and RegioS eq 'NL01' and Perioden eq '2024JJ00'";
    let rows = get(&format!("{base}/Observations?$filter={one}")).unwrap().rows();
    assert_eq!((rows.len(), &rows[0]["Value"]), (1, &json!(17_942_942)));
    let counted = get(&format!("{base}/Observations?$count=true&$top=0"))
        .unwrap()
        .json();
    assert_eq!(
        (&counted["@odata.count"], &counted["value"]),
        (&json!(13_568), &json!([]))
    );
    service.table4_mut("03759ned").set_page_size(5_000);
    let pages = pages(&format!("{base}/Observations?$filter={slice}"));
    assert_eq!(
        pages.iter().map(Vec::len).collect::<Vec<_>>(),
        [5_000, 5_000, 3_568]
    );
    service
        .table4_mut("03759ned")
        .set("M000352", "GM0164", "2024JJ00", None);
    let changed = "contains(RegioS,'0164') and Measure eq 'M000352' and Perioden eq '2024JJ00'";
    let rows = get(&format!("{base}/Observations?$filter={changed}"))
        .unwrap()
        .rows();
    assert_eq!(
        (&rows[0]["Value"], &rows[0]["ValueAttribute"]),
        (&Value::Null, &json!("Impossible"))
    );
    for (target, status) in [
        ("$metadata", 406),
        ("LeeftijdGroups", 404),
        ("Observations?$search=x", 400),
        ("", 200),
    ] {
        assert_eq!(
            get(&format!("{base}/{target}")).unwrap().status,
            status,
            "{target}"
        );
    }
}
