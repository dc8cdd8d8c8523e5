//! In which order the models run: found from the SQL itself, never from a list that somebody keeps.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::prelude::SessionContext;

use super::error::DeriveError;
use super::sql_file::SqlFile;

/// The tables that a query reads, without the names of its own WITH clause, sorted.
///
/// # Errors
/// [`DeriveError::Sql`] when it does not parse.
pub fn tables_read(session: &SessionContext, path: &str, sql: &str) -> Result<Vec<String>, DeriveError> {
    let state = session.state();
    let dialect = state.config().options().sql_parser.dialect;
    let statement = state
        .sql_to_statement(sql, &dialect)
        .map_err(|error| DeriveError::from_engine(path, &error))?;
    let references = state
        .resolve_table_references(&statement)
        .map_err(|error| DeriveError::from_engine(path, &error))?;
    let names: BTreeSet<String> = references
        .iter()
        .map(|reference| reference.table().to_owned())
        .collect();
    Ok(names.into_iter().collect())
}

/// The models with what each reads, so that each comes after all that it reads. Models that could run at any time keep
/// the order of their names. `given` are the tables that exist beforehand.
///
/// # Errors
/// [`DeriveError::Twice`], [`DeriveError::UnknownTable`] or [`DeriveError::Cycle`].
pub fn in_order(
    models: Vec<(SqlFile, Vec<String>)>,
    given: &BTreeSet<String>,
) -> Result<Vec<(SqlFile, Vec<String>)>, DeriveError> {
    let mut waiting: BTreeMap<String, (SqlFile, Vec<String>)> = BTreeMap::new();
    for (file, reads) in models {
        if let Some((other, _)) = waiting.get(&file.name) {
            let (name, first, second) = (file.name.clone(), other.path.clone(), file.path.clone());
            return Err(DeriveError::Twice { name, first, second });
        }
        waiting.insert(file.name.clone(), (file, reads));
    }
    for (file, reads) in waiting.values() {
        if let Some(table) = reads
            .iter()
            .find(|table| !given.contains(*table) && !waiting.contains_key(*table))
        {
            return Err(DeriveError::UnknownTable {
                path: file.path.clone(),
                table: table.clone(),
            });
        }
    }
    let mut done: BTreeSet<String> = given.clone();
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready = waiting
            .iter()
            .find(|(_, (_, reads))| reads.iter().all(|table| done.contains(table)))
            .map(|(name, _)| name.clone());
        let Some((name, model)) = ready.and_then(|name| waiting.remove_entry(&name)) else {
            return Err(DeriveError::Cycle {
                cycle: a_cycle(&waiting),
            });
        };
        done.insert(name);
        ordered.push(model);
    }
    Ok(ordered)
}

/// Follows one model to what it waits for until a name comes back. Every waiting model waits for another one.
fn a_cycle(waiting: &BTreeMap<String, (SqlFile, Vec<String>)>) -> Vec<String> {
    let mut path: Vec<String> = Vec::new();
    let mut next = waiting.keys().next().cloned();
    while let Some(name) = next {
        if let Some(start) = path.iter().position(|seen| *seen == name) {
            let mut cycle = path.split_off(start);
            cycle.push(name);
            return cycle;
        }
        next = waiting
            .get(&name)
            .and_then(|(_, reads)| reads.iter().find(|table| waiting.contains_key(*table)))
            .cloned();
        path.push(name);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(name: &str, reads: &[&str]) -> (SqlFile, Vec<String>) {
        let text = "-- doel: d\n-- korrel: k\n-- sleutel: a\n-- kolommen:\n-- a | a\nSELECT 1 AS a";
        let file = SqlFile::parse(&format!("marts/{name}.sql"), text).unwrap();
        (file, reads.iter().map(|&table| table.to_owned()).collect())
    }

    fn names(models: Vec<(SqlFile, Vec<String>)>) -> Result<Vec<String>, DeriveError> {
        let given = BTreeSet::from(["ruw".to_owned()]);
        Ok(in_order(models, &given)?
            .into_iter()
            .map(|(file, _)| file.name)
            .collect())
    }

    #[test]
    fn a_model_comes_after_all_that_it_reads() {
        let order = names(vec![
            model("a", &["c"]),
            model("b", &["a", "ruw"]),
            model("c", &["ruw"]),
        ])
        .unwrap();
        assert_eq!(order, ["c", "a", "b"]);
    }

    #[test]
    fn a_cycle_is_named_from_its_first_table_back_to_it() {
        let message = names(vec![
            model("x", &["a"]),
            model("a", &["b"]),
            model("b", &["c"]),
            model("c", &["a"]),
        ])
        .unwrap_err()
        .to_string();
        assert!(message.ends_with("a -> b -> c -> a"), "{message}");
    }

    #[test]
    fn a_model_that_reads_itself_is_a_cycle_of_one() {
        let message = names(vec![model("a", &["a"])]).unwrap_err().to_string();
        assert!(message.ends_with("a -> a"), "{message}");
    }

    #[test]
    fn an_unknown_table_is_named_with_the_file_that_reads_it() {
        let message = names(vec![model("a", &["geen"])]).unwrap_err().to_string();
        assert!(
            message.contains("sql/marts/a.sql") && message.contains("`geen`"),
            "{message}"
        );
    }

    #[test]
    fn names_of_a_with_clause_are_not_tables_and_recursion_does_not_read_itself() {
        let session = SessionContext::new();
        let sql = "WITH RECURSIVE d AS (SELECT a FROM t UNION ALL SELECT t.a FROM d JOIN t ON t.a = d.a), e AS (SELECT a FROM d) SELECT a FROM e JOIN u ON u.a = e.a";
        assert_eq!(tables_read(&session, "proef", sql).unwrap(), ["t", "u"]);
    }
}
