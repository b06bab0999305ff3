//! Who writes in a document, in Automerge's sense.

use std::fmt;

use automerge::ActorId;
use uuid::Uuid;

/// The writer of changes: one enrolment of one device.
///
/// Automerge numbers an actor's changes without gaps, so an actor must never be used by two histories. A device
/// that is installed anew, or whose database went back to an older state, is enrolled anew and has another id.
/// The id has 16 bytes, which Automerge keeps without a heap allocation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor(Uuid);

impl Actor {
    /// The writer of the schema changes, which every device derives alike and nobody needs to sign.
    pub const SCHEMA: Actor = Actor(Uuid::nil());

    /// The actor of an enrolled device.
    pub const fn of(device: Uuid) -> Self {
        Actor(device)
    }

    /// The device whose actor this is.
    pub const fn device(self) -> Uuid {
        self.0
    }

    pub(crate) fn to_automerge(self) -> ActorId {
        ActorId::from(self.0.as_bytes().as_slice())
    }

    /// Reads an actor back; `None` if it is not the 16 bytes of a device's id.
    pub(crate) fn from_automerge(actor: &ActorId) -> Option<Self> {
        Uuid::from_slice(actor.to_bytes()).ok().map(Actor)
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
