//! One SQLite file: the append-only change log, snapshots, projections, quarantine, and a device's outbox.
//!
//! The log is the truth; snapshots and projections are caches that [`rebuild`](rebuild::rebuild) makes again from
//! it. Phone and server use the same tables for what they share, each with further tables of its own
//! ([`migration::Component`]).
//!
//! What this crate deliberately does not do: it knows no protocol, no network, no clock and no people. Functions
//! take the caller's transaction, so that a change, its rows and its place in the outbox are committed together
//! or not at all.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod list;
pub mod log;
pub mod migration;
pub mod outbox;
pub mod photo_queue;
pub mod projection;
pub mod quarantine;
pub mod rebuild;
pub mod setting;
pub mod undone;

mod error;
mod open;

pub use error::{Error, OpenError};
pub use open::{open_reader, open_writer};
