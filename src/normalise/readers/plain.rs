//! C2: the export without statistical symbols.
//!
//! One row a cell, labels instead of codes, the unit in parentheses behind the topic, a decimal comma, and nothing
//! where there is no figure.

use std::io::BufRead;

use super::cell::{DecimalMark, parse_number};
use super::flat::{self, Column};
use super::rows::Rows;
use super::stars::WithoutStars;
use super::{Cell, Members, ReadError, Sink, Summary, Symbol, Topic};

pub(super) fn read(input: impl BufRead, file: &str, sink: &mut impl Sink) -> Result<Summary, ReadError> {
    let mut rows = Rows::open(input, file);
    rows.advance_to("a header with dimensions and topics")?;
    let columns = rows.record().iter().map(column).collect();
    let mut sink = WithoutStars::new(file, sink);
    flat::read(rows, columns, Members::Labels, cell, &mut sink)
}

/// What a column of an export with labels is.
pub(super) fn column(name: &str) -> Column {
    match topic(name) {
        Some((topic, unit)) => Column::Topic(Topic {
            name: topic.to_owned(),
            unit: Some(unit.to_owned()),
        }),
        None => Column::Dimension(name.trim().to_owned()),
    }
}

/// Topic and unit of a column `Geregistreerde misdrijven (aantal)`; a column without a unit is a dimension.
pub(super) fn topic(name: &str) -> Option<(&str, &str)> {
    let (topic, unit) = name.trim().strip_suffix(')')?.rsplit_once(" (")?;
    (!topic.is_empty() && !unit.is_empty()).then_some((topic, unit))
}

fn cell(text: &str) -> Result<Cell, &'static str> {
    if text.is_empty() {
        return Ok(Cell::Empty(Symbol::Blank));
    }
    parse_number(text, DecimalMark::Comma)
        .map(Cell::Number)
        .ok_or("a number with a decimal comma or nothing (export without symbols)")
}

#[cfg(test)]
mod tests {
    use super::super::Flavour::{PlainExport, SymbolExport};
    use super::super::recognise;
    use super::super::test_sink::{read_text, refusal, widened};

    /// Lines of the recorded export of June 2019; the source itself writes `Geregisteerde`.
    const RECORDED: &str = "\u{feff}\"Soort misdrijf\";\"Perioden\";\"Regio's\";\"Geregisteerde misdrijven (aantal)\"\n\
        \"Totaal misdrijven\";\"2013\";\"Nederland\";1078439\n\
        \"2.5.2 Winkeldiefstal\";\"2018\";\"Limburg (PV)\";2309\n";

    #[test]
    fn labels_are_members_and_the_unit_is_taken_out_of_the_header() {
        let (summary, notes) = read_text(PlainExport, RECORDED).unwrap();
        assert_eq!(notes.dimensions(), ["Soort misdrijf", "Perioden", "Regio's"]);
        assert_eq!(notes.topic_names(), ["Geregisteerde misdrijven/aantal"]);
        assert_eq!(
            notes.records,
            [
                "2: Totaal misdrijven|2013|Nederland 0=1078439",
                "3: 2.5.2 Winkeldiefstal|2018|Limburg (PV) 0=2309"
            ]
        );
        assert_eq!(summary.records, 2);
    }

    #[test]
    fn a_topic_may_stand_anywhere_have_a_decimal_comma_or_be_empty() {
        let text = "\"Cijfer (%)\";\"Regio's\";\"Aantal (1 000)\"\r\n36,7;\"Hengelo (O.)\";\r\n";
        let (_, notes) = read_text(PlainExport, text).unwrap();
        assert_eq!(notes.topic_names(), ["Cijfer/%", "Aantal/1 000"]);
        assert_eq!(notes.records, ["2: Hengelo (O.) 0=36.7 1=Blank"]);
    }

    #[test]
    fn symbols_do_not_belong_in_an_export_without_symbols() {
        for cell in [".", "x", "36.7", "1.078.439", " "] {
            assert_eq!(
                refusal(PlainExport, &RECORDED.replace("1078439", cell)).0,
                2,
                "{cell}"
            );
        }
    }

    #[test]
    fn a_number_that_lost_its_last_digits_is_refused() {
        let cut = RECORDED.strip_suffix("09\n").unwrap();
        assert!(refusal(PlainExport, cut).1.contains("line break"));
        let header_only = RECORDED.lines().next().unwrap();
        assert!(read_text(PlainExport, &format!("{header_only}\n")).is_err());
    }

    #[test]
    fn columns_and_rows_that_a_spreadsheet_added_change_nothing() {
        let (_, expected) = read_text(PlainExport, RECORDED).unwrap();
        let with = |end: &str| widened(RECORDED, end);
        for changed in [with(";;"), with(";\"\""), format!("{};;;\n", with(";"))] {
            assert_eq!(recognise(changed.as_bytes(), "test").unwrap(), PlainExport);
            assert_eq!(
                read_text(PlainExport, &changed).unwrap().1.records,
                expected.records
            );
        }
        for (from, to, said) in [
            (
                "1078439;;",
                "1078439;;5",
                "nothing in column 6, which has no name",
            ),
            (
                "1078439;;",
                "1078439;5;",
                "nothing in column 5, which has no name",
            ),
            ("1078439;;", "1078439;", "6 fields"),
            ("1078439;;", "1078439", "6 fields"),
            ("1078439;;", ";1078439;", "nothing in column 5"),
        ] {
            let (line, message) = refusal(PlainExport, &with(";;").replace(from, to));
            assert_eq!((line, message.contains(said)), (2, true), "{message}");
        }
    }

    #[test]
    fn a_copy_with_quotes_around_everything_is_told_from_the_export_with_symbols() {
        let quoted: String = RECORDED
            .lines()
            .map(|line| match line.rsplit_once(';') {
                Some((start, number)) if !number.starts_with('"') => format!("{start};\"{number}\"\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        assert!(quoted.ends_with("\"2309\"\n"), "{quoted}");
        assert_eq!(recognise(quoted.as_bytes(), "test").unwrap(), PlainExport);
        let (_, expected) = read_text(PlainExport, RECORDED).unwrap();
        assert_eq!(
            read_text(PlainExport, &quoted).unwrap().1.records,
            expected.records
        );
        for symbols in [
            quoted.replace("\"2309\"", "\"   2309\""),
            quoted.replace("\"2309\"", "\".\""),
        ] {
            assert_eq!(recognise(symbols.as_bytes(), "test").unwrap(), SymbolExport);
        }
    }

    #[test]
    fn stars_behind_a_period_are_told_apart_from_its_label() {
        let (_, notes) = read_text(PlainExport, &RECORDED.replace("\"2018\"", "\"2018**\"")).unwrap();
        assert_eq!(
            notes.records[1],
            "3: 2.5.2 Winkeldiefstal|2018|Limburg (PV) 0=2309"
        );
        assert_eq!(notes.provisional, [("2018".to_owned(), 2)]);
    }
}
