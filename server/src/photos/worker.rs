//! Making what is missing of a photo: thumbnail, preview, quality, perceptual hash.
//!
//! The pictures that the server makes from the original take the place of those that a phone sent: what a supervisor
//! judges then comes from the bytes that were checked. What can't be decoded here (HEIC) keeps the phone's preview, and
//! the rest is made from that.

use super::job::{self, Job};
use super::stored::{self, MadeBy, Stored};
use super::upload::{blocking, sweep};
use super::variant::place_of;
use super::{PhotoEvent, Variant, What, hash_of, near};
use crate::problem::Problem;
use crate::review;
use crate::state::App;
use axum::body::Bytes;
use jicha_domain::id::PhotoHash;
use jicha_imaging::{Derived, PhotoError};
use rusqlite::params;
use std::io::Cursor;
use std::time::Duration;
use tokio::task::JoinSet;

/// A job whose time was put off is looked for so often.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Uploads that nobody finished are swept so often.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// With so many bodies coming in at once, the processor is theirs first …
const RUSH: usize = 8;
/// … but a photo waits no longer than this for its turn.
const RUSH_WAIT: Duration = Duration::from_secs(10);

/// Works and sweeps until the task is aborted. What is half done then is begun anew at the next start.
pub async fn run(app: App) {
    // Side by side: however many photos wait, what nobody finished gives its room back.
    tokio::join!(work(&app), sweep_again_and_again(&app));
}

async fn sweep_again_and_again(app: &App) {
    let mut sweeps = tokio::time::interval(SWEEP_EVERY);
    loop {
        sweeps.tick().await;
        if let Err(problem) = sweep::sweep(app).await {
            tracing::error!(?problem, "old uploads could not be swept");
        }
    }
}

async fn work(app: &App) {
    loop {
        let calm = async {
            while app.photos().desk().receiving() >= RUSH {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        // Calm or not, work goes on.
        drop(tokio::time::timeout(RUSH_WAIT, calm).await);
        let worked = match work_once(app).await {
            Ok(worked) => worked,
            Err(problem) => {
                tracing::error!(?problem, "the photo worker could not look for work");
                0
            }
        };
        if worked > 0 {
            continue;
        }
        tokio::select! {
            () = app.photos().work.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Works on the oldest photos that are due, as many at once as there are threads, and says how many that were.
pub async fn work_once(app: &App) -> Result<usize, Problem> {
    let (now, threads) = (app.now(), app.config().photo_workers);
    let jobs = app
        .storage()
        .read(move |sql| -> Result<_, Problem> {
            metrics::gauge!("jicha_photo_jobs_waiting").set(job::count(sql)?);
            Ok(job::list_due(sql, now, threads)?)
        })
        .await?;
    let count = jobs.len();
    let mut running = JoinSet::new();
    for job in jobs {
        let app = app.clone();
        running.spawn(async move {
            if let Err(problem) = work_on(&app, &job).await {
                tracing::error!(hash = %job.hash, ?problem, "a photo could not be worked on; it is tried again later");
                put_off(&app, job).await;
            }
        });
    }
    while running.join_next().await.is_some() {}
    Ok(count)
}

async fn put_off(app: &App, job: Job) {
    let now = app.now();
    let put_off = app
        .storage()
        .write(move |sql| -> Result<_, Problem> { Ok(job::later(sql, now, &job)?) })
        .await;
    if let Err(problem) = put_off {
        tracing::error!(?problem, "the photo could not be put off either");
        // The same photo is due at once; the disk gets a pause.
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}

async fn work_on(app: &App, job: &Job) -> Result<(), Problem> {
    let derived = match derive(app, job.hash, Variant::Original).await? {
        Made::Not => match derive(app, job.hash, Variant::Preview).await? {
            Made::Pictures(derived) => Some((derived, Variant::Preview)),
            Made::Not => None,
        },
        Made::Pictures(derived) => Some((derived, Variant::Original)),
    };
    let Some((derived, source)) = derived else {
        let job = job.clone();
        return app
            .storage()
            .write(move |sql| -> Result<_, Problem> {
                review::photo_changed(sql, job.hash)?;
                Ok(job::done(sql, &job)?)
            })
            .await;
    };
    keep(app, job, *derived, source).await?;
    metrics::counter!("jicha_photos_derived_total").increment(1);
    app.photos().tell(PhotoEvent {
        hash: job.hash,
        what: What::Derived,
    });
    Ok(())
}

enum Made {
    Pictures(Box<Derived>),
    /// There are no such bytes, or they can't be decoded, now or ever.
    Not,
}

async fn derive(app: &App, hash: PhotoHash, source: Variant) -> Result<Made, Problem> {
    let objects = app.photos().objects();
    let Some(bytes) = objects
        .get(&place_of(source, hash))
        .await
        .map_err(Problem::internal)?
    else {
        return Ok(Made::Not);
    };
    let derived = blocking(move || {
        let mut source = Cursor::new(bytes);
        let examined = jicha_imaging::examine(&mut source)?;
        jicha_imaging::derive(&mut source, &examined)
    })
    .await?;
    match derived {
        Ok(derived) => Ok(Made::Pictures(Box::new(derived))),
        Err(PhotoError::NoDecoder { .. }) => Ok(Made::Not),
        Err(error) => {
            metrics::counter!("jicha_photos_not_derived_total").increment(1);
            tracing::warn!(%hash, %source, reason = error.as_str(), "a photo was checked but can't be decoded");
            Ok(Made::Not)
        }
    }
}

async fn keep(app: &App, job: &Job, derived: Derived, source: Variant) -> Result<(), Problem> {
    let hash = job.hash;
    let _one = app.photos().alone(hash).await;
    let mut rows = vec![(Variant::Thumbnail, Bytes::from(derived.thumbnail))];
    if source == Variant::Original {
        rows.push((Variant::Preview, Bytes::from(derived.preview)));
    }
    let mut notes = Vec::new();
    for (variant, bytes) in rows {
        notes.push((variant, bytes.len() as u64, hash_of(&bytes)));
        let put = app.photos().objects().put(&place_of(variant, hash), bytes).await;
        put.map_err(super::space::problem)?;
    }
    let (now, job) = (app.now(), job.clone());
    let (quality, looks) = (derived.quality, derived.perceptual_hash);
    app.storage()
        .write(move |sql| -> Result<_, Problem> {
            for (variant, size_bytes, sha256) in notes {
                let stored = Stored {
                    hash,
                    variant,
                    size_bytes,
                    sha256,
                    made_by: MadeBy::Server,
                    sender: None,
                };
                stored::note(sql, now, &stored)?;
            }
            sql.prepare_cached(
                "UPDATE photo SET sharpness = ?2, mean_luma = ?3, dark_share = ?4, clipped_share = ?5,
                     perceptual_hash = ?6 WHERE number = ?1",
            )?
            .execute(params![
                job.photo,
                quality.sharpness,
                quality.mean_luma,
                quality.dark_share,
                quality.clipped_share,
                looks.0.cast_signed(),
            ])?;
            near::note(sql, job.photo, looks)?;
            review::photo_changed(sql, hash)?;
            Ok(job::done(sql, &job)?)
        })
        .await
}
