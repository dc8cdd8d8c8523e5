//! Whoever reads a release and knows every rule of it tries to find out what it keeps to itself.
//!
//! Two attacks. The first is on the rule of suppression alone, and leaves no question open: of *all* small tables those that
//! would look the same are put together, and within such a class no hidden figure may be narrowed down. The second is on a
//! release: every sum that links published figures, solved as a system of linear equations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, StringArray};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::record_batch::RecordBatch;
use nulmeting::derive::session::Engine;
use nulmeting::derive::{load, rows::Rows};

use crate::district_tables::{OWN, lies_in, regions};
use crate::harness::{Asked, repository};

/// A figure of one table: its count, and what is shown of it.
#[derive(Clone)]
struct Cell {
    count: i64,
    outcome: String,
}

impl Cell {
    fn is_shown(&self) -> bool {
        self.outcome == "waarde"
    }

    /// What a reader sees of it.
    fn seen(&self) -> String {
        if self.is_shown() {
            self.count.to_string()
        } else {
            self.outcome.clone()
        }
    }
}

/// A table of one year: the districts of each series, and what else was counted in each district.
#[derive(Clone)]
struct Table {
    series: Vec<Vec<i64>>,
    rest: Option<Vec<i64>>,
}

impl Table {
    /// Totals of the districts.
    fn totals(&self) -> Option<Vec<i64>> {
        let total =
            |(place, rest): (usize, &i64)| rest + self.series.iter().map(|counts| counts[place]).sum::<i64>();
        Some(self.rest.as_ref()?.iter().enumerate().map(total).collect())
    }

    /// Its rows: the series, and the totals where it has them.
    fn rows(&self) -> Vec<Vec<i64>> {
        self.series.iter().cloned().chain(self.totals()).collect()
    }
}

/// Every list of so many counts up to a highest one.
fn every_list(length: usize, highest: i64) -> Vec<Vec<i64>> {
    (0..length).fold(vec![Vec::new()], |lists, _| {
        let longer = |list: &Vec<i64>| {
            (0..=highest)
                .map(|count| [list.as_slice(), &[count]].concat())
                .collect::<Vec<_>>()
        };
        lists.iter().flat_map(longer).collect()
    })
}

/// What the SQL of the project shows of each table: a row of cells for each of its rows.
fn judged(tables: &[Table], threshold: i64) -> Vec<Vec<Vec<Cell>>> {
    let engine = Engine::new().unwrap();
    let (mut region, mut series, mut year, mut count, mut is_total) =
        (vec![], vec![], vec![], vec![], vec![]);
    for (number, table) in tables.iter().enumerate() {
        for (row, counts) in table.rows().iter().enumerate() {
            for (place, value) in counts.iter().enumerate() {
                region.push(format!("WK{place}"));
                series.push(format!("r{row}"));
                year.push(number as i32);
                count.push(*value);
                is_total.push(row == table.series.len());
            }
        }
    }
    let same = |text: &str| Arc::new(StringArray::from(vec![text; region.len()])) as ArrayRef;
    let rows = RecordBatch::try_from_iter([
        ("niveau", same("wijk")),
        ("groep", same("GM")),
        (
            "regio_code",
            Arc::new(StringArray::from(region.clone())) as ArrayRef,
        ),
        ("reeks", Arc::new(StringArray::from(series))),
        ("is_totaal", Arc::new(BooleanArray::from(is_total))),
        ("van_jaar", Arc::new(Int32Array::from(year.clone()))),
        ("tot_jaar", Arc::new(Int32Array::from(year))),
        ("waarde", Arc::new(Int64Array::from(count))),
        ("reden", same("waarde")),
        ("bron", same("x")),
        ("peildatum", same("x")),
    ]);
    engine.register_rows("wijktelling", rows.unwrap()).unwrap();
    let agreement = Arc::new(Float64Array::from(vec![threshold as f64])) as ArrayRef;
    let agreement = RecordBatch::try_from_iter([("wijk_drempel", agreement)]).unwrap();
    engine.register_rows("conventie", agreement).unwrap();
    let files = load(Some(&repository().join("sql"))).unwrap();
    for step in ["wijkafscherming", "wijktotaal"] {
        let file = files.iter().find(|file| file.name == step).unwrap();
        let batches = engine.query(step, &file.text).unwrap();
        let rows = concat_batches(&batches[0].schema(), &batches).unwrap();
        engine.register_rows(step, rows).unwrap();
    }
    let answer = Rows::ask(
        &engine,
        "proef",
        "SELECT tot_jaar, reeks, regio_code, waarde, uitkomst FROM wijkafscherming UNION ALL
         SELECT tot_jaar, reeks, regio_code, waarde, uitkomst FROM wijktotaal ORDER BY tot_jaar, reeks, regio_code",
    )
    .unwrap();
    let mut cells = answer.iter().map(|row| Cell {
        count: row.whole("waarde").unwrap(),
        outcome: row.text("uitkomst").unwrap(),
    });
    let mut of_row = |counts: &Vec<i64>| -> Vec<Cell> {
        let taken: Vec<Cell> = cells.by_ref().take(counts.len()).collect();
        assert!(taken.iter().map(|cell| cell.count).eq(counts.iter().copied()));
        taken
    };
    tables
        .iter()
        .map(|table| table.rows().iter().map(&mut of_row).collect())
        .collect()
}

/// What a reader sees of a table: of each row its sum and its cells.
type Looks = Vec<(i64, Vec<String>)>;

/// Attacks all of these tables with each other. A class is only attacked when all its members are there: `is_whole` says so
/// of what is hidden in a table, row by row.
fn attack(tables: &[Table], threshold: i64, is_whole: impl Fn(&[Vec<Cell>]) -> bool) -> usize {
    let seen = judged(tables, threshold);
    // What looks the same: the sum of each row, which is published of the municipality, and what is seen of each district.
    let mut classes: BTreeMap<Looks, Vec<&Vec<Vec<Cell>>>> = BTreeMap::new();
    for table in &seen {
        let looks = |row: &Vec<Cell>| {
            (
                row.iter().map(|cell| cell.count).sum(),
                row.iter().map(Cell::seen).collect(),
            )
        };
        classes
            .entry(table.iter().map(looks).collect())
            .or_default()
            .push(table);
    }
    let mut attacked = 0;
    for (looks, class) in classes.iter().filter(|(_, class)| is_whole(class[0])) {
        let cells_of = class[0];
        for (row, cells) in cells_of.iter().enumerate() {
            for (place, cell) in cells.iter().enumerate() {
                if cell.is_shown() {
                    assert!(cell.count >= threshold, "{looks:?}: a small count is shown");
                    continue;
                }
                let possible: BTreeSet<i64> = class.iter().map(|table| table[row][place].count).collect();
                attacked += 1;
                // The figures of the municipality say what there is to spread: of a series, or beside the series of a
                // total. That much they give away by themselves; nothing else may be learnt.
                let of_series: i64 = looks.iter().take(row).map(|(sum, _)| sum).sum();
                let is_total = tables[0].rest.is_some() && row + 1 == cells_of.len();
                let to_spread = looks[row].0 - if is_total { of_series } else { 0 };
                let open = threshold.min(to_spread + 1);
                let is_known_small = cell.outcome == "kleiner_dan_drempel";
                assert!(
                    possible.len() as i64 >= open
                        && (!is_known_small || (0..threshold).all(|count| possible.contains(&count))),
                    "{looks:?}: row {row}, district {place} has one of {possible:?}"
                );
            }
        }
    }
    attacked
}

fn hidden_sum(row: &[Cell]) -> i64 {
    row.iter()
        .filter(|cell| !cell.is_shown())
        .map(|cell| cell.count)
        .sum()
}

/// All tables of one series without totals.
fn of_one_series(districts: usize, highest: i64) -> Vec<Table> {
    let lists = every_list(districts, highest).into_iter();
    lists
        .map(|counts| Table {
            series: vec![counts],
            rest: None,
        })
        .collect()
}

fn hold_against_every_other_table(districts: usize, highest: i64, threshold: i64) {
    let tables = of_one_series(districts, highest);
    let attacked = attack(&tables, threshold, |table| hidden_sum(&table[0]) <= highest);
    assert!(attacked > 100, "{attacked}");
}

#[test]
fn in_no_table_of_four_districts_can_a_hidden_figure_be_narrowed_down() {
    hold_against_every_other_table(4, 11, 5);
}

#[test]
fn nor_with_a_lower_threshold_in_tables_of_more_districts() {
    hold_against_every_other_table(5, 7, 3);
    hold_against_every_other_table(6, 4, 2);
}

#[test]
fn nor_in_a_municipality_of_two_or_three_districts() {
    hold_against_every_other_table(2, 30, 5);
    hold_against_every_other_table(3, 15, 5);
}

/// All tables of some series with totals.
fn with_totals(series: usize, districts: usize, highest: i64, highest_rest: i64) -> Vec<Table> {
    let rests = every_list(districts, highest_rest);
    let with_rest = |counts: Vec<i64>| {
        let series: Vec<Vec<i64>> = counts.chunks(districts).map(<[i64]>::to_vec).collect();
        let table = move |rest: &Vec<i64>| Table {
            series: series.clone(),
            rest: Some(rest.clone()),
        };
        rests.iter().map(table).collect::<Vec<_>>()
    };
    every_list(series * districts, highest)
        .into_iter()
        .flat_map(with_rest)
        .collect()
}

fn hold_totals_against_every_other_table(series: usize, districts: usize, highest: i64, highest_rest: i64) {
    let tables = with_totals(series, districts, highest, highest_rest);
    let is_whole = |table: &[Vec<Cell>]| {
        let (totals, parts) = table.split_last().unwrap();
        let shown_of = |place: usize| {
            parts
                .iter()
                .map(move |row| &row[place])
                .filter(|cell| cell.is_shown())
        };
        let left = |(place, total): (usize, &Cell)| {
            total.count - shown_of(place).map(|cell| cell.count).sum::<i64>()
        };
        let closed: i64 = totals
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.is_shown())
            .map(left)
            .sum();
        let mut open = totals.iter().enumerate().filter(|(_, cell)| cell.is_shown());
        parts.iter().all(|row| hidden_sum(row) <= highest)
            && closed <= highest_rest
            && open.all(|cell| left(cell) <= highest_rest)
    };
    let attacked = attack(&tables, 2, is_whole);
    assert!(attacked > 100, "{attacked}");
    // The attack is on something: totals are shown beside hidden parts.
    let shown_beside = |table: &Vec<Vec<Cell>>| {
        let (totals, parts) = table.split_last().unwrap();
        let is_hidden = |place: usize| parts.iter().any(|row| !row[place].is_shown());
        is_whole(table) && (0..totals.len()).any(|place| totals[place].is_shown() && is_hidden(place))
    };
    assert!(
        judged(&tables, 2)
            .iter()
            .filter(|table| shown_beside(table))
            .count()
            > 10
    );
}

#[test]
fn nor_with_the_total_of_each_district_beside_one_series() {
    hold_totals_against_every_other_table(1, 3, 3, 8);
}

#[test]
fn nor_with_the_total_of_each_district_beside_two_series() {
    hold_totals_against_every_other_table(2, 2, 3, 11);
}

#[test]
fn no_more_is_hidden_than_is_needed() {
    let tables = of_one_series(4, 11);
    for table in judged(&tables, 5) {
        let cells = &table[0];
        let small = cells.iter().filter(|cell| cell.count < 5).count();
        let hidden: Vec<&Cell> = cells.iter().filter(|cell| !cell.is_shown()).collect();
        // Without the last one that was added the sum was still too low.
        let last_added = hidden.iter().find(|cell| cell.count >= 5).map(|cell| cell.count);
        let sum = hidden_sum(cells);
        let is_least = match last_added {
            None => hidden.len() == small,
            Some(last) => small > 0 && (sum - last < 9 || hidden.len() == cells.len()),
        };
        assert!(is_least, "{:?}", cells.iter().map(Cell::seen).collect::<Vec<_>>());
    }
}

/// A prime below 2^31, so that products fit: a system that has no solution modulo it has none at all in these sizes.
const PRIME: i64 = 2_147_483_629;

/// A sum of unknown counts, by their numbers.
type Sum = BTreeMap<usize, i64>;

/// Sums that are known, in echelon form.
#[derive(Default)]
struct Known {
    rows: BTreeMap<usize, Sum>,
}

impl Known {
    /// What is left of a sum when all that is known is taken off; nothing left means that it can be computed.
    fn rest(&self, mut sum: Sum) -> Sum {
        let mut from = 0;
        while let Some((&place, &factor)) = sum.range(from..).next() {
            from = place + 1;
            let Some(row) = self.rows.get(&place) else {
                continue;
            };
            for (other, value) in row {
                let entry = sum.entry(*other).or_insert(0);
                *entry = (*entry - factor * value % PRIME).rem_euclid(PRIME);
                if *entry == 0 {
                    sum.remove(other);
                }
            }
        }
        sum
    }

    fn learn(&mut self, sum: Sum) {
        let rest = self.rest(sum);
        let Some((&lead, &value)) = rest.iter().next() else {
            return;
        };
        let inverse = power(value, PRIME - 2);
        let scaled = rest
            .into_iter()
            .map(|(place, value)| (place, value * inverse % PRIME));
        self.rows.insert(lead, scaled.collect());
    }

    fn can_compute(&self, sum: Sum) -> bool {
        self.rest(sum).is_empty()
    }
}

fn power(base: i64, mut exponent: i64) -> i64 {
    let (mut base, mut result) = (base.rem_euclid(PRIME), 1);
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent /= 2;
    }
    result
}

/// Solves all that a release says of districts. The unknowns are the counts of each series, buurt and year, and what else
/// was counted in each wijk and year; known is what all wijken together
/// have in each year (the row of the municipality in their own table, less what lies in no wijk), and every figure of
/// `wijkbeeld` that is shown. Nothing hidden may follow.
pub fn solve(release: &Asked, total: &str) {
    let rows = release.rows(
        "SELECT regio_code, reeks, van_jaar, tot_jaar, reden FROM wijkbeeld ORDER BY reeks, regio_code, tot_jaar",
    );
    let mut unknowns: BTreeMap<(String, String, i64), usize> = BTreeMap::new();
    let mut number = |series: &str, region: &str, year: i64| {
        let next = unknowns.len();
        *unknowns
            .entry((series.to_owned(), region.to_owned(), year))
            .or_insert(next)
    };
    let inside = |kind: &str, region: &str| -> Vec<String> {
        let all = regions().into_iter().map(|region| region.code);
        all.filter(|code| code.starts_with(kind) && lies_in(code, region))
            .collect()
    };
    let texts =
        |column: &str| -> BTreeSet<String> { rows.iter().filter_map(|row| row.text(column)).collect() };
    let series: Vec<String> = texts("reeks").into_iter().filter(|name| name != total).collect();
    let years: BTreeSet<i64> = rows.iter().filter_map(|row| row.whole("tot_jaar")).collect();
    let mut sum_of = |name: &str, region: &str, from: i64, to: i64| -> Sum {
        let mut sum = Sum::new();
        for year in from..=to {
            let parts: Vec<&String> = series
                .iter()
                .filter(|part| name == total || *part == name)
                .collect();
            for (part, buurt) in parts
                .iter()
                .flat_map(|part| inside("BU", region).into_iter().map(move |buurt| (part, buurt)))
            {
                sum.insert(number(part, &buurt, year), 1);
            }
            for wijk in inside("WK", region).into_iter().filter(|_| name == total) {
                sum.insert(number("rest", &wijk, year), 1);
            }
        }
        sum
    };
    let mut known = Known::default();
    for (name, year) in texts("reeks")
        .iter()
        .flat_map(|name| years.iter().map(move |year| (name, *year)))
    {
        known.learn(sum_of(name, OWN, year, year));
    }
    let mut hidden = Vec::new();
    for row in rows.iter() {
        let (from, to) = (row.whole("van_jaar").unwrap(), row.whole("tot_jaar").unwrap());
        let (name, region) = (row.text("reeks").unwrap(), row.text("regio_code").unwrap());
        let sum = sum_of(&name, &region, from, to);
        if row.text("reden").as_deref() == Some("waarde") {
            known.learn(sum);
        } else {
            hidden.push((sum, format!("{name} {region} {from}-{to}")));
        }
    }
    assert!(hidden.len() > 100, "{}", hidden.len());
    for (sum, figure) in hidden {
        assert!(!known.can_compute(sum), "{figure} can be computed");
    }
}

#[test]
fn the_attack_finds_a_figure_that_is_hidden_alone() {
    let sum = |places: &[usize]| -> Sum { places.iter().map(|place| (*place, 1)).collect() };
    let mut known = Known::default();
    known.learn(sum(&[0, 1, 2]));
    known.learn(sum(&[0]));
    assert!(!known.can_compute(sum(&[1])));
    known.learn(sum(&[2]));
    assert!(known.can_compute(sum(&[1])) && known.can_compute(sum(&[1, 2])));
    // Two sums that overlap: 0+1+2 and 1+2+3 give 0-3 and not 0.
    let mut known = Known::default();
    known.learn(sum(&[0, 1, 2]));
    known.learn(sum(&[1, 2, 3]));
    assert!(!known.can_compute(sum(&[0])));
    known.learn(sum(&[3]));
    assert!(known.can_compute(sum(&[0])) && !known.can_compute(sum(&[1])));
}
