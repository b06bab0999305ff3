//! The system's clock, and ids made from time and the system's random numbers.

use jicha_device::ports::{Clock, Ids};
use jiff::Timestamp;
use uuid::{Builder, Uuid};

/// The system's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    /// To the millisecond, as it is stored: what a call returns and what is read later are then the same instant.
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

/// UUIDv7: a time of 48 bits, then 74 random bits.
pub(crate) struct RandomIds;

impl Ids for RandomIds {
    fn new_id(&self, at: Timestamp) -> Uuid {
        let since_1970_ms = u64::try_from(at.as_millisecond()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(since_1970_ms, &random()).into_uuid()
    }
}

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating systems that apps run on always give random numbers");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_holds_its_time_and_is_never_the_same() {
        let at = Timestamp::from_millisecond(1_764_000_000_123).unwrap();
        let (one, other) = (RandomIds.new_id(at), RandomIds.new_id(at));
        assert_ne!(one, other);
        assert_eq!(one.get_version_num(), 7);
        assert_eq!(one.as_u128() >> 80, 1_764_000_000_123);
    }
}
