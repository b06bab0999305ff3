//! The extractors: a handler that takes an [`Actor`] or a [`DeviceActor`] is only reached by one.

use super::scope::Scope;
use super::token::TokenHash;
use crate::problem::{Code, Problem};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jicha_domain::id::{DeviceId, PersonId};
use jicha_domain::rights::{Act, Grant, Subject, role_may};

/// A person with a running session, put into the request by the door.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Who it is.
    pub person: PersonId,
    /// The login.
    pub login: String,
    /// The name as people say it.
    pub name: String,
    /// Roles, each within a part of the organisation.
    pub grants: Vec<Grant>,
    /// True until the one-time password has been changed; nothing else is allowed before.
    pub password_one_time: bool,
    /// The session, so that signing out ends this one.
    pub session: TokenHash,
}

impl Actor {
    /// Whether the right exists in any part of the organisation.
    pub fn may_somewhere(&self, act: Act, subject: Subject) -> bool {
        self.grants.iter().any(|grant| role_may(grant.role, act, subject))
    }

    /// Where the right exists; refused when that is nowhere.
    pub fn scope(&self, act: Act, subject: Subject) -> Result<Scope, Problem> {
        Scope::from_grants(&self.grants, act, subject).ok_or_else(|| Problem::new(Code::Forbidden))
    }

    /// The person's id as the audit trail writes it.
    pub fn id_text(&self) -> String {
        self.person.to_string()
    }
}

/// An enrolled, unlocked device of an unlocked person, put into the request by the door.
#[derive(Debug, Clone)]
pub struct DeviceActor {
    /// The device.
    pub device: DeviceId,
    /// The Ed25519 key that its changes are signed with.
    pub public_key: [u8; 32],
    /// Whose device it is.
    pub person: PersonId,
    /// The person's roles.
    pub grants: Vec<Grant>,
}

impl DeviceActor {
    /// Where the device's person has the right; `None` when nowhere.
    pub fn scope(&self, act: Act, subject: Subject) -> Option<Scope> {
        Scope::from_grants(&self.grants, act, subject)
    }
}

/// A person or a device, where a route takes either.
#[derive(Debug, Clone)]
pub enum Party {
    /// A person with a session.
    Person(Actor),
    /// A device with its token.
    Device(DeviceActor),
}

impl Party {
    /// Where the party has the right; refused when that is nowhere.
    pub fn scope(&self, act: Act, subject: Subject) -> Result<Scope, Problem> {
        let grants = match self {
            Party::Person(actor) => &actor.grants,
            Party::Device(device) => &device.grants,
        };
        Scope::from_grants(grants, act, subject).ok_or_else(|| Problem::new(Code::Forbidden))
    }

    /// `person/<id>` or `device/<id>`: how rows name who sent something.
    pub fn name(&self) -> String {
        match self {
            Party::Person(actor) => format!("person/{}", actor.person),
            Party::Device(device) => format!("device/{}", device.device),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Party {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Party, Problem> {
        parts
            .extensions
            .get::<Party>()
            .cloned()
            .ok_or_else(|| Problem::new(Code::NotSignedIn))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Actor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Actor, Problem> {
        parts
            .extensions
            .get::<Actor>()
            .cloned()
            .ok_or_else(|| Problem::new(Code::NotSignedIn))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for DeviceActor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<DeviceActor, Problem> {
        parts
            .extensions
            .get::<DeviceActor>()
            .cloned()
            .ok_or_else(|| Problem::new(Code::DeviceUnknown))
    }
}
