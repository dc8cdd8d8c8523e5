//! Population on the municipal division of the police file.
//!
//! The police count all years on one division; CBS counts the inhabitants of each year on that year's own. A rate per
//! inhabitant needs both on the same territory, so whole predecessors are summed and, where a municipality exchanged
//! inhabitants with one that is not part of it, there is no figure but a reason. Nothing is estimated.
//!
//! Pure functions on plain data; the changes come from [`parse_changes`], out of the descriptions of CBS.

mod changes;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;

use chrono::NaiveDate;

pub use changes::{Change, ChangeError, ChangeKind, parse_changes};

/// The day to which a number of inhabitants belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Day {
    /// 1 January, on the division of that day (03759ned).
    Begin,
    /// 31 December, on the division of that day (37230ned); used for 1 January of the next year.
    End,
}

/// A published number of inhabitants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inhabitants {
    /// Code of the municipality (`GM0164`).
    pub code: String,
    /// Year of the day.
    pub year: i32,
    /// Which day of the year.
    pub day: Day,
    /// Inhabitants.
    pub inhabitants: u64,
}

/// Inhabitants of one municipality of the police division on 1 January of one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnDivision {
    /// Code of the municipality in the police file.
    pub code: String,
    /// The year; the figures are those of 1 January.
    pub year: i32,
    /// Inhabitants of the territory of the division year.
    pub inhabitants: Option<u64>,
    /// How they were found, or why they were not.
    pub basis: Basis,
    /// The municipalities of that year whose figures were summed; empty without a figure.
    pub parts: Vec<String>,
    /// The figure that was published under the region's own code, whatever its territory.
    pub own: Option<u64>,
}

/// How a figure was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Its own figure: no inhabitants came or went with a change of territory.
    Own,
    /// Whole predecessors, summed.
    Predecessors,
    /// Whole successors, summed; only for years after the division.
    Successors,
    /// No figure.
    Empty(Reason),
}

/// Why there is no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A municipality that still exists exchanged inhabitants with this one or with a predecessor.
    BorderWithInhabitants,
    /// A predecessor was divided over this municipality and others.
    PredecessorNotWhole,
    /// After the division year the municipality merged with others.
    MergedLater,
    /// One of the municipalities to sum has no published figure.
    NoFigure,
}

impl Basis {
    /// The words for it in the published tables.
    pub fn text(self) -> &'static str {
        match self {
            Self::Own => "zelf",
            Self::Predecessors => "som van voorgangers",
            Self::Successors => "som van opvolgers",
            Self::Empty(Reason::BorderWithInhabitants) => "grenswijziging met inwoners",
            Self::Empty(Reason::PredecessorNotWhole) => "voorganger niet geheel",
            Self::Empty(Reason::MergedLater) => "samengevoegd na de indeling",
            Self::Empty(Reason::NoFigure) => "geen inwonertal",
        }
    }
}

/// Figures or changes that contradict each other or cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DivisionError {
    /// One figure was given twice, with two values.
    #[error("expected one number of inhabitants of {code} for {year}, found {first} and {second}")]
    TwoFigures {
        /// The municipality.
        code: String,
        /// The year.
        year: i32,
        /// The value given first.
        first: u64,
        /// The other value.
        second: u64,
    },
    /// The two municipalities of a change tell it differently.
    #[error(
        "expected one number of inhabitants that went from {from} to {to} on {date}, found {first:?} and {second:?}"
    )]
    TwoAccounts {
        /// The municipality that gave.
        from: String,
        /// The municipality that received.
        to: String,
        /// The day.
        date: NaiveDate,
        /// What the one says.
        first: Option<u64>,
        /// What the other says.
        second: Option<u64>,
    },
    /// A year that no calendar has.
    #[error("expected a year, found {0}")]
    NoYear(i32),
}

impl DivisionError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::TwoFigures { .. } => "give each source of inhabitants once",
            Self::TwoAccounts { .. } => "fetch the codes of the regions again; if it stays, report it to CBS",
            Self::NoYear(_) => "check the division year and the years in the pipeline file",
        }
    }
}

/// All changes of territory between municipalities, told once.
#[derive(Debug, Default)]
pub struct Changes {
    /// By date, oldest first.
    days: BTreeMap<NaiveDate, ChangesOfDay>,
    /// A move of at most so many inhabitants changes no rate that anybody prints.
    negligible: u64,
}

#[derive(Debug, Default)]
struct ChangesOfDay {
    /// From and to, with the inhabitants that went along; `None` when all of them did (a new name).
    transfers: BTreeMap<(String, String), Option<u64>>,
    /// Municipalities that began on this day.
    began: BTreeSet<String>,
    /// Municipalities that ended on this day.
    ended: BTreeSet<String>,
}

impl Changes {
    /// Puts the accounts of all municipalities together. Moves of at most `negligible` inhabitants count as none.
    ///
    /// # Errors
    /// Two municipalities that tell one change with different numbers of inhabitants.
    pub fn new(changes: impl IntoIterator<Item = Change>, negligible: u64) -> Result<Self, DivisionError> {
        let mut all = Self {
            negligible,
            ..Self::default()
        };
        for change in changes {
            let day = all.days.entry(change.date).or_default();
            match change.kind {
                ChangeKind::Began => {
                    day.began.insert(change.to_code.clone());
                }
                ChangeKind::Ended => {
                    day.ended.insert(change.from_code.clone());
                }
                ChangeKind::Renamed => {
                    day.began.insert(change.to_code.clone());
                    day.ended.insert(change.from_code.clone());
                }
                ChangeKind::Received | ChangeKind::Gave => {}
            }
            // A municipality that goes on lists itself among those it was formed from.
            if change.from_code == change.to_code {
                continue;
            }
            let key = (change.from_code, change.to_code);
            match day.transfers.get(&key) {
                Some(first) if *first != change.inhabitants => {
                    let (from, to) = key;
                    let (first, second) = (*first, change.inhabitants);
                    return Err(DivisionError::TwoAccounts {
                        from,
                        to,
                        date: change.date,
                        first,
                        second,
                    });
                }
                _ => day.transfers.insert(key, change.inhabitants),
            };
        }
        Ok(all)
    }

    /// The municipalities on `at` that together are the territory that `code` has on `division`, both days with the
    /// changes of that day.
    fn territory<'a>(
        &'a self,
        code: &'a str,
        division: NaiveDate,
        at: NaiveDate,
    ) -> Result<BTreeSet<&'a str>, Reason> {
        let mut territory = BTreeSet::from([code]);
        for (_, day) in self
            .days
            .iter()
            .rev()
            .filter(|(date, _)| at < **date && **date <= division)
        {
            territory = day.before(&territory, self.negligible)?;
        }
        for (_, day) in self
            .days
            .iter()
            .filter(|(date, _)| division < **date && **date <= at)
        {
            territory = day.after(&territory, self.negligible)?;
        }
        Ok(territory)
    }
}

/// A move of inhabitants from one municipality to another.
#[derive(Clone, Copy)]
struct Move<'a> {
    from: &'a str,
    to: &'a str,
}

impl ChangesOfDay {
    /// The moves that matter: land without inhabitants changes no rate.
    fn moves(&self, negligible: u64) -> impl Iterator<Item = Move<'_>> {
        self.transfers
            .iter()
            .filter(move |(_, inhabitants)| inhabitants.is_none_or(|moved| moved > negligible))
            .map(|((from, to), _)| Move { from, to })
    }

    /// The municipalities that were this territory, whole, before the changes of the day.
    fn before<'a>(
        &'a self,
        territory: &BTreeSet<&'a str>,
        negligible: u64,
    ) -> Result<BTreeSet<&'a str>, Reason> {
        let existed = territory
            .iter()
            .copied()
            .filter(|code| !self.began.contains(*code));
        let gave = self
            .moves(negligible)
            .filter(|part| territory.contains(part.to))
            .map(|part| part.from);
        let earlier: BTreeSet<&str> = existed.chain(gave).collect();
        for code in &earlier {
            let goes_on = !self.ended.contains(*code);
            let stays_inside = !goes_on || territory.contains(code);
            let gives_inside = self
                .moves(negligible)
                .all(|part| part.from != *code || territory.contains(part.to));
            if !(stays_inside && gives_inside) {
                return Err(if goes_on {
                    Reason::BorderWithInhabitants
                } else {
                    Reason::PredecessorNotWhole
                });
            }
        }
        Ok(earlier)
    }

    /// The municipalities that are this territory, whole, after the changes of the day.
    fn after<'a>(
        &'a self,
        territory: &BTreeSet<&'a str>,
        negligible: u64,
    ) -> Result<BTreeSet<&'a str>, Reason> {
        let goes_on = territory
            .iter()
            .copied()
            .filter(|code| !self.ended.contains(*code));
        let received = self
            .moves(negligible)
            .filter(|part| territory.contains(part.from))
            .map(|part| part.to);
        let later: BTreeSet<&str> = goes_on.chain(received).collect();
        for code in &later {
            let was_inside = self.began.contains(*code) || territory.contains(code);
            let mut from_outside = self
                .moves(negligible)
                .filter(|part| part.to == *code && !territory.contains(part.from))
                .peekable();
            if was_inside && from_outside.peek().is_none() {
                continue;
            }
            let merges = self.ended.iter().any(|ended| territory.contains(ended.as_str()))
                || from_outside.any(|part| self.ended.contains(part.from));
            return Err(if merges {
                Reason::MergedLater
            } else {
                Reason::BorderWithInhabitants
            });
        }
        Ok(later)
    }
}

/// The inhabitants of each municipality on the division of 1 January of `division_year`, for each year in `years`.
///
/// A year takes all its figures from one source: those of its own 1 January when there are any, else those of the last
/// day of the year before. `changes` must reach back to the first figure that is used.
///
/// # Errors
/// A figure that was given twice with two values, and a year that no calendar has.
pub fn on_division(
    municipalities: &[&str],
    division_year: i32,
    years: RangeInclusive<i32>,
    figures: &[Inhabitants],
    changes: &Changes,
) -> Result<Vec<OnDivision>, DivisionError> {
    let published = by_year(figures)?;
    let no_figures = HashMap::new();
    let division = first_of_january(division_year)?;
    let mut found = Vec::new();
    for year in years {
        let begin = first_of_january(year)?;
        let (figures, at) = match (published.get(&(year, Day::Begin)), begin.pred_opt()) {
            (None, Some(day_before)) => (published.get(&(year - 1, Day::End)), day_before),
            (figures, _) => (figures, begin),
        };
        let figures = figures.unwrap_or(&no_figures);
        for code in municipalities {
            let territory = changes.territory(code, division, at);
            let (basis, inhabitants, parts) = match sum(territory, figures) {
                Ok((inhabitants, parts)) => (basis(&parts, code, at < division), Some(inhabitants), parts),
                Err(reason) => (Basis::Empty(reason), None, Vec::new()),
            };
            found.push(OnDivision {
                code: (*code).to_owned(),
                year,
                inhabitants,
                basis,
                parts,
                own: figures.get(code).copied(),
            });
        }
    }
    Ok(found)
}

/// The figures of one day, by code.
type FiguresOfDay<'a> = HashMap<&'a str, u64>;

fn by_year(figures: &[Inhabitants]) -> Result<HashMap<(i32, Day), FiguresOfDay<'_>>, DivisionError> {
    let mut published: HashMap<(i32, Day), FiguresOfDay<'_>> = HashMap::new();
    for figure in figures {
        let of_day = published.entry((figure.year, figure.day)).or_default();
        let first = *of_day.entry(&figure.code).or_insert(figure.inhabitants);
        if first != figure.inhabitants {
            let (code, second) = (figure.code.clone(), figure.inhabitants);
            return Err(DivisionError::TwoFigures {
                code,
                year: figure.year,
                first,
                second,
            });
        }
    }
    Ok(published)
}

fn sum(
    territory: Result<BTreeSet<&str>, Reason>,
    figures: &FiguresOfDay<'_>,
) -> Result<(u64, Vec<String>), Reason> {
    let territory = territory?;
    let mut inhabitants = 0_u64;
    for code in &territory {
        let figure = figures.get(code).ok_or(Reason::NoFigure)?;
        inhabitants = inhabitants.checked_add(*figure).ok_or(Reason::NoFigure)?;
    }
    if territory.is_empty() {
        return Err(Reason::NoFigure);
    }
    Ok((inhabitants, territory.into_iter().map(str::to_owned).collect()))
}

fn basis(parts: &[String], code: &str, is_before: bool) -> Basis {
    match parts {
        [only] if only == code => Basis::Own,
        _ if is_before => Basis::Predecessors,
        _ => Basis::Successors,
    }
}

fn first_of_january(year: i32) -> Result<NaiveDate, DivisionError> {
    NaiveDate::from_ymd_opt(year, 1, 1).ok_or(DivisionError::NoYear(year))
}

#[cfg(test)]
mod tests;
