//! Checklists (检查表单): versioned forms, and the answers an inspector gives item by item.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::finding::Severity;
use crate::id::{ChecklistItemId, PhotoHash};
use crate::register::Unit;
use crate::word::{Language, serde_as_string, shorten, word_enum};

word_enum! {
    /// What an item asks for.
    pub enum AnswerKind {
        /// Good, bad or not applicable.
        Judgement => "judgement", "判断", "Judgement";
        /// A number with a unit.
        Number => "number", "数值", "Number";
        /// Text.
        Text => "text", "文字", "Text";
        /// One of several choices.
        Choice => "choice", "选择", "Choice";
        /// A signature; answered by the signatures of the inspection, not by an answer of its own.
        Signature => "signature", "签名", "Signature";
    }
}

word_enum! {
    /// The judgement that every answer carries, whatever else it holds.
    pub enum AnswerResult {
        /// As it should be.
        Ok => "ok", "合格", "OK";
        /// Not as it should be.
        Bad => "bad", "不合格", "Not OK";
        /// Does not apply here; the note must say why.
        NotApplicable => "not_applicable", "不适用", "Not applicable";
    }
}

/// Which edition of which checklist, stored as `JL-R@1`. One string, so that code and version can't be merged into a
/// pair that never existed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChecklistRef {
    /// Code of the form, e.g. `JL-R`.
    pub code: ChecklistItemId,
    /// Edition, from 1. A changed form is a new version; old answers keep the version they were given to.
    pub version: u32,
}

/// A text that does not name a checklist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a checklist such as JL-R@1, but found {found:?}")]
pub struct ChecklistRefError {
    /// What was there instead, cut to a readable length.
    pub found: String,
}

impl fmt::Display for ChecklistRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.code, self.version)
    }
}

impl FromStr for ChecklistRef {
    type Err = ChecklistRefError;

    fn from_str(text: &str) -> Result<Self, ChecklistRefError> {
        let parsed = text.rsplit_once('@').and_then(|(code, version)| {
            Some(Self {
                code: code.parse().ok()?,
                version: version.parse().ok().filter(|v| *v >= 1)?,
            })
        });
        parsed.ok_or_else(|| ChecklistRefError { found: shorten(text) })
    }
}

serde_as_string!(ChecklistRef);

/// A form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checklist {
    /// Code of the form, e.g. `JL-R`.
    pub code: ChecklistItemId,
    /// Edition, from 1.
    pub version: u32,
    /// Title in Chinese.
    pub title_zh: String,
    /// Title in English.
    pub title_en: String,
    /// What the form is based on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
    /// The items in their order.
    #[serde(rename = "item", alias = "items")]
    pub items: Vec<ChecklistItem>,
}

/// One item of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChecklistItem {
    /// Its number, e.g. `JL-R-09`.
    pub id: ChecklistItemId,
    /// The question in Chinese.
    pub text_zh: String,
    /// The question in English.
    pub text_en: String,
    /// What it asks for.
    pub answer: AnswerKind,
    /// Unit of a number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<Unit>,
    /// The choices of a choice.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub choices: Vec<String>,
    /// The rule by which it is judged, in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rule_zh: Option<String>,
    /// The rule by which it is judged, in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rule_en: Option<String>,
    /// Whether a photo must support the answer.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub photo_mandatory: bool,
    /// How severe a bad answer is unless the inspector says otherwise; none where none can be.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub severity: Option<Severity>,
}

impl ChecklistItem {
    /// The question in one language.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.text_zh,
            Language::En => &self.text_en,
        }
    }
}

/// The answer to one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The judgement.
    pub result: AnswerResult,
    /// The number (as exact decimal text), text or choice.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
    /// Unit of a number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<Unit>,
    /// What else is to be said; the reason where the item does not apply.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

word_enum! {
    /// What an item still lacks.
    pub enum Gap {
        /// No answer at all.
        Unanswered => "unanswered", "未作答", "Not answered";
        /// A number, text or choice is asked for, but only the judgement is there.
        NoValue => "no_value", "缺少数值或内容", "No value";
        /// The number asked for is none.
        NotANumber => "not_a_number", "不是数值", "Not a number";
        /// Not applicable, but no word why.
        NoReason => "no_reason", "不适用但未说明原因", "Not applicable without a reason";
        /// A photo must support it and there is none.
        NoPhoto => "no_photo", "缺少照片", "No photo";
    }
}

/// A checklist file that is no good.
#[derive(Debug, thiserror::Error)]
pub enum ChecklistError {
    /// It is not TOML of the right shape.
    #[error("the checklist {name} is not readable")]
    Unreadable {
        /// Name of the file or table.
        name: String,
        /// What the parser says, with line and key.
        source: toml::de::Error,
    },
    /// Two items have one number.
    #[error("the checklist {name} has the item {item} twice")]
    DuplicateItem {
        /// Name of the file or table.
        name: String,
        /// The item.
        item: ChecklistItemId,
    },
}

impl Checklist {
    /// Reads a form from TOML. `name` is for messages only.
    pub fn from_toml(name: &str, text: &str) -> Result<Self, ChecklistError> {
        let checklist: Self = toml::from_str(text).map_err(|source| ChecklistError::Unreadable {
            name: name.to_owned(),
            source,
        })?;
        let mut seen = BTreeSet::new();
        for item in &checklist.items {
            if !seen.insert(&item.id) {
                return Err(ChecklistError::DuplicateItem {
                    name: name.to_owned(),
                    item: item.id.clone(),
                });
            }
        }
        Ok(checklist)
    }

    /// The forms that come with the program: `JL-R` routine meter inspection, `JL-G` gateway meter.
    #[must_use]
    pub fn built_in() -> Vec<Self> {
        [
            ("jl_r_1.toml", include_str!("../tables/checklist_jl_r_1.toml")),
            ("jl_g_1.toml", include_str!("../tables/checklist_jl_g_1.toml")),
        ]
        .into_iter()
        .map(|(name, text)| Self::from_toml(name, text).expect("a test reads every built-in checklist"))
        .collect()
    }

    /// The built-in form of this reference.
    #[must_use]
    pub fn built_in_by_ref(reference: &ChecklistRef) -> Option<Self> {
        Self::built_in()
            .into_iter()
            .find(|checklist| &checklist.reference() == reference)
    }

    /// How inspections name this form.
    #[must_use]
    pub fn reference(&self) -> ChecklistRef {
        ChecklistRef {
            code: self.code.clone(),
            version: self.version,
        }
    }

    /// Its title in one language.
    #[must_use]
    pub fn title(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.title_zh,
            Language::En => &self.title_en,
        }
    }

    /// The item with this number.
    #[must_use]
    pub fn item(&self, id: &ChecklistItemId) -> Option<&ChecklistItem> {
        self.items.iter().find(|item| &item.id == id)
    }

    /// What the answers still lack, in the order of the items. Photos are not looked at: see
    /// [`Self::missing_with_photos`].
    #[must_use]
    pub fn missing(&self, answers: &BTreeMap<ChecklistItemId, Answer>) -> Vec<(ChecklistItemId, Gap)> {
        self.items
            .iter()
            .filter(|item| item.answer != AnswerKind::Signature)
            .filter_map(|item| gap(item, answers.get(&item.id)).map(|gap| (item.id.clone(), gap)))
            .collect()
    }

    /// What the answers still lack, photos included. `supported` are the items that some photo supports.
    #[must_use]
    pub fn missing_with_photos(
        &self,
        answers: &BTreeMap<ChecklistItemId, Answer>,
        supported: &BTreeMap<ChecklistItemId, PhotoHash>,
    ) -> Vec<(ChecklistItemId, Gap)> {
        let applies = |item: &ChecklistItem| {
            answers
                .get(&item.id)
                .is_some_and(|answer| answer.result != AnswerResult::NotApplicable)
        };
        let mut missing = self.missing(answers);
        for item in &self.items {
            if item.photo_mandatory && applies(item) && !supported.contains_key(&item.id) {
                missing.push((item.id.clone(), Gap::NoPhoto));
            }
        }
        missing.sort_by_key(|(id, _)| self.items.iter().position(|item| &item.id == id));
        missing
    }
}

fn gap(item: &ChecklistItem, answer: Option<&Answer>) -> Option<Gap> {
    let Some(answer) = answer else {
        return Some(Gap::Unanswered);
    };
    let is_blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
    match (answer.result, item.answer) {
        (AnswerResult::NotApplicable, _) => is_blank(&answer.note).then_some(Gap::NoReason),
        (_, AnswerKind::Judgement | AnswerKind::Signature) => None,
        (_, AnswerKind::Number | AnswerKind::Text | AnswerKind::Choice) if is_blank(&answer.value) => {
            Some(Gap::NoValue)
        }
        (_, AnswerKind::Number) => {
            let number = answer
                .value
                .as_deref()
                .map(|text| text.trim().parse::<rust_decimal::Decimal>());
            matches!(number, Some(Err(_))).then_some(Gap::NotANumber)
        }
        (_, AnswerKind::Text | AnswerKind::Choice) => None,
    }
}
