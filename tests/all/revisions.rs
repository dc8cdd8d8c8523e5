//! Two editions of the police table: what was revised is shown with both figures, and a new municipal division is one
//! finding and not a thousand.

use nulmeting::disk;

use crate::harness::{Asked, copy_tree, repository};
use crate::live::{CRIMES, Live, NUISANCE, crimes};

/// Hengelo and every region that it is a part of.
const REGIONS: [&str; 5] = ["GM0164", "PV23", "LD02", "RE02", "NL01"];
const YEAR: &str = "2019JJ00";

/// Moves burglaries of homes to those of sheds, wherever Hengelo is counted: every sum stays as it was.
fn revise(live: &Live, moved: i64) {
    let mut table = live.service.table3_mut(CRIMES);
    for region in REGIONS {
        for (kind, change) in [("1.1.1", -moved), ("1.1.2", moved)] {
            let count = table.get(kind, region, YEAR).unwrap();
            table.set(kind, region, YEAR, Some(count + change));
        }
    }
}

fn two_editions(change: impl FnOnce(&Live)) -> (Live, Asked) {
    let live = Live::of_year_0();
    live.run().with(0);
    change(&live);
    live.run().with(0);
    let release = live.project.release();
    (live, release)
}

#[test]
fn a_revision_shows_both_figures_and_the_newest_counts() {
    let (_live, release) = two_editions(|live| {
        revise(live, 2);
        live.service
            .table3_mut(CRIMES)
            .set_modified("2023-12-15T02:00:00");
    });
    // 170 and 61 in 2019, as recorded in November 2023.
    let own = "SELECT soort_code, peildatum, oude_peildatum, oud, nieuw, verschil, herindeling
        FROM herziening WHERE regio_code = 'GM0164' ORDER BY soort_code";
    assert_eq!(
        release.lines(own),
        [
            "1.1.1 | 2023-12-15 | 2023-11-01 | 170 | 168 | -2 | false",
            "1.1.2 | 2023-12-15 | 2023-11-01 | 61 | 63 | 2 | false",
        ]
    );
    assert_eq!(release.lines("SELECT count(*) FROM herziening"), ["10"]);
    let versions = "SELECT waarde, bekend_van, bekend_tot FROM misdrijven_versies
        WHERE soort_code = '1.1.1' AND regio_code = 'GM0164' ORDER BY peildatum";
    assert_eq!(
        release.lines(versions),
        ["170 | 2023-11-01 | 2023-12-15", "168 | 2023-12-15 | "]
    );
    let counted = "SELECT waarde, peildatum FROM delicten_jaar
        WHERE reeks = 'woninginbraken' AND regio_code = 'GM0164' AND jaar = 2019";
    assert_eq!(release.lines(counted), ["168 | 2023-12-15"]);
    let basket =
        "SELECT waarde FROM delicten_jaar WHERE reeks = 'mand' AND regio_code = 'GM0164' AND jaar = 2019";
    assert_eq!(release.lines(basket), ["2140"]);
    let checks =
        "SELECT uitkomst FROM controles WHERE controle IN ('herindeling', 'herziening_buiten_budget')";
    assert_eq!(release.lines(checks), ["in orde", "in orde"]);
}

#[test]
fn a_revision_beyond_the_budget_is_a_finding_for_a_person() {
    let (_live, release) = two_editions(|live| {
        revise(live, 40);
        live.service
            .table3_mut(CRIMES)
            .set_modified("2023-12-15T02:00:00");
    });
    let found =
        release.lines("SELECT voorbeelden FROM controles WHERE controle = 'herziening_buiten_budget'");
    assert!(
        found[0].contains("Hengelo (O.)") && found[0].contains("van 170 (2023-11-01) naar 130 (2023-12-15)"),
        "{found:?}"
    );
}

#[test]
fn a_new_municipal_division_is_in_force_at_once_and_its_differences_are_no_revisions() {
    let (live, release) = two_editions(|live| {
        revise(live, 40);
        let mut table = live.service.table3_mut(CRIMES);
        table.set_modified("2024-01-15T02:00:00");
        table.set_title("Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente 2024");
    });
    assert_eq!(
        release.lines("SELECT indeling FROM bronnen WHERE bron = '47013NED'"),
        ["2024"]
    );
    let counted = "SELECT DISTINCT peildatum FROM misdrijven";
    assert_eq!(release.lines(counted), ["2024-01-15"]);
    let found = release.lines(
        "SELECT controle, uitkomst, aantal, voorbeelden FROM controles
         WHERE controle IN ('herindeling', 'herziening_buiten_budget', 'andere_indeling_wacht') ORDER BY controle",
    );
    assert_eq!(
        found,
        [
            "andere_indeling_wacht | in orde | 0 | ",
            "herindeling | gevonden | 1 | 47013NED van de indeling van 2023 naar die van 2024 (2024-01-15): 8 cijfers van 4 regio's verschillen",
            "herziening_buiten_budget | in orde | 0 | ",
        ]
    );
    // The same in `diff`: only the two figures of the country, which no division moves, are revisions.
    let changes = changes(&live, &["--all"]);
    let of_source = |cause: &str| {
        let own = of(&changes, "misdrijven");
        own.iter()
            .filter(|line| line.ends_with(&format!("| {cause} 47013NED")))
            .count()
    };
    assert_eq!((of_source("herindeling"), of_source("herziening")), (8, 2));
    let shown = live.project.nulmeting(&["diff"]).with(0).stdout;
    assert!(
        shown.contains("herindeling 47013NED\n") && !shown.contains("1.1.1 GM0164 2019JJ00"),
        "{shown}"
    );
    assert!(shown.contains("van de nieuwe gemeentelijke indeling"), "{shown}");
}

#[test]
fn a_place_that_leaves_with_a_new_division_stops_nothing_and_is_still_named() {
    let (_live, release) = two_editions(|live| {
        let mut table = live.service.table3_mut(CRIMES);
        // The one place that never holds a figure, so that every sum stays as it was.
        table.drop_region("GM0998");
        table.set_modified("2024-01-15T02:00:00");
        table.set_title("Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente 2024");
    });
    let place = "SELECT naam, in_te_delen FROM regio WHERE regio_code = 'GM0998'";
    assert_eq!(release.lines(place), ["Buitenland | false"]);
    let rows = |table: &str| {
        release.number(&format!(
            "SELECT count(*) AS n FROM {table} WHERE regio_code = 'GM0998'"
        ))
    };
    assert_eq!((rows("misdrijven"), rows("misdrijven_versies")), (0.0, 59.0));
}

#[test]
fn nuisance_of_a_place_that_left_with_a_new_division_counts_no_more() {
    let count = |release: &Asked, place: &str| {
        release.lines(&format!(
            "SELECT count(*) FROM overlast WHERE regio_code = '{place}'"
        ))
    };
    let (_live, release) = two_editions(|live| {
        let mut table = live.service.table3_mut(NUISANCE);
        table.drop_region("GM0998");
        table.set_modified("2024-01-15T02:00:00");
        table.set_title("Overlast per gemeente 2024");
    });
    assert_eq!(count(&release, "GM0998"), ["0"]);
    // Four kinds in one year.
    assert_eq!(count(&release, "GM0164"), ["4"]);
}

/// Reports of young people become reports of confused ones, in every region alike.
fn revise_nuisance(live: &Live, moved: i64) {
    let mut table = live.service.table3_mut(NUISANCE);
    for region in REGIONS {
        for (kind, change) in [("E33", moved), ("E35", -moved)] {
            let count = table.get(kind, region, YEAR).unwrap();
            table.set(kind, region, YEAR, Some(count + change));
        }
    }
    table.set_modified("2024-01-15T02:00:00");
}

#[test]
fn revised_nuisance_is_listed_beside_revised_crimes_and_judged_by_the_same_budget() {
    let (live, release) = two_editions(|live| {
        revise(live, 2);
        live.service
            .table3_mut(CRIMES)
            .set_modified("2023-12-15T02:00:00");
        revise_nuisance(live, 6);
    });
    let now = live
        .service
        .table3_mut(NUISANCE)
        .get("E33", "GM0164", YEAR)
        .unwrap();
    let own = "SELECT bron, soort_code, peildatum, oude_peildatum, oud, nieuw, verschil, herindeling
        FROM herziening WHERE regio_code = 'GM0164' ORDER BY bron, soort_code";
    assert_eq!(
        release.lines(own),
        [
            "47013NED | 1.1.1 | 2023-12-15 | 2023-11-01 | 170 | 168 | -2 | false".to_owned(),
            "47013NED | 1.1.2 | 2023-12-15 | 2023-11-01 | 61 | 63 | 2 | false".to_owned(),
            format!(
                "47021NED | E33 | 2024-01-15 | 2023-11-01 | {} | {now} | 6 | false",
                now - 6
            ),
            "47021NED | E35 | 2024-01-15 | 2023-11-01 | 7 | 1 | -6 | false".to_owned(),
        ]
    );
    // A change of six is beyond the budget where it is more than five and more than 5%; the country is small enough here.
    let before = |region: &str| {
        let table = live.service.table3_mut(NUISANCE);
        [("E33", 6), ("E35", -6)].map(|(kind, change)| table.get(kind, region, YEAR).unwrap() - change)
    };
    let counts = REGIONS.iter().flat_map(|region| before(region));
    let beyond = counts.filter(|count| *count < 6 * 20).count();
    let found = release.lines(
        "SELECT uitkomst, aantal, voorbeelden FROM controles WHERE controle = 'herziening_buiten_budget'",
    );
    assert!(
        found[0].starts_with(&format!("gevonden | {beyond} | "))
            && found[0].contains("Melding overlast jeugd"),
        "{beyond}: {found:?}"
    );
    let report = live
        .project
        .path("data/current/rapport/voortgangsrapportage-2019.html");
    // Days have spaces that do not break.
    let report = disk::read_to_string(&report).unwrap().replace('\u{a0}', " ");
    let listed = format!(
        "Overlast door verward persoon, 2019: van {} (1 november 2023) naar {now} (15 januari 2024)",
        now - 6
    );
    assert!(report.contains(&listed), "{listed}");
    assert!(report.contains(
        "1.1.1 Diefstal/inbraak woning, 2019: van 170 (1 november 2023) naar 168 (15 december 2023)"
    ));
}

#[test]
fn the_division_of_one_source_explains_no_figure_of_another() {
    let moved_and_revised = |moved: &'static str, title: &'static str| {
        let (live, _) = two_editions(|live| {
            revise(live, 2);
            revise_nuisance(live, 3);
            live.service
                .table3_mut(CRIMES)
                .set_modified("2024-01-15T02:00:00");
            live.service.table3_mut(moved).set_title(title);
        });
        changes(&live, &["--all"])
    };
    let causes = |changes: &[String], table: &str, source: &str| -> Vec<(&'static str, usize)> {
        let lines = of(changes, table);
        let count = |cause: &str| {
            lines
                .iter()
                .filter(|line| line.ends_with(&format!("| {cause} {source}")))
                .count()
        };
        ["herindeling", "herziening"]
            .map(|cause| (cause, count(cause)))
            .into()
    };
    // Of five regions the country is the one that no division moves; two kinds change in each.
    let of_nuisance = moved_and_revised(NUISANCE, "Overlast per gemeente 2024");
    assert_eq!(
        causes(&of_nuisance, "misdrijven", CRIMES),
        [("herindeling", 0), ("herziening", 10)]
    );
    assert_eq!(
        causes(&of_nuisance, "overlast", NUISANCE),
        [("herindeling", 8), ("herziening", 2)]
    );
    // A table of both has both, each where it belongs.
    let counted = of(&of_nuisance, "delicten_jaar");
    let of_burglaries: Vec<&&str> = counted
        .iter()
        .filter(|line| line.starts_with("GM0164 woninginbraken 2019 | waarde"))
        .collect();
    assert_eq!(
        of_burglaries,
        [&"GM0164 woninginbraken 2019 | waarde | 170 | 168 | herziening 47013NED"]
    );
    let moved: Vec<&&str> = counted
        .iter()
        .filter(|line| line.ends_with("| herindeling 47021NED"))
        .collect();
    assert!(
        !moved.is_empty()
            && moved
                .iter()
                .all(|line| line.contains(" overlast_zorgbehoevenden ")),
        "{moved:?}"
    );

    let title = "Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente 2024";
    let of_crimes = moved_and_revised(CRIMES, title);
    assert_eq!(
        causes(&of_crimes, "misdrijven", CRIMES),
        [("herindeling", 8), ("herziening", 2)]
    );
    assert_eq!(
        causes(&of_crimes, "overlast", NUISANCE),
        [("herindeling", 0), ("herziening", 10)]
    );
}

#[test]
fn a_year_that_the_source_adds_is_new_data_and_no_revision() {
    let (live, _) = two_editions(|live| {
        let mut table = crimes(&[2018, 2019]);
        table.set_modified("2023-12-15T02:00:00");
        live.service.add3(table);
    });
    let changes = changes(&live, &[]);
    // What is derived differs too, such as a printed cell of 2018 that can now be held against the source: of new data as well.
    assert!(
        changes
            .iter()
            .all(|line| line.ends_with("| nieuwe gegevens 47013NED")),
        "{changes:?}"
    );
    assert!(!of(&changes, "aansluiting").is_empty(), "{changes:?}");
    let figures = of(&changes, "misdrijven");
    assert!(
        figures
            .iter()
            .all(|line| line.contains(" 2018JJ00 | ") && line.ends_with("| nieuwe gegevens 47013NED")),
        "{figures:?}"
    );
    // The recorded figure of 2018, with the word that says what it is.
    assert!(
        figures.contains(&"0.0.0 GM0164 2018JJ00 | reden |  | waarde | nieuwe gegevens 47013NED"),
        "{figures:?}"
    );
    let counted = of(&changes, "delicten_jaar");
    assert!(
        counted
            .iter()
            .any(|line| line.starts_with("GM0164 mand 2018 | waarde |  | ")
                && line.ends_with("| nieuwe gegevens 47013NED")),
        "{counted:?}"
    );
}

#[test]
fn a_release_of_another_program_is_built_again_from_the_landing_of_its_day() {
    let (live, release) = two_editions(|live| {
        revise(live, 2);
        live.service
            .table3_mut(CRIMES)
            .set_modified("2023-12-15T02:00:00");
    });
    let expected = changes(&live, &["--all"]);
    let releases = nulmeting::publish::list(&live.project.data()).unwrap();
    let old = releases.iter().find(|id| **id != *release.release.id()).unwrap();
    let manifest = live
        .project
        .data()
        .join("releases")
        .join(old.as_str())
        .join("manifest.json");
    let text = disk::read_to_string(&manifest).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value["program_version"] = "0.0.1+older".into();
    disk::write_atomic(&manifest, value.to_string().as_bytes()).unwrap();
    // It made the same figures, so nothing is called a change of the program, and the revision is still one.
    assert_eq!(changes(&live, &["--all"]), expected);
}

#[test]
fn a_figure_that_the_source_and_the_sql_changed_in_one_night_has_both_causes() {
    let live = Live::of_year_0();
    live.run().with(0);
    revise(&live, 2);
    live.service
        .table3_mut(CRIMES)
        .set_modified("2023-12-15T02:00:00");
    run_with_another_rate(&live);
    let changes = changes(&live, &[]);
    let counted = of(&changes, "delicten_jaar");
    let burglaries: Vec<&&str> = counted
        .iter()
        .filter(|line| line.starts_with("GM0164 woninginbraken 2019 | "))
        .collect();
    assert!(
        burglaries.contains(&&"GM0164 woninginbraken 2019 | waarde | 170 | 168 | herziening 47013NED"),
        "{burglaries:?}"
    );
    let rate = burglaries.iter().find(|line| line.contains("| per_1000 |"));
    assert!(
        // Between quotes in CSV, because of the comma.
        rate.is_some_and(|line| line.ends_with("\"herziening 47013NED |  SQL\"")),
        "{burglaries:?}"
    );
}

/// The changes of the last two releases as lines of `table row column old new cause`.
fn changes(live: &Live, more: &[&str]) -> Vec<String> {
    let asked = [&["diff", "--format", "csv"], more].concat();
    let ended = live.project.nulmeting(&asked).with(0);
    let lines = ended.stdout.lines().skip(1);
    lines.map(|line| line.replace(',', " | ")).collect()
}

fn of<'a>(changes: &'a [String], table: &str) -> Vec<&'a str> {
    let start = format!("{table} | ");
    let own = changes.iter().filter_map(|line| line.strip_prefix(&start));
    own.collect()
}

#[test]
fn the_difference_of_two_releases_names_each_figure_and_that_the_source_revised_it() {
    let (live, _) = two_editions(|live| {
        revise(live, 2);
        live.service
            .table3_mut(CRIMES)
            .set_modified("2023-12-15T02:00:00");
    });
    let changes = changes(&live, &[]);
    assert_eq!(
        of(&changes, "misdrijven"),
        [
            "1.1.1 GM0164 2019JJ00 | waarde | 170 | 168 | herziening 47013NED",
            "1.1.2 GM0164 2019JJ00 | waarde | 61 | 63 | herziening 47013NED",
        ]
    );
    let counted = of(&changes, "delicten_jaar");
    assert!(
        counted.contains(&"GM0164 woninginbraken 2019 | waarde | 170 | 168 | herziening 47013NED"),
        "{counted:?}"
    );
    // 176 was adopted: the difference grows from -6 to -8.
    let baseline = of(&changes, "nulmeting");
    assert!(
        baseline.contains(&"woninginbraken | verschil | -6 | -8 | herziening 47013NED"),
        "{baseline:?}"
    );
    assert!(
        changes.iter().all(|line| line.ends_with("| herziening 47013NED")),
        "{changes:?}"
    );
    let all = live
        .project
        .nulmeting(&["diff", "--all", "--format", "csv"])
        .with(0)
        .stdout;
    assert_eq!(
        all.lines().filter(|line| line.starts_with("misdrijven,")).count(),
        10
    );
    let shown = live.project.nulmeting(&["diff"]).with(0).stdout;
    assert!(
        shown.contains("1.1.1 GM0164 2019JJ00") && shown.contains("herziening"),
        "{shown}"
    );
}

#[test]
fn a_change_of_a_register_is_told_from_a_revision_of_the_same_night() {
    let (live, _) = two_editions(|live| {
        revise(live, 2);
        live.service
            .table3_mut(CRIMES)
            .set_modified("2023-12-15T02:00:00");
        live.project.edit(
            "pipelines/hengelo.toml",
            "reduction_percent = 10.0",
            "reduction_percent = 20.0",
        );
    });
    let changes = changes(&live, &[]);
    let baseline = of(&changes, "nulmeting");
    // 2248 less 20% instead of 10%.
    assert!(
        baseline.contains(&"mand | streefwaarde | 2023.2 | 1798.4 | register"),
        "{baseline:?}"
    );
    assert!(
        baseline.contains(&"woninginbraken | verschil | -6 | -8 | herziening 47013NED"),
        "{baseline:?}"
    );
    let figures = of(&changes, "misdrijven");
    assert!(
        figures.iter().all(|line| line.ends_with("| herziening 47013NED")),
        "{figures:?}"
    );
}

/// A night with SQL of its own, in which a rate is counted per 100,000.
fn run_with_another_rate(live: &Live) {
    copy_tree(&repository().join("sql"), &live.project.path("sql"));
    live.project.edit(
        "sql/marts/delicten_jaar.sql",
        "round(1000.0 * t.waarde",
        "round(100000.0 * t.waarde",
    );
    live.night(&["run", "--as-of", "2026-11-25", "--sql", "sql"])
        .with(0);
}

#[test]
fn a_change_of_the_sql_is_called_so_and_the_same_again_is_no_change() {
    let live = Live::of_year_0();
    live.run().with(0);
    run_with_another_rate(&live);
    let changes = changes(&live, &[]);
    let rates = of(&changes, "delicten_jaar");
    assert!(
        !rates.is_empty() && rates.iter().all(|line| line.contains("| per_1000 |")),
        "{rates:?}"
    );
    assert!(changes.iter().all(|line| line.ends_with("| SQL")), "{changes:?}");
    live.night(&["run", "--as-of", "2026-11-26", "--sql", "sql", "--force"])
        .with(0);
    let again = live.project.nulmeting(&["diff"]).with(0).stdout;
    assert!(again.contains("niets veranderd"), "{again}");
}

#[test]
fn one_release_has_nothing_to_differ_from() {
    let live = Live::of_year_0();
    live.run().with(0);
    live.project
        .nulmeting(&["diff"])
        .with(2)
        .saying(&["no release before", "hint: "]);
    live.project
        .nulmeting(&["diff", "gisteren"])
        .with(2)
        .saying(&["gisteren"]);
}
