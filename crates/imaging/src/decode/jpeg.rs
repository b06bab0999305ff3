//! JPEG, scaled in the discrete cosine transform: at half, a quarter or an eighth of the size, most of the work falls
//! away.

use std::io::{BufReader, Read, Seek};

use jpeg_decoder::{Decoder, Error, PixelFormat};

use super::{read_failed, undecodable};
use crate::raster::{Raster, fitted};
use crate::{Examined, PhotoError};

/// Decodes at the smallest of the four scales that is large enough.
pub fn decode<S: Read + Seek + ?Sized>(
    source: &mut S,
    examined: &Examined,
    side_min: u32,
) -> Result<Raster, PhotoError> {
    let (width, height) = fitted(examined.width, examined.height, side_min);
    let side = |side: u32| u16::try_from(side).map_err(|_| undecodable());
    let mut decoder = Decoder::new(BufReader::new(source));
    let (width, height) = decoder.scale(side(width)?, side(height)?).map_err(explain)?;
    let pixels = decoder.decode().map_err(explain)?;
    let format = decoder.info().ok_or_else(undecodable)?.pixel_format;
    let rgb = match format {
        PixelFormat::RGB24 => pixels,
        PixelFormat::L8 => pixels.iter().flat_map(|luma| [*luma; 3]).collect(),
        // Adobe writes the inks inverted, and the decoder leaves that as it is.
        PixelFormat::CMYK32 => pixels.chunks_exact(4).flat_map(of_inks).collect(),
        PixelFormat::L16 => {
            return Err(PhotoError::NoDecoder {
                what: "a JPEG picture with 16 bits",
            });
        }
    };
    Ok(Raster {
        width: u32::from(width),
        height: u32::from(height),
        rgb,
    })
}

fn of_inks(inks: &[u8]) -> [u8; 3] {
    let black = u16::from(inks[3]);
    let light = |ink: u8| u8::try_from(u16::from(ink) * black / 255).unwrap_or(u8::MAX);
    [light(inks[0]), light(inks[1]), light(inks[2])]
}

fn explain(error: Error) -> PhotoError {
    match error {
        Error::Io(error) => read_failed(error),
        Error::Unsupported(_) => PhotoError::NoDecoder {
            what: "a JPEG picture of a rare kind",
        },
        Error::Format(_) | Error::Internal(_) => undecodable(),
    }
}
