//! The four file formats: each is walked from its first byte to the end of its picture, within its own bounds.

pub mod heic;
pub mod jpeg;
pub mod png;
pub mod webp;

/// EXIF data that are longer are not read: they would be held in memory as a whole. Cameras write 64 KiB at most.
pub const EXIF_BYTES_MAX: u64 = 1024 * 1024;

/// What a walk through a file tells of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels, at least 1.
    pub width: u32,
    /// Height in pixels, at least 1.
    pub height: u32,
    /// Whether it can be decoded only as a whole, so that memory grows with its pixels.
    pub whole_only: bool,
    /// Whether its EXIF data are longer than [`EXIF_BYTES_MAX`].
    pub long_exif: bool,
}

impl Picture {
    /// A picture that can be decoded row by row.
    pub fn in_pieces(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            whole_only: false,
            long_exif: false,
        }
    }
}
