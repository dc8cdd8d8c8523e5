//! 47018NED and 85984NED for the service of the tests, on the wijken and buurten of Hengelo.
//!
//! Recorded are the codes and titles, the total of 2023 of each buurt (47018NED, August 2024) and its inhabitants
//! (85984NED, 2024). The counts by kind and year are made up from them by one rule: what the police registered in the
//! whole municipality (47013NED) is spread over the buurten as that total is, by largest remainder. So the districts add
//! up to the municipality, and what a test expects follows from the same rule and nothing that the program did.

use std::sync::Arc;

use serde_json::Value;

use crate::live::{described, information, topic};
use crate::service::page::field;
use crate::service::table3::{Axis, Dimension, Member, Table3};

/// Crimes by wijk and buurt.
pub const CRIMES: &str = "47018NED";
/// Inhabitants by wijk and buurt.
pub const INHABITANTS: &str = "85984NED";
/// The municipality.
pub const OWN: &str = "GM0164";
/// What the police keep back below the municipality, and count in the total.
const WITHHELD: [&str; 4] = ["1.4.1", "3.2.1", "3.2.2", "3.7.3"];
const TOTAL: &str = "0.0.0";
const REGIONS: &str = "WijkenEnBuurten";

/// A region of Hengelo as it was recorded.
#[derive(Clone)]
pub struct Region {
    /// `GM0164`, `WK016400` or `BU01640000`.
    pub code: String,
    /// Title.
    pub title: String,
    /// All crimes of 2023, of a buurt.
    pub crimes: Option<i64>,
    /// Inhabitants of 2024, of a buurt.
    pub inhabitants: Option<i64>,
}

/// The municipality, its wijken and its buurten, in the order of the list.
pub fn regions() -> Vec<Region> {
    let rows = include_str!("wijken_hengelo.csv").lines().skip(1);
    let region = |line: &str| {
        let cells: Vec<&str> = line.split(';').collect();
        Region {
            code: cells[0].to_owned(),
            title: cells[1].to_owned(),
            crimes: cells[2].parse().ok(),
            inhabitants: cells[3].parse().ok(),
        }
    };
    rows.map(region).collect()
}

/// A count of the whole municipality over the buurten, as their totals are.
fn spread(count: i64) -> Vec<(String, i64)> {
    let buurten: Vec<(String, i64)> = regions()
        .into_iter()
        .filter_map(|region| Some((region.code, region.crimes?)))
        .collect();
    let all: i64 = buurten.iter().map(|(_, weight)| weight).sum();
    let mut shares: Vec<(String, i64, i64)> = buurten
        .into_iter()
        .map(|(code, weight)| (code, count * weight / all, count * weight % all))
        .collect();
    let left = count - shares.iter().map(|(_, share, _)| share).sum::<i64>();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse((shares[*place].2, *place)));
    for place in order.into_iter().take(left as usize) {
        shares[place].1 += 1;
    }
    shares.into_iter().map(|(code, share, _)| (code, share)).collect()
}

/// The three years of a window that ends in year 0.
pub const WINDOW: [i32; 3] = [2017, 2018, 2019];

/// Counts of every size and place: what the rule of this file spreads evenly is moved between buurten of the whole town, by a
/// fixed rule and without changing the municipality, so that small counts stand at the end, alone, everywhere and nowhere.
pub fn busy_years(table: &mut Table3) {
    let known = regions();
    let buurten: Vec<&Region> = known
        .iter()
        .filter(|region| region.code.starts_with("BU"))
        .collect();
    let kinds: Vec<String> = table
        .dimension(Axis::Category)
        .members()
        .iter()
        .map(|member| member.code().to_owned())
        .filter(|code| code != TOTAL && !WITHHELD.contains(&code.as_str()))
        .collect();
    let mut state: u64 = 2019;
    let mut next = |below: usize| -> usize {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for kind in &kinds {
        for year in WINDOW {
            let period = format!("{year}JJ00");
            for _ in 0..next(40) {
                let (from, to) = (buurten[next(buurten.len())], buurten[next(buurten.len())]);
                let there = table.get(kind, &from.code, &period).unwrap_or(0);
                let moved = if next(2) == 0 { there } else { there / 2 };
                for (buurt, change) in [(from, -moved), (to, moved)] {
                    for region in known.iter().filter(|region| lies_in(&buurt.code, &region.code)) {
                        add(table, kind, &region.code, &period, change);
                    }
                }
            }
        }
    }
}

/// Whether a buurt lies in a wijk or the municipality, or is it.
pub fn lies_in(buurt: &str, region: &str) -> bool {
    buurt[2..].starts_with(&region[2..])
}

/// Other municipalities, with a wijk and a buurt each; nothing was counted there.
const OTHERS: [(&str, &str); 2] = [("0141", "Almelo"), ("0153", "Enschede")];

fn region_list() -> Dimension {
    let mut members = vec![Member::new("NL00", "Nederland")];
    for (digits, name) in OTHERS {
        members.push(Member::new(&format!("GM{digits}"), name));
        members.push(Member::new(&format!("WK{digits}00"), "Wijk 00"));
        members.push(Member::new(&format!("BU{digits}0000"), "Buurt"));
    }
    let own = regions();
    members.extend(own.iter().map(|region| Member::new(&region.code, &region.title)));
    Dimension::new(REGIONS, "GeoDetail", members)
}

fn of_regions() -> Vec<(Arc<str>, Value)> {
    let mut property = described(REGIONS, "GeoDetail", "Wijken en buurten");
    let description = property.iter_mut().find(|(name, _)| &**name == "Description");
    description.unwrap().1 = Value::from("Wijken en buurten (indeling 2024)");
    // As recorded: it did not follow the division.
    property.push(field("MapYear", 2019));
    property
}

/// 47018NED for the years of a table of the municipality.
pub fn crimes(municipal: &Table3) -> Table3 {
    let info = information(
        municipal,
        CRIMES,
        "Geregistreerde misdrijven; soort misdrijf, wijk, buurt, jaarcijfers",
        "2024-08-15T02:00:00",
    );
    let key = "GeregistreerdeMisdrijven_1";
    let mut table = Table3::new(
        info,
        vec![
            described("SoortMisdrijf", "Dimension", "Soort misdrijf"),
            of_regions(),
            described("Perioden", "TimeDimension", "Perioden"),
            topic(key, "Geregistreerde misdrijven"),
        ],
        [
            municipal.dimension(Axis::Category).clone(),
            region_list(),
            municipal.dimension(Axis::Period).clone(),
        ],
        &[key],
    );
    table.set_default("Zero");
    // As recorded: two topics are texts, padded in a typed row too.
    let kind = |code: &str| match code.get(..2) {
        Some("NL") => Some("Land".to_owned()),
        Some("GM") => Some("Gemeente".to_owned()),
        Some("WK") => Some("Wijk".to_owned()),
        _ => Some("Buurt".to_owned()),
    };
    let name = |code: &str| {
        code.get(2..6)
            .filter(|digits| *digits == "0164")
            .map(|_| "Hengelo".to_owned())
    };
    table.add_texts("Gemeentenaam_2", "Gemeentenaam", 30, name);
    table.add_texts("SoortRegio_3", "Soort regio", 8, kind);
    let codes = |axis: Axis| -> Vec<String> {
        let members = municipal.dimension(axis).members();
        members.iter().map(|member| member.code().to_owned()).collect()
    };
    for period in codes(Axis::Period).iter().filter(|code| code.ends_with("JJ00")) {
        for kind in codes(Axis::Category).iter().filter(|code| *code != TOTAL) {
            let count = municipal.get(kind, OWN, period).unwrap_or(0);
            put(&mut table, kind, period, count);
        }
    }
    table
}

/// Spreads a count of a kind over the districts, and adds it to their totals.
fn put(table: &mut Table3, kind: &str, period: &str, count: i64) {
    for (buurt, share) in spread(count) {
        for region in regions().iter().filter(|region| lies_in(&buurt, &region.code)) {
            add(table, kind, &region.code, period, share);
        }
    }
}

/// Adds to a cell and to the total of its region, a kind that is kept back to the total alone.
fn add(table: &mut Table3, kind: &str, region: &str, period: &str, more: i64) {
    let kinds: &[&str] = if WITHHELD.contains(&kind) && region != OWN {
        &[TOTAL]
    } else {
        &[kind, TOTAL]
    };
    for kind in kinds {
        let before = table.get(kind, region, period).unwrap_or(0);
        table.set(kind, region, period, Some(before + more));
    }
}

/// 85984NED: no periods, one year in the title. Inhabitants of a wijk are the sum of its buurten, which CBS rounds.
pub fn inhabitants(like: &Table3) -> Table3 {
    let key = "AantalInwoners_5";
    let mut table = Table3::new(
        information(
            like,
            INHABITANTS,
            "Kerncijfers wijken en buurten 2024",
            "2024-08-30T02:00:00",
        ),
        vec![
            of_regions(),
            topic(key, "Aantal inwoners"),
            topic("Mannen_6", "Mannen"),
        ],
        [Dimension::none(), region_list(), Dimension::none()],
        &[key, "Mannen_6"],
    );
    for (digits, _) in OTHERS {
        table.set("", &format!("WK{digits}00"), "", Some(1_000));
    }
    let known = regions();
    for region in &known {
        let inside = known.iter().filter(|other| lies_in(&other.code, &region.code));
        let count = inside.filter_map(|other| other.inhabitants).sum();
        table.set("", &region.code, "", Some(count));
    }
    table
}
