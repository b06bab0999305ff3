//! The three forms in which a photo exists.

use jicha_domain::id::PhotoHash;
use object_store::path::Path;
use std::fmt;

/// One form of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variant {
    /// The bytes as the camera wrote them.
    Original,
    /// A JPEG whose long side is 1600 pixels or less.
    Preview,
    /// A JPEG of at most 10,000 bytes whose long side is 320 pixels or less.
    Thumbnail,
}

impl Variant {
    /// All of them.
    pub const ALL: [Variant; 3] = [Variant::Original, Variant::Preview, Variant::Thumbnail];

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Variant::Original => "original",
            Variant::Preview => "preview",
            Variant::Thumbnail => "thumbnail",
        }
    }

    /// The variant with this word.
    pub fn from_word(word: &str) -> Option<Variant> {
        Variant::ALL.into_iter().find(|variant| variant.as_str() == word)
    }

    /// Where the bytes of a photo's variant lie: by content, 256 folders for each variant.
    pub fn place(self, hash: PhotoHash) -> Path {
        let hash = hash.to_string();
        let ending = match self {
            Variant::Original => "",
            Variant::Preview | Variant::Thumbnail => ".jpg",
        };
        Path::from(format!("{}/{}/{hash}{ending}", self.as_str(), &hash[..2]))
    }

    /// The largest number of bytes that is taken for it, where an original may have `photo_bytes_max`.
    pub fn bytes_max(self, photo_bytes_max: u64) -> u64 {
        match self {
            Variant::Original => photo_bytes_max,
            Variant::Preview => photo_bytes_max.min(4 << 20),
            Variant::Thumbnail => photo_bytes_max.min(jicha_imaging::THUMBNAIL_BYTES_MAX as u64),
        }
    }

    /// The longest side that is taken for it; `None` where imaging's own limits hold.
    pub fn side_max(self) -> Option<u32> {
        match self {
            Variant::Original => None,
            Variant::Preview => Some(jicha_imaging::PREVIEW_SIDE_MAX),
            Variant::Thumbnail => Some(jicha_imaging::THUMBNAIL_SIDE_MAX),
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_lies_under_its_hash() {
        let hash = PhotoHash::new([0xab; 32]);
        let place = Variant::Thumbnail.place(hash).to_string();
        assert_eq!(place, format!("thumbnail/ab/{hash}.jpg"));
        assert_eq!(Variant::from_word("original"), Some(Variant::Original));
        assert_eq!(Variant::from_word("Original"), None);
    }
}
