//! Resumable uploads: tus 1.0.0 with creation, creation-with-upload, checksum, termination, expiration, concatenation.
//!
//! [`header`] reads what a request says, `row` is what the database keeps of an upload, `staging` the file its bytes
//! go to, [`Desk`] who is sending right now, `receive` takes a body, `finish` checks what is complete, `bring_back`
//! mends one that was half finished, `sweep` throws away what nobody finished.
//!
//! The offset of an upload is the length of its file: it is never behind what was acknowledged, since a file is fsynced
//! before its new length is. After a loss of power it may be ahead by bytes that are not those sent; the SHA-256 over the
//! whole finds that out before anything enters. So a PATCH in the middle writes nothing to the database.

pub mod begin;
pub mod header;
pub mod row;
pub mod sweep;

mod bring_back;
mod desk;
mod finish;
mod join;
mod receive;
mod staging;

pub use begin::{Begun, begin};
pub use desk::Desk;
pub(crate) use finish::blocking;
pub use receive::{Body, Taken, offset_of, take, terminate};
