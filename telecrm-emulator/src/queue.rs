//! Queue of requests that have a response and are not processed yet.

use std::collections::{BTreeMap, VecDeque};

use telecrm_schema::validate::Acceptance;

use crate::delivery::Payload;

/// Maximum number of requests that wait while processing is held or delayed.
///
/// Further requests are refused.
pub const MAX_QUEUED: usize = 10_000;
/// Default maximum of the total memory of the waiting requests, in bytes.
///
/// [`Builder::queue_bytes`](crate::Builder::queue_bytes) sets another maximum.
pub const MAX_QUEUE_BYTES: usize = 64 * 1024 * 1024;

/// A request that has a response and is not processed yet.
#[derive(Debug)]
pub(crate) struct Queued {
    pub(crate) number: u64,
    pub(crate) at: u64,
    pub(crate) acceptance: Acceptance,
    pub(crate) payload: Payload,
    pub(crate) fault: Option<&'static str>,
    /// Memory of the request in bytes.
    pub(crate) size: usize,
}

/// The waiting requests, oldest first, and the requests that a fault delays.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: VecDeque<Queued>,
    /// Delayed requests by the time when they enter the queue, and by number.
    delayed: BTreeMap<(u64, u64), Queued>,
    /// Memory of all requests in bytes.
    bytes: usize,
}

impl Queue {
    /// Whether a request of this size does not fit.
    pub(crate) fn is_full(&self, size: usize, max_bytes: usize) -> bool {
        self.waiting.len() + self.delayed.len() >= MAX_QUEUED
            || self.bytes.saturating_add(size) > max_bytes
    }

    pub(crate) fn push(&mut self, queued: Queued) {
        self.bytes += queued.size;
        self.waiting.push_back(queued);
    }

    /// Delays a request until a time.
    pub(crate) fn delay(&mut self, until: u64, queued: Queued) {
        self.bytes += queued.size;
        self.delayed.insert((until, queued.number), queued);
    }

    /// Appends the delayed requests that are due, and returns whether there was one.
    pub(crate) fn wake(&mut self, now: impl FnOnce() -> u64) -> bool {
        // Every access to the state calls this method, and most emulators delay no request.
        if self.delayed.is_empty() {
            return false;
        }
        let now = now();
        let mut is_changed = false;
        while let Some(first) = self.delayed.first_entry()
            && first.key().0 <= now
        {
            self.waiting.push_back(first.remove());
            is_changed = true;
        }
        is_changed
    }

    /// Removes and returns the oldest `count` waiting requests.
    pub(crate) fn take(&mut self, count: usize) -> Vec<Queued> {
        let taken: Vec<_> = self.waiting.drain(..count.min(self.waiting.len())).collect();
        self.bytes -= taken.iter().map(|queued| queued.size).sum::<usize>();
        taken
    }

    /// Returns the memory of all requests in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use serde_json::json;
    use telecrm_schema::{Schema, validate::Validator};

    use super::*;

    static ACCEPTED: LazyLock<Acceptance> = LazyLock::new(|| {
        let schema = "customFields: [{ apiName: phone, type: PHONE, isLeadid: true }]";
        let validator = Validator::new(&Schema::from_yaml(schema).expect("a valid schema"));
        validator.accept(&json!({ "fields": { "phone": "919999999999" } })).expect("a valid body")
    });

    fn queued(number: u64, size: usize) -> Queued {
        let acceptance = ACCEPTED.clone();
        Queued { number, at: 0, acceptance, payload: Payload::default(), fault: None, size }
    }

    fn numbers(queue: &mut Queue, count: usize) -> Vec<u64> {
        queue.take(count).iter().map(|queued| queued.number).collect()
    }

    #[test]
    fn delayed_requests_follow_waiting_requests_in_order_of_their_time() {
        let mut queue = Queue::default();
        queue.delay(30, queued(1, 5));
        queue.delay(20, queued(2, 5));
        queue.push(queued(3, 5));
        assert!(!queue.wake(|| 19));
        assert!(queue.wake(|| 30));
        assert_eq!(numbers(&mut queue, 2), [3, 2]);
        assert_eq!(numbers(&mut queue, usize::MAX), [1]);
    }

    #[test]
    fn waiting_and_delayed_requests_count_in_number_and_bytes() {
        let mut queue = Queue::default();
        queue.push(queued(1, 60));
        queue.delay(10, queued(2, 30));
        assert_eq!(
            (queue.bytes(), queue.is_full(10, 100), queue.is_full(11, 100)),
            (90, false, true)
        );
        queue.wake(|| 10);
        queue.take(usize::MAX);
        assert_eq!((queue.bytes(), queue.is_full(100, 100)), (0, false));
        (0..MAX_QUEUED as u64 - 1).for_each(|number| queue.push(queued(number, 0)));
        assert!(!queue.is_full(0, 100));
        queue.delay(10, queued(0, 0));
        assert!(queue.is_full(0, 100));
    }
}
