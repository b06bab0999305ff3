//! A server with a ledger, tasks, and two inspectors with a phone each who share the tasks.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jicha_device::ports::{Clock, Request, Response, Transport, TransportError};
use jicha_device::{Cancellation, SyncEvent, SyncObserver, SyncReport};
use jicha_domain::campaign::{Dimension, Specialty};
use jicha_domain::id::{InspectionId, MeteringPointNo, PersonId, TaskId};
use jicha_domain::rights::Role;
use jicha_domain::task::TaskAbout;
use jicha_tests::fleet::UNIT;
use jicha_tests::time::{Dice, TestClock};
use jicha_tests::{Phone, TestServer, phone};
use std::sync::Mutex;
use tempfile::TempDir;

use crate::inspector;
use crate::ledger::Ledger;

/// Everything that the measures play with.
pub struct Bureau {
    pub server: TestServer,
    /// The phone that records, and the one that receives.
    pub phones: [Phone; 2],
    pub clock: Arc<TestClock>,
    pub dice: Dice,
    /// Each metering point with its task.
    pub points: Vec<(TaskId, MeteringPointNo)>,
    pub folder: TempDir,
}

impl Bureau {
    /// A bureau with tasks for so many metering points, known to both phones.
    pub async fn of(points: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let clock = Arc::new(TestClock::begin());
        let mut dice = Dice::from_seed(7);
        let server = TestServer::start(&folder.path().join("server"), None, clock.clone()).await;
        let ledger = Ledger::of(points, &mut dice);
        ledger.import(&server, folder.path()).await;
        let planner = server.person("planner", Role::Planner, "ROOT").await;
        let (first, first_phone) = hand_out(&server, &folder.path().join("phone-0"), 1, &clock).await;
        let (second, second_phone) = hand_out(&server, &folder.path().join("phone-1"), 2, &clock).await;
        let mut points = Vec::new();
        for package in ledger.packages() {
            let about = about(vec![first, second], planner, &clock);
            let task = server.task(about, package.to_vec()).await;
            points.extend(package.iter().map(|no| (task, no.clone())));
        }
        let phones = [first_phone, second_phone];
        for phone in &phones {
            phone.sync().await;
        }
        Bureau {
            server,
            phones,
            clock,
            dice,
            points,
            folder,
        }
    }

    /// Inspects each of the points on the first phone.
    pub fn inspect_all(&mut self) -> Vec<InspectionId> {
        let device = &self.phones[0].device;
        self.points
            .iter()
            .map(|(task, point)| inspector::inspect(device, &self.clock, &mut self.dice, *task, point))
            .collect()
    }

    /// Copies the server's folder as it is now, to play with the copy.
    pub async fn copy_of_server(&self, name: &str) -> PathBuf {
        self.server
            .app()
            .storage()
            .checkpoint()
            .await
            .expect("the log can be written back");
        let (from, to) = (self.folder.path().join("server"), self.folder.path().join(name));
        copy_folder(&from, &to);
        to
    }
}

/// Copies the files of a folder.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a file has a name");
        if path.is_file() {
            std::fs::copy(&path, to.join(name)).expect("a file can be copied");
        }
    }
}

async fn hand_out(
    server: &TestServer,
    folder: &Path,
    seed: u64,
    clock: &Arc<TestClock>,
) -> (PersonId, Phone) {
    let login = format!("inspector-{seed}");
    let person = server.person(&login, Role::Inspector, "ROOT").await;
    let phone = Phone::unpack(folder, seed, clock.clone());
    let payload = server.enrolment_payload(person).await;
    let enrolled = phone.device.enrol(&phone.link, &payload, &login, "bench").await;
    enrolled.unwrap_or_else(|error| panic!("the phone was not enrolled: {}", phone::causes(&error)));
    (person, phone)
}

fn about(assignees: Vec<PersonId>, planner: PersonId, clock: &TestClock) -> TaskAbout {
    TaskAbout {
        unit: UNIT.parse().expect("a unit's code"),
        title: "台区户表常规检查".to_owned(),
        dimension: Dimension::Routine,
        specialty: Specialty::Metering,
        due_on: None,
        assignees,
        created_by: planner,
        created_at: clock.now(),
        checklist: None,
        note: None,
    }
}

/// A link that keeps the requests, so that they can be sent again elsewhere.
pub struct Recorder<'a> {
    phone: &'a Phone,
    pub requests: Mutex<Vec<Request>>,
}

impl<'a> Recorder<'a> {
    pub fn of(phone: &'a Phone) -> Self {
        Recorder {
            phone,
            requests: Mutex::default(),
        }
    }

    /// Syncs the phone through this link.
    pub async fn sync(&self) -> SyncReport {
        let report = self
            .phone
            .device
            .sync(self, &Unobserved, &Cancellation::default())
            .await;
        report.unwrap_or_else(|error| panic!("the sync failed: {}", phone::causes(&error)))
    }
}

impl Transport for Recorder<'_> {
    type Body = jicha_simulator::link::LinkBody;

    async fn send(&self, request: Request) -> Result<Response<Self::Body>, TransportError> {
        self.requests
            .lock()
            .expect("no panic under this lock")
            .push(request.clone());
        self.phone.link.send(request).await
    }
}

struct Unobserved;

impl SyncObserver for Unobserved {
    fn on_event(&self, _: SyncEvent) {}
}
