//! Devices that sign, a server that admits, and the organisation around them.

use std::cell::Cell;
use std::collections::HashMap;

use ed25519_dalek::{Signer, SigningKey};
use jicha_domain::org::{OrgTree, OrgUnit, OrgUnitKind};
use jicha_domain::rights::{Grant, Role};
use jicha_record::admission::{Admission, Author, Gate, Portion, RefusalReason, admit};
use jicha_record::inspection::InspectionEdit;
use jicha_record::{Actor, Attestation, Change, DeviceKey, Document, DocumentId, inspection, signed_bytes};
use uuid::Uuid;

use crate::builders::{self, copy_for, edit, inspection_id, reading, slot};

/// A device with its key and what its holder may do.
pub struct Device {
    pub actor: Actor,
    key: SigningKey,
    locked: bool,
    grants: Vec<Grant>,
}

impl Device {
    pub fn new(number: u8, role: Role, unit: &str) -> Self {
        Device {
            actor: builders::device(u128::from(number)),
            key: SigningKey::from_bytes(&[number; 32]),
            locked: false,
            grants: vec![Grant {
                role,
                unit: unit.parse().unwrap(),
            }],
        }
    }

    pub fn inspector(number: u8, unit: &str) -> Self {
        Device::new(number, Role::Inspector, unit)
    }

    pub fn also(mut self, role: Role, unit: &str) -> Self {
        self.grants.push(Grant {
            role,
            unit: unit.parse().unwrap(),
        });
        self
    }

    pub fn locked(mut self) -> Self {
        self.locked = true;
        self
    }

    pub fn author(&self) -> (Uuid, Author) {
        let key = DeviceKey::from_bytes(self.key.verifying_key().as_bytes()).unwrap();
        (
            self.actor.device(),
            Author {
                key,
                locked: self.locked,
                grants: self.grants.clone(),
            },
        )
    }

    pub fn sign(&self, head: &Change) -> Attestation {
        self.sign_for(head.document(), head)
    }

    pub fn sign_for(&self, document: DocumentId, head: &Change) -> Attestation {
        let signature = self.key.sign(&signed_bytes(document, head.hash())).to_bytes();
        Attestation {
            device: self.actor.device(),
            head: head.hash(),
            signature,
        }
    }
}

/// Qujing bureau with the counties Luoping and Fuyuan, each with a station.
pub fn units() -> OrgTree {
    let unit = |code: &str, kind, parent: Option<&str>| OrgUnit {
        code: code.parse().unwrap(),
        name: code.to_owned(),
        kind,
        parent: parent.map(|parent| parent.parse().unwrap()),
    };
    OrgTree::build([
        unit("QJ", OrgUnitKind::Bureau, None),
        unit("LP", OrgUnitKind::County, Some("QJ")),
        unit("LP-BQ", OrgUnitKind::Station, Some("LP")),
        unit("FY", OrgUnitKind::County, Some("QJ")),
        unit("FY-SP", OrgUnitKind::Station, Some("FY")),
    ])
    .unwrap()
}

/// What a server holds of one document, and the devices that it knows.
pub struct Server<'a> {
    devices: &'a [&'a Device],
    stored: Document,
    pub stored_bytes: usize,
    pub loads: Cell<usize>,
}

impl<'a> Server<'a> {
    pub fn empty(devices: &'a [&'a Device]) -> Self {
        Server::holding(
            devices,
            &Document::empty(inspection::document_id(inspection_id(1)), builders::device(9)),
        )
    }

    pub fn holding(devices: &'a [&'a Device], document: &Document) -> Self {
        let stored = copy_for(builders::device(9), document);
        Server {
            devices,
            stored,
            stored_bytes: 0,
            loads: Cell::new(0),
        }
    }

    pub fn judge(&self, changes: &[Change], attestations: &[Attestation]) -> Admission {
        let authors: HashMap<_, _> = self.devices.iter().map(|device| device.author()).collect();
        let portion = Portion {
            document: self.stored.id(),
            changes: changes.to_vec(),
            attestations: attestations.to_vec(),
        };
        let load = || {
            self.loads.set(self.loads.get() + 1);
            Ok(self.stored.clone())
        };
        admit(
            load,
            self.stored_bytes,
            portion,
            &Gate {
                authors: &authors,
                units: &units(),
            },
        )
        .unwrap()
    }
}

/// Each change of the portion and what became of it, `None` for admitted.
pub fn verdicts(admission: &Admission, changes: &[Change]) -> Vec<Option<RefusalReason>> {
    changes
        .iter()
        .map(|change| {
            let refused = admission.refused.iter().find(|refused| refused.change == *change);
            assert_ne!(
                refused.is_some(),
                admission.admitted.contains(change),
                "exactly one of both"
            );
            refused.map(|refused| refused.reason)
        })
        .collect()
}

/// Enters a reading.
pub fn set(document: &mut Document, attempt: u8) -> Change {
    edit(
        document,
        i64::from(attempt),
        InspectionEdit::SetRegister(slot(attempt), reading("1")),
    )
    .unwrap()
    .remove(0)
}
