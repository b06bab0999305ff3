//! The pages: rendered here, in Chinese and English, readable without a script.
//!
//! A page asks the same functions as the API and shows what they answer; it decides nothing itself.

mod account;
mod assets;
mod enrol;
pub(crate) mod inspection_detail;
mod inspection_list;
pub(crate) mod inspection_tables;
mod language;
pub(crate) mod moment;
mod people;
mod quarantine;
mod review;
mod say_problem;
mod sign_in;
pub(crate) mod text;
pub(crate) mod view;

pub use say_problem::say_problem;

use crate::auth::Actor;
use crate::router::{Door, DoorError};
use axum::http::Method;
use axum::response::Redirect;
use axum::routing::{get, post};

/// Hangs up every page.
pub fn hang(door: Door) -> Result<Door, DoorError> {
    door.page(Method::GET, "/", get(start))?
        .page(Method::GET, "/assets/{name}", get(assets::get))?
        .page(Method::POST, "/language", post(language::choose))?
        .page(Method::GET, "/sign-in", get(sign_in::show))?
        .page(Method::POST, "/sign-in", post(sign_in::submit))?
        .page(Method::POST, "/sign-out", post(sign_in::sign_out))?
        .page(Method::GET, "/enrol", get(enrol::explain))?
        .page(Method::GET, "/account", get(account::show))?
        .page(Method::POST, "/account/enrolment-code", post(enrol::for_me))?
        .page(Method::GET, "/account/password", get(account::show_password))?
        .page(Method::POST, "/account/password", post(account::change_password))?
        .page(Method::GET, "/inspections", get(inspection_list::show))?
        .page(Method::GET, "/inspections/{id}", get(inspection_detail::show))?
        .page(Method::GET, "/review", get(review::show))?
        .page(Method::GET, "/people", get(people::show))?
        .page(Method::POST, "/people", post(people::add))?
        .page(Method::POST, "/people/{id}/grant", post(people::grant))?
        .page(Method::POST, "/people/{id}/revoke", post(people::revoke))?
        .page(Method::POST, "/people/{id}/lock", post(people::lock))?
        .page(Method::POST, "/people/{id}/unlock", post(people::unlock))?
        .page(
            Method::POST,
            "/people/{id}/enrolment-code",
            post(enrol::for_person),
        )?
        .page(Method::POST, "/devices/{id}/lock", post(people::lock_device))?
        .page(Method::POST, "/devices/{id}/unlock", post(people::unlock_device))?
        .page(Method::GET, "/quarantine", get(quarantine::show))
}

async fn start(actor: Actor) -> Redirect {
    Redirect::to(view::start_page(&actor))
}
