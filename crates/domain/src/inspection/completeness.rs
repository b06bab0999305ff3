//! What an inspection still lacks, and how far it has come.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Inspection;
use crate::checklist::{AnswerKind, Checklist, Gap};
use crate::id::{ChecklistItemId, PhotoHash};
use crate::register::RegisterSlot;
use crate::rule::Place;
use crate::signature::SignatureRole;
use crate::word::word_enum;

word_enum! {
    /// What is wanted at a place before an inspection is signed.
    pub enum Want {
        /// An answer.
        Answer => "answer", "作答", "An answer";
        /// A number, text or choice beside the judgement.
        Value => "value", "数值或内容", "A value";
        /// A value that is a number.
        Number => "number", "数值", "A number";
        /// The reason why an item does not apply.
        Reason => "reason", "不适用的原因", "A reason";
        /// A photo that supports it.
        Photo => "photo", "照片", "A photo";
        /// A photo of the shot list, or the reason why there is none.
        Shot => "shot", "照片或缺拍原因", "A photo, or the reason why there is none";
        /// Any reading at all.
        Reading => "reading", "示数", "A reading";
        /// A second reading, since the first is doubted.
        SecondReading => "second_reading", "第二次抄录", "A second reading";
        /// The declaration that it is complete.
        Finish => "finish", "完成检查", "To be finished";
        /// A signature, or the reason why it was refused.
        Signature => "signature", "签名", "A signature";
    }
}

impl From<Gap> for Want {
    fn from(gap: Gap) -> Self {
        match gap {
            Gap::Unanswered => Self::Answer,
            Gap::NoValue => Self::Value,
            Gap::NotANumber => Self::Number,
            Gap::NoReason => Self::Reason,
            Gap::NoPhoto => Self::Photo,
        }
    }
}

/// Something that is still missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Where.
    pub place: Place,
    /// What.
    pub want: Want,
    /// True where signing must wait for it. What is only asked for, such as a second reading of a doubtful value, does
    /// not stand in the way.
    pub required: bool,
}

/// How far an inspection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Items with a complete answer.
    pub items_answered: usize,
    /// Items that ask for an answer.
    pub items: usize,
    /// Readings, repeated ones included.
    pub registers: usize,
    /// Seals looked at.
    pub seals: usize,
    /// Phases measured.
    pub phases: usize,
    /// Points of the error test.
    pub error_tests: usize,
    /// Findings.
    pub findings: usize,
    /// Photos.
    pub photos: usize,
    /// Items whose mandatory photo is there.
    pub photos_mandatory_taken: usize,
    /// Items that ask for a photo.
    pub photos_mandatory: usize,
    /// Photos of the shot list that are taken.
    pub shots_taken: usize,
    /// Photos of the shot list that are lacking with a reason.
    pub shots_excused: usize,
    /// Photos of the shot list.
    pub shots: usize,
    /// Signatures and refusals.
    pub signatures: usize,
}

impl Inspection {
    /// The items that some photo supports, with the first such photo.
    #[must_use]
    pub fn supported_items(&self) -> BTreeMap<ChecklistItemId, PhotoHash> {
        let mut supported = BTreeMap::new();
        for (hash, photo) in &self.photos {
            if let Some(Ok(Place::Item(id))) = photo.supports.as_deref().map(str::parse) {
                supported.entry(id).or_insert(*hash);
            }
        }
        supported
    }

    /// What must or should be there before the inspector signs: first what stands in the way, then what is only asked
    /// for. `checklist` is the form that [`super::InspectionAbout::checklist`] names.
    #[must_use]
    pub fn ready_to_sign(&self, checklist: &Checklist) -> Vec<Missing> {
        let mut missing: Vec<Missing> = checklist
            .missing_with_photos(&self.answers, &self.supported_items())
            .into_iter()
            .map(|(id, gap)| Missing {
                place: Place::Item(id),
                want: gap.into(),
                required: true,
            })
            .collect();
        if self.registers.is_empty() {
            missing.push(Missing {
                place: Place::Inspection,
                want: Want::Reading,
                required: true,
            });
        }
        if self.finished_at.is_none() {
            missing.push(Missing {
                place: Place::Inspection,
                want: Want::Finish,
                required: true,
            });
        }
        let open_shots = self.shots().into_iter().filter(|shot| !shot.is_settled());
        missing.extend(open_shots.map(|shot| Missing {
            place: Place::Shot(shot.shows),
            want: Want::Shot,
            required: true,
        }));
        for slot in self.slots_to_read_again() {
            missing.push(Missing {
                place: Place::Register(slot),
                want: Want::SecondReading,
                required: false,
            });
        }
        if checklist
            .items
            .iter()
            .any(|item| item.answer == AnswerKind::Signature)
            && !self.signatures.contains_key(&SignatureRole::UnitContact)
            && !self.signatures.contains_key(&SignatureRole::Customer)
        {
            let place = Place::Signature(SignatureRole::UnitContact);
            missing.push(Missing {
                place,
                want: Want::Signature,
                required: false,
            });
        }
        missing
    }

    /// Slots for the second reading of registers whose only reading is doubted.
    #[must_use]
    pub fn slots_to_read_again(&self) -> Vec<RegisterSlot> {
        self.latest_registers()
            .into_values()
            .filter(|(slot, reading)| slot.attempt == 1 && !reading.doubts.is_empty())
            .map(|(slot, _)| RegisterSlot {
                obis: slot.obis,
                attempt: 2,
            })
            .collect()
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self, checklist: &Checklist) -> Progress {
        let items = checklist
            .items
            .iter()
            .filter(|item| item.answer != AnswerKind::Signature)
            .count();
        let supported = self.supported_items();
        let shots = self.shots();
        let with_photo = || checklist.items.iter().filter(|item| item.photo_mandatory);
        Progress {
            items_answered: items - checklist.missing(&self.answers).len(),
            items,
            registers: self.registers.len(),
            seals: self.seals.len(),
            phases: self.phases.len(),
            error_tests: self.error_tests.len(),
            findings: self.findings.len(),
            photos: self.photos.len(),
            photos_mandatory_taken: with_photo()
                .filter(|item| supported.contains_key(&item.id))
                .count(),
            photos_mandatory: with_photo().count(),
            shots_taken: shots.iter().filter(|shot| shot.taken > 0).count(),
            shots_excused: shots
                .iter()
                .filter(|shot| shot.taken == 0 && shot.excuse.is_some())
                .count(),
            shots: shots.len(),
            signatures: self.signatures.len(),
        }
    }
}
