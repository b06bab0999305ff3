//! Reading a source in pieces, always knowing where.

use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};

use crate::PhotoError;

/// A source of known length, read forwards through a buffer.
pub struct Stream<'a, S: Read + Seek + ?Sized> {
    source: BufReader<&'a mut S>,
    at: u64,
    len: u64,
}

impl<'a, S: Read + Seek + ?Sized> Stream<'a, S> {
    const BUFFER_BYTES: usize = 64 * 1024;

    /// Begins at byte 0.
    pub fn new(source: &'a mut S) -> Result<Self, PhotoError> {
        let len = source.seek(SeekFrom::End(0)).map_err(PhotoError::Unreadable)?;
        source.rewind().map_err(PhotoError::Unreadable)?;
        Ok(Self {
            source: BufReader::with_capacity(Self::BUFFER_BYTES, source),
            at: 0,
            len,
        })
    }

    /// Where the next byte is.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Size of the source in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Bytes that are left.
    pub fn left(&self) -> u64 {
        self.len.saturating_sub(self.at)
    }

    /// The next bytes. If there are fewer, the photo is truncated: `expected` was to come.
    pub fn take<const N: usize>(&mut self, expected: &'static str) -> Result<[u8; N], PhotoError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes, expected)?;
        Ok(bytes)
    }

    /// Fills `bytes`.
    pub fn fill(&mut self, bytes: &mut [u8], expected: &'static str) -> Result<(), PhotoError> {
        self.source
            .read_exact(bytes)
            .map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => self.truncated(expected),
                _ => PhotoError::Unreadable(error),
            })?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// The next two bytes, most significant first.
    pub fn u16(&mut self, expected: &'static str) -> Result<u16, PhotoError> {
        self.take(expected).map(u16::from_be_bytes)
    }

    /// The next four bytes, most significant first.
    pub fn u32(&mut self, expected: &'static str) -> Result<u32, PhotoError> {
        self.take(expected).map(u32::from_be_bytes)
    }

    /// Passes over so many bytes, which must be there.
    pub fn skip(&mut self, count: u64, expected: &'static str) -> Result<(), PhotoError> {
        if count > self.left() {
            return Err(self.truncated(expected));
        }
        // A file has at most i64::MAX bytes, and `count` is not more than what is left of it.
        let step = i64::try_from(count).unwrap_or(i64::MAX);
        self.source.seek_relative(step).map_err(PhotoError::Unreadable)?;
        self.at += count;
        Ok(())
    }

    /// What is in the buffer now, at least one byte unless the source is at its end.
    pub fn peek(&mut self) -> Result<&[u8], PhotoError> {
        self.source.fill_buf().map_err(PhotoError::Unreadable)
    }

    /// Takes bytes that were peeked at.
    pub fn consume(&mut self, count: usize) {
        self.source.consume(count);
        self.at += count as u64;
    }

    /// Goes back by one byte.
    pub fn step_back(&mut self) -> Result<(), PhotoError> {
        self.source.seek_relative(-1).map_err(PhotoError::Unreadable)?;
        self.at -= 1;
        Ok(())
    }

    /// The error that the bytes end here.
    pub fn truncated(&self, expected: &'static str) -> PhotoError {
        PhotoError::Truncated {
            at: self.len,
            expected,
        }
    }
}
