//! The calls that use the network: enrolling and syncing, with progress and cancellation.

use std::future::Future;
use std::sync::Arc;

use jicha_device::SyncObserver;
use jicha_device::enrolment::EnrolmentCode;
use tokio::sync::{OwnedMutexGuard, watch};
use tokio::task::JoinSet;

use crate::guard::from_panic;
use crate::input::bad_input;
use crate::transport::why_not_permitted;
use crate::{EnrolmentRecord, JichaApp, JichaException};

/// Hears what a sync does. Called on a thread of the library with no lock held; the sync waits until it returns, so
/// hand over to the UI thread and return. What it throws is ignored.
#[uniffi::export(with_foreign)]
pub trait SyncListener: Send + Sync {
    /// Something happened.
    fn on_event(&self, event: SyncEvent) -> Result<(), ListenerException>;
}

/// A listener failed. The sync goes on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum ListenerException {
    /// It failed.
    #[error("{detail}")]
    Failed {
        /// Why.
        detail: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for ListenerException {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed { detail: error.reason }
    }
}

/// What a sync tells while it runs.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SyncEvent {
    /// A request is being sent.
    Sending {
        /// The round, from 1. Ordinarily there is one.
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
    /// Changes of others were stored here; lists and open screens should be read again.
    Received {
        /// The documents that changed, e.g. `task/0197…`.
        documents: Vec<String>,
    },
}

/// What a completed sync moved.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SyncReport {
    /// Requests made.
    pub rounds: u32,
    /// Bytes of the requests.
    pub bytes_sent: u64,
    /// Bytes of the responses.
    pub bytes_received: u64,
    /// Documents of which something was received.
    pub documents_received: u64,
    /// Changes that the server refused in this sync; `refused()` lists them.
    pub refused: u64,
    /// Milliseconds by which the server's clock is ahead of the device's.
    pub clock_offset_ms: i64,
    /// Thumbnails of photos that went along after the records.
    pub thumbnails_sent: u64,
}

/// Calls a sync off, from any thread. One for each sync: once cancelled it stays so.
#[derive(Debug, uniffi::Object)]
pub struct SyncCancellation {
    pub(crate) device: jicha_device::Cancellation,
    cancelled: watch::Sender<bool>,
}

#[uniffi::export]
impl SyncCancellation {
    /// A cancellation that was not used yet.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            device: jicha_device::Cancellation::default(),
            cancelled: watch::Sender::new(false),
        })
    }

    /// Ends the sync as soon as possible, even while it waits for the network. What had passed stays passed.
    pub fn cancel(&self) {
        self.device.cancel();
        self.cancelled.send_replace(true);
    }
}

impl SyncCancellation {
    pub(crate) async fn cancelled(&self) {
        // The sender is ours and alive, so waiting can't fail.
        let _ = self.cancelled.subscribe().wait_for(|cancelled| *cancelled).await;
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl JichaApp {
    /// Enrols this device with the text of an enrolment QR code. A device that is enrolled already gets a new
    /// identity; what it recorded stays. Fails with `SyncRunning` while a sync runs.
    pub async fn enrol(
        &self,
        payload: String,
        device_name: String,
        platform: String,
    ) -> Result<EnrolmentRecord, JichaException> {
        let server = EnrolmentCode::parse(&payload)?.server;
        if let Some(why) = why_not_permitted(&server) {
            return Err(bad_input("payload", why, &server));
        }
        let (device, transport) = (Arc::clone(&self.device), self.transport.clone());
        let work = async move { device.enrol(&transport, &payload, &device_name, &platform).await };
        self.alone(async move { Ok(work.await?.into()) }).await
    }

    /// Sends what waits and fetches what is new. Fails with `SyncRunning` while another sync or enrolment runs. A
    /// sync whose coroutine or task is cancelled by the app's own means stops too.
    #[uniffi::method(default(listener = None, cancellation = None))]
    pub async fn sync(
        &self,
        listener: Option<Arc<dyn SyncListener>>,
        cancellation: Option<Arc<SyncCancellation>>,
    ) -> Result<SyncReport, JichaException> {
        let (device, transport) = (Arc::clone(&self.device), self.transport.clone());
        let cancellation = cancellation.unwrap_or_else(SyncCancellation::new);
        let stop = Arc::clone(&cancellation);
        let work = async move {
            let observer = Listening(listener);
            Ok(device.sync(&transport, &observer, &stop.device).await?.into())
        };
        self.alone_until_cancelled(cancellation, work).await
    }
}

impl JichaApp {
    /// As [`Self::alone`], for work that the app can break off.
    pub(crate) async fn alone_until_cancelled<T: Send + 'static>(
        &self,
        cancellation: Arc<SyncCancellation>,
        work: impl Future<Output = Result<T, JichaException>> + Send + 'static,
    ) -> Result<T, JichaException> {
        self.alone(async move {
            tokio::select! {
                biased;
                () = cancellation.cancelled() => Err(JichaException::Cancelled),
                outcome = work => outcome,
            }
        })
        .await
    }

    /// Runs the one piece of work that may use the network, on a thread of the library: the caller's thread, often
    /// the UI's, only waits. Dropping the returned future ends the work at its next wait.
    pub(crate) async fn alone<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, JichaException>> + Send + 'static,
    ) -> Result<T, JichaException> {
        let running: OwnedMutexGuard<()> = Arc::clone(&self.connected)
            .try_lock_owned()
            .map_err(|_| JichaException::SyncRunning)?;
        let mut task = JoinSet::new();
        task.spawn(async move {
            let _running = running;
            work.await
        });
        match task.join_next().await {
            Some(Ok(result)) => result,
            Some(Err(ended)) => match ended.try_into_panic() {
                Ok(panic) => Err(from_panic(panic.as_ref())),
                Err(_) => Err(JichaException::Cancelled),
            },
            None => Err(JichaException::Cancelled),
        }
    }
}

/// The app's listener as the device's observer.
struct Listening(Option<Arc<dyn SyncListener>>);

impl SyncObserver for Listening {
    fn on_event(&self, event: jicha_device::SyncEvent) {
        if let Some(listener) = &self.0 {
            // A listener that fails must not cost the sync.
            let _ = listener.on_event(event.into());
        }
    }
}

impl From<jicha_device::SyncEvent> for SyncEvent {
    fn from(event: jicha_device::SyncEvent) -> Self {
        match event {
            jicha_device::SyncEvent::Sending {
                round,
                bytes,
                changes_waiting,
            } => Self::Sending {
                round,
                bytes,
                changes_waiting,
            },
            jicha_device::SyncEvent::Acknowledged { changes_waiting } => {
                Self::Acknowledged { changes_waiting }
            }
            jicha_device::SyncEvent::Received { documents } => Self::Received {
                documents: documents.iter().map(ToString::to_string).collect(),
            },
        }
    }
}

impl From<jicha_device::SyncReport> for SyncReport {
    fn from(report: jicha_device::SyncReport) -> Self {
        let jicha_device::SyncReport {
            rounds,
            bytes_sent,
            bytes_received,
            documents_received,
            refused,
            clock_offset_ms,
            thumbnails,
        } = report;
        Self {
            rounds,
            bytes_sent,
            bytes_received,
            documents_received,
            refused,
            clock_offset_ms,
            thumbnails_sent: thumbnails.thumbnails,
        }
    }
}
