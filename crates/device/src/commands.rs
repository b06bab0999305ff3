//! What an inspector does on the device. Each command is stored durably before it returns.

mod conflict;
mod inspection;
mod photo;
mod undo;

pub use conflict::{OpenCandidate, OpenConflict};
pub use inspection::Edited;
pub use photo::{
    EarlierPhoto, NewPhoto, PhotoAttached, PhotoLine, PhotoPassport, PhotoReceipt, PhotoTrouble, Retake,
};
