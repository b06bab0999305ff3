//! The four file formats: each is walked from its first byte to the end of its picture, within its own bounds.

pub mod heic;
pub mod jpeg;
pub mod png;
pub mod webp;

/// What a walk through a file tells of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels, at least 1.
    pub width: u32,
    /// Height in pixels, at least 1.
    pub height: u32,
    /// Whether it can be decoded only as a whole, so that memory grows with its pixels.
    pub whole_only: bool,
}

impl Picture {
    /// A picture that can be decoded row by row.
    pub fn in_pieces(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            whole_only: false,
        }
    }
}
