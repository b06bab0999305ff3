//! What photos tell, from real photos and from forged ones.
#![allow(clippy::unwrap_used)]
#![expect(clippy::disallowed_methods, reason = "the photos of the tests are files")]

#[path = "all/corpus.rs"]
mod corpus;
#[path = "all/real_photos.rs"]
mod real_photos;
