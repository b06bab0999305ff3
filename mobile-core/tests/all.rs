//! The library as an app sees it, without a network: the Rust surface, the errors, and the Python bindings.
#![allow(clippy::unwrap_used, missing_docs, reason = "these are tests")]

#[path = "all/bindings.rs"]
mod bindings;
#[path = "all/errors.rs"]
mod errors;
#[path = "all/keys.rs"]
mod keys;
#[path = "all/prepared.rs"]
mod prepared;
#[path = "all/surface.rs"]
mod surface;
