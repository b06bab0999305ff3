//! What an inspector does: starting, filling in, finishing, signing, undoing. Each call is on the disk when it returns.

use jicha_domain::id::{FindingId, InspectionId};
use jicha_domain::register::RegisterReading;
use jicha_record::inspection::InspectionEdit;

use crate::guard::guarded;
use crate::input::{bad_input, decimal, parse, parse_optional, slot};
use crate::record::checked_strokes;
use crate::{
    AnswerRecord, ClockRecord, EditedRecord, ErrorTestRecord, FindingAdded, FindingDraft, FindingRecord,
    JichaApp, JichaException, MeasurementUnit, NameplateRecord, PhaseRecord, PositionRecord, ReadingSource,
    SealRecord, SignatureRole,
};

#[uniffi::export]
impl JichaApp {
    /// Begins the inspection of a metering point of a task, and returns its id.
    pub fn start_inspection(&self, task: String, point: String) -> Result<String, JichaException> {
        guarded(|| {
            let (task, point) = (parse("task", &task)?, parse("point", &point)?);
            Ok(self.device.start_inspection(task, &point)?.to_string())
        })
    }

    /// Notes that the inspector arrived now.
    pub fn arrive(&self, inspection: String) -> Result<EditedRecord, JichaException> {
        self.edit(&inspection, || Ok(InspectionEdit::Arrive(self.now())))
    }

    /// Notes where the inspection is recorded.
    pub fn set_place(
        &self,
        inspection: String,
        place: PositionRecord,
    ) -> Result<EditedRecord, JichaException> {
        self.edit(&inspection, || Ok(InspectionEdit::SetPlace(place.try_into()?)))
    }

    /// Enters a reading, read now. `slot` is an OBIS code, with `/2` behind it for the second reading; `value` a decimal
    /// as the display shows it; the unit follows from the code unless it is given; `photo` is the hash of the photo
    /// that shows it. A doubtful value is kept and marked: show the verdicts and ask for a second reading.
    #[uniffi::method(default(unit = None, source = None, photo = None))]
    pub fn set_register(
        &self,
        inspection: String,
        slot: String,
        value: String,
        unit: Option<MeasurementUnit>,
        source: Option<ReadingSource>,
        photo: Option<String>,
    ) -> Result<EditedRecord, JichaException> {
        self.edit(&inspection, || {
            let slot = self::slot("slot", &slot)?;
            let unit = unit.map(Into::into).or(slot.obis.unit());
            let reading = RegisterReading {
                value: decimal("value", &value)?,
                unit: unit
                    .ok_or_else(|| bad_input("unit", "a unit, since this code does not settle it", ""))?,
                read_at: self.now(),
                source: source.unwrap_or(ReadingSource::Dial).into(),
                photo: parse_optional("photo", photo.as_deref())?,
                doubts: Vec::new(),
                inspector: None,
            };
            Ok(InspectionEdit::SetRegister(slot, reading))
        })
    }

    /// Enters the plate as found on site. Leave out what can't be read.
    pub fn set_nameplate(
        &self,
        inspection: String,
        nameplate: NameplateRecord,
    ) -> Result<EditedRecord, JichaException> {
        self.edit(&inspection, || {
            Ok(InspectionEdit::SetNameplate(Box::new(nameplate.try_into()?)))
        })
    }

    /// Enters what the meter's clock showed, beside another.
    pub fn set_clock(&self, inspection: String, clock: ClockRecord) -> Result<EditedRecord, JichaException> {
        self.edit(&inspection, || Ok(InspectionEdit::SetClock(clock.try_into()?)))
    }

    /// Enters the state of a seal.
    pub fn set_seal(&self, inspection: String, seal: SealRecord) -> Result<EditedRecord, JichaException> {
        self.edit(&inspection, || {
            let (key, check) = seal.try_into()?;
            Ok(InspectionEdit::SetSeal(key, check))
        })
    }

    /// Enters what a phase showed.
    pub fn set_phase(&self, inspection: String, phase: PhaseRecord) -> Result<EditedRecord, JichaException> {
        self.edit(&inspection, || {
            let (phase, measured) = phase.try_into()?;
            Ok(InspectionEdit::SetPhase(phase, measured))
        })
    }

    /// Enters a point of the error test.
    pub fn set_error_test_point(
        &self,
        inspection: String,
        point: ErrorTestRecord,
    ) -> Result<EditedRecord, JichaException> {
        self.edit(&inspection, || {
            let (number, point) = point.try_into()?;
            Ok(InspectionEdit::SetErrorTestPoint(number, point))
        })
    }

    /// Answers an item of the checklist.
    pub fn set_answer(
        &self,
        inspection: String,
        answer: AnswerRecord,
    ) -> Result<EditedRecord, JichaException> {
        self.edit(&inspection, || {
            let (item, answer) = answer.try_into()?;
            Ok(InspectionEdit::SetAnswer(item, answer))
        })
    }

    /// Writes a new finding, found now.
    pub fn add_finding(
        &self,
        inspection: String,
        draft: FindingDraft,
    ) -> Result<FindingAdded, JichaException> {
        let id = FindingId::new(self.new_id());
        let edited = self.edit(&inspection, || {
            Ok(InspectionEdit::SetFinding(id, draft.found_at(self.now())?))
        })?;
        Ok(FindingAdded {
            id: id.to_string(),
            verdicts: edited.verdicts,
        })
    }

    /// Writes a finding anew that is there already.
    pub fn set_finding(
        &self,
        inspection: String,
        finding: FindingRecord,
    ) -> Result<EditedRecord, JichaException> {
        self.edit(&inspection, || {
            let (id, finding) = finding.try_into()?;
            Ok(InspectionEdit::SetFinding(id, finding))
        })
    }

    /// Takes back a finding that was written by mistake.
    pub fn withdraw_finding(
        &self,
        inspection: String,
        finding: String,
    ) -> Result<EditedRecord, JichaException> {
        self.edit(&inspection, || {
            Ok(InspectionEdit::WithdrawFinding(parse("finding", &finding)?))
        })
    }

    /// Rewrites the free words. Two people may write in them at once: only what differs is changed.
    pub fn set_note(&self, inspection: String, note: String) -> Result<EditedRecord, JichaException> {
        self.edit(&inspection, || Ok(InspectionEdit::SetNote(note)))
    }

    /// Declares an inspection complete.
    pub fn finish_inspection(&self, inspection: String) -> Result<EditedRecord, JichaException> {
        guarded(|| {
            Ok(self
                .device
                .finish_inspection(parse("inspection", &inspection)?)?
                .into())
        })
    }

    /// Signs an inspection, or records why somebody refused to. The inspector's signature needs everything that the
    /// form demands, and closes the record: only further signatures are possible after it. `stroke_svg` is the data of
    /// an SVG path, at most 16 KiB.
    #[uniffi::method(default(stroke_svg = None, refused_because = None))]
    pub fn sign_inspection(
        &self,
        inspection: String,
        role: SignatureRole,
        name: String,
        stroke_svg: Option<String>,
        refused_because: Option<String>,
    ) -> Result<EditedRecord, JichaException> {
        guarded(|| {
            let (id, strokes) = (parse("inspection", &inspection)?, checked_strokes(stroke_svg)?);
            Ok(self
                .device
                .sign_inspection(id, role.into(), &name, strokes, refused_because)?
                .into())
        })
    }

    /// Undoes this device's last edit of an inspection; called again, the one before. A signature can be taken back
    /// only while it has not left the device.
    pub fn undo(&self, inspection: String) -> Result<(), JichaException> {
        guarded(|| Ok(self.device.undo(parse("inspection", &inspection)?)?))
    }
}

impl JichaApp {
    pub(crate) fn edit(
        &self,
        inspection: &str,
        edit: impl FnOnce() -> Result<InspectionEdit, JichaException>,
    ) -> Result<EditedRecord, JichaException> {
        guarded(|| {
            let id: InspectionId = parse("inspection", inspection)?;
            Ok(self.device.edit(id, vec![edit()?])?.into())
        })
    }
}
