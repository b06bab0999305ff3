//! Photos that look alike, by looking up the bands of their perceptual hashes ([`PerceptualHash::bands_nearby`]),
//! however many photos there are.

use jicha_domain::id::PhotoHash;
use jicha_domain::photo::PerceptualHash;
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;

/// So many are told at most, the nearest.
const TOLD_MAX: usize = 50;

/// Notes a photo's perceptual hash, so that it is found.
pub(super) fn note(sql: &Connection, photo: i64, hash: PerceptualHash) -> rusqlite::Result<()> {
    sql.prepare_cached("DELETE FROM photo_band WHERE photo = ?1")?
        .execute([photo])?;
    let mut insert = sql.prepare_cached("INSERT INTO photo_band (band, value, photo) VALUES (?1, ?2, ?3)")?;
    for (at, value) in (0..).zip(hash.bands()) {
        insert.execute((at, value, photo))?;
    }
    Ok(())
}

/// The photos that look like this one, nearest first, with how many of 64 bits differ. Empty while the photo's own hash
/// is not known.
pub fn near_duplicates(sql: &Connection, hash: PhotoHash) -> rusqlite::Result<Vec<(PhotoHash, u32)>> {
    let own = sql
        .prepare_cached("SELECT perceptual_hash FROM photo WHERE hash = ?1")?
        .query_row([hash.to_string()], |row| row.get::<_, Option<i64>>(0))
        .optional()?
        .flatten();
    let Some(own) = own else { return Ok(Vec::new()) };
    let mut found = near(sql, PerceptualHash(own.cast_unsigned()))?;
    found.retain(|(other, _)| *other != hash);
    Ok(found)
}

/// The photos that look like one with this hash, nearest first.
pub fn near(sql: &Connection, hash: PerceptualHash) -> rusqlite::Result<Vec<(PhotoHash, u32)>> {
    let mut statement = sql.prepare_cached(
        "SELECT photo.hash, photo.perceptual_hash FROM photo_band JOIN photo ON photo.number = photo_band.photo
         WHERE photo_band.band = ?1 AND photo_band.value = ?2 AND photo.perceptual_hash IS NOT NULL",
    )?;
    let mut found = BTreeMap::new();
    for (at, value) in hash.bands_nearby() {
        let rows = statement.query_map((at, value), |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })?;
        for row in rows {
            let (other, bits) = row?;
            let distance = hash.distance(PerceptualHash(bits.cast_unsigned()));
            if distance <= PerceptualHash::NEARBY_DISTANCE_MAX
                && let Ok(other) = other.parse::<PhotoHash>()
            {
                found.insert(other, distance);
            }
        }
    }
    let mut found: Vec<(PhotoHash, u32)> = found.into_iter().collect();
    found.sort_by_key(|(other, distance)| (*distance, *other));
    found.truncate(TOLD_MAX);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::COMPONENTS;

    /// Every bit pattern of a few kinds, noted under a hash made of its place in the list.
    fn library(hashes: &[u64]) -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let sql = jicha_store::open_writer(&folder.path().join("near.sqlite"), COMPONENTS).unwrap();
        for (at, bits) in (0_u8..).zip(hashes) {
            let name = PhotoHash::new([at; 32]).to_string();
            sql.execute(
                "INSERT INTO photo (number, hash, first_received_at_ms, perceptual_hash) VALUES (?1, ?2, 0, ?3)",
                (i64::from(at) + 1, name, bits.cast_signed()),
            )
            .unwrap();
            note(&sql, i64::from(at) + 1, PerceptualHash(*bits)).unwrap();
        }
        (folder, sql)
    }

    #[test]
    fn all_within_seven_bits_are_found_however_the_bits_are_spread_and_none_beyond() {
        let own = 0x0123_4567_89ab_cdef_u64;
        // Two bits in three bands and one in the fourth: the worst case that must still be found.
        let spread = own ^ 0x0003_0003_0003_0001;
        let one_band = own ^ 0x7f00_0000_0000_0000;
        let eight = own ^ 0x0003_0003_0003_0003;
        let (_folder, sql) = library(&[own, spread, one_band, eight, !own]);
        let found = near_duplicates(&sql, PhotoHash::new([0; 32])).unwrap();
        let expected = [(PhotoHash::new([1; 32]), 7), (PhotoHash::new([2; 32]), 7)];
        assert_eq!(found, expected);
    }
}
