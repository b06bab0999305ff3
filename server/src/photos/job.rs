//! Photos on which the worker still has something to do. A row stands until the work is committed, so a restart loses none.

use jicha_domain::id::PhotoHash;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

/// A photo to work on.
#[derive(Clone, Debug)]
pub struct Job {
    pub photo: i64,
    pub hash: PhotoHash,
    pub attempts: u32,
    /// How often there was a reason to work on it when it was looked at.
    generation: i64,
}

/// Puts a photo on the list. One that is being worked on right now stays there afterwards.
pub fn enqueue(sql: &Connection, photo: i64) -> rusqlite::Result<()> {
    sql.prepare_cached(
        "INSERT INTO photo_job (photo) VALUES (?1)
         ON CONFLICT (photo) DO UPDATE SET not_before_ms = 0, generation = generation + 1",
    )?
    .execute([photo])?;
    Ok(())
}

/// The oldest photos on the list whose time has come.
pub fn list_due(sql: &Connection, now: Timestamp, limit: usize) -> rusqlite::Result<Vec<Job>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<(i64, String, u32, i64)> = sql
        .prepare_cached(
            "SELECT photo_job.photo, photo.hash, photo_job.attempts, photo_job.generation
             FROM photo_job JOIN photo ON photo.number = photo_job.photo
             WHERE photo_job.not_before_ms <= ?1 ORDER BY photo_job.photo LIMIT ?2",
        )?
        .query_map((now.as_millisecond(), limit), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect::<Result<_, _>>()?;
    let job = |(photo, hash, attempts, generation): (i64, String, u32, i64)| {
        let hash = hash.parse().ok()?;
        Some(Job {
            photo,
            hash,
            attempts,
            generation,
        })
    };
    Ok(rows.into_iter().filter_map(job).collect())
}

/// Takes a photo off the list, unless there was a new reason to work on it meanwhile.
pub fn done(sql: &Connection, job: &Job) -> rusqlite::Result<()> {
    sql.prepare_cached("DELETE FROM photo_job WHERE photo = ?1 AND generation = ?2")?
        .execute((job.photo, job.generation))?;
    Ok(())
}

/// Tries a photo again later: after a minute, two, four … an hour at most.
pub fn later(sql: &Connection, now: Timestamp, job: &Job) -> rusqlite::Result<()> {
    let minutes = 1_i64 << job.attempts.min(6);
    let at = now + SignedDuration::from_mins(minutes.min(60));
    sql.prepare_cached(
        "UPDATE photo_job SET attempts = attempts + 1, not_before_ms = ?2 WHERE photo = ?1 AND generation = ?3",
    )?
    .execute((job.photo, at.as_millisecond(), job.generation))?;
    Ok(())
}

/// How many photos wait.
pub fn count(sql: &Connection) -> rusqlite::Result<u32> {
    sql.query_row("SELECT count(*) FROM photo_job", [], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_that_comes_during_the_work_is_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let sql =
            jicha_store::open_writer(&folder.path().join("jicha.db"), crate::storage::COMPONENTS).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let hash = PhotoHash::new([7; 32]);
        let photo = super::super::stored::number(&sql, now, hash).unwrap();
        enqueue(&sql, photo).unwrap();
        let before = list_due(&sql, now, 9).unwrap().remove(0);
        enqueue(&sql, photo).unwrap();
        later(&sql, now, &before).unwrap();
        done(&sql, &before).unwrap();
        let after = list_due(&sql, now, 9).unwrap();
        assert_eq!(after.len(), 1, "neither taken off nor put off");
        done(&sql, &after[0]).unwrap();
        assert_eq!(count(&sql).unwrap(), 0);
    }
}
