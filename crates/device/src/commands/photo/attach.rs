//! Taking a photo over and naming it in an inspection.

use jicha_domain::id::{InspectionId, PhotoHash};
use jicha_domain::inspection::{Inspection, InspectionState};
use jicha_domain::photo::{PhotoRef, PhotoSubject};
use jicha_domain::position::{PositionProvider, PositionWgs84};
use jicha_domain::rule::photo::{self, ClockSample, EarlierUse, Lookalike, PhotoContext};
use jicha_domain::rule::{self, Verdict};
use jicha_record::inspection::InspectionEdit;
use jicha_store::photo_queue::{self, NewPhotoRow};
use jicha_store::setting;
use jiff::Timestamp;
use rusqlite::Connection;

use super::keep::{self, Kept};
use crate::{Device, Error};

/// Where the two clocks stood when they were last looked at.
const CLOCKS: &str = "photos:clocks";

/// What the inspector says of a new photo.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPhoto {
    /// What it shows.
    pub shows: PhotoSubject,
    /// The place of the record that it supports, such as a register or an item.
    pub supports: Option<String>,
    /// Words below it.
    pub caption: Option<String>,
    /// Where the phone is now, by its own receiver.
    pub device_position: Option<PositionWgs84>,
    /// A JPEG of it that the phone made, where the photo itself is HEIC.
    pub rendering_path: Option<String>,
    /// The photo that this one is taken anew for.
    pub replaces: Option<PhotoHash>,
}

impl NewPhoto {
    /// A photo of which nothing more is said.
    pub const fn of(shows: PhotoSubject) -> Self {
        NewPhoto {
            shows,
            supports: None,
            caption: None,
            device_position: None,
            rendering_path: None,
            replaces: None,
        }
    }
}

/// A photo that was attached.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoAttached {
    /// SHA-256 of its bytes.
    pub hash: PhotoHash,
    /// What is recorded of it.
    pub photo: PhotoRef,
    /// What the rules say to it: show the doubts, so that it can be taken again on the spot.
    pub verdicts: Vec<Verdict>,
}

impl Device {
    /// Takes over the photo at `path` and names it in the inspection. The file is read once, in pieces, and kept as it is;
    /// what its name says is not trusted. A doubt never stands in the way; what is no photo does.
    ///
    /// After the inspector's signature only a photo that a supervisor asked for again can be attached.
    pub fn attach_photo(&self, id: InspectionId, path: &str, new: NewPhoto) -> Result<PhotoAttached, Error> {
        let inspection = self.require_open_for(id, new.replaces)?;
        let clocks = self.look_at_clocks();
        let files = self.ports.photos.as_ref();
        let read = keep::read(files, path, new.rendering_path.as_deref())?;
        if new.replaces == Some(read.hash) {
            return Err(not_asked_for(read.hash));
        }
        // Looked for before it is kept: afterwards it would be found as its own copy.
        let used_before = photo_queue::used_before(&self.connection(), read.hash)?;
        let kept = read.keep(files)?;
        let mut taken = describe(&kept, new, clocks, &inspection);
        let verdicts = {
            let connection = self.connection();
            let context = PhotoContext {
                used_before: used_before.map(|point_name| EarlierUse { point_name }),
                looks_like: self.looks_like(&connection, kept.hash, &taken)?,
                clocks_before: load_clocks(&connection)?,
                ..PhotoContext::of(&inspection)
            };
            photo::check(kept.hash, &taken, &context, &self.limits)
        };
        taken.doubts = rule::doubts(&verdicts);
        let row = NewPhotoRow {
            hash: kept.hash,
            added_at: taken.received_at,
            perceptual_hash: kept.perceptual_hash,
            files: kept.files,
        };
        let edit = InspectionEdit::AttachPhoto(kept.hash, taken.clone());
        self.edit_with(id, vec![edit], |transaction| {
            save_clocks(transaction, clocks)?;
            Ok(photo_queue::add(transaction, &row)?)
        })?;
        Ok(PhotoAttached {
            hash: kept.hash,
            photo: taken,
            verdicts,
        })
    }

    /// A photo that no inspection can name must not be copied and left waiting to be sent.
    fn require_open_for(&self, id: InspectionId, replaces: Option<PhotoHash>) -> Result<Inspection, Error> {
        let connection = self.connection();
        let (_, inspection) = self.open_inspection(&connection, id)?;
        let asked_for = match replaces {
            Some(hash) => photo_queue::is_under_retake(&connection, id, hash)?,
            None => false,
        };
        if let Some(hash) = replaces.filter(|_| !asked_for) {
            return Err(not_asked_for(hash));
        }
        if inspection.state() == InspectionState::Signed && !asked_for {
            let place = jicha_record::Place::new("photos", "");
            return Err(jicha_record::Error::Signed { place }.into());
        }
        Ok(inspection)
    }

    /// The photo of this device that looks most like the new one. What it is taken anew for looks like it by nature.
    fn looks_like(
        &self,
        connection: &Connection,
        hash: PhotoHash,
        taken: &PhotoRef,
    ) -> Result<Option<Lookalike>, Error> {
        let Some((looks, limits)) = taken.perceptual_hash.zip(
            self.limits
                .photo(jicha_domain::time::china_date(taken.received_at)),
        ) else {
            return Ok(None);
        };
        let except: Vec<PhotoHash> = [Some(hash), taken.replaces].into_iter().flatten().collect();
        let alike = photo_queue::alike(connection, looks, limits.0.alike_bits_max, &except)?;
        Ok(alike.map(|alike| Lookalike {
            hash: alike.hash,
            distance: alike.distance,
            point_name: alike.point_name,
        }))
    }

    /// Notes where the clocks stand, so that a clock turned later shows.
    pub(crate) fn note_clocks(&self, connection: &Connection) -> Result<(), Error> {
        save_clocks(connection, self.look_at_clocks())
    }
}

/// Only what a supervisor asked for again is replaced, and by another photo.
fn not_asked_for(hash: PhotoHash) -> Error {
    Error::NotFound {
        what: "request for another photo than",
        id: hash.to_string(),
    }
}

fn describe(kept: &Kept, new: NewPhoto, clocks: ClockSample, inspection: &Inspection) -> PhotoRef {
    let exif = kept.examined.exif.clone();
    let replaced = new.replaces.and_then(|hash| inspection.photos.get(&hash));
    PhotoRef {
        taken_at: exif.taken_at,
        monotonic_ms: Some(clocks.monotonic_ms),
        device_position: new.device_position,
        position: exif.position.map(|mut position| {
            position.provider = Some(PositionProvider::Photo);
            position
        }),
        // What is taken anew proves what the first one should have proved.
        supports: new
            .supports
            .or_else(|| replaced.and_then(|photo| photo.supports.clone())),
        caption: new.caption,
        camera: exif.camera,
        width: Some(kept.examined.width),
        height: Some(kept.examined.height),
        orientation: exif.orientation,
        quality: kept.quality,
        perceptual_hash: kept.perceptual_hash,
        replaces: new.replaces,
        ..PhotoRef::new(
            kept.examined.media_type.as_str(),
            kept.examined.size_bytes,
            new.shows,
            clocks.wall,
        )
    }
}

fn save_clocks(connection: &Connection, clocks: ClockSample) -> Result<(), Error> {
    let text = format!("{} {}", clocks.wall.as_millisecond(), clocks.monotonic_ms);
    Ok(setting::set(connection, CLOCKS, &text)?)
}

fn load_clocks(connection: &Connection) -> Result<Option<ClockSample>, Error> {
    let text = setting::get(connection, CLOCKS)?.unwrap_or_default();
    Ok(text.split_once(' ').and_then(|(wall, monotonic)| {
        Some(ClockSample {
            wall: Timestamp::from_millisecond(wall.parse().ok()?).ok()?,
            monotonic_ms: monotonic.parse().ok()?,
        })
    }))
}
