//! Who is asking, and may they: people, sessions, devices, enrolment, throttling, and the audit trail of all that.
//!
//! What a role may do is not decided here but in `jicha_domain`'s one table; which route needs what is decided in
//! [`crate::router::ROUTES`]. This module turns a cookie or a bearer token into an [`Actor`] or a [`DeviceActor`].

mod actor;
pub mod audit;
pub mod base64url;
pub mod cookie;
pub mod device;
pub mod enrolment;
pub mod enrolment_code;
pub mod org_tree;
mod origin;
pub mod password;
pub mod person;
mod scope;
pub mod session;
mod sign_in;
mod throttle;
pub mod token;

pub use actor::{Actor, DeviceActor, Party};
pub use origin::require_same_origin;
pub(crate) use scope::instant;
pub use scope::{ROOT_UNIT, Scope};
pub use sign_in::{change_password, sign_in};
pub use throttle::{Attempts, Throttle};
