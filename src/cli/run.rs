//! `nulmeting run`: the whole night.

use super::arguments::RunArguments;
use super::{build, output, summary};
use crate::Error;
use crate::night::{self, Outcome};

/// Runs the night and prints what it brought.
pub(super) fn run(arguments: &RunArguments) -> Result<(), Error> {
    if !arguments.offline {
        return Err(Error::Usage {
            message: "the live services cannot be read yet".to_owned(),
            hint: "`nulmeting run --offline` builds from the recorded files in fixtures/",
        });
    }
    let order = build::order(&arguments.place, &arguments.building, true);
    report(&order)
}

/// Runs an order and prints the summary of the release that stands afterwards.
pub(super) fn report(order: &night::Order) -> Result<(), Error> {
    let outcome = night::run(order, &mut output::progress)?;
    if let Outcome::Unchanged(id) = &outcome {
        output::line(&format!(
            "niets nieuws: dezelfde gegevens en dezelfde code als {}",
            id.as_str()
        ));
    }
    output::result(&summary::of_current(&order.data)?)
}
