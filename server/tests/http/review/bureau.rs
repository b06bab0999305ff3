//! A bureau with inspections whose photos have arrived.

use super::super::sample::{Sample, device, of, store};
use super::super::server::{Client, TestServer};
use jicha_domain::id::{DeviceId, InspectionId, PersonId, PhotoHash};
use jicha_domain::rights::Role;
use jicha_record::Actor;
use jicha_record::inspection::{self, InspectionEdit, edit};
use jicha_server::auth::ROOT_UNIT;
use jicha_server::config::Config;
use jicha_server::review;
use jicha_store::log;
use jiff::SignedDuration;
use serde_json::{Value, json};

pub struct Bureau {
    pub server: TestServer,
    pub wang: PersonId,
    pub phone: DeviceId,
}

impl Bureau {
    pub async fn open() -> Bureau {
        Bureau::open_with(|config| config.second_review_percent = 0.0).await
    }

    pub async fn open_with(change: impl FnOnce(&mut Config)) -> Bureau {
        let server = TestServer::start_with(change).await;
        server.unit("0503", "罗平供电公司", "county", ROOT_UNIT).await;
        server.unit("050301", "马街供电所", "station", "0503").await;
        server.unit("0504", "师宗供电公司", "county", ROOT_UNIT).await;
        let wang = server.person("wang", "王强", Role::Inspector, "0503").await;
        let phone = device(&server, wang, "罗平-1").await;
        Bureau { server, wang, phone }
    }

    /// An inspection with two photos of which nothing is here yet; its number is also their hashes' first byte.
    pub async fn inspection(&self, number: u8, unit: &'static str) -> (InspectionId, [PhotoHash; 2]) {
        let sample = Sample {
            number: number.into(),
            unit,
            point: "马湾村2号台区总表",
            inspector: self.wang,
            device: self.phone,
            started_at: self.server.app.now() - SignedDuration::from_hours(i64::from(number)),
        };
        let (mut document, mut changes) = sample.begin();
        let hashes = [photo(number, 1), photo(number, 2)];
        let at = sample.started_at + SignedDuration::from_mins(5);
        let attach = |hash, shows: &str| {
            let ms = at.as_millisecond();
            let about = json!({ "media_type": "image/jpeg", "size_bytes": 2_000_000, "shows": shows, "taken_at": ms, "received_at": ms });
            InspectionEdit::AttachPhoto(hash, of(about))
        };
        let edits = [attach(hashes[0], "nameplate"), attach(hashes[1], "register")];
        changes.extend(edit(&mut document, at, edits).unwrap());
        store(&self.server, document, changes).await;
        (sample.id(), hashes)
    }

    /// Attaches one more photo, taken anew for another one.
    pub async fn take_anew(&self, inspection: InspectionId, hash: PhotoHash, replaces: PhotoHash) {
        let at = self.server.app.now();
        let ms = at.as_millisecond();
        let about = json!({ "media_type": "image/jpeg", "size_bytes": 2_000_000, "shows": "nameplate", "taken_at": ms,
            "received_at": ms, "replaces": replaces });
        let actor = Actor::of(self.phone.as_uuid());
        let id = inspection::document_id(inspection);
        let mut document = self
            .server
            .write(move |sql| Ok(log::load(sql, id, actor)?.unwrap()))
            .await;
        let changes = edit(&mut document, at, [InspectionEdit::AttachPhoto(hash, of(about))]).unwrap();
        store(&self.server, document, changes).await;
    }

    /// As [`Bureau::inspection`], with previews and thumbnails.
    pub async fn arrived(&self, number: u8, unit: &'static str) -> (InspectionId, [PhotoHash; 2]) {
        let (id, hashes) = self.inspection(number, unit).await;
        for hash in hashes {
            self.arrive(hash).await;
        }
        (id, hashes)
    }

    pub async fn arrive(&self, hash: PhotoHash) {
        let now = self.server.app.now().as_millisecond();
        self.server
            .write(move |sql| {
                sql.execute(
                    "INSERT INTO photo (hash, first_received_at_ms) VALUES (?1, ?2)",
                    (hash.to_string(), now),
                )?;
                let photo = sql.last_insert_rowid();
                for variant in ["preview", "thumbnail"] {
                    sql.execute(
                        "INSERT INTO photo_variant (photo, variant, size_bytes, sha256, made_by, stored_at_ms)
                         VALUES (?1, ?2, 1000, '', 'device', ?3)",
                        (photo, variant, now),
                    )?;
                }
                review::photo_changed(sql, hash)?;
                Ok(())
            })
            .await;
    }

    pub async fn supervisor(&self, login: &str) -> Client {
        self.server.client(login, Role::Supervisor, ROOT_UNIT).await
    }

    /// Makes the queue anew; how many rows differed.
    pub async fn remade(&self) -> u64 {
        self.server.write(|sql| Ok(review::remake(sql)?)).await
    }
}

pub fn photo(number: u8, which: u8) -> PhotoHash {
    let mut bytes = [which; 32];
    bytes[0] = number;
    PhotoHash::new(bytes)
}

pub async fn queue(client: &Client, query: &str) -> Value {
    let answer = client.get(&format!("/api/review/queue?{query}")).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

pub fn hashes(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["hash"].as_str().unwrap().to_owned())
        .collect()
}

pub fn verdict(id: InspectionId, hash: PhotoHash, decision: &str) -> Value {
    let mut body = json!({ "photos": [{ "inspection": id, "hash": hash }], "decision": decision });
    if decision == "retake" {
        body["reason"] = json!("blurred");
    }
    body
}

pub async fn judge(client: &Client, id: InspectionId, hash: PhotoHash, decision: &str) -> Value {
    let answer = client
        .post_json("/api/review/verdicts", &verdict(id, hash, decision))
        .await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

pub async fn detail(client: &Client, id: InspectionId, hash: PhotoHash) -> Value {
    client
        .get(&format!("/api/review/photos/{id}/{hash}"))
        .await
        .json()
        .await
        .unwrap()
}
