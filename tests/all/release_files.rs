//! What stands in a release: plain, described, sorted files, and a manifest that tells where each of them came from.

use std::collections::BTreeSet;
use std::path::Path;

use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use nulmeting::derive;
use nulmeting::derive::sql_file::{Layer, SqlFile};
use nulmeting::disk;
use nulmeting::landing::Landing;
use nulmeting::publish::{Table, TableKind};

use crate::harness::{Project, copy_tree, published, recorded_release};

fn open(path: &Path) -> ParquetRecordBatchReaderBuilder<std::fs::File> {
    ParquetRecordBatchReaderBuilder::try_new(fs_err::File::open(path).unwrap().into_file()).unwrap()
}

/// Tables that the design names; others may stand beside them.
const NORM: [&str; 13] = [
    "misdrijven",
    "misdrijven_versies",
    "overlast",
    "bevolking",
    "monitor",
    "metingen",
    "regio",
    "soort_misdrijf",
    "periode",
    "reeks",
    "thema",
    "doel",
    "optelcontrole",
];
const MARTS: [&str; 15] = [
    "nulmeting",
    "delicten_jaar",
    "delicten_maand",
    "trend_reeks",
    "trend_thema",
    "prognose",
    "monitor_indicator",
    "doel_voortgang",
    "aansluiting",
    "vergelijking",
    "herziening",
    "voortgangsrapportage",
    "wijkbeeld",
    "controles",
    "aanvaardingen",
];

#[test]
fn every_table_of_the_design_is_there_in_its_folder() {
    let release = recorded_release().release;
    let of_kind = |kind: TableKind| -> BTreeSet<&str> {
        let of_it = release
            .manifest
            .tables
            .iter()
            .filter(move |table| table.description.kind == kind);
        of_it.map(|table| table.description.name.as_str()).collect()
    };
    let (norm, marts) = (of_kind(TableKind::Norm), of_kind(TableKind::Mart));
    assert_eq!(
        NORM.iter().filter(|name| !norm.contains(**name)).count(),
        0,
        "{norm:?}"
    );
    assert_eq!(marts, MARTS.into());
    assert!(
        !norm.iter().any(|name| name.starts_with("ruw_")),
        "what was only read is not published"
    );
}

#[test]
fn every_file_and_every_field_is_described_and_of_a_plain_type() {
    let release = recorded_release().release;
    for table in &release.manifest.tables {
        let name = &table.description.name;
        let file = open(&release.table_path(name).unwrap());
        for field in file.schema().fields() {
            let described = field
                .metadata()
                .get("description")
                .is_some_and(|text| !text.trim().is_empty());
            assert!(described, "{name}.{}", field.name());
            let plain = [
                DataType::Int32,
                DataType::Int64,
                DataType::Float64,
                DataType::Utf8,
                DataType::Boolean,
                DataType::Date32,
            ];
            assert!(
                plain.contains(field.data_type()),
                "{name}.{}: {}",
                field.name(),
                field.data_type()
            );
            assert!(is_snake_case(field.name()), "{name}.{}", field.name());
        }
        let metadata = file.metadata();
        let of_the_file = metadata.file_metadata().key_value_metadata().unwrap();
        let description = of_the_file.iter().find(|entry| entry.key == "description");
        assert!(
            description
                .and_then(|entry| entry.value.as_ref())
                .is_some_and(|text| !text.is_empty()),
            "{name}"
        );
        assert_eq!(
            metadata.file_metadata().num_rows() as u64,
            table.description.rows,
            "{name}"
        );
        for group in metadata.row_groups() {
            for column in group.columns() {
                assert!(column.column_index_offset().is_some(), "{name}: no page index");
                assert!(column.offset_index_offset().is_some(), "{name}: no page index");
            }
        }
    }
}

fn is_snake_case(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[test]
fn every_derived_file_is_sorted_by_its_key_and_holds_each_key_once() {
    let release = recorded_release().release;
    let models = derive::load(None).unwrap();
    for model in models
        .iter()
        .filter(|model| matches!(model.layer, Layer::Norm | Layer::Mart))
    {
        let reader = open(&release.table_path(&model.name).unwrap()).build().unwrap();
        let mut before = None;
        for batch in reader {
            for key in keys(model, &batch.unwrap()) {
                assert!(
                    before.as_ref().is_none_or(|before| *before < key),
                    "{}",
                    model.name
                );
                before = Some(key);
            }
        }
    }
}

/// The keys of the rows in a form that compares as the columns do.
fn keys(model: &SqlFile, batch: &RecordBatch) -> Vec<Vec<u8>> {
    let columns: Vec<_> = model
        .key
        .iter()
        .map(|name| batch.column_by_name(name).unwrap().clone())
        .collect();
    let fields = columns
        .iter()
        .map(|column| SortField::new(column.data_type().clone()))
        .collect();
    let rows = RowConverter::new(fields)
        .unwrap()
        .convert_columns(&columns)
        .unwrap();
    rows.iter().map(|row| row.as_ref().to_vec()).collect()
}

#[test]
fn the_manifest_tells_schema_rows_hash_sql_and_landed_files_of_every_table() {
    let release = recorded_release().release;
    let manifest = &release.manifest;
    let models = derive::load(None).unwrap();
    let known_inputs: BTreeSet<&str> = manifest
        .tables
        .iter()
        .map(|table| table.description.name.as_str())
        .collect();
    let known_landing: BTreeSet<String> = manifest
        .run
        .landing
        .iter()
        .map(|file| format!("{}/{}", file.source, file.file))
        .collect();
    let known_registers: BTreeSet<&str> = manifest
        .run
        .registers
        .iter()
        .map(|file| file.file.as_str())
        .collect();
    for table in &manifest.tables {
        let name = &table.description.name;
        let path = release.folder.join(&table.file);
        assert_eq!(disk::hash_file(&path).unwrap().sha256, table.sha256, "{name}");
        let columns: Vec<String> = open(&path)
            .schema()
            .fields()
            .iter()
            .map(|field| format!("{} {}", field.name(), field.data_type()))
            .collect();
        let described: Vec<String> = table
            .description
            .schema
            .iter()
            .map(|column| format!("{} {}", column.name, column.data_type))
            .collect();
        assert_eq!(described, columns, "{name}");
        if let Some(sql) = &table.description.sql {
            let model = models.iter().find(|model| model.path == sql.file).unwrap();
            assert_eq!(sql.sha256, disk::sha256_hex(model.text.as_bytes()), "{name}");
        }
        let Table { description, .. } = table;
        assert!(
            description
                .inputs
                .iter()
                .all(|input| known_inputs.contains(input.as_str())),
            "{name}"
        );
        assert!(
            description
                .landing
                .iter()
                .all(|file| known_landing.contains(file)),
            "{name}"
        );
        assert!(
            description
                .registers
                .iter()
                .all(|file| known_registers.contains(file.as_str())),
            "{name}"
        );
    }
    let of = |name: &str| {
        manifest
            .tables
            .iter()
            .find(|table| table.description.name == name)
            .unwrap()
    };
    let from_police = |name: &str| {
        of(name)
            .description
            .landing
            .iter()
            .filter(|file| file.contains("policedata"))
            .count()
    };
    // Eleven years of police figures stand behind every verdict on them, and behind the list of checks.
    for name in [
        "misdrijven",
        "delicten_jaar",
        "trend_reeks",
        "doel_voortgang",
        "nulmeting",
        "controles",
    ] {
        assert_eq!(from_police(name), 11, "{name}");
    }
    assert!(
        of("delicten_jaar")
            .description
            .landing
            .iter()
            .any(|file| file.contains("observations-page-1"))
    );
    assert!(
        of("nulmeting")
            .description
            .registers
            .iter()
            .any(|file| file.ends_with("vastgesteld.csv"))
    );
    assert_eq!(
        from_police("overlast"),
        0,
        "no police crime stands behind nuisance"
    );
}

#[test]
fn the_landing_holds_the_recorded_bytes_under_their_content() {
    let landing = Landing::open(published()).unwrap();
    let project = Project::copy();
    let police = landing.read_source("politie_misdrijven").unwrap();
    assert_eq!(police.len(), 15);
    for file in &police {
        file.verify().unwrap();
        assert!(file.entry.file_name().starts_with(&file.entry.sha256[..16]));
    }
    let of_2019 = police
        .iter()
        .find(|file| file.entry.name == "policedata2019.csv")
        .unwrap();
    let recorded = project.fixture("politie_47013NED/portaal/policedata2019.csv.gz");
    assert_eq!(of_2019.entry.sha256, disk::sha256_hex(&recorded));
    assert_eq!(of_2019.entry.peildatum.to_string(), "2023-11-01");
}

#[test]
fn a_file_of_the_release_that_was_changed_or_removed_is_noticed_and_named() {
    let project = Project::copy();
    copy_tree(published(), &project.data());
    let table = disk::canonical(&project.data().join("current"))
        .unwrap()
        .join("marts/doel_voortgang.parquet");
    let original = disk::read(&table).unwrap();
    let mut changed = original.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let mut wrong = Vec::new();
    for content in [
        Some(changed),
        Some(original[..middle].to_vec()),
        Some(Vec::new()),
        None,
    ] {
        match content {
            Some(content) => fs_err::write(&table, content).unwrap(),
            None => disk::remove_file(&table).unwrap(),
        }
        for arguments in [&["query", "SELECT 1"][..], &["status"], &["check"]] {
            // The data broke its contract; it is no bug of the program, which would be 70.
            wrong.extend(
                project
                    .nulmeting(arguments)
                    .unlike(65, &["doel_voortgang.parquet", "hint: "]),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_report_of_the_year_is_part_of_the_release() {
    let release = recorded_release().release;
    let reports: Vec<&str> = release
        .manifest
        .reports
        .iter()
        .map(|report| report.file.as_str())
        .collect();
    assert!(
        reports.contains(&"rapport/voortgangsrapportage-2022.html"),
        "{reports:?}"
    );
    let html = disk::read_to_string(&release.folder.join("rapport/voortgangsrapportage-2022.html")).unwrap();
    for figure in [
        "2.248",
        "2.140",
        "2.087",
        "26,5",
        "op koers (onzeker)",
        "niet op koers (onzeker)",
        "te klein om te beoordelen",
    ] {
        assert!(html.contains(figure), "{figure}");
    }
    assert!(html.contains("lang=\"nl\""));
    // A page that fetches nothing: it is read offline, and years from now.
    assert!(!html.contains("<script src") && !html.contains("<link rel=\"stylesheet\""));
}
