//! `outbox deliver`: delivery without another program.

use std::pin::pin;
use std::time::Duration;

use telecrm_outbox::{Outbox, WorkerStatus};
use telecrm_runtime::{BuildError, Client, sync};
use telecrm_schema::escaped;
use tokio::time::sleep;

use super::failed;
use crate::commands::interrupt::Interrupt;
use crate::commands::read_back::USER_AGENT;
use crate::exit::Failure;
use crate::terminal::Terminal;

pub(super) const AFTER_HELP: &str = "\
The workspace comes from the environment: TELECRM_ENTERPRISE_ID, TELECRM_ASYNC_TOKEN, and
TELECRM_ASYNC_URL for a server other than telecrm's. --verify also needs TELECRM_SYNC_TOKEN, and
TELECRM_SYNC_URL for a server other than telecrm's.

On SQLite one worker delivers from a file: if another one does, this one stands by and takes over. The
status is printed on stderr when it changes.

Exit codes: 0 after a signal, when every request in flight is settled; 2 failed.";

/// The interval at which the status is read.
const INTERVAL: Duration = Duration::from_millis(200);

pub(super) async fn until_signal(outbox: &Outbox, verify: bool) -> Result<(), Failure> {
    let interrupt =
        Interrupt::new().map_err(|error| Failure::new(format!("cannot wait: {error}")))?;
    let build = || Client::builder_from_env()?.user_agent(USER_AGENT).build();
    let mut delivery = outbox.deliver(build().map_err(|error| unfit(&error))?);
    if verify {
        let build = || sync::Client::builder_from_env()?.user_agent(USER_AGENT).build();
        delivery = delivery.verify(build().map_err(|error| unfit(&error))?);
    }
    let worker = delivery.start();
    let mut interrupted = pin!(interrupt.wait());
    let mut shown = WorkerStatus::Starting;
    loop {
        let status = worker.status();
        if status != shown {
            Terminal::say(status);
            shown = status;
        }
        if status == WorkerStatus::Ended {
            break;
        }
        tokio::select! {
            () = &mut interrupted => break,
            () = sleep(INTERVAL) => {}
        }
    }
    worker.stop().await.map_err(failed)
}

fn unfit(error: &BuildError) -> Failure {
    Failure::new(escaped(&error.to_string())).hint("nothing was sent; correct the environment")
}
