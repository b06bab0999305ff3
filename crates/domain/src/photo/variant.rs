//! The forms in which a photo exists.

use crate::word::word_enum;

word_enum! {
    /// One form of a photo, in the order in which they are sent. The words are those of the upload protocol, of places in
    /// the photo store, and of rows.
    pub enum PhotoVariant {
        /// A JPEG of at most 10,000 bytes whose long side is 320 pixels or less, for lists.
        Thumbnail => "thumbnail", "缩略图", "Thumbnail";
        /// A JPEG whose long side is 1600 pixels or less, for the review.
        Preview => "preview", "预览图", "Preview";
        /// The bytes as the camera wrote them.
        Original => "original", "原图", "Original";
    }
}
