//! Becoming somebody's device: a one-time code in, an identity and a token out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jicha_domain::id::{DeviceId, OrgUnitCode, PersonId};
use jicha_store::setting;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::answer;
use crate::ports::{Request, Transport};
use crate::{Device, Error};

const SETTING: &str = "enrolment";
/// Below this, by device id, stand the labels of the keys of all enrolments.
const KEY_PREFIX: &str = "key:";
/// And here their public halves, and to whom they belonged.
const PUBLIC_KEY_PREFIX: &str = "public_key:";
const OWNER_PREFIX: &str = "owner:";
/// A server takes no more earlier identities than this; the newest count.
const EARLIER_MAX: usize = 20;
/// What an enrolment's proof of possession signs, before the code and the public key.
const PROOF_LABEL: &[u8] = b"jicha-enrol-v1";

/// Who this device belongs to, as the server said when it was enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The server's address, without a slash at the end.
    pub server: String,
    /// The device's id, which is also the actor under which it writes.
    pub device: DeviceId,
    /// The person who holds the device.
    pub person: PersonId,
    /// The person's name.
    pub person_name: String,
    /// The unit that the person inspects for; none for a person without a role.
    #[serde(default)]
    pub unit: Option<OrgUnitCode>,
    /// What the device shows to the server with every request.
    pub token: String,
    /// The label of the device's key in the keystore.
    pub key_label: String,
    /// Its public half, base64url, by which a key that was lost and made anew is told apart.
    #[serde(default)]
    pub public_key: String,
}

/// What an enrolment code says: where the server is, and the one-time code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentCode {
    /// The server's address, without a slash at the end.
    pub server: String,
    /// The code, in the one spelling that is signed: capitals and digits, no hyphen.
    pub code: String,
}

impl EnrolmentCode {
    /// Reads what a QR code holds: `https://server/enrol#CODE`. A camera app that opens the same address shows a
    /// page that explains what to do; the code after `#` never reaches a log.
    pub fn parse(payload: &str) -> Result<Self, Error> {
        const PAYLOAD_LENGTH_MAX: usize = 512;
        let payload = payload.trim();
        let parts = payload
            .split_once("/enrol#")
            .filter(|_| payload.len() <= PAYLOAD_LENGTH_MAX);
        let (server, code) = parts.ok_or(Error::EnrolmentCode)?;
        let web = server.starts_with("https://") || server.starts_with("http://");
        if !web || code.is_empty() || !code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(Error::EnrolmentCode);
        }
        Ok(EnrolmentCode {
            server: server.to_owned(),
            code: spelt(code),
        })
    }
}

/// A code that was typed may have hyphens, small letters, and the letters that Crockford's alphabet leaves out because
/// they look like digits.
fn spelt(code: &str) -> String {
    let characters = code
        .chars()
        .filter(|c| *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
    characters.collect()
}

#[derive(Serialize)]
struct EnrolRequest<'a> {
    code: &'a str,
    device_name: &'a str,
    platform: &'a str,
    public_key: String,
    proof: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<EarlierIdentity>,
}

/// An identity that this device had before, with the proof that it still holds the key.
#[derive(Serialize)]
struct EarlierIdentity {
    device_id: String,
    person_id: String,
    public_key: String,
    proof: String,
}

#[derive(Deserialize)]
struct EnrolResponse {
    device_id: Uuid,
    person: EnrolledPerson,
    #[serde(default)]
    unit: Option<OrgUnitCode>,
    device_token: String,
}

#[derive(Deserialize)]
struct EnrolledPerson {
    id: PersonId,
    name: String,
}

impl Device {
    /// Enrols this device with the payload of a QR code. A device that is enrolled already gets a new identity;
    /// what it recorded before stays, and is sent under the old one's signature.
    pub async fn enrol<T: Transport>(
        &self,
        transport: &T,
        payload: &str,
        device_name: &str,
        platform: &str,
    ) -> Result<Enrolment, Error> {
        let code = EnrolmentCode::parse(payload)?;
        let key_label = format!("jicha-{}", self.new_id());
        let keystore = &self.ports.keystore;
        let public_key = keystore.create_key(&key_label)?;
        let proof = keystore.sign(&key_label, &proof_bytes(&code, &public_key))?;
        let request = EnrolRequest {
            code: &code.code,
            device_name,
            platform,
            public_key: URL_SAFE_NO_PAD.encode(public_key),
            proof: URL_SAFE_NO_PAD.encode(proof),
            earlier: self.earlier_identities(&code)?,
        };
        let body = serde_json::to_vec(&request).expect("strings can be written as JSON");
        let request = Request::post(format!("{}/api/enrol", code.server), "application/json", body);
        let response = transport.send(request).await?;
        let status = response.status;
        let body = answer::collect(response.body, answer::ANSWER_BYTES_MAX).await?;
        if status != 200 && status != 201 {
            let problem = answer::Problem::read(status, &body);
            return Err(Error::EnrolmentRefused {
                code: problem.code,
                detail: problem.detail,
            });
        }
        let response: EnrolResponse =
            serde_json::from_slice(&body).map_err(|error| Error::EnrolmentRefused {
                code: "answer-unreadable".to_owned(),
                detail: format!("the server's answer can't be read: {error}"),
            })?;
        let enrolment = Enrolment {
            server: code.server,
            device: DeviceId::new(response.device_id),
            person: response.person.id,
            person_name: response.person.name,
            unit: response.unit,
            token: response.device_token,
            key_label,
            public_key: URL_SAFE_NO_PAD.encode(public_key),
        };
        self.begin_enrolment(&enrolment)?;
        Ok(enrolment)
    }
}

impl Device {
    /// What this device was before. A server that was restored from an older backup may not know it, and needs the key
    /// to verify what was written then. A key that is gone can't be vouched for; its changes were sent with it.
    fn earlier_identities(&self, code: &EnrolmentCode) -> Result<Vec<EarlierIdentity>, Error> {
        let connection = self.connection();
        let labels = setting::with_prefix(&connection, KEY_PREFIX)?;
        let keystore = &self.ports.keystore;
        // Ids begin with the time, so the last are the newest.
        let earlier = labels.into_iter().rev().filter_map(|(setting, label)| {
            let device = setting.strip_prefix(KEY_PREFIX)?;
            let public_key = keystore.create_key(&label).ok()?;
            let encoded = URL_SAFE_NO_PAD.encode(public_key);
            // A keystore that lost the key has made another one under its label.
            let known = setting::get(&connection, &format!("{PUBLIC_KEY_PREFIX}{device}")).ok()??;
            if known != encoded {
                return None;
            }
            let proof = keystore.sign(&label, &proof_bytes(code, &public_key)).ok()?;
            Some(EarlierIdentity {
                device_id: device.to_owned(),
                person_id: setting::get(&connection, &format!("{OWNER_PREFIX}{device}")).ok()??,
                public_key: encoded,
                proof: URL_SAFE_NO_PAD.encode(proof),
            })
        });
        Ok(earlier.take(EARLIER_MAX).collect())
    }
}

/// What a key signs to show that it is held, for this very code.
fn proof_bytes(code: &EnrolmentCode, public_key: &[u8; 32]) -> Vec<u8> {
    [PROOF_LABEL, code.code.as_bytes(), public_key].concat()
}

pub(crate) fn load(connection: &Connection) -> Result<Option<Enrolment>, Error> {
    let stored = setting::get(connection, SETTING)?;
    Ok(stored.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Stores the enrolment, and under the device's id the label of its key, so that changes of an earlier enrolment
/// can still be signed with the key that belongs to them.
pub(crate) fn save(connection: &Connection, enrolment: &Enrolment) -> Result<(), Error> {
    let text = serde_json::to_string(enrolment).expect("strings can be written as JSON");
    setting::set(
        connection,
        &key_setting(enrolment.device.as_uuid()),
        &enrolment.key_label,
    )?;
    let owner = format!("{OWNER_PREFIX}{}", enrolment.device);
    setting::set(connection, &owner, &enrolment.person.to_string())?;
    let public = format!("{PUBLIC_KEY_PREFIX}{}", enrolment.device);
    setting::set(connection, &public, &enrolment.public_key)?;
    Ok(setting::set(connection, SETTING, &text)?)
}

/// The keystore's label of the key of one of this device's enrolments.
pub(crate) fn key_label_of(connection: &Connection, device: Uuid) -> Result<Option<String>, Error> {
    Ok(setting::get(connection, &key_setting(device))?)
}

fn key_setting(device: Uuid) -> String {
    format!("{KEY_PREFIX}{device}")
}
