//! A phone: a device with its own folder, keystore and link.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jicha_device::ports::{Clock, Ports};
use jicha_device::{
    Cancellation, Device, Error, LinkKind, PhotoEvent, PhotoFolder, PhotoObserver, PhotoReport, SyncEvent,
    SyncObserver, SyncReport,
};

use jiff::Timestamp;

use crate::keys::FolderKeystore;
use crate::link::Link;
use crate::time::{SeededIds, TestClock};

/// A phone in somebody's hand.
pub struct Phone {
    /// The device itself; gone while the phone is off.
    pub device: Device,
    /// Its connection.
    pub link: Link,
    /// Its clock.
    pub clock: Arc<TestClock>,
    folder: PathBuf,
    ports: Ports,
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Phone({})", self.folder.display())
    }
}

struct Unobserved;

impl SyncObserver for Unobserved {
    fn on_event(&self, _event: SyncEvent) {}
}

impl PhotoObserver for Unobserved {
    fn on_event(&self, _event: PhotoEvent) {}
}

impl Phone {
    /// A phone with this folder, new if there is nothing in it.
    pub fn unpack(folder: &Path, seed: u64, clock: Arc<TestClock>) -> Self {
        std::fs::create_dir_all(folder).expect("the folder can be made");
        let ports = Ports {
            clock: clock.clone(),
            ids: Arc::new(SeededIds::from_seed(seed)),
            keystore: Arc::new(FolderKeystore::open(folder)),
            photos: Arc::new(PhotoFolder::open(&folder.join("photos")).expect("the folder can be made")),
        };
        let device = Device::open(&folder.join("jicha.sqlite"), ports.clone()).expect("a new database opens");
        Phone {
            device,
            link: Link::good(),
            clock,
            folder: folder.to_owned(),
            ports,
        }
    }

    /// Its database.
    pub fn database(&self) -> PathBuf {
        self.folder.join("jicha.sqlite")
    }

    /// The battery dies and the phone starts again: only what is on the disk is left.
    pub fn restart(self) -> Self {
        let Phone {
            device,
            link,
            clock,
            folder,
            ports,
        } = self;
        drop(device);
        let device =
            Device::open(&folder.join("jicha.sqlite"), ports.clone()).expect("the database opens again");
        Phone {
            device,
            link,
            clock,
            folder,
            ports,
        }
    }

    /// One attempt to sync, over whatever the link is at the moment.
    pub async fn try_sync(&self) -> Result<SyncReport, Error> {
        self.device
            .sync(&self.link, &Unobserved, &Cancellation::default())
            .await
    }

    /// A sync that has to succeed.
    pub async fn sync(&self) -> SyncReport {
        self.try_sync()
            .await
            .unwrap_or_else(|error| panic!("the sync failed: {}", causes(&error)))
    }

    /// Sends the photos that wait, as over Wi-Fi.
    pub async fn send_photos(&self) -> Result<PhotoReport, Error> {
        self.device
            .send_photos(&self.link, LinkKind::Wifi, &Unobserved, &Cancellation::default())
            .await
    }

    /// What its clock says.
    pub fn now(&self) -> Timestamp {
        Clock::now(self.clock.as_ref())
    }

    /// Changes that still wait to be sent.
    pub fn waiting(&self) -> u64 {
        self.device
            .waiting()
            .expect("statistics can be read")
            .records
            .changes
    }
}

/// An error with everything that led to it.
pub fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
