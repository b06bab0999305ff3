//! Refused changes are kept with their reason.

use jicha_record::ChangeHash;
use jicha_store::quarantine::{self, Quarantined};

use crate::builders::{Phone, at, document_id};

fn refused(number: u8) -> Quarantined {
    Quarantined {
        document: document_id(1).to_string(),
        hash: ChangeHash([number; 32]),
        actor: "0197".into(),
        reason: "device_locked".into(),
        words: "已锁定".into(),
        noted_at: at(i64::from(number)),
        bytes: vec![number; 9],
    }
}

#[test]
fn a_refused_change_is_kept_once_with_its_first_reason_and_listed_newest_first() {
    let mut phone = Phone::new();
    let transaction = phone.connection.transaction().unwrap();
    for number in 1..=3 {
        quarantine::keep(&transaction, &refused(number)).unwrap();
    }
    quarantine::keep(
        &transaction,
        &Quarantined {
            reason: "malformed".into(),
            ..refused(2)
        },
    )
    .unwrap();
    transaction.commit().unwrap();

    phone.reopen();
    assert_eq!(
        quarantine::list(&phone.connection, 9).unwrap(),
        [refused(3), refused(2), refused(1)]
    );
    assert_eq!(quarantine::list(&phone.connection, 1).unwrap(), [refused(3)]);
    assert_eq!(quarantine::count(&phone.connection).unwrap(), 3);
    assert!(quarantine::holds(&phone.connection, document_id(1), ChangeHash([2; 32])).unwrap());
    assert!(!quarantine::holds(&phone.connection, document_id(2), ChangeHash([2; 32])).unwrap());
}
