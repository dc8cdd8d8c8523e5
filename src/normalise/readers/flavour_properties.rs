//! Whatever a table holds, each CSV flavour gives it back as it was written, and a part of a file never passes for the
//! whole of one of its rows.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::Flavour::{self, PlainExport, PortalTyped, PortalUntyped, SymbolExport, TableLayout};
use super::test_sink::read_text;
use super::{ReadError, Symbol, recognise};

/// A cell before it is written.
#[derive(Clone, Copy, Debug)]
enum Written {
    /// Digits, and how many of them stand behind the mark.
    Number(i32, usize),
    Sign(Symbol),
}

/// A full block of regions, periods and topics.
#[derive(Clone, Debug)]
struct Block {
    regions: Vec<String>,
    /// Stars behind each year.
    stars: Vec<usize>,
    topics: usize,
    cells: Vec<Written>,
}

/// A written file, with where each of its records ends.
struct File {
    text: String,
    ends: Vec<usize>,
}

fn cell() -> impl Strategy<Value = Written> {
    let sign = prop::sample::select(vec![Symbol::Blank, Symbol::Dot, Symbol::Secret, Symbol::Dash]);
    prop_oneof![
        (any::<i32>(), 0..3_usize).prop_map(|(digits, decimals)| Written::Number(digits, decimals)),
        sign.prop_map(Written::Sign),
    ]
}

fn block() -> impl Strategy<Value = Block> {
    let label = prop::collection::vec(
        prop::sample::select("aé(*);\"\n1. 'x".chars().collect::<Vec<_>>()),
        0..8,
    );
    let regions = prop::collection::vec(label, 1..4);
    let stars = prop::collection::vec(0..3_usize, 1..4);
    (regions, stars, 1..4_usize, prop::collection::vec(cell(), 27)).prop_map(
        |(labels, stars, topics, cells)| Block {
            // With a number in front no two are alike and none is blank; blanks at the end are no part of a label.
            regions: (0..)
                .zip(labels)
                .map(|(number, label)| format!("{number}{}", String::from_iter(label)).trim().to_owned())
                .collect(),
            stars,
            topics,
            cells,
        },
    )
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

impl Block {
    fn cell(&self, region: usize, period: usize, topic: usize) -> Written {
        self.cells[(region * self.stars.len() + period) * self.topics + topic]
    }

    /// The records as the sink of the tests notes them, without their lines.
    fn records(&self, flavour: Flavour) -> Vec<String> {
        let mut records = Vec::new();
        for (region, label) in self.regions.iter().enumerate() {
            for period in 0..self.stars.len() {
                let mut record = format!("{label}|{}", 2019 + period);
                for topic in 0..self.topics {
                    let cell = match self.cell(region, period, topic) {
                        Written::Number(..) => {
                            let text = self.written(flavour, region, period, topic).replace(',', ".");
                            text.trim().parse::<f64>().unwrap().to_string()
                        }
                        Written::Sign(Symbol::Blank) if flavour == SymbolExport => "Impossible".to_owned(),
                        Written::Sign(_) if matches!(flavour, PlainExport | PortalTyped) => {
                            "Blank".to_owned()
                        }
                        Written::Sign(sign) => format!("{sign:?}"),
                    };
                    write!(record, " {topic}={cell}").unwrap();
                }
                records.push(record);
            }
        }
        records
    }

    /// A cell as the flavour writes it, without quotes.
    fn written(&self, flavour: Flavour, region: usize, period: usize, topic: usize) -> String {
        let text = match self.cell(region, period, topic) {
            Written::Number(digits, 0) => digits.to_string(),
            Written::Number(digits, decimals) => {
                let mark = if matches!(flavour, PortalTyped | PortalUntyped) {
                    '.'
                } else {
                    ','
                };
                let unsigned = format!("{:0width$}", digits.unsigned_abs(), width = decimals + 1);
                let (whole, rest) = unsigned.split_at(unsigned.len() - decimals);
                format!("{}{whole}{mark}{rest}", if digits < 0 { "-" } else { "" })
            }
            Written::Sign(_) if matches!(flavour, PlainExport | PortalTyped) => String::new(),
            Written::Sign(sign) => sign.text().to_owned(),
        };
        match flavour {
            SymbolExport if text.is_empty() => text,
            SymbolExport | PortalUntyped => format!("{text:>14}"),
            _ => text,
        }
    }

    fn file(&self, flavour: Flavour) -> File {
        let mut file = File {
            text: "\u{feff}".to_owned(),
            ends: Vec::new(),
        };
        match flavour {
            TableLayout => self.laid_out(&mut file),
            _ => self.row_by_row(flavour, &mut file),
        }
        file
    }

    fn row_by_row(&self, flavour: Flavour, file: &mut File) {
        let is_portal = matches!(flavour, PortalTyped | PortalUntyped);
        let mut header = if is_portal {
            vec!["ID".to_owned()]
        } else {
            Vec::new()
        };
        header.extend(["RegioS".to_owned(), "Perioden".to_owned()]);
        header.extend((0..self.topics).map(|topic| {
            if is_portal {
                format!("T_{topic}")
            } else {
                format!("T{topic} (%)")
            }
        }));
        file.line(header.iter().map(|name| quoted(name)));
        for (region, label) in self.regions.iter().enumerate() {
            for (period, stars) in self.stars.iter().enumerate() {
                let stars = if flavour == SymbolExport { *stars } else { 0 };
                let mut fields = if is_portal {
                    vec!["7".to_owned()]
                } else {
                    Vec::new()
                };
                fields.push(quoted(&if is_portal {
                    format!("{label}  ")
                } else {
                    label.clone()
                }));
                fields.push(quoted(&format!("{}{}", 2019 + period, "*".repeat(stars))));
                for topic in 0..self.topics {
                    let text = self.written(flavour, region, period, topic);
                    fields.push(if flavour == PlainExport {
                        text
                    } else {
                        quoted(&text)
                    });
                }
                file.line(fields);
                file.ends.push(file.text.len());
            }
        }
    }

    fn laid_out(&self, file: &mut File) {
        let columns =
            || (0..self.stars.len()).flat_map(|period| (0..self.topics).map(move |topic| (period, topic)));
        let line = |name: &str, of: &dyn Fn((usize, usize)) -> String| {
            let fields = [name.to_owned()].into_iter().chain(columns().map(of));
            fields.map(|field| quoted(&field)).collect::<Vec<_>>()
        };
        file.line([quoted("Een tabel")]);
        file.line([quoted("")]);
        file.line(line("Onderwerp", &|(_, topic)| format!("T{topic}")));
        file.line(line("Perioden", &|(period, _)| (2019 + period).to_string()));
        file.line(line("RegioS", &|_| "aantal".to_owned()));
        for (region, label) in self.regions.iter().enumerate() {
            file.line(line(label, &|(period, topic)| {
                self.written(TableLayout, region, period, topic)
            }));
        }
        file.line([quoted("Bron: CBS")]);
    }
}

impl File {
    fn line(&mut self, fields: impl IntoIterator<Item = String>) {
        let fields: Vec<String> = fields.into_iter().collect();
        self.text.push_str(&fields.join(";"));
        self.text.push_str("\r\n");
    }
}

/// The records of a text, without their lines.
fn read(flavour: Flavour, text: &str) -> Result<Vec<String>, ReadError> {
    let (_, notes) = read_text(flavour, text)?;
    let without_line = |record: &String| record.split_once(": ").unwrap().1.to_owned();
    Ok(notes.records.iter().map(without_line).collect())
}

const FLAVOURS: [Flavour; 5] = [SymbolExport, PlainExport, TableLayout, PortalTyped, PortalUntyped];

proptest! {
    #[test]
    fn every_flavour_gives_back_the_table_that_was_written(block in block()) {
        for flavour in FLAVOURS {
            let file = block.file(flavour);
            prop_assert_eq!(recognise(file.text.as_bytes(), "test").unwrap(), flavour, "{}", file.text);
            prop_assert_eq!(read(flavour, &file.text).unwrap(), block.records(flavour), "{}", file.text);
        }
    }

    /// Only a layout has a footer. The others can end between two rows, which the checks on the block find.
    #[test]
    fn a_file_that_was_cut_off_is_refused_or_ends_with_a_whole_row(block in block(), place in 0.0..1.0) {
        for flavour in FLAVOURS {
            let file = block.file(flavour);
            let mut end = (file.text.len() as f64 * place) as usize;
            while !file.text.is_char_boundary(end) {
                end -= 1;
            }
            let _ = recognise(&file.text.as_bytes()[..end], "test");
            let Ok(records) = read(flavour, &file.text[..end]) else { continue };
            let mut expected = block.records(flavour);
            if flavour != TableLayout {
                let whole = file.ends.iter().position(|record| *record == end);
                prop_assert!(whole.is_some(), "cut at {} of {}", end, file.text);
                expected.truncate(whole.unwrap() + 1);
            }
            prop_assert_eq!(records, expected, "cut at {} of {}", end, file.text);
        }
    }

    #[test]
    fn no_spoilt_byte_makes_a_reader_panic(block in block(), place in 0.0..1.0, byte in any::<u8>()) {
        for flavour in FLAVOURS {
            let mut bytes = block.file(flavour).text.into_bytes();
            let at = (bytes.len() as f64 * place) as usize;
            bytes[at] = byte;
            let mut notes = super::test_sink::Notes::default();
            let _ = super::read_data(flavour, bytes.as_slice(), "test", &mut notes);
            let _ = recognise(&bytes, "test");
        }
    }
}
