//! How large things may be, on both sides.

/// The bounds that a session keeps to when it sends and insists on when it receives.
///
/// The defaults are the protocol's; both ends must use them to understand each other. Tests make them smaller,
/// and a device on a poor link may lower `message_bytes_max` for what it sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The payload of one frame as it travels.
    pub frame_bytes_max: u32,
    /// The content of one frame after it was unpacked.
    pub frame_raw_bytes_max: u32,
    /// The changes of one frame together after they were put together again.
    pub frame_rebuilt_bytes_max: u32,
    /// One whole message as it travels.
    pub message_bytes_max: u64,
    /// The packed size at which a frame of changes is closed. What a cut link loses is about this much.
    pub frame_target_bytes: u32,
    /// The documents that one frame may name.
    pub documents_per_frame_max: u32,
    /// The changes that one frame may hold.
    pub changes_per_frame_max: u32,
    /// The hashes that one entry of a list may name.
    pub hashes_per_document_max: u32,
    /// The refusals that one acknowledgement may hold.
    pub refusals_per_frame_max: u32,
}

impl Limits {
    /// The bytes of [`crate::Hello::app`], in UTF-8.
    pub const APP_BYTES_MAX: usize = 64;
    /// The bytes of [`crate::Refused::words`], in UTF-8.
    pub const WORDS_BYTES_MAX: usize = 512;

    /// The documents of a list that are put into one frame; about 50 bytes each.
    pub(crate) fn list_per_frame(&self) -> usize {
        const AIM: u32 = 512;
        self.documents_per_frame_max.clamp(1, AIM) as usize
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            frame_bytes_max: 2 * 1024 * 1024,
            frame_raw_bytes_max: 4 * 1024 * 1024,
            frame_rebuilt_bytes_max: 8 * 1024 * 1024,
            message_bytes_max: 16 * 1024 * 1024,
            frame_target_bytes: 24 * 1024,
            documents_per_frame_max: 4096,
            changes_per_frame_max: 32 * 1024,
            hashes_per_document_max: 1024,
            refusals_per_frame_max: 32 * 1024,
        }
    }
}
