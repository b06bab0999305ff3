//! An upload whose file went to its place while the row that says so was not written: the disk was full just then.

use super::finish::{self, blocking};
use super::row::Upload;
use crate::photos::variant::place_of;
use crate::photos::{hash_of, space};
use crate::problem::{Code, Problem};
use crate::state::App;
use std::fs::File;
use std::io::Write;

/// Makes sure that the file of an unfinished upload is there, so that it can be finished: one that went ahead to its
/// place is put back. An upload whose bytes are nowhere is dropped, and its sender told to begin anew.
pub(super) async fn require_file(app: &App, upload: &Upload) -> Result<(), Problem> {
    let path = app.photos().objects().staged(&upload.id);
    if tokio::fs::try_exists(&path).await.map_err(space::problem)? {
        return Ok(());
    }
    let Some(meant) = &upload.meant else {
        return expired(app, upload).await;
    };
    for place in [
        place_of(meant.variant, meant.hash),
        finish::quarantine(meant.sha256),
    ] {
        let found = app.photos().objects().get(&place).await;
        let Some(bytes) = found.map_err(Problem::internal)? else {
            continue;
        };
        if hash_of(&bytes) == meant.sha256 {
            let written = blocking(move || {
                let mut file = File::create(&path)?;
                file.write_all(&bytes)?;
                file.sync_all()
            });
            return written.await?.map_err(space::problem);
        }
    }
    expired(app, upload).await
}

async fn expired(app: &App, upload: &Upload) -> Result<(), Problem> {
    finish::discard(app, &upload.id).await?;
    Err(Problem::new(Code::UploadExpired))
}
