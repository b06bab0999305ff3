//! Passwords: argon2id in PHC format, checked off the async threads, a few at a time.

use crate::auth::token::random_bytes;
use crate::problem::{Code, Problem};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::OnceLock;
use tokio::sync::Semaphore;

/// The shortest password in characters. Length is what counts (NIST SP 800-63B-4 section 3.1.1.2); no other rule.
pub const CHARS_MIN: usize = 10;

/// The longest password in characters, so that a long text is no way to keep the server busy.
pub const CHARS_MAX: usize = 200;

/// Each check takes 19 MiB and tens of milliseconds of one core; more at once would only slow everybody down.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// A password from a form. Never printed.
pub struct Password(String);

impl Password {
    /// Wraps what was typed, to be compared with a hash.
    pub fn typed(text: String) -> Password {
        Password(text)
    }

    /// A password that someone chooses anew: must be long enough.
    pub fn chosen(text: String) -> Result<Password, Problem> {
        let length = text.chars().count();
        if length < CHARS_MIN {
            return Err(Problem::new(Code::Invalid)
                .at("password")
                .detail(format!("A password has at least {CHARS_MIN} characters.")));
        }
        if length > CHARS_MAX {
            return Err(Problem::new(Code::Invalid)
                .at("password")
                .detail(format!("A password has at most {CHARS_MAX} characters.")));
        }
        Ok(Password(text))
    }

    /// A one-time password: four groups of five letters and digits without look-alikes, about 98 bits.
    pub fn one_time() -> Password {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let groups: Vec<String> = random_bytes::<20>()
            .chunks(5)
            .map(|group| {
                group
                    .iter()
                    .map(|byte| char::from(LETTERS[usize::from(byte & 31)]))
                    .collect()
            })
            .collect();
        Password(groups.join("-"))
    }

    /// The text, to be shown once to whoever hands the password over.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The hash to store. Blocks for tens of milliseconds; use [`Password::hash`] from async code.
    pub fn hash_blocking(&self) -> Result<String, Problem> {
        let hash: Result<PasswordHash, _> =
            Argon2::default().hash_password_with_salt(self.0.as_bytes(), &random_bytes::<16>());
        Ok(hash.map_err(Problem::internal)?.to_string())
    }

    /// The hash to store.
    pub async fn hash(self) -> Result<String, Problem> {
        off_thread(move || self.hash_blocking()).await?
    }

    /// Whether the password fits the stored hash. Without a stored hash (no such login) the same work is done against
    /// a hash that nothing fits, so that the time tells nothing.
    pub async fn fits(self, stored: Option<String>) -> Result<bool, Problem> {
        off_thread(move || {
            let known = stored.is_some();
            let hash = match stored {
                Some(hash) => hash,
                None => nobodys_hash()?.to_owned(),
            };
            let hash = PasswordHash::new(&hash).map_err(Problem::internal)?;
            // Length is bounded before the work, and a too long password still takes the usual time.
            let typed: String = self.0.chars().take(CHARS_MAX).collect();
            let equal = Argon2::default().verify_password(typed.as_bytes(), &hash).is_ok();
            Ok(equal && known)
        })
        .await?
    }
}

/// The hash of a password that nobody knows, made once.
fn nobodys_hash() -> Result<&'static str, Problem> {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return Ok(hash);
    }
    let hash = Password::one_time().hash_blocking()?;
    Ok(HASH.get_or_init(|| hash))
}

/// Makes the hash that unknown logins are compared with, so that the first one takes no longer than the rest.
pub fn warm_up() -> Result<(), Problem> {
    nobodys_hash().map(|_| ())
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let _permit = AT_ONCE.acquire().await.map_err(Problem::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other() {
        let hash = Password::chosen("correct horse".to_owned())
            .unwrap()
            .hash()
            .await
            .unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(
            Password::typed("correct horse".to_owned())
                .fits(Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !Password::typed("correct horsf".to_owned())
                .fits(Some(hash))
                .await
                .unwrap()
        );
        assert!(
            !Password::typed("correct horse".to_owned())
                .fits(None)
                .await
                .unwrap()
        );
    }

    #[test]
    fn length_counts_in_characters_not_bytes() {
        assert!(Password::chosen("曲靖罗平师宗".to_owned()).is_err());
        assert!(Password::chosen("曲靖罗平师宗陆良富源".to_owned()).is_ok());
        assert!(Password::chosen("a".repeat(CHARS_MAX + 1)).is_err());
    }

    #[test]
    fn one_time_passwords_differ_and_are_easy_to_read_aloud() {
        let one = Password::one_time();
        assert_eq!(one.reveal().len(), 23);
        assert!(!one.reveal().contains(['0', 'o', '1', 'l']));
        assert_ne!(one.reveal(), Password::one_time().reveal());
    }
}
