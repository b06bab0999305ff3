//! Taking back an edit: a further change that puts back what stood there before. History is never rewritten.

use std::collections::BTreeSet;

use automerge::{ObjId, ObjType, PatchAction, Prop, ROOT, ReadDoc, Value as AutomergeValue};
use jiff::Timestamp;
use serde_json::Value;

use crate::content::{self, Place};
use crate::entry::Write;
use crate::inspection::SIGNATURES;
use crate::schema::{FACTS, NOTE};
use crate::{Change, ChangeHash, Document, Error, conflict, inspection};

impl Document {
    /// Undoes one change. Refused if any entry that it wrote was changed again since or is contested, if it settled a
    /// conflict (settle anew instead), if the inspection is signed and the change is not a signature, and for the change
    /// that began the document.
    pub fn undo(&mut self, at: Timestamp, change: ChangeHash) -> Result<Vec<Change>, Error> {
        let undone = self
            .change(change)
            .ok_or(Error::NoSuchChange {
                document: self.id,
                change,
            })?
            .into_automerge();
        let before = undone.deps().to_vec();
        let after = [undone.hash()];
        let signed = inspection::is_signed(self);
        let mut writes = Vec::new();
        for touched in self.touched(&before, &after) {
            let write = match touched {
                Touched::Entry(place) => {
                    if signed && place.section != SIGNATURES {
                        return Err(Error::Signed { place });
                    }
                    if conflict::is_open(&self.automerge, &place) || self.was_contested(&place, &before) {
                        return Err(Error::Contested { place });
                    }
                    if !self.still_says_what_was_written(&place, change) {
                        return Err(Error::ChangedSince { place });
                    }
                    match self.value_at(&place, &before) {
                        Some(value) => Write::Settle { place, value },
                        None => Write::Remove { place },
                    }
                }
                Touched::Note => {
                    if signed {
                        return Err(Error::Signed {
                            place: Place::new("text", NOTE),
                        });
                    }
                    let now = self.note_at(None);
                    if now != self.note_at(Some(&after)) {
                        return Err(Error::ChangedSince {
                            place: Place::new("text", NOTE),
                        });
                    }
                    Write::Text {
                        key: NOTE,
                        text: self.note_at(Some(&before)).unwrap_or_default(),
                    }
                }
            };
            // Without it the document would belong to nobody.
            if matches!(&write, Write::Remove { place } if place.section == FACTS && place.key == "about") {
                return Err(Error::Incomplete {
                    document: self.id,
                    kind: self.id.kind,
                    fact: "about",
                });
            }
            writes.push(write);
        }
        self.write(at, writes)
    }

    fn touched(
        &self,
        before: &[automerge::ChangeHash],
        after: &[automerge::ChangeHash],
    ) -> BTreeSet<Touched> {
        let patches = self.automerge.diff(before, after);
        patches
            .into_iter()
            .filter_map(|patch| touched_by(&patch))
            .collect()
    }

    /// Whether the entry says what the change left there. It may have been written anew meanwhile: what matters is
    /// that undoing takes back nothing else than this change.
    fn still_says_what_was_written(&self, place: &Place, change: ChangeHash) -> bool {
        let now: Vec<automerge::ChangeHash> = self.automerge.get_heads();
        self.value_at(place, &now) == self.value_at(place, &[change.into()])
    }

    fn was_contested(&self, place: &Place, heads: &[automerge::ChangeHash]) -> bool {
        let Some(section) = self.section_id(&place.section) else {
            return false;
        };
        let found = self
            .automerge
            .get_all_at(&section, place.key.as_str(), heads)
            .unwrap_or_default();
        let mut values = found
            .into_iter()
            .map(|(value, id)| self.read_at(value, &id, heads));
        let first = values.next();
        values.any(|value| Some(value) != first)
    }

    fn value_at(&self, place: &Place, heads: &[automerge::ChangeHash]) -> Option<Value> {
        let section = self.section_id(&place.section)?;
        let (value, id) = self
            .automerge
            .get_at(&section, place.key.as_str(), heads)
            .ok()??;
        Some(self.read_at(value, &id, heads))
    }

    fn read_at(&self, value: AutomergeValue<'_>, id: &ObjId, heads: &[automerge::ChangeHash]) -> Value {
        match value {
            AutomergeValue::Scalar(scalar) => content::scalar_value(&scalar.into_owned().into()),
            AutomergeValue::Object(kind) => content::value_below_at(&self.automerge, id, kind, Some(heads)),
        }
    }

    fn note_at(&self, heads: Option<&[automerge::ChangeHash]>) -> Option<String> {
        let note = self.section_id(NOTE)?;
        match heads {
            Some(heads) => self.automerge.text_at(&note, heads).ok(),
            None => self.automerge.text(&note).ok(),
        }
    }

    fn section_id(&self, section: &str) -> Option<ObjId> {
        match self.automerge.get(ROOT, section).ok()?? {
            (AutomergeValue::Object(ObjType::Map | ObjType::Text), id) => Some(id),
            _ => None,
        }
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Touched {
    Entry(Place),
    Note,
}

/// Entries are replaced whole, so the place of a patch is the section and the key below it, however deep the
/// patch itself goes.
fn touched_by(patch: &automerge::Patch) -> Option<Touched> {
    let mut keys = patch.path.iter().filter_map(|(_, prop)| match prop {
        Prop::Map(key) => Some(key.as_str()),
        Prop::Seq(_) => None,
    });
    let section = keys.next()?;
    if section == NOTE {
        return Some(Touched::Note);
    }
    let written = match &patch.action {
        PatchAction::PutMap { key, .. } | PatchAction::DeleteMap { key } => Some(key.as_str()),
        _ => None,
    };
    let key = keys.next().or(written)?;
    Some(Touched::Entry(Place::new(section, key)))
}
