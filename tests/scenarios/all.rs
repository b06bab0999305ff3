//! Stories of a bureau's day, told against the real server and real phones.
#![allow(clippy::unwrap_used)]

mod conflict;
mod first_day;
mod interleaving;
mod refusal;
mod restore;
