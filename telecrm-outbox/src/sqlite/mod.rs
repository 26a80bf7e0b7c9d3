//! SQLite: entries in a database file, by default one of the outbox's own.

mod connection;
mod file_system;
mod lock;
mod operations;
mod schema;
mod store;
#[cfg(test)]
mod tests;
mod writer;

use telecrm_runtime::{Lead, PreparedLead};

pub(crate) use store::SqliteStore;

macro_rules! insert {
    ($has_actions:literal, $now:literal, $columns:literal, $values:literal) => {
        concat!(
            "\
INSERT INTO telecrm_outbox_entries
    (enterprise, lead_key, body, actions, head, enqueued_at, due_at",
            $columns,
            ")
VALUES (ifnull(?1, ''), ?2, ?3,
    ",
            $has_actions,
            ",
    NOT EXISTS (
        SELECT 1 FROM telecrm_outbox_entries
        WHERE state < 2 AND enterprise = ifnull(?1, '') AND order_key =
            CASE WHEN CAST(CAST(?2 AS INTEGER) AS TEXT) = ?2 THEN substr(?2, -8) ELSE ?2 END),
    ",
            $now,
            ", ",
            $now,
            $values,
            ")"
        )
    };
}

/// Stores a lead in the caller's own transaction: one statement for any SQLite library.
///
/// Its three parameters are those of [`enqueue_parameters`]. The tables are created by
/// [`Outbox::open`](crate::Outbox::open) on the same file. The lead is as durable as the
/// transaction: run `PRAGMA synchronous = EXTRA` on the connection. `FULL`
/// is enough if the journal mode is not `DELETE`. Earlier entries of the lead with
/// [`Priority::Bulk`](crate::Priority::Bulk) keep their priority, unlike with
/// [`Outbox::enqueue_in`](crate::Outbox::enqueue_in).
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
pub const ENQUEUE: &str = insert!(
    "ifnull(json_array_length(?3, '$.actions'), 0) > 0",
    "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
    "",
    ""
);

/// [`ENQUEUE`] for a lead whose actions are known, with the options of an entry: priority, key, and
/// digest of the body. The last parameter is the time. SQLite takes a fifth of the time of [`ENQUEUE`] to
/// find the actions in the body.
const ENQUEUE_WITH: &str =
    insert!("?4", "?8", ", priority, idempotency_key, body_digest", ", ?5, ?6, ?7");

/// The SQL that [`Outbox::open`](crate::Outbox::open) runs if the tables are missing.
///
/// If an application may not create tables, run it by hand, in one transaction.
pub const TABLES: &str = schema::TABLES;

/// The SQL that [`Outbox::open`](crate::Outbox::open) runs if the tables are of version 1, in one
/// transaction. Programs of version 1 that are running continue to enqueue and to deliver.
pub const UPGRADE: &str = schema::UPGRADE;

/// The parameters of [`ENQUEUE`] for a lead: enterprise id, lead key, body.
#[must_use]
pub fn enqueue_parameters<L: Lead + ?Sized>(lead: &L) -> (Option<String>, String, String) {
    PreparedLead::new(lead).to_parameters()
}
