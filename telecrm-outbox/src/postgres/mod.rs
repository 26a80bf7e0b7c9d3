//! PostgreSQL: entries in a schema `telecrm`, for any number of processes and machines.
//!
//! Two transactions that store the same leads in opposite order deadlock: sort leads by their key
//! first.

mod decide;
mod delivery;
mod enqueue;
mod enterprises;
mod list;
mod migrate;
mod pace;
mod parameter;
mod pool;
mod read_back;
mod settings;
mod store;
#[cfg(test)]
mod tests;
mod tls;
mod url;

use telecrm_runtime::{Lead, PreparedLead};

pub(crate) use store::PostgresStore;

/// The SQL that [`Outbox::connect`](crate::Outbox::connect) runs if the tables are missing or of an
/// older version. Repeating it changes nothing.
///
/// If the application's role may not create schemas, another role runs it, in one transaction, and
/// grants the application's role `USAGE` on the schema, and `SELECT`, `INSERT`, `UPDATE` and
/// `DELETE` on its tables.
pub const MIGRATION: &str = concat!(
    include_str!("schema/tables.sql"),
    include_str!("schema/durable.sql"),
    include_str!("schema/order.sql"),
    include_str!("schema/enqueue.sql"),
    include_str!("schema/claim.sql"),
    include_str!("schema/settle.sql"),
    include_str!("schema/decide.sql"),
    include_str!("schema/held.sql"),
    include_str!("schema/erase.sql"),
    include_str!("schema/pace.sql"),
);

/// Stores a lead in the caller's own transaction, by any driver: returns the entry's id.
///
/// Its three parameters are those of [`enqueue_parameters`].
pub const ENQUEUE: &str = "SELECT telecrm.enqueue($1, $2, $3)";

/// The parameters of [`ENQUEUE`] for a lead: enterprise id, lead key, body.
#[must_use]
pub fn enqueue_parameters<L: Lead + ?Sized>(lead: &L) -> (Option<String>, String, String) {
    PreparedLead::new(lead).to_parameters()
}
