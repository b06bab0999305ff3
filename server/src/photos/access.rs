//! Who may see a photo: whoever may read photos in the unit of an inspection that names it, and whoever sent its bytes.

use super::query;
use crate::auth::Party;
use crate::problem::{Code, Problem};
use jicha_domain::id::PhotoHash;
use jicha_domain::rights::{Act, Subject};
use rusqlite::Connection;

/// Refuses, as if there were no such photo.
pub fn require(sql: &Connection, party: &Party, hash: PhotoHash) -> Result<(), Problem> {
    let scope = party.scope(Act::Read, Subject::Photo)?;
    if query::is_used_within(sql, &scope, hash)? || sent_by(sql, party, hash)? {
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
    if sent_by(sql, party, hash)? {
        return Ok(true);
    }
    match party.scope(Act::Read, Subject::Review) {
        Ok(scope) => Ok(query::is_used_within(sql, &scope, hash)?),
        Err(_) => Ok(false),
    }
}

/// Whoever proved to have the bytes may have them back.
fn sent_by(sql: &Connection, party: &Party, hash: PhotoHash) -> rusqlite::Result<bool> {
    sql.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM photo_sender
         WHERE photo = (SELECT number FROM photo WHERE hash = ?1) AND sender = ?2)",
    )?
    .query_row((hash.to_string(), party.name()), |row| row.get(0))
}
