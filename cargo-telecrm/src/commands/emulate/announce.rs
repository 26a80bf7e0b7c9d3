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
    pub(super) fn text(self, telecrm: &Emulator) -> String {
        match self {
            Self::Human => human(telecrm),
            Self::Json => format!("{}\n", object(telecrm)),
            Self::Env => environment(telecrm)
                .map(|(name, value)| format!("{name}={}\n", for_shell(value)))
                .concat(),
        }
    }
}

/// The variables that the client reads.
pub(super) fn environment(telecrm: &Emulator) -> [(&'static str, &str); 5] {
    [
        ("TELECRM_ENTERPRISE_ID", telecrm.enterprise_id()),
        ("TELECRM_ASYNC_TOKEN", telecrm.async_token()),
        ("TELECRM_ASYNC_URL", telecrm.url()),
        ("TELECRM_SYNC_TOKEN", telecrm.sync_token()),
        ("TELECRM_SYNC_URL", telecrm.sync_url()),
    ]
}

fn object(telecrm: &Emulator) -> Value {
    let variables = environment(telecrm).map(|(name, value)| (name.to_owned(), value.into()));
    json!({
        "page": format!("{}/", telecrm.url()),
        "enterprise_id": telecrm.enterprise_id(),
        "async_url": telecrm.url(),
        "async_token": telecrm.async_token(),
        "sync_url": telecrm.sync_url(),
        "sync_token": telecrm.sync_token(),
        "env": Map::from_iter(variables),
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
        telecrm.enterprise_id(),
        telecrm.curl(),
        url = telecrm.url(),
    )
}
