//! Findings.

use std::time::SystemTime;

use jicha_domain::finding::Finding;
use jicha_domain::id::FindingId;
use jiff::Timestamp;

use super::{VerdictRecord, instant, texts};
use crate::JichaException;
use crate::input;
use crate::words::mirrored_words;

mirrored_words! {
    /// How severe a finding is.
    Severity = jicha_domain::finding::Severity {
        /// 1, minor.
        Minor,
        /// 2, general.
        General,
        /// 3, serious.
        Serious,
    }

    /// What a finding is about.
    FindingCategory = jicha_domain::finding::FindingCategory {
        /// The meter itself.
        Meter,
        /// Current or voltage transformers.
        Transformer,
        /// Wiring.
        Wiring,
        /// Seals.
        Seal,
        /// Readings.
        Reading,
        /// Multiplier.
        Multiplier,
        /// Ledger against site.
        Ledger,
        /// Clock.
        Clock,
        /// Box, lock, environment.
        Installation,
        /// Use without or beyond the contract, or theft.
        Use,
        /// Contract, file or form.
        Document,
        /// Safety.
        Safety,
        /// Anything else.
        Other,
    }
}

/// What an inspector writes of a finding.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct FindingDraft {
    /// One line that names it.
    pub title: String,
    /// What it is about.
    pub category: FindingCategory,
    /// How severe it is.
    pub severity: Severity,
    /// What was seen, in full.
    #[uniffi(default)]
    pub description: String,
    /// The clause that it offends against.
    #[uniffi(default)]
    pub clause: Option<String>,
    /// The item of the checklist that brought it up.
    #[uniffi(default)]
    pub item: Option<String>,
    /// The code of the unit that must put it right.
    #[uniffi(default)]
    pub responsible_unit: Option<String>,
    /// The hashes of the photos that prove it.
    #[uniffi(default)]
    pub photos: Vec<String>,
    /// Whether it was pointed out to the unit's contact on site.
    #[uniffi(default)]
    pub on_the_spot: bool,
    /// Whether it was put right while the inspector was there.
    #[uniffi(default)]
    pub fixed_on_the_spot: bool,
    /// Who acknowledged it on site.
    #[uniffi(default)]
    pub acknowledged_by: Option<String>,
    /// What is asked for.
    #[uniffi(default)]
    pub remedy: Option<String>,
}

/// A finding as it stands in the inspection. Change its draft and hand it back to write it anew.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct FindingRecord {
    /// Its id.
    pub id: String,
    /// When it was first written down.
    pub found_at: SystemTime,
    /// What it says.
    pub draft: FindingDraft,
}

/// What adding a finding led to.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct FindingAdded {
    /// The new finding's id.
    pub id: String,
    /// The rules' answers.
    pub verdicts: Vec<VerdictRecord>,
}

impl From<(FindingId, Finding)> for FindingRecord {
    fn from((id, finding): (FindingId, Finding)) -> Self {
        let draft = FindingDraft {
            title: finding.title,
            category: finding.category.into(),
            severity: finding.severity.into(),
            description: finding.description,
            clause: texts(finding.clause),
            item: texts(finding.item),
            responsible_unit: texts(finding.responsible_unit),
            photos: finding.photos.iter().map(ToString::to_string).collect(),
            on_the_spot: finding.on_the_spot,
            fixed_on_the_spot: finding.fixed_on_the_spot,
            acknowledged_by: finding.acknowledged_by,
            remedy: finding.remedy,
        };
        Self {
            id: id.to_string(),
            found_at: instant(finding.found_at),
            draft,
        }
    }
}

impl FindingDraft {
    /// The finding that this draft says, found at this time.
    pub(crate) fn found_at(self, found_at: Timestamp) -> Result<Finding, JichaException> {
        let photos = self.photos.iter().map(|hash| input::parse("photos", hash));
        Ok(Finding {
            title: self.title,
            category: self.category.into(),
            severity: self.severity.into(),
            found_at,
            description: self.description,
            clause: input::parse_optional("clause", self.clause.as_deref())?,
            item: input::parse_optional("item", self.item.as_deref())?,
            responsible_unit: input::parse_optional("responsible_unit", self.responsible_unit.as_deref())?,
            photos: photos.collect::<Result<_, _>>()?,
            on_the_spot: self.on_the_spot,
            fixed_on_the_spot: self.fixed_on_the_spot,
            acknowledged_by: self.acknowledged_by,
            remedy: self.remedy,
        })
    }
}

impl TryFrom<FindingRecord> for (FindingId, Finding) {
    type Error = JichaException;

    fn try_from(record: FindingRecord) -> Result<Self, JichaException> {
        let found_at = input::instant("found_at", record.found_at)?;
        Ok((input::parse("id", &record.id)?, record.draft.found_at(found_at)?))
    }
}
