//! Access to telecrm: the client for the environment's workspace, and the four requests for a schema.

use std::env;
use std::error::Error as _;
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use telecrm_runtime::sync::{Client, Document, Error};
use telecrm_runtime::{BuildError, EnterpriseId, SyncToken};
use telecrm_schema::escaped;
use telecrm_schema::yaml::Node;

use super::projection::Responses;
use crate::commands::runtime;
use crate::exit::Failure;
use crate::file;

/// The environment variables of one workspace.
#[derive(Debug, Default)]
pub(super) struct Variables {
    /// The start of each name, such as `ACME_`; empty by default.
    pub(super) prefix: String,
}

impl Variables {
    /// Those that a schema chooses by `codegen: env`.
    pub(super) fn of(schema: &Node) -> Self {
        let prefix = schema.get("codegen").and_then(|codegen| codegen.get("env")?.as_str());
        Self { prefix: prefix.unwrap_or_default().to_owned() }
    }

    fn enterprise_id(&self) -> String {
        format!("{}TELECRM_ENTERPRISE_ID", self.prefix)
    }

    fn token(&self) -> String {
        format!("{}TELECRM_SYNC_TOKEN", self.prefix)
    }

    fn url(&self) -> String {
        format!("{}TELECRM_SYNC_URL", self.prefix)
    }

    /// Whether the environment has a Sync token.
    pub(super) fn have_token(&self) -> bool {
        variable(&self.token()).is_some()
    }
}

/// The client of a workspace.
pub(super) fn client(variables: &Variables, token_file: Option<&Path>) -> Result<Client, Failure> {
    let (id_name, token_name) = (variables.enterprise_id(), variables.token());
    let id = variable(&id_name).ok_or_else(|| {
        Failure::new(format!("the environment variable {id_name} is not set"))
            .hint("telecrm shows the enterprise id under Settings → Website and API")
    })?;
    let id = EnterpriseId::parse(id)
        .map_err(|error| Failure::new(format!("{id_name} is not valid: {error}")))?;
    let token = match token_file {
        Some(path) => read_token(path)?,
        None => variable(&token_name).ok_or_else(|| {
            Failure::new(format!("the environment variable {token_name} is not set")).hint(
                "create a Sync token in telecrm (Settings → Website and API → API token → Create new token), and set the variable or pass a file with --token-file",
            )
        })?,
    };
    let place = token_file.map_or(token_name, file::shown);
    let token = SyncToken::parse(token)
        .map_err(|error| Failure::new(format!("{place} is not valid: {error}")))?;
    let mut builder = Client::builder(id, token)
        .user_agent(concat!("cargo-telecrm/", env!("CARGO_PKG_VERSION")))
        // The four requests for a schema are sent together, and no others follow.
        .reads_per_second(1_000);
    let url_name = variables.url();
    if let Some(url) = variable(&url_name) {
        builder = builder.base_url(url);
    }
    builder.build().map_err(|error| match error {
        BuildError::PlainHttp => Failure::new(format!(
            "{url_name} is plain http to another machine, which would reveal the token on the network"
        ))
        .hint("use https; plain http is only accepted for this machine"),
        BuildError::BaseUrl { .. } | BuildError::AsyncHost => {
            Failure::new(format!("{url_name} is not valid: {error}"))
        }
        error => Failure::new(format!("the client cannot be created: {error}")),
    })
}

/// The value of a variable. An empty or blank variable counts as unset.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// Maximum size of a token file, in bytes. A token has a few hundred characters.
const TOKEN_LIMIT: u64 = 64 * 1024;

fn read_token(path: &Path) -> Result<String, Failure> {
    let bytes = file::read(path, TOKEN_LIMIT)?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::new(format!("{} does not hold a token: it is not UTF-8 text", file::shown(path)))
    })?;
    // Editors end a file with a line break.
    Ok(text.trim().to_owned())
}

/// Requests the four parts of a schema.
pub(super) fn fetch(client: &Client, variables: &Variables) -> Result<Responses, Failure> {
    let runtime = runtime()?;
    // The progress is only drawn if stderr is a terminal.
    let progress = ProgressBar::new(4);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} of {len} responses") {
        progress.set_style(style);
    }
    progress.enable_steady_tick(Duration::from_millis(100));
    let fetched = runtime.block_on(fetch_all(client, &progress));
    progress.finish_and_clear();
    fetched.map_err(|(subject, error)| unread(subject, &error, variables))
}

/// A part of the schema, and the error of its request.
type Unread = (&'static str, Error);

async fn fetch_all(client: &Client, progress: &ProgressBar) -> Result<Responses, Unread> {
    // All requests are sent together and all complete. The first error in this order is reported.
    let (metadata, fields, actions, pipeline) = tokio::join!(
        fetch_document("enterprise", client.metadata(), progress),
        fetch_document("custom fields", client.custom_fields(), progress),
        fetch_document("custom actions", client.custom_actions(), progress),
        fetch_document("lead stage pipeline", client.lead_stage_pipeline(), progress),
    );
    let (metadata, fields, actions, pipeline) = (metadata?, fields?, actions?, pipeline?);
    Ok(Responses {
        metadata: metadata.into_json(),
        fields: fields.into_json(),
        actions: actions.into_json(),
        pipeline: pipeline.into_json(),
    })
}

async fn fetch_document(
    subject: &'static str,
    request: impl Future<Output = Result<Document, Error>>,
    progress: &ProgressBar,
) -> Result<Document, Unread> {
    let document = request.await.map_err(|error| (subject, error))?;
    progress.inc(1);
    Ok(document)
}

fn unread(subject: &str, error: &Error, variables: &Variables) -> Failure {
    let mut message = format!("the {subject} cannot be read: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        source = cause.source();
        if source.is_none() {
            message = format!("{message} ({cause})");
        }
    }
    let hint = match error {
        Error::Unauthorized => {
            format!("nothing was changed; {} or --token-file has the token", variables.token())
        }
        Error::EnterpriseNotFound => {
            format!("nothing was changed; {} has the id", variables.enterprise_id())
        }
        Error::NotFound { .. } | Error::UnexpectedResponse { .. } => format!(
            "nothing was changed; is {} the Sync API? If the variable is not set, telecrm's own server is used",
            variables.url()
        ),
        error if error.is_retryable() => "nothing was changed; try again later".to_owned(),
        _ => "nothing was changed".to_owned(),
    };
    Failure::new(escaped(&message)).hint(hint)
}
