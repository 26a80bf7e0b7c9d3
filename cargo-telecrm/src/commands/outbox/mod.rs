//! `outbox`: the entries of an outbox, and decisions about them.

mod print;
mod release;

use std::path::{Path, PathBuf};
use std::time::Duration;

use telecrm_outbox::{EntryId, Error, Outbox, State};
use telecrm_runtime::EnterpriseId;

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
  cargo telecrm outbox release --outbox leads.db 19 corrected.json
  cargo telecrm outbox erase --outbox leads.db 919999999999
  TELECRM_OUTBOX=postgres://… cargo telecrm outbox migrate --print

Every command works while a service runs.

Exit codes: 0 done, 2 failed (`status --fail-if-older`: an entry has waited for longer).";

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Count the entries in each state
    Status {
        /// Fail if an entry has waited for longer, such as `90s`, `10m`, `2h`, `1d`
        #[arg(long, value_name = "AGE", value_parser = age)]
        fail_if_older: Option<Duration>,
    },
    /// List entries, oldest first
    List {
        /// Entries in this state; without it, entries that need a decision
        #[arg(long, value_name = "STATE", value_parser = str::parse::<State>)]
        state: Option<State>,
        /// Maximum number of entries per state
        #[arg(long, value_name = "NUMBER", default_value_t = 100)]
        limit: u32,
    },
    /// Show one entry with its body
    Show {
        /// The id of the entry
        #[arg(value_name = "ID")]
        id: EntryId,
    },
    /// Queue entries again
    Retry {
        /// The ids of the entries
        #[arg(value_name = "ID", required = true)]
        ids: Vec<EntryId>,
        /// Send actions that telecrm may have: it may have them twice then
        #[arg(long)]
        with_actions: bool,
    },
    /// Decide that entries are not sent (again), and erase their payload
    Discard {
        /// The ids of the entries
        #[arg(value_name = "ID", required = true)]
        ids: Vec<EntryId>,
    },
    /// Close entries that you checked in telecrm: nothing is sent again
    Confirm {
        /// The ids of the entries
        #[arg(value_name = "ID", required = true)]
        ids: Vec<EntryId>,
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
    /// Remove every entry of a lead
    Erase {
        /// The identifier of the lead: the phone, the email address
        #[arg(value_name = "IDENTIFIER")]
        identifier: String,
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
            terminal.out(tables(&database)?);
            return Ok(Exit::OK);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::new(format!("cannot start: {error}")))?;
        runtime.block_on(run(self.command, &database, self.format, terminal))
    }
}

async fn run(command: Command, database: &str, format: Format, terminal: &mut Terminal) -> Outcome {
    let failed = |error: Error| Failure::new(error.to_string());
    let creates = matches!(command, Command::Migrate { .. });
    let outbox = open(database, creates).await?;
    match command {
        Command::Status { fail_if_older } => {
            let stats = outbox.stats().await.map_err(failed)?;
            terminal.out(print::stats(&stats, format));
            let oldest = stats.oldest_queued.unwrap_or_default();
            if fail_if_older.is_some_and(|limit| oldest > limit) {
                let age = print::age(oldest);
                return Err(Failure::new(format!("the oldest queued entry has waited for {age}")));
            }
        }
        Command::List { state, limit } => {
            let attention = State::ALL.iter().copied().filter(|state| state.needs_attention());
            let mut entries = Vec::new();
            for state in state.map_or_else(|| attention.collect(), |state| vec![state]) {
                entries.extend(outbox.entries(state, limit).await.map_err(failed)?);
            }
            terminal.out(print::list(&entries, format));
        }
        Command::Show { id } => {
            let entry = outbox.entry(id).await.map_err(failed)?;
            let entry = entry.ok_or_else(|| Failure::new(format!("there is no entry {id}")))?;
            terminal.out(print::entry(&entry, format));
        }
        Command::Retry { ids, with_actions } => {
            for id in ids {
                let retried = if with_actions {
                    outbox.retry_with_actions(id).await
                } else {
                    outbox.retry(id).await
                };
                retried.map_err(failed)?;
                terminal.out(print::done(id, "queued", format));
            }
        }
        Command::Discard { ids } => {
            for id in ids {
                outbox.discard(id).await.map_err(failed)?;
                terminal.out(print::done(id, "discarded", format));
            }
        }
        Command::Confirm { ids } => {
            for id in ids {
                outbox.confirm(id).await.map_err(failed)?;
                terminal.out(print::done(id, "verified", format));
            }
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
        Command::Erase { identifier } => {
            let outcome = outbox.erase(&identifier).await;
            let erased = match &outcome {
                Err(Error::StillInJournal { erased, .. }) => *erased,
                _ => outcome.clone().map_err(failed)?,
            };
            terminal.out(print::erased(erased, format));
            outcome.map_err(failed)?;
        }
        Command::Migrate { .. } => terminal.out(print::migrated(format)),
    }
    Ok(Exit::OK)
}

/// Whether it is a URL rather than a path. Texts never repeat it: it may hold a password.
fn is_url(database: &str) -> bool {
    database.contains("://")
        || ["postgres:", "postgresql:"].iter().any(|scheme| database.starts_with(scheme))
}

/// The SQL of the tables.
fn tables(database: &str) -> Result<&'static str, Failure> {
    if is_url(database) { postgres::tables() } else { Ok(telecrm_outbox::sqlite::TABLES) }
}

async fn open(database: &str, creates: bool) -> Result<Outbox, Failure> {
    if is_url(database) {
        return postgres::open(database, creates).await;
    }
    let opened = if creates {
        Outbox::open(database).await
    } else if Path::new(database).exists() {
        Outbox::open_existing(database).await
    } else {
        let failure =
            Failure::new(format!("there is no database at {}", telecrm_schema::escaped(database)));
        return Err(failure.hint("`cargo telecrm outbox migrate` creates one"));
    };
    opened.map_err(|error| Failure::new(error.to_string()))
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::{Failure, Outbox};

    #[expect(clippy::unnecessary_wraps, reason = "without the feature it fails")]
    pub(super) fn tables() -> Result<&'static str, Failure> {
        Ok(telecrm_outbox::postgres::MIGRATION)
    }

    pub(super) async fn open(url: &str, creates: bool) -> Result<Outbox, Failure> {
        let opened =
            if creates { Outbox::connect(url).await } else { Outbox::connect_existing(url).await };
        opened.map_err(|error| Failure::new(error.to_string()))
    }
}

#[cfg(not(feature = "postgres"))]
mod postgres {
    use super::{Failure, Outbox};

    fn missing() -> Failure {
        Failure::new("this `cargo telecrm` was built without PostgreSQL (feature `postgres`)")
            .hint("`cargo install cargo-telecrm --features postgres`")
    }

    pub(super) fn tables() -> Result<&'static str, Failure> {
        Err(missing())
    }

    #[expect(clippy::unused_async, reason = "with the feature it waits")]
    pub(super) async fn open(_url: &str, _creates: bool) -> Result<Outbox, Failure> {
        Err(missing())
    }
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
