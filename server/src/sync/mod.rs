//! The server's end of the sync: devices push and pull in one request.
//!
//! The protocol itself is `jicha_sync`, which does no I/O. Here its events become transactions: every frame is
//! judged and committed on its own, and acknowledged once it is on the disk.

mod commit;
mod endpoint;
mod epoch;
mod error;
mod feed;
mod gate;
mod judge;
mod pull;

pub use commit::{AuthoredBy, append_own};
pub use endpoint::{__path_sync, sync};
pub use epoch::{current as current_epoch, renew as renew_epoch};
pub use error::SyncError;
pub use feed::{Audience, audiences_of};
