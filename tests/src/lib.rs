//! The harness of the scenarios: a real server on a free port, with the simulator's phones around it.
//!
//! Everything is the real thing: the router with its door, SQLite files in a temporary folder, HTTP over loopback.

pub mod fleet;
pub mod server;
pub mod time;

pub use fleet::Fleet;
pub use jicha_simulator::{Fault, Link, Phone, phone, visit};
pub use server::TestServer;
