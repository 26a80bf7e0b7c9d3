//! Handle of a running emulator, and the stream of its deliveries.

use std::{fmt, sync::Arc, thread::JoinHandle};

use telecrm_schema::Schema;
use tokio::sync::{oneshot, watch};

use crate::{
    clock::Clock,
    delivery::{Counters, Delivery},
    engine::Engine,
    error::ReplaceError,
    faults::Faults,
    loaded::LoadedSchema,
    page, report,
    store::StoredLead,
    tokens::{ASYNC_TOKEN, SYNC_TOKEN, TokenKind, TooManyTokens},
};

/// A running emulator of telecrm on loopback.
///
/// Dropping it stops the server and releases the port. Emulators share no state, so any number
/// of them can run in one process.
///
/// ```no_run
/// # async fn test() -> Result<(), telecrm_emulator::StartError> {
/// use telecrm_emulator::Emulator;
///
/// let telecrm = Emulator::builder().schema_file("schema/workspace.yaml").start().await?;
/// // Send a lead to telecrm.url() with telecrm.async_token() …
/// let lead = telecrm.lead("+91 99999 99999").expect("the lead is stored");
/// assert_eq!(lead.fields["name"], "Asha Rao");
/// # Ok(())
/// # }
/// ```
pub struct Emulator {
    engine: Arc<Engine>,
    sync_url: String,
    /// Stops the server when it is dropped.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Emulator {
    pub(crate) fn new(
        engine: Arc<Engine>,
        stop: oneshot::Sender<()>,
        thread: JoinHandle<()>,
    ) -> Self {
        let sync_url = format!("{}/autoupdate/v2", engine.settings.url);
        Self { engine, sync_url, stop: Some(stop), thread: Some(thread) }
    }

    /// Returns the base URL of the Async API, `http://127.0.0.1:<port>`, without a final slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.engine.settings.url
    }

    /// Returns the base URL of the Sync API, `http://127.0.0.1:<port>/autoupdate/v2`.
    ///
    /// The URL has no final slash.
    #[must_use]
    pub fn sync_url(&self) -> &str {
        &self.sync_url
    }

    /// Returns the enterprise id: the builder's, or the schema's, or `emulator` by default.
    #[must_use]
    pub fn enterprise_id(&self) -> &str {
        self.engine.enterprise_id()
    }

    /// Returns the token of the Async API: `emulator-async-token`.
    #[must_use]
    pub fn async_token(&self) -> &'static str {
        ASYNC_TOKEN
    }

    /// Returns the token of the Sync API: `emulator-sync-token`. The Async API refuses it.
    #[must_use]
    pub fn sync_token(&self) -> &'static str {
        SYNC_TOKEN
    }

    /// Returns a curl command that posts a lead with a mistake.
    ///
    /// The page shows the same command before the first delivery.
    #[must_use]
    pub fn curl(&self) -> String {
        page::sample(&self.engine)
    }

    /// Replaces the schema, and keeps all leads.
    ///
    /// # Errors
    ///
    /// Returns an error if the lead identifier changes, because the leads are stored by the old
    /// identifier.
    pub fn replace_schema(&self, schema: Schema) -> Result<(), ReplaceError> {
        let old = self.engine.schema();
        let identifier = &schema.identifier().api_name;
        if identifier != old.identifier() {
            let (from, to) = (old.identifier().to_owned(), identifier.clone());
            return Err(ReplaceError::Identifier { from, to });
        }
        let settings = &self.engine.settings;
        let country_code = settings.country_code.as_deref();
        let (id, behaviors) = (&settings.enterprise_id, settings.behaviors);
        let loaded = LoadedSchema::new(schema, id, country_code, behaviors)?;
        self.engine.replace_schema(loaded);
        Ok(())
    }

    /// Sets whether search results of the Sync API contain the ids of the leads.
    ///
    /// [`Builder::lead_ids`](crate::Builder::lead_ids) describes the two forms.
    pub fn show_lead_ids(&self, show: bool) {
        self.engine.state().lead_ids = show;
    }

    /// Returns the lead with this identifier, in any spelling that telecrm treats as equal.
    #[must_use]
    pub fn lead(&self, identifier: &str) -> Option<StoredLead> {
        self.engine.lead(identifier)
    }

    /// Returns the stored leads in the order of their creation.
    #[must_use]
    pub fn leads(&self) -> Vec<StoredLead> {
        self.engine.leads()
    }

    /// Returns the outcome of each request to the Async endpoint, newest last.
    ///
    /// Only the last [`MAX_DELIVERIES`](crate::MAX_DELIVERIES) are remembered. The emulator
    /// processes a request before it sends the response, so the list contains every request that
    /// has a response. The exceptions are requests whose processing is
    /// [held](Self::hold_processing) or delayed by a fault.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.engine.deliveries()
    }

    /// Returns a stream of the deliveries from now on.
    #[must_use]
    pub fn watch(&self) -> Watch {
        Watch::new(&self.engine)
    }

    /// Returns the counts of deliveries, which include deliveries that are no longer remembered.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.engine.counters()
    }

    /// Asserts that everything was stored as sent: no refused request, no lost lead, no drop.
    /// Warnings (D44) do not fail the assertion.
    ///
    /// # Panics
    ///
    /// Panics with a report of every loss if anything was lost since the start or the last reset.
    #[track_caller]
    pub fn assert_nothing_dropped(&self) {
        let counters = self.engine.counters();
        let lost = report::of_losses(&self.engine.deliveries(), &counters);
        assert!(lost.is_none(), "{}", lost.unwrap_or_default());
    }

    /// Asserts that exactly these drops occurred, in this order.
    ///
    /// A drop is a pair of a path and a catalogue id. Warnings (D44) are part of the list.
    ///
    /// ```no_run
    /// # fn test(telecrm: &telecrm_emulator::Emulator) {
    /// telecrm.assert_dropped(&[("fields.deal_size", "D01"), ("actions[0].type", "D22")]);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics with a report of the actual drops if they differ from the expected drops.
    #[track_caller]
    pub fn assert_dropped(&self, expected: &[(&str, &str)]) {
        let deliveries = self.engine.deliveries();
        let differ = report::of_difference(&deliveries, expected);
        assert!(differ.is_none(), "{}", differ.unwrap_or_default());
    }

    /// Returns the emulator's clock. [`Clock::advance`] moves it forward.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.engine.settings.clock
    }

    /// Replaces the faults that are injected into requests to both APIs.
    ///
    /// Requests to `/emulator/…` and to the page never have a fault.
    pub fn set_faults(&self, faults: Faults) {
        self.engine.set_faults(faults);
    }

    /// Holds processing: requests get the response `QUEUED`, but their leads are not stored yet.
    ///
    /// This reproduces the delay between telecrm's response and its background processing. At
    /// most [`MAX_QUEUED`](crate::MAX_QUEUED) requests wait; further requests get a 503.
    pub fn hold_processing(&self) {
        self.engine.hold_processing();
    }

    /// Processes the oldest `count` waiting requests, and returns the number that were processed.
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn process_queued(&self, count: usize) -> usize {
        self.engine.process_queued(count)
    }

    /// Ends the hold, processes all waiting requests, and returns their number.
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn resume_processing(&self) -> usize {
        self.engine.resume_processing()
    }

    /// Creates an additional token.
    ///
    /// # Errors
    ///
    /// Returns an error if three tokens of this kind exist, which is telecrm's maximum.
    pub fn create_token(&self, kind: TokenKind) -> Result<String, TooManyTokens> {
        self.engine.create_token(kind)
    }

    /// Revokes a token, and returns whether it existed.
    ///
    /// The emulator refuses further requests with this token with 401. The two initial tokens can
    /// also be revoked.
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn revoke_token(&self, token: &str) -> bool {
        self.engine.revoke_token(token)
    }

    /// Restores the initial state, except the clock.
    ///
    /// The emulator then has its seeded leads, its initial tokens and faults, no deliveries, an
    /// empty queue, and all counters at 0.
    pub fn reset(&self) {
        self.engine.reset();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // After a panic, the server has stopped as well.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("url", &self.url())
            .field("enterprise_id", &self.enterprise_id())
            .finish_non_exhaustive()
    }
}

/// Stream of the deliveries of a running [`Emulator`]. It returns each delivery once.
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
    /// Number of all deliveries at the last call of `next`.
    seen: u64,
}

impl Watch {
    pub(crate) fn new(engine: &Arc<Engine>) -> Self {
        let changes = engine.changes();
        let seen = engine.state().log.pushed();
        Self { engine: Arc::clone(engine), changes, seen }
    }

    /// Waits for the next deliveries, and returns them, newest last.
    ///
    /// Deliveries that are no longer [remembered](crate::MAX_DELIVERIES) are missing from the
    /// result. After the emulator has stopped, this method waits forever.
    pub async fn next(&mut self) -> Vec<Delivery> {
        loop {
            // Cannot fail: `self.engine` owns the sender.
            let _ = self.changes.changed().await;
            let state = self.engine.state();
            let deliveries = state.log.since(self.seen);
            self.seen = state.log.pushed();
            drop(state);
            if !deliveries.is_empty() {
                return deliveries;
            }
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("seen", &self.seen).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::tokens::HOURLY_LIMIT;

    #[tokio::test]
    async fn default_limit_is_18_000_requests_per_hour() {
        const SCHEMA: &str = "customFields: [{ apiName: phone, type: PHONE, isLeadid: true }]";
        assert_eq!(HOURLY_LIMIT, 18_000);
        let clock = Clock::stopped_at(SystemTime::UNIX_EPOCH);
        let builder = Emulator::builder().schema_yaml(SCHEMA).clock(clock.clone());
        let telecrm = builder.start().await.expect("the schema is valid");
        let admitted = || telecrm.engine.admit(ASYNC_TOKEN, TokenKind::Async).is_ok();
        assert!((0..HOURLY_LIMIT).all(|_| admitted()));
        assert!(!admitted());
        clock.advance(Duration::from_secs(3600));
        assert!(admitted());
    }
}
