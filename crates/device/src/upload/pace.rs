//! How much to send at once: about four seconds' worth.
//!
//! A smaller piece wastes a round trip more often; a larger one risks more to a cut on servers that keep whole pieces
//! only, and makes progress jump.

use jicha_store::setting;
use rusqlite::Connection;

use crate::Error;

const CHUNK_BYTES_MIN: u64 = 16 * 1024;
const CHUNK_BYTES_MAX: u64 = 1024 * 1024;
/// What one piece should take.
const CHUNK_MS: u64 = 4000;
const SETTING: &str = "photos:bytes_per_second";

/// The measured speed of the link.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    bytes_per_second: u64,
}

impl Pace {
    /// Begins with the speed of last time; the smallest piece where nothing is known.
    pub(super) fn load(connection: &Connection) -> Result<Self, Error> {
        let stored = setting::get(connection, SETTING)?.and_then(|text| text.parse().ok());
        Ok(Pace {
            bytes_per_second: stored.unwrap_or(CHUNK_BYTES_MIN * 1000 / CHUNK_MS),
        })
    }

    pub(super) fn save(self, connection: &Connection) -> Result<(), Error> {
        Ok(setting::set(
            connection,
            SETTING,
            &self.bytes_per_second.to_string(),
        )?)
    }

    /// How many bytes to send next.
    pub(super) fn chunk_bytes(self) -> u64 {
        (self.bytes_per_second.saturating_mul(CHUNK_MS) / 1000).clamp(CHUNK_BYTES_MIN, CHUNK_BYTES_MAX)
    }

    /// Takes half of what is new, so that one lucky or unlucky piece does not decide.
    pub(super) fn measured(&mut self, bytes: u64, took_ms: u64) {
        // The last piece of a file may be tiny and tells only of the round trip.
        if bytes < CHUNK_BYTES_MIN / 2 {
            return;
        }
        let measured = bytes.saturating_mul(1000) / took_ms.max(1);
        self.bytes_per_second = (self.bytes_per_second + measured) / 2;
    }

    /// A piece that broke off was too large for this link, or the link is bad; in both cases less is better.
    pub(super) fn broke_off(&mut self) {
        self.bytes_per_second = self.bytes_per_second * 3 / 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_grow_and_shrink_with_the_speed_and_stay_within_their_bounds() {
        let mut pace = Pace { bytes_per_second: 1 };
        assert_eq!(pace.chunk_bytes(), CHUNK_BYTES_MIN);
        for _ in 0..20 {
            pace.measured(32_000, 4000);
        }
        assert!((31_000..=32_768).contains(&pace.chunk_bytes()), "{pace:?}");
        for _ in 0..40 {
            pace.measured(1_000_000, 10);
        }
        assert_eq!(pace.chunk_bytes(), CHUNK_BYTES_MAX);
        pace.measured(100, 60_000);
        assert_eq!(pace.chunk_bytes(), CHUNK_BYTES_MAX);
        for _ in 0..200 {
            pace.broke_off();
        }
        assert_eq!(pace.chunk_bytes(), CHUNK_BYTES_MIN);
    }
}
