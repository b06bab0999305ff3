//! The photos' part of the day: they reach the server, a supervisor judges one, and the phone hears of it.

use std::error::Error;

use jicha_domain::Language;
use jicha_domain::id::{InspectionId, PersonId, PhotoHash};
use jicha_domain::review::{PhotoDecision, RetakeReason};
use jicha_simulator::{Phone, phone};

use super::story::said;
use crate::auth::{ROOT_UNIT, Scope};
use crate::problem::Problem;
use crate::review;
use crate::review::act::{self, Reviewer, Verdict};
use crate::state::App;

/// Sends the photos of every phone, and lets the supervisor ask for one of the last phone's again.
pub(super) async fn reach_the_server(
    app: &App,
    phones: &[Phone],
    supervisor: PersonId,
    inspector: PersonId,
) -> Result<(), Box<dyn Error>> {
    let (mut originals, mut bytes) = (0, 0);
    for phone in phones {
        let report = phone.send_photos().await.map_err(|error| phone::causes(&error))?;
        originals += report.originals;
        bytes += report.bytes_sent;
    }
    println!(
        "  17:50  photos over Wi-Fi, by tus: {originals} originals are on the server, each checked by its SHA-256 \
         ({:.1} MB with thumbnails and previews)",
        bytes as f64 / 1e6
    );
    let Some(phone) = phones.last() else {
        return Ok(());
    };
    ask_for_a_retake(app, supervisor, inspector).await?;
    phone.try_sync().await.map_err(|error| phone::causes(&error))?;
    for retake in phone.device.retakes(false)? {
        println!(
            "  18:10  phone 3 hears of it: {}, {}: {} ({})",
            retake.point_name,
            retake.shows.label(Language::Zh),
            retake.words.unwrap_or_default(),
            retake.reason.map_or("", |reason| reason.label(Language::Zh)),
        );
    }
    Ok(())
}

/// The supervisor looks at a photo of a dial on the review page and wants a better one.
async fn ask_for_a_retake(app: &App, person: PersonId, inspector: PersonId) -> Result<(), Box<dyn Error>> {
    let reviewer = Reviewer {
        person,
        scope: Scope::of_unit(&ROOT_UNIT.parse()?),
    };
    let verdict = Verdict {
        decision: PhotoDecision::Retake,
        reason: Some(RetakeReason::ReadingIllegible),
        words: Some("示数看不清，请正对表盘重拍。".to_owned()),
        finding: None,
        overrule: false,
    };
    review::caught_up(app).await.map_err(said)?;
    let (now, key) = (app.now(), app.server_key().clone());
    let judged = app.storage().write(move |sql| -> Result<_, Problem> {
        let photo: (String, String) = sql
            .prepare_cached(
                "SELECT inspection, hash FROM review_item WHERE inspector = ?1 AND shows = 'register' LIMIT 1",
            )?
            .query_row([inspector.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (inspection, hash): (InspectionId, PhotoHash) = match (photo.0.parse(), photo.1.parse()) {
            (Ok(inspection), Ok(hash)) => (inspection, hash),
            _ => return Ok(()),
        };
        act::judge(sql, &key, now, &reviewer, (inspection, hash), verdict).map(|_| ())
    });
    judged.await.map_err(said)
}
