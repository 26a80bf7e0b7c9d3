//! Settings that all processes share.

use rusqlite::{Connection, params};

use crate::clock::Millis;
use crate::error::Error;

pub(in crate::sqlite) fn set_operator_pause(
    connection: &Connection,
    paused: bool,
) -> Result<(), Error> {
    connection.execute("UPDATE telecrm_outbox_meta SET paused = ?1", [paused])?;
    Ok(())
}

pub(in crate::sqlite) fn operator_pause(connection: &Connection) -> Result<bool, Error> {
    let sql = "SELECT max(paused) FROM telecrm_outbox_meta";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

pub(in crate::sqlite) fn report_attention_retention(
    connection: &Connection,
    retention: Millis,
) -> Result<(), Error> {
    let sql = "UPDATE telecrm_outbox_meta SET attention_retention = ?1";
    connection.execute(sql, params![retention])?;
    Ok(())
}
