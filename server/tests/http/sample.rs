//! Inspections as devices would have sent them, put straight into the log.

use super::server::TestServer;
use jicha_domain::id::{DeviceId, FindingId, InspectionId, PersonId, PhotoHash};
use jicha_domain::inspection::InspectionAbout;
use jicha_domain::obis::Obis;
use jicha_domain::register::{RegisterReading, RegisterSlot};
use jicha_domain::signature::SignatureRole;
use jicha_record::inspection::{InspectionEdit, begin, edit};
use jicha_record::{Actor, Change, Document};
use jicha_store::log::{Addition, append, read};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

/// What an inspection is of; the rest is the same for all samples.
pub struct Sample {
    pub number: u128,
    pub unit: &'static str,
    pub point: &'static str,
    pub inspector: PersonId,
    pub device: DeviceId,
    pub started_at: Timestamp,
}

impl Sample {
    pub fn id(&self) -> InspectionId {
        InspectionId::new(Uuid::from_u128(
            0x0193_a1b2_0000_7000_8000_0000_0000_0000 + self.number,
        ))
    }

    fn about(&self) -> InspectionAbout {
        let started = self.started_at.as_millisecond();
        let month_ago = started - 30 * 86_400_000;
        of(json!({
            "unit": self.unit, "dimension": "special", "specialty": "line_loss", "inspector": self.inspector,
            "device": self.device, "started_at": started, "checklist": "JL-G@1", "shared_with_unit": true,
            "point": {
                "no": format!("05030100{:02}", self.number % 100), "name": self.point,
                "kind": "gateway_transformer_area", "class": "IV", "unit": self.unit, "address": "罗平县马街镇马湾村公厕旁",
                "access_difficulty": "confined", "contracted_capacity_kva": "100",
                "position": { "latitude_deg": 24.88461, "longitude_deg": 104.30812 },
                "nameplate": {
                    "asset_no": "0530001234567890123456", "maker": "威胜", "model": "DTZ341",
                    "phase_wire": "three_phase_four_wire", "connection": "via_ct", "rated_voltage": "3×220/380 V",
                    "current": "1.5(6) A", "accuracy_class": "0.5S", "constant_imp_per_kwh": "6400",
                    "integer_digits": 6, "decimal_digits": 2, "ct_ratio": "150/5"
                }
            },
            "previous": [
                { "obis": "1-0:1.8.0*255", "value": "5390.00", "unit": "kwh", "read_at": month_ago },
                { "obis": "1-0:1.8.2*255", "value": "1902.11", "unit": "kwh", "read_at": month_ago }
            ]
        }))
    }

    /// An inspection in which nothing is recorded yet.
    pub fn begin(&self) -> (Document, Vec<Change>) {
        begin(
            self.id(),
            Actor::of(self.device.as_uuid()),
            self.started_at,
            &self.about(),
        )
        .unwrap()
    }
}

/// A value of the domain from its stored form.
pub fn of<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn reading(value: &str, at: Timestamp) -> RegisterReading {
    of(json!({ "value": value, "unit": "kwh", "read_at": at.as_millisecond(), "source": "dial" }))
}

fn total() -> RegisterSlot {
    RegisterSlot::first("1-0:1.8.0*255".parse::<Obis>().unwrap())
}

/// Everything that a thorough inspector records.
pub fn thorough(at: Timestamp) -> Vec<InspectionEdit> {
    let ms = at.as_millisecond();
    let mut peak = reading("1890.40", at);
    peak.doubts = of(json!(["reading_backwards"]));
    let mut edits = vec![
        InspectionEdit::Arrive(at),
        InspectionEdit::SetPlace(of(
            json!({ "latitude_deg": 24.88472, "longitude_deg": 104.30801, "accuracy_m": 6.0 }),
        )),
        InspectionEdit::SetRegister(total(), reading("6140.00", at)),
        InspectionEdit::SetRegister(
            RegisterSlot::first("1-0:1.8.2*255".parse::<Obis>().unwrap()),
            peak,
        ),
        InspectionEdit::SetNameplate(Box::new(of(json!({
            "asset_no": "0530001234567890123456", "maker": "威胜", "model": "DTZ341", "accuracy_class": "0.5S",
            "current": "1.5(6) A", "ct_ratio": "200/5"
        })))),
        InspectionEdit::SetClock(of(
            json!({ "meter_showed": ms + 412_000, "reference_showed": ms, "reference": "gnss" }),
        )),
        InspectionEdit::SetSeal(
            of(json!("terminal_cover/1")),
            of(json!({ "state": "intact", "number": "QJ0045121", "expected_number": "QJ0045121" })),
        ),
        InspectionEdit::SetSeal(
            of(json!("box_door/1")),
            of(json!({ "state": "broken", "expected_number": "QJ0045122", "new_number": "QJ0091007" })),
        ),
        InspectionEdit::AttachPhoto(
            PhotoHash::new([7; 32]),
            of(json!({
                "media_type": "image/jpeg", "size_bytes": 2_411_000, "shows": "register", "taken_at": ms, "received_at": ms, "caption": "总示数"
            })),
        ),
        InspectionEdit::AttachPhoto(
            PhotoHash::new([8; 32]),
            of(json!({
                "media_type": "image/jpeg", "size_bytes": 1_890_000, "shows": "nameplate", "taken_at": ms, "received_at": ms, "supports": "item:JL-G-03"
            })),
        ),
        InspectionEdit::SetFinding(
            FindingId::new(Uuid::from_u128(1)),
            of(json!({
                "title": "CT 变比与台账不符", "category": "multiplier", "severity": "2", "found_at": ms,
                "description": "铭牌为 200/5，台账为 150/5，倍率相差三分之一。", "responsible_unit": "0503",
                "remedy": "更正台账并追补电量", "on_the_spot": true
            })),
        ),
        InspectionEdit::SetNote("台区改造后新增动力户三户，台账尚未录入。".to_owned()),
    ];
    for (phase, voltage, current, angle, voltage_angle) in [
        ("l1", "231.4", "2.11", "18.2", "0"),
        ("l2", "229.8", "1.94", "20.1", "120.1"),
        ("l3", "230.6", "2.30", "17.5", "239.8"),
    ] {
        let measured = json!({ "voltage_v": voltage, "current_a": current, "angle_deg": angle, "voltage_angle_deg": voltage_angle });
        edits.push(InspectionEdit::SetPhase(of(json!(phase)), of(measured)));
    }
    for (no, load, factor, error) in [
        ("1", "100", "1.0", "0.21"),
        ("2", "50", "0.5", "-0.34"),
        ("3", "10", "1.0", "0.62"),
    ] {
        let point = json!({ "load_percent": load, "power_factor": factor, "inductive": true, "error_percent": error, "reference_class": "0.05" });
        edits.push(InspectionEdit::SetErrorTestPoint(of(json!(no)), of(point)));
    }
    for (item, result, note) in [
        ("JL-G-01", "ok", None),
        ("JL-G-02", "bad", Some("柜门变形")),
        ("JL-G-03", "ok", None),
    ] {
        edits.push(InspectionEdit::SetAnswer(
            of(json!(item)),
            of(json!({ "result": result, "note": note })),
        ));
    }
    edits
}

/// The inspector's declaration and signature.
pub fn signed(name: &str, at: Timestamp) -> Vec<InspectionEdit> {
    let signature = json!({
        "name": name, "signed_at": at.as_millisecond(),
        "stroke_svg": "M20 80 C60 10 90 110 130 60 L170 40 M150 20 L160 100 M190 60 C220 30 260 90 300 50"
    });
    vec![
        InspectionEdit::Finish(at),
        InspectionEdit::Sign(SignatureRole::Inspector, of(signature)),
    ]
}

/// Appends a document with all its changes.
pub async fn store(server: &TestServer, document: Document, changes: Vec<Change>) {
    server
        .write(move |sql| {
            let stored = read(sql, document.id())?;
            append(
                sql,
                &stored,
                Addition {
                    document: &document,
                    content: None,
                    changes: &changes,
                    attestations: &[],
                },
            )?;
            jicha_server::review::keep(sql, &document.id().id.to_string())?;
            Ok(())
        })
        .await;
}

/// An inspection with everything in it, on which a second device read the total differently at the same time.
pub async fn contested(server: &TestServer, sample: &Sample, second: DeviceId) {
    let (mut here, mut changes) = sample.begin();
    let mut there = Document::empty(here.id(), Actor::of(second.as_uuid()));
    there.apply(changes.clone()).unwrap();
    let later = sample.started_at + SignedDuration::from_mins(12);
    changes.extend(edit(&mut here, later, thorough(later)).unwrap());
    let other = edit(
        &mut there,
        later,
        [InspectionEdit::SetRegister(total(), reading("6410.00", later))],
    )
    .unwrap();
    here.apply(other.clone()).unwrap();
    changes.extend(other);
    store(server, here, changes).await;
}

/// A plain one, signed.
pub async fn plain(server: &TestServer, sample: &Sample) {
    let (mut document, mut changes) = sample.begin();
    let later = sample.started_at + SignedDuration::from_mins(9);
    let edits = [InspectionEdit::SetRegister(total(), reading("6140.00", later))];
    changes.extend(edit(&mut document, later, edits).unwrap());
    changes.extend(edit(&mut document, later, signed("王强", later)).unwrap());
    store(server, document, changes).await;
}

/// An enrolled device, without the ceremony.
pub async fn device(server: &TestServer, person: PersonId, name: &'static str) -> DeviceId {
    let id = DeviceId::new(Uuid::from_u128(
        0x0193_a1b2_0000_7000_9000_0000_0000_0000
            + name.len() as u128 * 7
            + u128::from(name.as_bytes()[name.len() - 1]),
    ));
    let now = server.app.now().as_millisecond();
    server
        .write(move |sql| {
            sql.execute(
                "INSERT INTO device (id, person, public_key, token_hash, name, platform, enrolled_at_ms, seen_at_ms)
                 VALUES (?1, ?2, randomblob(32), randomblob(32), ?3, 'Android 16', ?4, ?4)",
                (id.to_string(), person.to_string(), name, now),
            )?;
            Ok(())
        })
        .await;
    id
}
