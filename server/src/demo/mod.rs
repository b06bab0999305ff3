//! `jicha demo`: a day of a small bureau in front of the user's eyes, and the server left running to look at it.
//!
//! Nothing is staged: the ledger is a real low-voltage network, the photos are photographs with their EXIF data, and
//! the phones are the simulator's, that is, the same device that an app links, each with its own database. This is
//! the only place of the server that knows a device.

mod data;
mod photos;
mod story;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use crate::clock::SystemClock;
use crate::config::Config;
use crate::{first_start, serve};

/// What can be chosen.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Where the demonstration keeps its files; emptied at the start.
    #[arg(long, default_value = "demo-data")]
    pub folder: PathBuf,
    /// End when the day is over instead of leaving the server running.
    #[arg(long)]
    pub exit: bool,
    /// Leave the photos on the phones, to see how the pages show what is still on its way.
    #[arg(long)]
    pub photos_stay: bool,
}

/// Plays the day.
pub async fn run(mut config: Config, options: Options) -> Result<(), Box<dyn Error>> {
    let folder = fresh_folder(&options)?;
    config.data = folder.join("server");
    let started = first_start::start(config, Arc::new(SystemClock)).await?;
    let app = started.app;
    let listener = serve::listen(&app).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let (finished, stop) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(serve::serve(app.clone(), listener, async {
        tokio::select! {
            () = serve::stop_signal() => {}
            _ = stop => {}
        }
    }));
    let accounts = story::play(&app, &url, &folder, options.photos_stay).await?;
    println!();
    println!("  Look at it:  {url}");
    println!(
        "  Sign in as   {}  (supervisor)     password  {}",
        accounts.supervisor.0, accounts.supervisor.1
    );
    println!(
        "  or as        {}       (administrator)  password  {}",
        accounts.administrator.0, accounts.administrator.1
    );
    if options.exit {
        // The receiver is gone only if the server has stopped by itself, and then there is nobody to tell.
        _ = finished.send(());
    } else {
        println!("  Ctrl-C ends the server. Files are in {}.", folder.display());
        println!();
    }
    serving.await??;
    Ok(())
}

/// Empties the folder of an earlier demonstration. A folder that holds anything else is left alone.
fn fresh_folder(options: &Options) -> Result<PathBuf, Box<dyn Error>> {
    const MARK: &str = "jicha-demo";
    let folder = &options.folder;
    if folder.exists() {
        let empty = folder.read_dir()?.next().is_none();
        if !empty && !folder.join(MARK).exists() {
            return Err(format!(
                "{} exists and is no demonstration's folder; name another with --folder",
                folder.display()
            )
            .into());
        }
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    std::fs::write(
        folder.join(MARK),
        "This folder belongs to `jicha demo` and is emptied when it starts.\n",
    )?;
    Ok(folder.canonicalize()?)
}
