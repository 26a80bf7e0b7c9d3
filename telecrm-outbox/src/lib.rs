//! Durable outbox for telecrm leads on SQLite or PostgreSQL (feature `postgres`).
//!
//! A web form says "thank you", and the process is killed before the request: without an outbox that
//! lead is gone (D42). Here it is stored first. [`Outbox::enqueue`] returns when the lead is on disk,
//! and a [`Worker`] delivers it, after a crash too.
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
//! # What is promised
//!
//! - Every lead that `enqueue` returned for is delivered, or listed with its reason.
//! - Its fields reach telecrm at least once, and in order: entries of one lead are sent one after
//!   the other, retries included. A failing entry holds back its own lead alone.
//! - Its actions are sent at most once. Where nobody can know whether telecrm has them, the entry
//!   is [`State::Unconfirmed`], and its fields are sent again without them.
//! - A revoked token pauses delivery; no lead is refused for it.
//! - Payloads are erased when an entry is closed and the retention is over.
//!
//! # How it works
//!
//! ```text
//! enqueue → store → claim head → mark Sending (durable) → one request → settle → erase
//! ```
//!
//! | step | module | what is decided there |
//! |---|---|---|
//! | store | `store`, `sqlite`, `postgres` | one transaction an operation; the oldest open entry of each lead is its head |
//! | claim, mark | `store` | heads alone are claimed; the mark is committed before the request leaves |
//! | request | `worker` | the turn (rate limit) is taken before the claim; exactly one request |
//! | settle | `transition` | the state machine: what the outcome makes of the entry, without I/O |
//! | erase | `store` | payloads of closed entries, after the retention |
//!
//! After a crash every entry that is marked `Sending` is ambiguous: telecrm may have it. Its fields are
//! sent again, its actions are not.
//!
//! Bodies are sent as they were stored, by a program that was built from a newer schema too. Before a
//! field or an option is removed from a workspace, let the outbox run empty; or list what the newer
//! schema would refuse ([`Outbox::outdated`], [`Delivery::report_outdated`]) and discard it.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod clock;
mod entry;
mod error;
mod held;
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

pub use entry::{Entry, EntryId, State, Stats, UnknownState};
pub use error::Error;
pub use held::{HeldLead, HeldLimits};
pub use options::{EnqueueOptions, Enqueued, Priority};
pub use outbox::Outbox;
pub use rusqlite;
pub use worker::status::{PauseCause, WorkerStatus};
pub use worker::{Delivery, Worker};
