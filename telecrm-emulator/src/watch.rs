//! Stream of deliveries as they arrive.

use std::{fmt, sync::Arc};

use tokio::sync::watch;

use crate::{delivery::Delivery, engine::Engine};

/// The deliveries of a running [`Emulator`](crate::Emulator) from a moment on, each once.
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
    engine: Arc<Engine>,
    changes: watch::Receiver<u64>,
    /// How many deliveries there had ever been when it last looked.
    seen: u64,
}

impl Watch {
    pub(crate) fn new(engine: &Arc<Engine>) -> Self {
        let changes = engine.changes();
        let seen = engine.state().log.pushed();
        Self { engine: Arc::clone(engine), changes, seen }
    }

    /// Waits for the next deliveries, newest last. Those that came since the last call and are
    /// not [remembered](crate::MAX_DELIVERIES) any more are left out. After the emulator has
    /// stopped, none come any more.
    pub async fn next(&mut self) -> Vec<Delivery> {
        loop {
            // The other end is in the engine, which is held here.
            let _ = self.changes.changed().await;
            let state = self.engine.state();
            let news = state.log.since(self.seen);
            self.seen = state.log.pushed();
            drop(state);
            if !news.is_empty() {
                return news;
            }
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("seen", &self.seen).finish_non_exhaustive()
    }
}
