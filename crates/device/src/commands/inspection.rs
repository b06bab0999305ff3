//! Starting, filling in, finishing and signing an inspection.

use std::collections::BTreeSet;

use jicha_domain::Language;
use jicha_domain::checklist::{Checklist, ChecklistRef};
use jicha_domain::id::{InspectionId, MeteringPointNo, PhotoHash, TaskId};
use jicha_domain::inspection::{Inspection, InspectionAbout, Missing};
use jicha_domain::register::{RegisterReading, RegisterSlot};
use jicha_domain::rule::{self, Place, Verdict};
use jicha_domain::signature::{Signature, SignatureRole};
use jicha_domain::task::Task;
use jicha_record::inspection::{self, InspectionEdit};
use jicha_record::task;
use jicha_store::{log, photo_queue};
use rusqlite::{Connection, Transaction};

use crate::device::{self, Opened};
use crate::{Device, Error};

/// The form for customers' meters, and the one for gateway meters.
const ROUTINE: &str = "JL-R@1";
const GATEWAY: &str = "JL-G@1";

/// What an edit led to: the rules' answers about the places that it touched. A doubtful value is kept; show the
/// verdict and ask for a second reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Edited {
    /// The verdicts, with the numbers that led to them.
    pub verdicts: Vec<Verdict>,
}

impl Device {
    /// Begins the inspection of a metering point of a task.
    pub fn start_inspection(&self, task: TaskId, point: &MeteringPointNo) -> Result<InspectionId, Error> {
        let mut connection = self.connection();
        let enrolment = device::enrolled(&connection)?;
        let package = load_task(&connection, task)?;
        let in_task = package.points.get(point);
        let in_task = in_task.ok_or_else(|| Error::NotInTask {
            point: point.to_string(),
            task: task.to_string(),
        })?;
        let about = InspectionAbout {
            task: Some(task),
            unit: package.about.unit.clone(),
            dimension: package.about.dimension,
            specialty: package.about.specialty,
            inspector: enrolment.person,
            device: enrolment.device,
            started_at: self.now(),
            checklist: package
                .about
                .checklist
                .clone()
                .unwrap_or_else(|| default_checklist(in_task)),
            shared_with_unit: package.about.assignees.len() > 1,
            point: in_task.point.clone(),
            previous: in_task.previous.clone(),
            previous_photo: in_task.previous_photo,
        };
        let id = InspectionId::new(self.ports.ids.new_id(about.started_at));
        let (document, changes) = inspection::begin(id, device::actor(&enrolment), about.started_at, &about)?;
        let transaction = connection.transaction()?;
        let stored = log::read(&transaction, document.id())?;
        device::commit_local(&transaction, &stored, &document, &changes)?;
        self.note_clocks(&transaction)?;
        transaction.commit()?;
        Ok(id)
    }

    /// Makes edits, in one change. Readings that a rule doubts are marked with the rule.
    pub fn edit(&self, id: InspectionId, edits: Vec<InspectionEdit>) -> Result<Edited, Error> {
        self.edit_with(id, edits, |_| Ok(()))
    }

    /// As [`Device::edit`], with something more that is committed together with it or not at all.
    pub(crate) fn edit_with(
        &self,
        id: InspectionId,
        edits: Vec<InspectionEdit>,
        also: impl FnOnce(&Transaction<'_>) -> Result<(), Error>,
    ) -> Result<Edited, Error> {
        let mut connection = self.connection();
        let now = self.now();
        let (opened, before) = self.open_inspection(&connection, id)?;
        let Opened { stored, mut document } = opened;
        let places: Vec<String> = edits.iter().map(|edit| edit.place().key).collect();
        let edits = edits.into_iter().map(|edit| self.mark_doubts(&before, edit, now));
        let edits: Vec<InspectionEdit> = edits.collect();
        let retakes = under_retake(&connection, id, &edits)?;
        let changes = inspection::edit_under_retake(&mut document, now, &retakes, edits)?;
        let transaction = connection.transaction()?;
        also(&transaction)?;
        device::commit_local(&transaction, &stored, &document, &changes)?;
        transaction.commit()?;
        let (after, _) = inspection::read(document.id(), document.content())?;
        let verdicts = self.verdicts(&after, now);
        let verdicts = verdicts
            .into_iter()
            .filter(|verdict| touches(&verdict.place, &places))
            .collect();
        Ok(Edited { verdicts })
    }

    /// Declares an inspection complete.
    pub fn finish_inspection(&self, id: InspectionId) -> Result<Edited, Error> {
        self.edit(id, vec![InspectionEdit::Finish(self.now())])
    }

    /// Signs an inspection. The inspector's own signature needs everything that the form demands to be there; it
    /// names the state of the document that was signed.
    pub fn sign_inspection(
        &self,
        id: InspectionId,
        role: SignatureRole,
        name: &str,
        stroke_svg: Option<String>,
        refused_because: Option<String>,
    ) -> Result<Edited, Error> {
        let (heads, missing) = {
            let connection = self.connection();
            let (opened, inspection) = self.open_inspection(&connection, id)?;
            (opened.document.heads(), missing_for_signature(&inspection))
        };
        if role == SignatureRole::Inspector && !missing.is_empty() {
            return Err(Error::NotComplete { missing });
        }
        let enrolment = device::enrolled(&self.connection())?;
        let signature = Signature {
            name: name.to_owned(),
            person: (role == SignatureRole::Inspector).then_some(enrolment.person),
            signed_at: self.now(),
            refused_because,
            covers_heads: heads.iter().map(ToString::to_string).collect(),
            stroke_svg,
        };
        self.edit(id, vec![InspectionEdit::Sign(role, signature)])
    }

    /// An inspection as it stands, with what the rules say of it.
    pub fn load_inspection(&self, id: InspectionId) -> Result<(Inspection, Vec<Verdict>), Error> {
        let (_, inspection) = self.open_inspection(&self.connection(), id)?;
        let verdicts = self.verdicts(&inspection, self.now());
        Ok((inspection, verdicts))
    }

    /// A task with its metering points.
    pub fn load_task(&self, id: TaskId) -> Result<Task, Error> {
        load_task(&self.connection(), id)
    }

    /// What is still missing from an inspection, first what stands in the way of signing.
    pub fn missing(&self, id: InspectionId) -> Result<Vec<Missing>, Error> {
        let (_, inspection) = self.open_inspection(&self.connection(), id)?;
        Ok(missing_from(&inspection))
    }

    pub(crate) fn open_inspection(
        &self,
        connection: &Connection,
        id: InspectionId,
    ) -> Result<(Opened, Inspection), Error> {
        let actor = device::actor(&device::enrolled(connection)?);
        let opened = device::open_document(connection, inspection::document_id(id), actor, "inspection")?;
        let (inspection, _) = inspection::read(opened.document.id(), opened.document.content())?;
        Ok((opened, inspection))
    }

    fn verdicts(&self, inspection: &Inspection, now: jiff::Timestamp) -> Vec<Verdict> {
        rule::check(inspection, &self.limits, now)
    }

    /// A reading is stored with the names of the rules that doubt it, so that whoever sees it later sees the doubt,
    /// whatever tables are in force then.
    fn mark_doubts(&self, before: &Inspection, edit: InspectionEdit, now: jiff::Timestamp) -> InspectionEdit {
        match edit {
            InspectionEdit::SetRegister(slot, reading) => {
                let reading = self.with_doubts(before, slot, reading, now);
                InspectionEdit::SetRegister(slot, reading)
            }
            other => other,
        }
    }

    fn with_doubts(
        &self,
        before: &Inspection,
        slot: RegisterSlot,
        mut reading: RegisterReading,
        now: jiff::Timestamp,
    ) -> RegisterReading {
        let mut entered = before.clone();
        entered.registers.insert(slot, reading.clone());
        let mut verdicts = self.verdicts(&entered, now);
        verdicts.retain(|verdict| verdict.place == Place::Register(slot));
        reading.doubts = rule::doubts(&verdicts);
        reading
    }
}

/// Nothing can be said of a form that this app does not know; it does not stand in the way.
fn missing_from(inspection: &Inspection) -> Vec<Missing> {
    let checklist = Checklist::built_in_by_ref(&inspection.about.checklist);
    checklist
        .map(|checklist| inspection.ready_to_sign(&checklist))
        .unwrap_or_default()
}

fn missing_for_signature(inspection: &Inspection) -> Vec<String> {
    missing_from(inspection)
        .into_iter()
        .filter(|missing| missing.required)
        .map(|missing| format!("{} {}", missing.place, missing.want.label(Language::En)))
        .collect()
}

/// The photos among those that the edits replace which a supervisor asked for again.
fn under_retake(
    connection: &Connection,
    id: InspectionId,
    edits: &[InspectionEdit],
) -> Result<BTreeSet<PhotoHash>, Error> {
    let mut asked_for = BTreeSet::new();
    for edit in edits {
        if let InspectionEdit::AttachPhoto(_, photo) = edit
            && let Some(replaced) = photo.replaces
            && photo_queue::is_under_retake(connection, id, replaced)?
        {
            asked_for.insert(replaced);
        }
    }
    Ok(asked_for)
}

fn touches(place: &Place, keys: &[String]) -> bool {
    match place {
        Place::Photo(hash) => keys.iter().any(|key| *key == hash.to_string()),
        Place::Register(slot) => keys.iter().any(|key| *key == slot.to_string()),
        // The other rules look at several entries at once, so any edit may have touched them.
        _ => true,
    }
}

fn load_task(connection: &Connection, id: TaskId) -> Result<Task, Error> {
    let actor = device::actor(&device::enrolled(connection)?);
    let opened = device::open_document(connection, task::document_id(id), actor, "task")?;
    Ok(task::read(opened.document.id(), opened.document.content())?.0)
}

fn default_checklist(point: &jicha_domain::task::TaskPoint) -> ChecklistRef {
    let form = if point.point.kind.is_gateway() {
        GATEWAY
    } else {
        ROUTINE
    };
    form.parse()
        .expect("the names of the built-in forms are well-formed")
}
