//! A clock that is moved by hand, and ids and numbers that follow from a seed.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jicha_device::ports::{Clock, Ids};
use jiff::Timestamp;
use uuid::{Builder, Uuid};

/// A clock that stands still until it is moved, and moves a little with every look, so that no two edits have the
/// same time.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// Begins on 13 January 2017, 09:00 in China: the test data's last readings are two weeks old.
    pub fn begin() -> Self {
        TestClock(AtomicI64::new(1_484_269_200_000))
    }

    /// Begins at a certain time.
    pub fn at(time: Timestamp) -> Self {
        TestClock(AtomicI64::new(time.as_millisecond()))
    }

    /// Lets time pass.
    pub fn pass_minutes(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60_000, Ordering::Relaxed);
    }

    /// Lets a little time pass.
    pub fn pass_ms(&self, ms: u64) {
        self.0
            .fetch_add(i64::try_from(ms).unwrap_or(i64::MAX), Ordering::Relaxed);
    }

    fn look(&self) -> Timestamp {
        let ms = self.0.fetch_add(137, Ordering::Relaxed);
        Timestamp::from_millisecond(ms).expect("tests stay within the calendar")
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.look()
    }

    /// Goes with the wall clock, which nobody turns here, and does not move with the look.
    fn monotonic_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed).unsigned_abs()
    }
}

/// UUIDv7 whose random part counts up from a seed.
#[derive(Debug)]
pub struct SeededIds(AtomicU64);

impl SeededIds {
    /// Ids of their own for each seed.
    pub fn from_seed(seed: u64) -> Self {
        SeededIds(AtomicU64::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }
}

impl Ids for SeededIds {
    fn new_id(&self, at: Timestamp) -> Uuid {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        let mixed = (u128::from(count) << 16)
            .wrapping_mul(0xda94_2042_e4dd_58b5)
            .to_be_bytes();
        let random: [u8; 10] = mixed[6..].try_into().expect("sixteen bytes less six are ten");
        let ms = at.as_millisecond().unsigned_abs();
        Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
    }
}

/// A small generator of numbers that follow from a seed, for tests that draw.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The same seed gives the same numbers.
    pub fn from_seed(seed: u64) -> Self {
        Dice(seed ^ 0x5851_f42d_4c95_7f2d)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }

    /// True in about `percent` of the calls.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}
