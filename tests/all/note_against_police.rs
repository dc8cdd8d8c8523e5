//! The note against the police: the 81 cells that it prints, its totals, its year 0 and its estimate of 2020.
//!
//! What the note prints and what the police counted in the recorded files is copied from `data/SOURCES.md` and the note.

use crate::harness::recorded_release;

/// `data/SOURCES.md`, "What the police table says of the note": reeks, code, then note/police of 2014, 2017, 2018, 2019
/// and 2020. Nothing stands before the slash where the note prints nothing.
const NOTE_AND_POLICE: &str = "
woninginbraken 1.1.1 389/389 273/273 192/192 176/170 168/187
diefstal_box_garage 1.1.2 97/97 131/131 65/65 70/61 91/124
diefstal_uit_motorvoertuig 1.2.1 185/184 125/125 119/119 118/114 94/117
fietsendiefstal 1.2.3 882/882 790/790 796/795 704/599 495/499
inbraak_bedrijven 2.5.1 139/139 141/141 112/112 60/73 50/54
winkeldiefstal 2.5.2 161/161 153/153 151/151 200/200 159/168
overige_vermogensdelicten 1.6.2 686/686 488/489 514/514 472/471 319/376
bedreiging 1.4.4 150/150 108/108 119/119 104/106 130/138
mishandeling 1.4.5 272/272 200/200 196/196 150/149 145/140
overval 1.4.7 9/9 1/1 5/5 7/7 5/6
straatroof 1.4.6 12/12 5/5 8/8 3/4 4/7
openlijk_geweld 1.4.3 25/25 20/20 13/13 15/15 20/17
zedendelicten 1.4.1 37/37 48/48 56/56 47/47 33/30
illegale_handel 3.1.1+3.1.2+3.1.3 90/90 55/54 96/96 122/124 156/157
horizontale_fraude 3.9.1 -/- -/317 283/279 382/381 434/589";
const NOTE_YEARS: [i64; 5] = [2014, 2017, 2018, 2019, 2020];

/// The printed totals (l.271) and the registrations of nuisance (l.275-277), which no recorded file holds.
const OTHER_PRINTED: [(&str, i64, i64); 8] = [
    ("mand", 2014, 3134),
    ("mand", 2017, 2538),
    ("mand", 2018, 2346),
    ("mand", 2019, 2248),
    ("mand", 2020, 1770),
    ("overlast_zorgbehoevenden", 2018, 385),
    ("overlast_zorgbehoevenden", 2019, 470),
    ("overlast_zorgbehoevenden", 2020, 503),
];

/// One cell of [`NOTE_AND_POLICE`].
struct Cell {
    series: &'static str,
    year: i64,
    note: Option<i64>,
    police: Option<i64>,
}

fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for line in NOTE_AND_POLICE.lines().skip(1) {
        let words: Vec<&str> = line.split(' ').collect();
        for (year, pair) in NOTE_YEARS.into_iter().zip(&words[2..]) {
            let (note, police) = pair.split_once('/').unwrap();
            cells.push(Cell {
                series: words[0],
                year,
                note: note.parse().ok(),
                police: police.parse().ok(),
            });
        }
    }
    cells
}

#[test]
fn year_0_stands_as_the_council_adopted_it_and_as_the_police_count_it_now() {
    let release = recorded_release();
    let year_0 = release.lines(
        "SELECT reeks, waarde_vastgesteld, waarde_bron, verschil, streefwaarde, streefwaarde_soort
         FROM nulmeting WHERE reeks IN ('mand', 'mand_met_fraude', 'horizontale_fraude', 'overlast_zorgbehoevenden')
         ORDER BY reeks",
    );
    assert_eq!(
        year_0,
        [
            "horizontale_fraude | 382 | 381 | -1 |  | ",
            "mand | 2248 | 2140 | -108 | 2023.2 | doel",
            "mand_met_fraude | 2630 | 2521 | -109 | 2367.0 | gevoeligheid",
            "overlast_zorgbehoevenden | 470 |  |  |  | ",
        ]
    );
    let with_target =
        release.lines("SELECT reeks FROM nulmeting WHERE streefwaarde IS NOT NULL ORDER BY reeks");
    assert_eq!(
        with_target,
        ["mand", "mand_met_fraude"],
        "the note sets no target for a single crime"
    );
    for cell in cells().iter().filter(|cell| cell.year == 2019) {
        let found = release.lines(&format!(
            "SELECT waarde_vastgesteld, waarde_bron FROM nulmeting WHERE reeks = '{}'",
            cell.series
        ));
        assert_eq!(
            found,
            [format!("{} | {}", cell.note.unwrap(), cell.police.unwrap())],
            "{}",
            cell.series
        );
    }
}

#[test]
fn every_row_of_the_note_has_the_police_figure_that_the_record_names() {
    let release = recorded_release();
    for cell in cells() {
        let found = release.lines(&format!(
            "SELECT waarde FROM delicten_jaar WHERE regio_code = 'GM0164' AND reeks = '{}' AND jaar = {}",
            cell.series, cell.year
        ));
        let expected = cell.police.map_or_else(String::new, |police| police.to_string());
        assert_eq!(found, [expected], "{} {}", cell.series, cell.year);
    }
}

#[test]
fn all_81_printed_cells_stand_beside_the_source_and_no_other() {
    let release = recorded_release();
    let mut expected: Vec<String> = cells()
        .iter()
        .filter_map(|cell| {
            cell.note
                .map(|note| format!("{} | {} | {note}", cell.series, cell.year))
        })
        .chain(OTHER_PRINTED.map(|(series, year, note)| format!("{series} | {year} | {note}")))
        .collect();
    expected.sort();
    assert_eq!(expected.len(), 81);
    let mut found = release.lines("SELECT reeks, jaar, nota FROM aansluiting");
    found.sort();
    assert_eq!(found, expected);
    for cell in cells().iter().filter(|cell| cell.note.is_some()) {
        let (series, year) = (cell.series, cell.year);
        let line = release.lines(&format!(
            "SELECT bron, verschil, status FROM aansluiting WHERE reeks = '{series}' AND jaar = {year}"
        ));
        let (note, police) = (cell.note.unwrap(), cell.police.unwrap());
        let status = if year == 2020 {
            "geextrapoleerd"
        } else {
            "gedrukt_in_nota"
        };
        assert_eq!(
            line,
            [format!("{police} | {} | {status}", police - note)],
            "{series} {year}"
        );
    }
}

#[test]
fn the_printed_totals_of_2018_and_2020_are_flagged_against_the_sum_of_their_rows_and_the_others_are_equal() {
    let totals = recorded_release().lines(
        "SELECT jaar, nota, som_rijen, verschil_som, oordeel_som FROM aansluiting WHERE reeks = 'mand' ORDER BY jaar",
    );
    assert_eq!(
        totals,
        [
            "2014 | 3134 | 3134 | 0 | gelijk",
            "2017 | 2538 | 2538 | 0 | gelijk",
            "2018 | 2346 | 2442 | -96 | gedrukt totaal klopt niet",
            "2019 | 2248 | 2248 | 0 | gelijk",
            "2020 | 1770 | 1869 | -99 | gedrukt totaal klopt niet",
        ]
    );
}

#[test]
fn nobody_says_why_the_bicycles_of_2019_differ_until_the_police_do() {
    let release = recorded_release();
    // The bicycles are the greatest part of what the basket differs.
    let year_0 =
        "SELECT reeks, oordeel FROM nulmeting WHERE reeks IN ('mand', 'winkeldiefstal') ORDER BY reeks";
    assert_eq!(
        release.lines(year_0),
        ["mand | verschil, oorzaak onbekend", "winkeldiefstal | gelijk"]
    );
    for question in [
        "SELECT waarde_vastgesteld, waarde_bron, oordeel FROM nulmeting WHERE reeks = 'fietsendiefstal'",
        "SELECT nota, bron, oordeel FROM aansluiting WHERE reeks = 'fietsendiefstal' AND jaar = 2019",
    ] {
        assert_eq!(
            release.lines(question),
            ["704 | 599 | verschil, oorzaak onbekend"]
        );
    }
}

#[test]
fn two_tables_that_compare_the_same_two_numbers_of_year_0_use_the_same_words() {
    let contradictions = recorded_release().lines(
        "SELECT n.reeks, n.oordeel, a.oordeel FROM nulmeting AS n
         JOIN aansluiting AS a ON a.reeks = n.reeks AND a.jaar = n.basisjaar
         WHERE n.oordeel <> a.oordeel",
    );
    assert_eq!(contradictions, Vec::<String>::new());
}

#[test]
fn the_notes_estimate_of_2020_is_shown_against_what_the_year_became() {
    let release = recorded_release();
    let basket = "SELECT uitgangspunt, gedrukt, ondergrens, bovengrens, werkelijk, binnen FROM prognose
        WHERE soort = 'deeljaar' AND jaar = 2020 AND reeks = 'mand'";
    assert_eq!(
        release.lines(basket),
        ["1402.0 | 1869.0 | 1792.0 | 1950.0 | 2020 | false"]
    );
    let outside =
        "SELECT reeks FROM prognose WHERE soort = 'deeljaar' AND jaar = 2020 AND NOT binnen ORDER BY reeks";
    assert_eq!(
        release.lines(outside),
        [
            "diefstal_box_garage",
            "diefstal_uit_motorvoertuig",
            "horizontale_fraude",
            "mand",
            "overige_vermogensdelicten"
        ]
    );
}
