//! What can go wrong on a device.

use jicha_sync::{ProtocolError, SendError};

use jicha_domain::id::PhotoHash;

use crate::PhotoReceipt;
use crate::ports::{KeystoreError, TransportError};

/// Why a device could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The device belongs to nobody yet.
    #[error("this device is not enrolled; scan an enrolment code first")]
    NotEnrolled,
    /// The text is no enrolment code.
    #[error("this is no enrolment code; expected an address ending in /enrol#CODE")]
    EnrolmentCode,
    /// The server did not accept the enrolment.
    #[error("the server refused the enrolment: {detail}")]
    EnrolmentRefused {
        /// The server's stable code of the problem.
        code: String,
        /// The server's words.
        detail: String,
    },
    /// There is no such inspection or task here.
    #[error("there is no {what} {id} on this device")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A point is not in the task.
    #[error("metering point {point} is not in task {task}")]
    NotInTask {
        /// The metering point's number.
        point: String,
        /// The task.
        task: String,
    },
    /// The inspection can't be finished or signed yet.
    #[error("the inspection is not complete: {}", missing.join("; "))]
    NotComplete {
        /// What is missing, each in one phrase.
        missing: Vec<String>,
    },
    /// There is nothing to undo.
    #[error("there is no edit of this device to undo")]
    NothingToUndo,
    /// The document would become too large.
    #[error("the inspection is full: it would hold {size_bytes} bytes, at most {max_bytes} are possible")]
    DocumentFull {
        /// Its size with the edit.
        size_bytes: usize,
        /// The limit.
        max_bytes: usize,
    },
    /// The photo can't be used.
    #[error("the photo can't be used: {why}")]
    Photo {
        /// The reason as a word that never changes, such as `not_a_photo` or `truncated`.
        reason: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The photo's copy must stay: the server has not checked it.
    #[error("photo {hash} is not checked by the server yet; its copy on this device stays")]
    PhotoNotSafe {
        /// The photo.
        hash: PhotoHash,
        /// How far it has come.
        receipt: PhotoReceipt,
    },
    /// A file could not be read or written.
    #[error("a file could not be read or written")]
    File(#[source] std::io::Error),
    /// The keystore refused.
    #[error("the device's key can't be used")]
    Keystore(#[from] KeystoreError),
    /// No connection. What is recorded is safe here and goes with the next sync.
    #[error("there is no connection to the server")]
    Offline(#[from] TransportError),
    /// The sync was called off. What had passed stays passed.
    #[error("the sync was called off")]
    Cancelled,
    /// The server answered with a problem.
    #[error("the server refused: {detail}")]
    Server {
        /// The HTTP status.
        status: u16,
        /// The server's stable code of the problem.
        code: String,
        /// The server's words.
        detail: String,
    },
    /// The server no longer speaks to an app of this age.
    #[error("this app is too old for the server; install the newer version, nothing is lost: {detail}")]
    AppTooOld {
        /// The server's words.
        detail: String,
    },
    /// The server's answer does not follow the protocol.
    #[error("the server's answer can't be read")]
    Protocol(#[from] ProtocolError),
    /// A request could not be put together, which is a mistake of the program.
    #[error("the request can't be put together")]
    Request(#[from] SendError),
    /// The server sent changes whose predecessors are not here.
    #[error("the server's answer has gaps; sync again")]
    Gap,
    /// This device's database is older than what the server has already received from it.
    #[error("this device's data went back to an older state; enrol it again, nothing is lost")]
    RolledBack,
    /// A document could not be read or changed.
    #[error(transparent)]
    Record(jicha_record::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] jicha_store::Error),
}

impl From<jicha_record::Error> for Error {
    fn from(error: jicha_record::Error) -> Self {
        Error::Record(error)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Error::Store(error.into())
    }
}
