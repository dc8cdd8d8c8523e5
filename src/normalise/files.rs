//! The files with figures, numbered: a row says with one small number where it came from.
//!
//! What came in together (one recorded file, or all answers of one edition of a table) is one delivery: it must be a
//! full block of kinds, regions and periods, however it was cut into files.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Int32Array, StringArray};

use super::crime::days;
use super::error::NormaliseError;
use super::name_of;
use super::register_tables::MemoryTable;
use crate::landing::Landed;
use crate::pipeline::Source;

/// The files that were read so far.
#[derive(Default)]
pub(super) struct Files {
    rows: Vec<Row>,
}

struct Row {
    table: String,
    name: String,
    delivery: String,
    peildatum: i32,
    division: Option<String>,
}

impl Files {
    /// The number of a file, counted from 1 in the order of reading.
    pub fn number(&mut self, source: &Source, landed: &Landed) -> i32 {
        let entry = &landed.entry;
        let name = name_of(landed);
        let delivery = match &entry.state {
            Some(state) => format!("{} {state}", source.table),
            None => name.clone(),
        };
        // An answer that two editions have in common is one file on the disk, and belongs to both deliveries.
        let is_known = |row: &Row| row.name == name && row.delivery == delivery;
        if let Some(known) = self.rows.iter().rposition(is_known) {
            return known as i32 + 1;
        }
        self.rows.push(Row {
            table: source.table.clone(),
            delivery,
            name,
            peildatum: days(entry.peildatum),
            division: entry.edition.clone(),
        });
        self.rows.len() as i32
    }

    /// Adds files that were read apart, and that none of these numbers were given to: theirs follow on.
    pub fn append(&mut self, others: &mut Self) {
        self.rows.append(&mut others.rows);
    }

    /// The table `bestanden`, and the files that it names.
    ///
    /// # Errors
    /// [`NormaliseError::Bug`], never.
    pub fn into_table(self) -> Result<(MemoryTable, Vec<String>), NormaliseError> {
        let rows = &self.rows;
        let texts = |of: &dyn Fn(&Row) -> Option<&str>| {
            Arc::new(rows.iter().map(of).collect::<StringArray>()) as ArrayRef
        };
        let table = MemoryTable::new(
            "bestanden",
            "De ontvangen bestanden met cijfers, in de volgorde waarin ze gelezen zijn",
            vec![
                (
                    "bestand",
                    "nummer van het bestand in deze uitgave",
                    Arc::new((1..=rows.len() as i32).map(Some).collect::<Int32Array>()),
                ),
                ("bron", "tabel van de bron", texts(&|row| Some(&row.table))),
                (
                    "naam",
                    "bron en naam waaronder het bewaard is; de naam begint met de vingerafdruk van de inhoud",
                    texts(&|row| Some(&row.name)),
                ),
                (
                    "levering",
                    "wat samen is ontvangen: een bestand, of alle antwoorden van een stand van de tabel",
                    texts(&|row| Some(&row.delivery)),
                ),
                (
                    "peildatum",
                    "de dag waarop de cijfers zo bekend waren",
                    Arc::new(
                        rows.iter()
                            .map(|row| Some(row.peildatum))
                            .collect::<Date32Array>(),
                    ),
                ),
                (
                    "indeling",
                    "jaar van de gemeentelijke indeling; leeg als de tabel er geen voor alle jaren heeft",
                    texts(&|row| row.division.as_deref()),
                ),
            ],
        )?;
        Ok((table, self.rows.into_iter().map(|row| row.name).collect()))
    }
}
