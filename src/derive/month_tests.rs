//! A month without a number, as `sql/norm/optelcontrole.sql` reads it: proven zero where the table proves it, else not there.

use std::fmt::Write as _;

use super::load;
use super::rows::Rows;
use super::session::Engine;

/// What was counted in one region: its year, and its months that have a number, by month.
type Region<'a> = (&'a str, i64, &'a [(i64, i64)]);

/// The outcome of each month of 2022 in each region, by the model itself on sums that are written out here. One kind is counted
/// and none withheld; a month that is not named has no number.
fn outcomes(regions: &[Region<'_>]) -> Vec<(String, Vec<String>)> {
    let mut values = String::new();
    for (region, year, months) in regions {
        let mut row = |period: &str, count: Option<i64>, is_month: bool| {
            let (count, filled) = (
                count.map_or("NULL".to_owned(), |count| count.to_string()),
                i64::from(count.is_some()),
            );
            let sum = if filled == 1 { count.as_str() } else { "0" };
            let separator = if values.is_empty() { "" } else { ", " };
            write!(
                values,
                "{separator}('{region}', '{period}', {count}, {sum}, {filled}, {is_month})"
            )
            .unwrap();
        };
        row("2022JJ00", Some(*year), false);
        for month in 1..=12 {
            let counted = months.iter().find(|(known, _)| *known == month);
            row(
                &format!("2022MM{month:02}"),
                counted.map(|(_, count)| *count),
                true,
            );
        }
    }
    let made = format!(
        "WITH opgeteld AS (
            SELECT 'T' AS bron, DATE '2023-11-01' AS peildatum, r AS regio_code, p AS periode_code, 2023 AS indeling, 1 AS soorten,
                   1 AS soorten_bron, 0 AS verborgen, CAST(g AS BIGINT) AS met_waarde, CAST(t AS BIGINT) AS totaal,
                   CAST(t AS BIGINT) AS totaal_aangiften, CAST(NULL AS BIGINT) AS totaal_internet, CAST(s AS BIGINT) AS som,
                   CAST(s AS BIGINT) AS som_aangiften, CAST(0 AS BIGINT) AS som_internet, CAST(0 AS BIGINT) AS verborgen_waarde,
                   CAST(0 AS BIGINT) AS verborgen_aangiften, CAST(0 AS BIGINT) AS verborgen_internet, CAST(s AS BIGINT) AS gepubliceerd,
                   CAST(s AS BIGINT) AS gepubliceerd_aangiften, CAST(0 AS BIGINT) AS gepubliceerd_internet, true AS volledig,
                   m AS is_maand, 2022 AS jaar, true AS telt
            FROM (VALUES {values}) AS v(r, p, t, s, g, m)
        ), conventie AS (SELECT 10.0 AS oordeel_vanaf), versiejaar AS ("
    );
    let models = load(None).unwrap();
    let model = models.iter().find(|model| model.name == "optelcontrole").unwrap();
    assert_eq!(model.text.matches("WITH versiejaar AS (").count(), 1);
    let sql = model.text.replace("WITH versiejaar AS (", &made);
    let rows = Rows::ask(&Engine::new().unwrap(), "proef", &sql).unwrap();
    let of = |region: &str| {
        let mut months: Vec<(String, String)> = rows
            .iter()
            .filter(|row| row.text("regio_code").as_deref() == Some(region))
            .map(|row| (row.text("periode_code").unwrap(), row.text("uitkomst").unwrap()))
            .filter(|(period, _)| period.contains("MM"))
            .collect();
        months.sort();
        months.into_iter().map(|(_, outcome)| outcome).collect()
    };
    regions
        .iter()
        .map(|(region, ..)| ((*region).to_owned(), of(region)))
        .collect()
}

const EMPTY: &str = "geen enkele waarde";

#[test]
fn an_empty_month_is_zero_in_a_small_region_of_a_year_that_closes_and_nowhere_else() {
    let all_but = |left_out: i64, count: i64| -> Vec<(i64, i64)> {
        (1..=12)
            .filter(|month| *month != left_out)
            .map(|month| (month, count))
            .collect()
    };
    let country: Vec<(i64, i64)> = (1..=12).map(|month| (month, 1_000)).collect();
    // Below 12 times 10 crimes in the year an empty month is to be expected; 121 are too many for that.
    let (small, large) = (all_but(3, 10), all_but(3, 11));
    let found = outcomes(&[
        ("NL01", 12_000, &country),
        ("GM1", 110, &small),
        ("GM2", 121, &large),
    ]);
    assert!(found[0].1.iter().all(|outcome| outcome == "sluit"), "{found:?}");
    assert!(found[1].1.iter().all(|outcome| outcome == "sluit"), "{found:?}");
    assert_eq!(found[2].1[2], EMPTY);
    assert_eq!(found[2].1[3], "sluit");
    // A year that does not close proves nothing, and neither does one that is not there.
    let found = outcomes(&[("NL01", 12_000, &country), ("GM1", 112, &small)]);
    assert_eq!(found[1].1[2], EMPTY);
}

#[test]
fn a_month_in_which_the_whole_country_counts_nothing_was_not_delivered() {
    let until_june: Vec<(i64, i64)> = (1..=6).map(|month| (month, 2_000)).collect();
    let small: Vec<(i64, i64)> = (1..=6).map(|month| (month, 10)).collect();
    // Empty, and the year was added up from what was there.
    let found = outcomes(&[("NL01", 12_000, &until_june), ("GM1", 60, &small)]);
    for (region, months) in &found {
        assert!(
            months[..6].iter().all(|outcome| outcome == "sluit"),
            "{region}: {months:?}"
        );
        assert!(
            months[6..].iter().all(|outcome| outcome == EMPTY),
            "{region}: {months:?}"
        );
    }
    // The same filled with zeros.
    let zeros = |count: i64| -> Vec<(i64, i64)> {
        (1..=12)
            .map(|month| (month, if month <= 6 { count } else { 0 }))
            .collect()
    };
    let found = outcomes(&[("NL01", 12_000, &zeros(2_000)), ("GM1", 60, &zeros(10))]);
    for (region, months) in &found {
        assert!(
            months[6..].iter().all(|outcome| outcome == EMPTY),
            "{region}: {months:?}"
        );
    }
}
