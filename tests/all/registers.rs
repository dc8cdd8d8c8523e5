//! Registers as people and their spreadsheet program keep them: the real ones load, and how they were saved is no
//! difference.

use nulmeting::disk;
use nulmeting::pipeline::{Kind, REGISTERS, Register};

use crate::harness::{Project, load_pipeline, recorded_release, repository};

#[test]
fn the_real_pipeline_loads_with_all_of_the_note() {
    let pipeline = load_pipeline(&repository().join("pipelines/hengelo.toml")).unwrap();
    let rows = |register: &str| pipeline.table(register).unwrap().rows();
    // 7 general targets, 58 of the themes and R-16; 81 printed cells; every theme of paragraaf 4 and the two without one.
    assert_eq!(rows("doelen"), 66);
    assert_eq!(rows("gedrukt"), 81);
    assert_eq!(pipeline.file.municipality.code, "GM0164");
    assert_eq!(
        (
            pipeline.file.policy.baseline_year,
            pipeline.file.policy.target_year
        ),
        (2019, 2024)
    );
    // The note has no list of definitions: what stands there is a proposal until somebody adopts it.
    let definitions = pipeline.table("definities").unwrap();
    assert!(definitions.rows() > 0);
    assert!((0..definitions.rows()).all(|row| definitions.text("status", row) == Some("voorstel")));
}

/// The register as a spreadsheet program saves it that has English settings but Dutch dates: a byte order mark, commas,
/// CRLF, decimal points, and days as day-month-year.
pub fn as_a_spreadsheet_saves_it(register: &Register, original: &str) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(original.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().unwrap().clone();
    let kinds: Vec<Kind> = header
        .iter()
        .map(|name| {
            register
                .fields
                .iter()
                .find(|field| field.name == name)
                .unwrap()
                .kind
        })
        .collect();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b',')
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(&header).unwrap();
    for record in reader.records() {
        let record = record.unwrap();
        let cells = record.iter().zip(&kinds).map(|(cell, kind)| match kind {
            Kind::Number => cell.replace(',', "."),
            Kind::Date => day_first(cell),
            _ => cell.to_owned(),
        });
        writer.write_record(cells).unwrap();
    }
    writer.into_inner().unwrap()
}

/// `2021-01-13` as `13-01-2021`.
fn day_first(day: &str) -> String {
    match day.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] if year.len() == 4 => format!("{day}-{month}-{year}"),
        _ => day.to_owned(),
    }
}

#[test]
fn registers_that_a_spreadsheet_program_saved_again_give_the_same_tables() {
    let project = Project::copy();
    let mut commas = 0;
    for register in REGISTERS {
        let path = format!("pipelines/hengelo/{}.csv", register.name);
        let original = disk::read_to_string(&project.path(&path)).unwrap();
        let saved = as_a_spreadsheet_saves_it(register, &original);
        assert_ne!(saved, original.as_bytes(), "{path}");
        commas += saved.split(|byte| *byte == b',').count();
        project.write(&path, &saved);
    }
    assert!(commas > 1000, "the registers really are separated by commas now");
    project.run().with(0);
    let hashes = |release: &nulmeting::publish::Release| -> Vec<(String, String)> {
        release
            .manifest
            .tables
            .iter()
            .map(|table| (table.file.clone(), table.sha256.clone()))
            .collect()
    };
    assert_eq!(
        hashes(&project.release().release),
        hashes(&recorded_release().release)
    );
}
