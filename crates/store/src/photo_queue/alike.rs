//! Finding a photo again: the same bytes, or nearly the same picture, by looking up the bands of its perceptual hash
//! ([`PerceptualHash::bands_nearby`]), however many photos there are.

use jicha_domain::id::PhotoHash;
use jicha_domain::photo::PerceptualHash;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::Error;

/// A photo that looks like another, and where it was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// The other photo.
    pub hash: PhotoHash,
    /// In how many bits the two differ.
    pub distance: u32,
    /// The name of the metering point.
    pub point_name: String,
}

pub(super) fn index(
    transaction: &Transaction<'_>,
    hash: &str,
    perceptual_hash: PerceptualHash,
) -> Result<(), Error> {
    let mut insert = transaction
        .prepare_cached("INSERT OR IGNORE INTO photo_band (band, value, hash) VALUES (?1, ?2, ?3)")?;
    for (number, value) in (0..).zip(perceptual_hash.bands()) {
        insert.execute(params![number, value, hash])?;
    }
    Ok(())
}

/// The photo of this device that looks most like this one, at most `distance_max` (7 or less) bits off, and that some
/// inspection names. `except` is passed over: the photo itself, and what it is taken anew for.
pub fn alike(
    connection: &Connection,
    perceptual_hash: PerceptualHash,
    distance_max: u32,
    except: &[PhotoHash],
) -> Result<Option<Alike>, Error> {
    let mut lookup = connection.prepare_cached(
        "SELECT photo.hash, photo.perceptual_hash FROM photo_band JOIN photo ON photo.hash = photo_band.hash
         WHERE photo_band.band = ?1 AND photo_band.value = ?2",
    )?;
    let mut candidates: Vec<(u32, PhotoHash)> = Vec::new();
    for (number, value) in perceptual_hash.bands_nearby() {
        let rows = lookup.query_map(params![number, value], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        for row in rows {
            let (hash, other) = row?;
            let known = hash
                .parse::<PhotoHash>()
                .ok()
                .zip(other.parse::<PerceptualHash>().ok());
            let Some((hash, other)) = known else { continue };
            let distance = perceptual_hash.distance(other);
            if distance <= distance_max.min(PerceptualHash::NEARBY_DISTANCE_MAX) && !except.contains(&hash) {
                candidates.push((distance, hash));
            }
        }
    }
    candidates.sort_unstable();
    candidates.dedup();
    for (distance, hash) in candidates {
        if let Some(point_name) = used_before(connection, hash)? {
            return Ok(Some(Alike {
                hash,
                distance,
                point_name,
            }));
        }
    }
    Ok(None)
}

/// The name of the metering point of an inspection that names this photo already.
pub fn used_before(connection: &Connection, hash: PhotoHash) -> Result<Option<String>, Error> {
    let name = connection
        .prepare_cached(
            "SELECT inspection.point_name FROM inspection_photo
             JOIN inspection ON inspection.id = inspection_photo.inspection
             WHERE inspection_photo.hash = ?1 LIMIT 1",
        )?
        .query_row([hash.to_string()], |row| row.get(0))
        .optional()?;
    Ok(name)
}
