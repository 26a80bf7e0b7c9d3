//! Workers of an outbox, in any process.

use std::time::SystemTime;

use super::status::WorkerStatus;

/// A worker that reported its status recently, from [`Outbox::workers`](crate::Outbox::workers).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerInfo {
    /// The name of its machine or container; empty if that is unknown.
    pub host: String,
    /// The id of its process on that machine.
    pub pid: u32,
    /// Its last status.
    pub status: WorkerStatus,
    /// The time at which this status began.
    pub since: SystemTime,
}
