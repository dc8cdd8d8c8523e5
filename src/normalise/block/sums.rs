//! The kinds of a region and period added up beside the source's total: what `sql/stappen/opgeteld.sql` makes of rows.
//!
//! A part of a block has all kinds of its regions in hand, and the engine would group millions of rows for it. Only the
//! adding up is done here; what it proves is said in SQL.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Int32Array, Int64Array, StringArray};
use datafusion::arrow::datatypes::DataType;

use super::axes::Axes;
use super::{Whole, counts};
use crate::normalise::code_book::Entry;
use crate::normalise::crime::days;
use crate::pipeline::Source;
use crate::table_file::ColumnSpec;

/// The columns of the table: those of `geteld` in the SQL.
const COLUMNS: [(&str, DataType); 18] = [
    ("bron", DataType::Utf8),
    ("peildatum", DataType::Date32),
    ("regio_code", DataType::Utf8),
    ("periode_code", DataType::Utf8),
    ("indeling", DataType::Int32),
    ("soorten", DataType::Int64),
    ("verborgen", DataType::Int64),
    ("totalen", DataType::Int64),
    ("met_waarde", DataType::Int64),
    ("totaal", DataType::Int64),
    ("totaal_aangiften", DataType::Int64),
    ("totaal_internet", DataType::Int64),
    ("som", DataType::Int64),
    ("som_aangiften", DataType::Int64),
    ("som_internet", DataType::Int64),
    ("verborgen_waarde", DataType::Int64),
    ("verborgen_aangiften", DataType::Int64),
    ("verborgen_internet", DataType::Int64),
];

/// What a kind is in a sum.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Role {
    /// The newest list has it, and it is not the total.
    is_part: bool,
    /// It totals all others.
    is_total: bool,
    /// The newest list has it, and its months are withheld.
    is_withheld: bool,
}

/// The roles of kinds of an edition. `counted` is the newest list of the table: a kind that left it counts in no sum.
pub(super) fn roles(source: &Source, kinds: &[String], counted: &[Entry]) -> Vec<Role> {
    let role = |code: &String| {
        let is_counted = counted.iter().any(|entry| entry.code == *code);
        let is_total = source.total_code.as_ref() == Some(code);
        Role {
            is_part: is_counted && !is_total,
            is_total: is_counted && is_total,
            is_withheld: is_counted && source.not_published_monthly.contains(code),
        }
    };
    kinds.iter().map(role).collect()
}

/// The sums of a region and period.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    with_value: i64,
    total: [Option<i64>; 3],
    sum: [i64; 3],
    withheld: [i64; 3],
}

impl Sums {
    /// Adds a count of a kind. `column` is the number of the count.
    pub fn add(&mut self, role: Role, column: usize, cell: u32) {
        let count = counts::number(cell).map(i64::from);
        if role.is_total
            && let Some(total) = self.total.get_mut(column)
        {
            *total = count;
        }
        let Some(count) = count else { return };
        if role.is_part {
            self.with_value += i64::from(column == 0);
            if let Some(sum) = self.sum.get_mut(column) {
                *sum += count;
            }
        }
        if role.is_withheld
            && let Some(withheld) = self.withheld.get_mut(column)
        {
            *withheld += count;
        }
    }
}

/// The sums of an edition as columns; `sums` has them by region and then by period.
pub(super) fn columns(table: &Whole<'_>, axes: &Axes, roles: &[Role], sums: &[Sums]) -> Vec<ArrayRef> {
    let (rows, periods) = (sums.len(), axes.periods.len().max(1));
    let count = |is_one: fn(&Role) -> bool| {
        let kinds = roles.iter().filter(|role| is_one(role)).count();
        Arc::new(Int64Array::from_value(kinds as i64, rows)) as ArrayRef
    };
    let whole =
        |of: &dyn Fn(&Sums) -> Option<i64>| Arc::new(sums.iter().map(of).collect::<Int64Array>()) as ArrayRef;
    let region = |row: usize| axes.regions.code(row / periods);
    let period = |row: usize| axes.periods.code(row % periods);
    vec![
        Arc::new(StringArray::from(vec![table.source.table.as_str(); rows])),
        Arc::new(Date32Array::from_value(days(table.peildatum), rows)),
        Arc::new(StringArray::from_iter_values((0..rows).map(region))),
        Arc::new(StringArray::from_iter_values((0..rows).map(period))),
        Arc::new(Int32Array::from(vec![table.division; rows])),
        count(|role| role.is_part),
        count(|role| role.is_withheld),
        count(|role| role.is_total),
        whole(&|sums| Some(sums.with_value)),
        whole(&|sums| sums.total[0]),
        whole(&|sums| sums.total[1]),
        whole(&|sums| sums.total[2]),
        whole(&|sums| Some(sums.sum[0])),
        whole(&|sums| Some(sums.sum[1])),
        whole(&|sums| Some(sums.sum[2])),
        whole(&|sums| Some(sums.withheld[0])),
        whole(&|sums| Some(sums.withheld[1])),
        whole(&|sums| Some(sums.withheld[2])),
    ]
}

/// The columns as a file describes them.
pub(super) fn specs() -> Vec<ColumnSpec> {
    COLUMNS
        .into_iter()
        .map(|(name, data_type)| ColumnSpec {
            name: name.to_owned(),
            data_type,
            description: String::new(),
        })
        .collect()
}
