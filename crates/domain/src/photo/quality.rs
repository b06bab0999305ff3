//! What is measured of a photo's picture, so that it can be judged.

use serde::{Deserialize, Serialize};

/// How sharp and how well lit a picture is, measured after it was turned upright and brought to a long side of 1000
/// pixels, so that the numbers of different cameras can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhotoQuality {
    /// Variance of the Laplacian of the luma: small in a blurred picture, which has no edges (Pech-Pacheco et al.,
    /// "Diatom autofocusing in brightfield microscopy", ICPR 2000).
    pub sharpness: f64,
    /// Mean luma (ITU-R BT.601), 0 black to 255 white.
    pub mean_luma: f64,
    /// Share of the pixels that are nearly black, 0 to 1.
    pub dark_share: f64,
    /// Share of the pixels that are burnt out, 0 to 1: glare of a lamp or the sun on a pane.
    pub clipped_share: f64,
}
