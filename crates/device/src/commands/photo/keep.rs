//! Keeping a photo: its own bytes, and the pictures made from it.

use std::io::{Read, SeekFrom};

use jicha_domain::id::PhotoHash;
use jicha_domain::photo::{PerceptualHash, PhotoQuality};
use jicha_imaging::{Derived, Examined, Limits, MediaType, PhotoError, derive, examine};
use jicha_store::photo_queue::{Variant, VariantFile};
use sha2::{Digest, Sha256};

use crate::Error;
use crate::ports::{PhotoDraft, PhotoFiles};

/// The media type of previews and thumbnails.
const DERIVED: &str = "image/jpeg";

/// A photo that is on this device now.
pub(super) struct Kept {
    pub(super) hash: PhotoHash,
    pub(super) examined: Examined,
    pub(super) quality: Option<PhotoQuality>,
    pub(super) perceptual_hash: Option<PerceptualHash>,
    pub(super) files: Vec<VariantFile>,
}

/// A photo that was read and understood, under no name yet.
pub(super) struct ReadPhoto {
    pub(super) hash: PhotoHash,
    draft: Box<dyn PhotoDraft>,
    examined: Examined,
    derived: Option<Derived>,
}

/// Reads the app's file once, in pieces, into a file of the device. What is judged and hashed afterwards is this very
/// copy, so nobody can change it in between.
pub(super) fn read(files: &dyn PhotoFiles, path: &str, rendering: Option<&str>) -> Result<ReadPhoto, Error> {
    let mut draft = files.create().map_err(Error::File)?;
    let hash = copy(files.open(path).map_err(Error::File)?.as_mut(), draft.as_mut())?;
    let examined = examine(draft.as_mut()).map_err(refusal)?;
    let derived = match (derive(draft.as_mut(), &examined), rendering) {
        (Ok(derived), _) => Some(derived),
        (Err(PhotoError::NoDecoder { .. }), Some(path)) => Some(derive_from_rendering(files, path)?),
        // Stored all the same; the pictures for lists and review are lacking.
        (Err(PhotoError::NoDecoder { .. }), None) => None,
        (Err(error), _) => return Err(refusal(error)),
    };
    Ok(ReadPhoto {
        hash,
        draft,
        examined,
        derived,
    })
}

impl ReadPhoto {
    /// Gives it its name. The pictures come first: where the original is, they are too.
    pub(super) fn keep(self, files: &dyn PhotoFiles) -> Result<Kept, Error> {
        let ReadPhoto {
            hash,
            draft,
            examined,
            derived,
        } = self;
        let mut kept = Vec::new();
        if let Some(derived) = &derived {
            kept.push(write(files, &hash, Variant::Thumbnail, &derived.thumbnail)?);
            kept.push(write(files, &hash, Variant::Preview, &derived.preview)?);
        }
        draft.keep(&hash.to_string()).map_err(Error::File)?;
        kept.push(VariantFile {
            variant: Variant::Original,
            file_name: hash.to_string(),
            media_type: examined.media_type.as_str().to_owned(),
            size_bytes: examined.size_bytes,
            sha256: hash,
        });
        Ok(Kept {
            hash,
            examined,
            quality: derived.as_ref().map(|derived| derived.quality),
            perceptual_hash: derived.map(|derived| derived.perceptual_hash),
            files: kept,
        })
    }
}

fn copy(source: &mut dyn Read, draft: &mut dyn PhotoDraft) -> Result<PhotoHash, Error> {
    let mut hasher = Sha256::new();
    let (mut size_bytes, mut piece) = (0_u64, vec![0; 64 * 1024]);
    loop {
        let read = source.read(&mut piece).map_err(Error::File)?;
        if read == 0 {
            break;
        }
        size_bytes += read as u64;
        let bytes_max = Limits::default().bytes_max;
        if size_bytes > bytes_max {
            return Err(refusal(PhotoError::TooLarge {
                size_bytes,
                bytes_max,
            }));
        }
        hasher.update(&piece[..read]);
        draft.write_all(&piece[..read]).map_err(Error::File)?;
    }
    draft.seek(SeekFrom::Start(0)).map_err(Error::File)?;
    Ok(PhotoHash::new(hasher.finalize().into()))
}

/// The phone can decode what this library can't, and hands over a JPEG of it.
fn derive_from_rendering(files: &dyn PhotoFiles, path: &str) -> Result<Derived, Error> {
    let mut rendering = files.open(path).map_err(Error::File)?;
    let examined = examine(rendering.as_mut()).map_err(refusal)?;
    if examined.media_type != MediaType::Jpeg {
        return Err(Error::Photo {
            reason: "rendering_not_jpeg",
            why: "the rendering must be a JPEG".to_owned(),
        });
    }
    derive(rendering.as_mut(), &examined).map_err(refusal)
}

fn write(
    files: &dyn PhotoFiles,
    hash: &PhotoHash,
    variant: Variant,
    bytes: &[u8],
) -> Result<VariantFile, Error> {
    let file_name = format!("{hash}.{}.jpg", variant.as_str());
    let mut draft = files.create().map_err(Error::File)?;
    draft.write_all(bytes).map_err(Error::File)?;
    draft.keep(&file_name).map_err(Error::File)?;
    Ok(VariantFile {
        variant,
        file_name,
        media_type: DERIVED.to_owned(),
        size_bytes: bytes.len() as u64,
        sha256: PhotoHash::new(Sha256::digest(bytes).into()),
    })
}

fn refusal(error: PhotoError) -> Error {
    match error {
        PhotoError::Unreadable(error) => Error::File(error),
        error => Error::Photo {
            reason: error.as_str(),
            why: error.to_string(),
        },
    }
}
