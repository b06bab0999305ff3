//! The device's end of one round trip.

use std::collections::VecDeque;

use crate::codec;
use crate::error::{ProtocolError, ProtocolErrorKind, SendError, at_most};
use crate::frame::{Frame, FrameKind};
use crate::incoming::{Incoming, out_of_order};
use crate::limits::Limits;
use crate::message::{Acknowledged, DocumentHashes, Hello, Received, Welcome};
use crate::outgoing::{Mark, Outgoing, Pushed};
use crate::portion::{DocumentChanges, ReceivedDocument, UnknownDocument};
use crate::wire;

/// What the response says, in the order in which it says it.
#[derive(Clone, Debug, PartialEq)]
pub enum DeviceEvent {
    /// The server's introduction; always first.
    Welcome(Welcome),
    /// A frame that this device pushed is durable on the server.
    Acknowledged(Acknowledged),
    /// What others wrote. To be committed together with the cursor, in one transaction.
    Changes {
        /// The device's cursor once this frame is committed.
        cursor: u64,
        /// The changes, by document.
        documents: Vec<ReceivedDocument>,
        /// Documents of kinds that only a newer version knows.
        unknown: Vec<UnknownDocument>,
    },
    /// The answer to the offered heads: the server wants, of each document, all that is not an ancestor of these.
    Wanted {
        /// The documents with the heads that the server has; no heads if it has nothing.
        documents: Vec<DocumentHashes>,
    },
    /// The response is whole.
    End {
        /// The device's cursor after this round trip.
        cursor: u64,
        /// Whether the server has more for this device, which it asks for in another round trip.
        more: bool,
    },
}

/// Writes one request and reads its response.
///
/// First [`opening`](Self::opening), then [`push`](Self::push) as often as there is something, at its end
/// [`flush`](Self::flush), after an epoch change [`offer_heads`](Self::offer_heads), then
/// [`finish`](Self::finish). The response goes into [`receive`](Self::receive) in slices as they come.
pub struct DeviceSession {
    limits: Limits,
    hello: Hello,
    stage: Stage,
    outgoing: Outgoing,
    /// The positions of the frames that await their acknowledgement, the oldest first.
    unacknowledged: VecDeque<u64>,
    acknowledged_frames: u32,
    incoming: Incoming,
    welcomed: bool,
    cursor: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    New,
    Pushing,
    Offering,
    Finished,
}

impl DeviceSession {
    /// A session for one request.
    pub fn new(limits: Limits, hello: Hello) -> Result<Self, SendError> {
        at_most("bytes in the app's name", hello.app.len(), Limits::APP_BYTES_MAX)?;
        let bytes_max = limits.message_bytes_max;
        let outgoing = Outgoing::new(FrameKind::DeviceChanges, hello.device, limits.clone(), bytes_max);
        Ok(DeviceSession {
            outgoing,
            incoming: Incoming::new(limits.clone()),
            limits,
            hello,
            stage: Stage::New,
            unacknowledged: VecDeque::new(),
            acknowledged_frames: 0,
            welcomed: false,
            cursor: 0,
        })
    }

    /// The first bytes of the request.
    pub fn opening(&mut self) -> Result<Vec<u8>, SendError> {
        self.expect_stage(&[Stage::New], "the opening is made once")?;
        self.stage = Stage::Pushing;
        Ok(self
            .outgoing
            .message(FrameKind::Hello, &wire::write_hello(&self.hello)))
    }

    /// Sends the changes of one document. `through` says how far the outbox is covered when this portion and all
    /// before it have arrived; it never goes back.
    pub fn push(&mut self, portion: DocumentChanges, through: Received) -> Result<Pushed, SendError> {
        self.expect_stage(
            &[Stage::Pushing],
            "changes go after the opening and before heads and end",
        )?;
        if self.hello.resuming {
            return Err(SendError::OutOfTurn {
                why: "a request that resumes pushes nothing",
            });
        }
        let mark = Mark {
            position: through.position,
            through: Some(through.last),
        };
        let (pushed, closed) = self.outgoing.push(portion, mark)?;
        self.unacknowledged.extend(closed.map(|mark| mark.position));
        Ok(pushed)
    }

    /// Closes the frame that is being filled, so that it can travel before more is pushed.
    pub fn flush(&mut self) -> Vec<u8> {
        let (bytes, closed) = self.outgoing.flush();
        self.unacknowledged.extend(closed.map(|mark| mark.position));
        bytes
    }

    /// Tells the server what this device has, after the server's epoch changed. Any number of times; a list may
    /// be of any length.
    pub fn offer_heads(&mut self, documents: &[DocumentHashes]) -> Result<Vec<u8>, SendError> {
        self.expect_stage(
            &[Stage::Pushing, Stage::Offering],
            "heads go after the opening and before the end",
        )?;
        let mut bytes = self.flush();
        self.stage = Stage::Offering;
        for part in documents.chunks(self.limits.list_per_frame()) {
            let content = wire::write_hashes(part, &self.limits)?;
            bytes.extend(self.outgoing.message(FrameKind::Heads, &content));
        }
        Ok(bytes)
    }

    /// The last bytes of the request.
    pub fn finish(&mut self) -> Result<Vec<u8>, SendError> {
        self.expect_stage(
            &[Stage::Pushing, Stage::Offering],
            "a request is opened once and finished once",
        )?;
        let mut bytes = self.flush();
        self.stage = Stage::Finished;
        let content = wire::write_device_end(self.outgoing.frames());
        bytes.extend(self.outgoing.message(FrameKind::DeviceEnd, &content));
        Ok(bytes)
    }

    /// Takes a slice of the response and gives what became whole by it. If something is wrong behind whole
    /// events, these come first and the error with the next call, here or in [`finished`](Self::finished).
    pub fn receive(&mut self, mut bytes: &[u8]) -> Result<Vec<DeviceEvent>, ProtocolError> {
        let mut events = Vec::new();
        while let Some((kind, frame)) = self.incoming.next_after(&mut bytes, events.is_empty())? {
            match self.event(kind, &frame) {
                Ok(event) => events.push(event),
                Err(error) => self.incoming.fail(frame.error(error)),
            }
        }
        Ok(events)
    }

    /// To be asked when the transport has no more bytes: whether the response was whole.
    pub fn finished(&self) -> Result<(), ProtocolError> {
        self.incoming.finished()
    }

    fn event(&mut self, kind: FrameKind, frame: &Frame) -> Result<DeviceEvent, ProtocolErrorKind> {
        let content = &frame.sections.packed;
        if !self.welcomed && kind != FrameKind::Welcome {
            return Err(out_of_order(kind, "the welcome as first frame"));
        }
        match kind {
            FrameKind::Welcome if !self.welcomed => {
                self.welcomed = true;
                Ok(DeviceEvent::Welcome(wire::read_welcome(content)?))
            }
            FrameKind::Acknowledged => {
                let acknowledged = wire::read_acknowledged(content, &self.limits)?;
                self.check_acknowledged(&acknowledged)?;
                Ok(DeviceEvent::Acknowledged(acknowledged))
            }
            FrameKind::ServerChanges => {
                let batch = codec::decode(&frame.sections, false, self.hello.device, &self.limits)?;
                self.advance_cursor(batch.position)?;
                let (cursor, documents, unknown) = (batch.position, batch.documents, batch.unknown);
                Ok(DeviceEvent::Changes {
                    cursor,
                    documents,
                    unknown,
                })
            }
            FrameKind::Wanted => Ok(DeviceEvent::Wanted {
                documents: wire::read_hashes(content, &self.limits)?,
            }),
            FrameKind::ServerEnd => self.end(wire::read_server_end(content)?),
            _ => Err(out_of_order(
                kind,
                "acknowledgements, changes, wanted documents or the end",
            )),
        }
    }

    fn check_acknowledged(&mut self, acknowledged: &Acknowledged) -> Result<(), ProtocolErrorKind> {
        let expected_position = self.unacknowledged.front().copied();
        if acknowledged.frame != self.acknowledged_frames
            || Some(acknowledged.through_position) != expected_position
        {
            return Err(self.acknowledgement_expected());
        }
        self.unacknowledged.pop_front();
        self.acknowledged_frames += 1;
        Ok(())
    }

    fn acknowledgement_expected(&self) -> ProtocolErrorKind {
        ProtocolErrorKind::Acknowledgement {
            expected_frame: self.acknowledged_frames,
            expected_position: self.unacknowledged.front().copied().unwrap_or_default(),
        }
    }

    fn advance_cursor(&mut self, found: u64) -> Result<(), ProtocolErrorKind> {
        let before = self.cursor;
        if found < before {
            return Err(ProtocolErrorKind::CursorBackwards { before, found });
        }
        self.cursor = found;
        Ok(())
    }

    fn end(&mut self, end: wire::ServerEnd) -> Result<DeviceEvent, ProtocolErrorKind> {
        if !self.unacknowledged.is_empty() {
            return Err(self.acknowledgement_expected());
        }
        self.advance_cursor(end.cursor)?;
        self.incoming.end(end.frames)?;
        Ok(DeviceEvent::End {
            cursor: end.cursor,
            more: end.more,
        })
    }

    fn expect_stage(&self, stages: &[Stage], why: &'static str) -> Result<(), SendError> {
        if stages.contains(&self.stage) {
            Ok(())
        } else {
            Err(SendError::OutOfTurn { why })
        }
    }
}
