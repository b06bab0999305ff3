//! Taking the bytes of one request. What is acknowledged is fsynced.
//!
//! The bytes are gathered into pieces, and each piece is hashed and written on a blocking thread while the next one
//! arrives. So a slow phone occupies no thread, and no request holds more than two pieces in memory.

use super::bring_back::require_file;
use super::desk::Hold;
use super::finish::{self, blocking};
use super::header;
use super::row::{self, Outcome, Part, Upload};
use super::staging::{Mark, PIECE_BYTES, Staged};
use crate::auth::Party;
use crate::photos::space;
use crate::problem::{Code, Problem};
use crate::state::App;
use axum::body::{BodyDataStream, Bytes};
use axum::http::HeaderMap;
use std::io;
use std::time::Duration;
use tokio::task::JoinHandle;
use tracing::Instrument;

pub use axum::body::Body;

/// A sender that is silent for so long has lost its link.
const IDLE: Duration = Duration::from_secs(60);

/// So much of a body that isn't wanted is read, for so long: a phone's pieces are no longer than this.
const DRAINED_BYTES: usize = 1 << 20;
const DRAINED_TIME: Duration = Duration::from_secs(5);

/// How far an upload is.
pub struct Taken {
    /// Where it stands.
    pub offset: u64,
    /// The upload; its outcome is set when it has ended.
    pub upload: Upload,
}

impl Taken {
    pub(super) fn at(offset: u64, upload: &Upload) -> Taken {
        Taken {
            offset,
            upload: upload.clone(),
        }
    }
}

/// Takes the bytes of a PATCH.
pub async fn take(
    app: &App,
    party: &Party,
    id: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<Taken, Problem> {
    let mut chunks = body.into_data_stream();
    match prepare(app, party, id, headers).await {
        Ok(Prepared::Ended(taken)) => {
            drain(&mut chunks).await;
            Ok(taken)
        }
        Ok(Prepared::Open { upload, hold, offset }) => {
            offer(app, *upload, hold, offset, headers, chunks).await
        }
        Err(problem) => {
            drain(&mut chunks).await;
            Err(problem)
        }
    }
}

enum Prepared {
    Ended(Taken),
    Open {
        upload: Box<Upload>,
        hold: Hold,
        offset: u64,
    },
}

/// Everything that can be said of a PATCH before its body is read.
async fn prepare(app: &App, party: &Party, id: &str, headers: &HeaderMap) -> Result<Prepared, Problem> {
    header::require_version(headers)?;
    if !header::has_bytes(headers) {
        return Err(Problem::new(Code::WrongMediaType)
            .at("Content-Type")
            .detail(format!("{} is expected.", header::BYTES)));
    }
    let offset = header::number(headers, "upload-offset")?;
    let upload = load(app, party, id).await?;
    if upload.outcome.is_some() || upload.part == Part::Final {
        return ended(upload, offset).map(Prepared::Ended);
    }
    let hold = app.photos().desk().hold(id).await?;
    // Whoever held it before may have ended it.
    let upload = load(app, party, id).await?;
    if upload.outcome.is_some() {
        return ended(upload, offset).map(Prepared::Ended);
    }
    require_file(app, &upload).await?;
    Ok(Prepared::Open {
        upload: Box::new(upload),
        hold,
        offset,
    })
}

/// Reads on for a little, so that the answer is heard: a connection that is closed while the other side still sends is
/// reset, and takes the answer with it.
pub(super) async fn drain(chunks: &mut BodyDataStream) {
    let read = async {
        let mut left = DRAINED_BYTES;
        while let Some(Ok(chunk)) = poll(chunks).await {
            left = left.saturating_sub(chunk.len());
            if left == 0 {
                break;
            }
        }
    };
    drop(tokio::time::timeout(DRAINED_TIME, read).await);
}

async fn poll(chunks: &mut BodyDataStream) -> Option<Result<Bytes, axum::Error>> {
    use futures_core::Stream;
    std::future::poll_fn(|context| std::pin::Pin::new(&mut *chunks).poll_next(context)).await
}

async fn load(app: &App, party: &Party, id: &str) -> Result<Upload, Problem> {
    let (now, sender, id) = (app.now(), party.name(), id.to_owned());
    app.storage()
        .read(move |sql| row::find(sql, now, &sender, &id))
        .await
}

/// A PATCH to an upload that has ended: the last answer may have been lost.
fn ended(upload: Upload, offset: u64) -> Result<Taken, Problem> {
    match upload.outcome {
        Some(Outcome::Refused) => Err(finish::refused("")),
        Some(_) if offset == upload.length_bytes => Ok(Taken::at(offset, &upload)),
        _ => Err(wrong_offset(upload.length_bytes)),
    }
}

fn wrong_offset(stands: u64) -> Problem {
    Problem::new(Code::UploadOffsetWrong)
        .at("Upload-Offset")
        .detail(format!("The upload stands at {stands}."))
}

/// Where an upload stands; one that is whole and was not checked yet (the server was stopped in between) is checked now.
pub async fn offset_of(app: &App, party: &Party, id: &str) -> Result<Taken, Problem> {
    if let Some(taken) = outcome_of(&load(app, party, id).await?)? {
        return Ok(taken);
    }
    let mut hold = app.photos().desk().hold(id).await?;
    // Whoever held it before may have ended it.
    let upload = load(app, party, id).await?;
    if let Some(taken) = outcome_of(&upload)? {
        return Ok(taken);
    }
    require_file(app, &upload).await?;
    let mark = match hold.take_mark() {
        Some(mark) => mark,
        None => open(app, id, None).await?.mark().clone(),
    };
    hold.set_mark(mark.clone());
    settle(app, upload, hold, mark).await
}

fn outcome_of(upload: &Upload) -> Result<Option<Taken>, Problem> {
    match upload.outcome {
        Some(Outcome::Refused) => Err(finish::refused("")),
        Some(_) => Ok(Some(Taken::at(upload.length_bytes, upload))),
        None => Ok(None),
    }
}

/// Ends an upload and drops its bytes.
pub async fn terminate(app: &App, party: &Party, id: &str) -> Result<(), Problem> {
    let upload = load(app, party, id).await?;
    let _hold = app.photos().desk().hold(id).await?;
    finish::discard(app, &upload.id).await
}

/// Takes a body, in a task of its own: what has come is kept even when the link breaks, and what was begun to be
/// checked is finished.
pub(super) async fn offer(
    app: &App,
    upload: Upload,
    hold: Hold,
    offset: u64,
    headers: &HeaderMap,
    mut chunks: BodyDataStream,
) -> Result<Taken, Problem> {
    let checksum = header::checksum(headers);
    let length = header::content_length(headers);
    let app = app.clone();
    let work = async move {
        let taken = match checksum {
            Ok(checksum) => {
                let asked = Asked {
                    offset,
                    length,
                    checksum,
                };
                receive(app, upload, hold, asked, &mut chunks).await
            }
            Err(problem) => Err(problem),
        };
        if taken.is_err() {
            drain(&mut chunks).await;
        }
        taken
    };
    tokio::spawn(work.in_current_span())
        .await
        .map_err(Problem::internal)?
}

/// What the request says of its body.
struct Asked {
    offset: u64,
    length: Option<u64>,
    checksum: Option<[u8; 32]>,
}

/// How a body ended.
#[derive(PartialEq, Eq)]
enum End {
    Whole,
    Cut,
    Silent,
    TooLong,
}

async fn receive(
    app: App,
    upload: Upload,
    mut hold: Hold,
    asked: Asked,
    chunks: &mut BodyDataStream,
) -> Result<Taken, Problem> {
    let seat = app.photos().desk().seat()?;
    let running = Running::begin();
    let mut staged = open(&app, &upload.id, hold.take_mark()).await?;
    let start = staged.mark().clone();
    hold.set_mark(start.clone());
    if start.offset != asked.offset {
        return Err(wrong_offset(start.offset));
    }
    let room = upload.length_bytes - start.offset;
    if asked.length.is_some_and(|length| length > room) {
        return Err(too_long(&upload));
    }
    let config = app.config();
    space::require(app.photos().objects().folder(), config.photo_reserve_mib, room)?;
    if asked.checksum.is_some() {
        staged.begin_chunk();
    }
    let (staged, end, wrote) = pump(staged, chunks, room, &hold).await?;
    let checksum = asked.checksum;
    let (mark, outcome) = blocking(move || conclude(staged, start, &end, wrote, checksum)).await?;
    hold.set_mark(mark.clone());
    drop((seat, running));
    metrics::counter!("jicha_photo_bytes_received_total").increment(mark.offset.saturating_sub(asked.offset));
    let cut = match outcome {
        Conclusion::Kept => None,
        Conclusion::Cut => {
            Some(Problem::new(Code::BadUpload).detail("The body broke off; what came is kept."))
        }
        Conclusion::Silent => {
            Some(Problem::new(Code::TimedOut).detail("Nothing came any more; what came is kept."))
        }
        Conclusion::TooLong => return Err(too_long(&upload)),
        Conclusion::ChecksumWrong => return Err(Problem::new(Code::ChecksumWrong).at("Upload-Checksum")),
        Conclusion::Disk(error) => return Err(space::problem(error)),
    };
    match cut {
        Some(problem) if mark.offset < upload.length_bytes => Err(problem),
        _ => settle(&app, upload, hold, mark).await,
    }
}

fn too_long(upload: &Upload) -> Problem {
    Problem::new(Code::BodyTooLarge).detail(format!(
        "The upload was begun with Upload-Length {}; more came.",
        upload.length_bytes
    ))
}

/// Checks the upload if all its bytes are here.
async fn settle(app: &App, mut upload: Upload, hold: Hold, mark: Mark) -> Result<Taken, Problem> {
    if mark.offset == upload.length_bytes && upload.part != Part::Partial {
        // In a task of its own, as with receiving: the asker may leave.
        let (app, row) = (app.clone(), upload.clone());
        let work = async move {
            let outcome = finish::finish(&app, &row, &mark).await;
            drop(hold);
            outcome
        };
        upload.outcome = Some(
            tokio::spawn(work.in_current_span())
                .await
                .map_err(Problem::internal)??,
        );
        return Ok(Taken::at(upload.length_bytes, &upload));
    }
    Ok(Taken::at(mark.offset, &upload))
}

pub(super) async fn open(app: &App, id: &str, known: Option<Mark>) -> Result<Staged, Problem> {
    let path = app.photos().objects().staged(id);
    blocking(move || Staged::open(&path, known))
        .await?
        .map_err(|error| match error.kind() {
            // Somebody has cleared the folder. The client can begin anew, which it can't after a 500.
            io::ErrorKind::NotFound => Problem::new(Code::UploadExpired),
            _ => space::problem(error),
        })
}

type Written = (Staged, io::Result<()>);

/// Moves the body into the file. The error of the disk comes back beside the file, which the caller sets right.
async fn pump(
    staged: Staged,
    chunks: &mut BodyDataStream,
    mut room: u64,
    hold: &Hold,
) -> Result<(Staged, End, io::Result<()>), Problem> {
    let mut idle = Some(staged);
    let mut writing: Option<JoinHandle<Written>> = None;
    let mut gathered = Gathered::default();
    let end = loop {
        let chunk = match next(chunks, hold).await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break End::Whole,
            Err(end) => break end,
        };
        if chunk.len() as u64 > room {
            break End::TooLong;
        }
        room -= chunk.len() as u64;
        gathered.push(chunk);
        if gathered.bytes >= PIECE_BYTES {
            let mut staged = match rest(&mut idle, &mut writing).await? {
                (staged, Ok(())) => staged,
                (staged, error) => return Ok((staged, End::Cut, error)),
            };
            let pieces = gathered.take();
            writing = Some(tokio::task::spawn_blocking(move || {
                let outcome = staged.append(&pieces);
                (staged, outcome)
            }));
        }
    };
    let (mut staged, outcome) = rest(&mut idle, &mut writing).await?;
    if outcome.is_err() {
        return Ok((staged, end, outcome));
    }
    let pieces = gathered.take();
    let (staged, outcome) = blocking(move || {
        let outcome = staged.append(&pieces);
        (staged, outcome)
    })
    .await?;
    Ok((staged, end, outcome))
}

/// The file, after the write that is under way, if one is.
async fn rest(
    idle: &mut Option<Staged>,
    writing: &mut Option<JoinHandle<Written>>,
) -> Result<Written, Problem> {
    match (idle.take(), writing.take()) {
        (Some(staged), _) => Ok((staged, Ok(()))),
        (None, Some(writing)) => writing.await.map_err(Problem::internal),
        (None, None) => Err(Problem::internal(io::Error::other("the staging file is nowhere"))),
    }
}

async fn next(chunks: &mut BodyDataStream, hold: &Hold) -> Result<Option<Bytes>, End> {
    tokio::select! {
        chunk = tokio::time::timeout(IDLE, poll(chunks)) => match chunk {
            Ok(Some(Ok(chunk))) => {
                hold.heard();
                Ok(Some(chunk))
            }
            Ok(Some(Err(_))) => Err(End::Cut),
            Ok(None) => Ok(None),
            Err(_) => Err(End::Silent),
        },
        () = hold.asked_to_let_go() => Err(End::Silent),
    }
}

/// Chunks of a body that are not written yet.
#[derive(Default)]
struct Gathered {
    chunks: Vec<Bytes>,
    bytes: usize,
}

impl Gathered {
    fn push(&mut self, chunk: Bytes) {
        self.bytes += chunk.len();
        self.chunks.push(chunk);
    }

    fn take(&mut self) -> Vec<Bytes> {
        self.bytes = 0;
        std::mem::take(&mut self.chunks)
    }
}

/// What became of a body.
enum Conclusion {
    Kept,
    Cut,
    Silent,
    TooLong,
    ChecksumWrong,
    Disk(io::Error),
}

/// Makes what came durable, or goes back to where the request began.
fn conclude(
    mut staged: Staged,
    start: Mark,
    end: &End,
    wrote: io::Result<()>,
    checksum: Option<[u8; 32]>,
) -> (Mark, Conclusion) {
    let wrong = *end == End::Whole && checksum.is_some_and(|sha256| sha256 != staged.chunk_digest());
    let outcome = match wrote.and_then(|()| staged.sync()) {
        Err(error) => Conclusion::Disk(error),
        Ok(()) if wrong => Conclusion::ChecksumWrong,
        Ok(()) => match end {
            End::Whole => Conclusion::Kept,
            End::Cut => Conclusion::Cut,
            End::Silent => Conclusion::Silent,
            End::TooLong => Conclusion::TooLong,
        },
    };
    let kept = matches!(outcome, Conclusion::Kept | Conclusion::Cut | Conclusion::Silent);
    if kept {
        return (staged.mark().clone(), outcome);
    }
    match staged.back_to(start.clone()) {
        Ok(()) => (start, outcome),
        Err(error) => (start, Conclusion::Disk(error)),
    }
}

/// Counts bodies that are being received, for the figures.
struct Running;

impl Running {
    fn begin() -> Running {
        metrics::gauge!("jicha_photo_uploads_running").increment(1.0);
        Running
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        metrics::gauge!("jicha_photo_uploads_running").decrement(1.0);
    }
}
