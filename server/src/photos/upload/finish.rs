//! All bytes are here: does their hash fit, are they a photo and nothing else, and where do they go.

use super::header::Meant;
use super::row::{self, Outcome, Upload};
use super::staging::Mark;
use crate::photos::stored::{self, MadeBy, Stored};
use crate::photos::variant::{bytes_max_of, place_of, side_max_of};
use crate::photos::{PhotoEvent, Variant, What, access, job, space};
use crate::problem::{Code, Problem};
use crate::review;
use crate::state::App;
use jicha_domain::id::PhotoHash;
use jicha_imaging::{Examined, Limits, MediaType, PhotoError};
use object_store::path::Path as Place;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// Runs work of the disk or the processor off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)
}

/// The answer for a photo that may not enter.
pub(crate) fn refused(reason: &str) -> Problem {
    let problem = Problem::new(Code::PhotoRefused);
    if reason.is_empty() {
        problem
    } else {
        problem.reason(reason)
    }
}

/// Checks a whole upload and stores it.
pub(super) async fn finish(app: &App, upload: &Upload, mark: &Mark) -> Result<Outcome, Problem> {
    let Some(meant) = &upload.meant else {
        return Err(Problem::new(Code::BadUpload).at("Upload-Metadata"));
    };
    let outcome = check_and_store(app, upload, meant, mark).await;
    let label = match &outcome {
        Ok(outcome) => outcome.as_str(),
        Err(problem) => problem.code.as_str(),
    };
    metrics::counter!("jicha_photo_uploads_total", "outcome" => label).increment(1);
    outcome
}

async fn check_and_store(app: &App, upload: &Upload, meant: &Meant, mark: &Mark) -> Result<Outcome, Problem> {
    if PhotoHash::new(mark.digest()) != meant.sha256 {
        discard(app, &upload.id).await?;
        return Err(Problem::new(Code::PhotoHashMismatch));
    }
    let path = app.photos().objects().staged(&upload.id);
    let (variant, bytes_max) = (meant.variant, app.config().photo_bytes_max);
    let examined = blocking(move || examine(&path, variant, bytes_max)).await?;
    match examined {
        Ok(examined) => store(app, upload, meant, examined).await,
        Err(PhotoError::Unreadable(error)) => Err(space::problem(error)),
        Err(error) => refuse(app, upload, meant, &error).await,
    }
}

/// Whether a file is a photo that may enter as this variant.
pub(crate) fn examine(path: &Path, variant: Variant, bytes_max: u64) -> Result<Examined, PhotoError> {
    let mut limits = Limits {
        bytes_max: bytes_max_of(variant, bytes_max),
        ..Limits::default()
    };
    if let Some(side_max) = side_max_of(variant) {
        limits.side_max = side_max;
    }
    let file = File::open(path).map_err(PhotoError::Unreadable)?;
    let examined = jicha_imaging::examine_within(&mut BufReader::with_capacity(1 << 16, file), &limits)?;
    if variant != Variant::Original && examined.media_type != MediaType::Jpeg {
        return Err(PhotoError::Broken {
            at: Some(0),
            expected: "a preview or thumbnail in JPEG",
        });
    }
    Ok(examined)
}

async fn store(app: &App, upload: &Upload, meant: &Meant, examined: Examined) -> Result<Outcome, Problem> {
    let (hash, variant) = (meant.hash, meant.variant);
    // Two previews of one photo may differ, so file and row must be of the same one. Originals can't differ.
    let _one = match variant {
        Variant::Original => None,
        Variant::Preview | Variant::Thumbnail => Some(app.photos().alone(hash).await),
    };
    if variant != Variant::Original {
        let sender = upload.sender.clone();
        let kept = app
            .storage()
            .read(move |sql| -> Result<_, Problem> {
                // The inspection may have come since the upload was begun.
                access::require_to_send(sql, &sender, hash, variant)?;
                Ok(stored::find(sql, hash, variant)?)
            })
            .await;
        let kept = match kept {
            Err(problem) if problem.code == Code::Forbidden => {
                discard(app, &upload.id).await?;
                return Err(problem);
            }
            kept => kept?,
        };
        if kept.is_some() {
            settle_without_bytes(app, &upload.id).await?;
            return Ok(Outcome::Checked);
        }
    }
    app.photos()
        .objects()
        .take_over(&upload.id, &place_of(variant, hash))
        .await
        .map_err(space::problem)?;
    let (now, row, meant) = (app.now(), upload.clone(), meant.clone());
    app.storage()
        .write(move |sql| -> Result<_, Problem> {
            let photo = stored::note(
                sql,
                now,
                &Stored {
                    hash,
                    variant,
                    size_bytes: row.length_bytes,
                    sha256: meant.sha256,
                    made_by: MadeBy::Device,
                    sender: Some(&row.sender),
                },
            )?;
            match variant {
                Variant::Original => stored::note_checked(sql, now, photo, row.length_bytes, &examined)?,
                // What can't be decoded gets its figures from the preview.
                Variant::Preview => job::enqueue(sql, photo)?,
                Variant::Thumbnail => {}
            }
            review::photo_changed(sql, hash)?;
            Ok(row::settle(sql, &row.id, Outcome::Checked)?)
        })
        .await?;
    app.photos().desk().clear(&upload.id);
    app.photos().tell(PhotoEvent {
        hash,
        what: What::Received(variant),
    });
    if variant == Variant::Original {
        app.photos().tell(PhotoEvent {
            hash,
            what: What::Checked,
        });
    }
    if variant != Variant::Thumbnail {
        app.photos().wake();
    }
    Ok(Outcome::Checked)
}

/// Where bytes lie that may not enter.
pub(super) fn quarantine(sha256: PhotoHash) -> Place {
    Place::from(format!("quarantine/{sha256}"))
}

/// Keeps bytes that may not enter where no browser gets them.
async fn refuse(app: &App, upload: &Upload, meant: &Meant, error: &PhotoError) -> Result<Outcome, Problem> {
    let reason = error.as_str();
    let place = quarantine(meant.sha256);
    app.photos()
        .objects()
        .take_over(&upload.id, &place)
        .await
        .map_err(space::problem)?;
    let (now, id, meant) = (app.now(), upload.id.clone(), meant.clone());
    let hash = meant.hash;
    let is_original = meant.variant == Variant::Original;
    app.storage()
        .write(move |sql| -> Result<_, Problem> {
            if is_original {
                stored::note_refused(sql, now, meant.hash, reason)?;
                review::photo_changed(sql, hash)?;
            }
            Ok(row::settle(sql, &id, Outcome::Refused)?)
        })
        .await?;
    app.photos().desk().clear(&upload.id);
    tracing::warn!(%hash, reason, "a photo was refused and lies in quarantine");
    if is_original {
        app.photos().tell(PhotoEvent {
            hash,
            what: What::Refused,
        });
    }
    Err(refused(reason).detail(error.to_string()))
}

async fn settle_without_bytes(app: &App, id: &str) -> Result<(), Problem> {
    let row = id.to_owned();
    app.storage()
        .write(move |sql| -> Result<_, Problem> { Ok(row::settle(sql, &row, Outcome::Checked)?) })
        .await?;
    remove_file(app, id).await;
    app.photos().desk().clear(id);
    Ok(())
}

/// Drops an upload with its bytes, as if it had never been.
pub(super) async fn discard(app: &App, id: &str) -> Result<(), Problem> {
    let row = id.to_owned();
    app.storage()
        .write(move |sql| -> Result<_, Problem> { Ok(row::delete(sql, &row)?) })
        .await?;
    remove_file(app, id).await;
    app.photos().desk().clear(id);
    Ok(())
}

/// Removes the file of an upload. One that stays is swept later.
pub(super) async fn remove_file(app: &App, id: &str) {
    let path = app.photos().objects().staged(id);
    if let Err(error) = tokio::fs::remove_file(&path).await
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "the file of an upload was not removed");
    }
}
