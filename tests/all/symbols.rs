//! The export with statistical symbols, of which none was recorded: recorded figures in the shape that is described of
//! it give what they give in the export that was recorded.

use std::fmt::Write as _;

use crate::harness::{Project, UNTYPED, recorded};
use crate::live;
use crate::service::table3::Axis;

/// The recorded export of the portal for 2022, as the export with symbols would have it: titles for codes, everything
/// quoted, a star behind the year.
fn with_symbols(portal: &str) -> String {
    let table = live::crimes(&[2019]);
    let title = |axis: Axis, code: &str| {
        let members = table.dimension(axis).members();
        let member = members
            .iter()
            .find(|member| member.code() == code.trim_end())
            .unwrap();
        member.title.clone()
    };
    let mut text = "\u{feff}\"Soort misdrijf\";\"Regio's\";\"Perioden\";\"Geregistreerde misdrijven (aantal)\";\"Aangiften (aantal)\";\"Internetaangiften (aantal)\"\r\n".to_owned();
    for line in portal.lines().skip(1) {
        let fields: Vec<&str> = line
            .trim_end()
            .split(';')
            .map(|field| field.trim_matches('"'))
            .collect();
        let (kind, region) = (title(Axis::Category, fields[1]), title(Axis::Region, fields[2]));
        let figures = fields[4..].join("\";\"");
        write!(text, "\"{kind}\";\"{region}\";\"2022*\";\"{figures}\"\r\n").unwrap();
    }
    text
}

#[test]
fn an_export_with_symbols_agrees_with_the_typed_export_of_its_year_and_a_changed_figure_does_not() {
    // The country alone does not add up: its regions stand in the typed export, and a basket of every year in between is
    // asked for. Of one vintage two files may not contradict each other, and each must be a full block.
    let project = Project::copy();
    for year in 2012..2019 {
        let file = format!("politie_47013NED/portaal/policedata{year}.csv.gz");
        let entry = format!("[[source.recorded]]\npath = \"{file}\"\npeildatum = 2023-11-01\n");
        project.edit("pipelines/hengelo.toml", &entry, "");
    }
    project.edit(
        "pipelines/hengelo/conventies.csv",
        "dispersie_van;2012",
        "dispersie_van;2019",
    );
    project.accept_missing_years();
    let text = with_symbols(&recorded(UNTYPED));
    project.set_fixture(UNTYPED, text.as_bytes());
    project.run().with(0);
    let total = "SELECT waarde FROM misdrijven WHERE soort_code = '1.1.1' AND regio_code = 'NL01' AND periode_code = '2022JJ00'";
    assert_eq!(project.release().lines(total), ["24414"]);

    let burglaries = "\"   24414\"";
    assert_eq!(text.matches(burglaries).count(), 1);
    project.set_fixture(UNTYPED, text.replace(burglaries, "\"   24415\"").as_bytes());
    project
        .run()
        .with(65)
        .saying(&["tegenspraak_in_versie", "1.1.1", "24415"]);
    let cut = text
        .lines()
        .take(100)
        .fold(String::new(), |cut, line| cut + line + "\r\n");
    project.set_fixture(UNTYPED, cut.as_bytes());
    project.run().with(65).saying(&["onvolledig_blok"]);
}
