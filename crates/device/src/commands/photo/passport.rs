//! A photo's passport: everything that tells where, when and by which device it was taken.

use jicha_domain::id::{DeviceId, InspectionId, PhotoHash};
use jicha_domain::photo::PhotoRef;
use jicha_store::photo_queue;
use jiff::Timestamp;

use super::standing::{PhotoReceipt, receipt};
use crate::{Device, Error};

/// The datum of all positions.
const DATUM: &str = "WGS-84";

/// A photo's passport.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoPassport {
    /// SHA-256 of the original.
    pub hash: PhotoHash,
    /// The device on which the inspection was begun.
    pub device: DeviceId,
    /// What is recorded: both positions with accuracy, provider and whether they were made up; the camera's and the
    /// device's time and the monotonic clock; the doubts.
    pub photo: PhotoRef,
    /// The datum of its positions.
    pub datum: &'static str,
    /// When the server first had something of it, by the server's clock.
    pub first_received_at: Option<Timestamp>,
    /// How far it has come.
    pub receipt: PhotoReceipt,
}

impl Device {
    /// The passport of a photo of an inspection.
    pub fn photo_passport(&self, id: InspectionId, hash: PhotoHash) -> Result<PhotoPassport, Error> {
        let connection = self.connection();
        let (_, mut inspection) = self.open_inspection(&connection, id)?;
        let photo = inspection.photos.remove(&hash).ok_or_else(|| Error::NotFound {
            what: "photo",
            id: hash.to_string(),
        })?;
        let row = photo_queue::one(&connection, hash)?;
        let first_received_at = row.and_then(|row| row.first_received_at_ms);
        Ok(PhotoPassport {
            hash,
            device: inspection.about.device,
            photo,
            datum: DATUM,
            first_received_at: first_received_at.and_then(|ms| Timestamp::from_millisecond(ms).ok()),
            receipt: receipt(&connection, hash)?,
        })
    }
}
