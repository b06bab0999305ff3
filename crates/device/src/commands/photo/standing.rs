//! Where each photo stands, and deleting the phone's copy.

use jicha_domain::Language;
use jicha_domain::id::{PersonId, PhotoHash};
use jicha_domain::review::{PhotoDecision, PhotoVerdict};
use jicha_store::photo_queue::{self, PhotoRow, PhotosAfter, Variant, VariantRow};
use jiff::Timestamp;
use rusqlite::Connection;

use crate::upload::receipts;
use crate::{Device, Error};

/// How far a photo has come. Each step includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhotoReceipt {
    /// On this device.
    Here,
    /// All its bytes are on the server.
    Received,
    /// The server computed the hash, and it fits: the phone may delete its copy.
    Checked,
    /// A supervisor judged it.
    Reviewed,
}

/// What is in a photo's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoTrouble {
    /// The connection broke.
    Offline,
    /// The server's disk is full.
    ServerFull,
    /// The server is busy or failed.
    ServerBusy,
    /// The server's hash is another one, twice.
    HashMismatch,
    /// The server does not accept it.
    Refused,
    /// The file on this phone is not what it was.
    FileDamaged,
    /// The server does not take photos.
    NotTaken,
}

impl PhotoTrouble {
    const ALL: [PhotoTrouble; 7] = [
        PhotoTrouble::Offline,
        PhotoTrouble::ServerFull,
        PhotoTrouble::ServerBusy,
        PhotoTrouble::HashMismatch,
        PhotoTrouble::Refused,
        PhotoTrouble::FileDamaged,
        PhotoTrouble::NotTaken,
    ];

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            PhotoTrouble::Offline => "offline",
            PhotoTrouble::ServerFull => "server_full",
            PhotoTrouble::ServerBusy => "server_busy",
            PhotoTrouble::HashMismatch => "hash_mismatch",
            PhotoTrouble::Refused => "refused",
            PhotoTrouble::FileDamaged => "file_damaged",
            PhotoTrouble::NotTaken => "not_taken",
        }
    }

    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trouble| trouble.as_str() == word)
    }

    /// What happened, and what to do. It promises nothing that nobody has scheduled.
    pub const fn sentence(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            PhotoTrouble::Offline => (
                "上传中断，已传部分不会重传；有网络时请再次发送。",
                "The connection broke. What has passed stays; send again when there is a network.",
            ),
            PhotoTrouble::ServerFull => (
                "服务器存储已满，照片仍在手机上；请通知管理员，之后再次发送。",
                "The server has no room. The photo is safe here; tell the administrator and send again later.",
            ),
            PhotoTrouble::ServerBusy => (
                "服务器暂时忙；请稍后再次发送。",
                "The server is busy. Send again in a while.",
            ),
            PhotoTrouble::HashMismatch => (
                "服务器算出的哈希两次不符；请保留手机上的照片并联系管理员。",
                "The server got other bytes, twice. Keep the photo on this phone and call the administrator.",
            ),
            PhotoTrouble::Refused => (
                "服务器拒收此照片；请重新拍摄。",
                "The server refused this photo. Take it again.",
            ),
            PhotoTrouble::FileDamaged => (
                "手机上的照片文件已损坏或丢失；请重新拍摄。",
                "The photo's file on this phone is damaged or gone. Take it again.",
            ),
            PhotoTrouble::NotTaken => (
                "服务器未开放照片上传；请联系管理员。",
                "The server does not take photos. Ask the administrator.",
            ),
        };
        match language {
            Language::Zh => zh,
            Language::En => en,
        }
    }
}

/// One photo of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoLine {
    /// The photo.
    pub hash: PhotoHash,
    /// When it was added.
    pub added_at: Timestamp,
    /// Its media type.
    pub media_type: String,
    /// How far it has come.
    pub receipt: PhotoReceipt,
    /// What a supervisor decided, as soon as it is known here.
    pub verdict: Option<PhotoVerdict>,
    /// Bytes that the server has acknowledged, of all variants.
    pub bytes_sent: u64,
    /// Bytes of all variants.
    pub bytes_total: u64,
    /// What is in its way.
    pub trouble: Option<PhotoTrouble>,
    /// What the server or the network said to it.
    pub trouble_detail: Option<String>,
    /// Before this there is little use in sending again. Nothing is sent by itself then.
    pub not_before: Option<Timestamp>,
    /// The original's file; none once it was deleted here.
    pub original: Option<String>,
    /// The thumbnail's file.
    pub thumbnail: Option<String>,
}

impl Device {
    /// A page of the photos of this device, newest first. `after` is the last one of the page before.
    pub fn photos(
        &self,
        after: Option<(Timestamp, PhotoHash)>,
        count: usize,
    ) -> Result<Vec<PhotoLine>, Error> {
        let connection = self.connection();
        let after = after.map(|(added_at, hash)| PhotosAfter {
            added_at_ms: added_at.as_millisecond(),
            hash,
        });
        let rows = photo_queue::page(&connection, after, count)?;
        let compared = receipts::is_compared(&connection)?;
        let lines = rows.into_iter().map(|row| line(&connection, row, compared));
        lines.collect()
    }

    /// How far a photo has come.
    pub fn photo_receipt(&self, hash: PhotoHash) -> Result<PhotoReceipt, Error> {
        let connection = self.connection();
        if photo_queue::one(&connection, hash)?.is_none() {
            return Err(not_found(hash));
        }
        receipt(&connection, hash)
    }

    /// Deletes the original of a photo from this device, once the server has checked its hash; thumbnail and preview
    /// stay. Refused before.
    pub fn delete_photo_copy(&self, hash: PhotoHash) -> Result<(), Error> {
        let row = {
            let connection = self.connection();
            let row = photo_queue::one(&connection, hash)?.ok_or_else(|| not_found(hash))?;
            let receipt = receipt(&connection, hash)?;
            if receipt < PhotoReceipt::Checked {
                return Err(Error::PhotoNotSafe { hash, receipt });
            }
            // Noted first: a crash in between leaves a file too many, never a photo that is thought to be here.
            photo_queue::note_copy_removed(&connection, hash, self.now())?;
            row
        };
        self.ports.photos.remove(&row.file_name).map_err(Error::File)
    }
}

fn not_found(hash: PhotoHash) -> Error {
    Error::NotFound {
        what: "photo",
        id: hash.to_string(),
    }
}

/// How far a photo has come. A judgement made from the preview does not make the original safe, so it counts only once
/// the original is checked.
pub(super) fn receipt(connection: &Connection, hash: PhotoHash) -> Result<PhotoReceipt, Error> {
    let variants = photo_queue::variants(connection, hash)?;
    let reviewed = photo_queue::verdict(connection, hash)?.is_some();
    Ok(step(&variants, reviewed, receipts::is_compared(connection)?))
}

/// A server that was restored may have lost what it had checked: until it was asked, that counts as received only.
fn step(variants: &[VariantRow], reviewed: bool, compared: bool) -> PhotoReceipt {
    let original = variants.iter().find(|row| row.variant == Variant::Original);
    match original {
        Some(row) if row.state == "checked" && !compared => PhotoReceipt::Received,
        Some(row) if row.state == "checked" && reviewed => PhotoReceipt::Reviewed,
        Some(row) if row.state == "checked" => PhotoReceipt::Checked,
        Some(row) if row.state == "waiting" && row.offset == row.size_bytes => PhotoReceipt::Received,
        _ => PhotoReceipt::Here,
    }
}

fn line(connection: &Connection, row: PhotoRow, compared: bool) -> Result<PhotoLine, Error> {
    let variants = photo_queue::variants(connection, row.hash)?;
    let verdict = photo_queue::verdict(connection, row.hash)?.and_then(read_verdict);
    let troubled = variants.iter().rev().find(|variant| variant.trouble.is_some());
    let thumbnail = variants
        .iter()
        .find(|variant| variant.variant == Variant::Thumbnail);
    let instant = |ms| Timestamp::from_millisecond(ms).ok();
    Ok(PhotoLine {
        hash: row.hash,
        added_at: instant(row.added_at_ms).unwrap_or(Timestamp::UNIX_EPOCH),
        media_type: row.media_type,
        receipt: step(&variants, verdict.is_some(), compared),
        verdict,
        bytes_sent: variants.iter().map(|variant| variant.offset).sum(),
        bytes_total: variants.iter().map(|variant| variant.size_bytes).sum(),
        trouble: troubled
            .and_then(|variant| variant.trouble.as_deref())
            .and_then(PhotoTrouble::of_word),
        trouble_detail: troubled.and_then(|variant| variant.trouble_detail.clone()),
        not_before: troubled
            .filter(|variant| variant.not_before_ms > 0)
            .and_then(|variant| instant(variant.not_before_ms)),
        original: row.copy_removed_at_ms.is_none().then_some(row.file_name),
        thumbnail: thumbnail.map(|variant| variant.file_name.clone()),
    })
}

/// None for a judgement of a newer version that this one can't read.
fn read_verdict(row: photo_queue::Verdict) -> Option<PhotoVerdict> {
    Some(PhotoVerdict {
        decision: row.decision.parse::<PhotoDecision>().ok()?,
        reason: row.reason.and_then(|reason| reason.parse().ok()),
        words: row.words,
        finding: None,
        by: row.decided_by.parse::<PersonId>().ok()?,
        at: Timestamp::from_millisecond(row.decided_at_ms).ok()?,
    })
}
