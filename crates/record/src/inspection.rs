//! The inspection as a document: what it says, and the edits that an inspector can make.

use std::collections::BTreeSet;

use jicha_domain::checklist::Answer;
use jicha_domain::clock_comparison::ClockComparison;
use jicha_domain::error_test::{ErrorTestPoint, TestPointNo};
use jicha_domain::finding::Finding;
use jicha_domain::id::{ChecklistItemId, FindingId, InspectionId, PhotoHash};
use jicha_domain::inspection::{Inspection, InspectionAbout, InspectionState};
use jicha_domain::meter::Nameplate;
use jicha_domain::photo::{MissingShot, PhotoRef, PhotoSubject};
use jicha_domain::position::PositionWgs84;
use jicha_domain::register::{RegisterReading, RegisterSlot};
use jicha_domain::seal::{SealCheck, SealKey};
use jicha_domain::signature::{Signature, SignatureRole};
use jicha_domain::wiring::{Phase, PhaseMeasurement};
use jiff::Timestamp;
use serde_json::Value;

use crate::content::{Content, Place};
use crate::entry::Write;
use crate::schema::{FACTS, NOTE};
use crate::{Actor, Change, Document, DocumentId, DocumentKind, Error};

const REGISTERS: &str = "registers";
const SEALS: &str = "seals";
const PHASES: &str = "phases";
const ERROR_TESTS: &str = "error_tests";
const ANSWERS: &str = "answers";
const FINDINGS: &str = "findings";
const PHOTOS: &str = "photos";
const MISSING_SHOTS: &str = "missing_shots";
pub(crate) const SIGNATURES: &str = "signatures";

/// One thing that an inspector does to an inspection. Each writes whole entries, so that two devices editing at
/// once either touch different entries, and both stay, or the same, and a person decides.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a few edits are alive at a time; a box would only burden whoever makes one"
)]
pub enum InspectionEdit {
    /// Notes when the inspector arrived.
    Arrive(Timestamp),
    /// Notes where the inspection is recorded.
    SetPlace(PositionWgs84),
    /// Enters a reading.
    SetRegister(RegisterSlot, RegisterReading),
    /// Enters the plate as found on site.
    SetNameplate(Box<Nameplate>),
    /// Enters the comparison of the meter's clock.
    SetClock(ClockComparison),
    /// Enters the state of a seal.
    SetSeal(SealKey, SealCheck),
    /// Enters what a phase showed.
    SetPhase(Phase, PhaseMeasurement),
    /// Enters a point of the error test.
    SetErrorTestPoint(TestPointNo, ErrorTestPoint),
    /// Answers an item of the checklist.
    SetAnswer(ChecklistItemId, Answer),
    /// Writes a finding, or writes it anew.
    SetFinding(FindingId, Finding),
    /// Takes a finding back that was written by mistake.
    WithdrawFinding(FindingId),
    /// Names a photo as evidence.
    AttachPhoto(PhotoHash, PhotoRef),
    /// Says why a photo of the shot list is lacking.
    ExcuseShot(PhotoSubject, MissingShot),
    /// Rewrites the free words. Only what differs is changed, so that two people can write at once.
    SetNote(String),
    /// Declares the inspection complete.
    Finish(Timestamp),
    /// Signs it. After the inspector's signature only further signatures can be added.
    Sign(SignatureRole, Signature),
}

impl InspectionEdit {
    /// The entry that the edit writes.
    pub fn place(&self) -> Place {
        match self {
            InspectionEdit::Arrive(_) => Place::new(FACTS, "arrived_at"),
            InspectionEdit::SetPlace(_) => Place::new(FACTS, "place"),
            InspectionEdit::SetRegister(slot, _) => Place::new(REGISTERS, slot.to_string()),
            InspectionEdit::SetNameplate(_) => Place::new(FACTS, "nameplate"),
            InspectionEdit::SetClock(_) => Place::new(FACTS, "clock"),
            InspectionEdit::SetSeal(key, _) => Place::new(SEALS, key.to_string()),
            InspectionEdit::SetPhase(phase, _) => Place::new(PHASES, phase.to_string()),
            InspectionEdit::SetErrorTestPoint(no, _) => Place::new(ERROR_TESTS, no.to_string()),
            InspectionEdit::SetAnswer(item, _) => Place::new(ANSWERS, item.to_string()),
            InspectionEdit::SetFinding(id, _) | InspectionEdit::WithdrawFinding(id) => {
                Place::new(FINDINGS, id.to_string())
            }
            InspectionEdit::AttachPhoto(hash, _) => Place::new(PHOTOS, hash.to_string()),
            InspectionEdit::ExcuseShot(shows, _) => Place::new(MISSING_SHOTS, shows.to_string()),
            InspectionEdit::SetNote(_) => Place::new("text", NOTE),
            InspectionEdit::Finish(_) => Place::new(FACTS, "finished_at"),
            InspectionEdit::Sign(role, _) => Place::new(SIGNATURES, role.to_string()),
        }
    }

    fn into_write(self) -> Write {
        let place = self.place();
        match self {
            InspectionEdit::Arrive(at) | InspectionEdit::Finish(at) => Write::Put {
                place,
                value: Value::from(at.as_millisecond()),
            },
            InspectionEdit::SetPlace(value) => Write::put(place, &value),
            InspectionEdit::SetRegister(_, value) => Write::put(place, &value),
            InspectionEdit::SetNameplate(value) => Write::put(place, &value),
            InspectionEdit::SetClock(value) => Write::put(place, &value),
            InspectionEdit::SetSeal(_, value) => Write::put(place, &value),
            InspectionEdit::SetPhase(_, value) => Write::put(place, &value),
            InspectionEdit::SetErrorTestPoint(_, value) => Write::put(place, &value),
            InspectionEdit::SetAnswer(_, value) => Write::put(place, &value),
            InspectionEdit::SetFinding(_, value) => Write::put(place, &value),
            InspectionEdit::WithdrawFinding(_) => Write::Remove { place },
            InspectionEdit::AttachPhoto(_, value) => Write::put(place, &value),
            InspectionEdit::ExcuseShot(_, value) => Write::put(place, &value),
            InspectionEdit::SetNote(text) => Write::Text { key: NOTE, text },
            InspectionEdit::Sign(_, value) => Write::put(place, &value),
        }
    }
}

/// The document of an inspection.
pub fn document_id(id: InspectionId) -> DocumentId {
    DocumentId::new(DocumentKind::Inspection, id.as_uuid())
}

/// Begins an inspection: a new document and the changes that made it.
pub fn begin(
    id: InspectionId,
    actor: Actor,
    at: Timestamp,
    about: &InspectionAbout,
) -> Result<(Document, Vec<Change>), Error> {
    let (mut document, mut changes) = Document::create(document_id(id), actor)?;
    changes.extend(document.write(at, vec![Write::put(Place::new(FACTS, "about"), about)])?);
    Ok((document, changes))
}

/// Makes edits, in one change. Refused after the inspector's signature, except for further signatures.
pub fn edit(
    document: &mut Document,
    at: Timestamp,
    edits: impl IntoIterator<Item = InspectionEdit>,
) -> Result<Vec<Change>, Error> {
    edit_under_retake(document, at, &BTreeSet::new(), edits)
}

/// As [`edit`], where a supervisor asked for some photos again: one that is taken anew for such a photo can be attached
/// after the signature too. Nothing that was signed is touched: the signature goes on covering the heads that it names,
/// the old photo stays, and the new one is a further entry beside it.
pub fn edit_under_retake(
    document: &mut Document,
    at: Timestamp,
    under_retake: &BTreeSet<PhotoHash>,
    edits: impl IntoIterator<Item = InspectionEdit>,
) -> Result<Vec<Change>, Error> {
    let (inspection, _) = read(document.id(), document.content())?;
    let signed = inspection.state() == InspectionState::Signed;
    let is_retake = |hash: &PhotoHash, photo: &PhotoRef| {
        !inspection.photos.contains_key(hash)
            && photo
                .replaces
                .is_some_and(|replaced| under_retake.contains(&replaced))
    };
    let writes = edits
        .into_iter()
        .map(|edit| match &edit {
            InspectionEdit::Sign(role, _) if *role != SignatureRole::Inspector || !signed => {
                Ok(edit.into_write())
            }
            InspectionEdit::AttachPhoto(hash, photo) if signed && is_retake(hash, photo) => {
                Ok(edit.into_write())
            }
            _ if signed => Err(Error::Signed { place: edit.place() }),
            _ => Ok(edit.into_write()),
        })
        .collect::<Result<Vec<_>, _>>()?;
    document.write(at, writes)
}

/// Whether the document is an inspection that its inspector has signed.
pub(crate) fn is_signed(document: &Document) -> bool {
    document.id().kind == DocumentKind::Inspection
        && read(document.id(), document.content())
            .is_ok_and(|(inspection, _)| inspection.state() == InspectionState::Signed)
}

/// What an inspection's document says, and the rest of the content: conflicts, and what could not be read.
pub fn read(id: DocumentId, mut content: Content) -> Result<(Inspection, Content), Error> {
    let about = content.take_fact("about");
    let about = about.ok_or(Error::Incomplete {
        document: id,
        kind: id.kind,
        fact: "about",
    })?;
    let inspection = Inspection {
        about,
        arrived_at: content.take_fact::<i64>("arrived_at").and_then(timestamp),
        finished_at: content.take_fact::<i64>("finished_at").and_then(timestamp),
        place: content.take_fact("place"),
        nameplate: content.take_fact("nameplate"),
        clock: content.take_fact("clock"),
        registers: content.take_section(REGISTERS),
        seals: content.take_section(SEALS),
        phases: content.take_section(PHASES),
        error_tests: content.take_section(ERROR_TESTS),
        answers: content.take_section(ANSWERS),
        findings: content.take_section(FINDINGS),
        photos: content.take_section(PHOTOS),
        missing_shots: content.take_section(MISSING_SHOTS),
        signatures: content.take_section(SIGNATURES),
        note: content.take_text(NOTE),
    };
    Ok((inspection, content))
}

fn timestamp(ms: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(ms).ok()
}
