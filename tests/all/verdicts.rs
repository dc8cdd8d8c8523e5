//! Every verdict on a target that the statistical specification lists can be reached, by the evidence it names and by no other.
//!
//! The registers are the real ones with evidence added, and with some targets of our own beside the 66 where the real
//! ones have no deadline or base in reach. Which verdict follows from which evidence stands in section 2, "Target".

use std::collections::BTreeSet;

use nulmeting::pipeline::Table;

use crate::harness::{Asked, Project, load_pipeline, recorded_release};

/// The closed list: section 2 of the specification, with ` (onzeker)` where rules 7 and 8 allow it.
const ALL_VERDICTS: [&str; 19] = [
    "n.v.t. (voorwaarde niet vervuld)",
    "niet beschikbaar",
    "niet te beoordelen",
    "n.t.b. (klein aantal)",
    "geen meting",
    "geen meting, termijn verstreken",
    "nulmeting",
    "gehaald",
    "gehaald, te laat",
    "in uitvoering",
    "gehaald (onzeker)",
    "niet gehaald",
    "niet gehaald (onzeker)",
    "op koers",
    "op koers (onzeker)",
    "niet op koers",
    "niet op koers (onzeker)",
    "nog niet gehaald",
    "nog niet gehaald (onzeker)",
];

/// Evidence on a target: stand, day, value, denominator, and the document that proves it.
struct Evidence(
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const PROOF: &str = "raadsbrief 12";

/// Evidence on targets of the note, and the verdict of 2022 that follows.
const ON_TARGETS_OF_THE_NOTE: &[(Evidence, &str)] = &[
    // Rule 1: what is recorded so.
    (
        Evidence("4.1.2-4", "nvt", "2022-03-01", "", "", PROOF),
        "n.v.t. (voorwaarde niet vervuld)",
    ),
    (
        Evidence("4.4.2-1", "nvt", "2022-03-01", "", "", PROOF),
        "n.v.t. (voorwaarde niet vervuld)",
    ),
    // Rule 3: an undefined target stays so whatever is measured; a denominator below 10 tells about persons.
    (
        Evidence("G3", "meting", "2022-06-01", "20", "", PROOF),
        "niet te beoordelen",
    ),
    (
        Evidence("4.2.2-1a", "meting", "2022-06-01", "100", "8", PROOF),
        "n.t.b. (klein aantal)",
    ),
    (
        Evidence("4.4.5-1a", "meting", "2022-06-01", "100", "9", PROOF),
        "n.t.b. (klein aantal)",
    ),
    (
        Evidence("4.1.1-3a", "meting", "2022-06-01", "5", "9", PROOF),
        "n.t.b. (klein aantal)",
    ),
    // Rule 4: without a document, before the policy began or after the report year there is no evidence.
    (
        Evidence("4.3.2-1a", "gereed", "2022-06-01", "", "", ""),
        "geen meting",
    ),
    (
        Evidence("4.2.4-1a", "gereed", "2023-01-01", "", "", PROOF),
        "geen meting",
    ),
    (
        Evidence("4.4.1-1", "gereed", "2018-12-31", "", "", PROOF),
        "geen meting",
    ),
    (Evidence("4.2.1-2", "meting", "", "8", "", PROOF), "geen meting"),
    // Rule 6: milestones, research and what goes on.
    (
        Evidence("4.1.2-1", "gereed", "2022-12-31", "", "", PROOF),
        "gehaald",
    ),
    (Evidence("G4c", "gereed", "2021-12-31", "", "", PROOF), "gehaald"),
    (
        Evidence("4.1.3-1a", "gereed", "2022-01-01", "", "", PROOF),
        "gehaald, te laat",
    ),
    (
        Evidence("4.1.2-3", "gestart", "2022-02-01", "", "", PROOF),
        "in uitvoering",
    ),
    (
        Evidence("4.1.2-2", "gereed", "2022-05-01", "", "", PROOF),
        "gehaald",
    ),
    (
        Evidence("4.2.2-2", "gestart", "2022-05-01", "", "", PROOF),
        "in uitvoering",
    ),
    (
        Evidence("4.1.1-2", "gereed", "2022-05-01", "", "", PROOF),
        "in uitvoering",
    ),
    (
        Evidence("4.1.3-3", "meting", "2022-12-31", "40", "", PROOF),
        "in uitvoering",
    ),
    // Rule 8: a mark out of a sample without a known spread is uncertain on both sides of 7,5.
    (
        Evidence("G4a", "meting", "2022-09-01", "7,6", "", PROOF),
        "op koers (onzeker)",
    ),
    (
        Evidence("G4b", "meting", "2022-09-01", "7,4", "", PROOF),
        "nog niet gehaald (onzeker)",
    ),
    // "Before D only cumulative counters (≥3 instruments) can be `gehaald`."
    (
        Evidence("4.2.1-1b", "meting", "2022-10-01", "3", "", PROOF),
        "gehaald",
    ),
    (
        Evidence("4.2.2-1b", "meting", "2022-10-01", "2", "", PROOF),
        "nog niet gehaald",
    ),
    // "Yearly targets have D each 31 December."
    (
        Evidence("4.3.1-1b", "meting", "2022-12-31", "3", "", PROOF),
        "gehaald",
    ),
    // A full register has no uncertainty; without a base the threshold itself is the measure.
    (
        Evidence("4.4.3-1", "meting", "2022-10-01", "100", "25", PROOF),
        "op koers",
    ),
    (
        Evidence("4.3.4-1", "meting", "2022-10-01", "80", "25", PROOF),
        "nog niet gehaald",
    ),
];

/// A target of our own: number, kind, threshold, unit, direction, base of 2019, deadline, rhythm.
struct Target(
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

impl Target {
    fn line(&self, place: usize, indicator: &str) -> String {
        let Self(number, kind, threshold, unit, direction, base, deadline, rhythm) = self;
        let base_year = if base.is_empty() { "" } else { "2019" };
        let instrument = if indicator.is_empty() { "" } else { "hengelopanel" };
        format!(
            "{number};3;;{place};Proefdoel;{kind};;;{threshold};{unit};{direction};{base};{base_year};{deadline};;nee;\
             {rhythm};nee;;{indicator};{instrument};proef;nee;ja;;\n"
        )
    }
}

const FULL_REGISTER: (&str, &str) = ("acties", "2022-12-31");

/// Targets of our own with a value of 2022 and the verdict that follows.
const ON_TARGETS_OF_OUR_OWN: &[(Target, &str, &str)] = &[
    // Rule 7, at the deadline.
    (
        Target(
            "X-1",
            "NUM",
            "3",
            FULL_REGISTER.0,
            ">=",
            "",
            "2022-12-31",
            "eenmalig",
        ),
        "3",
        "gehaald",
    ),
    (
        Target(
            "X-2",
            "NUM",
            "3",
            FULL_REGISTER.0,
            ">=",
            "",
            "2022-12-31",
            "eenmalig",
        ),
        "2",
        "niet gehaald",
    ),
    (
        Target(
            "X-3",
            "NUM",
            "7,5",
            "rapportcijfer",
            ">=",
            "",
            "2022-12-31",
            "eenmalig",
        ),
        "7,6",
        "gehaald (onzeker)",
    ),
    (
        Target(
            "X-4",
            "NUM",
            "7,5",
            "rapportcijfer",
            ">=",
            "",
            "2022-12-31",
            "eenmalig",
        ),
        "7,4",
        "niet gehaald (onzeker)",
    ),
    (
        Target("X-5", "COV", "100", "%", "=", "", "2022-12-31", "eenmalig"),
        "100",
        "gehaald",
    ),
    (
        Target("X-6", "COV", "100", "%", "=", "", "2022-12-31", "eenmalig"),
        "99",
        "niet gehaald",
    ),
    (
        Target(
            "X-7",
            "NUM",
            "3",
            FULL_REGISTER.0,
            ">=",
            "",
            "2024-12-31",
            "jaarlijks",
        ),
        "2",
        "niet gehaald",
    ),
    // Rule 8, before the deadline: from 100 in 2019 to 50 in 2024 the path of 2022 is at 70.
    (
        Target(
            "X-8",
            "NUM",
            "50",
            FULL_REGISTER.0,
            "<=",
            "100",
            "2024-12-31",
            "eenmalig",
        ),
        "70",
        "op koers",
    ),
    (
        Target(
            "X-9",
            "NUM",
            "50",
            FULL_REGISTER.0,
            "<=",
            "100",
            "2024-12-31",
            "eenmalig",
        ),
        "71",
        "niet op koers",
    ),
    (
        Target(
            "X-10",
            "NUM",
            "3",
            FULL_REGISTER.0,
            ">=",
            "",
            "2024-12-31",
            "eenmalig",
        ),
        "3",
        "op koers",
    ),
];

/// Survey targets like G2: from 18% in 2019 to 14,4% in 2024 the path of 2022 is at 15,84%. Number of the target, share in
/// 2022, participants, verdict. The limits are Wilson's with design effect 1.5, computed by hand from the formula.
const ON_SURVEYS: &[(&str, &str, &str, &str)] = &[
    // 9,7% - 14,7% of 1000
    ("X-20", "12", "1000", "op koers"),
    // 12,7% - 18,3% of 1000
    ("X-21", "15,3", "1000", "op koers (onzeker)"),
    // 13,4% - 19,0% of 1000
    ("X-22", "16", "1000", "niet op koers (onzeker)"),
    // 21,9% - 28,4% of 1000
    ("X-23", "25", "1000", "niet op koers"),
    // Nobody knows how many were asked.
    ("X-24", "12", "", "op koers (onzeker)"),
];

/// A measurement, in the unit of its target where it has a value.
fn measurement(number: usize, evidence: &Evidence, unit: &str) -> String {
    let Evidence(target, state, day, value, denominator, proof) = evidence;
    let unit = if value.is_empty() { "" } else { unit };
    format!(
        "proef_{number};{target};Proef;{state};{day};;{value};{denominator};{unit};Proef;{proof};proef;;\n"
    )
}

/// The unit of a target of the note, as its register has it.
fn unit_of(targets: &Table, target: &str) -> String {
    let row = targets.row_of("doel", target).unwrap();
    targets.text("eenheid", row).unwrap_or_default().to_owned()
}

/// A value for a target of our own, measured within the report year.
fn value_of(number: usize, target: &Target, value: &str) -> String {
    let Target(target, _, _, unit, ..) = target;
    let denominator = if value == "100" || value == "99" {
        "200"
    } else {
        ""
    };
    format!(
        "eigen_{number};{target};Proef;meting;{};;{value};{denominator};{unit};Proef;{PROOF};proef;;\n",
        FULL_REGISTER.1
    )
}

fn project_with_evidence() -> Project {
    let project = Project::copy();
    let pipeline = load_pipeline(&project.path("pipelines/hengelo.toml")).unwrap();
    let of_the_note = pipeline.table("doelen").unwrap();
    let (mut measurements, mut targets, mut surveys) = (String::new(), String::new(), String::new());
    for (number, (evidence, _)) in ON_TARGETS_OF_THE_NOTE.iter().enumerate() {
        measurements.push_str(&measurement(number, evidence, &unit_of(of_the_note, evidence.0)));
    }
    for (number, (target, value, _)) in ON_TARGETS_OF_OUR_OWN.iter().enumerate() {
        targets.push_str(&target.line(100 + number, ""));
        measurements.push_str(&value_of(number, target, value));
    }
    for (number, (target, share, participants, _)) in ON_SURVEYS.iter().enumerate() {
        let indicator = format!("proefvraag_{number}");
        let target = Target(target, "NUM", "14,4", "%", "<=", "18", "2024-12-31", "eenmalig");
        targets.push_str(&target.line(200 + number, &indicator));
        surveys.push_str(&survey(&indicator, "hengelopanel", share, participants));
    }
    // Evidence that an older one is followed by, and yearly actions of the year before.
    targets.push_str(&Target("X-30", "MIL", "", "", "", "", "2024-12-31", "eenmalig").line(300, ""));
    measurements.push_str(&measurement(
        300,
        &Evidence("X-30", "gestart", "2021-03-01", "", "", PROOF),
        "",
    ));
    measurements.push_str(&measurement(
        301,
        &Evidence("X-30", "gereed", "2022-03-01", "", "", PROOF),
        "",
    ));
    targets
        .push_str(&Target("X-31", "NUM", "3", "acties", ">=", "", "2024-12-31", "jaarlijks").line(301, ""));
    measurements.push_str(&measurement(
        302,
        &Evidence("X-31", "meting", "2021-12-31", "5", "", PROOF),
        "acties",
    ));
    // Nine cases of a target that nobody expected to be about so few.
    targets.push_str(&Target("X-33", "COV", "100", "%", "=", "", "2024-12-31", "eenmalig").line(303, ""));
    measurements.push_str(&measurement(
        303,
        &Evidence("X-33", "meting", "2022-11-01", "100", "9", PROOF),
        "%",
    ));
    // A survey by another instrument than the target names.
    targets.push_str(
        &Target("X-32", "NUM", "30", "%", "<=", "39", "2024-12-31", "eenmalig")
            .line(302, "onveilig_algemeen"),
    );
    surveys.push_str(&survey("onveilig_algemeen", "veiligheidsmonitor", "20", "1000"));
    project.append("pipelines/hengelo/metingen.csv", &measurements);
    project.append("pipelines/hengelo/doelen.csv", &targets);
    project.append("pipelines/hengelo/monitor.csv", &surveys);
    project
}

fn survey(indicator: &str, instrument: &str, share: &str, participants: &str) -> String {
    format!("{indicator};Proefvraag;{instrument};2022;{share};%;aandeel;{participants};;1,5;lager;;\n")
}

/// The verdict on a target.
#[track_caller]
fn verdict(release: &Asked, target: &str) -> String {
    let found = release.lines(&format!(
        "SELECT oordeel FROM doel_voortgang WHERE doel = '{target}'"
    ));
    assert_eq!(found.len(), 1, "{target}");
    found[0].clone()
}

fn verdicts(release: &Asked) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = release
        .lines("SELECT DISTINCT oordeel FROM doel_voortgang")
        .into_iter()
        .collect();
    found.extend(
        release.lines("SELECT oordeel_herzien FROM doel_voortgang WHERE oordeel_herzien IS NOT NULL"),
    );
    found
}

/// The last year with police figures; the years after it are taken out of the pipeline.
fn released_as_of(project: &Project, report_year: i32) -> Asked {
    project.without_years_after(report_year);
    project.run().with(0);
    let release = project.release();
    let year = release.lines("SELECT DISTINCT rapportjaar FROM doel_voortgang");
    assert_eq!(year, [report_year.to_string()]);
    release
}

#[test]
fn each_kind_of_evidence_leads_to_the_verdict_of_the_specification_and_all_verdicts_are_reached() {
    let project = project_with_evidence();
    project.run().with(0);
    let release = project.release();
    let of_the_note = ON_TARGETS_OF_THE_NOTE
        .iter()
        .map(|(evidence, expected)| (evidence.0, *expected));
    let of_our_own = ON_TARGETS_OF_OUR_OWN
        .iter()
        .map(|(target, _, expected)| (target.0, *expected));
    let of_surveys = ON_SURVEYS
        .iter()
        .map(|(target, _, _, expected)| (*target, *expected));
    let of_others = [
        // The newest evidence counts.
        ("X-30", "gehaald"),
        // What was done last year is no evidence for this year's target.
        ("X-31", "geen meting"),
        // Rule 3: another instrument.
        ("X-32", "niet te beoordelen"),
        // Rule 3: the denominator alone decides.
        ("X-33", "n.t.b. (klein aantal)"),
    ];
    let mut wrong = Vec::new();
    for (target, expected) in of_the_note.chain(of_our_own).chain(of_surveys).chain(of_others) {
        let found = verdict(&release, target);
        if found != expected {
            wrong.push(format!("{target}: {found}, the specification says {expected}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());

    let green_without_proof = release.lines(
        "SELECT doel, oordeel FROM doel_voortgang
         WHERE bewijs IS NULL AND (oordeel LIKE 'gehaald%' OR oordeel LIKE 'op koers%' OR oordeel = 'in uitvoering')",
    );
    assert_eq!(green_without_proof, Vec::<String>::new());

    let mut reached = verdicts(&release);
    // The two that this year cannot give: termijn verstreken stands in the release without evidence, nulmeting below.
    reached.extend(verdicts(&recorded_release()));
    reached.insert("nulmeting".to_owned());
    assert_eq!(reached, ALL_VERDICTS.map(str::to_owned).into());
}

#[test]
fn hand_kept_measurements_have_a_status_of_the_closed_list() {
    let project = Project::of_year_0();
    project.accept_missing_years();
    project.append(
        "pipelines/hengelo/metingen.csv",
        &measurement(1, &Evidence("4.1.2-1", "gereed", "2022-12-31", "", "", PROOF), ""),
    );
    project.run().with(0);
    let others = project.release().lines(
        "SELECT DISTINCT status FROM metingen
         WHERE status NOT IN ('definitief', 'nader_voorlopig', 'voorlopig', 'geextrapoleerd', 'gedrukt_in_nota')",
    );
    assert_eq!(others, Vec::<String>::new());
}

#[test]
fn the_main_target_is_the_year_0_itself_when_2019_is_the_report_year() {
    let project = Project::copy();
    let release = released_as_of(&project, 2019);
    assert_eq!(verdict(&release, "G1"), "nulmeting");
    // The deadline of 2021 has not passed.
    assert_eq!(verdict(&release, "G4c"), "geen meting");
    assert_eq!(verdict(&release, "4.1.3-1a"), "geen meting");
}

#[test]
fn an_unrepresentative_year_proves_nothing_about_the_main_target() {
    let project = Project::copy();
    let release = released_as_of(&project, 2021);
    let row = release.lines("SELECT waarde, oordeel, waarde_tekst FROM doel_voortgang WHERE doel = 'G1'");
    assert_eq!(
        row,
        ["1758.0 | niet te beoordelen | onder de streefwaarde, jaar niet representatief"]
    );
}

#[test]
fn were_only_2020_listed_the_main_target_would_be_on_course_in_2021() {
    let project = Project::copy();
    let text = nulmeting::disk::read_to_string(&project.path("pipelines/hengelo.toml")).unwrap();
    let start = text.find("[[policy.unrepresentative]]\nyear = 2021").unwrap();
    let end = start + text[start..].find("\n\n").unwrap();
    project.edit("pipelines/hengelo.toml", &text[start..end], "");
    let release = released_as_of(&project, 2021);
    assert_eq!(verdict(&release, "G1"), "op koers");
}
