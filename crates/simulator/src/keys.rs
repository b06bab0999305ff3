//! A keystore in memory.

use std::collections::BTreeMap;
use std::sync::Mutex;

use ed25519_dalek::{Signer, SigningKey};
use jicha_device::ports::{Keystore, KeystoreError};

/// Keys that live as long as the test.
#[derive(Debug, Default)]
pub struct MemoryKeystore(Mutex<BTreeMap<String, SigningKey>>);

impl Keystore for MemoryKeystore {
    fn create_key(&self, label: &str) -> Result<[u8; 32], KeystoreError> {
        let mut keys = self.0.lock().expect("no thread panics while it holds the keys");
        if !keys.contains_key(label) {
            let mut secret = [0; 32];
            getrandom::fill(&mut secret).map_err(|error| KeystoreError { why: error.to_string() })?;
            keys.insert(label.to_owned(), SigningKey::from_bytes(&secret));
        }
        Ok(keys[label].verifying_key().to_bytes())
    }

    fn sign(&self, label: &str, message: &[u8]) -> Result<[u8; 64], KeystoreError> {
        let keys = self.0.lock().expect("no thread panics while it holds the keys");
        let key = keys.get(label).ok_or_else(|| KeystoreError { why: format!("no key {label}") })?;
        Ok(key.sign(message).to_bytes())
    }
}
