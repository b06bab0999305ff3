//! A phone that speaks tus, real photos, and inspections that name them.

use super::super::sample::{Sample, of, store};
use super::super::server::{Client, TestServer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jicha_domain::id::{DeviceId, PersonId, PhotoHash};
use jicha_domain::rights::Role;
use jicha_record::inspection::{InspectionEdit, edit};
use jicha_server::auth::token::{Token, new_uuid};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// An enrolled device with its token.
pub struct Phone {
    client: Client,
    token: String,
    pub device: DeviceId,
    pub person: PersonId,
}

/// One of the real photos.
pub fn photo(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/photos");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

pub fn hash_of(bytes: &[u8]) -> PhotoHash {
    PhotoHash::new(Sha256::digest(bytes).into())
}

pub fn checksum_of(bytes: &[u8]) -> String {
    format!("sha256 {}", STANDARD.encode(Sha256::digest(bytes)))
}

/// Upload-Metadata of an original.
pub fn original(bytes: &[u8]) -> String {
    metadata(&[("hash", &hash_of(bytes).to_string()), ("variant", "original")])
}

pub fn metadata(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name} {}", STANDARD.encode(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join(",")
}

pub fn header(response: &Response, name: &str) -> String {
    let value = response.headers().get(name);
    value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}

pub fn location(response: &Response) -> String {
    assert_eq!(response.status(), 201);
    assert_eq!(header(response, "tus-resumable"), "1.0.0");
    header(response, "location")
}

impl Phone {
    /// A new inspector of a unit, with a phone.
    pub async fn of(server: &TestServer, login: &str, unit: &str) -> Phone {
        let person = server.person(login, login, Role::Inspector, unit).await;
        Phone::of_person(server, person).await
    }

    pub async fn of_person(server: &TestServer, person: PersonId) -> Phone {
        let token = Token::random();
        let device = DeviceId::new(new_uuid(server.app.now()));
        let (hash, now) = (token.hash().0, server.app.now().as_millisecond());
        server
            .write(move |sql| {
                sql.execute(
                    "INSERT INTO device (id, person, public_key, token_hash, name, platform, enrolled_at_ms)
                     VALUES (?1, ?2, randomblob(32), ?3, 'phone', 'Android 16', ?4)",
                    (device.to_string(), person.to_string(), hash.to_vec(), now),
                )?;
                Ok(())
            })
            .await;
        let mut client = server.stranger();
        client.origin = None;
        Phone {
            client,
            token: token.reveal(),
            device,
            person,
        }
    }

    /// The same phone, which the server at another address knows too.
    pub fn at(&self, server: &TestServer) -> Phone {
        let mut client = server.stranger();
        client.origin = None;
        Phone {
            client,
            token: self.token.clone(),
            device: self.device,
            person: self.person,
        }
    }

    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, path)
            .header("authorization", self.bearer())
            .header("tus-resumable", "1.0.0")
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn begin(&self, metadata: &str, length: usize) -> Response {
        self.request(Method::POST, "/api/photos/uploads")
            .header("upload-length", length)
            .header("upload-metadata", metadata)
            .send()
            .await
            .unwrap()
    }

    pub async fn patch(&self, upload: &str, offset: usize, bytes: &[u8]) -> Response {
        self.patching(upload, offset, bytes).send().await.unwrap()
    }

    pub fn patching(&self, upload: &str, offset: usize, bytes: &[u8]) -> RequestBuilder {
        self.request(Method::PATCH, upload)
            .header("upload-offset", offset)
            .header("content-type", "application/offset+octet-stream")
            .body(bytes.to_vec())
    }

    pub async fn head(&self, upload: &str) -> Response {
        self.request(Method::HEAD, upload).send().await.unwrap()
    }

    /// Where an upload stands, once no other request holds it.
    pub async fn offset(&self, upload: &str) -> usize {
        loop {
            let response = self.head(upload).await;
            if response.status() == 200 {
                return header(&response, "upload-offset").parse().unwrap();
            }
            assert_eq!(response.status(), 423);
            tokio::task::yield_now().await;
        }
    }

    /// Uploads an original in one piece.
    pub async fn upload(&self, bytes: &[u8]) -> Response {
        let upload = location(&self.begin(&original(bytes), bytes.len()).await);
        self.patch(&upload, 0, bytes).await
    }

    /// Uploads a preview or thumbnail in one piece.
    pub async fn upload_variant(&self, variant: &str, hash: PhotoHash, bytes: &[u8]) -> Response {
        let said = metadata(&[
            ("hash", &hash.to_string()),
            ("variant", variant),
            ("sha256", &hash_of(bytes).to_string()),
            ("filetype", "image/jpeg"),
        ]);
        let upload = location(&self.begin(&said, bytes.len()).await);
        self.patch(&upload, 0, bytes).await
    }

    pub async fn receipt(&self, hash: PhotoHash) -> Value {
        let asked = json!({ "hashes": [hash.to_string()] });
        let response = self.request(Method::POST, "/api/photos/receipts").json(&asked);
        let answer: Value = response.send().await.unwrap().json().await.unwrap();
        answer["receipts"][0].clone()
    }

    /// An inspection in this unit that names the photo.
    pub async fn names(&self, server: &TestServer, number: u128, unit: &'static str, hash: PhotoHash) {
        let sample = Sample {
            number,
            unit,
            point: "马湾村2号台区总表",
            inspector: self.person,
            device: self.device,
            started_at: server.app.now(),
        };
        let (mut document, mut changes) = sample.begin();
        let at = sample.started_at;
        let reference = json!({
            "media_type": "image/jpeg", "size_bytes": 1000, "shows": "register", "received_at": at.as_millisecond()
        });
        let edits = [InspectionEdit::AttachPhoto(hash, of(reference))];
        changes.extend(edit(&mut document, at, edits).unwrap());
        store(server, document, changes).await;
    }
}
