//! SQLite: entries in a database file, by default one of the outbox's own.

mod connection;
mod lock;
mod operations;
mod schema;
mod store;
#[cfg(test)]
mod tests;
mod writer;

use telecrm_runtime::{Lead, PreparedLead};

pub(crate) use store::SqliteStore;

/// Stores a lead in the caller's own transaction: one statement for any SQLite library.
///
/// Its three parameters are those of [`enqueue_parameters`]. The tables are created by
/// [`Outbox::open`](crate::Outbox::open) on the same file. The lead is as durable as the
/// transaction: keep `PRAGMA synchronous = FULL` on the connection.
///
/// ```
/// # use telecrm_outbox::rusqlite::Connection;
/// # fn store(connection: &mut Connection, lead: &impl telecrm_runtime::Lead)
/// #     -> Result<(), telecrm_outbox::rusqlite::Error> {
/// use telecrm_outbox::sqlite::{ENQUEUE, enqueue_parameters};
///
/// let transaction = connection.transaction()?;
/// transaction.execute(ENQUEUE, enqueue_parameters(lead))?;
/// transaction.commit()
/// # }
/// ```
pub const ENQUEUE: &str = "\
INSERT INTO telecrm_outbox_entries
    (enterprise, lead_key, body, actions, head, enqueued_at, due_at)
SELECT enterprise, lead_key, body,
    ifnull(json_array_length(body, '$.actions'), 0) > 0,
    NOT EXISTS (
        SELECT 1 FROM telecrm_outbox_entries AS older
        WHERE older.lead_key = new.lead_key AND older.enterprise = new.enterprise
            AND older.state < 2),
    now, now
FROM (
    SELECT ifnull(?1, '') AS enterprise, ?2 AS lead_key, ?3 AS body,
        CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) AS now) AS new";

/// The SQL that [`Outbox::open`](crate::Outbox::open) runs where the tables are missing.
///
/// Where an application may not create tables, run it by hand, in one transaction.
pub const TABLES: &str = schema::TABLES;

/// The parameters of [`ENQUEUE`] for a lead: enterprise id, lead key, body.
#[must_use]
pub fn enqueue_parameters<L: Lead + ?Sized>(lead: &L) -> (Option<String>, String, String) {
    crate::outbox::parameters(&PreparedLead::new(lead))
}
