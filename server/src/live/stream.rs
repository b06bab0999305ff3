//! One open page: which events it gets, and how they are written.

use super::event::{Event, Kind, Position};
use super::{Live, STREAMS_PER_PERSON, locked};
use crate::problem::{Code, Problem};
use crate::state::App;
use axum::body::Bytes;
use jicha_domain::id::PersonId;
use jicha_domain::rights::Subject;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc};

/// A sign of life, so that neither side nor a proxy between takes the silence for a broken link.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A stream ends by itself after so long; the page comes back, and its rights are looked up anew.
const LIFE: Duration = Duration::from_secs(15 * 60);
/// Events that wait for a slow page.
const WAITING_MAX: usize = 64;

/// Who listens, and where each subject may be read.
pub struct Listener {
    /// The person.
    pub person: PersonId,
    /// The tops of the units in which each subject may be read.
    pub roots: BTreeMap<Subject, Vec<String>>,
    /// The last event that the page saw.
    pub seen: Option<String>,
}

impl Listener {
    fn hears(&self, event: &Event) -> bool {
        match event.kind.subject() {
            None => true,
            Some(subject) => self.roots.get(&subject).is_some_and(|roots| event.lies_in(roots)),
        }
    }
}

/// The bytes of a stream of server-sent events.
pub struct Stream(mpsc::Receiver<Bytes>);

impl futures_core::Stream for Stream {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|next| next.map(Ok))
    }
}

/// Counts the person's streams down again, however this one ends.
struct Place {
    app: App,
    person: PersonId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = locked(&self.app.live().open);
        if let Some(count) = open.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.person);
            }
        }
    }
}

impl Stream {
    /// Opens a stream; refused when the person has too many.
    pub fn open(app: &App, listener: Listener) -> Result<Stream, Problem> {
        let place = take_place(app, listener.person)?;
        let (missed, events) = catch_up(app.live(), &listener);
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        tokio::spawn(run(place, listener, missed, events, sender));
        Ok(Stream(receiver))
    }
}

fn take_place(app: &App, person: PersonId) -> Result<Place, Problem> {
    let mut open = locked(&app.live().open);
    let count = open.entry(person).or_default();
    if *count >= STREAMS_PER_PERSON {
        let detail = format!("{STREAMS_PER_PERSON} pages listen already.");
        return Err(Problem::new(Code::TooManyAttempts)
            .detail(detail)
            .retry_after_s(10));
    }
    *count += 1;
    Ok(Place {
        app: app.clone(),
        person,
    })
}

/// What the page missed, and the events from then on, without a gap between them.
fn catch_up(live: &Live, listener: &Listener) -> (Vec<Bytes>, broadcast::Receiver<Arc<Event>>) {
    let ring = locked(&live.ring);
    let events = live.events.subscribe();
    let here = |name: &str| written(ring.latest(), name, "{}");
    let Some(seen) = listener.seen.as_deref() else {
        return (vec![here("hello")], events);
    };
    let missed = seen.parse::<Position>().ok().and_then(|seen| ring.since(seen));
    let missed = match missed {
        Some(missed) => {
            let heard = missed.iter().filter(|event| listener.hears(event));
            heard
                .map(|event| bytes_of(event))
                .chain([here("hello")])
                .collect()
        }
        None => vec![here("resync")],
    };
    (missed, events)
}

fn written(position: Position, name: &str, data: &str) -> Bytes {
    Bytes::from(format!("id: {position}\nevent: {name}\ndata: {data}\n\n"))
}

fn bytes_of(event: &Event) -> Bytes {
    let data = match &event.kind {
        Kind::Resync => "{}".to_owned(),
        kind => serde_json::to_string(kind).unwrap_or_default(),
    };
    written(event.position, event.kind.name(), &data)
}

async fn run(
    place: Place,
    listener: Listener,
    missed: Vec<Bytes>,
    mut events: broadcast::Receiver<Arc<Event>>,
    sender: mpsc::Sender<Bytes>,
) {
    let mut ended = place.app.live().ended.subscribe();
    let sending = async {
        for bytes in missed {
            if sender.send(bytes).await.is_err() {
                return;
            }
        }
        loop {
            let bytes = tokio::select! {
                () = sender.closed() => return,
                () = tokio::time::sleep(HEARTBEAT) => Bytes::from_static(b": alive\n\n"),
                event = events.recv() => match event {
                    Ok(event) if listener.hears(&event) => bytes_of(&event),
                    Ok(_) => continue,
                    // The page comes back with the last position it saw.
                    Err(broadcast::error::RecvError::Lagged(_) | broadcast::error::RecvError::Closed) => return,
                },
            };
            if sender.send(bytes).await.is_err() {
                return;
            }
        }
    };
    // A page that does not read holds the sending up, but neither the end of the server nor that of its own time.
    tokio::select! {
        _ = ended.wait_for(|ended| *ended) => {}
        () = tokio::time::sleep(LIFE) => {}
        () = sending => {}
    }
}
