//! What a person or a spreadsheet program writes that cannot be: a day of 1905, a share of 150 %, a proof that nobody
//! sees. Each is refused at its cell (78), or is read as what the person sees; what programs leave costs no night.

use nulmeting::disk;

use crate::harness::{NIGHT, Project, load_pipeline};
use crate::workbook::{Cell, Sheet, text, workbook};

const HENGELO: &str = "pipelines/hengelo.toml";
const MEASUREMENTS: &str = "meting;doel;onderwerp;stand;datum;datum_tekst;waarde;noemer;eenheid;tekst;bewijs;opsteller;regel;toelichting";
const BREAKS: &str = "breuk;reeks;instrument;datum;tekst;effect;blokkerend;bron;regel;toelichting";
const MONITOR: &str = "indicator;naam;instrument;jaar;waarde;eenheid;soort;n;standaardafwijking;ontwerpeffect;richting;regel;toelichting";

/// A mark of 7,8 for target G4a, measured on a day: columns A to N.
fn mark(day: Cell) -> Vec<Cell> {
    vec![
        text("g4a_2022"),
        text("G4a"),
        text("Enquete onder partners"),
        text("meting"),
        day,
        text("2022"),
        Cell::Number(7.8),
        Cell::Empty,
        text("rapportcijfer"),
        text("Partners geven een 7,8."),
        text("Rapport partnerenquete 2022"),
        text("A. Ambtenaar"),
    ]
}

/// The same with another cell in a column.
fn mark_with(column: usize, cell: Cell) -> Vec<Cell> {
    let mut row = mark(text("2022-06-30"));
    row[column] = cell;
    row
}

/// The answer of a year to the question of G2: columns A to M.
fn answer(year: f64, value: Cell, unit: &str, remark: &str) -> Vec<Cell> {
    vec![
        text("onveilig_eigen_buurt"),
        text("Voelt u zich wel eens onveilig in de eigen buurt?"),
        text("hengelopanel"),
        Cell::Number(year),
        value,
        text(unit),
        text("aandeel"),
        Cell::Number(1000.0),
        Cell::Empty,
        Cell::Number(1.5),
        text("lager"),
        Cell::Empty,
        text(remark),
    ]
}

fn measurements(row: Vec<Cell>) -> Vec<u8> {
    workbook(&[Sheet::new("Metingen", MEASUREMENTS, vec![row])])
}

fn monitor(row: Vec<Cell>) -> Vec<u8> {
    workbook(&[Sheet::new("Monitor", MONITOR, vec![row])])
}

fn dropped(bytes: &[u8]) -> Project {
    let project = Project::copy();
    project.write("pipelines/inbox/m.xlsx", bytes);
    project
}

/// A run with this file in the inbox ends with 78 and says this; nothing is written.
#[track_caller]
fn refused(bytes: &[u8], texts: &[&str]) {
    let project = dropped(bytes);
    project.run().with(78).saying(texts);
    assert!(!project.data().exists());
}

/// What a cell of the last measurement became.
fn read(row: Vec<Cell>, column: &str) -> Option<String> {
    let project = dropped(&measurements(row));
    let pipeline = load_pipeline(&project.path(HENGELO)).unwrap();
    let table = pipeline.table("metingen").unwrap();
    table.text(column, table.rows() - 1).map(str::to_owned)
}

#[test]
fn a_year_in_a_date_cell_is_no_day_of_1905() {
    // 2022 days after 30 December 1899: `date -u -d "1899-12-30 +2022 days" +%F`.
    let asked = "`1905-07-14` (a year in a date cell?";
    for day in [
        Cell::Formatted(2022.0, "dd-mm-yyyy"),
        Cell::Day(2022.0),
        Cell::Formatted(2022.0, "yyyy"),
    ] {
        refused(
            &measurements(mark(day)),
            &[
                "m.xlsx, blad Metingen, cel E2",
                asked,
                "2022-12-31",
                "day-month-year",
            ],
        );
    }
    // In a column of text it would have become the text 1905-07-14.
    refused(
        &measurements(mark_with(5, Cell::Formatted(2022.0, "yyyy"))),
        &["blad Metingen, cel F2", asked],
    );
    // As a spreadsheet saves it, in a CSV file, and as a person may type it.
    for day in ["14-7-1905", "1905-07-14"] {
        let csv = format!("{MEASUREMENTS}\ng4a;G4a;x;meting;{day};;7,8;;rapportcijfer;x;Rapport;ik;;\n");
        refused(
            csv.as_bytes(),
            &[
                "m.xlsx:2: `datum`: expected a day from 1989-01-01 to 2026-11-24",
                asked,
            ],
        );
    }
}

#[test]
fn a_blocking_break_of_a_year_is_no_break_in_1905() {
    let row = vec![
        text("nieuwe_telling_2021"),
        text("mand"),
        Cell::Empty,
        Cell::Formatted(2021.0, "yyyy"),
        text("De politie telt anders."),
        text("breuk"),
        text("ja"),
        text("politie.nl"),
    ];
    refused(
        &workbook(&[Sheet::new("Blad1", BREAKS, vec![row])]),
        &[
            "m.xlsx, blad Blad1, cel D2",
            "`1905-07-13` (a year in a date cell?",
        ],
    );
    let project = Project::copy();
    project.append(
        "pipelines/hengelo/trendbreuken.csv",
        "nieuwe_telling_2021;mand;;13-07-1905;Anders;breuk;ja;politie.nl;;\n",
    );
    project
        .run()
        .with(78)
        .saying(&["trendbreuken.csv:", "`datum`", "a year in a date cell?"]);
}

#[test]
fn a_day_that_is_still_to_come_was_not_measured() {
    for day in [text("2026-11-25"), text("25-11-2026"), Cell::Day(46_351.0)] {
        refused(
            &measurements(mark(day)),
            &[
                "cel E2",
                "to 2026-11-24, the day of the run, found `2026-11-25`",
                "day-month-year",
            ],
        );
    }
    assert_eq!(read(mark(text(NIGHT)), "doel").as_deref(), Some("G4a"));
    refused(
        &monitor(answer(2091.0, Cell::Number(15.0), "%", "")),
        &["cel D2", "a year from 1989 to 2026"],
    );

    // The clock of the run decides, so that a replayed night knows no more than it knew; nor does the pipeline file.
    let project = Project::copy();
    project.append(
        "pipelines/hengelo/aanvaard.csv",
        "gekrompen;x;3 -> 2;ik;2026-11-20;\n",
    );
    project
        .nulmeting(&["run", "--offline", "--as-of", "2026-11-19"])
        .with(78)
        .saying(&[
            "aanvaard.csv:2: `datum`",
            "to 2026-11-19, the day of the run",
            "--as-of",
        ]);
    project
        .nulmeting(&["run", "--offline", "--as-of", "2026-07-01"])
        .with(78)
        .saying(&["peildatum"]);
    project.edit(HENGELO, "adopted = 2021-01-13", "adopted = 2026-11-25");
    project
        .run()
        .with(78)
        .saying(&["hengelo.toml:21", "`policy.adopted`", "2026-11-24"]);
}

#[test]
fn a_number_in_the_format_standaard_is_the_number() {
    for format in [
        "Standaard",
        "Standard",
        "General",
        "0\" delicten\"",
        "[Red]0",
        "0\\d",
    ] {
        for column in [5, 10] {
            let cell = Cell::Formatted(41.0, format);
            let name = if column == 5 { "datum_tekst" } else { "bewijs" };
            assert_eq!(
                read(mark_with(column, cell), name).as_deref(),
                Some("41"),
                "{format}"
            );
        }
    }
    assert_eq!(
        read(mark_with(5, Cell::Formatted(2022.0, "Standaard")), "datum_tekst").as_deref(),
        Some("2022")
    );
    // 44742 days after 30 December 1899 is 30 June 2022.
    for format in ["[$-413]d mmmm yyyy;@", "dd-mm-yyyy", "d \"de\" mmmm yyyy"] {
        let project = dropped(&measurements(mark(Cell::Formatted(44_742.0, format))));
        let pipeline = load_pipeline(&project.path(HENGELO)).unwrap();
        let nulmeting::pipeline::Values::Date(days) = &pipeline
            .table("metingen")
            .unwrap()
            .column("datum")
            .unwrap()
            .values
        else {
            panic!("a column of days");
        };
        assert_eq!(days.last(), Some(&Some(44_742 - 25_569)), "{format}");
    }
}

#[test]
fn a_format_of_letters_that_could_be_a_day_or_a_text_is_refused_with_its_cell() {
    for format in ["0 delicten", "0 stuks", "dd-mm-jjjj", "TT.MM.JJJJ", ";;;"] {
        refused(
            &measurements(mark_with(10, Cell::Formatted(41.0, format))),
            &[
                "m.xlsx, blad Metingen, cel K2",
                &format!("41 in the format `{format}`"),
            ],
        );
    }
    // A text in such a cell is a text.
    assert_eq!(
        read(mark_with(10, text("41 delicten")), "bewijs").as_deref(),
        Some("41 delicten")
    );
    refused(
        &measurements(mark(Cell::Formatted(44_742.5, "h:mm"))),
        &["cel E2", "a day without a time"],
    );
}

#[test]
fn a_proof_of_signs_that_nobody_sees_is_no_proof() {
    for sign in ["\u{200B}", "\u{FEFF}", "\u{200E}", " \u{200B}\u{A0}\u{200B} "] {
        assert_eq!(read(mark_with(10, text(sign)), "bewijs"), None, "{sign:?}");
        // A cell that may not be empty is, and is refused.
        refused(
            &measurements(mark_with(11, text(sign))),
            &["cel L2", "expected a value, found an empty cell"],
        );
    }
    let csv = format!("{MEASUREMENTS}\ng4a;G4a;x;meting;2022-06-30;;7,8;;rapportcijfer;x;\u{200B};ik;;\n");
    let project = dropped(csv.as_bytes());
    let pipeline = load_pipeline(&project.path(HENGELO)).unwrap();
    let table = pipeline.table("metingen").unwrap();
    assert_eq!(table.text("bewijs", table.rows() - 1), None);
}

#[test]
fn a_sign_that_nobody_sees_in_a_text_is_named() {
    refused(
        &measurements(mark_with(8, text("rapportcijfer\u{200B}"))),
        &["cel I2", "`rapportcijfer[U+200B]` with the sign U+200B"],
    );
    refused(
        &measurements(mark_with(3, text("meting\u{FEFF}"))),
        &["cel D2", "`meting[U+FEFF]`"],
    );
    refused(
        &measurements(mark_with(10, text("Rap\u{AD}port"))),
        &["cel K2", "U+00AD"],
    );
    refused(
        &monitor(answer(2022.0, Cell::Percent(0.15), "%\u{200B}", "")),
        &["cel F2", "U+200B"],
    );
    let header = MEASUREMENTS.replace("waarde", "waar\u{200B}de");
    let sheet = Sheet::new("Metingen", &header, vec![mark(text("2022-06-30"))]);
    refused(
        &workbook(&[sheet]),
        &["a column name of letters that can be seen", "`waar[U+200B]de`"],
    );
    let csv = format!("{MONITOR}\nx;X;hengelopanel;2022;15;%;aan\u{200B}deel;;;;lager;;\n");
    refused(csv.as_bytes(), &["m.xlsx:2: `soort`", "`aan[U+200B]deel`"]);
    // A space that is none is told from one.
    refused(
        &measurements(mark_with(8, text("rapport\u{A0}cijfer"))),
        &["cel I2", "expected `rapportcijfer`", "`rapport[U+00A0]cijfer`"],
    );
    let project = Project::copy();
    project.edit(
        HENGELO,
        "full_name = \"Hengelo (O.)\"",
        "full_name = \"Hengelo\u{200B} (O.)\"",
    );
    project
        .run()
        .with(78)
        .saying(&["`municipality.full_name`", "U+200B"]);
}

#[test]
fn a_hundred_schools_are_not_a_hundred_percent() {
    let of = |target: &str, value: Cell, unit: &str| {
        let mut row = mark(text("2022-12-31"));
        (row[1], row[6], row[8]) = (text(target), value, text(unit));
        measurements(row)
    };
    for (target, value, unit, expected) in [
        (
            "4.4.3-1",
            100.0,
            "scholen",
            "`%`, the unit of target `4.4.3-1`, found `scholen`",
        ),
        (
            "4.1.1-3a",
            6.0,
            "weken",
            "`dagen`, the unit of target `4.1.1-3a`, found `weken`",
        ),
        (
            "4.1.1-3a",
            6.0,
            "",
            "`dagen`, the unit of target `4.1.1-3a`, found an empty cell",
        ),
        (
            "G4a",
            78.0,
            "kwekerijen",
            "`rapportcijfer`, the unit of target `G4a`, found `kwekerijen`",
        ),
    ] {
        refused(
            &of(target, Cell::Number(value), unit),
            &["blad Metingen, cel I2", expected],
        );
    }
    for (target, value, unit, expected) in [
        ("4.1.1-3a", -5.0, "dagen", "a number of dagen from 0, found `-5`"),
        ("4.4.3-1", 150.0, "%", "a number of % from 0 to 100, found `150`"),
        ("4.4.3-1", -5.0, "%", "a number of % from 0 to 100, found `-5`"),
        (
            "G4a",
            78.0,
            "rapportcijfer",
            "a number of rapportcijfer from 1 to 10, found `78`",
        ),
    ] {
        refused(
            &of(target, Cell::Number(value), unit),
            &["blad Metingen, cel G2", expected],
        );
    }
}

#[test]
fn a_share_of_150_percent_or_a_fraction_is_refused_at_its_cell() {
    refused(
        &monitor(answer(2021.0, Cell::Number(150.0), "%", "")),
        &["blad Monitor, cel E2", "a number of % from 0 to 100, found `150`"],
    );
    refused(
        &monitor(answer(2022.0, text("0,15"), "%", "")),
        &[
            "blad Monitor, cel E2",
            "found `0,15`: is 15 meant?",
            "\"minder dan 1%\" in its toelichting",
        ],
    );
    for (value, remark, expected) in [
        (text("15"), "", 15.0),
        (Cell::Percent(0.15), "", 15.0),
        (text("0,15"), "Minder dan 1% voelt zich onveilig", 0.15),
    ] {
        let project = dropped(&monitor(answer(2022.0, value, "%", remark)));
        let pipeline = load_pipeline(&project.path(HENGELO)).unwrap();
        let table = pipeline.table("monitor").unwrap();
        let found = table.number("waarde", table.rows() - 1).unwrap();
        assert_eq!(found.to_bits(), f64::to_bits(expected));
    }
    let mut few = answer(2022.0, Cell::Number(15.0), "%", "");
    few[7] = Cell::Number(-1000.0);
    refused(
        &monitor(few),
        &["cel H2", "a number of participants from 1, found `-1000`"],
    );
    let mut score = answer(2022.0, Cell::Number(15.0), "schaalscore", "");
    (score[0], score[1], score[6], score[10]) = (
        text("sociale_cohesie"),
        text("Sociale cohesie"),
        text("schaalscore"),
        text("hoger"),
    );
    refused(
        &monitor(score),
        &["cel E2", "a number of schaalscore from 0 to 10, found `15`"],
    );
}

/// The good row of the same kind still proves its target, and what programs leave beside it costs nothing.
#[test]
fn what_programs_leave_in_the_inbox_is_passed_over_and_said_so_and_the_night_goes_out() {
    let project = dropped(&measurements(mark(Cell::Day(44_742.0))));
    for (name, bytes) in [
        ("~m.xlsx", &b"lock"[..]),
        ("~$m.xlsx", b"lock"),
        ("4F21A0B0", b"PK\x03\x04 half of a workbook"),
        ("m.xlsx.part", b"PK"),
        ("leeg.xlsx", b""),
        ("leeg.csv", b""),
        ("desktop.ini", b"[.ShellClassInfo]"),
        (".~lock.m.xlsx#", b"ik"),
    ] {
        project.write(&format!("pipelines/inbox/{name}"), bytes);
    }
    project.write("pipelines/hengelo/~metingen.csv", b"lock");
    let ended = project.run().with(0);
    let said = ended
        .stderr
        .matches("passed over in the inbox: pipelines/inbox/")
        .count();
    assert_eq!(said, 8, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("inbox/leeg.xlsx (an empty file)"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.contains("inbox/4F21A0B0 (what a program leaves"),
        "{}",
        ended.stderr
    );
    let verdict = "SELECT oordeel, waarde FROM doel_voortgang WHERE doel = 'G4a'";
    assert_eq!(project.release().lines(verdict), ["op koers (onzeker) | 7.8"]);
    let status = project.nulmeting(&["status"]).with(0).stdout;
    assert!(
        status.contains("passed over in the inbox: pipelines/inbox/~m.xlsx"),
        "{status}"
    );

    // What was meant and is wrong still ends the night.
    project.write("pipelines/inbox/ook.xlsx", b"PK\x03\x04");
    project
        .run()
        .with(78)
        .saying(&["pipelines/inbox/ook.xlsx: expected an Excel workbook"]);
    disk::remove_file(&project.path("pipelines/inbox/ook.xlsx")).unwrap();
    // A proof that nobody sees is none.
    project.write(
        "pipelines/inbox/m.xlsx",
        &measurements(mark_with(10, text("\u{200B}"))),
    );
    project.run().with(0);
    assert_eq!(project.release().lines(verdict), ["geen meting | "]);
}
