//! C4: the data exports of the open-data portals, typed and untyped.
//!
//! `ID;SoortMisdrijf;RegioS;Perioden;Aangiften_2`: codes padded to one width, topics in the columns that end in
//! `_<number>`, and an `ID` that is a position and shifts with every edition, so it is not read at all.

use std::io::BufRead;

use super::cell::{DecimalMark, parse_number};
use super::flat::{self, Column};
use super::rows::Rows;
use super::{Cell, Members, ReadError, Sink, Summary, Symbol, Topic};

/// How the portal wrote the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Bare numbers, nothing where there is none.
    Typed,
    /// Texts of one width with the number to the right, or a symbol.
    Untyped,
}

/// Name of the first column of these exports.
pub(super) const POSITION_COLUMN: &str = "ID";

pub(super) fn read(
    form: Form,
    input: impl BufRead,
    file: &str,
    sink: &mut impl Sink,
) -> Result<Summary, ReadError> {
    let mut rows = Rows::open(input, file);
    rows.advance_to("a header that starts with ID")?;
    if rows.record().get(0) != Some(POSITION_COLUMN) {
        let found = rows.record().get(0).unwrap_or_default();
        return Err(rows.error(
            "a header that starts with ID",
            found,
            "this is no data export of the portal",
        ));
    }
    let columns = rows
        .record()
        .iter()
        .enumerate()
        .map(|(position, name)| column(position, name))
        .collect();
    let parse = match form {
        Form::Typed => typed_cell,
        Form::Untyped => untyped_cell,
    };
    flat::read(rows, columns, Members::Codes, parse, sink)
}

fn column(position: usize, name: &str) -> Column {
    if position == 0 {
        Column::Position
    } else if is_topic(name) {
        Column::Topic(Topic {
            name: name.to_owned(),
            unit: None,
        })
    } else {
        Column::Dimension(name.to_owned())
    }
}

/// Whether a column holds figures: its name ends in `_<number>`.
pub(super) fn is_topic(name: &str) -> bool {
    name.rsplit_once('_').is_some_and(|(start, number)| {
        !start.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether a cell is written as in the untyped data: padded, or a symbol.
pub(super) fn is_untyped(text: &str) -> bool {
    text.starts_with(' ') || matches!(Symbol::from_csv(text), Some(symbol) if symbol != Symbol::Blank)
}

fn typed_cell(text: &str) -> Result<Cell, &'static str> {
    if text.is_empty() {
        return Ok(Cell::Empty(Symbol::Blank));
    }
    parse_number(text, DecimalMark::Point)
        .map(Cell::Number)
        .ok_or("a number or nothing (typed data)")
}

/// A cell of untyped data; the error says what was expected.
pub(super) fn untyped_cell(text: &str) -> Result<Cell, &'static str> {
    let trimmed = text.trim_matches(' ');
    if let Some(number) = parse_number(trimmed, DecimalMark::Point) {
        return Ok(Cell::Number(number));
    }
    Symbol::from_csv(trimmed)
        .map(Cell::Empty)
        .ok_or("a number or a known symbol")
}

#[cfg(test)]
mod tests {
    use super::super::Flavour::{PortalTyped, PortalUntyped};
    use super::super::test_sink::{read_text, refusal, widened};

    /// Lines of the recorded exports of 2012 (typed) and 2022 (untyped).
    const TYPED: &str = "\u{feff}\"ID\";\"SoortMisdrijf\";\"RegioS\";\"Perioden\";\"GeregistreerdeMisdrijven_1\";\"Aangiften_2\";\"Internetaangiften_3\"\n\
        \"12\";\"0.0.0 \";\"NL01  \";\"2012JJ00\";\"1127874\";\"977746\";\"382202\"\n\
        \"620\";\"0.0.0 \";\"LDG4  \";\"2012JJ00\";;;\n\
        \"3362860\";\"3.9.3 \";\"RE99  \";\"2012JJ00\";\"1\";;\n";
    const UNTYPED: &str = "\u{feff}\"ID\";\"SoortMisdrijf\";\"RegioS\";\"Perioden\";\"GeregistreerdeMisdrijven_1\";\"Aangiften_2\";\"Internetaangiften_3\"\r\n\
        \"142\";\"0.0.0 \";\"NL01  \";\"2022JJ00\";\"  799681\";\"  657512\";\"  357232\"\r\n\
        \"746\";\"0.0.0 \";\"LDG4  \";\"2022JJ00\";\"       .\";\"       .\";\"       .\"\r\n";

    #[test]
    fn typed_data_gives_trimmed_codes_numbers_and_blanks() {
        let (summary, notes) = read_text(PortalTyped, TYPED).unwrap();
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
                "2: 0.0.0|NL01|2012JJ00 0=1127874 1=977746 2=382202",
                "3: 0.0.0|LDG4|2012JJ00 0=Blank 1=Blank 2=Blank",
                "4: 3.9.3|RE99|2012JJ00 0=1 1=Blank 2=Blank",
            ]
        );
        assert_eq!((summary.records, summary.cells, summary.lines), (3, 9, 4));
    }

    #[test]
    fn untyped_data_keeps_the_dot_apart_from_a_blank() {
        let (_, notes) = read_text(PortalUntyped, UNTYPED).unwrap();
        assert_eq!(
            notes.records,
            [
                "2: 0.0.0|NL01|2022JJ00 0=799681 1=657512 2=357232",
                "3: 0.0.0|LDG4|2022JJ00 0=Dot 1=Dot 2=Dot",
            ]
        );
        let minimal =
            "ID;Overlast;RegioS;Perioden;GeregistreerdeOverlast_1\n0;E33   ;GM0164;2019JJ00;       x\n";
        assert_eq!(
            read_text(PortalUntyped, minimal).unwrap().1.records,
            ["2: E33|GM0164|2019JJ00 0=Secret"]
        );
    }

    #[test]
    fn whatever_is_no_number_is_refused_with_line_and_column() {
        for cell in ["?", "1.234,5", "12*", "NaN", "1e9", "<b>", "  12"] {
            let text = TYPED.replace("\"1127874\"", &format!("\"{cell}\""));
            let (line, message) = refusal(PortalTyped, &text);
            assert_eq!(line, 2);
            assert!(message.contains("in GeregistreerdeMisdrijven_1"), "{message}");
        }
        assert_eq!(
            refusal(PortalUntyped, &UNTYPED.replace("  657512", "    veel")).0,
            2
        );
        let (line, message) = refusal(PortalTyped, &TYPED.replace("NL01  ", "      "));
        assert_eq!((line, message.contains("a member of RegioS")), (2, true));
    }

    #[test]
    fn a_file_that_was_cut_off_anywhere_after_its_header_is_refused() {
        let header = TYPED.find('\n').unwrap() + 1;
        for end in (0..TYPED.len()).filter(|end| TYPED.is_char_boundary(*end)) {
            let cut = &TYPED[..end];
            let at_line_break = end > header && cut.ends_with('\n');
            assert_eq!(read_text(PortalTyped, cut).is_ok(), at_line_break, "cut at {end}");
        }
    }

    #[test]
    fn a_header_that_cannot_be_told_apart_is_refused() {
        for header in [
            "ID;RegioS;RegioS;A_1",
            "ID;;RegioS;A_1",
            "ID;RegioS;Perioden",
            "ID;A_1;B_2",
            "Id;RegioS;A_1",
        ] {
            let fields = vec!["1"; header.split(';').count()].join(";");
            assert_eq!(
                refusal(PortalTyped, &format!("{header}\n{fields}\n")).0,
                1,
                "{header}"
            );
        }
        assert_eq!(refusal(PortalTyped, "ID;RegioS;A_1\n1;GM0164;2;3\n").0, 2);
    }

    #[test]
    fn columns_and_rows_that_a_spreadsheet_added_change_nothing() {
        for (flavour, text) in [(PortalTyped, TYPED), (PortalUntyped, UNTYPED)] {
            let (_, expected) = read_text(flavour, text).unwrap();
            let with = |end: &str| widened(text, end);
            for changed in [with(";;;"), with(";\"\""), format!("{};;\n;;;;\n", with(";"))] {
                assert_eq!(
                    super::super::recognise(changed.as_bytes(), "test").unwrap(),
                    flavour
                );
                assert_eq!(read_text(flavour, &changed).unwrap().1.records, expected.records);
            }
            let spoilt = with(";;")
                .replacen(";;\r\n", ";\r\n", 2)
                .replacen(";\r\n", ";;\r\n", 1);
            assert!(refusal(flavour, &spoilt).1.contains("fields"), "{spoilt}");
            let filled =
                with(";")
                    .replacen(";\r\n", ";\u{200b}\r\n", 2)
                    .replacen(";\u{200b}\r\n", ";\r\n", 1);
            let (line, message) = refusal(flavour, &filled);
            assert_eq!((line, message.contains("<U+200B>")), (2, true), "{message}");
        }
    }
}
