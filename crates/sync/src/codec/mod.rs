//! A batch of changes as bytes, and back.
//!
//! Every property of the changes is a column of its own, over all documents of the frame. What can't be
//! compressed (ids, hashes, signatures) stands in one section that is left alone, all else in another that is
//! compressed. What the receiver can work out is left out: the hash and checksum of each change, and of its
//! predecessors those that stand in the same portion. The layout is written down in `docs/SYNC.md`.

mod assembly;
mod decode;
mod encode;
mod layout;

pub(crate) use decode::decode;
pub(crate) use encode::{encode, size_bound};

/// The two sections of a frame of changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sections {
    /// Ids, hashes, signatures.
    pub(crate) stored: Vec<u8>,
    /// All columns; compresses to about a fifth.
    pub(crate) packed: Vec<u8>,
}
