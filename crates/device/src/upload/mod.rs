//! Photos on their way to the server: tus 1.0.0, one file after the other, thumbnails first and originals last.
//!
//! What the server has acknowledged is noted before the next byte is sent, so a cut, a restart or a kill costs what was in
//! the air and nothing else. Nothing here waits or retries by a timer: a call sends what can be sent and says what held
//! up the rest; when to call again is the app's to decide.

mod pace;
mod policy;
pub(crate) mod receipts;
mod session;
mod tus;

pub use policy::LinkKind;

use jicha_domain::id::PhotoHash;
use jicha_store::photo_queue::{self, Variant};
use jiff::Timestamp;

use crate::ports::Transport;
use crate::sync_loop::Cancellation;
use crate::{Device, Error, PhotoTrouble};
use session::Session;

/// What a sending of photos tells while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhotoEvent {
    /// The server has acknowledged some bytes.
    Sent {
        /// The photo.
        hash: PhotoHash,
        /// Which form of it.
        variant: Variant,
        /// How much of it the server has.
        bytes_sent: u64,
        /// How much there is.
        bytes_total: u64,
    },
    /// The server has all of it, and its hash fits.
    Checked {
        /// The photo.
        hash: PhotoHash,
        /// Which form of it.
        variant: Variant,
    },
    /// It did not work.
    Trouble {
        /// The photo.
        hash: PhotoHash,
        /// Which form of it.
        variant: Variant,
        /// Why.
        trouble: PhotoTrouble,
    },
}

/// Listens to a sending of photos.
pub trait PhotoObserver: Send + Sync {
    /// Something happened. Called without any lock held.
    fn on_event(&self, event: PhotoEvent);
}

/// Hears nothing.
struct Unobserved;

impl PhotoObserver for Unobserved {
    fn on_event(&self, _: PhotoEvent) {}
}

/// What a sending of photos did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// What ended it early.
    pub stopped_by: Option<PhotoTrouble>,
    /// Before this there is little use in calling again. Nobody has scheduled anything.
    pub not_before: Option<Timestamp>,
}

impl Device {
    /// Sends the photos that wait, as far as the link allows: thumbnails, then previews, then originals. What is sent when
    /// the connection breaks is taken up again at once a few times, and at the next call otherwise.
    pub async fn send_photos<T: Transport>(
        &self,
        transport: &T,
        link: LinkKind,
        observer: &dyn PhotoObserver,
        cancellation: &Cancellation,
    ) -> Result<PhotoReport, Error> {
        let mut session = Session::begin(self, transport, observer, cancellation)?;
        receipts::reconcile_after_restore(&session).await?;
        for &variant in Variant::ALL {
            if policy::allows(&self.connection(), link, variant)? {
                session.send_all(variant).await?;
            } else {
                session.report.held_for_wifi = photo_queue::totals(&self.connection())?.originals.count;
            }
            if session.is_over() {
                break;
            }
        }
        if !session.is_over() {
            receipts::ask_for_new(&session).await?;
        }
        Ok(session.report)
    }

    /// Whether originals wait for Wi-Fi, which they do unless it is set otherwise.
    pub fn originals_only_over_wifi(&self) -> Result<bool, Error> {
        policy::originals_only_over_wifi(&self.connection())
    }

    /// Lets originals wait for Wi-Fi, or not.
    pub fn set_originals_only_over_wifi(&self, only: bool) -> Result<(), Error> {
        policy::set_originals_only_over_wifi(&self.connection(), only)
    }

    /// Asks the server which photos it has, and queues again what it has lost. Returns how many files wait again.
    pub async fn check_photo_receipts<T: Transport>(
        &self,
        transport: &T,
        cancellation: &Cancellation,
    ) -> Result<u64, Error> {
        let session = Session::begin(self, transport, &Unobserved, cancellation)?;
        receipts::reconcile(&session).await
    }
}

/// The thumbnails, within a sync. They are small, and what goes wrong with them is noted at each.
pub(crate) async fn send_thumbnails<T: Transport>(
    device: &Device,
    transport: &T,
    cancellation: &Cancellation,
) -> PhotoReport {
    let Ok(mut session) = Session::begin(device, transport, &Unobserved, cancellation) else {
        return PhotoReport::default();
    };
    // The sync itself has succeeded. Whatever this is, the next sending meets it again and tells it.
    if receipts::reconcile_after_restore(&session).await.is_ok() {
        drop(session.send_all(Variant::Thumbnail).await);
    }
    session.report
}
