//! Stream of the deliveries of an emulator.

use std::{fmt, sync::Arc};

use tokio::sync::watch;

use crate::{delivery::Delivery, engine::Engine};

/// Stream of the deliveries of a running [`Emulator`](crate::Emulator). It returns each delivery once.
///
/// ```no_run
/// # async fn follow(telecrm: telecrm_emulator::Emulator) {
/// let mut watch = telecrm.watch();
/// loop {
///     for delivery in watch.next().await {
///         println!("{} {:?}", delivery.status, delivery.drops);
///     }
/// }
/// # }
/// ```
pub struct Watch {
    /// The workspaces, each with the number of all its deliveries at the last call of `next`.
    engines: Vec<(Arc<Engine>, u64)>,
    /// The changes of all workspaces.
    changes: watch::Receiver<u64>,
}

impl Watch {
    /// There is at least one engine.
    pub(crate) fn new(engines: &[Arc<Engine>]) -> Self {
        let changes = engines[0].changes();
        let with_seen = |engine: &Arc<Engine>| (Arc::clone(engine), engine.state().log.pushed());
        Self { engines: engines.iter().map(with_seen).collect(), changes }
    }

    /// Waits for the next deliveries, and returns them, newest last.
    ///
    /// Deliveries that are no longer [remembered](crate::MAX_DELIVERIES) are missing from the
    /// result. After the emulator has stopped, this method waits forever.
    pub async fn next(&mut self) -> Vec<Delivery> {
        loop {
            // Cannot fail: the engines own the sender.
            let _ = self.changes.changed().await;
            let mut deliveries = Vec::new();
            for (engine, seen) in &mut self.engines {
                let state = engine.state();
                deliveries.extend(state.log.since(*seen));
                *seen = state.log.pushed();
            }
            if !deliveries.is_empty() {
                return deliveries;
            }
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}
