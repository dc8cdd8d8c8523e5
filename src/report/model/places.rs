//! The rows about places: the own municipality among others, and its wijken. What `wijkbeeld` hides is not known here either.

/// The own municipality among the others in a year, for the basket or an own approximation: a row of `vergelijking`, with
/// what all of them are together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VergelijkingRow {
    /// The series, or the approximation.
    pub reeks: String,
    /// Its name; that of an approximation says that it is one, and of what not.
    pub naam: String,
    /// Whether it is an approximation of our own.
    pub eigen_benadering: bool,
    /// Calendar year.
    pub jaar: i32,
    /// Own rate per 1,000 inhabitants.
    pub per_1000: Option<f64>,
    /// Own place; 1 is the most per inhabitant.
    pub rang: Option<i64>,
    /// Highest place that it might as well have been.
    pub rang_van: Option<i64>,
    /// Lowest place that it might as well have been.
    pub rang_tot: Option<i64>,
    /// Municipalities with a place.
    pub gerangschikt: Option<i64>,
    /// Lower limit of the 95% funnel at the own population, per 1,000 inhabitants.
    pub trechter_onder: Option<f64>,
    /// Upper limit.
    pub trechter_boven: Option<f64>,
    /// How it lies among comparable municipalities, in a phrase of the closed list.
    pub oordeel: Option<String>,
    /// Comparable municipalities with a rate, the own one included.
    pub vergelijkbaar: Option<i64>,
    /// Median of their rates.
    pub mediaan_vergelijkbaar: Option<f64>,
    /// Rate of all municipalities with a rate together.
    pub per_1000_samen: Option<f64>,
}

/// A comparable municipality in the report year, by the basket: a row of `vergelijking`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GelijkeRow {
    /// Its name.
    pub regio: String,
    /// Whether it is the own municipality.
    pub eigen: bool,
    /// Inhabitants on 1 January.
    pub inwoners: i64,
    /// Count.
    pub waarde: i64,
    /// Rate per 1,000 inhabitants.
    pub per_1000: f64,
    /// Rate of all comparable municipalities together, per 1,000 inhabitants.
    pub trechter_midden: Option<f64>,
    /// Lower limit of the 95% funnel at its population, per 1,000 inhabitants.
    pub trechter_onder: Option<f64>,
    /// Upper limit.
    pub trechter_boven: Option<f64>,
    /// Lower limit of the 99.8% funnel.
    pub trechter_onder_ruim: Option<f64>,
    /// Upper limit.
    pub trechter_boven_ruim: Option<f64>,
    /// How it lies among the others, in a phrase of the closed list.
    pub oordeel: String,
}

/// A series in a wijk in the report year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WijkRow {
    /// Code of the wijk, `WK016400`.
    pub regio_code: String,
    /// Its name.
    pub regio: String,
    /// Key of the series.
    pub reeks: String,
    /// Name of the series.
    pub reeks_naam: String,
    /// The year.
    pub jaar: i32,
    /// Registered crimes; none where they stay hidden.
    pub waarde: Option<i64>,
    /// `waarde`, or why there is no count.
    pub reden: String,
    /// What a table shows: the count, `<5`, `verborgen` or a dash.
    pub weergave: String,
    /// Crimes of the series and year that the table of wijken counts in the municipality and in no wijk; none where that is not
    /// known.
    pub zonder_wijk: Option<i64>,
    /// The table of wijken.
    pub bron: String,
}
