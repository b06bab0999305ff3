//! Keys in files.

use std::sync::Arc;

use ed25519_dalek::{Signature, VerifyingKey};
use jicha_mobile_core::KeyProviderException;

use crate::prepared::keys;

#[test]
fn a_key_is_made_once_and_signs_for_its_public_half() {
    let folder = tempfile::tempdir().unwrap();
    let provider = keys(folder.path());
    let public = provider.create_key("jicha-1".to_owned()).unwrap();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let provider = Arc::clone(&provider);
            std::thread::spawn(move || provider.create_key("jicha-1".to_owned()).unwrap())
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), public);
    }
    let signature = keys(folder.path())
        .sign("jicha-1".to_owned(), b"message".to_vec())
        .unwrap();
    let public = VerifyingKey::from_bytes(&public.try_into().unwrap()).unwrap();
    let signature = Signature::from_bytes(&signature.try_into().unwrap());
    assert!(public.verify_strict(b"message", &signature).is_ok());
}

#[cfg(unix)]
#[test]
fn only_the_user_can_read_a_key() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    keys(folder.path()).create_key("jicha-1".to_owned()).unwrap();
    let file = std::fs::metadata(folder.path().join("keys/jicha-1.key")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_label_can_not_lead_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let made = keys(folder.path()).create_key("../elsewhere".to_owned());
    assert!(matches!(made, Err(KeyProviderException::Unavailable { .. })));
}
