//! Everything that is tested through the real binary, in one test binary: linking DataFusion takes seconds.
//!
//! Expected figures come from the policy note, the recorded data or the specification of the statistics, never from
//! what the program printed.

#[path = "all/harness.rs"]
mod harness;

#[path = "all/figures.rs"]
mod figures;
