//! A real server on a free port, in a temporary folder.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jicha_domain::id::{DeviceId, MeteringPointNo, OrgUnitCode, PersonId, TaskId};
use jicha_domain::rights::{Grant, Role};
use jicha_domain::task::{PointReason, TaskAbout};
use jicha_server::auth::{device, enrolment_code, person};
use jicha_server::clock::Clock;
use jicha_server::config::Config;
use jicha_server::ledger::{self, LedgerKind, Limits, Upload};
use jicha_server::problem::Problem;
use jicha_server::state::App;
use jicha_server::{first_start, planning, serve};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::time::{ServerClock, TestClock};

/// A running server. It stops when it is dropped.
pub struct TestServer {
    app: App,
    address: SocketAddr,
    folder: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
    clock: Arc<TestClock>,
}

impl std::fmt::Debug for TestServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TestServer({})", self.address)
    }
}

impl TestServer {
    /// Starts a server on this data folder; `address` is a free port the first time and the same one afterwards.
    pub async fn start(folder: &Path, address: Option<SocketAddr>, clock: Arc<TestClock>) -> Self {
        let mut config = Config::for_folder(folder);
        config.listen = address.unwrap_or_else(|| "127.0.0.1:0".parse().expect("an address"));
        let started = first_start::start(config, Arc::new(ServerClock(clock.clone()))).await;
        let app = started.expect("a server starts in a folder of its own").app;
        let listener = serve::listen(&app).await.expect("the port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let (stop, stopped) = oneshot::channel();
        let serving = serve::serve(app.clone(), listener, async {
            drop(stopped.await);
        });
        let running = tokio::spawn(async move {
            serving.await.expect("the server runs until it is stopped");
        });
        let folder = folder.to_owned();
        TestServer {
            app,
            address,
            folder,
            stop: Some(stop),
            running: Some(running),
            clock,
        }
    }

    /// Stops the server and waits until it has stopped.
    pub async fn stop(mut self) -> PathBuf {
        drop(self.stop.take());
        if let Some(running) = self.running.take() {
            running.await.expect("the server stops in order");
        }
        self.folder.clone()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a browser would open.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its database.
    pub fn database(&self) -> PathBuf {
        self.app.config().database_path()
    }

    /// Its inside.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Imports a ledger file.
    pub async fn import(&self, kind: LedgerKind, path: &Path) {
        let bytes = std::fs::read(path).expect("the ledger is there");
        let file_name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let now = self.now();
        let report = self
            .app
            .storage()
            .write(move |sql| -> Result<_, Problem> {
                let upload = Upload {
                    kind,
                    file_name: &file_name,
                    bytes: &bytes,
                    imported_at: now,
                    imported_by: "test",
                };
                Ok(ledger::import(sql, &upload, &Limits::default())?)
            })
            .await;
        let report = report.unwrap_or_else(|problem| panic!("the import failed: {problem:?}"));
        assert!(
            report.errors.is_empty(),
            "{} has errors: {:?}",
            path.display(),
            report.errors
        );
    }

    /// Adds a person with a role in a unit.
    pub async fn person(&self, login: &str, role: Role, unit: &str) -> PersonId {
        let (now, login) = (self.now(), login.to_owned());
        let unit: OrgUnitCode = unit.parse().expect("a unit's code");
        let added = self.app.storage().write(move |sql| -> Result<_, Problem> {
            let id = person::add(sql, now, "test", &login, &login, "no password")?;
            person::grant(sql, now, "test", id, &Grant { role, unit })?;
            Ok(id)
        });
        added
            .await
            .unwrap_or_else(|problem| panic!("the person was not added: {problem:?}"))
    }

    /// Takes a role in a unit away from a person, who must hold it.
    pub async fn take_role_away(&self, id: PersonId, role: Role, unit: &str) {
        let now = self.now();
        let unit: OrgUnitCode = unit.parse().expect("a unit's code");
        let grant = Grant { role, unit };
        let revoked = self
            .app
            .storage()
            .write(move |sql| person::revoke(sql, now, "test", id, &grant));
        revoked
            .await
            .unwrap_or_else(|problem| panic!("the role was not taken away: {problem:?}"));
    }

    /// What the QR code for a new device of this person says.
    pub async fn enrolment_payload(&self, person: PersonId) -> String {
        let now = self.now();
        let made = self.app.storage().write(move |sql| -> Result<_, Problem> {
            enrolment_code::make(sql, now, "test", person, enrolment_code::LIFE_MAX)
        });
        let (code, _) = made
            .await
            .unwrap_or_else(|problem| panic!("no code was made: {problem:?}"));
        format!("{}/enrol#{}", self.url(), code.as_str())
    }

    /// Makes a task of metering points of the ledger.
    pub async fn task(&self, about: TaskAbout, points: Vec<MeteringPointNo>) -> TaskId {
        let now = self.now();
        let key = self.app.server_key().clone();
        let made = self.app.storage().write(move |sql| -> Result<_, Problem> {
            planning::make_task(sql, &key, now, about, &points, PointReason::Random)
        });
        made.await
            .unwrap_or_else(|problem| panic!("the task was not made: {problem:?}"))
    }

    /// Locks a device.
    pub async fn lock_device(&self, id: DeviceId) {
        let now = self.now();
        let locked = self
            .app
            .storage()
            .write(move |sql| device::set_locked(sql, now, "test", id, true));
        locked
            .await
            .unwrap_or_else(|problem| panic!("the device was not locked: {problem:?}"));
    }

    fn now(&self) -> jiff::Timestamp {
        ServerClock(self.clock.clone()).now()
    }
}
