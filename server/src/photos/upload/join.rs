//! Joining parts that were uploaded side by side.

use super::begin::{self, Begun, Known};
use super::desk::Hold;
use super::finish::{self, blocking};
use super::receive::{self, Taken};
use super::row::{self, Outcome, Part, Upload};
use super::staging::{Mark, append_file};
use crate::photos::space;
use crate::problem::{Code, Problem};
use crate::state::App;

/// Makes one upload of several complete parts, in the order in which they are named, and checks it.
///
/// The parts are dropped afterwards, whatever the check says: parts that make no photo will never make one. They stay
/// when there is no room.
pub(super) async fn join(app: &App, mut upload: Upload, ids: Vec<String>) -> Result<Begun, Problem> {
    let parts = load(app, &upload, &ids).await?;
    upload.parts = ids.join(" ");
    upload.length_bytes = parts.iter().map(|part| part.length_bytes).sum();
    begin::require_size(app, upload.meant.as_ref(), upload.length_bytes)?;
    let mut holds = Vec::with_capacity(parts.len());
    for part in &parts {
        holds.push(complete(app, part).await?);
    }
    if let Some(meant) = upload.meant.clone()
        && let Known::Stored = begin::known(app, &upload.sender, &meant).await?
    {
        drop_parts(app, &parts).await?;
        return begin::already_stored(app, upload).await;
    }
    let config = app.config();
    space::require(
        app.photos().objects().folder(),
        config.photo_reserve_mib,
        upload.length_bytes,
    )?;
    let mut hold = app.photos().desk().hold(&upload.id).await?;
    begin::create(app, &upload, &mut hold).await?;
    let mark = match copy(app, &upload, &ids).await {
        Ok(mark) => mark,
        Err(problem) => {
            finish::discard(app, &upload.id).await?;
            return Err(problem);
        }
    };
    let outcome = finish::finish(app, &upload, &mark).await;
    let final_answer = match &outcome {
        Ok(_) => true,
        Err(problem) => matches!(problem.code, Code::PhotoHashMismatch | Code::PhotoRefused),
    };
    if final_answer {
        drop_parts(app, &parts).await?;
    }
    upload.outcome = Some(outcome?);
    Ok(Begun {
        taken: Taken::at(upload.length_bytes, &upload),
        id: upload.id,
    })
}

async fn load(app: &App, upload: &Upload, ids: &[String]) -> Result<Vec<Upload>, Problem> {
    let (now, sender, ids) = (app.now(), upload.sender.clone(), ids.to_owned());
    let parts = app
        .storage()
        .read(move |sql| -> Result<Vec<Upload>, Problem> {
            ids.iter().map(|id| row::find(sql, now, &sender, id)).collect()
        })
        .await?;
    let wrong = |words| Problem::new(Code::BadUpload).at("Upload-Concat").detail(words);
    let twice = parts
        .iter()
        .enumerate()
        .any(|(at, part)| parts[..at].iter().any(|before| before.id == part.id));
    if twice {
        return Err(wrong("A part is named twice."));
    }
    if parts
        .iter()
        .any(|part| part.part != Part::Partial || part.outcome.is_some())
    {
        return Err(wrong(
            "An upload that is no part, or has been joined already, is named.",
        ));
    }
    Ok(parts)
}

/// Holds a part, which must have all its bytes.
async fn complete(app: &App, part: &Upload) -> Result<Hold, Problem> {
    let mut hold = app.photos().desk().hold(&part.id).await?;
    let staged = receive::open(app, &part.id, hold.take_mark()).await?;
    let offset = staged.mark().offset;
    hold.set_mark(staged.mark().clone());
    if offset == part.length_bytes {
        return Ok(hold);
    }
    Err(Problem::new(Code::UploadOffsetWrong)
        .at("Upload-Concat")
        .detail(format!("A part has {offset} of {} bytes.", part.length_bytes)))
}

async fn copy(app: &App, upload: &Upload, ids: &[String]) -> Result<Mark, Problem> {
    let objects = app.photos().objects();
    let paths: Vec<_> = ids.iter().map(|id| objects.staged(id)).collect();
    let mut staged = receive::open(app, &upload.id, Some(Mark::start())).await?;
    blocking(move || {
        for path in paths {
            append_file(&mut staged, &path)?;
        }
        staged.sync()?;
        Ok(staged.mark().clone())
    })
    .await?
    .map_err(|error: std::io::Error| space::problem(error))
}

async fn drop_parts(app: &App, parts: &[Upload]) -> Result<(), Problem> {
    let ids: Vec<String> = parts.iter().map(|part| part.id.clone()).collect();
    let rows = ids.clone();
    app.storage()
        .write(move |sql| -> Result<_, Problem> {
            for id in &rows {
                row::settle(sql, id, Outcome::Joined)?;
            }
            Ok(())
        })
        .await?;
    for id in &ids {
        finish::remove_file(app, id).await;
        app.photos().desk().clear(id);
    }
    Ok(())
}
