//! The copy of a photo that somebody gets: without what the camera wrote beside the pixels, unless it is asked for.

use super::stored::{self, Kept};
use super::variant::place_of;
use super::{Photos, Variant};
use crate::problem::{Code, Problem};
use crate::state::App;
use axum::body::Bytes;
use jicha_domain::id::PhotoHash;
use jicha_imaging::{MediaType, strip_metadata};

/// What a copy will be, known before a byte of it is read.
pub struct Copy {
    /// Changes when the bytes do.
    pub etag: String,
    /// True when the bytes at this address can never become others.
    pub immutable: bool,
    /// What it is.
    pub media_type: MediaType,
    hash: PhotoHash,
    variant: Variant,
    strip: bool,
}

/// The copy of a variant; not found when it is not stored.
pub fn copy_for(
    sql: &rusqlite::Connection,
    hash: PhotoHash,
    variant: Variant,
    keep_metadata: bool,
) -> Result<Copy, Problem> {
    let kept = stored::find(sql, hash, variant)?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let strip = !keep_metadata && !kept.made_by_server;
    let Kept {
        sha256,
        made_by_server,
        media_type,
        ..
    } = kept;
    let ending = if strip { "-stripped" } else { "" };
    Ok(Copy {
        etag: format!("\"{sha256}{ending}\""),
        // A preview from a phone gives way to the server's own.
        immutable: variant == Variant::Original || made_by_server,
        media_type,
        hash,
        variant,
        strip,
    })
}

impl Copy {
    /// The bytes. Few are read at a time, since a photo is whole in memory while it is stripped.
    pub async fn bytes(self, app: &App) -> Result<Bytes, Problem> {
        let photos: &Photos = app.photos();
        let _turn = photos.copies.acquire().await.map_err(Problem::internal)?;
        let place = place_of(self.variant, self.hash);
        let bytes = photos.objects().get(&place).await.map_err(Problem::internal)?;
        let bytes = bytes.ok_or_else(|| {
            tracing::error!(%place, "a photo that was stored is gone");
            Problem::new(Code::NotFound)
        })?;
        if !self.strip {
            return Ok(bytes);
        }
        let media_type = self.media_type;
        let stripped = super::upload::blocking(move || strip_metadata(media_type, &bytes)).await?;
        stripped.map(Bytes::from).map_err(|error| {
            // Rather nothing than the place where somebody lives.
            tracing::warn!(
                reason = error.as_str(),
                "the metadata of a photo could not be taken out"
            );
            Problem::new(Code::NotFound)
                .detail("This photo can't be shown without its metadata; take the preview.")
        })
    }
}
