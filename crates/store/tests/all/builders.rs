//! A database in a temporary folder, and documents to put into it.

use jicha_domain::campaign::{Dimension, Specialty};
use jicha_domain::checklist::{Answer, AnswerResult};
use jicha_domain::finding::{Finding, FindingCategory, Severity};
use jicha_domain::id::{DeviceId, FindingId, InspectionId, PersonId, PhotoHash, TaskId};
use jicha_domain::inspection::InspectionAbout;
use jicha_domain::meter::Nameplate;
use jicha_domain::metering_point::{MeteringPoint, MeteringPointKind};
use jicha_domain::obis::Obis;
use jicha_domain::photo::{MissingShot, MissingShotReason, PhotoRef, PhotoSubject};
use jicha_domain::position::PositionWgs84;
use jicha_domain::register::{ReadingSource, RegisterReading, RegisterSlot, Unit};
use jicha_domain::task::{Task, TaskAbout, TaskPoint};
use jicha_record::inspection::InspectionEdit;
use jicha_record::{Actor, Attestation, Change, Document, DocumentId, inspection};
use jicha_store::log::{self, Addition, Appended};
use jicha_store::migration::{DEVICE, LOG_AND_PROJECTIONS};
use jicha_store::{open_writer, outbox};
use jiff::Timestamp;
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

/// A moment of the working day in which everything here happens.
pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_765_000_000 + second).unwrap()
}

pub fn device(number: u128) -> Actor {
    Actor::of(Uuid::from_u128(number))
}

pub fn inspection_id(number: u128) -> InspectionId {
    InspectionId::new(Uuid::from_u128(0x1000 + number))
}

pub fn document_id(number: u128) -> DocumentId {
    inspection::document_id(inspection_id(number))
}

pub fn slot(attempt: u8) -> RegisterSlot {
    RegisterSlot {
        obis: Obis::FORWARD_TOTAL,
        attempt,
    }
}

pub fn point(number: u128) -> MeteringPoint {
    let mut nameplate = Nameplate::new("0535000000000123456789".parse().unwrap());
    nameplate.maker = Some("威胜集团".into());
    MeteringPoint {
        no: format!("0503{number:06}").parse().unwrap(),
        name: format!("板桥 {number} 号台区总表"),
        kind: MeteringPointKind::GatewayTransformerArea,
        class: None,
        unit: "LP-BQ".parse().unwrap(),
        area: None,
        customer_no: None,
        address: None,
        access_difficulty: None,
        position: Some(PositionWgs84::new(24.884_51, 104.309_72).unwrap()),
        contracted_capacity_kva: None,
        voltage: None,
        nameplate,
    }
}

pub fn about(number: u128, started: Timestamp) -> InspectionAbout {
    InspectionAbout {
        task: Some(TaskId::new(Uuid::from_u128(77))),
        unit: "LP-BQ".parse().unwrap(),
        dimension: Dimension::Routine,
        specialty: Specialty::Metering,
        inspector: PersonId::new(Uuid::from_u128(5)),
        device: DeviceId::new(Uuid::from_u128(1)),
        started_at: started,
        checklist: "JL-R@1".parse().unwrap(),
        shared_with_unit: false,
        point: point(number),
        previous: vec![],
        previous_photo: None,
    }
}

pub fn set(attempt: u8, kwh: u32) -> InspectionEdit {
    let reading = RegisterReading {
        value: kwh.into(),
        unit: Unit::Kwh,
        read_at: at(60),
        source: ReadingSource::Dial,
        photo: None,
        doubts: vec![],
        inspector: None,
    };
    InspectionEdit::SetRegister(slot(attempt), reading)
}

pub fn answer(item: &str) -> InspectionEdit {
    let answer = Answer {
        result: AnswerResult::Ok,
        value: None,
        unit: None,
        note: Some("正常".into()),
    };
    InspectionEdit::SetAnswer(item.parse().unwrap(), answer)
}

pub fn finding(title: &str) -> InspectionEdit {
    let finding = Finding {
        title: title.into(),
        category: FindingCategory::Seal,
        severity: Severity::General,
        found_at: at(300),
        description: String::new(),
        clause: None,
        item: None,
        responsible_unit: None,
        photos: vec![],
        on_the_spot: false,
        fixed_on_the_spot: false,
        acknowledged_by: None,
        remedy: None,
    };
    InspectionEdit::SetFinding(FindingId::new(Uuid::from_u128(1)), finding)
}

pub fn photo(number: u8) -> InspectionEdit {
    let photo = PhotoRef {
        taken_at: Some(at(120)),
        position: Some(PositionWgs84::new(24.9, 104.3).unwrap()),
        ..PhotoRef::new("image/jpeg", 3_412_077, PhotoSubject::Seal, at(121))
    };
    InspectionEdit::AttachPhoto(PhotoHash::new([number; 32]), photo)
}

pub fn task(points: u128) -> Task {
    let mut task = Task::new(TaskAbout {
        unit: "LP".parse().unwrap(),
        title: "罗平常态稽查".into(),
        dimension: Dimension::Routine,
        specialty: Specialty::Metering,
        due_on: Some("2026-11-30".parse().unwrap()),
        assignees: vec![PersonId::new(Uuid::from_u128(5))],
        created_by: PersonId::new(Uuid::from_u128(6)),
        created_at: at(0),
        checklist: None,
        note: None,
    });
    for number in 1..=points {
        let point = point(number);
        let order = u32::try_from(number).unwrap();
        let (previous, no) = (vec![], point.no.clone());
        let (customer, previous_photo, reason, reason_note) = (None, None, None, None);
        task.points.insert(
            no,
            TaskPoint {
                point,
                customer,
                previous,
                previous_photo,
                order,
                reason,
                reason_note,
            },
        );
    }
    task
}

/// A database file of a phone.
pub struct Phone {
    pub connection: Connection,
    folder: TempDir,
}

impl Phone {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let connection =
            open_writer(&folder.path().join("phone.db"), &[LOG_AND_PROJECTIONS, DEVICE]).unwrap();
        Phone { connection, folder }
    }

    pub fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("phone.db")
    }

    pub fn reopen(&mut self) {
        self.connection = open_writer(&self.path(), &[LOG_AND_PROJECTIONS, DEVICE]).unwrap();
    }

    /// Stores changes that the document has already, and puts them into the outbox.
    pub fn append(
        &mut self,
        document: &Document,
        changes: &[Change],
        attestations: &[Attestation],
    ) -> Appended {
        let transaction = self.connection.transaction().unwrap();
        let stored = log::read(&transaction, document.id()).unwrap();
        let addition = Addition {
            document,
            content: None,
            changes,
            attestations,
        };
        let appended = log::append(&transaction, &stored, addition).unwrap();
        outbox::push(&transaction, appended.document, &appended.sequences).unwrap();
        transaction.commit().unwrap();
        appended
    }

    /// Begins an inspection.
    pub fn begin(&mut self, number: u128) -> Document {
        let about = about(number, at(0));
        let (document, changes) = inspection::begin(inspection_id(number), device(1), at(0), &about).unwrap();
        self.append(&document, &changes, &[]);
        document
    }

    /// Edits an inspection as it is stored.
    pub fn edit(&mut self, number: u128, by: Actor, second: i64, edit: InspectionEdit) -> Appended {
        let mut document = log::load(&self.connection, document_id(number), by)
            .unwrap()
            .unwrap();
        let changes = inspection::edit(&mut document, at(second), [edit]).unwrap();
        self.append(&document, &changes, &[])
    }

    /// The one value that a query gives.
    pub fn one<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        self.connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// All rows of all projections, as text.
    pub fn projections(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (table, _) in jicha_store::projection::TABLES {
            let mut select = self
                .connection
                .prepare(&format!("SELECT * FROM {table}"))
                .unwrap();
            let width = select.column_count();
            let rows = select
                .query_map([], |row| {
                    let values = (0..width).map(|column| row.get::<_, rusqlite::types::Value>(column));
                    Ok(format!("{table} {:?}", values.collect::<Result<Vec<_>, _>>()?))
                })
                .unwrap();
            all.extend(rows.collect::<Result<Vec<_>, _>>().unwrap());
        }
        all.sort();
        all
    }
}

pub fn missing_shot() -> InspectionEdit {
    let missing = MissingShot {
        reason: MissingShotReason::OutOfReach,
        words: None,
        at: at(122),
    };
    InspectionEdit::ExcuseShot(PhotoSubject::Wiring, missing)
}
