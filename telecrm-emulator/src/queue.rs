//! Queue of requests that were answered and are not processed yet.

use std::collections::{BTreeMap, VecDeque};

use telecrm_schema::validate::Acceptance;

use crate::delivery::Payload;

/// How many requests wait at most while processing is held or delayed. Later ones are refused.
pub const MAX_QUEUED: usize = 10_000;
/// How many bytes the waiting requests own in all, unless the builder says otherwise.
pub const MAX_QUEUE_BYTES: usize = 64 * 1024 * 1024;

/// A request that was answered and is not processed yet.
#[derive(Debug)]
pub(crate) struct Queued {
    pub(crate) number: u64,
    pub(crate) at: u64,
    pub(crate) acceptance: Acceptance,
    pub(crate) payload: Payload,
    pub(crate) fault: Option<&'static str>,
    /// How many bytes it owns.
    pub(crate) size: usize,
}

/// The waiting requests, oldest first, and those that a fault delays.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: VecDeque<Queued>,
    /// Requests that a fault keeps out of the queue, by when they enter it and by number.
    delayed: BTreeMap<(u64, u64), Queued>,
    /// Memory of all of them, in bytes.
    bytes: usize,
}

impl Queue {
    /// Whether there is no room for one more request of this many bytes.
    pub(crate) fn is_full(&self, size: usize, max_bytes: usize) -> bool {
        self.waiting.len() + self.delayed.len() >= MAX_QUEUED
            || self.bytes.saturating_add(size) > max_bytes
    }

    pub(crate) fn push(&mut self, queued: Queued) {
        self.bytes += queued.size;
        self.waiting.push_back(queued);
    }

    /// Keeps a request out of the queue until an instant.
    pub(crate) fn delay(&mut self, until: u64, queued: Queued) {
        self.bytes += queued.size;
        self.delayed.insert((until, queued.number), queued);
    }

    /// Moves the delayed requests whose time has come behind those that wait; says whether there
    /// was one.
    pub(crate) fn wake(&mut self, now: impl FnOnce() -> u64) -> bool {
        // Every look at the state comes here, and few emulators delay anything.
        if self.delayed.is_empty() {
            return false;
        }
        let now = now();
        let mut any = false;
        while let Some(first) = self.delayed.first_entry()
            && first.key().0 <= now
        {
            self.waiting.push_back(first.remove());
            any = true;
        }
        any
    }

    /// Takes the oldest `count` of those that wait.
    pub(crate) fn take(&mut self, count: usize) -> Vec<Queued> {
        let taken: Vec<_> = self.waiting.drain(..count.min(self.waiting.len())).collect();
        self.bytes -= taken.iter().map(|queued| queued.size).sum::<usize>();
        taken
    }

    /// How many bytes all of them own.
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
        let validator = Validator::new(&Schema::from_yaml(schema).expect("a good schema"));
        validator.accept(&json!({ "fields": { "phone": "919999999999" } })).expect("a good body")
    });

    fn queued(number: u64, size: usize) -> Queued {
        let acceptance = ACCEPTED.clone();
        Queued { number, at: 0, acceptance, payload: Payload::default(), fault: None, size }
    }

    fn numbers(queue: &mut Queue, count: usize) -> Vec<u64> {
        queue.take(count).iter().map(|it| it.number).collect()
    }

    #[test]
    fn delayed_requests_enter_by_their_time_and_behind_those_that_wait() {
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
    fn room_is_counted_in_requests_and_bytes_whether_they_wait_or_are_delayed() {
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
