//! One sending: file after file, piece after piece, and what to do when something goes wrong.

use std::io::{Read, Seek, SeekFrom};

use jicha_domain::id::PhotoHash;
use jicha_store::photo_queue::{self, UploadItem, Variant};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::pace::Pace;
use super::tus::{self, Answer};
use super::{PhotoEvent, PhotoObserver, PhotoReport};
use crate::answer::Problem;
use crate::enrolment::Enrolment;
use crate::ports::Transport;
use crate::sync_loop::Cancellation;
use crate::{Device, Error, PhotoTrouble, device};

/// A file of at most so many bytes goes in the request that begins it, which saves a round trip.
const WITH_CREATION_BYTES_MAX: u64 = 16 * 1024;
/// After so many failures in a row without one acknowledged byte the link is given up.
const FAILURES_MAX: u32 = 4;
/// So often one file is begun anew within one sending.
const RESTARTS_MAX: u32 = 3;
/// A server that has no room will not have any in a moment. No file waits longer.
const FULL_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// A server that is busy may have time soon.
const BUSY_WAIT: SignedDuration = SignedDuration::from_secs(30);

/// An upload that the server still waits for on a connection that is gone is free again soon.
const IN_USE_WAIT: SignedDuration = SignedDuration::from_secs(5);

/// What one sending knows.
pub(super) struct Session<'a, T: Transport> {
    pub(super) device: &'a Device,
    pub(super) transport: &'a T,
    observer: &'a dyn PhotoObserver,
    cancellation: &'a Cancellation,
    pub(super) enrolment: Enrolment,
    pace: Pace,
    failures: u32,
    pub(super) report: PhotoReport,
}

/// What comes after an answer.
enum Next {
    /// More of the same file.
    GoOn,
    /// The next file.
    Done,
}

impl<'a, T: Transport> Session<'a, T> {
    pub(super) fn begin(
        device: &'a Device,
        transport: &'a T,
        observer: &'a dyn PhotoObserver,
        cancellation: &'a Cancellation,
    ) -> Result<Self, Error> {
        let connection = device.connection();
        Ok(Session {
            device,
            transport,
            observer,
            cancellation,
            enrolment: device::enrolled(&connection)?,
            pace: Pace::load(&connection)?,
            failures: 0,
            report: PhotoReport::default(),
        })
    }

    pub(super) fn is_over(&self) -> bool {
        self.report.stopped_by.is_some()
    }

    /// Sends every file of a variant that waits, in the order in which the photos were taken.
    pub(super) async fn send_all(&mut self, variant: Variant) -> Result<(), Error> {
        let mut after: Option<(i64, PhotoHash)> = None;
        while !self.is_over() {
            let next = photo_queue::waiting(&self.device.connection(), variant, after, 1)?.pop();
            let Some(item) = next else { break };
            after = Some((item.added_at_ms, item.hash));
            let not_before = Timestamp::from_millisecond(item.not_before_ms).unwrap_or_default();
            let wait = not_before.duration_since(self.device.now());
            // Further ahead than the longest wait, it was noted before the clock was turned back.
            if wait.is_positive() && wait <= FULL_WAIT {
                self.wait_until(not_before);
                continue;
            }
            self.send(item).await?;
        }
        self.pace.save(&self.device.connection())
    }

    async fn send(&mut self, mut item: UploadItem) -> Result<(), Error> {
        let mut restarts = 0;
        // Where the server stands is asked whenever an answer is lacking: at the beginning and after a cut.
        let mut sure = false;
        // A creation that was cut may have been too much for the link: the next one is empty.
        let mut cut_at_creation = false;
        while !self.is_over() {
            self.cancellation.check()?;
            let begun = self.device.ports.clock.monotonic_ms();
            let asked_from = item.offset;
            let request = match &item.url {
                None => {
                    let whole = item.size_bytes <= WITH_CREATION_BYTES_MAX && !cut_at_creation;
                    let bytes = if whole { item.size_bytes } else { 0 };
                    match self.read(&item, 0, bytes)? {
                        Some(body) => tus::create(&self.enrolment, &item, body),
                        None => return self.give_up(&item, PhotoTrouble::FileDamaged, ""),
                    }
                }
                Some(url) if !sure => tus::head(&self.enrolment, url),
                Some(url) => {
                    let bytes = self.pace.chunk_bytes().min(item.size_bytes - item.offset);
                    match self.read(&item, item.offset, bytes)? {
                        Some(body) => tus::patch(&self.enrolment, url, item.offset, body),
                        None => return self.give_up(&item, PhotoTrouble::FileDamaged, ""),
                    }
                }
            };
            let sent_bytes = request.body.len() as u64;
            match tus::exchange(self.transport, &self.enrolment, request).await {
                Ok(Answer::At { url, offset, checked }) => {
                    let took_ms = self.device.ports.clock.monotonic_ms().saturating_sub(begun);
                    if offset >= asked_from + sent_bytes && sent_bytes > 0 {
                        self.pace.measured(sent_bytes, took_ms);
                    }
                    sure = true;
                    if let Some(url) = url {
                        item.url = Some(url);
                    }
                    if item.url.is_none() && !checked {
                        self.count_failure(&item, PhotoTrouble::ServerBusy, "the server gave no address")?;
                        continue;
                    }
                    if let Next::Done = self.advance(&mut item, offset, checked)? {
                        return Ok(());
                    }
                    if sent_bytes > 0 && offset <= asked_from {
                        sure = false;
                        self.count_failure(&item, PhotoTrouble::ServerBusy, "the server took no byte")?;
                    }
                }
                Ok(Answer::Gone) if restarts < RESTARTS_MAX => {
                    restarts += 1;
                    self.begin_anew(&mut item)?;
                }
                Ok(Answer::Gone) => {
                    return self.postpone(
                        &item,
                        PhotoTrouble::ServerBusy,
                        "the server forgot the upload",
                        BUSY_WAIT,
                    );
                }
                Ok(Answer::WrongOffset | Answer::Garbled) => {
                    sure = false;
                    self.count_failure(&item, PhotoTrouble::ServerBusy, "the bytes did not fit")?;
                }
                Ok(Answer::Problem(problem)) => {
                    if let Next::Done = self.meet(&mut item, problem, &mut restarts)? {
                        return Ok(());
                    }
                }
                Err(Error::Offline(error)) => {
                    sure = false;
                    cut_at_creation |= item.url.is_none();
                    if sent_bytes > 0 {
                        self.pace.broke_off();
                    }
                    self.count_failure(&item, PhotoTrouble::Offline, &error.why)?;
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// Notes what the server has, durably, before anything else is sent.
    fn advance(&mut self, item: &mut UploadItem, offset: u64, checked: bool) -> Result<Next, Error> {
        let offset = offset.min(item.size_bytes);
        if offset > item.offset || checked {
            self.failures = 0;
        }
        self.report.bytes_sent += offset.saturating_sub(item.offset);
        item.offset = offset;
        {
            let connection = self.device.connection();
            if checked {
                photo_queue::note_settled(&connection, item.hash, item.variant, "checked", None)?;
            } else if let Some(url) = &item.url {
                photo_queue::note_offset(&connection, item, url, offset)?;
            }
        }
        if checked {
            match item.variant {
                Variant::Thumbnail => self.report.thumbnails += 1,
                Variant::Preview => self.report.previews += 1,
                Variant::Original => self.report.originals += 1,
            }
            self.observer.on_event(PhotoEvent::Checked {
                hash: item.hash,
                variant: item.variant,
            });
            return Ok(Next::Done);
        }
        self.observer.on_event(PhotoEvent::Sent {
            hash: item.hash,
            variant: item.variant,
            bytes_sent: offset,
            bytes_total: item.size_bytes,
        });
        if offset == item.size_bytes {
            // All of it is there, but the server has not said that it fits: it says so when it is asked next time.
            self.postpone(
                item,
                PhotoTrouble::ServerBusy,
                "the server has not checked it yet",
                BUSY_WAIT,
            )?;
            return Ok(Next::Done);
        }
        Ok(Next::GoOn)
    }

    /// What to do about a problem that the server reports.
    fn meet(&mut self, item: &mut UploadItem, problem: Problem, restarts: &mut u32) -> Result<Next, Error> {
        let detail = problem.detail.as_str();
        match (problem.status, problem.code.as_str()) {
            // An upload that was judged while nobody listened: an answer to HEAD can't say how.
            (422, "") if *restarts == 0 => {
                *restarts = RESTARTS_MAX;
                self.begin_anew(item)?;
                return Ok(Next::GoOn);
            }
            (422, "photo_hash_mismatch") if *restarts == 0 && self.is_intact(item)? => {
                *restarts = RESTARTS_MAX;
                self.begin_anew(item)?;
                return Ok(Next::GoOn);
            }
            (422, "photo_hash_mismatch") if self.is_intact(item)? => {
                self.give_up(item, PhotoTrouble::HashMismatch, detail)?;
            }
            (422, "photo_hash_mismatch") => self.give_up(item, PhotoTrouble::FileDamaged, detail)?,
            (413 | 415 | 422, _) => self.give_up(item, PhotoTrouble::Refused, detail)?,
            (507, _) => {
                self.postpone(item, PhotoTrouble::ServerFull, detail, FULL_WAIT)?;
                // It has no room for the others either.
                self.report.stopped_by = Some(PhotoTrouble::ServerFull);
            }
            // The server knows no such address: an older one, or another one.
            (404 | 405, "") => {
                self.postpone(item, PhotoTrouble::NotTaken, detail, FULL_WAIT)?;
                self.report.stopped_by = Some(PhotoTrouble::NotTaken);
            }
            (423, _) => self.postpone(item, PhotoTrouble::ServerBusy, detail, IN_USE_WAIT)?,
            // What it made of the bytes is asked next.
            (400 | 408, _) => {
                self.count_failure(item, PhotoTrouble::ServerBusy, detail)?;
                if self.failures + 1 >= FAILURES_MAX {
                    self.postpone(item, PhotoTrouble::ServerBusy, detail, BUSY_WAIT)?;
                    return Ok(Next::Done);
                }
                return Ok(Next::GoOn);
            }
            (429 | 500..=599, _) => {
                self.postpone(item, PhotoTrouble::ServerBusy, detail, BUSY_WAIT)?;
                self.report.stopped_by = Some(PhotoTrouble::ServerBusy);
            }
            // The device is locked, unknown, or too old: that concerns more than this photo.
            _ => return Err(problem.into()),
        }
        Ok(Next::Done)
    }

    fn begin_anew(&self, item: &mut UploadItem) -> Result<(), Error> {
        photo_queue::restart(&self.device.connection(), item)?;
        item.url = None;
        item.offset = 0;
        Ok(())
    }

    /// After too many failures without progress the link is given up, with the reason at the photo.
    fn count_failure(&mut self, item: &UploadItem, trouble: PhotoTrouble, detail: &str) -> Result<(), Error> {
        self.failures += 1;
        if self.failures >= FAILURES_MAX {
            // Nothing to wait for: when there is a network again, it can go on.
            self.note(item, trouble, detail, Timestamp::UNIX_EPOCH)?;
            self.report.stopped_by = Some(trouble);
        }
        Ok(())
    }

    fn postpone(
        &mut self,
        item: &UploadItem,
        trouble: PhotoTrouble,
        detail: &str,
        wait: SignedDuration,
    ) -> Result<(), Error> {
        let not_before = self.device.now() + wait;
        self.wait_until(not_before);
        self.note(item, trouble, detail, not_before)
    }

    fn wait_until(&mut self, at: Timestamp) {
        let earlier = self.report.not_before.is_none_or(|known| at < known);
        if earlier {
            self.report.not_before = Some(at);
        }
    }

    fn note(
        &self,
        item: &UploadItem,
        trouble: PhotoTrouble,
        detail: &str,
        not_before: Timestamp,
    ) -> Result<(), Error> {
        photo_queue::note_trouble(
            &self.device.connection(),
            item,
            trouble.as_str(),
            detail,
            not_before,
        )?;
        self.tell(item, trouble);
        Ok(())
    }

    /// It will not be sent again; the reason stays.
    fn give_up(&self, item: &UploadItem, trouble: PhotoTrouble, detail: &str) -> Result<(), Error> {
        let state = if trouble == PhotoTrouble::Refused {
            "refused"
        } else {
            "failed"
        };
        let why = Some((trouble.as_str(), detail));
        photo_queue::note_settled(&self.device.connection(), item.hash, item.variant, state, why)?;
        self.tell(item, trouble);
        Ok(())
    }

    fn tell(&self, item: &UploadItem, trouble: PhotoTrouble) {
        self.observer.on_event(PhotoEvent::Trouble {
            hash: item.hash,
            variant: item.variant,
            trouble,
        });
    }

    /// A piece of the file; none where the file is not what was noted.
    fn read(&self, item: &UploadItem, offset: u64, bytes: u64) -> Result<Option<Vec<u8>>, Error> {
        let files = &self.device.ports.photos;
        if files.size(&item.file_name).map_err(Error::File)? != Some(item.size_bytes) {
            return Ok(None);
        }
        let mut source = files.read(&item.file_name).map_err(Error::File)?;
        source.seek(SeekFrom::Start(offset)).map_err(Error::File)?;
        let mut piece = Vec::new();
        source.take(bytes).read_to_end(&mut piece).map_err(Error::File)?;
        Ok((piece.len() as u64 == bytes).then_some(piece))
    }

    /// Whether the file still has the bytes that were noted.
    fn is_intact(&self, item: &UploadItem) -> Result<bool, Error> {
        let mut source = self
            .device
            .ports
            .photos
            .read(&item.file_name)
            .map_err(Error::File)?;
        let (mut hasher, mut piece) = (Sha256::new(), vec![0; 64 * 1024]);
        loop {
            match source.read(&mut piece).map_err(Error::File)? {
                0 => break,
                read => hasher.update(&piece[..read]),
            }
        }
        Ok(PhotoHash::new(hasher.finalize().into()).to_string() == item.sha256)
    }
}
