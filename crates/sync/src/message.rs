//! What the two ends say to each other, typed. Changes are in [`crate::DocumentChanges`].

use jicha_record::{ChangeHash, DocumentId};
use uuid::Uuid;

#[cfg(doc)]
use crate::limits::Limits;
use crate::portion::DocumentName;

/// How a device introduces itself; the first frame of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The oldest version of the protocol that the device speaks.
    pub protocol_min: u16,
    /// The newest version of the protocol that the device speaks.
    pub protocol_max: u16,
    /// The device's enrolment.
    pub device: Uuid,
    /// The server's epoch that `cursor` belongs to; `None` on the first sync.
    pub epoch: Option<Uuid>,
    /// Up to which place of the server's log the device has everything that it may see.
    pub cursor: u64,
    /// Whether the sync before was cut. Then the device pushes nothing in this request and learns from
    /// [`Welcome::received`] where to go on.
    pub resuming: bool,
    /// After how many bytes the server shall stop sending changes.
    pub response_bytes_max: u32,
    /// Name and version of the app, for the server's log; at most [`Limits::APP_BYTES_MAX`] bytes.
    pub app: String,
}

/// A place in a device's outbox: everything up to it is meant.
///
/// Outbox entries have ascending numbers, from 1, that are never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// The number of the newest entry.
    pub position: u64,
    /// The change of that entry. A device that does not have this change at this position has lost writes: its
    /// database is older than what the server knows, and it must be enrolled anew.
    pub last: ChangeHash,
}

/// The server's answer to [`Hello`]; the first frame of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Welcome {
    /// The version that both speak from here on.
    pub protocol: u16,
    /// The server's epoch. If it is another than the device's, the server lost writes, the device's cursor
    /// means nothing any more and the device offers its heads in the next request.
    pub epoch: Uuid,
    /// The server's clock, in milliseconds since 1970.
    pub server_time_ms: i64,
    /// How far the server durably has this device's outbox; `None` if it has nothing of it.
    pub received: Option<Received>,
}

/// The answer to one frame of changes: it was committed durably.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    /// Which frame of changes of the request is meant, from 0.
    pub frame: u32,
    /// The position that this frame covered. The device may clear its outbox up to here.
    pub through_position: u64,
    /// Changes that the server keeps but does not let in.
    pub refused: Vec<Refused>,
    /// Predecessors that the server lacks, by document. The device offers them in its next request.
    pub missing: Vec<DocumentHashes>,
}

/// A change that went into quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The document; of a kind that the server may not know.
    pub document: DocumentName,
    /// The change.
    pub change: ChangeHash,
    /// Why, for a program.
    pub reason: RefusalReason,
    /// Why, for a person; at most [`Limits::WORDS_BYTES_MAX`] bytes.
    pub words: String,
}

macro_rules! refusal_reasons {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal,)*) => {
        /// Why a change was refused. The codes are never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum RefusalReason {
            $($(#[doc = $doc])* $name,)*
            /// A reason that this version does not know yet.
            Unknown(u16),
        }

        impl RefusalReason {
            /// Every reason that this version knows.
            pub const KNOWN: &[RefusalReason] = &[$(RefusalReason::$name,)*];

            /// The number that stands for the reason in a frame.
            pub const fn code(self) -> u16 {
                match self {
                    $(RefusalReason::$name => $code,)*
                    RefusalReason::Unknown(code) => code,
                }
            }

            /// The reason that a number stands for.
            pub const fn from_code(code: u16) -> Self {
                match code {
                    $($code => RefusalReason::$name,)*
                    _ => RefusalReason::Unknown(code),
                }
            }
        }
    };
}

refusal_reasons! {
    /// The signature does not fit the change and the device's key.
    SignatureInvalid = 1,
    /// No signature covers the change.
    SignatureMissing = 2,
    /// The device that wrote the change is locked.
    DeviceLocked = 3,
    /// The author's role or place in the org tree does not allow it.
    NotAllowed = 4,
    /// The document would grow beyond its limit.
    DocumentTooLarge = 5,
    /// The bytes are no change.
    Malformed = 6,
    /// The author already has another change of this number: two histories use one actor.
    SequenceTaken = 7,
    /// A predecessor was refused.
    DependsOnRefused = 8,
    /// The server does not know this kind of document.
    UnknownDocumentKind = 9,
    /// The document was closed before the change came.
    AfterClosing = 10,
}

/// Some changes of a document, named by their hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentHashes {
    /// The document.
    pub document: DocumentId,
    /// The changes.
    pub hashes: Vec<ChangeHash>,
}
