//! Delivery of the queued leads, until every entry is final.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use csv_import::progress::Progress;
use telecrm_outbox::{Outbox, PauseCause, Stats, Worker, WorkerStatus};

/// telecrm accepts 18,000 requests per hour.
const REQUESTS_PER_SECOND: u64 = 5;

/// Whether the user pressed Ctrl-C.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Starts to listen for Ctrl-C.
    pub(crate) fn listen() -> Self {
        let interrupt = Self::default();
        let Self(flag) = interrupt.clone();
        tokio::spawn(async move {
            // Without a handler of the signal, Ctrl-C ends the process.
            if tokio::signal::ctrl_c().await.is_ok() {
                flag.store(true, Ordering::Relaxed);
            }
        });
        interrupt
    }

    pub(crate) fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Number of checks after which a pause that does not end by itself stops the import.
const MAX_PAUSED_CHECKS: u32 = 50;

/// Waits until every entry is final.
///
/// # Errors
///
/// Returns an error if delivery is paused and the pause does not end by itself.
pub(crate) async fn delivered(
    outbox: &Outbox,
    worker: &Worker,
    interrupt: &Interrupt,
) -> Result<Stats, Box<dyn Error>> {
    let mut paused_checks = 0;
    let open = |stats: &Stats| stats.queued + stats.sending;
    let mut stats = outbox.stats().await?;
    let total = open(&stats);
    let mut progress = Progress::start("sending", total);
    while open(&stats) + stats.accepted > 0 {
        if interrupt.is_requested() {
            return Err("interrupted; no row is lost: run this again to continue".into());
        }
        let worker_status = worker.status();
        if let WorkerStatus::Paused(cause) = worker_status {
            paused_checks += 1;
            let is_temporary = cause == PauseCause::Unavailable;
            let is_expired = paused_checks >= MAX_PAUSED_CHECKS && !is_temporary;
            if cause == PauseCause::Unauthorized || is_expired {
                return Err(pause(cause).into());
            }
        } else {
            paused_checks = 0;
        }
        progress.show(total.saturating_sub(open(&stats)), || match worker_status {
            WorkerStatus::Paused(_) => worker_status.to_string(),
            _ => format!(
                "{} to verify, about {} at telecrm's pace",
                stats.accepted,
                minutes(open(&stats) / REQUESTS_PER_SECOND)
            ),
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        stats = outbox.stats().await?;
    }
    progress.end();
    Ok(stats)
}

fn pause(cause: PauseCause) -> String {
    let (problem, remedy) = match cause {
        PauseCause::Unauthorized => {
            ("telecrm refuses the token or the enterprise id", "with a valid token and id")
        }
        PauseCause::WrongAddress => {
            ("the address is not an address of telecrm's API", "with the right address")
        }
        PauseCause::NotTelecrm => {
            ("another server responds in telecrm's place", "when telecrm responds")
        }
        PauseCause::Blocked => (
            "a firewall blocks the requests, or telecrm refuses every lead",
            "when the cause is resolved",
        ),
        _ => ("delivery is paused", "when it is resumed"),
    };
    format!("{problem}; no row is lost: run this again {remedy}")
}

fn minutes(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        _ => format!("{} min", seconds.div_ceil(60)),
    }
}
