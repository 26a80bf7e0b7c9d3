//! Lanes of the queue: which of the due entries is claimed next.

use crate::options::Priority;

/// The lane of an entry. Its number is the entry's priority in the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// [`Priority::Interactive`], and every older entry of such a lead.
    Interactive,
    /// [`Priority::Bulk`].
    Bulk,
    /// Entries of both priorities that failed [`REPEATED_FAILURES`] times.
    Repeated,
}

/// Failures that concern only this entry, after which it changes to [`Lane::Repeated`].
pub(crate) const REPEATED_FAILURES: u32 = 5;

impl Lane {
    /// In the order of their claims.
    pub(crate) const ALL: [Self; 3] = [Self::Interactive, Self::Bulk, Self::Repeated];

    pub(crate) fn of(priority: Priority) -> Self {
        match priority {
            Priority::Interactive => Self::Interactive,
            Priority::Bulk => Self::Bulk,
        }
    }

    pub(crate) fn number(self) -> i16 {
        match self {
            Self::Interactive => 0,
            Self::Bulk => 1,
            Self::Repeated => 2,
        }
    }

    pub(crate) fn from_number(number: i16) -> Self {
        match number {
            0 => Self::Interactive,
            1 => Self::Bulk,
            _ => Self::Repeated,
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Interactive => 0,
            Self::Bulk => 1,
            Self::Repeated => 2,
        }
    }
}

/// A lane that others preceded this often is next: it gets one of five turns.
const PRECEDED: u8 = 4;

/// Order of the claims of one worker. No I/O, no clock.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// Claims from other lanes since the last one from each lane.
    preceded: [u8; 3],
    /// The last probe was for the lead that waits longest.
    last_was_oldest: bool,
}

impl Turns {
    /// The lanes in the order in which the next claim looks for a due entry.
    pub(crate) fn order(&self) -> [Lane; 3] {
        let mut order = Lane::ALL;
        let is_next =
            |lane: &Lane| *lane != Lane::Interactive && self.preceded[lane.index()] >= PRECEDED;
        order.sort_by_key(|lane| !is_next(lane));
        order
    }

    /// Whether the next probe is for the newest lead: every second one.
    pub(crate) fn next_probe_is_newest(&mut self) -> bool {
        let is_newest = self.last_was_oldest;
        self.last_was_oldest = !is_newest;
        is_newest
    }

    /// Records a claim.
    pub(crate) fn took(&mut self, lane: Lane) {
        for preceded in &mut self.preceded {
            *preceded = preceded.saturating_add(1).min(PRECEDED);
        }
        self.preceded[lane.index()] = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::Lane::{Bulk, Interactive, Repeated};
    use super::*;

    /// The lanes of the next claims, if entries are due in all of these lanes.
    fn claims(turns: &mut Turns, due: &[Lane], count: usize) -> Vec<Lane> {
        let next = |turns: &mut Turns| {
            let lane = turns.order().into_iter().find(|lane| due.contains(lane)).unwrap();
            turns.took(lane);
            lane
        };
        (0..count).map(|_| next(turns)).collect()
    }

    #[test]
    fn an_import_gets_one_of_five_turns() {
        let claims = claims(&mut Turns::default(), &[Interactive, Bulk], 50);
        for turns in claims.chunks(5) {
            assert_eq!(turns, [Interactive, Interactive, Interactive, Interactive, Bulk]);
        }
    }

    #[test]
    fn an_enquiry_goes_before_an_import_that_has_had_its_turn() {
        let mut turns = Turns::default();
        claims(&mut turns, &[Bulk], 7);
        assert_eq!(claims(&mut turns, &[Interactive, Bulk], 1), [Interactive]);
    }

    #[test]
    fn entries_that_fail_again_and_again_get_one_of_five_turns_too() {
        let claims = claims(&mut Turns::default(), &Lane::ALL, 54);
        for turns in claims[4..].chunks(5) {
            assert_eq!(turns, [Bulk, Repeated, Interactive, Interactive, Interactive]);
        }
    }
}
