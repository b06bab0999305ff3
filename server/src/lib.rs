//! The server of Jicha: takes in what inspectors recorded, keeps it, and shows it.
//!
//! It joins the pure crates (`jicha-domain`, `jicha-record`, `jicha-sync`) and the store to the outside world: HTTP,
//! sessions, files, a clock. It deliberately holds no rule of metering or of rights of its own: those are `domain`'s;
//! and it knows nothing of what happens inside a device.
//!
//! * [`config`] decides the options, [`first_start`] makes what is missing, [`serve`] listens and ends well;
//! * [`router`] holds the table of routes and the one door, [`auth`] says who is asking;
//! * [`api`] is the JSON API, [`web`] the pages, [`problem`] the one place where errors become answers;
//! * [`photos`] receives, checks and keeps photos;
//! * [`storage`] runs SQLite work off the async threads.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use jicha_server::{clock::SystemClock, config::Config, first_start, serve};
//! let config = Config::for_folder(std::path::Path::new("./data"));
//! let started = first_start::start(config, std::sync::Arc::new(SystemClock)).await?;
//! let listener = serve::listen(&started.app).await?;
//! serve::serve(started.app, listener, serve::stop_signal()).await?;
//! # Ok(())
//! # }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod api;
pub mod auth;
pub mod clock;
pub mod config;
pub mod demo;
pub mod first_start;
pub mod ledger;
pub mod maintenance;
pub mod people;
pub mod photos;
pub mod planning;
pub mod problem;
pub mod router;
pub mod serve;
pub mod state;
pub mod storage;
pub mod sync;
pub mod telemetry;
pub mod web;
