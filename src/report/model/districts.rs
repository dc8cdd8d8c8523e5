//! The rows of `wijkbeeld` as the report reads them: what is hidden there is not known here either.

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
    /// What a table shows: the count, `<5`, `verborgen` or a dash.
    pub weergave: String,
}
