//! What can go wrong with a message: when it is read, and when it is put together.

use jicha_record::DocumentId;

/// Bytes that do not follow the protocol, or that ended too early.
///
/// After one of these nothing more of the message can be trusted; what came before it stays valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at}: {kind}")]
pub struct ProtocolError {
    /// Offset from the first byte of the message.
    pub at: u64,
    /// What is wrong there.
    pub kind: ProtocolErrorKind,
}

/// What is wrong with a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolErrorKind {
    /// The message is no sync message at all.
    #[error("expected a sync message, which begins with the bytes JICHA")]
    Preamble,
    /// The framing is of another generation.
    #[error("expected framing version 1, found {found}")]
    Framing {
        /// The byte after `JICHA`.
        found: u8,
    },
    /// The frame can't hold its own head.
    #[error("expected a frame of at least 6 bytes, found one of {length}")]
    FrameTooShort {
        /// The stated length.
        length: u32,
    },
    /// The frame is longer than allowed.
    #[error("expected a frame of at most {max} bytes, found one of {length}")]
    FrameTooLong {
        /// The stated length.
        length: u32,
        /// [`crate::Limits::frame_bytes_max`].
        max: u32,
    },
    /// The message is longer than allowed.
    #[error("expected a message of at most {max} bytes")]
    MessageTooLong {
        /// [`crate::Limits::message_bytes_max`].
        max: u64,
    },
    /// Bytes were altered on the way.
    #[error("the frame is damaged: its checksum is {stated:08x}, its bytes give {computed:08x}")]
    Checksum {
        /// The CRC-32 that the frame states.
        stated: u32,
        /// The CRC-32 of its payload.
        computed: u32,
    },
    /// The content is encoded in a way that this version does not know.
    #[error("expected the encoding 0, 1 or 2, found {found}")]
    Encoding {
        /// The encoding byte.
        found: u8,
    },
    /// The frame asks for more memory than allowed.
    #[error("expected content that unpacks to at most {max} bytes, found {length}")]
    RawTooLong {
        /// The stated length after unpacking.
        length: u64,
        /// [`crate::Limits::frame_raw_bytes_max`].
        max: u32,
    },
    /// The compressed content can't be unpacked.
    #[error("the content can't be unpacked; expected {expected}")]
    Unpack {
        /// What should have come out.
        expected: &'static str,
    },
    /// The content of a frame does not have the right fields.
    #[error("the content of a frame is malformed; expected {expected}")]
    Content {
        /// What should have stood there.
        expected: &'static str,
    },
    /// A list is longer than allowed.
    #[error("expected at most {max} {what}, found {found}")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        found: u64,
        /// How many there may be.
        max: u64,
    },
    /// A frame stands where it must not.
    #[error("expected {expected}, found a frame of kind {found}")]
    Order {
        /// What may stand here.
        expected: &'static str,
        /// The kind byte of the frame that came.
        found: u8,
    },
    /// Frames were lost or doubled between the two ends.
    #[error("the message says that it has {stated} frames, but {received} came")]
    FrameCount {
        /// What the last frame says.
        stated: u32,
        /// The frames that came before it.
        received: u32,
    },
    /// Something follows the last frame.
    #[error("expected the end of the message after its last frame")]
    AfterEnd,
    /// An acknowledgement that fits no frame that was sent.
    #[error("expected the acknowledgement of frame {expected_frame} through position {expected_position}")]
    Acknowledgement {
        /// The ordinal of the next frame that awaits its acknowledgement.
        expected_frame: u32,
        /// The position that this frame covers; 0 if no frame awaits any.
        expected_position: u64,
    },
    /// The position in the outbox went back within one request.
    #[error("expected a position of at least {before}, found {found}")]
    PositionBackwards {
        /// The position of the frame before.
        before: u64,
        /// The position of this frame.
        found: u64,
    },
    /// The server's cursor went back within one message.
    #[error("expected a cursor of at least {before}, found {found}")]
    CursorBackwards {
        /// The cursor of the frame before.
        before: u64,
        /// The cursor of this frame.
        found: u64,
    },
    /// The link was cut: the last frame did not come. What came before it stays valid.
    #[error("the message was cut after {frames} whole frames")]
    CutShort {
        /// How many frames came whole.
        frames: u32,
    },
}

impl ProtocolError {
    /// Whether the message was cut, as a poor link does, and not malformed.
    pub fn is_cut(&self) -> bool {
        matches!(self.kind, ProtocolErrorKind::CutShort { .. })
    }
}

/// What a caller must not put into a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// One document's portion does not fit into a frame. Record's own limits keep documents far below this.
    #[error("the changes of {document} take {bytes} bytes, a frame holds {max}")]
    PortionTooLarge {
        /// The document.
        document: DocumentId,
        /// About how many bytes its portion needs.
        bytes: u64,
        /// How many a frame may have.
        max: u64,
    },
    /// A change stands in the portion of another document.
    #[error("a change of {found} stands in the portion of {document}")]
    ForeignChange {
        /// The document of the portion.
        document: DocumentId,
        /// The document of the change.
        found: DocumentId,
    },
    /// Positions and cursors must not go back within a message.
    #[error("the position {position} comes after {before}")]
    PositionBackwards {
        /// The position of the portion before.
        before: u64,
        /// The position given.
        position: u64,
    },
    /// A text or a list is too long.
    #[error("expected at most {max} of {what}, found {found}")]
    TooLong {
        /// What is too long.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length allowed.
        max: usize,
    },
    /// The call comes at the wrong time.
    #[error("this can't be sent now: {why}")]
    OutOfTurn {
        /// What has to come first, or what must not have come.
        why: &'static str,
    },
}

pub(crate) fn at_most(what: &'static str, found: usize, max: usize) -> Result<(), SendError> {
    if found > max {
        Err(SendError::TooLong { what, found, max })
    } else {
        Ok(())
    }
}
