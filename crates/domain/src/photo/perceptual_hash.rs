//! Finding a picture again, though its bytes are others.

use std::fmt;
use std::str::FromStr;

use crate::id::IdError;
use crate::word::{serde_as_string, shorten};

/// A short description of what a picture looks like: copies of it, smaller or compressed again, differ in few of the
/// 64 bits, other pictures in about half.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PerceptualHash(pub u64);

impl PerceptualHash {
    /// The largest distance up to which [`Self::bands_nearby`] finds every other hash.
    pub const NEARBY_DISTANCE_MAX: u32 = 7;

    /// The hash cut into four bands of 16 bits, by which a table of hashes is indexed.
    #[must_use]
    pub const fn bands(self) -> [u16; 4] {
        let [a, b, c, d, e, f, g, h] = self.0.to_le_bytes();
        [
            u16::from_le_bytes([a, b]),
            u16::from_le_bytes([c, d]),
            u16::from_le_bytes([e, f]),
            u16::from_le_bytes([g, h]),
        ]
    }

    /// The 68 bands (the band's number and its value) to look up in such a table: each of the four as it is, and with
    /// every single bit turned. Two hashes that differ in at most 7 bits share one of them, since eight bits would be
    /// needed to give each of four bands two (multi-index hashing: Norouzi, Punjani, Fleet, "Fast search in Hamming
    /// space", CVPR 2012).
    pub fn bands_nearby(self) -> impl Iterator<Item = (u8, u16)> {
        let turned =
            |band: u16| std::iter::once(band).chain((0..u16::BITS).map(move |bit| band ^ (1 << bit)));
        (0..)
            .zip(self.bands())
            .flat_map(move |(number, band)| turned(band).map(move |value| (number, value)))
    }

    /// In how many bits two hashes differ, 0 to 64.
    #[must_use]
    pub const fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}

impl fmt::Display for PerceptualHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for PerceptualHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PerceptualHash({self})")
    }
}

impl FromStr for PerceptualHash {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let lower_case_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        u64::from_str_radix(text, 16)
            .ok()
            .filter(|_| text.len() == 16 && text.bytes().all(lower_case_hex))
            .map(Self)
            .ok_or_else(|| IdError {
                kind: "PerceptualHash",
                expected: "16 lower-case hexadecimal digits",
                found: shorten(text),
            })
    }
}

serde_as_string!(PerceptualHash);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perceptual_hash_is_written_as_sixteen_digits_and_read_back() {
        let hash = PerceptualHash(0x00ab_0000_0000_0001);
        assert_eq!(hash.to_string(), "00ab000000000001");
        assert_eq!("00ab000000000001".parse(), Ok(hash));
        assert!("AB".parse::<PerceptualHash>().is_err());
        assert!("+0ab000000000001".parse::<PerceptualHash>().is_err());
        assert_eq!(hash.distance(PerceptualHash(0)), 6);
    }

    #[test]
    fn hashes_that_differ_in_seven_bits_meet_in_a_band_however_the_bits_are_spread() {
        let hash = PerceptualHash(0x0123_4567_89ab_cdef);
        // Two bits in three bands and one in the fourth is the worst case.
        for turned in [0x0003_0003_0003_0001, 0x7f00_0000_0000_0000, 0] {
            let other = PerceptualHash(hash.0 ^ turned);
            let bands: Vec<(u8, u16)> = (0..).zip(other.bands()).collect();
            assert!(
                hash.bands_nearby().any(|band| bands.contains(&band)),
                "{turned:x}"
            );
        }
        assert_eq!(hash.bands(), [0xcdef, 0x89ab, 0x4567, 0x0123]);
        assert_eq!(hash.bands_nearby().count(), 68);
    }
}
