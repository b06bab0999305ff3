//! The vocabulary and the rules of marketing audit, as plain values and pure functions.
//!
//! What an inspector records at a meter ([`inspection::Inspection`]), what a planner gives out ([`task::Task`]), what a
//! supervisor says to it ([`review::Review`]), who may do what ([`rights`]), and rules that answer on the spot with the
//! numbers that led to the answer ([`rule::Verdict`]). Limits come from dated, editable tables
//! ([`limits::LimitTables`]); forms from versioned checklists ([`checklist::Checklist`]).
//!
//! **What it deliberately does not do:** it reads no clock, throws no dice, opens no file and no connection; instants, ids
//! and texts are handed in. It knows nothing of Automerge, SQL or HTTP. It never refuses a value because it is unlikely:
//! rules doubt, people decide.
//!
//! The serde form of the record types is what documents are made of and a promise to old files: names in snake case,
//! decimals as strings, instants as milliseconds since 1970 (UTC), map keys as strings, absent options left out, unknown
//! fields ignored.
//!
//! ```
//! use jicha_domain::obis::Obis;
//! use jicha_domain::register::{PreviousReading, ReadingSource, RegisterReading, RegisterSlot, Unit};
//! use jicha_domain::rule::reading::{ReadingContext, check_reading};
//! use jicha_domain::{Language, limits::LimitTables, meter::Nameplate};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let nameplate = Nameplate { ct_ratio: Some("150/5".parse()?), ..Nameplate::new("0533093515".parse()?) };
//! let previous = [PreviousReading {
//!     obis: Obis::FORWARD_TOTAL,
//!     value: "5390.00".parse()?,
//!     unit: Unit::Kwh,
//!     read_at: "2014-05-31T16:00:00Z".parse()?,
//!     source: None,
//! }];
//! let reading = RegisterReading {
//!     value: "5389.00".parse()?,
//!     unit: Unit::Kwh,
//!     read_at: "2014-06-13T02:00:00Z".parse()?,
//!     source: ReadingSource::Dial,
//!     photo: None,
//!     doubts: Vec::new(),
//!     inspector: None,
//! };
//! let context = ReadingContext {
//!     nameplate: &nameplate,
//!     multiplier: Some(nameplate.multiplier()?),
//!     capacity_kva: None,
//!     previous: &previous,
//!     load_present: None,
//! };
//!
//! let slot = RegisterSlot::first(Obis::FORWARD_TOTAL);
//! let verdicts = check_reading(slot, &reading, &context, &LimitTables::built_in());
//!
//! assert!(verdicts[0].needs_attention());
//! assert!(verdicts[0].explain(Language::Zh).starts_with("正向有功 总倒走：本次 5389.00 kWh"));
//! # Ok(())
//! # }
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used))]

// What things are called.
pub mod id;
pub mod obis;
mod word;

// The organisation and who may do what in it.
pub mod org;
pub mod rights;

// The ledger.
pub mod campaign;
pub mod customer;
pub mod meter;
pub mod metering_point;
pub mod position;

// What is recorded on site.
pub mod checklist;
pub mod clock_comparison;
pub mod error_test;
pub mod finding;
pub mod inspection;
pub mod photo;
pub mod register;
pub mod seal;
pub mod signature;
pub mod wiring;

// Before and after.
pub mod review;
pub mod task;

// Judging.
pub mod limits;
pub mod rule;
pub mod time;

pub use word::{Language, UnknownWord};
