//! A keystore in a folder, for phones that are no phones.

use std::fs;
use std::path::{Path, PathBuf};

use ed25519_dalek::{Signer, SigningKey};
use jicha_device::ports::{Keystore, KeystoreError};

/// Keys as files beside the database, so that they outlive a killed process. A real phone keeps them in its keystore.
#[derive(Debug)]
pub struct FolderKeystore(PathBuf);

impl FolderKeystore {
    /// Uses this folder.
    pub fn open(folder: &Path) -> Self {
        FolderKeystore(folder.to_owned())
    }

    fn read(&self, label: &str) -> Result<Option<SigningKey>, KeystoreError> {
        match fs::read(self.0.join(format!("{label}.key"))) {
            Ok(bytes) => {
                let secret = bytes.try_into().map_err(|_| refused("the key file is damaged"))?;
                Ok(Some(SigningKey::from_bytes(&secret)))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(refused(error)),
        }
    }
}

impl Keystore for FolderKeystore {
    fn create_key(&self, label: &str) -> Result<[u8; 32], KeystoreError> {
        if let Some(key) = self.read(label)? {
            return Ok(key.verifying_key().to_bytes());
        }
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(refused)?;
        fs::write(self.0.join(format!("{label}.key")), secret).map_err(refused)?;
        Ok(SigningKey::from_bytes(&secret).verifying_key().to_bytes())
    }

    fn sign(&self, label: &str, message: &[u8]) -> Result<[u8; 64], KeystoreError> {
        let key = self
            .read(label)?
            .ok_or_else(|| refused(format!("there is no key {label}")))?;
        Ok(key.sign(message).to_bytes())
    }
}

fn refused(why: impl ToString) -> KeystoreError {
    KeystoreError { why: why.to_string() }
}
