//! A phone without a screen: records inspections on one database, syncs it with a server.
//!
//! [`Device`] joins the documents of [`jicha_record`], the database of [`jicha_store`] and the protocol of
//! [`jicha_sync`] over ports that are handed in ([`ports`]). An app's library, a browser's shell, a simulation and
//! a command line all put their own surface over it.
//!
//! What this crate deliberately does not do: it shows nothing, opens no connection by itself, starts no thread and
//! reads no clock but the one it is given.

pub mod enrolment;
pub mod ports;

mod answer;
mod commands;
mod device;
mod error;
mod overview;
#[cfg(not(target_family = "wasm"))]
mod photo_folder;
mod sync_loop;
mod upload;

pub use commands::{
    EarlierPhoto, Edited, NewPhoto, OpenCandidate, OpenConflict, PhotoAttached, PhotoLine, PhotoPassport,
    PhotoReceipt, PhotoTrouble, Retake,
};
pub use device::Device;
pub use error::Error;
pub use jicha_store::photo_queue::{PhotoTotals, Variant, VariantTotals};
pub use overview::WaitingStatistics;
#[cfg(not(target_family = "wasm"))]
pub use photo_folder::PhotoFolder;
pub use sync_loop::{Cancellation, SyncEvent, SyncObserver, SyncReport};
pub use upload::{LinkKind, PhotoEvent, PhotoObserver, PhotoReport};
