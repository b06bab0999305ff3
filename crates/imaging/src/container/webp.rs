//! WebP (RFC 9649): one RIFF with its chunks.

use std::io::{Read, Seek};

use super::Picture;
use crate::PhotoError;
use crate::stream::Stream;

/// Walks to the end of the RIFF. `within` is asked as soon as the size is known.
pub fn walk<S: Read + Seek + ?Sized>(
    stream: &mut Stream<'_, S>,
    within: impl Fn(u32, u32) -> Result<(), PhotoError>,
) -> Result<Picture, PhotoError> {
    stream.skip(4, "a RIFF header")?;
    let len = u64::from(u32::from_le_bytes(stream.take("the length of a RIFF")?));
    let end = stream.at() + len;
    if end > stream.len() {
        return Err(stream.truncated("the rest of a WebP file, as long as its RIFF header says"));
    }
    stream.skip(4, "the word WEBP")?;
    let mut size = None;
    let mut data = false;
    while stream.at() < end {
        let at = stream.at();
        let kind: [u8; 4] = stream.take("a WebP chunk")?;
        let len = u64::from(u32::from_le_bytes(stream.take("the length of a WebP chunk")?));
        let begin = stream.at();
        // A chunk of odd length is padded with one byte.
        let padded = len + len % 2;
        if begin + padded > end {
            return Err(PhotoError::broken(at, "a WebP chunk within its RIFF"));
        }
        let stated = match &kind {
            b"VP8X" => Some(extended(stream)?),
            b"VP8 " => Some(lossy(stream)?),
            b"VP8L" => Some(lossless(stream)?),
            _ => None,
        };
        if let (Some((width, height)), None) = (stated, size) {
            if width == 0 || height == 0 {
                return Err(PhotoError::broken(at, "a WebP picture with at least one pixel"));
            }
            within(width, height)?;
            size = stated;
        }
        data |= matches!(&kind, b"VP8 " | b"VP8L" | b"ANMF");
        let read = stream.at() - begin;
        let rest = padded
            .checked_sub(read)
            .ok_or(PhotoError::broken(at, "a WebP chunk as long as its header needs"))?;
        stream.skip(rest, "the rest of a WebP chunk")?;
    }
    match size {
        Some((width, height)) if data => Ok(Picture {
            width,
            height,
            whole_only: true,
        }),
        _ => Err(PhotoError::broken(stream.at(), "a picture in a WebP file")),
    }
}

/// RFC 9649, section 2.7: the canvas, each side less one in 24 bits.
fn extended<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>) -> Result<(u32, u32), PhotoError> {
    let [_, _, _, _, w0, w1, w2, h0, h1, h2] = stream.take("a WebP canvas")?;
    let side = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) + 1;
    Ok((side(w0, w1, w2), side(h0, h1, h2)))
}

/// RFC 6386, section 9.1: the frame header of a key frame.
fn lossy<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>) -> Result<(u32, u32), PhotoError> {
    let at = stream.at();
    let [tag, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1] = stream.take("a VP8 frame header")? else {
        return Err(PhotoError::broken(at, "a VP8 key frame"));
    };
    if tag & 1 != 0 {
        return Err(PhotoError::broken(at, "a VP8 key frame"));
    }
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    Ok((side(w0, w1), side(h0, h1)))
}

/// RFC 9649, section 3.4: each side less one in 14 bits.
fn lossless<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>) -> Result<(u32, u32), PhotoError> {
    let at = stream.at();
    let [0x2f, b0, b1, b2, b3] = stream.take("a VP8L header")? else {
        return Err(PhotoError::broken(at, "a VP8L signature"));
    };
    let bits = u32::from_le_bytes([b0, b1, b2, b3]);
    Ok(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
}
