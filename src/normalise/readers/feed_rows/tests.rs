use std::io::{BufReader, Cursor};

use serde_json::Value;

use super::super::Flavour::{FeedTyped, FeedUntyped};
use super::super::read_data;
use super::super::test_sink::{Notes, read_text, refusal};
use super::*;

/// The recorded rows of NL01 and of a region without figures, in the form of the service.
const TYPED: &str = "{\r\n  \"odata.metadata\":\"https://dataderden.cbs.nl/ODataFeed/OData/47013NED/$metadata#Cbs.OData.WebAPI.TypedDataSet\",\"value\":[\r\n    {\r\n      \"ID\":142,\"SoortMisdrijf\":\"0.0.0 \",\"RegioS\":\"NL01  \",\"Perioden\":\"2022JJ00\",\"GeregistreerdeMisdrijven_1\":799681,\"Aangiften_2\":657512,\"Internetaangiften_3\":357232\r\n    },{\r\n      \"ID\":746,\"SoortMisdrijf\":\"0.0.0 \",\"RegioS\":\"LDG4  \",\"Perioden\":\"2022JJ00\",\"GeregistreerdeMisdrijven_1\":null,\"Aangiften_2\":null,\"Internetaangiften_3\":null\r\n    }\r\n  ],\"odata.nextLink\":\"https://x/TypedDataSet?$format=json&$skip=10000\"\r\n}";
const UNTYPED: &str = r#"{"odata.metadata":"https://x/$metadata#Cbs.OData.WebAPI.UntypedDataSet","value":[
{"ID":142,"SoortMisdrijf":"0.0.0 ","RegioS":"NL01  ","Perioden":"2022JJ00","GeregistreerdeMisdrijven_1":"  799681","Aangiften_2":"  657512","Internetaangiften_3":"       ."},
{"ID":746,"SoortMisdrijf":"0.0.0 ","RegioS":"LDG4  ","Perioden":"2022JJ00","GeregistreerdeMisdrijven_1":"       .","Aangiften_2":"       .","Internetaangiften_3":"       ."}]}"#;
/// The buurt of the specification, with a row of the country before it.
const TEXTS: &str = r#"{"odata.metadata":"x#TypedDataSet","value":[
{"ID":0,"SoortMisdrijf":"0.0.0 ","WijkenEnBuurten":"NL00      ","Perioden":"2023JJ00","Gemeentenaam_2":".                             ","GeregistreerdeMisdrijven_1":801117,"SoortRegio_3":"Land    "},
{"ID":90695,"SoortMisdrijf":"0.0.0 ","WijkenEnBuurten":"BU01640000","Perioden":"2023JJ00","Gemeentenaam_2":"Hengelo                       ","GeregistreerdeMisdrijven_1":717,"SoortRegio_3":"Buurt   "}]}"#;

/// One row and the same again, so that a change of the last one meets a settled table.
fn page(rows: &[&str]) -> String {
    let rows: Vec<String> = rows.iter().map(|row| format!("{{{row}}}")).collect();
    format!("{{\"value\":[\n{}]}}", rows.join(",\n"))
}

#[test]
fn typed_rows_give_trimmed_codes_numbers_and_blanks() {
    let (summary, notes) = read_text(FeedTyped, TYPED).unwrap();
    assert_eq!(notes.dimensions(), ["SoortMisdrijf", "RegioS", "Perioden"]);
    assert_eq!(
        notes.topic_names(),
        [
            "GeregistreerdeMisdrijven_1/?",
            "Aangiften_2/?",
            "Internetaangiften_3/?"
        ]
    );
    assert_eq!(
        notes.records,
        [
            "3: 0.0.0|NL01|2022JJ00 0=799681 1=657512 2=357232",
            "5: 0.0.0|LDG4|2022JJ00 0=Blank 1=Blank 2=Blank",
        ]
    );
    assert_eq!((summary.records, summary.cells, summary.lines), (2, 6, 9));
    assert_eq!(
        summary.next_link.as_deref(),
        Some("https://x/TypedDataSet?$format=json&$skip=10000")
    );
}

#[test]
fn untyped_rows_keep_their_symbols() {
    let (summary, notes) = read_text(FeedUntyped, UNTYPED).unwrap();
    assert_eq!(
        notes.records,
        [
            "2: 0.0.0|NL01|2022JJ00 0=799681 1=657512 2=Dot",
            "3: 0.0.0|LDG4|2022JJ00 0=Dot 1=Dot 2=Dot",
        ]
    );
    assert_eq!(summary.next_link, None);
    for (symbol, name) in [("x", "Secret"), ("-", "Dash"), ("", "Blank")] {
        let text = UNTYPED.replace("\"  657512\"", &format!("\"{symbol:>8}\""));
        let record = &read_text(FeedUntyped, &text).unwrap().1.records[0];
        assert!(record.contains(&format!("1={name}")), "{record}");
    }
}

#[test]
fn topics_with_texts_are_passed_over_also_when_they_start_with_a_dot() {
    let (summary, notes) = read_text(FeedTyped, TEXTS).unwrap();
    assert_eq!(notes.topic_names(), ["GeregistreerdeMisdrijven_1/?"]);
    assert_eq!(
        notes.records,
        [
            "2: 0.0.0|NL00|2023JJ00 0=801117",
            "3: 0.0.0|BU01640000|2023JJ00 0=717"
        ]
    );
    assert_eq!(summary.cells, 2);

    let untyped = TEXTS
        .replace("#Typed", "#Untyped")
        .replace("801117", "\"  801117\"")
        .replace("717,", "\"     717\",");
    let (_, notes) = read_text(FeedUntyped, &untyped).unwrap();
    assert_eq!(
        notes.topic_names(),
        ["Gemeentenaam_2/?", "GeregistreerdeMisdrijven_1/?"]
    );
    assert_eq!(
        notes.records,
        [
            "2: 0.0.0|NL00|2023JJ00 0=Dot 1=801117",
            "3: 0.0.0|BU01640000|2023JJ00 1=717"
        ]
    );
}

#[test]
fn a_topic_that_changes_its_kind_and_a_page_of_both_forms_are_refused() {
    for (flavour, cells) in [
        (FeedTyped, ["1", "\"veel\""]),
        (FeedTyped, ["\"veel\"", "1"]),
        (FeedTyped, ["\"veel\"", "null"]),
        (FeedTyped, ["null", "\"veel\""]),
        (FeedTyped, ["1", "\"  799681\""]),
        (FeedTyped, ["1", "\"       .\""]),
        (FeedTyped, ["\"       .\"", "1"]),
        (FeedTyped, ["\"veel\"", "\"12\""]),
        (FeedUntyped, ["\"       1\"", "1"]),
        (FeedUntyped, ["\"       1\"", "null"]),
        (FeedUntyped, ["\"       1\"", "\"    veel\""]),
        (FeedUntyped, ["\"    veel\"", "\"       1\""]),
        (FeedUntyped, ["\"       .\"", "1"]),
        (FeedUntyped, ["\"       1\"", "\"1.234,5\""]),
    ] {
        let other = if flavour == FeedTyped { "1" } else { "\"1\"" };
        let rows = cells.map(|cell| format!("\"RegioS\":\"NL01\",\"A_1\":{cell},\"B_2\":{other}"));
        let (line, message) = refusal(flavour, &page(&[&rows[0], &rows[1]]));
        assert_eq!((line, message.contains("in A_1")), (3, true), "{message}");
    }
}

#[test]
fn a_page_of_the_other_form_is_never_taken_for_one_of_texts() {
    let without_metadata = |text: &str| text.replacen("odata.metadata", "odata.other", 1);
    for (flavour, text) in [(FeedTyped, UNTYPED), (FeedUntyped, TYPED)] {
        assert_eq!(refusal(flavour, text).0, 1);
        let (line, message) = refusal(flavour, &without_metadata(text));
        assert!(line > 1, "{message}");
    }
    let dots = page(&["\"RegioS\":\"NL01\",\"A_1\":\"       .\""]);
    assert!(refusal(FeedTyped, &dots).1.contains("a topic with figures"));
    assert!(read_text(FeedUntyped, &dots).is_ok());
}

#[test]
fn a_page_without_rows_is_taken_and_says_so() {
    for text in [
        "{\"odata.metadata\":\"x#TypedDataSet\",\"value\":[]}",
        "\u{feff}\n{\"value\" : [ \r\n] } \n",
    ] {
        let (summary, notes) = read_text(FeedTyped, text).unwrap();
        assert_eq!((summary.records, summary.cells, notes.header), (0, 0, None));
    }
}

#[test]
fn the_order_of_fields_and_the_place_of_the_link_are_free() {
    let text = "{\"odata.nextLink\":\"y\",\"odata.count\":\"2\",\"value\":[\
        {\"ID\":1,\"RegioS\":\"NL01\",\"A_1\":1,\"B_2\":2.5},\
        {\"B_2\":-4,\"A_1\":3e0,\"RegioS\":\"GM\\u0030164\",\"\\u0049D\":2}]}";
    let (summary, notes) = read_text(FeedTyped, text).unwrap();
    assert_eq!(notes.records, ["1: NL01 0=1 1=2.5", "1: GM0164 1=-4 0=3"]);
    assert_eq!(summary.next_link.as_deref(), Some("y"));
}

#[test]
fn rows_that_differ_from_the_first_or_hold_no_figure_are_refused_with_their_line() {
    let row = "\"ID\":1,\"RegioS\":\"NL01\",\"A_1\":1";
    for (other, expected) in [
        ("\"ID\":1,\"RegioS\":\"NL01\"", "a field A_1"),
        ("\"RegioS\":\"NL01\",\"A_1\":1", "a field ID"),
        ("", "a field ID"),
        (
            "\"ID\":1,\"RegioS\":\"NL01\",\"A_1\":1,\"A_1\":1",
            "each field once",
        ),
        (
            "\"ID\":1,\"RegioS\":\"NL01\",\"RegioS\":\"NL01\",\"A_1\":1",
            "each field once",
        ),
        (
            "\"ID\":1,\"RegioS\":\"NL01\",\"B_2\":1",
            "the fields of the first row",
        ),
        ("\"ID\":1,\"RegioS\":\"NL01\",\"A_1\":true", "a text, a number"),
        ("\"ID\":1,\"RegioS\":\"NL01\",\"A_1\":{}", "a text, a number"),
        ("\"ID\":1,\"RegioS\":\"NL01\",\"A_1\":[{}]", "a text, a number"),
        ("\"ID\":1,\"RegioS\":{\"A\":{}},\"A_1\":1", "a text, a number"),
        ("\"ID\":[1],\"RegioS\":\"NL01\",\"A_1\":1", "a text, a number"),
        ("\"ID\":\"1\",\"RegioS\":\"NL01\",\"A_1\":1", "a number in ID"),
        ("\"ID\":1,\"RegioS\":\"    \",\"A_1\":1", "a member of RegioS"),
        ("\"ID\":1,\"RegioS\":null,\"A_1\":1", "a member of RegioS"),
        ("\"ID\":1,\"RegioS\":164,\"A_1\":1", "a member of RegioS"),
        ("\"ID\":1,\"RegioS\":\"NL01\",\"A_1\":1e999", "JSON"),
        ("\"ID\":1,\"RegioS\":\"NL01\",\"A_1\":NaN", "JSON"),
        ("\"ID\":1,\"RegioS\":\"NL01\",\"A_1\":+1", "JSON"),
        ("\"ID\":1,\"RegioS\":\"NL01\",\"A_1\":01", "JSON"),
        ("\"ID\":1,\"RegioS\":\"NL01\",\"A_1\":1.", "JSON"),
        ("\"ID\":1,\"RegioS\":\"NL01\",\"A_1\":1,", "JSON"),
        ("\"ID\":1,\"RegioS\":\"NL\t01\",\"A_1\":1", "JSON"),
        ("\"ID\":1 \"RegioS\":\"NL01\",\"A_1\":1", "JSON"),
    ] {
        let (line, message) = refusal(FeedTyped, &page(&[row, other]));
        assert_eq!(line, 3, "{message}");
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn a_first_row_that_settles_no_table_is_refused() {
    let many: Vec<String> = (0..40).map(|number| format!("\"D{number}x\":\"a\"")).collect();
    for row in [
        "",
        "\"ID\":1",
        "\"ID\":1,\"RegioS\":\"NL01\"",
        "\"ID\":1,\"A_1\":1",
        "\"\":\"x\",\"A_1\":1",
        "\"odata.type\":\"x\",\"A_1\":1",
        &format!("{},\"A_1\":1", many.join(",")),
    ] {
        assert_eq!(refusal(FeedTyped, &page(&[row])).0, 2, "{row}");
    }
}

#[test]
fn what_is_no_page_is_refused() {
    for (text, found) in [
        ("", "the end of the file"),
        ("[]", "JSON"),
        ("{}", "none"),
        ("{\"value\":{}}", "JSON"),
        ("{\"other\":[{\"RegioS\":\"NL01\",\"A_1\":1}]}", "none"),
        (
            "{\"odata.error\":{\"code\":\"\",\"message\":{\"value\":\"Weg\"}}}",
            "Weg",
        ),
        ("{\"value\":[],\"odata.error\":{\"code\":\"503\"}}", "503"),
        ("<feed xmlns=\"http://www.w3.org/2005/Atom\">", "Atom XML"),
        ("<!DOCTYPE html>[{}]", "a web page"),
        ("{\"value\":[],\"value\":[]}", "duplicate"),
        (
            "{\"odata.nextLink\":\"a\",\"value\":[],\"odata.nextLink\":\"b\"}",
            "b",
        ),
        ("{\"odata.metadata\":\"x#a.RegioS\",\"value\":[]}", "RegioS"),
        ("{\"value\":[]}{", "JSON"),
        ("{\"value\":[],}", "JSON"),
        ("{\"value\":[]]", "JSON"),
    ] {
        let (_, message) = refusal(FeedTyped, text);
        assert!(message.contains(found), "{message}");
    }
    let deep = format!("{{\"a\":{}", "[".repeat(100_000));
    assert!(read_text(FeedTyped, &deep).is_err());
    let deep = format!("{{\"value\":[],\"error\":{}", "{\"a\":".repeat(100_000));
    assert!(read_text(FeedTyped, &deep).is_err());
}

#[test]
fn an_error_after_the_rows_names_its_own_line() {
    let text = TYPED.replace("\r\n}", ",\r\n}");
    assert_eq!(refusal(FeedTyped, &text).0, 9);
}

#[test]
fn a_page_that_ends_early_is_refused_wherever_it_was_cut() {
    for (flavour, whole) in [(FeedTyped, TYPED), (FeedUntyped, UNTYPED), (FeedTyped, TEXTS)] {
        for end in 0..whole.len() {
            assert!(read_text(flavour, &whole[..end]).is_err(), "cut at {end}");
        }
    }
}

/// What a general JSON parser finds in a page, written as the notes of the test sink.
fn numbers_by_another_way(bytes: &[u8]) -> Option<Vec<String>> {
    let page: Value = serde_json::from_slice(bytes).ok()?;
    let rows = page.get("value")?.as_array()?;
    let cells = |row: &Value| {
        let topics = ["GeregistreerdeMisdrijven_1", "Aangiften_2", "Internetaangiften_3"];
        let cells = topics.map(|topic| row.get(topic).and_then(Value::as_f64));
        format!("{cells:?}")
    };
    Some(rows.iter().map(cells).collect())
}

/// Keeps the numbers of each record in the order of their topics.
#[derive(Default)]
struct Numbers(Vec<String>);

impl Sink for Numbers {
    fn header(&mut self, _: &Header) -> Result<(), ReadError> {
        Ok(())
    }

    fn topic(&mut self, _: usize, _: &Topic) -> Result<(), ReadError> {
        Ok(())
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), ReadError> {
        let mut cells = [None; 3];
        for (topic, cell) in record.cells {
            if let Cell::Number(number) = cell {
                cells[*topic] = Some(*number);
            }
        }
        self.0.push(format!("{cells:?}"));
        Ok(())
    }
}

#[test]
fn a_page_with_any_byte_changed_is_refused_or_read_as_a_general_parser_reads_it() {
    let mut taken = 0;
    for place in 0..TYPED.len() {
        for byte in *b"\"\\{}[],:. 0-ex\n\xff" {
            let mut bytes = TYPED.as_bytes().to_vec();
            bytes[place] = byte;
            let mut numbers = Numbers::default();
            let input = BufReader::with_capacity(7, Cursor::new(&bytes));
            if read_data(FeedTyped, input, "test", &mut numbers).is_err() {
                continue;
            }
            taken += 1;
            // Renamed topics are other topics; only the values of those that kept their name are compared.
            if let Some(expected) = numbers_by_another_way(&bytes) {
                let is_renamed = String::from_utf8_lossy(&bytes)
                    .matches("GeregistreerdeMisdrijven_1\":")
                    .count()
                    < 2;
                assert!(is_renamed || numbers.0 == expected, "byte {place} to {byte}");
            } else {
                panic!("byte {place} to {byte}: taken, but no JSON");
            }
        }
    }
    assert!(taken > 100, "{taken} pages taken");
}

#[test]
fn a_sink_that_refuses_stops_the_reading() {
    struct Full(Notes);
    impl Sink for Full {
        fn header(&mut self, header: &Header) -> Result<(), ReadError> {
            self.0.header(header)
        }

        fn topic(&mut self, number: usize, topic: &Topic) -> Result<(), ReadError> {
            self.0.topic(number, topic)
        }

        fn record(&mut self, record: &Record<'_>) -> Result<(), ReadError> {
            self.0.record(record)?;
            Err(ReadError::new("test", record.line, "no more", "one more", "stop"))
        }
    }
    let mut sink = Full(Notes::default());
    let error = read_data(FeedTyped, TYPED.as_bytes(), "test", &mut sink).unwrap_err();
    assert_eq!((error.line, sink.0.records.len()), (3, 1));
}
