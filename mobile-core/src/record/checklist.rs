//! Checklists and the answers to their items.

use jicha_domain::checklist::{Answer, Checklist, ChecklistItem};
use jicha_domain::id::ChecklistItemId;

use super::{MeasurementUnit, Severity};
use crate::JichaException;
use crate::input;
use crate::words::mirrored_words;

mirrored_words! {
    /// What an item asks for.
    AnswerKind = jicha_domain::checklist::AnswerKind {
        /// Good, bad or not applicable.
        Judgement,
        /// A number with a unit.
        Number,
        /// Text.
        Text,
        /// One of several choices.
        Choice,
        /// A signature; answered by the signatures of the inspection, not by an answer of its own.
        Signature,
    }

    /// The judgement that every answer carries, whatever else it holds.
    AnswerResult = jicha_domain::checklist::AnswerResult {
        /// As it should be.
        Ok,
        /// Not as it should be.
        Bad,
        /// Does not apply here; the note must say why.
        NotApplicable,
    }
}

/// A form.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct ChecklistRecord {
    /// How inspections name it, e.g. `JL-R@1`.
    pub reference: String,
    /// Title in Chinese.
    pub title_zh: String,
    /// Title in English.
    pub title_en: String,
    /// What the form is based on.
    pub source: Option<String>,
    /// The items in their order.
    pub items: Vec<ChecklistItemRecord>,
}

/// One item of a form.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct ChecklistItemRecord {
    /// Its number, e.g. `JL-R-09`.
    pub id: String,
    /// The question in Chinese.
    pub text_zh: String,
    /// The question in English.
    pub text_en: String,
    /// What it asks for.
    pub answer: AnswerKind,
    /// Unit of a number.
    pub unit: Option<MeasurementUnit>,
    /// The choices of a choice.
    pub choices: Vec<String>,
    /// The rule by which it is judged, in Chinese.
    pub rule_zh: Option<String>,
    /// The rule by which it is judged, in English.
    pub rule_en: Option<String>,
    /// Whether a photo must support the answer.
    pub photo_mandatory: bool,
    /// How severe a bad answer is unless the inspector says otherwise.
    pub severity: Option<Severity>,
}

/// The answer to one item.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct AnswerRecord {
    /// The item's number.
    pub item: String,
    /// The judgement.
    pub result: AnswerResult,
    /// The number (as exact decimal text), text or choice.
    #[uniffi(default)]
    pub value: Option<String>,
    /// Unit of a number.
    #[uniffi(default)]
    pub unit: Option<MeasurementUnit>,
    /// What else is to be said; the reason where the item does not apply.
    #[uniffi(default)]
    pub note: Option<String>,
}

impl From<Checklist> for ChecklistRecord {
    fn from(checklist: Checklist) -> Self {
        Self {
            reference: checklist.reference().to_string(),
            title_zh: checklist.title_zh,
            title_en: checklist.title_en,
            source: checklist.source,
            items: checklist.items.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<ChecklistItem> for ChecklistItemRecord {
    fn from(item: ChecklistItem) -> Self {
        Self {
            id: item.id.to_string(),
            text_zh: item.text_zh,
            text_en: item.text_en,
            answer: item.answer.into(),
            unit: item.unit.map(Into::into),
            choices: item.choices,
            rule_zh: item.rule_zh,
            rule_en: item.rule_en,
            photo_mandatory: item.photo_mandatory,
            severity: item.severity.map(Into::into),
        }
    }
}

impl From<(ChecklistItemId, Answer)> for AnswerRecord {
    fn from((item, answer): (ChecklistItemId, Answer)) -> Self {
        Self {
            item: item.to_string(),
            result: answer.result.into(),
            value: answer.value,
            unit: answer.unit.map(Into::into),
            note: answer.note,
        }
    }
}

impl TryFrom<AnswerRecord> for (ChecklistItemId, Answer) {
    type Error = JichaException;

    fn try_from(record: AnswerRecord) -> Result<Self, JichaException> {
        let AnswerRecord {
            item,
            result,
            value,
            unit,
            note,
        } = record;
        let answer = Answer {
            result: result.into(),
            value,
            unit: unit.map(Into::into),
            note,
        };
        Ok((input::parse("item", &item)?, answer))
    }
}
