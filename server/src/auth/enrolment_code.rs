//! One-time codes for enrolling a device: ten Crockford base32 characters, typed or scanned, stored hashed.

use super::audit::{self, Event};
use super::token::random_bytes;
use crate::problem::{Code, Problem};
use jicha_domain::id::PersonId;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use std::fmt;

/// Crockford's alphabet: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The number of characters: 50 bits, with at most a day and a few attempts a minute to guess one.
const LENGTH: usize = 10;

/// The shortest and the longest life of a code.
pub const LIFE_MIN: SignedDuration = SignedDuration::from_mins(10);
/// The longest life of a code.
pub const LIFE_MAX: SignedDuration = SignedDuration::from_hours(24);

/// A code in its one true spelling: capitals and digits, no hyphen.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentCode(String);

impl EnrolmentCode {
    /// A new code.
    pub fn random() -> EnrolmentCode {
        let bytes = random_bytes::<LENGTH>();
        EnrolmentCode(
            bytes
                .iter()
                .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
                .collect(),
        )
    }

    /// Reads what somebody typed: case, blanks and hyphens do not matter, O is 0, I and L are 1.
    pub fn parse(text: &str) -> Option<EnrolmentCode> {
        let mut code = String::with_capacity(LENGTH);
        for character in text
            .chars()
            .take(64)
            .filter(|character| !matches!(character, ' ' | '-'))
        {
            let character = match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            if !ALPHABET.contains(&u8::try_from(character).ok()?) {
                return None;
            }
            code.push(character);
        }
        (code.len() == LENGTH).then_some(EnrolmentCode(code))
    }

    /// The bytes that a device signs, and the part of the URL after `#`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(format!("jicha-enrol-code-v1\0{}", self.0)).into()
    }
}

/// As it is read aloud: two groups of five.
impl fmt::Display for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at(LENGTH / 2);
        write!(f, "{first}-{second}")
    }
}

/// Stores a new code for a person; it ends after `life`.
pub fn make(
    sql: &Connection,
    now: Timestamp,
    who: &str,
    person: PersonId,
    life: SignedDuration,
) -> Result<(EnrolmentCode, Timestamp), Problem> {
    if !(LIFE_MIN..=LIFE_MAX).contains(&life) {
        return Err(Problem::new(Code::Invalid)
            .at("minutes")
            .detail("A code lives for 10 to 1440 minutes."));
    }
    let (code, ends_at) = (EnrolmentCode::random(), now + life);
    sql.execute(
        "INSERT INTO enrolment_code (code_hash, person, made_by, made_at_ms, ends_at_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        (code.hash(), person.to_string(), who, now.as_millisecond(), ends_at.as_millisecond()),
    )?;
    let subject = format!("person/{person}");
    audit::append(
        sql,
        now,
        &Event {
            who,
            act: audit::Act::EnrolmentCodeMade,
            subject: &subject,
            detail: "",
        },
    )?;
    Ok((code, ends_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_may_be_typed_carelessly() {
        let code = EnrolmentCode::parse("01abc-defgh").unwrap();
        assert_eq!(code.to_string(), "01ABC-DEFGH");
        assert!(EnrolmentCode::parse("oI ABC  d-efgh").unwrap() == code);
        assert!(EnrolmentCode::parse("01ABC-DEFG").is_none());
        assert!(
            EnrolmentCode::parse("01ABC-DEFGU").is_none(),
            "U is not in the alphabet"
        );
        assert!(EnrolmentCode::parse("曲靖ABC-DEFGH").is_none());
    }

    #[test]
    fn new_codes_are_read_back_from_how_they_are_shown() {
        let code = EnrolmentCode::random();
        assert!(EnrolmentCode::parse(&code.to_string()).unwrap() == code);
        assert!(EnrolmentCode::random() != code);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = EnrolmentCode::parse(&text);
        }
    }
}
