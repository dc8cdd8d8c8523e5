//! The rows that the report reads, as plain structs: the border between the tables and the pages.
//!
//! A struct is a row of one table and carries its name; a field is a column and carries its name, Dutch as in
//! the tables. The loader fills them by SQL, in the order that each field of [`ReportData`] states; nothing
//! here knows Arrow or SQL. A column that may be empty is an `Option`: an empty cell is never a zero.

mod places;

use chrono::NaiveDate;

pub use places::{GelijkeRow, VergelijkingRow, WijkRow};

/// Everything that one report is made of.
///
/// Any table may be empty: the report then says what is missing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReportData {
    /// The one row of `beleid`.
    pub beleid: BeleidRow,
    /// The year that is reported on; none as long as no year has a figure for every row of the basket.
    pub rapportjaar: Option<i32>,
    /// `niet_representatief` by `jaar`.
    pub niet_representatief: Vec<NietRepresentatiefRow>,
    /// The sources of the pipeline, in its order.
    pub bronnen: Vec<BronRow>,
    /// `reeks` by `volgorde`.
    pub reeks: Vec<ReeksRow>,
    /// `reeks_delen` with a `deel`, by `reeks` and the `volgorde` of the part.
    pub reeks_delen: Vec<ReeksDeelRow>,
    /// `thema` by `volgorde`.
    pub thema: Vec<ThemaRow>,
    /// `thema_reeksen` by the `volgorde` of theme and series.
    pub thema_reeksen: Vec<ThemaReeksRow>,
    /// `frasen`, in the order of the register.
    pub frasen: Vec<FraseRow>,
    /// `conventies`, in the order of the register.
    pub conventies: Vec<ConventieRow>,
    /// `definities`, in the order of the register.
    pub definities: Vec<DefinitieRow>,
    /// `trendbreuken` by `datum`, `breuk` and `reeks`.
    pub trendbreuken: Vec<TrendbreukRow>,
    /// `nulmeting` by `volgorde`.
    pub nulmeting: Vec<NulmetingRow>,
    /// `trend_reeks` by `reeks` and `jaar`.
    pub trend_reeks: Vec<TrendReeksRow>,
    /// `trend_thema` by `thema` and `jaar`.
    pub trend_thema: Vec<TrendThemaRow>,
    /// `prognose` by `soort`, `jaar` and the `volgorde` of the series.
    pub prognose: Vec<PrognoseRow>,
    /// `monitor_indicator` in the order of the register, by `meting`.
    pub monitor_indicator: Vec<MonitorIndicatorRow>,
    /// `doel_voortgang` by `volgorde`.
    pub doel_voortgang: Vec<DoelVoortgangRow>,
    /// `aansluiting` by the `volgorde` of the series and `jaar`.
    pub aansluiting: Vec<AansluitingRow>,
    /// `vergelijking` of the basket, added up a year, by `jaar`.
    pub vergelijking: Vec<VergelijkingRow>,
    /// Comparable municipalities in the report year, by name.
    pub gelijken: Vec<GelijkeRow>,
    /// Own approximations.
    pub benaderingen: Vec<BenaderingRow>,
    /// `wijkbeeld` of the report year, wijken only, in the order of the series and of the codes.
    pub wijken: Vec<WijkRow>,
    /// `herziening` of the own municipality: the versions in use, by `periode_code`, `bron` and the order of the kinds.
    pub herziening: Vec<HerzieningRow>,
    /// `controles` by `controle`.
    pub controles: Vec<ControleRow>,
    /// What of `aanvaardingen` holds for nothing, by `controle`, `sleutel` and `stand`.
    pub aanvaardingen: Vec<AanvaardingRow>,
    /// `voortgangsrapportage` by `cijfer`: where each figure comes from.
    pub voortgangsrapportage: Vec<VoortgangsrapportageRow>,
}

/// What the council adopted and for whom: the row of `beleid`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BeleidRow {
    /// Code of the municipality, `GM0164`.
    pub gemeente: String,
    /// Name of the municipality in sentences.
    pub gemeente_naam: String,
    /// Title of the policy.
    pub titel: String,
    /// Day of adoption.
    pub vastgesteld_op: Option<NaiveDate>,
    /// Year 0.
    pub basisjaar: i32,
    /// Year of the targets.
    pub streefjaar: i32,
    /// Required fall from year 0 to the target year, in percent.
    pub daling_pct: Option<f64>,
}

/// A year that may never prove anything: a row of `niet_representatief`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NietRepresentatiefRow {
    /// The year.
    pub jaar: i32,
    /// `nota`, or `product` where it is an assumption of this product.
    pub door: String,
    /// Why, in Dutch.
    pub tekst: String,
    /// Lines of the note.
    pub regel: Option<String>,
}

/// A source of the pipeline file, with the newest day on which its figures were so known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BronRow {
    /// Id of the table, `47013NED`.
    pub bron: String,
    /// Title of the table.
    pub titel: String,
    /// Whom to name: `Politie` or `CBS StatLine`.
    pub uitgever: String,
    /// What the report needs it for.
    pub waarom: String,
    /// Newest peildatum of the rows in use; none when the table has no rows.
    pub peildatum: Option<NaiveDate>,
}

/// A series: a row of `reeks`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReeksRow {
    /// Key of the series.
    pub reeks: String,
    /// Name in tables and charts.
    pub naam: String,
    /// Group in the crime table.
    pub groep: String,
    /// `reeks`, `subtotaal`, `mand` or `brontotaal`.
    pub soort: String,
    /// `misdrijf` or `overlast`; the two are never added.
    pub aard: String,
    /// `hoofd` for the basket that the council is judged on, else `rijen` or `sommen`.
    pub familie: String,
    /// The first year that can be compared; none when each can.
    pub vanaf_jaar: Option<i32>,
    /// `doel` or `gevoeligheid` where a target value is shown.
    pub streef: Option<String>,
    /// Remark for the reader.
    pub toelichting: Option<String>,
}

/// A part of a sum: a row of `reeks_delen` that names a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReeksDeelRow {
    /// The sum.
    pub reeks: String,
    /// A series that is added in it.
    pub deel: String,
}

/// A theme of the note: a row of `thema`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemaRow {
    /// Key of the theme.
    pub thema: String,
    /// Number of the section as printed; none for a theme that was announced and never written.
    pub paragraaf: Option<String>,
    /// Name as printed.
    pub naam: String,
    /// Chapter it stands in.
    pub hoofdstuk: String,
    /// Whether the note gives the theme a section.
    pub heeft_paragraaf: bool,
}

/// A series that belongs to a theme: a row of `thema_reeksen`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemaReeksRow {
    /// The theme.
    pub thema: String,
    /// The series.
    pub reeks: String,
    /// Remark for the reader.
    pub toelichting: Option<String>,
}

/// A phrase of the closed list: a row of `frasen`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FraseRow {
    /// Key of the phrase.
    pub code: String,
    /// The phrase itself.
    pub frase: String,
    /// `trend`, `voorbehoud` or `doel`.
    pub soort: String,
    /// Sign printed beside it.
    pub teken: String,
    /// What it means.
    pub toelichting: Option<String>,
}

/// A convention of the product: a row of `conventies`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConventieRow {
    /// Key of the convention.
    pub conventie: String,
    /// The convention in words.
    pub tekst: String,
    /// Where it comes from.
    pub bron: String,
}

/// What a word of the report means: a row of `definities`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitieRow {
    /// The word, or the key of a series.
    pub term: String,
    /// The description.
    pub tekst: String,
    /// `voorstel` or `vastgesteld`.
    pub status: String,
    /// Lines of the note.
    pub regel: Option<String>,
}

/// A break in a series: a row of `trendbreuken`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendbreukRow {
    /// Key of the event.
    pub breuk: String,
    /// Series that it touches; empty for a survey.
    pub reeks: String,
    /// Survey that it touches, instead of a series.
    pub instrument: Option<String>,
    /// Day from which it holds.
    pub datum: NaiveDate,
    /// What changed.
    pub tekst: String,
    /// `breuk`, or `toelichting` where the count did not change.
    pub effect: String,
    /// Whether figures on both sides may not be compared.
    pub blokkerend: bool,
    /// Where that is written.
    pub bron: String,
}

/// Year 0 twice: a row of `nulmeting`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NulmetingRow {
    /// The series.
    pub reeks: String,
    /// Year 0 as adopted.
    pub waarde_vastgesteld: Option<i64>,
    /// Year 0 as the source has it now.
    pub waarde_bron: Option<i64>,
    /// `waarde_bron` minus `waarde_vastgesteld`.
    pub verschil: Option<i64>,
    /// Equal, within the budget for revisions, or with unknown cause.
    pub oordeel: Option<String>,
    /// Target value for the target year.
    pub streefwaarde: Option<f64>,
    /// `doel` or `gevoeligheid`.
    pub streefwaarde_soort: Option<String>,
}

/// A series in a year: a row of `trend_reeks`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrendReeksRow {
    /// The series.
    pub reeks: String,
    /// Calendar year.
    pub jaar: i32,
    /// Count as the source has it now.
    pub waarde: Option<i64>,
    /// `waarde`, `nul`, or why there is no count.
    pub reden: Option<String>,
    /// The source's own word for it, such as `definitief`.
    pub status: Option<String>,
    /// Count in year 0.
    pub basis: Option<i64>,
    /// Count in the year before.
    pub vorig: Option<i64>,
    /// `waarde` minus `basis`.
    pub verschil: Option<i64>,
    /// Change on year 0 in percent; empty below the limit for percentages.
    pub verschil_pct: Option<f64>,
    /// Change on the year before in percent; empty below the limit for percentages.
    pub verschil_vorig_pct: Option<f64>,
    /// Lower limit of the 95% interval of `waarde`.
    pub ondergrens: Option<f64>,
    /// Upper limit of the 95% interval of `waarde`.
    pub bovengrens: Option<f64>,
    /// Count per 1,000 inhabitants.
    pub per_1000: Option<f64>,
    /// Verdict on year 0.
    pub oordeel: Option<String>,
    /// Sign of `oordeel`.
    pub teken: Option<String>,
    /// Verdict on the year before.
    pub oordeel_vorig: Option<String>,
    /// Sign of `oordeel_vorig`.
    pub teken_vorig: Option<String>,
    /// Reservations about the comparison with year 0, separated by semicolons.
    pub voorbehoud_basis: Option<String>,
    /// Reservations about the comparison with the year before, separated by semicolons.
    pub voorbehoud_vorig: Option<String>,
    /// Table of the source.
    pub bron: Option<String>,
    /// Day on which the figure was so known.
    pub peildatum: Option<NaiveDate>,
}

/// A theme in a year: a row of `trend_thema`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrendThemaRow {
    /// The theme.
    pub thema: String,
    /// Calendar year.
    pub jaar: i32,
    /// Sum of the series of the theme.
    pub waarde: Option<i64>,
    /// `waarde`, `nul`, or why there is no sum.
    pub reden: Option<String>,
    /// Sum in year 0.
    pub basis: Option<i64>,
    /// Lower limit of the 95% interval of `waarde`.
    pub ondergrens: Option<f64>,
    /// Upper limit of the 95% interval of `waarde`.
    pub bovengrens: Option<f64>,
    /// Verdict on year 0.
    pub oordeel: Option<String>,
    /// Sign of `oordeel`.
    pub teken: Option<String>,
    /// Verdict on the year before.
    pub oordeel_vorig: Option<String>,
    /// All reservations, separated by semicolons.
    pub voorbehoud: Option<String>,
}

/// An estimate: a row of `prognose`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PrognoseRow {
    /// The series.
    pub reeks: String,
    /// `deeljaar` (the estimate of the note) or `vooruitblik` (to the target year).
    pub soort: String,
    /// Year that is estimated.
    pub jaar: i32,
    /// Last year that an outlook rests on.
    pub vanaf_jaar: Option<i32>,
    /// Estimate as printed in the note.
    pub gedrukt: Option<f64>,
    /// Estimate as recomputed.
    pub schatting: Option<f64>,
    /// Lower limit of the 95% interval.
    pub ondergrens: Option<f64>,
    /// Upper limit of the 95% interval.
    pub bovengrens: Option<f64>,
    /// What it became.
    pub werkelijk: Option<i64>,
    /// Whether that lies inside the interval.
    pub binnen: Option<bool>,
    /// How it was estimated, in words.
    pub methode: String,
}

/// An answer of a survey: a row of `monitor_indicator`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MonitorIndicatorRow {
    /// Key of the question.
    pub indicator: String,
    /// The question as printed.
    pub naam: String,
    /// The survey.
    pub instrument: String,
    /// Code of the region: the own municipality, or the country beside it.
    pub regio_code: String,
    /// Its name.
    pub regio: String,
    /// Year of the survey.
    pub meting: i32,
    /// Outcome, in `eenheid`.
    pub waarde: Option<f64>,
    /// `%`, `rapportcijfer`, `schaalscore` or `procentpunt`.
    pub eenheid: String,
    /// Participants.
    pub n: Option<i64>,
    /// Lower limit of the 95% interval.
    pub ondergrens: Option<f64>,
    /// Upper limit of the 95% interval.
    pub bovengrens: Option<f64>,
    /// Half width under an assumed spread.
    pub marge_indicatief: Option<f64>,
    /// Outcome minus that of the survey before.
    pub verandering: Option<f64>,
    /// Verdict on the change.
    pub oordeel: Option<String>,
    /// Reservations, separated by semicolons.
    pub voorbehoud: Option<String>,
    /// `nota`, `register` or the table of the source.
    pub bron: String,
    /// Which way is better: `lager`, `hoger` or `neutraal`.
    pub richting: String,
    /// Lines of the note.
    pub regel: Option<String>,
}

/// A target and how it stands: a row of `doel_voortgang` with the series of the target.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DoelVoortgangRow {
    /// Number of the target.
    pub doel: String,
    /// Theme; none for a general target.
    pub thema: Option<String>,
    /// Series that proves it, from the register of targets.
    pub reeks: Option<String>,
    /// The target in the words of the note.
    pub tekst: String,
    /// Threshold in words.
    pub drempel: Option<String>,
    /// Threshold as a number.
    pub streefwaarde: Option<f64>,
    /// Unit of the numbers of this row.
    pub eenheid: Option<String>,
    /// Side of the threshold where the target is met: `<=`, `>=`, `<`, `>` or `=`.
    pub richting: Option<String>,
    /// Year 0 as adopted.
    pub basiswaarde: Option<f64>,
    /// Deadline in words.
    pub termijn_tekst: Option<String>,
    /// Newest measured value.
    pub waarde: Option<f64>,
    /// The measurement in words.
    pub waarde_tekst: Option<String>,
    /// Lower limit of the 95% interval of `waarde`.
    pub ondergrens: Option<f64>,
    /// Upper limit of the 95% interval of `waarde`.
    pub bovengrens: Option<f64>,
    /// Where the straight path from year 0 to the threshold now is.
    pub padwaarde: Option<f64>,
    /// Day on which the value was so known.
    pub peildatum: Option<NaiveDate>,
    /// How the target stands.
    pub oordeel: Option<String>,
    /// Sign of `oordeel`.
    pub teken: Option<String>,
    /// The same against year 0 as the source has it now.
    pub oordeel_herzien: Option<String>,
    /// Year 0 as the source has it now.
    pub basiswaarde_herzien: Option<f64>,
    /// Threshold that follows from it.
    pub streefwaarde_herzien: Option<f64>,
    /// Path that follows from it.
    pub padwaarde_herzien: Option<f64>,
    /// Where the evidence is.
    pub bewijs: Option<String>,
    /// Lines of the note.
    pub regel: Option<String>,
    /// What must be said with this target.
    pub toelichting: Option<String>,
    /// The own approximation that stands beside it as background, never as evidence.
    pub benadering: Option<String>,
    /// The questions of another survey that do so too, separated by semicolons.
    pub achtergrond: Option<String>,
}

/// A printed cell beside the source: a row of `aansluiting`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AansluitingRow {
    /// The series.
    pub reeks: String,
    /// Calendar year.
    pub jaar: i32,
    /// Count as printed.
    pub nota: Option<i64>,
    /// Count as the source has it now.
    pub bron: Option<i64>,
    /// `bron` minus `nota`.
    pub verschil: Option<i64>,
    /// Equal, or what kind of difference.
    pub oordeel: String,
    /// Sum of the printed rows, with a printed total.
    pub som_rijen: Option<i64>,
    /// Printed total minus `som_rijen`.
    pub verschil_som: Option<i64>,
    /// `gedrukt_in_nota` or `geextrapoleerd`.
    pub status: String,
    /// Lines of the note.
    pub regel: Option<String>,
}

/// An approximation of our own of a measure that its source does not give: a row of `benaderingen`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BenaderingRow {
    /// Its key, which is its series in `vergelijking`.
    pub benadering: String,
    /// Its name, which says that it is our own, and of what not.
    pub naam: String,
    /// How it is composed, and what differs from the measure itself.
    pub toelichting: String,
}

/// A figure that the source changed from one version to the next: a row of `herziening`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HerzieningRow {
    /// Kind of crime or nuisance, by its title in the source.
    pub soort: String,
    /// Period, `2019JJ00`.
    pub periode_code: String,
    /// Count in the version before.
    pub oud: Option<i64>,
    /// The day of that version.
    pub oude_peildatum: Option<NaiveDate>,
    /// Count in the version in use.
    pub nieuw: Option<i64>,
    /// The day of that version.
    pub peildatum: Option<NaiveDate>,
}

/// A check of the release: a row of `controles`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ControleRow {
    /// Key of the check.
    pub controle: String,
    /// `fout` or `waarschuwing`.
    pub ernst: String,
    /// `in orde`, `gevonden`, `aanvaard` or `niets te toetsen`.
    pub uitkomst: String,
    /// Findings that nobody accepted.
    pub aantal: i64,
    /// Findings that a person accepted.
    pub aanvaard: i64,
    /// What was looked at.
    pub getoetst: String,
    /// The first findings, whole.
    pub voorbeelden: Vec<String>,
}

/// An acceptance that holds for nothing: a row of `aanvaardingen`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AanvaardingRow {
    /// Key of the check that it names.
    pub controle: String,
    /// What the finding was about.
    pub sleutel: String,
    /// Why it holds for nothing.
    pub uitleg: String,
    /// Who accepted it.
    pub aanvaard_door: String,
    /// The day on which that was done.
    pub datum: Option<NaiveDate>,
}

/// Where a figure comes from: a row of `voortgangsrapportage`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VoortgangsrapportageRow {
    /// Key of the figure, which `nulmeting explain` takes.
    pub cijfer: String,
    /// Year that the figure is about.
    pub jaar: Option<i32>,
    /// Series, theme, question or target.
    pub onderwerp: String,
    /// What the figure is.
    pub omschrijving: String,
    /// The number.
    pub waarde: Option<f64>,
    /// Unit of `waarde`.
    pub eenheid: Option<String>,
    /// Mart that holds it.
    pub tabel: String,
    /// Table of the source, note or register.
    pub bron: Option<String>,
    /// Day on which the figure was so known.
    pub peildatum: Option<NaiveDate>,
    /// Lines of the note.
    pub regel: Option<String>,
}
