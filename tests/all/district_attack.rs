//! Whoever reads a release and knows every rule of it tries to find out what it keeps to itself.
//!
//! Two attacks. The first is on the rule of suppression alone, and leaves no question open: of *all* small tables those that
//! would look the same are put together, and within such a class no hidden figure may be narrowed down. The second is on a
//! release: every sum that links published figures, solved as a system of linear equations.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use nulmeting::derive::session::Engine;
use nulmeting::derive::{load, rows::Rows};

use crate::district_tables::{OWN, lies_in, regions};
use crate::harness::{Asked, repository};

/// One district of one table: its count, and what is shown of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
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

/// Every table of so many districts with counts up to a highest one, through the project's own SQL.
fn all_tables(districts: usize, highest: i64, threshold: i64) -> Vec<Vec<Cell>> {
    let files = load(Some(&repository().join("sql"))).unwrap();
    let rule = files.iter().find(|file| file.name == "wijkafscherming").unwrap();
    let numbers: Vec<String> = (0..=highest).map(|number| format!("({number})")).collect();
    let columns: Vec<String> = (0..districts)
        .map(|place| format!("v{place}.w AS w{place}"))
        .collect();
    let joined: Vec<String> = (0..districts).map(|place| format!("v AS v{place}")).collect();
    let name: Vec<String> = (0..districts)
        .map(|place| format!("CAST(w{place} AS VARCHAR)"))
        .collect();
    let mut rows = String::new();
    for place in 0..districts {
        let join = if place == 0 { "" } else { " UNION ALL " };
        write!(
            rows,
            "{join}SELECT 'wijk' AS niveau, 'GM' AS groep, 'WK{place}' AS regio_code, concat({}) AS reeks, 2019 AS van_jaar,
             2019 AS tot_jaar, CAST(w{place} AS BIGINT) AS waarde, 'waarde' AS reden, 'x' AS bron, 0 AS peildatum FROM alle",
            name.join(", '-', ")
        )
        .unwrap();
    }
    let sql = format!(
        "WITH v AS (SELECT w FROM (VALUES {}) AS t(w)), alle AS (SELECT {} FROM {}), wijktelling AS ({rows}),
         conventie AS (SELECT CAST({threshold} AS DOUBLE) AS wijk_drempel)
         SELECT reeks, waarde, uitkomst FROM ({}) AS a ORDER BY reeks, regio_code",
        numbers.join(", "),
        columns.join(", "),
        joined.join(" CROSS JOIN "),
        rule.text
    );
    let answer = Rows::ask(&Engine::new().unwrap(), "proef", &sql).unwrap();
    let cells: Vec<Cell> = answer
        .iter()
        .map(|row| Cell {
            count: row.whole("waarde").unwrap(),
            outcome: row.text("uitkomst").unwrap().to_owned(),
        })
        .collect();
    cells.chunks(districts).map(<[Cell]>::to_vec).collect()
}

fn hold_against_every_other_table(districts: usize, highest: i64, threshold: i64) {
    let tables = all_tables(districts, highest, threshold);
    assert_eq!(tables.len() as i64, (highest + 1).pow(districts as u32));
    // What looks the same: the sum, which is published of the municipality, and what is seen of each district.
    let mut classes: BTreeMap<(i64, Vec<String>), Vec<&Vec<Cell>>> = BTreeMap::new();
    for table in &tables {
        let sum = table.iter().map(|cell| cell.count).sum();
        classes
            .entry((sum, table.iter().map(Cell::seen).collect()))
            .or_default()
            .push(table);
    }
    let mut attacked = 0;
    for ((sum, seen), class) in &classes {
        let hidden: i64 = class[0]
            .iter()
            .filter(|cell| !cell.is_shown())
            .map(|cell| cell.count)
            .sum();
        // Tables with a higher count were not made, so a class is whole only up to there.
        if hidden > highest {
            continue;
        }
        for (place, cell) in class[0].iter().enumerate() {
            let possible: BTreeSet<i64> = class.iter().map(|table| table[place].count).collect();
            if cell.is_shown() {
                assert!(cell.count >= threshold, "{sum} {seen:?}: a small count is shown");
                continue;
            }
            attacked += 1;
            // The sum alone says that no part is larger; nothing else may be learnt.
            let open = threshold.min(sum + 1);
            let is_known_small = cell.outcome == "kleiner_dan_drempel";
            let every_small_one = (0..threshold).all(|count| possible.contains(&count));
            assert!(
                possible.len() as i64 >= open && (!is_known_small || every_small_one),
                "{sum} {seen:?}: district {place} has one of {possible:?}"
            );
        }
    }
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
fn nor_in_a_municipality_of_two_districts() {
    hold_against_every_other_table(2, 30, 5);
    hold_against_every_other_table(3, 15, 5);
}

#[test]
fn where_nothing_is_small_everything_is_shown_and_where_something_is_no_more_than_needed_is_hidden() {
    for table in all_tables(4, 11, 5) {
        let small = table.iter().filter(|cell| cell.count < 5).count();
        let hidden: Vec<&Cell> = table.iter().filter(|cell| !cell.is_shown()).collect();
        if small == 0 {
            assert!(hidden.is_empty());
        }
        // Without the last one that was added the sum was still too low.
        let first_large = hidden
            .iter()
            .find(|cell| cell.count >= 5)
            .map_or(0, |cell| cell.count);
        let sum: i64 = hidden.iter().map(|cell| cell.count).sum();
        assert!(
            hidden.len() == 4 || first_large == 0 || sum - first_large < 9,
            "too much is hidden: {:?}",
            table
                .iter()
                .map(|cell| (cell.count, cell.seen()))
                .collect::<Vec<_>>()
        );
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

/// Solves all that a release says of districts. The unknowns are the counts of each series, buurt and year; known are the
/// figure of the municipality in each year, each figure of `wijkbeeld` that is shown, and nothing hidden may follow.
pub fn solve(release: &Asked) {
    let rows = release.rows("SELECT regio_code, reeks, van_jaar, tot_jaar, reden FROM wijkbeeld ORDER BY reeks, regio_code, tot_jaar");
    let buurten: Vec<String> = regions()
        .into_iter()
        .map(|region| region.code)
        .filter(|code| code.starts_with("BU"))
        .collect();
    let years: BTreeSet<i64> = rows.iter().filter_map(|row| row.whole("tot_jaar")).collect();
    let first = *years.first().unwrap();
    let sum_of = |region: &str, from: i64, to: i64| -> Sum {
        let inside = buurten
            .iter()
            .enumerate()
            .filter(|(_, buurt)| lies_in(buurt, region));
        inside
            .flat_map(|(place, _)| (from..=to).map(move |year| place * 100 + (year - first) as usize))
            .map(|unknown| (unknown, 1))
            .collect()
    };
    let mut series: BTreeMap<String, Vec<(Sum, bool, String)>> = BTreeMap::new();
    for row in rows.iter() {
        let (from, to) = (row.whole("van_jaar").unwrap(), row.whole("tot_jaar").unwrap());
        let region = row.text("regio_code").unwrap();
        let is_shown = row.text("reden").as_deref() == Some("waarde");
        let name = format!("{region} {from}-{to}");
        series.entry(row.text("reeks").unwrap()).or_default().push((
            sum_of(&region, from, to),
            is_shown,
            name,
        ));
    }
    let mut hidden = 0;
    for (name, figures) in &series {
        let mut known = Known::default();
        for year in &years {
            known.learn(sum_of(OWN, *year, *year));
        }
        for (sum, _, _) in figures.iter().filter(|(_, is_shown, _)| *is_shown) {
            known.learn(sum.clone());
        }
        for (sum, _, place) in figures.iter().filter(|(_, is_shown, _)| !is_shown) {
            hidden += 1;
            assert!(
                !known.can_compute(sum.clone()),
                "{name} of {place} can be computed"
            );
        }
    }
    assert!(hidden > 100, "{hidden}");
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
