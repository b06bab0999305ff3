//! The route table and the one door built from it.
//!
//! [`ROUTES`] says for every address who may come in. A handler is hung up through [`Door`], which looks its row up and
//! puts the guard in front of it; without a row the server does not start. Tests walk the table.

mod address;
mod door;
mod guard;
mod layers;

pub use address::ClientAddress;
pub use door::{Door, DoorError};

use crate::state::App;
use crate::{api, web};
use axum::Router;
use axum::http::Method;
use jicha_domain::rights::{Act, Subject};

/// Who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Anybody with a session, even before the one-time password was changed.
    OneTimePassword,
    /// Anybody with a session.
    SignedIn,
    /// A person with this right in any unit; the query then narrows to the units where it holds.
    Person(Act, Subject),
    /// An enrolled, unlocked device.
    Device,
    /// A device whose person has this right in any unit, or such a person with a session. A request with a bearer token
    /// is a device's.
    DeviceOrPerson(Act, Subject),
}

/// One route.
#[derive(Debug, Clone)]
pub struct Row {
    /// The method.
    pub method: Method,
    /// The path as axum writes it.
    pub path: &'static str,
    /// Who may come in.
    pub access: Access,
}

const fn row(method: Method, path: &'static str, access: Access) -> Row {
    Row { method, path, access }
}

use Access::{DeviceOrPerson, OneTimePassword, Person, Public, SignedIn};

/// Every route of the server.
pub const ROUTES: &[Row] = &[
    // Operation.
    row(Method::GET, "/healthz", Public),
    row(Method::GET, "/readyz", Public),
    row(Method::GET, "/metrics", Public),
    row(Method::GET, "/api/openapi.json", Public),
    // People and devices.
    row(Method::GET, "/api/me", OneTimePassword),
    row(Method::POST, "/api/me/enrolment-codes", SignedIn),
    row(Method::GET, "/api/people", Person(Act::Read, Subject::People)),
    row(Method::POST, "/api/people", Person(Act::Write, Subject::People)),
    row(
        Method::DELETE,
        "/api/people/{id}/grants",
        Person(Act::Write, Subject::People),
    ),
    row(
        Method::POST,
        "/api/people/{id}/grants",
        Person(Act::Write, Subject::People),
    ),
    row(
        Method::POST,
        "/api/people/{id}/lock",
        Person(Act::Write, Subject::People),
    ),
    row(
        Method::POST,
        "/api/people/{id}/unlock",
        Person(Act::Write, Subject::People),
    ),
    row(
        Method::POST,
        "/api/people/{id}/enrolment-codes",
        Person(Act::Write, Subject::Devices),
    ),
    row(Method::POST, "/api/enrol", Public),
    row(Method::POST, "/api/sync", Access::Device),
    row(Method::GET, "/api/devices", Person(Act::Read, Subject::Devices)),
    row(
        Method::POST,
        "/api/devices/{id}/lock",
        Person(Act::Write, Subject::Devices),
    ),
    row(
        Method::POST,
        "/api/devices/{id}/unlock",
        Person(Act::Write, Subject::Devices),
    ),
    row(
        Method::GET,
        "/api/quarantine",
        Person(Act::Read, Subject::Quarantine),
    ),
    // Evidence and work.
    row(
        Method::GET,
        "/api/inspections",
        Person(Act::Read, Subject::Inspection),
    ),
    row(
        Method::GET,
        "/api/inspections/{id}",
        Person(Act::Read, Subject::Inspection),
    ),
    row(
        Method::GET,
        "/api/inspections/{id}/conflicts",
        Person(Act::Read, Subject::Conflict),
    ),
    // Photos.
    row(Method::OPTIONS, "/api/photos/uploads", Public),
    row(
        Method::POST,
        "/api/photos/uploads",
        DeviceOrPerson(Act::Write, Subject::Photo),
    ),
    row(
        Method::HEAD,
        "/api/photos/uploads/{id}",
        DeviceOrPerson(Act::Write, Subject::Photo),
    ),
    row(
        Method::PATCH,
        "/api/photos/uploads/{id}",
        DeviceOrPerson(Act::Write, Subject::Photo),
    ),
    row(
        Method::DELETE,
        "/api/photos/uploads/{id}",
        DeviceOrPerson(Act::Write, Subject::Photo),
    ),
    row(
        Method::POST,
        "/api/photos/receipts",
        DeviceOrPerson(Act::Write, Subject::Photo),
    ),
    row(
        Method::GET,
        "/api/photos/{hash}",
        DeviceOrPerson(Act::Read, Subject::Photo),
    ),
    row(
        Method::GET,
        "/api/photos/{hash}/{variant}",
        DeviceOrPerson(Act::Read, Subject::Photo),
    ),
    row(Method::GET, "/api/tasks", Person(Act::Read, Subject::Task)),
    row(Method::POST, "/api/tasks", Person(Act::Write, Subject::Task)),
    row(
        Method::POST,
        "/api/ledger/{kind}",
        Person(Act::Write, Subject::Ledger),
    ),
    // Pages.
    row(Method::GET, "/", OneTimePassword),
    row(Method::GET, "/assets/{name}", Public),
    row(Method::POST, "/language", Public),
    row(Method::GET, "/sign-in", Public),
    row(Method::POST, "/sign-in", Public),
    row(Method::POST, "/sign-out", OneTimePassword),
    row(Method::GET, "/enrol", Public),
    row(Method::GET, "/account", SignedIn),
    row(Method::POST, "/account/enrolment-code", SignedIn),
    row(Method::GET, "/account/password", OneTimePassword),
    row(Method::POST, "/account/password", OneTimePassword),
    row(
        Method::GET,
        "/inspections",
        Person(Act::Read, Subject::Inspection),
    ),
    row(
        Method::GET,
        "/inspections/{id}",
        Person(Act::Read, Subject::Inspection),
    ),
    row(Method::GET, "/people", Person(Act::Read, Subject::People)),
    row(Method::POST, "/people", Person(Act::Write, Subject::People)),
    row(
        Method::POST,
        "/people/{id}/revoke",
        Person(Act::Write, Subject::People),
    ),
    row(
        Method::POST,
        "/people/{id}/grant",
        Person(Act::Write, Subject::People),
    ),
    row(
        Method::POST,
        "/people/{id}/lock",
        Person(Act::Write, Subject::People),
    ),
    row(
        Method::POST,
        "/people/{id}/unlock",
        Person(Act::Write, Subject::People),
    ),
    row(
        Method::POST,
        "/people/{id}/enrolment-code",
        Person(Act::Write, Subject::Devices),
    ),
    row(
        Method::POST,
        "/devices/{id}/lock",
        Person(Act::Write, Subject::Devices),
    ),
    row(
        Method::POST,
        "/devices/{id}/unlock",
        Person(Act::Write, Subject::Devices),
    ),
    row(Method::GET, "/quarantine", Person(Act::Read, Subject::Quarantine)),
];

/// Builds the whole server: every handler behind the door, every layer around it.
pub fn build(app: App) -> Result<Router, DoorError> {
    let door = web::hang(api::hang(Door::new(app.clone())?)?)?;
    let router = door.close()?;
    Ok(layers::around(router, &app).with_state(app))
}
