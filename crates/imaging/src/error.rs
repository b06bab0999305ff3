//! Why a photo is refused.

/// Why a photo is refused, or can't be read. Positions are counted in bytes from the start of the file.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    /// The first bytes are not those of a photo.
    #[error("expected a JPEG, PNG, WebP or HEIC file")]
    NotAPhoto,
    /// The file ends before the picture does.
    #[error("the file ends at byte {at}; expected {expected}")]
    Truncated {
        /// Where the bytes end.
        at: u64,
        /// What should have come.
        expected: &'static str,
    },
    /// The file has too many bytes.
    #[error("expected at most {bytes_max} bytes, found {size_bytes}")]
    TooLarge {
        /// Size of the file.
        size_bytes: u64,
        /// The limit.
        bytes_max: u64,
    },
    /// The picture has too many pixels, by what its header claims.
    #[error("expected at most {pixels_max} pixels and {side_max} on a side, found {width} × {height}")]
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The limit for a picture of this kind.
        pixels_max: u64,
        /// The limit for its longer side.
        side_max: u32,
    },
    /// The file is a photo and something else too.
    #[error("byte {at} begins {found}; expected a photo and nothing else")]
    Polyglot {
        /// Where the other thing begins.
        at: u64,
        /// What it is.
        found: &'static str,
    },
    /// The bytes contradict the format.
    #[error("expected {expected}{}", place(*at))]
    Broken {
        /// Where, if that is known.
        at: Option<u64>,
        /// What should have been there.
        expected: &'static str,
    },
    /// A sound photo that can't be turned into pixels here.
    #[error("{what} can't be decoded here; expected a JPEG rendering made by the device")]
    NoDecoder {
        /// What it is.
        what: &'static str,
    },
    /// The source can't be read. That says nothing of the photo.
    #[error("reading the photo")]
    Unreadable(#[source] std::io::Error),
}

impl PhotoError {
    /// The reason as a word that doesn't change: `not_a_photo`, `truncated`, `too_large`, `too_many_pixels`, `polyglot`,
    /// `broken`, `no_decoder` or `unreadable`. The last one is about the disk; nobody should refuse a photo for it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NotAPhoto => "not_a_photo",
            Self::Truncated { .. } => "truncated",
            Self::TooLarge { .. } => "too_large",
            Self::TooManyPixels { .. } => "too_many_pixels",
            Self::Polyglot { .. } => "polyglot",
            Self::Broken { .. } => "broken",
            Self::NoDecoder { .. } => "no_decoder",
            Self::Unreadable(_) => "unreadable",
        }
    }

    pub(crate) fn broken(at: u64, expected: &'static str) -> Self {
        Self::Broken {
            at: Some(at),
            expected,
        }
    }
}

fn place(at: Option<u64>) -> String {
    at.map_or_else(String::new, |at| format!(" at byte {at}"))
}
