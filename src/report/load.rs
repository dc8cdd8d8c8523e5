//! Fills [`ReportData`] from the tables of a release. The queries are plain reads in a stated order: what needs a
//! decision stands in a mart.

use super::model::{
    AansluitingRow, AanvaardingRow, BeleidRow, BenaderingRow, BronRow, ControleRow, ConventieRow,
    DefinitieRow, DoelVoortgangRow, FraseRow, GelijkeRow, HerzieningRow, MonitorIndicatorRow,
    NietRepresentatiefRow, NulmetingRow, PrognoseRow, ReeksDeelRow, ReeksRow, ReportData, ThemaReeksRow,
    ThemaRow, TrendReeksRow, TrendThemaRow, TrendbreukRow, VergelijkingRow, VoortgangsrapportageRow, WijkRow,
};
use crate::derive::DeriveError;
use crate::derive::rows::{Row, Rows};
use crate::derive::session::Engine;

/// Reads every table that the report needs.
///
/// # Errors
/// [`DeriveError`] when a table or a column is missing.
pub fn load(engine: &Engine) -> Result<ReportData, DeriveError> {
    let beleid = read(
        engine,
        "SELECT gemeente, gemeente_naam, titel, vastgesteld_op, basisjaar, streefjaar, daling_pct FROM beleid",
        policy,
    )?;
    let year = "SELECT max(rapportjaar) AS jaar FROM voortgangsrapportage";
    Ok(ReportData {
        beleid: beleid.into_iter().next().unwrap_or_default(),
        rapportjaar: read(engine, year, |row| year_of(row, "jaar"))?.into_iter().flatten().next(),
        niet_representatief: read(
            engine,
            "SELECT jaar, door, tekst, regel FROM niet_representatief ORDER BY jaar",
            unrepresentative,
        )?,
        bronnen: read(engine, SOURCES, source)?,
        reeks: read(
            engine,
            "SELECT reeks, naam, groep, soort, aard, familie, streef, toelichting FROM reeks ORDER BY volgorde",
            series,
        )?,
        reeks_delen: read(
            engine,
            "SELECT d.reeks, d.deel FROM reeks_delen AS d JOIN reeks AS r ON r.reeks = d.deel ORDER BY d.reeks, r.volgorde",
            |row| ReeksDeelRow { reeks: text(row, "reeks"), deel: text(row, "deel") },
        )?,
        thema: read(
            engine,
            "SELECT thema, paragraaf, naam, hoofdstuk, heeft_paragraaf FROM thema ORDER BY volgorde",
            theme,
        )?,
        thema_reeksen: read(engine, THEME_SERIES, |row| ThemaReeksRow {
            thema: text(row, "thema"),
            reeks: text(row, "reeks"),
            toelichting: row.text("toelichting"),
        })?,
        frasen: read(engine, "SELECT code, frase, soort, teken, toelichting FROM frasen", phrase)?,
        conventies: read(engine, "SELECT conventie, tekst, bron FROM conventies", |row| ConventieRow {
            conventie: text(row, "conventie"),
            tekst: text(row, "tekst"),
            bron: text(row, "bron"),
        })?,
        definities: read(engine, "SELECT term, tekst, status, regel FROM definities", |row| DefinitieRow {
            term: text(row, "term"),
            tekst: text(row, "tekst"),
            status: text(row, "status"),
            regel: row.text("regel"),
        })?,
        trendbreuken: read(
            engine,
            "SELECT breuk, reeks, instrument, datum, tekst, effect, blokkerend, bron FROM trendbreuken ORDER BY datum, breuk, reeks",
            series_break,
        )?
        .into_iter()
        .flatten()
        .collect(),
        nulmeting: read(engine, BASELINE, baseline)?,
        trend_reeks: read(engine, "SELECT * FROM trend_reeks ORDER BY reeks, jaar", series_trend)?,
        trend_thema: read(engine, "SELECT * FROM trend_thema ORDER BY thema, jaar", theme_trend)?,
        prognose: read(
            engine,
            "SELECT p.* FROM prognose AS p JOIN reeks AS r ON r.reeks = p.reeks ORDER BY p.soort, p.jaar, r.volgorde",
            estimate,
        )?,
        monitor_indicator: read(engine, SURVEY, survey)?,
        doel_voortgang: read(
            engine,
            "SELECT v.*, d.reeks FROM doel_voortgang AS v JOIN doel AS d ON d.doel = v.doel ORDER BY v.volgorde",
            target,
        )?,
        aansluiting: read(
            engine,
            "SELECT a.* FROM aansluiting AS a JOIN reeks AS r ON r.reeks = a.reeks ORDER BY r.volgorde, a.jaar",
            printed_cell,
        )?,
        vergelijking: read(engine, COMPARISON, comparison)?,
        gelijken: read(engine, PEERS, peer)?.into_iter().flatten().collect(),
        benaderingen: read(
            engine,
            "SELECT benadering, naam, toelichting FROM benaderingen ORDER BY benadering",
            |row| BenaderingRow {
                benadering: text(row, "benadering"),
                naam: text(row, "naam"),
                toelichting: text(row, "toelichting"),
            },
        )?,
        wijken: read(engine, DISTRICTS, district)?,
        herziening: read(engine, REVISIONS, |row| HerzieningRow {
            soort: text(row, "soort"),
            periode_code: text(row, "periode_code"),
            oud: row.whole("oud"),
            oude_peildatum: row.date("oude_peildatum"),
            nieuw: row.whole("nieuw"),
            peildatum: row.date("peildatum"),
        })?,
        controles: read(engine, "SELECT * FROM controles ORDER BY controle", check)?,
        aanvaardingen: read(
            engine,
            "SELECT * FROM aanvaardingen WHERE uitkomst <> 'geldt' ORDER BY controle, sleutel, stand",
            acceptance,
        )?,
        voortgangsrapportage: read(engine, "SELECT * FROM voortgangsrapportage ORDER BY cijfer", figure)?,
    })
}

const SOURCES: &str = "WITH gebruikt AS (
    SELECT bron, peildatum FROM misdrijven UNION ALL SELECT bron, peildatum FROM overlast
    UNION ALL SELECT bron, peildatum FROM bevolking UNION ALL SELECT bron, peildatum FROM monitor
    UNION ALL SELECT bron, peildatum FROM wijkbeeld
    UNION ALL SELECT bron, peildatum FROM wijk_bevolking
), nieuwste AS (SELECT bron, max(peildatum) AS peildatum FROM gebruikt GROUP BY bron)
SELECT b.bron, b.titel, b.uitgever, b.waarom, n.peildatum FROM bronnen AS b
LEFT JOIN nieuwste AS n ON n.bron = b.bron ORDER BY b.volgorde";

const THEME_SERIES: &str = "SELECT t.thema, t.reeks, t.toelichting FROM thema_reeksen AS t
JOIN thema AS h ON h.thema = t.thema JOIN reeks AS r ON r.reeks = t.reeks ORDER BY h.volgorde, r.volgorde";

const BASELINE: &str =
    "SELECT reeks, waarde_vastgesteld, waarde_bron, verschil, oordeel, streefwaarde, streefwaarde_soort
FROM nulmeting ORDER BY volgorde";

/// In the order of the register, which is the order of the note; what was fetched comes after it.
const SURVEY: &str = "SELECT m.* FROM monitor_indicator AS m
JOIN (SELECT indicator, min(CAST(regexp_replace(regel, '-.*', '') AS INT)) AS plaats FROM monitor GROUP BY indicator) AS p
    ON p.indicator = m.indicator
ORDER BY p.plaats NULLS LAST, m.indicator, m.meting, m.regio_code";

/// The wijken in the report year; what is no series of the note comes last.
const DISTRICTS: &str =
    "SELECT w.regio_code, w.regio, w.reeks, w.reeks_naam, w.tot_jaar AS jaar, w.waarde, w.weergave
FROM wijkbeeld AS w LEFT JOIN reeks AS r ON r.reeks = w.reeks
WHERE w.niveau = 'wijk' AND w.tot_jaar = (SELECT max(rapportjaar) FROM voortgangsrapportage)
ORDER BY r.volgorde NULLS LAST, w.reeks, w.regio_code";

/// What the version in use changed for the own municipality.
const REVISIONS: &str = "WITH gebruikt AS (
    SELECT m.bron, m.soort_code, m.periode_code, m.peildatum FROM misdrijven AS m JOIN beleid AS b ON b.gemeente = m.regio_code
    UNION ALL
    SELECT o.bron, o.soort_code, o.periode_code, o.peildatum FROM overlast AS o JOIN beleid AS b ON b.gemeente = o.regio_code
), soort AS (
    SELECT bron, soort_code, naam, volgorde FROM soort_misdrijf
    UNION ALL SELECT bron, soort_code, naam, volgorde FROM soort_overlast
)
SELECT s.naam AS soort, h.periode_code, h.oud, h.oude_peildatum, h.nieuw, h.peildatum FROM herziening AS h
JOIN beleid AS b ON b.gemeente = h.regio_code
JOIN gebruikt AS g ON g.bron = h.bron AND g.soort_code = h.soort_code AND g.periode_code = h.periode_code AND g.peildatum = h.peildatum
JOIN soort AS s ON s.bron = h.bron AND s.soort_code = h.soort_code
WHERE NOT h.herindeling ORDER BY h.periode_code, h.bron, s.volgorde";

/// The basket and the own approximations of the own municipality beside the others, a row a year.
const COMPARISON: &str = "WITH getoond AS (
    SELECT v.* FROM vergelijking AS v LEFT JOIN reeks AS r ON r.reeks = v.reeks
    WHERE v.eigen_benadering OR r.familie = 'hoofd'
), samen AS (
    SELECT reeks, jaar, count(per_1000) FILTER (WHERE vergelijkbaar) AS gelijken,
           median(per_1000) FILTER (WHERE vergelijkbaar) AS mediaan_vergelijkbaar,
           1000.0 * sum(waarde) FILTER (WHERE per_1000 IS NOT NULL)
               / sum(inwoners) FILTER (WHERE per_1000 IS NOT NULL) AS per_1000_samen
    FROM getoond GROUP BY reeks, jaar
)
SELECT g.reeks, g.naam, g.eigen_benadering, g.jaar, g.per_1000, g.rang, g.rang_van, g.rang_tot, g.gerangschikt,
       g.trechter_onder, g.trechter_boven, g.oordeel, s.gelijken, s.mediaan_vergelijkbaar, s.per_1000_samen
FROM getoond AS g JOIN beleid AS b ON b.gemeente = g.regio_code JOIN samen AS s ON s.reeks = g.reeks AND s.jaar = g.jaar
ORDER BY g.reeks, g.jaar";

/// The comparable municipalities in the report year, by the basket.
const PEERS: &str =
    "SELECT v.regio, v.regio_code = b.gemeente AS eigen, v.inwoners, v.waarde, v.per_1000, v.trechter_midden,
       v.trechter_onder, v.trechter_boven, v.trechter_onder_ruim, v.trechter_boven_ruim, v.oordeel
FROM vergelijking AS v
CROSS JOIN beleid AS b
JOIN reeks AS r ON r.reeks = v.reeks AND r.familie = 'hoofd'
JOIN (SELECT max(rapportjaar) AS jaar FROM voortgangsrapportage) AS j ON j.jaar = v.jaar
WHERE v.vergelijkbaar AND v.rang IS NOT NULL
ORDER BY v.regio, v.regio_code";

fn read<T>(engine: &Engine, sql: &str, of: impl Fn(Row<'_>) -> T) -> Result<Vec<T>, DeriveError> {
    Ok(Rows::ask(engine, "report", sql)?.iter().map(of).collect())
}

/// A text that the schema requires; empty where a register of another municipality left it so.
fn text(row: Row<'_>, column: &str) -> String {
    row.text(column).unwrap_or_default()
}

fn year_of(row: Row<'_>, column: &str) -> Option<i32> {
    i32::try_from(row.whole(column)?).ok()
}

fn year(row: Row<'_>) -> i32 {
    year_of(row, "jaar").unwrap_or_default()
}

fn policy(row: Row<'_>) -> BeleidRow {
    BeleidRow {
        gemeente: text(row, "gemeente"),
        gemeente_naam: text(row, "gemeente_naam"),
        titel: text(row, "titel"),
        vastgesteld_op: row.date("vastgesteld_op"),
        basisjaar: year_of(row, "basisjaar").unwrap_or_default(),
        streefjaar: year_of(row, "streefjaar").unwrap_or_default(),
        daling_pct: row.number("daling_pct"),
    }
}

fn unrepresentative(row: Row<'_>) -> NietRepresentatiefRow {
    NietRepresentatiefRow {
        jaar: year(row),
        door: text(row, "door"),
        tekst: text(row, "tekst"),
        regel: row.text("regel"),
    }
}

fn source(row: Row<'_>) -> BronRow {
    BronRow {
        bron: text(row, "bron"),
        titel: text(row, "titel"),
        uitgever: text(row, "uitgever"),
        waarom: text(row, "waarom"),
        peildatum: row.date("peildatum"),
    }
}

fn series(row: Row<'_>) -> ReeksRow {
    ReeksRow {
        reeks: text(row, "reeks"),
        naam: text(row, "naam"),
        groep: text(row, "groep"),
        soort: text(row, "soort"),
        aard: text(row, "aard"),
        familie: text(row, "familie"),
        streef: row.text("streef"),
        toelichting: row.text("toelichting"),
    }
}

fn theme(row: Row<'_>) -> ThemaRow {
    ThemaRow {
        thema: text(row, "thema"),
        paragraaf: row.text("paragraaf"),
        naam: text(row, "naam"),
        hoofdstuk: text(row, "hoofdstuk"),
        heeft_paragraaf: row.flag("heeft_paragraaf").unwrap_or_default(),
    }
}

fn phrase(row: Row<'_>) -> FraseRow {
    FraseRow {
        code: text(row, "code"),
        frase: text(row, "frase"),
        soort: text(row, "soort"),
        teken: text(row, "teken"),
        toelichting: row.text("toelichting"),
    }
}

fn series_break(row: Row<'_>) -> Option<TrendbreukRow> {
    Some(TrendbreukRow {
        breuk: text(row, "breuk"),
        reeks: text(row, "reeks"),
        instrument: row.text("instrument"),
        datum: row.date("datum")?,
        tekst: text(row, "tekst"),
        effect: text(row, "effect"),
        blokkerend: row.flag("blokkerend").unwrap_or_default(),
        bron: text(row, "bron"),
    })
}

fn baseline(row: Row<'_>) -> NulmetingRow {
    NulmetingRow {
        reeks: text(row, "reeks"),
        waarde_vastgesteld: row.whole("waarde_vastgesteld"),
        waarde_bron: row.whole("waarde_bron"),
        verschil: row.whole("verschil"),
        oordeel: row.text("oordeel"),
        streefwaarde: row.number("streefwaarde"),
        streefwaarde_soort: row.text("streefwaarde_soort"),
    }
}

fn series_trend(row: Row<'_>) -> TrendReeksRow {
    TrendReeksRow {
        reeks: text(row, "reeks"),
        jaar: year(row),
        waarde: row.whole("waarde"),
        status: row.text("status"),
        basis: row.whole("basis"),
        vorig: row.whole("vorig"),
        verschil: row.whole("verschil"),
        verschil_pct: row.number("verschil_pct"),
        verschil_vorig_pct: row.number("verschil_vorig_pct"),
        ondergrens: row.number("ondergrens"),
        bovengrens: row.number("bovengrens"),
        per_1000: row.number("per_1000"),
        oordeel: row.text("oordeel"),
        teken: row.text("teken"),
        oordeel_vorig: row.text("oordeel_vorig"),
        teken_vorig: row.text("teken_vorig"),
        voorbehoud_basis: row.text("voorbehoud_basis"),
        voorbehoud_vorig: row.text("voorbehoud_vorig"),
        bron: row.text("bron"),
        peildatum: row.date("peildatum"),
    }
}

fn theme_trend(row: Row<'_>) -> TrendThemaRow {
    TrendThemaRow {
        thema: text(row, "thema"),
        jaar: year(row),
        waarde: row.whole("waarde"),
        basis: row.whole("basis"),
        ondergrens: row.number("ondergrens"),
        bovengrens: row.number("bovengrens"),
        oordeel: row.text("oordeel"),
        teken: row.text("teken"),
        oordeel_vorig: row.text("oordeel_vorig"),
        voorbehoud: row.text("voorbehoud"),
    }
}

fn district(row: Row<'_>) -> WijkRow {
    WijkRow {
        regio_code: text(row, "regio_code"),
        regio: text(row, "regio"),
        reeks: text(row, "reeks"),
        reeks_naam: text(row, "reeks_naam"),
        jaar: year(row),
        waarde: row.whole("waarde"),
        weergave: text(row, "weergave"),
    }
}

fn estimate(row: Row<'_>) -> PrognoseRow {
    PrognoseRow {
        reeks: text(row, "reeks"),
        soort: text(row, "soort"),
        jaar: year(row),
        vanaf_jaar: year_of(row, "vanaf_jaar"),
        gedrukt: row.number("gedrukt"),
        schatting: row.number("schatting"),
        ondergrens: row.number("ondergrens"),
        bovengrens: row.number("bovengrens"),
        werkelijk: row.whole("werkelijk"),
        binnen: row.flag("binnen"),
        methode: text(row, "methode"),
    }
}

fn survey(row: Row<'_>) -> MonitorIndicatorRow {
    MonitorIndicatorRow {
        indicator: text(row, "indicator"),
        naam: text(row, "naam"),
        instrument: text(row, "instrument"),
        regio_code: text(row, "regio_code"),
        regio: text(row, "regio"),
        meting: year_of(row, "meting").unwrap_or_default(),
        waarde: row.number("waarde"),
        eenheid: text(row, "eenheid"),
        n: row.whole("n"),
        ondergrens: row.number("ondergrens"),
        bovengrens: row.number("bovengrens"),
        marge_indicatief: row.number("marge_indicatief"),
        verandering: row.number("verandering"),
        oordeel: row.text("oordeel"),
        voorbehoud: row.text("voorbehoud"),
        bron: text(row, "bron"),
        richting: text(row, "richting"),
        regel: row.text("regel"),
    }
}

fn target(row: Row<'_>) -> DoelVoortgangRow {
    DoelVoortgangRow {
        doel: text(row, "doel"),
        thema: row.text("thema"),
        reeks: row.text("reeks"),
        tekst: text(row, "tekst"),
        drempel: row.text("drempel"),
        streefwaarde: row.number("streefwaarde"),
        eenheid: row.text("eenheid"),
        richting: row.text("richting"),
        basiswaarde: row.number("basiswaarde"),
        termijn_tekst: row.text("termijn_tekst"),
        waarde: row.number("waarde"),
        waarde_tekst: row.text("waarde_tekst"),
        ondergrens: row.number("ondergrens"),
        bovengrens: row.number("bovengrens"),
        padwaarde: row.number("padwaarde"),
        peildatum: row.date("peildatum"),
        oordeel: row.text("oordeel"),
        teken: row.text("teken"),
        oordeel_herzien: row.text("oordeel_herzien"),
        basiswaarde_herzien: row.number("basiswaarde_herzien"),
        streefwaarde_herzien: row.number("streefwaarde_herzien"),
        padwaarde_herzien: row.number("padwaarde_herzien"),
        bewijs: row.text("bewijs"),
        regel: row.text("regel"),
        toelichting: row.text("toelichting"),
        benadering: row.text("benadering"),
        achtergrond: row.text("achtergrond"),
    }
}

fn printed_cell(row: Row<'_>) -> AansluitingRow {
    AansluitingRow {
        reeks: text(row, "reeks"),
        jaar: year(row),
        nota: row.whole("nota"),
        bron: row.whole("bron"),
        verschil: row.whole("verschil"),
        oordeel: text(row, "oordeel"),
        som_rijen: row.whole("som_rijen"),
        verschil_som: row.whole("verschil_som"),
        status: text(row, "status"),
        regel: row.text("regel"),
    }
}

fn comparison(row: Row<'_>) -> VergelijkingRow {
    VergelijkingRow {
        reeks: text(row, "reeks"),
        naam: text(row, "naam"),
        eigen_benadering: row.flag("eigen_benadering").unwrap_or_default(),
        jaar: year(row),
        per_1000: row.number("per_1000"),
        rang: row.whole("rang"),
        rang_van: row.whole("rang_van"),
        rang_tot: row.whole("rang_tot"),
        gerangschikt: row.whole("gerangschikt"),
        trechter_onder: row.number("trechter_onder"),
        trechter_boven: row.number("trechter_boven"),
        oordeel: row.text("oordeel"),
        vergelijkbaar: row.whole("gelijken"),
        mediaan_vergelijkbaar: row.number("mediaan_vergelijkbaar"),
        per_1000_samen: row.number("per_1000_samen"),
    }
}

fn peer(row: Row<'_>) -> Option<GelijkeRow> {
    Some(GelijkeRow {
        regio: text(row, "regio"),
        eigen: row.flag("eigen").unwrap_or_default(),
        inwoners: row.whole("inwoners")?,
        waarde: row.whole("waarde")?,
        per_1000: row.number("per_1000")?,
        trechter_midden: row.number("trechter_midden"),
        trechter_onder: row.number("trechter_onder"),
        trechter_boven: row.number("trechter_boven"),
        trechter_onder_ruim: row.number("trechter_onder_ruim"),
        trechter_boven_ruim: row.number("trechter_boven_ruim"),
        oordeel: text(row, "oordeel"),
    })
}

fn check(row: Row<'_>) -> ControleRow {
    ControleRow {
        controle: text(row, "controle"),
        ernst: text(row, "ernst"),
        uitkomst: text(row, "uitkomst"),
        aantal: row.whole("aantal").unwrap_or_default(),
        aanvaard: row.whole("aanvaard").unwrap_or_default(),
        getoetst: text(row, "getoetst"),
        // One a line.
        voorbeelden: text(row, "voorbeelden").lines().map(str::to_owned).collect(),
    }
}

fn acceptance(row: Row<'_>) -> AanvaardingRow {
    AanvaardingRow {
        controle: text(row, "controle"),
        sleutel: text(row, "sleutel"),
        uitleg: text(row, "uitleg"),
        aanvaard_door: text(row, "aanvaard_door"),
        datum: row.date("datum"),
    }
}

fn figure(row: Row<'_>) -> VoortgangsrapportageRow {
    VoortgangsrapportageRow {
        cijfer: text(row, "cijfer"),
        jaar: year_of(row, "jaar"),
        onderwerp: text(row, "onderwerp"),
        omschrijving: text(row, "omschrijving"),
        waarde: row.number("waarde"),
        eenheid: row.text("eenheid"),
        tabel: text(row, "tabel"),
        bron: row.text("bron"),
        peildatum: row.date("peildatum"),
        regel: row.text("regel"),
    }
}
