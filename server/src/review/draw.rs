//! Which photos are reviewed a second time: a draw by a keyed hash, so that it comes out the same however often it is
//! made, and nobody without the server's key can tell which photos it takes.

use ed25519_dalek::SigningKey;
use rusqlite::{Connection, OptionalExtension, Transaction};
use sha2::{Digest, Sha256};

/// The draw in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    key: Vec<u8>,
    percent: f64,
}

/// Tickets in the drum: a hundredth of a percent each.
const TICKETS: u64 = 10_000;

impl Draw {
    /// The draw of a server, by its key and its configuration.
    pub fn new(server_key: &SigningKey, percent: f64) -> Draw {
        let mut hasher = Sha256::new();
        hasher.update(b"jicha-second-review-v1\0");
        hasher.update(server_key.to_bytes());
        Draw {
            key: hasher.finalize().to_vec(),
            percent,
        }
    }

    /// The draw that the database was last opened with; nothing is drawn where there is none.
    pub fn load(sql: &Connection) -> rusqlite::Result<Draw> {
        let found = sql
            .prepare_cached("SELECT key, percent FROM review_draw WHERE only = 1")?
            .query_row([], |row| {
                Ok(Draw {
                    key: row.get(0)?,
                    percent: row.get(1)?,
                })
            })
            .optional()?;
        Ok(found.unwrap_or(Draw {
            key: Vec::new(),
            percent: 0.0,
        }))
    }

    /// Puts the draw into force; true when it is another one than before.
    pub fn store(&self, sql: &Transaction<'_>) -> rusqlite::Result<bool> {
        if Draw::load(sql)? == *self {
            return Ok(false);
        }
        sql.execute(
            "INSERT INTO review_draw (only, key, percent) VALUES (1, ?1, ?2)
             ON CONFLICT (only) DO UPDATE SET key = ?1, percent = ?2",
            (&self.key, self.percent),
        )?;
        Ok(true)
    }

    /// Whether this photo of this inspection is drawn.
    pub fn takes(&self, inspection: &str, hash: &str) -> bool {
        let mut hasher = Sha256::new();
        hasher.update(&self.key);
        hasher.update(inspection.as_bytes());
        hasher.update(b"\0");
        hasher.update(hash.as_bytes());
        let digest: [u8; 32] = hasher.finalize().into();
        let [a, b, c, d, ..] = digest;
        let ticket = u64::from(u32::from_be_bytes([a, b, c, d])) % TICKETS;
        // A hundredth of a percent is the smallest share, so the cut to whole tickets loses nothing that matters.
        (ticket as f64) < self.percent * 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_draw_takes_about_the_share_it_should_and_always_the_same_photos() {
        let draw = Draw::new(&SigningKey::from_bytes(&[7; 32]), 5.0);
        let taken = |draw: &Draw| -> Vec<u32> {
            (0..10_000)
                .filter(|n| draw.takes("an inspection", &n.to_string()))
                .collect()
        };
        let first = taken(&draw);
        assert!((400..600).contains(&first.len()), "{} of 10,000", first.len());
        assert_eq!(first, taken(&draw.clone()));
        let other = Draw::new(&SigningKey::from_bytes(&[8; 32]), 5.0);
        assert_ne!(first, taken(&other));
        assert!(taken(&Draw::new(&SigningKey::from_bytes(&[7; 32]), 0.0)).is_empty());
        assert_eq!(
            taken(&Draw::new(&SigningKey::from_bytes(&[7; 32]), 100.0)).len(),
            10_000
        );
    }
}
