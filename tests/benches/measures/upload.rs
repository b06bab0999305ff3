//! Many phones upload photos at once, against a bare handler that takes the same bytes, hashes them, writes them to a file
//! and fsyncs it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jicha_domain::rights::{Grant, Role};
use jicha_server::auth::token::{Token, new_uuid};
use jicha_server::auth::{ROOT_UNIT, person};
use jicha_server::clock::SystemClock;
use jicha_server::config::Config;
use jicha_server::problem::Problem;
use jicha_server::{first_start, serve};
use reqwest::Client;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::table::Table;
use crate::timing::median;

const CLIENTS: usize = 50;
const PHOTO_BYTES: usize = 3_000_000;
const ROUNDS: u8 = 3;

/// Rounds of both, one after the other, so that what else the machine does hits both alike.
pub async fn measure(photos_each: usize, table: &mut Table) {
    let folder = tempfile::tempdir().expect("a folder for the measures");
    let real = concat!(env!("CARGO_MANIFEST_DIR"), "/data/photos/HMD_Nokia_8.3_5G.jpg");
    let real = std::fs::read(real).expect("the photo is there");
    let bare = bare(folder.path().join("bare")).await;
    let (jicha, bearer) = jicha(&folder.path().join("jicha")).await;
    let (mut bare_times, mut jicha_times, mut together_times) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let kind = round * 2;
        let photos = photos(&real, photos_each, kind);
        bare_times.push(all(&photos, |client, photo| to_bare(client, bare.clone(), photo)).await);
        let send = |client, photo| to_jicha(client, jicha.clone(), bearer.clone(), photo, false);
        jicha_times.push(all(&photos, send).await);
        let photos = self::photos(&real, photos_each, kind + 1);
        let send = |client, photo| to_jicha(client, jicha.clone(), bearer.clone(), photo, true);
        together_times.push(all(&photos, send).await);
    }
    let (bare, jicha, together) = (median(bare_times), median(jicha_times), median(together_times));
    let bytes = (CLIENTS * photos_each * PHOTO_BYTES) as f64;
    let rate = |time: Duration| format!("{:.0} MB/s", bytes / time.as_secs_f64() / 1e6);
    let name = format!("{CLIENTS} clients upload {photos_each} photos of 3 MB each: POST, then PATCH");
    let ratio = bare.as_secs_f64() / jicha.as_secs_f64();
    let beside = format!("{} bare handler", rate(bare));
    table.ratio_at_least(&name, rate(jicha), beside.clone(), ratio, (0.7, "≥ 0.7"));
    let ratio = bare.as_secs_f64() / together.as_secs_f64();
    table.note(
        "the same, with the bytes in the POST",
        rate(together),
        beside,
        Some(ratio),
    );
}

#[derive(Clone)]
struct Photo {
    bytes: Bytes,
    hash: String,
}

/// The same picture as many files: comments of zeros and a number are put in behind the start of the JPEG.
fn photos(real: &[u8], each: usize, round: u8) -> Arc<Vec<Vec<Photo>>> {
    let one = |client: usize, number: usize| {
        let mut photo = real[..2].to_vec();
        let mut lacking = PHOTO_BYTES - real.len();
        while lacking > 8 {
            let length = lacking.min(65_000);
            let stated = u16::try_from(length - 2).unwrap_or(u16::MAX);
            photo.extend([0xff, 0xfe]);
            photo.extend(stated.to_be_bytes());
            let start = photo.len();
            photo.resize(start + length - 4, 0);
            photo[start] = u8::try_from(client).unwrap_or_default();
            photo[start + 1] = u8::try_from(number).unwrap_or_default();
            photo[start + 2] = round;
            lacking -= length;
        }
        photo.extend(&real[2..]);
        // A phone knows the hash since the photo was taken, so that is no part of the measure.
        let hash = Sha256::digest(&photo)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Photo {
            bytes: Bytes::from(photo),
            hash,
        }
    };
    let of_client = |client| (0..each).map(|number| one(client, number)).collect();
    Arc::new((0..CLIENTS).map(of_client).collect())
}

/// The time from the first byte to the last answer.
async fn all<F, W>(photos: &Arc<Vec<Vec<Photo>>>, send: F) -> Duration
where
    F: Fn(Client, Photo) -> W,
    W: Future<Output = ()> + Send + 'static,
{
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for mine in photos.iter() {
        let client = jicha_simulator::http::client_builder().build().expect("a client");
        let sendings: Vec<W> = mine
            .iter()
            .map(|photo| send(client.clone(), photo.clone()))
            .collect();
        running.spawn(async move {
            for sending in sendings {
                sending.await;
            }
        });
    }
    while let Some(sent) = running.join_next().await {
        sent.expect("a client does not panic");
    }
    begun.elapsed()
}

async fn to_bare(client: Client, url: String, photo: Photo) {
    let answer = client
        .post(url)
        .body(photo.bytes)
        .send()
        .await
        .expect("the bare handler answers");
    assert_eq!(answer.status(), StatusCode::NO_CONTENT.as_u16());
}

async fn to_jicha(client: Client, url: String, bearer: String, photo: Photo, together: bool) {
    let metadata = format!(
        "hash {},variant {}",
        STANDARD.encode(photo.hash),
        STANDARD.encode("original")
    );
    let mut begin = client
        .post(format!("{url}/api/photos/uploads"))
        .header("authorization", &bearer)
        .header("tus-resumable", "1.0.0")
        .header("upload-length", photo.bytes.len())
        .header("upload-metadata", metadata);
    if together {
        begin = begin
            .header("content-type", "application/offset+octet-stream")
            .body(photo.bytes.clone());
    }
    let begun = begin.send().await.expect("the server answers");
    assert_eq!(begun.status(), StatusCode::CREATED.as_u16());
    let answer = if together {
        begun
    } else {
        let location = begun.headers()["location"].to_str().expect("a path").to_owned();
        let patch = client
            .patch(format!("{url}{location}"))
            .header("authorization", &bearer)
            .header("tus-resumable", "1.0.0")
            .header("upload-offset", 0)
            .header("content-type", "application/offset+octet-stream")
            .body(photo.bytes);
        patch.send().await.expect("the server answers")
    };
    assert_eq!(answer.headers()["jicha-photo-state"], "checked");
}

/// A handler that hashes, writes and fsyncs, and does nothing else.
async fn bare(folder: PathBuf) -> String {
    std::fs::create_dir_all(&folder).expect("a folder for the bare handler");
    let take = |State(folder): State<PathBuf>, body: Bytes| async move {
        let work = move || -> std::io::Result<()> {
            let name: String = Sha256::digest(&body)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            let mut file = std::fs::File::create(folder.join(name))?;
            file.write_all(&body)?;
            file.sync_all()
        };
        let written = tokio::task::spawn_blocking(work)
            .await
            .expect("the work does not panic");
        written.expect("the disk has room");
        StatusCode::NO_CONTENT
    };
    let router = axum::Router::new()
        .route("/", axum::routing::post(take))
        .layer(DefaultBodyLimit::disable())
        .with_state(folder);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// A real server with one phone that is enrolled; the clients share it.
async fn jicha(folder: &Path) -> (String, String) {
    let config = Config::for_folder(folder);
    let started = first_start::start(config, Arc::new(SystemClock))
        .await
        .expect("it starts");
    let (app, token) = (started.app, Token::random());
    let (now, hash) = (app.now(), token.hash().0.to_vec());
    let enrolled = app.storage().write(move |sql| -> Result<_, Problem> {
        let id = person::add(sql, now, "test", "wang", "wang", "no password")?;
        let unit = ROOT_UNIT.parse().expect("the root's code is a valid code");
        let grant = Grant {
            role: Role::Inspector,
            unit,
        };
        person::grant(sql, now, "test", id, &grant)?;
        sql.execute(
            "INSERT INTO device (id, person, public_key, token_hash, name, platform, enrolled_at_ms)
             VALUES (?1, ?2, randomblob(32), ?3, 'phone', 'Android', ?4)",
            (
                new_uuid(now).to_string(),
                id.to_string(),
                hash,
                now.as_millisecond(),
            ),
        )?;
        Ok(())
    });
    enrolled.await.expect("the phone is enrolled");
    let listener = serve::listen(&app).await.expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(serve::serve(app, listener, std::future::pending()));
    (url, format!("Bearer {}", token.reveal()))
}
