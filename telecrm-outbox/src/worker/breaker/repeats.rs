//! Entries that repeatedly get the same response while others are accepted.

use std::collections::VecDeque;

use super::{Class, MAX_REMEMBERED};
use crate::entry::EntryId;

/// The failures of one entry with one response.
#[derive(Clone, Copy, Debug)]
struct Failure {
    entry: EntryId,
    class: Class,
    count: u32,
    /// The number of accepted requests at the last counted failure.
    accepted: u64,
}

#[derive(Debug, Default)]
pub(super) struct Repeats {
    /// Oldest first.
    failures: VecDeque<Failure>,
}

impl Repeats {
    /// Number of failures of the entry in this way, with accepted requests in between. `accepted` is the
    /// number of requests that were accepted so far.
    pub(super) fn count(&mut self, entry: EntryId, class: Class, accepted: u64) -> u32 {
        if let Some(failure) = self.failures.iter_mut().find(|failure| failure.entry == entry) {
            if failure.class != class {
                *failure = Failure { entry, class, count: 1, accepted };
            } else if failure.accepted < accepted {
                failure.count = failure.count.saturating_add(1);
                failure.accepted = accepted;
            }
            return failure.count;
        }
        if self.failures.len() == MAX_REMEMBERED {
            self.failures.pop_front();
        }
        self.failures.push_back(Failure { entry, class, count: 1, accepted });
        1
    }

    /// Removes an entry that was accepted.
    pub(super) fn forget(&mut self, entry: EntryId) {
        self.failures.retain(|failure| failure.entry != entry);
    }
}
