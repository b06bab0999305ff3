//! Who may see a photo: whoever may read photos in the unit of an inspection that names it, and whoever sent its bytes.

use super::{Variant, query};
use crate::auth::Party;
use crate::problem::{Code, Problem};
use jicha_domain::id::PhotoHash;
use jicha_domain::rights::{Act, Subject};
use rusqlite::Connection;

/// Refuses, as if there were no such photo.
pub fn require(sql: &Connection, party: &Party, hash: PhotoHash) -> Result<(), Problem> {
    let scope = party.scope(Act::Read, Subject::Photo)?;
    if query::is_used_within(sql, &scope, hash)? || sent_by(sql, &party.name(), hash)? {
        Ok(())
    } else {
        Err(Problem::new(Code::NotFound))
    }
}

/// Refuses the photo with everything its camera wrote into it to whoever may see it but not what is judged of it: the
/// audited unit has no need to know whose telephone that was.
pub fn require_metadata(sql: &Connection, party: &Party, hash: PhotoHash) -> Result<(), Problem> {
    require(sql, party, hash)?;
    if may_see_metadata(sql, party, hash)? {
        Ok(())
    } else {
        Err(Problem::new(Code::Forbidden))
    }
}

/// Whether somebody who may see the photo may also see what its camera wrote.
pub fn may_see_metadata(sql: &Connection, party: &Party, hash: PhotoHash) -> Result<bool, Problem> {
    if sent_by(sql, &party.name(), hash)? {
        return Ok(true);
    }
    match party.scope(Act::Read, Subject::Review) {
        Ok(scope) => Ok(query::is_used_within(sql, &scope, hash)?),
        Err(_) => Ok(false),
    }
}

/// Refuses a preview or thumbnail from whoever has nothing to do with the photo. What such a picture shows can't be told
/// from the hash that names it, so it is taken only from the inspector or the device of an inspection that names the
/// photo, and from whoever sent the original. While no inspection names it, nobody can be told apart, and nobody is
/// shown it. An original proves itself.
pub fn require_to_send(
    sql: &Connection,
    sender: &str,
    hash: PhotoHash,
    variant: Variant,
) -> Result<(), Problem> {
    if variant == Variant::Original {
        return Ok(());
    }
    let id = sender.split_once('/').map_or(sender, |(_, id)| id);
    let entitled: bool = sql
        .prepare_cached(
            "SELECT NOT EXISTS (SELECT 1 FROM inspection_photo WHERE hash = ?1)
                 OR EXISTS (SELECT 1 FROM inspection_photo JOIN inspection ON inspection.id = inspection_photo.inspection
                     WHERE inspection_photo.hash = ?1 AND (inspection.device = ?2
                         OR inspection.inspector = coalesce((SELECT person FROM device WHERE id = ?2), ?2)))",
        )?
        .query_row((hash.to_string(), id), |row| row.get(0))?;
    if entitled || sent_by(sql, sender, hash)? {
        Ok(())
    } else {
        Err(Problem::new(Code::Forbidden))
    }
}

/// Whoever proved to have the bytes may have them back.
fn sent_by(sql: &Connection, sender: &str, hash: PhotoHash) -> rusqlite::Result<bool> {
    sql.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM photo_sender
         WHERE photo = (SELECT number FROM photo WHERE hash = ?1) AND sender = ?2)",
    )?
    .query_row((hash.to_string(), sender), |row| row.get(0))
}
