//! The system's clock, and ids made from time and the system's random numbers.

use jicha_device::ports::{Clock, Ids};
use jiff::Timestamp;
use rustix::time::{ClockId, clock_gettime};
use uuid::{Builder, Uuid};

/// Goes on while the phone sleeps; the standard library's own clock stands still then, which would look as if somebody had
/// turned the wall clock.
#[cfg(any(target_os = "linux", target_os = "android"))]
const SINCE_START: ClockId = ClockId::Boottime;
/// Apple's goes on asleep, too.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const SINCE_START: ClockId = ClockId::Monotonic;

/// The system's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    /// To the millisecond, as it is stored: what a call returns and what is read later are then the same instant.
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    fn monotonic_ms(&self) -> u64 {
        let time = clock_gettime(SINCE_START);
        let ms = i128::from(time.tv_sec) * 1000 + i128::from(time.tv_nsec) / 1_000_000;
        u64::try_from(ms).unwrap_or(0)
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
