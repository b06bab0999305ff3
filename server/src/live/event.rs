//! Events and their positions.

use crate::auth::ROOT_UNIT;
use crate::auth::token::random_bytes;
use jicha_domain::rights::Subject;
use serde::Serialize;
use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A place in the stream: which run of the server, and which event of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    run: u32,
    number: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}-{}", self.run, self.number)
    }
}

impl FromStr for Position {
    type Err = ();

    fn from_str(text: &str) -> Result<Position, ()> {
        let (run, number) = text.split_once('-').ok_or(())?;
        Ok(Position {
            run: u32::from_str_radix(run, 16).map_err(drop)?,
            number: number.parse().map_err(drop)?,
        })
    }
}

/// Somebody, by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Person {
    /// The person's id.
    pub id: String,
    /// The name.
    pub name: String,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Kind {
    /// Something was recorded in an inspection.
    Inspection {
        /// The inspection.
        inspection: String,
    },
    /// Something of a photo arrived, was refused or was worked out.
    Photo {
        /// The inspection that names it.
        inspection: String,
        /// The photo.
        hash: String,
    },
    /// A review changed.
    Verdict {
        /// The inspection.
        inspection: String,
        /// The photo; empty when it is not said which.
        hash: String,
        /// Who did it.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<Person>,
    },
    /// Others look at a photo, or do so no more.
    Presence {
        /// The inspection.
        inspection: String,
        /// The photo.
        hash: String,
        /// Who looks at it now.
        people: Vec<Person>,
    },
    /// Too much was missed: look anew.
    Resync,
}

impl Kind {
    /// The name of the event.
    pub const fn name(&self) -> &'static str {
        match self {
            Kind::Inspection { .. } => "inspection",
            Kind::Photo { .. } => "photo",
            Kind::Verdict { .. } => "verdict",
            Kind::Presence { .. } => "presence",
            Kind::Resync => "resync",
        }
    }

    /// What one must be allowed to read to hear of it.
    pub const fn subject(&self) -> Option<Subject> {
        match self {
            Kind::Inspection { .. } => Some(Subject::Inspection),
            Kind::Photo { .. } => Some(Subject::Photo),
            Kind::Verdict { .. } | Kind::Presence { .. } => Some(Subject::Review),
            Kind::Resync => None,
        }
    }
}

/// An event at its position.
#[derive(Debug)]
pub struct Event {
    /// Its position.
    pub position: Position,
    /// The unit it happened in and those above it.
    pub units: Vec<String>,
    /// What happened.
    pub kind: Kind,
}

impl Event {
    /// Whether it happened in one of these parts of the organisation.
    pub fn lies_in(&self, roots: &[String]) -> bool {
        roots
            .iter()
            .any(|root| root == ROOT_UNIT || self.units.contains(root))
    }
}

/// The latest events.
pub(super) struct Ring {
    run: u32,
    next: u64,
    room: usize,
    kept: VecDeque<Arc<Event>>,
}

impl Ring {
    pub(super) fn new(room: usize) -> Ring {
        Ring {
            run: u32::from_be_bytes(random_bytes()),
            next: 1,
            room,
            kept: VecDeque::new(),
        }
    }

    pub(super) fn push(&mut self, units: Vec<String>, kind: Kind) -> Arc<Event> {
        let position = Position {
            run: self.run,
            number: self.next,
        };
        self.next += 1;
        let event = Arc::new(Event {
            position,
            units,
            kind,
        });
        if self.kept.len() == self.room {
            self.kept.pop_front();
        }
        self.kept.push_back(Arc::clone(&event));
        event
    }

    /// The position of the latest event.
    pub(super) const fn latest(&self) -> Position {
        Position {
            run: self.run,
            number: self.next - 1,
        }
    }

    /// The events after a position; `None` when they are not all remembered.
    pub(super) fn since(&self, seen: Position) -> Option<Vec<Arc<Event>>> {
        let oldest = self.kept.front().map_or(self.next, |event| event.position.number);
        if seen.run != self.run || seen.number >= self.next || seen.number + 1 < oldest {
            return None;
        }
        let missed = self
            .kept
            .iter()
            .filter(|event| event.position.number > seen.number);
        Some(missed.cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_missed_is_told_again_while_it_is_remembered() {
        let mut ring = Ring::new(3);
        let told: Vec<Position> = (0..5)
            .map(|n| {
                ring.push(
                    Vec::new(),
                    Kind::Inspection {
                        inspection: n.to_string(),
                    },
                )
                .position
            })
            .collect();
        assert_eq!(ring.since(told[4]).map(|missed| missed.len()), Some(0));
        assert_eq!(ring.since(told[1]).map(|missed| missed.len()), Some(3));
        assert!(ring.since(told[0]).is_none(), "the second is forgotten");
        let of_another_run = Position {
            run: ring.run ^ 1,
            number: 4,
        };
        assert!(ring.since(of_another_run).is_none());
        assert_eq!(told[2].to_string().parse(), Ok(told[2]));
    }
}
