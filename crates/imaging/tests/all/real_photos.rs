use std::io::Cursor;

use jicha_imaging::{
    MediaType, PREVIEW_SIDE_MAX, THUMBNAIL_BYTES_MAX, THUMBNAIL_SIDE_MAX, derive, thumbnail,
};

use crate::corpus::{examine, jpegs, photo, photos};

#[test]
fn every_real_photo_is_accepted_with_the_size_its_camera_claims() {
    for (name, bytes) in photos() {
        let examined = examine(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(examined.size_bytes, bytes.len() as u64, "{name}");
        assert!(examined.width > 0 && examined.height > 0, "{name}");
        if let (Some(width), Some(height)) = (examined.exif.width, examined.exif.height) {
            assert_eq!((examined.width, examined.height), (width, height), "{name}");
        }
    }
}

#[test]
fn place_time_and_camera_are_read() {
    let exif = examine(&photo("DSCN0010.jpg")).unwrap().exif;
    let position = exif.position.unwrap();
    assert!((position.latitude_deg() - 43.467_448).abs() < 1e-5);
    assert!((position.longitude_deg() - 11.885_127).abs() < 1e-5);
    // The camera states no offset: China Standard Time is assumed.
    assert_eq!(exif.taken_at.unwrap().to_string(), "2008-10-22T08:28:39Z");
    assert_eq!(exif.camera.as_deref(), Some("NIKON COOLPIX P6000"));
    assert_eq!(
        examine(&photo("portrait_6.jpg")).unwrap().exif.orientation,
        Some(6)
    );
}

#[test]
fn heic_is_examined_but_not_decoded() {
    let bytes = photo("iphone_13_pro_max.HEIC");
    let examined = examine(&bytes).unwrap();
    assert_eq!(examined.media_type, MediaType::Heic);
    assert_eq!((examined.width, examined.height), (4032, 3024));
    assert_eq!(examined.exif.camera.as_deref(), Some("Apple iPhone 13 Pro Max"));
    let error = derive(&mut Cursor::new(&bytes), &examined).unwrap_err();
    assert_eq!(error.as_str(), "no_decoder");
}

#[test]
fn thumbnails_and_previews_keep_their_bounds_and_carry_no_metadata() {
    for (name, bytes) in jpegs() {
        let examined = examine(&bytes).unwrap();
        let derived = derive(&mut Cursor::new(&bytes), &examined).unwrap();
        assert!(derived.thumbnail.len() <= THUMBNAIL_BYTES_MAX, "{name}");
        let preview = examine(&derived.preview).unwrap();
        let long = examined.width.max(examined.height);
        assert_eq!(
            preview.width.max(preview.height),
            long.min(PREVIEW_SIDE_MAX),
            "{name}"
        );
        let small = examine(&derived.thumbnail).unwrap();
        assert_eq!(small.width.max(small.height), THUMBNAIL_SIDE_MAX, "{name}");
        for made in [preview, small] {
            assert_eq!(made.media_type, MediaType::Jpeg, "{name}");
            assert_eq!(made.exif, jicha_imaging::Exif::default(), "{name}");
        }
    }
}

#[test]
fn a_thumbnail_alone_is_as_good_as_one_beside_a_preview() {
    for (name, bytes) in jpegs() {
        let examined = examine(&bytes).unwrap();
        let alone = thumbnail(&mut Cursor::new(&bytes), &examined).unwrap();
        assert!(alone.len() <= THUMBNAIL_BYTES_MAX, "{name}");
        let hash = |bytes: &[u8]| {
            let examined = examine(bytes).unwrap();
            derive(&mut Cursor::new(bytes), &examined)
                .unwrap()
                .perceptual_hash
        };
        let beside = derive(&mut Cursor::new(&bytes), &examined).unwrap();
        assert!(hash(&alone).distance(beside.perceptual_hash) <= 6, "{name}");
    }
}
