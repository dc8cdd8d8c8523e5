//! One source's trouble costs that source's news and not the night: what is published without it, what is said of it, and
//! what still stops.

use std::time::Duration;

use nulmeting::disk;

use crate::harness::{Asked, Ended, NIGHT, Project};
use crate::live::{CRIMES, Live, NUISANCE};
use crate::service::faults::{Fault, Matcher, Times};
use crate::surveys::{SURVEY, safety_monitor};

const PIPELINE: &str = "pipelines/hengelo.toml";
const QUESTIONS: &str = "pipelines/hengelo/monitor_vragen.csv";
const SURVEY_SOURCE: &str = "cbs_veiligheidsmonitor";
const UNSAFE_NEARBY: &str = "VoeltZichWeleensOnveiligInBuurt_50";
const NEXT_NIGHT: &str = "2026-11-25";

impl Live {
    /// A night of another day.
    fn run_on(&self, day: &str) -> Ended {
        self.night(&["run", "--as-of", day])
    }

    /// The report that stands.
    fn report(&self) -> String {
        let files = disk::list(&self.project.data().join("current/rapport")).unwrap();
        disk::read_to_string(&files[0]).unwrap()
    }

    fn releases(&self) -> usize {
        nulmeting::publish::list(&self.project.data()).unwrap().len()
    }

    /// Changes an outcome of the survey with its limits, and says so in its metadata alone.
    fn set_outcome(&self, place: usize, tenths: [i64; 3], metadata: &str) {
        let mut table = self.service.table3_mut(SURVEY);
        for (margin, tenths) in ["MW00000", "MOG0095", "MBG0095"].iter().zip(tenths) {
            let row = table.position(margin, "GM0164", "2023JJ00");
            table.set_row(row, place, Some(tenths));
        }
        table.set_text("MetaDataModified", metadata);
    }
}

/// Where the question of [`UNSAFE_NEARBY`] stands among the topics.
fn place_of_unsafe(live: &Live) -> usize {
    let table = live.service.table3_mut(SURVEY);
    table
        .topics()
        .iter()
        .position(|topic| &**topic == UNSAFE_NEARBY)
        .unwrap()
}

/// The findings on sources that stayed behind.
fn findings(release: &Asked) -> Vec<String> {
    release.lines("SELECT voorbeelden FROM controles WHERE controle = 'bron_achtergebleven' AND aantal > 0")
}

/// All outcomes of the survey.
fn outcomes(release: &Asked) -> Vec<String> {
    release.lines(
        "SELECT indicator, regio_code, jaar, waarde, ondergrens, bovengrens, peildatum FROM monitor
         WHERE bron = '85146NED' ORDER BY indicator, regio_code, jaar",
    )
}

#[test]
fn renumbered_topics_cost_the_news_of_the_survey_and_not_the_night() {
    let live = Live::of_year_0();
    live.run().with(0);
    let before = outcomes(&live.project.release());
    {
        let mut table = live.service.table3_mut(SURVEY);
        for (old, new) in [
            (UNSAFE_NEARBY, "VoeltZichWeleensOnveiligInBuurt_54"),
            ("VooruitGegaan_16", "VooruitGegaan_19"),
            ("AchteruitGegaan_17", "VindtBuurtAchteruitGegaan_20"),
        ] {
            table.rename_topic(old, new);
        }
        table.set_modified("2026-09-01T02:00:00");
    }
    // The police have news of the same night.
    {
        let mut crimes = live.service.table3_mut(CRIMES);
        crimes.set_modified("2026-08-15T02:00:00");
    }
    let ended = live.run().with(0);
    for text in [
        "Achtergebleven",
        "cbs_veiligheidsmonitor (85146NED) heeft sinds 2026-11-24 geen nieuws",
    ] {
        let printed = ended.stdout.replace("\n   ", "");
        assert!(printed.contains(text), "{text} in {}", ended.stdout);
    }
    assert!(
        ended.stdout.lines().all(|line| line.chars().count() <= 110),
        "{}",
        ended.stdout
    );
    let ended = ended.saying(&[
        "warning: source `cbs_veiligheidsmonitor` (85146NED) cannot be read since 2026-11-24; its edition of 2026-09-01 is left out; its figures stay those of 2026-03-02",
        "has not 3 of the topics of monitor_vragen",
        "  VoeltZichWeleensOnveiligInBuurt_50 -> VoeltZichWeleensOnveiligInBuurt_54",
        "  VooruitGegaan_16 -> VooruitGegaan_19",
        "  AchteruitGegaan_17 -> VindtBuurtAchteruitGegaan_20",
        "hint: a table numbers its topics anew",
    ]);
    let release = live.project.release();
    let found = findings(&release);
    assert_eq!(
        found,
        [
            "bron cbs_veiligheidsmonitor (85146NED) heeft sinds 2026-11-24 geen nieuws: onderwerpen van monitor_vragen staan niet meer onder hun sleutel in de tabel (VoeltZichWeleensOnveiligInBuurt_50 -> VoeltZichWeleensOnveiligInBuurt_54, VooruitGegaan_16 -> VooruitGegaan_19, AchteruitGegaan_17 -> VindtBuurtAchteruitGegaan_20), de stand van 2026-09-01 is overgeslagen, de cijfers blijven die van 2026-03-02"
        ]
    );
    assert_eq!(outcomes(&release), before);
    let news = "SELECT count(*) AS n FROM misdrijven WHERE peildatum = DATE '2026-08-15'";
    assert!(release.number(news) > 0.0);
    assert!(live.report().contains("cbs_veiligheidsmonitor (85146NED)"));
    let status = live.project.nulmeting(&["status"]).with(0).stdout;
    assert!(
        status.contains("behind     source `cbs_veiligheidsmonitor`"),
        "{status}"
    );
    assert!(
        status.contains("VooruitGegaan_16 -> VooruitGegaan_19"),
        "{status}"
    );
    let checks = live.project.nulmeting(&["check"]).with(0).stdout;
    assert!(
        checks.contains("geen nieuws: onderwerpen van monitor_vragen"),
        "{checks}"
    );
    // What was published can be compared.
    live.project.nulmeting(&["diff"]).with(0);

    // Another night of the same: nothing new, and said again, of the same day.
    let releases = live.releases();
    live.run_on(NEXT_NIGHT).with(0).saying(&[
        "niets nieuws",
        "cannot be read since 2026-11-24",
        "VooruitGegaan_16 -> VooruitGegaan_19",
    ]);
    assert_eq!(live.releases(), releases);
    live.project
        .nulmeting(&["build", "--as-of", NEXT_NIGHT])
        .with(0)
        .saying(&["niets nieuws", "cannot be read since 2026-11-24"]);
    // Built again by force the tables are the same, byte for byte.
    let hashes = |live: &Live| {
        let release = live.project.release().release;
        let tables = release.manifest.tables.iter();
        tables
            .map(|table| (table.file.clone(), table.sha256.clone()))
            .collect::<Vec<_>>()
    };
    let first = hashes(&live);
    live.project
        .nulmeting(&["build", "--force", "--as-of", NEXT_NIGHT])
        .with(0);
    assert_eq!(hashes(&live), first);

    // The lines of the message are what the register needs.
    let text = disk::read_to_string(&live.project.path(QUESTIONS)).unwrap();
    let pasted: Vec<&str> = ended
        .stderr
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("vm_"))
        .collect();
    assert_eq!(pasted.len(), 3);
    let mended: Vec<&str> = text
        .lines()
        .map(|line| {
            let key = line.split(';').next().unwrap();
            let new = pasted.iter().find(|line| line.split(';').next() == Some(key));
            new.copied().unwrap_or(line)
        })
        .collect();
    live.project
        .write(QUESTIONS, format!("{}\n", mended.join("\n")).as_bytes());
    let ended = live.run_on(NEXT_NIGHT).with(0);
    assert!(!ended.stderr.contains("warning"), "{}", ended.stderr);
    let release = live.project.release();
    assert_eq!(findings(&release), Vec::<String>::new());
    assert_eq!(
        outcomes(&release),
        before
            .iter()
            .map(|line| line.replace("2026-03-02", "2026-09-01"))
            .collect::<Vec<_>>()
    );
}

#[test]
fn a_share_of_131_percent_holds_the_survey_back_also_when_only_its_metadata_say_that_it_changed() {
    let live = Live::of_year_0();
    live.run().with(0);
    let place = place_of_unsafe(&live);
    let before = outcomes(&live.project.release());
    live.set_outcome(place, [1310, 1270, 1380], "2026-09-01T02:00:00");
    live.run().with(0).saying(&[
        "source `cbs_veiligheidsmonitor` (85146NED) cannot be read since 2026-11-24",
        "expected a number of % from 0 to 100 for VoeltZichWeleensOnveiligInBuurt_50 in GM0164 over 2023JJ00, found 131",
    ]);
    let release = live.project.release();
    assert_eq!(outcomes(&release), before);
    let found = findings(&release);
    assert!(
        found[0].contains(
            "een uitkomst kan niet bestaan (VoeltZichWeleensOnveiligInBuurt_50, GM0164, 2023JJ00: 131)"
        ),
        "{found:?}"
    );
    // Both states are of one day, and the release knows which of them it read.
    live.project.nulmeting(&["diff"]).with(0);
    // Who asks for this source is told by the exit code.
    live.night(&["run", "--only", SURVEY_SOURCE, "--force", "--as-of", NIGHT])
        .with(65)
        .saying(&["found 131"]);

    live.set_outcome(place, [210, 180, 240], "2026-10-01T02:00:00");
    live.run_on(NEXT_NIGHT).with(0);
    let release = live.project.release();
    assert_eq!(findings(&release), Vec::<String>::new());
    assert!(
        outcomes(&release)
            .contains(&"vm_onveilig_in_buurt | GM0164 | 2023 | 21.0 | 18.0 | 24.0 | 2026-03-02".to_owned())
    );
    // From the first release to this one, over the one that did without.
    live.project.nulmeting(&["diff"]).with(0);
}

#[test]
fn an_outcome_of_a_year_that_has_not_begun_waits_for_it() {
    let live = Live::of_year_0();
    let like = crate::live::crimes(&[2019]);
    live.service.add3(safety_monitor(&like, [2023, 2027]));
    live.run()
        .with(0)
        .saying(&["expected a year up to 2026", "over 2027JJ00"]);
    assert_eq!(outcomes(&live.project.release()), Vec::<String>::new());
    assert!(findings(&live.project.release())[0].ends_with("er zijn geen cijfers van"));
    live.run_on("2026-12-31").with(0).saying(&["niets nieuws"]);
    let ended = live.run_on("2027-06-01").with(0);
    assert!(!ended.stderr.contains("2027JJ00"), "{}", ended.stderr);
    // Those of 2023 alone: an edition of before the end of 2027 has not the whole of it.
    assert_eq!(outcomes(&live.project.release()).len(), 18);
}

#[test]
fn one_slice_that_answers_500_for_ever_is_named_with_the_words_of_the_server_and_costs_its_table() {
    let live = Live::of_year_0();
    live.service.on(
        Matcher::path("85146NED/UntypedDataSet").with("2023JJ00"),
        Times::Every,
        Fault::Status(500, Vec::new(), "partitie 7 is\n kapot".to_owned()),
    );
    let said = [
        "source `cbs_veiligheidsmonitor`, 2023JJ00: no good answer in ",
        "last: status 500: partitie 7 is kapot",
        "the service answers, and not this question",
    ];
    let fetched = live.night(&["fetch"]).with(0).saying(&said);
    for (source, came) in [(SURVEY_SOURCE, "mislukt"), ("politie_misdrijven", "22125 rijen")] {
        let of_source = |line: &&str| line.starts_with(source) && line.contains(came);
        assert!(
            fetched.stdout.lines().any(|line| of_source(&line)),
            "{}",
            fetched.stdout
        );
    }
    // What was not fetched is not there, and whoever builds knows why.
    let built = live
        .project
        .nulmeting(&["build", "--as-of", NIGHT])
        .with(0)
        .saying(&said);
    assert!(built.stdout.contains("Achtergebleven"), "{}", built.stdout);
    let found = findings(&live.project.release());
    assert!(found[0].contains("een deel van de tabel kwam niet"), "{found:?}");
    assert!(found[0].ends_with("er zijn geen cijfers van"), "{found:?}");
    live.run().with(0).saying(&["niets nieuws"]).saying(&said);
    // Asked for by name it is an error.
    let asked = live.fetch(SURVEY_SOURCE).with(69);
    assert!(!asked.stderr.contains("gives nothing good"), "{}", asked.stderr);
    // The other period is there already.
    live.service.recover();
    let before = live.asked("85146NED/UntypedDataSet");
    live.run().with(0);
    assert_eq!(live.asked("85146NED/UntypedDataSet") - before, 1);
    assert_eq!(findings(&live.project.release()), Vec::<String>::new());
    assert_eq!(outcomes(&live.project.release()).len(), 36);
}

#[test]
fn an_outage_of_nuisance_costs_its_news_and_one_of_the_crimes_the_night() {
    let live = Live::of_year_0();
    live.run().with(0);
    let nuisance = "SELECT soort_code, regio_code, periode_code, waarde, reden, peildatum FROM overlast ORDER BY soort_code, regio_code, periode_code";
    let before = live.project.release().lines(nuisance);
    assert!(!before.is_empty());
    let text = disk::read_to_string(&live.project.path(PIPELINE)).unwrap();
    let base = format!("base_url = \"{}/ODataFeed/odata\"", live.service.url());
    let gone = "base_url = \"http://127.0.0.1:9/ODataFeed/odata\"";
    let without = |title: &str| {
        let (head, tail) = text.split_once(title).unwrap();
        format!("{head}{title}{}", tail.replacen(&base, gone, 1))
    };
    live.project
        .write(PIPELINE, without("title = \"Overlast per gemeente\"").as_bytes());
    let ended = live.run().with(0);
    assert!(ended.stdout.contains("Achtergebleven"), "{}", ended.stdout);
    ended.saying(&[
        "source `politie_overlast` (47021NED) brings nothing new since 2026-11-24; its figures stay those of 2023-11-01",
        "127.0.0.1:9 gives nothing good since",
    ]);
    let release = live.project.release();
    assert_eq!(release.lines(nuisance), before);
    assert_eq!(
        findings(&release),
        [
            "bron politie_overlast (47021NED) heeft sinds 2026-11-24 geen nieuws: de dienst was niet te bereiken of gaf niets bruikbaars, de cijfers blijven die van 2023-11-01"
        ]
    );
    let releases = live.releases();
    live.run_on(NEXT_NIGHT)
        .with(0)
        .saying(&["niets nieuws", "since 2026-11-24"]);
    assert_eq!(live.releases(), releases);

    // Without the crimes there is nothing to tell, and a source is what its line says.
    let crimes = without("title = \"Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente\"");
    live.project.write(PIPELINE, crimes.as_bytes());
    live.run_on(NEXT_NIGHT)
        .with(69)
        .saying(&["source `politie_misdrijven`"]);
    let (head, tail) = text
        .split_once("kind = \"police_nuisance\"\nneeded = false")
        .unwrap();
    let needed = format!(
        "{head}kind = \"police_nuisance\"\nneeded = true{}",
        tail.replacen(&base, gone, 1)
    );
    live.project.write(PIPELINE, needed.as_bytes());
    live.run_on(NEXT_NIGHT)
        .with(69)
        .saying(&["source `politie_overlast`"]);
    assert_eq!(live.releases(), releases);
    live.project.write(PIPELINE, text.as_bytes());
    live.run_on(NEXT_NIGHT).with(0);
    assert_eq!(findings(&live.project.release()), Vec::<String>::new());
}

#[test]
fn nuisance_that_does_not_make_its_total_stays_at_the_edition_that_did() {
    let live = Live::of_year_0();
    live.run().with(0);
    let nuisance = "SELECT soort_code, regio_code, periode_code, waarde, reden, peildatum FROM overlast ORDER BY soort_code, regio_code, periode_code";
    let before = live.project.release().lines(nuisance);
    {
        let mut table = live.service.table3_mut(NUISANCE);
        // Seven were counted in the total.
        table.set("E35", "GM0164", "2019JJ00", Some(8));
        table.set_modified("2024-02-01T02:00:00");
    }
    live.run().with(0).saying(&[
        "does not pass the checks since 2026-11-24; its edition of 2024-02-01 is left out; its figures stay those of 2023-11-01",
        "overlast_tegen_totaal: overlast in GM0164 over 2019JJ00",
    ]);
    let release = live.project.release();
    assert_eq!(release.lines(nuisance), before);
    assert!(findings(&release)[0].contains("een controle vond er een fout in (overlast_tegen_totaal)"));
    live.run_on(NEXT_NIGHT)
        .with(0)
        .saying(&["niets nieuws", "does not pass the checks since 2026-11-24"]);
    // A municipality that is gone from the nuisance alone is the nuisance's too.
    {
        let mut table = live.service.table3_mut(NUISANCE);
        table.set("E35", "GM0164", "2019JJ00", Some(7));
        table.drop_region("GM0164");
        table.set_modified("2024-03-01T02:00:00");
    }
    let ended = live.run_on(NEXT_NIGHT).with(0);
    ended.saying(&["its edition of 2024-03-01 is left out", "since 2026-11-24"]);
    assert_eq!(
        live.project
            .release()
            .lines("SELECT DISTINCT peildatum FROM overlast"),
        ["2023-11-01"]
    );
}

#[test]
fn after_a_kill_at_any_moment_of_a_night_with_trouble_the_next_one_says_the_same() {
    let live = Live::of_year_0();
    live.run().with(0);
    let place = place_of_unsafe(&live);
    let before = outcomes(&live.project.release());
    live.set_outcome(place, [1310, 1270, 1380], "2026-09-01T02:00:00");
    for moment in [50, 300, 1_000, 2_500, 5_000] {
        let mut child = live
            .project
            .start(&["run", "--as-of", NIGHT, "--outage-after", "2"]);
        std::thread::sleep(Duration::from_millis(moment));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(live.project.current().is_some());
        assert_eq!(outcomes(&live.project.release()), before, "{moment}");
    }
    live.run_on(NIGHT)
        .with(0)
        .saying(&["cannot be read since 2026-11-24"]);
    let release = live.project.release();
    assert_eq!(outcomes(&release), before);
    assert_eq!(findings(&release).len(), 1);
}

#[test]
fn a_last_page_that_is_full_and_then_an_empty_one_is_the_end() {
    // Three pages of just as many rows; the service only sees that there is no more when it is asked for it.
    for page in [7_375, 10_000] {
        let live = Live::of_year_0();
        live.service.table3_mut(CRIMES).set_page_size(page);
        live.service.on(
            Matcher::path("47013NED/UntypedDataSet"),
            Times::Every,
            Fault::LinkAfterLastPage,
        );
        let fetched = live.fetch("politie_misdrijven").with(0);
        assert!(fetched.stdout.contains("22125 rijen"), "{}", fetched.stdout);
        assert_eq!(live.asked("47013NED/UntypedDataSet"), 4, "{page}");
        live.service.recover();
        live.run().with(0);
        let rows = "SELECT count(*) FROM misdrijven";
        assert_eq!(live.project.release().lines(rows), ["22125"]);
    }
    // Nuisance is read row by row.
    let live = Live::of_year_0();
    live.service.on(
        Matcher::path("UntypedDataSet"),
        Times::Every,
        Fault::LinkAfterLastPage,
    );
    let ended = live.run().with(0);
    assert!(!ended.stderr.contains("warning"), "{}", ended.stderr);
    assert!(
        live.project
            .release()
            .number("SELECT count(*) AS n FROM overlast")
            > 0.0
    );
}

#[test]
fn a_table_of_a_day_that_has_not_come_is_refused() {
    let live = Live::of_year_0();
    live.service
        .table3_mut(SURVEY)
        .set_modified("2026-11-26T02:00:00");
    live.run().with(0).saying(&[
        "source `cbs_veiligheidsmonitor`: table 85146NED says that it changed on 2026-11-26, and it is 2026-11-24",
    ]);
    assert!(live.landed(SURVEY_SOURCE).is_empty());
    // The hour of another country may be a day ahead of the clock.
    live.run_on(NEXT_NIGHT).with(0);
    assert!(!live.landed(SURVEY_SOURCE).is_empty());
    live.service
        .table3_mut(CRIMES)
        .set_modified("2027-01-01T02:00:00");
    live.run_on(NEXT_NIGHT)
        .with(65)
        .saying(&["47013NED says that it changed on 2027-01-01", "look at the clock"]);
}

#[test]
fn a_member_that_the_table_has_no_more_is_the_trouble_of_its_source() {
    let project = Project::of_year_0();
    project.edit(PIPELINE, "dimension = \"Marges\"", "dimension = \"Marge\"");
    let live = Live::new(project, &[2019]);
    live.service.on(
        Matcher::path("47021NED/TableInfos"),
        Times::Every,
        Fault::Status(404, Vec::new(), "weg".to_owned()),
    );
    live.run().with(0).saying(&[
        "source `politie_overlast`: status 404",
        "source `cbs_veiligheidsmonitor` (85146NED) cannot be read",
        "a table with the dimension Marge",
    ]);
    let found = findings(&live.project.release()).join("\n");
    assert!(found.contains("de dienst weigerde de vraag (404)"), "{found}");
    assert!(
        found.contains("wat kwam is niet te lezen als deze tabel"),
        "{found}"
    );
    // A mistake that only the file can have ends the night.
    let text = disk::read_to_string(&live.project.path(PIPELINE)).unwrap();
    let mistaken = text.replacen(
        "kind = \"police_crime\"\nneeded = true",
        "kind = \"police_crime\"\nneeded = false",
        1,
    );
    live.project.write(PIPELINE, mistaken.as_bytes());
    live.run().with(78).saying(&[
        "no release can stand without crimes and inhabitants",
        "source[0].needed",
    ]);
}
