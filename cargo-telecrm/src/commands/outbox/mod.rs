//! `outbox`: the entries of an outbox, and decisions about them and about delivery.

mod deliver;
mod enterprises;
mod open;
mod print;
mod release;
mod selection;
mod status;

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use open::open;
use selection::{Selection, decide};
use telecrm_outbox::{EntryId, Error, OperatorPauses, Outbox, State};
use telecrm_runtime::EnterpriseId;

use crate::commands::instant;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::Format;
use crate::terminal::Terminal;

/// Show the entries of an outbox, and decide about them
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    /// The database: the path of its file, or `postgres://…`
    #[arg(
        long,
        value_name = "PATH OR URL",
        global = true,
        env = "TELECRM_OUTBOX",
        hide_env_values = true
    )]
    outbox: Option<String>,
    /// How to print the result
    #[arg(long, global = true, value_parser = Format::one_of(&[Format::Human, Format::Json]), default_value_t = Format::Human)]
    format: Format,
}

const AFTER_HELP: &str = "\
Examples:
  cargo telecrm outbox status --outbox leads.db --fail-if-older 10m
  cargo telecrm outbox list --outbox leads.db --state refused
  cargo telecrm outbox retry --outbox leads.db 17 18
  cargo telecrm outbox retry --outbox leads.db --state refused --reason \"no permission\"
  cargo telecrm outbox release --outbox leads.db 19 corrected.json
  cargo telecrm outbox erase --outbox leads.db \"+91 99999 99999\"
  TELECRM_OUTBOX=postgres://… cargo telecrm outbox deliver --verify
  TELECRM_OUTBOX=postgres://… cargo telecrm outbox migrate --print

Every command works while a service runs, except after-restore.

Exit codes: 0 done, 1 `erase` found nothing, 2 failed (`status --fail-if-older`: an entry has waited for
longer; `retry`, `discard`, `confirm`: at least one entry failed, and the others are done).";

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Count the entries in each state
    Status {
        /// Fail if an entry has waited for longer, such as `90s`, `10m`, `2h`, `1d`
        #[arg(long, value_name = "AGE", value_parser = age)]
        fail_if_older: Option<Duration>,
        /// Count only the entries of this enterprise
        #[arg(long, value_name = "ID", value_parser = str::parse::<EnterpriseId>)]
        enterprise: Option<EnterpriseId>,
    },
    /// List entries, oldest first
    List {
        /// Entries in this state; without it, entries that need a decision
        #[arg(long, value_name = "STATE", value_parser = str::parse::<State>)]
        state: Option<State>,
        /// Maximum number of entries per state
        #[arg(long, value_name = "NUMBER", default_value_t = 100)]
        limit: u32,
        /// Entries of this enterprise
        #[arg(long, value_name = "ID", value_parser = str::parse::<EnterpriseId>)]
        enterprise: Option<EnterpriseId>,
    },
    /// Show one entry with its body
    Show {
        /// The id of the entry
        #[arg(value_name = "ID")]
        id: EntryId,
    },
    /// List open entries with a failed attempt, oldest first
    Stuck {
        /// Entries that were stored at least this long ago, such as `90s`, `10m`, `2h`, `1d`
        #[arg(long, value_name = "AGE", value_parser = age, default_value = "1h")]
        older_than: Duration,
        /// Maximum number of entries
        #[arg(long, value_name = "NUMBER", default_value_t = 100)]
        limit: u32,
    },
    /// Deliver entries until a signal: Ctrl-C or SIGTERM
    #[command(after_help = deliver::AFTER_HELP)]
    Deliver {
        /// Read each lead back through the Sync API
        #[arg(long)]
        verify: bool,
    },
    /// Pause delivery in every process: requests in flight end, and nothing new begins
    Pause {
        /// Only the workers of this enterprise
        #[arg(long, value_name = "ID", value_parser = str::parse::<EnterpriseId>)]
        enterprise: Option<EnterpriseId>,
    },
    /// End a pause
    Resume {
        /// The pause of this enterprise; without it, that of the whole database
        #[arg(long, value_name = "ID", value_parser = str::parse::<EnterpriseId>)]
        enterprise: Option<EnterpriseId>,
    },
    /// Queue entries again
    Retry {
        #[command(flatten)]
        selection: Selection,
        /// Send actions that telecrm may have: it may have them twice then
        #[arg(long)]
        with_actions: bool,
    },
    /// Decide that entries are not sent (again), and erase their payload
    Discard {
        #[command(flatten)]
        selection: Selection,
    },
    /// Close entries that you checked in telecrm: nothing is sent again
    Confirm {
        /// The ids of the entries
        #[arg(value_name = "ID", required = true)]
        ids: Vec<EntryId>,
    },
    /// Send a closed entry again as a new one: its fields replace newer ones
    Resend {
        /// The id of an entry that is refused, superseded, unconfirmed, mismatched or missing
        #[arg(value_name = "ID")]
        id: EntryId,
        /// Send its actions too: telecrm may have them twice then
        #[arg(long)]
        with_actions: bool,
    },
    /// Send a corrected lead in place of a held one
    Release {
        /// The id of the held entry
        #[arg(value_name = "ID")]
        id: EntryId,
        /// The file of the corrected body; `-` stands for stdin
        #[arg(value_name = "BODY")]
        body: PathBuf,
        /// The schema file; without one, the project's
        #[arg(long, value_name = "FILE")]
        schema: Option<PathBuf>,
    },
    /// Assign the open entries without enterprise to one
    Assign {
        /// The enterprise id
        #[arg(value_name = "ENTERPRISE", value_parser = str::parse::<EnterpriseId>)]
        enterprise: EnterpriseId,
    },
    /// Prepare a database that was restored from a backup, before a worker starts
    ///
    /// Pauses delivery, and marks the actions of every open entry as possibly sent: they are not sent
    /// again. The fields are sent after `resume`.
    AfterRestore {
        /// Discard open entries that were stored before this time (RFC 3339): they were delivered
        #[arg(long, value_name = "TIME", value_parser = instant::parse)]
        discard_before: Option<SystemTime>,
    },
    /// Remove every entry of a lead, and held leads that contain its identifier
    Erase {
        /// The identifier of the lead: the phone, the email address
        #[arg(value_name = "IDENTIFIER")]
        identifier: String,
        /// Only in this enterprise; entries without enterprise stay
        #[arg(long, value_name = "ID", value_parser = str::parse::<EnterpriseId>)]
        enterprise: Option<EnterpriseId>,
    },
    /// Create or update the tables
    Migrate {
        /// Print the SQL instead of running it
        #[arg(long)]
        print: bool,
    },
}

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let Some(database) = self.outbox.filter(|database| !database.is_empty()) else {
            let failure = Failure::new("no outbox was given");
            return Err(failure.hint("add `--outbox leads.db`, or set TELECRM_OUTBOX"));
        };
        if let Command::Migrate { print: true } = self.command {
            terminal.out(open::tables(&database)?);
            return Ok(Exit::OK);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::new(format!("cannot start: {error}")))?;
        runtime.block_on(run(self.command, &database, self.format, terminal))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failed(error: Error) -> Failure {
    Failure::new(error.to_string())
}

async fn run(command: Command, database: &str, format: Format, terminal: &mut Terminal) -> Outcome {
    let creates = matches!(command, Command::Migrate { .. });
    let outbox = open(database, creates).await?;
    let option = &open::option(database);
    match command {
        Command::Status { fail_if_older, enterprise } => {
            let (stats, enterprises) = match enterprise {
                Some(id) => (outbox.enterprise(&id).stats().await, Ok(Vec::new())),
                None => (outbox.stats().await, outbox.enterprises().await),
            };
            let (stats, enterprises) = (stats.map_err(failed)?, enterprises.map_err(failed)?);
            let workers = outbox.workers().await.map_err(failed)?;
            let pauses = outbox.operator_pauses().await.map_err(failed)?;
            terminal.out(status::shown(&stats, &enterprises, &workers, &pauses, option, format));
            let oldest = stats.oldest_queued.unwrap_or_default();
            if fail_if_older.is_some_and(|limit| oldest > limit) {
                let age = print::age(oldest);
                return Err(Failure::new(format!("the oldest queued entry has waited for {age}")));
            }
        }
        Command::List { state, limit, enterprise } => {
            let enterprise = enterprise.map(|id| outbox.enterprise(&id));
            let attention = State::ALL.iter().copied().filter(|state| state.needs_attention());
            let mut entries = Vec::new();
            for state in state.map_or_else(|| attention.collect(), |state| vec![state]) {
                let listed = match &enterprise {
                    Some(enterprise) => enterprise.entries(state, limit).await,
                    None => outbox.entries(state, limit).await,
                };
                entries.extend(listed.map_err(failed)?);
            }
            terminal.out(print::list(&entries, option, format));
        }
        Command::Show { id } => {
            let entry = outbox.entry(id).await.map_err(failed)?;
            let entry = entry.ok_or_else(|| Failure::new(format!("there is no entry {id}")))?;
            terminal.out(print::entry(&entry, format));
        }
        Command::Stuck { older_than, limit } => {
            let entries = outbox.stuck(older_than, limit).await.map_err(failed)?;
            terminal.out(print::list(&entries, option, format));
        }
        Command::Deliver { verify } => deliver::until_signal(&outbox, verify).await?,
        Command::Pause { enterprise } => {
            let pauses = pause(&outbox, enterprise, true).await?;
            terminal.out(status::pauses(&pauses, option, format));
        }
        Command::Resume { enterprise } => {
            let pauses = pause(&outbox, enterprise, false).await?;
            terminal.out(status::pauses(&pauses, option, format));
        }
        Command::Retry { selection, with_actions } => {
            let ids = selection.ids(&outbox).await?;
            let retry = async |id| {
                if with_actions {
                    outbox.retry_with_actions(id).await
                } else {
                    outbox.retry(id).await
                }
            };
            decide(ids, retry, "queued", format, terminal).await?;
        }
        Command::Discard { selection } => {
            let ids = selection.ids(&outbox).await?;
            decide(ids, async |id| outbox.discard(id).await, "discarded", format, terminal).await?;
        }
        Command::Confirm { ids } => {
            decide(ids, async |id| outbox.confirm(id).await, "verified", format, terminal).await?;
        }
        Command::Resend { id, with_actions } => {
            let new = if with_actions {
                outbox.resend_with_actions(id).await
            } else {
                outbox.resend(id).await
            };
            terminal.out(print::resent(id, new.map_err(failed)?, format));
        }
        Command::Release { id, body, schema } => {
            let lead = release::lead(schema, &body, terminal)?;
            let new = outbox.release_prepared(id, lead).await.map_err(failed)?;
            terminal.out(print::released(id, new, format));
        }
        Command::Assign { enterprise } => {
            let assigned = outbox.assign(&enterprise).await.map_err(failed)?;
            let left = outbox.stats().await.map_err(failed)?.unassigned;
            terminal.out(print::assigned(assigned, left, format));
        }
        Command::AfterRestore { discard_before } => {
            let restored = outbox.after_restore(discard_before).await.map_err(failed)?;
            terminal.out(print::restored(restored, option, format));
        }
        Command::Erase { identifier, enterprise } => {
            return erase(&outbox, &identifier, enterprise, format, terminal).await;
        }
        Command::Migrate { .. } => terminal.out(print::migrated(format)),
    }
    Ok(Exit::OK)
}

async fn erase(
    outbox: &Outbox,
    identifier: &str,
    enterprise: Option<EnterpriseId>,
    format: Format,
    terminal: &mut Terminal,
) -> Outcome {
    let outcome = match enterprise {
        Some(id) => outbox.enterprise(&id).erase(identifier).await,
        None => outbox.erase(identifier).await,
    };
    let erased = match &outcome {
        Err(Error::StillInJournal { erased, .. }) => *erased,
        _ => outcome.clone().map_err(failed)?,
    };
    terminal.out(print::erased(erased, format));
    outcome.map_err(failed)?;
    Ok(if erased == 0 { Exit(1) } else { Exit::OK })
}

async fn pause(
    outbox: &Outbox,
    enterprise: Option<EnterpriseId>,
    is_paused: bool,
) -> Result<OperatorPauses, Failure> {
    let outcome = match (&enterprise, is_paused) {
        (None, true) => outbox.pause().await,
        (None, false) => outbox.resume().await,
        (Some(enterprise), true) => outbox.enterprise(enterprise).pause().await,
        (Some(enterprise), false) => outbox.enterprise(enterprise).resume().await,
    };
    outcome.map_err(failed)?;
    outbox.operator_pauses().await.map_err(failed)
}

/// `90s`, `10m`, `2h`, `1d`.
fn age(text: &str) -> Result<Duration, String> {
    let wrong = || "not an age such as `90s`, `10m`, `2h` or `1d`".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return Err(wrong()),
    };
    let number: u64 = text.trim_end_matches(unit).parse().map_err(|_| wrong())?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_a_unit() {
        assert_eq!(age("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(age("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(age("2h"), Ok(Duration::from_secs(7_200)));
        assert_eq!(age("1d"), Ok(Duration::from_secs(86_400)));
        for wrong in ["", "10", "m", "-1m", "1w", "1 m", "99999999999999999999d", "1\u{e9}"] {
            assert!(age(wrong).is_err(), "{wrong}");
        }
    }
}
