//! Why no pipeline was made.

use std::path::PathBuf;

use super::municipality::Municipality;
use crate::disk::DiskError;
use crate::landing::LandingError;
use crate::normalise::readers::ReadError;
use crate::pipeline::LoadError;

/// Why no pipeline was made; nothing has been written.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// No municipality has this code or name.
    #[error("expected a municipality of {list}, found `{asked}`", asked = shown(asked))]
    Unknown {
        /// What was asked for.
        asked: String,
        /// Where it was looked up.
        list: String,
        /// Those that look like it.
        near: Vec<Municipality>,
    },
    /// More than one municipality has this name, or a code has more than one title.
    #[error("`{asked}` is more than one in {list}: {found}", asked = shown(asked), found = named(found))]
    Ambiguous {
        /// What was asked for.
        asked: String,
        /// Where it was looked up.
        list: String,
        /// What it may be.
        found: Vec<Municipality>,
    },
    /// The municipality is there no more.
    #[error("{title} ({code}) is a municipality no more: {how}{}", went_to(successors))]
    Ended {
        /// Its code.
        code: String,
        /// Its title.
        title: String,
        /// What the list says of its end, with the day.
        how: String,
        /// Those of now that have its territory, or a part of it.
        successors: Vec<String>,
    },
    /// There is no list and no name.
    #[error("there is no list of municipalities to look `{asked}` up in", asked = shown(asked))]
    NoList {
        /// What was asked for.
        asked: String,
    },
    /// The years contradict each other.
    #[error("expected {expected}, found {found}")]
    Years {
        /// What must hold.
        expected: String,
        /// What was asked for.
        found: String,
    },
    /// Something stands where the pipeline would be written.
    #[error("{} exists, and is not overwritten", path.display())]
    Exists {
        /// What stands there.
        path: PathBuf,
    },
    /// The landed list cannot be read.
    #[error(transparent)]
    Landing(#[from] LandingError),
    /// The list is not what its reader can vouch for.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The template is wrong, or what was made of it.
    #[error(transparent)]
    Pipeline(#[from] LoadError),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

fn shown(text: &str) -> String {
    text.chars().take(60).flat_map(char::escape_debug).collect()
}

fn named(municipalities: &[Municipality]) -> String {
    let names: Vec<String> = municipalities
        .iter()
        .map(|municipality| format!("{} ({})", municipality.title, municipality.code))
        .collect();
    names.join(", ")
}

/// Where the territory of a municipality went, as the end of a sentence; nothing when the list does not say.
fn went_to(successors: &[String]) -> String {
    match successors {
        [] => String::new(),
        [one] => format!("; its territory is now in {one}"),
        several => format!("; its territory is now in parts of {}", several.join(", ")),
    }
}

impl InitError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { near, .. } if near.is_empty() => {
                Some("give the code, GM and four digits, or the title as CBS has it".to_owned())
            }
            Self::Unknown { near, .. } => Some(format!("perhaps {} is meant", named(near))),
            Self::Ambiguous { .. } => Some("give the code of the one that is meant".to_owned()),
            Self::Ended { .. } => Some("give the code or the name of a municipality of now".to_owned()),
            Self::NoList { .. } => Some(
                "give its name with --name, and the code; or fetch first with `nulmeting fetch`".to_owned(),
            ),
            Self::Years { .. } => {
                Some("choose other years with --baseline-year and --target-year".to_owned())
            }
            Self::Exists { .. } => Some(
                "move it away, or choose another folder with --dir or another name with --name".to_owned(),
            ),
            Self::Landing(error) => error.hint(),
            Self::Read(error) => Some(error.hint().to_owned()),
            Self::Pipeline(error) => error.hint(),
            Self::Disk(error) => error.hint(),
        }
    }
}
