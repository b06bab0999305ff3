//! Photos, as an inspection knows them.

use std::time::SystemTime;

use jicha_device::{EarlierPhoto, PhotoAttached, PhotoLine, PhotoPassport, Retake};
use jicha_domain::Language;
use jicha_domain::id::PhotoHash;
use jicha_domain::photo::{PhotoRef, Shot};

use super::{PositionRecord, VerdictRecord, instant, instants, texts};
use crate::words::mirrored_words;

mirrored_words! {
    /// What a photo shows. The phone's shot list is made of these.
    PhotoSubject = jicha_domain::photo::PhotoSubject {
        /// The whole cabinet or box.
        Cabinet,
        /// A nameplate.
        Nameplate,
        /// The display with a reading.
        Register,
        /// A seal.
        Seal,
        /// Wiring.
        Wiring,
        /// The place around it.
        Surroundings,
        /// A paper.
        Document,
        /// Anything else, told in the caption.
        Other,
    }
}

mirrored_words! {
    /// What a supervisor decided about a photo.
    PhotoDecision = jicha_domain::review::PhotoDecision {
        /// It proves what it should.
        Accepted,
        /// It must be taken again.
        Retake,
        /// It shows something wrong.
        Finding,
    }
}

mirrored_words! {
    /// Why a photo must be taken again.
    RetakeReason = jicha_domain::review::RetakeReason {
        /// Out of focus or shaken.
        Blurred,
        /// The reading can't be made out.
        ReadingIllegible,
        /// The seal is not visible.
        SealNotVisible,
        /// It shows another meter.
        WrongMeter,
        /// Taken elsewhere.
        OutsideTheFence,
        /// Too dark or too bright.
        BadLight,
        /// Told in words.
        Other,
    }
}

/// How far a photo has come. Each step includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PhotoReceipt {
    /// On this device.
    Here,
    /// All its bytes are on the server.
    Received,
    /// The server computed the hash, and it fits: the copy on this device may be deleted.
    Checked,
    /// A supervisor judged it.
    Reviewed,
}

impl From<jicha_device::PhotoReceipt> for PhotoReceipt {
    fn from(receipt: jicha_device::PhotoReceipt) -> Self {
        match receipt {
            jicha_device::PhotoReceipt::Here => Self::Here,
            jicha_device::PhotoReceipt::Received => Self::Received,
            jicha_device::PhotoReceipt::Checked => Self::Checked,
            jicha_device::PhotoReceipt::Reviewed => Self::Reviewed,
        }
    }
}

/// What is in a photo's way: what happened and what to do, in one sentence of each language.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PhotoTroubleRecord {
    /// A stable word: `offline`, `server_full`, `server_busy`, `hash_mismatch`, `refused`, `file_damaged`, `not_taken`.
    pub word: String,
    /// For a Chinese reader.
    pub sentence_zh: String,
    /// For an English reader.
    pub sentence_en: String,
}

impl From<jicha_device::PhotoTrouble> for PhotoTroubleRecord {
    fn from(trouble: jicha_device::PhotoTrouble) -> Self {
        Self {
            word: trouble.as_str().to_owned(),
            sentence_zh: trouble.sentence(Language::Zh).to_owned(),
            sentence_en: trouble.sentence(Language::En).to_owned(),
        }
    }
}

/// What a supervisor decided about a photo.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct PhotoVerdictRecord {
    /// The decision.
    pub decision: PhotoDecision,
    /// Why it must be taken again.
    pub reason: Option<RetakeReason>,
    /// The supervisor's words.
    pub words: Option<String>,
    /// The supervisor's id.
    pub by: String,
    /// When.
    pub at: SystemTime,
}

/// One photo of this device.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct PhotoLineRecord {
    /// The photo.
    pub hash: String,
    /// When it was added.
    pub added_at: SystemTime,
    /// Its media type.
    pub media_type: String,
    /// How far it has come.
    pub receipt: PhotoReceipt,
    /// What a supervisor decided, as soon as it is known here.
    pub verdict: Option<PhotoVerdictRecord>,
    /// Bytes that the server has acknowledged: of original, preview and thumbnail together.
    pub bytes_sent: u64,
    /// Bytes of original, preview and thumbnail.
    pub bytes_total: u64,
    /// What is in its way.
    pub trouble: Option<PhotoTroubleRecord>,
    /// What the server or the network said to it.
    pub trouble_detail: Option<String>,
    /// Before this there is little use in sending again. Nothing is sent by itself then.
    pub not_before: Option<SystemTime>,
    /// Where the original is; none once its copy was deleted.
    pub original_path: Option<String>,
    /// Where the thumbnail is; none for a photo that could not be decoded.
    pub thumbnail_path: Option<String>,
}

impl PhotoLineRecord {
    pub(crate) fn of(line: PhotoLine, path: impl Fn(&str) -> String) -> Self {
        Self {
            hash: line.hash.to_string(),
            added_at: instant(line.added_at),
            media_type: line.media_type,
            receipt: line.receipt.into(),
            verdict: line.verdict.map(|verdict| PhotoVerdictRecord {
                decision: verdict.decision.into(),
                reason: verdict.reason.map(Into::into),
                words: verdict.words,
                by: verdict.by.to_string(),
                at: instant(verdict.at),
            }),
            bytes_sent: line.bytes_sent,
            bytes_total: line.bytes_total,
            trouble: line.trouble.map(Into::into),
            trouble_detail: line.trouble_detail,
            not_before: instants(line.not_before),
            original_path: line.original.as_deref().map(&path),
            thumbnail_path: line.thumbnail.as_deref().map(&path),
        }
    }
}

/// The photo of an earlier visit.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct EarlierPhotoRecord {
    /// The photo.
    pub hash: String,
    /// When that visit began, where this device knows it.
    pub visited_at: Option<SystemTime>,
    /// Where the thumbnail is on this device.
    pub thumbnail_path: Option<String>,
    /// Where the preview is on this device.
    pub preview_path: Option<String>,
    /// Where the server has the preview.
    pub preview_url: String,
}

pub(crate) fn earlier_photo_record(photo: EarlierPhoto, path: impl Fn(&str) -> String) -> EarlierPhotoRecord {
    EarlierPhotoRecord {
        hash: photo.hash.to_string(),
        visited_at: instants(photo.visited_at),
        thumbnail_path: photo.thumbnail.as_deref().map(&path),
        preview_path: photo.preview.as_deref().map(&path),
        preview_url: photo.preview_url,
    }
}

/// Where, when and by which device a photo was taken.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct PhotoPassportRecord {
    /// The device's id.
    pub device: String,
    /// The photo with its hash, both positions, the camera's and the device's time, and the doubts.
    pub photo: PhotoRecord,
    /// The datum of its positions: WGS-84.
    pub datum: String,
    /// When the server first had something of it, by the server's clock.
    pub first_received_at: Option<SystemTime>,
    /// How far it has come.
    pub receipt: PhotoReceipt,
}

pub(crate) fn passport_record(passport: PhotoPassport) -> PhotoPassportRecord {
    PhotoPassportRecord {
        device: passport.device.to_string(),
        photo: (passport.hash, passport.photo).into(),
        datum: passport.datum.to_owned(),
        first_received_at: instants(passport.first_received_at),
        receipt: passport.receipt.into(),
    }
}

/// A photo that a supervisor asked for again.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct RetakeRecord {
    /// The inspection.
    pub inspection: String,
    /// The metering point's number.
    pub point_no: String,
    /// The metering point's name.
    pub point_name: String,
    /// The photo that did not do; hand it over as `replaces`.
    pub photo: String,
    /// What it has to show.
    pub shows: PhotoSubject,
    /// What it supports.
    pub supports: Option<String>,
    /// Why.
    pub reason: Option<RetakeReason>,
    /// The supervisor's words.
    pub words: Option<String>,
    /// The supervisor's id.
    pub asked_by: String,
    /// When.
    pub asked_at: SystemTime,
    /// The photo that was taken instead.
    pub done_by: Option<String>,
}

impl From<Retake> for RetakeRecord {
    fn from(retake: Retake) -> Self {
        Self {
            inspection: retake.inspection.to_string(),
            point_no: retake.point_no,
            point_name: retake.point_name,
            photo: retake.photo.to_string(),
            shows: retake.shows.into(),
            supports: retake.supports,
            reason: retake.reason.map(Into::into),
            words: retake.words,
            asked_by: retake.asked_by.to_string(),
            asked_at: instant(retake.asked_at),
            done_by: texts(retake.done_by),
        }
    }
}

mirrored_words! {
    /// Why a photo of the shot list could not be taken.
    MissingShotReason = jicha_domain::photo::MissingShotReason {
        /// There is no such thing at this point, e.g. no cabinet.
        NotPresent,
        /// It can't be reached, or not without danger.
        OutOfReach,
        /// Somebody did not allow it.
        Refused,
        /// The camera does not work.
        CameraFailed,
        /// Told in words.
        Other,
    }
}

/// One photo of the shot list.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct ShotRecord {
    /// What it has to show.
    pub shows: PhotoSubject,
    /// How many photos show it.
    pub taken: u32,
    /// Why there is none, if the inspector said so. Moot as soon as one is taken.
    pub excuse: Option<MissingShotReason>,
    /// More about the reason.
    pub excuse_words: Option<String>,
}

impl From<Shot> for ShotRecord {
    fn from(shot: Shot) -> Self {
        Self {
            shows: shot.shows.into(),
            taken: u32::try_from(shot.taken).unwrap_or(u32::MAX),
            excuse: shot.excuse.as_ref().map(|excuse| excuse.reason.into()),
            excuse_words: shot.excuse.and_then(|excuse| excuse.words),
        }
    }
}

/// A photo of an inspection.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct PhotoRecord {
    /// SHA-256 of its bytes, as 64 hexadecimal digits: its name everywhere.
    pub hash: String,
    /// Media type, e.g. `image/jpeg`.
    pub media_type: String,
    /// Size of the original in bytes.
    pub size_bytes: u64,
    /// What it shows.
    pub shows: PhotoSubject,
    /// When it was taken, by the camera's clock.
    pub taken_at: Option<SystemTime>,
    /// When it was attached, by the device's clock.
    pub received_at: SystemTime,
    /// Where it was taken.
    pub position: Option<PositionRecord>,
    /// What it proves, e.g. `register:1-0:1.8.0*255/1`, `item:JL-R-05`, `seal:box_door/1`.
    pub supports: Option<String>,
    /// What the inspector says of it.
    pub caption: Option<String>,
    /// Maker and model of the camera.
    pub camera: Option<String>,
    /// Width in pixels, as stored.
    pub width: Option<u32>,
    /// Height in pixels, as stored.
    pub height: Option<u32>,
    /// EXIF orientation, 1 to 8.
    pub orientation: Option<u8>,
    /// Where the device itself was when it was attached.
    pub device_position: Option<PositionRecord>,
    /// Milliseconds since the device's start when it was attached.
    pub monotonic_ms: Option<u64>,
    /// Variance of the Laplacian: small in a blurred picture. None where the photo could not be decoded.
    pub sharpness: Option<f64>,
    /// Mean luma, 0 black to 255 white.
    pub mean_luma: Option<f64>,
    /// What it looks like, as 16 hexadecimal digits.
    pub perceptual_hash: Option<String>,
    /// The rules that doubted it when it was taken.
    pub doubts: Vec<String>,
    /// The photo that it was taken anew for.
    pub replaces: Option<String>,
}

/// A photo that was attached. The file that was handed over is no longer needed.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct PhotoAttachedRecord {
    /// What is recorded of it.
    pub photo: PhotoRecord,
    /// Where the app finds the unchanged bytes on this device.
    pub path: String,
    /// What the rules say to it. Show what needs attention, so that it can be taken again on the spot.
    pub verdicts: Vec<VerdictRecord>,
}

impl From<(PhotoHash, PhotoRef)> for PhotoRecord {
    fn from((hash, photo): (PhotoHash, PhotoRef)) -> Self {
        Self {
            hash: hash.to_string(),
            media_type: photo.media_type,
            size_bytes: photo.size_bytes,
            shows: photo.shows.into(),
            taken_at: instants(photo.taken_at),
            received_at: instant(photo.received_at),
            position: photo.position.map(Into::into),
            supports: photo.supports,
            caption: photo.caption,
            camera: photo.camera,
            width: photo.width,
            height: photo.height,
            orientation: photo.orientation,
            device_position: photo.device_position.map(Into::into),
            monotonic_ms: photo.monotonic_ms,
            sharpness: photo.quality.map(|quality| quality.sharpness),
            mean_luma: photo.quality.map(|quality| quality.mean_luma),
            perceptual_hash: texts(photo.perceptual_hash),
            doubts: photo.doubts.iter().map(ToString::to_string).collect(),
            replaces: texts(photo.replaces),
        }
    }
}

pub(crate) fn photo_record(attached: PhotoAttached) -> PhotoRecord {
    (attached.hash, attached.photo).into()
}
