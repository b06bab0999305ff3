//! The program `jicha`: reads the command line and hands over to the library.

use clap::{Parser, Subcommand};
use jicha_server::clock::SystemClock;
use jicha_server::config::{Config, Flags};
use jicha_server::{demo, first_start, maintenance, people, serve, telemetry};
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

/// Jicha 稽查: field inspection for electricity metering, offline first.
#[derive(Debug, Parser)]
#[command(name = "jicha", version, about)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server (what happens without a command, too).
    Serve,
    /// Play a day of a small bureau on real input, and leave the server running to look at it.
    Demo(demo::Options),
    /// Print every option in force and where its value comes from.
    Config,
    #[command(flatten)]
    Maintain(maintenance::Command),
    /// Look after accounts from the server's own shell, for when nobody can sign in.
    #[command(subcommand)]
    People(people::Command),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(error.as_ref()),
    }
}

async fn run(cli: Cli) -> Result<(), Box<dyn Error>> {
    let mut config = Config::load(cli.flags)?;
    let command = cli.command.unwrap_or(Command::Serve);
    // Requests would drown what the demonstration tells.
    if matches!(command, Command::Demo(_)) && config.log == "info" {
        config.log = "warn".to_owned();
    }
    telemetry::start_log(&config)?;
    match command {
        Command::Config => {
            for (name, value, origin) in config.explain() {
                println!("{name} = {value:?}  # {origin}");
            }
            Ok(())
        }
        Command::Serve => {
            let started = first_start::start(config, Arc::new(SystemClock)).await?;
            if let Some(password) = &started.one_time_password {
                println!("First start. Sign in once with this password; it must be changed then:");
                println!("    login     {}", first_start::FIRST_LOGIN);
                println!("    password  {}", password.reveal());
            }
            let listener = serve::listen(&started.app).await?;
            println!("Jicha listens on http://{}", listener.local_addr()?);
            serve::serve(started.app, listener, serve::stop_signal()).await?;
            Ok(())
        }
        Command::Demo(options) => demo::run(config, options).await,
        Command::Maintain(command) => maintenance::run(&config, command).await,
        Command::People(command) => people::run(config, command).await,
    }
}

/// Prints the error and its causes, each on its own line.
fn fail(error: &dyn Error) -> ExitCode {
    eprintln!("jicha: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
    ExitCode::FAILURE
}
