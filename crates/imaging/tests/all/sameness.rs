use std::io::Cursor;

use jicha_imaging::{PerceptualHash, derive};

use crate::corpus::{examine, jpegs};
use crate::made;

fn hash(bytes: &[u8]) -> PerceptualHash {
    let examined = examine(bytes).unwrap();
    derive(&mut Cursor::new(bytes), &examined)
        .unwrap()
        .perceptual_hash
}

/// Decoded and stood upright by another decoder.
fn upright(bytes: &[u8]) -> image::DynamicImage {
    let mut picture = made::decoded(bytes);
    let orientation = examine(bytes).unwrap().exif.orientation.unwrap_or(1);
    picture.apply_orientation(image::metadata::Orientation::from_exif(orientation).unwrap());
    picture
}

#[test]
fn a_photo_coded_anew_or_made_smaller_keeps_its_hash() {
    for (name, bytes) in jpegs() {
        let original = hash(&bytes);
        let picture = upright(&bytes);
        let half = picture.thumbnail(picture.width() / 2, picture.height() / 2);
        let small = picture.thumbnail(320, 320);
        let variants = [
            ("quality 80", made::jpeg(&picture, 80)),
            ("quality 30", made::jpeg(&picture, 30)),
            ("half", made::jpeg(&half, 80)),
            ("320 pixels", made::jpeg(&small, 60)),
        ];
        for (what, variant) in variants {
            let distance = hash(&variant).distance(original);
            assert!(distance <= 6, "{name}, {what}: {distance}");
        }
    }
}

#[test]
fn different_photos_have_different_hashes() {
    let hashes: Vec<_> = jpegs()
        .iter()
        .map(|(name, bytes)| (name.clone(), hash(bytes)))
        .collect();
    for (at, (left, left_hash)) in hashes.iter().enumerate() {
        for (right, right_hash) in &hashes[at + 1..] {
            let distance = left_hash.distance(*right_hash);
            assert!(distance > 12, "{left} and {right}: {distance}");
        }
    }
}
