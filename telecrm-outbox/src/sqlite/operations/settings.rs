//! Settings that all processes share.

use rusqlite::{Connection, params};

use crate::clock::Millis;
use crate::error::Error;
use crate::store::OperatorPauses;

/// Without an enterprise, the pause is for the whole database.
pub(in crate::sqlite) fn set_operator_pause(
    connection: &Connection,
    enterprise: Option<&str>,
    paused: bool,
) -> Result<(), Error> {
    let sql = match (enterprise, paused) {
        (None, _) => {
            connection.execute("UPDATE telecrm_outbox_meta SET paused = ?1", [paused])?;
            return Ok(());
        }
        (Some(_), true) => "INSERT OR IGNORE INTO telecrm_outbox_pauses VALUES (?1)",
        (Some(_), false) => "DELETE FROM telecrm_outbox_pauses WHERE enterprise = ?1",
    };
    connection.execute(sql, [enterprise])?;
    Ok(())
}

/// Whether the delivery of an enterprise is paused, or that of the whole database.
pub(in crate::sqlite) fn operator_pause(
    connection: &Connection,
    enterprise: &str,
) -> Result<bool, Error> {
    let sql = "SELECT max(paused) OR EXISTS (
             SELECT 1 FROM telecrm_outbox_pauses WHERE enterprise = ?1)
         FROM telecrm_outbox_meta";
    Ok(connection.prepare_cached(sql)?.query_row([enterprise], |row| row.get(0))?)
}

pub(in crate::sqlite) fn pauses(connection: &Connection) -> Result<OperatorPauses, Error> {
    let sql = "SELECT max(paused) FROM telecrm_outbox_meta";
    let whole = connection.query_row(sql, [], |row| row.get(0))?;
    let sql = "SELECT enterprise FROM telecrm_outbox_pauses ORDER BY enterprise";
    let mut statement = connection.prepare(sql)?;
    let enterprises = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(OperatorPauses { database: whole, enterprises })
}

pub(in crate::sqlite) fn report_attention_retention(
    connection: &Connection,
    retention: Millis,
) -> Result<(), Error> {
    let sql = "UPDATE telecrm_outbox_meta SET attention_retention = ?1";
    connection.execute(sql, params![retention])?;
    Ok(())
}
