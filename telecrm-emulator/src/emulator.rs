//! Handle of a running emulator.

use std::{fmt, sync::Arc, thread::JoinHandle};

use telecrm_schema::Schema;
use tokio::sync::oneshot;

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
    watch::Watch,
};

/// A running emulator of telecrm on loopback.
///
/// Dropping it stops the server and releases the port. Emulators share no state, so any number
/// of them can run in one process.
///
/// If an emulator serves several workspaces, methods that read return the data of all of them, and
/// methods that change something change all of them, unless their description differs.
/// [`workspace`](Self::workspace) returns a handle of one.
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
    /// One for each workspace.
    engines: Vec<Arc<Engine>>,
    sync_url: String,
    /// Stops the server when it is dropped.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Emulator {
    pub(crate) fn new(
        engines: Vec<Arc<Engine>>,
        stop: oneshot::Sender<()>,
        thread: JoinHandle<()>,
    ) -> Self {
        Self::of(engines, Some(stop), Some(thread))
    }

    /// A handle of engines, of which there is at least one.
    fn of(
        engines: Vec<Arc<Engine>>,
        stop: Option<oneshot::Sender<()>>,
        thread: Option<JoinHandle<()>>,
    ) -> Self {
        let sync_url = format!("{}/autoupdate/v2", engines[0].settings.url);
        Self { engines, sync_url, stop, thread }
    }

    /// The engine of the first workspace.
    fn first(&self) -> &Arc<Engine> {
        &self.engines[0]
    }

    /// Returns a handle of one workspace, or `None` if the emulator has no workspace with this
    /// enterprise id. Dropping the handle does not stop the server.
    ///
    /// ```no_run
    /// # async fn test() -> Result<(), telecrm_emulator::StartError> {
    /// use telecrm_emulator::{Emulator, Fault, Faults};
    ///
    /// let telecrm =
    ///     Emulator::builder().schema_file("acme.yaml").schema_file("gupta.yaml").start().await?;
    /// let gupta = telecrm.workspace("gupta").expect("the id of gupta.yaml");
    /// gupta.set_faults(Faults::once(Fault::ServerError));
    /// // Only leads of this workspace.
    /// assert!(gupta.leads().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn workspace(&self, enterprise_id: &str) -> Option<Self> {
        let engine = self.engines.iter().find(|engine| engine.enterprise_id() == enterprise_id)?;
        Some(Self::of(vec![Arc::clone(engine)], None, None))
    }

    /// Returns the enterprise ids of the workspaces, in the order of the builder.
    #[must_use]
    pub fn enterprise_ids(&self) -> Vec<&str> {
        self.engines.iter().map(|engine| engine.enterprise_id()).collect()
    }

    /// Returns the base URL of the Async API, `http://127.0.0.1:<port>`, without a final slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.first().settings.url
    }

    /// Returns the base URL of the Sync API, `http://127.0.0.1:<port>/autoupdate/v2`.
    ///
    /// The URL has no final slash.
    #[must_use]
    pub fn sync_url(&self) -> &str {
        &self.sync_url
    }

    /// Returns the enterprise id: the builder's, or the schema's, or `emulator` by default. With
    /// several workspaces, it is that of the first one.
    #[must_use]
    pub fn enterprise_id(&self) -> &str {
        self.first().enterprise_id()
    }

    /// Returns the token of the Async API: `emulator-async-token`, in every workspace.
    #[must_use]
    pub fn async_token(&self) -> &'static str {
        ASYNC_TOKEN
    }

    /// Returns the token of the Sync API: `emulator-sync-token`, in every workspace. The Async API
    /// refuses it.
    #[must_use]
    pub fn sync_token(&self) -> &'static str {
        SYNC_TOKEN
    }

    /// Returns a curl command that posts a lead with a mistake.
    ///
    /// The page shows the same command before the first delivery. With several workspaces, the lead is
    /// one of the first.
    #[must_use]
    pub fn curl(&self) -> String {
        page::sample(self.first())
    }

    /// Replaces the schema, and keeps all leads. With several workspaces, the enterprise id of the
    /// schema chooses the workspace.
    ///
    /// # Errors
    ///
    /// Returns an error if the lead identifier changes, because the leads are stored by the old
    /// identifier, or if no workspace has the enterprise id.
    pub fn replace_schema(&self, schema: Schema) -> Result<(), ReplaceError> {
        let engine = match self.engines.as_slice() {
            [only] => only,
            several => several
                .iter()
                .find(|engine| schema.enterprise_id.as_deref() == Some(engine.enterprise_id()))
                .ok_or(ReplaceError::NoWorkspace)?,
        };
        let old = engine.schema();
        let identifier = &schema.identifier().api_name;
        if identifier != old.identifier() {
            let (from, to) = (old.identifier().to_owned(), identifier.clone());
            return Err(ReplaceError::Identifier { from, to });
        }
        let settings = &engine.settings;
        let country_code = settings.country_code.as_deref();
        let (id, behaviors) = (&settings.enterprise_id, settings.behaviors);
        let loaded = LoadedSchema::new(schema, id, country_code, behaviors)?;
        engine.replace_schema(loaded);
        Ok(())
    }

    /// Sets whether search results of the Sync API contain the ids of the leads.
    ///
    /// [`Builder::lead_ids`](crate::Builder::lead_ids) describes the two forms.
    pub fn show_lead_ids(&self, show: bool) {
        for engine in &self.engines {
            engine.state().lead_ids = show;
        }
    }

    /// Returns the lead with this identifier, in any spelling that telecrm treats as equal.
    #[must_use]
    pub fn lead(&self, identifier: &str) -> Option<StoredLead> {
        self.engines.iter().find_map(|engine| engine.lead(identifier))
    }

    /// Returns the stored leads in the order of their creation.
    #[must_use]
    pub fn leads(&self) -> Vec<StoredLead> {
        self.engines.iter().flat_map(|engine| engine.leads()).collect()
    }

    /// Returns the outcome of each request to the Async endpoint, newest last.
    ///
    /// Only the last [`MAX_DELIVERIES`](crate::MAX_DELIVERIES) are remembered. The emulator
    /// processes a request before it sends the response, so the list contains every request that
    /// has a response. The exceptions are requests whose processing is
    /// [held](Self::hold_processing) or delayed by a fault.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        let mut deliveries: Vec<Delivery> =
            self.engines.iter().flat_map(|engine| engine.deliveries()).collect();
        deliveries.sort_by_key(|delivery| delivery.time);
        deliveries
    }

    /// Returns a stream of the deliveries from now on.
    #[must_use]
    pub fn watch(&self) -> Watch {
        Watch::new(&self.engines)
    }

    /// Returns the counts of deliveries, which include deliveries that are no longer remembered.
    #[must_use]
    pub fn counters(&self) -> Counters {
        let mut sum = Counters::default();
        self.engines.iter().for_each(|engine| sum.add(&engine.counters()));
        sum
    }

    /// Asserts that everything was stored as sent: no refused request, no lost lead, no drop.
    /// Warnings (D44) do not fail the assertion.
    ///
    /// # Panics
    ///
    /// Panics with a report of every loss if anything was lost since the start or the last reset.
    #[track_caller]
    pub fn assert_nothing_dropped(&self) {
        let lost = report::of_losses(&self.deliveries(), &self.counters());
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
        let deliveries = self.deliveries();
        let differ = report::of_difference(&deliveries, expected);
        assert!(differ.is_none(), "{}", differ.unwrap_or_default());
    }

    /// Returns the emulator's clock. [`Clock::advance`] moves it forward.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.first().settings.clock
    }

    /// Replaces the faults that are injected into requests to both APIs.
    ///
    /// Requests to `/emulator/…` and to the page never have a fault. Each workspace has its own
    /// schedule of them.
    #[expect(clippy::needless_pass_by_value, reason = "the usual argument is a temporary")]
    pub fn set_faults(&self, faults: Faults) {
        self.engines.iter().for_each(|engine| engine.set_faults(faults.clone()));
    }

    /// Holds processing: requests get the response `QUEUED`, but their leads are not stored yet.
    ///
    /// This reproduces the delay between telecrm's response and its background processing. At
    /// most [`MAX_QUEUED`](crate::MAX_QUEUED) requests wait; further requests get a 503.
    pub fn hold_processing(&self) {
        self.engines.iter().for_each(|engine| engine.hold_processing());
    }

    /// Processes the oldest `count` waiting requests of each workspace, and returns the number that were
    /// processed.
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn process_queued(&self, count: usize) -> usize {
        self.engines.iter().map(|engine| engine.process_queued(count)).sum()
    }

    /// Ends the hold, processes all waiting requests, and returns their number.
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn resume_processing(&self) -> usize {
        self.engines.iter().map(|engine| engine.resume_processing()).sum()
    }

    /// Creates an additional token, of the first workspace.
    ///
    /// # Errors
    ///
    /// Returns an error if three tokens of this kind exist, which is telecrm's maximum.
    pub fn create_token(&self, kind: TokenKind) -> Result<String, TooManyTokens> {
        self.first().create_token(kind)
    }

    /// Revokes a token, and returns whether it existed.
    ///
    /// The emulator refuses further requests with this token with 401. The two initial tokens can
    /// also be revoked.
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn revoke_token(&self, token: &str) -> bool {
        let mut existed = false;
        for engine in &self.engines {
            existed |= engine.revoke_token(token);
        }
        existed
    }

    /// Restores the initial state, except the clock.
    ///
    /// The emulator then has its seeded leads, its initial tokens and faults, no deliveries, an
    /// empty queue, and all counters at 0.
    pub fn reset(&self) {
        self.engines.iter().for_each(|engine| engine.reset());
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
            .field("enterprise_ids", &self.enterprise_ids())
            .finish_non_exhaustive()
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
        let admitted = || telecrm.first().admit(ASYNC_TOKEN, TokenKind::Async).is_ok();
        assert!((0..HOURLY_LIMIT).all(|_| admitted()));
        assert!(!admitted());
        clock.advance(Duration::from_secs(3600));
        assert!(admitted());
    }
}
