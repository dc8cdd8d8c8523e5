//! `nulmeting run`: the whole night.

use super::arguments::RunArguments;
use super::{behind, build, fetch, output, summary};
use crate::Error;
use crate::night::{self, Input};

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
    let ended = night::run(order, &output::Progress::new())?;
    if !ended.is_new {
        output::line(&format!(
            "niets nieuws: dezelfde gegevens en dezelfde code als {}",
            ended.release.as_str()
        ));
    }
    behind::warn(&ended.behind);
    output::result(&summary::of_current(&order.data)?)
}
