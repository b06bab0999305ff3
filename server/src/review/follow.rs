//! Bringing the queue up to date behind the syncs: whoever reads it waits for it, a phone does not.

use super::queue;
use crate::problem::Problem;
use crate::state::App;
use std::time::Duration;

/// Inspections that are brought up to date in one transaction, so that a phone's next commit does not wait long.
const AT_ONCE: usize = 32;
/// A phone that brings much commits it in several pieces; their items are made when it is through with them.
const PAUSE: Duration = Duration::from_millis(250);
/// With many phones there may be no pause.
const PATIENCE: Duration = Duration::from_secs(3);

/// Makes the queue up to date before it is read.
pub async fn caught_up(app: &App) -> Result<(), Problem> {
    let behind = app
        .storage()
        .read(|sql| -> Result<_, Problem> { Ok(queue::is_behind(sql)?) });
    if !behind.await? {
        return Ok(());
    }
    loop {
        let done = app
            .storage()
            .write(|sql| -> Result<_, Problem> { Ok(queue::catch_up(sql, AT_ONCE)?) });
        if done.await? < AT_ONCE {
            return Ok(());
        }
    }
}

/// Brings the queue up to date after each sync, until the server stops. What was due when it stopped last comes first.
pub async fn follow(app: App) {
    loop {
        if let Err(problem) = caught_up(&app).await {
            tracing::warn!(
                ?problem,
                "the review queue could not be brought up to date; the next sync tries again"
            );
        }
        app.review_due().notified().await;
        pause(&app).await;
    }
}

/// Waits until no sync has brought anything for a little while, but not for ever.
async fn pause(app: &App) {
    let quiet = async {
        while tokio::time::timeout(PAUSE, app.review_due().notified())
            .await
            .is_ok()
        {}
    };
    // Running out of patience is no error: then the queue follows in between.
    let _ = tokio::time::timeout(PATIENCE, quiet).await;
}
