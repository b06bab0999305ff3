//! Inspections as they come from the field, made from a seed: 60 fields, 25 checklist items, 3 photo
//! references, written in 11 changes.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, ObjId, ObjType, ROOT};
use jicha_record::{Attestation, Change, DocumentId, DocumentKind};
use jicha_sync::DocumentChanges;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// SplitMix64, so that two runs measure the same bytes.
pub struct Dice(pub u64);

impl Dice {
    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }

    fn digits(&mut self, count: u32) -> String {
        let number = self.below(10_u64.pow(count));
        format!("{number:0width$}", width = count as usize)
    }

    fn decimal(&mut self, from: f64, to: f64, places: usize) -> String {
        let part = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        format!("{:.places$}", from + (to - from) * part)
    }

    /// Random bytes, for what can't be compressed: hashes, signatures, the tails of ids.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next() as u8)
    }
}

/// One inspection: what travels, and the same content as JSON.
pub struct Inspection {
    pub portion: DocumentChanges,
    pub json: Value,
}

/// The `index`-th inspection of a device.
pub fn inspection(dice: &mut Dice, device: Uuid, index: u64) -> Inspection {
    let begun_ms = 1_780_000_000_000 + index * 1_140_000 + dice.below(400_000);
    let id = uuid_v7(begun_ms, dice.bytes());
    let document = DocumentId::new(DocumentKind::Inspection, id);
    let mut writer = Writer::new(device, begun_ms);

    let parts: Vec<Value> = vec![
        prefilled(dice, begun_ms),
        registers(dice),
        seals(dice),
        wiring(dice),
        test_points(dice),
        photo(dice, begun_ms, "铭牌"),
        photo(dice, begun_ms, "示数"),
        photo(dice, begun_ms, "封印"),
        checklist(dice),
        json!({ "registers": { "1.8.0": { "value": dice.decimal(1000.0, 90000.0, 2) } } }),
        finish(dice, begun_ms),
    ];
    for part in &parts {
        writer.write(dice, part);
    }
    let changes: Vec<Change> = writer
        .document
        .get_changes(&[])
        .iter()
        .map(|change| Change::parse(document, change.raw_bytes()).expect("automerge made it"))
        .collect();
    let head = changes.last().expect("eleven changes").hash();
    let attestations = vec![Attestation {
        device,
        head,
        signature: dice.bytes(),
    }];
    let mut json = Value::Object(Map::new());
    json["id"] = json!(id.to_string());
    parts.into_iter().for_each(|part| merge(&mut json, part));
    Inspection {
        portion: DocumentChanges {
            document,
            changes,
            attestations,
        },
        json,
    }
}

/// One change more of an inspection, as an edit on a later day makes it.
pub fn single_edit(dice: &mut Dice, device: Uuid) -> DocumentChanges {
    let mut whole = inspection(dice, device, 0).portion;
    whole.changes.drain(..9);
    whole.changes.truncate(1);
    whole.attestations[0].head = whole.changes[0].hash();
    whole
}

struct Writer {
    document: AutoCommit,
    now_ms: u64,
}

impl Writer {
    fn new(device: Uuid, now_ms: u64) -> Self {
        let document = AutoCommit::new().with_actor(ActorId::from(device.as_bytes().as_slice()));
        Writer { document, now_ms }
    }

    fn write(&mut self, dice: &mut Dice, part: &Value) {
        put_all(&mut self.document, &ROOT, part);
        self.now_ms += 4_000 + dice.below(90_000);
        let options = CommitOptions::default().with_time(self.now_ms as i64);
        self.document.commit_with(options).expect("something was written");
    }
}

fn put_all(document: &mut AutoCommit, object: &ObjId, part: &Value) {
    let Value::Object(fields) = part else { return };
    for (key, value) in fields {
        match value {
            Value::Object(_) => {
                let child = match document.get(object, key) {
                    Ok(Some((automerge::Value::Object(_), child))) => child,
                    _ => document.put_object(object, key, ObjType::Map).expect("a map"),
                };
                put_all(document, &child, value);
            }
            Value::String(text) => document.put(object, key, text.as_str()).expect("a text"),
            Value::Bool(flag) => document.put(object, key, *flag).expect("a flag"),
            Value::Number(number) => document
                .put(object, key, number.as_i64().expect("whole"))
                .expect("a number"),
            Value::Null | Value::Array(_) => {}
        }
    }
}

use automerge::ReadDoc;

fn merge(into: &mut Value, part: Value) {
    match (into, part) {
        (Value::Object(into), Value::Object(part)) => {
            for (key, value) in part {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, part) => *into = part,
    }
}

fn uuid_v7(ms: u64, tail: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(ms, &tail).into_uuid()
}

fn prefilled(dice: &mut Dice, now_ms: u64) -> Value {
    let villages = [
        "板桥镇",
        "罗雄街道",
        "九龙街道",
        "阿岗镇",
        "富乐镇",
        "马街镇",
        "老厂乡",
        "大水井乡",
    ];
    let families = ["王", "李", "张", "杨", "陈", "刘", "赵", "黄", "吴", "周"];
    let given = [
        "建国", "秀英", "志强", "桂芳", "文华", "丽琼", "朝贵", "永平", "小兰", "家富",
    ];
    let makers = ["威胜集团", "宁波三星", "许继仪表", "深圳科陆", "华立科技"];
    let village = dice.one_of(&villages);
    json!({
        "schema": 1,
        "number": format!("JC-2026-{}", dice.digits(6)),
        "campaign": "2026-06 常态稽查 罗平",
        "specialty": "metering",
        "task": uuid_v7(now_ms / 100_000_000 * 100_000_000, [7; 10]).to_string(),
        "sample": dice.one_of(&["random", "hand_picked"]),
        "unit": format!("0603{}", dice.digits(2)),
        "area": format!("{village}{}号公变", dice.below(40)),
        "feeder": format!("10kV{village}线"),
        "customer": {
            "number": format!("0603{}", dice.digits(8)),
            "name": format!("{}{}", dice.one_of(&families), dice.one_of(&given)),
            "address": format!("罗平县{village}{}村{}号", dice.one_of(&["新寨", "上", "下", "大"]), dice.below(200)),
            "telephone": format!("1{}", dice.digits(10)),
            "category": dice.one_of(&["居民", "一般工商业", "农业生产"]),
            "contracted_kw": dice.one_of(&["5", "8", "15", "30"]),
        },
        "meter": {
            "asset": format!("05303{}", dice.digits(12)),
            "model": dice.one_of(&["DDZY71", "DTZY341", "DTSD341"]),
            "maker": dice.one_of(&makers),
            "class": dice.one_of(&["1", "2", "0.5S"]),
            "voltage": dice.one_of(&["220V", "3×220/380V"]),
            "current": dice.one_of(&["5(60)A", "10(100)A", "1.5(6)A"]),
            "constant": dice.one_of(&["1200", "400", "6400"]),
            "ct": dice.one_of(&["1", "150/5", "200/5"]),
            "pt": "1",
            "multiplier": dice.one_of(&["1", "30", "40"]),
            "made": dice.one_of(&["2019", "2020", "2021", "2022"]),
        },
        "begun_ms": now_ms as i64,
    })
}

fn registers(dice: &mut Dice) -> Value {
    let mut registers = Map::new();
    for obis in ["1.8.0", "1.8.1", "1.8.2", "1.8.3", "2.8.0"] {
        registers.insert(obis.into(), json!({ "value": dice.decimal(10.0, 30000.0, 2) }));
    }
    json!({ "registers": registers, "clock_deviation_s": dice.below(90) as i64 })
}

fn seals(dice: &mut Dice) -> Value {
    json!({ "seals": {
        "cover": { "number": format!("F{}", dice.digits(8)), "state": dice.one_of(&["intact", "intact", "broken"]) },
        "terminal": { "number": format!("F{}", dice.digits(8)), "state": "intact" },
    }})
}

fn wiring(dice: &mut Dice) -> Value {
    let mut phases = Map::new();
    for (phase, angle) in [("a", 0.0), ("b", 240.0), ("c", 120.0)] {
        let measured = json!({
            "u_v": dice.decimal(218.0, 236.0, 1),
            "i_a": dice.decimal(0.1, 40.0, 2),
            "angle_deg": dice.decimal(angle + 5.0, angle + 35.0, 1),
        });
        phases.insert(phase.into(), measured);
    }
    json!({ "wiring": phases })
}

fn test_points(dice: &mut Dice) -> Value {
    json!({ "test_points": {
        "0.1Ib": { "pf": "1.0", "error_percent": dice.decimal(-1.0, 1.0, 2) },
        "Ib": { "pf": "1.0", "error_percent": dice.decimal(-1.0, 1.0, 2) },
        "Ib-0.5L": { "pf": "0.5L", "error_percent": dice.decimal(-1.0, 1.0, 2) },
    }})
}

fn photo(dice: &mut Dice, now_ms: u64, subject: &str) -> Value {
    let hash: [u8; 32] = dice.bytes();
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "photos": { hash: {
        "bytes": 2_000_000 + dice.below(3_000_000) as i64,
        "type": "image/jpeg",
        "taken_ms": (now_ms + dice.below(300_000)) as i64,
        "lat_wgs84": dice.decimal(24.7, 25.1, 6),
        "lon_wgs84": dice.decimal(104.1, 104.5, 6),
        "subject": subject,
    }}})
}

fn checklist(dice: &mut Dice) -> Value {
    let mut items = Map::new();
    for item in 1..=25 {
        let mut answer = json!({ "answer": dice.one_of(&["yes", "yes", "yes", "yes", "yes", "no", "n/a"]) });
        if dice.below(12) == 0 {
            answer["note"] =
                json!(dice.one_of(&["表箱门锁损坏", "封印号与系统不一致", "用户不在家", "进线老化"]));
        }
        items.insert(format!("M{item:02}"), answer);
    }
    json!({ "checklist": items, "checklist_version": "metering-2026.1" })
}

fn finish(dice: &mut Dice, now_ms: u64) -> Value {
    json!({
        "place": {
            "lat_wgs84": dice.decimal(24.7, 25.1, 6),
            "lon_wgs84": dice.decimal(104.1, 104.5, 6),
            "accuracy_m": dice.decimal(3.0, 30.0, 1),
        },
        "verdict": dice.one_of(&["normal", "normal", "finding"]),
        "remark": dice.one_of(&["", "现场已告知用户", "建议换表", "需复查接线"]),
        "inspector": "王建国",
        "second_inspector": "李秀英",
        "finished_ms": (now_ms + 600_000 + dice.below(500_000)) as i64,
    })
}
