use std::io::Cursor;

use image::{DynamicImage, Rgb, RgbImage};
use jicha_imaging::{PhotoQuality, derive};

use crate::corpus::{examine, photo};
use crate::made;

fn quality(bytes: &[u8]) -> PhotoQuality {
    let examined = examine(bytes).unwrap();
    derive(&mut Cursor::new(bytes), &examined).unwrap().quality
}

fn quality_of(picture: &RgbImage) -> PhotoQuality {
    quality(&made::png(picture, made::exif(1)))
}

/// In 5 × 5 pixels with one white one in the middle, the nine inner pixels have the Laplacians -1020, four times 255 and
/// four times 0: mean 0, mean of the squares (1020² + 4 · 255²) / 9.
#[test]
fn sharpness_is_the_variance_of_the_laplacian() {
    let mut picture = RgbImage::new(5, 5);
    picture.put_pixel(2, 2, Rgb([255; 3]));
    let sharpness = quality_of(&picture).sharpness;
    assert!((sharpness - 144_500.0).abs() < 1e-6, "{sharpness}");
}

#[test]
fn a_blank_picture_has_no_sharpness() {
    let grey = RgbImage::from_pixel(400, 300, Rgb([120; 3]));
    let quality = quality_of(&grey);
    assert_eq!(quality.sharpness, 0.0);
    assert_eq!((quality.dark_share, quality.clipped_share), (0.0, 0.0));
    assert!((quality.mean_luma - 120.0).abs() < 1e-9);
}

#[test]
fn luma_weighs_the_colours_by_bt_601() {
    for (colour, luma) in [([255, 0, 0], 76.0), ([0, 255, 0], 150.0), ([0, 0, 255], 29.0)] {
        let quality = quality_of(&RgbImage::from_pixel(8, 8, Rgb(colour)));
        assert!((quality.mean_luma - luma).abs() < 1e-9, "{colour:?}");
    }
}

#[test]
fn dark_and_clipped_pixels_are_counted_up_to_their_borders() {
    let columns = [0, 24, 25, 250, 251, 255, 100, 100, 100, 100];
    let picture = RgbImage::from_fn(10, 4, |x, _| Rgb([columns[x as usize]; 3]));
    let quality = quality_of(&picture);
    assert!((quality.dark_share - 0.2).abs() < 1e-9);
    assert!((quality.clipped_share - 0.2).abs() < 1e-9);
}

#[test]
fn a_photo_out_of_focus_is_less_sharp_the_more_it_is() {
    let sharp = made::decoded(&photo("HMD_Nokia_8.3_5G.jpg")).thumbnail(1000, 1000);
    let mut before = f64::INFINITY;
    for sigma in [0.0_f32, 1.0, 2.0, 4.0, 8.0] {
        let blurred = if sigma > 0.0 {
            sharp.blur(sigma)
        } else {
            sharp.clone()
        };
        let sharpness = quality(&made::jpeg(&blurred, 90)).sharpness;
        assert!(sharpness < before * 0.7, "{sigma}: {sharpness} after {before}");
        before = sharpness;
    }
}

#[test]
fn a_photo_taken_in_the_dark_says_so() {
    let day = made::decoded(&photo("DSCN0010.jpg")).to_rgb8();
    let mut night = day.clone();
    night.iter_mut().for_each(|value| *value /= 16);
    let day = quality(&made::jpeg(&DynamicImage::ImageRgb8(day), 90));
    let night = quality(&made::jpeg(&DynamicImage::ImageRgb8(night), 90));
    assert!(night.mean_luma < day.mean_luma / 10.0);
    assert!(night.dark_share > 0.95 && day.dark_share < 0.05);
}
