//! Phones without people: real devices with real databases, moved by a program, over links that break.
//!
//! The demonstration, the scenarios and the benchmarks all play with these. Everything is the real thing except the
//! time, the ids and the quality of the network, which follow from a seed.

pub mod http;
pub mod keys;
pub mod link;
pub mod phone;
pub mod slow_link;
pub mod time;
pub mod visit;

pub use jicha_device::SyncReport;
pub use link::{Fault, Link};
pub use phone::Phone;
