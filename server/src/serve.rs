//! Listening and ending well: after SIGINT or SIGTERM no new connection is taken, and those under way may finish.

use crate::problem::Problem;
use crate::router::{self, DoorError};
use crate::state::App;
use crate::{auth, live, photos, review, telemetry};
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;

/// Why the server stopped before it was told to.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Table and handlers do not match.
    #[error("build the router")]
    Door(#[from] DoorError),
    /// The address is taken or not ours.
    #[error("listen on {address}")]
    Listen {
        /// The configured address.
        address: SocketAddr,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The listener broke.
    #[error("serve")]
    Serve(#[source] std::io::Error),
}

/// Takes the configured address.
pub async fn listen(app: &App) -> Result<TcpListener, ServeError> {
    let address = app.config().listen;
    TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Listen { address, source })
}

/// Serves until `stop` is ready, then drains for at most the configured time.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    telemetry::start_metrics();
    // The first wrong login must not take longer than the second.
    drop(tokio::task::spawn_blocking(|| {
        auth::password::warm_up().map_err(|problem: Problem| problem.code)
    }));
    let router = router::build(app.clone())?;
    let worker = tokio::spawn(photos::worker::run(app.clone()));
    let follower = tokio::spawn(live::follow_photos(app.clone()));
    let queue = tokio::spawn(review::follow(app.clone()));
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    let stopped_app = app.clone();
    let graceful = async move {
        stop.await;
        // Streams would be waited for until the time to drain is over.
        stopped_app.live().end();
        // Nobody may be left who listens; then there is nothing to drain.
        let _ = stopping.send(true);
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(graceful);
    let drain = Duration::from_secs(u64::from(app.config().drain_s));
    let deadline = async move {
        if stopped.wait_for(|stopping| *stopping).await.is_ok() {
            tokio::time::sleep(drain).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        outcome = serving => outcome.map_err(ServeError::Serve)?,
        () = deadline => tracing::warn!("requests were still running when the time to drain was over"),
    }
    worker.abort();
    follower.abort();
    queue.abort();
    if let Err(error) = app.storage().checkpoint().await {
        tracing::warn!(%error, "the write-ahead log was not folded in; the next start does it");
    }
    Ok(())
}

/// Ready when the process is told to stop.
pub async fn stop_signal() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
