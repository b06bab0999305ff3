//! Stories of a bureau's day, told against the real server and real phones.
#![allow(clippy::unwrap_used)]

mod bad_input;
mod conflict;
mod first_day;
mod interleaving;
mod kill;
mod photo;
mod photo_link;
mod python;
mod refusal;
mod restore;
