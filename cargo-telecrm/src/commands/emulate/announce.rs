//! Output on stdout at the start: human-readable, as JSON, or as variables.

use std::borrow::Cow;

use clap::ValueEnum;
use serde_json::{Map, Value, json};
use telecrm_emulator::Emulator;

/// Format of the emulator's URLs and tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Announce {
    /// Human-readable, with a curl line to try
    Human,
    /// One JSON object on one line
    Json,
    /// `TELECRM_*` variables, one per line
    Env,
}

impl Announce {
    pub(super) fn text(self, telecrm: &Emulator, prefixes: &[String]) -> String {
        match self {
            Self::Human => human(telecrm),
            Self::Json => format!("{}\n", object(telecrm, prefixes)),
            Self::Env => {
                let variables = environment(telecrm, prefixes);
                let line = |(name, value): &(String, String)| {
                    [name, "=", &for_shell(value), "\n"].concat()
                };
                variables.iter().map(line).collect()
            }
        }
    }
}

/// The variables that the client reads, for each workspace with the prefix of its schema
/// (`codegen: env`). If several workspaces have one prefix, the first has the variables.
pub(super) fn environment(telecrm: &Emulator, prefixes: &[String]) -> Vec<(String, String)> {
    let mut variables: Vec<(String, String)> = Vec::new();
    for (id, prefix) in telecrm.enterprise_ids().into_iter().zip(prefixes) {
        for (name, value) in [
            ("TELECRM_ENTERPRISE_ID", id),
            ("TELECRM_ASYNC_TOKEN", telecrm.async_token()),
            ("TELECRM_ASYNC_URL", telecrm.url()),
            ("TELECRM_SYNC_TOKEN", telecrm.sync_token()),
            ("TELECRM_SYNC_URL", telecrm.sync_url()),
        ] {
            let name = format!("{prefix}{name}");
            if variables.iter().all(|(known, _)| *known != name) {
                variables.push((name, value.to_owned()));
            }
        }
    }
    variables
}

fn object(telecrm: &Emulator, prefixes: &[String]) -> Value {
    let variables = environment(telecrm, prefixes).into_iter();
    let variables: Map<String, Value> =
        variables.map(|(name, value)| (name, value.into())).collect();
    json!({
        "page": format!("{}/", telecrm.url()),
        "enterprise_id": telecrm.enterprise_id(),
        "enterprise_ids": telecrm.enterprise_ids(),
        "async_url": telecrm.url(),
        "async_token": telecrm.async_token(),
        "sync_url": telecrm.sync_url(),
        "sync_token": telecrm.sync_token(),
        "env": variables,
    })
}

/// Quotes a value if a shell requires it. A NUL has no notation in shells and stays unchanged.
fn for_shell(value: &str) -> Cow<'_, str> {
    shlex::try_quote(value).unwrap_or(Cow::Borrowed(value))
}

fn human(telecrm: &Emulator) -> String {
    format!(
        "page        {url}/\n\
         async API   {url}\n\
         \x20           token {}\n\
         sync API    {}\n\
         \x20           token {}\n\
         enterprise  {}\n\
         \n\
         Try it:\n\
         \n\
         {}\n\
         \n\
         Ctrl-C ends it.\n",
        telecrm.async_token(),
        telecrm.sync_url(),
        telecrm.sync_token(),
        telecrm.enterprise_ids().join("\n            "),
        telecrm.curl(),
        url = telecrm.url(),
    )
}
