//! Workbooks for tests, written part by part as ECMA-376 describes them: what Excel saves, with nothing that a test does
//! not ask for. The zip around them is stored, not packed.

use std::fmt::Write as _;

use flate2::Crc;

/// A cell.
#[derive(Debug, Clone)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A number in the format Standaard.
    Number(f64),
    /// A number that is shown as a percentage.
    Percent(f64),
    /// Days since 30 December 1899, shown as a day.
    Day(f64),
    /// A number in a format of the workbook's own.
    Formatted(f64, &'static str),
    /// A formula with its saved value, if it was calculated.
    Formula(&'static str, Option<f64>),
    /// A formula that gave an error.
    Error(&'static str),
}

/// Text.
pub fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// A sheet.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// What its tab says.
    pub name: &'static str,
    /// Whether its tab is hidden.
    pub is_hidden: bool,
    /// Rows from row 1, cells from column A.
    pub rows: Vec<Vec<Cell>>,
    /// Merged ranges such as `D2:D4`.
    pub merged: Vec<&'static str>,
}

impl Sheet {
    /// A visible sheet of a header and rows.
    pub fn new(name: &'static str, header: &str, rows: Vec<Vec<Cell>>) -> Self {
        let header = header.split(';').map(text).collect();
        Self {
            name,
            is_hidden: false,
            rows: std::iter::once(header).chain(rows).collect(),
            merged: Vec::new(),
        }
    }

    fn xml(&self, formats: &[&str]) -> String {
        let mut xml = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>");
        for (row, cells) in self.rows.iter().enumerate() {
            write!(xml, "<row r=\"{}\">", row + 1).unwrap();
            for (column, cell) in cells.iter().enumerate() {
                let place = format!("{}{}", char::from(b'A' + u8::try_from(column).unwrap()), row + 1);
                match cell {
                    Cell::Empty => Ok(()),
                    Cell::Text(text) => write!(
                        xml,
                        "<c r=\"{place}\" t=\"inlineStr\"><is><t>{}</t></is></c>",
                        text.replace('&', "&amp;").replace('<', "&lt;")
                    ),
                    Cell::Number(value) => write!(xml, "<c r=\"{place}\"><v>{value}</v></c>"),
                    Cell::Percent(value) => write!(xml, "<c r=\"{place}\" s=\"1\"><v>{value}</v></c>"),
                    Cell::Day(value) => write!(xml, "<c r=\"{place}\" s=\"2\"><v>{value}</v></c>"),
                    Cell::Formatted(value, format) => {
                        let style = BUILT_IN + formats.iter().position(|other| other == format).unwrap();
                        write!(xml, "<c r=\"{place}\" s=\"{style}\"><v>{value}</v></c>")
                    }
                    Cell::Formula(formula, value) => {
                        let value = value.map(|value| format!("<v>{value}</v>")).unwrap_or_default();
                        write!(xml, "<c r=\"{place}\"><f>{formula}</f>{value}</c>")
                    }
                    Cell::Error(error) => {
                        write!(xml, "<c r=\"{place}\" t=\"e\"><f>A1/0</f><v>{error}</v></c>")
                    }
                }
                .unwrap();
            }
            xml.push_str("</row>");
        }
        xml.push_str("</sheetData>");
        if !self.merged.is_empty() {
            xml.push_str("<mergeCells>");
            for range in &self.merged {
                write!(xml, "<mergeCell ref=\"{range}\"/>").unwrap();
            }
            xml.push_str("</mergeCells>");
        }
        xml.push_str("</worksheet>");
        xml
    }
}

/// Styles whose format is built in.
const BUILT_IN: usize = 3;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// The bytes of an .xlsx file with these sheets.
pub fn workbook(sheets: &[Sheet]) -> Vec<u8> {
    let (mut tabs, mut relations, mut types) = (String::new(), String::new(), String::new());
    let mut parts = Vec::new();
    let mut formats: Vec<&str> = Vec::new();
    for cell in sheets.iter().flat_map(|sheet| sheet.rows.iter().flatten()) {
        if let Cell::Formatted(_, format) = cell
            && !formats.contains(format)
        {
            formats.push(format);
        }
    }
    for (number, sheet) in (1..).zip(sheets) {
        let state = if sheet.is_hidden { " state=\"hidden\"" } else { "" };
        write!(
            tabs,
            "<sheet name=\"{}\" sheetId=\"{number}\"{state} r:id=\"rId{number}\"/>",
            sheet.name
        )
        .unwrap();
        write!(relations, "<Relationship Id=\"rId{number}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>").unwrap();
        write!(types, "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>").unwrap();
        parts.push((format!("xl/worksheets/sheet{number}.xml"), sheet.xml(&formats)));
    }
    let (mut codes, mut styles_of_codes) = (String::new(), String::new());
    for (number, format) in (164..).zip(&formats) {
        let code = format
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;");
        write!(codes, "<numFmt numFmtId=\"{number}\" formatCode=\"{code}\"/>").unwrap();
        write!(
            styles_of_codes,
            "<xf numFmtId=\"{number}\" applyNumberFormat=\"1\"/>"
        )
        .unwrap();
    }
    let codes = match formats.len() {
        0 => String::new(),
        count => format!("<numFmts count=\"{count}\">{codes}</numFmts>"),
    };
    // Formats 9 and 14 are built in: 0% and a day.
    let styles = format!(
        "<styleSheet xmlns=\"{MAIN}\">{codes}<fonts count=\"1\"><font/></fonts><fills count=\"1\"><fill/></fills><borders count=\"1\"><border/></borders>\
         <cellXfs count=\"{}\"><xf numFmtId=\"0\"/><xf numFmtId=\"9\" applyNumberFormat=\"1\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/>{styles_of_codes}</cellXfs></styleSheet>",
        BUILT_IN + formats.len()
    );
    let fixed = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>{types}</Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{tabs}</sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\">{relations}<Relationship Id=\"rId900\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        ("xl/styles.xml", styles),
    ];
    let fixed = fixed.into_iter().map(|(name, text)| (name.to_owned(), text));
    stored(&fixed.chain(parts).collect::<Vec<_>>())
}

/// A zip of parts that are not packed.
fn stored(parts: &[(String, String)]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{text}");
        let mut crc = Crc::new();
        crc.update(text.as_bytes());
        let length = u32::try_from(text.len()).unwrap().to_le_bytes();
        let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
        // Version 2.0, no flags, stored, 1 January 1980.
        let common = [
            &[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0][..],
            &crc.sum().to_le_bytes(),
            &length,
            &length,
            &name_length,
        ]
        .concat();
        directory.extend([&b"PK\x01\x02\x14\x00"[..], &common, &[0; 12]].concat());
        directory.extend(u32::try_from(file.len()).unwrap().to_le_bytes());
        directory.extend(name.bytes());
        file.extend(
            [
                &b"PK\x03\x04"[..],
                &common,
                &[0; 2],
                name.as_bytes(),
                text.as_bytes(),
            ]
            .concat(),
        );
    }
    let begin = u32::try_from(file.len()).unwrap().to_le_bytes();
    let length = u32::try_from(directory.len()).unwrap().to_le_bytes();
    let count = u16::try_from(parts.len()).unwrap().to_le_bytes();
    let end = [
        &b"PK\x05\x06\x00\x00\x00\x00"[..],
        &count,
        &count,
        &length,
        &begin,
        &[0; 2],
    ]
    .concat();
    [file, directory, end].concat()
}
