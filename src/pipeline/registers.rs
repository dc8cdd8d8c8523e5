//! The registers that every pipeline has, declared as data: the contract with whoever keeps them.
//!
//! The order of registers and columns is that of the tables written from them. Descriptions are Dutch, for
//! they end up in the data dictionary. No figure of a municipality stands here.

use super::schema::{
    ANNOUNCED, DECIDED, Field, Kind, NOTE_LINES, PLANNED, POLICE_CODE, Register, SECTION, SEEN, TARGET,
};

/// All registers of a pipeline, each a file beside it.
pub const REGISTERS: &[Register] = &[
    REEKSEN,
    REEKS_DELEN,
    GEDRUKT,
    VASTGESTELD,
    BENADERINGEN,
    BENADERING_DELEN,
    WIJKREGELS,
    THEMAS,
    THEMA_REEKSEN,
    INSTRUMENTEN,
    DOELEN,
    MONITOR,
    MONITOR_VRAGEN,
    METINGEN,
    DEFINITIES,
    TRENDBREUKEN,
    CONVENTIES,
    FRASEN,
    AANVAARD,
];

/// The conventions that the product computes with; all must be in the register `conventies`.
pub const CONVENTIONS: &[&str] = &[
    "alfa",
    "percentage_vanaf",
    "oordeel_vanaf",
    "peers_ondergrens",
    "peers_bovengrens",
    "minimum_drietallen",
    "dispersie_van",
    "dispersie_tot",
    "ontwerpeffect_panel",
    "standaardafwijking_indicatief",
    "herzieningsbudget_land",
    "herzieningsbudget_gemeente",
    "deeljaar_aandeel",
    "seizoen_minimum_jaren",
    "vooruitblik_minimum_stappen",
    "vooruitblik_minimum",
    "noemer_minimum",
    "grenswijziging_inwoners",
    "herziening_minimum",
    "trechter_alfa_ruim",
    "trechter_staart",
    "trechter_verwacht_minimum",
    "wijk_drempel",
    "wijk_som_jaren",
    "wijkinwoners_verschil",
    "niveau_ondergrens",
    "niveau_bovengrens",
    "niveau_minimum",
    "niveau_jaren",
    "niveau_overlast_ondergrens",
    "niveau_overlast_bovengrens",
    "niveau_overlast_minimum",
    "inwoners_ondergrens",
    "inwoners_bovengrens",
];

/// Units whose values have a lowest and a highest; a value of any other unit is a count, a length of time or an amount,
/// and not below zero.
pub(super) const UNITS: &[(&str, f64, f64)] = &[
    ("%", 0.0, 100.0),
    ("rapportcijfer", 1.0, 10.0),
    ("procentpunt", -100.0, 100.0),
    ("kans", 0.0, 1.0),
    ("aandeel van het jaar", 0.0, 1.0),
    ("deel van de gemeenten", 0.0, 1.0),
];

/// The unit of shares.
pub(super) const SHARE: &str = "%";

/// The unit of a convention that is a year.
pub(super) const YEAR: &str = "jaar";

/// The kind of outcome whose lowest and highest are those of its survey, and its unit.
pub(super) const SCORE: &str = "schaalscore";

/// The unit of each kind of outcome of a survey.
pub(super) const OUTCOME_UNITS: &[(&str, &str)] = &[
    ("aandeel", SHARE),
    ("rapportcijfer", "rapportcijfer"),
    (SCORE, SCORE),
    ("saldo", "procentpunt"),
];

/// What a `toelichting` says of a share that really lies below one percent, so that nobody asks whether it is a fraction.
pub(super) const BELOW_ONE_PERCENT: &str = "minder dan 1%";

const DIRECTION: Kind = Kind::OneOf(&["lager", "hoger", "neutraal"]);
const OUTCOME: Kind = Kind::OneOf(&["aandeel", "rapportcijfer", "schaalscore", "saldo"]);
const LINES: Field = Field::optional("regel", NOTE_LINES).means("Regel of regels van de nota");
const REMARK: Field = Field::optional("toelichting", Kind::Text).means("Toelichting voor de lezer");
const ACCEPTED_BY: Field = Field::required("aanvaard_door", Kind::Text).means("Wie het heeft aanvaard");

const REEKSEN: Register = Register {
    name: "reeksen",
    description: "De reeksen die het product volgt: de rijen van de nota, hun totalen en wat er los van staat",
    may_be_empty: false,
    fields: &[
        Field::key("reeks", Kind::Key).means("Sleutel van de reeks"),
        Field::required("naam", Kind::Text).means("Naam in tabellen en grafieken"),
        Field::optional("naam_in_nota", Kind::Text).means("Naam zoals de nota die drukt"),
        Field::required("groep", Kind::Key).means("Groep waaronder de reeks in het rapport staat"),
        Field::required(
            "soort",
            Kind::OneOf(&["reeks", "subtotaal", "mand", "brontotaal"]),
        )
        .means("Gewone reeks, subtotaal, mand (som van rijen) of totaal van de bron zelf"),
        Field::required("volgorde", Kind::Whole).means("Plaats in tabellen, oplopend"),
        Field::optional("vanaf_jaar", Kind::Year)
            .within(SEEN)
            .means("Eerste jaar waarin de reeks hetzelfde telt als nu"),
        Field::required("richting", DIRECTION).means("Welke kant op beter is"),
        Field::required("hangt_af_van_controles", Kind::YesNo)
            .means("Of de reeks de inzet van de politie volgt, zodat meer niet slechter is"),
        Field::required("aard", Kind::OneOf(&["misdrijf", "overlast"]))
            .means("Misdrijven en overlast worden nooit opgeteld"),
        Field::required("familie", Kind::OneOf(&["hoofd", "rijen", "sommen"]))
            .means("Waarbinnen voor meervoudig toetsen wordt gecorrigeerd; de hoofdreeks niet"),
        Field::optional("streef", Kind::OneOf(&["doel", "gevoeligheid"]))
            .means("Of de streefwaarde voor deze reeks geldt, of alleen laat zien hoe gevoelig zij is"),
        LINES,
        REMARK,
    ],
};

const REEKS_DELEN: Register = Register {
    name: "reeks_delen",
    description: "Waaruit een reeks bestaat: codes van de politie of andere reeksen",
    may_be_empty: false,
    fields: &[
        Field::key("reeks", Kind::Key)
            .means("De reeks")
            .refers_to("reeksen", "reeks"),
        Field::optional_key("bron", Kind::Text).means("Tabel van de politie waaruit de code komt"),
        Field::optional_key("soort_code", POLICE_CODE)
            .means("Code van het soort misdrijf of overlast in die tabel"),
        Field::optional_key("deel", Kind::Key)
            .means("Reeks die meetelt")
            .refers_to("reeksen", "reeks"),
        REMARK,
    ],
};

const GEDRUKT: Register = Register {
    name: "gedrukt",
    description: "De cijfers zoals de nota ze drukt, ook waar de bron nu iets anders zegt",
    may_be_empty: true,
    fields: &[
        Field::key("reeks", Kind::Key)
            .means("De reeks")
            .refers_to("reeksen", "reeks"),
        Field::key("jaar", Kind::Year).within(SEEN).means("Kalenderjaar"),
        Field::required("waarde", Kind::Whole).means("Gedrukt aantal delicten of registraties"),
        Field::required("status", Kind::OneOf(&["gedrukt_in_nota", "geextrapoleerd"]))
            .means("Geteld, of door de nota geschat uit een deel van het jaar"),
        LINES,
    ],
};

const VASTGESTELD: Register = Register {
    name: "vastgesteld",
    description: "Jaar 0 zoals de raad het heeft vastgesteld; bevroren, zodat elke wijziging opvalt",
    may_be_empty: true,
    fields: &[
        Field::key("reeks", Kind::Key)
            .means("De reeks")
            .refers_to("reeksen", "reeks"),
        Field::required("waarde", Kind::Whole).means("Vastgesteld aantal delicten of registraties in jaar 0"),
        ACCEPTED_BY,
        Field::required("datum", Kind::Date)
            .within(DECIDED)
            .means("Dag van de vaststelling"),
        LINES,
        REMARK,
    ],
};

const BENADERINGEN: Register = Register {
    name: "benaderingen",
    description: "Eigen benaderingen van een maat die de bron niet (meer) geeft: achtergrond bij een doel, nooit het bewijs",
    may_be_empty: true,
    fields: &[
        Field::key("benadering", Kind::Key).means("Sleutel van de benadering, in vergelijking de reeks"),
        Field::required("naam", Kind::Text)
            .means("Naam waar zij ook staat, die zegt dat het een eigen benadering is en waarvan niet"),
        Field::optional("doel", TARGET)
            .means("Doel waar zij als achtergrond bij staat")
            .refers_to("doelen", "doel"),
        Field::required("toelichting", Kind::Text)
            .means("Hoe zij is samengesteld en wat er anders aan is dan aan de maat zelf"),
    ],
};

const BENADERING_DELEN: Register = Register {
    name: "benadering_delen",
    description: "Uit welke codes van de politie een eigen benadering bestaat; elke code telt een keer",
    may_be_empty: true,
    fields: &[
        Field::key("benadering", Kind::Key)
            .means("De benadering")
            .refers_to("benaderingen", "benadering"),
        Field::key("bron", Kind::Text).means("Tabel van de politie waaruit de code komt"),
        Field::key("soort_code", POLICE_CODE).means("Code van het soort misdrijf in die tabel"),
        REMARK,
    ],
};

const WIJKREGELS: Register = Register {
    name: "wijkregels",
    description: "Tot welk niveau een soort misdrijf of overlast getoond mag worden; wat hier niet staat, wordt nooit onder de gemeente getoond",
    may_be_empty: true,
    fields: &[
        Field::key("bron", Kind::Text).means("Tabel van de politie waaruit de code komt"),
        Field::key("soort_code", POLICE_CODE).means("Code van het soort misdrijf of overlast in die tabel"),
        Field::required("reeks", Kind::Key)
            .means("Reeks waarin de code telt; een code telt in een reeks, zodat reeksen niet van elkaar af te trekken zijn"),
        Field::required("niveau", Kind::OneOf(&["gemeente", "wijk", "buurt"]))
            .means("Laagste niveau: gemeente, wijk (per jaar) of buurt (alleen als som van jaren)"),
        REMARK,
    ],
};

const THEMAS: Register = Register {
    name: "themas",
    description: "De thema's van de nota",
    may_be_empty: true,
    fields: &[
        Field::key("thema", Kind::Key).means("Sleutel van het thema"),
        Field::optional("paragraaf", SECTION).means("Nummer van de paragraaf zoals gedrukt"),
        Field::required("volgorde", Kind::Whole).means("Plaats in het rapport, oplopend"),
        Field::required("naam", Kind::Text).means("Naam zoals de nota die drukt"),
        Field::required("hoofdstuk", Kind::Text).means("Hoofdstuk waaronder het thema valt"),
        Field::required("heeft_paragraaf", Kind::YesNo)
            .means("Of de nota het thema een eigen paragraaf geeft"),
        LINES,
        REMARK,
    ],
};

const THEMA_REEKSEN: Register = Register {
    name: "thema_reeksen",
    description: "Welke reeksen bij een thema horen",
    may_be_empty: true,
    fields: &[
        Field::key("thema", Kind::Key)
            .means("Het thema")
            .refers_to("themas", "thema"),
        Field::key("reeks", Kind::Key)
            .means("De reeks")
            .refers_to("reeksen", "reeks"),
        REMARK,
    ],
};

const INSTRUMENTEN: Register = Register {
    name: "instrumenten",
    description: "De enquêtes, elk met de schaal waarop zij scores geeft",
    may_be_empty: true,
    fields: &[
        Field::key("instrument", Kind::Key).means("Sleutel van de enquête"),
        Field::required("naam", Kind::Text).means("Naam van de enquête"),
        Field::optional("schaal_van", Kind::Number)
            .means("Laagste waarde van een schaalscore; leeg als de enquête er geen geeft"),
        Field::optional("schaal_tot", Kind::Number)
            .means("Hoogste waarde van een schaalscore; leeg als de enquête er geen geeft"),
        LINES,
        REMARK,
    ],
};

const DOELEN: Register = Register {
    name: "doelen",
    description: "De doelen die de raad heeft vastgesteld, elk met wat er gemeten kan worden",
    may_be_empty: true,
    fields: &[
        Field::key("doel", TARGET).means("Nummer van het doel"),
        Field::required("paragraaf", SECTION).means("Paragraaf van de nota"),
        Field::optional("thema", Kind::Key)
            .means("Thema; leeg bij een algemeen doel")
            .refers_to("themas", "thema"),
        Field::required("volgorde", Kind::Whole).means("Plaats in het rapport, oplopend"),
        Field::required("tekst", Kind::Text).means("Het doel in de woorden van de nota"),
        Field::required("soort", Kind::OneOf(&["NUM", "COV", "MIL", "OND", "DOOR"]))
            .means("Getal, dekking, mijlpaal, onderzoek of doorlopend"),
        Field::optional("maat", Kind::Text).means("Wat er geteld of vastgesteld wordt"),
        Field::optional("drempel", Kind::Text).means("Streefwaarde in woorden"),
        Field::optional("streefwaarde", Kind::Number)
            .means("Streefwaarde als getal, in de eenheid van het doel"),
        Field::optional("eenheid", Kind::Text).means("Eenheid van streefwaarde en basiswaarde"),
        Field::optional("richting", Kind::OneOf(&["<=", ">=", ">", "<", "="]))
            .means("Hoe de waarde zich tot de streefwaarde moet verhouden"),
        Field::optional("basiswaarde", Kind::Number).means("Waarde in jaar 0, in de eenheid van het doel"),
        Field::optional("basisjaar", Kind::Year)
            .within(SEEN)
            .means("Jaar van de basiswaarde"),
        Field::optional("termijn", Kind::Date)
            .within(PLANNED)
            .means("Laatste dag waarop het doel gehaald moet zijn"),
        Field::optional("termijn_tekst", Kind::Text).means("De termijn in woorden"),
        Field::required("termijn_impliciet", Kind::YesNo)
            .means("Of de nota de termijn niet met zoveel woorden noemt"),
        Field::required(
            "ritme",
            Kind::OneOf(&["eenmalig", "jaarlijks", "cumulatief", "doorlopend"]),
        )
        .means("Of het doel eens, elk jaar, opgeteld over de jaren of altijd geldt"),
        Field::required("voorwaardelijk", Kind::YesNo).means("Of het doel van een voorwaarde afhangt"),
        Field::optional("reeks", Kind::Key)
            .means("Reeks die het bewijs levert")
            .refers_to("reeksen", "reeks"),
        Field::optional("indicator", Kind::Key)
            .means("Vraag uit de monitor die het bewijs levert")
            .refers_to("monitor", "indicator")
            .or_to("monitor_vragen", "indicator"),
        Field::optional("instrument", Kind::Key)
            .means("Enquête die het doel mag beoordelen")
            .refers_to("instrumenten", "instrument"),
        Field::optional("bron_meting", Kind::Text).means("Waar een meting vandaan komt"),
        Field::required("klein_aantal", Kind::YesNo)
            .means("Of het om personen of om minder dan tien kan gaan"),
        Field::required("beoordeelbaar", Kind::OneOf(&["ja", "nee", "bron_gestopt"]))
            .means("Of het doel te beoordelen is"),
        LINES,
        REMARK,
    ],
};

const MONITOR: Register = Register {
    name: "monitor",
    description: "Uitkomsten van enquêtes onder inwoners",
    may_be_empty: true,
    fields: &[
        Field::key("indicator", Kind::Key).means("Sleutel van de vraag"),
        Field::required("naam", Kind::Text).means("De vraag zoals de nota die drukt"),
        Field::key("instrument", Kind::Key)
            .means("De enquête; uitkomsten van twee enquêtes zijn niet te vergelijken")
            .refers_to("instrumenten", "instrument"),
        Field::key("jaar", Kind::Year)
            .within(SEEN)
            .means("Jaar van de meting"),
        Field::required("waarde", Kind::Number).means("Uitkomst, in de eenheid van de rij"),
        Field::required("eenheid", Kind::Text).means("Eenheid van de uitkomst"),
        Field::required("soort", OUTCOME).means("Soort uitkomst, die bepaalt hoe de marge wordt berekend"),
        Field::optional("n", Kind::Whole).means("Aantal deelnemers; leeg als het niet bekend is"),
        Field::optional("standaardafwijking", Kind::Number)
            .means("Standaardafwijking, in de eenheid van de rij"),
        Field::optional("ontwerpeffect", Kind::Number)
            .means("Factor waarmee de steekproef minder zegt dan een aselecte, minstens 1"),
        Field::required("richting", DIRECTION).means("Welke kant op beter is"),
        LINES,
        REMARK,
    ],
};

const MONITOR_VRAGEN: Register = Register {
    name: "monitor_vragen",
    description: "De vragen van een enquête die uit een tabel van de bron worden opgehaald, met wat zij meten",
    may_be_empty: true,
    fields: &[
        Field::key("indicator", Kind::Key)
            .means("Sleutel van de vraag; een andere dan die van een vraag die een andere enquête anders stelt"),
        Field::required("naam", Kind::Text).means("Wat er gevraagd is, zoals het rapport dat noemt"),
        Field::required("instrument", Kind::Key)
            .means("De enquête")
            .refers_to("instrumenten", "instrument"),
        Field::required("bron", Kind::Text).means("Tabel waaruit de uitkomsten komen"),
        Field::required("onderwerp", Kind::Text).means("Sleutel van het onderwerp in die tabel"),
        Field::required("eenheid", Kind::Text).means("Eenheid van de uitkomst"),
        Field::required("soort", OUTCOME).means("Soort uitkomst"),
        Field::required("richting", DIRECTION).means("Welke kant op beter is"),
        Field::optional("doel", TARGET)
            .means("Doel waar de uitkomst als achtergrond bij staat; bewijs wordt zij alleen als het doel de vraag zelf noemt")
            .refers_to("doelen", "doel"),
        REMARK,
    ],
};

const METINGEN: Register = Register {
    name: "metingen",
    description: "Met de hand bijgehouden waarnemingen, zoals afgeronde plannen en getelde acties",
    may_be_empty: true,
    fields: &[
        Field::key("meting", Kind::Key).means("Sleutel van de meting"),
        Field::optional("doel", TARGET)
            .means("Doel waar de meting bij hoort")
            .refers_to("doelen", "doel"),
        Field::required("onderwerp", Kind::Text).means("Wat er is waargenomen"),
        Field::required("stand", Kind::OneOf(&["meting", "gestart", "gereed", "nvt"]))
            .means("Een meting, een begin, een afronding, of dat de voorwaarde niet is vervuld"),
        Field::optional("datum", Kind::Date)
            .within(SEEN)
            .means("Dag waarop de waarneming slaat"),
        Field::optional("datum_tekst", Kind::Text).means("De tijd in woorden"),
        Field::optional("waarde", Kind::Number).means("Uitkomst, in de eenheid van de rij"),
        Field::optional("noemer", Kind::Number).means("Aantal gevallen waarop een percentage berust"),
        Field::optional("eenheid", Kind::Text).means("Eenheid van de uitkomst; met bewijs die van het doel"),
        Field::optional("tekst", Kind::Text).means("De waarneming in woorden"),
        Field::optional("bewijs", Kind::Text).means("Verwijzing naar het stuk dat de waarneming bewijst"),
        Field::required("opsteller", Kind::Text).means("Wie of wat de waarneming heeft vastgelegd"),
        LINES,
        REMARK,
    ],
};

const DEFINITIES: Register = Register {
    name: "definities",
    description: "Wat de woorden van het rapport betekenen",
    may_be_empty: true,
    fields: &[
        Field::key("term", Kind::Text).means("Het woord"),
        Field::required("tekst", Kind::Text).means("De omschrijving"),
        Field::required("status", Kind::OneOf(&["voorstel", "vastgesteld"]))
            .means("Of de omschrijving is vastgesteld"),
        Field::optional("geldig_vanaf", Kind::Date)
            .within(ANNOUNCED)
            .means("Eerste dag waarop de omschrijving geldt"),
        Field::optional("afgestemd_met", Kind::Text).means("Met wie de omschrijving is afgestemd"),
        LINES,
        REMARK,
    ],
};

const TRENDBREUKEN: Register = Register {
    name: "trendbreuken",
    description: "Gebeurtenissen die een reeks of enquête voor en na een dag onvergelijkbaar maken of toelichten",
    may_be_empty: true,
    fields: &[
        Field::key("breuk", Kind::Key).means("Sleutel van de gebeurtenis"),
        Field::optional_key("reeks", Kind::Key)
            .means("Reeks die zij raakt")
            .refers_to("reeksen", "reeks"),
        Field::optional_key("instrument", Kind::Key)
            .means("Enquête die zij raakt, in plaats van een reeks")
            .refers_to("instrumenten", "instrument"),
        Field::required("datum", Kind::Date)
            .within(ANNOUNCED)
            .means("Dag vanaf wanneer het anders is"),
        Field::required("tekst", Kind::Text).means("Wat er veranderde"),
        Field::required("effect", Kind::OneOf(&["breuk", "toelichting"]))
            .means("Of de reeks of enquête het voorbehoud trendbreuk krijgt, of alleen een toelichting"),
        Field::required("blokkerend", Kind::YesNo)
            .means("Of een vergelijking over deze dag heen verboden is"),
        Field::required("bron", Kind::Text).means("Waar dit te vinden is"),
        LINES,
        REMARK,
    ],
};

const CONVENTIES: Register = Register {
    name: "conventies",
    description: "Afspraken van het product die een uitkomst bepalen en geen beleid van de raad zijn",
    may_be_empty: false,
    fields: &[
        Field::key("conventie", Kind::Key).means("Sleutel van de afspraak"),
        Field::required("waarde", Kind::Number).means("Waarde, in de eenheid van de rij"),
        Field::optional("eenheid", Kind::Text).means("Eenheid van de waarde"),
        Field::required("tekst", Kind::Text).means("De afspraak in een zin, zoals het rapport die drukt"),
        Field::optional("bron", Kind::Text).means("Waar de afspraak vandaan komt"),
    ],
};

const FRASEN: Register = Register {
    name: "frasen",
    description: "De gesloten lijst van oordelen en voorbehouden die het rapport mag gebruiken",
    may_be_empty: false,
    fields: &[
        Field::key("code", Kind::Key).means("Sleutel van de frase"),
        Field::required("frase", Kind::Text).means("De woorden"),
        Field::required(
            "soort",
            Kind::OneOf(&["trend", "voorbehoud", "doel", "aansluiting", "vergelijking"]),
        )
        .means("Waar de frase voor dient"),
        Field::optional("teken", Kind::Text).means("Teken dat naast de woorden staat, nooit in plaats ervan"),
        REMARK,
    ],
};

const AANVAARD: Register = Register {
    name: "aanvaard",
    description: "Bevindingen van een controle die een mens heeft aanvaard, elk zoals die mens haar zag",
    may_be_empty: true,
    fields: &[
        Field::key("controle", Kind::Key).means("De controle"),
        Field::key("sleutel", Kind::Text).means("Waar de bevinding over gaat"),
        Field::key("stand", Kind::Text)
            .means("Wat er van de bevinding te zien was: een aantal, een versie of beide; staat er later iets anders, dan geldt de aanvaarding niet meer")
            .when_missing("an acceptance holds for what was seen: take out the old lines and run; what stops the run is printed as lines ready to paste, under the header controle;sleutel;stand;aanvaard_door;datum;toelichting"),
        ACCEPTED_BY,
        Field::required("datum", Kind::Date)
            .within(SEEN)
            .means("Dag waarop de bevinding is aanvaard"),
        REMARK,
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_points_to_a_key_column_of_a_register() {
        for field in REGISTERS.iter().flat_map(|register| register.fields) {
            for (register, column) in field.references.into_iter().chain(field.or_references) {
                let target = REGISTERS
                    .iter()
                    .find(|candidate| candidate.name == register)
                    .unwrap();
                assert!(
                    target
                        .fields
                        .iter()
                        .any(|other| other.name == column && other.in_key),
                    "{register}.{column}"
                );
            }
        }
    }

    #[test]
    fn every_column_of_days_or_years_says_which_make_sense() {
        for register in REGISTERS {
            for field in register.fields {
                let has_days = matches!(field.kind, Kind::Date | Kind::Year);
                assert_eq!(field.span.is_some(), has_days, "{}.{}", register.name, field.name);
            }
        }
    }

    #[test]
    fn names_are_unique_snake_case_and_every_description_is_there() {
        let mut names: Vec<&str> = REGISTERS.iter().map(|register| register.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), REGISTERS.len());
        for register in REGISTERS {
            assert!(!register.description.is_empty() && register.fields.iter().any(|field| field.in_key));
            let mut columns: Vec<&str> = register.fields.iter().map(|field| field.name).collect();
            columns.sort_unstable();
            columns.dedup();
            assert_eq!(columns.len(), register.fields.len(), "{}", register.name);
            for field in register.fields {
                assert!(!field.description.is_empty(), "{}.{}", register.name, field.name);
                assert!(
                    field
                        .name
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
                );
            }
        }
    }
}
