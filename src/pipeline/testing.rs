//! A small municipality in memory, complete and right, so that a test can spoil exactly one thing.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::{CONVENTIONS, Disk, Inbox, LoadError, Pipeline, load};

/// Codes of phrases that the tests act as if the product used.
pub(super) const PHRASES: &[&str] = &["nulmeting", "lager"];

pub(super) const SMALL_PIPELINE: &str = r#"[municipality]
code = "GM0164"
name = "Hengelo"
full_name = "Hengelo (O.)"

[policy]
title = "Veiligheidsbeleid"
adopted = 2021-01-13
baseline_year = 2019
start_year = 2021
target_year = 2024
reduction_percent = 10.0

[[policy.unrepresentative]]
year = 2020
by = "nota"
text = "In cijfermatige zin is 2020 weinig representatief."
lines = "236-237"

[[source]]
id = "misdrijven"
kind = "police_crime"
table = "47013NED"
base_url = "https://dataderden.cbs.nl/ODataFeed/odata"
division = 2023
not_published_monthly = ["1.4.1"]

[[source.recorded]]
path = "police/2022.csv.gz"
peildatum = 2023-11-01

[[source.recorded]]
path = "police/2023.csv.gz"
peildatum = 2026-06-15
division = 2026

[[source]]
id = "inwoners"
kind = "population_begin"
table = "03759ned"
base_url = "https://datasets.cbs.nl/odata/v1/CBS/03759ned"

[[source]]
id = "overlast"
kind = "police_nuisance"
table = "47021NED"
base_url = "https://dataderden.cbs.nl/ODataFeed/odata"
"#;

const SMALL_REGISTERS: &[(&str, &str)] = &[
    (
        "reeksen",
        "reeks;naam;naam_in_nota;groep;soort;volgorde;vanaf_jaar;richting;hangt_af_van_controles;aard;familie;streef;regel;toelichting\n\
         woninginbraken;Woninginbraken;Woninginbraken;vermogen;reeks;1;;lager;nee;misdrijf;rijen;;248;\n\
         fietsendiefstal;Fietsendiefstal;Fietsendiefstal;vermogen;reeks;2;;lager;nee;misdrijf;rijen;;251;\n\
         mand;Totaal;Totaal;totaal;mand;3;;lager;nee;misdrijf;hoofd;doel;271;\n\
         overlast;Overlast;;begeleidend;reeks;4;;lager;nee;overlast;rijen;;;\n\
         totaal_misdrijven;Alles;;totaal;brontotaal;5;;lager;nee;misdrijf;sommen;;;\n",
    ),
    (
        "reeks_delen",
        "reeks;bron;soort_code;deel;toelichting\n\
         woninginbraken;47013NED;1.1.1;;\n\
         fietsendiefstal;47013NED;1.2.3;;\n\
         mand;;;woninginbraken;\n\
         mand;;;fietsendiefstal;\n\
         overlast;47021NED;E33;;\n\
         totaal_misdrijven;47013NED;0.0.0;;\n",
    ),
    (
        "gedrukt",
        "reeks;jaar;waarde;status;regel\n\
         woninginbraken;2018;192;gedrukt_in_nota;248\n\
         woninginbraken;2019;176;gedrukt_in_nota;248\n\
         fietsendiefstal;2019;704;gedrukt_in_nota;251\n\
         mand;2019;880;gedrukt_in_nota;271\n",
    ),
    (
        "vastgesteld",
        "reeks;waarde;aanvaard_door;datum;regel;toelichting\n\
         woninginbraken;176;gemeenteraad;2021-01-13;248;\n\
         mand;880;gemeenteraad;13-1-2021;271;\n",
    ),
    (
        "benaderingen",
        "benadering;naam;doel;toelichting\n\
         eigen_benadering;Eigen benadering, niet de meter;G1;Som van een code\n",
    ),
    (
        "benadering_delen",
        "benadering;bron;soort_code;toelichting\n\
         eigen_benadering;47013NED;1.1.1;\n",
    ),
    (
        "wijkregels",
        "bron;soort_code;reeks;niveau;toelichting\n\
         47018NED;1.1.1;woninginbraken;buurt;\n",
    ),
    (
        "themas",
        "thema;paragraaf;volgorde;naam;hoofdstuk;heeft_paragraaf;regel;toelichting\n\
         wonen;4.3.1;1;Woninginbraken;4.3 Wonen;ja;900;\n",
    ),
    (
        "thema_reeksen",
        "thema;reeks;toelichting\nwonen;woninginbraken;\n",
    ),
    (
        "doelen",
        "doel;paragraaf;thema;volgorde;tekst;soort;maat;drempel;streefwaarde;eenheid;richting;basiswaarde;basisjaar;\
         termijn;termijn_tekst;termijn_impliciet;ritme;voorwaardelijk;reeks;indicator;instrument;bron_meting;\
         klein_aantal;beoordeelbaar;regel;toelichting\n\
         G1;3;;1;10% minder;NUM;som;hoogstens 792;792;delicten;<=;880;2019;2024-12-31;eind 2024;nee;eenmalig;nee;mand;;;\
         politie;nee;ja;531-532;\n\
         4.3.1-1;4.3.1;wonen;2;Plan;MIL;plan;plan uitgevoerd;;;;;;;;nee;eenmalig;nee;;;;gemeente;nee;ja;924;\n",
    ),
    (
        "monitor",
        "indicator;naam;instrument;jaar;waarde;eenheid;soort;n;standaardafwijking;ontwerpeffect;richting;regel;toelichting\n\
         onveilig;Onveilig?;panel;2019;14,4;%;aandeel;1000;;1,5;lager;299;\n",
    ),
    (
        "monitor_vragen",
        "indicator;naam;instrument;bron;onderwerp;eenheid;soort;richting;doel;toelichting\n",
    ),
    (
        "metingen",
        "meting;doel;onderwerp;stand;datum;datum_tekst;waarde;noemer;eenheid;tekst;bewijs;opsteller;regel;toelichting\n\
         start;G1;Start;meting;31-12-2019;;2,5;;stuks;\"Eén \"\"zin\"\";\nmet een regeleinde\";;nota;;\n",
    ),
    (
        "definities",
        "term;tekst;status;geldig_vanaf;afgestemd_met;regel;toelichting\njaar 0;2019;voorstel;;;;\n",
    ),
    (
        "trendbreuken",
        "breuk;reeks;instrument;datum;tekst;effect;blokkerend;bron;regel;toelichting\n\
         registratie;mand;;2018-07-01;Anders geteld;breuk;nee;politie;;\n",
    ),
    (
        "frasen",
        "code;frase;soort;teken;toelichting\nnulmeting;nulmeting;trend;=;\nlager;lager;trend;▼;\n",
    ),
    (
        "aanvaard",
        "controle;sleutel;stand;aanvaard_door;datum;toelichting\n",
    ),
];

/// The small municipality, as files in memory.
#[derive(Clone)]
pub(super) struct Small {
    pub(super) files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Small {
    pub(super) fn new() -> Self {
        let mut files = BTreeMap::from([(PathBuf::from("p/klein.toml"), SMALL_PIPELINE.as_bytes().to_vec())]);
        for (name, text) in SMALL_REGISTERS {
            files.insert(Self::path(name), text.as_bytes().to_vec());
        }
        let mut conventions = "conventie;waarde;eenheid;tekst;bron\n".to_owned();
        for name in CONVENTIONS {
            conventions.push_str(name);
            conventions.push_str(";0,05;kans;x;\n");
        }
        files.insert(Self::path("conventies"), conventions.into_bytes());
        Self { files }
    }

    pub(super) fn path(register: &str) -> PathBuf {
        Path::new("p/klein").join(register).with_extension("csv")
    }

    /// The same with `from` in a register spoilt into `to`.
    pub(super) fn replace(self, register: &str, from: &str, to: &str) -> Self {
        self.replace_in(&Self::path(register), from, to)
    }

    /// The same with `from` in the pipeline file spoilt into `to`.
    pub(super) fn in_pipeline(self, from: &str, to: &str) -> Self {
        self.replace_in(Path::new("p/klein.toml"), from, to)
    }

    fn replace_in(mut self, path: &Path, from: &str, to: &str) -> Self {
        let text = String::from_utf8(self.files[path].clone()).unwrap();
        assert!(text.contains(from), "{from:?} is not in {}", path.display());
        self.files
            .insert(path.to_path_buf(), text.replacen(from, to, 1).into_bytes());
        self
    }

    /// The same with rows at the end of a register.
    pub(super) fn append(mut self, register: &str, rows: &str) -> Self {
        if let Some(bytes) = self.files.get_mut(&Self::path(register)) {
            bytes.extend_from_slice(rows.as_bytes());
        }
        self
    }

    pub(super) fn load(&self) -> Result<Pipeline, LoadError> {
        let read = |path: &Path| {
            self.files
                .get(path)
                .cloned()
                .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
        };
        let list = |folder: &Path| {
            let inside: Vec<PathBuf> = self
                .files
                .keys()
                .filter(|path| path.parent() == Some(folder))
                .cloned()
                .collect();
            if inside.is_empty() {
                Err(io::Error::from(io::ErrorKind::NotFound))
            } else {
                Ok(inside)
            }
        };
        load(
            Path::new("p/klein.toml"),
            &Disk {
                read: &read,
                list: &list,
                length: &|path| Ok(self.files.get(path).map(|bytes| bytes.len() as u64)),
            },
            PHRASES,
            Inbox::Folder,
        )
    }
}

/// What is said about a spoilt municipality.
pub(super) fn refused(small: &Small) -> String {
    small.load().unwrap_err().to_string()
}
