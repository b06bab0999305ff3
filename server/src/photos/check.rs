//! Do the files say what the database says? For after a restore, and for disks that forget.

use super::stored::{self, MadeBy, Stored};
use super::variant::place_of;
use super::{ObjectError, Objects, Variant, hash_of, job};
use crate::{review, sync};
use jicha_domain::id::PhotoHash;
use jiff::Timestamp;
use object_store::path::Path as Place;
use rusqlite::Connection;
use std::io::Cursor;
use std::path::Path;

/// What went wrong on the way.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The photo store.
    #[error("read the photo store")]
    Objects(#[from] ObjectError),
    /// The database.
    #[error("read or write the rows of photos")]
    Sqlite(#[from] rusqlite::Error),
    /// The new epoch.
    #[error("begin a new epoch")]
    Epoch(#[from] sync::SyncError),
}

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Variants whose bytes are there and, if they were read, have their hash.
    pub sound: u64,
    /// Variants whose bytes are gone, unreadable or others; their rows were removed, so that phones offer them again.
    pub lost: Vec<String>,
    /// Originals that lay in the store without a row and were taken in.
    pub adopted: u64,
    /// Objects without a row that are no photo of ours; they were left alone.
    pub strange: Vec<String>,
}

/// Compares every variant with its bytes: with `read_all` their hash, else only whether they are there with the right
/// size. Then takes in originals that the database does not know, as after the restore of an older one.
pub async fn check(
    sql: &mut Connection,
    objects: &Objects,
    now: Timestamp,
    read_all: bool,
) -> Result<Report, CheckError> {
    let mut report = Report::default();
    // First, so that a store that can't be reached at all stops everything, and nothing is forgotten for it.
    let originals = objects.list(&Place::from(Variant::Original.as_str())).await?;
    for row in rows(sql)? {
        let place = place_of(row.variant, row.hash);
        if is_sound(objects, &row, &place, read_all).await {
            report.sound += 1;
        } else {
            lose(sql, &row)?;
            report.lost.push(place.to_string());
        }
    }
    for (place, _) in originals {
        adopt(sql, objects, now, &place, &mut report).await?;
    }
    if !report.lost.is_empty() {
        // Phones ask after what they sent only in a new epoch.
        sync::renew_epoch(sql, now)?;
    }
    Ok(report)
}

/// An object that can't be read is as good as gone: its phone may still have it.
async fn is_sound(objects: &Objects, row: &Row, place: &Place, read_all: bool) -> bool {
    let sound = if read_all {
        let bytes = objects.get(place).await;
        bytes.map(|bytes| bytes.is_some_and(|bytes| hash_of(&bytes).to_string() == row.sha256))
    } else {
        objects.size(place).await.map(|size| size == Some(row.size_bytes))
    };
    sound.unwrap_or_else(|error| {
        tracing::error!(%error, %place, "a photo can't be read");
        false
    })
}

/// Forgets a variant. What the server can make anew from the original, it will.
fn lose(sql: &mut Connection, row: &Row) -> rusqlite::Result<()> {
    let transaction = sql.transaction()?;
    stored::forget(&transaction, row.hash, row.variant)?;
    if row.variant != Variant::Original {
        job::enqueue(&transaction, row.photo)?;
    }
    review::photo_changed(&transaction, row.hash)?;
    transaction.commit()
}

struct Row {
    photo: i64,
    hash: PhotoHash,
    variant: Variant,
    size_bytes: u64,
    sha256: String,
}

fn rows(sql: &Connection) -> rusqlite::Result<Vec<Row>> {
    let mut statement = sql.prepare(
        "SELECT photo.hash, photo_variant.variant, photo_variant.size_bytes, photo_variant.sha256,
                photo.number
         FROM photo JOIN photo_variant ON photo_variant.photo = photo.number ORDER BY photo.number",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, i64>(2)?,
            row.get::<_, String>(3)?,
            row.get::<_, i64>(4)?,
        ))
    })?;
    let mut found = Vec::new();
    for row in rows {
        let (hash, variant, size_bytes, sha256, photo) = row?;
        if let (Ok(hash), Ok(variant)) = (hash.parse(), variant.parse()) {
            found.push(Row {
                photo,
                hash,
                variant,
                size_bytes: size_bytes.unsigned_abs(),
                sha256,
            });
        }
    }
    Ok(found)
}

/// Takes in an original without a row: its name must be its hash, and it must be a photo.
async fn adopt(
    sql: &mut Connection,
    objects: &Objects,
    now: Timestamp,
    place: &Place,
    report: &mut Report,
) -> Result<(), CheckError> {
    let hash = place.filename().and_then(|name| name.parse::<PhotoHash>().ok());
    let known = match hash {
        Some(hash) => stored::find(sql, hash, Variant::Original)?.is_some(),
        None => false,
    };
    if known {
        return Ok(());
    }
    let bytes = match objects.get(place).await {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(error) => {
            tracing::error!(%error, %place, "a file of the photo store can't be read");
            report.strange.push(place.to_string());
            return Ok(());
        }
    };
    let found = hash_of(&bytes);
    let size_bytes = bytes.len() as u64;
    match (hash, jicha_imaging::examine(&mut Cursor::new(bytes))) {
        (Some(hash), Ok(examined)) if hash == found => {
            let transaction = sql.transaction()?;
            let stored = Stored {
                hash,
                variant: Variant::Original,
                size_bytes,
                sha256: hash,
                made_by: MadeBy::Device,
                sender: None,
            };
            let photo = stored::note(&transaction, now, &stored)?;
            stored::note_checked(&transaction, now, photo, size_bytes, &examined)?;
            review::photo_changed(&transaction, hash)?;
            transaction.commit()?;
            report.adopted += 1;
        }
        _ => report.strange.push(place.to_string()),
    }
    Ok(())
}

/// The folders of the store that hold what was received, and not what is under way.
const KEPT: [&str; 4] = ["original", "preview", "thumbnail", "quarantine"];

/// Copies every original, preview and thumbnail, and the quarantine, into a folder that may hold an earlier copy: what is
/// there already is not copied again. Says how many objects were copied.
pub async fn copy_out(objects: &Objects, to: &Path) -> Result<u64, ObjectError> {
    let mut copied = 0;
    for below in KEPT {
        for (place, size) in objects.list(&Place::from(below)).await? {
            let path = to.join(place.to_string());
            // Previews and thumbnails may have been made anew under the same name.
            let same = std::fs::metadata(&path).is_ok_and(|found| found.len() == size);
            if same {
                continue;
            }
            if let Some(bytes) = objects.get(&place).await? {
                write_whole(&path, &bytes).map_err(|source| ObjectError::Folder { path, source })?;
                copied += 1;
            }
        }
    }
    Ok(copied)
}

/// Puts what such a folder holds into the store, where it lacks it. Says how many objects that were.
pub async fn copy_in(objects: &Objects, from: &Path) -> Result<u64, ObjectError> {
    let mut copied = 0;
    for below in KEPT {
        for path in files(&from.join(below)).map_err(|source| ObjectError::Folder {
            path: from.join(below),
            source,
        })? {
            let unreadable = |source| ObjectError::Folder {
                path: path.clone(),
                source,
            };
            let relative = path.strip_prefix(from).unwrap_or(&path);
            let place = Place::from(relative.to_string_lossy().replace('\\', "/"));
            if objects.size(&place).await?.is_none() {
                let bytes = std::fs::read(&path).map_err(unreadable)?;
                objects.put(&place, bytes.into()).await?;
                copied += 1;
            }
        }
    }
    Ok(copied)
}

/// Written under another name and renamed, so that a copy that was broken off leaves no half photo.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let unfinished = path.with_extension("part");
    std::fs::write(&unfinished, bytes)?;
    std::fs::File::open(&unfinished)?.sync_all()?;
    std::fs::rename(&unfinished, path)
}

fn files(folder: &Path) -> std::io::Result<Vec<std::path::PathBuf>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_none_or(|ending| ending != "part") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
