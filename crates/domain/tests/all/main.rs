//! Tests of the domain through its public face: one binary, one file per subject.
#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps nothing valid should fail right there"
)]

mod build;
mod checklists;
mod error_limits;
mod ids;
mod inspections;
mod intervals_and_classes;
mod limit_tables;
mod meters;
mod multipliers;
mod obis_codes;
mod org_trees;
mod photos;
mod positions;
mod readings;
mod repetition_and_rates;
mod rights;
mod seals_clock_place;
mod sentences;
mod stored_form;
mod wiring;
