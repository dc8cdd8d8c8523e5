//! The legs of the way from one release to another: the steps, and of those that bring data one a source.

use super::cause::{Sources, Step};
use crate::publish::LandingFile;

/// A leg. They are taken in their order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Leg {
    /// What it brings.
    pub step: Step,
    /// Its place among the legs of the step.
    place: usize,
    /// Of a step that brings data: the id of the source and the name of its table.
    source: Option<(String, String)>,
}

/// All legs, in their order.
pub(super) fn all(sources: &Sources) -> Vec<Leg> {
    let mut legs = vec![Leg::PROGRAM];
    for step in [Step::Division, Step::Data] {
        for (place, source) in sources.at(step).enumerate() {
            legs.push(Leg {
                step,
                place,
                source: Some(source.clone()),
            });
        }
    }
    legs.extend([Step::Registers, Step::Sql].map(Leg::whole));
    legs
}

impl Leg {
    /// Another program.
    pub(super) const PROGRAM: Self = Self::whole(Step::Program);

    const fn whole(step: Step) -> Self {
        Self {
            step,
            place: 0,
            source: None,
        }
    }

    /// The table of the source whose data it brings.
    pub(super) fn table(&self) -> Option<&str> {
        self.source.as_ref().map(|(_, table)| table.as_str())
    }

    /// Whether a landed file comes in at it, or goes.
    pub(super) fn brings(&self, file: &LandingFile, sources: &Sources) -> bool {
        let is_of = |(id, _): &(String, String)| *id == file.source;
        sources.step_of(file) == self.step && self.source.as_ref().is_none_or(is_of)
    }

    /// A name for its folder.
    pub(super) fn name(&self) -> String {
        match &self.source {
            Some((id, _)) => format!("{}-{id}", self.step.name()),
            None => self.step.name().to_owned(),
        }
    }
}
