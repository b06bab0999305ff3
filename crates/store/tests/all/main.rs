//! What the database promises, tried on real files.

#![allow(clippy::unwrap_used)]

mod appending;
mod builders;
mod crash;
mod lists;
mod opening;
mod outbox;
mod quarantine;
mod rebuilding;
mod schema;
mod statements;
