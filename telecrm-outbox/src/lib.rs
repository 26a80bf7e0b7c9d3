//! Durable outbox for telecrm leads on SQLite or PostgreSQL (feature `postgres`).
//!
//! If the process is killed after a web form thanked its visitor and before the request, without an outbox the
//! lead is lost (D42). The outbox stores it first. [`Outbox::enqueue`] returns when the lead is on disk,
//! and a [`Worker`] delivers it, even after a crash.
//!
//! ```
//! # async fn demo(lead: &impl telecrm_runtime::Lead, client: telecrm_runtime::Client)
//! #     -> Result<(), Box<dyn std::error::Error>> {
//! use telecrm_outbox::Outbox;
//!
//! let outbox = Outbox::open("leads.db").await?;
//! let worker = outbox.deliver(client).start();
//! outbox.enqueue(lead).await?;
//!
//! let stats = outbox.stats().await?;
//! println!("{} wait, the oldest for {:?}", stats.queued, stats.oldest_queued);
//! worker.stop().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Guarantees
//!
//! - If `enqueue` returned `Ok`, the lead is delivered, or listed with a reason.
//! - Its fields reach telecrm at least once, and in order: entries of one lead are sent one after
//!   the other, retries included. A failing entry holds back only its own lead.
//! - Its actions are sent at most once. If their outcome is unknown, the entry becomes
//!   [`State::Unconfirmed`], and its fields are sent again without them.
//! - One cause that affects every lead (an outage, a firewall, a wrong URL, a revoked token) pauses
//!   delivery; no lead is refused for it (D45, [`PauseCause`]).
//! - Payloads are erased when an entry is closed and the retention is over.
//!
//! # Design
//!
//! ```text
//! enqueue → store → claim head → mark Sending (durable) → one request → settle → erase
//! ```
//!
//! | step | module | decision |
//! |---|---|---|
//! | store | `store`, `sqlite`, `postgres` | one transaction an operation; the oldest open entry of each lead is its head |
//! | claim, mark | `store` | only heads are claimed; the mark is committed before the request leaves |
//! | request | `worker` | the turn (rate limit) is taken before the claim; exactly one request |
//! | outage | `worker::breaker` | whether the outcomes of all requests show one cause: pause, probe, ramp up |
//! | settle | `transition` | the next state of the entry by the outcome, without I/O |
//! | erase | `store` | payloads of closed entries, after the retention |
//!
//! After a crash every entry that is marked `Sending` is ambiguous: telecrm may have it. Its fields are
//! sent again, its actions are not.
//!
//! Bodies are sent byte for byte, even by a program that was built from a newer schema. Before a
//! field or an option is removed from a workspace, wait until the outbox is empty; or list what the newer
//! schema would refuse ([`Outbox::outdated`], [`Delivery::report_outdated`]) and discard it.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `postgres` | the outbox on PostgreSQL: `Outbox::connect` |
//! | `rustls` (default), `native-tls`, `rustls-no-provider` | a TLS implementation for the connection to PostgreSQL |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod clock;
mod enterprise;
mod entry;
mod error;
mod held;
mod held_text;
mod lane;
mod options;
mod outbox;
mod outdated;
#[cfg(feature = "postgres")]
pub mod postgres;
mod reading;
pub mod sqlite;
mod store;
mod transition;
mod worker;

pub use enterprise::EnterpriseStats;
pub use entry::{Entry, EntryId, State, Stats, UnknownState};
pub use error::Error;
pub use held::{HeldLead, HeldLimits};
pub use options::{EnqueueOptions, Enqueued, Priority};
pub use outbox::{EnterpriseOutbox, Outbox, Restored};
pub use rusqlite;
pub use store::OperatorPauses;
pub use worker::info::WorkerInfo;
pub use worker::status::{PauseCause, WorkerStatus};
pub use worker::{Delivery, Settled, Worker};
