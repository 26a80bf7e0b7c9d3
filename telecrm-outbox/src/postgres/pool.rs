//! Connections to the server, each used by one call at a time, and the transaction of a call.
//!
//! Every setting lasts for one transaction, and no statement has a name: the connections may be those of
//! `PgBouncer` in transaction mode.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_postgres::error::{DbError, Severity};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};

use super::parameter::Parameters;
use super::tls::{self, Connector};
use super::url::{self, Settings};
use crate::error::Error;

/// Maximum number of connections of one pool.
const MAX_CONNECTIONS: usize = 4;
/// A connection that was not used for this time is closed.
const IDLE: Duration = Duration::from_secs(60);
/// The wait before the first repetition of a transaction that waited for a lock in vain, and the
/// maximum of the later waits.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const MAX_PAUSE: Duration = Duration::from_millis(500);

/// Delivery sees what other transactions commit while it waits for a lock, regardless of the default of
/// the database. A wait for a lock is short, because it occupies a connection.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '100ms'";

/// Time limits of one call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Until a new connection can be used.
    pub(super) connect: Duration,
    /// Until a lock is free.
    pub(super) lock: Duration,
    /// In total.
    pub(super) call: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            lock: Duration::from_secs(15),
            call: Duration::from_secs(25),
        }
    }
}

/// Connections of the application, or of delivery: neither waits for the other.
pub(super) struct Pool {
    settings: Arc<Settings>,
    tls: Connector,
    limits: Limits,
    permits: Semaphore,
    /// The one that was used last is the last one.
    idle: Mutex<Vec<Session>>,
}

/// One connection, and the task that reads from its socket.
pub(super) struct Session {
    pub(super) client: Client,
    task: AbortHandle,
    used: Instant,
}

/// The rows of a statement, or the number of rows that it changed.
#[derive(Clone, Copy)]
enum Wanted {
    Rows,
    Count,
}

impl Pool {
    pub(super) fn new(url: &str, limits: Limits) -> Result<Self, Error> {
        let settings = url::parse(url)?;
        let tls = tls::connector(&settings.tls)?;
        Ok(Self::with(Arc::new(settings), tls, limits))
    }

    fn with(settings: Arc<Settings>, tls: Connector, limits: Limits) -> Self {
        let permits = Semaphore::new(MAX_CONNECTIONS);
        Self { settings, tls, limits, permits, idle: Mutex::default() }
    }

    /// Other connections to the same database.
    pub(super) fn another(&self) -> Self {
        Self::with(Arc::clone(&self.settings), self.tls.clone(), self.limits)
    }

    pub(super) async fn rows(
        &self,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, Error> {
        Ok(self.call(sql, parameters, Wanted::Rows).await?.0)
    }

    pub(super) async fn row(&self, sql: &str, parameters: Parameters<'_>) -> Result<Row, Error> {
        // Each of these statements returns a row.
        self.rows(sql, parameters).await?.into_iter().next().ok_or(Error::Corrupted)
    }

    /// Returns the number of changed rows.
    pub(super) async fn run(&self, sql: &str, parameters: Parameters<'_>) -> Result<u64, Error> {
        Ok(self.call(sql, parameters, Wanted::Count).await?.1)
    }

    /// Runs one statement in a transaction. While another transaction holds a lock that it needs, it
    /// is tried again, and its connection is free for other calls in between.
    async fn call(
        &self,
        sql: &str,
        parameters: Parameters<'_>,
        wanted: Wanted,
    ) -> Result<(Vec<Row>, u64), Error> {
        let parameters: Vec<_> = parameters
            .iter()
            .map(|parameter| (*parameter as &(dyn ToSql + Sync), parameter.sql_type()))
            .collect();
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let outcome = self.attempt(sql, &parameters, wanted, start + self.limits.call).await;
            if !matches!(outcome, Err(Error::Locked)) || start.elapsed() >= self.limits.lock {
                return outcome;
            }
            sleep(pause).await;
            pause = (2 * pause).min(MAX_PAUSE);
        }
    }

    async fn attempt(
        &self,
        sql: &str,
        parameters: &[(&(dyn ToSql + Sync), Type)],
        wanted: Wanted,
        deadline: Instant,
    ) -> Result<(Vec<Row>, u64), Error> {
        let permit = timeout_at(deadline, self.permits.acquire()).await;
        // The semaphore is never closed.
        let _permit = permit.map_err(|_| Error::NotConnected)?.map_err(|_| Error::Closed)?;
        let idle = self.take_idle();
        let session = match idle {
            Some(session) => session,
            None => {
                timeout_at(deadline, self.connect()).await.map_err(|_| Error::NotConnected)??
            }
        };
        let transaction = transaction(&session.client, sql, parameters, wanted);
        let Ok(outcome) = timeout_at(deadline, transaction).await else {
            self.give_up(session);
            return Err(Error::ConnectionLost);
        };
        let is_usable = outcome.as_ref().err().is_none_or(|error| {
            // After a fatal error the server closes the connection.
            let severity = error.as_db_error().and_then(DbError::parsed_severity);
            severity == Some(Severity::Error)
        });
        if is_usable {
            self.put_back(session);
        }
        Ok(outcome?)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Session>> {
        // A panic leaves no half-made change in it.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_idle(&self) -> Option<Session> {
        let mut idle = self.idle();
        while let Some(session) = idle.pop() {
            if !session.client.is_closed() {
                return Some(session);
            }
        }
        None
    }

    fn put_back(&self, session: Session) {
        let mut idle = self.idle();
        idle.retain(|session| session.used.elapsed() < IDLE);
        idle.push(Session { used: Instant::now(), ..session });
    }

    /// Ends a connection that does not respond, and those that are probably in the same condition. The
    /// server, if it can be reached, ends the statement.
    fn give_up(&self, session: Session) {
        tracing::warn!("outbox: PostgreSQL does not respond, and the connection is closed");
        let lost = std::mem::take(&mut *self.idle());
        for Session { task, .. } in lost {
            task.abort();
        }
        let (cancel, tls) = (session.client.cancel_token(), self.tls.clone());
        let limit = self.limits.connect;
        tokio::spawn(async move {
            // No caller needs the outcome.
            let _ = timeout(limit, cancel.cancel_query(tls)).await;
            session.task.abort();
        });
    }

    /// A new connection, which the caller may keep.
    pub(super) async fn connect(&self) -> Result<Session, Error> {
        let Settings { config, .. } = &*self.settings;
        let limit = config.get_connect_timeout().copied().unwrap_or_default();
        let connecting = config.connect(self.tls.clone());
        let connected = timeout(self.limits.connect.max(limit), connecting).await;
        let (client, connection) =
            connected.map_err(|_| Error::NotConnected)?.map_err(Error::connecting)?;
        let task = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(error = %Error::from(error), "outbox: the connection is lost");
            }
        });
        Ok(Session { client, task: task.abort_handle(), used: Instant::now() })
    }
}

/// Sends the three parts of a transaction together: they take one round trip. If the statement fails,
/// `COMMIT` undoes the transaction.
async fn transaction(
    client: &Client,
    sql: &str,
    parameters: &[(&(dyn ToSql + Sync), Type)],
    wanted: Wanted,
) -> Result<(Vec<Row>, u64), tokio_postgres::Error> {
    let statement = async {
        match wanted {
            Wanted::Rows => Ok((client.query_typed(sql, parameters).await?, 0)),
            Wanted::Count => Ok((Vec::new(), client.execute_typed(sql, parameters).await?)),
        }
    };
    // The first poll of each sends it, in this order.
    let (begun, outcome, committed) =
        tokio::join!(client.batch_execute(BEGIN), statement, client.batch_execute("COMMIT"));
    begun?;
    let outcome = outcome?;
    committed?;
    Ok(outcome)
}
