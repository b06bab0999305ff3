//! What the database keeps of an upload: whose it is, what it brings, until when. Where it stands is its file's length.

use crate::problem::{Code, Problem};
use jicha_domain::id::PhotoHash;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// How many uploads one sender may have begun and not finished. A phone's day is a few dozen photos of three variants.
pub const UNFINISHED_MAX: u32 = 512;

/// How an upload relates to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// By itself.
    Whole,
    /// A part that will be joined.
    Partial,
    /// Several, joined.
    Final,
}

impl Part {
    const fn as_str(self) -> &'static str {
        match self {
            Part::Whole => "whole",
            Part::Partial => "partial",
            Part::Final => "final",
        }
    }
}

/// How an upload ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The photo is stored, its hash fits.
    Checked,
    /// The part has become part of a whole.
    Joined,
    /// It is no photo that may enter.
    Refused,
    /// Nobody finished it in time.
    Expired,
}

impl Outcome {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Checked => "checked",
            Outcome::Joined => "joined",
            Outcome::Refused => "refused",
            Outcome::Expired => "expired",
        }
    }

    fn from_word(word: &str) -> Option<Outcome> {
        [
            Outcome::Checked,
            Outcome::Joined,
            Outcome::Refused,
            Outcome::Expired,
        ]
        .into_iter()
        .find(|outcome| outcome.as_str() == word)
    }
}

/// One upload.
#[derive(Clone, Debug)]
pub struct Upload {
    /// 32 hexadecimal digits, drawn by the server.
    pub id: String,
    /// `device/<id>` or `person/<id>`.
    pub sender: String,
    /// How it relates to others.
    pub part: Part,
    /// What it brings; a part does not say.
    pub meant: Option<super::header::Meant>,
    /// How many bytes there will be.
    pub length_bytes: u64,
    /// Upload-Metadata as it was sent.
    pub metadata: String,
    /// The ids of the parts, for a final one, separated by blanks.
    pub parts: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it is thrown away.
    pub expires_at: Timestamp,
    /// How it ended; `None` while bytes are expected.
    pub outcome: Option<Outcome>,
}

const COLUMNS: &str = "id, sender, part, hash, variant, sha256, length_bytes, metadata, parts, created_at_ms, \
    expires_at_ms, outcome";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Upload> {
    let hash = |index| -> rusqlite::Result<Option<PhotoHash>> {
        Ok(row
            .get::<_, Option<String>>(index)?
            .and_then(|text| text.parse().ok()))
    };
    let variant = row.get::<_, Option<String>>(4)?;
    let variant = variant.and_then(|word| word.parse().ok());
    let meant = match (hash(3)?, variant, hash(5)?) {
        (Some(hash), Some(variant), Some(sha256)) => Some(super::header::Meant {
            hash,
            variant,
            sha256,
        }),
        _ => None,
    };
    let part = match row.get::<_, String>(2)?.as_str() {
        "partial" => Part::Partial,
        "final" => Part::Final,
        _ => Part::Whole,
    };
    let outcome = row.get::<_, Option<String>>(11)?;
    Ok(Upload {
        id: row.get(0)?,
        sender: row.get(1)?,
        part,
        meant,
        length_bytes: row.get::<_, i64>(6)?.unsigned_abs(),
        metadata: row.get(7)?,
        parts: row.get(8)?,
        created_at: crate::auth::instant(row.get(9)?),
        expires_at: crate::auth::instant(row.get(10)?),
        outcome: outcome.and_then(|word| Outcome::from_word(&word)),
    })
}

/// The sender's upload. Somebody else's is not told apart from none.
pub fn find(sql: &Connection, now: Timestamp, sender: &str, id: &str) -> Result<Upload, Problem> {
    let found = sql
        .prepare_cached(&format!("SELECT {COLUMNS} FROM photo_upload WHERE id = ?1"))?
        .query_row([id], from_row)
        .optional()?
        .filter(|upload| upload.sender == sender)
        .ok_or_else(|| Problem::new(Code::NotFound))?;
    let gone =
        found.outcome == Some(Outcome::Expired) || (found.outcome.is_none() && found.expires_at <= now);
    if gone {
        return Err(Problem::new(Code::UploadExpired));
    }
    Ok(found)
}

/// Notes a new upload, unless its sender has begun too many already.
pub fn insert(sql: &Connection, upload: &Upload) -> Result<(), Problem> {
    let unfinished: u32 = sql
        .prepare_cached("SELECT count(*) FROM photo_upload WHERE sender = ?1 AND outcome IS NULL")?
        .query_row([&upload.sender], |row| row.get(0))?;
    if unfinished >= UNFINISHED_MAX {
        let words = format!("{unfinished} uploads are begun and not finished.");
        return Err(Problem::new(Code::TooManyUploads).detail(words).retry_after_s(60));
    }
    let meant = upload.meant.as_ref();
    sql.prepare_cached(&format!(
        "INSERT INTO photo_upload ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    ))?
    .execute(params![
        upload.id,
        upload.sender,
        upload.part.as_str(),
        meant.map(|meant| meant.hash.to_string()),
        meant.map(|meant| meant.variant.as_str()),
        meant.map(|meant| meant.sha256.to_string()),
        upload.length_bytes.cast_signed(),
        upload.metadata,
        upload.parts,
        upload.created_at.as_millisecond(),
        upload.expires_at.as_millisecond(),
        upload.outcome.map(Outcome::as_str),
    ])?;
    Ok(())
}

/// Notes how an upload ended.
pub fn settle(sql: &Connection, id: &str, outcome: Outcome) -> rusqlite::Result<()> {
    sql.prepare_cached("UPDATE photo_upload SET outcome = ?2 WHERE id = ?1")?
        .execute((id, outcome.as_str()))?;
    Ok(())
}

/// Forgets an upload.
pub fn delete(sql: &Connection, id: &str) -> rusqlite::Result<()> {
    sql.prepare_cached("DELETE FROM photo_upload WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Whether there is an upload with this id, of whomever.
pub fn exists(sql: &Connection, id: &str) -> rusqlite::Result<bool> {
    sql.prepare_cached("SELECT EXISTS (SELECT 1 FROM photo_upload WHERE id = ?1)")?
        .query_row([id], |row| row.get(0))
}

/// The ids of uploads whose time is over and that were not noted as expired yet.
pub fn list_expired(sql: &Connection, now: Timestamp) -> rusqlite::Result<Vec<String>> {
    sql.prepare_cached("SELECT id FROM photo_upload WHERE expires_at_ms <= ?1 AND outcome IS NULL")?
        .query_map([now.as_millisecond()], |row| row.get(0))?
        .collect()
}

/// Forgets uploads that ended, or whose time was over, before `before`.
pub fn forget_older(sql: &Connection, before: Timestamp) -> rusqlite::Result<usize> {
    sql.execute(
        "DELETE FROM photo_upload WHERE expires_at_ms <= ?1 AND outcome IS NOT NULL",
        [before.as_millisecond()],
    )
}
