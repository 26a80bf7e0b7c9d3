//! Retry budget of a client, over all its calls.

use std::sync::atomic::{AtomicU32, Ordering};

/// The cost of a repetition, in units of what one call earns.
const COST: u32 = 5;
/// Repetitions that a client may make at once, and that it starts with: a moment's trouble of
/// everything in flight is ridden out.
const MOST: u32 = 100 * COST;

/// Each call brings in a fifth of a repetition. So an outage that lasts does not multiply the
/// requests, however many calls there are and however many attempts each may make.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    pub(crate) fn full() -> Self {
        Self(AtomicU32::new(MOST))
    }

    /// A call begins.
    pub(crate) fn earn(&self) {
        // `Err` says that it is full.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |balance| {
            (balance < MOST).then_some(balance + 1)
        });
    }

    /// Whether there may be a repetition, which is then paid.
    pub(crate) fn spend(&self) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |balance| balance.checked_sub(COST))
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_makes_a_fifth_more_requests_and_no_more() {
        let budget = Budget::full();
        let mut repeated = 0;
        for _call in 0..10_000 {
            budget.earn();
            // Every request fails, and every call would like three more.
            repeated += (0..3).filter(|_| budget.spend()).count();
        }
        assert_eq!(repeated, 100 + 2_000 - 1, "the start, and a fifth of the calls");
    }

    #[test]
    fn quiet_times_save_up_no_more_than_it_starts_with() {
        let budget = Budget::full();
        (0..10_000).for_each(|_| budget.earn());
        assert_eq!((0..1_000).filter(|_| budget.spend()).count(), 100);
    }
}
