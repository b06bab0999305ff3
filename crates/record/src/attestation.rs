//! Signatures: how a device vouches for its changes, and how that is verified.
//!
//! A device signs the hash of its newest change of a document, once per document and push. The hash covers the
//! change's predecessors and these cover theirs, so one signature covers everything that the device wrote in
//! the document before. Ed25519, RFC 8032.

use ed25519_dalek::{Signature, VerifyingKey};
use uuid::Uuid;

use crate::{ChangeHash, DocumentId};

/// A device's signature over the newest of its changes of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// The device that signed; also the one whose changes are covered.
    pub device: Uuid,
    /// The change that the signature names.
    pub head: ChangeHash,
    /// Ed25519 over [`signed_bytes`].
    pub signature: [u8; 64],
}

/// The bytes that a device signs: a label that keeps the signature from meaning anything else, the document and
/// the change.
pub fn signed_bytes(document: DocumentId, head: ChangeHash) -> Vec<u8> {
    let mut bytes = b"jicha-changes-v1\0".to_vec();
    bytes.push(document.kind.code());
    bytes.extend_from_slice(document.id.as_bytes());
    bytes.extend_from_slice(&head.0);
    bytes
}

/// The public half of a device's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceKey(VerifyingKey);

/// Bytes that are no Ed25519 public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 public key; expected the 32 bytes of a point on the curve")]
pub struct DeviceKeyError;

impl DeviceKey {
    /// Reads the 32 bytes of RFC 8032, refusing the points with which signatures could be forged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DeviceKeyError> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| DeviceKeyError)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| DeviceKeyError)?;
        if key.is_weak() {
            Err(DeviceKeyError)
        } else {
            Ok(DeviceKey(key))
        }
    }

    /// The 32 bytes of RFC 8032.
    pub fn to_bytes(self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Whether the signature is this key's over exactly these bytes.
    pub fn verifies(self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0
            .verify_strict(message, &Signature::from_bytes(signature))
            .is_ok()
    }
}
