//! Syncing: rounds of one request and one response, until both sides have everything.
//!
//! Ordinarily there is one round. A sync that was cut is followed by a round that asks how far the server came; a
//! server that was restored from a backup is offered what it lost.

pub(crate) mod progress;
mod push;
mod receive;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use jicha_record::{ChangeHash, DocumentId};
use jicha_store::outbox;
use jicha_sync::{
    Acknowledged, DeviceEvent, DeviceSession, Hello, Limits, MEDIA_TYPE, PROTOCOL_VERSIONS, Received, Welcome,
};
use rusqlite::Connection;
use uuid::Uuid;

use crate::answer;
use crate::device;
use crate::enrolment::Enrolment;
use crate::ports::{Request, ResponseBody, Transport};
use crate::{Device, Error, PhotoReport, upload};
use progress::Progress;

/// After this many rounds a sync gives up rather than go on for ever with a server that always wants more.
const ROUNDS_MAX: u32 = 200;
/// The bytes that the server may answer in one round.
const RESPONSE_BYTES_MAX: u32 = 4 * 1024 * 1024;
/// The bytes that one request may have; the rest goes in the next round.
const REQUEST_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What a sync tells while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncEvent {
    /// A request is being sent.
    Sending {
        /// The round, from 1.
        round: u32,
        /// The bytes of the request.
        bytes: u64,
        /// How many changes still waited when it was made.
        changes_waiting: u64,
    },
    /// The server has stored changes durably.
    Acknowledged {
        /// How many changes still wait.
        changes_waiting: u64,
    },
    /// Changes of others were stored here.
    Received {
        /// The documents that changed.
        documents: Vec<DocumentId>,
    },
}

/// Listens to a sync and can call it off.
pub trait SyncObserver: Send + Sync {
    /// Something happened. Called without any lock held.
    fn on_event(&self, event: SyncEvent);
}

/// Ends a running sync at the next possibility.
#[derive(Debug, Default)]
pub struct Cancellation(AtomicBool);

impl Cancellation {
    /// Calls the sync off.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.0.load(Ordering::Relaxed) {
            Err(Error::Cancelled)
        } else {
            Ok(())
        }
    }
}

/// What a completed sync moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Requests made.
    pub rounds: u32,
    /// Bytes of the requests.
    pub bytes_sent: u64,
    /// Bytes of the responses.
    pub bytes_received: u64,
    /// Documents of which something was received.
    pub documents_received: u64,
    /// Changes that the server refused in this sync.
    pub refused: u64,
    /// Milliseconds by which the server's clock is ahead of the device's.
    pub clock_offset_ms: i64,
    /// The thumbnails that went along after the records.
    pub thumbnails: PhotoReport,
}

/// What one sync knows between its rounds.
struct RunningSync<'a, T: Transport> {
    device: &'a Device,
    transport: &'a T,
    observer: &'a dyn SyncObserver,
    cancellation: &'a Cancellation,
    enrolment: Enrolment,
    progress: Progress,
    /// What the server asked for: documents, and the heads that it has of them.
    wanted: BTreeMap<DocumentId, Vec<ChangeHash>>,
    /// What it asked for and got in this sync. If it asks again, it has refused some of it, which is in quarantine there.
    delivered: BTreeSet<DocumentId>,
    /// The new epoch, while the server is being told what is here.
    new_epoch: Option<Uuid>,
    report: SyncReport,
}

/// How a round ended.
#[derive(Default)]
struct RoundEnd {
    more: bool,
    message_full: bool,
}

impl Device {
    /// Sends what waits and fetches what is new.
    pub async fn sync<T: Transport>(
        &self,
        transport: &T,
        observer: &dyn SyncObserver,
        cancellation: &Cancellation,
    ) -> Result<SyncReport, Error> {
        let (enrolment, progress) = {
            let connection = self.connection();
            progress::go_back_to_unknown(&connection)?;
            (device::enrolled(&connection)?, progress::load(&connection)?)
        };
        let sync = RunningSync {
            device: self,
            transport,
            observer,
            cancellation,
            enrolment,
            progress,
            wanted: BTreeMap::new(),
            delivered: BTreeSet::new(),
            new_epoch: None,
            report: SyncReport::default(),
        };
        let mut report = sync.run().await?;
        // The records are safe. Thumbnails that did not pass wait with their reason and cost the sync nothing.
        report.thumbnails = upload::send_thumbnails(self, transport, cancellation).await;
        Ok(report)
    }
}

impl<T: Transport> RunningSync<'_, T> {
    async fn run(mut self) -> Result<SyncReport, Error> {
        let mut offer_heads = false;
        let mut resuming = self.progress.under_way;
        while self.report.rounds < ROUNDS_MAX {
            self.cancellation.check()?;
            let end = self.round(resuming, offer_heads).await?;
            let was_resuming = std::mem::take(&mut resuming);
            offer_heads = self.new_epoch.is_some() && self.wanted.is_empty();
            if offer_heads || !self.wanted.is_empty() || end.more || end.message_full || was_resuming {
                continue;
            }
            self.complete()?;
            return Ok(self.report);
        }
        Err(Error::Server {
            status: 200,
            code: "no-end".to_owned(),
            detail: format!("the server wanted more than {ROUNDS_MAX} rounds"),
        })
    }

    fn complete(&mut self) -> Result<(), Error> {
        let connection = self.device.connection();
        progress::set_under_way(&connection, false)?;
        progress::set_last_sync(&connection, self.device.now())
    }

    async fn round(&mut self, resuming: bool, offer_heads: bool) -> Result<RoundEnd, Error> {
        let (mut session, body, message_full) = self.request(resuming, offer_heads)?;
        self.report.rounds += 1;
        self.report.bytes_sent += body.len() as u64;
        let changes_waiting = self.changes_waiting()?;
        let bytes = body.len() as u64;
        self.observer.on_event(SyncEvent::Sending {
            round: self.report.rounds,
            bytes,
            changes_waiting,
        });
        let url = format!("{}/api/sync", self.enrolment.server);
        let request = Request::post(url, MEDIA_TYPE, body).as_device(&self.enrolment.token);
        let answer = self.transport.send(request).await?;
        let (status, mut response) = (answer.status, answer.body);
        if status != 200 {
            let body = answer::collect(response, answer::ANSWER_BYTES_MAX).await?;
            return Err(answer::Problem::read(status, &body).into());
        }
        let mut end = RoundEnd {
            message_full,
            ..RoundEnd::default()
        };
        let mut held_back = false;
        while let Some(chunk) = response.chunk().await? {
            self.cancellation.check()?;
            self.report.bytes_received += chunk.len() as u64;
            for event in session.receive(&chunk)? {
                self.take(event, offer_heads, &mut end, &mut held_back)?;
            }
        }
        session.finished()?;
        if offer_heads && !end.more {
            self.adopt_epoch_when_told()?;
        }
        Ok(end)
    }

    /// Makes a request: what the server asked for first, then heads if it lost something, then what waits.
    fn request(
        &mut self,
        resuming: bool,
        offer_heads: bool,
    ) -> Result<(DeviceSession, Vec<u8>, bool), Error> {
        let connection = self.device.connection();
        let hello = Hello {
            protocol_min: *PROTOCOL_VERSIONS.start(),
            protocol_max: *PROTOCOL_VERSIONS.end(),
            device: self.enrolment.device.as_uuid(),
            // Only a request that offers what is here speaks in the new epoch; before, the old cursor means nothing.
            epoch: if offer_heads {
                self.new_epoch
            } else {
                self.progress.epoch
            },
            cursor: if self.new_epoch.is_some() {
                0
            } else {
                self.progress.cursor
            },
            resuming,
            response_bytes_max: RESPONSE_BYTES_MAX,
            app: concat!("jicha ", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        let mut session = DeviceSession::new(Limits::default(), hello)?;
        let mut body = session.opening()?;
        let mut full = false;
        if !resuming {
            progress::set_under_way(&connection, true)?;
            full = self.push_wanted(&connection, &mut session, &mut body)?
                || self.push_outbox(&connection, &mut session, &mut body)?;
        }
        if offer_heads {
            body.extend(session.offer_heads(&receive::all_heads(&connection)?)?);
        }
        body.extend(session.finish()?);
        Ok((session, body, full))
    }

    /// Puts what the server asked for into a request; tells whether the request is full.
    fn push_wanted(
        &mut self,
        connection: &Connection,
        session: &mut DeviceSession,
        body: &mut Vec<u8>,
    ) -> Result<bool, Error> {
        while let Some((document, have)) = self.wanted.pop_first() {
            let Some(portion) = self.device.wanted_portion(connection, document, &have)? else {
                continue;
            };
            let pushed = session.push(portion, self.progress.acknowledged)?;
            body.extend(pushed.bytes);
            if !pushed.taken {
                self.wanted.insert(document, have);
                return Ok(true);
            }
            self.delivered.insert(document);
            if body.len() > REQUEST_BYTES_MAX {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Puts what waits into a request; tells whether the request is full.
    fn push_outbox(
        &self,
        connection: &Connection,
        session: &mut DeviceSession,
        body: &mut Vec<u8>,
    ) -> Result<bool, Error> {
        let mut through = self.progress.acknowledged;
        while let Some(window) = self.device.next_window(connection, through.position)? {
            let last = window.portions.len().saturating_sub(1);
            for (at, portion) in window.portions.into_iter().enumerate() {
                // Only the last portion completes what the outbox holds up to the window's end.
                let mark = if at == last { window.through } else { through };
                let pushed = session.push(portion, mark)?;
                body.extend(pushed.bytes);
                if !pushed.taken {
                    return Ok(true);
                }
            }
            through = window.through;
            if body.len() > REQUEST_BYTES_MAX {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn take(
        &mut self,
        event: DeviceEvent,
        offered_heads: bool,
        end: &mut RoundEnd,
        held_back: &mut bool,
    ) -> Result<(), Error> {
        match event {
            DeviceEvent::Welcome(welcome) => self.take_welcome(&welcome),
            DeviceEvent::Acknowledged(acknowledged) => self.take_acknowledged(acknowledged, held_back),
            DeviceEvent::Changes {
                cursor,
                documents,
                unknown,
            } => {
                if !unknown.is_empty() {
                    progress::note_unknown(&self.device.connection(), self.progress.cursor)?;
                }
                let move_cursor = self.new_epoch.is_none();
                let changed = {
                    let mut connection = self.device.connection();
                    receive::changes(
                        &mut connection,
                        &mut self.progress,
                        documents,
                        cursor,
                        move_cursor,
                        self.device.now(),
                    )?
                };
                self.report.documents_received += changed.len() as u64;
                if !changed.is_empty() {
                    self.observer.on_event(SyncEvent::Received { documents: changed });
                }
                Ok(())
            }
            DeviceEvent::Wanted { documents } => {
                for wanted in documents {
                    self.want(wanted.document, wanted.hashes);
                }
                Ok(())
            }
            DeviceEvent::End { cursor, more } => {
                end.more = more;
                if self.new_epoch.is_none() || offered_heads {
                    self.progress.cursor = cursor;
                    if self.new_epoch.is_none() {
                        progress::set_cursor(&self.device.connection(), cursor)?;
                    }
                }
                Ok(())
            }
        }
    }

    fn take_welcome(&mut self, welcome: &Welcome) -> Result<(), Error> {
        self.report.clock_offset_ms = welcome.server_time_ms - self.device.now().as_millisecond();
        let mut connection = self.device.connection();
        match self.progress.epoch {
            // The first sync: there is nothing that the server could have lost.
            None => {
                progress::set_epoch(&connection, welcome.epoch)?;
                self.progress.epoch = Some(welcome.epoch);
            }
            Some(known) if known != welcome.epoch => self.new_epoch = Some(welcome.epoch),
            Some(_) => {}
        }
        receive::welcome(&mut connection, &mut self.progress, welcome)
    }

    fn take_acknowledged(&mut self, acknowledged: Acknowledged, held_back: &mut bool) -> Result<(), Error> {
        {
            let mut connection = self.device.connection();
            if !acknowledged.refused.is_empty() {
                let new = receive::refused(&mut connection, &acknowledged.refused, self.device.now())?;
                self.report.refused += new;
            }
            // What comes after a frame that waits for predecessors is acknowledged when that frame is.
            *held_back |= !receive::clears(&acknowledged);
            let position = acknowledged.through_position;
            let through = outbox::hash_at(&connection, position)?.map(|last| Received { position, last });
            if let Some(through) = through.filter(|_| !*held_back) {
                receive::acknowledge(&mut connection, &mut self.progress, through)?;
            }
        }
        for missing in acknowledged.missing {
            // The whole document is sent: what is known already is passed over.
            self.want(missing.document, Vec::new());
        }
        let changes_waiting = self.changes_waiting()?;
        self.observer
            .on_event(SyncEvent::Acknowledged { changes_waiting });
        Ok(())
    }

    /// Notes what the server asks for, unless it has been given all of it in this sync.
    fn want(&mut self, document: DocumentId, have: Vec<ChangeHash>) {
        if !self.delivered.contains(&document) {
            self.wanted.insert(document, have);
        }
    }

    /// Once the server has heard everything that is here and asks for nothing, its new epoch counts. Until then a
    /// crash leaves the old one, and everything is offered again.
    fn adopt_epoch_when_told(&mut self) -> Result<(), Error> {
        let Some(epoch) = self.new_epoch.filter(|_| self.wanted.is_empty()) else {
            return Ok(());
        };
        let connection = self.device.connection();
        let transaction = connection.unchecked_transaction()?;
        progress::set_epoch(&transaction, epoch)?;
        progress::set_cursor(&transaction, self.progress.cursor)?;
        transaction.commit()?;
        self.progress.epoch = Some(epoch);
        self.new_epoch = None;
        Ok(())
    }

    fn changes_waiting(&self) -> Result<u64, Error> {
        Ok(outbox::totals(&self.device.connection())?.changes)
    }
}
