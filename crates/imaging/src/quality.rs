//! How sharp and how light a picture is.

use crate::raster::Luma;

/// How sharp and how light a picture is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhotoQuality {
    /// Variance of the Laplacian of luma at long side 1000.
    pub sharpness: f64,
    /// Mean luma, 0 to 255.
    pub mean_luma: f64,
    /// Share of pixels with luma below 25.
    pub dark_share: f64,
    /// Share of pixels with luma above 250.
    pub clipped_share: f64,
}

/// Below this luma a pixel counts as dark.
const DARK_LUMA: u8 = 25;
/// Above this luma a pixel counts as clipped.
const CLIPPED_LUMA: u8 = 250;

/// Measures a picture of long side 1000 (or less, if the photo is smaller).
pub(crate) fn measure(luma: &Luma) -> PhotoQuality {
    let count = luma.pixels.len().max(1) as f64;
    let sum: u64 = luma.pixels.iter().map(|pixel| u64::from(*pixel)).sum();
    let share = |is: fn(u8) -> bool| luma.pixels.iter().filter(|pixel| is(**pixel)).count() as f64 / count;
    PhotoQuality {
        sharpness: laplacian_variance(luma),
        mean_luma: sum as f64 / count,
        dark_share: share(|pixel| pixel < DARK_LUMA),
        clipped_share: share(|pixel| pixel > CLIPPED_LUMA),
    }
}

/// The variance of the Laplacian, with the kernel `0 1 0 / 1 -4 1 / 0 1 0`: Pech-Pacheco, Cristóbal, Chamorro-Martínez,
/// Fernández-Valdivia, "Diatom autofocusing in brightfield microscopy: a comparative study", ICPR 2000. The outermost
/// pixels have no four neighbours and are left out.
fn laplacian_variance(luma: &Luma) -> f64 {
    let width = luma.width as usize;
    if width < 3 || luma.height < 3 {
        return 0.0;
    }
    let rows: Vec<&[u8]> = luma.pixels.chunks_exact(width).collect();
    let (mut count, mut sum, mut squares) = (0_i64, 0_i64, 0_i64);
    for three in rows.windows(3) {
        let [above, middle, below] = three else { continue };
        for ((row, up), down) in middle.windows(3).zip(&above[1..]).zip(&below[1..]) {
            let [left, centre, right] = row else { continue };
            let value = i32::from(*left) + i32::from(*right) + i32::from(*up) + i32::from(*down)
                - 4 * i32::from(*centre);
            count += 1;
            sum += i64::from(value);
            squares += i64::from(value * value);
        }
    }
    let mean = sum as f64 / count as f64;
    squares as f64 / count as f64 - mean * mean
}
