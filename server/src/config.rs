//! Configuration: a flag wins over the environment, the environment over the TOML file, the file over a default
//! that works. Each effective value knows where it came from, and `jicha config` prints that.

use clap::Args;
use serde::Deserialize;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A flag or an environment variable (`clap` reads both; the flag wins).
    FlagOrEnvironment,
    /// The TOML file.
    File,
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Origin::FlagOrEnvironment => "flag or environment",
            Origin::File => "file",
            Origin::Default => "default",
        })
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for a log collector.
    Json,
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LogFormat::Text => "text",
            LogFormat::Json => "json",
        })
    }
}

/// Why the configuration could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that was asked for cannot be read.
    #[error("read the configuration file {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The file is not what we expect; the source names the line and the key.
    #[error("understand the configuration file {path}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// The place and what is wrong with it.
        source: Box<toml::de::Error>,
    },
    /// A value is understood but cannot work.
    #[error("use {name} = {value}: {reason}")]
    Value {
        /// The name of the option.
        name: &'static str,
        /// What was given.
        value: String,
        /// Why it can't work.
        reason: &'static str,
    },
}

macro_rules! options {
    ($( $(#[doc = $doc:literal])+ $name:ident / $environment:literal : $kind:ty = $default:expr; )+) => {
        /// The flags and environment variables; all optional.
        #[derive(Debug, Clone, Default, Args)]
        pub struct Flags {
            /// The TOML configuration file; without it `jicha.toml` in the working folder is read if it exists.
            #[arg(long, global = true, env = "JICHA_CONFIG")]
            pub config: Option<PathBuf>,
            $( $(#[doc = $doc])+ #[arg(long, global = true, env = $environment)] pub $name: Option<$kind>, )+
        }

        /// The TOML file; the same names as the flags, with underscores.
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File { $( $name: Option<$kind>, )+ }

        /// The values in force.
        #[derive(Debug, Clone)]
        pub struct Config { $( $(#[doc = $doc])+ pub $name: $kind, )+ origins: Vec<(&'static str, Origin)> }

        impl Config {
            fn merge(flags: Flags, file: File) -> Config {
                let mut origins = Vec::new();
                $( let $name = pick(stringify!($name), flags.$name, file.$name, || $default, &mut origins); )+
                Config { $( $name, )+ origins }
            }

            /// Name, value and origin of every option, in a fixed order; secrets are not shown.
            pub fn explain(&self) -> Vec<(&'static str, String, Origin)> {
                let values = [ $( (stringify!($name), show(stringify!($name), &self.$name)), )+ ];
                values.into_iter().zip(&self.origins).map(|((name, value), (_, origin))| (name, value, *origin)).collect()
            }
        }
    };
}

options! {
    /// The folder that holds the database, the server key and uploaded files; made on first start.
    data / "JICHA_DATA": PathBuf = PathBuf::from("./data");
    /// The address to listen on.
    listen / "JICHA_LISTEN": SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8088));
    /// The address that phones and browsers use; empty means `http://` and the listening address.
    public_url / "JICHA_PUBLIC_URL": String = String::new();
    /// True behind a reverse proxy that sets X-Forwarded-For: its last entry is then the client's address.
    behind_proxy / "JICHA_BEHIND_PROXY": bool = false;
    /// What to log: a level, or directives such as `info,jicha_server=debug`.
    log / "JICHA_LOG": String = "info".to_owned();
    /// How log lines look.
    log_format / "JICHA_LOG_FORMAT": LogFormat = LogFormat::Text;
    /// With this bearer token /metrics may be read from anywhere; empty: only from this machine.
    metrics_token / "JICHA_METRICS_TOKEN": String = String::new();
    /// Read-only database connections.
    readers / "JICHA_READERS": usize = 4;
    /// A browser session ends after so many minutes without a request.
    session_idle_min / "JICHA_SESSION_IDLE_MIN": u32 = 8 * 60;
    /// A browser session ends after so many hours in any case.
    session_hours_max / "JICHA_SESSION_HOURS_MAX": u32 = 7 * 24;
    /// A request that takes longer than so many seconds is broken off.
    request_timeout_s / "JICHA_REQUEST_TIMEOUT_S": u32 = 30;
    /// On SIGTERM, requests under way get so many seconds to end.
    drain_s / "JICHA_DRAIN_S": u32 = 20;
    /// The largest JSON or form body in bytes; ledgers and sync have limits of their own.
    body_bytes_max / "JICHA_BODY_BYTES_MAX": usize = 1 << 20;
    /// The largest ledger file in bytes.
    ledger_bytes_max / "JICHA_LEDGER_BYTES_MAX": usize = 32 << 20;
    /// The folder of photos and of uploads under way; empty means `photos` in the data folder.
    photo_folder / "JICHA_PHOTO_FOLDER": PathBuf = PathBuf::new();
    /// The largest photo in bytes.
    photo_bytes_max / "JICHA_PHOTO_BYTES_MAX": u64 = 64 << 20;
    /// An upload that is not finished after so many hours is thrown away.
    photo_upload_hours / "JICHA_PHOTO_UPLOAD_HOURS": u32 = 7 * 24;
    /// So many uploads may be received at the same time; further ones are asked to come back.
    photo_uploads_max / "JICHA_PHOTO_UPLOADS_MAX": usize = 256;
    /// So many MiB of the disk are never filled with photos, so that records still find room.
    photo_reserve_mib / "JICHA_PHOTO_RESERVE_MIB": u64 = 1024;
    /// Threads that make thumbnails and previews; 0 makes none.
    photo_workers / "JICHA_PHOTO_WORKERS": usize = 1;
    /// The S3-compatible bucket for photos; empty keeps them in the folder.
    photo_s3_bucket / "JICHA_PHOTO_S3_BUCKET": String = String::new();
    /// The address of the S3 service, such as `https://s3.example`; empty means Amazon's.
    photo_s3_endpoint / "JICHA_PHOTO_S3_ENDPOINT": String = String::new();
    /// The region of the bucket.
    photo_s3_region / "JICHA_PHOTO_S3_REGION": String = "us-east-1".to_owned();
    /// The name of the access key.
    photo_s3_key_id / "JICHA_PHOTO_S3_KEY_ID": String = String::new();
    /// The access key itself.
    photo_s3_key_secret / "JICHA_PHOTO_S3_KEY_SECRET": String = String::new();
    /// The name of the topmost org unit, used when the database is made.
    root_unit_name / "JICHA_ROOT_UNIT_NAME": String = "供电局".to_owned();
}

fn pick<T>(
    name: &'static str,
    flag: Option<T>,
    file: Option<T>,
    default: impl FnOnce() -> T,
    origins: &mut Vec<(&'static str, Origin)>,
) -> T {
    let (value, origin) = match (flag, file) {
        (Some(value), _) => (value, Origin::FlagOrEnvironment),
        (None, Some(value)) => (value, Origin::File),
        (None, None) => (default(), Origin::Default),
    };
    origins.push((name, origin));
    value
}

/// One value as `jicha config` prints it.
trait Show {
    fn show(&self) -> String;
}

macro_rules! show_by_display {
    ($($kind:ty),+) => { $( impl Show for $kind { fn show(&self) -> String { self.to_string() } } )+ };
}
show_by_display!(SocketAddr, String, bool, LogFormat, usize, u32, u64);

impl Show for PathBuf {
    fn show(&self) -> String {
        self.display().to_string()
    }
}

fn show(name: &str, value: &impl Show) -> String {
    let shown = value.show();
    if (name.ends_with("_token") || name.ends_with("_secret")) && !shown.is_empty() {
        "(set)".to_owned()
    } else {
        shown
    }
}

impl Config {
    /// Reads the file, if there is one, merges it under the flags, and checks what can be checked without acting.
    pub fn load(flags: Flags) -> Result<Config, ConfigError> {
        let file = match &flags.config {
            Some(path) => read_file(path)?,
            None => {
                let usual = Path::new("jicha.toml");
                if usual.exists() {
                    read_file(usual)?
                } else {
                    File::default()
                }
            }
        };
        let config = Config::merge(flags, file);
        config.check()?;
        Ok(config)
    }

    /// The defaults with another data folder and any free port: what tests and the demo start from.
    pub fn for_folder(data: &Path) -> Config {
        let flags = Flags {
            data: Some(data.to_owned()),
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
            ..Flags::default()
        };
        Config::merge(flags, File::default())
    }

    /// Where the database file lies.
    pub fn database_path(&self) -> PathBuf {
        self.data.join("jicha.sqlite")
    }

    /// Where photos and uploads under way lie.
    pub fn photo_folder(&self) -> PathBuf {
        if self.photo_folder.as_os_str().is_empty() {
            self.data.join("photos")
        } else {
            self.photo_folder.clone()
        }
    }

    /// The address that phones and browsers use, without a slash at the end.
    pub fn base_url(&self) -> String {
        if self.public_url.is_empty() {
            format!("http://{}", self.listen)
        } else {
            self.public_url.trim_end_matches('/').to_owned()
        }
    }

    /// True when browsers reach us over TLS, so that cookies must say `Secure`.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |name, value: &dyn fmt::Display, reason| {
            Err(ConfigError::Value {
                name,
                value: value.to_string(),
                reason,
            })
        };
        let url = self.public_url.as_str();
        if !url.is_empty() && !url.starts_with("http://") && !url.starts_with("https://") {
            return wrong("public_url", &url, "it must start with http:// or https://");
        }
        if self.session_idle_min == 0 || self.session_hours_max == 0 {
            return wrong(
                "session_idle_min",
                &self.session_idle_min,
                "sessions would end before they begin",
            );
        }
        if self.photo_uploads_max == 0 {
            return wrong("photo_uploads_max", &0, "no photo could ever be received");
        }
        if !self.photo_s3_bucket.is_empty() && !cfg!(feature = "s3") {
            let reason = "this program was built without the feature `s3`";
            return wrong("photo_s3_bucket", &self.photo_s3_bucket, reason);
        }
        if self.request_timeout_s == 0 {
            return wrong("request_timeout_s", &0, "every request would be broken off");
        }
        Ok(())
    }
}

fn read_file(path: &Path) -> Result<File, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
        path: path.to_owned(),
        source,
    })?;
    toml::from_str(&text).map_err(|source| ConfigError::Parse {
        path: path.to_owned(),
        source: Box::new(source),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jicha.toml");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    fn origin(config: &Config, name: &str) -> Origin {
        config
            .explain()
            .into_iter()
            .find(|(known, ..)| *known == name)
            .unwrap()
            .2
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let (_folder, path) = file("listen = \"0.0.0.0:80\"\nlog = \"debug\"\n");
        let flags = Flags {
            config: Some(path),
            listen: Some("127.0.0.1:9".parse().unwrap()),
            ..Flags::default()
        };
        let config = Config::load(flags).unwrap();
        assert_eq!(config.listen.port(), 9);
        assert_eq!(config.log, "debug");
        assert_eq!(origin(&config, "listen"), Origin::FlagOrEnvironment);
        assert_eq!(origin(&config, "log"), Origin::File);
        assert_eq!(origin(&config, "data"), Origin::Default);
    }

    #[test]
    fn a_misspelt_option_in_the_file_is_named_with_its_line() {
        let (_folder, path) = file("log = \"info\"\nlissten = \"0.0.0.0:80\"\n");
        let error = Config::load(Flags {
            config: Some(path),
            ..Flags::default()
        })
        .unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("line 2") && cause.contains("lissten"), "{cause}");
    }

    #[test]
    fn a_public_address_without_a_scheme_is_refused() {
        let flags = Flags {
            public_url: Some("jicha.example".to_owned()),
            ..Flags::default()
        };
        assert!(matches!(
            Config::load(flags),
            Err(ConfigError::Value {
                name: "public_url",
                ..
            })
        ));
    }

    #[test]
    fn secrets_are_not_printed() {
        let flags = Flags {
            metrics_token: Some("s3cret".to_owned()),
            photo_s3_key_secret: Some("s3cret".to_owned()),
            ..Flags::default()
        };
        let config = Config::load(flags).unwrap();
        assert!(
            config
                .explain()
                .iter()
                .all(|(_, value, _)| !value.contains("s3cret"))
        );
    }
}
