//! How long the server takes to merge what a phone pushes, beside Automerge alone with the same changes.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use automerge::Automerge;
use axum::body::{Body, to_bytes};
use axum::http::StatusCode;
use jicha_device::ports::{Request, ResponseBody, Transport};
use jicha_domain::rights::{Grant, Role};
use jicha_record::admission::{self, Author, Gate, Portion};
use jicha_record::{Actor, Change, Content, DeviceKey, Document, DocumentId};
use jicha_server::auth::org_tree;
use jicha_server::config::Config;
use jicha_server::{first_start, router};
use jicha_store::log::{self, Addition};
use jicha_store::migration::LOG_AND_PROJECTIONS;
use jicha_store::{open_reader, open_writer};
use jicha_sync::{Limits, ReceivedDocument, ServerEvent, ServerSession, Welcome};
use jicha_tests::time::ServerClock;
use jicha_tests::{Link, TestServer};
use tower::ServiceExt;
use uuid::Uuid;

use crate::bureau::Bureau;
use crate::documents;
use crate::table::{Table, ms};
use crate::timing::{median, median_of, processor_time, ratio};

/// What the server did not have yet, and a copy of its folder from before.
pub struct Push<'a> {
    pub server_before: &'a Path,
    pub requests: &'a [Request],
    pub documents: &'a [Vec<Change>],
}

/// Measures the whole, over HTTP and without, and then each part of it alone.
pub async fn measure(bureau: &Bureau, push: &Push<'_>, times: usize, table: &mut Table) {
    let bytes = documents::bytes_of(push.documents);
    let floors = times.max(3);
    let used_before = processor_time();
    let floor = median_of(floors, || load_all(&bytes));
    let floor_processor = (processor_time() - used_before) / floors as u32;
    let beside = format!("Automerge::load_incremental, one document each: {}", ms(floor));

    let mut over_http = Vec::new();
    let mut in_process = Vec::new();
    let mut processor = Vec::new();
    for round in 0..times {
        let copy = bureau.folder.path().join(format!("merge-{round}"));
        crate::bureau::copy_folder(push.server_before, &copy);
        over_http.push(through_http(bureau, &copy, push.requests).await);
        crate::bureau::copy_folder(push.server_before, &copy);
        let (time, used) = through_router(bureau, &copy, push.requests).await;
        in_process.push(time);
        processor.push(used);
    }
    let (over_http, in_process) = (median(over_http), median(in_process));
    let bound = (2.0, "≤ 2");
    table.ratio_at_most(
        "server merge, over HTTP: first byte sent to last byte received",
        ms(over_http),
        beside.clone(),
        ratio(over_http, floor),
        bound,
    );
    table.ratio_at_most(
        "server merge, in the process: the same bytes into the router",
        ms(in_process),
        beside,
        ratio(in_process, floor),
        bound,
    );
    let processor = median(processor);
    table.note(
        "— processor time of that, all cores together",
        ms(processor),
        format!("likewise: {}", ms(floor_processor)),
        Some(ratio(processor, floor_processor)),
    );
    parts(bureau, push, floor, times, table);
}

fn load_all(documents: &[Vec<u8>]) {
    for bytes in documents {
        let mut document = Automerge::new();
        document.load_incremental(bytes).expect("the changes load");
        std::hint::black_box(document);
    }
}

async fn through_http(bureau: &Bureau, folder: &Path, requests: &[Request]) -> Duration {
    let server = TestServer::start(folder, None, bureau.clock.clone()).await;
    let link = Link::good();
    let mut took = Duration::ZERO;
    for request in requests {
        let request = Request {
            url: format!("{}/api/sync", server.url()),
            ..request.clone()
        };
        let begun = Instant::now();
        let mut response = link.send(request).await.expect("the server is there");
        while response
            .body
            .chunk()
            .await
            .expect("the answer is whole")
            .is_some()
        {}
        took += begun.elapsed();
        assert_eq!(response.status, 200);
    }
    remove(server.stop().await);
    took
}

/// The time by the clock, and by the processor.
async fn through_router(bureau: &Bureau, folder: &Path, requests: &[Request]) -> (Duration, Duration) {
    let clock = std::sync::Arc::new(ServerClock(bureau.clock.clone()));
    let started = first_start::start(Config::for_folder(folder), clock)
        .await
        .expect("the server starts");
    let router = router::build(started.app).expect("every route has its row");
    let mut took = Duration::ZERO;
    let used_before = processor_time();
    for request in requests {
        let mut builder = axum::http::Request::post("/api/sync");
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let request = builder
            .body(Body::from(request.body.clone()))
            .expect("a well-formed request");
        let begun = Instant::now();
        let response = router
            .clone()
            .oneshot(request)
            .await
            .expect("the router always answers");
        assert_eq!(response.status(), StatusCode::OK);
        to_bytes(response.into_body(), usize::MAX)
            .await
            .expect("the answer is whole");
        took += begun.elapsed();
    }
    let used = processor_time() - used_before;
    drop(router);
    remove(folder.to_owned());
    (took, used)
}

fn remove(folder: std::path::PathBuf) {
    std::fs::remove_dir_all(folder).expect("the folder can be removed");
}

/// The parts of the merge, each alone, in one thread.
fn parts(bureau: &Bureau, push: &Push<'_>, floor: Duration, times: usize, table: &mut Table) {
    let mut note = |measure: &str, time: Duration| {
        let measure = format!("— of which {measure}");
        table.note(
            &measure,
            ms(time),
            "as above".to_owned(),
            Some(ratio(time, floor)),
        );
    };
    note(
        "reading the frames (decompress, split, hash, parse)",
        median_of(times, || decode(push.requests)),
    );
    let frames = decode(push.requests);

    let (authors, units) = gate_of(bureau);
    let gate = Gate {
        authors: &authors,
        units: &units,
    };
    let expected: usize = push.documents.iter().map(Vec::len).sum();
    assert_eq!(admit_all(&frames, &gate), expected, "every change is admitted");
    note(
        "admission (signature, rights, merge, checks)",
        median_of(times, || admit_all(&frames, &gate)),
    );
    note(
        "— merge and content alone",
        median_of(times, || merge_all(&frames)),
    );

    let folder = bureau.folder.path().join("parts");
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let store = |round| store_all(&folder.join(format!("{round}.sqlite")), &frames);
    note(
        &format!("log, rows and {} commits", frames.len()),
        median((0..times).map(store).collect()),
    );
    note(
        "— the commits alone, of one small row each",
        median_of(times, || commit_only(&folder, frames.len())),
    );
}

/// The documents of each frame.
fn decode(requests: &[Request]) -> Vec<Vec<ReceivedDocument>> {
    let mut frames = Vec::new();
    for request in requests {
        let mut session = ServerSession::new(Limits::default());
        for piece in request.body.chunks(16 * 1024) {
            for event in session.receive(piece).expect("the request is whole") {
                match event {
                    ServerEvent::Hello(_) => {
                        let welcome = Welcome {
                            protocol: 1,
                            epoch: Uuid::nil(),
                            server_time_ms: 0,
                            received: None,
                        };
                        session.welcome(&welcome).expect("a welcome fits");
                    }
                    ServerEvent::Changes { documents, .. } => frames.push(documents),
                    ServerEvent::Heads { .. } | ServerEvent::End => {}
                }
            }
        }
    }
    frames
}

fn gate_of(bureau: &Bureau) -> (HashMap<Uuid, Author>, jicha_domain::org::OrgTree) {
    let sql = open_reader(&bureau.server.database()).expect("the database opens");
    let mut devices = sql
        .prepare("SELECT id, public_key FROM device")
        .expect("the table is there");
    let rows = devices
        .query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?))
        })
        .expect("the devices can be read");
    let grants = vec![Grant {
        role: Role::Inspector,
        unit: "ROOT".parse().expect("a unit's code"),
    }];
    let authors = rows.map(|row| {
        let (id, key) = row.expect("a device");
        let key = DeviceKey::from_bytes(&key).expect("a key");
        (
            id.parse().expect("a device's id"),
            Author {
                key,
                locked: false,
                grants: grants.clone(),
            },
        )
    });
    (
        authors.collect(),
        org_tree::load(&sql).unwrap_or_else(|problem| panic!("no units: {problem:?}")),
    )
}

/// What came before of each document: a portion may be continued in the next frame.
#[derive(Default)]
struct Earlier(HashMap<DocumentId, Vec<u8>>);

impl Earlier {
    fn document(&self, id: DocumentId) -> Document {
        let before = self.0.get(&id).map(Vec::as_slice);
        Document::load(id, Actor::SCHEMA, None, before).expect("it was merged before")
    }

    fn add(&mut self, received: &ReceivedDocument) {
        let bytes = self.0.entry(received.document).or_default();
        received
            .changes
            .iter()
            .for_each(|change| bytes.extend_from_slice(change.bytes()));
    }

    fn merge(&mut self, received: &ReceivedDocument) -> (Document, Content) {
        let mut document = self.document(received.document);
        document
            .apply(received.changes.clone())
            .expect("nothing is missing");
        self.add(received);
        let content = document.content();
        (document, content)
    }
}

fn admit_all(frames: &[Vec<ReceivedDocument>], gate: &Gate<'_>) -> usize {
    let mut earlier = Earlier::default();
    let mut admitted = 0;
    for received in frames.iter().flatten() {
        let ReceivedDocument {
            document,
            changes,
            attestations,
            ..
        } = received.clone();
        let portion = Portion {
            document,
            changes,
            attestations,
        };
        let admission = admission::admit(|| Ok(earlier.document(document)), 0, portion, gate);
        admitted += admission.expect("it can be judged").admitted.len();
        earlier.add(received);
    }
    admitted
}

fn merge_all(frames: &[Vec<ReceivedDocument>]) -> usize {
    let mut earlier = Earlier::default();
    frames
        .iter()
        .flatten()
        .map(|received| std::hint::black_box(earlier.merge(received)))
        .count()
}

/// Stores the frames with one transaction each; the time without the merging.
fn store_all(path: &Path, frames: &[Vec<ReceivedDocument>]) -> Duration {
    let mut sql = open_writer(path, &[LOG_AND_PROJECTIONS]).expect("a new database opens");
    let mut earlier = Earlier::default();
    let mut took = Duration::ZERO;
    for frame in frames {
        let ready: Vec<_> = frame
            .iter()
            .map(|received| (earlier.merge(received), received))
            .collect();
        let begun = Instant::now();
        let transaction = sql.transaction().expect("a transaction");
        for ((document, content), received) in ready {
            let stored = log::read(&transaction, received.document).expect("it can be read");
            let addition = Addition {
                document: &document,
                content: Some(content),
                changes: &received.changes,
                attestations: &received.attestations,
            };
            log::append(&transaction, &stored, addition).expect("it can be stored");
        }
        transaction.commit().expect("it is committed");
        took += begun.elapsed();
    }
    took
}

fn commit_only(folder: &Path, commits: usize) {
    let path = folder.join("commits.sqlite");
    let mut sql =
        open_writer(&path, &[LOG_AND_PROJECTIONS, jicha_store::migration::DEVICE]).expect("a database opens");
    for at in 0..commits {
        let transaction = sql.transaction().expect("a transaction");
        jicha_store::setting::set(&transaction, "bench", &at.to_string()).expect("a setting");
        transaction.commit().expect("it is committed");
    }
}
