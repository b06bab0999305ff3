//! What documents of Jicha promise, told through the public API.

#![allow(clippy::unwrap_used)]

mod admission;
mod admission_limits;
mod attack;
mod builders;
mod chunks;
mod conflicts;
mod convergence;
mod devices;
mod newer_schema;
mod reading_back;
mod signing;
mod undo;
