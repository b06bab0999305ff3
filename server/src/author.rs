//! Who stands behind changes that are made through the server's pages and API.

use ed25519_dalek::{Signer, SigningKey};
use jicha_domain::id::PersonId;
use jicha_record::{Actor, Attestation, ChangeHash, DocumentId, signed_bytes};
use jiff::Timestamp;
use rusqlite::Transaction;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::auth::token::{Token, new_uuid};
use crate::problem::Problem;
use crate::sync::AuthoredBy;

/// The hand of a signed-in person: what the person does through the server's pages and API is written under an
/// actor of its own and signed with a key that only the server can derive.
pub struct WebAuthor {
    /// The actor under which the person writes.
    pub actor: Actor,
    key: SigningKey,
}

impl WebAuthor {
    /// Signs changes of a document, of which `head` is the newest.
    pub fn signs(&self, document: DocumentId, head: ChangeHash) -> AuthoredBy {
        let signature = self.key.sign(&signed_bytes(document, head)).to_bytes();
        let device = self.actor.device();
        AuthoredBy {
            actor: self.actor,
            attestation: Attestation {
                device,
                head,
                signature,
            },
        }
    }
}

/// The hand of a person; made when the person writes for the first time.
pub fn web_author(
    transaction: &Transaction<'_>,
    server_key: &SigningKey,
    person: PersonId,
    now: Timestamp,
) -> Result<WebAuthor, Problem> {
    // After a restore without its key file the server has another key, and older hands are not its own any more.
    let hands: Vec<(String, Vec<u8>)> = transaction
        .prepare_cached("SELECT id, public_key FROM device WHERE person = ?1 AND platform = 'web'")?
        .query_map([person.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let found = hands.into_iter().find_map(|(id, public_key)| {
        let device = id.parse::<Uuid>().ok()?;
        (web_key(server_key, device).verifying_key().as_bytes().as_slice() == public_key).then_some(device)
    });
    let device = match found {
        Some(device) => device,
        None => {
            let device = new_uuid(now);
            let public_key = web_key(server_key, device).verifying_key().to_bytes();
            // Nobody ever holds the token of a web device, so nobody can sync as one.
            transaction.execute(
                "INSERT INTO device (id, person, public_key, token_hash, name, platform, enrolled_at_ms)
                 VALUES (?1, ?2, ?3, ?4, '网页 Web', 'web', ?5)",
                (
                    device.to_string(),
                    person.to_string(),
                    public_key,
                    Token::random().hash().0,
                    now.as_millisecond(),
                ),
            )?;
            device
        }
    };
    Ok(WebAuthor {
        actor: Actor::of(device),
        key: web_key(server_key, device),
    })
}

fn web_key(server_key: &SigningKey, device: Uuid) -> SigningKey {
    let mut hasher = Sha256::new();
    hasher.update(b"jicha-web-key-v1\0");
    hasher.update(server_key.to_bytes());
    hasher.update(device.as_bytes());
    SigningKey::from_bytes(&hasher.finalize().into())
}
