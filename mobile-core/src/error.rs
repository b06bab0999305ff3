//! Errors by what a person can do about them. The one place where the device's errors become the app's.

use std::error::Error as StdError;
use std::io;

use jicha_device::Error as DeviceError;
use jicha_record::Error as RecordError;
use jicha_store::{Error as StoreError, OpenError};

use crate::key_provider::KeyProviderException;
use crate::system::random;

/// Why a call failed, told apart by what can be done. `detail` is one English sentence for a log or a second line on
/// the screen; what the screen says first follows from the kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum JichaException {
    /// The device belongs to nobody, or the server no longer knows it. Scan an enrolment code; nothing is lost.
    #[error("not enrolled: {detail}")]
    NotEnrolled {
        /// What happened.
        detail: String,
    },
    /// The administration locked this device or its person. What is recorded stays here until it is unlocked.
    #[error("locked: {detail}")]
    Locked {
        /// The server's words.
        detail: String,
    },
    /// No connection. What is recorded is safe and goes with the next sync.
    #[error("offline: {detail}")]
    Offline {
        /// What the network said.
        detail: String,
    },
    /// Something else is in the way for now: the server is busy or its answer was garbled. Try again.
    #[error("try again later: {detail}")]
    TryLater {
        /// What was in the way.
        detail: String,
    },
    /// Another sync or enrolment is running on this device. Wait for it, or cancel it.
    #[error("a sync or an enrolment is running")]
    SyncRunning,
    /// The sync was cancelled. What had passed stays passed.
    #[error("cancelled")]
    Cancelled,
    /// A rule forbids it. Show the person which.
    #[error("refused by {rule}: {detail}")]
    Refused {
        /// A stable word: `signed`, `contested`, `changed_since`, `nothing_to_undo`, `too_large`,
        /// `photo_not_checked`, or the server's
        /// code of the problem, such as `enrolment_code_unusable`.
        rule: String,
        /// The entry of the document, as `section/key`; empty where it is none in particular.
        place: String,
        /// The rule in words.
        detail: String,
    },
    /// The inspection can't be signed yet.
    #[error("not complete: {}", missing.join("; "))]
    NotComplete {
        /// What is missing, one phrase each. `InspectionRecord.missing` has the same with labels.
        missing: Vec<String>,
    },
    /// There is no such thing on this device.
    #[error("there is no {what} {id} on this device")]
    NotFound {
        /// The kind of thing.
        what: String,
        /// Its id.
        id: String,
    },
    /// A value that was handed over is not what the field takes.
    #[error("{field}: {expected}")]
    BadInput {
        /// The field.
        field: String,
        /// What was expected.
        expected: String,
        /// What was found, cut to a readable length.
        found: String,
    },
    /// The key provider did not give or use a key. Unlock the phone and try again; else enrol again.
    #[error("the device's key can't be used: {detail}")]
    KeyUnavailable {
        /// The key provider's words.
        detail: String,
    },
    /// The database or a document in it is damaged. Nothing was deleted; keep the folder and call for help.
    #[error("damaged: {detail}")]
    Damaged {
        /// What is damaged.
        detail: String,
    },
    /// No room is left on the device. Nothing of the call was written; make room and repeat it.
    #[error("the disk is full; nothing was written")]
    DiskFull,
    /// The data or the server is newer than this app. Install the newer version; nothing is lost.
    #[error("this app is too old: {detail}")]
    TooNew {
        /// What was newer.
        detail: String,
    },
    /// A mistake in Jicha. Nothing of the call was written. Report it.
    #[error("a mistake in Jicha, report {report_id}: {detail}")]
    Bug {
        /// Eight characters to be read out on the telephone; the app logs them together with the detail.
        report_id: String,
        /// What the makers need to know. It holds no names, telephones, positions or keys.
        detail: String,
    },
}

impl JichaException {
    pub(crate) fn bug(detail: String) -> Self {
        let report_id = random::<4>().iter().map(|byte| format!("{byte:02x}")).collect();
        Self::Bug { report_id, detail }
    }

    fn refused(rule: &str, place: impl ToString, error: &dyn StdError) -> Self {
        Self::Refused {
            rule: rule.to_owned(),
            place: place.to_string(),
            detail: error.to_string(),
        }
    }

    /// A file of the app's folder or a photo could not be used.
    pub(crate) fn file(field: &str, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => crate::input::bad_input(field, format!("a file or folder that can be used: {error}"), ""),
        }
    }

    fn server(status: u16, code: String, detail: String) -> Self {
        match (code.as_str(), status) {
            ("device_locked", _) => Self::Locked { detail },
            ("device_unknown", _) | (_, 401) => Self::NotEnrolled { detail },
            // A server that answers 200 and still disappoints is another one: a portal that wants to be paid first.
            (_, 200..=299 | 429 | 500..) => Self::TryLater { detail },
            _ => Self::Refused {
                rule: code,
                place: String::new(),
                detail,
            },
        }
    }
}

impl From<DeviceError> for JichaException {
    fn from(error: DeviceError) -> Self {
        match error {
            DeviceError::NotEnrolled => Self::NotEnrolled {
                detail: error.to_string(),
            },
            DeviceError::EnrolmentCode => crate::input::bad_input("payload", &error, ""),
            DeviceError::EnrolmentRefused { code, detail } => match code.as_str() {
                "too_many_attempts" | "busy" | "timed_out" | "internal" | "answer-unreadable" => {
                    Self::TryLater { detail }
                }
                _ => Self::Refused {
                    rule: code,
                    place: String::new(),
                    detail,
                },
            },
            DeviceError::NotFound { what, id } => Self::NotFound {
                what: what.to_owned(),
                id,
            },
            DeviceError::NotInTask { point, .. } => Self::NotFound {
                what: "point in the task".to_owned(),
                id: point,
            },
            DeviceError::NotComplete { missing } => Self::NotComplete { missing },
            DeviceError::NothingToUndo => Self::refused("nothing_to_undo", "", &error),
            DeviceError::DocumentFull { .. } => Self::refused("too_large", "", &error),
            DeviceError::Photo { reason, why } => crate::input::bad_input("path", why, reason),
            DeviceError::PhotoNotSafe { .. } => Self::refused("photo_not_checked", "", &error),
            DeviceError::File(error) => Self::file("path", &error),
            DeviceError::Keystore(error) => Self::KeyUnavailable { detail: error.why },
            DeviceError::Offline(error) => Self::Offline { detail: error.why },
            DeviceError::Cancelled => Self::Cancelled,
            DeviceError::Server { status, code, detail } => Self::server(status, code, detail),
            DeviceError::AppTooOld { detail } => Self::TooNew { detail },
            DeviceError::Protocol(_) | DeviceError::Gap => Self::TryLater {
                detail: chain(&error),
            },
            DeviceError::Request(_) => Self::bug(chain(&error)),
            DeviceError::RolledBack => Self::NotEnrolled {
                detail: error.to_string(),
            },
            DeviceError::Record(error) => error.into(),
            DeviceError::Store(error) => error.into(),
        }
    }
}

impl From<RecordError> for JichaException {
    fn from(error: RecordError) -> Self {
        match &error {
            RecordError::Load { .. }
            | RecordError::Apply { .. }
            | RecordError::NoSection { .. }
            | RecordError::Incomplete { .. } => Self::Damaged {
                detail: chain(&error),
            },
            RecordError::Missing { .. } => Self::TryLater {
                detail: chain(&error),
            },
            RecordError::Write { .. } => Self::bug(chain(&error)),
            RecordError::Contested { place } => Self::refused("contested", place, &error),
            RecordError::NotContested { place } => Self::refused("not_contested", place, &error),
            RecordError::Signed { place } => Self::refused("signed", place, &error),
            RecordError::TooLarge { place, .. } => Self::refused("too_large", place, &error),
            RecordError::ChangeTooLarge { .. } => Self::refused("too_large", "", &error),
            RecordError::ChangedSince { place } => Self::refused("changed_since", place, &error),
            RecordError::NoSuchChange { change, .. } => Self::NotFound {
                what: "change".to_owned(),
                id: change.to_string(),
            },
        }
    }
}

impl From<StoreError> for JichaException {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::DiskFull => Self::DiskFull,
            StoreError::Busy => Self::TryLater {
                detail: error.to_string(),
            },
            StoreError::Corrupt(_) | StoreError::Stored { .. } | StoreError::Quarantined { .. } => {
                Self::Damaged {
                    detail: chain(&error),
                }
            }
            StoreError::Constraint(_) | StoreError::Sqlite(_) => Self::bug(chain(&error)),
            StoreError::Record(error) => error.into(),
        }
    }
}

impl From<OpenError> for JichaException {
    fn from(error: OpenError) -> Self {
        let detail = chain(&error);
        match error {
            OpenError::Damaged { .. } => Self::Damaged { detail },
            OpenError::TooNew { .. } => Self::TooNew { detail },
            OpenError::Migration { source, .. } => match StoreError::from(source) {
                StoreError::DiskFull => Self::DiskFull,
                StoreError::Busy => Self::TryLater { detail },
                StoreError::Corrupt(_) => Self::Damaged { detail },
                StoreError::Constraint(_)
                | StoreError::Sqlite(_)
                | StoreError::Record(_)
                | StoreError::Stored { .. }
                | StoreError::Quarantined { .. } => Self::bug(detail),
            },
            OpenError::Open { source, .. } => match StoreError::from(source) {
                StoreError::DiskFull => Self::DiskFull,
                StoreError::Busy => Self::TryLater { detail },
                StoreError::Corrupt(_) => Self::Damaged { detail },
                StoreError::Constraint(_)
                | StoreError::Sqlite(_)
                | StoreError::Record(_)
                | StoreError::Stored { .. }
                | StoreError::Quarantined { .. } => crate::input::bad_input("folder", detail, ""),
            },
        }
    }
}

impl From<KeyProviderException> for JichaException {
    fn from(error: KeyProviderException) -> Self {
        match error {
            KeyProviderException::Unavailable { detail } => Self::KeyUnavailable { detail },
        }
    }
}

/// An error with its causes, each once.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
