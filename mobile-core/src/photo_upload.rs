//! Sending photos: what may travel now, with progress and cancellation.

use std::sync::Arc;
use std::time::SystemTime;

use jicha_device::PhotoObserver;

use crate::record::instants;
use crate::sync::SyncCancellation;
use crate::{JichaApp, JichaException, ListenerException, PhotoTroubleRecord};

/// What the phone is connected by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum LinkKind {
    /// Wi-Fi or a cable: bytes cost nothing.
    Wifi,
    /// The mobile network.
    Mobile,
    /// The phone does not know; taken to cost money.
    Unknown,
}

/// The forms in which a photo travels, in the order in which they are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PhotoVariant {
    /// At most 10 kB, for lists.
    Thumbnail,
    /// Long side 1600, for the review.
    Preview,
    /// The camera's own bytes.
    Original,
}

/// Hears what a sending of photos does. Called on a thread of the library with no lock held; the sending waits until it
/// returns. What it throws is ignored.
#[uniffi::export(with_foreign)]
pub trait PhotoListener: Send + Sync {
    /// Something happened.
    fn on_event(&self, event: PhotoEvent) -> Result<(), ListenerException>;
}

/// What a sending of photos tells while it runs.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PhotoEvent {
    /// The server has acknowledged some bytes.
    Sent {
        /// The photo.
        hash: String,
        /// Which form of it.
        variant: PhotoVariant,
        /// How much of it the server has.
        bytes_sent: u64,
        /// How much there is.
        bytes_total: u64,
    },
    /// The server has all of it, and its hash fits.
    Checked {
        /// The photo.
        hash: String,
        /// Which form of it.
        variant: PhotoVariant,
    },
    /// It did not work.
    Trouble {
        /// The photo.
        hash: String,
        /// Which form of it.
        variant: PhotoVariant,
        /// What happened and what to do.
        trouble: PhotoTroubleRecord,
    },
}

/// What a sending of photos did.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PhotoReport {
    /// Thumbnails that the server checked.
    pub thumbnails: u64,
    /// Previews that the server checked.
    pub previews: u64,
    /// Originals that the server checked.
    pub originals: u64,
    /// Bytes of photos that were acknowledged.
    pub bytes_sent: u64,
    /// Originals that wait for Wi-Fi.
    pub held_for_wifi: u64,
    /// What ended it early; what had passed stays passed.
    pub stopped_by: Option<PhotoTroubleRecord>,
    /// Before this there is little use in calling again. Nothing is scheduled: call again yourself.
    pub not_before: Option<SystemTime>,
}

#[uniffi::export(async_runtime = "tokio")]
impl JichaApp {
    /// Sends the photos that wait, as far as the link allows: thumbnails, previews, then originals. A cut connection costs
    /// at most what was in the air; the next call goes on by the byte. Fails with `SyncRunning` while a sync, an
    /// enrolment or another sending runs.
    #[uniffi::method(default(listener = None, cancellation = None))]
    pub async fn send_photos(
        &self,
        link: LinkKind,
        listener: Option<Arc<dyn PhotoListener>>,
        cancellation: Option<Arc<SyncCancellation>>,
    ) -> Result<PhotoReport, JichaException> {
        let (device, transport) = (Arc::clone(&self.device), self.transport.clone());
        let cancellation = cancellation.unwrap_or_else(SyncCancellation::new);
        let stop = Arc::clone(&cancellation);
        let work = async move {
            let observer = Listening(listener);
            let report = device
                .send_photos(&transport, link.into(), &observer, &stop.device)
                .await?;
            Ok(report.into())
        };
        self.alone_until_cancelled(cancellation, work).await
    }

    /// Asks the server which photos it has, and queues again what it has lost. Returns how many files wait again.
    pub async fn check_photo_receipts(&self) -> Result<u64, JichaException> {
        let (device, transport) = (Arc::clone(&self.device), self.transport.clone());
        self.alone(async move {
            let cancellation = jicha_device::Cancellation::default();
            Ok(device.check_photo_receipts(&transport, &cancellation).await?)
        })
        .await
    }
}

/// The app's listener as the device's observer.
struct Listening(Option<Arc<dyn PhotoListener>>);

impl PhotoObserver for Listening {
    fn on_event(&self, event: jicha_device::PhotoEvent) {
        if let Some(listener) = &self.0 {
            // A listener that fails must not cost the sending.
            let _ = listener.on_event(event.into());
        }
    }
}

impl From<LinkKind> for jicha_device::LinkKind {
    fn from(link: LinkKind) -> Self {
        match link {
            LinkKind::Wifi => Self::Wifi,
            LinkKind::Mobile => Self::Mobile,
            LinkKind::Unknown => Self::Unknown,
        }
    }
}

impl From<jicha_device::Variant> for PhotoVariant {
    fn from(variant: jicha_device::Variant) -> Self {
        match variant {
            jicha_device::Variant::Thumbnail => Self::Thumbnail,
            jicha_device::Variant::Preview => Self::Preview,
            jicha_device::Variant::Original => Self::Original,
        }
    }
}

impl From<jicha_device::PhotoEvent> for PhotoEvent {
    fn from(event: jicha_device::PhotoEvent) -> Self {
        match event {
            jicha_device::PhotoEvent::Sent {
                hash,
                variant,
                bytes_sent,
                bytes_total,
            } => Self::Sent {
                hash: hash.to_string(),
                variant: variant.into(),
                bytes_sent,
                bytes_total,
            },
            jicha_device::PhotoEvent::Checked { hash, variant } => Self::Checked {
                hash: hash.to_string(),
                variant: variant.into(),
            },
            jicha_device::PhotoEvent::Trouble {
                hash,
                variant,
                trouble,
            } => Self::Trouble {
                hash: hash.to_string(),
                variant: variant.into(),
                trouble: trouble.into(),
            },
        }
    }
}

impl From<jicha_device::PhotoReport> for PhotoReport {
    fn from(report: jicha_device::PhotoReport) -> Self {
        Self {
            thumbnails: report.thumbnails,
            previews: report.previews,
            originals: report.originals,
            bytes_sent: report.bytes_sent,
            held_for_wifi: report.held_for_wifi,
            stopped_by: report.stopped_by.map(Into::into),
            not_before: instants(report.not_before),
        }
    }
}
