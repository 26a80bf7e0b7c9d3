//! Settled entries, for metrics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::entry::{EntryId, State};

/// An entry that a worker closed, or whose state a reading changed. It contains no personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settled {
    /// The entry.
    pub id: EntryId,
    /// Its new state, which is not [open](State::is_open).
    pub state: State,
    /// Number of requests so far.
    pub attempts: u32,
    /// The time since the entry was stored.
    pub waited: Duration,
}

/// The function of [`Delivery::on_settled`](super::Delivery::on_settled).
pub(super) type OnSettled = Arc<dyn Fn(&Settled) + Send + Sync>;

/// Calls the function. A panic in it ends no delivery.
pub(super) fn call(on_settled: Option<&OnSettled>, settled: Settled) {
    let Some(on_settled) = on_settled.filter(|_| !settled.state.is_open()) else { return };
    if catch_unwind(AssertUnwindSafe(|| on_settled(&settled))).is_err() {
        tracing::error!(entry = settled.id.0, "outbox: the function of `on_settled` panicked");
    }
}
