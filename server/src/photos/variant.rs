//! Where the variants of a photo lie, and how large they may be.

use jicha_domain::id::PhotoHash;
pub use jicha_domain::photo::PhotoVariant as Variant;
use object_store::path::Path;

/// Where the bytes of a photo's variant lie: by content, 256 folders for each variant.
pub fn place_of(variant: Variant, hash: PhotoHash) -> Path {
    let hash = hash.to_string();
    let ending = match variant {
        Variant::Original => "",
        Variant::Preview | Variant::Thumbnail => ".jpg",
    };
    Path::from(format!("{}/{}/{hash}{ending}", variant.as_str(), &hash[..2]))
}

/// The largest number of bytes that is taken for a variant, where an original may have `photo_bytes_max`.
pub fn bytes_max_of(variant: Variant, photo_bytes_max: u64) -> u64 {
    match variant {
        Variant::Original => photo_bytes_max,
        Variant::Preview => photo_bytes_max.min(4 << 20),
        Variant::Thumbnail => photo_bytes_max.min(jicha_imaging::THUMBNAIL_BYTES_MAX as u64),
    }
}

/// The longest side that is taken for a variant; `None` where imaging's own limits hold.
pub fn side_max_of(variant: Variant) -> Option<u32> {
    match variant {
        Variant::Original => None,
        Variant::Preview => Some(jicha_imaging::PREVIEW_SIDE_MAX),
        Variant::Thumbnail => Some(jicha_imaging::THUMBNAIL_SIDE_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_lies_under_its_hash() {
        let hash = PhotoHash::new([0xab; 32]);
        let place = place_of(Variant::Thumbnail, hash).to_string();
        assert_eq!(place, format!("thumbnail/ab/{hash}.jpg"));
        assert_eq!("original".parse(), Ok(Variant::Original));
        assert!("Original".parse::<Variant>().is_err());
    }
}
