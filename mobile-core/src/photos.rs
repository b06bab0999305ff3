//! Photos: taking them over, where each stands, what is asked for again.

use jicha_device::NewPhoto;
use jicha_domain::id::InspectionId;
use jicha_domain::photo::MissingShot;
use jicha_domain::rule;
use jicha_record::inspection::InspectionEdit;

use crate::guard::guarded;
use crate::input::{bad_input, instant, parse, parse_optional};
use crate::record::{earlier_photo_record, passport_record, photo_record};
use crate::{
    EarlierPhotoRecord, EditedRecord, JichaApp, JichaException, MissingShotReason, PhotoAttachedRecord,
    PhotoLineRecord, PhotoPassportRecord, PhotoReceipt, PhotoSubject, PositionRecord, RetakeRecord,
    ShotRecord,
};

/// The most lines that one page has.
const PAGE_LINES_MAX: u32 = 500;

#[uniffi::export]
impl JichaApp {
    /// Takes over the photo at `path` (JPEG, PNG, WebP or HEIC, at most 64 MiB) unchanged, reads its EXIF data, makes a
    /// thumbnail and a preview, and names it in the inspection. `supports` is the place that it proves, e.g.
    /// `item:JL-R-05`; `position` where the phone's own receiver says it is; `rendering_path` a JPEG that the app made of
    /// a HEIC photo; `replaces` the photo that a supervisor asked for again, which can be attached after the signature
    /// too. Show the verdicts at once, so that a blurred photo is taken again on the spot: a doubt is never refused. What
    /// is no photo is, with the reason. Blocks for as long as the file takes to be copied and decoded, about a second.
    #[uniffi::method(default(supports = None, caption = None, position = None, rendering_path = None, replaces = None))]
    #[expect(
        clippy::too_many_arguments,
        reason = "named arguments with defaults in the languages that call it"
    )]
    pub fn attach_photo(
        &self,
        inspection: String,
        path: String,
        shows: PhotoSubject,
        supports: Option<String>,
        caption: Option<String>,
        position: Option<PositionRecord>,
        rendering_path: Option<String>,
        replaces: Option<String>,
    ) -> Result<PhotoAttachedRecord, JichaException> {
        guarded(|| {
            let id: InspectionId = parse("inspection", &inspection)?;
            let supports = parse_optional::<rule::Place>("supports", supports.as_deref())?;
            let new = NewPhoto {
                shows: shows.into(),
                supports: supports.map(|place| place.to_string()),
                caption,
                device_position: position.map(TryInto::try_into).transpose()?,
                rendering_path,
                replaces: parse_optional("replaces", replaces.as_deref())?,
            };
            let attached = self.device.attach_photo(id, &path, new)?;
            let verdicts = attached.verdicts.iter().cloned().map(Into::into).collect();
            let photo = photo_record(attached);
            let path = self.photo_file(&photo.hash);
            Ok(PhotoAttachedRecord {
                photo,
                path,
                verdicts,
            })
        })
    }

    /// The shot list of an inspection: what has to be photographed, what is taken, and why something is lacking.
    pub fn shots(&self, inspection: String) -> Result<Vec<ShotRecord>, JichaException> {
        guarded(|| {
            let (inspection, _) = self.device.load_inspection(parse("inspection", &inspection)?)?;
            Ok(inspection.shots().into_iter().map(Into::into).collect())
        })
    }

    /// Says why a photo of the shot list is lacking. `words` are needed where the reason is "other".
    #[uniffi::method(default(words = None))]
    pub fn excuse_shot(
        &self,
        inspection: String,
        shows: PhotoSubject,
        reason: MissingShotReason,
        words: Option<String>,
    ) -> Result<EditedRecord, JichaException> {
        self.edit(&inspection, || {
            let words = words.filter(|words| !words.trim().is_empty());
            if reason == MissingShotReason::Other && words.is_none() {
                return Err(bad_input("words", "the reason in words", ""));
            }
            let missing = MissingShot {
                reason: reason.into(),
                words,
                at: self.now(),
            };
            Ok(InspectionEdit::ExcuseShot(shows.into(), missing))
        })
    }

    /// The photo of the last visit to the same point that shows the same, to be shown beside the camera; none if there was
    /// none.
    pub fn earlier_photo(
        &self,
        inspection: String,
        shows: PhotoSubject,
    ) -> Result<Option<EarlierPhotoRecord>, JichaException> {
        guarded(|| {
            let found = self
                .device
                .earlier_photo(parse("inspection", &inspection)?, shows.into())?;
            Ok(found.map(|photo| earlier_photo_record(photo, |name| self.photo_file(name))))
        })
    }

    /// One page of the photos of this device, newest first, with how far each has come. `after` is the last line of the
    /// page before; `count` is at most 500.
    #[uniffi::method(default(after = None, count = 50))]
    pub fn photos(
        &self,
        after: Option<PhotoLineRecord>,
        count: u32,
    ) -> Result<Vec<PhotoLineRecord>, JichaException> {
        guarded(|| {
            let after = match after {
                Some(line) => Some((instant("after", line.added_at)?, parse("after", &line.hash)?)),
                None => None,
            };
            let count = count.min(PAGE_LINES_MAX) as usize;
            let lines = self.device.photos(after, count)?;
            Ok(lines
                .into_iter()
                .map(|line| PhotoLineRecord::of(line, |name| self.photo_file(name)))
                .collect())
        })
    }

    /// How far a photo has come: here, received, checked, reviewed.
    pub fn photo_receipt(&self, hash: String) -> Result<PhotoReceipt, JichaException> {
        guarded(|| Ok(self.device.photo_receipt(parse("hash", &hash)?)?.into()))
    }

    /// Where, when and by which device a photo of an inspection was taken, and since when the server has it.
    pub fn photo_passport(
        &self,
        inspection: String,
        hash: String,
    ) -> Result<PhotoPassportRecord, JichaException> {
        guarded(|| {
            let (id, hash) = (parse("inspection", &inspection)?, parse("hash", &hash)?);
            Ok(passport_record(self.device.photo_passport(id, hash)?))
        })
    }

    /// Deletes the original of a photo from this device; thumbnail and preview stay. Refused with the rule
    /// `photo_not_checked` until the server has checked its hash.
    pub fn delete_photo_copy(&self, hash: String) -> Result<(), JichaException> {
        guarded(|| Ok(self.device.delete_photo_copy(parse("hash", &hash)?)?))
    }

    /// The photos that supervisors asked for again, newest first. Attach the new one with `replaces`.
    #[uniffi::method(default(with_done = false))]
    pub fn retakes(&self, with_done: bool) -> Result<Vec<RetakeRecord>, JichaException> {
        guarded(|| {
            Ok(self
                .device
                .retakes(with_done)?
                .into_iter()
                .map(Into::into)
                .collect())
        })
    }

    /// Whether originals wait for Wi-Fi. They do unless it is set otherwise; thumbnails and previews go over any network.
    pub fn originals_only_over_wifi(&self) -> Result<bool, JichaException> {
        guarded(|| Ok(self.device.originals_only_over_wifi()?))
    }

    /// Lets originals wait for Wi-Fi, or not.
    pub fn set_originals_only_over_wifi(&self, only: bool) -> Result<(), JichaException> {
        guarded(|| Ok(self.device.set_originals_only_over_wifi(only)?))
    }
}

impl JichaApp {
    /// Where a file of the photos' folder is.
    fn photo_file(&self, name: &str) -> String {
        self.photos.join(name).display().to_string()
    }
}
