//! The pictures and figures that are made from a photo.

use std::io::{Read, Seek};

use crate::perceptual_hash::{self, PerceptualHash};
use crate::quality::{self, PhotoQuality};
use crate::raster::Raster;
use crate::{Examined, PhotoError, decode, encode};

/// Longer side of a preview in pixels, at most.
pub const PREVIEW_SIDE_MAX: u32 = 1600;
/// Longer side of a thumbnail in pixels, at most.
pub const THUMBNAIL_SIDE_MAX: u32 = 320;
/// Bytes of a thumbnail, at most.
pub const THUMBNAIL_BYTES_MAX: usize = 10_000;
/// JPEG quality of a preview.
const PREVIEW_QUALITY: u8 = 80;
/// Longer side at which quality is measured, in pixels. Sharpness depends on the size, so all photos are brought to one.
const MEASURED_SIDE: u32 = 1000;

/// What is made from a photo. Both pictures are JPEG, stand upright and carry no metadata.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// At most [`THUMBNAIL_BYTES_MAX`] bytes and [`THUMBNAIL_SIDE_MAX`] pixels on the longer side.
    pub thumbnail: Vec<u8>,
    /// At most [`PREVIEW_SIDE_MAX`] pixels on the longer side.
    pub preview: Vec<u8>,
    /// How sharp and how light it is.
    pub quality: PhotoQuality,
    /// To find the same picture again; taken of the upright picture.
    pub perceptual_hash: PerceptualHash,
}

/// Makes everything from one scaled decoding. `examined` is what [`crate::examine`] said of the same source.
pub fn derive<S: Read + Seek + ?Sized>(source: &mut S, examined: &Examined) -> Result<Derived, PhotoError> {
    let picture = upright(source, examined, PREVIEW_SIDE_MAX)?;
    let measured = picture.fit(MEASURED_SIDE)?;
    let luma = measured.luma();
    Ok(Derived {
        thumbnail: encode::jpeg_within(&measured.fit(THUMBNAIL_SIDE_MAX)?, THUMBNAIL_BYTES_MAX)?,
        preview: encode::jpeg(&picture, PREVIEW_QUALITY)?,
        quality: quality::measure(&luma),
        perceptual_hash: perceptual_hash::hash(&luma),
    })
}

/// Makes the thumbnail alone.
pub fn thumbnail<S: Read + Seek + ?Sized>(
    source: &mut S,
    examined: &Examined,
) -> Result<Vec<u8>, PhotoError> {
    let picture = upright(source, examined, THUMBNAIL_SIDE_MAX)?;
    encode::jpeg_within(&picture, THUMBNAIL_BYTES_MAX)
}

/// The picture with this longer side (or less, if it has less), turned as the camera was held.
fn upright<S: Read + Seek + ?Sized>(
    source: &mut S,
    examined: &Examined,
    side_max: u32,
) -> Result<Raster, PhotoError> {
    let picture = decode::decode(source, examined, side_max)?.fit(side_max)?;
    Ok(picture.oriented(examined.exif.orientation.unwrap_or(1)))
}
