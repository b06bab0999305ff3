//! Photos on the server: receiving them, checking them, keeping them by content, and making what is missing of them.
//!
//! A photo is named by the SHA-256 of its original everywhere. Bytes come in as resumable uploads ([`upload`]), lie in a
//! folder or a bucket ([`Objects`]), and enter only when their hash fits and `jicha-imaging` takes them for a photo and
//! nothing else. What arrives without thumbnail, preview or figures gets them from the [`worker`]. [`near`] finds photos
//! that look alike, [`query`] tells what is here, [`access`] who may see it, [`check`] whether the files are what the
//! database says. docs/PHOTOS.md has the contract.
//!
//! Deliberately not: nobody judges a photo here, and no document is changed; that is review's.

pub mod access;
pub mod check;
pub mod event;
pub mod near;
pub mod query;
pub mod upload;
pub mod worker;

mod job;
mod objects;
mod serve_copy;
mod space;
mod stored;
mod variant;

pub use event::{PhotoEvent, What};
pub use near::near_duplicates;
pub use objects::{ObjectError, Objects};
pub use query::{PhotoState, Presence, Use, state_of, uses_of};
pub use serve_copy::{Copy, copy_for};
pub use variant::{Variant, place_of};

use crate::config::Config;
use jicha_domain::id::PhotoHash;
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, MutexGuard, Notify, Semaphore, broadcast};
use upload::Desk;

/// How many events a slow listener may lag behind before it loses some.
const EVENTS_KEPT: usize = 1024;

/// How many photos are read into memory at once to be shown.
const COPIES_AT_ONCE: usize = 8;

/// What the server keeps in memory about photos.
pub struct Photos {
    objects: Objects,
    desk: Desk,
    events: broadcast::Sender<PhotoEvent>,
    work: Notify,
    copies: Semaphore,
    one_at_a_time: [Mutex<()>; 64],
}

impl Photos {
    /// Opens the photo store, making its folders.
    pub fn open(config: &Config) -> Result<Photos, ObjectError> {
        Ok(Photos {
            objects: Objects::open(config)?,
            desk: Desk::new(config.photo_uploads_max),
            events: broadcast::channel(EVENTS_KEPT).0,
            work: Notify::new(),
            copies: Semaphore::new(COPIES_AT_ONCE),
            one_at_a_time: std::array::from_fn(|_| Mutex::default()),
        })
    }

    /// Where the bytes lie.
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// What happens to photos from now on. A listener that lags misses events, and should then look at the database.
    pub fn listen(&self) -> broadcast::Receiver<PhotoEvent> {
        self.events.subscribe()
    }

    fn tell(&self, event: PhotoEvent) {
        // Nobody listening is fine.
        drop(self.events.send(event));
    }

    fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The right to replace a photo's thumbnail and preview: file and row change together.
    async fn alone(&self, hash: PhotoHash) -> MutexGuard<'_, ()> {
        let at = usize::from(hash.as_bytes()[0]) % self.one_at_a_time.len();
        self.one_at_a_time[at].lock().await
    }

    /// Wakes the worker.
    fn wake(&self) {
        self.work.notify_one();
    }
}

/// The SHA-256 that names bytes.
fn hash_of(bytes: &[u8]) -> PhotoHash {
    PhotoHash::new(Sha256::digest(bytes).into())
}
