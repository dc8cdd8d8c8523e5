//! A figure that the source keeps back is said to be so, wherever a figure would stand: it is not a series of which the
//! police have none.

use nulmeting::disk;

use crate::harness::{Project, recorded};

const TYPED: &str = "politie_47013NED/portaal/policedata2022.csv.gz";

/// The export of the portal in which Hengelo's fraud of 2022 is secret. A sign for "secret" only stands in the untyped
/// form, where numbers have blanks in front. The count goes to Almelo, so that kinds and municipalities add up as before.
fn with_secret_fraud() -> String {
    let mut text = recorded(TYPED);
    let mut swap = |kind: &str, region: &str, from: &str, to: &str| {
        let wanted = format!("\"{kind}\";\"{region}\";\"2022JJ00\"");
        let line = text
            .lines()
            .find(|line| line.contains(&wanted))
            .unwrap()
            .to_owned();
        assert_eq!(line.matches(from).count(), 1, "{from} in {line}");
        text = text.replacen(&line, &line.replacen(from, to, 1), 1);
    };
    swap("0.0.0 ", "NL01  ", "\"799681\"", "\"  799681\"");
    swap("0.0.0 ", "GM0164", "\"3907\"", "\"3519\"");
    swap("3.9.1 ", "GM0164", "\"388\"", "\"x\"");
    swap("0.0.0 ", "GM0141", "\"4334\"", "\"4722\"");
    swap("3.9.1 ", "GM0141", "\"353\"", "\"741\"");
    text
}

#[test]
fn a_secret_figure_is_called_secret_in_the_summary_and_in_the_report() {
    let project = Project::copy();
    project.set_fixture(TYPED, with_secret_fraud().as_bytes());
    let summary = project.run().with(0).stdout;
    let release = project.release();
    assert_eq!(
        release.lines(
            "SELECT reeks, reden FROM trend_reeks WHERE jaar = 2022 AND reden = 'geheim' ORDER BY reeks"
        ),
        ["horizontale_fraude | geheim", "mand_met_fraude | geheim"]
    );
    let row = |name: &str| {
        summary
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap()
            .to_owned()
    };
    assert!(row("Horizontale fraude").ends_with("  · geheim"), "{summary}");
    // The registrations of nuisance were never recorded: of those there are none at all.
    assert!(
        row("Overlast door personen").ends_with("  · geen politiecijfers"),
        "{summary}"
    );
    assert!(
        summary.contains("\n  geheim: Horizontale fraude, Totaal met fraude\n"),
        "{summary}"
    );
    assert!(
        summary.contains("\n  geen politiecijfers: Overlast door personen"),
        "{summary}"
    );
    assert!(
        summary.lines().all(|line| line.chars().count() <= 80),
        "{summary}"
    );

    let file = release.release.manifest.reports[0].file.clone();
    let html = disk::read_to_string(&project.data().join("current").join(file)).unwrap();
    assert!(html.contains("2022: geheim</td>"));
    assert!(html.contains("Het cijfer van dit thema over 2022 is geheim: de bron houdt het achter."));
    assert!(html.contains("4.4.4 Overlast door personen met verward gedrag: geen politiecijfers"));
}
