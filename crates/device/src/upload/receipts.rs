//! What the server has: asked after it was restored from a backup, and when something new is there.

use jicha_domain::id::PhotoHash;
use jicha_store::photo_queue::{self, Variant};
use jicha_store::setting;
use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::session::Session;
use crate::Error;
use crate::answer::{self, Problem};
use crate::ports::{Request, Transport};
use crate::sync_loop::progress;

/// The server takes no more at once.
const HASHES_MAX: usize = 500;
/// An answer of so many receipts, with room to spare.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// The server's epoch at the last comparison.
const EPOCH: &str = "photos:epoch";

#[derive(Serialize)]
struct Asked {
    hashes: Vec<String>,
}

#[derive(Deserialize)]
struct Answered {
    receipts: Vec<Receipt>,
}

#[derive(Deserialize)]
struct Receipt {
    hash: PhotoHash,
    thumbnail: String,
    preview: String,
    original: String,
    #[serde(default)]
    first_received_at: Option<Timestamp>,
    #[serde(default)]
    reason: Option<String>,
}

/// The server's epoch as the last sync had it, and that of the last comparison.
fn epochs(connection: &Connection) -> Result<(Option<String>, Option<String>), Error> {
    let epoch = progress::load(connection)?.epoch.map(|epoch| epoch.to_string());
    Ok((epoch, setting::get(connection, EPOCH)?))
}

/// Whether what the rows say of the server still holds: not from when its epoch is known to be another one until the
/// photos were compared.
pub(crate) fn is_compared(connection: &Connection) -> Result<bool, Error> {
    let (epoch, compared) = epochs(connection)?;
    Ok(compared.is_none() || epoch.is_none() || compared == epoch)
}

/// A server that was restored from a backup has a new epoch, and may have lost photos that it had called checked.
pub(super) async fn reconcile_after_restore<T: Transport>(session: &Session<'_, T>) -> Result<(), Error> {
    let (epoch, compared) = epochs(&session.device.connection())?;
    let Some(epoch) = epoch.filter(|epoch| compared.as_ref() != Some(epoch)) else {
        return Ok(());
    };
    // On the first sending there is nothing that the server could have lost.
    if compared.is_some() {
        reconcile(session).await?;
    }
    Ok(setting::set(&session.device.connection(), EPOCH, &epoch)?)
}

/// Compares all photos of the device with the server; returns how many files wait again.
pub(super) async fn reconcile<T: Transport>(session: &Session<'_, T>) -> Result<u64, Error> {
    let (mut after, mut again) = (None, 0);
    loop {
        let hashes = photo_queue::hashes_after(&session.device.connection(), after, HASHES_MAX)?;
        let Some(last) = hashes.last() else {
            return Ok(again);
        };
        after = Some(*last);
        for receipt in ask(session, &hashes).await? {
            again += take(session, &receipt)?;
        }
    }
}

/// Asks since when the server has what it has just got, for the passports.
pub(super) async fn ask_for_new<T: Transport>(session: &Session<'_, T>) -> Result<(), Error> {
    let hashes = photo_queue::unreceipted(&session.device.connection(), HASHES_MAX)?;
    if hashes.is_empty() {
        return Ok(());
    }
    match ask(session, &hashes).await {
        Ok(receipts) => receipts
            .iter()
            .try_for_each(|receipt| take(session, receipt).map(drop)),
        // Everything was sent; the next sending asks again.
        Err(Error::Offline(_)) => Ok(()),
        Err(other) => Err(other),
    }
}

fn take<T: Transport>(session: &Session<'_, T>, receipt: &Receipt) -> Result<u64, Error> {
    let connection = session.device.connection();
    photo_queue::note_first_received(&connection, receipt.hash, receipt.first_received_at)?;
    let states = [
        (Variant::Thumbnail, &receipt.thumbnail),
        (Variant::Preview, &receipt.preview),
        (Variant::Original, &receipt.original),
    ];
    let mut again = 0;
    for (variant, state) in states {
        match state.as_str() {
            "absent" => {
                let queued = photo_queue::queue_again(&connection, receipt.hash, variant)?;
                again += u64::from(queued);
            }
            "refused" => {
                let why = Some(("refused", receipt.reason.as_deref().unwrap_or_default()));
                photo_queue::note_settled(&connection, receipt.hash, variant, "refused", why)?;
            }
            _ => {}
        }
    }
    Ok(again)
}

async fn ask<T: Transport>(session: &Session<'_, T>, hashes: &[PhotoHash]) -> Result<Vec<Receipt>, Error> {
    let asked = Asked {
        hashes: hashes.iter().map(ToString::to_string).collect(),
    };
    let body = serde_json::to_vec(&asked).expect("strings can be written as JSON");
    let url = format!("{}/api/photos/receipts", session.enrolment.server);
    let request = Request::post(url, "application/json", body).as_device(&session.enrolment.token);
    let response = session.transport.send(request).await?;
    let status = response.status;
    let body = answer::collect(response.body, ANSWER_BYTES_MAX).await?;
    if status != 200 {
        return Err(Problem::read(status, &body).into());
    }
    let answered: Answered = serde_json::from_slice(&body).map_err(|error| Error::Server {
        status,
        code: "answer-unreadable".to_owned(),
        detail: format!("the server's receipts can't be read: {error}"),
    })?;
    Ok(answered.receipts)
}
