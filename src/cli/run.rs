//! `nulmeting run`: the whole night.

use super::arguments::RunArguments;
use super::{build, fetch, output, summary};
use crate::Error;
use crate::night::{self, Input, Outcome};

/// Runs the night and prints what it brought.
pub(super) fn run(arguments: &RunArguments) -> Result<(), Error> {
    let input = if arguments.offline {
        Input::Recorded
    } else {
        Input::Services(fetch::asking(&arguments.asking))
    };
    let order = build::order(&arguments.place, &arguments.building, input);
    report(&order)
}

/// Runs an order and prints the summary of the release that stands afterwards.
pub(super) fn report(order: &night::Order) -> Result<(), Error> {
    let outcome = night::run(order, &output::Progress::new())?;
    if let Outcome::Unchanged(id) = &outcome {
        output::line(&format!(
            "niets nieuws: dezelfde gegevens en dezelfde code als {}",
            id.as_str()
        ));
    }
    output::result(&summary::of_current(&order.data)?)
}
