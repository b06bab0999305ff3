//! What is measured of a photo's picture, so that it can be judged and found again.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::IdError;
use crate::word::{serde_as_string, shorten};

/// How sharp and how well lit a picture is, measured after it was turned upright and brought to a long side of 1000
/// pixels, so that the numbers of different cameras can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhotoQuality {
    /// Variance of the Laplacian of the luma: small in a blurred picture, which has no edges (Pech-Pacheco et al.,
    /// "Diatom autofocusing in brightfield microscopy", ICPR 2000).
    pub sharpness: f64,
    /// Mean luma (ITU-R BT.601), 0 black to 255 white.
    pub mean_luma: f64,
    /// Share of the pixels that are nearly black, 0 to 1.
    pub dark_share: f64,
    /// Share of the pixels that are burnt out, 0 to 1: glare of a lamp or the sun on a pane.
    pub clipped_share: f64,
}

/// A short description of what a picture looks like: copies of it, smaller or compressed again, differ in few of the
/// 64 bits, other pictures in about half.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PerceptualHash(pub u64);

impl PerceptualHash {
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
}
