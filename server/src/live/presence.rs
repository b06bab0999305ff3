//! Who looks at which photo now. Kept in memory only: a page says so again and again, and is forgotten when it does not.

use super::event::Person;
use jicha_domain::id::PersonId;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// A page that has not said for so long what it shows is taken for closed.
pub const PRESENCE: SignedDuration = SignedDuration::from_secs(45);

/// The photo that somebody looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looking {
    /// The inspection.
    pub inspection: String,
    /// The photo.
    pub hash: String,
}

struct Seen {
    at: Timestamp,
    name: String,
    photo: Looking,
}

/// Everybody who looks at a photo.
#[derive(Default)]
pub(crate) struct Presence(BTreeMap<PersonId, Seen>);

impl Presence {
    /// Notes what somebody looks at now, or nothing; answers with the photos whose onlookers changed.
    pub(crate) fn look(
        &mut self,
        now: Timestamp,
        person: PersonId,
        name: &str,
        photo: Option<Looking>,
    ) -> Vec<Looking> {
        let gone: Vec<PersonId> = self
            .0
            .iter()
            .filter(|(_, seen)| now.duration_since(seen.at) > PRESENCE)
            .map(|(id, _)| *id)
            .collect();
        let mut changed: Vec<Looking> = Vec::new();
        for id in gone {
            changed.extend(self.0.remove(&id).map(|seen| seen.photo));
        }
        let before = self.0.remove(&person).map(|seen| seen.photo);
        if before != photo {
            changed.extend(before);
            changed.extend(photo.clone());
        }
        if let Some(photo) = photo {
            let name = name.to_owned();
            self.0.insert(person, Seen { at: now, name, photo });
        }
        changed
    }

    /// Who looks at a photo.
    pub(crate) fn at(&self, now: Timestamp, inspection: &str, hash: &str) -> Vec<Person> {
        let here = |seen: &Seen| {
            seen.photo.inspection == inspection
                && seen.photo.hash == hash
                && now.duration_since(seen.at) <= PRESENCE
        };
        let people = self.0.iter().filter(|(_, seen)| here(seen));
        people
            .map(|(id, seen)| Person {
                id: id.to_string(),
                name: seen.name.clone(),
            })
            .collect()
    }
}
