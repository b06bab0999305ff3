//! What was typed and what the rules say to it.

use super::{Desk, FactResponse, MomentResponse};
use crate::photos::PhotoState;
use crate::review::Flag;
use crate::review::item::Item;
use crate::web::inspection_detail::{limits, registers};
use crate::web::inspection_tables::plate;
use crate::web::text::texts;
use jicha_domain::photo::PhotoQuality;
use jicha_domain::position::PositionWgs84;
use jicha_domain::rule::{Outcome, Place};
use jicha_domain::signature::SignatureRole;
use jiff::Timestamp;
use rusqlite::OptionalExtension;
use serde::Serialize;
use utoipa::ToSchema;

/// A reading beside the one before.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisterLineResponse {
    /// The register.
    pub label: String,
    /// Its OBIS code.
    pub obis: String,
    /// The reading before; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// The day of the reading before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_on: Option<String>,
    /// The reading as typed.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// The difference of the two.
    pub difference: String,
    /// The difference times the multiplier, with its unit.
    pub energy: String,
    /// What the rules doubt.
    pub doubts: Vec<String>,
    /// True when this photo is the proof of it.
    pub proved_here: bool,
}

/// A line of the plate.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlateLineResponse {
    /// The field.
    pub label: String,
    /// What the ledger says.
    pub ledger: String,
    /// What was found.
    pub found: String,
    /// True when the two differ.
    pub differs: bool,
}

/// What a rule says.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleResponse {
    /// The rule.
    pub rule: String,
    /// doubtful or violated.
    pub outcome: String,
    /// The sentence with its numbers.
    pub sentence: String,
}

impl Desk<'_> {
    pub(super) fn registers(&self, now: Timestamp) -> Vec<RegisterLineResponse> {
        let verdicts = jicha_domain::rule::check(self.inspection, limits(), now);
        let t = texts(self.language);
        let lines = registers::lines(self.inspection, &verdicts, limits(), self.language, t);
        let proves = self.photo.supports.as_deref().unwrap_or_default();
        lines
            .into_iter()
            .map(|line| RegisterLineResponse {
                proved_here: proves.starts_with(&format!("register:{}", line.obis)),
                label: line.label,
                obis: line.obis,
                previous: line.previous.as_ref().map(|previous| previous.value.clone()),
                previous_on: line.previous.map(|previous| previous.at.date),
                value: line.value,
                unit: line.unit.to_owned(),
                difference: line.difference,
                energy: line.energy,
                doubts: line.doubts,
            })
            .collect()
    }

    pub(super) fn multiplier(&self) -> String {
        let multiplier = self.inspection.about.point.nameplate.multiplier();
        multiplier.map_or_else(|_| "—".to_owned(), |multiplier| multiplier.to_string())
    }

    pub(super) fn plate(&self) -> Vec<PlateLineResponse> {
        let lines = plate(self.inspection, self.language, texts(self.language));
        lines
            .into_iter()
            .map(|line| PlateLineResponse {
                label: line.label.to_owned(),
                ledger: line.ledger,
                found: line.found,
                differs: line.differs,
            })
            .collect()
    }

    /// What the rules say today that a person should look at, this photo first, and what was doubted on site by a rule that
    /// says nothing today.
    pub(super) fn rules(&self, now: Timestamp, item: &Item) -> Vec<RuleResponse> {
        let mut verdicts = jicha_domain::rule::check(self.inspection, limits(), now);
        let here = Place::Photo(self.hash);
        verdicts.retain(|verdict| {
            let of_another = matches!(&verdict.place, Place::Photo(_)) && verdict.place != here;
            verdict.needs_attention() && !of_another
        });
        verdicts.sort_by_key(|verdict| (verdict.place != here, std::cmp::Reverse(verdict.outcome)));
        let silent = self.photo.doubts.iter().filter(|rule| {
            verdicts
                .iter()
                .all(|verdict| verdict.rule != **rule || verdict.place != here)
        });
        let mut rules: Vec<RuleResponse> = silent
            .map(|rule| RuleResponse {
                rule: rule.as_str().to_owned(),
                outcome: Outcome::Doubtful.as_str().to_owned(),
                sentence: format!("{} {}", texts(self.language).doubted_by, rule.as_str()),
            })
            .collect();
        rules.extend(self.flagged(item));
        rules.extend(verdicts.iter().map(|verdict| RuleResponse {
            rule: verdict.rule.as_str().to_owned(),
            outcome: verdict.outcome.as_str().to_owned(),
            sentence: verdict.explain(self.language),
        }));
        rules
    }

    /// What the queue flags by itself, from what the server knows and the phone could not.
    fn flagged(&self, item: &Item) -> impl Iterator<Item = RuleResponse> {
        let sentence = |flag: Flag| match flag {
            Flag::Far => {
                let metres = self.photo.place().zip(self.inspection.place.as_ref());
                let metres = metres.map_or(0.0, |(photo, visit)| photo.distance_m(visit));
                let far = if metres < 10_000.0 {
                    format!("{metres:.0} m")
                } else {
                    format!("{} km", grouped((metres / 1000.0).round() as u64))
                };
                Some(self.pick(
                    &format!("照片拍摄位置距检查地点 {far}。"),
                    &format!("Taken {far} from where the inspection was recorded."),
                ))
            }
            Flag::Time => Some(self.pick(
                "拍摄时间不在本次检查期间。",
                "The camera's time lies outside the inspection.",
            )),
            Flag::Near => Some(self.pick(
                "其他检查记录中有相同或相似的照片。",
                "Another inspection has this photo, or one that looks like it.",
            )),
            Flag::Conflict => Some(self.pick(
                "该检查记录有未裁定的数据冲突。",
                "The inspection has a conflict that nobody has settled.",
            )),
            Flag::Doubt | Flag::Refused => None,
        };
        let said: Vec<RuleResponse> = item
            .flags
            .iter()
            .filter_map(|flag| {
                Some(RuleResponse {
                    rule: flag.as_str().to_owned(),
                    outcome: Outcome::Doubtful.as_str().to_owned(),
                    sentence: sentence(flag)?,
                })
            })
            .collect();
        said.into_iter()
    }

    pub(super) fn times(&self, item: &Item, here: Option<&PhotoState>) -> Vec<MomentResponse> {
        let signed = self.inspection.signatures.get(&SignatureRole::Inspector);
        let judged = item.decided_at_ms.filter(|_| !self.reader.is_blind_to(item));
        let all = [
            ("started", Some(self.inspection.about.started_at)),
            ("arrived", self.inspection.arrived_at),
            ("taken", self.photo.taken_at),
            ("attached", Some(self.photo.received_at)),
            ("signed", signed.map(|signature| signature.signed_at)),
            ("received", here.map(|here| here.first_received_at)),
            ("judged", judged.map(crate::auth::instant)),
        ];
        let mut times: Vec<(&str, Timestamp)> = all
            .into_iter()
            .filter_map(|(kind, at)| Some((kind, at?)))
            .collect();
        times.sort_by_key(|(_, at)| *at);
        times
            .into_iter()
            .map(|(kind, at)| MomentResponse {
                kind: kind.to_owned(),
                at: at.to_string(),
            })
            .collect()
    }

    /// Where the photo comes from, fact by fact.
    pub(super) fn passport(&self, here: Option<&PhotoState>) -> rusqlite::Result<Vec<FactResponse>> {
        let mut facts = Vec::new();
        let mut fact = |label: String, value: Option<String>| {
            facts.extend(value.map(|value| FactResponse { label, value }));
        };
        let device = self.inspection.about.device.to_string();
        let known: Option<(String, Vec<u8>)> = self
            .sql
            .prepare_cached("SELECT name, public_key FROM device WHERE id = ?1")?
            .query_row([&device], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        fact("SHA-256".to_owned(), Some(self.hash.to_string()));
        let checked = here.and_then(|here| here.checked_at);
        let arrived = match checked {
            Some(_) => self.pick("原图已到，哈希相符", "original here, hash fits"),
            None => self.pick("原图未到", "original not here yet"),
        };
        fact(self.pick("核对", "Check"), Some(arrived));
        fact(
            self.pick("设备", "Device"),
            Some(known.as_ref().map_or(device, |(name, _)| name.clone())),
        );
        fact(
            self.pick("设备公钥", "Device key"),
            known.map(|(_, key)| key.iter().take(8).map(|byte| format!("{byte:02x}")).collect()),
        );
        fact(self.pick("相机", "Camera"), self.photo.camera.clone());
        fact(
            self.pick("手机位置", "Phone's position"),
            self.photo.device_position.as_ref().map(|place| self.place(place)),
        );
        fact(
            self.pick("照片位置", "Camera's position"),
            self.photo.position.as_ref().map(|place| self.place(place)),
        );
        fact(
            self.pick("开机计时", "Monotonic clock"),
            self.photo
                .monotonic_ms
                .map(|ms| format!("{:.1} s", ms as f64 / 1000.0)),
        );
        fact(
            self.pick("画质", "Quality"),
            self.photo.quality.map(|quality| self.quality(quality)),
        );
        let size = crate::web::inspection_tables::size_text(self.photo.size_bytes);
        let pixels = self.photo.width.zip(self.photo.height);
        let size = pixels.map_or(size.clone(), |(width, height)| {
            format!("{width} × {height}, {size}")
        });
        fact(
            self.pick("文件", "File"),
            Some(format!("{}, {size}", self.photo.media_type)),
        );
        Ok(facts)
    }

    fn place(&self, place: &PositionWgs84) -> String {
        let accuracy = place
            .accuracy_m
            .map_or_else(String::new, |metres| format!(" ±{metres:.0} m"));
        let mocked = if place.mocked {
            self.pick("，位置可能被模拟", ", may be faked")
        } else {
            String::new()
        };
        format!(
            "{:.5}, {:.5}{accuracy} (WGS-84){mocked}",
            place.latitude_deg(),
            place.longitude_deg()
        )
    }

    fn quality(&self, quality: PhotoQuality) -> String {
        let (sharp, light, glare) = (
            quality.sharpness,
            quality.mean_luma,
            100.0 * quality.clipped_share,
        );
        match self.language {
            jicha_domain::Language::Zh => format!("清晰度 {sharp:.0}，亮度 {light:.0}，过曝 {glare:.0} %"),
            jicha_domain::Language::En => {
                format!("sharpness {sharp:.0}, light {light:.0}, glare {glare:.0} %")
            }
        }
    }
}

/// A whole number with its thousands set apart.
fn grouped(number: u64) -> String {
    if number < 1000 {
        number.to_string()
    } else {
        format!("{},{:03}", grouped(number / 1000), number % 1000)
    }
}
