//! How large a photo may be.

/// The bounds that [`crate::examine`] keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes_max: u64,
    /// Pixels of the picture. The largest sensors of phones have 200 million, but deliver a quarter or less by default.
    pub pixels_max: u64,
    /// Pixels of a picture that can be decoded only as a whole: a progressive JPEG, an interlaced PNG, a WebP. Cameras
    /// of phones write none of these.
    pub pixels_max_whole: u64,
    /// Pixels of its longer side.
    pub side_max: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes_max: 64 * 1024 * 1024,
            pixels_max: 120_000_000,
            pixels_max_whole: 64_000_000,
            side_max: 20_000,
        }
    }
}
