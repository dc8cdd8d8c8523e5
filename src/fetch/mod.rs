//! From the outside to the landing.
//!
//! So far only [`offline`]: the recorded files of `fixtures/`, landed exactly as a fetch would land them. The live
//! services come here too, each in a file of its own, behind the same [`crate::landing::LandingWriter`].

mod error;
pub mod offline;

pub use error::FetchError;
