//! C1: the export with statistical symbols.
//!
//! As the export without symbols, but everything stands between quotes, numbers are padded to the width of their column,
//! a cell without a number says why (`.`, `x`, `-`, nothing at all for what cannot occur), and a period that is not final
//! ends in stars (`2024**`).
//!
//! Whether this export writes decimals with a point or a comma was never recorded. A whole number needs neither; a mark
//! is believed when it cannot stand between thousands, and then it is the mark of the whole file. A topic below a group
//! keeps its whole name (`Groep/Onderwerp`), because topics of two groups share their titles.

use std::io::BufRead;

use super::cell::{DecimalMark, parse_number};
use super::rows::Rows;
use super::stars::WithoutStars;
use super::{Cell, Members, ReadError, Sink, Summary, Symbol, flat, plain};

/// A mark before so many digits may stand between thousands.
const DIGITS_OF_A_GROUP: usize = 3;

pub(super) fn read(input: impl BufRead, file: &str, sink: &mut impl Sink) -> Result<Summary, ReadError> {
    let mut rows = Rows::open(input, file);
    rows.advance_to("a header with dimensions and topics")?;
    let columns = rows.record().iter().map(plain::column).collect();
    let mut mark = None;
    let mut finals = WithoutStars::new(file, sink);
    flat::read(
        rows,
        columns,
        Members::Labels,
        |text| cell(text, &mut mark),
        &mut finals,
    )
}

/// One cell; `mark` is that of the file, once a number has shown it.
fn cell(text: &str, mark: &mut Option<DecimalMark>) -> Result<Cell, &'static str> {
    let text = text.trim_matches(' ');
    match Symbol::from_csv(text) {
        // The blank of this export is a statement, where that of others is merely nothing.
        Some(Symbol::Blank) => return Ok(Cell::Empty(Symbol::Impossible)),
        Some(symbol) => return Ok(Cell::Empty(symbol)),
        None => {}
    }
    for (own, separator) in [(DecimalMark::Comma, ','), (DecimalMark::Point, '.')] {
        let Some(number) = parse_number(text, own) else {
            continue;
        };
        let Some((_, decimals)) = text.split_once(separator) else {
            return Ok(Cell::Number(number));
        };
        match *mark {
            Some(known) if known != own => return Err("the decimal mark of the numbers above"),
            None if decimals.len() == DIGITS_OF_A_GROUP => {
                return Err("a decimal mark that is told from a mark between thousands");
            }
            _ => *mark = Some(own),
        }
        return Ok(Cell::Number(number));
    }
    Err("a number or a known symbol (export with symbols)")
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::Flavour::{PortalUntyped, SymbolExport};
    use super::super::test_sink::{read_text, refusal};
    use super::super::{HEAD_BYTES, recognise};

    /// The shape that is described of this export, with figures of 47013NED as recorded in October 2023.
    const FILLED: &str = "\u{feff}\"Soort misdrijf\";\"Regio's\";\"Perioden\";\"Geregistreerde misdrijven (aantal)\";\"Aangiften (aantal)\"\r\n\
        \"Totaal misdrijven\";\"Nederland\";\"2022\";\"  799681\";\"  657512\"\r\n\
        \"Totaal misdrijven\";\"West-Nederland, exclusief G4 (LD)\";\"2022\";\"       .\";\"       .\"\r\n\
        \"1.1.1 Diefstal/inbraak woning\";\"Nederland\";\"2022\";\"   24414\";\"   23908\"\r\n";
    /// The same cells in the export of the portal.
    const PORTAL: &str = "ID;SoortMisdrijf;RegioS;Perioden;GeregistreerdeMisdrijven_1;Aangiften_2\n\
        142;0.0.0 ;NL01  ;2022JJ00;  799681;  657512\n\
        746;0.0.0 ;LDG4  ;2022JJ00;       .;       .\n\
        56767;1.1.1 ;NL01  ;2022JJ00;   24414;   23908\n";

    fn cells(records: &[String]) -> Vec<&str> {
        let cells = |record: &String| record.find(" 0=").unwrap();
        records.iter().map(|record| &record[cells(record)..]).collect()
    }

    #[test]
    fn the_same_rows_have_the_same_cells_as_in_the_export_of_the_portal() {
        assert_eq!(recognise(FILLED.as_bytes(), "test").unwrap(), SymbolExport);
        let (summary, notes) = read_text(SymbolExport, FILLED).unwrap();
        let (_, portal) = read_text(PortalUntyped, PORTAL).unwrap();
        assert_eq!(cells(&notes.records), cells(&portal.records));
        assert_eq!(
            notes.records[0],
            "2: Totaal misdrijven|Nederland|2022 0=799681 1=657512"
        );
        assert_eq!(notes.dimensions(), ["Soort misdrijf", "Regio's", "Perioden"]);
        assert_eq!(
            notes.topic_names(),
            ["Geregistreerde misdrijven/aantal", "Aangiften/aantal"]
        );
        assert_eq!((summary.records, summary.lines), (3, 4));
    }

    /// A row of one topic, with a period and a cell.
    fn table(rows: &[(&str, &str)]) -> String {
        let mut text = "\u{feff}\"Regio's\";\"Perioden\";\"Groep/Aandeel (%)\"\r\n".to_owned();
        for (period, cell) in rows {
            write!(text, "\"Hengelo (O.)\";\"{period}\";\"{cell}\"\r\n").unwrap();
        }
        text
    }

    #[test]
    fn every_symbol_is_kept_apart_and_the_group_of_a_topic_stays() {
        let rows = [
            ("2019", ""),
            ("2020", "   ."),
            ("2021", "   x"),
            ("2022", "   -"),
            ("2023", "  -3"),
        ];
        let (_, notes) = read_text(SymbolExport, &table(&rows)).unwrap();
        assert_eq!(notes.topic_names(), ["Groep/Aandeel/%"]);
        assert_eq!(
            cells(&notes.records),
            [" 0=Impossible", " 0=Dot", " 0=Secret", " 0=Dash", " 0=-3"]
        );
        for odd in ["?", "*", "12*", "X", "..", "1 2", "1e3", "+1"] {
            let (line, message) = refusal(SymbolExport, &table(&[("2019", "   1"), ("2020", odd)]));
            assert_eq!(
                (line, message.contains("in Groep/Aandeel")),
                (3, true),
                "{message}"
            );
        }
    }

    #[test]
    fn the_stars_of_a_period_are_taken_off_and_must_agree() {
        let rows = [
            ("2019 1e kwartaal", "1"),
            ("2023*", "2"),
            ("2024**", "3"),
            ("2023*", "4"),
        ];
        let (_, notes) = read_text(SymbolExport, &table(&rows)).unwrap();
        let periods: Vec<&str> = notes
            .records
            .iter()
            .map(|record| record.split(['|', '=']).nth(1).unwrap())
            .collect();
        assert_eq!(periods, ["2019 1e kwartaal 0", "2023 0", "2024 0", "2023 0"]);
        for odd in ["2024***", "**", "2024 *", "2024"] {
            assert_eq!(
                refusal(SymbolExport, &table(&[("2024**", "1"), (odd, "2")])).0,
                3,
                "{odd}"
            );
        }
    }

    #[test]
    fn a_decimal_mark_is_believed_when_it_cannot_stand_between_thousands() {
        for (rows, values) in [
            ([("2019", " 36,7"), ("2020", "1,234")], [" 0=36.7", " 0=1.234"]),
            ([("2019", " 36.7"), ("2020", "1.234")], [" 0=36.7", " 0=1.234"]),
            ([("2019", "12"), ("2020", "-0,25")], [" 0=12", " 0=-0.25"]),
        ] {
            let (_, notes) = read_text(SymbolExport, &table(&rows)).unwrap();
            assert_eq!(cells(&notes.records), values);
        }
        for (rows, line) in [
            ([("2019", "1.234"), ("2020", "36,7")], 2),
            ([("2019", "1,234"), ("2020", "1")], 2),
            ([("2019", "36,7"), ("2020", "36.7")], 3),
            ([("2019", "1"), ("2020", "1.234,5")], 3),
        ] {
            assert_eq!(refusal(SymbolExport, &table(&rows)).0, line, "{rows:?}");
        }
    }

    #[test]
    fn a_file_that_was_cut_off_or_spoilt_is_refused_or_ends_between_two_rows() {
        let header = FILLED.find('\n').unwrap() + 1;
        for end in (0..FILLED.len()).filter(|end| FILLED.is_char_boundary(*end)) {
            let cut = &FILLED[..end];
            let at_line_break = end > header && cut.ends_with('\n');
            assert_eq!(
                read_text(SymbolExport, cut).is_ok(),
                at_line_break,
                "cut at {end}"
            );
        }
        for (from, to) in [
            ("\"  799681\"", "\"  799681"),
            ("\"  799681\"", "\"7996\"81"),
            ("\"Nederland\";\"2022\"", "\"2022\""),
            ("\"Nederland\"", "\"\""),
            ("Aangiften", "Geregistreerde misdrijven"),
            ("\r\n", "\r"),
        ] {
            assert!(
                read_text(SymbolExport, &FILLED.replacen(from, to, 1)).is_err(),
                "{to}"
            );
        }
    }

    #[test]
    fn without_its_byte_order_mark_it_may_be_an_export_of_the_old_site() {
        let bare = FILLED.trim_start_matches('\u{feff}');
        let error = recognise(bare.as_bytes(), "test").unwrap_err();
        assert!(
            error.to_string().contains("byte order mark") && error.line == 2,
            "{error}"
        );
        let windows_1252: Vec<u8> = [b"\xef\xbb\xbf", FILLED.trim_start_matches('\u{feff}').as_bytes()]
            .concat()
            .into_iter()
            .map(|byte| if byte == b'w' { 0xe4 } else { byte })
            .collect();
        assert!(windows_1252.len() < HEAD_BYTES);
        let error = recognise(&windows_1252, "test").unwrap_err();
        assert!(error.to_string().contains("another encoding"), "{error}");
    }
}
