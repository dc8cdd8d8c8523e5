//! The national survey, fetched: outcomes with the margins of the source, beside those of the note and never among them.
//!
//! No row of 85146NED was recorded, so its figures are made up here, in the shape that the specification gives: the
//! outcome and the limits of its interval are rows that differ in `Marges`, and `.` stands where a sample was too small.

use serde_json::Value;

use crate::harness::{Asked, NIGHT, Project, recorded_release, repository};
use crate::live::{Live, described, information, topic};
use crate::service::faults::{Fault, Matcher, Times};
use crate::service::table3::{Dimension, Member, Table3};

/// The table.
pub const SURVEY: &str = "85146NED";
const SOURCE: &str = "cbs_veiligheidsmonitor";
const PIPELINE: &str = "pipelines/hengelo.toml";
const QUESTIONS: &str = "pipelines/hengelo/monitor_vragen.csv";

const UNSAFE_NEARBY: &str = "VoeltZichWeleensOnveiligInBuurt_50";
const MARK: &str = "RapportcijferVeiligheidInBuurt_60";
const COHESION: &str = "SocialeCohesieSchaalscore_15";

/// Topics in the order of the table; the first is asked by nobody.
const TOPICS: [&str; 10] = [
    "Straatverlichting_3",
    COHESION,
    "VooruitGegaan_16",
    "AchteruitGegaan_17",
    "RapportcijferLeefbaarheidWoonbuurt_18",
    "VoeltZichWeleensOnveilig_43",
    UNSAFE_NEARBY,
    "DenktDatErVeelCriminaliteitInBuurt_57",
    "VindtCriminaliteitInBuurtToegenomen_58",
    MARK,
];

/// A region with outcome, lower and upper limit in tenths, of two years.
type Outcomes = (&'static str, &'static str, [Option<[i64; 3]>; 2]);

const OUTCOMES: [Outcomes; 6] = [
    (
        UNSAFE_NEARBY,
        "GM0164",
        [Some([152, 121, 189]), Some([201, 170, 238])],
    ),
    (
        UNSAFE_NEARBY,
        "NL01",
        [Some([143, 140, 146]), Some([159, 156, 162])],
    ),
    (
        UNSAFE_NEARBY,
        "GM0153",
        [Some([251, 222, 283]), Some([259, 229, 291])],
    ),
    (MARK, "GM0164", [Some([74, 73, 75]), Some([72, 71, 73])]),
    (COHESION, "GM0164", [Some([62, 61, 63]), None]),
    (COHESION, "NL01", [Some([63, 63, 63]), Some([62, 62, 62])]),
];

/// Whether a topic is a share, and no mark or score.
fn is_share(topic: &str) -> bool {
    !topic.starts_with("Rapportcijfer") && topic != COHESION
}

/// 85146NED of two years: the outcomes above; where nothing else is said a share of 30.0 (28.0 to 32.0), and a mark or a score
/// of a tenth of it.
pub fn safety_monitor(like: &Table3, years: [i32; 2]) -> Table3 {
    let named = |members: &[(&str, &str)]| -> Vec<Member> {
        members
            .iter()
            .map(|(key, title)| Member::new(key, title))
            .collect()
    };
    let margins = [
        ("MW00000", "Waarde"),
        ("MOG0095", "Ondergrens 95%-interval"),
        ("MBG0095", "Bovengrens 95%-interval"),
    ];
    let regions = [
        ("NL01", "Nederland"),
        ("PV23", "Overijssel (PV)"),
        ("GM0153", "Enschede"),
        ("GM0164", "Hengelo (O.)"),
    ];
    let periods = years.map(|year| Member::new(&format!("{year}JJ00"), &year.to_string()));
    let title = "Veiligheidsmonitor; kerncijfers, regio";
    let mut properties = vec![
        described("Marges", "Dimension", "Marges"),
        described("RegioS", "GeoDimension", "Regio's"),
        described("Perioden", "TimeDimension", "Perioden"),
    ];
    properties.extend(TOPICS.map(|key| topic(key, key)));
    for (name, value) in properties.iter_mut().flatten() {
        if &**name == "Unit" {
            *value = Value::from("%");
        }
    }
    let mut table = Table3::new(
        information(like, SURVEY, title, "2026-03-02T02:00:00"),
        properties,
        [
            Dimension::new("Marges", "Dimension", named(&margins)),
            Dimension::new("RegioS", "GeoDimension", named(&regions)),
            Dimension::new("Perioden", "TimeDimension", periods.to_vec()),
        ],
        &TOPICS,
    );
    table.count_in_tenths();
    for (place, (margin, _)) in margins.iter().enumerate() {
        for (region, _) in regions {
            for (nth, year) in years.iter().enumerate() {
                let row = table.position(margin, region, &format!("{year}JJ00"));
                for (number, topic) in TOPICS.iter().enumerate() {
                    let made_up = OUTCOMES.iter().find(|(key, of, _)| key == topic && *of == region);
                    let cell = match made_up {
                        Some((_, _, outcomes)) => outcomes[nth].map(|limits| limits[place]),
                        None if is_share(topic) => Some([300, 280, 320][place]),
                        None => Some([30, 28, 32][place]),
                    };
                    table.set_row(row, number, cell);
                }
            }
        }
    }
    // A limit without an outcome says nothing and is not shown.
    let orphan = table.position("MBG0095", "GM0164", &format!("{}JJ00", years[1]));
    let cohesion = TOPICS.iter().position(|topic| *topic == COHESION).unwrap();
    table.set_row(orphan, cohesion, Some(65));
    table
}

/// A project whose police figures are those of year 0, after a night.
fn after_a_night(project: Project) -> (Live, Asked) {
    let live = Live::new(project, &[2019]);
    live.run().with(0);
    let release = live.project.release();
    (live, release)
}

#[test]
fn outcomes_come_with_the_margins_of_the_source_and_a_dot_is_missing_and_not_nought() {
    let (_live, release) = after_a_night(Project::of_year_0());
    let asked = |indicator: &str| {
        release.lines(&format!(
            "SELECT regio_code, regio, jaar, waarde, ondergrens, bovengrens, betrouwbaarheid, reden, status, bron, peildatum
             FROM monitor WHERE indicator = '{indicator}' ORDER BY regio_code, jaar"
        ))
    };
    assert_eq!(
        asked("vm_onveilig_in_buurt"),
        [
            "GM0164 | Hengelo | 2021 | 15.2 | 12.1 | 18.9 | 95.0 | waarde | definitief | 85146NED | 2026-03-02",
            "GM0164 | Hengelo | 2023 | 20.1 | 17.0 | 23.8 | 95.0 | waarde | definitief | 85146NED | 2026-03-02",
            "NL01 | Nederland | 2021 | 14.3 | 14.0 | 14.6 | 95.0 | waarde | definitief | 85146NED | 2026-03-02",
            "NL01 | Nederland | 2023 | 15.9 | 15.6 | 16.2 | 95.0 | waarde | definitief | 85146NED | 2026-03-02",
        ]
    );
    assert_eq!(
        asked("vm_sociale_cohesie")[1],
        "GM0164 | Hengelo | 2023 |  |  |  |  | ontbreekt | definitief | 85146NED | 2026-03-02"
    );
    // Nine questions of the register, two regions, two years; nothing of another place or topic.
    let all = "SELECT count(*), count(DISTINCT indicator), count(DISTINCT regio_code) FROM monitor WHERE bron = '85146NED'";
    assert_eq!(release.lines(all), ["36 | 9 | 2"]);
    let unlike = "SELECT count(*) FROM monitor WHERE bron <> '85146NED' AND (regio_code <> 'GM0164' OR ondergrens IS NOT NULL)";
    assert_eq!(release.lines(unlike), ["0"]);
}

#[test]
fn a_change_is_judged_by_the_two_intervals_and_corrected_within_its_own_survey() {
    let (_live, release) = after_a_night(Project::of_year_0());
    let change = |indicator: &str, region: &str| {
        release.lines(&format!(
            "SELECT vorige, verandering, significant, oordeel, voorbehoud FROM monitor_indicator
             WHERE indicator = '{indicator}' AND regio_code = '{region}' AND meting = 2023"
        ))
    };
    // SciPy 1.17.1, with the sides of the intervals that face each other: a rise of 4.9 that reaches hypot(3.1, 3.7) has
    // p 0.0466, a fall of 0.2 that reaches hypot(0.1, 0.1) has p 0.0056. Eight questions have both years, so Holm gives
    // 8 x 0.0056 = 0.045 and 7 x 0.0466 = 0.33.
    assert_eq!(
        change("vm_onveilig_in_buurt", "GM0164"),
        ["15.2 | 4.9 | false | mogelijk hoger | niet-representatief jaar"]
    );
    assert_eq!(
        change("vm_veiligheid_in_buurt", "GM0164"),
        ["7.4 | -0.2 | true | lager | niet-representatief jaar"]
    );
    assert_eq!(
        change("vm_leefbaarheid", "GM0164"),
        ["3.0 | 0.0 | false | geen aantoonbaar verschil | niet-representatief jaar"]
    );
    assert_eq!(
        change("vm_onveilig_in_buurt", "NL01"),
        ["14.3 | 1.6 | true | hoger | niet-representatief jaar"]
    );
    assert_eq!(
        change("vm_sociale_cohesie", "GM0164"),
        ["6.2 |  |  | geen waarde | niet-representatief jaar"]
    );
    // A margin of nought on a change: nothing is known of it.
    assert_eq!(
        change("vm_sociale_cohesie", "NL01"),
        ["6.3 | -0.1 |  | niet te beoordelen | niet-representatief jaar"]
    );
    // What the note prints is judged as if nothing had been fetched.
    let of_the_note = "SELECT indicator, meting, waarde, ondergrens, bovengrens, marge_indicatief, vorige, significant, oordeel
                       FROM monitor_indicator WHERE bron = 'nota' ORDER BY indicator, meting";
    assert_eq!(release.lines(of_the_note), recorded_release().lines(of_the_note));
    let twice = "SELECT count(*) FROM voortgangsrapportage WHERE cijfer LIKE 'monitor_indicator.%'
                 GROUP BY cijfer HAVING count(*) > 1";
    assert_eq!(release.lines(twice), Vec::<String>::new());
}

#[test]
fn a_measurement_from_before_the_break_of_2021_is_never_the_one_before() {
    let of_2019 = "vm_onveilig_in_buurt;Voelt zich weleens onveilig in de buurt;veiligheidsmonitor;2019;16;%;aandeel;400;;1;lager;;\n";
    let asked = "SELECT meting, vorige, verandering, oordeel, voorbehoud FROM monitor_indicator
                 WHERE indicator = 'vm_onveilig_in_buurt' AND regio_code = 'GM0164' ORDER BY meting";
    let project = Project::of_year_0();
    project.append("pipelines/hengelo/monitor.csv", of_2019);
    let (live, release) = after_a_night(project);
    assert_eq!(
        release.lines(asked),
        [
            "2019 |  |  | niet te beoordelen | ",
            "2021 |  |  | niet te beoordelen | niet-representatief jaar; trendbreuk",
            "2023 | 15.2 | 4.9 | mogelijk hoger | niet-representatief jaar",
        ]
    );
    // The register of breaks decides: without the row the years stand in one line, and have no test in common.
    let breaks = "pipelines/hengelo/trendbreuken.csv";
    let text = nulmeting::disk::read_to_string(&live.project.path(breaks)).unwrap();
    let row = text
        .lines()
        .find(|line| line.starts_with("veiligheidsmonitor_2021;"))
        .unwrap();
    live.project.edit(breaks, &format!("{row}\n"), "");
    live.project.nulmeting(&["build", "--as-of", NIGHT]).with(0);
    assert_eq!(
        live.project.release().lines(asked)[1],
        "2021 | 16.0 | -0.8 | niet te beoordelen | niet-representatief jaar"
    );
}

#[test]
fn the_report_shows_municipality_and_country_with_margin_and_source_and_calls_it_no_evidence() {
    let live = Live::new(Project::of_year_0(), &[2019]);
    let like = crate::live::crimes(&[2019]);
    live.service.add3(safety_monitor(&like, [2017, 2019]));
    live.run().with(0);
    let release = live.project.release();
    let targets = "SELECT doel, waarde, oordeel, bewijs, achtergrond FROM doel_voortgang WHERE doel IN ('G2', 'G3') ORDER BY doel";
    assert_eq!(
        release.lines(targets),
        [
            "G2 |  | geen meting |  | vm_onveilig_in_buurt",
            "G3 |  | niet te beoordelen |  | vm_leefbaarheid; vm_veel_criminaliteit_in_buurt; vm_veiligheid_in_buurt",
        ]
    );
    let report = disk_of(&live);
    for text in [
        "Wat inwoners zeggen: Veiligheidsmonitor",
        "Bron: CBS StatLine, Veiligheidsmonitor; kerncijfers, regio (85146NED), peildatum 2\u{a0}maart\u{a0}2026.",
        "17,0–23,8",
        "15,6–16,2",
        "de bron geeft geen uitkomst",
        "Achtergrond uit een andere enquête, geen bewijs. \
         Voelt zich weleens onveilig in de buurt: 20,1% (17,0–23,8), veiligheidsmonitor 2019.",
        "alleen nog vragenlijsten via internet",
    ] {
        assert!(report.contains(text), "{text}");
    }
    let cell = report
        .split_once("17,0–23,8")
        .unwrap()
        .1
        .split_once("</td>")
        .unwrap()
        .0;
    assert!(cell.contains("Nederland"), "{cell}");
    assert!(!report.contains("Van de meting van 2017 en 2019 is het aantal deelnemers"));
}

/// The report of the current release.
fn disk_of(live: &Live) -> String {
    let folder = live.project.data().join("current/rapport");
    let files = nulmeting::disk::list(&folder).unwrap();
    nulmeting::disk::read_to_string(&files[0]).unwrap()
}

#[test]
fn offline_there_is_no_outcome_of_the_survey_and_nothing_in_its_place() {
    let release = recorded_release();
    let rows = "SELECT count(*), count(DISTINCT instrument) FROM monitor";
    // The rows of the register, less its header.
    let text = nulmeting::disk::read_to_string(&repository().join("pipelines/hengelo/monitor.csv")).unwrap();
    assert_eq!(release.lines(rows), [format!("{} | 1", text.lines().count() - 1)]);
    let background = "SELECT count(*) FROM doel_voortgang WHERE achtergrond IS NOT NULL";
    assert_eq!(release.lines(background), ["0"]);
}

#[test]
fn a_place_that_the_survey_does_not_give_leaves_the_country_alone() {
    let live = Live::of_year_0();
    let like = crate::live::crimes(&[2019]);
    live.service.add3(safety_monitor(&like, [2017, 2019]));
    live.service.table3_mut(SURVEY).drop_region("GM0164");
    live.run().with(0);
    let release = live.project.release();
    let regions = "SELECT DISTINCT regio_code FROM monitor WHERE bron = '85146NED'";
    assert_eq!(release.lines(regions), ["NL01"]);
    let evidence = "SELECT count(*) FROM doel_voortgang WHERE achtergrond IS NOT NULL";
    assert_eq!(release.lines(evidence), ["0"]);
    assert!(disk_of(&live).contains("Voor Hengelo geeft deze bron geen uitkomsten."));
}

#[test]
fn a_table_that_changed_gives_its_newest_outcomes_once() {
    let (live, _) = after_a_night(Project::of_year_0());
    {
        let mut table = live.service.table3_mut(SURVEY);
        let topic = TOPICS.iter().position(|topic| *topic == UNSAFE_NEARBY).unwrap();
        for (margin, tenths) in [("MW00000", 199), ("MOG0095", 168), ("MBG0095", 236)] {
            let row = table.position(margin, "GM0164", "2023JJ00");
            table.set_row(row, topic, Some(tenths));
        }
        table.set_modified("2026-09-01T02:00:00");
    }
    live.run().with(0);
    let asked = "SELECT waarde, ondergrens, bovengrens, peildatum FROM monitor
                 WHERE indicator = 'vm_onveilig_in_buurt' AND regio_code = 'GM0164' AND jaar = 2023";
    assert_eq!(
        live.project.release().lines(asked),
        ["19.9 | 16.8 | 23.6 | 2026-09-01"]
    );
}

#[test]
fn a_margin_that_did_not_come_is_a_gap() {
    let live = Live::of_year_0();
    live.service.on(
        Matcher::path(&format!("{SURVEY}/UntypedDataSet")),
        Times::Every,
        Fault::DropRow(5),
    );
    live.fetch(SOURCE)
        .with(69)
        .saying(&["1 of 12 rows are missing", "Marges M"]);
    assert_eq!(live.landed(SOURCE).len(), 0);
}

#[test]
fn a_dimension_a_margin_or_a_topic_that_the_table_has_not_is_refused_with_file_and_hint_and_costs_the_survey()
{
    let hint = "check [source.margins]";
    let topic = UNSAFE_NEARBY;
    for (file, from, to, expected) in [
        (
            PIPELINE,
            "dimension = \"Marges\"",
            "dimension = \"Betrouwbaarheid\"",
            [
                "-DataProperties.json, line 1",
                "a table with the dimension Betrouwbaarheid",
                hint,
            ],
        ),
        (
            PIPELINE,
            "lower = \"MOG0095\"",
            "lower = \"MOG0099\"",
            [
                "-Marges.json, line 1",
                "a member `MOG0099` in the list Marges, found \"MW00000, MOG0095, MBG0095\"",
                hint,
            ],
        ),
        (
            QUESTIONS,
            topic,
            "VoeltZichWeleensOnveiligInBuurt_54",
            [
                "-DataProperties.json)",
                "VoeltZichWeleensOnveiligInBuurt_54 -> VoeltZichWeleensOnveiligInBuurt_50",
                "monitor_vragen",
            ],
        ),
        (
            QUESTIONS,
            "VooruitGegaan_16",
            "VooruitGaan_16",
            ["-DataProperties.json)", "VooruitGaan_16 -> ?", "monitor_vragen"],
        ),
    ] {
        let project = Project::of_year_0();
        project.edit(file, from, to);
        let live = Live::new(project, &[2019]);
        live.run().with(0).saying(&expected);
        let rows = "SELECT count(*) AS n FROM monitor WHERE bron = '85146NED'";
        assert!(live.project.release().number(rows) == 0.0);
    }
}

#[test]
fn limits_that_were_taken_for_each_other_or_for_the_outcome_are_not_published() {
    for (one, other) in [("lower", "upper"), ("value", "lower")] {
        let project = Project::of_year_0();
        let member = |key: &str| match key {
            "lower" => "MOG0095",
            "upper" => "MBG0095",
            _ => "MW00000",
        };
        let line = |key: &str, member: &str| format!("{key} = \"{member}\"");
        project.edit(PIPELINE, &line(one, member(one)), &line(one, "MX"));
        project.edit(PIPELINE, &line(other, member(other)), &line(other, member(one)));
        project.edit(PIPELINE, &line(one, "MX"), &line(one, member(other)));
        let live = Live::new(project, &[2019]);
        live.run()
            .with(0)
            .saying(&["does not pass the checks", "enquete_marge: ", "volgens 85146NED"]);
        let rows = "SELECT count(*) AS n FROM monitor WHERE bron = '85146NED'";
        assert!(live.project.release().number(rows) == 0.0);
    }
}
