//! Handle of a running worker.

use std::fmt;

use telecrm_runtime::EnterpriseId;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::status::WorkerStatus;
use crate::error::Error;

/// A running worker. If it is dropped, it stops as by [`stop`](Self::stop), without a wait for its end.
#[must_use = "a worker stops when it is dropped"]
pub struct Worker {
    pub(super) stop: watch::Sender<bool>,
    /// The enterprise of each client, and its status.
    pub(super) statuses: Vec<(String, watch::Receiver<WorkerStatus>)>,
    /// The last status that was stored, so that any process can list it.
    pub(super) reported: watch::Receiver<WorkerStatus>,
    /// `None` after its result was returned.
    pub(super) task: Option<JoinHandle<Result<(), Error>>>,
}

impl Worker {
    /// Waits until the worker delivers, or is a standby of another one, and is listed by
    /// [`Outbox::workers`](crate::Outbox::workers). So a rolling deployment can end the old process when
    /// the new one is ready.
    ///
    /// # Errors
    ///
    /// Returns the error of a worker that cannot start, and [`Error::Closed`] if it was stopped before.
    pub async fn ready(&mut self) -> Result<(), Error> {
        let is_started = |status: &WorkerStatus| *status != WorkerStatus::Starting;
        for (_, status) in &mut self.statuses {
            // An error: the worker ended.
            let _ = status.wait_for(is_started).await;
        }
        let _ = self.reported.wait_for(is_started).await;
        if self.status() == WorkerStatus::Ended {
            self.ended().await?;
            return Err(Error::Closed);
        }
        Ok(())
    }

    /// The current status: [`Delivering`](WorkerStatus::Delivering) if at least one client delivers,
    /// otherwise the status of the first client that was not stopped.
    #[must_use]
    pub fn status(&self) -> WorkerStatus {
        WorkerStatus::of_clients(self.statuses.iter().map(|(_, status)| *status.borrow()))
    }

    /// The current status of one client; `None` if the worker has no client of the enterprise.
    #[must_use]
    pub fn status_of(&self, enterprise: &EnterpriseId) -> Option<WorkerStatus> {
        let own = self.statuses.iter().find(|(client, _)| client == enterprise.as_str());
        own.map(|(_, status)| *status.borrow())
    }

    /// Whether delivery is paused, because one cause affects every lead ([`WorkerStatus::Paused`]). The
    /// worker sends probes, and resumes when telecrm accepts one. If it has several clients, all of
    /// them are paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        matches!(self.status(), WorkerStatus::Paused(_))
    }

    /// Waits until the worker ends by itself: when its clients are stopped, or when it cannot start.
    ///
    /// # Errors
    ///
    /// Returns the error of a worker that could not start.
    pub async fn join(mut self) -> Result<(), Error> {
        self.ended().await
    }

    /// Ends delivery: requests in flight are completed and settled, and no other request begins. The lock
    /// of the database file is free when this returns.
    ///
    /// # Errors
    ///
    /// Returns the error of a worker that could not start.
    pub async fn stop(mut self) -> Result<(), Error> {
        self.stop.send_replace(true);
        self.ended().await
    }

    async fn ended(&mut self) -> Result<(), Error> {
        let Some(task) = &mut self.task else { return Ok(()) };
        let outcome = task.await;
        self.task = None;
        outcome.map_err(|_| Error::Closed)?
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("status", &self.status()).finish_non_exhaustive()
    }
}
