//! The library that an app links: Jicha's device for Kotlin, Swift and Python, by UniFFI.
//!
//! [`JichaApp`] is the one object that an app holds. It is [`jicha_device::Device`] with the names and shapes that
//! suit those languages: decimals cross as text, instants as the language's own instants, ids as text, and every
//! mistake as one of the few kinds of [`JichaException`] that tell a person what to do.
//!
//! What this crate deliberately does not do: it has no rules and no logic of its own. It converts and delegates;
//! what an edit means is decided in `jicha-domain`, and when it is safe is decided in `jicha-device`.
//!
//! # Threads
//! Every method may be called from any thread. Methods that are not `async` block for local I/O, a few
//! milliseconds each (a photo: as long as copying its file takes), so call them off the UI thread. `async` methods
//! never block the caller: they run on a thread of the library. Callbacks come on that thread, with no lock held.
//!
//! ```
//! use jicha_mobile_core::{JichaApp, file_key_provider};
//!
//! let folder = tempfile::tempdir().expect("a folder for the example");
//! let path = |name: &str| folder.path().join(name).display().to_string();
//! let app = JichaApp::open(path("data"), file_key_provider(path("keys"))?)?;
//! assert!(app.enrolment()?.is_none());
//! # Ok::<(), jicha_mobile_core::JichaException>(())
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod app;
mod edit;
mod error;
mod file_key_provider;
mod form;
mod guard;
mod input;
mod key_provider;
mod photo_upload;
mod photos;
mod record;
mod sync;
mod system;
mod transport;
mod words;

pub use app::JichaApp;
pub use error::JichaException;
pub use file_key_provider::file_key_provider;
pub use form::{list_checklists, load_checklist};
pub use key_provider::{KeyProvider, KeyProviderException};
pub use photo_upload::{LinkKind, PhotoEvent, PhotoListener, PhotoReport, PhotoVariant};
pub use record::*;
pub use sync::{ListenerException, SyncCancellation, SyncEvent, SyncListener, SyncReport};
pub use words::Language;

uniffi::setup_scaffolding!("jicha");
