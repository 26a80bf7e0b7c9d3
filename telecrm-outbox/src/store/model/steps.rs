//! Steps of the property test.

use proptest::prelude::*;

use crate::store::conformance::{not_sent, refused, systemic, unknown};
use crate::transition::Outcome;
use crate::worker::status::PauseCause;

/// A lead, two spellings of a phone, and a stranger whose number ends in the same digits.
pub(super) const LEADS: [&str; 4] = ["a", "9876501234", "919876501234", "449976501234"];

/// Leads with one order key wait for each other.
pub(super) fn order(lead: &str) -> &str {
    if lead.len() > 8 { &lead[lead.len() - 8..] } else { lead }
}

pub(super) fn same_lead(lead: &str, other: &str) -> bool {
    lead == other || [lead, other].iter().all(|lead| LEADS[1..3].contains(lead))
}

/// One step. Numbers select an existing entry or claim.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Enqueue { lead: usize, with_actions: bool },
    EnqueueWithKey { key: usize, variant: usize },
    Hold,
    Release { entry: usize, lead: usize },
    Claim,
    Probe,
    Settle { claim: usize, outcome: Outcome },
    Advance { seconds: u64 },
    Crash,
    Retry { entry: usize, with_actions: bool },
    Discard { entry: usize },
    Confirm { entry: usize },
    Read { entry: usize, found: Found },
    Erase { lead: usize },
    EraseSettled,
}

/// Result of reading an entry back.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found {
    Everything,
    OtherField,
    NoAction,
    Nothing,
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let outcome = prop_oneof![
        4 => Just(Outcome::Queued),
        2 => Just(not_sent()),
        2 => Just(unknown()),
        1 => Just(refused()),
        1 => Just(systemic(PauseCause::NotTelecrm, 200)),
        1 => Just(systemic(PauseCause::Unauthorized, 401)),
    ];
    let found = prop_oneof![
        Just(Found::Everything),
        Just(Found::OtherField),
        Just(Found::NoAction),
        Just(Found::Nothing),
    ];
    let step = prop_oneof![
        6 => (0..LEADS.len(), any::<bool>())
            .prop_map(|(lead, with_actions)| Step::Enqueue { lead, with_actions }),
        2 => (0_usize..2, 0_usize..2)
            .prop_map(|(key, variant)| Step::EnqueueWithKey { key, variant }),
        1 => Just(Step::Hold),
        1 => (any::<usize>(), 0..LEADS.len())
            .prop_map(|(entry, lead)| Step::Release { entry, lead }),
        7 => Just(Step::Claim),
        4 => Just(Step::Probe),
        7 => (any::<usize>(), outcome)
            .prop_map(|(claim, outcome)| Step::Settle { claim, outcome }),
        // Tens: a database's own clock continues in between.
        3 => (1_u64..6).prop_map(|tens| Step::Advance { seconds: tens * 10 }),
        1 => Just(Step::Crash),
        2 => (any::<usize>(), any::<bool>())
            .prop_map(|(entry, with_actions)| Step::Retry { entry, with_actions }),
        1 => any::<usize>().prop_map(|entry| Step::Discard { entry }),
        1 => any::<usize>().prop_map(|entry| Step::Confirm { entry }),
        3 => (any::<usize>(), found).prop_map(|(entry, found)| Step::Read { entry, found }),
        1 => (0..LEADS.len()).prop_map(|lead| Step::Erase { lead }),
        1 => Just(Step::EraseSettled),
    ];
    prop::collection::vec(step, 1..60)
}
