//! The JSON API: one file per word of the domain. OpenAPI is made from these handlers.

pub mod device;
pub mod enrol;
pub mod extract;
pub mod health;
pub mod inspection;
pub mod ledger;
pub mod me;
pub mod new_task;
pub mod paging;
pub mod person;
pub mod photo;
pub mod photo_upload;
pub mod quarantine;
pub mod task;

use crate::router::{Door, DoorError};
use crate::state::App;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::{UtoipaMethodRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

/// Hangs up every handler of the API.
pub fn hang(door: Door) -> Result<Door, DoorError> {
    let ledger_bytes_max = door.app().config().ledger_bytes_max;
    let upload: UtoipaMethodRouter<App> = routes!(ledger::upload);
    let sync: UtoipaMethodRouter<App> = routes!(crate::sync::sync);
    // A sync is bounded frame by frame while it is read.
    let sync = sync.layer(DefaultBodyLimit::disable());
    // An upload is bounded by the length it was begun with, while it is read.
    let upload_begin: UtoipaMethodRouter<App> = routes!(photo_upload::begin);
    let upload_patch: UtoipaMethodRouter<App> = routes!(photo_upload::patch);
    door.api(routes!(health::healthz))?
        .api(routes!(health::readyz))?
        .api(routes!(health::metrics))?
        .api(routes!(me::me))?
        .api(routes!(me::make_enrolment_code))?
        .api(routes!(person::list))?
        .api(routes!(person::add))?
        .api(routes!(person::add_grant))?
        .api(routes!(person::remove_grant))?
        .api(routes!(person::lock))?
        .api(routes!(person::unlock))?
        .api(routes!(enrol::make_for_person))?
        .api(routes!(enrol::enrol))?
        .api(routes!(device::list))?
        .api(routes!(device::lock))?
        .api(routes!(device::unlock))?
        .api(routes!(quarantine::list))?
        .api(sync)?
        .api(routes!(inspection::list))?
        .api(routes!(inspection::get))?
        .api(routes!(inspection::conflicts))?
        .api(routes!(photo::receipts))?
        .api(routes!(photo::get))?
        .api(routes!(photo::copy))?
        .api(routes!(photo_upload::options))?
        .api(upload_begin.layer(DefaultBodyLimit::disable()))?
        .api(routes!(photo_upload::head))?
        .api(upload_patch.layer(DefaultBodyLimit::disable()))?
        .api(routes!(photo_upload::terminate))?
        .api(routes!(task::list))?
        .api(routes!(new_task::create))?
        .api(upload.layer(DefaultBodyLimit::max(ledger_bytes_max)))
}
