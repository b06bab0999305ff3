//! The first look at a photo that came from outside.

use std::io::{Read, Seek};

use crate::container::{self, Picture};
use crate::stream::Stream;
use crate::{Exif, Limits, MediaType, PhotoError, exif, polyglot};

/// What a first look at a photo tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Examined {
    /// What kind of file it is.
    pub media_type: MediaType,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Width in pixels by the file's header, as stored (before orientation).
    pub width: u32,
    /// Height in pixels by the file's header, as stored (before orientation).
    pub height: u32,
    /// What the camera wrote beside it.
    pub exif: Exif,
}

/// Reads the whole photo once within the usual [`Limits`]. Nothing is decoded.
pub fn examine<S: Read + Seek + ?Sized>(source: &mut S) -> Result<Examined, PhotoError> {
    examine_within(source, &Limits::default())
}

/// Reads the whole photo once within the given limits. Nothing is decoded.
pub fn examine_within<S: Read + Seek + ?Sized>(
    source: &mut S,
    limits: &Limits,
) -> Result<Examined, PhotoError> {
    let (media_type, size_bytes, picture) = walk(source, limits)?;
    require_pixels_within(&picture, limits)?;
    polyglot::search(&mut Stream::new(source)?)?;
    Ok(Examined {
        media_type,
        size_bytes,
        width: picture.width,
        height: picture.height,
        exif: if picture.long_exif {
            Exif::default()
        } else {
            exif::read(source)
        },
    })
}

fn walk<S: Read + Seek + ?Sized>(
    source: &mut S,
    limits: &Limits,
) -> Result<(MediaType, u64, Picture), PhotoError> {
    let mut stream = Stream::new(source)?;
    let size_bytes = stream.len();
    if size_bytes > limits.bytes_max {
        return Err(PhotoError::TooLarge {
            size_bytes,
            bytes_max: limits.bytes_max,
        });
    }
    let media_type = MediaType::sniff(&start(&mut stream)?).ok_or(PhotoError::NotAPhoto)?;
    let mut stream = Stream::new(source)?;
    let within = |width, height| require_pixels_within(&Picture::in_pieces(width, height), limits);
    let picture = match media_type {
        MediaType::Jpeg => container::jpeg::walk(&mut stream, within),
        MediaType::Png => container::png::walk(&mut stream, within),
        MediaType::WebP => container::webp::walk(&mut stream, within),
        MediaType::Heic => container::heic::walk(&mut stream),
    }?;
    Ok((media_type, size_bytes, picture))
}

/// The first bytes; fewer if the file has fewer.
fn start<S: Read + Seek + ?Sized>(stream: &mut Stream<'_, S>) -> Result<Vec<u8>, PhotoError> {
    let count = stream.len().min(MediaType::SNIFF_BYTES as u64);
    let mut bytes = vec![0; usize::try_from(count).unwrap_or_default()];
    stream.fill(&mut bytes, "the first bytes of a photo")?;
    Ok(bytes)
}

fn require_pixels_within(picture: &Picture, limits: &Limits) -> Result<(), PhotoError> {
    let &Picture { width, height, .. } = picture;
    let pixels_max = if picture.whole_only {
        limits.pixels_max_whole.min(limits.pixels_max)
    } else {
        limits.pixels_max
    };
    let pixels = u64::from(width) * u64::from(height);
    if pixels > pixels_max || width.max(height) > limits.side_max {
        return Err(PhotoError::TooManyPixels {
            width,
            height,
            pixels_max,
            side_max: limits.side_max,
        });
    }
    Ok(())
}
