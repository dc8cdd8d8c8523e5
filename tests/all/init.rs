//! Another municipality: what `nulmeting init` makes runs at once, is judged against nothing, and overwrites nothing.

use std::path::Path;

use insta::assert_snapshot;
use nulmeting::disk;
use nulmeting::pipeline::REGISTERS;

use crate::harness::{NIGHT, Project, load_pipeline, nulmeting, repository};
use crate::live::Live;
use crate::registers::as_a_spreadsheet_saves_it;

const ENSCHEDE: &str = "pipelines/enschede.toml";

/// Everything below a folder, for a test that expects nothing to have changed.
fn everything(folder: &Path) -> Vec<String> {
    let paths = disk::walk(folder).unwrap().into_iter();
    paths.map(|(path, _)| path.display().to_string()).collect()
}

/// A count of the police export of a year, read without the program.
fn counted(project: &Project, year: i32, region: &str, code: &str) -> i64 {
    let file = format!("politie_47013NED/portaal/policedata{year}.csv.gz");
    let text = String::from_utf8(project.fixture(&file)).unwrap();
    let row = text
        .lines()
        .map(|line| {
            line.split(';')
                .map(|cell| cell.trim_matches('"').trim())
                .collect::<Vec<_>>()
        })
        .find(|cells| cells[1] == code && cells[2] == region)
        .unwrap();
    row[4].parse().unwrap()
}

#[test]
fn a_new_municipality_runs_on_the_recorded_files_and_is_judged_against_no_target() {
    let project = Project::copy();
    let told = project.nulmeting(&["init", "GM0153"]).with(0).stdout;
    assert!(
        told.starts_with("Enschede (GM0153), Enschede in the tables\n"),
        "{told}"
    );
    assert!(told.lines().all(|line| line.chars().count() <= 80), "{told}");
    let ended = project
        .nulmeting(&["run", ENSCHEDE, "--offline", "--as-of", NIGHT])
        .with(0);
    let summary = ended.stdout;
    let burglaries = [2019, 2021, 2022].map(|year| counted(&project, year, "GM0153", "1.1.1"));
    let row: Vec<&str> = summary
        .lines()
        .find(|line| line.starts_with("Woninginbraken"))
        .unwrap()
        .split_whitespace()
        .take(5)
        .collect();
    let [base, before, now] = burglaries.map(|count| count.to_string());
    assert_eq!(
        row,
        [
            "Woninginbraken",
            "–",
            base.as_str(),
            before.as_str(),
            now.as_str()
        ]
    );
    for words in [
        "Enschede 2022 · beleid nog in te vullen",
        "jaar 0 is nog niet vastgesteld: 2019 is zoals de politie het nu telt",
        "Geen doelen",
        "0 fouten",
    ] {
        assert!(summary.contains(words), "{words} in\n{summary}");
    }
    assert!(
        !summary.contains("streefwaarde") && !summary.contains("Hengelo"),
        "{summary}"
    );
    assert!(
        summary.lines().all(|line| line.chars().count() <= 80),
        "{summary}"
    );

    let release = project.release();
    for nothing in [
        "SELECT doel FROM doel_voortgang",
        "SELECT reeks FROM nulmeting WHERE streefwaarde IS NOT NULL OR streefjaar IS NOT NULL OR waarde_vastgesteld IS NOT NULL",
        "SELECT reeks FROM aansluiting",
        "SELECT titel FROM beleid WHERE vastgesteld_op IS NOT NULL OR gemeente <> 'GM0153'",
    ] {
        assert_eq!(release.lines(nothing), Vec::<String>::new(), "{nothing}");
    }
    // Enschede stands among its own peers, which are not those of Hengelo.
    let own = "SELECT count(*) AS n FROM delicten_jaar WHERE regio_code = 'GM0153' AND reeks = 'mand' AND jaar = 2022";
    assert!((release.number(own) - 1.0).abs() < 0.5);
    let report = release.release.manifest.reports[0].file.clone();
    let report = disk::read_to_string(&project.data().join("current").join(report)).unwrap();
    for foreign in [
        "Hengelo",
        "hengelo",
        "HengeloPanel",
        "Kennispunt",
        "2.248",
        "2.023",
    ] {
        // Among the municipalities of about the same size it stands by its title.
        let others = report.replace("Hengelo (O.)", "");
        assert!(!others.contains(foreign), "{foreign} in the report of Enschede");
    }
}

#[test]
fn without_a_list_on_the_disk_the_service_of_the_template_is_asked_and_the_pipeline_runs_on_it() {
    let live = Live::of_year_0();
    disk::remove_tree(&live.project.path("fixtures")).unwrap();
    let arguments = ["init", "enschede", "--template", "pipelines/hengelo.toml"];
    let told = live.night(&arguments).with(0).stdout;
    assert!(told.contains(&live.service.url()), "{told}");
    assert_eq!(live.asked("RegioSCodes"), 1);
    assert_eq!(live.service.requests().len(), 1);
    for year in 2012..2019 {
        live.project.append(
            "pipelines/enschede/aanvaard.csv",
            &format!("mandjaar_ontbreekt;{year};geen cijfers;proef;{NIGHT};niet opgenomen in deze proef\n"),
        );
    }
    live.night(&["run", ENSCHEDE, "--as-of", NIGHT]).with(0);
    let sql = "SELECT waarde_bron AS n FROM nulmeting WHERE reeks = 'woninginbraken'";
    let counted = counted(&Project::copy(), 2019, "GM0153", "1.1.1");
    assert!((live.project.release().number(sql) - counted as f64).abs() < 0.5);
    // The list has landed with the table, and is not asked again.
    let before = live.asked("RegioSCodes");
    live.night(&["init", "GM0141", "--template", "pipelines/hengelo.toml"])
        .with(0);
    assert_eq!(live.asked("RegioSCodes"), before);
    assert!(live.project.path("pipelines/almelo.toml").exists());
}

#[test]
fn a_service_that_does_not_answer_ends_with_69_and_a_name_goes_without_it() {
    let live = Live::of_year_0();
    disk::remove_tree(&live.project.path("fixtures")).unwrap();
    let project = live.project;
    drop(live.service);
    let asked = ["init", "GM0153", "--template", "pipelines/hengelo.toml"];
    project
        .nulmeting(&[&asked[..], &["--outage-after", "1"]].concat())
        .with(69)
        .saying(&["gives nothing"]);
    assert!(!project.path(ENSCHEDE).exists());
    let told = project
        .nulmeting(&[&asked[..], &["--name", "Enschede"]].concat())
        .with(0)
        .stdout;
    assert!(told.contains("held against no list"), "{told}");
    assert!(load_pipeline(&project.path(ENSCHEDE)).is_ok());
    project
        .nulmeting(&[
            "init",
            "Almelo",
            "--template",
            "pipelines/hengelo.toml",
            "--name",
            "Almelo",
        ])
        .with(2)
        .saying(&["no list of municipalities", "--name, and the code"]);
}

#[test]
fn registers_that_a_spreadsheet_program_saved_again_are_the_same_registers() {
    let project = Project::copy();
    project.nulmeting(&["init", "GM0153"]).with(0);
    let made = load_pipeline(&project.path(ENSCHEDE)).unwrap();
    for register in REGISTERS {
        let path = format!("pipelines/enschede/{}.csv", register.name);
        let original = disk::read_to_string(&project.path(&path)).unwrap();
        project.write(&path, &as_a_spreadsheet_saves_it(register, &original));
    }
    let values = |pipeline: &nulmeting::pipeline::Pipeline| -> Vec<_> {
        pipeline
            .tables
            .iter()
            .map(|table| table.columns.clone())
            .collect()
    };
    let saved = load_pipeline(&project.path(ENSCHEDE)).unwrap();
    assert_eq!(values(&saved), values(&made));
    assert_eq!(saved.file, made.file);
}

#[test]
fn what_is_general_is_as_the_first_user_has_it() {
    let project = Project::copy();
    project.nulmeting(&["init", "GM0153"]).with(0);
    let made = load_pipeline(&project.path(ENSCHEDE)).unwrap();
    let hengelo = load_pipeline(&repository().join("pipelines/hengelo.toml")).unwrap();
    assert_eq!(made.file.sources, hengelo.file.sources);
    for register in ["frasen", "reeks_delen"] {
        let of = |pipeline: &nulmeting::pipeline::Pipeline| pipeline.table(register).unwrap().rows();
        assert_eq!(of(&made), of(&hengelo), "{register}");
    }
    assert_eq!(
        made.table("frasen").unwrap().columns,
        hengelo.table("frasen").unwrap().columns
    );
    for convention in nulmeting::pipeline::CONVENTIONS {
        assert_eq!(
            made.convention(convention),
            hengelo.convention(convention),
            "{convention}"
        );
    }
}

#[test]
fn nothing_is_overwritten_and_a_refusal_writes_nothing() {
    let project = Project::copy();
    project.nulmeting(&["init", "GM0153"]).with(0);
    project.nulmeting(&["init", "GM0141"]).with(0);
    // Half of a pipeline is not overwritten either.
    disk::remove_file(&project.path("pipelines/almelo.toml")).unwrap();
    let before = everything(&project.path(""));
    let cases: [(&[&str], i32, &[&str]); 11] = [
        (&["GM0153"], 2, &["pipelines/enschede.toml exists"]),
        (&["GM0141"], 2, &["pipelines/almelo exists"]),
        (&["GM0164"], 2, &["pipelines/hengelo.toml exists", "--name"]),
        (&["Enchede"], 2, &["found `Enchede`", "Enschede (GM0153)"]),
        (&["GM9999"], 2, &["found `GM9999`", "four digits"]),
        (
            &["Bergen"],
            2,
            &["Bergen (L.) (GM0893), Bergen (NH.) (GM0373)", "give the code"],
        ),
        (
            &["GM0248"],
            2,
            &[
                "Hengelo (Gld.) (GM0248) is a municipality no more: Opgeheven per 01-01-2005",
                "its territory is now in parts of Berkelland (GM1859), Bronckhorst (GM1876)",
            ],
        ),
        (
            &["GM0150", "--baseline-year", "2020"],
            2,
            &["representative, found 2020"],
        ),
        (
            &["GM0150", "--target-year", "2019"],
            2,
            &["after the baseline year 2019"],
        ),
        (
            &["GM0150", "--template", "pipelines/none.toml"],
            78,
            &["no such file"],
        ),
        (
            &["GM0150", "--dir", "pipelines/hengelo.toml/x"],
            74,
            &["hengelo.toml"],
        ),
    ];
    for (arguments, code, texts) in cases {
        let ended = project.nulmeting(&[&["init"], arguments].concat());
        assert_eq!(ended.unlike(code, texts), None, "{arguments:?}");
        assert_eq!(ended.stdout, "");
        assert_eq!(everything(&project.path("")), before, "{arguments:?}");
    }
}

#[test]
fn name_folder_and_years_are_as_they_were_asked_for() {
    let project = Project::copy();
    let arguments = [
        "init",
        "GM0518",
        "--name",
        "Den Haag",
        "--dir",
        "elders/pipelines",
        "--baseline-year",
        "2022",
        "--target-year",
        "2026",
        "--template",
        "pipelines/hengelo.toml",
    ];
    // No fixtures stand beside that folder.
    copy_fixtures_list(&project);
    project.nulmeting(&arguments).with(0);
    let made = load_pipeline(&project.path("elders/pipelines/den-haag.toml")).unwrap();
    let (municipality, policy) = (&made.file.municipality, &made.file.policy);
    assert_eq!(
        (municipality.name.as_str(), municipality.full_name.as_str()),
        ("Den Haag", "'s-Gravenhage (gemeente)")
    );
    assert_eq!(
        (policy.baseline_year, policy.start_year, policy.target_year),
        (2022, 2023, 2026)
    );
    assert_eq!(policy.adopted, None);
}

/// The recorded list of regions beside another folder of pipelines.
fn copy_fixtures_list(project: &Project) {
    let list = "cbs_03759ned/codes-RegioS.json.gz";
    let folder = project.path("elders/fixtures/cbs_03759ned");
    disk::create_dir_all(&folder).unwrap();
    fs_err::copy(
        project.path("fixtures").join(list),
        folder.join("codes-RegioS.json.gz"),
    )
    .unwrap();
}

#[test]
fn a_year_0_that_nobody_adopted_is_refused_until_the_day_is_there() {
    let project = Project::copy();
    project.nulmeting(&["init", "GM0153"]).with(0);
    project.append(
        "pipelines/enschede/vastgesteld.csv",
        "woninginbraken;381;gemeenteraad van Enschede;2020-01-01;;\n",
    );
    project
        .nulmeting(&["run", ENSCHEDE, "--offline"])
        .with(78)
        .saying(&["vastgesteld.csv:2", "`policy.adopted` is not filled in"]);
    project.edit(ENSCHEDE, "# adopted = nog in te vullen", "adopted = 2020-01-01");
    assert!(load_pipeline(&project.path(ENSCHEDE)).is_ok());
}

#[test]
fn help_of_init_has_examples_and_says_where_the_title_comes_from() {
    let help = nulmeting(repository(), &["init", "--help"]).with(0).stdout;
    assert_snapshot!(help, @r#"
    Make a pipeline for another municipality, with what is still to be filled in

    Usage: nulmeting init [OPTIONS] <GEMEENTE>

    Arguments:
      <GEMEENTE>  The municipality: its code such as GM0153, or its title in the tables of CBS

    Options:
          --dir <DIR>               The folder that the pipeline is written in [default: pipelines]
          --name <NAME>             Its name in sentences, when that is not its title
          --baseline-year <YEAR>    Year 0 of its policy [default: that of the template]
          --target-year <YEAR>      The year in which its targets must be met [default: that of the template]
          --template <PIPELINE>     Take sources and general registers from this pipeline instead of from the binary
          --data <DIR>              The data directory, for the list of regions that landed [env: NULMETING_DATA] [default: data]
          --outage-after <SECONDS>  Give up when the service has given nothing good for so long [default: 90]
      -h, --help                    Print help

    Examples:
      nulmeting init GM0153
      nulmeting init "Bergen (NH.)" --baseline-year 2022 --target-year 2026
      nulmeting init GM0518 --name "Den Haag" --dir /srv/veiligheid/pipelines

    The title is looked up in the list of regions that landed before, else in the recorded one
    of fixtures/, else (without --name) it is asked of the service. Nothing is overwritten.
    "#);
}
