//! Safety figures that a Dutch municipality can trust.
//!
//! The way of the data, one module an arrow:
//!
//! ```text
//! pipeline    what to fetch, what the council decided
//! fetch       -> landing/          the bytes as they came
//! normalise   -> norm/*.parquet    one tidy table a subject
//! derive      -> marts/*.parquet   sql/marts/*.sql
//! check       -> controles         sql/checks/*.sql
//! report      -> rapport/          HTML
//! publish     -> releases/<id>/    all of it; `current` points at it
//! ```
//!
//! A stage reads only what the stage before it wrote; [`night`] lets them run in this order. Beside them stand
//! [`init`] (a pipeline for another municipality), [`statistics`] (pure arithmetic), [`landing`] (bytes kept as they came), [`table_file`] (Parquet), and the two doors
//! to the outside: [`disk`] and [`clock`].

pub mod beside;
pub mod check;
pub mod cli;
pub mod clock;
pub mod derive;
pub mod disk;
mod error;
pub mod fetch;
pub mod init;
pub mod landing;
pub mod network;
pub mod night;
pub mod normalise;
pub mod pipeline;
pub mod publish;
pub mod report;
pub mod statistics;
pub mod table_file;

pub use error::Error;
