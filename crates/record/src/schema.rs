//! The skeleton of each kind of document, version by version.
//!
//! A new version adds sections; it never renames or removes one. The change that adds them is written by
//! [`Actor::SCHEMA`] at time 0 and depends on nothing but the steps before, so it has the same bytes wherever it
//! is made: two devices that upgrade one document offline make one change, not two, and nobody has to sign it.
//! A document of a newer version is read as far as it is known; the rest stays in it untouched.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, AutomergeError, ObjType, ROOT, ReadDoc};

use crate::{Actor, ChangeHash, DocumentKind};

/// The key of the root that says which kind of document this is.
pub(crate) const KIND: &str = "kind";
/// The key of the root that holds the schema version.
pub(crate) const SCHEMA: &str = "schema";
/// The section of single facts: what is inspected, where, when.
pub(crate) const FACTS: &str = "facts";
/// The section that tells how conflicts were settled.
pub(crate) const SETTLEMENTS: &str = "settlements";
/// The free text of an inspection.
pub(crate) const NOTE: &str = "note";

/// What one version adds to the version before.
pub(crate) struct Step {
    version: u64,
    sections: &'static [&'static str],
    texts: &'static [&'static str],
}

const INSPECTION: &[Step] = &[Step {
    version: 1,
    sections: &[
        FACTS,
        "registers",
        "seals",
        "phases",
        "error_tests",
        "answers",
        "findings",
        "photos",
        "missing_shots",
        "signatures",
        SETTLEMENTS,
    ],
    texts: &[NOTE],
}];

const REVIEW: &[Step] = &[Step {
    version: 1,
    sections: &[
        FACTS,
        "verdicts",
        "second_verdicts",
        "findings",
        "comments",
        SETTLEMENTS,
    ],
    texts: &[],
}];

const TASK: &[Step] = &[Step {
    version: 1,
    sections: &[FACTS, "points", SETTLEMENTS],
    texts: &[],
}];

fn steps(kind: DocumentKind) -> &'static [Step] {
    match kind {
        DocumentKind::Inspection => INSPECTION,
        DocumentKind::Review => REVIEW,
        DocumentKind::Task => TASK,
    }
}

/// The version that this program writes.
pub fn version(kind: DocumentKind) -> u64 {
    steps(kind).last().map_or(0, |step| step.version)
}

/// The schema changes of a kind, one for each version.
pub(crate) fn changes(kind: DocumentKind) -> &'static [automerge::Change] {
    static CHANGES: LazyLock<[Vec<automerge::Change>; 3]> =
        LazyLock::new(|| DocumentKind::ALL.map(|kind| build(kind, steps(kind))));
    &CHANGES[DocumentKind::ALL
        .iter()
        .position(|known| *known == kind)
        .unwrap_or_default()]
}

/// Whether a change is one of the schema's own, which need no signature.
pub(crate) fn is_schema_change(kind: DocumentKind, hash: ChangeHash) -> bool {
    changes(kind)
        .iter()
        .any(|change| ChangeHash::from(change.hash()) == hash)
}

/// Whether the root of a document holds what the schema changes put there and nothing else. A change that replaced a
/// section or the version would take everybody's entries out of sight.
pub(crate) fn is_intact(kind: DocumentKind, document: &Automerge) -> bool {
    let is_ours = |key: &str| {
        let found = document.get_all(ROOT, key).unwrap_or_default();
        found.len() == 1
            && found.iter().all(|(_, id)| {
                document
                    .hash_for_opid(id)
                    .is_some_and(|hash| is_schema_change(kind, hash.into()))
            })
    };
    let stated = version_of(document);
    let expected = steps(kind).iter().filter(|step| step.version <= stated);
    let keys: BTreeSet<String> = document.keys(ROOT).collect();
    expected
        .flat_map(|step| step.sections.iter().chain(step.texts))
        .all(|key| keys.contains(*key))
        && keys.iter().all(|key| is_ours(key))
}

pub(crate) fn build(kind: DocumentKind, steps: &[Step]) -> Vec<automerge::Change> {
    let mut document = crate::document::blank(Actor::SCHEMA);
    for step in steps {
        let options = CommitOptions::default().with_time(0);
        document
            .transact_with::<_, _, AutomergeError, _>(
                |()| options,
                |transaction| {
                    if step.version == 1 {
                        transaction.put(ROOT, KIND, kind.as_str())?;
                    }
                    transaction.put(ROOT, SCHEMA, step.version)?;
                    for section in step.sections {
                        transaction.put_object(ROOT, *section, ObjType::Map)?;
                    }
                    for text in step.texts {
                        transaction.put_object(ROOT, *text, ObjType::Text)?;
                    }
                    Ok(())
                },
            )
            .expect("writing new keys to the root of an empty document can't fail");
    }
    document.get_changes(&[])
}

/// The schema version that a document states; 0 if it has none.
pub(crate) fn version_of(document: &Automerge) -> u64 {
    match document.get(ROOT, SCHEMA) {
        Ok(Some((value, _))) => value.as_u64().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of version 1, as every released program has to make them. If this fails after an update of
    /// Automerge, its encoding changed and old and new programs would no longer agree on one skeleton.
    #[test]
    fn the_first_change_of_every_kind_is_the_same_bytes_for_ever() {
        let hashes: Vec<String> = DocumentKind::ALL
            .into_iter()
            .map(|kind| format!("{kind} {}", ChangeHash::from(changes(kind)[0].hash())))
            .collect();
        insta::assert_snapshot!(hashes.join("\n"));
    }

    #[test]
    fn two_devices_that_upgrade_one_document_offline_make_one_and_the_same_change() {
        let next: Vec<Step> = vec![
            Step {
                version: 1,
                sections: &[FACTS],
                texts: &[],
            },
            Step {
                version: 2,
                sections: &["meter_events"],
                texts: &[],
            },
        ];
        let here = build(DocumentKind::Inspection, &next);
        let there = build(DocumentKind::Inspection, &next);
        assert_eq!(here[1].hash(), there[1].hash());

        let mut merged = crate::document::blank(Actor::SCHEMA);
        merged.apply_changes(here).unwrap();
        merged.apply_changes(there).unwrap();
        assert_eq!(version_of(&merged), 2);
        assert_eq!(merged.get_all(ROOT, "meter_events").unwrap().len(), 1);
    }

    #[test]
    fn an_upgrade_keeps_every_entry_and_merges_with_edits_of_the_old_program() {
        let next: Vec<Step> = vec![
            Step {
                version: 1,
                sections: INSPECTION[0].sections,
                texts: INSPECTION[0].texts,
            },
            Step {
                version: 2,
                sections: &["meter_events"],
                texts: &["summary"],
            },
        ];
        let steps = build(DocumentKind::Inspection, &next);
        assert_eq!(steps[0].hash(), changes(DocumentKind::Inspection)[0].hash());
        let write = |document: &mut Automerge, key: &str| {
            let mut transaction = document.transaction();
            let facts = transaction.get(ROOT, FACTS).unwrap().unwrap().1;
            transaction.put(&facts, key, true).unwrap();
            transaction.commit();
        };
        let mut old = crate::document::blank(Actor::of(uuid::Uuid::from_u128(1)));
        old.apply_changes([steps[0].clone()]).unwrap();
        write(&mut old, "before");
        let mut new = old
            .clone()
            .with_actor(Actor::of(uuid::Uuid::from_u128(2)).to_automerge());
        new.apply_changes([steps[1].clone()]).unwrap();
        write(&mut new, "by the new program");
        write(&mut old, "by the old program");

        let theirs = new.get_changes(&[]);
        old.apply_changes(theirs).unwrap();

        assert_eq!(version_of(&old), 2);
        let facts = old.get(ROOT, FACTS).unwrap().unwrap().1;
        assert_eq!(old.length(&facts), 3);
        assert_eq!(old.keys(ROOT).count(), 2 + INSPECTION[0].sections.len() + 1 + 2);
    }
}
