//! `POST /api/sync`: one request, one response.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jicha_record::{ChangeHash, DocumentId};
use jicha_sync::{
    Acknowledged, Hello, Limits, MEDIA_TYPE, PROTOCOL_VERSIONS, ServerEvent, ServerSession, Welcome,
    negotiate,
};
use tokio::task::JoinHandle;
use tracing::Instrument;
use uuid::Uuid;

use super::commit::{self, IncomingFrame};
use super::feed::audiences_of;
use super::gate::GateKeeper;
use super::pull::{self, Puller};
use super::{SyncError, epoch};
use crate::auth::DeviceActor;
use crate::live;
use crate::problem::{Problem, ProblemResponse};
use crate::state::App;
use crate::storage;

/// How much of a request is read while what came before it is committed.
const SLICE_BYTES: usize = 64 * 1024;
/// A device that sends nothing for so long has lost its link.
const IDLE: Duration = Duration::from_secs(60);

/// Syncs a device: takes what it pushes, acknowledges it once it is stored, and answers with what is new for it.
#[utoipa::path(post, path = "/api/sync", tag = "sync",
    request_body(content = Vec<u8>, content_type = "application/vnd.jicha.sync",
        description = "Frames as docs/SYNC.md describes them"),
    responses(
        (status = 200, description = "Frames as docs/SYNC.md describes them", content_type = "application/vnd.jicha.sync"),
        (status = 400, body = ProblemResponse, description = "The request does not follow the protocol; `at` names the byte"),
        (status = 426, body = ProblemResponse, description = "The app is too old")))]
pub async fn sync(State(app): State<App>, device: DeviceActor, body: Body) -> Result<Response, Problem> {
    let mut exchange = Exchange::begin(app, device);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = next_chunk(&mut chunks).await {
        for slice in chunk.chunks(SLICE_BYTES) {
            exchange.receive(slice).await?;
        }
    }
    let answer = exchange.finish().await?;
    metrics::counter!("jicha_sync_requests_total").increment(1);
    metrics::counter!("jicha_sync_bytes_sent_total").increment(answer.len() as u64);
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], answer).into_response())
}

/// The next piece of the request. A broken or silent link ends the request; the protocol then sees that it was cut.
async fn next_chunk(chunks: &mut axum::body::BodyDataStream) -> Option<axum::body::Bytes> {
    use futures_core::Stream;
    let next = std::future::poll_fn(|context| std::pin::Pin::new(&mut *chunks).poll_next(context));
    match tokio::time::timeout(IDLE, next).await {
        Ok(Some(Ok(chunk))) => Some(chunk),
        Ok(Some(Err(_)) | None) | Err(_) => None,
    }
}

/// What a commit gives back: the gate keeper, and what to acknowledge.
type Committed = (GateKeeper, Vec<Acknowledged>);

/// One request while it is read and answered.
struct Exchange {
    app: App,
    device: DeviceActor,
    session: ServerSession,
    keeper: Option<GateKeeper>,
    committing: Option<JoinHandle<Result<Committed, SyncError>>>,
    hello: Option<Hello>,
    epoch: Option<Uuid>,
    heads: BTreeMap<DocumentId, Vec<ChangeHash>>,
    offered: bool,
    answer: Vec<u8>,
}

impl Exchange {
    fn begin(app: App, device: DeviceActor) -> Self {
        Exchange {
            app,
            device,
            session: ServerSession::new(Limits::default()),
            keeper: None,
            committing: None,
            hello: None,
            epoch: None,
            heads: BTreeMap::new(),
            offered: false,
            answer: Vec::new(),
        }
    }

    async fn receive(&mut self, slice: &[u8]) -> Result<(), SyncError> {
        metrics::counter!("jicha_sync_bytes_received_total").increment(slice.len() as u64);
        let events = match self.session.receive(slice) {
            Ok(events) => events,
            Err(error) => {
                self.settle().await?;
                return Err(error.into());
            }
        };
        // Frames that arrived together are committed together: a link that breaks can't take back what is here.
        let mut frames = Vec::new();
        for event in events {
            match event {
                ServerEvent::Hello(hello) => self.welcome(hello).await?,
                ServerEvent::Changes {
                    frame,
                    through,
                    documents,
                    unknown,
                } => {
                    frames.push(IncomingFrame {
                        ordinal: frame,
                        through,
                        documents,
                        unknown,
                    });
                }
                ServerEvent::Heads { documents } => {
                    self.offered = true;
                    self.heads
                        .extend(documents.into_iter().map(|offer| (offer.document, offer.hashes)));
                }
                ServerEvent::End => {}
            }
        }
        self.commit(frames).await
    }

    async fn welcome(&mut self, hello: Hello) -> Result<(), SyncError> {
        let protocol = negotiate(hello.protocol_min..=hello.protocol_max, PROTOCOL_VERSIONS)?;
        if hello.device != self.device.device.as_uuid() {
            return Err(SyncError::ForeignDevice { stated: hello.device });
        }
        let (now, device) = (self.app.now(), self.device.device);
        let (known, cursor) = (hello.epoch, hello.cursor);
        let audiences = audiences_of(self.device.person, &self.device.grants);
        let (epoch, received, keeper) = self
            .app
            .storage()
            .write(move |sql| -> Result<_, SyncError> {
                let epoch = epoch::for_device(sql, now, &audiences, known, cursor)?;
                Ok((epoch, commit::progress(sql, device)?, GateKeeper::open(sql)?))
            })
            .await?;
        self.keeper = Some(keeper);
        self.epoch = Some(epoch);
        self.hello = Some(hello);
        let welcome = Welcome {
            protocol,
            epoch,
            server_time_ms: now.as_millisecond(),
            received,
        };
        self.answer.extend(self.session.welcome(&welcome)?);
        Ok(())
    }

    /// Begins to commit frames, after those before them; meanwhile more of the request can be read. A commit that was
    /// begun is finished even if the link breaks.
    async fn commit(&mut self, frames: Vec<IncomingFrame>) -> Result<(), SyncError> {
        if frames.is_empty() {
            return Ok(());
        }
        self.settle().await?;
        let (now, device) = (self.app.now(), self.device.device);
        let Some(mut keeper) = self.keeper.take() else {
            return Ok(());
        };
        let app = self.app.clone();
        let work = async move {
            let (mut keeper, acknowledged) = app
                .storage()
                .write(move |sql| -> Result<_, SyncError> {
                    let acknowledged = commit::frames(sql, &mut keeper, device, now, frames)?;
                    Ok((keeper, acknowledged))
                })
                .await?;
            // Here, and not where the answer is written: the commit stands even if the link has broken since.
            live::tell_of_documents(&app, keeper.take_touched());
            app.review_due().notify_one();
            Ok((keeper, acknowledged))
        };
        self.committing = Some(tokio::spawn(work.in_current_span()));
        Ok(())
    }

    /// Waits for the commit that is running, if one is, and acknowledges its frames.
    async fn settle(&mut self) -> Result<(), SyncError> {
        let Some(committing) = self.committing.take() else {
            return Ok(());
        };
        let (keeper, acknowledged) = committing.await.map_err(|_| storage::Error::Broken)??;
        self.keeper = Some(keeper);
        for acknowledged in acknowledged {
            metrics::counter!("jicha_sync_changes_refused_total")
                .increment(acknowledged.refused.len() as u64);
            self.answer.extend(self.session.acknowledged(&acknowledged)?);
        }
        Ok(())
    }

    /// Ends the answer: what is lacking on either side after an offer, otherwise the news. A device whose cursor
    /// belongs to another epoch gets none before it has offered what it has.
    async fn finish(mut self) -> Result<Vec<u8>, SyncError> {
        self.settle().await?;
        self.session.finished()?;
        let Some(hello) = self.hello else {
            return Ok(self.answer);
        };
        let puller = Puller {
            device: self.device.device,
            audiences: audiences_of(self.device.person, &self.device.grants),
        };
        let (mut session, mut answer) = (self.session, self.answer);
        if self.offered {
            let heads = self.heads;
            return self
                .app
                .storage()
                .read(move |sql| -> Result<_, SyncError> {
                    pull::reconcile(sql, &mut session, &puller, heads, &mut answer)?;
                    Ok(answer)
                })
                .await;
        }
        if hello.epoch.is_some() && hello.epoch != self.epoch {
            answer.extend(session.end(0, false)?);
            return Ok(answer);
        }
        self.app
            .storage()
            .read(move |sql| -> Result<_, SyncError> {
                pull::news(sql, &mut session, &puller, hello.cursor, &mut answer)?;
                Ok(answer)
            })
            .await
    }
}
