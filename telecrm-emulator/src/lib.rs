//! Emulator of telecrm on loopback, for tests in any language.
//!
//! The emulator accepts leads at the Async endpoint, stores them like telecrm, and reports the
//! values that telecrm silently drops. It also has the Sync API, injected faults, a
//! clock that tests control, and an inspector page.
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
//! This crate does not depend on `telecrm-runtime`, so that each crate can check the other independently. A
//! client for tests takes three lines. It has no rate limit, because the emulator needs none:
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
//! The emulator has its own thread and runtime. With tokio's paused clock (`start_paused = true`),
//! the timeouts of the client can therefore end before the response arrives. Pause tokio's clock
//! only in tests without requests; in other tests, advance the emulator's [`Clock`].
//!
//! # Over HTTP
//!
//! | request | response |
//! |---|---|
//! | `POST /enterprise/{id}/autoupdatelead` | the Async API |
//! | `… /autoupdate/v2/enterprise/{id}/…` | the Sync API: `metadata`, `custom-fields`, `custom-actions`, `lead-stage-pipeline`, `team-members`, `lead/search`, `lead`, `lead/{id}`, `lead/{id}/action`, `lead/{id}/action/{actionId}`, `lead/{id}/action/search` |
//! | `GET /` | the inspector page, with live updates; `?drop=D06` and `?find=asha` filter the deliveries |
//! | `GET /emulator/health` | `{"status":"ok"}` |
//! | `GET /emulator/wait?stored=3&timeout_ms=5000` | 200 as soon as at least this many leads are stored, including seeded leads; 504 after the timeout |
//! | `GET /emulator/leads` | a JSON array of [`StoredLead`]; `?identifier=` selects one lead |
//! | `GET /emulator/deliveries` | a JSON array of [`Delivery`], newest last |
//! | `GET /emulator/deliveries/{number}/curl` | a curl command that repeats the delivery |
//! | `GET /emulator/counters` | [`Counters`] |
//! | `PUT /emulator/faults` | 204; accepts [`Faults`] |
//! | `PUT /emulator/processing` | `{"hold":true}` makes requests wait, `{"hold":false}` processes them; returns `{"processed":n}` |
//! | `PUT /emulator/answers` | 204; accepts `{"lead_ids":false}`: searches then return only `fields` |
//! | `POST /emulator/clock` | 204; accepts `{"advance_millis":3600000}` |
//! | `POST /emulator/tokens` | 201 with `{"token":…}`; accepts `{"kind":"async"}` or `"sync"` |
//! | `DELETE /emulator/tokens/{token}` | 204; the token is revoked |
//! | `POST /emulator/reset` | 204; restores the initial state, except the clock |
//!
//! # Several workspaces
//!
//! [`Builder::schema_file`] can be called several times. Each workspace then has its own leads,
//! deliveries, faults and tokens, below its enterprise id, at the same URLs. Over HTTP, the query
//! `?enterprise=ID` chooses the workspace of a route below `/emulator/` and of the page; without it, the
//! first one is used.
//!
//! # Access
//!
//! An emulator has no secrets, so web pages of other machines must not reach it. On every route,
//! the emulator checks two headers, and refuses the request with 403 if a check fails:
//!
//! - `Host` must contain a loopback name, the address that the emulator listens on, or a name of
//!   [`Builder::allow_host`].
//! - `Origin`, if present, must be a page of this machine. Such a page gets CORS headers and
//!   responses to its preflight requests, which are not deliveries.
//!
//! A request with both `Content-Length` and `Transfer-Encoding` is refused with 400.
//!
//! # Behavior that telecrm does not document
//!
//! [`Builder::behavior`] switches the assumptions in [`Behavior::ALL`]. The others are fixed:
//!
//! - The hourly limit is a sliding window: a request counts for one hour. A request that is
//!   refused after its token was accepted also counts. A 429 does not count, and it has no
//!   `Retry-After` header.
//! - The Sync API has no limit. The actions of a lead are listed newest first, like the results
//!   of a search. Search results also contain `_id`, `id`, `status`, `created_on` and
//!   `modified_on`, unless [`Builder::lead_ids`] disables them. Dates as text are in UTC. The
//!   emulator does not record who performed an action, so a filter by `performed_by` finds nothing.
//! - An update by the Sync API ignores unknown fields, unknown statuses and locked fields. Any
//!   other invalid value refuses the whole update. An update of a custom action keeps the fields
//!   that it does not contain, and one invalid value refuses it.
//! - A label that telecrm creates (D06, D08) is an option of `custom-fields` from then on, and so is a
//!   label in a field of an action.
//! - The 401 has telecrm's documented message; the reason is in the delivery and on the page.
//!
//! Two routes of the Sync API are not served, because no lead depends on them: `POST team-members`
//! (creates a member) and `POST teammember/state_change`. [`Builder::team`] sets the members.
//! - Ids, scores and times that are missing in the schema are made up, the same in every run.
//!
//! # Bounds
//!
//! All data is bounded in bytes, including owned memory:
//!
//! | data | bound | beyond the bound |
//! |---|---|---|
//! | one body | 1 MiB | 413 |
//! | leads and their timelines | [`MAX_LEAD_BYTES`], or [`Builder::lead_bytes`] | 507 `LEADS_FULL` |
//! | requests that wait for processing | [`MAX_QUEUED`], and [`MAX_QUEUE_BYTES`] or [`Builder::queue_bytes`] | 503 `QUEUE_FULL` |
//! | deliveries | [`MAX_DELIVERIES`], and [`MAX_DELIVERY_BYTES`] or [`Builder::delivery_bytes`] | the oldest are discarded; [`Counters`] stay exact |
//!
//! # The validator
//!
//! [`telecrm_schema::validate::Validator`] finds the values that telecrm drops. It validates the
//! JSON of a request body against the schema of a workspace, and shares no code with the generated
//! types or their runtime. The emulator adds rules: a locked field (`lockAfterCreate`) of an
//! existing lead keeps its value ([`DropRule::Locked`]), and a value that a fault loses is
//! [`DropRule::NotStored`] (D41). With [`Builder::team`], an assignee must be a team member (D12).

mod builder;
mod clock;
mod confirmed;
mod created_labels;
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
mod watch;

pub use builder::Builder;
pub use clock::Clock;
pub use delivery::{Counters, Delivery, MAX_DELIVERIES, MAX_DELIVERY_BYTES};
pub use emulator::Emulator;
pub use error::{ReplaceError, StartError};
pub use faults::{Fault, FaultRate, Faults, InvalidFault, InvalidRate};
pub use queue::{MAX_QUEUE_BYTES, MAX_QUEUED};
pub use seed::InvalidSeed;
pub use size::MAX_LEAD_BYTES;
pub use store::StoredLead;
pub use team::TeamMember;
pub use telecrm_schema::validate::{
    Behavior, DropRule, InvalidBehavior, InvalidCountryCode, LeadOutcome, Violation,
};
pub use tokens::{HOURLY_LIMIT, TokenKind, TooManyTokens};
pub use watch::Watch;
