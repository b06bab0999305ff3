//! Keys in files, for tests and desktops.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use ed25519_dalek::{Signer, SigningKey};

use crate::key_provider::{KeyProvider, KeyProviderException};
use crate::system::random;

/// Keys in a folder, one file each, readable by the user alone (mode 600 on Unix).
///
/// For tests and desktops. Not for phones: whoever can read the files can sign in this device's name; use the
/// platform's keystore there.
#[uniffi::export]
pub fn file_key_provider(folder: String) -> Result<Arc<dyn KeyProvider>, KeyProviderException> {
    fs::create_dir_all(&folder).map_err(|error| {
        KeyProviderException::unavailable(format!("the folder of keys {folder} can't be used: {error}"))
    })?;
    Ok(Arc::new(FileKeyProvider {
        folder: folder.into(),
        making: Mutex::new(()),
    }))
}

struct FileKeyProvider {
    folder: PathBuf,
    /// Two threads that make the key of one label must get the same one.
    making: Mutex<()>,
}

impl KeyProvider for FileKeyProvider {
    fn create_key(&self, label: String) -> Result<Vec<u8>, KeyProviderException> {
        let path = self.path(&label)?;
        let _one_at_a_time = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if !path.exists() {
            let key = SigningKey::from_bytes(&random());
            write_whole(&path, key.as_bytes()).map_err(|error| cannot("written", &label, &error))?;
        }
        Ok(self.load(&label)?.verifying_key().to_bytes().to_vec())
    }

    fn sign(&self, label: String, message: Vec<u8>) -> Result<Vec<u8>, KeyProviderException> {
        Ok(self.load(&label)?.sign(&message).to_bytes().to_vec())
    }
}

impl FileKeyProvider {
    fn path(&self, label: &str) -> Result<PathBuf, KeyProviderException> {
        let plain = !label.is_empty()
            && label
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if plain {
            Ok(self.folder.join(format!("{label}.key")))
        } else {
            Err(KeyProviderException::unavailable(format!(
                "{label:?} is no label of a key"
            )))
        }
    }

    fn load(&self, label: &str) -> Result<SigningKey, KeyProviderException> {
        let bytes = fs::read(self.path(label)?).map_err(|error| cannot("read", label, &error))?;
        let seed: [u8; 32] = bytes.try_into().map_err(|bytes: Vec<u8>| {
            KeyProviderException::unavailable(format!(
                "the key {label} has {} bytes instead of 32",
                bytes.len()
            ))
        })?;
        Ok(SigningKey::from_bytes(&seed))
    }
}

fn cannot(done: &str, label: &str, error: &io::Error) -> KeyProviderException {
    KeyProviderException::unavailable(format!("the key {label} can't be {done}: {error}"))
}

/// Writes under another name, flushes and renames, so that a crash leaves either no key or a whole one.
fn write_whole(path: &std::path::Path, bytes: &[u8]) -> io::Result<()> {
    let partial = path.with_extension("part");
    let mut file = private(&partial)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&partial, path)
}

fn private(path: &std::path::Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
