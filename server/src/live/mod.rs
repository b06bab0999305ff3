//! What happens, told to open pages as it happens: server-sent events.
//!
//! Every event has a position. A page that comes back names the last one it saw and gets what it missed, or is told to
//! look anew (`resync`) when that is not remembered any more or the server was started again. Events name things and
//! never carry evidence: a page asks for what it shows, with its own rights.

mod event;
mod presence;
mod stream;

pub use event::{Event, Kind, Person, Position};
pub use presence::{Looking, PRESENCE};
pub use stream::{Listener, Stream};

use crate::problem::Problem;
use crate::review::units;
use crate::state::App;
use event::Ring;
use jicha_domain::id::PersonId;
use jicha_record::{DocumentId, DocumentKind};
use presence::Presence;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{broadcast, watch};

/// How many events a slow page may lag behind before it has to look anew.
const EVENTS_KEPT: usize = 1024;
/// How many pages one person may have open at a time.
pub const STREAMS_PER_PERSON: usize = 8;

/// The live events of one server.
pub struct Live {
    ring: Mutex<Ring>,
    events: broadcast::Sender<Arc<Event>>,
    ended: watch::Sender<bool>,
    open: Mutex<HashMap<PersonId, usize>>,
    presence: Mutex<Presence>,
}

impl Default for Live {
    fn default() -> Live {
        Live {
            ring: Mutex::new(Ring::new(EVENTS_KEPT)),
            events: broadcast::channel(EVENTS_KEPT).0,
            ended: watch::channel(false).0,
            open: Mutex::default(),
            presence: Mutex::default(),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Live {
    /// Tells an event to every open page that may hear of it. `units` are the unit it happened in and those above it.
    pub fn tell(&self, units: Vec<String>, kind: Kind) {
        // Position and sending under one lock, so that pages get the events in the order of their positions.
        let mut ring = locked(&self.ring);
        let event = ring.push(units, kind);
        // Nobody listening is fine.
        drop(self.events.send(event));
    }

    /// Ends every stream: the server stops.
    pub fn end(&self) {
        self.ended.send_replace(true);
    }

    /// Who looks at which photo, kept up to date by the pages themselves.
    pub(crate) fn presence(&self) -> MutexGuard<'_, Presence> {
        locked(&self.presence)
    }
}

/// How many documents of one commit are told of one by one.
const TOLD_ONE_BY_ONE_MAX: usize = 16;

/// Tells of documents that have grown, after they were committed.
pub fn tell_of_documents(app: &App, documents: Vec<DocumentId>) {
    let concerned: BTreeSet<(bool, String)> = documents
        .into_iter()
        .filter(|id| matches!(id.kind, DocumentKind::Inspection | DocumentKind::Review))
        .map(|id| (id.kind == DocumentKind::Review, id.id.to_string()))
        .collect();
    if concerned.is_empty() {
        return;
    }
    // For so many, pages had better look anew than hear of each.
    if concerned.len() > TOLD_ONE_BY_ONE_MAX {
        app.live().tell(Vec::new(), Kind::Resync);
        return;
    }
    let app = app.clone();
    tokio::spawn(async move {
        for (is_review, inspection) in concerned {
            let told = tell_of_inspection(&app, inspection, |inspection| {
                if is_review {
                    Kind::Verdict {
                        inspection,
                        hash: String::new(),
                        by: None,
                    }
                } else {
                    Kind::Inspection { inspection }
                }
            });
            if let Err(problem) = told.await {
                tracing::warn!(?problem, "open pages could not be told of a document");
            }
        }
    });
}

/// Tells an event about an inspection, to those who may see it.
pub async fn tell_of_inspection(
    app: &App,
    inspection: String,
    kind: impl FnOnce(String) -> Kind,
) -> Result<(), Problem> {
    let wanted = inspection.clone();
    let units = app
        .storage()
        .read(move |sql| -> Result<_, Problem> { Ok(units::of_inspection(sql, &wanted)?) })
        .await?;
    if !units.is_empty() {
        app.live().tell(units, kind(inspection));
    }
    Ok(())
}

/// Passes on what happens to photos, until the server stops.
pub async fn follow_photos(app: App) {
    let mut events = app.photos().listen();
    loop {
        let hash = match events.recv().await {
            Ok(event) => event.hash,
            // What was missed is in the database; the pages look anew.
            Err(broadcast::error::RecvError::Lagged(_)) => {
                app.live().tell(Vec::new(), Kind::Resync);
                continue;
            }
            Err(broadcast::error::RecvError::Closed) => return,
        };
        let inspections = app.storage().read(move |sql| -> Result<Vec<String>, Problem> {
            let mut statement = sql.prepare_cached("SELECT inspection FROM review_item WHERE hash = ?1")?;
            let rows = statement.query_map([hash.to_string()], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        });
        for inspection in inspections.await.unwrap_or_default() {
            let hash = hash.to_string();
            let told = tell_of_inspection(&app, inspection, |inspection| Kind::Photo { inspection, hash });
            if let Err(problem) = told.await {
                tracing::warn!(?problem, "open pages could not be told of a photo");
            }
        }
    }
}
