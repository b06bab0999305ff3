//! JPEG: only the segments that decoding needs.

use std::io::Cursor;

use super::orientation;
use crate::PhotoError;
use crate::container::jpeg::{Part, parts};
use crate::stream::Stream;

/// Copies the first picture without what is not needed to decode it.
pub fn strip(photo: &[u8], orientation: Option<u8>) -> Result<Vec<u8>, PhotoError> {
    let mut source = Cursor::new(photo);
    let mut stripped = vec![0xff, 0xd8];
    let mut jfif = Vec::new();
    let mut rest = Vec::new();
    parts(&mut Stream::new(&mut source)?, |part: Part| {
        let place = |at| usize::try_from(at).unwrap_or(usize::MAX);
        let Some(bytes) = photo.get(place(part.begin)..place(part.end)) else {
            return;
        };
        match part.marker {
            0xe0 if is_named(bytes, b"JFIF\0") => jfif.extend_from_slice(bytes),
            0xe2 if is_named(bytes, b"ICC_PROFILE\0") => rest.extend_from_slice(bytes),
            // It says how the colours are stored.
            0xee if is_named(bytes, b"Adobe") => rest.extend_from_slice(bytes),
            0xe0..=0xfe => {}
            _ => rest.extend_from_slice(bytes),
        }
    })?;
    // JFIF wants to be first, EXIF second.
    stripped.append(&mut jfif);
    if let Some(orientation) = orientation {
        let exif = orientation::exif(orientation);
        let len = u16::try_from(exif.len() + 8).unwrap_or_default();
        stripped.extend_from_slice(&[0xff, 0xe1]);
        stripped.extend_from_slice(&len.to_be_bytes());
        stripped.extend_from_slice(b"Exif\0\0");
        stripped.extend_from_slice(&exif);
    }
    stripped.append(&mut rest);
    stripped.extend_from_slice(&[0xff, 0xd9]);
    Ok(stripped)
}

/// Whether the segment, after marker and length, begins with this name.
fn is_named(segment: &[u8], name: &[u8]) -> bool {
    segment.get(4..).is_some_and(|body| body.starts_with(name))
}
