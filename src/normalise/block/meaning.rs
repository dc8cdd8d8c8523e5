//! What an empty cell of a whole table means: the rules of `sql/norm/optelcontrole.sql` and
//! `sql/norm/misdrijven_versies.sql` once more, for one region at a time.
//!
//! The SQL is where the rules are stated and argued; this is the same for tables that are too large for it, and a
//! test holds the two against each other on every combination. Whoever changes one changes the other.

use super::axes::Axis;
use super::counts::{self, EMPTY, IMPOSSIBLE, MISSING, NOT_PUBLISHED, SECRET};
use crate::normalise::code_book::Entry;

/// Months of a year that is whole.
const MONTHS: usize = 12;

/// What the rules need to know of the lists and of the source.
#[derive(Debug)]
pub(super) struct Rules {
    /// Place of the kind that totals all others.
    total: usize,
    /// By the place of a kind: whether its months are withheld.
    withheld: Vec<bool>,
    /// By the place of a period.
    periods: Vec<Period>,
    /// How many years there are.
    years: usize,
    /// Whether the source says that an empty count cannot occur.
    empty_is_impossible: bool,
}

/// A period as the rules see it.
#[derive(Debug, Clone, Copy)]
struct Period {
    is_month: bool,
    /// Number of its year, from 0.
    year: usize,
}

/// What a year or a month of one region and one count adds up to.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    /// The total of the source.
    total: Option<i64>,
    /// The sum of the kinds, empty taken as zero.
    sum: i64,
    /// The part of it of kinds whose months are withheld.
    withheld: i64,
    /// Whether any kind has a number.
    any: bool,
}

/// What a year of one region and one count says of its months.
#[derive(Debug, Clone, Copy, Default)]
struct Year {
    months: usize,
    /// What the totals of its months are more than the published kinds.
    rest: i64,
    /// The yearly count of the withheld kinds, of a year that adds up.
    withheld: Option<i64>,
}

/// Whether empty is proven to be zero, for each of the three counts.
type Proven = [bool; 3];

impl Sums {
    /// The sum of the kinds that the source publishes of such a period.
    fn published(&self, period: Period) -> i64 {
        self.sum - if period.is_month { self.withheld } else { 0 }
    }
}

impl Rules {
    /// The rules for a table. `entries` is its list of periods; `None` without the total among the kinds, or with a
    /// period that does not begin with its year.
    pub fn new(
        kinds: &Axis,
        periods: &Axis,
        total: &str,
        withheld: &[String],
        empty_is_impossible: bool,
    ) -> Option<Self> {
        let years = periods
            .codes()
            .iter()
            .map(|code| code.get(..4)?.parse::<i32>().ok());
        let years: Vec<i32> = years.collect::<Option<_>>()?;
        let mut distinct = years.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let period = |(code, year): (&String, &i32)| Period {
            is_month: code.get(4..6) == Some("MM"),
            year: distinct.partition_point(|other| other < year),
        };
        Some(Self {
            total: kinds.codes().iter().position(|code| code == total)?,
            withheld: kinds.codes().iter().map(|code| withheld.contains(code)).collect(),
            periods: periods.codes().iter().zip(&years).map(period).collect(),
            years: distinct.len(),
            empty_is_impossible,
        })
    }

    /// Settles the cells of one region: signs become what they mean, and empty becomes zero where that is proven.
    /// `counts` are its up to three counts (crimes, reports, reports by internet), each with the cells of kind after
    /// kind.
    pub fn settle(&self, counts: &mut [&mut [u32]]) {
        let size = self.periods.len();
        let sums: Vec<Vec<Sums>> = counts.iter().map(|cells| self.add_up(cells)).collect();
        let has_ever = sums
            .first()
            .is_some_and(|sums| sums.iter().any(|sums| sums.any || sums.total.is_some()));
        let proven = self.prove(&sums);
        let Some((first, others)) = counts.split_first_mut() else {
            return;
        };
        for (kind, cells) in first.chunks_exact_mut(size).enumerate() {
            let is_withheld = self.withheld.get(kind) == Some(&true);
            for (at, cell) in cells.iter_mut().enumerate() {
                let is_withheld = is_withheld && self.periods.get(at).is_some_and(|period| period.is_month);
                let proven = proven.get(at).copied().unwrap_or_default();
                *cell = match *cell {
                    // A zero of a kind that is not published by month is filling and no figure.
                    0 if !is_withheld => 0,
                    cell @ 1.. if counts::number(cell).is_some() => cell,
                    cell @ (SECRET | IMPOSSIBLE) => cell,
                    _ if !has_ever || is_withheld => NOT_PUBLISHED,
                    _ if self.empty_is_impossible => IMPOSSIBLE,
                    _ if proven[0] => 0,
                    _ => MISSING,
                };
                for (cells, is_proven) in others.iter_mut().zip([proven[1], proven[2]]) {
                    if let Some(other) = cells.get_mut(kind * size + at) {
                        *other = beside(*cell, *other, is_proven);
                    }
                }
            }
        }
    }

    /// The sums of one count by period.
    fn add_up(&self, cells: &[u32]) -> Vec<Sums> {
        let size = self.periods.len();
        let mut sums = vec![Sums::default(); size];
        for (kind, cells) in cells.chunks_exact(size).enumerate() {
            let is_total = kind == self.total;
            let is_withheld = self.withheld.get(kind) == Some(&true);
            for (sums, count) in sums
                .iter_mut()
                .zip(cells.iter().map(|cell| counts::number(*cell)))
            {
                let number = i64::from(count.unwrap_or_default());
                if is_total {
                    sums.total = count.map(i64::from);
                } else {
                    sums.sum += number;
                    sums.any |= count.is_some();
                }
                if is_withheld {
                    sums.withheld += number;
                }
            }
        }
        sums
    }

    /// What the years of one count say of their months.
    fn years(&self, sums: &[Sums]) -> Vec<Year> {
        let mut years = vec![Year::default(); self.years];
        for (period, sums) in self.periods.iter().zip(sums) {
            let Some(year) = years.get_mut(period.year) else {
                continue;
            };
            if period.is_month {
                year.months += 1;
                year.rest += sums.total.unwrap_or_default() - sums.published(*period);
            } else if sums.total == Some(sums.sum) {
                year.withheld = year.withheld.max(Some(sums.withheld));
            }
        }
        years
    }

    /// Of which counts of which periods it is proven that empty is zero.
    fn prove(&self, sums: &[Vec<Sums>]) -> Vec<Proven> {
        let years: Vec<Vec<Year>> = sums.iter().map(|sums| self.years(sums)).collect();
        let of = |column: usize, at: usize| -> (Sums, Year) {
            let year = self.periods.get(at).map_or(0, |period| period.year);
            let sums = sums.get(column).and_then(|sums| sums.get(at));
            let years = years.get(column).and_then(|years| years.get(year));
            (
                sums.copied().unwrap_or_default(),
                years.copied().unwrap_or_default(),
            )
        };
        // Without any total of reports by internet they were not read, or not delivered.
        let has_internet = sums
            .get(2)
            .is_some_and(|sums| sums.iter().any(|sums| sums.total.is_some()));
        let prove = |(at, period): (usize, &Period)| {
            let (crimes, year) = of(0, at);
            let (reports, year_of_reports) = of(1, at);
            let (internet, year_of_internet) = of(2, at);
            if period.is_month {
                return [
                    month_adds_up(crimes, year, *period),
                    month_of_reports_adds_up(reports, year_of_reports, *period),
                    month_of_reports_adds_up(internet, year_of_internet, *period),
                ];
            }
            let has_none = crimes.total.is_none() && !crimes.any;
            [
                !has_none && crimes.total.unwrap_or_default() == crimes.sum,
                reports.total == Some(reports.sum),
                has_internet && reports.total.is_some() && internet.total.unwrap_or_default() == internet.sum,
            ]
        };
        self.periods.iter().enumerate().map(prove).collect()
    }
}

/// `past` and `sluit niet` are the same here: neither proves that empty is zero.
fn month_adds_up(sums: Sums, year: Year, period: Period) -> bool {
    let total = sums.total.unwrap_or_default();
    let published = sums.published(period);
    if published > total {
        return false;
    }
    if let (MONTHS, Some(withheld)) = (year.months, year.withheld) {
        return year.rest == withheld;
    }
    (sums.total.is_some() || sums.any) && total == published
}

/// Reports come months later: a month without a total is not delivered yet.
fn month_of_reports_adds_up(sums: Sums, year: Year, period: Period) -> bool {
    let published = sums.published(period);
    sums.total.is_some_and(|total| {
        published == total || (published < total && year.months == MONTHS && year.withheld == Some(year.rest))
    })
}

/// A count of reports beside the settled count of crimes.
fn beside(crimes: u32, reports: u32, is_proven: bool) -> u32 {
    match reports {
        0 if crimes == NOT_PUBLISHED => EMPTY,
        count if counts::number(count).is_some() => count,
        _ if counts::number(crimes).is_some() && is_proven => 0,
        _ => EMPTY,
    }
}

/// The source's word for how final a period is, as `sql/norm/periode.sql` writes it.
pub(super) fn status(entry: &Entry) -> Option<&'static str> {
    match entry.status.as_deref()? {
        "Definitief" => Some("definitief"),
        "NaderVoorlopig" => Some("nader_voorlopig"),
        "Voorlopig" => Some("voorlopig"),
        _ => None,
    }
}
