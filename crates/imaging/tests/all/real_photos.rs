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
    }
}

#[test]
fn thumbnails_and_previews_keep_their_bounds() {
    for (name, bytes) in jpegs() {
        let examined = examine(&bytes).unwrap();
        let derived = derive(&mut Cursor::new(&bytes), &examined).unwrap();
            "{name} {} {} {:?} {:?}",
            derived.thumbnail.len(),
            derived.preview.len(),
            derived.quality,
            derived.perceptual_hash
        );
        assert!(derived.thumbnail.len() <= THUMBNAIL_BYTES_MAX, "{name}");
        let preview = examine(&derived.preview).unwrap();
        assert_eq!(preview.media_type, MediaType::Jpeg);
        assert!(preview.width.max(preview.height) <= PREVIEW_SIDE_MAX, "{name}");
        let small = examine(&derived.thumbnail).unwrap();
        assert_eq!(small.width.max(small.height), THUMBNAIL_SIDE_MAX, "{name}");
        let alone = thumbnail(&mut Cursor::new(&bytes), &examined).unwrap();
        assert!(alone.len() <= THUMBNAIL_BYTES_MAX, "{name}");
    }
}

#[test]
fn heic_is_examined_but_not_decoded() {
    let bytes = photo("iphone_13_pro_max.HEIC");
    let examined = examine(&bytes).unwrap();
    assert_eq!(examined.media_type, MediaType::Heic);
    let error = derive(&mut Cursor::new(&bytes), &examined).unwrap_err();
    assert_eq!(error.as_str(), "no_decoder");
}
