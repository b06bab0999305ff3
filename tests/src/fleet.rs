//! A bureau in miniature: a server with a real ledger, inspectors with phones, and a task for them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jicha_domain::campaign::{Dimension, Specialty};
use jicha_domain::id::{InspectionId, MeteringPointNo, PersonId, TaskId};
use jicha_domain::rights::Role;
use jicha_domain::task::TaskAbout;
use jicha_server::ledger::LedgerKind;
use tempfile::TempDir;

use crate::time::TestClock;
use crate::{Phone, TestServer};

/// The unit below which the three transformer areas of the test data lie.
pub const UNIT: &str = "5303240101";

/// Photos of the test data, by their names.
pub fn photos(names: &[&str]) -> Vec<PathBuf> {
    names
        .iter()
        .map(|name| data().join("photos").join(name))
        .collect()
}

/// As many photos as the form of a customer's meter asks for.
pub fn photos_for_a_form() -> Vec<PathBuf> {
    photos(&[
        "DSCN0010.jpg",
        "DSCN0012.jpg",
        "DSCN0021.jpg",
        "DSCN0025.jpg",
        "DSCN0027.jpg",
        "DSCN0029.jpg",
        "DSCN0038.jpg",
        "HMD_Nokia_8.3_5G.jpg",
    ])
}

/// A server and its phones.
#[derive(Debug)]
pub struct Fleet {
    /// The server; `None` while it is down.
    pub server: Option<TestServer>,
    /// The phones, in the order in which they were handed out.
    pub phones: Vec<Phone>,
    /// Who holds each phone.
    pub inspectors: Vec<PersonId>,
    /// Who plans.
    pub planner: PersonId,
    /// The time that all share.
    pub clock: Arc<TestClock>,
    folder: TempDir,
    seed: u64,
}

/// The test data of the repository.
pub fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

impl Fleet {
    /// A server with the ledger imported, and so many inspectors, each with an enrolled phone.
    pub async fn of(phones: usize, seed: u64) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let clock = Arc::new(TestClock::begin());
        let server = TestServer::start(&folder.path().join("server"), None, clock.clone()).await;
        import_ledger(&server).await;
        let planner = server.person("planner", Role::Planner, "ROOT").await;
        let server = Some(server);
        let mut fleet = Fleet {
            server,
            phones: Vec::new(),
            inspectors: Vec::new(),
            planner,
            clock,
            folder,
            seed,
        };
        for number in 0..phones {
            fleet.hand_out_phone(&format!("inspector-{number}")).await;
        }
        fleet
    }

    /// The server, which must be running.
    pub fn server(&self) -> &TestServer {
        self.server.as_ref().expect("the server runs")
    }

    /// Adds an inspector with an enrolled phone.
    pub async fn hand_out_phone(&mut self, login: &str) {
        let person = self.server().person(login, Role::Inspector, "ROOT").await;
        self.hand_out_phone_to(person, login).await;
    }

    /// Gives an enrolled phone to somebody.
    pub async fn hand_out_phone_to(&mut self, person: PersonId, name: &str) {
        let number = self.phones.len() as u64;
        let folder = self.folder.path().join(format!("phone-{number}"));
        let phone = Phone::unpack(&folder, self.seed.wrapping_mul(1000) + number, self.clock.clone());
        let payload = self.server().enrolment_payload(person).await;
        let enrolled = phone.device.enrol(&phone.link, &payload, name, "test").await;
        enrolled
            .unwrap_or_else(|error| panic!("the phone was not enrolled: {}", crate::phone::causes(&error)));
        self.phones.push(phone);
        self.inspectors.push(person);
    }

    /// Gives a task of so many metering points to all inspectors together.
    pub async fn task_for_all(&self, points: usize) -> TaskId {
        self.task_for(self.inspectors.clone(), points).await
    }

    /// Gives a task to some inspectors.
    pub async fn task_for(&self, assignees: Vec<PersonId>, points: usize) -> TaskId {
        let about = TaskAbout {
            unit: UNIT.parse().expect("a unit's code"),
            title: "台区关口与户表常规检查".to_owned(),
            dimension: Dimension::Routine,
            specialty: Specialty::Metering,
            due_on: None,
            assignees,
            created_by: self.planner,
            created_at: jicha_device::ports::Clock::now(self.clock.as_ref()),
            checklist: None,
            note: None,
        };
        self.server().task(about, points_of_the_first_area(points)).await
    }

    /// Gives a task of so many points to all, syncs the first phone, and begins the inspection of its last point on it.
    pub async fn begin_on_first_phone(&self, points: usize) -> InspectionId {
        let task = self.task_for_all(points).await;
        let phone = &self.phones[0];
        phone.sync().await;
        let point = points_of_the_first_area(points).pop().expect("a task has points");
        phone
            .device
            .start_inspection(task, &point)
            .expect("the task is on the phone")
    }

    /// The folder of the server's data.
    pub fn server_folder(&self) -> PathBuf {
        self.folder.path().join("server")
    }

    /// The folder of a phone.
    pub fn phone_folder(&self, number: usize) -> PathBuf {
        self.folder.path().join(format!("phone-{number}"))
    }

    /// Stops the server and starts it again on the same port and data.
    pub async fn restart_server(&mut self) {
        let server = self.server.take().expect("the server runs");
        let address = server.address();
        let folder = server.stop().await;
        self.server = Some(TestServer::start(&folder, Some(address), self.clock.clone()).await);
    }
}

/// The numbers of the first metering points of the first transformer area, the gateway meter first.
pub fn points_of_the_first_area(count: usize) -> Vec<MeteringPointNo> {
    let gateway = format!("{UNIT}G");
    let customers = (0..).map(|number| format!("{UNIT}{number:04}"));
    std::iter::once(gateway)
        .chain(customers)
        .take(count)
        .map(|no| no.parse().expect("a metering point's number"))
        .collect()
}

/// Imports the ledger of the test data.
pub async fn import_ledger(server: &TestServer) {
    let files = [
        (LedgerKind::OrgUnits, "ledger/org_units.csv"),
        (LedgerKind::MeteringPoints, "network/ledger_points_gb18030.csv"),
        (LedgerKind::Meters, "ledger/meters.csv"),
        (LedgerKind::Customers, "ledger/customers.csv"),
        (LedgerKind::Readings, "network/ledger_readings_gb18030.csv"),
    ];
    for (kind, file) in files {
        server.import(kind, &data().join(file)).await;
    }
}
