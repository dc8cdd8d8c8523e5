//! An acceptance holds for what the person saw: the same amount of the same edition. Anything else stops again, and an
//! acceptance that holds for nothing is listed.

use nulmeting::disk;
use nulmeting::publish;

use crate::harness::{ACCEPTED, Ended, Project};
use crate::live::{CRIMES, Live};

const FROZEN: &str = "pipelines/hengelo/vastgesteld.csv";
const PRINTED: &str = "pipelines/hengelo/gedrukt.csv";

/// Another year 0 of street robberies, in both registers that hold it.
fn year_0_becomes(project: &Project, from: i32, to: i32) {
    let (old, new) = (format!("straatroof;{from};"), format!("straatroof;{to};"));
    project.edit(FROZEN, &old, &new);
    let (old, new) = (
        format!("straatroof;2019;{from};"),
        format!("straatroof;2019;{to};"),
    );
    project.edit(PRINTED, &old, &new);
}

#[test]
fn year_0_that_was_accepted_once_stops_when_it_changes_again() {
    let project = Project::of_year_0();
    project.run().with(0);
    year_0_becomes(&project, 3, 4);
    let line = "jaar0_bevroren;vorige straatroof;3 -> 4;;2026-11-24;";
    let stopped = project.run().with(65).saying(&[line]);
    project.accept(&stopped);
    project.run().with(0);
    let accepted = project.current();
    let asked = "SELECT waarde_vastgesteld FROM nulmeting WHERE reeks = 'straatroof'";
    assert_eq!(project.release().lines(asked), ["4"]);

    year_0_becomes(&project, 4, 90);
    project.run().with(65).saying(&[
        "jaar 0 van straatroof was 4 in de vorige publicatie en is nu 90",
        "accepted was `3 -> 4`, and this is `4 -> 90`",
        "\njaar0_bevroren;vorige straatroof;4 -> 90;;2026-11-24;\n",
    ]);
    assert_eq!(project.current(), accepted);
}

/// The country counts more burglaries of homes, and as many more crimes, than its parts together.
fn country_above_its_parts(live: &Live, more: i64, modified: &str) {
    let mut table = live.service.table3_mut(CRIMES);
    for kind in ["1.1.1", "0.0.0"] {
        let count = table.get(kind, "NL01", "2019JJ00").unwrap();
        table.set(kind, "NL01", "2019JJ00", Some(count + more));
    }
    table.set_modified(modified);
}

#[test]
fn a_country_that_was_accepted_above_its_municipalities_stops_when_the_difference_or_the_edition_changes() {
    let live = Live::of_year_0();
    country_above_its_parts(&live, 2, "2023-11-01T02:00:00");
    // The recorded file has 39,473 burglaries of homes, in the country and in its municipalities together.
    let line = "\nregios_tegen_land;gemeente 1.1.1 2019JJ00;39473 tegen 39475 (2023-11-01);;2026-11-24;\n";
    let stopped = live.run().with(65).saying(&[line]);
    // Four levels for the kind and for the total.
    assert_eq!(stopped.stderr.matches("\nregios_tegen_land;").count(), 8);
    live.project.accept(&stopped);
    live.run().with(0);
    let accepted = live.project.current();

    country_above_its_parts(&live, 4998, "2023-12-15T02:00:00");
    let line = "\nregios_tegen_land;gemeente 1.1.1 2019JJ00;39473 tegen 44473 (2023-12-15);;2026-11-24;\n";
    live.run().with(65).saying(&[line]);
    // The same two in an edition that nobody looked at.
    country_above_its_parts(&live, -4998, "2023-12-16T02:00:00");
    let line = "\nregios_tegen_land;gemeente 1.1.1 2019JJ00;39473 tegen 39475 (2023-12-16);;2026-11-24;\n";
    live.run().with(65).saying(&[line]);
    assert_eq!(live.project.current(), accepted);
}

/// So many measurements in the inbox, beside the fourteen of the register.
fn drop_measurements(project: &Project, count: usize) {
    let header = "meting;doel;onderwerp;stand;datum;datum_tekst;waarde;noemer;eenheid;tekst;bewijs;opsteller;regel;toelichting\n";
    let row = |number| format!("proef_{number};;Proef;gestart;2022-12-31;;;;;Begonnen.;;proef;;\n");
    let text: String = [header.to_owned()]
        .into_iter()
        .chain((1..=count).map(row))
        .collect();
    project.write("pipelines/inbox/metingen.csv", text.as_bytes());
}

/// What `status`, `check` and the report say.
fn told(project: &Project) -> [String; 3] {
    let report = project.path("data/current/rapport/voortgangsrapportage-2019.html");
    // Days have spaces that do not break.
    let report = disk::read_to_string(&report).unwrap().replace('\u{a0}', " ");
    let said = |ended: Ended| ended.with(0).stdout;
    [
        said(project.nulmeting(&["status"])),
        said(project.nulmeting(&["check"])),
        report,
    ]
}

#[test]
fn a_table_that_was_accepted_smaller_stops_when_it_shrinks_again_and_what_lapsed_is_listed() {
    let project = Project::of_year_0();
    drop_measurements(&project, 20);
    project.run().with(0);
    drop_measurements(&project, 19);
    let stopped = project.run().with(65);
    let line = "\ngekrompen;metingen;34 -> 33;;2026-11-24;\n";
    project.accept(&stopped.saying(&[line]));
    project.run().with(0);
    let holds = "SELECT uitkomst, stand_nu, uitleg, aanvaard_door, datum FROM aanvaardingen
        WHERE controle = 'gekrompen'";
    assert_eq!(
        project.release().lines(holds),
        ["geldt | 34 -> 33 | de bevinding is zoals ze werd aanvaard | beleidsmedewerker | 2026-11-24"]
    );
    let accepted = project.current();

    drop_measurements(&project, 1);
    let stopped = project.run().with(65).saying(&[
        "tabel metingen heeft 15 rijen en had er 33",
        "accepted was `34 -> 33`, and this is `33 -> 15`",
    ]);
    assert_eq!(project.current(), accepted);

    project.accept(&stopped);
    // One that matches nothing, and one of a check that nobody knows.
    project.append(
        ACCEPTED,
        "regios_tegen_land;gemeente 1.1.1 2019JJ00;5 tegen 7 (2023-11-01);proef;2026-11-23;\n\
         gekrompem;metingen;34 -> 33;\"wie; dan ook\";2026-11-22;\n",
    );
    project.run().with(0);
    let fates = "SELECT controle, sleutel, stand, uitkomst, stand_nu, uitleg FROM aanvaardingen
        WHERE uitkomst <> 'geldt' ORDER BY controle";
    assert_eq!(
        project.release().lines(fates),
        [
            "gekrompem | metingen | 34 -> 33 | zonder bevinding |  | er is geen controle met deze naam",
            "gekrompen | metingen | 34 -> 33 | vervallen | 33 -> 15 | aanvaard is 34 -> 33, en nu staat er 33 -> 15",
            "regios_tegen_land | gemeente 1.1.1 2019JJ00 | 5 tegen 7 (2023-11-01) | zonder bevinding |  | de controle vindt dit niet",
        ]
    );
    let [status, check, report] = told(&project);
    // Seven years without figures are accepted, and hold; so does the last of these.
    assert!(
        status.contains("accepted   11 findings, of which 8 hold\n"),
        "{status}"
    );
    for said in [&status, &check] {
        for line in [
            "  zonder bevinding: gekrompem, metingen: er is geen controle met deze naam (wie; dan ook, 2026-11-22)\n",
            "  vervallen: gekrompen, metingen: aanvaard is 34 -> 33, en nu staat er 33 -> 15 (beleidsmedewerker, 2026-11-24)\n",
            "  zonder bevinding: regios_tegen_land, gemeente 1.1.1 2019JJ00: de controle vindt dit niet (proef, 2026-11-23)\n",
        ] {
            assert!(said.contains(line), "{line} in {said}");
        }
    }
    for sentence in [
        "Gekrompen, metingen: aanvaard is 34 -&#62; 33, en nu staat er 33 -&#62; 15. Aanvaard door beleidsmedewerker op 24 november 2026.",
        "Regios tegen land, gemeente 1.1.1 2019: de controle vindt dit niet. Aanvaard door proef op 23 november 2026.",
    ] {
        assert!(report.contains(sentence), "{sentence}");
    }
}

#[test]
fn the_printed_line_is_refused_until_a_name_stands_in_it() {
    let project = Project::of_year_0();
    project.run().with(0);
    year_0_becomes(&project, 3, 4);
    project.append(ACCEPTED, "jaar0_bevroren;vorige straatroof;3 -> 4;;2026-11-24;\n");
    project
        .run()
        .with(78)
        .saying(&["aanvaard.csv:9: `aanvaard_door`: expected"]);
}

#[test]
fn a_register_of_before_the_column_ends_with_78_and_the_way_out() {
    let project = Project::of_year_0();
    project.write(
        ACCEPTED,
        b"controle;sleutel;aanvaard_door;datum;toelichting\nmandjaar_ontbreekt;2012;proef;2026-11-24;\n",
    );
    project.run().with(78).saying(&[
        "aanvaard.csv:1: `stand`: expected the column `stand`",
        "an acceptance holds for what was seen",
        "controle;sleutel;stand;aanvaard_door;datum;toelichting",
    ]);
}

#[test]
fn a_release_of_before_the_column_is_compared_in_words() {
    let project = Project::of_year_0();
    project.run().with(0);
    let old = project.release().release;
    project.edit(PRINTED, "overval;2019;7;", "overval;2019;8;");
    project.edit(FROZEN, "overval;7;", "overval;8;");
    project.accept(&project.run().with(65));
    project.run().with(0);
    // The register as the program before this one kept it.
    let run = &old.manifest.run;
    let kept = run
        .registers
        .iter()
        .find(|file| file.file.ends_with("aanvaard.csv"))
        .unwrap();
    let text = b"controle;sleutel;aanvaard_door;datum;toelichting\ngekrompen;metingen;proef;2026-11-24;\n";
    let sha256 = disk::sha256_hex(text);
    disk::write_atomic(&project.data().join("code").join(&sha256), text).unwrap();
    let manifest = old.folder.join("manifest.json");
    let changed = disk::read_to_string(&manifest)
        .unwrap()
        .replace(&kept.sha256, &sha256);
    disk::write_atomic(&manifest, changed.as_bytes()).unwrap();
    assert_eq!(publish::list(&project.data()).unwrap().len(), 2);
    let said = project.nulmeting(&["diff"]).with(2).saying(&[
        "this program reads the registers of",
        old.id().as_str(),
        "expected the column `stand`",
        "hint: compare two releases of this program",
    ]);
    assert!(!said.stderr.contains("bug"), "{}", said.stderr);
}
