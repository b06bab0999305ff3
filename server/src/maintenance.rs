//! What an operator does from the server's own shell: bring in ledgers, back up, restore, rebuild.

use std::error::Error;
use std::path::{Path, PathBuf};

use jicha_store::rebuild::rebuild;
use jicha_store::{open_reader, open_writer};
use jiff::Timestamp;
use rusqlite::Connection;

use crate::config::Config;
use crate::ledger::{self, LedgerKind, Limits, Outcome, Upload};
use crate::photos::{Objects, check};
use crate::review;
use crate::storage::COMPONENTS;
use crate::sync;

/// One piece of maintenance.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// Import a ledger file (CSV or .xlsx), wholly or not at all.
    Import {
        /// org_units, metering_points, meters, customers or readings.
        kind: String,
        /// The file.
        file: PathBuf,
    },
    /// Write a consistent copy of the database to a new file, while the server may be running.
    Backup {
        /// The new file.
        to: PathBuf,
        /// Copy the photos into this folder too. What an earlier backup left there is not copied again.
        #[arg(long)]
        photos: Option<PathBuf>,
    },
    /// Put a backup in the place of the database, which is kept beside it, and begin a new epoch, so that phones offer
    /// again what they have. The server must be stopped.
    Restore {
        /// The backup.
        from: PathBuf,
        /// Bring back from this folder the photos that are lacking.
        #[arg(long)]
        photos: Option<PathBuf>,
    },
    /// Compare every photo with its hash, ask phones again for those that are gone or altered, and take in those that the
    /// database does not know. The server must be stopped.
    CheckPhotos {
        /// Look only whether the files are there and have their size.
        #[arg(long)]
        quick: bool,
    },
    /// Make every projection anew from the change log and say what differed. The server must be stopped.
    Rebuild,
}

/// Runs it.
pub async fn run(config: &Config, command: Command) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Import { kind, file } => import(config, &kind, &file),
        Command::Backup { to, photos } => {
            // The database first: every photo it names is then still to come.
            backup(config, &to)?;
            match photos {
                Some(folder) => back_up_photos(config, &folder).await,
                None => Ok(()),
            }
        }
        Command::Restore { from, photos } => {
            restore(config, &from)?;
            let copied = match photos {
                Some(folder) => Some(check::copy_in(&Objects::open(config)?, &folder).await),
                None => None,
            };
            // A phone deletes its copy on the database's word, so that word must be true, also when not all came back.
            check_photos(config, false).await?;
            if let Some(copied) = copied {
                println!("{} files of photos brought back", copied?);
            }
            Ok(())
        }
        Command::CheckPhotos { quick } => check_photos(config, !quick).await,
        Command::Rebuild => rebuild_all(config),
    }
}

fn open(config: &Config) -> Result<Connection, Box<dyn Error>> {
    Ok(open_writer(&config.database_path(), COMPONENTS)?)
}

fn import(config: &Config, kind: &str, file: &Path) -> Result<(), Box<dyn Error>> {
    let words = "org_units, metering_points, meters, customers or readings";
    let kind =
        LedgerKind::from_word(kind).ok_or_else(|| format!("'{kind}' is no ledger; expected {words}"))?;
    let bytes = std::fs::read(file)?;
    let file_name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut connection = open(config)?;
    let mut transaction = connection.transaction()?;
    let upload = Upload {
        kind,
        file_name: &file_name,
        bytes: &bytes,
        imported_at: Timestamp::now(),
        imported_by: "server",
    };
    let report = ledger::import(&mut transaction, &upload, &Limits::default())?;
    if kind == LedgerKind::OrgUnits {
        review::regroup(&transaction)?;
    }
    transaction.commit()?;
    for issue in report.errors.iter().chain(&report.notes) {
        eprintln!("{}", issue.message.en);
    }
    match report.outcome {
        Outcome::Refused => Err(format!("{} errors; nothing was imported", report.errors_total).into()),
        Outcome::Unchanged => {
            println!("everything in the file was stored already");
            Ok(())
        }
        Outcome::Imported => {
            println!(
                "{} new, {} changed, {} unchanged",
                report.inserted, report.changed, report.unchanged
            );
            Ok(())
        }
    }
}

fn backup(config: &Config, to: &Path) -> Result<(), Box<dyn Error>> {
    if to.exists() {
        return Err(format!("{} exists; name a new file", to.display()).into());
    }
    let connection = open(config)?;
    connection.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    println!("{} holds a copy of the database", to.display());
    Ok(())
}

async fn back_up_photos(config: &Config, folder: &Path) -> Result<(), Box<dyn Error>> {
    let copied = check::copy_out(&Objects::open(config)?, folder).await?;
    println!("{} holds the photos; {copied} files were new", folder.display());
    Ok(())
}

async fn check_photos(config: &Config, read_all: bool) -> Result<(), Box<dyn Error>> {
    let mut connection = open(config)?;
    let objects = Objects::open(config)?;
    let report = check::check(&mut connection, &objects, Timestamp::now(), read_all).await?;
    println!(
        "photos: {} files are sound, {} were taken in",
        report.sound, report.adopted
    );
    for place in &report.lost {
        println!("{place}: gone or altered; phones that still have it will send it again");
    }
    for place in &report.strange {
        println!("{place}: no photo of this server; left alone");
    }
    Ok(())
}

/// The database that is replaced is renamed, never deleted: it may hold what the backup lacks.
fn restore(config: &Config, from: &Path) -> Result<(), Box<dyn Error>> {
    let database = config.database_path();
    require_backup(from)?;
    // The copy gets its new epoch before it takes the place of the database, so that no moment shows the old one. What
    // an earlier attempt left half done is begun anew.
    let incoming = with_suffix(&database, ".incoming");
    for suffix in ["", "-wal", "-shm"] {
        remove_if_there(&with_suffix(&incoming, suffix))?;
    }
    std::fs::copy(from, &incoming)?;
    let epoch = {
        let connection = open_writer(&incoming, COMPONENTS)?;
        let epoch = sync::renew_epoch(&connection, Timestamp::now())?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        epoch
    };
    let kept = with_suffix(&database, &format!(".before-{}", Timestamp::now().as_second()));
    // The write-ahead log first: a database must never stand beside another one's.
    for suffix in ["-wal", "-shm", ""] {
        let file = with_suffix(&database, suffix);
        if file.exists() {
            std::fs::rename(&file, with_suffix(&kept, suffix))?;
        }
    }
    std::fs::rename(&incoming, &database)?;
    if kept.exists() {
        println!("the database before is kept as {}", kept.display());
    }
    println!("restored; the new epoch is {epoch}, and phones will offer what they have at their next sync");
    Ok(())
}

/// A path that leads nowhere, another program's database or a damaged file must not take the place of the database.
fn require_backup(from: &Path) -> Result<(), Box<dyn Error>> {
    let source = open_reader(from)?;
    let check: String = source.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if check != "ok" {
        return Err(format!("{} is damaged: {check}", from.display()).into());
    }
    let ours = "SELECT count(*) FROM migration WHERE component = 'store'";
    let ours: i64 = source
        .query_row(ours, [], |row| row.get(0))
        .map_err(|_| format!("{} is no database of Jicha", from.display()))?;
    if ours == 0 {
        return Err(format!("{} is no database of Jicha", from.display()).into());
    }
    Ok(())
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn rebuild_all(config: &Config) -> Result<(), Box<dyn Error>> {
    let mut connection = open(config)?;
    let report = rebuild(&mut connection, |documents| eprint!("\r{documents} documents"))?;
    eprintln!();
    let transaction = connection.transaction()?;
    let queue = review::remake(&transaction)?;
    transaction.commit()?;
    if queue > 0 {
        println!("the review queue: {queue} rows differed and are right now");
    }
    if report.differing.is_empty() {
        println!("{} documents; every row was what the log says", report.documents);
        return Ok(());
    }
    for (table, rows) in &report.differing {
        println!("{table}: {rows} rows differed and are right now");
    }
    Ok(())
}
