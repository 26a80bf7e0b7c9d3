//! The tables: created, upgraded, or refused.

use tokio_postgres::Client;

use super::MIGRATION;
use super::pool::Pool;
use crate::error::Error;

/// The newest version of the tables that this program supports, as in [`MIGRATION`].
const VERSION: i64 = 2;
/// Lock of the transaction that creates or upgrades the tables.
const MIGRATION_LOCK: i64 = 7_430_515;

/// Creates or upgrades the tables if that is allowed, and refuses tables of a newer version.
pub(super) async fn migrate(pool: &Pool, may_change: bool) -> Result<(), Error> {
    match version(pool).await? {
        Some(VERSION) => return Ok(()),
        Some(found) if found > VERSION => return Err(newer(found)),
        Some(found) if !may_change => {
            return Err(Error::OlderSchema { found, required: VERSION });
        }
        None if !may_change => return Err(Error::NoTables),
        _ => {}
    }
    // The connection ends with this. An index of a large table has no time limit.
    let session = pool.connect().await?;
    if let Err(error) = create(&session.client).await {
        // Another process may have been faster.
        return match version(pool).await? {
            Some(VERSION) => Ok(()),
            Some(found) if found > VERSION => Err(newer(found)),
            _ => Err(error),
        };
    }
    Ok(())
}

/// One transaction: a statement that fails undoes them all. The lock ends with it.
async fn create(client: &Client) -> Result<(), Error> {
    let sql = format!(
        "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0;
         SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock({MIGRATION_LOCK});
         {MIGRATION} COMMIT;"
    );
    Ok(client.batch_execute(&sql).await?)
}

fn newer(found: i64) -> Error {
    Error::NewerSchema { found, supported: VERSION }
}

async fn version(pool: &Pool) -> Result<Option<i64>, Error> {
    let exists = pool.row("SELECT to_regclass('telecrm.meta') IS NOT NULL", &[]).await?;
    if !exists.try_get::<_, bool>(0)? {
        return Ok(None);
    }
    Ok(pool.row("SELECT max(version) FROM telecrm.meta", &[]).await?.try_get(0)?)
}
