//! PNG: chunks with their checksums from IHDR to IEND.

use std::io::{Read, Seek};

use super::{EXIF_BYTES_MAX, Picture};
use crate::PhotoError;
use crate::stream::Stream;

/// Walks to the end of the picture. `within` is asked as soon as the size is known.
pub fn walk<S: Read + Seek + ?Sized>(
    stream: &mut Stream<'_, S>,
    within: impl Fn(u32, u32) -> Result<(), PhotoError>,
) -> Result<Picture, PhotoError> {
    stream.skip(8, "the signature of PNG")?;
    let mut picture = header(stream)?;
    within(picture.width, picture.height)?;
    let mut data = false;
    loop {
        let at = stream.at();
        let (kind, len) = chunk(stream)?;
        picture.long_exif |= kind == *b"eXIf" && len > EXIF_BYTES_MAX;
        match &kind {
            b"IHDR" => return Err(PhotoError::broken(at, "only one header in PNG")),
            b"IDAT" => data = true,
            b"IEND" if data => return Ok(picture),
            b"IEND" => return Err(PhotoError::broken(at, "data of a picture before its end")),
            _ => {}
        }
    }
}

fn header<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>) -> Result<Picture, PhotoError> {
    const EXPECTED: &str = "the header of PNG";
    let at = stream.at();
    let start: [u8; 8] = stream.take(EXPECTED)?;
    let body: [u8; 13] = stream.take(EXPECTED)?;
    let checksum = stream.u32(EXPECTED)?;
    if start != *b"\0\0\0\x0dIHDR" {
        return Err(PhotoError::broken(at, EXPECTED));
    }
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&start[4..]);
    hasher.update(&body);
    require_checksum(at, hasher, checksum)?;
    let [w0, w1, w2, w3, h0, h1, h2, h3, _, _, _, _, interlaced] = body;
    let width = u32::from_be_bytes([w0, w1, w2, w3]);
    let height = u32::from_be_bytes([h0, h1, h2, h3]);
    if width == 0 || height == 0 {
        return Err(PhotoError::broken(at, "a PNG picture with at least one pixel"));
    }
    Ok(Picture {
        width,
        height,
        whole_only: interlaced != 0,
        long_exif: false,
    })
}

/// Passes over one chunk and gives its type and length.
fn chunk<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>) -> Result<([u8; 4], u64), PhotoError> {
    const EXPECTED: &str = "the rest of a PNG chunk";
    let at = stream.at();
    let len = u64::from(stream.u32("a PNG chunk")?);
    let mut left = len;
    let kind: [u8; 4] = stream.take("a PNG chunk")?;
    if !kind.iter().all(u8::is_ascii_alphabetic) {
        return Err(PhotoError::broken(at, "a PNG chunk whose type is four letters"));
    }
    if left > stream.left() {
        return Err(stream.truncated(EXPECTED));
    }
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&kind);
    while left > 0 {
        let piece = stream.peek()?;
        let count = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if count == 0 {
            return Err(stream.truncated(EXPECTED));
        }
        hasher.update(&piece[..count]);
        stream.consume(count);
        left -= count as u64;
    }
    let checksum = stream.u32("the checksum of a PNG chunk")?;
    require_checksum(at, hasher, checksum)?;
    Ok((kind, len))
}

fn require_checksum(at: u64, hasher: crc32fast::Hasher, stated: u32) -> Result<(), PhotoError> {
    if hasher.finalize() == stated {
        Ok(())
    } else {
        Err(PhotoError::broken(at, "a PNG chunk that fits its checksum"))
    }
}
