//! What `--help` and `--version` say, and that the examples in it work.
//!
//! One snapshot a command, read line by line before it was kept.

use insta::assert_snapshot;

use crate::cli::ask;
use crate::harness::{nulmeting, nulmeting_reading, published, recorded_release, repository};

fn help(arguments: &[&str]) -> String {
    let ended = nulmeting(repository(), arguments).with(0);
    assert_eq!(ended.stderr, "");
    ended.stdout
}

#[test]
fn help_names_the_commands_that_exist_with_examples_and_exit_codes() {
    assert_snapshot!(help(&["--help"]), @r#"
    Safety figures that a Dutch municipality can trust

    Reads the police's crime exports and the survey figures, holds them against what the council adopted, checks them, and publishes one release that analysts query and BI tools read.

    Usage: nulmeting <COMMAND>

    Commands:
      run     Fetch, normalise, derive, check, report and publish
      fetch   Only the landing: bring in what the services have changed, and build nothing
      build   Everything after the landing: build again from what was fetched before
      check   Run the checks on the current release and print them
      query   Ask the tables of a release in SQL; every table of norm and marts by its name
      diff    What changed between two releases: new data, a revision, a register, the SQL or the program
      status  The sources with their age, the current release, and what the checks said
      init    Make a pipeline for another municipality, with what is still to be filled in
      help    Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Examples:
      nulmeting run --offline                            build from the recorded files
      nulmeting query "select * from nulmeting"           ask the current release
      nulmeting status                                   what stands, and how old it is

    Exit codes: 0 good, 2 wrong usage, 65 the data broke its contract, 69 a source that is
    needed was not reached, 74 disk, 75 another run is busy, 78 the pipeline file or a
    register is wrong.
    "#);
}

#[test]
fn help_of_run_and_build_names_their_flags() {
    assert_snapshot!(help(&["run", "--help"]), @r"
    Fetch, normalise, derive, check, report and publish

    Usage: nulmeting run [OPTIONS] [PIPELINE]

    Arguments:
      [PIPELINE]  The pipeline file [default: pipelines/hengelo.toml]

    Options:
          --data <DIR>              The data directory [env: NULMETING_DATA] [default: data]
          --offline                 Read the recorded files of fixtures/ instead of the live services
          --only <SOURCE>           Fetch this source only, take the others as they landed before, and fail when it fails
          --outage-after <SECONDS>  Give up when a host has given nothing good for so long [default: 90]
          --force                   Build and publish although nothing changed
          --sql <DIR>               Read the SQL from this folder instead of from the binary
          --as-of <YYYY-MM-DD>      Set the clock of the run, so that a night can be replayed
      -h, --help                    Print help

    Examples:
      nulmeting run
      nulmeting run --offline
      nulmeting run pipelines/hengelo.toml --offline --data /srv/nulmeting
    ");
    assert_snapshot!(help(&["build", "--help"]), @r"
    Everything after the landing: build again from what was fetched before

    Usage: nulmeting build [OPTIONS] [PIPELINE]

    Arguments:
      [PIPELINE]  The pipeline file [default: pipelines/hengelo.toml]

    Options:
          --data <DIR>          The data directory [env: NULMETING_DATA] [default: data]
          --force               Build and publish although nothing changed
          --sql <DIR>           Read the SQL from this folder instead of from the binary
          --as-of <YYYY-MM-DD>  Set the clock of the run, so that a night can be replayed
      -h, --help                Print help

    Examples:
      nulmeting build
      nulmeting build --sql sql --force
    ");
}

#[test]
fn help_of_fetch_names_its_flags() {
    assert_snapshot!(help(&["fetch", "--help"]), @r"
    Only the landing: bring in what the services have changed, and build nothing

    Usage: nulmeting fetch [OPTIONS] [PIPELINE]

    Arguments:
      [PIPELINE]  The pipeline file [default: pipelines/hengelo.toml]

    Options:
          --data <DIR>              The data directory [env: NULMETING_DATA] [default: data]
          --only <SOURCE>           Fetch this source only, take the others as they landed before, and fail when it fails
          --outage-after <SECONDS>  Give up when a host has given nothing good for so long [default: 90]
          --again                   Fetch it although the service says that nothing changed, when what landed is wrong
      -h, --help                    Print help

    Examples:
      nulmeting fetch
      nulmeting fetch --only politie_misdrijven
    ");
}

#[test]
fn help_of_diff_names_its_flags() {
    assert_snapshot!(help(&["diff", "--help"]), @r"
    What changed between two releases: new data, a revision, a register, the SQL or the program

    Usage: nulmeting diff [OPTIONS] [OLD] [NEW]

    Arguments:
      [OLD]
              The older release; the one before the newer when it is not named

      [NEW]
              The newer release; the current one when it is not named

    Options:
          --all
              Every municipality and region, and not only the own one

          --format <FORMAT>
              How to print the changes

              Possible values:
              - table: The first of them, for a terminal
              - csv:   All of them, comma, header, an empty field for NULL
              - json:  All of them, one array of objects
              
              [default: table]

          --data <DIR>
              The data directory
              
              [env: NULMETING_DATA]
              [default: data]

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      nulmeting diff                                     the last two releases
      nulmeting diff --all --format csv > wijzigingen.csv
    ");
}

#[test]
fn help_of_the_commands_that_only_read() {
    assert_snapshot!(help(&["query", "--help"]), @r#"
    Ask the tables of a release in SQL; every table of norm and marts by its name

    Usage: nulmeting query [OPTIONS] <SQL>

    Arguments:
      <SQL>
              The question in SQL, or - to read it from stdin

    Options:
          --format <FORMAT>
              How to print the answer

              Possible values:
              - table:   Columns for a terminal
              - csv:     Comma, header, decimal point, an empty field for NULL
              - json:    One array of objects
              - parquet: A Parquet file
              
              [default: table]

          --release <ID>
              Ask this release instead of the current one

          --data <DIR>
              The data directory
              
              [env: NULMETING_DATA]
              [default: data]

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      nulmeting query "select * from nulmeting"
      nulmeting query "select jaar, waarde from trend_reeks where reeks = 'mand'" --format csv
      echo "show tables" | nulmeting query -
    "#);
    assert_snapshot!(help(&["check", "--help"]), @r"
    Run the checks on the current release and print them

    Usage: nulmeting check [OPTIONS] [PIPELINE]

    Arguments:
      [PIPELINE]  The pipeline file [default: pipelines/hengelo.toml]

    Options:
          --data <DIR>  The data directory [env: NULMETING_DATA] [default: data]
      -h, --help        Print help

    Example:
      nulmeting check
    ");
    assert_snapshot!(help(&["status", "--help"]), @r"
    The sources with their age, the current release, and what the checks said

    Usage: nulmeting status [OPTIONS] [PIPELINE]

    Arguments:
      [PIPELINE]  The pipeline file [default: pipelines/hengelo.toml]

    Options:
          --data <DIR>  The data directory [env: NULMETING_DATA] [default: data]
      -h, --help        Print help

    Example:
      nulmeting status
    ");
}

#[test]
fn the_examples_of_help_work() {
    let data = published().to_str().unwrap();
    ask(&["select * from nulmeting"]).with(0);
    ask(&[
        "select jaar, waarde from trend_reeks where reeks = 'mand'",
        "--format",
        "csv",
    ])
    .with(0);
    nulmeting_reading(repository(), &["query", "-", "--data", data], b"show tables\n").with(0);
    nulmeting(repository(), &["status", "--data", data]).with(0);
    nulmeting(repository(), &["check", "--data", data]).with(0);
}

#[test]
fn the_version_names_the_source_that_it_was_built_from() {
    let version = help(&["--version"]);
    let (number, source) = version.trim_end().split_once('+').unwrap();
    assert_eq!(number, concat!("nulmeting ", env!("CARGO_PKG_VERSION")));
    assert_eq!(source.len(), 16);
    let release = recorded_release().release;
    assert!(
        version.contains(&release.manifest.run.program_version),
        "the release says which code made it"
    );
}
