//! Beginning an upload: is the photo here already, is there room, and where do its bytes go.

use super::desk::Hold;
use super::header::{self, Concat, Meant};
use super::receive::{Body, Taken, drain, offer};
use super::row::{self, Outcome, Part, Upload};
use super::staging::{Mark, Staged};
use super::{finish, join};
use crate::auth::Party;
use crate::auth::token::random_bytes;
use crate::photos::variant::{bytes_max_of, place_of};
use crate::photos::{Variant, access, query, space, stored};
use crate::problem::{Code, Problem};
use crate::review;
use crate::state::App;
use axum::http::HeaderMap;
use jiff::SignedDuration;

/// An upload that was begun, and how far it has come already.
pub struct Begun {
    /// Where it is from now on.
    pub id: String,
    /// How far it is.
    pub taken: Taken,
}

/// What to do with an upload before any byte of it comes.
pub(super) enum Known {
    /// Nothing is known of it: bytes are expected.
    New,
    /// It is stored and checked.
    Stored,
}

/// Begins the upload that the headers describe; a body of the right media type is its first bytes.
pub async fn begin(app: &App, party: &Party, headers: &HeaderMap, body: Body) -> Result<Begun, Problem> {
    let mut chunks = body.into_data_stream();
    let prepared = prepare(app, party, headers).await;
    match prepared {
        Ok(Prepared::Open { upload, hold }) if header::has_bytes(headers) => {
            let id = upload.id.clone();
            let taken = offer(app, *upload, hold, 0, headers, chunks).await?;
            Ok(Begun { id, taken })
        }
        Ok(Prepared::Open { upload, .. }) => Ok(Begun {
            taken: Taken::at(0, &upload),
            id: upload.id,
        }),
        Ok(Prepared::Done(begun)) => {
            drain(&mut chunks).await;
            Ok(begun)
        }
        Err(problem) => {
            drain(&mut chunks).await;
            Err(problem)
        }
    }
}

enum Prepared {
    /// Nothing more is expected.
    Done(Begun),
    Open {
        upload: Box<Upload>,
        hold: Hold,
    },
}

async fn prepare(app: &App, party: &Party, headers: &HeaderMap) -> Result<Prepared, Problem> {
    header::require_version(headers)?;
    let metadata = header::metadata(headers)?;
    let mut upload = Upload {
        id: new_id(),
        sender: party.name(),
        part: Part::Whole,
        meant: None,
        length_bytes: 0,
        metadata,
        parts: String::new(),
        created_at: app.now(),
        expires_at: app.now() + SignedDuration::from_hours(i64::from(app.config().photo_upload_hours)),
        outcome: None,
    };
    match header::concat(headers)? {
        Concat::Final(ids) => {
            upload.part = Part::Final;
            upload.meant = Some(header::meant(&upload.metadata)?);
            return join::join(app, upload, ids).await.map(Prepared::Done);
        }
        Concat::Partial => upload.part = Part::Partial,
        Concat::Whole => upload.meant = Some(header::meant(&upload.metadata)?),
    }
    upload.length_bytes = header::number(headers, "upload-length")?;
    require_size(app, upload.meant.as_ref(), upload.length_bytes)?;
    if let Some(meant) = upload.meant.clone()
        && let Known::Stored = known(app, &upload.sender, &meant).await?
    {
        return already_stored(app, upload).await.map(Prepared::Done);
    }
    space::require(
        app.photos().objects().folder(),
        app.config().photo_reserve_mib,
        upload.length_bytes,
    )?;
    let mut hold = app.photos().desk().hold(&upload.id).await?;
    create(app, &upload, &mut hold).await?;
    Ok(Prepared::Open {
        upload: Box::new(upload),
        hold,
    })
}

/// Makes file and row; the file first, since one without a row is swept away.
pub(super) async fn create(app: &App, upload: &Upload, hold: &mut Hold) -> Result<(), Problem> {
    let path = app.photos().objects().staged(&upload.id);
    finish::blocking(move || Staged::create(&path))
        .await?
        .map_err(space::problem)?;
    let row = upload.clone();
    let noted = app.storage().write(move |sql| row::insert(sql, &row)).await;
    if let Err(problem) = noted {
        finish::remove_file(app, &upload.id).await;
        app.photos().desk().clear(&upload.id);
        return Err(problem);
    }
    hold.set_mark(Mark::start());
    Ok(())
}

pub(super) fn require_size(app: &App, meant: Option<&Meant>, length_bytes: u64) -> Result<(), Problem> {
    let variant = meant.map_or(Variant::Original, |meant| meant.variant);
    let max = bytes_max_of(variant, app.config().photo_bytes_max);
    if length_bytes == 0 {
        return Err(Problem::new(Code::BadUpload)
            .at("Upload-Length")
            .detail("A photo has bytes."));
    }
    if length_bytes > max {
        return Err(Problem::new(Code::BodyTooLarge)
            .at("Upload-Length")
            .detail(format!("At most {max} bytes are taken here.")));
    }
    Ok(())
}

/// What is known of a photo: stored, refused (then this is the answer), or nothing.
pub(super) async fn known(app: &App, sender: &str, meant: &Meant) -> Result<Known, Problem> {
    let (hash, variant, sender) = (meant.hash, meant.variant, sender.to_owned());
    let (state, kept) = app
        .storage()
        .read(move |sql| -> Result<_, Problem> {
            access::require_to_send(sql, &sender, hash, variant)?;
            Ok((query::state_of(sql, hash)?, stored::find(sql, hash, variant)?))
        })
        .await?;
    if variant == Variant::Original
        && let Some(reason) = state.and_then(|state| state.refused)
    {
        return Err(finish::refused(&reason));
    }
    let Some(kept) = kept else { return Ok(Known::New) };
    // The device may delete its copy on this answer, so the row alone is not believed.
    let size = app
        .photos()
        .objects()
        .size(&place_of(variant, hash))
        .await
        .map_err(Problem::internal)?;
    if size == Some(kept.size_bytes) {
        return Ok(Known::Stored);
    }
    tracing::error!(%hash, %variant, "a photo that was stored is gone or cut; it is asked for again");
    app.storage()
        .write(move |sql| -> Result<_, Problem> {
            stored::forget(sql, hash, variant)?;
            Ok(review::photo_changed(sql, hash)?)
        })
        .await?;
    Ok(Known::New)
}

/// No byte has to travel.
pub(super) async fn already_stored(app: &App, mut upload: Upload) -> Result<Begun, Problem> {
    metrics::counter!("jicha_photo_uploads_total", "outcome" => "known").increment(1);
    upload.outcome = Some(Outcome::Checked);
    let row = upload.clone();
    app.storage().write(move |sql| row::insert(sql, &row)).await?;
    Ok(Begun {
        taken: Taken::at(upload.length_bytes, &upload),
        id: upload.id,
    })
}

fn new_id() -> String {
    random_bytes::<16>()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
