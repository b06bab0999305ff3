//! Findings (问题样本): what was found wrong, how severe, and who answers for it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{ChecklistItemId, ClauseId, OrgUnitCode, PhotoHash};
use crate::word::word_enum;

word_enum! {
    /// How severe a finding is.
    pub enum Severity {
        /// 1, minor.
        Minor => "1", "轻微", "Minor";
        /// 2, general.
        General => "2", "一般", "General";
        /// 3, serious.
        Serious => "3", "严重", "Serious";
    }
}

impl Severity {
    /// 1 minor, 2 general, 3 serious.
    #[must_use]
    pub const fn level(self) -> u8 {
        match self {
            Self::Minor => 1,
            Self::General => 2,
            Self::Serious => 3,
        }
    }
}

word_enum! {
    /// What a finding is about.
    pub enum FindingCategory {
        /// The meter itself.
        Meter => "meter", "电能表", "Meter";
        /// Current or voltage transformers.
        Transformer => "transformer", "互感器", "Instrument transformer";
        /// Wiring.
        Wiring => "wiring", "接线", "Wiring";
        /// Seals.
        Seal => "seal", "封印", "Seal";
        /// Readings.
        Reading => "reading", "示数", "Reading";
        /// Multiplier.
        Multiplier => "multiplier", "倍率", "Multiplier";
        /// Ledger against site.
        Ledger => "ledger", "台账不符", "Ledger";
        /// Clock.
        Clock => "clock", "时钟", "Clock";
        /// Box, lock, environment.
        Installation => "installation", "计量箱及环境", "Installation";
        /// Use without or beyond the contract, or theft.
        Use => "use", "违约用电或窃电", "Irregular use";
        /// Contract, file or form.
        Document => "document", "档案资料", "Document";
        /// Safety.
        Safety => "safety", "安全", "Safety";
        /// Anything else.
        Other => "other", "其他", "Other";
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// One line that names it.
    pub title: String,
    /// What it is about.
    pub category: FindingCategory,
    /// How severe it is.
    pub severity: Severity,
    /// When it was written down.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub found_at: Timestamp,
    /// What was seen, in full.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub description: String,
    /// The clause that it offends against.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clause: Option<ClauseId>,
    /// The item of the checklist that brought it up.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub item: Option<ChecklistItemId>,
    /// The unit that must put it right.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub responsible_unit: Option<OrgUnitCode>,
    /// Photos that prove it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub photos: Vec<PhotoHash>,
    /// Whether it was pointed out to the unit's contact on site (当场指出).
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub on_the_spot: bool,
    /// Whether it was put right while the inspector was there.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub fixed_on_the_spot: bool,
    /// Who acknowledged it on site.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acknowledged_by: Option<String>,
    /// What is asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remedy: Option<String>,
}
