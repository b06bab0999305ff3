//! Pictures as JPEG.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::PhotoError;
use crate::raster::Raster;

/// Encodes with this quality (1 to 100), chroma at half resolution, and Huffman tables made for this very picture.
pub fn jpeg(raster: &Raster, quality: u8) -> Result<Vec<u8>, PhotoError> {
    let broken = || PhotoError::Broken {
        at: None,
        expected: "a picture that can be encoded",
    };
    let width = u16::try_from(raster.width).map_err(|_| broken())?;
    let height = u16::try_from(raster.height).map_err(|_| broken())?;
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_optimized_huffman_tables(true);
    encoder
        .encode(&raster.rgb, width, height, ColorType::Rgb)
        .map_err(|_| broken())?;
    Ok(bytes)
}

/// Encodes with the best quality that keeps to so many bytes. A picture that needs more even at the lowest quality
/// worth looking at is made smaller.
pub fn jpeg_within(raster: &Raster, bytes_max: usize) -> Result<Vec<u8>, PhotoError> {
    let mut smaller = raster.clone();
    loop {
        if let Some(bytes) = best_quality(&smaller, bytes_max)? {
            return Ok(bytes);
        }
        let side = smaller.width.max(smaller.height);
        if side <= 1 {
            return Err(PhotoError::Broken {
                at: None,
                expected: "a picture that fits into a thumbnail",
            });
        }
        smaller = smaller.fit(side * 3 / 4)?;
    }
}

/// Below this a picture falls into visible blocks.
const QUALITY_MIN: u8 = 25;
/// Above this the eye sees no difference at the size of a thumbnail.
const QUALITY_MAX: u8 = 90;

/// Searches by halving: more quality needs more bytes.
fn best_quality(raster: &Raster, bytes_max: usize) -> Result<Option<Vec<u8>>, PhotoError> {
    let (mut low, mut high) = (QUALITY_MIN, QUALITY_MAX);
    let mut best = None;
    while low <= high {
        let quality = u8::midpoint(low, high);
        let bytes = jpeg(raster, quality)?;
        if bytes.len() <= bytes_max {
            best = Some(bytes);
            low = quality + 1;
        } else {
            high = quality - 1;
        }
    }
    Ok(best)
}
