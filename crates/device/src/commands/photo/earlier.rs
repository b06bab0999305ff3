//! The photo of the last visit, to be shown beside the camera.

use jicha_domain::id::{InspectionId, PhotoHash};
use jicha_domain::photo::PhotoSubject;
use jicha_store::photo_queue::{self, Variant};
use jiff::Timestamp;

use crate::{Device, Error, device};

/// A photo of an earlier visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierPhoto {
    /// The photo.
    pub hash: PhotoHash,
    /// When that visit began, where this device knows it.
    pub visited_at: Option<Timestamp>,
    /// The thumbnail's file on this device.
    pub thumbnail: Option<String>,
    /// The preview's file on this device.
    pub preview: Option<String>,
    /// Where the server has the preview, for whoever may see it.
    pub preview_url: String,
}

impl Device {
    /// The photo of the last visit to the same point that shows the same: from an earlier inspection on this device, else
    /// the one that the task named.
    pub fn earlier_photo(
        &self,
        id: InspectionId,
        shows: PhotoSubject,
    ) -> Result<Option<EarlierPhoto>, Error> {
        let connection = self.connection();
        let (_, inspection) = self.open_inspection(&connection, id)?;
        let about = &inspection.about;
        let here = photo_queue::earlier_photo(
            &connection,
            about.point.no.as_str(),
            about.started_at,
            id,
            shows.as_str(),
        )?;
        let found = here
            .map(|photo| (photo.hash, Timestamp::from_millisecond(photo.visited_at_ms).ok()))
            .or(about.previous_photo.map(|hash| (hash, None)));
        let Some((hash, visited_at)) = found else {
            return Ok(None);
        };
        let mut photo = EarlierPhoto {
            hash,
            visited_at,
            thumbnail: None,
            preview: None,
            preview_url: format!(
                "{}/api/photos/{hash}/preview",
                device::enrolled(&connection)?.server
            ),
        };
        for variant in photo_queue::variants(&connection, hash)? {
            match variant.variant {
                Variant::Thumbnail => photo.thumbnail = Some(variant.file_name),
                Variant::Preview => photo.preview = Some(variant.file_name),
                Variant::Original => {}
            }
        }
        Ok(Some(photo))
    }
}
