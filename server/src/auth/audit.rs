//! The audit trail of sign-in, people and devices: append-only, enforced by triggers in the schema.

use jiff::Timestamp;
use rusqlite::Connection;

/// What happened. The stored words never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The database was made, with its first administrator.
    FirstStart,
    /// Somebody signed in.
    SignedIn,
    /// A sign-in failed for a login that exists.
    SignInFailed,
    /// Somebody signed out.
    SignedOut,
    /// Somebody changed the own password.
    PasswordChanged,
    /// A new one-time password was set for somebody.
    PasswordReset,
    /// A person was added.
    PersonAdded,
    /// A person was locked.
    PersonLocked,
    /// A person was unlocked.
    PersonUnlocked,
    /// A role was granted in a unit.
    RoleGranted,
    /// A role was taken back.
    RoleRevoked,
    /// A code for enrolling a device was made.
    EnrolmentCodeMade,
    /// A device was enrolled.
    DeviceEnrolled,
    /// A device was locked.
    DeviceLocked,
    /// A device was unlocked.
    DeviceUnlocked,
    /// A ledger was imported.
    LedgerImported,
}

impl Act {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Act::FirstStart => "first_start",
            Act::SignedIn => "signed_in",
            Act::SignInFailed => "sign_in_failed",
            Act::SignedOut => "signed_out",
            Act::PasswordChanged => "password_changed",
            Act::PasswordReset => "password_reset",
            Act::PersonAdded => "person_added",
            Act::PersonLocked => "person_locked",
            Act::PersonUnlocked => "person_unlocked",
            Act::RoleGranted => "role_granted",
            Act::RoleRevoked => "role_revoked",
            Act::EnrolmentCodeMade => "enrolment_code_made",
            Act::DeviceEnrolled => "device_enrolled",
            Act::DeviceLocked => "device_locked",
            Act::DeviceUnlocked => "device_unlocked",
            Act::LedgerImported => "ledger_imported",
        }
    }
}

/// One line of the trail, to be written in the same transaction as the act itself.
#[derive(Debug)]
pub struct Event<'a> {
    /// Who did it: a person's id, or `server`.
    pub who: &'a str,
    /// What was done.
    pub act: Act,
    /// To what: `person/…`, `device/…`.
    pub subject: &'a str,
    /// Facts that the subject does not tell, such as `planner@0500`; never a secret.
    pub detail: &'a str,
}

/// Appends one line.
pub fn append(sql: &Connection, now: Timestamp, event: &Event<'_>) -> rusqlite::Result<()> {
    sql.prepare_cached(
        "INSERT INTO audit_event (at_ms, who, act, subject, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute((
        now.as_millisecond(),
        event.who,
        event.act.as_str(),
        event.subject,
        event.detail,
    ))?;
    Ok(())
}
