//! A server under test, with a clock that stands until it is moved, and clients that keep one cookie.

use jicha_domain::id::{OrgUnitCode, PersonId};
use jicha_domain::rights::{Grant, Role};
use jicha_server::auth::password::Password;
use jicha_server::auth::{person, session};
use jicha_server::clock::Clock;
use jicha_server::config::Config;
use jicha_server::problem::Problem;
use jicha_server::state::App;
use jicha_server::{first_start, serve};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder, Response, redirect};
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A clock that stands until it is moved.
pub struct StandingClock(Mutex<Timestamp>);

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

pub struct TestServer {
    pub app: App,
    pub url: String,
    pub admin_password: String,
    clock: Arc<StandingClock>,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
    folder: Option<tempfile::TempDir>,
}

impl Drop for TestServer {
    fn drop(&mut self) {
        drop(self.stop.take());
    }
}

impl TestServer {
    pub async fn start() -> TestServer {
        TestServer::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> TestServer {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::for_folder(&folder.path().join("data"));
        change(&mut config);
        let clock = Arc::new(StandingClock(Mutex::new("2026-11-24T02:00:00Z".parse().unwrap())));
        TestServer::run(folder, config, clock).await
    }

    /// Stops it as SIGTERM does, and starts it again on the same folder.
    pub async fn restart(self) -> TestServer {
        self.restart_with(|_| {}).await
    }

    pub async fn restart_with(mut self, change: impl FnOnce(&mut Config)) -> TestServer {
        drop(self.stop.take());
        self.serving.take().unwrap().await.unwrap();
        let mut config = self.app.config().clone();
        change(&mut config);
        let folder = self.folder.take().unwrap();
        TestServer::run(folder, config, self.clock.clone()).await
    }

    async fn run(folder: tempfile::TempDir, config: Config, clock: Arc<StandingClock>) -> TestServer {
        let started = first_start::start(config, clock.clone()).await.unwrap();
        let listener = serve::listen(&started.app).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let app = started.app.clone();
        let serving = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            serve::serve(app, listener, stopped).await.unwrap();
        });
        TestServer {
            app: started.app,
            url,
            admin_password: started
                .one_time_password
                .map(|password| password.reveal().to_owned())
                .unwrap_or_default(),
            clock,
            stop: Some(stop),
            serving: Some(serving),
            folder: Some(folder),
        }
    }

    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.clock.0.lock().unwrap();
        *now += by;
    }

    /// A client without a session.
    pub fn stranger(&self) -> Client {
        let http = jicha_simulator::http::client_builder()
            .redirect(redirect::Policy::none())
            .build()
            .unwrap();
        Client {
            http,
            url: self.url.clone(),
            cookie: None,
            origin: Some(self.url.clone()),
        }
    }

    pub async fn unit(&self, code: &str, name: &str, kind: &str, parent: &str) {
        let row = (
            code.to_owned(),
            name.to_owned(),
            kind.to_owned(),
            parent.to_owned(),
        );
        self.write(move |sql| {
            sql.execute(
                "INSERT INTO org_unit (code, name, kind, parent_code) VALUES (?1, ?2, ?3, ?4)",
                row,
            )?;
            Ok(())
        })
        .await;
    }

    /// A person with one role, whose password is `password of LOGIN` and the person's own.
    pub async fn person(&self, login: &str, name: &str, role: Role, unit: &str) -> PersonId {
        let hash = Password::typed(format!("password of {login}"))
            .hash()
            .await
            .unwrap();
        let (login, name, unit) = (login.to_owned(), name.to_owned(), OrgUnitCode::new(unit).unwrap());
        let now = self.app.now();
        self.write(move |sql| {
            let id = person::add(sql, now, "test", &login, &name, &hash)?;
            person::grant(sql, now, "test", id, &Grant { role, unit })?;
            person::set_password(sql, now, "test", id, &hash, false)?;
            Ok(id)
        })
        .await
    }

    /// A client with a session of this person, without the cost of a sign-in.
    pub async fn session_of(&self, person: PersonId) -> Client {
        let (now, lifetime) = (self.app.now(), self.app.session_lifetime());
        let token = self
            .write(move |sql| session::start(sql, now, person, lifetime))
            .await;
        Client {
            cookie: Some(format!("jicha_session={}", token.reveal())),
            ..self.stranger()
        }
    }

    /// A new person with this role, and a client of hers.
    pub async fn client(&self, login: &str, role: Role, unit: &str) -> Client {
        let id = self.person(login, login, role, unit).await;
        self.session_of(id).await
    }

    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut rusqlite::Transaction<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> T {
        self.app.storage().write(work).await.unwrap()
    }

    pub async fn audited(&self) -> Vec<String> {
        let read = |sql: &rusqlite::Connection| {
            let mut statement = sql.prepare("SELECT act FROM audit_event ORDER BY seq")?;
            let acts = statement
                .query_map([], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            Ok::<_, Problem>(acts)
        };
        self.app.storage().read(read).await.unwrap()
    }
}

#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    pub cookie: Option<String>,
    pub origin: Option<String>,
}

impl Client {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(origin) = &self.origin {
            request = request.header("origin", origin);
        }
        request
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// As a browser asks.
    pub async fn page(&self, path: &str, language: &str) -> Response {
        let request = self
            .request(Method::GET, path)
            .header("accept", "text/html")
            .header("accept-language", language);
        request.send().await.unwrap()
    }

    pub async fn post_json(&self, path: &str, body: &serde_json::Value) -> Response {
        self.request(Method::POST, path).json(body).send().await.unwrap()
    }

    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        self.request(Method::POST, path)
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.join("&"))
            .send()
            .await
            .unwrap()
    }

    /// Signs in through the form; `true` when it worked, and then the client has the session.
    pub async fn sign_in(&mut self, login: &str, password: &str) -> bool {
        let response = self
            .post_form("/sign-in", &[("login", login), ("password", password)])
            .await;
        self.keep_cookie(&response);
        response.status() == 303
    }

    pub fn keep_cookie(&mut self, response: &Response) {
        if let Some(set) = response.headers().get("set-cookie") {
            self.cookie = set.to_str().unwrap().split(';').next().map(str::to_owned);
        }
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// The stable code of a problem.
pub async fn code_of(response: Response) -> String {
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let body: serde_json::Value = response.json().await.unwrap();
    body["code"].as_str().unwrap().to_owned()
}
