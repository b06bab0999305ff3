//! The harness of the scenarios: a real server on a free port, phones with real databases, and links that break.
//!
//! Everything is the real thing: the router with its door, SQLite files in a temporary folder, HTTP over loopback.
//! Only time, ids and the quality of the network are made up, from a seed.

pub mod fleet;
pub mod keys;
pub mod link;
pub mod phone;
pub mod server;
pub mod time;
pub mod visit;

pub use fleet::Fleet;
pub use link::{Fault, Link};
pub use phone::Phone;
pub use server::TestServer;
