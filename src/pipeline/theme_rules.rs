//! Which series may stand together under a theme: the sum of a theme must be a sum that means something.
//!
//! A theme adds its series up. Crimes and nuisance, a total with its own rows, or one police code by two ways would give
//! a number that looks like any other.

use std::collections::{HashMap, HashSet};

use super::error::{Findings, quoted};
use super::rules::Registers;
use super::series_rules::{parts_of, texts_by_series};
use super::table::Table;

/// Adds what is wrong with `thema_reeksen` to `findings`.
pub(super) fn themes_add_up(registers: &Registers<'_>, findings: &mut Findings) {
    let (Some(links), Some(series), Some(parts)) = (
        registers.get("thema_reeksen"),
        registers.get("reeksen"),
        registers.get("reeks_delen"),
    ) else {
        return;
    };
    let natures = texts_by_series(series, "aard");
    let kinds = texts_by_series(series, "soort");
    let codes = Codes::of(parts);
    let mut nature_of_theme: HashMap<&str, &str> = HashMap::new();
    let mut counted: HashSet<(&str, (&str, &str))> = HashSet::new();
    for row in 0..links.rows() {
        let (Some(theme), Some(name)) = (links.text("thema", row), links.text("reeks", row)) else {
            continue;
        };
        let mut refuse = |expected: &str, found: String| {
            findings.push(
                registers
                    .mistake(links, row, expected.to_owned(), found)
                    .in_field("reeks"),
            );
        };
        if kinds.get(name) == Some(&"brontotaal") {
            refuse(
                "a series that is no total of the source, for that holds all others",
                quoted(name),
            );
            continue;
        }
        if let Some(nature) = natures.get(name)
            && *nature_of_theme.entry(theme).or_insert(nature) != *nature
        {
            refuse("crimes or nuisance under one theme, never both", quoted(name));
        }
        for code in codes.below(name) {
            if !counted.insert((theme, code)) {
                refuse(
                    "each police code once under a theme",
                    format!("{} again, by way of {}", quoted(code.1), quoted(name)),
                );
            }
        }
    }
}

/// The police codes of each series, through all its parts.
struct Codes<'a> {
    own: HashMap<&'a str, Vec<(&'a str, &'a str)>>,
    parts: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Codes<'a> {
    fn of(parts: &'a Table) -> Self {
        let mut own: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
        for row in 0..parts.rows() {
            if let (Some(series), Some(table), Some(code)) = (
                parts.text("reeks", row),
                parts.text("bron", row),
                parts.text("soort_code", row),
            ) {
                own.entry(series).or_default().push((table, code));
            }
        }
        Self {
            own,
            parts: parts_of(parts),
        }
    }

    /// Each code once, also where series hold each other in a circle (which another rule refuses).
    fn below(&self, series: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut seen = HashSet::from([series]);
        let mut waiting = vec![series];
        let mut found = Vec::new();
        while let Some(name) = waiting.pop() {
            found.extend(self.own.get(name).into_iter().flatten().copied());
            waiting.extend(
                self.parts
                    .get(name)
                    .into_iter()
                    .flatten()
                    .copied()
                    .filter(|part| seen.insert(part)),
            );
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Small, refused};

    #[test]
    fn a_theme_never_adds_a_total_to_its_parts_nor_crimes_to_nuisance() {
        let theme = |more: &str| {
            refused(&Small::new().replace(
                "thema_reeksen",
                "wonen;woninginbraken;",
                &format!("wonen;woninginbraken;\nwonen;{more};"),
            ))
        };
        assert!(theme("totaal_misdrijven").contains("no total of the source"));
        assert!(theme("overlast").contains("crimes or nuisance under one theme"));
        assert!(theme("mand").contains("each police code once under a theme"));
        assert!(
            Small::new()
                .replace(
                    "thema_reeksen",
                    "wonen;woninginbraken;",
                    "wonen;woninginbraken;\nwonen;fietsendiefstal;"
                )
                .load()
                .is_ok()
        );
    }
}
