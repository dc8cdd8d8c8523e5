//! The voortgangsrapportage as one self-contained HTML page: what the council reads.
//!
//! The note asks for three parts (l.491-494): a, developments and outlook; b, figures and trends; c, progress on the
//! targets. [`render`] writes them from rows of the marts. It judges nothing itself: verdicts, phrases and reservations
//! come from the tables, names and thresholds from the registers, so that the page of another municipality needs
//! another pipeline file and no code. It reads no clock and no disk: the same rows give the same bytes.
//!
//! ```text
//! model       rows of the marts, as structs     load    fills them by SQL
//! facts       questions to those rows          words   the closed set of sentences
//! cite        ties a figure to its origin      dutch   numbers and dates
//! chart/      accessible SVG                   components   figure, verdict, chart as HTML
//! view/       one struct a part of the page    templates/   the page itself
//! ```

use askama::Template;

pub mod model;

mod chart;
mod cite;
mod components;
mod dutch;
mod facts;
mod load;
mod plain;
pub mod reason;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod view;
mod words;

pub use load::load;
pub use model::ReportData;

/// The page could not be written from its templates.
#[derive(Debug, thiserror::Error)]
#[error("the report of {municipality} could not be written from its templates")]
pub struct ReportError {
    /// Whose report it is.
    pub municipality: String,
    /// What the template engine said.
    #[source]
    pub source: askama::Error,
}

impl ReportError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        "this is a mistake in the program and not in the data: report it with the id of the release"
    }
}

/// The report as an HTML page in UTF-8. Empty tables make a shorter page that says what is missing.
///
/// # Errors
///
/// [`ReportError`] when a template cannot be written, which no data should cause.
pub fn render(data: &ReportData) -> Result<String, ReportError> {
    view::Page::new(data).render().map_err(|source| ReportError {
        municipality: data.beleid.gemeente_naam.clone(),
        source,
    })
}

/// The name of the file that holds the page: `voortgangsrapportage-2022.html`, without a year as long as there is no
/// report year.
pub fn file_name(data: &ReportData) -> String {
    match data.rapportjaar {
        Some(year) => format!("voortgangsrapportage-{year}.html"),
        None => "voortgangsrapportage.html".to_owned(),
    }
}
