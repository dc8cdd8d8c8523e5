//! A table of OData v4 fetched as one zip: the same inhabitants as from its observations, and never a part of them.

use nulmeting::disk;
use serde_json::Value;

use crate::harness::{NIGHT, Project, repository};
use crate::live::Live;
use crate::service::faults::{Fault, Matcher, Times};
use crate::service::table4::Table4;
use crate::service::zip4;

const SOURCE: &str = "cbs_bevolking_begin";
const TABLE: &str = "03759ned";
const PIPELINE: &str = "pipelines/hengelo.toml";

/// The recorded observations as if they were all that the table has.
fn whole() -> Table4 {
    let mut table = Table4::from_replies(&repository().join("fixtures/cbs_03759ned"));
    table.count_all();
    table
}

/// A service that gives the table as a zip, and a project that asks for it.
fn live() -> Live {
    let live = Live::of_year_0();
    live.service.add4(whole());
    let base = format!("base_url = \"{}/odata/v1/CBS\"\n", live.service.url());
    let bulk = format!("{base}bulk_url = \"{}/CSV/CBS/nl\"\n", live.service.url());
    live.project.edit(PIPELINE, &base, &bulk);
    live
}

/// Everything that a release says of inhabitants.
fn inhabitants(project: &Project) -> Vec<String> {
    project
        .release()
        .lines("SELECT * FROM bevolking ORDER BY regio_code, jaar")
}

#[test]
fn a_zip_gives_the_inhabitants_that_the_observations_give() {
    let (pages, zipped) = (Live::of_year_0(), live());
    pages.run().with(0);
    zipped.run().with(0);
    let expected = inhabitants(&pages.project);
    assert!(expected.len() > 340 && expected == inhabitants(&zipped.project));

    assert_eq!(
        (
            zipped.asked("/CSV/CBS/nl/03759ned"),
            zipped.asked("/Observations")
        ),
        (1, 0)
    );
    let landed = zipped.landed(SOURCE);
    let zip = landed
        .iter()
        .find(|path| path.to_string_lossy().ends_with("-03759ned.zip"))
        .unwrap();
    assert_eq!(disk::read(zip).unwrap(), zip4::zip(&whole()));
    // And a night on which nothing changed asks for no zip.
    zipped.fetch(SOURCE).with(0);
    assert_eq!(zipped.asked("/CSV/"), 1);
}

#[test]
fn a_zip_of_a_selection_or_of_another_version_brings_nothing() {
    let live = live();
    let count = whole().observations.len();
    // The site numbers a selection anew and goes on saying how many observations the table has.
    let mut table = whole();
    table.observations.truncate(count - 1);
    live.service.add4(table);
    let expected = format!("the {count} observations of the whole table");
    live.fetch(SOURCE)
        .with(69)
        .saying(&[&expected, "Observations.csv", "nothing of this edition is used"]);
    assert!(live.landed(SOURCE).is_empty());
    assert_eq!(live.asked("/CSV/"), 1);

    let mut older = whole();
    older.set_text("Version", "202506230000");
    let reply = zip4::zip(&older);
    live.service.add4(whole());
    live.service.give_zip(TABLE, reply);
    live.fetch(SOURCE)
        .with(69)
        .saying(&["version 202606230000", "version 202506230000"]);
    assert!(live.landed(SOURCE).is_empty());
}

#[test]
fn a_zip_without_a_row_of_what_is_asked_is_not_taken_for_a_table_without_inhabitants() {
    let live = live();
    let mut table = whole();
    let measures = ["M000352", "M000365"].map(Value::from);
    table.observations.retain(|observation| {
        observation
            .iter()
            .all(|(name, value)| &**name != "Measure" || !measures.contains(value))
    });
    // Properties and rows agree; there is nothing in it.
    table.count_all();
    live.service.add4(table);
    live.fetch(SOURCE)
        .with(69)
        .saying(&["03759ned.zip", "no row at all of what is asked"]);
    assert!(live.landed(SOURCE).is_empty());
}

#[test]
fn a_mark_of_the_byte_order_in_front_of_the_files_of_a_zip_changes_nothing() {
    let [plain, marked] = [live(), live()];
    let zip = zip4::zip_beginning_with("\u{feff}", &whole());
    marked.service.give_zip(TABLE, zip);
    plain.run().with(0);
    marked.run().with(0);
    assert_eq!(inhabitants(&marked.project), inhabitants(&plain.project));
}

#[test]
fn a_zip_that_breaks_off_is_asked_again_and_a_member_that_is_not_there_is_a_mistake_of_the_file() {
    let live = live();
    let broken = Fault::ResetAfter(10_000);
    live.service
        .on(Matcher::path("nl/03759ned"), Times::Only(1), broken);
    live.project
        .edit(PIPELINE, "Leeftijd = \"10000\"", "Leeftijd = \"99999\"");
    live.fetch(SOURCE)
        .with(78)
        .saying(&["member `99999` of the dimension Leeftijd"]);
    assert_eq!(live.asked("/CSV/"), 2);
    live.project
        .edit(PIPELINE, "Leeftijd = \"99999\"", "Leeftijd = \"10000\"");
    live.fetch(SOURCE).with(0);
}

#[test]
fn a_recorded_zip_is_read_without_the_network_and_named_as_the_file_it_came_from() {
    let project = Project::of_year_0();
    project.run().with(0);
    let expected = inhabitants(&project);

    let project = Project::of_year_0();
    let text = disk::read_to_string(&project.path(PIPELINE)).unwrap();
    let replies = text.find("[[source.recorded]]\npath = \"cbs_03759ned/").unwrap();
    let next = text.find("# Inhabitants at the end of a year").unwrap();
    let entry = "[[source.recorded]]\npath = \"cbs_03759ned/03759ned.zip\"\npeildatum = 2026-07-02\n\n";
    let text = format!("{}{entry}{}", &text[..replies], &text[next..]);
    project.write(PIPELINE, text.as_bytes());
    project.write("fixtures/cbs_03759ned/03759ned.zip", &zip4::zip(&whole()));
    project.nulmeting(&["run", "--offline", "--as-of", NIGHT]).with(0);
    assert_eq!(inhabitants(&project), expected);
    let names = project
        .release()
        .lines("SELECT naam FROM bestanden WHERE bron = '03759ned'");
    assert!(
        names.len() == 1 && names[0].ends_with("-03759ned.zip"),
        "{names:?}"
    );

    let mut selection = whole();
    selection.observations.pop();
    project.write("fixtures/cbs_03759ned/03759ned.zip", &zip4::zip(&selection));
    project
        .run()
        .with(65)
        .saying(&["03759ned.zip/Observations.csv", "observations of the whole table"]);
}
