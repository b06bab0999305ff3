//! PNG, row by row; only an interlaced one is held as a whole.

use std::io::{BufReader, Read, Seek};

use png::{Decoder, DecodingError, Limits, Reader, Transformations};

use super::shrink::Shrink;
use super::{read_failed, undecodable};
use crate::PhotoError;
use crate::raster::Raster;

/// What the decoder may hold beside the picture: a few rows and small chunks.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// Decodes, averaging squares of pixels.
pub fn decode<S: Read + Seek + ?Sized>(source: &mut S, side_min: u32) -> Result<Raster, PhotoError> {
    let mut decoder = Decoder::new_with_limits(BufReader::new(source), Limits { bytes: BYTES_MAX });
    decoder.set_transformations(Transformations::normalize_to_color8());
    // Both may be compressed to a thousandth, and neither is wanted.
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().map_err(explain)?;
    let (width, height) = reader.info().size();
    let shrink = Shrink::new(width, height, side_min);
    if reader.info().interlaced {
        whole(&mut reader, shrink)
    } else {
        rows(&mut reader, shrink)
    }
}

fn rows<R: std::io::BufRead + Seek>(
    reader: &mut Reader<R>,
    mut shrink: Shrink,
) -> Result<Raster, PhotoError> {
    let samples = reader.output_color_type().0.samples();
    while let Some(row) = reader.next_row().map_err(explain)? {
        shrink.push(row.data(), samples);
    }
    Ok(shrink.finish())
}

fn whole<R: std::io::BufRead + Seek>(
    reader: &mut Reader<R>,
    mut shrink: Shrink,
) -> Result<Raster, PhotoError> {
    let size = reader.output_buffer_size().ok_or_else(undecodable)?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(explain)?;
    let samples = frame.color_type.samples();
    for row in pixels.chunks_exact(frame.line_size.max(1)) {
        shrink.push(row, samples);
    }
    Ok(shrink.finish())
}

fn explain(error: DecodingError) -> PhotoError {
    match error {
        DecodingError::IoError(error) => read_failed(error),
        DecodingError::Format(_) | DecodingError::Parameter(_) | DecodingError::LimitsExceeded => {
            undecodable()
        }
    }
}
