//! Throwing away what nobody finished.

use super::finish;
use super::row::{self, Outcome};
use crate::problem::Problem;
use crate::state::App;
use jiff::SignedDuration;
use std::time::{Duration, SystemTime};

/// So long an upload that has ended or expired is still known, so that a late question gets a true answer.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A staging file without a row that is younger may be about to get one.
const ORPHAN_AGE: Duration = Duration::from_secs(3600);

/// Removes expired uploads with their bytes, forgets old ones, and removes staging files that belong to none. Says how
/// many uploads expired.
pub async fn sweep(app: &App) -> Result<usize, Problem> {
    let now = app.now();
    let expired = app
        .storage()
        .read(move |sql| -> Result<_, Problem> { Ok(row::list_expired(sql, now)?) })
        .await?;
    for id in &expired {
        // The row first: a file without a row is an orphan, a row without its file would be a lie.
        let row = id.clone();
        app.storage()
            .write(move |sql| -> Result<_, Problem> { Ok(row::settle(sql, &row, Outcome::Expired)?) })
            .await?;
        finish::remove_file(app, id).await;
        app.photos().desk().clear(id);
    }
    app.storage()
        .write(move |sql| -> Result<_, Problem> { Ok(row::forget_older(sql, now - REMEMBERED)?) })
        .await?;
    remove_orphans(app).await?;
    metrics::counter!("jicha_photo_uploads_expired_total").increment(expired.len() as u64);
    Ok(expired.len())
}

async fn remove_orphans(app: &App) -> Result<(), Problem> {
    let folder = app.photos().objects().staging_folder();
    let old = finish::blocking(move || old_files(&folder))
        .await?
        .map_err(Problem::internal)?;
    for id in old {
        let row = id.clone();
        let known = app
            .storage()
            .read(move |sql| -> Result<_, Problem> { Ok(row::exists(sql, &row)?) })
            .await?;
        if !known {
            finish::remove_file(app, &id).await;
        }
    }
    Ok(())
}

fn old_files(folder: &std::path::Path) -> std::io::Result<Vec<String>> {
    let mut old = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let changed = match entry.metadata() {
            Ok(found) => found.modified()?,
            // An upload that has just ended took its file along.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let age = SystemTime::now().duration_since(changed);
        if age.is_ok_and(|age| age > ORPHAN_AGE)
            && let Ok(name) = entry.file_name().into_string()
        {
            old.push(name);
        }
    }
    Ok(old)
}
