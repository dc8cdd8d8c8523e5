//! Which failures of a fetch are the source's own, and in which word they are kept.
//!
//! What is the source's own costs its news and, when it is not needed, no more. A mistake that is only in the user's
//! file, and this machine's disk, are nobody's news: they end the night.

use chrono::NaiveDate;

use super::error::FetchError;
use crate::landing::{LandingError, Trouble};
use crate::network::NetworkError;

/// What is kept of a failure; nothing when it is not the source's.
pub fn of(error: &FetchError, today: NaiveDate) -> Option<Trouble> {
    let (code, about) = word_of(error)?;
    Some(Trouble {
        code: code.to_owned(),
        about,
        detail: error.to_string(),
        hint: error.hint(),
        since: today,
    })
}

/// The code of a failure, which `sql/checks/bron_achtergebleven.sql` has words for, and what it is about as far as that
/// stays the same from night to night: which of four slices fails first does not.
fn word_of(error: &FetchError) -> Option<(&'static str, Option<String>)> {
    let plain = |code| Some((code, None));
    match error {
        FetchError::Network {
            error: NetworkError::BadUrl { .. } | NetworkError::Plain { .. },
            ..
        }
        | FetchError::NoRecording { .. }
        | FetchError::Recording { .. }
        | FetchError::NothingRecorded { .. }
        | FetchError::LongAddress { .. }
        | FetchError::UnknownSource { .. }
        | FetchError::Disk(_) => None,
        FetchError::Outage { .. } | FetchError::Network { .. } => plain("storing"),
        FetchError::TooOften { .. } => plain("deel"),
        FetchError::Refused { status, .. } => Some(("geweigerd", Some(status.to_string()))),
        FetchError::OtherTable { .. } => plain("andere_tabel"),
        FetchError::NotInTable { .. } => plain("niet_in_tabel"),
        FetchError::Moving { .. } => plain("in_beweging"),
        FetchError::AfterClock { .. } => plain("na_de_klok"),
        FetchError::Read(error) if error.is_io() => None,
        FetchError::Read(_) => plain("onleesbaar"),
        FetchError::Incomplete { .. }
        | FetchError::Landing(
            LandingError::Status { .. } | LandingError::Empty { .. } | LandingError::BrokenOff { .. },
        ) => plain("onvolledig"),
        FetchError::Landing(_) => None,
    }
}
