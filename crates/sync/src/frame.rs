//! Frames: a message cut into pieces with length and checksum, each of which is whole or not there.
//!
//! `length u32, crc32 u32`, then `length` bytes of payload: `kind u8, encoding u8, raw_length u32, content`. All
//! numbers are little-endian; the checksum covers the payload.

use crate::codec::Sections;
use crate::error::{ProtocolError, ProtocolErrorKind};
use crate::limits::Limits;
use crate::packing::{Effort, Packer, Unpacker, pack_alone, unpack_alone};

/// How every message begins: the name and the version of the framing.
pub(crate) const PREAMBLE: [u8; 6] = *b"JICHA\x01";
const MAGIC_LENGTH: usize = 5;
/// Length and checksum.
const ENVELOPE: usize = 8;
/// Kind, encoding and raw length.
const HEAD: usize = 6;
/// What a frame costs besides its content.
pub(crate) const OVERHEAD: u64 = (ENVELOPE + HEAD) as u64;

/// Content as it is.
const STORED: u8 = 0;
/// Content as one zstd frame.
const PACKED: u8 = 1;
/// `stored_length u32`, that many bytes, then a piece of the message's zstd stream.
const STREAMED: u8 = 2;

/// The first byte of a payload. Kinds from [`FrameKind::OPTIONAL`] on are passed over by whoever does not know
/// them; a later version may use them for what an older one can do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum FrameKind {
    Hello = 1,
    DeviceChanges = 2,
    Heads = 3,
    DeviceEnd = 4,
    Welcome = 17,
    Acknowledged = 18,
    ServerChanges = 19,
    Wanted = 20,
    ServerEnd = 21,
}

impl FrameKind {
    pub(crate) const OPTIONAL: u8 = 128;

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        use FrameKind::*;
        let all = [
            Hello,
            DeviceChanges,
            Heads,
            DeviceEnd,
            Welcome,
            Acknowledged,
            ServerChanges,
            Wanted,
            ServerEnd,
        ];
        all.into_iter().find(|kind| *kind as u8 == code)
    }
}

/// A frame that came whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Offset of the frame in the message.
    pub(crate) at: u64,
    pub(crate) kind: u8,
    pub(crate) sections: Sections,
}

impl Frame {
    /// An error in the content of this frame.
    pub(crate) fn error(&self, kind: ProtocolErrorKind) -> ProtocolError {
        ProtocolError {
            at: self.at + OVERHEAD,
            kind,
        }
    }
}

/// Makes the frames of one message.
pub(crate) struct FrameEncoder {
    effort: Effort,
    packer: Packer,
}

impl FrameEncoder {
    pub(crate) fn new(effort: Effort) -> Self {
        FrameEncoder {
            effort,
            packer: Packer::new(effort),
        }
    }

    /// A frame that can be read without the ones before it.
    pub(crate) fn alone(&self, kind: FrameKind, content: &[u8]) -> Vec<u8> {
        match pack_alone(content, self.effort) {
            Some(packed) => envelope(kind, PACKED, content.len(), &[&packed]),
            None => envelope(kind, STORED, content.len(), &[content]),
        }
    }

    /// A frame whose packed section goes on where that of the frame before stopped.
    pub(crate) fn streamed(&mut self, kind: FrameKind, sections: &Sections) -> Vec<u8> {
        let packed = self.packer.pack(&sections.packed);
        let stored_length = (sections.stored.len() as u32).to_le_bytes();
        envelope(
            kind,
            STREAMED,
            sections.packed.len(),
            &[&stored_length, &sections.stored, &packed],
        )
    }
}

fn envelope(kind: FrameKind, encoding: u8, raw_length: usize, content: &[&[u8]]) -> Vec<u8> {
    let length = HEAD + content.iter().map(|part| part.len()).sum::<usize>();
    let mut frame = Vec::with_capacity(ENVELOPE + length);
    frame.extend_from_slice(&(length as u32).to_le_bytes());
    frame.extend_from_slice(&[0; 4]);
    frame.push(kind as u8);
    frame.push(encoding);
    frame.extend_from_slice(&(raw_length as u32).to_le_bytes());
    content.iter().for_each(|part| frame.extend_from_slice(part));
    let checksum = crc32fast::hash(&frame[ENVELOPE..]);
    frame[4..ENVELOPE].copy_from_slice(&checksum.to_le_bytes());
    frame
}

/// Cuts a message into frames, whatever the slices in which it comes. Holds at most one frame.
pub(crate) struct FrameDecoder {
    limits: Limits,
    unpacker: Unpacker,
    /// Where the bytes in `buffer` begin.
    at: u64,
    buffer: Vec<u8>,
    preamble_read: bool,
    failed: Option<ProtocolError>,
}

impl FrameDecoder {
    pub(crate) fn new(limits: Limits) -> Self {
        FrameDecoder {
            limits,
            unpacker: Unpacker::new(),
            at: 0,
            buffer: Vec::new(),
            preamble_read: false,
            failed: None,
        }
    }

    /// Takes bytes off the front of `bytes` until a frame is whole or nothing is left. After an error it gives
    /// the same error for ever.
    pub(crate) fn next(&mut self, bytes: &mut &[u8]) -> Result<Option<Frame>, ProtocolError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let result = self.advance(bytes);
        if let Err(error) = &result {
            self.failed = Some(error.clone());
            self.buffer = Vec::new();
        }
        result
    }

    /// How many bytes were taken.
    pub(crate) fn position(&self) -> u64 {
        self.at + self.buffer.len() as u64
    }

    /// Whether the bytes so far end between two frames.
    pub(crate) fn is_between_frames(&self) -> bool {
        self.preamble_read && self.buffer.is_empty() && self.failed.is_none()
    }

    fn advance(&mut self, bytes: &mut &[u8]) -> Result<Option<Frame>, ProtocolError> {
        if !self.preamble_read && !self.read_preamble(bytes)? {
            return Ok(None);
        }
        if !self.fill(ENVELOPE, bytes)? {
            return Ok(None);
        }
        let length = self.checked_length()?;
        if !self.fill(ENVELOPE + length as usize, bytes)? {
            return Ok(None);
        }
        let frame = self.frame()?;
        self.at += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(Some(frame))
    }

    fn read_preamble(&mut self, bytes: &mut &[u8]) -> Result<bool, ProtocolError> {
        let whole = self.fill(PREAMBLE.len(), bytes)?;
        let agrees = self
            .buffer
            .iter()
            .zip(&PREAMBLE)
            .position(|(found, expected)| found != expected);
        match agrees {
            Some(at) if at < MAGIC_LENGTH => Err(ProtocolError {
                at: at as u64,
                kind: ProtocolErrorKind::Preamble,
            }),
            Some(at) => {
                let kind = ProtocolErrorKind::Framing {
                    found: self.buffer[at],
                };
                Err(ProtocolError { at: at as u64, kind })
            }
            None if whole => {
                self.at += self.buffer.len() as u64;
                self.buffer.clear();
                self.preamble_read = true;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Fills the buffer up to `length` bytes and says whether it got there.
    fn fill(&mut self, length: usize, bytes: &mut &[u8]) -> Result<bool, ProtocolError> {
        let wanted = length.saturating_sub(self.buffer.len()).min(bytes.len());
        let (taken, rest) = bytes.split_at(wanted);
        self.buffer.extend_from_slice(taken);
        *bytes = rest;
        let max = self.limits.message_bytes_max;
        if self.position() > max {
            return Err(ProtocolError {
                at: max,
                kind: ProtocolErrorKind::MessageTooLong { max },
            });
        }
        Ok(self.buffer.len() >= length)
    }

    fn checked_length(&self) -> Result<u32, ProtocolError> {
        let length = u32_at(&self.buffer, 0);
        let max = self.limits.frame_bytes_max;
        if length > max {
            return Err(self.error_at(0, ProtocolErrorKind::FrameTooLong { length, max }));
        }
        if (length as usize) < HEAD {
            return Err(self.error_at(0, ProtocolErrorKind::FrameTooShort { length }));
        }
        Ok(length)
    }

    fn frame(&mut self) -> Result<Frame, ProtocolError> {
        let stated = u32_at(&self.buffer, 4);
        let (_, payload) = self.buffer.split_at(ENVELOPE);
        let computed = crc32fast::hash(payload);
        if stated != computed {
            return Err(self.error_at(4, ProtocolErrorKind::Checksum { stated, computed }));
        }
        let (kind, encoding) = (payload[0], payload[1]);
        let sections = if kind >= FrameKind::OPTIONAL && encoding != STREAMED {
            Sections::default()
        } else {
            self.sections(encoding)?
        };
        Ok(Frame {
            at: self.at,
            kind,
            sections,
        })
    }

    fn sections(&mut self, encoding: u8) -> Result<Sections, ProtocolError> {
        let raw_length = u32_at(&self.buffer, ENVELOPE + 2);
        let content = &self.buffer[ENVELOPE + HEAD..];
        let (stored, packed) = match encoding {
            STORED | PACKED => content.split_at(0),
            STREAMED => split_stored(content).ok_or_else(|| {
                let expected = "the length of the stored section and as many bytes";
                self.error_at(ENVELOPE + HEAD, ProtocolErrorKind::Content { expected })
            })?,
            found => return Err(self.error_at(ENVELOPE + 1, ProtocolErrorKind::Encoding { found })),
        };
        let (length, max) = (
            u64::from(raw_length) + stored.len() as u64,
            self.limits.frame_raw_bytes_max,
        );
        if length > u64::from(max) {
            return Err(self.error_at(ENVELOPE + 2, ProtocolErrorKind::RawTooLong { length, max }));
        }
        let unpacked = match encoding {
            STORED if packed.len() == raw_length as usize => Ok(packed.to_vec()),
            STORED => Err("as many bytes as the raw length says"),
            PACKED => unpack_alone(packed, raw_length as usize),
            _ => self.unpacker.unpack(packed, raw_length as usize),
        };
        let stored = stored.to_vec();
        match unpacked {
            Ok(packed) => Ok(Sections { stored, packed }),
            Err(expected) => Err(self.error_at(ENVELOPE + HEAD, ProtocolErrorKind::Unpack { expected })),
        }
    }

    fn error_at(&self, offset: usize, kind: ProtocolErrorKind) -> ProtocolError {
        ProtocolError {
            at: self.at + offset as u64,
            kind,
        }
    }
}

fn split_stored(content: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = content.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

/// The four bytes at a place that is known to be there.
fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
