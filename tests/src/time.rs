//! The clock that phones and server share in a test.

pub use jicha_simulator::time::{Dice, SeededIds, TestClock};
use jiff::Timestamp;

/// The same clock, for the server.
#[derive(Debug, Clone)]
pub struct ServerClock(pub std::sync::Arc<TestClock>);

impl jicha_server::clock::Clock for ServerClock {
    fn now(&self) -> Timestamp {
        jicha_device::ports::Clock::now(self.0.as_ref())
    }
}
