//! Photos without what they say beside their pixels.

mod jpeg;
mod orientation;
mod png;
mod webp;

use std::io::Cursor;

use crate::{MediaType, PhotoError, exif};

/// The photo without EXIF, XMP, IPTC, comments, maker's notes and everything behind the picture. The picture's own data
/// are copied bit by bit, its colour profile too, and the orientation is kept in an EXIF of its own when the photo does not
/// stand upright. HEIC is not rewritten ([`PhotoError::NoDecoder`]): others get its preview.
pub fn strip_metadata(media_type: MediaType, photo: &[u8]) -> Result<Vec<u8>, PhotoError> {
    if MediaType::sniff(photo) != Some(media_type) {
        return Err(PhotoError::NotAPhoto);
    }
    let orientation = exif::read(&mut Cursor::new(photo))
        .orientation
        .filter(|orientation| *orientation != 1);
    match media_type {
        MediaType::Jpeg => jpeg::strip(photo, orientation),
        MediaType::Png => png::strip(photo, orientation),
        MediaType::WebP => webp::strip(photo, orientation),
        MediaType::Heic => Err(PhotoError::NoDecoder { what: "HEIC" }),
    }
}
