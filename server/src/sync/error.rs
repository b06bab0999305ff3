//! What can go wrong in a sync, before it becomes a problem for the caller.

use jicha_sync::{ProtocolError, SendError, VersionError};

use crate::problem::Problem;
use crate::storage;

/// Why a sync was broken off. What was acknowledged before stays.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The request does not follow the protocol.
    #[error("the request does not follow the protocol")]
    Protocol(#[from] ProtocolError),
    /// The two sides have no version in common.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// The request speaks for another device than its token.
    #[error("the request speaks for device {stated}, but the token belongs to another")]
    ForeignDevice {
        /// The device that the request names.
        stated: uuid::Uuid,
    },
    /// The answer can't be put together, which is a mistake of the program.
    #[error("the answer can't be put together")]
    Answer(#[from] SendError),
    /// The documents or the log failed.
    #[error("the change log failed")]
    Store(#[from] jicha_store::Error),
    /// The database failed.
    #[error("the database failed")]
    Storage(#[from] storage::Error),
    /// Something below the sync has made a problem of it already.
    #[error("{0:?}")]
    Problem(Problem),
}

impl From<rusqlite::Error> for SyncError {
    fn from(error: rusqlite::Error) -> Self {
        SyncError::Store(error.into())
    }
}

impl From<jicha_record::Error> for SyncError {
    fn from(error: jicha_record::Error) -> Self {
        SyncError::Store(error.into())
    }
}

impl From<Problem> for SyncError {
    fn from(problem: Problem) -> Self {
        SyncError::Problem(problem)
    }
}
