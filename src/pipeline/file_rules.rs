//! Whether the values of a pipeline file make sense, alone and together.
//!
//! Every judgement points at the place of its value in the file. Nothing is repaired or filled in here: a
//! pipeline that has to be guessed at is refused.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use chrono::NaiveDate;

use super::address::is_safe_address;
use super::day_rules::Days;
use super::error::{Findings, PipelineError, quoted};
use super::file::{Periods, PipelineFile, Policy, Source};
use super::file_places::Places;
use super::policy_rules::{check_policy, check_unrepresentative_years};
use super::schema::{Kind, POLICE_CODE, SEEN, Span};
use super::source_kind::{Protocol, SourceKind};

const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;
const LONGEST_NAME: usize = 64;
/// The id under which the files of the inbox land.
pub(super) const INBOX: &str = "inbox";

/// Adds what is wrong with `file` to `findings`; `today` is the day of the run.
pub(super) fn check_pipeline_file(
    name: &Path,
    file: &PipelineFile,
    today: NaiveDate,
    places: &Places<'_>,
    findings: &mut Findings,
) {
    let mut judge = Judge {
        name,
        today,
        places,
        findings,
    };
    check_municipality(file, &mut judge);
    check_policy(file, &mut judge);
    check_unrepresentative_years(file, &mut judge);
    check_inbox(file, &mut judge);
    check_sources(file, &mut judge);
}

/// The inbox is a folder below that of the pipeline file, and lands under a name of its own.
fn check_inbox(file: &PipelineFile, judge: &mut Judge<'_>) {
    if let Some(inbox) = &file.inbox {
        judge.refuse_unless(
            is_path_below(&inbox.folder),
            "inbox.folder",
            "a folder beside the pipeline file, of letters, digits, `_`, `-`, `.` and `/`, without `..`",
            &quoted(&inbox.folder),
        );
    }
    for (index, source) in file.sources.iter().enumerate() {
        judge.refuse_unless(
            !source.id.eq_ignore_ascii_case(INBOX),
            &format!("source[{index}].id"),
            "another id, for what is dropped lands under this one",
            &quoted(&source.id),
        );
    }
}

/// Where findings go, with the place of the value that each is about.
pub(super) struct Judge<'a> {
    name: &'a Path,
    today: NaiveDate,
    places: &'a Places<'a>,
    findings: &'a mut Findings,
}

impl Judge<'_> {
    pub(super) fn refuse_unless(&mut self, good: bool, path: &str, expected: &str, found: &str) {
        if !good {
            let error = PipelineError::new(self.name, expected, found);
            self.findings
                .push(error.in_field(path).at_position(self.places.of(path)));
        }
    }

    pub(super) fn refuse_unless_hinting(
        &mut self,
        good: bool,
        path: &str,
        (expected, found): (&str, &str),
        hint: &str,
    ) {
        if !good {
            let error = PipelineError::new(self.name, expected, found).with_hint(hint);
            self.findings
                .push(error.in_field(path).at_position(self.places.of(path)));
        }
    }

    pub(super) fn refuse_blank(&mut self, path: &str, text: &str) {
        self.refuse_unless(!text.trim().is_empty(), path, "a text", "nothing");
    }

    /// Refuses a day outside a span.
    pub(super) fn refuse_odd_day(&mut self, path: &str, day: NaiveDate, span: Span, policy: &Policy) {
        if let Some((expected, found, hint)) = Days::of(span, policy, self.today).mistake_of(day) {
            self.refuse_unless_hinting(false, path, (&expected, &found), &hint);
        }
    }

    pub(super) fn refuse_odd_year(&mut self, path: &str, year: i32) {
        self.refuse_unless(
            YEARS.contains(&year),
            path,
            "a year from 1900 to 2100",
            &year.to_string(),
        );
    }
}

fn check_municipality(file: &PipelineFile, judge: &mut Judge<'_>) {
    let municipality = &file.municipality;
    let is_code = municipality
        .code
        .strip_prefix("GM")
        .is_some_and(|number| number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()));
    let found = quoted(&municipality.code);
    judge.refuse_unless_hinting(
        is_code,
        "municipality.code",
        ("GM and four digits, such as GM0164", &found),
        "the code is in the list of municipalities of CBS, with its leading noughts",
    );
    judge.refuse_blank("municipality.name", &municipality.name);
    judge.refuse_blank("municipality.full_name", &municipality.full_name);
}

fn check_sources(file: &PipelineFile, judge: &mut Judge<'_>) {
    judge.refuse_unless(
        file.sources
            .iter()
            .any(|source| source.kind == SourceKind::PoliceCrime),
        "source",
        "at least one source of kind `police_crime`",
        "none",
    );
    let mut ids: HashMap<String, usize> = HashMap::new();
    let mut tables = HashSet::new();
    let mut recorded_paths = HashSet::new();
    for (index, source) in file.sources.iter().enumerate() {
        let path = |key: &str| format!("source[{index}].{key}");
        judge.refuse_unless_hinting(
            is_folder_name(&source.id),
            &path("id"),
            (
                "letters, digits, `_` and `-`, beginning with a letter or digit",
                &quoted(&source.id),
            ),
            "the id is also the name of a folder",
        );
        // Folders differ by more than capitals only on some disks.
        let earlier = ids.insert(source.id.to_ascii_lowercase(), index);
        let found = format!(
            "{}, also the id of source[{}]",
            quoted(&source.id),
            earlier.unwrap_or_default()
        );
        judge.refuse_unless(earlier.is_none(), &path("id"), "an id of its own", &found);
        judge.refuse_unless(
            !source.table.is_empty() && source.table.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            &path("table"),
            "a table such as 47013NED",
            &quoted(&source.table),
        );
        judge.refuse_unless_hinting(
            tables.insert(source.table.to_ascii_lowercase()),
            &path("table"),
            ("a table that no other source has", &quoted(&source.table)),
            "the same table twice would count everything twice",
        );
        judge.refuse_unless_hinting(
            is_safe_address(&source.base_url),
            &path("base_url"),
            (
                "an https address without user, query or fragment",
                &quoted(&source.base_url),
            ),
            "plain http is accepted for this computer only (localhost, 127.0.0.1, [::1])",
        );
        judge.refuse_unless_hinting(
            source.needed || source.kind.can_be_missed(),
            &path("needed"),
            (
                "true: no release can stand without crimes and inhabitants",
                "false",
            ),
            "only nuisance, districts and surveys can be missed",
        );
        check_bulk(index, source, judge);
        check_police_keys(index, source, judge);
        check_margins(index, source, judge);
        for (number, recorded) in source.recorded.iter().enumerate() {
            let path = |key: &str| format!("source[{index}].recorded[{number}].{key}");
            judge.refuse_unless(
                is_path_below(&recorded.path),
                &path("path"),
                "a path below fixtures/ of letters, digits, `_`, `-`, `.` and `/`, without `..`",
                &quoted(&recorded.path),
            );
            judge.refuse_unless(
                recorded_paths.insert(recorded.path.as_str()),
                &path("path"),
                "every recorded file once",
                &format!("{} again", quoted(&recorded.path)),
            );
            judge.refuse_odd_day(&path("peildatum"), recorded.peildatum, SEEN, &file.policy);
            if let Some(division) = recorded.division {
                judge.refuse_odd_year(&path("division"), division);
                judge.refuse_unless(
                    source.kind.is_police(),
                    &path("division"),
                    "no division: only police tables have one for all years",
                    &division.to_string(),
                );
            }
        }
    }
}

/// Only tables of OData v4 come as a zip, and then with all their periods.
fn check_bulk(index: usize, source: &Source, judge: &mut Judge<'_>) {
    let Some(url) = &source.bulk_url else { return };
    let path = format!("source[{index}].bulk_url");
    judge.refuse_unless_hinting(
        is_safe_address(url),
        &path,
        ("an https address without user, query or fragment", &quoted(url)),
        "plain http is accepted for this computer only (localhost, 127.0.0.1, [::1])",
    );
    judge.refuse_unless_hinting(
        source.kind.protocol() == Protocol::Observations,
        &path,
        ("no such key: only tables of OData v4 come as a zip", &quoted(url)),
        "leave it out: this table is fetched in pages",
    );
    judge.refuse_unless_hinting(
        source.periods == Periods::All,
        &format!("source[{index}].periods"),
        ("all periods, which is what a zip holds", "a part of them"),
        "leave out either periods or bulk_url",
    );
}

/// Keys that only mean something for a police table.
fn check_police_keys(index: usize, source: &Source, judge: &mut Judge<'_>) {
    if let Some(division) = source.division {
        let path = format!("source[{index}].division");
        judge.refuse_odd_year(&path, division);
        judge.refuse_unless(
            source.kind.is_police(),
            &path,
            "no division: only police tables have one for all years",
            &division.to_string(),
        );
    }
    if source.kind.is_police() && source.kind.is_of_districts() {
        judge.refuse_unless_hinting(
            source.total_code.is_some(),
            &format!("source[{index}].total_code"),
            (
                "the code of the row that totals all kinds",
                "no such key in this block",
            ),
            "a total bounds the counts in it, so it is shown by wijk under conditions of its own",
        );
    }
    for (key, codes) in [
        ("not_published_monthly", &source.not_published_monthly),
        ("not_published", &source.not_published),
    ] {
        check_withheld_kinds(&format!("source[{index}].{key}"), codes, source, judge);
    }
}

/// Kinds that the police keep back: codes of their own, each once, and never the total.
fn check_withheld_kinds(path: &str, codes: &[String], source: &Source, judge: &mut Judge<'_>) {
    let fits = |code: &str| matches!(POLICE_CODE, Kind::Shaped(shape) if (shape.fits)(code));
    for (place, code) in codes.iter().enumerate() {
        judge.refuse_unless(fits(code), path, "codes such as 1.4.1 or E33", &quoted(code));
        let is_first = !codes.iter().take(place).any(|other| other == code);
        let is_total = source.total_code.as_ref() == Some(code);
        judge.refuse_unless(
            is_first && !is_total,
            path,
            "each kind once, and not the total",
            &quoted(code),
        );
    }
    judge.refuse_unless(
        codes.is_empty() || source.kind.is_police(),
        path,
        "no such key: only the police withhold kinds",
        "codes",
    );
}

/// Only a survey has margins, and outcome, lower and upper limit are three members.
fn check_margins(index: usize, source: &Source, judge: &mut Judge<'_>) {
    let is_survey = source.kind == SourceKind::Survey;
    let Some(margins) = &source.margins else {
        judge.refuse_unless_hinting(
            !is_survey,
            &format!("source[{index}].kind"),
            ("a block [source.margins] below a survey", "no such block"),
            "it says which member of which dimension is the outcome and which are the limits of its interval",
        );
        return;
    };
    let path = |key: &str| format!("source[{index}].margins.{key}");
    judge.refuse_unless(
        is_survey,
        &path("dimension"),
        "no margins: only the table of a survey has them",
        &quoted(&margins.dimension),
    );
    let members = [&margins.value, &margins.lower, &margins.upper];
    let texts = [("dimension", &margins.dimension)]
        .into_iter()
        .chain(["value", "lower", "upper"].into_iter().zip(members));
    for (key, text) in texts {
        judge.refuse_blank(&path(key), text);
    }
    for (place, (key, member)) in ["value", "lower", "upper"].into_iter().zip(members).enumerate() {
        let earlier = members.iter().take(place).any(|earlier| *earlier == member);
        judge.refuse_unless(
            !earlier,
            &path(key),
            "three members that differ",
            &format!("{} again", quoted(member)),
        );
    }
    judge.refuse_unless(
        (1..=99).contains(&margins.percent),
        &path("percent"),
        "how sure the interval is, from 1 to 99 percent",
        &margins.percent.to_string(),
    );
}

fn is_folder_name(id: &str) -> bool {
    id.len() <= LONGEST_NAME
        && id.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn is_path_below(path: &str) -> bool {
    path.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::file::read_pipeline_file;
    use crate::pipeline::testing::{SMALL_PIPELINE, TODAY};

    /// The messages about the small pipeline in which `from` reads `to`.
    fn refused(from: &str, to: &str) -> String {
        assert!(SMALL_PIPELINE.contains(from), "{from}");
        let text = SMALL_PIPELINE.replacen(from, to, 1);
        let findings = read_pipeline_file(Path::new("x.toml"), text.as_bytes(), TODAY).unwrap_err();
        findings.into_error().to_string()
    }

    #[test]
    fn a_code_without_its_noughts_is_refused_at_its_own_place() {
        let line = 1 + SMALL_PIPELINE
            .lines()
            .position(|line| line.starts_with("code"))
            .unwrap();
        assert_eq!(
            refused("\"GM0164\"", "\"GM164\""),
            format!(
                "x.toml:{line}:8: `municipality.code`: expected GM and four digits, such as GM0164, found `GM164`"
            )
        );
    }

    #[test]
    fn years_that_are_not_in_order_are_refused() {
        assert!(refused("start_year = 2021", "start_year = 2019").contains("after the baseline year 2019"));
        assert!(refused("target_year = 2024", "target_year = 2020").contains("`policy.target_year`"));
        assert!(refused("target_year = 2024", "target_year = 20240").contains("1900 to 2100"));
    }

    #[test]
    fn a_decision_or_an_edition_of_tomorrow_is_refused() {
        let ends = "found `2026-11-25`";
        for (from, path) in [
            ("2021-01-13", "policy.adopted"),
            ("2023-11-01", "source[0].recorded[0].peildatum"),
        ] {
            let message = refused(from, "2026-11-25");
            assert!(message.contains(path) && message.contains(ends), "{message}");
            assert!(refused(from, "1905-07-14").contains("a year in a date cell?"));
        }
    }

    #[test]
    fn an_unrepresentative_year_is_never_the_baseline() {
        assert!(refused("year = 2020", "year = 2019").contains("not the baseline year"));
    }

    #[test]
    fn a_year_that_the_note_disqualifies_needs_its_lines() {
        assert!(refused("lines = \"236-237\"\n", "").contains("lines of the note"));
        assert!(refused("236-237", "236-").contains("line numbers"));
    }

    #[test]
    fn a_reduction_outside_nought_to_a_hundred_is_refused() {
        assert!(refused("= 10.0", "= 0.1").contains("found 0.1: is 10 meant?"));
        for wrong in ["-1.0", "100.1", "nan", "inf"] {
            assert!(
                refused("= 10.0", &format!("= {wrong}")).contains("reduction_percent"),
                "{wrong}"
            );
        }
    }

    #[test]
    fn ids_and_tables_are_unique_and_ids_are_folder_names() {
        assert!(refused("id = \"inwoners\"", "id = \"Misdrijven\"").contains("also the id of source[0]"));
        assert!(refused("table = \"03759ned\"", "table = \"47013NED\"").contains("no other source"));
        for wrong in ["..", "a/b", "", "-x", "caf\u{e9}", "a b"] {
            assert!(
                refused("\"inwoners\"", &format!("{wrong:?}")).contains("`source[1].id`"),
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_inbox_stays_beside_the_pipeline_and_its_id_is_taken() {
        let with = |folder: &str| {
            refused(
                "[[source]]",
                &format!("[inbox]\nfolder = {folder:?}\n\n[[source]]"),
            )
        };
        for wrong in ["..", "../inbox", "/srv/inbox", "", "a b"] {
            assert!(with(wrong).contains("`inbox.folder`"), "{wrong}");
        }
        assert!(refused("id = \"inwoners\"", "id = \"Inbox\"").contains("lands under this one"));
    }

    #[test]
    fn a_pipeline_without_crimes_is_refused() {
        assert!(refused("\"police_crime\"", "\"police_nuisance\"").contains("at least one source of kind"));
    }

    #[test]
    fn a_division_or_withheld_months_of_a_population_table_are_refused() {
        let after = "kind = \"population_begin\"\n";
        assert!(refused(after, &format!("{after}division = 2023\n")).contains("only police tables"));
        assert!(
            refused(after, &format!("{after}not_published_monthly = [\"1.4.1\"]\n")).contains("withhold")
        );
        assert!(refused("[\"1.4.1\"]", "[\"1-4-2001\"]").contains("codes such as"));
        for twice_or_total in ["[\"1.4.1\", \"1.4.1\"]", "[\"1.4.1\"]\ntotal_code = \"1.4.1\""] {
            assert!(refused("[\"1.4.1\"]", twice_or_total).contains("each kind once, and not the total"));
        }
    }

    #[test]
    fn only_a_table_of_v4_comes_as_a_zip_and_then_with_all_its_periods() {
        let bulk = "bulk_url = \"https://datasets.cbs.nl/CSV/CBS/nl\"\n";
        let with = |kind: &str, keys: &str| refused(kind, &format!("{kind}{keys}"));
        let (begin, crime) = ("kind = \"population_begin\"\n", "kind = \"police_crime\"\n");
        assert!(with(crime, bulk).contains("only tables of OData v4 come as a zip"));
        assert!(with(begin, &format!("{bulk}periods = \"years\"\n")).contains("all periods"));
        assert!(with(begin, &bulk.replace("https", "http")).contains("`source[1].bulk_url`"));
        let text = SMALL_PIPELINE.replacen(begin, &format!("{begin}{bulk}"), 1);
        let file = read_pipeline_file(Path::new("x.toml"), text.as_bytes(), TODAY)
            .ok()
            .unwrap();
        assert_eq!(
            file.sources[1].bulk_url.as_deref(),
            Some("https://datasets.cbs.nl/CSV/CBS/nl")
        );
    }

    #[test]
    fn a_police_table_of_districts_names_its_total() {
        let as_districts = "kind = \"district_nuisance\"\nperiods = \"none\"";
        assert!(refused("kind = \"police_nuisance\"", as_districts).contains("`source[2].total_code`"));
    }

    #[test]
    fn a_survey_says_which_members_are_its_margins_and_nothing_else_has_any() {
        let kind = "kind = \"population_begin\"";
        assert!(refused(kind, "kind = \"survey\"").contains("[source.margins]"));
        let margins = |value: &str, percent: &str| {
            format!(
                "[source.margins]\ndimension = \"Marges\"\nvalue = \"{value}\"\nlower = \"MOG0095\"\n\
                 upper = \"MBG0095\"\npercent = {percent}\n\n[[source]]\nid = \"overlast\""
            )
        };
        let next = "[[source]]\nid = \"overlast\"";
        assert!(refused(next, &margins("MW00000", "95")).contains("only the table of a survey"));
        let survey = |margins: &str| {
            let text = SMALL_PIPELINE.replacen(kind, "kind = \"survey\"", 1);
            let text = text.replacen(next, margins, 1);
            read_pipeline_file(Path::new("x.toml"), text.as_bytes(), TODAY)
                .map_err(|findings| findings.into_error().to_string())
        };
        let file = survey(&margins("MW00000", "95")).unwrap();
        assert_eq!(file.sources[1].margins.as_ref().unwrap().lower, "MOG0095");
        assert!(
            survey(&margins("MBG0095", "95"))
                .unwrap_err()
                .contains("`MBG0095` again")
        );
        assert!(survey(&margins(" ", "95")).unwrap_err().contains("margins.value"));
        assert!(
            survey(&margins("MW00000", "0"))
                .unwrap_err()
                .contains("1 to 99 percent")
        );
    }

    #[test]
    fn a_recorded_path_cannot_leave_the_fixtures() {
        for wrong in ["../x.gz", "/etc/passwd", "a//b", "a/./b", "a\\\\b", ""] {
            assert!(
                refused("\"police/2022.csv.gz\"", &format!("\"{wrong}\"")).contains("below fixtures/"),
                "{wrong}"
            );
        }
        assert!(refused("police/2022.csv.gz", "police/2023.csv.gz").contains("once"));
    }

    #[test]
    fn crimes_and_inhabitants_cannot_be_missed() {
        let message = refused(
            "kind = \"police_crime\"\n",
            "kind = \"police_crime\"\nneeded = false\n",
        );
        assert!(
            message.contains(
                "`source[0].needed`: expected true: no release can stand without crimes and inhabitants"
            ),
            "{message}"
        );
    }
}
