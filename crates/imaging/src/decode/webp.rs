//! WebP, as a whole; of an animation the first picture.

use std::io::{BufReader, Read, Seek};

use image_webp::{DecodingError, WebPDecoder};

use super::shrink::Shrink;
use super::{read_failed, undecodable};
use crate::PhotoError;
use crate::raster::Raster;

/// What the decoder may hold for one chunk beside the pixels.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// Decodes, then averages squares of pixels.
pub fn decode<S: Read + Seek + ?Sized>(source: &mut S, side_min: u32) -> Result<Raster, PhotoError> {
    let mut decoder = WebPDecoder::new(BufReader::new(source)).map_err(explain)?;
    decoder.set_memory_limit(BYTES_MAX);
    let size = decoder.output_buffer_size().ok_or_else(undecodable)?;
    let (width, height) = decoder.dimensions();
    let samples = if decoder.has_alpha() { 4 } else { 3 };
    let mut pixels = vec![0; size];
    decoder.read_image(&mut pixels).map_err(explain)?;
    let mut shrink = Shrink::new(width, height, side_min);
    for row in pixels.chunks_exact(width as usize * samples) {
        shrink.push(row, samples);
    }
    Ok(shrink.finish())
}

fn explain(error: DecodingError) -> PhotoError {
    match error {
        DecodingError::IoError(error) => read_failed(error),
        _ => undecodable(),
    }
}
