//! Pixels, and what is done to them: make smaller, turn, take the luma.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::PhotoError;

/// A picture as 8-bit RGB, row by row. Both sides are at least 1.
#[derive(Clone, Debug)]
pub struct Raster {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Three bytes per pixel.
    pub rgb: Vec<u8>,
}

/// A picture as 8-bit luma, row by row. Both sides are at least 1.
#[derive(Clone, Debug)]
pub struct Luma {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// One byte per pixel.
    pub pixels: Vec<u8>,
}

/// The size that fits a longer side and keeps the proportions; the size itself if it fits already.
pub fn fitted(width: u32, height: u32, side_max: u32) -> (u32, u32) {
    let long = width.max(height);
    if long <= side_max {
        return (width, height);
    }
    let scale = |side: u32| {
        let scaled = (u64::from(side) * u64::from(side_max) + u64::from(long) / 2) / u64::from(long);
        u32::try_from(scaled).unwrap_or(side_max).max(1)
    };
    (scale(width), scale(height))
}

impl Raster {
    /// Makes the picture smaller, so that its longer side fits. Never larger.
    pub fn fit(&self, side_max: u32) -> Result<Self, PhotoError> {
        let (width, height) = fitted(self.width, self.height, side_max);
        if (width, height) == (self.width, self.height) {
            return Ok(self.clone());
        }
        let broken = || PhotoError::Broken {
            at: None,
            expected: "a picture that can be made smaller",
        };
        let source =
            ImageRef::new(self.width, self.height, &self.rgb, PixelType::U8x3).map_err(|_| broken())?;
        let mut target = Image::new(width, height, PixelType::U8x3);
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
            .use_alpha(false);
        Resizer::new()
            .resize(&source, &mut target, &options)
            .map_err(|_| broken())?;
        Ok(Self {
            width,
            height,
            rgb: target.into_vec(),
        })
    }

    /// Turns the picture as EXIF orientation 1 to 8 tells (CIPA DC-008, tag 274), so that its first row is on top.
    pub fn oriented(self, orientation: u8) -> Self {
        let (width, height) = (self.width as usize, self.height as usize);
        // Where the pixel at column x, row y of the turned picture comes from.
        let from: fn(usize, usize, usize, usize) -> (usize, usize) = match orientation {
            2 => |x, y, right, _| (right - x, y),
            3 => |x, y, right, bottom| (right - x, bottom - y),
            4 => |x, y, _, bottom| (x, bottom - y),
            5 => |x, y, _, _| (y, x),
            6 => |x, y, _, bottom| (y, bottom - x),
            7 => |x, y, right, bottom| (right - y, bottom - x),
            8 => |x, y, right, _| (right - y, x),
            _ => return self,
        };
        let (turned_width, turned_height) = if orientation >= 5 {
            (height, width)
        } else {
            (width, height)
        };
        let mut rgb = Vec::with_capacity(self.rgb.len());
        for y in 0..turned_height {
            for x in 0..turned_width {
                let (column, row) = from(x, y, width - 1, height - 1);
                let at = (row * width + column) * 3;
                rgb.extend_from_slice(&self.rgb[at..at + 3]);
            }
        }
        let (width, height) = if orientation >= 5 {
            (self.height, self.width)
        } else {
            (self.width, self.height)
        };
        Self { width, height, rgb }
    }

    /// Luma by ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B, rounded.
    pub fn luma(&self) -> Luma {
        let luma = |red: u8, green: u8, blue: u8| {
            let sum = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
            u8::try_from((sum + 500) / 1000).unwrap_or(u8::MAX)
        };
        Luma {
            width: self.width,
            height: self.height,
            pixels: self
                .rgb
                .chunks_exact(3)
                .map(|pixel| luma(pixel[0], pixel[1], pixel[2]))
                .collect(),
        }
    }
}
