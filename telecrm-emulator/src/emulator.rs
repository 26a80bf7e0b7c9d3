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

/// A running telecrm on loopback. It stops, and its port is free again, when this is dropped.
///
/// Emulators share nothing: any number of them may run in one process.
pub struct Emulator {
    engine: Arc<Engine>,
    sync_url: String,
    /// Dropping it tells the server to stop.
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

    /// The base URL of the Async API, `http://127.0.0.1:<port>`, without a final slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.engine.settings.url
    }

    /// The base URL of the Sync API, `http://127.0.0.1:<port>/autoupdate/v2`, without a final
    /// slash.
    #[must_use]
    pub fn sync_url(&self) -> &str {
        &self.sync_url
    }

    /// The enterprise that it answers for: the builder's, else the schema's, else `emulator`.
    #[must_use]
    pub fn enterprise_id(&self) -> &str {
        self.engine.enterprise_id()
    }

    /// The token that the Async API takes: `emulator-async-token`.
    #[must_use]
    pub fn async_token(&self) -> &'static str {
        ASYNC_TOKEN
    }

    /// The token that the Sync API takes, and the Async API refuses: `emulator-sync-token`.
    #[must_use]
    pub fn sync_token(&self) -> &'static str {
        SYNC_TOKEN
    }

    /// A curl line, for a shell to paste into, that posts a lead with a mistake in it, such as the
    /// page shows while nothing happened yet.
    #[must_use]
    pub fn curl(&self) -> String {
        page::sample(&self.engine)
    }

    /// From now on, answers by this schema, and keeps all leads.
    ///
    /// # Errors
    ///
    /// When another field is the lead identifier: the leads are kept under the old one.
    pub fn replace_schema(&self, schema: Schema) -> Result<(), ReplaceError> {
        let old = self.engine.schema();
        let identifier = &schema.identifier().api_name;
        if identifier != old.identifier() {
            let (from, to) = (old.identifier().to_owned(), identifier.clone());
            return Err(ReplaceError::Identifier { from, to });
        }
        let settings = &self.engine.settings;
        let country_code = settings.country_code.as_deref();
        let loaded = LoadedSchema::new(schema, &settings.enterprise_id, country_code)?;
        self.engine.replace_schema(loaded);
        Ok(())
    }

    /// Whether searches of the Sync API answer with the ids of leads, as public integrations find
    /// them, or with `fields` alone, as the documentation shows them. They do unless told
    /// otherwise.
    pub fn show_lead_ids(&self, show: bool) {
        self.engine.state().lead_ids = show;
    }

    /// The lead with this identifier, in any spelling that telecrm takes for the same.
    #[must_use]
    pub fn lead(&self, identifier: &str) -> Option<StoredLead> {
        self.engine.lead(identifier)
    }

    /// The leads as they are now, in the order in which they were created.
    #[must_use]
    pub fn leads(&self) -> Vec<StoredLead> {
        self.engine.leads()
    }

    /// Outcome of each request to the Async endpoint, newest last. Only the last
    /// [`MAX_DELIVERIES`](crate::MAX_DELIVERIES) are remembered.
    ///
    /// Unless processing is [held](Self::hold_processing), it is done before the answer is sent,
    /// so what was answered is here.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.engine.deliveries()
    }

    /// The deliveries from now on, as they come.
    #[must_use]
    pub fn watch(&self) -> Watch {
        Watch::new(&self.engine)
    }

    /// Events so far, in numbers that stay exact however many deliveries there are.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.engine.counters()
    }

    /// Panics, with a report of every loss, unless all that was sent so far was stored as it was
    /// sent: no request refused, no lead lost, no drop.
    ///
    /// # Panics
    ///
    /// When something was lost. That is what it is for.
    #[track_caller]
    pub fn assert_nothing_dropped(&self) {
        let counters = self.engine.counters();
        let lost = report::of_losses(&self.engine.deliveries(), &counters);
        assert!(lost.is_none(), "{}", lost.unwrap_or_default());
    }

    /// Panics, with a report of what was dropped instead, unless exactly these were dropped so
    /// far: pairs of a path and a catalogue id, in the order in which they came.
    ///
    /// # Panics
    ///
    /// When anything else was dropped, or not all of it.
    #[track_caller]
    pub fn assert_dropped(&self, expected: &[(&str, &str)]) {
        let deliveries = self.engine.deliveries();
        let differ = report::of_difference(&deliveries, expected);
        assert!(differ.is_none(), "{}", differ.unwrap_or_default());
    }

    /// The clock that it lives by; [advance](Clock::advance) it to let time pass.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.engine.settings.clock
    }

    /// From now on, requests to either API meet these faults, instead of those set before.
    ///
    /// `/emulator/…` and the page never meet one.
    pub fn set_faults(&self, faults: Faults) {
        self.engine.set_faults(faults);
    }

    /// From now on, requests are answered `QUEUED` and wait: their leads are not there yet, as
    /// they are not in the moment after the real telecrm has answered.
    ///
    /// At most [`MAX_QUEUED`](crate::MAX_QUEUED) wait; what comes then is answered 503.
    pub fn hold_processing(&self) {
        self.engine.hold_processing();
    }

    /// Processes the oldest `count` of the waiting requests; answers how many there were.
    #[allow(clippy::must_use_candidate, reason = "called for what it does")]
    pub fn process_queued(&self, count: usize) -> usize {
        self.engine.process_queued(count)
    }

    /// Processes what waits, and lets nothing wait any more; answers how many there were.
    #[allow(clippy::must_use_candidate, reason = "called for what it does")]
    pub fn resume_processing(&self) -> usize {
        self.engine.resume_processing()
    }

    /// Makes another token. It works beside the others.
    ///
    /// # Errors
    ///
    /// When there are three of its kind already, as many as telecrm allows.
    pub fn create_token(&self, kind: TokenKind) -> Result<String, TooManyTokens> {
        self.engine.create_token(kind)
    }

    /// Deletes a token, of those that it started with too: from now on it is refused with 401.
    /// `false` where there is no such token.
    #[allow(clippy::must_use_candidate, reason = "called for what it does")]
    pub fn revoke_token(&self, token: &str) -> bool {
        self.engine.revoke_token(token)
    }

    /// Back to the start: no lead, no delivery, no queue, counters at 0, the tokens and faults
    /// that it started with. Only the clock stays as it is.
    pub fn reset(&self) {
        self.engine.reset();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A server that panicked has stopped too.
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

/// The deliveries of a running [`Emulator`](crate::Emulator) from a moment on, each once.
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
    /// How many deliveries there had ever been when it last looked.
    seen: u64,
}

impl Watch {
    pub(crate) fn new(engine: &Arc<Engine>) -> Self {
        let changes = engine.changes();
        let seen = engine.state().log.pushed();
        Self { engine: Arc::clone(engine), changes, seen }
    }

    /// Waits for the next deliveries, newest last. Those that came since the last call and are
    /// not [remembered](crate::MAX_DELIVERIES) any more are left out. After the emulator has
    /// stopped, none come any more.
    pub async fn next(&mut self) -> Vec<Delivery> {
        loop {
            // The other end is in the engine, which is held here.
            let _ = self.changes.changed().await;
            let state = self.engine.state();
            let news = state.log.since(self.seen);
            self.seen = state.log.pushed();
            drop(state);
            if !news.is_empty() {
                return news;
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
    async fn the_limit_is_18_000_requests_an_hour_by_default() {
        const SCHEMA: &str = "customFields: [{ apiName: phone, type: PHONE, isLeadid: true }]";
        assert_eq!(HOURLY_LIMIT, 18_000);
        let clock = Clock::stopped_at(SystemTime::UNIX_EPOCH);
        let builder = Emulator::builder().schema_yaml(SCHEMA).clock(clock.clone());
        let telecrm = builder.start().await.expect("the schema is good");
        let admitted = || telecrm.engine.admit(ASYNC_TOKEN, TokenKind::Async).is_ok();
        assert!((0..HOURLY_LIMIT).all(|_| admitted()));
        assert!(!admitted());
        clock.advance(Duration::from_secs(3600));
        assert!(admitted());
    }
}
