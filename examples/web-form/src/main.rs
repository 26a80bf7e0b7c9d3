//! Starts the form, and an emulator unless the environment variables name a real telecrm.

use std::error::Error;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::Parser;
use telecrm_emulator::Emulator;
use telecrm_runtime::{AsyncToken, Client, EnterpriseId, SyncToken, sync};
use tokio::net::TcpListener;
use web_form::{AllowedOrigin, App, Secret, Settings};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

/// An admissions enquiry form whose leads survive a crash.
#[derive(Parser)]
struct Arguments {
    /// The database; by default, a temporary file
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// The port of the form on 127.0.0.1; by default, a free port
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The token of `/webhook` and `/webhook/indiamart`, as bearer or as the last segment of the path
    #[arg(long, value_name = "TOKEN", env = "WEB_FORM_WEBHOOK_TOKEN", hide_env_values = true)]
    webhook_token: Option<Secret>,
    /// The key of Google's lead forms; enables `/webhook/google`
    #[arg(long, value_name = "KEY", env = "WEB_FORM_GOOGLE_KEY", hide_env_values = true)]
    google_key: Option<Secret>,
    /// An origin whose pages may post to `/enquiry`, such as `https://www.example.com`; repeatable
    #[arg(long = "allow-origin", value_name = "ORIGIN")]
    allowed_origins: Vec<AllowedOrigin>,
    /// A proxy whose last address in `X-Forwarded-For` is the visitor; repeatable
    #[arg(long = "trusted-proxy", value_name = "ADDRESS")]
    trusted_proxies: Vec<IpAddr>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let temporary = tempfile::tempdir()?;
    let database = arguments.database.unwrap_or_else(|| temporary.path().join("enquiries.db"));

    let listener = TcpListener::bind(("127.0.0.1", arguments.port)).await?;
    let (client, reader, emulator) = telecrm().await?;
    let settings = Settings {
        webhook_token: arguments.webhook_token,
        google_key: arguments.google_key,
        allowed_origins: arguments.allowed_origins,
        trusted_proxies: arguments.trusted_proxies,
    };
    if settings.webhook_token.is_none() {
        tracing::warn!("anyone can post leads to /webhook; set --webhook-token");
    }
    let app = App::start(&database, client, reader, settings).await?;
    let telecrm = emulator.as_ref().map_or("of the environment", |emulator| emulator.url());
    // If the reader of these lines closes the pipe, the form continues.
    let _ =
        writeln!(std::io::stdout(), "form http://{}\ntelecrm {telecrm}", listener.local_addr()?);

    let service = app.router().into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(shutdown()).await?;
    app.stop().await?;
    Ok(())
}

/// Clients for the telecrm in the environment variables, or for a new emulator.
///
/// The emulator runs until it is dropped.
async fn telecrm() -> Result<(Client, sync::Client, Option<Emulator>), Box<dyn Error>> {
    if std::env::var_os("TELECRM_ENTERPRISE_ID").is_some_and(|id| !id.is_empty()) {
        return Ok((Client::from_env()?, sync::Client::from_env()?, None));
    }
    let emulator = Emulator::builder().schema_file(SCHEMA).start().await?;
    let enterprise = EnterpriseId::parse(emulator.enterprise_id())?;
    let token = AsyncToken::parse(emulator.async_token())?;
    let client = Client::builder(enterprise.clone(), token).base_url(emulator.url()).build()?;
    let token = SyncToken::parse(emulator.sync_token())?;
    let reader = sync::Client::builder(enterprise, token).base_url(emulator.sync_url()).build()?;
    Ok((client, reader, Some(emulator)))
}

/// Waits for a signal to stop: Ctrl-C, or SIGTERM from a service manager.
async fn shutdown() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => return,
                _ = tokio::signal::ctrl_c() => return,
            }
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
