//! Photos: taken over unchanged, judged at once, named by their hash; where each stands; what is asked for again.

mod attach;
mod earlier;
mod keep;
mod passport;
mod retake;
mod standing;

pub use attach::{NewPhoto, PhotoAttached};
pub use earlier::EarlierPhoto;
pub use passport::PhotoPassport;
pub use retake::Retake;
pub use standing::{PhotoLine, PhotoReceipt, PhotoTrouble};
