//! What the rules say, with the numbers that led to it.

use jicha_device::Edited;
use jicha_domain::Language;
use jicha_domain::rule::{Figure, FigureValue, Verdict};

use super::MeasurementUnit;
use crate::words::mirrored_words;

mirrored_words! {
    /// What a rule says. In the order of how much it matters.
    Outcome = jicha_domain::rule::Outcome {
        /// As it should be.
        Ok,
        /// The facts at hand don't allow an answer; the figures say what is missing.
        NotEvaluable,
        /// Possible but unlikely: look again.
        Doubtful,
        /// Against a limit, or impossible.
        Violated,
    }
}

/// A rule's answer about one place of an inspection.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct VerdictRecord {
    /// The rule's stable name, e.g. `reading_backwards`.
    pub rule: String,
    /// What it says.
    pub outcome: Outcome,
    /// What it is about, e.g. `register:1-0:1.8.0*255/1`.
    pub place: String,
    /// What a Chinese reader calls the place.
    pub place_zh: String,
    /// What an English reader calls the place.
    pub place_en: String,
    /// One Chinese sentence with the numbers in it.
    pub explanation_zh: String,
    /// One English sentence with the numbers in it.
    pub explanation_en: String,
    /// The numbers.
    pub figures: Vec<FigureRecord>,
    /// The table that the limit came from.
    pub basis: Option<BasisRecord>,
    /// Whether a person should look again. For a reading: ask for a second one.
    pub needs_attention: bool,
}

/// A number or word that a verdict rests on.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct FigureRecord {
    /// Its stable name, e.g. `previous`.
    pub name: String,
    /// What a Chinese reader calls it.
    pub label_zh: String,
    /// What an English reader calls it.
    pub label_en: String,
    /// The value with its unit, as it is shown.
    pub shown: String,
    /// The exact number as text, where it is one.
    pub number: Option<String>,
    /// Unit of the number.
    pub unit: Option<MeasurementUnit>,
}

/// Where a limit came from.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct BasisRecord {
    /// Name of the table.
    pub table: String,
    /// Edition of the row, e.g. `IEC 62053-21`.
    pub edition: String,
    /// Whether somebody has compared the row with the text of the standard.
    pub verified: bool,
}

/// What an edit led to: the rules' answers about what it touched. The value is kept whatever they say.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct EditedRecord {
    /// The answers.
    pub verdicts: Vec<VerdictRecord>,
}

impl From<Verdict> for VerdictRecord {
    fn from(verdict: Verdict) -> Self {
        Self {
            rule: verdict.rule.to_string(),
            outcome: verdict.outcome.into(),
            place: verdict.place.to_string(),
            place_zh: verdict.place.label(Language::Zh),
            place_en: verdict.place.label(Language::En),
            explanation_zh: verdict.explain(Language::Zh),
            explanation_en: verdict.explain(Language::En),
            needs_attention: verdict.needs_attention(),
            figures: verdict.figures.into_iter().map(Into::into).collect(),
            basis: verdict.basis.map(|basis| BasisRecord {
                table: basis.table,
                edition: basis.edition,
                verified: basis.verified,
            }),
        }
    }
}

impl From<Figure> for FigureRecord {
    fn from(figure: Figure) -> Self {
        Self {
            name: figure.name.to_string(),
            label_zh: figure.name.label(Language::Zh).to_owned(),
            label_en: figure.name.label(Language::En).to_owned(),
            shown: figure.to_string(),
            number: match &figure.value {
                FigureValue::Number(number) => Some(number.to_string()),
                FigureValue::Text(_) => None,
            },
            unit: figure.unit.map(Into::into),
        }
    }
}

impl From<Edited> for EditedRecord {
    fn from(edited: Edited) -> Self {
        Self {
            verdicts: edited.verdicts.into_iter().map(Into::into).collect(),
        }
    }
}
