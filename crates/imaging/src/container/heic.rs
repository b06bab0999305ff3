//! HEIC (ISO/IEC 23008-12): boxes, each within the one around it.

use std::io::{Read, Seek};

use super::Picture;
use crate::PhotoError;
use crate::stream::Stream;

/// Walks over the outer boxes to the end of the file. The size is the largest one that a property states: tiles and
/// thumbnails have smaller ones.
pub fn walk<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>) -> Result<Picture, PhotoError> {
    let (mut size, mut data) = (None, false);
    let end = stream.len();
    while stream.at() < end {
        let at = stream.at();
        let inner = open(stream, end)?;
        match &inner.kind {
            b"meta" => {
                // A full box: version and flags come first.
                stream.skip(4, "the head of a meta box")?;
                size = size.max(largest_size(stream, inner.end, 0)?);
            }
            b"mdat" => data = true,
            kind if !kind.iter().all(u8::is_ascii_graphic) && !kind.contains(&b' ') => {
                return Err(PhotoError::broken(at, "a box with a readable type"));
            }
            _ => {}
        }
        let rest = inner
            .end
            .checked_sub(stream.at())
            .ok_or(PhotoError::broken(at, "a box as long as what it holds"))?;
        stream.skip(rest, "the rest of a box")?;
    }
    match size {
        Some((_, width, height)) if data => Ok(Picture {
            width,
            height,
            whole_only: false,
            long_exif: false,
        }),
        _ => Err(PhotoError::Truncated {
            at: stream.len(),
            expected: "the boxes meta and mdat of a HEIC picture",
        }),
    }
}

struct Opened {
    kind: [u8; 4],
    end: u64,
}

/// Reads the head of a box that must end at `outer_end` at the latest.
fn open<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>, outer_end: u64) -> Result<Opened, PhotoError> {
    let at = stream.at();
    let short = stream.u32("the head of a box")?;
    let kind: [u8; 4] = stream.take("the head of a box")?;
    let len = match short {
        0 => outer_end - at,
        1 => u64::from_be_bytes(stream.take("the length of a box")?),
        short => u64::from(short),
    };
    let end = at
        .checked_add(len)
        .filter(|end| *end >= stream.at())
        .ok_or(PhotoError::broken(at, "a box with a possible length"))?;
    if end > stream.len() {
        return Err(stream.truncated("the rest of a box"));
    }
    if end > outer_end {
        return Err(PhotoError::broken(at, "a box within the one around it"));
    }
    Ok(Opened { kind, end })
}

/// The largest `ispe` in meta, iprp, ipco: pixels, width, height.
fn largest_size<S: Read + Seek + ?Sized>(
    stream: &mut Stream<'_, S>,
    end: u64,
    depth: usize,
) -> Result<Option<(u64, u32, u32)>, PhotoError> {
    const PATH: [&[u8; 4]; 2] = [b"iprp", b"ipco"];
    let mut largest = None;
    while stream.at() < end {
        let inner = open(stream, end)?;
        if PATH.get(depth) == Some(&&inner.kind) {
            largest = largest.max(largest_size(stream, inner.end, depth + 1)?);
        } else if depth == PATH.len() && inner.kind == *b"ispe" {
            stream.skip(4, "the head of a size property")?;
            let width = stream.u32("a width")?;
            let height = stream.u32("a height")?;
            let pixels = u64::from(width) * u64::from(height);
            if pixels > 0 {
                largest = largest.max(Some((pixels, width, height)));
            }
        }
        let at = stream.at();
        let rest = inner
            .end
            .checked_sub(at)
            .ok_or(PhotoError::broken(at, "a box as long as what it holds"))?;
        stream.skip(rest, "the rest of a box")?;
    }
    Ok(largest)
}
