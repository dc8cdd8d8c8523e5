//! New inhabitants and not one crime more or less: a verdict and a place that turn say so, and what made them.

use nulmeting::disk;
use serde_json::Value;

use crate::harness::{Project, copy_tree, published};

const OBSERVATIONS: &str = "cbs_03759ned/observations-page-1.json.gz";

/// The population on 1 January.
const MEASURE: &str = "M000352";

/// Inhabitants of Hengelo on 1 January of a year, in the recorded reply.
fn inhabitants(reply: &str, year: i32) -> f64 {
    let reply: Value = serde_json::from_str(reply).unwrap();
    let rows = reply["value"].as_array().unwrap();
    let is_asked = |row: &&Value| {
        row["Measure"] == MEASURE
            && row["RegioS"].as_str().unwrap().trim() == "GM0164"
            && row["Perioden"] == format!("{year}JJ00")
    };
    let mut found = rows.iter().filter(is_asked);
    let value = found.next().unwrap()["Value"].as_f64().unwrap();
    assert!(found.next().is_none(), "one row a place and year");
    value
}

/// The reply with another number in the row of Hengelo and 2022.
fn with_inhabitants_of_2022(reply: &str, count: f64) -> String {
    let number = inhabitants(reply, 2022);
    let rows: Vec<&str> = reply.split_inclusive('}').collect();
    let changed: Vec<String> = rows
        .iter()
        .map(|row| {
            if ["\"GM0164", "\"2022JJ00\"", MEASURE]
                .iter()
                .all(|text| row.contains(text))
            {
                row.replacen(&format!("{number}"), &format!("{count}"), 1)
            } else {
                (*row).to_owned()
            }
        })
        .collect();
    changed.concat()
}

/// The regularised incomplete beta function by Simpson's rule on both integrals: none of the program's own mathematics.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    const STEPS: i32 = 200_000;
    let mode = (a - 1.0) / (a + b - 2.0);
    let log = |t: f64| (a - 1.0) * t.ln() + (b - 1.0) * (1.0 - t).ln();
    let density = |t: f64| {
        if t <= 0.0 || t >= 1.0 {
            0.0
        } else {
            (log(t) - log(mode)).exp()
        }
    };
    let integral = |to: f64| {
        let step = to / f64::from(STEPS);
        let inner: f64 = (1..STEPS)
            .map(|at| density(f64::from(at) * step) * if at % 2 == 0 { 2.0 } else { 4.0 })
            .sum();
        (density(0.0) + inner + density(to)) * step / 3.0
    };
    integral(x) / integral(1.0)
}

/// The test of two counts as the specification writes it.
fn p_of_two_counts(old: (f64, f64), new: (f64, f64), tau2: f64) -> f64 {
    let ((x0, n0), (x1, n1)) = (old, new);
    let share = n1 / (n0 + n1);
    let widening = 1.0 + 2.0 * tau2 * (x0 + x1) * share * (1.0 - share);
    let (e0, e1) = (x0 / widening, x1 / widening);
    let high = incomplete_beta(share, e1, e0 + 1.0);
    let low = incomplete_beta(1.0 - share, e0, e1 + 1.0);
    (2.0 * high.min(low)).min(1.0)
}

#[test]
fn three_percent_more_inhabitants_turn_a_verdict_and_it_says_so_with_the_table_and_whole() {
    let project = Project::copy();
    copy_tree(published(), &project.data());
    let before = project.release();
    let reply = String::from_utf8(project.fixture(OBSERVATIONS)).unwrap();
    let (in_2021, in_2022) = (inhabitants(&reply, 2021), inhabitants(&reply, 2022));
    let more = (in_2022 * 1.03).round();
    project.set_fixture(OBSERVATIONS, with_inhabitants_of_2022(&reply, more).as_bytes());
    project.run().with(0);
    let after = project.release();

    // 1,758 crimes in 2021 and 2,087 in 2022, in both releases.
    let basket = "SELECT waarde, vorig, oordeel_vorig FROM trend_reeks WHERE reeks = 'mand' AND jaar = 2022";
    assert_eq!(before.lines(basket), ["2087 | 1758 | hoger"]);
    assert_eq!(after.lines(basket), ["2087 | 1758 | geen aantoonbaar verschil"]);
    let restless = "SELECT tau2 AS n FROM trend_reeks WHERE reeks = 'mand' AND jaar = 2022";
    let tau2 = before.number(restless);
    let p = |inhabitants| p_of_two_counts((1758.0, in_2021), (2087.0, inhabitants), tau2);
    assert!(p(in_2022) < 0.05 && p(more) > 0.05, "{} {}", p(in_2022), p(more));
    let published = "SELECT p_waarde_vorig AS n FROM trend_reeks WHERE reeks = 'mand' AND jaar = 2022";
    assert!((after.number(published) - p(more)).abs() < 1e-6, "{}", p(more));

    // The place: one after those that have more per inhabitant, which nobody but Hengelo changed.
    let rate = 1000.0 * 2087.0 / more;
    let place = 1.0
        + before.number(&format!(
            "SELECT count(*) AS n FROM vergelijking
             WHERE reeks = 'mand' AND jaar = 2022 AND rang IS NOT NULL AND regio_code <> 'GM0164' AND per_1000 > {rate}"
        ));
    let old_place = before.number(
        "SELECT rang AS n FROM vergelijking WHERE reeks = 'mand' AND jaar = 2022 AND regio_code = 'GM0164'",
    );
    assert!(place > old_place, "{place} {old_place}");

    let verdict = "mand 2022: het oordeel tegen het jaar ervoor ging van hoger naar geen aantoonbaar verschil zonder een delict meer of minder in de reeks; nieuw was 03759ned";
    let found = after.lines(
        "SELECT ernst, uitkomst, aantal, voorbeelden FROM controles WHERE controle = 'oordeel_gekeerd'",
    );
    assert!(found[0].starts_with("waarschuwing | gevonden | "), "{found:?}");
    assert!(
        found[0].contains("de plaats onder de gemeenten ging van "),
        "{found:?}"
    );
    // Findings are whole, one a line, although they hold a semicolon.
    assert!(found[0].lines().any(|line| line.ends_with(verdict)), "{found:?}");
    let check = project.nulmeting(&["check"]).with(0).stdout;
    assert!(check.contains(&format!("\n  {verdict}\n")), "{check}");
    let report = project.path("data/current/rapport/voortgangsrapportage-2022.html");
    let report = disk::read_to_string(&report).unwrap().replace('\u{a0}', " ");
    let whole = verdict.replacen("mand", "Totaal van de 14 rijen", 1);
    assert!(
        report.contains(&format!("<span class=\"sub\">{whole}</span>")),
        "{whole}"
    );

    // `diff` names the table for every figure, and the verdicts first.
    let csv = project.nulmeting(&["diff", "--format", "csv"]).with(0).stdout;
    let lines: Vec<&str> = csv.lines().skip(1).collect();
    assert!(
        lines.len() > 20 && lines.iter().all(|line| line.ends_with(",herziening 03759ned")),
        "{csv}"
    );
    let turned = format!("vergelijking,GM0164 mand 2022,rang,{old_place},{place},herziening 03759ned");
    assert!(lines.contains(&turned.as_str()), "{turned}: {csv}");
    let shown = project.nulmeting(&["diff"]).with(0).stdout;
    assert!(
        shown.contains(
            "gekeerd zonder een delict meer of minder in hun rij: "
        ) && shown.contains(
            "  trend_reeks mand 2022, oordeel_vorig\n    hoger -> geen aantoonbaar verschil (herziening 03759ned)\n"
        ),
        "{shown}"
    );
    let widest = shown.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(80), "{widest:?}: {shown}");
}
