//! One connection, opened again after it was lost, and its notifications.

use std::future::poll_fn;
use std::sync::Arc;

use rustls_platform_verifier::BuilderVerifierExt;
use tokio::sync::{Mutex, Notify};
use tokio_postgres::{AsyncMessage, Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::MIGRATION;
use crate::error::Error;

/// The newest version of the tables that this program supports, as in [`MIGRATION`].
const VERSION: i64 = 2;
/// Lock of the transaction that creates or upgrades the tables.
const MIGRATION_LOCK: i64 = 7_430_515;

/// Delivery needs to see what other transactions commit while it waits for a lock, regardless of the
/// default of the database.
const SETTINGS: &str =
    "SET default_transaction_isolation = 'read committed'; LISTEN telecrm_outbox";

pub(super) struct Connection {
    config: Config,
    tls: MakeRustlsConnect,
    client: Mutex<Option<Arc<Client>>>,
    /// Signalled by every `NOTIFY`, and when the connection is lost.
    pub(super) heard: Arc<Notify>,
}

impl Connection {
    pub(super) fn new(url: &str) -> Result<Self, Error> {
        // The text of a parse error may repeat the password.
        let config: Config = url.parse().map_err(|_| Error::InvalidUrl)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            .map_err(|_| Error::Tls)?
            .with_no_client_auth();
        Ok(Self {
            config,
            tls: MakeRustlsConnect::new(tls),
            client: Mutex::default(),
            heard: Arc::default(),
        })
    }

    /// The connection, or a new one if it was lost.
    pub(super) async fn client(&self) -> Result<Arc<Client>, Error> {
        let mut held = self.client.lock().await;
        if let Some(client) = held.as_ref().filter(|client| !client.is_closed()) {
            return Ok(Arc::clone(client));
        }
        let (client, mut connection) =
            self.config.connect(self.tls.clone()).await.map_err(Error::connecting)?;
        let heard = Arc::clone(&self.heard);
        tokio::spawn(async move {
            while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
                match message {
                    Ok(AsyncMessage::Notification(_)) => heard.notify_one(),
                    Ok(_) => {}
                    Err(error) => {
                        tracing::warn!(error = %Error::from(error), "outbox: the connection is lost");
                        break;
                    }
                }
            }
            heard.notify_one();
        });
        client.batch_execute(SETTINGS).await.map_err(Error::connecting)?;
        let client = Arc::new(client);
        *held = Some(Arc::clone(&client));
        Ok(client)
    }

    /// Converts the result of a call. If the call lost its connection, the next call connects again: the
    /// server reports that it ends a connection before the connection is closed.
    pub(super) async fn check<T>(
        &self,
        client: &Arc<Client>,
        result: Result<T, tokio_postgres::Error>,
    ) -> Result<T, Error> {
        let result = result.map_err(Error::from);
        if matches!(result, Err(Error::ConnectionLost)) {
            self.client.lock().await.take_if(|current| Arc::ptr_eq(current, client));
        }
        result
    }

    /// Creates or upgrades the tables if that is allowed, and refuses tables of a newer version.
    pub(super) async fn migrate(&self, may_change: bool) -> Result<(), Error> {
        let client = self.client().await?;
        match version(&client).await? {
            Some(VERSION) => return Ok(()),
            Some(found) if found > VERSION => return Err(newer(found)),
            Some(found) if !may_change => {
                return Err(Error::OlderSchema { found, required: VERSION });
            }
            None if !may_change => return Err(Error::NoTables),
            _ => {}
        }
        // One transaction: a statement that fails undoes them all. The lock ends with it.
        let sql =
            format!("BEGIN; SELECT pg_advisory_xact_lock({MIGRATION_LOCK}); {MIGRATION} COMMIT;");
        if let Err(error) = client.batch_execute(&sql).await {
            client.batch_execute("ROLLBACK").await?;
            // Another process may have been faster.
            return match version(&client).await? {
                Some(VERSION) => Ok(()),
                Some(found) if found > VERSION => Err(newer(found)),
                _ => Err(error.into()),
            };
        }
        Ok(())
    }
}

fn newer(found: i64) -> Error {
    Error::NewerSchema { found, supported: VERSION }
}

async fn version(client: &Client) -> Result<Option<i64>, Error> {
    let exists = client.query_one("SELECT to_regclass('telecrm.meta') IS NOT NULL", &[]).await?;
    if !exists.try_get::<_, bool>(0)? {
        return Ok(None);
    }
    Ok(client.query_one("SELECT max(version) FROM telecrm.meta", &[]).await?.try_get(0)?)
}
