//! Codes of periods, as `sql/norm/periode.sql` reads them: a year or a month for certain, or neither.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::record_batch::RecordBatch;
use proptest::prelude::*;

use super::load;
use super::rows::Rows;
use super::session::Engine;

type Read = (Option<i64>, Option<i64>, Option<String>);

/// What the model says of each code, in their order.
fn read(codes: &[String]) -> Vec<Read> {
    let texts = |of: &dyn Fn(&String) -> String| {
        Arc::new(codes.iter().map(of).map(Some).collect::<StringArray>()) as ArrayRef
    };
    let rows = RecordBatch::try_from_iter([
        ("periode_code", texts(&String::clone)),
        ("naam", texts(&String::clone)),
        ("status", texts(&|_| "Definitief".to_owned())),
        ("bron", texts(&|_| "47013NED".to_owned())),
    ]);
    let engine = Engine::new().unwrap();
    engine.register_rows("ruw_periode", rows.unwrap()).unwrap();
    let models = load(None).unwrap();
    let model = models.iter().find(|model| model.name == "periode").unwrap();
    let rows = Rows::ask(&engine, &model.path, &model.text).unwrap();
    let read: Vec<Read> = rows
        .iter()
        .map(|row| (row.whole("jaar"), row.whole("maand"), row.text("soort")))
        .collect();
    assert_eq!(read.len(), codes.len());
    read
}

fn characters(of: &str, length: std::ops::Range<usize>) -> impl Strategy<Value = String> + use<> {
    let any = prop::sample::select(of.chars().collect::<Vec<_>>());
    prop::collection::vec(any, length).prop_map(String::from_iter)
}

/// A year and what comes after it: right, almost right, and of the kinds that other tables have.
fn code() -> impl Strategy<Value = (String, Read)> {
    let year = |year: i64, month: Option<i64>| {
        let kind = if month.is_some() { "maand" } else { "jaar" };
        (Some(year), month, Some(kind.to_owned()))
    };
    prop_oneof![
        (0..10_000_i64).prop_map(move |number| (format!("{number:04}JJ00"), year(number, None))),
        (0..10_000_i64, 1..13_i64)
            .prop_map(move |(number, month)| (format!("{number:04}MM{month:02}"), year(number, Some(month)))),
        (
            characters("0123456789+-. ٢", 3..6),
            prop::sample::select(vec![
                "JJ01", "JJ0", "JJ000", "jj00", "MM00", "MM13", "MM1", "MM 1", "MM012", "KW01", "HJ02",
                "X000", "W101", "0131", "",
            ])
        )
            .prop_map(|(start, end)| (format!("{start}{end}"), (None, None, None))),
        characters("0123456789", 6..7).prop_map(|years| (format!("SJ{years}"), (None, None, None))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_code_is_a_year_a_month_or_neither(expected in prop::collection::vec(code(), 1..80)) {
        let (codes, expected): (Vec<String>, Vec<Read>) = expected.into_iter().unzip();
        let found = read(&codes);
        for ((code, expected), found) in codes.iter().zip(expected).zip(found) {
            prop_assert_eq!(found, expected, "{:?}", code);
        }
    }
}
