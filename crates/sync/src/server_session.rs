//! The server's end of one round trip.

use uuid::Uuid;

use crate::codec;
use crate::error::{ProtocolError, ProtocolErrorKind, SendError};
use crate::frame::{Frame, FrameKind};
use crate::incoming::{Incoming, out_of_order};
use crate::limits::Limits;
use crate::message::{Acknowledged, DocumentHashes, Hello, Received, Welcome};
use crate::outgoing::{Mark, Outgoing, Pushed};
use crate::portion::{DocumentChanges, ReceivedDocument, UnknownDocument};
use crate::wire;

/// What the request says, in the order in which it says it.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerEvent {
    /// The device's introduction; always first. Whether device and bearer of the request's token are the same is
    /// for the server to compare.
    Hello(Hello),
    /// A frame of the device's outbox. To be committed in one transaction with `through`, then acknowledged.
    Changes {
        /// The ordinal of this frame, for [`Acknowledged::frame`].
        frame: u32,
        /// How far the device's outbox is covered once this frame is committed.
        through: Received,
        /// The changes, by document.
        documents: Vec<ReceivedDocument>,
        /// Documents of kinds that only a newer version knows.
        unknown: Vec<UnknownDocument>,
    },
    /// What the device has, offered after an epoch change; to be answered by [`ServerSession::wanted`].
    Heads {
        /// The documents with their heads.
        documents: Vec<DocumentHashes>,
    },
    /// The request is whole.
    End,
}

/// Reads one request and writes its response.
///
/// The request goes into [`receive`](Self::receive) in slices as they come. After the hello the response may
/// begin: [`welcome`](Self::welcome), for each frame of changes [`acknowledged`](Self::acknowledged) as soon as
/// it is durable, then [`changes`](Self::changes), [`wanted`](Self::wanted) and at last [`end`](Self::end). The
/// session keeps one frame of the request and one of the response in memory, and never a whole message.
pub struct ServerSession {
    limits: Limits,
    incoming: Incoming,
    stage: RequestStage,
    frames_of_changes: u32,
    position: u64,
    device: Uuid,
    reply: Reply,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RequestStage {
    Hello,
    Changes,
    Heads,
    End,
}

/// How far the response is. It can't be begun before the hello, which says how long it may be.
enum Reply {
    BeforeHello,
    Unwelcomed(Box<Outgoing>),
    Open {
        outgoing: Box<Outgoing>,
        acknowledged_frames: u32,
    },
    Ended,
}

impl ServerSession {
    /// A session for one request.
    pub fn new(limits: Limits) -> Self {
        ServerSession {
            incoming: Incoming::new(limits.clone()),
            limits,
            stage: RequestStage::Hello,
            frames_of_changes: 0,
            position: 0,
            device: Uuid::nil(),
            reply: Reply::BeforeHello,
        }
    }

    /// Takes a slice of the request and gives what became whole by it. If something is wrong behind whole
    /// events, these come first and the error with the next call, here or in [`finished`](Self::finished).
    pub fn receive(&mut self, mut bytes: &[u8]) -> Result<Vec<ServerEvent>, ProtocolError> {
        let mut events = Vec::new();
        while let Some((kind, frame)) = self.incoming.next_after(&mut bytes, events.is_empty())? {
            match self.event(kind, &frame) {
                Ok(event) => events.push(event),
                Err(error) => self.incoming.fail(frame.error(error)),
            }
        }
        Ok(events)
    }

    /// To be asked when the transport has no more bytes: whether the request was whole. If it was cut, what came
    /// stays valid; nobody may be there to hear the response.
    pub fn finished(&self) -> Result<(), ProtocolError> {
        self.incoming.finished()
    }
}

/// Reading the request.
impl ServerSession {
    fn event(&mut self, kind: FrameKind, frame: &Frame) -> Result<ServerEvent, ProtocolErrorKind> {
        let content = &frame.sections.packed;
        match (self.stage, kind) {
            (RequestStage::Hello, FrameKind::Hello) => {
                let hello = wire::read_hello(content)?;
                self.begin_reply(&hello);
                self.stage = RequestStage::Changes;
                Ok(ServerEvent::Hello(hello))
            }
            (RequestStage::Hello, _) => Err(out_of_order(kind, "the hello as first frame")),
            (RequestStage::Changes, FrameKind::DeviceChanges) => self.changes_event(frame),
            (RequestStage::Changes | RequestStage::Heads, FrameKind::Heads) => {
                self.stage = RequestStage::Heads;
                Ok(ServerEvent::Heads {
                    documents: wire::read_hashes(content, &self.limits)?,
                })
            }
            (RequestStage::Changes | RequestStage::Heads, FrameKind::DeviceEnd) => {
                self.incoming.end(wire::read_device_end(content)?)?;
                self.stage = RequestStage::End;
                Ok(ServerEvent::End)
            }
            (RequestStage::Changes, _) => Err(out_of_order(kind, "changes, heads or the end")),
            (RequestStage::Heads, _) => Err(out_of_order(kind, "heads or the end")),
            (RequestStage::End, _) => Err(ProtocolErrorKind::AfterEnd),
        }
    }

    fn begin_reply(&mut self, hello: &Hello) {
        self.device = hello.device;
        let bytes_max = u64::from(hello.response_bytes_max);
        let outgoing = Outgoing::new(
            FrameKind::ServerChanges,
            hello.device,
            self.limits.clone(),
            bytes_max,
        );
        self.reply = Reply::Unwelcomed(Box::new(outgoing));
    }

    fn changes_event(&mut self, frame: &Frame) -> Result<ServerEvent, ProtocolErrorKind> {
        let batch = codec::decode(&frame.sections, true, self.device, &self.limits)?;
        let last = batch.through.ok_or(ProtocolErrorKind::Content {
            expected: "the newest change's hash",
        })?;
        if batch.position < self.position {
            let (before, found) = (self.position, batch.position);
            return Err(ProtocolErrorKind::PositionBackwards { before, found });
        }
        self.position = batch.position;
        let ordinal = self.frames_of_changes;
        self.frames_of_changes += 1;
        Ok(ServerEvent::Changes {
            frame: ordinal,
            through: Received {
                position: batch.position,
                last,
            },
            documents: batch.documents,
            unknown: batch.unknown,
        })
    }
}

/// Writing the response.
impl ServerSession {
    /// The first bytes of the response.
    pub fn welcome(&mut self, welcome: &Welcome) -> Result<Vec<u8>, SendError> {
        match std::mem::replace(&mut self.reply, Reply::Ended) {
            Reply::Unwelcomed(mut outgoing) => {
                let bytes = outgoing.message(FrameKind::Welcome, &wire::write_welcome(welcome));
                self.reply = Reply::Open {
                    outgoing,
                    acknowledged_frames: 0,
                };
                Ok(bytes)
            }
            other => {
                self.reply = other;
                Err(SendError::OutOfTurn {
                    why: "the welcome goes once, after the hello came",
                })
            }
        }
    }

    /// Says that a frame of the request is durable. Each frame is acknowledged once, in the order of the request.
    pub fn acknowledged(&mut self, acknowledged: &Acknowledged) -> Result<Vec<u8>, SendError> {
        let content = wire::write_acknowledged(acknowledged, &self.limits)?;
        let came = self.frames_of_changes;
        let Reply::Open {
            outgoing,
            acknowledged_frames,
        } = &mut self.reply
        else {
            return Err(not_open());
        };
        if acknowledged.frame != *acknowledged_frames || acknowledged.frame >= came {
            return Err(SendError::OutOfTurn {
                why: "frames are acknowledged once each, in their order",
            });
        }
        *acknowledged_frames += 1;
        let mut bytes = outgoing.flush().0;
        bytes.extend(outgoing.message(FrameKind::Acknowledged, &content));
        Ok(bytes)
    }

    /// Sends what the device does not have of one document. `cursor` is the device's place in the log when this
    /// portion and all before it are committed; it never goes back.
    ///
    /// The first portion is taken however small [`Hello::response_bytes_max`] is, so that every round trip
    /// brings something.
    pub fn changes(&mut self, portion: DocumentChanges, cursor: u64) -> Result<Pushed, SendError> {
        let (pushed, _) = self.open()?.push(
            portion,
            Mark {
                position: cursor,
                through: None,
            },
        )?;
        Ok(pushed)
    }

    /// Closes the frame that is being filled, so that it can travel before more is there.
    pub fn flush(&mut self) -> Result<Vec<u8>, SendError> {
        Ok(self.open()?.flush().0)
    }

    /// Answers offered heads: what the server has of documents of which the device may have more. A list may be
    /// of any length.
    pub fn wanted(&mut self, documents: &[DocumentHashes]) -> Result<Vec<u8>, SendError> {
        let limits = self.limits.clone();
        let outgoing = self.open()?;
        let mut bytes = outgoing.flush().0;
        for part in documents.chunks(limits.list_per_frame()) {
            bytes.extend(outgoing.message(FrameKind::Wanted, &wire::write_hashes(part, &limits)?));
        }
        Ok(bytes)
    }

    /// The last bytes of the response. `cursor` is the device's place in the log after it; `more` says that it
    /// shall ask again at once.
    pub fn end(&mut self, cursor: u64, more: bool) -> Result<Vec<u8>, SendError> {
        let came = self.frames_of_changes;
        let Reply::Open {
            outgoing,
            acknowledged_frames,
        } = &mut self.reply
        else {
            return Err(not_open());
        };
        if *acknowledged_frames < came {
            return Err(SendError::OutOfTurn {
                why: "every frame of changes is acknowledged before the end",
            });
        }
        let mut bytes = outgoing.flush().0;
        let end = wire::ServerEnd {
            cursor,
            more,
            frames: outgoing.frames(),
        };
        bytes.extend(outgoing.message(FrameKind::ServerEnd, &wire::write_server_end(end)));
        self.reply = Reply::Ended;
        Ok(bytes)
    }

    fn open(&mut self) -> Result<&mut Outgoing, SendError> {
        match &mut self.reply {
            Reply::Open { outgoing, .. } => Ok(outgoing),
            Reply::BeforeHello | Reply::Unwelcomed(_) | Reply::Ended => Err(not_open()),
        }
    }
}

fn not_open() -> SendError {
    SendError::OutOfTurn {
        why: "a response is between its welcome and its end",
    }
}
