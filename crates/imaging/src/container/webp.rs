//! WebP (RFC 9649): one RIFF with its chunks.

use std::io::{Read, Seek};

use super::{EXIF_BYTES_MAX, Picture};
use crate::PhotoError;
use crate::stream::Stream;

/// What stands in a frame of an animation before its picture.
const FRAME_HEADER_BYTES: u64 = 16;

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
    let mut size: Option<(u32, u32)> = None;
    let mut expected = None;
    let (mut data, mut long_exif) = (false, false);
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
        long_exif |= kind == *b"EXIF" && len > EXIF_BYTES_MAX;
        let stated = match &kind {
            b"VP8X" => Some(extended(stream)?),
            b"ANMF" => Some(frame(stream)?),
            b"VP8 " => Some(lossy(stream)?),
            b"VP8L" => Some(lossless(stream)?),
            _ => None,
        };
        if let Some((width, height)) = stated {
            if width == 0 || height == 0 {
                return Err(PhotoError::broken(at, "a WebP picture with at least one pixel"));
            }
            within(width, height)?;
            // RFC 9649, section 2.7: the picture fills its canvas, and a frame of an animation lies within. A decoder
            // believes the picture itself, so one that is larger than was said is none.
            let (canvas_width, canvas_height) = *size.get_or_insert((width, height));
            let fits = match &kind {
                b"ANMF" => width <= canvas_width && height <= canvas_height,
                b"VP8X" => canvas_width == width && canvas_height == height,
                _ => expected.is_none_or(|expected| expected == (width, height)),
            };
            if !fits {
                return Err(PhotoError::broken(at, "a WebP picture as large as its canvas"));
            }
            expected = stated;
        }
        if kind == *b"ANMF" {
            // Its picture is a chunk within; it is looked at like one by itself.
            if len < FRAME_HEADER_BYTES {
                return Err(PhotoError::broken(at, "a WebP chunk as long as its header needs"));
            }
            continue;
        }
        data |= matches!(&kind, b"VP8 " | b"VP8L");
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
            long_exif,
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

/// RFC 9649, section 2.7.1.1: place, then each side less one in 24 bits, duration and flags.
fn frame<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>) -> Result<(u32, u32), PhotoError> {
    let [_, _, _, _, _, _, w0, w1, w2, h0, h1, h2, _, _, _, _] = stream.take("a WebP frame")?;
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
