//! What a run prints: the table of the note with its year 0, what moved, what cannot be judged, and where to read on.
//!
//! It fits a terminal of 80 columns, and reads without colour.

use std::fmt::Write as _;
use std::path::Path;

use super::query;
use crate::Error;
use crate::derive::rows::{Row, Rows};
use crate::derive::session::Engine;
use crate::report::reason;

/// Columns of the terminal that everything keeps within.
const LINE_WIDTH: usize = 80;

/// Columns of the first column of the table, so that the longest verdict fits the line.
const NAME_WIDTH: usize = 24;

/// The columns of counts, with the width that they have at least.
const COUNTS: [(&str, usize); 4] = [("nota", 5), ("bron", 7), ("vorig", 5), ("waarde", 5)];

const HEAD: &str = "SELECT b.gemeente_naam, b.titel, b.basisjaar, j.jaar
FROM beleid AS b CROSS JOIN (SELECT max(rapportjaar) AS jaar FROM voortgangsrapportage) AS j";

const SERIES: &str =
    "SELECT n.naam, r.soort, n.waarde_vastgesteld AS nota, n.waarde_bron AS bron, v.waarde AS vorig,
       t.waarde, t.reden, b.reden AS reden_basis, v.reden AS reden_vorig, c.gevuld, r.vanaf_jaar, t.oordeel, t.teken, t.oordeel_vorig, t.teken_vorig, t.voorbehoud_vorig, t.peildatum,
       f.code, fv.code AS code_vorig
FROM nulmeting AS n
JOIN reeks AS r ON r.reeks = n.reeks
CROSS JOIN (SELECT max(rapportjaar) AS jaar FROM voortgangsrapportage) AS j
LEFT JOIN trend_reeks AS t ON t.reeks = n.reeks AND t.jaar = j.jaar
LEFT JOIN frasen AS f ON f.frase = t.oordeel AND f.soort = 'trend'
LEFT JOIN frasen AS fv ON fv.frase = t.oordeel_vorig AND fv.soort = 'trend'
LEFT JOIN trend_reeks AS v ON v.reeks = n.reeks AND v.jaar = j.jaar - 1
LEFT JOIN trend_reeks AS b ON b.reeks = n.reeks AND b.jaar = n.basisjaar
LEFT JOIN (SELECT reeks, count(waarde) AS gevuld FROM trend_reeks GROUP BY reeks) AS c ON c.reeks = n.reeks
WHERE n.waarde_vastgesteld IS NOT NULL OR r.familie <> 'sommen'
ORDER BY n.volgorde";

const TARGETS: &str =
    "SELECT oordeel, count(*) AS aantal FROM doel_voortgang GROUP BY oordeel ORDER BY aantal DESC, oordeel";

const MAIN_TARGET: &str = "SELECT d.doel, d.waarde, d.eenheid, d.padwaarde, d.oordeel, d.padwaarde_herzien, d.oordeel_herzien, d.streefwaarde, d.termijn_tekst
FROM doel_voortgang AS d WHERE d.oordeel_herzien IS NOT NULL ORDER BY d.volgorde";

const CHECKS: &str =
    "SELECT count(*) AS gedaan, count(*) FILTER (WHERE ernst = 'fout' AND aantal > 0) AS fouten,
       count(*) FILTER (WHERE ernst = 'waarschuwing' AND aantal > 0) AS waarschuwingen,
       count(*) FILTER (WHERE gezien = 0) AS leeg FROM controles";

const BEHIND: &str =
    "SELECT aantal, voorbeelden FROM controles WHERE controle = 'bron_achtergebleven' AND aantal > 0";

/// The summary of the current release.
pub(super) fn of_current(data: &Path) -> Result<String, Error> {
    let release = query::current(data)?;
    let engine = query::open(&release)?;
    let ask = |sql: &str| Rows::ask(&engine, "summary", sql);
    let head = ask(HEAD)?;
    let series = ask(SERIES)?;
    let mut text = String::new();
    let Some(head) = head.first() else {
        return Ok("geen beleid in deze publicatie\n".to_owned());
    };
    let (year, base) = (
        head.whole("jaar").unwrap_or_default(),
        head.whole("basisjaar").unwrap_or_default(),
    );
    heading(&mut text, head, year, &series);
    table(&mut text, year, base, &series);
    moved(&mut text, year, &series);
    not_judged(&mut text, year, base, &series);
    targets(&mut text, &engine)?;
    if let Some(checks) = ask(CHECKS)?.first() {
        let _ = writeln!(
            text,
            "\nControles    {} gedaan, {} fouten, {} met een waarschuwing (nulmeting check)",
            checks.whole("gedaan").unwrap_or_default(),
            checks.whole("fouten").unwrap_or_default(),
            checks.whole("waarschuwingen").unwrap_or_default(),
        );
        // They found nothing because there was nothing.
        let empty = checks.whole("leeg").unwrap_or_default();
        if empty > 0 {
            let _ = writeln!(text, "             {empty} daarvan hadden niets te toetsen");
        }
    }
    behind(&mut text, &ask(BEHIND)?);
    let _ = writeln!(
        text,
        "Publicatie   {}",
        data.join("releases").join(release.id().as_str()).display()
    );
    for report in &release.manifest.reports {
        let _ = writeln!(
            text,
            "Rapport      {}",
            data.join("current").join(&report.file).display()
        );
    }
    Ok(text)
}

fn heading(text: &mut String, head: Row<'_>, year: i64, series: &Rows) {
    let municipality = head.text("gemeente_naam").unwrap_or_default();
    let title = head.text("titel").unwrap_or_default();
    let _ = writeln!(text, "{municipality} {year} · {title}");
    if let Some(day) = series.iter().filter_map(|row| row.date("peildatum")).max() {
        let _ = writeln!(text, "politiecijfers zoals bekend op {}", day.format("%d-%m-%Y"));
    }
}

fn table(text: &mut String, year: i64, base: i64, series: &Rows) {
    if !series.iter().any(|row| row.whole("nota").is_some()) {
        let _ = writeln!(
            text,
            "jaar 0 is nog niet vastgesteld: {base} is zoals de politie het nu telt"
        );
    }
    let widths = COUNTS.map(|(column, least)| {
        let of_row = |row: Row<'_>| count(row.whole(column)).chars().count();
        series.iter().map(of_row).max().unwrap_or_default().max(least)
    });
    // What a large city needs for its counts is taken from the names.
    let needed: usize = widths
        .iter()
        .zip(COUNTS)
        .map(|(width, (_, least))| width - least)
        .sum();
    let name_width = NAME_WIDTH.saturating_sub(needed);
    let [note, source, before, now] = widths;
    let _ = writeln!(
        text,
        "\n{:name_width$} {base:>note$} {base:>source$} {:>before$} {year:>now$}  oordeel t.o.v. {base}\n{:name_width$} {:>note$} {:>source$}",
        "jaar 0 is het jaar",
        year - 1,
        "",
        "nota",
        "politie",
    );
    let _ = writeln!(text, "{}", "─".repeat(LINE_WIDTH));
    for row in series.iter() {
        let is_part = row.text("soort").as_deref() == Some("reeks");
        let name = row.text("naam").unwrap_or_default();
        let name = shortened(&if is_part { name } else { name.to_uppercase() }, name_width);
        let verdict = match (row.text("teken"), row.text("oordeel")) {
            (Some(sign), Some(verdict)) if row.whole("waarde").is_some() => format!("{sign} {verdict}"),
            _ => format!("· {}", no_figure(row, "reden")),
        };
        let _ = write!(text, "{name:name_width$}");
        for ((column, _), width) in COUNTS.iter().zip(widths) {
            let _ = write!(text, " {:>width$}", count(row.whole(column)));
        }
        let _ = writeln!(text, "  {verdict}");
    }
}

/// Why a series has no figure in the year of a column with reasons.
fn no_figure(row: Row<'_>, reason: &str) -> &'static str {
    let has_figures = row.whole("gevuld").is_some_and(|filled| filled > 0);
    reason::words(row.text(reason).as_deref(), has_figures)
}

/// A name that is too long ends in a dot leader that shows that it goes on.
fn shortened(name: &str, width: usize) -> String {
    if name.chars().count() <= width {
        return name.to_owned();
    }
    name.chars()
        .take(width.saturating_sub(1))
        .chain(std::iter::once('…'))
        .collect()
}

fn count(value: Option<i64>) -> String {
    value.map_or_else(|| "–".to_owned(), thousands)
}

/// `2087` as `2.087`.
fn thousands(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    if value < 0 { format!("−{text}") } else { text }
}

/// One decimal with a comma.
fn tenth(value: Option<f64>) -> String {
    let Some(value) = value else {
        return "–".to_owned();
    };
    let tenths = (value.abs() * 10.0).round() as i64;
    let sign = if value < 0.0 && tenths > 0 { "−" } else { "" };
    format!("{sign}{},{}", thousands(tenths / 10), tenths % 10)
}

/// The codes of the verdicts that say that a series moved.
const MOVES: [&str; 4] = ["lager", "hoger", "mogelijk_lager", "mogelijk_hoger"];

/// The reasons that come with a figure.
const HAS_FIGURE: [&str; 2] = ["waarde", "nul"];

/// The codes that say that there is no verdict.
const NOT_JUDGED: [&str; 3] = ["te_klein", "niet_te_beoordelen", "geen_waarde"];

fn moved(text: &mut String, year: i64, series: &Rows) {
    let moves = |row: &Row<'_>| {
        row.text("code_vorig")
            .is_some_and(|code| MOVES.contains(&code.as_str()))
    };
    let _ = writeln!(text, "\nWat bewoog van {} naar {year}", year - 1);
    let mut any = false;
    for row in series.iter().filter(moves) {
        any = true;
        let line = format!(
            "  {} {}: {}, van {} naar {}",
            row.text("teken_vorig").unwrap_or_default(),
            row.text("naam").unwrap_or_default(),
            row.text("oordeel_vorig").unwrap_or_default(),
            count(row.whole("vorig")),
            count(row.whole("waarde")),
        );
        let note = row
            .text("voorbehoud_vorig")
            .map(|note| format!("({note})"))
            .unwrap_or_default();
        let fits = line.chars().count() + 1 + note.chars().count() <= LINE_WIDTH;
        let gap = if note.is_empty() || fits { " " } else { "\n      " };
        let _ = writeln!(text, "{}", format!("{line}{gap}{note}").trim_end());
    }
    // Nothing moved can only be said of what was judged.
    let is_judged = |row: &Row<'_>| {
        row.text("code_vorig")
            .is_some_and(|code| !NOT_JUDGED.contains(&code.as_str()))
    };
    if !any && series.iter().any(|row| is_judged(&row)) {
        text.push_str("  niets dat groter is dan de gewone schommeling van jaar op jaar\n");
    } else if !any {
        text.push_str("  geen reeks kon worden beoordeeld\n");
    }
}

fn not_judged(text: &mut String, year: i64, base: i64, series: &Rows) {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    let mut add = |reason: String, name: String| match groups.iter_mut().find(|(known, _)| *known == reason) {
        Some((_, names)) => names.push(name),
        None => groups.push((reason, vec![name])),
    };
    for row in series.iter() {
        let name = || row.text("naam").unwrap_or_default();
        match row.text("code").as_deref() {
            Some("te_klein" | "niet_te_beoordelen") => add(row.text("oordeel").unwrap_or_default(), name()),
            None | Some("geen_waarde") => add(no_figure(row, "reden").to_owned(), name()),
            Some(_) => {}
        }
        if row.whole("waarde").is_none() {
            continue;
        }
        // The years that it is compared with may be kept back too.
        for (reason, of) in [("reden_basis", base), ("reden_vorig", year - 1)] {
            let is_missing = row
                .text(reason)
                .is_some_and(|reason| !HAS_FIGURE.contains(&reason.as_str()));
            let is_compared = row.whole("vanaf_jaar").is_none_or(|first| first <= of);
            if is_missing && is_compared && !(reason == "reden_vorig" && of == base) {
                add(format!("{of} {}", no_figure(row, reason)), name());
            }
        }
    }
    text.push_str("\nNiet te beoordelen\n");
    for (reason, names) in &groups {
        names_under(text, reason, names);
    }
}

/// `  te klein om te beoordelen: Overvallen, Straatroof`, on as many lines as it takes.
fn names_under(text: &mut String, reason: &str, names: &[String]) {
    let mut line = format!("  {reason}:");
    for (number, name) in names.iter().enumerate() {
        let comma = if number + 1 < names.len() { "," } else { "" };
        if line.chars().count() + 1 + name.chars().count() + comma.len() > LINE_WIDTH {
            let _ = writeln!(text, "{line}");
            line.clear();
            line.push_str("     ");
        }
        let _ = write!(line, " {name}{comma}");
    }
    let _ = writeln!(text, "{line}");
}

/// The sources whose news is missing.
fn behind(text: &mut String, found: &Rows) {
    for row in found.iter() {
        text.push_str("\nAchtergebleven\n");
        let examples = row.text("voorbeelden").unwrap_or_default();
        let mut shown = 0;
        for line in examples.lines() {
            shown += 1;
            paragraph(text, line);
        }
        let more = row.whole("aantal").unwrap_or_default() - shown;
        if more > 0 {
            let _ = writeln!(text, "  en nog {more} (nulmeting status)");
        }
        text.push('\n');
    }
}

/// A sentence on as many lines as it takes.
fn paragraph(text: &mut String, sentence: &str) {
    let mut line = String::from(" ");
    for word in sentence.split_whitespace() {
        if line.trim_start().len() > 1 && line.chars().count() + 1 + word.chars().count() > LINE_WIDTH {
            let _ = writeln!(text, "{line}");
            line = String::from("   ");
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(text, "{line}");
}

fn targets(text: &mut String, engine: &Engine) -> Result<(), Error> {
    let targets = Rows::ask(engine, "summary", TARGETS)?;
    let total: i64 = targets.iter().filter_map(|row| row.whole("aantal")).sum();
    if total == 0 {
        text.push_str("\nGeen doelen: het register doelen is leeg, dus er is niets om te halen\n");
        return Ok(());
    }
    let _ = writeln!(text, "\n{total} doelen; zonder bewijs is geen doel gehaald");
    for row in targets.iter() {
        let _ = writeln!(
            text,
            "  {:>3}  {}",
            row.whole("aantal").unwrap_or_default(),
            row.text("oordeel").unwrap_or_default()
        );
    }
    for row in Rows::ask(engine, "summary", MAIN_TARGET)?.iter() {
        let _ = writeln!(
            text,
            "\n{}: {} {}, streefwaarde {} ({})\n  tegen jaar 0 zoals vastgesteld   pad {}: {}\n  tegen jaar 0 zoals nu geteld     pad {}: {}",
            row.text("doel").unwrap_or_default(),
            tenth(row.number("waarde")).trim_end_matches(",0"),
            row.text("eenheid").unwrap_or_default(),
            tenth(row.number("streefwaarde")),
            row.text("termijn_tekst").unwrap_or_default(),
            tenth(row.number("padwaarde")),
            row.text("oordeel").unwrap_or_default(),
            tenth(row.number("padwaarde_herzien")),
            row.text("oordeel_herzien").unwrap_or_default(),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_dutch() {
        assert_eq!(thousands(2087), "2.087");
        assert_eq!(thousands(-1_234_567), "−1.234.567");
        assert_eq!(thousands(99), "99");
        assert_eq!(tenth(Some(2011.6)), "2.011,6");
        assert_eq!(tenth(Some(2113.12)), "2.113,1");
        assert_eq!(tenth(Some(-0.4)), "−0,4");
        assert_eq!(tenth(None), "–");
    }

    #[test]
    fn many_names_go_on_within_the_line() {
        let names: Vec<String> = (0..30).map(|number| format!("Reeks nummer {number}")).collect();
        let mut text = String::new();
        names_under(&mut text, "niet te beoordelen", &names);
        assert!(text.starts_with("  niet te beoordelen: Reeks nummer 0, Reeks"));
        assert!(text.lines().count() > 5 && text.lines().all(|line| line.chars().count() <= LINE_WIDTH));
        assert_eq!(text.matches("Reeks").count(), 30);
        assert!(text.ends_with("Reeks nummer 29\n"));
    }

    #[test]
    fn a_long_name_shows_that_it_goes_on() {
        assert_eq!(
            shortened("Overlast door personen met verward gedrag", 24),
            "Overlast door personen …"
        );
        assert_eq!(shortened("Straatroof", 24), "Straatroof");
    }

    #[test]
    fn the_counts_of_a_large_city_stand_under_each_other() {
        let sql = "SELECT * FROM (VALUES
            ('Totaal van de mand van de nota', 'som', 81234, 1081234, 81234, NULL, '▲', 'hoger'),
            ('Straatroof', 'reeks', 99, 99, NULL, 100, '▼', 'lager'))
            AS r (naam, soort, nota, bron, vorig, waarde, teken, oordeel)";
        let rows = Rows::ask(&Engine::new().unwrap(), "test", sql).unwrap();
        let mut text = String::new();
        table(&mut text, 2023, 2019, &rows);
        let expected = "
jaar 0 is het jaar     2019      2019   2022  2023  oordeel t.o.v. 2019
                       nota   politie
────────────────────────────────────────────────────────────────────────────────
TOTAAL VAN DE MAND … 81.234 1.081.234 81.234     –  · geen politiecijfers
Straatroof               99        99      –   100  ▼ lager
";
        assert_eq!(text, expected);
    }
}
