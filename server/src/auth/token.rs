//! Random tokens: what is handed out is 256 bits; what is stored is only its SHA-256.

use super::base64url;
use sha2::{Digest, Sha256};

/// A secret that is shown once, in a cookie or to a device.
pub struct Token([u8; 32]);

/// The stored half of a [`Token`]. A stolen database holds only these, and they open nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl Token {
    /// A new token from the operating system's generator.
    pub fn random() -> Token {
        Token(random_bytes())
    }

    /// The text of the token, as it goes into a cookie or a header.
    pub fn reveal(&self) -> String {
        base64url::encode(&self.0)
    }

    /// What is stored of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }

    /// Reads a token that somebody presents; anything but 32 bytes in base64url is none.
    pub fn parse(text: &str) -> Option<Token> {
        let bytes = base64url::decode(text)?;
        Some(Token(bytes.try_into().ok()?))
    }
}

/// Bytes from the operating system's generator.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("an operating system without randomness cannot run a server");
    bytes
}

/// A new UUIDv7 for something that the server itself makes, such as a person or a device.
pub fn new_uuid(now: jiff::Timestamp) -> uuid::Uuid {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random_bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_again_by_its_hash_and_only_the_text_can_make_it() {
        let token = Token::random();
        let presented = Token::parse(&token.reveal()).unwrap();
        assert_eq!(presented.hash(), token.hash());
        assert_ne!(Token::random().hash(), token.hash());
        assert!(Token::parse("too-short").is_none());
        assert!(Token::parse(&format!("{}=", token.reveal())).is_none());
    }
}
