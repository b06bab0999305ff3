//! What every handler can reach: configuration, storage, clock, the server's key, the throttle.

use crate::auth::Throttle;
use crate::auth::session::Lifetime;
use crate::clock::Clock;
use crate::config::Config;
use crate::live::Live;
use crate::photos::Photos;
use crate::storage::Storage;
use ed25519_dalek::SigningKey;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use tokio::sync::Notify;

/// The state of one server; cloning gives another handle on it.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    storage: Storage,
    clock: Arc<dyn Clock>,
    server_key: SigningKey,
    throttle: Throttle,
    photos: Photos,
    live: Live,
    review_due: Notify,
}

impl App {
    /// Joins the parts.
    pub fn new(
        config: Config,
        storage: Storage,
        clock: Arc<dyn Clock>,
        server_key: SigningKey,
        photos: Photos,
    ) -> App {
        App {
            inner: Arc::new(Inner {
                config,
                storage,
                clock,
                server_key,
                throttle: Throttle::default(),
                photos,
                live: Live::default(),
                review_due: Notify::new(),
            }),
        }
    }

    /// Told when a sync has brought something that the review queue has to follow.
    pub fn review_due(&self) -> &Notify {
        &self.inner.review_due
    }

    /// The values in force.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The database.
    pub fn storage(&self) -> &Storage {
        &self.inner.storage
    }

    /// The present instant; handlers ask no other clock.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The server's Ed25519 key, with which it signs what it answers for.
    pub fn server_key(&self) -> &SigningKey {
        &self.inner.server_key
    }

    /// Counts of failed attempts.
    pub fn throttle(&self) -> &Throttle {
        &self.inner.throttle
    }

    /// Photos: their bytes, the uploads under way, what happens to them.
    pub fn photos(&self) -> &Photos {
        &self.inner.photos
    }

    /// What open pages are told.
    pub fn live(&self) -> &Live {
        &self.inner.live
    }

    /// How long browser sessions last.
    pub fn session_lifetime(&self) -> Lifetime {
        Lifetime {
            idle: SignedDuration::from_mins(i64::from(self.config().session_idle_min)),
            absolute: SignedDuration::from_hours(i64::from(self.config().session_hours_max)),
        }
    }
}
