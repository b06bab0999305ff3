//! What photos tell: real ones, damaged ones and forged ones.
#![expect(clippy::unwrap_used, reason = "a test that fails here says so well enough")]
#![expect(clippy::disallowed_methods, reason = "the photos of the tests are files")]

#[path = "all/corpus.rs"]
mod corpus;
#[path = "all/damage.rs"]
mod damage;
#[path = "all/forged.rs"]
mod forged;
#[path = "all/made.rs"]
mod made;
#[path = "all/quality.rs"]
mod quality;
#[path = "all/real_photos.rs"]
mod real_photos;
#[path = "all/sameness.rs"]
mod sameness;
#[path = "all/stripped.rs"]
mod stripped;
#[path = "all/upright.rs"]
mod upright;
