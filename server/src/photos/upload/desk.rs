//! Who is sending to which upload right now, and where each upload stands.

use super::staging::Mark;
use crate::problem::{Code, Problem};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

/// A request that has sent nothing for so long has most likely lost its link; the next one may take its place.
const SILENT: Duration = Duration::from_secs(2);
/// How long the next one waits for it to let go.
const LET_GO: Duration = Duration::from_secs(3);

/// The uploads under way.
pub struct Desk {
    slots: Mutex<HashMap<String, Arc<Slot>>>,
    receiving: Arc<Semaphore>,
    receiving_max: usize,
    begun: Instant,
}

struct Slot {
    mark: Arc<tokio::sync::Mutex<Option<Mark>>>,
    heard_ms: AtomicU64,
    let_go: Notify,
}

/// The right to write to one upload. The mark inside is where it stands, `None` when only the file knows.
pub(super) struct Hold {
    slot: Arc<Slot>,
    mark: OwnedMutexGuard<Option<Mark>>,
    begun: Instant,
}

impl Hold {
    pub fn take_mark(&mut self) -> Option<Mark> {
        self.mark.take()
    }

    pub fn set_mark(&mut self, mark: Mark) {
        *self.mark = Some(mark);
    }

    /// Notes that bytes came.
    pub fn heard(&self) {
        self.slot.heard_ms.store(since(self.begun), Ordering::Relaxed);
    }

    /// Ready when another request wants to take this one's place.
    pub async fn asked_to_let_go(&self) {
        self.slot.let_go.notified().await;
    }
}

fn since(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl Desk {
    /// A desk at which so many bodies are received at the same time.
    pub fn new(receiving_max: usize) -> Desk {
        Desk {
            slots: Mutex::default(),
            receiving: Arc::new(Semaphore::new(receiving_max)),
            receiving_max,
            begun: Instant::now(),
        }
    }

    /// A place among those whose bodies are received, if one is free.
    pub(super) fn seat(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.receiving)
            .try_acquire_owned()
            .map_err(|_| Problem::new(Code::TooManyUploads).retry_after_s(2))
    }

    /// How many bodies are being received.
    pub fn receiving(&self) -> usize {
        self.receiving_max
            .saturating_sub(self.receiving.available_permits())
    }

    /// The right to write to an upload. Whoever has it and has been silent is asked to let go first.
    pub(super) async fn hold(&self, id: &str) -> Result<Hold, Problem> {
        let slot = self.slot(id);
        let mark = match Arc::clone(&slot.mark).try_lock_owned() {
            Ok(mark) => mark,
            Err(_) => self.take_over(&slot).await?,
        };
        let hold = Hold {
            slot,
            mark,
            begun: self.begun,
        };
        hold.heard();
        Ok(hold)
    }

    async fn take_over(&self, slot: &Slot) -> Result<OwnedMutexGuard<Option<Mark>>, Problem> {
        let busy = || Problem::new(Code::UploadBusy).retry_after_s(1);
        let silent_ms = since(self.begun).saturating_sub(slot.heard_ms.load(Ordering::Relaxed));
        if u128::from(silent_ms) < SILENT.as_millis() {
            return Err(busy());
        }
        // Only whoever waits for bytes right now is meant; a kept permit would stop the next one.
        slot.let_go.notify_waiters();
        tokio::time::timeout(LET_GO, Arc::clone(&slot.mark).lock_owned())
            .await
            .map_err(|_| busy())
    }

    /// Forgets an upload that has ended.
    pub(super) fn clear(&self, id: &str) {
        self.slots().remove(id);
    }

    fn slot(&self, id: &str) -> Arc<Slot> {
        let fresh = || {
            Arc::new(Slot {
                mark: Arc::default(),
                heard_ms: AtomicU64::new(0),
                let_go: Notify::new(),
            })
        };
        Arc::clone(self.slots().entry(id.to_owned()).or_insert_with(fresh))
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Slot>>> {
        // Nothing is half done in the map while the lock is held.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
