//! Operations of every store: one suite, with one test of each check for each database.

pub(crate) mod delivery;
pub(crate) mod enterprises;
pub(crate) mod identity;
pub(crate) mod keys;
pub(crate) mod lanes;
pub(crate) mod operator;
pub(crate) mod probes;
pub(crate) mod reading;
pub(crate) mod restore;
pub(crate) mod retention;
pub(crate) mod workers;

use std::sync::Arc;
use std::time::Duration;

use telecrm_runtime::PreparedLead;

use super::{Claim, ClaimFor, Retention, Store};
use crate::entry::{Entry, EntryId, State};
use crate::error::Error;
use crate::held::{HeldLead, HeldLimits};
use crate::options::{EnqueueOptions, Priority};
use crate::reading::Reading;
use crate::transition::{Actions, Outcome, Parts, Sent, Settlement, Verdict};
use crate::worker::status::PauseCause;

pub(crate) const ENTERPRISE: &str = "acme";
pub(crate) const LEASE: Duration = Duration::from_secs(40);
pub(crate) const BACKOFF: Duration = Duration::from_secs(10);

/// A store whose clock the test moves.
pub(crate) trait Subject {
    /// Whether a suspended worker may send an entry after another worker took it over.
    const MANY_WORKERS: bool;

    fn store(&self) -> Arc<dyn Store>;
    /// Moves the clock.
    fn advance(&self, duration: Duration) -> impl Future<Output = ()>;
    /// The worker died and another one starts.
    fn crash(&self) -> impl Future<Output = ()>;
}

pub(crate) fn lead(key: &str, number: usize, with_actions: bool) -> PreparedLead {
    let actions = if with_actions { r#","actions":[{"type":"ACTION_1","fields":{}}]"# } else { "" };
    let body = format!(r#"{{"fields":{{"phone":"{key}","n":{number}}}{actions}}}"#);
    PreparedLead::from_json(Some(ENTERPRISE), key, &body).unwrap()
}

pub(crate) async fn enqueue(store: &dyn Store, key: &str, with_actions: bool) -> EntryId {
    store.enqueue(lead(key, 0, with_actions), EnqueueOptions::new()).await.unwrap().id
}

pub(crate) async fn enqueue_for(store: &dyn Store, enterprise: Option<&str>, key: &str) -> EntryId {
    let body = format!(r#"{{"fields":{{"phone":"{key}"}}}}"#);
    let lead = PreparedLead::from_json(enterprise, key, &body).unwrap();
    store.enqueue(lead, EnqueueOptions::new()).await.unwrap().id
}

pub(crate) async fn claim(store: &dyn Store) -> Option<Claim> {
    store.claim(ENTERPRISE, LEASE, ClaimFor::DELIVERY).await.unwrap()
}

pub(crate) async fn probe(store: &dyn Store, avoid: &[EntryId]) -> Option<Claim> {
    store.claim(ENTERPRISE, LEASE, ClaimFor::Probe { avoid, newest: false }).await.unwrap()
}

/// A reading that differs at the paths.
pub(crate) fn mismatch(paths: &[&str]) -> Reading {
    let reason = paths.join("; ");
    Reading::Mismatched { paths: paths.iter().map(|path| (*path).to_owned()).collect(), reason }
}

pub(crate) async fn claimed(store: &dyn Store) -> Option<EntryId> {
    claim(store).await.map(|claim| claim.key.id)
}

pub(crate) async fn settle(store: &dyn Store, claim: &Claim, outcome: Outcome) -> bool {
    let sent = Sent { actions: claim.actions, parts: claim.parts, received: claim.received };
    let settlement = Settlement::of(outcome, sent, Verdict::Own, BACKOFF);
    store.settle(claim.key, settlement).await.unwrap()
}

/// Records a reading, and returns the state of its entry.
pub(crate) async fn read(store: &dyn Store, id: EntryId, reading: Reading) -> Option<State> {
    store.record_reading(id, reading).await.unwrap().map(|recorded| recorded.state)
}

/// Retention of all closed entries.
pub(crate) fn kept_for(duration: Duration) -> Retention {
    Retention { settled: duration, attention: duration }
}

pub(crate) async fn state(store: &dyn Store, id: EntryId) -> State {
    store.entry(id).await.unwrap().unwrap().state()
}

pub(crate) fn not_sent() -> Outcome {
    Outcome::NotSent { reason: "no connection".to_owned(), wait: None, status: None }
}

pub(crate) fn unknown() -> Outcome {
    Outcome::Unknown { reason: "no response".to_owned(), wait: None, status: None }
}

/// A response that concerns no single lead.
pub(crate) fn systemic(cause: PauseCause, status: u16) -> Outcome {
    let received = cause == PauseCause::NotTelecrm;
    Outcome::Systemic { cause, reason: status.to_string(), status: Some(status), received }
}

pub(crate) fn refused() -> Outcome {
    Outcome::Refused { reason: "refused".to_owned() }
}

/// Calls a macro with the list of the checks.
macro_rules! for_each_check {
    ($callback:ident) => {
        $callback! {
            delivery::an_entry_delays_only_its_own_lead,
            delivery::a_body_is_stored_unchanged,
            delivery::d36_after_a_crash_the_fields_are_sent_again_without_actions,
            delivery::a_stale_claim_settles_nothing,
            delivery::stats_count_each_state,
            probes::a_probe_prefers_an_entry_without_actions,
            probes::a_probe_leaves_the_actions_for_a_request_of_their_own,
            probes::a_crash_during_a_probe_leaves_the_actions_certain,
            probes::a_crash_during_a_request_of_the_actions_closes_the_entry,
            probes::probes_avoid_the_leads_of_the_last_ones,
            identity::two_spellings_of_a_phone_wait_for_each_other,
            identity::strangers_with_the_same_last_digits_only_wait,
            identity::erase_removes_both_spellings_and_no_stranger,
            identity::a_worker_claims_only_its_own_enterprise,
            identity::an_entry_without_enterprise_waits_while_another_enterprise_has_entries,
            identity::assigned_entries_keep_their_order,
            enterprises::an_entry_without_enterprise_waits_if_there_are_several_clients,
            enterprises::entries_of_an_enterprise_without_a_client_are_unassigned,
            enterprises::entries_are_counted_for_each_enterprise,
            enterprises::one_enterprise_is_listed_and_erased,
            enterprises::a_pause_of_one_enterprise_stops_only_its_claims,
            keys::a_repeated_key_with_the_same_body_stores_nothing,
            keys::a_repeated_key_with_another_body_is_a_conflict,
            keys::each_enterprise_has_its_own_keys,
            keys::a_held_lead_keeps_its_bytes_and_is_never_sent,
            keys::a_held_key_is_accepted_once,
            keys::a_released_lead_inherits_the_key,
            keys::a_partly_enqueued_delivery_can_be_released,
            keys::the_limits_of_held_leads_hold,
            operator::a_retry_keeps_the_order_of_the_lead,
            operator::a_retry_never_writes_older_data_over_newer,
            operator::a_retry_never_overwrites_the_fields_of_a_probe,
            operator::d36_only_an_explicit_retry_sends_doubtful_actions,
            operator::a_discarded_entry_lets_the_next_one_pass,
            operator::confirm_closes_an_entry_that_an_operator_checked,
            operator::a_pause_of_an_operator_stops_every_claim,
            operator::a_pause_can_be_for_one_enterprise,
            operator::stuck_lists_open_entries_with_a_failed_attempt,
            operator::an_entry_is_sent_again_as_a_new_entry_without_its_actions,
            operator::the_oldest_entry_of_each_state_is_reported,
            restore::after_a_restore_no_action_of_an_open_entry_is_sent_again,
            restore::after_a_restore_old_entries_can_be_discarded,
            lanes::an_interactive_entry_goes_before_bulk_entries,
            lanes::the_first_entry_of_a_lead_has_the_highest_priority_of_the_lead,
            lanes::a_retried_bulk_entry_before_an_urgent_one_is_urgent,
            lanes::an_entry_that_fails_again_and_again_changes_to_the_last_lane,
            lanes::a_probe_can_be_for_the_newest_lead_that_was_never_sent,
            workers::workers_are_listed_while_they_report,
            reading::superseded_needs_a_newer_field_for_every_mismatch,
            reading::a_missing_action_is_never_superseded,
            reading::an_unconfirmed_entry_is_verified_if_its_actions_are_found,
            reading::listed_entries_are_read_again_after_an_hour_and_after_a_day,
            reading::only_the_entries_of_the_enterprise_are_read,
            reading::a_newer_sent_entry_is_reported_to_the_reader,
            retention::undecided_entries_keep_their_data_for_the_attention_retention,
            retention::an_undecided_entry_is_listed_after_its_data_was_erased,
            retention::a_released_entry_keeps_its_bytes_until_the_new_one_is_settled,
            retention::a_key_ends_with_the_retention,
            retention::one_person_is_erased_whatever_the_state,
        }
    };
}
pub(crate) use for_each_check;
