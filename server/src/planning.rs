//! Making work packages: a task document with the reference data that an inspector needs where there is no network.

use ed25519_dalek::{Signer, SigningKey};
use jicha_domain::id::{MeteringPointNo, PersonId, TaskId};
use jicha_domain::task::{PointReason, Task, TaskAbout, TaskPoint};
use jicha_record::{Actor, Attestation, signed_bytes, task};
use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::auth::token::{Token, new_uuid};
use crate::ledger;
use crate::problem::{Code, Problem};
use crate::sync::{self, AuthoredBy};

/// The monthly readings that go along: a year and the month before.
const READINGS_BEFORE: u32 = 13;
/// The metering points that one task may have. A document is bounded, and so is a day.
pub const POINTS_MAX: usize = 120;

/// Makes a task of metering points of the ledger, signed for the planner, and announces it to its assignees.
pub fn make_task(
    transaction: &Transaction<'_>,
    server_key: &SigningKey,
    now: Timestamp,
    about: TaskAbout,
    points: &[MeteringPointNo],
    reason: PointReason,
) -> Result<TaskId, Problem> {
    if points.is_empty() || points.len() > POINTS_MAX {
        let detail = format!("A task has 1 to {POINTS_MAX} metering points.");
        return Err(Problem::new(Code::Invalid).at("points").detail(detail));
    }
    let planner = about.created_by;
    let mut package = Task::new(about);
    for (order, no) in (1..).zip(points) {
        package
            .points
            .insert(no.clone(), task_point(transaction, no, order, reason)?);
    }
    let author = web_author(transaction, server_key, planner, now)?;
    let id = TaskId::new(new_uuid(now));
    let (document, changes) = task::begin(id, author.actor, now, &package)?;
    let head = changes
        .last()
        .map(jicha_record::Change::hash)
        .unwrap_or(jicha_record::ChangeHash([0; 32]));
    let by = author.signs(document.id(), head);
    sync::append_own(transaction, &document, &changes, &by)?;
    Ok(id)
}

fn task_point(
    sql: &Connection,
    no: &MeteringPointNo,
    order: u32,
    reason: PointReason,
) -> Result<TaskPoint, Problem> {
    let unknown = || {
        Problem::new(Code::Invalid)
            .at("points")
            .detail(format!("The ledger has no metering point {no}."))
    };
    let point = ledger::get_point(sql, no)?.ok_or_else(unknown)?;
    let customer = match &point.customer_no {
        Some(customer) => ledger::get_customer(sql, customer)?.map(|customer| customer.thinned()),
        None => None,
    };
    let mut previous = ledger::list_previous_readings(sql, no, READINGS_BEFORE)?;
    previous.reverse();
    Ok(TaskPoint {
        point,
        customer,
        previous,
        previous_photo: None,
        order,
        reason: Some(reason),
        reason_note: None,
    })
}

/// The hand of a signed-in person: what the person does through the server's pages and API is written under an
/// actor of its own and signed with a key that only the server can derive.
struct WebAuthor {
    actor: Actor,
    key: SigningKey,
}

impl WebAuthor {
    fn signs(&self, document: jicha_record::DocumentId, head: jicha_record::ChangeHash) -> AuthoredBy {
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

fn web_author(
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
