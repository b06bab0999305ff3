//! Inspections: everything recorded at one metering point on one visit, and what the rules say of it.

use std::collections::BTreeMap;
use std::time::SystemTime;

use jicha_domain::Language;
use jicha_domain::id::InspectionId;
use jicha_domain::inspection::{Inspection, Missing};
use jicha_domain::rule::Verdict;

use super::{
    AnswerRecord, ClockRecord, Dimension, ErrorTestRecord, FindingRecord, MeteringPointRecord,
    NameplateRecord, PhaseRecord, PhotoRecord, PositionRecord, PreviousReadingRecord, RegisterRecord,
    SealRecord, SignatureRecord, Specialty, VerdictRecord, instant, instants, texts,
};
use crate::words::mirrored_words;

mirrored_words! {
    /// Where an inspection stands. Derived from what is recorded, never stored, so that merging can't invent a state.
    InspectionState = jicha_domain::inspection::InspectionState {
        /// Being recorded.
        Open,
        /// Finished, not signed yet.
        Filled,
        /// Signed by the inspector.
        Signed,
    }

    /// What is wanted at a place before an inspection is signed.
    Want = jicha_domain::inspection::Want {
        /// An answer.
        Answer,
        /// A number, text or choice beside the judgement.
        Value,
        /// A value that is a number.
        Number,
        /// The reason why an item does not apply.
        Reason,
        /// A photo that supports it.
        Photo,
        /// A photo of the shot list, or the reason why there is none.
        Shot,
        /// Any reading at all.
        Reading,
        /// A second reading, since the first is doubted.
        SecondReading,
        /// The declaration that it is complete.
        Finish,
        /// A signature, or the reason why it was refused.
        Signature,
    }
}

/// An inspection as it stands.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct InspectionRecord {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub state: InspectionState,
    /// The task it belongs to.
    pub task: Option<String>,
    /// The code of the unit that is audited.
    pub unit: String,
    /// Routine, online or special.
    pub dimension: Dimension,
    /// The specialty.
    pub specialty: Specialty,
    /// The id of the person who inspects.
    pub inspector: String,
    /// The id of the device on which it began.
    pub device: String,
    /// When it began.
    pub started_at: SystemTime,
    /// The form that is filled in, e.g. `JL-R@1`.
    pub checklist: String,
    /// Whether the other inspectors of the unit receive and may edit it.
    pub shared_with_unit: bool,
    /// The metering point as the ledger had it when the inspection began.
    pub point: MeteringPointRecord,
    /// Earlier readings, oldest first.
    pub previous: Vec<PreviousReadingRecord>,
    /// The hash of the photo of the last visit.
    pub previous_photo: Option<String>,
    /// When the inspector arrived.
    pub arrived_at: Option<SystemTime>,
    /// When the inspector declared it complete.
    pub finished_at: Option<SystemTime>,
    /// Where it was recorded.
    pub place: Option<PositionRecord>,
    /// Readings.
    pub registers: Vec<RegisterRecord>,
    /// The plate as found on site.
    pub nameplate: Option<NameplateRecord>,
    /// The meter's clock against another.
    pub clock: Option<ClockRecord>,
    /// Seals.
    pub seals: Vec<SealRecord>,
    /// What each phase showed.
    pub phases: Vec<PhaseRecord>,
    /// Points of the error test.
    pub error_tests: Vec<ErrorTestRecord>,
    /// Answers to the checklist.
    pub answers: Vec<AnswerRecord>,
    /// Findings.
    pub findings: Vec<FindingRecord>,
    /// Photos.
    pub photos: Vec<PhotoRecord>,
    /// Signatures.
    pub signatures: Vec<SignatureRecord>,
    /// Free words.
    pub note: String,
    /// What the rules say of it now, with their numbers.
    pub verdicts: Vec<VerdictRecord>,
    /// What is missing, first what stands in the way of signing.
    pub missing: Vec<MissingRecord>,
}

/// Something that is still missing.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct MissingRecord {
    /// Where, e.g. `item:JL-R-05` or `register:1-0:1.8.0*255/2`.
    pub place: String,
    /// What a Chinese reader calls the place.
    pub place_zh: String,
    /// What an English reader calls the place.
    pub place_en: String,
    /// What.
    pub want: Want,
    /// True where signing must wait for it.
    pub required: bool,
}

impl From<Missing> for MissingRecord {
    fn from(missing: Missing) -> Self {
        Self {
            place: missing.place.to_string(),
            place_zh: missing.place.label(Language::Zh),
            place_en: missing.place.label(Language::En),
            want: missing.want.into(),
            required: missing.required,
        }
    }
}

pub(crate) fn inspection_record(
    id: InspectionId,
    inspection: Inspection,
    verdicts: Vec<Verdict>,
    missing: Vec<Missing>,
) -> InspectionRecord {
    let state = inspection.state().into();
    let about = inspection.about;
    InspectionRecord {
        id: id.to_string(),
        state,
        task: texts(about.task),
        unit: about.unit.to_string(),
        dimension: about.dimension.into(),
        specialty: about.specialty.into(),
        inspector: about.inspector.to_string(),
        device: about.device.to_string(),
        started_at: instant(about.started_at),
        checklist: about.checklist.to_string(),
        shared_with_unit: about.shared_with_unit,
        point: about.point.into(),
        previous: about.previous.into_iter().map(Into::into).collect(),
        previous_photo: texts(about.previous_photo),
        arrived_at: instants(inspection.arrived_at),
        finished_at: instants(inspection.finished_at),
        place: inspection.place.map(Into::into),
        registers: entries(inspection.registers),
        nameplate: inspection.nameplate.map(Into::into),
        clock: inspection.clock.map(Into::into),
        seals: entries(inspection.seals),
        phases: entries(inspection.phases),
        error_tests: entries(inspection.error_tests),
        answers: entries(inspection.answers),
        findings: entries(inspection.findings),
        photos: entries(inspection.photos),
        signatures: entries(inspection.signatures),
        note: inspection.note,
        verdicts: verdicts.into_iter().map(Into::into).collect(),
        missing: missing.into_iter().map(Into::into).collect(),
    }
}

/// A section of the inspection as a list, in the order of its keys; each record carries its key.
fn entries<K, V, R: From<(K, V)>>(section: BTreeMap<K, V>) -> Vec<R> {
    section.into_iter().map(R::from).collect()
}
