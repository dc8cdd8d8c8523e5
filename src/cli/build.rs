//! `nulmeting build`: everything after the landing.

use super::arguments::{BuildArguments, Building, Place};
use crate::Error;
use crate::clock::Clock;
use crate::night::{Input, Order};

/// Builds from what was landed before and prints what it brought.
pub(super) fn run(arguments: &BuildArguments) -> Result<(), Error> {
    super::run::report(&order(&arguments.place, &arguments.building, Input::Landing))
}

/// What the flags mean.
pub(super) fn order(place: &Place, building: &Building, input: Input) -> Order {
    Order {
        pipeline: place.pipeline.clone(),
        data: place.data.clone(),
        sql: building.sql.clone(),
        input,
        force: building.force,
        clock: building.as_of.unwrap_or_else(Clock::real),
    }
}
