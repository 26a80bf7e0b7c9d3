//! Emulator of telecrm on loopback, for tests in any language.
//!
//! It accepts leads at the Async endpoint, stores them as telecrm would, and reports what telecrm
//! silently drops. It also has the Sync API for reading, faults on purpose, a clock that tests
//! move, and a page that shows all of it.
//!
//! ```no_run
//! # async fn test() -> Result<(), telecrm_emulator::StartError> {
//! use telecrm_emulator::{Emulator, Fault, Faults};
//!
//! let telecrm = Emulator::builder().schema_file("schema/workspace.yaml").start().await?;
//! telecrm.set_faults(Faults::once(Fault::TooManyRequests { retry_after: Some(1) }));
//! // Send leads to telecrm.url() with telecrm.async_token() …
//! telecrm.assert_nothing_dropped();
//! # Ok(())
//! # }
//! ```
//!
//! # With the client of `telecrm-runtime`
//!
//! This crate does not depend on `telecrm-runtime`, so that it stays an independent witness. The
//! client for tests is three lines. It is unpaced, since an emulator needs no mercy:
//!
//! ```
//! # async fn test(telecrm: telecrm_emulator::Emulator) -> Result<(), Box<dyn std::error::Error>> {
//! use telecrm_runtime::{AsyncToken, Client, EnterpriseId, RateLimit};
//!
//! let (id, token) = (EnterpriseId::parse(telecrm.enterprise_id())?, AsyncToken::parse(telecrm.async_token())?);
//! let client = Client::builder(id, token).base_url(telecrm.url());
//! let client = client.rate_limit(RateLimit::unlimited()).build()?;
//! # Ok(())
//! # }
//! ```
//!
//! The emulator has a thread and a runtime of its own. Under tokio's paused clock
//! (`start_paused = true`) the client's timeouts can therefore end before the response arrives:
//! pause the clock only in tests without requests, and move the emulator's own [`Clock`] instead.
//!
//! # Over HTTP
//!
//! | request | response |
//! |---|---|
//! | `POST /enterprise/{id}/autoupdatelead` | the Async API |
//! | `… /autoupdate/v2/enterprise/{id}/…` | the Sync API: `metadata`, `custom-fields`, `custom-actions`, `lead-stage-pipeline`, `team-members`, `lead/search`, `lead`, `lead/{id}`, `lead/{id}/action`, `lead/{id}/action/search` |
//! | `GET /` | the inspector page, live; `?drop=D06` and `?find=asha` show some deliveries |
//! | `GET /emulator/health` | `{"status":"ok"}` |
//! | `GET /emulator/wait?stored=3&timeout_ms=5000` | 200 as soon as at least so many leads are held, seeded ones included; 504 when the time is over |
//! | `GET /emulator/leads` | a JSON array of [`StoredLead`]; `?identifier=` for one of them |
//! | `GET /emulator/deliveries` | a JSON array of [`Delivery`], newest last |
//! | `GET /emulator/deliveries/{number}/curl` | a curl line that sends the delivery again |
//! | `GET /emulator/counters` | [`Counters`] |
//! | `PUT /emulator/faults` | 204; takes [`Faults`] |
//! | `PUT /emulator/processing` | `{"hold":true}` makes requests wait, `{"hold":false}` processes them; returns `{"processed":n}` |
//! | `PUT /emulator/answers` | 204; takes `{"lead_ids":false}`: searches then return `fields` alone |
//! | `POST /emulator/clock` | 204; takes `{"advance_millis":3600000}` |
//! | `POST /emulator/tokens` | 201 with `{"token":…}`; takes `{"kind":"async"}` or `"sync"` |
//! | `DELETE /emulator/tokens/{token}` | 204; the token is revoked |
//! | `POST /emulator/reset` | 204; everything but the clock is as it was at the start |
//!
//! # Access
//!
//! An emulator has no secrets, so web pages of other machines must not reach it. On every route
//! the `Host` header must name this machine (a loopback name or the address it listens on, or a
//! name of [`Builder::allow_host`]), and an `Origin` header must be a page of this machine;
//! everything else is refused with 403. Pages of this machine get CORS headers and answers to
//! their preflights, which are no deliveries. Requests without `Origin` need no further header.
//! A request with both `Content-Length` and `Transfer-Encoding` is refused with 400.
//!
//! # Where the documentation of telecrm is silent
//!
//! - The hourly limit slides: a request counts until it is an hour old. A request that is refused
//!   after its token was accepted counts, too; a 429 does not count, and has no `Retry-After`.
//! - The Sync API has no limit here. Actions of a lead are listed newest first, as searches are.
//!   Results of a search also carry `_id`, `id`, `status`, `created_on` and `modified_on`, unless
//!   [`Builder::lead_ids`] says otherwise. Dates as text are UTC. Nobody is known to have performed
//!   an action, so a filter by `performed_by` finds nothing.
//! - In an update by the Sync API, unknown fields, unknown statuses and locked fields are left out;
//!   any other value that does not fit refuses the whole update.
//! - Ids, scores and times that the schema does not give are made up, the same in every run.
//!
//! # Bounds
//!
//! Everything is bounded in bytes, with everything owned counted:
//!
//! | what | bound | beyond it |
//! |---|---|---|
//! | a body | 1 MiB | 413 |
//! | leads and their timelines | [`MAX_LEAD_BYTES`], or [`Builder::lead_bytes`] | 507 `LEADS_FULL` |
//! | requests that wait for processing | [`MAX_QUEUED`], and [`MAX_QUEUE_BYTES`] or [`Builder::queue_bytes`] | 503 `QUEUE_FULL` |
//! | deliveries | [`MAX_DELIVERIES`], and [`MAX_DELIVERY_BYTES`] or [`Builder::delivery_bytes`] | the oldest are forgotten; [`Counters`] stay exact |
//!
//! # The validator
//!
//! [`telecrm_schema::validate::Validator`] decides what is dropped: a request body as raw JSON
//! against a workspace's schema. It shares no code with the generated types or their runtime. Two
//! rules are the emulator's own: a locked field (`lockAfterCreate`) of an existing lead keeps its
//! value ([`DropRule::Locked`]), and what a fault loses is [`DropRule::NotStored`] (D41).

mod builder;
mod clock;
mod delivery;
mod emulator;
mod engine;
mod error;
mod faults;
mod host_policy;
mod loaded;
mod metadata;
mod page;
mod queue;
mod report;
mod seed;
mod server;
mod size;
mod store;
mod team;
mod tokens;

pub use builder::Builder;
pub use clock::Clock;
pub use delivery::{Counters, Delivery, MAX_DELIVERIES, MAX_DELIVERY_BYTES};
pub use emulator::{Emulator, Watch};
pub use engine::MAX_LEAD_BYTES;
pub use error::{ReplaceError, StartError};
pub use faults::{Fault, FaultRate, Faults, InvalidFault, InvalidRate};
pub use queue::{MAX_QUEUE_BYTES, MAX_QUEUED};
pub use seed::InvalidSeed;
pub use store::StoredLead;
pub use team::TeamMember;
pub use telecrm_schema::validate::{DropRule, InvalidCountryCode, LeadOutcome, Violation};
pub use tokens::{HOURLY_LIMIT, TokenKind, TooManyTokens};
