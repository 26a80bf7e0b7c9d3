//! Retry budget of a client, shared by all its calls.

use std::sync::atomic::{AtomicU32, Ordering};

/// The cost of a repetition; each call earns 1.
const COST: u32 = 5;
/// Maximum and initial balance: 100 repetitions.
///
/// They suffice for a short failure of all requests in flight.
const MAX_BALANCE: u32 = 100 * COST;

/// Retry budget to which each call adds a fifth of a repetition.
///
/// A long outage therefore does not multiply the requests, regardless of the number of calls and of
/// attempts per call.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    pub(crate) fn full() -> Self {
        Self(AtomicU32::new(MAX_BALANCE))
    }

    /// Adds the share of a call that begins.
    pub(crate) fn earn(&self) {
        // `Err` means that the budget is full.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |balance| {
            (balance < MAX_BALANCE).then_some(balance + 1)
        });
    }

    /// Pays for a repetition, and returns whether the balance was sufficient.
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
    fn outage_adds_at_most_a_fifth_of_the_requests() {
        let budget = Budget::full();
        let mut repeated = 0;
        for _call in 0..10_000 {
            budget.earn();
            // Every request fails, and every call tries three repetitions.
            repeated += (0..3).filter(|_| budget.spend()).count();
        }
        assert_eq!(repeated, 100 + 2_000 - 1, "the start, and a fifth of the calls");
    }

    #[test]
    fn budget_never_exceeds_its_initial_balance() {
        let budget = Budget::full();
        (0..10_000).for_each(|_| budget.earn());
        assert_eq!((0..1_000).filter(|_| budget.spend()).count(), 100);
    }
}
