//! `nulmeting fetch`: only the landing.

use std::time::Duration;

use super::arguments::{Asking, FetchArguments};
use super::{behind, output};
use crate::Error;
use crate::clock::Clock;
use crate::fetch::Fetched;
use crate::fetch::patience::Patience;
use crate::network::Limits;
use crate::night;

/// Fetches and says of each source what it brought. What can be missed and failed is said aloud, and is no failure.
pub(super) fn run(arguments: &FetchArguments) -> Result<(), Error> {
    let place = &arguments.place;
    let asking = night::Asking {
        again: arguments.again,
        ..asking(&arguments.asking)
    };
    let (fetched, missing) = night::fetch(
        &place.pipeline,
        &place.data,
        &asking,
        &Clock::real(),
        &output::Progress::new(),
    )?;
    let width = fetched
        .iter()
        .map(|(source, _)| source.len())
        .max()
        .unwrap_or_default();
    let lines: Vec<String> = fetched
        .iter()
        .map(|(source, fetched)| match fetched {
            Fetched::LeftAlone => format!("{source:width$}  bekend, niet opgehaald\n"),
            Fetched::Unchanged => format!("{source:width$}  niets nieuws\n"),
            Fetched::Behind => format!("{source:width$}  mislukt, blijft zoals het was\n"),
            Fetched::New { rows } => format!("{source:width$}  {rows} rijen\n"),
        })
        .collect();
    behind::warn(&missing);
    output::result(&lines.concat())
}

/// What the flags mean.
pub(super) fn asking(arguments: &Asking) -> night::Asking {
    let outage_after = Duration::from_secs(arguments.outage_after);
    let patience = Patience::default();
    night::Asking {
        only: arguments.only.clone(),
        again: false,
        limits: Limits {
            silence: outage_after,
            ..Limits::default()
        },
        patience: Patience {
            outage_after,
            first_wait: patience.first_wait.min(outage_after / 10),
            ..patience
        },
    }
}
