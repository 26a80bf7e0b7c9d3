//! Status of a worker, and the reasons for a pause.

use std::fmt;

/// The status of a [`Worker`](super::Worker).
///
/// ```
/// # fn health(worker: &telecrm_outbox::Worker) -> bool {
/// use telecrm_outbox::WorkerStatus;
///
/// matches!(worker.status(), WorkerStatus::Delivering | WorkerStatus::Standby)
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WorkerStatus {
    /// The worker opens the database, and recovers the entries of an earlier worker.
    Starting,
    /// Another worker delivers from the same SQLite file. This worker takes over when the other one
    /// ends.
    Standby,
    /// The worker sends entries, or waits for the next one.
    Delivering,
    /// One cause affects every lead. The worker sends one request at a time, without actions, until
    /// telecrm accepts one. A worker with several clients has this status if none of them delivers.
    Paused(PauseCause),
    /// The worker was stopped, or could not start.
    Ended,
}

impl WorkerStatus {
    /// The status of a worker by those of its clients.
    pub(super) fn of_clients(clients: impl Iterator<Item = Self>) -> Self {
        let mut first = Self::Ended;
        for status in clients {
            match status {
                Self::Delivering => return status,
                _ if first == Self::Ended => first = status,
                _ => {}
            }
        }
        first
    }

    /// The status in `snake_case`: `starting`, `standby`, `delivering`, `paused` or `ended`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Standby => "standby",
            Self::Delivering => "delivering",
            Self::Paused(_) => "paused",
            Self::Ended => "ended",
        }
    }
}

/// Writes [`as_str`](WorkerStatus::as_str), with the cause of a pause: `paused (unauthorized)`.
impl fmt::Display for WorkerStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())?;
        match self {
            Self::Paused(cause) => write!(f, " ({cause})"),
            _ => Ok(()),
        }
    }
}

/// The cause of a pause. It concerns no single lead, so no lead is refused for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PauseCause {
    /// telecrm refused the token (401), or does not have the enterprise.
    Unauthorized,
    /// 404 or 405 without telecrm's JSON error: the base URL is wrong.
    WrongAddress,
    /// A redirect, or a 200 that is not a response of telecrm: a login page, a proxy.
    NotTelecrm,
    /// Another 4xx without telecrm's JSON error, for example from a firewall; or telecrm refused five
    /// entries in a row.
    Blocked,
    /// 5xx, 408, a timeout, or no connection.
    Unavailable,
    /// An operator paused delivery.
    Operator,
}

impl PauseCause {
    /// The cause in `snake_case`, such as `wrong_address`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::WrongAddress => "wrong_address",
            Self::NotTelecrm => "not_telecrm",
            Self::Blocked => "blocked",
            Self::Unavailable => "unavailable",
            Self::Operator => "operator",
        }
    }
}

impl PauseCause {
    /// The number in the tables.
    pub(crate) fn number(self) -> i16 {
        match self {
            Self::Unauthorized => 1,
            Self::WrongAddress => 2,
            Self::NotTelecrm => 3,
            Self::Blocked => 4,
            Self::Unavailable => 5,
            Self::Operator => 6,
        }
    }

    /// A later version may add a cause: its worker pauses delivery.
    pub(crate) fn from_number(number: i16) -> Self {
        let causes = [
            Self::Unauthorized,
            Self::WrongAddress,
            Self::NotTelecrm,
            Self::Blocked,
            Self::Operator,
        ];
        causes.into_iter().find(|cause| cause.number() == number).unwrap_or(Self::Unavailable)
    }
}

impl WorkerStatus {
    /// The numbers of the status and of its cause in the tables.
    pub(crate) fn numbers(self) -> (i16, Option<i16>) {
        match self {
            Self::Starting => (0, None),
            Self::Standby => (1, None),
            Self::Delivering => (2, None),
            Self::Paused(cause) => (3, Some(cause.number())),
            Self::Ended => (4, None),
        }
    }

    /// A later version may add a status: such a worker counts as starting.
    pub(crate) fn from_numbers(status: i16, cause: Option<i16>) -> Self {
        match (status, cause) {
            (_, Some(cause)) => Self::Paused(PauseCause::from_number(cause)),
            (1, None) => Self::Standby,
            (2, None) => Self::Delivering,
            (4, None) => Self::Ended,
            _ => Self::Starting,
        }
    }
}

impl fmt::Display for PauseCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
