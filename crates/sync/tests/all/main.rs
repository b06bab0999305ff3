//! The protocol seen from outside: both sessions, over bytes that are whole, cut, altered or hostile.
#![expect(clippy::unwrap_used, reason = "a test that fails here says so well enough")]

mod altered_columns;
mod damage;
mod history;
mod order;
mod round_trip;
mod size;
mod wire_bytes;
