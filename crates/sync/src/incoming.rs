//! A message while it is read: what both ends watch over besides the content.

use crate::error::{ProtocolError, ProtocolErrorKind};
use crate::frame::{Frame, FrameDecoder, FrameKind};
use crate::limits::Limits;

pub(crate) struct Incoming {
    decoder: FrameDecoder,
    frames: u32,
    ended: bool,
    failed: Option<ProtocolError>,
}

impl Incoming {
    pub(crate) fn new(limits: Limits) -> Self {
        Incoming {
            decoder: FrameDecoder::new(limits),
            frames: 0,
            ended: false,
            failed: None,
        }
    }

    /// The next whole frame of a known kind, if the bytes hold one. An error is given only if the caller has
    /// nothing else to hand on (`nothing_yet`); if it has, the error waits for the next call.
    pub(crate) fn next_after(
        &mut self,
        bytes: &mut &[u8],
        nothing_yet: bool,
    ) -> Result<Option<(FrameKind, Frame)>, ProtocolError> {
        if self.failed.is_none() {
            match self.next(bytes) {
                Ok(frame) => return Ok(frame),
                Err(error) => self.failed = Some(error),
            }
        }
        match &self.failed {
            Some(error) if nothing_yet => Err(error.clone()),
            _ => Ok(None),
        }
    }

    fn next(&mut self, bytes: &mut &[u8]) -> Result<Option<(FrameKind, Frame)>, ProtocolError> {
        loop {
            if self.ended && !bytes.is_empty() {
                return Err(ProtocolError {
                    at: self.decoder.position(),
                    kind: ProtocolErrorKind::AfterEnd,
                });
            }
            let Some(frame) = self.decoder.next(bytes)? else {
                return Ok(None);
            };
            self.frames += 1;
            match FrameKind::from_code(frame.kind) {
                Some(kind) => return Ok(Some((kind, frame))),
                None if frame.kind >= FrameKind::OPTIONAL => {}
                None => {
                    let expected = "a frame of a known kind";
                    let kind = ProtocolErrorKind::Order {
                        expected,
                        found: frame.kind,
                    };
                    return Err(ProtocolError { at: frame.at, kind });
                }
            }
        }
    }

    /// Keeps an error that the content of a frame gave, so that nothing is read after it.
    pub(crate) fn fail(&mut self, error: ProtocolError) {
        self.failed = Some(error);
    }

    /// Notes the last frame and compares the number of frames that it states with what came before it.
    pub(crate) fn end(&mut self, stated: u32) -> Result<(), ProtocolErrorKind> {
        let received = self.frames - 1;
        if stated != received {
            return Err(ProtocolErrorKind::FrameCount { stated, received });
        }
        self.ended = true;
        Ok(())
    }

    /// Whether the message came to its end; the transport has nothing more.
    pub(crate) fn finished(&self) -> Result<(), ProtocolError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        if self.ended && self.decoder.is_between_frames() {
            return Ok(());
        }
        let kind = ProtocolErrorKind::CutShort { frames: self.frames };
        Err(ProtocolError {
            at: self.decoder.position(),
            kind,
        })
    }
}

/// An error for a frame that stands where it must not.
pub(crate) fn out_of_order(kind: FrameKind, expected: &'static str) -> ProtocolErrorKind {
    ProtocolErrorKind::Order {
        expected,
        found: kind as u8,
    }
}
