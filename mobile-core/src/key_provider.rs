//! Keys: made and kept by the app, in the platform's keystore.

use std::sync::Arc;

use jicha_device::ports::{Keystore, KeystoreError};

/// Keeps the device's Ed25519 keys. The app implements it over the platform's keystore, so that no private key ever
/// lies in Jicha's files. Called from any thread, also during a sync.
#[uniffi::export(with_foreign)]
pub trait KeyProvider: Send + Sync {
    /// Makes an Ed25519 key under this label and returns its public half, 32 bytes. If there is a key of this label
    /// already, it is returned and not replaced.
    fn create_key(&self, label: String) -> Result<Vec<u8>, KeyProviderException>;

    /// Signs the message with the key of this label (RFC 8032, pure Ed25519): 64 bytes. Must work while the screen
    /// is locked, if the app is to sync in the background.
    fn sign(&self, label: String, message: Vec<u8>) -> Result<Vec<u8>, KeyProviderException>;
}

/// The keystore did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum KeyProviderException {
    /// The key can't be made or used now.
    #[error("{detail}")]
    Unavailable {
        /// Why, in the platform's words.
        detail: String,
    },
}

impl KeyProviderException {
    pub(crate) fn unavailable(detail: impl ToString) -> Self {
        Self::Unavailable {
            detail: detail.to_string(),
        }
    }
}

/// An app's provider threw something else than it declares.
impl From<uniffi::UnexpectedUniFFICallbackError> for KeyProviderException {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::unavailable(error.reason)
    }
}

/// A key provider as the device's keystore.
pub(crate) struct ProvidedKeys(pub(crate) Arc<dyn KeyProvider>);

impl Keystore for ProvidedKeys {
    fn create_key(&self, label: &str) -> Result<[u8; 32], KeystoreError> {
        exactly(self.0.create_key(label.to_owned()), "a public key")
    }

    fn sign(&self, label: &str, message: &[u8]) -> Result<[u8; 64], KeystoreError> {
        exactly(self.0.sign(label.to_owned(), message.to_vec()), "a signature")
    }
}

fn exactly<const N: usize>(
    answer: Result<Vec<u8>, KeyProviderException>,
    what: &str,
) -> Result<[u8; N], KeystoreError> {
    let bytes = answer.map_err(|error| KeystoreError {
        why: error.to_string(),
    })?;
    bytes.try_into().map_err(|bytes: Vec<u8>| KeystoreError {
        why: format!(
            "the key provider returned {} bytes for {what} of {N} bytes",
            bytes.len()
        ),
    })
}
