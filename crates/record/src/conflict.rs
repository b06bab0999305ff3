//! Two values for one thing: found, shown with their authors and times, and settled by an explicit act.

use automerge::{Automerge, ObjId, ROOT, ReadDoc, Value as AutomergeValue};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::content::{self, Place};
use crate::entry::Write;
use crate::schema::SETTLEMENTS;
use crate::{Actor, Change, ChangeHash, Document, Error};

/// A place where concurrent writers left different values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conflict {
    /// The section of the entry.
    pub section: String,
    /// The key of the entry.
    pub key: String,
    /// The values, the one that is shown in the meantime first.
    pub candidates: Vec<Candidate>,
}

/// One of the values that stand against one another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// The change that wrote it, by which it is chosen.
    #[serde(serialize_with = "as_text")]
    pub change: ChangeHash,
    /// Who wrote it.
    #[serde(serialize_with = "as_device")]
    pub actor: Actor,
    /// When, by the writer's clock.
    pub at: Timestamp,
    /// The value.
    pub value: Value,
}

fn as_text<S: serde::Serializer>(hash: &ChangeHash, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(hash)
}

fn as_device<S: serde::Serializer>(actor: &Actor, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&actor.device())
}

impl Conflict {
    /// Where the values stand.
    pub fn place(&self) -> Place {
        Place::new(&self.section, &self.key)
    }
}

impl Document {
    /// The conflicts that a person has to settle. Equal values written twice are none.
    pub fn conflicts(&self) -> Vec<Conflict> {
        self.conflicts_at(self.content().contested())
    }

    /// As [`Document::conflicts`], for the contested places that a content has named already.
    pub fn conflicts_at(&self, contested: &[Place]) -> Vec<Conflict> {
        contested
            .iter()
            .filter_map(|place| self.conflict(place))
            .collect()
    }

    fn actor_device(&self) -> String {
        Actor::from_automerge(self.automerge.get_actor())
            .map_or_else(String::new, |actor| actor.device().to_string())
    }

    fn conflict(&self, place: &Place) -> Option<Conflict> {
        let mut candidates: Vec<Candidate> = values_at(&self.automerge, place)
            .into_iter()
            .filter_map(|(value, id)| self.candidate(value, &id))
            .collect();
        // Automerge names the winner last.
        candidates.reverse();
        let first = candidates.first()?;
        let differ = candidates.iter().any(|candidate| candidate.value != first.value);
        differ.then(|| Conflict {
            section: place.section.clone(),
            key: place.key.clone(),
            candidates,
        })
    }

    fn candidate(&self, value: Value, id: &ObjId) -> Option<Candidate> {
        let change = self.automerge.hash_for_opid(id)?.into();
        let (actor, at) = self.author_of(change)?;
        Some(Candidate {
            change,
            actor,
            at,
            value,
        })
    }

    /// Settles a conflict: the value that `chosen` wrote counts from now on. The others are kept in the record of
    /// the settlement, with who decided implied by the change itself and why by `reason`.
    pub fn settle(
        &mut self,
        at: Timestamp,
        place: &Place,
        chosen: ChangeHash,
        reason: &str,
    ) -> Result<Vec<Change>, Error> {
        let not_contested = || Error::NotContested { place: place.clone() };
        let conflict = self.conflict(place).ok_or_else(not_contested)?;
        let (winners, losers): (Vec<_>, Vec<_>) = conflict
            .candidates
            .into_iter()
            .partition(|candidate| candidate.change == chosen);
        let winner = winners.into_iter().next().ok_or_else(not_contested)?;
        let settlement = serde_json::json!({
            "place": place.to_string(),
            "chosen": winner.change.to_string(),
            "rejected": losers.iter().map(|loser| serde_json::json!({
                "change": loser.change.to_string(),
                "value": loser.value,
            })).collect::<Vec<_>>(),
            "reason": reason,
        });
        // Two people who settle the same at once must not contest one entry with their reasons.
        let key = format!("{place}@{}-{}", at.as_millisecond(), self.actor_device());
        self.write(
            at,
            vec![
                Write::Settle {
                    place: place.clone(),
                    value: winner.value,
                },
                Write::Put {
                    place: Place::new(SETTLEMENTS, key),
                    value: settlement,
                },
            ],
        )
    }
}

/// Whether different values stand at a place.
pub(crate) fn is_open(read: &impl ReadDoc, place: &Place) -> bool {
    let found = all(read, place);
    // The ordinary case of one value needs no comparison.
    if found.len() < 2 {
        return false;
    }
    let mut values = found.iter().map(|(value, id)| read_value(read, value, id));
    let first = values.next();
    values.any(|value| Some(value) != first)
}

/// The value at a place, if exactly one stands there.
pub(crate) fn only_value(read: &impl ReadDoc, place: &Place) -> Option<Value> {
    match all(read, place).as_slice() {
        [(value, id)] => Some(read_value(read, value, id)),
        _ => None,
    }
}

fn all<'a>(read: &'a impl ReadDoc, place: &Place) -> Vec<(AutomergeValue<'a>, ObjId)> {
    let Ok(Some((AutomergeValue::Object(_), section))) = read.get(ROOT, place.section.as_str()) else {
        return Vec::new();
    };
    read.get_all(&section, place.key.as_str()).unwrap_or_default()
}

fn values_at(document: &Automerge, place: &Place) -> Vec<(Value, ObjId)> {
    let found = all(document, place);
    found
        .into_iter()
        .map(|(value, id)| (read_value(document, &value, &id), id))
        .collect()
}

fn read_value(read: &impl ReadDoc, value: &AutomergeValue<'_>, id: &ObjId) -> Value {
    match value {
        AutomergeValue::Object(kind) => content::value_below(read, id, *kind),
        AutomergeValue::Scalar(scalar) => content::scalar_value(&scalar.clone().into_owned().into()),
    }
}
