use jicha_imaging::{Exif, MediaType, strip_metadata};

use crate::corpus::{examine, jpegs, photo};
use crate::made;

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[track_caller]
fn assert_only_orientation_is_left(
    name: &str,
    media_type: MediaType,
    original: &[u8],
    orientation: Option<u8>,
) {
    let stripped = strip_metadata(media_type, original).unwrap();
    let left = Exif {
        orientation,
        ..Exif::default()
    };
    assert_eq!(examine(&stripped).unwrap().exif, left, "{name}");
    assert_eq!(
        made::decoded(&stripped).to_rgba8(),
        made::decoded(original).to_rgba8(),
        "{name}: the pixels changed"
    );
    for word in [
        "GPS",
        "NIKON",
        "Nokia",
        "Jolla",
        "SpyCamera1",
        "http://ns.adobe.com",
        "Comment",
    ] {
        assert!(!contains(&stripped, word.as_bytes()), "{name} still has {word}");
    }
    assert_eq!(strip_metadata(media_type, &stripped).unwrap(), stripped, "{name}");
}

#[test]
fn of_a_jpeg_the_pixels_and_the_orientation_are_left() {
    for (name, bytes) in jpegs() {
        let orientation = examine(&bytes).unwrap().exif.orientation;
        let kept = orientation.filter(|orientation| *orientation != 1);
        assert_only_orientation_is_left(&name, MediaType::Jpeg, &bytes, kept);
    }
}

#[test]
fn what_hangs_behind_a_jpeg_is_cut_off() {
    let photo = photo("DSCN0010.jpg");
    let alone = strip_metadata(MediaType::Jpeg, &photo).unwrap();
    // A second picture, as panoramas and depth maps have, would carry its own position.
    let doubled = [&photo[..], &photo].concat();
    assert_eq!(strip_metadata(MediaType::Jpeg, &doubled).unwrap(), alone);
}

#[test]
fn of_png_and_webp_the_pixels_and_the_orientation_are_left() {
    let picture = made::decoded(&photo("portrait_6.jpg")).to_rgb8();
    for orientation in [1, 3, 6] {
        let kept = Some(orientation).filter(|orientation| *orientation != 1);
        let png = made::png(&picture, made::exif(orientation));
        assert!(examine(&png).unwrap().exif.position.is_some());
        assert_only_orientation_is_left("png", MediaType::Png, &png, kept);
        let webp = made::webp(&picture, made::exif(orientation));
        assert!(examine(&webp).unwrap().exif.position.is_some());
        assert_only_orientation_is_left("webp", MediaType::WebP, &webp, kept);
    }
}

#[test]
fn heic_is_not_rewritten() {
    let bytes = photo("iphone_13_pro_max.HEIC");
    let error = strip_metadata(MediaType::Heic, &bytes).unwrap_err();
    assert_eq!(error.as_str(), "no_decoder");
}

#[test]
fn a_type_that_the_bytes_contradict_is_refused() {
    let error = strip_metadata(MediaType::Png, &photo("jolla.jpg")).unwrap_err();
    assert_eq!(error.as_str(), "not_a_photo");
}
