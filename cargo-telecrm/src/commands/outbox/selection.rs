//! Decisions about several entries.

use telecrm_outbox::{Entry, EntryId, Error, Outbox, State};

use super::{failed, print};
use crate::commands::counted;
use crate::exit::Failure;
use crate::output::Format;
use crate::terminal::Terminal;

/// The entries of a decision.
#[derive(Debug, clap::Args)]
pub(super) struct Selection {
    /// The ids of the entries
    #[arg(value_name = "ID", required_unless_present = "state", conflicts_with = "state")]
    ids: Vec<EntryId>,
    /// All entries in this state
    #[arg(long, value_name = "STATE", value_parser = str::parse::<State>)]
    state: Option<State>,
    /// With --state: only entries whose reason contains this text
    #[arg(long, value_name = "TEXT", requires = "state")]
    reason: Option<String>,
}

impl Selection {
    pub(super) async fn ids(self, outbox: &Outbox) -> Result<Vec<EntryId>, Failure> {
        let Some(state) = self.state else { return Ok(self.ids) };
        let wanted = self.reason.unwrap_or_default();
        let entries = outbox.entries(state, u32::MAX).await.map_err(failed)?;
        let is_selected =
            |entry: &&Entry| entry.reason().unwrap_or_default().contains(wanted.as_str());
        Ok(entries.iter().filter(is_selected).map(Entry::id).collect())
    }
}

/// Decides about each entry. An error of one does not end the others.
pub(super) async fn decide(
    ids: Vec<EntryId>,
    decision: impl AsyncFn(EntryId) -> Result<(), Error>,
    new_state: &str,
    format: Format,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let mut refused = Vec::new();
    for id in ids {
        match decision(id).await {
            Ok(()) => terminal.out(print::done(id, new_state, format)),
            Err(error) => {
                Terminal::fail(&failed(error));
                refused.push(id.to_string());
            }
        }
    }
    if refused.is_empty() {
        return Ok(());
    }
    let count = counted(refused.len(), "decision");
    Err(Failure::new(format!("{count} failed: {}", refused.join(" "))))
}
