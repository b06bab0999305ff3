//! Inspections: everything recorded at one metering point on one visit.

mod completeness;

pub use completeness::{Missing, Progress, Want};

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::campaign::{Dimension, Specialty};
use crate::checklist::{Answer, ChecklistRef};
use crate::clock_comparison::ClockComparison;
use crate::error_test::{ErrorTestPoint, TestPointNo};
use crate::finding::Finding;
use crate::id::{ChecklistItemId, DeviceId, FindingId, OrgUnitCode, PersonId, PhotoHash, TaskId};
use crate::meter::Nameplate;
use crate::metering_point::MeteringPoint;
use crate::photo::{MissingShot, PhotoRef, PhotoSubject};
use crate::position::PositionWgs84;
use crate::register::{PreviousReading, RegisterReading, RegisterSlot};
use crate::seal::{SealCheck, SealKey};
use crate::signature::{Signature, SignatureRole};
use crate::wiring::{Phase, PhaseMeasurement};
use crate::word::word_enum;

word_enum! {
    /// Where an inspection stands. Derived from what is recorded, never stored, so that merging can't invent a state.
    pub enum InspectionState {
        /// Being recorded.
        Open => "open", "进行中", "Open";
        /// Finished, not signed yet.
        Filled => "filled", "已填写", "Filled";
        /// Signed by the inspector.
        Signed => "signed", "已签名", "Signed";
    }
}

/// What an inspection is of, fixed when it begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectionAbout {
    /// The task it belongs to; none when it was made on the way.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub task: Option<TaskId>,
    /// The unit that is audited, which settles who may read and write.
    pub unit: OrgUnitCode,
    /// Routine, online or special.
    pub dimension: Dimension,
    /// The specialty.
    pub specialty: Specialty,
    /// Who inspects.
    pub inspector: PersonId,
    /// On which device it began.
    pub device: DeviceId,
    /// When it began.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub started_at: Timestamp,
    /// The form that is filled in.
    pub checklist: ChecklistRef,
    /// Whether the other inspectors of the unit receive and may edit it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub shared_with_unit: bool,
    /// The metering point as the ledger had it when the inspection began.
    pub point: MeteringPoint,
    /// Earlier readings, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub previous: Vec<PreviousReading>,
    /// The photo of the last visit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous_photo: Option<PhotoHash>,
}

/// Everything recorded at one metering point on one visit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// What it is of.
    pub about: InspectionAbout,
    /// When the inspector arrived.
    #[serde(
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none",
        default
    )]
    pub arrived_at: Option<Timestamp>,
    /// When the inspector declared it complete.
    #[serde(
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none",
        default
    )]
    pub finished_at: Option<Timestamp>,
    /// Where it was recorded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<PositionWgs84>,
    /// Readings.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub registers: BTreeMap<RegisterSlot, RegisterReading>,
    /// The plate as found on site.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nameplate: Option<Nameplate>,
    /// The meter's clock against another.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clock: Option<ClockComparison>,
    /// Seals.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub seals: BTreeMap<SealKey, SealCheck>,
    /// What each phase showed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub phases: BTreeMap<Phase, PhaseMeasurement>,
    /// Points of the error test.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub error_tests: BTreeMap<TestPointNo, ErrorTestPoint>,
    /// Answers to the checklist.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub answers: BTreeMap<ChecklistItemId, Answer>,
    /// Findings.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub findings: BTreeMap<FindingId, Finding>,
    /// Photos.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub photos: BTreeMap<PhotoHash, PhotoRef>,
    /// Why photos of the shot list are lacking.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub missing_shots: BTreeMap<PhotoSubject, MissingShot>,
    /// Signatures.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub signatures: BTreeMap<SignatureRole, Signature>,
    /// Free words; two people may write in it at once.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub note: String,
}

impl Inspection {
    /// An inspection in which nothing is recorded yet.
    #[must_use]
    pub const fn new(about: InspectionAbout) -> Self {
        Self {
            about,
            arrived_at: None,
            finished_at: None,
            place: None,
            registers: BTreeMap::new(),
            nameplate: None,
            clock: None,
            seals: BTreeMap::new(),
            phases: BTreeMap::new(),
            error_tests: BTreeMap::new(),
            answers: BTreeMap::new(),
            findings: BTreeMap::new(),
            photos: BTreeMap::new(),
            missing_shots: BTreeMap::new(),
            signatures: BTreeMap::new(),
            note: String::new(),
        }
    }

    /// Where it stands: signed once the inspector has signed, filled once it is finished, open before.
    #[must_use]
    pub fn state(&self) -> InspectionState {
        let signed = self
            .signatures
            .get(&SignatureRole::Inspector)
            .is_some_and(Signature::is_given);
        match (signed, self.finished_at) {
            (true, _) => InspectionState::Signed,
            (false, Some(_)) => InspectionState::Filled,
            (false, None) => InspectionState::Open,
        }
    }

    /// The last reading of each register on this visit, that is, the one with the highest attempt.
    #[must_use]
    pub fn latest_registers(&self) -> BTreeMap<crate::obis::Obis, (&RegisterSlot, &RegisterReading)> {
        // The slots are in the order of their attempts, so the last one entered wins.
        self.registers
            .iter()
            .map(|(slot, reading)| (slot.obis, (slot, reading)))
            .collect()
    }
}
