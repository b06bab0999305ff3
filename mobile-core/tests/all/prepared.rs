//! A device that was enrolled and has a task, made without a server.

use std::path::Path;
use std::sync::Arc;

use jicha_device::ports::{
    Clock, Ids, Keystore, KeystoreError, Ports, Request, Response, ResponseBody, Transport, TransportError,
};
use jicha_device::{Device, PhotoFolder};
use jicha_domain::campaign::{Dimension, Specialty};
use jicha_domain::id::{MeteringPointNo, PersonId, TaskId};
use jicha_domain::meter::Nameplate;
use jicha_domain::metering_point::{MeteringPoint, MeteringPointKind};
use jicha_domain::obis::Obis;
use jicha_domain::register::{PreviousReading, Unit};
use jicha_domain::task::{Task, TaskAbout, TaskPoint};
use jicha_mobile_core::{JichaApp, KeyProvider, file_key_provider};
use jicha_record::{Actor, task};
use jicha_store::log::{self, Addition};
use jicha_store::migration::{DEVICE, LOG_AND_PROJECTIONS};
use jiff::Timestamp;
use uuid::Uuid;

pub const POINT: &str = "53032401010001";

/// Opens the app on this folder, with its keys beside the data.
pub fn open(folder: &Path) -> Arc<JichaApp> {
    JichaApp::open(text(&folder.join("data")), keys(folder)).unwrap()
}

/// Makes an enrolled device with one task of one metering point, and returns the task's id. The point's forward total
/// read 10000.00 kWh four weeks ago.
pub fn prepare(folder: &Path) -> String {
    let data = folder.join("data");
    let photos = PhotoFolder::open(&data.join("photos")).unwrap();
    let keystore = Arc::new(Keys(keys(folder)));
    let ports = Ports {
        clock: Arc::new(Now),
        ids: Arc::new(Counted),
        keystore,
        photos: Arc::new(photos),
    };
    let device = Device::open(&data.join("jicha.sqlite"), ports).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    // Port 9 discards; nobody listens there.
    let payload = "http://127.0.0.1:9/enrol#7K3QD9XWTB";
    runtime
        .block_on(device.enrol(&Enrolling, payload, "罗平-1", "test"))
        .unwrap();
    drop(device);
    let id = TaskId::new(Uuid::from_u128(0x0192_f0c1_2b3c_7000_8000_0000_0000_0001));
    put_task(&data, id);
    id.to_string()
}

/// Stores a task as if it had come from the server.
fn put_task(data: &Path, id: TaskId) {
    let now = Timestamp::now();
    let (document, changes) = task::begin(id, Actor::of(Uuid::from_u128(77)), now, &a_task(now)).unwrap();
    let mut connection =
        jicha_store::open_writer(&data.join("jicha.sqlite"), &[LOG_AND_PROJECTIONS, DEVICE]).unwrap();
    let transaction = connection.transaction().unwrap();
    let stored = log::read(&transaction, document.id()).unwrap();
    let addition = Addition {
        document: &document,
        content: None,
        changes: &changes,
        attestations: &[],
    };
    log::append(&transaction, &stored, addition).unwrap();
    transaction.commit().unwrap();
}

fn a_task(now: Timestamp) -> Task {
    let mut task = Task::new(TaskAbout {
        unit: "53032401".parse().unwrap(),
        title: "户表常规检查".to_owned(),
        dimension: Dimension::Routine,
        specialty: Specialty::Metering,
        due_on: None,
        assignees: vec![person()],
        created_by: PersonId::new(Uuid::from_u128(3)),
        created_at: now,
        checklist: None,
        note: None,
    });
    let no: MeteringPointNo = POINT.parse().unwrap();
    let nameplate = Nameplate {
        integer_digits: Some(6),
        decimal_digits: Some(2),
        current: Some("5(60) A".to_owned()),
        rated_voltage: Some("220 V".to_owned()),
        ..Nameplate::new("0533093515144611965413".parse().unwrap())
    };
    let point = MeteringPoint {
        no: no.clone(),
        name: "测试用户".to_owned(),
        kind: MeteringPointKind::Customer,
        class: None,
        unit: "53032401".parse().unwrap(),
        area: None,
        customer_no: None,
        address: None,
        access_difficulty: None,
        position: None,
        contracted_capacity_kva: Some("8".parse().unwrap()),
        voltage: None,
        nameplate,
    };
    let previous = PreviousReading {
        obis: Obis::FORWARD_TOTAL,
        value: "10000.00".parse().unwrap(),
        unit: Unit::Kwh,
        read_at: Timestamp::from_second(now.as_second() - 28 * 86_400).unwrap(),
        source: None,
    };
    let point = TaskPoint {
        point,
        customer: None,
        previous: vec![previous],
        previous_photo: None,
        order: 1,
        reason: None,
        reason_note: None,
    };
    task.points.insert(no, point);
    task
}

fn person() -> PersonId {
    PersonId::new(Uuid::from_u128(2))
}

pub fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

pub fn keys(folder: &Path) -> Arc<dyn KeyProvider> {
    file_key_provider(text(&folder.join("keys"))).unwrap()
}

struct Now;

impl Clock for Now {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn monotonic_ms(&self) -> u64 {
        1
    }
}

struct Counted;

impl Ids for Counted {
    fn new_id(&self, _at: Timestamp) -> Uuid {
        Uuid::from_u128(1)
    }
}

struct Keys(Arc<dyn KeyProvider>);

impl Keystore for Keys {
    fn create_key(&self, label: &str) -> Result<[u8; 32], KeystoreError> {
        Ok(self.0.create_key(label.to_owned()).unwrap().try_into().unwrap())
    }

    fn sign(&self, label: &str, message: &[u8]) -> Result<[u8; 64], KeystoreError> {
        Ok(self
            .0
            .sign(label.to_owned(), message.to_vec())
            .unwrap()
            .try_into()
            .unwrap())
    }
}

/// Answers an enrolment as a server does.
struct Enrolling;

impl Transport for Enrolling {
    type Body = Once;

    async fn send(&self, _request: Request) -> Result<Response<Once>, TransportError> {
        let (device, person) = (
            Uuid::from_u128(0x0192_f0c1_2b3c_7000_8000_0000_0000_0009),
            person(),
        );
        let answer = format!(
            r#"{{"device_id": "{device}", "person": {{"id": "{person}", "name": "王强"}}, "unit": "53032401",
                "audiences": [], "server_public_key": "", "device_token": "token", "protocol": {{"min": 1, "max": 1}}}}"#
        );
        Ok(Response {
            status: 201,
            headers: Vec::new(),
            body: Once(Some(answer.into_bytes())),
        })
    }
}

struct Once(Option<Vec<u8>>);

impl ResponseBody for Once {
    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, TransportError> {
        Ok(self.0.take())
    }
}
