//! What the first start makes: the data folder, the database, the server's key, the topmost unit, an administrator.

use crate::auth::audit::{self, Event};
use crate::auth::password::Password;
use crate::auth::token::random_bytes;
use crate::auth::{ROOT_UNIT, person};
use crate::clock::Clock;
use crate::config::Config;
use crate::photos::{ObjectError, Photos};
use crate::problem::{Code, Problem};
use crate::state::App;
use crate::storage::{self, COMPONENTS, Storage};
use ed25519_dalek::SigningKey;
use jicha_domain::id::OrgUnitCode;
use jicha_domain::rights::{Grant, Role};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The login of the first administrator.
pub const FIRST_LOGIN: &str = "admin";

/// Why the server could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A file or folder could not be made or read.
    #[error("make or read {path}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The key file holds something else.
    #[error("read the server key {path}: it must hold exactly 32 bytes")]
    KeyFile {
        /// The key file.
        path: PathBuf,
    },
    /// The database could not be opened.
    #[error("set up the database")]
    Storage(#[from] storage::Error),
    /// The photo store could not be opened.
    #[error("set up the photo store")]
    Photos(#[from] ObjectError),
    /// The first administrator could not be made.
    #[error("make the first administrator: {0:?}")]
    Administrator(Code),
}

/// A server that is ready to be served.
pub struct Started {
    /// The state for the router.
    pub app: App,
    /// On the first start only: the administrator's one-time password, to be printed once.
    pub one_time_password: Option<Password>,
}

/// Opens the data folder, making what is missing.
pub async fn start(config: Config, clock: Arc<dyn Clock>) -> Result<Started, StartError> {
    make_folder(&config.data)?;
    let server_key = load_or_make_key(&config.data.join("server.key"))?;
    let storage = Storage::open(&config.database_path(), COMPONENTS, config.readers)?;
    let root_name = config.root_unit_name.clone();
    let photos = Photos::open(&config)?;
    let app = App::new(config, storage, clock, server_key, photos);
    let one_time_password = first_administrator(&app, root_name).await?;
    Ok(Started {
        app,
        one_time_password,
    })
}

fn make_folder(path: &Path) -> Result<(), StartError> {
    let failed = |source| StartError::File {
        path: path.to_owned(),
        source,
    };
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(failed)
}

/// The key is made under another name and renamed, so that a crash leaves either no key or a whole one.
fn load_or_make_key(path: &Path) -> Result<SigningKey, StartError> {
    let failed = |source| StartError::File {
        path: path.to_owned(),
        source,
    };
    if path.exists() {
        let bytes = std::fs::read(path).map_err(failed)?;
        let secret = bytes.try_into().map_err(|_| StartError::KeyFile {
            path: path.to_owned(),
        })?;
        return Ok(SigningKey::from_bytes(&secret));
    }
    let key = SigningKey::from_bytes(&random_bytes());
    let unfinished = path.with_extension("key.new");
    write_private(&unfinished, &key.to_bytes()).map_err(failed)?;
    std::fs::rename(&unfinished, path).map_err(failed)?;
    Ok(key)
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

async fn first_administrator(app: &App, root_name: String) -> Result<Option<Password>, StartError> {
    let failed = |problem: Problem| StartError::Administrator(problem.code);
    let empty: bool = app
        .storage()
        .read(|sql| -> Result<bool, storage::Error> {
            Ok(sql.query_row("SELECT NOT EXISTS (SELECT 1 FROM person)", [], |row| row.get(0))?)
        })
        .await?;
    if !empty {
        return Ok(None);
    }
    let password = Password::one_time();
    let hash = password.hash_blocking().map_err(failed)?;
    let now = app.now();
    let outcome: Result<(), Problem> = app
        .storage()
        .write(move |sql| {
            sql.execute(
                "INSERT INTO org_unit (code, name, kind, parent_code) VALUES (?1, ?2, 'bureau', NULL)
                 ON CONFLICT (code) DO NOTHING",
                (ROOT_UNIT, root_name),
            )?;
            audit::append(
                sql,
                now,
                &Event {
                    who: "server",
                    act: audit::Act::FirstStart,
                    subject: "server",
                    detail: "",
                },
            )?;
            let id = person::add(sql, now, "server", FIRST_LOGIN, "管理员", &hash)?;
            let unit = OrgUnitCode::new(ROOT_UNIT).expect("the root's code is a valid code");
            person::grant(
                sql,
                now,
                "server",
                id,
                &Grant {
                    role: Role::Administrator,
                    unit,
                },
            )
        })
        .await;
    outcome.map_err(failed)?;
    Ok(Some(password))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_first_start_makes_everything_once() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let first = start(Config::for_folder(&data), Arc::new(SystemClock))
            .await
            .unwrap();
        assert!(first.one_time_password.is_some());
        let key = first.app.server_key().to_bytes();
        drop(first);
        let second = start(Config::for_folder(&data), Arc::new(SystemClock))
            .await
            .unwrap();
        assert!(second.one_time_password.is_none());
        assert_eq!(second.app.server_key().to_bytes(), key);
    }

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn the_key_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let started = start(Config::for_folder(folder.path()), Arc::new(SystemClock))
            .await
            .unwrap();
        let mode = std::fs::metadata(folder.path().join("server.key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(started);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_damaged_key_is_reported_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("server.key"), b"short").unwrap();
        let outcome = start(Config::for_folder(folder.path()), Arc::new(SystemClock)).await;
        assert!(matches!(outcome, Err(StartError::KeyFile { .. })));
        assert_eq!(std::fs::read(folder.path().join("server.key")).unwrap(), b"short");
    }
}
