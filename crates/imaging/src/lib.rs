//! What can be told from a photo's bytes, and the pictures that are made from it. Phone and server use the same code.
//!
//! - [`examine`] reads a photo once, in pieces: its type, its size in pixels, its EXIF data, and whether it is whole and
//!   nothing but a photo. Whatever arrives from outside goes through it first.
//! - [`derive()`] decodes it once, scaled, and gives the preview, the thumbnail, the [`PhotoQuality`](jicha_domain::photo::PhotoQuality) and the
//!   [`PerceptualHash`](jicha_domain::photo::PerceptualHash). [`thumbnail`] gives the thumbnail alone, in a fraction of the time.
//! - [`strip_metadata`] takes out what a photo says beside its pixels, without coding them anew.
//!
//! Deliberately not: it opens no file, reads no clock and judges nobody. Whether a blurred photo is good enough is decided
//! by whoever asks. HEIC can't be decoded here ([`PhotoError::NoDecoder`]); phones can, and hand in a JPEG rendering.
//!
//! ```
//! use std::io::Cursor;
//!
//! let reason = jicha_imaging::examine(&mut Cursor::new(b"not a photo")).map_err(|error| error.as_str());
//! assert_eq!(reason.err(), Some("not_a_photo"));
//! ```

mod container;
mod decode;
mod derive;
mod encode;
mod error;
mod examine;
mod exif;
mod limits;
mod media_type;
mod perceptual_hash;
mod polyglot;
mod quality;
mod raster;
mod stream;
mod strip;

pub use derive::{Derived, PREVIEW_SIDE_MAX, THUMBNAIL_BYTES_MAX, THUMBNAIL_SIDE_MAX, derive, thumbnail};
pub use error::PhotoError;
pub use examine::{Examined, examine, examine_within};
pub use exif::Exif;
pub use limits::Limits;
pub use media_type::MediaType;
pub use strip::strip_metadata;
