//! Where the schema comes from: the client that environment and token file describe, and the four
//! requests that a schema takes.

use std::env;
use std::error::Error as _;
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use telecrm_runtime::sync::{Client, Document, Error};
use telecrm_runtime::{BuildError, EnterpriseId, SyncToken};
use telecrm_schema::escaped;

use super::projection::Responses;
use crate::commands::runtime;
use crate::exit::Failure;
use crate::file;

const ENTERPRISE_ID: &str = "TELECRM_ENTERPRISE_ID";
const TOKEN: &str = "TELECRM_SYNC_TOKEN";
const URL: &str = "TELECRM_SYNC_URL";

/// The client of this workspace.
pub(super) fn client(token_file: Option<&Path>) -> Result<Client, Failure> {
    let id = variable(ENTERPRISE_ID).ok_or_else(|| {
        Failure::new(format!("the environment variable {ENTERPRISE_ID} is not set"))
            .hint("it is the enterprise id of telecrm's API settings")
    })?;
    let id = EnterpriseId::parse(id)
        .map_err(|error| Failure::new(format!("{ENTERPRISE_ID} does not fit: {error}")))?;
    let token = match token_file {
        Some(path) => read_token(path)?,
        None => variable(TOKEN).ok_or_else(|| {
            Failure::new(format!("the environment variable {TOKEN} is not set")).hint(
                "make a Sync token in telecrm's API settings, and put it there or into a file for --token-file",
            )
        })?,
    };
    let place = token_file.map_or_else(|| TOKEN.to_owned(), file::shown);
    let token = SyncToken::parse(token)
        .map_err(|error| Failure::new(format!("{place} does not fit: {error}")))?;
    let mut builder = Client::builder(id, token)
        .user_agent(concat!("cargo-telecrm/", env!("CARGO_PKG_VERSION")))
        // The four requests of a schema go out together. No more follow.
        .reads_per_second(1_000);
    if let Some(url) = variable(URL) {
        builder = builder.base_url(url);
    }
    builder.build().map_err(|error| match error {
        BuildError::PlainHttp => Failure::new(format!(
            "{URL} is plain http to another machine, which would show the token to everybody in between"
        ))
        .hint("use https; plain http is for this machine alone"),
        BuildError::BaseUrl { .. } | BuildError::AsyncHost => {
            Failure::new(format!("{URL} does not fit: {error}"))
        }
        error => Failure::new(format!("no connection can be set up: {error}")),
    })
}

/// Whether the environment has a Sync token.
pub(super) fn has_token() -> bool {
    variable(TOKEN).is_some()
}

/// A variable that is empty, or holds spaces alone, counts as unset.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// A token has some hundred characters.
const TOKEN_LIMIT: u64 = 64 * 1024;

fn read_token(path: &Path) -> Result<String, Failure> {
    let bytes = file::read(path, TOKEN_LIMIT)?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::new(format!("{} does not hold a token: it is not UTF-8 text", file::shown(path)))
    })?;
    // Editors end a file with a line break.
    Ok(text.trim().to_owned())
}

/// Asks for all that a schema takes.
pub(super) fn fetch(client: &Client) -> Result<Responses, Failure> {
    let runtime = runtime()?;
    // Nothing is drawn where stderr is no terminal.
    let progress = ProgressBar::new(4);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} of {len} responses") {
        progress.set_style(style);
    }
    progress.enable_steady_tick(Duration::from_millis(100));
    let fetched = runtime.block_on(fetch_all(client, &progress));
    progress.finish_and_clear();
    fetched
}

async fn fetch_all(client: &Client, progress: &ProgressBar) -> Result<Responses, Failure> {
    // All at once, and all to their ends: of several failures the first in this order is reported.
    let (metadata, fields, actions, pipeline) = tokio::join!(
        one("enterprise", client.metadata(), progress),
        one("custom fields", client.custom_fields(), progress),
        one("custom actions", client.custom_actions(), progress),
        one("lead stage pipeline", client.lead_stage_pipeline(), progress),
    );
    let (metadata, fields, actions, pipeline) = (metadata?, fields?, actions?, pipeline?);
    Ok(Responses {
        metadata: metadata.into_json(),
        fields: fields.into_json(),
        actions: actions.into_json(),
        pipeline: pipeline.into_json(),
    })
}

async fn one(
    what: &'static str,
    request: impl Future<Output = Result<Document, Error>>,
    progress: &ProgressBar,
) -> Result<Document, Failure> {
    let document = request.await.map_err(|error| unread(what, &error))?;
    progress.inc(1);
    Ok(document)
}

fn unread(what: &str, error: &Error) -> Failure {
    let mut message = format!("the {what} cannot be read: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        source = cause.source();
        if source.is_none() {
            message = format!("{message} ({cause})");
        }
    }
    let hint = match error {
        Error::Unauthorized => {
            format!("nothing was changed; {TOKEN} or --token-file has the token")
        }
        Error::EnterpriseNotFound => format!("nothing was changed; {ENTERPRISE_ID} has the id"),
        Error::NotFound { .. } | Error::UnexpectedResponse { .. } => format!(
            "nothing was changed; does {URL} name the Sync API? Without it, telecrm's own is asked"
        ),
        error if error.is_retryable() => "nothing was changed; try again later".to_owned(),
        _ => "nothing was changed".to_owned(),
    };
    Failure::new(escaped(&message)).hint(hint)
}
