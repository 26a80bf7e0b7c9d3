//! PostgreSQL: entries in a schema `telecrm`, for any number of processes and machines.
//!
//! Two transactions that store the same leads in opposite order deadlock: sort leads by their key
//! first.

mod connection;
mod store;
#[cfg(test)]
mod tests;

use telecrm_runtime::{Lead, PreparedLead};

pub(crate) use store::PostgresStore;

/// The SQL that [`Outbox::connect`](crate::Outbox::connect) runs where the tables are missing.
///
/// Where the application's role may not create schemas, run it by another one, in one transaction,
/// and grant the application's role `USAGE` on the schema, and `SELECT`, `INSERT`, `UPDATE` and
/// `DELETE` on its tables.
pub const MIGRATION: &str = include_str!("schema.sql");

/// Stores a lead in the caller's own transaction, by any driver: returns the entry's id.
///
/// Its three parameters are those of [`enqueue_parameters`].
pub const ENQUEUE: &str = "SELECT telecrm.enqueue($1, $2, $3)";

/// The parameters of [`ENQUEUE`] for a lead: enterprise id, lead key, body.
#[must_use]
pub fn enqueue_parameters<L: Lead + ?Sized>(lead: &L) -> (Option<String>, String, String) {
    crate::outbox::parameters(&PreparedLead::new(lead))
}
