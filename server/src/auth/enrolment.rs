//! Enrolment: a one-time code and a public key go in, a device and its bearer token come out.

use super::audit::{self, Event};
use super::enrolment_code::EnrolmentCode;
use super::person::{grants_of, parse_id};
use super::token::{Token, new_uuid};
use crate::problem::{Code, Problem};
use crate::sync;
use ed25519_dalek::{Signature, VerifyingKey};
use jicha_domain::id::{DeviceId, PersonId};
use jicha_domain::rights::Grant;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

/// What a device says about itself.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// What it calls itself.
    pub name: String,
    /// Android, iOS, a browser…
    pub platform: String,
    /// Its Ed25519 key, RFC 8032.
    pub public_key: [u8; 32],
    /// Its signature over [`proof_bytes`]: it holds the private half, and for this very code.
    pub proof: [u8; 64],
    /// Who it was before, if it was enrolled already.
    pub earlier: Vec<EarlierIdentity>,
}

/// An identity that the same device had before. A server that was restored from an older backup may not know it, and
/// could not verify what it wrote.
#[derive(Debug, Clone)]
pub struct EarlierIdentity {
    /// The id under which its changes were made.
    pub device: DeviceId,
    /// To whom it belonged then.
    pub person: PersonId,
    /// The key that they were signed with.
    pub public_key: [u8; 32],
    /// The signature of that key over [`proof_bytes`] for it.
    pub proof: [u8; 64],
}

/// The earlier identities that one enrolment may bring.
pub const EARLIER_MAX: usize = 20;

/// A device that was enrolled.
#[derive(Debug)]
pub struct Enrolled {
    /// Its id, under which its changes are admitted.
    pub device: DeviceId,
    /// Whose it is.
    pub person: PersonId,
    /// The person's name.
    pub person_name: String,
    /// The person's roles.
    pub grants: Vec<Grant>,
    /// The bearer token, as text; only its hash is kept.
    pub token: String,
}

/// The bytes that prove possession of a key: a label, the code as spelt by [`EnrolmentCode::as_str`], the key.
pub fn proof_bytes(code: &EnrolmentCode, public_key: &[u8; 32]) -> Vec<u8> {
    [b"jicha-enrol-v1".as_slice(), code.as_str().as_bytes(), public_key].concat()
}

/// Checks what needs no database: names and the proof.
pub fn check(code: &EnrolmentCode, candidate: &Candidate) -> Result<(), Problem> {
    check_text("device_name", &candidate.name)?;
    check_text("platform", &candidate.platform)?;
    if candidate.earlier.len() > EARLIER_MAX {
        let detail = format!("At most {EARLIER_MAX} earlier identities are expected.");
        return Err(Problem::new(Code::Invalid).at("earlier").detail(detail));
    }
    for earlier in &candidate.earlier {
        check_proof(code, &earlier.public_key, &earlier.proof)?;
    }
    check_proof(code, &candidate.public_key, &candidate.proof)
}

fn check_proof(code: &EnrolmentCode, public_key: &[u8; 32], proof: &[u8; 64]) -> Result<(), Problem> {
    let wrong = || Problem::new(Code::EnrolmentProofWrong);
    let key = VerifyingKey::from_bytes(public_key).map_err(|_| wrong().at("public_key"))?;
    let message = proof_bytes(code, public_key);
    key.verify_strict(&message, &Signature::from_bytes(proof))
        .map_err(|_| wrong().at("proof"))
}

/// Makes an earlier identity known that this server does not know (any more), so that its changes can be verified. It
/// can't sync: nobody has its token. One that is known stays as it is, locked or not.
fn know_again(
    sql: &Connection,
    now: Timestamp,
    person: PersonId,
    candidate: &Candidate,
    earlier: &EarlierIdentity,
) -> Result<(), Problem> {
    // What somebody else recorded on this phone must not become this person's work.
    if earlier.person != person {
        return Ok(());
    }
    let added = sql.execute(
        "INSERT OR IGNORE INTO device (id, person, public_key, token_hash, name, platform, enrolled_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            earlier.device.to_string(),
            person.to_string(),
            earlier.public_key,
            Token::random().hash().0,
            candidate.name.trim(),
            candidate.platform.trim(),
            now.as_millisecond(),
        ),
    )?;
    if added > 0 {
        let (who, subject) = (person.to_string(), format!("device/{}", earlier.device));
        let event = Event {
            who: &who,
            act: audit::Act::DeviceEnrolled,
            subject: &subject,
            detail: "known again",
        };
        audit::append(sql, now, &event)?;
        // What this device signed may be in quarantine already, brought by others; now they offer it again.
        sync::renew_epoch(sql, now).map_err(Problem::from)?;
    }
    Ok(())
}

/// Uses the code up and adds the device, in one transaction.
///
/// A code works once: a second device with the same code is refused even if it comes at the same instant, since the
/// writer is one.
pub fn enrol(
    sql: &Connection,
    now: Timestamp,
    code: &EnrolmentCode,
    candidate: &Candidate,
) -> Result<Enrolled, Problem> {
    let found = sql
        .query_row(
            "SELECT person.id, person.name FROM enrolment_code JOIN person ON person.id = enrolment_code.person
             WHERE code_hash = ?1 AND used_at_ms IS NULL AND ends_at_ms > ?2 AND person.locked_at_ms IS NULL",
            (code.hash(), now.as_millisecond()),
            |row| Ok((parse_id::<PersonId>(row, 0)?, row.get::<_, String>(1)?)),
        )
        .optional()?;
    let (person, person_name) = found.ok_or_else(|| Problem::new(Code::EnrolmentCodeUnusable))?;
    let known: bool = sql.query_row(
        "SELECT EXISTS (SELECT 1 FROM device WHERE public_key = ?1)",
        [candidate.public_key],
        |row| row.get(0),
    )?;
    if known {
        return Err(Problem::new(Code::AlreadyExists)
            .at("public_key")
            .detail("A device with this key is enrolled; a re-installed app makes a new key."));
    }
    let (device, token) = (DeviceId::new(new_uuid(now)), Token::random());
    sql.execute(
        "INSERT INTO device (id, person, public_key, token_hash, name, platform, enrolled_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            device.to_string(),
            person.to_string(),
            candidate.public_key,
            token.hash().0,
            candidate.name.trim(),
            candidate.platform.trim(),
            now.as_millisecond(),
        ),
    )?;
    sql.execute(
        "UPDATE enrolment_code SET used_at_ms = ?2, device = ?3 WHERE code_hash = ?1",
        (code.hash(), now.as_millisecond(), device.to_string()),
    )?;
    let (who, subject) = (person.to_string(), format!("device/{device}"));
    audit::append(
        sql,
        now,
        &Event {
            who: &who,
            act: audit::Act::DeviceEnrolled,
            subject: &subject,
            detail: "",
        },
    )?;
    for earlier in &candidate.earlier {
        know_again(sql, now, person, candidate, earlier)?;
    }
    let grants = grants_of(sql, &who)?;
    Ok(Enrolled {
        device,
        person,
        person_name,
        grants,
        token: token.reveal(),
    })
}

fn check_text(field: &str, text: &str) -> Result<(), Problem> {
    let length = text.trim().chars().count();
    if (1..=60).contains(&length) && !text.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(Problem::new(Code::Invalid)
            .at(field)
            .detail("1 to 60 characters are expected."))
    }
}
