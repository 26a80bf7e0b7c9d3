//! Settings that all processes share.

use rusqlite::{Connection, params};

use crate::clock::Millis;
use crate::error::Error;

pub(in crate::sqlite) fn report_attention_retention(
    connection: &Connection,
    retention: Millis,
) -> Result<(), Error> {
    let sql = "UPDATE telecrm_outbox_meta SET attention_retention = ?1";
    connection.execute(sql, params![retention])?;
    Ok(())
}
