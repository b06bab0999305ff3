//! Conflicts in words: where, and each value with who wrote it and when.

use crate::api::inspection::{CandidateResponse, ConflictResponse};
use crate::web::moment::Moment;
use crate::web::text::Texts;
use crate::web::view::Fact;
use jicha_domain::Language;
use jicha_domain::checklist::{AnswerResult, Checklist};
use jicha_domain::obis::TariffOrder;
use jicha_domain::register::{ReadingSource, RegisterSlot, Unit};
use jicha_domain::seal::{SealKey, SealState};
use jicha_domain::signature::SignatureRole;
use jicha_domain::wiring::Phase;
use serde_json::Value;

/// A conflict, ready to be shown.
pub(super) struct ConflictView {
    pub(super) place: String,
    pub(super) candidates: Vec<CandidateView>,
}

/// One of its values.
pub(super) struct CandidateView {
    pub(super) value: String,
    pub(super) facts: Vec<Fact>,
    pub(super) author: String,
    pub(super) at: Moment,
}

/// All conflicts in words.
pub(super) fn views(
    conflicts: &[ConflictResponse],
    checklist: Option<&Checklist>,
    language: Language,
    t: &'static Texts,
) -> Vec<ConflictView> {
    conflicts
        .iter()
        .map(|conflict| ConflictView {
            place: place(&conflict.section, &conflict.key, checklist, language, t),
            candidates: conflict
                .candidates
                .iter()
                .map(|candidate| candidate_view(candidate, language, t))
                .collect(),
        })
        .collect()
}

/// The place in the reader's words; a section of a newer version is named as it is stored.
fn place(
    section: &str,
    key: &str,
    checklist: Option<&Checklist>,
    language: Language,
    t: &'static Texts,
) -> String {
    let named = |title: &str, name: String| format!("{title} · {name}");
    match section {
        "registers" => match key.parse::<RegisterSlot>() {
            Ok(slot) => named(t.register, slot.obis.label(language, &TariffOrder::default())),
            Err(_) => named(t.register, key.to_owned()),
        },
        "seals" => match key.parse::<SealKey>() {
            Ok(seal) => named(t.seals, seal.place.label(language).to_owned()),
            Err(_) => named(t.seals, key.to_owned()),
        },
        "phases" => {
            let name = key
                .parse::<Phase>()
                .map_or_else(|_| key.to_owned(), |phase| phase.label(language).to_owned());
            named(t.wiring, name)
        }
        "answers" => {
            let item = checklist.and_then(|list| list.items.iter().find(|item| item.id.as_str() == key));
            named(
                t.answers,
                item.map_or_else(|| key.to_owned(), |item| item.text(language).to_owned()),
            )
        }
        "signatures" => {
            let role = key.parse::<SignatureRole>();
            named(
                t.signatures,
                role.map_or_else(|_| key.to_owned(), |role| role.label(language).to_owned()),
            )
        }
        "error_tests" => named(t.error_tests, key.to_owned()),
        "findings" => t.findings.to_owned(),
        "photos" => t.photos.to_owned(),
        "facts" => match key {
            "nameplate" => t.nameplate,
            "place" => t.place,
            "clock" => t.clock,
            "arrived_at" => t.arrived,
            "finished_at" => t.finished,
            _ => key,
        }
        .to_owned(),
        _ => format!("{section} · {key}"),
    }
}

fn candidate_view(candidate: &CandidateResponse, language: Language, t: &'static Texts) -> CandidateView {
    let (value, facts) = words(&candidate.value, language, t);
    CandidateView {
        value,
        facts,
        author: candidate.author.clone(),
        at: Moment::parse(&candidate.at),
    }
}

/// What counts in large, the rest as a list.
fn words(value: &Value, language: Language, t: &'static Texts) -> (String, Vec<Fact>) {
    let Value::Object(fields) = value else {
        return (plain("", value, language), Vec::new());
    };
    let main = [
        "value",
        "result",
        "state",
        "asset_no",
        "error_percent",
        "name",
        "title",
    ]
    .into_iter()
    .find(|name| fields.get(*name).is_some_and(|value| !value.is_null()));
    let unit = fields
        .get("unit")
        .and_then(Value::as_str)
        .and_then(|unit| unit.parse::<Unit>().ok());
    let shown = match main {
        Some(name) => {
            let number = plain(name, &fields[name], language);
            unit.map_or(number.clone(), |unit| format!("{number} {}", unit.symbol()))
        }
        None => "…".to_owned(),
    };
    let rest = fields
        .iter()
        .filter(|(name, value)| {
            Some(name.as_str()) != main && *name != "unit" && !value.is_object() && !value.is_array()
        })
        .map(|(name, value)| {
            let at = value
                .as_i64()
                .filter(|_| name.ends_with("_at"))
                .map(|at| Moment::from(crate::auth::instant(at)));
            Fact {
                at,
                ..Fact::new(label(name, t), plain(name, value, language))
            }
        });
    (shown, rest.collect())
}

/// The name of a field in the reader's words; a field of a newer version is named as it is stored.
fn label<'a>(name: &'a str, t: &'static Texts) -> &'a str {
    match name {
        "read_at" => t.read_at,

        "source" => t.source,
        "number" => t.seal_number,
        "expected_number" => t.seal_expected,
        "new_number" => t.seal_new,
        "note" | "description" => t.remark,
        "voltage_v" => t.measured_voltage,
        "current_a" => t.measured_current,
        "angle_deg" => t.angle,
        "voltage_angle_deg" => t.voltage_angle,
        "active_power_kw" => t.power,
        "load_percent" => t.load,
        "power_factor" => t.power_factor,
        "maker" => t.maker,
        "model" => t.model,
        "ct_ratio" => t.ct_ratio,
        "pt_ratio" => t.pt_ratio,
        "accuracy_class" => t.accuracy,
        "current" => t.current,
        other => other,
    }
}

fn plain(name: &str, value: &Value, language: Language) -> String {
    match value {
        Value::String(text) => match name {
            "result" => text
                .parse::<AnswerResult>()
                .map_or_else(|_| text.clone(), |it| it.label(language).to_owned()),
            "state" => text
                .parse::<SealState>()
                .map_or_else(|_| text.clone(), |it| it.label(language).to_owned()),
            "source" => text
                .parse::<ReadingSource>()
                .map_or_else(|_| text.clone(), |it| it.label(language).to_owned()),
            _ => text.clone(),
        },
        Value::Number(number) if name.ends_with("_at") => number.as_i64().map_or_else(
            || number.to_string(),
            |at| Moment::from(crate::auth::instant(at)).text,
        ),
        Value::Number(number) if name.is_empty() => {
            // A fact that is an instant stands in the document as bare milliseconds.
            let instant = number.as_i64().filter(|at| *at > 1_000_000_000_000);
            instant.map_or_else(
                || number.to_string(),
                |at| Moment::from(crate::auth::instant(at)).text,
            )
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_shows_its_number_and_unit_in_large() {
        let value = serde_json::json!({ "value": "10234.56", "unit": "kwh", "source": "dial", "read_at": 1_790_000_000_000_i64 });
        let (shown, facts) = words(&value, Language::Zh, crate::web::text::texts(Language::Zh));
        assert_eq!(shown, "10234.56 kWh");
        assert!(facts.iter().any(|fact| fact.value == "现场示数"));
    }
}
