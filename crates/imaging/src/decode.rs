//! From files to pixels, no larger than needed.

mod jpeg;
mod png;
mod shrink;
mod webp;

use std::io::{Read, Seek};

use crate::raster::Raster;
use crate::{Examined, MediaType, PhotoError};

/// Decodes a picture whose longer side has at least `side_min` pixels, if the photo has so many, and rarely more than
/// twice as many.
pub fn decode<S: Read + Seek + ?Sized>(
    source: &mut S,
    examined: &Examined,
    side_min: u32,
) -> Result<Raster, PhotoError> {
    source.rewind().map_err(PhotoError::Unreadable)?;
    let raster = match examined.media_type {
        MediaType::Jpeg => jpeg::decode(source, examined, side_min),
        MediaType::Png => png::decode(source, side_min),
        MediaType::WebP => webp::decode(source, side_min),
        MediaType::Heic => Err(PhotoError::NoDecoder { what: "HEIC" }),
    }?;
    let expected = u64::from(raster.width) * u64::from(raster.height) * 3;
    if expected == 0 || raster.rgb.len() as u64 != expected {
        return Err(undecodable());
    }
    Ok(raster)
}

/// The picture's data don't follow the format. The decoders don't tell where.
fn undecodable() -> PhotoError {
    PhotoError::Broken {
        at: None,
        expected: "picture data that can be decoded",
    }
}

/// An error of the source stays one; an early end is the photo's fault.
fn read_failed(error: std::io::Error) -> PhotoError {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::InvalidData => undecodable(),
        _ => PhotoError::Unreadable(error),
    }
}
