//! A message while it is written: portions are gathered into frames, and the whole stays within its bound.

use jicha_record::ChangeHash;
use uuid::Uuid;

use crate::codec;
use crate::error::SendError;
use crate::frame::{FrameEncoder, FrameKind, OVERHEAD, PREAMBLE};
use crate::limits::Limits;
use crate::packing::{Effort, packed_bound};
use crate::portion::DocumentChanges;

/// What became of a portion that was to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the bytes must be sent, and a portion that was not taken goes into the next message"]
pub struct Pushed {
    /// Bytes to send now; often none, since a frame is filled first.
    pub bytes: Vec<u8>,
    /// Whether the portion is in this message. If not, the message is full: end it, and offer this portion again
    /// in the next one.
    pub taken: bool,
}

/// Bytes that are kept free for the frame that ends a message.
const END_RESERVE: u64 = 64;
/// What changes shrink to before anything is known, in hundredths.
const RATIO_AT_FIRST: u64 = 25;

/// Where a frame of changes stands in the sender's order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(crate) position: u64,
    pub(crate) through: Option<ChangeHash>,
}

pub(crate) struct Outgoing {
    kind: FrameKind,
    home: Uuid,
    limits: Limits,
    bytes_max: u64,
    encoder: FrameEncoder,
    frames: u32,
    sent_bytes: u64,
    pending: Vec<DocumentChanges>,
    pending_changes: u64,
    pending_bound: u64,
    mark: Option<Mark>,
    changes_sent: bool,
    ratio_percent: u64,
}

impl Outgoing {
    /// A message whose frames of changes have the given kind. `home` is the device of the session.
    pub(crate) fn new(kind: FrameKind, home: Uuid, limits: Limits, bytes_max: u64) -> Self {
        let effort = if kind == FrameKind::DeviceChanges {
            Effort::Device
        } else {
            Effort::Server
        };
        Outgoing {
            kind,
            home,
            bytes_max: bytes_max.min(limits.message_bytes_max),
            limits,
            encoder: FrameEncoder::new(effort),
            frames: 0,
            sent_bytes: 0,
            pending: Vec::new(),
            pending_changes: 0,
            pending_bound: 0,
            mark: None,
            changes_sent: false,
            ratio_percent: RATIO_AT_FIRST,
        }
    }

    /// How many frames were made.
    pub(crate) fn frames(&self) -> u32 {
        self.frames
    }

    /// A small message as a frame, with the preamble if it is the first. It counts but is never turned away.
    pub(crate) fn message(&mut self, kind: FrameKind, content: &[u8]) -> Vec<u8> {
        let mut bytes = if self.frames == 0 {
            PREAMBLE.to_vec()
        } else {
            Vec::new()
        };
        bytes.extend_from_slice(&self.encoder.alone(kind, content));
        self.count(&bytes);
        bytes
    }

    /// Takes a portion and gives back the frames that became full by it, with the mark that each has.
    pub(crate) fn push(
        &mut self,
        portion: DocumentChanges,
        mark: Mark,
    ) -> Result<(Pushed, Option<Mark>), SendError> {
        let bound = self.check(&portion, mark)?;
        let changes = portion.changes.len() as u64;
        let mut closed = Closed::default();
        if !self.pending.is_empty() && !self.fits_frame(bound, changes) {
            closed = self.close();
        }
        if !self.fits_message(bound) {
            // What is pending takes less than was set aside for it; after it is closed there may be room.
            if !self.pending.is_empty() {
                closed = self.close();
            }
            if !self.fits_message(bound) {
                return Ok((
                    Pushed {
                        bytes: closed.bytes,
                        taken: false,
                    },
                    closed.mark,
                ));
            }
        }
        self.pending.push(portion);
        self.pending_changes += changes;
        self.pending_bound += bound;
        self.mark = Some(mark);
        Ok((
            Pushed {
                bytes: closed.bytes,
                taken: true,
            },
            closed.mark,
        ))
    }

    /// Closes the frame that is being filled; nothing if there is none.
    pub(crate) fn flush(&mut self) -> (Vec<u8>, Option<Mark>) {
        if self.pending.is_empty() {
            return (Vec::new(), None);
        }
        let closed = self.close();
        (closed.bytes, closed.mark)
    }

    fn check(&self, portion: &DocumentChanges, mark: Mark) -> Result<u64, SendError> {
        let document = portion.document;
        if let Some(change) = portion
            .changes
            .iter()
            .find(|change| change.document() != document)
        {
            return Err(SendError::ForeignChange {
                document,
                found: change.document(),
            });
        }
        if let Some(before) = self.mark.filter(|before| before.position > mark.position) {
            let (before, position) = (before.position, mark.position);
            return Err(SendError::PositionBackwards { before, position });
        }
        let bytes = codec::size_bound(portion);
        let max = u64::from(self.limits.frame_bytes_max.min(self.limits.frame_raw_bytes_max));
        if packed_bound(bytes) + OVERHEAD > max {
            return Err(SendError::PortionTooLarge { document, bytes, max });
        }
        let changes_max = self.limits.changes_per_frame_max as usize;
        crate::error::at_most("changes in a portion", portion.changes.len(), changes_max)?;
        Ok(bytes)
    }

    /// Whether the frame being filled has room: by its packed size as far as it can be told beforehand, and by
    /// what the receiver insists on.
    fn fits_frame(&self, bound: u64, changes: u64) -> bool {
        let raw = self.pending_bound + bound;
        let hard_max = u64::from(self.limits.frame_bytes_max.min(self.limits.frame_raw_bytes_max));
        raw * self.ratio_percent / 100 <= u64::from(self.limits.frame_target_bytes)
            && packed_bound(raw) + OVERHEAD <= hard_max
            && self.pending.len() < self.limits.documents_per_frame_max as usize
            && self.pending_changes + changes <= u64::from(self.limits.changes_per_frame_max)
    }

    /// Whether the message has room for what is pending and this. The first portion always has, or a message
    /// that may be only small would never bring anything.
    fn fits_message(&self, bound: u64) -> bool {
        let needed = packed_bound(self.pending_bound + bound) + OVERHEAD + END_RESERVE;
        let first = !self.changes_sent && self.pending.is_empty();
        first || self.sent_bytes + needed <= self.bytes_max
    }

    fn close(&mut self) -> Closed {
        let mark = self.mark.expect("what is pending was pushed with a mark");
        let sections = codec::encode(mark.position, mark.through, self.home, &self.pending);
        let bytes = self.encoder.streamed(self.kind, &sections);
        self.count(&bytes);
        // The average of what was found and what was thought before, so that one odd frame does not mislead.
        let found = bytes.len() as u64 * 100 / self.pending_bound.max(1);
        self.ratio_percent = ((self.ratio_percent + found.clamp(2, 100)) / 2).max(2);
        self.pending.clear();
        self.pending_changes = 0;
        self.pending_bound = 0;
        self.changes_sent = true;
        Closed {
            bytes,
            mark: Some(mark),
        }
    }

    fn count(&mut self, bytes: &[u8]) {
        self.frames += 1;
        self.sent_bytes += bytes.len() as u64;
    }
}

#[derive(Default)]
struct Closed {
    bytes: Vec<u8>,
    mark: Option<Mark>,
}
