//! Where a table came from, through all steps in between: the published tables, registers and landed files behind it.

use std::collections::{BTreeMap, BTreeSet};

/// What stands behind one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    /// Published tables that it was made from, directly or through steps.
    pub tables: BTreeSet<String>,
    /// Registers.
    pub registers: BTreeSet<String>,
    /// Landed files, each as `<source>/<file>`.
    pub landing: BTreeSet<String>,
}

/// The origins of every table so far.
#[derive(Debug, Default)]
pub struct Lineage {
    known: BTreeMap<String, (Origins, bool)>,
}

impl Lineage {
    /// Adds a table that was read and not derived.
    pub fn add_raw(&mut self, name: &str, registers: &[String], landing: &[String], published: bool) {
        let origins = Origins {
            tables: BTreeSet::new(),
            registers: registers.iter().cloned().collect(),
            landing: landing.iter().cloned().collect(),
        };
        self.known.insert(name.to_owned(), (origins, published));
    }

    /// Adds a table that was made from `reads` and gives its origins. What is not known adds nothing.
    pub fn add_derived(&mut self, name: &str, reads: &[String], published: bool) -> Origins {
        let mut origins = Origins::default();
        for table in reads {
            let Some((behind, is_published)) = self.known.get(table) else {
                continue;
            };
            origins.registers.extend(behind.registers.iter().cloned());
            origins.landing.extend(behind.landing.iter().cloned());
            if *is_published {
                origins.tables.insert(table.clone());
            } else {
                origins.tables.extend(behind.tables.iter().cloned());
            }
        }
        self.known.insert(name.to_owned(), (origins.clone(), published));
        origins
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_step_in_between_passes_on_what_is_behind_it_and_a_published_table_stands_for_itself() {
        let mut lineage = Lineage::default();
        lineage.add_raw("ruw", &[], &["politie/a.csv".to_owned()], false);
        lineage.add_raw("reeks", &["p/reeksen.csv".to_owned()], &[], true);
        lineage.add_derived("norm", &["ruw".to_owned()], true);
        lineage.add_derived("stap", &["norm".to_owned(), "reeks".to_owned()], false);
        let origins = lineage.add_derived("mart", &["stap".to_owned()], true);
        assert_eq!(origins.tables, set(&["norm", "reeks"]));
        assert_eq!(origins.registers, set(&["p/reeksen.csv"]));
        assert_eq!(origins.landing, set(&["politie/a.csv"]));
    }
}
