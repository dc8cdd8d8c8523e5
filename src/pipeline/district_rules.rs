//! What may be shown of districts is said of a table that the pipeline knows: a rule for another one would allow nothing,
//! and nobody would see why.

use super::error::{Findings, quoted};
use super::file::PipelineFile;
use super::rules::Registers;

/// Adds the rows of `wijkregels` whose table is none of districts to `findings`. A pipeline without such tables may have
/// rules all the same: they wait for one.
pub(super) fn rules_of_districts_name_their_table(
    registers: &Registers<'_>,
    file: &PipelineFile,
    findings: &mut Findings,
) {
    let sources = file.sources.iter();
    let tables: Vec<&str> = sources
        .filter(|source| source.kind.is_police() && source.kind.is_of_districts())
        .map(|source| source.table.as_str())
        .collect();
    let Some(rules) = registers.get("wijkregels").filter(|_| !tables.is_empty()) else {
        return;
    };
    for row in 0..rules.rows() {
        let table = rules.text("bron", row).unwrap_or_default();
        if tables.contains(&table) {
            continue;
        }
        let expected = format!(
            "a police table of districts in the pipeline file: {}",
            tables.join(", ")
        );
        let error = registers.mistake(rules, row, expected, quoted(table));
        findings.push(
            error
                .in_field("bron")
                .with_hint("correct the row, take it away, or add the source"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::pipeline::testing::{Small, refused};

    const DISTRICTS: &str = "[[source]]\nid = \"wijken\"\nkind = \"district_crime\"\ntable = \"47018NED\"\n\
        base_url = \"https://dataderden.cbs.nl/ODataFeed/odata\"\ntotal_code = \"0.0.0\"\n\n[[source]]\nid = \"overlast\"";

    #[test]
    fn a_rule_for_a_table_that_is_not_fetched_is_refused() {
        let small = Small::new().in_pipeline("[[source]]\nid = \"overlast\"", DISTRICTS);
        small.load().unwrap();
        let message = refused(&small.replace("wijkregels", "47018NED;", "47018NEB;"));
        let expected =
            "wijkregels.csv:2: `bron`: expected a police table of districts in the pipeline file: 47018NED";
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn without_districts_the_rules_wait() {
        Small::new()
            .replace("wijkregels", "47018NED;", "47018NEB;")
            .load()
            .unwrap();
    }
}
