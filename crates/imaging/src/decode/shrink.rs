//! Averages squares of pixels into one while rows arrive, so that a large picture is never held as a whole.

use crate::raster::Raster;

/// Takes rows and gives a picture that is smaller by a whole number.
pub struct Shrink {
    width: usize,
    factor: usize,
    sums: Vec<u32>,
    rows: usize,
    rgb: Vec<u8>,
}

impl Shrink {
    /// For rows of so many pixels. The longer side of the result has at least `side_min` pixels, if the picture has.
    pub fn new(width: u32, height: u32, side_min: u32) -> Self {
        let factor = (width.max(height) / side_min.max(1)).max(1) as usize;
        let width = width as usize;
        Self {
            width,
            factor,
            sums: vec![0; width.div_ceil(factor) * 3],
            rows: 0,
            rgb: Vec::new(),
        }
    }

    /// Takes the next row: so many samples for each pixel, with 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. What is
    /// transparent is white.
    pub fn push(&mut self, row: &[u8], samples: usize) {
        let sums = self.sums.chunks_exact_mut(3);
        for (sums, square) in sums.zip(row.chunks(self.factor * samples)) {
            for pixel in square.chunks_exact(samples) {
                for (sum, value) in sums.iter_mut().zip(rgb_of(pixel)) {
                    *sum += u32::from(value);
                }
            }
        }
        self.rows += 1;
        if self.rows == self.factor {
            self.flush();
        }
    }

    /// The picture of all rows.
    pub fn finish(mut self) -> Raster {
        if self.rows > 0 {
            self.flush();
        }
        let width = self.width.div_ceil(self.factor);
        let height = self.rgb.len() / (width * 3).max(1);
        let side = |side| u32::try_from(side).unwrap_or_default();
        Raster {
            width: side(width),
            height: side(height),
            rgb: self.rgb,
        }
    }

    fn flush(&mut self) {
        for (at, sums) in self.sums.chunks_exact_mut(3).enumerate() {
            let columns = self.factor.min(self.width - at * self.factor);
            let count = u32::try_from(columns * self.rows).unwrap_or(u32::MAX);
            for sum in sums {
                let mean = (*sum + count / 2) / count;
                self.rgb.push(u8::try_from(mean).unwrap_or(u8::MAX));
                *sum = 0;
            }
        }
        self.rows = 0;
    }
}

fn rgb_of(pixel: &[u8]) -> [u8; 3] {
    match *pixel {
        [grey] => [grey; 3],
        [grey, alpha] => [on_white(grey, alpha); 3],
        [red, green, blue] => [red, green, blue],
        [red, green, blue, alpha] => [
            on_white(red, alpha),
            on_white(green, alpha),
            on_white(blue, alpha),
        ],
        _ => [0; 3],
    }
}

fn on_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    let mixed = (value * alpha + 255 * (255 - alpha) + 127) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}
